//! Whether what the directory says of the units' contacts still holds: once a year each is asked, the
//! silent are asked again, and the leads hear how it ended.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{Datelike as _, NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};

use super::calendar::Calendar;
use super::directory::Directory;
use super::ids::{PersonId, UnitCode};
use super::time::{Timestamp, start_of};
use super::values::Role;

/// So long a confirmation counts.
pub const HOLDS: Duration = Duration::from_secs(366 * 24 * 3600);

/// When contacts are asked, and how often again.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Timing {
    /// On which day of the year a round begins, month and day; none where nobody wants rounds.
    pub on: Option<(u32, u32)>,
    /// From one reminder to the next, and from the last to the end.
    pub every: Duration,
    /// How often the silent are asked again.
    pub reminders: u32,
}

impl Default for Timing {
    /// On 1 March, after Tết; again after three days, three times.
    fn default() -> Self {
        Self { on: Some((3, 1)), every: Duration::from_secs(3 * 24 * 3600), reminders: 3 }
    }
}

/// A round of asking.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Round {
    /// Everybody who was asked, with what they answered: whether it still holds.
    pub asked: BTreeMap<PersonId, Option<bool>>,
    /// How often the silent were asked again.
    pub reminded: u32,
    /// When they are asked again, or the round ends.
    pub next: Timestamp,
}

impl Round {
    /// Those who have not answered.
    pub fn silent(&self) -> impl Iterator<Item = &PersonId> {
        self.asked.iter().filter(|(_, said)| said.is_none()).map(|(person, _)| person)
    }

    /// Those who said that something is wrong.
    pub fn wrong(&self) -> impl Iterator<Item = &PersonId> {
        self.asked.iter().filter(|(_, said)| **said == Some(false)).map(|(person, _)| person)
    }
}

/// What has been confirmed, and the round under way.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Contacts {
    /// When each person last said that it holds.
    pub confirmed: BTreeMap<PersonId, Timestamp>,
    /// The round under way.
    pub round: Option<Round>,
    /// When the last round began.
    pub last: Option<Timestamp>,
}

/// One thing that happened.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ContactsEvent {
    /// These people were asked.
    ContactsAsked {
        /// Who.
        people: Vec<PersonId>,
        /// When they are asked again.
        next: Timestamp,
    },
    /// The silent were asked again.
    ContactsReminded {
        /// When they are asked again, or the round ends.
        next: Timestamp,
    },
    /// Somebody's data were said to hold, or not to.
    ContactAnswered {
        /// Whose.
        person: PersonId,
        /// Whether they hold.
        right: bool,
    },
    /// The round is over.
    ContactsDone,
}

impl ContactsEvent {
    /// The word for it in the ledger.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::ContactsAsked { .. } => "contacts_asked",
            Self::ContactsReminded { .. } => "contacts_reminded",
            Self::ContactAnswered { .. } => "contact_answered",
            Self::ContactsDone => "contacts_done",
        }
    }

    /// Every kind this version knows.
    pub const KINDS: &'static [&'static str] =
        &["contacts_asked", "contacts_reminded", "contact_answered", "contacts_done"];
}

impl Contacts {
    /// Takes one event in.
    pub fn apply(&mut self, event: &ContactsEvent, at: Timestamp) {
        match event {
            ContactsEvent::ContactsAsked { people, next } => {
                let asked = people.iter().map(|person| (person.clone(), None)).collect();
                self.round = Some(Round { asked, reminded: 0, next: *next });
                self.last = Some(at);
            }
            ContactsEvent::ContactsReminded { next } => {
                if let Some(round) = &mut self.round {
                    round.reminded = round.reminded.saturating_add(1);
                    round.next = *next;
                }
            }
            ContactsEvent::ContactAnswered { person, right } => {
                if *right {
                    self.confirmed.insert(person.clone(), at);
                }
                let asked = self.round.as_mut().and_then(|round| round.asked.get_mut(person));
                if let Some(said) = asked {
                    *said = Some(*right);
                }
            }
            ContactsEvent::ContactsDone => self.round = None,
        }
    }

    /// When something is to be done next.
    pub fn next_moment(
        &self,
        now: Timestamp,
        timing: &Timing,
        calendar: &Calendar,
    ) -> Option<Timestamp> {
        match &self.round {
            Some(round) => Some(round.next),
            None => self.next_round(now, timing, calendar),
        }
    }

    /// When the next round begins: in the first office hours from its day on.
    fn next_round(
        &self,
        now: Timestamp,
        timing: &Timing,
        calendar: &Calendar,
    ) -> Option<Timestamp> {
        let (month, day) = timing.on?;
        let year = now.date(calendar.zone).year();
        let begins = |year| {
            // On 29 February a round begins a day later in most years.
            let date = NaiveDate::from_ymd_opt(year, month, day)
                .or_else(|| NaiveDate::from_ymd_opt(year, month.saturating_add(1), 1))?;
            let midnight = start_of(date.and_time(NaiveTime::MIN), calendar.zone);
            calendar.next_in_hours(midnight, None)
        };
        let last = self.last.unwrap_or(Timestamp::from_millis(i64::MIN));
        // A round of the last days of a year may begin with the first office hours of the next.
        [year.saturating_sub(1), year, year.saturating_add(1)]
            .into_iter()
            .filter_map(begins)
            .find(|begins| *begins > now.max(last))
    }

