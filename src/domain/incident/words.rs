//! Words after they were said: who may take which of them back, and what an edit becomes. Facts
//! stay; only words can go.

use std::time::Duration;

use super::act::ActKind;
use super::decide::words_for;
use super::event::IncidentEvent;
use super::opening::title_and_rest;
use super::state::Incident;
use crate::domain::access::Permit;
use crate::domain::envelope::Actor;
use crate::domain::notice::Told;
use crate::domain::playbook::run::RunEvent;
use crate::domain::refusal::Refusal;
use crate::domain::text::{ContentId, Text};
use crate::domain::time::Timestamp;

/// How long people may take their own words back; afterwards a lead may.
pub const OWN_WORDS: Duration = Duration::from_secs(30 * 60);

/// What a removal comes to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Removal {
    /// The words to be erased.
    pub contents: Vec<ContentId>,
    /// What is recorded: one entry for each entry that loses its words.
    pub events: Vec<IncidentEvent>,
}

/// The entries whose words `actor` may take back now, oldest first. Whoever leads may take all.
pub fn removable<'h>(
    history: &'h [Told],
    actor: &Actor,
    leads: bool,
    now: Timestamp,
) -> Vec<&'h Told> {
    let own = |told: &Told| told.at.actor == *actor && now.since(told.at.at) <= OWN_WORDS;
    let may = |told: &&Told| has_words(history, told) && (leads || own(told));
    history.iter().filter(may).collect()
}

fn has_words(history: &[Told], told: &Told) -> bool {
    let reason = matches!(told.event, IncidentEvent::ContentRemoved { .. });
    let some = match &told.event {
        IncidentEvent::EvidenceOffered { .. } => true,
        // Of what is handled outside the system there are none.
        IncidentEvent::Reported { opening } => !opening.off_channel,
        event => !event.texts().is_empty(),
    };
    !reason && some && !is_removed(history, told.at.seq)
}

fn is_removed(history: &[Told], seq: i64) -> bool {
    history.iter().any(
        |told| matches!(told.event, IncidentEvent::ContentRemoved { of_seq, .. } if of_seq == seq),
    )
}

/// Takes back the words of entry `seq`, with every edit of them.
pub fn remove(
    incident: &Incident,
    history: &[Told],
    seq: i64,
    reason: &str,
    permit: &Permit,
    now: Timestamp,
) -> Result<Removal, Refusal> {
    let code = || incident.code.clone();
    let first = history.iter().find(|told| told.at.seq == seq && has_words(history, told));
    let first = first.ok_or_else(|| Refusal::NothingToRemove { code: code(), seq })?;
    let may = removable(history, permit.actor(), permit.leads(), now);
    if !may.iter().any(|told| told.at.seq == seq) {
        return Err(Refusal::NotYoursToRemove(code()));
    }
    let own = first.at.actor == *permit.actor();
    if reason.trim().is_empty() && !own {
        return Err(Refusal::WordsNeeded { act: ActKind::Redact });
    }
    Ok(removal(history, seq, reason))
}

/// What taking entry `seq` with every edit of it back comes to, whoever may.
pub fn removal(history: &[Told], seq: i64, reason: &str) -> Removal {
    let of_it = |told: &&Told| {
        told.at.seq == seq
            || matches!(told.event, IncidentEvent::WordsEdited { of_seq, .. } if of_seq == seq)
    };
    let gone: Vec<&Told> =
        history.iter().filter(of_it).filter(|told| has_words(history, told)).collect();
    let contents = gone.iter().flat_map(|told| told.event.texts());
    let contents = contents.filter_map(|text| text.sealed().cloned()).collect();
    let events = gone.iter().map(|told| IncidentEvent::ContentRemoved {
        of_seq: told.at.seq,
        reason: Text::plain(reason.trim()),
    });
    Removal { contents, events: events.collect() }
}

