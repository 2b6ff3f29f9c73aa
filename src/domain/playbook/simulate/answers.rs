//! Answers that people give in a simulation.

use crate::domain::playbook::expr::Value;
use crate::domain::playbook::model::{Answer, Given, Name};
use crate::domain::text::Text;

/// An answer that a question allows.
pub(super) fn any(name: &Name, answer: &Answer, seed: u64, turn: usize) -> Given {
    // A small generator is enough: this only has to be different for different seeds and questions, and the
    // same again.
    let turn = u64::try_from(turn).unwrap_or(u64::MAX);
    let mix = |mixed: u64, more: u64| {
        let mixed = (mixed ^ more).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        mixed ^ (mixed >> 29)
    };
    let named = name.as_str().bytes().fold(seed, |mixed, byte| mix(mixed, u64::from(byte)));
    let mixed = mix(named, turn);
    let pick = |count: u64| if seed == 0 { 0 } else { mixed % count.max(1) };
    match answer {
        Answer::YesNo => Given::Truth(pick(2) == 1),
        Answer::Number { min, max } => {
            let width = u64::try_from(max.saturating_sub(*min)).unwrap_or(0);
            let more = i64::try_from(pick(width.saturating_add(1))).unwrap_or(0);
            Given::Number(min.saturating_add(more))
        }
        Answer::Choice(all) => {
            let count = u64::try_from(all.len()).unwrap_or(1);
            let which = usize::try_from(pick(count)).unwrap_or(0);
            Given::Words(all.get(which).map(|(value, _)| value.clone()).unwrap_or_default())
        }
        Answer::Words { example, .. } => {
            Given::Words(example.clone().unwrap_or_else(|| "…".to_owned()))
        }
    }
}

/// Whether a question takes this answer when somebody gives it.
pub fn allowed(answer: &Answer, given: &Given) -> bool {
    match given {
        Given::Words(words) => answer.read(words).is_some(),
        other => read(answer, other).is_some(),
    }
}

/// A value as a question takes it.
pub(super) fn read(answer: &Answer, given: &Given) -> Option<Value> {
    match (answer, given) {
        (Answer::YesNo, Given::Truth(truth)) => Some(Value::Truth(*truth)),
        (Answer::Number { min, max }, Given::Number(number)) => {
            (*min..=*max).contains(number).then_some(Value::Number(*number))
        }
        (Answer::Choice(all), Given::Words(word)) => {
            all.iter().any(|(value, _)| value == word).then(|| Value::Choice(word.clone()))
        }
        (Answer::Words { .. }, Given::Words(words)) => {
            Some(Value::Words(Text::plain(words.clone())))
        }
        _ => None,
    }
}

pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::Truth(truth) => truth.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Choice(word) => word.clone(),
        Value::Words(Text::Plain(words)) => words.clone(),
        Value::Words(Text::Sealed(_)) => String::new(),
    }
}
