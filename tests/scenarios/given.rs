//! A province to try things in: a real ledger in a folder of its own, the engine's one entrance, and
//! a clock that stands until it is moved.

use std::time::Duration;

use tempfile::TempDir;
use trucban::domain::alert::Alert;
use trucban::domain::directory::{Person, Private};
use trucban::domain::envelope::{
    Actor, Command, DirectoryCommand, Done, Envelope, Receipt, Report, Sent,
};
use trucban::domain::escalation::ladder::Position;
use trucban::domain::ids::IncidentCode;
use trucban::domain::incident::Incident;
use trucban::domain::incident::act::{Act, Aim, Closing};
use trucban::domain::incident::event::{IncidentEvent, WhyFailed};
use trucban::domain::notice::{Body, News, PageKind};
use trucban::domain::refusal::Refusal;
use trucban::domain::time::Timestamp;
use trucban::domain::values::Severity;
use trucban::engine::handle::handle;
use trucban::engine::settings::Settings;
use trucban::ledger::outbox::{Kind, Recipient, Row};
use trucban::ledger::{Reader, StorageError, Store};

use crate::simulation::town::{self, START};

/// People by what they are, in the words of the scenes.
pub const DUTY: &str = "p-01";
pub const BACKUP: &str = "p-02";
pub const UNREACHABLE: &str = "p-03";
pub const LEAD: &str = "p-04";
pub const DEPUTY: &str = "p-05";
pub const MANAGER: &str = "p-06";
pub const REPORTER: &str = "p-07";
pub const OTHER_REPORTER: &str = "p-08";
pub const ADMIN: &str = "p-09";
pub const GONE: &str = "p-11";

/// What a report says; nothing else that is said here says it.
pub const WORDS: &str = "Máy lạ ở phòng khách";

/// One province.
#[derive(Debug)]
pub struct Given {
    pub store: Store,
    pub reader: Reader,
    pub settings: Settings,
    pub now: Timestamp,
    keys: u64,
    dir: TempDir,
}

/// A summary or a reason.
pub fn summary() -> Act {
    Act::Close(Closing::Summary("xong".to_owned()))
}

/// A false alarm with its reason.
pub fn false_alarm() -> Act {
    Act::Close(Closing::FalseAlarm("nhầm".to_owned()))
}

