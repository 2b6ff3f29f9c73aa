//! Finding people and units by name, code or title, without marks.

use super::access::{may, sees_all};
use super::contacts::ContactsAnswer;
use super::directory::{Directory, Person};
use super::ids::{PersonId, UnitCode};
use super::incident::act::ActKind;
use super::search::Query;

/// An answer names so many units.
const UNITS: usize = 8;

/// An answer names so many people beside those of the units.
const PEOPLE: usize = 12;

/// What `person` may find; those who only report find their own unit.
pub fn looked_up(directory: &Directory, person: &Person, query: &Query) -> ContactsAnswer {
    let keeps = person.roles.iter().any(|role| may(*role, ActKind::Contacts));
    let all = sees_all(person) || keeps;
    let own =
        |unit: &UnitCode| person.unit.as_ref().is_some_and(|own| directory.same_unit(own, unit));
    let mut units: Vec<UnitCode> = directory
        .units
        .values()
        .filter(|unit| all || own(&unit.code))
        .filter(|unit| query.stands_in(&format!("{} {}", unit.code, unit.name)))
        .map(|unit| unit.code.clone())
        .collect();
    // Units that still stand come first.
    units.sort_by_key(|code| directory.ended.contains(code));
    let mut people: Vec<PersonId> = directory
        .people
        .values()
        .filter(|one| one.active && (all || one.unit.as_ref().is_some_and(own)))
        // The contacts of a unit that is named are named with it.
        .filter(|one| !units.iter().any(|unit| directory.is_contact(one, unit)))
        .filter(|one| {
            let private = directory.private.get(&one.id);
            let (name, title) =
                private.map_or(("", ""), |one| (one.full_name.as_str(), one.title.as_str()));
            query.stands_in(&format!("{} {name} {title}", one.id))
        })
        .map(|one| one.id.clone())
        .collect();
    let left = units.len().saturating_sub(UNITS) + people.len().saturating_sub(PEOPLE);
    units.truncate(UNITS);
    people.truncate(PEOPLE);
    ContactsAnswer::Found { units, people, more: u64::try_from(left).unwrap_or(u64::MAX) }
}
