//! Putting a backup in the place of the database.
//!
//! Nothing is believed before it was verified, nothing is thrown away (the replaced database stays
//! beside under a dated name), and nothing is sent: what the backup held unsent was sent long ago or
//! says something that is no longer so. Whoever must be called is called by the incident's own next
//! moment. Envelopes come back with their keys, so that an update older than the backup is recognised.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono_tz::Tz;
use rusqlite::{Connection, OptionalExtension as _, params};

use super::super::chain::hex;
use super::super::tx::{Event, SystemEvent};
use super::super::{Durability, StorageError, Store, Tx, chain, read_only};
use super::{
    Remembered, Seal, beside, dated, evidence, folder_of, newest_schema, owner_only, remember,
    remembered, seal, sync_folder,
};
use crate::domain::directory::DirectoryEvent;
use crate::domain::envelope::Actor;
use crate::domain::ids::{IncidentCode, Stream};
use crate::domain::time::Timestamp;

/// Stands after the database's name while a backup is being made into one.
pub const WORKING: &str = "restoring";

/// So many codes are left out where nobody can say how many were given out after the backup, and so
/// many more for each day since.
const CODES: i64 = 100;
const CODES_A_DAY: i64 = 50;

/// What is to be put where.
#[derive(Clone, Copy, Debug)]
pub struct Order<'a> {
    /// The backup.
    pub file: &'a Path,
    /// Where the database is, or was.
    pub database: &'a Path,
    /// The prefix of incident codes.
    pub prefix: &'a str,
    /// The team's zone, in which codes have their year and the replaced database its date.
    pub zone: Tz,
    /// Now.
    pub now: Timestamp,
}

/// What was done.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Restored {
    /// The seal of the backup.
    pub seal: Seal,
    /// How many pieces of evidence it brought.
    pub evidence: u64,
    /// How many unsent messages were cancelled.
    pub cancelled: u64,
    /// How many invitations are no longer valid: they may have been used since.
    pub invitations: u64,
    /// The last number taken by each kind of code; the next is one higher.
    pub counters: BTreeMap<String, i64>,
    /// What the replaced database had that the backup has not; `None` when it cannot say.
    pub since: Option<Since>,
    /// Where the replaced database is now.
    pub replaced: Option<PathBuf>,
}

/// What happened after the backup was made, by the replaced database.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Since {
    /// Its last entry.
    pub last: i64,
    /// Incidents reported since: they are no longer known.
    pub incidents: Vec<IncidentCode>,
    /// Entries whose content was removed since: it is back.
    pub removed: Vec<(IncidentCode, i64)>,
    counters: BTreeMap<String, i64>,
    backups: Vec<Remembered>,
    replaced: Remembered,
}

/// Verifies the backup and puts it in the database's place. The caller holds the process lock.
pub fn restore(order: &Order<'_>) -> Result<Restored, StorageError> {
    let seal = seal::verify(order.file)?;
    let word = format!("replaced-{}", dated(order.now, order.zone));
    let aside = beside(order.database, &word);
    let since = left_behind(order.database, &seal, &aside);
    let working = beside(order.database, WORKING);
    let before = beside(&working, &format!("before-v{}", newest_schema()));
    clear(&working)?;
    copy(order.file, &working)?;
    let conn = Connection::open(&working)?;
    let evidence = evidence::put_back(&conn, &evidence::beside(order.database))?;
    evidence::unpack(&conn)?;
    drop(conn);
    let mut store = Store::open(&working, Durability::Full)?;
    let Settled { cancelled, invitations, counters } = store
        .transaction(order.now, |tx| settle(tx, order, &seal, since.as_ref(), &aside, &before))?;
    store.close()?;
    // Of a migration, of a file that is itself a copy.
    remove(&before)?;
    File::open(&working)?.sync_all()?;
    let replaced = put_aside(order, aside)?;
    std::fs::rename(&working, order.database)?;
    sync_folder(folder_of(order.database))?;
    Ok(Restored { seal, evidence, cancelled, invitations, counters, since, replaced })
}

