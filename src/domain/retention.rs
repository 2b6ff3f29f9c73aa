//! How long stays what nothing can ask for any more.

use std::time::Duration;

const DAY: Duration = Duration::from_secs(24 * 3600);

/// `[retention]`. The ledger itself, with pages and calls, stays for good.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Retention {
    /// Ended messages other than pages and calls, and longer while their incident is open.
    pub messages: Duration,
    /// A delivery's outcome. It comes from this process and names its attempt: a repetition changes
    /// nothing.
    pub outcomes: Duration,
    /// Answers given to updates, presses and alerts: one that is repeated later counts as new.
    pub receipts: Duration,
    /// Tries of updates that were never done.
    pub tries: Duration,
    /// Names and numbers of people who left.
    pub people: Duration,
}

impl Retention {
    /// No setting may be shorter. A message may be deleted for two days after it was sent, and who
    /// takes words back relies on it; an outcome may wait out a day of a full disk; repetitions are
    /// promised to be known for 90 days; Telegram repeats an update for a day; somebody who left may be back
    /// within a month.
    pub const LEAST: Self = Self {
        messages: DAY.saturating_mul(3),
        outcomes: DAY,
        receipts: DAY.saturating_mul(90),
        tries: DAY.saturating_mul(2),
        people: DAY.saturating_mul(30),
    };
}

impl Default for Retention {
    fn default() -> Self {
        Self {
            messages: DAY.saturating_mul(30),
            tries: DAY.saturating_mul(7),
            people: DAY.saturating_mul(365),
            ..Self::LEAST
        }
    }
}
