//! A condition as people say it: with the questions' own words in the place of variables.

use std::collections::BTreeMap;

use crate::domain::playbook::expr::{Expr, Fact, NO_CATEGORY, Order};
use crate::domain::playbook::model::{Answer, Name, Playbook, Question};
use crate::domain::values::{Category, Severity, Tri};
use crate::text::words;

/// The questions of a playbook by what they set.
pub struct Asked<'a>(BTreeMap<&'a Name, &'a Question>);

impl<'a> Asked<'a> {
    /// Those that `playbook` asks, and what its caller gives.
    pub fn of(playbook: &'a Playbook) -> Self {
        let tasks = playbook.steps.values().filter_map(|step| step.task());
        let asks = tasks.flat_map(|task| &task.asks).map(|ask| (&ask.set, &ask.question));
        Self(playbook.args.iter().chain(asks).collect())
    }

    /// The question that sets `name`, or the name itself.
    pub fn label(&self, name: &Name) -> String {
        match self.0.get(name) {
            Some(question) => format!("“{}”", question.label.trim_end_matches('?')),
            None => format!("“{name}”"),
        }
    }

    /// The word on the button of a choice.
    pub fn word(&self, name: &Name, value: &str) -> String {
        let all = match self.0.get(name).map(|question| &question.answer) {
            Some(Answer::Choice(all)) => all.as_slice(),
            _ => &[],
        };
        let word = all.iter().find(|(one, _)| one == value).map(|(_, word)| word.clone());
        word.unwrap_or_else(|| value.to_owned())
    }

    /// The condition in words.
    pub fn said(&self, expr: &Expr) -> String {
        match expr {
            Expr::Truth(true) => "luôn luôn".to_owned(),
            Expr::Truth(false) => "không bao giờ".to_owned(),
            Expr::Variable(name) => format!("{} là Có", self.label(name)),
            Expr::Not(one) => match one.as_ref() {
                Expr::Variable(name) => format!("{} là Không", self.label(name)),
                other => format!("không phải ({})", self.said(other)),
            },
            Expr::And(left, right) => {
                let inner = |one: &Expr| self.inner(one, matches!(one, Expr::Or(..)));
                format!("{} và {}", inner(left), inner(right))
            }
            Expr::Or(left, right) => {
                let inner = |one: &Expr| self.inner(one, matches!(one, Expr::And(..)));
                format!("{} hoặc {}", inner(left), inner(right))
            }
            Expr::Compare(left, order, right) => {
                let shown = self.value(left, right);
                format!("{} {} {shown}", self.thing(left), sign(*order, right))
            }
            Expr::Among(one, all) => {
                let all: Vec<String> = all.iter().map(|word| self.meant(one, word)).collect();
                format!("{} là {}", self.thing(one), all.join(" hoặc "))
            }
            other => self.thing(other),
        }
    }

    fn inner(&self, expr: &Expr, apart: bool) -> String {
        if apart { format!("({})", self.said(expr)) } else { self.said(expr) }
    }

    /// What is compared.
    fn thing(&self, expr: &Expr) -> String {
        match expr {
            Expr::Variable(name) => self.label(name),
            Expr::Number(number) => number.to_string(),
            Expr::Word(word) => format!("“{word}”"),
            Expr::Fact(Fact::Severity) => "mức độ sự cố".to_owned(),
            Expr::Fact(Fact::Category) => "loại sự cố".to_owned(),
            Expr::Fact(Fact::Flag(flag)) => format!("cờ “{}”", words::flag(*flag)),
            Expr::Fact(Fact::Origin) => "sự cố".to_owned(),
            other => self.said(other),
        }
    }

    /// What it is compared with.
    fn value(&self, left: &Expr, right: &Expr) -> String {
        match right {
            Expr::Word(word) => self.meant(left, word),
            Expr::Truth(true) => "Có".to_owned(),
            Expr::Truth(false) => "Không".to_owned(),
            other => self.thing(other),
        }
    }

    /// A word, as what it is a value of has it.
    fn meant(&self, of: &Expr, word: &str) -> String {
        let known = match of {
            Expr::Variable(name) => Some(self.word(name, word)),
            Expr::Fact(Fact::Severity) => {
                word.parse::<Severity>().ok().map(|one| words::severity(one).to_owned())
            }
            Expr::Fact(Fact::Category) if word == NO_CATEGORY => Some("chưa rõ".to_owned()),
            Expr::Fact(Fact::Category) => {
                word.parse::<Category>().ok().map(|one| words::category_short(one).to_owned())
            }
            Expr::Fact(Fact::Flag(_)) => {
                word.parse::<Tri>().ok().map(|one| words::tri(one).to_owned())
            }
            Expr::Fact(Fact::Origin) => {
                Some(if word == "drill" { "diễn tập" } else { "thật" }.to_owned())
            }
            _ => None,
        };
        known.unwrap_or_else(|| word.to_owned())
    }
}

/// How two things compare; numbers keep their signs.
fn sign(order: Order, right: &Expr) -> &'static str {
    let number = matches!(right, Expr::Number(_) | Expr::Variable(_));
    match order {
        Order::Is if number => "=",
        Order::IsNot if number => "khác",
        Order::Is => "là",
        Order::IsNot => "không phải là",
        Order::Less => "dưới",
        Order::AtMost => "không quá",
        Order::More => "trên",
        Order::AtLeast => "ít nhất là",
    }
}
