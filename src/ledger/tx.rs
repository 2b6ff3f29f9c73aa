//! The one write path: a transaction in which envelopes are recognised, decided and appended.

use std::sync::Arc;

use ring::rand::{SecureRandom as _, SystemRandom};
use rusqlite::{Connection, OptionalExtension as _, params};
use serde::{Deserialize, Serialize};

use super::chain::{Entry, content_id};
use super::playbooks::Copies;
use super::{Head, StorageError, Store, data_version, directory, rebuild};
use crate::domain::contacts::ContactsEvent;
use crate::domain::directory::{Directory, DirectoryEvent, Setup};
use crate::domain::drill::plan::BookEvent;
use crate::domain::drill::run::DrillEvent;
use crate::domain::envelope::{Absence, Actor, Poison, Receipt};
use crate::domain::ids::Stream;
use crate::domain::incident::IncidentEvent;
use crate::domain::roster::event::RosterEvent;
use crate::domain::text::{ContentId, Text};
use crate::domain::time::Timestamp;

/// What happened to the program itself.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum SystemEvent {
    /// It was away.
    WasAway {
        /// When.
        away: Absence,
    },
    /// The wall clock was set while it ran.
    ClockJumped {
        /// By how many milliseconds.
        by_ms: i64,
    },
    /// An update was given up; its content is not kept.
    UpdateSkipped {
        /// Which.
        poison: Poison,
    },
    /// A backup took the place of the database; what had happened after it is not in this ledger.
    Restored {
        /// When the backup was made.
        made: Timestamp,
        /// Its last entry.
        head_seq: i64,
        /// The hash of that entry.
        head_hash: String,
        /// How many unsent messages were cancelled.
        cancelled: u64,
        /// The last entry of the ledger it replaced, where that one went on from the backup.
        replaced_seq: Option<i64>,
    },
}

impl SystemEvent {
    /// The word for it in the ledger.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::WasAway { .. } => "was_away",
            Self::ClockJumped { .. } => "clock_jumped",
            Self::UpdateSkipped { .. } => "update_skipped",
            Self::Restored { .. } => "restored",
        }
    }

    /// Every kind this version knows.
    pub const KINDS: &'static [&'static str] =
        &["was_away", "clock_jumped", "update_skipped", "restored"];
}

/// Any event.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Event {
    /// Of an incident.
    Incident(IncidentEvent),
    /// Of the directory.
    Directory(DirectoryEvent),
    /// Of the roster.
    Roster(RosterEvent),
    /// Of the contacts.
    Contacts(ContactsEvent),
    /// Of a drill.
    Drill(DrillEvent),
    /// Of the book of drills.
    Book(BookEvent),
    /// Of the program.
    System(SystemEvent),
}

/// An open write transaction.
#[derive(Debug)]
pub struct Tx<'a> {
    pub(super) conn: &'a Connection,
    head: Head,
    directory: Option<Arc<Directory>>,
    pub(super) copies: &'a Copies,
    setup: &'a Setup,
    pub(super) wants_scrub: bool,
    remade: Vec<String>,
    /// The instant of everything in it.
    pub now: Timestamp,
    /// The sealed key of the envelope being handled, for the entries it appends.
    pub envelope: String,
    /// Who sent it.
    pub actor: Actor,
}

/// Why work inside a transaction stopped.
#[derive(Debug)]
pub enum Abort<E> {
    /// The work's own error: only its savepoint is undone.
    Work(E),
    /// The database failed: everything is undone.
    Storage(StorageError),
}

