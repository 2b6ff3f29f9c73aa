//! The engine: one write path for everything, what follows from it, and how it leaves.
//!
//! [`Engine::submit`] gives an envelope to the writer's thread, which recognises repetitions,
//! authorises, folds, decides, appends and queues in one transaction. [`due`] submits the moments
//! that come, [`outflow`] gives messages to channels and brings their outcomes back as envelopes.
//! Nothing that matters lives in memory only.

pub mod alerts;
pub mod asking;
mod beside;
pub mod catch_up;
pub mod channel;
pub mod claim;
pub mod collect;
pub mod contacts;
pub mod delivery;
pub mod directory_commands;
pub mod drill;
pub mod due;
pub mod evidence;
pub mod guard;
pub mod handle;
pub mod health;
mod late;
pub mod leaving;
pub mod link;
pub mod moments;
pub mod outflow;
pub mod play;
pub mod pump;
pub mod reach;
pub mod react;
pub mod roster;
pub mod settings;
pub mod stays;
pub mod tell;
pub mod together;
pub mod topics;
pub mod units;
mod unreadable;
pub mod words;
pub mod writer;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{oneshot, watch};

pub use writer::Fault;

use crate::clock::Clock;
use crate::domain::envelope::{Envelope, Receipt};
use crate::ledger::{Reader, StorageError, Store, Tx};
use catch_up::CatchUp;
use settings::Settings;
use writer::Writer;

/// A handle on the engine; clones share it.
#[derive(Clone, Debug)]
pub struct Engine {
    writer: Writer,
    reader: Arc<Reader>,
    clock: Clock,
    settings: Arc<Settings>,
    rest: Arc<Rest>,
    catch_up: Arc<CatchUp>,
}

/// Where the two loops lie down, so that a simulation knows when nothing is left to do.
#[derive(Debug, Default)]
struct Rest {
    due: Mutex<Option<Nap>>,
    pump: Mutex<Option<Nap>>,
    files: Mutex<Files>,
}

/// The loop that fetches files, where there is one.
#[derive(Debug, Default)]
enum Files {
    /// There is none.
    #[default]
    Absent,
    /// It works.
    Awake,
    /// It waits.
    Asleep(Nap),
}

/// Asleep since commit `seen`, until `wake` on the monotonic hand.
#[derive(Clone, Copy, Debug)]
struct Nap {
    seen: u64,
    wake: Duration,
}

/// Gets up when dropped.
pub(crate) struct Resting<'a>(&'a Mutex<Option<Nap>>);

impl Drop for Resting<'_> {
    fn drop(&mut self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

impl Engine {
    /// Starts the writer on `store`. The receiver yields the store once the last handle is gone.
    pub fn start(
        mut store: Store,
        settings: Settings,
        clock: Clock,
    ) -> Result<(Self, oneshot::Receiver<Store>), StorageError> {
        store.set_up(settings.setup());
        let reader = Arc::new(store.reader()?);
        let (writer, ended) = Writer::start(store, settings.clone(), clock.clone())?;
        let settings = Arc::new(settings);
        Ok((
            Self {
                writer,
                reader,
                clock,
                settings,
                rest: Arc::default(),
                catch_up: Arc::default(),
            },
            ended,
        ))
    }

    /// Gives one envelope to the writer; the receipt comes after it is on disk.
    pub async fn submit(&self, envelope: Envelope) -> Result<Receipt, Fault> {
        self.writer.submit(envelope).await
    }

    /// Does `work` in the writer's transaction.
    pub async fn call<R: Send + 'static>(
        &self,
        work: impl FnMut(&mut Tx<'_>, &Settings) -> Result<R, StorageError> + Send + 'static,
    ) -> Result<R, Fault> {
        self.writer.call(work).await
    }

    /// The clock.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// The settings.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// How an absence is made up for before anything falls due.
    pub fn catch_up(&self) -> &CatchUp {
        &self.catch_up
    }

    /// A reading connection beside the writer's.
    pub fn reader(&self) -> &Reader {
        &self.reader
    }

    /// Counts commits.
    pub fn commits(&self) -> watch::Receiver<u64> {
        self.writer.commits()
    }

    /// Whether nothing is queued, due, sendable or on its way.
    pub fn idle(&self) -> bool {
        let commit = *self.writer.commits().borrow();
        let now = self.clock.read().mono;
        let asleep = |nap: &Mutex<Option<Nap>>| {
            let nap = *nap.lock().unwrap_or_else(PoisonError::into_inner);
            nap.is_some_and(|nap| nap.seen >= commit && nap.wake > now)
        };
        let files = match &*self.rest.files.lock().unwrap_or_else(PoisonError::into_inner) {
            Files::Absent => true,
            Files::Awake => false,
            Files::Asleep(nap) => nap.seen >= commit && nap.wake > now,
        };
        let loops = asleep(&self.rest.due) && asleep(&self.rest.pump) && files;
        self.writer.pending() == 0 && loops
    }

    /// The loop that fetches files is awake from now on.
    pub fn fetching(&self) {
        *self.rest.files.lock().unwrap_or_else(PoisonError::into_inner) = Files::Awake;
    }

    /// It has seen commit `seen` and waits until `wake` on the monotonic hand.
    pub fn fetching_rests(&self, seen: u64, wake: Duration) {
        let mut files = self.rest.files.lock().unwrap_or_else(PoisonError::into_inner);
        *files = Files::Asleep(Nap { seen, wake });
    }

    fn resting_due(&self, seen: u64, wake: Duration) -> Resting<'_> {
        lie_down(&self.rest.due, Nap { seen, wake })
    }

    fn resting_pump(&self, seen: u64, wake: Duration) -> Resting<'_> {
        lie_down(&self.rest.pump, Nap { seen, wake })
    }
}

fn lie_down(bed: &Mutex<Option<Nap>>, nap: Nap) -> Resting<'_> {
    *bed.lock().unwrap_or_else(PoisonError::into_inner) = Some(nap);
    Resting(bed)
}
