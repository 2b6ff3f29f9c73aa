//! The ladder against a second one that is written with plain loops and no cleverness: it knows
//! levels and rounds, who can be reached, and the contract's sentences.

use std::collections::BTreeSet;
use std::time::Duration;

use proptest::prelude::*;
use trucban::domain::access::{Permit, permit};
use trucban::domain::directory::{Directory, Person, Private};
use trucban::domain::envelope::Actor;
use trucban::domain::escalation::explain::explain;
use trucban::domain::escalation::ladder::Position;
use trucban::domain::escalation::policy::{Conditional, Level, Policy, PolicySet, Target};
use trucban::domain::escalation::who::Called;
use trucban::domain::ids::{IncidentCode, PersonId};
use trucban::domain::incident::act::{Act, ActKind};
use trucban::domain::incident::event::IncidentEvent;
use trucban::domain::incident::fold::At;
use trucban::domain::incident::moments::{Ctx, tick, undeliverable};
use trucban::domain::incident::{Incident, decide, opening};
use trucban::domain::time::Timestamp;
use trucban::domain::values::{ChannelKind, Role, Severity};

const EVERY: i64 = 30 * 60_000;
const GRACE: i64 = 15 * 60_000;
const LEASE: i64 = 2 * 3_600_000;
const T0: i64 = 1_795_244_400_000;

/// Waits in minutes, whether anybody on the level can be reached, and how often it repeats.
#[derive(Clone, Debug)]
struct Plan {
    levels: Vec<(i64, bool)>,
    repeat: u32,
}

/// What is done to an incident.
#[derive(Clone, Copy, Debug)]
enum Deed {
    /// Its moment is answered so many milliseconds late.
    Moment(i64),
    /// A person raises so many milliseconds before the moment.
    Raise(i64),
    /// The severity changes.
    Severity(usize),
    /// All pages of the current rung failed.
    Undeliverable,
    /// Somebody takes it.
    Take,
    /// The holder gives it back.
    HandBack,
}

fn plan() -> impl Strategy<Value = Plan> {
    let level = (1_i64..40, prop::bool::weighted(0.7));
    (prop::collection::vec(level, 1..=5), 0_u32..=3)
        .prop_map(|(levels, repeat)| Plan { levels, repeat })
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        6 => prop_oneof![Just(0_i64), 1_i64..60_000, Just(60_000_i64), 60_001_i64..900_000]
            .prop_map(Deed::Moment),
        2 => (0_i64..600_000).prop_map(Deed::Raise),
        2 => (0_usize..4).prop_map(Deed::Severity),
        2 => Just(Deed::Undeliverable),
        1 => Just(Deed::Take),
        1 => Just(Deed::HandBack),
    ]
}

/// Level `l` of plan `p` calls the one person `p<p>l<l>`.
fn name(plan: usize, level: usize) -> PersonId {
    PersonId::new(format!("p{plan}l{level}"))
}

fn directory(plans: &[Plan; 2]) -> Directory {
    let mut directory = Directory { channels: vec![ChannelKind::Telegram], ..Directory::default() };
    let mut add = |id: PersonId, role: Role, account: Option<i64>| {
        let roles = [role].into();
        let person = Person {
            id: id.clone(),
            unit: None,
            roles,
            order: Vec::new(),
            active: true,
            hours: None,
        };
        let private = Private { telegram_id: account, ..Private::default() };
        directory.people.insert(id.clone(), person);
        directory.private.insert(id, private);
    };
    for (p, plan) in plans.iter().enumerate() {
        for (l, (_, reachable)) in plan.levels.iter().enumerate() {
            add(name(p, l + 1), Role::Responder, reachable.then_some(1));
        }
    }
    add(PersonId::new("lead"), Role::Lead, Some(2));
    directory
}

