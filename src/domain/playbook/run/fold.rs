//! Taking events in.

use std::collections::{BTreeMap, BTreeSet};

use super::event::{Begun, Call, Move, RunEvent, StepNumber, Why};
use super::state::{
    Asked, Ended, Frame, How, Over, OverHow, Pending, REMEMBERED, Run, Token, Waits,
};
use crate::domain::actor::Actor;
use crate::domain::ids::PersonId;
use crate::domain::incident::fold::At;
use crate::domain::incident::state::{Incident, Stamp2};
use crate::domain::time::Timestamp;

/// The frame of the playbook that was started.
pub const FIRST_FRAME: u32 = 1;

impl Incident {
    /// Takes an event of run `number` in.
    pub(in crate::domain) fn run_on(&mut self, number: u32, event: &RunEvent, at: &At) {
        if let RunEvent::Started { .. } = event {
            self.runs.extend(Run::started(number, event, at));
        }
        if let RunEvent::Moved { moves } = event {
            let begun = moves.iter().filter_map(|one| match one {
                Move::Begin { number, .. } => Some(*number),
                _ => None,
            });
            self.last_step = begun.fold(self.last_step, StepNumber::max);
        }
        if let Some(run) = self.runs.iter_mut().find(|run| run.number == number) {
            run.apply(event, at);
        }
    }

    /// Whatever still runs ends with the incident.
    pub(in crate::domain) fn end_runs(&mut self, at: &At) {
        for run in self.runs.iter_mut().filter(|run| run.is_live()) {
            run.end(How::Closed, at);
        }
    }

    /// The clock was set: what remained of each wait still remains.
    pub(in crate::domain) fn shift_runs(&mut self, by_ms: i64) {
        let tokens = self.runs.iter_mut().flat_map(|run| run.tokens.values_mut());
        for token in tokens {
            let moments: Vec<&mut Timestamp> = match &mut token.waits {
                Waits::Until(at) => vec![at],
                Waits::Decision { again, .. } => again.iter_mut().collect(),
                Waits::Task(pending) => {
                    // What counts from an instant that somebody wrote down stays with that.
                    let fixed = pending.due_since_detected.is_some();
                    let due = (!fixed).then_some(&mut pending.due);
                    let own = [&mut pending.call_at, &mut pending.remind, &mut pending.timeout];
                    let own = own.into_iter().chain(due).flat_map(Option::as_mut);
                    own.chain(pending.approval.as_mut().map(|asked| &mut asked.until)).collect()
                }
                Waits::Blocks { .. } => Vec::new(),
            };
            moments.into_iter().for_each(|at| *at = at.shifted(by_ms));
        }
    }

    /// It was noticed at another instant than was thought: what counts from there is due at another one too.
    pub(in crate::domain) fn date_steps(&mut self, at: &At) {
        let detected = self.detected_at;
        let tokens = self.runs.iter_mut().flat_map(|run| run.tokens.values_mut());
        for token in tokens {
            if let Waits::Task(pending) = &mut token.waits
                && let Some(since) = pending.due_since_detected
            {
                let due = detected.plus(since);
                pending.due = Some(due);
                pending.late &= due <= at.at;
            }
        }
    }

    /// Whoever had steps that are always with the holder has them no more.
    pub(in crate::domain) fn untake(&mut self, person: &PersonId) {
        let tokens = self.runs.iter_mut().flat_map(|run| run.tokens.values_mut());
        for token in tokens {
            if let Waits::Task(pending) = &mut token.waits
                && pending.who == super::super::model::Whom::Holder
                && pending.taken.as_ref().is_some_and(|(taken, _)| taken == person)
            {
                pending.taken = None;
            }
        }
    }
}

impl Run {
    fn started(number: u32, event: &RunEvent, at: &At) -> Option<Self> {
        let RunEvent::Started { playbook, version, title, hash } = event else { return None };
        let frame = Frame { playbook: playbook.clone(), vars: BTreeMap::new(), caller: None };
        Some(Self {
            number,
            playbook: playbook.clone(),
            version: *version,
            title: title.clone(),
            hash: hash.clone(),
            started: stamp(at),
            ended: None,
            frames: BTreeMap::from([(FIRST_FRAME, frame)]),
            tokens: BTreeMap::new(),
            done: 0,
            over: Vec::new(),
            last_frame: FIRST_FRAME,
        })
    }

