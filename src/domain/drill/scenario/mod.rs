//! A drill's scenario as checked data: what is told to whom and when, what is expected of them, and how
//! that is judged.
//!
//! Nothing here reads files: `config` makes a [`Scenario`] of one. A drill keeps its own copy, so a
//! scenario says everything that is needed to play it.
//!
//! - [`lint`]: what is wrong with one although it reads;
//! - [`real`]: words that could be taken for real.

pub mod lint;
pub mod real;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::domain::fold::fold;
use crate::domain::ids::id;
use crate::domain::playbook::model::{PlaybookId, Question, StepId};
use crate::domain::values::Role;

id!(
    /// A scenario's id, such as `lo-lot-du-lieu`.
    ScenarioId
);
id!(
    /// An inject's id, unique in its scenario.
    InjectId
);
id!(
    /// An objective's id, unique in its scenario.
    ObjectiveId
);
id!(
    /// The id of a part somebody plays, unique in its scenario.
    PartId
);
id!(
    /// An expectation's id, unique in its inject.
    ExpectId
);
id!(
    /// The id of a question asked after the drill, unique in its scenario.
    SurveyId
);

/// A scenario.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Scenario {
    /// Its id.
    pub id: ScenarioId,
    /// Raised with each change.
    pub version: u32,
    /// What it is called.
    pub title: String,
    /// What it practises.
    pub summary: String,
    /// What kind of drill it is played as.
    pub kind: DrillKind,
    /// How long it is played.
    #[serde(with = "humantime_serde")]
    pub length: Duration,
    /// What everybody who plays reads at the start.
    pub setting: String,
    /// When another one fits better.
    #[serde(default)]
    pub not_for: Option<String>,
    /// What it was written from.
    #[serde(default)]
    pub sources: Vec<String>,
    /// Who plays.
    pub parts: Vec<Part>,
    /// What is practised, and how it is judged.
    pub objectives: Vec<Objective>,
    /// What is told to whom, and when.
    pub injects: Vec<Inject>,
    /// What everybody is asked after the end.
    #[serde(default)]
    pub survey: Vec<SurveyQuestion>,
    /// Whether nobody is told who answered what.
    #[serde(default)]
    pub anonymous: bool,
    /// What is sent where somebody took a message of the drill for real.
    pub correction: String,
    /// What the lead of the drill looks at before its start, beside what is always looked at.
    #[serde(default)]
    pub checklist: Vec<String>,
}

/// Kinds of drill that are played from a scenario.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum DrillKind {
    /// Talked through: people say what they would do.
    #[serde(rename = "ban_giay")]
    TableTop,
    /// People do what they would do, within the drill.
    #[serde(rename = "chuc_nang")]
    Functional,
    /// Only whether people can be reached.
    #[serde(rename = "lien_lac")]
    CommCheck,
}

/// A part that somebody plays.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Part {
    /// Its id.
    pub id: PartId,
    /// What it is called.
    pub title: String,
    /// Who plays it.
    pub who: PartWho,
}

/// Who plays a part.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PartWho {
    /// The participants of each unit that is drilled, every unit for itself.
    Unit,
    /// The people of the team who take part.
    Team,
    /// The team's captain and deputies.
    Lead,
    /// The managers.
    Managers,
    /// Whoever has this role.
    Role(Role),
}

/// What is practised.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Objective {
    /// Its id.
    pub id: ObjectiveId,
    /// What people shall be able to do.
    pub title: String,
    /// The ability it belongs to, by which years are compared.
    pub capability: String,
    /// How it is judged.
    pub guide: Guide,
}

/// What an evaluator looks for, mark by mark.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Guide {
    /// Performed without challenges.
    pub performed: String,
    /// With some challenges.
    pub some: String,
    /// With major challenges.
    pub major: String,
    /// Unable to be performed.
    pub unable: String,
}

