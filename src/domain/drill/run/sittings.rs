//! The sessions of a drill that takes more than one: which is under way, when it is over, and when the
//! next one should begin. Nothing begins by itself.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::event::{DrillEvent, PauseWhy};
use super::fold::GRACE;
use super::state::{Drill, Stage, Status};
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
    let began = drill.sitting.began?;
    let next = next(drill)?;
    let still = drill.pauses.iter().filter(|pause| pause.from >= began);
    let still = still.filter_map(|pause| Some(pause.to?.since(pause.from)));
    let still = still.fold(Duration::ZERO, Duration::saturating_add);
    Some(began.plus(drill.planning.scenario.length).plus(still).min(next))
}

/// Whether it stands still between two sessions.
pub fn between(drill: &Drill) -> bool {
    drill.status == Status::Paused && drill.sitting.began.is_none() && next(drill).is_some()
}

/// When people are next reminded of the session that follows, and whether that it should begin.
fn reminder(drill: &Drill, now: Timestamp) -> Option<(Timestamp, Timestamp, bool)> {
    let next = next(drill).filter(|_| between(drill))?;
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
    if drill.sitting.began.is_none() && drill.sitting.begun > 0 {
        (another, drill.sitting.begun) = (true, drill.sitting.begun.saturating_add(1));
    }
    // Whoever stops for the night by hand goes on with the session that should have begun.
    while next(drill).is_some_and(|next| next <= at) {
        (another, drill.sitting.begun) = (true, drill.sitting.begun.saturating_add(1));
    }
    if another {
        drill.sitting.began = Some(at);
    }
    another
}

impl Drill {
    /// When the last inject that has its time goes out, where that is after the drill should be over.
    pub fn beyond(&self) -> Option<Timestamp> {
        let open = |stage| matches!(stage, Stage::Pending | Stage::Held);
        let last = self.injects.values().filter(|played| open(played.stage));
        let last = last.filter_map(|played| played.due).max()?;
        let end = self.planned_end().plus(GRACE).min(self.hard_stop?);
        (self.status == Status::Running && last > end).then_some(last)
    }
}
