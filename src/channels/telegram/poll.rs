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
use crate::clock::real_sleep;
use crate::domain::envelope::{Actor, Command, Envelope, Origin, Poison, Route};
use crate::domain::notice::{Answer, Body};
use crate::domain::values::ChannelKind;
use crate::engine::health::Health;
use crate::engine::react::queue_answer;
use crate::engine::{Engine, Fault};
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
}

impl Poller {
    /// A loop over `access`.
    pub fn new(engine: Engine, health: Health, access: &Access) -> Result<Self, AccessError> {
        let wire = Wire::new(access.polling()?);
        let bot_id = access.bot_id().to_owned();
        Ok(Self { engine, health, wire, bot_id, offset: 0, toasts: JoinSet::new() })
    }

    /// Reads what waits, at most for `span` of real time, before anything falls due: an answer given
    /// while the program was away must count.
    pub async fn drain(&mut self, span: Duration) {
        let work = async {
            loop {
                match self.fetch(Duration::ZERO).await {
                    Ok(updates) if updates.is_empty() => return,
                    Ok(updates) => self.take(updates).await,
                    Err(error) => {
                        tracing::warn!(error = %plain(&error), "Telegram does not answer yet");
                        real_sleep(Duration::from_millis(500)).await;
                    }
                }
            }
        };
        if crate::clock::real_timeout(span, work).await.is_none() {
            tracing::warn!("went on without reading every waiting update");
        }
    }

    /// Runs until `stop` says so.
    pub async fn run(mut self, mut stop: watch::Receiver<bool>) -> Result<(), Fault> {
        let mut failures = 0_u32;
        let mut named = false;
        while !*stop.borrow() {
            if !named {
                named = self.learn_name().await;
            }
            let fetched = tokio::select! {
                fetched = self.fetch(LONG_POLL) => fetched,
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
        let mut request = self.wire.bot.get_updates().timeout(seconds).limit(100).allowed_updates([
            AllowedUpdate::Message,
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
            RequestError::Api(ApiError::InvalidToken) => {
                tracing::error!("Telegram does not accept the bot's token: check [telegram]");
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
        let me = match self.wire.call(&self.wire.bot.get_me()).await {
            Ok(me) => me,
            Err(error) => {
                tracing::warn!(error = %plain(&error), "Telegram did not say who the bot is");
                return false;
            }
        };
        let name = me.username().to_owned();
        super::show_menu(&self.wire, &text::help::menu(&[])).await;
        let kept = self.engine.call(move |tx, _| tx.put_fact("bot_name", &name)).await;
        kept.is_ok()
    }

    /// Takes updates strictly in order.
    async fn take(&mut self, updates: Vec<Update>) {
        for update in updates {
            let next = i32::try_from(update.id.0).unwrap_or(i32::MAX).saturating_add(1);
            self.take_one(update).await;
            self.offset = next;
        }
    }

    /// Takes one update. Storage faults make it wait; panics are tried three times.
    async fn take_one(&mut self, update: Update) {
        let number = update.id.0;
        match read(&self.bot_id, update) {
            Read::Nothing => {}
            Read::Moved { from, to } => self.moved(from, to).await,
            Read::Unreadable { size, chat } => {
                let key = format!("tg:{}:{number}", self.bot_id);
                let error = "does not read".to_owned();
                let poison = Poison { key, what: "update".to_owned(), size, error };
                self.skip(poison, chat.map(private_route)).await;
            }
            Read::Said { incoming, callback, reply_to } => {
                let key = incoming.key.clone();
                let route = incoming.route.clone();
                loop {
                    let counted = key.clone();
                    let tries = self.surely(move |tx, _| tx.count_attempt(&counted)).await;
                    if tries > TRIES {
                        let error = "panicked".to_owned();
                        let what = "message".to_owned();
                        let poison = Poison { key: key.clone(), what, size: 0, error };
                        self.skip(poison, Some(route.clone())).await;
                        break;
                    }
                    let incoming = incoming.clone();
                    let work = move |tx: &mut crate::ledger::Tx<'_>, settings: &_| {
                        said(tx, settings, &incoming, reply_to)
                    };
                    match self.engine.call(work).await {
                        Ok(toast) => {
                            self.answer_press(callback, toast);
                            break;
                        }
                        Err(Fault::Storage(error)) => {
                            tracing::error!(%error, "an update waits for the database");
                            let forgotten = key.clone();
                            // A storage fault never counts as poison.
                            self.surely(move |tx, _| tx.clear_attempts(&forgotten)).await;
                        }
                        Err(Fault::Panic(error)) => {
                            tracing::error!(%error, %key, "an update panicked")
                        }
                        Err(Fault::Stopped) => break,
                    }
                }
            }
        }
    }

    async fn moved(&self, from: i64, to: i64) {
        self.surely(move |tx, _| tx.move_chat(from, to)).await;
    }

    /// Does `work` however long the database takes to come back.
    async fn surely<R: Send + Default + 'static>(
        &self,
        work: impl FnMut(
            &mut crate::ledger::Tx<'_>,
            &crate::engine::settings::Settings,
        ) -> Result<R, crate::ledger::StorageError>
        + Clone
        + Send
        + 'static,
    ) -> R {
        loop {
            match self.engine.call(work.clone()).await {
                Ok(done) => return done,
                Err(Fault::Stopped) => return R::default(),
                Err(fault) => {
                    tracing::error!(%fault, "the database cannot be written; updates wait");
                    real_sleep(Duration::from_millis(500)).await;
                }
            }
        }
    }

    /// Records an update that is given up, without its content, and tells the sender.
    async fn skip(&self, poison: Poison, route: Option<Route>) {
        tracing::error!(key = %poison.key, what = %poison.what, error = %poison.error, "skipped");
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
        .await;
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
            let _ = crate::clock::real_timeout(Duration::from_secs(2), told).await;
        }
    }
}

fn private_route(chat: i64) -> Route {
    Route { channel: ChannelKind::Telegram, chat, thread: None, reply_to: None, private: chat > 0 }
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
