//! Files of a drill: fetched and kept like evidence of incidents, under the drill's own code.

use std::collections::BTreeSet;

use super::append;
use crate::domain::drill::notice::{DrillAnswer, DrillDone};
use crate::domain::drill::run::files::{self, FileOf, Filed};
use crate::domain::drill::run::{Drill, DrillAct, DrillEvent};
use crate::domain::drill::wish::DrillWish;
use crate::domain::envelope::{Command, Envelope, Route};
use crate::domain::evidence::{Fetched, NotTaken};
use crate::domain::ids::{DrillCode, IncidentCode};
use crate::domain::notice::{Answer, Body};
use crate::domain::receipt::Done;
use crate::domain::secrecy::Secret;
use crate::engine::handle::Stop;
use crate::engine::react::queue_answer;
use crate::engine::settings::Settings;
use crate::engine::{evidence, guard};
use crate::ledger::{StorageError, Tx};

/// What waits to be fetched goes by the code of what it belongs to: no incident has that of a drill.
fn stream(code: &DrillCode) -> IncidentCode {
    IncidentCode::new(code.as_str())
}

/// Files that came with an observation, or answer an inject. Whether there were any, and all are taken.
pub fn offered(
    tx: &mut Tx<'_>,
    settings: &Settings,
    envelope: &Envelope,
    done: &Done,
) -> Result<bool, StorageError> {
    let (Done::Drill(DrillDone::Acted { code, .. }), Command::Drill(DrillWish::Act(_, act))) =
        (done, &envelope.command)
    else {
        return Ok(false);
    };
    let (Some(drill), Some(route)) = (tx.drill(code)?, envelope.route.as_ref()) else {
        return Ok(false);
    };
    let Some(of) = belongs(tx, &drill, act)? else { return Ok(false) };
    let (before, attached) = (drill.files.len(), &envelope.attached);
    if attached.is_empty() || before.saturating_add(attached.len()) > files::MOST {
        return Ok(false);
    }
    let first = u32::try_from(before).unwrap_or(u32::MAX).saturating_add(1);
    let numbered = || (first..).zip(attached);
    let events = numbered().map(|(number, file)| {
        let what = Filed::Offered { of: of.clone(), form: file.form };
        DrillEvent::DrillFiled { number, what }
    });
    append(tx, settings, code, Some(drill), events.collect())?;
    for (number, file) in numbered() {
        let route = Route { reply_to: file.message.or(route.reply_to), ..route.clone() };
        tx.queue_download(&stream(code), number, file, &route)?;
    }
    Ok(true)
}

/// What the files of an act belong to, where it takes any.
fn belongs(tx: &Tx<'_>, drill: &Drill, act: &DrillAct) -> Result<Option<FileOf>, StorageError> {
    match act {
        DrillAct::File(place, _) | DrillAct::Say(place, _) => {
            let scenario = tx.scenario(&drill.planning.scenario.hash)?;
            let mut injects = scenario.iter().flat_map(|scenario| &scenario.injects);
            let inject = injects.find(|inject| inject.place == *place);
            Ok(inject.map(|inject| FileOf::Inject(inject.id.clone())))
        }
        DrillAct::Observe(_) => {
            let last = drill.observations.len().checked_sub(1);
            Ok(last.and_then(|last| u32::try_from(last).ok()).map(FileOf::Seen))
        }
        _ => Ok(None),
    }
}

/// A file of a drill was fetched, or cannot be. Nothing where it is of no drill.
pub fn fetched(
    tx: &mut Tx<'_>,
    settings: &Settings,
    fetched: &Fetched,
) -> Result<Option<Done>, Stop> {
    let code = DrillCode::new(fetched.code.as_str());
    let Some(drill) = tx.drill(&code)? else { return Ok(None) };
    let (own, number) = (stream(&code), fetched.number);
    let route = tx.download_route(&own, number)?;
    tx.end_download(&own, number)?;
    let event = files::fetched(&drill, fetched);
    let put = tx.arrived(&own, number)?;
    if let (Some(sha256), true) = (put, event.is_none() || fetched.end.is_err()) {
        evidence::remove_unneeded(tx, &sha256, &own, number)?;
    }
    let Some(event) = event else { return Ok(Some(Done::Quiet)) };
    append(tx, settings, &code, Some(drill), vec![event])?;
    if let (Err(why), Some(route)) = (&fetched.end, route) {
        let answer = DrillAnswer::FileNotTaken { code: code.clone(), why: why.clone() };
        let body = Body::Answer(Answer::Drill(answer));
        queue_answer(tx, &format!("file:{code}:{number}"), &route, body)?;
        if let NotTaken::Secrets(found) = why {
            let found: BTreeSet<Secret> = found.iter().copied().collect();
            guard::withdraw(tx, settings, Some(&route), &found)?;
        }
    }
    Ok(Some(Done::Quiet))
}
