//! What reading a message needs to know of incidents, looked up only when it asks.

use std::cell::RefCell;
use std::cmp::Reverse;
use std::time::Duration;

use chrono_tz::Tz;

use crate::chat::aim::OFFERED;
use crate::chat::drill::Asked;
use crate::chat::{Brief, Incidents, Recent};
use crate::domain::access;
use crate::domain::actor::Origin;
use crate::domain::directory::{Directory, Person};
use crate::domain::ids::{DrillCode, IncidentCode, PersonId, UnitCode};
use crate::domain::incident::Incident;
use crate::domain::notice::{Answer, Shown};
use crate::domain::playbook::run::decide;
use crate::domain::search::{Page, Query};
use crate::domain::statistics::{Span, count};
use crate::domain::time::Timestamp;
use crate::ledger::{StorageError, Tx};

/// How many open incidents `/suco` lists.
const LISTED: usize = 30;

/// How many that ended it lists for somebody who sees only a unit's.
const ENDED: usize = 5;

/// How many hits a search shows.
const HITS: usize = 20;

/// How far back a search looks; open incidents are always looked at.
const SEARCHED: Duration = Duration::from_secs(366 * 24 * 3600);

/// Incidents as one person sees them. A fault of the database is kept until it is asked for, because
/// reading a message knows no faults.
pub(super) struct Seen<'a, 't> {
    tx: &'a Tx<'t>,
    directory: &'a Directory,
    zone: Tz,
    fault: RefCell<Option<StorageError>>,
}

impl<'a, 't> Seen<'a, 't> {
    /// Within a transaction.
    pub fn new(tx: &'a Tx<'t>, directory: &'a Directory, zone: Tz) -> Self {
        Self { tx, directory, zone, fault: RefCell::new(None) }
    }

    /// What went wrong, if anything did.
    pub fn fault(&self) -> Option<StorageError> {
        self.fault.take()
    }

    fn or_fault<T: Default>(&self, read: Result<T, StorageError>) -> T {
        read.unwrap_or_else(|error| {
            *self.fault.borrow_mut() = Some(error);
            T::default()
        })
    }

    /// Open incidents the person may see, newest first.
    fn open(&self, person: &Person) -> Vec<Incident> {
        let mut open = self.or_fault(self.tx.open_codes());
        // What is only a drill stands in no list.
        open.retain(|incident| incident.origin == Origin::Real);
        open.retain(|incident| access::sees(person, incident, self.directory));
        open
    }

    /// The person's unit, and those it took the place of.
    fn units(&self, person: &Person) -> Vec<UnitCode> {
        let unit = person.unit.as_ref();
        unit.map(|unit| self.directory.units_with(unit)).unwrap_or_default()
    }

    fn ended(&self, person: &Person, most: usize) -> Vec<IncidentCode> {
        // Twice as many are read as are shown: some may be of another unit by now.
        let read = u32::try_from(most.saturating_mul(2)).unwrap_or(u32::MAX);
        let units = self.units(person);
        let whose = (!access::sees_all(person)).then_some((units.as_slice(), &person.id));
        let ended = self.or_fault(self.tx.ended(whose, read));
        let seen =
            ended.into_iter().filter(|incident| access::sees(person, incident, self.directory));
        seen.take(most).map(|incident| incident.code).collect()
    }

    fn finds(&self, person: &Person, words: &Query, private: bool) -> Vec<IncidentCode> {
        let mut codes = Vec::new();
        let read = self.tx.each_worded(self.tx.now.minus(SEARCHED), |one| {
            let unit = one.unit.as_ref().and_then(|unit| self.directory.units.get(unit));
            let page = Page {
                code: one.code.as_str(),
                unit: unit.map_or("", |unit| unit.name.as_str()),
                title: one.title.as_deref(),
                description: one.description.as_deref(),
                tlp: one.tlp,
            };
            if words.finds(&page, private) {
                codes.push(one.code.clone());
            }
        });
        self.or_fault(read);
        let sees = |incident: Option<Incident>| {
            incident.is_some_and(|incident| access::sees(person, &incident, self.directory))
        };
        codes.retain(|code| sees(self.or_fault(self.tx.incident(code))));
        codes
    }
}

impl Incidents for Seen<'_, '_> {
    fn sees(&self, person: &PersonId, code: &IncidentCode) -> bool {
        let incident = self.or_fault(self.tx.incident(code));
        let person = self.directory.active(person);
        let both = person.zip(incident);
        both.is_some_and(|(person, incident)| access::sees(person, &incident, self.directory))
    }

