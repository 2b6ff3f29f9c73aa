//! The book of record, and the only user of SQLite.
//!
//! Three kinds of tables: the *ledger* (append-only, hash-chained), *derived* tables (computed from
//! it, see [`rebuild`]) and *operational* ones (outbox, envelopes, sessions, personal data,
//! removable words). Every write goes through [`Store::transaction`]; there is no other way to
//! append. Readers open their own connection ([`Store::reader`]).

pub mod backup;
pub mod chain;
mod contacts;
pub mod directory;
mod drill_book;
pub mod drills;
pub mod error;
pub mod files;
pub mod incidents;
pub mod lists;
pub mod lock;
pub mod operational;
pub mod outbox;
mod playbooks;
pub mod prune;
pub mod queries;
pub mod reach;
pub mod rebuild;
pub mod redaction;
pub mod roster;
pub mod survey;
pub mod tx;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

pub use error::StorageError;
use lock::ProcessLock;
use playbooks::Copies;
pub use queries::Reader;
pub use tx::Tx;

use crate::domain::contacts::ContactsEvent;
use crate::domain::directory::{Directory, DirectoryEvent, Setup};
use crate::domain::drill::plan::BookEvent;
use crate::domain::drill::run::DrillEvent;
use crate::domain::incident::IncidentEvent;
use crate::domain::playbook::run::RunEvent;
use crate::domain::roster::event::RosterEvent;

mod migrations {
    refinery::embed_migrations!("migrations");
}

/// How safely each commit is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Durability {
    /// On disk before the commit returns: what the product promises.
    Full,
    /// Left to the operating system: only for simulations, which crash no machine.
    Off,
}

/// The last entry: its number and hash.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Head {
    /// Number of the last entry, zero when there is none.
    pub seq: i64,
    /// Its hash, zeros when there is none.
    pub hash: [u8; 32],
}

/// The writer's side of the database.
#[derive(Debug)]
pub struct Store {
    conn: Connection,
    path: PathBuf,
    head: Head,
    directory: Option<Arc<Directory>>,
    copies: Copies,
    data_version: i64,
    setup: Setup,
    wants_scrub: bool,
    remade: Vec<String>,
}

impl Store {
    /// Opens the database at `path`, made or migrated where needed, after a backup beside it.
    pub fn open(path: &Path, durability: Durability) -> Result<Self, StorageError> {
        let new = !path.exists();
        if new {
            if backup::beside(path, backup::restore::WORKING).exists() {
                return Err(StorageError::RestoreCutOff);
            }
            // SQLite makes the files beside it with the same rights.
            backup::owner_only(path)?;
        }
        let mut conn = Connection::open(path)?;
        prepare(&conn, durability)?;
        let copy = if new { None } else { backup::before_migrating(&conn, path)? };
        migrations::migrations::runner().run(&mut conn)?;
        if let Some(copy) = copy {
            backup::remember_aside(&conn, &copy)?;
        }
        restrict(path);
        let mut store = Self {
            conn,
            path: path.to_owned(),
            head: Head { seq: 0, hash: [0; 32] },
            directory: None,
            copies: Copies::default(),
            data_version: 0,
            setup: Setup::default(),
            // A crash may have come between an erasure and its scrub.
            wants_scrub: true,
            remade: Vec::new(),
        };
        store.refuse_unknown_kinds()?;
        store.head = chain::head(&store.conn)?;
        store.data_version = data_version(&store.conn)?;
        Ok(store)
    }

    /// Opens the database beside a service that may be running. An older schema is brought up to date
    /// only where no other process holds the database: one that does was written for the older one.
    pub fn open_beside(path: &Path, durability: Durability) -> Result<Self, StorageError> {
        let older = path.exists() && backup::pending(&read_only(path)?)?.is_some();
        let _lock = match older {
            true => Some(ProcessLock::take(path).map_err(|error| match error {
                StorageError::Held(by) => StorageError::OlderSchema(by),
                other => other,
            })?),
            false => None,
        };
        Self::open(path, durability)
    }

    /// What the configuration adds to every directory read from here.
    pub fn set_up(&mut self, setup: Setup) {
        self.setup = setup;
        self.directory = None;
    }

    /// Where the database is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Derived rows that did not read and were made again since this was last asked, by table and key.
    pub fn take_remade(&mut self) -> Vec<String> {
        std::mem::take(&mut self.remade)
    }

    /// A connection of its own for reading.
    pub fn reader(&self) -> Result<Reader, StorageError> {
        Reader::open(&self.path, self.setup.clone())
    }

    /// Writes what stands beside the file into it and closes it.
    pub fn close(self) -> Result<(), StorageError> {
        self.conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        self.conn.close().map_err(|(_, error)| error.into())
    }

    /// Counts changed rows since the store was opened.
    pub fn changes(&self) -> u64 {
        self.conn.total_changes()
    }

    /// The connection, for benches and simulations that inject faults.
    pub fn connection(&self) -> &Connection {
        &self.conn
    }

    /// An entry of a kind this version does not know means that a newer one wrote here.
    fn refuse_unknown_kinds(&self) -> Result<(), StorageError> {
        let mut statement = self.conn.prepare("SELECT kind FROM event_kind")?;
        let kinds = statement.query_map([], |row| row.get::<_, String>(0))?;
        for kind in kinds {
            let kind = kind?;
            let known = [
                IncidentEvent::KINDS,
                &RunEvent::KINDS,
                DirectoryEvent::KINDS,
                RosterEvent::KINDS,
                ContactsEvent::KINDS,
                DrillEvent::KINDS,
                BookEvent::KINDS,
                tx::SystemEvent::KINDS,
            ];
            if !known.iter().any(|kinds| kinds.contains(&kind.as_str())) {
                let here = env!("CARGO_PKG_VERSION");
                return Err(StorageError::NewerLedger { kind, here });
            }
        }
        Ok(())
    }
}

/// How long a connection waits for another one's lock.
const PATIENCE: Duration = Duration::from_secs(10);

/// Settings every writing connection needs.
fn prepare(conn: &Connection, durability: Durability) -> Result<(), StorageError> {
    conn.busy_timeout(PATIENCE)?;
    conn.set_prepared_statement_cache_capacity(128);
    conn.pragma_update(None, "journal_mode", "WAL")?;
    let synchronous = match durability {
        Durability::Full => "FULL",
        Durability::Off => "OFF",
    };
    conn.pragma_update(None, "synchronous", synchronous)?;
    conn.pragma_update(None, "secure_delete", "ON")?;
    conn.pragma_update(None, "recursive_triggers", "ON")?;
    conn.pragma_update(None, "trusted_schema", "OFF")?;
    conn.pragma_update(None, "cache_size", -8000)?;
    // Four times SQLite's own: the same pages come again and again, and each checkpoint stalls.
    conn.pragma_update(None, "wal_autocheckpoint", 4000)?;
    Ok(())
}

fn data_version(conn: &Connection) -> Result<i64, StorageError> {
    Ok(conn.prepare_cached("PRAGMA data_version")?.query_row([], |row| row.get(0))?)
}

/// The database holds personal data: only its owner may read it. Best effort, `doctor` checks it.
fn restrict(path: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    for suffix in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        let owner_only = std::fs::Permissions::from_mode(0o600);
        if let Err(error) = std::fs::set_permissions(Path::new(&name), owner_only)
            && error.kind() != std::io::ErrorKind::NotFound
        {
            tracing::warn!(%error, "could not restrict the database file");
        }
    }
}

fn read_only(path: &Path) -> Result<Connection, StorageError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(path, flags)?;
    conn.busy_timeout(PATIENCE)?;
    Ok(conn)
}
