//! `trucban incident list` and `incident show`.

use std::path::Path;

use serde_json::{Value, json};

use super::args::{Args, Incident as Wanted};
use super::{End, Stopped, office, say, say_json, table};
use crate::app::case_file;
use crate::config::Config;
use crate::config::words::why;
use crate::domain::directory::Directory;
use crate::domain::evidence;
use crate::domain::ids::IncidentCode;
use crate::domain::incident::json;
use crate::domain::notice::{Body, Shown};
use crate::domain::playbook::run;
use crate::domain::systems::System;
use crate::ledger::outbox::{Recipient, Row};
use crate::ledger::rebuild::Recorded;
use crate::ledger::{Reader, StorageError};
use crate::text::cli::said;
use crate::text::{people, timeline, words};

/// Lists incidents, or shows one.
pub fn incident(args: &Args, command: &Wanted) -> Result<End, Stopped> {
    let (config, office) = office(args)?;
    let reader = office.reader()?;
    match command {
        Wanted::List { open, exercise } => list(args, &config, &reader, *open, *exercise),
        Wanted::Show { code } => {
            let unknown = || Stopped(said::unknown_incident(code));
            let read = IncidentCode::read(code).ok_or_else(unknown)?;
            let shown = reader.shown(&read)?.ok_or_else(unknown)?;
            show(args, &config, &reader, &shown)
        }
        Wanted::Evidence { code, output } => {
            let unknown = || Stopped(said::unknown_incident(code));
            let read = IncidentCode::read(code).ok_or_else(unknown)?;
            let shown = reader.shown(&read)?.ok_or_else(unknown)?;
            export(args, &config, &reader, &shown, output)
        }
    }
}

fn list(
    args: &Args,
    config: &Config,
    reader: &Reader,
    open: bool,
    exercise: bool,
) -> Result<End, Stopped> {
    let mut found = Vec::new();
    for incident in reader.incidents(open, exercise)? {
        found.extend(reader.shown(&incident.code)?);
    }
    if args.json {
        let zone = config.team.timezone;
        let all: Vec<Value> = found.iter().map(|one| json::incident(one, zone).into()).collect();
        say_json(&Value::Array(all));
        return Ok(End::Done);
    }
    if found.is_empty() {
        say(said::NO_INCIDENTS);
        return Ok(End::Done);
    }
    let directory = reader.directory()?;
    let mut rows = vec![said::INCIDENT_COLUMNS.iter().map(|c| (*c).to_owned()).collect()];
    rows.extend(found.iter().map(|shown| row(shown, config, &directory)));
    say(&table(&rows));
    Ok(End::Done)
}

fn row(shown: &Shown, config: &Config, directory: &Directory) -> Vec<String> {
    let incident = &shown.incident;
    let holder = incident.holder().map_or("–", |holder| directory.name(holder));
    let title: String = shown.title.as_deref().unwrap_or("–").chars().take(60).collect();
    vec![
        incident.code.to_string(),
        words::severity(incident.severity).to_owned(),
        words::status(incident.status()).to_owned(),
        holder.to_owned(),
        incident.reported_at.shown(config.team.timezone),
        title,
    ]
}

fn show(args: &Args, config: &Config, reader: &Reader, shown: &Shown) -> Result<End, Stopped> {
    let zone = config.team.timezone;
    let directory = reader.directory()?;
    let events = reader.events(&shown.incident.code)?;
    if args.json {
        say_json(&whole(config, reader, shown, &directory)?);
        return Ok(End::Done);
    }
    let mut rows = vec![said::INCIDENT_COLUMNS.iter().map(|c| (*c).to_owned()).collect()];
    rows.push(row(shown, config, &directory));
    say(&table(&rows));
    if let Some(description) = &shown.description {
        say(description);
    }
    for system in systems(shown, &directory) {
        let contact = system.contact.as_ref().map(|id| directory.name(id).to_owned());
        let hosting = (!system.hosting.is_empty()).then_some(system.hosting.as_str());
        say(&said::system_line(&people::system(system), hosting, contact.as_deref()));
    }
    say("");
    for event in &events {
        let words = words_of(event, reader)?;
        let line =
            timeline::line(&event.event, &event.at.actor, &directory, words.as_deref(), zone);
        say(&format!("{:>6}  {}  {line}", event.at.seq, event.at.at.shown(zone)));
    }
    Ok(End::Done)
}

