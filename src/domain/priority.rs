//! How urgent what there is to say is.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// How urgent a message is; earlier ones go first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    /// A real page.
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
    pub const ALL: [Self; 7] = [
        Self::Page,
        Self::DrillPage,
        Self::Reply,
        Self::Card,
        Self::Edit,
        Self::Notice,
        Self::Broadcast,
    ];

    /// The number it is stored as.
    pub fn rank(self) -> i64 {
        match self {
            Self::Page => 0,
            Self::DrillPage => 1,
            Self::Reply => 2,
            Self::Card => 3,
            Self::Edit => 4,
            Self::Notice => 5,
            Self::Broadcast => 6,
        }
    }

    /// From the number it is stored as.
    pub fn from_rank(rank: i64) -> Self {
        Self::ALL.into_iter().find(|priority| priority.rank() == rank).unwrap_or(Self::Broadcast)
    }

    /// How long a message of this kind is still worth sending; pages never expire.
    pub fn shelf_life(self) -> Option<Duration> {
        match self {
            Self::Page | Self::DrillPage | Self::Card | Self::Edit => None,
            Self::Reply | Self::Notice | Self::Broadcast => Some(Duration::from_secs(24 * 3600)),
        }
    }
}
