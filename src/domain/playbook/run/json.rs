//! A run as JSON, as `incident show --json` has it: absent is `null`, never missing.

use chrono_tz::Tz;
use serde_json::{Value, json};

use super::state::{How, OverHow, Run, Waits};
use crate::domain::actor::Actor;
use crate::domain::time::Timestamp;

/// One run.
pub fn run(run: &Run, zone: Tz) -> Value {
    let time = |at: Timestamp| at.rfc3339(zone);
    let person = |actor: &Actor| match actor {
        Actor::Person(id) => Some(id.to_string()),
        _ => None,
    };
    let steps: Vec<Value> = run
        .tokens
        .iter()
        .filter_map(|(number, token)| {
            let shared = json!({"step": number, "id": token.step, "since": time(token.since)});
            let own = match &token.waits {
                Waits::Task(pending) => json!({
                    "state": if pending.approval.is_some() { "approval" } else { "open" },
                    "title": pending.title,
                    "who": pending.who.to_string(),
                    "taken_by": pending.taken.as_ref().map(|(by, _)| by),
                    "due_at": pending.due.map(time),
                    "late": pending.late,
                }),
                Waits::Decision { title, .. } => json!({
                    "state": "failed", "title": title, "who": "holder",
                    "taken_by": null, "due_at": null, "late": false,
                }),
                Waits::Until(at) => json!({
                    "state": "waiting", "title": null, "who": null,
                    "taken_by": null, "due_at": time(*at), "late": false,
                }),
                Waits::Blocks { .. } => return None,
            };
            Some(merged(shared, own))
        })
        .collect();
    let over: Vec<Value> = run
        .over
        .iter()
        .map(|over| {
            let how = match over.how {
                OverHow::Done => "done",
                OverHow::Skipped => "skipped",
                OverHow::Failed => "failed",
                OverHow::Dropped => "dropped",
            };
            json!({
                "step": over.number, "title": over.title, "state": how,
                "at": time(over.at.at), "by": person(&over.at.by),
            })
        })
        .collect();
    let ended = run.ended.as_ref();
    json!({
        "run": run.number,
        "playbook": run.playbook,
        "version": run.version,
        "hash": run.hash,
        "title": run.title,
        "started_at": time(run.started.at),
        "started_by": person(&run.started.by),
        "state": ended.map_or("running", |ended| match ended.how {
            How::Finished => "finished",
            How::Stopped => "stopped",
            How::Closed => "closed",
            How::Lost => "lost",
        }),
        "ended_at": ended.map(|ended| time(ended.at.at)),
        "steps_done": run.done,
        "steps": steps,
        "steps_over": over,
    })
}

fn merged(one: Value, other: Value) -> Value {
    match (one, other) {
        (Value::Object(mut one), Value::Object(other)) => {
            one.extend(other);
            Value::Object(one)
        }
        (one, _) => one,
    }
}
