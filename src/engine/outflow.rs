//! The outbox pump: claims rows, gives them to their channels, and brings the outcomes back as
//! envelopes. Each channel has slots of its own; one message at a time is on its way to a chat,
//! and beside it at most one critical page.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::{self, JoinSet};

use super::Engine;
use super::channel::{Address, Channel, Outgoing};
use super::claim::{Claimed, claim};
use super::delivery::set_aside;
use super::handle::handle;
use super::pump::Budgets;
use super::settings::Settings;
use super::writer::Fault;
use crate::domain::envelope::{Actor, Command, Envelope, Sent};
use crate::domain::incident::event::WhyFailed;
use crate::domain::notice::Body;
use crate::domain::values::ChannelKind;
use crate::ledger::Tx;

/// Longest sleep without anything to send.
const LONGEST: Duration = Duration::from_secs(30);

/// How long sends that are under way may take once the program is to stop.
const LAST_WORDS: Duration = Duration::from_secs(15);

/// Runs until `stop` says so, then waits for what is on its way.
pub async fn run(
    engine: &Engine,
    channels: Vec<Arc<dyn Channel>>,
    mut stop: watch::Receiver<bool>,
) -> Result<(), Fault> {
    let mut budgets = Budgets::default();
    let mut sends = Sends::default();
    let mut commits = engine.commits();
    while !*stop.borrow() {
        let seen = *commits.borrow_and_update();
        // Read before looking: time that passes meanwhile must shorten the sleep, not lengthen it.
        let now = engine.clock().read();
        let claimed = claim_next(engine, &mut budgets).await;
        let busy = !claimed.outgoing.is_empty();
        for outgoing in claimed.outgoing {
            sends.start(&channels, outgoing);
        }
        let sleep = claimed.look_again.map_or(LONGEST, |at| at.since(now.wall)).min(LONGEST);
        let sleep = sleep.max(Duration::from_millis(1));
        let _rest = (!busy && sends.is_empty())
            .then(|| engine.resting_pump(seen, now.mono.saturating_add(sleep)));
        tokio::select! {
            Some((outgoing, sent)) = sends.next(), if !sends.is_empty() => {
                finish(engine, &mut budgets, &outgoing, &sent, &stop).await;
            }
            () = engine.clock().sleep_until(now.mono.saturating_add(sleep)) => {}
            _ = commits.changed() => {}
            _ = stop.changed() => {}
        }
    }
    let drain = async {
        while let Some((outgoing, sent)) = sends.next().await {
            finish(engine, &mut budgets, &outgoing, &sent, &stop).await;
        }
    };
    if crate::clock::real_timeout(LAST_WORDS, drain).await.is_none() {
        tracing::warn!("stopped with messages on their way; they will be marked and sent again");
    }
    Ok(())
}

/// Claims in one job.
async fn claim_next(engine: &Engine, budgets: &mut Budgets) -> Claimed {
    let snapshot = budgets.clone();
    let result = engine
        .call(move |tx, settings| {
            let mut budgets = snapshot.clone();
            budgets.trim(tx.now);
            let claimed = claim(tx, settings, &mut budgets)?;
            Ok((claimed, budgets))
        })
        .await;
    match result {
        Ok((claimed, after)) => {
            *budgets = after;
            claimed
        }
        Err(fault) => {
            tracing::error!(%fault, "could not take messages from the outbox");
            crate::clock::real_sleep(Duration::from_millis(200)).await;
            Claimed::default()
        }
    }
}

/// Messages on their way, each in a task of its own.
#[derive(Default)]
struct Sends {
    tasks: JoinSet<Sent>,
    on_their_way: HashMap<task::Id, Arc<Outgoing>>,
}

impl Sends {
    fn is_empty(&self) -> bool {
        self.tasks.is_empty()
    }

    fn start(&mut self, channels: &[Arc<dyn Channel>], outgoing: Outgoing) {
        let channel = channels.iter().find(|channel| channel.kind() == outgoing.channel).cloned();
        let outgoing = Arc::new(outgoing);
        let sending = Arc::clone(&outgoing);
        let started = self.tasks.spawn(async move {
            match channel {
                Some(channel) => channel.send(&sending).await,
                None => Sent::Refused(WhyFailed::NoChannel),
            }
        });
        self.on_their_way.insert(started.id(), outgoing);
    }

