//! A first guess of what a report is about and how bad it is, from the words in it. The words and
//! their weights are data (`playbooks/triage.toml`); a person decides.

use std::time::Duration;

use super::fold::fold;
use super::values::{Category, Severity};

/// How many syllables may stand between a denial and what it denies.
const REACH: usize = 3;

/// Words as they are compared: folded, syllable by syllable.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Phrase(Vec<String>);

impl Phrase {
    /// From words as people write them; none when there is nothing to compare.
    pub fn new(words: &str) -> Option<Self> {
        let tokens: Vec<String> = tokens(words).into_iter().map(|token| token.word).collect();
        (!tokens.is_empty()).then_some(Self(tokens))
    }
}

/// A phrase, and how much it says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sign {
    /// The words.
    pub phrase: Phrase,
    /// Their weight.
    pub weight: i64,
}

/// What speaks for one category.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Kind {
    /// Which.
    pub category: Category,
    /// Its words.
    pub signs: Vec<Sign>,
}

/// What speaks for a severity.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Scale {
    /// No report is guessed below it.
    pub least: Severity,
    /// Down from these points low.
    pub low: i64,
    /// From these points high.
    pub high: i64,
    /// From these points critical.
    pub critical: i64,
    /// The words.
    pub signs: Vec<Sign>,
}

/// When reports of many units are proposed as one widespread incident.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Widespread {
    /// From so many units.
    pub units: usize,
    /// Within this time.
    pub within: Duration,
}

/// Everything a guess is made by.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Triage {
    /// Categories, the one that wins a tie first.
    pub kinds: Vec<Kind>,
    /// The points a category needs.
    pub enough: i64,
    /// Severity.
    pub scale: Scale,
    /// Denials.
    pub denials: Vec<Phrase>,
    /// Many units at once.
    pub widespread: Widespread,
}

impl Default for Triage {
    /// Knows no words: every report is of medium severity and of no category.
    fn default() -> Self {
        let (least, signs) = (Severity::Medium, Vec::new());
        let scale = Scale { least, low: -1, high: 1, critical: 2, signs };
        let widespread = Widespread { units: 5, within: Duration::from_secs(1800) };
        Self { kinds: Vec::new(), enough: 1, scale, denials: Vec::new(), widespread }
    }
}

/// What the words make likely.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Guess {
    /// What kind, where the words say enough.
    pub category: Option<Category>,
    /// How bad.
    pub severity: Severity,
}

impl Guess {
    /// Whether the words said anything at all: otherwise it is only where every report begins.
    pub fn says_something(self) -> bool {
        self.category.is_some() || self.severity != Severity::Medium
    }
}

/// One syllable of a text.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Token {
    word: String,
    /// Whether a mark of punctuation or a new line stands before it.
    begins: bool,
}

/// Where a phrase stands in a text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Hit {
    from: usize,
    to: usize,
    sign: usize,
}

impl Hit {
    fn overlaps(self, other: Self) -> bool {
        self.from < other.to && other.from < self.to
    }

    fn length(self) -> usize {
        self.to.saturating_sub(self.from)
    }
}

impl Triage {
    /// The first guess.
    pub fn guess(&self, words: &str) -> Guess {
        let tokens = tokens(words);
        let kinds: Vec<Vec<Hit>> =
            self.kinds.iter().map(|kind| hits(&tokens, phrases(&kind.signs))).collect();
        let severity = hits(&tokens, phrases(&self.scale.signs));
        // A denial that is itself part of a sign ("cannot be reached") denies nothing.
        let denials: Vec<Hit> = hits(&tokens, self.denials.iter())
            .into_iter()
            .filter(|denial| {
                let mut all = kinds.iter().flatten().chain(&severity);
                !all.any(|hit| hit.from <= denial.from && denial.to <= hit.to)
            })
            .collect();
        let points = |signs: &[Sign], hits: &[Hit]| points(signs, hits, &denials, &tokens);
        let mut best: Option<(i64, Category)> = None;
        for (kind, hits) in self.kinds.iter().zip(&kinds) {
            let points = points(&kind.signs, hits);
            if points >= self.enough && best.is_none_or(|(most, _)| points > most) {
                best = Some((points, kind.category));
            }
        }
        let severity = self.scale.severity(points(&self.scale.signs, &severity));
        Guess { category: best.map(|(_, category)| category), severity }
    }
}

impl Scale {
    fn severity(&self, points: i64) -> Severity {
        let guessed = if points >= self.critical {
            Severity::Critical
        } else if points >= self.high {
            Severity::High
        } else if points <= self.low {
            Severity::Low
        } else {
            Severity::Medium
        };
        guessed.max(self.least)
    }
}

fn phrases(signs: &[Sign]) -> impl Iterator<Item = &Phrase> {
    signs.iter().map(|sign| &sign.phrase)
}

/// Every place where a phrase stands whole within one clause; of two that overlap the longer one, or
/// else the first.
fn hits<'p>(tokens: &[Token], phrases: impl Iterator<Item = &'p Phrase>) -> Vec<Hit> {
    let mut found = Vec::new();
    for (sign, Phrase(words)) in phrases.enumerate() {
        for (from, window) in tokens.windows(words.len()).enumerate() {
            let same = window.iter().zip(words).all(|(token, word)| token.word == *word);
            let whole = !window.iter().skip(1).any(|token| token.begins);
            if same && whole {
                found.push(Hit { from, to: from.saturating_add(words.len()), sign });
            }
        }
    }
    found.sort_by_key(|hit: &Hit| (std::cmp::Reverse(hit.length()), hit.from));
    let mut kept: Vec<Hit> = Vec::new();
    for hit in found {
        if !kept.iter().any(|other| hit.overlaps(*other)) {
            kept.push(hit);
        }
    }
    kept
}

/// The sum of what was found and not denied; a phrase said twice counts once.
fn points(signs: &[Sign], hits: &[Hit], denials: &[Hit], tokens: &[Token]) -> i64 {
    let mut counted: Vec<usize> =
        hits.iter().filter(|hit| !denied(**hit, denials, tokens)).map(|hit| hit.sign).collect();
    counted.sort_unstable();
    counted.dedup();
    counted.iter().filter_map(|sign| signs.get(*sign)).map(|sign| sign.weight).sum()
}

fn denied(hit: Hit, denials: &[Hit], tokens: &[Token]) -> bool {
    denials.iter().any(|denial| {
        // A denial and a passive may share a word, which then stands in both.
        let near = denial.from < hit.from && hit.from <= denial.to.saturating_add(REACH);
        let between = tokens.get(denial.from..=hit.from).unwrap_or_default();
        near && !between.iter().skip(1).any(|token| token.begins)
    })
}

/// The syllables of a text, folded.
fn tokens(text: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    let (mut word, mut begins) = (String::new(), false);
    for letter in fold(text).chars().chain([' ']) {
        if letter.is_alphanumeric() {
            word.push(letter);
            continue;
        }
        if !word.is_empty() {
            tokens.push(Token { word: std::mem::take(&mut word), begins });
            begins = false;
        }
        begins |=
            matches!(letter, '.' | ',' | ';' | ':' | '!' | '?' | '(' | ')' | '\n' | '…' | '–');
    }
    tokens
}

/// The syllables of a text that say something: for comparing two of them.
pub fn syllables(text: &str) -> Vec<String> {
    tokens(text).into_iter().map(|token| token.word).collect()
}
