//! Files of a drill: photos of what was seen, and what was sent in answer to an inject. They are kept as
//! evidence of incidents is, by the digest of their bytes.

use serde::{Deserialize, Serialize};

use super::event::{DrillEvent, Reply};
use super::state::Drill;
use crate::domain::actor::Actor;
use crate::domain::drill::scenario::InjectId;
use crate::domain::evidence::{Fetched, Form, NotTaken, State, Stored};
use crate::domain::ids::PersonId;
use crate::domain::incident::fold::At;
use crate::domain::time::Timestamp;

/// How many files one drill takes.
pub const MOST: usize = 500;

/// What a file belongs to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileOf {
    /// It answers this inject.
    Inject(InjectId),
    /// It came with the observation of this place, from zero.
    Seen(u32),
}

/// What happened to a file.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Filed {
    /// Somebody sent it.
    Offered {
        /// What it belongs to.
        of: FileOf,
        /// How it came.
        form: Form,
    },
    /// It is kept.
    Stored(Stored),
    /// It was not taken.
    NotTaken(NotTaken),
}

/// A file.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DrillFile {
    /// When it came.
    pub at: Timestamp,
    /// Who sent it.
    pub by: Option<PersonId>,
    /// What it belongs to.
    pub of: FileOf,
    /// How it came.
    pub form: Form,
    /// What became of it.
    pub state: State,
}

impl DrillFile {
    /// What is kept of it.
    pub fn stored(&self) -> Option<&Stored> {
        match &self.state {
            State::Stored(stored) => Some(stored),
            _ => None,
        }
    }
}

impl Drill {
    /// Its files by number, from one.
    pub fn numbered_files(&self) -> impl Iterator<Item = (u32, &DrillFile)> {
        (1_u32..).zip(&self.files)
    }

    /// One file.
    pub fn file(&self, number: u32) -> Option<&DrillFile> {
        self.files.get(usize::try_from(number.checked_sub(1)?).ok()?)
    }
}

/// The event of a file that was fetched, or was not. Nothing where it does not wait.
pub fn fetched(drill: &Drill, fetched: &Fetched) -> Option<DrillEvent> {
    let number = fetched.number;
    let waits = matches!(drill.file(number)?.state, State::Waiting);
    let what = match &fetched.end {
        Ok(stored) => Filed::Stored(stored.clone()),
        Err(why) => Filed::NotTaken(why.clone()),
    };
    waits.then_some(DrillEvent::DrillFiled { number, what })
}

/// Takes in what happened to one.
pub(super) fn apply(drill: &mut Drill, number: u32, what: &Filed, at: &At) {
    let by = match &at.actor {
        Actor::Person(person) => Some(person.clone()),
        _ => None,
    };
    let state = match what {
        Filed::Offered { of, form } => {
            let (of, form) = (of.clone(), *form);
            drill.files.push(DrillFile { at: at.at, by, of, form, state: State::Waiting });
            return;
        }
        Filed::Stored(stored) => State::Stored(stored.clone()),
        Filed::NotTaken(why) => State::NotTaken(why.clone()),
    };
    let index = number.checked_sub(1).and_then(|index| usize::try_from(index).ok());
    if let Some(file) = index.and_then(|index| drill.files.get_mut(index)) {
        file.state = state;
    }
    if let Filed::NotTaken(_) = what {
        taken_back(drill, number);
    }
}

/// Whoever sent a file that is not kept, and no other, has not sent one.
fn taken_back(drill: &mut Drill, number: u32) {
    let Some(DrillFile { of: FileOf::Inject(inject), by: Some(person), .. }) =
        drill.file(number).cloned()
    else {
        return;
    };
    let of = FileOf::Inject(inject.clone());
    let counts = |file: &DrillFile| !matches!(file.state, State::NotTaken(_));
    let own = |file: &DrillFile| file.of == of && file.by.as_ref() == Some(&person);
    if drill.files.iter().any(|file| own(file) && counts(file)) {
        return;
    }
    if let Some(played) = drill.injects.get_mut(&inject) {
        for replies in played.replies.values_mut() {
            if replies.get(&person).is_some_and(|one| one.reply == Reply::File) {
                replies.remove(&person);
            }
        }
    }
}
