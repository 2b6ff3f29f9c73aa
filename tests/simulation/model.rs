//! What section 3 of the contract says, written down a second time, slowly and without looking at
//! the code: who may do what in which status, and what an incident is afterwards. It knows nothing
//! of ladders; those have a reference of their own in `properties`.

use std::collections::{BTreeMap, BTreeSet};

use trucban::domain::alert::Alert;
use trucban::domain::envelope::{Actor, Command, Envelope};
use trucban::domain::ids::{IncidentCode, PersonId};
use trucban::domain::incident::act::{Act, Closing, Detail};
use trucban::domain::values::{Category, Outcome, Role, Severity, Status, Tlp};

use super::town::PEOPLE;

/// One incident, as far as the contract's table is concerned.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Case {
    pub status: Status,
    pub holder: Option<PersonId>,
    pub helpers: BTreeSet<PersonId>,
    pub episode: u32,
    pub acknowledged_by: Option<PersonId>,
    pub outcome: Option<Outcome>,
    pub main: Option<IncidentCode>,
    pub severity: Severity,
    pub category: Option<Category>,
    pub tlp: Tlp,
    /// Handled outside the system: no words are kept.
    pub off_channel: bool,
    pub unit: Option<&'static str>,
    pub assigned: Option<PersonId>,
    /// Counted by the driver from the ledger: what a raise is bound to.
    pub firings: u32,
    /// When, on the monotonic hand, the holder last gave a sign of life.
    pub sign: i64,
    /// The last entry before the holder took it.
    pub taken_after: i64,
    /// The last entry before this episode.
    pub opened_after: i64,
    dedup: Option<(String, String)>,
    order: usize,
}

/// Every incident.
#[derive(Clone, Default, Debug)]
pub struct Model {
    pub cases: BTreeMap<IncidentCode, Case>,
}

/// What the contract says must come of an envelope.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Expected {
    Refused,
    Done,
    /// An incident with the next code.
    Opened,
    /// Alerts: for each that is not over before anybody saw it, the incident it joins, or `None` for
    /// a new one.
    Filed(Vec<Option<IncidentCode>>),
}

/// When it happens, and after which entry.
#[derive(Clone, Copy, Debug)]
pub struct When {
    pub mono: i64,
    pub head: i64,
}

fn roles(person: &PersonId) -> &'static [Role] {
    let line = PEOPLE.iter().find(|line| line.0 == person.as_str() && line.6);
    line.map_or(&[], |line| line.2)
}

fn unit_of(person: &PersonId) -> Option<&'static str> {
    PEOPLE.iter().find(|line| line.0 == person.as_str()).and_then(|line| line.1)
}

fn is(person: &PersonId, any: &[Role]) -> bool {
    roles(person).iter().any(|role| any.contains(role))
}

const WORKERS: [Role; 2] = [Role::Responder, Role::Lead];

impl Case {
    fn open(&self) -> bool {
        self.status != Status::Closed
    }

    fn before_resolved(&self) -> bool {
        self.status < Status::Resolved
    }

    fn permits(&self, person: &PersonId, act: &Act) -> bool {
        match act {
            Act::Note(_)
            | Act::Detail(_)
            | Act::Raise(_)
            | Act::Attach(_)
            | Act::Describe(..)
            | Act::Receive(_) => {
                is(person, &[Role::Reporter, Role::Responder, Role::Lead, Role::Manager])
            }
            Act::Assign(_) | Act::Reopen => is(person, &[Role::Lead]),
            Act::Severity(to) if *to < self.severity => is(person, &[Role::Lead]),
            _ => is(person, &WORKERS),
        }
    }

    /// Whether the status, the holder and the words allow it.
    fn allows(&self, person: &PersonId, act: &Act) -> bool {
        let holds = self.holder.as_ref() == Some(person);
        let worded = |words: &str| !words.trim().is_empty() && words.trim().chars().count() <= 8000;
        match act {
            Act::Acknowledge => {
                let asked = self.assigned.as_ref() == Some(person) && !holds;
                self.before_resolved() && (self.holder.is_none() || asked)
            }
            Act::HandBack => {
                let leads = is(person, &[Role::Lead]);
                self.before_resolved() && self.holder.is_some() && (holds || leads)
            }
            Act::KeepAlive => self.open() && holds,
            Act::Assign(to) => {
                self.before_resolved() && is(to, &WORKERS) && self.holder.as_ref() != Some(to)
            }
            Act::Note(words) | Act::NoteToAll(words) => worded(words) && !self.off_channel,
            Act::Detail(_) => self.open() && !self.off_channel,
            Act::Severity(to) => self.open() && *to != self.severity,
            Act::Category(to) => *to != self.category,
            Act::Flag(..) => self.open(),
            Act::Tlp(to) => *to != self.tlp,
            Act::Raise(firing) => {
                self.before_resolved() && firing.is_none_or(|firing| firing == self.firings)
            }
            Act::Contain => matches!(self.status, Status::Reported | Status::Acknowledged),
            Act::Resolve => matches!(self.status, Status::Acknowledged | Status::Contained),
            Act::Close(closing) => {
                let may = holds || is(person, &[Role::Lead]);
                may && match closing {
                    Closing::Summary(words) => self.status == Status::Resolved && worded(words),
                    Closing::FalseAlarm(words) => self.open() && worded(words),
                }
            }
            Act::Reopen => !self.open(),
            // Nobody in the simulation deals with evidence: its own scenarios do.
            Act::Attach(_) | Act::Describe(..) | Act::Hand(..) | Act::Receive(_) => false,
            // Nothing is grouped in the simulation.
            Act::TakeOut => false,
        }
    }

