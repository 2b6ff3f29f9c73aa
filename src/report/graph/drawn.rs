//! The chart as SVG. Every block is a column; the ways out of a box stand side by side below it and meet
//! again at its foot, so that nothing crosses anything.

use std::fmt::Write as _;

use super::{Branch, Chart, Item, Shape, leads_on};

/// The width of a box, and the room around it.
const WIDTH: f64 = 236.0;
const BETWEEN: f64 = 26.0;
const BELOW: f64 = 26.0;
const LINE: f64 = 17.0;
const PAD: f64 = 9.0;
/// From a box to its ways: a rail, and the words over each way.
const RAIL: f64 = 14.0;
const LABEL: f64 = 26.0;
/// From the ways to where they meet.
const FOOT: f64 = 16.0;
/// Beside a loop: the line back, and the line out.
const SIDE: f64 = 22.0;
/// How many letters stand in a line of a box.
const LETTERS: usize = 31;
const SMALL: usize = 36;
/// Around the whole.
const MARGIN: f64 = 30.0;

/// Fill and edge of each phase, again from the first after the last.
const COLOURS: [(&str, &str); 8] = [
    ("#e3f2fd", "#1565c0"),
    ("#e8f5e9", "#2e7d32"),
    ("#fff3e0", "#e65100"),
    ("#f3e5f5", "#6a1b9a"),
    ("#fce4ec", "#ad1457"),
    ("#e0f7fa", "#00695c"),
    ("#fffde7", "#9e7c00"),
    ("#efebe9", "#5d4037"),
];
const NEUTRAL: (&str, &str) = ("#f5f5f5", "#616161");

/// The whole picture.
pub(super) fn svg(chart: &Chart) -> String {
    let column = Column::of(&chart.items);
    let legend = legend_height(chart, column.width.max(WIDTH * 2.0));
    let width = column.width.max(WIDTH * 2.0) + 2.0 * MARGIN;
    let top = MARGIN + 34.0 + legend + 20.0;
    let height = top + column.height + BELOW * 2.0 + 60.0 + MARGIN;
    let mut pen = Pen::default();
    let middle = width / 2.0;
    pen.words(MARGIN, MARGIN + 18.0, "start", "title", &chart.title);
    pen.legend(chart, width - 2.0 * MARGIN);
    let first = pen.pill(middle, top, "Bắt đầu");
    let end = pen.column(&column, middle, first);
    if leads_on(&chart.items) {
        pen.arrow(middle, end, end + BELOW);
        pen.pill(middle, end + BELOW, "Xong");
    }
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" \
         width=\"{width:.0}\" height=\"{height:.0}\" font-family=\"'Noto Sans', 'DejaVu Sans', Arial, sans-serif\">\n\
         <style>.title{{font-size:20px;font-weight:700}}.t{{font-size:13px}}.n{{font-size:11px;fill:#444}}\
         .l{{font-size:12px;font-style:italic;fill:#333}}path,line{{stroke:#555;fill:none}}\
         .f{{stroke:#b71c1c;stroke-dasharray:5 4}}</style>\n\
         <defs><marker id=\"a\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"8\" markerHeight=\"8\" \
         orient=\"auto\"><path d=\"M0 0L8 4L0 8z\" style=\"fill:#555;stroke:none\"/></marker></defs>\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n{}</svg>\n",
        pen.text
    )
}

/// Boxes below each other, measured.
struct Column<'a> {
    blocks: Vec<Block<'a>>,
    width: f64,
    height: f64,
    leads_on: bool,
}

/// A box with its ways, measured.
struct Block<'a> {
    item: &'a Item,
    title: Vec<String>,
    note: Vec<String>,
    tall: f64,
    ways: Vec<(&'a Branch, Column<'a>)>,
    width: f64,
    height: f64,
}

impl<'a> Column<'a> {
    fn of(items: &'a [Item]) -> Self {
        let blocks: Vec<Block<'a>> = items.iter().map(Block::of).collect();
        let width = blocks.iter().map(|block| block.width).fold(0.0, f64::max);
        let height = blocks.iter().map(|block| block.height + BELOW).sum();
        Self { blocks, width, height, leads_on: leads_on(items) }
    }

    /// Room for the words over it as well.
    fn room(&self, label: &str) -> f64 {
        self.width.max(wide(label.chars().count()) + 16.0).max(44.0)
    }
}

