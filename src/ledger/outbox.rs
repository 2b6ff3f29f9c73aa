//! The outbox: everything there is to say, until it is said or has ended otherwise.

use rusqlite::{Connection, OptionalExtension as _, Row as SqlRow, params};

use super::tx::{json, parse};
use super::{StorageError, Tx};
use crate::domain::ids::{IncidentCode, PersonId};
use crate::domain::notice::{Notice, Priority};
use crate::domain::time::Timestamp;
use crate::domain::values::ChannelKind;

/// So many waiting rows of one recipient are looked at: what one message can hold.
const OF_ONE: u32 = 50;

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
    /// A digest, a test, a trouble.
    Other,
}

impl Kind {
    const ALL: [(Self, &'static str); 8] = [
        (Self::Card, "card"),
        (Self::Page, "page"),
        (Self::Call, "call"),
        (Self::Pointer, "pointer"),
        (Self::Delete, "delete"),
        (Self::News, "news"),
        (Self::Answer, "answer"),
        (Self::Other, "other"),
    ];

    fn word(self) -> &'static str {
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
}

const COLUMNS: &str = "id, key, channel, person, chat, thread, reply_to, priority, kind, incident, \
                       rung_seq, notice, state, attempt, maybe, not_before, at, message_id, why";

fn read(row: &SqlRow<'_>) -> rusqlite::Result<Result<Row, StorageError>> {
    let person: Option<String> = row.get(3)?;
    let to = match person {
        Some(person) => Recipient::Person(PersonId::new(person)),
        None => Recipient::Chat {
            chat: row.get::<_, Option<i64>>(4)?.unwrap_or(0),
            thread: row.get(5)?,
            reply_to: row.get(6)?,
        },
    };
    let channel: String = row.get(2)?;
    let notice: String = row.get(11)?;
    let row = (
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
        },
    );
    Ok(finish(row, &channel, &notice))
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

/// Rows of a query that ends in `tail`.
pub(super) fn rows(
    conn: &Connection,
    tail: &str,
    parameters: impl rusqlite::Params,
) -> Result<Vec<Row>, StorageError> {
    let mut statement = conn.prepare_cached(&format!("SELECT {COLUMNS} FROM outbox {tail}"))?;
    let found = statement.query_map(parameters, read)?;
    found.map(|row| row?).collect()
}

impl Tx<'_> {
    /// Queues a row once; a row of the same key stays as it is. Says whether it is new.
    pub fn queue(&mut self, row: &NewRow) -> Result<bool, StorageError> {
        let (person, chat, thread, reply_to) = match &row.to {
            Recipient::Person(id) => (Some(id.as_str()), None, None, None),
            Recipient::Chat { chat, thread, reply_to } => (None, Some(*chat), *thread, *reply_to),
        };
        let changed = self
            .conn
            .prepare_cached(
                "INSERT OR IGNORE INTO outbox (key, channel, person, chat, thread, reply_to,
                     priority, kind, incident, rung_seq, notice, state, attempt, maybe, not_before,
                     at, message_id)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, 'queued', 0, 0, ?12, ?12, ?13)",
            )?
            .execute(params![
                row.key,
                row.channel.as_str(),
                person,
                chat,
                thread,
                reply_to,
                row.priority.rank(),
                row.kind.word(),
                row.notice.body.code().map(|code| code.as_str()),
                row.rung_seq,
                json("outbox.notice", &row.notice)?,
                self.now.millis(),
                row.message_id
            ])?;
        Ok(changed > 0)
    }

    /// Whether a card of this incident is already waiting for this chat: it will be the newest
    /// anyway, because it is rendered when it is sent.
    pub fn card_waits(&self, code: &IncidentCode, chat: i64) -> Result<bool, StorageError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM outbox WHERE incident = ?1 AND kind = 'card'
                                  AND state = 'queued' AND chat = ?2)";
        Ok(self
            .conn
            .prepare_cached(sql)?
            .query_row(params![code.as_str(), chat], |row| row.get(0))?)
    }

    /// The card of this incident that waits for this chat.
    pub fn waiting_card(&self, code: &IncidentCode, chat: i64) -> Result<Vec<Row>, StorageError> {
        let tail = "WHERE incident = ?1 AND kind = 'card' AND state = 'queued' AND chat = ?2";
        rows(self.conn, tail, params![code.as_str(), chat])
    }

    /// Rows that could be tried now, most urgent first: of each priority at most `limit`, and of each
    /// recipient at most as many as fit on one message, so that a chat that has to wait hides nobody.
    pub fn sendable(&self, limit: u32) -> Result<Vec<Row>, StorageError> {
        let mut found = Vec::new();
        for priority in Priority::ALL {
            let tail = "WHERE id IN (
                            SELECT id FROM (
                                SELECT id, row_number() OVER (
                                    PARTITION BY channel, person, chat ORDER BY id) AS place
                                FROM outbox
                                WHERE state = 'queued' AND priority = ?1 AND not_before <= ?2)
                            WHERE place <= ?4 ORDER BY id LIMIT ?3)
                        ORDER BY id";
            let parameters = params![priority.rank(), self.now.millis(), limit, OF_ONE];
            found.extend(rows(self.conn, tail, parameters)?);
        }
        Ok(found)
    }

    /// When the next row may be tried that may not be tried yet. Those that could go now and wait
    /// for their chat's pace do not hide it.
    pub fn next_sendable(&self) -> Result<Option<Timestamp>, StorageError> {
        let sql = "SELECT min(not_before) FROM outbox
                   WHERE state = 'queued' AND not_before <> at AND not_before > ?1";
        let now = self.now.millis();
        let at: Option<i64> = self.conn.prepare_cached(sql)?.query_row([now], |row| row.get(0))?;
        Ok(at.map(Timestamp::from_millis))
    }

    /// One row.
    pub fn row(&self, id: i64) -> Result<Option<Row>, StorageError> {
        Ok(rows(self.conn, "WHERE id = ?1", [id])?.into_iter().next())
    }

    /// The rows of one rung.
    pub fn rung_rows(&self, rung_seq: i64) -> Result<Vec<Row>, StorageError> {
        rows(self.conn, "WHERE rung_seq = ?1", [rung_seq])
    }

    /// Rows given to a channel and not yet ended: after a crash nobody knows of them.
    pub fn sending(&self) -> Result<Vec<Row>, StorageError> {
        rows(self.conn, "WHERE state = 'sending'", [])
    }

    /// Gives a row to its channel; returns the attempt, or `None` when it was not waiting.
    pub fn start_sending(&mut self, id: i64) -> Result<Option<u32>, StorageError> {
        let sql = "UPDATE outbox SET state = 'sending', attempt = attempt + 1
                   WHERE id = ?1 AND state = 'queued' RETURNING attempt";
        Ok(self.conn.prepare_cached(sql)?.query_row([id], |row| row.get(0)).optional()?)
    }

    /// Ends a row.
    pub fn end(
        &mut self,
        id: i64,
        state: State,
        message_id: Option<i64>,
        why: Option<&str>,
    ) -> Result<(), StorageError> {
        let sql = "UPDATE outbox SET state = ?2, ended_at = ?3,
                       why = CASE ?2 WHEN 'sent' THEN NULL ELSE coalesce(?5, why) END,
                       message_id = coalesce(?4, message_id)
                   WHERE id = ?1";
        self.conn.prepare_cached(sql)?.execute(params![
            id,
            state.word(),
            self.now.millis(),
            message_id,
            why
        ])?;
        Ok(())
    }

    /// Puts a row back to be tried again at `at`.
    pub fn requeue(&mut self, id: i64, at: Timestamp, maybe: bool) -> Result<(), StorageError> {
        let sql = "UPDATE outbox SET state = 'queued', not_before = ?2, maybe = max(maybe, ?3)
                   WHERE id = ?1 AND state = 'sending'";
        self.conn.prepare_cached(sql)?.execute(params![id, at.millis(), maybe])?;
        Ok(())
    }

    /// Notes why a row that will be tried again did not get through.
    pub fn say_why(&mut self, id: i64, why: &str) -> Result<(), StorageError> {
        self.conn
            .prepare_cached("UPDATE outbox SET why = ?2 WHERE id = ?1")?
            .execute(params![id, why])?;
        Ok(())
    }

    /// The id a chat has now, however often it moved.
    pub fn chat_now(&self, chat: i64) -> Result<i64, StorageError> {
        let sql = "WITH RECURSIVE hop (id, depth) AS (
                       SELECT ?1, 0 UNION ALL
                       SELECT now, depth + 1 FROM moved_chat JOIN hop ON chat = id WHERE depth < 8)
                   SELECT id FROM hop ORDER BY depth DESC LIMIT 1";
        Ok(self.conn.prepare_cached(sql)?.query_row([chat], |row| row.get(0))?)
    }

    /// Sends everything for a chat that moved to its new id, now and from now on.
    pub fn move_chat(&mut self, from: i64, to: i64) -> Result<(), StorageError> {
        let sql = "INSERT OR REPLACE INTO moved_chat VALUES (?1, ?2)";
        self.conn.prepare_cached(sql)?.execute([from, to])?;
        self.drop_chat_cards(from)?;
        let sql = "UPDATE outbox SET chat = ?2 WHERE chat = ?1 AND state IN ('queued', 'sending')";
        self.conn.prepare_cached(sql)?.execute([from, to])?;
        Ok(())
    }

    /// Cancels the pages and calls of an incident that still wait.
    pub fn cancel_pages(&mut self, code: &IncidentCode) -> Result<(), StorageError> {
        let sql = "UPDATE outbox SET state = 'cancelled', ended_at = ?2
                   WHERE incident = ?1 AND kind IN ('page', 'call') AND state = 'queued'";
        self.conn.prepare_cached(sql)?.execute(params![code.as_str(), self.now.millis()])?;
        Ok(())
    }

    /// Supersedes the card of an incident that waits for a chat.
    pub fn supersede_cards(&mut self, code: &IncidentCode, chat: i64) -> Result<(), StorageError> {
        let sql = "UPDATE outbox SET state = 'superseded', ended_at = ?3
                   WHERE incident = ?1 AND kind = 'card' AND chat = ?2 AND state = 'queued'";
        let parameters = params![code.as_str(), chat, self.now.millis()];
        self.conn.prepare_cached(sql)?.execute(parameters)?;
        Ok(())
    }

    /// Supersedes older waiting pages of the same incident to the same person on the same channel.
    pub fn supersede_older(
        &mut self,
        code: &IncidentCode,
        person: &PersonId,
        channel: ChannelKind,
        newest: i64,
    ) -> Result<(), StorageError> {
        let sql = "UPDATE outbox SET state = 'superseded', ended_at = ?5
                   WHERE incident = ?1 AND kind = 'page' AND person = ?2 AND channel = ?3
                     AND state = 'queued' AND id < ?4";
        self.conn.prepare_cached(sql)?.execute(params![
            code.as_str(),
            person.as_str(),
            channel.as_str(),
            newest,
            self.now.millis()
        ])?;
        Ok(())
    }

    /// Supersedes the waiting calls of an incident in the team's chat.
    pub fn supersede_calls(&mut self, code: &IncidentCode) -> Result<(), StorageError> {
        let sql = "UPDATE outbox SET state = 'superseded', ended_at = ?2
                   WHERE incident = ?1 AND kind = 'call' AND state = 'queued'";
        self.conn.prepare_cached(sql)?.execute(params![code.as_str(), self.now.millis()])?;
        Ok(())
    }

    /// Whether a newer page of the same incident waits for the same person on the same channel, is on
    /// its way, or has arrived: a crash can leave the older one behind. A waiting page by name does
    /// not count: naming somebody else would cancel it, and the person would get neither.
    pub fn has_newer_page(&self, row: &Row) -> Result<bool, StorageError> {
        let (Some(code), Recipient::Person(person)) = (&row.incident, &row.to) else {
            return Ok(false);
        };
        let sql = "SELECT EXISTS (SELECT 1 FROM outbox WHERE incident = ?1 AND kind = 'page'
                       AND person = ?2 AND channel = ?3 AND id > ?4
                       AND (state IN ('sending', 'sent') OR state = 'queued'
                            AND notice ->> '$.body.page.kind' <> 'assigned'))";
        let parameters = params![code.as_str(), person.as_str(), row.channel.as_str(), row.id];
        Ok(self.conn.prepare_cached(sql)?.query_row(parameters, |row| row.get(0))?)
    }

    /// Ends waiting rows of `priority` older than `before` that nobody needs any more.
    pub fn expire(&mut self, priority: Priority, before: Timestamp) -> Result<usize, StorageError> {
        let sql = "UPDATE outbox SET state = 'superseded', ended_at = ?3, why = 'expired'
                   WHERE state = 'queued' AND priority = ?1 AND at < ?2";
        let parameters = params![priority.rank(), before.millis(), self.now.millis()];
        Ok(self.conn.prepare_cached(sql)?.execute(parameters)?)
    }
}

