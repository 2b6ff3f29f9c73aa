//! The hash chain: made over stored bytes, never over something serialised again.

use ring::digest::{Context, SHA256};
use rusqlite::{Connection, OptionalExtension as _, Row};

use super::{Head, StorageError};
use crate::domain::text::ContentId;

/// One entry as stored.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// Its number.
    pub seq: i64,
    /// When, in milliseconds since the Unix epoch.
    pub at: i64,
    /// Its stream.
    pub stream: String,
    /// Its number in the stream.
    pub version: i64,
    /// The envelope it came of.
    pub envelope: String,
    /// Who or what.
    pub actor: String,
    /// The event's name.
    pub kind: String,
    /// The event as JSON.
    pub body: String,
}

/// The columns of [`Entry`], in its order.
pub const COLUMNS: &str = "seq, at, stream, version, envelope, actor, kind, body";

impl Entry {
    /// From a row that begins with [`COLUMNS`].
    pub fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            seq: row.get(0)?,
            at: row.get(1)?,
            stream: row.get(2)?,
            version: row.get(3)?,
            envelope: row.get(4)?,
            actor: row.get(5)?,
            kind: row.get(6)?,
            body: row.get(7)?,
        })
    }

    /// SHA-256 over the hash before and each column's bytes, each with its length before it, so that
    /// nothing can move from one column into the next.
    pub fn hash(&self, prev: &[u8]) -> [u8; 32] {
        let mut context = Context::new(&SHA256);
        let (seq, at, version) = (self.seq.to_le_bytes(), self.at.to_le_bytes(), self.version);
        let version = version.to_le_bytes();
        let columns: [&[u8]; 9] = [
            prev,
            &seq,
            &at,
            self.stream.as_bytes(),
            &version,
            self.envelope.as_bytes(),
            self.actor.as_bytes(),
            self.kind.as_bytes(),
            self.body.as_bytes(),
        ];
        for column in columns {
            context.update(&u64::try_from(column.len()).unwrap_or(u64::MAX).to_le_bytes());
            context.update(column);
        }
        array(context.finish().as_ref())
    }
}

pub(super) fn array(bytes: &[u8]) -> [u8; 32] {
    let mut hash = [0; 32];
    for (to, from) in hash.iter_mut().zip(bytes) {
        *to = *from;
    }
    hash
}

/// The last entry.
pub fn head(conn: &Connection) -> Result<Head, StorageError> {
    let sql = "SELECT seq, hash FROM ledger ORDER BY seq DESC LIMIT 1";
    let row = conn
        .prepare_cached(sql)?
        .query_row([], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?)))
        .optional()?;
    Ok(match row {
        Some((seq, hash)) => Head { seq, hash: array(&hash) },
        None => Head { seq: 0, hash: [0; 32] },
    })
}

/// The digest of removable words.
pub fn content_id(salt: &[u8], bytes: &[u8]) -> ContentId {
    let mut context = Context::new(&SHA256);
    context.update(salt);
    context.update(bytes);
    ContentId(hex(context.finish().as_ref()))
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// What a verification found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Verified {
    /// How many entries were checked.
    pub entries: u64,
    /// How many pieces of content were lawfully removed.
    pub removed: u64,
    /// The first entry that does not fit, and why.
    pub broken: Option<Broken>,
    /// The last entry.
    pub head: Head,
}

/// An entry that does not fit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Broken {
    /// Its number does not follow the one before.
    Gap(i64),
    /// Its hash is not the hash of its bytes and of the entry before.
    Hash(i64),
    /// Words it refers to were changed.
    Content(i64),
    /// Words it refers to are gone, and no entry says that they were removed.
    Lost(i64),
}

impl Broken {
    /// The number of the entry.
    pub fn seq(self) -> i64 {
        match self {
            Self::Gap(seq) | Self::Hash(seq) | Self::Content(seq) | Self::Lost(seq) => seq,
        }
    }
}

/// Recomputes the whole chain, and every digest of content that is still there.
pub fn verify(conn: &Connection) -> Result<Verified, StorageError> {
    let sql = format!("SELECT {COLUMNS}, prev_hash, hash FROM ledger ORDER BY seq");
    let mut statement = conn.prepare(&sql)?;
    let mut rows = statement.query([])?;
    let mut head = Head { seq: 0, hash: [0; 32] };
    let (mut entries, mut removed) = (0_u64, 0_u64);
    let removals = removals(conn)?;
    let stop = |entries, removed, broken, head| Verified { entries, removed, broken, head };
    while let Some(row) = rows.next()? {
        let entry = Entry::read(row)?;
        let (prev, hash): (Vec<u8>, Vec<u8>) = (row.get(8)?, row.get(9)?);
        if entry.seq != head.seq.saturating_add(1) {
            return Ok(stop(entries, removed, Some(Broken::Gap(entry.seq)), head));
        }
        let made = entry.hash(&prev);
        if prev != head.hash || made.as_slice() != hash {
            return Ok(stop(entries, removed, Some(Broken::Hash(entry.seq)), head));
        }
        for id in content_in(&entry.body) {
            match check_content(conn, &id)? {
                Some(true) => {}
                Some(false) => {
                    return Ok(stop(entries, removed, Some(Broken::Content(entry.seq)), head));
                }
                None if removals.contains(&entry.seq) => removed = removed.saturating_add(1),
                None => return Ok(stop(entries, removed, Some(Broken::Lost(entry.seq)), head)),
            }
        }
        head = Head { seq: entry.seq, hash: made };
        entries = entries.saturating_add(1);
    }
    Ok(stop(entries, removed, None, head))
}

/// The entries whose content some later entry says was removed.
fn removals(conn: &Connection) -> Result<Vec<i64>, StorageError> {
    let sql = "SELECT body ->> 'of_seq' FROM ledger WHERE kind = 'content_removed'";
    let mut statement = conn.prepare(sql)?;
    let rows = statement.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// `None` when it is gone, else whether it is what its digest says.
fn check_content(conn: &Connection, id: &ContentId) -> Result<Option<bool>, StorageError> {
    let found = conn
        .prepare_cached("SELECT salt, bytes FROM content WHERE id = ?1")?
        .query_row([&id.0], |row| Ok((row.get::<_, Vec<u8>>(0)?, row.get::<_, Vec<u8>>(1)?)))
        .optional()?;
    Ok(found.map(|(salt, bytes)| content_id(&salt, &bytes) == *id))
}

/// The digests an event refers to: strings of 64 hexadecimal digits under the keys that hold text.
fn content_in(body: &str) -> Vec<ContentId> {
    fn walk(value: &serde_json::Value, found: &mut Vec<ContentId>) {
        match value {
            serde_json::Value::Object(map) => {
                for (key, value) in map {
                    let holds = matches!(
                        key.as_str(),
                        "title" | "description" | "text" | "reason" | "words"
                    );
                    if let (true, Some(id)) = (holds, value.as_str()) {
                        found.push(ContentId(id.to_owned()));
                    } else {
                        walk(value, found);
                    }
                }
            }
            serde_json::Value::Array(list) => list.iter().for_each(|value| walk(value, found)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    if let Ok(value) = serde_json::from_str(body) {
        walk(&value, &mut found);
    }
    found
}
