//! Where the calendar lets an occurrence be held.

use chrono::{Days, NaiveDate, TimeDelta, Weekday};

use super::days::{first_of, last_of};
use super::{HolidayPolicy, MonthDay, Occurrence, Schedule, Shift, Why};
use crate::domain::calendar::{Blackout, Calendar};
use crate::domain::time::start_of;

/// So many days away another day is looked for; where there is none by then, there is no use in moving.
const FARTHEST: i64 = 366;

/// The earliest nominal day an occurrence held on `date` may have.
pub(super) fn earliest(date: NaiveDate) -> NaiveDate {
    off(date, -(FARTHEST + 31)).unwrap_or(NaiveDate::MIN)
}

fn off(date: NaiveDate, days: i64) -> Option<NaiveDate> {
    date.checked_add_signed(TimeDelta::days(days))
}

/// What decides whether a day can be used.
#[derive(Clone, Copy)]
struct Ground<'a> {
    calendar: &'a Calendar,
    blackouts: &'a [Blackout],
    policy: HolidayPolicy,
}

impl Schedule {
    /// The occurrence of a nominal day.
    pub(super) fn place(
        &self,
        nominal: NaiveDate,
        calendar: &Calendar,
        blackouts: &[Blackout],
    ) -> Occurrence {
        let counted = match self.rule.month_day() {
            Some(MonthDay::Workday(nth)) => workday(calendar, nominal, nth),
            Some(MonthDay::LastWorkday) => workdays(calendar, nominal).last(),
            _ => None,
        };
        let ground = Ground { calendar, blackouts, policy: self.shift };
        let (date, shifts) = ground.settle(counted.unwrap_or(nominal));
        let at = start_of(date.and_time(self.hour()), calendar.zone);
        Occurrence { nominal, date, at, shifts }
    }
}

/// The days of the month of `date` the offices work, by everybody's hours.
fn workdays(calendar: &Calendar, date: NaiveDate) -> impl Iterator<Item = NaiveDate> {
    let last = last_of(date);
    let all = first_of(date).iter_days().take_while(move |day| *day <= last);
    all.filter(|day| calendar.works_on(*day, &calendar.office))
}

/// The working day of that number; the last where there are not so many.
fn workday(calendar: &Calendar, date: NaiveDate, nth: u32) -> Option<NaiveDate> {
    workdays(calendar, date).take(usize::try_from(nth).unwrap_or(usize::MAX)).last()
}

impl Ground<'_> {
    /// The day that can be used, and those tried before.
    fn settle(&self, date: NaiveDate) -> (NaiveDate, Vec<Shift>) {
        let mut shifts = Vec::new();
        let found = match self.policy {
            HolidayPolicy::None | HolidayPolicy::NextWorkday => self.walk(date, 1, &mut shifts),
            HolidayPolicy::PrevWorkday => self.walk(date, -1, &mut shifts),
            HolidayPolicy::SameWeek => self.within_week(date, &mut shifts),
        };
        match found {
            Some(found) => (found, shifts),
            None => (date, Vec::new()),
        }
    }

    /// The first usable day from `date` on, day by day in one direction.
    fn walk(&self, date: NaiveDate, step: i64, shifts: &mut Vec<Shift>) -> Option<NaiveDate> {
        let days = (0..=FARTHEST).map_while(|count| off(date, count.saturating_mul(step)));
        self.first(days, shifts)
    }

    /// The nearest usable day of the week, or the first one after it.
    fn within_week(&self, date: NaiveDate, shifts: &mut Vec<Shift>) -> Option<NaiveDate> {
        let week = date.week(Weekday::Mon);
        let (monday, sunday) = (week.checked_first_day()?, week.checked_last_day()?);
        let both = (1..7).flat_map(|days| [off(date, days), off(date, -days)]);
        let near = std::iter::once(Some(date)).chain(both).flatten();
        let near = near.filter(|day| monday <= *day && *day <= sunday);
        self.first(near, shifts).or_else(|| {
            shifts.push(Shift { from: sunday, why: Why::WholeWeek });
            self.walk(sunday.checked_add_days(Days::new(1))?, 1, shifts)
        })
    }

    /// The first of these days that can be used; the ones before it are remembered.
    fn first(
        &self,
        mut days: impl Iterator<Item = NaiveDate>,
        shifts: &mut Vec<Shift>,
    ) -> Option<NaiveDate> {
        days.find(|day| match self.against(*day) {
            None => true,
            Some(why) => {
                shifts.push(Shift { from: *day, why });
                false
            }
        })
    }

    /// Why no drill can be held on a day.
    fn against(&self, day: NaiveDate) -> Option<Why> {
        let calendar = self.calendar;
        let works = calendar.works_on(day, &calendar.office);
        if self.policy != HolidayPolicy::None && !works {
            let name = calendar.holiday_on(day).map(|name| Why::Holiday(name.to_owned()));
            return Some(name.unwrap_or(Why::Weekend));
        }
        let mut all = calendar.blackouts.iter().chain(self.blackouts);
        all.find(|one| one.holds(day)).map(|one| Why::Blackout(one.name.clone()))
    }
}
