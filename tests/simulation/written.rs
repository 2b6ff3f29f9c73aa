//! Everything that was ever written down, read from the ledger as it grows: whose words they are, what
//! was taken back, and which marks stand in them. Every word said in a run bears a mark of its own, so
//! that a file can be searched for it.

use std::collections::{BTreeMap, BTreeSet};

use trucban::domain::envelope::Actor;
use trucban::domain::ids::{IncidentCode, PersonId};
use trucban::domain::incident::event::IncidentEvent;
use trucban::domain::text::Text;

use super::driver::{Check, Sim};
use crate::hold;

/// How long people may take their own words back.
const OWN_WORDS: i64 = 1_800_000;

/// The mark of something said.
pub fn mark(number: u64) -> String {
    format!("zq{number:06}")
}

/// The marks in some bytes.
pub fn marks(bytes: &[u8]) -> BTreeSet<String> {
    let digits =
        |window: &&[u8]| window.starts_with(b"zq") && window.iter().skip(2).all(u8::is_ascii_digit);
    let found = bytes.windows(8).filter(digits);
    found.map(|window| String::from_utf8_lossy(window).into_owned()).collect()
}

/// An entry that holds words.
#[derive(Clone, Debug)]
pub struct Entry {
    pub code: IncidentCode,
    pub actor: String,
    /// By the wall's hand.
    pub at: i64,
    pub kind: String,
    /// The entry it is an edit of, or the one whose words it says are gone.
    of: Option<i64>,
    marks: BTreeSet<String>,
    /// Copied to every part of a widespread incident, each copy to be taken back on its own.
    copied: bool,
    has_words: bool,
}

/// All of them.
#[derive(Clone, Default, Debug)]
pub struct Written {
    entries: BTreeMap<i64, Entry>,
    said: BTreeMap<(i64, i64), i64>,
    removed: BTreeSet<i64>,
}

impl Written {
    /// An entry that holds words.
    pub fn entry(&self, seq: i64) -> Option<&Entry> {
        self.entries.get(&seq)
    }

    /// Every entry of which some words are left.
    pub fn standing(&self) -> Vec<(i64, IncidentCode, String)> {
        let standing =
            self.entries.iter().filter(|(seq, entry)| entry.has_words && !self.is_removed(**seq));
        standing.map(|(seq, entry)| (*seq, entry.code.clone(), entry.actor.clone())).collect()
    }

    /// What a message became.
    pub fn said(&self, message: (i64, i64)) -> Option<i64> {
        self.said.get(&message).copied()
    }

    /// Whether the words of an entry were taken back.
    pub fn is_removed(&self, seq: i64) -> bool {
        self.removed.contains(&seq)
    }

    /// Whether its writer has changed it since.
    pub fn is_edited(&self, seq: i64) -> bool {
        self.entries.values().any(|entry| entry.of == Some(seq))
    }

    /// Whether it brought a file.
    pub fn is_file(&self, seq: i64) -> bool {
        self.entries.get(&seq).is_some_and(|entry| entry.kind == "evidence_offered")
    }

    /// Whether somebody who sees the incident may take the words of an entry back now.
    pub fn may_take_back(
        &self,
        code: &IncidentCode,
        seq: i64,
        person: &PersonId,
        leads: bool,
        reason: &str,
        now: i64,
    ) -> bool {
        let Some(entry) = self.entries.get(&seq) else { return false };
        let own = entry.actor == Actor::Person(person.clone()).to_string();
        let there = entry.code == *code && entry.has_words && !self.is_removed(seq);
        there && (leads || own && now - entry.at <= OWN_WORDS) && (own || !reason.trim().is_empty())
    }

    /// The marks of words that were taken back and stand nowhere else.
    pub fn gone(&self) -> BTreeSet<String> {
        let of = |removed: bool| {
            let some =
                self.entries.iter().filter(move |(seq, _)| self.is_removed(**seq) == removed);
            some.flat_map(|(_, entry)| entry.marks.iter().cloned()).collect::<BTreeSet<_>>()
        };
        of(true).difference(&of(false)).cloned().collect()
    }

    /// The marks of everything that was ever written down.
    pub fn all(&self) -> BTreeSet<String> {
        self.entries.values().flat_map(|entry| entry.marks.iter().cloned()).collect()
    }

    /// How many entries hold a mark; copies on the parts of a whole are one with it.
    fn times(&self, mark: &str) -> usize {
        self.entries
            .values()
            .filter(|entry| entry.marks.contains(mark) && !entry.copied && entry.of.is_none())
            .count()
    }
}

