//! Builds the parts from the configuration, runs their tasks, and stops in order. The end of any
//! task stops the program with its reason.

pub mod case_file;
pub mod demo;
pub mod doctor;
mod http;
pub mod keeping;
pub mod office;
pub mod output;
pub mod province;
mod scratch;
pub mod sms;
pub mod stage;
pub mod tour;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, anyhow};
use tokio::net::TcpListener;
use tokio::sync::{oneshot, watch};
use tokio::task::JoinSet;

use crate::channels::email::Email;
use crate::channels::telegram::Access;
use crate::channels::telegram::files::Fetcher;
use crate::channels::telegram::poll::Poller;
use crate::channels::telegram::send::Telegram;
use crate::channels::webhook::Webhook;
use crate::channels::{Render, Rendered, Surface, watchdog};
use crate::clock::{Clock, real_timeout};
use crate::config::Config;
use crate::domain::notice::Team;
use crate::engine::channel::Channel;
use crate::engine::health::Health;
use crate::engine::settings::Settings;
use crate::engine::{Engine, Fault, catch_up, claim, due, moments, outflow};
use crate::intake::doors::IntakeConfig;
use crate::ledger::files::Vault;
use crate::ledger::lock::ProcessLock;
use crate::ledger::{Durability, Store};
use crate::text;

/// The tasks of the program may take so long to stop: messages on their way have fifteen seconds.
const TASKS_TAKE: Duration = Duration::from_secs(20);

/// And then the database so long to be closed.
const CLOSING_TAKES: Duration = Duration::from_secs(5);

