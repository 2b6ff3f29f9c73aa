//! The data file of the guard: read, checked, compiled; and looking for what it names.

use std::collections::BTreeMap;
use std::ops::Range;

use regex::{Regex, RegexBuilder};
use serde::Deserialize;

use super::Secret;
use super::checks::Check;
use super::image::{BARRIER, Image, View};

/// How much of a value is looked at to tell whether it is one, in characters.
const LOOKED_AT: usize = 200;

/// The longest quoted value, and the most plain words that make one.
const QUOTED: usize = 190;
const WORDS: usize = 6;

/// Why a data file is no guard.
#[derive(Debug, thiserror::Error)]
pub enum PatternError {
    /// It does not read.
    #[error("{0}")]
    Form(#[from] toml::de::Error),
    /// A pattern's expression does not read.
    #[error("{id}: {error}")]
    Regex {
        /// Which.
        id: String,
        /// Why.
        error: regex::Error,
    },
    /// A pattern names a list that is not there.
    #[error("{id}: no list {list}")]
    NoList {
        /// Which.
        id: String,
        /// The list.
        list: String,
    },
    /// A kind has no mask.
    #[error("no mask for {0:?}")]
    NoMask(Secret),
}

/// The patterns, ready to look.
#[derive(Debug)]
pub struct Guard {
    patterns: Vec<Pattern>,
    names: BTreeMap<Secret, String>,
    masks: BTreeMap<Secret, String>,
    all_masks: Vec<String>,
    evidence: Option<Regex>,
}

#[derive(Debug)]
struct Pattern {
    secret: Secret,
    view: View,
    regex: Regex,
    takes: Takes,
    checks: Vec<Check>,
    unless: Vec<String>,
    unless_next: Vec<String>,
    evidence: bool,
}

/// What of a match is the secret.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Takes {
    /// The group named `secret`, or all of it.
    Group,
    /// What follows it.
    Value,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// What stands around a mask's name, `{}`.
    frame: String,
    mask: BTreeMap<Secret, String>,
    lists: BTreeMap<String, Vec<String>>,
    pattern: Vec<Row>,
}

/// A pattern as the file has it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    id: String,
    kind: Secret,
    image: View,
    regex: String,
    takes: Takes,
    #[serde(default)]
    checks: Vec<Check>,
    #[serde(default)]
    unless: Vec<String>,
    #[serde(default)]
    unless_next: Vec<String>,
    #[serde(default)]
    evidence: bool,
    hit: Vec<Example>,
    miss: Vec<String>,
}

/// Words that must hit.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// The words.
    pub text: String,
    /// What becomes of them; nothing for a stamp.
    pub masked: Option<String>,
}

/// The examples of one pattern, for the test that runs them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Examples {
    /// The pattern's name.
    pub id: String,
    /// What it finds.
    pub secret: Secret,
    /// Must hit.
    pub hit: Vec<Example>,
    /// Must not.
    pub miss: Vec<String>,
}

/// What looks like a number of a person and is part of something technical.
const EVIDENCE: &str = r"(?i)(?-u:\b)(?:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{32,128})(?-u:\b)";

impl Guard {
    /// From the text of a data file.
    pub fn read(file: &str) -> Result<Self, PatternError> {
        let File { frame, mask: names, lists, pattern } = toml::from_str(file)?;
        let mut patterns = Vec::with_capacity(pattern.len());
        for row in pattern {
            if !names.contains_key(&row.kind) {
                return Err(PatternError::NoMask(row.kind));
            }
            patterns.push(compiled(row, &lists)?);
        }
        let masks: BTreeMap<Secret, String> =
            names.iter().map(|(secret, name)| (*secret, frame.replace("{}", name))).collect();
        let all_masks = masks.values().cloned().collect();
        let evidence = Regex::new(EVIDENCE).ok();
        Ok(Self { patterns, names, masks, all_masks, evidence })
    }

    /// A guard that lets nothing pass.
    pub fn closed() -> Self {
        let (names, masks) = (BTreeMap::new(), BTreeMap::new());
        Self { patterns: Vec::new(), names, masks, all_masks: Vec::new(), evidence: None }
    }

    pub(super) fn is_closed(&self) -> bool {
        self.patterns.is_empty()
    }

