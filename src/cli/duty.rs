//! `trucban duty`.

use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};

use super::args::{Args, Duty};
use super::{End, Stopped, office, say, say_json};
use crate::app::office::Office;
use crate::clock::Clock;
use crate::config::{self, Config};
use crate::domain::calendar::WARNED;
use crate::domain::directory::Directory;
use crate::domain::envelope::{Command, Done, Receipt};
use crate::domain::ids::PersonId;
use crate::domain::receipt::DutyDone;
use crate::domain::roster::check::Finding;
use crate::domain::roster::decide::Wish;
use crate::domain::roster::shifts::{Shift, Stretch};
use crate::domain::roster::{Chair, Layer, Span};
use crate::domain::time::Timestamp;
use crate::text::cli::said;
use crate::text::duty as words;
use crate::text::refusal;

/// A day.
const DAY: Duration = Duration::from_secs(24 * 3600);

/// `duty …`.
pub fn duty(args: &Args, command: &Duty) -> Result<End, Stopped> {
    match command {
        Duty::Show { at, days } => show(args, *at, *days),
        Duty::Check => checked(args),
        Duty::Import { file, dry_run } => import(args, file, *dry_run),
        Duty::Export { file, force } => export(args, file.as_deref(), *force),
    }
}

fn show(args: &Args, at: Option<Timestamp>, days: Option<u32>) -> Result<End, Stopped> {
    let (config, office) = office(args)?;
    let directory = office.directory()?;
    let from = at.unwrap_or_else(|| office.now());
    let zone = config.team.timezone;
    if directory.roster.plans.is_empty() && !args.json {
        say(&words::found(&Finding::NoRoster, &directory, zone));
        return Ok(End::Done);
    }
    let span = days.map(|days| Span { from, to: from.plus(DAY.saturating_mul(days)) });
    // Who has left meanwhile was there then.
    let been = from < office.now();
    let shown: Vec<(Layer, Vec<Stretch>)> = Layer::ALL
        .iter()
        .map(|layer| (*layer, stretches(*layer, from, span, been, &directory)))
        .collect();
    if args.json {
        let layers: Vec<Value> =
            shown.iter().map(|(layer, shifts)| as_json(*layer, shifts, &config)).collect();
        say_json(&json!({"at": from.rfc3339(zone), "layers": layers}));
        return Ok(End::Done);
    }
    for (layer, stretches) in shown {
        for stretch in stretches {
            let when = match (stretch.from, stretch.to) {
                (Some(from), Some(to)) => words::span(Span { from, to }, zone),
                _ => words::instant(from, zone),
            };
            let who = words::chair(&stretch.chair, &directory);
            say(&format!("{when}  {}: {who}", words::layer(layer)));
        }
    }
    Ok(End::Done)
}

/// Every stretch of the days, or the whole one around the instant.
fn stretches(
    layer: Layer,
    at: Timestamp,
    days: Option<Span>,
    been: bool,
    directory: &Directory,
) -> Vec<Stretch> {
    let shifts = |span| match been {
        true => directory.roster.shifts(layer, span, &directory.calendar),
        false => directory.shifts(layer, span),
    };
    if let Some(days) = days {
        let known = |shift: Shift| Stretch {
            from: Some(shift.span.from),
            to: Some(shift.span.to),
            chair: shift.chair,
        };
        return shifts(days).into_iter().map(known).collect();
    }
    Stretch::around(at, shifts).into_iter().collect()
}

fn as_json(layer: Layer, stretches: &[Stretch], config: &Config) -> Value {
    let zone = config.team.timezone;
    let shifts: Vec<Value> = stretches
        .iter()
        .map(|Stretch { from, to, chair }| {
            let people: Vec<Value> = chair
                .people()
                .iter()
                .map(|seated| json!({"id": seated.person, "through": seated.through}))
                .collect();
            let gap = match chair {
                Chair::Filled(_) => Value::Null,
                Chair::Empty(gap) => json!(gap),
            };
            let shown = |at: &Option<Timestamp>| at.map(|at| at.rfc3339(zone));
            json!({"from": shown(from), "to": shown(to), "people": people, "gap": gap})
        })
        .collect();
    json!({"layer": layer, "shifts": shifts})
}

