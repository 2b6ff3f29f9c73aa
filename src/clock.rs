//! The only reader of the system's clocks, and the only place that waits.
//!
//! [`Clock`] yields wall time and monotonic time together. `System` takes monotonic time from
//! `CLOCK_BOOTTIME`, which goes on counting while the machine is suspended. [`Simulated`] stands
//! still until a test or the sandbox moves it; whoever sleeps on it is woken by the move.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

use crate::domain::time::Timestamp;

/// What both hands showed at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// Wall time, which people and the law use and which may be set.
    pub wall: Timestamp,
    /// Time since boot (or since the simulation began), which never goes back.
    pub mono: Duration,
}

/// A handle on time; clones share the same clock.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The machine's own clocks.
    System,
    /// A clock that moves only when told.
    Simulated(Simulated),
}

impl Clock {
    /// Both hands at once.
    pub fn read(&self) -> Reading {
        match self {
            Self::System => Reading { wall: system_wall(), mono: boot_time() },
            Self::Simulated(simulated) => simulated.read(),
        }
    }

    /// Wall time.
    pub fn now(&self) -> Timestamp {
        self.read().wall
    }

    /// Waits until `span` has passed on this clock's monotonic hand.
    pub async fn sleep(&self, span: Duration) {
        self.sleep_until(self.read().mono.saturating_add(span)).await;
    }

    /// Waits until the monotonic hand shows `deadline`. Whoever reckoned from an earlier reading loses
    /// nothing of the time that has passed since.
    pub async fn sleep_until(&self, deadline: Duration) {
        match self {
            Self::System => real_sleep(deadline.saturating_sub(boot_time())).await,
            Self::Simulated(simulated) => simulated.sleep_until(deadline).await,
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the one reader of the wall clock")]
fn system_wall() -> Timestamp {
    chrono::Utc::now().into()
}

fn boot_time() -> Duration {
    let spec = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
    Duration::new(u64::try_from(spec.tv_sec).unwrap_or(0), u32::try_from(spec.tv_nsec).unwrap_or(0))
}

/// Waits in real time whatever clock the program runs on: for what belongs to a network peer (long
/// polls, connection time-outs), never for what the product promises to people.
#[expect(clippy::disallowed_methods, reason = "this is the one place that sleeps")]
pub async fn real_sleep(span: Duration) {
    tokio::time::sleep(span).await;
}

/// Gives `work` at most `span` of real time; `None` when it took longer.
#[expect(clippy::disallowed_methods, reason = "this is the one place that waits")]
pub async fn real_timeout<F: Future>(span: Duration, work: F) -> Option<F::Output> {
    tokio::time::timeout(span, work).await.ok()
}

/// A clock under control. Both hands move together with [`Simulated::step`]; only the wall hand
/// moves with [`Simulated::jump_wall`].
#[derive(Clone, Debug)]
pub struct Simulated(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    moved: watch::Sender<u64>,
}

#[derive(Debug)]
struct State {
    wall: Timestamp,
    mono: Duration,
    sleepers: BTreeSet<(Duration, u64)>,
    next_id: u64,
}

impl Simulated {
    /// A clock standing at `start`.
    pub fn new(start: Timestamp) -> Self {
        let state =
            State { wall: start, mono: Duration::ZERO, sleepers: BTreeSet::new(), next_id: 0 };
        Self(Arc::new(Shared { state: Mutex::new(state), moved: watch::Sender::new(0) }))
    }

    /// Both hands at once.
    pub fn read(&self) -> Reading {
        let state = self.state();
        Reading { wall: state.wall, mono: state.mono }
    }

    /// Moves both hands forward and wakes whoever's time has come.
    pub fn step(&self, span: Duration) {
        let mut state = self.state();
        state.wall = state.wall.plus(span);
        state.mono = state.mono.saturating_add(span);
        drop(state);
        self.0.moved.send_modify(|moves| *moves = moves.wrapping_add(1));
    }

    /// Sets the wall hand forward or back by `ms` milliseconds, as an operator or NTP may.
    pub fn jump_wall(&self, ms: i64) {
        let mut state = self.state();
        state.wall = state.wall.shifted(ms);
    }

    /// How long until the first sleeper wants to wake; `None` when nobody sleeps.
    pub fn until_next_sleeper(&self) -> Option<Duration> {
        let state = self.state();
        state.sleepers.first().map(|(deadline, _)| deadline.saturating_sub(state.mono))
    }

    /// Waits until the monotonic hand shows `deadline`.
    pub async fn sleep_until(&self, deadline: Duration) {
        let mut moved = self.0.moved.subscribe();
        let bed = self.lie_down(deadline);
        loop {
            if self.state().mono >= bed.deadline {
                return;
            }
            if moved.changed().await.is_err() {
                return;
            }
        }
    }

    fn lie_down(&self, deadline: Duration) -> Bed {
        let mut state = self.state();
        let id = state.next_id;
        state.next_id = state.next_id.wrapping_add(1);
        state.sleepers.insert((deadline, id));
        Bed { clock: self.clone(), deadline, id }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A registered sleeper; leaving (also by cancellation) takes the name off the list.
struct Bed {
    clock: Simulated,
    deadline: Duration,
    id: u64,
}

impl Drop for Bed {
    fn drop(&mut self) {
        self.clock.state().sleepers.remove(&(self.deadline, self.id));
    }
}
