//! A Telegram Bot API server on loopback, in this process: the double in the tests and the engine
//! of the demo.
//!
//! It is a stranger to the bot. It knows the clock and the public Bot API and imports nothing else
//! of ours, so that what works here was not arranged between the two. Where Telegram is strict it is
//! strict, in Telegram's own words: flood limits, offsets, markup, old presses, blocked chats. What
//! people do is a call on [`Sandbox`]; what the bot does arrives over HTTP. A bot's own uploads,
//! webhooks and Markdown are not here.
//!
//! | file | its duty |
//! |---|---|
//! | `server`, `wire` | HTTP, long polls, connections that can be cut |
//! | `methods`, `markup`, `html` | the Bot API's methods and their checks |
//! | `people` | what people do |
//! | `files` | what people attach, and how a bot fetches it |
//! | `world` | people, chats, messages |
//! | `inbox`, `updates` | updates waiting for the bot, and the JSON of everything |
//! | `limits`, `faults` | flood limits, and faults to order |
//! | `shown` | what a watcher reads |
//! | `page` | the demo's page for people |

mod faults;
mod files;
mod html;
mod inbox;
mod limits;
mod markup;
mod methods;
pub mod page;
mod people;
mod rights;
mod server;
mod shown;
mod state;
mod updates;
mod wire;
mod world;

use std::fmt;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;
use tokio::sync::Notify;

use crate::clock::{Clock, Reading};
use crate::domain::time::Timestamp;
use state::State;
use world::Identity;

pub use faults::Fault;
pub use files::Attachment;
pub use limits::Limits;
pub use shown::{Alert, Button, Entry, Event, Outcome, PressError, Sender, Shown, What};

/// The user behind which Telegram hides anonymous administrators.
pub const ANONYMOUS: i64 = 1_087_968_824;

/// A handle on the sandbox; clones share it.
#[derive(Clone, Debug)]
pub struct Sandbox(Arc<Shared>);

type Listener = Box<dyn Fn(&Event) + Send + Sync>;

struct Shared {
    clock: Clock,
    token: String,
    address: SocketAddr,
    state: Mutex<State>,
    listener: Mutex<Option<Arc<Listener>>>,
    /// Polls wait here for updates, for their successor, and for the network to go.
    woken: Notify,
    in_flight: AtomicUsize,
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox").field("address", &self.address).finish_non_exhaustive()
    }
}

impl Sandbox {
    /// Takes the address (port 0 for any) and returns the handle and the server, which runs for as
    /// long as the caller awaits it and must be awaited inside a runtime. The bot's id is what
    /// stands before the colon of `token`.
    ///
    /// # Errors
    /// The address cannot be taken.
    pub fn bind(
        address: SocketAddr,
        clock: Clock,
        token: &str,
    ) -> io::Result<(Self, impl Future<Output = io::Result<()>> + Send + 'static)> {
        let listener = TcpListener::bind(address)?;
        listener.set_nonblocking(true)?;
        let id = token.split(':').next().and_then(|id| id.parse().ok()).unwrap_or(1);
        let bot = Identity {
            id,
            name: "Sandbox".to_owned(),
            username: "sandbox_bot".to_owned(),
            privacy: false,
        };
        let shared = Arc::new(Shared {
            clock,
            token: token.to_owned(),
            address: listener.local_addr()?,
            state: Mutex::new(State::new(bot)),
            listener: Mutex::new(None),
            woken: Notify::new(),
            in_flight: AtomicUsize::new(0),
        });
        Ok((Self(Arc::clone(&shared)), server::serve(listener, shared)))
    }

    /// The address it listens on.
    pub fn address(&self) -> SocketAddr {
        self.0.address
    }

    /// What the bot is given as the address of the Bot API.
    pub fn url(&self) -> String {
        format!("http://{}", self.0.address)
    }

    /// The bot's user id.
    pub fn bot_id(&self) -> i64 {
        self.with(|state, _| state.world.bot.id)
    }

    /// Gives the bot another name and user name.
    pub fn name_bot(&self, name: &str, username: &str) {
        self.with(|state, _| {
            name.clone_into(&mut state.world.bot.name);
            username.clone_into(&mut state.world.bot.username);
        });
    }

    /// Switches privacy mode, which is off at first: with it a group shows the bot only commands,
    /// mentions and answers to its messages, unless it is an administrator there.
    pub fn set_privacy(&self, on: bool) {
        self.with(|state, _| state.world.bot.privacy = on);
    }

    /// Adds a person who has not met the bot yet; a known one is only renamed.
    pub fn add_user(&self, id: i64, first_name: &str) {
        self.with(|state, _| state.world.add_person(id, first_name));
    }

    /// Adds a group with the bot in it. Ids from -1000000000000 down are supergroups.
    pub fn add_group(&self, chat_id: i64, title: &str, members: &[i64]) {
        self.with(|state, _| state.world.add_group(chat_id, title, members));
    }

    /// Turns a supergroup into one with topics.
    pub fn make_forum(&self, chat: i64) {
        self.with(|state, _| {
            if let Some(place) = state.world.chats.get_mut(&chat) {
                place.forum = true;
            }
        });
    }

