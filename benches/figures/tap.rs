//! From a press on `Tiếp nhận` to the edit of that card arriving at Telegram, through the whole
//! program on the machine's clock; both directions over loopback HTTP, commits on disk.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::mpsc;
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow};
use trucban::app::App;
use trucban::clock::{Clock, real_sleep};
use trucban::domain::values::Severity;
use trucban::ledger::Durability;
use trucban::sandbox::{Sandbox, What};

use super::ground::{BOT, Ground, Times, alert, mono};
use super::intake::people;

const TAPS: u32 = 100;
const TAKE: &str = "Tiếp nhận";

/// Each severity pages another person; by taking turns no chat reaches the pace of one message a
/// second that the bot keeps to.
const TURNS: [(Severity, i64); 4] = [
    (Severity::Critical, 1001),
    (Severity::High, 1002),
    (Severity::Medium, 1003),
    (Severity::Low, 1004),
];
const PAUSE: Duration = Duration::from_millis(550);

pub fn measure() -> Result<()> {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let (sandbox, api) = Sandbox::bind(any, Clock::System, BOT)?;
        let mut servers = tokio::task::JoinSet::new();
        servers.spawn(api);
        people(&sandbox);
        let ground = Ground::new(Some(&sandbox.url()))?;
        let app = App::start(&ground.config()?, Clock::System, Durability::Full).await?;
        app.ready().await;
        let times = taps(&app, &sandbox).await;
        app.stop().await?;
        times?.say("press to edit");
        Ok(())
    })
}

async fn taps(app: &App, sandbox: &Sandbox) -> Result<Times> {
    let (tell, told) = mpsc::channel();
    sandbox.on_event(Box::new(move |event| {
        if let What::Edited(shown) = &event.what {
            // Nobody listens any more once the last tap is over.
            let _ = tell.send((mono(), event.chat, shown.message_id));
        }
    }));
    let mut times = Times::default();
    for (number, (severity, account)) in (0..TAPS).zip(TURNS.into_iter().cycle()) {
        let envelope = alert(format!("tap:{number}"), severity);
        app.engine().submit(envelope).await?;
        real_sleep(PAUSE).await;
        let shown = sandbox.messages(account).into_iter().rev();
        let offered = |shown: &trucban::sandbox::Shown| {
            shown.labels().iter().any(|label| label.contains(TAKE))
        };
        let message = shown.into_iter().find(offered).context("no page came")?.message_id;
        while told.try_recv().is_ok() {}
        let began = mono();
        sandbox
            .press(account, account, message, TAKE)
            .map_err(|error| anyhow!("press: {error}"))?;
        times.add(arrived(&told, account, message).await?.saturating_sub(began));
    }
    Ok(times)
}

/// When the edit of that message arrived.
async fn arrived(
    told: &mpsc::Receiver<(Duration, i64, i32)>,
    chat: i64,
    message: i32,
) -> Result<Duration> {
    let patience = mono().saturating_add(Duration::from_secs(10));
    while mono() < patience {
        while let Ok((at, where_, which)) = told.try_recv() {
            if where_ == chat && which == message {
                return Ok(at);
            }
        }
        real_sleep(Duration::from_millis(1)).await;
    }
    Err(anyhow!("no edit within ten seconds"))
}
