//! Words without a command: the answer to a question, a note on the card they answer, or nothing.

use std::time::Duration;

use super::Turn;
use super::aim::OFFERED;
use super::command::nearest;
use super::meant;
use super::step::Step;
use super::typed::{closed, report};
use super::values::{self, is_one_of};
use crate::domain::envelope::{Asked, Command};
use crate::domain::fold::fold;
use crate::domain::ids::IncidentCode;
use crate::domain::incident::act::Act;
use crate::domain::notice::{Again, Answer, Ask};
use crate::domain::refusal::Refusal;
use crate::text::typed;

/// So long after a report, words in private belong to it.
pub(super) const SOON: Duration = Duration::from_secs(30 * 60);

/// Longer words are never a mistyped command.
pub(super) const LONGEST_COMMAND: usize = 24;

impl Turn<'_> {
    /// Words. `None` for talk in a group.
    pub(super) fn spoken(&self, words: &str) -> Option<Step> {
        if fold(words).trim().is_empty() {
            return self.wordless();
        }
        if let Some(step) = self.said_in_drill(words) {
            return Some(step);
        }
        if self.incoming.about.len() > 1 {
            let button = self.said_button(words, None);
            return Some(button.unwrap_or_else(|| self.about_several(words)));
        }
        let (about, asked) = (self.about(), self.asked());
        // An answer to a step is about that step, whatever was asked before.
        if !self.incoming.to_question
            && let Some(step) = self.said_to_step(words)
        {
            return Some(step);
        }
        match (asked, about) {
            (Some(asked), None) => Some(self.answered(asked, words)),
            (Some(asked), Some(code)) if asked.code() == Some(code) => {
                Some(match self.incoming.to_question {
                    true => self.answered(asked, words),
                    false => self.beside(asked, code, words),
                })
            }
            // Answering a card names it, whatever was asked before.
            (_, Some(code)) => Some(self.on_card(code, words)),
            (None, None) => match self.waiting() {
                Some(_) if cancels(words) => Some(self.cancelled()),
                Some(waiting) => Some(self.note_on(waiting, words)),
                // A report must not vanish because it answered nobody: the question comes again.
                None if !self.incoming.to_us => {
                    self.report_half_made().map(|asked| Step::ask(asked.question()))
                }
                None => self.out_of_the_blue(words),
            },
        }
    }

    /// A sticker, a photo without a caption: the question is asked again, a talk goes on.
    pub(super) fn wordless(&self) -> Option<Step> {
        let free = self.incoming.about.is_empty();
        match (self.asked().filter(|_| free), self.waiting().filter(|_| free)) {
            (Some(Asked::ReportSecrecy), _) => {
                Some(Step::again(Ask::ReportSecrecy, Again::NotRecorded))
            }
            (Some(asked), _) => Some(Step::ask(asked.question())),
            (None, Some(waiting)) => Some(Step::ask(self.which(waiting))),
            (None, None) if self.incoming.route.private => {
                let roles = self.person.roles.iter().copied().collect();
                Some(Step::say(Answer::Help { roles }))
            }
            (None, None) => None,
        }
    }

    /// The question these words may answer. In a group only an answer to one of our messages is one.
    pub(super) fn asked(&self) -> Option<&Asked> {
        let session = self.context.session.filter(|_| self.incoming.to_us)?;
        session.asked.as_ref()
    }

    fn answered(&self, asked: &Asked, words: &str) -> Step {
        if cancels(words) {
            return self.cancelled();
        }
        let placed = match asked {
            // Their answers have numbers of their own.
            Asked::Choice(_) | Asked::ReportSecrecy => None,
            Asked::Note { .. } | Asked::Close { .. } | Asked::ReportWords => self.placed(words),
        };
        match asked {
            _ if let Some(step) = placed => step,
            Asked::Choice(ask) => self.chosen_by_words(ask, words),
            Asked::Note { code } => note(code, words).ending(),
            Asked::Close { aim, false_alarm } => {
                closed(aim.clone(), words, *false_alarm).answered()
            }
            Asked::ReportWords => report(Some(words)),
            Asked::ReportSecrecy => self.on_secrecy(words),
        }
    }

    /// Words in answer to another message about the incident that is asked about: one of the answers that
    /// were offered, or what they would be without the question.
    fn beside(&self, asked: &Asked, code: &IncidentCode, words: &str) -> Step {
        if cancels(words) {
            return self.cancelled();
        }
        if let Asked::Choice(ask) = asked
            && let Some(step) = self.offered_by(ask, words)
        {
            return step;
        }
        let step = self.on_card(code, words);
        let noted = matches!(step.command, Command::Act(_, Act::Note(_)));
        if noted && matches!(asked, Asked::Note { .. }) { step.ending() } else { step }
    }

    fn on_card(&self, code: &IncidentCode, words: &str) -> Step {
        let button = self.said_button(words, Some(code));
        let meant = button.or_else(|| meant::surely(words, Some(code)));
        meant.unwrap_or_else(|| note(code, words))
    }

    pub(super) fn out_of_the_blue(&self, words: &str) -> Option<Step> {
        if !self.incoming.route.private {
            return None;
        }
        if let Some(step) = self.said_button(words, None) {
            return Some(step);
        }
        let known = meant::surely(words, None).or_else(|| self.soon_after(words));
        if let Some(step) = known.or_else(|| meant::perhaps(words)) {
            return Some(step);
        }
        let short = words.chars().count() <= LONGEST_COMMAND;
        let near = || nearest(words.trim()).filter(|_| short);
        Some(Step::unknown(meant::command(words).or_else(near).map(str::to_owned)))
    }
}

impl Turn<'_> {
    /// Words in private soon after a report belong to it.
    pub(super) fn soon_after(&self, words: &str) -> Option<Step> {
        match self.just_reported() {
            Err(off) => Some(off),
            Ok(codes) => match codes.as_slice() {
                [] => None,
                [only] => Some(note(only, words)),
                _ => Some(self.wait(codes, words)),
            },
        }
    }

    /// What this person has reported a little while ago. Nothing is kept where one of those reports is
    /// handled outside the system: what is said may be about that one.
    pub(super) fn just_reported(&self) -> Result<Vec<IncidentCode>, Step> {
        let since = self.context.now.minus(SOON);
        let recent = self.context.incidents.reported_since(&self.person.id, since);
        if let Some(off) = recent.iter().find(|recent| recent.off_channel) {
            return Err(Step::refuse(Refusal::OffChannel(off.code.clone())));
        }
        Ok(recent.into_iter().map(|recent| recent.code).take(OFFERED).collect())
    }
}

pub(super) fn note(code: &IncidentCode, words: &str) -> Step {
    Step::act(code.clone(), Act::Note(words.to_owned()))
}

/// Whether these words leave a step.
fn cancels(words: &str) -> bool {
    is_one_of(words, typed::CANCEL) || is_one_of(&values::courteous(words), typed::CANCEL)
}
