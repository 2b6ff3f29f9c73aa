//! Evidence of an incident: what is offered, kept, told of, handed over and received.

use super::act::{Act, ActKind};
use super::decide::words_for;
use super::event::IncidentEvent;
use super::fold::At;
use super::moments::Ctx;
use super::state::Incident;
use crate::domain::access::{Permit, sees};
use crate::domain::actor::Actor;
use crate::domain::evidence::{
    Attachment, EvidenceRefusal, Fetched, MOST, Piece, State, read_sha256,
};
use crate::domain::refusal::Refusal;
use crate::domain::text::Text;

/// How many characters of a file's name are kept.
const NAME: usize = 200;

/// The events of an act on evidence, or why not.
pub fn decide(
    incident: &Incident,
    act: &Act,
    permit: &Permit,
    ctx: &Ctx<'_>,
) -> Result<Vec<IncidentEvent>, Refusal> {
    if incident.off_channel {
        return Err(Refusal::OffChannel(incident.code.clone()));
    }
    match act {
        Act::Attach(files) => attach(incident, files),
        Act::Describe(sha256, place) => {
            let sha256 = read_sha256(sha256).ok_or(Refusal::Evidence(EvidenceRefusal::BadHash))?;
            let text = words_for(ActKind::Describe, place)?;
            let number = room_for(incident, 1)?;
            Ok(vec![IncidentEvent::EvidenceDescribed { number, sha256, text }])
        }
        Act::Hand(number, to, reason) => {
            let piece = kept(incident, *number)?;
            let person = ctx.directory.active(to);
            let person = person.ok_or_else(|| Refusal::UnknownPerson(to.to_string()))?;
            if !sees(person, incident, ctx.directory)
                || permit.is(to) && piece.custodian.as_ref() == Some(to)
            {
                return Err(Refusal::CannotHold(to.clone()));
            }
            let reason = Some(reason.trim()).filter(|reason| !reason.is_empty());
            let reason = reason.map(|reason| words_for(ActKind::Hand, reason)).transpose()?;
            let from = piece.custodian.clone();
            Ok(vec![IncidentEvent::EvidenceHanded {
                number: *number,
                from,
                to: to.clone(),
                reason,
            }])
        }
        Act::Receive(number) => {
            let piece = kept(incident, *number)?;
            if piece.handed_to.as_ref() != permit.person() || permit.person().is_none() {
                return Err(Refusal::Evidence(EvidenceRefusal::NotYours(*number)));
            }
            let from = piece.custodian.clone();
            Ok(vec![IncidentEvent::EvidenceReceived { number: *number, from }])
        }
        _ => Ok(Vec::new()),
    }
}

fn attach(incident: &Incident, files: &[Attachment]) -> Result<Vec<IncidentEvent>, Refusal> {
    let first = room_for(incident, files.len())?;
    let offered = (first..).zip(files).map(|(number, file)| {
        let name = file.name.as_deref().map(|name| name.chars().take(NAME).collect::<String>());
        IncidentEvent::EvidenceOffered {
            number,
            form: file.form,
            source: file.source,
            size: file.size,
            text: name.filter(|name| !name.trim().is_empty()).map(Text::plain),
        }
    });
    Ok(offered.collect())
}

/// The number of the next piece.
fn room_for(incident: &Incident, more: usize) -> Result<u32, Refusal> {
    let there = incident.evidence.len();
    if there.saturating_add(more) > MOST {
        return Err(Refusal::Evidence(EvidenceRefusal::TooMuch(incident.code.clone())));
    }
    Ok(u32::try_from(there).unwrap_or(u32::MAX).saturating_add(1))
}

fn kept(incident: &Incident, number: u32) -> Result<&Piece, Refusal> {
    let piece = incident.piece(number).filter(|piece| piece.is_kept());
    piece.ok_or(Refusal::Evidence(EvidenceRefusal::Unknown(number)))
}

/// The event of a file that was fetched, or was not. Nothing where the piece does not wait.
pub fn fetched(incident: &Incident, fetched: &Fetched) -> Option<IncidentEvent> {
    let number = fetched.number;
    let waits = matches!(incident.piece(number)?.state, State::Waiting);
    waits.then(|| match &fetched.end {
        Ok(stored) => IncidentEvent::EvidenceStored { number, stored: stored.clone() },
        Err(why) => IncidentEvent::EvidenceRefused { number, why: why.clone() },
    })
}

impl Incident {
    /// Takes in what concerns evidence.
    pub(super) fn keep(&mut self, event: &IncidentEvent, at: &At) {
        use IncidentEvent as E;
        let by = match &at.actor {
            Actor::Person(person) => Some(person.clone()),
            _ => None,
        };
        let fresh = Piece {
            seq: at.seq,
            at: at.at,
            by: by.clone(),
            form: None,
            source: None,
            text: None,
            state: State::Waiting,
            custodian: None,
            handed_to: None,
        };
        match event {
            E::EvidenceOffered { form, source, text, .. } => self.evidence.push(Piece {
                form: Some(*form),
                source: Some(*source),
                text: text.clone(),
                ..fresh
            }),
            E::EvidenceDescribed { sha256, text, .. } => self.evidence.push(Piece {
                text: Some(text.clone()),
                state: State::Elsewhere { sha256: sha256.clone() },
                custodian: by,
                ..fresh
            }),
            E::EvidenceStored { number, stored } => {
                self.change(*number, |piece| piece.state = State::Stored(stored.clone()));
            }
            E::EvidenceRefused { number, why } => {
                self.change(*number, |piece| piece.state = State::NotTaken(why.clone()));
            }
            E::EvidenceHanded { number, to, .. } => {
                self.change(*number, |piece| piece.handed_to = Some(to.clone()));
            }
            E::EvidenceReceived { number, .. } => self.change(*number, |piece| {
                piece.handed_to = None;
                piece.custodian = by;
            }),
            E::ContentRemoved { of_seq, .. } => {
                for piece in self.evidence.iter_mut().filter(|piece| piece.seq == *of_seq) {
                    let sha256 = piece.sha256().map(str::to_owned);
                    piece.state = State::Removed { sha256 };
                }
            }
            _ => {}
        }
    }

    fn change(&mut self, number: u32, change: impl FnOnce(&mut Piece)) {
        let place = usize::try_from(number).ok().and_then(|number| number.checked_sub(1));
        if let Some(piece) = place.and_then(|place| self.evidence.get_mut(place)) {
            change(piece);
        }
    }
}
