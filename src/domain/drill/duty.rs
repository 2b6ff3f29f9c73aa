//! Which units have to drill, how often, and which of them have.
//!
//! What somebody of a unit did counts for the unit that stands for it today: a merger takes nothing away.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike as _, NaiveDate, NaiveTime};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::plan::Units;
use super::run::Drill;
use super::run::event::EndHow;
use super::run::state::Status;
use super::scenario::DrillKind;
use crate::domain::directory::Directory;
use crate::domain::ids::{PersonId, UnitCode};
use crate::domain::time::start_of;

/// Within which time.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Every {
    /// Each year.
    Year,
    /// Each half of a year.
    Half,
    /// Each quarter.
    Quarter,
}

impl Every {
    /// Every one, with its word.
    pub const ALL: [(Self, &'static str); 3] =
        [(Self::Year, "year"), (Self::Half, "half"), (Self::Quarter, "quarter")];

    /// The periods of a year.
    pub fn periods(self, year: i32) -> Vec<Period> {
        let months = match self {
            Self::Year => 12,
            Self::Half => 6,
            Self::Quarter => 3,
        };
        (1..=12).step_by(months).filter_map(|first| Period::of(year, first, months)).collect()
    }
}

/// A stretch of days.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Period {
    /// The first of them.
    pub from: NaiveDate,
    /// The first day after it.
    pub end: NaiveDate,
}

impl Period {
    fn of(year: i32, first: u32, months: usize) -> Option<Self> {
        let from = NaiveDate::from_ymd_opt(year, first, 1)?;
        let months = chrono::Months::new(u32::try_from(months).ok()?);
        Some(Self { from, end: from.checked_add_months(months)? })
    }

    fn holds(&self, day: NaiveDate) -> bool {
        self.from <= day && day < self.end
    }
}

/// What has to be done for a drill to count.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CountsIf {
    /// Somebody was there, or answered.
    Attended,
    /// Somebody answered, and the drill came to its end.
    Completed,
}

impl CountsIf {
    /// Every one, with its word.
    pub const ALL: [(Self, &'static str); 2] =
        [(Self::Attended, "attended"), (Self::Completed, "completed")];
}

/// What a duty rests on.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Legal {
    /// The document.
    #[serde(rename = "ref")]
    pub basis: String,
    /// Whether it is known for certain to say so.
    pub certain: bool,
}

/// A duty to drill.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Duty {
    /// Its id.
    pub id: String,
    /// Whose.
    pub units: Units,
    /// Within which time.
    pub every: Every,
    /// How often in it.
    pub count: u32,
    /// What kinds of drills count; every one where there are none.
    pub kinds: BTreeSet<DrillKind>,
    /// What has to be done for one to count.
    pub counts_if: CountsIf,
    /// What it rests on, where that is a document.
    pub legal: Option<Legal>,
}

/// Every duty to drill.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Duties {
    /// In the order of the file.
    pub all: Vec<Duty>,
}

/// How a unit stands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Nothing has to be done.
    Exempt,
    /// It did what it has to.
    Met,
    /// It took part, and that is not enough.
    TookPart,
    /// It did nothing that counts.
    Missing,
}

impl Standing {
    /// The word for it in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Exempt => "exempt",
            Self::Met => "met",
            Self::TookPart => "took_part",
            Self::Missing => "missing",
        }
    }

    /// Whether something is left to do.
    pub fn is_open(self) -> bool {
        matches!(self, Self::TookPart | Self::Missing)
    }
}

/// How a unit stands in a year.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// Which unit.
    pub unit: UnitCode,
    /// In the year as a whole.
    pub year: Standing,
    /// In each quarter of it.
    pub quarters: Vec<Standing>,
}

/// What one drill was for a unit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Taken {
    day: NaiveDate,
    kind: DrillKind,
    grade: CountsIf,
}

/// What drills were for the units of today.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct TakenBy {
    by: BTreeMap<UnitCode, Vec<Taken>>,
}

impl TakenBy {
    /// What these drills were for the units.
    pub fn of<'d>(
        drills: impl IntoIterator<Item = &'d Drill>,
        directory: &Directory,
        zone: Tz,
    ) -> Self {
        let mut all = Self::default();
        for drill in drills {
            let (day, kind) = (drill.planning.at.date(zone), drill.planning.scenario.kind);
            for (unit, grade) in grades(drill, directory) {
                all.by.entry(unit).or_default().push(Taken { day, kind, grade });
            }
        }
        all
    }

    fn of_unit(&self, unit: &UnitCode, period: Period) -> impl Iterator<Item = &Taken> {
        let all = self.by.get(unit).into_iter().flatten();
        all.filter(move |taken| period.holds(taken.day))
    }

    fn standing(&self, unit: &UnitCode, duty: &Duty, period: Period) -> Standing {
        let fits = |taken: &&Taken| duty.kinds.is_empty() || duty.kinds.contains(&taken.kind);
        let counts = |taken: &&Taken| taken.grade >= duty.counts_if;
        let count = self.of_unit(unit, period).filter(fits).filter(counts).count();
        match usize::try_from(duty.count) {
            Ok(needed) if count >= needed => Standing::Met,
            _ if self.of_unit(unit, period).next().is_some() => Standing::TookPart,
            _ => Standing::Missing,
        }
    }
}

