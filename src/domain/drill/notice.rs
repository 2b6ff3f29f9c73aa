//! What there is to say about drills, by ids.

use serde::{Deserialize, Serialize};

use super::plan::said::BookAnswer;
use super::run::event::{EndHow, PauseWhy, Reminder};
use super::scenario::InjectId;
use crate::domain::evidence::NotTaken;
use crate::domain::ids::{DrillCode, IncidentCode, PersonId};
use crate::domain::time::Timestamp;

/// What people are told of a drill unasked.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DrillNotice {
    /// A manager is asked to agree.
    ToApprove {
        /// Whether again.
        again: bool,
    },
    /// A manager agreed, or did not.
    Approved {
        /// Whether he did.
        agreed: bool,
    },
    /// The reader takes part: does he come?
    Invitation,
    /// The same again, before it begins.
    Reminder {
        /// How long before.
        what: Reminder,
    },
    /// It is moved, or cancelled, after people were told of it.
    Off {
        /// When it takes place instead.
        to: Option<Timestamp>,
    },
    /// Whoever leads it is there no more.
    LeadLeft,
    /// When its sessions are has changed.
    Sessions,
    /// What stops people, or puts them right, did not come into the chat of its own.
    GroupLost,
    /// The lead looks at everything.
    Go,
    /// The reader helps to hold it.
    Task {
        /// As whom: as the lead's deputy, or as one who judges.
        deputy: bool,
    },
    /// Another session follows.
    Session {
        /// When it should begin.
        at: Timestamp,
        /// Whether that is now.
        begins: bool,
    },
    /// It begins.
    Started,
    /// Something of the story.
    Inject {
        /// Which.
        inject: InjectId,
    },
    /// It stands still.
    Paused {
        /// Why.
        why: PauseWhy,
    },
    /// It goes on.
    Resumed,
    /// It is over.
    Ended {
        /// How.
        how: EndHow,
    },
    /// It was a drill: the prepared words.
    Correction,
    /// How it stands, for its lead.
    Board,
    /// Answers to this inject that wait to be judged.
    ToJudge {
        /// Which.
        inject: InjectId,
    },
    /// Is it real? To whoever pressed.
    IsItReal,
    /// Of a report: is it real?
    ReportIsReal {
        /// Its number.
        number: u32,
    },
    /// A report, or a claim, became this incident.
    Became {
        /// Which.
        incident: IncidentCode,
        /// Whether a real one.
        real: bool,
    },
    /// Somebody claims that something is real: to the lead.
    Claimed {
        /// Who.
        by: PersonId,
    },
    /// A real incident of high severity was opened meanwhile: to the lead.
    RealIncident {
        /// Which.
        incident: IncidentCode,
    },
    /// It did not begin: what now?
    Missed {
        /// When it should have.
        due: Timestamp,
    },
    /// How was it?
    Survey {
        /// Which time, from one.
        time: u32,
    },
    /// The short note for managers.
    QuickNote,
    /// The report is to be made: how, and until when.
    ReportToMake {
        /// Whether it is due and was not handed in.
        again: bool,
    },
    /// The report waits for a manager.
    ReportToApprove,
    /// A manager agreed to the report.
    ReportApproved,
    /// Something is to be made better by the reader, or by whom he looks after.
    Item {
        /// Which.
        number: u32,
        /// Which reminder; zero when it is new.
        time: u32,
    },
    /// Somebody says that it is done: another one looks.
    ItemDone {
        /// Which.
        number: u32,
    },
    /// It was looked at: it is done, or not.
    ItemSeen {
        /// Which.
        number: u32,
        /// Whether it is done.
        fine: bool,
    },
    /// It is known of everybody whether the correction arrived.
    Corrected {
        /// With how many it did.
        people: u64,
        /// In how many milliseconds the last.
        took_ms: i64,
        /// With whom it did not.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        silent: Vec<PersonId>,
    },
}

/// The answer to a question about drills.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DrillAnswer {
    /// The drills there are, for the reader.
    List,
    /// The scenarios there are.
    Scenarios,
    /// A file that was sent is not kept.
    FileNotTaken {
        /// In which drill.
        code: DrillCode,
        /// Why.
        why: NotTaken,
    },
    /// How one is planned.
    HowTo,
    /// How its further sessions are said.
    HowToSessions {
        /// Of which drill.
        code: DrillCode,
    },
    /// Something of the story, with what the reader has answered.
    Inject {
        /// Of which drill.
        code: DrillCode,
        /// Which, by its place.
        place: u32,
    },
    /// One, as the reader may see it.
    Show {
        /// Which.
        code: DrillCode,
    },
    /// A question after the end, by its place; past the last, thanks.
    Survey {
        /// Of which drill.
        code: DrillCode,
        /// Which.
        place: u32,
    },
    /// An objective to be judged, by its place; past the last, all of them.
    Rating {
        /// Of which drill.
        code: DrillCode,
        /// Which.
        place: u32,
    },
    /// What was seen.
    Observations {
        /// In which drill.
        code: DrillCode,
    },
    /// What is to be made better.
    Items {
        /// After which drill.
        code: DrillCode,
    },
    /// How something to be made better is written down.
    HowToItem {
        /// After which drill.
        code: DrillCode,
    },
    /// Something about series, the plan of a year, or who has to drill.
    Book(BookAnswer),
}

