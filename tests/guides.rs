//! What the guides quote works as it is quoted: command lines, chat commands, links, pictures.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use trucban::chat::command::Name;
use trucban::cli::args::whole;

/// The guides, by their path from the root.
const GUIDES: [&str; 6] = [
    "README.md",
    "docs/operations.md",
    "docs/reference.md",
    "docs/threat-model.md",
    "docs/huong-dan.md",
    "CHANGELOG.md",
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn guide(name: &str) -> String {
    std::fs::read_to_string(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// What a guide quotes: spans between backticks, and the lines of its fenced blocks with those that
/// a backslash continues.
fn quoted(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let (mut fenced, mut prose, mut line_before) = (false, String::new(), String::new());
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if !fenced {
            prose.push_str(line);
            prose.push(' ');
        } else if let Some(start) = line.strip_suffix('\\') {
            line_before.push_str(start);
        } else {
            found.push(format!("{line_before}{line}"));
            line_before.clear();
        }
    }
    found.extend(prose.split('`').skip(1).step_by(2).map(str::to_owned));
    found
}

/// Words of a shell, without what it does with them: enough for what the guides write.
fn words(line: &str) -> Vec<String> {
    let line = line.split(" #").next().unwrap_or(line);
    let mut words = Vec::new();
    let (mut word, mut quote) = (String::new(), None);
    for c in line.chars() {
        match quote {
            Some(mark) if c == mark => quote = None,
            Some(_) => word.push(c),
            None if c == '"' || c == '\'' => quote = Some(c),
            None if c.is_whitespace() => words.push(std::mem::take(&mut word)),
            None => word.push(c),
        }
    }
    words.push(word);
    words.retain(|word| !word.is_empty());
    words
}

/// A stand-in that the command line takes where the guides say what belongs there; of several
/// choices the first.
fn filled(word: &str) -> String {
    let word = word.trim_matches(['[', ']']);
    let word = word.split('|').next().unwrap_or(word).trim_end_matches('\\');
    let value = match word {
        "S" => "high",
        "SEQ" | "SỐ_MỤC" => "17",
        "N" => "14",
        "T" => "2026-11-21T14:00:00+07:00",
        "DATE" => "2027-01-01",
        "SHELL" => "bash",
        "ADDR" => "127.0.0.1:0",
        other => other,
    };
    value.to_owned()
}

/// The command lines of `trucban` in a guide, each as it is written and as it would be typed.
fn command_lines(text: &str) -> Vec<(String, Vec<String>)> {
    let mut found = Vec::new();
    for line in quoted(text) {
        for part in line.split(" | ").flat_map(|part| part.split("&&")) {
            let all = words(part);
            // `-u trucban` names the user, `-g trucban` the group.
            let named = |at: usize| {
                at.checked_sub(1).is_some_and(|before| matches!(&*all[before], "-u" | "-g" | "-o"))
            };
            let called = (0..all.len()).find(|at| PROGRAM.contains(&&*all[*at]) && !named(*at));
            let Some(at) = called else { continue };
            if all.iter().take(at).any(|word| OTHERS.contains(&word.as_str())) {
                continue;
            }
            let typed = all.iter().skip(at + 1).map(|word| filled(word));
            let typed: Vec<String> = typed.take_while(|word| !word.starts_with('>')).collect();
            let partly = |word: &String| word.contains('…') || word.trim_end_matches(';') == "$@";
            if !typed.is_empty() && !typed.iter().any(partly) {
                found.push((part.trim().to_owned(), typed));
            }
        }
    }
    found
}

/// How the program is called.
const PROGRAM: [&str; 3] = ["trucban", "/usr/local/bin/trucban", "target/release/trucban"];

/// Programs that are given the name of the service, its user or its file.
const OTHERS: [&str; 8] =
    ["systemctl", "journalctl", "install", "useradd", "cargo", "chown", "apt-get", "dpkg"];

#[test]
fn every_command_line_in_the_guides_is_one() {
    let mut seen = BTreeSet::new();
    for name in ["README.md", "docs/operations.md", "docs/reference.md", "docs/huong-dan.md"] {
        for (line, typed) in command_lines(&guide(name)) {
            let command: Vec<OsString> = ["trucban"]
                .into_iter()
                .chain(typed.iter().map(String::as_str))
                .map(Into::into)
                .collect();
            let known = whole().try_get_matches_from(&command);
            let known = known.map(drop).or_else(|error| match error.kind() {
                // A name alone, or a group of commands, is a way to speak of it.
                clap::error::ErrorKind::MissingRequiredArgument
                | clap::error::ErrorKind::MissingSubcommand
                | clap::error::ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
                | clap::error::ErrorKind::DisplayHelp
                | clap::error::ErrorKind::DisplayVersion => Ok(()),
                _ => Err(error),
            });
            assert!(known.is_ok(), "{name}: `{line}` is no command line: {}", known.unwrap_err());
            seen.insert(typed.join(" "));
        }
    }
    assert!(seen.len() > 40, "the guides were not read: {seen:#?}");
}

/// In a fence a command is there to be copied as it stands.
#[test]
fn the_steps_of_the_installation_work_for_somebody_who_is_not_the_services_user() {
    for name in ["README.md", "docs/operations.md"] {
        let text = guide(name);
        for line in quoted(&text) {
            assert!(
                !line.contains("cd /var/lib/trucban"),
                "{name}: only the service's user may enter that folder: {line}"
            );
            let Some((_, command)) = line.split_once("sudo -u trucban trucban ") else { continue };
            let told = command.contains("--config /var/lib/trucban/trucban.toml");
            assert!(told || command.starts_with("init "), "{name}: no --config in: {line}");
            let file = words(command).into_iter().find(|word| word.ends_with(".csv"));
            if let Some(file) = file {
                assert!(Path::new(&file).is_absolute(), "{name}: whose {file}? {line}");
            }
        }
    }
}

#[test]
fn every_chat_command_in_the_guides_is_one_that_works() {
    let mut seen = BTreeSet::new();
    for name in ["README.md", "docs/huong-dan.md", "docs/operations.md", "docs/reference.md"] {
        // What does not work yet stands under its own heading, and nowhere else.
        let text = guide(name);
        let (before, after) = text.split_once("## Not yet").unwrap_or((&text, ""));
        let after = after.split_once("\n## ").map_or("", |(_, after)| after);
        for line in quoted(&format!("{before}\n{after}")) {
            for word in line.split(|c: char| c.is_whitespace() || "“”(),".contains(c)) {
                let Some(command) = word.trim_end_matches('.').strip_prefix('/') else { continue };
                let command = command.split('@').next().unwrap_or(command);
                let typed = !command.is_empty() && command.chars().all(|c| c.is_ascii_lowercase());
                if !typed || PATHS.contains(&command) {
                    continue;
                }
                assert!(Name::of(command).is_some(), "{name}: /{command} is no command: {line}");
                seen.insert(command.to_owned());
            }
        }
    }
    assert!(seen.len() > 25, "the guides were not read: {seen:#?}");
}

/// Addresses on the service, folders, and commands of Telegram's own bot.
const PATHS: [&str; 8] =
    ["healthz", "readyz", "metrics", "revoke", "newbot", "setprivacy", "p", "tmp"];

#[test]
fn every_link_and_picture_of_the_guides_is_there() {
    for name in GUIDES {
        let text = guide(name);
        let folder = root().join(name).parent().unwrap().to_owned();
        let links = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        let pictures = text.split("src=\"").skip(1).filter_map(|rest| rest.split('"').next());
        for link in links.chain(pictures) {
            if link.contains("://") {
                continue;
            }
            let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target = if file.is_empty() { root().join(name) } else { folder.join(file) };
            assert!(target.exists(), "{name}: {link} leads nowhere");
            if !anchor.is_empty() {
                let there = std::fs::read_to_string(&target).unwrap();
                let found = there.lines().any(|line| line.starts_with('#') && slug(line) == anchor);
                assert!(found, "{name}: {link}: no such heading");
            }
        }
    }
}

/// A heading as links name it.
fn slug(heading: &str) -> String {
    let words = heading.trim_start_matches('#').trim().to_lowercase();
    let kept = words.chars().filter(|c| c.is_alphanumeric() || *c == ' ' || *c == '-' || *c == '_');
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

#[test]
fn the_handbook_names_every_command_of_the_chat() {
    let text = guide("docs/huong-dan.md");
    for command in trucban::text::help::COMMANDS {
        assert!(text.contains(&format!("/{}", command.name)), "/{} is not in it", command.name);
    }
}
