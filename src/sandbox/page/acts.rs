//! What a browser sends. Each act of a person takes a few seconds of the simulated clock, before
//! and after, so that the bot can keep the pace Telegram asks of it.

use std::sync::PoisonError;
use std::time::Duration;

use axum::Form;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use tokio::sync::oneshot;

use super::{Desk, Move, Moved, Network, Page, Wish, chat, words};
use crate::clock::real_timeout;
use crate::sandbox::Fault;

/// What a person needs before acting, and what is then given to the bot's answers.
const BEFORE: Duration = Duration::from_secs(2);
const AFTER: Duration = Duration::from_secs(3);

/// How long a browser is kept waiting for the effect; it comes all the same.
const PATIENCE: Duration = Duration::from_secs(15);

/// How slow a slow Telegram is, in real time, and how long a flooded one wants to be left alone.
const SLOW: Duration = Duration::from_millis(1500);
const FLOOD_WAIT: u64 = 20;

/// The page's script marks what it sends, and wants no page back.
const BY_SCRIPT: HeaderName = HeaderName::from_static("x-page-script");

/// The form of a chat: one of `press`, `reply`, `edit` and `make` says what was pressed.
#[derive(Deserialize, Debug)]
pub(super) struct Act {
    chat: i64,
    user: Option<i64>,
    #[serde(default)]
    text: String,
    press: Option<String>,
    reply: Option<i32>,
    edit: Option<i32>,
    make: Option<String>,
}

/// The form of the clock.
#[derive(Deserialize, Debug)]
pub(super) struct Time {
    go: String,
}

/// The form of the faults.
#[derive(Deserialize, Debug)]
pub(super) struct Fate {
    network: String,
}

/// `POST /act`.
pub(super) async fn act(
    State(page): State<Page>,
    headers: HeaderMap,
    Form(form): Form<Act>,
) -> Response {
    if page.seat(form.chat).is_none() {
        return StatusCode::NOT_FOUND.into_response();
    }
    let place = chat::slug(form.chat);
    if let Some(user) = form.user.filter(|user| page.seat(*user).is_some()) {
        page.table().speakers.insert(form.chat, user);
    }
    let only_page = page.choose(&form);
    page.changed();
    if !only_page {
        let acting = page.clone();
        page.finish(async move { acting.carry_out(form).await }).await;
    }
    back(&headers, &place)
}

/// `POST /clock`.
pub(super) async fn clock(
    State(page): State<Page>,
    headers: HeaderMap,
    Form(form): Form<Time>,
) -> Response {
    let what = match form.go.as_str() {
        "1m" => Move::Pass(Duration::from_secs(60)),
        "5m" => Move::Pass(Duration::from_secs(300)),
        "next" => Move::Next,
        _ => return StatusCode::UNPROCESSABLE_ENTITY.into_response(),
    };
    let moving = page.clone();
    page.finish(async move {
        let _turn = moving.0.turn.lock().await;
        moving.table().flashes.clear();
        moving.pass(what).await;
    })
    .await;
    back(&headers, "")
}

/// `POST /network`.
pub(super) async fn network(
    State(page): State<Page>,
    headers: HeaderMap,
    Form(form): Form<Fate>,
) -> Response {
    let network = match form.network.as_str() {
        "fine" => Network::Fine,
        "slow" => Network::Slow,
        "flood" => Network::Flood,
        "gone" => Network::Gone,
        _ => return StatusCode::UNPROCESSABLE_ENTITY.into_response(),
    };
    let sandbox = &page.0.sandbox;
    sandbox.clear_faults();
    match network {
        Network::Fine => {}
        Network::Slow => sandbox.fail_always(None, Fault::Slow(SLOW)),
        Network::Flood => sandbox.fail_always(None, Fault::RetryAfter(FLOOD_WAIT)),
        Network::Gone => sandbox.set_unreachable(true),
    }
    page.table().network = network;
    page.changed();
    back(&headers, "")
}

