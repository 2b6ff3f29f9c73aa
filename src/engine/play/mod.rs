//! Playbooks on incidents: what somebody wants of a run, and what its moments do; `told`: who is told.

mod again;
mod told;

use std::sync::Arc;

use super::handle::{Stop, append, incident_or_refuse};
use super::react::queue_answer;
use super::settings::Settings;
use crate::domain::access::{Permit, permit_on};
use crate::domain::actor::Actor;
use crate::domain::envelope::Envelope;
use crate::domain::ids::{IncidentCode, PersonId};
use crate::domain::incident::act::{ActKind, Aim};
use crate::domain::incident::decide;
use crate::domain::incident::event::IncidentEvent;
use crate::domain::incident::state::Incident;
use crate::domain::notice::{Answer, Body};
use crate::domain::playbook::Library;
use crate::domain::playbook::library::Bundle;
use crate::domain::playbook::model::{PlaybookId, ProofKind};
use crate::domain::playbook::run::advance::Scene;
use crate::domain::playbook::run::decide as run_decide;
use crate::domain::playbook::run::event::{Begun, Call, Move, StepNumber};
use crate::domain::playbook::run::state::{Run, Waits};
use crate::domain::playbook::run::{PlayAct, PlayRefusal, RunEvent, moments};
use crate::domain::receipt::{Done, Played};
use crate::domain::refusal::Refusal;
use crate::ledger::{StorageError, Tx};

pub use again::answer_again;
pub use told::{arrived, by_way, edited, follow, key_of_call, stale};

/// What somebody wants of a playbook on an incident.
pub fn perform(
    tx: &mut Tx<'_>,
    settings: &Settings,
    actor: &Actor,
    aim: &Aim,
    act: &PlayAct,
) -> Result<Done, Stop> {
    let mut incident = incident_or_refuse(tx, &aim.code)?;
    let directory = tx.directory()?;
    let permit = permit_on(actor, ActKind::Play, &incident, &directory)?;
    if let (None, Some(episode)) = (incident.main(), aim.episode) {
        decide::same_episode(&incident, episode)?;
    }
    // A duplicate has no work of its own; its buttons lead to the main one, whatever that was merged into.
    while let Some(main) = incident.main().cloned() {
        if !matches!(act, PlayAct::Start(_)) {
            return Err(Refusal::MergedInto { code: incident.code, main }.into());
        }
        incident = incident_or_refuse(tx, &main)?;
    }
    if incident.off_channel {
        return Err(Refusal::OffChannel(incident.code).into());
    }
    let (run, events) = match act {
        PlayAct::Start(id) => started(tx, &settings.library, &incident, id, &permit)?,
        act => on_run(tx, &incident, act, &permit)?,
    };
    let code = incident.code.clone();
    let played = played(&incident, run, act, &events);
    append(tx, settings, &code, Some(incident), wrapped(run, events))?;
    let played = match played {
        Played::Answered { step, title, .. } => {
            let after = incident_or_refuse(tx, &code)?;
            let next = open_question(tx, &after, step)?;
            Played::Answered { step, title, next }
        }
        other => other,
    };
    Ok(Done::Played { code, played: Box::new(played) })
}

fn wrapped(run: u32, events: Vec<RunEvent>) -> Vec<IncidentEvent> {
    events.into_iter().map(|what| IncidentEvent::Run { run, what }).collect()
}

fn started(
    tx: &mut Tx<'_>,
    library: &Library,
    incident: &Incident,
    id: &PlaybookId,
    permit: &Permit,
) -> Result<run_decide::Events, Stop> {
    // Whoever works on incidents starts playbooks; a reporter has his own steps only.
    if !permit.works() {
        return Err(Refusal::NotAllowed(ActKind::StartPlaybook).into());
    }
    let named = library.named(id.as_str()).map(|one| one.id.clone());
    let Some(bundle) = named.and_then(|id| library.bundle(&id)) else {
        return Err(Refusal::Play(Box::new(PlayRefusal::NoPlaybook(id.to_string()))).into());
    };
    let hash = tx.pin(&bundle)?;
    let directory = tx.directory()?;
    let actor = permit.actor().clone();
    let scene = Scene { bundle: &bundle, now: tx.now, directory: &directory, actor: &actor };
    Ok(run_decide::start(incident, &hash, scene)?)
}

fn on_run(
    tx: &mut Tx<'_>,
    incident: &Incident,
    act: &PlayAct,
    permit: &Permit,
) -> Result<run_decide::Events, Stop> {
    let hash = run_decide::run_for(incident, act)?.hash.clone();
    let bundle = copy(tx, &hash)?;
    let directory = tx.directory()?;
    let actor = permit.actor().clone();
    let scene = Scene { bundle: &bundle, now: tx.now, directory: &directory, actor: &actor };
    Ok(run_decide::decide(incident, act, permit, scene)?)
}

