//! Policies as checked values: never empty, always a last one without conditions.

use std::collections::BTreeSet;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::domain::calendar::{HoursOf, When};
use crate::domain::ids::PersonId;
use crate::domain::time::Timestamp;
use crate::domain::values::{Role, Severity};

/// Whom a level calls.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// The officer on duty.
    Duty,
    /// The backup of the officer on duty.
    Backup,
    /// The captain and the deputies.
    Lead,
    /// Leadership.
    Managers,
    /// The team's chat: a message there that calls for attention.
    Team,
    /// Everybody with a role.
    Role(Role),
    /// One person.
    Person(PersonId),
}

/// One step: whom to call, and how long to wait before the next.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Level {
    /// Whom.
    pub notify: Vec<Target>,
    /// From this level to the next.
    #[serde(with = "humantime_serde")]
    pub wait: Duration,
    /// Only then; otherwise it is passed over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<When>,
}

/// A non-empty list of levels with the number of rounds and the holder's lease.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Policy {
    first: Level,
    rest: Vec<Level>,
    /// Rounds after the first.
    pub repeat: u32,
    /// How long a holder may do nothing before being reminded.
    #[serde(with = "humantime_serde")]
    pub lease: Duration,
    /// Whether it calls only in office hours: what falls due outside them waits for the next.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub in_hours_only: bool,
}

impl Policy {
    /// A policy from its levels, that calls at any hour; `None` when there are none.
    pub fn new(levels: Vec<Level>, repeat: u32, lease: Duration) -> Option<Self> {
        let mut levels = levels.into_iter();
        let first = levels.next()?;
        Some(Self::of(first, levels.collect(), repeat, lease))
    }

    /// A policy from its first level and those after it.
    pub fn of(first: Level, rest: Vec<Level>, repeat: u32, lease: Duration) -> Self {
        Self { first, rest, repeat, lease, in_hours_only: false }
    }

    /// When a call is made that falls due at `due`: then, or in the next office hours.
    pub fn calls_at(&self, due: Timestamp, hours: HoursOf<'_>) -> Timestamp {
        let later = self.in_hours_only.then(|| hours.next(due));
        later.flatten().unwrap_or(due)
    }

    /// The `number`-th level, counted from one; beyond the end it is the last.
    pub fn level(&self, number: u32) -> &Level {
        match number {
            0 | 1 => &self.first,
            n => {
                let index = usize::try_from(n).unwrap_or(usize::MAX).saturating_sub(2);
                self.rest.get(index).or(self.rest.last()).unwrap_or(&self.first)
            }
        }
    }

    /// How many levels there are, at least one.
    pub fn levels(&self) -> u32 {
        u32::try_from(self.rest.len()).unwrap_or(u32::MAX).saturating_add(1)
    }

    /// How many rounds there are, at least one.
    pub fn rounds(&self) -> u32 {
        self.repeat.saturating_add(1)
    }
}

/// A policy that applies only to some severities, or only at some times.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Conditional {
    /// The severities it is for; none means every one.
    pub severities: BTreeSet<Severity>,
    /// Only for incidents that are opened then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<When>,
    /// The policy.
    pub policy: Policy,
}

/// All policies of the province. An incident keeps the set it was opened under.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PolicySet {
    /// Tried in order.
    pub conditional: Vec<Conditional>,
    /// Used when no condition matches.
    pub fallback: Policy,
    /// How often lead and managers are called once the rounds are spent.
    #[serde(with = "humantime_serde")]
    pub exhausted_every: Duration,
    /// Between the reminder to the holder and the release.
    #[serde(with = "humantime_serde")]
    pub lease_grace: Duration,
}

impl PolicySet {
    /// The set for an incident that is opened at `at`, by the hours of its unit: without the policies for other times.
    pub fn at(&self, at: Timestamp, hours: HoursOf<'_>) -> Self {
        let now = |one: &&Conditional| one.when.is_none_or(|when| hours.holds(when, at));
        let conditional = self.conditional.iter().filter(now).cloned().collect();
        Self { conditional, ..self.clone() }
    }

    /// The first policy whose conditions match.
    pub fn matching(&self, severity: Severity) -> &Policy {
        self.conditional
            .iter()
            .find(|one| one.severities.is_empty() || one.severities.contains(&severity))
            .map_or(&self.fallback, |candidate| &candidate.policy)
    }
}
