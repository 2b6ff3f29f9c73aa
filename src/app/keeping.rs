//! Backups of the configured database, and putting one back.

use std::path::Path;

use super::office::Office;
use crate::clock::Clock;
use crate::config::Config;
use crate::ledger::StorageError;
use crate::ledger::backup::restore::{Order, Restored, restore};
use crate::ledger::backup::{Made, Remembered, make};
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
    Ok(Remembered { at: made.seal.at, name, head: made.seal.head, automatic })
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