    fn open_for(&self, person: &PersonId) -> Vec<Brief> {
        let Some(person) = self.directory.active(person) else { return Vec::new() };
        let found = if access::sees_all(person) {
            self.or_fault(self.tx.open_briefs(&person.id))
        } else {
            let mut open = self.or_fault(self.tx.open_naming(&person.id, &self.units(person)));
            open.retain(|incident| access::sees(person, incident, self.directory));
            let brief = |incident: &Incident| {
                (incident.code.clone(), incident.status(), incident.holder().cloned())
            };
            open.iter().map(brief).collect()
        };
        let brief = |(code, status, holder)| Brief { code, status, holder };
        found.into_iter().map(brief).collect()
    }

    fn reported_since(&self, person: &PersonId, since: Timestamp) -> Vec<Recent> {
        let found = self.or_fault(self.tx.reported_since(person, since));
        let recent = |(code, off_channel)| Recent { code, off_channel };
        found.into_iter().map(recent).collect()
    }

    fn ended_for(&self, person: &PersonId) -> Vec<IncidentCode> {
        let person = self.directory.active(person);
        person.map(|person| self.ended(person, OFFERED)).unwrap_or_default()
    }

    fn parts_for(&self, person: &PersonId) -> Vec<IncidentCode> {
        let Some(person) = self.directory.active(person) else { return Vec::new() };
        let parts = self.open(person).into_iter().filter(|incident| incident.parent().is_some());
        parts.map(|incident| incident.code).collect()
    }

    fn listed(&self, person: &PersonId) -> Answer {
        let Some(person) = self.directory.active(person) else { return Answer::Hotline };
        let mut incidents = self.open(person);
        incidents.sort_by_key(|one| (Reverse(one.severity), one.reported_at));
        let open = incidents.len();
        let codes = incidents.into_iter().take(LISTED).map(|incident| incident.code).collect();
        let ended = if access::sees_all(person) { Vec::new() } else { self.ended(person, ENDED) };
        Answer::List { codes, open, ended }
    }

    fn found(&self, person: &PersonId, words: &Query, private: bool) -> Answer {
        let Some(person) = self.directory.active(person) else { return Answer::Hotline };
        let mut codes = self.finds(person, words, private);
        let count = codes.len();
        codes.truncate(HITS);
        Answer::Found { codes, count }
    }

    fn figures(&self, person: &PersonId, span: Span) -> Option<Answer> {
        let Some(person) = self.directory.active(person) else { return Some(Answer::Hotline) };
        let days = span.days(self.tx.now, self.zone)?;
        let (from, until) = days.instants(self.zone)?;
        let mut facts = self.or_fault(self.tx.facts(from, until));
        let own = !access::sees_all(person);
        if own {
            let units = self.units(person);
            facts.retain(|fact| fact.unit.as_ref().is_some_and(|unit| units.contains(unit)));
        }
        let mut counted = count(&facts, days, own, (from, until));
        let tests = self.or_fault(self.tx.tests(from, until));
        counted.tests = (!own && tests.sent > 0).then_some(tests);
        Some(Answer::Figures(Box::new(counted)))
    }

    fn drill_of(&self, person: &PersonId) -> Option<DrillCode> {
        self.or_fault(self.tx.drill_played_by(person))
    }

    fn question_in_drill(&self, person: &PersonId) -> Option<(DrillCode, Asked)> {
        let code = self.or_fault(self.tx.drill_played_by(person))?;
        let drill = self.or_fault(self.tx.drill(&code))?;
        let asked = match drill.open_report(person) {
            Some((number, _)) => Asked::Report(number),
            None if drill.claim.as_ref().is_some_and(|claim| claim.by == *person) => Asked::Claim,
            None => Asked::Nothing,
        };
        Some((code, asked))
    }

    fn open_question(&self, code: &IncidentCode, step: u32) -> Option<u32> {
        let incident = self.or_fault(self.tx.incident(code))?;
        let run = incident.run_of(step)?;
        let bundle = self.or_fault(self.tx.bundle(&run.hash))?;
        // While it waits for approval its answers do not change.
        let asks = run.task(step).is_some_and(|pending| pending.approval.is_none());
        let open = decide::open_questions(run, &bundle, step);
        open.first().copied().filter(|_| asks)
    }

    fn shown(&self, code: &IncidentCode) -> Option<Shown> {
        self.or_fault(self.tx.shown(code))
    }
}