fn policies(plans: &[Plan; 2]) -> PolicySet {
    let policy = |p: usize| {
        let level = |(l, (wait, _)): (usize, &(i64, bool))| Level {
            notify: vec![Target::Person(name(p, l + 1))],
            wait: Duration::from_secs(60 * u64::try_from(*wait).unwrap()),
            when: None,
        };
        let levels = plans[p].levels.iter().enumerate().map(level).collect();
        Policy::new(levels, plans[p].repeat, millis(LEASE)).unwrap()
    };
    PolicySet {
        conditional: vec![Conditional {
            severities: [Severity::High, Severity::Critical].into(),
            when: None,
            policy: policy(0),
        }],
        fallback: policy(1),
        exhausted_every: millis(EVERY),
        lease_grace: millis(GRACE),
    }
}

fn millis(ms: i64) -> Duration {
    Duration::from_millis(u64::try_from(ms).unwrap())
}

/// The slow ladder.
#[derive(Clone, Debug)]
struct Slow {
    plans: [Plan; 2],
    severity: Severity,
    /// Round and level, from one; nothing once exhausted.
    on: Option<(u32, usize)>,
    fired_at: i64,
    next: i64,
    /// Rungs in a row that reached nobody.
    dead: usize,
    paged: BTreeSet<PersonId>,
    /// The holder's next moment, and whether he was reminded.
    held: Option<(i64, bool)>,
    /// Whether somebody took it after the last call.
    answered: bool,
}

impl Slow {
    fn plan(&self) -> &Plan {
        &self.plans[usize::from(self.severity < Severity::High)]
    }

    fn called(&self, level: usize) -> PersonId {
        name(usize::from(self.severity < Severity::High), level)
    }

    fn after(&self, on: Option<(u32, usize)>) -> Option<(u32, usize)> {
        let plan = self.plan();
        match on? {
            (round, level) if level < plan.levels.len() => Some((round, level + 1)),
            (round, _) if round <= plan.repeat => Some((round + 1, 1)),
            _ => None,
        }
    }

    /// Takes `on`, and whatever follows at once because nobody there can be reached.
    fn fire(&mut self, mut on: Option<(u32, usize)>, now: i64, from: i64) {
        self.answered = false;
        loop {
            self.fired_at = now;
            let Some((_, level)) = on else {
                self.on = None;
                self.paged.insert(PersonId::new("lead"));
                self.wait_until(from + EVERY);
                return;
            };
            self.on = on;
            self.paged.insert(self.called(level));
            let (wait, reachable) = self.plan().levels[level - 1];
            if reachable {
                self.wait_until(from + wait * 60_000);
                return;
            }
            self.dead += 1;
            on = if self.dead >= self.plan().levels.len() { None } else { self.after(on) };
        }
    }

    fn wait_until(&mut self, next: i64) {
        if self.held.is_none() {
            self.next = next;
        }
    }

    fn moment(&mut self, now: i64) {
        let due = self.held.map_or(self.next, |(until, _)| until);
        let from = if now - due > 60_000 { now } else { due };
        match self.held {
            None => {
                self.dead = 0;
                self.fire(self.after(self.on), now, from);
            }
            Some((_, false)) => self.held = Some((from + GRACE, true)),
            Some((_, true)) => {
                self.held = None;
                self.dead = 0;
                self.fire(self.on, now, now);
            }
        }
    }

    /// A person asks for the next rung; whoever holds it keeps it.
    fn raise(&mut self, now: i64) {
        self.dead = 0;
        self.fire(self.after(self.on), now, now);
    }

    fn severity(&mut self, to: Severity, now: i64) {
        let up = to > self.severity;
        self.severity = to;
        if up && self.held.is_none() {
            let count = self.plan().levels.len();
            let fresh = (1..=count).find(|level| !self.paged.contains(&self.called(*level)));
            self.dead = 0;
            self.fire(Some((1, fresh.unwrap_or(count))), now, now);
            return;
        }
        let (rounds, levels) = (self.plan().repeat + 1, self.plan().levels.len());
        let near = |(round, level): (u32, usize)| {
            if round > rounds { (rounds, levels) } else { (round, level.min(levels)) }
        };
        self.on = self.on.map(near);
        if !up {
            let wait = self.on.map_or(EVERY, |(_, l)| self.plan().levels[l - 1].0 * 60_000);
            self.wait_until(self.next.max(self.fired_at + wait));
        }
    }

