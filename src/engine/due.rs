//! The due loop: sleeps until the earliest moment, a commit, or thirty seconds; submits ticks;
//! writes the sign of life; notices absences. Clocks that were set the writer notices.

use std::time::Duration;

use tokio::sync::watch;

use super::Engine;
use super::writer::Fault;
use crate::clock::Reading;
use crate::domain::envelope::{Absence, Actor, Command, Envelope};
use crate::domain::time::Timestamp;
use crate::ledger::incidents::Due;
use crate::ledger::{Reader, StorageError, Tx};

/// Longest sleep.
const LONGEST: Duration = Duration::from_secs(30);

/// Between two signs of life.
pub const BEAT: Duration = Duration::from_secs(15);

/// Away for so long is an absence.
pub const ABSENCE: Duration = Duration::from_secs(120);

/// Longest pause of a stream whose moment fails again and again.
const LONGEST_PAUSE: Duration = Duration::from_secs(600);

/// Between two sweeps of what is no longer needed.
const SWEEP: Duration = Duration::from_secs(24 * 3600);

/// So many rows of a kind in one commit of a sweep.
const SWEPT_AT_ONCE: u32 = 500;

/// Between two tries of what has to be written before the next sign of life.
const OWED_PAUSE: Duration = Duration::from_millis(200);

/// Drafts are erased after a day.
pub const DRAFT: Duration = Duration::from_secs(24 * 3600);

/// Writes the first sign of life, or says how long the program was away. After an absence the sign
/// is written together with it: a crash between the two must not hide it.
pub async fn wake(engine: &Engine) -> Result<Option<Absence>, Fault> {
    engine
        .call(|tx, _| {
            let (before, until) = (tx.last_beat()?, tx.now);
            let away = before.map(|from| Absence { from, until });
            let away = away.filter(|away| away.until.since(away.from) >= ABSENCE);
            if away.is_none() {
                tx.beat()?;
            }
            Ok(away)
        })
        .await
}

/// What has to be on disk before the next sign of life: after one, nobody could tell any more that
/// the program was away.
enum Owed {
    /// Not known yet; the sign before tells.
    Unknown,
    /// An absence nobody was told of.
    Absence(Absence),
    /// Nothing.
    Nothing,
}

impl Owed {
    /// Writes what is owed, then the sign of life. What the disk does not take stays owed.
    async fn settle(&mut self, engine: &Engine) -> Result<(), Fault> {
        let wrote = match self {
            Self::Unknown => wake(engine).await.map(|away| match away {
                Some(away) => Self::Absence(away),
                None => Self::Nothing,
            }),
            Self::Absence(away) => came_back(engine, *away).await.map(|()| Self::Nothing),
            Self::Nothing => return beat(engine).await.or_else(ignore_storage),
        };
        match wrote {
            Ok(Self::Absence(away)) => {
                *self = Self::Absence(away);
                Box::pin(self.settle(engine)).await
            }
            Ok(left) => {
                *self = left;
                Ok(())
            }
            Err(fault) => ignore_storage(fault),
        }
    }

    fn is_settled(&self) -> bool {
        matches!(self, Self::Nothing)
    }
}

