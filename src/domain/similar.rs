//! Which open incidents a new report may belong to, and when many units report alike. Only a hint:
//! a person decides.

use std::collections::BTreeSet;
use std::time::Duration;

use super::fold::fold;
use super::ids::{IncidentCode, UnitCode};
use super::time::Timestamp;
use super::triage::{Widespread, syllables};
use super::values::Category;

/// How far apart two reports of one unit and category may be.
const NEAR: Duration = Duration::from_secs(24 * 3600);

/// Titles alike share at least so many pairs of neighbouring syllables,
const PAIRS: usize = 3;

/// and at least so many of each hundred pairs of the shorter one.
const PERCENT: usize = 60;

/// How many a hint names.
const NAMED: usize = 5;

/// What is compared of one incident.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Traits {
    /// Its code.
    pub code: IncidentCode,
    /// Its unit.
    pub unit: Option<UnitCode>,
    /// Its category, guessed or not.
    pub category: Option<Category>,
    /// Its title; none once removed, or where none was taken.
    pub title: Option<String>,
    /// When it was recorded.
    pub reported_at: Timestamp,
}

/// The open incidents `new` may belong to, newest first, at most five.
pub fn like(new: &Traits, open: &[Traits]) -> Vec<IncidentCode> {
    let mut alike: Vec<&Traits> =
        open.iter().filter(|other| other.code != new.code && resembles(new, other)).collect();
    alike.sort_by_key(|other| (std::cmp::Reverse(other.reported_at), other.code.clone()));
    alike.into_iter().take(NAMED).map(|other| other.code.clone()).collect()
}

/// Same unit and category within a day, or titles that share most of their words.
pub fn resembles(one: &Traits, other: &Traits) -> bool {
    let apart =
        one.reported_at.since(other.reported_at).max(other.reported_at.since(one.reported_at));
    let same_unit = one.unit.is_some() && one.unit == other.unit;
    let same_kind = one.category.is_some() && one.category == other.category;
    let (Some(left), Some(right)) = (&one.title, &other.title) else {
        return same_unit && same_kind && apart <= NEAR;
    };
    same_unit && same_kind && apart <= NEAR || titles(left, right)
}

fn titles(left: &str, right: &str) -> bool {
    let (left, right) = (pairs(left), pairs(right));
    let shared = left.intersection(&right).count();
    let shorter = left.len().min(right.len());
    shared >= PAIRS && shared.saturating_mul(100) >= shorter.saturating_mul(PERCENT)
}

fn pairs(title: &str) -> BTreeSet<(String, String)> {
    let words = syllables(title);
    words.iter().cloned().zip(words.iter().skip(1).cloned()).collect()
}

/// The open incidents of `new`'s category recorded shortly before it, itself included.
pub fn alike<'t>(new: &'t Traits, open: &'t [Traits], rule: Widespread) -> Vec<&'t Traits> {
    let Some(category) = new.category else { return Vec::new() };
    let begin = new.reported_at.minus(rule.within);
    let within = |other: &&Traits| {
        other.category == Some(category)
            && begin <= other.reported_at
            && other.reported_at <= new.reported_at
            && other.code != new.code
    };
    open.iter().filter(within).chain([new]).collect()
}

/// Whether it is by `new` that so many units report alike: said once, when the number is reached.
pub fn makes_widespread(new: &Traits, open: &[Traits], rule: Widespread) -> bool {
    let units = |all: &[&Traits]| {
        all.iter().filter_map(|one| one.unit.clone()).collect::<BTreeSet<_>>().len()
    };
    let all = alike(new, open, rule);
    let before: Vec<&Traits> = all.iter().filter(|one| one.code != new.code).copied().collect();
    units(&all) >= rule.units && units(&before) < rule.units
}

/// A title without what changes from one alert to the next of the same kind: case, marks, numbers,
/// addresses, times. Nothing where too few words are left to say what it is about. The number of a
/// vulnerability, and a number that is part of a name ("web01"), say what it is about and stay.
pub fn masked(title: &str) -> Option<String> {
    let folded = fold(title);
    let edge = |letter: char| !letter.is_alphanumeric();
    let words: Vec<String> =
        folded.split_whitespace().map(|word| mask(word.trim_matches(edge))).collect();
    let said = words.iter().filter(|word| word.chars().any(char::is_alphabetic)).count();
    let kept: Vec<String> = words.into_iter().filter(|word| !word.is_empty()).collect();
    (said >= 2).then(|| kept.join(" "))
}

/// Letters and digits of a digest or a hardware address, at least so many.
const DIGEST: usize = 8;

fn mask(word: &str) -> String {
    if word.starts_with("cve-") {
        return word.to_owned();
    }
    let digits = word.chars().any(|letter| letter.is_ascii_digit());
    let hex = |letter: char| letter.is_ascii_hexdigit() || ":-".contains(letter);
    if digits && word.chars().count() >= DIGEST && word.chars().all(hex) {
        return "#".to_owned();
    }
    let number = word.starts_with(|letter: char| letter.is_ascii_digit());
    let (mut out, mut named) = (String::new(), false);
    for letter in word.chars() {
        if !letter.is_ascii_digit() {
            named = letter.is_alphabetic() && !number;
            out.push(letter);
        } else if named {
            out.push(letter);
        } else {
            // The parts of an address, a date or a time are one number.
            let joined = out.trim_end_matches(['.', ':', '/', '-', ',']);
            if joined.ends_with('#') {
                out.truncate(joined.len());
            } else {
                out.push('#');
            }
        }
    }
    out
}
