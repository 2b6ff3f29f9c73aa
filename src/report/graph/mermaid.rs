//! The chart in the words of Mermaid: boxes in the frames of their phases, and arrows.

use std::fmt::Write as _;

use super::{Branch, Chart, Item, Shape};

/// The whole text.
pub(super) fn written(chart: &Chart) -> String {
    let mut book = Book { boxes: vec![Vec::new(); chart.phases.len()], ..Book::default() };
    let outs = book.flow(&chart.items, vec![Out::plain("START")]);
    book.arrows(&outs, "FINISH");
    // A colon in it would be read as the file's own.
    let title = one_line(&chart.title);
    let mut text = format!("---\ntitle: {title:?}\n---\nflowchart TD\n");
    text.push_str("    START([\"Bắt đầu\"])\n    FINISH([\"Xong\"])\n");
    let framed = (1..).zip(&chart.phases).zip(&book.boxes);
    for ((number, title), boxes) in framed.filter(|(_, boxes)| !boxes.is_empty()) {
        let _ = writeln!(text, "    subgraph P{number}[\"{}\"]", quoted(title));
        for line in boxes {
            let _ = writeln!(text, "        {line}");
        }
        text.push_str("    end\n");
    }
    for line in book.free.iter().chain(&book.arrows) {
        let _ = writeln!(text, "    {line}");
    }
    text
}

#[derive(Default)]
struct Book {
    /// Boxes by phase,
    boxes: Vec<Vec<String>>,
    /// and those of none.
    free: Vec<String>,
    arrows: Vec<String>,
    last: u32,
}

/// An arrow that does not know yet where it leads.
#[derive(Clone)]
struct Out {
    from: String,
    label: String,
    failure: bool,
}

impl Out {
    fn plain(from: &str) -> Self {
        Self { from: from.to_owned(), label: String::new(), failure: false }
    }

    fn of(from: &str, way: &Branch) -> Self {
        Self { from: from.to_owned(), label: way.label.clone(), failure: way.failure }
    }
}

impl Book {
    /// Names are short and of letters only: ids of steps may be words of Mermaid's.
    fn name(&mut self) -> String {
        self.last = self.last.saturating_add(1);
        format!("S{}", self.last)
    }

    fn arrows(&mut self, outs: &[Out], to: &str) {
        for out in outs {
            let arrow = if out.failure { "-.->" } else { "-->" };
            let label = match out.label.as_str() {
                "" => String::new(),
                label => format!("|\"{}\"|", quoted(label)),
            };
            self.arrows.push(format!("{} {arrow}{label} {to}", out.from));
        }
    }

    fn flow(&mut self, items: &[Item], outs: Vec<Out>) -> Vec<Out> {
        items.iter().fold(outs, |outs, item| self.item(item, &outs))
    }

    fn item(&mut self, item: &Item, outs: &[Out]) -> Vec<Out> {
        if item.shape == Shape::Out {
            return outs.to_vec();
        }
        let name = self.name();
        let line = boxed(&name, item);
        match item.phase.and_then(|phase| self.boxes.get_mut(phase)) {
            Some(boxes) => boxes.push(line),
            None => self.free.push(line),
        }
        self.arrows(outs, &name);
        let mut ends = Vec::new();
        for way in &item.ways {
            let inside = self.flow(&way.items, vec![Out::of(&name, way)]);
            match (item.shape, way.failure) {
                (Shape::Loop, false) => self.arrows(&inside, &name),
                _ => ends.extend(inside),
            }
        }
        match item.shape {
            Shape::End => return Vec::new(),
            Shape::Loop => ends.push(Out { label: "hết".to_owned(), ..Out::plain(&name) }),
            Shape::Together => {
                let join = self.name();
                self.free.push(format!("{join}((\"đủ\"))"));
                self.arrows(&ends, &join);
                return vec![Out::plain(&join)];
            }
            Shape::Choice => {}
            _ => ends.push(Out::plain(&name)),
        }
        ends
    }
}

fn boxed(name: &str, item: &Item) -> String {
    let note = match item.note.as_str() {
        "" => String::new(),
        note => format!("<br/><i>{}</i>", quoted(note)),
    };
    let words = format!("\"{}{note}\"", quoted(&item.title));
    match item.shape {
        Shape::Choice | Shape::Loop => format!("{name}{{{words}}}"),
        Shape::Call => format!("{name}[[{words}]]"),
        Shape::Together => format!("{name}[/{words}\\]"),
        Shape::Wait => format!("{name}({words})"),
        Shape::End => format!("{name}([{words}])"),
        Shape::Task | Shape::Out => format!("{name}[{words}]"),
    }
}

/// Words within quotation marks.
fn quoted(words: &str) -> String {
    one_line(words).replace('"', "#quot;").replace('<', "#lt;").replace('>', "#gt;")
}

fn one_line(words: &str) -> String {
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}
