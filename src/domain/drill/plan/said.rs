//! What there is to say about the book of drills, by ids.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::wish::Draft;
use crate::domain::drill::scenario::ScenarioId;
use crate::domain::ids::{DrillCode, UnitCode};
use crate::domain::incident::act::ActKind;
use crate::domain::schedule::fault::Fault;

/// What people are told unasked.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BookNotice {
    /// A manager is asked to agree to the drills of a year.
    ToApprove {
        /// Which year.
        year: i32,
        /// How many drills.
        drills: u64,
    },
    /// A manager agreed, or did not.
    Decided {
        /// Which year.
        year: i32,
        /// Whether he did.
        agreed: bool,
        /// To how many drills.
        drills: u64,
        /// One of those to which he did not: it holds his reason.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<DrillCode>,
    },
    /// The scenario of a series is there no more.
    ScenarioGone {
        /// Which series.
        series: i64,
        /// Which scenario.
        scenario: ScenarioId,
    },
    /// To the contacts of a unit that has not drilled.
    Missing {
        /// Which unit.
        unit: UnitCode,
        /// In which year.
        year: i32,
    },
    /// To the managers, when a period is over.
    Overdue {
        /// The first day of it.
        from: NaiveDate,
        /// The first day after it.
        end: NaiveDate,
        /// The units that miss something; not more than a message names.
        units: Vec<UnitCode>,
        /// How many more there are.
        more: u64,
    },
}

impl BookNotice {
    /// The word for it in keys.
    pub fn word(&self) -> &'static str {
        match self {
            Self::ToApprove { .. } => "to_approve",
            Self::Decided { .. } => "decided",
            Self::ScenarioGone { .. } => "scenario_gone",
            Self::Missing { .. } => "missing",
            Self::Overdue { .. } => "overdue",
        }
    }
}

/// The answer to a question about the book.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BookAnswer {
    /// The drills of a year.
    Year(i32),
    /// The series.
    Series,
    /// Who has drilled in a year and who has not.
    Compliance(i32),
}

impl BookAnswer {
    /// Whether it is only for whoever plans drills or agrees to them; of a year everybody sees what
    /// concerns him.
    pub fn is_for_leaders(&self) -> bool {
        matches!(self, Self::Series | Self::Compliance(_))
    }
}

/// A question about the book.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BookAsk {
    /// Shall this series be set?
    Confirm(Box<Draft>),
    /// By which rule does the scenario recur?
    Rule {
        /// Which scenario.
        scenario: ScenarioId,
        /// Why what was said before cannot be used.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        fault: Option<Fault>,
    },
    /// Why are the drills of this year not agreed to?
    Decline(i32),
}

impl BookAsk {
    /// Which right its answer needs.
    pub fn needs(&self) -> ActKind {
        match self {
            Self::Confirm(_) | Self::Rule { .. } => ActKind::PlanDrill,
            Self::Decline(_) => ActKind::ApproveDrill,
        }
    }

    /// The scenario it is about.
    pub fn scenario(&self) -> Option<&ScenarioId> {
        match self {
            Self::Confirm(draft) => Some(&draft.scenario),
            Self::Rule { scenario, .. } => Some(scenario),
            Self::Decline(_) => None,
        }
    }
}

/// What took effect.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BookDone {
    /// A series was set.
    SeriesSet {
        /// How many drills it made at once.
        drills: u64,
    },
    /// A series was ended.
    SeriesEnded {
        /// How many of its drills were cancelled.
        cancelled: u64,
    },
    /// The managers are asked.
    Submitted {
        /// Which year.
        year: i32,
        /// How many drills.
        drills: u64,
    },
    /// A manager agreed, or did not.
    Decided {
        /// Which year.
        year: i32,
        /// Whether he did.
        agreed: bool,
        /// How many drills.
        drills: u64,
    },
    /// Contacts of units were reminded.
    Reminded {
        /// How many units.
        units: u64,
        /// How many of those missing have nobody who can be reminded.
        unreachable: u64,
    },
}
