//! What the roster does of itself: the watch changes hands, and somebody has to take it.

use std::time::Duration;

use super::canary::Canary;
use super::event::RosterEvent;
use super::{Layer, Roster};
use crate::domain::directory::Directory;
use crate::domain::time::Timestamp;

/// So long the one who comes may take to press; then the leads hear of it.
pub const TAKEN_WITHIN: Duration = Duration::from_secs(15 * 60);

/// No change is looked for further ahead at once; it is looked again before that.
const LOOK_AHEAD: Duration = Duration::from_secs(40 * 24 * 3600);

/// And then it is looked again.
const LOOK_AGAIN: Duration = Duration::from_secs(30 * 24 * 3600);

/// A moment that is later than this counts from now.
const LATE: Duration = Duration::from_secs(60);

impl Roster {
    /// When something has to happen next; nothing before the first plan.
    pub fn next_moment(&self, now: Timestamp, directory: &Directory) -> Option<Timestamp> {
        let first = self.plans.first()?.from;
        if first > now {
            return Some(first);
        }
        if self.changed_hands(now, directory) {
            return Some(now);
        }
        let change = directory.next_change(Layer::Duty, now, now.plus(LOOK_AHEAD));
        let next = change.unwrap_or(now.plus(LOOK_AGAIN));
        let others = [
            self.warned_at(),
            self.canary.as_ref().and_then(Canary::missed_at),
            self.canary_due(now, &directory.calendar, &directory.habits),
            self.weekly_due(now, &directory.calendar, &directory.habits),
        ];
        others.into_iter().flatten().min().map_or(Some(next), |other| Some(other.min(next)))
    }

    /// What happens now. Of several changes that were slept through only the last one counts. The weekly
    /// look needs more than the roster and is asked for by [`Roster::weekly_due`].
    pub fn tick(&self, due: Timestamp, now: Timestamp, directory: &Directory) -> Vec<RosterEvent> {
        let mut events = Vec::new();
        if self.changed_hands(now, directory) {
            let at = if now.since(due) > LATE { now } else { due };
            let incoming = directory.on_duty(Layer::Duty, now).ids();
            let before = self.handover.as_ref().map(|handover| handover.incoming.clone());
            let outgoing = before.unwrap_or_default();
            events.push(RosterEvent::WatchChanged { at, incoming, outgoing });
        } else if self.warned_at().is_some_and(|warned| warned <= now) {
            events.push(RosterEvent::WatchUntaken);
        }
        if let Some(canary) = &self.canary
            && let (Some(id), Some(missed)) = (canary.id, canary.missed_at())
            && missed <= now
        {
            events.push(RosterEvent::CanaryMissed { id, people: canary.waiting.clone() });
        }
        let canary = self.canary_due(now, &directory.calendar, &directory.habits);
        if let Some(due) = canary.filter(|due| *due <= now) {
            let people = directory.on_duty(Layer::Duty, now).ids();
            events.push(RosterEvent::CanarySent { due, people });
        }
        events
    }

    /// Whether others are on duty than were at the last handover.
    fn changed_hands(&self, now: Timestamp, directory: &Directory) -> bool {
        if self.plan(now).is_none() {
            return false;
        }
        let there = directory.on_duty(Layer::Duty, now).ids();
        self.handover.as_ref().is_none_or(|handover| handover.incoming != there)
    }

    /// When the leads are told that nobody took the watch.
    fn warned_at(&self) -> Option<Timestamp> {
        let handover = self.handover.as_ref()?;
        let waits = handover.taken.is_none() && handover.late.is_none();
        (waits && !handover.incoming.is_empty()).then(|| handover.at.plus(TAKEN_WITHIN))
    }
}
