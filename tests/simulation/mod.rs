//! A province that runs for weeks in a second: seeded chance over the real ledger and the engine's
//! own functions, with crashes, lost answers, full disks, repetitions, absences and clocks that are
//! set. A failure prints its seed; the same seed plays the same run.
//!
//! `TRUCBAN_SEED=n` replays one run, `TRUCBAN_SEEDS=n` plays more of them, from seed
//! `TRUCBAN_SEEDS_FROM` on.

mod chats;
mod checks;
mod drilled;
mod driver;
mod duty;
mod edits;
mod files;
mod groups;
mod model;
mod mutation;
mod outside;
mod plays;
mod questions;
pub mod rng;
mod sending;
mod staff;
mod steps;
mod talk;
pub mod town;
mod watch;
mod wholes;
mod written;

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use driver::{Check, Sim};
use mutation::Mutation;

/// Steps of one run.
const STEPS: u32 = 150;

/// Runs of a plain `cargo test`.
const SEEDS: u64 = 200;

/// Runs in which a mutation must show itself.
const SOON: u64 = 40;

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// Plays one seed to the end.
fn play(seed: u64, mutation: Option<Mutation>) -> Result<(), String> {
    let mut sim = Sim::new(seed, mutation);
    let result = whole(&mut sim);
    result.map_err(|broken| {
        // Whoever replays one run wants to read all of it.
        let most = if number("TRUCBAN_SEED").is_some() { usize::MAX } else { 30 };
        let tail = sim.log.len().saturating_sub(most);
        let steps = sim.log[tail..].join("\n");
        format!(
            "seed {seed}: {broken}\n\nthe last steps:\n{steps}\n\nreplay it with\n  \
             TRUCBAN_SEED={seed} cargo test --test trucban simulation::promises"
        )
    })
}

fn whole(sim: &mut Sim) -> Check {
    // The first watch begins.
    sim.tick()?;
    for step in 1..=STEPS {
        sim.step()?;
        if step == STEPS / 2 {
            checks::dear(sim)?;
        }
    }
    sim.close_all()?;
    sim.drain()?;
    sim.leave_all()?;
    // What is left half done is mended at the next start.
    sim.crash()?;
    sim.drain()?;
    checks::last(sim)
}

/// Plays `seeds` on every core; the failure with the lowest seed that was met, if any.
fn play_all(seeds: std::ops::Range<u64>, mutation: Option<Mutation>) -> Option<(u64, String)> {
    let next = AtomicU64::new(seeds.start);
    let found: Mutex<Option<(u64, String)>> = Mutex::new(None);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::SeqCst);
                    if seed >= seeds.end || found.lock().unwrap().is_some() {
                        return;
                    }
                    if let Err(broken) = play(seed, mutation) {
                        let mut found = found.lock().unwrap();
                        if found.as_ref().is_none_or(|(other, _)| seed < *other) {
                            *found = Some((seed, broken));
                        }
                    }
                }
            });
        }
    });
    found.into_inner().unwrap()
}

#[test]
fn promises_hold_whatever_happens_and_in_whatever_order() {
    let seeds = match number("TRUCBAN_SEED") {
        Some(seed) => seed..seed + 1,
        None => {
            let first = number("TRUCBAN_SEEDS_FROM").unwrap_or(1);
            first..first + number("TRUCBAN_SEEDS").unwrap_or(SEEDS)
        }
    };
    if let Some((_, broken)) = play_all(seeds, None) {
        panic!("{broken}");
    }
}

#[test]
fn the_same_seed_plays_the_same_run() {
    let run = |seed| {
        let mut sim = Sim::new(seed, None);
        let result = whole(&mut sim);
        (sim.log, result)
    };
    assert_eq!(run(7), run(7));
}

#[test]
fn a_simulation_that_cannot_fail_is_worth_nothing_so_each_mutation_is_found() {
    for mutation in Mutation::ALL {
        let found = play_all(1..1 + SOON, Some(mutation));
        let Some((seed, broken)) = found else {
            panic!("{mutation:?} was not found within {SOON} seeds");
        };
        println!("{mutation:?}: {}", broken.lines().next().unwrap_or_default());
        assert!(seed <= SOON);
    }
}
