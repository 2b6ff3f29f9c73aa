//! A playbook as checked data: steps by id with their successors. What a file says in blocks stands
//! here as a graph, so that playbooks of other makers can come to the same.

mod case;
mod question;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::expr::Expr;
use crate::domain::escalation::policy::Target;
use crate::domain::ids::id;
use crate::domain::values::{Category, Flag, Role, Severity};

pub use case::{Case, Given};
pub use question::{Answer, Ask, Question};

id!(
    /// A playbook's id, such as `ma-doc-tong-tien`.
    PlaybookId
);
id!(
    /// A step's id, unique in its playbook.
    StepId
);
id!(
    /// A variable's name.
    Name
);

/// A playbook.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Playbook {
    /// Its id.
    pub id: PlaybookId,
    /// Raised with each change.
    pub version: u32,
    /// What it is called.
    pub title: String,
    /// What it is for.
    pub summary: String,
    /// When another one fits better.
    #[serde(default)]
    pub not_for: Option<String>,
    /// Whether it is only called by others.
    pub shared: bool,
    /// What it was written from.
    #[serde(default)]
    pub sources: Vec<String>,
    /// What the reporter reads at once.
    #[serde(default)]
    pub first: Vec<String>,
    /// When it is offered.
    pub fits: Fits,
    /// The phases, in order.
    pub phases: Vec<Phase>,
    /// What its caller gives.
    #[serde(default)]
    pub args: BTreeMap<Name, Question>,
    /// Where it begins.
    pub start: StepId,
    /// The steps.
    pub steps: BTreeMap<StepId, Step>,
    /// What it must do.
    #[serde(default)]
    pub tests: Vec<Case>,
}

/// When a playbook is offered.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Fits {
    /// One of these categories,
    pub categories: BTreeSet<Category>,
    /// or one of these words in the report,
    pub tags: Vec<String>,
    /// or one of these flags set to yes,
    pub flags: BTreeSet<Flag>,
    /// and one of these severities; none for every one.
    pub severities: BTreeSet<Severity>,
}

/// A part of the work.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Phase {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub title: String,
}

/// One step.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Step {
    /// Its id.
    pub id: StepId,
    /// Its place in the file, from zero.
    pub place: u32,
    /// The phase it belongs to.
    #[serde(default)]
    pub phase: Option<String>,
    /// Passed over where this does not hold.
    #[serde(default)]
    pub only_if: Option<Expr>,
    /// The one after it; none at the end of its block.
    #[serde(default)]
    pub next: Option<StepId>,
    /// The first step of the block that is done when it fails.
    #[serde(default)]
    pub on_failure: Option<StepId>,
    /// The first step of the block that is done when nobody finished it in time.
    #[serde(default)]
    pub on_timeout: Option<StepId>,
    /// What it does.
    pub does: Does,
}

/// What a step does.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Does {
    /// Something for people.
    Task(Box<Task>),
    /// One of two blocks.
    If {
        /// The condition.
        condition: Expr,
        /// The block where it holds.
        then: StepId,
        /// The block where it does not.
        otherwise: Option<StepId>,
    },
    /// One of several blocks.
    Switch {
        /// The variable.
        on: Name,
        /// Its blocks.
        cases: BTreeMap<String, StepId>,
        /// The block for every other value.
        default: Option<StepId>,
    },
    /// A block again and again.
    While {
        /// As long as this holds.
        condition: Expr,
        /// The block.
        body: StepId,
        /// How often at most.
        max: u32,
    },
    /// Blocks side by side.
    Parallel {
        /// The blocks.
        branches: Vec<StepId>,
    },
    /// Another playbook.
    Call {
        /// Which.
        playbook: PlaybookId,
        /// What it is given.
        with: BTreeMap<Name, Expr>,
        /// What is taken from it: own variable, its variable.
        take: BTreeMap<Name, Name>,
    },
    /// Waits.
    Wait {
        /// How long.
        #[serde(with = "humantime_serde")]
        time: Duration,
    },
    /// Ends the block, or the whole playbook.
    End {
        /// Whether the whole playbook.
        playbook: bool,
    },
}

/// Who does or approves something.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Whom {
    /// Whoever reported it.
    Reporter,
    /// Whoever has the incident.
    Holder,
    /// As a level of the ladder says.
    Target(Target),
}

/// Something for people.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Task {
    /// What to do.
    pub title: String,
    /// Why.
    #[serde(default)]
    pub why: Option<String>,
    /// How; may hold commands between backticks.
    #[serde(default)]
    pub how: Option<String>,
    /// Who does it.
    pub who: Whom,
    /// When people are called because nobody took it.
    #[serde(default, with = "humantime_serde")]
    pub ack: Option<Duration>,
    /// When it is late.
    #[serde(default, with = "humantime_serde")]
    pub due: Option<Duration>,
    /// Since when that counts.
    #[serde(default, skip_serializing_if = "DueFrom::is_start")]
    pub due_from: DueFrom,
    /// How often whoever has it is reminded.
    #[serde(default, with = "humantime_serde")]
    pub remind: Option<Duration>,
    /// When it has failed.
    #[serde(default, with = "humantime_serde")]
    pub timeout: Option<Duration>,
    /// Whether only a lead may skip it.
    #[serde(default)]
    pub required: bool,
    /// The proof it needs.
    #[serde(default)]
    pub evidence: Option<Proof>,
    /// Who has to agree.
    #[serde(default)]
    pub approval: Option<Approval>,
    /// What it asks.
    #[serde(default)]
    pub asks: Vec<Ask>,
    /// What it rests on.
    #[serde(default)]
    pub legal: Vec<Legal>,
    /// Words for citizens.
    #[serde(default)]
    pub citizens: Option<String>,
    /// Words for the press.
    #[serde(default)]
    pub press: Option<String>,
    /// How a drill can play it.
    #[serde(default)]
    pub drill: Option<String>,
}

