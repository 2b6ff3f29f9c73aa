//! People who leave: what they held goes on to others, and in time nothing personal is left of them.

use super::handle::{Stop, append};
use super::settings::Settings;
use super::{drill, play};
use crate::domain::access::permit;
use crate::domain::actor::Actor;
use crate::domain::directory::{Directory, DirectoryEvent};
use crate::domain::ids::PersonId;
use crate::domain::incident::act::ActKind;
use crate::domain::incident::decide::released_and_resumed;
use crate::domain::incident::event::IncidentEvent;
use crate::domain::incident::moments::Ctx;
use crate::ledger::{StorageError, Tx};

/// After a change of people: who left is marked so, and what they held calls somebody else at once.
pub fn settle(tx: &mut Tx<'_>, settings: &Settings, before: &Directory) -> Result<(), Stop> {
    let after = tx.directory()?;
    for (id, person) in &after.people {
        let was = before.people.get(id).is_none_or(|person| person.active);
        match (was, person.active) {
            (true, false) => tx.mark_left(id, Some(tx.now))?,
            (false, true) => tx.mark_left(id, None)?,
            _ => {}
        }
    }
    let gone = |id: &PersonId| before.in_team(id) && !after.in_team(id);
    let permit = permit(&Actor::System, ActKind::Raise, None, &after)?;
    for incident in tx.open_incidents()? {
        play::free(tx, settings, &incident.code, &gone)?;
    }
    for incident in tx.open_incidents()? {
        let Some(holder) = incident.holder().filter(|id| gone(id)).cloned() else { continue };
        if incident.open().is_none() {
            // Put right already: leads are reminded to close it.
            continue;
        }
        let ctx = Ctx { now: tx.now, directory: &after };
        let released = IncidentEvent::HandedBack { holder: holder.clone() };
        let events = released_and_resumed(&incident, released, Some(&holder), &permit, &ctx);
        append(tx, settings, &incident.code.clone(), Some(incident), events)?;
    }
    let leaves = |id: &PersonId| before.active(id).is_some() && after.active(id).is_none();
    Ok(drill::lead_left(tx, &leaves)?)
}

/// Erases names and numbers of people who left long enough ago; their ids and roles stay. How many.
pub fn erase(tx: &mut Tx<'_>, settings: &Settings, most: u32) -> Result<usize, StorageError> {
    if tx.date_is_doubtful()? {
        return Ok(0);
    }
    let before = tx.now.minus(settings.retention.people);
    let due = tx.left_before(before, most)?;
    for person in &due {
        tx.erase_private(person)?;
        tx.append_directory(&DirectoryEvent::PrivateErased { person: person.clone() })?;
    }
    Ok(due.len())
}
