//! The chat of a drill's own: what goes there beside what goes to people.

use super::told::{Tell, kind, priority, said};
use crate::domain::actor::Origin;
use crate::domain::drill::notice::DrillNotice;
use crate::domain::ids::DrillCode;
use crate::domain::values::ChannelKind;
use crate::engine::settings::Settings;
use crate::ledger::outbox::{NewRow, Recipient};
use crate::ledger::{StorageError, Tx};

/// The chat, where it is now.
pub fn own(tx: &Tx<'_>, code: &DrillCode) -> Result<Option<i64>, StorageError> {
    match tx.drill_chat(code)? {
        Some(chat) => Ok(Some(tx.chat_now(chat)?)),
        None => Ok(None),
    }
}

/// The chat in which everybody may read what is of this origin: the team's, or the drill's own.
pub fn of_all(
    tx: &Tx<'_>,
    settings: &Settings,
    origin: &Origin,
) -> Result<Option<i64>, StorageError> {
    match (origin, settings.team_chat) {
        (Origin::Drill(code), _) => own(tx, code),
        (Origin::Real, Some(chat)) => Ok(Some(tx.chat_now(chat)?)),
        (Origin::Real, None) => Ok(None),
    }
}

/// Says it there too.
pub(super) fn told(
    tell: &Tell<'_>,
    tx: &mut Tx<'_>,
    notice: &DrillNotice,
) -> Result<(), StorageError> {
    let code = &tell.drill.code;
    let Some(chat) = own(tx, code)? else { return Ok(()) };
    tx.queue(&NewRow {
        key: format!("drill:{code}:{}:{}:{chat}", tell.seq, notice.word()),
        channel: ChannelKind::Telegram,
        to: Recipient::Chat { chat, thread: None, reply_to: None },
        priority: priority(notice),
        kind: kind(notice),
        rung_seq: None,
        message_id: None,
        notice: said(code, notice),
    })?;
    Ok(())
}
