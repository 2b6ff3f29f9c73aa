//! `people.csv`: people, their roles and the ways to them.
//!
//! A column that is left out keeps what the directory has; an empty cell takes it away. A Telegram
//! account speaks for one person, across the file and everybody the file does not touch.

use std::collections::{BTreeMap, BTreeSet};

use super::cells::{email, phone, telegram_id};
use super::problem::{Imported, RowProblem, RowProblemKind as Kind};
use super::sheet::{Row, Sheet};
use crate::domain::directory::{Directory, Person, Private};
use crate::domain::ids::PersonId;
use crate::domain::tables;

/// The people of the file as they will be, in its order; or every bad row.
pub fn parse(
    bytes: &[u8],
    directory: &Directory,
) -> Result<Imported<Vec<(Person, Private)>>, Vec<RowProblem>> {
    let sheet = Sheet::read(bytes, tables::PEOPLE)?;
    let known: BTreeMap<String, &PersonId> =
        directory.people.keys().map(|id| (id.as_str().to_lowercase(), id)).collect();
    let mut seen = BTreeMap::new();
    let mut people: Vec<(Row<'_>, Person, Private)> = Vec::new();
    for row in sheet.rows() {
        let Some(id) = row.own_code("id", &mut seen) else {
            // Nobody it could be, and yet everything else that is wrong with the row is told.
            person(&row, PersonId::new(""), directory);
            private(&row, None);
            continue;
        };
        if let Some(other) = known.get(&id.to_lowercase()).filter(|one| one.as_str() != id) {
            row.report("id", Kind::OtherCapitals { known: other.to_string() });
        }
        let id = PersonId::new(id);
        let private = private(&row, directory.private.get(&id));
        people.push((row, person(&row, id, directory), private));
    }
    report_shared_accounts(&people, directory);
    let people = people.into_iter().map(|(_, person, private)| (person, private)).collect();
    sheet.finish(people)
}

fn person(row: &Row<'_>, id: PersonId, directory: &Directory) -> Person {
    let kept = directory.people.get(&id);
    let unit = row.unit("unit", kept.and_then(|person| person.unit.clone()), directory);
    let roles = row.roles("roles", kept.map(|person| person.roles.clone()).unwrap_or_default());
    let order = row.channels("channels", kept.map(|person| &person.order));
    let active = row.yes_or_no("active", kept.is_none_or(|person| person.active));
    let hours = row.hours("hours", kept.and_then(|person| person.hours));
    Person { id, unit, roles, order, active, hours }
}

fn private(row: &Row<'_>, kept: Option<&Private>) -> Private {
    // Whose name was never known, or was erased, may stay without: the founder, for one.
    let nameless = kept.is_some_and(|kept| kept.full_name.is_empty());
    let kept = kept.cloned().unwrap_or_default();
    let name = if nameless { Row::words } else { Row::needed_words };
    Private {
        full_name: name(row, "full_name", Some(&kept.full_name)),
        title: row.words("title", Some(&kept.title)),
        telegram_id: row.optional("telegram_id", kept.telegram_id, telegram_id),
        zalo_id: row.optional("zalo_id", kept.zalo_id, |cell| Ok(cell.to_owned())),
        phone: row.optional("phone", kept.phone, phone),
        email: row.optional("email", kept.email, email),
    }
}

/// An account speaks for one person only: those of the file, and those of the directory the file
/// does not touch.
fn report_shared_accounts(people: &[(Row<'_>, Person, Private)], directory: &Directory) {
    let here: BTreeSet<&PersonId> = people.iter().map(|(_, person, _)| &person.id).collect();
    let untouched = directory.private.iter().filter(|(id, _)| !here.contains(id));
    let mut taken: BTreeMap<i64, &PersonId> =
        untouched.filter_map(|(id, private)| Some((private.telegram_id?, id))).collect();
    for (row, person, private) in people {
        let Some(account) = private.telegram_id else { continue };
        match taken.get(&account) {
            Some(by) => {
                row.report("telegram_id", Kind::TelegramIdTaken { by: by.to_string() });
            }
            None => {
                taken.insert(account, &person.id);
            }
        }
    }
}
