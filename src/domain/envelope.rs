//! What enters the engine: who asks what, under which key, and where the answer goes.

use serde::{Deserialize, Serialize};

use super::alert::Alert;
use super::contacts::ContactsWish;
use super::directory::{Person, Private, Unit};
use super::drill::wish::DrillWish;
use super::evidence::{Attached, Attachment, Fetched};
use super::ids::{DrillCode, IncidentCode, PersonId, Stream};
use super::incident::act::{Act, Aim};
use super::incident::event::WhyFailed;
use super::notice::Answer;
use super::playbook::run::PlayAct;
use super::roster::decide::Wish;
use super::systems::System;
use super::time::Timestamp;
use super::values::ChannelKind;

// What an envelope is made of and comes to; whoever deals with envelopes finds it here.
pub use super::actor::{Actor, Origin};
pub use super::incident::opening::Report;
pub use super::receipt::{Done, Receipt};
pub use super::talk::{Asked, FilesTo, Saying, Session, SessionChange, Waiting};
pub use super::time::Absence;

/// How sending one outbox row ended.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sent {
    /// Accepted, with the message's id where the channel has ids.
    Accepted(Option<i64>),
    /// Not now: again after so many milliseconds. The limit is said for this chat only.
    Retry(u64),
    /// Never to this recipient on this channel.
    Refused(WhyFailed),
    /// The chat has a new id; again there.
    Moved(i64),
    /// The message to be edited is gone.
    EditLost,
    /// The forum topic does not exist any more, or is closed.
    TopicLost,
    /// The channel does not answer. `maybe` when the message may have been accepted all the same.
    Down {
        /// Whether it may have arrived.
        maybe: bool,
    },
}

/// A clock that was set while the program ran.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Jump {
    /// By how many milliseconds wall time moved against monotonic time.
    pub by_ms: i64,
}

/// An update that could not be read or handled, without its content.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Poison {
    /// Its key; sealed in the ledger.
    pub key: String,
    /// What kind of thing it was.
    pub what: String,
    /// Its size in bytes.
    pub size: u64,
    /// The error.
    pub error: String,
}

/// What is asked of the directory; rows of tables are already checked for form.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum DirectoryCommand {
    /// Insert or update units.
    Units(Vec<Unit>),
    /// Insert or update information systems.
    Systems(Vec<System>),
    /// Insert or update people.
    People(Vec<(Person, Private)>),
    /// Make an invitation: digest of the code and its end.
    Invite {
        /// For whom.
        person: PersonId,
        /// The code, shown once and stored only as a digest.
        code: String,
        /// Until when.
        expires: Timestamp,
    },
    /// Somebody nobody knows asks the leads and administrators to be let in.
    AskAccess {
        /// What the account calls itself.
        name: String,
        /// The account.
        telegram_id: i64,
    },
    /// Unlink a person's account.
    Unlink {
        /// Whose.
        person: PersonId,
    },
    /// `/start CODE`: link the Telegram account to the invited person.
    Link {
        /// The code.
        code: String,
        /// The account.
        telegram_id: i64,
    },
    /// A one-time code whose first user becomes administrator.
    Founder {
        /// The new administrator's id.
        person: PersonId,
        /// The code.
        code: String,
        /// Until when.
        expires: Timestamp,
    },
}

/// What is asked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Command {
    /// Record an incident.
    Report(Report),
    /// Act on an incident.
    Act(Aim, Act),
    /// Something about a playbook on an incident.
    Play(Aim, Box<PlayAct>),
    /// Merge a duplicate into the main one.
    Merge {
        /// The duplicate, and of which episode.
        duplicate: Aim,
        /// The main one.
        main: IncidentCode,
    },
    /// Deal with these as one widespread incident; a first one that has parts takes the others in.
    Group {
        /// Which.
        codes: Vec<IncidentCode>,
        /// The name of a new one.
        title: String,
    },
    /// The same with an incident and all that look like it now.
    GroupAlike(Aim),
    /// Take back the words of one entry; without a reason only own words.
    Redact {
        /// Of which incident.
        code: IncidentCode,
        /// Which entry.
        seq: i64,
        /// Why.
        reason: String,
    },
    /// The words of a message were changed by its writer.
    Edit {
        /// Where.
        chat: i64,
        /// Which message.
        message: i64,
        /// The new words.
        words: String,
    },
    /// Alerts from an intake, all or none.
    Alerts(Vec<Alert>),
    /// A moment came.
    Tick {
        /// Whose.
        stream: Stream,
        /// The moment.
        due: Timestamp,
    },
    /// Sending a row ended.
    Delivered {
        /// The row.
        row: i64,
        /// Which attempt of it.
        attempt: u32,
        /// How.
        sent: Sent,
    },
    /// Something about the directory.
    Directory(DirectoryCommand),
    /// Something about who is on duty.
    Roster(Wish),
    /// Something about the units' contacts.
    Contacts(ContactsWish),
    /// Something about a drill.
    Drill(DrillWish),
    /// The clock was set.
    Jumped(Jump),
    /// The program was away.
    Away(Absence),
    /// An update was given up.
    Skipped(Poison),
    /// Nothing but words back: help, a list, a question.
    Say(Answer),
    /// Page one person to test the way to them.
    TestPage {
        /// Who.
        person: PersonId,
        /// By this way only; otherwise by each.
        channel: Option<ChannelKind>,
    },
    /// A file was fetched, or cannot be.
    Fetched(Box<Fetched>),
}

