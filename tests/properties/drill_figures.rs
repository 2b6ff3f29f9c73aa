//! Figures of drills against a reference that counts each second of each person, one after the other.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use proptest::prelude::*;
use trucban::domain::actor::Actor;
use trucban::domain::drill::figures::{figures, median};
use trucban::domain::drill::run::Drill;
use trucban::domain::drill::run::event::{
    EndHow, PauseWhy, Pinned, Planning, Presence, Reply, Rsvp,
};
use trucban::domain::drill::run::state::{Pause, Played, Replied};
use trucban::domain::drill::scenario::{
    Audience, DrillKind, Expect, ExpectId, Expectation, Guide, Inject, InjectId, Objective,
    ObjectiveId, Scenario, ScenarioId, Trigger,
};
use trucban::domain::ids::{DrillCode, PersonId, UnitCode};
use trucban::domain::incident::event::WhyFailed;
use trucban::domain::incident::fold::At;
use trucban::domain::time::Timestamp;

use super::cases;

/// The end of every drill here, in seconds after its start.
const END: i64 = 120;

/// What became of one recipient, in seconds after the start.
#[derive(Clone, Debug)]
struct One {
    delivered: Option<i64>,
    failed: bool,
    replied: Option<(i64, bool)>,
    released: Option<i64>,
    declined: bool,
    here: bool,
    unit: Option<u8>,
}

fn one() -> impl Strategy<Value = One> {
    (
        prop::option::weighted(0.8, 0_i64..60),
        any::<bool>(),
        prop::option::weighted(0.6, (0_i64..END, prop::bool::weighted(0.8))),
        prop::option::weighted(0.2, 0_i64..END),
        prop::bool::weighted(0.1),
        any::<bool>(),
        prop::option::of(0_u8..3),
    )
        .prop_map(|(delivered, failed, replied, released, declined, here, unit)| One {
            delivered,
            failed,
            replied: replied.map(|(at, right)| (at.max(delivered.unwrap_or(0)), right)),
            released,
            declined,
            here,
            unit,
        })
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_millis(1_795_244_400_000 + second * 1000)
}

fn scenario(target: i64, expires: i64) -> Scenario {
    let span = |seconds: i64| Duration::from_secs(seconds.unsigned_abs());
    let right: BTreeSet<String> = ["right".to_owned()].into();
    let choices = ["right", "wrong"].map(|one| (one.to_owned(), one.to_owned())).to_vec();
    let expect = Expectation {
        id: ExpectId::new("e"),
        kind: Expect::Choose { choices, right },
        objective: ObjectiveId::new("o"),
        target: span(target),
        expires: span(expires),
    };
    let inject = Inject {
        id: InjectId::new("i"),
        place: 0,
        title: String::new(),
        from: None,
        body: String::new(),
        to: vec![Audience::Everyone],
        trigger: Trigger::At { offset: Duration::ZERO },
        contingency: false,
        attachments: Vec::new(),
        expects: vec![expect],
    };
    let objective = Objective {
        id: ObjectiveId::new("o"),
        title: String::new(),
        capability: String::new(),
        guide: Guide::default(),
    };
    Scenario {
        id: ScenarioId::new("s"),
        version: 1,
        title: String::new(),
        summary: String::new(),
        kind: DrillKind::TableTop,
        length: span(END),
        setting: String::new(),
        not_for: None,
        sources: Vec::new(),
        parts: Vec::new(),
        objectives: vec![objective],
        injects: vec![inject],
        survey: Vec::new(),
        anonymous: false,
        correction: String::new(),
        checklist: Vec::new(),
    }
}

