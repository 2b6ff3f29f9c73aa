//! Days as people here write them. What could mean two days, or none, is refused.

use chrono::{Datelike as _, NaiveDate};

use super::problem::RowProblemKind as Kind;
use crate::domain::fold::fold;

/// The day a spreadsheet counts from.
const EPOCH: Option<NaiveDate> = NaiveDate::from_ymd_opt(1899, 12, 30);

/// `YYYY-MM-DD` from that, from the day first with `/`, `-` or `.`, or from the words for day, month
/// and year. `number` says that a spreadsheet holds it as a bare number.
pub(super) fn date(text: &str, number: bool) -> Result<String, Kind> {
    if number || text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(serial(text).map_or(Kind::BadDate, |meant| Kind::SerialDate { meant }));
    }
    let words = fold(text);
    // Midnight stands behind a day that some program wrote out in full.
    let day = ["t00:00:00", " 00:00:00", " 00:00"].iter().find_map(|end| words.strip_suffix(end));
    let parts = split(day.unwrap_or(&words)).ok_or(Kind::BadDate)?;
    let [first, second, third] = parts;
    let number = |part: &str| part.parse::<u32>().unwrap_or(0);
    let (year, month, day) = match (first.len(), third.len()) {
        (4, 1..=2) => (first, second, third),
        (1..=2, 4) => (third, second, first),
        (1..=2, 1..=2) => return Err(Kind::ShortYear),
        _ => return Err(Kind::BadDate),
    };
    let (month, day) = (number(month), number(day));
    let made = |month, day| {
        let year = year.parse().ok().filter(|year| (1900..=2200).contains(year))?;
        NaiveDate::from_ymd_opt(year, month, day)
    };
    match (made(month, day), made(day, month)) {
        (Some(day), _) => Ok(written(day)),
        (None, Some(meant)) => Err(Kind::MonthFirst { meant: written(meant) }),
        (None, None) => Err(Kind::BadDate),
    }
}

fn written(day: NaiveDate) -> String {
    day.format("%Y-%m-%d").to_string()
}

/// Three numbers between one kind of sign, or between the words for day, month and year.
fn split(text: &str) -> Option<[&str; 3]> {
    let text = text.trim();
    let signs = ['/', '-', '.'].into_iter().map(|sign| text.split(sign).collect::<Vec<_>>());
    let spoken = text.strip_prefix("ngay").unwrap_or(text);
    let spoken: Vec<&str> = spoken
        .split_once("thang")
        .and_then(|(day, rest)| Some((day, rest.split_once("nam")?)))
        .map(|(day, (month, year))| vec![day, month, year])
        .unwrap_or_default();
    let three = signs.chain([spoken]).find_map(|parts| <[&str; 3]>::try_from(parts).ok())?;
    let three = three.map(str::trim);
    let plain = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    three.iter().all(|part| plain(part)).then_some(three)
}

/// The day a spreadsheet's bare number would be, within this century.
fn serial(text: &str) -> Option<String> {
    let count: u64 = text.parse().ok().filter(|count| (36_526..=73_050).contains(count))?;
    let day = EPOCH?.checked_add_days(chrono::Days::new(count))?;
    (day.year() >= 2000).then(|| written(day))
}