    /// What its clock shows.
    pub fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    /// The people in a chat, the bot not counted.
    pub fn members(&self, chat: i64) -> Vec<i64> {
        self.with(|state, _| {
            let members = state.world.chats.get(&chat).map(|chat| &chat.members);
            let bot = state.world.bot.id;
            members.into_iter().flatten().copied().filter(|id| *id != bot).collect()
        })
    }

    /// All messages of a chat, oldest first, deleted ones too.
    pub fn messages(&self, chat: i64) -> Vec<Shown> {
        self.with(|state, _| {
            let chat = state.world.chats.get(&chat);
            chat.into_iter().flat_map(|chat| &chat.messages).map(world::Message::shown).collect()
        })
    }

    /// The newest message of the bot in a chat that is still there.
    pub fn last_from_bot(&self, chat: i64) -> Option<Shown> {
        let found = |shown: &Shown| shown.from == Sender::Bot && !shown.deleted;
        self.messages(chat).into_iter().rev().find(found)
    }

    /// Everything the bot asked for, in order, except polls.
    pub fn journal(&self) -> Vec<Entry> {
        self.with(|state, _| state.journal.clone())
    }

    /// The answers to presses, in order.
    pub fn alerts(&self) -> Vec<Alert> {
        self.with(|state, _| state.alerts.clone())
    }

    /// The commands set by the bot, as it sent them.
    pub fn commands(&self) -> Value {
        self.with(|state, _| state.commands.clone())
    }

    /// How many updates the bot has not confirmed by an offset.
    pub fn unread(&self) -> usize {
        self.with(|state, _| state.inbox.unread())
    }

    /// How many calls are being handled now, polls not counted.
    pub fn in_flight(&self) -> usize {
        self.0.in_flight.load(Ordering::SeqCst)
    }

    /// How many polls were ever received.
    pub fn polls(&self) -> usize {
        self.with(|state, _| state.polls)
    }

    /// The id of the update queued last.
    pub fn last_update(&self) -> Option<i64> {
        self.with(|state, _| state.inbox.last_id())
    }

    /// Queues an update of any shape and returns the id it was given.
    pub fn raw_update(&self, update: Value) -> i64 {
        self.with(|state, now| state.inbox.push_raw(update, now.mono))
    }

    /// Delivers an update once more under its old id, though it was confirmed; false when there was
    /// never such an update.
    pub fn redeliver(&self, update_id: i64) -> bool {
        self.with(|state, _| state.inbox.redeliver(update_id))
    }

    /// Sets the flood limits.
    pub fn set_limits(&self, limits: Limits) {
        self.with(|state, _| state.gate.limits = limits);
    }

    /// Lets the next `times` calls of `method` (`None`: of any but `getUpdates`) meet this fault.
    /// Faults of one method are met in the order they were asked for.
    pub fn fail_next(&self, method: Option<&str>, fault: Fault, times: usize) {
        self.with(|state, _| state.faults.order(method, fault, Some(times)));
    }

    /// Lets every such call meet this fault until [`Self::clear_faults`].
    pub fn fail_always(&self, method: Option<&str>, fault: Fault) {
        self.with(|state, _| state.faults.order(method, fault, None));
    }

    /// Cuts every connection, open polls too, or lets them through again.
    pub fn set_unreachable(&self, unreachable: bool) {
        self.with(|state, _| state.faults.unreachable = unreachable);
    }

    /// Whether every connection is cut.
    pub fn unreachable(&self) -> bool {
        self.with(|state, _| state.faults.unreachable)
    }

    /// Takes back all faults, unreachability too.
    pub fn clear_faults(&self) {
        self.with(|state, _| state.faults.clear());
    }

    /// Calls `listener` for everything that happens in chats from now on, one event after the
    /// other; it may call the sandbox. It replaces an earlier listener.
    pub fn on_event(&self, listener: Box<dyn Fn(&Event) + Send + Sync>) {
        *self.0.listener.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(listener));
        self.with(|state, _| state.heard = true);
    }

    /// Does something under the lock, then wakes polls and tells the listener.
    fn with<T>(&self, act: impl FnOnce(&mut State, Reading) -> T) -> T {
        let now = self.0.clock.read();
        let (done, news) = {
            let mut state = self.0.state.lock().unwrap_or_else(PoisonError::into_inner);
            let before = state.news();
            let done = act(&mut state, now);
            (done, state.news() != before)
        };
        if news {
            self.0.woken.notify_waiters();
        }
        self.tell_all();
        done
    }

    /// Tells events in order. If another call is telling already it will tell ours too.
    fn tell_all(&self) {
        loop {
            let event = {
                let mut state = self.0.state.lock().unwrap_or_else(PoisonError::into_inner);
                state.next_untold()
            };
            let Some(event) = event else { return };
            // Whatever the listener does, the next event must find the way free.
            let _telling = Telling(&self.0);
            let listener = self.0.listener.lock().unwrap_or_else(PoisonError::into_inner).clone();
            if let Some(listener) = listener {
                listener(&event);
            }
        }
    }
}

/// Holds the right to tell one event, and gives it back.
struct Telling<'a>(&'a Shared);

impl Drop for Telling<'_> {
    fn drop(&mut self) {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner).telling = false;
    }
}