/// Something that is told to people in a drill.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Inject {
    /// Its id.
    pub id: InjectId,
    /// Its place in the file, from zero.
    pub place: u32,
    /// What it is called on the board of the drill's lead.
    pub title: String,
    /// Who speaks, as a role.
    #[serde(default)]
    pub from: Option<String>,
    /// What is said.
    pub body: String,
    /// To whom.
    pub to: Vec<Audience>,
    /// When.
    pub trigger: Trigger,
    /// Whether it is only for drills that go another way than expected.
    #[serde(default)]
    pub contingency: bool,
    /// Texts sent beside it as files.
    #[serde(default)]
    pub attachments: Vec<Attachment>,
    /// What is expected of those who read it.
    #[serde(default)]
    pub expects: Vec<Expectation>,
}

/// To whom something is told.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// Everybody who plays.
    Everyone,
    /// Whoever plays this part.
    Part(PartId),
}

/// When an inject goes out.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trigger {
    /// So long after the start.
    At {
        /// How long.
        #[serde(with = "humantime_serde")]
        offset: Duration,
    },
    /// So long after another one.
    After {
        /// Which.
        inject: InjectId,
        /// How long.
        #[serde(with = "humantime_serde")]
        delay: Duration,
    },
    /// So long after an expectation was met.
    OnAnswer {
        /// Of which inject.
        inject: InjectId,
        /// Which of its expectations.
        expect: ExpectId,
        /// Only where this was chosen.
        #[serde(default)]
        value: Option<String>,
        /// How long.
        #[serde(with = "humantime_serde")]
        delay: Duration,
    },
    /// So long after an expectation expired with nobody having met it.
    OnSilence {
        /// Of which inject.
        inject: InjectId,
        /// Which of its expectations.
        expect: ExpectId,
        /// How long.
        #[serde(with = "humantime_serde")]
        delay: Duration,
    },
    /// When the drill's lead says so.
    ByHand,
}

/// A text sent as a file.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Attachment {
    /// The file's name.
    pub name: String,
    /// What stands in it.
    pub text: String,
}

/// What is expected of those who read an inject.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Expectation {
    /// Its id.
    pub id: ExpectId,
    /// What.
    pub kind: Expect,
    /// The objective it shows.
    pub objective: ObjectiveId,
    /// How soon it should be met.
    #[serde(with = "humantime_serde")]
    pub target: Duration,
    /// When it is missed.
    #[serde(with = "humantime_serde")]
    pub expires: Duration,
}

/// What meets an expectation.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Expect {
    /// A tap that says the message was read.
    Acknowledge,
    /// A choice by buttons.
    Choose {
        /// Value and word on the button, in order.
        choices: Vec<(String, String)>,
        /// The values that are right; none where there is no wrong one.
        right: BTreeSet<String>,
    },
    /// An incident reported within the drill.
    Report,
    /// A playbook started, or one of its steps done.
    Step {
        /// Which playbook.
        playbook: PlaybookId,
        /// Which step; none for its start.
        #[serde(default)]
        step: Option<StepId>,
    },
    /// An answer with one of these words.
    Keyword {
        /// The words, compared without marks.
        any: Vec<String>,
    },
    /// Files sent.
    File {
        /// How many.
        count: u32,
    },
    /// Something an evaluator sees.
    Judged {
        /// What.
        what: String,
    },
}

/// A question asked after the drill.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SurveyQuestion {
    /// Its id.
    pub id: SurveyId,
    /// The question.
    pub question: Question,
    /// Whether it may stay open.
    #[serde(default)]
    pub optional: bool,
}

/// Every scenario that can be played.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ScenarioLibrary {
    /// By id.
    pub all: BTreeMap<ScenarioId, Arc<Scenario>>,
}

impl Scenario {
    /// An inject by its id.
    pub fn inject(&self, id: &InjectId) -> Option<&Inject> {
        self.injects.iter().find(|inject| inject.id == *id)
    }

    /// A part by its id.
    pub fn part(&self, id: &PartId) -> Option<&Part> {
        self.parts.iter().find(|part| part.id == *id)
    }

    /// An objective by its id.
    pub fn objective(&self, id: &ObjectiveId) -> Option<&Objective> {
        self.objectives.iter().find(|objective| objective.id == *id)
    }

