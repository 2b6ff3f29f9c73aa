//! What a button says comes back as it was meant, or there is no such button.

use proptest::prelude::*;
use trucban::domain::ids::{IncidentCode, PersonId};
use trucban::domain::press::{Choice, MAX_BYTES, Press, Verb};
use trucban::domain::values::{Category, Severity};

fn verb() -> impl Strategy<Value = Verb> {
    let plain = [
        Verb::Acknowledge,
        Verb::HandBack,
        Verb::KeepAlive,
        Verb::Assign,
        Verb::Note,
        Verb::Severity,
        Verb::Category,
        Verb::Raise,
        Verb::Contain,
        Verb::Resolve,
        Verb::Close,
        Verb::CloseSummary,
        Verb::CloseFalseAlarm,
        Verb::Reopen,
        Verb::Group,
        Verb::Show,
        Verb::Tlp,
        Verb::TakeOut,
        Verb::WhyCalled,
        Verb::Merge,
        Verb::Words,
        Verb::NoticedAt,
    ];
    prop_oneof![
        4 => prop::sample::select(plain.to_vec()),
        1 => "[a-z0-9|_ -]{1,60}".prop_map(|id| Verb::AssignTo(PersonId::new(id))),
        1 => code().prop_map(Verb::MergeInto),
        1 => prop::sample::select(Severity::ALL).prop_map(Verb::SetSeverity),
        1 => prop::sample::select(Category::ALL).prop_map(Verb::SetCategory),
    ]
}

fn code() -> impl Strategy<Value = IncidentCode> {
    let real = ("[A-Z]{1,8}", 2000_i32..2100, 1_u64..100_000)
        .prop_map(|(prefix, year, number)| IncidentCode::numbered(&prefix, year, number));
    let drill = (2000_i32..2100, 1_u32..1000, 1_u32..100)
        .prop_map(|(year, drill, number)| format!("DT-{year}-{drill:03}-{number:02}"))
        .prop_map(IncidentCode::new);
    prop_oneof![real, drill]
}

proptest! {
    #![proptest_config(super::cases(2_000))]

    #[test]
    fn a_press_comes_back_as_it_was_meant_in_at_most_64_bytes(
        verb in verb(), code in code(), episode in any::<u32>(), firing in any::<u32>(),
    ) {
        let press = Press { verb, code, episode, firing };
        if let Some(data) = press.data() {
            prop_assert!(data.len() <= MAX_BYTES);
            prop_assert_eq!(Press::read(&data), Some(press));
        }
    }

    #[test]
    fn every_button_of_an_ordinary_incident_fits(verb in verb(), number in 1_u64..100_000) {
        let code = IncidentCode::numbered("SC", 2026, number);
        let press = Press { verb, code, episode: 99, firing: 9_999 };
        let long = matches!(&press.verb, Verb::AssignTo(person) if person.as_str().len() > 30);
        prop_assert!(long || press.data().is_some());
    }

    #[test]
    fn what_we_never_made_is_no_button(data in "\\PC{0,80}") {
        if let Some(press) = Press::read(&data) {
            prop_assert!(press.data().is_some_and(|again| Press::read(&again) == Some(press)));
        }
    }
}

#[test]
fn every_choice_comes_back_and_is_no_press() {
    for (choice, data) in Choice::ALL {
        assert!(data.len() <= MAX_BYTES);
        assert_eq!(choice.data(), data);
        assert_eq!(Choice::read(data), Some(choice));
        assert_eq!(Press::read(data), None);
    }
    for choice in [Choice::Invite, Choice::Unlink].map(|of| of(PersonId::new("p-017"))) {
        let data = choice.data();
        assert_eq!((Choice::read(&data), Press::read(&data)), (Some(choice), None));
    }
}
