//! Reading many incidents at once, for lists, search and figures: only the columns each needs, since
//! the folded state of ten thousand would be megabytes.

use rusqlite::{Row, params};

use super::{StorageError, Tx};
use crate::domain::ids::{IncidentCode, PersonId, UnitCode};
use crate::domain::statistics::Fact;
use crate::domain::time::Timestamp;
use crate::domain::values::Tlp;

/// What access hangs on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Owner {
    /// The unit concerned.
    pub unit: Option<UnitCode>,
    /// Who reported it.
    pub reported_by: Option<PersonId>,
}

/// A row of the list of incidents.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Listed {
    /// Its code.
    pub code: IncidentCode,
    /// Whose it is.
    pub owner: Owner,
}

/// An incident with its words, as far as search looks at it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Worded {
    /// Its code.
    pub code: IncidentCode,
    /// Whose it is.
    pub owner: Owner,
    /// Its label.
    pub tlp: Tlp,
    /// Its title, unless removed.
    pub title: Option<String>,
    /// Its description, unless there is none or it was removed.
    pub description: Option<String>,
}

impl Tx<'_> {
    /// Real incidents that ended, the newest end first.
    pub fn closed_incidents(&self) -> Result<Vec<Listed>, StorageError> {
        let sql = "SELECT code, unit, state ->> '$.reported_by' FROM incident
                   WHERE open = 0 AND drill IS NULL ORDER BY state ->> '$.closed_at' DESC, seq DESC";
        let mut statement = self.conn.prepare_cached(sql)?;
        let rows = statement.query_map([], |row| {
            Ok(Listed { code: IncidentCode::new(row.get::<_, String>(0)?), owner: owner(row)? })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Looks at each real incident that is open or was recorded since `since`, newest first.
    pub fn each_worded(
        &self,
        since: Timestamp,
        mut look: impl FnMut(&Worded),
    ) -> Result<(), StorageError> {
        let sql = "SELECT i.code, i.unit, i.state ->> '$.reported_by', i.state ->> '$.tlp',
                          t.bytes, d.bytes
                   FROM incident i
                   LEFT JOIN content t ON t.id = i.state ->> '$.title'
                   LEFT JOIN content d ON d.id = i.state ->> '$.description'
                   WHERE i.drill IS NULL AND (i.open = 1 OR i.state ->> '$.reported_at' >= ?1)
                   ORDER BY i.seq DESC";
        let mut statement = self.conn.prepare_cached(sql)?;
        let mut rows = statement.query([since.millis()])?;
        while let Some(row) = rows.next()? {
            let words = |column| -> Result<Option<String>, rusqlite::Error> {
                let bytes: Option<Vec<u8>> = row.get(column)?;
                Ok(bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
            };
            let tlp: String = row.get(3)?;
            look(&Worded {
                code: IncidentCode::new(row.get::<_, String>(0)?),
                owner: owner(row)?,
                tlp: tlp.parse().map_err(|e| StorageError::value("incident.state", e))?,
                title: words(4)?,
                description: words(5)?,
            });
        }
        Ok(())
    }

    /// What figures count: real incidents that are open, or were recorded from `from` until before
    /// `until`, with whose each is.
    pub fn facts(
        &self,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<(Owner, Fact)>, StorageError> {
        let sql = "SELECT code, unit, state ->> '$.reported_by', state ->> '$.category',
                          state ->> '$.reported_at', state ->> '$.acknowledged.at',
                          state ->> '$.resolved_at', state ->> '$.phase.closed.outcome',
                          state ->> '$.episode'
                   FROM incident
                   WHERE drill IS NULL AND (open = 1 OR
                         (state ->> '$.reported_at' >= ?1 AND state ->> '$.reported_at' < ?2))";
        let mut statement = self.conn.prepare_cached(sql)?;
        let mut rows = statement.query(params![from.millis(), until.millis()])?;
        let mut facts = Vec::new();
        while let Some(row) = rows.next()? {
            let owner = owner(row)?;
            let time = |column| -> Result<Option<Timestamp>, rusqlite::Error> {
                Ok(row.get::<_, Option<i64>>(column)?.map(Timestamp::from_millis))
            };
            let (category, outcome): (Option<String>, Option<String>) = (row.get(3)?, row.get(7)?);
            let wrong = |error| StorageError::value("incident.state", error);
            let fact = Fact {
                unit: owner.unit.clone(),
                category: category.map(|word| word.parse().map_err(wrong)).transpose()?,
                reported_at: time(4)?.unwrap_or_default(),
                acknowledged_at: time(5)?,
                resolved_at: time(6)?,
                outcome: outcome.map(|word| word.parse().map_err(wrong)).transpose()?,
                reopened: row.get::<_, i64>(8)? > 1,
            };
            facts.push((owner, fact));
        }
        Ok(facts)
    }
}

/// Whose an incident is, from the second and third column.
fn owner(row: &Row<'_>) -> Result<Owner, rusqlite::Error> {
    let (unit, reported_by): (Option<String>, Option<String>) = (row.get(1)?, row.get(2)?);
    Ok(Owner { unit: unit.map(UnitCode::new), reported_by: reported_by.map(PersonId::new) })
}
