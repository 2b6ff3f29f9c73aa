//! The rule experts write. Its days are looked for as if local time were UTC, so that no clock that is
//! set forward swallows one; the zone is asked afterwards.

use std::fmt;

use ::cron::{Schedule, TimeUnitSpec};
use chrono::{DateTime, NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};

use super::fault::{Fault, Field};

/// So many characters such a rule has at most.
pub const LONGEST: usize = 120;

/// So many days lie between two of its days at least.
const DAYS_APART: i64 = 7;

/// A rule of six or seven fields, seconds first, that fires at one time of day and at most once a week.
#[derive(Clone, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Cron {
    /// Its fields with one space between them, names with a capital.
    source: String,
    time: NaiveTime,
    schedule: Box<Schedule>,
}

impl Cron {
    /// Reads the rule.
    pub fn new(text: &str) -> Result<Self, Fault> {
        if text.chars().count() > LONGEST {
            return Err(Fault::TooLong);
        }
        let fields: Vec<&str> = text.split_whitespace().collect();
        if !(6..=7).contains(&fields.len()) {
            return Err(Fault::Fields(fields.len()));
        }
        for (field, written) in Field::ALL.into_iter().zip(&fields) {
            check_field(field, written)?;
        }
        let source = with_capitals(&fields.join(" "));
        let schedule = source.parse::<Schedule>().map_err(|_| Fault::Unreadable)?;
        let time = seldom_enough(&schedule)?;
        Ok(Self { source, time, schedule: Box::new(schedule) })
    }

    /// The rule as it is written.
    pub fn as_str(&self) -> &str {
        &self.source
    }

    /// The time of day it fires at.
    pub fn time(&self) -> NaiveTime {
        self.time
    }

    /// Its days from `from` on.
    pub(super) fn days(&self, from: NaiveDate) -> impl Iterator<Item = NaiveDate> {
        days(&self.schedule, from)
    }
}

impl fmt::Debug for Cron {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Cron").field(&self.source).finish()
    }
}

impl PartialEq for Cron {
    fn eq(&self, other: &Self) -> bool {
        self.source == other.source
    }
}

impl Eq for Cron {}

impl TryFrom<String> for Cron {
    type Error = Fault;

    fn try_from(text: String) -> Result<Self, Fault> {
        Self::new(&text)
    }
}

impl From<Cron> for String {
    fn from(cron: Cron) -> Self {
        cron.source
    }
}

/// Names of months and weekdays as they are usually written: `Oct`, `Fri`.
fn with_capitals(text: &str) -> String {
    let mut within = false;
    let one = |c: char| {
        let first = !std::mem::replace(&mut within, c.is_ascii_alphabetic());
        if first { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() }
    };
    text.chars().map(one).collect()
}

/// What the library says of a whole rule names no field, so each is tried alone.
fn check_field(field: Field, written: &str) -> Result<(), Fault> {
    // 5 is Thursday here and Friday in other programs, and a step counts from a Sunday.
    if field == Field::Weekdays && written.contains(|c: char| c.is_ascii_digit()) {
        return Err(Fault::NumberedWeekday(written.to_owned()));
    }
    let one = |other: Field| if other == field { written } else { "*" };
    match Field::ALL.map(one).join(" ").parse::<Schedule>() {
        Ok(_) => Ok(()),
        Err(_) => Err(Fault::BadField { field, text: written.to_owned() }),
    }
}

/// The time of day of a rule that fires at most once a week. A drill each minute is a mistake.
fn seldom_enough(schedule: &Schedule) -> Result<NaiveTime, Fault> {
    let mut all = days(schedule, NaiveDate::MIN);
    let mut before = all.next().ok_or(Fault::Never)?;
    let hours = only(schedule.hours())?;
    let (minutes, seconds) = (only(schedule.minutes())?, only(schedule.seconds())?);
    let time = NaiveTime::from_hms_opt(hours, minutes, seconds).ok_or(Fault::Unreadable)?;
    for day in all {
        if day.signed_duration_since(before).num_days() < DAYS_APART {
            return Err(Fault::TooOften);
        }
        before = day;
    }
    Ok(time)
}

/// The one value of a part of the clock; with two of them it fires twice a day.
fn only(unit: &impl TimeUnitSpec) -> Result<u32, Fault> {
    let mut values = unit.iter();
    let first = values.next().ok_or(Fault::Unreadable)?;
    if values.next().is_some() { Err(Fault::TooOften) } else { Ok(first) }
}

/// The days of a rule from `from` on; the library knows none before 1970.
fn days(schedule: &Schedule, from: NaiveDate) -> impl Iterator<Item = NaiveDate> {
    let before = DateTime::UNIX_EPOCH.date_naive().max(from).pred_opt().unwrap_or(from);
    let after = before.and_hms_opt(23, 59, 59).unwrap_or_default().and_utc();
    schedule.after(&after).map(|at| at.date_naive())
}
