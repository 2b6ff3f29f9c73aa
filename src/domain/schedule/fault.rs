//! Why a rule cannot be used. `text::schedule` has the words and the remedy.

use chrono::{NaiveDate, Weekday};
use serde::{Deserialize, Serialize};

/// A field of a cron rule, in the order they are written.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// Seconds.
    Seconds,
    /// Minutes.
    Minutes,
    /// Hours.
    Hours,
    /// Days of the month.
    Days,
    /// Months.
    Months,
    /// Days of the week.
    Weekdays,
    /// Years; may be left out.
    Years,
}

impl Field {
    /// Every field, in the order they are written.
    pub const ALL: [Self; 7] = [
        Self::Seconds,
        Self::Minutes,
        Self::Hours,
        Self::Days,
        Self::Months,
        Self::Weekdays,
        Self::Years,
    ];
}

/// Why a rule cannot be used.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// It names no day.
    #[error("no day")]
    NoDay,
    /// A word nobody knows, as it was said.
    #[error("unknown word: {0}")]
    Unknown(String),
    /// This does not go with the rest, as it was said.
    #[error("said otherwise before: {0}")]
    Twice(String),
    /// Days are named in two ways.
    #[error("days in two ways")]
    TwoWays,
    /// A number of a month or day that does not exist.
    #[error("no such day")]
    NoSuchDay,
    /// A date without a year may be meant once or each year.
    #[error("which year: {day}/{month}")]
    WhichYear {
        /// Day of the month.
        day: u32,
        /// Month.
        month: u32,
    },
    /// A day of a month without the month.
    #[error("which month")]
    WhichMonth,
    /// A weekday or working day without which of them.
    #[error("which of them")]
    WhichOne,
    /// The date has another weekday.
    #[error("{date} is no {weekday}")]
    OtherWeekday {
        /// The date.
        date: NaiveDate,
        /// What was said.
        weekday: Weekday,
    },
    /// No calendar has this date, as it was said.
    #[error("no date: {0}")]
    NoDate(String),
    /// No clock shows this time, as it was said.
    #[error("no time: {0}")]
    NoTime(String),
    /// Its one day is over.
    #[error("past: {0}")]
    Past(NaiveDate),
    /// It comes to no day within [`super::YEARS_AHEAD`].
    #[error("never")]
    Never,
    /// A cron rule longer than [`super::cron::LONGEST`].
    #[error("too long")]
    TooLong,
    /// A cron rule of so many fields, neither six nor seven.
    #[error("{0} fields")]
    Fields(usize),
    /// A weekday by its number, which means another day elsewhere.
    #[error("weekday by number: {0}")]
    NumberedWeekday(String),
    /// A field that does not read, as it was written.
    #[error("field {field:?}: {text}")]
    BadField {
        /// Which.
        field: Field,
        /// As it was written.
        text: String,
    },
    /// A cron rule that does not read, though each of its fields does.
    #[error("unreadable")]
    Unreadable,
    /// A cron rule that fires more often than once a week.
    #[error("too often")]
    TooOften,
}
