//! Derived tables from the ledger alone: refilled, and compared with what stood there. Nothing is
//! ever sent by it.

use std::collections::BTreeMap;

use rusqlite::{Connection, Row};

use super::chain::{COLUMNS, Entry};
use super::tx::parse;
use super::{StorageError, Store, contacts, directory, drill_book, drills, incidents, roster};
use crate::domain::contacts::{Contacts, ContactsEvent};
use crate::domain::directory::{DirectoryEvent, Invitation, Person, Unit};
use crate::domain::drill::plan::{Book, BookEvent};
use crate::domain::drill::run::Drill;
use crate::domain::ids::{IncidentCode, Stream};
use crate::domain::incident::event::IncidentEvent;
use crate::domain::incident::fold::At;
use crate::domain::incident::state::Incident;
use crate::domain::roster::Roster;
use crate::domain::roster::event::RosterEvent;
use crate::domain::systems::System;
use crate::domain::time::Timestamp;

/// One event as the ledger has it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Recorded {
    /// Where it stands, when and by whom.
    pub at: At,
    /// The event.
    pub event: IncidentEvent,
}

/// What a rebuild found.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Rebuilt {
    /// How many entries were read.
    pub entries: u64,
    /// Derived rows that were not what the ledger says, by table and key.
    pub differences: Vec<String>,
}

/// Reads one stored entry of an incident.
pub fn recorded(entry: &Entry) -> Result<Recorded, StorageError> {
    Ok(Recorded { at: place(entry)?, event: parse("ledger.body", &entry.body)? })
}

/// When, by whom and under which number an entry was made.
fn place(entry: &Entry) -> Result<At, StorageError> {
    let actor = entry.actor.parse().map_err(|e| StorageError::value("ledger.actor", e))?;
    Ok(At { seq: entry.seq, at: Timestamp::from_millis(entry.at), actor })
}

/// Folds the events of one incident.
pub fn fold(code: &IncidentCode, events: &[Recorded]) -> Option<Incident> {
    let (first, rest) = events.split_first()?;
    let IncidentEvent::Reported { opening } = &first.event else { return None };
    let mut incident = Incident::opened(code.clone(), opening, &first.at);
    for event in rest {
        incident.apply(&event.event, &event.at);
    }
    Some(incident)
}

impl Store {
    /// Drops the derived tables, refills them, and reports every row that changed by it.
    pub fn rebuild(&mut self, now: Timestamp) -> Result<Rebuilt, StorageError> {
        self.transaction(now, |tx| {
            let before = snapshot(tx.conn)?;
            let entries = refill(tx.conn)?;
            tx.fresh_directory()?;
            let after = snapshot(tx.conn)?;
            Ok(Rebuilt { entries, differences: differences(&before, &after) })
        })
    }

    /// What a rebuild would report, without keeping it.
    pub fn compare(&mut self, now: Timestamp) -> Result<Rebuilt, StorageError> {
        use super::tx::Abort;
        self.transaction(now, |tx| {
            let found: Result<(), Rebuilt> = tx.attempt(|tx| {
                let before = snapshot(tx.conn)?;
                let entries = refill(tx.conn)?;
                let after = snapshot(tx.conn)?;
                let differences = differences(&before, &after);
                Err(Abort::Work(Rebuilt { entries, differences }))
            })?;
            Ok(found.err().unwrap_or_default())
        })
    }
}

/// Brings people, units, invitations, contacts and the roster up to date with one entry of theirs.
fn derive(conn: &Connection, stream: &Stream, entry: &Entry) -> Result<(), StorageError> {
    match stream {
        Stream::Directory => {
            let event: DirectoryEvent = parse("ledger.body", &entry.body)?;
            directory::apply(conn, &event)
        }
        Stream::Roster => {
            let event: RosterEvent = parse("ledger.body", &entry.body)?;
            roster::apply(conn, &event, &place(entry)?)
        }
        Stream::Contacts => {
            let event: ContactsEvent = parse("ledger.body", &entry.body)?;
            contacts::apply(conn, &event, Timestamp::from_millis(entry.at))
        }
        Stream::Drills => {
            let event: BookEvent = parse("ledger.body", &entry.body)?;
            drill_book::apply(conn, &event, &place(entry)?)
        }
        Stream::Drill(code) => drills::derive(conn, code, entry, &place(entry)?),
        Stream::Incident(_) | Stream::System => Ok(()),
    }
}

/// What everybody's name, role and watch is read from.
const DIRECTORY: [&str; 7] =
    ["roster", "contacts", "drill_book", "unit", "system", "person", "invitation"];

/// Makes the rows the directory is read from again from the ledger alone; says which of them did not
/// read. One bad row must not keep the program from calling anybody.
pub(super) fn remake_directory(conn: &Connection) -> Result<Vec<String>, StorageError> {
    let mut found = unreadable(conn)?;
    found.retain(|row| DIRECTORY.iter().any(|table| row.split(' ').next() == Some(table)));
    for table in DIRECTORY {
        conn.execute(&format!("DELETE FROM {table}"), [])?;
    }
    let streams = [Stream::Directory, Stream::Roster, Stream::Contacts, Stream::Drills];
    let names: Vec<String> = streams.iter().map(|stream| format!("'{stream}'")).collect();
    let names = names.join(", ");
    let sql = format!("SELECT {COLUMNS} FROM ledger WHERE stream IN ({names}) ORDER BY seq");
    let mut statement = conn.prepare(&sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let entry = Entry::read(row)?;
        let stream = entry.stream.parse();
        let stream = stream.map_err(|error| StorageError::value("ledger.stream", error))?;
        derive(conn, &stream, &entry)?;
    }
    Ok(found)
}

