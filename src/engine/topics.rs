//! The forum topic of the team's chat: where cards, calls and digests go, until it is gone.

use super::moments::tell_admins;
use super::settings::Settings;
use crate::domain::notice::Trouble;
use crate::ledger::outbox::{Kind, Recipient, Row};
use crate::ledger::{StorageError, Tx};

/// The fact that remembers which topic was found gone.
const LOST: &str = "topic_lost";

/// The topic a row goes to: its own, where it answers somebody, or the team's.
pub fn of(tx: &Tx<'_>, settings: &Settings, row: &Row) -> Result<Option<i32>, StorageError> {
    let Recipient::Chat { chat, thread, .. } = &row.to else { return Ok(None) };
    if thread.is_some() || !matches!(row.kind, Kind::Card | Kind::Call | Kind::News | Kind::Other) {
        return Ok(*thread);
    }
    let (Some(topic), Some(team)) = (settings.team_topic, settings.team_chat) else {
        return Ok(None);
    };
    let here = *chat == tx.chat_now(team)?;
    let lost = tx.fact(LOST)? == Some(topic.to_string());
    Ok((here && !lost).then_some(topic))
}

/// The topic is gone or closed: the message goes to the general one, and administrators hear of it
/// once. The topic is tried again after the next start. False where there was no topic to leave.
pub fn lost(tx: &mut Tx<'_>, settings: &Settings, row: &Row) -> Result<bool, StorageError> {
    let Some(topic) = of(tx, settings, row)? else { return Ok(false) };
    let own = matches!(row.to, Recipient::Chat { thread: Some(_), .. });
    if !own {
        tx.put_fact(LOST, &topic.to_string())?;
        tell_admins(tx, settings, Trouble::TopicLost { topic })?;
    }
    tx.requeue(row.id, tx.now, false)?;
    tx.leave_topic(row.id)?;
    Ok(true)
}

/// At start the topic may be there again.
pub fn forget(tx: &mut Tx<'_>) -> Result<(), StorageError> {
    tx.put_fact(LOST, "")
}
