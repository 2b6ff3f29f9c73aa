//! The derived table of incidents: state by code, what is due, and the counter of codes.

use rusqlite::{Connection, OptionalExtension as _, params};

use super::tx::{Event, json, parse};
use super::{StorageError, Tx};
use crate::domain::directory::Directory;
use crate::domain::envelope::Origin;
use crate::domain::escalation::ladder::Position;
use crate::domain::ids::{IncidentCode, Stream};
use crate::domain::incident::event::IncidentEvent;
use crate::domain::incident::fold::At;
use crate::domain::incident::state::Incident;
use crate::domain::text::ContentId;
use crate::domain::time::Timestamp;

/// Events as stored, with the numbers of their entries.
pub type Appended = Vec<(i64, IncidentEvent)>;

/// A moment that has come.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Due {
    /// Whose.
    pub stream: Stream,
    /// The moment.
    pub at: Timestamp,
    /// When it may be tried: later than the moment only while it fails.
    pub try_at: Timestamp,
}

impl Tx<'_> {
    /// An incident as it stands.
    pub fn incident(&self, code: &IncidentCode) -> Result<Option<Incident>, StorageError> {
        incident(self.conn, code)
    }

    /// Seals, appends and folds `events` into `state`, and brings the derived row and the due moment
    /// up to date. Returns the events as stored with their numbers.
    pub fn append_incident(
        &mut self,
        code: &IncidentCode,
        state: Option<Incident>,
        events: Vec<IncidentEvent>,
    ) -> Result<(Option<Incident>, Appended), StorageError> {
        let stream = Stream::Incident(code.clone());
        let mut state = state;
        let mut stored = Vec::with_capacity(events.len());
        let mut opened_at = None;
        for mut event in events {
            self.seal_event(&mut event)?;
            let seq = self.append(&stream, &Event::Incident(event.clone()))?;
            let at = At { seq, at: self.now, actor: self.actor.clone() };
            match (&mut state, &event) {
                (None, IncidentEvent::Reported { opening }) => {
                    state = Some(Incident::opened(code.clone(), opening, &at));
                    opened_at = Some(seq);
                }
                (Some(state), event) => state.apply(event, &at),
                (None, _) => {
                    return Err(StorageError::value("stream", "does not begin with a report"));
                }
            }
            stored.push((seq, event));
        }
        if let (Some(state), false) = (&state, stored.is_empty()) {
            put(self.conn, state, opened_at)?;
        }
        Ok((state, stored))
    }

    /// The next code of the year, which no incident before had.
    pub fn next_code(&mut self, prefix: &str, year: i32) -> Result<IncidentCode, StorageError> {
        let name = format!("{prefix}-{year}");
        let number: i64 = self
            .conn
            .prepare_cached(
                "INSERT INTO counter VALUES (?1, 1)
                 ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value",
            )?
            .query_row([&name], |row| row.get(0))?;
        Ok(IncidentCode::numbered(prefix, year, u64::try_from(number).unwrap_or(0)))
    }

    /// The newest open incident that an intake's repeats join.
    pub fn by_dedup(&self, intake: &str, key: &str) -> Result<Option<Incident>, StorageError> {
        let sql = "SELECT state FROM incident
                   WHERE dedup_intake = ?1 AND dedup_key = ?2 ORDER BY seq DESC LIMIT 1";
        let state: Option<String> =
            self.conn.prepare_cached(sql)?.query_row([intake, key], |row| row.get(0)).optional()?;
        state.map(|state| parse("incident.state", &state)).transpose()
    }

    /// How many incidents, counted up to `most`, repeats under this key opened after `since`.
    pub fn openings(
        &self,
        intake: &str,
        key: &str,
        since: Timestamp,
        most: u32,
    ) -> Result<u32, StorageError> {
        let sql = "SELECT count(*) FROM (
                       SELECT state ->> '$.reported_at' AS at FROM incident
                       WHERE dedup_intake = ?1 AND dedup_key = ?2 ORDER BY seq DESC LIMIT ?4)
                   WHERE at > ?3";
        let parameters = params![intake, key, since.millis(), most];
        Ok(self.conn.prepare_cached(sql)?.query_row(parameters, |row| row.get(0))?)
    }

    /// Every incident whose moment lies ahead or that is open, for a jump of the clock.
    pub fn open_incidents(&self) -> Result<Vec<Incident>, StorageError> {
        open(self.conn)
    }

    /// Tries a stream's moment again later, because it failed.
    pub fn back_off(&mut self, stream: &Stream, until: Timestamp) -> Result<(), StorageError> {
        self.conn
            .prepare_cached("UPDATE due SET not_before = ?2 WHERE stream = ?1")?
            .execute(params![stream.to_string(), until.millis()])?;
        Ok(())
    }

    /// The words behind a digest.
    pub fn words(&self, id: &ContentId) -> Result<Option<String>, StorageError> {
        words(self.conn, id)
    }

    /// Sets or takes away the moment of a stream whose moment depends on the configuration as well, which
    /// is no part of the ledger: it is set anew at each start, and a rebuild leaves it alone.
    pub fn wake(&mut self, stream: &Stream, at: Option<Timestamp>) -> Result<(), StorageError> {
        wake(self.conn, stream, at)
    }

    /// The moment a stream waits for.
    pub fn waits_for(&self, stream: &Stream) -> Result<Option<Timestamp>, StorageError> {
        let at: Option<i64> = self
            .conn
            .prepare_cached("SELECT at FROM due WHERE stream = ?1")?
            .query_row([stream.to_string()], |row| row.get(0))
            .optional()?;
        Ok(at.map(Timestamp::from_millis))
    }

    /// The earliest moment at which some stream wants to be woken.
    pub fn first_due(&self) -> Result<Option<Due>, StorageError> {
        first_due(self.conn)
    }

    /// Takes away moments whose stream does not read and gives each open incident that lost its moment
    /// the one its state names. Returns the streams as they stood.
    pub fn mend_due(&mut self) -> Result<Vec<String>, StorageError> {
        let (damaged, _) = dues(self.conn)?;
        for stream in &damaged {
            self.conn.prepare_cached("DELETE FROM due WHERE stream = ?1")?.execute([stream])?;
        }
        let sql = "INSERT OR IGNORE INTO due VALUES (?1, ?2, ?2)";
        for incident in open(self.conn)? {
            let Some(at) = incident.next_moment() else { continue };
            let stream = Stream::Incident(incident.code).to_string();
            self.conn.prepare_cached(sql)?.execute(params![stream, at.millis()])?;
        }
        Ok(damaged)
    }

    /// Everything about people and units, without the cache.
    pub fn fresh_directory(&mut self) -> Result<std::sync::Arc<Directory>, StorageError> {
        self.directory_changed();
        self.directory()
    }
}