/// The copy a run rests on. It was written with the run: without it something else is wrong.
fn copy(tx: &Tx<'_>, hash: &str) -> Result<Arc<Bundle>, StorageError> {
    let found = tx.bundle(hash)?;
    found.ok_or_else(|| StorageError::value("playbook", "the copy of a run is gone"))
}

/// The first question of a step that waits for an answer.
fn open_question(
    tx: &Tx<'_>,
    incident: &Incident,
    step: StepNumber,
) -> Result<Option<u32>, StorageError> {
    let Some(run) = incident.run_of(step).filter(|run| run.task(step).is_some()) else {
        return Ok(None);
    };
    let bundle = copy(tx, &run.hash)?;
    Ok(run_decide::open_questions(run, &bundle, step).first().copied())
}

/// What the person is told.
fn played(before: &Incident, run: u32, act: &PlayAct, events: &[RunEvent]) -> Played {
    let own = before.runs.iter().find(|one| one.number == run);
    let of_step = |step: StepNumber| {
        let token = own.and_then(|run| run.tokens.get(&step));
        let title = token.and_then(|token| match &token.waits {
            Waits::Task(pending) => Some(pending.title.clone()),
            Waits::Decision { title, .. } => title.clone(),
            _ => None,
        });
        title.or_else(|| own.map(|run| run.title.clone())).unwrap_or_default()
    };
    let title = act.step().map(of_step).unwrap_or_default();
    match act {
        PlayAct::Start(_) => {
            let started = events.iter().find_map(|event| match event {
                RunEvent::Started { title, .. } => Some(title.clone()),
                _ => None,
            });
            Played::Started { title: started.unwrap_or_default() }
        }
        PlayAct::Take(_) => Played::Taken { title },
        PlayAct::Answer(step, ..) | PlayAct::Choose(step, ..) | PlayAct::Redo(step) => {
            Played::Answered { step: *step, title, next: None }
        }
        PlayAct::Done(_) => {
            let asked = events.iter().find_map(|event| match event {
                RunEvent::ApprovalAsked { until, .. } => Some(*until),
                _ => None,
            });
            match asked {
                Some(until) => Played::ApprovalAsked { title, until },
                None => {
                    let finished = events.contains(&RunEvent::Finished);
                    Played::Done { title, next: begun(events), finished }
                }
            }
        }
        PlayAct::Skip(..) => Played::Skipped { title },
        PlayAct::Fail(..) => {
            let stuck = events
                .iter()
                .any(|event| matches!(event, RunEvent::Called { cause: Call::Failed, .. }));
            Played::Failed { title, stuck }
        }
        PlayAct::Approve(_) => {
            let enough = events
                .iter()
                .any(|event| matches!(event, RunEvent::Agreed { .. } | RunEvent::Done { .. }));
            Played::Approved { title, enough }
        }
        PlayAct::Decline(..) => Played::Declined { title },
        PlayAct::Retry(_) => Played::Retried { title },
        PlayAct::Stop(..) => {
            Played::Stopped { title: own.map(|run| run.title.clone()).unwrap_or_default() }
        }
    }
}

/// The steps for people that begin with these events.
fn begun(events: &[RunEvent]) -> Vec<String> {
    let moves = events.iter().flat_map(|event| match event {
        RunEvent::Moved { moves } => moves.as_slice(),
        _ => &[],
    });
    let titles = moves.filter_map(|one| match one {
        Move::Begin { waits: Begun::Task { title, .. }, .. } => Some(title.clone()),
        _ => None,
    });
    titles.collect()
}

/// Moments of the incident's runs that have come.
pub fn tick(tx: &mut Tx<'_>, settings: &Settings, code: &IncidentCode) -> Result<(), StorageError> {
    let Some(incident) = tx.incident(code)? else { return Ok(()) };
    let now = tx.now;
    let came: Vec<u32> = incident
        .live_runs()
        .filter(|run| run.next_moment().is_some_and(|at| at <= now))
        .map(|run| run.number)
        .collect();
    for number in came {
        let Some(incident) = tx.incident(code)? else { return Ok(()) };
        let Some(run) = incident.live_runs().find(|run| run.number == number) else { continue };
        on_its_own(tx, settings, &incident, run, |scene| moments::tick(&incident, run, scene))?;
    }
    Ok(())
}

