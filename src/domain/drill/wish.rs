//! What is wished about drills.

use super::plan::wish::BookWish;
use super::run::DrillAct;
use super::scenario::ScenarioId;
use crate::domain::ids::{DrillCode, UnitCode};
use crate::domain::time::Timestamp;

/// A wish.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum DrillWish {
    /// One is planned, led by whoever wishes it.
    Plan {
        /// What is played.
        scenario: ScenarioId,
        /// When.
        at: Timestamp,
        /// Which units are drilled; none means every one that stands.
        units: Vec<UnitCode>,
    },
    /// Something is done to one, or in it.
    Act(DrillCode, Box<DrillAct>),
    /// Something about series, the plan of a year, or who has to drill.
    Book(BookWish),
}

impl DrillAct {
    /// The free words in it.
    pub fn words_mut(&mut self) -> Option<&mut String> {
        match self {
            Self::Decline(words)
            | Self::Move(_, words)
            | Self::Cancel(words)
            | Self::HeldOutside(words)
            | Self::Say(_, words)
            | Self::File(_, words)
            | Self::Abort(words)
            | Self::Observe(words)
            | Self::Rate(_, _, words)
            | Self::RateReason(_, words)
            | Self::ItemDone(_, words)
            | Self::ReturnItem(_, words)
            | Self::Survey(_, words) => Some(words),
            Self::AddItem(item) => Some(&mut item.words),
            _ => None,
        }
    }
}
