//! The poll loop: updates strictly in order, each on disk before the next is read; the offset is the
//! last one done.

use std::time::Duration;

use teloxide::payloads::{AnswerCallbackQuerySetters as _, GetUpdatesSetters as _};
use teloxide::prelude::Requester as _;
use teloxide::types::{AllowedUpdate, CallbackQueryId, Update};
use teloxide::{ApiError, RequestError};
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::handle::{Toast, said};
use super::incoming::{Read, read};
use super::wire::Wire;
use super::{Access, AccessError, LONG_POLL};
use crate::clock::{real_sleep, real_timeout};
use crate::domain::envelope::{
    Actor, Command, Envelope, Incoming, Origin, Poison, Route, SessionChange,
};
use crate::domain::notice::{Answer, Body};
use crate::domain::values::ChannelKind;
use crate::engine::catch_up;
use crate::engine::delivery::moved;
use crate::engine::health::Health;
use crate::engine::react::queue_answer;
use crate::engine::settings::Settings;
use crate::engine::{Engine, Fault};
use crate::ledger::{StorageError, Tx};
use crate::text::{self, Surface};

/// An update that fails so often is recorded and skipped.
const TRIES: u32 = 3;

/// What the loop needs.
#[derive(Debug)]
pub struct Poller {
    engine: Engine,
    health: Health,
    wire: Wire,
    bot_id: String,
    offset: i32,
    toasts: JoinSet<()>,
    stop: watch::Receiver<bool>,
}

/// Reading waits no longer than this for the bot's name.
const NAME_TAKES: Duration = Duration::from_secs(5);

/// How long after a fault of the database an update is tried again.
const STORAGE_PAUSE: Duration = Duration::from_millis(500);

/// The longest pause while waiting updates are read before anything falls due.
const DRAIN_PAUSE: Duration = Duration::from_millis(500);

impl Poller {
    /// A loop over `access` that ends when `stop` says so.
    pub fn new(
        engine: Engine,
        health: Health,
        access: &Access,
        stop: watch::Receiver<bool>,
    ) -> Result<Self, AccessError> {
        let wire = Wire::new(access.polling()?);
        let bot_id = access.bot_id().to_owned();
        Ok(Self { engine, health, wire, bot_id, offset: 0, toasts: JoinSet::new(), stop })
    }

    /// Reads what waits, at most for `span` of real time, before anything falls due: an answer given
    /// while the program was away must count.
    pub async fn drain(&mut self, span: Duration) {
        let work = async {
            let mut failures = 0_u32;
            while !*self.stop.borrow() {
                match self.fetch(Duration::ZERO).await {
                    Ok(updates) if updates.is_empty() => return,
                    Ok(updates) => self.take(updates).await,
                    Err(error) => {
                        failures = failures.saturating_add(1);
                        real_sleep(self.pause(&error, failures).min(DRAIN_PAUSE)).await;
                    }
                }
            }
        };
        if real_timeout(span, work).await.is_none() {
            tracing::warn!("went on without reading every waiting update");
        }
    }

    /// Runs until it is to stop. Asked to catch up, it reads what waits without waiting for more.
    pub async fn run(mut self) -> Result<(), Fault> {
        let mut stop = self.stop.clone();
        let mut asked = self.engine.catch_up().asked();
        let (mut failures, mut named, mut caught_up) = (0_u32, false, 0_u64);
        while !*stop.borrow() {
            let wanted = *asked.borrow_and_update();
            if wanted > caught_up {
                self.drain(catch_up::LONGEST).await;
                self.engine.catch_up().done(wanted);
                caught_up = wanted;
            }
            if !named {
                named = tokio::select! {
                    named = self.learn_name() => named,
                    _ = stop.changed() => break,
                };
            }
            let fetched = tokio::select! {
                fetched = self.fetch(LONG_POLL) => fetched,
                Ok(()) = asked.changed() => continue,
                _ = stop.changed() => break,
            };
            match fetched {
                Ok(updates) => {
                    failures = 0;
                    self.take(updates).await;
                }
                Err(error) => {
                    failures = failures.saturating_add(1);
                    let pause = self.pause(&error, failures);
                    tokio::select! {
                        () = real_sleep(pause) => {}
                        Ok(()) = asked.changed() => {}
                        _ = stop.changed() => {}
                    }
                }
            }
            while self.toasts.try_join_next().is_some() {}
        }
        self.confirm().await;
        self.toasts.shutdown().await;
        Ok(())
    }

    async fn fetch(&self, wait: Duration) -> Result<Vec<Update>, RequestError> {
        let seconds = u32::try_from(wait.as_secs()).unwrap_or(0);
        let mut request =
            self.wire.bot.get_updates().timeout(seconds).limit(100).allowed_updates([
                AllowedUpdate::Message,
                AllowedUpdate::EditedMessage,
                AllowedUpdate::CallbackQuery,
                AllowedUpdate::MyChatMember,
            ]);
        if self.offset != 0 {
            request = request.offset(self.offset);
        }
        let updates = self.wire.updates(&request).await?;
        self.health.poll_ok(self.engine.clock().now());
        Ok(updates)
    }

