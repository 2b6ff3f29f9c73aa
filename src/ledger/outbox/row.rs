//! A row of the outbox: what it holds, and how it is read. One whose stored values do not read holds up
//! no other.

use rusqlite::{Connection, OptionalExtension as _, Row as SqlRow};

use crate::domain::ids::{IncidentCode, PersonId};
use crate::domain::notice::{Notice, Priority};
use crate::domain::time::Timestamp;
use crate::domain::values::ChannelKind;
use crate::ledger::StorageError;
use crate::ledger::tx::parse;

/// To whom a row goes.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Recipient {
    /// A person: the address is looked up when it is sent.
    Person(PersonId),
    /// A chat.
    Chat {
        /// Its id.
        chat: i64,
        /// The forum topic.
        thread: Option<i32>,
        /// The message answered.
        reply_to: Option<i64>,
    },
}

/// What a row is, for choosing, merging and cancelling.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Kind {
    /// A card posted or edited in a chat.
    Card,
    /// A page to a person.
    Page,
    /// A call in the team's chat.
    Call,
    /// An older copy of a card becomes a pointer to the newest.
    Pointer,
    /// A person's message that held a secret is deleted.
    Delete,
    /// News.
    News,
    /// The answer to a person.
    Answer,
    /// A step of a playbook, to whoever it is for.
    Step,
    /// The card of a playbook that is run.
    Run,
    /// Something of the story of a drill.
    Inject,
    /// Something about a drill that goes also while it stands still.
    Drill,
    /// A digest, a test, a trouble.
    Other,
}

impl Kind {
    const ALL: [(Self, &'static str); 12] = [
        (Self::Card, "card"),
        (Self::Page, "page"),
        (Self::Call, "call"),
        (Self::Pointer, "pointer"),
        (Self::Delete, "delete"),
        (Self::News, "news"),
        (Self::Answer, "answer"),
        (Self::Step, "step"),
        (Self::Run, "run"),
        (Self::Inject, "inject"),
        (Self::Drill, "drill"),
        (Self::Other, "other"),
    ];

    pub(in crate::ledger) fn word(self) -> &'static str {
        Self::ALL.into_iter().find(|(kind, _)| *kind == self).map_or("other", |(_, word)| word)
    }

    fn read(word: &str) -> Self {
        Self::ALL
            .into_iter()
            .find(|(_, known)| *known == word)
            .map_or(Self::Other, |(kind, _)| kind)
    }
}

/// Where a row stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    /// Waiting.
    Queued,
    /// Given to the channel.
    Sending,
    /// Accepted.
    Sent,
    /// Never to this recipient on this channel.
    Failed,
    /// Given up without knowing whether it arrived.
    Unknown,
    /// A newer message says the same.
    Superseded,
    /// No longer needed.
    Cancelled,
}

impl State {
    /// The stored word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
            Self::Superseded => "superseded",
            Self::Cancelled => "cancelled",
        }
    }
}

/// A row to be queued.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewRow {
    /// What makes it the same message.
    pub key: String,
    /// By which channel.
    pub channel: ChannelKind,
    /// To whom.
    pub to: Recipient,
    /// How urgent.
    pub priority: Priority,
    /// What it is.
    pub kind: Kind,
    /// The entry that called.
    pub rung_seq: Option<i64>,
    /// The message a pointer replaces.
    pub message_id: Option<i64>,
    /// What to say.
    pub notice: Notice,
}

/// A stored row.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// Its number.
    pub id: i64,
    /// What makes it the same message.
    pub key: String,
    /// By which channel.
    pub channel: ChannelKind,
    /// To whom.
    pub to: Recipient,
    /// How urgent.
    pub priority: Priority,
    /// What it is.
    pub kind: Kind,
    /// The incident it is about.
    pub incident: Option<IncidentCode>,
    /// The entry that called.
    pub rung_seq: Option<i64>,
    /// What to say.
    pub notice: Notice,
    /// Where it stands, as the stored word.
    pub state: String,
    /// How often it was tried.
    pub attempt: u32,
    /// Whether an earlier try may have arrived.
    pub maybe: bool,
    /// Not tried earlier.
    pub not_before: Timestamp,
    /// When it was queued.
    pub at: Timestamp,
    /// The message it became, or replaces.
    pub message_id: Option<i64>,
    /// Why it failed.
    pub why: Option<String>,
    /// The person's account of Telegram it was last given to; today's may be another, or none.
    pub account: Option<i64>,
}

