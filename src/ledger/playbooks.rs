//! The copies of playbooks that runs rest on, and where the cards of runs stand.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ring::digest::{SHA256, digest};
use rusqlite::{Connection, OptionalExtension as _, params};

use super::chain::hex;
use super::outbox::{Recipient, Row, Sibling, rows};
use super::queries::Reader;
use super::tx::{json, parse};
use super::{StorageError, Tx};
use crate::domain::ids::IncidentCode;
use crate::domain::incident::Incident;
use crate::domain::playbook::library::Bundle;

/// So many copies are kept read.
const KEPT: usize = 64;

/// Copies that one connection has read, by digest. What a digest names never changes.
#[derive(Debug, Default)]
pub(super) struct Copies(Mutex<BTreeMap<String, Arc<Bundle>>>);

impl Copies {
    fn get(&self, hash: &str) -> Option<Arc<Bundle>> {
        self.all().get(hash).map(Arc::clone)
    }

    fn keep(&self, hash: &str, bundle: &Arc<Bundle>) {
        let mut all = self.all();
        if all.len() >= KEPT {
            all.clear();
        }
        all.insert(hash.to_owned(), Arc::clone(bundle));
    }

    /// Somebody else wrote to the database: whatever is needed is read, and looked at, again.
    pub(super) fn forget(&self) {
        self.all().clear();
    }

    fn all(&self) -> MutexGuard<'_, BTreeMap<String, Arc<Bundle>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The copies of an incident's runs, by digest.
pub type Bundles = BTreeMap<String, Arc<Bundle>>;

fn digest_of(body: &str) -> String {
    hex(digest(&SHA256, body.as_bytes()).as_ref())
}

fn bundle(
    conn: &Connection,
    copies: &Copies,
    hash: &str,
) -> Result<Option<Arc<Bundle>>, StorageError> {
    if let Some(known) = copies.get(hash) {
        return Ok(Some(known));
    }
    let body: Option<String> = conn
        .prepare_cached("SELECT body FROM playbook WHERE hash = ?1")?
        .query_row([hash], |row| row.get(0))
        .optional()?;
    let Some(body) = body else { return Ok(None) };
    if digest_of(&body) != hash {
        return Err(StorageError::value("playbook.body", "is not what its digest says"));
    }
    let bundle: Arc<Bundle> = Arc::new(parse("playbook.body", &body)?);
    copies.keep(hash, &bundle);
    Ok(Some(bundle))
}

fn bundles(
    conn: &Connection,
    copies: &Copies,
    incident: &Incident,
) -> Result<Bundles, StorageError> {
    let mut found = Bundles::new();
    for run in incident.live_runs() {
        // What is said of the incident must not fail for a copy that does not read.
        match bundle(conn, copies, &run.hash) {
            Ok(bundle) => found.extend(bundle.map(|bundle| (run.hash.clone(), bundle))),
            Err(error @ StorageError::Value { .. }) => {
                tracing::error!(%error, "a playbook's copy does not read");
            }
            Err(error) => return Err(error),
        }
    }
    Ok(found)
}

impl Tx<'_> {
    /// Keeps a copy, and says its digest.
    pub fn pin(&mut self, bundle: &Bundle) -> Result<String, StorageError> {
        let body = json("playbook.body", bundle)?;
        let hash = digest_of(&body);
        self.conn
            .prepare_cached("INSERT OR IGNORE INTO playbook VALUES (?1, ?2)")?
            .execute(params![hash, body])?;
        Ok(hash)
    }

    /// The digest a copy would have.
    pub fn digest_of(&self, bundle: &Bundle) -> Result<String, StorageError> {
        Ok(digest_of(&json("playbook.body", bundle)?))
    }

    /// A copy by its digest.
    pub fn bundle(&self, hash: &str) -> Result<Option<Arc<Bundle>>, StorageError> {
        bundle(self.conn, self.copies, hash)
    }

    /// The copies of the runs of an incident that go on.
    pub fn bundles(&self, incident: &Incident) -> Result<Bundles, StorageError> {
        bundles(self.conn, self.copies, incident)
    }

    /// The card of a run in a chat.
    pub fn run_card(
        &self,
        code: &IncidentCode,
        run: u32,
        chat: i64,
    ) -> Result<Option<i64>, StorageError> {
        let sql = "SELECT message_id FROM run_card WHERE incident = ?1 AND run = ?2 AND chat = ?3";
        let mut statement = self.conn.prepare_cached(sql)?;
        Ok(statement.query_row(params![code.as_str(), run, chat], |row| row.get(0)).optional()?)
    }

    /// The card of a run stands here from now on.
    pub fn put_run_card(
        &mut self,
        code: &IncidentCode,
        run: u32,
        chat: i64,
        message: i64,
    ) -> Result<(), StorageError> {
        self.conn
            .prepare_cached("INSERT OR REPLACE INTO run_card VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![code.as_str(), run, chat, message])?;
        Ok(())
    }

    /// The card of a run is gone from its chat.
    pub fn drop_run_card(&mut self, chat: i64, message: i64) -> Result<(), StorageError> {
        self.conn
            .prepare_cached("DELETE FROM run_card WHERE chat = ?1 AND message_id = ?2")?
            .execute([chat, message])?;
        Ok(())
    }

    /// Whether a row whose key begins like this waits to be sent.
    pub fn waits_like(&self, key: &str) -> Result<bool, StorageError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM outbox
                   WHERE key >= ?1 AND key < ?1 || char(1114111) AND state = 'queued')";
        Ok(self.conn.prepare_cached(sql)?.query_row([key], |row| row.get(0))?)
    }

    /// The same as far as it matters to one another.
    pub fn siblings_like(&self, key: &str) -> Result<Vec<Sibling>, StorageError> {
        let sibling = |row: Row| Sibling {
            id: row.id,
            person: match row.to {
                Recipient::Person(person) => Some(person),
                Recipient::Chat { .. } => None,
            },
            channel: row.channel.as_str().to_owned(),
            state: row.state,
        };
        Ok(self.rows_like(key)?.into_iter().map(sibling).collect())
    }

    /// Rows whose key begins like this, oldest first.
    pub fn rows_like(&self, key: &str) -> Result<Vec<Row>, StorageError> {
        let tail = "WHERE key >= ?1 AND key < ?1 || char(1114111) ORDER BY id";
        rows(self.conn, tail, [key])
    }
}

impl Reader {
    /// The copies of the runs of an incident that go on.
    pub fn bundles(&self, incident: &Incident) -> Result<Bundles, StorageError> {
        self.with(|conn| bundles(conn, &self.copies, incident))
    }
}
