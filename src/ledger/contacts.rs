//! What is known of contacts as one folded row, and its next moment.

use rusqlite::Connection;

use super::tx::{Event, json, parse};
use super::{StorageError, Tx, rebuild};
use crate::domain::contacts::{Contacts, ContactsEvent};
use crate::domain::ids::Stream;
use crate::domain::time::Timestamp;

/// As it stands.
pub(super) fn load(conn: &Connection) -> Result<Contacts, StorageError> {
    let mut statement = conn.prepare_cached("SELECT body FROM contacts")?;
    let mut rows = statement.query([])?;
    match rows.next()? {
        Some(row) => parse("contacts", &rebuild::lossy(row, 0)?),
        None => Ok(Contacts::default()),
    }
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
}
