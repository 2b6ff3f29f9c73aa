//! What a drill came to, in figures. Each recipient's time runs from the delivery to himself, without the
//! stretches in which the drill stood still or the program was away. Whoever was let go for real work, or
//! does not come, counts as no failure; what never arrived is counted apart.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::run::board::took;
use super::run::event::{Mark, Reply, Rsvp};
use super::run::state::{Drill, Participant, Played};
use super::scenario::{Expect, ExpectId, Expectation, InjectId, ObjectiveId, Scenario};
use crate::domain::ids::{PersonId, UnitCode};
use crate::domain::time::Timestamp;

/// With fewer than so many times nothing is said about their middle.
pub const ENOUGH: usize = 3;

/// What one expectation came to for one recipient.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// Met within its target, after so many milliseconds.
    Met(i64),
    /// Met later, after so many milliseconds.
    Late(i64),
    /// Answered by what is not right, after so many milliseconds.
    Wrong(i64),
    /// Not met.
    Missed,
    /// Nobody may be blamed: the person was let go, does not come, or the drill was over before the time was.
    NotCounted,
    /// It never arrived.
    Undelivered,
}

/// How often each of them.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Tally {
    /// Met in time.
    pub met: usize,
    /// Met later.
    pub late: usize,
    /// Not met, or answered by what is not right.
    pub missed: usize,
    /// Of those, answered by what is not right.
    pub wrong: usize,
    /// Not counted.
    pub not_counted: usize,
    /// Never arrived.
    pub undelivered: usize,
    /// How long those took who met it, in milliseconds, the shortest first.
    pub times: Vec<i64>,
}

impl Tally {
    /// One more.
    pub fn add(&mut self, outcome: Outcome) {
        let place = match outcome {
            Outcome::Met(_) => &mut self.met,
            Outcome::Late(_) => &mut self.late,
            Outcome::Wrong(_) | Outcome::Missed => &mut self.missed,
            Outcome::NotCounted => &mut self.not_counted,
            Outcome::Undelivered => &mut self.undelivered,
        };
        *place = place.saturating_add(1);
        match outcome {
            Outcome::Met(took) | Outcome::Late(took) => {
                let at = self.times.partition_point(|time| *time <= took);
                self.times.insert(at, took);
            }
            Outcome::Wrong(_) => self.wrong = self.wrong.saturating_add(1),
            _ => {}
        }
    }

    /// Those of whom something can be said: met, late and missed.
    pub fn counted(&self) -> usize {
        self.met.saturating_add(self.late).saturating_add(self.missed)
    }

    /// The middle of the times; nothing where there are too few.
    pub fn median(&self) -> Option<i64> {
        median(&self.times)
    }
}

/// The middle of sorted times, of two the mean; nothing where there are too few.
pub fn median(times: &[i64]) -> Option<i64> {
    let count = times.len();
    if count < ENOUGH {
        return None;
    }
    let upper = times.get(count / 2)?;
    let lower = times.get(count.saturating_sub(1) / 2)?;
    Some(lower.midpoint(*upper))
}

/// One expectation of an inject.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OfExpectation {
    /// Of which inject.
    pub inject: InjectId,
    /// Which.
    pub expect: ExpectId,
    /// The objective it shows.
    pub objective: ObjectiveId,
    /// What it came to.
    pub tally: Tally,
}

/// How many came.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Attendance {
    /// Those invited; of somebody and who stands in for him, one.
    pub invited: usize,
    /// Of them, those who were there or answered.
    pub came: usize,
    /// Of them, those who said that they do not come.
    pub declined: usize,
    /// Of them, those who were let go for real work.
    pub released: usize,
}

/// A unit, none for those who play for no unit, and what it came to by objective.
pub type OfUnits = BTreeMap<Option<UnitCode>, BTreeMap<ObjectiveId, Tally>>;

/// Everything there is to say in figures.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Figures {
    /// By inject and expectation, in the order of the file.
    pub expectations: Vec<OfExpectation>,
    /// By unit and objective.
    pub units: OfUnits,
    /// By objective.
    pub objectives: BTreeMap<ObjectiveId, Tally>,
    /// All together.
    pub all: Tally,
    /// How many came.
    pub attendance: Attendance,
    /// How many objectives got each mark.
    pub marks: BTreeMap<Mark, usize>,
    /// How many objectives nobody has judged.
    pub unjudged: usize,
}