impl DrillAnswer {
    /// The drill it is of.
    pub fn code(&self) -> Option<&DrillCode> {
        match self {
            Self::Show { code }
            | Self::Inject { code, .. }
            | Self::Survey { code, .. }
            | Self::Rating { code, .. }
            | Self::Observations { code }
            | Self::Items { code }
            | Self::FileNotTaken { code, .. }
            | Self::HowToSessions { code }
            | Self::HowToItem { code } => Some(code),
            Self::List | Self::Scenarios | Self::HowTo | Self::Book(_) => None,
        }
    }
}

impl DrillNotice {
    /// The word for it in keys.
    pub fn word(&self) -> String {
        let word = serde_json::to_value(self).ok();
        let word = word.as_ref().and_then(|value| match value {
            serde_json::Value::String(word) => Some(word.as_str()),
            serde_json::Value::Object(fields) => fields.keys().next().map(String::as_str),
            _ => None,
        });
        word.unwrap_or_default().to_owned()
    }
}

impl DrillDone {
    /// The drill it is of.
    pub fn code(&self) -> &DrillCode {
        match self {
            Self::Planned { code }
            | Self::Acted { code, .. }
            | Self::Heard { code, .. }
            | Self::Settled { code, .. } => code,
        }
    }
}

/// What words are needed for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WordsFor {
    /// Why it is not agreed to.
    Decline,
    /// When it takes place instead, and why.
    Move,
    /// Why it does not take place.
    Cancel,
    /// What shows that it took place elsewhere.
    Outside,
    /// Who leads it where its lead cannot.
    Deputy,
    /// Who judges it.
    Evaluators,
    /// When its further sessions begin.
    Sessions,
    /// What was seen.
    Observe,
    /// Why it is broken off.
    Abort,
    /// Who comes instead.
    StandIn,
    /// What is answered to an inject.
    Reply(u32),
    /// What is answered to a question after the end.
    Opinion(u32),
    /// Why an objective was judged so.
    RateReason(u32),
    /// What shows that an item is done.
    ItemDone(u32),
    /// Why an item is not done yet.
    ItemReturn(u32),
}

/// What took effect about a drill.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DrillDone {
    /// It was planned.
    Planned {
        /// Under which code.
        code: DrillCode,
    },
    /// Something was done to it, or in it.
    Acted {
        /// Which.
        code: DrillCode,
        /// What.
        what: DrillActed,
    },
    /// A report that may be of the drill or real was written down.
    Heard {
        /// Of which drill.
        code: DrillCode,
        /// Its number.
        number: u32,
    },
    /// A report became an incident.
    Settled {
        /// Of which drill.
        code: DrillCode,
        /// Which.
        incident: IncidentCode,
        /// Whether a real one.
        real: bool,
    },
}

/// What was done.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DrillActed {
    /// Something of its plan.
    Plan,
    /// A manager is asked.
    Submitted,
    /// A manager agreed.
    Approved,
    /// A manager did not.
    Declined,
    /// It takes place at another time.
    Moved,
    /// It does not take place.
    Cancelled,
    /// It took place elsewhere.
    HeldOutside,
    /// Whether somebody comes.
    Rsvp,
    /// Who comes instead.
    StandIn,
    /// Somebody is there.
    CheckedIn,
    /// One point was looked at.
    Checked,
    /// It began.
    Started,
    /// An inject went out, waits, or is left out.
    Inject,
    /// An answer was taken.
    Reply,
    /// It stands still.
    Paused,
    /// It goes on.
    Resumed,
    /// It is over.
    Ended,
    /// Something real was claimed.
    Claimed,
    /// It was none.
    NotReal,
    /// The correction went out.
    Corrected,
    /// Somebody was let go.
    Released,
    /// Something was noted.
    Observed,
    /// An objective was judged.
    Rated,
    /// A question was answered.
    Surveyed,
    /// Something to be made better was written down.
    ItemAdded,
    /// It is done, its owner says.
    ItemDone,
    /// It is, somebody else says.
    ItemVerified,
    /// It is not.
    ItemReturned,
    /// The report was handed in.
    ReportSubmitted,
    /// A manager agreed to it.
    ReportApproved,
}
