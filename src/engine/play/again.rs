//! An answer given again: its writer changed the message it stood in.

use super::{copy, perform};
use crate::domain::actor::Actor;
use crate::domain::incident::act::Aim;
use crate::domain::incident::event::IncidentEvent;
use crate::domain::incident::state::Incident;
use crate::domain::notice::Told;
use crate::domain::playbook::expr::Value;
use crate::domain::playbook::model::{Answer, Ask, Name};
use crate::domain::playbook::run::decide as run_decide;
use crate::domain::playbook::run::event::StepNumber;
use crate::domain::playbook::run::{PlayAct, RunEvent};
use crate::domain::receipt::Done;
use crate::domain::refusal::Refusal;
use crate::engine::handle::Stop;
use crate::engine::settings::Settings;
use crate::ledger::Tx;

/// What entry `seq` answered of a step is answered by `said` instead, as if it were asked again: while the step
/// waits, and by whoever may answer. Nothing where somebody else wrote it, or nothing changed.
pub fn answer_again(
    tx: &mut Tx<'_>,
    settings: &Settings,
    actor: &Actor,
    incident: &Incident,
    (seq, step, name): (i64, StepNumber, &Name),
    said: &str,
) -> Result<Done, Stop> {
    let code = &incident.code;
    let history = tx.history(code)?;
    if history.iter().any(|told| told.at.seq == seq && told.at.actor != *actor) {
        return Ok(Done::Quiet);
    }
    let removed = |told: &Told| matches!(told.event, IncidentEvent::ContentRemoved { of_seq, .. } if of_seq == seq);
    if history.iter().any(removed) {
        return Err(Refusal::NothingToRemove { code: code.clone(), seq }.into());
    }
    let ask = question(tx, incident, step, name)?;
    // Telegram also calls it an edit when only a preview or a reaction changed.
    let latest = history.iter().rev().find_map(|told| answered(told, step, name));
    let says = |(value, words): (&Value, Option<&str>)| match (value, &ask) {
        (Value::Words(_), _) => words == Some(said),
        (value, Some((_, ask))) => ask.question.answer.read(said).as_ref() == Some(value),
        (Value::Truth(_), None) => Answer::YesNo.read(said).as_ref() == Some(value),
        (Value::Number(number), None) => said.parse() == Ok(*number),
        (Value::Choice(_), None) => false,
    };
    let same = latest.is_some_and(says);
    if same {
        return Ok(Done::Quiet);
    }
    // Of a step that is over no question stands any more, and whoever asks hears how it ended.
    let which = ask.map_or(0, |(which, _)| which);
    let again = PlayAct::Answer(step, which, said.to_owned());
    perform(tx, settings, actor, &Aim::typed(code.clone()), &again)
}

/// The question of a step that sets `name`, with its place.
fn question(
    tx: &Tx<'_>,
    incident: &Incident,
    step: StepNumber,
    name: &Name,
) -> Result<Option<(u32, Ask)>, Stop> {
    let Some(run) = incident.run_of(step).filter(|run| run.task(step).is_some()) else {
        return Ok(None);
    };
    let bundle = copy(tx, &run.hash)?;
    let asks = run_decide::task(run, &bundle, step).map(|task| task.asks.as_slice());
    let mut placed = (0_u32..).zip(asks.unwrap_or_default());
    Ok(placed.find(|(_, ask)| ask.set == *name).map(|(which, ask)| (which, ask.clone())))
}

/// What an entry answered to a question of a step, with the words that are still there.
fn answered<'t>(
    told: &'t Told,
    of: StepNumber,
    named: &Name,
) -> Option<(&'t Value, Option<&'t str>)> {
    match &told.event {
        IncidentEvent::Run { what: RunEvent::Answered { step, name, value }, .. }
            if *step == of && name == named =>
        {
            Some((value, told.words.as_deref()))
        }
        _ => None,
    }
}
