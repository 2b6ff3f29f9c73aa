//! What is to be made better after a drill: who does it until when, what shows that it was done, and who
//! else saw it. Nobody says of his own work that it is done.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::act::{DrillAct, NewItem};
use super::decide::said;
use super::event::DrillEvent;
use super::state::Drill;
use super::{DrillRefusal, Scene};
use crate::domain::access::Permit;
use crate::domain::actor::Actor;
use crate::domain::directory::Directory;
use crate::domain::ids::{PersonId, UnitCode};
use crate::domain::incident::fold::At;
use crate::domain::text::Text;
use crate::domain::time::Timestamp;
use crate::domain::values::Role;

const DAY: Duration = Duration::from_secs(24 * 3600);

/// From this reminder on, leads and managers are told as well: the second after it was due.
pub const RISES: u32 = 4;

/// Something that is to be made better.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Item {
    /// What.
    pub words: Text,
    /// The unit that does it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitCode>,
    /// The person who does it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<PersonId>,
    /// Until when: nine in the morning of its day.
    pub due: Timestamp,
    /// When it was written down.
    pub added: Timestamp,
    /// Where it stands.
    pub stands: Stands,
    /// Why it was given back, where it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub returned: Option<Text>,
    /// The last reminder that was said, or whose time was past when it was written down.
    pub reminded: u32,
}

/// Where it stands.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stands {
    /// It waits to be done.
    Open,
    /// Somebody says that it is done.
    Done {
        /// Who, where that was a person.
        by: Option<PersonId>,
        /// When.
        at: Timestamp,
        /// What shows it.
        words: Text,
    },
    /// Somebody else saw that it is.
    Verified {
        /// Who did it, where that was a person.
        by: Option<PersonId>,
        /// Who saw it.
        seen_by: Option<PersonId>,
        /// When.
        at: Timestamp,
        /// What shows it.
        words: Text,
    },
}

impl Item {
    /// Whether this person has to do it: its owner, or a contact of its unit.
    pub fn is_for(&self, person: &PersonId, directory: &Directory) -> bool {
        self.owner.as_ref() == Some(person) || self.doers(directory).contains(person)
    }

    /// Those who have to do it.
    pub fn doers(&self, directory: &Directory) -> Vec<PersonId> {
        if let Some(owner) = &self.owner {
            return vec![owner.clone()];
        }
        let unit = self.unit.as_ref().map(|unit| directory.acting(unit).clone());
        let people = unit.iter().flat_map(|unit| directory.contacts(unit));
        people.map(|person| person.id.clone()).collect()
    }

    /// Whether nobody has to think of it any more.
    pub fn is_closed(&self) -> bool {
        matches!(self.stands, Stands::Verified { .. })
    }

    /// Whether its day is over and it is not done.
    pub fn is_late(&self, now: Timestamp) -> bool {
        self.stands == Stands::Open && self.due.plus(DAY) <= now
    }

    /// Every piece of free text in it.
    pub fn texts(&self) -> Vec<&Text> {
        let proof = match &self.stands {
            Stands::Open => None,
            Stands::Done { words, .. } | Stands::Verified { words, .. } => Some(words),
        };
        [&self.words].into_iter().chain(proof).chain(&self.returned).collect()
    }

    /// When the next reminder is due.
    pub fn next(&self) -> Option<Timestamp> {
        (!self.is_closed()).then(|| reminder(self.due, self.reminded.saturating_add(1)))
    }
}

/// When the reminder of this number is due: seven days before, on the day, the day after, then weekly.
pub fn reminder(due: Timestamp, number: u32) -> Timestamp {
    match number {
        0 | 1 => due.minus(DAY * 7),
        2 => due,
        more => due.plus(DAY + DAY * 7 * more.saturating_sub(3)),
    }
}

/// The last reminder whose time has come by now.
pub fn past(due: Timestamp, now: Timestamp) -> u32 {
    let mut last = 0_u32;
    // A hundred years of weeks, and then nobody reads them any more.
    while last < 5200 && reminder(due, last.saturating_add(1)) <= now {
        last = last.saturating_add(1);
    }
    last
}