    /// What the moment that came leads to.
    pub fn tick(
        &self,
        now: Timestamp,
        timing: &Timing,
        directory: &Directory,
    ) -> Vec<ContactsEvent> {
        let next = timing.next(now, &directory.calendar);
        match &self.round {
            None => self.begin(now, timing, directory),
            Some(round) if round.next > now => Vec::new(),
            Some(round) if round.silent().next().is_some() && round.reminded < timing.reminders => {
                vec![ContactsEvent::ContactsReminded { next }]
            }
            Some(_) => vec![ContactsEvent::ContactsDone],
        }
    }

    /// A round of every contact but those who have confirmed since the last reminder would have gone out.
    pub fn begin(
        &self,
        now: Timestamp,
        timing: &Timing,
        directory: &Directory,
    ) -> Vec<ContactsEvent> {
        let lately = |person: &PersonId| {
            let ago = self.confirmed.get(person).map(|at| now.since(*at));
            ago.is_some_and(|ago| ago < timing.every)
        };
        let people: Vec<PersonId> = directory
            .with_role(Role::Reporter)
            .map(|person| person.id.clone())
            .filter(|person| !lately(person))
            .collect();
        let next = timing.next(now, &directory.calendar);
        if people.is_empty() {
            Vec::new()
        } else {
            vec![ContactsEvent::ContactsAsked { people, next }]
        }
    }
}

impl Timing {
    /// When the silent of a round are asked again: in office hours.
    fn next(&self, now: Timestamp, calendar: &Calendar) -> Timestamp {
        let at = now.plus(self.every);
        calendar.next_in_hours(at, None).unwrap_or(at)
    }
}

/// Why a unit is not covered.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Uncovered {
    /// It has no contact.
    NoContact,
    /// None of its contacts has an address on a channel in use.
    NobodyReachable,
    /// None of its contacts has confirmed within a year; when one last did.
    NotConfirmed(Option<Timestamp>),
}

impl Uncovered {
    /// The word for it in JSON.
    pub fn word(&self) -> &'static str {
        match self {
            Self::NoContact => "no_contact",
            Self::NobodyReachable => "nobody_reachable",
            Self::NotConfirmed(_) => "not_confirmed",
        }
    }
}

/// The units whose days have come and are not over.
pub fn standing(directory: &Directory, now: Timestamp) -> impl Iterator<Item = &UnitCode> {
    let zone = directory.calendar.zone;
    let units = directory.units.values().filter(move |unit| unit.has_begun(now, zone));
    units.map(|unit| &unit.code).filter(|code| !directory.ended.contains(*code))
}

/// The units that are not covered, the worst first.
pub fn uncovered(directory: &Directory, now: Timestamp) -> Vec<(UnitCode, Uncovered)> {
    let units = standing(directory, now);
    let mut found: Vec<(u8, UnitCode, Uncovered)> = Vec::new();
    for code in units {
        let contacts: Vec<&PersonId> = directory.contacts(code).map(|person| &person.id).collect();
        let reachable = contacts.iter().any(|id| !directory.ways_to(id).is_empty());
        let confirmed = &directory.contact_facts.confirmed;
        let last = contacts.iter().filter_map(|id| confirmed.get(*id)).max();
        if contacts.is_empty() {
            found.push((0, code.clone(), Uncovered::NoContact));
        } else if !reachable {
            found.push((1, code.clone(), Uncovered::NobodyReachable));
        } else if last.is_none_or(|at| now.since(*at) >= HOLDS) {
            found.push((2, code.clone(), Uncovered::NotConfirmed(last.copied())));
        }
    }
    found.sort_by(|one, other| (one.0, &one.1).cmp(&(other.0, &other.1)));
    found.into_iter().map(|(_, code, why)| (code, why)).collect()
}

/// What is wished of contacts.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContactsWish {
    /// One's own data hold, or do not.
    Answer {
        /// Whether they hold.
        right: bool,
    },
    /// A lead or an administrator heard it from somebody.
    AnswerFor {
        /// From whom.
        person: PersonId,
    },
    /// What is wrong, for those who keep the directory.
    Correct {
        /// In the person's own words.
        words: String,
    },
    /// A round begins now.
    Begin,
}

/// What there is to say about contacts that nobody asked for.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContactsNotice {
    /// Do the reader's own data still hold?
    StillRight {
        /// Whether it was asked before.
        again: bool,
    },
    /// Somebody says what is wrong.
    Correction {
        /// Who.
        person: PersonId,
        /// The words.
        words: String,
    },
    /// How a round ended.
    Ended {
        /// How many were asked.
        asked: u64,
        /// Who said that something is wrong.
        wrong: Vec<PersonId>,
        /// Who said nothing.
        silent: Vec<PersonId>,
    },
}

/// The answer to a look into the directory.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContactsAnswer {
    /// What was found.
    Found {
        /// Units.
        units: Vec<UnitCode>,
        /// People.
        people: Vec<PersonId>,
        /// How much more there is.
        more: u64,
    },
    /// The reader's own data, and how the directory is used.
    Own,
    /// Units that are not covered.
    Coverage,
    /// How to say what is wrong.
    HowToCorrect,
}

/// What took effect.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContactsDone {
    /// A confirmation was written down.
    Confirmed {
        /// Whose.
        person: PersonId,
    },
    /// Something is wrong; nobody knows yet what.
    Wrong,
    /// Those who keep the directory were told what.
    Told,
    /// A round began.
    Began {
        /// How many are asked.
        asked: u64,
    },
}