fn checked(args: &Args) -> Result<End, Stopped> {
    let (config, office) = office(args)?;
    let (directory, zone) = (office.directory()?, config.team.timezone);
    let checked = office.check()?;
    let now = office.now();
    let tests = office.reader()?.tests(now.minus(DAY.saturating_mul(30)), now)?;
    let ok = checked.found.is_empty();
    let reachable: Vec<PersonId> = checked.reachable().cloned().collect();
    if args.json {
        let findings: Vec<Value> = checked
            .found
            .iter()
            .map(|one| {
                let text = words::found(one, &directory, zone);
                json!({"serious": one.is_serious(), "person": one.person(), "text": text})
            })
            .collect();
        let seconds = |took: Option<Duration>| took.map(|took| took.as_secs());
        say_json(&json!({"ok": ok, "findings": findings, "reachable": reachable,
            "canary": {"sent": tests.sent, "missed": tests.missed,
                       "median_seconds": seconds(tests.median()),
                       "last_seconds": seconds(tests.last())}}));
    } else {
        let reds = checked.reds();
        let (red, green) = (reds.len(), reachable.len());
        let table = words::Table { found: &reds, red, reachable: &reachable, green };
        table.lines(&directory, zone).iter().for_each(|line| say(line));
        say(&said::canary_of_30_days(&words::tests(&tests)));
    }
    Ok(if ok { End::Done } else { End::Wrong })
}

fn import(args: &Args, file: &Path, dry_run: bool) -> Result<End, Stopped> {
    let (config, mut office) = office(args)?;
    let shown = file.display().to_string();
    let directory = office.directory()?;
    let bytes = super::directory::read(file)?;
    let plan = match config::roster::read(&bytes, file, &directory, office.now()) {
        Ok(plan) => plan,
        Err(problems) => {
            let lines: Vec<String> = problems.iter().map(config::Problem::words).collect();
            if args.json {
                say_json(
                    &json!({"from": null, "next": null, "dry_run": dry_run, "problems": lines}),
                );
            } else {
                let count = u64::try_from(lines.len()).unwrap_or(u64::MAX);
                say(&said::import_refused(&shown, count));
                lines.iter().for_each(|line| say(line));
            }
            return Ok(End::Wrong);
        }
    };
    let (from, next) = carried_out(&mut office, &config, &directory, Wish::Plan(plan), dry_run)?;
    let zone = config.team.timezone;
    if args.json {
        let [from, next] = [from, next].map(|at| at.map(|at| at.rfc3339(zone)));
        say_json(&json!({"from": from, "next": next, "dry_run": dry_run, "problems": []}));
    } else {
        let [from, next] = [from, next].map(|at| at.map(|at| words::instant(at, zone)));
        say(&said::duty_imported(from.as_deref(), next.as_deref(), dry_run));
    }
    Ok(End::Done)
}

fn export(args: &Args, file: Option<&Path>, force: bool) -> Result<End, Stopped> {
    let (config, office) = office(args)?;
    let (directory, now) = (office.directory()?, office.now());
    let Some(written) = directory.roster.as_written(now, &directory.calendar) else {
        return Err(Stopped(words::found(&Finding::NoRoster, &directory, config.team.timezone)));
    };
    let text = config::roster::exported(&written, &directory, now);
    if let Some(path) = file {
        super::directory::write(path, text.as_bytes(), force)?;
    }
    let shown = file.map(|file| file.display().to_string());
    if args.json {
        let text = file.is_none().then_some(text);
        let (plans, overrides) = (written.plans.len(), written.overrides.len());
        say_json(&json!({"file": shown, "plans": plans, "overrides": overrides, "text": text}));
    } else {
        say(&shown.map_or_else(|| text.trim_end().to_owned(), |file| said::duty_exported(&file)));
    }
    Ok(End::Done)
}

/// From when the plan holds, and when another one begins that was set before.
fn carried_out(
    office: &mut Office,
    config: &Config,
    directory: &Directory,
    wish: Wish,
    dry_run: bool,
) -> Result<(Option<Timestamp>, Option<Timestamp>), Stopped> {
    let command = Command::Roster(wish);
    let receipt = if dry_run { office.rehearse(command)? } else { office.submit(command)? };
    match receipt {
        Receipt::Done(Done::Duty(DutyDone::Planned { from, next })) => Ok((from, next)),
        Receipt::Done(_) => Ok((None, None)),
        Receipt::Refused(refused) => {
            Err(Stopped(refusal::sentence(&refused, directory, &office.team(config), false)))
        }
    }
}

/// Warnings of `check` about the roster and the calendar.
pub fn warnings(config: &Config, office: Option<&Office>) -> Result<Vec<String>, Stopped> {
    let mut lines = Vec::new();
    let now = Clock::System.now();
    let (calendar, zone) = (&config.calendar, config.team.timezone);
    if let Some(last) = calendar.runs_out(now) {
        lines.push(said::calendar_ends(last.map(|last| last.format("%d/%m/%Y").to_string())));
    }
    let soon = now.plus(WARNED).date(zone);
    for (date, day) in calendar.unconfirmed(now).take_while(|(date, _)| *date <= soon) {
        lines.push(said::day_unconfirmed(&date.format("%d/%m/%Y").to_string(), &day.name));
    }
    if let Some(office) = office {
        let directory = office.directory()?;
        if !directory.roster.plans.is_empty() {
            let checked = office.check()?;
            lines.extend(checked.found.iter().map(|one| words::found(one, &directory, zone)));
        }
    }
    Ok(lines)
}
