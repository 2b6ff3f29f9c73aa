//! Telegram's HTML: text and entities out of markup, refused for the reasons and in the words of
//! Telegram. Unknown `&name;` references stay as they are, as they do there.

use serde_json::{Value, json};

use super::updates::merge;

/// Text as people read it, and what Telegram reports about its parts.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Parsed {
    /// The text without markup, trimmed as Telegram trims it.
    pub(super) text: String,
    /// `MessageEntity` objects, offsets and lengths in UTF-16 units.
    pub(super) entities: Vec<Value>,
}

/// Text that carries no markup.
pub(super) fn plain(text: &str) -> Parsed {
    Parsed { text: text.trim().to_owned(), entities: Vec::new() }
}

/// Reads HTML; the error is what Telegram says after "can't parse entities: ".
pub(super) fn parse(source: &str) -> Result<Parsed, String> {
    let mut reader = Reader { source, at: 0, open: Vec::new(), text: String::new(), found: vec![] };
    while let Some(next) = reader.rest().chars().next() {
        match next {
            '<' if reader.rest().starts_with("</") => reader.close_tag()?,
            '<' => reader.open_tag()?,
            '&' => reader.reference(),
            other => {
                reader.push(other);
                reader.at += other.len_utf8();
            }
        }
    }
    match reader.open.last() {
        Some(tag) => Err(format!("Can't find end tag corresponding to start tag \"{}\"", tag.name)),
        None => Ok(reader.finish()),
    }
}

/// Length as Telegram counts it.
pub(super) fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

struct Tag {
    name: String,
    argument: String,
    offset: usize,
}

struct Found {
    tag: Tag,
    end: usize,
}

struct Reader<'a> {
    source: &'a str,
    at: usize,
    open: Vec<Tag>,
    text: String,
    found: Vec<Found>,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        self.source.get(self.at..).unwrap_or_default()
    }

    /// Leading white space never counts, so that entity offsets need no shifting afterwards.
    fn push(&mut self, c: char) {
        if !(self.text.is_empty() && c.is_whitespace()) {
            self.text.push(c);
        }
    }

    fn reference(&mut self) {
        let rest = self.rest();
        let name = rest.get(1..).and_then(|tail| tail.split_once(';')).map(|(name, _)| name);
        let decoded = name.and_then(|name| decode(name).map(|c| (c, name.len() + 2)));
        let (c, consumed) = decoded.unwrap_or(('&', 1));
        self.push(c);
        self.at += consumed;
    }

    fn open_tag(&mut self) -> Result<(), String> {
        let begin = self.at;
        let tail = self.rest().get(1..).unwrap_or_default();
        let end = tail
            .find(|c: char| c.is_whitespace() || c == '>')
            .ok_or_else(|| format!("Unclosed start tag at byte offset {begin}"))?;
        let name = tail.get(..end).unwrap_or_default().to_ascii_lowercase();
        if entity_kind(&name).is_none() {
            return Err(format!("Unsupported start tag \"{name}\" at byte offset {begin}"));
        }
        self.at = begin + 1 + end;
        let argument = self.attributes(&name, begin)?;
        if name == "span" && argument != "tg-spoiler" {
            return Err(format!(
                "Tag \"span\" must have class \"tg-spoiler\" at byte offset {begin}"
            ));
        }
        self.open.push(Tag { name, argument, offset: units(&self.text) });
        Ok(())
    }

    /// Reads up to and over `>` and returns the one attribute that matters for this tag.
    fn attributes(&mut self, tag: &str, begin: usize) -> Result<String, String> {
        let mut argument = String::new();
        loop {
            self.skip_spaces();
            if self.rest().starts_with('>') {
                self.at += 1;
                return Ok(argument);
            }
            let name = self.take_until(|c| c.is_whitespace() || "=>/\"'".contains(c));
            if self.rest().is_empty() {
                return Err(format!("Unclosed start tag \"{tag}\" at byte offset {begin}"));
            }
            if name.is_empty() {
                return Err(format!(
                    "Empty attribute name in the tag \"{tag}\" at byte offset {begin}"
                ));
            }
            let value = self
                .attribute_value()
                .ok_or_else(|| format!("Unclosed start tag at byte offset {begin}"))?;
            match (tag, name.to_ascii_lowercase().as_str()) {
                ("a", "href") | ("span" | "code", "class") => argument = value,
                ("blockquote", "expandable") => argument = name,
                _ => {}
            }
        }
    }

    /// The value after `=`, empty when there is none; `None` when its quote never ends.
    fn attribute_value(&mut self) -> Option<String> {
        self.skip_spaces();
        if !self.rest().starts_with('=') {
            return Some(String::new());
        }
        self.at += 1;
        self.skip_spaces();
        let quote = self.rest().chars().next().filter(|c| ['"', '\''].contains(c));
        let Some(quote) = quote else {
            return Some(self.take_until(|c| c.is_whitespace() || c == '>'));
        };
        self.at += 1;
        let value = self.take_until(|c| c == quote);
        let closed = self.rest().starts_with(quote);
        self.at += usize::from(closed);
        closed.then_some(value)
    }

    fn close_tag(&mut self) -> Result<(), String> {
        let begin = self.at;
        let Some(tag) = self.open.pop() else {
            return Err(format!("Unexpected end tag at byte offset {begin}"));
        };
        self.at += 2;
        let name = self.take_until(|c| c.is_whitespace() || c == '>').to_ascii_lowercase();
        self.skip_spaces();
        if !self.rest().starts_with('>') {
            return Err(format!("Unclosed end tag at byte offset {begin}"));
        }
        self.at += 1;
        if !name.is_empty() && name != tag.name {
            return Err(format!(
                "Unmatched end tag at byte offset {begin}, expected \"</{}>\", found \"</{name}>\"",
                tag.name
            ));
        }
        self.found.push(Found { tag, end: units(&self.text) });
        Ok(())
    }

    fn skip_spaces(&mut self) {
        self.take_until(|c| !c.is_whitespace());
    }

    fn take_until(&mut self, stop: impl Fn(char) -> bool) -> String {
        let rest = self.rest();
        let end = rest.find(stop).unwrap_or(rest.len());
        self.at += end;
        rest.get(..end).unwrap_or_default().to_owned()
    }

    fn finish(self) -> Parsed {
        let text = self.text.trim_end().to_owned();
        let last = units(&text);
        let mut found = self.found;
        found.sort_by_key(|found| (found.tag.offset, std::cmp::Reverse(found.end)));
        let entities = found.iter().filter_map(|found| entity(found, last)).collect();
        Parsed { text, entities }
    }
}

