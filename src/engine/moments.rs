//! Moments that came, times the program was away, and clocks that were set.

use std::collections::{BTreeMap, BTreeSet};

use super::handle::{Stop, append};
use super::settings::Settings;
use super::{contacts, drill, play, roster, units};
use crate::domain::access::permit;
use crate::domain::drill::run::event::PauseWhy;
use crate::domain::envelope::{Absence, Actor, Done, Origin, Poison};
use crate::domain::ids::{IncidentCode, PersonId, Stream};
use crate::domain::incident::act::ActKind;
use crate::domain::incident::event::IncidentEvent;
use crate::domain::incident::moments::{self as incident_moments, Ctx};
use crate::domain::notice::{Body, Notice, Priority, Trouble};
use crate::domain::time::Timestamp;
use crate::domain::values::ChannelKind;
use crate::ledger::outbox::{Kind, NewRow, Recipient};
use crate::ledger::tx::{Event, SystemEvent};
use crate::ledger::{StorageError, Tx};

/// The moment `due` of `stream` came. A tick for a moment that is no longer waited for is harmless.
pub fn tick(
    tx: &mut Tx<'_>,
    settings: &Settings,
    stream: &Stream,
    due: Timestamp,
) -> Result<Done, Stop> {
    let code = match stream {
        Stream::Incident(code) => code,
        Stream::Roster => return roster::tick(tx, settings, due),
        Stream::Contacts => return contacts::tick(tx, settings),
        Stream::Directory => {
            units::settle(tx, settings)?;
            return Ok(Done::Quiet);
        }
        Stream::Drill(code) => return drill::tick(tx, settings, code),
        Stream::Drills => return drill::plan::tick(tx, settings, due),
        Stream::System => return Ok(Done::Quiet),
    };
    let Some(incident) = tx.incident(code)? else { return Ok(Done::Quiet) };
    let directory = tx.directory()?;
    let permit = permit(&Actor::System, ActKind::Raise, None, &directory)?;
    let ctx = Ctx { now: tx.now, directory: &directory };
    let events = incident_moments::tick(&incident, due, &permit, &ctx);
    append(tx, settings, code, Some(incident), events)?;
    play::tick(tx, settings, code)?;
    Ok(Done::Quiet)
}

/// The wall clock was set: every open incident keeps what remained of its wait, and who is on duty is
/// looked at by the new time.
pub fn jumped(tx: &mut Tx<'_>, settings: &Settings, by_ms: i64) -> Result<Done, Stop> {
    tx.append(&Stream::System, &Event::System(SystemEvent::ClockJumped { by_ms }))?;
    for incident in tx.open_incidents()? {
        let code = incident.code.clone();
        tx.append_incident(&code, Some(incident), vec![IncidentEvent::WaitShifted { by_ms }])?;
    }
    tx.shift_waiting(by_ms)?;
    drill::shift(tx, settings, by_ms)?;
    drill::stand_still(tx, settings, &PauseWhy::Clock, None)?;
    reckon(tx, settings)?;
    // What a wrong clock made due is due by the right one.
    contacts::set(tx, settings)?;
    tell_admins(tx, settings, Trouble::ClockJumped { by_ms })?;
    Ok(Done::Quiet)
}

/// Sets the moments that depend on the calendar and on the day anew: of the roster, of units, of
/// contacts.
pub fn reckon(tx: &mut Tx<'_>, settings: &Settings) -> Result<(), StorageError> {
    roster::wake(tx)?;
    units::wake(tx, settings)?;
    drill::wake(tx)?;
    drill::plan::wake(tx, settings)?;
    contacts::wake(tx, settings)
}

