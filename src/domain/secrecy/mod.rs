//! The guard: what must never be kept is found in words and masked, and stamps of state secrecy are
//! recognised. Pure. What it looks for is data, `playbooks/secrecy.toml`, with an example for every
//! pattern of what must and what must not hit.
//!
//! - [`patterns`]: the data file and what it becomes;
//! - [`image`]: the two ways words are looked at, each with the way back to the original;
//! - [`checks`]: what a regular expression cannot say, such as the check digit of a card.

pub mod checks;
pub mod image;
pub mod patterns;

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

pub use patterns::{Guard, PatternError};

/// A kind of thing that is not kept.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Secret {
    /// A password, a one-time code, a PIN.
    Password,
    /// A key or token of an interface.
    Key,
    /// A private-key block.
    PrivateKey,
    /// The number of a citizen's identity card, of today or before.
    CitizenNumber,
    /// The number of a bank card.
    CardNumber,
    /// A stamp of state secrecy: nothing of the text is kept at all.
    Stamp,
}

/// Words after the guard has seen them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Guarded {
    /// The words with every secret masked.
    pub words: String,
    /// What was masked, or, with [`Secret::Stamp`], why none of it may be kept.
    pub found: BTreeSet<Secret>,
}

impl Guarded {
    /// Whether the words bear a stamp of state secrecy.
    pub fn stamped(&self) -> bool {
        self.found.contains(&Secret::Stamp)
    }
}

/// Masking one thing can uncover another beside it; deeper than this nobody nests by accident.
const PASSES: usize = 8;

static BUILT_IN: LazyLock<Guard> = LazyLock::new(|| {
    // A file that does not read is found by a test; if it ever got here, nothing would pass.
    Guard::read(include_str!("../../../playbooks/secrecy.toml")).unwrap_or_else(|_| Guard::closed())
});

/// The guard built into the program.
pub fn built_in() -> &'static Guard {
    &BUILT_IN
}

/// Masks `words` by the guard built in.
pub fn guard(words: &str) -> Guarded {
    BUILT_IN.look_at(words)
}

impl Guard {
    /// Masks every secret in `words`. Text outside of them stays as it is, and masked words come back
    /// the same. Takes time in proportion to the length.
    pub fn look_at(&self, words: &str) -> Guarded {
        if self.is_closed() {
            let found = BTreeSet::from([Secret::Stamp]);
            return Guarded { words: String::new(), found };
        }
        let mut found = BTreeSet::new();
        let mut words = words.to_owned();
        for pass in 0..PASSES {
            let hits = self.hits(&words, pass == 0);
            found.extend(hits.iter().map(|(_, secret)| *secret));
            let masked: Vec<_> =
                hits.into_iter().filter(|(_, secret)| *secret != Secret::Stamp).collect();
            if masked.is_empty() {
                break;
            }
            words = self.masked(&words, masked);
        }
        Guarded { words, found }
    }

    /// Replaces each hit; hits that touch become one, named after the first.
    fn masked(&self, words: &str, mut hits: Vec<(Range<usize>, Secret)>) -> String {
        hits.sort_by_key(|(range, _)| (range.start, std::cmp::Reverse(range.end)));
        let mut merged: Vec<(Range<usize>, Secret)> = Vec::with_capacity(hits.len());
        for (range, secret) in hits {
            match merged.last_mut() {
                Some((last, _)) if range.start < last.end => last.end = last.end.max(range.end),
                _ => merged.push((range, secret)),
            }
        }
        let mut text = String::with_capacity(words.len());
        let mut from = 0;
        for (range, secret) in merged {
            text.push_str(words.get(from..range.start).unwrap_or_default());
            text.push_str(self.mask(secret));
            from = range.end;
        }
        text.push_str(words.get(from..).unwrap_or_default());
        text
    }
}