impl Sim {
    /// Which messages the entries after `before` came in.
    pub fn messages_became(&mut self, before: i64) {
        let sql = "SELECT chat, message_id, min(seq) FROM said WHERE seq > ?1
                   GROUP BY chat, message_id";
        let new: Vec<((i64, i64), i64)> = {
            let mut statement = self.store().connection().prepare_cached(sql).unwrap();
            let rows =
                statement.query_map([before], |row| Ok(((row.get(0)?, row.get(1)?), row.get(2)?)));
            rows.unwrap().map(Result::unwrap).collect()
        };
        for (message, seq) in new {
            // Words put under a picture afterwards are what an edit changes from then on.
            let before = self.written.said(message);
            if before.is_none_or(|before| self.written.is_file(before)) {
                self.written.said.insert(message, seq);
            }
        }
    }

    /// Takes in what was appended to an incident after `seen`.
    pub fn read_words(&mut self, code: &IncidentCode, seen: i64) -> Check {
        let events = self.reader().events(code).map_err(|error| error.to_string())?;
        let off_channel = self.model.cases.get(code).is_some_and(|case| case.off_channel);
        for recorded in events.into_iter().filter(|recorded| recorded.at.seq > seen) {
            let (seq, at, event) = (recorded.at.seq, recorded.at.at.millis(), recorded.event);
            let texts = event.texts();
            let file = matches!(event, IncidentEvent::EvidenceOffered { .. });
            if texts.is_empty() && !file {
                continue;
            }
            let ids: Vec<_> = texts.iter().filter_map(|text| text.sealed().cloned()).collect();
            let kept =
                texts.iter().any(|text| !matches!(text, Text::Plain(words) if words.is_empty()));
            let reason = matches!(event, IncidentEvent::ContentRemoved { .. });
            let mut found = BTreeSet::new();
            for id in &ids {
                let words = self.reader().words(id).map_err(|error| error.to_string())?;
                found.extend(marks(words.unwrap_or_default().as_bytes()));
            }
            let nothing = !kept || found.is_empty();
            hold!(
                !off_channel || nothing,
                "{code} is handled outside, and entry {seq} has {found:?}"
            );
            hold!(
                !off_channel || !file,
                "{code} is handled outside, and has a file by entry {seq}"
            );
            let (of, removes) = match event {
                IncidentEvent::WordsEdited { of_seq, .. } => (Some(of_seq), false),
                IncidentEvent::ContentRemoved { of_seq, .. } => (Some(of_seq), true),
                _ => (None, false),
            };
            if removes {
                self.written.removed.extend(of);
            } else if let Some(of) = of {
                let dead = self.written.is_removed(of);
                hold!(!dead, "entry {seq} brings back what was taken back with {of}");
            }
            let part = self.model.cases.get(code).is_some_and(|case| case.parent.is_some());
            let copied = matches!(event, IncidentEvent::NoteAdded { for_all: true, .. }) && part
                || matches!(event, IncidentEvent::Closed { .. });
            let entry = Entry {
                code: code.clone(),
                actor: recorded.at.actor.to_string(),
                at,
                kind: event.kind().to_owned(),
                of,
                marks: found,
                copied,
                has_words: !reason && !off_channel,
            };
            self.written.entries.insert(seq, entry);
        }
        Ok(())
    }

    /// Words a person said became one entry, however often they came.
    pub fn said_once(&self) -> Check {
        for mark in self.written.all() {
            let times = self.written.times(&mark);
            hold!(times <= 1, "{mark} was written down {times} times");
        }
        Ok(())
    }

    /// Nothing that was taken back, and nothing that was said and never written down, is on disk.
    pub fn only_what_stands_is_on_disk(&self) -> Check {
        let (gone, all) = (self.written.gone(), self.written.all());
        for (name, bytes) in self.disk() {
            let there = marks(&bytes);
            let back: Vec<_> = there.intersection(&gone).collect();
            hold!(back.is_empty(), "{name} still holds what was taken back: {back:?}");
            let stray: Vec<_> = there.difference(&all).collect();
            hold!(stray.is_empty(), "{name} holds what was never written down: {stray:?}");
        }
        Ok(())
    }

    /// Nothing that was taken back is shown in a chat where it could be deleted. Of a message whose
    /// fate a crash left unknown nobody has the number.
    pub fn only_what_stands_is_shown(&mut self) -> Check {
        let known: BTreeSet<i64> = {
            let sql =
                "SELECT message_id FROM outbox WHERE state = 'sent' AND message_id IS NOT NULL
                       UNION SELECT message_id FROM card";
            let mut statement = self.store().connection().prepare(sql).unwrap();
            let rows = statement.query_map([], |row| row.get(0));
            rows.unwrap().map(Result::unwrap).collect()
        };
        let gone = self.written.gone();
        let said =
            |place: &(i64, i64)| self.outside.spoken.iter().any(|one| (one.0, one.1) == *place);
        for (place, shown) in self.outside.visible() {
            let (chat, message) = place;
            if !known.contains(message) && !said(place) {
                continue;
            }
            let there = marks(shown.text.as_bytes());
            let back: Vec<_> = there.intersection(&gone).collect();
            hold!(back.is_empty(), "message {message} in {chat} shows {back:?}: {}", shown.text);
        }
        Ok(())
    }
}
