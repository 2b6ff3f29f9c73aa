//! Files as evidence: what was sent with words, what was fetched, and what was not.

use std::collections::BTreeSet;

use super::handle::{Stop, append, incident_or_refuse, perform_act};
use super::react::queue_answer;
use super::settings::Settings;
use super::{drill, guard};
use crate::domain::drill::run::DrillAct;
use crate::domain::drill::wish::DrillWish;
use crate::domain::envelope::{Actor, Command, Done, Envelope, Receipt, Route};
use crate::domain::evidence::{Attachment, Fetched, Joins, NotTaken, State};
use crate::domain::ids::{IncidentCode, PersonId};
use crate::domain::incident::act::{Act, Aim};
use crate::domain::incident::custody;
use crate::domain::incident::event::IncidentEvent;
use crate::domain::incident::state::Incident;
use crate::domain::notice::{Answer, Body, News};
use crate::domain::secrecy::Secret;
use crate::ledger::{StorageError, Tx};

/// So long the parts of an album belong together.
const ALBUM: std::time::Duration = std::time::Duration::from_secs(10 * 60);

/// After an envelope took effect: its files are fetched, those that are all it says and those that
/// came with words, which are evidence of the same incident. Whether none is left over.
pub fn attach(
    tx: &mut Tx<'_>,
    settings: &Settings,
    envelope: &Envelope,
    done: &Done,
) -> Result<bool, Stop> {
    let files = &envelope.attached;
    let Some(code) = done.code().cloned() else { return Ok(files.is_empty()) };
    if let Command::Act(_, Act::Attach(files)) = &envelope.command {
        fetch(tx, &code, files, envelope.route.as_ref())?;
    }
    if files.is_empty() {
        return Ok(true);
    }
    let act = Act::Attach(files.clone());
    let aim = Aim::typed(code);
    // An incident handled outside the system takes the report and no file.
    let attached = tx.attempt(|tx| perform_act(tx, settings, &envelope.actor, &aim, &act))?;
    if let Ok(Done::Acted { code, .. }) = &attached {
        fetch(tx, code, files, envelope.route.as_ref())?;
    }
    Ok(attached.is_ok())
}

/// Has the newest pieces of an incident fetched, which are these files, and remembers which messages
/// they came in: a file may have waited for the incident it belongs to.
fn fetch(
    tx: &mut Tx<'_>,
    code: &IncidentCode,
    files: &[Attachment],
    route: Option<&Route>,
) -> Result<(), StorageError> {
    let (Some(route), Some(incident)) = (route, tx.incident(code)?) else { return Ok(()) };
    let before = incident.evidence.len().saturating_sub(files.len());
    for ((number, piece), file) in incident.pieces().skip(before).zip(files) {
        let route = Route { reply_to: file.message.or(route.reply_to), ..route.clone() };
        tx.queue_download(code, number, file, &route)?;
        if let Some(message) = route.reply_to {
            tx.remember_said(piece.seq, route.chat, message, None)?;
        }
    }
    Ok(())
}

/// A file was fetched, or cannot be: recorded, and its sender told where there is something to do.
pub fn fetched(tx: &mut Tx<'_>, settings: &Settings, fetched: &Fetched) -> Result<Done, Stop> {
    if let Some(done) = drill::fetched(tx, settings, fetched)? {
        return Ok(done);
    }
    let (code, number) = (&fetched.code, fetched.number);
    let incident = incident_or_refuse(tx, code)?;
    let route = tx.download_route(code, number)?;
    tx.end_download(code, number)?;
    let event = custody::fetched(&incident, fetched);
    let put = tx.arrived(code, number)?;
    if let (Some(sha256), true) = (put, event.is_none() || fetched.end.is_err()) {
        // It was taken back while it was on its way, or given up after an earlier try had put it there.
        remove_unneeded(tx, &sha256, code, number)?;
    }
    let Some(event) = event else { return Ok(Done::Quiet) };
    append(tx, settings, code, Some(incident), vec![event])?;
    if let (Err(why), Some(route)) = (&fetched.end, route) {
        let answer = Answer::EvidenceNotTaken { code: code.clone(), number, why: why.clone() };
        queue_answer(tx, &format!("evidence:{code}:{number}"), &route, Body::Answer(answer))?;
        if let NotTaken::Secrets(found) = why {
            let found: BTreeSet<Secret> = found.iter().copied().collect();
            guard::withdraw(tx, settings, Some(&route), &found)?;
        }
    }
    Ok(Done::Quiet)
}

