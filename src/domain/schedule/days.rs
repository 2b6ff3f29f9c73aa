//! The days a rule names, whatever any calendar says.

use chrono::{Datelike as _, Days, Months, NaiveDate, Weekday};

use super::fault::Fault;
use super::{MonthDay, Nth, Rule};

/// The same day so many years later.
pub(super) fn years_after(date: NaiveDate, years: i32) -> NaiveDate {
    let months = u32::try_from(years).unwrap_or(0).saturating_mul(12);
    date.checked_add_months(Months::new(months)).unwrap_or(NaiveDate::MAX)
}

/// The last day of the month of `date`.
pub(super) fn last_of(date: NaiveDate) -> NaiveDate {
    let (year, month) = (date.year(), date.month());
    (28..=31).rev().find_map(|day| NaiveDate::from_ymd_opt(year, month, day)).unwrap_or(date)
}

/// The first day of the month of `date`.
pub(super) fn first_of(date: NaiveDate) -> NaiveDate {
    date.with_day(1).unwrap_or(date)
}

/// The first day of every month from that of `date` on.
fn months_from(date: NaiveDate) -> impl Iterator<Item = NaiveDate> {
    std::iter::successors(Some(first_of(date)), |first| first.checked_add_months(Months::new(1)))
}

/// Which months of the year a rule by months is about.
#[derive(Clone, Copy)]
enum Which {
    Every,
    One(u32),
    /// First, second or third of each quarter.
    OfQuarter(u32),
}

impl Which {
    fn has(self, month: u32) -> bool {
        match self {
            Self::Every => true,
            Self::One(one) => one == month,
            Self::OfQuarter(one) => month.saturating_sub(1) % 3 == one.saturating_sub(1),
        }
    }

    fn exists(self) -> bool {
        match self {
            Self::Every => true,
            Self::One(one) => (1..=12).contains(&one),
            Self::OfQuarter(one) => (1..=3).contains(&one),
        }
    }
}

impl Rule {
    /// Its days from `from` on and before `until`, in their order, none twice.
    pub fn nominal(
        &self,
        from: NaiveDate,
        until: NaiveDate,
    ) -> Box<dyn Iterator<Item = NaiveDate> + '_> {
        let within = move |day: &NaiveDate| *day < until;
        match (self, self.by_months()) {
            (Self::Once(date), _) => {
                Box::new(Some(*date).into_iter().filter(move |day| *day >= from && within(day)))
            }
            (Self::Cron(cron), _) => Box::new(cron.days(from).take_while(within)),
            (_, Some((which, day))) => {
                let months = months_from(from).take_while(within);
                let named = months.filter(move |first| which.has(first.month()));
                let days = named.filter_map(move |first| day.within(first));
                Box::new(days.filter(move |day| *day >= from && within(day)))
            }
            (_, None) => Box::new(std::iter::empty()),
        }
    }

    /// The months and the day within each, of a rule that is made of them.
    fn by_months(&self) -> Option<(Which, MonthDay)> {
        Some(match *self {
            Self::Once(_) | Self::Cron(_) => return None,
            Self::Yearly { month, day } => (Which::One(month), MonthDay::Day(day)),
            Self::NthWeekday { month, nth, weekday } => {
                (Which::One(month), MonthDay::Weekday { nth, weekday })
            }
            Self::Workday { month, nth } => (Which::One(month), MonthDay::Workday(nth)),
            Self::LastWorkday { month } => (Which::One(month), MonthDay::LastWorkday),
            Self::Monthly { day } => (Which::Every, day),
            Self::Quarterly { month, day } => (Which::OfQuarter(month), day),
        })
    }

    /// The day within the month, of a rule that has one.
    pub(super) fn month_day(&self) -> Option<MonthDay> {
        self.by_months().map(|(_, day)| day)
    }

    /// Whether the numbers in it exist.
    pub fn check(&self) -> Result<(), Fault> {
        let Some((which, day)) = self.by_months() else { return Ok(()) };
        let fits = match day {
            MonthDay::Day(day) => (1..=31).contains(&day),
            MonthDay::Workday(nth) => (1..=MOST_WORKDAYS).contains(&nth),
            MonthDay::LastWorkday | MonthDay::Weekday { .. } => true,
        };
        if fits && which.exists() { Ok(()) } else { Err(Fault::NoSuchDay) }
    }
}

/// So many working days of a month are counted; no month has more of them for sure.
pub const MOST_WORKDAYS: u32 = 20;

impl MonthDay {
    /// The nominal day within the month that begins with `first`. Which days are worked is the calendar's
    /// to say, so that rules that count them are known by the end of the month they count from.
    pub(super) fn within(self, first: NaiveDate) -> Option<NaiveDate> {
        match self {
            Self::Day(day) => {
                let day = day.min(last_of(first).day());
                first.with_day(day)
            }
            Self::Workday(_) => Some(first),
            Self::LastWorkday => Some(last_of(first)),
            Self::Weekday { nth, weekday } => nth_weekday(first, nth, weekday),
        }
    }
}

fn nth_weekday(first: NaiveDate, nth: Nth, weekday: Weekday) -> Option<NaiveDate> {
    let back = |last: NaiveDate| {
        let days = last.weekday().days_since(weekday);
        last.checked_sub_days(Days::new(u64::from(days)))
    };
    // The last of the first seven days, of the first fourteen, and so on.
    let weeks = match nth {
        Nth::First => 1,
        Nth::Second => 2,
        Nth::Third => 3,
        Nth::Fourth => 4,
        Nth::Last => return back(last_of(first)),
    };
    back(first.with_day(7 * weeks)?)
}
