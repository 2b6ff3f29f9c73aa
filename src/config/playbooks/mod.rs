//! Reading `response/*.toml`: playbooks as people write them. Everything wrong with all of them is told at
//! once, each with its file and line; their own tests are played as well.

mod case;
pub mod fault;
mod step;

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use toml::de::DeTable;

use super::problem::{Place, Problem, ProblemKind};
use super::section::{Found, Section};
use super::{file, text_of};
use crate::domain::directory::Directory;
use crate::domain::playbook::library::Library;
use crate::domain::playbook::lint::{self, Finding, What};
use crate::domain::playbook::model::{
    Case, Fits, Name, Phase, Playbook, PlaybookId, Question, StepId,
};
use crate::domain::playbook::simulate::{check, sample};
use crate::domain::time::Timestamp;
use crate::domain::values::{Category, Flag, Severity};
pub use fault::PlayFault;
pub(super) use step::{choices, question};

/// The folder of playbooks within a team's own.
pub const FOLDER: &str = "response";

/// The largest file, in bytes.
pub const LARGEST: u64 = 1024 * 1024;

/// No playbook has more steps.
pub const MOST_STEPS: usize = 20_000;

/// No block stands deeper in others.
pub const DEEPEST: usize = 32;

/// The playbooks built in, by the names their files have in a team's folder.
pub const BUILT_IN: &[(&str, &str)] = built_in![
    "response":
    "bao-cao-ban-dau",
    "bao-toan-chung-cu",
    "truyen-thong",
    "khoi-phuc-kiem-tra",
    "rut-kinh-nghiem",
    "chiem-quyen-tai-khoan",
    "chuoi-cung-ung",
    "dien-tap-thuc-chien",
    "gia-mao-co-quan",
    "lo-hong-nghiem-trong",
    "lo-lot-du-lieu",
    "lua-dao-thu-dien-tu",
    "ma-doc-may-tram",
    "ma-doc-tong-tien",
    "mat-ket-noi-pha-hoai",
    "thay-doi-giao-dien",
    "tu-choi-dich-vu",
    "vi-pham-noi-bo",
    "xam-nhap-may-chu",
];

/// Whether a file is one of a team's own: what is built in has a name and no folder.
pub fn is_own(path: &Path) -> bool {
    path.parent().is_some_and(|folder| folder != Path::new(""))
}

/// One file, read.
#[derive(Clone, Debug)]
pub struct Read {
    /// The playbook.
    pub playbook: Playbook,
    path: PathBuf,
    places: BTreeMap<StepId, Place>,
    tests: Vec<Place>,
}

/// What a file of playbooks comes to, and everything wrong with it.
#[derive(Debug, Default)]
pub struct Shelf {
    /// Those that read.
    pub read: Vec<Read>,
    /// What is wrong.
    pub problems: Vec<Problem>,
}

impl Shelf {
    /// The playbooks built in, and those of a team's folder, which take the place of one of the same id.
    pub fn of(folder: Option<&Path>) -> Self {
        let mut shelf = Self::default();
        for (name, text) in BUILT_IN {
            shelf.take(parse(text, Path::new(name)));
        }
        let Some(folder) = folder.map(|folder| folder.join(FOLDER)) else { return shelf };
        match own_files(&folder) {
            Ok(files) => files.iter().for_each(|path| shelf.add(path)),
            Err(error) => {
                let kind = ProblemKind::Unreadable { why: error.kind() };
                shelf.problems.push(Problem { file: folder, place: Place::default(), kind });
            }
        }
        shelf
    }

    /// A file as well.
    pub fn add(&mut self, path: &Path) {
        let large = std::fs::metadata(path).is_ok_and(|data| data.len() > LARGEST);
        if large {
            let kind = ProblemKind::Play(PlayFault::TooLarge);
            let problem = Problem { file: path.to_owned(), place: Place::default(), kind };
            return self.problems.push(problem);
        }
        self.take(text_of(path).and_then(|text| parse(&text, path)));
    }

    fn take(&mut self, read: Result<Read, Vec<Problem>>) {
        match read {
            Ok(read) => {
                self.read.retain(|other| other.playbook.id != read.playbook.id);
                self.read.push(read);
            }
            Err(mut problems) => self.problems.append(&mut problems),
        }
    }

