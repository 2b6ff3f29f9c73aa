//! Removing words for good: from the table, from the pages of the file, and from the WAL; and
//! knowing where else they stand.

use std::time::Duration;

use rusqlite::{OptionalExtension as _, params};

use super::files::Vault;
use super::outbox::{Row, rows};
use super::tx::{json, parse};
use super::{StorageError, Store, Tx, backup, incidents};
use crate::domain::ids::{IncidentCode, Stream};
use crate::domain::incident::event::IncidentEvent;
use crate::domain::notice::Body;
use crate::domain::text::{ContentId, Text};
use crate::domain::time::Timestamp;

/// How long one try waits for others who read; the writer has pages to send.
const PATIENCE: Duration = Duration::from_millis(500);

/// What a message in a chat became.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Said {
    /// Of which incident.
    pub code: IncidentCode,
    /// Which entry.
    pub seq: i64,
}

/// Entries of one envelope stand side by side; none makes nearly so many.
const ENVELOPE: i64 = 20_000;

fn said_in(stream: &str, seq: i64) -> Result<Option<Said>, StorageError> {
    match stream.parse().map_err(|error| StorageError::value("stream", error))? {
        Stream::Incident(code) => Ok(Some(Said { code, seq })),
        _ => Ok(None),
    }
}

impl Tx<'_> {
    /// Erases words. The file holds them until it is scrubbed, which the commit asks for.
    pub fn erase(&mut self, contents: &[ContentId]) -> Result<(), StorageError> {
        for id in contents {
            let sql = "DELETE FROM content WHERE id = ?1";
            self.conn.prepare_cached(sql)?.execute([&id.0])?;
        }
        self.wants_scrub = true;
        Ok(())
    }

    /// Has the file of evidence removed once this is committed.
    pub fn remove_file(&mut self, sha256: &str) -> Result<(), StorageError> {
        let sql = "INSERT OR IGNORE INTO removed_file VALUES (?1)";
        self.conn.prepare_cached(sql)?.execute([sha256])?;
        self.wants_scrub = true;
        Ok(())
    }

    /// Lets an answer wait until the file is scrubbed: "removed" is said when it is true.
    pub fn hold(&mut self, key: &str) -> Result<(), StorageError> {
        let sql = "UPDATE outbox SET state = 'held' WHERE key = ?1 AND state = 'queued'";
        self.conn.prepare_cached(sql)?.execute([key])?;
        Ok(())
    }

    /// The file is scrubbed: what waited for it may go.
    fn release_held(&mut self) -> Result<(), StorageError> {
        let sql = "UPDATE outbox SET state = 'queued', not_before = ?1, at = ?1
                   WHERE state = 'held'";
        self.conn.prepare_cached(sql)?.execute([self.now.millis()])?;
        Ok(())
    }

    /// The first entry after `before` that holds words somebody said, or what was understood of them.
    pub fn worded_after(&self, before: i64) -> Result<Option<i64>, StorageError> {
        let sql = "SELECT seq FROM ledger
                   WHERE seq > ?1 AND (kind IN ('reported', 'note_added', 'evidence_described')
                       OR kind = 'closed' AND body ->> '$.text' IS NOT NULL
                       OR kind IN ('run_answered', 'run_declined', 'run_step_skipped', 'run_stopped')
                       OR kind = 'run_step_failed' AND body ->> '$.what.failed.reason' IS NOT NULL
                       OR kind IN ('flag_set', 'evidence_handed')
                          AND body ->> '$.reason' IS NOT NULL)
                   ORDER BY seq LIMIT 1";
        let found = self.conn.prepare_cached(sql)?.query_row([before], |row| row.get(0));
        Ok(found.optional()?)
    }

    /// Remembers which message entry `seq` came of, and how many characters of its words, where it came of
    /// several.
    pub fn remember_said(
        &mut self,
        seq: i64,
        chat: i64,
        message: i64,
        chars: Option<usize>,
    ) -> Result<(), StorageError> {
        let sql = "INSERT INTO said
                   SELECT ?2, ?3, stream, seq, ?4 FROM ledger WHERE seq = ?1
                   ON CONFLICT DO UPDATE SET chars = excluded.chars";
        let chars = chars.and_then(|chars| i64::try_from(chars).ok());
        self.conn.prepare_cached(sql)?.execute(params![seq, chat, message, chars])?;
        Ok(())
    }

    /// The messages whose words became entry `seq` together, in their order, each with how many characters
    /// of it are its own where that is known.
    pub fn said_together(&self, seq: i64) -> Result<Vec<(i64, Option<usize>)>, StorageError> {
        let sql = "SELECT message_id, chars FROM said WHERE seq = ?1 ORDER BY message_id";
        let mut statement = self.conn.prepare_cached(sql)?;
        let found = statement.query_map([seq], |row| {
            let chars: Option<i64> = row.get(1)?;
            Ok((row.get(0)?, chars.and_then(|chars| usize::try_from(chars).ok())))
        })?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    /// What a message became: its words, where it had some.
    pub fn said(&self, chat: i64, message: i64) -> Result<Option<Said>, StorageError> {
        let sql = "SELECT said.stream, said.seq FROM said JOIN ledger USING (seq)
                   WHERE chat = ?1 AND message_id = ?2
                   ORDER BY kind = 'evidence_offered', said.seq LIMIT 1";
        let found: Option<(String, i64)> = self
            .conn
            .prepare_cached(sql)?
            .query_row([chat, message], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let Some((stream, seq)) = found else { return Ok(None) };
        said_in(&stream, seq)
    }

    /// Forgets that a message became an entry.
    pub fn forget_said(&mut self, chat: i64, message: i64, seq: i64) -> Result<(), StorageError> {
        let sql = "DELETE FROM said WHERE chat = ?1 AND message_id = ?2 AND seq = ?3";
        self.conn.prepare_cached(sql)?.execute(params![chat, message, seq])?;
        Ok(())
    }

    /// The messages an entry came of.
    pub fn said_as(&self, seq: i64) -> Result<Vec<(i64, i64)>, StorageError> {
        let sql = "SELECT chat, message_id FROM said WHERE seq = ?1";
        let mut statement = self.conn.prepare_cached(sql)?;
        let found = statement.query_map([seq], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    /// The other entries that came of the same messages as this one.
    pub fn said_beside(&self, seq: i64) -> Result<Vec<i64>, StorageError> {
        let sql = "SELECT DISTINCT other.seq FROM said AS one
                   JOIN said AS other USING (chat, message_id)
                   WHERE one.seq = ?1 AND other.seq <> ?1 ORDER BY 1";
        let mut statement = self.conn.prepare_cached(sql)?;
        let found = statement.query_map([seq], |row| row.get(0))?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    /// Entries of other incidents that repeat entry `seq`: what is said to all of a widespread incident,
    /// and the end of it, is written on each part in the same envelope. A copy has no copies.
    pub fn copies_of(&self, seq: i64) -> Result<Vec<Said>, StorageError> {
        let sql = "SELECT other.stream, other.seq FROM ledger AS one JOIN ledger AS other
                     ON other.seq BETWEEN one.seq - ?2 AND one.seq + ?2
                    AND other.envelope = one.envelope AND other.kind = one.kind
                   WHERE one.seq = ?1
                     AND (one.kind = 'closed' OR one.kind = 'note_added' AND one.body ->> 'for_all')
                   ORDER BY other.seq";
        let mut statement = self.conn.prepare_cached(sql)?;
        let found = statement.query_map([seq, ENVELOPE], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let found: Vec<(String, i64)> = found.collect::<Result<_, _>>()?;
        if found.first().is_none_or(|(_, first)| *first != seq) {
            return Ok(Vec::new());
        }
        let mut copies = Vec::new();
        for (stream, seq) in found.into_iter().skip(1) {
            copies.extend(said_in(&stream, seq)?);
        }
        Ok(copies)
    }

    /// Messages that name an incident, stand in chats, and are not brought up to date like cards.
    pub fn messages_naming(&self, code: &IncidentCode) -> Result<Vec<Row>, StorageError> {
        let tail = "WHERE instr(notice, ?1) > 0 AND channel = 'telegram' AND state = 'sent'
                      AND message_id IS NOT NULL
                      AND kind NOT IN ('card', 'page', 'pointer', 'delete')";
        rows(self.conn, tail, [format!("\"{code}\"")])
    }

    /// Messages that name an incident and are on their way: they were rendered already.
    pub fn on_their_way_naming(&self, code: &IncidentCode) -> Result<Vec<Row>, StorageError> {
        let tail = "WHERE state = 'sending' AND instr(notice, ?1) > 0 AND channel = 'telegram'
                      AND kind NOT IN ('pointer', 'delete')";
        rows(self.conn, tail, [format!("\"{code}\"")])
    }

    /// What a message on its way says may not stay in its chat, and why.
    pub fn recall(&mut self, row: i64, wanted: &Body) -> Result<(), StorageError> {
        let sql = "UPDATE outbox SET recalled = ?2 WHERE id = ?1 AND state = 'sending'";
        self.conn.prepare_cached(sql)?.execute(params![row, json("outbox.recalled", wanted)?])?;
        Ok(())
    }

    /// Why, where that was said of it.
    pub fn recalled(&self, row: i64) -> Result<Option<Body>, StorageError> {
        let sql = "SELECT recalled FROM outbox WHERE id = ?1";
        let recalled = self.conn.prepare_cached(sql)?.query_row([row], |row| row.get(0));
        let recalled: Option<String> = recalled.optional()?.flatten();
        recalled.map(|wanted| parse("outbox.recalled", &wanted)).transpose()
    }

    /// The backups that hold the words of an entry made before now.
    pub fn backups_holding(&self, seq: i64) -> Result<Vec<String>, StorageError> {
        let all = backup::remembered(self.conn)?;
        Ok(all.into_iter().filter(|one| one.head.seq >= seq).map(|one| one.name).collect())
    }

    /// Whether an event on its way in says the same words as one that is stored.
    pub fn same_words(
        &self,
        stored: &IncidentEvent,
        new: &IncidentEvent,
    ) -> Result<bool, StorageError> {
        let mut before = Vec::new();
        for text in stored.texts() {
            if let Text::Sealed(id) = text {
                before.extend(incidents::words(self.conn, id)?);
            }
        }
        let after: Vec<String> = new
            .texts()
            .into_iter()
            .filter_map(|text| match text {
                Text::Plain(words) => Some(words.clone()),
                Text::Sealed(_) => None,
            })
            .collect();
        Ok(before == after)
    }
}

impl Store {
    /// Whether words were erased and the file not yet scrubbed.
    pub fn wants_scrub(&self) -> bool {
        self.wants_scrub
    }

    /// Removes the files of evidence that was taken back, after the commit that says so.
    fn remove_files(&self) -> Result<(), StorageError> {
        let mut statement = self.conn.prepare("SELECT sha256 FROM removed_file")?;
        let names = statement.query_map([], |row| row.get::<_, String>(0))?;
        let names: Vec<String> = names.collect::<Result<_, _>>()?;
        let vault = Vault::beside(&self.path);
        for name in names {
            vault.remove(&name)?;
            self.conn.execute("DELETE FROM removed_file WHERE sha256 = ?1", [name])?;
        }
        Ok(())
    }

    /// Moves everything out of the WAL and empties it, so that no file holds erased words: the pages
    /// they stood on were overwritten when they were erased. `false` while somebody else reads;
    /// then it is to be tried again.
    pub fn scrub(&mut self, now: Timestamp) -> Result<bool, StorageError> {
        self.conn.busy_timeout(PATIENCE)?;
        let busy = self.conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0));
        self.conn.busy_timeout(super::PATIENCE)?;
        let busy: i64 = busy?;
        if busy != 0 {
            return Ok(false);
        }
        self.remove_files()?;
        self.wants_scrub = false;
        let held: bool = self.conn.query_row(
            "SELECT EXISTS (SELECT 1 FROM outbox WHERE state = 'held')",
            [],
            |row| row.get(0),
        )?;
        if held {
            self.transaction(now, |tx| tx.release_held())?;
        }
        Ok(true)
    }
}
