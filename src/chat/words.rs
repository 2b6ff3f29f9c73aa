//! Words taken back by `/rut`, and messages that were edited.

use super::Turn;
use super::aim::read_code;
use super::command::{Heard, Name, first_word, hear};
use super::play::answer_or_reason;
use super::step::Step;
use super::typed::{flag_said, for_all};
use super::values;
use crate::domain::envelope::Command;
use crate::domain::evidence::read_sha256;
use crate::domain::ids::IncidentCode;
use crate::domain::notice::{Answer, Ask};
use crate::text::typed;

impl Turn<'_> {
    /// `/rut CODE`, `/rut CODE SEQ` and `/rut CODE SEQ reason`. The list quotes what was said, so it
    /// is shown in private only.
    pub(super) fn taken_back(&self, code: IncidentCode, rest: &str) -> Step {
        let (number, reason) = first_word(rest);
        match number.trim_start_matches('#').parse() {
            Ok(seq) if reason.is_empty() => Step::ask(Ask::RedactWhy(code, seq)),
            Ok(seq) => taken_back(code, seq, reason),
            Err(_) if !number.is_empty() => Step::usage(Name::Redact.word()),
            Err(_) if self.incoming.route.private => Step::ask(Ask::Redact(code)),
            Err(_) => Step::say(Answer::OnlyInPrivate),
        }
    }

    /// A message that was edited. Whether it ever became part of an incident is known to the ledger.
    pub(super) fn edited(&self, words: &str) -> Option<Step> {
        let route = &self.incoming.route;
        let words = match hear(words, self.context.bot_name, route.private) {
            Heard::Command {
                name: name @ (Name::Step | Name::StepSkip | Name::Approve | Name::Decline),
                arguments,
            } => self.kept_of_step(name, arguments),
            Heard::Command { name, arguments } => {
                let mut words = arguments.trim();
                // A name follows all the codes of what is dealt with as one.
                for _ in 0..if name == Name::Group { usize::MAX } else { 1 } {
                    let (first, rest) = first_word(words);
                    if read_code(first).is_none() {
                        break;
                    }
                    words = rest;
                }
                kept(name, words)
            }
            _ if self.incoming.step.is_some() => answer_or_reason(words),
            _ => words,
        };
        let (chat, message) = (route.chat, route.reply_to?);
        let edit = Step::of(Command::Edit { chat, message, words: words.to_owned() });
        let waiting = self.waiting_edited(message, words).map(Some);
        Some(edit.changing(|change| change.waiting = waiting))
    }
}

/// Of what stands after a command and its codes, what is kept as words: not to whom they are said, nor of
/// what they are the reason or the place, nor that it was reported by mistake.
fn kept(name: Name, words: &str) -> &str {
    let said = match name {
        Name::Note => for_all(words),
        Name::Close => values::leading(words, typed::FALSE_ALARM).map(str::trim),
        Name::Flag => flag_said(words).map(|(_, _, reason)| reason),
        Name::Evidence => place_or_reason(words),
        _ => None,
    };
    said.unwrap_or(words)
}

/// After a hash the place; after a number, a verb and a person the reason.
fn place_or_reason(words: &str) -> Option<&str> {
    let (first, after) = first_word(words);
    if read_sha256(first).is_some() {
        return Some(after);
    }
    first.trim_end_matches(['.', ')']).parse::<u32>().ok()?;
    let (_, rest) = first_word(after);
    Some(first_word(rest).1)
}

/// The words of one entry.
pub(super) fn taken_back(code: IncidentCode, seq: i64, reason: &str) -> Step {
    Step::of(Command::Redact { code, seq, reason: reason.to_owned() })
}
