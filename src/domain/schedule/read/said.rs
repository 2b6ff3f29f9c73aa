//! What a line says, and the rule that comes of it.

use chrono::{Datelike as _, NaiveDate, NaiveTime, Weekday};

use super::line::Order;
use super::{HolidayPolicy, Period};
use crate::domain::schedule::fault::Fault;
use crate::domain::schedule::{MonthDay, Nth, Rule};

/// A date in figures.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Date {
    /// Of any year.
    OfYear {
        /// Day of the month.
        day: u32,
        /// Month.
        month: u32,
    },
    /// Of one year.
    Full(NaiveDate),
}

/// Everything a line says, each at most once.
#[derive(Default)]
pub struct Said {
    /// How often, with the words for it.
    pub period: Option<(Period, String)>,
    /// A date.
    pub date: Option<Date>,
    /// A day of the month.
    pub day: Option<u32>,
    /// An end of the month, by its day.
    pub end: Option<u32>,
    /// A month of the year.
    pub month: Option<u32>,
    /// The year behind the month.
    pub year: Option<i32>,
    /// A month of the quarter.
    pub month_of_quarter: Option<u32>,
    /// A weekday, and which of them.
    pub weekday: Option<(Weekday, Option<Order>)>,
    /// A working day, and which of them.
    pub workday: Option<Option<Order>>,
    /// The time of day.
    pub time: Option<NaiveTime>,
    /// What becomes of it on holidays.
    pub shift: Option<HolidayPolicy>,
}

impl Said {
    /// The rule, or what is wanting to one.
    pub fn rule(&self) -> Result<Rule, Fault> {
        if let Some(date) = self.in_figures()? {
            return self.dated(date);
        }
        let day = self.month_day()?.ok_or(Fault::NoDay)?;
        if let Some(year) = self.year {
            return self.of_year(day, year);
        }
        match self.period.as_ref().map(|(period, words)| (*period, words.as_str())) {
            Some((Period::Once, words)) => Err(Fault::Twice(words.to_owned())),
            Some((Period::Month, words)) => match (self.month, self.month_of_quarter) {
                (None, None) => Ok(Rule::Monthly { day }),
                _ => Err(Fault::Twice(words.to_owned())),
            },
            Some((Period::Quarter, words)) if self.month.is_some() => {
                Err(Fault::Twice(words.to_owned()))
            }
            Some((Period::Quarter, _)) => {
                let usual = if is_last(day) { 3 } else { 1 };
                Ok(Rule::Quarterly { month: self.month_of_quarter.unwrap_or(usual), day })
            }
            Some((Period::Year, _)) | None => self.yearly(day),
        }
    }

    /// A date in figures or words.
    fn in_figures(&self) -> Result<Option<Date>, Fault> {
        let (Some(day), Some(month)) = (self.day, self.month) else { return Ok(self.date) };
        if self.date.is_some() {
            return Err(Fault::Twice(format!("{day}/{month}")));
        }
        let Some(year) = self.year else { return Ok(Some(Date::OfYear { day, month })) };
        let date = NaiveDate::from_ymd_opt(year, month, day);
        let date = date.ok_or_else(|| Fault::NoDate(format!("{day}/{month}/{year}")))?;
        Ok(Some(Date::Full(date)))
    }

    /// `thứ Sáu cuối cùng của tháng 10 năm 2027` is one day. Working days are another matter: the
    /// calendar of the year may change until then.
    fn of_year(&self, day: MonthDay, year: i32) -> Result<Rule, Fault> {
        let counted = matches!(day, MonthDay::Workday(_) | MonthDay::LastWorkday);
        let once = self.period.as_ref().is_none_or(|(period, _)| *period == Period::Once);
        let first = self.month.and_then(|month| NaiveDate::from_ymd_opt(year, month, 1));
        let date = first.and_then(|first| day.within(first)).filter(|_| once && !counted);
        date.map(Rule::Once).ok_or_else(|| Fault::Twice(year.to_string()))
    }

    /// A date and whatever is said beside it.
    fn dated(&self, date: Date) -> Result<Rule, Fault> {
        let beside = self.day.or(self.month).filter(|_| self.date.is_some());
        let beside = beside.or(self.month_of_quarter).or(self.end).is_some();
        let counted = self.weekday.is_some_and(|(_, order)| order.is_some());
        if beside || counted || self.workday.is_some() {
            return Err(Fault::Twice(shown(date)));
        }
        let period = self.period.as_ref().map(|(period, words)| (*period, words));
        match (date, period) {
            (Date::Full(date), None | Some((Period::Once, _))) => match self.weekday {
                Some((weekday, _)) if weekday != date.weekday() => {
                    Err(Fault::OtherWeekday { date, weekday })
                }
                _ => Ok(Rule::Once(date)),
            },
            (Date::OfYear { day, month }, Some((Period::Year, _))) => match self.weekday {
                Some(_) => Err(Fault::Twice(shown(date))),
                None => Ok(Rule::Yearly { month, day }),
            },
            (Date::OfYear { day, month }, None | Some((Period::Once, _))) => {
                Err(Fault::WhichYear { day, month })
            }
            (_, Some((_, words))) => Err(Fault::Twice(words.clone())),
        }
    }

    /// The day within a month.
    fn month_day(&self) -> Result<Option<MonthDay>, Fault> {
        let by_number = self.day.map(MonthDay::Day);
        let by_end = self.end.map(MonthDay::Day);
        let by_work = match self.workday {
            Some(Some(Order::Last)) => Some(MonthDay::LastWorkday),
            Some(Some(Order::Number(nth))) => Some(MonthDay::Workday(nth)),
            Some(None) => return Err(Fault::WhichOne),
            None => None,
        };
        let by_weekday = match self.weekday {
            Some((weekday, Some(order))) => {
                let nth = nth(order).ok_or(Fault::WhichOne)?;
                Some(MonthDay::Weekday { nth, weekday })
            }
            Some((_, None)) => return Err(Fault::WhichOne),
            None => None,
        };
        let mut all = [by_number, by_end, by_work, by_weekday].into_iter().flatten();
        match (all.next(), all.next()) {
            (first, None) => Ok(first),
            (_, Some(_)) => Err(Fault::TwoWays),
        }
    }

    fn yearly(&self, day: MonthDay) -> Result<Rule, Fault> {
        let month = self.month.ok_or(Fault::WhichMonth)?;
        Ok(match day {
            MonthDay::Day(day) => Rule::Yearly { month, day },
            MonthDay::Workday(nth) => Rule::Workday { month, nth },
            MonthDay::LastWorkday => Rule::LastWorkday { month },
            MonthDay::Weekday { nth, weekday } => Rule::NthWeekday { month, nth, weekday },
        })
    }
}

fn shown(date: Date) -> String {
    match date {
        Date::OfYear { day, month } => format!("{day}/{month}"),
        Date::Full(date) => date.format("%-d/%-m/%Y").to_string(),
    }
}

fn nth(order: Order) -> Option<Nth> {
    Some(match order {
        Order::Number(1) => Nth::First,
        Order::Number(2) => Nth::Second,
        Order::Number(3) => Nth::Third,
        Order::Number(4) => Nth::Fourth,
        Order::Number(_) => return None,
        Order::Last => Nth::Last,
    })
}

/// Whether it is the last of something, which in a quarter is meant of its last month.
fn is_last(day: MonthDay) -> bool {
    matches!(
        day,
        MonthDay::LastWorkday | MonthDay::Day(31) | MonthDay::Weekday { nth: Nth::Last, .. }
    )
}
