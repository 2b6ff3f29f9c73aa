//! What kinds of calls there are.

use serde::{Deserialize, Serialize};

/// What kind of call a page is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PageKind {
    /// A rung of the ladder.
    Rung {
        /// The round.
        round: u32,
        /// The level.
        level: u32,
        /// Whether it is the last rung: telephone numbers are shown.
        last: bool,
    },
    /// The person was asked by name.
    Assigned,
    /// The severity went up, for somebody called before.
    SeverityRaised,
    /// The rounds are spent: nobody answered.
    NobodyAnswered,
    /// Nobody could be reached on any channel.
    NobodyReached,
}

/// Pages that ask the same of their reader: only these may share a message.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum PageClass {
    /// A rung before the last.
    Rung,
    /// The last rung.
    LastRung,
    /// The severity went up.
    SeverityRaised,
    /// Nobody answered.
    NobodyAnswered,
    /// Nobody could be reached.
    NobodyReached,
}

impl PageKind {
    /// What it asks of its reader; nothing that others could share when the person is asked by name.
    pub fn class(self) -> Option<PageClass> {
        Some(match self {
            Self::Rung { last: false, .. } => PageClass::Rung,
            Self::Rung { last: true, .. } => PageClass::LastRung,
            Self::Assigned => return None,
            Self::SeverityRaised => PageClass::SeverityRaised,
            Self::NobodyAnswered => PageClass::NobodyAnswered,
            Self::NobodyReached => PageClass::NobodyReached,
        })
    }
}
