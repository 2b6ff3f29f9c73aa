//! What can be wrong with a playbook beyond what can be wrong with any file.

use crate::domain::playbook::expr::Fault;
use crate::domain::playbook::lint::What;
use crate::domain::playbook::model::StepId;
use crate::domain::playbook::simulate::Broken;
use crate::text::play::faults as said;

/// What is wrong.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PlayFault {
    /// The file is larger than anybody writes.
    TooLarge,
    /// More steps than anybody does.
    TooManySteps,
    /// Blocks in blocks in blocks.
    TooDeep,
    /// Not 1 to 40 of `a-z`, `0-9` and `-`.
    BadId,
    /// Not the name of the file.
    OtherName,
    /// Not 1 to 40 of `a-z`, `0-9` and `_`, beginning with a letter.
    BadName,
    /// No steps.
    NoSteps,
    /// A step that says in no way, or in two, what it does.
    NoKind,
    /// Nobody such.
    BadWhom,
    /// No such phase.
    NoPhase,
    /// No such block.
    NoBlock,
    /// Two steps lead into the same block.
    BlockTwice,
    /// No step leads there.
    BlockUnused,
    /// Not two to eight choices.
    Choices,
    /// The lowest is above the highest.
    Bounds,
    /// No regular expression.
    BadPattern,
    /// The example does not look as the pattern asks.
    BadExample,
    /// An expression is none.
    Condition(Fault),
    /// Something the whole of it shows.
    Found {
        /// At which step.
        step: Option<StepId>,
        /// What.
        what: What,
    },
    /// A test of its own comes out otherwise.
    Test {
        /// Which.
        name: String,
        /// How.
        broken: Broken,
    },
}

impl PlayFault {
    /// What it is, and the remedy.
    pub(in crate::config) fn said(&self) -> said::Said {
        match self {
            Self::TooLarge => said::too_large(),
            Self::TooManySteps => said::too_many(super::MOST_STEPS),
            Self::TooDeep => said::too_deep(super::DEEPEST),
            Self::BadId => said::bad_id(),
            Self::OtherName => said::other_name(),
            Self::BadName => said::bad_name(),
            Self::NoSteps => said::no_steps(),
            Self::NoKind => said::no_kind(),
            Self::BadWhom => said::bad_whom(),
            Self::NoPhase => said::no_phase(),
            Self::NoBlock => said::no_block(),
            Self::BlockTwice => said::block_twice(),
            Self::BlockUnused => said::block_unused(),
            Self::Choices => said::choices(),
            Self::Bounds => said::bounds(),
            Self::BadPattern => said::bad_pattern(),
            Self::BadExample => said::bad_example(),
            Self::Condition(fault) => said::condition(fault),
            Self::Found { what, .. } => said::found(what),
            Self::Test { name, broken } => said::broken(name, broken),
        }
    }
}