    /// The examples of a data file.
    pub fn examples(file: &str) -> Result<Vec<Examples>, PatternError> {
        let file: File = toml::from_str(file)?;
        let examples = file.pattern.into_iter().map(|row| Examples {
            id: row.id,
            secret: row.kind,
            hit: row.hit,
            miss: row.miss,
        });
        Ok(examples.collect())
    }

    /// What people call a secret of this kind.
    pub fn name(&self, secret: Secret) -> &str {
        self.names.get(&secret).map_or("", String::as_str)
    }

    pub(super) fn mask(&self, secret: Secret) -> &str {
        self.masks.get(&secret).map_or("", String::as_str)
    }

    /// Where secrets stand in `words`, in bytes; stamps only where `stamps` is said.
    pub(super) fn hits(&self, words: &str, stamps: bool) -> Vec<(Range<usize>, Secret)> {
        let exact = Image::of(words, View::Exact, &self.all_masks);
        let plain = Image::of(words, View::Plain, &self.all_masks);
        let spared: Vec<Range<usize>> = self
            .evidence
            .iter()
            .flat_map(|regex| regex.find_iter(&exact.text).map(|found| found.range()))
            .collect();
        let mut hits = Vec::new();
        for pattern in &self.patterns {
            if pattern.secret == Secret::Stamp && !stamps {
                continue;
            }
            let (image, other) = match pattern.view {
                View::Exact => (&exact, &[][..]),
                View::Plain => (&plain, &[][..]),
            };
            let spared = if pattern.evidence { spared.as_slice() } else { other };
            let found = pattern.find(&image.text, spared).into_iter();
            let original = found.filter_map(|part| image.original(&part));
            hits.extend(original.map(|range| (range, pattern.secret)));
        }
        hits
    }
}

fn compiled(row: Row, lists: &BTreeMap<String, Vec<String>>) -> Result<Pattern, PatternError> {
    let regex = RegexBuilder::new(&row.regex)
        .build()
        .map_err(|error| PatternError::Regex { id: row.id.clone(), error })?;
    let mut unless = Vec::new();
    for list in row.unless {
        match lists.get(&list) {
            Some(words) => unless.extend(words.iter().cloned()),
            None => return Err(PatternError::NoList { id: row.id, list }),
        }
    }
    let Row { kind, image, takes, checks, unless_next, evidence, .. } = row;
    Ok(Pattern { secret: kind, view: image, regex, takes, checks, unless, unless_next, evidence })
}

impl Pattern {
    /// Where its secrets stand in an image. After a match that turned out to be none, the search
    /// goes on right behind its first letter; no such match is long.
    fn find(&self, text: &str, spared: &[Range<usize>]) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        let mut from = 0;
        while let Some((whole, secret, next)) = self.next(text, from) {
            let inside = |range: &Range<usize>| {
                range.start <= secret.start && secret.end <= range.end && !secret.is_empty()
            };
            if self.is_one(text.get(secret.clone()).unwrap_or_default(), next)
                && !spared.iter().any(inside)
            {
                let secret = secret.start..self.end_of(text, &secret);
                from = secret.end.max(whole.start.saturating_add(1));
                found.push(secret);
            } else {
                from = whole.start.saturating_add(1);
            }
            while from < text.len() && !text.is_char_boundary(from) {
                from = from.saturating_add(1);
            }
            if from > text.len() {
                break;
            }
        }
        found
    }

    /// Where a value that was looked at only in part ends.
    fn end_of(&self, text: &str, secret: &Range<usize>) -> usize {
        let looked_at = text.get(secret.clone()).unwrap_or_default().chars().count();
        if self.takes != Takes::Value || looked_at < LOOKED_AT {
            return secret.end;
        }
        let rest = text.get(secret.end..).unwrap_or_default();
        let blank = rest.find(|c: char| c.is_whitespace() || c == BARRIER);
        secret.end.saturating_add(blank.unwrap_or(rest.len()))
    }

    /// The next match, the secret in it, and the word that follows where that decides.
    fn next<'t>(
        &self,
        text: &'t str,
        from: usize,
    ) -> Option<(Range<usize>, Range<usize>, &'t str)> {
        // Looking for groups is slow, and most patterns have none.
        if self.regex.captures_len() == 1 {
            let whole = self.regex.find_at(text, from)?.range();
            let secret = match self.takes {
                Takes::Group => whole.clone(),
                Takes::Value => {
                    // What must not look like an ordinary word is no few plain words either.
                    let phrases = !self.checks.contains(&Check::Mixed);
                    value_after(text, whole.end, phrases)
                }
            };
            return Some((whole, secret, ""));
        }
        let captures = self.regex.captures_at(text, from)?;
        let whole = captures.get(0)?.range();
        let secret = captures.name("secret").map_or_else(|| whole.clone(), |found| found.range());
        Some((whole, secret, captures.name("next").map_or("", |next| next.as_str())))
    }

    fn is_one(&self, secret: &str, next: &str) -> bool {
        let end = secret.char_indices().nth(LOOKED_AT).map_or(secret.len(), |(at, _)| at);
        let looked_at = secret.get(..end).unwrap_or_default();
        let word = |text: &str| -> String {
            let letters = text.trim_start().chars().take_while(|c| c.is_alphanumeric());
            crate::domain::fold::fold(&letters.collect::<String>())
        };
        let first = word(looked_at);
        let named = self.unless.iter().any(|known| {
            // `windows10` is a thing, `da` only the word itself.
            *known == first
                || known.len() > 2
                    && first.strip_prefix(known.as_str()).is_some_and(|rest| {
                        !rest.is_empty() && rest.chars().all(|c| c.is_ascii_digit())
                    })
        });
        let alone = |text: &str| {
            // A value such as `la-9x` begins like a word and is none.
            let after: String = text.chars().skip(first.chars().count()).take(1).collect();
            after.chars().all(|c| c.is_whitespace() || matches!(c, ',' | '.' | ';' | ':' | ')'))
        };
        let ordinary = named && alone(looked_at) || self.unless_next.contains(&word(next));
        !secret.is_empty() && !ordinary && self.checks.iter().all(|check| check.holds(looked_at))
    }
}

