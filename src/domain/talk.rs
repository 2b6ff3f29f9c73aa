//! What goes on between one person and the bot in one chat.

use serde::{Deserialize, Serialize};

use super::ask::Ask;
use super::evidence::Attachment;
use super::ids::IncidentCode;
use super::incident::act::Aim;
use super::time::Timestamp;

/// What a person is in the middle of, in one chat: a question, and beside it what waits for its incident
/// and where files go. None of the three ends another.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Session {
    /// The question that was asked last and waits for its answer.
    pub asked: Option<Asked>,
    /// Words and files that wait for the incident they belong to.
    pub waiting: Option<Waiting>,
    /// Where files go that are sent now.
    pub files: Option<FilesTo>,
}

/// A question, by what its answer will be.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Asked {
    /// The next words are a note on this incident.
    Note {
        /// Which.
        code: IncidentCode,
    },
    /// The next words are the summary, or the reason of a false alarm.
    Close {
        /// Which, and of which episode.
        aim: Aim,
        /// Which of the two.
        false_alarm: bool,
    },
    /// The first question of a report was asked.
    ReportSecrecy,
    /// The next words are the description.
    ReportWords,
    /// A question with numbered answers was asked.
    Choice(Box<Ask>),
}

/// Files sent for a while belong to this incident.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct FilesTo {
    /// Which.
    pub code: IncidentCode,
    /// And to this step of a playbook.
    #[serde(default)]
    pub step: Option<u32>,
    /// For how long.
    pub until: Timestamp,
}

/// What was said soon after several reports, or about several incidents, and waits for the right one.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Waiting {
    /// The words of each message that had some, in their order.
    pub said: Vec<Saying>,
    /// The files that came with them or instead of them.
    pub files: Vec<Attachment>,
    /// The candidates.
    pub codes: Vec<IncidentCode>,
}

/// The words of one message, or of several that cannot be told apart.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Saying {
    /// The messages: an edit of one is an edit of these words.
    pub messages: Vec<i64>,
    /// They themselves.
    pub words: String,
}

impl Session {
    /// Whether nothing goes on.
    pub fn is_over(&self) -> bool {
        *self == Self::default()
    }
}

impl Asked {
    /// The incident it is about.
    pub fn code(&self) -> Option<&IncidentCode> {
        match self {
            Self::Note { code } => Some(code),
            Self::Close { aim, .. } => Some(&aim.code),
            Self::Choice(ask) => ask.code(),
            Self::ReportSecrecy | Self::ReportWords => None,
        }
    }

    /// Whether it is a step of a report that is being made.
    pub fn of_a_report(&self) -> bool {
        matches!(self, Self::ReportSecrecy | Self::ReportWords)
    }

    /// The question itself.
    pub fn question(&self) -> Ask {
        match self {
            Self::Choice(ask) => (**ask).clone(),
            Self::Note { code } => Ask::Note(code.clone()),
            Self::Close { aim, false_alarm } => {
                Ask::CloseWords { aim: aim.clone(), false_alarm: *false_alarm }
            }
            Self::ReportSecrecy => Ask::ReportSecrecy,
            Self::ReportWords => Ask::ReportWords,
        }
    }

    /// What waits for the next words after a question: every button can also be typed. Nothing where
    /// something that was said waits for its incident: that is its own.
    pub fn by(ask: &Ask) -> Option<Self> {
        Some(match ask {
            Ask::ReportSecrecy => Self::ReportSecrecy,
            Ask::ReportWords => Self::ReportWords,
            Ask::NoteOn { .. } => return None,
            Ask::Note(code) => Self::Note { code: code.clone() },
            Ask::CloseWords { aim, false_alarm } => {
                Self::Close { aim: aim.clone(), false_alarm: *false_alarm }
            }
            Ask::CloseHow(_)
            | Ask::Severity(_)
            | Ask::Category(_)
            | Ask::Assign(_)
            | Ask::More { .. }
            | Ask::NoticedAt(_)
            | Ask::Flags(_)
            | Ask::Flag { .. }
            | Ask::Tlp(_)
            | Ask::Hand { .. }
            | Ask::Redact(_)
            | Ask::RedactWhy(..)
            | Ask::StepQuestion { .. }
            | Ask::StepWhy { .. }
            | Ask::Drill { .. }
            | Ask::Book(_)
            | Ask::MergeInto { .. }
            | Ask::Invite
            | Ask::Unlink
            | Ask::Which { .. } => Self::Choice(Box::new(ask.clone())),
        })
    }
}

impl Waiting {
    /// The words of all messages as one.
    pub fn words(&self) -> String {
        let said: Vec<&str> = self.said.iter().map(|saying| saying.words.as_str()).collect();
        said.join("\n")
    }

    /// Which incident is it?
    pub fn question(&self) -> Ask {
        Ask::NoteOn { codes: self.codes.clone() }
    }
}

/// A change of somebody's session.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SessionChange {
    /// The chat.
    pub chat: i64,
    /// The account.
    pub account: i64,
    /// The forum topic, zero for none.
    pub thread: i32,
    /// What it becomes.
    pub to: Session,
    /// What it becomes where what was asked for is refused: a question that was refused waits for no
    /// answer, and what waited before goes on waiting.
    pub refused: Session,
}