    /// How long to wait after an error, said plainly where the operator can mend it.
    fn pause(&self, error: &RequestError, failures: u32) -> Duration {
        match error {
            RequestError::Api(ApiError::TerminatedByOtherGetUpdates) => {
                tracing::error!("another program polls with the same bot token: stop one of them");
                Duration::from_secs(3)
            }
            RequestError::Api(error) if webhook_is_set(error) => {
                tracing::error!(
                    "a webhook is set on the bot, so Telegram gives it no updates here: remove it with deleteWebhook, or use a bot of its own"
                );
                Duration::from_secs(30)
            }
            RequestError::Api(ApiError::InvalidToken) => {
                tracing::error!("Telegram does not accept the bot's token: check [telegram]");
                Duration::from_secs(30)
            }
            // Telegram's own words say more than those the library knows it by.
            RequestError::Api(ApiError::Unknown(said)) if said.contains("webhook is active") => {
                tracing::error!("the bot has a webhook: polls get nothing until it is deleted");
                Duration::from_secs(30)
            }
            RequestError::RetryAfter(seconds) => Duration::from_secs(u64::from(seconds.seconds())),
            other => {
                tracing::warn!(error = %plain(other), failures, "Telegram does not answer");
                Duration::from_millis(250_u64.saturating_mul(1 << failures.min(7)))
            }
        }
    }

    /// The bot's name, for invitations. A failure here is no reason to stop.
    async fn learn_name(&self) -> bool {
        let asked = self.wire.bot.get_me();
        let me = match real_timeout(NAME_TAKES, self.wire.call(&asked)).await {
            Some(Ok(me)) => me,
            Some(Err(error)) => {
                tracing::warn!(error = %plain(&error), "Telegram did not say who the bot is");
                return false;
            }
            None => return false,
        };
        let name = me.username().to_owned();
        let menu = text::help::menu(&[]);
        if real_timeout(NAME_TAKES, super::show_menu(&self.wire, &menu)).await.is_none() {
            tracing::warn!("setting the menu of commands took too long");
        }
        let kept = self.engine.call(move |tx, _| tx.put_fact("bot_name", &name)).await;
        kept.is_ok()
    }

    /// Takes updates strictly in order. One that cannot be written because the program is to stop is
    /// left to the next start, and so are those after it.
    async fn take(&mut self, updates: Vec<Update>) {
        for update in updates {
            let next = i32::try_from(update.id.0).unwrap_or(i32::MAX).saturating_add(1);
            if self.take_one(update).await.is_none() {
                return;
            }
            self.offset = next;
        }
    }

    /// Takes one update; `None` when it was not taken.
    async fn take_one(&mut self, update: Update) -> Option<()> {
        let number = update.id.0;
        match read(&self.bot_id, update) {
            Read::Nothing => Some(()),
            Read::Moved { from, to } => self.surely(move |tx, _| moved(tx, from, to)).await,
            Read::Unreadable { size, chat } => {
                let key = format!("tg:{}:{number}", self.bot_id);
                let error = "does not read".to_owned();
                let poison = Poison { key, what: "update".to_owned(), size, error };
                self.skip(number, poison, chat.map(private_route)).await
            }
            Read::Said { incoming, callback, reply_to } => {
                let toast = self.hear(number, incoming, reply_to).await?;
                self.answer_press(callback, toast);
                Some(())
            }
        }
    }

    /// Has one thing said carried out. Storage faults make it wait; what fails in itself
    /// (a panic, a stored value that does not read) is tried three times.
    async fn hear(
        &self,
        number: u32,
        incoming: Incoming,
        reply_to: Option<i64>,
    ) -> Option<Option<Toast>> {
        let key = incoming.key.clone();
        // What the last try ended with; after a crash in the middle of one nobody knows.
        let mut failure = "did not end".to_owned();
        loop {
            let counted = key.clone();
            let tries = self.surely(move |tx, _| tx.count_attempt(&counted)).await?;
            if tries > TRIES {
                let what = "message".to_owned();
                let poison = Poison { key, what, size: 0, error: failure };
                self.skip(number, poison, Some(incoming.route.clone())).await?;
                self.forget(&incoming).await?;
                return Some(None);
            }
            let heard = incoming.clone();
            let work = move |tx: &mut Tx<'_>, settings: &_| said(tx, settings, &heard, reply_to);
            match self.engine.call(work).await {
                Ok(toast) => return Some(toast),
                Err(Fault::Storage(error)) => {
                    tracing::error!(%error, "an update waits for the database");
                    let forgotten = key.clone();
                    // A storage fault never counts as poison.
                    self.surely(move |tx, _| tx.clear_attempts(&forgotten)).await?;
                    self.storage_pause().await?;
                }
                Err(fault @ (Fault::Panic(_) | Fault::Data(_))) => {
                    tracing::error!(%fault, update = number, "an update failed");
                    failure = fault.to_string();
                }
                Err(Fault::Stopped) => return None,
            }
        }
    }

