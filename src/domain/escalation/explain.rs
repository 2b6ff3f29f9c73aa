//! What would happen to an incident nobody answers, by the engine's own functions, and why each time.

use std::time::Duration;

use super::ladder::{Position, Rung, Scene, Step, climb};
use super::policy::{Policy, PolicySet, Target};
use super::who::called_by;
use crate::domain::calendar::When;
use crate::domain::directory::Directory;
use crate::domain::ids::{PersonId, UnitCode};
use crate::domain::roster::Layer;
use crate::domain::roster::shifts::Stretch;
use crate::domain::time::Timestamp;
use crate::domain::values::Severity;

/// One step that would be taken.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Explained {
    /// When.
    pub at: Timestamp,
    /// Levels passed over just before, because they are for other hours.
    pub passed: Vec<(Rung, When)>,
    /// Who.
    pub step: Step,
    /// Who would be called there and is on leave, and who stands in, if anybody.
    pub away: Vec<(PersonId, Option<PersonId>)>,
    /// Who would be called there and is not, outside his working hours.
    pub spared: Vec<PersonId>,
    /// How long it would wait before the next; zero when it would be skipped.
    pub wait: Duration,
}

/// How somebody sits in a chair of the roster.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Seat {
    /// Which.
    pub layer: Layer,
    /// Until when, where an end is in sight.
    pub until: Option<Timestamp>,
    /// For whom he stands in.
    pub stands_in_for: Option<PersonId>,
}

/// The chair somebody sits in at `at`, if any.
pub fn seat(person: &PersonId, at: Timestamp, directory: &Directory) -> Option<Seat> {
    let roster = &directory.roster;
    Layer::ALL.iter().find_map(|layer| {
        let chair = directory.on_duty(*layer, at);
        chair.people().iter().find(|seated| &seated.person == person)?;
        let stretch = Stretch::around(at, |span| directory.shifts(*layer, span))?;
        let away = roster.away(*layer, at, &directory.calendar);
        let stands_in_for = away
            .into_iter()
            .find(|(_, stand_in)| stand_in.as_ref() == Some(person))
            .map(|(away, _)| away);
        Some(Seat { layer: *layer, until: stretch.to, stands_in_for })
    })
}

/// Every step from the opening at `at` until the rounds are spent, of an incident whose severity is
/// no guess and whose unit is `unit`.
pub fn explain(
    set: &PolicySet,
    severity: Severity,
    unit: Option<&UnitCode>,
    at: Timestamp,
    directory: &Directory,
) -> Vec<Explained> {
    let set = &set.at(at, directory.hours_of(unit));
    let policy = set.matching(severity);
    let mut explained = Vec::new();
    let (mut at, mut position) = (at, Position::On(Rung::FIRST));
    loop {
        at = policy.calls_at(at, directory.hours_of(unit));
        let at_any_hour = severity >= Severity::High;
        let scene = Scene { at, unit, at_any_hour, drill: false, directory };
        let steps = climb(policy, position, 0, &scene);
        let last = steps.len().saturating_sub(1);
        for (index, step) in steps.into_iter().enumerate() {
            let passed = passed(policy, position, step.position);
            position = policy.after(step.position);
            let wait = if index == last { policy.wait(step.position, set) } else { Duration::ZERO };
            let away = away(policy, step.position, at, directory);
            let spared = spared(policy, step.position, &Scene { at, ..scene });
            explained.push(Explained { at, passed, step, away, spared, wait });
            at = at.plus(wait);
        }
        let spent =
            explained.last().is_none_or(|one| matches!(one.step.position, Position::Exhausted(_)));
        if spent {
            return explained;
        }
    }
}

/// The levels from `position` until the one that was taken.
fn passed(policy: &Policy, position: Position, taken: Position) -> Vec<(Rung, When)> {
    let mut passed = Vec::new();
    let mut position = position;
    for _ in 0..policy.levels() {
        let Position::On(rung) = position else { break };
        let Some(when) = policy.level(rung.level).when.filter(|_| position != taken) else { break };
        passed.push((rung, when));
        position = policy.after(position);
    }
    passed
}

/// Who of a level is left in peace outside his working hours.
fn spared(policy: &Policy, position: Position, scene: &Scene<'_>) -> Vec<PersonId> {
    match position {
        Position::On(rung) => called_by(policy.level(rung.level), scene).spared,
        Position::Exhausted(_) => Vec::new(),
    }
}

/// Who is on leave in the chairs that a level names.
fn away(
    policy: &Policy,
    position: Position,
    at: Timestamp,
    directory: &Directory,
) -> Vec<(PersonId, Option<PersonId>)> {
    let Position::On(rung) = position else { return Vec::new() };
    let chairs = policy.level(rung.level).notify.iter().filter_map(|target| match target {
        Target::Duty => Some(Layer::Duty),
        Target::Backup => Some(Layer::Backup),
        _ => None,
    });
    chairs.flat_map(|layer| directory.roster.away(layer, at, &directory.calendar)).collect()
}
