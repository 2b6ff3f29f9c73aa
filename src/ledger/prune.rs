//! What is forgotten because nothing can ask for it any more. The ledger itself forgets nothing.

use std::time::Duration;

use rusqlite::params;

use super::{StorageError, Tx};
use crate::domain::retention::Retention;

impl Tx<'_> {
    /// Forgets at most `most` rows of each kind; says how many it were in all.
    pub fn prune(&mut self, keep: &Retention, most: u32) -> Result<usize, StorageError> {
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
