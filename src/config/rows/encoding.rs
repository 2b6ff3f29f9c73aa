//! Bytes into words: UTF-8, UTF-16 with its mark, and Windows-1258 where nothing else fits.
//!
//! Words come out composed (NFC), because some programs write a letter and its mark as two.

use encoding_rs::{Encoding as Decoder, UTF_16BE, UTF_16LE, WINDOWS_1258};
use unicode_normalization::UnicodeNormalization as _;

use super::problem::Encoding;

/// What the words of a text file are, and what they were written in where that is not UTF-8.
pub(super) struct Decoded {
    pub text: String,
    pub from: Option<Encoding>,
}

/// The words of a file, or what it seems to be with the line up to which it made sense.
pub(super) fn decode(bytes: &[u8]) -> Result<Decoded, (u64, Encoding)> {
    for (mark, decoder) in [(b"\xFF\xFE", UTF_16LE), (b"\xFE\xFF", UTF_16BE)] {
        if let Some(rest) = bytes.strip_prefix(mark) {
            let text = cleanly(decoder, rest).ok_or((1, Encoding::Utf16))?;
            return Ok(Decoded { text: composed(&text), from: Some(Encoding::Utf16) });
        }
    }
    if bytes.iter().take(64).any(|byte| *byte == 0) {
        return Err((1, Encoding::Utf16));
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(Decoded { text: composed(text), from: None }),
        Err(error) => match vietnamese(bytes) {
            Some(text) => Ok(Decoded { text, from: Some(Encoding::OneByte) }),
            None => {
                let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
                let breaks = before.iter().filter(|byte| **byte == b'\n').count();
                let line = u64::try_from(breaks).unwrap_or(u64::MAX).saturating_add(1);
                Err((line, Encoding::OneByte))
            }
        },
    }
}

/// Letters with their marks in one character each.
pub(super) fn composed(text: &str) -> String {
    text.nfc().collect()
}

fn cleanly(decoder: &'static Decoder, bytes: &[u8]) -> Option<String> {
    let (text, wrong) = decoder.decode_without_bom_handling(bytes);
    (!wrong).then(|| text.into_owned())
}

/// Windows-1258, where it is certain: every byte means something in it, so only words that could
/// not be anything else are taken. Its tone marks stand behind their letters as no western file has
/// them; a question mark within a word is a letter some program could not write.
fn vietnamese(bytes: &[u8]) -> Option<String> {
    let loose = cleanly(WINDOWS_1258, bytes)?;
    let toned = loose.chars().any(is_tone);
    let text = composed(&loose);
    let lost = loose.as_bytes().windows(3).any(|three| {
        matches!(three, [before, b'?', after] if !before.is_ascii_punctuation()
            && !before.is_ascii_whitespace() && after.is_ascii_alphabetic())
    });
    let fits = text.chars().all(|letter| letter.is_ascii() || is_expected(letter));
    (toned && fits && !lost).then_some(text)
}

/// The five tones, as marks of their own.
fn is_tone(letter: char) -> bool {
    matches!(letter, '\u{300}' | '\u{301}' | '\u{303}' | '\u{309}' | '\u{323}')
}

/// Letters of the language in one character each, and the signs a word processor writes.
fn is_expected(letter: char) -> bool {
    const LETTERS: &str = "\u{c0}\u{c1}\u{c2}\u{c3}\u{c8}\u{c9}\u{ca}\u{cc}\u{cd}\u{d2}\u{d3}\
        \u{d4}\u{d5}\u{d9}\u{da}\u{dd}\u{102}\u{110}\u{128}\u{168}\u{1a0}\u{1af}";
    let capital = letter.to_uppercase().next().unwrap_or(letter);
    LETTERS.contains(capital)
        || matches!(letter, '\u{1ea0}'..='\u{1ef9}')
        || matches!(letter, '\u{a0}' | '\u{b0}' | '\u{2013}' | '\u{2014}' | '\u{2026}')
        || matches!(letter, '\u{2018}'..='\u{201d}')
}
