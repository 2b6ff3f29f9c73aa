//! What one message comes to: a command, and what the conversation becomes.

use crate::domain::envelope::{Asked, Command, FilesTo, Session, Waiting};
use crate::domain::ids::IncidentCode;
use crate::domain::incident::act::{Act, Aim};
use crate::domain::notice::{Again, Answer, Ask};
use crate::domain::refusal::Refusal;

/// What changes of a session: `None` leaves something as it is, `Some(None)` ends it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Change {
    /// The question.
    pub asked: Option<Option<Asked>>,
    /// What waits for its incident.
    pub waiting: Option<Option<Waiting>>,
    /// Where files go.
    pub files: Option<Option<FilesTo>>,
}

impl Change {
    /// What `before` becomes, and what it becomes where the command is refused: the question it left is
    /// left, except that nobody loses a report half made by what is refused. Nothing where nothing changes.
    pub fn of(self, before: &Session) -> Option<(Session, Session)> {
        if self == Self::default() {
            return None;
        }
        let reporting = before.asked.as_ref().is_some_and(Asked::of_a_report);
        let mut refused = before.clone();
        if self.asked.is_some() && !reporting {
            refused.asked = None;
        }
        let to = Session {
            asked: self.asked.unwrap_or_else(|| before.asked.clone()),
            waiting: self.waiting.unwrap_or_else(|| before.waiting.clone()),
            files: self.files.unwrap_or_else(|| before.files.clone()),
        };
        Some((to, refused))
    }
}

/// What is said once a command took effect.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Then {
    /// Instead of a receipt.
    Instead(Answer),
    /// Beside it.
    Beside(Answer),
}

/// A command, and the change of the session where there is one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Step {
    /// What is asked of the engine.
    pub command: Command,
    /// What changes of the session.
    pub change: Box<Change>,
    /// What is said once it took effect.
    pub then: Option<Box<Then>>,
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
            change: Box::default(),
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
        Self::say(Answer::Ask(ask.clone())).asking(&ask)
    }

    /// The same question again, after why.
    pub fn again(ask: Ask, why: Again) -> Self {
        match ask {
            // What may be taken back is listed in private, by one kind of message.
            Ask::Redact(_) => Self::ask(ask),
            ask => Self::say(Answer::AskedAgain(ask.clone(), why)).asking(&ask),
        }
    }

    /// The same, and a question follows that it did not answer.
    pub fn then_again(self, ask: Ask, why: Again) -> Self {
        let step = self.asking(&ask);
        step.instead(Answer::AskedAgain(ask, why))
    }

    /// The same, and the next question follows.
    pub fn then(self, ask: Ask) -> Self {
        let step = self.asking(&ask);
        step.instead(Answer::Ask(ask))
    }

    /// The same, and these words end the conversation.
    pub fn ending_with(self, answer: Answer) -> Self {
        self.ending().instead(answer)
    }

    /// The same, and this is said instead of a receipt.
    pub fn instead(self, answer: Answer) -> Self {
        Self { then: Some(Box::new(Then::Instead(answer))), ..self }
    }

    /// The same, said in the place of the question that was pressed.
    pub fn in_place(self) -> Self {
        Self { in_place: true, ..self }
    }

    /// The same, without a receipt.
    pub fn silent(self) -> Self {
        Self { silent: true, ..self }
    }

    /// The same, and this is said beside it.
    pub fn also(self, answer: Answer) -> Self {
        Self { then: Some(Box::new(Then::Beside(answer))), ..self }
    }

    /// The same, and this question waits for its answer; none does where what waits is something said.
    pub fn asking(self, ask: &Ask) -> Self {
        self.changing(|change| change.asked = Some(Asked::by(ask)))
    }

    /// The same, and the question is over.
    pub fn ending(self) -> Self {
        self.changing(|change| change.asked = Some(None))
    }

    /// The same, and this changes of the session too.
    pub fn changing(mut self, how: impl FnOnce(&mut Change)) -> Self {
        how(&mut self.change);
        self
    }

    /// The same, and the question is over unless another one follows.
    pub fn answered(self) -> Self {
        if self.change.asked.is_some() { self } else { self.ending() }
    }
}
