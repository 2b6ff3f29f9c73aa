//! Reading `drills/*.toml`: scenarios of drills as people write them. Everything wrong with all of them is
//! told at once, each with its file and line.

pub mod fault;
mod inject;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::playbooks::{LARGEST, id_of, list, own_files, question};
use super::problem::{Place, Problem, ProblemKind};
use super::section::{Found, Section};
use super::{file, text_of};
use crate::domain::drill::scenario::lint::{self, Finding, Spot, What};
use crate::domain::drill::scenario::{
    DrillKind, Guide, Objective, ObjectiveId, Part, PartId, PartWho, Scenario, ScenarioId,
    ScenarioLibrary, SurveyId, SurveyQuestion,
};
use crate::domain::playbook::Library;
pub use fault::DrillFault;

/// The folder of scenarios within a team's own playbooks.
pub const FOLDER: &str = "drills";

/// No scenario has more messages.
pub const MOST_INJECTS: usize = 300;

/// The scenarios built in, by the names their files have in a team's folder.
pub const BUILT_IN: &[(&str, &str)] = built_in![
    "drills":
    "tan-cong-pha-hoai",
    "lo-lot-du-lieu",
    "ma-doc-tong-tien-xa",
    "lua-dao-thu-dien-tu",
    "thay-doi-giao-dien",
    "kiem-tra-lien-lac",
];

/// One file, read.
#[derive(Clone, Debug)]
pub struct Read {
    /// The scenario.
    pub scenario: Scenario,
    path: PathBuf,
    places: BTreeMap<Spot, Place>,
}

/// What files of scenarios come to, and everything wrong with them.
#[derive(Debug, Default)]
pub struct Shelf {
    /// Those that read.
    pub read: Vec<Read>,
    /// What is wrong.
    pub problems: Vec<Problem>,
}

impl Shelf {
    /// The scenarios built in, and those of a team's folder, which take the place of one of the same id.
    pub fn of(folder: Option<&Path>) -> Self {
        let mut shelf = Self::default();
        for (name, text) in BUILT_IN {
            shelf.take(parse(text, Path::new(name)));
        }
        if let Some(folder) = folder {
            shelf.add_folder(&folder.join(FOLDER));
        }
        shelf
    }

    /// Every file of a folder as well.
    pub fn add_folder(&mut self, folder: &Path) {
        match own_files(folder) {
            Ok(files) => files.iter().for_each(|path| self.add(path)),
            Err(error) => {
                let kind = ProblemKind::Unreadable { why: error.kind() };
                let (file, place) = (folder.to_owned(), Place::default());
                self.problems.push(Problem { file, place, kind });
            }
        }
    }

    /// A file as well.
    pub fn add(&mut self, path: &Path) {
        let large = std::fs::metadata(path).is_ok_and(|data| data.len() > LARGEST);
        if large {
            return self.problems.push(too_large(path));
        }
        self.take(text_of(path).and_then(|text| parse(&text, path)));
    }

    fn take(&mut self, read: Result<Read, Vec<Problem>>) {
        match read {
            Ok(read) => {
                self.read.retain(|other| other.scenario.id != read.scenario.id);
                self.read.push(read);
            }
            Err(mut problems) => self.problems.append(&mut problems),
        }
    }

    /// The scenarios that read, as a library.
    pub fn library(&self) -> ScenarioLibrary {
        let all = self.read.iter().map(|read| Arc::new(read.scenario.clone()));
        ScenarioLibrary { all: all.map(|one| (one.id.clone(), one)).collect() }
    }

    /// Everything wrong, all at once: what does not read, and what the whole of a scenario shows. Without
    /// `playbooks`, steps of playbooks are taken as they are.
    pub fn check(&self, playbooks: Option<&Library>) -> Vec<Problem> {
        self.check_those(playbooks, |_| true)
    }