impl Tx<'_> {
    /// Everybody a page of this incident reached, or may have, by a channel without cards.
    pub fn paged_outside_chat(
        &self,
        code: &IncidentCode,
    ) -> Result<Vec<(PersonId, ChannelKind)>, StorageError> {
        let tail = "WHERE incident = ?1 AND kind = 'page' AND channel <> 'telegram'
                      AND state IN ('sent', 'sending', 'unknown') ORDER BY id";
        let mut found = Vec::new();
        for row in rows(self.conn, tail, [code.as_str()])? {
            if let Recipient::Person(person) = row.to
                && !found.contains(&(person.clone(), row.channel))
            {
                found.push((person, row.channel));
            }
        }
        Ok(found)
    }
}

impl Tx<'_> {
    /// The wall clock was set: waiting rows keep what remained of their pause, and those that could
    /// go before it still can.
    pub fn shift_waiting(&mut self, by_ms: i64) -> Result<(), StorageError> {
        let sql = "UPDATE outbox SET not_before = CASE WHEN not_before > ?2 THEN not_before + ?1
                                                       ELSE min(not_before, ?3) END
                   WHERE state = 'queued'";
        let (now, before) = (self.now.millis(), self.now.shifted(by_ms.saturating_neg()).millis());
        self.conn.prepare_cached(sql)?.execute(params![by_ms, before, now])?;
        Ok(())
    }

    /// Puts another notice in place of one that held a secret and was sent.
    pub fn forget_words(&mut self, id: i64, notice: &Notice) -> Result<(), StorageError> {
        let sql = "UPDATE outbox SET notice = ?2 WHERE id = ?1";
        let notice = json("outbox.notice", notice)?;
        self.conn.prepare_cached(sql)?.execute(params![id, notice])?;
        Ok(())
    }
}
