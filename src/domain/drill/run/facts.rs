//! What events of a drill are made of.

use std::collections::BTreeSet;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::domain::drill::scenario::{DrillKind, PartId, ScenarioId};
use crate::domain::ids::{IncidentCode, PersonId, UnitCode};
use crate::domain::text::Text;
use crate::domain::time::Timestamp;

/// The scenario a drill rests on, by the digest of its copy.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Pinned {
    /// Which.
    pub id: ScenarioId,
    /// Which version of it.
    pub version: u32,
    /// The digest of the copy.
    pub hash: String,
    /// What it is called.
    pub name: String,
    /// What kind of drill it is played as.
    pub kind: DrillKind,
    /// How long it is played.
    #[serde(with = "humantime_serde")]
    pub length: Duration,
}

/// What is planned.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Planning {
    /// What is played.
    pub scenario: Pinned,
    /// When it begins.
    pub at: Timestamp,
    /// Who leads it.
    pub lead: PersonId,
    /// Who leads it where the lead cannot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deputy: Option<PersonId>,
    /// Who judges it, beside them.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub evaluators: BTreeSet<PersonId>,
    /// The units that are drilled.
    #[serde(default)]
    pub units: BTreeSet<UnitCode>,
    /// Later sessions, where it takes more than one: when each begins.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sessions: Vec<Timestamp>,
    /// The chat of its own, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chat: Option<i64>,
    /// The occurrence of a series it is, where it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<Occurrence>,
}

/// An occurrence of a series: exactly one drill is made of each.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct Occurrence {
    /// The entry that made the series.
    pub series: i64,
    /// The day the rule names, before any shift.
    pub nominal: chrono::NaiveDate,
}

/// Whether somebody comes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rsvp {
    /// He does.
    Yes,
    /// He does not.
    No,
}

/// How somebody takes part.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    /// In the hall.
    Hall,
    /// From his own place.
    Online,
}

/// A part in the drill for one person.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Cast {
    /// Who.
    pub person: PersonId,
    /// Which parts.
    pub parts: BTreeSet<PartId>,
    /// For which unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitCode>,
}

/// What people are reminded of, each once.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reminder {
    /// Thirty days before.
    Month,
    /// Fourteen days before.
    Fortnight,
    /// Seven days before.
    Week,
    /// Three days before.
    ThreeDays,
    /// The day before.
    Day,
    /// Two hours before.
    TwoHours,
}

/// Why an inject went out.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// Its time had come.
    Time,
    /// The lead sent it.
    Hand,
}

/// Why a drill stands still.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PauseWhy {
    /// The lead said so.
    Lead,
    /// A participant says that something real happens.
    Claimed {
        /// Who.
        by: PersonId,
    },
    /// A real incident of the highest severity.
    Real {
        /// Which.
        incident: IncidentCode,
    },
    /// The program was away.
    Away,
    /// The clock was set.
    Clock,
    /// The session is over, and another one follows.
    SessionOver,
}

/// How a drill goes on.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Resume {
    /// Everything that is left comes later by the pause.
    Shift,
    /// What should have come meanwhile is left out.
    Skip,
    /// What is left is brought closer together, so that it ends as planned.
    Compress,
}

/// What somebody did that was expected.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// Said that it was read.
    Acknowledged,
    /// Chose this.
    Chose(String),
    /// Said this.
    Said {
        /// What.
        words: Text,
    },
    /// Sent a file.
    File,
    /// Reported this within the drill.
    Reported(IncidentCode),
    /// An evaluator saw it.
    Seen,
}

/// How a drill ended.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndHow {
    /// The lead ended it.
    Lead,
    /// Its time was over.
    Time,
    /// It was broken off.
    Aborted {
        /// Why.
        reason: Text,
    },
}

/// What comes of a report that may be of the drill or real.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Settled {
    /// It is of the drill.
    Drill,
    /// It is real, as was said.
    Real,
    /// Nobody said in time, so it is real.
    Silence,
}

/// How well an objective was met.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// Without challenges.
    Performed,
    /// With some challenges.
    Some,
    /// With major challenges.
    Major,
    /// Not at all.
    Unable,
    /// It could not be seen, or does not apply.
    NotApplicable,
}

/// What somebody thinks after a drill.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Opinion {
    /// The question.
    pub question: String,
    /// What he says.
    pub words: Text,
}
