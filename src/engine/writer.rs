//! The one writer: a thread that owns the store. Jobs that wait together share one commit; each is
//! undone alone when it is refused, and all are answered only after the commit.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::{mpsc, oneshot, watch};

use super::handle::handle;
use super::moments::tell_admins;
use super::settings::Settings;
use crate::clock::{Clock, Reading};
use crate::domain::envelope::{Actor, Command, Envelope, Jump, Receipt};
use crate::domain::notice::Trouble;
use crate::domain::time::Timestamp;
use crate::ledger::tx::Abort;
use crate::ledger::{StorageError, Store, Tx};

/// Wall and monotonic time may differ by so much between two batches. The sign of life makes one at
/// least every fifteen seconds.
const TOLERANCE_MS: i64 = 2_000;

/// Between two tries to empty the WAL while others read.
const SCRUB_PAUSE: Duration = Duration::from_secs(5);

/// Most jobs in one commit.
const BATCH: usize = 64;

/// Why an envelope got no receipt.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Fault {
    /// The database could not be written. The envelope may come again and never counts as poison.
    #[error("storage: {0}")]
    Storage(String),
    /// A stored value does not read: trying again will not help. After three tries it counts as poison.
    #[error("a stored value does not read: {0}")]
    Data(String),
    /// Handling it panicked. After three tries it counts as poison.
    #[error("panic: {0}")]
    Panic(String),
    /// The engine has stopped.
    #[error("the engine has stopped")]
    Stopped,
}

impl From<StorageError> for Fault {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::Value { place, .. } => Self::Data(place.to_owned()),
            other => Self::Storage(other.to_string()),
        }
    }
}

