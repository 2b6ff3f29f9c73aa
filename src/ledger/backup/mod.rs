//! Copies of the database: one before anything irreversible, and backups to be kept elsewhere.
//!
//! A backup is one SQLite file: the database as it stood at one instant, the evidence beside it
//! (`files/`) as rows, and a [`seal`] over all of it, so that it says itself whether it is whole.
//! Putting one back is [`restore`].

mod evidence;
pub mod restore;
pub mod seal;

use std::fs::{File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};
use rustix::fs::{CWD, RenameFlags, renameat_with};

use super::{Head, StorageError, Tx, chain, migrations, read_only};
use crate::domain::time::Timestamp;

pub use evidence::beside as evidence_beside;
pub use seal::{BadBackup, Seal};

/// So many pages are copied between two looks at how far it is.
const PAGES: i32 = 4096;

/// Copies the database beside itself when this version is about to change its schema; says where.
pub fn before_migrating(conn: &Connection, path: &Path) -> Result<Option<PathBuf>, StorageError> {
    let Some(newest) = pending(conn)? else { return Ok(None) };
    let copy = beside(path, &format!("before-v{newest}"));
    copy_to(conn, &copy, &mut |_, _| {})?;
    tracing::info!(copy = %copy.display(), "copied the database before migrating");
    Ok(Some(copy))
}

/// Remembers a copy with everything up to now that stands beside the database.
pub fn remember_aside(conn: &Connection, copy: &Path) -> Result<(), StorageError> {
    remember(conn, &aside(conn, copy)?)
}

/// What is remembered of a copy of this database: it is as old as the last that was written in it.
fn aside(conn: &Connection, copy: &Path) -> Result<Remembered, StorageError> {
    let sql = "SELECT coalesce(max(at), 0) FROM ledger";
    let at = conn.query_row(sql, [], |row| row.get(0)).map(Timestamp::from_millis)?;
    let name = std::path::absolute(copy)?.display().to_string();
    Ok(Remembered { at, name, head: chain::head(conn)?, automatic: false, aside: true })
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
    let applied = schema_version(conn)?;
    Ok(Some(newest_schema()).filter(|newest| *newest > applied))
}

/// The newest schema this version knows.
pub fn newest_schema() -> i64 {
    let runner = migrations::migrations::runner();
    runner.get_migrations().iter().map(|m| i64::from(m.version())).max().unwrap_or(0)
}

/// The schema a database has.
pub(super) fn schema_version(conn: &Connection) -> Result<i64, StorageError> {
    let sql = "SELECT coalesce(max(version), 0) FROM refinery_schema_history";
    Ok(conn.query_row(sql, [], |row| row.get(0))?)
}

/// An online copy as of one instant, readable by its owner only.
fn copy_to(
    conn: &Connection,
    to: &Path,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<(), StorageError> {
    if !to.exists() {
        owner_only(to)?;
    }
    let mut copy = Connection::open(to)?;
    // What is half copied is thrown away: only the end has to be on disk.
    copy.pragma_update(None, "synchronous", "OFF")?;
    // Holding one instant, so that writers beside it neither change nor restart the copy.
    conn.execute_batch("BEGIN")?;
    let copied = copy_pages(conn, &mut copy, progress);
    conn.execute_batch("ROLLBACK")?;
    copied?;
    copy.pragma_update(None, "journal_mode", "DELETE")?;
    drop(copy);
    File::open(to)?.sync_all()?;
    Ok(())
}

fn copy_pages(
    conn: &Connection,
    copy: &mut Connection,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<(), StorageError> {
    conn.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get::<_, i64>(0))?;
    let pages = Backup::new(conn, copy)?;
    while pages.step(PAGES)? != StepResult::Done {
        let so_far = pages.progress();
        let (all, left) = (so_far.pagecount, so_far.remaining);
        let done = u64::try_from(all.saturating_sub(left)).unwrap_or(0);
        progress(done, u64::try_from(all).unwrap_or(0));
    }
    Ok(())
}

/// A new, empty file only its owner may read, whatever the umask says.
pub(in crate::ledger) fn owner_only(path: &Path) -> Result<File, StorageError> {
    let mut options = OpenOptions::new();
    Ok(options.read(true).write(true).create_new(true).mode(0o600).open(path)?)
}

/// A name beside `path`, made of its own and a word.
pub fn beside(path: &Path, word: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(word);
    PathBuf::from(name)
}

/// An instant as it stands in names of files, which sort by it.
pub fn dated(at: Timestamp, zone: chrono_tz::Tz) -> String {
    let text: String = at.rfc3339(zone).chars().take(19).collect();
    text.replace('T', "-").replace(':', "")
}

/// What a backup holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Made {
    /// Its seal.
    pub seal: Seal,
    /// How many pieces of evidence are in it.
    pub evidence: u64,
    /// Names in the evidence's folder whose bytes are not what the name says; they are left out.
    pub damaged: Vec<String>,
    /// How large it is.
    pub bytes: u64,
}

