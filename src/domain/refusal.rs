//! Why something asked for was not done. Each has a sentence with its remedy in `text`.

use serde::{Deserialize, Serialize};

use super::actor::Actor;
use super::drill::run::DrillRefusal;
use super::evidence::EvidenceRefusal;
use super::ids::{IncidentCode, PersonId};
use super::incident::act::ActKind;
use super::playbook::run::PlayRefusal;
use super::roster::decide::RosterRefusal;
use super::time::Timestamp;
use super::values::{Status, Tlp};

/// A refusal: told to the person, stored under the envelope's key.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// The sender is not in the directory.
    NotInDirectory,
    /// Something about a drill.
    Drill(Box<DrillRefusal>),
    /// An anonymous administrator has no person.
    AnonymousAdmin,
    /// No incident has this code, or the person may not see it.
    UnknownIncident(String),
    /// The person's roles do not allow it.
    NotAllowed(ActKind),
    /// Somebody has it already.
    AlreadyHeld {
        /// Which.
        code: IncidentCode,
        /// Who.
        by: PersonId,
        /// Since when.
        since: Timestamp,
    },
    /// Only the holder (or, where the table says so, a lead) may.
    NotHolder {
        /// Which.
        code: IncidentCode,
        /// Who holds it.
        holder: Option<PersonId>,
    },
    /// The status does not allow it; what happened last, who and when.
    NotNow {
        /// Which.
        code: IncidentCode,
        /// Which act.
        act: ActKind,
        /// Where it stands.
        status: Status,
        /// Since when.
        since: Timestamp,
        /// By whom.
        by: Actor,
    },
    /// The button belongs to an earlier episode.
    OldEpisode {
        /// Which.
        code: IncidentCode,
        /// Where it stands.
        status: Status,
        /// Since when.
        since: Timestamp,
        /// By whom.
        by: Actor,
    },
    /// The rung this button would have left was left already.
    AlreadyRaised {
        /// Which.
        code: IncidentCode,
        /// When.
        at: Timestamp,
        /// By whom.
        by: Actor,
    },
    /// It was merged into another one.
    MergedInto {
        /// Which.
        code: IncidentCode,
        /// The main one.
        main: IncidentCode,
    },
    /// It is so already.
    NoChange {
        /// Which.
        code: IncidentCode,
        /// Which act.
        act: ActKind,
    },
    /// Words are needed and were not given.
    WordsNeeded {
        /// For which act.
        act: ActKind,
    },
    /// The words are longer than can be kept.
    TooLong {
        /// How many characters are kept at most.
        limit: u32,
    },
    /// No active person has this id or name.
    UnknownPerson(String),
    /// The person cannot take incidents.
    CannotHold(PersonId),
    /// Something about who is on duty.
    Roster(RosterRefusal),
    /// Something about a playbook.
    Play(Box<PlayRefusal>),
    /// Something about evidence.
    Evidence(EvidenceRefusal),
    /// It is handled outside the system: no words are kept.
    OffChannel(IncidentCode),
    /// The entry holds no words, or they were taken back.
    NothingToRemove {
        /// Of which incident.
        code: IncidentCode,
        /// Which entry.
        seq: i64,
    },
    /// Only own words, and only for a while.
    NotYoursToRemove(IncidentCode),
    /// The words bear a stamp of state secrecy and were not kept.
    StateSecret,
    /// An incident cannot be merged into itself.
    MergeIntoItself(IncidentCode),
    /// The main incident of a merge must be open.
    MergeIntoClosed(IncidentCode),
    /// Incidents of a drill and real ones never mix.
    MergeAcrossOrigins,
    /// It is dealt with as a part of a widespread incident.
    PartOf {
        /// Which.
        code: IncidentCode,
        /// The widespread incident.
        parent: IncidentCode,
    },
    /// It is no part of a widespread incident.
    NoPart(IncidentCode),
    /// It has parts itself and cannot become one.
    HasParts(IncidentCode),
    /// Of a widespread incident no part is open that could be told.
    NobodyToTell(IncidentCode),
    /// A widespread incident shows no more than its parts may.
    StricterPart {
        /// The part with the strictest label.
        code: IncidentCode,
        /// That label.
        tlp: Tlp,
    },
    /// There is nothing to group.
    NothingToGroup,
    /// The invitation code is unknown, was used, or has expired.
    BadInvitation,
    /// The account is already linked to another person.
    AccountTaken,
    /// The person has no linked account.
    NotLinked(PersonId),
    /// The same intake key is joined to other alerts.
    NoSuchWay(PersonId),
    /// The person changes under the import in a way that is not allowed.
    LastAdmin(PersonId),
}

impl Refusal {
    /// The incident it is about, where it names one that is there.
    pub fn code(&self) -> Option<&IncidentCode> {
        match self {
            Self::AlreadyHeld { code, .. }
            | Self::NotHolder { code, .. }
            | Self::NotNow { code, .. }
            | Self::OldEpisode { code, .. }
            | Self::AlreadyRaised { code, .. }
            | Self::MergedInto { code, .. }
            | Self::NoChange { code, .. }
            | Self::OffChannel(code)
            | Self::NothingToRemove { code, .. }
            | Self::NotYoursToRemove(code)
            | Self::MergeIntoItself(code)
            | Self::MergeIntoClosed(code)
            | Self::PartOf { code, .. }
            | Self::NoPart(code)
            | Self::HasParts(code)
            | Self::StricterPart { code, .. } => Some(code),
            _ => None,
        }
    }
}