type Work = Box<dyn FnMut(&mut Tx<'_>, &Settings) -> Result<(), StorageError> + Send>;

/// One job, and how to tell its sender that it is on disk, or that it is not.
pub(super) struct Job {
    work: Work,
    finish: Box<dyn FnOnce(Result<(), Fault>) + Send>,
}

/// The sending side of the writer.
#[derive(Clone, Debug)]
pub struct Writer {
    jobs: mpsc::Sender<Job>,
    pending: Arc<AtomicUsize>,
    commits: watch::Sender<u64>,
}

impl Writer {
    /// Starts the thread that owns `store`. It ends when the last handle is gone; the receiver then
    /// yields the store.
    pub fn start(
        store: Store,
        settings: Settings,
        clock: Clock,
    ) -> Result<(Self, oneshot::Receiver<Store>), StorageError> {
        let (jobs, inbox) = mpsc::channel(1024);
        let (commits, _) = watch::channel(0);
        let (ended, end) = oneshot::channel();
        let writer =
            Self { jobs, pending: Arc::new(AtomicUsize::new(0)), commits: commits.clone() };
        let pending = Arc::clone(&writer.pending);
        std::thread::Builder::new().name("ledger".into()).spawn(move || {
            let store = write_all(store, &settings, &clock, inbox, &pending, &commits);
            // Nobody waits for the store after an abrupt end.
            let _ = ended.send(store);
        })?;
        Ok((writer, end))
    }

    /// Counts commits; changes whenever something was written.
    pub fn commits(&self) -> watch::Receiver<u64> {
        self.commits.subscribe()
    }

    /// How many jobs wait or are being done.
    pub fn pending(&self) -> usize {
        self.pending.load(Ordering::SeqCst)
    }

    /// Gives one envelope to the writer; the receipt comes after the commit.
    pub async fn submit(&self, envelope: Envelope) -> Result<Receipt, Fault> {
        self.call(move |tx, settings| handle(tx, settings, &envelope)).await
    }

    /// Does `work` in the writer's transaction; its result comes after the commit. It may run again
    /// when a commit it shared with others failed.
    pub async fn call<R: Send + 'static>(
        &self,
        mut work: impl FnMut(&mut Tx<'_>, &Settings) -> Result<R, StorageError> + Send + 'static,
    ) -> Result<R, Fault> {
        let (tell, told) = oneshot::channel();
        let slot = Arc::new(std::sync::Mutex::new(None));
        let filled = Arc::clone(&slot);
        let lock = |slot: &std::sync::Mutex<Option<R>>, value: Option<R>| {
            let mut held = slot.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            std::mem::replace(&mut *held, value)
        };
        let job = Job {
            work: Box::new(move |tx, settings| {
                let result = work(tx, settings)?;
                lock(&slot, Some(result));
                Ok(())
            }),
            finish: Box::new(move |outcome| {
                // The sender may have given up waiting; the work stands all the same.
                let _ = tell.send(outcome);
            }),
        };
        self.pending.fetch_add(1, Ordering::SeqCst);
        if self.jobs.send(job).await.is_err() {
            self.pending.fetch_sub(1, Ordering::SeqCst);
            return Err(Fault::Stopped);
        }
        told.await.map_err(|_| Fault::Stopped)??;
        lock(&filled, None).ok_or(Fault::Stopped)
    }
}

fn write_all(
    mut store: Store,
    settings: &Settings,
    clock: &Clock,
    mut inbox: mpsc::Receiver<Job>,
    pending: &AtomicUsize,
    commits: &watch::Sender<u64>,
) -> Store {
    let mut batch = Vec::with_capacity(BATCH);
    let mut last = clock.read();
    // A crash may have come between an erasure and its scrub; now nobody reads yet.
    let mut scrub_again = last.mono;
    scrub(&mut store, clock, &mut scrub_again);
    while inbox.blocking_recv_many(&mut batch, BATCH) > 0 {
        let mut jobs: Vec<Job> = std::mem::take(&mut batch);
        let before = store.changes();
        notice_jump(&mut store, settings, &mut last, clock.read());
        let together = run(&mut store, settings, clock, &mut jobs);
        let outcomes: Vec<Result<(), Fault>> = match together {
            Ok(outcomes) => outcomes,
            Err(error) if jobs.len() == 1 => vec![Err(error.into())],
            // One bad job must not fail the others: each in a commit of its own.
            Err(_) => jobs
                .iter_mut()
                .map(|job| {
                    let alone = run(&mut store, settings, clock, std::slice::from_mut(job));
                    alone.map_err(Fault::from)?.pop().unwrap_or(Err(Fault::Stopped))
                })
                .collect(),
        };
        tell_remade(&mut store, settings, clock);
        scrub(&mut store, clock, &mut scrub_again);
        // Looking without finding anything is no news: the loops would wake each other for ever.
        if store.changes() != before {
            commits.send_modify(|count| *count = count.wrapping_add(1));
        }
        let count = jobs.len();
        for (job, outcome) in jobs.into_iter().zip(outcomes) {
            (job.finish)(outcome);
        }
        pending.fetch_sub(count, Ordering::SeqCst);
    }
    store
}

/// Has erased words leave the files as well, before anybody hears that they are gone. While another
/// process reads, it is tried again a little later: pages must not wait for it.
fn scrub(store: &mut Store, clock: &Clock, again: &mut Duration) {
    let now = clock.read();
    if !store.wants_scrub() || now.mono < *again {
        return;
    }
    match store.scrub(now.wall) {
        Ok(true) => return,
        Ok(false) => tracing::warn!("erased words wait for a reader before they leave the WAL"),
        Err(error) => tracing::error!(%error, "erased words could not leave the WAL"),
    }
    *again = now.mono.saturating_add(SCRUB_PAUSE);
}

/// Compares both hands of the clock with the last batch's, before anything is decided by the new
/// time: every wait keeps its length, and none that begins now is counted twice.
fn notice_jump(store: &mut Store, settings: &Settings, last: &mut Reading, now: Reading) {
    let mono = i64::try_from(now.mono.saturating_sub(last.mono).as_millis()).unwrap_or(i64::MAX);
    let wall = now.wall.millis().saturating_sub(last.wall.millis());
    let by_ms = wall.saturating_sub(mono);
    if by_ms.abs() > TOLERANCE_MS {
        let written = store.transaction(now.wall, |tx| was_set(tx, settings, last.wall, by_ms));
        if let Err(error) = written {
            // Looked at again with the next batch.
            tracing::error!(%error, "that the clock was set could not be written");
            return;
        }
    }
    *last = now;
}

/// Administrators hear of rows that did not read: something other than this program wrote them.
fn tell_remade(store: &mut Store, settings: &Settings, clock: &Clock) {
    let rows = store.take_remade();
    if rows.is_empty() {
        return;
    }
    let trouble = Trouble::Remade { rows };
    let told = store.transaction(clock.now(), |tx| tell_admins(tx, settings, trouble));
    if let Err(error) = told {
        tracing::error!(%error, "nobody could be told that derived rows were made again");
    }
}

/// Whether the wall clock shows less now than it did at the last sign of life: it was put back while
/// nobody could compare its hands. By how much at least.
pub(super) fn put_back(beat: Timestamp, now: Timestamp) -> Option<i64> {
    let by_ms = now.millis().saturating_sub(beat.millis());
    (by_ms < -TOLERANCE_MS).then_some(by_ms)
}

/// The wall clock was set by so much; it showed `before` when it was last seen.
pub(super) fn was_set(
    tx: &mut Tx<'_>,
    settings: &Settings,
    before: Timestamp,
    by_ms: i64,
) -> Result<Receipt, StorageError> {
    tracing::warn!(by_ms, "the wall clock was set");
    let key = format!("jump:{}:{}", before.millis(), tx.now.millis());
    let envelope = Envelope::new(key, Actor::System, Command::Jumped(Jump { by_ms }));
    handle(tx, settings, &envelope)
}

/// Runs jobs in one transaction. A panic undoes only its own job.
fn run(
    store: &mut Store,
    settings: &Settings,
    clock: &Clock,
    jobs: &mut [Job],
) -> Result<Vec<Result<(), Fault>>, StorageError> {
    store.transaction(clock.now(), |tx| {
        let mut outcomes = Vec::with_capacity(jobs.len());
        for job in jobs {
            let outcome = tx.attempt(|tx| {
                match catch_unwind(AssertUnwindSafe(|| (job.work)(tx, settings))) {
                    Ok(Ok(())) => Ok(()),
                    Ok(Err(error)) => Err(Abort::Storage(error)),
                    Err(panic) => Err(Abort::Work(Fault::Panic(words_of(&*panic)))),
                }
            })?;
            outcomes.push(outcome);
        }
        Ok(outcomes)
    })
}

/// What a panic says, where the words are the program's own. Words made at run time may hold what
/// somebody wrote, and faults are logged.
fn words_of(panic: &(dyn std::any::Any + Send)) -> String {
    panic.downcast_ref::<&str>().map_or("panicked", |words| *words).to_owned()
}
