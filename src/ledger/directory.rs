//! Derived tables of the directory, and personal data beside them.

use std::sync::Arc;

use rusqlite::{Connection, params};

use super::tx::{json, parse};
use super::{StorageError, Tx, contacts, drill_book, rebuild, roster};
use crate::domain::directory::{Directory, DirectoryEvent, Private, Setup};
use crate::domain::ids::{PersonId, UnitCode};
use crate::domain::time::Timestamp;

/// Everything, as decisions read it.
pub fn load(conn: &Connection, setup: &Setup) -> Result<Directory, StorageError> {
    let Setup { channels, calendar, habits, duties } = setup.clone();
    let roster = Arc::new(roster::load(conn)?);
    let contact_facts = Arc::new(contacts::load(conn)?);
    let mut directory = Directory {
        channels,
        calendar,
        habits,
        duties,
        roster,
        contact_facts,
        drill_book: Arc::new(drill_book::load(conn)?),
        ..Directory::default()
    };
    for body in bodies(conn, "SELECT body FROM unit")? {
        let unit: crate::domain::directory::Unit = parse("unit", &body)?;
        directory.units.insert(unit.code.clone(), unit);
    }
    let ended = bodies(conn, "SELECT code FROM unit WHERE ended")?;
    directory.ended = ended.into_iter().map(UnitCode::new).collect();
    for body in bodies(conn, "SELECT body FROM system")? {
        let system: crate::domain::systems::System = parse("system", &body)?;
        directory.systems.insert(system.code.clone(), system);
    }
    for body in bodies(conn, "SELECT body FROM person")? {
        let person: crate::domain::directory::Person = parse("person", &body)?;
        directory.people.insert(person.id.clone(), person);
    }
    for body in bodies(conn, "SELECT body FROM invitation")? {
        directory.invitations.push(parse("invitation", &body)?);
    }
    let sql = "SELECT id, full_name, title, telegram_id, zalo_id, phone, email FROM person_private";
    let mut statement = conn.prepare(sql)?;
    let rows = statement.query_map([], |row| {
        let id = PersonId::new(row.get::<_, String>(0)?);
        let private = Private {
            full_name: row.get(1)?,
            title: row.get(2)?,
            telegram_id: row.get(3)?,
            zalo_id: row.get(4)?,
            phone: row.get(5)?,
            email: row.get(6)?,
        };
        Ok((id, private))
    })?;
    for row in rows {
        let (id, private) = row?;
        directory.private.insert(id, private);
    }
    Ok(directory)
}

fn bodies(conn: &Connection, sql: &str) -> Result<Vec<String>, StorageError> {
    let mut statement = conn.prepare(sql)?;
    let mut rows = statement.query([])?;
    let mut bodies = Vec::new();
    while let Some(row) = rows.next()? {
        bodies.push(rebuild::lossy(row, 0)?);
    }
    Ok(bodies)
}

/// Brings the derived tables up to date with one event.
pub(super) fn apply(conn: &Connection, event: &DirectoryEvent) -> Result<(), StorageError> {
    match event {
        DirectoryEvent::UnitSet { unit } => {
            let sql = "INSERT INTO unit VALUES (?1, ?2, 0)
                       ON CONFLICT (code) DO UPDATE SET body = ?2";
            conn.prepare_cached(sql)?.execute(params![unit.code.as_str(), json("unit", unit)?])?;
        }
        DirectoryEvent::UnitEnded { unit, .. } => ended(conn, unit, true)?,
        DirectoryEvent::UnitRevived { unit } => ended(conn, unit, false)?,
        DirectoryEvent::SystemSet { system } => {
            conn.prepare_cached("INSERT OR REPLACE INTO system VALUES (?1, ?2)")?
                .execute(params![system.code.as_str(), json("system", system)?])?;
        }
        DirectoryEvent::PersonSet { person } => {
            conn.prepare_cached("INSERT OR REPLACE INTO person VALUES (?1, ?2)")?
                .execute(params![person.id.as_str(), json("person", person)?])?;
        }
        DirectoryEvent::Invited { invitation } => {
            // A new invitation takes the place of an older one for the same person.
            conn.prepare_cached("DELETE FROM invitation WHERE body ->> 'person' = ?1")?
                .execute([invitation.person.as_str()])?;
            conn.prepare_cached("INSERT INTO invitation VALUES (?1, ?2)")?
                .execute(params![invitation.digest.0, json("invitation", invitation)?])?;
        }
        DirectoryEvent::Linked { digest, .. } => {
            conn.prepare_cached("DELETE FROM invitation WHERE digest = ?1")?
                .execute([&digest.0])?;
        }
        DirectoryEvent::InvitationsVoided => {
            conn.prepare_cached("DELETE FROM invitation")?.execute([])?;
        }
        DirectoryEvent::PrivateSet { .. }
        | DirectoryEvent::PrivateErased { .. }
        | DirectoryEvent::Unlinked { .. } => {}
    }
    Ok(())
}

