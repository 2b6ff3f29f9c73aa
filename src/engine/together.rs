//! Several incidents that belong together: the hint when one is recorded, the proposal when many units
//! report alike, and a widespread incident with its parts.

use super::handle::{Stop, append, incident_or_refuse};
use super::settings::Settings;
use crate::domain::access::permit_on;
use crate::domain::envelope::{Actor, Done, Origin};
use crate::domain::ids::IncidentCode;
use crate::domain::incident::act::{Act, ActKind, Aim};
use crate::domain::incident::event::{IncidentEvent, Opening};
use crate::domain::incident::moments::Ctx;
use crate::domain::incident::state::Incident;
use crate::domain::incident::{decide, group, opening};
use crate::domain::notice::{Body, News, Notice, Priority};
use crate::domain::refusal::Refusal;
use crate::domain::similar::{self, Traits};
use crate::domain::text::Text;
use crate::domain::values::{Outcome, Role, Tlp};
use crate::ledger::outbox::{Kind, NewRow, Recipient};
use crate::ledger::{StorageError, Tx};

/// A new incident is compared with so many of the newest open ones: every report pays for it, and most
/// of all in a night with thousands of them.
const COMPARED: u32 = 24;

/// A new incident beside those that are open.
pub struct Beside {
    new: Traits,
    open: Vec<Traits>,
}

/// Writes into an opening which open incidents it may belong to.
pub fn hint(
    tx: &Tx<'_>,
    settings: &Settings,
    code: &IncidentCode,
    events: &mut [IncidentEvent],
) -> Result<Option<Beside>, StorageError> {
    let Some(IncidentEvent::Reported { opening }) = events.first_mut() else { return Ok(None) };
    let units = u32::try_from(settings.triage.widespread.units).unwrap_or(u32::MAX);
    let newest = COMPARED.max(units.saturating_mul(2));
    let beside = Beside { new: traits(tx, code, opening), open: tx.open_traits(newest)? };
    opening.similar = similar::like(&beside.new, &beside.open);
    Ok(Some(beside))
}

fn traits(tx: &Tx<'_>, code: &IncidentCode, opening: &Opening) -> Traits {
    let title = match &opening.title {
        Text::Plain(title) if !title.is_empty() => Some(title.clone()),
        _ => None,
    };
    Traits {
        code: code.clone(),
        unit: opening.unit.clone(),
        category: opening.category,
        title,
        reported_at: tx.now,
    }
}

/// Leads hear once that so many units report alike; grouping them is one press, and theirs.
pub fn propose(tx: &mut Tx<'_>, settings: &Settings, beside: &Beside) -> Result<(), StorageError> {
    let (new, rule) = (&beside.new, settings.triage.widespread);
    if !similar::makes_widespread(new, &beside.open, rule) {
        return Ok(());
    }
    let news = News::Widespread { units: rule.units };
    let directory = tx.directory()?;
    for lead in directory.with_role(Role::Lead) {
        let Some(way) = directory.ways_to(&lead.id).first().copied() else { continue };
        let body = Body::News { code: new.code.clone(), news: news.clone(), entry: None };
        tx.queue(&NewRow {
            key: format!("widespread:{}:{}:{way}", new.code, lead.id),
            channel: way,
            to: Recipient::Person(lead.id.clone()),
            priority: Priority::Reply,
            kind: Kind::News,
            rung_seq: None,
            message_id: None,
            notice: Notice { origin: Origin::Real, body },
        })?;
    }
    Ok(())
}