/// The files of entries that were taken back go, unless other evidence has the same bytes.
pub fn remove(tx: &mut Tx<'_>, incident: &Incident, gone: &[i64]) -> Result<(), StorageError> {
    let code = &incident.code;
    for (number, piece) in incident.pieces().filter(|(_, piece)| gone.contains(&piece.seq)) {
        tx.end_download(code, number)?;
        // Its row in `arriving` stays: the fetching may still be about to put it there.
        if let State::Stored(stored) = &piece.state {
            remove_unneeded(tx, &stored.sha256, code, number)?;
        }
    }
    Ok(())
}

/// After a crash: files that were put on disk and never named by the ledger go. One that still waits is
/// fetched again.
pub fn tidy(tx: &mut Tx<'_>) -> Result<(), StorageError> {
    for (code, number) in tx.all_arriving()? {
        if let Some(sha256) = tx.arrived(&code, number)? {
            remove_unneeded(tx, &sha256, &code, number)?;
        }
    }
    Ok(())
}

/// The bytes of a file go, unless something else that is kept has the same.
pub(super) fn remove_unneeded(
    tx: &mut Tx<'_>,
    sha256: &str,
    code: &IncidentCode,
    number: u32,
) -> Result<(), StorageError> {
    if tx.bytes_needed(sha256, code, number)? { Ok(()) } else { tx.remove_file(sha256) }
}

/// Files that come closer together than this are told of once.
const TOGETHER: std::time::Duration = std::time::Duration::from_secs(60);

/// Who hears what of evidence: those who `hold` what comes, and whoever is given some.
pub fn news(
    incident: &Incident,
    hold: Vec<PersonId>,
    actor: &Actor,
    event: &IncidentEvent,
) -> Option<(News, Vec<PersonId>)> {
    use IncidentEvent as E;
    let by = match actor {
        Actor::Person(id) => Some(id.clone()),
        _ => None,
    };
    match event {
        E::EvidenceOffered { number, .. } if just_before(incident, *number) => None,
        E::EvidenceOffered { .. } | E::EvidenceDescribed { .. } => {
            Some((News::Evidence { by }, hold))
        }
        E::EvidenceHanded { number, to, .. } => {
            Some((News::Handed { number: *number, by }, vec![to.clone()]))
        }
        E::EvidenceReceived { number, from } => {
            let to = hold.into_iter().chain(from.clone()).collect();
            Some((News::Received { number: *number, by }, to))
        }
        _ => None,
    }
}

/// Whether the piece before this one came a moment ago: of an album its first part is told.
fn just_before(incident: &Incident, number: u32) -> bool {
    let at = |number| incident.piece(number).map(|piece| piece.at);
    match (at(number.saturating_sub(1)), at(number)) {
        (Some(before), Some(now)) => now.since(before) < TOGETHER,
        _ => false,
    }
}

/// What the parts of this album before this one came to.
pub fn joins(tx: &Tx<'_>, chat: i64, album: Option<&str>) -> Result<Joins, StorageError> {
    match album {
        Some(album) => tx.album(chat, album, tx.now.minus(ALBUM)),
        None => Ok(Joins::First),
    }
}

/// Remembers a part of an album, before it is looked at.
pub fn remember_part(
    tx: &mut Tx<'_>,
    route: &Route,
    album: Option<&str>,
) -> Result<(), StorageError> {
    match (album, route.reply_to) {
        (Some(album), Some(part)) => tx.remember_part(route.chat, album, part, tx.now.minus(ALBUM)),
        _ => Ok(()),
    }
}

/// A later part of an album that bears a stamp leaves the chat like the others.
pub fn withhold(tx: &mut Tx<'_>, route: &Route, album: Option<&str>) -> Result<(), StorageError> {
    match (album, route.reply_to) {
        (Some(album), Some(part)) if tx.album_is_stamped(route.chat, album)? => {
            guard::withhold_part(tx, route, part)
        }
        _ => Ok(()),
    }
}

/// Remembers what the first part of an album came to.
pub fn remember(
    tx: &mut Tx<'_>,
    chat: i64,
    album: Option<&str>,
    command: &Command,
    receipt: &Receipt,
) -> Result<(), StorageError> {
    let Some(album) = album else { return Ok(()) };
    let joins = match (receipt, command) {
        (Receipt::Done(_), Command::Drill(DrillWish::Act(code, act))) => match &**act {
            DrillAct::File(place, _) | DrillAct::Say(place, _) => {
                Joins::Drill(code.clone(), Some(*place))
            }
            DrillAct::Observe(_) => Joins::Drill(code.clone(), None),
            _ => Joins::Aside,
        },
        (Receipt::Done(done), _) => {
            done.code().map_or(Joins::Aside, |code| Joins::Incident(code.clone()))
        }
        (Receipt::Refused(_), _) => Joins::Aside,
    };
    tx.remember_album(chat, album, &joins, tx.now.minus(ALBUM))
}
