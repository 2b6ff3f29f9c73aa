//! What an incident does of itself when its moment comes, and how the ladder takes a step.

use std::time::Duration;

use super::decide::released_and_resumed;
use super::event::{Cause, IncidentEvent};
use super::fold::CLOSE_REMINDER;
use super::state::{Incident, Lease, Phase, Watch};
use crate::domain::access::Permit;
use crate::domain::directory::Directory;
use crate::domain::escalation::ladder::{Position, Scene, climb};
use crate::domain::escalation::policy::Policy;
use crate::domain::time::Timestamp;

/// A moment later than this is not a wake-up's jitter but an absence: waits count from now.
pub const LATE: Duration = Duration::from_secs(60);

/// What a decision may look at beside the incident.
#[derive(Clone, Copy, Debug)]
pub struct Ctx<'a> {
    /// The instant of the decision.
    pub now: Timestamp,
    /// Who there is.
    pub directory: &'a Directory,
}

/// From where the next wait counts: the moment itself, so that nothing drifts, or now when the
/// moment is long past.
pub(in crate::domain) fn base(due: Timestamp, now: Timestamp) -> Timestamp {
    if now.since(due) > LATE { now } else { due }
}

/// The events of its ladder or watch at the moment `due`; none when the incident no longer waits for it.
pub fn tick(
    incident: &Incident,
    due: Timestamp,
    permit: &Permit,
    ctx: &Ctx<'_>,
) -> Vec<IncidentEvent> {
    // A playbook that is run on it may have woken it.
    let own = incident.own_moment().filter(|own| *own <= ctx.now);
    let (Some(_), Some(due)) = (incident.next_moment().filter(|next| *next == due), own) else {
        return Vec::new();
    };
    match &incident.phase {
        Phase::Open(open) => match &open.watch {
            Watch::Grouped { .. } => Vec::new(),
            Watch::Unheld { .. } => {
                let next = incident.next_position(open);
                ladder_events(incident, next, Cause::Waited, base(due, ctx.now), ctx)
            }
            Watch::Held { lease: Lease::Running { .. }, .. } => {
                let release_at = base(due, ctx.now).plus(incident.policies.lease_grace);
                vec![IncidentEvent::LeaseReminded { release_at }]
            }
            Watch::Held { holder, lease: Lease::Reminded { .. }, .. } => {
                let released = IncidentEvent::LeaseExpired { holder: holder.clone() };
                released_and_resumed(incident, released, None, permit, ctx)
            }
        },
        Phase::Resolved { .. } => {
            vec![IncidentEvent::CloseReminded { next: base(due, ctx.now).plus(CLOSE_REMINDER) }]
        }
        Phase::Closed { .. } => Vec::new(),
    }
}

/// The ladder takes `position` now, or in the next office hours where its policy waits for them.
/// Rungs on which nobody can be reached are written down and passed at once; waits count from `from`.
pub fn ladder_events(
    incident: &Incident,
    position: Position,
    cause: Cause,
    from: Timestamp,
    ctx: &Ctx<'_>,
) -> Vec<IncidentEvent> {
    ladder_events_under(incident, incident.policy(), position, cause, from, ctx)
}

/// The same under another of the pinned policies.
pub fn ladder_events_under(
    incident: &Incident,
    policy: &Policy,
    position: Position,
    cause: Cause,
    from: Timestamp,
    ctx: &Ctx<'_>,
) -> Vec<IncidentEvent> {
    let calls_at = |due| incident.calls_at(policy, due, ctx.directory);
    let until = calls_at(ctx.now);
    if until > ctx.now && !cause.at_any_hour() {
        return vec![IncidentEvent::CallPutOff { position, until }];
    }
    let scene = incident.scene(ctx.now, ctx.directory);
    let scene = Scene { at_any_hour: scene.at_any_hour || cause.at_any_hour(), ..scene };
    let dead = if cause.counts_anew() { 0 } else { incident.dead };
    let steps = climb(policy, position, dead, &scene);
    let last = steps.len().saturating_sub(1);
    let mut events = Vec::with_capacity(steps.len());
    for (index, step) in steps.into_iter().enumerate() {
        let wait = policy.wait(step.position, &incident.policies);
        let next = if index == last { calls_at(from.plus(wait)) } else { ctx.now };
        let cause = if index == 0 { cause } else { Cause::Undeliverable };
        let (people, reachable) = (step.people, step.reachable);
        events.push(match step.position {
            Position::On(rung) => {
                IncidentEvent::RungReached { rung, people, team: step.team, reachable, cause, next }
            }
            Position::Exhausted(rung) => {
                IncidentEvent::Exhausted { rung, people, reachable, cause, next }
            }
        });
    }
    events
}

/// Nobody on the rung of entry `rung_seq` could be reached on any channel: the next one at once,
/// unless somebody took the incident after that call or the ladder moved on meanwhile. A call made
/// while somebody holds it asked for more people, and the holder is no answer to it.
pub fn undeliverable(incident: &Incident, rung_seq: i64, ctx: &Ctx<'_>) -> Vec<IncidentEvent> {
    let Some(open) = incident.open() else { return Vec::new() };
    let current = incident.rung_seq == rung_seq && !incident.answered(rung_seq);
    if !current || matches!(open.position, Position::Exhausted(_)) {
        return Vec::new();
    }
    let policy = incident.policy();
    let mut after = incident.clone();
    after.dead = after.dead.saturating_add(1);
    let next = if after.dead >= policy.levels() {
        Position::Exhausted(open.position.rung())
    } else {
        policy.after(open.position)
    };
    let mut events = vec![IncidentEvent::RungUndeliverable];
    events.append(&mut ladder_events(&after, next, Cause::Undeliverable, ctx.now, ctx));
    events
}
