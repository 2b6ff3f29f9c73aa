//! Working days, holidays and office hours: data of the province, read by the day and by the instant.
//!
//! A day is a holiday or a working day where the calendar names it; otherwise the weekday decides.
//! Years that are not listed have the holidays of every year and those of the lunar table, which is
//! all one can know before the year's own notice.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use chrono::{Datelike as _, Days, NaiveDate, NaiveTime, Weekday};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::directory::Unit;
use super::ids::UnitCode;
use super::time::{Timestamp, end_of, start_of};

/// When an office is open: the same hours on each of its weekdays.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Office {
    /// Its weekdays.
    pub days: BTreeSet<u8>,
    /// From, and until, in the order of the day; never overlapping.
    pub hours: Vec<(NaiveTime, NaiveTime)>,
}

impl Office {
    /// Whether it is open on this weekday, holidays apart.
    pub fn opens_on(&self, day: Weekday) -> bool {
        self.days.contains(&weekday_number(day))
    }
}

impl Default for Office {
    /// Monday to Friday, eight to five.
    fn default() -> Self {
        let time = |hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default();
        Self { days: (0..5).collect(), hours: vec![(time(8), time(17))] }
    }
}

/// Monday is 0.
pub fn weekday_number(day: Weekday) -> u8 {
    u8::try_from(day.num_days_from_monday()).unwrap_or_default()
}

/// What the calendar says of one day.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Day {
    /// What it is called.
    pub name: String,
    /// Whether people work although, or do not work although.
    pub working: bool,
    /// Whether a published notice says so.
    pub confirmed: bool,
}

/// A holiday that comes on the same date each year.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Yearly {
    /// Month.
    pub month: u32,
    /// Day of the month.
    pub day: u32,
    /// Its name.
    pub name: String,
}

/// Days on which no drill is held: elections, examinations, storms. People work on them as ever.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Blackout {
    /// The first of them.
    pub from: NaiveDate,
    /// The last of them.
    pub to: NaiveDate,
    /// What they are called.
    pub name: String,
}

impl Blackout {
    /// Whether this is one of the days.
    pub fn holds(&self, date: NaiveDate) -> bool {
        self.from <= date && date <= self.to
    }
}

/// What a policy or a rotation may depend on.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// In office hours of a working day.
    InHours,
    /// Outside them: nights, weekends, holidays.
    OutOfHours,
    /// On a holiday the calendar names.
    Holiday,
}

impl When {
    /// Every condition.
    pub const ALL: [Self; 3] = [Self::InHours, Self::OutOfHours, Self::Holiday];

    /// The word for it in the configuration.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InHours => "in_hours",
            Self::OutOfHours => "out_of_hours",
            Self::Holiday => "holiday",
        }
    }
}

/// The calendar of a province.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Calendar {
    /// Where all its days and hours are.
    pub zone: Tz,
    /// The hours of whoever has none of his own.
    pub office: Office,
    /// Of a kind of unit.
    pub kinds: BTreeMap<String, Office>,
    /// Of one unit.
    pub units: BTreeMap<UnitCode, Office>,
    /// Days named one by one.
    pub days: BTreeMap<NaiveDate, Day>,
    /// The years whose days are listed.
    pub years: BTreeSet<i32>,
    /// Holidays of every year.
    pub yearly: Vec<Yearly>,
    /// Holidays by the moon, for the years that are not listed.
    pub lunar: BTreeMap<NaiveDate, String>,
    /// Days without drills.
    pub blackouts: Vec<Blackout>,
}

impl Default for Calendar {
    fn default() -> Self {
        Self {
            zone: Tz::UTC,
            office: Office::default(),
            kinds: BTreeMap::new(),
            units: BTreeMap::new(),
            days: BTreeMap::new(),
            years: BTreeSet::new(),
            yearly: Vec::new(),
            lunar: BTreeMap::new(),
            blackouts: Vec::new(),
        }
    }
}

/// The calendar by the hours of one unit, or by everybody's where there is none.
#[derive(Clone, Copy, Debug)]
pub struct HoursOf<'a> {
    calendar: &'a Calendar,
    unit: Option<&'a Unit>,
}

impl HoursOf<'_> {
    /// Whether a condition holds at this instant.
    pub fn holds(&self, when: When, at: Timestamp) -> bool {
        match when {
            When::InHours => self.calendar.in_hours(at, self.unit),
            When::OutOfHours => !self.calendar.in_hours(at, self.unit),
            When::Holiday => self.calendar.holiday(at).is_some(),
        }
    }

    /// The first instant from `at` on that lies within the hours.
    pub fn next(&self, at: Timestamp) -> Option<Timestamp> {
        self.calendar.next_in_hours(at, self.unit)
    }
}

/// So long before the listed years run out, and before a day no notice has confirmed, somebody hears of it.
pub const WARNED: Duration = Duration::from_secs(60 * 24 * 3600);

/// How far ahead an opening is looked for; no office is closed for longer.
const LOOK_AHEAD_DAYS: u64 = 60;

impl Calendar {
    /// The hours of a unit: its own, those of its kind, or everybody's.
    pub fn office_of(&self, unit: Option<&Unit>) -> &Office {
        let own = unit.and_then(|unit| self.units.get(&unit.code));
        let kind = || unit.and_then(|unit| self.kinds.get(&unit.kind));
        own.or_else(kind).unwrap_or(&self.office)
    }

