//! What enters the engine: who asks what, under which key, and where the answer goes.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::alert::{Alert, Filed};
use super::directory::{Person, Private, Unit};
use super::ids::{DrillCode, IncidentCode, PersonId, Stream};
use super::incident::act::{Act, ActKind, Aim};
use super::incident::event::WhyFailed;
use super::notice::{Answer, Ask};
use super::refusal::Refusal;
use super::time::Timestamp;
use super::values::{ChannelKind, Role};

/// Real, or part of a drill. Needed to make any notice.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// Real.
    Real,
    /// Part of this drill.
    Drill(DrillCode),
}

/// Who or what acts.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Actor {
    /// A person of the directory.
    Person(PersonId),
    /// A system that sends alerts, by its configured name.
    Intake(String),
    /// The program itself: a moment that came, a delivery that ended.
    System,
    /// Whoever has the command line of the server.
    Operator,
    /// Somebody the directory does not know.
    Stranger,
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person(id) => write!(f, "person:{id}"),
            Self::Intake(name) => write!(f, "intake:{name}"),
            Self::System => f.write_str("system"),
            Self::Operator => f.write_str("operator"),
            Self::Stranger => f.write_str("stranger"),
        }
    }
}

impl From<Actor> for String {
    fn from(actor: Actor) -> Self {
        actor.to_string()
    }
}

/// An actor this version does not know.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown actor: {0}")]
pub struct UnknownActor(pub String);

impl FromStr for Actor {
    type Err = UnknownActor;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once(':') {
            Some(("person", id)) => Ok(Self::Person(PersonId::new(id))),
            Some(("intake", name)) => Ok(Self::Intake(name.to_owned())),
            None if text == "system" => Ok(Self::System),
            None if text == "operator" => Ok(Self::Operator),
            None if text == "stranger" => Ok(Self::Stranger),
            _ => Err(UnknownActor(text.to_owned())),
        }
    }
}

impl TryFrom<String> for Actor {
    type Error = UnknownActor;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

/// A report by a person.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Report {
    /// What the person said; nothing when it must not be written down.
    pub words: Option<String>,
}

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

/// A time the program was away.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Absence {
    /// Last sign of life.
    pub from: Timestamp,
    /// Back again.
    pub until: Timestamp,
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

/// One row of `units.csv` or `people.csv`, already checked for form.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum DirectoryCommand {
    /// Insert or update units.
    Units(Vec<Unit>),
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
    /// Merge a duplicate into the main one.
    Merge {
        /// The duplicate.
        duplicate: IncidentCode,
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
    GroupAlike(IncidentCode),
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
    /// The clock was set.
    Jumped(Jump),
    /// The program was away.
    Away(Absence),
    /// An update was given up.
    Skipped(Poison),
    /// Nothing but words back: help, a list, a question.
    Say(Answer),
    /// Page one person to test the way to them.
    TestPage(PersonId),
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

/// What a person is in the middle of, in one chat.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Session {
    /// The next words are a note on this incident.
    Note {
        /// Which.
        code: IncidentCode,
    },
    /// The next words are the summary, or the reason of a false alarm.
    Close {
        /// Which, and of which episode.
        aim: Aim,
        /// Which of the two.
        false_alarm: bool,
    },
    /// The first question of a report was asked.
    ReportSecrecy,
    /// The next words are the description.
    ReportWords,
    /// A question with numbered answers was asked.
    Asked(Box<Ask>),
}

/// A change of somebody's session.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SessionChange {
    /// The chat.
    pub chat: i64,
    /// The account.
    pub account: i64,
    /// The forum topic, zero for none.
    pub thread: i32,
    /// What it becomes.
    pub to: Option<Session>,
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
    /// What the conversation becomes, whatever the answer is.
    pub session: Option<SessionChange>,
    /// Whether a button was pressed: the card and a toast answer, not another message.
    pub pressed: bool,
}

impl Envelope {
    /// An envelope without a conversation behind it.
    pub fn new(key: impl Into<String>, actor: Actor, command: Command) -> Self {
        Self { key: key.into(), actor, command, route: None, session: None, pressed: false }
    }
}

/// What came of an envelope; stored under its key.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Receipt {
    /// It took effect.
    Done(Done),
    /// It was refused, and stays so.
    Refused(Refusal),
}

/// What took effect.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Done {
    /// Nothing to tell.
    Quiet,
    /// An incident was recorded.
    Reported(IncidentCode),
    /// An act took effect.
    Acted {
        /// On which incident.
        code: IncidentCode,
        /// Which act.
        act: ActKind,
    },
    /// Words were taken back.
    Redacted {
        /// Of which incident.
        code: IncidentCode,
        /// Of which entry.
        seq: i64,
        /// The backups that still hold them.
        backups: Vec<String>,
    },
    /// Edited words were recorded.
    Edited {
        /// Of which incident.
        code: IncidentCode,
        /// Of which entry.
        seq: i64,
    },
    /// A duplicate was merged.
    Merged {
        /// The duplicate.
        duplicate: IncidentCode,
        /// The main one.
        main: IncidentCode,
    },
    /// Several are dealt with as one.
    Grouped {
        /// The widespread incident.
        parent: IncidentCode,
        /// How many parts it has now.
        parts: usize,
    },
    /// Alerts were filed.
    Filed(Vec<Filed>),
    /// The directory changed: how many rows were added and changed.
    Directory {
        /// New rows.
        added: u64,
        /// Changed rows.
        changed: u64,
    },
    /// An invitation was made.
    Invited {
        /// For whom.
        person: PersonId,
        /// Until when.
        expires: Timestamp,
    },
    /// An account was linked.
    Linked {
        /// To whom.
        person: PersonId,
        /// With these roles.
        roles: Vec<Role>,
    },
    /// An account was unlinked.
    Unlinked {
        /// Whose.
        person: PersonId,
    },
    /// A test page is on its way.
    TestPaged {
        /// To whom.
        person: PersonId,
    },
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
    /// Whether an anonymous administrator said it: the account is not a person then.
    pub anonymous: bool,
    /// What.
    pub said: Said,
    /// The incident whose card, in this chat, was answered.
    pub about: Option<IncidentCode>,
    /// Whether it is meant for the bot: said in private, or in answer to one of its messages. In a
    /// group nothing else answers a question, or talk between people would.
    pub to_us: bool,
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
