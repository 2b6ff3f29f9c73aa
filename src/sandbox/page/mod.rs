//! The page of the demo: everybody's chats side by side, the clock, faults one can switch on, and
//! the ledger as it grows. Rendered here, brought up to date by a small script, usable without it.
//!
//! It is as much a stranger to the bot as the rest of the sandbox. Who the people are, what the
//! ledger holds, and how time is made to pass are given to it as plain data and requests.
//!
//! | file | its duty |
//! |---|---|
//! | `frame`, `chat`, `rich`, `words` | what is seen |
//! | `board` | which parts changed since a browser last looked |
//! | `acts` | what a browser sends: words, presses, the clock, faults |
//! | `samples` | what can be attached |
//! | `guard` | whom the page answers |

mod acts;
mod board;
mod chat;
mod frame;
mod guard;
mod rich;
pub mod samples;
mod words;

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use chrono_tz::Tz;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinSet;

use super::{Alert, Sandbox, What};
use crate::domain::time::Timestamp;
use board::Board;

/// Largest form, in bytes.
const FORM: usize = 64 * 1024;

/// A chat on the page: a person's with the bot, or a group.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Seat {
    /// The chat; a person's has the person's own id.
    pub chat: i64,
    /// How the page names it: a role, never a person's name.
    pub name: String,
    /// What stands below: where the person works, or who is in the group.
    pub about: String,
}

/// One entry of the ledger.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    /// Its number.
    pub seq: i64,
    /// When it was made.
    pub at: Timestamp,
    /// What it belongs to.
    pub stream: String,
    /// What happened.
    pub kind: String,
    /// Its hash, in hexadecimal.
    pub hash: String,
}

/// What the page may ask of whoever runs the bot.
pub trait Backstage: Send + Sync {
    /// The newest entries of the ledger, newest first, at most so many.
    fn book(&self, most: usize) -> Vec<Line>;
    /// The next moment at which the bot wants to do something.
    fn ahead(&self) -> Option<Timestamp>;
}

/// How time is to pass.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Move {
    /// By so much.
    Pass(Duration),
    /// Up to the next moment of the bot.
    Next,
}

/// What came of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Moved {
    /// Time has passed, and everything that fell due is done.
    Done,
    /// The bot waits for no moment.
    NothingAhead,
    /// Something did not come to rest.
    Stuck,
}

/// A request to let time pass, and where the answer goes.
#[derive(Debug)]
pub struct Wish {
    /// How.
    pub what: Move,
    /// Told when it is done.
    pub done: oneshot::Sender<Moved>,
}

/// A short message by another channel than chat.
#[derive(Clone, Debug)]
struct Texted {
    account: i64,
    at: Timestamp,
    words: String,
}

/// How the network between bot and Telegram behaves.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
enum Network {
    #[default]
    Fine,
    Slow,
    Flood,
    Gone,
}

/// What the next words of a chat are to be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Desk {
    Reply(i32),
    Edit(i32),
}

/// What only the page knows.
#[derive(Debug, Default)]
struct Table {
    desks: BTreeMap<i64, Desk>,
    speakers: BTreeMap<i64, i64>,
    flashes: BTreeMap<i64, Alert>,
    texted: Vec<Texted>,
    network: Network,
    busy: usize,
    remark: Option<&'static str>,
}

struct Inner {
    sandbox: Sandbox,
    seats: Vec<Seat>,
    zone: Tz,
    backstage: Box<dyn Backstage>,
    wishes: mpsc::Sender<Wish>,
    table: Mutex<Table>,
    /// One act after the other: what a person does begins when the last has had its effect.
    turn: tokio::sync::Mutex<()>,
    /// Acts on their way; they go on when their browser leaves.
    tasks: Mutex<JoinSet<()>>,
    board: Mutex<Board>,
    changed: watch::Sender<u64>,
    closing: watch::Sender<bool>,
}

/// The page; clones share it.
#[derive(Clone)]
pub struct Page(Arc<Inner>);

