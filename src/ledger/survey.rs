//! What people say after a drill. Where nobody is to be named, answers wait outside the ledger, without
//! time and order, under a token that only a secret of this database leads to; once nobody is asked any
//! more they go to the ledger all together, and the secret is forgotten with them.

use std::collections::{BTreeMap, BTreeSet};

use ring::hmac;
use rusqlite::params;

use super::chain::hex;
use super::{StorageError, Tx};
use crate::domain::ids::{DrillCode, PersonId};

/// Answers by question.
pub type Answers = BTreeMap<String, String>;

fn secret_name(code: &DrillCode) -> String {
    format!("survey:{code}")
}

impl Tx<'_> {
    /// What stands for a person among those who say how a drill was.
    pub fn survey_token(
        &mut self,
        code: &DrillCode,
        person: &PersonId,
    ) -> Result<String, StorageError> {
        let secret = hmac::Key::new(hmac::HMAC_SHA256, &self.secret(&secret_name(code))?);
        let whole = format!("{code}|{person}");
        Ok(hex(hmac::sign(&secret, whole.as_bytes()).as_ref()))
    }

    /// Keeps an answer apart from the ledger; a later one to the same question takes its place.
    pub fn put_opinion(
        &mut self,
        code: &DrillCode,
        token: &str,
        question: &str,
        words: &str,
    ) -> Result<(), StorageError> {
        let sql = "INSERT OR REPLACE INTO opinion VALUES (?1, ?2, ?3, ?4)";
        let row = params![code.as_str(), token, question, words];
        self.conn.prepare_cached(sql)?.execute(row)?;
        Ok(())
    }

    /// The tokens of those who answered and whose answers are still apart.
    pub fn opinion_tokens(&self, code: &DrillCode) -> Result<BTreeSet<String>, StorageError> {
        Ok(self.opinions(code)?.into_keys().collect())
    }

    /// The answers that are still apart, by token: an order that says nothing about when.
    pub fn opinions(&self, code: &DrillCode) -> Result<BTreeMap<String, Answers>, StorageError> {
        let sql = "SELECT token, question, words FROM opinion WHERE drill = ?1";
        let mut statement = self.conn.prepare_cached(sql)?;
        let rows = statement.query_map([code.as_str()], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?))
        })?;
        let mut all: BTreeMap<String, Answers> = BTreeMap::new();
        for row in rows {
            let (token, question, words) = row?;
            all.entry(token).or_default().insert(question, words);
        }
        Ok(all)
    }

    /// Forgets what was apart, and the secret by which a person's token could be made again.
    pub fn forget_opinions(&mut self, code: &DrillCode) -> Result<(), StorageError> {
        let sql = "DELETE FROM opinion WHERE drill = ?1";
        self.conn.prepare_cached(sql)?.execute([code.as_str()])?;
        let sql = "DELETE FROM secret WHERE name = ?1";
        self.conn.prepare_cached(sql)?.execute([secret_name(code)])?;
        self.wants_scrub = true;
        Ok(())
    }
}
