//! What only administrators can mend.

use serde::{Deserialize, Serialize};

/// Something only administrators can mend.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trouble {
    /// The database could not be written for a while.
    Storage,
    /// An update was skipped.
    Skipped {
        /// What kind of thing.
        what: String,
    },
    /// A stream's moment fails again and again.
    StreamStuck {
        /// The stream.
        stream: String,
    },
    /// The daily backup could not be made.
    BackupFailed,
    /// The topic of the team's chat is gone or closed.
    TopicLost {
        /// Its number.
        topic: i32,
    },
    /// The wall clock was set.
    ClockJumped {
        /// By how many milliseconds.
        by_ms: i64,
    },
    /// Derived rows did not read and were made again from the ledger.
    Remade {
        /// Which, by table and key.
        rows: Vec<String>,
    },
    /// A message was set aside: what is stored of it, or what came of it, does not read.
    SetAside {
        /// Its number in the outbox.
        row: i64,
    },
}
