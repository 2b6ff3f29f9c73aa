//! People do whatever they like with the playbooks built in: take, answer, prove, agree, refuse, leave out,
//! fail, try again, or nothing at all. Joins stay exact, no step begins twice, somebody can always go on, and
//! what is stored folds to the same.

use std::collections::{BTreeMap, BTreeSet};

use trucban::config::playbooks::Shelf;
use trucban::domain::access::permit;
use trucban::domain::actor::Actor;
use trucban::domain::directory::{Directory, Person};
use trucban::domain::ids::PersonId;
use trucban::domain::incident::act::ActKind;
use trucban::domain::incident::event::IncidentEvent;
use trucban::domain::incident::fold::At;
use trucban::domain::incident::state::Incident;
use trucban::domain::playbook::Bundle;
use trucban::domain::playbook::model::{Answer, ProofKind};
use trucban::domain::playbook::run::advance::Scene;
use trucban::domain::playbook::run::event::{Move, StepNumber};
use trucban::domain::playbook::run::state::{Run, Waits};
use trucban::domain::playbook::run::{PlayAct, RunEvent, decide, moments};
use trucban::domain::playbook::simulate::sample;
use trucban::domain::text::{ContentId, Text};
use trucban::domain::time::Timestamp;
use trucban::domain::values::Role;

use crate::simulation::rng::Rng;
use crate::simulation::town::START;

/// What people do at most.
const ACTS: u32 = 200;

fn people() -> Directory {
    let person = |id: &str, role: Role| {
        let id = PersonId::new(id);
        let roles = [role].into();
        let (unit, order, active, hours) = (None, Vec::new(), true, None);
        (id.clone(), Person { id, unit, roles, order, active, hours })
    };
    let all = [
        person("p-1", Role::Lead),
        person("p-2", Role::Lead),
        person("p-3", Role::Responder),
        person("p-4", Role::Manager),
    ];
    Directory { people: all.into(), ..Directory::default() }
}

/// One incident with a run, folded as the ledger folds it.
struct Place<'a> {
    bundle: &'a Bundle,
    directory: Directory,
    incident: Incident,
    /// The same, out of what was stored.
    stored: Incident,
    now: Timestamp,
    seq: i64,
    begun: BTreeSet<StepNumber>,
}

impl<'a> Place<'a> {
    /// A run of `bundle` was started.
    fn begun(bundle: &'a Bundle) -> Self {
        let incident = Incident { title: sealed(), ..sample(START, None) };
        let mut place = Self {
            bundle,
            directory: people(),
            stored: incident.clone(),
            incident,
            now: START,
            seq: 0,
            begun: BTreeSet::new(),
        };
        let actor = Actor::Person(PersonId::new("p-1"));
        let scene = Scene { bundle, now: START, directory: &place.directory, actor: &actor };
        let (number, events) = decide::start(&place.incident, "hash", scene).expect("it starts");
        place.happened(number, events, &actor);
        place
    }

    fn happened(&mut self, run: u32, events: Vec<RunEvent>, actor: &Actor) {
        for mut what in events {
            if let Some(text) = what.text_mut() {
                *text = sealed();
            }
            if let RunEvent::Moved { moves } = &what {
                for one in moves {
                    if let Move::Begin { number, .. } = one {
                        assert!(self.begun.insert(*number), "{number} begins once");
                    }
                }
            }
            self.seq += 1;
            let at = At { seq: self.seq, at: self.now, actor: actor.clone() };
            let event = IncidentEvent::Run { run, what };
            let kept = serde_json::to_string(&event).unwrap();
            self.incident.apply(&event, &at);
            let event: IncidentEvent = serde_json::from_str(&kept).unwrap();
            self.stored.apply(&event, &at);
        }
        assert_eq!(self.incident, self.stored);
        let kept = serde_json::to_string(&self.incident).unwrap();
        assert_eq!(serde_json::from_str::<Incident>(&kept).unwrap(), self.incident);
        self.incident.runs.iter().for_each(exact);
    }

    fn run(&self) -> &Run {
        self.incident.runs.last().expect("one was started")
    }