    fn undeliverable(&mut self, now: i64) {
        if self.answered || self.on.is_none() {
            return;
        }
        self.dead += 1;
        let spent = self.dead >= self.plan().levels.len();
        let on = if spent { None } else { self.after(self.on) };
        self.fire(on, now, now);
    }
}

/// The real one, folded the way the ledger folds it.
struct Real {
    incident: Incident,
    directory: Directory,
    seq: i64,
}

fn permitted(actor: &Actor, directory: &Directory) -> Permit {
    permit(actor, ActKind::Acknowledge, None, directory)
        .or_else(|_| permit(&Actor::System, ActKind::Raise, None, directory))
        .unwrap()
}

impl Real {
    /// An incident just opened, and what was done at its opening.
    fn open(plans: &[Plan; 2], severity: Severity) -> (Self, Vec<IncidentEvent>) {
        let directory = directory(plans);
        let alert = trucban::domain::alert::Alert {
            title: "t".to_owned(),
            description: None,
            severity,
            category: None,
            unit: None,
            dedup_key: None,
            detected_at: None,
            resolved: false,
            remarks: Vec::new(),
        };
        let ctx = Ctx { now: Timestamp::from_millis(T0), directory: &directory };
        let permit = permitted(&Actor::System, &directory);
        let code = IncidentCode::new("SC-2026-0001");
        let set = policies(plans);
        let events = opening::alert(&code, &alert, "siem", None, &permit, &set, &ctx);
        let [IncidentEvent::Reported { opening }, rest @ ..] = events.as_slice() else {
            panic!("does not begin with a report")
        };
        let at = At { seq: 1, at: ctx.now, actor: Actor::System };
        let incident = Incident::opened(code, opening, &at);
        let mut real = Self { incident, directory: directory.clone(), seq: 1 };
        real.take_in(rest.to_vec(), T0, Actor::System);
        (real, rest.to_vec())
    }

    fn take_in(&mut self, events: Vec<IncidentEvent>, now: i64, actor: Actor) {
        for event in events {
            self.seq += 1;
            let at = Timestamp::from_millis(now);
            self.incident.apply(&event, &At { seq: self.seq, at, actor: actor.clone() });
        }
    }

    fn act(&mut self, act: &Act, who: &str, now: i64) {
        let actor = Actor::Person(PersonId::new(who));
        let ctx = Ctx { now: Timestamp::from_millis(now), directory: &self.directory };
        let permit = permitted(&actor, &self.directory);
        let events = decide::decide(&self.incident, act, None, &permit, &ctx);
        self.take_in(events.unwrap_or_default(), now, actor);
    }

    fn moment(&mut self, now: i64) -> Vec<IncidentEvent> {
        let ctx = Ctx { now: Timestamp::from_millis(now), directory: &self.directory };
        let permit = permitted(&Actor::System, &self.directory);
        let due = self.incident.next_moment().unwrap();
        let events = tick(&self.incident, due, &permit, &ctx);
        self.take_in(events.clone(), now, Actor::System);
        events
    }

    fn undeliverable(&mut self, now: i64) {
        let ctx = Ctx { now: Timestamp::from_millis(now), directory: &self.directory };
        let events = undeliverable(&self.incident, self.incident.rung_seq, &ctx);
        self.take_in(events, now, Actor::System);
    }
}

fn slow(plans: &[Plan; 2], severity: Severity) -> Slow {
    let mut slow = Slow {
        plans: plans.clone(),
        severity,
        on: None,
        fired_at: T0,
        next: T0,
        dead: 0,
        paged: BTreeSet::new(),
        held: None,
        answered: false,
    };
    slow.fire(Some((1, 1)), T0, T0);
    slow
}

