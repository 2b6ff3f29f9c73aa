//! What a run does of itself when one of its moments comes.

use super::advance::{Scene, Way};
use super::decide::Events;
use super::event::{Call, RunEvent, StepNumber, Why};
use super::state::{Pending, Run, Waits};
use super::whom::resolve;
use crate::domain::escalation::ladder::{Position, Rung, climb};
use crate::domain::escalation::policy::Target;
use crate::domain::escalation::who::Called;
use crate::domain::ids::PersonId;
use crate::domain::incident::moments::base;
use crate::domain::incident::state::Incident;
use crate::domain::playbook::model::Whom;
use crate::domain::time::Timestamp;

/// Events of every moment of this run that has passed.
pub fn tick(incident: &Incident, run: &Run, scene: Scene<'_>) -> Events {
    let mut way = Way::new(incident, run.clone(), scene);
    let passed: Vec<StepNumber> = run
        .tokens
        .iter()
        .filter(|(_, token)| token.next_moment().is_some_and(|at| at <= scene.now))
        .map(|(number, _)| *number)
        .collect();
    for number in passed {
        one(&mut way, number);
    }
    (run.number, way.events)
}

fn one(way: &mut Way<'_>, number: StepNumber) {
    let now = way.scene.now;
    // An earlier one may have ended this one.
    let Some(token) = way.run.tokens.get(&number).cloned() else { return };
    match token.waits {
        Waits::Until(at) if at <= now => {
            way.happened(RunEvent::Done { step: number });
            way.after(token.parent, token.frame, &token.step);
        }
        Waits::Task(pending) => task(way, number, &pending),
        Waits::Decision { again: Some(at), .. } if at <= now => {
            let again = base(at, now).plus(way.incident.policies.exhausted_every);
            ask(way, number, Call::Failed, &[Whom::Target(Target::Lead)], Some(again));
        }
        _ => {}
    }
}

fn task(way: &mut Way<'_>, number: StepNumber, pending: &Pending) {
    let now = way.scene.now;
    let passed = |at: Option<Timestamp>| at.filter(|at| *at <= now);
    // A failure ends every other wait.
    if passed(pending.timeout).is_some() {
        way.happened(RunEvent::Failed { step: number, why: Why::Timeout, reason: None });
        return way.failed(number, Why::Timeout);
    }
    if pending.approval.as_ref().is_some_and(|asked| asked.until <= now) {
        way.happened(RunEvent::ApprovalLapsed { step: number });
        ask(way, number, Call::Lapsed, &[Whom::Target(Target::Lead)], None);
    }
    if passed(pending.due.filter(|_| !pending.late)).is_some() {
        way.happened(RunEvent::Late { step: number });
        ask(way, number, Call::Late, &[Whom::Target(Target::Lead)], None);
    }
    if let Some(at) = passed(pending.call_at) {
        climb_on(way, number, pending, at);
    }
    // An approval that lapsed just now gives the step back to whoever has it, with its reminders.
    let Some(pending) = way.run.task(number) else { return };
    if let Some(at) = passed(pending.remind.filter(|_| pending.reminds())) {
        let task = super::decide::task(&way.run, way.scene.bundle, number);
        // Each time twice as long after the one before: who does not hear is not helped by more noise.
        let every = task.and_then(|task| task.remind).unwrap_or(REMIND);
        let every = every.saturating_mul(2 << pending.reminded.min(5));
        let next = Some(base(at, now).plus(every)).filter(|next| *next > now);
        let next = next.unwrap_or_else(|| now.plus(every));
        way.happened(RunEvent::Reminded { step: number, next });
        ask(way, number, Call::Reminder, &[], None);
    }
}

impl Way<'_> {
    /// A step that is due before it begins is late at once: whoever does it reads that where it is asked of him,
    /// the leads hear it as of any that is late.
    pub fn late_at_once(&mut self, step: StepNumber, asked: &[PersonId]) {
        let now = self.scene.now;
        let due = self.run.task(step).and_then(|pending| pending.due);
        if due.is_none_or(|due| due > now) {
            return;
        }
        self.happened(RunEvent::Late { step });
        let lead = Whom::Target(Target::Lead);
        let (mut leads, _) = resolve(&lead, self.incident, now, self.scene.directory, Call::Late);
        leads.retain(|lead| !asked.contains(&lead.id));
        if !leads.is_empty() {
            self.call(step, Call::Late, leads, false, None);
        }
    }
}