/// Where an answer goes.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Route {
    /// The channel it came by.
    pub channel: ChannelKind,
    /// The chat.
    pub chat: i64,
    /// The forum topic.
    pub thread: Option<i32>,
    /// The message to answer.
    pub reply_to: Option<i64>,
    /// Whether the chat is private.
    pub private: bool,
}

/// One thing to be decided, exactly once.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Envelope {
    /// The key that makes a repetition recognised; `None` for what is never repeated by nature.
    pub key: String,
    /// Who asks.
    pub actor: Actor,
    /// What.
    pub command: Command,
    /// Where the answer goes.
    pub route: Option<Route>,
    /// What the conversation becomes.
    pub session: Option<SessionChange>,
    /// Whether a button was pressed: the card and a toast answer, not another message.
    pub pressed: bool,
    /// What is said instead of a receipt once it took effect: the next question.
    pub then: Option<Box<Answer>>,
    /// What is said beside the receipt once it took effect.
    pub also: Option<Box<Answer>>,
    /// Whether the answer takes the place of the message that was pressed.
    pub in_place: bool,
    /// Files that came with the words: evidence of the incident they are about.
    pub attached: Vec<Attachment>,
    /// The messages whose words waited for this envelope: what it writes down came of them, and not of
    /// the answer that chose where they belong.
    pub waited: Vec<Saying>,
    /// The step of a playbook, and its incident, that files in it belong to.
    pub step: Option<(IncidentCode, u32)>,
    /// Whether nothing is answered: an earlier part of the same was.
    pub silent: bool,
    /// All that somebody the directory knows said, also what is not recorded: it is looked at for
    /// secrets and kept nowhere.
    pub heard: Option<String>,
}

impl Envelope {
    /// An envelope without a conversation behind it.
    pub fn new(key: impl Into<String>, actor: Actor, command: Command) -> Self {
        Self {
            key: key.into(),
            actor,
            command,
            route: None,
            session: None,
            pressed: false,
            then: None,
            also: None,
            in_place: false,
            attached: Vec::new(),
            waited: Vec::new(),
            step: None,
            silent: false,
            heard: None,
        }
    }
}

/// What came in from a chat, before anybody read it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Incoming {
    /// The key of the update.
    pub key: String,
    /// Where it was said, and where an answer goes.
    pub route: Route,
    /// The account that said it.
    pub account: i64,
    /// What the account calls itself.
    pub name: String,
    /// Whether an anonymous administrator said it: the account is not a person then.
    pub anonymous: bool,
    /// What.
    pub said: Said,
    /// The incidents that the answered message was about, in this chat; none where it answered nothing.
    pub about: Vec<IncidentCode>,
    /// The step of a playbook that the answered message was about.
    pub step: Option<Box<(IncidentCode, u32)>>,
    /// The drill that the answered message was of, and the place of its inject.
    pub drill: Option<Box<(DrillCode, Option<u32>)>>,
    /// Whether the answered message was a question of the bot's.
    pub to_question: bool,
    /// Whether it is meant for the bot: said in private, or in answer to one of its messages. In a
    /// group nothing else answers a question, or talk between people would.
    pub to_us: bool,
    /// The file that came with it.
    pub attached: Option<Box<Attached>>,
}

impl Incoming {
    /// The file that came with it.
    pub fn file(&self) -> Option<&Attachment> {
        self.attached.as_ref().map(|attached| &attached.file)
    }
}

/// What was said.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Said {
    /// Words.
    Words(String),
    /// New words in a message of before.
    Edited(String),
    /// A button, by its callback data, on a message.
    Pressed {
        /// The data.
        data: String,
        /// The message the button was on.
        message: i64,
    },
    /// Something without words: a sticker, a photo without a caption.
    Other,
}

impl Said {
    /// The words, where it has some.
    pub fn words(&self) -> &str {
        match self {
            Self::Words(words) | Self::Edited(words) => words,
            Self::Pressed { .. } | Self::Other => "",
        }
    }
}
