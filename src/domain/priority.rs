//! How urgent what there is to say is.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::actor::Origin;
use super::values::Severity;

/// How urgent a message is; earlier ones go first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    /// A real page or call of a critical incident.
    CriticalPage,
    /// Any other real page or call.
    Page,
    /// A drill's page.
    DrillPage,
    /// The answer to a person.
    Reply,
    /// A card to be posted.
    Card,
    /// A card to be edited: what is new goes before what is known already.
    Edit,
    /// News.
    Notice,
    /// To many.
    Broadcast,
}

impl Priority {
    /// Every priority, most urgent first.
    pub const ALL: [Self; 8] = [
        Self::CriticalPage,
        Self::Page,
        Self::DrillPage,
        Self::Reply,
        Self::Card,
        Self::Edit,
        Self::Notice,
        Self::Broadcast,
    ];

    /// A page or call of a drill, or of a real incident of this severity.
    pub fn of_page(origin: &Origin, severity: Severity) -> Self {
        match (origin, severity) {
            (Origin::Drill(_), _) => Self::DrillPage,
            (Origin::Real, Severity::Critical) => Self::CriticalPage,
            (Origin::Real, _) => Self::Page,
        }
    }

    /// Whether it calls somebody.
    pub fn calls(self) -> bool {
        self <= Self::DrillPage
    }

    /// The number it is stored as.
    pub fn rank(self) -> i64 {
        match self {
            Self::CriticalPage => 0,
            Self::Page => 1,
            Self::DrillPage => 2,
            Self::Reply => 3,
            Self::Card => 4,
            Self::Edit => 5,
            Self::Notice => 6,
            Self::Broadcast => 7,
        }
    }

    /// From the number it is stored as.
    pub fn from_rank(rank: i64) -> Self {
        Self::ALL.into_iter().find(|priority| priority.rank() == rank).unwrap_or(Self::Broadcast)
    }

    /// How long a message of this kind is still worth sending; pages never expire.
    pub fn shelf_life(self) -> Option<Duration> {
        match self {
            Self::CriticalPage | Self::Page | Self::DrillPage | Self::Card | Self::Edit => None,
            Self::Reply | Self::Notice | Self::Broadcast => Some(Duration::from_secs(24 * 3600)),
        }
    }
}
