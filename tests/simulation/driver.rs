//! One province, one seed: a real store, the engine's own functions, and a scheduler that owns time
//! and chance. Whatever is delivered here may be cut off before its commit or after it, may meet a
//! full disk, and may come again later; each time the same questions are asked.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use tempfile::TempDir;
use trucban::domain::envelope::{Actor, Command, Done, Envelope, Receipt};
use trucban::domain::ids::IncidentCode;
use trucban::domain::time::Timestamp;
use trucban::engine::claim::recover;
use trucban::engine::handle::handle;
use trucban::engine::pump::Budgets;
use trucban::engine::settings::Settings;
use trucban::ledger::{Reader, StorageError, Store};

use super::model::{Expected, Model, When};
use super::mutation::Mutation;
use super::outside::{Flight, Outside};
use super::rng::Rng;
use super::town::{self, START};

/// What was found to be broken.
pub type Check = Result<(), String>;

/// Fails with a sentence.
#[macro_export]
macro_rules! hold {
    ($claim:expr, $($words:tt)+) => {
        if !$claim { return Err(format!($($words)+)); }
    };
}

/// Everything an envelope can change, in one row: enough to see that nothing changed.
pub type Mark = (i64, i64, i64, i64);

/// One run.
#[derive(Debug)]
pub struct Sim {
    pub rng: Rng,
    pub settings: Settings,
    pub budgets: Budgets,
    pub outside: Outside,
    pub model: Model,
    pub flights: Vec<Flight>,
    pub history: Vec<(Envelope, Receipt)>,
    pub log: Vec<String>,
    /// Wall time in milliseconds.
    pub now: i64,
    /// Monotonic time in milliseconds.
    pub mono: i64,
    pub mutation: Option<Mutation>,
    /// Storage faults and crashes happen only while this is set.
    pub rough: bool,
    /// Counts starts of the process.
    pub lives: u32,
    seq: i64,
    keys: u64,
    store: Option<(Store, Reader)>,
    path: PathBuf,
    _dir: TempDir,
}

impl Sim {
    /// The run of `seed`.
    pub fn new(seed: u64, mutation: Option<Mutation>) -> Self {
        let mut rng = Rng::new(seed);
        let settings = town::settings(rng.index(3));
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("trucban.db");
        std::fs::write(&path, town::settled()).unwrap();
        let store = town::open(&path, &settings);
        let reader = store.reader().unwrap();
        let mut sim = Self {
            rng,
            settings,
            budgets: Budgets::default(),
            outside: Outside::default(),
            model: Model::default(),
            flights: Vec::new(),
            history: Vec::new(),
            log: Vec::new(),
            now: START.millis(),
            mono: 0,
            mutation,
            rough: true,
            lives: 1,
            seq: 0,
            keys: 0,
            store: Some((store, reader)),
            path,
            _dir: dir,
        };
        sim.seq = sim.mark().0;
        sim
    }

    /// The writer's side.
    pub fn store(&mut self) -> &mut Store {
        &mut self.store.as_mut().unwrap().0
    }

    /// The readers' side.
    pub fn reader(&self) -> &Reader {
        &self.store.as_ref().unwrap().1
    }

    /// The instant of the next transaction.
    pub fn at(&self) -> Timestamp {
        Timestamp::from_millis(self.now)
    }

    /// Notes a step for whoever reads a failure.
    pub fn say(&mut self, words: impl Into<String>) {
        let line = format!("{:>12} {}", self.now - START.millis(), words.into());
        self.log.push(line);
    }

    /// A key nothing had before.
    pub fn key(&mut self, word: &str) -> String {
        self.keys += 1;
        format!("{word}:{}", self.keys)
    }

