//! `units.csv`: the units of a province as a tree.
//!
//! Codes may stand in any order, so references are checked after all rows were read: a parent or
//! successor must be in the file or in the directory, and neither way leads back to where it began.

use std::collections::{BTreeMap, BTreeSet};

use super::problem::{Imported, RowProblem, RowProblemKind as Kind};
use super::sheet::{Row, Sheet};
use crate::config::kinds::UnitKind;
use crate::domain::directory::{Directory, Unit};
use crate::domain::ids::UnitCode;
use crate::domain::tables;

/// The units of the file as they will be, in its order; or every bad row.
pub fn parse(
    bytes: &[u8],
    directory: &Directory,
    kinds: &[UnitKind],
) -> Result<Imported<Vec<Unit>>, Vec<RowProblem>> {
    let sheet = Sheet::read(bytes, tables::UNITS)?;
    let known: BTreeMap<String, &UnitCode> =
        directory.units.keys().map(|code| (code.as_str().to_lowercase(), code)).collect();
    let mut seen = BTreeMap::new();
    let mut units: Vec<(Row<'_>, Unit)> = Vec::new();
    for row in sheet.rows() {
        let Some(code) = row.own_code("code", &mut seen) else { continue };
        if let Some(other) = known.get(&code.to_lowercase()).filter(|one| one.as_str() != code) {
            row.report("code", Kind::OtherCapitals { known: other.to_string() });
        }
        units.push((row, one(&row, UnitCode::new(code), directory, kinds)));
    }
    refer_to_units_there_are(&units, directory);
    let parent = |unit: &Unit| unit.parent.clone();
    never_come_back(&units, directory, parent, "parent", &Kind::Cycle);
    let successor = |unit: &Unit| unit.successor.clone().filter(|next| *next != unit.code);
    never_come_back(&units, directory, successor, "successor", &Kind::SuccessorCycle);
    let units = units.into_iter().map(|(_, unit)| unit).collect();
    sheet.finish(units)
}

fn one(row: &Row<'_>, code: UnitCode, directory: &Directory, kinds: &[UnitKind]) -> Unit {
    let kept = directory.units.get(&code);
    let refer =
        |column, kept: Option<UnitCode>| row.optional(column, kept, |cell| Ok(UnitCode::new(cell)));
    let unit = Unit {
        name: row.needed_words("name", kept.map(|unit| unit.name.as_str())),
        kind: kind(row, kept, kinds),
        parent: refer("parent", kept.and_then(|unit| unit.parent.clone())),
        active_from: row.day("active_from", kept.and_then(|unit| unit.active_from.clone())),
        active_to: row.day("active_to", kept.and_then(|unit| unit.active_to.clone())),
        successor: refer("successor", kept.and_then(|unit| unit.successor.clone())),
        code,
    };
    if let (Some(from), Some(to)) = (&unit.active_from, &unit.active_to)
        && to < from
    {
        row.report("active_to", Kind::EndsBeforeStart);
    }
    unit
}

/// One of the province's kinds, or none.
fn kind(row: &Row<'_>, kept: Option<&Unit>, kinds: &[UnitKind]) -> String {
    let kind = row.words("kind", kept.map(|unit| unit.kind.as_str())).to_lowercase();
    if row.filled("kind").is_some() && kinds.iter().all(|one| one.word != kind) {
        let known = kinds.iter().map(|kind| (kind.word.clone(), kind.name.clone()));
        row.report("kind", Kind::UnknownKind { known: known.collect() });
    }
    kind
}

fn refer_to_units_there_are(units: &[(Row<'_>, Unit)], directory: &Directory) {
    let here: BTreeSet<&UnitCode> = units.iter().map(|(_, unit)| &unit.code).collect();
    let exists = |code: &UnitCode| here.contains(code) || directory.units.contains_key(code);
    for (row, unit) in units {
        if unit.parent.as_ref().is_some_and(|parent| !exists(parent)) {
            row.report("parent", Kind::UnknownUnit);
        }
        match &unit.successor {
            Some(successor) if *successor == unit.code => {
                row.report("successor", Kind::OwnSuccessor);
            }
            Some(successor) if !exists(successor) => row.report("successor", Kind::UnknownUnit),
            // Nobody could say from when on the other one is meant.
            Some(_) if unit.active_to.is_none() && row.filled("active_to").is_none() => {
                row.report("active_to", Kind::SuccessorWithoutEnd);
            }
            _ => {}
        }
    }
}

/// Walks on from each unit once; whatever has been walked leads to no new cycle.
fn never_come_back(
    units: &[(Row<'_>, Unit)],
    directory: &Directory,
    next: impl Fn(&Unit) -> Option<UnitCode>,
    column: &str,
    kind: &Kind,
) {
    let here: BTreeMap<&UnitCode, &Unit> =
        units.iter().map(|(_, unit)| (&unit.code, unit)).collect();
    let after = |code: &UnitCode| -> Option<UnitCode> {
        next(here.get(code).copied().or_else(|| directory.units.get(code))?)
    };
    let mut walked: BTreeSet<UnitCode> = BTreeSet::new();
    let mut in_cycle: BTreeSet<UnitCode> = BTreeSet::new();
    for (_, unit) in units {
        let mut way: Vec<UnitCode> = Vec::new();
        let mut on_way: BTreeSet<UnitCode> = BTreeSet::new();
        let mut at = Some(unit.code.clone());
        while let Some(code) = at {
            if on_way.contains(&code) {
                in_cycle.extend(way.into_iter().skip_while(|one| *one != code));
                break;
            }
            if !walked.insert(code.clone()) {
                break;
            }
            on_way.insert(code.clone());
            at = after(&code);
            way.push(code);
        }
    }
    for (row, _) in units.iter().filter(|(_, unit)| in_cycle.contains(&unit.code)) {
        row.report(column, kind.clone());
    }
}
