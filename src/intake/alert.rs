//! The product's own format: a JSON object, or an array of them, becomes alerts, or the list of
//! everything that is wrong with it. Pure.

use ring::digest::{Context, SHA256};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::domain::alert::{Alert, Remark};
use crate::domain::ids::UnitCode;
use crate::domain::incident::opening::MAX_TITLE;
use crate::domain::time::Timestamp;
use crate::domain::values::Severity;

/// Most alerts in one body.
pub const MAX_ALERTS: usize = 1_000;

/// Longest key that makes a repetition recognised, in bytes.
pub const MAX_KEY: usize = 256;

/// One thing that is wrong with a body.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Problem {
    /// Which alert, counted from zero; absent when it is the body as a whole.
    pub index: Option<usize>,
    /// Which field.
    pub field: &'static str,
    /// What is wrong with it.
    pub problem: String,
}

impl Problem {
    /// Something about the body as a whole.
    pub fn body(problem: impl Into<String>) -> Self {
        Self { index: None, field: "body", problem: problem.into() }
    }
}

/// A body that can be filed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Batch {
    /// The alerts, at least one.
    pub alerts: Vec<Alert>,
    /// What makes a repetition of the same body recognised, when its alerts name themselves.
    pub key: Option<String>,
}

/// Reads a body: one object, or an array taken whole or not at all. `known` says whether the
/// directory has a unit.
pub fn read(body: &Value, known: &dyn Fn(&UnitCode) -> bool) -> Result<Batch, Vec<Problem>> {
    let one = std::slice::from_ref(body);
    let items = match body {
        Value::Array(items) => items.as_slice(),
        Value::Object(_) => one,
        _ => return Err(vec![Problem::body("must be an object or an array of objects")]),
    };
    if items.is_empty() {
        return Err(vec![Problem::body("must hold at least one alert")]);
    }
    if items.len() > MAX_ALERTS {
        return Err(vec![Problem::body(format!("must hold at most {MAX_ALERTS} alerts"))]);
    }
    let mut problems = Vec::new();
    let (mut alerts, mut ids) = (Vec::with_capacity(items.len()), Vec::with_capacity(items.len()));
    for (index, item) in items.iter().enumerate() {
        let mut fields = Fields { index, object: item.as_object(), problems: &mut problems };
        let Some((alert, id)) = read_one(&mut fields, known) else { continue };
        alerts.push(alert);
        ids.push(id);
    }
    if problems.is_empty() { Ok(Batch { key: key(items, ids), alerts }) } else { Err(problems) }
}

/// Whether any alert of the body says where it belongs.
pub fn names_units(body: &Value) -> bool {
    match body {
        Value::Array(items) => items.iter().any(names_units),
        body => body.get("unit").is_some_and(|unit| !unit.is_null()),
    }
}

/// One alert names itself. Several together are named by all their names, so that a body which only
/// begins like an earlier one is never mistaken for it.
fn key(items: &[Value], ids: Vec<Option<String>>) -> Option<String> {
    if ids.iter().all(Option::is_none) {
        return None;
    }
    if let [Some(id)] = ids.as_slice() {
        return Some(id.clone());
    }
    let mut digest = Context::new(&SHA256);
    for (item, id) in items.iter().zip(ids) {
        let name = id.unwrap_or_else(|| item.to_string());
        digest.update(&u64::try_from(name.len()).unwrap_or(u64::MAX).to_be_bytes());
        digest.update(name.as_bytes());
    }
    Some(format!("batch-{}", hex(digest.finish().as_ref())))
}

/// Bytes as hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The fields of one alert, and the list every problem goes to.
struct Fields<'a> {
    index: usize,
    object: Option<&'a Map<String, Value>>,
    problems: &'a mut Vec<Problem>,
}

impl<'a> Fields<'a> {
    fn wrong(&mut self, field: &'static str, problem: impl Into<String>) {
        self.problems.push(Problem { index: Some(self.index), field, problem: problem.into() });
    }

