//! Drills beside real incidents. The same real days are played twice from one seed, once as they are and
//! once with drills among them, through absences, crashes and a clock that is set; both must come to the
//! same real figures. Whatever leaves of a drill is looked at as it leaves: to whom, with which mark, and
//! whether it may leave at all.
//!
//! `TRUCBAN_SEED=n` replays one run, `TRUCBAN_SEEDS=n` plays more of them.

mod days;
mod story;
mod world;

use std::collections::BTreeSet;

use trucban::domain::directory::{Person, Private, Unit};
use trucban::domain::drill::run::DrillAct;
use trucban::domain::drill::run::state::Status;
use trucban::domain::drill::scenario::ScenarioId;
use trucban::domain::drill::wish::DrillWish;
use trucban::domain::envelope::{Actor, Command, DirectoryCommand};
use trucban::domain::ids::{PersonId, UnitCode};
use trucban::domain::values::Role;

use story::{LEAD, MANAGER, MINUTE};
use world::{Leak, World};

use super::number;

/// Runs of a plain `cargo test`.
const SEEDS: u64 = 6;

/// Runs in which a leak must show itself.
const SOON: u64 = 6;

/// What has to have happened in the runs, so that they say something.
const PLAYED: [&str; 13] = [
    "drill_started",
    "inject_sent",
    "replied",
    "expectation_expired",
    "drill_paused",
    "drill_resumed",
    "claim_settled",
    "report_settled",
    "correction_sent",
    "drill_ended",
    "survey_sent",
    "objective_rated",
    "drill_missed",
];

/// One run: the real days of the seed, and drills where they are wished.
fn played(seed: u64, drills: bool, leak: Option<Leak>) -> Result<World, String> {
    let mut world = World::new(seed, drills, leak);
    let result = days::played(&mut world, seed);
    match result {
        Ok(()) => Ok(world),
        Err(broken) => {
            let tail = world.log.len().saturating_sub(40);
            let steps = world.log[tail..].join("\n");
            Err(format!(
                "seed {seed}: {broken}\n\nthe last steps:\n{steps}\n\nreplay it with\n  \
                 TRUCBAN_SEED={seed} cargo test --test trucban simulation::drilled"
            ))
        }
    }
}

/// Both runs of a seed, held against each other; what happened to drills.
fn both(seed: u64, leak: Option<Leak>) -> Result<BTreeSet<String>, String> {
    let mut with = played(seed, true, leak)?;
    let (plain, beside) = (played(seed, false, None)?.real(), with.real());
    for (what, one) in &plain {
        let other = beside.get(what);
        if other != Some(one) {
            return Err(format!(
                "seed {seed}: {what}\nwithout drills {one}\nbeside drills  {other:?}"
            ));
        }
    }
    match plain.len() == beside.len() {
        true => Ok(with.kinds_of_drills()),
        false => Err(format!("seed {seed}: {} real figures became {}", plain.len(), beside.len())),
    }
}

fn seeds(most: u64) -> std::ops::Range<u64> {
    match number("TRUCBAN_SEED") {
        Some(seed) => seed..seed + 1,
        None => 1..1 + number("TRUCBAN_SEEDS").unwrap_or(most),
    }
}

#[test]
fn drills_beside_real_incidents_change_nothing_real_and_reach_nobody_outside() {
    let mut happened = BTreeSet::new();
    for seed in seeds(SEEDS) {
        happened.extend(both(seed, None).unwrap_or_else(|broken| panic!("{broken}")));
    }
    if number("TRUCBAN_SEED").is_some() {
        return;
    }
    for kind in PLAYED {
        assert!(happened.contains(kind), "no {kind} in {happened:?}");
    }
}

#[test]
fn the_same_seed_plays_the_same_days() {
    let run = |seed| played(seed, true, None).map(|world| world.log);
    assert_eq!(run(3), run(3));
}

/// Another hundred and twenty-four units, each with its contact.
fn crowded(world: &mut World) -> Result<(), String> {
    let unit = |number: i64| Unit {
        code: UnitCode::new(format!("don-vi-{number}")),
        name: format!("Đơn vị {number}"),
        kind: "xa".to_owned(),
        parent: None,
        active_from: None,
        active_to: None,
        successor: None,
    };
    let person = |number: i64| {
        let person = Person {
            id: PersonId::new(format!("u-{number}")),
            unit: Some(UnitCode::new(format!("don-vi-{number}"))),
            roles: [Role::Reporter].into(),
            order: Vec::new(),
            active: true,
            hours: None,
        };
        (person, Private { telegram_id: Some(7_000 + number), ..Private::default() })
    };
    for command in [
        DirectoryCommand::Units((0..124).map(unit).collect()),
        DirectoryCommand::People((0..124).map(person).collect()),
    ] {
        world.asks(Actor::Operator, Command::Directory(command))?;
    }
    Ok(())
}

#[test]
fn an_inject_is_with_a_hundred_and_twenty_four_units_within_a_minute() {
    let mut world = World::new(1, true, None);
    let played = |world: &mut World| -> Result<(), String> {
        crowded(world)?;
        let scenario = ScenarioId::new("kiem-tra-lien-lac");
        let at = world.at().shifted(40 * MINUTE);
        world.wishes(LEAD, DrillWish::Plan { scenario, at, units: Vec::new() })?;
        let drill = world.newest().unwrap();
        world.does(LEAD, &drill, DrillAct::Submit)?;
        world.does(MANAGER, &drill, DrillAct::Approve)?;
        world.advance(world.mono + 41 * MINUTE)?;
        for point in 0..12 {
            world.does(LEAD, &drill, DrillAct::Check(point, true))?;
        }
        world.does(LEAD, &drill, DrillAct::Start)?;
        world.advance(world.mono + MINUTE)
    };
    played(&mut world).unwrap_or_else(|broken| panic!("{broken}\n{}", world.log.join("\n")));
    let drill = world.newest().unwrap();
    assert_eq!(drill.status, Status::Running);
    let first = drill.injects.values().find(|inject| inject.sent.is_some()).unwrap();
    let units = |person: &&PersonId| person.as_str().starts_with("u-");
    assert_eq!(first.to.iter().filter(units).count(), 124);
    assert_eq!(first.delivered.keys().filter(units).count(), 124);
}

#[test]
fn each_leak_of_a_drill_is_found() {
    for leak in Leak::ALL {
        let found = (1..=SOON).find_map(|seed| both(seed, Some(leak)).err());
        assert!(found.is_some(), "{leak:?} was not found within {SOON} seeds");
    }
}