/// Makes a backup of the database at `source` in the new file `to`, while others write. It is there
/// under its name only when it is whole and on disk; nothing is ever overwritten.
pub fn make(
    source: &Path,
    to: &Path,
    now: Timestamp,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Made, StorageError> {
    if to.exists() {
        return Err(StorageError::Exists(to.to_owned()));
    }
    let part = beside(to, &format!("part-{}", std::process::id()));
    let made = fill(source, &part, now, progress).and_then(|made| {
        put(&part, to)?;
        Ok(made)
    });
    if made.is_err() {
        // It may not even have been begun.
        let _ = std::fs::remove_file(&part);
    }
    made
}

fn fill(
    source: &Path,
    part: &Path,
    now: Timestamp,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Made, StorageError> {
    copy_to(&read_only(source)?, part, progress)?;
    let mut conn = Connection::open(part)?;
    // After the copy: what the copied ledger names was on disk before it was named.
    let taken = evidence::take(&mut conn, &evidence::beside(source))?;
    let seal = seal::seal(&conn, now)?;
    drop(conn);
    let file = File::open(part)?;
    file.sync_all()?;
    let bytes = file.metadata()?.len();
    Ok(Made { seal, evidence: taken.pieces, damaged: taken.damaged, bytes })
}

/// Gives a finished file its name, unless something has it.
fn put(part: &Path, to: &Path) -> Result<(), StorageError> {
    match renameat_with(CWD, part, CWD, to, RenameFlags::NOREPLACE) {
        Ok(()) => {}
        Err(rustix::io::Errno::EXIST) => return Err(StorageError::Exists(to.to_owned())),
        // File systems of memory sticks do not know that way.
        Err(rustix::io::Errno::INVAL | rustix::io::Errno::NOSYS) if !to.exists() => {
            std::fs::rename(part, to)?;
        }
        Err(error) => return Err(std::io::Error::from(error).into()),
    }
    sync_folder(folder_of(to))
}

fn folder_of(path: &Path) -> &Path {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    folder.unwrap_or(Path::new("."))
}

/// Has the names in a folder on disk as well.
fn sync_folder(folder: &Path) -> Result<(), StorageError> {
    File::open(folder)?.sync_all()?;
    Ok(())
}

/// A backup that was made, as the database remembers it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Remembered {
    /// When.
    pub at: Timestamp,
    /// The file, as it was named.
    pub name: String,
    /// The last entry in it: it holds the words of every entry up to there.
    pub head: Head,
    /// Whether the service made it by itself.
    pub automatic: bool,
    /// Whether it is no backup, but what the program put beside before it changed the database.
    pub aside: bool,
}

impl Tx<'_> {
    /// Remembers a backup, so that a removal of content can say which copies still hold it.
    pub fn remember_backup(&mut self, backup: &Remembered) -> Result<(), StorageError> {
        remember(self.conn, backup)
    }

    /// A backup's file is gone: it holds nothing any more.
    pub fn forget_backup(&mut self, name: &str) -> Result<(), StorageError> {
        self.conn.execute("DELETE FROM backup WHERE name = ?1", [name])?;
        Ok(())
    }
}

fn remember(conn: &Connection, backup: &Remembered) -> Result<(), StorageError> {
    let sql = "INSERT INTO backup (at, name, head_seq, head_hash, automatic, aside)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    conn.execute(
        sql,
        rusqlite::params![
            backup.at.millis(),
            backup.name,
            backup.head.seq,
            backup.head.hash.as_slice(),
            backup.automatic,
            backup.aside
        ],
    )?;
    Ok(())
}

/// Every backup the database remembers, oldest first.
pub(super) fn remembered(conn: &Connection) -> Result<Vec<Remembered>, StorageError> {
    let sql = "SELECT at, name, head_seq, head_hash, automatic, aside FROM backup ORDER BY at, id";
    let mut statement = conn.prepare(sql)?;
    let rows = statement.query_map([], |row| {
        Ok(Remembered {
            at: Timestamp::from_millis(row.get(0)?),
            name: row.get(1)?,
            head: Head { seq: row.get(2)?, hash: chain::array(&row.get::<_, Vec<u8>>(3)?) },
            automatic: row.get(4)?,
            aside: row.get(5)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
