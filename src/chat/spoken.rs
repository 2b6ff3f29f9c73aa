//! Words without a command: the answer to a question, a note on the card they answer, or nothing.

use super::Turn;
use super::command::nearest;
use super::step::Step;
use super::typed::{button_word, closed, report};
use super::values::{self, is_one_of};
use super::words::taken_back;
use crate::domain::envelope::Session;
use crate::domain::fold::fold;
use crate::domain::ids::IncidentCode;
use crate::domain::incident::act::Act;
use crate::domain::notice::{Answer, Ask, Shown};
use crate::domain::press::Choice;
use crate::domain::values::Tri;
use crate::text::ask::offered;
use crate::text::{ButtonAction, typed};

/// Longer words are never a mistyped command.
const LONGEST_COMMAND: usize = 24;

impl Turn<'_> {
    /// Words. `None` for talk in a group.
    pub(super) fn spoken(&self, words: &str) -> Option<Step> {
        if fold(words).trim().is_empty() {
            return self.wordless();
        }
        let about = self.incoming.about.as_ref();
        match self.session() {
            Some(session) if about.is_none() || about == code_of(session) => {
                Some(self.answered(session, words))
            }
            // Answering a card names it, whatever was asked before.
            _ => match about {
                Some(code) => Some(self.on_card(code, words)),
                // A report must not vanish because it answered nobody: the question comes again.
                None if self.reporting() && !self.incoming.to_us => {
                    self.context.session.map(|session| Step::ask(question(session)))
                }
                None => self.out_of_the_blue(words),
            },
        }
    }

    /// A sticker, a photo without a caption: the question is asked again, a talk goes on.
    pub(super) fn wordless(&self) -> Option<Step> {
        let private = self.incoming.route.private;
        match self.session().filter(|_| self.incoming.about.is_none()) {
            Some(session) => Some(Step::ask(question(session))),
            None if private => {
                let roles = self.person.roles.iter().copied().collect();
                Some(Step::say(Answer::Help { roles }))
            }
            None => None,
        }
    }

    /// The question these words may answer. In a group only an answer to one of our messages is one.
    fn session(&self) -> Option<&Session> {
        self.context.session.filter(|_| self.incoming.to_us)
    }

    fn answered(&self, session: &Session, words: &str) -> Step {
        if is_one_of(words, typed::CANCEL) {
            return self.cancelled();
        }
        match session {
            Session::Asked(ask) => self.chosen_by_words(ask, words),
            Session::Note { code } => note(code, words).ending(),
            Session::Close { aim, false_alarm } => {
                let step = closed(aim.clone(), words, *false_alarm);
                if step.session.is_some() { step } else { step.ending() }
            }
            Session::ReportWords => report(Some(words)),
            Session::ReportSecrecy => match values::answer(words) {
                Some(Tri::No) => self.chosen(Choice::SecrecyNo),
                Some(Tri::Yes) => self.chosen(Choice::SecrecyYes),
                Some(Tri::Unknown) => self.chosen(Choice::SecrecyUnknown),
                // What was said may be secret: it is not taken before the question is answered.
                None => Step::ask(Ask::ReportSecrecy),
            },
        }
    }

    /// The number of an answer, as a button of that number would have said it. Anything else leaves
    /// the question.
    fn chosen_by_words(&self, ask: &Ask, words: &str) -> Step {
        match (ask, values::number(words)) {
            (Ask::RedactWhy(code, seq), _) => {
                return taken_back(code.clone(), *seq, words).ending();
            }
            (Ask::Redact(code), Some(entry)) => {
                let seq = i64::try_from(entry).unwrap_or(0);
                return Step::ask(Ask::RedactWhy(code.clone(), seq));
            }
            _ => {}
        }
        let incidents = self.asked_about(ask);
        let offered = offered(ask, &incidents, self.context.directory);
        let number = values::number(words).and_then(|number| number.checked_sub(1));
        if let Some(ButtonAction::Press(data)) =
            number.and_then(|index| offered.get(index)).map(|answer| &answer.button.action)
        {
            let step = self.pressed(data);
            return if step.session.is_some() { step } else { step.ending() };
        }
        if let (Ask::Severity(aim), Some(severity)) = (ask, values::severity(words)) {
            return Step::on(aim.clone(), Act::Severity(severity)).ending();
        }
        let step = self.out_of_the_blue(words).unwrap_or_else(|| Step::unknown(None));
        if step.session.is_some() { step } else { step.ending() }
    }

    /// The incidents a question's answers stand for, in the episode it was asked in.
    fn asked_about(&self, ask: &Ask) -> Vec<Shown> {
        let shown = |code: &IncidentCode| self.context.incidents.shown(code);
        let mut incidents: Vec<Shown> = match ask {
            Ask::Which { codes, .. } => codes.iter().filter_map(shown).collect(),
            other => other.code().and_then(shown).into_iter().collect(),
        };
        if let Some(episode) = ask.aim().and_then(|aim| aim.episode) {
            incidents.iter_mut().for_each(|shown| shown.incident.episode = episode);
        }
        incidents
    }

    fn on_card(&self, code: &IncidentCode, words: &str) -> Step {
        match button_word(words) {
            Some((name, "")) if name.concerns_an_incident() => self.typed(name, code.as_str()),
            Some((name, arguments)) => self.typed(name, arguments),
            None => note(code, words),
        }
    }

    fn out_of_the_blue(&self, words: &str) -> Option<Step> {
        if !self.incoming.route.private {
            return None;
        }
        if let Some((name, code)) = button_word(words) {
            return Some(self.typed(name, code));
        }
        let short = words.chars().count() <= LONGEST_COMMAND;
        let nearest = if short { nearest(words.trim()).map(str::to_owned) } else { None };
        Some(Step::unknown(nearest))
    }
}

fn note(code: &IncidentCode, words: &str) -> Step {
    Step::act(code.clone(), Act::Note(words.to_owned()))
}

fn code_of(session: &Session) -> Option<&IncidentCode> {
    match session {
        Session::Note { code } => Some(code),
        Session::Close { aim, .. } => Some(&aim.code),
        Session::Asked(ask) => ask.code(),
        Session::ReportSecrecy | Session::ReportWords => None,
    }
}

fn question(session: &Session) -> Ask {
    match session {
        Session::Asked(ask) => (**ask).clone(),
        Session::Note { code } => Ask::Note(code.clone()),
        Session::Close { aim, false_alarm } => {
            Ask::CloseWords { aim: aim.clone(), false_alarm: *false_alarm }
        }
        Session::ReportSecrecy => Ask::ReportSecrecy,
        Session::ReportWords => Ask::ReportWords,
    }
}
