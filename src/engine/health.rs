//! Health: what the parts of the program report, and the checks computed from it.
//!
//! [`checks`] is pure. A check that fails makes the service not ready; one that is degraded is shown
//! and changes nothing. [`audit`] is stricter and guards the sign of life sent outside.

use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::Engine;
use crate::clock::{Clock, real_timeout};
use crate::domain::notice::Priority;
use crate::domain::time::Timestamp;
use crate::domain::values::ChannelKind;
use crate::ledger::StorageError;
use crate::ledger::queries::Figures;

/// A moment or a page that waits longer than this past its time is late.
pub const LATE: Duration = Duration::from_secs(60);

/// A Telegram poll older than this means that nothing is heard any more.
pub const POLL_FRESH: Duration = Duration::from_secs(120);

/// A sign of life older than this means that the due loop stands still.
pub const BEAT_FRESH: Duration = Duration::from_secs(60);

/// A channel that said nothing for so long after going down is no longer held to be down: whatever
/// waits for it is tried at least every five minutes.
const DOWN_COUNTS: Duration = Duration::from_secs(600);

/// The database is tried at most so often.
const PROBE_EVERY: Duration = Duration::from_secs(3);

/// A try that takes longer than this, in real time, counts as failed.
const PROBE_TAKES: Duration = Duration::from_secs(5);

/// Below this much free space the disk fails, unless it is more than a hundredth of a small disk.
const DISK_FREE: u64 = 100 * 1024 * 1024;

/// A clock that was set by less is not worth a look.
const CLOCK_SET_MS: u64 = 60_000;

/// For so long it is worth one.
const CLOCK_COUNTS: Duration = Duration::from_secs(24 * 3600);

/// Not heard of.
const NEVER: i64 = i64::MIN;

/// A handle into which the parts of the program report how they fare; clones share it.
#[derive(Clone, Debug)]
pub struct Health(Arc<Reported>);

#[derive(Debug)]
struct Reported {
    clock: Clock,
    started: Timestamp,
    polled: AtomicI64,
    down: [AtomicI64; ChannelKind::ALL.len()],
    probe: Mutex<Option<(Duration, bool)>>,
}

impl Health {
    /// A fresh handle: nothing is down, and a first poll has its time from now.
    pub fn new(clock: Clock) -> Self {
        let started = clock.now();
        let down = std::array::from_fn(|_| AtomicI64::new(NEVER));
        let polled = AtomicI64::new(NEVER);
        Self(Arc::new(Reported { clock, started, polled, down, probe: Mutex::new(None) }))
    }

    /// Telegram answered a poll at `now`.
    pub fn poll_ok(&self, now: Timestamp) {
        self.0.polled.store(now.millis(), Ordering::Relaxed);
    }

    /// A channel took or refused a message: it answers.
    pub fn channel_ok(&self, kind: ChannelKind) {
        self.report(kind, NEVER);
    }

    /// A channel does not answer.
    pub fn channel_down(&self, kind: ChannelKind) {
        self.report(kind, self.0.clock.now().millis());
    }

    fn report(&self, kind: ChannelKind, at: i64) {
        for (known, down) in ChannelKind::ALL.iter().zip(&self.0.down) {
            if *known == kind {
                down.store(at, Ordering::Relaxed);
            }
        }
    }

    /// When Telegram last answered a poll; the start of the program when it has not yet.
    pub fn last_poll(&self) -> Timestamp {
        match self.0.polled.load(Ordering::Relaxed) {
            NEVER => self.0.started,
            at => Timestamp::from_millis(at),
        }
    }

    /// The channels that do not answer.
    pub fn down(&self) -> Vec<ChannelKind> {
        let now = self.0.clock.now();
        let counts = |at: i64| now.since(Timestamp::from_millis(at)) < DOWN_COUNTS;
        ChannelKind::ALL
            .iter()
            .zip(&self.0.down)
            .map(|(kind, down)| (*kind, down.load(Ordering::Relaxed)))
            .filter(|(_, at)| *at != NEVER && counts(*at))
            .map(|(kind, _)| kind)
            .collect()
    }

    /// Whether the database takes a write, tried at most every few seconds.
    async fn writable(&self, engine: &Engine) -> bool {
        let now = engine.clock().read().mono;
        let lock = || self.0.probe.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((at, outcome)) = *lock()
            && now.saturating_sub(at) < PROBE_EVERY
        {
            return outcome;
        }
        let probe = engine.call(|tx, _| tx.put_fact("ready", &tx.now.millis().to_string()));
        let outcome = match real_timeout(PROBE_TAKES, probe).await {
            Some(Ok(())) => true,
            Some(Err(fault)) => {
                tracing::error!(%fault, "the database takes no write");
                false
            }
            None => {
                tracing::error!("the database did not take a write in time");
                false
            }
        };
        *lock() = Some((now, outcome));
        outcome
    }
}

/// Free and total bytes of a file system.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Disk {
    /// What an ordinary user may still take.
    pub free: u64,
    /// All of it.
    pub total: u64,
}

impl Disk {
    /// Whether the service can go on for a while.
    pub fn enough(self) -> bool {
        self.free > DISK_FREE || self.free > self.total / 100
    }
}

