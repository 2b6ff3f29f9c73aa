//! Reading beside the writer: own connection, no transaction held across anything.

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use rusqlite::{Connection, OptionalExtension as _, params};

use super::backup::{self, Remembered};
use super::chain::{COLUMNS, Entry, Verified};
use super::playbooks::Copies;
use super::rebuild::{Recorded, recorded};
use super::tx::{json, parse};
use super::{Head, StorageError, chain, directory, incidents, outbox, reach, read_only, rebuild};
use crate::domain::directory::{Directory, Setup};
use crate::domain::ids::{IncidentCode, PersonId, Stream, UnitCode};
use crate::domain::incident::Incident;
use crate::domain::notice::{Shown, Told};
use crate::domain::reach::Tests;
use crate::domain::time::Timestamp;
use crate::domain::values::{Severity, Status};

/// A reading connection.
#[derive(Debug)]
pub struct Reader {
    conn: Mutex<Connection>,
    pub(super) copies: Copies,
    path: PathBuf,
    setup: Setup,
}

/// Figures for health and metrics, of real incidents only.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Figures {
    /// Open incidents by severity.
    pub open: Vec<(Severity, u64)>,
    /// Open incidents nobody holds.
    pub unheld: u64,
    /// Of those, how many have an exhausted ladder.
    pub nobody: u64,
    /// Entries in the ledger.
    pub entries: i64,
    /// Waiting rows by channel and priority rank, with the oldest moment each may have been tried.
    pub queued: Vec<(String, i64, u64, Timestamp)>,
    /// Ended rows by channel and state.
    pub ended: Vec<(String, String, u64)>,
    /// Files of evidence that wait to be fetched.
    pub downloads: u64,
    /// Files of evidence that could not be had and were given up.
    pub not_fetched: u64,
    /// The earliest moment waiting to be tried.
    pub first_due: Option<Timestamp>,
    /// The last sign of life.
    pub beat: Option<Timestamp>,
    /// When the clock was last set, by the new time, and by how many milliseconds.
    pub clock_set: Option<(Timestamp, i64)>,
    /// How the daily tests of the way to the officer on duty went.
    pub tests: Tests,
}

impl Reader {
    /// Opens the database at `path` for reading.
    pub fn open(path: &Path, setup: Setup) -> Result<Self, StorageError> {
        let conn = Mutex::new(read_only(path)?);
        Ok(Self { conn, copies: Copies::default(), path: path.to_owned(), setup })
    }

    /// Where the database is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Another connection to the same database.
    pub fn another(&self) -> Result<Self, StorageError> {
        Self::open(&self.path, self.setup.clone())
    }

    pub(super) fn with<R>(
        &self,
        read: impl FnOnce(&Connection) -> Result<R, StorageError>,
    ) -> Result<R, StorageError> {
        let conn = self.conn.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        read(&conn)
    }

    /// Everything about people and units.
    pub fn directory(&self) -> Result<Directory, StorageError> {
        self.with(|conn| directory::load(conn, &self.setup))
    }

    /// An incident as it stands.
    pub fn incident(&self, code: &IncidentCode) -> Result<Option<Incident>, StorageError> {
        self.with(|conn| incidents::incident(conn, code))
    }

    /// Incidents, newest first; only open ones, and those of drills, as asked.
    pub fn incidents(&self, only_open: bool, drills: bool) -> Result<Vec<Incident>, StorageError> {
        self.with(|conn| {
            let sql = "SELECT state FROM incident
                       WHERE (open = 1 OR ?1 = 0) AND (drill IS NULL OR ?2 = 1) ORDER BY seq DESC";
            let mut statement = conn.prepare_cached(sql)?;
            let rows =
                statement.query_map(params![only_open, drills], |row| row.get::<_, String>(0))?;
            rows.map(|state| parse("incident.state", &state?)).collect()
        })
    }

    /// An incident with its words.
    pub fn shown(&self, code: &IncidentCode) -> Result<Option<Shown>, StorageError> {
        self.with(|conn| shown(conn, code))
    }

    /// Everything that happened to an incident.
    pub fn events(&self, code: &IncidentCode) -> Result<Vec<Recorded>, StorageError> {
        self.with(|conn| events(conn, code))
    }

    /// Everything that happened to an incident, with the words that are still there.
    pub fn history(&self, code: &IncidentCode) -> Result<Vec<Told>, StorageError> {
        self.with(|conn| history(conn, code))
    }

