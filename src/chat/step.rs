//! What one message comes to: a command, and what the conversation becomes.

use crate::domain::envelope::{Command, Session, Waiting};
use crate::domain::ids::IncidentCode;
use crate::domain::incident::act::{Act, Aim};
use crate::domain::notice::{Again, Answer, Ask};
use crate::domain::refusal::Refusal;

/// A command, and the change of the session where there is one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Step {
    /// What is asked of the engine.
    pub command: Command,
    /// `None` leaves the session as it is; `Some(None)` ends it.
    pub session: Option<Option<Box<Session>>>,
    /// What is said instead of a receipt.
    pub then: Option<Box<Answer>>,
    /// Whether the answer takes the place of the message that was pressed: it was a question.
    pub in_place: bool,
    /// Whether nothing is answered when it is done: an earlier part of the same was.
    pub silent: bool,
    /// Whether what waited in the session goes along.
    pub with_waiting: bool,
}

impl Step {
    /// A command that leaves the session as it is.
    pub fn of(command: Command) -> Self {
        Self {
            command,
            session: None,
            then: None,
            in_place: false,
            silent: false,
            with_waiting: false,
        }
    }

    /// Words back.
    pub fn say(answer: Answer) -> Self {
        Self::of(Command::Say(answer))
    }

    /// A refusal that reading can see by itself.
    pub fn refuse(refusal: Refusal) -> Self {
        Self::say(Answer::Refused(refusal))
    }

    /// How the command is written.
    pub fn usage(command: &str) -> Self {
        Self::say(Answer::Usage { command: command.to_owned() })
    }

    /// No such command.
    pub fn unknown(nearest: Option<String>) -> Self {
        Self::say(Answer::UnknownCommand { nearest })
    }

    /// An act that was typed.
    pub fn act(code: IncidentCode, act: Act) -> Self {
        Self::on(Aim::typed(code), act)
    }

    /// An act that a button or a question was about.
    pub fn on(aim: Aim, act: Act) -> Self {
        Self::of(Command::Act(aim, act))
    }

    /// A question; where words answer it, the next words are its answer.
    pub fn ask(ask: Ask) -> Self {
        let session = Some(Some(Box::new(answered_by(&ask))));
        Self { session, ..Self::say(Answer::Ask(ask)) }
    }

    /// The same question again, after why.
    pub fn again(ask: Ask, why: Again) -> Self {
        let asked = Self::ask(ask.clone());
        match ask {
            // What may be taken back is listed in private, by one kind of message.
            Ask::Redact(_) => asked,
            ask => Self { session: asked.session, ..Self::say(Answer::AskedAgain(ask, why)) },
        }
    }

    /// The same, and a question follows that it did not answer.
    pub fn then_again(self, ask: Ask, why: Again) -> Self {
        let session = Some(Some(Box::new(answered_by(&ask))));
        Self { session, then: Some(Box::new(Answer::AskedAgain(ask, why))), ..self }
    }

    /// The same, and the next question follows.
    pub fn then(self, ask: Ask) -> Self {
        let session = Some(Some(Box::new(answered_by(&ask))));
        Self { session, then: Some(Box::new(Answer::Ask(ask))), ..self }
    }

    /// The same, and these words end the conversation.
    pub fn ending_with(self, answer: Answer) -> Self {
        Self { then: Some(Box::new(answer)), ..self.ending() }
    }

    /// The same, said in the place of the question that was pressed.
    pub fn in_place(self) -> Self {
        Self { in_place: true, ..self }
    }

    /// The same, without a receipt.
    pub fn silent(self) -> Self {
        Self { silent: true, ..self }
    }

    /// The same, and the conversation is over.
    pub fn ending(self) -> Self {
        Self { session: Some(None), ..self }
    }
}

/// What waits for the next words after a question: every button can also be typed.
fn answered_by(ask: &Ask) -> Session {
    match ask {
        Ask::ReportSecrecy => Session::ReportSecrecy,
        Ask::ReportWords => Session::ReportWords,
        Ask::NoteOn { codes } => {
            Session::NoteOn { waiting: Waiting::default(), codes: codes.clone() }
        }
        Ask::Note(code) => Session::Note { code: code.clone() },
        Ask::CloseWords { aim, false_alarm } => {
            Session::Close { aim: aim.clone(), false_alarm: *false_alarm }
        }
        Ask::CloseHow(_)
        | Ask::Severity(_)
        | Ask::Category(_)
        | Ask::Assign(_)
        | Ask::More { .. }
        | Ask::NoticedAt(_)
        | Ask::Flags(_)
        | Ask::Flag { .. }
        | Ask::Tlp(_)
        | Ask::Hand { .. }
        | Ask::Redact(_)
        | Ask::RedactWhy(..)
        | Ask::MergeInto { .. }
        | Ask::Invite
        | Ask::Unlink
        | Ask::Which { .. } => Session::Asked(Box::new(ask.clone())),
    }
}
