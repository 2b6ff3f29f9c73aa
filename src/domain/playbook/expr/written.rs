//! Expressions as people write them: read, and written again.

use std::fmt;

use super::{Expr, Fact, Fault, LONGEST, Order};
use crate::domain::playbook::model::Name;

/// How deep parentheses may stand in one another.
const DEEPEST: usize = 32;

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

/// As it is written, with as few parentheses as can be, so that reading it again gives the same.
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
                let inner = |one| Inner(one, Binds::All);
                write!(f, "{} {order} {}", inner(left), inner(right))
            }
            Self::Among(one, words) => {
                let words: Vec<_> =
                    words.iter().map(|one| Self::Word(one.clone()).to_string()).collect();
                write!(f, "{} in [{}]", Inner(one, Binds::All), words.join(", "))
            }
            // Several of the same are read from the left.
            Self::And(left, right) => {
                write!(f, "{} and {}", Inner(left, Binds::And), Inner(right, Binds::Not))
            }
            Self::Or(left, right) => {
                write!(f, "{} or {}", Inner(left, Binds::Or), Inner(right, Binds::And))
            }
            Self::Not(one) => write!(f, "not {}", Inner(one, Binds::Not)),
        }
    }
}

/// How closely the words of an expression hold together.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Binds {
    Or,
    And,
    Not,
    All,
}

impl Expr {
    fn binds(&self) -> Binds {
        match self {
            Self::Or(..) => Binds::Or,
            Self::And(..) => Binds::And,
            Self::Not(_) | Self::Compare(..) | Self::Among(..) => Binds::Not,
            Self::Truth(_)
            | Self::Number(_)
            | Self::Word(_)
            | Self::Variable(_)
            | Self::Fact(_) => Binds::All,
        }
    }
}

/// In parentheses where its words hold together less than that.
struct Inner<'a>(&'a Expr, Binds);

impl fmt::Display for Inner<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(expr, least) = self;
        if expr.binds() < *least { write!(f, "({expr})") } else { write!(f, "{expr}") }
    }
}
