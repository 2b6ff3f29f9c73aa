//! One person is told something, by the best way there is.

use crate::domain::actor::Origin;
use crate::domain::directory::Directory;
use crate::domain::ids::PersonId;
use crate::domain::notice::{Body, Notice, Priority};
use crate::ledger::outbox::{Kind, NewRow, Recipient};
use crate::ledger::{StorageError, Tx};

/// Queues it once under `key`, and says whether it is new. Whoever has no way at all hears nothing.
pub fn tell(
    tx: &mut Tx<'_>,
    directory: &Directory,
    person: &PersonId,
    key: String,
    priority: Priority,
    body: Body,
) -> Result<bool, StorageError> {
    let Some(channel) = directory.ways_to(person).first().copied() else { return Ok(false) };
    tx.queue(&NewRow {
        key,
        channel,
        to: Recipient::Person(person.clone()),
        priority,
        kind: Kind::Other,
        rung_seq: None,
        message_id: None,
        notice: Notice { origin: Origin::Real, body },
    })
}
