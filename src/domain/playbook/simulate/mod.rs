//! Playing a playbook through on a virtual clock, with the very functions that run it: who is asked what
//! and when, which way it takes, and what takes longest.

mod answers;
mod check;
mod sample;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::library::Bundle;
use super::model::{Ask, Given, Name, PlaybookId, StepId, Task, Whom};
use super::run::advance::{Scene, Way};
use super::run::event::{Begun, Call, Move, RunEvent, StepNumber, Why};
use super::run::moments;
use super::run::state::{Run, Token, Waits};
use crate::domain::actor::Actor;
use crate::domain::directory::Directory;
use crate::domain::incident::state::Incident;
use crate::domain::time::Timestamp;

use super::expr::Value;
pub use answers::allowed;
use answers::{any, read, shown};
pub use check::{Broken, check};
pub use sample::{Nobody, nobody, sample};

/// How people behave in it.
#[derive(Clone, Debug, Default)]
pub struct Script {
    /// Answers by variable: one for each time it is asked, the last one for every further time.
    pub answers: BTreeMap<Name, Vec<Given>>,
    /// Steps nobody finishes.
    pub times_out: BTreeSet<StepId>,
    /// What picks the answers that are not given.
    pub seed: u64,
}

/// One thing on the way.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// Since the beginning.
    pub at: Duration,
    /// In which playbook.
    pub playbook: PlaybookId,
    /// At which step.
    pub step: StepId,
    /// What.
    pub what: What,
}

/// What happened there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum What {
    /// People are asked.
    Asked {
        /// What to do.
        title: String,
        /// Who.
        who: Whom,
    },
    /// They answered a question.
    Answered {
        /// Which.
        name: Name,
        /// How.
        value: String,
    },
    /// It is done.
    Done,
    /// Others agreed.
    Approved,
    /// A way was chosen.
    Chose(String),
    /// It was passed over.
    Passed,
    /// It failed.
    Failed(Why),
    /// Nothing says what to do then: the run waits for its holder.
    Stuck(Why),
    /// Nobody took it in time, and others are called.
    Untaken,
    /// It is late.
    Late,
    /// Nobody has to do anything until the time has passed.
    Waits(Duration),
}

/// How it ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Played {
    /// What happened, in order.
    pub entries: Vec<Entry>,
    /// How long it took.
    pub took: Duration,
    /// Whether it came to its end.
    pub ended: bool,
    /// The steps on the longest way, the last one first.
    pub critical: Vec<StepId>,
}

impl Played {
    /// The steps that were begun, in order.
    pub fn begun(&self) -> impl Iterator<Item = &StepId> {
        let begun = |entry: &&Entry| matches!(entry.what, What::Asked { .. });
        self.entries.iter().filter(begun).map(|entry| &entry.step)
    }

    /// The steps on the longest way, the first one first, each with how long it took.
    pub fn longest(&self) -> impl Iterator<Item = (&StepId, Option<Duration>)> {
        let began = |entry: &&Entry| matches!(entry.what, What::Asked { .. } | What::Waits(_));
        let ended = |entry: &&Entry| matches!(entry.what, What::Done | What::Failed(_));
        let mut used = BTreeMap::<&StepId, usize>::new();
        self.critical.iter().rev().map(move |step| {
            let mine = || self.entries.iter().filter(move |entry| entry.step == *step);
            // A step of a loop stands there once for each time.
            let turn = used.entry(step).or_default();
            let (from, to) = (mine().filter(began).nth(*turn), mine().filter(ended).nth(*turn));
            *turn = turn.saturating_add(1);
            (step, from.zip(to).map(|(from, to)| to.at.saturating_sub(from.at)))
        })
    }
}

/// How long a step takes that says nothing of time.
const USUAL: Duration = Duration::from_secs(10 * 60);

/// Nobody goes through more.
const LONGEST: usize = 200_000;

/// Plays `bundle` on `incident`, which has to be open, as `script` says. Each step takes half of what it is
/// due in.
pub fn play(
    bundle: &Bundle,
    incident: &Incident,
    directory: &Directory,
    args: &BTreeMap<Name, Given>,
    script: &Script,
) -> Played {
    let start = incident.reported_at;
    let actor = Actor::System;
    let mut incident = incident.clone();
    let mut stage = Stage {
        bundle,
        directory,
        actor: &actor,
        script,
        start,
        played: Played {
            entries: Vec::new(),
            took: Duration::ZERO,
            ended: false,
            critical: Vec::new(),
        },
        asked: BTreeMap::new(),
        ready: BTreeMap::new(),
        places: BTreeMap::new(),
        before: BTreeMap::new(),
        last: None,
        stuck: BTreeSet::new(),
        untaken: BTreeSet::new(),
    };
    stage.run(&mut incident, args);
    stage.played
}

