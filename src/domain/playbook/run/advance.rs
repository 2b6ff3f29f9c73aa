//! Going on through the steps until each token waits for something.

use std::collections::BTreeMap;

use super::event::{Begun, Call, Move, RunEvent, StepNumber, Why};
use super::fold::FIRST_FRAME;
use super::state::{Run, Waits};
use super::whom::resolve;
use crate::domain::actor::Actor;
use crate::domain::directory::Directory;
use crate::domain::escalation::who::Called;
use crate::domain::ids::PersonId;
use crate::domain::incident::fold::At;
use crate::domain::incident::state::Incident;
use crate::domain::playbook::expr::{Expr, Facts, Value};
use crate::domain::playbook::library::Bundle;
use crate::domain::playbook::model::{Does, Name, PlaybookId, Step, StepId, Task, Whom};
use crate::domain::time::Timestamp;
use crate::domain::values::ChannelKind;

/// No transition goes through more steps than that without anybody doing anything.
const FURTHEST: usize = 50_000;

/// What a transition may look at.
#[derive(Clone, Copy, Debug)]
pub struct Scene<'a> {
    /// The copy of the playbook the run rests on.
    pub bundle: &'a Bundle,
    /// The instant.
    pub now: Timestamp,
    /// Who there is.
    pub directory: &'a Directory,
    /// Who acts.
    pub actor: &'a Actor,
}

/// A run on its way through its steps, and what happened on it.
pub(in crate::domain) struct Way<'a> {
    pub incident: &'a Incident,
    pub scene: Scene<'a>,
    pub run: Run,
    pub events: Vec<RunEvent>,
    facts: Facts,
    moves: Vec<Move>,
    last_step: StepNumber,
    todo: Vec<Job>,
    /// Steps for people that began.
    begun: Vec<StepNumber>,
}

/// What is still to be done in a transition.
enum Job {
    /// Begin this step, or end the block where there is none.
    Go { parent: Option<StepNumber>, frame: u32, step: Option<StepId> },
    /// A block of this step ended.
    Back { number: StepNumber },
}

impl<'a> Way<'a> {
    pub fn new(incident: &'a Incident, run: Run, scene: Scene<'a>) -> Self {
        Self {
            incident,
            scene,
            run,
            events: Vec::new(),
            facts: Facts::from(incident),
            moves: Vec::new(),
            last_step: incident.last_step,
            todo: Vec::new(),
            begun: Vec::new(),
        }
    }

    /// Something that happened, taken in at once.
    pub fn happened(&mut self, event: RunEvent) {
        let at = self.at();
        self.run.apply(&event, &at);
        self.events.push(event);
    }

    fn at(&self) -> At {
        At { seq: 0, at: self.scene.now, actor: self.scene.actor.clone() }
    }

    fn moved(&mut self, one: Move) {
        let at = self.at();
        self.run.apply(&RunEvent::Moved { moves: vec![one.clone()] }, &at);
        self.moves.push(one);
    }

    /// The playbook begins.
    pub fn start(&mut self) {
        let start = self.scene.bundle.root().map(|playbook| playbook.start.clone());
        self.todo.push(Job::Go { parent: None, frame: FIRST_FRAME, step: start });
        self.walk();
    }

    /// Goes on after a step that is over.
    pub fn after(&mut self, parent: Option<StepNumber>, frame: u32, step: &StepId) {
        let next = self.step(frame, step).and_then(|step| step.next.clone());
        self.todo.push(Job::Go { parent, frame, step: next });
        self.walk();
    }

    /// Begins a step again.
    pub fn again(
        &mut self,
        number: StepNumber,
        parent: Option<StepNumber>,
        frame: u32,
        step: StepId,
    ) {
        self.moved(Move::End { number });
        self.todo.push(Job::Go { parent, frame, step: Some(step) });
        self.walk();
    }

    /// A step failed: the block for that, or a question to the holder.
    pub fn failed(&mut self, number: StepNumber, why: Why) {
        let Some(token) = self.run.tokens.get(&number) else { return };
        let (frame, id) = (token.frame, token.step.clone());
        let handling = matches!(token.waits, Waits::Blocks { handling: true, .. });
        let step = self.step(frame, &id);
        let block = step.and_then(|step| match why {
            Why::Timeout => step.on_timeout.clone().or_else(|| step.on_failure.clone()),
            _ => step.on_failure.clone(),
        });
        match block.filter(|_| !handling) {
            Some(block) => {
                self.moved(Move::Handle { number });
                self.todo.push(Job::Go { parent: Some(number), frame, step: Some(block) });
            }
            None => {
                if !matches!(
                    self.run.tokens.get(&number).map(|token| &token.waits),
                    Some(Waits::Decision { .. })
                ) {
                    self.moved(Move::Stuck { number, why });
                }
                self.begun.push(number);
            }
        }
        self.walk();
    }

