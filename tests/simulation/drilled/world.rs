//! A province with its scenarios: time that walks from moment to moment, a pump that gives everything to
//! channels that take it, and what is asked of each message of a drill as it leaves.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use tempfile::TempDir;
use trucban::channels::telegram::send::render;
use trucban::config::drills::Shelf;
use trucban::domain::actor::Origin;
use trucban::domain::calendar::Calendar;
use trucban::domain::drill::notice::DrillNotice;
use trucban::domain::drill::run::Drill;
use trucban::domain::drill::run::state::Status;
use trucban::domain::envelope::{Actor, Command, Envelope, Receipt, Sent};
use trucban::domain::ids::{DrillCode, PersonId};
use trucban::domain::incident::event::{IncidentEvent, WhyFailed};
use trucban::domain::notice::Body;
use trucban::domain::time::Timestamp;
use trucban::domain::values::{ChannelKind, Role};
use trucban::engine::channel::{Address, Mode, Outgoing};
use trucban::engine::claim::claim;
use trucban::engine::handle::handle;
use trucban::engine::pump::Budgets;
use trucban::engine::settings::Settings;
use trucban::ledger::outbox::{Kind, Recipient, Row};
use trucban::ledger::{Reader, Store};

use super::super::driver::Check;
use super::super::town::{self, START, TEAM};
use crate::hold;

/// A wall that is taken away, to see that somebody notices.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Leak {
    /// A drill that stands still is taken for one that is played.
    NotFrozen,
    /// Everybody is taken for one of the drill.
    Everybody,
    /// Incidents of drills stand among the real ones.
    Listed,
    /// What stands first in a message is lost on the way.
    Unmarked,
}

impl Leak {
    pub const ALL: [Self; 4] = [Self::NotFrozen, Self::Everybody, Self::Listed, Self::Unmarked];
}

/// One run.
pub struct World {
    pub store: Store,
    pub reader: Reader,
    pub settings: Settings,
    pub budgets: Budgets,
    /// Wall time in milliseconds.
    pub now: i64,
    /// Monotonic time in milliseconds.
    pub mono: i64,
    /// Whether drills are held.
    pub drills: bool,
    pub log: Vec<String>,
    leak: Option<Leak>,
    /// How often each message of a story arrived.
    arrived: BTreeMap<String, u32>,
    keys: u64,
    path: PathBuf,
    _dir: TempDir,
}

/// Who cannot be reached how.
const SHUT: [(ChannelKind, &str); 2] =
    [(ChannelKind::Email, "p-02"), (ChannelKind::Telegram, "p-10")];

fn words(error: impl std::fmt::Display) -> String {
    error.to_string()
}

