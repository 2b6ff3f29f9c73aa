//! Conditions: small expressions over what was answered and over the incident.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};

use super::model::Name;
use crate::domain::actor::Origin;
use crate::domain::incident::state::Incident;
use crate::domain::text::Text;
use crate::domain::values::{Category, Flag, Severity, Tri};

/// The longest condition, in bytes.
pub const LONGEST: usize = 2_000;

/// How deep parentheses may stand in one another.
const DEEPEST: usize = 32;

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
    /// Reads an expression.
    pub fn read(text: &str) -> Result<Self, Fault> {
        if text.len() > LONGEST {
            return Err(Fault::TooLong);
        }
        let mut words = words(text)?;
        words.reverse();
        let mut parser = Parser { words, depth: 0 };
        let expr = parser.or()?;
        match parser.words.pop() {
            None => Ok(expr),
            Some(word) => Err(Fault::Unexpected(word.shown())),
        }
    }

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

#[derive(Clone, PartialEq, Eq, Debug)]
enum Word {
    Name(String),
    Quoted(String),
    Number(i64),
    Order(Order),
    Sign(char),
}

impl Word {
    fn shown(&self) -> String {
        match self {
            Self::Name(name) => name.clone(),
            Self::Quoted(text) => format!("\"{text}\""),
            Self::Number(number) => number.to_string(),
            Self::Order(order) => order.to_string(),
            Self::Sign(sign) => sign.to_string(),
        }
    }
}

fn words(text: &str) -> Result<Vec<Word>, Fault> {
    let mut found = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (word, left) = word(first, rest)?;
        found.push(word);
        rest = left.trim_start();
    }
    Ok(found)
}

/// The first word of `rest`, which begins with `first`, and what follows it.
fn word(first: char, rest: &str) -> Result<(Word, &str), Fault> {
    const ORDERS: [(&str, Order); 6] = [
        ("==", Order::Is),
        ("!=", Order::IsNot),
        ("<=", Order::AtMost),
        (">=", Order::AtLeast),
        ("<", Order::Less),
        (">", Order::More),
    ];
    for (sign, order) in ORDERS {
        if let Some(left) = rest.strip_prefix(sign) {
            return Ok((Word::Order(order), left));
        }
    }
    let taken = |fits: fn(char) -> bool| {
        let end = rest.find(|c| !fits(c)).unwrap_or(rest.len());
        rest.split_at_checked(end).unwrap_or((rest, ""))
    };
    match first {
        '(' | ')' | '[' | ']' | ',' => {
            Ok((Word::Sign(first), rest.get(first.len_utf8()..).unwrap_or("")))
        }
        '"' | '\'' => {
            let inside = rest.get(1..).unwrap_or("");
            let (text, left) = inside.split_once(first).ok_or(Fault::Ends)?;
            Ok((Word::Quoted(text.to_owned()), left))
        }
        '0'..='9' | '-' => {
            let (number, left) = taken(|c| c.is_ascii_digit() || c == '-');
            let number = number.parse().map_err(|_| Fault::Unexpected(number.to_owned()))?;
            Ok((Word::Number(number), left))
        }
        c if c.is_ascii_alphabetic() || c == '_' => {
            let (name, left) = taken(|c| c.is_ascii_alphanumeric() || c == '_' || c == '.');
            Ok((Word::Name(name.to_owned()), left))
        }
        other => Err(Fault::Unexpected(other.to_string())),
    }
}

/// The words still to be read, the next one last.
struct Parser {
    words: Vec<Word>,
    depth: usize,
}

impl Parser {
    fn takes(&mut self, name: &str) -> bool {
        let there = matches!(self.words.last(), Some(Word::Name(next)) if next == name);
        if there {
            self.words.pop();
        }
        there
    }

    fn sign(&mut self, sign: char) -> Result<(), Fault> {
        match self.words.pop() {
            Some(Word::Sign(next)) if next == sign => Ok(()),
            Some(other) => Err(Fault::Unexpected(other.shown())),
            None => Err(Fault::Ends),
        }
    }

    fn or(&mut self) -> Result<Expr, Fault> {
        let mut left = self.and()?;
        while self.takes("or") {
            left = Expr::Or(Box::new(left), Box::new(self.and()?));
        }
        Ok(left)
    }

