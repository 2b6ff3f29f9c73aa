//! A playbook run on an incident of a drill meets what the drill expects.

use super::append;
use crate::domain::actor::{Actor, Origin};
use crate::domain::drill::run::event::{DrillEvent, Reply};
use crate::domain::drill::scenario::Expect;
use crate::domain::ids::PersonId;
use crate::domain::incident::event::IncidentEvent;
use crate::domain::incident::state::Incident;
use crate::domain::playbook::PlaybookId;
use crate::domain::playbook::library::Library;
use crate::domain::playbook::model::StepId;
use crate::domain::playbook::run::RunEvent;
use crate::engine::settings::Settings;
use crate::ledger::{StorageError, Tx};

/// Whoever plays started a playbook, or did one of its steps.
pub fn stepped(
    tx: &mut Tx<'_>,
    settings: &Settings,
    incident: &Incident,
    stored: &[(i64, IncidentEvent)],
) -> Result<(), StorageError> {
    let (Origin::Drill(code), Actor::Person(person)) = (&incident.origin, tx.actor.clone()) else {
        return Ok(());
    };
    let done: Vec<_> =
        stored.iter().filter_map(|(_, event)| did(incident, &settings.library, event)).collect();
    if done.is_empty() {
        return Ok(());
    }
    let Some(drill) = tx.drill(code)? else { return Ok(()) };
    let Some(scenario) = tx.scenario(&drill.planning.scenario.hash)? else { return Ok(()) };
    let mut events = Vec::new();
    for inject in &scenario.injects {
        let Some(played) = drill.injects.get(&inject.id) else { continue };
        for expect in &inject.expects {
            let Expect::Step { playbook, step } = &expect.kind else { continue };
            let fits = |(of, which): &(PlaybookId, Option<StepId>)| {
                of == playbook && (step.is_none() || step == which)
            };
            let given = played.replies.get(&expect.id);
            let before = given.is_some_and(|all: &std::collections::BTreeMap<PersonId, _>| {
                all.contains_key(&person)
            });
            if played.to.contains(&person) && !before && done.iter().any(fits) {
                let (inject, expect) = (inject.id.clone(), expect.id.clone());
                let reply = Reply::Reported(incident.code.clone());
                events.push(DrillEvent::Replied { inject, expect, person: person.clone(), reply });
            }
        }
    }
    append(tx, settings, &code.clone(), Some(drill), events)?;
    Ok(())
}

/// The playbook, and its step where one was done.
fn did(
    incident: &Incident,
    library: &Library,
    event: &IncidentEvent,
) -> Option<(PlaybookId, Option<StepId>)> {
    let IncidentEvent::Run { run, what } = event else { return None };
    match what {
        RunEvent::Started { playbook, .. } => Some((playbook.clone(), None)),
        RunEvent::Done { step } => {
            let run = incident.runs.iter().find(|one| one.number == *run)?;
            let over = run.over.iter().find(|over| over.number == *step)?;
            let playbook = library.all.get(&run.playbook)?;
            let titled = |one: &&crate::domain::playbook::model::Step| {
                one.task().is_some_and(|task| task.title == over.title)
            };
            let step = playbook.steps.values().find(titled)?.id.clone();
            Some((run.playbook.clone(), Some(step)))
        }
        _ => None,
    }
}
