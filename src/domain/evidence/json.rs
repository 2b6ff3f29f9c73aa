//! The evidence of an incident as JSON: what `incident show` and the manifest of an export say.

use chrono_tz::Tz;
use serde_json::{Value, json};

use super::{Piece, State};
use crate::domain::incident::IncidentEvent;
use crate::domain::incident::state::Incident;
use crate::domain::notice::Told;
use crate::domain::time::Timestamp;

/// Every piece with all that happened to it.
pub fn evidence(incident: &Incident, history: &[Told], zone: Tz) -> Vec<Value> {
    incident.pieces().map(|(number, piece)| one(number, piece, history, zone)).collect()
}

fn one(number: u32, piece: &Piece, history: &[Told], zone: Tz) -> Value {
    let (state, why) = match &piece.state {
        State::Waiting => ("waiting", None),
        State::Stored(_) => ("stored", None),
        State::NotTaken(why) => ("not_taken", Some(why)),
        State::Elsewhere { .. } => ("elsewhere", None),
        State::Removed { .. } => ("removed", None),
    };
    let stored = match &piece.state {
        State::Stored(stored) => Some(stored),
        _ => None,
    };
    let told = history.iter().find(|told| told.at.seq == piece.seq);
    let text = told.and_then(|told| told.words.clone());
    let elsewhere = piece.form.is_none();
    let custody = history.iter().filter_map(|told| entry(number, told, zone));
    json!({
        "number": number,
        "seq": piece.seq,
        "state": state,
        "why": why,
        "form": piece.form,
        "source": piece.source,
        "name": text.clone().filter(|_| !elsewhere),
        "place": text.filter(|_| elsewhere),
        "sha256": piece.sha256(),
        "size": stored.map(|stored| stored.size),
        "kind": stored.map(|stored| stored.kind),
        "mime": stored.map(|stored| &stored.mime),
        "by": piece.by,
        "at": time(piece.at, zone),
        "custodian": piece.custodian,
        "handed_to": piece.handed_to,
        "custody": custody.collect::<Vec<Value>>(),
    })
}

fn time(at: Timestamp, zone: Tz) -> String {
    at.rfc3339(zone)
}

/// One thing that happened to piece `number`.
fn entry(number: u32, told: &Told, zone: Tz) -> Option<Value> {
    use IncidentEvent as E;
    let (of, from, to) = match &told.event {
        E::EvidenceOffered { number, .. }
        | E::EvidenceStored { number, .. }
        | E::EvidenceRefused { number, .. }
        | E::EvidenceDescribed { number, .. } => (*number, None, None),
        E::EvidenceHanded { number, from, to, .. } => (*number, from.clone(), Some(to.clone())),
        E::EvidenceReceived { number, from } => (*number, from.clone(), None),
        _ => return None,
    };
    let handed = matches!(told.event, E::EvidenceHanded { .. });
    (of == number).then(|| {
        json!({
            "seq": told.at.seq,
            "at": time(told.at.at, zone),
            "actor": told.at.actor,
            "event": told.event.kind(),
            "from": from,
            "to": to,
            "reason": told.words.clone().filter(|_| handed),
        })
    })
}