impl<'a> Block<'a> {
    fn of(item: &'a Item) -> Self {
        let title = wrapped(&item.title, LETTERS);
        let note = wrapped(&item.note, SMALL);
        let lines = many(title.len()) * LINE + many(note.len()) * (LINE - 3.0);
        let tall = lines + 2.0 * PAD;
        let ways: Vec<_> = item.ways.iter().map(|way| (way, Column::of(&way.items))).collect();
        let (mut width, mut height) = (WIDTH, tall);
        if !ways.is_empty() {
            // A step that may fail has a way straight on as well.
            let straight = f64::from(u8::from(straight(item.shape)));
            let rooms: f64 = ways.iter().map(|(way, column)| column.room(&way.label)).sum();
            let all = rooms + straight * 44.0 + BETWEEN * (many(ways.len()) + straight - 1.0);
            let sides = if item.shape == Shape::Loop { 2.0 * SIDE } else { 0.0 };
            let tallest = ways.iter().map(|(_, column)| column.height).fold(0.0, f64::max);
            width = width.max(all + sides);
            height += RAIL + LABEL + tallest + FOOT;
        }
        Self { item, title, note, tall, ways, width, height }
    }
}

/// Whether a way leads straight on besides those it has.
fn straight(shape: Shape) -> bool {
    !matches!(shape, Shape::Choice | Shape::Together | Shape::Loop)
}

#[derive(Default)]
struct Pen {
    text: String,
}

impl Pen {
    /// Draws a column from `top` on; where it ends.
    fn column(&mut self, column: &Column<'_>, middle: f64, top: f64) -> f64 {
        let mut at = top;
        for block in &column.blocks {
            self.arrow(middle, at, at + BELOW);
            at += BELOW;
            self.block(block, middle, at);
            at += block.height;
        }
        at
    }

    fn block(&mut self, block: &Block<'_>, middle: f64, top: f64) {
        self.boxed(block, middle, top);
        if block.ways.is_empty() {
            return;
        }
        let (head, rail) = (top + block.tall, top + block.tall + RAIL);
        let foot = top + block.height;
        let goes_straight = straight(block.item.shape);
        let rooms: f64 = block.ways.iter().map(|(way, column)| column.room(&way.label)).sum();
        let first = if goes_straight { 44.0 + BETWEEN } else { 0.0 };
        let all = rooms + first + BETWEEN * (many(block.ways.len()) - 1.0);
        let mut left = middle - all / 2.0;
        self.path(&format!("M{middle:.1} {head:.1}V{rail:.1}"), false, false);
        if goes_straight {
            let at = left + 22.0;
            self.path(
                &format!("M{middle:.1} {rail:.1}H{at:.1}V{foot:.1}H{middle:.1}"),
                false,
                false,
            );
            left += first;
        }
        for (way, column) in &block.ways {
            let room = column.room(&way.label);
            let at = left + room / 2.0;
            let from = rail + LABEL;
            let line = format!("M{middle:.1} {rail:.1}H{at:.1}V{from:.1}");
            self.path(&line, way.failure, false);
            if !way.label.is_empty() {
                self.label(at, rail + LABEL - 9.0, &way.label);
            }
            let end = self.column(column, at, from);
            if block.item.shape == Shape::Loop && !way.failure {
                self.around(block, (middle, top), (at, end), column.leads_on);
            } else if column.leads_on {
                let line = format!("M{at:.1} {end:.1}V{foot:.1}H{middle:.1}");
                self.path(&line, way.failure, false);
            }
            left += room + BETWEEN;
        }
    }

    /// A loop: back to its box on the left, where its body leads on; out of it on the right.
    fn around(
        &mut self,
        block: &Block<'_>,
        (middle, top): (f64, f64),
        (at, end): (f64, f64),
        back: bool,
    ) {
        let (left, right) = (middle - block.width / 2.0, middle + block.width / 2.0);
        let (half, foot) = (top + block.tall / 2.0, top + block.height);
        if back {
            let (low, near) = (end + 6.0, middle - WIDTH / 2.0);
            let back = format!("M{at:.1} {end:.1}V{low:.1}H{left:.1}V{half:.1}H{near:.1}");
            self.path(&back, false, true);
        }
        let far = middle + WIDTH / 2.0;
        let out = format!("M{far:.1} {half:.1}H{right:.1}V{foot:.1}H{middle:.1}");
        self.path(&out, false, false);
        self.label(right - 12.0, half - 5.0, "hết");
    }

