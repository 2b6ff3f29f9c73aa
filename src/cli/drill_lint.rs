//! `trucban drill lint` and `drill scenario`: what is wrong with scenarios, and what they say.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Value, json};

use super::args::Args;
use super::{End, Stopped, say, say_json, table};
use crate::config::drills::Shelf;
use crate::config::{Problem, playbooks};
use crate::domain::drill::scenario::Scenario;
use crate::text::cli::{drill as words, said};
use crate::text::drill::scenario as page;

/// The team's own folder, where a configuration names one. A configuration that somebody named has to be
/// there.
fn folder(args: &Args) -> Result<Option<PathBuf>, Stopped> {
    let usual = args.config == Path::new("./trucban.toml");
    if !usual && !args.config.exists() {
        return Err(Stopped(said::no_config(&args.config.display().to_string())));
    }
    Ok(playbooks::folder(&args.config))
}

/// Everything wrong with the files, or with every scenario there is.
pub fn lint(args: &Args, files: &[PathBuf]) -> Result<End, Stopped> {
    let own = match (files.is_empty(), folder(args)) {
        // Files can be looked at without any configuration.
        (false, Err(_)) => None,
        (_, folder) => folder?,
    };
    let mut shelf = if files.is_empty() { Shelf::of(own.as_deref()) } else { Shelf::default() };
    for file in files {
        if file.is_dir() { shelf.add_folder(file) } else { shelf.add(file) }
    }
    let known = playbooks::Shelf::of(own.as_deref());
    let library = known.library();
    // What does not read there is told by its own command, and not once more by each that names it.
    let problems = shelf.check(known.problems.is_empty().then_some(&library));
    let lines: Vec<String> = problems.iter().map(Problem::words).collect();
    let count = shelf.read.len();
    if args.json {
        say_json(&json!({"ok": lines.is_empty(), "scenarios": count, "problems": lines}));
    } else if lines.is_empty() {
        say(&words::right(count));
    } else {
        say(&said::check_wrong(u64::try_from(lines.len()).unwrap_or(u64::MAX)));
        lines.iter().for_each(|line| say(line));
    }
    Ok(if lines.is_empty() { End::Done } else { End::Wrong })
}

/// The scenarios there are.
pub fn list(args: &Args) -> Result<End, Stopped> {
    let shelf = Shelf::of(folder(args)?.as_deref());
    let wrong = shelf.problems.len();
    let mut all: Vec<(&Scenario, bool)> =
        shelf.read.iter().map(|read| (&read.scenario, playbooks::is_own(read.path()))).collect();
    all.sort_by_key(|(one, _)| &one.id);
    if args.json {
        let all: Vec<Value> = all.iter().map(|(one, own)| listed(one, *own)).collect();
        say_json(&json!(all));
    } else {
        let mut rows = vec![words::SCENARIO_COLUMNS.map(str::to_owned).to_vec()];
        rows.extend(all.iter().map(|(one, own)| words::scenario_row(one, *own)));
        say(&table(&rows));
        if all.iter().any(|(_, own)| *own) {
            say(words::OWN);
        }
        if wrong > 0 {
            say(&words::unread(wrong));
        }
    }
    Ok(if wrong == 0 { End::Done } else { End::Wrong })
}

fn listed(scenario: &Scenario, own: bool) -> Value {
    json!({
        "id": scenario.id, "version": scenario.version, "title": scenario.title,
        "summary": scenario.summary, "kind": scenario.kind, "own": own,
        "length_seconds": scenario.length.as_secs(), "injects": scenario.injects.len(),
        "objectives": scenario.objectives.len(),
    })
}

/// One scenario, as whoever leads the drill reads it.
pub fn show(args: &Args, meant: &str) -> Result<End, Stopped> {
    let scenario = chosen(args, meant)?;
    if args.json {
        say_json(&json!(scenario.as_ref()));
    } else {
        say(&page::lines(&scenario).join("\n"));
    }
    Ok(End::Done)
}

/// The one that is meant, by its id, its title, or its file.
fn chosen(args: &Args, meant: &str) -> Result<Arc<Scenario>, Stopped> {
    let file = Path::new(meant);
    let library = if file.extension().is_some_and(|ending| ending == "toml") {
        let mut shelf = Shelf::default();
        shelf.add(file);
        if !shelf.problems.is_empty() {
            let lines: Vec<String> = shelf.problems.iter().map(Problem::words).collect();
            return Err(Stopped(lines.join("\n")));
        }
        shelf.library()
    } else {
        Shelf::of(folder(args)?.as_deref()).library()
    };
    let stem = file.file_stem().and_then(|stem| stem.to_str()).unwrap_or(meant);
    let found = library.named(meant).or_else(|| library.named(stem));
    found.cloned().ok_or_else(|| Stopped(words::unknown(meant)))
}
