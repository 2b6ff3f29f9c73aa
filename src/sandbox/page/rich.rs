//! A message's text with its entities, as HTML of the page: what the bot may mark is shown, and
//! everything else is text.

use maud::{Escaper, Markup, PreEscaped};
use serde_json::Value;
use std::fmt::Write as _;

struct Span {
    from: usize,
    to: usize,
    open: String,
    close: &'static str,
}

/// The text as it is seen.
pub(super) fn rich(text: &str, entities: &[Value]) -> Markup {
    let mut html = String::new();
    let mut spans = entities.iter().filter_map(span).peekable();
    let mut open: Vec<(usize, &'static str)> = Vec::new();
    let mut at = 0;
    for c in text.chars() {
        close(&mut html, &mut open, at);
        while let Some(next) = spans.next_if(|span| span.from <= at) {
            // An inner mark ends with the one around it at the latest.
            let to = open.last().map_or(next.to, |(outer, _)| next.to.min(*outer));
            if to > at {
                html.push_str(&next.open);
                open.push((to, next.close));
            }
        }
        escape(&mut html, c.encode_utf8(&mut [0; 4]));
        at += c.len_utf16();
    }
    close(&mut html, &mut open, usize::MAX);
    PreEscaped(html)
}

fn close(html: &mut String, open: &mut Vec<(usize, &'static str)>, at: usize) {
    while let Some((_, tag)) = open.pop_if(|(to, _)| *to <= at) {
        html.push_str(tag);
    }
}

fn escape(html: &mut String, text: &str) {
    // Writing to a string cannot fail.
    let _ = Escaper::new(html).write_str(text);
}

fn span(entity: &Value) -> Option<Span> {
    let number = |name: &str| usize::try_from(entity.get(name)?.as_u64()?).ok();
    let from = number("offset")?;
    let to = from.saturating_add(number("length")?);
    let (open, close) = match entity.get("type")?.as_str()? {
        "bold" => ("<b>", "</b>"),
        "italic" => ("<i>", "</i>"),
        "underline" => ("<u>", "</u>"),
        "strikethrough" => ("<s>", "</s>"),
        "code" => ("<code>", "</code>"),
        "pre" => ("<pre>", "</pre>"),
        "blockquote" | "expandable_blockquote" => ("<blockquote>", "</blockquote>"),
        "spoiler" => ("<mark>", "</mark>"),
        "bot_command" => ("<span class=\"command\">", "</span>"),
        "text_link" => {
            let url = entity.get("url")?.as_str()?;
            let mut open = String::from("<a rel=\"noopener noreferrer\" target=\"_blank\" href=\"");
            escape(&mut open, url);
            open.push_str("\">");
            return Some(Span { from, to, open, close: "</a>" });
        }
        _ => return None,
    };
    Some(Span { from, to, open: open.to_owned(), close })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(source: &str) -> String {
        let parsed = crate::sandbox::html::parse(source).unwrap();
        rich(&parsed.text, &parsed.entities).into_string()
    }

    #[test]
    fn marks_are_shown_and_everything_else_is_text() {
        assert_eq!(shown("<b>a<i>b</i></b>&lt;img src=x&gt;"), "<b>a<i>b</i></b>&lt;img src=x&gt;");
        assert_eq!(
            shown("\u{1f534} <code>x</code> <pre>y</pre>"),
            "\u{1f534} <code>x</code> <pre>y</pre>"
        );
        assert_eq!(
            shown("<a href=\"https://x.example/?a='&quot;>\">l</a>"),
            "<a rel=\"noopener noreferrer\" target=\"_blank\" \
             href=\"https://x.example/?a='&amp;quot;&gt;\">l</a>"
        );
        assert_eq!(shown("<a href=\"javascript:alert(1)\">l</a>"), "l");
    }
}
