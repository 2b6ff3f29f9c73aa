//! What is said of a drill's plan beside its time: who helps to hold it, its further sessions, and the
//! group of its own.

use super::Turn;
use super::drill::{act, ask, say};
use super::step::Step;
use super::values::is_one_of;
use crate::domain::drill::notice::{DrillAnswer, WordsFor};
use crate::domain::drill::run::{DrillAct, Setup};
use crate::domain::ids::{DrillCode, PersonId};
use crate::text::typed;

/// What parts people and instants.
const BETWEEN: [char; 4] = [';', ',', '\n', '|'];

impl Turn<'_> {
    /// `nhóm`, said in the group that is meant.
    pub(super) fn own_chat(&self, code: &DrillCode, said: &str) -> Option<Step> {
        let chat = if is_one_of(said, typed::NO_CHAT) {
            None
        } else if is_one_of(said, typed::OWN_CHAT) {
            Some(self.incoming.route.chat)
        } else {
            return None;
        };
        Some(act(code.clone(), DrillAct::SetUp(Setup::Chat(chat))))
    }

    /// Words after `phó`, `giám khảo`, `phiên`.
    pub(super) fn set_up(&self, code: DrillCode, what: WordsFor, words: &str) -> Step {
        let none = is_one_of(words, typed::NO);
        let setup = match what {
            WordsFor::Deputy => Setup::Deputy((!none).then(|| self.person_named(words))),
            WordsFor::Evaluators if none => Setup::Evaluators(Default::default()),
            WordsFor::Evaluators => {
                Setup::Evaluators(self.people_named(words).into_iter().collect())
            }
            WordsFor::Sessions if none => Setup::Sessions(Vec::new()),
            WordsFor::Sessions => {
                let parts = words.split(BETWEEN).map(str::trim).filter(|part| !part.is_empty());
                match parts.map(|part| self.instant(part)).collect() {
                    Some(sessions) => Setup::Sessions(sessions),
                    None => return say(DrillAnswer::HowToSessions { code }),
                }
            }
            _ => return ask(code, what),
        };
        act(code, DrillAct::SetUp(setup))
    }

    /// Several people: parted by signs, by spaces where they are ids, or one by his name.
    fn people_named(&self, words: &str) -> Vec<PersonId> {
        let known = |word: &str| self.context.directory.people.contains_key(&PersonId::new(word));
        let ids = words.split_whitespace().all(|word| known(word.trim_end_matches(BETWEEN)));
        let by = |c: char| BETWEEN.contains(&c) || ids && c.is_whitespace();
        let parts = words.split(by).map(str::trim).filter(|part| !part.is_empty());
        parts.map(|part| self.person_named(part)).collect()
    }
}