    /// The words behind a digest.
    pub fn words(
        &self,
        id: &crate::domain::text::ContentId,
    ) -> Result<Option<String>, StorageError> {
        self.with(|conn| incidents::words(conn, id))
    }

    /// The pages of an incident.
    pub fn pages(&self, code: &IncidentCode) -> Result<Vec<outbox::Row>, StorageError> {
        let tail = "WHERE incident = ?1 AND kind = 'page' ORDER BY id";
        self.with(|conn| outbox::rows(conn, tail, [code.as_str()]))
    }

    /// The pages queued by one call.
    pub fn pages_of_rung(&self, rung_seq: i64) -> Result<Vec<outbox::Row>, StorageError> {
        self.with(|conn| outbox::rows(conn, "WHERE rung_seq = ?1 ORDER BY id", [rung_seq]))
    }

    /// Every row of the outbox, oldest first.
    pub fn outbox(&self) -> Result<Vec<outbox::Row>, StorageError> {
        self.with(|conn| outbox::rows(conn, "ORDER BY id", []))
    }

    /// The earliest moment at which some stream wants to be woken.
    pub fn first_due(&self) -> Result<Option<incidents::Due>, StorageError> {
        self.with(incidents::first_due)
    }

    /// Whether a moment whose stream does not read is the next in line.
    pub fn due_is_damaged(&self) -> Result<bool, StorageError> {
        self.with(incidents::due_is_damaged)
    }

    /// Recomputes the chain.
    pub fn verify(&self) -> Result<Verified, StorageError> {
        self.with(chain::verify)
    }

    /// The last entry.
    pub fn head(&self) -> Result<Head, StorageError> {
        self.with(chain::head)
    }

    /// The newest entries with their hashes, newest first, at most so many.
    pub fn newest_entries(&self, most: usize) -> Result<Vec<(Entry, String)>, StorageError> {
        self.with(|conn| {
            let sql = format!("SELECT {COLUMNS}, hash FROM ledger ORDER BY seq DESC LIMIT ?1");
            let mut statement = conn.prepare_cached(&sql)?;
            let rows = statement.query_map([most], |row| {
                let hash: Vec<u8> = row.get("hash")?;
                Ok((Entry::read(row)?, chain::hex(&hash)))
            })?;
            rows.map(|row| Ok(row?)).collect()
        })
    }

    /// When an entry was made.
    pub fn entry_time(&self, seq: i64) -> Result<Option<Timestamp>, StorageError> {
        self.with(|conn| {
            let sql = "SELECT at FROM ledger WHERE seq = ?1";
            let at = conn.prepare_cached(sql)?.query_row([seq], |row| row.get(0)).optional()?;
            Ok(at.map(Timestamp::from_millis))
        })
    }

    /// Whether SQLite finds the file sound.
    pub fn integrity(&self) -> Result<bool, StorageError> {
        self.with(|conn| {
            let answer: String = conn.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
            Ok(answer == "ok")
        })
    }

    /// Derived rows that do not read, by table and key.
    pub fn unreadable(&self) -> Result<Vec<String>, StorageError> {
        self.with(rebuild::unreadable)
    }

    /// The schema the database has.
    pub fn schema(&self) -> Result<i64, StorageError> {
        self.with(backup::schema_version)
    }

    /// The backups that were made, oldest first.
    pub fn backups(&self) -> Result<Vec<Remembered>, StorageError> {
        let all = self.with(backup::remembered)?;
        Ok(all.into_iter().filter(|one| !one.aside).collect())
    }

    /// Figures for health and metrics.
    pub fn figures(&self) -> Result<Figures, StorageError> {
        self.with(figures)
    }
}

/// Everything that happened to an incident.
fn events(conn: &Connection, code: &IncidentCode) -> Result<Vec<Recorded>, StorageError> {
    let sql = format!("SELECT {COLUMNS} FROM ledger WHERE stream = ?1 ORDER BY version");
    let mut statement = conn.prepare_cached(&sql)?;
    let stream = Stream::Incident(code.clone()).to_string();
    let rows = statement.query_map([stream], Entry::read)?;
    rows.map(|entry| recorded(&entry?)).collect()
}

