//! The days of units: who ends, and where what is open goes then.

use super::handle::append;
use super::settings::Settings;
use crate::domain::actor::Origin;
use crate::domain::ids::Stream;
use crate::domain::incident::event::IncidentEvent;
use crate::domain::incident::state::Incident;
use crate::ledger::{StorageError, Tx};

/// Brings units up to the present day, and every open incident under the unit that now stands for
/// the one it was reported under. Once that is so, nothing more comes of it.
pub fn settle(tx: &mut Tx<'_>, settings: &Settings) -> Result<(), StorageError> {
    let directory = tx.directory()?;
    for event in directory.ends_by(tx.now, settings.team.zone) {
        tx.append_directory(&event)?;
    }
    for incident in tx.open_incidents()? {
        bring_home(tx, settings, incident)?;
    }
    wake(tx, settings)
}

/// Brings one open incident under the unit that now stands for its own. Drills keep theirs: nobody
/// outside may hear of them.
pub fn bring_home(
    tx: &mut Tx<'_>,
    settings: &Settings,
    incident: Incident,
) -> Result<(), StorageError> {
    let directory = tx.directory()?;
    let (Some(from), Some(own)) = (&incident.unit, incident.first_unit()) else { return Ok(()) };
    let to = directory.acting(own);
    if to == from || !incident.is_open() || incident.origin != Origin::Real {
        return Ok(());
    }
    let moved = IncidentEvent::UnitMoved { from: from.clone(), to: to.clone() };
    append(tx, settings, &incident.code.clone(), Some(incident), vec![moved])
}

/// Sets the moment at which the next unit ends.
pub fn wake(tx: &mut Tx<'_>, settings: &Settings) -> Result<(), StorageError> {
    let next = tx.directory()?.next_end(settings.team.zone);
    tx.wake(&Stream::Directory, next)
}
