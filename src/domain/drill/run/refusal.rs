//! Why something wished of a drill was not done.

use serde::{Deserialize, Serialize};

use super::state::Status;
use crate::domain::drill::plan::wish::BookRefusal;
use crate::domain::drill::scenario::ScenarioId;
use crate::domain::ids::{DrillCode, PersonId};
use crate::domain::time::Timestamp;

/// Why not.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DrillRefusal {
    /// No drill has this code, or the person has nothing to do with it.
    Unknown(String),
    /// There is no such scenario.
    UnknownScenario(ScenarioId),
    /// Its time is over already.
    Past,
    /// It would be too far ahead.
    TooFar,
    /// It stands otherwise.
    NotNow {
        /// Which.
        code: DrillCode,
        /// Where it stands.
        status: Status,
    },
    /// Only its lead may.
    OnlyItsLead {
        /// Which.
        code: DrillCode,
        /// Who that is.
        lead: PersonId,
    },
    /// Nobody agrees to his own.
    OwnPlan,
    /// Somebody of it is no participant.
    NotAParticipant(DrillCode),
    /// Whoever is meant takes no part in this drill.
    OfTheDrillOnly(DrillCode),
    /// The person is unknown or has left.
    UnknownPerson(PersonId),
    /// The person takes part already.
    TakesPart(PersonId),
    /// Nobody would take part.
    NobodyTakesPart,
    /// Another drill has some of the same people at the same time.
    Clash {
        /// Which.
        other: DrillCode,
        /// How many of them.
        people: u64,
    },
    /// What has to be looked at first is not.
    NotReady {
        /// How many points are open.
        open: u64,
    },
    /// A real incident of high severity is open.
    RealIncident {
        /// Which.
        incident: crate::domain::ids::IncidentCode,
    },
    /// A session begins before the one before it is over, or too long after the first.
    BadSession(Timestamp),
    /// There are too many sessions.
    TooManySessions,
    /// This chat cannot be the drill's own.
    NotThisChat,
    /// There is no such inject, or it is not for whoever asks.
    NoSuchInject,
    /// It has gone out, or is left out.
    InjectOver,
    /// Nothing of the kind is expected.
    NotExpected,
    /// It is not played: what is real is reported as ever.
    TooLate,
    /// It was answered: when.
    Answered(Timestamp),
    /// There is nothing to settle.
    NothingToSettle,
    /// It was sent already: when.
    CorrectionSent(Timestamp),
    /// Nobody got anything of it yet.
    NobodyTold,
    /// Words are missing.
    NoWords,
    /// There is no such objective or question.
    NoSuchQuestion,
    /// That is no answer to the question of this place.
    NoAnswer(u32),
    /// So many objectives wait for a mark.
    NotRated(u64),
    /// People may still say how it was: until when.
    SurveyOpen(Timestamp),
    /// There is no such item.
    NoSuchItem(u32),
    /// Whoever did it, or has to do it, does not say himself that it is done.
    OwnItem,
    /// Somebody has to be named who does it.
    NobodyDoesIt,
    /// Nobody agrees to his own report.
    OwnReport,
    /// Something about series, the plan of a year, or who has to drill.
    Book(BookRefusal),
}