/// What the database to be replaced knows beyond the backup. `None` when there is none, it cannot be
/// read, or it is not the ledger the backup was made of.
fn left_behind(database: &Path, seal: &Seal, aside: &Path) -> Option<Since> {
    if !database.exists() {
        return None;
    }
    let read = || -> Result<Option<Since>, StorageError> {
        let conn = read_only(database)?;
        let sound: String = conn.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
        let sql = "SELECT hash FROM ledger WHERE seq = ?1";
        let hash = conn.query_row(sql, [seal.head.seq], |row| row.get::<_, Vec<u8>>(0));
        let hash = hash.optional()?;
        if sound != "ok" || hash.is_none_or(|hash| hash != seal.head.hash) {
            return Ok(None);
        }
        Ok(Some(Since {
            last: chain::head(&conn)?.seq,
            incidents: reported_since(&conn, seal.head.seq)?,
            removed: removed_since(&conn, seal.head.seq)?,
            counters: counters(&conn)?,
            backups: remembered(&conn)?,
            replaced: super::aside(&conn, aside)?,
        }))
    };
    read().unwrap_or_else(|error| {
        tracing::warn!(%error, "the database to be replaced cannot be read");
        None
    })
}

fn code_of(stream: &str) -> Result<IncidentCode, StorageError> {
    match stream.parse() {
        Ok(Stream::Incident(code)) => Ok(code),
        _ => Err(StorageError::value("ledger.stream", stream)),
    }
}

fn reported_since(conn: &Connection, seq: i64) -> Result<Vec<IncidentCode>, StorageError> {
    let sql = "SELECT stream FROM ledger WHERE kind = 'reported' AND seq > ?1 ORDER BY seq";
    let mut statement = conn.prepare(sql)?;
    let rows = statement.query_map([seq], |row| row.get::<_, String>(0))?;
    rows.map(|stream| code_of(&stream?)).collect()
}

fn removed_since(conn: &Connection, seq: i64) -> Result<Vec<(IncidentCode, i64)>, StorageError> {
    let sql = "SELECT stream, body ->> 'of_seq' FROM ledger
               WHERE kind = 'content_removed' AND seq > ?1 AND body ->> 'of_seq' <= ?1 ORDER BY seq";
    let mut statement = conn.prepare(sql)?;
    let rows = statement.query_map([seq], |row| Ok((row.get::<_, String>(0)?, row.get(1)?)))?;
    rows.map(|row| {
        let (stream, of) = row?;
        Ok((code_of(&stream)?, of))
    })
    .collect()
}