    fn take(&mut self, person: &PersonId, when: When) {
        self.holder = Some(person.clone());
        self.acknowledged_by.get_or_insert_with(|| person.clone());
        self.helpers.remove(person);
        self.assigned = None;
        self.sign = when.mono;
        self.taken_after = when.head;
    }

    fn perform(&mut self, person: &PersonId, act: &Act, when: When) {
        if self.holder.as_ref() == Some(person) {
            self.sign = when.mono;
        }
        let was_open = self.open();
        let up = matches!(act, Act::Severity(to) if *to > self.severity);
        let mut took = false;
        match act {
            Act::Acknowledge => {
                if let Some(previous) = self.holder.take() {
                    self.helpers.insert(previous);
                }
                self.status = self.status.max(Status::Acknowledged);
                self.take(person, when);
            }
            Act::HandBack => self.holder = None,
            Act::Assign(to) => self.assigned = Some(to.clone()),
            Act::Severity(to) => self.severity = *to,
            Act::Category(to) => self.category = *to,
            Act::Tlp(to) => self.tlp = *to,
            Act::Contain => {
                self.status = Status::Contained;
                took = self.holder.is_none();
                if took {
                    self.take(person, when);
                }
            }
            Act::Resolve => self.status = Status::Resolved,
            Act::Close(Closing::Summary(_)) => self.close(Outcome::Incident, None),
            Act::Close(Closing::FalseAlarm(_)) => self.close(Outcome::FalseAlarm, None),
            Act::Reopen => self.reopen(when),
            Act::TakeOut | Act::NoteToAll(_) => {}
            Act::KeepAlive | Act::Note(_) | Act::Flag(..) | Act::Raise(_) => {}
            Act::Detail(Detail::Kind(category)) => {
                self.category.get_or_insert(*category);
            }
            Act::Attach(_) | Act::Describe(..) | Act::Hand(..) | Act::Receive(_) => {}
            Act::Detail(_) => {}
        }
        let works = matches!(
            act,
            Act::Note(_) | Act::Contain | Act::Resolve | Act::Category(_) | Act::Flag(..)
        ) || matches!(act, Act::Raise(_));
        let helps = (works || up) && is(person, &WORKERS) && was_open && !took;
        if helps && self.holder.as_ref() != Some(person) {
            self.helpers.insert(person.clone());
        }
    }

    fn close(&mut self, outcome: Outcome, main: Option<IncidentCode>) {
        self.status = Status::Closed;
        self.holder = None;
        self.outcome = Some(outcome);
        self.main = main;
    }

    fn reopen(&mut self, when: When) {
        self.opened_after = when.head;
        self.status = Status::Reported;
        self.episode += 1;
        self.holder = None;
        self.acknowledged_by = None;
        self.outcome = None;
        self.main = None;
        self.assigned = None;
        self.firings = 0;
    }
}

impl Model {
    /// Takes the envelope in and says what must come of it.
    pub fn take_in(&mut self, envelope: &Envelope, when: When) -> Expected {
        match (&envelope.actor, &envelope.command) {
            (Actor::Person(person), Command::Report(report)) => {
                let may = [Role::Reporter, Role::Responder, Role::Lead, Role::Manager];
                if !is(person, &may) {
                    return Expected::Refused;
                }
                let severity =
                    if report.words.is_some() { Severity::Medium } else { Severity::High };
                let code = self.new_case(severity, unit_of(person), None, None);
                if let Some(case) = self.cases.get_mut(&code) {
                    case.off_channel = report.words.is_none();
                }
                Expected::Opened
            }
            (Actor::Person(person), Command::Act(aim, act)) => {
                self.act(person, &aim.code, aim.episode, act, when)
            }
            (Actor::Person(person), Command::Merge { duplicate, main }) => {
                self.merge(person, &duplicate.code, main)
            }
            (Actor::Intake(intake), Command::Alerts(alerts)) => Expected::Filed(
                alerts.iter().filter_map(|alert| self.alert(intake, alert)).collect(),
            ),
            (Actor::System, _) => Expected::Done,
            _ => Expected::Refused,
        }
    }

