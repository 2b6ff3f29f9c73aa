//! Conditions of playbooks: written and read back they are the same, and they come to what a slow and obvious
//! reference says.

use std::collections::BTreeMap;

use proptest::prelude::*;
use trucban::domain::playbook::expr::{Expr, Fact, Facts, NO_CATEGORY, Order, Value};
use trucban::domain::playbook::model::Name;
use trucban::domain::values::{Category, Flag, Severity, Tri};

use super::cases;

const NAMES: [&str; 6] = ["so_may", "loai", "lan_rong", "con", "x1", "chua_hoi"];
const WORDS: [&str; 7] = ["may_chu", "high", "TC06", "yes", "it's", "nói \"gì\"", "none"];

fn leaf() -> impl Strategy<Value = Expr> {
    let facts = vec![
        Fact::Severity,
        Fact::Category,
        Fact::Origin,
        Fact::Flag(Flag::PersonalData),
        Fact::Flag(Flag::Serious),
    ];
    prop_oneof![
        any::<bool>().prop_map(Expr::Truth),
        prop_oneof![any::<i64>(), -3..9_i64].prop_map(Expr::Number),
        prop::sample::select(WORDS.to_vec()).prop_map(|word| Expr::Word(word.to_owned())),
        prop::sample::select(NAMES.to_vec()).prop_map(|name| Expr::Variable(Name::new(name))),
        prop::sample::select(facts).prop_map(Expr::Fact),
    ]
}

fn expression() -> impl Strategy<Value = Expr> {
    let orders = [Order::Is, Order::IsNot, Order::Less, Order::AtMost, Order::More, Order::AtLeast];
    leaf().prop_recursive(6, 48, 3, move |inner| {
        let two = (inner.clone(), inner.clone());
        let words = prop::collection::vec(prop::sample::select(WORDS.to_vec()), 1..4);
        prop_oneof![
            (two.clone(), prop::sample::select(orders.to_vec()))
                .prop_map(|((one, other), order)| Expr::Compare(one.into(), order, other.into())),
            (inner.clone(), words).prop_map(|(one, words)| {
                Expr::Among(one.into(), words.into_iter().map(str::to_owned).collect())
            }),
            two.clone().prop_map(|(one, other)| Expr::And(one.into(), other.into())),
            two.prop_map(|(one, other)| Expr::Or(one.into(), other.into())),
            inner.prop_map(|one| Expr::Not(one.into())),
        ]
    })
}

fn variables() -> impl Strategy<Value = BTreeMap<Name, Value>> {
    let one = prop_oneof![
        any::<bool>().prop_map(Value::Truth),
        (-3..9_i64).prop_map(Value::Number),
        prop::sample::select(WORDS.to_vec()).prop_map(|word| Value::Choice(word.to_owned())),
    ];
    // The last name is never set.
    let set = prop::collection::vec(prop::option::of(one), 5);
    set.prop_map(|all| {
        let named = NAMES.iter().zip(all);
        named.filter_map(|(name, value)| Some((Name::new(*name), value?))).collect()
    })
}

fn facts() -> impl Strategy<Value = Facts> {
    let (severities, tris) = (Severity::ALL.to_vec(), Tri::ALL.to_vec());
    let category = prop::option::of(prop::sample::select(Category::ALL.to_vec()));
    let flag = prop::option::of(prop::sample::select(tris));
    (prop::sample::select(severities), category, flag, any::<bool>()).prop_map(
        |(severity, category, flag, drill)| Facts {
            severity,
            category,
            flags: flag.map(|tri| (Flag::PersonalData, tri)).into_iter().collect(),
            drill,
        },
    )
}

/// What something is, as plainly as can be.
#[derive(Clone, PartialEq)]
enum Is {
    Truth(bool),
    Number(i64),
    Word(String),
    Severity(usize),
}

fn rank(word: &str) -> Option<usize> {
    Severity::ALL.iter().position(|one| one.to_string() == word)
}

