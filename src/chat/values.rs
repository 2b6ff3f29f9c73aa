//! Values of the contract as people type them: in words, in the machine's word, or by number.

use unicode_normalization::UnicodeNormalization as _;

use crate::domain::fold::{fold, strip_prefix};
use crate::domain::values::{Category, Flag, Severity, Tlp, Tri};
use crate::text::{typed, words};

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

/// The same without the courtesies around an answer: "Dạ không ạ" is "khong". A courtesy alone is one
/// of them: "Vâng". Marks count where there are some: "đã" is not "dạ".
pub fn courteous(text: &str) -> String {
    let lower: String = text.nfc().collect::<String>().to_lowercase();
    let bare = |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric()).to_owned();
    let words: Vec<String> = lower.split_whitespace().map(bare).collect();
    let mut words: Vec<&str> = words.iter().map(String::as_str).collect();
    words.retain(|word| !word.is_empty());
    let is = |word: &str, courtesies: &[&str]| {
        courtesies.iter().any(|one| *one == word || (word.is_ascii() && fold(one) == word))
    };
    while words.len() > 1 && words.last().is_some_and(|last| is(last, typed::AFTER_ANSWER)) {
        words.pop();
    }
    while words.len() > 1 && words.first().is_some_and(|first| is(first, typed::BEFORE_ANSWER)) {
        words.remove(0);
    }
    plain(&words.join(" "))
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
    let named = |one: &Category| [words::category(*one), words::category_short(*one)];
    let is = |one: &Category| fold(one.as_str()) == spoken || is_one_of(text, &named(one));
    let by_code = Category::ALL.iter().copied().find(is);
    by_code.or_else(|| numbered(text, Category::ALL.iter().copied())).map(Some)
}

/// A flag by its word, with `_`, `-` or neither, by its name, or by number.
pub fn flag(text: &str) -> Option<Flag> {
    let spoken = plain(text).replace(['-', '_'], "");
    let by_word = Flag::ALL.iter().copied().find(|one| one.as_str().replace('_', "") == spoken);
    let by_name = || match leading_flag(text) {
        Some((flag, "")) => Some(flag),
        _ => None,
    };
    by_word.or_else(by_name).or_else(|| numbered(text, Flag::ALL.iter().copied()))
}

/// A flag by its name at the start of `text`, the longest that fits, and what follows.
pub fn leading_flag(text: &str) -> Option<(Flag, &str)> {
    let short =
        typed::FLAGS.iter().flat_map(|(flag, names)| names.iter().map(|name| (*flag, *name)));
    let full = Flag::ALL.iter().map(|flag| (*flag, words::flag(*flag)));
    let fits = |(flag, name): (Flag, &'static str)| Some((flag, leading(text, &[name])?));
    full.chain(short).filter_map(fits).min_by_key(|(_, rest)| rest.len())
}

/// Yes, no or unknown as a whole answer, by word or as the number of the button.
pub fn answer(text: &str) -> Option<Tri> {
    let words = [(Tri::No, typed::NO), (Tri::Yes, typed::YES), (Tri::Unknown, typed::UNKNOWN)];
    let said = courteous(text);
    let by_word = words.iter().find(|(_, words)| is_one_of(&said, words));
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
