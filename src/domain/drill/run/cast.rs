//! Who takes part in a drill, as what.

use std::collections::{BTreeMap, BTreeSet};

use super::event::Cast;
use super::state::Drill;
use crate::domain::directory::Directory;
use crate::domain::drill::scenario::{Audience, Inject, PartId, PartWho, Scenario};
use crate::domain::ids::{PersonId, UnitCode};
use crate::domain::values::Role;

/// Everybody the scenario's parts mean among the units of the drill; whoever holds it plays no part.
pub fn cast(drill: &Drill, scenario: &Scenario, directory: &Directory) -> Vec<Cast> {
    let mut all: BTreeMap<PersonId, Cast> = BTreeMap::new();
    let mut take = |person: &PersonId, part: &PartId, unit: Option<&UnitCode>| {
        if drill.is_staff(person) || directory.active(person).is_none() {
            return;
        }
        let cast = all.entry(person.clone()).or_insert_with(|| Cast {
            person: person.clone(),
            parts: BTreeSet::new(),
            unit: None,
        });
        cast.parts.insert(part.clone());
        cast.unit = cast.unit.take().or_else(|| unit.cloned());
    };
    for part in &scenario.parts {
        match part.who {
            PartWho::Unit => {
                for unit in &drill.planning.units {
                    let now = directory.acting(unit).clone();
                    for person in directory.contacts(&now) {
                        take(&person.id, &part.id, Some(&now));
                    }
                }
            }
            PartWho::Team => {
                for person in directory.assignable() {
                    take(&person.id, &part.id, None);
                }
            }
            PartWho::Lead => of_role(directory, Role::Lead, &part.id, &mut take),
            PartWho::Managers => of_role(directory, Role::Manager, &part.id, &mut take),
            PartWho::Role(role) => of_role(directory, role, &part.id, &mut take),
        }
    }
    all.into_values().collect()
}

fn of_role(
    directory: &Directory,
    role: Role,
    part: &PartId,
    take: &mut impl FnMut(&PersonId, &PartId, Option<&UnitCode>),
) {
    for person in directory.with_role(role) {
        take(&person.id, part, None);
    }
}

/// To whom an inject goes: those who play, and of them whoever it is for.
pub fn audience(drill: &Drill, inject: &Inject) -> Vec<PersonId> {
    let meant = |parts: &BTreeSet<PartId>| {
        inject.to.iter().any(|audience| match audience {
            Audience::Everyone => true,
            Audience::Part(part) => parts.contains(part),
        })
    };
    let players = drill.players().filter(|(_, participant)| meant(&participant.parts));
    players.map(|(person, _)| person.clone()).collect()
}
