//! Words without a command: the answer to a question, a note on the card they answer, or nothing.

use std::time::Duration;

use super::Turn;
use super::aim::{OFFERED, read_code};
use super::command::nearest;
use super::meant;
use super::step::Step;
use super::typed::{closed, report};
use super::values::{self, is_one_of};
use crate::domain::envelope::{Saying, Session, Waiting};
use crate::domain::evidence::Attachment;
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
        if self.incoming.about.len() > 1 {
            let button = self.said_button(words, None);
            return Some(button.unwrap_or_else(|| self.about_several(words)));
        }
        let about = self.about();
        // While files are waited for, words in answer to a message belong to what it was about.
        let aside = |session: &Session| matches!(session, Session::Evidence { .. });
        match self.session() {
            Some(session) if about.is_none() || about == session.code() && !aside(session) => {
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
        let waits = |session: &&Session| !matches!(session, Session::Evidence { .. });
        match self.session().filter(waits).filter(|_| self.incoming.about.is_empty()) {
            Some(Session::ReportSecrecy) => {
                Some(Step::again(Ask::ReportSecrecy, Again::NotRecorded))
            }
            Some(session) => {
                let kept = Some(Some(Box::new(session.clone())));
                Some(Step { session: kept, ..Step::ask(question(session)) })
            }
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
        if is_one_of(words, typed::CANCEL) || is_one_of(&values::courteous(words), typed::CANCEL) {
            return self.cancelled();
        }
        match session {
            Session::Asked(ask) => self.chosen_by_words(ask, words),
            Session::Note { code } => note(code, words).ending(),
            Session::Close { aim, false_alarm } => {
                let step = closed(aim.clone(), words, *false_alarm);
                if step.session.is_some() { step } else { step.ending() }
            }
            Session::NoteOn { waiting, codes } => self.note_on(waiting, codes, words),
            Session::ReportWords => report(Some(words)),
            // It waits for files; words are said as if it did not.
            Session::Evidence { .. } => {
                let step = self.out_of_the_blue(words).unwrap_or_else(|| Step::unknown(None));
                if step.session.is_some() { step } else { step.ending() }
            }
            Session::ReportSecrecy => self.on_secrecy(words),
        }
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
                _ => {
                    let waiting = Waiting { said: self.saying(words), files: Vec::new() };
                    Some(which(waiting, codes))
                }
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

    /// Which of several reports the words and files that wait belong to. Others join those that wait:
    /// people write in several messages.
    pub(super) fn note_on(&self, waiting: &Waiting, codes: &[IncidentCode], words: &str) -> Step {
        let number = values::number(words).and_then(|number| number.checked_sub(1));
        let open = |code: &IncidentCode| {
            let open = self.context.incidents.open_for(&self.person.id);
            open.iter().any(|brief| &brief.code == code)
        };
        let named = read_code(words).filter(|code| codes.contains(code) || open(code));
        match named.or_else(|| number.and_then(|index| codes.get(index)).cloned()) {
            Some(code) => self.settled(&code, waiting),
            None => self.waiting_with(waiting, codes.to_vec(), words),
        }
    }

    /// These words, and the file they came with, join those that wait.
    fn waiting_with(&self, waiting: &Waiting, codes: Vec<IncidentCode>, words: &str) -> Step {
        let said = waiting.said.iter().cloned().chain(self.saying(words)).collect();
        let files = self.with_this(&waiting.files);
        which(Waiting { said, files }, codes)
    }

    /// The words of this message, where it has some.
    pub(super) fn saying(&self, words: &str) -> Vec<Saying> {
        let (messages, words) = (self.incoming.route.reply_to, words.trim().to_owned());
        let messages = messages.into_iter().collect();
        if words.is_empty() { Vec::new() } else { vec![Saying { messages, words }] }
    }

    /// Words that still wait, in a message that was edited.
    pub(super) fn waiting_edited(&self, message: i64, words: &str) -> Option<Session> {
        let Some(Session::NoteOn { waiting, codes }) = self.context.session else { return None };
        let (mut waiting, words) = (waiting.clone(), words.trim());
        let mut said = waiting.said.iter_mut();
        let saying = said.find(|saying| saying.messages == [message])?;
        words.clone_into(&mut saying.words);
        waiting.said.retain(|saying| !saying.words.is_empty());
        Some(Session::NoteOn { waiting, codes: codes.clone() })
    }

    /// An answer to a message about several incidents: it waits for the one it belongs to, with whatever
    /// waits already.
    pub(super) fn about_several(&self, words: &str) -> Step {
        let about = self.incoming.about.clone();
        // Nothing is kept where it may be about what is handled outside the system.
        let shown = |code: &IncidentCode| self.context.incidents.shown(code);
        let outside =
            |code: &&IncidentCode| shown(code).is_some_and(|shown| shown.incident.off_channel);
        if let Some(code) = about.iter().find(outside) {
            return Step::refuse(Refusal::OffChannel(code.clone()));
        }
        match self.session() {
            Some(Session::NoteOn { waiting, codes }) => {
                let more = about.into_iter().filter(|code| !codes.contains(code));
                let codes: Vec<IncidentCode> = codes.iter().cloned().chain(more).collect();
                self.note_on(waiting, &codes, words)
            }
            _ => self.waiting_with(&Waiting::default(), about, words),
        }
    }

    /// The same by a button. Without anything waiting there is nothing to be noted.
    pub(super) fn note_here(&self, code: &IncidentCode) -> Step {
        match self.context.session {
            Some(Session::NoteOn { waiting, codes }) if codes.contains(code) => {
                self.settled(code, waiting).in_place()
            }
            _ => Step::say(Answer::NothingToLeave),
        }
    }

    /// What waited belongs to this incident: a note with its files, or files alone.
    fn settled(&self, code: &IncidentCode, waiting: &Waiting) -> Step {
        if waiting.said.is_empty() && !waiting.files.is_empty() {
            let files = self.with_this(&waiting.files);
            return Step::act(code.clone(), Act::Attach(files)).ending();
        }
        Step { with_waiting: true, ..note(code, &waiting.words()).ending() }
    }

    /// These files and the one that came just now.
    pub(super) fn with_this(&self, files: &[Attachment]) -> Vec<Attachment> {
        files.iter().chain(self.incoming.file()).cloned().collect()
    }
}

/// Asks which report words and files belong to; they wait in the session and nowhere else.
pub(super) fn which(waiting: Waiting, mut codes: Vec<IncidentCode>) -> Step {
    codes.truncate(OFFERED);
    let session = Session::NoteOn { waiting, codes: codes.clone() };
    Step { session: Some(Some(Box::new(session))), ..Step::ask(Ask::NoteOn { codes }) }
}

pub(super) fn note(code: &IncidentCode, words: &str) -> Step {
    Step::act(code.clone(), Act::Note(words.to_owned()))
}

pub(super) fn question(session: &Session) -> Ask {
    match session {
        Session::Asked(ask) => (**ask).clone(),
        Session::Note { code } => Ask::Note(code.clone()),
        Session::NoteOn { codes, .. } => Ask::NoteOn { codes: codes.clone() },
        Session::Close { aim, false_alarm } => {
            Ask::CloseWords { aim: aim.clone(), false_alarm: *false_alarm }
        }
        Session::ReportSecrecy => Ask::ReportSecrecy,
        Session::ReportWords | Session::Evidence { .. } => Ask::ReportWords,
    }
}
