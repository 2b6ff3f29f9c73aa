//! What the events of a run add up to.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::event::{StepNumber, Why};
use crate::domain::escalation::ladder::Position;
use crate::domain::ids::PersonId;
use crate::domain::incident::state::{Incident, Stamp2};
use crate::domain::playbook::expr::Value;
use crate::domain::playbook::model::{Name, PlaybookId, StepId, Whom};
use crate::domain::time::Timestamp;

/// A run as it stands.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Run {
    /// Its number within the incident, from one.
    pub number: u32,
    /// Of which playbook.
    pub playbook: PlaybookId,
    /// Its version.
    pub version: u32,
    /// What it is called.
    pub title: String,
    /// The digest of the copy it rests on.
    pub hash: String,
    /// When it was started, and by whom.
    pub started: Stamp2,
    /// How it ended, where it did.
    pub ended: Option<Ended>,
    /// Variables of the playbook and of those it called.
    pub frames: BTreeMap<u32, Frame>,
    /// Steps that are begun and not over.
    pub tokens: BTreeMap<StepNumber, Token>,
    /// How many steps for people are over.
    pub done: u32,
    /// The last of them, oldest first: what a late press is told.
    pub over: Vec<Over>,
    /// The last frame given out.
    pub last_frame: u32,
}

/// How a run ended.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Ended {
    /// How.
    pub how: How,
    /// When, and by whom.
    pub at: Stamp2,
}

/// How a run ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// All its steps are over.
    Finished,
    /// Somebody stopped it.
    Stopped,
    /// The incident was closed.
    Closed,
    /// The copy it rests on cannot be read.
    Lost,
}

/// The variables of one playbook while it runs.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Frame {
    /// Which.
    pub playbook: PlaybookId,
    /// Its variables.
    pub vars: BTreeMap<Name, Value>,
    /// The step that called it; none of the one that was started.
    pub caller: Option<StepNumber>,
}

/// A step that is begun and not over.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Token {
    /// Which step.
    pub step: StepId,
    /// In which frame.
    pub frame: u32,
    /// The step whose block it stands in.
    pub parent: Option<StepNumber>,
    /// The phase, as it is called.
    pub phase: Option<String>,
    /// Since when.
    pub since: Timestamp,
    /// What it waits for.
    pub waits: Waits,
}

/// What a step waits for.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Waits {
    /// People.
    Task(Box<Pending>),
    /// Its blocks.
    Blocks {
        /// How many have not ended.
        left: u32,
        /// How often a loop went round.
        turn: u32,
        /// Whether it failed, and the block is the one for that.
        handling: bool,
    },
    /// A moment.
    Until(Timestamp),
    /// It failed, and the holder has to say what now.
    Decision {
        /// Why it failed.
        why: Why,
        /// What people were to do, where it was for people.
        title: Option<String>,
        /// When the question is asked again.
        #[serde(default)]
        again: Option<Timestamp>,
    },
}

/// A step that waits for people.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Pending {
    /// What to do.
    pub title: String,
    /// Who does it.
    pub who: Whom,
    /// Who took it, and when.
    pub taken: Option<(PersonId, Timestamp)>,
    /// When the next people are called because nobody took it.
    pub call_at: Option<Timestamp>,
    /// Where its ladder stands, once it climbs.
    pub position: Option<Position>,
    /// How many of its rungs in a row reached nobody.
    pub dead: u32,
    /// The entry that called last.
    pub called_seq: i64,
    /// Everybody called for it.
    pub called: BTreeSet<PersonId>,
    /// When it is late.
    pub due: Option<Timestamp>,
    /// How long after the incident was noticed that is, where it counts from there.
    #[serde(default, with = "humantime_serde")]
    pub due_since_detected: Option<Duration>,
    /// Whether it is.
    pub late: bool,
    /// When whoever has it is reminded next.
    pub remind: Option<Timestamp>,
    /// How long that is after it was set.
    #[serde(default, with = "humantime_serde")]
    pub remind_wait: Duration,
    /// How often he was.
    #[serde(default)]
    pub reminded: u32,
    /// When it has failed.
    pub timeout: Option<Timestamp>,
    /// Which questions were answered.
    pub answered: BTreeSet<Name>,
    /// The pieces of evidence that belong to it.
    pub proof: Vec<u32>,
    /// Whether it was agreed to already.
    #[serde(default)]
    pub agreed: bool,
    /// The approval it waits for.
    pub approval: Option<Asked>,
}

