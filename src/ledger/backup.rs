//! A copy before anything irreversible.

use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::{StorageError, migrations};

/// Copies the database beside itself when this version is about to change its schema.
pub fn before_migrating(conn: &Connection, path: &Path) -> Result<(), StorageError> {
    if let Some(newest) = pending(conn)? {
        let copy = beside(path, &format!("before-v{newest}"));
        copy_to(conn, &copy)?;
        tracing::info!(copy = %copy.display(), "copied the database before migrating");
    }
    Ok(())
}

/// The schema this version would bring a database to that has an older one.
pub fn pending(conn: &Connection) -> Result<Option<i64>, StorageError> {
    let known: bool = conn.query_row(
        "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'refinery_schema_history')",
        [],
        |row| row.get(0),
    )?;
    if !known {
        return Ok(None);
    }
    let applied: i64 = conn.query_row(
        "SELECT coalesce(max(version), 0) FROM refinery_schema_history",
        [],
        |row| row.get(0),
    )?;
    let runner = migrations::migrations::runner();
    let newest = runner.get_migrations().iter().map(|m| i64::from(m.version())).max();
    Ok(newest.filter(|newest| *newest > applied))
}

/// An online, consistent copy.
pub fn copy_to(conn: &Connection, to: &Path) -> Result<(), StorageError> {
    conn.backup("main", to, None::<fn(rusqlite::backup::Progress)>)?;
    super::restrict(to);
    Ok(())
}

fn beside(path: &Path, word: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(word);
    PathBuf::from(name)
}
