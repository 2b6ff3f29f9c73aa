//! What every measurement stands on: a folder, people, alerts, the real binary, and numbers.

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command as Run, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow, ensure};
use trucban::app;
use trucban::clock::Clock;
use trucban::config::{self, Config};
use trucban::domain::alert::Alert;
use trucban::domain::directory::{Person, Private, Unit};
use trucban::domain::envelope::{Actor, Command, DirectoryCommand, Envelope, Receipt};
use trucban::domain::ids::{PersonId, UnitCode};
use trucban::domain::time::Timestamp;
use trucban::domain::values::{Role, Severity};
use trucban::engine::handle::handle;
use trucban::engine::settings::Settings;
use trucban::ledger::{Durability, Store};

pub const BOT: &str = "7000000001:SANDBOX-TOKEN-OF-THE-BENCHES-ONLY-0000";
pub const TOKEN: &str = "token-of-the-benches-0001";
pub const TEAM_CHAT: i64 = -1_009_000_000_001;

/// The people: id, role, account.
pub const PEOPLE: [(&str, Role, i64); 7] = [
    ("p-001", Role::Responder, 1001),
    ("p-002", Role::Responder, 1002),
    ("p-003", Role::Responder, 1003),
    ("p-004", Role::Responder, 1004),
    ("p-005", Role::Lead, 1005),
    ("p-006", Role::Manager, 1006),
    ("p-017", Role::Reporter, 1017),
];

/// Seconds since boot, to the nanosecond.
pub fn mono() -> Duration {
    Clock::System.read().mono
}

/// Times taken.
#[derive(Default)]
pub struct Times(Vec<Duration>);

impl Times {
    pub fn add(&mut self, time: Duration) {
        self.0.push(time);
    }

    /// Takes the time of `work`.
    pub fn take<R>(&mut self, work: impl FnOnce() -> Result<R>) -> Result<R> {
        let began = mono();
        let done = work()?;
        self.add(mono().saturating_sub(began));
        Ok(done)
    }

    /// The value that `share` of a thousand do not exceed.
    pub fn rank(&self, share: usize) -> Duration {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        let at = sorted.len().saturating_mul(share).div_ceil(1000).saturating_sub(1);
        sorted.get(at).copied().unwrap_or_default()
    }

    pub fn median(&self) -> Duration {
        self.rank(500)
    }

    pub fn say(&self, what: &str) {
        let (median, p99) = (self.median(), self.rank(990));
        println!("  {what:<44} median {median:>10.2?}   p99 {p99:>10.2?}   n {}", self.0.len());
    }
}

/// A folder with a configuration and a database in it.
pub struct Ground {
    dir: tempfile::TempDir,
    pub port: u16,
}

