//! A province for tests: a real engine on a database in a temporary folder, under a clock that moves
//! only when told, served over real HTTP on loopback.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use chrono_tz::Asia::Ho_Chi_Minh;
use serde_json::Value;
use tempfile::TempDir;
use tokio::sync::watch;
use tokio::task::JoinSet;
use trucban::channels::{Render, Rendered, Surface};
use trucban::clock::{Clock, Simulated, real_sleep, real_timeout};
use trucban::domain::directory::{Person, Private, Setup, Unit};
use trucban::domain::envelope::{Actor, Command, DirectoryCommand, Envelope, Receipt, Report};
use trucban::domain::escalation::policy::{PolicySet, Target};
use trucban::domain::ids::{IncidentCode, PersonId, UnitCode};
use trucban::domain::incident::act::Act;
use trucban::domain::incident::act::Aim;
use trucban::domain::notice::Team;
use trucban::domain::time::Timestamp;
use trucban::domain::values::{ChannelKind, Role};
use trucban::engine::channel::Channel;
use trucban::engine::health::Health;
use trucban::engine::settings::Settings;
use trucban::engine::{Engine, due, outflow};
use trucban::intake::doors::IntakeConfig;
use trucban::ledger::{Durability, Reader, Store};

pub const TOKEN: &str = "correct-horse-battery-staple";
pub const HOTLINE: &str = "0229 123 4567";
pub const START: &str = "2026-11-21T14:00:00+07:00";

/// The person on duty, with a telephone and a mailbox.
pub const DUTY: &str = "p-001";
/// Another member of the team.
pub const BACKUP: &str = "p-002";
/// The captain.
pub const LEAD: &str = "p-003";
/// Takes nothing in charge.
pub const MANAGER: &str = "p-004";

pub struct Province {
    pub dir: TempDir,
    pub engine: Engine,
    pub clock: Simulated,
    pub health: Health,
    pub url: String,
    pub stop: watch::Sender<bool>,
    pub tasks: JoinSet<()>,
    pub client: reqwest::Client,
}

/// What a test may want otherwise.
pub struct Given {
    pub channels: Vec<ChannelKind>,
    pub per_minute: u32,
    /// Has the writer's database before the engine takes it.
    pub prepare: Box<dyn FnOnce(&Store)>,
}

impl Default for Given {
    fn default() -> Self {
        let channels = vec![ChannelKind::Webhook, ChannelKind::Email];
        Self { channels, per_minute: 600, prepare: Box::new(|_| {}) }
    }
}

pub fn policies() -> PolicySet {
    super::policy(&[(&[Target::Duty], 5), (&[Target::Lead], 10)], 0)
}

fn settings(channels: Vec<ChannelKind>) -> Settings {
    let (name, hotline) = ("Team".to_owned(), HOTLINE.to_owned());
    Settings {
        policies: policies(),
        team: Arc::new(Team { name, hotline, zone: Ho_Chi_Minh, bot_name: None }),
        channels,
        public_url: Some("https://trucban.example".to_owned()),
        ..super::settings()
    }
}

impl Province {
    pub async fn new() -> Self {
        Self::given(Given::default()).await
    }