    /// Everything an envelope can change.
    pub fn mark(&self) -> Mark {
        let sql = "SELECT (SELECT coalesce(max(seq), 0) FROM ledger),
                          (SELECT count(*) FROM outbox),
                          (SELECT coalesce(sum(length(state)), 0) FROM incident),
                          (SELECT coalesce(sum(at % 1000000007), 0) FROM due)";
        let conn = self.store.as_ref().unwrap().0.connection();
        let row = conn
            .prepare_cached(sql)
            .unwrap()
            .query_row([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)));
        row.unwrap()
    }

    /// The process dies here: what was only in memory is gone.
    pub fn crash(&mut self) -> Check {
        self.say("crash");
        self.lives += 1;
        self.store = None;
        self.flights.clear();
        self.budgets = Budgets::default();
        let mut store = town::open(&self.path, &self.settings);
        let reader = store.reader().unwrap();
        store.transaction(self.at(), recover).map_err(|e| e.to_string())?;
        self.store = Some((store, reader));
        for code in self.model.cases.keys() {
            let known = self.reader().incident(code).map_err(|e| e.to_string())?;
            hold!(known.is_some(), "{code} was confirmed and is gone");
        }
        Ok(())
    }

    /// One transaction of one envelope, as the writer does it.
    pub fn commit(&mut self, envelope: &Envelope) -> Result<Receipt, StorageError> {
        let (settings, now) = (self.settings.clone(), self.at());
        let before = self.mark();
        let envelope = Mutation::envelope(self, envelope);
        let receipt = self.store().transaction(now, |tx| handle(tx, &settings, &envelope))?;
        Mutation::committed(self, before);
        Ok(receipt)
    }

    /// Delivers an envelope for the first time, perhaps roughly.
    pub fn deliver(&mut self, envelope: Envelope) -> Check {
        let fault = if self.rough { self.rng.below(100) } else { 99 };
        let before = self.mark();
        match fault {
            0..2 => self.cut_off(&envelope, before)?,
            2..4 => {
                if let Some(receipt) = self.fill_disk(&envelope, before)? {
                    return self.observe(envelope, receipt, before);
                }
            }
            _ => {}
        }
        let receipt = self.commit(&envelope).map_err(|error| error.to_string())?;
        self.observe(envelope.clone(), receipt.clone(), before)?;
        if (4..6).contains(&fault) {
            // Committed, but nobody was told: it comes again.
            self.crash()?;
            self.again(&envelope, &receipt)?;
        }
        Ok(())
    }

    /// A crash before the commit leaves nothing behind.
    fn cut_off(&mut self, envelope: &Envelope, before: Mark) -> Check {
        self.say(format!("cut off: {}", envelope.key));
        let (settings, now) = (self.settings.clone(), self.at());
        let result: Result<(), _> = self.store().transaction(now, |tx| {
            handle(tx, &settings, envelope)?;
            Err(StorageError::Stopped)
        });
        hold!(result.is_err(), "a transaction that was cut off succeeded");
        hold!(self.mark() == before, "a transaction that was cut off left something");
        self.crash()?;
        hold!(self.mark() == before, "a crash before the commit changed something");
        Ok(())
    }

    /// A disk with no page left: either it fits, or nothing changes and it may come again.
    fn fill_disk(&mut self, envelope: &Envelope, before: Mark) -> Result<Option<Receipt>, String> {
        self.say(format!("disk full: {}", envelope.key));
        let limit = |store: &Store, pages: i64| {
            let conn = store.connection();
            conn.pragma_update_and_check(None, "max_page_count", pages, |_| Ok(())).unwrap();
        };
        let pages = |store: &Store| {
            let conn = store.connection();
            conn.query_row("PRAGMA page_count", [], |row| row.get::<_, i64>(0)).unwrap()
        };
        let full = pages(self.store());
        limit(self.store(), full);
        let result = self.commit(envelope);
        limit(self.store(), 1_000_000_000);
        match result {
            Ok(receipt) => Ok(Some(receipt)),
            Err(error) => {
                self.say(format!("  {error}"));
                hold!(self.mark() == before, "a full disk left something behind");
                Ok(None)
            }
        }
    }

    /// Delivers again what was delivered before: the same receipt, and nothing happens.
    pub fn again(&mut self, envelope: &Envelope, first: &Receipt) -> Check {
        self.say(format!("again: {}", envelope.key));
        let before = self.mark();
        let receipt = self.commit(envelope).map_err(|error| error.to_string())?;
        hold!(receipt == *first, "{} got {first:?}, then {receipt:?}", envelope.key);
        hold!(self.mark() == before, "{} took effect twice", envelope.key);
        Ok(())
    }

    /// Holds the receipt and the incidents against the contract.
    fn observe(&mut self, envelope: Envelope, receipt: Receipt, before: Mark) -> Check {
        let when = When { mono: self.mono, head: before.0 };
        let known = self.model.cases.len();
        let expected = self.model.take_in(&envelope, when);
        let fits = match (&expected, &receipt) {
            (Expected::Refused, Receipt::Refused(_)) => self.mark() == before,
            (Expected::Done, Receipt::Done(_)) => true,
            (Expected::Opened, Receipt::Done(Done::Reported(code))) => {
                *code == IncidentCode::numbered("SC", 2026, known as u64 + 1)
            }
            (Expected::Filed(joined), Receipt::Done(Done::Filed(filed))) => {
                joined.len() == filed.len()
                    && joined.iter().zip(filed).all(|(expected, filed)| match expected {
                        Some(code) => *code == filed.code && !filed.created,
                        None => filed.created,
                    })
            }
            _ => false,
        };
        let said = format!("{} by {}: {:?}", envelope.key, envelope.actor, envelope.command);
        hold!(fits, "{said}\n  expected {expected:?}, got {receipt:?}");
        if !matches!(envelope.command, Command::Tick { .. }) {
            self.history.push((envelope, receipt));
        }
        self.follow()
    }

    /// Reads what was appended since, and holds every incident it concerns against the model.
    pub fn follow(&mut self) -> Check {
        let sql = "SELECT seq, stream, kind FROM ledger WHERE seq > ?1 ORDER BY seq";
        let seen = self.seq;
        let entries: Vec<(i64, String, String)> = {
            let conn = self.store().connection();
            let mut statement = conn.prepare_cached(sql).unwrap();
            let rows = statement.query_map([seen], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)));
            rows.unwrap().map(Result::unwrap).collect()
        };
        let mut touched = BTreeSet::new();
        for (seq, stream, kind) in entries {
            self.seq = seq;
            let Some(code) = stream.strip_prefix("incident/").map(IncidentCode::new) else {
                continue;
            };
            if kind == "lease_expired" {
                super::checks::silent_long_enough(self, &code)?;
                self.model.release(&code);
            }
            if let ("rung_reached" | "exhausted", Some(case)) =
                (kind.as_str(), self.model.cases.get_mut(&code))
            {
                case.firings += 1;
            }
            touched.insert(code);
        }
        touched.iter().try_for_each(|code| super::checks::as_the_contract_says(self, code))
    }

    /// Every moment that has come is submitted, until none is left. Returns how many each had.
    pub fn tick(&mut self) -> Result<BTreeMap<String, u32>, String> {
        let mut ticked = BTreeMap::new();
        while let Some(due) = self.reader().first_due().map_err(|e| e.to_string())? {
            if due.try_at > self.at() {
                break;
            }
            let stream = due.stream.to_string();
            self.say(format!("tick {stream}"));
            let times = ticked.entry(stream.clone()).or_insert(0);
            *times += 1;
            hold!(*times < 50, "{stream} left its moment in the past {times} times");
            let key = format!("tick:{}:{}", due.stream, due.at.millis());
            let command = Command::Tick { stream: due.stream, due: due.at };
            let before = self.mark();
            self.deliver(Envelope::new(key, Actor::System, command))?;
            hold!(self.mark() != before, "the moment of {stream} changed nothing");
        }
        Ok(ticked)
    }
}
