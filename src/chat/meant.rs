//! A command's word without its stroke: nothing is done by it, and the right command is one tap away.

use super::aim::{read_code, verb};
use super::command::{Name, nearest};
use super::step::Step;
use super::values;
use crate::domain::fold::fold;
use crate::domain::ids::IncidentCode;
use crate::domain::notice::Answer;
use crate::text::typed;

/// Longer words are never meant as a command.
const LONGEST: usize = 48;

/// Words that may be a command: the code they name, and the others.
struct Words {
    code: Option<IncidentCode>,
    rest: String,
}

impl Words {
    fn of(said: &str) -> Option<Self> {
        if said.chars().count() > LONGEST {
            return None;
        }
        let (mut codes, mut rest) = (Vec::new(), Vec::new());
        for word in said.split_whitespace() {
            match read_code(word) {
                Some(code) => codes.push(code),
                None => rest.push(word),
            }
        }
        let code = codes.pop();
        (codes.is_empty() && !rest.is_empty()).then(|| Self { code, rest: rest.join(" ") })
    }

    /// The command whose very word this is.
    fn exactly(&self) -> Option<Name> {
        let spoken = values::plain(&self.rest);
        let synonym = typed::SPOKEN.iter().find(|(said, _)| fold(said) == spoken);
        let name = match synonym {
            Some((_, command)) => Name::of(command),
            None => Name::of(&self.rest),
        };
        fit(name)
    }

    fn nearly(&self) -> Option<Name> {
        self.exactly().or_else(|| fit(nearest(&self.rest).and_then(Name::of)))
    }
}

/// One that is about an incident, and whose word is no answer: "có" means yes.
fn fit(name: Option<Name>) -> Option<Name> {
    name.filter(|name| name.concerns_an_incident() && *name != Name::Flag)
}

/// Nothing but a command's word and a code; `about` stands for the code where a card was answered.
pub(super) fn surely(said: &str, about: Option<&IncidentCode>) -> Option<Step> {
    let words = Words::of(said)?;
    let name = words.exactly()?;
    Some(suggested(name, words.code.as_ref().or(about)?.clone()))
}

/// The same with a word that is nearly one.
pub(super) fn perhaps(said: &str) -> Option<Step> {
    let words = Words::of(said)?;
    let name = words.nearly()?;
    Some(suggested(name, words.code?))
}

/// The command for words that name no incident, where they are a command's very word.
pub(super) fn command(said: &str) -> Option<&'static str> {
    Words::of(said).filter(|words| words.code.is_none())?.exactly().map(Name::word)
}

fn suggested(name: Name, code: IncidentCode) -> Step {
    let command = name.word().to_owned();
    Step::say(Answer::Meant { verb: Box::new(verb(name)), command, code })
}