    fn check_those(
        &self,
        playbooks: Option<&Library>,
        wanted: impl Fn(&Read) -> bool,
    ) -> Vec<Problem> {
        let mut problems = self.problems.clone();
        let read = self.read.iter().filter(|read| wanted(read));
        problems.extend(read.flat_map(|read| read.lint(playbooks)));
        problems.sort_by(|one, other| (&one.file, &one.place).cmp(&(&other.file, &other.place)));
        problems
    }
}

impl Read {
    /// What the whole of it shows.
    fn lint(&self, playbooks: Option<&Library>) -> Vec<Problem> {
        let found = lint::lint(&self.scenario, playbooks);
        found.into_iter().map(|one| self.problem(one)).collect()
    }

    fn problem(&self, finding: Finding) -> Problem {
        let mut place = self.places.get(&finding.spot).cloned().unwrap_or_default();
        if let (None, Spot::Key(key)) = (&place.key, &finding.spot) {
            place.key = Some((*key).to_owned());
        }
        if let (What::NoGuide(mark), Some(key)) = (&finding.what, &mut place.key) {
            key.push_str(&format!(".guide.{mark}"));
        }
        let kind = ProblemKind::Drill(DrillFault::Found(finding));
        Problem { file: self.path.clone(), place, kind }
    }

