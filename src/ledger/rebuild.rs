//! Derived tables from the ledger alone: refilled, and compared with what stood there. Nothing is
//! ever sent by it.

use std::collections::BTreeMap;

use rusqlite::Connection;

use super::chain::{COLUMNS, Entry};
use super::tx::parse;
use super::{StorageError, Store, contacts, directory, incidents, roster};
use crate::domain::contacts::ContactsEvent;
use crate::domain::directory::DirectoryEvent;
use crate::domain::ids::{IncidentCode, Stream};
use crate::domain::incident::event::IncidentEvent;
use crate::domain::incident::fold::At;
use crate::domain::incident::state::Incident;
use crate::domain::roster::event::RosterEvent;
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

type Snapshot = BTreeMap<String, String>;

/// What is compared: key and value of each derived row. `due.not_before` is a retry's business and
/// not derived from the ledger.
const DERIVED: [(&str, &str); 10] = [
    (
        "incident",
        "SELECT code, json_array(seq, open, status, severity, unit, holder, drill, unheld_since,
             nobody, dedup_intake, dedup_key, state) FROM incident",
    ),
    ("due", "SELECT stream, CAST(at AS TEXT) FROM due WHERE stream LIKE 'incident/%'"),
    ("roster", "SELECT CAST(id AS TEXT), body FROM roster"),
    ("canary", "SELECT sent || ' ' || person, json_array(at, took_ms, missed) FROM canary"),
    ("contacts", "SELECT CAST(id AS TEXT), body FROM contacts"),
    ("unit", "SELECT code, json_array(body, ended) FROM unit"),
    ("system", "SELECT code, body FROM system"),
    ("person", "SELECT id, body FROM person"),
    ("invitation", "SELECT digest, body FROM invitation"),
    ("event_kind", "SELECT kind, '' FROM event_kind"),
];

fn snapshot(conn: &Connection) -> Result<Snapshot, StorageError> {
    let mut snapshot = Snapshot::new();
    for (table, sql) in DERIVED {
        let mut statement = conn.prepare(sql)?;
        let rows = statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get(1)?)))?;
        for row in rows {
            let (key, value): (String, String) = row?;
            snapshot.insert(format!("{table} {key}"), value);
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
            Stream::Directory => {
                let event: DirectoryEvent = parse("ledger.body", &entry.body)?;
                directory::apply(conn, &event)?;
            }
            Stream::Roster => {
                let event: RosterEvent = parse("ledger.body", &entry.body)?;
                roster::apply(conn, &event, &place(&entry)?)?;
            }
            Stream::Contacts => {
                let event: ContactsEvent = parse("ledger.body", &entry.body)?;
                contacts::apply(conn, &event, Timestamp::from_millis(entry.at))?;
            }
            Stream::System => {}
        }
    }
    for (seq, incident) in open.values() {
        incidents::put(conn, incident, Some(*seq))?;
    }
    Ok(entries)
}
