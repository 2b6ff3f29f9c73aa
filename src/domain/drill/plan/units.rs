//! Which units something about drills is for.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::domain::directory::Directory;
use crate::domain::ids::UnitCode;

/// Which units.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Units {
    /// Every one.
    #[default]
    All,
    /// Those of these kinds.
    Kinds(BTreeSet<String>),
    /// Those that run a system of this level or a higher one.
    Level(u8),
    /// These.
    Named(BTreeSet<UnitCode>),
}

impl Units {
    /// Whether a unit is one of them.
    pub fn has(&self, unit: &UnitCode, directory: &Directory) -> bool {
        match self {
            Self::All => directory.units.contains_key(unit),
            Self::Kinds(kinds) => {
                directory.units.get(unit).is_some_and(|unit| kinds.contains(&unit.kind))
            }
            Self::Level(least) => {
                directory.systems_of(unit).iter().any(|system| system.level >= *least)
            }
            Self::Named(units) => units.iter().any(|one| directory.same_unit(one, unit)),
        }
    }

    /// Those of them that stand today.
    pub fn standing(&self, directory: &Directory) -> BTreeSet<UnitCode> {
        let units = directory.units.keys().filter(|code| !directory.ended.contains(*code));
        units.filter(|code| self.has(code, directory)).cloned().collect()
    }
}