/// What a run does without anybody asking. One whose copy does not read ends: the incident's own ladder, and
/// what came of a call, must not stop for what hangs on it.
fn on_its_own(
    tx: &mut Tx<'_>,
    settings: &Settings,
    incident: &Incident,
    run: &Run,
    does: impl FnOnce(Scene<'_>) -> run_decide::Events,
) -> Result<(), StorageError> {
    let code = &incident.code;
    let (number, events) = match copy(tx, &run.hash) {
        Ok(bundle) => {
            let directory = tx.directory()?;
            let actor = Actor::System;
            does(Scene { bundle: &bundle, now: tx.now, directory: &directory, actor: &actor })
        }
        Err(error @ StorageError::Value { .. }) => {
            tracing::error!(%error, code = %code, "a playbook's copy does not read: its run ends");
            (run.number, vec![RunEvent::Lost])
        }
        Err(error) => return Err(error),
    };
    append(tx, settings, code, Some(incident.clone()), wrapped(number, events))
}

/// Nobody called by entry `seq` for a step could be reached: the next ones at once.
pub fn undeliverable(
    tx: &mut Tx<'_>,
    settings: &Settings,
    incident: &Incident,
    step: StepNumber,
    seq: i64,
) -> Result<(), StorageError> {
    let Some(run) = incident.run_of(step).filter(|run| run.is_live()) else { return Ok(()) };
    let does = |scene: Scene<'_>| moments::undeliverable(incident, run, seq, scene);
    on_its_own(tx, settings, incident, run, does)
}

/// What a step asks reaches nobody: the leads.
pub fn unheard(
    tx: &mut Tx<'_>,
    settings: &Settings,
    incident: &Incident,
    what: (StepNumber, Call),
    asked: &[PersonId],
) -> Result<(), StorageError> {
    let Some(run) = incident.run_of(what.0).filter(|run| run.is_live()) else { return Ok(()) };
    let does = |scene: Scene<'_>| moments::unheard(incident, run, what, asked, scene);
    on_its_own(tx, settings, incident, run, does)
}

/// Steps of people who left go on to others.
pub fn free(
    tx: &mut Tx<'_>,
    settings: &Settings,
    code: &IncidentCode,
    left: &dyn Fn(&PersonId) -> bool,
) -> Result<(), StorageError> {
    let Some(incident) = tx.incident(code)? else { return Ok(()) };
    let now = tx.now;
    let runs = incident.live_runs().map(|run| (run.number, moments::freed(run, left, now)));
    let events: Vec<IncidentEvent> = runs.flat_map(|(run, events)| wrapped(run, events)).collect();
    append(tx, settings, code, Some(incident), events)
}

/// Pieces of evidence that came with this envelope, after entry `before`, belong to the step it was an answer
/// to. Whatever they are worth to the step, they stay evidence of the incident; their sender hears of it.
pub fn files(
    tx: &mut Tx<'_>,
    settings: &Settings,
    envelope: &Envelope,
    done: &Done,
    before: i64,
) -> Result<(), Stop> {
    let (Some((of, step)), Some(code)) = (&envelope.step, done.code()) else { return Ok(()) };
    let step = *step;
    // What was sent for one incident is no proof of another.
    if of != code {
        return Ok(());
    }
    let Some(incident) = tx.incident(code)? else { return Ok(()) };
    let new = incident.pieces().filter(|(_, piece)| piece.seq > before);
    let new: Vec<(u32, ProofKind)> =
        new.map(|(number, piece)| (number, run_decide::proof_kind(piece))).collect();
    for piece in new {
        let proved = tx.attempt(|tx| prove(tx, settings, &envelope.actor, code, step, piece))?;
        if let (Err(refusal), Some(route)) = (proved, &envelope.route) {
            let key = format!("{}:proof:{}", envelope.key, piece.0);
            queue_answer(tx, &key, route, Body::Answer(Answer::Refused(refusal)))?;
        }
    }
    Ok(())
}

fn prove(
    tx: &mut Tx<'_>,
    settings: &Settings,
    actor: &Actor,
    code: &IncidentCode,
    step: StepNumber,
    piece: (u32, ProofKind),
) -> Result<(), Stop> {
    let incident = incident_or_refuse(tx, code)?;
    let directory = tx.directory()?;
    let permit = permit_on(actor, ActKind::Play, &incident, &directory)?;
    let hash = run_decide::run_for(&incident, &PlayAct::Take(step))?.hash.clone();
    let bundle = copy(tx, &hash)?;
    let scene = Scene { bundle: &bundle, now: tx.now, directory: &directory, actor };
    let (run, events) = run_decide::prove(&incident, step, piece, &permit, scene)?;
    append(tx, settings, code, Some(incident), wrapped(run, events))?;
    Ok(())
}
