//! What was seen of each person on the way to and from him, and how the daily tests went.

use rusqlite::{Connection, params};

use super::{Reader, StorageError, Tx};
use crate::domain::ids::PersonId;
use crate::domain::reach::{Fact, Facts, Tests};
use crate::domain::roster::event::RosterEvent;
use crate::domain::time::Timestamp;

fn facts(conn: &Connection) -> Result<Facts, StorageError> {
    let mut statement = conn.prepare_cached("SELECT person, heard, blocked FROM reach")?;
    let rows = statement.query_map([], |row| {
        let at = |ms: Option<i64>| ms.map(Timestamp::from_millis);
        let fact = Fact { heard: at(row.get(1)?), blocked: at(row.get(2)?) };
        Ok((PersonId::new(row.get::<_, String>(0)?), fact))
    })?;
    Ok(rows.collect::<Result<_, rusqlite::Error>>()?)
}

pub(super) fn tests(
    conn: &Connection,
    from: Timestamp,
    to: Timestamp,
) -> Result<Tests, StorageError> {
    let sql = "SELECT took_ms, missed FROM canary WHERE at >= ?1 AND at < ?2 ORDER BY sent, person";
    let mut statement = conn.prepare_cached(sql)?;
    let rows = statement.query_map([from.millis(), to.millis()], |row| {
        Ok((row.get::<_, Option<i64>>(0)?, row.get::<_, bool>(1)?))
    })?;
    let mut tests = Tests::default();
    for row in rows {
        let (took, missed) = row?;
        tests.sent = tests.sent.saturating_add(1);
        tests.missed = tests.missed.saturating_add(u64::from(missed));
        tests.took_ms.extend(took.and_then(|took| u64::try_from(took).ok()));
    }
    Ok(tests)
}

/// Brings the table of tests up to date with one event, entered as `seq` at `at`.
pub(super) fn apply(
    conn: &Connection,
    event: &RosterEvent,
    seq: i64,
    at: Timestamp,
) -> Result<(), StorageError> {
    match event {
        RosterEvent::CanarySent { people, .. } => {
            for person in people {
                conn.prepare_cached("INSERT INTO canary VALUES (?1, ?2, ?3, NULL, 0)")?
                    .execute(params![seq, person.as_str(), at.millis()])?;
            }
        }
        RosterEvent::CanaryAnswered { id, person, took_ms } => {
            let took = i64::try_from(*took_ms).unwrap_or(i64::MAX);
            conn.prepare_cached("UPDATE canary SET took_ms = ?3 WHERE sent = ?1 AND person = ?2")?
                .execute(params![id.0, person.as_str(), took])?;
        }
        RosterEvent::CanaryMissed { id, people } => {
            for person in people {
                let sql = "UPDATE canary SET missed = 1 WHERE sent = ?1 AND person = ?2";
                conn.prepare_cached(sql)?.execute(params![id.0, person.as_str()])?;
            }
        }
        _ => {}
    }
    Ok(())
}

impl Tx<'_> {
    /// What was seen of everybody.
    pub fn reach_facts(&self) -> Result<Facts, StorageError> {
        facts(self.conn)
    }

    /// The person said or pressed something.
    pub fn heard(&mut self, person: &PersonId) -> Result<(), StorageError> {
        let sql = "INSERT INTO reach VALUES (?1, ?2, NULL)
                   ON CONFLICT (person) DO UPDATE SET heard = ?2, blocked = NULL";
        self.conn.prepare_cached(sql)?.execute(params![person.as_str(), self.now.millis()])?;
        Ok(())
    }

    /// Telegram refused what was sent to the person, or took it.
    pub fn set_blocked(&mut self, person: &PersonId, blocked: bool) -> Result<(), StorageError> {
        let sql = if blocked {
            "INSERT INTO reach VALUES (?1, NULL, ?2)
             ON CONFLICT (person) DO UPDATE SET blocked = coalesce(blocked, ?2)"
        } else {
            "UPDATE reach SET blocked = NULL WHERE person = ?1 AND blocked IS NOT NULL"
        };
        let mut statement = self.conn.prepare_cached(sql)?;
        if blocked {
            statement.execute(params![person.as_str(), self.now.millis()])?;
        } else {
            statement.execute([person.as_str()])?;
        }
        Ok(())
    }

    /// How the tests went that were sent from one instant until another.
    pub fn tests(&self, from: Timestamp, to: Timestamp) -> Result<Tests, StorageError> {
        tests(self.conn, from, to)
    }
}

impl Reader {
    /// What was seen of everybody.
    pub fn reach_facts(&self) -> Result<Facts, StorageError> {
        self.with(facts)
    }

    /// How the tests went that were sent from one instant until another.
    pub fn tests(&self, from: Timestamp, to: Timestamp) -> Result<Tests, StorageError> {
        self.with(|conn| tests(conn, from, to))
    }
}
