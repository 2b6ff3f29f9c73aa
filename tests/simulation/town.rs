//! A small province: who there is, how each can be reached, and three ways to escalate.

use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use chrono::{NaiveDate, NaiveTime};
use trucban::domain::alert::Repeats;
use trucban::domain::calendar::Calendar;
use trucban::domain::contacts::Timing;
use trucban::domain::directory::{Person, Private, Unit};
use trucban::domain::envelope::{Actor, Command, DirectoryCommand, Envelope, Receipt};
use trucban::domain::escalation::policy::{Conditional, Level, Policy, PolicySet, Target};
use trucban::domain::ids::{PersonId, UnitCode};
use trucban::domain::notice::Team;
use trucban::domain::roster::Layer;
use trucban::domain::roster::decide::Wish;
use trucban::domain::roster::rotation::{Every, Hours, Plan, Rotation};
use trucban::domain::time::Timestamp;
use trucban::domain::values::{ChannelKind, Role, Severity};
use trucban::engine::handle::handle;
use trucban::engine::settings::Settings;
use trucban::ledger::{Durability, Store};

/// The team's chat.
pub const TEAM: i64 = -1001;

/// The chat it becomes when it is moved.
pub const MOVED: i64 = -1_002_000_000_001;

/// 14:00 on 21/11/2026 in Vietnam.
pub const START: Timestamp = Timestamp::from_millis(1_795_244_400_000);

