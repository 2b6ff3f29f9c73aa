//! What section 3 of the contract says, written down a second time, slowly and without looking at
//! the code: who may do what in which status, and what an incident is afterwards. It knows nothing
//! of ladders; those have a reference of their own in `properties`.

use std::collections::{BTreeMap, BTreeSet};

use trucban::domain::alert::Alert;
use trucban::domain::directory::{Person, Private};
use trucban::domain::envelope::{Actor, Command, DirectoryCommand, Envelope};
use trucban::domain::ids::{IncidentCode, PersonId, Stream};
use trucban::domain::incident::act::{Act, Aim, Closing, Detail};
use trucban::domain::time::Timestamp;
use trucban::domain::values::{Category, Outcome, Role, Severity, Status, Tlp};

use super::plays::Plays;
use super::staff::Staff;
use super::watch::Watch;
use super::written::Written;

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
    /// The reporter named the category, and the Team has not confirmed it.
    named: bool,
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
    /// The widespread incident it is dealt with as a part of.
    pub ended_with: Option<IncidentCode>,
    pub parent: Option<IncidentCode>,
    /// What was joined to it and has not left.
    pub parts: Vec<IncidentCode>,
    pub reported_by: Option<PersonId>,
    /// By the wall's hand.
    pub reported_at: i64,
    dedup: Option<(String, String)>,
    order: usize,
}

/// Every incident, who there is, and who is on duty.
#[derive(Clone, Default, Debug)]
pub struct Model {
    pub cases: BTreeMap<IncidentCode, Case>,
    pub staff: Staff,
    pub watch: Watch,
    pub plays: Plays,
}

/// What the contract says must come of an envelope.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Expected {
    Refused,
    Done,
    /// An incident with the next code.
    Opened,
    /// Words back, and nothing else.
    Silent,
    /// A widespread incident under this code.
    Grouped(IncidentCode),
    /// Alerts: for each that is not over before anybody saw it, the incident it joins, or `None` for
    /// a new one.
    Filed(Vec<Option<IncidentCode>>),
}

/// When it happens, and after which entry.
#[derive(Clone, Copy, Debug)]
pub struct When {
    pub mono: i64,
    pub wall: i64,
    pub head: i64,
}

const WORKERS: [Role; 2] = [Role::Responder, Role::Lead];

impl Case {
    pub fn open(&self) -> bool {
        self.status != Status::Closed
    }

    pub fn before_resolved(&self) -> bool {
        self.status < Status::Resolved
    }

    fn permits(&self, person: &PersonId, act: &Act, staff: &Staff) -> bool {
        match act {
            Act::Note(_)
            | Act::NoteToAll(_)
            | Act::Detail(_)
            | Act::Raise(_)
            | Act::Attach(_)
            | Act::Describe(..)
            | Act::Receive(_) => {
                staff.is(person, &[Role::Reporter, Role::Responder, Role::Lead, Role::Manager])
            }
            Act::Assign(_) | Act::Reopen | Act::TakeOut => staff.is(person, &[Role::Lead]),
            Act::Severity(to) if *to < self.severity => staff.is(person, &[Role::Lead]),
            _ => staff.is(person, &WORKERS),
        }
    }