/// A running program.
#[derive(Debug)]
pub struct App {
    engine: Engine,
    health: Health,
    http: Option<SocketAddr>,
    tasks: JoinSet<(&'static str, anyhow::Result<()>)>,
    stop: watch::Sender<bool>,
    ready: watch::Receiver<bool>,
    store: oneshot::Receiver<Store>,
    _lock: ProcessLock,
}

/// The engine's settings out of the configuration.
pub fn settings(config: &Config) -> Settings {
    let team = Team {
        name: config.team.name.clone(),
        hotline: config.team.hotline.clone(),
        zone: config.team.timezone,
        bot_name: None,
    };
    Settings {
        policies: config.policies.clone(),
        triage: Arc::clone(&config.triage),
        library: Arc::clone(&config.library),
        team: Arc::new(team),
        incident_prefix: config.team.incident_prefix.clone(),
        scenarios: Arc::clone(&config.scenarios),
        drill_prefix: config.team.drill_prefix.clone(),
        claim_title: text::drill::CLAIM_TITLE.to_owned(),
        calendar_moved: text::drill::CALENDAR_MOVED.to_owned(),
        series_ended: text::drill::SERIES_ENDED.to_owned(),
        duties: Arc::clone(&config.duties),
        team_chat: config.telegram.as_ref().map(|telegram| telegram.team_chat),
        team_topic: config.telegram.as_ref().and_then(|telegram| telegram.team_topic),
        admin_chat: config.telegram.as_ref().and_then(|telegram| telegram.admin_chat),
        channels: config.channels.order.clone(),
        calendar: Arc::clone(&config.calendar),
        swaps_need_a_lead: config.swaps_need_a_lead,
        habits: config.habits,
        contacts: config.contacts,
        public_url: config.http.as_ref().and_then(|http| http.public_url.clone()),
        repeats: Arc::new(
            config.intakes.iter().map(|intake| (intake.name.clone(), intake.repeats)).collect(),
        ),
        retention: config.retention,
    }
}

/// Words for channels without chat.
fn words() -> Render {
    Arc::new(|notice, view, surface| {
        let surface = match surface {
            Surface::Short => text::Surface::Short,
            Surface::Mail => text::Surface::Mail,
        };
        let message = text::render(notice, view, surface);
        Rendered { subject: message.subject, text: message.markup.plain() }
    })
}

fn channels(
    config: &Config,
    access: Option<&Access>,
    health: &Health,
) -> anyhow::Result<Vec<Arc<dyn Channel>>> {
    let mut channels: Vec<Arc<dyn Channel>> = Vec::new();
    if let Some(access) = access {
        channels.push(Arc::new(Telegram::new(access.sending()?, health.clone())));
    }
    if let Some(webhook) = &config.channels.webhook {
        let token = webhook.token.as_ref().map(|token| token.expose().clone());
        channels.push(Arc::new(Webhook::new(&webhook.url, token, words(), health.clone())?));
    }
    if let Some(email) = &config.channels.email {
        let (smtp, from) = (email.smtp.expose(), &email.from);
        channels.push(Arc::new(Email::new(smtp, from, words(), health.clone())?));
    }
    Ok(channels)
}

/// Everything that is served over HTTP.
fn routes(config: &Config, engine: &Engine, health: &Health) -> anyhow::Result<axum::Router> {
    let intakes: Vec<IntakeConfig> = config
        .intakes
        .iter()
        .map(|intake| IntakeConfig {
            name: intake.name.clone(),
            token: intake.token.expose().clone(),
            per_minute: intake.per_minute,
        })
        .collect();
    let intake = crate::intake::endpoint::router(engine.clone(), &intakes)?;
    Ok(crate::web::router(engine.clone(), health.clone()).merge(intake))
}

/// How to reach the Bot API, where a bot is configured.
pub fn access(config: &Config) -> Option<Access> {
    config.telegram.as_ref().map(|telegram| Access {
        token: telegram.token.expose().clone(),
        api_url: telegram.api_url.clone(),
        proxy: telegram.proxy.as_ref().map(|proxy| proxy.expose().clone()),
    })
}

/// The place of a stored value that does not read, where that is why the service did not start.
pub fn unreadable(error: &anyhow::Error) -> Option<&str> {
    match error.downcast_ref::<Fault>() {
        Some(Fault::Data(place)) => Some(place),
        _ => None,
    }
}

impl App {
    /// Opens the database, recovers what a crash left, and starts every task. Nothing falls due
    /// before the updates that waited were read.
    pub async fn start(
        config: &Config,
        clock: Clock,
        durability: Durability,
    ) -> anyhow::Result<Self> {
        let lock = ProcessLock::take(&config.store.path)?;
        let store = Store::open(&config.store.path, durability)?;
        let (engine, store) = Engine::start(store, settings(config), clock.clone())?;
        let lost = engine.call(|tx, _| claim::recover(tx)).await?;
        if lost > 0 {
            tracing::warn!(lost, "messages were on their way when the program ended; sent again");
        }
        engine.call(moments::reckon).await?;
        let away = due::wake(&engine).await?;
        let health = Health::new(clock);
        let access = access(config);
        let channels = channels(config, access.as_ref(), &health)?;
        let (stop, stopped) = watch::channel(false);
        let (open, ready) = watch::channel(false);
        let mut app = Self {
            engine: engine.clone(),
            health: health.clone(),
            http: None,
            tasks: JoinSet::new(),
            stop,
            ready,
            store,
            _lock: lock,
        };
        app.serve(config, stopped.clone()).await?;
        app.fetch(config, access.as_ref(), stopped.clone())?;
        app.task(
            "telegram",
            poll_task(engine.clone(), health.clone(), access, away, open, stopped.clone()),
        );
        let gate = app.ready.clone();
        let (one, stop_one) = (engine.clone(), stopped.clone());
        app.task("due", async move {
            pass(gate).await;
            Ok(due::run(&one, stop_one).await?)
        });
        let gate = app.ready.clone();
        let (two, stop_two) = (engine.clone(), stopped.clone());
        app.task("outbox", async move {
            pass(gate).await;
            Ok(outflow::run(&two, channels, stop_two).await?)
        });
        let stop_keeping = stopped.clone();
        let url = config.watchdog.heartbeat_url.clone();
        let gate = app.ready.clone();
        app.task("watchdog", async move {
            pass(gate).await;
            watchdog::run(&engine, &health, url.as_deref(), stopped).await?;
            Ok(())
        });
        if let Some(backups) = config.store.backups.clone() {
            let engine = app.engine.clone();
            app.task("backup", async move {
                keeping::keep(&engine, &backups, stop_keeping).await;
                Ok(())
            });
        }
        Ok(app)
    }

    fn task(
        &mut self,
        name: &'static str,
        work: impl Future<Output = anyhow::Result<()>> + Send + 'static,
    ) {
        self.tasks.spawn(async move { (name, work.await) });
    }