    fn boxed(&mut self, block: &Block<'_>, middle: f64, top: f64) {
        let (fill, edge) = colour(block.item.phase);
        let (left, tall) = (middle - WIDTH / 2.0, block.tall);
        let (round, stroke) = match block.item.shape {
            Shape::Task => (4.0, 1.2),
            Shape::Call => (4.0, 3.0),
            Shape::Choice | Shape::Loop | Shape::Together => (18.0, 1.2),
            Shape::Wait | Shape::End | Shape::Out => (14.0, 1.2),
        };
        let fill = match block.item.shape {
            Shape::Choice | Shape::Loop | Shape::Together | Shape::Out => "#ffffff",
            Shape::End => "#ffebee",
            _ => fill,
        };
        let _ = writeln!(
            self.text,
            "<rect x=\"{left:.1}\" y=\"{top:.1}\" width=\"{WIDTH}\" height=\"{tall:.1}\" rx=\"{round}\" \
             fill=\"{fill}\" stroke=\"{edge}\" stroke-width=\"{stroke}\"><title>{}</title></rect>",
            escaped(&block.item.id)
        );
        let mut line = top + PAD + 12.0;
        for words in &block.title {
            self.words(middle, line, "middle", "t", words);
            line += LINE;
        }
        for words in &block.note {
            self.words(middle, line, "middle", "n", words);
            line += LINE - 3.0;
        }
    }

    fn legend(&mut self, chart: &Chart, room: f64) {
        let (mut x, mut y) = (MARGIN, MARGIN + 34.0);
        for (number, title) in chart.phases.iter().enumerate() {
            let (fill, edge) = colour(Some(number));
            let wide = wide(title.chars().count()) + 62.0;
            if x + wide > MARGIN + room && x > MARGIN {
                (x, y) = (MARGIN, y + 24.0);
            }
            let _ = writeln!(
                self.text,
                "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"16\" height=\"16\" rx=\"3\" fill=\"{fill}\" stroke=\"{edge}\"/>"
            );
            self.words(
                x + 22.0,
                y + 13.0,
                "start",
                "t",
                &format!("{}. {title}", number.saturating_add(1)),
            );
            x += wide;
        }
    }

    /// Where the whole begins or ends; its foot.
    fn pill(&mut self, middle: f64, top: f64, words: &str) -> f64 {
        let left = middle - 50.0;
        let _ = writeln!(
            self.text,
            "<rect x=\"{left:.1}\" y=\"{top:.1}\" width=\"100\" height=\"28\" rx=\"14\" fill=\"#37474f\"/>\n\
             <text x=\"{middle:.1}\" y=\"{:.1}\" text-anchor=\"middle\" class=\"t\" fill=\"#fff\">{}</text>",
            top + 19.0,
            escaped(words)
        );
        top + 28.0
    }

    fn label(&mut self, middle: f64, y: f64, words: &str) {
        let wide = wide(words.chars().count());
        let left = middle - wide / 2.0;
        let _ = writeln!(
            self.text,
            "<rect x=\"{left:.1}\" y=\"{:.1}\" width=\"{wide:.1}\" height=\"15\" fill=\"#fff\"/>",
            y - 12.0
        );
        self.words(middle, y, "middle", "l", words);
    }

    fn arrow(&mut self, x: f64, from: f64, to: f64) {
        self.path(&format!("M{x:.1} {from:.1}V{to:.1}"), false, true);
    }

    fn path(&mut self, line: &str, failure: bool, head: bool) {
        let class = if failure { " class=\"f\"" } else { "" };
        let head = if head { " marker-end=\"url(#a)\"" } else { "" };
        let _ = writeln!(self.text, "<path d=\"{line}\"{class}{head}/>");
    }

    fn words(&mut self, x: f64, y: f64, anchor: &str, class: &str, words: &str) {
        let words = escaped(words);
        let _ = writeln!(
            self.text,
            "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\" class=\"{class}\">{words}</text>"
        );
    }
}

fn legend_height(chart: &Chart, room: f64) -> f64 {
    let (mut x, mut rows) = (0.0, 1.0);
    for title in &chart.phases {
        let wide = wide(title.chars().count()) + 62.0;
        if x + wide > room && x > 0.0 {
            (x, rows) = (0.0, rows + 1.0);
        }
        x += wide;
    }
    rows * 24.0
}

fn colour(phase: Option<usize>) -> (&'static str, &'static str) {
    let place = phase.and_then(|phase| phase.checked_rem(COLOURS.len()));
    place.and_then(|place| COLOURS.get(place)).copied().unwrap_or(NEUTRAL)
}

/// About how wide so many letters are.
fn wide(letters: usize) -> f64 {
    many(letters) * 7.0
}

fn many(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

/// Lines of at most so many letters, broken between words; one that is longer stands alone.
fn wrapped(words: &str, letters: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in words.split_whitespace() {
        let room = lines.last().map(|line| line.chars().count() + 1 + word.chars().count());
        match (lines.last_mut(), room) {
            (Some(line), Some(room)) if room <= letters => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

fn escaped(words: &str) -> String {
    words.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
