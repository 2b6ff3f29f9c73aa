//! Questions and what answers them.

use serde::{Deserialize, Serialize};

use super::Name;
use crate::domain::playbook::expr::Value;
use crate::domain::text::Text;

/// A question that sets a variable.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Ask {
    /// Which.
    pub set: Name,
    /// The question.
    pub question: Question,
    /// Whether it may stay open.
    pub optional: bool,
}

/// A question and what answers it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Question {
    /// The question.
    pub label: String,
    /// What answers it.
    pub answer: Answer,
}

/// What answers a question.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// Yes or no.
    YesNo,
    /// A whole number.
    Number {
        /// The lowest.
        min: i64,
        /// The highest.
        max: i64,
    },
    /// One of these: value, word on the button; in order.
    Choice(Vec<(String, String)>),
    /// Words.
    Words {
        /// What they must look like.
        pattern: Option<String>,
        /// An example of it.
        example: Option<String>,
    },
}

impl Answer {
    /// The value of a button, by its place from zero.
    pub fn chosen(&self, place: u32) -> Option<Value> {
        match self {
            Self::YesNo => Some(Value::Truth(place == 0)),
            Self::Choice(all) => {
                let chosen = all.get(usize::try_from(place).ok()?);
                chosen.map(|(value, _)| Value::Choice(value.clone()))
            }
            Self::Number { .. } | Self::Words { .. } => None,
        }
    }

    /// The value somebody means, by its word or, of a choice, by its number from one; `None` when it is none.
    pub fn read(&self, said: &str) -> Option<Value> {
        let said = said.trim();
        match self {
            Self::YesNo => truth(said).map(Value::Truth),
            Self::Number { min, max } => {
                let number = whole(said)?;
                (*min..=*max).contains(&number).then_some(Value::Number(number))
            }
            Self::Choice(all) => {
                let by_number = said.parse::<usize>().ok().and_then(|n| all.get(n.checked_sub(1)?));
                let folded = crate::domain::fold::fold(said);
                let meant = |(value, word): &&(String, String)| {
                    value == said || crate::domain::fold::fold(word) == folded
                };
                let found = all.iter().find(meant).or(by_number);
                found.map(|(value, _)| Value::Choice(value.clone()))
            }
            Self::Words { pattern, .. } => {
                let fits = pattern.as_ref().is_none_or(|pattern| {
                    regex::Regex::new(pattern).is_ok_and(|pattern| pattern.is_match(said))
                });
                (fits && !said.is_empty()).then(|| Value::Words(Text::plain(said)))
            }
        }
    }
}

/// A whole number as people write it: in one go, or in groups of three.
fn whole(said: &str) -> Option<i64> {
    let mut groups = said.split(['.', ' ']);
    let first = groups.next()?;
    let rest: Vec<&str> = groups.collect();
    let fits = rest.is_empty() || (first.trim_start_matches('-').len() <= 3 && !first.is_empty());
    let fits = fits && rest.iter().all(|group| group.len() == 3);
    fits.then(|| format!("{first}{}", rest.concat()).parse().ok()).flatten()
}

/// What people say for yes and for no.
fn truth(said: &str) -> Option<bool> {
    match crate::domain::fold::fold(said).as_str() {
        "dung" | "co" | "yes" | "true" | "roi" | "1" => Some(true),
        "sai" | "khong" | "no" | "false" | "chua" | "2" => Some(false),
        _ => None,
    }
}