fn history(conn: &Connection, code: &IncidentCode) -> Result<Vec<Told>, StorageError> {
    let told = |Recorded { at, event }| -> Result<Told, StorageError> {
        let words = match event.texts().first().and_then(|text| text.sealed()) {
            Some(id) => incidents::words(conn, id)?,
            None => None,
        };
        Ok(Told { at, event, words })
    };
    events(conn, code)?.into_iter().map(told).collect()
}

/// An incident with its words.
pub(super) fn shown(conn: &Connection, code: &IncidentCode) -> Result<Option<Shown>, StorageError> {
    let Some(incident) = incidents::incident(conn, code)? else { return Ok(None) };
    let words = |text: &crate::domain::text::Text| match text.sealed() {
        Some(id) => incidents::words(conn, id),
        None => Ok(None),
    };
    let title = words(&incident.title)?;
    let description = match &incident.description {
        Some(text) => words(text)?,
        None => None,
    };
    Ok(Some(Shown { incident, title, description }))
}

impl super::Tx<'_> {
    /// An incident with its words.
    pub fn shown(&self, code: &IncidentCode) -> Result<Option<Shown>, StorageError> {
        shown(self.conn, code)
    }

    /// Everything that happened to an incident, with the words that are still there.
    pub fn history(&self, code: &IncidentCode) -> Result<Vec<Told>, StorageError> {
        history(self.conn, code)
    }

    /// The words of a note or an end as they stand now: those of its newest edit. `None` once removed.
    pub fn words_of(&self, seq: i64) -> Result<Option<String>, StorageError> {
        use rusqlite::OptionalExtension as _;
        let sql = "SELECT newest.body ->> 'text' FROM ledger AS one JOIN ledger AS newest
                     ON newest.stream = one.stream AND newest.version >= one.version
                   WHERE one.seq = ?1
                     AND (newest.seq = one.seq AND one.kind IN ('note_added', 'closed')
                       OR newest.kind = 'words_edited' AND newest.body ->> 'of_seq' = one.seq)
                   ORDER BY newest.version DESC LIMIT 1";
        let id: Option<Option<String>> =
            self.conn.prepare_cached(sql)?.query_row([seq], |row| row.get(0)).optional()?;
        match id.flatten() {
            Some(id) => self.words(&crate::domain::text::ContentId(id)),
            None => Ok(None),
        }
    }

    /// Whether a call made after the entry `since` has reached somebody, or still may.
    pub fn anybody_reached(&self, code: &IncidentCode, since: i64) -> Result<bool, StorageError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM outbox
                   WHERE incident = ?1 AND rung_seq > ?2 AND kind IN ('page', 'call')
                     AND (state = 'sent' OR state IN ('queued', 'sending') AND why IS NULL))";
        let mut statement = self.conn.prepare_cached(sql)?;
        Ok(statement.query_row(params![code.as_str(), since], |row| row.get(0))?)
    }

    /// What a person has reported since then, newest first: code, and whether it is handled outside the
    /// system; of what is closed only that. What groups others was no report.
    pub fn reported_since(
        &self,
        person: &PersonId,
        since: Timestamp,
    ) -> Result<Vec<(IncidentCode, bool)>, StorageError> {
        // Of what is closed it looks at what was recorded since then, not at all there ever was.
        let sql = "SELECT code, state ->> '$.off_channel' FROM (
                       SELECT code, state, seq, open FROM incident
                       WHERE drill IS NULL AND (open = 1 OR seq > coalesce(
                           (SELECT seq FROM ledger WHERE at < ?2 ORDER BY seq DESC LIMIT 1), 0))
                       ORDER BY seq DESC LIMIT 500)
                   WHERE (open = 1 OR state ->> '$.off_channel')
                     AND state ->> '$.reported_by' = ?1 AND state ->> '$.reported_at' >= ?2
                     AND coalesce(json_array_length(state, '$.parts'), 0) = 0
                   ORDER BY seq DESC";
        let mut statement = self.conn.prepare_cached(sql)?;
        let found = statement.query_map(params![person.as_str(), since.millis()], |row| {
            Ok((IncidentCode::new(row.get::<_, String>(0)?), row.get(1)?))
        })?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    /// Open incidents in short, newest first: code, status, holder; of drills only those of this person.
    pub fn open_briefs(
        &self,
        person: &PersonId,
    ) -> Result<Vec<(IncidentCode, Status, Option<PersonId>)>, StorageError> {
        let sql = "SELECT code, status, holder FROM incident
                   WHERE open = 1 AND (drill IS NULL OR EXISTS (SELECT 1 FROM drill_person
                       WHERE drill_person.drill = incident.drill AND person = ?1))
                   ORDER BY seq DESC";
        let mut statement = self.conn.prepare_cached(sql)?;
        let mut rows = statement.query([person.as_str()])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let status: String = row.get(1)?;
            let status =
                status.parse().map_err(|error| StorageError::value("incident.status", error))?;
            let holder: Option<String> = row.get(2)?;
            let code = IncidentCode::new(row.get::<_, String>(0)?);
            found.push((code, status, holder.map(PersonId::new)));
        }
        Ok(found)
    }

    /// Open incidents that name this person or one of these units anywhere, newest first.
    pub fn open_naming(
        &self,
        person: &PersonId,
        units: &[UnitCode],
    ) -> Result<Vec<Incident>, StorageError> {
        let sql = "SELECT state FROM incident
                   WHERE open = 1 AND EXISTS
                       (SELECT 1 FROM json_each(?1) WHERE instr(state, value))
                   ORDER BY seq DESC";
        let names = units.iter().map(UnitCode::as_str).chain([person.as_str()]);
        // As the state has them: each in its quotation marks.
        let names: Vec<String> = names.map(|name| format!("\"{name}\"")).collect();
        let names = json("names", &names)?;
        let mut statement = self.conn.prepare_cached(sql)?;
        let states = statement.query_map([names], |row| row.get::<_, String>(0))?;
        states.map(|state| parse("incident.state", &state?)).collect()
    }

    /// Open incidents, newest first.
    pub fn open_codes(&self) -> Result<Vec<Incident>, StorageError> {
        let mut open = incidents::open(self.conn)?;
        open.reverse();
        Ok(open)
    }
}

