//! What happens to a run. These shapes change only by addition.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::domain::escalation::ladder::Position;
use crate::domain::escalation::who::Called;
use crate::domain::playbook::expr::Value;
use crate::domain::playbook::model::{Name, PlaybookId, StepId, Whom};
use crate::domain::text::Text;
use crate::domain::time::Timestamp;

/// The number of a step that was begun, unique within its incident: what people type.
pub type StepNumber = u32;

/// One thing that happened to a run.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunEvent {
    /// It was started.
    Started {
        /// Which playbook.
        playbook: PlaybookId,
        /// Its version.
        version: u32,
        /// What it is called; written as a name, since a title in an entry is removable words.
        #[serde(rename = "name")]
        title: String,
        /// The digest of the copy it rests on.
        hash: String,
    },
    /// It went on through its steps.
    Moved {
        /// How, in order.
        moves: Vec<Move>,
    },
    /// People were called for a step.
    Called {
        /// For which.
        step: StepNumber,
        /// Why.
        cause: Call,
        /// Whom, and why each.
        people: Vec<Called>,
        /// Whether the team's chat is called.
        team: bool,
        /// Whether anybody there has a channel at all.
        reachable: bool,
        /// When the next are called if nobody takes it.
        next: Option<Timestamp>,
    },
    /// Somebody took it.
    Taken {
        /// Which.
        step: StepNumber,
    },
    /// A question of it was answered.
    Answered {
        /// Which step.
        step: StepNumber,
        /// The variable.
        name: Name,
        /// Its value.
        value: Value,
    },
    /// Its questions are asked again.
    Reasked {
        /// Which step.
        step: StepNumber,
    },
    /// Whoever had it has left: it is free again.
    Freed {
        /// Which.
        step: StepNumber,
        /// When people are called for it.
        call_at: Timestamp,
    },
    /// The copy it rests on cannot be read.
    Lost,
    /// A piece of evidence belongs to it.
    Proved {
        /// Which step.
        step: StepNumber,
        /// The number of the piece.
        number: u32,
    },
    /// It is done as far as whoever did it is concerned; others have to agree.
    ApprovalAsked {
        /// Which.
        step: StepNumber,
        /// Until when.
        until: Timestamp,
    },
    /// Somebody agreed.
    Approved {
        /// To which.
        step: StepNumber,
    },
    /// Enough people agreed: now it may be done.
    Agreed {
        /// What.
        step: StepNumber,
    },
    /// Somebody did not.
    Declined {
        /// Which.
        step: StepNumber,
        /// Why.
        reason: Text,
    },
    /// Too few agreed in time.
    ApprovalLapsed {
        /// Which.
        step: StepNumber,
    },
    /// Whoever has it was reminded.
    Reminded {
        /// Of which.
        step: StepNumber,
        /// When again.
        next: Timestamp,
    },
    /// It is late.
    Late {
        /// Which.
        step: StepNumber,
    },
    /// It is done.
    Done {
        /// Which.
        step: StepNumber,
    },
    /// It was left out.
    Skipped {
        /// Which.
        step: StepNumber,
        /// Why.
        reason: Text,
    },
    /// It failed.
    Failed {
        /// Which.
        step: StepNumber,
        /// Why.
        why: Why,
        /// In whose words.
        reason: Option<Text>,
    },
    /// It is tried again.
    Retried {
        /// Which.
        step: StepNumber,
    },
    /// All steps are over.
    Finished,
    /// Somebody stopped it.
    Stopped {
        /// Why.
        reason: Text,
    },
}

/// One step of a way through a playbook.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Move {
    /// A step begins.
    Begin {
        /// Its number.
        number: StepNumber,
        /// The step whose block it stands in.
        parent: Option<StepNumber>,
        /// The frame.
        frame: u32,
        /// Which step.
        step: StepId,
        /// The phase it belongs to, as it is called.
        phase: Option<String>,
        /// What it waits for.
        waits: Begun,
    },
    /// A step was passed over: its condition does not hold.
    Pass {
        /// The frame.
        frame: u32,
        /// Which step.
        step: StepId,
    },
    /// A step that leads into blocks is over.
    End {
        /// Its number.
        number: StepNumber,
    },
    /// One of its blocks ended.
    Back {
        /// Its number.
        number: StepNumber,
    },
    /// A loop goes round again.
    Again {
        /// Its number.
        number: StepNumber,
    },
    /// A step that failed goes into the block for that.
    Handle {
        /// Its number.
        number: StepNumber,
    },
    /// A called playbook begins.
    Open {
        /// The new frame.
        frame: u32,
        /// Of which playbook.
        playbook: PlaybookId,
        /// What it was given.
        vars: BTreeMap<Name, Value>,
        /// The step that called it.
        caller: StepNumber,
    },
    /// A called playbook ends, with whatever is still live in it.
    Close {
        /// The frame.
        frame: u32,
        /// What is taken from it.
        taken: BTreeMap<Name, Value>,
    },
    /// A step cannot be decided.
    Stuck {
        /// Its number.
        number: StepNumber,
        /// Why.
        why: Why,
    },
}

