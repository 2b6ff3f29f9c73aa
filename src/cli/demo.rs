//! `trucban demo`: the page, or with `--tour` the story told here.

use std::io::ErrorKind;
use std::net::{SocketAddr, TcpListener};

use tokio::signal::unix::{SignalKind, signal};

use super::{End, Stopped, say};
use crate::app::{stage, tour};
use crate::text::cli::said;

/// Plays the tour, or opens the page at `listen` until somebody stops it.
pub fn demo(tour: bool, listen: SocketAddr) -> Result<End, Stopped> {
    if tour { told() } else { shown(listen) }
}

fn told() -> Result<End, Stopped> {
    let runtime = super::run::runtime()?;
    let seconds = runtime.block_on(tour::play(Box::new(|line: &str| say(line))))?;
    say(&said::tour_done(seconds));
    Ok(End::Done)
}

fn shown(listen: SocketAddr) -> Result<End, Stopped> {
    // Taken before anything is made, so that a second demo says at once what is in its way.
    let listener = TcpListener::bind(listen).map_err(|error| {
        let address = listen.to_string();
        Stopped(match error.kind() {
            ErrorKind::AddrInUse => said::demo_taken(&address),
            _ => said::demo_no_address(&address, &error.to_string()),
        })
    })?;
    super::run::runtime()?.block_on(async {
        let mut terminate = signal(SignalKind::terminate()).map_err(anyhow::Error::from)?;
        let stop = async {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
        };
        let ready = |at: SocketAddr| say(&said::demo_ready(&format!("http://{at}/")));
        stage::open(listener, ready, stop).await?;
        say(said::DEMO_OVER);
        Ok(End::Done)
    })
}
