//! Drills as a calendar that telephones subscribe to. Whoever has the link reads it, so it says a drill's
//! code, its scenario's name and its times, and nobody's name.

use icalendar::{Calendar, Component as _, Event, EventLike as _, EventStatus};

use super::feed::{AGAIN, utc};
use crate::domain::drill::run::Drill;
use crate::domain::drill::run::state::Status;
use crate::domain::time::Timestamp;
use crate::engine::Engine;
use crate::ledger::StorageError;
use crate::text::web as said;

/// The drills of this year and of what comes. Each keeps its name in the calendar whatever becomes of it,
/// and each change has a higher number, so that whoever has it already moves it or takes it out.
pub fn calendar(engine: &Engine) -> Result<String, StorageError> {
    let (reader, now) = (engine.reader(), engine.clock().now());
    let settings = engine.settings();
    let zone = settings.team.zone;
    let mut calendar = Calendar::new();
    calendar.name(&said::drills_name(&settings.team.name)).ttl(&AGAIN);
    for code in reader.drill_codes(&Status::ALL)? {
        let Some(shown) = reader.shown_drill(&code)? else { continue };
        if shown.drill.planning.at.year(zone) < now.year(zone) {
            continue;
        }
        for event in events(&shown.drill, now) {
            calendar.push(event);
        }
    }
    Ok(calendar.to_string())
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
            .summary(&said::drill_summary(&drill.code, &planning.scenario.name, session))
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
