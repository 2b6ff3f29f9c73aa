//! `trucban backup` and `trucban restore`.

use std::path::Path;

use serde_json::{Value, json};

use super::args::Args;
use super::{End, Stopped, complain, configured, say, say_json};
use crate::app::keeping;
use crate::config::words::why as why_file;
use crate::domain::time::Timestamp;
use crate::ledger::StorageError;
use crate::ledger::backup::restore::Restored;
use crate::ledger::backup::{BadBackup, Seal};
use crate::ledger::chain::hex;
use crate::text::cli::{keep, said};

/// Copies larger than this many pages say how far they are.
const LARGE: u64 = 16_384;

/// Makes a backup.
pub fn backup(args: &Args, file: &Path) -> Result<End, Stopped> {
    let config = configured(&args.config)?;
    if !config.store.path.exists() {
        return Err(Stopped(said::no_database(&config.store.path.display().to_string())));
    }
    let mut told = 0;
    let mut progress = |done: u64, all: u64| {
        let percent = done.saturating_mul(100).checked_div(all).unwrap_or(100);
        if all > LARGE && percent >= told + 10 {
            told = percent;
            complain(&keep::copying(percent));
        }
    };
    let shown = file.display().to_string();
    let made = keeping::back_up(&config, file, &mut progress).map_err(|e| refused(&shown, e))?;
    let head = made.seal.head;
    if args.json {
        say_json(&json!({
            "file": shown, "at": made.seal.at.rfc3339(config.team.timezone),
            "head": head_of(&made.seal), "evidence": made.evidence, "bytes": made.bytes,
            "damaged": made.damaged,
        }));
    } else {
        let size = keep::size(made.bytes);
        say(&keep::backed_up(&shown, head.seq, &hex(&head.hash), made.evidence, &size));
        for name in &made.damaged {
            say(&keep::evidence_damaged(name));
        }
    }
    Ok(if made.damaged.is_empty() { End::Done } else { End::Wrong })
}

fn head_of(seal: &Seal) -> Value {
    json!({"seq": seal.head.seq, "hash": hex(&seal.head.hash)})
}

/// Puts a backup back.
pub fn restore(args: &Args, file: &Path) -> Result<End, Stopped> {
    let config = configured(&args.config)?;
    let shown = file.display().to_string();
    let done = keeping::put_back(&config, file).map_err(|error| refused(&shown, error))?;
    let zone = config.team.timezone;
    if args.json {
        let since = done.since.as_ref().map(|since| {
            let removed = since.removed.iter().map(|(code, seq)| json!([code.to_string(), seq]));
            json!({
                "entries": since.last.saturating_sub(done.seal.head.seq),
                "incidents": since.incidents, "removed_is_back": removed.collect::<Vec<_>>(),
            })
        });
        say_json(&json!({
            "file": shown, "made_at": done.seal.at.rfc3339(zone), "head": head_of(&done.seal),
            "entries": done.seal.entries, "evidence": done.evidence, "cancelled": done.cancelled,
            "invitations": done.invitations,
            "counters": done.counters, "lost": since, "replaced": done.replaced,
        }));
        return Ok(End::Done);
    }
    let at = done.seal.at.shown(zone);
    say(&keep::restored(&shown, &at, done.seal.entries, done.cancelled, done.evidence));
    if let Some(path) = &done.replaced {
        say(&keep::replaced(&path.display().to_string()));
    }
    if done.invitations > 0 {
        say(&keep::invitations_void(done.invitations));
    }
    lost(&done);
    let year = Timestamp::year(crate::clock::Clock::System.now(), zone);
    let prefix = &config.team.incident_prefix;
    let last = done.counters.get(&format!("{prefix}-{year}")).copied().unwrap_or(0);
    let next = u64::try_from(last.saturating_add(1)).unwrap_or(1);
    let code = crate::domain::ids::IncidentCode::numbered(prefix, year, next);
    say(&keep::next_code(code.as_str()));
    say(keep::RESTORE_NEXT);
    Ok(End::Done)
}

/// What is no longer there, and what is there again.
fn lost(done: &Restored) {
    let Some(since) = &done.since else { return say(keep::SINCE_UNKNOWN) };
    let entries = since.last.saturating_sub(done.seal.head.seq);
    if entries > 0 {
        say(&keep::lost_entries(entries));
    }
    if !since.incidents.is_empty() {
        let codes: Vec<&str> = since.incidents.iter().map(|code| code.as_str()).collect();
        say(&keep::lost_incidents(&codes.join(", ")));
    }
    for (code, seq) in &since.removed {
        say(&keep::removed_again(code.as_str(), *seq));
    }
}

fn refused(file: &str, error: StorageError) -> Stopped {
    match error {
        StorageError::BadBackup(bad) => Stopped(keep::not_restored(file, &why(&bad))),
        StorageError::Exists(path) => Stopped(keep::exists(&path.display().to_string())),
        StorageError::File(error) => Stopped(said::not_readable(file, why_file(error.kind()))),
        other => other.into(),
    }
}

fn why(bad: &BadBackup) -> String {
    match bad {
        BadBackup::Foreign => keep::FOREIGN.to_owned(),
        BadBackup::Altered => keep::ALTERED.to_owned(),
        BadBackup::Damaged(why) => keep::damaged(why),
        BadBackup::Chain(broken) => {
            let (seq, why) = super::ledger::broken(*broken);
            keep::chain_broken(seq, why)
        }
        BadBackup::Evidence(name) => keep::evidence_wrong(name),
        BadBackup::Newer { theirs, ours } => keep::newer_backup(*theirs, *ours),
    }
}
