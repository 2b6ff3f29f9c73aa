//! Reasons and facts inside events.

use serde::{Deserialize, Serialize};

use crate::domain::ids::SystemCode;
use crate::domain::time::Timestamp;
use crate::domain::values::{Category, Impact, Tri};

/// Why a rung was taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// The incident was opened.
    Opened,
    /// Nobody answered in time.
    Waited,
    /// Somebody pressed `Chuyển cấp`.
    Raised,
    /// The severity went up.
    SeverityRaised,
    /// The rung before reached nobody.
    Undeliverable,
    /// The holder gave it back or fell silent.
    Released,
    /// The incident was opened again.
    Reopened,
    /// It is no part of a widespread incident any more.
    Separated,
}

impl Cause {
    /// Rungs that reached nobody are counted in a row: any other step than going on from one of
    /// them begins a new count.
    pub fn counts_anew(self) -> bool {
        self != Self::Undeliverable
    }

    /// Whether somebody wants people to be called now, whatever hour it is.
    pub fn at_any_hour(self) -> bool {
        matches!(self, Self::Raised | Self::SeverityRaised)
    }
}

/// Why a message did not reach somebody.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhyFailed {
    /// The person blocked the bot or never started it.
    Blocked,
    /// The chat does not exist any more.
    ChatGone,
    /// The address is not accepted.
    BadAddress,
    /// The channel answered that it cannot take the message.
    Rejected,
    /// The person has no usable channel at all.
    NoChannel,
    /// The channel did not answer; the next one is tried and this one again later.
    ChannelDown,
}

/// What the report had left open.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fact {
    /// Which of the unit's systems it concerns.
    System(SystemCode),
    /// What kind of thing it seems to be; counts until somebody sets the category.
    Category(Category),
    /// When it was noticed.
    NoticedAt(Timestamp),
    /// How far it reaches.
    Impact(Impact),
    /// Whether data about people is concerned; counts until somebody sets the flag.
    PersonalData(Tri),
}