    /// Everything wrong, all at once: what does not read, what the whole shows, and, of those with nothing else
    /// wrong, what their own tests show.
    pub fn check(&self, library: &Library) -> Vec<Problem> {
        let found = self.lint(library);
        let wrong: BTreeSet<&Path> = found.iter().map(|one| one.file.as_path()).collect();
        let clean = |id: &PlaybookId| {
            let named = self.read.iter().find(|read| read.playbook.id == *id);
            named.is_some_and(|read| !wrong.contains(read.path()))
        };
        let mut problems = self.problems.clone();
        for read in &self.read {
            let bundle = library.bundle(&read.playbook.id);
            if bundle.is_some_and(|bundle| bundle.playbooks.keys().all(clean)) {
                problems.extend(read.played(library));
            }
        }
        problems.extend(found);
        problems.sort_by(|one, other| (&one.file, &one.place).cmp(&(&other.file, &other.place)));
        problems
    }

    /// The playbooks that read, as a library.
    pub fn library(&self) -> Library {
        let all = self.read.iter().map(|read| Arc::new(read.playbook.clone()));
        Library { all: all.map(|one| (one.id.clone(), one)).collect() }
    }

    /// What is wrong with those that read, taken together.
    pub fn lint(&self, library: &Library) -> Vec<Problem> {
        // What does not read is told by itself, and not once more by each that calls it.
        let unread: BTreeSet<String> = self.problems.iter().filter_map(Problem::stem).collect();
        let is_known = |one: &Problem| match &one.kind {
            ProblemKind::Play(PlayFault::Found { what: What::UnknownPlaybook(id), .. }) => {
                !unread.contains(id.as_str())
            }
            _ => true,
        };
        self.read.iter().flat_map(|read| read.lint(library)).filter(is_known).collect()
    }
}

impl Problem {
    /// The name of its file without the ending.
    pub(super) fn stem(&self) -> Option<String> {
        self.file.file_stem().map(|stem| stem.to_string_lossy().into_owned())
    }
}

impl Read {
    fn lint(&self, library: &Library) -> Vec<Problem> {
        let found = lint::lint(&self.playbook, library);
        found.into_iter().map(|one| self.problem(one)).collect()
    }

    fn problem(&self, Finding { step, what }: Finding) -> Problem {
        let place = step.as_ref().and_then(|step| self.places.get(step)).cloned();
        let kind = ProblemKind::Play(PlayFault::Found { step, what });
        Problem { file: self.path.clone(), place: place.unwrap_or_default(), kind }
    }

    /// What its own tests show.
    pub fn played(&self, library: &Library) -> Vec<Problem> {
        let Some(bundle) = library.bundle(&self.playbook.id) else { return Vec::new() };
        let (incident, directory) = (sample(Timestamp::default(), None), Directory::default());
        let problems = self.tests().flat_map(|(case, place)| {
            let broken = check(&bundle, case, &incident, &directory);
            broken.into_iter().map(|broken| {
                let kind = PlayFault::Test { name: case.name.clone(), broken };
                let (file, kind) = (self.path.clone(), ProblemKind::Play(kind));
                Problem { file, place: place.clone(), kind }
            })
        });
        problems.collect()
    }

    /// Its own tests, each with where it stands.
    pub fn tests(&self) -> impl Iterator<Item = (&Case, &Place)> {
        self.playbook.tests.iter().zip(&self.tests)
    }

    /// The file it came from.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// The library in `folder`, or everything wrong with it.
pub(super) fn load(folder: Option<&Path>) -> Result<Library, Vec<Problem>> {
    let mut shelf = Shelf::of(folder);
    let library = shelf.library();
    let found = shelf.lint(&library);
    shelf.problems.extend(found);
    if shelf.problems.is_empty() { Ok(library) } else { Err(shelf.problems) }
}

/// The files of a team's own; a folder that is not there has none.
pub(super) fn own_files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut files: Vec<PathBuf> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "toml"))
        .collect();
    files.sort();
    Ok(files)
}

/// The folder of a team's own playbooks that the configuration at `path` names, whatever else is wrong there.
pub fn folder(path: &Path) -> Option<PathBuf> {
    let text = text_of(path).ok()?;
    let (root, _) = DeTable::parse_recoverable(&text);
    let dir = root.get_ref().get("playbooks")?.get_ref().get("dir")?.get_ref().as_str()?.trim();
    (!dir.is_empty()).then(|| path.parent().unwrap_or(Path::new("")).join(dir))
}

/// How people behave in a simulation, from a file: the keys of a `[[test]]` without its promises.
pub fn script(path: &Path) -> Result<Case, Vec<Problem>> {
    let text = text_of(path)?;
    file::parse(&text, path, case::script)
}

/// Checks `text` as the file at `path`, alone.
pub fn parse(text: &str, path: &Path) -> Result<Read, Vec<Problem>> {
    if u64::try_from(text.len()).unwrap_or(u64::MAX) > LARGEST {
        let kind = ProblemKind::Play(PlayFault::TooLarge);
        return Err(vec![Problem { file: path.to_owned(), place: Place::default(), kind }]);
    }
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
    file::parse(text, path, |root| whole(root, stem.as_deref(), path))
}

