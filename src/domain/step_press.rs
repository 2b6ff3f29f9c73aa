//! What a button on a step of a playbook does.

use serde::{Deserialize, Serialize};

use super::playbook::run::PlayAct;
use super::playbook::run::event::StepNumber;

/// What is done with a step.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepVerb {
    /// Show it.
    Show,
    /// `Nhận bước`.
    Take,
    /// `Xong`.
    Done,
    /// `Bỏ qua`: asks why.
    Skip,
    /// `Không làm được`: asks why.
    Fail,
    /// `Duyệt`.
    Approve,
    /// `Không duyệt`: asks why.
    Decline,
    /// `Thử lại`.
    Retry,
    /// `Dừng quy trình`: asks why.
    Stop,
    /// `Chứng cứ`: files from now on belong to it.
    Proof,
    /// `Sửa`: its questions are asked again.
    Redo,
    /// Asks this question of it.
    Ask(u32),
    /// To that question, this choice, from zero; of yes and no, yes is zero.
    Answer(u32, u32),
}

/// Every verb that is only a letter.
const PLAIN: [(char, StepVerb); 11] = [
    ('e', StepVerb::Redo),
    ('s', StepVerb::Show),
    ('t', StepVerb::Take),
    ('d', StepVerb::Done),
    ('k', StepVerb::Skip),
    ('f', StepVerb::Fail),
    ('y', StepVerb::Approve),
    ('n', StepVerb::Decline),
    ('r', StepVerb::Retry),
    ('x', StepVerb::Stop),
    ('p', StepVerb::Proof),
];

impl StepVerb {
    /// For callback data, with the number of the step.
    pub fn word(self, step: StepNumber) -> String {
        match self {
            Self::Ask(which) => format!("q{step}.{which}"),
            Self::Answer(which, choice) => format!("a{step}.{which}.{choice}"),
            plain => {
                let letter =
                    PLAIN.iter().find(|(_, verb)| *verb == plain).map(|(letter, _)| *letter);
                format!("{}{step}", letter.unwrap_or('s'))
            }
        }
    }

    /// From callback data.
    pub fn read(word: &str) -> Option<(Self, StepNumber)> {
        let letter = word.chars().next()?;
        let mut numbers = word.get(letter.len_utf8()..)?.split('.').map(str::parse::<u32>);
        let step = numbers.next()?.ok()?;
        let mut number = || numbers.next()?.ok();
        let verb = match letter {
            'q' => Self::Ask(number()?),
            'a' => Self::Answer(number()?, number()?),
            plain => PLAIN.iter().find(|(letter, _)| *letter == plain).map(|(_, verb)| *verb)?,
        };
        Some((verb, step))
    }
}

/// Why words are asked for about a step.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepReason {
    /// It is left out.
    Skip,
    /// It cannot be done.
    Fail,
    /// It is not agreed to.
    Decline,
    /// The playbook is stopped.
    Stop,
}

impl StepReason {
    /// The act these words are the reason of.
    pub fn act(self, step: StepNumber, words: &str) -> PlayAct {
        let words = words.to_owned();
        match self {
            Self::Skip => PlayAct::Skip(step, words),
            Self::Fail => PlayAct::Fail(step, words),
            Self::Decline => PlayAct::Decline(step, words),
            Self::Stop => PlayAct::Stop(step, words),
        }
    }
}
