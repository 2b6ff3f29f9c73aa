//! Conditions: small expressions over what was answered and over the incident.

mod written;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::model::Name;
use crate::domain::actor::Origin;
use crate::domain::incident::state::Incident;
use crate::domain::text::Text;
use crate::domain::values::{Category, Flag, Severity, Tri};

/// The longest condition, in bytes.
pub const LONGEST: usize = 2_000;

/// What a variable holds.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// Yes or no.
    Truth(bool),
    /// A whole number.
    Number(i64),
    /// One of a question's choices.
    Choice(String),
    /// Words; they can be taken back, and no condition looks at them.
    Words(Text),
}

/// What kind of value an expression comes to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Yes or no.
    Truth,
    /// A whole number.
    Number,
    /// A word of a fixed list.
    Word,
    /// A severity, which has an order.
    Severity,
    /// Free words.
    Words,
}

/// What can be known of the incident.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fact {
    /// Its severity.
    Severity,
    /// Its category, `none` while there is none.
    Category,
    /// A flag of it.
    Flag(Flag),
    /// Whether it is real or part of a drill.
    Origin,
}

/// How two values compare.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// `==`
    Is,
    /// `!=`
    IsNot,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    More,
    /// `>=`
    AtLeast,
}

/// A condition, or a value given to a called playbook.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Expr {
    /// `true`, `false`.
    Truth(bool),
    /// A number.
    Number(i64),
    /// A word in quotation marks.
    Word(String),
    /// A variable.
    Variable(Name),
    /// Something of the incident.
    Fact(Fact),
    /// A comparison.
    Compare(Box<Expr>, Order, Box<Expr>),
    /// One of several words.
    Among(Box<Expr>, Vec<String>),
    /// Both.
    And(Box<Expr>, Box<Expr>),
    /// Either.
    Or(Box<Expr>, Box<Expr>),
    /// Not so.
    Not(Box<Expr>),
}

/// Why an expression is none.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Fault {
    /// It ends too early.
    Ends,
    /// Something stands where nothing can.
    Unexpected(String),
    /// A name that is nothing of the incident.
    UnknownFact(String),
    /// Longer or deeper than anybody reads.
    TooLong,
    /// Kinds that do not go together.
    Kinds(String),
    /// A variable nobody sets.
    Unknown(Name),
    /// A variable that may not be set here.
    MaybeUnset(Name),
    /// A word that its question does not offer.
    NoSuchWord(String),
}

/// What variables hold, and the incident as it stands.
#[derive(Clone, Debug)]
pub struct Facts {
    /// Its severity.
    pub severity: Severity,
    /// Its category.
    pub category: Option<Category>,
    /// Its flags.
    pub flags: BTreeMap<Flag, Tri>,
    /// Part of a drill.
    pub drill: bool,
}

impl From<&Incident> for Facts {
    fn from(incident: &Incident) -> Self {
        Self {
            severity: incident.severity,
            category: incident.category,
            flags: incident.flags.clone(),
            drill: incident.origin != Origin::Real,
        }
    }
}

/// The word of a category that is not known.
pub const NO_CATEGORY: &str = "none";

/// One value while reckoning.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Seen<'a> {
    Truth(bool),
    Number(i64),
    Word(&'a str),
    Severity(Severity),
}

impl Expr {
    /// Whether it holds; `None` where a variable is not set or kinds do not go together.
    pub fn holds(&self, vars: &BTreeMap<Name, Value>, facts: &Facts) -> Option<bool> {
        match self.seen(vars, facts)? {
            Seen::Truth(truth) => Some(truth),
            _ => None,
        }
    }

    /// What it comes to, to be given to a called playbook.
    pub fn value(&self, vars: &BTreeMap<Name, Value>, facts: &Facts) -> Option<Value> {
        if let Self::Variable(name) = self {
            return vars.get(name).cloned();
        }
        Some(match self.seen(vars, facts)? {
            Seen::Truth(truth) => Value::Truth(truth),
            Seen::Number(number) => Value::Number(number),
            Seen::Word(word) => Value::Choice(word.to_owned()),
            Seen::Severity(severity) => Value::Choice(severity.to_string()),
        })
    }

    fn seen<'a>(&'a self, vars: &'a BTreeMap<Name, Value>, facts: &Facts) -> Option<Seen<'a>> {
        let truth = |expr: &'a Self| expr.holds(vars, facts);
        Some(match self {
            Self::Truth(truth) => Seen::Truth(*truth),
            Self::Number(number) => Seen::Number(*number),
            Self::Word(word) => Seen::Word(word),
            Self::Variable(name) => match vars.get(name)? {
                Value::Truth(truth) => Seen::Truth(*truth),
                Value::Number(number) => Seen::Number(*number),
                Value::Choice(word) => Seen::Word(word),
                Value::Words(_) => return None,
            },
            Self::Fact(fact) => fact.seen(facts),
            Self::Compare(left, order, right) => {
                let (left, right) = (left.seen(vars, facts)?, right.seen(vars, facts)?);
                Seen::Truth(compare(&left, *order, &right)?)
            }
            Self::Among(one, words) => match one.seen(vars, facts)? {
                Seen::Word(word) => Seen::Truth(words.iter().any(|other| other == word)),
                Seen::Severity(one) => Seen::Truth(words.iter().any(|w| w == one.as_str())),
                _ => return None,
            },
            Self::And(left, right) => Seen::Truth(truth(left)? && truth(right)?),
            Self::Or(left, right) => Seen::Truth(truth(left)? || truth(right)?),
            Self::Not(one) => Seen::Truth(!truth(one)?),
        })
    }

