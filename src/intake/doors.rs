//! Who may send, and how much: tokens compared in constant time, and a bucket for each intake.

use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use ring::hmac;
use ring::rand::SystemRandom;

/// A system that sends alerts.
#[derive(Clone, PartialEq, Eq)]
pub struct IntakeConfig {
    /// Its name, which stands in the ledger.
    pub name: String,
    /// The token it shows.
    pub token: String,
    /// How many requests a minute it may make, and as many at once.
    pub per_minute: u32,
}

impl fmt::Debug for IntakeConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IntakeConfig")
            .field("name", &self.name)
            .field("per_minute", &self.per_minute)
            .finish_non_exhaustive()
    }
}

/// The configured intakes.
#[derive(Debug)]
pub struct Doors {
    key: hmac::Key,
    doors: Vec<Door>,
}

/// One intake: the tag of its token instead of the token, and its bucket.
#[derive(Debug)]
pub struct Door {
    /// The intake's name.
    pub name: String,
    tag: hmac::Tag,
    bucket: Mutex<Bucket>,
}

/// No randomness could be had from the system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the system gives no random bytes")]
pub struct NoRandomness;

impl Doors {
    /// Doors for these intakes. One without a token stays shut.
    pub fn new(intakes: &[IntakeConfig]) -> Result<Self, NoRandomness> {
        let random = SystemRandom::new();
        let key = hmac::Key::generate(hmac::HMAC_SHA256, &random).map_err(|_| NoRandomness)?;
        let doors = intakes
            .iter()
            .filter(|intake| !intake.token.is_empty())
            .map(|intake| Door {
                name: intake.name.clone(),
                tag: hmac::sign(&key, intake.token.as_bytes()),
                bucket: Mutex::new(Bucket::full(intake.per_minute)),
            })
            .collect();
        Ok(Self { key, doors })
    }

    /// The intake whose token this is. Tags under a key of this process are compared, each in
    /// constant time, and all of them whichever matches.
    pub fn open(&self, token: &str) -> Option<&Door> {
        let mut found = None;
        for door in &self.doors {
            if hmac::verify(&self.key, token.as_bytes(), door.tag.as_ref()).is_ok() {
                found = Some(door);
            }
        }
        found
    }
}

impl Door {
    /// Counts a request at `mono`; the wait until the next one when there were too many.
    pub fn pass(&self, mono: Duration) -> Result<(), Duration> {
        self.bucket.lock().unwrap_or_else(PoisonError::into_inner).take(mono)
    }
}

/// Fills evenly and holds a minute's worth. Counted in parts of which a request takes
/// `COST` and each millisecond brings as many as requests a minute are allowed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Bucket {
    per_minute: u64,
    level: u64,
    at: Duration,
}

impl Bucket {
    const COST: u64 = 60_000;

    /// A full bucket; at least one request a minute is allowed.
    pub fn full(per_minute: u32) -> Self {
        let per_minute = u64::from(per_minute.max(1));
        Self { per_minute, level: per_minute.saturating_mul(Self::COST), at: Duration::ZERO }
    }

    /// Takes one request at `mono`, or says how long to wait.
    pub fn take(&mut self, mono: Duration) -> Result<(), Duration> {
        let passed = mono.saturating_sub(self.at).as_millis();
        let brought = u64::try_from(passed).unwrap_or(u64::MAX).saturating_mul(self.per_minute);
        let most = self.per_minute.saturating_mul(Self::COST);
        self.level = self.level.saturating_add(brought).min(most);
        self.at = self.at.max(mono);
        match self.level.checked_sub(Self::COST) {
            Some(left) => {
                self.level = left;
                Ok(())
            }
            None => {
                let missing = Self::COST.saturating_sub(self.level);
                Err(Duration::from_millis(missing.div_ceil(self.per_minute)))
            }
        }
    }
}
