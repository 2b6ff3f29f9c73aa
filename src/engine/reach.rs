//! Whether people can be reached before it matters: what is seen of them, the look at everybody at a
//! handover and every week, and the daily test of the way to whoever is on duty.

use super::delivery::chat_of;
use super::roster::{tell, tell_leads_of_duty};
use super::settings::Settings;
use crate::domain::actor::Origin;
use crate::domain::directory::Directory;
use crate::domain::duty_notice::{DutyNotice, Unanswered};
use crate::domain::envelope::Sent;
use crate::domain::ids::PersonId;
use crate::domain::incident::event::WhyFailed;
use crate::domain::reach::{Checked, check};
use crate::domain::roster::canary::ANSWERED_WITHIN;
use crate::domain::roster::event::RosterEvent;
use crate::domain::roster::{Roster, RosterId};
use crate::domain::time::Timestamp;
use crate::domain::values::{ChannelKind, Severity, Status};
use crate::ledger::outbox::Row;
use crate::ledger::{StorageError, Tx};

/// What the leads were told is not said again at a handover for so long.
const SAID_AGAIN: std::time::Duration = std::time::Duration::from_secs(12 * 3600);

/// A table names so many of each colour and counts the rest: it is one message.
const NAMED: usize = 12;

/// Takes in what a channel's word about a row says of its reader.
pub fn note(tx: &mut Tx<'_>, row: &Row, sent: &Sent) -> Result<(), StorageError> {
    let blocked = match sent {
        Sent::Accepted(_) => false,
        Sent::Refused(WhyFailed::Blocked | WhyFailed::ChatGone) => true,
        _ => return Ok(()),
    };
    if row.channel != ChannelKind::Telegram {
        return Ok(());
    }
    // Of an account that was another's when it was written to, nothing is said of whoever has it not.
    let Some(chat) = chat_of(tx, row)? else { return Ok(()) };
    match tx.directory()?.by_telegram(chat) {
        Some(person) => tx.set_blocked(&person.id, blocked),
        None => Ok(()),
    }
}

/// Looks at everybody who would be called. Every week the leads are told whatever comes of it; at a
/// handover only of what is to be mended and was not said a few hours ago.
pub fn look(
    tx: &mut Tx<'_>,
    settings: &Settings,
    weekly: Option<Timestamp>,
) -> Result<(), StorageError> {
    let directory = tx.directory()?;
    let checked = check(&directory, &settings.policies, &tx.reach_facts()?, tx.now);
    let told = weekly.is_some() || is_news(&directory.roster, &checked, tx.now);
    let (people, found) = (checked.people.len(), checked.found.clone());
    let seq = tx.append_roster(&RosterEvent::ReachChecked { weekly, people, found, told })?;
    if !told {
        return Ok(());
    }
    let mut found = checked.reds();
    let (red, green) = (found.len(), checked.reachable().count());
    found.truncate(NAMED);
    let notice = DutyNotice::Reach {
        found,
        red,
        reachable: checked.reachable().take(NAMED).cloned().collect(),
        green,
    };
    tell_leads_of_duty(tx, seq, &notice)
}

fn is_news(roster: &Roster, checked: &Checked, now: Timestamp) -> bool {
    let said = roster.told.as_ref().filter(|told| now.since(told.at) < SAID_AGAIN);
    let known = |found| said.is_some_and(|told| told.found.iter().any(|one| one.is_same(found)));
    checked.found.iter().any(|found| !known(found))
}

/// Of those on duty, whoever can answer a test; nobody while a critical incident keeps them busy.
pub fn asked(
    tx: &Tx<'_>,
    people: Vec<PersonId>,
    directory: &Directory,
) -> Result<Vec<PersonId>, StorageError> {
    let busy = tx.open_codes()?.into_iter().any(|incident| {
        incident.origin == Origin::Real
            && incident.severity == Severity::Critical
            && incident.status() < Status::Resolved
    });
    let answers = |id: &PersonId| {
        directory.in_team(id) && directory.ways_to(id).contains(&ChannelKind::Telegram)
    };
    Ok(people.into_iter().filter(|id| !busy && answers(id)).collect())
}

/// Asks whoever is on duty to answer.
pub fn test(tx: &mut Tx<'_>, seq: i64, people: &[PersonId]) -> Result<(), StorageError> {
    let notice = DutyNotice::Canary { id: RosterId(seq), until: tx.now.plus(ANSWERED_WITHIN) };
    tell(tx, seq, people, &notice)
}

/// A test was not answered in time: the leads hear of it once, and whether it had arrived at all. One
/// that still waits is not sent any more.
pub fn missed(
    tx: &mut Tx<'_>,
    seq: i64,
    id: RosterId,
    people: &[PersonId],
) -> Result<(), StorageError> {
    let mut unanswered = Vec::new();
    for person in people {
        let arrived = tx.cancel_unless_sent(&format!("duty:{}:canary:{person}", id.0))?;
        unanswered.push(Unanswered { person: person.clone(), arrived });
    }
    tell_leads_of_duty(tx, seq, &DutyNotice::CanaryMissed { unanswered })
}
