//! The worst night, through the whole program on the machine's clock with Telegram's own limits: two
//! hundred different alerts, and a critical page behind two thousand notices.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use anyhow::{Result, anyhow};
use trucban::app::App;
use trucban::clock::{Clock, real_sleep};
use trucban::domain::envelope::Envelope;
use trucban::domain::values::Severity;
use trucban::ledger::Durability;
use trucban::sandbox::{Limits, Outcome, Sandbox};

use super::ground::{BOT, Ground, TEAM_CHAT, Times, alert, give_all, mono};
use super::intake::people;

const ALERTS: u32 = 200;
const NOTICES: u32 = 2_000;
const PAGES: u32 = 20;

/// Whom critical incidents page.
const DUTY: i64 = 1001;

/// Between two critical pages: the chat's own pace is no part of what is measured.
const PAUSE: Duration = Duration::from_secs(2);

/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(90);

pub fn measure() -> Result<()> {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        for seconds in [0, 10, 60] {
            mass(Duration::from_secs(seconds)).await?;
        }
        behind_notices().await
    })
}

/// The program, a Bot API with its usual limits, and the tasks of that.
struct Night {
    sandbox: Sandbox,
    app: App,
    _servers: tokio::task::JoinSet<std::io::Result<()>>,
    _ground: Ground,
}

impl Night {
    async fn begin(prepare: impl FnOnce(&Ground) -> Result<()>) -> Result<Self> {
        let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let (sandbox, api) = Sandbox::bind(any, Clock::System, BOT)?;
        let mut servers = tokio::task::JoinSet::new();
        servers.spawn(api);
        people(&sandbox);
        sandbox.set_limits(Limits::default());
        let ground = Ground::new(Some(&sandbox.url()))?;
        prepare(&ground)?;
        let app = App::start(&ground.config()?, Clock::System, Durability::Full).await?;
        app.ready().await;
        Ok(Self { sandbox, app, _servers: servers, _ground: ground })
    }

    /// Waits until this is said in a chat.
    async fn said(&self, chat: i64, codes: &[String]) -> Result<()> {
        let patience = mono().saturating_add(PATIENCE);
        while mono() < patience {
            let shown: String =
                self.sandbox.messages(chat).into_iter().map(|one| one.text).collect();
            if codes.iter().all(|code| shown.contains(code)) {
                return Ok(());
            }
            real_sleep(Duration::from_millis(5)).await;
        }
        Err(anyhow!("not said within {PATIENCE:?}"))
    }
}

/// From the first alert to the moment every code stands in the team's chat.
async fn mass(span: Duration) -> Result<()> {
    let night = Night::begin(|_| Ok(())).await?;
    let began = mono();
    for number in 0..ALERTS {
        let due = began.saturating_add(span.saturating_mul(number) / ALERTS);
        real_sleep(due.saturating_sub(mono())).await;
        night.app.engine().submit(different(number)).await?;
    }
    let last = mono();
    night.said(TEAM_CHAT, &(1..=ALERTS).map(code).collect::<Vec<_>>()).await?;
    let (all, after) = (mono().saturating_sub(began), mono().saturating_sub(last));
    let journal = night.sandbox.journal();
    let told = |method: &str| {
        let here = journal.iter().filter(|call| call.chat == Some(TEAM_CHAT));
        here.filter(|call| call.method == method).count()
    };
    let waits = journal.iter().filter(|call| matches!(call.outcome, Outcome::Refused { .. }));
    println!(
        "  {ALERTS} alerts over {span:?}: all visible after {all:.2?}, {after:.2?} after the last; \
         {} messages, {} edits, {} refused",
        told("sendmessage"),
        told("editmessagetext"),
        waits.count()
    );
    night.app.stop().await
}

fn code(number: u32) -> String {
    format!("-{number:04}")
}

/// An alert of an incident of its own, of the severity that pages another than [`DUTY`].
fn different(number: u32) -> Envelope {
    alert(format!("mass:{number}"), Severity::Medium)
}

/// From a critical alert's submission to its page arriving.
async fn behind_notices() -> Result<()> {
    let night = Night::begin(queue).await?;
    let mut times = Times::default();
    for number in 0..PAGES {
        real_sleep(PAUSE).await;
        let began = mono();
        let critical = alert(format!("critical:{number}"), Severity::Critical);
        night.app.engine().submit(critical).await?;
        night.said(DUTY, &[code(number.saturating_add(2))]).await?;
        times.add(mono().saturating_sub(began));
    }
    times.say("critical page behind 2,000 notices");
    night.app.stop().await
}

/// Two thousand pieces of news, half of them for the person who is paged, the rest for six others.
fn queue(ground: &Ground) -> Result<()> {
    let (mut store, settings) = (ground.store(Durability::Off)?, ground.settings()?);
    let now = Clock::System.now();
    give_all(&mut store, &settings, now, &[alert("first".to_owned(), Severity::Low)])?;
    let sql = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
         INSERT INTO outbox (key, channel, person, priority, kind, incident, notice, state, attempt,
             maybe, not_before, at)
         SELECT 'bench:' || i, 'telegram',
             CASE WHEN i % 2 = 0 THEN 'p-001' ELSE 'p-00' || (2 + i / 2 % 5) END, 6, 'news', code,
             json_object('origin', 'real', 'body', json_object('news',
                 json_object('code', code, 'news', 'contained'))),
             'queued', 0, 0, ?2, ?2
         FROM n, (SELECT code FROM incident LIMIT 1)";
    store.connection().execute(sql, [i64::from(NOTICES), now.millis()])?;
    Ok(())
}