/// Derived rows that do not read, by table and key.
pub(super) fn unreadable(conn: &Connection) -> Result<Vec<String>, StorageError> {
    type Reads = fn(&str) -> bool;
    let tables: [(&str, &str, Reads); 10] = [
        ("roster", "SELECT CAST(id AS TEXT), body FROM roster", reads::<Roster>),
        ("contacts", "SELECT CAST(id AS TEXT), body FROM contacts", reads::<Contacts>),
        ("drill_book", "SELECT CAST(id AS TEXT), body FROM drill_book", reads::<Book>),
        ("unit", "SELECT code, body FROM unit ORDER BY code", reads::<Unit>),
        ("system", "SELECT code, body FROM system ORDER BY code", reads::<System>),
        ("person", "SELECT id, body FROM person ORDER BY id", reads::<Person>),
        ("invitation", "SELECT digest, body FROM invitation", reads::<Invitation>),
        ("incident", "SELECT code, state FROM incident ORDER BY seq", reads::<Incident>),
        ("drill", "SELECT code, state FROM drill ORDER BY seq", reads::<Drill>),
        ("due", "SELECT stream, stream FROM due", |stream| stream.parse::<Stream>().is_ok()),
    ];
    let mut found = Vec::new();
    for (table, sql, reads) in tables {
        let mut statement = conn.prepare(sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            if !reads(&lossy(row, 1)?) {
                found.push(format!("{table} {}", lossy(row, 0)?));
            }
        }
    }
    Ok(found)
}

fn reads<T: serde::de::DeserializeOwned>(body: &str) -> bool {
    serde_json::from_str::<T>(body).is_ok()
}

/// A column's text, whatever became of its bytes.
pub(super) fn lossy(row: &Row<'_>, column: usize) -> Result<String, StorageError> {
    let bytes = row.get_ref(column)?.as_bytes().unwrap_or_default();
    Ok(String::from_utf8_lossy(bytes).into_owned())
}

type Snapshot = BTreeMap<String, String>;

/// What is compared: key and value of each derived row. `due.not_before` is a retry's business and
/// not derived from the ledger.
const DERIVED: [(&str, &str); 13] = [
    (
        "incident",
        "SELECT code, json_array(seq, open, status, severity, unit, holder, drill, unheld_since,
             nobody, dedup_intake, dedup_key, state) FROM incident",
    ),
    ("due", "SELECT stream, CAST(at AS TEXT) FROM due WHERE stream LIKE 'incident/%'"),
    ("roster", "SELECT CAST(id AS TEXT), body FROM roster"),
    ("canary", "SELECT sent || ' ' || person, json_array(at, took_ms, missed) FROM canary"),
    ("contacts", "SELECT CAST(id AS TEXT), body FROM contacts"),
    ("drill_book", "SELECT CAST(id AS TEXT), body FROM drill_book"),
    ("unit", "SELECT code, json_array(body, ended) FROM unit"),
    ("system", "SELECT code, body FROM system"),
    ("person", "SELECT id, body FROM person"),
    ("invitation", "SELECT digest, body FROM invitation"),
    ("drill", "SELECT code, json_array(seq, status, at, frozen, chat, state) FROM drill"),
    ("drill_person", "SELECT drill || ' ' || person, CAST(plays AS TEXT) FROM drill_person"),
    ("event_kind", "SELECT kind, '' FROM event_kind"),
];

fn snapshot(conn: &Connection) -> Result<Snapshot, StorageError> {
    let mut snapshot = Snapshot::new();
    for (table, sql) in DERIVED {
        let mut statement = conn.prepare(sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            snapshot.insert(format!("{table} {}", lossy(row, 0)?), lossy(row, 1)?);
        }
    }
    Ok(snapshot)
}

fn differences(before: &Snapshot, after: &Snapshot) -> Vec<String> {
    let mut differences: Vec<String> = after
        .iter()
        .filter(|(key, value)| before.get(*key) != Some(*value))
        .map(|(key, _)| key.clone())
        .collect();
    differences.extend(before.keys().filter(|key| !after.contains_key(*key)).cloned());
    differences
}

fn refill(conn: &Connection) -> Result<u64, StorageError> {
    for (table, _) in DERIVED {
        // Moments of the roster and of units depend on the configuration too, and stay.
        let kept = if table == "due" { " WHERE stream LIKE 'incident/%'" } else { "" };
        conn.execute(&format!("DELETE FROM {table}{kept}"), [])?;
    }
    let mut open: BTreeMap<IncidentCode, (i64, Incident)> = BTreeMap::new();
    let mut statement = conn.prepare(&format!("SELECT {COLUMNS} FROM ledger ORDER BY seq"))?;
    let mut rows = statement.query([])?;
    let mut entries = 0_u64;
    while let Some(row) = rows.next()? {
        let entry = Entry::read(row)?;
        entries = entries.saturating_add(1);
        conn.prepare_cached("INSERT OR IGNORE INTO event_kind VALUES (?1)")?
            .execute([&entry.kind])?;
        match entry.stream.parse().map_err(|e| StorageError::value("ledger.stream", e))? {
            Stream::Incident(code) => {
                let event = recorded(&entry)?;
                if let IncidentEvent::Reported { opening } = &event.event {
                    let incident = Incident::opened(code.clone(), opening, &event.at);
                    open.insert(code, (entry.seq, incident));
                } else if let Some((_, incident)) = open.get_mut(&code) {
                    incident.apply(&event.event, &event.at);
                }
            }
            Stream::System => {}
            stream => derive(conn, &stream, &entry)?,
        }
    }
    for (seq, incident) in open.values() {
        incidents::put(conn, incident, Some(*seq))?;
    }
    Ok(entries)
}