    /// Fetches the files people send.
    fn fetch(
        &mut self,
        config: &Config,
        access: Option<&Access>,
        stop: watch::Receiver<bool>,
    ) -> anyhow::Result<()> {
        let Some(access) = access else { return Ok(()) };
        let vault = Vault::beside(&config.store.path);
        let fetcher = Fetcher::new(self.engine.clone(), access, vault, config.evidence.clone())?;
        let gate = self.ready.clone();
        self.engine.fetching();
        self.task("files", async move {
            pass(gate).await;
            Ok(fetcher.run(stop).await?)
        });
        Ok(())
    }

    async fn serve(&mut self, config: &Config, stop: watch::Receiver<bool>) -> anyhow::Result<()> {
        let Some(place) = &config.http else { return Ok(()) };
        let listener = TcpListener::bind(place.listen)
            .await
            .with_context(|| format!("listen on {}", place.listen))?;
        self.http = Some(listener.local_addr()?);
        let router = routes(config, &self.engine, &self.health)?;
        self.task("http", http::serve(listener, router, stop));
        Ok(())
    }

    /// The engine.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Where HTTP is served.
    pub fn http(&self) -> Option<SocketAddr> {
        self.http
    }

    /// Waits until moments and messages flow.
    pub async fn ready(&self) {
        pass(self.ready.clone()).await;
    }

    /// Runs until `signal`, or until a task ends by itself, which is an error.
    pub async fn run_until(mut self, signal: impl Future<Output = ()>) -> anyhow::Result<()> {
        let failed = tokio::select! {
            () = signal => None,
            Some(ended) = self.tasks.join_next() => Some(match ended {
                Ok((name, Ok(()))) => anyhow!("the task {name} ended by itself"),
                Ok((name, Err(error))) => error.context(format!("the task {name} ended")),
                // Its words may hold what somebody wrote.
                Err(_) => anyhow!("a task panicked"),
            }),
        };
        let stopped = self.stop().await;
        match failed {
            Some(error) => Err(error),
            None => stopped,
        }
    }

    /// Ends every task where it is, as a crash would; what was committed stays.
    pub async fn abort(mut self) {
        self.tasks.shutdown().await;
        let Self { engine, store, tasks, .. } = self;
        drop((engine, tasks));
        drop(store.await);
    }

    /// Stops in order: no new work, what is on its way ends, the database is closed.
    pub async fn stop(mut self) -> anyhow::Result<()> {
        // A receiver that is gone is a task that has ended.
        let _ = self.stop.send(true);
        let joined = async {
            while let Some(ended) = self.tasks.join_next().await {
                if let Ok((name, Err(error))) = ended {
                    tracing::warn!(task = name, error = %error, "ended with an error");
                }
            }
        };
        if real_timeout(TASKS_TAKE, joined).await.is_none() {
            tracing::error!("tasks that did not end are cut off");
            self.tasks.shutdown().await;
        }
        let Self { engine, store, .. } = self;
        drop(engine);
        // Whoever still holds a handle keeps the writer; what was committed is on disk all the same.
        if real_timeout(CLOSING_TAKES, store).await.is_none() {
            tracing::warn!("stopped without closing the database");
        }
        Ok(())
    }
}

async fn pass(mut gate: watch::Receiver<bool>) {
    // The sender ends only when the program does.
    let _ = gate.wait_for(|open| *open).await;
}

/// Reads what waits, then opens the gate for moments and messages, then polls.
async fn poll_task(
    engine: Engine,
    health: Health,
    access: Option<Access>,
    away: Option<crate::domain::envelope::Absence>,
    open: watch::Sender<bool>,
    mut stop: watch::Receiver<bool>,
) -> anyhow::Result<()> {
    let mut poller = match &access {
        Some(access) => Some(Poller::new(engine.clone(), health, access, stop.clone())?),
        None => None,
    };
    if let Some(poller) = &mut poller {
        tokio::select! {
            () = poller.drain(catch_up::LONGEST) => {}
            _ = stop.changed() => {}
        }
    }
    if let Some(away) = away {
        due::tell(&engine, away).await?;
    }
    let _ = open.send(true);
    match poller {
        Some(poller) => Ok(poller.run().await?),
        None => {
            let _ = stop.wait_for(|stop| *stop).await;
            Ok(())
        }
    }
}

impl From<Fault> for std::io::Error {
    fn from(fault: Fault) -> Self {
        Self::other(fault.to_string())
    }
}
