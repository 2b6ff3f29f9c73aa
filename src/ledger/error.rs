//! What can go wrong with the database. Told to operators, never to chats.

use std::path::PathBuf;

use super::backup::BadBackup;

/// A storage fault. The envelope may come again; it never counts as poison.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// SQLite said so.
    #[error("database: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// A migration failed.
    #[error("migration: {0}")]
    Migration(#[from] refinery::Error),
    /// A file beside the database could not be used.
    #[error("file: {0}")]
    File(#[from] std::io::Error),
    /// A stored value does not read.
    #[error("stored value in {place}: {error}")]
    Value {
        /// Where.
        place: &'static str,
        /// The error.
        error: String,
    },
    /// Something that is referred to is not there.
    #[error("{0} is not there")]
    Missing(&'static str),
    /// Another process holds the database.
    #[error("another process ({0}) holds the database")]
    Held(String),
    /// The schema is older than this version's, and another process works with it.
    #[error("the schema is older and another process ({0}) holds the database")]
    OlderSchema(String),
    /// A newer version wrote into this ledger.
    #[error("the ledger holds entries of kind {kind:?}, which version {here} does not know")]
    NewerLedger {
        /// The kind.
        kind: String,
        /// This version.
        here: &'static str,
    },
    /// Something stands where a new file was to be.
    #[error("{0} exists and is not overwritten")]
    Exists(PathBuf),
    /// The file is no backup that can be put back.
    #[error("backup: {0}")]
    BadBackup(#[from] BadBackup),
    /// A restore was cut off between taking the old database away and putting the new one in place.
    #[error("a restore was cut off: run it again")]
    RestoreCutOff,
    /// The writer is gone.
    #[error("the writer has stopped")]
    Stopped,
}

impl StorageError {
    /// A stored value does not read.
    pub fn value(place: &'static str, error: impl std::fmt::Display) -> Self {
        Self::Value { place, error: error.to_string() }
    }
}