    pub async fn given(given: Given) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let clock = Simulated::new(START.parse().unwrap());
        let store = Store::open(&dir.path().join("trucban.db"), Durability::Off).unwrap();
        (given.prepare)(&store);
        let simulated = Clock::Simulated(clock.clone());
        let (engine, _) = Engine::start(store, settings(given.channels), simulated).unwrap();
        due::wake(&engine).await.unwrap();
        let health = Health::new(engine.clock().clone());
        let mut tasks = JoinSet::new();
        let intakes = [
            IntakeConfig {
                name: "siem".to_owned(),
                token: TOKEN.to_owned(),
                per_minute: given.per_minute,
            },
            IntakeConfig { name: "edr".to_owned(), token: "other-token".to_owned(), per_minute: 1 },
            IntakeConfig { name: "empty".to_owned(), token: String::new(), per_minute: 1 },
        ];
        let router = trucban::intake::endpoint::router(engine.clone(), &intakes)
            .unwrap()
            .merge(trucban::web::router(engine.clone(), health.clone()));
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address: SocketAddr = listener.local_addr().unwrap();
        tasks.spawn(async move { axum::serve(listener, router).await.unwrap() });
        let (stop, _) = watch::channel(false);
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let url = format!("http://{address}");
        let province = Self { dir, engine, clock, health, url, stop, tasks, client };
        province.settle_people().await;
        province
    }

    async fn settle_people(&self) {
        let unit = Unit {
            code: UnitCode::new("xa-001"),
            name: "Xa Mot".to_owned(),
            kind: "xa".to_owned(),
            parent: None,
            active_from: None,
            active_to: None,
            successor: None,
        };
        let person = |id: &str, role: Role| Person {
            id: PersonId::new(id),
            unit: None,
            roles: BTreeSet::from([role]),
            order: Vec::new(),
            active: true,
            hours: None,
        };
        let private = |name: &str, number: u32| Private {
            full_name: name.to_owned(),
            phone: Some(format!("09{number:08}")),
            email: Some(format!("{}@example.vn", name.to_lowercase())),
            ..Private::default()
        };
        let people = vec![
            (person(DUTY, Role::Responder), private("An", 1)),
            (person(BACKUP, Role::Responder), private("Binh", 2)),
            (person(LEAD, Role::Lead), private("Chi", 3)),
            (person(MANAGER, Role::Manager), private("Dung", 4)),
        ];
        self.operator("units", DirectoryCommand::Units(vec![unit])).await;
        self.operator("people", DirectoryCommand::People(people)).await;
    }

    async fn operator(&self, key: &str, command: DirectoryCommand) {
        let command = Command::Directory(command);
        self.submit(Envelope::new(key, Actor::Operator, command)).await;
    }

    /// Takes somebody out of the directory.
    pub async fn leaves(&self, id: &str) {
        let directory = self.engine.reader().directory().unwrap();
        let mut person = directory.people[&PersonId::new(id)].clone();
        let private = directory.private[&person.id].clone();
        person.active = false;
        self.operator("leaves", DirectoryCommand::People(vec![(person, private)])).await;
    }

    pub async fn submit(&self, envelope: Envelope) -> Receipt {
        let receipt = self.engine.submit(envelope).await.unwrap();
        assert!(matches!(receipt, Receipt::Done(_)), "{receipt:?}");
        receipt
    }

    /// The captain reports something.
    pub async fn report(&self, key: &str) -> IncidentCode {
        let report = Command::Report(Report { words: Some("Something".to_owned()) });
        let actor = Actor::Person(PersonId::new(LEAD));
        match self.submit(Envelope::new(key, actor, report)).await {
            Receipt::Done(trucban::domain::envelope::Done::Reported(code)) => code,
            other => panic!("{other:?}"),
        }
    }

    pub async fn act(&self, key: &str, person: &str, code: &IncidentCode, act: Act) -> Receipt {
        let command = Command::Act(Aim::typed(code.clone()), act);
        self.submit(Envelope::new(key, Actor::Person(PersonId::new(person)), command)).await
    }

    /// Starts the pump with these channels.
    pub fn pump(&mut self, channels: Vec<Arc<dyn Channel>>) {
        let (engine, stop) = (self.engine.clone(), self.stop.subscribe());
        self.tasks.spawn(async move { outflow::run(&engine, channels, stop).await.unwrap() });
    }

    /// Starts the due loop.
    pub fn run_moments(&mut self) {
        let (engine, stop) = (self.engine.clone(), self.stop.subscribe());
        self.tasks.spawn(async move { due::run(&engine, stop).await.unwrap() });
    }

    pub async fn post(&self, body: &Value) -> reqwest::Response {
        self.request(body.to_string()).send().await.unwrap()
    }

    pub fn request(&self, body: String) -> reqwest::RequestBuilder {
        let url = format!("{}/intake/v1/events", self.url);
        self.client.post(url).bearer_auth(TOKEN).body(body)
    }

    pub async fn get(&self, path: &str) -> reqwest::Response {
        self.client.get(format!("{}{path}", self.url)).send().await.unwrap()
    }

    pub async fn ready(&self) -> (u16, Value) {
        let response = self.get("/readyz").await;
        (response.status().as_u16(), response.json().await.unwrap())
    }

    pub fn path(&self) -> PathBuf {
        self.dir.path().join("trucban.db")
    }

    /// The ledger as somebody finds it who opens the file anew.
    pub fn reopened(&self) -> Reader {
        Reader::open(&self.path(), Setup::default()).unwrap()
    }

    /// How many envelopes from intakes are stored.
    pub fn stored(&self) -> i64 {
        let sql = "SELECT count(*) FROM envelope WHERE key LIKE 'intake:%'";
        let conn = rusqlite::Connection::open(self.path()).unwrap();
        conn.query_row(sql, [], |row| row.get(0)).unwrap()
    }

    pub fn step(&self, seconds: u64) {
        self.clock.step(Duration::from_secs(seconds));
    }

    pub fn now(&self) -> Timestamp {
        self.clock.read().wall
    }
}

/// Waits, in real time, until something is so.
pub async fn until(what: &str, so: impl Fn() -> bool) {
    let waiting = async {
        while !so() {
            real_sleep(Duration::from_millis(2)).await;
        }
    };
    let waited = real_timeout(Duration::from_secs(20), waiting).await;
    assert!(waited.is_some(), "waited in vain until {what}");
}

/// Stands for the words: what a channel does with them is what is tested.
pub fn render() -> Render {
    Arc::new(|notice, view, surface| Rendered {
        subject: format!("subject {}", notice.body.code().map_or("none", |code| code.as_str())),
        text: match surface {
            Surface::Short => format!("short {}", view.link.as_deref().unwrap_or("no link")),
            Surface::Mail => format!("mail\n{}", view.link.as_deref().unwrap_or("no link")),
        },
    })
}
