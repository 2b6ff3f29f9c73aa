//! What came of an envelope: what is stored under its key, and told.

use serde::{Deserialize, Serialize};

use super::alert::Filed;
use super::contacts::ContactsDone;
use super::drill::notice::DrillDone;
use super::drill::plan::said::BookDone;
use super::ids::{IncidentCode, PersonId};
use super::incident::act::ActKind;
use super::refusal::Refusal;
use super::roster::feed::FeedOf;
use super::roster::{Change, Leave, RosterId, Swap, SwapState};
use super::time::Timestamp;
use super::values::{Flag, Role, Tri};

/// What came of an envelope; stored under its key.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Receipt {
    /// It took effect.
    Done(Done),
    /// It was refused, and stays so.
    Refused(Refusal),
}

/// What took effect about who is on duty.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DutyDone {
    /// A roster holds from an instant on.
    Planned {
        /// From when; nothing where it held already.
        from: Option<Timestamp>,
        /// When another one begins that was set before.
        #[serde(default)]
        next: Option<Timestamp>,
    },
    /// Somebody sits elsewhere for a time.
    Changed {
        /// Under which number it can be taken back.
        id: RosterId,
        /// What changed.
        change: Box<Change>,
    },
    /// A change was taken back.
    ChangeEnded,
    /// Somebody will be away.
    LeaveSet {
        /// Under which number it can be taken back.
        id: RosterId,
        /// Who, when, and who stands in.
        leave: Box<Leave>,
    },
    /// A leave is over, or does not happen.
    LeaveEnded,
    /// A swap was proposed.
    SwapProposed {
        /// The swap.
        swap: Swap,
    },
    /// A swap was answered.
    SwapAnswered {
        /// How far it is now.
        state: SwapState,
    },
    /// The watch was taken.
    WatchTaken,
    /// A test of the way was answered.
    CanaryAnswered {
        /// How long it took, in milliseconds.
        took_ms: u64,
    },
    /// A calendar has this link; it is shown only to whom the calendar is.
    Feed {
        /// Whose.
        of: FeedOf,
        /// Which link.
        number: u32,
        /// Whether the one before stopped.
        renewed: bool,
    },
    /// A calendar has no link any more.
    FeedStopped,
}

/// What took effect about a playbook.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Played {
    /// It was started.
    Started {
        /// What it is called.
        title: String,
    },
    /// A step was taken.
    Taken {
        /// Which.
        title: String,
    },
    /// A question was answered.
    Answered {
        /// Of which step.
        step: u32,
        /// The step.
        title: String,
        /// The next question that waits, by its place.
        next: Option<u32>,
    },
    /// A step is done.
    Done {
        /// Which.
        title: String,
        /// What begins with it, for people.
        next: Vec<String>,
        /// Whether the playbook is through.
        finished: bool,
    },
    /// Somebody has to agree first.
    ApprovalAsked {
        /// To which.
        title: String,
        /// Until when.
        until: Timestamp,
    },
    /// The actor agreed.
    Approved {
        /// To which.
        title: String,
        /// Whether enough have.
        enough: bool,
    },
    /// The actor did not.
    Declined {
        /// Which.
        title: String,
    },
    /// A step was left out.
    Skipped {
        /// Which.
        title: String,
    },
    /// A step cannot be done.
    Failed {
        /// Which.
        title: String,
        /// Whether the holder has to say what now.
        stuck: bool,
    },
    /// A step is tried again.
    Retried {
        /// Which.
        title: String,
    },
    /// The playbook was stopped.
    Stopped {
        /// What it is called.
        title: String,
    },
}

/// What took effect.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Done {
    /// Nothing to tell.
    Quiet,
    /// An incident was recorded.
    Reported(IncidentCode),
    /// An act took effect.
    Acted {
        /// On which incident.
        code: IncidentCode,
        /// Which act.
        act: ActKind,
    },
    /// A flag has a value.
    Flagged {
        /// Of which incident.
        code: IncidentCode,
        /// Which flag.
        flag: Flag,
        /// Its value.
        value: Tri,
    },
    /// A note was kept; its writer may take it back for a while.
    Noted {
        /// On which incident.
        code: IncidentCode,
        /// Under which entry.
        seq: i64,
    },
    /// Words were taken back.
    Redacted {
        /// Of which incident.
        code: IncidentCode,
        /// Of which entry.
        seq: i64,
        /// The backups that still hold them.
        backups: Vec<String>,
        /// Entries that came in the same message and are still on record.
        #[serde(default)]
        stays: Vec<i64>,
    },
    /// Edited words were recorded.
    Edited {
        /// Of which incident.
        code: IncidentCode,
        /// Of which entry.
        seq: i64,
    },
    /// A duplicate was merged.
    Merged {
        /// The duplicate.
        duplicate: IncidentCode,
        /// The main one.
        main: IncidentCode,
    },
    /// Several are dealt with as one.
    Grouped {
        /// The widespread incident.
        parent: IncidentCode,
        /// How many parts it has now.
        parts: usize,
    },
    /// Alerts were filed.
    Filed(Vec<Filed>),
    /// The directory changed: how many rows were added and changed.
    Directory {
        /// New rows.
        added: u64,
        /// Changed rows.
        changed: u64,
    },
    /// An invitation was made.
    Invited {
        /// For whom.
        person: PersonId,
        /// Until when.
        expires: Timestamp,
    },
    /// An account was linked.
    Linked {
        /// To whom.
        person: PersonId,
        /// With these roles.
        roles: Vec<Role>,
    },
    /// An account was unlinked.
    Unlinked {
        /// Whose.
        person: PersonId,
    },
    /// Something about a playbook.
    Played {
        /// On which incident.
        code: IncidentCode,
        /// What.
        played: Box<Played>,
    },
    /// Something about who is on duty.
    Duty(DutyDone),
    /// Something about the units' contacts.
    Contacts(ContactsDone),
    /// Something about a drill.
    Drill(DrillDone),
    /// Something about the plan of drills.
    Book(BookDone),
    /// A test page is on its way.
    TestPaged {
        /// To whom.
        person: PersonId,
    },
}

impl Done {
    /// The incident its receipt is about.
    pub fn code(&self) -> Option<&IncidentCode> {
        match self {
            Self::Reported(code)
            | Self::Acted { code, .. }
            | Self::Flagged { code, .. }
            | Self::Noted { code, .. }
            | Self::Played { code, .. }
            | Self::Redacted { code, .. }
            | Self::Edited { code, .. } => Some(code),
            Self::Merged { main, .. } => Some(main),
            Self::Grouped { parent, .. } => Some(parent),
            _ => None,
        }
    }
}
