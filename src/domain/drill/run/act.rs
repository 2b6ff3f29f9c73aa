//! What people wish of a drill.

use serde::{Deserialize, Serialize};

use super::Setup;
use super::event::{Mark, Planning, Presence, Resume, Rsvp};
use crate::domain::drill::scenario::SurveyId;
use crate::domain::ids::{IncidentCode, PersonId, UnitCode};
use crate::domain::time::Timestamp;

/// What somebody wishes of a drill. Injects and their expectations go by their place, from zero.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum DrillAct {
    /// Another plan.
    Change(Box<Planning>),
    /// A manager shall agree.
    Submit,
    /// A manager agrees.
    Approve,
    /// A manager does not.
    Decline(String),
    /// At another time.
    Move(Timestamp, String),
    /// Not at all.
    Cancel(String),
    /// It took place without the program.
    HeldOutside(String),
    /// Somebody else leads it.
    Appoint(PersonId),
    /// Something else of its plan.
    SetUp(Setup),
    /// Whoever wishes it comes, or does not.
    Rsvp(Rsvp),
    /// Somebody comes in the place of whoever wishes it.
    StandIn(PersonId),
    /// Whoever wishes it is there.
    CheckIn(Presence),
    /// The lead looked at one point.
    Check(u32, bool),
    /// It begins.
    Start,
    /// This one goes out now.
    Send(u32),
    /// This one waits.
    Hold(u32),
    /// This one is left out.
    Skip(u32),
    /// It was read.
    Acknowledge(u32),
    /// To this expectation of it, this choice.
    Choose(u32, u32, u32),
    /// Words about it.
    Say(u32, String),
    /// A file about it, and the words with it.
    File(u32, String),
    /// An evaluator saw that the person met this expectation, or that he did not.
    Seen(u32, u32, PersonId, bool),
    /// Stop for a while.
    Pause,
    /// Go on.
    Resume(Resume),
    /// It is over.
    End,
    /// It is broken off.
    Abort(String),
    /// Something real happens.
    ClaimReal,
    /// It is real, or not.
    SettleClaim(bool),
    /// The report of this number is real, or not; without a number, the last of whoever says so.
    SettleReport(Option<u32>, bool),
    /// Whoever has real work to do is let go.
    Release(PersonId),
    /// Everybody who got something of it learns that it is a drill.
    Correct,
    /// What was seen.
    Observe(String),
    /// How an objective, by its place, was met.
    Rate(u32, Mark, String),
    /// Why an objective was judged so.
    RateReason(u32, String),
    /// An answer to a question after the end, by its place.
    Survey(u32, String),
    /// Something is to be made better.
    AddItem(Box<NewItem>),
    /// This item is done, and what shows it.
    ItemDone(u32, String),
    /// It is done indeed.
    VerifyItem(u32),
    /// It is not, and why.
    ReturnItem(u32, String),
    /// The report is handed in.
    SubmitReport,
    /// A manager agrees to it.
    ApproveReport,
}

/// Something that is to be made better.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewItem {
    /// What.
    pub words: String,
    /// The unit that does it.
    pub unit: Option<UnitCode>,
    /// The person who does it.
    pub owner: Option<PersonId>,
    /// Until when.
    pub due: Timestamp,
}

/// What of the world outside a drill has to follow an act on it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outside {
    /// A real incident is to be opened for what the person claims.
    RealClaim {
        /// Who.
        by: PersonId,
    },
    /// The report of this number becomes an incident: a real one, or one of the drill.
    Report {
        /// Which.
        number: u32,
        /// Whether a real one.
        real: bool,
    },
    /// Somebody answered a question after the end.
    Opinion {
        /// Who.
        by: PersonId,
        /// Which question.
        question: SurveyId,
        /// What.
        words: String,
    },
}

/// A real incident, as far as a drill beside it looks at it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RealOne {
    /// Which.
    pub incident: IncidentCode,
    /// Whether it is of the highest severity.
    pub critical: bool,
}
