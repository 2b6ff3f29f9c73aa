//! `trucban drill preview`: what a rule comes to before anybody relies on it.

use std::path::Path;

use chrono::{Datelike as _, NaiveDate, NaiveTime};
use chrono_tz::Tz;
use serde_json::{Value, json};

use super::args::Args;
use super::{End, Stopped, configured, say, say_json, table};
use crate::clock::Clock;
use crate::config::Problem;
use crate::config::calendar::built_in;
use crate::domain::calendar::Calendar;
use crate::domain::schedule::read::read;
use crate::domain::schedule::{Occurrence, Schedule, Why};
use crate::domain::time::start_of;
use crate::text::cli::{drill as words, said};
use crate::text::schedule;

/// The calendar of the configuration, or the one built in where there is none. A configuration that
/// somebody named has to be there.
fn calendar(args: &Args) -> Result<Calendar, Stopped> {
    if args.config.exists() {
        return Ok(configured(&args.config)?.calendar.as_ref().clone());
    }
    if args.config != Path::new("./trucban.toml") {
        return Err(Stopped(said::no_config(&args.config.display().to_string())));
    }
    built_in(Tz::Asia__Ho_Chi_Minh).map_err(|problems| {
        Stopped(problems.iter().map(Problem::words).collect::<Vec<_>>().join("\n"))
    })
}

/// The next days of a rule.
pub fn preview(
    args: &Args,
    rule: &str,
    count: usize,
    from: Option<NaiveDate>,
) -> Result<End, Stopped> {
    let calendar = calendar(args)?;
    let after = match from {
        // An occurrence at its first midnight belongs to the day.
        Some(from) => start_of(from.and_time(NaiveTime::MIN), calendar.zone).shifted(-1),
        None => Clock::System.now(),
    };
    let today = from.unwrap_or_else(|| calendar.day_of(after));
    let schedule = read(rule, today).map_err(|fault| Stopped(schedule::fault(&fault)))?;
    let next = schedule.next(&calendar, &[], after, count);
    if args.json {
        say_json(&as_json(&schedule, &calendar, &next));
    } else {
        say(&schedule::rule(&schedule));
        let mut rows = vec![words::COLUMNS.map(str::to_owned).to_vec()];
        rows.extend(next.iter().map(|one| words::row(one, calendar.zone)));
        say(&table(&rows));
        if next.len() < count {
            say(words::NO_MORE);
        }
    }
    Ok(End::Done)
}

fn as_json(schedule: &Schedule, calendar: &Calendar, next: &[Occurrence]) -> Value {
    let one = |one: &Occurrence| {
        let shifts = one.shifts.iter().map(|shift| {
            let (why, name) = match &shift.why {
                Why::Weekend => ("weekend", None),
                Why::Holiday(name) => ("holiday", Some(name)),
                Why::Blackout(name) => ("blackout", Some(name)),
                Why::WholeWeek => ("whole_week", None),
            };
            json!({"from": shift.from, "why": why, "name": name})
        });
        json!({"nominal": one.nominal, "date": one.date, "weekday": one.date.weekday(),
               "at": one.at.rfc3339(calendar.zone), "shifts": shifts.collect::<Vec<_>>()})
    };
    json!({"rule": schedule::rule(schedule), "schedule": schedule, "zone": calendar.zone.name(),
           "occurrences": next.iter().map(one).collect::<Vec<_>>()})
}
