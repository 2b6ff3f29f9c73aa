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

#[test]
fn each_leak_of_a_drill_is_found() {
    for leak in Leak::ALL {
        let found = (1..=SOON).find_map(|seed| both(seed, Some(leak)).err());
        assert!(found.is_some(), "{leak:?} was not found within {SOON} seeds");
    }
}
