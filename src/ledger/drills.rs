//! Drills: their folded rows, who takes part, the copies of scenarios they rest on, and what of them may
//! leave.

use std::sync::Arc;

use ring::digest::{SHA256, digest};
use rusqlite::{Connection, OptionalExtension as _, params};

use super::chain::{Entry, hex};
use super::incidents;
use super::queries::Reader;
use super::tx::{Event, json, parse};
use super::{StorageError, Tx};
use crate::domain::drill::run::state::Status;
use crate::domain::drill::run::{Drill, DrillEvent};
use crate::domain::drill::scenario::Scenario;
use crate::domain::drill::shown::ShownDrill;
use crate::domain::envelope::Route;
use crate::domain::evidence::Attachment;
use crate::domain::ids::{DrillCode, IncidentCode, PersonId, Stream};
use crate::domain::incident::fold::At;
use crate::domain::text::Text;
use crate::domain::time::Timestamp;

/// Files that wait with a report, and where they were sent.
pub type WaitingFiles = (Vec<Attachment>, Option<Route>);

/// Events as stored, with the numbers of their entries.
pub type Appended = Vec<(i64, DrillEvent)>;

/// SHA-256 of words, hexadecimal.
pub fn digest_of(body: &str) -> String {
    hex(digest(&SHA256, body.as_bytes()).as_ref())
}

/// A drill as it stands.
fn drill(conn: &Connection, code: &DrillCode) -> Result<Option<Drill>, StorageError> {
    let state: Option<String> = conn
        .prepare_cached("SELECT state FROM drill WHERE code = ?1")?
        .query_row([code.as_str()], |row| row.get(0))
        .optional()?;
    state.map(|state| parse("drill.state", &state)).transpose()
}

/// The copy of a scenario by its digest.
fn scenario(conn: &Connection, hash: &str) -> Result<Option<Arc<Scenario>>, StorageError> {
    let body: Option<String> = conn
        .prepare_cached("SELECT body FROM scenario WHERE hash = ?1")?
        .query_row([hash], |row| row.get(0))
        .optional()?;
    let Some(body) = body else { return Ok(None) };
    if digest_of(&body) != hash {
        return Err(StorageError::value("scenario.body", "is not what its digest says"));
    }
    Ok(Some(Arc::new(parse("scenario.body", &body)?)))
}

/// Writes the derived rows of a state.
fn put(conn: &Connection, state: &Drill, made: Option<i64>) -> Result<(), StorageError> {
    let code = state.code.as_str();
    conn.prepare_cached(
        "INSERT INTO drill VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT (code) DO UPDATE SET status = ?3, at = ?4, frozen = ?5, chat = ?6, state = ?7",
    )?
    .execute(params![
        code,
        made.unwrap_or(0),
        state.status.as_str(),
        state.planning.at.millis(),
        state.is_frozen(),
        state.planning.chat,
        json("drill.state", state)?
    ])?;
    Ok(())
}

/// Writes who takes part; only where that changed.
fn put_people(conn: &Connection, state: &Drill) -> Result<(), StorageError> {
    let code = state.code.as_str();
    conn.prepare_cached("DELETE FROM drill_person WHERE drill = ?1")?.execute([code])?;
    let staff = [Some(&state.planning.lead), state.planning.deputy.as_ref()];
    let staff = staff.into_iter().flatten().chain(&state.planning.evaluators);
    let mut insert =
        conn.prepare_cached("INSERT OR IGNORE INTO drill_person VALUES (?1, ?2, ?3)")?;
    for (person, participant) in &state.people {
        insert.execute(params![code, person.as_str(), participant.plays()])?;
    }
    for person in staff {
        insert.execute(params![code, person.as_str(), false])?;
    }
    Ok(())
}

/// Folds one entry of the ledger into what is derived.
pub(super) fn derive(
    conn: &Connection,
    code: &DrillCode,
    entry: &Entry,
    at: &At,
) -> Result<(), StorageError> {
    let event: DrillEvent = parse("ledger.body", &entry.body)?;
    if let DrillEvent::DrillPlanned { planning } = &event {
        let made = Drill::planned(code.clone(), planning, at);
        put(conn, &made, Some(entry.seq))?;
        return put_people(conn, &made);
    }
    let Some(mut state) = drill(conn, code)? else {
        return Err(StorageError::value("stream", "does not begin with a plan"));
    };
    let copy = scenario(conn, &state.planning.scenario.hash)?;
    state.apply(&event, at, copy.as_deref());
    put(conn, &state, None)?;
    if event.moves_people() { put_people(conn, &state) } else { Ok(()) }
}

