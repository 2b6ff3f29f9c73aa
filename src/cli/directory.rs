//! `trucban units`, `trucban systems`, `trucban people`.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use serde_json::json;

use super::args::{Args, Export, Import, People, Systems, Units};
use super::{End, Stopped, office, say, say_json, table};
use crate::app::office::{Office, fresh_code};
use crate::app::output;
use crate::config::Config;
use crate::config::rows::{
    Encoding, Imported, ReadAs, RowProblem, parse_people, parse_systems, parse_units,
};
use crate::config::words::why;
use crate::domain::directory::Directory;
use crate::domain::envelope::{Command, DirectoryCommand, Done, Receipt};
use crate::domain::ids::{PersonId, UnitCode};
use crate::domain::systems::System;
use crate::report::directory as tables;
use crate::report::table::{Form, Table};
use crate::text::cli::said;

/// An invitation can be used for so long.
const VALID: Duration = Duration::from_secs(7 * 24 * 3600);

/// So many problems are told one by one; whoever mends those runs the import again.
const NAMED: usize = 100;

/// What a file asks for.
struct Parsed {
    command: DirectoryCommand,
    rows: u64,
    from: ReadAs,
}

fn asking<T>(found: Imported<Vec<T>>, command: impl FnOnce(Vec<T>) -> DirectoryCommand) -> Parsed {
    let rows = u64::try_from(found.rows.len()).unwrap_or(u64::MAX);
    Parsed { command: command(found.rows), rows, from: found.from }
}

/// `units import`.
pub fn units(args: &Args, command: &Units) -> Result<End, Stopped> {
    let (config, mut office) = office(args)?;
    let import = match command {
        Units::Import(import) => import,
        Units::Coverage => return super::coverage::coverage(args, &config, &office),
        Units::Export(wanted) => {
            return export(args, &tables::units(&office.directory()?), wanted, false);
        }
    };
    let parsed = parse_units(&read(&import.file)?, &office.directory()?, &config.unit_kinds);
    let parsed = parsed.map(|found| asking(found, DirectoryCommand::Units));
    perform_import(args, &config, &mut office, import, parsed)
}

/// `systems …`.
pub fn systems(args: &Args, command: &Systems) -> Result<End, Stopped> {
    let (config, mut office) = office(args)?;
    let directory = office.directory()?;
    match command {
        Systems::Import(import) => {
            let parsed = parse_systems(&read(&import.file)?, &directory);
            let parsed = parsed.map(|found| asking(found, DirectoryCommand::Systems));
            perform_import(args, &config, &mut office, import, parsed)
        }
        Systems::Export(wanted) => export(args, &tables::systems(&directory), wanted, false),
        Systems::List { unit } => list_systems(args, &directory, unit.as_deref()),
    }
}

/// The systems of one unit, or all of them, as they would be offered.
fn list_systems(args: &Args, directory: &Directory, unit: Option<&str>) -> Result<End, Stopped> {
    let found: Vec<&System> = match unit.map(UnitCode::new) {
        Some(unit) if !directory.units.contains_key(&unit) => {
            return Err(Stopped(said::unknown_unit(unit.as_str())));
        }
        Some(unit) => directory.systems_of(&unit),
        None => {
            let in_use = directory.systems.values().filter(|system| !system.retired);
            let mut all: Vec<&System> = in_use.collect();
            all.sort_by_key(|one| (&one.unit, std::cmp::Reverse(one.level), &one.code));
            all
        }
    };
    if args.json {
        let all: Vec<_> = found.iter().map(|system| json!(system)).collect();
        say_json(&all.into());
        return Ok(End::Done);
    }
    if found.is_empty() {
        say(said::NO_SYSTEMS);
        return Ok(End::Done);
    }
    let mut rows = vec![said::SYSTEM_COLUMNS.map(str::to_owned).to_vec()];
    rows.extend(found.into_iter().map(|system| {
        let contact = system.contact.as_ref().map_or("–", |contact| directory.name(contact));
        vec![
            system.code.to_string(),
            crate::text::people::unit(&system.unit, directory),
            system.name.clone(),
            system.level.to_string(),
            system.hosting.clone(),
            contact.to_owned(),
        ]
    }));
    say(&table(&rows));
    Ok(End::Done)
}

/// Writes a table, by the ending of the file's name.
fn export(args: &Args, table: &Table, to: &Export, personal: bool) -> Result<End, Stopped> {
    let file = to.output.display().to_string();
    let ending = to.output.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    let form = Form::of(ending).ok_or_else(|| Stopped(said::unknown_ending(&file)))?;
    let failed = |error: crate::report::table::TableError| {
        Stopped(said::not_writable(&file, &error.to_string()))
    };
    let bytes = table.written(form).map_err(failed)?;
    write(&to.output, &bytes, to.force)?;
    let rows = u64::try_from(table.rows.len()).unwrap_or(u64::MAX);
    if args.json {
        say_json(&json!({"file": file, "rows": rows}));
        return Ok(End::Done);
    }
    say(&said::table_written(&file, rows));
    if personal {
        say(said::PERSONAL);
    }
    Ok(End::Done)
}

/// Writes a file for its owner only; over another one only where that is said.
pub(super) fn write(path: &Path, bytes: &[u8], force: bool) -> Result<(), Stopped> {
    let file = path.display().to_string();
    output::write(path, bytes, force).map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => Stopped(said::would_overwrite(&file)),
        _ => Stopped(said::not_writable(&file, &error.to_string())),
    })
}

