//! Words and files that were said about one of several incidents: they wait in the session until the right
//! one is named, whatever is asked and done meanwhile.

use super::Turn;
use super::aim::{OFFERED, read_code};
use super::spoken::note;
use super::step::Step;
use super::values;
use crate::domain::envelope::{Saying, Waiting};
use crate::domain::evidence::Attachment;
use crate::domain::ids::IncidentCode;
use crate::domain::incident::act::Act;
use crate::domain::incident::decide::MAX_WORDS;
use crate::domain::notice::{Again, Answer, Ask};
use crate::domain::refusal::Refusal;

impl Turn<'_> {
    /// What these words may be said about. In a group only an answer to one of our messages is.
    pub(super) fn waiting(&self) -> Option<&Waiting> {
        let session = self.context.session.filter(|_| self.incoming.to_us)?;
        session.waiting.as_ref()
    }

    /// The incident of what waits, or more of what is said of it: people write in several messages.
    pub(super) fn note_on(&self, waiting: &Waiting, words: &str) -> Step {
        self.placed(words).unwrap_or_else(|| self.wait(waiting.codes.clone(), words))
    }

    /// What waits has its place, where these words name it by number or code.
    pub(super) fn placed(&self, words: &str) -> Option<Step> {
        let waiting = self.waiting()?;
        let open = |code: &IncidentCode| {
            let open = self.context.incidents.open_for(&self.person.id);
            open.iter().any(|brief| &brief.code == code)
        };
        let named = read_code(words).filter(|code| waiting.codes.contains(code) || open(code));
        let number = values::number(words).and_then(|number| number.checked_sub(1));
        let code = named.or_else(|| number.and_then(|at| self.seen(waiting).get(at).cloned()))?;
        Some(self.settled(&code, waiting))
    }

    /// These words, and the file they came with, wait for one of `codes`, with whatever waits already.
    pub(super) fn wait(&self, mut codes: Vec<IncidentCode>, words: &str) -> Step {
        let before = self.waiting().cloned().unwrap_or_default();
        let more = codes.drain(..).filter(|code| !before.codes.contains(code));
        let codes = before.codes.iter().cloned().chain(more).take(OFFERED).collect();
        let said = before.said.iter().cloned().chain(self.saying(words)).collect();
        let waiting = Waiting { said, files: self.with_this(&before.files), codes };
        if waiting.words().chars().count() > MAX_WORDS {
            let limit = u32::try_from(MAX_WORDS).unwrap_or(u32::MAX);
            return Step::refuse(Refusal::TooLong { limit });
        }
        let ask = Step::ask(self.which(&waiting));
        ask.changing(|change| change.waiting = Some(Some(waiting)))
    }

    /// Which one is it? Of those this person may see.
    pub(super) fn which(&self, waiting: &Waiting) -> Ask {
        Ask::NoteOn { codes: self.seen(waiting) }
    }

    fn seen(&self, waiting: &Waiting) -> Vec<IncidentCode> {
        let sees = |code: &&IncidentCode| self.context.incidents.sees(&self.person.id, code);
        waiting.codes.iter().filter(sees).cloned().collect()
    }

    /// The same beside something else.
    pub(super) fn still_waiting(&self, step: Step) -> Step {
        match self.context.session.and_then(|session| session.waiting.as_ref()) {
            Some(waiting) => {
                step.also(Answer::AskedAgain(self.which(waiting), Again::StillWaiting))
            }
            None => step,
        }
    }

    /// The words of this message, where it has some.
    fn saying(&self, words: &str) -> Vec<Saying> {
        let (messages, words) = (self.incoming.route.reply_to, words.trim().to_owned());
        let messages = messages.into_iter().collect();
        if words.is_empty() { Vec::new() } else { vec![Saying { messages, words }] }
    }

    /// What waits, with the words of a message that was edited.
    pub(super) fn waiting_edited(&self, message: i64, words: &str) -> Option<Waiting> {
        let mut waiting = self.context.session?.waiting.clone()?;
        let mut said = waiting.said.iter_mut();
        let saying = said.find(|saying| saying.messages == [message])?;
        words.trim().clone_into(&mut saying.words);
        waiting.said.retain(|saying| !saying.words.is_empty());
        Some(waiting)
    }

    /// An answer to a message about several incidents: it waits for the one it belongs to. Of those its
    /// writer may not see any more nothing is said.
    pub(super) fn about_several(&self, words: &str) -> Step {
        let sees = |code: &&IncidentCode| self.context.incidents.sees(&self.person.id, code);
        let codes: Vec<IncidentCode> = self.incoming.about.iter().filter(sees).cloned().collect();
        // Nothing is kept where it may be about what is handled outside the system.
        let shown = |code: &IncidentCode| self.context.incidents.shown(code);
        let outside =
            |code: &&IncidentCode| shown(code).is_some_and(|shown| shown.incident.off_channel);
        if let Some(code) = self.incoming.about.iter().find(outside) {
            return Step::refuse(Refusal::OffChannel(code.clone()));
        }
        if let Some(step) = self.placed(words) {
            return step;
        }
        let step = match (codes.as_slice(), self.waiting()) {
            ([], None) => {
                let first = self.incoming.about.first().map(ToString::to_string);
                return Step::refuse(Refusal::UnknownIncident(first.unwrap_or_default()));
            }
            ([only], None) => self.put_words(only, words),
            _ => self.wait(codes, words),
        };
        // A report half made goes on beside it.
        match self.report_half_made() {
            Some(_) => step.changing(|change| change.asked = None),
            None => step,
        }
    }

    /// What waits belongs to this incident, by a button. Without anything waiting there is nothing to be
    /// noted.
    pub(super) fn note_here(&self, code: &IncidentCode) -> Step {
        let waiting = self.context.session.and_then(|session| session.waiting.as_ref());
        match waiting.filter(|waiting| waiting.codes.contains(code)) {
            Some(waiting) => self.settled(code, waiting).in_place(),
            None => Step::say(Answer::NothingToLeave),
        }
    }

    /// What waited belongs to this incident: a note with its files, or files alone.
    fn settled(&self, code: &IncidentCode, waiting: &Waiting) -> Step {
        let step = if waiting.said.is_empty() && !waiting.files.is_empty() {
            Step::act(code.clone(), Act::Attach(self.with_this(&waiting.files)))
        } else {
            Step { with_waiting: true, ..note(code, &waiting.words()) }
        };
        step.changing(|change| change.waiting = Some(None))
    }

    /// These files and the one that came just now.
    pub(super) fn with_this(&self, files: &[Attachment]) -> Vec<Attachment> {
        files.iter().chain(self.incoming.file()).cloned().collect()
    }
}
