//! The units' contacts: whether what is known of them still holds, and who is asked when.

use std::collections::BTreeSet;

use super::handle::Stop;
use super::settings::Settings;
use super::tell::tell as tell_one;
use crate::domain::access::permit;
use crate::domain::actor::Actor;
use crate::domain::contacts::{ContactsDone, ContactsEvent, ContactsNotice, ContactsWish, Round};
use crate::domain::directory::Directory;
use crate::domain::ids::{PersonId, Stream};
use crate::domain::incident::act::ActKind;
use crate::domain::notice::{Body, Priority};
use crate::domain::receipt::Done;
use crate::domain::refusal::Refusal;
use crate::ledger::{StorageError, Tx};

/// The longest correction that is passed on, in characters.
const LONGEST: usize = 600;

/// Carries out a wish about contacts.
pub fn perform(
    tx: &mut Tx<'_>,
    settings: &Settings,
    actor: &Actor,
    wish: &ContactsWish,
) -> Result<Done, Stop> {
    let directory = tx.directory()?;
    let done = match wish {
        ContactsWish::Answer { right } => {
            let person = oneself(actor, &directory)?;
            answered(tx, settings, &person, *right)?;
            match right {
                true => ContactsDone::Confirmed { person },
                false => ContactsDone::Wrong,
            }
        }
        ContactsWish::AnswerFor { person } => {
            permit(actor, ActKind::Contacts, None, &directory)?;
            if directory.active(person).is_none() {
                return Err(Refusal::UnknownPerson(person.to_string()).into());
            }
            answered(tx, settings, person, true)?;
            ContactsDone::Confirmed { person: person.clone() }
        }
        ContactsWish::Correct { words } => {
            let person = oneself(actor, &directory)?;
            let seq = answered(tx, settings, &person, false)?;
            let words: String = words.chars().take(LONGEST).collect();
            let notice = ContactsNotice::Correction { person, words };
            tell(tx, &directory, directory.keepers(), seq, &notice)?;
            ContactsDone::Told
        }
        ContactsWish::Begin => {
            permit(actor, ActKind::Contacts, None, &directory)?;
            let contacts = &directory.contact_facts;
            let asked = match &contacts.round {
                Some(round) => round.asked.len(),
                None => {
                    let events = contacts.begin(tx.now, &settings.contacts, &directory);
                    append(tx, settings, &events)?;
                    let round = tx.directory()?.contact_facts.round.clone();
                    round.map_or(0, |round| round.asked.len())
                }
            };
            ContactsDone::Began { asked: u64::try_from(asked).unwrap_or(u64::MAX) }
        }
    };
    Ok(Done::Contacts(done))
}

/// Whoever speaks, about his own data.
fn oneself(actor: &Actor, directory: &Directory) -> Result<PersonId, Refusal> {
    match actor {
        Actor::Person(id) if directory.active(id).is_some() => Ok(id.clone()),
        _ => Err(Refusal::NotInDirectory),
    }
}

fn answered(
    tx: &mut Tx<'_>,
    settings: &Settings,
    person: &PersonId,
    right: bool,
) -> Result<i64, StorageError> {
    let event = ContactsEvent::ContactAnswered { person: person.clone(), right };
    append(tx, settings, &[event])
}

/// The moment of the contacts came.
pub fn tick(tx: &mut Tx<'_>, settings: &Settings) -> Result<Done, Stop> {
    let directory = tx.directory()?;
    let events = directory.contact_facts.tick(tx.now, &settings.contacts, &directory);
    append(tx, settings, &events)?;
    set(tx, settings)?;
    Ok(Done::Quiet)
}

/// Sets the next moment, unless one that has come waits to be seen to.
pub fn wake(tx: &mut Tx<'_>, settings: &Settings) -> Result<(), StorageError> {
    let missed = tx.waits_for(&Stream::Contacts)?.is_some_and(|at| at <= tx.now);
    if missed && settings.contacts.on.is_some() { Ok(()) } else { set(tx, settings) }
}

/// Sets the next moment by the clock as it is now.
pub fn set(tx: &mut Tx<'_>, settings: &Settings) -> Result<(), StorageError> {
    let directory = tx.directory()?;
    let timing = &settings.contacts;
    let next = directory.contact_facts.next_moment(tx.now, timing, &directory.calendar);
    tx.wake(&Stream::Contacts, next)
}

fn append(
    tx: &mut Tx<'_>,
    settings: &Settings,
    events: &[ContactsEvent],
) -> Result<i64, StorageError> {
    let mut last = 0;
    for event in events {
        let before = tx.directory()?;
        last = tx.append_contacts(event)?;
        let after = tx.directory()?;
        match (event, &after.contact_facts.round, &before.contact_facts.round) {
            (ContactsEvent::ContactsAsked { .. }, Some(round), _) => {
                ask(tx, &after, round, last, false)?;
            }
            (ContactsEvent::ContactsReminded { .. }, Some(round), _) => {
                ask(tx, &after, round, last, true)?;
            }
            (ContactsEvent::ContactsDone, _, Some(round)) => {
                let notice = ContactsNotice::Ended {
                    asked: u64::try_from(round.asked.len()).unwrap_or(u64::MAX),
                    wrong: here(&after, round.wrong()),
                    silent: here(&after, round.silent()),
                };
                tell(tx, &after, after.keepers(), last, &notice)?;
            }
            _ => {}
        }
    }
    // An answer that waited while the program was away must not take the moment that was missed with it.
    wake(tx, settings)?;
    Ok(last)
}

/// Those of them who have not left meanwhile.
fn here<'p>(directory: &Directory, people: impl Iterator<Item = &'p PersonId>) -> Vec<PersonId> {
    people.filter(|id| directory.active(id).is_some()).cloned().collect()
}

/// Whoever has not answered yet is asked.
fn ask(
    tx: &mut Tx<'_>,
    directory: &Directory,
    round: &Round,
    seq: i64,
    again: bool,
) -> Result<(), StorageError> {
    let silent = round.silent().cloned().collect();
    tell(tx, directory, silent, seq, &ContactsNotice::StillRight { again })
}

/// Tells people, each by the best way.
fn tell(
    tx: &mut Tx<'_>,
    directory: &Directory,
    people: BTreeSet<PersonId>,
    seq: i64,
    notice: &ContactsNotice,
) -> Result<(), StorageError> {
    for person in people {
        let key = format!("contacts:{seq}:{person}");
        let body = Body::Contacts(notice.clone());
        tell_one(tx, directory, &person, key, Priority::Broadcast, body)?;
    }
    Ok(())
}
