//! What is known of contacts as one folded row, and its next moment.

use rusqlite::{Connection, OptionalExtension as _};

use super::incidents::wake;
use super::tx::{Event, json, parse};
use super::{StorageError, Tx};
use crate::domain::contacts::{Contacts, ContactsEvent};
use crate::domain::ids::Stream;
use crate::domain::time::Timestamp;

/// As it stands.
pub(super) fn load(conn: &Connection) -> Result<Contacts, StorageError> {
    let body: Option<String> = conn
        .prepare_cached("SELECT body FROM contacts")?
        .query_row([], |row| row.get(0))
        .optional()?;
    body.map_or(Ok(Contacts::default()), |body| parse("contacts", &body))
}

/// Brings the folded row up to date with one event.
pub(super) fn apply(
    conn: &Connection,
    event: &ContactsEvent,
    at: Timestamp,
) -> Result<(), StorageError> {
    let mut contacts = load(conn)?;
    contacts.apply(event, at);
    conn.prepare_cached("INSERT OR REPLACE INTO contacts VALUES (1, ?1)")?
        .execute([json("contacts", &contacts)?])?;
    Ok(())
}

impl Tx<'_> {
    /// Appends an event of the contacts and brings their row up to date.
    pub fn append_contacts(&mut self, event: &ContactsEvent) -> Result<i64, StorageError> {
        let seq = self.append(&Stream::Contacts, &Event::Contacts(event.clone()))?;
        apply(self.conn, event, self.now)?;
        self.directory_changed();
        Ok(seq)
    }

    /// When contacts are seen to next. It depends on the configuration as well, which is no part of the
    /// ledger: so it is set anew at each start, and a rebuild leaves it alone.
    pub fn wake_contacts(&mut self, at: Option<Timestamp>) -> Result<(), StorageError> {
        wake(self.conn, &Stream::Contacts, at)
    }

    /// The moment a stream waits for.
    pub fn waits_for(&self, stream: &Stream) -> Result<Option<Timestamp>, StorageError> {
        let at: Option<i64> = self
            .conn
            .prepare_cached("SELECT at FROM due WHERE stream = ?1")?
            .query_row([stream.to_string()], |row| row.get(0))
            .optional()?;
        Ok(at.map(Timestamp::from_millis))
    }
}
