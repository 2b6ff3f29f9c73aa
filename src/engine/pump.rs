//! Choosing what leaves next: a pure function over the waiting rows, the budgets and the instant.
//!
//! Telegram allows about thirty messages a second to a bot, one a second to a private chat (a few
//! more in a burst) and twenty a minute to a group, edits included. We stay below. Each channel has
//! slots of its own, so that one that hangs slows no other. What is new in a group during a burst is
//! collected by [`super::collect`].

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use super::channel::Mode;
use super::collect::{Collecting, Leave};
use crate::domain::envelope::Sent;
use crate::domain::notice::{ON_ONE, PageClass, Priority};
use crate::domain::time::Timestamp;
use crate::domain::values::ChannelKind;

/// Most messages at once on their way by one channel.
pub const fn in_flight(channel: ChannelKind) -> usize {
    match channel {
        ChannelKind::Telegram => 8,
        ChannelKind::Webhook | ChannelKind::Email => 5,
    }
}

/// What messages of one priority may use; something is left for what is more urgent, however many wait.
struct Share {
    /// Of a group's messages in a minute.
    group: usize,
    /// Messages at once to a private chat, which then takes one a second.
    burst: u32,
    /// Of a private chat's messages in a minute.
    private: usize,
    /// Of the bot's messages in a second.
    bot: usize,
    /// Slots of a channel that stay free.
    kept: usize,
}

const fn share(priority: Priority) -> Share {
    match priority {
        Priority::CriticalPage => Share { group: 19, burst: 3, private: 55, bot: 29, kept: 0 },
        Priority::Page | Priority::DrillPage => {
            Share { group: 18, burst: 2, private: 50, bot: 27, kept: 1 }
        }
        // Whatever edits are under way, four messages stay for what is new: a whole mass incident.
        Priority::Reply | Priority::Card => {
            Share { group: 17, burst: 2, private: 40, bot: 22, kept: 2 }
        }
        Priority::Edit | Priority::Notice | Priority::Broadcast => {
            Share { group: 13, burst: 2, private: 40, bot: 22, kept: 2 }
        }
    }
}

/// More new cards or pages than this for one chat become one message.
pub const BURST: usize = 3;

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);

/// One waiting row, as far as choosing is concerned.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Candidate {
    /// The row.
    pub id: i64,
    /// By which channel.
    pub channel: ChannelKind,
    /// What shares its pace: a chat's id, or the row itself where the channel has no chats.
    pub lane: i64,
    /// How urgent.
    pub priority: Priority,
    /// With which others it may become one message; nothing when it stands alone.
    pub shares: Option<Shares>,
}

/// What may become one message: only what asks the same of its reader.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shares {
    /// New cards; never an edit.
    Cards,
    /// Pages of one class.
    Pages(PageClass),
}

/// One message chosen: several rows when a burst became one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Choice {
    /// The rows.
    pub ids: Vec<i64>,
    /// By which channel.
    pub channel: ChannelKind,
    /// Its lane.
    pub lane: i64,
    /// The newest new card that waited when it was chosen, where it is new cards of a group.
    pub cards: Option<i64>,
    /// The shared message it is added to, where there is one with room.
    pub onto: Option<i64>,
    /// How urgent.
    pub priority: Priority,
}

/// Whether a message need not wait for a lesser one that is on its way to the same chat.
fn overtakes(priority: Priority) -> bool {
    priority == Priority::CriticalPage
}

/// What has left lately and what a channel told us to wait for.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Budgets {
    sent: VecDeque<Timestamp>,
    lanes: BTreeMap<i64, VecDeque<Timestamp>>,
    /// Since when, and until when.
    blocked: BTreeMap<i64, (Timestamp, Timestamp)>,
    /// On their way: by which channel, to which lane, and whether it overtakes others.
    busy: BTreeSet<(ChannelKind, i64, bool)>,
    collecting: BTreeMap<i64, Collecting>,
}

impl Budgets {
    /// Counts a message that leaves now.
    pub fn leave(&mut self, choice: &Choice, now: Timestamp) {
        self.busy.insert((choice.channel, choice.lane, overtakes(choice.priority)));
        if choice.channel == ChannelKind::Telegram {
            self.sent.push_back(now);
            self.lanes.entry(choice.lane).or_default().push_back(now);
        }
        if let Some(newest) = choice.cards {
            let shared = choice.ids.len() > 1 || choice.onto.is_some();
            self.collecting.entry(choice.lane).or_default().left(shared, newest, now);
        }
    }

    /// How a shared message of cards in a group ended, with `listed` incidents on it.
    pub fn shared(&mut self, lane: i64, mode: Mode, sent: &Sent, listed: usize, now: Timestamp) {
        let collecting = self.collecting.entry(lane).or_default();
        match (mode, sent) {
            (Mode::Post, Sent::Accepted(Some(id))) => collecting.begun(*id, listed, now),
            (Mode::Edit(id), Sent::Accepted(_)) => collecting.edited(id, Some(listed)),
            (Mode::Edit(id), Sent::EditLost) => collecting.edited(id, None),
            _ => {}
        }
    }

    /// A message has ended, one way or the other.
    pub fn done(&mut self, channel: ChannelKind, lane: i64, priority: Priority) {
        self.busy.remove(&(channel, lane, overtakes(priority)));
    }

    /// Whether a message has to wait for one that is on its way to its lane. A critical page waits for
    /// another one only, and everything for a critical page.
    fn must_wait(&self, channel: ChannelKind, lane: i64, priority: Priority) -> bool {
        let busy = |overtaking| self.busy.contains(&(channel, lane, overtaking));
        busy(true) || !overtakes(priority) && busy(false)
    }

