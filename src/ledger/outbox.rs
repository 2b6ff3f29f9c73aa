//! The outbox: everything there is to say, until it is said or has ended otherwise.

mod row;

use rusqlite::{OptionalExtension as _, params};

use super::tx::json;
use super::{StorageError, Tx};
use crate::domain::ids::{IncidentCode, PersonId};
use crate::domain::notice::{ON_ONE, Priority};
use crate::domain::time::Timestamp;
use crate::domain::values::ChannelKind;
pub(super) use row::rows;
pub use row::{Kind, NewRow, Recipient, Row, State};

/// Waiting rows that may go now, and those whose stored values do not read.
#[derive(Debug, Default)]
pub struct Sendable {
    /// To choose from.
    pub rows: Vec<Row>,
    /// By number, with what is wrong.
    pub unreadable: Vec<(i64, StorageError)>,
}

/// A row of a rung, as far as it matters to the others.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sibling {
    /// Its number.
    pub id: i64,
    /// To whom; nobody when it goes to a chat.
    pub person: Option<PersonId>,
    /// By which channel, as the stored word.
    pub channel: String,
    /// Where it stands, as the stored word.
    pub state: String,
}

/// So much old news becomes one message at once: each of its rows is an outcome to be written.
const OLD_NEWS_AT_ONCE: u32 = 200;

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
                     at, message_id, drill)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, 'queued', 0, 0, ?12, ?12, ?13,
                     ?14)",
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
                row.message_id,
                row.notice.origin.drill().map(|code| code.as_str())
            ])?;
        Ok(changed > 0)
    }

    /// Queues a row, or one of the same key that failed once more.
    pub fn queue_or_again(&mut self, row: &NewRow) -> Result<(), StorageError> {
        if self.queue(row)? {
            return Ok(());
        }
        let sql = "UPDATE outbox SET state = 'queued', notice = ?2, at = ?3, not_before = ?3,
                       ended_at = NULL, why = NULL
                   WHERE key = ?1 AND state = 'failed'";
        let notice = json("outbox.notice", &row.notice)?;
        self.conn.prepare_cached(sql)?.execute(params![row.key, notice, self.now.millis()])?;
        Ok(())
    }

    /// The removals wanted for the same reason as this one, itself among them.
    pub fn deletions_like(&self, id: i64) -> Result<Vec<Row>, StorageError> {
        let tail = "WHERE kind = 'delete'
                        AND incident = (SELECT incident FROM outbox WHERE id = ?1)
                        AND notice = (SELECT notice FROM outbox WHERE id = ?1)
                    ORDER BY id";
        rows(self.conn, tail, [id])
    }

    /// The removals of messages about an incident that failed.
    pub fn not_deleted(&self, code: &IncidentCode) -> Result<Vec<Row>, StorageError> {
        let tail = "WHERE incident = ?1 AND kind = 'delete' AND state = 'failed' ORDER BY id";
        rows(self.conn, tail, [code.as_str()])
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
        let found = row::each(self.conn, tail, params![code.as_str(), chat])?;
        Ok(found.into_iter().filter_map(|(_, row)| row.ok()).collect())
    }

    /// The new messages that wait for a chat of Telegram and call nobody, whenever they may be tried; what
    /// is urgent only where it was queued before `old`.
    pub fn waiting_talk(
        &self,
        person: Option<&PersonId>,
        chat: i64,
        old: Timestamp,
    ) -> Result<Vec<Row>, StorageError> {
        let tail = "WHERE (person = ?1 OR chat = ?2) AND channel = 'telegram'
                        AND kind IN ('news', 'answer', 'other') AND message_id IS NULL
                        AND state = 'queued' AND (priority >= ?3 OR at <= ?4)
                    ORDER BY id LIMIT ?5";
        let (person, rank) = (person.map(PersonId::as_str), Priority::Notice.rank());
        let parameters = params![person, chat, rank, old.millis(), OLD_NEWS_AT_ONCE];
        let found = row::each(self.conn, tail, parameters)?;
        Ok(found.into_iter().filter_map(|(_, row)| row.ok()).collect())
    }

    /// Rows that could be tried now, most urgent first: of each priority at most `limit`, and of each
    /// recipient at most as many as fit on one message, so that a chat that has to wait hides nobody.
    pub fn sendable(&self, limit: u32) -> Result<Sendable, StorageError> {
        let mut found = Sendable::default();
        for priority in Priority::ALL {
            let tail = "WHERE id IN (
                            SELECT id FROM (
                                SELECT id, row_number() OVER (
                                    PARTITION BY channel, person, chat ORDER BY id) AS place
                                FROM outbox
                                WHERE state = 'queued' AND priority = ?1 AND not_before <= ?2
                                    -- Of a drill that stands still goes only what says so.
                                    AND (drill IS NULL OR kind = 'drill' OR kind = 'answer'
                                        OR drill NOT IN (SELECT code FROM drill WHERE frozen = 1)))
                            WHERE place <= ?4 ORDER BY place, id LIMIT ?3)
                        ORDER BY id";
            let parameters = params![priority.rank(), self.now.millis(), limit, ON_ONE];
            for (id, row) in row::each(self.conn, tail, parameters)? {
                match row {
                    Ok(row) => found.rows.push(row),
                    Err(error) => found.unreadable.push((id, error)),
                }
            }
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

    /// One row without what it says: whatever else is stored of it reads.
    pub fn bare_row(&self, id: i64) -> Result<Option<Row>, StorageError> {
        row::bare(self.conn, id)
    }

    /// What was said to a chat of Telegram by this message: several rows, where they shared it or one took
    /// the place of another. A row that does not read says nothing.
    pub fn said_by(&self, chat: i64, message: i64) -> Result<Vec<Row>, StorageError> {
        let tail = "WHERE message_id = ?2 AND channel = 'telegram' AND state = 'sent'
                        AND kind <> 'delete' AND (chat = ?1
                            OR person = (SELECT id FROM person_private WHERE telegram_id = ?1))
                    ORDER BY id";
        let found = row::each(self.conn, tail, params![chat, message])?;
        Ok(found.into_iter().filter_map(|(_, row)| row.ok()).collect())
    }

    /// The rows of one rung.
    pub fn rung_rows(&self, rung_seq: i64) -> Result<Vec<Sibling>, StorageError> {
        let sql = "SELECT id, person, channel, state FROM outbox WHERE rung_seq = ?1";
        let mut statement = self.conn.prepare_cached(sql)?;
        let found = statement.query_map([rung_seq], |row| {
            let person: Option<String> = row.get(1)?;
            let (channel, state) = (row.get(2)?, row.get(3)?);
            Ok(Sibling { id: row.get(0)?, person: person.map(PersonId::new), channel, state })
        })?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    /// Rows given to a channel and not yet ended, of which nobody knows after a crash, wait again.
    /// Those that may have arrived are marked; an edit repeated is the same edit.
    pub fn requeue_lost(&mut self) -> Result<usize, StorageError> {
        let sql = "UPDATE outbox SET state = 'queued', not_before = ?1,
                       maybe = max(maybe, kind <> 'pointer')
                   WHERE state = 'sending'";
        Ok(self.conn.prepare_cached(sql)?.execute([self.now.millis()])?)
    }

    /// Gives a row to its channel; returns the attempt, or `None` when it was not waiting.
    pub fn start_sending(&mut self, id: i64) -> Result<Option<u32>, StorageError> {
        let sql = "UPDATE outbox SET state = 'sending', attempt = attempt + 1, recalled = NULL,
                       account = (SELECT telegram_id FROM person_private
                                  WHERE id = outbox.person AND outbox.channel = 'telegram')
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

    /// The message a row was to take the place of is gone: it becomes a message of its own.
    pub fn forget_place(&mut self, id: i64) -> Result<(), StorageError> {
        let sql = "UPDATE outbox SET message_id = NULL WHERE id = ?1";
        self.conn.prepare_cached(sql)?.execute([id])?;
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

    /// Sends everything that waits for a chat that moved to its new id, now and from now on. The numbers of
    /// its messages did not move along: nothing waits to be answered or changed there. Returns what was to
    /// be deleted, which waits no longer.
    pub fn move_chat(&mut self, from: i64, to: i64) -> Result<Vec<Row>, StorageError> {
        let sql = "INSERT OR REPLACE INTO moved_chat VALUES (?1, ?2)";
        self.conn.prepare_cached(sql)?.execute([from, to])?;
        self.drop_chat_cards(from)?;
        let there = "WHERE chat = ?1 AND state = 'queued' AND kind = 'delete'";
        let deletes = row::each(self.conn, there, [from])?;
        let sql = "UPDATE outbox SET ended_at = ?2, why = 'the chat moved',
                       state = CASE kind WHEN 'delete' THEN 'failed' ELSE 'superseded' END
                   WHERE chat = ?1 AND state = 'queued' AND kind IN ('delete', 'pointer')";
        self.conn.prepare_cached(sql)?.execute([from, self.now.millis()])?;
        let sql = "UPDATE outbox SET chat = ?2, message_id = NULL, reply_to = NULL
                   WHERE chat = ?1 AND state = 'queued'";
        self.conn.prepare_cached(sql)?.execute([from, to])?;
        Ok(deletes.into_iter().filter_map(|(_, row)| row.ok()).collect())
    }

    /// Nothing that waits for a chat of Telegram is tried before `until`: the chat said so.
    pub fn hold_chat(&mut self, chat: i64, until: Timestamp) -> Result<(), StorageError> {
        let sql = "UPDATE outbox SET not_before = max(not_before, ?2)
                   WHERE state = 'queued' AND channel = 'telegram' AND kind <> 'page' AND (chat = ?1
                       OR person = (SELECT id FROM person_private WHERE telegram_id = ?1))";
        self.conn.prepare_cached(sql)?.execute([chat, until.millis()])?;
        Ok(())
    }

    /// The same for one row.
    pub fn hold_row(&mut self, id: i64, until: Timestamp) -> Result<(), StorageError> {
        let sql = "UPDATE outbox SET not_before = max(not_before, ?2)
                   WHERE id = ?1 AND state = 'queued'";
        self.conn.prepare_cached(sql)?.execute([id, until.millis()])?;
        Ok(())
    }

    /// Cancels the pages and calls of an incident that still wait.
    pub fn cancel_pages(&mut self, code: &IncidentCode) -> Result<(), StorageError> {
        let sql = "UPDATE outbox SET state = 'cancelled', ended_at = ?2
                   WHERE incident = ?1 AND kind IN ('page', 'call') AND state = 'queued'";
        self.conn.prepare_cached(sql)?.execute(params![code.as_str(), self.now.millis()])?;
        Ok(())
    }

    /// Cancels a message that still waits; says whether it was sent.
    pub fn cancel_unless_sent(&mut self, key: &str) -> Result<bool, StorageError> {
        let sql = "UPDATE outbox SET state = 'cancelled', ended_at = ?2
                   WHERE key = ?1 AND state = 'queued'";
        self.conn.prepare_cached(sql)?.execute(params![key, self.now.millis()])?;
        let sql = "SELECT EXISTS (SELECT 1 FROM outbox WHERE key = ?1 AND state = 'sent')";
        Ok(self.conn.prepare_cached(sql)?.query_row([key], |row| row.get(0))?)
    }

    /// Whether this message is, or becomes, a pointer to a newer one.
    pub fn points(&self, chat: i64, message: i64) -> Result<bool, StorageError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM outbox WHERE kind = 'pointer' AND chat = ?1
                       AND message_id = ?2 AND state IN ('queued', 'sending', 'sent'))";
        Ok(self.conn.prepare_cached(sql)?.query_row([chat, message], |row| row.get(0))?)
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
}

impl Tx<'_> {
    /// Everybody a page of this incident reached, or may have, by a channel without cards.
    pub fn paged_outside_chat(
        &self,
        code: &IncidentCode,
    ) -> Result<Vec<(PersonId, ChannelKind)>, StorageError> {
        let sql = "SELECT person, channel FROM outbox
                   WHERE incident = ?1 AND kind = 'page' AND channel <> 'telegram'
                     AND person IS NOT NULL AND state IN ('sent', 'sending', 'unknown')
                   GROUP BY person, channel ORDER BY min(id)";
        let mut statement = self.conn.prepare_cached(sql)?;
        let rows = statement.query_map([code.as_str()], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
        })?;
        rows.map(|row| {
            let (person, channel) = row?;
            let channel = channel.parse().map_err(|e| StorageError::value("outbox.channel", e))?;
            Ok((PersonId::new(person), channel))
        })
        .collect()
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
}
