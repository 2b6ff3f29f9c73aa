//! What `trucban drill` reports.

use chrono::Datelike as _;
use chrono_tz::Tz;

use crate::domain::schedule::Occurrence;
use crate::text::{duty, schedule};

/// The columns of the days to come.
pub const COLUMNS: [&str; 4] = ["Thứ", "Ngày", "Giờ", "Vì sao dời"];

/// A row of them.
pub fn row(one: &Occurrence, zone: Tz) -> Vec<String> {
    vec![
        duty::weekday(one.date.weekday()).to_owned(),
        one.date.format("%d/%m/%Y").to_string(),
        one.at.hour(zone),
        schedule::shift(one).unwrap_or_default(),
    ]
}

/// The rule comes to fewer days than were asked for.
pub const NO_MORE: &str = "Sau đó lịch này không còn ngày nào.";