/// Runs until `stop` says so.
pub async fn run(engine: &Engine, mut stop: watch::Receiver<bool>) -> Result<(), Fault> {
    let mut owed = Owed::Unknown;
    owed.settle(engine).await?;
    let mut last = engine.clock().read();
    let mut beat_at = last.mono;
    let mut swept: Option<Duration> = None;
    let mut failing: std::collections::BTreeMap<String, u32> = Default::default();
    let mut commits = engine.commits();
    // Of its own: a moment must not wait for somebody's long look at the same connection.
    let reader = engine.reader().another()?;
    while !*stop.borrow() {
        // Registered before looking, so that nothing that happens meanwhile is slept through.
        let seen = *commits.borrow_and_update();
        let reading = engine.clock().read();
        if let Some(away) = absence(&last, &reading) {
            engine.catch_up().wait().await;
            owed = Owed::Absence(away);
        }
        last = reading;
        if swept.is_none_or(|at| reading.mono >= at.saturating_add(SWEEP) || at > reading.mono) {
            swept = sweep(engine).await.then_some(reading.mono);
        }
        let beat_due = reading.mono >= beat_at.saturating_add(BEAT) || beat_at > reading.mono;
        if beat_due || !owed.is_settled() {
            owed.settle(engine).await?;
            beat_at = reading.mono;
        }
        mend(engine, &reader).await;
        let sleep = match reader.first_due() {
            Ok(Some(due)) if due.try_at <= engine.clock().now() => {
                tick(engine, &reader, due, &mut failing).await;
                continue;
            }
            Ok(Some(due)) => due.try_at.since(engine.clock().now()).min(LONGEST),
            Ok(None) => LONGEST,
            // The database is in trouble: look again soon.
            Err(_) => Duration::from_secs(1),
        };
        if swept.is_none() {
            continue;
        }
        let until_beat = beat_at.saturating_add(BEAT).saturating_sub(reading.mono);
        let sleep = sleep.min(until_beat).max(Duration::from_millis(1));
        if !owed.is_settled() {
            tokio::select! {
                () = crate::clock::real_sleep(OWED_PAUSE) => {}
                _ = stop.changed() => {}
            }
            continue;
        }
        let _rest = engine.resting_due(seen, reading.mono.saturating_add(sleep));
        tokio::select! {
            () = engine.clock().sleep_until(reading.mono.saturating_add(sleep)) => {}
            _ = commits.changed() => {}
            _ = stop.changed() => {}
        }
    }
    Ok(())
}

/// Forgets a little of what nothing can ask for any more, so that no moment waits for it. Whether
/// that was all.
async fn sweep(engine: &Engine) -> bool {
    let swept = engine.call(|tx, settings| {
        let people = super::leaving::erase(tx, settings, SWEPT_AT_ONCE)?;
        Ok(tx.prune(&settings.retention, SWEPT_AT_ONCE)?.saturating_add(people))
    });
    match swept.await {
        Ok(0) => true,
        Ok(gone) => {
            tracing::debug!(gone, "old rows are gone");
            false
        }
        Err(fault) => {
            tracing::error!(%fault, "old rows could not be removed");
            true
        }
    }
}

async fn beat(engine: &Engine) -> Result<(), Fault> {
    engine.call(|tx, _| sign_of_life(tx)).await
}

/// Writes the sign of life, and erases drafts that are a day old.
pub fn sign_of_life(tx: &mut Tx<'_>) -> Result<(), StorageError> {
    let before = tx.now.minus(DRAFT);
    tx.expire_sessions(before)?;
    tx.beat().map(drop)
}

/// A moment whose stream does not read fires for nobody: the incident it was of gets it back, and
/// administrators hear of it.
async fn mend(engine: &Engine, reader: &Reader) {
    // What cannot be asked at all is met by whoever asks for the next moment.
    if !reader.due_is_damaged().unwrap_or(false) {
        return;
    }
    let mended = engine
        .call(|tx, settings| {
            for stream in tx.mend_due()? {
                tracing::error!(stream, "a moment's stream did not read; made again");
                let trouble = crate::domain::notice::Trouble::StreamStuck { stream };
                super::moments::tell_admins(tx, settings, trouble)?;
            }
            super::roster::wake(tx)?;
            super::units::wake(tx, settings)?;
            super::contacts::wake(tx, settings)
        })
        .await;
    if let Err(fault) = mended {
        tracing::error!(%fault, "a damaged moment could not be made again");
    }
}

