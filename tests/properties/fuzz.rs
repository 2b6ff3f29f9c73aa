//! Whatever comes in from outside ends in an answer or in a refusal that says why: updates, the data
//! of buttons, bodies of alerts, configuration files, tables to import. Files made by hand after real ones are cut,
//! joined, swapped and bent by a seed.
//!
//! `TRUCBAN_FUZZ=n` plays n cases of each, from number `TRUCBAN_FUZZ_FROM` on; a failure prints its
//! number, which `TRUCBAN_FUZZ_CASE` plays alone.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;
use teloxide::types::{Update, UpdateKind};
use trucban::channels::telegram::handle::said;
use trucban::channels::telegram::incoming::{Read, read};
use trucban::config::{load, parse};
use trucban::domain::directory::Directory;
use trucban::domain::envelope::{
    Actor, Command, Done, Envelope, Incoming, Poison, Receipt, Route, Said,
};
use trucban::domain::values::ChannelKind;
use trucban::engine::handle::handle;
use trucban::intake::alert;
use trucban::ledger::StorageError;

use crate::scenarios::given::{DUTY, Given, REPORTER};
use crate::simulation::rng::Rng;

/// Cases of each target in a plain `cargo test`.
const CASES: u64 = 400;

/// Longer than this a case is cut: what matters happens in small ones.
const LONGEST: usize = 64 * 1024;

/// The files of one target, in the order of their names.
fn corpus(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples/fuzz").join(target);
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut paths: Vec<PathBuf> = entries.collect();
    paths.sort();
    assert!(paths.len() >= 8, "{target} has its files");
    paths.iter().map(|path| std::fs::read(path).unwrap()).collect()
}

/// What breaks readers: ends of numbers, marks of other scripts, half a character, much of one thing.
const PIECES: [&[u8]; 20] = [
    b"",
    b"null",
    b"-1",
    b"0",
    b"18446744073709551616",
    b"-9223372036854775808",
    b"1e400",
    b"2147483648",
    b"{}",
    b"[",
    b"\"",
    b"\\u0000",
    b"\\ud800",
    b"\xff\xfe",
    b"\xe1\xba",
    "\u{202e}".as_bytes(),
    "a\u{302}\u{301}".as_bytes(),
    "\u{200b}\u{feff}".as_bytes(),
    b"|",
    b"\n",
];

