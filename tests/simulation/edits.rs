//! People change what they wrote, and take it back.

use trucban::domain::envelope::Said;

use super::driver::{Check, Sim};
use super::town::{PEOPLE, TEAM};

impl Sim {
    /// Somebody edits a message, sometimes one that was deleted meanwhile: the edit was on its way.
    pub fn edit(&mut self) -> Check {
        let Some((chat, message, account)) = self.some_message() else { return Ok(()) };
        let words = match self.rng.below(12) {
            0 => " ".to_owned(),
            1 => self.outside.text(chat, message).unwrap_or_default(),
            2 => "x".repeat(8_001),
            _ => format!("viết lại {}", self.token()),
        };
        self.say(format!("{account} edits {message} in {chat}"));
        self.outside.rewrite(chat, message, &words);
        self.heard(chat, account, message, Said::Edited(words), None)
    }

    /// Mostly one that became part of an incident.
    fn some_message(&mut self) -> Option<(i64, i64, i64)> {
        let mut spoken = self.outside.spoken.clone();
        if self.rng.chance(70) {
            spoken.retain(|one| self.written.said((one.0, one.1)).is_some());
        }
        if spoken.is_empty() {
            return None;
        }
        // What was said last is corrected first.
        let depth = if self.rng.chance(60) { 4 } else { 60 };
        let back = self.rng.index(spoken.len().min(depth));
        let message = spoken[spoken.len() - 1 - back];
        let gone = self.outside.text(message.0, message.1).is_none();
        (!gone || self.rng.chance(30)).then_some(message)
    }

    /// `/rut`, by a lead, by whoever said it, or by anybody at all.
    pub fn take_back(&mut self) -> Check {
        let mut standing = self.written.standing();
        if self.rng.chance(40) && standing.iter().any(|(seq, ..)| self.written.is_edited(*seq)) {
            standing.retain(|(seq, ..)| self.written.is_edited(*seq));
        } else if self.rng.chance(40) && standing.iter().any(|(seq, ..)| self.written.is_file(*seq))
        {
            standing.retain(|(seq, ..)| self.written.is_file(*seq));
        }
        if standing.is_empty() || self.rng.chance(5) {
            let (code, seq) = (self.code(), self.rng.below(300));
            return self.types(104, 104, format!("/rut {code} {seq} vì"), None);
        }
        let there = standing.len();
        let depth = if self.rng.chance(60) { 6 } else { 200 };
        let back = self.rng.index(there.min(depth));
        let (seq, code, actor) = standing[there - 1 - back].clone();
        let author = PEOPLE.iter().find(|line| actor == format!("person:{}", line.0));
        let account = match (self.rng.below(10), author.and_then(|line| line.3)) {
            (0..4, Some(account)) => account,
            (0..8, _) => 104,
            _ => self.talker(),
        };
        let reason = if self.rng.chance(70) { " lý do khác" } else { "" };
        let chat = if self.rng.chance(10) { TEAM } else { account };
        self.types(chat, account, format!("/rut {code} {seq}{reason}"), None)
    }
}