    /// The holiday on this day.
    pub fn holiday_on(&self, date: NaiveDate) -> Option<&str> {
        match self.days.get(&date) {
            Some(day) => (!day.working).then_some(day.name.as_str()),
            None if self.years.contains(&date.year()) => None,
            None => {
                let same = |day: &&Yearly| (day.month, day.day) == (date.month(), date.day());
                let yearly = self.yearly.iter().find(same).map(|day| day.name.as_str());
                yearly.or_else(|| self.lunar.get(&date).map(String::as_str))
            }
        }
    }

    /// The holiday at this instant.
    pub fn holiday(&self, at: Timestamp) -> Option<&str> {
        self.holiday_on(self.day_of(at))
    }

    /// Whether an office works on this day.
    pub fn works_on(&self, date: NaiveDate, office: &Office) -> bool {
        match self.days.get(&date) {
            Some(day) => day.working,
            None => self.holiday_on(date).is_none() && office.opens_on(date.weekday()),
        }
    }

    /// The day of an instant. A day begins with the first midnight, also where the clock is then set
    /// back into the day before.
    pub fn day_of(&self, at: Timestamp) -> NaiveDate {
        let date = at.date(self.zone);
        let next = date.checked_add_days(Days::new(1)).unwrap_or(date);
        if at >= start_of(next.and_time(NaiveTime::MIN), self.zone) { next } else { date }
    }

    /// Whether it is within the hours of a unit: from the first occurrence of their beginning to the
    /// last of their end, where the clock is set back.
    pub fn in_hours(&self, at: Timestamp, unit: Option<&Unit>) -> bool {
        let office = self.office_of(unit);
        let date = at.date(self.zone);
        let near = [date.pred_opt(), Some(date), date.succ_opt()];
        near.into_iter().flatten().any(|date| {
            let open = |(from, to): &(NaiveTime, NaiveTime)| {
                start_of(date.and_time(*from), self.zone) <= at
                    && at < end_of(date.and_time(*to), self.zone)
            };
            office.hours.iter().any(open) && self.works_on(date, office)
        })
    }

    /// Whether a condition holds at this instant, by everybody's hours.
    pub fn holds(&self, when: When, at: Timestamp) -> bool {
        self.hours_of(None).holds(when, at)
    }

    /// The calendar by the hours of a unit.
    pub fn hours_of<'a>(&'a self, unit: Option<&'a Unit>) -> HoursOf<'a> {
        HoursOf { calendar: self, unit }
    }

    /// The first instant from `at` on that lies within the hours of a unit.
    pub fn next_in_hours(&self, at: Timestamp, unit: Option<&Unit>) -> Option<Timestamp> {
        if self.in_hours(at, unit) {
            return Some(at);
        }
        let office = self.office_of(unit);
        let today = at.date(self.zone);
        (0..LOOK_AHEAD_DAYS)
            .filter_map(|days| today.checked_add_days(Days::new(days)))
            .filter(|date| self.works_on(*date, office))
            .flat_map(|date| office.hours.iter().map(move |(from, _)| date.and_time(*from)))
            .map(|local| start_of(local, self.zone))
            .find(|start| *start > at)
    }

    /// Every instant between the two at which a condition may change, by everybody's hours.
    pub fn turns(&self, from: Timestamp, to: Timestamp) -> Vec<Timestamp> {
        let mut turns = Vec::new();
        let first = from.date(self.zone);
        let (first, last) = (first.pred_opt().unwrap_or(first), self.day_of(to));
        for date in first.iter_days().take_while(|date| *date <= last) {
            turns.push(start_of(date.and_time(NaiveTime::MIN), self.zone));
            for (opens, closes) in &self.office.hours {
                turns.push(start_of(date.and_time(*opens), self.zone));
                turns.push(end_of(date.and_time(*closes), self.zone));
            }
        }
        turns.retain(|turn| from <= *turn && *turn < to);
        turns
    }

    /// The last day the listed years reach without a gap, counted from the year of `at`.
    pub fn reaches(&self, at: Timestamp) -> Option<NaiveDate> {
        let mut year = at.date(self.zone).year();
        if !self.years.contains(&year) {
            return None;
        }
        while self.years.contains(&year.saturating_add(1)) {
            year = year.saturating_add(1);
        }
        NaiveDate::from_ymd_opt(year, 12, 31)
    }

    /// Whether somebody has to add a year soon, with the last day there is; none where the year of `now`
    /// is not listed.
    pub fn runs_out(&self, now: Timestamp) -> Option<Option<NaiveDate>> {
        let last = self.reaches(now);
        let soon = now.plus(WARNED).date(self.zone);
        last.is_none_or(|last| last <= soon).then_some(last)
    }

    /// Days a published notice has not confirmed yet, from `at` on.
    pub fn unconfirmed(&self, at: Timestamp) -> impl Iterator<Item = (NaiveDate, &Day)> {
        let today = at.date(self.zone);
        self.days.range(today..).filter(|(_, day)| !day.confirmed).map(|(date, day)| (*date, day))
    }
}