    /// Whether the status, the holder and the words allow it.
    fn allows(&self, person: &PersonId, act: &Act, staff: &Staff) -> bool {
        let holds = self.holder.as_ref() == Some(person);
        let worded = |words: &str| !words.trim().is_empty() && words.trim().chars().count() <= 8000;
        match act {
            Act::Acknowledge => {
                let asked = self.assigned.as_ref() == Some(person) && !holds;
                self.before_resolved() && (self.holder.is_none() || asked)
            }
            Act::HandBack => {
                let leads = staff.is(person, &[Role::Lead]);
                self.before_resolved() && self.holder.is_some() && (holds || leads)
            }
            Act::KeepAlive => self.open() && holds,
            Act::Assign(to) => {
                self.before_resolved() && staff.is(to, &WORKERS) && self.holder.as_ref() != Some(to)
            }
            Act::Note(words) | Act::NoteToAll(words) => worded(words) && !self.off_channel,
            Act::Detail(_) | Act::NoticedIn(..) => self.open() && !self.off_channel,
            Act::Severity(to) => self.open() && *to != self.severity,
            Act::Category(to) => *to != self.category || self.named,
            Act::Flag(..) => self.open(),
            Act::Tlp(to) => *to != self.tlp,
            Act::Raise(firing) => {
                self.before_resolved() && firing.is_none_or(|firing| firing == self.firings)
            }
            Act::Contain | Act::Resolve | Act::Close(Closing::Summary(_))
                if self.parent.is_some() =>
            {
                false
            }
            Act::Contain => matches!(self.status, Status::Reported | Status::Acknowledged),
            Act::Resolve => matches!(self.status, Status::Acknowledged | Status::Contained),
            Act::Close(closing) => {
                let may = holds || staff.is(person, &[Role::Lead]);
                may && match closing {
                    Closing::Summary(words) => self.status == Status::Resolved && worded(words),
                    Closing::FalseAlarm(words) => self.open() && worded(words),
                }
            }
            Act::Reopen => !self.open(),
            Act::Attach(_) => !self.off_channel,
            Act::Describe(_, place) => worded(place) && !self.off_channel,
            // Who has which piece is left to scenarios of its own.
            Act::Hand(..) | Act::Receive(_) => false,
            Act::TakeOut => self.parent.is_some(),
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

    fn perform(&mut self, person: &PersonId, act: &Act, when: When, staff: &Staff) {
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
            Act::Category(to) => (self.category, self.named) = (*to, false),
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
            Act::Detail(Detail::Kind(category)) if self.category.is_none() || self.named => {
                (self.category, self.named) = (Some(*category), true);
            }
            Act::Attach(_) | Act::Describe(..) | Act::Hand(..) | Act::Receive(_) => {}
            Act::Detail(_) | Act::NoticedIn(..) => {}
        }
        let works =
            matches!(
                act,
                Act::Note(_) | Act::NoteToAll(_) | Act::Contain | Act::Resolve | Act::Category(_)
            ) || matches!(act, Act::Flag(..) | Act::Raise(_) | Act::Attach(_) | Act::Describe(..));
        let helps = (works || up) && staff.is(person, &WORKERS) && was_open && !took;
        if helps && self.holder.as_ref() != Some(person) {
            self.helpers.insert(person.clone());
        }
    }

    pub fn close(&mut self, outcome: Outcome, main: Option<IncidentCode>) {
        self.ended_with = self.parent.clone().filter(|_| outcome == Outcome::Incident);
        self.status = Status::Closed;
        self.holder = None;
        self.outcome = Some(outcome);
        self.main = main;
        self.parent = None;
    }

    pub fn reopen(&mut self, when: When) {
        self.opened_after = when.head;
        self.parent = None;
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
    /// Takes the envelope in and says what must come of it. What was written so far says whose words
    /// are whose.
    pub fn take_in(&mut self, envelope: &Envelope, when: When, written: &Written) -> Expected {
        match (&envelope.actor, &envelope.command) {
            (Actor::Person(person), Command::Report(report)) => {
                let may = [Role::Reporter, Role::Responder, Role::Lead, Role::Manager];
                if !self.staff.is(person, &may) {
                    return Expected::Refused;
                }
                let severity =
                    if report.words.is_some() { Severity::Medium } else { Severity::High };
                let code = self.new_case(severity, self.staff.unit_of(person), None, None);
                if let Some(case) = self.cases.get_mut(&code) {
                    case.off_channel = report.words.is_none();
                    case.reported_by = Some(person.clone());
                    case.reported_at = when.wall;
                }
                Expected::Opened
            }
            (Actor::Person(person), Command::Act(aim, act)) => {
                self.act(person, &aim.code, aim.episode, act, when)
            }
            (Actor::Person(person), Command::Play(aim, act)) => self.play(person, aim, act, when),
            (Actor::Person(person), Command::Merge { duplicate, main }) => {
                self.merge(person, duplicate, main)
            }
            (Actor::Person(person), Command::Group { codes, .. }) => {
                self.group(person, codes, when)
            }
            (Actor::Person(person), Command::GroupAlike(aim)) => {
                self.group_alike(person, aim, when)
            }
            (Actor::Person(person), Command::Redact { code, seq, reason }) => {
                let leads = self.staff.is(person, &[Role::Lead]);
                let seen = self.cases.contains_key(code) && self.seen_by(code, person);
                let may = written.may_take_back(code, *seq, person, leads, reason, when.wall);
                if seen && may { Expected::Done } else { Expected::Refused }
            }
            (Actor::Person(person), Command::Edit { chat, message, words }) => {
                self.edit(person, written.said((*chat, *message)), words, written)
            }
            (_, Command::Say(_)) => Expected::Silent,
            (Actor::Intake(intake), Command::Alerts(alerts)) => Expected::Filed(
                alerts.iter().filter_map(|alert| self.alert(intake, alert, when)).collect(),
            ),
            (actor, Command::Roster(wish)) => {
                let now = Timestamp::from_millis(when.wall);
                if !self.watch.grants(wish, actor, now, &self.staff) {
                    return Expected::Refused;
                }
                self.watch.take(wish, actor, now, when.head + 1, &self.staff);
                Expected::Done
            }
            (Actor::Operator, Command::Directory(DirectoryCommand::People(people))) => {
                people.iter().for_each(|(person, private)| self.enrol(person, private));
                Expected::Done
            }
            (Actor::System, command) => {
                match command {
                    Command::Tick { stream: Stream::Incident(code), .. } => {
                        self.plays.tick(code, when.wall);
                    }
                    Command::Jumped(jump) => self.plays.shift(jump.by_ms),
                    _ => {}
                }
                Expected::Done
            }
            _ => Expected::Refused,
        }
    }

    /// The file has somebody as he is now. Whoever leaves loses what is not put right yet.
    fn enrol(&mut self, person: &Person, private: &Private) {
        let Some(line) = self.staff.known(&person.id).copied() else { return };
        let (unit, roles, phone, email) = (line.1, line.2, line.4, line.5);
        self.staff.set((line.0, unit, roles, private.telegram_id, phone, email, person.active));
        let held = |case: &&mut Case| case.holder.as_ref() == Some(&person.id);
        if !person.active {
            let cases = self.cases.values_mut().filter(|case| case.before_resolved());
            cases.filter(held).for_each(|case| case.holder = None);
        }
    }

    /// An edit of words that are still there becomes an entry; anything else is passed over, or refused.
    fn edit(
        &self,
        person: &PersonId,
        entry: Option<i64>,
        words: &str,
        written: &Written,
    ) -> Expected {
        let Some((seq, entry)) = entry.and_then(|seq| Some((seq, written.entry(seq)?))) else {
            return Expected::Done;
        };
        let Some(case) = self.cases.get(&entry.code) else { return Expected::Refused };
        let note = Act::Note(words.to_owned());
        if !self.seen_by(&entry.code, person) || !case.permits(person, &note, &self.staff) {
            return Expected::Refused;
        }
        let own = entry.actor == Actor::Person(person.clone()).to_string();
        let report = entry.kind == "reported";
        let worded = words.trim().chars().count();
        let fits = worded > 0 && (report || worded <= 8_000);
        // Under a picture without words none are no edit, and some become a note.
        let file = entry.kind == "evidence_offered";
        match () {
            () if !own => Expected::Done,
            () if case.off_channel || written.is_removed(seq) => Expected::Refused,
            () if file && worded == 0 => Expected::Done,
            () if !fits => Expected::Refused,
            () => Expected::Done,
        }
    }

    pub fn new_case(
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
            named: false,
            tlp: Tlp::Amber,
            off_channel: false,
            unit,
            assigned: None,
            firings: 0,
            sign: 0,
            taken_after: 0,
            opened_after: 0,
            ended_with: None,
            parent: None,
            parts: Vec::new(),
            reported_by: None,
            reported_at: 0,
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

    /// Whether it is that one, or was merged into it, whatever that was merged into afterwards.
    fn leads_to(&self, own: &IncidentCode, code: &IncidentCode) -> bool {
        let main = self.cases.get(own).and_then(|case| case.main.as_ref());
        own == code || main.is_some_and(|main| self.leads_to(main, code))
    }

    /// The Team and managers see all; a unit what concerns it, and what that was merged into.
    pub fn seen_by(&self, code: &IncidentCode, person: &PersonId) -> bool {
        let units = || self.cases.iter().filter(|(own, _)| self.leads_to(own, code));
        let unit = self.staff.unit_of(person).filter(|_| self.staff.is(person, &[Role::Reporter]));
        self.staff.is(person, &[Role::Responder, Role::Lead, Role::Manager])
            || unit.is_some() && units().any(|(_, case)| case.unit == unit)
    }

    /// Whether what leads somewhere else passes one that is handled outside the system.
    fn outside(&self, code: &IncidentCode) -> bool {
        let Some(case) = self.cases.get(code) else { return false };
        case.main.as_ref().is_some_and(|main| case.off_channel || self.outside(main))
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
        let Some(case) = self.cases.get(&target) else { return Expected::Refused };
        let dead_end = case.main.is_some() && matches!(act, Act::Raise(_));
        if dead_end || !seen || !case.permits(person, act, &self.staff) {
            return Expected::Refused;
        }
        let (target, act, moved) = self.whole_of(target, act);
        if !self.may_label(&target, &act) || led && self.outside(code) && act.says_something() {
            return Expected::Refused;
        }
        let Some(case) = self.cases.get_mut(&target) else { return Expected::Refused };
        let old = !led && !moved && episode.is_some_and(|episode| episode != case.episode);
        let any_episode = matches!(act, Act::Note(_) | Act::NoteToAll(_) | Act::Attach(_));
        if old && !any_episode || !case.allows(person, &act, &self.staff) {
            return Expected::Refused;
        }
        let told = !matches!(act, Act::NoteToAll(_)) || case.parts.is_empty();
        if !told && self.parts_of(&target).is_empty() {
            return Expected::Refused;
        }
        let Some(case) = self.cases.get_mut(&target) else { return Expected::Refused };
        case.perform(person, &act, when, &self.staff);
        self.follow(&target, &act, when);
        Expected::Done
    }

    /// A file that came with what was done: evidence of the same incident, where it may be.
    pub fn attach(&mut self, person: &PersonId, code: &IncidentCode, when: When) {
        self.act(person, code, None, &Act::Attach(Vec::new()), when);
    }

    fn merge(&mut self, person: &PersonId, duplicate: &Aim, main: &IncidentCode) -> Expected {
        let (duplicate, episode) = (&duplicate.code, duplicate.episode);
        let (Some(one), Some(two)) = (self.cases.get(duplicate), self.cases.get(main)) else {
            return Expected::Refused;
        };
        let fine =
            self.staff.is(person, &[Role::Lead]) && duplicate != main && one.open() && two.open();
        let fine = fine && episode.is_none_or(|episode| episode == one.episode);
        // A whole cannot end as a duplicate of one of its parts.
        if !fine || two.parent.as_ref() == Some(duplicate) {
            return Expected::Refused;
        }
        let severity = one.severity.max(two.severity);
        let closed = self.cases.get_mut(duplicate);
        closed.into_iter().for_each(|case| case.close(Outcome::Duplicate, Some(main.clone())));
        self.release_parts(duplicate);
        self.rise(main, severity);
        Expected::Done
    }

    /// The incident it joins or `None` for a new one; nothing at all for the end of what nobody knows.
    fn alert(&mut self, intake: &str, alert: &Alert, when: When) -> Option<Option<IncidentCode>> {
        let key = alert.dedup_key.as_ref().map(|key| (intake.to_owned(), key.clone()));
        let newest = self
            .cases
            .iter()
            .filter(|(_, case)| key.is_some() && case.dedup == key)
            .max_by_key(|(_, case)| case.order)
            .map(|(code, _)| self.lead(code));
        if let Some(code) = newest
            && let Some(case) = self.cases.get(&code)
            && (case.before_resolved() || alert.resolved)
        {
            if !alert.resolved {
                self.rise(&code, alert.severity);
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
        let code = self.new_case(alert.severity, unit, alert.category, key);
        self.cases.get_mut(&code).into_iter().for_each(|case| case.reported_at = when.wall);
        Some(None)
    }

    /// The holder was silent for so long that he lost it.
    pub fn release(&mut self, code: &IncidentCode) {
        self.cases.get_mut(code).into_iter().for_each(|case| case.holder = None);
    }
}