/// An incident as it stands.
pub(super) fn incident(
    conn: &Connection,
    code: &IncidentCode,
) -> Result<Option<Incident>, StorageError> {
    let state: Option<String> = conn
        .prepare_cached("SELECT state FROM incident WHERE code = ?1")?
        .query_row([code.as_str()], |row| row.get(0))
        .optional()?;
    state.map(|state| parse("incident.state", &state)).transpose()
}

/// Open incidents, oldest first. One that does not read is left out: what concerns them all must not
/// fail for one.
pub(super) fn open(conn: &Connection) -> Result<Vec<Incident>, StorageError> {
    let mut statement =
        conn.prepare_cached("SELECT state FROM incident WHERE open = 1 ORDER BY seq")?;
    let rows = statement.query_map([], |row| row.get::<_, String>(0))?;
    let mut open = Vec::new();
    for state in rows {
        match parse("incident.state", &state?) {
            Ok(incident) => open.push(incident),
            Err(error) => tracing::error!(%error, "an open incident was left out"),
        }
    }
    Ok(open)
}

/// Writes the derived row and the due moment of a state.
pub(super) fn put(
    conn: &Connection,
    state: &Incident,
    opened_at: Option<i64>,
) -> Result<(), StorageError> {
    let code = state.code.as_str();
    let drill = match &state.origin {
        Origin::Real => None,
        Origin::Drill(drill) => Some(drill.to_string()),
    };
    let nobody = state.ladder_runs()
        && state.open().is_some_and(|open| matches!(open.position, Position::Exhausted(_)));
    let unheld = state.ladder_runs().then(|| state.moved.at.millis());
    let (intake, key) = state
        .dedup
        .as_ref()
        .map_or((None, None), |dedup| (Some(dedup.intake.as_str()), Some(dedup.key.as_str())));
    conn.prepare_cached(
        "INSERT INTO incident VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
         ON CONFLICT (code) DO UPDATE SET open = ?3, status = ?4, severity = ?5, unit = ?6,
             holder = ?7, drill = ?8, unheld_since = ?9, nobody = ?10, dedup_intake = ?11,
             dedup_key = ?12, state = ?13",
    )?
    .execute(params![
        code,
        opened_at.unwrap_or(0),
        state.is_open(),
        state.status().as_str(),
        state.severity.as_str(),
        state.unit.as_ref().map(|unit| unit.as_str()),
        state.holder().map(|holder| holder.as_str()),
        drill,
        unheld,
        nobody,
        intake,
        key,
        json("incident.state", state)?
    ])?;
    wake(conn, &Stream::Incident(state.code.clone()), state.next_moment())
}

