//! `trucban drill list`, `show` and `compliance`: the drills there are, and who has drilled.

use std::path::Path;

use chrono::Datelike as _;
use serde_json::{Value, json};

use super::args::Args;
use super::{End, Stopped, directory, office, say, say_json, table};
use crate::app::office::Office;
use crate::domain::directory::Directory;
use crate::domain::drill::duty::{Row, TakenBy};
use crate::domain::drill::run::Drill;
use crate::domain::drill::run::state::Status;
use crate::domain::drill::shown::ShownDrill;
use crate::domain::ids::DrillCode;
use crate::report::drills::calendar;
use crate::text::cli::drill as words;
use crate::text::drill::plan;

/// Where a calendar is written.
pub type Out<'a> = (Option<&'a Path>, bool);

/// Every drill, the next first.
fn all(office: &Office) -> Result<Vec<Drill>, Stopped> {
    let reader = office.reader()?;
    let mut drills = Vec::new();
    for code in reader.drill_codes(&Status::ALL)? {
        drills.extend(reader.shown_drill(&code)?.map(|shown| shown.drill));
    }
    Ok(drills)
}

/// The drills of a year, or all there are, as a table, as JSON or as a calendar.
pub fn list(args: &Args, year: Option<i32>, ics: bool, out: Out<'_>) -> Result<End, Stopped> {
    let (config, office) = office(args)?;
    let zone = config.team.timezone;
    let mut drills = all(&office)?;
    drills.retain(|drill| year.is_none_or(|year| drill.planning.at.year(zone) == year));
    if ics {
        let text = calendar(words::CALENDAR, &drills, office.now());
        match out.0 {
            Some(path) => {
                directory::write(path, text.as_bytes(), out.1)?;
                say(&words::written(&path.display().to_string(), drills.len()));
            }
            None => say(text.trim_end()),
        }
        return Ok(End::Done);
    }
    let directory = office.directory()?;
    if args.json {
        let drills: Vec<Value> = drills.iter().map(|one| as_json(one, &directory)).collect();
        say_json(&Value::Array(drills));
    } else if drills.is_empty() {
        say(&words::no_drills(year));
    } else {
        let mut rows = vec![words::DRILL_COLUMNS.map(str::to_owned).to_vec()];
        rows.extend(drills.iter().map(|one| words::drill_row(one, &directory)));
        say(&table(&rows));
    }
    Ok(End::Done)
}

/// One drill.
pub fn show(args: &Args, code: &str) -> Result<End, Stopped> {
    let (_, office) = office(args)?;
    let code = DrillCode::new(code.trim().to_uppercase());
    let shown = office.reader()?.shown_drill(&code)?;
    let shown = shown.ok_or_else(|| Stopped(words::no_drill(code.as_str())))?;
    let directory = office.directory()?;
    if args.json {
        say_json(&in_full(&shown, &directory));
    } else {
        words::shown(&shown, &directory).iter().for_each(|line| say(line));
    }
    Ok(End::Done)
}

fn as_json(drill: &Drill, directory: &Directory) -> Value {
    let zone = directory.calendar.zone;
    let planning = &drill.planning;
    let of = planning.of.as_ref();
    let added = directory.drill_book.is_added(planning.at.year(zone), &drill.code);
    json!({
        "code": drill.code, "status": drill.status, "at": planning.at.rfc3339(zone),
        "weekday": planning.at.local(zone).weekday(), "ends": drill.planned_end().rfc3339(zone),
        "scenario": {"id": planning.scenario.id, "version": planning.scenario.version,
                     "name": planning.scenario.name, "kind": planning.scenario.kind},
        "lead": planning.lead, "units": planning.units.len(), "people": drill.people.len(),
        "series": of.map(|of| of.series), "nominal": of.map(|of| of.nominal), "added": added,
        "version": drill.version,
    })
}

fn in_full(shown: &ShownDrill, directory: &Directory) -> Value {
    let (drill, zone) = (&shown.drill, directory.calendar.zone);
    let mut value = as_json(drill, directory);
    let people = drill.people.iter().map(|(person, one)| {
        json!({"id": person, "unit": one.unit, "rsvp": one.rsvp, "stand_in": one.stand_in,
               "here": one.here.map(|(_, at)| at.rfc3339(zone)),
               "released": one.released.map(|at| at.rfc3339(zone))})
    });
    let approved = drill.approved.as_ref();
    let files = drill.numbered_files().map(|(number, file)| {
        json!({"number": number, "at": file.at.rfc3339(zone), "by": file.by, "of": file.of,
               "state": file.state, "origin": "drill"})
    });
    let more = json!({
        "author": drill.author,
        "approved": approved.map(|(by, at)| json!({"by": by, "at": at.rfc3339(zone)})),
        "remark": drill.remark.as_ref().and_then(|remark| shown.said(remark)),
        "drilled_units": drill.planning.units, "participants": people.collect::<Vec<_>>(),
        "deputy": drill.planning.deputy, "evaluators": drill.planning.evaluators,
        "sessions": drill.planning.sessions.iter().map(|at| at.rfc3339(zone)).collect::<Vec<_>>(),
        "files": files.collect::<Vec<_>>(),
        "started": drill.started.map(|at| at.rfc3339(zone)),
        "ended": drill.ended.as_ref().map(|(at, _)| at.rfc3339(zone)),
    });
    if let (Value::Object(all), Value::Object(more)) = (&mut value, more) {
        all.extend(more);
    }
    value
}

/// Who has drilled in a year; one that has not is an exit code of 1.
pub fn compliance(args: &Args, year: Option<i32>) -> Result<End, Stopped> {
    let (config, office) = office(args)?;
    let directory = office.directory()?;
    let today = directory.calendar.day_of(office.now());
    let year = year.unwrap_or_else(|| today.year());
    let drills = all(&office)?;
    let taken = TakenBy::of(&drills, &directory, directory.calendar.zone);
    let rows = config.duties.year(year, &taken, &directory, today);
    if args.json {
        let duties = config.duties.all.iter().map(|duty| {
            json!({"id": duty.id, "units": duty.units, "every": duty.every, "count": duty.count,
                   "kinds": duty.kinds, "counts_if": duty.counts_if, "legal": duty.legal})
        });
        let units: Vec<Value> = rows.iter().map(row_as_json).collect();
        say_json(&json!({"year": year, "duties": duties.collect::<Vec<_>>(), "units": units}));
    } else {
        let mut lines = vec![words::COMPLIANCE_COLUMNS.map(str::to_owned).to_vec()];
        lines.extend(rows.iter().map(|row| words::compliance_row(row, &directory)));
        say(&table(&lines));
        say(&plan::summary(year, &rows));
    }
    let open = rows.iter().any(|row| row.year.is_open());
    Ok(if open { End::Wrong } else { End::Done })
}

fn row_as_json(row: &Row) -> Value {
    json!({"unit": row.unit, "year": row.year, "quarters": row.quarters})
}