    /// The next that ended. A channel that panics over a message will not take it at a second try
    /// either: it counts as a refusal, so that a page goes on by the next channel.
    async fn next(&mut self) -> Option<(Arc<Outgoing>, Sent)> {
        loop {
            let (id, sent) = match self.tasks.join_next_with_id().await? {
                Ok(ended) => ended,
                Err(error) => {
                    // Its words may hold what somebody wrote.
                    tracing::error!(task = %error.id(), "a channel panicked over a message");
                    (error.id(), Sent::Refused(WhyFailed::Rejected))
                }
            };
            if let Some(outgoing) = self.on_their_way.remove(&id) {
                return Some((outgoing, sent));
            }
        }
    }
}

/// The lane a message used.
fn lane(outgoing: &Outgoing) -> i64 {
    match (&outgoing.to, outgoing.channel) {
        (Address::Chat { chat, .. }, ChannelKind::Telegram) => *chat,
        _ => outgoing.rows.first().map_or(0, |(id, _)| *id),
    }
}

async fn finish(
    engine: &Engine,
    budgets: &mut Budgets,
    outgoing: &Outgoing,
    sent: &Sent,
    stop: &watch::Receiver<bool>,
) {
    let lane = lane(outgoing);
    budgets.done(outgoing.channel, lane, outgoing.priority);
    if outgoing.bundle && lane < 0 && matches!(outgoing.notice.body, Body::Card { .. }) {
        let listed = outgoing.view.incidents.len();
        budgets.shared(lane, outgoing.mode, sent, listed, engine.clock().now());
    }
    if let Sent::Retry(after_ms) = sent {
        let pause = Duration::from_millis(*after_ms);
        budgets.block(lane, engine.clock().now(), pause);
    }
    let outcomes: Vec<(i64, Envelope)> = outgoing
        .rows
        .iter()
        .map(|(row, attempt)| {
            let command = Command::Delivered { row: *row, attempt: *attempt, sent: sent.clone() };
            let key = format!("outcome:{row}:{attempt}");
            (*row, Envelope::new(key, Actor::System, command))
        })
        .collect();
    // Of a shared message all outcomes are one commit: the pump waits for one disk, not for sixty.
    if outcomes.len() > 1 && all_at_once(engine, &outcomes).await {
        return;
    }
    for (row, envelope) in &outcomes {
        if let Err(fault) = submit_surely(engine, envelope, stop).await {
            tracing::error!(%fault, key = %envelope.key, "an outcome was given up");
            give_up(engine, *row).await;
        }
    }
}

/// Takes several outcomes in together. Where that fails they are taken in one by one, so that one
/// that does not read costs no other.
async fn all_at_once(engine: &Engine, outcomes: &[(i64, Envelope)]) -> bool {
    let envelopes: Vec<Envelope> = outcomes.iter().map(|(_, envelope)| envelope.clone()).collect();
    let taken = engine.call(move |tx, settings| {
        envelopes.iter().try_for_each(|envelope| handle(tx, settings, envelope).map(drop))
    });
    taken.await.inspect_err(|fault| tracing::warn!(%fault, "outcomes are taken in singly")).is_ok()
}

/// An outcome must not be lost to a full disk: it is said again until it is written. Whoever stops
/// the program meanwhile does not wait for that; the message then goes again, marked.
async fn submit_surely(
    engine: &Engine,
    envelope: &Envelope,
    stop: &watch::Receiver<bool>,
) -> Result<(), Fault> {
    loop {
        match engine.submit(envelope.clone()).await {
            Err(Fault::Storage(error)) if *stop.borrow() => {
                tracing::error!(%error, key = %envelope.key, "an outcome was left unwritten");
                return Ok(());
            }
            Err(Fault::Storage(error)) => {
                tracing::error!(%error, key = %envelope.key, "an outcome could not be written");
                crate::clock::real_sleep(Duration::from_millis(500)).await;
            }
            Ok(_) | Err(Fault::Stopped) => return Ok(()),
            Err(fault) => return Err(fault),
        }
    }
}

/// An outcome that cannot be taken in must not leave its message on its way for ever.
async fn give_up(engine: &Engine, row: i64) {
    let aside = move |tx: &mut Tx<'_>, settings: &Settings| {
        set_aside(tx, settings, row, "its outcome could not be taken in")
    };
    if let Err(fault) = engine.call(aside).await {
        tracing::error!(%fault, row, "a message could not be set aside");
    }
}