    /// Does what there is to do; then people are called for what began.
    fn walk(&mut self) {
        let mut left = FURTHEST;
        while let Some(job) = self.todo.pop() {
            left = left.saturating_sub(1);
            match job {
                // Loops in loops without anybody doing anything: the holder says whether it goes on.
                Job::Go { parent, frame, step: Some(step) } if left == 0 => {
                    if self.is_live(parent, frame) {
                        self.stay(parent, frame, &step, Why::Loop);
                    }
                }
                Job::Go { parent, frame, step: Some(step) } => self.go(parent, frame, step),
                Job::Go { parent: Some(parent), step: None, .. } => {
                    self.todo.push(Job::Back { number: parent })
                }
                Job::Go { parent: None, .. } => self.finish(),
                Job::Back { number } => self.back(number),
            }
        }
        if !self.moves.is_empty() {
            let moves = std::mem::take(&mut self.moves);
            self.events.push(RunEvent::Moved { moves });
        }
        for number in std::mem::take(&mut self.begun) {
            self.offer(number);
        }
    }

    fn finish(&mut self) {
        self.todo.clear();
        if !self.moves.is_empty() {
            let moves = std::mem::take(&mut self.moves);
            self.events.push(RunEvent::Moved { moves });
        }
        self.begun.clear();
        self.happened(RunEvent::Finished);
    }