    fn new_case(
        &mut self,
        severity: Severity,
        unit: Option<&'static str>,
        category: Option<Category>,
        dedup: Option<(String, String)>,
    ) -> IncidentCode {
        let order = self.cases.len();
        let code = IncidentCode::numbered("SC", 2026, order as u64 + 1);
        let case = Case {
            status: Status::Reported,
            holder: None,
            helpers: BTreeSet::new(),
            episode: 1,
            acknowledged_by: None,
            outcome: None,
            main: None,
            severity,
            category,
            tlp: Tlp::Amber,
            off_channel: false,
            unit,
            assigned: None,
            firings: 0,
            sign: 0,
            taken_after: 0,
            opened_after: 0,
            dedup,
            order,
        };
        self.cases.insert(code.clone(), case);
        code
    }

    /// Where a duplicate's keys and buttons lead.
    fn lead(&self, code: &IncidentCode) -> IncidentCode {
        let mut code = code.clone();
        while let Some(main) = self.cases.get(&code).and_then(|case| case.main.clone()) {
            code = main;
        }
        code
    }

    /// The Team and managers see all; a unit what concerns it, and what that was merged into.
    fn seen_by(&self, code: &IncidentCode, person: &PersonId) -> bool {
        let units = || self.cases.iter().filter(|(own, _)| self.lead(own) == *code || *own == code);
        let unit = unit_of(person).filter(|_| is(person, &[Role::Reporter]));
        is(person, &[Role::Responder, Role::Lead, Role::Manager])
            || unit.is_some() && units().any(|(_, case)| case.unit == unit)
    }

    fn act(
        &mut self,
        person: &PersonId,
        code: &IncidentCode,
        episode: Option<u32>,
        act: &Act,
        when: When,
    ) -> Expected {
        let Some(case) = self.cases.get(code) else { return Expected::Refused };
        let own = matches!(act, Act::Reopen | Act::Raise(_));
        let led = case.main.is_some() && !own;
        let target = if led { self.lead(code) } else { code.clone() };
        let seen = self.seen_by(&target, person);
        let Some(case) = self.cases.get_mut(&target) else { return Expected::Refused };
        let dead_end = case.main.is_some() && matches!(act, Act::Raise(_));
        let old = !led && episode.is_some_and(|episode| episode != case.episode);
        let old = old && !matches!(act, Act::Note(_));
        let fine = seen && case.permits(person, act) && case.allows(person, act);
        if dead_end || old || !fine {
            return Expected::Refused;
        }
        case.perform(person, act, when);
        Expected::Done
    }

    fn merge(
        &mut self,
        person: &PersonId,
        duplicate: &IncidentCode,
        main: &IncidentCode,
    ) -> Expected {
        let (Some(one), Some(two)) = (self.cases.get(duplicate), self.cases.get(main)) else {
            return Expected::Refused;
        };
        let fine = is(person, &[Role::Lead]) && duplicate != main && one.open() && two.open();
        if !fine {
            return Expected::Refused;
        }
        let severity = one.severity.max(two.severity);
        let closed = self.cases.get_mut(duplicate);
        closed.into_iter().for_each(|case| case.close(Outcome::Duplicate, Some(main.clone())));
        self.cases.get_mut(main).into_iter().for_each(|case| case.severity = severity);
        Expected::Done
    }

    /// The incident it joins or `None` for a new one; nothing at all for the end of what nobody knows.
    fn alert(&mut self, intake: &str, alert: &Alert) -> Option<Option<IncidentCode>> {
        let key = alert.dedup_key.as_ref().map(|key| (intake.to_owned(), key.clone()));
        let newest = self
            .cases
            .iter()
            .filter(|(_, case)| key.is_some() && case.dedup == key)
            .max_by_key(|(_, case)| case.order)
            .map(|(code, _)| self.lead(code));
        if let Some(code) = newest
            && let Some(case) = self.cases.get_mut(&code)
            && (case.before_resolved() || alert.resolved)
        {
            if !alert.resolved {
                case.severity = case.severity.max(alert.severity);
            }
            return Some(Some(code));
        }
        if alert.resolved {
            return None;
        }
        let known = ["xa-001", "xa-002"];
        let unit = alert
            .unit
            .as_ref()
            .and_then(|unit| known.into_iter().find(|code| *code == unit.as_str()));
        self.new_case(alert.severity, unit, alert.category, key);
        Some(None)
    }

    /// The holder was silent for so long that he lost it.
    pub fn release(&mut self, code: &IncidentCode) {
        self.cases.get_mut(code).into_iter().for_each(|case| case.holder = None);
    }
}