impl<E> From<StorageError> for Abort<E> {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

impl<E> From<rusqlite::Error> for Abort<E> {
    fn from(error: rusqlite::Error) -> Self {
        Self::Storage(error.into())
    }
}

impl Store {
    /// Runs `work` in one transaction at the instant `now`. On an error everything is undone and the
    /// caches are read again.
    pub fn transaction<R>(
        &mut self,
        now: Timestamp,
        work: impl FnOnce(&mut Tx<'_>) -> Result<R, StorageError>,
    ) -> Result<R, StorageError> {
        let result = self.try_transaction(now, work);
        if result.is_err() {
            if !self.conn.is_autocommit()
                && let Err(error) = self.conn.execute_batch("ROLLBACK")
            {
                tracing::error!(%error, "rollback failed");
            }
            self.directory = None;
            self.data_version = 0;
        }
        result
    }

    fn try_transaction<R>(
        &mut self,
        now: Timestamp,
        work: impl FnOnce(&mut Tx<'_>) -> Result<R, StorageError>,
    ) -> Result<R, StorageError> {
        self.conn.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        // Another process may have written since: then nothing remembered is true any more.
        let version = data_version(&self.conn)?;
        if version != self.data_version {
            self.head = super::chain::head(&self.conn)?;
            self.directory = None;
            self.copies.forget();
            self.data_version = version;
        }
        let mut tx = Tx {
            conn: &self.conn,
            head: self.head,
            directory: self.directory.clone(),
            copies: &self.copies,
            setup: &self.setup,
            wants_scrub: false,
            remade: Vec::new(),
            now,
            envelope: String::new(),
            actor: Actor::System,
        };
        let result = work(&mut tx)?;
        let (head, directory, wants_scrub) = (tx.head, tx.directory.take(), tx.wants_scrub);
        let remade = std::mem::take(&mut tx.remade);
        self.conn.prepare_cached("COMMIT")?.execute([])?;
        self.head = head;
        self.directory = directory;
        self.wants_scrub |= wants_scrub;
        self.remade.extend(remade);
        Ok(result)
    }
}

impl Tx<'_> {
    /// Runs `work` so that its own failure undoes only itself.
    pub fn attempt<R, E>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<R, Abort<E>>,
    ) -> Result<Result<R, E>, StorageError> {
        let (head, directory) = (self.head, self.directory.clone());
        self.conn.prepare_cached("SAVEPOINT work")?.execute([])?;
        let result = work(self);
        match result {
            Ok(done) => {
                self.conn.prepare_cached("RELEASE work")?.execute([])?;
                Ok(Ok(done))
            }
            Err(Abort::Work(error)) => {
                self.conn.prepare_cached("ROLLBACK TO work")?.execute([])?;
                self.conn.prepare_cached("RELEASE work")?.execute([])?;
                self.head = head;
                self.directory = directory;
                Ok(Err(error))
            }
            Err(Abort::Storage(error)) => Err(error),
        }
    }

    /// The connection, for simulations that inject faults.
    pub fn connection(&self) -> &Connection {
        self.conn
    }

    /// Number of the last entry.
    pub fn head(&self) -> Head {
        self.head
    }

    /// The stored outcome of an envelope already handled, by its sealed key.
    pub fn outcome(&self, key: &str) -> Result<Option<Receipt>, StorageError> {
        let stored: Option<String> = self
            .conn
            .prepare_cached("SELECT outcome FROM envelope WHERE key = ?1")?
            .query_row([key], |row| row.get(0))
            .optional()?;
        stored.map(|text| parse("envelope.outcome", &text)).transpose()
    }

    /// Stores the outcome of the envelope being handled, with the entries it appended.
    pub fn store_outcome(&mut self, before: i64, receipt: &Receipt) -> Result<(), StorageError> {
        let wrote = self.head.seq > before;
        let first = wrote.then(|| before.saturating_add(1));
        let last = wrote.then_some(self.head.seq);
        self.conn.prepare_cached("INSERT INTO envelope VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?.execute(
            params![
                self.envelope,
                self.now.millis(),
                self.actor.to_string(),
                json("envelope.outcome", receipt)?,
                first,
                last
            ],
        )?;
        Ok(())
    }

    /// Stores words apart and returns their digest.
    pub fn seal(&mut self, words: &str) -> Result<ContentId, StorageError> {
        let mut salt = [0_u8; 16];
        SystemRandom::new().fill(&mut salt).map_err(|e| StorageError::value("salt", e))?;
        let id = content_id(&salt, words.as_bytes());
        self.conn
            .prepare_cached("INSERT INTO content (id, salt, bytes) VALUES (?1, ?2, ?3)")?
            .execute(params![id.0, salt.as_slice(), words.as_bytes()])?;
        Ok(id)
    }

