//! Short figures about real incidents in a span of days: how many, how fast, of what kind, where.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, Datelike as _, NaiveDate, TimeZone as _, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::ids::UnitCode;
use super::reach::Tests;
use super::time::Timestamp;
use super::values::{Category, Outcome};

/// How many units are told one by one.
const UNITS: usize = 10;

/// Which days somebody asks about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Span {
    /// A month; this one, or the newest of that number, unless the year is said.
    Month(Option<u32>, Option<i32>),
    /// A quarter, in the same way.
    Quarter(Option<u32>, Option<i32>),
    /// A year; this one unless it is said.
    Year(Option<i32>),
    /// From one day to another, both included.
    Days(NaiveDate, NaiveDate),
}

/// Days, both included.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Days {
    /// The first.
    pub first: NaiveDate,
    /// The last.
    pub last: NaiveDate,
}

impl Span {
    /// The days meant, on the day of `now` in `zone`; none where there are no such days.
    pub fn days(self, now: Timestamp, zone: Tz) -> Option<Days> {
        let today = now.date(zone);
        let (first, months) = match self {
            Self::Days(first, last) => return (first <= last).then_some(Days { first, last }),
            Self::Year(year) => (NaiveDate::from_ymd_opt(year.unwrap_or(today.year()), 1, 1)?, 12),
            Self::Quarter(quarter, year) => {
                let number = quarter.map(|quarter| quarter.saturating_sub(1));
                let number = number.unwrap_or(today.month0().checked_div(3)?);
                (begin(number.checked_mul(3)?, year, today)?, 3)
            }
            Self::Month(month, year) => {
                let month = month.map_or(today.month0(), |month| month.saturating_sub(1));
                (begin(month, year, today)?, 1)
            }
        };
        let last = first.checked_add_months(chrono::Months::new(months))?.pred_opt()?;
        Some(Days { first, last })
    }
}

/// The first day of a month counted from zero; without a year the newest one that has begun.
fn begin(month0: u32, year: Option<i32>, today: NaiveDate) -> Option<NaiveDate> {
    let of = |year| NaiveDate::from_ymd_opt(year, month0.saturating_add(1), 1);
    match year {
        Some(year) => of(year),
        None => of(today.year())
            .filter(|first| *first <= today)
            .or_else(|| of(today.year().saturating_sub(1))),
    }
}

impl Days {
    /// The instants from the first day's beginning to the last day's end, the end excluded.
    pub fn instants(self, zone: Tz) -> Option<(Timestamp, Timestamp)> {
        let midnight = |day: NaiveDate| {
            let local = zone.from_local_datetime(&day.and_hms_opt(0, 0, 0)?).earliest()?;
            let utc: DateTime<Utc> = local.with_timezone(&Utc);
            Some(Timestamp::from(utc))
        };
        Some((midnight(self.first)?, midnight(self.last.succ_opt()?)?))
    }
}

/// What figures need to know of one incident.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fact {
    /// Its unit.
    pub unit: Option<UnitCode>,
    /// Its category.
    pub category: Option<Category>,
    /// When it was recorded.
    pub reported_at: Timestamp,
    /// When somebody first took charge.
    pub acknowledged_at: Option<Timestamp>,
    /// When it was put right.
    pub resolved_at: Option<Timestamp>,
    /// How it ended, once it has.
    pub outcome: Option<Outcome>,
    /// Whether it was opened again: its times belong to a later episode and say nothing of speed.
    pub reopened: bool,
}

/// Half of the values are at most the one, nine in ten at most the other.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Spread {
    /// Of how many.
    pub count: usize,
    /// The median.
    pub median: Duration,
    /// The 90th percentile.
    pub ninety: Duration,
}

/// The incidents that have something in common.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Group<T> {
    /// What.
    pub of: T,
    /// How many.
    pub count: usize,
    /// The median from recording to the first who took charge.
    pub taken: Option<Duration>,
    /// The median from recording to put right.
    pub resolved: Option<Duration>,
}

/// The figures.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Statistics {
    /// Of which days.
    pub days: Days,
    /// Of one unit only: whoever asks sees no other.
    pub own: bool,
    /// Open now, whenever they were recorded.
    pub open: usize,
    /// Recorded in those days; duplicates are not counted beside their main incident.
    pub reported: usize,
    /// Of those, false alarms.
    pub false_alarms: usize,
    /// From recording to the first who took charge.
    pub taken: Option<Spread>,
    /// From recording to put right.
    pub resolved: Option<Spread>,
    /// By category, most first.
    pub categories: Vec<Group<Option<Category>>>,
    /// By unit, most first, at most ten.
    pub units: Vec<Group<Option<UnitCode>>>,
    /// How many units there are beside those.
    pub more_units: usize,
    /// How the daily tests of the way to the officer on duty went, for whoever sees all units.
    #[serde(default)]
    pub tests: Option<Tests>,
}

/// Counts `facts`: incidents that are open, or were recorded from `from` until before `until`.
pub fn count(
    facts: &[Fact],
    days: Days,
    own: bool,
    (from, until): (Timestamp, Timestamp),
) -> Statistics {
    let counted = || facts.iter().filter(|fact| fact.outcome != Some(Outcome::Duplicate));
    let within: Vec<&Fact> =
        counted().filter(|fact| from <= fact.reported_at && fact.reported_at < until).collect();
    let false_alarms =
        within.iter().filter(|fact| fact.outcome == Some(Outcome::FalseAlarm)).count();
    let mut units = grouped(&within, |fact| fact.unit.clone());
    let more_units = units.len().saturating_sub(UNITS);
    units.truncate(UNITS);
    Statistics {
        days,
        own,
        open: counted().filter(|fact| fact.outcome.is_none()).count(),
        reported: within.len(),
        false_alarms,
        taken: speed(&within, |fact| fact.acknowledged_at),
        resolved: speed(&within, |fact| fact.resolved_at),
        categories: grouped(&within, |fact| fact.category),
        units,
        more_units,
        tests: None,
    }
}

/// From recording to `end`, of those that were not opened again.
fn speed(facts: &[&Fact], end: fn(&Fact) -> Option<Timestamp>) -> Option<Spread> {
    let timely = facts.iter().filter(|fact| !fact.reopened);
    spread(timely.filter_map(|fact| Some(end(fact)?.since(fact.reported_at))).collect())
}

/// What has the same in common, most first; equals in their own order.
fn grouped<T: Ord>(facts: &[&Fact], of: impl Fn(&Fact) -> T) -> Vec<Group<T>> {
    let mut alike: BTreeMap<T, Vec<&Fact>> = BTreeMap::new();
    for fact in facts {
        alike.entry(of(fact)).or_default().push(fact);
    }
    let median = |facts: &[&Fact], end| speed(facts, end).map(|spread| spread.median);
    let group = |(of, facts): (T, Vec<&Fact>)| Group {
        of,
        count: facts.len(),
        taken: median(&facts, |fact| fact.acknowledged_at),
        resolved: median(&facts, |fact| fact.resolved_at),
    };
    let mut groups: Vec<Group<T>> = alike.into_iter().map(group).collect();
    groups.sort_by_key(|group| std::cmp::Reverse(group.count));
    groups
}

/// By nearest rank: each figure is a time that really occurred.
fn spread(mut spans: Vec<Duration>) -> Option<Spread> {
    spans.sort_unstable();
    let rank = |percent: usize| {
        let rank = spans.len().saturating_mul(percent).div_ceil(100);
        spans.get(rank.saturating_sub(1)).copied()
    };
    Some(Spread { count: spans.len(), median: rank(50)?, ninety: rank(90)? })
}
