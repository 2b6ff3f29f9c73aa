//! `trucban playbook …`: what there is, what is wrong with it, and what it would do.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::args::{Args, Playbook as Wanted};
use super::{End, Stopped, configured, office, say, say_json, table};
use crate::app::output;
use crate::clock::Clock;
use crate::config::playbooks::{Shelf, folder, is_own, script};
use crate::config::{self, Problem};
use crate::domain::actor::Origin;
use crate::domain::directory::Directory;
use crate::domain::ids::DrillCode;
use crate::domain::playbook::model::{Case, Playbook, PlaybookId};
use crate::domain::playbook::simulate::{
    Entry, Nobody, Played, Script, What, nobody, play, sample,
};
use crate::domain::playbook::{Bundle, Library};
use crate::domain::time::Timestamp;
use crate::domain::values::Severity;
use crate::report::graph::Chart;
use crate::text::cli::{playbook as words, said};
use crate::text::play::{page, path};

/// `playbook …`.
pub fn playbook(args: &Args, wanted: &Wanted) -> Result<End, Stopped> {
    match wanted {
        Wanted::List => list(args),
        Wanted::Show { id } => show(args, id),
        Wanted::Lint { files } => lint(args, files),
        Wanted::Graph { id, svg } => graph(args, id, svg.as_deref()),
        Wanted::Simulate { id, answers, seed, severity } => {
            simulate(args, id, answers.as_deref(), *seed, *severity)
        }
    }
}

/// The playbooks built in, and those of the team's own folder where a configuration names one. A
/// configuration that somebody named has to be there.
fn shelf(args: &Args) -> Result<Shelf, Stopped> {
    let usual = args.config == Path::new("./trucban.toml");
    if !usual && !args.config.exists() {
        return Err(Stopped(said::no_config(&args.config.display().to_string())));
    }
    Ok(Shelf::of(folder(&args.config).as_deref()))
}

/// The one that is meant, by its id, its title, or its file.
fn chosen(args: &Args, meant: &str) -> Result<(Library, PlaybookId), Stopped> {
    let mut shelf = shelf(args)?;
    let file = Path::new(meant);
    if file.extension().is_some_and(|ending| ending == "toml") {
        let before = shelf.problems.len();
        shelf.add(file);
        let lines: Vec<String> = shelf.problems.iter().skip(before).map(Problem::words).collect();
        if !lines.is_empty() {
            return Err(Stopped(lines.join("\n")));
        }
    }
    let library = shelf.library();
    let stem = file.file_stem().and_then(|stem| stem.to_str()).unwrap_or(meant);
    let exact = [meant, stem].map(PlaybookId::new).into_iter().find(|id| library.get(id).is_some());
    let id = exact.or_else(|| library.named(meant).map(|one| one.id.clone()));
    let id = id.ok_or_else(|| Stopped(words::unknown(meant)))?;
    Ok((library, id))
}

fn one<'a>(library: &'a Library, id: &PlaybookId) -> Result<&'a Playbook, Stopped> {
    let found = library.get(id).map(AsRef::as_ref);
    found.ok_or_else(|| Stopped(words::unknown(id.as_str())))
}

