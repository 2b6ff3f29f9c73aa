//! New cards of a group during a burst: the first leaves at once, what follows is collected for a short
//! while, and shared messages are filled up before another one is begun. Pure; what it remembers may
//! be lost, since the next card then simply leaves at once.

use std::time::Duration;

use super::pump::BURST;
use crate::domain::notice::ON_ONE;
use crate::domain::time::Timestamp;

/// After a message with new cards the next one waits so long, unless it would be full earlier. Twenty
/// messages a minute are one every three seconds; four leaves calls and edits a quarter of them, and
/// a second that what came last is told within five.
pub const PAUSE: Duration = Duration::from_secs(4);

/// A burst is over when no shared message was begun or added to for so long: the next card is a card
/// of its own again.
const CALM: Duration = Duration::from_secs(10);

/// A shared message is added to for so long at most. Later it may have scrolled out of sight.
const FRESH: Duration = Duration::from_secs(60);

/// What left for one group lately.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Collecting {
    /// When a message with new cards left last, and the newest card that waited then.
    last: Option<(Timestamp, i64)>,
    /// When new cards were last told in a shared message.
    shared: Option<Timestamp>,
    /// The shared message that may have room.
    open: Option<Open>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Open {
    message: i64,
    begun: Timestamp,
    listed: usize,
}

/// What becomes of the new cards that wait.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Leave {
    /// Nothing before that moment, unless more come.
    Later(Timestamp),
    /// The first by itself.
    Alone,
    /// So many of them in a message of their own.
    Shared(usize),
    /// So many of them at most, added to this message.
    Onto(i64, usize),
}

impl Collecting {
    /// What becomes of `ids`, the new cards that wait, oldest first.
    pub(super) fn next(&self, ids: &[i64], now: Timestamp) -> Leave {
        let count = ids.len();
        let burst = self.shared.is_some_and(|at| now.since(at) < CALM);
        let fresh = |open: &Open| now.since(open.begun) < FRESH && open.listed < ON_ONE;
        let open = self.open.filter(|open| burst && fresh(open));
        let room = open.map_or(ON_ONE, |open| ON_ONE.saturating_sub(open.listed));
        if let Some((left, newest)) = self.last {
            let until = left.plus(PAUSE);
            // What had to wait only because one message leaves at a time is not made to wait again.
            let waited = ids.first().is_some_and(|first| *first <= newest);
            let waited = waited && (!burst || count > BURST);
            if now < until && count < room && !waited {
                return Leave::Later(until);
            }
        }
        match open {
            Some(open) => Leave::Onto(open.message, room),
            None if count > BURST || burst && count > 1 => Leave::Shared(ON_ONE),
            None => Leave::Alone,
        }
    }

    /// A message with new cards leaves, shared or not; `newest` is the newest that waited.
    pub(super) fn left(&mut self, shared: bool, newest: i64, now: Timestamp) {
        self.last = Some((now, newest));
        if shared {
            self.shared = Some(now);
        }
    }

    /// A new shared message stands, with `listed` incidents on it.
    pub(super) fn begun(&mut self, message: i64, listed: usize, now: Timestamp) {
        self.open = Some(Open { message, begun: now, listed });
    }

    /// A shared message was edited, or is gone.
    pub(super) fn edited(&mut self, message: i64, listed: Option<usize>) {
        self.open = match (self.open, listed) {
            (Some(open), Some(listed)) if open.message == message => Some(Open { listed, ..open }),
            (Some(open), None) if open.message == message => None,
            (open, _) => open,
        };
    }

    /// Whether there is nothing left to remember; so too after the clock was set back.
    pub(super) fn is_over(&self, now: Timestamp) -> bool {
        let past = |at: Timestamp| at > now || now.since(at) >= FRESH;
        self.last.is_none_or(|(at, _)| past(at))
    }
}