/// How often somebody is reminded where the copy does not say any more.
const REMIND: std::time::Duration = std::time::Duration::from_secs(3600);

/// Whoever has a step, and these.
fn ask(way: &mut Way<'_>, number: StepNumber, cause: Call, also: &[Whom], next: Option<Timestamp>) {
    let scene = way.scene;
    let first = match way.run.task(number) {
        Some(Pending { taken: Some((person, _)), .. }) => {
            Whom::Target(Target::Person(person.clone()))
        }
        Some(pending) => pending.who.clone(),
        None => Whom::Holder,
    };
    let (mut people, mut team) = (Vec::new(), false);
    for whom in [first].iter().chain(also) {
        let (found, all) = resolve(whom, way.incident, scene.now, scene.directory, cause);
        team |= all;
        for called in found {
            if !people.iter().any(|one: &Called| one.id == called.id) {
                people.push(called);
            }
        }
    }
    way.call(number, cause, people, team, next);
}

/// Nobody took it: people are called as for the incident itself, level by level of its policy.
fn climb_on(way: &mut Way<'_>, number: StepNumber, pending: &Pending, due: Timestamp) {
    let policy = way.incident.policy().clone();
    let next = match pending.position {
        None => Position::On(Rung::FIRST),
        Some(position) => policy.after(position),
    };
    climb_to(way, number, next, pending.dead, due);
}

fn climb_to(way: &mut Way<'_>, number: StepNumber, to: Position, dead: u32, due: Timestamp) {
    let incident = way.incident;
    let policy = incident.policy();
    let now = way.scene.now;
    let steps = climb(policy, to, dead, &incident.scene(now, way.scene.directory));
    let last = steps.len().saturating_sub(1);
    for (index, step) in steps.into_iter().enumerate() {
        let wait = policy.wait(step.position, &incident.policies);
        let next = if index == last { base(due, now).plus(wait) } else { now };
        let cause = Call::Untaken(step.position);
        way.call(number, cause, step.people, step.team, Some(next));
    }
}

/// Nobody called by entry `seq` for a step could be reached on any channel: the next ones at once.
pub fn undeliverable(incident: &Incident, run: &Run, seq: i64, scene: Scene<'_>) -> Events {
    let mut way = Way::new(incident, run.clone(), scene);
    let found =
        run.pending().find(|(_, _, pending)| pending.called_seq == seq && pending.taken.is_none());
    if let Some((number, _, pending)) = found {
        let policy = incident.policy();
        let next = match pending.position {
            None => Position::On(Rung::FIRST),
            Some(Position::Exhausted(_)) => return (run.number, Vec::new()),
            Some(position) => policy.after(position),
        };
        climb_to(&mut way, number, next, pending.dead, scene.now);
    }
    (run.number, way.events)
}

/// What a step asks of these people reaches none of them: the leads, where none of those was one.
pub fn unheard(
    incident: &Incident,
    run: &Run,
    (step, cause): (StepNumber, Call),
    asked: &[PersonId],
    scene: Scene<'_>,
) -> Events {
    let mut way = Way::new(incident, run.clone(), scene);
    let (leads, _) =
        resolve(&Whom::Target(Target::Lead), incident, scene.now, scene.directory, cause);
    let again = scene.now.plus(incident.policies.exhausted_every);
    if !leads.iter().any(|lead| asked.contains(&lead.id)) {
        way.call(step, cause, leads, false, (cause == Call::Failed).then_some(again));
    }
    (run.number, way.events)
}

/// Steps that somebody who left had: they are free, and people are called for them at once.
pub fn freed(run: &Run, left: &dyn Fn(&PersonId) -> bool, now: Timestamp) -> Vec<RunEvent> {
    let had = |pending: &Pending| pending.taken.as_ref().is_some_and(|(person, _)| left(person));
    let steps = run.pending().filter(|(_, _, pending)| had(pending));
    steps.map(|(step, _, _)| RunEvent::Freed { step, call_at: now }).collect()
}
