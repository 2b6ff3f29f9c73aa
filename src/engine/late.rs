//! What waited for a chat that could not be reached for long: what is overtaken becomes one message that
//! tells how things stand now; what still asks something of its reader goes by itself.

use std::time::Duration;

use super::channel::Address;
use super::claim::readable;
use crate::domain::ids::{IncidentCode, PersonId};
use crate::domain::late::{Late, Waited, Watch};
use crate::domain::notice::{Answer, Body};
use crate::ledger::outbox::{Recipient, Row};
use crate::ledger::{StorageError, Tx};

/// Who could not be told for so long is told how things stand, in one message.
const OLD: Duration = Duration::from_secs(30 * 60);

/// Several messages that became one.
#[derive(Debug)]
pub struct Together {
    /// Its rows.
    pub rows: Vec<Row>,
    /// The incidents they were about, as far as the reader may see them.
    pub codes: Vec<IncidentCode>,
    /// What else they were.
    pub waited: Waited,
}

/// What a row is worth in `chat` now.
pub fn worth(tx: &mut Tx<'_>, row: &Row, chat: i64) -> Result<Late, StorageError> {
    let directory = tx.directory()?;
    Ok(match (&row.notice.body, &row.to) {
        (Body::News { .. }, _) => Late::Overtaken,
        // Whether it is over is looked at before.
        (Body::Step { .. }, _) => Late::Needed,
        (Body::Duty(notice), Recipient::Person(reader)) => {
            notice.late(reader, &Watch { directory: &directory, now: tx.now })
        }
        // A question nobody is in the middle of any more has been answered, or left.
        (Body::Answer(Answer::Ask(_) | Answer::AskedAgain(..)), _) if chat > 0 => {
            match tx.session(chat, chat, 0)? {
                Some(_) => Late::Needed,
                None => Late::Overtaken,
            }
        }
        (Body::Answer(answer), _) => answer.late(tx.now),
        _ => Late::Tells,
    })
}

/// Everything overtaken that waits for the chat of `first`, where that is old: of several things that are
/// over, where they stand now is all anybody needs.
pub fn together(
    tx: &mut Tx<'_>,
    first: &Row,
    to: &Address,
) -> Result<Option<Together>, StorageError> {
    let old = tx.now.minus(OLD);
    let Address::Chat { chat, thread, .. } = to else { return Ok(None) };
    if first.at > old || first.message_id.is_some() || worth(tx, first, *chat)? != Late::Overtaken {
        return Ok(None);
    }
    let reader: Option<PersonId> = match &first.to {
        Recipient::Person(person) => Some(person.clone()),
        Recipient::Chat { .. } => tx.directory()?.by_telegram(*chat).map(|one| one.id.clone()),
    };
    let (mut rows, mut codes, mut waited) = (Vec::new(), Vec::new(), Waited::default());
    for row in tx.waiting_talk(reader.as_ref(), *chat, old)? {
        let there = match row.to {
            Recipient::Person(_) => true,
            Recipient::Chat { thread: topic, .. } => *chat > 0 || topic == *thread,
        };
        let alike = there && row.notice.origin == first.notice.origin;
        if !alike || worth(tx, &row, *chat)? != Late::Overtaken {
            continue;
        }
        let seen = readable(tx, *chat, row.notice.body.code().into_iter().cloned().collect())?;
        match row.notice.body {
            Body::Duty(_) => waited.duty = waited.duty.saturating_add(1),
            Body::Answer(_) => waited.answers = waited.answers.saturating_add(1),
            _ if seen.is_empty() => continue,
            _ => {}
        }
        for code in seen {
            if !codes.contains(&code) {
                codes.push(code);
            }
        }
        rows.push(row);
    }
    Ok((rows.len() > 1).then_some(Together { rows, codes, waited }))
}
