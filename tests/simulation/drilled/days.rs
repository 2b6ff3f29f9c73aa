//! The real days of a seed: what happens whether or not anybody drills.

use trucban::domain::alert::Alert;
use trucban::domain::envelope::{Absence, Actor, Command, Jump, Report};
use trucban::domain::ids::IncidentCode;
use trucban::domain::incident::act::{Act, Aim, Closing};
use trucban::domain::values::Severity;
use trucban::engine::claim::recover;
use trucban::engine::moments::reckon;

use super::super::driver::Check;
use super::super::rng::Rng;
use super::super::town::{PEOPLE, by, id};
use super::world::World;
use crate::harness::alert;

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;

/// How often something real happens in a run.
const EVENTS: u32 = 32;

/// One thing that happens.
#[derive(Clone, Debug)]
enum Real {
    Alert(Severity, Option<&'static str>),
    /// Somebody reports what is handled outside the system; that is real also from whoever plays.
    OffChannel(&'static str),
    Act(&'static str, u64, Act),
    Merge(u64, u64),
    Away(i64),
    Crash,
    Jump(i64),
}

/// Plays the days of a seed, and between two things that are real, where drills are wished, whatever
/// happens in them.
pub fn played(world: &mut World, seed: u64) -> Check {
    let mut rng = Rng::new(seed);
    let mut story = Rng::new(seed ^ 0xd1e5);
    for _ in 0..EVENTS {
        let pause = match rng.below(10) {
            0..6 => rng.below(20) * MINUTE.unsigned_abs(),
            6..9 => rng.below(120) * MINUTE.unsigned_abs(),
            _ => rng.below(12) * HOUR.unsigned_abs(),
        };
        let until = world.mono + i64::try_from(pause).unwrap() + 1_000;
        while world.drills && world.mono + MINUTE < until {
            let longest = if world.is_live() { 12 } else { 50 };
            let step = i64::try_from(story.below(longest)).unwrap() * MINUTE + 7_000;
            world.advance((world.mono + step).min(until - 1))?;
            world.of_a_drill(&mut story)?;
        }
        world.advance(until)?;
        let real = some(&mut rng);
        happens(world, &real)?;
    }
    let end = world.mono + 24 * HOUR;
    world.advance(end)?;
    world.over()
}

fn some(rng: &mut Rng) -> Real {
    let person = |rng: &mut Rng| rng.pick(&PEOPLE).0;
    match rng.below(100) {
        0..20 => {
            let key = *rng.pick(&[None, Some("k1"), Some("k2")]);
            Real::Alert(severity(rng), key)
        }
        20..22 => Real::OffChannel(rng.pick::<&str>(&["p-07", "p-10"])),
        22..85 => {
            let severity = severity(rng);
            let act = match rng.below(100) {
                0..35 => Act::Acknowledge,
                35..43 => Act::HandBack,
                43..50 => Act::Assign(id(person(rng))),
                50..60 => Act::Severity(severity),
                60..68 => Act::Raise(None),
                68..76 => Act::Contain,
                76..88 => Act::Resolve,
                88..96 => Act::Close(Closing::Summary("xong".to_owned())),
                _ => Act::Reopen,
            };
            Real::Act(person(rng), rng.below(8), act)
        }
        85..88 => Real::Merge(rng.below(8), rng.below(8)),
        88..91 => Real::Away(i64::try_from(2 + rng.below(900)).unwrap() * MINUTE),
        91..92 => Real::Crash,
        _ => Real::Jump(*rng.pick(&[300, -300, 3_600, -3_600]) * 1_000),
    }
}

/// Mostly one beside which drills may begin.
fn severity(rng: &mut Rng) -> Severity {
    match rng.below(10) {
        0..4 => Severity::Low,
        4..8 => Severity::Medium,
        8 => Severity::High,
        _ => Severity::Critical,
    }
}

fn code(number: u64) -> IncidentCode {
    IncidentCode::numbered("SC", 2026, number + 1)
}

fn happens(world: &mut World, real: &Real) -> Check {
    world.say(format!("{real:?}"));
    match real {
        Real::Alert(severity, key) => {
            let key = key.map(str::to_owned);
            let alert = Alert { dedup_key: key, ..alert("cảnh báo", *severity) };
            world.asks(Actor::Intake("siem".to_owned()), Command::Alerts(vec![alert]))?;
        }
        Real::OffChannel(who) => {
            world.asks(by(who), Command::Report(Report { words: None }))?;
        }
        Real::Act(who, number, act) => {
            let aim = Aim::typed(code(*number));
            world.asks(by(who), Command::Act(aim, act.clone()))?;
        }
        Real::Merge(one, other) => {
            let (duplicate, main) = (Aim::typed(code(*one)), code(*other));
            world.asks(by("p-04"), Command::Merge { duplicate, main })?;
        }
        Real::Away(span) => {
            let from = world.at();
            world.mono += span;
            world.now += span;
            restarted(world)?;
            let until = world.at();
            world.asks(Actor::System, Command::Away(Absence { from, until }))?;
            let settings = world.settings.clone();
            world
                .store
                .transaction(until, |tx| reckon(tx, &settings))
                .map_err(|e| e.to_string())?;
        }
        Real::Crash => restarted(world)?,
        Real::Jump(by_ms) => {
            world.now += by_ms;
            world.asks(Actor::System, Command::Jumped(Jump { by_ms: *by_ms }))?;
        }
    }
    world.settle()
}

/// What was on its way when the process died is sent again.
fn restarted(world: &mut World) -> Check {
    world.budgets = Default::default();
    let now = world.at();
    world.store.transaction(now, recover).map(drop).map_err(|error| error.to_string())
}
