//! Buttons of what follows a drill: what is put on one is read from it again, and words never are.

use proptest::prelude::*;
use trucban::domain::drill::notice::WordsFor;
use trucban::domain::drill::press::{DrillPress, DrillVerb};
use trucban::domain::drill::run::DrillAct;
use trucban::domain::drill::run::event::Mark;
use trucban::domain::ids::DrillCode;

use super::cases;

fn verb() -> impl Strategy<Value = DrillVerb> {
    let number = any::<u32>();
    prop_oneof![
        (number, 1_u32..100)
            .prop_map(|(place, one)| DrillVerb::Act(DrillAct::Survey(place, one.to_string()))),
        number.prop_map(|place| {
            DrillVerb::Act(DrillAct::Rate(place, Mark::NotApplicable, String::new()))
        }),
        number.prop_map(|number| DrillVerb::Act(DrillAct::VerifyItem(number))),
        number.prop_map(DrillVerb::Survey),
        number.prop_map(DrillVerb::Rating),
        number.prop_map(|place| DrillVerb::Ask(WordsFor::Opinion(place))),
        number.prop_map(|place| DrillVerb::Ask(WordsFor::RateReason(place))),
        number.prop_map(|number| DrillVerb::Ask(WordsFor::ItemDone(number))),
        number.prop_map(|number| DrillVerb::Ask(WordsFor::ItemReturn(number))),
        Just(DrillVerb::Items),
        Just(DrillVerb::Act(DrillAct::SubmitReport)),
        Just(DrillVerb::Act(DrillAct::ApproveReport)),
    ]
}

proptest! {
    #![proptest_config(cases(400))]

    #[test]
    fn what_is_put_on_a_button_after_a_drill_is_read_from_it_again(verb in verb()) {
        let press = DrillPress::of(&DrillCode::new("DT-2026-1234"), verb);
        let data = press.data().expect("it fits");
        prop_assert!(data.len() <= 64);
        prop_assert_eq!(DrillPress::read(&data), Some(press));
    }

    #[test]
    fn what_somebody_says_after_a_drill_is_never_put_on_a_button(words in "[a-zà-ỹ ]{1,20}") {
        let act = DrillAct::Survey(0, words);
        prop_assert_eq!(DrillPress::act(&DrillCode::new("DT-2026-001"), act).data(), None);
    }
}