/// The page again, for a browser without script.
fn back(headers: &HeaderMap, place: &str) -> Response {
    if headers.contains_key(BY_SCRIPT) {
        return StatusCode::NO_CONTENT.into_response();
    }
    (StatusCode::SEE_OTHER, [(header::LOCATION, format!("/#{place}"))]).into_response()
}

impl Page {
    /// What concerns only the page: which message is answered or changed. True when that was all.
    fn choose(&self, form: &Act) -> bool {
        let mut table = self.table();
        let desk = form.reply.map(Desk::Reply).or(form.edit.map(Desk::Edit));
        if let Some(desk) = desk {
            table.desks.insert(form.chat, desk);
            return true;
        }
        match form.make.as_deref() {
            Some("cancel") => drop(table.desks.remove(&form.chat)),
            Some("dismiss") => drop(table.flashes.remove(&form.chat)),
            Some("speaker") => {}
            Some("say") => return form.text.trim().is_empty(),
            _ => return form.press.is_none() && form.make.is_none(),
        }
        true
    }

    /// Does it as the person of the chat, when the act before has had its effect.
    async fn carry_out(&self, form: Act) {
        let _turn = self.0.turn.lock().await;
        let (chat, user) = (form.chat, self.speaker(form.chat));
        self.table().flashes.remove(&chat);
        self.pass(Move::Pass(BEFORE)).await;
        let sandbox = &self.0.sandbox;
        if let Some((message, data)) = form.press.as_deref().and_then(|press| press.split_once('|'))
        {
            if let Ok(message) = message.parse() {
                // A chat that is gone meanwhile has no button either.
                let _ = sandbox.press_data(user, chat, message, data);
            }
        } else {
            self.make(form.make.as_deref().unwrap_or_default(), user, chat, form.text.trim());
        }
        self.pass(Move::Pass(AFTER)).await;
    }

    fn make(&self, what: &str, user: i64, chat: i64, text: &str) {
        let sandbox = &self.0.sandbox;
        match what {
            "say" => {
                let desk = self.table().desks.remove(&chat);
                match desk {
                    Some(Desk::Reply(to)) => drop(sandbox.say_reply(user, chat, to, text)),
                    Some(Desk::Edit(number)) => drop(sandbox.edit(user, chat, number, text)),
                    None => drop(sandbox.say(user, chat, text)),
                }
            }
            "start" => drop(sandbox.press_start(user)),
            "block" => sandbox.block(user),
            "unblock" => sandbox.unblock(user),
            other => drop(self.attach(other, user, chat, text)),
        }
    }

    /// Lets time pass and waits until all that fell due is done.
    async fn pass(&self, what: Move) {
        let (done, answer) = oneshot::channel();
        self.busy(1);
        // Whoever took the wishes has ended: so will the page.
        let sent = self.0.wishes.send(Wish { what, done }).await;
        let moved = if sent.is_ok() { answer.await.unwrap_or(Moved::Done) } else { Moved::Done };
        self.table().remark = match moved {
            Moved::Done => None,
            Moved::NothingAhead => Some(words::NOTHING_AHEAD),
            Moved::Stuck => Some(words::STUCK),
        };
        self.busy(-1);
    }

    fn busy(&self, change: isize) {
        let mut table = self.table();
        table.busy = table.busy.saturating_add_signed(change);
        drop(table);
        self.changed();
    }

    /// Waits for `work`, but not for ever; it goes on whether or not the browser stays.
    async fn finish(&self, work: impl Future<Output = ()> + Send + 'static) {
        let (done, over) = oneshot::channel();
        {
            let mut tasks = self.0.tasks.lock().unwrap_or_else(PoisonError::into_inner);
            while tasks.try_join_next().is_some() {}
            tasks.spawn(async move {
                work.await;
                // A browser that has gone wants no answer.
                let _ = done.send(());
            });
        }
        // Too late or never, the browser gets the page as it stands.
        let _ = real_timeout(PATIENCE, over).await;
    }
}
