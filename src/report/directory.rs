//! Units, people and systems as the tables they are imported from.

use super::table::Table;
use crate::domain::calendar::When;
use crate::domain::directory::Directory;
use crate::domain::tables;

/// The units.
pub fn units(directory: &Directory) -> Table {
    let day = |day: &Option<String>| day.clone().unwrap_or_default();
    let rows = directory.units.values().map(|unit| {
        vec![
            unit.code.to_string(),
            unit.name.clone(),
            unit.kind.clone(),
            written(unit.parent.as_ref()),
            day(&unit.active_from),
            day(&unit.active_to),
            written(unit.successor.as_ref()),
        ]
    });
    Table::of_words("units", tables::UNITS, rows)
}

/// The people, with the ways to reach them.
pub fn people(directory: &Directory) -> Table {
    let rows = directory.people.values().map(|person| {
        let private = directory.private.get(&person.id).cloned().unwrap_or_default();
        let roles: Vec<&str> = person.roles.iter().map(|role| role.as_str()).collect();
        let order: Vec<&str> = person.order.iter().map(|channel| channel.as_str()).collect();
        vec![
            person.id.to_string(),
            private.full_name,
            private.title,
            written(person.unit.as_ref()),
            roles.join(";"),
            written(private.telegram_id.as_ref()),
            private.zalo_id.unwrap_or_default(),
            private.phone.unwrap_or_default(),
            private.email.unwrap_or_default(),
            order.join(";"),
            yes_or_no(person.active),
            person.hours.map_or("", When::as_str).to_owned(),
        ]
    });
    Table::of_words("people", tables::PEOPLE, rows)
}

/// The systems.
pub fn systems(directory: &Directory) -> Table {
    let rows = directory.systems.values().map(|system| {
        vec![
            system.code.to_string(),
            system.unit.to_string(),
            system.name.clone(),
            system.level.to_string(),
            system.hosting.clone(),
            written(system.contact.as_ref()),
            yes_or_no(!system.retired),
        ]
    });
    Table::of_words("systems", tables::SYSTEMS, rows)
}

fn yes_or_no(yes: bool) -> String {
    (if yes { "yes" } else { "no" }).to_owned()
}

fn written(value: Option<&impl ToString>) -> String {
    value.map(ToString::to_string).unwrap_or_default()
}