    fn and(&mut self) -> Result<Expr, Fault> {
        let mut left = self.not()?;
        while self.takes("and") {
            left = Expr::And(Box::new(left), Box::new(self.not()?));
        }
        Ok(left)
    }

    fn not(&mut self) -> Result<Expr, Fault> {
        self.depth = self.depth.saturating_add(1);
        if self.depth > DEEPEST {
            return Err(Fault::TooLong);
        }
        let found =
            if self.takes("not") { Expr::Not(Box::new(self.not()?)) } else { self.comparison()? };
        self.depth = self.depth.saturating_sub(1);
        Ok(found)
    }

    fn comparison(&mut self) -> Result<Expr, Fault> {
        let left = self.one()?;
        if self.takes("in") {
            return Ok(Expr::Among(Box::new(left), self.list()?));
        }
        let Some(Word::Order(order)) = self.words.last() else { return Ok(left) };
        let order = *order;
        self.words.pop();
        Ok(Expr::Compare(Box::new(left), order, Box::new(self.one()?)))
    }

    fn list(&mut self) -> Result<Vec<String>, Fault> {
        self.sign('[')?;
        let mut words = Vec::new();
        loop {
            match self.words.pop() {
                Some(Word::Quoted(word)) => words.push(word),
                Some(other) => return Err(Fault::Unexpected(other.shown())),
                None => return Err(Fault::Ends),
            }
            match self.words.pop() {
                Some(Word::Sign(',')) => {}
                Some(Word::Sign(']')) => return Ok(words),
                Some(other) => return Err(Fault::Unexpected(other.shown())),
                None => return Err(Fault::Ends),
            }
        }
    }

    fn one(&mut self) -> Result<Expr, Fault> {
        match self.words.pop() {
            Some(Word::Sign('(')) => {
                let inside = self.or()?;
                self.sign(')')?;
                Ok(inside)
            }
            Some(Word::Number(number)) => Ok(Expr::Number(number)),
            Some(Word::Quoted(word)) => Ok(Expr::Word(word)),
            Some(Word::Name(name)) => match name.as_str() {
                "true" => Ok(Expr::Truth(true)),
                "false" => Ok(Expr::Truth(false)),
                "and" | "or" | "not" | "in" => Err(Fault::Unexpected(name)),
                dotted if dotted.contains('.') => {
                    Fact::read(dotted).map(Expr::Fact).ok_or(Fault::UnknownFact(name))
                }
                _ => Ok(Expr::Variable(Name::new(name))),
            },
            Some(other) => Err(Fault::Unexpected(other.shown())),
            None => Err(Fault::Ends),
        }
    }
}

impl fmt::Display for Order {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Is => "==",
            Self::IsNot => "!=",
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::More => ">",
            Self::AtLeast => ">=",
        })
    }
}

/// As it is written, so that reading it again gives the same.
impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Truth(truth) => write!(f, "{truth}"),
            Self::Number(number) => write!(f, "{number}"),
            Self::Word(word) if word.contains('"') => write!(f, "'{word}'"),
            Self::Word(word) => write!(f, "\"{word}\""),
            Self::Variable(name) => write!(f, "{name}"),
            Self::Fact(Fact::Severity) => f.write_str("incident.severity"),
            Self::Fact(Fact::Category) => f.write_str("incident.category"),
            Self::Fact(Fact::Flag(flag)) => write!(f, "incident.flag.{flag}"),
            Self::Fact(Fact::Origin) => f.write_str("incident.origin"),
            Self::Compare(left, order, right) => {
                write!(f, "{} {order} {}", Inner(left), Inner(right))
            }
            Self::Among(one, words) => {
                let words: Vec<_> =
                    words.iter().map(|one| Self::Word(one.clone()).to_string()).collect();
                write!(f, "{} in [{}]", Inner(one), words.join(", "))
            }
            Self::And(left, right) => write!(f, "{} and {}", Inner(left), Inner(right)),
            Self::Or(left, right) => write!(f, "{} or {}", Inner(left), Inner(right)),
            Self::Not(one) => write!(f, "not {}", Inner(one)),
        }
    }
}

/// In parentheses where it is more than one word.
struct Inner<'a>(&'a Expr);

impl fmt::Display for Inner<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Expr::Truth(_)
            | Expr::Number(_)
            | Expr::Word(_)
            | Expr::Variable(_)
            | Expr::Fact(_) => {
                write!(f, "{}", self.0)
            }
            more => write!(f, "({more})"),
        }
    }
}
