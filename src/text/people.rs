//! How people, units and numbers are written.

use super::markup::one_line;
use super::words;
use crate::domain::directory::Directory;
use crate::domain::envelope::Actor;
use crate::domain::ids::{PersonId, UnitCode};
use crate::domain::notice::{Reader, View};
use crate::domain::systems::System;
use crate::domain::values::Role;

/// The longest name shown, in UTF-16 units.
const NAME_UNITS: usize = 60;

/// How many numbers a message lists.
const NUMBERS: usize = 12;

/// A person's name; the id once the name is gone.
pub fn name(id: &PersonId, directory: &Directory) -> String {
    one_line(directory.name(id), NAME_UNITS)
}

/// A unit's name, and what became of it once it has ended.
pub fn unit(code: &UnitCode, directory: &Directory) -> String {
    let name = unit_name(code, directory);
    let acting = directory.acting(code);
    if acting != code {
        return format!("{name} (nay là {})", unit_name(acting, directory));
    }
    let last = directory.units.get(code).and_then(|unit| unit.active_to.as_deref());
    match last.filter(|_| directory.ended.contains(code)).map(words::day) {
        Some(last) => format!("{name} (hoạt động đến hết {last})"),
        None => name,
    }
}

/// A system with its level.
pub fn system(system: &System) -> String {
    format!("{} (cấp độ {})", one_line(&system.name, 2 * NAME_UNITS), system.level)
}

/// A unit's name alone; the code where the directory does not know it.
pub fn unit_name(code: &UnitCode, directory: &Directory) -> String {
    let name = directory.units.get(code).map(|unit| unit.name.as_str());
    one_line(name.filter(|name| !name.is_empty()).unwrap_or(code.as_str()), 2 * NAME_UNITS)
}

/// A person's telephone number.
pub fn phone(id: &PersonId, directory: &Directory) -> Option<String> {
    let phone = directory.private.get(id)?.phone.as_deref()?;
    (!phone.trim().is_empty()).then(|| one_line(phone, 24))
}

/// A name with its telephone number where `numbers` may be shown and one is known.
pub fn reach(id: &PersonId, directory: &Directory, numbers: bool) -> String {
    let name = name(id, directory);
    match phone(id, directory).filter(|_| numbers) {
        Some(phone) => format!("{name} ({phone})"),
        None => name,
    }
}

/// Who or what did something.
pub fn actor(actor: &Actor, directory: &Directory) -> String {
    match actor {
        Actor::Person(id) => name(id, directory),
        Actor::Intake(intake) => format!("nguồn cảnh báo {}", one_line(intake, NAME_UNITS)),
        Actor::System => words::PROGRAM.to_owned(),
        Actor::Operator => "người quản trị máy chủ".to_owned(),
        Actor::Stranger => "người ngoài danh bạ".to_owned(),
    }
}

/// Several names, the first few in full.
pub fn names<'a>(ids: impl IntoIterator<Item = &'a PersonId>, directory: &Directory) -> String {
    const SHOWN: usize = 4;
    let all: Vec<String> = ids.into_iter().map(|id| name(id, directory)).collect();
    let more = all.len().saturating_sub(SHOWN);
    let shown: Vec<String> = all.into_iter().take(SHOWN).collect();
    match more {
        0 => shown.join(", "),
        more => format!("{} và {more} người khác", shown.join(", ")),
    }
}

/// Whom to call by telephone when messages reach nobody: responders and leads with a number,
/// without the reader, then the hotline.
pub fn numbers(view: &View) -> Vec<String> {
    let directory = &view.directory;
    let calls = |id: &PersonId| {
        directory.has_role(id, Role::Responder) || directory.has_role(id, Role::Lead)
    };
    let mut lines: Vec<String> = directory
        .people
        .keys()
        .filter(|id| calls(id) && view.reader != Reader::Person((*id).clone()))
        .filter_map(|id| Some(format!("• {}: {}", name(id, directory), phone(id, directory)?)))
        .take(NUMBERS)
        .collect();
    lines.push(format!("• {}", hotline(view)));
    lines
}

/// The hotline's number.
pub fn hotline_number(view: &View) -> String {
    one_line(&view.team.hotline, NAME_UNITS)
}

/// The hotline, as a line of its own.
pub fn hotline(view: &View) -> String {
    format!("Đường dây nóng: {}", hotline_number(view))
}
