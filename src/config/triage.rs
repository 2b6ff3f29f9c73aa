//! Reading `triage.toml`: the words a first guess is made by. Everything wrong is told at once, and
//! the examples in the file must come out as they say.

use std::path::Path;
use std::time::Duration;

use super::problem::{Problem, ProblemKind};
use super::section::{Found, Section};
use super::{file, text_of};
use crate::domain::triage::{Guess, Kind, Phrase, Scale, Sign, Triage, Widespread};
use crate::domain::values::{Category, Severity};

/// The file that is used where a team has none of its own.
pub const BUILT_IN: &str = include_str!("../../playbooks/triage.toml");

/// The name of the file, in the program and in a team's folder.
pub const FILE: &str = "triage.toml";

const HEAVIEST: i64 = 9;

/// The team's own file in `folder`, or the one built in.
pub(super) fn load(folder: Option<&Path>) -> Result<Triage, Vec<Problem>> {
    let own = folder.map(|folder| folder.join(FILE)).filter(|path| path.exists());
    match own {
        Some(path) => parse(&text_of(&path)?, &path),
        None => parse(BUILT_IN, Path::new(FILE)),
    }
}

/// Checks `text` as the file at `path`.
pub fn parse(text: &str, path: &Path) -> Result<Triage, Vec<Problem>> {
    file::parse(text, path, whole)
}

fn whole(root: &Section<'_>) -> Option<Triage> {
    let least = root.get("least").map_or(Some(Severity::Medium), |found| severity(&found));
    let enough = root.get("enough").map_or(Some(2), |found| found.number(1, 99));
    let denials = root.get("negations").and_then(|found| found.list()).unwrap_or_default();
    let denials = denials.iter().filter_map(phrase).collect();
    let widespread = widespread(&root.section("widespread"));
    let mut kinds: Vec<Kind> = Vec::new();
    for section in root.sections("category") {
        let Some(kind) = kind(&section) else { continue };
        if kinds.iter().any(|other| other.category == kind.category) {
            section.report("code", ProblemKind::Twice { value: kind.category.to_string() });
        }
        kinds.push(kind);
    }
    let scale = scale(&root.section("severity"), least);
    let examples = root.sections("example");
    let (enough, scale, widespread) = (enough?, scale?, widespread?);
    let triage = Triage { kinds, enough, scale, denials, widespread };
    examples.iter().for_each(|section| example(section, &triage));
    Some(triage)
}

fn widespread(section: &Section<'_>) -> Option<Widespread> {
    let units = section.get("units").map_or(Some(5), |found| found.number(2, 1000));
    let within = section.duration("within", Duration::from_secs(1800));
    section.finish();
    Some(Widespread { units: usize::try_from(units?).ok()?, within })
}

fn kind(section: &Section<'_>) -> Option<Kind> {
    let category = section.need("code").and_then(|found| category(&found));
    let signs = signs(&section.section("words"));
    section.finish();
    Some(Kind { category: category?, signs })
}

fn scale(section: &Section<'_>, least: Option<Severity>) -> Option<Scale> {
    let number = |key| section.need(key).and_then(|found| found.number(-99, 99));
    let (low, high, critical) = (number("low"), number("high"), number("critical"));
    let signs = signs(&section.section("words"));
    section.finish();
    let (low, high, critical) = (low?, high?, critical?);
    if low >= high {
        section.report("high", ProblemKind::OutOfRange { least: low.saturating_add(1), most: 99 });
    }
    if high >= critical {
        let least = high.saturating_add(1);
        section.report("critical", ProblemKind::OutOfRange { least, most: 99 });
    }
    Some(Scale { least: least?, low, high, critical, signs })
}

/// A table of words and weights; the words are the keys.
fn signs(section: &Section<'_>) -> Vec<Sign> {
    let mut signs: Vec<Sign> = Vec::new();
    for (words, found) in section.entries() {
        let weight = found.number(-HEAVIEST, HEAVIEST);
        if weight == Some(0) {
            found.report(ProblemKind::OutOfRange { least: -HEAVIEST, most: HEAVIEST });
        }
        let Some(phrase) = Phrase::new(words) else {
            found.report(ProblemKind::Empty);
            continue;
        };
        if signs.iter().any(|sign| sign.phrase == phrase) {
            found.report(ProblemKind::Twice { value: words.to_owned() });
        }
        signs.push(Sign { phrase, weight: weight.unwrap_or_default() });
    }
    signs
}

fn phrase(found: &Found<'_>) -> Option<Phrase> {
    let phrase = Phrase::new(found.words()?);
    found.or_report(phrase, || ProblemKind::Empty)
}

fn severity(found: &Found<'_>) -> Option<Severity> {
    found.value(Severity::ALL, Severity::as_str)
}

fn category(found: &Found<'_>) -> Option<Category> {
    found.value(Category::ALL, Category::as_str)
}

fn example(section: &Section<'_>, triage: &Triage) {
    let says = section.need("says").and_then(|found| found.words());
    let wanted = section.get("category").map(|found| category(&found));
    let severity = section.get("severity").map(|found| severity(&found));
    section.finish();
    let Some(says) = says else { return };
    let Guess { category, severity: guessed } = triage.guess(says);
    // Left out means that no category is to be guessed.
    let kind = |category: Option<Category>| category.map_or("-", Category::as_str);
    let right = wanted != Some(None) && wanted.flatten() == category;
    if !right && wanted != Some(None) {
        let came = kind(category);
        section.report("category", ProblemKind::ExampleFails { came });
    }
    if severity.flatten().is_some_and(|severity| severity != guessed) {
        section.report("severity", ProblemKind::ExampleFails { came: guessed.as_str() });
    }
}
