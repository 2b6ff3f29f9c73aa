//! What somebody can ask of a run.

use serde::{Deserialize, Serialize};

use super::event::StepNumber;
use crate::domain::playbook::model::PlaybookId;

/// A wish about a playbook or one of its steps.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlayAct {
    /// Start this one.
    Start(PlaybookId),
    /// Take a step.
    Take(StepNumber),
    /// Answer one of its questions, by its place from zero.
    Answer(StepNumber, u32, String),
    /// Answer it by a button, by its place from zero.
    Choose(StepNumber, u32, u32),
    /// Ask its questions again.
    Redo(StepNumber),
    /// It is done.
    Done(StepNumber),
    /// Leave it out.
    Skip(StepNumber, String),
    /// It cannot be done.
    Fail(StepNumber, String),
    /// Agree to it.
    Approve(StepNumber),
    /// Do not.
    Decline(StepNumber, String),
    /// Try it again after it failed.
    Retry(StepNumber),
    /// Stop the run this step belongs to.
    Stop(StepNumber, String),
}

impl PlayAct {
    /// The step it is about.
    pub fn step(&self) -> Option<StepNumber> {
        match self {
            Self::Start(_) => None,
            Self::Take(step)
            | Self::Answer(step, ..)
            | Self::Choose(step, ..)
            | Self::Redo(step)
            | Self::Stop(step, _)
            | Self::Done(step)
            | Self::Skip(step, _)
            | Self::Fail(step, _)
            | Self::Approve(step)
            | Self::Decline(step, _)
            | Self::Retry(step) => Some(*step),
        }
    }

    /// The words in it, to be masked.
    pub fn words_mut(&mut self) -> Option<&mut String> {
        match self {
            Self::Answer(_, _, words)
            | Self::Skip(_, words)
            | Self::Fail(_, words)
            | Self::Decline(_, words)
            | Self::Stop(_, words) => Some(words),
            _ => None,
        }
    }
}
