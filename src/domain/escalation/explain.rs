//! What would happen to an incident nobody answers, by the engine's own functions.

use std::time::Duration;

use super::ladder::{Position, Rung, Step, climb};
use super::policy::PolicySet;
use crate::domain::directory::Directory;
use crate::domain::time::Timestamp;
use crate::domain::values::Severity;

/// One step that would be taken.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Explained {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub step: Step,
    /// How long it would wait before the next; zero when it would be skipped.
    pub wait: Duration,
}

/// Every step from the opening at `at` until the rounds are spent, of an incident whose severity is
/// no guess.
pub fn explain(
    set: &PolicySet,
    severity: Severity,
    at: Timestamp,
    directory: &Directory,
) -> Vec<Explained> {
    let set = &set.at(at, &directory.calendar);
    let policy = set.matching(severity);
    let mut explained = Vec::new();
    let (mut at, mut position) = (at, Position::On(Rung::FIRST));
    loop {
        at = policy.calls_at(at, &directory.calendar);
        let steps = climb(policy, position, 0, at, directory);
        let last = steps.len().saturating_sub(1);
        for (index, step) in steps.into_iter().enumerate() {
            position = step.position;
            let wait = if index == last { policy.wait(position, set) } else { Duration::ZERO };
            explained.push(Explained { at, step, wait });
            at = at.plus(wait);
        }
        if matches!(position, Position::Exhausted(_)) {
            return explained;
        }
        position = policy.after(position);
    }
}