fn drill(people: &[One], pauses: &[(i64, i64)]) -> Drill {
    let planning = Planning {
        scenario: Pinned {
            id: ScenarioId::new("s"),
            version: 1,
            hash: String::new(),
            name: String::new(),
            kind: DrillKind::TableTop,
            length: Duration::from_secs(120),
        },
        at: at(0),
        lead: PersonId::new("lead"),
        deputy: None,
        evaluators: BTreeSet::new(),
        units: BTreeSet::new(),
        sessions: Vec::new(),
        chat: None,
        of: None,
    };
    let made = At { seq: 1, at: at(-100), actor: Actor::System };
    let mut drill = Drill::planned(DrillCode::new("DT-2026-001"), &planning, &made);
    drill.started = Some(at(0));
    drill.ended = Some((at(END), EndHow::Lead));
    let pause =
        |(from, to): &(i64, i64)| Pause { from: at(*from), to: Some(at(*to)), why: PauseWhy::Away };
    drill.pauses = pauses.iter().map(pause).collect();
    let mut played = Played { sent: Some(at(0)), ..Played::default() };
    for (number, one) in people.iter().enumerate() {
        let person = PersonId::new(format!("p{number}"));
        let entry = drill.people.entry(person.clone()).or_default();
        entry.unit = one.unit.map(|unit| UnitCode::new(format!("u{unit}")));
        entry.released = one.released.map(at);
        entry.rsvp = one.declined.then_some(Rsvp::No);
        entry.here = one.here.then(|| (Presence::Hall, at(0)));
        played.to.insert(person.clone());
        match one.delivered {
            Some(second) => {
                played.delivered.insert(person.clone(), at(second));
            }
            None if one.failed => {
                played.failed.insert(person.clone(), WhyFailed::Blocked);
            }
            None => {}
        }
        if let Some((second, right)) = one.replied {
            let word = if right { "right" } else { "wrong" };
            let reply = Replied { at: at(second), reply: Reply::Chose(word.to_owned()) };
            let all: &mut BTreeMap<_, _> = played.replies.entry(ExpectId::new("e")).or_default();
            all.insert(person, reply);
        }
    }
    drill.injects.insert(InjectId::new("i"), played);
    drill
}

/// Seconds between two in which the drill did not stand still, one by one.
fn seconds(from: i64, to: i64, pauses: &[(i64, i64)]) -> i64 {
    let still = |second: i64| pauses.iter().any(|(a, b)| (*a..*b).contains(&second));
    i64::try_from((from..to).filter(|second| !still(*second)).count()).unwrap()
}

/// What one person comes to, in the words of the contract.
fn said(one: &One, target: i64, expires: i64, pauses: &[(i64, i64)]) -> &'static str {
    if let Some((replied, right)) = one.replied {
        let took = seconds(one.delivered.unwrap_or(0), replied, pauses);
        return match (right, took <= target) {
            (false, _) => "wrong",
            (true, true) => "met",
            (true, false) => "late",
        };
    }
    if one.declined {
        return "not counted";
    }
    let Some(delivered) = one.delivered else {
        return if one.released.is_some() { "not counted" } else { "undelivered" };
    };
    let time_was_up = |second: i64| seconds(delivered, second, pauses) >= expires;
    if one.released.is_some_and(|second| !time_was_up(second)) || !time_was_up(END) {
        return "not counted";
    }
    "missed"
}

fn pauses() -> impl Strategy<Value = Vec<(i64, i64)>> {
    // One after the other, as a drill has them.
    prop::collection::vec((0_i64..40, 0_i64..30), 0..3).prop_map(|all| {
        let mut last = 0;
        all.into_iter()
            .map(|(gap, length)| {
                let from = last + gap;
                last = from + length;
                (from, last)
            })
            .collect()
    })
}

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn each_recipient_is_counted_as_somebody_would_who_looks_at_each_second(
        people in prop::collection::vec(one(), 0..12),
        pauses in pauses(),
        target in 1_i64..40,
        more in 0_i64..60,
    ) {
        let expires = target + more;
        let figures = figures(&drill(&people, &pauses), &scenario(target, expires));
        let count = |word: &str| {
            people.iter().filter(|one| said(one, target, expires, &pauses) == word).count()
        };
        prop_assert_eq!(figures.all.met, count("met"));
        prop_assert_eq!(figures.all.late, count("late"));
        prop_assert_eq!(figures.all.wrong, count("wrong"));
        prop_assert_eq!(figures.all.missed, count("missed") + count("wrong"));
        prop_assert_eq!(figures.all.not_counted, count("not counted"));
        prop_assert_eq!(figures.all.undelivered, count("undelivered"));
        // However it is cut, nobody is counted twice and nobody is lost.
        let units: usize = figures.units.values().flat_map(BTreeMap::values)
            .map(|tally| tally.counted() + tally.not_counted + tally.undelivered).sum();
        prop_assert_eq!(units, people.len());
        let came = people.iter().filter(|one| one.here || one.replied.is_some()).count();
        prop_assert_eq!(figures.attendance.came, came);
        prop_assert_eq!(figures.attendance.invited, people.len());
    }

    #[test]
    fn the_middle_has_as_many_below_it_as_above_and_is_kept_back_below_three(
        mut times in prop::collection::vec(0_i64..1000, 0..12),
    ) {
        times.sort_unstable();
        match median(&times) {
            None => prop_assert!(times.len() < 3),
            Some(middle) => {
                let below = times.iter().filter(|time| **time < middle).count();
                let above = times.iter().filter(|time| **time > middle).count();
                prop_assert!(below.max(above) * 2 <= times.len());
            }
        }
    }
}
