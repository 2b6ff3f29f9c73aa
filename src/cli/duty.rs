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
use crate::domain::receipt::DutyDone;
use crate::domain::roster::check::{Finding, check};
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
        let (roster, calendar) = (&directory.roster, &directory.calendar);
        // Who has left meanwhile was there then.
        let been = from < office.now();
        let shifts: Vec<(Span, Chair)> = match span {
            Some(span) => {
                let shifts = match been {
                    true => roster.shifts(*layer, span, calendar),
                    false => directory.shifts(*layer, span),
                };
                shifts.into_iter().map(|shift| (shift.span, shift.chair)).collect()
            }
            None => {
                let chair = match been {
                    true => roster.on_duty(*layer, from, calendar),
                    false => directory.on_duty(*layer, from),
                };
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
    let directory = office.directory()?;
    let found = check(&directory, office.now());
    let lines: Vec<String> = found
        .iter()
        .map(|finding| words::found(finding, &directory, config.team.timezone))
        .collect();
    if args.json {
        let findings: Vec<Value> = found
            .iter()
            .zip(&lines)
            .map(|(finding, text)| json!({"serious": finding.is_serious(), "text": text}))
            .collect();
        say_json(&json!({"ok": found.is_empty(), "findings": findings}));
    } else if lines.is_empty() {
        say(said::DUTY_OK);
    } else {
        lines.iter().for_each(|line| say(line));
    }
    Ok(if found.is_empty() { End::Done } else { End::Wrong })
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
            lines.extend(
                check(&directory, now).iter().map(|one| words::found(one, &directory, zone)),
            );
        }
    }
    Ok(lines)
}
