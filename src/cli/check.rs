//! `trucban check`: everything that is wrong, at once.

use std::path::Path;

use serde_json::json;

use super::{End, Stopped, say, say_json};
use crate::app::office::Office;
use crate::config;
use crate::config::playbooks::Shelf;
use crate::domain::escalation::ladder::Position;
use crate::domain::values::Severity;
use crate::text::cli::said;
use crate::text::words;

/// Checks the configuration and, where there is a database, whether each level calls somebody.
pub fn check(path: &Path, json: bool) -> Result<End, Stopped> {
    let shown = path.display().to_string();
    if !path.exists() {
        return Err(Stopped(said::no_config(&shown)));
    }
    let config = match config::load(path, &|name| std::env::var(name).ok()) {
        Ok(config) => config,
        Err(problems) => {
            let words: Vec<String> = problems.iter().map(config::Problem::words).collect();
            report(json, &words, &[]);
            return Ok(End::Wrong);
        }
    };
    let (mut people, mut units) = (0, 0);
    let mut found = own_playbooks(&config);
    let mut beside = None;
    if config.store.path.exists() {
        let office = Office::open(&config)?;
        let directory = office.directory()?;
        people = directory.people.values().filter(|person| person.active).count();
        units = directory.units.len();
        if people > 1 {
            found.extend(empty_levels(&office)?);
        }
        beside = Some(office);
    }
    let mut warnings = super::doctor::warnings(path, &config);
    if !config.team.hotline.contains(|c: char| c.is_ascii_digit()) {
        warnings.push(said::NO_HOTLINE.to_owned());
    }
    warnings.extend(super::duty::warnings(&config, beside.as_ref())?);
    if found.is_empty() {
        let (people, units) =
            (u64::try_from(people).unwrap_or(0), u64::try_from(units).unwrap_or(0));
        if json {
            say_json(&json!({"ok": true, "problems": [], "warnings": warnings}));
        } else {
            say(&said::check_ok(&shown, people, units));
            warnings.iter().for_each(|words| say(words));
        }
        return Ok(End::Done);
    }
    report(json, &found, &warnings);
    Ok(End::Wrong)
}

/// What the tests in the team's own playbooks show; all else stands in the way of loading them.
fn own_playbooks(config: &config::Config) -> Vec<String> {
    if config.playbooks.is_none() {
        return Vec::new();
    }
    let shelf = Shelf::of(config.playbooks.as_deref());
    shelf.check(&shelf.library()).iter().map(config::Problem::words).collect()
}

/// Levels that would call nobody, by the engine's own function.
fn empty_levels(office: &Office) -> Result<Vec<String>, Stopped> {
    let mut found = Vec::new();
    for severity in Severity::ALL {
        for step in office.explain(*severity, None, office.now())? {
            if let (false, Position::On(rung)) = (step.step.reachable, step.step.position) {
                let words =
                    said::nobody_on_level(words::severity(*severity), u64::from(rung.level));
                if !found.contains(&words) {
                    found.push(words);
                }
            }
        }
    }
    Ok(found)
}

fn report(json: bool, problems: &[String], warnings: &[String]) {
    if json {
        say_json(&json!({"ok": false, "problems": problems, "warnings": warnings}));
        return;
    }
    say(&said::check_wrong(u64::try_from(problems.len()).unwrap_or(u64::MAX)));
    problems.iter().chain(warnings).for_each(|words| say(words));
}
