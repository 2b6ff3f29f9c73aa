//! Backups of the configured database: by command, by the service itself every day, and back again.

use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::sync::watch;

use super::office::Office;
use crate::clock::Clock;
use crate::config::{Backups, Config};
use crate::domain::notice::Trouble;
use crate::engine::Engine;
use crate::engine::moments::tell_admins;
use crate::ledger::StorageError;
use crate::ledger::backup::restore::{Order, Restored, restore};
use crate::ledger::backup::{Made, Remembered, dated, make};
use crate::ledger::lock::ProcessLock;

/// Makes a backup in the new file `to`, beside the service, and remembers it. `progress` hears how
/// many pages of how many are copied.
pub fn back_up(
    config: &Config,
    to: &Path,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Made, StorageError> {
    let mut office = Office::open(config)?;
    let now = office.now();
    let made = make(&config.store.path, to, now, progress)?;
    office.remember_backup(&remembered(&made, to, false)?)?;
    Ok(made)
}

/// What the database keeps of a backup.
pub fn remembered(made: &Made, to: &Path, automatic: bool) -> Result<Remembered, StorageError> {
    let name = std::path::absolute(to)?.display().to_string();
    Ok(Remembered { at: made.seal.at, name, head: made.seal.head, automatic, aside: false })
}

/// Puts the backup `file` in the place of the configured database. Refused while a service has it.
pub fn put_back(config: &Config, file: &Path) -> Result<Restored, StorageError> {
    let _lock = ProcessLock::take(&config.store.path)?;
    restore(&Order {
        file,
        database: &config.store.path,
        prefix: &config.team.incident_prefix,
        zone: config.team.timezone,
        now: Clock::System.now(),
    })
}

/// After a failure it is tried again so much later.
const AGAIN: Duration = Duration::from_secs(3600);

/// Makes a backup whenever the last automatic one is old enough, until `stop` says so. When that is
/// stands in the database, so that restarts neither skip one nor make two. One that bears a later
/// date than now was made by a clock that was wrong, and does not count.
pub async fn keep(engine: &Engine, backups: &Backups, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        let wait = match made_so_far(engine) {
            Ok(made) => {
                let now = engine.clock().now();
                let last = made.iter().rfind(|one| one.at <= now);
                last.map(|last| last.at.plus(backups.every).since(now)).unwrap_or_default()
            }
            Err(_) => AGAIN,
        };
        let wait = if wait.is_zero() { back_up_and_rotate(engine, backups).await } else { wait };
        tokio::select! {
            () = engine.clock().sleep(wait) => {}
            _ = stop.changed() => {}
        }
    }
}

/// The backups the service made by itself, oldest first.
fn made_so_far(engine: &Engine) -> Result<Vec<Remembered>, StorageError> {
    Ok(engine.reader().backups()?.into_iter().filter(|one| one.automatic).collect())
}

/// Says after how long to look again.
async fn back_up_and_rotate(engine: &Engine, backups: &Backups) -> Duration {
    let done = match automatic(engine, backups).await {
        Ok(()) => rotate(engine, backups).await,
        failed => failed,
    };
    let Err(error) = done else { return Duration::ZERO };
    tracing::error!(%error, "the backup could not be made");
    let told = engine.call(|tx, settings| tell_admins(tx, settings, Trouble::BackupFailed)).await;
    if let Err(fault) = told {
        tracing::error!(%fault, "nobody could be told that the backup was not made");
    }
    AGAIN
}

async fn automatic(engine: &Engine, backups: &Backups) -> anyhow::Result<()> {
    let now = engine.clock().now();
    let name = format!("trucban-{}.backup", dated(now, engine.settings().team.zone));
    let to = backups.dir.join(name);
    let (source, file) = (engine.reader().path().to_owned(), to.clone());
    // Reads and writes the whole database: not on the threads that answer people.
    let work = move || -> Result<Made, StorageError> {
        let folder = file.parent().unwrap_or(Path::new("."));
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        make(&source, &file, now, &mut |_, _| {})
    };
    let made = tokio::task::spawn_blocking(work).await??;
    for name in &made.damaged {
        tracing::error!(copy = %name, "evidence is damaged and not in the backup");
    }
    let backup = remembered(&made, &to, true)?;
    engine.call(move |tx, _| tx.remember_backup(&backup)).await?;
    tracing::info!(copy = %to.display(), "backup made");
    Ok(())
}

/// Removes the oldest of those the service made by itself, and no other file. Those from the future
/// go first.
async fn rotate(engine: &Engine, backups: &Backups) -> anyhow::Result<()> {
    let mut made = made_so_far(engine)?;
    let now = engine.clock().now();
    made.sort_by_key(|one| (one.at <= now, one.at));
    let surplus = made.len().saturating_sub(backups.keep);
    for old in made.into_iter().take(surplus) {
        match std::fs::remove_file(PathBuf::from(&old.name)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
        engine.call(move |tx, _| tx.forget_backup(&old.name)).await?;
    }
    Ok(())
}