    fn does(&mut self, who: &str, act: &PlayAct) {
        let actor = Actor::Person(PersonId::new(who));
        let leave = permit(&actor, ActKind::Play, None, &self.directory).unwrap();
        let scene =
            Scene { bundle: self.bundle, now: self.now, directory: &self.directory, actor: &actor };
        if let Ok((run, events)) = decide::decide(&self.incident, act, &leave, scene) {
            self.happened(run, events, &actor);
        }
    }

    fn proves(&mut self, who: &str, step: StepNumber, kind: ProofKind) {
        let actor = Actor::Person(PersonId::new(who));
        let leave = permit(&actor, ActKind::Play, None, &self.directory).unwrap();
        let scene =
            Scene { bundle: self.bundle, now: self.now, directory: &self.directory, actor: &actor };
        if let Ok((run, events)) = decide::prove(&self.incident, step, (1, kind), &leave, scene) {
            self.happened(run, events, &actor);
        }
    }

    /// Nobody does anything until the next moment.
    fn waits(&mut self) {
        let Some(next) = self.incident.run_moment() else { return };
        self.now = self.now.max(next);
        let (actor, run) = (Actor::System, self.run().clone());
        let scene =
            Scene { bundle: self.bundle, now: self.now, directory: &self.directory, actor: &actor };
        let (number, events) = moments::tick(&self.incident, &run, scene);
        self.happened(number, events, &actor);
        let next = self.incident.run_moment();
        assert!(next.is_none_or(|at| at > self.now), "a moment stays past: {:?}", self.run());
    }
}

/// Words as they are stored: apart, under a digest.
fn sealed() -> Text {
    Text::Sealed(ContentId("b3".to_owned()))
}

/// Every step that leads into blocks waits for exactly those that are there.
fn exact(run: &Run) {
    if !run.is_live() {
        assert!(run.tokens.is_empty() && run.frames.is_empty(), "{run:?}");
        return;
    }
    let mut inside: BTreeMap<Option<StepNumber>, u32> = BTreeMap::new();
    let mut once = BTreeSet::new();
    for token in run.tokens.values() {
        *inside.entry(token.parent).or_default() += 1;
        assert!(once.insert((token.frame, &token.step)), "{} twice", token.step);
        assert!(run.frames.contains_key(&token.frame), "{}", token.step);
        assert!(token.parent.is_none_or(|parent| run.tokens.contains_key(&parent)));
    }
    assert_eq!(inside.get(&None), Some(&1), "one step of the playbook itself at a time: {run:?}");
    for (number, token) in &run.tokens {
        let waits = match &token.waits {
            Waits::Blocks { left, .. } => *left,
            _ => 0,
        };
        let there = inside.get(&Some(*number)).copied().unwrap_or(0);
        assert_eq!(waits, there, "{} of {run:?}", token.step);
    }
    let callers = run.frames.values().filter_map(|frame| frame.caller);
    callers.for_each(|caller| assert!(run.tokens.contains_key(&caller)));
}

fn answer(answer: &Answer, rng: &mut Rng) -> String {
    match answer {
        Answer::YesNo => (*rng.pick(&["có", "không"])).to_owned(),
        Answer::Number { min, max } => (*rng.pick(&[min, max])).to_string(),
        Answer::Choice(all) => rng.pick(all).0.clone(),
        Answer::Words { example, .. } => example.clone().unwrap_or_else(|| "lời".to_owned()),
    }
}

