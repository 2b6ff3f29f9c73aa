//! One province, one seed: a real store, the engine's own functions, and a scheduler that owns time
//! and chance. Whatever is delivered here may be cut off before its commit or after it, may meet a
//! full disk, and may come again later; each time the same questions are asked.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde::Deserialize as _;
use serde_json::Value;
use tempfile::TempDir;
use trucban::channels::telegram::handle::said;
use trucban::domain::envelope::{Actor, Command, Done, Envelope, Receipt, Session};
use trucban::domain::ids::{IncidentCode, PersonId};
use trucban::domain::incident::event::IncidentEvent;
use trucban::domain::roster::event::RosterEvent;
use trucban::domain::time::Timestamp;
use trucban::domain::values::Severity;
use trucban::engine::claim::recover;
use trucban::engine::handle::handle;
use trucban::engine::pump::Budgets;
use trucban::engine::settings::Settings;
use trucban::ledger::files::Vault;
use trucban::ledger::{Reader, StorageError, Store, Tx};

use super::model::{Expected, Model, When};
use super::mutation::Mutation;
use super::outside::{Flight, Outside};
use super::rng::Rng;
use super::talk::{Input, Place};
use super::town::{self, START};
use super::written::Written;

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
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Mark {
    /// The last entry.
    pub seq: i64,
    /// How many messages there are.
    pub rows: i64,
    incidents: i64,
    due: i64,
    sessions: i64,
    words: i64,
    downloads: i64,
}

impl Mark {
    /// Without what is said back, and without conversations.
    pub fn facts(self) -> Self {
        Self { rows: 0, sessions: 0, ..self }
    }
}

/// One run.
#[derive(Debug)]
pub struct Sim {
    pub rng: Rng,
    pub settings: Settings,
    pub budgets: Budgets,
    pub outside: Outside,
    pub model: Model,
    pub flights: Vec<Flight>,
    pub history: Vec<(Input, Receipt)>,
    /// What was written down.
    pub written: Written,
    /// Who is in the middle of what, and since when.
    pub sessions: BTreeMap<Place, (Session, i64)>,
    /// How severe each incident is, as the entries were read so far.
    pub severities: BTreeMap<IncidentCode, Severity>,
    /// Whom each entry called, and whether anything could reach him then.
    pub called: BTreeMap<i64, Vec<(PersonId, bool)>>,
    /// Counts words.
    pub tokens: u64,
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
    pub store: Option<(Store, Reader)>,
    path: PathBuf,
    dir: TempDir,
}

/// What the writer's thread does with a delivery.
fn perform(tx: &mut Tx<'_>, settings: &Settings, input: &Input) -> Result<Receipt, StorageError> {
    let Some((incoming, reply_to)) = &input.said else {
        return handle(tx, settings, &input.envelope);
    };
    said(tx, settings, incoming, *reply_to)?;
    let key = tx.sealed_key(&incoming.key)?;
    Ok(tx.outcome(&key)?.unwrap_or(Receipt::Done(Done::Quiet)))
}

