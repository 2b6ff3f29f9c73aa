//! Series of drills and the plans of years as one folded row.

use rusqlite::Connection;

use super::tx::{Event, json, parse};
use super::{StorageError, Tx, rebuild};
use crate::domain::drill::plan::{Book, BookEvent};
use crate::domain::ids::Stream;
use crate::domain::incident::fold::At;

/// As it stands.
pub(super) fn load(conn: &Connection) -> Result<Book, StorageError> {
    let mut statement = conn.prepare_cached("SELECT body FROM drill_book")?;
    let mut rows = statement.query([])?;
    match rows.next()? {
        Some(row) => parse("drill_book", &rebuild::lossy(row, 0)?),
        None => Ok(Book::default()),
    }
}

/// Brings the folded row up to date with one event.
pub(super) fn apply(conn: &Connection, event: &BookEvent, at: &At) -> Result<(), StorageError> {
    let mut book = load(conn)?;
    book.apply(event, at);
    conn.prepare_cached("INSERT OR REPLACE INTO drill_book VALUES (1, ?1)")?
        .execute([json("drill_book", &book)?])?;
    Ok(())
}

impl Tx<'_> {
    /// Appends an event of the book of drills and brings its row up to date.
    pub fn append_book(&mut self, event: &BookEvent) -> Result<i64, StorageError> {
        let seq = self.append(&Stream::Drills, &Event::Book(event.clone()))?;
        apply(self.conn, event, &At { seq, at: self.now, actor: self.actor.clone() })?;
        self.directory_changed();
        Ok(seq)
    }
}
