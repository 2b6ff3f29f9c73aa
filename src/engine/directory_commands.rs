//! Units, people, invitations: what the directory is asked.

use std::collections::BTreeSet;

use super::handle::Stop;
use super::react::queue_page;
use super::settings::Settings;
use super::tell::tell;
use super::units;
use crate::domain::access::permit;
use crate::domain::directory::{Directory, DirectoryEvent, Invitation, Person, Private, Unit};
use crate::domain::envelope::{Actor, DirectoryCommand, Done, Origin};
use crate::domain::ids::PersonId;
use crate::domain::incident::act::ActKind;
use crate::domain::notice::{Body, Notice, Priority};
use crate::domain::refusal::Refusal;
use crate::domain::systems::System;
use crate::domain::text::ContentId;
use crate::domain::time::Timestamp;
use crate::domain::values::{ChannelKind, Role};
use crate::ledger::Tx;
use crate::ledger::chain::content_id;

/// Digest of an invitation code. Codes are random, so no salt is needed to keep them from guessing.
pub fn digest(code: &str) -> ContentId {
    content_id(b"invitation:", code.trim().to_uppercase().as_bytes())
}

/// Performs one command on the directory.
pub fn perform(
    tx: &mut Tx<'_>,
    settings: &Settings,
    actor: &Actor,
    command: &DirectoryCommand,
) -> Result<Done, Stop> {
    if let DirectoryCommand::Link { code, telegram_id } = command {
        return link(tx, code, *telegram_id);
    }
    if let DirectoryCommand::AskAccess { name, telegram_id } = command {
        return ask_access(tx, name, *telegram_id);
    }
    let directory = tx.directory()?;
    permit(actor, ActKind::Directory, None, &directory)?;
    match command {
        DirectoryCommand::Units(units) => import_units(tx, settings, units),
        DirectoryCommand::People(people) => import_people(tx, settings, people),
        DirectoryCommand::Systems(systems) => import_systems(tx, systems),
        DirectoryCommand::Invite { person, code, expires } => invite(tx, person, code, *expires),
        DirectoryCommand::Unlink { person } => unlink(tx, person),
        DirectoryCommand::Founder { person, code, expires } => found(tx, person, code, *expires),
        DirectoryCommand::Link { .. } | DirectoryCommand::AskAccess { .. } => Ok(Done::Quiet),
    }
}

/// So many requests a day reach leads and administrators; more would only bury pages.
const ASKED_A_DAY: u64 = 20;

/// Tells leads and administrators that somebody asks to be let in: once a day for each account.
fn ask_access(tx: &mut Tx<'_>, name: &str, telegram_id: i64) -> Result<Done, Stop> {
    let day = tx.now.millis().div_euclid(24 * 3600 * 1000);
    // The key must not tell the account to whoever reads the table.
    let account = content_id(&tx.secret("access")?, telegram_id.to_string().as_bytes()).0;
    let asked: u64 = tx
        .fact("access_asked")?
        .and_then(|count| {
            let (on, count) = count.split_once(':').map(|(a, b)| (a.to_owned(), b.to_owned()))?;
            (on == day.to_string()).then(|| count.parse().ok()).flatten()
        })
        .unwrap_or(0);
    if asked >= ASKED_A_DAY {
        // He is not told that somebody will hear of it: nobody does.
        return Err(Refusal::NotInDirectory.into());
    }
    let directory = tx.directory()?;
    let mut new = false;
    for id in directory.keepers() {
        let key = format!("access:{day}:{account}:{id}");
        let body = Body::AccessAsked { name: name.to_owned() };
        new |= tell(tx, &directory, &id, key, Priority::Notice, body)?;
    }
    if new {
        tx.put_fact("access_asked", &format!("{day}:{}", asked.saturating_add(1)))?;
    }
    Ok(Done::Quiet)
}

fn import_units(tx: &mut Tx<'_>, settings: &Settings, units: &[Unit]) -> Result<Done, Stop> {
    let known = tx.directory()?;
    let (mut added, mut changed) = (0_u64, 0_u64);
    for unit in units {
        match known.units.get(&unit.code) {
            Some(same) if same == unit => continue,
            Some(_) => changed = changed.saturating_add(1),
            None => added = added.saturating_add(1),
        }
        tx.append_directory(&DirectoryEvent::UnitSet { unit: unit.clone() })?;
    }
    units::settle(tx, settings)?;
    Ok(Done::Directory { added, changed })
}

fn import_systems(tx: &mut Tx<'_>, systems: &[System]) -> Result<Done, Stop> {
    let known = tx.directory()?;
    let (mut added, mut changed) = (0_u64, 0_u64);
    for system in systems {
        match known.systems.get(&system.code) {
            Some(same) if same == system => continue,
            Some(_) => changed = changed.saturating_add(1),
            None => added = added.saturating_add(1),
        }
        tx.append_directory(&DirectoryEvent::SystemSet { system: system.clone() })?;
    }
    Ok(Done::Directory { added, changed })
}

