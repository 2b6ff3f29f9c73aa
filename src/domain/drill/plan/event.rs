//! What happened to the book of drills.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::Series;
use crate::domain::ids::{DrillCode, UnitCode};
use crate::domain::time::Timestamp;

/// One thing that happened.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum BookEvent {
    /// A series was set; the entry's number is its name.
    SeriesSet {
        /// As it is.
        series: Box<Series>,
    },
    /// A series makes no more drills.
    SeriesEnded {
        /// Which.
        series: i64,
    },
    /// The scenario of a series is there no more, and the leads were told.
    ScenarioGone {
        /// Of which.
        series: i64,
    },
    /// A drill was made of a day of a series.
    OccurrenceMade {
        /// Of which series.
        series: i64,
        /// The day its rule names.
        nominal: NaiveDate,
        /// The drill.
        drill: DrillCode,
        /// When it begins by the calendar.
        at: Timestamp,
    },
    /// The calendar changed: a drill that was made belongs to another day now.
    OccurrenceShifted {
        /// Of which series.
        series: i64,
        /// The day its rule names.
        nominal: NaiveDate,
        /// When it begins by the calendar as it is now.
        to: Timestamp,
        /// Whether the drill went along; one that was submitted, or moved by hand, stays.
        moved: bool,
    },
    /// The managers are asked to agree to the drills of a year.
    YearSubmitted {
        /// Which year.
        year: i32,
        /// Which drills.
        drills: Vec<DrillCode>,
    },
    /// A manager agreed.
    YearApproved {
        /// Which year.
        year: i32,
        /// To which drills.
        drills: Vec<DrillCode>,
    },
    /// A manager did not; why stands with each drill.
    YearDeclined {
        /// Which year.
        year: i32,
        /// Which drills.
        drills: Vec<DrillCode>,
    },
    /// The contacts of these units were reminded that a drill is missing.
    UnitsReminded {
        /// Which.
        units: Vec<UnitCode>,
    },
    /// A period in which units have to drill is over, and the managers were told what is missing.
    PeriodClosed {
        /// The first day after it.
        end: NaiveDate,
        /// How many units missed something.
        missing: u64,
    },
}

impl BookEvent {
    /// The word for it in the ledger.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::SeriesSet { .. } => "series_set",
            Self::SeriesEnded { .. } => "series_ended",
            Self::ScenarioGone { .. } => "scenario_gone",
            Self::OccurrenceMade { .. } => "occurrence_made",
            Self::OccurrenceShifted { .. } => "occurrence_shifted",
            Self::YearSubmitted { .. } => "year_submitted",
            Self::YearApproved { .. } => "year_approved",
            Self::YearDeclined { .. } => "year_declined",
            Self::UnitsReminded { .. } => "units_reminded",
            Self::PeriodClosed { .. } => "period_closed",
        }
    }

    /// Every kind this version knows.
    pub const KINDS: &'static [&'static str] = &[
        "series_set",
        "series_ended",
        "scenario_gone",
        "occurrence_made",
        "occurrence_shifted",
        "year_submitted",
        "year_approved",
        "year_declined",
        "units_reminded",
        "period_closed",
    ];
}
