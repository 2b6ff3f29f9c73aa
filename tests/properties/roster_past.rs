//! Whatever anybody wishes of the roster, who was on duty before stays who was on duty.

use std::sync::Arc;

use proptest::prelude::*;
use trucban::domain::access::permit;
use trucban::domain::actor::Actor;
use trucban::domain::ids::PersonId;
use trucban::domain::incident::act::ActKind;
use trucban::domain::incident::fold::At;
use trucban::domain::roster::decide::{Ctx, Wish};
use trucban::domain::roster::rotation::Plan;
use trucban::domain::roster::{Layer, Roster, Span};
use trucban::domain::time::Timestamp;
use trucban::domain::values::Role;

use super::cases;
use super::roster::{MINUTE, calendar, instant, person, roster, rotation, staffed};

/// What somebody wishes, before it is known what there is.
#[derive(Clone, Debug)]
enum Want {
    Plan(Box<trucban::domain::roster::rotation::Rotation>),
    Change(i64, i64, Vec<PersonId>),
    Leave(i64, i64, Option<PersonId>),
    Swap(i64, i64, PersonId),
    Answer(bool),
    Decide(bool),
    EndChange,
    EndLeave,
}

fn want() -> impl Strategy<Value = Want> {
    let stretch = || (-3000..9000_i64, 1..9000_i64);
    prop_oneof![
        1 => rotation().prop_map(|rotation| Want::Plan(Box::new(rotation))),
        1 => (stretch(), prop::collection::vec(person(), 0..3))
            .prop_map(|((from, length), people)| Want::Change(from, length, people)),
        1 => (stretch(), prop::option::of(person()))
            .prop_map(|((from, length), other)| Want::Leave(from, length, other)),
        3 => (stretch(), person()).prop_map(|((from, length), to)| Want::Swap(from, length, to)),
        3 => any::<bool>().prop_map(Want::Answer),
        1 => any::<bool>().prop_map(Want::Decide),
        1 => Just(Want::EndChange),
        1 => Just(Want::EndLeave),
    ]
}

/// Who asks, and for what, of what there is.
fn wish(want: &Want, by: &PersonId, roster: &Roster, now: Timestamp) -> Option<(PersonId, Wish)> {
    let layer = Layer::Duty;
    let span = |from: i64, length: i64| {
        let from = now.shifted(from * MINUTE);
        Span { from, to: from.shifted(length * MINUTE) }
    };
    let lead = || PersonId::new("p-0");
    Some(match want {
        Want::Plan(rotation) => {
            let layers = [(layer, vec![rotation.as_ref().clone()])].into();
            (lead(), Wish::Plan(Plan { from: now, layers }.into()))
        }
        Want::Change(from, length, people) => {
            let (span, people) = (span(*from, *length), people.clone());
            (lead(), Wish::Change { layer, span, instead_of: None, people })
        }
        Want::Leave(from, length, stand_in) => {
            let (span, stand_in) = (span(*from, *length), stand_in.clone());
            (by.clone(), Wish::Leave { person: by.clone(), span, stand_in })
        }
        Want::Swap(from, length, to) => {
            (by.clone(), Wish::Swap { layer, span: span(*from, *length), to: to.clone() })
        }
        Want::Answer(agreed) => {
            let (id, swap) = roster.swaps.iter().next_back()?;
            (swap.to.clone(), Wish::AnswerSwap { id: *id, agreed: *agreed })
        }
        Want::Decide(agreed) => {
            let id = *roster.swaps.keys().next_back()?;
            (lead(), Wish::DecideSwap { id, agreed: *agreed })
        }
        Want::EndChange => (lead(), Wish::EndChange(*roster.changes.keys().next_back()?)),
        Want::EndLeave => (lead(), Wish::EndLeave(*roster.leaves.keys().next_back()?)),
    })
}

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn whatever_is_wished_of_the_roster_what_has_been_stays(
        roster in roster(), calendar in calendar(), begins in instant(), lead_decides in any::<bool>(),
        wants in prop::collection::vec((0..4000_i64, person(), want()), 1..8),
        probes in prop::collection::vec(1..20_000_i64, 4),
    ) {
        let mut directory = staffed(roster, calendar, None);
        let lead = directory.people.get_mut(&PersonId::new("p-0")).unwrap();
        lead.roles.insert(Role::Lead);
        let mut now = begins;
        for (seq, (later, by, want)) in (1000..).zip(&wants) {
            now = now.shifted(later * MINUTE);
            let before = Arc::clone(&directory.roster);
            let Some((who, wish)) = wish(want, by, &before, now) else { continue };
            let permit = permit(&Actor::Person(who), ActKind::OwnDuty, None, &directory).unwrap();
            let ctx =
                Ctx { now, directory: &directory, calendar: &directory.calendar, lead_decides };
            let Ok(events) = before.decide(&wish, &permit, &ctx) else { continue };
            let mut after = Roster::clone(&before);
            for event in &events {
                after.apply(event, &At { seq, at: now, actor: Actor::System });
            }
            for past in &probes {
                let at = now.shifted(-past * MINUTE);
                let seats = |roster: &Roster| roster.on_duty(Layer::Duty, at, &directory.calendar);
                prop_assert_eq!(seats(&before), seats(&after), "{:?} at {} of {}", wish, now, at);
            }
            directory.roster = Arc::new(after);
        }
    }
}