fn figures(conn: &Connection) -> Result<Figures, StorageError> {
    let mut found = Figures::default();
    let sql = "SELECT severity, count(*), count(unheld_since), sum(nobody) FROM incident
               WHERE open = 1 AND drill IS NULL GROUP BY severity";
    let mut statement = conn.prepare_cached(sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let severity: String = row.get(0)?;
        let severity = severity.parse().map_err(|e| StorageError::value("incident.severity", e))?;
        found.open.push((severity, row.get(1)?));
        found.unheld = found.unheld.saturating_add(row.get(2)?);
        found.nobody = found.nobody.saturating_add(row.get(3)?);
    }
    found.entries = chain::head(conn)?.seq;
    let sql = "SELECT channel, priority, count(*), min(not_before) FROM outbox
               WHERE state = 'queued' GROUP BY channel, priority";
    let mut statement = conn.prepare_cached(sql)?;
    let rows = statement.query_map([], |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?, Timestamp::from_millis(row.get(3)?)))
    })?;
    found.queued = rows.collect::<Result<_, _>>()?;
    let sql = "SELECT channel, state, count FROM outbox_ended ORDER BY channel, state";
    let mut statement = conn.prepare_cached(sql)?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    found.ended = rows.collect::<Result<_, _>>()?;
    let one = |sql: &str| conn.prepare_cached(sql)?.query_row([], |row| row.get(0));
    found.downloads = one("SELECT count(*) FROM download")?;
    found.not_fetched = one("SELECT count(*) FROM ledger
        WHERE kind = 'evidence_refused' AND body ->> 'why' = 'not_fetched'")?;
    found.first_due = incidents::first_due(conn)?.map(|due| due.try_at);
    found.beat = conn
        .prepare_cached("SELECT max(at) FROM heartbeat")?
        .query_row([], |row| row.get::<_, Option<i64>>(0))?
        .map(Timestamp::from_millis);
    let sql = "SELECT at, body ->> 'by_ms' FROM ledger
               WHERE stream = 'system' AND kind = 'clock_jumped' ORDER BY version DESC LIMIT 1";
    found.clock_set = conn
        .prepare_cached(sql)?
        .query_row([], |row| Ok((Timestamp::from_millis(row.get(0)?), row.get(1)?)))
        .optional()?;
    let (first, last) = (Timestamp::from_millis(0), Timestamp::from_millis(i64::MAX));
    found.tests = reach::tests(conn, first, last)?;
    Ok(found)
}