fn counters(conn: &Connection) -> Result<BTreeMap<String, i64>, StorageError> {
    let mut statement = conn.prepare("SELECT name, value FROM counter")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn copy(from: &Path, to: &Path) -> Result<(), StorageError> {
    let mut working = owner_only(to)?;
    std::io::copy(&mut File::open(from)?, &mut working)?;
    Ok(())
}

/// What was settled in the restored database.
struct Settled {
    cancelled: u64,
    invitations: u64,
    counters: BTreeMap<String, i64>,
}

/// Everything in the restored database that must not go on from where it was.
fn settle(
    tx: &mut Tx<'_>,
    order: &Order<'_>,
    seal: &Seal,
    since: Option<&Since>,
    aside: &Path,
    before: &Path,
) -> Result<Settled, StorageError> {
    let sql = "UPDATE outbox SET state = 'cancelled', ended_at = ?1, why = 'restored'
               WHERE state IN ('queued', 'sending', 'held')";
    let cancelled = u64::try_from(tx.conn.execute(sql, [order.now.millis()])?).unwrap_or(0);
    tx.conn.execute("DELETE FROM session", [])?;
    // Files that wait are fetched all the same; whoever sent them was told long ago, or asks anew.
    tx.conn.execute("UPDATE download SET route = NULL", [])?;
    tx.forget_backup(&std::path::absolute(before)?.display().to_string())?;
    let counters = raise(tx, order, seal, since)?;
    let known = remembered(tx.conn)?;
    let this = Remembered {
        at: seal.at,
        name: order.file.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        head: seal.head,
        automatic: false,
        aside: false,
    };
    // One that cannot be read, or is of another ledger, may hold the same words.
    if order.database.exists() {
        let unread = Remembered {
            at: order.now,
            name: std::path::absolute(aside)?.display().to_string(),
            aside: true,
            ..this.clone()
        };
        remember(tx.conn, since.map_or(&unread, |since| &since.replaced))?;
    }
    let later = since.map_or(&[][..], |since| &since.backups);
    let same = |one: &Remembered, other: &Remembered| (one.at, one.head) == (other.at, other.head);
    let itself = Some(&this).filter(|this| !later.iter().any(|other| same(this, other)));
    for backup in later.iter().chain(itself).filter(|one| !known.contains(one)) {
        remember(tx.conn, backup)?;
    }
    tx.envelope = format!("restore:{}", order.now.millis());
    tx.actor = Actor::Operator;
    let invitations = tx.directory()?.invitations.len();
    if invitations > 0 {
        tx.append_directory(&DirectoryEvent::InvitationsVoided)?;
    }
    let event = SystemEvent::Restored {
        made: seal.at,
        head_seq: seal.head.seq,
        head_hash: hex(&seal.head.hash),
        cancelled,
        replaced_seq: since.map(|since| since.last),
    };
    tx.append(&Stream::System, &Event::System(event))?;
    let invitations = u64::try_from(invitations).unwrap_or(u64::MAX);
    Ok(Settled { cancelled, invitations, counters })
}

/// Past every code that may have been said since. The replaced database knows them all, since a code
/// is on disk before it is said; without it a wide margin is left.
fn raise(
    tx: &Tx<'_>,
    order: &Order<'_>,
    seal: &Seal,
    since: Option<&Since>,
) -> Result<BTreeMap<String, i64>, StorageError> {
    let mut raised = counters(tx.conn)?;
    match since {
        Some(since) => {
            for (name, value) in &since.counters {
                let own = raised.entry(name.clone()).or_default();
                *own = (*own).max(*value);
            }
        }
        None => {
            let year = order.now.year(order.zone);
            raised.entry(format!("{}-{year}", order.prefix)).or_default();
            let days = order.now.since(seal.at).as_secs() / Duration::from_secs(86_400).as_secs();
            let days = i64::try_from(days).unwrap_or(0);
            let margin = CODES.saturating_add(CODES_A_DAY.saturating_mul(days));
            raised.values_mut().for_each(|value| *value = value.saturating_add(margin));
        }
    }
    let sql = "INSERT INTO counter VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = ?2";
    for (name, value) in &raised {
        tx.conn.execute(sql, params![name, value])?;
    }
    Ok(raised)
}

/// The database with what stands beside it gets a dated name.
fn put_aside(order: &Order<'_>, aside: PathBuf) -> Result<Option<PathBuf>, StorageError> {
    if !order.database.exists() {
        clear(order.database)?;
        return Ok(None);
    }
    if aside.exists() {
        return Err(StorageError::Exists(aside));
    }
    for suffix in ["", "-wal", "-shm"] {
        match std::fs::rename(with(order.database, suffix), with(&aside, suffix)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
    }
    Ok(Some(aside))
}

fn with(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// Removes a database that is none yet, or what was left beside one that is gone.
fn clear(path: &Path) -> Result<(), StorageError> {
    ["", "-wal", "-shm"].iter().try_for_each(|suffix| remove(&with(path, suffix)))
}

fn remove(path: &Path) -> Result<(), StorageError> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}