/// Deals with `codes` as one. A first one that has parts takes the others in; otherwise a new
/// incident is opened for them.
pub fn group(
    tx: &mut Tx<'_>,
    settings: &Settings,
    actor: &Actor,
    codes: &[IncidentCode],
    title: &str,
) -> Result<Done, Stop> {
    let directory = tx.directory()?;
    let mut parts: Vec<Incident> = Vec::new();
    for code in codes {
        let incident = incident_or_refuse(tx, code)?;
        permit_on(actor, ActKind::Group, &incident, &directory)?;
        if !parts.iter().any(|part| part.code == incident.code) {
            parts.push(incident);
        }
    }
    let known = parts.first().is_some_and(|first| !first.parts.is_empty());
    let parent = known.then(|| parts.remove(0));
    let first = parts.first().ok_or(Refusal::NothingToGroup)?;
    let permit = permit_on(actor, ActKind::Group, first, &directory)?;
    let code = match &parent {
        Some(parent) => parent.code.clone(),
        None => tx.next_code(&settings.incident_prefix, tx.now.year(settings.team.zone))?,
    };
    let joins: Vec<Vec<IncidentEvent>> =
        parts.iter().map(|part| group::joined(part, &code)).collect::<Result<_, _>>()?;
    if parent.is_none() && parts.len() < 2 {
        return Err(Refusal::NothingToGroup.into());
    }
    let ctx = Ctx { now: tx.now, directory: &directory };
    if parent.is_none() {
        let policies = &settings.policies;
        let events = opening::widespread(&code, title, &parts, &permit, policies, &ctx);
        append(tx, settings, &code, None, events)?;
    }
    let parent = incident_or_refuse(tx, &code)?;
    let widened = group::widened(&parent, &parts, &ctx)?;
    let count = parent.parts.len().saturating_add(parts.len());
    append(tx, settings, &code, Some(parent), widened)?;
    for (part, events) in parts.into_iter().zip(joins) {
        append(tx, settings, &part.code.clone(), Some(part), events)?;
    }
    Ok(Done::Grouped { parent: code, parts: count })
}

/// The same with an incident and all that look like it now; a widespread one of its kind takes them
/// in.
pub fn group_alike(
    tx: &mut Tx<'_>,
    settings: &Settings,
    actor: &Actor,
    Aim { code, episode }: &Aim,
) -> Result<Done, Stop> {
    let incident = incident_or_refuse(tx, code)?;
    let directory = tx.directory()?;
    permit_on(actor, ActKind::Group, &incident, &directory)?;
    if let Some(episode) = episode {
        decide::same_episode(&incident, *episode)?;
    }
    group::joined(&incident, &IncidentCode::new(""))?;
    let rule = settings.triage.widespread;
    let begin = incident.reported_at.minus(rule.within);
    let (mut parents, mut codes) = (Vec::new(), Vec::new());
    for other in tx.open_traits(u32::MAX)? {
        if other.category.is_none() || other.category != incident.category {
            continue;
        }
        let Some(other) = tx.incident(&other.code)? else { continue };
        match other.open() {
            Some(_) if !other.parts.is_empty() => parents.push(other.code),
            Some(_) if other.reported_at >= begin => codes.push(other.code),
            _ => {}
        }
    }
    if !codes.contains(code) {
        codes.push(code.clone());
    }
    codes.sort();
    let codes: Vec<IncidentCode> = parents.into_iter().take(1).chain(codes).collect();
    group(tx, settings, actor, &codes, "")
}