    /// Takes one event in.
    pub(in crate::domain) fn apply(&mut self, event: &RunEvent, at: &At) {
        match event {
            RunEvent::Started { .. } => {}
            RunEvent::Moved { moves } => moves.iter().for_each(|one| self.take_move(one, at)),
            RunEvent::Finished => self.end(How::Finished, at),
            RunEvent::Stopped { .. } => self.end(How::Stopped, at),
            RunEvent::Lost => self.end(How::Lost, at),
            RunEvent::Called { step, cause: Call::Failed, next, .. } => {
                if let Some(Waits::Decision { again, .. }) = self.waits_mut(*step) {
                    *again = *next;
                }
            }
            RunEvent::Answered { step, name, value } => {
                if let Some(pending) = self.pending_mut(*step) {
                    pending.answered.insert(name.clone());
                }
                let frame = self.tokens.get(step).map(|token| token.frame);
                if let Some(frame) = frame.and_then(|frame| self.frames.get_mut(&frame)) {
                    frame.vars.insert(name.clone(), value.clone());
                }
            }
            RunEvent::Done { step } => self.finish(*step, OverHow::Done, at),
            RunEvent::Skipped { step, .. } => self.finish(*step, OverHow::Skipped, at),
            RunEvent::Failed { step, why, .. } => self.failed(*step, *why, at),
            // Whoever decides moves it on; the same entry says how.
            RunEvent::Retried { .. } => {}
            other => self.pend(other, at),
        }
    }

    /// What changes about a step that waits for people.
    fn pend(&mut self, event: &RunEvent, at: &At) {
        let Some(pending) = event.step().and_then(|step| self.pending_mut(step)) else { return };
        let actor = match &at.actor {
            Actor::Person(person) => Some(person.clone()),
            _ => None,
        };
        match event {
            RunEvent::Called { cause, people, reachable, next, .. } => {
                pending.called.extend(people.iter().map(|called| called.id.clone()));
                match cause {
                    Call::Begun => pending.called_seq = at.seq,
                    Call::Untaken(position) => {
                        pending.called_seq = at.seq;
                        pending.position = Some(*position);
                        pending.call_at = *next;
                        pending.dead = if *reachable { 0 } else { pending.dead.saturating_add(1) };
                    }
                    _ => {}
                }
            }
            RunEvent::Taken { .. } => {
                pending.taken = actor.map(|person| (person, at.at));
                pending.call_at = None;
                pending.not_reminded_before(at.at);
            }
            RunEvent::Proved { number, .. } => pending.proof.push(*number),
            RunEvent::ApprovalAsked { until, .. } => {
                let asked = |by| Asked { by, at: at.at, until: *until, given: Vec::new() };
                pending.approval = actor.map(asked);
            }
            RunEvent::Approved { .. } => {
                if let Some(asked) = &mut pending.approval {
                    asked.given.extend(actor);
                }
            }
            RunEvent::Declined { .. } | RunEvent::ApprovalLapsed { .. } => {
                pending.approval = None;
                pending.not_reminded_before(at.at);
            }
            RunEvent::Agreed { .. } => {
                (pending.approval, pending.agreed) = (None, true);
                pending.not_reminded_before(at.at);
            }
            RunEvent::Reminded { next, .. } => {
                pending.remind = Some(*next);
                pending.remind_wait = next.since(at.at);
                pending.reminded = pending.reminded.saturating_add(1);
            }
            RunEvent::Reasked { .. } => pending.answered.clear(),
            RunEvent::Freed { call_at, .. } => {
                (pending.taken, pending.call_at) = (None, Some(*call_at));
            }
            RunEvent::Late { .. } => pending.late = true,
            _ => {}
        }
    }

    fn pending_mut(&mut self, step: StepNumber) -> Option<&mut Pending> {
        match &mut self.tokens.get_mut(&step)?.waits {
            Waits::Task(pending) => Some(pending),
            _ => None,
        }
    }

    fn take_move(&mut self, one: &Move, at: &At) {
        match one {
            Move::Begin { number, parent, frame, step, phase, waits } => {
                let token = Token {
                    step: step.clone(),
                    frame: *frame,
                    parent: *parent,
                    phase: phase.clone(),
                    since: at.at,
                    waits: begun(waits, at.at),
                };
                self.tokens.insert(*number, token);
            }
            Move::Pass { .. } => {}
            Move::End { number } => {
                self.tokens.remove(number);
            }
            Move::Back { number } => {
                if let Some(Waits::Blocks { left, .. }) = self.waits_mut(*number) {
                    *left = left.saturating_sub(1);
                }
            }
            Move::Again { number } => {
                if let Some(Waits::Blocks { left, turn, .. }) = self.waits_mut(*number) {
                    (*left, *turn) = (1, turn.saturating_add(1));
                }
            }
            Move::Handle { number } => {
                if let Some(waits) = self.waits_mut(*number) {
                    *waits = Waits::Blocks { left: 1, turn: 0, handling: true };
                }
            }
            Move::Open { frame, playbook, vars, caller } => {
                let (playbook, vars) = (playbook.clone(), vars.clone());
                self.last_frame = self.last_frame.max(*frame);
                self.frames.insert(*frame, Frame { playbook, vars, caller: Some(*caller) });
            }
            Move::Close { frame, taken } => self.close(*frame, taken, at),
            Move::Stuck { number, why } => {
                if let Some(waits) = self.waits_mut(*number) {
                    *waits = Waits::Decision { why: *why, title: None, again: None };
                }
            }
        }
    }