    /// A field that is there; `null` is the same as absent.
    fn get(&self, field: &str) -> Option<&'a Value> {
        self.object?.get(field).filter(|value| !value.is_null())
    }

    /// A text; blank is the same as absent, since templates leave blanks where they know nothing.
    fn text(&mut self, field: &'static str) -> Option<&'a str> {
        match self.get(field)? {
            Value::String(text) => Some(text.trim()).filter(|text| !text.is_empty()),
            _ => {
                self.wrong(field, "must be a string");
                None
            }
        }
    }

    /// A text that becomes part of a key.
    fn name(&mut self, field: &'static str) -> Option<String> {
        let text = self.text(field)?;
        if text.len() > MAX_KEY {
            self.wrong(field, format!("must be at most {MAX_KEY} bytes"));
            return None;
        }
        Some(text.to_owned())
    }
}

/// One alert and its `event_id`. `None` when its problems leave nothing to file.
fn read_one(
    fields: &mut Fields<'_>,
    known: &dyn Fn(&UnitCode) -> bool,
) -> Option<(Alert, Option<String>)> {
    if fields.object.is_none() {
        fields.wrong("body", "must be an object");
        return None;
    }
    let title = title(fields);
    let description = fields.text("description");
    let severity = severity(fields);
    let category = fields.text("category");
    let unit = fields.text("unit").map(UnitCode::new);
    let dedup_key = fields.name("dedup_key");
    let id = fields.name("event_id");
    let detected_at = detected_at(fields);
    let source = fields.text("source");
    let resolved = resolved(fields);
    let title = title?;

    let mut remarks = Vec::new();
    if let Some(unit) = unit.as_ref().filter(|unit| !known(unit)) {
        remarks.push(Remark::UnknownUnit(unit.to_string()));
    }
    let named = category.and_then(|category| category.parse().ok());
    if let (Some(given), None) = (category, named) {
        remarks.push(Remark::UnknownCategory(given.to_owned()));
    }
    let (title, cut) = cut(title);
    let parts = [
        cut,
        description.map(str::to_owned),
        source.map(|source| format!("source: {source}")),
        fields.get("observables").and_then(observables),
    ];
    let words: Vec<String> = parts.into_iter().flatten().collect();
    let description = (!words.is_empty()).then(|| words.join("\n"));
    let category = named;
    let alert = Alert {
        title,
        description,
        severity,
        category,
        unit,
        dedup_key,
        detected_at,
        resolved,
        remarks,
    };
    Some((alert, id))
}

fn title<'a>(fields: &mut Fields<'a>) -> Option<&'a str> {
    match fields.get("title") {
        Some(Value::String(title)) if !title.trim().is_empty() => Some(title.trim()),
        Some(Value::String(_)) => {
            fields.wrong("title", "must not be blank");
            None
        }
        Some(_) => {
            fields.wrong("title", "must be a string");
            None
        }
        None => {
            fields.wrong("title", "is required");
            None
        }
    }
}

/// One line of at most [`MAX_TITLE`] characters, and the whole of it when that is not all.
fn cut(title: &str) -> (String, Option<String>) {
    let line = title.lines().next().unwrap_or_default().trim_end();
    let short: String = line.chars().take(MAX_TITLE).collect();
    let whole = (short != title).then(|| title.to_owned());
    (short, whole)
}

fn severity(fields: &mut Fields<'_>) -> Severity {
    let given = fields.text("severity").map(str::parse);
    match given {
        None => Severity::Medium,
        Some(Ok(severity)) => severity,
        Some(Err(_)) => {
            fields.wrong("severity", "must be low, medium, high or critical");
            Severity::Medium
        }
    }
}

fn detected_at(fields: &mut Fields<'_>) -> Option<Timestamp> {
    match fields.text("detected_at")?.parse() {
        Ok(at) => Some(at),
        Err(_) => {
            fields.wrong("detected_at", "must be an RFC 3339 time with offset");
            None
        }
    }
}

fn resolved(fields: &mut Fields<'_>) -> bool {
    match fields.get("resolved") {
        None => false,
        Some(Value::Bool(resolved)) => *resolved,
        Some(_) => {
            fields.wrong("resolved", "must be true or false");
            false
        }
    }
}

/// Observables as lines of text, whatever shape they came in.
fn observables(given: &Value) -> Option<String> {
    let line = |value: &Value| match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let lines: Vec<String> = match given {
        Value::Array(items) => items.iter().map(|item| format!("- {}", line(item))).collect(),
        Value::Object(fields) => {
            fields.iter().map(|(name, value)| format!("- {name}: {}", line(value))).collect()
        }
        other => return Some(format!("observables: {}", line(other))),
    };
    (!lines.is_empty()).then(|| format!("observables:\n{}", lines.join("\n")))
}