impl Tx<'_> {
    /// A drill as it stands.
    pub fn drill(&self, code: &DrillCode) -> Result<Option<Drill>, StorageError> {
        drill(self.conn, code)
    }

    /// Keeps a copy of a scenario, and says its digest.
    pub fn pin_scenario(&mut self, scenario: &Scenario) -> Result<String, StorageError> {
        let body = json("scenario.body", scenario)?;
        let hash = digest_of(&body);
        self.conn
            .prepare_cached("INSERT OR IGNORE INTO scenario VALUES (?1, ?2)")?
            .execute(params![hash, body])?;
        Ok(hash)
    }

    /// The copy of a scenario by its digest.
    pub fn scenario(&self, hash: &str) -> Result<Option<Arc<Scenario>>, StorageError> {
        scenario(self.conn, hash)
    }

    /// Seals, appends and folds events of a drill, the first of which makes it.
    pub fn append_drill(
        &mut self,
        code: &DrillCode,
        state: Option<Drill>,
        events: Vec<DrillEvent>,
    ) -> Result<(Option<Drill>, Appended), StorageError> {
        let stream = Stream::Drill(code.clone());
        let mut state = state;
        let (mut stored, mut made, mut people) = (Vec::with_capacity(events.len()), None, false);
        let mut copy = match &state {
            Some(state) => self.scenario(&state.planning.scenario.hash)?,
            None => None,
        };
        for mut event in events {
            for text in event.texts_mut() {
                if let Text::Plain(words) = text {
                    *text = Text::Sealed(self.seal(words)?);
                }
            }
            let seq = self.append(&stream, &Event::Drill(event.clone()))?;
            let at = At { seq, at: self.now, actor: self.actor.clone() };
            people |= event.moves_people();
            match (&mut state, &event) {
                (None, DrillEvent::DrillPlanned { planning }) => {
                    copy = self.scenario(&planning.scenario.hash)?;
                    state = Some(Drill::planned(code.clone(), planning, &at));
                    made = Some(seq);
                }
                (Some(state), event) => state.apply(event, &at, copy.as_deref()),
                (None, _) => {
                    return Err(StorageError::value("stream", "does not begin with a plan"));
                }
            }
            stored.push((seq, event));
        }
        if let (Some(state), false) = (&state, stored.is_empty()) {
            put(self.conn, state, made)?;
            if people {
                put_people(self.conn, state)?;
            }
        }
        Ok((state, stored))
    }

    /// The next code of the year, which no drill before had.
    pub fn next_drill_code(&mut self, prefix: &str, year: i32) -> Result<DrillCode, StorageError> {
        let name = format!("drill:{prefix}-{year}");
        let number = self.count(&name)?;
        Ok(DrillCode::new(format!("{prefix}-{year}-{number:03}")))
    }

    /// The next code of an incident within a drill.
    pub fn next_code_in(&mut self, drill: &DrillCode) -> Result<IncidentCode, StorageError> {
        let number = self.count(&format!("in:{drill}"))?;
        Ok(IncidentCode::new(format!("{drill}-{number:02}")))
    }

    /// The codes of drills in one of these states, the next first.
    pub fn drill_codes(&self, status: &[Status]) -> Result<Vec<DrillCode>, StorageError> {
        drill_codes(self.conn, status)
    }

    /// The drill that is played now and in which this person plays.
    pub fn drill_played_by(&self, person: &PersonId) -> Result<Option<DrillCode>, StorageError> {
        played_by(self.conn, person)
    }

    /// The chat of a drill's own.
    pub fn drill_chat(&self, code: &DrillCode) -> Result<Option<i64>, StorageError> {
        let sql = "SELECT chat FROM drill WHERE code = ?1";
        let chat: Option<Option<i64>> = self
            .conn
            .prepare_cached(sql)?
            .query_row([code.as_str()], |row| row.get(0))
            .optional()?;
        Ok(chat.flatten())
    }

    /// Whether a drill was played and is over.
    pub fn is_over(&self, code: &DrillCode) -> Result<bool, StorageError> {
        let sql = "SELECT status IN ('ended', 'reported', 'closed') FROM drill WHERE code = ?1";
        let over: Option<bool> = self
            .conn
            .prepare_cached(sql)?
            .query_row([code.as_str()], |row| row.get(0))
            .optional()?;
        Ok(over.unwrap_or(false))
    }

    /// Whether a drill stands still.
    pub fn is_frozen(&self, code: &DrillCode) -> Result<bool, StorageError> {
        let sql = "SELECT frozen FROM drill WHERE code = ?1";
        let frozen: Option<bool> = self
            .conn
            .prepare_cached(sql)?
            .query_row([code.as_str()], |row| row.get(0))
            .optional()?;
        Ok(frozen.unwrap_or(false))
    }

    /// Whether anything of a drill may go to this person.
    pub fn is_of_drill(&self, code: &DrillCode, person: &PersonId) -> Result<bool, StorageError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM drill_person WHERE drill = ?1 AND person = ?2)";
        let parameters = params![code.as_str(), person.as_str()];
        Ok(self.conn.prepare_cached(sql)?.query_row(parameters, |row| row.get(0))?)
    }

    /// Other drills whose time overlaps with this one's, with how many of these people take part there.
    pub fn clashes(
        &self,
        own: &DrillCode,
        span: (Timestamp, Timestamp),
        people: &[PersonId],
    ) -> Result<Option<(DrillCode, u64)>, StorageError> {
        let ahead = [Status::Submitted, Status::Scheduled, Status::Running, Status::Paused];
        for code in self.drill_codes(&ahead)?.into_iter().filter(|code| code != own) {
            let Some(other) = self.drill(&code)? else { continue };
            let apart = other.planning.at >= span.1 || other.planned_end() <= span.0;
            let same = people.iter().filter(|person| other.concerns(person)).count();
            if !apart && same > 0 {
                return Ok(Some((code, u64::try_from(same).unwrap_or(u64::MAX))));
            }
        }
        Ok(None)
    }

    /// A drill with its scenario and words.
    pub fn shown_drill(&self, code: &DrillCode) -> Result<Option<ShownDrill>, StorageError> {
        shown(self.conn, code)
    }

    /// Of a drill that is over nothing of the story leaves any more.
    pub fn cancel_story(&mut self, code: &DrillCode) -> Result<(), StorageError> {
        let sql = "UPDATE outbox SET state = 'cancelled', ended_at = ?2, why = 'the drill is over'
                   WHERE drill = ?1 AND state IN ('queued', 'held')
                       AND kind NOT IN ('drill', 'answer')";
        self.conn.prepare_cached(sql)?.execute(params![code.as_str(), self.now.millis()])?;
        Ok(())
    }

    /// Files wait with a report until it is known what that is.
    pub fn keep_files(
        &mut self,
        code: &DrillCode,
        number: u32,
        files: &WaitingFiles,
    ) -> Result<(), StorageError> {
        let body = json("drill_file.body", files)?;
        self.conn
            .prepare_cached("INSERT OR REPLACE INTO drill_file VALUES (?1, ?2, ?3)")?
            .execute(params![code.as_str(), number, body])?;
        Ok(())
    }

    /// The files that wait with a report, which wait no longer.
    pub fn take_files(
        &mut self,
        code: &DrillCode,
        number: u32,
    ) -> Result<Option<WaitingFiles>, StorageError> {
        let sql = "DELETE FROM drill_file WHERE drill = ?1 AND number = ?2 RETURNING body";
        let body: Option<String> = self
            .conn
            .prepare_cached(sql)?
            .query_row(params![code.as_str(), number], |row| row.get(0))
            .optional()?;
        body.map(|body| parse("drill_file.body", &body)).transpose()
    }

    fn count(&mut self, name: &str) -> Result<i64, StorageError> {
        let sql = "INSERT INTO counter VALUES (?1, 1)
                   ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value";
        Ok(self.conn.prepare_cached(sql)?.query_row([name], |row| row.get(0))?)
    }
}

