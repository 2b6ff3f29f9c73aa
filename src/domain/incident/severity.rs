//! Changing the severity, and what that does to a running ladder.

use super::act::ActKind;
use super::event::{Cause, IncidentEvent};
use super::moments::{Ctx, ladder_events_under};
use super::state::{Incident, Watch};
use crate::domain::escalation::ladder::{Position, Rung, Scene};
use crate::domain::escalation::policy::Policy;
use crate::domain::escalation::who::called_by;
use crate::domain::refusal::Refusal;
use crate::domain::time::Timestamp;
use crate::domain::values::Severity;

/// Events of a change to `to`.
pub fn change(
    incident: &Incident,
    to: Severity,
    ctx: &Ctx<'_>,
) -> Result<Vec<IncidentEvent>, Refusal> {
    let from = incident.severity;
    if !incident.is_open() {
        let act = if to < from { ActKind::SeverityDown } else { ActKind::SeverityUp };
        return Err(super::decide::not_now(incident, act));
    }
    match to.cmp(&from) {
        // Setting what was guessed confirms it and moves nothing.
        std::cmp::Ordering::Equal if incident.guessed.severity => {
            let next = confirmed(incident, ctx);
            Ok(vec![IncidentEvent::SeverityChanged { from, to, rung: None, next }])
        }
        std::cmp::Ordering::Equal => {
            Err(Refusal::NoChange { code: incident.code.clone(), act: ActKind::SeverityUp })
        }
        std::cmp::Ordering::Greater => Ok(raised(incident, to, ctx)),
        std::cmp::Ordering::Less => Ok(vec![lowered(incident, to, ctx)]),
    }
}

/// When the ladder of a severity that was a guess so far goes on, where its policy has hours.
fn confirmed(incident: &Incident, ctx: &Ctx<'_>) -> Option<Timestamp> {
    let Watch::Unheld { next: due, .. } = &incident.open()?.watch else { return None };
    let next = incident.policy().calls_at(*due, ctx.directory.hours_of(incident.unit.as_ref()));
    (next > *due).then_some(next)
}

/// A raise: while nobody holds it, round 1 of the matching policy at once, at its first level with
/// somebody not called yet (else its last).
pub fn raised(incident: &Incident, to: Severity, ctx: &Ctx<'_>) -> Vec<IncidentEvent> {
    let from = incident.severity;
    let policy = incident.policies.matching(to);
    // The ladder rests while somebody holds it, but where it goes on must be a rung of the new policy.
    let resting = incident.open().filter(|_| !incident.ladder_runs());
    let rung = resting.map(|open| policy.clamp(open.position).rung());
    let mut events = vec![IncidentEvent::SeverityChanged { from, to, rung, next: None }];
    if incident.ladder_runs() {
        let position =
            Position::On(Rung { round: 1, level: first_new_level(incident, policy, ctx) });
        let cause = Cause::SeverityRaised;
        events.append(&mut ladder_events_under(incident, policy, position, cause, ctx.now, ctx));
    }
    events
}

fn first_new_level(incident: &Incident, policy: &Policy, ctx: &Ctx<'_>) -> u32 {
    let scene = Scene { at_any_hour: true, ..incident.scene(ctx.now, ctx.directory) };
    (1..=policy.levels())
        .find(|level| {
            called_by(policy.level(*level), &scene)
                .called
                .iter()
                .any(|called| !incident.paged.contains(&called.id))
        })
        .unwrap_or(policy.levels())
}

/// A lowering: the ladder stands on the nearest rung the new policy has, and the wait never gets
/// shorter, only longer where the new policy waits longer there.
fn lowered(incident: &Incident, to: Severity, ctx: &Ctx<'_>) -> IncidentEvent {
    let from = incident.severity;
    let (mut rung, mut next) = (None, None);
    if let Some(open) = incident.open() {
        let policy = incident.policies.matching(to);
        let position = policy.clamp(open.position);
        rung = Some(position.rung());
        if let Watch::Unheld { next: due, .. } = &open.watch {
            let longer = open.fired_at.plus(policy.wait(position, &incident.policies));
            let hours = ctx.directory.hours_of(incident.unit.as_ref());
            next = Some(policy.calls_at((*due).max(longer), hours));
        }
    }
    IncidentEvent::SeverityChanged { from, to, rung, next }
}