    /// The file it came from.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// The library in `folder`, or everything wrong with it. What is built in was looked at before: a team that
/// replaces a playbook by one with other steps is told by `drill lint`, and its service starts.
pub(super) fn load(
    folder: Option<&Path>,
    playbooks: Option<&Library>,
) -> Result<ScenarioLibrary, Vec<Problem>> {
    let shelf = Shelf::of(folder);
    let built_in = |read: &Read| BUILT_IN.iter().any(|(name, _)| Path::new(name) == read.path());
    let problems = shelf.check_those(playbooks, |read| !built_in(read));
    if problems.is_empty() { Ok(shelf.library()) } else { Err(problems) }
}

/// Checks `text` as the file at `path`, alone.
pub fn parse(text: &str, path: &Path) -> Result<Read, Vec<Problem>> {
    if u64::try_from(text.len()).unwrap_or(u64::MAX) > LARGEST {
        return Err(vec![too_large(path)]);
    }
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
    file::parse(text, path, |root| whole(root, stem.as_deref(), path))
}

fn too_large(path: &Path) -> Problem {
    let kind = ProblemKind::Drill(DrillFault::TooLarge);
    Problem { file: path.to_owned(), place: Place::default(), kind }
}

/// The value, or this fault in its place.
fn drill<T>(found: &Found<'_>, value: Option<T>, fault: DrillFault) -> Option<T> {
    found.or_report(value, || ProblemKind::Drill(fault.clone()))
}

/// The id of a section, which no other one of `ids` has.
fn unique(section: &Section<'_>, ids: &mut BTreeSet<String>) -> Option<String> {
    let found = section.need("id")?;
    let id = id_of(&found)?.to_owned();
    let once = ids.insert(id.clone());
    found.or_report(once.then(|| id.clone()), || ProblemKind::Twice { value: id.clone() })
}

/// Words that may be left out.
fn text(section: &Section<'_>, key: &'static str) -> Option<String> {
    section.get(key).and_then(|found| found.words()).map(str::to_owned)
}

/// The keys of the whole that are shown with their place.
const KEYS: [&str; 6] = ["title", "summary", "setting", "correction", "not_for", "checklist"];

fn whole(root: &Section<'_>, stem: Option<&str>, path: &Path) -> Option<Read> {
    let id = root.need("id").and_then(|found| {
        let id = id_of(&found)?;
        let named = stem.is_none_or(|stem| stem == id);
        drill(&found, named.then_some(id), DrillFault::OtherName)
    });
    let version = root.need("version").and_then(|found| found.number(1, 1_000_000));
    let needed = |key| root.need(key).and_then(|found: Found<'_>| found.words()).map(str::to_owned);
    let (title, summary) = (needed("title"), needed("summary"));
    let kind = root.need("kind").and_then(|found| {
        let known: Vec<_> = DrillKind::ALL.iter().map(|kind| (kind.as_str(), *kind)).collect();
        found.one_of(&known)
    });
    let length = root.need("length").and_then(|found| found.duration());
    let anonymous = root.get("anonymous").map_or(Some(false), |found| found.truth());
    // What is left out of these is told with all else that the whole shows.
    let (setting, correction) = (text(root, "setting"), text(root, "correction"));
    let mut places = BTreeMap::new();
    for key in KEYS {
        places.extend(root.get(key).map(|found| (Spot::Key(key), found.place())));
    }
    let parts = parts(root, &mut places);
    let objectives = objectives(root, &mut places);
    let survey = survey(root, &mut places);
    let injects = inject::all(root, &mut places);
    let scenario = Scenario {
        not_for: text(root, "not_for"),
        sources: list(root, "sources"),
        checklist: list(root, "checklist"),
        id: ScenarioId::new(id?),
        version: u32::try_from(version?).ok()?,
        title: title?,
        summary: summary?,
        kind: kind?,
        length: length?,
        setting: setting.unwrap_or_default(),
        parts: parts?,
        objectives: objectives?,
        injects: injects?,
        survey: survey?,
        anonymous: anonymous?,
        correction: correction.unwrap_or_default(),
    };
    Some(Read { scenario, path: path.to_owned(), places })
}

fn parts(root: &Section<'_>, places: &mut BTreeMap<Spot, Place>) -> Option<Vec<Part>> {
    let mut ids = BTreeSet::new();
    let mut parts = Vec::new();
    for section in root.sections("part") {
        let id = unique(&section, &mut ids).map(PartId::new);
        let title = section.need("title").and_then(|found| found.words()).map(str::to_owned);
        let who = section.need("who").and_then(|found| {
            let who = PartWho::read(found.words()?);
            drill(&found, who, DrillFault::BadWho)
        });
        section.finish();
        places.extend(id.clone().map(|id| (Spot::Part(id), section.place())));
        parts.push(id.zip(title).zip(who).map(|((id, title), who)| Part { id, title, who }));
    }
    parts.into_iter().collect()
}

fn objectives(root: &Section<'_>, places: &mut BTreeMap<Spot, Place>) -> Option<Vec<Objective>> {
    let mut ids = BTreeSet::new();
    let mut objectives = Vec::new();
    for section in root.sections("objective") {
        let id = unique(&section, &mut ids).map(ObjectiveId::new);
        let words = |key| section.need(key).and_then(|found| found.words()).map(str::to_owned);
        let (title, capability) = (words("title"), words("capability"));
        let marks = section.section("guide");
        let mark = |key| text(&marks, key).unwrap_or_default();
        let guide = Guide {
            performed: mark("performed"),
            some: mark("some"),
            major: mark("major"),
            unable: mark("unable"),
        };
        marks.finish();
        section.finish();
        places.extend(id.clone().map(|id| (Spot::Objective(id), section.place())));
        let named = id.zip(title).zip(capability);
        objectives.push(named.map(|((id, title), capability)| Objective {
            id,
            title,
            capability,
            guide,
        }));
    }
    objectives.into_iter().collect()
}

fn survey(root: &Section<'_>, places: &mut BTreeMap<Spot, Place>) -> Option<Vec<SurveyQuestion>> {
    let mut ids = BTreeSet::new();
    let mut survey = Vec::new();
    for section in root.sections("question") {
        let id = unique(&section, &mut ids).map(SurveyId::new);
        let question = question(&section);
        let optional = section.get("optional").map_or(Some(false), |found| found.truth());
        section.finish();
        places.extend(id.clone().map(|id| (Spot::Survey(id), section.place())));
        let asked = id.zip(question).zip(optional);
        survey.push(asked.map(|((id, question), optional)| SurveyQuestion {
            id,
            question,
            optional,
        }));
    }
    survey.into_iter().collect()
}