    /// Seals the plain words of an incident's event.
    pub fn seal_event(&mut self, event: &mut IncidentEvent) -> Result<(), StorageError> {
        for text in event.texts_mut() {
            if let Text::Plain(words) = text {
                *text = Text::Sealed(self.seal(words)?);
            }
        }
        Ok(())
    }

    /// Appends one entry and returns its number.
    pub fn append(&mut self, stream: &Stream, event: &Event) -> Result<i64, StorageError> {
        let stream_name = stream.to_string();
        let version: i64 = self
            .conn
            .prepare_cached("SELECT coalesce(max(version), 0) + 1 FROM ledger WHERE stream = ?1")?
            .query_row([&stream_name], |row| row.get(0))?;
        let (kind, body) = match event {
            Event::Incident(event) => (event.kind(), json("event", event)?),
            Event::Directory(event) => (event.kind(), json("event", event)?),
            Event::Roster(event) => (event.kind(), json("event", event)?),
            Event::Contacts(event) => (event.kind(), json("event", event)?),
            Event::Drill(event) => (event.kind(), json("event", event)?),
            Event::Book(event) => (event.kind(), json("event", event)?),
            Event::System(event) => (event.kind(), json("event", event)?),
        };
        let entry = Entry {
            seq: self.head.seq.saturating_add(1),
            at: self.now.millis(),
            stream: stream_name,
            version,
            envelope: self.envelope.clone(),
            actor: self.actor.to_string(),
            kind: kind.to_owned(),
            body,
        };
        let hash = entry.hash(&self.head.hash);
        self.conn
            .prepare_cached("INSERT INTO ledger VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)")?
            .execute(params![
                entry.seq,
                entry.at,
                entry.stream,
                entry.version,
                entry.envelope,
                entry.actor,
                entry.kind,
                entry.body,
                self.head.hash.as_slice(),
                hash.as_slice()
            ])?;
        self.conn
            .prepare_cached("INSERT OR IGNORE INTO event_kind VALUES (?1)")?
            .execute([kind])?;
        self.head = Head { seq: entry.seq, hash };
        Ok(entry.seq)
    }

    /// Everything about people and units; read once per version.
    pub fn directory(&mut self) -> Result<Arc<Directory>, StorageError> {
        if let Some(directory) = &self.directory {
            return Ok(Arc::clone(directory));
        }
        let directory = match directory::load(self.conn, self.setup) {
            // All of it is in the ledger as well; who is on duty tonight must not hang on one row.
            Err(StorageError::Value { place, .. }) => {
                let rows = rebuild::remake_directory(self.conn)?;
                tracing::error!(
                    place,
                    ?rows,
                    "derived rows did not read; made again from the ledger"
                );
                self.remade.extend(rows);
                directory::load(self.conn, self.setup)?
            }
            read => read?,
        };
        let directory = Arc::new(directory);
        self.directory = Some(Arc::clone(&directory));
        Ok(directory)
    }

    /// Appends an event of the directory and brings its derived tables up to date.
    pub fn append_directory(&mut self, event: &DirectoryEvent) -> Result<i64, StorageError> {
        let seq = self.append(&Stream::Directory, &Event::Directory(event.clone()))?;
        directory::apply(self.conn, event)?;
        self.directory = None;
        Ok(seq)
    }

    /// Forgets the cached directory after personal data changed beside the ledger.
    pub(super) fn directory_changed(&mut self) {
        self.directory = None;
    }
}

/// As JSON, or a fault that names the place.
pub(super) fn json<T: Serialize>(place: &'static str, value: &T) -> Result<String, StorageError> {
    serde_json::to_string(value).map_err(|error| StorageError::value(place, error))
}

/// From JSON, or a fault that names the place.
pub(super) fn parse<'t, T: Deserialize<'t>>(
    place: &'static str,
    text: &'t str,
) -> Result<T, StorageError> {
    serde_json::from_str(text).map_err(|error| StorageError::value(place, error))
}