fn entity(found: &Found, last: usize) -> Option<Value> {
    let Tag { name, argument, offset } = &found.tag;
    let length = found.end.min(last).checked_sub(*offset).filter(|length| *length > 0)?;
    let mut entity = json!({"type": entity_kind(name)?, "offset": offset, "length": length});
    match name.as_str() {
        // A link to nowhere is shown as plain text.
        "a" if !["http://", "https://", "tg://"].iter().any(|s| argument.starts_with(s)) => {
            return None;
        }
        "a" => merge(&mut entity, json!({"url": argument})),
        "blockquote" if !argument.is_empty() => {
            merge(&mut entity, json!({"type": "expandable_blockquote"}));
        }
        _ => {}
    }
    Some(entity)
}

fn entity_kind(tag: &str) -> Option<&'static str> {
    Some(match tag {
        "b" | "strong" => "bold",
        "i" | "em" => "italic",
        "u" | "ins" => "underline",
        "s" | "strike" | "del" => "strikethrough",
        "code" => "code",
        "pre" => "pre",
        "a" => "text_link",
        "blockquote" => "blockquote",
        "tg-spoiler" | "span" => "spoiler",
        _ => return None,
    })
}

fn decode(name: &str) -> Option<char> {
    match name {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "quot" => Some('"'),
        _ => {
            let digits = name.strip_prefix('#')?;
            let code = match digits.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => digits.parse().ok()?,
            };
            char::from_u32(code).filter(|c| *c != '\0')
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(html: &str) -> String {
        parse(html).unwrap().text
    }

    #[test]
    fn markup_is_stripped_and_references_are_decoded() {
        assert_eq!(text("<b>a</b> &lt;b&gt; &amp; <i>c &#100;&#x65;</i>"), "a <b> & c de");
        assert_eq!(text("<a href=\"https://x.example/?a>b\">link</a>"), "link");
        assert_eq!(text("fish & chips &nbsp; &"), "fish & chips &nbsp; &");
        assert_eq!(text("  <pre>\n code</pre>  "), "code");
    }

    #[test]
    fn offsets_count_utf16_units_and_nested_tags_come_outermost_first() {
        let parsed = parse("\u{1f534} <b>x<i>y</i></b>").unwrap();
        assert_eq!(
            parsed.entities,
            vec![
                json!({"type": "bold", "offset": 3, "length": 2}),
                json!({"type": "italic", "offset": 4, "length": 1}),
            ]
        );
    }

    #[test]
    fn faulty_markup_is_refused_in_the_words_of_telegram() {
        let cases = [
            ("a <b>c", "Can't find end tag corresponding to start tag \"b\""),
            ("<h1>x</h1>", "Unsupported start tag \"h1\" at byte offset 0"),
            ("1 <2", "Unclosed start tag at byte offset 2"),
            ("1 < 2 > 0", "Unsupported start tag \"\" at byte offset 2"),
            ("x</b>", "Unexpected end tag at byte offset 1"),
            ("<b>x</i>", "Unmatched end tag at byte offset 4, expected \"</b>\", found \"</i>\""),
            ("<b>x</b", "Unclosed end tag at byte offset 4"),
            ("<a href=\"x>", "Unclosed start tag at byte offset 0"),
            ("<a href = ", "Unclosed start tag \"a\" at byte offset 0"),
            ("<i =x>", "Empty attribute name in the tag \"i\" at byte offset 0"),
            ("<b", "Unclosed start tag at byte offset 0"),
            ("<span>x</span>", "Tag \"span\" must have class \"tg-spoiler\" at byte offset 0"),
        ];
        for (html, words) in cases {
            assert_eq!(parse(html), Err(words.to_owned()), "{html}");
        }
    }
}
