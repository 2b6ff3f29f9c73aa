//! Reading `units.toml`: the kinds of units a province has.

use std::path::Path;

use super::problem::{Problem, ProblemKind};
use super::section::Section;
use super::{file, text_of};

/// The file that is used where a team has none of its own.
const BUILT_IN: &str = include_str!("../../playbooks/units.toml");

/// The name of the file, in the program and in a team's folder.
const FILE: &str = "units.toml";

/// One kind of unit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UnitKind {
    /// The word in tables.
    pub word: String,
    /// Its name.
    pub name: String,
}

/// The team's own file in `folder`, or the one built in.
pub(super) fn load(folder: Option<&Path>) -> Result<Vec<UnitKind>, Vec<Problem>> {
    let own = folder.map(|folder| folder.join(FILE)).filter(|path| path.exists());
    match own {
        Some(path) => parse(&text_of(&path)?, &path),
        None => parse(BUILT_IN, Path::new(FILE)),
    }
}

/// The kinds built in.
pub fn built_in() -> Result<Vec<UnitKind>, Vec<Problem>> {
    load(None)
}

fn parse(text: &str, path: &Path) -> Result<Vec<UnitKind>, Vec<Problem>> {
    file::parse(text, path, |root| {
        let mut kinds: Vec<UnitKind> = Vec::new();
        let sections = root.sections("kind");
        if sections.is_empty() {
            root.report("kind", ProblemKind::Missing);
        }
        for section in &sections {
            let Some(kind) = kind(section) else { continue };
            if kinds.iter().any(|other| other.word == kind.word) {
                section.report("word", ProblemKind::Twice { value: kind.word.clone() });
            }
            kinds.push(kind);
        }
        Some(kinds)
    })
}

fn kind(section: &Section<'_>) -> Option<UnitKind> {
    let word = section.need("word").and_then(|found| {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let word = found.words()?;
        let fits = word.len() <= 24 && word.chars().all(plain);
        found.or_report(fits.then(|| word.to_owned()), || ProblemKind::BadName)
    });
    let name = section.need("name").and_then(|found| found.words()).map(str::to_owned);
    section.finish();
    Some(UnitKind { word: word?, name: name? })
}
