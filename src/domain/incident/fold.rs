//! Folding: each event changes the state in one way, with nothing decided here.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::event::{Cause, Fact, IncidentEvent, Opening};
use super::state::{
    Damped, Guessed, Incident, Lease, Merged, Open, Phase, Stage, Stamp, Stamp2, Watch,
};
use crate::domain::actor::Actor;
use crate::domain::escalation::ladder::{Position, Rung};
use crate::domain::escalation::who::Called;
use crate::domain::ids::{IncidentCode, PersonId, UnitCode};
use crate::domain::text::Text;
use crate::domain::time::Timestamp;
use crate::domain::values::{Flag, Outcome};

/// How often somebody is reminded to close a resolved incident.
pub const CLOSE_REMINDER: Duration = Duration::from_secs(24 * 3600);

/// When, by whom, and where in the ledger an event stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct At {
    /// The entry's number; zero while a decision is still being made.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// Who or what.
    pub actor: Actor,
}

impl Incident {
    /// The incident that an opening makes.
    pub fn opened(code: IncidentCode, opening: &Opening, at: &At) -> Self {
        Self {
            code,
            version: 1,
            reported_seq: at.seq,
            origin: opening.origin.clone(),
            episode: 1,
            title: opening.title.clone(),
            description: opening.description.clone(),
            unit: opening.unit.clone(),
            former_unit: None,
            system: None,
            reported_by: opening.reported_by.clone(),
            source: at.actor.clone(),
            severity: opening.severity,
            category: opening.category,
            impact: None,
            guessed: Guessed {
                severity: opening.guessed,
                category: opening.guessed && opening.category.is_some(),
                named: false,
            },
            flags: BTreeMap::new(),
            tlp: opening.tlp,
            off_channel: opening.off_channel,
            detected_at: opening.detected_at,
            detected_estimated: opening.detected_estimated,
            reported_at: at.at,
            acknowledged: None,
            contained_at: None,
            resolved_at: None,
            closed_at: None,
            helpers: Vec::new(),
            phase: fresh(at.at),
            paged: BTreeSet::new(),
            assigned: None,
            firings: 0,
            dead: 0,
            rung_seq: 0,
            taken_seq: 0,
            dedup: opening.dedup.clone(),
            repeats: 0,
            damped: None,
            follows: opening.follows.clone(),
            similar: opening.similar.clone(),
            among: opening.among.clone(),
            parts: Vec::new(),
            duplicates: Vec::new(),
            moved: moved(at),
            evidence: Vec::new(),
            runs: Vec::new(),
            last_step: 0,
            policies: opening.policies.clone(),
        }
    }