const COLUMNS: &str = "id, key, channel, person, chat, thread, reply_to, priority, kind, incident, \
                       rung_seq, notice, state, attempt, maybe, not_before, at, message_id, why, \
                       account";

fn read(row: &SqlRow<'_>) -> rusqlite::Result<Result<Row, StorageError>> {
    let (channel, notice): (String, String) = (row.get(2)?, row.get(11)?);
    Ok(finish(bare_of(row)?, &channel, &notice))
}

/// The word of its kind, and the row as far as it always reads.
fn bare_of(row: &SqlRow<'_>) -> rusqlite::Result<(String, Row)> {
    let person: Option<String> = row.get(3)?;
    let to = match person {
        Some(person) => Recipient::Person(PersonId::new(person)),
        None => Recipient::Chat {
            chat: row.get::<_, Option<i64>>(4)?.unwrap_or(0),
            thread: row.get(5)?,
            reply_to: row.get(6)?,
        },
    };
    Ok((
        row.get::<_, String>(8)?,
        Row {
            id: row.get(0)?,
            key: row.get(1)?,
            channel: ChannelKind::Telegram,
            to,
            priority: Priority::from_rank(row.get(7)?),
            kind: Kind::Other,
            incident: row.get::<_, Option<String>>(9)?.map(IncidentCode::new),
            rung_seq: row.get(10)?,
            notice: Notice {
                origin: crate::domain::envelope::Origin::Real,
                body: crate::domain::notice::Body::TestPage,
            },
            state: row.get(12)?,
            attempt: row.get(13)?,
            maybe: row.get(14)?,
            not_before: Timestamp::from_millis(row.get(15)?),
            at: Timestamp::from_millis(row.get(16)?),
            message_id: row.get(17)?,
            why: row.get(18)?,
            account: row.get(19)?,
        },
    ))
}

fn finish(
    (kind, mut row): (String, Row),
    channel: &str,
    notice: &str,
) -> Result<Row, StorageError> {
    row.kind = Kind::read(&kind);
    row.channel = channel.parse().map_err(|e| StorageError::value("outbox.channel", e))?;
    row.notice = parse("outbox.notice", notice)?;
    Ok(row)
}

/// One row without what it says, which may not read.
pub(super) fn bare(conn: &Connection, id: i64) -> Result<Option<Row>, StorageError> {
    let sql = format!("SELECT {COLUMNS} FROM outbox WHERE id = ?1");
    let found = conn.prepare_cached(&sql)?.query_row([id], |row| {
        let (kind, bare) = bare_of(row)?;
        Ok(Row { kind: Kind::read(&kind), ..bare })
    });
    Ok(found.optional()?)
}

/// Rows of a query that ends in `tail`.
pub(in crate::ledger) fn rows(
    conn: &Connection,
    tail: &str,
    parameters: impl rusqlite::Params,
) -> Result<Vec<Row>, StorageError> {
    each(conn, tail, parameters)?.into_iter().map(|(_, row)| row).collect()
}

/// A row by its number, whether it reads or not.
pub(super) type Found = (i64, Result<Row, StorageError>);

/// The same, each by its number and alone.
pub(super) fn each(
    conn: &Connection,
    tail: &str,
    parameters: impl rusqlite::Params,
) -> Result<Vec<Found>, StorageError> {
    let mut statement = conn.prepare_cached(&format!("SELECT {COLUMNS} FROM outbox {tail}"))?;
    let found = statement.query_map(parameters, |row| Ok((row.get(0)?, read(row)?)))?;
    Ok(found.collect::<Result<_, _>>()?)
}
