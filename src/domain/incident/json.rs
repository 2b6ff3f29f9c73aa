//! An incident as JSON, as the contract has it: absent is `null`, never missing; people and units
//! are ids; times are RFC 3339 with offset.

use chrono_tz::Tz;
use serde_json::{Map, Value, json};

use crate::domain::actor::Origin;
use crate::domain::notice::Shown;
use crate::domain::time::Timestamp;
use crate::domain::values::{Flag, Tri};

/// The object of `incident list --json`.
pub fn incident(shown: &Shown, zone: Tz) -> Map<String, Value> {
    let incident = &shown.incident;
    let time = |at: Timestamp| Value::from(at.rfc3339(zone));
    let maybe = |at: Option<Timestamp>| at.map_or(Value::Null, time);
    let flags: Map<String, Value> = Flag::ALL
        .iter()
        .map(|flag| {
            let value = incident.flags.get(flag).copied().unwrap_or(Tri::Unknown);
            (flag.to_string(), value.as_str().into())
        })
        .collect();
    let called = incident.open().filter(|_| !incident.not_called_yet());
    let rung = called.map(|open| open.position.rung());
    let exercise = match &incident.origin {
        Origin::Real => Value::Null,
        Origin::Drill(drill) => drill.as_str().into(),
    };
    let value = json!({
        "code": incident.code,
        "title": shown.title.as_ref().filter(|_| !incident.off_channel),
        "status": incident.status(),
        "severity": incident.severity,
        "category": incident.category,
        "tags": [],
        "unit": incident.unit,
        "reported_by": incident.reported_by,
        "holder": incident.holder(),
        "helpers": incident.helpers,
        "episode": incident.episode,
        "detected_at": time(incident.detected_at),
        "detected_estimated": incident.detected_estimated,
        "reported_at": time(incident.reported_at),
        "acknowledged_at": maybe(incident.acknowledged.as_ref().map(|stamp| stamp.at)),
        "acknowledged_by": incident.acknowledged.as_ref().map(|stamp| &stamp.by),
        "contained_at": maybe(incident.contained_at),
        "resolved_at": maybe(incident.resolved_at),
        "closed_at": maybe(incident.closed_at),
        "outcome": incident.outcome(),
        "duplicate_of": incident.main(),
        "escalation": rung.map(|rung| json!({"round": rung.round, "level": rung.level})),
        "exercise": exercise,
        "off_channel": incident.off_channel,
        "flags": flags,
        "tlp": incident.tlp,
    });
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}
