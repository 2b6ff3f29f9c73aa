//! Reading one TOML file of data: whatever is wrong with it is told at once.

use std::cell::{OnceCell, RefCell};
use std::path::Path;

use toml::de::DeTable;

use super::problem::{Problem, ProblemKind};
use super::section::{Reader, Section};

/// Checks `text` as the file at `path`. `read` reports what is wrong; whatever key it does not ask
/// for is unknown.
pub(super) fn parse<T>(
    text: &str,
    path: &Path,
    read: impl FnOnce(&Section<'_>) -> Option<T>,
) -> Result<T, Vec<Problem>> {
    let (problems, secret_files) = (RefCell::default(), RefCell::default());
    let reader =
        Reader { text, path, env: &|_| None, problems, lines: OnceCell::new(), secret_files };
    let (root, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        let offset = error.span().map_or(0, |span| span.start);
        let detail = error.message().to_owned();
        reader.report(reader.place(offset), ProblemKind::Syntax { detail });
    }
    let found = errors.is_empty().then(|| {
        let root = Section::root(&reader, root.get_ref());
        let found = read(&root);
        root.finish();
        found
    });
    let mut problems = reader.problems.take();
    problems.sort_by(|left, right| left.place.cmp(&right.place));
    match found.flatten() {
        Some(found) if problems.is_empty() => Ok(found),
        _ => Err(problems),
    }
}
