//! Playbooks: all that are built in, read and looked at as a whole; one of 10,000 steps, read and
//! played; a step done through the whole service.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Result, anyhow, bail, ensure};
use trucban::clock::Clock;
use trucban::config::playbooks::{BUILT_IN, Shelf, parse};
use trucban::domain::directory::Directory;
use trucban::domain::envelope::{Actor, Command, Done, Envelope, Receipt, Report};
use trucban::domain::ids::PersonId;
use trucban::domain::incident::act::{Act, Aim};
use trucban::domain::playbook::run::PlayAct;
use trucban::domain::playbook::simulate::{Script, play, sample};
use trucban::domain::playbook::{Library, lint};
use trucban::domain::time::Timestamp;
use trucban::engine::Engine;
use trucban::ledger::Durability;

use super::ground::{Ground, Times};

const TIMES: u32 = 100;

/// Reading those built in, and their own tests.
pub fn built_in() -> Result<()> {
    let (mut loads, mut tests) = (Times::default(), Times::default());
    for number in 0..TIMES {
        let (shelf, library) = loads.take(|| {
            let shelf = Shelf::of(None);
            let library = shelf.library();
            let found = shelf.lint(&library);
            ensure!(shelf.problems.is_empty() && found.is_empty(), "{found:?}");
            Ok((shelf, library))
        })?;
        ensure!(library.all.len() == BUILT_IN.len());
        if number % 10 == 0 {
            let wrong = tests.take(|| Ok(shelf.check(&library)))?;
            ensure!(wrong.is_empty(), "{wrong:?}");
        }
    }
    loads.say("all built in: read and checked");
    tests.say("all built in: checked, their tests played");
    Ok(())
}

/// Ten thousand steps, and a fifth of them: a fifth of the time.
pub fn long() -> Result<()> {
    for steps in [2_000, 10_000] {
        let (mut reads, mut plays) = (Times::default(), Times::default());
        let text = text(steps, "team");
        for _ in 0..5 {
            let read = reads.take(|| {
                let read = parse(&text, Path::new("thu.toml"));
                let read = read.map_err(|problems| anyhow!("{problems:?}"))?;
                let id = read.playbook.id.clone();
                let library = Library { all: [(id, read.playbook.clone().into())].into() };
                ensure!(lint::lint(&read.playbook, &library).is_empty());
                Ok((read.playbook.id, library))
            })?;
            let bundle = read.1.bundle(&read.0).ok_or_else(|| anyhow!("no bundle"))?;
            let (incident, nobody) = (sample(Timestamp::default(), None), Directory::default());
            let (given, script) = (BTreeMap::new(), Script::default());
            let played = plays.take(|| Ok(play(&bundle, &incident, &nobody, &given, &script)))?;
            ensure!(played.ended && played.entries.len() == steps * 2);
        }
        reads.say(&format!("{steps} steps: read and checked"));
        plays.say(&format!("{steps} steps: run from first to last"));
    }
    Ok(())
}

/// A step done by a person, through the whole service, beside what only its commit costs on the same disk.
pub fn transition() -> Result<()> {
    let ground = Ground::new(Some("http://127.0.0.1:1"))?;
    let read = parse(&text(2_000, "holder"), Path::new("thu.toml"));
    let read = read.map_err(|problems| anyhow!("{problems:?}"))?.playbook;
    let id = read.id.clone();
    let mut settings = ground.settings()?;
    settings.library = Arc::new(Library { all: [(id.clone(), read.into())].into() });
    let store = ground.store(Durability::Full)?;
    let bare = rusqlite::Connection::open(ground.path("bare.db"))?;
    bare.pragma_update(None, "journal_mode", "WAL")?;
    bare.pragma_update(None, "synchronous", "FULL")?;
    bare.execute_batch("CREATE TABLE entry (seq INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT")?;
    let body = "x".repeat(BODY);
    let (engine, _ended) = Engine::start(store, settings, Clock::System)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let words = Some("Máy chủ bị mã hóa, đòi tiền chuộc".to_owned());
    let reported =
        runtime.block_on(gives(&engine, "p-017", 0, Command::Report(Report { words })))?;
    let Done::Reported(code) = reported else { bail!("{reported:?}") };
    let aim = Aim::typed(code);
    let takes = Command::Act(aim.clone(), Act::Acknowledge);
    runtime.block_on(gives(&engine, HOLDER, 1, takes))?;
    let begins = Command::Play(aim.clone(), Box::new(PlayAct::Start(id)));
    runtime.block_on(gives(&engine, HOLDER, 2, begins))?;
    let (mut commits, mut steps) = (Times::default(), Times::default());
    for step in 1..=STEPS {
        commits.take(|| {
            let sql = "INSERT INTO entry (body) VALUES (?1)";
            Ok(bare.prepare_cached(sql)?.execute([&body])?)
        })?;
        let done = Command::Play(aim.clone(), Box::new(PlayAct::Done(step)));
        steps.take(|| runtime.block_on(gives(&engine, HOLDER, step.saturating_add(2), done)))?;
    }
    commits.say("a bare statement");
    steps.say("a step done, the next one asked for");
    let beside = steps.median().saturating_sub(commits.median());
    println!("  {:<44} {beside:.2?}", "beside its commit");
    Ok(())
}

/// Whoever has the incident.
const HOLDER: &str = "p-003";

/// How many steps are done.
const STEPS: u32 = 600;

/// Bytes in a row of a bare statement, as in `commands`.
const BODY: usize = 400;

async fn gives(engine: &Engine, who: &str, number: u32, command: Command) -> Result<Done> {
    let actor = Actor::Person(PersonId::new(who));
    let envelope = Envelope::new(format!("bench:{number}"), actor, command);
    match engine.submit(envelope).await? {
        Receipt::Done(done) => Ok(done),
        Receipt::Refused(refusal) => Err(anyhow!("{refusal:?}")),
    }
}

fn text(steps: usize, who: &str) -> String {
    let mut text = "id = \"thu\"\nversion = 1\ntitle = \"x\"\nsummary = \"x\"\n".to_owned();
    for number in 0..steps {
        let _ = write!(text, "[[step]]\nid=\"s{number}\"\ntitle=\"Làm việc này\"\nwho=\"{who}\"\n");
    }
    text
}