struct Stage<'a> {
    bundle: &'a Bundle,
    directory: &'a Directory,
    actor: &'a Actor,
    script: &'a Script,
    start: Timestamp,
    played: Played,
    asked: BTreeMap<Name, usize>,
    ready: BTreeMap<StepNumber, Timestamp>,
    places: BTreeMap<StepNumber, (PlaybookId, StepId)>,
    /// Which step's end let another begin.
    before: BTreeMap<StepNumber, Option<StepNumber>>,
    last: Option<StepNumber>,
    stuck: BTreeSet<StepNumber>,
    untaken: BTreeSet<StepNumber>,
}

impl Stage<'_> {
    fn scene(&self, now: Timestamp) -> Scene<'_> {
        Scene { bundle: self.bundle, now, directory: self.directory, actor: self.actor }
    }

    fn run(&mut self, incident: &mut Incident, args: &BTreeMap<Name, Given>) {
        let mut now = self.start;
        let Some(root) = self.bundle.root() else { return };
        let mut run = Run::fresh(root, now);
        if let Some(frame) = run.frames.values_mut().next() {
            let given = root.args.iter().filter_map(|(name, question)| {
                let given = args
                    .get(name)
                    .cloned()
                    .unwrap_or_else(|| any(name, &question.answer, self.script.seed, 0));
                Some((name.clone(), read(&question.answer, &given)?))
            });
            frame.vars.extend(given);
        }
        let events = {
            let mut way = Way::new(incident, run.clone(), self.scene(now));
            way.start();
            run = way.run;
            way.events
        };
        self.saw(incident, &run, &events, now);
        self.taken(&mut run, &events, now);
        for _ in 0..LONGEST {
            if !run.is_live() {
                self.played.ended = true;
                break;
            }
            // Whoever is ready first; or a moment of the run itself.
            let person = self
                .ready
                .iter()
                .min_by_key(|(number, at)| (**at, **number))
                .map(|(number, at)| (*at, Some(*number)));
            // Calls and reminders alone bring nothing to its end.
            let moves = |token: &Token| match &token.waits {
                Waits::Until(_) => true,
                Waits::Task(pending) => pending.timeout.is_some(),
                Waits::Blocks { .. } | Waits::Decision { .. } => false,
            };
            if person.is_none() && !run.tokens.values().any(moves) {
                break;
            }
            let moment = run.next_moment().map(|at| (at, None));
            let Some((at, who)) =
                [person, moment].into_iter().flatten().min_by_key(|(at, who)| (*at, who.is_none()))
            else {
                break;
            };
            now = at.max(now);
            let events = match who {
                Some(number) => self.does(incident, &mut run, number, now),
                None => {
                    let (_, events) = moments::tick(incident, &run, self.scene(now));
                    for event in &events {
                        run.apply(event, &self.at(now));
                    }
                    events
                }
            };
            self.saw(incident, &run, &events, now);
            self.taken(&mut run, &events, now);
        }
        self.played.took = now.since(self.start);
        let mut at = self.last;
        while let Some(number) = at {
            self.played.critical.extend(self.places.get(&number).map(|(_, step)| step.clone()));
            at = self.before.get(&number).copied().flatten();
        }
    }

    /// Whoever is going to do a step takes it when it begins.
    fn taken(&self, run: &mut Run, events: &[RunEvent], now: Timestamp) {
        let moves = events.iter().filter_map(|event| match event {
            RunEvent::Moved { moves } => Some(moves),
            _ => None,
        });
        for one in moves.flatten() {
            if let Move::Begin { number, step, waits: Begun::Task { .. }, .. } = one
                && !self.script.times_out.contains(step)
            {
                run.apply(&RunEvent::Taken { step: *number }, &self.at(now));
            }
        }
    }

    fn at(&self, now: Timestamp) -> crate::domain::incident::fold::At {
        crate::domain::incident::fold::At { seq: 0, at: now, actor: self.actor.clone() }
    }

    fn note(&mut self, now: Timestamp, number: StepNumber, what: What) {
        let Some((playbook, step)) = self.places.get(&number).cloned() else { return };
        let at = now.since(self.start);
        self.played.entries.push(Entry { at, playbook, step, what });
    }

    /// Somebody does a step: answers what it asks, and is done.
    fn does(
        &mut self,
        incident: &Incident,
        run: &mut Run,
        number: StepNumber,
        now: Timestamp,
    ) -> Vec<RunEvent> {
        self.ready.remove(&number);
        let Some(token) = run.tokens.get(&number).cloned() else { return Vec::new() };
        let task = super::run::decide::task(run, self.bundle, number).cloned();
        let mut events = Vec::new();
        for ask in task.iter().flat_map(|task| &task.asks) {
            let Some(value) = self.answer(ask) else { continue };
            let shown = shown(&value);
            events.push(RunEvent::Answered { step: number, name: ask.set.clone(), value });
            self.note(now, number, What::Answered { name: ask.set.clone(), value: shown });
        }
        if task.is_some_and(|task| task.approval.is_some()) {
            self.note(now, number, What::Approved);
        }
        events.push(RunEvent::Done { step: number });
        for event in &events {
            run.apply(event, &self.at(now));
        }
        self.last = Some(number);
        let mut way = Way::new(incident, run.clone(), self.scene(now));
        way.after(token.parent, token.frame, &token.step);
        *run = way.run;
        events.extend(way.events);
        events
    }

    fn answer(&mut self, ask: &Ask) -> Option<Value> {
        let turn = self.asked.entry(ask.set.clone()).or_default();
        let given = self.script.answers.get(&ask.set);
        let given = given.and_then(|given| given.get(*turn).or(given.last()));
        // Another playbook may ask something else under the same name.
        let given = given.and_then(|given| read(&ask.question.answer, given));
        let otherwise = any(&ask.set, &ask.question.answer, self.script.seed, *turn);
        *turn = turn.saturating_add(1);
        given.or_else(|| read(&ask.question.answer, &otherwise))
    }

    /// Writes down what happened, and when whoever was asked is ready.
    fn saw(&mut self, incident: &mut Incident, run: &Run, events: &[RunEvent], now: Timestamp) {
        for event in events {
            match event {
                RunEvent::Moved { moves } => {
                    moves.iter().for_each(|one| self.moved(incident, run, one, now))
                }
                RunEvent::Done { step } => {
                    self.last = Some(*step);
                    self.note(now, *step, What::Done);
                }
                RunEvent::Late { step } => self.note(now, *step, What::Late),
                RunEvent::Called { step, cause: Call::Untaken(_), .. }
                    if self.untaken.insert(*step) =>
                {
                    self.note(now, *step, What::Untaken);
                }
                RunEvent::Failed { step, why, .. } => {
                    self.ready.remove(step);
                    self.last = Some(*step);
                    self.note(now, *step, What::Failed(*why));
                }
                _ => {}
            }
        }
        let stuck: Vec<_> = run.stuck().map(|(number, _, why)| (number, why)).collect();
        for (number, why) in stuck {
            if self.stuck.insert(number) {
                self.note(now, number, What::Stuck(why));
            }
        }
        self.ready.retain(|number, _| run.task(*number).is_some());
    }

    fn moved(&mut self, incident: &mut Incident, run: &Run, one: &Move, now: Timestamp) {
        match one {
            Move::Begin { number, frame, step, waits, .. } => {
                incident.last_step = incident.last_step.max(*number);
                let playbook = run.frames.get(frame).map(|frame| frame.playbook.clone());
                let playbook =
                    playbook.or_else(|| self.owner(step)).unwrap_or_else(|| run.playbook.clone());
                self.places.insert(*number, (playbook.clone(), step.clone()));
                self.before.insert(*number, self.last);
                match waits {
                    Begun::Task { title, who, due, .. } => {
                        let what = What::Asked { title: title.clone(), who: who.clone() };
                        self.note(now, *number, what);
                        if !self.script.times_out.contains(step) {
                            let task =
                                self.bundle.step(&playbook, step).and_then(|step| step.task());
                            let left = due.map(|due| due.since(now));
                            self.ready.insert(
                                *number,
                                now.plus(task.map_or(USUAL, |one| lasts(one, left))),
                            );
                        }
                    }
                    Begun::Blocks { chose: Some(chose), .. } => {
                        self.note(now, *number, What::Chose(chose.clone()))
                    }
                    Begun::Until(until) => {
                        self.note(now, *number, What::Waits(until.since(now)));
                    }
                    Begun::Blocks { .. } => {}
                }
            }
            Move::Pass { frame, step } => {
                let playbook = run.frames.get(frame).map(|frame| frame.playbook.clone());
                let playbook =
                    playbook.or_else(|| self.owner(step)).unwrap_or_else(|| run.playbook.clone());
                let at = now.since(self.start);
                self.played.entries.push(Entry {
                    at,
                    playbook,
                    step: step.clone(),
                    what: What::Passed,
                });
            }
            _ => {}
        }
    }

    /// The playbook of a step whose frame is closed already.
    fn owner(&self, step: &StepId) -> Option<PlaybookId> {
        let found = self.bundle.playbooks.values().find(|one| one.steps.contains_key(step));
        found.map(|one| one.id.clone())
    }
}

/// How long people need for a step: half of what is left until it is due, where anything is.
fn lasts(task: &Task, left: Option<Duration>) -> Duration {
    let whole = left.filter(|left| !left.is_zero()).or(task.timeout).or(task.ack);
    whole.and_then(|whole| whole.checked_div(2)).unwrap_or(USUAL)
}

impl Run {
    /// A run about to begin, on no incident.
    fn fresh(root: &super::model::Playbook, now: Timestamp) -> Self {
        use super::run::state::Frame;
        use crate::domain::incident::state::Stamp2;
        let frame = Frame { playbook: root.id.clone(), vars: BTreeMap::new(), caller: None };
        Self {
            number: 1,
            playbook: root.id.clone(),
            version: root.version,
            title: root.title.clone(),
            hash: String::new(),
            started: Stamp2 { seq: 0, at: now, by: Actor::System },
            ended: None,
            frames: BTreeMap::from([(1, frame)]),
            tokens: BTreeMap::new(),
            done: 0,
            over: Vec::new(),
            last_frame: 1,
        }
    }
}