    fn step(&self, frame: u32, id: &StepId) -> Option<&'a Step> {
        let playbook = &self.run.frames.get(&frame)?.playbook;
        self.scene.bundle.step(playbook, id)
    }

    fn number(&mut self) -> StepNumber {
        self.last_step = self.last_step.saturating_add(1);
        self.last_step
    }

    fn holds(&self, frame: u32, condition: &Expr) -> Option<bool> {
        condition.holds(self.run.vars(frame)?, &self.facts)
    }

    fn begin(
        &mut self,
        parent: Option<StepNumber>,
        frame: u32,
        step: &StepId,
        waits: Begun,
    ) -> StepNumber {
        let number = self.number();
        let phase = self.run.frames.get(&frame).and_then(|frame| {
            let playbook = self.scene.bundle.playbooks.get(&frame.playbook)?;
            let phase = playbook.steps.get(step)?.phase.as_ref()?;
            playbook.phase(phase).map(str::to_owned)
        });
        let step = step.clone();
        self.moved(Move::Begin { number, parent, frame, step, phase, waits });
        number
    }

    fn stuck(&mut self, parent: Option<StepNumber>, frame: u32, step: &StepId, why: Why) {
        // Not `failed`: that walks, and this is on a walk.
        let Some(block) = self.step(frame, step).and_then(|step| step.on_failure.clone()) else {
            return self.stay(parent, frame, step, why);
        };
        let number = self.begin(parent, frame, step, Begun::Blocks { count: 0, chose: None });
        self.moved(Move::Handle { number });
        self.todo.push(Job::Go { parent: Some(number), frame, step: Some(block) });
    }

    /// It goes no further here until the holder has said how.
    fn stay(&mut self, parent: Option<StepNumber>, frame: u32, step: &StepId, why: Why) {
        let number = self.begin(parent, frame, step, Begun::Blocks { count: 0, chose: None });
        self.moved(Move::Stuck { number, why });
        self.begun.push(number);
    }

    /// Whether the playbook has not ended meanwhile, by another branch.
    fn is_live(&self, parent: Option<StepNumber>, frame: u32) -> bool {
        self.run.frames.contains_key(&frame)
            && parent.is_none_or(|parent| self.run.tokens.contains_key(&parent))
    }

    fn go(&mut self, parent: Option<StepNumber>, frame: u32, id: StepId) {
        if !self.is_live(parent, frame) {
            return;
        }
        let Some(step) = self.step(frame, &id) else {
            return self.stuck(parent, frame, &id, Why::Missing);
        };
        if let Some(condition) = &step.only_if {
            match self.holds(frame, condition) {
                Some(true) => {}
                Some(false) => {
                    self.moved(Move::Pass { frame, step: id });
                    return self.todo.push(Job::Go { parent, frame, step: step.next.clone() });
                }
                None => return self.stuck(parent, frame, &id, Why::Condition),
            }
        }
        let block = |step: &StepId| Some(step.clone());
        match &step.does {
            Does::Task(task) => self.task(parent, frame, &id, task),
            Does::Wait { time } => {
                let until = self.scene.now.plus(*time);
                self.begin(parent, frame, &id, Begun::Until(until));
            }
            Does::End { playbook: false } => self.todo.push(Job::Go { parent, frame, step: None }),
            Does::End { playbook: true } => self.end_frame(frame),
            Does::If { condition, then, otherwise } => match self.holds(frame, condition) {
                Some(true) => self.into(parent, frame, step, block(then), "then"),
                Some(false) => self.into(parent, frame, step, otherwise.clone(), "else"),
                None => self.stuck(parent, frame, &id, Why::Condition),
            },
            Does::Switch { on, cases, default } => {
                let value = self.run.vars(frame).and_then(|vars| vars.get(on)).cloned();
                match value {
                    Some(Value::Choice(word)) => {
                        let chosen = cases.get(&word).or(default.as_ref()).cloned();
                        self.into(parent, frame, step, chosen, &word);
                    }
                    _ => self.stuck(parent, frame, &id, Why::Condition),
                }
            }
            Does::While { condition, body, .. } => match self.holds(frame, condition) {
                Some(true) => self.into(parent, frame, step, block(body), "do"),
                Some(false) => self.todo.push(Job::Go { parent, frame, step: step.next.clone() }),
                None => self.stuck(parent, frame, &id, Why::Condition),
            },
            Does::Parallel { branches } => {
                let count = u32::try_from(branches.len()).unwrap_or(u32::MAX);
                let number = self.begin(parent, frame, &id, Begun::Blocks { count, chose: None });
                let jobs = branches.iter().rev().map(|branch| Job::Go {
                    parent: Some(number),
                    frame,
                    step: block(branch),
                });
                self.todo.extend(jobs);
            }
            Does::Call { playbook, with, .. } => {
                self.called(parent, frame, &id, (playbook, with));
            }
        }
    }

    /// Something for people.
    fn task(&mut self, parent: Option<StepNumber>, frame: u32, id: &StepId, task: &Task) {
        let now = self.scene.now;
        let after = |time: Option<std::time::Duration>| time.map(|time| now.plus(time));
        // The law counts from when somebody noticed, however late the step comes.
        let due_since_detected = task.due_since_detected();
        let due = match due_since_detected {
            Some(time) => Some(self.incident.detected_at.plus(time)),
            None => after(task.due),
        };
        let waits = Begun::Task {
            title: task.title.clone(),
            who: task.who.clone(),
            // The holder has it from the beginning; while nobody holds, the incident's own ladder calls.
            ack: after(task.ack.filter(|_| task.who != Whom::Holder)),
            due,
            due_since_detected,
            remind: after(task.remind),
            timeout: after(task.timeout),
        };
        let number = self.begin(parent, frame, id, waits);
        self.begun.push(number);
    }

    /// Another playbook, with what it is given.
    fn called(
        &mut self,
        parent: Option<StepNumber>,
        frame: u32,
        id: &StepId,
        (playbook, with): (&PlaybookId, &BTreeMap<Name, Expr>),
    ) {
        let given = self.given(frame, with);
        let start = self.scene.bundle.playbooks.get(playbook).map(|one| one.start.clone());
        let (Some(vars), Some(start)) = (given, start) else {
            return self.stuck(parent, frame, id, Why::Condition);
        };
        let number = self.begin(parent, frame, id, Begun::Blocks { count: 1, chose: None });
        let opened = self.run.last_frame.saturating_add(1);
        let playbook = playbook.clone();
        self.moved(Move::Open { frame: opened, playbook, vars, caller: number });
        self.todo.push(Job::Go { parent: Some(number), frame: opened, step: Some(start) });
    }

    /// Into a block, or on where there is none.
    fn into(
        &mut self,
        parent: Option<StepNumber>,
        frame: u32,
        step: &Step,
        block: Option<StepId>,
        chose: &str,
    ) {
        let Some(block) = block else {
            self.moved(Move::Pass { frame, step: step.id.clone() });
            return self.todo.push(Job::Go { parent, frame, step: step.next.clone() });
        };
        let waits = Begun::Blocks { count: 1, chose: Some(chose.to_owned()) };
        let number = self.begin(parent, frame, &step.id, waits);
        self.todo.push(Job::Go { parent: Some(number), frame, step: Some(block) });
    }

    fn given(&self, frame: u32, with: &BTreeMap<Name, Expr>) -> Option<BTreeMap<Name, Value>> {
        let vars = self.run.vars(frame)?;
        with.iter()
            .map(|(name, expr)| Some((name.clone(), expr.value(vars, &self.facts)?)))
            .collect()
    }

    /// A block of this step ended.
    fn back(&mut self, number: StepNumber) {
        if !self.run.tokens.contains_key(&number) {
            return;
        }
        self.moved(Move::Back { number });
        let Some(token) = self.run.tokens.get(&number) else { return };
        let Waits::Blocks { left: 0, turn, handling } = token.waits else { return };
        let (parent, frame, id) = (token.parent, token.frame, token.step.clone());
        let step = self.step(frame, &id);
        match step.map(|step| &step.does) {
            Some(Does::While { condition, body, max }) if !handling => {
                match self.holds(frame, condition) {
                    Some(true) if turn >= *max => return self.give_up(number, Why::Loop),
                    Some(true) => {
                        self.moved(Move::Again { number });
                        return self.todo.push(Job::Go {
                            parent: Some(number),
                            frame,
                            step: Some(body.clone()),
                        });
                    }
                    Some(false) => {}
                    None => return self.give_up(number, Why::Condition),
                }
            }
            Some(Does::Call { .. }) if !handling => {
                // A called playbook's last block ended.
                if let Some(called) = self.called_by(number) {
                    return self.end_frame(called);
                }
            }
            _ => {}
        }
        let next = step.and_then(|step| step.next.clone());
        self.moved(Move::End { number });
        self.todo.push(Job::Go { parent, frame, step: next });
    }

    /// A step that leads into blocks cannot go on.
    fn give_up(&mut self, number: StepNumber, why: Why) {
        let Some(token) = self.run.tokens.get(&number) else { return };
        let (frame, id) = (token.frame, token.step.clone());
        match self.step(frame, &id).and_then(|step| step.on_failure.clone()) {
            Some(block) => {
                self.moved(Move::Handle { number });
                self.todo.push(Job::Go { parent: Some(number), frame, step: Some(block) });
            }
            None => {
                self.moved(Move::Stuck { number, why });
                self.begun.push(number);
            }
        }
    }

    fn called_by(&self, number: StepNumber) -> Option<u32> {
        let called = self.run.frames.iter().find(|(_, frame)| frame.caller == Some(number));
        called.map(|(frame, _)| *frame)
    }

    /// A playbook ends; of the one that was started, the run does.
    fn end_frame(&mut self, frame: u32) {
        let caller = self.run.frames.get(&frame).and_then(|frame| frame.caller);
        let Some(number) = caller else { return self.finish() };
        let Some(token) = self.run.tokens.get(&number) else { return };
        let (parent, above, id) = (token.parent, token.frame, token.step.clone());
        let step = self.step(above, &id);
        let vars = self.run.vars(frame).cloned().unwrap_or_default();
        let taken = match step.map(|step| &step.does) {
            Some(Does::Call { take, .. }) => take
                .iter()
                .filter_map(|(own, theirs)| Some((own.clone(), vars.get(theirs)?.clone())))
                .collect(),
            _ => BTreeMap::new(),
        };
        self.moved(Move::Close { frame, taken });
        self.begun.retain(|begun| self.run.tokens.contains_key(begun));
        let next = step.and_then(|step| step.next.clone());
        self.moved(Move::End { number });
        self.todo.push(Job::Go { parent, frame: above, step: next });
    }

    /// Calls whoever a step that began, or got stuck, is for.
    fn offer(&mut self, number: StepNumber) {
        let Some(token) = self.run.tokens.get(&number) else { return };
        let (cause, whom) = match &token.waits {
            Waits::Task(pending) => (Call::Begun, pending.who.clone()),
            Waits::Decision { .. } => (Call::Failed, Whom::Holder),
            _ => return,
        };
        let (people, team) =
            resolve(&whom, self.incident, self.scene.now, self.scene.directory, cause);
        // Nobody decides while everybody sleeps: it is asked again.
        let again = self.scene.now.plus(self.incident.policies.exhausted_every);
        let asked: Vec<PersonId> = people.iter().map(|called| called.id.clone()).collect();
        self.call(number, cause, people, team, (cause == Call::Failed).then_some(again));
        self.late_at_once(number, &asked);
    }

    /// Somebody is called for a step.
    pub fn call(
        &mut self,
        step: StepNumber,
        cause: Call,
        people: Vec<Called>,
        team: bool,
        next: Option<Timestamp>,
    ) {
        let directory = self.scene.directory;
        let team_hears = team && directory.channels.contains(&ChannelKind::Telegram);
        let reachable =
            team_hears || people.iter().any(|one| !directory.ways_to(&one.id).is_empty());
        self.happened(RunEvent::Called { step, cause, people, team, reachable, next });
    }
}