fn list(args: &Args) -> Result<End, Stopped> {
    let shelf = shelf(args)?;
    let wrong = shelf.problems.len();
    let mut all: Vec<(&Playbook, bool)> =
        shelf.read.iter().map(|read| (&read.playbook, is_own(read.path()))).collect();
    all.sort_by_key(|(one, _)| (one.shared, &one.id));
    if args.json {
        let all: Vec<Value> = all.iter().map(|(one, own)| listed(one, *own)).collect();
        say_json(&json!(all));
    } else {
        let mut rows = vec![words::COLUMNS.map(str::to_owned).to_vec()];
        rows.extend(all.iter().map(|(one, own)| words::row(one, *own)));
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

fn listed(playbook: &Playbook, own: bool) -> Value {
    let fits = &playbook.fits;
    let steps = playbook.steps.values().filter(|step| step.task().is_some()).count();
    json!({
        "id": playbook.id, "version": playbook.version, "title": playbook.title,
        "summary": playbook.summary, "shared": playbook.shared, "own": own, "steps": steps,
        "categories": fits.categories, "tags": fits.tags, "flags": fits.flags,
        "severities": fits.severities,
    })
}

fn show(args: &Args, id: &str) -> Result<End, Stopped> {
    let (library, id) = chosen(args, id)?;
    let playbook = one(&library, &id)?;
    if args.json {
        say_json(&json!(playbook));
    } else {
        say(&page::lines(playbook, &Directory::default()).join("\n"));
    }
    Ok(End::Done)
}

fn lint(args: &Args, files: &[PathBuf]) -> Result<End, Stopped> {
    let mut shelf = match (files.is_empty(), shelf(args)) {
        // Files can be looked at without any configuration.
        (false, Err(_)) => Shelf::default(),
        (_, shelf) => shelf?,
    };
    if !files.is_empty() {
        // What else is wrong with the team's own is not asked for.
        shelf.problems.clear();
        files.iter().for_each(|file| shelf.add(file));
    }
    let library = shelf.library();
    let problems = shelf.check(&library);
    let lines: Vec<String> = problems.iter().map(Problem::words).collect();
    let tests = shelf.read.iter().map(|read| read.tests().count()).sum();
    let count = shelf.read.len();
    if args.json {
        say_json(&json!({
            "ok": lines.is_empty(), "playbooks": count, "tests": tests, "problems": lines
        }));
    } else if lines.is_empty() {
        say(&words::right(count, tests));
    } else {
        say(&said::check_wrong(u64::try_from(lines.len()).unwrap_or(u64::MAX)));
        lines.iter().for_each(|line| say(line));
    }
    Ok(if lines.is_empty() { End::Done } else { End::Wrong })
}

fn graph(args: &Args, id: &str, svg: Option<&Path>) -> Result<End, Stopped> {
    let (library, id) = chosen(args, id)?;
    let chart = Chart::of(one(&library, &id)?, &library);
    let Some(file) = svg else {
        if args.json {
            say_json(&json!({"id": id, "mermaid": chart.mermaid()}));
        } else {
            say(chart.mermaid().trim_end());
        }
        return Ok(End::Done);
    };
    let shown = file.display().to_string();
    output::write(file, chart.svg().as_bytes(), false).map_err(|error| {
        Stopped(match error.kind() {
            ErrorKind::AlreadyExists => words::would_overwrite(&shown),
            kind => said::not_writable(&shown, config::words::why(kind)),
        })
    })?;
    if args.json {
        say_json(&json!({"id": id, "file": shown}));
    } else {
        say(&words::drawn(&shown));
    }
    Ok(End::Done)
}

/// What a simulation is played with: how people behave, and on whose directory.
struct Ground {
    case: Option<Case>,
    severity: Severity,
    seed: u64,
    at: Timestamp,
    /// The people there are, where there is a database.
    directory: Option<Directory>,
}

impl Ground {
    fn new(
        args: &Args,
        answers: Option<&Path>,
        seed: u64,
        severity: Option<Severity>,
    ) -> Result<Self, Stopped> {
        let read = answers.map(script).transpose();
        let case = read.map_err(|problems| {
            Stopped(problems.iter().map(Problem::words).collect::<Vec<_>>().join("\n"))
        })?;
        let severity = severity.or(case.as_ref().map(|case| case.severity));
        let severity = severity.unwrap_or(Severity::High);
        let there = args.config.exists() && configured(&args.config)?.store.path.exists();
        let directory = if there { Some(office(args)?.1.directory()?) } else { None };
        Ok(Self { case, severity, seed, at: Clock::System.now(), directory })
    }

    fn play(&self, bundle: &Bundle, args: &Args) -> Result<Played, Stopped> {
        let policies = match &self.directory {
            Some(_) => Some(configured(&args.config)?.policies),
            None => None,
        };
        let mut incident = sample(self.at, policies);
        incident.severity = self.severity;
        let mut given = BTreeMap::new();
        let mut script = Script { seed: self.seed, ..Script::default() };
        if let Some(case) = &self.case {
            (incident.category, incident.flags) = (case.category, case.flags.clone());
            if case.drill {
                incident.origin = Origin::Drill(DrillCode::new("DT"));
            }
            given.clone_from(&case.args);
            script.answers.clone_from(&case.answers);
            script.times_out.clone_from(&case.times_out);
        }
        let nobody = Directory::default();
        let directory = self.directory.as_ref().unwrap_or(&nobody);
        Ok(play(bundle, &incident, directory, &given, &script))
    }
}

fn simulate(
    args: &Args,
    id: &str,
    answers: Option<&Path>,
    seed: u64,
    severity: Option<Severity>,
) -> Result<End, Stopped> {
    let (library, id) = chosen(args, id)?;
    let bundle = library.bundle(&id).ok_or_else(|| Stopped(words::incomplete(&id)))?;
    let ground = Ground::new(args, answers, seed, severity)?;
    let played = ground.play(&bundle, args)?;
    let missing = ground.directory.as_ref().map(|all| nobody(&bundle, all, ground.at));
    if args.json {
        say_json(&as_json(&bundle, &ground, &played, missing.as_deref()));
    } else {
        tell(&bundle, &ground, &played, missing.as_deref());
    }
    Ok(if played.ended { End::Done } else { End::Wrong })
}

fn tell(bundle: &Bundle, ground: &Ground, played: &Played, missing: Option<&[Nobody]>) {
    let nobody = Directory::default();
    let directory = ground.directory.as_ref().unwrap_or(&nobody);
    say(&path::head(bundle, ground.severity, ground.seed));
    let mut rows = vec![path::COLUMNS.map(str::to_owned).to_vec()];
    rows.extend(played.entries.iter().map(|entry| path::row(entry, bundle, directory)));
    say(&table(&rows));
    say(&path::ended(played));
    say(path::CRITICAL);
    for (step, took) in played.longest() {
        say(&path::critical(step, bundle, took));
    }
    match missing {
        None => say(path::NO_DIRECTORY),
        Some([]) => say(path::EVERYBODY),
        Some(missing) => {
            say(path::NOBODY);
            missing.iter().for_each(|one| say(&path::nobody(one, bundle, directory)));
        }
    }
}

fn as_json(bundle: &Bundle, ground: &Ground, played: &Played, missing: Option<&[Nobody]>) -> Value {
    let entries: Vec<Value> = played.entries.iter().map(entry).collect();
    let critical: Vec<&str> = played.longest().map(|(step, _)| step.as_str()).collect();
    let missing = missing.map(|missing| {
        let one = |one: &Nobody| {
            json!({"playbook": one.playbook, "step": one.step, "whom": one.whom.to_string(),
                   "approves": one.approves})
        };
        missing.iter().map(one).collect::<Vec<_>>()
    });
    json!({
        "playbook": bundle.root, "version": bundle.root().map(|one| one.version),
        "severity": ground.severity, "seed": ground.seed, "ended": played.ended,
        "took_seconds": played.took.as_secs(), "entries": entries, "critical": critical,
        "nobody": missing,
    })
}

fn entry(entry: &Entry) -> Value {
    let (what, more) = match &entry.what {
        What::Asked { title, who } => ("asked", json!({"title": title, "who": who.to_string()})),
        What::Answered { name, value } => ("answered", json!({"name": name, "value": value})),
        What::Done => ("done", Value::Null),
        What::Approved => ("approved", Value::Null),
        What::Chose(way) => ("chose", json!(way)),
        What::Passed => ("passed", Value::Null),
        What::Failed(why) => ("failed", json!(why)),
        What::Stuck(why) => ("stuck", json!(why)),
        What::Untaken => ("untaken", Value::Null),
        What::Late => ("late", Value::Null),
        What::Waits(time) => ("waits", json!(time.as_secs())),
    };
    json!({"at_seconds": entry.at.as_secs(), "playbook": entry.playbook, "step": entry.step,
           "what": what, "more": more})
}