/// Submits one tick. A moment that is still the first afterwards is a fault of its stream: it backs
/// off alone, and the others go on.
async fn tick(
    engine: &Engine,
    reader: &Reader,
    due: Due,
    failing: &mut std::collections::BTreeMap<String, u32>,
) {
    let key = format!("tick:{}:{}", due.stream, due.at.millis());
    let command = Command::Tick { stream: due.stream.clone(), due: due.at };
    let result = engine.submit(Envelope::new(key, Actor::System, command)).await;
    let name = due.stream.to_string();
    match result {
        Err(Fault::Storage(error)) => {
            tracing::error!(%error, stream = %name, "a moment could not be written");
            crate::clock::real_sleep(Duration::from_millis(200)).await;
        }
        Err(Fault::Stopped) => {}
        outcome => {
            // A panic, or a stored value that does not read: of this stream alone.
            let failed = outcome.is_err();
            if let Err(fault) = outcome {
                tracing::error!(%fault, stream = %name, "a moment failed");
            }
            let stream = due.stream.clone();
            let first = reader.first_due();
            let still =
                first.is_ok_and(|d| d.is_some_and(|d| d.stream == stream && d.at == due.at));
            if still || failed {
                back_off(engine, &due, failing).await;
            } else {
                failing.remove(&name);
            }
        }
    }
}

async fn back_off(
    engine: &Engine,
    due: &Due,
    failing: &mut std::collections::BTreeMap<String, u32>,
) {
    use crate::domain::notice::Trouble;
    let name = due.stream.to_string();
    let times = failing.entry(name.clone()).or_insert(0);
    *times = times.saturating_add(1);
    let pause = Duration::from_secs(5_u64.saturating_mul(1 << (*times).min(7))).min(LONGEST_PAUSE);
    let first = *times == 1;
    tracing::error!(stream = %name, times = *times, "a moment left a past moment; it waits alone");
    let stream = due.stream.clone();
    let told = engine
        .call(move |tx, settings| {
            let until = tx.now.plus(pause);
            tx.back_off(&stream, until)?;
            if first {
                let stream = stream.to_string();
                super::moments::tell_admins(tx, settings, Trouble::StreamStuck { stream })?;
            }
            Ok(())
        })
        .await;
    if let Err(fault) = told {
        tracing::error!(%fault, "could not put a failing stream aside");
    }
}

/// A suspended machine leaves a gap between two wake-ups.
fn absence(last: &Reading, now: &Reading) -> Option<Absence> {
    let mono = i64::try_from(now.mono.saturating_sub(last.mono).as_millis()).unwrap_or(i64::MAX);
    // We wake at least every thirty seconds: more than that and two minutes was a suspended machine.
    let long = mono >= i64::try_from((ABSENCE + LONGEST).as_millis()).unwrap_or(i64::MAX);
    let from = Timestamp::from_millis(now.wall.millis().saturating_sub(mono));
    long.then_some(Absence { from, until: now.wall })
}

/// Writes an absence down and queues its digests, together with the sign of life. One that makes
/// the writing panic is given up: it would do so for ever, and moments wait behind it.
async fn came_back(engine: &Engine, away: Absence) -> Result<(), Fault> {
    tracing::warn!(from = %away.from, until = %away.until, "was away");
    let key = format!("away:{}", away.until.millis());
    match engine.submit(Envelope::new(key, Actor::System, Command::Away(away))).await {
        Ok(_) => Ok(()),
        Err(fault @ (Fault::Panic(_) | Fault::Data(_))) => {
            tracing::error!(%fault, "an absence could not be told");
            Ok(())
        }
        Err(fault) => Err(fault),
    }
}

/// Tells people of an absence before anything else is done. What the disk does not take now stays
/// owed, see `Owed`.
pub async fn tell(engine: &Engine, away: Absence) -> Result<(), Fault> {
    came_back(engine, away).await.or_else(ignore_storage)
}

fn ignore_storage(fault: Fault) -> Result<(), Fault> {
    match fault {
        Fault::Stopped => Err(Fault::Stopped),
        fault => {
            tracing::error!(%fault, "an absence or a sign of life could not be written");
            Ok(())
        }
    }
}
