//! The sign of life for whoever watches from outside: given every minute, after a clean audit only.
//! The service manager of this machine is told a little more gladly: see `restart_helps`.

use std::time::Duration;

use reqwest::{Client, Url};
use sd_notify::NotifyState;
use tokio::sync::watch;

use crate::engine::Engine;
use crate::engine::health::{Health, audit};

/// Between two audits, by the engine's clock.
pub const EVERY: Duration = Duration::from_secs(60);

/// How long the outside may take to answer, in real time.
const TAKES: Duration = Duration::from_secs(10);

/// The heartbeat's address does not read as one, or there can be no client.
#[derive(Debug, thiserror::Error)]
#[error("the heartbeat cannot be sent: {0}")]
pub struct BadHeartbeat(&'static str);

/// Audits every minute until `stop` says so. Only a clean audit reaches the outside.
pub async fn run(
    engine: &Engine,
    health: &Health,
    heartbeat: Option<&str>,
    mut stop: watch::Receiver<bool>,
) -> Result<(), BadHeartbeat> {
    let url = heartbeat.map(Url::parse).transpose();
    let url = url.map_err(|_| BadHeartbeat("its address is not a URL"))?;
    let client = Client::builder().timeout(TAKES).build();
    let client = client.map_err(|_| BadHeartbeat("no HTTP client"))?;
    while !*stop.borrow() {
        let wrong = audit(engine, health).await;
        if !restart_helps(&wrong)
            && let Err(error) = sd_notify::notify(false, &[NotifyState::Watchdog])
        {
            tracing::warn!(%error, "the service manager could not be told");
        }
        if wrong.is_empty() {
            live(&client, url.as_ref()).await;
        } else {
            tracing::error!(?wrong, "the audit is not clean: no sign of life is given");
        }
        tokio::select! {
            () = engine.clock().sleep(EVERY) => {}
            _ = stop.changed() => {}
        }
    }
    Ok(())
}

/// The service manager answers silence with a restart. That mends a loop that stands still, never a
/// full disk or a network that is down: with those the service stays up and keeps trying. A page that
/// waits long waits for its chat's pace or for a slow channel, and a restart would forget that pace.
pub fn restart_helps(wrong: &[&str]) -> bool {
    let loops = ["heartbeat", "moments", "due"];
    !wrong.contains(&"database") && wrong.iter().any(|name| loops.contains(name))
}

async fn live(client: &Client, url: Option<&Url>) {
    let Some(url) = url else { return };
    match client.get(url.clone()).send().await {
        Ok(answer) if answer.status().is_success() => {}
        Ok(answer) => {
            tracing::warn!(status = answer.status().as_u16(), "the heartbeat was not accepted");
        }
        // The address may hold a secret.
        Err(error) => tracing::warn!(error = %error.without_url(), "the heartbeat was not sent"),
    }
}
