//! The ladder's arithmetic: positions, what comes next, and which steps have to be skipped because
//! nobody on them can be reached.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::policy::{Policy, PolicySet, Target};
use super::who::{Called, called_by, last_resort};
use crate::domain::calendar::HoursOf;
use crate::domain::directory::Directory;
use crate::domain::ids::UnitCode;
use crate::domain::time::Timestamp;
use crate::domain::values::ChannelKind;

/// One step of one round, both counted from one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct Rung {
    /// The round.
    pub round: u32,
    /// The level within it.
    pub level: u32,
}

impl Rung {
    /// Where every ladder starts.
    pub const FIRST: Self = Self { round: 1, level: 1 };
}

/// Where a ladder stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Position {
    /// On a rung.
    On(Rung),
    /// All rounds are spent, or nobody could be reached; the last rung is kept to be shown.
    Exhausted(Rung),
}

impl Position {
    /// The rung stood on, or the last one.
    pub fn rung(self) -> Rung {
        match self {
            Self::On(rung) | Self::Exhausted(rung) => rung,
        }
    }
}

impl Policy {
    /// The position after `position`.
    pub fn after(&self, position: Position) -> Position {
        match position {
            Position::Exhausted(rung) => Position::Exhausted(rung),
            Position::On(rung) if rung.level < self.levels() => {
                Position::On(Rung { level: rung.level.saturating_add(1), ..rung })
            }
            Position::On(rung) if rung.round < self.rounds() => {
                Position::On(Rung { round: rung.round.saturating_add(1), level: 1 })
            }
            Position::On(rung) => Position::Exhausted(rung),
        }
    }

    /// `position`, or the first after it whose hours these are; levels for other hours are no dead
    /// ones. Where no level is for these hours the rounds are spent.
    pub fn passed_over(&self, position: Position, at: Timestamp, hours: HoursOf<'_>) -> Position {
        let mut position = position;
        for _ in 0..self.levels() {
            let Position::On(rung) = position else { return position };
            let holds = |when| hours.holds(when, at);
            if self.level(rung.level).when.is_none_or(holds) {
                return position;
            }
            position = self.after(position);
        }
        Position::Exhausted(position.rung())
    }

    /// The nearest position this policy has, when an incident comes to it from a longer one.
    pub fn clamp(&self, position: Position) -> Position {
        let near = |rung: Rung| {
            if rung.round > self.rounds() {
                Rung { round: self.rounds(), level: self.levels() }
            } else {
                Rung { level: rung.level.min(self.levels()), ..rung }
            }
        };
        match position {
            Position::On(rung) => Position::On(near(rung)),
            Position::Exhausted(rung) => Position::Exhausted(near(rung)),
        }
    }

    /// How long `position` waits before the next.
    pub fn wait(&self, position: Position, set: &PolicySet) -> Duration {
        match position {
            Position::On(rung) => self.level(rung.level).wait,
            Position::Exhausted(_) => set.exhausted_every,
        }
    }
}

/// One step taken: who is called there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Step {
    /// Where.
    pub position: Position,
    /// Who, and why.
    pub people: Vec<Called>,
    /// Whether the team's chat is called as well.
    pub team: bool,
    /// Whether the step reached for anybody at all.
    pub reachable: bool,
}

/// When, about whom and how urgently a ladder takes a step.
#[derive(Clone, Copy, Debug)]
pub struct Scene<'a> {
    /// The instant.
    pub at: Timestamp,
    /// The unit it is about, by whose office hours conditions hold.
    pub unit: Option<&'a UnitCode>,
    /// Whether people are called outside their working hours like everybody else.
    pub at_any_hour: bool,
    /// Whether it is of a drill: then nobody is called but whom its levels name.
    pub drill: bool,
    /// Who there is.
    pub directory: &'a Directory,
}

/// The people of one position.
pub fn step(policy: &Policy, position: Position, scene: &Scene<'_>) -> Step {
    let directory = scene.directory;
    let (people, team) = match position {
        Position::On(rung) => {
            let level = policy.level(rung.level);
            (called_by(level, scene).called, level.notify.contains(&Target::Team))
        }
        Position::Exhausted(_) if scene.drill => {
            (called_by(policy.level(policy.levels()), scene).called, false)
        }
        Position::Exhausted(_) => (last_resort(scene.at, directory), true),
    };
    // The team's chat is there only where Telegram is.
    let team_hears = team && directory.channels.contains(&ChannelKind::Telegram);
    let reachable = team_hears || people.iter().any(|one| !directory.ways_to(&one.id).is_empty());
    Step { position, people, team, reachable }
}

/// Takes `position`; where nobody there can be reached takes the next at once, and so on. `dead`
/// rungs just before already reached nobody: after a whole round like that the ladder is exhausted.
pub fn climb(policy: &Policy, position: Position, dead: u32, scene: &Scene<'_>) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut position = position;
    for _ in dead..policy.levels() {
        position = policy.passed_over(position, scene.at, scene.directory.hours_of(scene.unit));
        let taken = step(policy, position, scene);
        let done = taken.reachable || matches!(position, Position::Exhausted(_));
        steps.push(taken);
        if done {
            return steps;
        }
        position = policy.after(position);
    }
    steps.push(step(policy, Position::Exhausted(position.rung()), scene));
    steps
}