/// `people …`.
pub fn people(args: &Args, command: &People) -> Result<End, Stopped> {
    let (config, mut office) = office(args)?;
    match command {
        People::Import(import) => {
            let parsed = parse_people(&read(&import.file)?, &office.directory()?);
            let parsed = parsed.map(|found| asking(found, DirectoryCommand::People));
            perform_import(args, &config, &mut office, import, parsed)
        }
        People::Export(wanted) => export(args, &tables::people(&office.directory()?), wanted, true),
        People::Invite { id } => invite(args, &config, &mut office, id),
        People::Unlink { id } => {
            let person = PersonId::new(id);
            let name = office.directory()?.name(&person).to_owned();
            let command = DirectoryCommand::Unlink { person };
            done(&mut office, &config, Command::Directory(command))?;
            if args.json {
                say_json(&json!({"unlinked": id}));
            } else {
                say(&said::unlinked(&name, id));
            }
            Ok(End::Done)
        }
    }
}

/// The bytes of a file that somebody named.
pub(super) fn read(file: &Path) -> Result<Vec<u8>, Stopped> {
    let shown = file.display().to_string();
    std::fs::read(file).map_err(|error| Stopped(said::not_readable(&shown, why(error.kind()))))
}

fn perform_import(
    args: &Args,
    config: &Config,
    office: &mut Office,
    import: &Import,
    parsed: Result<Parsed, Vec<RowProblem>>,
) -> Result<End, Stopped> {
    let file = import.file.display().to_string();
    let Parsed { command, rows, from } = match parsed {
        Ok(parsed) => parsed,
        Err(problems) => {
            refuse(args, &file, &problems);
            return Ok(End::Wrong);
        }
    };
    let receipt = if import.dry_run {
        office.rehearse(Command::Directory(command))?
    } else {
        office.submit(Command::Directory(command))?
    };
    let (added, changed) = match receipt {
        Receipt::Done(Done::Directory { added, changed }) => (added, changed),
        Receipt::Refused(refusal) => {
            say(&refused(config, office, &refusal)?);
            return Ok(End::Wrong);
        }
        Receipt::Done(_) => (0, 0),
    };
    let same = rows.saturating_sub(added).saturating_sub(changed);
    if args.json {
        say_json(&json!({"added": added, "changed": changed, "same": same,
                         "dry_run": import.dry_run, "sheet": from.sheet, "problems": []}));
        return Ok(End::Done);
    }
    if let Some(sheet) = &from.sheet {
        say(&said::read_sheet(sheet));
    }
    if let Some(encoding) = from.encoding {
        say(&said::converted(encoding == Encoding::Utf16));
    }
    if import.dry_run {
        say(&said::would_import(&file, added, changed, same));
    } else {
        say(&said::imported(&file, added, changed, same));
    }
    Ok(End::Done)
}

fn refuse(args: &Args, file: &str, problems: &[RowProblem]) {
    if args.json {
        let problems: Vec<_> = problems
            .iter()
            .map(|problem| {
                json!({"line": problem.line, "sheet": problem.sheet, "cell": problem.cell,
                       "column": problem.column, "value": problem.value,
                       "problem": problem.words(file)})
            })
            .collect();
        say_json(&json!({"added": 0, "changed": 0, "same": 0, "problems": problems}));
        return;
    }
    let count = u64::try_from(problems.len()).unwrap_or(u64::MAX);
    say(&said::import_refused(file, count));
    for problem in problems.iter().take(NAMED) {
        say(&problem.words(file));
    }
    let rest = problems.get(NAMED..).unwrap_or_default();
    let lines: BTreeSet<u64> = rest.iter().map(|problem| problem.line).collect();
    if !lines.is_empty() {
        say(&said::more_lines(u64::try_from(lines.len()).unwrap_or(u64::MAX)));
    }
}

fn invite(args: &Args, config: &Config, office: &mut Office, id: &str) -> Result<End, Stopped> {
    let code = fresh_code();
    let person = PersonId::new(id);
    let expires = office.now().plus(VALID);
    let name = office.directory()?.name(&person).to_owned();
    let command = DirectoryCommand::Invite { person, code: code.clone(), expires };
    done(office, config, Command::Directory(command))?;
    let link = office.bot_name()?.map(|bot| format!("https://t.me/{bot}?start={code}"));
    if args.json {
        let expires = expires.rfc3339(config.team.timezone);
        say_json(&json!({"person": id, "code": code, "link": link, "expires": expires}));
    } else {
        let until = expires.shown(config.team.timezone);
        say(&said::invited(&name, &code, link.as_deref(), &until));
    }
    Ok(End::Done)
}

fn done(office: &mut Office, config: &Config, command: Command) -> Result<(), Stopped> {
    match office.submit(command)? {
        Receipt::Done(_) => Ok(()),
        Receipt::Refused(refusal) => Err(Stopped(refused(config, office, &refusal)?)),
    }
}

/// A refusal in words.
pub(super) fn refused(
    config: &Config,
    office: &Office,
    refusal: &crate::domain::refusal::Refusal,
) -> Result<String, Stopped> {
    let team = office.team(config);
    Ok(said::refused(refusal, &office.directory()?, &team))
}
