//! Questions to a person, by ids. Each is stored while it waits for its answer.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::directory::Directory;
use super::drill::notice::WordsFor;
use super::drill::plan::said::BookAsk;
use super::ids::{DrillCode, IncidentCode};
use super::incident::act::{Act, Aim, Closing, Detail};
use super::press::Verb;
use super::step_press::StepReason;
use super::values::{Category, Flag, Impact, Severity, Tlp, Tri, UnknownValue};

/// A question to the person.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ask {
    /// Does it concern state secrets?
    ReportSecrecy,
    /// What happened?
    ReportWords,
    /// The words of a note.
    Note(IncidentCode),
    /// Dealt with, or a false alarm?
    CloseHow(Aim),
    /// The summary, or the reason of a false alarm.
    CloseWords {
        /// Which.
        aim: Aim,
        /// Which of the two.
        false_alarm: bool,
    },
    /// Which severity?
    Severity(Aim),
    /// Which category?
    Category(Aim),
    /// Whom?
    Assign(Aim),
    /// Which words are to be taken back?
    Redact(IncidentCode),
    /// Why are the words of this entry to be taken back?
    RedactWhy(IncidentCode, i64),
    /// What the report left open, one question after the other.
    More {
        /// Which.
        aim: Aim,
        /// Which question.
        step: MoreStep,
    },
    /// When was it noticed, in words?
    NoticedAt(Aim),
    /// Which flag?
    Flags(Aim),
    /// What value has this flag?
    Flag {
        /// Which.
        aim: Aim,
        /// Which flag.
        flag: Flag,
    },
    /// Which TLP label?
    Tlp(Aim),
    /// To whom is this piece of evidence given?
    Hand {
        /// Of which incident.
        aim: Aim,
        /// Which piece.
        number: u32,
    },
    /// A question of a step of a playbook.
    StepQuestion {
        /// Of which incident.
        aim: Aim,
        /// Which step.
        step: u32,
        /// Which question, by its place.
        which: u32,
    },
    /// Why, about a step of a playbook.
    StepWhy {
        /// Of which incident.
        aim: Aim,
        /// Which step.
        step: u32,
        /// What it is the reason of.
        why: StepReason,
    },
    /// Words for something about a drill.
    Drill {
        /// Which.
        code: DrillCode,
        /// For what.
        what: WordsFor,
    },
    /// Something about series of drills, or the plan of a year.
    Book(BookAsk),
    /// Words came soon after several reports: which one do they belong to?
    NoteOn {
        /// The candidates.
        codes: Vec<IncidentCode>,
    },
    /// Of which one is it a duplicate?
    MergeInto {
        /// The duplicate.
        aim: Aim,
        /// The candidates.
        codes: Vec<IncidentCode>,
    },
    /// Who is to be invited?
    Invite,
    /// Whose account is to be let go?
    Unlink,
    /// Which incident?
    Which {
        /// What is to be done with it.
        verb: Verb,
        /// The candidates.
        codes: Vec<IncidentCode>,
        /// The episode each of them was in when it was asked.
        #[serde(default)]
        episodes: Vec<u32>,
    },
}

/// Why a question is asked again.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Again {
    /// What was said is no answer to it.
    NotUnderstood,
    /// What was said was taken for no answer and was not kept.
    NotRecorded,
    /// What was said is kept as a note, and is no answer.
    KeptAsNote,
    /// What was said before still waits for it.
    StillWaiting,
    /// The incident that was named is none that the person may see.
    NoSuchIncident,
}

/// What stands for words that nobody has said yet.
const WORDS: &str = "…";