impl World {
    pub fn new(seed: u64, drills: bool, leak: Option<Leak>) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("trucban.db");
        std::fs::write(&path, town::rostered()).unwrap();
        let mut settings = town::on_duty(usize::try_from(seed % 3).unwrap());
        settings.scenarios = Arc::new(Shelf::of(None).library());
        let zone = chrono_tz::Asia::Ho_Chi_Minh;
        settings.calendar = Arc::new(Calendar { zone, ..Calendar::default() });
        let store = town::open(&path, &settings);
        let reader = store.reader().unwrap();
        Self {
            store,
            reader,
            settings,
            budgets: Budgets::default(),
            now: START.millis(),
            mono: 0,
            drills,
            log: Vec::new(),
            leak,
            arrived: BTreeMap::new(),
            keys: 0,
            path,
            _dir: dir,
        }
    }

    pub fn at(&self) -> Timestamp {
        Timestamp::from_millis(self.now)
    }

    pub fn say(&mut self, line: impl Into<String>) {
        let line = format!("{:>12} {}", self.mono, line.into());
        self.log.push(line);
    }

    /// Gives the engine a command under a key of its own; what comes of it settles.
    pub fn asks(&mut self, actor: Actor, command: Command) -> Result<Receipt, String> {
        self.keys += 1;
        let envelope = Envelope::new(format!("key:{}", self.keys), actor, command);
        let receipt = self.submit(&envelope)?;
        self.settle()?;
        Ok(receipt)
    }

    fn submit(&mut self, envelope: &Envelope) -> Result<Receipt, String> {
        let (settings, now) = (self.settings.clone(), self.at());
        self.leaks();
        self.store.transaction(now, |tx| handle(tx, &settings, envelope)).map_err(words)
    }

    /// Time passes, moment by moment and message by message.
    pub fn advance(&mut self, until: i64) -> Check {
        loop {
            let look = self.settle_and_look()?;
            let left = until - self.mono;
            if left <= 0 {
                return Ok(());
            }
            let due = self.reader.first_due().map_err(words)?.map(|due| due.try_at.millis());
            let next = due.into_iter().chain(look).min().unwrap_or(i64::MAX);
            let step = (next - self.now).clamp(1, left);
            self.now += step;
            self.mono += step;
        }
    }

    /// Everything that can happen now has happened.
    pub fn settle(&mut self) -> Check {
        self.settle_and_look().map(drop)
    }

    fn settle_and_look(&mut self) -> Result<Option<i64>, String> {
        loop {
            self.tick()?;
            let (claimed, look) = self.claim()?;
            if claimed.is_empty() {
                return Ok(look.map(Timestamp::millis));
            }
            for outgoing in claimed {
                self.sent(&outgoing)?;
            }
        }
    }

    fn tick(&mut self) -> Check {
        for _ in 0..200 {
            let due = self.reader.first_due().map_err(words)?;
            let Some(due) = due.filter(|due| due.try_at.millis() <= self.now) else {
                return Ok(());
            };
            self.say(format!("tick {}", due.stream));
            let key = format!("tick:{}:{}", due.stream, due.at.millis());
            let command = Command::Tick { stream: due.stream.clone(), due: due.at };
            self.submit(&Envelope::new(key, Actor::System, command))?;
            let next = self.reader.first_due().map_err(words)?;
            hold!(next != Some(due.clone()), "{} left its moment where it was", due.stream);
        }
        Err("moments came to no end".to_owned())
    }

    fn claim(&mut self) -> Result<(Vec<Outgoing>, Option<Timestamp>), String> {
        let (settings, now) = (self.settings.clone(), self.at());
        let mut budgets = self.budgets.clone();
        self.leaks();
        let claimed = self.store.transaction(now, |tx| {
            budgets.trim(tx.now);
            let claimed = claim(tx, &settings, &mut budgets)?;
            let mut rows = Vec::new();
            for (id, _) in claimed.outgoing.iter().flat_map(|one| &one.rows) {
                rows.extend(tx.row(*id)?);
            }
            Ok((claimed, rows))
        });
        let (claimed, rows) = claimed.map_err(words)?;
        self.budgets = budgets;
        for outgoing in &claimed.outgoing {
            let own = |row: &&Row| outgoing.rows.iter().any(|(id, _)| *id == row.id);
            for row in rows.iter().filter(own) {
                self.may_leave(row, outgoing)?;
            }
        }
        Ok((claimed.outgoing, claimed.look_again))
    }

    /// A channel takes it, or says that it cannot.
    fn sent(&mut self, outgoing: &Outgoing) -> Check {
        let lane = match (&outgoing.to, outgoing.channel) {
            (Address::Chat { chat, .. }, ChannelKind::Telegram) => *chat,
            _ => outgoing.rows.first().map_or(0, |(id, _)| *id),
        };
        self.budgets.done(outgoing.channel, lane, outgoing.priority);
        for (id, attempt) in &outgoing.rows {
            let row = self.row(*id)?;
            let person = match &row.to {
                Recipient::Person(person) => person.to_string(),
                Recipient::Chat { .. } => String::new(),
            };
            let sent = match outgoing.mode {
                _ if SHUT.contains(&(outgoing.channel, &person)) => {
                    Sent::Refused(WhyFailed::Blocked)
                }
                Mode::Post if outgoing.channel == ChannelKind::Telegram => {
                    Sent::Accepted(Some(1_000 + id))
                }
                Mode::Edit(message) | Mode::Point(message) => Sent::Accepted(Some(message)),
                _ => Sent::Accepted(None),
            };
            if let (Origin::Drill(_), Sent::Accepted(_)) = (&row.notice.origin, &sent) {
                *self.arrived.entry(row.key.clone()).or_default() += 1;
            }
            let command = Command::Delivered { row: *id, attempt: *attempt, sent };
            let key = format!("outcome:{id}:{attempt}");
            self.submit(&Envelope::new(key, Actor::System, command))?;
        }
        Ok(())
    }

    fn row(&mut self, id: i64) -> Result<Row, String> {
        let now = self.at();
        let row = self.store.transaction(now, |tx| tx.row(id)).map_err(words)?;
        row.ok_or_else(|| format!("row {id} is gone"))
    }

    /// The drill as its events make it.
    pub fn drill(&self, code: &DrillCode) -> Option<Drill> {
        self.reader.shown_drill(code).unwrap().map(|shown| shown.drill)
    }

    /// The newest drill there is.
    pub fn newest(&self) -> Option<Drill> {
        let codes = self.reader.drill_codes(&Status::ALL).unwrap();
        codes.iter().max().and_then(|code| self.drill(code))
    }

    /// Whether one is under way.
    pub fn is_live(&self) -> bool {
        !self.reader.drill_codes(&[Status::Running, Status::Paused]).unwrap().is_empty()
    }

    /// What is asked of each message as it leaves.
    fn may_leave(&self, row: &Row, outgoing: &Outgoing) -> Check {
        let within = row.incident.as_ref().is_some_and(|code| code.as_str().starts_with("DT-"));
        let Origin::Drill(code) = &row.notice.origin else {
            hold!(!within, "{} is about a drill and says that it is real", row.key);
            return Ok(());
        };
        let drill = self.drill(code).ok_or_else(|| format!("{code} is gone"))?;
        self.is_for(row, &drill)?;
        let notice = match &row.notice.body {
            Body::Drill { notice, .. } => Some(notice.as_ref()),
            _ => None,
        };
        let story = notice.is_none_or(|notice| {
            let begins = matches!(notice, DrillNotice::Started | DrillNotice::Resumed);
            begins || matches!(notice, DrillNotice::Inject { .. })
        });
        let answers = row.kind == Kind::Answer;
        let still = drill.status == Status::Paused;
        hold!(answers || !still || !story, "{} left while {code} stands still", row.key);
        let over = drill.ended.is_some() && story && !answers;
        let calls = matches!(row.kind, Kind::Page | Kind::Call | Kind::Inject | Kind::Step);
        hold!(!over || !calls, "{} left after the end of {code}", row.key);
        self.is_marked(row, outgoing)
    }

    /// Nobody outside: what is played goes to whoever takes part or holds it; what is asked of managers
    /// and leads before it and after it, to those.
    fn is_for(&self, row: &Row, drill: &Drill) -> Check {
        let person: PersonId = match &row.to {
            Recipient::Person(person) => person.clone(),
            Recipient::Chat { chat, .. } => {
                hold!(*chat != TEAM, "{} goes to the team's chat", row.key);
                let directory = self.reader.directory().map_err(words)?;
                let person = directory.by_telegram(*chat).map(|person| person.id.clone());
                person.ok_or_else(|| format!("{} goes to the chat {chat}", row.key))?
            }
        };
        // Whoever asks is answered.
        let claims = drill.claim.as_ref().is_some_and(|claim| claim.by == person);
        if row.kind == Kind::Answer || claims || drill.concerns(&person) {
            return Ok(());
        }
        let directory = self.reader.directory().map_err(words)?;
        let holds = [Role::Manager, Role::Lead].iter().any(|one| directory.has_role(&person, *one));
        let planned = match &row.notice.body {
            Body::Drill { notice, .. } => matches!(
                notice.as_ref(),
                DrillNotice::ToApprove { .. }
                    | DrillNotice::Approved { .. }
                    | DrillNotice::Missed { .. }
                    | DrillNotice::Off { .. }
                    | DrillNotice::QuickNote
                    | DrillNotice::ReportToApprove
                    | DrillNotice::ReportApproved
                    | DrillNotice::Item { .. }
                    | DrillNotice::ItemDone { .. }
                    | DrillNotice::ItemSeen { .. }
            ),
            _ => false,
        };
        // Whoever has to make something better.
        let owns = drill.items.values().any(|item| item.is_for(&person, &directory));
        hold!((holds || owns) && planned, "{} goes to {person}, who is outside", row.key);
        Ok(())
    }

    /// The mark stands first and last, whatever stands between.
    fn is_marked(&self, row: &Row, outgoing: &Outgoing) -> Check {
        if matches!(outgoing.mode, Mode::Delete(_)) || outgoing.channel != ChannelKind::Telegram {
            return Ok(());
        }
        let plain = render(outgoing).markup.plain();
        let cut = match self.leak {
            Some(Leak::Unmarked) => plain.split_once('\n').map(|(_, rest)| rest.to_owned()),
            _ => None,
        };
        let plain = cut.unwrap_or(plain);
        let (first, last) = (plain.lines().next(), plain.lines().next_back());
        let marked = |line: Option<&str>| line.is_some_and(|line| line.contains("DIỄN TẬP"));
        hold!(marked(first) && marked(last), "{} bears no mark: {plain}", row.key);
        Ok(())
    }

    /// A wall of the program is taken away.
    fn leaks(&mut self) {
        let sql = match self.leak {
            Some(Leak::NotFrozen) => "UPDATE drill SET frozen = 0",
            Some(Leak::Everybody) => {
                "INSERT OR IGNORE INTO drill_person (drill, person, plays)
                 SELECT code, id, 0 FROM drill, person;
                 UPDATE incident SET state = json_set(state, '$.among',
                     (SELECT json_group_array(id) FROM person)) WHERE code LIKE 'DT-%'"
            }
            Some(Leak::Listed) => "UPDATE incident SET drill = NULL WHERE code LIKE 'DT-%'",
            Some(Leak::Unmarked) | None => return,
        };
        let conn = rusqlite::Connection::open(&self.path).unwrap();
        conn.execute_batch(sql).unwrap();
    }

    /// Once, at the end of the days: no message of a story came twice, no day was made a drill twice, and
    /// everything derived can be made again from the ledger.
    pub fn over(&mut self) -> Check {
        for (key, times) in &self.arrived {
            let own = key.starts_with("inject:") || key.starts_with("drill:");
            hold!(!own || *times == 1, "{key} arrived {times} times");
        }
        for code in self.reader.drill_codes(&Status::ALL).map_err(words)? {
            let Some(drill) = self.drill(&code) else { continue };
            hold!(
                !drill.is_asked(),
                "{code}: nobody answered whether it is real, and nothing came of it"
            );
        }
        let verified = self.reader.verify().map_err(words)?;
        hold!(verified.broken.is_none(), "{verified:?}");
        Ok(())
    }

    /// The kinds of what happened to drills.
    pub fn kinds_of_drills(&self) -> BTreeSet<String> {
        let conn = rusqlite::Connection::open(&self.path).unwrap();
        let sql = "SELECT DISTINCT kind FROM ledger WHERE stream LIKE 'drill/%'";
        let mut statement = conn.prepare(sql).unwrap();
        let rows = statement.query_map([], |row| row.get(0)).unwrap();
        rows.map(Result::unwrap).collect()
    }

    /// Every real figure, list and history, by what it is.
    pub fn real(&mut self) -> BTreeMap<String, String> {
        let mut real = BTreeMap::new();
        for open in [true, false] {
            let list = self.reader.incidents(open, false).unwrap();
            let codes: Vec<String> = list.iter().map(|one| one.code.to_string()).collect();
            real.insert(format!("the list of incidents, open {open}"), codes.join(" "));
        }
        for incident in self.reader.incidents(false, true).unwrap() {
            if incident.origin != Origin::Real {
                continue;
            }
            let code = &incident.code;
            let stands = format!(
                "{} {} {:?} {:?} {:?} {} {} {:?}",
                incident.status(),
                incident.severity,
                incident.holder(),
                incident.helpers,
                incident.outcome(),
                incident.episode,
                incident.firings,
                incident.main(),
            );
            real.insert(format!("{code}"), stands);
            let happened = self.reader.events(code).unwrap().into_iter().map(|one| {
                let people = match &one.event {
                    IncidentEvent::RungReached { people, .. } => format!(" {people:?}"),
                    _ => String::new(),
                };
                format!("{} {}{people}", one.at.actor, one.event.kind())
            });
            let happened: Vec<String> = happened.collect();
            real.insert(format!("what happened to {code}"), happened.join("\n"));
        }
        let figures = self.reader.figures().unwrap();
        let health = (figures.open, figures.unheld, figures.nobody, figures.tests);
        real.insert("health".to_owned(), format!("{health:?}"));
        let (from, until) = (START.shifted(-86_400_000_000), START.shifted(86_400_000_000));
        let now = self.at();
        let mut facts = self.store.transaction(now, |tx| tx.facts(from, until)).unwrap();
        facts.sort_by_key(|fact| fact.reported_at);
        real.insert("facts".to_owned(), format!("{facts:#?}"));
        real
    }
}