/// The writer changed a message that became entry `seq`. Words that were taken back stay gone.
pub fn edit(
    incident: &Incident,
    history: &[Told],
    seq: i64,
    words: &str,
    permit: &Permit,
) -> Result<Vec<IncidentEvent>, Refusal> {
    let Some(first) = history.iter().find(|told| told.at.seq == seq) else { return Ok(Vec::new()) };
    if first.at.actor != *permit.actor() {
        return Ok(Vec::new());
    }
    if incident.off_channel {
        return Err(Refusal::OffChannel(incident.code.clone()));
    }
    if is_removed(history, seq) {
        return Err(Refusal::NothingToRemove { code: incident.code.clone(), seq });
    }
    let event = match first.event {
        IncidentEvent::Reported { .. } => {
            let (title, rest) = title_and_rest(words);
            if title.is_empty() {
                return Err(Refusal::WordsNeeded { act: ActKind::Report });
            }
            let (title, text) = (Some(Text::plain(title)), rest.map(Text::plain));
            IncidentEvent::WordsEdited { of_seq: seq, title, text }
        }
        IncidentEvent::NoteAdded { .. } | IncidentEvent::Closed { .. } => {
            let text = Some(words_for(ActKind::Note, words)?);
            IncidentEvent::WordsEdited { of_seq: seq, title: None, text }
        }
        // Words under a picture that had none are a note of their own.
        IncidentEvent::EvidenceOffered { .. } if words.trim().is_empty() => return Ok(Vec::new()),
        IncidentEvent::EvidenceOffered { .. } => {
            let text = words_for(ActKind::Note, words)?;
            IncidentEvent::NoteAdded { text, for_all: false }
        }
        IncidentEvent::EvidenceDescribed { .. }
        | IncidentEvent::FlagSet { reason: Some(_), .. }
        | IncidentEvent::Run {
            what:
                RunEvent::Declined { .. }
                | RunEvent::Skipped { .. }
                | RunEvent::Stopped { .. }
                | RunEvent::Failed { reason: Some(_), .. },
            ..
        }
        | IncidentEvent::EvidenceHanded { reason: Some(_), .. } => {
            let text = Some(words_for(ActKind::Note, words)?);
            IncidentEvent::WordsEdited { of_seq: seq, title: None, text }
        }
        _ => return Ok(Vec::new()),
    };
    Ok(vec![event])
}

/// Words of several messages, of which the one at `place` was changed. Where they cannot be told apart the
/// new ones follow the old.
pub fn with_changed(words: &str, lengths: &[Option<usize>], place: usize, changed: &str) -> String {
    let mut parts = apart(words, lengths).unwrap_or_default();
    match parts.get_mut(place) {
        Some(part) => *part = changed,
        None => parts = vec![words, changed],
    }
    parts.join("\n")
}

/// Words that were joined line by line, each of its own length in characters.
fn apart<'w>(words: &'w str, lengths: &[Option<usize>]) -> Option<Vec<&'w str>> {
    let (mut parts, mut rest) = (Vec::new(), Some(words));
    for length in lengths {
        let left = rest?;
        let end = left.char_indices().map(|(at, _)| at).chain([left.len()]).nth((*length)?)?;
        let (part, after) = left.split_at_checked(end)?;
        parts.push(part);
        rest = after.strip_prefix('\n');
        if rest.is_none() && !after.is_empty() {
            return None;
        }
    }
    rest.is_none().then_some(parts)
}

/// The same change where the words stand a second time, as entry `seq` of a part; nothing where none
/// stand there (any more).
pub fn edit_of_copy(history: &[Told], seq: i64, edit: &IncidentEvent) -> Option<IncidentEvent> {
    let IncidentEvent::WordsEdited { text, .. } = edit else { return None };
    let copy = history.iter().find(|told| told.at.seq == seq)?;
    has_words(history, copy).then(|| IncidentEvent::WordsEdited {
        of_seq: seq,
        title: None,
        text: text.clone(),
    })
}
