//! Catching up after an absence: updates that waited are read before anything falls due, so that an
//! answer given meanwhile counts.

use std::time::Duration;

use tokio::sync::watch;

use crate::clock::real_timeout;

/// Waiting updates are read for at most so long, in real time, before anything falls due.
pub const LONGEST: Duration = Duration::from_secs(20);

/// Between the loop of due moments, which asks, and whoever reads updates, who does.
#[derive(Debug, Default)]
pub struct CatchUp {
    asked: watch::Sender<u64>,
    done: watch::Sender<u64>,
}

impl CatchUp {
    /// Counts how often it was asked; whoever holds this promises to say when it is done.
    pub fn asked(&self) -> watch::Receiver<u64> {
        self.asked.subscribe()
    }

    /// What was asked for up to `number` is done.
    pub fn done(&self, number: u64) {
        self.done.send_replace(number);
    }

    /// Asks, and waits until it is done, nobody reads updates, or it takes too long.
    pub(super) async fn wait(&self) {
        self.asked.send_modify(|number| *number = number.saturating_add(1));
        let number = *self.asked.borrow();
        let mut done = self.done.subscribe();
        let work = async {
            tokio::select! {
                _ = done.wait_for(|done| *done >= number) => {}
                () = self.asked.closed() => {}
            }
        };
        if real_timeout(LONGEST, work).await.is_none() {
            tracing::warn!("went on without reading every waiting update");
        }
    }
}
