//! From a position in the text to the line and column a person looks for.

use super::problem::Place;

/// Where each line begins.
pub(super) fn lines(text: &str) -> Vec<usize> {
    let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
    std::iter::once(0).chain(breaks.map(|(at, _)| at.saturating_add(1))).collect()
}

/// The place of byte `offset` of `text`, whose lines begin there.
pub(super) fn on(text: &str, lines: &[usize], offset: usize) -> Place {
    let offset = offset.min(text.len());
    let line = lines.partition_point(|start| *start <= offset);
    let start = line.checked_sub(1).and_then(|line| lines.get(line)).copied().unwrap_or(0);
    let before = text.as_bytes().get(start..offset).unwrap_or_default();
    place(line, before)
}

/// The same before it is known to be text.
pub(super) fn of_bytes(bytes: &[u8], offset: usize) -> Place {
    let before = bytes.get(..offset.min(bytes.len())).unwrap_or_default();
    let line = before.iter().filter(|byte| **byte == b'\n').count().saturating_add(1);
    let start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at.saturating_add(1));
    place(line, before.get(start..).unwrap_or_default())
}

fn place(line: usize, before: &[u8]) -> Place {
    let column = String::from_utf8_lossy(before).chars().count().saturating_add(1);
    Place { line: Some(line), column: Some(column), key: None }
}