impl Ground {
    /// With Telegram at `api`, or without Telegram.
    pub fn new(api: Option<&str>) -> Result<Self> {
        let dir = tempfile::tempdir()?;
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        std::fs::write(dir.path().join("trucban.toml"), config_text(api, port))?;
        let ground = Self { dir, port };
        ground.settle()?;
        Ok(ground)
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub fn config(&self) -> Result<Config> {
        let path = self.path("trucban.toml");
        config::load(&path, &|_| None).map_err(|problems| anyhow!("{problems:?}"))
    }

    pub fn settings(&self) -> Result<Settings> {
        Ok(app::settings(&self.config()?))
    }

    pub fn store(&self, durability: Durability) -> Result<Store> {
        let mut store = Store::open(&self.path("trucban.db"), durability)?;
        store.set_up(self.settings()?.setup());
        Ok(store)
    }

    /// Fills the directory.
    fn settle(&self) -> Result<()> {
        let (mut store, settings) = (self.store(Durability::Off)?, self.settings()?);
        let (units, people) = directory();
        for (key, command) in
            [("u", DirectoryCommand::Units(units)), ("p", DirectoryCommand::People(people))]
        {
            let envelope = Envelope::new(key, Actor::Operator, Command::Directory(command));
            give(&mut store, &settings, Clock::System.now(), &envelope)?;
        }
        Ok(())
    }

    /// Starts the real binary and waits until it says that it runs.
    pub fn run(&self) -> Result<Service> {
        let mut command = Run::new(env!("CARGO_BIN_EXE_trucban"));
        command.arg("run").env("TRUCBAN_CONFIG", self.path("trucban.toml"));
        command.env_remove("TELOXIDE_API_URL").env_remove("TELOXIDE_PROXY");
        command.env("TRUCBAN_LOG", "error").stdin(Stdio::null()).stdout(Stdio::piped());
        let mut child = command.spawn()?;
        let out = child.stdout.take().context("no pipe")?;
        let mut service = Service(child);
        let mut line = String::new();
        BufReader::new(out).read_line(&mut line)?;
        ensure!(!line.is_empty(), "the service ended: {:?}", service.0.wait());
        Ok(service)
    }
}

/// A running service; dropped, it is killed.
pub struct Service(Child);

impl Service {
    /// Resident memory in bytes, as the kernel counts it.
    pub fn resident(&self) -> Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.0.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib: u64 = line.context("VmRSS")?.trim().trim_end_matches(" kB").parse()?;
        Ok(kib.saturating_mul(1024))
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Has one envelope carried out in a transaction of its own.
pub fn give(
    store: &mut Store,
    settings: &Settings,
    now: Timestamp,
    envelope: &Envelope,
) -> Result<()> {
    match store.transaction(now, |tx| handle(tx, settings, envelope))? {
        Receipt::Done(_) => Ok(()),
        Receipt::Refused(refusal) => Err(anyhow!("{refusal:?}")),
    }
}

/// Several envelopes in one transaction, to build a large database quickly.
pub fn give_all(
    store: &mut Store,
    settings: &Settings,
    now: Timestamp,
    envelopes: &[Envelope],
) -> Result<()> {
    Ok(store.transaction(now, |tx| {
        for envelope in envelopes {
            handle(tx, settings, envelope)?;
        }
        Ok(())
    })?)
}

/// An alert that opens an incident.
pub fn alert(key: String, severity: Severity) -> Envelope {
    let alert = Alert {
        title: "Phát hiện kết nối tới máy chủ điều khiển mã độc từ máy trạm".to_owned(),
        description: Some("src=10.0.0.5 dst=203.0.113.9 rule=5710 count=14".to_owned()),
        severity,
        category: None,
        unit: None,
        dedup_key: None,
        detected_at: None,
        resolved: false,
        remarks: Vec::new(),
    };
    let actor = Actor::Intake("siem".to_owned());
    Envelope::new(key, actor, Command::Alerts(vec![alert]))
}

fn directory() -> (Vec<Unit>, Vec<(Person, Private)>) {
    let code = UnitCode::new("so");
    let unit = Unit {
        code: code.clone(),
        name: "Sở Mẫu".to_owned(),
        kind: "so".to_owned(),
        parent: None,
        active_from: None,
        active_to: None,
        successor: None,
    };
    let person = |(id, role, account): (&str, Role, i64)| {
        let id = PersonId::new(id);
        let private = Private {
            full_name: format!("Người {account}"),
            telegram_id: Some(account),
            ..Private::default()
        };
        let unit = Some(code.clone());
        (
            Person { id, unit, roles: [role].into(), order: Vec::new(), active: true, hours: None },
            private,
        )
    };
    let people = PEOPLE.into_iter().map(person).collect();
    (vec![unit], people)
}

/// Each severity pages another person first, so that no private chat becomes the limit.
fn config_text(api: Option<&str>, port: u16) -> String {
    let telegram = api.map_or_else(String::new, |api| {
        format!("[telegram]\ntoken = \"{BOT}\"\napi_url = \"{api}\"\nteam_chat = {TEAM_CHAT}\n")
    });
    let policy = |severities: &str, first: &str| {
        format!(
            "[[escalation.policy]]\n{severities}\nrepeat = 2\nlease = \"2h\"\n\
             [[escalation.policy.level]]\nnotify = [\"person:{first}\"]\nwait = \"30m\"\n\
             [[escalation.policy.level]]\nnotify = [\"backup\", \"lead\"]\nwait = \"30m\"\n\
             [[escalation.policy.level]]\nnotify = [\"managers\"]\nwait = \"30m\"\n"
        )
    };
    format!(
        "[team]\nname = \"Đội\"\nprovince = \"Mẫu\"\nhotline = \"số trực\"\n\
         [store]\npath = \"trucban.db\"\n{telegram}\
         [http]\nlisten = \"127.0.0.1:{port}\"\n\
         [[intake]]\nname = \"siem\"\ntoken = \"{TOKEN}\"\nper_minute = 100000\n\
         [escalation]\n{}{}{}{}",
        policy("severities = [\"critical\"]", "p-001"),
        policy("severities = [\"high\"]", "p-002"),
        policy("severities = [\"medium\"]", "p-003"),
        policy("", "p-004"),
    )
}

/// Where the database of `path` may be copied from, quickly: all of it in one file.
pub fn close(store: Store, path: &Path) -> Result<()> {
    store.connection().pragma_update(None, "wal_checkpoint", "TRUNCATE")?;
    drop(store);
    ensure!(path.exists(), "the database is gone");
    Ok(())
}
