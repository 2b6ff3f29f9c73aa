//! The real binary: from its start to its first ready answer, and the memory it keeps while idle.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Result, anyhow};
use trucban::clock::Clock;
use trucban::domain::envelope::{Actor, Command, Envelope};
use trucban::domain::ids::{IncidentCode, PersonId};
use trucban::domain::incident::act::{Act, Aim, Closing};
use trucban::domain::values::Severity;
use trucban::ledger::Durability;
use trucban::sandbox::Sandbox;

use super::ground::{BOT, Ground, Service, Times, alert, close, give_all, mono};

const INCIDENTS: u32 = 100_000;
/// One in so many is still open.
const STILL_OPEN: u32 = 100;
const STARTS: u32 = 20;

/// With an empty database.
pub fn empty() -> Result<()> {
    with_telegram(starts)
}

/// With a hundred thousand incidents.
pub fn full() -> Result<()> {
    with_telegram(|ground| {
        fill(ground)?;
        starts(ground)?;
        let service = ready(ground, &mut Times::default(), &mut Times::default())?;
        idle(&service, "idle, 100,000 incidents")
    })
}

/// While nothing happens.
pub fn memory() -> Result<()> {
    with_telegram(|ground| {
        let service = ready(ground, &mut Times::default(), &mut Times::default())?;
        idle(&service, "idle, empty")
    })
}

fn with_telegram(work: impl FnOnce(&Ground) -> Result<()>) -> Result<()> {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let (sandbox, api) = runtime.block_on(async { Sandbox::bind(any, Clock::System, BOT) })?;
    let server = runtime.spawn(api);
    let done = work(&Ground::new(Some(&sandbox.url()))?);
    server.abort();
    done
}

fn starts(ground: &Ground) -> Result<()> {
    let (mut said, mut answered) = (Times::default(), Times::default());
    for _ in 0..STARTS {
        drop(ready(ground, &mut said, &mut answered)?);
    }
    said.say("start to \"đang chạy\"");
    answered.say("start to the first 200 of /readyz");
    Ok(())
}

/// Starts it and waits until it calls itself ready.
fn ready(ground: &Ground, said: &mut Times, answered: &mut Times) -> Result<Service> {
    let began = mono();
    let service = ground.run()?;
    said.add(mono().saturating_sub(began));
    let patience = began.saturating_add(Duration::from_secs(30));
    while !is_ready(ground.port).unwrap_or(false) {
        if mono() > patience {
            return Err(anyhow!("never ready"));
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    answered.add(mono().saturating_sub(began));
    Ok(service)
}

fn is_ready(port: u16) -> Result<bool> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    stream.write_all(b"GET /readyz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer.starts_with("HTTP/1.1 200"))
}

fn idle(service: &Service, what: &str) -> Result<()> {
    std::thread::sleep(Duration::from_secs(10));
    let bytes = service.resident()?;
    println!("  {what:<44} {:.1} MiB resident", bytes as f64 / 1_048_576.0);
    Ok(())
}

/// Opens and closes incidents without waiting for the disk; a few stay open.
fn fill(ground: &Ground) -> Result<()> {
    let began = mono();
    let (mut store, settings) = (ground.store(Durability::Off)?, ground.settings()?);
    let now = Clock::System.now();
    let year = now.year(settings.team.zone);
    for hundred in 0..INCIDENTS / 100 {
        let mut envelopes = Vec::new();
        for number in (hundred * 100 + 1)..=(hundred * 100 + 100) {
            envelopes.push(alert(format!("fill:{number}"), Severity::Low));
            if number % STILL_OPEN != 0 {
                let code = IncidentCode::numbered("SC", year, u64::from(number));
                let closed = Act::Close(Closing::FalseAlarm("quét định kỳ".to_owned()));
                let lead = Actor::Person(PersonId::new("p-005"));
                let command = Command::Act(Aim::typed(code), closed);
                envelopes.push(Envelope::new(format!("close:{number}"), lead, command));
            }
        }
        give_all(&mut store, &settings, now, &envelopes)?;
    }
    let sql = "UPDATE outbox SET state = 'sent', message_id = id WHERE state = 'queued'";
    store.connection().execute_batch(sql)?;
    close(store, &ground.path("trucban.db"))?;
    let size = std::fs::metadata(ground.path("trucban.db"))?.len() / 1_048_576;
    println!("  {INCIDENTS} incidents, {size} MiB, built in {:.1?}", mono().saturating_sub(began));
    Ok(())
}
