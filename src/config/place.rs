//! From a position in the text to the line and column a person looks for.

use super::problem::Place;

/// The place of byte `offset` of `text`.
pub(super) fn of(text: &str, offset: usize) -> Place {
    of_bytes(text.as_bytes(), offset)
}

/// The same before it is known to be text.
pub(super) fn of_bytes(bytes: &[u8], offset: usize) -> Place {
    let before = bytes.get(..offset.min(bytes.len())).unwrap_or_default();
    let line = before.iter().filter(|byte| **byte == b'\n').count().saturating_add(1);
    let start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at.saturating_add(1));
    let on_line = String::from_utf8_lossy(before.get(start..).unwrap_or_default());
    let column = on_line.chars().count().saturating_add(1);
    Place { line: Some(line), column: Some(column), key: None }
}
