//! When people are reminded before a drill, and when its lead is asked to look at everything.

use std::time::Duration;

use super::event::Reminder;
use super::state::{Drill, Status};
use crate::domain::time::Timestamp;

const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(24 * 3600);

/// So long before the start the lead is asked to look at everything.
pub const GO: Duration = Duration::from_secs(2 * 3600);

/// So long after its time a drill that nobody started counts as missed.
pub const START: Duration = Duration::from_secs(30 * 60);

/// So long the managers have before they are asked again.
pub const NAG: Duration = Duration::from_secs(7 * 24 * 3600);

impl Reminder {
    /// Every one, the earliest first.
    pub const ALL: [Self; 6] =
        [Self::Month, Self::Fortnight, Self::Week, Self::ThreeDays, Self::Day, Self::TwoHours];

    /// How long before the start.
    pub fn before(self) -> Duration {
        match self {
            Self::Month => DAY * 30,
            Self::Fortnight => DAY * 14,
            Self::Week => DAY * 7,
            Self::ThreeDays => DAY * 3,
            Self::Day => DAY,
            Self::TwoHours => HOUR * 2,
        }
    }
}

/// The latest reminder whose time has come and that was not sent: earlier ones that were missed are said
/// with it, and none once the drill should have begun.
pub fn due(drill: &Drill, now: Timestamp) -> Option<Reminder> {
    let open = |what: &Reminder| drill.reminded.is_none_or(|last| *what > last);
    let come = |what: &Reminder| drill.planning.at.minus(what.before()) <= now;
    let ahead = drill.status == Status::Scheduled && now < drill.planning.at;
    Reminder::ALL.into_iter().filter(open).rfind(come).filter(|_| ahead)
}

/// The latest whose time is past.
pub fn past(drill: &Drill, now: Timestamp) -> Option<Reminder> {
    let come = |what: &Reminder| drill.planning.at.minus(what.before()) <= now;
    Reminder::ALL.into_iter().rfind(come)
}

/// When the next one is due; none once the drill should have begun, as none is said then.
pub fn next(drill: &Drill, now: Timestamp) -> Option<Timestamp> {
    let open = |what: &Reminder| drill.reminded.is_none_or(|last| *what > last);
    let first = Reminder::ALL.into_iter().find(open).filter(|_| now < drill.planning.at)?;
    Some(drill.planning.at.minus(first.before()))
}

/// When it counts as missed, where it has not begun.
pub fn missed_at(drill: &Drill) -> Option<Timestamp> {
    drill.status.is_ahead().then(|| drill.planning.at.plus(START))
}