    /// Forgets the tries of an update that was skipped, and what its sender was in the middle of: that
    /// may be what does not read.
    async fn forget(&self, incoming: &Incoming) -> Option<()> {
        let (key, route, account) = (incoming.key.clone(), &incoming.route, incoming.account);
        let thread = route.thread.unwrap_or(0);
        let nothing = SessionChange { chat: route.chat, account, thread, to: None };
        self.surely(move |tx, _| {
            tx.clear_attempts(&key)?;
            tx.put_session(&nothing)
        })
        .await
    }

    /// `None` when the program is to stop meanwhile.
    async fn storage_pause(&self) -> Option<()> {
        let mut stop = self.stop.clone();
        tokio::select! {
            () = real_sleep(STORAGE_PAUSE) => Some(()),
            _ = stop.wait_for(|stop| *stop) => None,
        }
    }

    /// Does `work` however long the database takes to come back; `None` when the program stops.
    async fn surely<R: Send + 'static>(
        &self,
        work: impl FnMut(&mut Tx<'_>, &Settings) -> Result<R, StorageError> + Clone + Send + 'static,
    ) -> Option<R> {
        loop {
            match self.engine.call(work.clone()).await {
                Ok(done) => return Some(done),
                Err(Fault::Stopped) => return None,
                Err(fault) => {
                    tracing::error!(%fault, "the database cannot be written; updates wait");
                    self.storage_pause().await?;
                }
            }
        }
    }

    /// Records an update that is given up, without its content, and tells the sender. Its key holds
    /// the sender's account and stays out of the log.
    async fn skip(&self, number: u32, poison: Poison, route: Option<Route>) -> Option<()> {
        tracing::error!(update = number, what = %poison.what, error = %poison.error, "skipped");
        let key = format!("skip:{}", poison.key);
        let tell = key.clone();
        let envelope = Envelope::new(key, Actor::System, Command::Skipped(poison));
        self.surely(move |tx, settings| {
            crate::engine::handle::handle(tx, settings, &envelope)?;
            if let Some(route) = &route {
                queue_answer(tx, &tell, route, Body::Answer(Answer::Unreadable))?;
            }
            Ok(())
        })
        .await
    }

    /// Best effort: the card says the same.
    fn answer_press(&mut self, callback: Option<String>, toast: Option<Toast>) {
        let Some(callback) = callback else { return };
        let wire = self.wire.clone();
        let words = toast.map(|toast| {
            debug_assert!(toast.notice.origin == Origin::Real, "toasts answer a real press");
            let message = text::render(&toast.notice, &toast.view, Surface::Chat);
            let refused = matches!(toast.notice.body, Body::Answer(Answer::Refused(_)));
            (message.toast(), refused)
        });
        self.toasts.spawn(async move {
            let mut request = wire.bot.answer_callback_query(CallbackQueryId(callback));
            if let Some((words, refused)) = words {
                request = request.text(words).show_alert(refused);
            }
            if let Err(error) = wire.call(&request).await {
                tracing::debug!(error = %plain(&error), "a press was not answered");
            }
        });
    }

    /// Tells Telegram what was done, so that the next start does not read it again. Best effort:
    /// the keys recognise repetitions anyway.
    async fn confirm(&self) {
        if self.offset != 0 {
            let last = self.wire.bot.get_updates().offset(self.offset).timeout(0).limit(1);
            let told = self.wire.updates(&last);
            let _ = real_timeout(Duration::from_secs(2), told).await;
        }
    }
}

fn private_route(chat: i64) -> Route {
    Route { channel: ChannelKind::Telegram, chat, thread: None, reply_to: None, private: chat > 0 }
}

/// The other 409, whose words have grown a hint since the library learned them.
fn webhook_is_set(error: &ApiError) -> bool {
    match error {
        ApiError::CantGetUpdates => true,
        ApiError::Unknown(words) => words.to_lowercase().contains("webhook is active"),
        _ => false,
    }
}

/// An error's words without the address, which holds the token.
pub fn plain(error: &RequestError) -> String {
    match error {
        RequestError::Network(error) if error.is_timeout() => "timed out".to_owned(),
        RequestError::Network(error) if error.is_connect() => "cannot connect".to_owned(),
        RequestError::Network(_) => "the connection failed".to_owned(),
        RequestError::InvalidJson { .. } => "the answer does not read".to_owned(),
        other => other.to_string(),
    }
}
