//! The sandbox as a whole: Bot API, SMS gateway, a clock one can move, and the unmodified program
//! behind them. The demo plays in it, and so do the scenario tests.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, anyhow};
use tokio::task::JoinSet;

use super::App;
use super::province::{self, TEAM_CHAT, TOKEN};
use super::sms::Gateway;
use crate::clock::{Clock, Simulated, real_sleep, real_timeout};
use crate::config::Config;
use crate::domain::time::Timestamp;
use crate::engine::Engine;
use crate::ledger::Durability;
use crate::sandbox::Sandbox;

/// When the sandbox's story begins: 14:00 on 21 November 2026 in Việt Nam.
pub const BEGINNING: Timestamp = Timestamp::from_millis(1_795_244_400_000);

/// The longest stride of the clock while nothing waits: too short to be an absence.
const STRIDE: Duration = Duration::from_secs(110);

/// Nothing settles for so long in real time: something hangs.
const PATIENCE: Duration = Duration::from_secs(60);

/// People of the sandbox with a Telegram account: account and the words before their messages.
pub const ACCOUNTS: [(i64, &str); 8] = [
    (1001, "p-001"),
    (1002, "p-002"),
    (1003, "p-003"),
    (1004, "p-004"),
    (1005, "p-005"),
    (1006, "p-006"),
    (1017, "p-017"),
    (1018, "p-018"),
];

/// The sandbox and the program in it.
#[derive(Debug)]
pub struct World {
    /// Telegram.
    pub sandbox: Sandbox,
    /// The SMS gateway.
    pub sms: Gateway,
    /// The clock of everything.
    pub time: Simulated,
    /// The configuration the program runs with.
    pub config: Config,
    durability: Durability,
    app: Option<App>,
    servers: JoinSet<std::io::Result<()>>,
    dir: PathBuf,
}

impl World {
    /// A world with everybody in it, the program not yet running, the database in `dir`.
    pub async fn build(dir: &Path, durability: Durability) -> anyhow::Result<Self> {
        let time = Simulated::new(BEGINNING);
        let clock = Clock::Simulated(time.clone());
        let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let (sandbox, api) = Sandbox::bind(any, clock, TOKEN)?;
        let sms = Gateway::default();
        let (sms_at, gateway) = sms.clone().bind().await?;
        let mut servers = JoinSet::new();
        servers.spawn(api);
        servers.spawn(gateway);
        let config = province::configuration(dir, &sandbox.url(), sms_at)?;
        for (account, name) in ACCOUNTS {
            sandbox.add_user(account, name);
        }
        let members: Vec<i64> = ACCOUNTS.iter().map(|(account, _)| *account).take(6).collect();
        sandbox.add_group(TEAM_CHAT, "team", &members);
        let dir = dir.to_owned();
        Ok(Self { sandbox, sms, time, config, durability, app: None, servers, dir })
    }

    /// A world with the program running, the directory filled, and everybody but the backup
    /// officer started with the bot.
    pub async fn start(dir: &Path, durability: Durability) -> anyhow::Result<Self> {
        let mut world = Self::build(dir, durability).await?;
        world.run().await?;
        province::settle(world.engine()?).await?;
        for (account, _) in ACCOUNTS.iter().filter(|(account, _)| *account != 1002) {
            world.sandbox.press_start(*account);
        }
        world.settle().await?;
        Ok(world)
    }

    /// The province's roster begins to hold, and the officer on duty takes the watch.
    pub async fn open_watch(&self) -> anyhow::Result<()> {
        province::roster(self.engine()?, self.time.read().wall).await?;
        self.settle().await?;
        province::take_watch(self.engine()?).await?;
        self.settle().await
    }

    /// Starts the program.
    pub async fn run(&mut self) -> anyhow::Result<()> {
        let clock = Clock::Simulated(self.time.clone());
        let app = App::start(&self.config, clock, self.durability).await?;
        if let Some(at) = app.http() {
            tracing::debug!(%at, "serving");
        }
        self.app = Some(app);
        Ok(())
    }

    /// Stops the program in order.
    pub async fn stop(&mut self) -> anyhow::Result<()> {
        match self.app.take() {
            Some(app) => app.stop().await,
            None => Ok(()),
        }
    }

    /// Pulls the plug: every task ends where it is.
    pub async fn crash(&mut self) {
        if let Some(app) = self.app.take() {
            app.abort().await;
        }
    }

    /// The running program's engine.
    pub fn engine(&self) -> anyhow::Result<&Engine> {
        Ok(self.app()?.engine())
    }

    /// The running program.
    pub fn app(&self) -> anyhow::Result<&App> {
        self.app.as_ref().ok_or_else(|| anyhow!("the program is not running"))
    }

    /// The folder of the database.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Waits until nothing is left to do at this instant: no unread update, nothing queued, due,
    /// sendable or on its way.
    pub async fn settle(&self) -> anyhow::Result<()> {
        let app = self.app()?;
        let work = async {
            app.ready().await;
            let mut quiet = 0;
            while quiet < 3 {
                // What waits in an unreachable Telegram cannot be read.
                let read = self.sandbox.unread() == 0 || self.sandbox.unreachable();
                let still = read && self.sandbox.in_flight() == 0 && app.engine().idle();
                quiet = if still { quiet + 1 } else { 0 };
                real_sleep(Duration::from_micros(if still { 200 } else { 1000 })).await;
            }
        };
        real_timeout(PATIENCE, work).await.context("nothing settled for a minute")
    }

    /// Moves the clock by `span`, stopping at every moment on the way and waiting there until
    /// nothing is left to do.
    pub async fn advance(&self, span: Duration) -> anyhow::Result<()> {
        let mut left = span;
        self.settle().await?;
        while !left.is_zero() {
            let next = self.time.until_next_sleeper().unwrap_or(left);
            let step = next.max(Duration::from_millis(1)).min(left);
            self.time.step(step);
            left = left.saturating_sub(step);
            self.settle().await?;
        }
        Ok(())
    }

    /// Moves the clock by `span` as well, and passes over signs of life in long strides while
    /// nothing waits.
    pub async fn pass(&self, span: Duration) -> anyhow::Result<()> {
        let mut left = span;
        self.settle().await?;
        while !left.is_zero() {
            let step = self.stride()?.max(Duration::from_millis(1)).min(left);
            self.time.step(step);
            left = left.saturating_sub(step);
            self.settle().await?;
        }
        Ok(())
    }

    fn stride(&self) -> anyhow::Result<Duration> {
        let figures = self.engine()?.reader().figures()?;
        if !figures.queued.is_empty() {
            return Ok(self.time.until_next_sleeper().unwrap_or(STRIDE));
        }
        let now = self.time.read().wall;
        Ok(figures.first_due.map_or(STRIDE, |due| due.since(now)).min(STRIDE))
    }

    /// Moves the clock without anybody noticing on the way: a suspended machine, or a program that
    /// is not running.
    pub fn sleep_through(&self, span: Duration) {
        self.time.step(span);
    }

    /// Ends everything.
    pub async fn end(mut self) -> anyhow::Result<()> {
        self.stop().await?;
        self.servers.shutdown().await;
        Ok(())
    }
}