    /// Takes one event in.
    pub fn apply(&mut self, event: &IncidentEvent, at: &At) {
        self.version = self.version.saturating_add(1);
        match event {
            IncidentEvent::Reported { .. } | IncidentEvent::KeptAlive => {}
            IncidentEvent::RungReached { rung, people, reachable, cause, next, .. } => {
                self.count_dead(*cause, *reachable);
                self.fired(Position::On(*rung), people, *next, at);
            }
            IncidentEvent::Exhausted { rung, people, cause, next, .. } => {
                self.count_dead(*cause, true);
                self.fired(Position::Exhausted(*rung), people, *next, at);
            }
            IncidentEvent::CallPutOff { position, until } => self.put_off(*position, *until),
            IncidentEvent::RungUndeliverable => self.dead = self.dead.saturating_add(1),
            IncidentEvent::PageFailed { .. } | IncidentEvent::NoteAdded { .. } => {}
            IncidentEvent::WordsEdited { of_seq, title, text } => {
                self.edited(*of_seq, title.as_ref(), text.as_ref());
            }
            IncidentEvent::Acknowledged { previous } => self.acknowledged_by(previous.as_ref(), at),
            IncidentEvent::HelperJoined { person } => self.help(person),
            IncidentEvent::HandedBack { .. } | IncidentEvent::LeaseExpired { .. } => {
                self.release(at);
            }
            IncidentEvent::LeaseReminded { release_at } => {
                if let Phase::Open(Open { watch: Watch::Held { lease, .. }, .. }) = &mut self.phase
                {
                    *lease = Lease::Reminded { release_at: *release_at };
                }
            }
            IncidentEvent::Assigned { to } => self.assigned_to(to),
            IncidentEvent::SeverityChanged { to, rung, next, .. } => {
                self.severity = *to;
                self.guessed.severity = false;
                self.lowered(*rung, *next);
            }
            IncidentEvent::CategoryChanged { to } => {
                self.category = *to;
                (self.guessed.category, self.guessed.named) = (false, false);
            }
            IncidentEvent::FlagSet { flag, value, .. } => {
                self.flags.insert(*flag, *value);
            }
            IncidentEvent::TlpChanged { to } => self.tlp = *to,
            IncidentEvent::Contained { took } => self.contained(*took, at),
            IncidentEvent::Resolved => self.resolved(at),
            IncidentEvent::CloseReminded { next } => {
                if let Phase::Resolved { remind_at, .. } = &mut self.phase {
                    *remind_at = *next;
                }
            }
            IncidentEvent::Closed { outcome, main, .. } => self.closed(*outcome, main.clone(), at),
            IncidentEvent::Reopened => self.reopened(at),
            IncidentEvent::MergedIn { .. }
            | IncidentEvent::UnitMoved { .. }
            | IncidentEvent::Unmerged { .. }
            | IncidentEvent::Grouped { .. }
            | IncidentEvent::Ungrouped { .. }
            | IncidentEvent::PartJoined { .. }
            | IncidentEvent::PartLeft { .. } => self.together(event, at),
            IncidentEvent::AlertRepeated { count, .. } => self.repeated(*count, at),
            IncidentEvent::FlappingDamped { quiet_ms: quiet, .. } => self.damped_for(*quiet, at),
            IncidentEvent::WaitShifted { by_ms } => self.shift(*by_ms),
            IncidentEvent::Run { run, what } => self.run_on(*run, what, at),
            IncidentEvent::FactGiven { fact } => self.learn(fact.clone(), at),
            other => self.keep(other, at),
        }
        // Last, so that a change of severity renews it by the policy of the new one.
        self.renew_lease(at);
    }

    fn assigned_to(&mut self, person: &PersonId) {
        self.assigned = Some(person.clone());
        self.paged.insert(person.clone());
    }

    /// The first unit is remembered: where it is moved to later depends on that one.
    fn unit_moved(&mut self, from: &UnitCode, to: &UnitCode) {
        let first = self.former_unit.take().unwrap_or_else(|| from.clone());
        self.former_unit = Some(first).filter(|first| first != to);
        self.unit = Some(to.clone());
    }

    fn repeated(&mut self, count: u64, at: &At) {
        self.repeats = count;
        self.damped = self.damped.map(|damped| Damped { heard: at.at, ..damped });
    }

    fn damped_for(&mut self, quiet_ms: u64, at: &At) {
        self.damped = Some(Damped { quiet_ms, heard: at.at });
    }

    /// An edited report is what the incident is called from now on.
    fn edited(&mut self, of_seq: i64, title: Option<&Text>, text: Option<&Text>) {
        if let (Some(title), true) = (title, of_seq == self.reported_seq) {
            self.title = title.clone();
            self.description = text.cloned();
        }
    }

    /// Any act of the holder is a sign of life.
    fn renew_lease(&mut self, at: &At) {
        let until = at.at.plus(self.policy().lease);
        if let (Actor::Person(actor), Phase::Open(open)) = (&at.actor, &mut self.phase)
            && let Watch::Held { holder, lease, .. } = &mut open.watch
            && holder == actor
        {
            *lease = Lease::Running { until };
        }
    }

    /// What a reporter says fills gaps and never overrules whoever works on it.
    fn learn(&mut self, fact: Fact, known: &At) {
        match fact {
            // What was only guessed from the words gives way to whoever was there.
            Fact::Category(category)
                if self.category.is_none() || self.guessed.category || self.guessed.named =>
            {
                self.category = Some(category);
                // A person has said it: it is no guess any more, though the Team may know better.
                (self.guessed.category, self.guessed.named) = (false, true);
            }
            Fact::NoticedAt(at) => {
                self.detected_at = at;
                self.detected_estimated = false;
                self.date_steps(known);
            }
            Fact::System(system) => self.system = Some(system),
            Fact::Impact(impact) => self.impact = Some(impact),
            Fact::PersonalData(value) => {
                self.flags.entry(Flag::PersonalData).or_insert(value);
            }
            Fact::Category(_) => {}
        }
    }

