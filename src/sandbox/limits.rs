//! Telegram's flood limits, reckoned on the monotonic hand of the sandbox's clock: a server's idea
//! of a second does not change because the bot's machine had its clock set.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

/// How much the bot may send before it is told to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Messages and edits of the whole bot in any second; 0 switches this limit off.
    pub bot_per_second: usize,
    /// The steady pace of new messages in one private chat; zero switches this limit off.
    pub private_interval: Duration,
    /// How many messages a private chat takes at once before the pace is enforced.
    pub private_burst: u32,
    /// Messages and edits in one group in any minute; 0 switches this limit off.
    pub group_per_minute: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bot_per_second: 30,
            private_interval: Duration::from_secs(1),
            private_burst: 3,
            group_per_minute: 20,
        }
    }
}

impl Limits {
    /// No limits at all.
    pub const fn off() -> Self {
        Self {
            bot_per_second: 0,
            private_interval: Duration::ZERO,
            private_burst: 1,
            group_per_minute: 0,
        }
    }
}

/// What is about to be sent, as far as the limits care.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sending {
    pub(super) chat: i64,
    pub(super) private: bool,
    pub(super) edit: bool,
}

/// Remembers what was sent lately.
#[derive(Debug, Default)]
pub(super) struct Gate {
    pub(super) limits: Limits,
    bot: VecDeque<Duration>,
    groups: BTreeMap<i64, VecDeque<Duration>>,
    /// When the next message of a private chat would be on pace.
    private: BTreeMap<i64, Duration>,
}

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);

impl Gate {
    /// Counts the message in, or says after how many seconds it may come again.
    pub(super) fn admit(&mut self, what: Sending, now: Duration) -> Result<(), u64> {
        let limits = self.limits;
        let mut wait = window(&mut self.bot, limits.bot_per_second, SECOND, now);
        if what.private && !what.edit {
            let due = self.private.get(&what.chat).copied().unwrap_or_default();
            let slack = limits.private_interval * limits.private_burst.saturating_sub(1);
            wait = wait.max(due.saturating_sub(slack).saturating_sub(now));
        }
        if !what.private {
            let sent = self.groups.entry(what.chat).or_default();
            wait = wait.max(window(sent, limits.group_per_minute, MINUTE, now));
        }
        if wait > Duration::ZERO {
            return Err(u64::try_from(wait.as_millis().div_ceil(1000)).unwrap_or(u64::MAX));
        }
        self.count(what, now);
        Ok(())
    }

    fn count(&mut self, what: Sending, now: Duration) {
        self.bot.push_back(now);
        if !what.private {
            self.groups.entry(what.chat).or_default().push_back(now);
        } else if !what.edit {
            let due = self.private.entry(what.chat).or_default();
            *due = (*due).max(now) + self.limits.private_interval;
        }
    }
}

/// How long until the window has room for one more.
fn window(sent: &mut VecDeque<Duration>, most: usize, span: Duration, now: Duration) -> Duration {
    while sent.front().is_some_and(|at| now.saturating_sub(*at) >= span) {
        sent.pop_front();
    }
    if most == 0 || sent.len() < most {
        return Duration::ZERO;
    }
    let blocking = sent.len().saturating_sub(most);
    sent.get(blocking).map_or(Duration::ZERO, |at| (*at + span).saturating_sub(now))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRIVATE: Sending = Sending { chat: 1, private: true, edit: false };
    const GROUP: Sending = Sending { chat: -1, private: false, edit: false };

    fn at(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[test]
    fn a_private_chat_takes_three_at_once_and_then_one_a_second() {
        let mut gate = Gate::default();
        for _ in 0..3 {
            assert_eq!(gate.admit(PRIVATE, at(0)), Ok(()));
        }
        assert_eq!(gate.admit(PRIVATE, at(0)), Err(1));
        assert_eq!(gate.admit(PRIVATE, at(1000)), Ok(()));
        assert_eq!(gate.admit(PRIVATE, at(1000)), Err(1));
        assert_eq!(gate.admit(Sending { edit: true, ..PRIVATE }, at(1000)), Ok(()));
    }

    #[test]
    fn a_group_takes_twenty_in_any_minute_edits_included() {
        let mut gate = Gate::default();
        for second in 0..20 {
            let sending = Sending { edit: second % 2 == 0, ..GROUP };
            assert_eq!(gate.admit(sending, at(second * 1000)), Ok(()));
        }
        assert_eq!(gate.admit(GROUP, at(20_000)), Err(40));
        assert_eq!(gate.admit(Sending { chat: -2, ..GROUP }, at(20_000)), Ok(()));
        assert_eq!(gate.admit(GROUP, at(60_000)), Ok(()));
    }

    #[test]
    fn the_whole_bot_sends_thirty_in_a_second() {
        let mut gate = Gate::default();
        for chat in 0..30 {
            assert_eq!(gate.admit(Sending { chat, ..PRIVATE }, at(0)), Ok(()));
        }
        assert_eq!(gate.admit(Sending { chat: 99, ..PRIVATE }, at(500)), Err(1));
        assert_eq!(gate.admit(Sending { chat: 99, ..PRIVATE }, at(1000)), Ok(()));
    }

    #[test]
    fn limits_switched_off_admit_everything() {
        let mut gate = Gate { limits: Limits::off(), ..Gate::default() };
        assert!((0..200).all(|_| gate.admit(GROUP, at(0)).is_ok()));
        assert!((0..200).all(|_| gate.admit(PRIVATE, at(0)).is_ok()));
    }
}