fn same(real: &Real, slow: &Slow) -> Result<(), TestCaseError> {
    let open = real.incident.open().unwrap();
    let on = match open.position {
        Position::On(rung) => Some((rung.round, usize::try_from(rung.level).unwrap())),
        Position::Exhausted(_) => None,
    };
    prop_assert_eq!(on, slow.on);
    prop_assert_eq!(&real.incident.paged, &slow.paged);
    let next = slow.held.map_or(slow.next, |(until, _)| until);
    prop_assert_eq!(real.incident.next_moment().unwrap().millis(), next);
    prop_assert_eq!(real.incident.holder().is_some(), slow.held.is_some());
    Ok(())
}

fn perform(real: &mut Real, slow: &mut Slow, deed: Deed, now: i64) -> i64 {
    let due = slow.held.map_or(slow.next, |(until, _)| until);
    match deed {
        Deed::Moment(late) => {
            let now = due.max(now) + late;
            real.moment(now);
            slow.moment(now);
            now
        }
        Deed::Raise(early) => {
            let now = (due - early).max(now);
            real.act(&Act::Raise(None), "lead", now);
            slow.raise(now);
            now
        }
        Deed::Severity(index) => {
            let to = Severity::ALL[index];
            real.act(&Act::Severity(to), "lead", now);
            if to != slow.severity {
                slow.severity(to, now);
            }
            now
        }
        Deed::Undeliverable => {
            real.undeliverable(now);
            slow.undeliverable(now);
            now
        }
        Deed::Take => {
            real.act(&Act::Acknowledge, "p0l1", now);
            if slow.held.is_none() {
                slow.held = Some((now + LEASE, false));
                slow.answered = true;
                slow.dead = 0;
            }
            now
        }
        Deed::HandBack => {
            real.act(&Act::HandBack, "lead", now);
            if slow.held.take().is_some() {
                slow.dead = 0;
                slow.fire(slow.on, now, now);
            }
            now
        }
    }
}

/// Who was called when.
fn calls(at: Timestamp, events: &[IncidentEvent]) -> Vec<(Timestamp, Vec<Called>)> {
    let people = |event: &IncidentEvent| match event {
        IncidentEvent::RungReached { people, .. } | IncidentEvent::Exhausted { people, .. } => {
            Some((at, people.clone()))
        }
        _ => None,
    };
    events.iter().filter_map(people).collect()
}

proptest! {
    #![proptest_config(super::cases(256))]

    #[test]
    fn every_ladder_climbs_as_the_slow_one_does(
        plans in [plan(), plan()],
        severity in 0_usize..4,
        deeds in prop::collection::vec(deed(), 1..40),
    ) {
        let severity = Severity::ALL[severity];
        let (mut real, _) = Real::open(&plans, severity);
        let mut slow = slow(&plans, severity);
        same(&real, &slow)?;
        let mut now = T0;
        for deed in deeds {
            now = perform(&mut real, &mut slow, deed, now);
            same(&real, &slow)?;
        }
    }

    #[test]
    fn explaining_a_ladder_says_what_an_untouched_incident_does(
        plans in [plan(), plan()],
        severity in 0_usize..4,
    ) {
        let severity = Severity::ALL[severity];
        let (mut real, opening) = Real::open(&plans, severity);
        let at = Timestamp::from_millis(T0);
        let explained = explain(&policies(&plans), severity, None, at, &real.directory);
        let told: Vec<_> = explained.into_iter().map(|one| (one.at, one.step.people)).collect();
        let mut lived = calls(at, &opening);
        while !matches!(real.incident.open().unwrap().position, Position::Exhausted(_)) {
            let due = real.incident.next_moment().unwrap();
            lived.extend(calls(due, &real.moment(due.millis())));
        }
        prop_assert_eq!(told, lived);
    }
}
