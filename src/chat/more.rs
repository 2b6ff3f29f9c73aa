//! What a report left open, asked one question at a time. Nothing waits for an answer: the incident
//! exists and people are being called.

use super::Turn;
use super::step::Step;
use super::values;
use super::when::{self, Said};
use crate::domain::incident::act::{Act, Aim, Detail, Noticed};
use crate::domain::notice::{Answer, Ask, MoreStep};

impl Turn<'_> {
    /// An answer by button, and the question after it.
    pub(super) fn detailed(&self, aim: Aim, detail: Detail) -> Step {
        let step = match &detail {
            Detail::System(_) => MoreStep::System,
            Detail::Kind(_) => MoreStep::Kind,
            Detail::Noticed(_) => MoreStep::When,
            Detail::Impact(_) => MoreStep::Impact,
            Detail::PersonalData(_) => MoreStep::Data,
        };
        going_on(Step::on(aim.clone(), Act::Detail(detail)), aim, step)
    }

    /// Words in answer to one of the questions, and without their courtesies; `None` when they are none.
    pub(super) fn more_in_words(
        &self,
        aim: &Aim,
        step: MoreStep,
        words: &str,
        said: &str,
    ) -> Option<Step> {
        match step {
            MoreStep::System if self.said_button(words, None).is_some() => None,
            MoreStep::System => {
                let note = Step::act(aim.code.clone(), Act::Note(words.to_owned()));
                Some(going_on(note, aim.clone(), step))
            }
            MoreStep::When => self.noticed_in_words(aim, words),
            MoreStep::Data => {
                let value = values::answer(said)?;
                Some(self.detailed(aim.clone(), Detail::PersonalData(value)))
            }
            MoreStep::Kind => {
                let kind = values::category(said)??;
                Some(self.detailed(aim.clone(), Detail::Kind(kind)))
            }
            MoreStep::Impact => None,
        }
    }

    /// An instant in words; `None` when they name none. Where they say more, they are kept as well.
    pub(super) fn noticed_in_words(&self, aim: &Aim, words: &str) -> Option<Step> {
        let Said { at, whole } = when::read(words, self.context.now, self.context.zone)?;
        let act = match whole {
            true => Act::Detail(Detail::Noticed(Noticed::At(at))),
            false => Act::NoticedIn(at, words.to_owned()),
        };
        Some(going_on(Step::on(aim.clone(), act), aim.clone(), MoreStep::When))
    }
}

/// The question after `step`, or thanks.
fn going_on(done: Step, aim: Aim, step: MoreStep) -> Step {
    match step.next() {
        Some(next) => done.then(Ask::More { aim, step: next }),
        None => done.ending_with(Answer::Thanks { code: aim.code }),
    }
    .in_place()
}
