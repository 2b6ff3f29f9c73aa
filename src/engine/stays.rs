//! Messages whose words may not stay in their chat: they are deleted, and where that fails, whoever had
//! them removed hears which ones stay.

use super::guard::delete_row;
use super::handle::Stop;
use super::tell::tell as tell_one;
use crate::domain::access::permit_on;
use crate::domain::directory::Directory;
use crate::domain::envelope::{Actor, Route};
use crate::domain::ids::{IncidentCode, PersonId};
use crate::domain::incident::act::ActKind;
use crate::domain::notice::{Answer, Body, Left, Priority, Stays};
use crate::domain::values::{ChannelKind, Role};
use crate::ledger::outbox::{Recipient, Row, State};
use crate::ledger::{StorageError, Tx};

/// So many are named in one message.
const NAMED: usize = 10;

/// Why messages are deleted, as what is told where that fails.
pub fn wanted(
    tx: &mut Tx<'_>,
    actor: &Actor,
    code: &IncidentCode,
    of: Option<i64>,
) -> Result<Body, StorageError> {
    let to = told(actor, &*tx.directory()?);
    Ok(body(Stays { code: code.clone(), of, to, left: Vec::new(), more: 0 }))
}

fn body(stays: Stays) -> Body {
    Body::Answer(Answer::Stays(Box::new(stays)))
}

/// Whoever asked; for the operator, who is in no chat, those who lead.
fn told(actor: &Actor, directory: &Directory) -> Vec<PersonId> {
    match actor {
        Actor::Person(id) => vec![id.clone()],
        Actor::Operator => directory.with_role(Role::Lead).map(|lead| lead.id.clone()).collect(),
        _ => Vec::new(),
    }
}

/// Has messages deleted, also those for which that was tried before and failed.
pub fn delete_all(
    tx: &mut Tx<'_>,
    wanted: &Body,
    copies: Vec<(i64, i64)>,
) -> Result<(), StorageError> {
    for (chat, message) in copies {
        let route = Route {
            channel: ChannelKind::Telegram,
            chat,
            thread: None,
            reply_to: Some(message),
            private: chat > 0,
        };
        tx.queue_or_again(&delete_row(&route, message, wanted.clone()))?;
    }
    Ok(())
}

/// What stayed in chats when entry `seq` was taken back is tried again, for whoever did that and for
/// whoever leads. Says whether there was any.
pub fn try_again(
    tx: &mut Tx<'_>,
    actor: &Actor,
    code: &IncidentCode,
    seq: i64,
) -> Result<bool, Stop> {
    let Some(incident) = tx.incident(code)? else { return Ok(false) };
    let directory = tx.directory()?;
    let permit = permit_on(actor, ActKind::See, &incident, &directory)?;
    let again = wanted(tx, actor, code, Some(seq))?;
    let mut copies = Vec::new();
    for row in tx.not_deleted(code)? {
        let Body::Answer(Answer::Stays(stays)) = &row.notice.body else { continue };
        let own = permit.person().is_some_and(|person| stays.to.contains(person));
        if let (true, Recipient::Chat { chat, .. }, Some(message)) =
            (stays.of == Some(seq) && (own || permit.leads()), &row.to, row.message_id)
        {
            copies.push((*chat, message));
        }
    }
    let any = !copies.is_empty();
    delete_all(tx, &again, copies)?;
    Ok(any)
}

/// After the last of these removals has ended: what stays is told, once.
pub fn tell(tx: &mut Tx<'_>, row: &Row) -> Result<(), StorageError> {
    let Body::Answer(Answer::Stays(stays)) = &row.notice.body else { return Ok(()) };
    let alike = tx.deletions_like(row.id)?;
    if alike.iter().any(waits) {
        return Ok(());
    }
    let mut left = Vec::new();
    for one in alike.iter().filter(|one| one.state == State::Failed.word()) {
        left.extend(which(tx, one)?);
    }
    if left.is_empty() {
        return Ok(());
    }
    let more = left.len().saturating_sub(NAMED);
    left.truncate(NAMED);
    let told = body(Stays { left, more, to: Vec::new(), ..Stays::clone(stays) });
    let directory = tx.directory()?;
    for person in &stays.to {
        let key = format!("stays:{}:{}:{person}", row.id, row.attempt);
        tell_one(tx, &directory, person, key, Priority::Reply, told.clone())?;
    }
    Ok(())
}

fn waits(row: &Row) -> bool {
    [State::Queued, State::Sending].iter().any(|state| row.state == state.word())
}

/// Which message it is, in words people know it by.
fn which(tx: &Tx<'_>, row: &Row) -> Result<Option<Left>, StorageError> {
    let (Recipient::Chat { chat, .. }, Some(message)) = (&row.to, row.message_id) else {
        return Ok(None);
    };
    let chat = *chat;
    if let Some(said) = tx.said(chat, message)? {
        let history = tx.history(&said.code)?;
        let entry = history.iter().find(|told| told.at.seq == said.seq);
        if let Some((Actor::Person(by), at)) = entry.map(|told| (&told.at.actor, told.at.at)) {
            return Ok(Some(Left { chat, message, by: Some(by.clone()), at }));
        }
    }
    let ours = tx.said_by(chat, message)?.into_iter().next();
    let at = ours.map_or(row.at, |ours| ours.at);
    Ok(Some(Left { chat, message, by: None, at }))
}
