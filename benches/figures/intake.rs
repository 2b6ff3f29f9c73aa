//! Alerts over HTTP from sixteen connections, each incident on disk before its 202. The real binary
//! is asked; the connections share its machine.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow, ensure};
use trucban::clock::Clock;
use trucban::sandbox::{Limits, Sandbox};

use super::ground::{BOT, Ground, PEOPLE, TEAM_CHAT, TOKEN, Times, mono};

const CONNECTIONS: usize = 16;
const SPAN: Duration = Duration::from_secs(6);

pub fn measure() -> Result<()> {
    println!("  without Telegram");
    load(&Ground::new(None)?)?;
    println!("  with Telegram, so that cards and pages leave meanwhile");
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let (sandbox, api) = runtime.block_on(async { Sandbox::bind(any, Clock::System, BOT) })?;
    let server = runtime.spawn(api);
    people(&sandbox);
    load(&Ground::new(Some(&sandbox.url()))?)?;
    server.abort();
    Ok(())
}

/// Everybody has started the bot; the sandbox limits nothing, the bot still keeps its own pace.
pub fn people(sandbox: &Sandbox) {
    let accounts: Vec<i64> = PEOPLE.iter().map(|(_, _, account)| *account).collect();
    for account in &accounts {
        sandbox.add_user(*account, "Người");
        sandbox.press_start(*account);
    }
    sandbox.add_group(TEAM_CHAT, "Đội", &accounts);
    sandbox.set_limits(Limits::off());
}

fn load(ground: &Ground) -> Result<()> {
    let _service = ground.run()?;
    let (port, until) = (ground.port, mono().saturating_add(SPAN));
    let threads: Vec<_> =
        (0..CONNECTIONS).map(|_| std::thread::spawn(move || send(port, until))).collect();
    let mut all = Times::default();
    let mut count = 0_u32;
    for thread in threads {
        for time in thread.join().map_err(|_| anyhow!("a connection panicked"))?? {
            count = count.saturating_add(1);
            all.add(time);
        }
    }
    all.say("one alert, from its first byte to its 202");
    println!("  {:<44} {:.0} a second", "", f64::from(count) / SPAN.as_secs_f64());
    let entries = ground.store(trucban::ledger::Durability::Full)?.reader()?;
    let there = entries.incidents(false, true)?.len();
    ensure!(there >= usize::try_from(count)?, "{there} of {count} are there");
    Ok(())
}

/// One connection that sends alert after alert.
fn send(port: u16, until: Duration) -> Result<Vec<Duration>> {
    let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut stream = stream;
    let body =
        "{\"title\":\"Dò mật khẩu SSH từ 203.0.113.9\",\"severity\":\"low\",\"source\":\"siem\"}";
    let request = format!(
        "POST /intake/v1/events HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {TOKEN}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut times = Vec::new();
    while mono() < until {
        let began = mono();
        stream.write_all(request.as_bytes())?;
        answer(&mut reader)?;
        times.push(mono().saturating_sub(began));
    }
    Ok(times)
}

fn answer(reader: &mut BufReader<TcpStream>) -> Result<()> {
    let mut line = String::new();
    reader.read_line(&mut line)?;
    ensure!(line.starts_with("HTTP/1.1 202"), "{line}");
    let mut length = 0_usize;
    loop {
        line.clear();
        reader.read_line(&mut line)?;
        if line.trim().is_empty() {
            break;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().context("length")?;
        }
    }
    let mut body = vec![0_u8; length];
    Ok(reader.read_exact(&mut body)?)
}
