//! The roster as one folded row, and its next moment.

use rusqlite::Connection;

use super::tx::{Event, json, parse};
use super::{StorageError, Tx, reach, rebuild};
use crate::domain::ids::Stream;
use crate::domain::incident::fold::At;
use crate::domain::roster::Roster;
use crate::domain::roster::event::RosterEvent;

/// The roster as it stands.
pub(super) fn load(conn: &Connection) -> Result<Roster, StorageError> {
    let mut statement = conn.prepare_cached("SELECT body FROM roster")?;
    let mut rows = statement.query([])?;
    match rows.next()? {
        Some(row) => parse("roster", &rebuild::lossy(row, 0)?),
        None => Ok(Roster::default()),
    }
}

/// Brings the folded row up to date with one event.
pub(super) fn apply(conn: &Connection, event: &RosterEvent, at: &At) -> Result<(), StorageError> {
    let mut roster = load(conn)?;
    roster.apply(event, at);
    reach::apply(conn, event, at.seq, at.at)?;
    conn.prepare_cached("INSERT OR REPLACE INTO roster VALUES (1, ?1)")?
        .execute([json("roster", &roster)?])?;
    Ok(())
}

impl Tx<'_> {
    /// Appends an event of the roster and brings its row up to date.
    pub fn append_roster(&mut self, event: &RosterEvent) -> Result<i64, StorageError> {
        let seq = self.append(&Stream::Roster, &Event::Roster(event.clone()))?;
        apply(self.conn, event, &At { seq, at: self.now, actor: self.actor.clone() })?;
        self.directory_changed();
        Ok(seq)
    }
}