    /// Every variable in it.
    pub fn variables(&self) -> BTreeSet<&Name> {
        match self {
            Self::Variable(name) => BTreeSet::from([name]),
            Self::Compare(left, _, right) | Self::And(left, right) | Self::Or(left, right) => {
                left.variables().into_iter().chain(right.variables()).collect()
            }
            Self::Not(one) | Self::Among(one, _) => one.variables(),
            Self::Truth(_) | Self::Number(_) | Self::Word(_) | Self::Fact(_) => BTreeSet::new(),
        }
    }

    /// The kind of what it comes to, where each variable's kind and choices are known.
    pub fn kind(&self, known: &dyn Fn(&Name) -> Option<Known>) -> Result<Kind, Fault> {
        let truth = |expr: &Self| match expr.kind(known)? {
            Kind::Truth => Ok(()),
            _ => Err(Fault::Kinds(expr.to_string())),
        };
        match self {
            Self::Truth(_) => Ok(Kind::Truth),
            Self::Number(_) => Ok(Kind::Number),
            Self::Word(_) => Ok(Kind::Word),
            Self::Variable(name) => {
                known(name).map(|one| one.kind).ok_or_else(|| Fault::Unknown(name.clone()))
            }
            Self::Fact(Fact::Severity) => Ok(Kind::Severity),
            Self::Fact(_) => Ok(Kind::Word),
            Self::Compare(left, order, right) => {
                let (one, other) = (left.kind(known)?, right.kind(known)?);
                let ordered = !matches!(order, Order::Is | Order::IsNot);
                let fits = match (one, other) {
                    (Kind::Number, Kind::Number) => true,
                    (Kind::Truth, Kind::Truth) | (Kind::Word, Kind::Word) => !ordered,
                    (Kind::Severity, Kind::Word) => true,
                    _ => false,
                };
                if !fits {
                    return Err(Fault::Kinds(self.to_string()));
                }
                if let Self::Word(word) = right.as_ref() {
                    left.offers(word, known)?;
                }
                Ok(Kind::Truth)
            }
            Self::Among(one, words) => {
                if !matches!(one.kind(known)?, Kind::Word | Kind::Severity) {
                    return Err(Fault::Kinds(self.to_string()));
                }
                words.iter().try_for_each(|word| one.offers(word, known))?;
                Ok(Kind::Truth)
            }
            Self::And(left, right) | Self::Or(left, right) => {
                truth(left)?;
                truth(right)?;
                Ok(Kind::Truth)
            }
            Self::Not(one) => truth(one).map(|()| Kind::Truth),
        }
    }

    /// Whether this can ever be that word.
    fn offers(&self, word: &str, known: &dyn Fn(&Name) -> Option<Known>) -> Result<(), Fault> {
        let among = |mut words: Box<dyn Iterator<Item = String> + '_>| words.any(|one| one == word);
        let fits = match self {
            Self::Variable(name) => {
                known(name).is_none_or(|one| one.choices.is_none_or(|all| all.contains(word)))
            }
            Self::Fact(Fact::Severity) => {
                among(Box::new(Severity::ALL.iter().map(ToString::to_string)))
            }
            Self::Fact(Fact::Category) => {
                word == NO_CATEGORY
                    || among(Box::new(Category::ALL.iter().map(ToString::to_string)))
            }
            Self::Fact(Fact::Flag(_)) => among(Box::new(Tri::ALL.iter().map(ToString::to_string))),
            Self::Fact(Fact::Origin) => ["real", "drill"].contains(&word),
            _ => true,
        };
        if fits { Ok(()) } else { Err(Fault::NoSuchWord(word.to_owned())) }
    }
}

/// What is known of a variable before anything runs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Known {
    /// Its kind.
    pub kind: Kind,
    /// The words it can be.
    pub choices: Option<BTreeSet<String>>,
}

impl Fact {
    fn seen(self, facts: &Facts) -> Seen<'static> {
        match self {
            Self::Severity => Seen::Severity(facts.severity),
            Self::Category => Seen::Word(facts.category.map_or(NO_CATEGORY, Category::as_str)),
            Self::Flag(flag) => {
                Seen::Word(facts.flags.get(&flag).copied().unwrap_or(Tri::Unknown).as_str())
            }
            Self::Origin => Seen::Word(if facts.drill { "drill" } else { "real" }),
        }
    }

    fn read(name: &str) -> Option<Self> {
        match name {
            "incident.severity" => Some(Self::Severity),
            "incident.category" => Some(Self::Category),
            "incident.origin" => Some(Self::Origin),
            other => other.strip_prefix("incident.flag.")?.parse().ok().map(Self::Flag),
        }
    }
}

fn compare(left: &Seen<'_>, order: Order, right: &Seen<'_>) -> Option<bool> {
    let how = match (left, right) {
        (Seen::Number(one), Seen::Number(other)) => one.cmp(other),
        (Seen::Truth(one), Seen::Truth(other)) => one.cmp(other),
        (Seen::Word(one), Seen::Word(other)) => one.cmp(other),
        (Seen::Severity(one), Seen::Word(word)) => one.cmp(&word.parse().ok()?),
        _ => return None,
    };
    Some(match order {
        Order::Is => how.is_eq(),
        Order::IsNot => how.is_ne(),
        Order::Less => how.is_lt(),
        Order::AtMost => how.is_le(),
        Order::More => how.is_gt(),
        Order::AtLeast => how.is_ge(),
    })
}
