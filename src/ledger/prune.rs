//! What is forgotten because nothing can ask for it any more. The ledger itself forgets nothing.

use std::time::Duration;

use rusqlite::params;

use super::{StorageError, Tx};

const DAY: Duration = Duration::from_secs(24 * 3600);

/// Ended messages other than pages and calls stay so long, and longer while their incident is open.
const MESSAGES_STAY: Duration = DAY.saturating_mul(30);

/// A delivery's outcome comes from this process and names its attempt: a repetition changes nothing.
const OUTCOMES_STAY: Duration = DAY;

/// Telegram repeats an update for a day, a sender an alert for as long as its queue is patient.
const RECEIPTS_STAY: Duration = DAY.saturating_mul(90);

/// Tries of updates that were never done.
const TRIES_STAY: Duration = DAY.saturating_mul(7);

impl Tx<'_> {
    /// Forgets at most so many rows of each kind; says how many it were in all.
    pub fn prune(&mut self, most: u32) -> Result<usize, StorageError> {
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
            (messages, MESSAGES_STAY),
            (outcomes, OUTCOMES_STAY),
            (receipts, RECEIPTS_STAY),
            (tries, TRIES_STAY),
        ] {
            let rows = self.conn.prepare_cached(sql)?.execute(params![before(stay), most])?;
            gone = gone.saturating_add(rows);
        }
        Ok(gone)
    }
}
