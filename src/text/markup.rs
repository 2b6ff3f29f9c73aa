//! Text that is safe because of how it is made: whatever comes from outside is one of its pieces
//! and is escaped when the text is written out, so no word of a person can become a tag.

/// What stands where a text was cut.
const CUT: &str = "… (còn nữa)";

/// A text of plain, bold and linked pieces.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Markup {
    pieces: Vec<Piece>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum Piece {
    Plain(String),
    Bold(String),
    Code(String),
    Link { label: String, url: String },
}

impl Markup {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds words as they are.
    #[must_use]
    pub fn text(mut self, words: impl AsRef<str>) -> Self {
        let words = clean(words.as_ref());
        if let Some(Piece::Plain(last)) = self.pieces.last_mut() {
            last.push_str(&words);
        } else if !words.is_empty() {
            self.pieces.push(Piece::Plain(words));
        }
        self
    }

    /// Adds bold words.
    #[must_use]
    pub fn bold(mut self, words: impl AsRef<str>) -> Self {
        let words = clean(words.as_ref());
        if !words.is_empty() {
            self.pieces.push(Piece::Bold(words));
        }
        self
    }

    /// Adds words to be copied as they are.
    #[must_use]
    pub fn code(mut self, words: impl AsRef<str>) -> Self {
        let words = clean(words.as_ref());
        if !words.is_empty() {
            self.pieces.push(Piece::Code(words));
        }
        self
    }

    /// Adds a link; an address that is none of the web's is shown as words.
    #[must_use]
    pub fn link(mut self, label: impl AsRef<str>, url: impl AsRef<str>) -> Self {
        let (label, url) = (clean(label.as_ref()), clean(url.as_ref()));
        if label.is_empty() || !(url.starts_with("https://") || url.starts_with("http://")) {
            return self.text(label);
        }
        self.pieces.push(Piece::Link { label, url });
        self
    }

    /// Starts a new line.
    #[must_use]
    pub fn line(mut self) -> Self {
        match self.pieces.last_mut() {
            Some(Piece::Plain(last)) => last.push('\n'),
            _ => self.pieces.push(Piece::Plain("\n".to_owned())),
        }
        self
    }

    /// Adds another text.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.pieces.extend(other.pieces);
        self
    }

    /// One text of many lines; empty ones are left out.
    pub fn lines(lines: impl IntoIterator<Item = Self>) -> Self {
        let lines = lines.into_iter().filter(|line| !line.is_empty());
        lines.reduce(|text, line| text.line().and(line)).unwrap_or_default()
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// How long it is once parsed, in UTF-16 units: what Telegram counts.
    pub fn units(&self) -> usize {
        self.pieces.iter().map(|piece| units(piece.words())).sum()
    }

    /// In the subset of HTML that Telegram takes.
    pub fn html(&self) -> String {
        let mut html = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Plain(words) => html.push_str(&escaped(words)),
                Piece::Bold(words) => {
                    html.push_str(&format!("<b>{}</b>", escaped(words)));
                }
                Piece::Code(words) => {
                    html.push_str(&format!("<code>{}</code>", escaped(words)));
                }
                Piece::Link { label, url } => {
                    html.push_str(&format!(r#"<a href="{}">{}</a>"#, escaped(url), escaped(label)));
                }
            }
        }
        html
    }

    /// Without any marks; a link shows its address.
    pub fn plain(&self) -> String {
        let mut plain = String::new();
        for piece in &self.pieces {
            plain.push_str(piece.words());
            if let Piece::Link { label, url } = piece
                && label != url
            {
                plain.push_str(&format!(" ({url})"));
            }
        }
        plain
    }

    /// At most `max` UTF-16 units of it; a cut says that there is more.
    #[must_use]
    pub fn limited(&self, max: usize) -> Self {
        if self.units() <= max {
            return self.clone();
        }
        let mut left = max.saturating_sub(units(CUT));
        let mut pieces = Vec::new();
        for piece in &self.pieces {
            let kept = cut(piece.words(), left);
            left = left.saturating_sub(units(kept));
            if !kept.is_empty() {
                pieces.push(piece.with_words(kept));
            }
            if kept.len() < piece.words().len() {
                break;
            }
        }
        pieces.push(Piece::Plain(cut(CUT, max).to_owned()));
        Self { pieces }
    }
}

impl Piece {
    fn words(&self) -> &str {
        match self {
            Self::Plain(words) | Self::Bold(words) | Self::Code(words) => words,
            Self::Link { label, .. } => label,
        }
    }

    fn with_words(&self, words: &str) -> Self {
        match self {
            Self::Plain(_) => Self::Plain(words.trim_end().to_owned()),
            Self::Bold(_) => Self::Bold(words.to_owned()),
            Self::Code(_) => Self::Code(words.to_owned()),
            Self::Link { url, .. } => Self::Link { label: words.to_owned(), url: url.clone() },
        }
    }
}

/// Words on one line, at most `max` UTF-16 units, ending in `…` where they were cut.
pub fn one_line(words: &str, max: usize) -> String {
    let words: Vec<&str> = words.split_whitespace().collect();
    shortened(&clean(&words.join(" ")), max)
}