/// Something is done to one of the steps that are there.
fn one_act(place: &mut Place<'_>, rng: &mut Rng) {
    let tokens: Vec<_> =
        place.run().tokens.iter().map(|(number, token)| (*number, token.waits.clone())).collect();
    let (number, waits) = rng.pick(&tokens).clone();
    let who = *rng.pick(&["p-1", "p-2", "p-3", "p-4"]);
    let reason = || "vì vậy".to_owned();
    match waits {
        Waits::Decision { .. } => match rng.below(4) {
            0 => place.does(who, &PlayAct::Skip(number, reason())),
            _ => place.does("p-1", &PlayAct::Retry(number)),
        },
        Waits::Task(pending) => {
            let task = decide::task(place.run(), place.bundle, number).cloned();
            match rng.below(20) {
                0 => place.does(who, &PlayAct::Fail(number, reason())),
                1 => place.does(who, &PlayAct::Skip(number, reason())),
                2 => place.does(who, &PlayAct::Take(number)),
                3 => place.does(who, &PlayAct::Decline(number, reason())),
                4 => place.does(who, &PlayAct::Done(number)),
                5 => place.waits(),
                _ => {
                    for (which, ask) in (0..).zip(task.iter().flat_map(|task| &task.asks)) {
                        let said = answer(&ask.question.answer, rng);
                        place.does("p-1", &PlayAct::Answer(number, which, said));
                    }
                    if let Some(proof) = task.as_ref().and_then(|task| task.evidence.as_ref()) {
                        let kind = proof.kinds.first().copied().unwrap_or(ProofKind::Photo);
                        (0..proof.count).for_each(|_| place.proves("p-1", number, kind));
                    }
                    place.does("p-1", &PlayAct::Done(number));
                    if pending.approval.is_some()
                        || task.is_some_and(|task| task.approval.is_some())
                    {
                        place.does("p-2", &PlayAct::Approve(number));
                        place.does("p-4", &PlayAct::Approve(number));
                        place.does("p-1", &PlayAct::Done(number));
                    }
                }
            }
        }
        Waits::Until(_) => place.waits(),
        Waits::Blocks { .. } => place.does(who, &PlayAct::Done(number)),
    }
}

fn played(bundle: &Bundle, seed: u64) -> bool {
    let mut place = Place::begun(bundle);
    let mut rng = Rng::new(seed);
    for _ in 0..ACTS {
        if !place.run().is_live() {
            return true;
        }
        // Somebody can do something, or time does.
        let open =
            place.run().tokens.values().any(|token| !matches!(token.waits, Waits::Blocks { .. }));
        assert!(open, "nothing is left to do: {:?}", place.run());
        one_act(&mut place, &mut rng);
    }
    let any = place.run().tokens.keys().next().copied().expect("a live run has a step");
    place.does("p-1", &PlayAct::Stop(any, "đủ rồi".to_owned()));
    assert!(!place.run().is_live());
    false
}

#[test]
fn whatever_people_do_joins_stay_exact_and_what_is_stored_folds_to_the_same() {
    let library = Shelf::of(None).library();
    let seeds = std::env::var("TRUCBAN_CASES").ok().and_then(|seeds| seeds.parse().ok());
    let mut ended = 0;
    for (id, playbook) in &library.all {
        if playbook.shared {
            continue;
        }
        let bundle = library.bundle(id).expect("what it calls is there");
        let kept = serde_json::to_string(&bundle).unwrap();
        assert_eq!(serde_json::from_str::<Bundle>(&kept).unwrap(), bundle, "{id}");
        for seed in 0..seeds.unwrap_or(3) {
            ended += u32::from(played(&bundle, seed));
        }
    }
    assert!(ended > 10, "{ended} runs came to their end");
}

#[test]
fn an_approval_that_lapses_gives_the_step_back_with_its_reminders_and_leaves_no_moment_past() {
    let text = "id = \"thu\"\nversion = 1\ntitle = \"Thử\"\nsummary = \"Thử.\"\n\n[[step]]\nid = \"viec\"\n\
                title = \"Làm\"\nwho = \"team\"\nremind = \"5m\"\n\
                approval = { by = \"lead\", expires = \"12m\" }\n";
    let read = trucban::config::playbooks::parse(text, std::path::Path::new("thu.toml"));
    let playbook = read.expect("it reads").playbook;
    let id = playbook.id.clone();
    let bundle = Bundle { root: id.clone(), playbooks: [(id, playbook)].into() };
    let mut place = Place::begun(&bundle);
    place.does("p-1", &PlayAct::Done(1));
    assert!(place.run().task(1).is_some_and(|pending| pending.approval.is_some()));
    place.waits();
    let pending = place.run().task(1).expect("it goes on");
    let minutes = |count: u64| START.plus(std::time::Duration::from_secs(count * 60));
    // The reminder that came due while others had to agree is not made up for: the next counts from here.
    assert_eq!((pending.approval.is_none(), pending.remind), (true, Some(minutes(17))));
}
