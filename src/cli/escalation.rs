//! `trucban escalation explain`.

use serde_json::json;

use super::args::{Args, Escalation};
use super::{End, Stopped, office, say, say_json, table};
use crate::config::Config;
use crate::domain::directory::Directory;
use crate::domain::escalation::explain::Explained;
use crate::domain::escalation::ladder::Position;
use crate::domain::ids::UnitCode;
use crate::text::cli::said;
use crate::text::words;

/// Who would be paged, when, through what, why.
pub fn explain(args: &Args, command: &Escalation) -> Result<End, Stopped> {
    let Escalation::Explain { severity, unit, at } = command;
    let (config, office) = office(args)?;
    let directory = office.directory()?;
    if let Some(unit) = unit
        && !directory.units.contains_key(&UnitCode::new(unit))
    {
        return Err(Stopped(said::unknown_unit(unit)));
    }
    let at = at.unwrap_or_else(|| office.now());
    let steps = office.explain(*severity, at)?;
    if args.json {
        let steps: Vec<_> = steps.iter().map(|step| as_json(step, &config, &directory)).collect();
        say_json(&json!({"severity": severity, "unit": unit, "steps": steps}));
        return Ok(End::Done);
    }
    let shown = at.shown(config.team.timezone);
    say(&said::explain_head(words::severity(*severity), &shown));
    let mut rows = vec![said::EXPLAIN_COLUMNS.iter().map(|c| (*c).to_owned()).collect()];
    for step in &steps {
        rows.extend(as_rows(step, &config, &directory));
    }
    say(&table(&rows));
    say(&said::explain_repeats(&words::duration(config.policies.exhausted_every)));
    Ok(End::Done)
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
        let name = format!("{} ({})", directory.name(&called.id), called.id);
        rows.push(vec![name, words::why_of(called.why).to_owned(), ways]);
    }
    if step.step.team && config.telegram.is_some() {
        rows.push(vec![said::EXPLAIN_TEAM.to_owned(), String::new(), String::new()]);
    }
    if rows.is_empty() {
        rows.push(vec![said::EXPLAIN_NOBODY.to_owned(), String::new(), String::new()]);
    }
    let mut first = true;
    for row in &mut rows {
        let (when, rung) = if first { (when.clone(), rung.clone()) } else { Default::default() };
        row.splice(0..0, [when, rung]);
        first = false;
    }
    rows
}

fn as_json(step: &Explained, config: &Config, directory: &Directory) -> serde_json::Value {
    let rung = step.step.position.rung();
    let people: Vec<_> = step
        .step
        .people
        .iter()
        .map(|called| {
            json!({"id": called.id, "why": called.why, "channels": directory.ways_to(&called.id)})
        })
        .collect();
    json!({
        "at": step.at.rfc3339(config.team.timezone),
        "round": rung.round,
        "level": rung.level,
        "exhausted": matches!(step.step.position, Position::Exhausted(_)),
        "people": people,
        "team": step.step.team && config.telegram.is_some(),
        "reachable": step.step.reachable,
    })
}