impl Given {
    /// The province under one of its policies.
    pub fn under(which: usize) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("trucban.db");
        std::fs::write(&path, town::settled()).unwrap();
        let settings = town::settings(which);
        let store = town::open(&path, &settings);
        let reader = store.reader().unwrap();
        Self { store, reader, settings, now: START, keys: 0, dir }
    }

    /// The province under the contract's own example of policies.
    pub fn new() -> Self {
        Self::under(0)
    }

    /// The program starts again with the settings as they are now.
    pub fn reopen(&mut self) {
        self.store.set_up(self.settings.setup());
        self.reader = self.store.reader().unwrap();
    }

    /// Somebody changes the file behind the program's back.
    pub fn meddle(&self, sql: &str) {
        let conn = rusqlite::Connection::open(self.dir.path().join("trucban.db")).unwrap();
        conn.execute_batch(sql).unwrap();
    }

    /// Gives one envelope to the engine.
    pub fn submit(&mut self, envelope: &Envelope) -> Receipt {
        let settings = self.settings.clone();
        self.store.transaction(self.now, |tx| handle(tx, &settings, envelope)).unwrap()
    }

    fn envelope(&mut self, actor: Actor, command: Command) -> Envelope {
        self.keys += 1;
        Envelope::new(format!("key:{}", self.keys), actor, command)
    }

    /// Somebody, or something, asks.
    pub fn ask(&mut self, actor: Actor, command: Command) -> Receipt {
        let envelope = self.envelope(actor, command);
        self.submit(&envelope)
    }

    /// What would come of it, without it happening.
    pub fn would(&mut self, actor: Actor, command: Command) -> Receipt {
        let (envelope, settings) = (self.envelope(actor, command), self.settings.clone());
        let mut answer = None;
        let undone: Result<(), _> = self.store.transaction(self.now, |tx| {
            answer = Some(handle(tx, &settings, &envelope)?);
            Err(StorageError::Stopped)
        });
        assert!(undone.is_err());
        answer.unwrap()
    }

    /// A person types an act.
    pub fn act(&mut self, person: &str, code: &IncidentCode, act: Act) -> Receipt {
        self.ask(town::by(person), Command::Act(Aim::typed(code.clone()), act))
    }

    /// A person types an act that is allowed.
    pub fn does(&mut self, person: &str, code: &IncidentCode, act: Act) {
        let receipt = self.act(person, code, act.clone());
        assert!(matches!(receipt, Receipt::Done(_)), "{person} {act:?}: {receipt:?}");
    }

    /// A person types an act that is refused.
    pub fn refused(&mut self, person: &str, code: &IncidentCode, act: Act) -> Refusal {
        match self.act(person, code, act.clone()) {
            Receipt::Refused(refusal) => refusal,
            done => panic!("{person} {act:?}: {done:?}"),
        }
    }

    /// A person presses a button of `episode`.
    pub fn press(&mut self, who: &str, code: &IncidentCode, episode: u32, act: Act) -> Receipt {
        let aim = Aim { code: code.clone(), episode: Some(episode) };
        self.ask(town::by(who), Command::Act(aim, act))
    }

    /// A person reports.
    pub fn reported_by(&mut self, person: &str) -> IncidentCode {
        let report = Report { words: Some(WORDS.to_owned()) };
        match self.ask(town::by(person), Command::Report(report)) {
            Receipt::Done(Done::Reported(code)) => code,
            other => panic!("{other:?}"),
        }
    }

    /// A system reports with a severity and perhaps a key.
    pub fn alert(&mut self, severity: Severity, key: Option<&str>) -> (IncidentCode, bool) {
        let alert = Alert {
            title: "cảnh báo".to_owned(),
            description: None,
            severity,
            category: None,
            unit: None,
            dedup_key: key.map(str::to_owned),
            detected_at: None,
            resolved: false,
            remarks: Vec::new(),
        };
        match self.ask(Actor::Intake("siem".to_owned()), Command::Alerts(vec![alert])) {
            Receipt::Done(Done::Filed(filed)) => (filed[0].code.clone(), filed[0].created),
            other => panic!("{other:?}"),
        }
    }

    /// An incident of this severity that nobody has.
    pub fn open(&mut self, severity: Severity) -> IncidentCode {
        self.alert(severity, None).0
    }

    /// Time passes, moment by moment.
    pub fn wait(&mut self, span: Duration) {
        let end = self.now.plus(span);
        while let Some(due) = self.reader.first_due().unwrap()
            && due.try_at <= end
        {
            self.now = self.now.max(due.try_at);
            self.tick_first();
            // A moment that was answered is over: whatever waits next waits for another one.
            let next = self.reader.first_due().unwrap();
            assert_ne!(next, Some(due), "a tick left its own moment at {}", self.now);
        }
        self.now = end;
    }

    /// The first moment is answered now, however late that is.
    pub fn tick_first(&mut self) {
        let due = self.reader.first_due().unwrap().unwrap();
        let key = format!("tick:{}:{}", due.stream, due.at.millis());
        let tick = Command::Tick { stream: due.stream, due: due.at };
        self.submit(&Envelope::new(key, Actor::System, tick));
    }

    /// An incident as it stands.
    pub fn see(&self, code: &IncidentCode) -> Incident {
        self.reader.incident(code).unwrap().unwrap()
    }

    /// What was merged into it.
    pub fn duplicates(&self, code: &IncidentCode) -> Vec<IncidentCode> {
        self.see(code).duplicates.into_iter().map(|merged| merged.code).collect()
    }

    /// Round and level; nothing once the rounds are spent.
    pub fn rung(&self, code: &IncidentCode) -> Option<(u32, u32)> {
        match self.see(code).open().unwrap().position {
            Position::On(rung) => Some((rung.round, rung.level)),
            Position::Exhausted(_) => None,
        }
    }

    /// How long until its next moment.
    pub fn left(&self, code: &IncidentCode) -> Duration {
        self.see(code).next_moment().unwrap().since(self.now)
    }

    /// Pages of an incident that still wait, as (person, channel).
    pub fn waiting(&self, code: &IncidentCode) -> Vec<(String, String)> {
        let queued = |row: &Row| row.state == "queued";
        self.pages(code).into_iter().filter(queued).map(|row| place(&row)).collect()
    }

    /// Everybody a page of the incident was made for, in order.
    pub fn called(&self, code: &IncidentCode) -> Vec<String> {
        self.pages(code).iter().map(|row| place(row).0).collect()
    }

    /// Its pages.
    pub fn pages(&self, code: &IncidentCode) -> Vec<Row> {
        self.reader.pages(code).unwrap()
    }

    /// News of the incident that were made for people, in order.
    pub fn told(&self, code: &IncidentCode) -> Vec<(String, News)> {
        let rows = self.reader.outbox().unwrap().into_iter();
        let of = rows.filter(|row| row.incident.as_ref() == Some(code));
        let news = of.filter_map(|row| match &row.notice.body {
            Body::News { news, .. } => Some((place(&row).0, news.clone())),
            _ => None,
        });
        news.collect()
    }

    /// What kind of call the newest page is, and the newest call to the team's chat.
    pub fn last_calls(&self, code: &IncidentCode) -> (Option<PageKind>, Option<PageKind>) {
        let rows = self.reader.outbox().unwrap().into_iter();
        let of: Vec<Row> = rows.filter(|row| row.incident.as_ref() == Some(code)).collect();
        let kinds = |wanted: Kind| {
            of.iter().rev().filter(move |row| row.kind == wanted).find_map(|row| {
                match &row.notice.body {
                    Body::Page { kind, .. } | Body::TeamCall { kind, .. } => Some(*kind),
                    _ => None,
                }
            })
        };
        (kinds(Kind::Page), kinds(Kind::Call))
    }

    /// The operator changes a person of the directory.
    pub fn change_person(&mut self, name: &str, change: impl FnOnce(&mut Person, &mut Private)) {
        let directory = self.reader.directory().unwrap();
        let id = town::id(name);
        let mut person = directory.people[&id].clone();
        let mut private = directory.private[&id].clone();
        change(&mut person, &mut private);
        let people = DirectoryCommand::People(vec![(person, private)]);
        let receipt = self.ask(Actor::Operator, Command::Directory(people));
        assert!(matches!(receipt, Receipt::Done(_)), "{receipt:?}");
    }

    /// Its events by name, without what was there before `after`.
    pub fn kinds(&self, code: &IncidentCode, after: usize) -> Vec<&'static str> {
        let events = self.reader.events(code).unwrap();
        events.iter().skip(after).map(|recorded| recorded.event.kind()).collect()
    }

    /// Its events.
    pub fn events(&self, code: &IncidentCode) -> Vec<IncidentEvent> {
        self.reader.events(code).unwrap().into_iter().map(|recorded| recorded.event).collect()
    }

    /// Every waiting page to a person goes out and ends like this; says how many there were.
    pub fn pages_end(&mut self, code: &IncidentCode, person: &str, sent: &Sent) -> usize {
        let rows = self.pages(code).into_iter().filter(|row| place(row).0 == person);
        self.end(rows.collect(), sent)
    }

    /// Every waiting call to the team's chat goes out and ends like this.
    pub fn call_ends(&mut self, code: &IncidentCode, sent: &Sent) {
        assert!(self.calls_end(code, sent) > 0);
    }

    /// The same, whether there are any; says how many there were.
    pub fn calls_end(&mut self, code: &IncidentCode, sent: &Sent) -> usize {
        let rows = self.reader.outbox().unwrap().into_iter();
        let calls =
            rows.filter(|row| row.kind == Kind::Call && row.incident.as_ref() == Some(code));
        self.end(calls.collect(), sent)
    }

    /// These rows are given to their channels; says how many.
    pub fn start(&mut self, rows: &[&Row]) -> usize {
        let started = self.store.transaction(self.now, |tx| {
            rows.iter().map(|row| tx.start_sending(row.id)).collect::<Result<Vec<_>, _>>()
        });
        started.unwrap().into_iter().flatten().count()
    }

    /// Rows given to their channels before end like this.
    pub fn ends_on_the_way(&mut self, rows: &[&Row], sent: &Sent) {
        for row in rows {
            let attempt = row.attempt + 1;
            let delivered = Command::Delivered { row: row.id, attempt, sent: sent.clone() };
            let key = format!("outcome:{}:{attempt}", row.id);
            let receipt = self.submit(&Envelope::new(key, Actor::System, delivered));
            assert!(matches!(receipt, Receipt::Done(_)), "{receipt:?}");
        }
    }

    fn end(&mut self, mut rows: Vec<Row>, sent: &Sent) -> usize {
        let (now, settings) = (self.now, self.settings.clone());
        rows.retain(|row| row.state == "queued");
        for row in &rows {
            let outcome = self.store.transaction(now, |tx| {
                let attempt = tx.start_sending(row.id)?.unwrap_or(0);
                let delivered = Command::Delivered { row: row.id, attempt, sent: sent.clone() };
                let key = format!("outcome:{}:{attempt}", row.id);
                handle(tx, &settings, &Envelope::new(key, Actor::System, delivered))
            });
            outcome.unwrap();
        }
        rows.len()
    }
}

/// Blocked for good.
pub const BLOCKED: Sent = Sent::Refused(WhyFailed::Blocked);

fn place(row: &Row) -> (String, String) {
    match &row.to {
        Recipient::Person(person) => (person.to_string(), row.channel.to_string()),
        Recipient::Chat { chat, .. } => (chat.to_string(), row.channel.to_string()),
    }
}
