//! Everything the sandbox remembers, behind one lock.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use serde_json::{Value, json};

use super::faults::Faults;
use super::files::Files;
use super::inbox::Inbox;
use super::limits::Gate;
use super::shown::{Alert, Entry, Event};
use super::updates;
use super::world::{Draft, Identity, Message, World};
use crate::clock::Reading;

/// A press that may still be answered.
#[derive(Clone, Debug)]
pub(super) struct Query {
    pub(super) user: i64,
    pub(super) chat: i64,
    pub(super) message_id: i32,
    pub(super) pressed: Duration,
}

/// What is behind the lock.
#[derive(Debug)]
pub(super) struct State {
    pub(super) world: World,
    pub(super) inbox: Inbox,
    pub(super) gate: Gate,
    pub(super) faults: Faults,
    pub(super) files: Files,
    pub(super) albums: u64,
    pub(super) journal: Vec<Entry>,
    pub(super) alerts: Vec<Alert>,
    pub(super) queries: BTreeMap<String, Query>,
    pub(super) commands: Value,
    /// Where updates go instead of to polls; empty for none.
    pub(super) webhook: String,
    pub(super) polls: usize,
    /// Events not yet told to the listener.
    pub(super) untold: VecDeque<Event>,
    /// Whether somebody is telling them now; one teller at a time keeps their order.
    pub(super) telling: bool,
    /// Whether anybody listens; without a listener events are not kept.
    pub(super) heard: bool,
}

impl State {
    pub(super) fn new(bot: Identity) -> Self {
        Self {
            world: World::new(bot),
            inbox: Inbox::default(),
            gate: Gate::default(),
            faults: Faults::default(),
            files: Files::default(),
            albums: 0,
            journal: Vec::new(),
            alerts: Vec::new(),
            queries: BTreeMap::new(),
            commands: json!([]),
            webhook: String::new(),
            polls: 0,
            untold: VecDeque::new(),
            telling: false,
            heard: false,
        }
    }

    /// Notes an event for the listener.
    pub(super) fn tell(&mut self, event: Event) {
        if self.heard {
            self.untold.push_back(event);
        }
    }

    /// Stores a message in a chat that exists.
    pub(super) fn store(&mut self, chat: i64, draft: Draft, now: Reading) -> Option<Message> {
        self.world.chats.get_mut(&chat).map(|chat| chat.store(draft, now))
    }

    /// A message as the Bot API gives it; null when it is not there.
    pub(super) fn message_json(&self, chat: i64, number: i32) -> Value {
        let chat = self.world.chats.get(&chat);
        let found = chat.and_then(|chat| chat.message(number).map(|message| (chat, message)));
        found.map_or(Value::Null, |(chat, message)| updates::message(&self.world, chat, message))
    }

    /// A name for the album that so many files make; one alone is none.
    pub(super) fn next_album(&mut self, files: usize) -> Option<String> {
        (files > 1).then(|| {
            self.albums += 1;
            format!("{}", 13_000_000_000_000_000_u64 + self.albums)
        })
    }

    /// Remembers a press and returns its id.
    pub(super) fn remember_press(&mut self, query: Query) -> String {
        let id = format!("{}", 4_000_000_000_000_000_001_u64 + self.queries.len() as u64);
        self.queries.insert(id.clone(), query);
        id
    }
}

/// What a waiting poll would want to know about; it looks again when this changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct News {
    pushed: Option<i64>,
    unread: usize,
    unreachable: bool,
}

impl State {
    pub(super) fn news(&self) -> News {
        News {
            pushed: self.inbox.last_id(),
            unread: self.inbox.unread(),
            unreachable: self.faults.unreachable,
        }
    }

    /// The next event to tell, unless somebody else is telling one; `telling` is then set.
    pub(super) fn next_untold(&mut self) -> Option<Event> {
        if self.telling {
            return None;
        }
        let event = self.untold.pop_front()?;
        self.telling = true;
        Some(event)
    }
}
