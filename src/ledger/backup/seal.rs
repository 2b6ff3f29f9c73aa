//! The seal on a backup: one digest over every row and every definition in it.

use std::path::Path;

use ring::digest::{Context, SHA256};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension as _, params};

use super::super::chain::{Broken, array, hex};
use super::super::{Head, StorageError, chain, read_only};
use super::{evidence, newest_schema, schema_version};
use crate::domain::time::Timestamp;

/// What stands on a backup.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Seal {
    /// When it was made.
    pub at: Timestamp,
    /// The last entry of its ledger.
    pub head: Head,
    /// How many entries it has.
    pub entries: u64,
}

/// Why a file is not taken for a backup.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum BadBackup {
    /// It is something else, or not whole enough to be opened.
    #[error("not a backup of this program")]
    Foreign,
    /// SQLite finds it damaged.
    #[error("damaged: {0}")]
    Damaged(String),
    /// It is not what was sealed.
    #[error("altered after it was made")]
    Altered,
    /// Its chain does not hold.
    #[error("broken chain: {0:?}")]
    Chain(Broken),
    /// A piece of evidence in it is not what its name says.
    #[error("evidence {0} is not what its name says")]
    Evidence(String),
    /// A newer version made it.
    #[error("schema {theirs}; this version knows {ours}")]
    Newer {
        /// Its schema.
        theirs: i64,
        /// The newest schema here.
        ours: i64,
    },
}

const MAKE: &str = "CREATE TABLE backup_seal (
    id INTEGER PRIMARY KEY CHECK (id = 1), at INTEGER NOT NULL, digest BLOB NOT NULL) STRICT";

/// Seals what stands in `conn`.
pub(super) fn seal(conn: &Connection, now: Timestamp) -> Result<Seal, StorageError> {
    conn.execute_batch(MAKE)?;
    let digest = digest(conn, now)?;
    conn.execute("INSERT INTO backup_seal VALUES (1, ?1, ?2)", params![now.millis(), digest])?;
    of(conn, now)
}

fn of(conn: &Connection, at: Timestamp) -> Result<Seal, StorageError> {
    let entries = conn.query_row("SELECT count(*) FROM ledger", [], |row| row.get(0))?;
    Ok(Seal { at, head: chain::head(conn)?, entries })
}

/// Looks at everything in the backup at `path` before a word of it is believed.
pub fn verify(path: &Path) -> Result<Seal, StorageError> {
    std::fs::File::open(path)?;
    let conn = read_only(path)?;
    match check(&conn) {
        // What cannot be read as a database, or lacks our tables, is no backup of ours.
        Err(StorageError::Sqlite(error)) => Err(match foreign(&error) {
            true => BadBackup::Foreign.into(),
            false => BadBackup::Damaged(error.to_string()).into(),
        }),
        other => other,
    }
}

fn foreign(error: &rusqlite::Error) -> bool {
    use rusqlite::ErrorCode::{NotADatabase, Unknown};
    matches!(error.sqlite_error_code(), Some(NotADatabase | Unknown))
}

fn check(conn: &Connection) -> Result<Seal, StorageError> {
    let sql = "SELECT at, digest FROM backup_seal";
    let sealed = conn.query_row(sql, [], |row| Ok((row.get(0)?, row.get::<_, Vec<u8>>(1)?)));
    let (at, sealed) = sealed.optional()?.ok_or(BadBackup::Foreign)?;
    let at = Timestamp::from_millis(at);
    let sound: String = conn.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    if sound != "ok" {
        return Err(BadBackup::Damaged(sound).into());
    }
    let (theirs, ours) = (schema_version(conn)?, newest_schema());
    if theirs > ours {
        return Err(BadBackup::Newer { theirs, ours }.into());
    }
    if digest(conn, at)? != sealed {
        return Err(BadBackup::Altered.into());
    }
    if let Some(broken) = chain::verify(conn)?.broken {
        return Err(BadBackup::Chain(broken).into());
    }
    if let Some(name) = evidence::first_wrong(conn)? {
        return Err(BadBackup::Evidence(name).into());
    }
    of(conn, at)
}

/// SHA-256 over when it was made, each definition, and each value of each row with its type and
/// length, table by table. The seal itself is left out.
fn digest(conn: &Connection, at: Timestamp) -> Result<Vec<u8>, StorageError> {
    let mut context = Context::new(&SHA256);
    context.update(&at.millis().to_le_bytes());
    let sql = "SELECT type, name, coalesce(sql, '') FROM sqlite_schema
               WHERE tbl_name <> 'backup_seal' ORDER BY type, name";
    feed(conn, sql, &mut context)?;
    let sql = "SELECT name FROM sqlite_schema
               WHERE type = 'table' AND name <> 'backup_seal' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
                 AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name";
    let mut statement = conn.prepare(sql)?;
    let names = statement.query_map([], |row| row.get::<_, String>(0))?;
    for name in names {
        // Not by an index: in the order of the table's own tree, which is the same in every copy.
        let quoted = name?.replace('"', "\"\"");
        context.update(quoted.as_bytes());
        feed(conn, &format!("SELECT * FROM \"{quoted}\" NOT INDEXED"), &mut context)?;
    }
    Ok(context.finish().as_ref().to_vec())
}

fn feed(conn: &Connection, sql: &str, context: &mut Context) -> Result<(), StorageError> {
    let mut statement = conn.prepare(sql)?;
    let columns = statement.column_count();
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        for column in 0..columns {
            let mut put = |kind: u8, bytes: &[u8]| {
                context.update(&[kind]);
                context.update(&u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_le_bytes());
                context.update(bytes);
            };
            match row.get_ref(column)? {
                ValueRef::Null => put(0, &[]),
                ValueRef::Integer(number) => put(1, &number.to_le_bytes()),
                ValueRef::Real(number) => put(2, &number.to_le_bytes()),
                ValueRef::Text(text) => put(3, text),
                ValueRef::Blob(bytes) => put(4, bytes),
            }
        }
    }
    Ok(())
}

/// What bytes given one after the other are called as evidence.
#[derive(Clone)]
pub(super) struct Naming(Context);

impl Naming {
    pub fn new() -> Self {
        Self(Context::new(&SHA256))
    }

    pub fn more(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    pub fn name(self) -> String {
        hex(&array(self.0.finish().as_ref()))
    }
}