/// The reference: nothing where something is not set, or two things do not go together.
fn reckoned(expr: &Expr, vars: &BTreeMap<Name, Value>, facts: &Facts) -> Option<Is> {
    let of = |one: &Expr| reckoned(one, vars, facts);
    let truth = |one: &Expr| match of(one) {
        Some(Is::Truth(truth)) => Some(truth),
        _ => None,
    };
    match expr {
        Expr::Truth(truth) => Some(Is::Truth(*truth)),
        Expr::Number(number) => Some(Is::Number(*number)),
        Expr::Word(word) => Some(Is::Word(word.clone())),
        Expr::Variable(name) => match vars.get(name)? {
            Value::Truth(truth) => Some(Is::Truth(*truth)),
            Value::Number(number) => Some(Is::Number(*number)),
            Value::Choice(word) => Some(Is::Word(word.clone())),
            Value::Words(_) => None,
        },
        Expr::Fact(Fact::Severity) => rank(&facts.severity.to_string()).map(Is::Severity),
        Expr::Fact(Fact::Category) => {
            let word = facts.category.map(|one| one.to_string());
            Some(Is::Word(word.unwrap_or_else(|| NO_CATEGORY.to_owned())))
        }
        Expr::Fact(Fact::Flag(flag)) => {
            let tri = facts.flags.get(flag).copied().unwrap_or(Tri::Unknown);
            Some(Is::Word(tri.to_string()))
        }
        Expr::Fact(Fact::Origin) => {
            Some(Is::Word(if facts.drill { "drill" } else { "real" }.to_owned()))
        }
        Expr::And(left, right) => match truth(left)? {
            false => Some(Is::Truth(false)),
            true => truth(right).map(Is::Truth),
        },
        Expr::Or(left, right) => match truth(left)? {
            true => Some(Is::Truth(true)),
            false => truth(right).map(Is::Truth),
        },
        Expr::Not(one) => truth(one).map(|truth| Is::Truth(!truth)),
        Expr::Among(one, words) => match of(one)? {
            Is::Word(word) => Some(Is::Truth(words.contains(&word))),
            Is::Severity(severity) => {
                Some(Is::Truth(words.iter().any(|word| rank(word) == Some(severity))))
            }
            Is::Truth(_) | Is::Number(_) => None,
        },
        Expr::Compare(left, order, right) => {
            let how = match (of(left)?, of(right)?) {
                (Is::Truth(one), Is::Truth(other)) => one.cmp(&other),
                (Is::Number(one), Is::Number(other)) => one.cmp(&other),
                (Is::Word(one), Is::Word(other)) => one.cmp(&other),
                (Is::Severity(one), Is::Word(other)) => one.cmp(&rank(&other)?),
                _ => return None,
            };
            let holds = match order {
                Order::Is => how.is_eq(),
                Order::IsNot => !how.is_eq(),
                Order::Less => how.is_lt(),
                Order::AtMost => !how.is_gt(),
                Order::More => how.is_gt(),
                Order::AtLeast => !how.is_lt(),
            };
            Some(Is::Truth(holds))
        }
    }
}

proptest! {
    #![proptest_config(cases(512))]

    #[test]
    fn a_condition_written_and_read_back_is_the_same(expr in expression()) {
        let written = expr.to_string();
        if written.len() <= trucban::domain::playbook::expr::LONGEST {
            prop_assert_eq!(Expr::read(&written), Ok(expr), "{}", written);
        }
    }

    #[test]
    fn a_condition_comes_to_what_the_reference_says(
        expr in expression(), vars in variables(), facts in facts(),
    ) {
        let reckoned = match reckoned(&expr, &vars, &facts) {
            Some(Is::Truth(truth)) => Some(truth),
            _ => None,
        };
        prop_assert_eq!(expr.holds(&vars, &facts), reckoned, "{}", expr);
    }

    #[test]
    fn reading_a_condition_ends_whatever_it_says(
        text in "[ ()\\[\\],<>=!\"'a-z_.0-9-]{0,60}|(not |\\(){0,80}a[)]{0,80}|\\PC{0,40}",
    ) {
        if let Ok(expr) = Expr::read(&text) {
            prop_assert_eq!(Expr::read(&expr.to_string()), Ok(expr));
        }
    }
}
