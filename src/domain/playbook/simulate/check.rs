//! A playbook's own tests.

use super::answers::allowed;
use super::{Script, What, play};
use crate::domain::directory::Directory;
use crate::domain::incident::state::Incident;
use crate::domain::playbook::expr::Facts;
use crate::domain::playbook::library::Bundle;
use crate::domain::playbook::model::{Case, Name, StepId};

/// What is otherwise than a case of the playbook's own says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Broken {
    /// It does not come to an end; where it stays.
    NoEnd(Option<StepId>),
    /// This step is not begun, or not after those before it.
    NotBegun(StepId),
    /// This step is begun, and must not be.
    Begun(StepId),
    /// There is no such step, here or in what it calls.
    NoStep(StepId),
    /// There is no such question.
    NoQuestion(Name),
    /// The question takes no such answer.
    NoAnswer(Name),
}

/// Plays a case on an incident like `incident`, and says what came otherwise.
pub fn check(
    bundle: &Bundle,
    case: &Case,
    incident: &Incident,
    directory: &Directory,
) -> Vec<Broken> {
    let mut broken = Vec::new();
    let all = || bundle.playbooks.values();
    let known = |step: &StepId| all().any(|one| one.steps.contains_key(step));
    let steps = case.does.iter().chain(&case.never).chain(&case.times_out);
    broken.extend(steps.filter(|step| !known(step)).map(|step| Broken::NoStep((*step).clone())));
    for (name, given) in &case.answers {
        let asks = all()
            .flat_map(|one| one.steps.values())
            .filter_map(|step| step.task())
            .flat_map(|task| &task.asks);
        let mut asks = asks.filter(|ask| ask.set == *name).peekable();
        if asks.peek().is_none() {
            broken.push(Broken::NoQuestion(name.clone()));
        } else if !asks.any(|ask| given.iter().all(|one| allowed(&ask.question.answer, one))) {
            broken.push(Broken::NoAnswer(name.clone()));
        }
    }
    // What else comes otherwise is no wonder then.
    if !broken.is_empty() {
        return broken;
    }
    let mut incident = incident.clone();
    let Facts { severity, category, flags, .. } = case.facts();
    (incident.severity, incident.category, incident.flags) = (severity, category, flags);
    if case.drill {
        incident.origin =
            crate::domain::actor::Origin::Drill(crate::domain::ids::DrillCode::new("DT"));
    }
    let script =
        Script { answers: case.answers.clone(), times_out: case.times_out.clone(), seed: 0 };
    let played = play(bundle, &incident, directory, &case.args, &script);
    if !played.ended {
        let at = played.entries.iter().rev().find(|entry| matches!(entry.what, What::Stuck(_)));
        broken.push(Broken::NoEnd(at.or(played.entries.last()).map(|entry| entry.step.clone())));
    }
    let begun: Vec<&StepId> = played.begun().collect();
    let mut from = 0;
    for step in &case.does {
        match begun.iter().skip(from).position(|one| *one == step) {
            Some(place) => from = from.saturating_add(place).saturating_add(1),
            None => broken.push(Broken::NotBegun(step.clone())),
        }
    }
    let wrong = case.never.iter().filter(|step| begun.contains(step));
    broken.extend(wrong.map(|step| Broken::Begun(step.clone())));
    broken
}
