//! Finding incidents by words, without marks: every word somebody types must stand somewhere in
//! what that person may read of the incident.

use super::fold::fold;
use super::values::Tlp;

/// What can be matched of one incident.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Page<'a> {
    /// Its code.
    pub code: &'a str,
    /// Its unit's name.
    pub unit: &'a str,
    /// Its title; none once removed.
    pub title: Option<&'a str>,
    /// Its description.
    pub description: Option<&'a str>,
    /// Its label.
    pub tlp: Tlp,
}

/// What is looked for, folded.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Query(Vec<String>);

impl Query {
    /// From what somebody typed; none when nothing is left to look for.
    pub fn new(typed: &str) -> Option<Self> {
        let words: Vec<String> = fold(typed).split_whitespace().map(str::to_owned).collect();
        (!words.is_empty()).then_some(Self(words))
    }

    /// Whether every word stands somewhere in the text.
    pub fn stands_in(&self, text: &str) -> bool {
        let text = fold(text);
        self.0.iter().all(|word| text.contains(word.as_str()))
    }

    /// Whether every word is found. Of a RED incident only the code can be found, and in a chat of
    /// many the same holds for AMBER+STRICT: a hit must not tell what may not be read there.
    pub fn finds(&self, page: &Page<'_>, private: bool) -> bool {
        let readable = match page.tlp {
            Tlp::Clear | Tlp::Green | Tlp::Amber => true,
            Tlp::AmberStrict => private,
            Tlp::Red => false,
        };
        let mut text = fold(page.code);
        if readable {
            for more in [Some(page.unit), page.title, page.description].into_iter().flatten() {
                text.push('\n');
                text.push_str(&fold(more));
            }
        }
        self.0.iter().all(|word| text.contains(word.as_str()))
    }
}
