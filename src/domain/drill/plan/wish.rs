//! What is wished of the book of drills, and why it is not done.

use serde::{Deserialize, Serialize};

use super::Units;
use crate::domain::drill::run::DrillRefusal;
use crate::domain::drill::scenario::ScenarioId;
use crate::domain::ids::DrillCode;
use crate::domain::schedule::Schedule;

/// A series somebody would set.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Draft {
    /// What is played.
    pub scenario: ScenarioId,
    /// When.
    pub schedule: Schedule,
    /// Which units are drilled.
    pub units: Units,
}

/// A wish.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum BookWish {
    /// A series is set, led by whoever wishes it.
    SetSeries(Box<Draft>),
    /// A series makes no more drills, and those nobody was asked about yet are cancelled.
    EndSeries(i64),
    /// The managers are asked to agree to every draft of a year.
    Submit(i32),
    /// A manager agrees to every drill of a year that waits for it.
    Approve(i32),
    /// A manager does not.
    Decline(i32, String),
    /// The contacts of units that have not drilled in this year are reminded.
    Remind(i32),
}

/// Why not.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BookRefusal {
    /// There is no such series, or it has ended.
    NoSuchSeries,
    /// The same scenario recurs by the same rule already.
    SameSeries,
    /// It comes to no day that is near enough to be planned.
    NoDay,
    /// No unit is drilled by it.
    NoUnits,
    /// No drill of the year waits for that.
    NothingWaits(i32),
    /// With one of them it cannot be done, so with none.
    OneOf {
        /// Which.
        drill: DrillCode,
        /// Why.
        why: Box<DrillRefusal>,
    },
    /// No unit is missing, or each was reminded today.
    NobodyToRemind,
}