impl Reader {
    /// A drill with its scenario and words.
    pub fn shown_drill(&self, code: &DrillCode) -> Result<Option<ShownDrill>, StorageError> {
        self.with(|conn| shown(conn, code))
    }

    /// The codes of drills in one of these states, the next first.
    pub fn drill_codes(&self, status: &[Status]) -> Result<Vec<DrillCode>, StorageError> {
        self.with(|conn| drill_codes(conn, status))
    }

    /// The drill that is played now and in which this person plays.
    pub fn drill_played_by(&self, person: &PersonId) -> Result<Option<DrillCode>, StorageError> {
        self.with(|conn| played_by(conn, person))
    }
}

fn played_by(conn: &Connection, person: &PersonId) -> Result<Option<DrillCode>, StorageError> {
    let sql = "SELECT code FROM drill JOIN drill_person ON drill = code
               WHERE person = ?1 AND plays = 1 AND status IN ('running', 'paused')
               ORDER BY at DESC LIMIT 1";
    let code: Option<String> =
        conn.prepare_cached(sql)?.query_row([person.as_str()], |row| row.get(0)).optional()?;
    Ok(code.map(DrillCode::new))
}

fn drill_codes(conn: &Connection, status: &[Status]) -> Result<Vec<DrillCode>, StorageError> {
    let mut statement = conn.prepare_cached("SELECT code, status FROM drill ORDER BY at, code")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let rows: Vec<(String, String)> = rows.collect::<Result<_, _>>()?;
    let wanted = |word: &str| status.iter().any(|status| status.as_str() == word);
    Ok(rows
        .into_iter()
        .filter(|(_, word)| wanted(word))
        .map(|(code, _)| DrillCode::new(code))
        .collect())
}

fn shown(conn: &Connection, code: &DrillCode) -> Result<Option<ShownDrill>, StorageError> {
    let Some(drill) = drill(conn, code)? else { return Ok(None) };
    let scenario = scenario(conn, &drill.planning.scenario.hash)?;
    let mut words = std::collections::BTreeMap::new();
    for text in drill.texts() {
        if let Some(id) = text.sealed()
            && let Some(said) = incidents::words(conn, id)?
        {
            words.insert(id.clone(), said);
        }
    }
    Ok(Some(ShownDrill { drill, scenario, words }))
}
