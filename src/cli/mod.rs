//! The command line: one file per group of commands. It prints and never decides.
//!
//! Exit codes: 0 done; 1 done, and something was found wrong; 2 could not be done.

pub mod args;
mod check;
mod completions;
mod coverage;
mod demo;
mod directory;
mod doctor;
mod drill;
mod drill_lint;
mod drill_list;
mod drill_preview;
mod duty;
mod escalation;
mod incident;
mod init;
mod keep;
mod ledger;
mod page;
mod playbook;
mod report;
mod run;

use std::ffi::OsString;
use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use args::{Args, Command};

use crate::app::office::Office;
use crate::app::unreadable;
use crate::config::words::why;
use crate::config::{self, Config};
use crate::ledger::StorageError;
use crate::text::cli::{keep as words, said};

/// How a command ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum End {
    /// Done.
    Done,
    /// Done, and something was found wrong.
    Wrong,
}

/// Why a command could not be done, in words for the operator.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stopped(pub String);

impl From<StorageError> for Stopped {
    fn from(error: StorageError) -> Self {
        Self(match error {
            StorageError::Held(by) => match by.parse() {
                Ok(pid) => said::locked("trucban.db", pid),
                Err(_) => said::locked_by_unknown("trucban.db"),
            },
            StorageError::OlderSchema(by) => said::older_schema("trucban.db", &by),
            StorageError::NewerLedger { kind, here } => {
                said::newer_database("trucban.db", &kind, here)
            }
            StorageError::Value { place, .. } => said::does_not_read(place),
            StorageError::Exists(path) => words::exists(&path.display().to_string()),
            StorageError::File(error) => said::unexpected(why(error.kind())),
            StorageError::RestoreCutOff => words::RESTORE_CUT_OFF.to_owned(),
            other => said::unexpected(&other.to_string()),
        })
    }
}

impl From<anyhow::Error> for Stopped {
    fn from(error: anyhow::Error) -> Self {
        let other = match error.downcast::<StorageError>() {
            Ok(storage) => return storage.into(),
            Err(other) => other,
        };
        match unreadable(&other) {
            Some(place) => Self(said::does_not_read(place)),
            None => Self(said::unexpected(&format!("{other:#}"))),
        }
    }
}

/// Runs the command line `words`.
pub fn main(words: impl IntoIterator<Item = OsString>) -> ExitCode {
    let args = match args::parse(words) {
        Ok(args) => args,
        Err(refused) => {
            if !refused.words.is_empty() {
                complain(&refused.words);
            }
            return ExitCode::from(refused.code);
        }
    };
    match perform(&args) {
        Ok(End::Done) => ExitCode::SUCCESS,
        Ok(End::Wrong) => ExitCode::from(1),
        Err(Stopped(words)) => {
            complain(&format!("{}: {words}", said::ERROR));
            ExitCode::from(2)
        }
    }
}

fn perform(args: &Args) -> Result<End, Stopped> {
    match &args.command {
        Command::Demo { tour, listen } => demo::demo(*tour, *listen),
        Command::Init { dir } => init::init(dir.as_deref()),
        Command::Run { log_format } => run::run(&configured(&args.config)?, *log_format),
        Command::Check => check::check(&args.config, args.json),
        Command::Doctor => doctor::doctor(&args.config, args.json),
        Command::Systems(command) => directory::systems(args, command),
        Command::Units(command) => directory::units(args, command),
        Command::People(command) => directory::people(args, command),
        Command::Escalation(command) => escalation::explain(args, command),
        Command::Duty(command) => duty::duty(args, command),
        Command::Page(command) => page::test(args, command),
        Command::Incident(command) => incident::incident(args, command),
        Command::Playbook(command) => playbook::playbook(args, command),
        Command::Drill(command) => drill::drill(args, command),
        Command::Report(command) => report::report(args, command),
        Command::Ledger(command) => ledger::ledger(args, command),
        Command::Rebuild => ledger::rebuild(args),
        Command::Redact { code, seq, reason } => ledger::redact(args, code, *seq, reason),
        Command::Completions { shell } => completions::completions(*shell),
        Command::Backup { file } => keep::backup(args, file),
        Command::Restore { file } => keep::restore(args, file),
    }
}

/// The configuration, or everything that is wrong with it.
fn configured(path: &Path) -> Result<Config, Stopped> {
    if !path.exists() {
        return Err(Stopped(said::no_config(&path.display().to_string())));
    }
    config::load(path, &|name| std::env::var(name).ok()).map_err(|problems| {
        let count = u64::try_from(problems.len()).unwrap_or(u64::MAX);
        let mut words = vec![said::config_wrong(&path.display().to_string(), count)];
        words.extend(problems.iter().map(config::problem::Problem::words));
        Stopped(words.join("\n"))
    })
}

/// The database beside the service. It must exist: only `init` and `run` make one.
fn office(args: &Args) -> Result<(Config, Office), Stopped> {
    let config = configured(&args.config)?;
    if !config.store.path.exists() {
        return Err(Stopped(said::no_database(&config.store.path.display().to_string())));
    }
    let office = Office::open(&config)?;
    Ok((config, office))
}

/// Prints to standard output; a closed pipe is no error of ours.
fn say(words: &str) {
    let _ = writeln!(std::io::stdout().lock(), "{words}");
}

/// Prints one JSON document.
fn say_json(value: &serde_json::Value) {
    match serde_json::to_string_pretty(value) {
        Ok(text) => say(&text),
        Err(error) => complain(&said::unexpected(&error.to_string())),
    }
}

fn complain(words: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{words}");
}

/// Columns padded so that they stand under each other; widths count characters.
fn table(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| {
            let pad = width.saturating_sub(cell.chars().count());
            format!("{cell}{}", " ".repeat(pad))
        });
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}
