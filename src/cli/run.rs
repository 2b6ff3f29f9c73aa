//! `trucban run`: the service, until SIGTERM or Ctrl-C.

use tokio::runtime::Runtime;
use tokio::signal::unix::{SignalKind, signal};

use super::args::LogFormat;
use super::{End, Stopped, say};
use crate::app::App;
use crate::clock::Clock;
use crate::config::Config;
use crate::ledger::Durability;
use crate::text::cli::said;

/// The runtime of commands that wait.
pub fn runtime() -> Result<Runtime, Stopped> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| Stopped(said::unexpected(&error.to_string())))
}

/// Runs the service.
pub fn run(config: &Config, format: LogFormat) -> Result<End, Stopped> {
    log_to_stderr(format);
    runtime()?.block_on(async {
        let mut terminate = signal(SignalKind::terminate()).map_err(anyhow::Error::from)?;
        let app = App::start(config, Clock::System, Durability::Full).await?;
        let listen = app.http().map(|at| at.to_string());
        say(&said::running(listen.as_deref(), config.telegram.is_some()));
        let _ = sd_notify::notify(false, &[sd_notify::NotifyState::Ready]);
        let stop = async {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
            let _ = sd_notify::notify(false, &[sd_notify::NotifyState::Stopping]);
        };
        app.run_until(stop).await?;
        say(said::STOPPED);
        Ok(End::Done)
    })
}

/// Lines on standard error; `TRUCBAN_LOG` chooses how much.
fn log_to_stderr(format: LogFormat) {
    use tracing_subscriber::EnvFilter;
    let filter = EnvFilter::try_from_env("TRUCBAN_LOG")
        .unwrap_or_else(|_| EnvFilter::new("warn,trucban=info"));
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A second call in one process finds a logger set already, which is as good.
    let _ = match format {
        LogFormat::Json => lines.json().try_init(),
        LogFormat::Text => lines.with_ansi(false).try_init(),
    };
    // A panic's own words may hold what somebody wrote: the log gets its place only.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "a part of the program panicked");
    }));
}