impl Sim {
    /// The run of `seed`.
    pub fn new(seed: u64, mutation: Option<Mutation>) -> Self {
        let mut rng = Rng::new(seed);
        let settings = town::on_duty(rng.index(3));
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("trucban.db");
        std::fs::write(&path, town::rostered()).unwrap();
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
            written: Written::default(),
            sessions: BTreeMap::new(),
            severities: BTreeMap::new(),
            called: BTreeMap::new(),
            tokens: 0,
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
            dir,
        };
        sim.model.watch.lead_decides = sim.settings.swaps_need_a_lead;
        let (roster, staff) = (town::first_roster(), &sim.model.staff);
        sim.model.watch.take(&roster, &Actor::Operator, town::ROSTERED, 0, staff);
        sim.seq = sim.mark().seq;
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
                          (SELECT coalesce(sum(at % 1000000007), 0) FROM due),
                          (SELECT coalesce(sum(length(body) + at % 1000003), 0) FROM session),
                          (SELECT count(*) FROM content),
                          (SELECT count(*) FROM download)";
        let conn = self.store.as_ref().unwrap().0.connection();
        let row = conn.prepare_cached(sql).unwrap().query_row([], |row| {
            Ok(Mark {
                seq: row.get(0)?,
                rows: row.get(1)?,
                incidents: row.get(2)?,
                due: row.get(3)?,
                sessions: row.get(4)?,
                words: row.get(5)?,
                downloads: row.get(6)?,
            })
        });
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
        Vault::beside(&self.path).tidy().map_err(|e| e.to_string())?;
        self.scrub()?;
        for code in self.model.cases.keys() {
            let known = self.reader().incident(code).map_err(|e| e.to_string())?;
            hold!(known.is_some(), "{code} was confirmed and is gone");
        }
        Ok(())
    }

    /// Where the database is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Every file the program keeps, with its bytes.
    pub fn disk(&self) -> Vec<(String, Vec<u8>)> {
        let mut found = Vec::new();
        for entry in std::fs::read_dir(self.dir.path()).unwrap().flatten() {
            if entry.path().is_file() {
                let name = entry.file_name().into_string().unwrap();
                found.push((name, std::fs::read(entry.path()).unwrap()));
            }
        }
        found
    }

    /// What was erased leaves the files, as after each commit of the writer.
    pub fn scrub(&mut self) -> Check {
        let now = self.at();
        let done =
            !self.store().wants_scrub() || self.store().scrub(now).map_err(|e| e.to_string())?;
        hold!(done, "nobody reads, and the WAL could not be emptied");
        Ok(())
    }

    /// One transaction of one delivery, as the writer does it.
    pub fn commit(&mut self, input: &Input) -> Result<Receipt, StorageError> {
        let (settings, now) = (self.settings.clone(), self.at());
        let before = self.mark();
        let input = Mutation::input(self, input);
        let receipt = self.store().transaction(now, |tx| perform(tx, &settings, &input))?;
        Mutation::committed(self, before);
        Ok(receipt)
    }

    /// Delivers something for the first time, perhaps roughly.
    pub fn deliver(&mut self, input: impl Into<Input>) -> Check {
        let input = input.into();
        let fault = if self.rough { self.rng.below(100) } else { 99 };
        let before = self.mark();
        match fault {
            0..2 => {
                self.cut_off(&input, before)?;
                if matches!(input.envelope.command, Command::Fetched(_)) {
                    // Nobody repeats it: the file is fetched again.
                    return Ok(());
                }
            }
            2..4 => {
                if let Some(receipt) = self.fill_disk(&input, before)? {
                    self.scrub()?;
                    return self.observe(input, receipt, before);
                }
            }
            _ => {}
        }
        let receipt = self.commit(&input).map_err(|error| error.to_string())?;
        if (4..6).contains(&fault) {
            // Committed, but nobody was told, and nothing that follows a commit was done.
            self.crash()?;
            self.observe(input.clone(), receipt.clone(), before)?;
            return self.again(&input, &receipt);
        }
        self.scrub()?;
        self.observe(input, receipt, before)
    }

    /// A crash before the commit leaves nothing behind.
    fn cut_off(&mut self, input: &Input, before: Mark) -> Check {
        self.say(format!("cut off: {}", input.envelope.key));
        let (settings, now) = (self.settings.clone(), self.at());
        let result: Result<(), _> = self.store().transaction(now, |tx| {
            perform(tx, &settings, input)?;
            Err(StorageError::Stopped)
        });
        hold!(result.is_err(), "a transaction that was cut off succeeded");
        hold!(self.mark() == before, "a transaction that was cut off left something");
        self.crash()?;
        hold!(self.mark() == before, "a crash before the commit changed something");
        Ok(())
    }

    /// A disk with no page left: either it fits, or nothing changes and it may come again.
    fn fill_disk(&mut self, input: &Input, before: Mark) -> Result<Option<Receipt>, String> {
        self.say(format!("disk full: {}", input.envelope.key));
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
        let result = self.commit(input);
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
    pub fn again(&mut self, input: &Input, first: &Receipt) -> Check {
        let envelope = &input.envelope;
        self.say(format!("again: {}", envelope.key));
        let before = self.mark();
        let receipt = self.commit(input).map_err(|error| error.to_string())?;
        hold!(receipt == *first, "{} got {first:?}, then {receipt:?}", envelope.key);
        hold!(self.mark() == before, "{} took effect twice", envelope.key);
        Ok(())
    }

    /// Holds the receipt and the incidents against the contract.
    fn observe(&mut self, input: Input, receipt: Receipt, before: Mark) -> Check {
        let envelope = &input.envelope;
        let when = When { mono: self.mono, wall: self.now, head: before.seq };
        let known = self.model.cases.len();
        let next = IncidentCode::numbered("SC", 2026, known as u64 + 1);
        let expected = self.model.take_in(envelope, when, &self.written);
        let after = self.mark();
        let unchanged = match input.said {
            Some(_) => after.facts() == before.facts(),
            None => after == before,
        };
        let fits = match (&expected, &receipt) {
            (Expected::Refused, Receipt::Refused(_)) | (Expected::Silent, _) => unchanged,
            (Expected::Done, Receipt::Done(_)) => true,
            (Expected::Opened, Receipt::Done(Done::Reported(code))) => *code == next,
            (Expected::Grouped(whole), Receipt::Done(Done::Grouped { parent, .. })) => {
                parent == whole && (known == self.model.cases.len() || *parent == next)
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
        if let (false, Receipt::Done(done), Actor::Person(person)) =
            (envelope.attached.is_empty(), &receipt, &envelope.actor)
            && let Some(code) = done.code()
        {
            self.model.attach(person, code, when);
        }
        if let Command::Directory(_) = &envelope.command {
            // What an account was in the middle of goes with it.
            let staff = &self.model.staff;
            self.sessions.retain(|place, _| place.1 == 999 || staff.is_known(place.1));
        }
        self.follow()?;
        self.messages_became(before.seq);
        self.conversation(&input, &receipt)?;
        if !matches!(envelope.command, Command::Tick { .. }) {
            self.history.push((input, receipt));
        }
        Ok(())
    }

    /// Reads what was appended since, and holds every incident it concerns against the model.
    pub fn follow(&mut self) -> Check {
        let sql = "SELECT seq, stream, kind, body, actor FROM ledger WHERE seq > ?1 ORDER BY seq";
        let seen = self.seq;
        let entries: Vec<(i64, String, String, String, String)> = {
            let conn = self.store().connection();
            let mut statement = conn.prepare_cached(sql).unwrap();
            let rows = statement
                .query_map([seen], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?, r.get(4)?)));
            rows.unwrap().map(Result::unwrap).collect()
        };
        let (mut touched, mut back) = (BTreeSet::new(), BTreeMap::new());
        for (seq, stream, kind, body, actor) in entries {
            self.seq = seq;
            if let "watch_changed" | "watch_untaken" = kind.as_str() {
                let event: RosterEvent = serde_json::from_str(&body).map_err(|e| e.to_string())?;
                self.watched(seq, &event)?;
            }
            let Some(code) = stream.strip_prefix("incident/").map(IncidentCode::new) else {
                continue;
            };
            if let "reported" | "severity_changed" = kind.as_str() {
                let body: Value = serde_json::from_str(&body).map_err(|e| e.to_string())?;
                let severity =
                    if kind == "reported" { &body["opening"]["severity"] } else { &body["to"] };
                let severity = Severity::deserialize(severity).map_err(|e| e.to_string())?;
                self.severities.insert(code.clone(), severity);
            }
            if let "handed_back" | "rung_reached" | "exhausted" = kind.as_str() {
                let event: IncidentEvent =
                    serde_json::from_str(&body).map_err(|e| e.to_string())?;
                self.called_rightly(&code, seq, &event, back.get(&code))?;
                if let IncidentEvent::HandedBack { holder } = event {
                    back.insert(code.clone(), holder);
                }
            }
            if kind.starts_with("run_") {
                self.ran(&code, seq, &actor, &body)?;
            }
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
        for code in &touched {
            super::checks::as_the_contract_says(self, code)?;
            self.runs_agree(code)?;
            self.read_words(code, seen)?;
        }
        Ok(())
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
