//! Which incidents a message speaks of, and which channels it fits.

use super::ask::Ask;
use super::ids::{DrillCode, IncidentCode};
use super::notice::{Answer, Body};
use super::receipt::Done;
use super::values::ChannelKind;

impl Body {
    /// The incident it is about.
    pub fn code(&self) -> Option<&IncidentCode> {
        match self {
            Self::Card { code }
            | Self::Page { code, .. }
            | Self::TeamCall { code, .. }
            | Self::Step { code, .. }
            | Self::Run { code, .. }
            | Self::News { code, .. } => Some(code),
            Self::Answer(answer) => answer.code(),
            Self::Digest { .. }
            | Self::TestPage
            | Self::Duty(_)
            | Self::Contacts(_)
            | Self::Drill { .. }
            | Self::Book(_)
            | Self::AccessAsked { .. }
            | Self::Trouble(_) => None,
        }
    }

    /// The drill it is of, whatever its origin says.
    pub fn drill(&self) -> Option<&DrillCode> {
        match self {
            Self::Drill { code, .. } => Some(code),
            Self::Answer(Answer::Drill(answer)) => answer.code(),
            Self::Answer(Answer::Done(Done::Drill(done))) => Some(done.code()),
            Self::Answer(Answer::Ask(ask) | Answer::AskedAgain(ask, _)) => ask.drill(),
            _ => None,
        }
    }

    /// Every incident it speaks of.
    pub fn codes(&self) -> Vec<IncidentCode> {
        match self {
            Self::Digest { open, .. } => open.clone(),
            Self::Duty(notice) => notice.codes(),
            Self::Answer(Answer::List { codes, ended, .. }) => {
                [codes.clone(), ended.clone()].concat()
            }
            Self::Answer(Answer::Found { codes, .. }) => codes.clone(),
            Self::Answer(Answer::Done(Done::Merged { duplicate, main })) => {
                vec![main.clone(), duplicate.clone()]
            }
            Self::Answer(Answer::Ask(ask) | Answer::AskedAgain(ask, _)) => ask.codes(),
            other => other.code().cloned().into_iter().collect(),
        }
    }

    /// The incident of which it tells all that happened, with every word on record.
    pub fn tells_all_of(&self) -> Option<&IncidentCode> {
        match self {
            Self::Answer(
                Answer::Incident { code }
                | Answer::WhyCalled { code }
                | Answer::Evidence { code }
                | Answer::Ask(Ask::Redact(code)),
            ) => Some(code),
            _ => None,
        }
    }

    /// The entry whose words it quotes, where it quotes those of one.
    pub fn quotes(&self) -> Option<i64> {
        match self {
            Self::News { entry, .. } => *entry,
            _ => None,
        }
    }

    /// Whether it stands on every channel; cards only live where messages can be edited.
    pub fn fits(&self, channel: ChannelKind) -> bool {
        match self {
            Self::Card { .. } | Self::TeamCall { .. } | Self::Run { .. } => {
                channel == ChannelKind::Telegram
            }
            _ => true,
        }
    }
}

impl Answer {
    /// The incident it is about.
    pub fn code(&self) -> Option<&IncidentCode> {
        match self {
            Self::Incident { code }
            | Self::StillStands { code }
            | Self::Thanks { code }
            | Self::Meant { code, .. }
            | Self::Evidence { code }
            | Self::Runs { code }
            | Self::Step { code, .. }
            | Self::StepProof { code, .. }
            | Self::WhyCalled { code }
            | Self::EvidenceNotTaken { code, .. } => Some(code),
            Self::Stays(stays) => Some(&stays.code),
            Self::Done(done) => done.code(),
            Self::DoneMasked { done, .. } => done.code(),
            Self::Ask(ask) | Self::AskedAgain(ask, _) => ask.code(),
            _ => None,
        }
    }
}
