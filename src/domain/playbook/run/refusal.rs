//! Why something asked of a run was not done.

use serde::{Deserialize, Serialize};

use super::event::StepNumber;
use super::state::OverHow;
use crate::domain::actor::Actor;
use crate::domain::ids::{IncidentCode, PersonId};
use crate::domain::playbook::model::{ProofKind, Whom};
use crate::domain::time::Timestamp;

/// A refusal about a playbook or one of its steps.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlayRefusal {
    /// No playbook is called that, or it is only called by others.
    NoPlaybook(String),
    /// The same one runs already.
    Runs {
        /// What it is called.
        title: String,
    },
    /// No more than that many run on one incident.
    TooMany,
    /// No step has this number.
    NoStep {
        /// Of which incident.
        code: IncidentCode,
        /// The number.
        step: StepNumber,
    },
    /// The step is over.
    Over {
        /// Which.
        title: String,
        /// How it ended.
        how: OverHow,
        /// When.
        at: Timestamp,
        /// By whom.
        by: Actor,
    },
    /// It is somebody else's.
    NotYours {
        /// Which.
        title: String,
        /// Who has it.
        by: Option<PersonId>,
        /// Who may do it.
        who: Whom,
    },
    /// Something is still missing.
    Missing {
        /// Of which.
        title: String,
        /// Questions without an answer.
        questions: Vec<String>,
        /// How many pieces of evidence.
        pieces: u32,
        /// How many are still being fetched.
        #[serde(default)]
        fetching: u32,
        /// Of which kinds.
        kinds: Vec<ProofKind>,
        /// What they show.
        what: Option<String>,
    },
    /// It failed, and what comes after it rests on these questions: it has to be tried again.
    AnswersFirst {
        /// Which.
        title: String,
        /// The questions.
        questions: Vec<String>,
    },
    /// What was said is no answer to the question.
    NoAnswer {
        /// The question.
        label: String,
        /// What answers it.
        answer: Box<crate::domain::playbook::model::Answer>,
    },
    /// Only a lead may leave it out.
    Required {
        /// Which.
        title: String,
    },
    /// It waits for approval.
    WaitsForApproval {
        /// Which.
        title: String,
        /// Whose.
        by: Whom,
    },
    /// It asks for no approval now.
    NoApproval {
        /// Which.
        title: String,
    },
    /// Nobody agrees to what he did himself.
    OwnApproval {
        /// Which.
        title: String,
    },
    /// The person has agreed already.
    ApprovedAlready {
        /// To which.
        title: String,
    },
    /// The approval is somebody else's.
    NotApprover {
        /// Which.
        title: String,
        /// Whose.
        by: Whom,
    },
    /// The step has not failed.
    NotFailed {
        /// Which.
        title: String,
    },
    /// It failed: first somebody says what now.
    Failed {
        /// Which.
        title: String,
    },
    /// No run of it goes on.
    NothingRuns(IncidentCode),
    /// The evidence is of another kind than the step needs.
    WrongProof {
        /// Which step.
        title: String,
        /// The kinds it takes.
        kinds: Vec<ProofKind>,
    },
    /// The step needs no evidence.
    NoProof {
        /// Which.
        title: String,
    },
}