    /// Until when a lane was told to wait.
    pub fn held_until(&self, lane: i64) -> Option<Timestamp> {
        self.blocked.get(&lane).map(|(_, until)| *until)
    }

    /// A chat told us to wait.
    pub fn block(&mut self, lane: i64, now: Timestamp, pause: Duration) {
        self.blocked.insert(lane, (now, now.plus(pause)));
    }

    /// How many messages are on their way by this channel.
    pub fn in_flight(&self, channel: ChannelKind) -> usize {
        self.busy.iter().filter(|(busy, ..)| *busy == channel).count()
    }

    /// Forgets what is too old to count, and what a clock set back has left in the future.
    pub fn trim(&mut self, now: Timestamp) {
        let counts = |at: &Timestamp| now.since(*at) < MINUTE && *at <= now;
        self.sent.retain(|at| now.since(*at) < SECOND && *at <= now);
        for times in self.lanes.values_mut() {
            times.retain(counts);
        }
        self.lanes.retain(|_, times| !times.is_empty());
        self.blocked.retain(|_, (since, until)| *since <= now && *until > now);
        self.collecting.retain(|_, collecting| !collecting.is_over(now));
    }

    /// When one more message may go to `lane`; now or earlier when it may at once.
    fn free_at(&self, lane: i64, priority: Priority, now: Timestamp) -> Timestamp {
        let mut at = self.blocked.get(&lane).map_or(now, |(_, until)| *until).max(now);
        let empty = VecDeque::new();
        let times = self.lanes.get(&lane).unwrap_or(&empty);
        let share = share(priority);
        let most = if lane < 0 {
            share.group
        } else {
            at = at.max(on_pace(times, share.burst));
            share.private
        };
        at = at.max(after(times, most, MINUTE, now));
        at.max(after(&self.sent, share.bot, SECOND, now))
    }
}

/// When a private chat that takes one message a second, and `burst` at once, takes the next.
fn on_pace(times: &VecDeque<Timestamp>, burst: u32) -> Timestamp {
    let start = Timestamp::from_millis(0);
    let due = times.iter().fold(start, |due, at| due.max(*at).plus(SECOND));
    due.minus(SECOND.saturating_mul(burst.saturating_sub(1)))
}

/// When the window holds fewer than `most` again.
fn after(times: &VecDeque<Timestamp>, most: usize, window: Duration, now: Timestamp) -> Timestamp {
    let inside: Vec<&Timestamp> = times.iter().filter(|at| now.since(**at) < window).collect();
    match inside.len().checked_sub(most) {
        Some(over) => inside.get(over).map_or(now, |at| at.plus(window)),
        None => now,
    }
}

/// What leaves now, most urgent first, and when to look again for what may not leave yet.
pub fn choose(
    waiting: &[Candidate],
    budgets: &Budgets,
    now: Timestamp,
) -> (Vec<Choice>, Option<Timestamp>) {
    let mut budgets = budgets.clone();
    budgets.trim(now);
    let mut order: Vec<&Candidate> = waiting.iter().collect();
    order.sort_by_key(|candidate| (candidate.priority, candidate.id));
    let (mut chosen, mut look): (Vec<Choice>, Option<Timestamp>) = (Vec::new(), None);
    let mut taken: BTreeSet<i64> = BTreeSet::new();
    for candidate in &order {
        let (channel, lane, priority) = (candidate.channel, candidate.lane, candidate.priority);
        let slots = in_flight(candidate.channel).saturating_sub(share(candidate.priority).kept);
        let full = budgets.in_flight(candidate.channel) >= slots;
        if taken.contains(&candidate.id) || full || budgets.must_wait(channel, lane, priority) {
            continue;
        }
        if candidate.channel == ChannelKind::Telegram {
            let free = budgets.free_at(candidate.lane, candidate.priority, now);
            if free > now {
                look = Some(look.map_or(free, |at| at.min(free)));
                continue;
            }
        }
        match budgets.message(candidate, &order, now) {
            Ok(choice) => {
                taken.extend(&choice.ids);
                budgets.leave(&choice, now);
                chosen.push(choice);
            }
            Err(later) => look = Some(look.map_or(later, |at| at.min(later))),
        }
    }
    (chosen, look)
}

impl Budgets {
    /// The message that `first` becomes, alone or with others of its chat, or when to look again. A
    /// drill's pages never share one with real ones.
    fn message(
        &self,
        first: &Candidate,
        order: &[&Candidate],
        now: Timestamp,
    ) -> Result<Choice, Timestamp> {
        let (channel, lane, priority) = (first.channel, first.lane, first.priority);
        let ids = vec![first.id];
        let alone = Choice { ids, channel, lane, cards: None, onto: None, priority };
        if first.shares.is_none() || channel != ChannelKind::Telegram {
            return Ok(alone);
        }
        // Of one priority only one message to a chat is chosen at a time: none of these is taken yet.
        let alike = order.iter().filter(|other| {
            (other.channel, other.lane) == (channel, lane)
                && (other.shares, other.priority) == (first.shares, first.priority)
        });
        let mut ids: Vec<i64> = alike.map(|other| other.id).collect();
        if first.shares != Some(Shares::Cards) || lane > 0 {
            ids.truncate(if ids.len() > BURST { ON_ONE } else { 1 });
            return Ok(Choice { ids, ..alone });
        }
        let cards = ids.last().copied();
        let collecting = self.collecting.get(&lane).copied().unwrap_or_default();
        let (count, onto) = match collecting.next(&ids, now) {
            Leave::Later(at) => return Err(at),
            Leave::Alone => (1, None),
            Leave::Shared(count) => (count, None),
            Leave::Onto(message, room) => (room, Some(message)),
        };
        ids.truncate(count);
        Ok(Choice { ids, cards, onto, ..alone })
    }
}
