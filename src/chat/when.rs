//! An instant as people type it: `14:05`, `9h30 hôm qua`, `20/11 14h`, `2 giờ trước`.

use std::time::Duration;

use chrono::{Datelike as _, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeZone as _};
use chrono_tz::Tz;

use crate::domain::fold::fold;
use crate::domain::time::Timestamp;
use crate::text::typed;

/// The instant `words` name, never after `now`; `None` when they name none. An hour without a day is
/// the latest such hour.
pub fn read(words: &str, now: Timestamp, zone: Tz) -> Option<Timestamp> {
    let words = fold(words);
    if typed::NOW.iter().any(|word| fold(word) == words.trim()) {
        return Some(now);
    }
    if let Some(span) = ago(&words) {
        return Some(now.minus(span));
    }
    let today = chrono::DateTime::<chrono::Utc>::from_timestamp_millis(now.millis())?
        .with_timezone(&zone)
        .naive_local();
    let tokens: Vec<&str> = words.split_whitespace().collect();
    let hour = tokens.iter().find_map(|token| hour(token));
    let day = day(&words, &tokens, today.date());
    let local = match (day, hour) {
        (Some(day), Some(hour)) => day.and_time(hour),
        (Some(day), None) => day.and_time(today.time()),
        (None, Some(hour)) if hour > today.time() => {
            today.date().checked_sub_days(Days::new(1))?.and_time(hour)
        }
        (None, Some(hour)) => today.date().and_time(hour),
        (None, None) => return None,
    };
    instant(local, zone).filter(|at| *at <= now)
}

fn instant(local: NaiveDateTime, zone: Tz) -> Option<Timestamp> {
    let at = zone.from_local_datetime(&local).earliest()?;
    Some(Timestamp::from_millis(at.timestamp_millis()))
}

/// So many minutes, hours or days ago.
fn ago(words: &str) -> Option<Duration> {
    let before = typed::AGO.iter().any(|word| words.contains(fold(word).as_str()));
    let digits: String = words.trim_start().chars().take_while(char::is_ascii_digit).collect();
    let rest = words.trim_start().get(digits.len()..)?.trim_start().to_owned();
    let number: u64 = digits.parse().ok().filter(|number| before && *number <= 10_000)?;
    let unit = typed::UNITS.iter().find(|(word, _)| rest.starts_with(fold(word).as_str()))?;
    Some(Duration::from_secs(number.saturating_mul(unit.1)))
}

/// `14:05`, `14h05`, `14h`, `14g`.
pub(super) fn hour(token: &str) -> Option<NaiveTime> {
    let token = token.trim_matches(|c: char| !c.is_ascii_alphanumeric());
    let place = token.find([':', 'h', 'g'])?;
    let (hours, rest) = token.split_at_checked(place)?;
    let minutes = rest.trim_start_matches([':', 'h', 'g']).trim_end_matches(['p', 'h']);
    let minutes = if minutes.is_empty() { 0 } else { minutes.parse().ok()? };
    NaiveTime::from_hms_opt(hours.parse().ok()?, minutes, 0)
}

/// A word for a day, or `20/11`, `20-11-2026`. A date without a year is the latest such date.
fn day(words: &str, tokens: &[&str], today: NaiveDate) -> Option<NaiveDate> {
    let named = typed::DAYS.iter().find(|(word, _)| words.contains(fold(word).as_str()));
    if let Some((_, back)) = named {
        return today.checked_sub_days(Days::new(*back));
    }
    tokens.iter().find_map(|token| {
        let mut parts = token.trim_matches(|c: char| !c.is_ascii_digit()).split(['/', '-', '.']);
        let (day, month) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        match parts.next() {
            Some(year) => NaiveDate::from_ymd_opt(year.parse().ok()?, month, day),
            None => {
                let this = NaiveDate::from_ymd_opt(today.year(), month, day)?;
                if this > today {
                    NaiveDate::from_ymd_opt(today.year().checked_sub(1)?, month, day)
                } else {
                    Some(this)
                }
            }
        }
    })
}