fn ended(conn: &Connection, unit: &UnitCode, ended: bool) -> Result<(), StorageError> {
    conn.prepare_cached("UPDATE unit SET ended = ?2 WHERE code = ?1")?
        .execute(params![unit.as_str(), ended])?;
    Ok(())
}

impl Tx<'_> {
    /// Stores names and addresses of a person, apart from the ledger.
    pub fn put_private(&mut self, id: &PersonId, private: &Private) -> Result<(), StorageError> {
        // What an account was in the middle of is not for whoever has it, or another one, next.
        let sql = "DELETE FROM session WHERE account IS NOT ?2 AND account =
                       (SELECT telegram_id FROM person_private WHERE id = ?1)";
        self.conn.prepare_cached(sql)?.execute(params![id.as_str(), private.telegram_id])?;
        // What was seen of one account says nothing of another.
        let sql = "DELETE FROM reach WHERE person = ?1 AND ?2 IS NOT
                       (SELECT telegram_id FROM person_private WHERE id = ?1)";
        self.conn.prepare_cached(sql)?.execute(params![id.as_str(), private.telegram_id])?;
        // Never OR REPLACE: an account that belongs to somebody else would take his row away.
        let sql = "INSERT INTO person_private VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, NULL)
                   ON CONFLICT (id) DO UPDATE SET full_name = ?2, title = ?3, telegram_id = ?4,
                       zalo_id = ?5, phone = ?6, email = ?7";
        self.conn.prepare_cached(sql)?.execute(params![
            id.as_str(),
            private.full_name,
            private.title,
            private.telegram_id,
            private.zalo_id,
            private.phone,
            private.email
        ])?;
        self.directory_changed();
        Ok(())
    }

    /// Remembers since when somebody is gone, or that he is back.
    pub fn mark_left(&mut self, id: &PersonId, at: Option<Timestamp>) -> Result<(), StorageError> {
        let sql = "UPDATE person_private SET left_at = ?2 WHERE id = ?1";
        self.conn.prepare_cached(sql)?.execute(params![id.as_str(), at.map(Timestamp::millis)])?;
        Ok(())
    }

    /// Those who left before an instant, the first `most`.
    pub fn left_before(&self, at: Timestamp, most: u32) -> Result<Vec<PersonId>, StorageError> {
        let sql = "SELECT id FROM person_private WHERE left_at < ?1 ORDER BY left_at LIMIT ?2";
        let mut statement = self.conn.prepare_cached(sql)?;
        let rows = statement.query_map(params![at.millis(), most], |row| {
            row.get::<_, String>(0).map(PersonId::new)
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Erases names and addresses of a person.
    pub fn erase_private(&mut self, id: &PersonId) -> Result<(), StorageError> {
        for sql in
            ["DELETE FROM person_private WHERE id = ?1", "DELETE FROM reach WHERE person = ?1"]
        {
            self.conn.prepare_cached(sql)?.execute([id.as_str()])?;
        }
        self.directory_changed();
        Ok(())
    }
}
