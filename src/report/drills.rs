//! Drills as a calendar that other programs read. What is in it can be shown to anybody: a drill's code,
//! its scenario's name and its times.

use chrono::{DateTime, Utc};
use icalendar::{Calendar, Component as _, Event, EventLike as _, EventStatus};

use crate::domain::drill::run::Drill;
use crate::domain::drill::run::state::Status;
use crate::domain::time::Timestamp;
use crate::text::drill::in_calendar;

/// How often whoever subscribes to it asks again.
const AGAIN: chrono::Duration = chrono::Duration::hours(1);

/// The calendar. A drill keeps its name in it whatever becomes of it, and each change has a higher number,
/// so that whoever has it already moves it or takes it out.
pub fn calendar<'d>(
    name: &str,
    drills: impl IntoIterator<Item = &'d Drill>,
    now: Timestamp,
) -> String {
    let mut calendar = Calendar::new();
    calendar.name(name).ttl(&AGAIN);
    for event in drills.into_iter().flat_map(|drill| events(drill, now)) {
        calendar.push(event);
    }
    calendar.to_string()
}

/// One for each session.
fn events(drill: &Drill, now: Timestamp) -> Vec<Event> {
    let planning = &drill.planning;
    let begins = [planning.at].into_iter().chain(planning.sessions.iter().copied());
    let number = |session: u32| match session {
        1 => format!("{}@trucban", drill.code),
        later => format!("{}-{later}@trucban", drill.code),
    };
    let event = |(begin, session): (Timestamp, u32)| {
        let mut event = Event::with_uid(&number(session));
        event
            .summary(&in_calendar(drill, session))
            .add_property("SEQUENCE", drill.version.to_string())
            .status(status(drill.status))
            .timestamp(utc(now))
            .starts(utc(begin))
            .ends(utc(begin.plus(planning.scenario.length)));
        event.done()
    };
    begins.zip(1_u32..).map(event).collect()
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