/// The program was away for two minutes or more: one digest to the team's chat and one to everybody
/// concerned by an open incident.
pub fn was_away(tx: &mut Tx<'_>, settings: &Settings, away: Absence) -> Result<Done, Stop> {
    tx.append(&Stream::System, &Event::System(SystemEvent::WasAway { away }))?;
    tx.beat()?;
    drill::stand_still(tx, settings, &PauseWhy::Away, Some(away.from))?;
    let mut open: Vec<_> =
        tx.open_codes()?.into_iter().filter(|incident| incident.origin == Origin::Real).collect();
    // What does not fit any more is the least severe.
    open.sort_by_key(|incident| std::cmp::Reverse(incident.severity));
    let mut all = OpenOnes::default();
    open.iter().for_each(|incident| all.count(&incident.code));
    if let Some(chat) = settings.team_chat {
        let chat = tx.chat_now(chat)?;
        let to = Recipient::Chat { chat, thread: None, reply_to: None };
        digest(tx, ChannelKind::Telegram, to, "team", away, all)?;
    }
    let directory = tx.directory()?;
    let mut concerned: BTreeMap<PersonId, OpenOnes> = Default::default();
    for incident in &open {
        let mut people: BTreeSet<&PersonId> = incident.paged.iter().collect();
        people.extend(incident.reporters());
        people.extend(incident.holder());
        people.extend(incident.helpers.iter());
        for person in people {
            concerned.entry(person.clone()).or_default().count(&incident.code);
        }
    }
    for (person, own) in concerned {
        if let Some(way) = directory.ways_to(&person).first() {
            let name = person.to_string();
            digest(tx, *way, Recipient::Person(person), &name, away, own)?;
        }
    }
    Ok(Done::Quiet)
}

/// A digest names so many open incidents and counts the rest.
const NAMED: usize = 20;

/// Open incidents for one digest, the most severe first.
#[derive(Default)]
struct OpenOnes {
    named: Vec<IncidentCode>,
    more: u64,
}

impl OpenOnes {
    fn count(&mut self, code: &IncidentCode) {
        if self.named.len() < NAMED {
            self.named.push(code.clone());
        } else {
            self.more = self.more.saturating_add(1);
        }
    }
}

fn digest(
    tx: &mut Tx<'_>,
    channel: ChannelKind,
    to: Recipient,
    name: &str,
    away: Absence,
    OpenOnes { named: open, more }: OpenOnes,
) -> Result<(), StorageError> {
    tx.queue(&NewRow {
        key: format!("digest:{}:{name}", away.until.millis()),
        channel,
        to,
        priority: Priority::Notice,
        kind: Kind::Other,
        rung_seq: None,
        message_id: None,
        notice: Notice { origin: Origin::Real, body: Body::Digest { away, open, more } },
    })?;
    Ok(())
}

/// An update was given up after three tries.
pub fn skipped(tx: &mut Tx<'_>, settings: &Settings, poison: &Poison) -> Result<Done, Stop> {
    let poison = Poison { key: tx.sealed_key(&poison.key)?, ..poison.clone() };
    let event = SystemEvent::UpdateSkipped { poison: poison.clone() };
    tx.append(&Stream::System, &Event::System(event))?;
    tell_admins(tx, settings, Trouble::Skipped { what: poison.what })?;
    Ok(Done::Quiet)
}

/// Tells administrators what only they can mend.
pub fn tell_admins(
    tx: &mut Tx<'_>,
    settings: &Settings,
    trouble: Trouble,
) -> Result<(), StorageError> {
    // Named by what it is: two troubles may come at the same entry of the ledger, and both are told.
    let what = serde_json::to_string(&trouble).unwrap_or_default();
    let notice = Notice { origin: Origin::Real, body: Body::Trouble(trouble) };
    let seq = tx.head().seq;
    let directory = tx.directory()?;
    let mut rows = Vec::new();
    if let Some(chat) = settings.admin_chat {
        let chat = tx.chat_now(chat)?;
        let to = Recipient::Chat { chat, thread: None, reply_to: None };
        rows.push((format!("trouble:{seq}:chat:{what}"), ChannelKind::Telegram, to));
    } else {
        for admin in directory.with_role(crate::domain::values::Role::Admin) {
            if let Some(way) = directory.ways_to(&admin.id).first() {
                let to = Recipient::Person(admin.id.clone());
                rows.push((format!("trouble:{seq}:{}:{what}", admin.id), *way, to));
            }
        }
    }
    for (key, channel, to) in rows {
        let notice = notice.clone();
        tx.queue(&NewRow {
            key,
            channel,
            to,
            priority: Priority::Notice,
            kind: Kind::Other,
            rung_seq: None,
            message_id: None,
            notice,
        })?;
    }
    Ok(())
}
