//! From a press on `Tiếp nhận` to the edit of that card arriving at Telegram, through the whole
//! program on the machine's clock; both directions over loopback HTTP, commits on disk.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::mpsc;
use std::time::Duration;

use anyhow::{Result, anyhow};
use trucban::app::App;
use trucban::clock::{Clock, real_sleep};
use trucban::domain::values::Severity;
use trucban::ledger::Durability;
use trucban::sandbox::{Sandbox, What};

use super::ground::{BOT, Ground, Times, alert, mono};
use super::intake::people;

const TAPS: u32 = 80;
const TAKE: &str = "Tiếp nhận";

/// Each severity pages another person; by taking turns no chat reaches the pace of one message a
/// second that the bot keeps to.
const TURNS: [(Severity, i64); 4] = [
    (Severity::Critical, 1001),
    (Severity::High, 1002),
    (Severity::Medium, 1003),
    (Severity::Low, 1004),
];
const PAUSE: Duration = Duration::from_millis(400);

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
        // The answers to everybody's /start have left and count for nothing any more.
        real_sleep(Duration::from_secs(5)).await;
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
        let message = offered(sandbox, account, number).await?;
        // The page's own outcome is written and everything is still before the finger moves.
        real_sleep(PAUSE).await;
        while told.try_recv().is_ok() {}
        let began = mono();
        sandbox
            .press(account, account, message, TAKE)
            .map_err(|error| anyhow!("press: {error}"))?;
        let took = arrived(&told, account, message).await?.saturating_sub(began);
        if took > Duration::from_millis(25) {
            println!("  tap {number}: {took:.2?}");
        }
        times.add(took);
        real_sleep(PAUSE).await;
    }
    Ok(times)
}

/// The message that offers this incident to its person, once it is there.
async fn offered(sandbox: &Sandbox, account: i64, number: u32) -> Result<i32> {
    let code = format!("-{:04}", number.saturating_add(1));
    let patience = mono().saturating_add(Duration::from_secs(10));
    while mono() < patience {
        let found = sandbox.messages(account).into_iter().find(|shown| {
            let offers = shown.labels().iter().any(|label| label.contains(TAKE));
            offers && shown.text.contains(&code)
        });
        if let Some(found) = found {
            return Ok(found.message_id);
        }
        real_sleep(Duration::from_millis(5)).await;
    }
    Err(anyhow!("no page within ten seconds"))
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