/// Lower-case Latin letters, digits and `-`, at most `longest`.
fn is_id(id: &str, longest: usize) -> bool {
    let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    (1..=longest).contains(&id.len()) && id.bytes().all(fits)
}

/// An id, or a problem with it.
pub(super) fn id_of<'a>(found: &Found<'a>) -> Option<&'a str> {
    let id = found.words()?;
    found.or_report(is_id(id, LONGEST_ID).then_some(id), || ProblemKind::Play(PlayFault::BadId))
}

/// The longest id: a button has room for no more.
const LONGEST_ID: usize = 32;

/// A variable's name, or a problem with it.
fn name_of(found: &Found<'_>, name: &str) -> Option<Name> {
    let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    let right = (1..=40).contains(&name.len())
        && name.bytes().all(fits)
        && name.bytes().next().is_some_and(|b| b.is_ascii_lowercase())
        && !["and", "or", "not", "in", "true", "false", "incident"].contains(&name);
    found.or_report(right.then(|| Name::new(name)), || ProblemKind::Play(PlayFault::BadName))
}

fn whole(root: &Section<'_>, stem: Option<&str>, path: &Path) -> Option<Read> {
    let id = root.need("id").and_then(|found| {
        let id = id_of(&found)?;
        let named = stem.is_none_or(|stem| stem == id);
        found.or_report(named.then_some(id), || ProblemKind::Play(PlayFault::OtherName))
    });
    let version = root.need("version").and_then(|found| found.number(1, 1_000_000));
    let words = |key| root.need(key).and_then(|found| found.words()).map(str::to_owned);
    let (title, summary) = (words("title"), words("summary"));
    let not_for = root.get("not_for").and_then(|found| found.words()).map(str::to_owned);
    let shared = root.get("shared").map_or(Some(false), |found| found.truth());
    let (sources, first) = (list(root, "sources"), list(root, "first"));
    let fits = fits(&root.section("for"));
    let phases: Vec<Phase> = root.sections("phase").iter().filter_map(phase).collect();
    let args = args(&root.section("args"));
    let steps = step::all(root, &phases);
    let tests: Vec<(Option<Case>, Place)> = root
        .sections("test")
        .iter()
        .map(|section| (case::read(section), section.place()))
        .collect();
    let steps = steps?;
    let (cases, tests): (Vec<Case>, Vec<Place>) =
        tests.into_iter().filter_map(|(case, place)| Some((case?, place))).unzip();
    let playbook = Playbook {
        id: PlaybookId::new(id?),
        version: u32::try_from(version?).ok()?,
        title: title?,
        summary: summary?,
        not_for,
        shared: shared?,
        sources,
        first,
        fits,
        phases,
        args,
        start: steps.start,
        steps: steps.all,
        tests: cases,
    };
    Some(Read { playbook, path: path.to_owned(), places: steps.places, tests })
}

/// The words of a list.
pub(super) fn list(section: &Section<'_>, key: &'static str) -> Vec<String> {
    let items = section.get(key).and_then(|found| found.list()).unwrap_or_default();
    items.iter().filter_map(|item| item.words().map(str::to_owned)).collect()
}

fn fits(section: &Section<'_>) -> Fits {
    let items =
        |key| section.get(key).and_then(|found: Found<'_>| found.list()).unwrap_or_default();
    let categories: BTreeSet<Category> = items("categories")
        .iter()
        .filter_map(|item| item.value(Category::ALL, Category::as_str))
        .collect();
    let flags: BTreeSet<Flag> =
        items("flags").iter().filter_map(|item| item.value(Flag::ALL, Flag::as_str)).collect();
    let severities: BTreeSet<Severity> = items("severities")
        .iter()
        .filter_map(|item| item.value(Severity::ALL, Severity::as_str))
        .collect();
    let tags = list(section, "tags");
    section.finish();
    Fits { categories, tags, flags, severities }
}

fn phase(section: &Section<'_>) -> Option<Phase> {
    let id = section.need("id").and_then(|found| id_of(&found).map(str::to_owned));
    let title = section.need("title").and_then(|found| found.words()).map(str::to_owned);
    section.finish();
    Some(Phase { id: id?, title: title? })
}

fn args(section: &Section<'_>) -> BTreeMap<Name, Question> {
    let mut args = BTreeMap::new();
    for (name, found) in section.entries() {
        let name = name_of(&found, name);
        let Some(section) = found.section() else { continue };
        let question = step::question(&section);
        section.finish();
        args.extend(name.zip(question));
    }
    args
}
