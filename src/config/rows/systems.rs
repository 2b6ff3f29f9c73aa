//! `systems.csv`: the information systems of units.

use std::collections::BTreeMap;

use super::problem::{Imported, RowProblem, RowProblemKind as Kind};
use super::sheet::{Row, Sheet};
use crate::domain::directory::Directory;
use crate::domain::ids::{PersonId, SystemCode, UnitCode};
use crate::domain::systems::System;
use crate::domain::tables;

/// The systems of the file as they will be, in its order; or every bad row.
pub fn parse(
    bytes: &[u8],
    directory: &Directory,
) -> Result<Imported<Vec<System>>, Vec<RowProblem>> {
    let sheet = Sheet::read(bytes, tables::SYSTEMS)?;
    let known: BTreeMap<String, &SystemCode> =
        directory.systems.keys().map(|code| (code.as_str().to_lowercase(), code)).collect();
    let mut seen = BTreeMap::new();
    let mut systems = Vec::new();
    for row in sheet.rows() {
        let Some(code) = row.own_code("code", &mut seen) else { continue };
        if let Some(other) = known.get(&code.to_lowercase()).filter(|one| one.as_str() != code) {
            row.report("code", Kind::OtherCapitals { known: other.to_string() });
        }
        systems.push(one(&row, SystemCode::new(code), directory));
    }
    sheet.finish(systems)
}

fn one(row: &Row<'_>, code: SystemCode, directory: &Directory) -> System {
    let kept = directory.systems.get(&code);
    let unit = row.unit("unit", kept.map(|system| system.unit.clone()), directory);
    if unit.is_none() && row.filled("unit").is_none() {
        row.report("unit", Kind::Missing);
    }
    let level = row.optional("level", kept.map(|system| system.level), level);
    if level.is_none() && row.filled("level").is_none() {
        row.report("level", Kind::Missing);
    }
    let contact = row.optional("contact", kept.and_then(|one| one.contact.clone()), |cell| {
        let person = PersonId::new(cell);
        if directory.people.contains_key(&person) { Ok(person) } else { Err(Kind::UnknownPerson) }
    });
    System {
        unit: unit.unwrap_or_else(|| UnitCode::new("")),
        name: row.needed_words("name", kept.map(|system| system.name.as_str())),
        level: level.unwrap_or(0),
        hosting: row.words("hosting", kept.map(|system| system.hosting.as_str())),
        contact,
        retired: !row.yes_or_no("active", kept.is_none_or(|system| !system.retired)),
        code,
    }
}

fn level(cell: &str) -> Result<u8, Kind> {
    let level = cell.parse().ok().filter(|level| (1..=5).contains(level));
    level.ok_or(Kind::BadLevel)
}
