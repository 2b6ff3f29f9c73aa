//! Values of the contract as people type them: in words, in the machine's word, or by number.

use crate::domain::fold::{fold, strip_prefix};
use crate::domain::values::{Category, Flag, Severity, Tlp, Tri};
use crate::text::typed;

/// Whether `text` is one of `words`, whatever its case, marks, emoji before it or dots after it.
pub fn is_one_of(text: &str, words: &[&str]) -> bool {
    let spoken = plain(text);
    words.iter().any(|word| plain(word) == spoken)
}

/// Folded, with single spaces, without decoration at either end.
pub fn plain(text: &str) -> String {
    let decoration = |c: char| !c.is_alphanumeric() && !matches!(c, '-' | '+');
    let folded = fold(text);
    folded.trim_matches(decoration).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The number of an answer: `2`, `2.`, `2)`.
pub fn number(text: &str) -> Option<usize> {
    let digits = text.trim().trim_end_matches(['.', ')', ':']);
    let short = !digits.is_empty() && digits.len() <= 2;
    if short && digits.bytes().all(|b| b.is_ascii_digit()) { digits.parse().ok() } else { None }
}

fn numbered<T: Copy>(text: &str, all: impl IntoIterator<Item = T>) -> Option<T> {
    all.into_iter().nth(number(text)?.checked_sub(1)?)
}

/// A severity, by word or by number, 1 being the lowest.
pub fn severity(text: &str) -> Option<Severity> {
    let by_word = typed::SEVERITIES.iter().find(|(_, words)| is_one_of(text, words));
    by_word.map(|(severity, _)| *severity).or_else(|| numbered(text, Severity::ALL.iter().copied()))
}

/// A category by code or by its number in the taxonomy; `Some(None)` takes it away.
pub fn category(text: &str) -> Option<Option<Category>> {
    if is_one_of(text, typed::NO_CATEGORY) || text.trim() == "-" {
        return Some(None);
    }
    let spoken = plain(text);
    let by_code = Category::ALL.iter().copied().find(|one| fold(one.as_str()) == spoken);
    by_code.or_else(|| numbered(text, Category::ALL.iter().copied())).map(Some)
}

/// A flag by its word, with `_`, `-` or neither, or by number.
pub fn flag(text: &str) -> Option<Flag> {
    let spoken = plain(text).replace(['-', '_'], "");
    let by_word = Flag::ALL.iter().copied().find(|one| one.as_str().replace('_', "") == spoken);
    by_word.or_else(|| numbered(text, Flag::ALL.iter().copied()))
}

/// Yes, no or unknown as a whole answer, by word or as the number of the button.
pub fn answer(text: &str) -> Option<Tri> {
    let words = [(Tri::No, typed::NO), (Tri::Yes, typed::YES), (Tri::Unknown, typed::UNKNOWN)];
    let by_word = words.iter().find(|(_, words)| is_one_of(text, words));
    by_word.map(|(tri, _)| *tri).or_else(|| numbered(text, words.map(|(tri, _)| tri)))
}

/// Yes, no or unknown at the start of `text`, and what follows.
pub fn leading_answer(text: &str) -> Option<(Tri, &str)> {
    // The longer words first: "not clear" begins with "not".
    let words = [(Tri::Unknown, typed::UNKNOWN), (Tri::No, typed::NO), (Tri::Yes, typed::YES)];
    words.iter().find_map(|(tri, words)| Some((*tri, leading(text, words)?)))
}

/// What follows one of `words` at the start of `text`, where the word ends there.
pub fn leading<'t>(text: &'t str, words: &[&str]) -> Option<&'t str> {
    let text = text.trim_start();
    let ends = |rest: &str| rest.chars().next().is_none_or(|c| !c.is_alphanumeric());
    let rest = words.iter().filter_map(|word| strip_prefix(text, word)).find(|rest| ends(rest))?;
    Some(rest.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, ':' | ',' | '-' | '.')))
}

/// A TLP label, with or without `TLP:`.
pub fn tlp(text: &str) -> Option<Tlp> {
    let label = strip_prefix(text.trim(), "tlp:").unwrap_or(text);
    typed::LABELS.iter().find(|(_, words)| is_one_of(label, words)).map(|(tlp, _)| *tlp)
}
