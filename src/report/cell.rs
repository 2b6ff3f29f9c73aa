//! What stands in a cell of a table: a program gets the value, people read its words.

use std::fmt;
use std::time::Duration;

use chrono::{NaiveDate, NaiveDateTime};
use rust_xlsxwriter::{ExcelDateTime, Format, Worksheet, XlsxError};

use crate::text::words::duration;

/// A cell.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Cell {
    /// Words, whatever they begin with.
    Words(String),
    /// How many.
    Count(u64),
    /// So many out of so many.
    Share {
        /// So many.
        part: u64,
        /// Out of so many.
        of: u64,
    },
    /// When, by the clock of those who read it.
    Time(NaiveDateTime),
    /// On which day.
    Day(NaiveDate),
    /// How long.
    Span(Duration),
}

impl Cell {
    /// As a number of things.
    pub fn count(count: usize) -> Self {
        Self::Count(u64::try_from(count).unwrap_or(u64::MAX))
    }

    /// As a share, where there is anything to share.
    pub fn share(part: usize, of: usize) -> Self {
        match (u64::try_from(part), u64::try_from(of)) {
            (Ok(part), Ok(of)) if of > 0 => Self::Share { part, of },
            _ => "–".into(),
        }
    }

    /// Whether it is words.
    pub fn is_words(&self) -> bool {
        matches!(self, Self::Words(_))
    }

    /// Whether nothing stands in it.
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::Words(words) if words.is_empty())
    }

    /// How a spreadsheet shows it.
    pub(super) fn format(&self) -> &'static str {
        match self {
            Self::Words(_) => "@",
            Self::Count(_) => "0",
            Self::Share { .. } => "0%",
            Self::Time(_) => "dd/mm/yyyy hh:mm",
            Self::Day(_) => "dd/mm/yyyy",
            Self::Span(_) => "[h]:mm:ss",
        }
    }

    /// Into a sheet. Words stay words: none becomes a formula.
    pub(super) fn write(
        &self,
        sheet: &mut Worksheet,
        (line, column): (u32, u16),
        format: &Format,
    ) -> Result<(), XlsxError> {
        match self {
            Self::Words(words) => sheet.write_string_with_format(line, column, words, format)?,
            Self::Time(at) => {
                let at = ExcelDateTime::from_timestamp(at.and_utc().timestamp())?;
                sheet.write_datetime_with_format(line, column, &at, format)?
            }
            Self::Day(day) => {
                let start = day.and_time(chrono::NaiveTime::MIN).and_utc().timestamp();
                let day = ExcelDateTime::from_timestamp(start)?;
                sheet.write_datetime_with_format(line, column, &day, format)?
            }
            Self::Count(count) => {
                sheet.write_number_with_format(line, column, number(*count), format)?
            }
            Self::Share { part, of } => {
                let share = number(*part) / number(*of);
                sheet.write_number_with_format(line, column, share, format)?
            }
            Self::Span(span) => {
                let days = number(span.as_secs()) / 86_400.0;
                sheet.write_number_with_format(line, column, days, format)?
            }
        };
        Ok(())
    }
}

/// Nothing that is counted here needs more than 32 bits.
fn number(count: u64) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Words(words) => f.write_str(words),
            Self::Count(count) => write!(f, "{count}"),
            // Rounded as spreadsheets round it.
            Self::Share { part, of } => {
                let twice = part.saturating_mul(200).saturating_add(*of);
                write!(f, "{}%", twice.checked_div(of.saturating_mul(2)).unwrap_or(0))
            }
            Self::Time(at) => write!(f, "{}", at.format("%d/%m/%Y %H:%M")),
            Self::Day(day) => write!(f, "{}", day.format("%d/%m/%Y")),
            Self::Span(span) => f.write_str(&duration(*span)),
        }
    }
}

impl From<String> for Cell {
    fn from(words: String) -> Self {
        Self::Words(words)
    }
}

impl From<&str> for Cell {
    fn from(words: &str) -> Self {
        Self::Words(words.to_owned())
    }
}
