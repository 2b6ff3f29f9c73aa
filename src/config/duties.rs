//! Reading `regulation/drills.toml`: which units have to drill, and how often.

use std::collections::BTreeSet;
use std::path::Path;

use super::problem::{Problem, ProblemKind};
use super::section::Section;
use super::{file, text_of};
use crate::domain::drill::duty::{CountsIf, Duties, Duty, Every, Legal};
use crate::domain::drill::plan::Units;
use crate::domain::drill::scenario::DrillKind;

/// The file that is used where a team has none of its own.
pub const BUILT_IN: &str = include_str!("../../playbooks/regulation/drills.toml");

/// The folder of rules of law within a team's own playbooks.
const FOLDER: &str = "regulation";

/// The name of the file, in the program and in a team's folder.
const FILE: &str = "drills.toml";

/// The words of kinds of drills.
const KINDS: &[(&str, DrillKind)] = &[
    ("ban_giay", DrillKind::TableTop),
    ("chuc_nang", DrillKind::Functional),
    ("lien_lac", DrillKind::CommCheck),
];

/// The team's own file in `folder`, or the one built in.
pub(super) fn load(folder: Option<&Path>) -> Result<Duties, Vec<Problem>> {
    let own = folder.map(|folder| folder.join(FOLDER).join(FILE)).filter(|path| path.exists());
    match own {
        Some(path) => parse(&text_of(&path)?, &path),
        None => parse(BUILT_IN, Path::new(FILE)),
    }
}

/// Checks `text` as the file at `path`.
pub fn parse(text: &str, path: &Path) -> Result<Duties, Vec<Problem>> {
    file::parse(text, path, |root| {
        let mut duties = Duties::default();
        for section in &root.sections("duty") {
            let Some(duty) = duty(section) else { continue };
            if duties.all.iter().any(|other| other.id == duty.id) {
                section.report("id", ProblemKind::Twice { value: duty.id.clone() });
            }
            duties.all.push(duty);
        }
        Some(duties)
    })
}

fn duty(section: &Section<'_>) -> Option<Duty> {
    let id = section.need("id").and_then(|found| {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let word = found.words()?;
        let fits = word.len() <= 32 && word.chars().all(plain);
        found.or_report(fits.then(|| word.to_owned()), || ProblemKind::BadName)
    });
    if section.get("units").is_none() {
        section.report("units", ProblemKind::Missing);
    }
    let units = units(&section.section("units"));
    let every = section.need("every").and_then(|found| found.one_of(&words(&Every::ALL)));
    let count = section.get("count").map_or(Some(1), |found| found.number(1, 12));
    let kinds = section.get("kinds").and_then(|found| found.list()).unwrap_or_default();
    let kinds: Option<BTreeSet<DrillKind>> =
        kinds.iter().map(|found| found.one_of(KINDS)).collect();
    let counts_if =
        section.need("counts_if").and_then(|found| found.one_of(&words(&CountsIf::ALL)));
    let legal = legal(&section.section("legal"));
    section.finish();
    Some(Duty {
        id: id?,
        units: units?,
        every: every?,
        count: u32::try_from(count?).ok()?,
        kinds: kinds?,
        counts_if: counts_if?,
        legal,
    })
}

/// Words first, as tables of words have them.
fn words<T: Copy>(all: &[(T, &'static str)]) -> Vec<(&'static str, T)> {
    all.iter().map(|(value, word)| (*word, *value)).collect()
}

fn units(section: &Section<'_>) -> Option<Units> {
    let all = section.get("all").and_then(|found| found.truth());
    let level = section.get("level").map(|found| found.number(1, 5));
    let kinds = section.get("kinds").map(|found| found.list().unwrap_or_default());
    section.finish();
    match (all, level, kinds) {
        (Some(true), None, None) => Some(Units::All),
        (None, Some(level), None) => level.and_then(|one| u8::try_from(one).ok()).map(Units::Level),
        (None, None, Some(kinds)) => {
            let words = kinds.iter().map(|found| found.words().map(str::to_owned));
            words.collect::<Option<_>>().map(Units::Kinds)
        }
        _ => {
            if section.is_present() {
                section.report_whole(ProblemKind::WhichUnits);
            }
            None
        }
    }
}

fn legal(section: &Section<'_>) -> Option<Legal> {
    if !section.is_present() {
        return None;
    }
    let basis = section.need("ref").and_then(|found| found.words()).map(str::to_owned);
    let certain = section.need("certain").and_then(|found| found.truth());
    section.finish();
    Some(Legal { basis: basis?, certain: certain? })
}