/// What events of one incident mean for those it belongs together with.
pub fn follow(
    tx: &mut Tx<'_>,
    settings: &Settings,
    incident: &Incident,
    stored: &[(i64, IncidentEvent)],
) -> Result<(), StorageError> {
    for (_, event) in stored {
        match event {
            IncidentEvent::Closed { .. } => ended(tx, settings, incident, event)?,
            IncidentEvent::Reopened => begun_again(tx, settings, incident)?,
            IncidentEvent::Ungrouped { parent } => left(tx, settings, incident, parent)?,
            IncidentEvent::SeverityChanged { .. } | IncidentEvent::TlpChanged { .. } => {
                lift(tx, settings, incident, event)?;
            }
            IncidentEvent::NoteAdded { text, for_all: true } => {
                let Some(id) = text.sealed() else { continue };
                let Some(words) = tx.words(id)? else { continue };
                // Nothing is written down on a part that is handled outside the system.
                let told = parts(tx, incident)?.into_iter().filter(|part| !part.off_channel);
                for part in told {
                    let note =
                        IncidentEvent::NoteAdded { text: Text::plain(&words), for_all: true };
                    append(tx, settings, &part.code.clone(), Some(part), vec![note])?;
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// What is still dealt with as a part of `incident`.
pub fn parts(tx: &Tx<'_>, incident: &Incident) -> Result<Vec<Incident>, StorageError> {
    let mut parts = Vec::new();
    for part in &incident.parts {
        let part = tx.incident(&part.code)?;
        parts.extend(part.filter(|part| part.parent() == Some(&incident.code)));
    }
    Ok(parts)
}

/// The end of the whole is the end of its parts. A whole that was none lets them go: nothing that
/// was reported may be forgotten with it.
fn ended(
    tx: &mut Tx<'_>,
    settings: &Settings,
    incident: &Incident,
    event: &IncidentEvent,
) -> Result<(), StorageError> {
    let over = matches!(event, IncidentEvent::Closed { outcome: Outcome::Incident, .. });
    let directory = tx.directory()?;
    for part in parts(tx, incident)? {
        let ctx = Ctx { now: tx.now, directory: &directory };
        let events = if over {
            Ok(vec![summed_up(tx, &part, event)?])
        } else {
            group::take_out(&part, &ctx)
        };
        // It is a part, as was just looked at, so that it can be taken out.
        let Ok(events) = events else { continue };
        append(tx, settings, &part.code.clone(), Some(part), events)?;
    }
    Ok(())
}

/// The whole is dealt with again, and with it every part that ended with it and was not opened since.
fn begun_again(tx: &mut Tx<'_>, settings: &Settings, whole: &Incident) -> Result<(), StorageError> {
    for part in &whole.parts {
        let Some(part) = tx.incident(&part.code)? else { continue };
        if part.ended_with() == Some(&whole.code) {
            let parent = whole.code.clone();
            let events = vec![IncidentEvent::Reopened, IncidentEvent::Grouped { parent }];
            append(tx, settings, &part.code.clone(), Some(part), events)?;
        }
    }
    Ok(())
}

/// Whether anybody would read what is said to all of it: of a widespread incident one part at least is open.
pub fn tells_somebody(tx: &Tx<'_>, incident: &Incident) -> Result<bool, StorageError> {
    Ok(incident.parts.is_empty() || !parts(tx, incident)?.is_empty())
}

/// The same end with the words of the summary as a text of its own, which can be removed alone; without
/// any where the part is handled outside the system.
fn summed_up(
    tx: &Tx<'_>,
    part: &Incident,
    event: &IncidentEvent,
) -> Result<IncidentEvent, StorageError> {
    let id = event.texts().first().and_then(|text| text.sealed());
    let words = match id {
        Some(id) if !part.off_channel => tx.words(id)?,
        _ => None,
    };
    Ok(IncidentEvent::Closed {
        outcome: Outcome::Incident,
        text: words.map(Text::plain),
        main: None,
    })
}

/// What is taken out of a whole, or opened again without it, is no part of it any more.
pub fn left(
    tx: &mut Tx<'_>,
    settings: &Settings,
    part: &Incident,
    parent: &IncidentCode,
) -> Result<(), StorageError> {
    let gone = IncidentEvent::PartLeft { part: part.code.clone() };
    match tx.incident(parent)? {
        Some(whole) => append(tx, settings, parent, Some(whole), vec![gone]),
        None => Ok(()),
    }
}

/// The whole follows what changed on a part, and that only: a lead may have set it lower before.
fn lift(
    tx: &mut Tx<'_>,
    settings: &Settings,
    part: &Incident,
    event: &IncidentEvent,
) -> Result<(), StorageError> {
    let Some(parent) = part.parent() else { return Ok(()) };
    let Some(whole) = tx.incident(parent)? else { return Ok(()) };
    let directory = tx.directory()?;
    let ctx = Ctx { now: tx.now, directory: &directory };
    let events = match event {
        IncidentEvent::TlpChanged { to } => group::labelled(&whole, *to).into_iter().collect(),
        _ => group::lifted(&whole, part.severity, &ctx),
    };
    append(tx, settings, parent, Some(whole), events)
}

/// A label that would show more than one of the parts allows is refused.
pub fn may_be_labelled(tx: &Tx<'_>, whole: &Incident, to: Tlp) -> Result<(), Stop> {
    match parts(tx, whole)?.into_iter().find(|part| part.tlp > to) {
        Some(part) => Err(Refusal::StricterPart { code: part.code, tlp: part.tlp }.into()),
        None => Ok(()),
    }
}

/// Where an act on a part belongs: calling, taking and giving back concern the whole.
pub fn concerns_the_whole(act: &Act) -> bool {
    matches!(
        act,
        Act::Acknowledge | Act::HandBack | Act::KeepAlive | Act::Assign(_) | Act::Raise(_)
    )
}
