//! `trucban duty`.

use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};

use super::args::{Args, Duty};
use super::{End, Stopped, office, say, say_json};
use crate::app::office::Office;
use crate::clock::Clock;
use crate::config::{self, Config};
use crate::domain::directory::Directory;
use crate::domain::envelope::{Command, Done, Receipt};
use crate::domain::ids::PersonId;
use crate::domain::receipt::DutyDone;
use crate::domain::roster::check::Finding;
use crate::domain::roster::decide::Wish;
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
    let mut shown = Vec::new();
    for layer in Layer::ALL {
        let roster = &directory.roster;
        let shifts: Vec<(Span, Chair)> = match span {
            Some(span) => {
                let shifts = roster.shifts(*layer, span, &directory.calendar);
                shifts.into_iter().map(|shift| (shift.span, shift.chair)).collect()
            }
            None => {
                let chair = roster.on_duty(*layer, from, &directory.calendar);
                vec![(Span { from, to: from }, chair)]
            }
        };
        shown.push((*layer, shifts));
    }
    if args.json {
        let layers: Vec<Value> =
            shown.iter().map(|(layer, shifts)| as_json(*layer, shifts, &config)).collect();
        say_json(&json!({"at": from.rfc3339(zone), "layers": layers}));
        return Ok(End::Done);
    }
    for (layer, shifts) in shown {
        for (at, chair) in shifts {
            let when = match span {
                Some(_) => words::span(at, zone),
                None => words::instant(from, zone),
            };
            let who = words::chair(&chair, &directory);
            say(&format!("{when}  {}: {who}", words::layer(layer)));
        }
    }
    Ok(End::Done)
}

fn as_json(layer: Layer, shifts: &[(Span, Chair)], config: &Config) -> Value {
    let zone = config.team.timezone;
    let shifts: Vec<Value> = shifts
        .iter()
        .map(|(span, chair)| {
            let people: Vec<Value> = chair
                .people()
                .iter()
                .map(|seated| json!({"id": seated.person, "through": seated.through}))
                .collect();
            let gap = match chair {
                Chair::Filled(_) => Value::Null,
                Chair::Empty(gap) => json!(gap),
            };
            json!({"from": span.from.rfc3339(zone), "to": span.to.rfc3339(zone),
                   "people": people, "gap": gap})
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
    let plan = config::roster::load(file, &directory, office.now());
    let plan = match plan {
        Ok(plan) => plan,
        Err(problems) => {
            let lines: Vec<String> = problems.iter().map(config::Problem::words).collect();
            if args.json {
                say_json(&json!({"from": null, "dry_run": dry_run, "problems": lines}));
            } else {
                let count = u64::try_from(lines.len()).unwrap_or(u64::MAX);
                say(&said::import_refused(&shown, count));
                lines.iter().for_each(|line| say(line));
            }
            return Ok(End::Wrong);
        }
    };
    let from = carried_out(&mut office, &config, &directory, Wish::Plan(plan), dry_run)?;
    let zone = config.team.timezone;
    if args.json {
        let from = from.map(|from| from.rfc3339(zone));
        say_json(&json!({"from": from, "dry_run": dry_run, "problems": []}));
    } else {
        say(&said::duty_imported(from.map(|from| words::instant(from, zone)).as_deref(), dry_run));
    }
    Ok(End::Done)
}

fn carried_out(
    office: &mut Office,
    config: &Config,
    directory: &Directory,
    wish: Wish,
    dry_run: bool,
) -> Result<Option<Timestamp>, Stopped> {
    let command = Command::Roster(wish);
    let receipt = if dry_run { office.rehearse(command)? } else { office.submit(command)? };
    match receipt {
        Receipt::Done(Done::Duty(DutyDone::Planned { from })) => Ok(from),
        Receipt::Done(_) => Ok(None),
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
    match calendar.reaches(now) {
        Some(last) if last > now.plus(DAY.saturating_mul(60)).date(zone) => {}
        last => {
            lines.push(said::calendar_ends(last.map(|last| last.format("%d/%m/%Y").to_string())))
        }
    }
    let soon = now.plus(DAY.saturating_mul(60)).date(zone);
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