    /// Rungs in a row that reached nobody.
    fn count_dead(&mut self, cause: Cause, reachable: bool) {
        let before = if cause.counts_anew() { 0 } else { self.dead };
        self.dead = before.saturating_add(u32::from(!reachable));
    }

    fn fired(&mut self, position: Position, people: &[Called], next: Timestamp, at: &At) {
        self.firings = self.firings.saturating_add(1);
        self.rung_seq = at.seq;
        self.paged.extend(people.iter().map(|called| called.id.clone()));
        self.moved = moved(at);
        if let Phase::Open(open) = &mut self.phase {
            open.position = position;
            open.fired_at = at.at;
            if let Watch::Unheld { .. } = open.watch {
                open.watch = Watch::Unheld { next, put_off: None };
            }
        }
    }

    fn put_off(&mut self, position: Position, until: Timestamp) {
        if let Phase::Open(Open { watch, .. }) = &mut self.phase {
            *watch = Watch::Unheld { next: until, put_off: Some(position) };
        }
    }

    fn acknowledged_by(&mut self, previous: Option<&PersonId>, at: &At) {
        if let Some(previous) = previous {
            self.untake(previous);
            self.help(previous);
        }
        if let Phase::Open(open) = &mut self.phase {
            open.stage = open.stage.max(Stage::Acknowledged);
        }
        self.take(at);
    }

    /// The actor becomes the holder.
    fn take(&mut self, at: &At) {
        let Actor::Person(holder) = &at.actor else { return };
        if let Some(previous) = self.holder().filter(|previous| *previous != holder).cloned() {
            self.untake(&previous);
        }
        let until = at.at.plus(self.policy().lease);
        if let Phase::Open(open) = &mut self.phase {
            let lease = Lease::Running { until };
            open.watch = Watch::Held { holder: holder.clone(), since: at.at, lease };
        }
        if self.acknowledged.is_none() {
            self.acknowledged = Some(Stamp { at: at.at, by: holder.clone() });
        }
        self.helpers.retain(|helper| helper != holder);
        self.assigned = None;
        self.taken_seq = at.seq;
        self.dead = 0;
        self.moved = moved(at);
    }

    fn release(&mut self, at: &At) {
        if let Some(holder) = self.holder().cloned() {
            self.untake(&holder);
        }
        if let Phase::Open(open) = &mut self.phase {
            open.watch = Watch::Unheld { next: at.at, put_off: None };
        }
        self.dead = 0;
        self.moved = moved(at);
    }

    /// What ties it to other incidents, and to its unit.
    fn together(&mut self, event: &IncidentEvent, at: &At) {
        match event {
            IncidentEvent::MergedIn { duplicate, reporter, unit } => {
                let (reporter, unit) = (reporter.clone(), unit.clone());
                self.duplicates.push(Merged { code: duplicate.clone(), reporter, unit });
            }
            IncidentEvent::Unmerged { duplicate } => {
                self.duplicates.retain(|merged| merged.code != *duplicate);
            }
            IncidentEvent::Grouped { parent } => self.grouped(parent, at),
            IncidentEvent::Ungrouped { .. } => self.ungrouped(at),
            IncidentEvent::PartJoined { part, unit, reporter } => {
                let (unit, reporter) = (unit.clone(), reporter.clone());
                self.parts.push(Merged { code: part.clone(), reporter, unit });
            }
            IncidentEvent::UnitMoved { from, to } => self.unit_moved(from, to),
            IncidentEvent::PartLeft { part } => self.parts.retain(|one| one.code != *part),
            _ => {}
        }
    }