    fn waits_mut(&mut self, number: StepNumber) -> Option<&mut Waits> {
        self.tokens.get_mut(&number).map(|token| &mut token.waits)
    }

    /// A frame ends with every step in it and in those it called; what is taken from it goes to the caller's.
    fn close(
        &mut self,
        frame: u32,
        taken: &BTreeMap<super::super::model::Name, super::super::expr::Value>,
        at: &At,
    ) {
        let inside = self.inside(frame);
        let gone: Vec<StepNumber> = self
            .tokens
            .iter()
            .filter(|(_, token)| inside.contains(&token.frame))
            .map(|(number, _)| *number)
            .collect();
        gone.into_iter().for_each(|number| self.finish(number, OverHow::Dropped, at));
        let caller = self.frames.get(&frame).and_then(|frame| frame.caller);
        let caller = caller.and_then(|caller| self.tokens.get(&caller)).map(|token| token.frame);
        if let Some(above) = caller.and_then(|frame| self.frames.get_mut(&frame)) {
            above.vars.extend(taken.clone());
        }
        self.frames.retain(|number, _| !inside.contains(number));
    }

    /// A frame and all frames called from within it.
    pub(super) fn inside(&self, frame: u32) -> BTreeSet<u32> {
        let mut inside = BTreeSet::from([frame]);
        // A called frame has a higher number than the one that called it.
        for (number, other) in &self.frames {
            let caller = other.caller.and_then(|caller| self.tokens.get(&caller));
            if caller.is_some_and(|token| inside.contains(&token.frame)) {
                inside.insert(*number);
            }
        }
        inside
    }

    /// A step is over.
    fn finish(&mut self, number: StepNumber, how: OverHow, at: &At) {
        let Some(token) = self.tokens.remove(&number) else { return };
        let (title, had, asked) = match token.waits {
            Waits::Task(pending) => {
                (pending.title, pending.taken.map(|(had, _)| had), pending.approval)
            }
            Waits::Decision { title: Some(title), .. } => (title, None, None),
            _ => return,
        };
        // Who agreed last ended it; who did it is whoever asked.
        let by = asked.filter(|_| how == OverHow::Done).map(|asked| Actor::Person(asked.by));
        let at = At { actor: by.unwrap_or_else(|| at.actor.clone()), ..at.clone() };
        self.remember(number, title, how, had, &at);
    }

    fn remember(
        &mut self,
        number: StepNumber,
        title: String,
        how: OverHow,
        had: Option<PersonId>,
        at: &At,
    ) {
        self.done = self.done.saturating_add(u32::from(how == OverHow::Done));
        self.over.retain(|over| over.number != number);
        if self.over.len() >= REMEMBERED {
            self.over.remove(0);
        }
        self.over.push(Over { number, title, how, at: stamp(at), had });
    }

    /// It stays as a step to be decided about, unless a block is there for it.
    fn failed(&mut self, number: StepNumber, why: Why, at: &At) {
        let Some(token) = self.tokens.get_mut(&number) else { return };
        let (title, had) = match &token.waits {
            Waits::Task(pending) => {
                let had = pending.taken.as_ref().map(|(had, _)| had.clone());
                (Some(pending.title.clone()), had)
            }
            Waits::Decision { title, .. } => (title.clone(), None),
            _ => (None, None),
        };
        token.waits = Waits::Decision { why, title: title.clone(), again: None };
        if let Some(title) = title {
            self.remember(number, title, OverHow::Failed, had, at);
        }
    }

    fn end(&mut self, how: How, at: &At) {
        let left: Vec<StepNumber> = self.tokens.keys().copied().collect();
        left.into_iter().for_each(|number| self.finish(number, OverHow::Dropped, at));
        self.tokens.clear();
        self.frames.clear();
        self.ended = Some(Ended { how, at: stamp(at) });
    }
}

fn begun(waits: &Begun, now: Timestamp) -> Waits {
    match waits {
        Begun::Until(at) => Waits::Until(*at),
        Begun::Blocks { count, .. } => Waits::Blocks { left: *count, turn: 1, handling: false },
        Begun::Task { title, who, ack, due, due_since_detected, remind, timeout } => {
            Waits::Task(Box::new(Pending {
                title: title.clone(),
                who: who.clone(),
                taken: None,
                call_at: *ack,
                position: None,
                dead: 0,
                called_seq: 0,
                called: BTreeSet::new(),
                due: *due,
                due_since_detected: *due_since_detected,
                late: false,
                remind: *remind,
                remind_wait: remind.map(|at| at.since(now)).unwrap_or_default(),
                reminded: 0,
                timeout: *timeout,
                answered: BTreeSet::new(),
                proof: Vec::new(),
                agreed: false,
                approval: None,
            }))
        }
    }
}

fn stamp(at: &At) -> Stamp2 {
    Stamp2 { seq: at.seq, at: at.at, by: at.actor.clone() }
}