/// Since when the time a step is due in counts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DueFrom {
    /// Since the step began.
    #[default]
    Start,
    /// Since the incident was noticed, as the law counts.
    Detected,
}

impl DueFrom {
    /// Each with its word in a file.
    pub const ALL: [(&'static str, Self); 2] =
        [("start", Self::Start), ("detected", Self::Detected)];

    // Copies stored before there was any other stay what their digests say.
    fn is_start(&self) -> bool {
        *self == Self::Start
    }
}

/// Proof that a step needs.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Proof {
    /// How many pieces.
    pub count: u32,
    /// Of which kinds; none for any.
    pub kinds: BTreeSet<ProofKind>,
    /// What it shows.
    #[serde(default)]
    pub what: Option<String>,
}

/// Kinds of proof.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProofKind {
    /// A picture.
    Photo,
    /// A file of any other form.
    File,
    /// Kept elsewhere, with its hash.
    Described,
}

impl ProofKind {
    /// Every kind with its word in a file.
    pub const ALL: [(&'static str, Self); 3] =
        [("photo", Self::Photo), ("file", Self::File), ("described", Self::Described)];
}

/// Who has to agree.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Approval {
    /// Who.
    pub by: Whom,
    /// How many of them.
    pub quorum: u32,
    /// Whether they agree to what was done, and not to what is going to be.
    #[serde(default)]
    pub after: bool,
    /// How long the request stands.
    #[serde(with = "humantime_serde")]
    pub expires: Duration,
}

/// What a step rests on.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Legal {
    /// Which document, and where in it.
    pub reference: String,
    /// Whether that is certain.
    pub certain: bool,
}

impl Task {
    /// The time it is due in, where that counts from when the incident was noticed.
    pub fn due_since_detected(&self) -> Option<Duration> {
        self.due.filter(|_| self.due_from == DueFrom::Detected)
    }
}

impl Step {
    /// What it asks of people, where it asks anything.
    pub fn task(&self) -> Option<&Task> {
        match &self.does {
            Does::Task(task) => Some(task),
            _ => None,
        }
    }

    /// The first steps of the blocks it may lead to.
    pub fn blocks(&self) -> Vec<&StepId> {
        let mut blocks: Vec<&StepId> = match &self.does {
            Does::Task(_) | Does::Call { .. } | Does::Wait { .. } | Does::End { .. } => Vec::new(),
            Does::If { then, otherwise, .. } => [then].into_iter().chain(otherwise).collect(),
            Does::Switch { cases, default, .. } => cases.values().chain(default).collect(),
            Does::While { body, .. } => vec![body],
            Does::Parallel { branches } => branches.iter().collect(),
        };
        blocks.extend(self.on_failure.iter().chain(&self.on_timeout));
        blocks
    }
}

impl Playbook {
    /// The steps in the order of the file.
    pub fn in_order(&self) -> Vec<&Step> {
        let mut steps: Vec<&Step> = self.steps.values().collect();
        steps.sort_by_key(|step| step.place);
        steps
    }

    /// The playbooks it calls.
    pub fn calls(&self) -> BTreeSet<&PlaybookId> {
        let called = self.steps.values().filter_map(|step| match &step.does {
            Does::Call { playbook, .. } => Some(playbook),
            _ => None,
        });
        called.collect()
    }

    /// What a phase is called.
    pub fn phase(&self, id: &str) -> Option<&str> {
        self.phases.iter().find(|phase| phase.id == id).map(|phase| phase.title.as_str())
    }

    /// The roles whose people it asks anything of.
    pub fn whom(&self) -> BTreeSet<&Whom> {
        let tasks = self.steps.values().filter_map(Step::task);
        tasks
            .flat_map(|task| [Some(&task.who), task.approval.as_ref().map(|one| &one.by)])
            .flatten()
            .collect()
    }
}

impl Whom {
    /// From the word in a file.
    pub fn read(word: &str) -> Option<Self> {
        let target = match word {
            "reporter" => return Some(Self::Reporter),
            "holder" => return Some(Self::Holder),
            "duty" => Target::Duty,
            "backup" => Target::Backup,
            "lead" => Target::Lead,
            "managers" => Target::Managers,
            "team" => Target::Team,
            other => match other.split_once(':')? {
                ("role", role) => Target::Role(role.parse::<Role>().ok()?),
                ("person", id) if !id.is_empty() => {
                    Target::Person(crate::domain::ids::PersonId::new(id))
                }
                _ => return None,
            },
        };
        Some(Self::Target(target))
    }
}

impl fmt::Display for Whom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Reporter => f.write_str("reporter"),
            Self::Holder => f.write_str("holder"),
            Self::Target(Target::Duty) => f.write_str("duty"),
            Self::Target(Target::Backup) => f.write_str("backup"),
            Self::Target(Target::Lead) => f.write_str("lead"),
            Self::Target(Target::Managers) => f.write_str("managers"),
            Self::Target(Target::Team) => f.write_str("team"),
            Self::Target(Target::Role(role)) => write!(f, "role:{role}"),
            Self::Target(Target::Person(id)) => write!(f, "person:{id}"),
        }
    }
}