/// One case: a file of the corpus, bent up to eight times.
fn bent(files: &[Vec<u8>], rng: &mut Rng) -> Vec<u8> {
    let mut bytes = rng.pick(files).clone();
    for _ in 0..rng.below(9) {
        let (one, two) = (rng.index(bytes.len() + 1), rng.index(bytes.len() + 1));
        let (from, to) = (one.min(two), one.max(two));
        match rng.below(8) {
            0 if from < bytes.len() => bytes[from] ^= 1 << rng.below(8),
            1 => bytes.truncate(from),
            2 => drop(bytes.drain(from..to)),
            3 => {
                let other = rng.pick(files);
                bytes.truncate(from);
                bytes.extend_from_slice(&other[rng.index(other.len() + 1)..]);
            }
            4 => bytes[from..to].reverse(),
            5 => {
                let again = bytes[from..to].to_vec();
                bytes.splice(from..from, again);
            }
            _ => drop(bytes.splice(from..to.min(from + 6), rng.pick(&PIECES).iter().copied())),
        }
        bytes.truncate(LONGEST);
    }
    bytes
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// Plays the files as they are and then the cases; none may panic.
fn play(target: &str, mut check: impl FnMut(&[u8])) {
    let files = corpus(target);
    let cases = match number("TRUCBAN_FUZZ_CASE") {
        Some(case) => case..case + 1,
        None => {
            let first = number("TRUCBAN_FUZZ_FROM").unwrap_or(0);
            first..first + number("TRUCBAN_FUZZ").unwrap_or(CASES)
        }
    };
    for file in &files {
        check(file);
    }
    for case in cases {
        let bytes = bent(&files, &mut Rng::new(case));
        let ended = catch_unwind(AssertUnwindSafe(|| check(&bytes)));
        let shown = String::from_utf8_lossy(&bytes);
        assert!(ended.is_ok(), "TRUCBAN_FUZZ_CASE={case} of {target}: {shown}");
    }
}

/// Two incidents, so that codes and cards lead somewhere.
fn province() -> Given {
    let mut given = Given::new();
    given.reported_by(REPORTER);
    let code = given.reported_by(REPORTER);
    given.does(DUTY, &code, trucban::domain::incident::act::Act::Acknowledge);
    given
}

/// What is said is taken, and undone again. Whoever said it in private or by a button is answered.
fn taken(given: &mut Given, incoming: &Incoming, reply_to: Option<i64>) {
    let (now, settings) = (given.now, given.settings.clone());
    let mut ended = None;
    let undone: Result<(), _> = given.store.transaction(now, |tx| {
        let rows = "SELECT count(*) FROM outbox WHERE key LIKE 'answer:%'";
        let before: i64 = tx.connection().query_row(rows, [], |row| row.get(0))?;
        let toast = said(tx, &settings, incoming, reply_to)?;
        let after: i64 = tx.connection().query_row(rows, [], |row| row.get(0))?;
        let key = tx.sealed_key(&incoming.key)?;
        let quiet = matches!(tx.outcome(&key)?, Some(Receipt::Done(Done::Quiet)));
        ended = Some(toast.is_some() || after > before || quiet);
        Err(StorageError::Stopped)
    });
    let answered = match ended {
        Some(answered) => answered,
        None => panic!("{undone:?}: {incoming:?}"),
    };
    let expects = incoming.route.private || matches!(incoming.said, Said::Pressed { .. });
    let edited = matches!(incoming.said, Said::Edited(_));
    assert!(answered || !expects || edited, "no answer to {incoming:?}");
}

#[test]
fn an_update_is_taken_left_alone_or_skipped_with_its_size() {
    let mut given = province();
    play("updates", |bytes| {
        let Ok(raw) = serde_json::from_slice::<Value>(bytes) else { return };
        let raws = match raw {
            Value::Array(raws) => raws,
            raw => vec![raw],
        };
        for raw in raws {
            let Ok(mut update) = Update::deserialize(&raw) else { continue };
            if let UpdateKind::Error(kept) = &mut update.kind {
                *kept = raw;
            }
            match read("7001", update) {
                Read::Said { incoming, reply_to, .. } => taken(&mut given, &incoming, reply_to),
                Read::Unreadable { size, .. } => skipped(&mut given, size),
                Read::Moved { .. } | Read::Nothing => {}
            }
        }
    });
}

fn skipped(given: &mut Given, size: u64) {
    assert!(size > 0);
    let (key, what, error) = ("k".to_owned(), "update".to_owned(), "does not read".to_owned());
    let skipped = Command::Skipped(Poison { key, what, size, error });
    assert!(matches!(given.would(Actor::System, skipped), Receipt::Done(_)));
}

#[test]
fn the_data_of_a_button_does_what_a_button_of_ours_says_or_is_answered_as_unreadable() {
    let mut given = province();
    play("callbacks", |bytes| {
        let data = String::from_utf8_lossy(bytes).into_owned();
        for account in [101, 104, 107, 999] {
            let incoming = Incoming {
                key: "tg:1:2:3:4".to_owned(),
                route: Route {
                    channel: ChannelKind::Telegram,
                    chat: account,
                    thread: None,
                    reply_to: Some(9),
                    private: true,
                },
                account,
                name: data.clone(),
                anonymous: false,
                said: Said::Pressed { data: data.clone(), message: 9 },
                step: None,
                drill: None,
                about: Vec::new(),
                to_question: false,
                to_us: true,
                attached: None,
            };
            taken(&mut given, &incoming, None);
            // The same words, typed.
            let typed = Incoming { said: Said::Words(data.clone()), ..incoming };
            taken(&mut given, &typed, None);
        }
    });
}

#[test]
fn a_body_of_alerts_is_filed_or_every_problem_of_it_is_named() {
    let mut given = province();
    play("alerts", |bytes| {
        let Ok(body) = serde_json::from_slice::<Value>(bytes) else { return };
        let _ = alert::names_units(&body);
        match alert::read(&body, &|unit| unit.as_str() == "xa-001") {
            Ok(batch) => {
                assert!(!batch.alerts.is_empty());
                let (now, settings) = (given.now, given.settings.clone());
                let filing = Command::Alerts(batch.alerts.into_iter().take(20).collect());
                let actor = Actor::Intake("siem".to_owned());
                let envelope = Envelope::new("intake:siem:1", actor, filing);
                let mut filed = None;
                let undone: Result<(), _> = given.store.transaction(now, |tx| {
                    filed = Some(handle(tx, &settings, &envelope)?);
                    Err(StorageError::Stopped)
                });
                let filed = filed.unwrap_or_else(|| panic!("{undone:?}"));
                assert!(matches!(filed, Receipt::Done(Done::Filed(_))), "{filed:?}");
            }
            Err(problems) => {
                assert!(!problems.is_empty());
                assert!(problems.iter().all(|problem| !problem.problem.is_empty()));
            }
        }
    });
}

#[test]
fn a_table_is_read_or_every_problem_of_it_is_named_and_has_words() {
    use trucban::config::kinds::built_in;
    use trucban::config::rows::{RowProblem, parse_people, parse_units};
    let (kinds, directory) = (built_in().unwrap(), Directory::default());
    let named = |problems: Vec<RowProblem>| {
        assert!(!problems.is_empty());
        assert!(problems.iter().all(|one| !one.words("file").trim().is_empty()), "{problems:?}");
    };
    play("tables", |bytes| {
        let units = parse_units(bytes, &directory, &kinds);
        units.map(|found| assert!(found.rows.len() <= bytes.len())).unwrap_or_else(named);
        let people = parse_people(bytes, &directory);
        people.map(|found| assert!(found.rows.len() <= bytes.len())).unwrap_or_else(named);
    });
}

#[test]
fn a_configuration_is_read_or_every_problem_of_it_is_named_and_has_words() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("trucban.toml");
    play("config", |bytes| {
        let read = match std::str::from_utf8(bytes) {
            Ok(text) => parse(text, &path, &|_| None),
            Err(_) => {
                std::fs::write(&path, bytes).unwrap();
                load(&path, &|_| None)
            }
        };
        if let Err(problems) = read {
            assert!(!problems.is_empty());
            for problem in problems {
                assert!(!problem.words().trim().is_empty(), "{problem:?}");
            }
        }
    });
}

#[test]
fn a_playbook_is_read_and_played_or_every_problem_of_it_is_named_and_has_words() {
    use trucban::config::playbooks::Shelf;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("thu.toml");
    play("playbooks", |bytes| {
        std::fs::write(&path, bytes).unwrap();
        let mut shelf = Shelf::default();
        shelf.add(&path);
        let problems = shelf.check(&shelf.library());
        assert!(!shelf.read.is_empty() || !problems.is_empty());
        for problem in problems {
            assert!(!problem.words().trim().is_empty(), "{problem:?}");
        }
    });
}