/// Takes one event in.
pub(super) fn apply(items: &mut BTreeMap<u32, Item>, event: &DrillEvent, at: &At) {
    let actor = match &at.actor {
        Actor::Person(id) => Some(id.clone()),
        _ => None,
    };
    match event {
        DrillEvent::ItemAdded { number, words, unit, owner, due } => {
            let item = Item {
                words: words.clone(),
                unit: unit.clone(),
                owner: owner.clone(),
                due: *due,
                added: at.at,
                stands: Stands::Open,
                returned: None,
                reminded: past(*due, at.at),
            };
            items.insert(*number, item);
        }
        DrillEvent::ItemDone { number, words } => {
            if let Some(item) = items.get_mut(number) {
                item.stands = Stands::Done { by: actor, at: at.at, words: words.clone() };
            }
        }
        DrillEvent::ItemVerified { number } => {
            let Some(item) = items.get_mut(number) else { return };
            if let Stands::Done { by, words, .. } = item.stands.clone() {
                item.stands = Stands::Verified { by, seen_by: actor, at: at.at, words };
            }
        }
        DrillEvent::ItemReturned { number, reason } => {
            if let Some(item) = items.get_mut(number) {
                item.stands = Stands::Open;
                item.returned = Some(reason.clone());
            }
        }
        DrillEvent::ItemReminded { number, time } => {
            if let Some(item) = items.get_mut(number) {
                item.reminded = *time;
            }
        }
        _ => {}
    }
}

/// When the next reminder of any item is due.
pub(super) fn next(drill: &Drill) -> Option<Timestamp> {
    drill.items.values().filter_map(Item::next).min()
}

/// The reminders whose time has come; of several that were missed the last.
pub(super) fn tick(drill: &Drill, now: Timestamp) -> Vec<DrillEvent> {
    let due = |item: &Item| item.next().is_some_and(|at| at <= now);
    let due = drill.items.iter().filter(|(_, item)| due(item));
    due.map(|(number, item)| DrillEvent::ItemReminded {
        number: *number,
        time: past(item.due, now),
    })
    .collect()
}

/// What comes of a wish about an item.
pub(super) fn decide(
    drill: &Drill,
    act: &DrillAct,
    permit: &Permit,
    scene: &Scene<'_>,
) -> Result<Vec<DrillEvent>, DrillRefusal> {
    let code = || drill.code.clone();
    let person = permit.person().ok_or_else(|| DrillRefusal::NotAParticipant(code()))?;
    if drill.ended.is_none() {
        return Err(DrillRefusal::NotNow { code: code(), status: drill.status });
    }
    let directory = scene.directory;
    let holds =
        drill.is_staff(person) || permit.leads() || directory.has_role(person, Role::Manager);
    let only_lead =
        || DrillRefusal::OnlyItsLead { code: code(), lead: drill.planning.lead.clone() };
    let item = |number: &u32| drill.items.get(number).ok_or(DrillRefusal::NoSuchItem(*number));
    match act {
        DrillAct::AddItem(new) => {
            holds.then_some(()).ok_or_else(only_lead)?;
            add(drill, new, scene)
        }
        DrillAct::ItemDone(number, words) => {
            let item = item(number)?;
            (holds || item.is_for(person, directory)).then_some(()).ok_or_else(only_lead)?;
            if item.stands != Stands::Open {
                return Err(DrillRefusal::NothingToSettle);
            }
            Ok(vec![DrillEvent::ItemDone { number: *number, words: said(words)? }])
        }
        DrillAct::VerifyItem(number) | DrillAct::ReturnItem(number, _) => {
            let item = item(number)?;
            holds.then_some(()).ok_or_else(only_lead)?;
            let Stands::Done { by, .. } = &item.stands else {
                return Err(DrillRefusal::NothingToSettle);
            };
            if by.as_ref() == Some(person) || item.is_for(person, directory) {
                return Err(DrillRefusal::OwnItem);
            }
            let number = *number;
            Ok(vec![match act {
                DrillAct::ReturnItem(_, why) => {
                    DrillEvent::ItemReturned { number, reason: said(why)? }
                }
                _ => DrillEvent::ItemVerified { number },
            }])
        }
        _ => Err(DrillRefusal::NotNow { code: code(), status: drill.status }),
    }
}

fn add(drill: &Drill, new: &NewItem, scene: &Scene<'_>) -> Result<Vec<DrillEvent>, DrillRefusal> {
    if new.due <= scene.now {
        return Err(DrillRefusal::Past);
    }
    if let Some(owner) = &new.owner
        && scene.directory.active(owner).is_none()
    {
        return Err(DrillRefusal::UnknownPerson(owner.clone()));
    }
    if new.owner.is_none() && new.unit.is_none() {
        return Err(DrillRefusal::NobodyDoesIt);
    }
    let number = drill.items.keys().max().map_or(1, |last| last.saturating_add(1));
    let (unit, owner) = (new.unit.clone(), new.owner.clone());
    Ok(vec![DrillEvent::ItemAdded { number, words: said(&new.words)?, unit, owner, due: new.due }])
}
