//! The updates waiting for the bot, and who is polling for them.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;

use super::shown::UPDATE_LIFE;
use super::updates::merge;

/// Telegram begins somewhere, not at zero; a bot that assumes otherwise should find out.
const FIRST_UPDATE: i64 = 500_000_001;

/// Kinds Telegram sends only to those who ask for them by name.
const ON_REQUEST: [&str; 3] = ["chat_member", "message_reaction", "message_reaction_count"];

#[derive(Clone, Debug)]
struct Waiting {
    update: Value,
    since: Duration,
}

/// What a poll finds when it looks.
#[derive(Debug, PartialEq)]
pub(super) enum Look {
    /// Updates, at once.
    Found(Vec<Value>),
    /// Nothing yet.
    Empty,
    /// A younger poll has taken over.
    Superseded,
}

/// The queue of updates.
#[derive(Debug)]
pub(super) struct Inbox {
    next: i64,
    waiting: BTreeMap<i64, Waiting>,
    /// Every update that ever was, so that any can be delivered again.
    all: BTreeMap<i64, Value>,
    /// Ids delivered with the next answer whatever offset was confirmed, and whether they went out;
    /// a poll after that shows that the bot is done with them.
    again: BTreeMap<i64, bool>,
    allowed: Vec<String>,
    poll: u64,
}

impl Default for Inbox {
    fn default() -> Self {
        Self {
            next: FIRST_UPDATE,
            waiting: BTreeMap::new(),
            all: BTreeMap::new(),
            again: BTreeMap::new(),
            allowed: Vec::new(),
            poll: 0,
        }
    }
}

impl Inbox {
    /// Queues an update of this kind unless the bot said it wants no such; returns its id.
    pub(super) fn push(&mut self, kind: &str, object: Value, now: Duration) -> Option<i64> {
        let wanted = if self.allowed.is_empty() {
            !ON_REQUEST.contains(&kind)
        } else {
            self.allowed.iter().any(|allowed| allowed == kind)
        };
        wanted.then(|| {
            let mut update = Value::Object(serde_json::Map::new());
            merge(&mut update, serde_json::json!({ kind: object }));
            self.push_raw(update, now)
        })
    }

    /// Queues whatever is given, under the next id.
    pub(super) fn push_raw(&mut self, mut update: Value, now: Duration) -> i64 {
        let id = self.next;
        self.next += 1;
        merge(&mut update, serde_json::json!({"update_id": id}));
        self.all.insert(id, update.clone());
        self.waiting.insert(id, Waiting { update, since: now });
        id
    }

    /// Has an update delivered once more under its old id; false when it never was.
    pub(super) fn redeliver(&mut self, id: i64) -> bool {
        let known = self.all.contains_key(&id);
        if known {
            self.again.insert(id, false);
        }
        known
    }

    /// The id given last, if any was.
    pub(super) fn last_id(&self) -> Option<i64> {
        self.all.last_key_value().map(|(id, _)| *id)
    }

    /// How many updates the bot has not confirmed.
    pub(super) fn unread(&self) -> usize {
        self.waiting.len() + self.again.keys().filter(|id| !self.waiting.contains_key(id)).count()
    }

    /// Begins a poll: confirms what lies before `offset`, takes over from any older poll, and
    /// returns the ticket to look with.
    pub(super) fn begin_poll(&mut self, offset: i64, allowed: Option<Vec<String>>) -> u64 {
        let offset = if offset < 0 {
            let back = usize::try_from(offset.unsigned_abs()).unwrap_or(usize::MAX);
            self.waiting.keys().rev().take(back).min().copied().unwrap_or(self.next)
        } else {
            offset
        };
        self.waiting = self.waiting.split_off(&offset);
        self.again.retain(|_, delivered| !*delivered);
        if let Some(allowed) = allowed {
            self.allowed = allowed;
        }
        self.poll += 1;
        self.poll
    }

    /// What this poll gets now.
    pub(super) fn look(&mut self, ticket: u64, limit: usize, now: Duration) -> Look {
        if ticket != self.poll {
            return Look::Superseded;
        }
        self.waiting.retain(|_, waiting| now.saturating_sub(waiting.since) <= UPDATE_LIFE);
        let mut again = BTreeMap::new();
        for (id, delivered) in self.again.iter_mut().filter(|(_, delivered)| !**delivered) {
            *delivered = true;
            again.extend(self.all.get(id).map(|update| (*id, update.clone())));
        }
        let fresh = self.waiting.iter().map(|(id, waiting)| (*id, waiting.update.clone()));
        let room = limit.saturating_sub(again.len());
        let both: BTreeMap<i64, Value> = fresh.take(room).chain(again).collect();
        if both.is_empty() { Look::Empty } else { Look::Found(both.into_values().collect()) }
    }

    /// Forgets everything that waits, as `drop_pending_updates` asks.
    pub(super) fn drop_pending(&mut self) {
        self.waiting.clear();
        self.again.clear();
    }
}