/// What a step waits for once it is begun.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Begun {
    /// People.
    Task {
        /// What to do; written as a name too.
        #[serde(rename = "name")]
        title: String,
        /// Who does it.
        who: Whom,
        /// When people are called because nobody took it.
        ack: Option<Timestamp>,
        /// When it is late.
        due: Option<Timestamp>,
        /// How long after the incident was noticed that is, where it counts from there.
        #[serde(default, with = "humantime_serde", skip_serializing_if = "Option::is_none")]
        due_since_detected: Option<Duration>,
        /// When whoever has it is reminded first.
        remind: Option<Timestamp>,
        /// When it has failed.
        timeout: Option<Timestamp>,
    },
    /// Its blocks.
    Blocks {
        /// How many.
        count: u32,
        /// Which one was chosen, where there was a choice.
        chose: Option<String>,
    },
    /// A moment.
    Until(Timestamp),
}

/// Why people are called for a step.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Call {
    /// It begins, and is theirs.
    Begun,
    /// Nobody took it, or could be reached: the ladder stands there now.
    Untaken(Position),
    /// It waits for their approval.
    Approval,
    /// It is late.
    Late,
    /// It failed, and nothing says what to do then.
    Failed,
    /// Nobody agreed to it in time.
    Lapsed,
    /// It was agreed to: now it may be done.
    Agreed,
    /// It was not agreed to.
    Declined,
    /// It waits to be done, and its time goes by.
    Reminder,
    /// It need not be done any more.
    Dropped,
}

/// Why a step failed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// Nobody finished it in time.
    Timeout,
    /// Whoever has it said so.
    Said,
    /// Its condition rests on something that is not set.
    Condition,
    /// The loop went round as often as it may.
    Loop,
    /// The copy of the playbook has no such step.
    Missing,
}

impl RunEvent {
    /// The word for it in the ledger.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Started { .. } => "run_started",
            Self::Moved { .. } => "run_moved",
            Self::Called { .. } => "run_called",
            Self::Taken { .. } => "run_step_taken",
            Self::Answered { .. } => "run_answered",
            Self::Reasked { .. } => "run_reasked",
            Self::Freed { .. } => "run_step_freed",
            Self::Lost => "run_lost",
            Self::Proved { .. } => "run_proved",
            Self::ApprovalAsked { .. } => "run_approval_asked",
            Self::Approved { .. } => "run_approved",
            Self::Agreed { .. } => "run_agreed",
            Self::Declined { .. } => "run_declined",
            Self::ApprovalLapsed { .. } => "run_approval_lapsed",
            Self::Reminded { .. } => "run_reminded",
            Self::Late { .. } => "run_step_late",
            Self::Done { .. } => "run_step_done",
            Self::Skipped { .. } => "run_step_skipped",
            Self::Failed { .. } => "run_step_failed",
            Self::Retried { .. } => "run_step_retried",
            Self::Finished => "run_finished",
            Self::Stopped { .. } => "run_stopped",
        }
    }

    /// Every kind this version knows.
    #[rustfmt::skip]
    pub const KINDS: [&'static str; 22] = [
        "run_started", "run_moved", "run_called", "run_step_taken", "run_answered", "run_proved",
        "run_approval_asked", "run_approved", "run_agreed", "run_declined", "run_approval_lapsed", "run_reminded",
        "run_step_late", "run_step_done", "run_step_skipped", "run_step_failed", "run_step_retried",
        "run_finished", "run_stopped", "run_reasked", "run_step_freed", "run_lost",
    ];

    /// The step it is about, where it is about one.
    pub fn step(&self) -> Option<StepNumber> {
        match self {
            Self::Started { .. }
            | Self::Moved { .. }
            | Self::Finished
            | Self::Lost
            | Self::Stopped { .. } => None,
            Self::Called { step, .. }
            | Self::Taken { step }
            | Self::Answered { step, .. }
            | Self::Proved { step, .. }
            | Self::Reasked { step }
            | Self::Freed { step, .. }
            | Self::ApprovalAsked { step, .. }
            | Self::Approved { step }
            | Self::Agreed { step }
            | Self::Declined { step, .. }
            | Self::ApprovalLapsed { step }
            | Self::Reminded { step, .. }
            | Self::Late { step }
            | Self::Done { step }
            | Self::Skipped { step, .. }
            | Self::Failed { step, .. }
            | Self::Retried { step } => Some(*step),
        }
    }

    /// The free text in it.
    pub fn text(&self) -> Option<&Text> {
        match self {
            Self::Declined { reason, .. }
            | Self::Skipped { reason, .. }
            | Self::Stopped { reason } => Some(reason),
            Self::Failed { reason, .. } => reason.as_ref(),
            Self::Answered { value: Value::Words(words), .. } => Some(words),
            _ => None,
        }
    }

    /// The same, to be sealed.
    pub fn text_mut(&mut self) -> Option<&mut Text> {
        match self {
            Self::Declined { reason, .. }
            | Self::Skipped { reason, .. }
            | Self::Stopped { reason } => Some(reason),
            Self::Failed { reason, .. } => reason.as_mut(),
            Self::Answered { value: Value::Words(words), .. } => Some(words),
            _ => None,
        }
    }
}