/// Sets or takes away the moment at which a stream wants to be woken.
pub(super) fn wake(
    conn: &Connection,
    stream: &Stream,
    at: Option<Timestamp>,
) -> Result<(), StorageError> {
    let stream = stream.to_string();
    match at {
        Some(at) => conn
            .prepare_cached(
                "INSERT INTO due VALUES (?1, ?2, ?2)
                 ON CONFLICT (stream) DO UPDATE SET at = ?2, not_before = ?2",
            )?
            .execute(params![stream, at.millis()])?,
        None => conn.prepare_cached("DELETE FROM due WHERE stream = ?1")?.execute([stream])?,
    };
    Ok(())
}

/// The earliest moment at which some stream wants to be woken. A row whose stream does not read holds
/// no other back.
pub(super) fn first_due(conn: &Connection) -> Result<Option<Due>, StorageError> {
    Ok(dues(conn)?.1)
}

/// Streams that do not read and come before the first that does, and that one.
fn dues(conn: &Connection) -> Result<(Vec<String>, Option<Due>), StorageError> {
    let sql = "SELECT stream, at, max(at, not_before) FROM due ORDER BY max(at, not_before)";
    let mut statement = conn.prepare_cached(sql)?;
    let mut rows = statement.query([])?;
    let mut damaged = Vec::new();
    while let Some(row) = rows.next()? {
        let stream: String = row.get(0)?;
        match stream.parse() {
            Ok(stream) => {
                let at = Timestamp::from_millis(row.get(1)?);
                let try_at = Timestamp::from_millis(row.get(2)?);
                return Ok((damaged, Some(Due { stream, at, try_at })));
            }
            Err(_) => damaged.push(stream),
        }
    }
    Ok((damaged, None))
}

/// Whether a row whose stream does not read is the next in line.
pub(super) fn due_is_damaged(conn: &Connection) -> Result<bool, StorageError> {
    Ok(!dues(conn)?.0.is_empty())
}

/// The words behind a digest; `None` once they were removed.
pub(super) fn words(conn: &Connection, id: &ContentId) -> Result<Option<String>, StorageError> {
    let bytes: Option<Vec<u8>> = conn
        .prepare_cached("SELECT bytes FROM content WHERE id = ?1")?
        .query_row([&id.0], |row| row.get(0))
        .optional()?;
    Ok(bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
}
