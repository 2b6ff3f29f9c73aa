//! The information systems that units run.

use serde::{Deserialize, Serialize};

use super::directory::Directory;
use super::ids::{PersonId, SystemCode, UnitCode};

/// One information system.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct System {
    /// Its code, which no other system of the province has.
    pub code: SystemCode,
    /// Who runs it.
    pub unit: UnitCode,
    /// Its name, as people write it.
    pub name: String,
    /// Its level of security, 1 to 5, as it was approved (Decree 85/2016/NĐ-CP).
    pub level: u8,
    /// Where it is kept.
    pub hosting: String,
    /// Whom to ask about it.
    pub contact: Option<PersonId>,
    /// Whether it is in use no more; its name stays where it was told.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub retired: bool,
}

impl Directory {
    /// The systems in use of a unit, and of those it took the place of: the highest level first.
    pub fn systems_of(&self, unit: &UnitCode) -> Vec<&System> {
        let of = |system: &&System| !system.retired && self.same_unit(&system.unit, unit);
        let mut systems: Vec<&System> = self.systems.values().filter(of).collect();
        systems.sort_by_key(|system| (std::cmp::Reverse(system.level), &system.name, &system.code));
        systems
    }
}