fn import_people(
    tx: &mut Tx<'_>,
    settings: &Settings,
    people: &[(Person, Private)],
) -> Result<Done, Stop> {
    let known = tx.directory()?;
    let (mut added, mut changed) = (0_u64, 0_u64);
    if !one_account_each(&known, people) {
        return Err(Refusal::AccountTaken.into());
    }
    // First everybody gives back, then everybody gets: an account may move between two of them.
    for (person, private) in people {
        if let Some(old) = known.private.get(&person.id)
            && old.telegram_id.is_some()
            && old.telegram_id != private.telegram_id
        {
            tx.put_private(&person.id, &Private { telegram_id: None, ..old.clone() })?;
        }
    }
    for (person, private) in people {
        let (old, old_private) = (known.people.get(&person.id), known.private.get(&person.id));
        if old == Some(person) && old_private == Some(private) {
            continue;
        }
        match old {
            Some(_) => changed = changed.saturating_add(1),
            None => added = added.saturating_add(1),
        }
        if old != Some(person) {
            tx.append_directory(&DirectoryEvent::PersonSet { person: person.clone() })?;
        }
        if old_private != Some(private) {
            tx.put_private(&person.id, private)?;
            tx.append_directory(&DirectoryEvent::PrivateSet { person: person.id.clone() })?;
        }
    }
    super::leaving::settle(tx, settings, &known)?;
    // Whoever left may have been on duty.
    super::roster::wake(tx)?;
    let after = tx.directory()?;
    match known.with_role(Role::Admin).next() {
        Some(admin) if !after.has_admin() => Err(Refusal::LastAdmin(admin.id.clone()).into()),
        _ => Ok(Done::Directory { added, changed }),
    }
}

/// Whether each account still speaks for one person once `people` are as they say.
fn one_account_each(known: &Directory, people: &[(Person, Private)]) -> bool {
    let named: BTreeSet<&PersonId> = people.iter().map(|(person, _)| &person.id).collect();
    let others = known.private.iter().filter(|(id, _)| !named.contains(id));
    let all = others.map(|(_, private)| private).chain(people.iter().map(|(_, private)| private));
    let mut taken = BTreeSet::new();
    all.filter_map(|private| private.telegram_id).all(|account| taken.insert(account))
}

fn invite(
    tx: &mut Tx<'_>,
    person: &PersonId,
    code: &str,
    expires: Timestamp,
) -> Result<Done, Stop> {
    let directory = tx.directory()?;
    if directory.active(person).is_none() {
        return Err(Refusal::UnknownPerson(person.to_string()).into());
    }
    let invitation = Invitation { digest: digest(code), person: person.clone(), expires };
    tx.append_directory(&DirectoryEvent::Invited { invitation })?;
    Ok(Done::Invited { person: person.clone(), expires })
}

/// Uses an invitation: once, in time, and only for an account nobody else has.
fn link(tx: &mut Tx<'_>, code: &str, telegram_id: i64) -> Result<Done, Stop> {
    let directory = tx.directory()?;
    let digest = digest(code);
    let invitation = directory
        .invitations
        .iter()
        .find(|open| open.digest == digest && open.expires > tx.now)
        .ok_or(Refusal::BadInvitation)?;
    let person = directory.active(&invitation.person).ok_or(Refusal::BadInvitation)?.clone();
    if directory.by_telegram(telegram_id).is_some_and(|other| other.id != person.id) {
        return Err(Refusal::AccountTaken.into());
    }
    let mut private = directory.private.get(&person.id).cloned().unwrap_or_default();
    private.telegram_id = Some(telegram_id);
    tx.put_private(&person.id, &private)?;
    tx.actor = Actor::Person(person.id.clone());
    let channel = ChannelKind::Telegram;
    tx.append_directory(&DirectoryEvent::Linked { person: person.id.clone(), channel, digest })?;
    Ok(Done::Linked { person: person.id, roles: person.roles.into_iter().collect() })
}

fn unlink(tx: &mut Tx<'_>, person: &PersonId) -> Result<Done, Stop> {
    let directory = tx.directory()?;
    if !directory.people.contains_key(person) {
        return Err(Refusal::UnknownPerson(person.to_string()).into());
    }
    let known = directory.private.get(person).filter(|private| private.telegram_id.is_some());
    let mut private = known.ok_or_else(|| Refusal::NotLinked(person.clone()))?.clone();
    private.telegram_id = None;
    tx.put_private(person, &private)?;
    let channel = ChannelKind::Telegram;
    tx.append_directory(&DirectoryEvent::Unlinked { person: person.clone(), channel })?;
    Ok(Done::Unlinked { person: person.clone() })
}

/// A first administrator with a one-time code; only while there is none.
fn found(tx: &mut Tx<'_>, person: &PersonId, code: &str, expires: Timestamp) -> Result<Done, Stop> {
    let directory = tx.directory()?;
    if directory.has_admin() {
        return Err(Refusal::NotAllowed(ActKind::Directory).into());
    }
    let admin = Person {
        id: person.clone(),
        unit: None,
        roles: [Role::Admin].into(),
        order: Vec::new(),
        active: true,
        hours: None,
    };
    tx.append_directory(&DirectoryEvent::PersonSet { person: admin })?;
    let private = directory.private.get(person).cloned().unwrap_or_default();
    tx.put_private(person, &private)?;
    invite(tx, person, code, expires)
}

/// Pages one person to test each way, or one of them; nothing else follows from it.
pub fn test_page(
    tx: &mut Tx<'_>,
    actor: &Actor,
    person: &PersonId,
    channel: Option<ChannelKind>,
) -> Result<Done, Stop> {
    let directory = tx.directory()?;
    permit(actor, ActKind::Directory, None, &directory)?;
    if directory.active(person).is_none() {
        return Err(Refusal::UnknownPerson(person.to_string()).into());
    }
    let mut ways = directory.ways_to(person);
    ways.retain(|way| channel.is_none_or(|channel| *way == channel));
    if ways.is_empty() {
        return Err(Refusal::NoSuchWay(person.clone()).into());
    }
    let notice = Notice { origin: Origin::Real, body: Body::TestPage };
    for way in ways {
        queue_page(tx, test_number(tx.now), person, way, &notice, Priority::Page)?;
    }
    Ok(Done::TestPaged { person: person.clone() })
}

/// The number under which the pages of a test are queued: the moment makes each test its own, and no
/// entry of the ledger has a negative one.
pub fn test_number(at: Timestamp) -> i64 {
    at.millis().saturating_neg()
}