/// Words of several lines, at most `max` UTF-16 units, ending in `…` where they were cut.
pub fn paragraph(words: &str, max: usize) -> String {
    shortened(clean(words).trim(), max)
}

fn shortened(words: &str, max: usize) -> String {
    if units(words) <= max {
        return words.to_owned();
    }
    format!("{}…", cut(words, max.saturating_sub(1)).trim_end())
}

/// How many UTF-16 units `words` take.
pub fn units(words: &str) -> usize {
    words.chars().map(char::len_utf16).sum()
}

/// The longest beginning of at most `max` UTF-16 units that does not tear a character from the
/// marks and joiners that follow it.
fn cut(words: &str, max: usize) -> &str {
    let (mut used, mut soft) = (0, 0);
    let mut joined = false;
    for (at, next) in words.char_indices() {
        if !joined && !is_mark(next) {
            soft = at;
        }
        joined = next == '\u{200d}';
        used += next.len_utf16();
        if used > max {
            let end = if soft == 0 { at } else { soft };
            return words.get(..end).unwrap_or_default();
        }
    }
    words
}

/// Characters that belong to the one before: combining marks, variation selectors, skin tones,
/// the joiner.
fn is_mark(c: char) -> bool {
    matches!(u32::from(c),
        0x0300..=0x036f | 0x1ab0..=0x1aff | 0x1dc0..=0x1dff | 0x20d0..=0x20ff | 0xfe00..=0xfe0f
        | 0xfe20..=0xfe2f | 0x200d | 0x1f3fb..=0x1f3ff)
}

/// What may be shown of words from outside: no control characters but the line break, nothing that
/// turns the direction of the rest or stands there unseen, no long gaps.
fn clean(words: &str) -> String {
    let mut clean = String::with_capacity(words.len());
    let mut breaks = 0;
    for c in words.chars() {
        let shown = match c {
            '\t' | '\u{a0}' => ' ',
            '\u{2028}' | '\u{2029}' => '\n',
            c => c,
        };
        breaks = if shown == '\n' { breaks + 1 } else { 0 };
        if breaks <= 2 && (shown == '\n' || !(shown.is_control() || is_unseen(shown))) {
            clean.push(shown);
        }
    }
    clean
}

fn is_unseen(c: char) -> bool {
    matches!(u32::from(c),
        0x061c | 0x200b | 0x200e | 0x200f | 0x202a..=0x202e | 0x2060..=0x206f | 0xfeff)
}

fn escaped(words: &str) -> String {
    let mut escaped = String::with_capacity(words.len());
    for c in words.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The tags in `html`, and whether every one of them is ours and closes what was opened.
    fn balanced(html: &str) -> bool {
        let mut open: Option<&str> = None;
        let mut rest = html;
        while let Some(at) = rest.find('<') {
            let Some(end) = rest[at..].find('>') else { return false };
            let tag = &rest[at + 1..at + end];
            open = match (open, tag) {
                (None, "b") => Some("/b"),
                (None, a) if a.starts_with("a href=\"http") && a.ends_with('"') => Some("/a"),
                (Some(close), tag) if close == tag => None,
                _ => return false,
            };
            rest = &rest[at + end + 1..];
        }
        open.is_none() && !rest.contains('>')
    }

    proptest! {
        #[test]
        fn words_of_people_never_become_tags(a in any::<String>(), b in ".*<b>.*", max in 0usize..200) {
            let text = Markup::new().text(&a).bold(&b).link(&a, format!("https://x/{b}")).line();
            prop_assert!(balanced(&text.html()));
            prop_assert!(balanced(&text.limited(max).html()));
            prop_assert!(text.limited(max).units() <= max);
            prop_assert!(!text.plain().chars().any(|c| c.is_control() && c != '\n'));
        }

        #[test]
        fn one_line_is_one_line_of_the_length_asked(words in any::<String>(), max in 1usize..80) {
            let line = one_line(&words, max);
            prop_assert!(!line.contains('\n') && units(&line) <= max);
        }
    }

    #[test]
    fn a_cut_says_that_there_is_more_and_keeps_characters_whole() {
        let family = "👨‍👩‍👧‍👦".repeat(10);
        let text = Markup::new().bold(&family).limited(40);
        assert_eq!(text.html(), "<b>👨‍👩‍👧‍👦👨‍👩‍👧‍👦</b>… (còn nữa)");
        let accents = "e\u{301}".repeat(20);
        assert_eq!(one_line(&accents, 6), "e\u{301}e\u{301}…");
        assert_eq!(Markup::new().text("đủ").limited(2).plain(), "đủ");
    }

    #[test]
    fn unseen_and_turning_characters_are_left_out() {
        let words = "a\u{202e}b\u{0}c\r\nd\u{feff}\n\n\n\n\ne\tf";
        assert_eq!(Markup::new().text(words).plain(), "abc\nd\n\ne f");
    }

    #[test]
    fn a_link_that_is_none_of_the_webs_is_words() {
        let text = Markup::new().link("đây", "javascript:alert(1)");
        assert_eq!(text.html(), "đây");
    }
}
