//! Durations as the contract writes them: one number and one unit.

use std::time::Duration;

/// No wait of a ladder or lease makes sense beyond a year.
const LONGEST: u64 = 366 * 24 * 3600;

/// As it is written, in the largest unit it is a whole number of.
pub(super) fn written(span: Duration) -> String {
    let seconds = span.as_secs();
    let units = [(24 * 3600, 'd'), (3600, 'h'), (60, 'm')];
    let whole =
        units.into_iter().find(|(unit, _)| seconds >= *unit && seconds.is_multiple_of(*unit));
    let (unit, letter) = whole.unwrap_or((1, 's'));
    format!("{}{letter}", seconds / unit)
}

/// `90s`, `5m`, `2h`, `3d`; longer than nothing, at most a year.
pub(super) fn read(text: &str) -> Option<Duration> {
    let number = text.strip_suffix(['s', 'm', 'h', 'd'])?;
    let unit = match text.chars().last()? {
        's' => 1,
        'm' => 60,
        'h' => 3600,
        _ => 24 * 3600,
    };
    let digits = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    let seconds = if digits { number.parse::<u64>().ok()?.checked_mul(unit)? } else { 0 };
    (1..=LONGEST).contains(&seconds).then(|| Duration::from_secs(seconds))
}