/// An approval that was asked for.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Asked {
    /// Who asked: he cannot give it.
    pub by: PersonId,
    /// When.
    pub at: Timestamp,
    /// Until when.
    pub until: Timestamp,
    /// Who gave it.
    pub given: Vec<PersonId>,
}

/// A step that is over.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Over {
    /// Its number.
    pub number: StepNumber,
    /// What it was.
    pub title: String,
    /// How it ended.
    pub how: OverHow,
    /// When, and by whom.
    pub at: Stamp2,
    /// Who had it.
    #[serde(default)]
    pub had: Option<PersonId>,
}

/// How a step ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OverHow {
    /// Done.
    Done,
    /// Left out.
    Skipped,
    /// It failed.
    Failed,
    /// Its playbook ended before.
    Dropped,
}

/// How many steps that are over are remembered.
pub const REMEMBERED: usize = 30;

impl Run {
    /// Whether it goes on.
    pub fn is_live(&self) -> bool {
        self.ended.is_none()
    }

    /// Steps that wait for people, with their numbers.
    pub fn pending(&self) -> impl Iterator<Item = (StepNumber, &Token, &Pending)> {
        self.tokens.iter().filter_map(|(number, token)| match &token.waits {
            Waits::Task(pending) => Some((*number, token, pending.as_ref())),
            _ => None,
        })
    }

    /// A step that waits for people.
    pub fn task(&self, number: StepNumber) -> Option<&Pending> {
        match &self.tokens.get(&number)?.waits {
            Waits::Task(pending) => Some(pending),
            _ => None,
        }
    }

    /// The step that failed and waits for a decision.
    pub fn stuck(&self) -> impl Iterator<Item = (StepNumber, &Token, Why)> {
        self.tokens.iter().filter_map(|(number, token)| match &token.waits {
            Waits::Decision { why, .. } => Some((*number, token, *why)),
            _ => None,
        })
    }

    /// The variables of a frame.
    pub fn vars(&self, frame: u32) -> Option<&BTreeMap<Name, Value>> {
        self.frames.get(&frame).map(|frame| &frame.vars)
    }

    /// When it next wants to be woken.
    pub fn next_moment(&self) -> Option<Timestamp> {
        if !self.is_live() {
            return None;
        }
        self.tokens.values().filter_map(Token::next_moment).min()
    }
}

impl Token {
    /// When it next wants to be woken.
    pub fn next_moment(&self) -> Option<Timestamp> {
        match &self.waits {
            Waits::Until(at) => Some(*at),
            Waits::Task(pending) => pending.next_moment(),
            Waits::Decision { again, .. } => *again,
            Waits::Blocks { .. } => None,
        }
    }
}

impl Pending {
    /// The moments it has, whichever still counts.
    pub fn next_moment(&self) -> Option<Timestamp> {
        let lapse = self.approval.as_ref().map(|asked| asked.until);
        let due = self.due.filter(|_| !self.late);
        let remind = self.remind.filter(|_| self.reminds());
        [self.call_at, due, remind, self.timeout, lapse].into_iter().flatten().min()
    }

    /// What came due while nobody could be reminded is not made up for: the next one counts from `now`.
    pub(super) fn not_reminded_before(&mut self, now: Timestamp) {
        let passed = self.remind.filter(|at| *at <= now);
        self.remind = passed.map(|_| now.plus(self.remind_wait)).or(self.remind);
    }

    /// Whether there is somebody to be reminded: whoever took it, or the one it is always with.
    pub fn reminds(&self) -> bool {
        self.approval.is_none() && (self.taken.is_some() || self.who == Whom::Holder)
    }
}

impl Incident {
    /// The run a step belongs to.
    pub fn run_of(&self, step: StepNumber) -> Option<&Run> {
        let live = self.runs.iter().find(|run| run.tokens.contains_key(&step));
        let over = |run: &&Run| run.over.iter().any(|one| one.number == step);
        live.or_else(|| self.runs.iter().rev().find(over))
    }

    /// Runs that go on.
    pub fn live_runs(&self) -> impl Iterator<Item = &Run> {
        self.runs.iter().filter(|run| run.is_live())
    }

    /// When one of its runs next wants to be woken.
    pub fn run_moment(&self) -> Option<Timestamp> {
        self.live_runs().filter_map(Run::next_moment).min()
    }
}