    /// Whoever held it goes on as a helper; calls made so far are over.
    fn grouped(&mut self, parent: &IncidentCode, at: &At) {
        if let Some(holder) = self.holder().cloned() {
            self.untake(&holder);
            self.help(&holder);
        }
        if let Phase::Open(open) = &mut self.phase {
            open.watch = Watch::Grouped { parent: parent.clone() };
        }
        self.assigned = None;
        self.dead = 0;
        self.taken_seq = at.seq;
        self.moved = moved(at);
    }

    /// Its own ladder begins anew.
    fn ungrouped(&mut self, at: &At) {
        if let Phase::Open(open) = &mut self.phase {
            open.position = Position::On(Rung::FIRST);
            open.fired_at = at.at;
            open.watch = Watch::Unheld { next: at.at, put_off: None };
        }
        self.paged.clear();
        self.moved = moved(at);
    }

    fn help(&mut self, person: &PersonId) {
        if !self.helpers.contains(person) {
            self.helpers.push(person.clone());
        }
    }

    fn lowered(&mut self, rung: Option<Rung>, next: Option<Timestamp>) {
        let Phase::Open(open) = &mut self.phase else { return };
        if let Some(rung) = rung {
            open.position = match open.position {
                Position::On(_) => Position::On(rung),
                Position::Exhausted(_) => Position::Exhausted(rung),
            };
        }
        if let (Some(at), Watch::Unheld { next, .. }) = (next, &mut open.watch) {
            *next = at;
        }
    }

    fn contained(&mut self, took: bool, at: &At) {
        if let Phase::Open(open) = &mut self.phase {
            open.stage = Stage::Contained;
        }
        self.contained_at = Some(at.at);
        self.moved = moved(at);
        if took {
            self.take(at);
        }
    }

    fn resolved(&mut self, at: &At) {
        let holder = self.holder().cloned();
        self.phase = Phase::Resolved { holder, remind_at: at.at.plus(CLOSE_REMINDER) };
        self.resolved_at = Some(at.at);
        self.moved = moved(at);
    }

    fn closed(&mut self, outcome: Outcome, main: Option<IncidentCode>, at: &At) {
        let whole = self.parent().filter(|_| outcome == Outcome::Incident).cloned();
        self.phase = Phase::Closed { outcome, main, whole };
        self.end_runs(at);
        self.closed_at = Some(at.at);
        self.moved = moved(at);
    }

    fn reopened(&mut self, at: &At) {
        self.episode = self.episode.saturating_add(1);
        self.damped = None;
        self.phase = fresh(at.at);
        self.acknowledged = None;
        self.contained_at = None;
        self.resolved_at = None;
        self.closed_at = None;
        self.paged.clear();
        self.assigned = None;
        self.firings = 0;
        self.dead = 0;
        self.taken_seq = at.seq;
        self.moved = moved(at);
    }

    /// The wall clock was set by `by_ms`: every moment ahead moves with it, so that what remained
    /// of the wait by monotonic time still remains.
    fn shift(&mut self, by_ms: i64) {
        self.shift_runs(by_ms);
        match &mut self.phase {
            Phase::Open(open) => {
                open.fired_at = open.fired_at.shifted(by_ms);
                match &mut open.watch {
                    Watch::Grouped { .. } => {}
                    // The hours of an office are those of the wall.
                    Watch::Unheld { put_off: Some(_), .. } => {}
                    Watch::Unheld { next, .. } => *next = next.shifted(by_ms),
                    Watch::Held { lease: Lease::Running { until }, .. } => {
                        *until = until.shifted(by_ms);
                    }
                    Watch::Held { lease: Lease::Reminded { release_at }, .. } => {
                        *release_at = release_at.shifted(by_ms);
                    }
                }
            }
            Phase::Resolved { remind_at, .. } => *remind_at = remind_at.shifted(by_ms),
            Phase::Closed { .. } => {}
        }
    }
}

/// The stamp of a change that a late press is told of.
fn moved(at: &At) -> Stamp2 {
    Stamp2 { seq: at.seq, at: at.at, by: at.actor.clone() }
}

/// A ladder about to take its first rung.
fn fresh(at: Timestamp) -> Phase {
    Phase::Open(Open {
        stage: Stage::Reported,
        position: Position::On(Rung::FIRST),
        fired_at: at,
        watch: Watch::Unheld { next: at, put_off: None },
    })
}
