//! What people concerned hear of an incident.

use serde::{Deserialize, Serialize};

use super::ids::{IncidentCode, PersonId, UnitCode};
use super::time::Timestamp;
use super::values::Severity;

/// One thing they should know.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum News {
    /// Somebody has it now.
    Taken {
        /// Who.
        by: PersonId,
    },
    /// Nobody has it any more; people are being called again.
    GivenBack {
        /// Who had it.
        by: PersonId,
    },
    /// Its unit ended, and it goes on under the one that took its place.
    UnitMoved {
        /// From.
        from: UnitCode,
        /// To.
        to: UnitCode,
    },
    /// Contained.
    Contained,
    /// Put right.
    Resolved,
    /// Finished.
    Closed,
    /// Opened again.
    Reopened,
    /// Merged into another one.
    Merged {
        /// Which.
        main: IncidentCode,
    },
    /// The severity changed.
    SeverityChanged {
        /// From.
        from: Severity,
        /// To.
        to: Severity,
    },
    /// Somebody not holding it added a note.
    Note {
        /// Who.
        by: Option<PersonId>,
    },
    /// Still on it? Released at that moment without an answer.
    LeaseReminder {
        /// When.
        release_at: Timestamp,
    },
    /// It was taken from a silent holder.
    LeaseExpired,
    /// Put right a day ago and not closed yet.
    CloseReminder,
    /// Somebody brought evidence.
    Evidence {
        /// Who.
        by: Option<PersonId>,
    },
    /// The reader is given evidence, and has to confirm it.
    Handed {
        /// Which piece.
        number: u32,
        /// By whom.
        by: Option<PersonId>,
    },
    /// Somebody has confirmed to have evidence.
    Received {
        /// Which piece.
        number: u32,
        /// Who.
        by: Option<PersonId>,
    },
    /// So many units report alike: one widespread incident?
    Widespread {
        /// How many units.
        units: usize,
    },
    /// Its source comes and goes: what it sends opens nothing more until it is quiet.
    Flapping {
        /// How many times it came.
        times: u64,
        /// Within so many milliseconds.
        within_ms: u64,
        /// How long it has to be quiet, in milliseconds.
        quiet_ms: u64,
    },
    /// A page to the assigned person did not get through.
    AssignedUnreachable {
        /// Who.
        person: PersonId,
    },
}