/// The figures of a drill.
pub fn figures(drill: &Drill, scenario: &Scenario) -> Figures {
    let mut all = Figures { attendance: attendance(drill), ..Figures::default() };
    for objective in &scenario.objectives {
        all.objectives.entry(objective.id.clone()).or_default();
        match drill.marks.get(objective.id.as_str()) {
            Some((mark, _)) => {
                let of_mark = all.marks.entry(*mark).or_default();
                *of_mark = of_mark.saturating_add(1);
            }
            None => all.unjudged = all.unjudged.saturating_add(1),
        }
    }
    for inject in scenario.in_order() {
        let Some(played) = drill.injects.get(&inject.id).filter(|one| one.sent.is_some()) else {
            continue;
        };
        for expect in &inject.expects {
            let mut tally = Tally::default();
            for person in &played.to {
                let outcome = outcome(drill, played, expect, person);
                let unit = drill.people.get(person).and_then(|one| one.unit.clone());
                let objectives = all.units.entry(unit).or_default();
                objectives.entry(expect.objective.clone()).or_default().add(outcome);
                all.objectives.entry(expect.objective.clone()).or_default().add(outcome);
                all.all.add(outcome);
                tally.add(outcome);
            }
            let (inject, objective) = (inject.id.clone(), expect.objective.clone());
            let expect = expect.id.clone();
            all.expectations.push(OfExpectation { inject, expect, objective, tally });
        }
    }
    all
}

/// What one expectation came to for one recipient.
pub fn outcome(drill: &Drill, played: &Played, expect: &Expectation, person: &PersonId) -> Outcome {
    let replied = played.replies.get(&expect.id).and_then(|replies| replies.get(person));
    let delivered = played.delivered.get(person).copied();
    if let Some(replied) = replied {
        // Whoever answered has got it, also where nobody heard that it arrived.
        let Some(from) = delivered.or(played.sent) else { return Outcome::Undelivered };
        let took = took(drill, from, replied.at);
        let fine = played.verdict(&expect.id, person) != Some(false);
        return match (fine && right(&expect.kind, &replied.reply), took <= millis(expect.target)) {
            (false, _) => Outcome::Wrong(took),
            (true, true) => Outcome::Met(took),
            (true, false) => Outcome::Late(took),
        };
    }
    let participant = drill.people.get(person);
    let away = |one: &Participant| one.rsvp == Some(Rsvp::No) || one.stand_in.is_some();
    if participant.is_none_or(away) {
        return Outcome::NotCounted;
    }
    let Some(from) = delivered else {
        let released = participant.is_some_and(|one| one.released.is_some());
        return if released { Outcome::NotCounted } else { Outcome::Undelivered };
    };
    let before = |at: Timestamp| took(drill, from, at) < millis(expect.expires);
    let released = participant.and_then(|one| one.released).is_some_and(before);
    let over = drill.ended.as_ref().is_none_or(|(at, _)| before(*at));
    if released || over { Outcome::NotCounted } else { Outcome::Missed }
}

/// Whether an answer is right; where none is wrong, every one is.
fn right(kind: &Expect, reply: &Reply) -> bool {
    match (kind, reply) {
        (Expect::Choose { right, .. }, Reply::Chose(value)) => {
            right.is_empty() || right.contains(value)
        }
        _ => true,
    }
}

fn millis(span: Duration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX)
}

/// Whether somebody was there, or answered anything.
pub fn came(drill: &Drill, person: &PersonId) -> bool {
    let here = drill.people.get(person).is_some_and(|one| one.here.is_some());
    let replies = |played: &Played| played.replies.values().any(|all| all.contains_key(person));
    here || drill.injects.values().any(replies)
}

fn attendance(drill: &Drill) -> Attendance {
    let own = drill.people.iter().filter(|(_, one)| one.stand_in.is_none());
    let mut all = Attendance::default();
    let count = |number: &mut usize, holds: bool| {
        *number = number.saturating_add(usize::from(holds));
    };
    for (person, one) in own {
        count(&mut all.invited, true);
        count(&mut all.came, came(drill, person));
        count(&mut all.declined, one.rsvp == Some(Rsvp::No));
        count(&mut all.released, one.released.is_some());
    }
    all
}

/// The units of a drill that were told anything, in order.
pub fn units(figures: &Figures) -> BTreeSet<&UnitCode> {
    figures.units.keys().flatten().collect()
}
