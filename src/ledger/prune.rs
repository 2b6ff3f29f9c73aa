//! What is forgotten because nothing can ask for it any more. The ledger itself forgets nothing.

use std::time::Duration;

use rusqlite::{OptionalExtension as _, params};

use super::tx::{SystemEvent, parse};
use super::{StorageError, Tx};
use crate::domain::retention::Retention;
use crate::domain::time::Timestamp;

/// A clock that goes forward by so much at once may simply be wrong.
const DOUBTFUL: Duration = Duration::from_secs(7 * 24 * 3600);

/// Somebody notices within this time, and nothing is forgotten by it before.
const NOTICED: Duration = Duration::from_secs(24 * 3600);

impl Tx<'_> {
    /// Whether the day of today is too fresh to forget anything by it: what looks like a long absence
    /// may be a clock that runs ahead, and what is forgotten does not come back with the right date.
    pub fn date_is_doubtful(&self) -> Result<bool, StorageError> {
        let sql = "SELECT at, body FROM ledger WHERE stream = 'system'
                   AND kind IN ('was_away', 'clock_jumped') ORDER BY version DESC LIMIT 1";
        let last: Option<(i64, String)> = self
            .conn
            .prepare_cached(sql)?
            .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let Some((at, body)) = last else { return Ok(false) };
        let by = match parse("ledger.body", &body)? {
            SystemEvent::WasAway { away } => away.until.since(away.from),
            SystemEvent::ClockJumped { by_ms } => {
                Duration::from_millis(u64::try_from(by_ms).unwrap_or(0))
            }
            _ => Duration::ZERO,
        };
        Ok(by >= DOUBTFUL && self.now.since(Timestamp::from_millis(at)) < NOTICED)
    }

    /// Forgets at most `most` rows of each kind; says how many it were in all.
    pub fn prune(&mut self, keep: &Retention, most: u32) -> Result<usize, StorageError> {
        if self.date_is_doubtful()? {
            return Ok(0);
        }
        let before = |stay: Duration| self.now.minus(stay).millis();
        // Pages and calls tell who was asked for help and when: `incident show` lists them for good.
        let messages = "DELETE FROM outbox WHERE id IN (
                SELECT id FROM outbox
                WHERE ended_at < ?1 AND kind NOT IN ('page', 'call')
                  AND state NOT IN ('queued', 'sending')
                  AND NOT EXISTS (SELECT 1 FROM incident
                                  WHERE code = outbox.incident AND open = 1)
                LIMIT ?2)";
        let outcomes = "DELETE FROM envelope WHERE key IN (
                SELECT key FROM envelope
                WHERE key >= 'outcome:' AND key < 'outcome;' AND at < ?1 LIMIT ?2)";
        let receipts = "DELETE FROM envelope WHERE key IN (
                SELECT key FROM envelope WHERE at < ?1 LIMIT ?2)";
        let tries = "DELETE FROM attempt WHERE key IN (
                SELECT key FROM attempt WHERE at < ?1 LIMIT ?2)";
        let mut gone = 0_usize;
        for (sql, stay) in [
            (messages, keep.messages),
            (outcomes, keep.outcomes),
            (receipts, keep.receipts),
            (tries, keep.tries),
        ] {
            let rows = self.conn.prepare_cached(sql)?.execute(params![before(stay), most])?;
            gone = gone.saturating_add(rows);
        }
        Ok(gone)
    }
}
