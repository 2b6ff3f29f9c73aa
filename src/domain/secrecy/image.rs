//! Words as the patterns see them: composed the same way whatever the keyboard did, without what
//! editors slip between letters, and with the way back to the bytes they came from.

use std::ops::Range;

use serde::Deserialize;
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::canonical_combining_class;

use crate::domain::fold::fold;

/// Stands for something that was masked before: no pattern reaches over it.
pub const BARRIER: char = '\u{FFFC}';

/// How letters are compared.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum View {
    /// Letter for letter, composed.
    Exact,
    /// Lower case, without Vietnamese marks.
    Plain,
}

/// One view of a text.
#[derive(Clone, Debug, Default)]
pub struct Image {
    /// What patterns are matched against.
    pub text: String,
    /// For each byte of `text`, the original letter it came of.
    from: Vec<Range<usize>>,
}

impl Image {
    /// The view of `words`, in which each of `masks` is one barrier.
    pub fn of(words: &str, view: View, masks: &[String]) -> Self {
        let mut image = Self::default();
        let mut rest = words.char_indices().peekable();
        while let Some((start, letter)) = rest.next() {
            let here = words.get(start..).unwrap_or_default();
            if let Some(mask) = masks.iter().find(|mask| here.starts_with(mask.as_str())) {
                let end = start.saturating_add(mask.len());
                while rest.next_if(|(at, _)| *at < end).is_some() {}
                image.push(BARRIER, &(start..end));
                continue;
            }
            while rest.next_if(|(_, next)| belongs(*next)).is_some() {}
            let end = rest.peek().map_or(words.len(), |(at, _)| *at);
            if belongs(letter) && !is_mark(letter) {
                continue;
            }
            let letters = words.get(start..end).unwrap_or_default();
            let shown = letters.chars().filter(|c| is_mark(*c) || !belongs(*c)).nfc();
            match view {
                View::Exact => shown.for_each(|c| image.push(c, &(start..end))),
                View::Plain => {
                    let plain = fold(&shown.collect::<String>());
                    plain.chars().for_each(|c| image.push(c, &(start..end)));
                }
            }
        }
        image
    }

    fn push(&mut self, letter: char, from: &Range<usize>) {
        self.text.push(letter);
        self.from.resize(self.text.len(), from.clone());
    }

    /// The bytes of the original that a part of the image came of.
    pub fn original(&self, part: &Range<usize>) -> Option<Range<usize>> {
        let first = self.from.get(part.start)?;
        let last = self.from.get(part.end.checked_sub(1)?)?;
        Some(first.start..last.end)
    }
}

/// A mark on the letter before it, or something that does not show.
fn belongs(letter: char) -> bool {
    is_mark(letter)
        || matches!(letter, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}')
}

fn is_mark(letter: char) -> bool {
    canonical_combining_class(letter) != 0
}
