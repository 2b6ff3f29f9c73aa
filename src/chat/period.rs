//! Which days somebody asks about: a month, a quarter, a year, or from one day to another.

use chrono::NaiveDate;

use super::values::{leading, plain};
use crate::domain::statistics::Span;
use crate::text::typed;

/// The days meant; none when they cannot be read. Nothing said means this month.
pub fn read(text: &str) -> Option<Span> {
    let text = text.trim();
    if text.is_empty() {
        return Some(Span::Month(None, None));
    }
    if let Some((first, last)) = text.split_once("..") {
        return Some(Span::Days(day(first)?, day(last)?));
    }
    if let Some(rest) = leading(text, typed::MONTH) {
        let (month, year) = numbered(rest, 12)?;
        return Some(Span::Month(month, year));
    }
    if let Some(rest) = leading(text, typed::QUARTER) {
        let (quarter, year) = numbered(rest, 4)?;
        return Some(Span::Quarter(quarter, year));
    }
    if let Some(rest) = leading(text, typed::YEAR) {
        return if rest.is_empty() {
            Some(Span::Year(None))
        } else {
            year(rest).map(|y| Span::Year(Some(y)))
        };
    }
    None
}

/// `9`, `9/2026`, `9 2026`, or nothing.
fn numbered(text: &str, most: u32) -> Option<(Option<u32>, Option<i32>)> {
    if text.is_empty() {
        return Some((None, None));
    }
    let (number, rest) = text.split_once(['/', '-', ' ']).unwrap_or((text, ""));
    let number: u32 = number.trim().parse().ok().filter(|number| (1..=most).contains(number))?;
    let year = match leading(rest, typed::YEAR).unwrap_or(rest).trim() {
        "" => None,
        text => Some(year(text)?),
    };
    Some((Some(number), year))
}

fn year(text: &str) -> Option<i32> {
    plain(text).parse().ok().filter(|year| (2000..=2100).contains(year))
}

/// `21/11/2026` or `2026-11-21`.
fn day(text: &str) -> Option<NaiveDate> {
    let text = text.trim();
    let read = |form| NaiveDate::parse_from_str(text, form).ok();
    read("%d/%m/%Y").or_else(|| read("%Y-%m-%d"))
}
