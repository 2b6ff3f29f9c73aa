//! What the book has to do at an instant, and when it next has something to do.

use chrono::{NaiveDate, NaiveTime, TimeDelta};

use super::{Book, Standing};
use crate::domain::calendar::Calendar;
use crate::domain::drill::scenario::ScenarioId;
use crate::domain::ids::DrillCode;
use crate::domain::schedule::Occurrence;
use crate::domain::time::{Timestamp, start_of};

/// Drills are made so many days ahead: eighteen months.
pub const AHEAD: i64 = 548;

/// A drill to be made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ToMake {
    /// Of which series.
    pub series: i64,
    /// Of which day.
    pub occurrence: Occurrence,
}

/// A drill the calendar has another day for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ToShift {
    /// Of which series.
    pub series: i64,
    /// The day its rule names.
    pub nominal: NaiveDate,
    /// Which drill.
    pub drill: DrillCode,
    /// When it was to begin.
    pub from: Timestamp,
    /// When it begins now.
    pub to: Timestamp,
}

/// What there is to do.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Work {
    /// Drills to be made, in the order of the series and their days.
    pub make: Vec<ToMake>,
    /// Drills the calendar has another day for.
    pub shift: Vec<ToShift>,
    /// Series whose scenario is there no more, which nobody knows yet.
    pub gone: Vec<i64>,
}

impl Work {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.make.is_empty() && self.shift.is_empty() && self.gone.is_empty()
    }
}

/// The first day drills are not made for yet.
fn horizon(today: NaiveDate) -> NaiveDate {
    today.checked_add_signed(TimeDelta::days(AHEAD + 1)).unwrap_or(NaiveDate::MAX)
}

/// The first instant at which a nominal day is near enough.
fn near(nominal: NaiveDate, calendar: &Calendar) -> Option<Timestamp> {
    let day = nominal.checked_sub_signed(TimeDelta::days(AHEAD))?;
    Some(start_of(day.and_time(NaiveTime::MIN), calendar.zone))
}

impl Standing {
    fn unmade(&self, calendar: &Calendar, until: NaiveDate) -> Vec<Occurrence> {
        let all = self.series.schedule.occurrences(calendar, &[], self.series.from, until);
        all.into_iter().filter(|one| !self.made.contains_key(&one.nominal)).collect()
    }
}

impl Book {
    /// What there is to do now. `has` says whether a scenario is there.
    pub fn work(
        &self,
        calendar: &Calendar,
        has: &dyn Fn(&ScenarioId) -> bool,
        now: Timestamp,
    ) -> Work {
        let until = horizon(calendar.day_of(now));
        let mut work = Work::default();
        for (id, one) in self.running() {
            let unmade = one.unmade(calendar, until);
            if has(&one.series.scenario) {
                let make = unmade.into_iter();
                work.make.extend(make.map(|occurrence| ToMake { series: id, occurrence }));
            } else if !one.gone {
                work.gone.push(id);
            }
            work.shift.extend(shifted(id, one, calendar, until, now));
        }
        work
    }

    /// When the next drill is to be made, where nothing is to be done now.
    pub fn next_making(
        &self,
        calendar: &Calendar,
        has: &dyn Fn(&ScenarioId) -> bool,
        now: Timestamp,
    ) -> Option<Timestamp> {
        let until = horizon(calendar.day_of(now));
        let there = self.running().filter(|(_, one)| has(&one.series.scenario));
        let next = there.filter_map(|(_, one)| {
            let from = until.max(one.series.from);
            one.series.schedule.rule.nominal(from, NaiveDate::MAX).next()
        });
        near(next.min()?, calendar)
    }
}

/// What was made, is still ahead, and has another day by the calendar as it is now.
fn shifted(
    id: i64,
    one: &Standing,
    calendar: &Calendar,
    until: NaiveDate,
    now: Timestamp,
) -> Vec<ToShift> {
    let ahead = |nominal: &NaiveDate| one.made.get(nominal).filter(|made| made.at > now);
    let first = one.made.iter().find(|(_, made)| made.at > now).map(|(nominal, _)| *nominal);
    let Some(first) = first else { return Vec::new() };
    let placed = one.series.schedule.occurrences(calendar, &[], first, until);
    let moved = placed.into_iter().filter_map(|placed| {
        let made = ahead(&placed.nominal)?;
        (made.at != placed.at).then(|| ToShift {
            series: id,
            nominal: placed.nominal,
            drill: made.drill.clone(),
            from: made.at,
            to: placed.at,
        })
    });
    moved.collect()
}
