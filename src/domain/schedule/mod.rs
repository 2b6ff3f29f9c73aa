//! When drills are held: rules people choose, and the days they come to.
//!
//! A rule names days without knowing any calendar; such a nominal day is what an occurrence is known by.
//! Only then holidays and days without drills move it. A calendar that changes thus moves an occurrence
//! and never makes a second one.

pub mod cron;
mod days;
pub mod fault;
mod place;
pub mod read;

use chrono::{NaiveDate, NaiveTime, Weekday};
use serde::{Deserialize, Serialize};

use super::calendar::{Blackout, Calendar};
use super::time::Timestamp;
use cron::Cron;
use fault::Fault;

/// Which of the same weekdays of a month.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Nth {
    /// The first.
    First,
    /// The second.
    Second,
    /// The third.
    Third,
    /// The fourth; not every month has a fifth.
    Fourth,
    /// The last, fourth or fifth.
    Last,
}

impl Nth {
    /// Every one, in their order.
    pub const ALL: [Self; 5] = [Self::First, Self::Second, Self::Third, Self::Fourth, Self::Last];
}

/// A day within a month.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MonthDay {
    /// By its number; the last day where the month has no such day.
    Day(u32),
    /// By counting the days the offices work; the last of them where there are not so many.
    Workday(u32),
    /// The last day the offices work.
    LastWorkday,
    /// By its weekday.
    Weekday {
        /// Which of them.
        nth: Nth,
        /// The weekday.
        weekday: Weekday,
    },
}

/// The days a drill is held on, before any calendar is asked.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// On one day.
    Once(NaiveDate),
    /// Each year on a date; the last day of the month where it has no such day.
    Yearly {
        /// From 1 to 12.
        month: u32,
        /// From 1 to 31.
        day: u32,
    },
    /// Each year, by its weekday.
    NthWeekday {
        /// From 1 to 12.
        month: u32,
        /// Which of them.
        nth: Nth,
        /// The weekday.
        weekday: Weekday,
    },
    /// Each year, by counting the days the offices work.
    Workday {
        /// From 1 to 12.
        month: u32,
        /// From 1.
        nth: u32,
    },
    /// Each year on the last day the offices work.
    LastWorkday {
        /// From 1 to 12.
        month: u32,
    },
    /// Each month.
    Monthly {
        /// On which day.
        day: MonthDay,
    },
    /// Each quarter.
    Quarterly {
        /// In its first, second or third month.
        month: u32,
        /// On which day.
        day: MonthDay,
    },
    /// As an expert writes it.
    Cron(Cron),
}

/// What becomes of a drill on a day the offices do not work. On days without drills none is held,
/// whichever of these was chosen.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum HolidayPolicy {
    /// It is held nevertheless; a day without drills moves it to the next day that has them.
    None,
    /// The next working day.
    #[default]
    NextWorkday,
    /// The working day before.
    PrevWorkday,
    /// The nearest working day from Monday to Sunday of the same week, of two the later one; the next
    /// working day where there is none.
    SameWeek,
}

impl HolidayPolicy {
    /// Every one.
    pub const ALL: [Self; 4] = [Self::None, Self::NextWorkday, Self::PrevWorkday, Self::SameWeek];
}

/// When drills of a series are held.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Schedule {
    /// On which days.
    pub rule: Rule,
    /// At what time on the clocks of the calendar's zone; [`Schedule::hour`] says it for every rule.
    pub time: NaiveTime,
    /// What becomes of it on a day the offices do not work.
    pub shift: HolidayPolicy,
}

/// Why a drill is not held on a day.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// The offices are closed on this weekday.
    Weekend,
    /// A holiday, by its name.
    Holiday(String),
    /// A day without drills, by its name.
    Blackout(String),
    /// No day of this week can be used; stands once, behind the days of the week.
    WholeWeek,
}

/// A day a drill moved away from.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Shift {
    /// The day.
    pub from: NaiveDate,
    /// Why it is not held then.
    pub why: Why,
}

/// A drill as the rule has it and as the calendar lets it be.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Occurrence {
    /// The day the rule names, whatever the calendar says: what the occurrence is known by. Where working
    /// days are counted it is the first or the last day of the month.
    pub nominal: NaiveDate,
    /// The day it is held on.
    pub date: NaiveDate,
    /// When it begins. Of an hour the clocks show twice the first; the first minute after one they skip.
    pub at: Timestamp,
    /// The days tried before, in their order, and why it could not be held then.
    pub shifts: Vec<Shift>,
}

/// So many years ahead a rule has to come to a day.
pub const YEARS_AHEAD: i32 = 5;

impl Schedule {
    /// At what time it begins: that of a cron rule stands within the rule.
    pub fn hour(&self) -> NaiveTime {
        match &self.rule {
            Rule::Cron(cron) => cron.time(),
            _ => self.time,
        }
    }

    /// Whether it can be used from `today` on: its numbers exist, and it comes to a day soon enough.
    pub fn check(&self, today: NaiveDate) -> Result<(), Fault> {
        self.rule.check()?;
        let until = days::years_after(today, YEARS_AHEAD);
        if self.rule.nominal(today, until).next().is_some() {
            return Ok(());
        }
        Err(match self.rule {
            Rule::Once(date) if date < today => Fault::Past(date),
            _ => Fault::Never,
        })
    }

    /// The occurrences whose nominal day is `from` or later and before `until`, in the order of these
    /// days. Beside the days without drills of the calendar those of `blackouts` count.
    pub fn occurrences(
        &self,
        calendar: &Calendar,
        blackouts: &[Blackout],
        from: NaiveDate,
        until: NaiveDate,
    ) -> Vec<Occurrence> {
        let nominal = self.rule.nominal(from, until);
        nominal.map(|day| self.place(day, calendar, blackouts)).collect()
    }

    /// The next occurrences that begin after an instant, at most `count`, in the order of their nominal
    /// days.
    pub fn next(
        &self,
        calendar: &Calendar,
        blackouts: &[Blackout],
        after: Timestamp,
        count: usize,
    ) -> Vec<Occurrence> {
        let today = calendar.day_of(after);
        let nominal = self.rule.nominal(place::earliest(today), days::years_after(today, 100));
        let all = nominal.map(|day| self.place(day, calendar, blackouts));
        all.filter(|one| one.at > after).take(count).collect()
    }
}