/// One line of the table below: id, unit, roles, Telegram, telephone, e-mail, active.
pub type Line =
    (&'static str, Option<&'static str>, &'static [Role], Option<i64>, bool, bool, bool);

/// Everybody. `p-03` has no way at all; `p-11` has left.
pub const PEOPLE: [Line; 11] = [
    ("p-01", None, &[Role::Responder], Some(101), true, false, true),
    ("p-02", None, &[Role::Responder], Some(102), false, true, true),
    ("p-03", None, &[Role::Responder], None, false, false, true),
    ("p-04", None, &[Role::Lead], Some(104), true, false, true),
    ("p-05", None, &[Role::Lead, Role::Responder], None, false, true, true),
    ("p-06", None, &[Role::Manager], Some(106), true, true, true),
    ("p-07", Some("xa-001"), &[Role::Reporter], Some(107), false, false, true),
    ("p-08", Some("xa-002"), &[Role::Reporter], None, true, false, true),
    ("p-09", None, &[Role::Admin], Some(109), false, false, true),
    ("p-10", Some("xa-001"), &[Role::Responder, Role::Reporter], Some(110), true, true, true),
    ("p-11", None, &[Role::Responder], Some(111), false, false, false),
];

/// A person's id.
pub fn id(name: &str) -> PersonId {
    PersonId::new(name)
}

/// A person as an actor.
pub fn by(name: &str) -> Actor {
    Actor::Person(id(name))
}

/// Minutes.
pub const fn minutes(count: u64) -> Duration {
    Duration::from_secs(count * 60)
}

/// A level.
pub fn level(notify: &[Target], wait: Duration) -> Level {
    Level { notify: notify.to_vec(), wait, when: None }
}

/// The contract's own example; a ladder of one rung; one with the team's chat, one person by name,
/// and a rung on which nobody can be reached.
pub fn policies(which: usize) -> PolicySet {
    let named = |name: &str| Target::Person(id(name));
    let urgent = Policy::new(
        vec![
            level(&[Target::Duty], minutes(5)),
            level(&[Target::Backup, Target::Lead], minutes(10)),
            level(&[Target::Managers], minutes(15)),
        ],
        2,
        minutes(120),
    );
    let calm = Policy::new(
        vec![level(&[Target::Duty], minutes(30)), level(&[Target::Lead], minutes(120))],
        1,
        minutes(24 * 60),
    );
    let single = Policy::new(vec![level(&[Target::Duty], minutes(10))], 0, minutes(60));
    let odd = Policy::new(
        vec![
            level(&[Target::Team, Target::Duty], minutes(5)),
            level(&[named("p-03")], minutes(5)),
            level(&[Target::Role(Role::Responder), named("p-06")], minutes(15)),
            level(&[named("p-03"), named("p-11")], minutes(10)),
        ],
        1,
        minutes(90),
    );
    let (first, fallback) = match which {
        0 => (urgent, calm),
        1 => (calm, single),
        _ => (odd, urgent),
    };
    let severities = [Severity::High, Severity::Critical].into();
    PolicySet {
        conditional: vec![Conditional { severities, when: None, policy: first.unwrap() }],
        fallback: fallback.unwrap(),
        exhausted_every: minutes(30),
        lease_grace: minutes(15),
    }
}

/// Settings of the province under one of its [`policies`].
pub fn settings(which: usize) -> Settings {
    Settings {
        policies: policies(which),
        library: super::plays::library(),
        team: Arc::new(Team {
            name: "Team".to_owned(),
            hotline: "1900".to_owned(),
            zone: chrono_tz::Asia::Ho_Chi_Minh,
            bot_name: Some("bot".to_owned()),
        }),
        team_chat: Some(TEAM),
        channels: vec![ChannelKind::Telegram, ChannelKind::Webhook, ChannelKind::Email],
        // The model knows incidents only; the yearly question has scenarios of its own.
        contacts: Timing { on: None, ..Timing::default() },
        public_url: Some("https://trucban.example".to_owned()),
        // The model knows keys only; looks and sources that come and go have scenarios of their own.
        repeats: Arc::new(["siem", "edr"].map(|name| (name.to_owned(), by_key_only())).into()),
        ..crate::harness::settings()
    }
}

/// The same where the watch changes hands by the province's own clock, and in one of three a lead has
/// to agree to swaps.
pub fn on_duty(which: usize) -> Settings {
    let zone = chrono_tz::Asia::Ho_Chi_Minh;
    let calendar = Arc::new(Calendar { zone, ..Calendar::default() });
    Settings { calendar, swaps_need_a_lead: which == 1, ..settings(which) }
}

fn by_key_only() -> Repeats {
    let fold_window = std::time::Duration::ZERO;
    Repeats { fold_window, flap_count: u32::MAX, ..Repeats::default() }
}

/// One line of the people's file.
pub fn person(line: &Line) -> (Person, Private) {
    let (name, unit, roles, telegram_id, phone, email, active) = *line;
    let order = if name == "p-10" { vec![ChannelKind::Webhook] } else { Vec::new() };
    let person = Person {
        id: id(name),
        unit: unit.map(UnitCode::new),
        roles: roles.iter().copied().collect(),
        order,
        active,
        hours: None,
    };
    let private = Private {
        full_name: name.to_owned(),
        telegram_id,
        phone: phone.then(|| format!("09{name}")),
        email: email.then(|| format!("{name}@example.vn")),
        ..Private::default()
    };
    (person, private)
}

/// The people's file.
pub fn people() -> Vec<(Person, Private)> {
    PEOPLE.iter().map(person).collect()
}

/// One of three plans, from an instant on: turns of a day or two, a chair for two at once, somebody
/// whom nothing reaches.
pub fn plan(from: Timestamp, which: usize) -> Plan {
    let day = NaiveDate::from_ymd_opt(2026, 11, 18).unwrap();
    let rotation = |days, turns: &[&[&str]]| {
        let turns = turns.iter().map(|turn| turn.iter().map(|name| id(name)).collect()).collect();
        let at = NaiveTime::from_hms_opt(7, 30, 0).unwrap();
        let every = Every::Days(days);
        vec![Rotation { from: day, until: None, every, at, hours: Hours::Always, turns }]
    };
    let (duty, backup) = match which {
        0 => (
            rotation(1, &[&["p-01"], &["p-02", "p-10"], &["p-05"]]),
            rotation(2, &[&["p-10"], &["p-04"], &["p-01"]]),
        ),
        1 => {
            (rotation(1, &[&["p-10"], &["p-01"], &["p-03"]]), rotation(1, &[&["p-02"], &["p-05"]]))
        }
        _ => (rotation(2, &[&["p-02", "p-01"], &["p-04"]]), rotation(1, &[&["p-01"], &["p-10"]])),
    };
    Plan { from, layers: [(Layer::Duty, duty), (Layer::Backup, backup)].into() }
}

fn units() -> Vec<Unit> {
    let one = |code: &str| Unit {
        code: UnitCode::new(code),
        name: code.to_owned(),
        kind: "xa".to_owned(),
        parent: None,
        active_from: None,
        active_to: None,
        successor: None,
    };
    ["xa-001", "xa-002"].map(one).to_vec()
}

/// Opens the store at `path` as the program does at start.
pub fn open(path: &Path, settings: &Settings) -> Store {
    let mut store = Store::open(path, Durability::Off).unwrap();
    store.set_up(settings.setup());
    store
}

/// The instant at which the first roster began.
pub const ROSTERED: Timestamp = Timestamp::from_millis(START.millis() - 36 * 3_600_000);

/// The roster there is at first.
pub fn first_roster() -> Wish {
    Wish::Plan(plan(ROSTERED, 0).into())
}

/// Gives a new store what the province begins with.
fn settle(store: &mut Store, settings: &Settings, at: Timestamp, commands: &[(&str, Command)]) {
    for (key, command) in commands {
        let envelope = Envelope::new(*key, Actor::Operator, command.clone());
        let receipt = store.transaction(at, |tx| handle(tx, settings, &envelope)).unwrap();
        assert!(matches!(receipt, Receipt::Done(_)), "{receipt:?}");
    }
}

fn file(settings: &Settings, at: Timestamp, roster: Option<Wish>) -> Vec<u8> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("trucban.db");
    let mut commands = vec![
        ("units", Command::Directory(DirectoryCommand::Units(units()))),
        ("people", Command::Directory(DirectoryCommand::People(people()))),
    ];
    commands.extend(roster.map(|wish| ("roster", Command::Roster(wish))));
    settle(&mut open(&path, settings), settings, at, &commands);
    std::fs::read(&path).unwrap()
}

/// The file of a settled province without a roster, made once.
pub fn settled() -> &'static [u8] {
    static FILE: OnceLock<Vec<u8>> = OnceLock::new();
    FILE.get_or_init(|| file(&settings(0), START, None))
}

/// The same with its [`first_roster`], which nobody has looked at yet.
pub fn rostered() -> &'static [u8] {
    static FILE: OnceLock<Vec<u8>> = OnceLock::new();
    FILE.get_or_init(|| file(&on_duty(0), ROSTERED, Some(first_roster())))
}
