//! A row of the outbox that does not read, or needs what does not. It goes no further and holds up nobody
//! else; where it called somebody, that call has failed, and the next way is tried.

use super::delivery::{page_failed, set_aside};
use super::react::rung_kind;
use super::settings::Settings;
use crate::domain::escalation::who::{Called, Why};
use crate::domain::ids::PersonId;
use crate::domain::incident::event::{IncidentEvent, WhyFailed};
use crate::domain::incident::state::Incident;
use crate::domain::notice::{Body, Notice, PageKind, Told};
use crate::ledger::outbox::{Kind, Recipient};
use crate::ledger::{StorageError, Tx};

/// Sets rows aside. Any other fault than one of their values is the database's.
pub fn set_aside_unreadable(
    tx: &mut Tx<'_>,
    settings: &Settings,
    ids: &[i64],
    error: StorageError,
) -> Result<(), StorageError> {
    if !matches!(error, StorageError::Value { .. }) {
        return Err(error);
    }
    for id in ids {
        tracing::error!(row = id, %error, "a message of the outbox does not read; set aside");
        set_aside(tx, settings, *id, "does not read")?;
        match call_failed(tx, settings, *id) {
            // Its incident does not read either: nobody can tell whom to call instead.
            Err(error @ StorageError::Value { .. }) => {
                tracing::error!(row = id, %error, "a call that does not read has no next way");
            }
            other => other?,
        }
    }
    Ok(())
}

/// Of a call the person's next channel, or the next rung. What it said is made anew from the entry that
/// called.
fn call_failed(tx: &mut Tx<'_>, settings: &Settings, id: i64) -> Result<(), StorageError> {
    let Some(mut row) = tx.bare_row(id)? else { return Ok(()) };
    let (Some(code), Some(rung_seq)) = (&row.incident, row.rung_seq) else { return Ok(()) };
    let Some(incident) = tx.incident(code)? else { return Ok(()) };
    match (&row.to, row.kind) {
        (Recipient::Person(person), Kind::Page) => {
            let Some(body) = said_anew(&incident, &tx.history(code)?, rung_seq, person) else {
                return Ok(());
            };
            row.notice = Notice { origin: incident.origin.clone(), body };
        }
        (Recipient::Chat { .. }, Kind::Call) => {}
        _ => return Ok(()),
    }
    page_failed(tx, settings, &row, WhyFailed::Rejected)
}

/// The page that entry `rung_seq` made to a person; none where that was in an earlier episode.
fn said_anew(
    incident: &Incident,
    history: &[Told],
    rung_seq: i64,
    person: &PersonId,
) -> Option<Body> {
    let reopened =
        |told: &Told| told.at.seq > rung_seq && matches!(told.event, IncidentEvent::Reopened);
    let called = history.iter().find(|told| told.at.seq == rung_seq)?;
    if history.iter().any(reopened) {
        return None;
    }
    let why = |people: &[Called]| people.iter().find(|one| one.id == *person).map(|one| one.why);
    let (kind, why) = match &called.event {
        IncidentEvent::RungReached { rung, people, .. } => match why(people) {
            Some(why) => (rung_kind(incident, *rung), why),
            None => (PageKind::SeverityRaised, Why::CalledBefore),
        },
        IncidentEvent::Exhausted { people, .. } => (PageKind::NobodyAnswered, why(people)?),
        IncidentEvent::Assigned { .. } => (PageKind::Assigned, Why::Assigned),
        _ => return None,
    };
    let (code, episode) = (incident.code.clone(), incident.episode);
    Some(Body::Page { code, episode, kind, why })
}