/// A value: quoted, or a few plain words up to the end of the line, or up to the next blank.
fn value_after(text: &str, from: usize, phrases: bool) -> Range<usize> {
    let rest = text.get(from..).unwrap_or_default();
    let closing = match rest.chars().next() {
        Some('"') => Some('"'),
        Some('\'') => Some('\''),
        Some('“') => Some('”'),
        Some('‘') => Some('’'),
        Some('`') => Some('`'),
        _ => None,
    };
    if let Some(closing) = closing {
        let inner = rest.char_indices().skip(1).take(QUOTED);
        let mut inner = inner.take_while(|(_, c)| *c != '\n' && *c != BARRIER);
        if let Some((at, _)) = inner.find(|(_, c)| *c == closing) {
            return from..from.saturating_add(at).saturating_add(closing.len_utf8());
        }
    }
    let blank = |c: char| c.is_whitespace() || c == BARRIER;
    // Only so much decides whether it is one; where a longer one ends is looked up once it is.
    let bound = rest.char_indices().nth(LOOKED_AT).map_or(rest.len(), |(at, _)| at);
    let near = rest.get(..bound).unwrap_or_default();
    let token = near.find(blank).unwrap_or(bound);
    let token = next_field(rest.get(..token).unwrap_or_default()).unwrap_or(token);
    let length = if phrases { phrase(rest).unwrap_or(token) } else { token };
    from..from.saturating_add(length)
}

/// How long a few plain words up to the end of the line are, where that is what stands here.
fn phrase(rest: &str) -> Option<usize> {
    let mut length = 0_usize;
    for (at, letter) in rest.char_indices().take(LOOKED_AT) {
        match letter {
            '\n' => break,
            letter if letter.is_alphabetic() || letter == ' ' => {
                length = at.saturating_add(letter.len_utf8())
            }
            _ => return None,
        }
    }
    let line = rest.get(..length)?.trim_end();
    let ends = rest.get(length..)?.chars().next().is_none_or(|next| next == '\n');
    let words = line.split_whitespace().take(WORDS.saturating_add(1)).count();
    (ends && (2..=WORDS).contains(&words)).then_some(line.len())
}

/// Where the next field of a form begins: `&name=`.
fn next_field(token: &str) -> Option<usize> {
    let is_name = |rest: &str| {
        rest.split_once('=').is_some_and(|(name, _)| {
            let letters = |c: char| c.is_ascii_alphanumeric() || c == '_';
            (1..=32).contains(&name.len()) && name.chars().all(letters)
        })
    };
    let fields = token.match_indices('&').take(8);
    let mut fields =
        fields.filter(|(at, _)| is_name(token.get(at.saturating_add(1)..).unwrap_or_default()));
    fields.next().map(|(at, _)| at)
}
