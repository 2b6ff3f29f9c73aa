//! `trucban escalation explain`.

use serde_json::json;

use super::args::{Args, Escalation};
use super::{End, Stopped, office, say, say_json, table};
use crate::config::Config;
use crate::domain::calendar::When;
use crate::domain::directory::Directory;
use crate::domain::escalation::explain::{Explained, Seat, seat};
use crate::domain::escalation::ladder::Position;
use crate::domain::escalation::who::Called;
use crate::domain::ids::{PersonId, UnitCode};
use crate::domain::time::Timestamp;
use crate::text::cli::said;
use crate::text::{duty, words};

/// Who would be paged, when, through what, why.
pub fn explain(args: &Args, command: &Escalation) -> Result<End, Stopped> {
    let Escalation::Explain { severity, unit, at } = command;
    let (config, office) = office(args)?;
    let directory = office.directory()?;
    let unit = unit.as_deref().map(|unit| acting(unit, &directory)).transpose()?;
    let unit = unit.as_ref();
    let at = at.unwrap_or_else(|| office.now());
    let steps = office.explain(*severity, unit, at)?;
    let holiday = directory.calendar.holiday(at);
    let in_hours = directory.hours_of(unit).holds(When::InHours, at);
    if args.json {
        let steps: Vec<_> = steps.iter().map(|step| as_json(step, &config, &directory)).collect();
        say_json(&json!({"severity": severity, "unit": unit, "in_hours": in_hours,
            "holiday": holiday, "steps": steps}));
        return Ok(End::Done);
    }
    let shown = at.shown(config.team.timezone);
    say(&said::explain_head(words::severity(*severity), &shown));
    if let Some(unit) = unit {
        say(&said::explain_unit(&crate::text::people::unit(unit, &directory)));
    }
    say(&said::explain_hours(in_hours, holiday));
    let mut rows = vec![said::EXPLAIN_COLUMNS.iter().map(|c| (*c).to_owned()).collect()];
    for step in &steps {
        rows.extend(as_rows(step, &config, &directory));
    }
    say(&table(&rows));
    say(&said::explain_repeats(&words::duration(config.policies.exhausted_every)));
    Ok(End::Done)
}

/// The unit by that code, or whoever took its place.
fn acting(code: &str, directory: &Directory) -> Result<UnitCode, Stopped> {
    let code = UnitCode::new(code);
    let acting = directory.acting(&code);
    if !directory.units.contains_key(acting) {
        return Err(Stopped(said::unknown_unit(acting.as_str())));
    }
    if directory.ended.contains(acting) {
        return Err(Stopped(said::ended_unit(acting.as_str())));
    }
    Ok(acting.clone())
}

fn as_rows(step: &Explained, config: &Config, directory: &Directory) -> Vec<Vec<String>> {
    let when = step.at.shown(config.team.timezone);
    let rung = match step.step.position {
        Position::On(rung) => said::explain_rung(rung.round, rung.level),
        Position::Exhausted(_) => said::EXPLAIN_EXHAUSTED.to_owned(),
    };
    let mut rows: Vec<Vec<String>> = Vec::new();
    for called in &step.step.people {
        let ways = directory.ways_to(&called.id);
        let ways: Vec<&str> = ways.iter().map(|way| words::channel(*way)).collect();
        let ways =
            if ways.is_empty() { said::EXPLAIN_NO_WAY.to_owned() } else { ways.join(" → ") };
        let seat = seat_of(called, step.at, directory);
        let seat = seat.map(|seat| duty::seat(&seat, directory, config.team.timezone));
        let why = format!("{}{}", words::why_of(called.why), seat.unwrap_or_default());
        rows.push(vec![named(&called.id, directory), why, ways]);
    }
    for (person, stand_in) in &step.away {
        let why = said::explain_away(stand_in.as_ref().map(|id| named(id, directory)).as_deref());
        rows.push(vec![named(person, directory), why, said::EXPLAIN_NOT_CALLED.to_owned()]);
    }
    for person in &step.spared {
        let why = said::EXPLAIN_SPARED.to_owned();
        rows.push(vec![named(person, directory), why, said::EXPLAIN_NOT_CALLED.to_owned()]);
    }
    if step.step.team && config.telegram.is_some() {
        rows.push(vec![said::EXPLAIN_TEAM.to_owned(), String::new(), String::new()]);
    }
    if rows.is_empty() {
        rows.push(vec![said::EXPLAIN_NOBODY.to_owned(), String::new(), String::new()]);
    }
    for (rung, hours) in &step.passed {
        let level = said::explain_rung(rung.round, rung.level);
        let row = [said::explain_passed(&level), said::explain_when(*hours).to_owned()];
        rows.insert(0, row.into_iter().chain([String::new()]).collect());
    }
    let mut first = true;
    for row in &mut rows {
        let (when, rung) = if first { (when.clone(), rung.clone()) } else { Default::default() };
        row.splice(0..0, [when, rung]);
        first = false;
    }
    rows
}

fn named(id: &PersonId, directory: &Directory) -> String {
    format!("{} ({id})", directory.name(id))
}

/// The chair somebody is called from, where the roster names him.
fn seat_of(called: &Called, at: Timestamp, directory: &Directory) -> Option<Seat> {
    called.why.is_by_roster().then(|| seat(&called.id, at, directory)).flatten()
}

fn as_json(step: &Explained, config: &Config, directory: &Directory) -> serde_json::Value {
    let rung = step.step.position.rung();
    let people: Vec<_> = step
        .step
        .people
        .iter()
        .map(|called| {
            let seat = seat_of(called, step.at, directory);
            let zone = config.team.timezone;
            json!({"id": called.id, "why": called.why, "channels": directory.ways_to(&called.id),
                   "layer": seat.as_ref().map(|seat| seat.layer),
                   "until": seat.as_ref().and_then(|seat| seat.until).map(|until| until.rfc3339(zone)),
                   "stands_in_for": seat.and_then(|seat| seat.stands_in_for)})
        })
        .collect();
    let passed: Vec<_> = step
        .passed
        .iter()
        .map(|(rung, when)| json!({"round": rung.round, "level": rung.level, "when": when}))
        .collect();
    let away: Vec<_> = step
        .away
        .iter()
        .map(|(person, stand_in)| json!({"id": person, "stand_in": stand_in}))
        .collect();
    json!({
        "at": step.at.rfc3339(config.team.timezone),
        "round": rung.round,
        "level": rung.level,
        "exhausted": matches!(step.step.position, Position::Exhausted(_)),
        "people": people,
        "passed": passed,
        "away": away,
        "spared": step.spared,
        "team": step.step.team && config.telegram.is_some(),
        "reachable": step.step.reachable,
    })
}
