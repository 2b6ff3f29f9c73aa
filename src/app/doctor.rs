//! An examination of the whole installation, from outside the service and beside it: nothing is
//! written, and nothing is said to anybody.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::access;
use crate::channels::{email, telegram, webhook};
use crate::clock::{Clock, real_timeout};
use crate::config::Config;
use crate::domain::checkup::{Finding, Unwell};
use crate::domain::directory::Setup;
use crate::domain::time::Timestamp;
use crate::domain::values::ChannelKind;
use crate::engine::health::{clock_was_set, disk};
use crate::ledger::backup::{beside, evidence_beside, newest_schema};
use crate::ledger::chain::hex;
use crate::ledger::lock::ProcessLock;
use crate::ledger::{Reader, StorageError};

/// A sign of life that lies further ahead than this was given by a clock that is not this one.
const CLOCK_BACK: Duration = Duration::from_secs(60);

/// How long the service itself may take to answer.
const TAKES: Duration = Duration::from_secs(10);

/// Looks at everything.
pub async fn examine(file: &Path, config: &Config, clock: &Clock) -> Vec<Finding> {
    let holder = ProcessLock::holder(&config.store.path).ok().flatten();
    let mut found = stored(config, clock);
    found.push(Finding::Lock(holder.clone()));
    if let (Some(_), Some(http)) = (&holder, &config.http) {
        found.push(Finding::Ready(ready(http.listen).await));
    }
    let open = exposed(file, config);
    if open.is_empty() {
        found.push(Finding::Private);
    }
    found.extend(open);
    let folder = config.store.path.parent().filter(|folder| !folder.as_os_str().is_empty());
    if let Some(disk) = disk(folder.unwrap_or(Path::new("."))) {
        let (free, total, enough) = (disk.free, disk.total, disk.enough());
        found.push(Finding::Disk { free, total, enough });
    }
    found.extend(reached(config, clock).await);
    found
}

/// The ways to people.
async fn reached(config: &Config, clock: &Clock) -> Vec<Finding> {
    let mut found = Vec::new();
    match (&config.telegram, access(config)) {
        (Some(telegram), Some(access)) => {
            let (team, admin) = (telegram.team_chat, telegram.admin_chat);
            let looked = telegram::probe::probe(&access, team, admin, clock).await;
            let wrong = |_| vec![Finding::Bot(Err(Unwell::Configured))];
            found.extend(looked.unwrap_or_else(wrong));
        }
        _ => found.push(Finding::NoTelegram),
    }
    if let Some(webhook) = &config.channels.webhook {
        let token = webhook.token.as_ref().map(|token| token.expose().as_str());
        let answer = webhook::probe(&webhook.url, token).await;
        found.push(Finding::Channel(ChannelKind::Webhook, answer));
    }
    if let Some(email) = &config.channels.email {
        let answer = email::probe(email.smtp.expose()).await;
        found.push(Finding::Channel(ChannelKind::Email, answer));
    }
    found
}

/// The database, read only: an examination migrates nothing.
fn stored(config: &Config, clock: &Clock) -> Vec<Finding> {
    let path = &config.store.path;
    if !path.exists() {
        return vec![Finding::NoDatabase(path.clone())];
    }
    let read = || -> Result<Vec<Finding>, StorageError> {
        let reader = Reader::open(path, Setup::default())?;
        if !reader.integrity()? {
            return Ok(vec![Finding::Database(Err("quick_check".to_owned()))]);
        }
        let (has, knows) = (reader.schema()?, newest_schema());
        let mut found = vec![Finding::Database(Ok(())), Finding::Schema { has, knows }];
        let chain = reader.verify()?;
        let head = hex(&chain.head.hash);
        found.push(Finding::Ledger(match chain.broken {
            None => Ok((chain.entries, head)),
            Some(broken) => Err(broken.seq()),
        }));
        if has == knows {
            found.push(Finding::Unreadable(reader.unreadable()?));
            found.extend(timed(&reader, clock.now())?);
        }
        Ok(found)
    };
    read().unwrap_or_else(|error| vec![Finding::Database(Err(error.to_string()))])
}

/// What bears a time: backups, and what the clock did.
fn timed(reader: &Reader, now: Timestamp) -> Result<Vec<Finding>, StorageError> {
    let made: Vec<Timestamp> = reader.backups()?.into_iter().map(|backup| backup.at).collect();
    let last = made.iter().rfind(|at| **at <= now).copied();
    let mut found = vec![Finding::Backup { last, now }];
    found.extend(made.into_iter().filter(|at| *at > now).map(Finding::BackupAhead));
    let figures = reader.figures()?;
    if let Some((at, by_ms)) = clock_was_set(&figures, now) {
        found.push(Finding::ClockSet { at, by_ms });
    }
    if let Some(beat) = figures.beat.filter(|beat| beat.since(now) > CLOCK_BACK) {
        found.push(Finding::ClockBack { beat, now });
    }
    Ok(found)
}

/// Files that others can read: what holds people's data, and what holds secrets. A secret may be
/// its group's to read, which is how a service's user is let in.
pub fn exposed(file: &Path, config: &Config) -> Vec<Finding> {
    let database = &config.store.path;
    let mut private: Vec<PathBuf> = ["-wal", "-shm"]
        .iter()
        .map(|suffix| {
            let mut name = database.as_os_str().to_owned();
            name.push(suffix);
            PathBuf::from(name)
        })
        .collect();
    private.extend([database.clone(), beside(database, "lock"), evidence_beside(database)]);
    let secret = config.secret_files.iter().cloned().chain([file.to_owned()]);
    let all = private.into_iter().map(|path| (path, 0o077));
    let all = all.chain(secret.map(|path| (path, 0o007)));
    let open = |(path, others): (PathBuf, u32)| {
        let mode = std::fs::metadata(&path).ok()?.permissions().mode() & 0o777;
        (mode & others != 0).then_some(Finding::Exposed(path, mode))
    };
    all.filter_map(open).collect()
}

/// What a running service says of itself.
async fn ready(listen: SocketAddr) -> Result<Vec<String>, Unwell> {
    let host = match listen.ip() {
        ip if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        ip => ip,
    };
    let url = format!("http://{}/readyz", SocketAddr::new(host, listen.port()));
    let client = reqwest::Client::builder().no_proxy().build().map_err(|_| Unwell::Configured)?;
    let answer = real_timeout(TAKES, client.get(url).send()).await;
    let answer = answer.and_then(Result::ok).ok_or(Unwell::Silent)?;
    let status = answer.status().as_u16();
    let body: serde_json::Value = answer.json().await.map_err(|_| Unwell::Answered(status))?;
    let failing = body.get("failing").and_then(serde_json::Value::as_array);
    let names = failing.into_iter().flatten().filter_map(serde_json::Value::as_str);
    Ok(names.map(str::to_owned).collect())
}