impl Ask {
    /// Acts its answers could lead to, for questions about one incident: who may do none of them need
    /// not be asked. Of answers that are all alike one stands for the others, and two where the
    /// incident may have the value of one already.
    pub fn acts(&self, directory: &Directory) -> Vec<Act> {
        let people = || directory.assignable().take(2).map(|person| person.id.clone());
        let closing = |false_alarm| {
            let closing = if false_alarm { Closing::FalseAlarm } else { Closing::Summary };
            Act::Close(closing(WORDS.to_owned()))
        };
        let flag = |flag| vec![Act::Flag(flag, Tri::Unknown, String::new())];
        match self {
            Self::Note(_) => vec![Act::Note(WORDS.to_owned())],
            Self::CloseHow(_) => vec![closing(true), closing(false)],
            Self::CloseWords { false_alarm, .. } => vec![closing(*false_alarm)],
            Self::Severity(_) => Severity::ALL.iter().rev().copied().map(Act::Severity).collect(),
            Self::Category(_) => {
                Category::ALL.iter().take(2).map(|one| Act::Category(Some(*one))).collect()
            }
            Self::Assign(_) => people().map(Act::Assign).collect(),
            Self::More { .. } | Self::NoticedAt(_) => {
                vec![Act::Detail(Detail::Impact(Impact::Unknown))]
            }
            Self::Flags(_) => flag(Flag::Serious),
            Self::Flag { flag: one, .. } => flag(*one),
            Self::Tlp(_) => Tlp::ALL.iter().take(2).copied().map(Act::Tlp).collect(),
            Self::Hand { number, .. } => {
                people().map(|to| Act::Hand(*number, to, String::new())).collect()
            }
            Self::ReportSecrecy
            | Self::ReportWords
            | Self::Redact(_)
            | Self::RedactWhy(..)
            | Self::NoteOn { .. }
            | Self::StepQuestion { .. }
            | Self::StepWhy { .. }
            | Self::Drill { .. }
            | Self::Book(_)
            | Self::MergeInto { .. }
            | Self::Invite
            | Self::Unlink
            | Self::Which { .. } => Vec::new(),
        }
    }

    /// The drill it is about.
    pub fn drill(&self) -> Option<&DrillCode> {
        match self {
            Self::Drill { code, .. } => Some(code),
            _ => None,
        }
    }

    /// The incident it is about.
    pub fn code(&self) -> Option<&IncidentCode> {
        match self {
            Self::Note(code) | Self::Redact(code) | Self::RedactWhy(code, _) => Some(code),
            other => other.aim().map(|aim| &aim.code),
        }
    }

    /// Every incident it speaks of.
    pub fn codes(&self) -> Vec<IncidentCode> {
        let candidates = match self {
            Self::Which { codes, .. }
            | Self::NoteOn { codes, .. }
            | Self::MergeInto { codes, .. } => codes.as_slice(),
            _ => &[],
        };
        self.code().into_iter().chain(candidates).cloned().collect()
    }

    /// The episode in which it asks about an incident, where it is bound to one.
    pub fn episode_of(&self, code: &IncidentCode) -> Option<u32> {
        match self {
            Self::Which { codes, episodes, .. } => {
                let place = codes.iter().position(|one| one == code)?;
                episodes.get(place).copied()
            }
            other => other.aim().filter(|aim| aim.code == *code)?.episode,
        }
    }

    /// The incident and episode it is bound to. Words for a note are welcome in any episode.
    pub fn aim(&self) -> Option<&Aim> {
        match self {
            Self::CloseHow(aim)
            | Self::CloseWords { aim, .. }
            | Self::Severity(aim)
            | Self::Category(aim)
            | Self::Assign(aim)
            | Self::More { aim, .. }
            | Self::NoticedAt(aim)
            | Self::Flags(aim)
            | Self::Flag { aim, .. }
            | Self::Hand { aim, .. }
            | Self::MergeInto { aim, .. }
            | Self::StepQuestion { aim, .. }
            | Self::StepWhy { aim, .. }
            | Self::Tlp(aim) => Some(aim),
            Self::ReportSecrecy
            | Self::ReportWords
            | Self::Note(_)
            | Self::Redact(_)
            | Self::RedactWhy(..)
            | Self::NoteOn { .. }
            | Self::Drill { .. }
            | Self::Book(_)
            | Self::Invite
            | Self::Unlink
            | Self::Which { .. } => None,
        }
    }
}

/// The questions after a report, in their order. Every one may be passed over.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MoreStep {
    /// What kind of thing is it?
    Kind,
    /// Which system or machine?
    System,
    /// Since when?
    When,
    /// How far does it reach?
    Impact,
    /// Is data about people concerned?
    Data,
}

impl MoreStep {
    /// Every question, in order.
    pub const ALL: [Self; 5] = [Self::Kind, Self::System, Self::When, Self::Impact, Self::Data];

    /// The question after this one.
    pub fn next(self) -> Option<Self> {
        Self::ALL.into_iter().find(|step| *step > self)
    }

    /// The machine-facing word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Kind => "kind",
            Self::System => "system",
            Self::When => "when",
            Self::Impact => "impact",
            Self::Data => "data",
        }
    }
}

impl fmt::Display for MoreStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for MoreStep {
    type Err = UnknownValue;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|step| step.as_str() == text);
        found.ok_or_else(|| UnknownValue(text.to_owned()))
    }
}
