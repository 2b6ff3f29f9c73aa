//! Commands of the operator beside the running service: the same write path, one envelope at a time.

use std::path::Path;
use std::sync::Arc;

use super::settings;
use crate::clock::Clock;
use crate::config::Config;
use crate::domain::directory::Directory;
use crate::domain::envelope::{Actor, Command, Envelope, Receipt};
use crate::domain::escalation::explain::{Explained, explain};
use crate::domain::ids::{PersonId, UnitCode};
use crate::domain::notice::Team;
use crate::domain::reach::{Checked, check};
use crate::domain::time::Timestamp;
use crate::domain::values::{ChannelKind, Severity};
use crate::engine::directory_commands::test_number;
use crate::engine::handle::handle;
use crate::engine::settings::Settings;
use crate::ledger::backup::Remembered;
use crate::ledger::lock::ProcessLock;
use crate::ledger::outbox::Row;
use crate::ledger::rebuild::Rebuilt;
use crate::ledger::tx::Abort;
use crate::ledger::{Durability, Reader, StorageError, Store};

/// An open database and the settings to write it with.
#[derive(Debug)]
pub struct Office {
    store: Store,
    settings: Settings,
    clock: Clock,
}

/// How often the files are scrubbed while others read; each try waits half a second.
const SCRUBS: u32 = 20;

impl Office {
    /// Opens the configured database.
    pub fn open(config: &Config) -> Result<Self, StorageError> {
        let mut store = Store::open_beside(&config.store.path, Durability::Full)?;
        let settings = settings(config);
        store.set_up(settings.setup());
        Ok(Self { store, settings, clock: Clock::System })
    }

    /// Now.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Has one command carried out in the operator's name.
    pub fn submit(&mut self, command: Command) -> Result<Receipt, StorageError> {
        self.submit_at(self.clock.now(), command)
    }

    fn submit_at(&mut self, now: Timestamp, command: Command) -> Result<Receipt, StorageError> {
        // Typed once: a second run of the command line is a second wish.
        let key = format!("cli:{}:{}", now.millis(), std::process::id());
        let envelope = Envelope::new(key, Actor::Operator, command);
        let settings = &self.settings;
        self.store.transaction(now, |tx| handle(tx, settings, &envelope))
    }

    /// Queues a test page by each way to a person, or by one of them; the number its pages have.
    pub fn test_page(
        &mut self,
        person: &PersonId,
        channel: Option<ChannelKind>,
    ) -> Result<(Receipt, i64), StorageError> {
        let now = self.clock.now();
        let command = Command::TestPage { person: person.clone(), channel };
        Ok((self.submit_at(now, command)?, test_number(now)))
    }

    /// The pages of a test, as they stand.
    pub fn test_pages(&self, number: i64) -> Result<Vec<Row>, StorageError> {
        self.reader()?.pages_of_rung(number)
    }

    /// Carries one command out and undoes it again: what would come of it.
    pub fn rehearse(&mut self, command: Command) -> Result<Receipt, StorageError> {
        let now = self.clock.now();
        let envelope = Envelope::new("cli:rehearsal", Actor::Operator, command);
        let settings = &self.settings;
        self.store.transaction(now, |tx| {
            let undone = tx.attempt(|tx| -> Result<Receipt, Abort<Receipt>> {
                Err(Abort::Work(handle(tx, settings, &envelope)?))
            })?;
            Ok(match undone {
                Ok(receipt) | Err(receipt) => receipt,
            })
        })
    }

    /// Facts about the team that words to the operator may need.
    pub fn team(&self, config: &Config) -> Arc<Team> {
        settings(config).team
    }

    /// A reading connection.
    pub fn reader(&self) -> Result<Reader, StorageError> {
        self.store.reader()
    }

    /// Everything about people and units.
    pub fn directory(&self) -> Result<Directory, StorageError> {
        self.reader()?.directory()
    }

    /// Whether those who would be called can be reached, now and in the days ahead.
    pub fn check(&self) -> Result<Checked, StorageError> {
        let (directory, facts) = (self.directory()?, self.reader()?.reach_facts()?);
        Ok(check(&directory, &self.settings.policies, &facts, self.now()))
    }

    /// What would happen to an incident nobody answers.
    pub fn explain(
        &self,
        severity: Severity,
        unit: Option<&UnitCode>,
        at: Timestamp,
    ) -> Result<Vec<Explained>, StorageError> {
        Ok(explain(&self.settings.policies, severity, unit, at, &self.directory()?))
    }

    /// The bot's name, once Telegram said it.
    pub fn bot_name(&mut self) -> Result<Option<String>, StorageError> {
        self.store.transaction(self.clock.now(), |tx| tx.fact("bot_name"))
    }

    /// Keeps in mind that a backup was made.
    pub fn remember_backup(&mut self, backup: &Remembered) -> Result<(), StorageError> {
        self.store.transaction(self.clock.now(), |tx| tx.remember_backup(backup))
    }

    /// Has erased words leave the files; `false` when somebody went on reading for ten seconds.
    pub fn scrub(&mut self) -> Result<bool, StorageError> {
        for _ in 0..SCRUBS {
            if self.store.scrub(self.clock.now())? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Rebuilds the derived tables; nothing else may hold the database meanwhile.
    pub fn rebuild(&mut self, path: &Path) -> Result<Rebuilt, StorageError> {
        let _lock = ProcessLock::take(path)?;
        self.store.rebuild(self.clock.now())
    }
}

/// A fresh code for an invitation.
pub fn fresh_code() -> String {
    crate::channels::telegram::handle::fresh_code()
}
