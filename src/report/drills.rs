//! Drills as a calendar that other programs read. What is in it can be shown to anybody: a drill's code,
//! its scenario's name and its time.

use chrono::{DateTime, Utc};
use icalendar::{Calendar, Component as _, Event, EventLike as _, EventStatus};

use crate::domain::drill::run::Drill;
use crate::domain::drill::run::state::Status;
use crate::domain::time::Timestamp;
use crate::text::cli::drill as words;

/// The calendar. A drill keeps its name in it whatever becomes of it, and each change has a higher number,
/// so that whoever has it already moves it or takes it out.
pub fn calendar<'d>(drills: impl IntoIterator<Item = &'d Drill>, now: Timestamp) -> String {
    let mut calendar = Calendar::new();
    calendar.name(words::CALENDAR);
    for drill in drills {
        let mut event = Event::with_uid(&format!("{}@trucban", drill.code));
        event
            .summary(&words::summary(drill))
            .add_property("SEQUENCE", drill.version.to_string())
            .status(status(drill.status))
            .timestamp(utc(now))
            .starts(utc(drill.planning.at))
            .ends(utc(drill.planned_end()));
        calendar.push(event.done());
    }
    calendar.to_string()
}

fn status(status: Status) -> EventStatus {
    match status {
        Status::Draft | Status::Submitted => EventStatus::Tentative,
        Status::Cancelled | Status::Missed => EventStatus::Cancelled,
        _ => EventStatus::Confirmed,
    }
}

fn utc(at: Timestamp) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(at.millis()).unwrap_or_default()
}