/// What its unit runs: the highest level first.
fn systems<'d>(shown: &Shown, directory: &'d Directory) -> Vec<&'d System> {
    let unit = shown.incident.unit.as_ref();
    unit.map(|unit| directory.systems_of(unit)).unwrap_or_default()
}

/// An incident with everything about it.
fn whole(
    config: &Config,
    reader: &Reader,
    shown: &Shown,
    directory: &Directory,
) -> Result<Value, StorageError> {
    let (zone, code) = (config.team.timezone, &shown.incident.code);
    let mut value = json::incident(shown, zone);
    let events = reader.events(code)?;
    let timeline: Result<Vec<Value>, StorageError> =
        events.iter().map(|event| entry(event, reader, directory, config)).collect();
    let pages = reader.pages(code)?;
    let pages: Vec<Value> = pages.iter().map(|page| page_json(page, config)).collect();
    value.insert("timeline".to_owned(), timeline?.into());
    value.insert("pages".to_owned(), pages.into());
    let pieces = evidence::json::evidence(&shown.incident, &reader.history(code)?, zone);
    value.insert("evidence".to_owned(), pieces.into());
    value.insert("systems".to_owned(), json!(systems(shown, directory)));
    let runs: Vec<Value> =
        shown.incident.runs.iter().map(|one| run::json::run(one, zone)).collect();
    value.insert("playbook_runs".to_owned(), runs.into());
    value.insert("obligations".to_owned(), json!([]));
    Ok(Value::Object(value))
}

/// The evidence of one incident in a new folder.
fn export(
    args: &Args,
    config: &Config,
    reader: &Reader,
    shown: &Shown,
    to: &Path,
) -> Result<End, Stopped> {
    let (zone, code) = (config.team.timezone, &shown.incident.code);
    let whole = whole(config, reader, shown, &reader.directory()?)?;
    let history = reader.history(code)?;
    let folder = to.display().to_string();
    let written = case_file::write(reader, &shown.incident, &history, &whole, to, zone);
    let written = written.map_err(|error| match error {
        StorageError::File(error) => Stopped(said::not_writable(&folder, why(error.kind()))),
        other => other.into(),
    })?;
    if args.json {
        say_json(&json!({
            "incident": code, "folder": folder, "files": written.files, "damaged": written.damaged,
        }));
    } else {
        say(&said::exported(code.as_str(), written.files, &folder));
        for number in &written.damaged {
            say(&said::evidence_damaged(code.as_str(), *number));
        }
    }
    Ok(if written.damaged.is_empty() { End::Done } else { End::Wrong })
}

/// The free text of an event; of a report, the title.
fn words_of(event: &Recorded, reader: &Reader) -> Result<Option<String>, StorageError> {
    match event.event.texts().first().and_then(|text| text.sealed()) {
        Some(id) => reader.words(id),
        None => Ok(None),
    }
}

fn entry(
    event: &Recorded,
    reader: &Reader,
    directory: &Directory,
    config: &Config,
) -> Result<Value, StorageError> {
    let words = words_of(event, reader)?;
    let text = timeline::line(
        &event.event,
        &event.at.actor,
        directory,
        words.as_deref(),
        config.team.timezone,
    );
    let mut data = serde_json::to_value(&event.event)
        .map_err(|error| StorageError::value("timeline", error))?;
    if let Some(map) = data.as_object_mut() {
        map.remove("kind");
        // The pinned policies are the same for the whole incident and fill the screen.
        if let Some(opening) = map.get_mut("opening").and_then(Value::as_object_mut) {
            opening.remove("policies");
        }
    }
    Ok(json!({
        "seq": event.at.seq,
        "at": event.at.at.rfc3339(config.team.timezone),
        "actor": event.at.actor,
        "kind": event.event.kind(),
        "text": text,
        "data": data,
    }))
}

fn page_json(page: &Row, config: &Config) -> Value {
    let person = match &page.to {
        Recipient::Person(person) => Some(person),
        Recipient::Chat { .. } => None,
    };
    let why = match &page.notice.body {
        Body::Page { why, .. } => Some(why),
        _ => None,
    };
    json!({
        "seq": page.rung_seq,
        "person": person,
        "channel": page.channel,
        "state": page.state,
        "at": page.at.rfc3339(config.team.timezone),
        "why": why,
    })
}