impl fmt::Debug for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Page").field("seats", &self.0.seats).finish_non_exhaustive()
    }
}

impl Page {
    /// A page on `sandbox` with these chats, in this order, and the receiver of its wishes. It
    /// listens to the sandbox from now on.
    pub fn new(
        sandbox: &Sandbox,
        seats: Vec<Seat>,
        zone: Tz,
        backstage: Box<dyn Backstage>,
    ) -> (Self, mpsc::Receiver<Wish>) {
        let (wishes, asked) = mpsc::channel(16);
        let page = Self(Arc::new(Inner {
            sandbox: sandbox.clone(),
            seats,
            zone,
            backstage,
            wishes,
            table: Mutex::default(),
            turn: tokio::sync::Mutex::default(),
            tasks: Mutex::default(),
            board: Mutex::default(),
            changed: watch::Sender::new(0),
            closing: watch::Sender::new(false),
        }));
        let heard = Arc::downgrade(&page.0);
        sandbox.on_event(Box::new(move |event| {
            let Some(inner) = heard.upgrade() else { return };
            let page = Self(inner);
            if let What::Answered(alert) = &event.what
                && alert.text.is_some()
            {
                page.table().flashes.insert(alert.chat, alert.clone());
            }
            page.changed();
        }));
        (page, asked)
    }

    /// A short message reached a person by another channel.
    pub fn texted(&self, account: i64, at: Timestamp, words: &str) {
        self.table().texted.push(Texted { account, at, words: words.to_owned() });
        self.changed();
    }

    /// Something the page shows has changed.
    pub fn changed(&self) {
        self.0.changed.send_modify(|count| *count = count.wrapping_add(1));
    }

    /// Ends the page: acts on their way end where they are, browsers that wait are answered.
    pub fn close(&self) {
        self.0.tasks.lock().unwrap_or_else(PoisonError::into_inner).abort_all();
        // Nobody waits when nobody listens.
        let _ = self.0.closing.send(true);
    }

    /// Serves the page until [`Self::close`].
    ///
    /// # Errors
    /// The listener cannot be used.
    pub async fn serve(self, listener: std::net::TcpListener) -> io::Result<()> {
        listener.set_nonblocking(true)?;
        let listener = tokio::net::TcpListener::from_std(listener)?;
        let guard = guard::Guard::new(listener.local_addr()?);
        let mut closing = self.0.closing.subscribe();
        let router = Router::new()
            .route("/", get(frame::show))
            .route("/page.css", get(frame::style))
            .route("/icon.svg", get(frame::icon))
            .route("/page.js", get(frame::script))
            .route("/changes/{run}/{since}", get(board::changes))
            .route("/file/{id}", get(samples::file))
            .route("/act", post(acts::act))
            .route("/clock", post(acts::clock))
            .route("/network", post(acts::network))
            .layer(DefaultBodyLimit::max(FORM))
            .layer(axum::middleware::from_fn_with_state(guard, guard::check))
            .with_state(self);
        let ended = async move {
            // The sender lives as long as the page; either way this ends.
            let _ = closing.wait_for(|closing| *closing).await;
        };
        axum::serve(listener, router).with_graceful_shutdown(ended).await
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.0.table.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> Timestamp {
        self.0.sandbox.now()
    }

    fn seat(&self, chat: i64) -> Option<&Seat> {
        self.0.seats.iter().find(|seat| seat.chat == chat)
    }

    /// How a sender is named.
    fn name(&self, account: i64) -> String {
        self.seat(account).map_or_else(|| account.to_string(), |seat| seat.name.clone())
    }

    /// Who speaks in a chat: its person, or whoever was chosen last in a group.
    fn speaker(&self, chat: i64) -> i64 {
        if chat > 0 {
            return chat;
        }
        let chosen = self.table().speakers.get(&chat).copied();
        let first = || self.0.sandbox.members(chat).into_iter().find(|id| self.seat(*id).is_some());
        chosen.or_else(first).unwrap_or_default()
    }
}
