//! `trucban ledger …` and `trucban rebuild`.

use serde_json::json;

use super::args::{Args, Ledger};
use super::{End, Stopped, office, say, say_json};
use crate::domain::envelope::{Command, Done, Receipt};
use crate::domain::ids::IncidentCode;
use crate::ledger::chain::{Broken, hex};
use crate::ledger::files::{Damaged, Wrong};
use crate::text::cli::said;
use crate::text::taken_back;

/// Verifies the chain, or shows its end.
pub fn ledger(args: &Args, command: &Ledger) -> Result<End, Stopped> {
    let (config, office) = office(args)?;
    let reader = office.reader()?;
    match command {
        Ledger::Head => {
            let head = reader.head()?;
            let at = reader.entry_time(head.seq)?;
            if args.json {
                let at = at.map(|at| at.rfc3339(config.team.timezone));
                say_json(&json!({"seq": head.seq, "hash": hex(&head.hash), "at": at}));
            } else {
                match at {
                    Some(at) => {
                        let at = at.shown(config.team.timezone);
                        say(&said::head(head.seq, &hex(&head.hash), &at));
                    }
                    None => say(said::HEAD_EMPTY),
                }
            }
            Ok(End::Done)
        }
        Ledger::Verify => {
            let found = reader.verify()?;
            let head = hex(&found.head.hash);
            let broken = found.broken.map(broken);
            let damaged = reader.damaged_evidence()?;
            let whole = broken.is_none() && damaged.is_empty();
            if args.json {
                say_json(&json!({
                    "ok": whole, "entries": found.entries, "removed": found.removed,
                    "broken": broken.map(|(seq, _)| seq), "head": {"seq": found.head.seq, "hash": head},
                    "evidence": damaged.iter().map(damaged_json).collect::<Vec<_>>(),
                }));
            } else {
                match broken {
                    None => say(&said::verified(found.entries, found.removed, &head)),
                    Some((seq, why)) => say(&said::broken(seq, why)),
                }
                for one in &damaged {
                    say(&said::evidence_damaged(one.code.as_str(), one.number));
                }
            }
            Ok(if whole { End::Done } else { End::Wrong })
        }
    }
}

/// Takes the words of one entry back.
pub fn redact(args: &Args, code: &str, seq: i64, reason: &str) -> Result<End, Stopped> {
    let (config, mut office) = office(args)?;
    let unknown = || Stopped(said::unknown_incident(code));
    let code = IncidentCode::read(code).ok_or_else(unknown)?;
    let command = Command::Redact { code: code.clone(), seq, reason: reason.to_owned() };
    let (backups, stays) = match office.submit(command)? {
        Receipt::Done(Done::Redacted { backups, stays, .. }) => (backups, stays),
        Receipt::Done(_) => (Vec::new(), Vec::new()),
        Receipt::Refused(refusal) => {
            let (directory, team) = (office.directory()?, office.team(&config));
            return Err(Stopped(said::refused(&refusal, &directory, &team)));
        }
    };
    let scrubbed = office.scrub()?;
    if args.json {
        say_json(&json!({
            "code": code, "seq": seq, "backups": backups, "stays": stays, "scrubbed": scrubbed
        }));
    } else if scrubbed {
        say(&taken_back::done(&code, seq, &backups, &stays));
    } else {
        say(said::NOT_SCRUBBED);
    }
    Ok(if scrubbed { End::Done } else { End::Wrong })
}

fn damaged_json(damaged: &Damaged) -> serde_json::Value {
    let wrong = match damaged.wrong {
        Wrong::Missing => "missing",
        Wrong::Altered => "altered",
    };
    json!({"code": damaged.code, "number": damaged.number, "wrong": wrong})
}

/// The first entry that does not fit, and why.
pub fn broken(broken: Broken) -> (i64, &'static str) {
    match broken {
        Broken::Gap(seq) => (seq, said::BROKEN_GAP),
        Broken::Hash(seq) => (seq, said::BROKEN_HASH),
        Broken::Content(seq) => (seq, said::BROKEN_CONTENT),
        Broken::Lost(seq) => (seq, said::BROKEN_LOST),
    }
}

/// Rebuilds the derived tables and reports what was different.
pub fn rebuild(args: &Args) -> Result<End, Stopped> {
    let (config, mut office) = office(args)?;
    let found = office.rebuild(&config.store.path)?;
    let same = found.differences.is_empty();
    if args.json {
        say_json(&json!({"entries": found.entries, "differences": found.differences}));
    } else if same {
        say(&said::rebuilt_same(found.entries));
    } else {
        let count = u64::try_from(found.differences.len()).unwrap_or(u64::MAX);
        say(&said::rebuilt_different(found.entries, count));
        for difference in &found.differences {
            let (table, key) = difference.split_once(' ').unwrap_or((difference, ""));
            say(&said::difference(table, key));
        }
    }
    Ok(if same { End::Done } else { End::Wrong })
}
