//! The wall clock was set: what waits keeps what remained of its wait, and what happened keeps its distance.

use super::state::Drill;
use crate::domain::time::Timestamp;

impl Drill {
    /// Moves every time of what is played, and of what is not known to be real, by so much.
    pub(super) fn shift(&mut self, by_ms: i64) {
        let moved = |at: &mut Timestamp| *at = at.shifted(by_ms);
        self.claim.iter_mut().for_each(|claim| moved(&mut claim.until));
        for heard in self.reports.values_mut().filter(|heard| heard.settled.is_none()) {
            moved(&mut heard.until);
        }
        // What is over stays as it was written down.
        if !self.status.is_live() {
            return;
        }
        self.started.iter_mut().for_each(moved);
        self.sitting.began.iter_mut().for_each(moved);
        // Sessions are at times of the day, and so is the end after the last of them.
        if self.planning.sessions.is_empty() {
            self.hard_stop.iter_mut().for_each(moved);
        }
        for pause in &mut self.pauses {
            moved(&mut pause.from);
            pause.to.iter_mut().for_each(moved);
        }
        for played in self.injects.values_mut() {
            played.due.iter_mut().chain(&mut played.sent).for_each(moved);
            played.own.values_mut().chain(played.delivered.values_mut()).for_each(moved);
            played.open.values_mut().flatten().for_each(|wait| moved(&mut wait.until));
            for replied in played.replies.values_mut().flat_map(|all| all.values_mut()) {
                moved(&mut replied.at);
            }
        }
        if let Some(correction) = &mut self.correction {
            moved(&mut correction.at);
            correction.arrived.values_mut().for_each(moved);
        }
    }
}