/// What a drill was for each of the units it was for, as they stand today.
fn grades(drill: &Drill, directory: &Directory) -> BTreeMap<UnitCode, CountsIf> {
    let mut grades: BTreeMap<UnitCode, CountsIf> = BTreeMap::new();
    if drill.status == Status::HeldOutside {
        let units = drill.planning.units.iter().map(|unit| directory.acting(unit).clone());
        grades.extend(units.map(|unit| (unit, CountsIf::Completed)));
        return grades;
    }
    let whole = matches!(&drill.ended, Some((_, how)) if !matches!(how, EndHow::Aborted { .. }));
    for (person, participant) in &drill.people {
        let Some(unit) = participant.unit.as_ref() else { continue };
        let answered = answered(drill, person);
        if !answered && participant.here.is_none() {
            continue;
        }
        let grade = if whole && answered { CountsIf::Completed } else { CountsIf::Attended };
        let best = grades.entry(directory.acting(unit).clone()).or_insert(grade);
        *best = (*best).max(grade);
    }
    grades
}

fn answered(drill: &Drill, person: &PersonId) -> bool {
    let replies = drill.injects.values().flat_map(|played| played.replies.values());
    replies.into_iter().any(|replies| replies.contains_key(person))
}

impl Duties {
    /// How each unit that stands today stands in a year, by what has begun of it on `today`.
    pub fn year(
        &self,
        year: i32,
        taken: &TakenBy,
        directory: &Directory,
        today: NaiveDate,
    ) -> Vec<Row> {
        let standing = directory.units.keys().filter(|code| !directory.ended.contains(*code));
        let rows = standing.map(|unit| {
            let own: Vec<&Duty> = self.of_unit(unit, directory).collect();
            let begun =
                |period: &Period| period.from <= today && has_begun(unit, *period, directory);
            let all = own.iter().flat_map(|duty| {
                let periods = duty.every.periods(year).into_iter().filter(begun);
                periods.map(|period| taken.standing(unit, duty, period))
            });
            let quarters = Every::Quarter.periods(year).into_iter();
            Row {
                unit: unit.clone(),
                year: all.max().unwrap_or(Standing::Exempt),
                quarters: quarters
                    .map(|period| match begun(&period) {
                        true => quarter(unit, &own, period, taken),
                        false => Standing::Exempt,
                    })
                    .collect(),
            }
        });
        rows.collect()
    }

    /// The units that miss something whose period ends with the day before `end`.
    pub fn overdue(&self, end: NaiveDate, taken: &TakenBy, directory: &Directory) -> Vec<UnitCode> {
        let standing = directory.units.keys().filter(|code| !directory.ended.contains(*code));
        let misses = |unit: &&UnitCode| {
            self.of_unit(unit, directory).any(|duty| {
                let period = period_ending(duty.every, end);
                period.is_some_and(|period| {
                    has_begun(unit, period, directory)
                        && taken.standing(unit, duty, period).is_open()
                })
            })
        };
        standing.filter(misses).cloned().collect()
    }

    fn of_unit<'d>(
        &'d self,
        unit: &'d UnitCode,
        directory: &'d Directory,
    ) -> impl Iterator<Item = &'d Duty> {
        self.all.iter().filter(move |duty| duty.units.has(unit, directory))
    }
}

/// How a unit stands in one quarter: by what has to be done in it, otherwise by what it did.
fn quarter(unit: &UnitCode, own: &[&Duty], period: Period, taken: &TakenBy) -> Standing {
    let quarterly = own.iter().filter(|duty| duty.every == Every::Quarter);
    let asked = quarterly.map(|duty| taken.standing(unit, duty, period)).max();
    let done = || {
        let done = own.iter().map(|duty| taken.standing(unit, duty, period)).max();
        done.filter(|standing| *standing != Standing::Missing)
    };
    asked.or_else(done).unwrap_or(Standing::Exempt)
}

/// Whether a unit was there before the end of a period.
fn has_begun(unit: &UnitCode, period: Period, directory: &Directory) -> bool {
    let zone = directory.calendar.zone;
    let end = start_of(period.end.and_time(NaiveTime::MIN), zone);
    directory.units.get(unit).is_some_and(|unit| unit.has_begun(end, zone))
}

/// The period of its kind whose last day is the one before `end`.
pub fn period_ending(every: Every, end: NaiveDate) -> Option<Period> {
    let last = end.pred_opt()?;
    every.periods(last.year()).into_iter().find(|period| period.end == end)
}

/// The ends of quarters after a day and up to another one, both days included as ends.
pub fn ends(after: NaiveDate, until: NaiveDate) -> Vec<NaiveDate> {
    let years = after.year()..=until.year();
    let quarters = years.flat_map(|year| Every::Quarter.periods(year));
    quarters.map(|period| period.end).filter(|end| after < *end && *end <= until).collect()
}

/// The end of the quarter of a day.
pub fn quarter_end(day: NaiveDate) -> Option<NaiveDate> {
    let mut quarters = Every::Quarter.periods(day.year()).into_iter();
    quarters.find(|period| period.holds(day)).map(|period| period.end)
}
