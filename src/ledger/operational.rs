//! Sessions, cards, attempts, the heartbeat and secrets made on this machine.

use ring::hmac;
use ring::rand::{SecureRandom as _, SystemRandom};
use rusqlite::{OptionalExtension as _, params};

use super::chain::hex;
use super::tx::{json, parse};
use super::{StorageError, Tx};
use crate::domain::envelope::Session;
use crate::domain::ids::IncidentCode;
use crate::domain::time::Timestamp;

/// A copy of an incident's card.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Card {
    /// The incident.
    pub incident: IncidentCode,
    /// The chat.
    pub chat: i64,
    /// The forum topic, zero for none.
    pub thread: i32,
    /// The message.
    pub message_id: i64,
}

/// A session that nobody went on with for too long.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Expired {
    /// The chat.
    pub chat: i64,
    /// The account.
    pub account: i64,
    /// The forum topic, zero for none.
    pub thread: i32,
    /// What it was.
    pub session: Session,
}

/// A copy that stands in a chat, the newest there or an older one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Copy {
    /// Where.
    pub card: Card,
    /// Whether it is the newest of its incident in its chat.
    pub newest: bool,
}

impl Tx<'_> {
    /// Changes what somebody is in the middle of.
    pub fn put_session(
        &mut self,
        chat: i64,
        account: i64,
        thread: i32,
        session: &Session,
    ) -> Result<(), StorageError> {
        // Words that waited there may belong to what no word is kept of.
        let sql = "SELECT instr(body, '\"waiting\":{') > 0 FROM session
                   WHERE chat = ?1 AND account = ?2 AND thread = ?3";
        let waited: Option<bool> = self
            .conn
            .prepare_cached(sql)?
            .query_row(params![chat, account, thread], |row| row.get(0))
            .optional()?;
        self.wants_scrub |= waited == Some(true) && session.waiting.is_none();
        if session.is_over() {
            let sql = "DELETE FROM session WHERE chat = ?1 AND account = ?2 AND thread = ?3";
            self.conn.prepare_cached(sql)?.execute(params![chat, account, thread])?;
            return Ok(());
        }
        let sql = "INSERT OR REPLACE INTO session VALUES (?1, ?2, ?3, ?4, ?5)";
        let body = json("session", session)?;
        let row = params![chat, account, thread, self.now.millis(), body];
        self.conn.prepare_cached(sql)?.execute(row)?;
        Ok(())
    }

    /// Erases drafts older than `before`; returns them with chat, account and topic. One that does not read
    /// is erased all the same.
    pub fn expire_sessions(&mut self, before: Timestamp) -> Result<Vec<Expired>, StorageError> {
        let sql = "DELETE FROM session WHERE at < ?1 RETURNING chat, account, thread, body";
        let mut statement = self.conn.prepare_cached(sql)?;
        let rows = statement.query_map([before.millis()], |row| {
            let body: String = row.get(3)?;
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, body))
        })?;
        let mut expired = Vec::new();
        for row in rows {
            let (chat, account, thread, body) = row?;
            self.wants_scrub = true;
            if let Ok(session) = parse("session", &body) {
                expired.push(Expired { chat, account, thread, session });
            }
        }
        Ok(expired)
    }

    /// What somebody is in the middle of.
    pub fn session(
        &self,
        chat: i64,
        account: i64,
        thread: i32,
    ) -> Result<Option<Session>, StorageError> {
        let sql = "SELECT body FROM session WHERE chat = ?1 AND account = ?2 AND thread = ?3";
        let body: Option<String> = self
            .conn
            .prepare_cached(sql)?
            .query_row(params![chat, account, thread], |row| row.get(0))
            .optional()?;
        body.map(|body| parse("session", &body)).transpose()
    }

    /// Remembers a message as a copy of an incident's card in its chat. The newest one has the highest
    /// number, whichever was heard of last; returns the copies that it makes older ones.
    pub fn put_card(&mut self, card: &Card) -> Result<Vec<Card>, StorageError> {
        let older: Vec<Card> = self
            .cards(&card.incident)?
            .into_iter()
            .filter(|other| other.chat == card.chat && other.message_id != card.message_id)
            .collect();
        let newest = older.iter().all(|other| other.message_id < card.message_id);
        if newest {
            let sql = "UPDATE card SET current = 0 WHERE incident = ?1 AND chat = ?2";
            self.conn.prepare_cached(sql)?.execute(params![card.incident.as_str(), card.chat])?;
        }
        let sql = "INSERT OR REPLACE INTO card VALUES (?1, ?2, ?3, ?4, ?5)";
        self.conn.prepare_cached(sql)?.execute(params![
            card.incident.as_str(),
            card.chat,
            card.thread,
            card.message_id,
            newest
        ])?;
        Ok(if newest { older } else { vec![card.clone()] })
    }

    /// The newest copy of an incident's card in each chat.
    pub fn cards(&self, code: &IncidentCode) -> Result<Vec<Card>, StorageError> {
        let sql = "SELECT incident, chat, thread, message_id FROM card
                   WHERE incident = ?1 AND current = 1";
        let mut statement = self.conn.prepare_cached(sql)?;
        let rows = statement.query_map([code.as_str()], read_card)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Every copy of an incident's card that is known to stand in a chat.
    pub fn copies(&self, code: &IncidentCode) -> Result<Vec<Copy>, StorageError> {
        let sql = "SELECT incident, chat, thread, message_id, current FROM card
                   WHERE incident = ?1 ORDER BY chat, message_id";
        let mut statement = self.conn.prepare_cached(sql)?;
        let rows = statement.query_map([code.as_str()], |row| {
            Ok(Copy { card: read_card(row)?, newest: row.get(4)? })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The newest copy of an incident's card in one chat.
    pub fn card_in(&self, code: &IncidentCode, chat: i64) -> Result<Option<Card>, StorageError> {
        Ok(self.cards(code)?.into_iter().find(|card| card.chat == chat))
    }

    /// The incidents whose newest card is this message: several, when a burst became one.
    pub fn on_message(&self, chat: i64, message: i64) -> Result<Vec<IncidentCode>, StorageError> {
        let sql = "SELECT incident, chat, thread, message_id FROM card
                   WHERE chat = ?1 AND message_id = ?2 AND current = 1 ORDER BY incident";
        let mut statement = self.conn.prepare_cached(sql)?;
        let rows = statement.query_map(params![chat, message], read_card)?;
        rows.map(|card| Ok(card?.incident)).collect()
    }

    /// The incidents whose card this message is or once was, the newest copy or not.
    pub fn ever_on_message(
        &self,
        chat: i64,
        message: i64,
    ) -> Result<Vec<IncidentCode>, StorageError> {
        let sql = "SELECT incident FROM card WHERE chat = ?1 AND message_id = ?2";
        let mut statement = self.conn.prepare_cached(sql)?;
        let rows = statement.query_map([chat, message], |row| row.get::<_, String>(0))?;
        rows.map(|code| Ok(IncidentCode::new(code?))).collect()
    }

    /// Forgets a card whose message is gone.
    pub fn drop_card(&mut self, chat: i64, message: i64) -> Result<(), StorageError> {
        let sql = "DELETE FROM card WHERE chat = ?1 AND message_id = ?2";
        self.conn.prepare_cached(sql)?.execute([chat, message])?;
        Ok(())
    }

    /// Forgets the card of one incident; others on the same message stay.
    pub fn drop_card_of(
        &mut self,
        code: &IncidentCode,
        chat: i64,
        message: i64,
    ) -> Result<(), StorageError> {
        let sql = "DELETE FROM card WHERE incident = ?1 AND chat = ?2 AND message_id = ?3";
        self.conn.prepare_cached(sql)?.execute(params![code.as_str(), chat, message])?;
        Ok(())
    }

    /// A chat got a new id; its old messages cannot be edited any more.
    pub fn drop_chat_cards(&mut self, chat: i64) -> Result<(), StorageError> {
        self.conn.prepare_cached("DELETE FROM card WHERE chat = ?1")?.execute([chat])?;
        Ok(())
    }

    /// Counts a try before it is made; returns how many that makes.
    pub fn count_attempt(&mut self, key: &str) -> Result<u32, StorageError> {
        let sql = "INSERT INTO attempt VALUES (?1, 1, ?2)
                   ON CONFLICT (key) DO UPDATE SET tries = tries + 1, at = ?2 RETURNING tries";
        let parameters = params![key, self.now.millis()];
        Ok(self.conn.prepare_cached(sql)?.query_row(parameters, |row| row.get(0))?)
    }

    /// Forgets the tries of an update that is done.
    pub fn clear_attempts(&mut self, key: &str) -> Result<(), StorageError> {
        self.conn.prepare_cached("DELETE FROM attempt WHERE key = ?1")?.execute([key])?;
        Ok(())
    }

    /// Writes a sign of life and returns the one before.
    pub fn beat(&mut self) -> Result<Option<Timestamp>, StorageError> {
        let before = self.last_beat()?;
        let sql = "INSERT INTO heartbeat VALUES (1, ?1) ON CONFLICT (id) DO UPDATE SET at = ?1";
        self.conn.prepare_cached(sql)?.execute([self.now.millis()])?;
        Ok(before)
    }

    /// The last sign of life.
    pub fn last_beat(&self) -> Result<Option<Timestamp>, StorageError> {
        let at: Option<i64> = self
            .conn
            .prepare_cached("SELECT at FROM heartbeat")?
            .query_row([], |row| row.get(0))
            .optional()?;
        Ok(at.map(Timestamp::from_millis))
    }

    /// Remembers something seen outside, such as the bot's name.
    pub fn put_fact(&mut self, name: &str, value: &str) -> Result<(), StorageError> {
        let sql = "INSERT OR REPLACE INTO fact VALUES (?1, ?2)";
        self.conn.prepare_cached(sql)?.execute([name, value])?;
        Ok(())
    }

    /// Sends a row to its chat's general topic from now on.
    pub fn leave_topic(&mut self, id: i64) -> Result<(), StorageError> {
        let sql = "UPDATE outbox SET thread = NULL WHERE id = ?1";
        self.conn.prepare_cached(sql)?.execute([id])?;
        Ok(())
    }

    /// Something seen outside.
    pub fn fact(&self, name: &str) -> Result<Option<String>, StorageError> {
        let sql = "SELECT value FROM fact WHERE name = ?1";
        Ok(self.conn.prepare_cached(sql)?.query_row([name], |row| row.get(0)).optional()?)
    }

    /// A key from outside as it is kept: its first word, and a digest under a secret of this machine
    /// over the whole. Keys hold account ids, and what other systems write into them; the chain can
    /// never be cleaned of them, but a key that comes again must still be recognised.
    pub fn sealed_key(&mut self, key: &str) -> Result<String, StorageError> {
        let secret = hmac::Key::new(hmac::HMAC_SHA256, &self.secret("key")?);
        let (word, _) = key.split_once(':').unwrap_or(("key", key));
        Ok(format!("{word}:{}", hex(hmac::sign(&secret, key.as_bytes()).as_ref())))
    }

    /// A random secret kept under `name`, made at first use.
    pub fn secret(&mut self, name: &str) -> Result<Vec<u8>, StorageError> {
        let found: Option<Vec<u8>> = self
            .conn
            .prepare_cached("SELECT value FROM secret WHERE name = ?1")?
            .query_row([name], |row| row.get(0))
            .optional()?;
        if let Some(found) = found {
            return Ok(found);
        }
        let mut fresh = vec![0_u8; 32];
        SystemRandom::new().fill(&mut fresh).map_err(|e| StorageError::value("secret", e))?;
        self.conn
            .prepare_cached("INSERT INTO secret VALUES (?1, ?2)")?
            .execute(params![name, fresh])?;
        Ok(fresh)
    }
}

fn read_card(row: &rusqlite::Row<'_>) -> rusqlite::Result<Card> {
    Ok(Card {
        incident: IncidentCode::new(row.get::<_, String>(0)?),
        chat: row.get(1)?,
        thread: row.get(2)?,
        message_id: row.get(3)?,
    })
}
