//! An alert from another system, after its format was read.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::ids::{IncidentCode, UnitCode};
use super::time::Timestamp;
use super::values::{Category, Severity};

/// One alert.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Alert {
    /// One line, at most 200 characters.
    pub title: String,
    /// The rest.
    pub description: Option<String>,
    /// Severity; medium where the source says none.
    pub severity: Severity,
    /// Category, where it is one of ours.
    pub category: Option<Category>,
    /// Unit, where it was given; it may be unknown to the directory.
    pub unit: Option<UnitCode>,
    /// Under what repeats join, per intake.
    pub dedup_key: Option<String>,
    /// When the source noticed it.
    pub detected_at: Option<Timestamp>,
    /// Whether the source says it is over.
    pub resolved: bool,
    /// What was given and not understood, to be noted.
    pub remarks: Vec<Remark>,
}

/// Something in an alert that was accepted but could not be used.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Remark {
    /// No such unit.
    UnknownUnit(String),
    /// No such category.
    UnknownCategory(String),
    /// Its words bore a stamp of state secrecy and were not kept.
    Withheld,
}

/// What became of an alert.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Filed {
    /// The incident.
    pub code: IncidentCode,
    /// Whether it is new.
    pub created: bool,
}

/// When one intake's alerts count as the same thing again.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Repeats {
    /// How long after its recording an incident takes in alerts that look like its own.
    pub fold_window: Duration,
    /// A source that opened more incidents than this within `flap_window` opens no more of them.
    pub flap_count: u32,
    /// See `flap_count`.
    pub flap_window: Duration,
    /// Until it was quiet for so long.
    pub flap_quiet: Duration,
}

impl Default for Repeats {
    fn default() -> Self {
        let minutes = |count: u64| Duration::from_secs(count.saturating_mul(60));
        Self {
            fold_window: minutes(60),
            flap_count: 3,
            flap_window: minutes(60),
            flap_quiet: minutes(30),
        }
    }
}
