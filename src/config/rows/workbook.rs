//! XLSX workbooks: which sheet, where its header is, and what its cells say. The only user of
//! `calamine`. Cells are read one by one, because a single cell far away must not cost a whole grid.

use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{DataRef, Dimensions, Reader as _, SheetType, SheetVisible, Xlsx};

use super::encoding::composed;
use super::problem::{RowProblem, RowProblemKind as Kind};
use super::sheet::{Cell, Line, fits};

/// No table is larger; a file that is gives up early instead of filling the memory.
const MOST_CELLS: usize = 1_000_000;

/// No table has so many columns.
const WIDEST: u32 = 256;

/// Above the header people write titles.
const TITLES: usize = 20;

/// What stands on one sheet from its header on.
pub(super) struct Tab {
    pub name: String,
    pub lines: Vec<Line>,
    merged: Vec<Dimensions>,
}

type Book<'b> = Xlsx<Cursor<&'b [u8]>>;

/// The one sheet whose header has the columns `known`.
pub(super) fn read(bytes: &[u8], known: &[&str]) -> Result<Tab, Vec<RowProblem>> {
    let whole = |kind| vec![RowProblem::whole(kind)];
    let mut book: Book<'_> = Xlsx::new(Cursor::new(bytes)).map_err(|_| whole(Kind::BadWorkbook))?;
    let sheets = book.sheets_metadata().iter();
    let names: Vec<String> = sheets
        .filter(|sheet| sheet.typ == SheetType::WorkSheet && sheet.visible == SheetVisible::Visible)
        .map(|sheet| sheet.name.clone())
        .collect();
    let mut tabs = Vec::new();
    for name in names {
        tabs.push(tab(&mut book, name, known)?);
    }
    let header = |tab: &Tab| tab.lines.first().map_or(0, |line| fits(line, known));
    let best = tabs.iter().map(header).max().unwrap_or(0);
    tabs.retain(|tab| header(tab) == best && !tab.lines.is_empty());
    if tabs.len() > 1 && best > 0 {
        let sheets = tabs.into_iter().map(|tab| tab.name).collect();
        return Err(whole(Kind::SeveralSheets { sheets }));
    }
    let Some(tab) = tabs.into_iter().next() else { return Err(whole(Kind::NoRows)) };
    let merged = tab.merged_cells();
    if merged.is_empty() { Ok(tab) } else { Err(merged) }
}

/// One sheet from the line on that looks most like a header.
fn tab(book: &mut Book<'_>, name: String, known: &[&str]) -> Result<Tab, Vec<RowProblem>> {
    let about = |kind| RowProblem { sheet: Some(name.clone()), ..RowProblem::whole(kind) };
    let damaged = |_| vec![about(Kind::BadWorkbook)];
    let merged = book.merge_cells_by_sheet_name(&name).map_err(damaged)?;
    let mut rows: BTreeMap<u32, BTreeMap<u32, Cell>> = BTreeMap::new();
    let mut cells = book.worksheet_cells_reader(&name).map_err(damaged)?;
    let mut count = 0_usize;
    while let Some(found) = cells.next_cell().map_err(damaged)? {
        let (row, column) = found.get_position();
        let cell = cell(found.get_value());
        if cell.text.is_empty() {
            continue;
        }
        count = count.saturating_add(1);
        if count > MOST_CELLS || column > WIDEST {
            let cell = Some(name_of(column, u64::from(row).saturating_add(1)));
            return Err(vec![RowProblem { cell, ..about(Kind::TooManyCells) }]);
        }
        rows.entry(row).or_default().insert(column, cell);
    }
    let last = rows.values().flat_map(|row| row.keys().max()).max().copied().unwrap_or(0);
    let lines: Vec<Line> = rows.into_iter().map(|(row, cells)| line(row, cells, last)).collect();
    let candidates = lines.iter().take(TITLES).enumerate();
    let header = candidates.max_by_key(|(at, line)| (fits(line, known), std::cmp::Reverse(*at)));
    let skipped = header.map_or(0, |(at, _)| at);
    Ok(Tab { name, lines: lines.into_iter().skip(skipped).collect(), merged })
}

fn line(row: u32, mut cells: BTreeMap<u32, Cell>, last: u32) -> Line {
    let cells = (0..=last).map(|column| cells.remove(&column).unwrap_or_default());
    Line { number: u64::from(row).saturating_add(1), cells: cells.collect() }
}

/// What a cell says. A date is written as `2026-11-21`; a formula as what it came to.
fn cell(value: &DataRef<'_>) -> Cell {
    let (text, number) = match value {
        DataRef::String(text) => (composed(text), false),
        DataRef::SharedString(text) => (composed(text), false),
        DataRef::Int(number) => (number.to_string(), true),
        // Whole numbers as such: what is meant is a telephone number or an id.
        DataRef::Float(number) => (number.to_string(), true),
        DataRef::Bool(truth) => ((if *truth { "yes" } else { "no" }).to_owned(), false),
        DataRef::DateTime(at) if at.is_datetime() => {
            let (year, month, day, hour, minute, second, _) = at.to_ymd_hms_milli();
            let midnight = (hour, minute, second) == (0, 0, 0);
            let time = if midnight { String::new() } else { format!(" {hour:02}:{minute:02}") };
            (format!("{year:04}-{month:02}-{day:02}{time}"), false)
        }
        DataRef::DateTime(at) => (at.as_f64().to_string(), true),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => (text.clone(), false),
        DataRef::Error(error) => (error.to_string(), false),
        DataRef::Empty => (String::new(), false),
    };
    Cell { text: text.trim().to_owned(), number }
}

impl Tab {
    /// Cells joined within the table: of those only the first says something, and the others would
    /// be taken for empty ones.
    fn merged_cells(&self) -> Vec<RowProblem> {
        let first = self.lines.first().map_or(0, |line| line.number);
        let width = self.lines.first().map_or(0, |line| {
            line.cells
                .iter()
                .rposition(|cell| !cell.text.is_empty())
                .map_or(0, |last| last.saturating_add(1))
        });
        let inside = |area: &&Dimensions| {
            u64::from(area.end.0).saturating_add(1) >= first
                && usize::try_from(area.start.1).is_ok_and(|column| column < width)
        };
        let told = |area: &Dimensions| RowProblem {
            line: u64::from(area.start.0).saturating_add(1),
            sheet: Some(self.name.clone()),
            cell: Some(name_of(area.start.1, u64::from(area.start.0).saturating_add(1))),
            column: None,
            value: name_of(area.end.1, u64::from(area.end.0).saturating_add(1)),
            kind: Kind::MergedCells,
        };
        self.merged.iter().filter(inside).map(told).collect()
    }
}

/// A cell's name as a spreadsheet program shows it, such as `AB12`. `column` counts from zero.
pub(super) fn name_of(column: u32, line: u64) -> String {
    let mut letters = Vec::new();
    let mut left = column;
    loop {
        let letter = u8::try_from(left % 26).unwrap_or(0).saturating_add(b'A');
        letters.push(char::from(letter));
        match (left / 26).checked_sub(1) {
            Some(rest) => left = rest,
            None => break,
        }
    }
    letters.iter().rev().chain(line.to_string().chars().collect::<Vec<_>>().iter()).collect()
}
