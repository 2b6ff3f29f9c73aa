//! Ten thousand open incidents and twenty moments due every second, with the whole program running
//! on the machine's clock: how long after its moment each tick is written.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use anyhow::{Result, ensure};
use trucban::app::App;
use trucban::clock::{Clock, real_sleep};
use trucban::domain::time::Timestamp;
use trucban::domain::values::Severity;
use trucban::ledger::Durability;
use trucban::sandbox::Sandbox;

use super::ground::{BOT, Ground, Times, alert, close, give_all};
use super::intake::people;

const OPEN: u32 = 10_000;
const BETWEEN: Duration = Duration::from_millis(50);
const SPAN: Duration = Duration::from_secs(30);
/// The first wait of every policy of the benches.
const WAIT: Duration = Duration::from_secs(30 * 60);

pub fn measure() -> Result<()> {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let (sandbox, api) = Sandbox::bind(any, Clock::System, BOT)?;
        let mut servers = tokio::task::JoinSet::new();
        servers.spawn(api);
        people(&sandbox);
        let ground = Ground::new(Some(&sandbox.url()))?;
        let first = fill(&ground)?;
        let app = App::start(&ground.config()?, Clock::System, Durability::Full).await?;
        app.ready().await;
        let until = first.plus(SPAN);
        real_sleep(first.since(Clock::System.now())).await;
        let disk = probe(&ground, until).await?;
        app.stop().await?;
        disk.say("beside it: a bare statement on that disk");
        read(&ground, first, until)
    })
}

/// What the disk itself takes meanwhile: a bare statement every so often in a database of its own.
async fn probe(ground: &Ground, until: Timestamp) -> Result<Times> {
    let bare = rusqlite::Connection::open(ground.path("bare.db"))?;
    bare.pragma_update(None, "journal_mode", "WAL")?;
    bare.pragma_update(None, "synchronous", "FULL")?;
    bare.execute_batch("CREATE TABLE entry (seq INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT")?;
    let mut times = Times::default();
    while Clock::System.now() < until {
        times.take(|| Ok(bare.execute("INSERT INTO entry (body) VALUES ('x')", [])?))?;
        real_sleep(BETWEEN).await;
    }
    Ok(times)
}

/// Opens the incidents at such times that their next moments come one after the other from a few
/// seconds ahead; what that queued counts as sent long ago. Returns the first moment.
fn fill(ground: &Ground) -> Result<Timestamp> {
    let (mut store, settings) = (ground.store(Durability::Off)?, ground.settings()?);
    let first = Clock::System.now().plus(Duration::from_secs(40));
    let severities = [Severity::Low, Severity::Medium, Severity::High, Severity::Critical];
    for (number, severity) in (0..OPEN).zip(severities.into_iter().cycle()) {
        let at = first.plus(BETWEEN.saturating_mul(number)).minus(WAIT);
        give_all(&mut store, &settings, at, &[alert(format!("fill:{number}"), severity)])?;
    }
    store.connection().execute_batch("UPDATE outbox SET state = 'sent', message_id = id")?;
    close(store, &ground.path("trucban.db"))?;
    let left = first.since(Clock::System.now());
    ensure!(left > Duration::from_secs(1), "filling took too long");
    Ok(first)
}

/// The key of a tick holds its moment; its entry holds the instant it was decided.
fn read(ground: &Ground, first: Timestamp, until: Timestamp) -> Result<()> {
    let store = ground.store(Durability::Full)?;
    let sql =
        "SELECT envelope, at FROM ledger WHERE envelope LIKE 'tick:%' AND kind = 'rung_reached'";
    let mut statement = store.connection().prepare(sql)?;
    let mut rows = statement.query([])?;
    let mut late = Times::default();
    let mut seen = 0_u32;
    while let Some(row) = rows.next()? {
        let (key, at): (String, i64) = (row.get(0)?, row.get(1)?);
        let due: i64 = key.rsplit(':').next().unwrap_or_default().parse()?;
        if due >= first.millis() && due < until.millis() {
            late.add(Duration::from_millis(u64::try_from(at.saturating_sub(due))?));
            seen = seen.saturating_add(1);
        }
    }
    late.say("late by (to the millisecond, before its commit)");
    let expected = u32::try_from(SPAN.as_millis() / BETWEEN.as_millis())?;
    println!("  {seen} of {expected} moments were written in time to count");
    Ok(())
}