/// What the checks look at beside the figures of the ledger.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HealthInputs {
    /// Whether a write was taken just now.
    pub writable: bool,
    /// The configured channels.
    pub channels: Vec<ChannelKind>,
    /// Those that do not answer.
    pub down: Vec<ChannelKind>,
    /// When Telegram last answered a poll.
    pub last_poll: Timestamp,
    /// The disk under the database; `None` when it could not be asked.
    pub disk: Option<Disk>,
}

/// One thing looked at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Check {
    /// Its name, as `/readyz` says it.
    pub name: &'static str,
    /// Whether the service can do its work as far as this goes.
    pub ok: bool,
    /// Whether somebody should look at it, although the service works.
    pub degraded: bool,
}

impl Check {
    fn passes(name: &'static str, ok: bool) -> Self {
        Self { name, ok, degraded: false }
    }

    fn degrades(name: &'static str, degraded: bool) -> Self {
        Self { name, ok: true, degraded }
    }

    /// Fails, or only degrades while something else carries the load.
    fn carried(name: &'static str, ok: bool, carried: bool) -> Self {
        Self { name, ok: ok || carried, degraded: !ok && carried }
    }
}

/// Every check, at the instant `now`.
pub fn checks(figures: &Figures, inputs: &HealthInputs, now: Timestamp) -> Vec<Check> {
    let late = |at: Timestamp| now.since(at) > LATE;
    let polls = inputs.channels.contains(&ChannelKind::Telegram);
    let poll = !polls || now.since(inputs.last_poll) <= POLL_FRESH;
    let works = |kind: &ChannelKind| !inputs.down.contains(kind);
    let others = inputs.channels.iter().any(|kind| *kind != ChannelKind::Telegram && works(kind));
    let all = inputs.channels.iter().all(works);
    // A page may wait for a channel that does not answer; the next channel has it meanwhile.
    let stuck = figures.queued.iter().any(|(channel, rank, _, oldest)| {
        let working = channel.parse().is_ok_and(|kind| works(&kind));
        Priority::from_rank(*rank) <= Priority::Page && working && late(*oldest)
    });
    let free = inputs.disk.is_none_or(Disk::enough);
    vec![
        Check::passes("database", inputs.writable),
        Check::passes("due", !figures.first_due.is_some_and(late)),
        Check::passes("outbox", !stuck),
        Check::carried("poll", poll, others),
        Check::carried("channels", all, inputs.channels.iter().any(works)),
        Check::passes("disk", free),
        Check::degrades("nobody_reached", figures.nobody > 0),
        Check::degrades("clock", clock_was_set(figures, now).is_some()),
    ]
}

/// When the clock was set not long ago, and by how many milliseconds: what was written before that
/// carries the time it showed then.
pub fn clock_was_set(figures: &Figures, now: Timestamp) -> Option<(Timestamp, i64)> {
    let counts = |(at, by_ms): &(Timestamp, i64)| {
        by_ms.unsigned_abs() >= CLOCK_SET_MS && now.since(*at) < CLOCK_COUNTS
    };
    figures.clock_set.filter(counts)
}

/// What readiness rests on: the figures, and the checks made of them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Looked {
    /// The figures; empty when they could not be read.
    pub figures: Figures,
    /// The checks.
    pub checks: Vec<Check>,
}

/// Gathers and checks.
pub async fn look(engine: &Engine, health: &Health) -> Looked {
    let writable = health.writable(engine).await;
    let figures = engine.reader().figures();
    if let Err(error) = &figures {
        tracing::error!(%error, "the database cannot be read");
    }
    let inputs = HealthInputs {
        writable: writable && figures.is_ok(),
        channels: engine.settings().channels.clone(),
        down: health.down(),
        last_poll: health.last_poll(),
        disk: disk(engine.reader().path()),
    };
    let figures = figures.unwrap_or_default();
    let checks = checks(&figures, &inputs, engine.clock().now());
    Looked { figures, checks }
}

/// The names of everything that is wrong; empty when the program may say outside that it lives.
pub async fn audit(engine: &Engine, health: &Health) -> Vec<&'static str> {
    let Looked { figures, checks } = look(engine, health).await;
    let now = engine.clock().now();
    let mut wrong: Vec<&'static str> =
        checks.iter().filter(|check| !check.ok).map(|check| check.name).collect();
    if figures.beat.is_none_or(|beat| now.since(beat) > BEAT_FRESH) {
        wrong.push("heartbeat");
    }
    match overslept(engine, now) {
        Ok(false) => {}
        // Asked of the incidents themselves: a lost row in the table of moments must not hide it.
        Ok(true) => wrong.push("moments"),
        Err(error) => {
            tracing::error!(%error, "the audit cannot read the incidents");
            if !wrong.contains(&"database") {
                wrong.push("database");
            }
        }
    }
    wrong
}

/// Whether an open incident's next moment has passed without anything happening.
fn overslept(engine: &Engine, now: Timestamp) -> Result<bool, StorageError> {
    let open = engine.reader().incidents(true, true)?;
    let next = open.iter().filter_map(|incident| incident.next_moment()).min();
    Ok(next.is_some_and(|next| now.since(next) > LATE))
}

/// The file system that holds `path`.
pub fn disk(path: &Path) -> Option<Disk> {
    let place = rustix::fs::statvfs(path).ok()?;
    let bytes = |blocks: u64| blocks.saturating_mul(place.f_frsize);
    Some(Disk { free: bytes(place.f_bavail), total: bytes(place.f_blocks) })
}
