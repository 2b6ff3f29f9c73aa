//! The book of the drills to come: series by which they recur, which drill was made for which day, and
//! how the plan of each year stands.
//!
//! A series only makes drills; each is a stream of its own from then on. What a series has made is known
//! by its nominal day, so that neither a time the program was away nor a calendar that changes makes a
//! second one, or loses one.

pub mod event;
pub mod press;
pub mod said;
pub mod units;
pub mod wish;
pub mod work;

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::scenario::ScenarioId;
use crate::domain::actor::Actor;
use crate::domain::ids::{DrillCode, PersonId, UnitCode};
use crate::domain::incident::fold::At;
use crate::domain::schedule::Schedule;
use crate::domain::time::Timestamp;
pub use event::BookEvent;
pub use units::Units;

/// A rule by which drills recur.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Series {
    /// What is played.
    pub scenario: ScenarioId,
    /// When.
    pub schedule: Schedule,
    /// Which units are drilled.
    pub units: Units,
    /// Who leads the drills.
    pub lead: PersonId,
    /// The first nominal day that counts: those before were over when the series was set.
    pub from: NaiveDate,
}

/// A drill that a series made.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Made {
    /// Which.
    pub drill: DrillCode,
    /// When it was to begin, by the calendar as it was then.
    pub at: Timestamp,
}

/// A series as it stands.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Standing {
    /// The series.
    pub series: Series,
    /// Who set it.
    pub author: Option<PersonId>,
    /// Whether it makes no more drills.
    pub ended: bool,
    /// Whether its scenario is there no more, and the leads know.
    pub gone: bool,
    /// What it made, by nominal day.
    pub made: BTreeMap<NaiveDate, Made>,
}

/// How the plan of a year stands.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Year {
    /// Who asked for approval last, and when.
    pub submitted: Option<(PersonId, Timestamp)>,
    /// Who agreed first, and when: whatever comes later is added to an approved plan.
    pub approved: Option<(PersonId, Timestamp)>,
    /// The drills the first approval was about.
    pub first: BTreeSet<DrillCode>,
}

/// The book.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Book {
    /// Every series, by the entry that set it.
    pub series: BTreeMap<i64, Standing>,
    /// The plans of years.
    pub years: BTreeMap<i32, Year>,
    /// When the contacts of units were last reminded that a drill is missing.
    pub reminded: BTreeMap<UnitCode, Timestamp>,
    /// The end of the last period of which the managers were told what is overdue.
    pub closed: Option<NaiveDate>,
}

impl Book {
    /// Takes one event in.
    pub fn apply(&mut self, event: &BookEvent, at: &At) {
        let person = match &at.actor {
            Actor::Person(id) => Some(id.clone()),
            _ => None,
        };
        match event {
            BookEvent::SeriesSet { series } => {
                let standing = Standing {
                    series: (**series).clone(),
                    author: person,
                    ended: false,
                    gone: false,
                    made: BTreeMap::new(),
                };
                self.series.insert(at.seq, standing);
            }
            BookEvent::SeriesEnded { series } => self.change(*series, |one| one.ended = true),
            BookEvent::ScenarioGone { series } => self.change(*series, |one| one.gone = true),
            BookEvent::OccurrenceMade { series, nominal, drill, at } => {
                let made = Made { drill: drill.clone(), at: *at };
                self.change(*series, |one| {
                    one.gone = false;
                    one.made.entry(*nominal).or_insert(made);
                });
            }
            BookEvent::OccurrenceShifted { series, nominal, to, .. } => {
                self.change(*series, |one| {
                    if let Some(made) = one.made.get_mut(nominal) {
                        made.at = *to;
                    }
                });
            }
            BookEvent::YearSubmitted { year, .. } => {
                let plan = self.years.entry(*year).or_default();
                plan.submitted = person.map(|person| (person, at.at));
            }
            BookEvent::YearApproved { year, drills } => {
                let plan = self.years.entry(*year).or_default();
                if plan.approved.is_none() {
                    plan.first = drills.iter().cloned().collect();
                    plan.approved = person.map(|person| (person, at.at));
                }
            }
            BookEvent::YearDeclined { year, .. } => {
                self.years.entry(*year).or_default().submitted = None;
            }
            BookEvent::UnitsReminded { units } => {
                self.reminded.extend(units.iter().map(|unit| (unit.clone(), at.at)));
            }
            BookEvent::PeriodClosed { end, .. } => self.closed = Some(*end),
        }
    }

    fn change(&mut self, series: i64, how: impl FnOnce(&mut Standing)) {
        if let Some(one) = self.series.get_mut(&series) {
            how(one);
        }
    }

    /// The series that make drills, by the entries that set them.
    pub fn running(&self) -> impl Iterator<Item = (i64, &Standing)> {
        self.series.iter().filter(|(_, one)| !one.ended).map(|(id, one)| (*id, one))
    }

    /// Whether a drill of that year came after the year's plan was approved.
    pub fn is_added(&self, year: i32, drill: &DrillCode) -> bool {
        let approved = self.years.get(&year).filter(|plan| plan.approved.is_some());
        approved.is_some_and(|plan| !plan.first.contains(drill))
    }
}
