//! Reading many incidents at once, for lists, search and figures: only the columns each needs, since
//! the folded state of ten thousand would be megabytes.

use rusqlite::params;

use super::tx::{json, parse};
use super::{StorageError, Tx};
use crate::domain::ids::{IncidentCode, PersonId, UnitCode};
use crate::domain::incident::Incident;
use crate::domain::similar::Traits;
use crate::domain::statistics::Fact;
use crate::domain::time::Timestamp;
use crate::domain::values::Tlp;

/// An incident with its words, as far as search looks at it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Worded {
    /// Its code.
    pub code: IncidentCode,
    /// The unit concerned.
    pub unit: Option<UnitCode>,
    /// Its label.
    pub tlp: Tlp,
    /// Its title, unless removed.
    pub title: Option<String>,
    /// Its description, unless there is none or it was removed.
    pub description: Option<String>,
}

impl Tx<'_> {
    /// Real incidents that ended, the newest end first: all, or those of some units and of a person's own
    /// reports.
    pub fn ended(
        &self,
        whose: Option<(&[UnitCode], &PersonId)>,
        most: u32,
    ) -> Result<Vec<Incident>, StorageError> {
        let sql = "SELECT state FROM incident
                   WHERE open = 0 AND drill IS NULL
                     AND (?1 OR unit IN (SELECT value FROM json_each(?2)) OR state ->> '$.reported_by' = ?3)
                   ORDER BY state ->> '$.closed_at' DESC, seq DESC LIMIT ?4";
        let mut statement = self.conn.prepare_cached(sql)?;
        let units = json("units", &whose.map_or(&[][..], |(units, _)| units))?;
        let person = whose.map(|(_, person)| person.as_str());
        let rows = statement.query_map(params![whose.is_none(), units, person, most], |row| {
            row.get::<_, String>(0)
        })?;
        rows.map(|state| parse("incident.state", &state?)).collect()
    }

    /// Looks at each real incident that is open or was recorded since `since`, newest first.
    pub fn each_worded(
        &self,
        since: Timestamp,
        mut look: impl FnMut(&Worded),
    ) -> Result<(), StorageError> {
        let sql = "SELECT i.code, i.unit, i.state ->> '$.tlp', t.bytes, d.bytes
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
            let tlp: String = row.get(2)?;
            look(&Worded {
                code: IncidentCode::new(row.get::<_, String>(0)?),
                unit: row.get::<_, Option<String>>(1)?.map(UnitCode::new),
                tlp: tlp.parse().map_err(|e| StorageError::value("incident.state", e))?,
                title: words(3)?,
                description: words(4)?,
            });
        }
        Ok(())
    }

    /// What a hint compares: real incidents that are open and no part of another, the `newest` of
    /// them, newest first.
    pub fn open_traits(&self, newest: u32) -> Result<Vec<Traits>, StorageError> {
        let sql = "SELECT i.code, i.unit, i.state ->> '$.category', t.bytes,
                          i.state ->> '$.reported_at'
                   FROM incident i LEFT JOIN content t ON t.id = i.state ->> '$.title'
                   WHERE i.open = 1 AND i.drill IS NULL
                     AND i.state -> '$.phase.open.watch.grouped' IS NULL
                   ORDER BY i.seq DESC LIMIT ?1";
        let mut statement = self.conn.prepare_cached(sql)?;
        let mut rows = statement.query([newest])?;
        let mut traits = Vec::new();
        while let Some(row) = rows.next()? {
            let wrong = |error| StorageError::value("incident.state", error);
            let category: Option<String> = row.get(2)?;
            let title: Option<Vec<u8>> = row.get(3)?;
            let title = title.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
            traits.push(Traits {
                code: IncidentCode::new(row.get::<_, String>(0)?),
                unit: row.get::<_, Option<String>>(1)?.map(UnitCode::new),
                category: category.map(|word| word.parse().map_err(wrong)).transpose()?,
                title: title.filter(|title| !title.is_empty()),
                reported_at: Timestamp::from_millis(row.get(4)?),
            });
        }
        Ok(traits)
    }

    /// What figures count: real incidents that are open, or were recorded from `from` until before
    /// `until`.
    pub fn facts(&self, from: Timestamp, until: Timestamp) -> Result<Vec<Fact>, StorageError> {
        let sql = "SELECT unit, state ->> '$.category',
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
            let time = |column| -> Result<Option<Timestamp>, rusqlite::Error> {
                Ok(row.get::<_, Option<i64>>(column)?.map(Timestamp::from_millis))
            };
            let (category, outcome): (Option<String>, Option<String>) = (row.get(1)?, row.get(5)?);
            let wrong = |error| StorageError::value("incident.state", error);
            let fact = Fact {
                unit: row.get::<_, Option<String>>(0)?.map(UnitCode::new),
                category: category.map(|word| word.parse().map_err(wrong)).transpose()?,
                reported_at: time(2)?.unwrap_or_default(),
                acknowledged_at: time(3)?,
                resolved_at: time(4)?,
                outcome: outcome.map(|word| word.parse().map_err(wrong)).transpose()?,
                reopened: row.get::<_, i64>(6)? > 1,
            };
            facts.push(fact);
        }
        Ok(facts)
    }
}
