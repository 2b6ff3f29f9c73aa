//! What somebody can ask of an incident.

use serde::{Deserialize, Serialize};

use crate::domain::evidence::Attachment;
use crate::domain::ids::{IncidentCode, PersonId, SystemCode};
use crate::domain::time::Timestamp;
use crate::domain::values::{Category, Flag, Impact, Severity, Tlp, Tri};

/// Which incident, and of which episode: what a button, or a question, was about stays what it was
/// about when the incident is opened anew.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Aim {
    /// Its code.
    pub code: IncidentCode,
    /// The episode of the button or question; `None` when typed in one go.
    pub episode: Option<u32>,
}

impl Aim {
    /// Typed in one go.
    pub fn typed(code: IncidentCode) -> Self {
        Self { code, episode: None }
    }
}

/// An act on an existing incident.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Act {
    /// `Tiếp nhận`: take charge.
    Acknowledge,
    /// `Trả lại`: give it back; the ladder goes on.
    HandBack,
    /// `Còn xử lý`: still on it.
    KeepAlive,
    /// `Phân công`: page one person first.
    Assign(PersonId),
    /// `Ghi chú`.
    Note(String),
    /// What the reporter knows beside the report itself.
    Detail(Detail),
    /// When it was noticed, in words that say more than that: both are kept.
    NoticedIn(Timestamp, String),
    /// A note that the reporters of all parts of a widespread incident read.
    NoteToAll(String),
    /// `/tach`: deal with it alone again.
    TakeOut,
    /// `Mức độ`.
    Severity(Severity),
    /// `Phân loại`.
    Category(Option<Category>),
    /// A flag with the reason for its value.
    Flag(Flag, Tri, String),
    /// The TLP label.
    Tlp(Tlp),
    /// `Chuyển cấp`: the next rung at once. With the firing the button stood for, if it was a button.
    Raise(Option<u32>),
    /// `Khoanh vùng xong`.
    Contain,
    /// `Khắc phục xong`.
    Resolve,
    /// `Kết thúc`.
    Close(Closing),
    /// `Mở lại`.
    Reopen,
    /// Files as evidence.
    Attach(Vec<Attachment>),
    /// Evidence kept elsewhere: its SHA-256 and its place.
    Describe(String, String),
    /// Evidence, by its number, is given to somebody, with the reason.
    Hand(u32, PersonId, String),
    /// `Đã nhận tin`, of evidence that was given.
    Receive(u32),
}

/// What a reporter may add after the report, by buttons; nothing of it is ever required.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Detail {
    /// Which of the unit's systems it concerns.
    System(SystemCode),
    /// What kind of thing it seems to be.
    Kind(Category),
    /// When it was noticed.
    Noticed(Noticed),
    /// How far it reaches.
    Impact(Impact),
    /// Whether data about people is concerned.
    PersonalData(Tri),
}

/// When something was noticed, as people say it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Noticed {
    /// When it was reported.
    AtReport,
    /// An hour before.
    HourBefore,
    /// A day before.
    DayBefore,
    /// At this instant.
    At(Timestamp),
}

/// How it is to be closed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Closing {
    /// It was an incident and was dealt with: the summary.
    Summary(String),
    /// It was none: the reason.
    FalseAlarm(String),
}

/// The name of an act, for refusals, rights and receipts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActKind {
    /// Report an incident.
    Report,
    /// See incidents.
    See,
    /// Take charge.
    Acknowledge,
    /// Give it back.
    HandBack,
    /// Still on it.
    KeepAlive,
    /// Page one person first.
    Assign,
    /// Add a note.
    Note,
    /// Add what the reporter knows.
    Detail,
    /// Raise the severity.
    SeverityUp,
    /// Lower the severity.
    SeverityDown,
    /// Set the category.
    Category,
    /// Set a flag.
    Flag,
    /// Set the TLP label.
    Tlp,
    /// Fire the next rung.
    Raise,
    /// It spreads no further.
    Contain,
    /// Put right.
    Resolve,
    /// Close.
    Close,
    /// Open again.
    Reopen,
    /// Merge a duplicate.
    Merge,
    /// Bring a file.
    Attach,
    /// Tell of evidence kept elsewhere.
    Describe,
    /// Hand evidence over.
    Hand,
    /// Confirm that one has evidence.
    Receive,
    /// Deal with several as one widespread incident.
    Group,
    /// Deal with a part of one alone again.
    TakeOut,
    /// Remove content.
    Redact,
    /// Units, people, invitations.
    Directory,
    /// Whether what is known of the units' contacts still holds.
    Contacts,
    /// Who is on duty when.
    Roster,
    /// Work on a playbook that is run on it.
    Play,
    /// Start a playbook on it.
    StartPlaybook,
    /// One's own duty: take the watch, swap, be on leave.
    OwnDuty,
    /// Plan drills.
    PlanDrill,
    /// Agree to the plan of a drill.
    ApproveDrill,
    /// Take part in a drill.
    TakePart,
}

impl Act {
    /// Whether it brings words or files.
    pub fn says_something(&self) -> bool {
        match self {
            Self::Note(_)
            | Self::NoteToAll(_)
            | Self::NoticedIn(..)
            | Self::Close(_)
            | Self::Attach(_)
            | Self::Describe(..) => true,
            Self::Flag(_, _, reason) | Self::Hand(_, _, reason) => !reason.trim().is_empty(),
            _ => false,
        }
    }

    /// Which act it is; a change of severity is named by its direction from `current`.
    pub fn kind(&self, current: Severity) -> ActKind {
        match self {
            Self::Acknowledge => ActKind::Acknowledge,
            Self::HandBack => ActKind::HandBack,
            Self::KeepAlive => ActKind::KeepAlive,
            Self::Assign(_) => ActKind::Assign,
            Self::Note(_) | Self::NoteToAll(_) => ActKind::Note,
            Self::TakeOut => ActKind::TakeOut,
            Self::Detail(_) | Self::NoticedIn(..) => ActKind::Detail,
            Self::Severity(to) if *to < current => ActKind::SeverityDown,
            Self::Severity(_) => ActKind::SeverityUp,
            Self::Category(_) => ActKind::Category,
            Self::Flag(..) => ActKind::Flag,
            Self::Tlp(_) => ActKind::Tlp,
            Self::Raise(_) => ActKind::Raise,
            Self::Contain => ActKind::Contain,
            Self::Resolve => ActKind::Resolve,
            Self::Close(_) => ActKind::Close,
            Self::Reopen => ActKind::Reopen,
            Self::Attach(_) => ActKind::Attach,
            Self::Describe(..) => ActKind::Describe,
            Self::Hand(..) => ActKind::Hand,
            Self::Receive(_) => ActKind::Receive,
        }
    }
}
