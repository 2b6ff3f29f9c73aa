//! The sandbox province: units, people named by their role, and a configuration, as data.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;

use anyhow::anyhow;

use crate::config::rows::{parse_people, parse_units};
use crate::config::{self, Config};
use crate::domain::directory::Directory;
use crate::domain::envelope::{Actor, Command, DirectoryCommand, Envelope, Receipt};
use crate::domain::ids::PersonId;
use crate::domain::roster::decide::Wish;
use crate::domain::time::Timestamp;
use crate::engine::Engine;

const CONFIG: &str = include_str!("trucban.toml");
const UNITS: &str = include_str!("units.csv");
const PEOPLE: &str = include_str!("people.csv");
const ROSTER: &str = include_str!("roster.toml");

/// The team's chat in the sandbox.
pub const TEAM_CHAT: i64 = -1_009_000_000_001;

/// The bot's token in the sandbox: a form that Telegram would take, and nothing more.
pub const TOKEN: &str = "7000000001:SANDBOX-TOKEN-OF-THE-LOOPBACK-BOT-ONLY";

/// The configuration, with the database in `dir` and everything outside on loopback.
pub fn configuration(dir: &Path, bot_api: &str, sms: SocketAddr) -> anyhow::Result<Config> {
    let path = dir.join("trucban.toml");
    let mut config = config::parse(CONFIG, &path, &|_| None)
        .map_err(|problems| anyhow!("the sandbox's configuration: {problems:?}"))?;
    if let Some(telegram) = &mut config.telegram {
        bot_api.clone_into(&mut telegram.api_url);
    }
    if let Some(webhook) = &mut config.channels.webhook {
        webhook.url = format!("http://{sms}/sms");
    }
    if let Some(http) = &mut config.http {
        // Links in pages name the port, so it must be known before it is listened on.
        http.listen = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?;
        http.public_url = Some(format!("http://{}", http.listen));
    }
    Ok(config)
}

/// Fills the directory, once.
pub async fn settle(engine: &Engine) -> anyhow::Result<()> {
    let directory = engine.reader().directory()?;
    let kinds =
        config::kinds::built_in().map_err(|problems| anyhow!("kinds of units: {problems:?}"))?;
    let units = parse_units(UNITS.as_bytes(), &directory, &kinds)
        .map_err(|problems| anyhow!("units: {problems:?}"))?;
    submit(engine, "units", DirectoryCommand::Units(units.rows)).await?;
    let directory: Directory = engine.reader().directory()?;
    let people = parse_people(PEOPLE.as_bytes(), &directory)
        .map_err(|problems| anyhow!("people: {problems:?}"))?;
    submit(engine, "people", DirectoryCommand::People(people.rows)).await
}

/// The officer who is on duty while the sandbox's story begins.
const OFFICER: &str = "p-001";

/// Has the roster hold from `now` on, once.
pub async fn roster(engine: &Engine, now: Timestamp) -> anyhow::Result<()> {
    let directory = engine.reader().directory()?;
    let plan = config::roster::parse(ROSTER, Path::new("roster.toml"), &directory, now)
        .map_err(|problems| anyhow!("the sandbox's roster: {problems:?}"))?;
    send(engine, "roster", Actor::Operator, Command::Roster(Wish::Plan(plan))).await
}

/// The officer on duty takes the watch, once.
pub async fn take_watch(engine: &Engine) -> anyhow::Result<()> {
    let officer = Actor::Person(PersonId::new(OFFICER));
    send(engine, "watch", officer, Command::Roster(Wish::TakeWatch)).await
}

async fn submit(engine: &Engine, what: &str, command: DirectoryCommand) -> anyhow::Result<()> {
    send(engine, what, Actor::Operator, Command::Directory(command)).await
}

async fn send(engine: &Engine, what: &str, actor: Actor, command: Command) -> anyhow::Result<()> {
    let key = format!("sandbox:{what}");
    let envelope = Envelope::new(key, actor, command);
    match engine.submit(envelope).await? {
        Receipt::Done(_) => Ok(()),
        Receipt::Refused(refusal) => Err(anyhow!("{what}: {refusal:?}")),
    }
}
