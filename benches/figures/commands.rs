//! Commands one by one, each on disk before the next, beside bare statements on the same disk in
//! the same run.

use anyhow::{Result, anyhow};
use trucban::clock::Clock;
use trucban::domain::envelope::{Actor, Command, Done, Envelope, Receipt, Report};
use trucban::domain::ids::{IncidentCode, PersonId};
use trucban::domain::incident::act::{Act, Aim};
use trucban::engine::handle::handle;
use trucban::engine::settings::Settings;
use trucban::ledger::{Durability, Store};

use super::ground::{Ground, Times};

/// Rounds; in each a bare statement and one of each command take turns, so that a disk that slows
/// down slows all of them.
const ROUNDS: u32 = 600;

pub fn measure() -> Result<()> {
    let ground = Ground::new(Some("http://127.0.0.1:1"))?;
    let (mut store, settings) = (ground.store(Durability::Full)?, ground.settings()?);
    let bare = rusqlite::Connection::open(ground.path("bare.db"))?;
    bare.pragma_update(None, "journal_mode", "WAL")?;
    bare.pragma_update(None, "synchronous", "FULL")?;
    bare.execute_batch("CREATE TABLE entry (seq INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT")?;
    let body = "x".repeat(400);
    let names = ["report", "acknowledge", "note", "contain", "resolve"];
    let mut statements = Times::default();
    let mut times: Vec<Times> = names.iter().map(|_| Times::default()).collect();
    for round in 0..ROUNDS {
        statements.take(|| {
            let sql = "INSERT INTO entry (body) VALUES (?1)";
            Ok(bare.prepare_cached(sql)?.execute([&body])?)
        })?;
        let mut code = IncidentCode::new("");
        for (at, (name, times)) in names.iter().zip(&mut times).enumerate() {
            let envelope = command(name, &code, format!("bench:{round}:{at}"));
            let done = times.take(|| one(&mut store, &settings, &envelope))?;
            if let Done::Reported(new) = done {
                code = new;
            }
        }
    }
    statements.say("a bare statement");
    let base = statements.median().as_secs_f64();
    println!("  {:<44} {:.0} a second", "", 1.0 / base);
    let mut all = 0.0;
    for (name, times) in names.iter().zip(&times) {
        times.say(name);
        let median = times.median().as_secs_f64();
        all += median / base;
        println!("  {:<44} {:.0} a second, ratio {:.2}", "", 1.0 / median, median / base);
    }
    println!("  mean ratio of the five {:.2}", all / 5.0);
    Ok(())
}

fn command(name: &str, code: &IncidentCode, key: String) -> Envelope {
    let act = |act: Act| Command::Act(Aim::typed(code.clone()), act);
    let command = match name {
        "report" => Command::Report(Report {
            words: Some("Máy chủ cổng thông tin của xã bị mã hóa, đòi tiền chuộc".to_owned()),
        }),
        "acknowledge" => act(Act::Acknowledge),
        "note" => act(Act::Note("Đã rút dây mạng, giữ nguyên hiện trạng".to_owned())),
        "contain" => act(Act::Contain),
        _ => act(Act::Resolve),
    };
    let who = if name == "report" { "p-017" } else { "p-003" };
    Envelope::new(key, Actor::Person(PersonId::new(who)), command)
}

fn one(store: &mut Store, settings: &Settings, envelope: &Envelope) -> Result<Done> {
    match store.transaction(Clock::System.now(), |tx| handle(tx, settings, envelope))? {
        Receipt::Done(done) => Ok(done),
        Receipt::Refused(refusal) => Err(anyhow!("{refusal:?}")),
    }
}
