//! The sessions of a drill that takes more than one: which is under way, when it is over, and when the
//! next one should begin. Nothing begins by itself.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::event::{DrillEvent, PauseWhy};
use super::fold::GRACE;
use super::state::{Drill, Played, Stage, Status};
use crate::domain::time::Timestamp;

/// So long before the next session people are reminded of it.
pub const NEAR: Duration = Duration::from_secs(2 * 3600);

/// How far a drill has come through its sessions.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Sitting {
    /// How many have begun.
    pub begun: u32,
    /// When the one under way began; nothing between two.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub began: Option<Timestamp>,
    /// Of which one people were reminded last, and whether that it should begin now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told: Option<(Timestamp, bool)>,
}

/// When the session after the one that began last should begin.
pub fn next(drill: &Drill) -> Option<Timestamp> {
    let mut sessions = drill.planning.sessions.clone();
    sessions.sort();
    let after = usize::try_from(drill.sitting.begun.checked_sub(1)?).ok()?;
    sessions.get(after).copied()
}

/// When the session under way is over, where another one follows: after its length and what it stood
/// still, at the latest when the next one should begin.
pub(super) fn end(drill: &Drill) -> Option<Timestamp> {
    end_but_for(drill, drill.pauses.len())
}

/// The same as it was before the last of so many pauses and one.
fn end_but_for(drill: &Drill, pauses: usize) -> Option<Timestamp> {
    let began = drill.sitting.began?;
    let next = next(drill)?;
    let still = drill.pauses.iter().take(pauses).filter(|pause| pause.from >= began);
    let still = still.filter_map(|pause| Some(pause.to?.since(pause.from)));
    let still = still.fold(Duration::ZERO, Duration::saturating_add);
    Some(began.plus(drill.planning.scenario.length).plus(still).min(next))
}

/// Whether it stands still between two sessions: one is over, or would be had it not been stopped, whatever
/// it was stopped for.
pub fn between(drill: &Drill, now: Timestamp) -> bool {
    let before = drill.pauses.len().saturating_sub(1);
    let over = || end_but_for(drill, before).is_some_and(|end| end <= now);
    let over = drill.sitting.began.is_none() || over();
    drill.status == Status::Paused && over && next(drill).is_some()
}

/// When people are next reminded of the session that follows, and whether that it should begin.
fn reminder(drill: &Drill, now: Timestamp) -> Option<(Timestamp, Timestamp, bool)> {
    let next = next(drill).filter(|next| between(drill, now.max(*next)))?;
    let since = drill.pauses.iter().rev().find(|pause| pause.to.is_none())?.from;
    let told = drill.sitting.told.filter(|(of, _)| *of == next);
    let near = next.minus(NEAR);
    match told {
        Some((_, true)) => None,
        // Just before, whoever hears that the session is over hears of the next one.
        None if near > since && now < next => Some((near, next, false)),
        _ => Some((next, next, true)),
    }
}

/// When that is.
pub(super) fn moment(drill: &Drill, now: Timestamp) -> Option<Timestamp> {
    reminder(drill, now).map(|(at, ..)| at)
}

/// What is said of it now.
pub(super) fn tick(drill: &Drill, now: Timestamp) -> Option<DrillEvent> {
    let (at, session, begins) = reminder(drill, now)?;
    (at <= now).then_some(DrillEvent::SessionReminded { session, begins })
}

/// It begins.
pub(super) fn start(drill: &mut Drill, at: Timestamp) {
    drill.sitting = Sitting { begun: 1, began: Some(at), told: None };
    resumed(drill, at);
    let length = drill.planning.scenario.length;
    let end = match drill.planning.sessions.is_empty() {
        true => at.plus(length),
        // A drill of several days ends with the last of them, whenever the first began.
        false => drill.planned_end(),
    };
    drill.hard_stop = Some(end.plus(GRACE));
}

/// It stands still.
pub(super) fn paused(drill: &mut Drill, why: &PauseWhy) {
    if *why == PauseWhy::SessionOver {
        drill.sitting.began = None;
    }
}

/// It begins, or goes on. Whether with another session: the time between two is part of the plan and no delay.
pub(super) fn resumed(drill: &mut Drill, at: Timestamp) -> bool {
    let mut another = false;
    let before = drill.pauses.len().saturating_sub(1);
    let over = end_but_for(drill, before).is_some_and(|end| end <= at);
    let soon = next(drill).is_some_and(|next| next.minus(NEAR) <= at);
    let waits = drill.sitting.began.is_none() || over && soon;
    if waits && drill.sitting.begun > 0 && next(drill).is_some() {
        (another, drill.sitting.begun) = (true, drill.sitting.begun.saturating_add(1));
    }
    // Whoever stops for the night by hand goes on with the session that should have begun.
    while next(drill).is_some_and(|next| next <= at) {
        (another, drill.sitting.begun) = (true, drill.sitting.begun.saturating_add(1));
    }
    if another {
        drill.sitting.began = Some(at);
    }
    // A last session that begins late takes as long as any other.
    if another && next(drill).is_none() {
        let end = at.plus(drill.planning.scenario.length).plus(GRACE);
        drill.hard_stop = drill.hard_stop.map(|stop| stop.max(end));
    }
    another
}

impl Drill {
    /// When the last inject that has its time goes out, where that is after the drill should be over.
    pub fn beyond(&self) -> Option<Timestamp> {
        let open = |stage| matches!(stage, Stage::Pending | Stage::Held);
        let last = self.injects.values().filter(|played| open(played.stage));
        let own = |played: &Played| {
            let waits = played.own.iter().filter(|(person, _)| !played.to.contains(*person));
            played.due.into_iter().chain(waits.map(|(_, due)| *due)).max()
        };
        let last = last.filter_map(own).max()?;
        let end = self.planned_end().plus(GRACE).min(self.hard_stop?);
        (self.status == Status::Running && last > end).then_some(last)
    }
}