    /// The injects in the order of the file.
    pub fn in_order(&self) -> Vec<&Inject> {
        let mut injects: Vec<&Inject> = self.injects.iter().collect();
        injects.sort_by_key(|inject| inject.place);
        injects
    }

    /// When an inject goes out at the earliest, from the start: what others wait for is reckoned with its
    /// delays, an answer with none of its own. `None` where it goes out by hand, or waits for what does.
    pub fn earliest(&self, id: &InjectId) -> Option<Duration> {
        let mut at = Duration::ZERO;
        let mut inject = self.inject(id)?;
        // Each inject waits for another one, so a longer way goes in a circle.
        for _ in 0..=self.injects.len() {
            at = at.checked_add(match &inject.trigger {
                Trigger::At { offset } => return at.checked_add(*offset),
                Trigger::After { delay, .. } | Trigger::OnAnswer { delay, .. } => *delay,
                Trigger::OnSilence { inject: other, expect, delay } => {
                    delay.checked_add(self.inject(other)?.expectation(expect)?.expires)?
                }
                Trigger::ByHand => return None,
            })?;
            inject = self.inject(inject.trigger.inject()?)?;
        }
        None
    }
}

impl Inject {
    /// An expectation by its id.
    pub fn expectation(&self, id: &ExpectId) -> Option<&Expectation> {
        self.expects.iter().find(|expect| expect.id == *id)
    }
}

impl Trigger {
    /// The inject it waits for.
    pub fn inject(&self) -> Option<&InjectId> {
        match self {
            Self::After { inject, .. }
            | Self::OnAnswer { inject, .. }
            | Self::OnSilence { inject, .. } => Some(inject),
            Self::At { .. } | Self::ByHand => None,
        }
    }

    /// The expectation it waits for.
    pub fn expect(&self) -> Option<&ExpectId> {
        match self {
            Self::OnAnswer { expect, .. } | Self::OnSilence { expect, .. } => Some(expect),
            Self::At { .. } | Self::After { .. } | Self::ByHand => None,
        }
    }
}

impl DrillKind {
    /// Every kind.
    pub const ALL: &'static [Self] = &[Self::TableTop, Self::Functional, Self::CommCheck];

    /// Its word in a file.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TableTop => "ban_giay",
            Self::Functional => "chuc_nang",
            Self::CommCheck => "lien_lac",
        }
    }
}

impl fmt::Display for DrillKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl PartWho {
    /// From the word in a file.
    pub fn read(word: &str) -> Option<Self> {
        match word {
            "unit" => Some(Self::Unit),
            "team" => Some(Self::Team),
            "lead" => Some(Self::Lead),
            "managers" => Some(Self::Managers),
            other => other.strip_prefix("role:")?.parse().ok().map(Self::Role),
        }
    }
}

impl fmt::Display for PartWho {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unit => f.write_str("unit"),
            Self::Team => f.write_str("team"),
            Self::Lead => f.write_str("lead"),
            Self::Managers => f.write_str("managers"),
            Self::Role(role) => write!(f, "role:{role}"),
        }
    }
}

impl ScenarioLibrary {
    /// One by id.
    pub fn get(&self, id: &ScenarioId) -> Option<&Arc<Scenario>> {
        self.all.get(id)
    }

    /// One by its id, its title or the beginning of either, without marks.
    pub fn named(&self, said: &str) -> Option<&Arc<Scenario>> {
        let said = fold(said.trim());
        let is = |one: &&Arc<Scenario>| fold(one.id.as_str()) == said || fold(&one.title) == said;
        let begins = |one: &&Arc<Scenario>| {
            fold(one.id.as_str()).starts_with(&said) || fold(&one.title).starts_with(&said)
        };
        let mut near = self.all.values().filter(begins);
        self.all.values().find(is).or_else(|| match (near.next(), near.next()) {
            (Some(one), None) if !said.is_empty() => Some(one),
            _ => None,
        })
    }
}
