//! `trucban units`, `trucban people`, `trucban page test`.

use std::path::Path;
use std::time::Duration;

use serde_json::json;

use super::args::{Args, Import, Page, People, Units};
use super::{End, Stopped, office, say, say_json};
use crate::app::office::{Office, fresh_code};
use crate::config::Config;
use crate::config::rows::{RowProblem, parse_people, parse_units};
use crate::domain::envelope::{Command, DirectoryCommand, Done, Receipt};
use crate::domain::ids::PersonId;
use crate::text::cli::said;
use crate::text::words;

/// An invitation can be used for so long.
const VALID: Duration = Duration::from_secs(7 * 24 * 3600);

/// `units import`.
pub fn units(args: &Args, command: &Units) -> Result<End, Stopped> {
    let Units::Import(import) = command;
    let (config, mut office) = office(args)?;
    let parsed = parse_units(&read(&import.file)?, &office.directory()?);
    let count = parsed.as_ref().map_or(0, Vec::len);
    let command = parsed.map(DirectoryCommand::Units);
    perform_import(args, &config, &mut office, import, count, command)
}

/// `people …`.
pub fn people(args: &Args, command: &People) -> Result<End, Stopped> {
    let (config, mut office) = office(args)?;
    match command {
        People::Import(import) => {
            let parsed = parse_people(&read(&import.file)?, &office.directory()?);
            let count = parsed.as_ref().map_or(0, Vec::len);
            let command = parsed.map(DirectoryCommand::People);
            perform_import(args, &config, &mut office, import, count, command)
        }
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

fn read(file: &Path) -> Result<Vec<u8>, Stopped> {
    let shown = file.display().to_string();
    std::fs::read(file).map_err(|error| Stopped(said::not_readable(&shown, &error.to_string())))
}

fn perform_import(
    args: &Args,
    config: &Config,
    office: &mut Office,
    import: &Import,
    count: usize,
    command: Result<DirectoryCommand, Vec<RowProblem>>,
) -> Result<End, Stopped> {
    let file = import.file.display().to_string();
    let command = match command {
        Ok(command) => command,
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
    let rows = u64::try_from(count).unwrap_or(u64::MAX);
    let same = rows.saturating_sub(added).saturating_sub(changed);
    if args.json {
        say_json(&json!({"added": added, "changed": changed, "same": same,
                         "dry_run": import.dry_run, "problems": []}));
    } else if import.dry_run {
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
                json!({"line": problem.line, "column": problem.column, "value": problem.value,
                       "problem": problem.words(file)})
            })
            .collect();
        say_json(&json!({"added": 0, "changed": 0, "same": 0, "problems": problems}));
        return;
    }
    let count = u64::try_from(problems.len()).unwrap_or(u64::MAX);
    say(&said::import_refused(file, count));
    for problem in problems {
        say(&problem.words(file));
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

/// `page test`.
pub fn test_page(args: &Args, command: &Page) -> Result<End, Stopped> {
    let Page::Test { id } = command;
    let (config, mut office) = office(args)?;
    let person = PersonId::new(id);
    let directory = office.directory()?;
    done(&mut office, &config, Command::TestPage(person.clone()))?;
    let ways = directory.ways_to(&person);
    if args.json {
        say_json(&json!({"person": id, "channels": ways}));
    } else {
        let ways: Vec<&str> = ways.iter().map(|way| words::channel(*way)).collect();
        say(&said::test_paged(directory.name(&person), &ways.join(" → ")));
    }
    Ok(End::Done)
}

fn done(office: &mut Office, config: &Config, command: Command) -> Result<(), Stopped> {
    match office.submit(command)? {
        Receipt::Done(_) => Ok(()),
        Receipt::Refused(refusal) => Err(Stopped(refused(config, office, &refusal)?)),
    }
}

fn refused(
    config: &Config,
    office: &Office,
    refusal: &crate::domain::refusal::Refusal,
) -> Result<String, Stopped> {
    let team = office.team(config);
    Ok(crate::text::refusal::sentence(refusal, &office.directory()?, &team, false))
}
