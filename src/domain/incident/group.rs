//! A widespread incident: many units' reports dealt with as one. Each part keeps its reporter, unit
//! and words; ladder, holder and end are those of the whole.

use super::act::ActKind;
use super::decide::not_now;
use super::event::{Cause, IncidentEvent};
use super::fold::At;
use super::moments::{Ctx, ladder_events};
use super::severity;
use super::state::Incident;
use crate::domain::envelope::Actor;
use crate::domain::ids::IncidentCode;
use crate::domain::refusal::Refusal;
use crate::domain::values::{Severity, Tlp};

/// The events of a part, or why it cannot become one.
pub fn joined(part: &Incident, parent: &IncidentCode) -> Result<Vec<IncidentEvent>, Refusal> {
    let code = part.code.clone();
    if part.code == *parent {
        return Err(Refusal::MergeIntoItself(code));
    }
    if let Some(parent) = part.parent() {
        return Err(Refusal::PartOf { code, parent: parent.clone() });
    }
    if !part.parts.is_empty() {
        return Err(Refusal::HasParts(code));
    }
    part.open().ok_or_else(|| not_now(part, ActKind::Group))?;
    Ok(vec![IncidentEvent::Grouped { parent: parent.clone() }])
}

/// The events of the whole: its parts, and the highest severity among them.
pub fn widened(
    parent: &Incident,
    parts: &[Incident],
    ctx: &Ctx<'_>,
) -> Result<Vec<IncidentEvent>, Refusal> {
    if let Some(above) = parent.parent() {
        let (code, parent) = (parent.code.clone(), above.clone());
        return Err(Refusal::PartOf { code, parent });
    }
    parent.open().ok_or_else(|| not_now(parent, ActKind::Group))?;
    if parts.iter().any(|part| part.origin != parent.origin) {
        return Err(Refusal::MergeAcrossOrigins);
    }
    let joined = parts.iter().map(|part| IncidentEvent::PartJoined {
        part: part.code.clone(),
        unit: part.unit.clone(),
        reporter: part.reported_by.clone(),
    });
    let mut events: Vec<IncidentEvent> = joined.collect();
    if let Some(strictest) = parts.iter().map(|part| part.tlp).max() {
        events.extend(labelled(parent, strictest));
    }
    if let Some(highest) = parts.iter().map(|part| part.severity).max() {
        events.append(&mut lifted(parent, highest, ctx));
    }
    Ok(events)
}

/// The whole is never less severe than a part.
pub fn lifted(parent: &Incident, part: Severity, ctx: &Ctx<'_>) -> Vec<IncidentEvent> {
    let higher = part > parent.severity && parent.is_open();
    if higher { severity::raised(parent, part, ctx) } else { Vec::new() }
}

/// The whole is never less strict than a part: its card names them.
pub fn labelled(parent: &Incident, part: Tlp) -> Option<IncidentEvent> {
    (part > parent.tlp).then_some(IncidentEvent::TlpChanged { to: part })
}

/// The events of a part that is dealt with alone again: somebody is called for it at once.
pub fn take_out(part: &Incident, ctx: &Ctx<'_>) -> Result<Vec<IncidentEvent>, Refusal> {
    let parent = part.parent().ok_or_else(|| Refusal::NoPart(part.code.clone()))?;
    let left = IncidentEvent::Ungrouped { parent: parent.clone() };
    let mut after = part.clone();
    after.apply(&left, &At { seq: 0, at: ctx.now, actor: Actor::System });
    let mut events = vec![left];
    if let Some(open) = after.open() {
        let position = open.position;
        events.append(&mut ladder_events(&after, position, Cause::Separated, ctx.now, ctx));
    }
    Ok(events)
}
