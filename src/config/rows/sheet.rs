//! A file into named cells, whatever it came as: encoding, delimiter or workbook, then the header.

use std::cell::RefCell;

use super::encoding::{composed, decode};
use super::problem::{Imported, ReadAs, RowProblem, RowProblemKind};
use super::workbook;
use crate::domain::fold::{distance, fold};
use crate::text::columns;

/// How much of a bad value is repeated.
const SHOWN: usize = 80;

/// One cell.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Cell {
    /// What it says, trimmed.
    pub text: String,
    /// Whether a spreadsheet holds it as a number, which has no zeros in front.
    pub number: bool,
}

/// One line of a file.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Line {
    /// Its number, counted from one.
    pub number: u64,
    /// Its cells, from the first column on.
    pub cells: Vec<Cell>,
}

/// A file's rows under their header.
pub(super) struct Sheet {
    /// The names of the columns in lower case; empty for a column without anything in it.
    header: Vec<String>,
    rows: Vec<Line>,
    problems: RefCell<Vec<RowProblem>>,
    from: ReadAs,
}

/// One row.
#[derive(Clone, Copy)]
pub(super) struct Row<'s> {
    sheet: &'s Sheet,
    /// Its line, counted from one.
    pub line: u64,
    cells: &'s [Cell],
}

/// How many of the columns `known` a line names; none without the first, by which rows are told
/// apart.
pub(super) fn fits(line: &Line, known: &[&str]) -> usize {
    let names: Vec<String> = line.cells.iter().map(|cell| cell.text.to_lowercase()).collect();
    let has = |column: &&&str| names.iter().any(|name| name == *column);
    match known.first().filter(|first| has(first)) {
        Some(_) => known.iter().filter(has).count(),
        None => 0,
    }
}

impl Sheet {
    /// Reads the file. `known` names every column, the first of which must be there.
    pub fn read(bytes: &[u8], known: &'static [&'static str]) -> Result<Self, Vec<RowProblem>> {
        let (lines, from) = if bytes.starts_with(b"PK\x03\x04") {
            let tab = workbook::read(bytes, known)?;
            (tab.lines, ReadAs { sheet: Some(tab.name), encoding: None })
        } else if bytes.starts_with(b"\xD0\xCF\x11\xE0") {
            return Err(vec![RowProblem::whole(RowProblemKind::OldWorkbook)]);
        } else {
            let decoded = decode(bytes).map_err(|(line, encoding)| {
                let kind = RowProblemKind::NotUtf8(encoding);
                vec![RowProblem { line, ..RowProblem::whole(kind) }]
            })?;
            (separated(&decoded.text), ReadAs { sheet: None, encoding: decoded.from })
        };
        Self::under_header(lines, from, known)
    }

    fn under_header(
        lines: Vec<Line>,
        from: ReadAs,
        known: &'static [&'static str],
    ) -> Result<Self, Vec<RowProblem>> {
        let mut lines = lines.into_iter();
        let first = lines.next().unwrap_or_default();
        let mut header: Vec<String> =
            first.cells.iter().map(|cell| composed(&cell.text).to_lowercase()).collect();
        // Spreadsheets leave rows and columns of nothing behind.
        let rows: Vec<Line> =
            lines.filter(|line| line.cells.iter().any(|cell| !cell.text.is_empty())).collect();
        let used = |column: usize| {
            let filled = |line: &Line| line.cells.get(column).is_some_and(|c| !c.text.is_empty());
            rows.iter().any(filled)
        };
        while header
            .last()
            .is_some_and(|name| name.is_empty() && !used(header.len().saturating_sub(1)))
        {
            header.pop();
        }
        let sheet = Self { header, rows: Vec::new(), problems: RefCell::default(), from };
        sheet.check_header(if first.number == 0 { 1 } else { first.number }, known);
        // Cells under a wrong header would only be wrong again.
        if !sheet.problems.borrow().is_empty() {
            return Err(sheet.found());
        }
        let sheet = Self { rows, ..sheet };
        for row in sheet.rows() {
            row.check_width();
        }
        Ok(sheet)
    }

    fn check_header(&self, line: u64, known: &'static [&'static str]) {
        let report = |at: Option<usize>, name: Option<&str>, kind| {
            let found = self.problem(line, at, name, name.unwrap_or_default(), kind);
            self.problems.borrow_mut().push(found);
        };
        if self.header.iter().all(String::is_empty) {
            return report(None, None, RowProblemKind::NoRows);
        }
        for (index, name) in self.header.iter().enumerate() {
            let twice = self.header.iter().take(index).any(|other| other == name);
            let kind = if name.is_empty() {
                let number = u64::try_from(index.saturating_add(1)).unwrap_or(u64::MAX);
                report(Some(index), None, RowProblemKind::NamelessColumn { number });
                continue;
            } else if !known.contains(&name.as_str()) {
                RowProblemKind::UnknownColumn { known, nearest: nearest(name, known) }
            } else if twice {
                RowProblemKind::DuplicateColumn
            } else {
                continue;
            };
            report(Some(index), Some(name), kind);
        }
        let missing = known.first().filter(|one| !self.header.iter().any(|name| name == **one));
        if let Some(name) = missing {
            let found = self.problem(line, None, Some(name), "", RowProblemKind::MissingColumn);
            self.problems.borrow_mut().push(found);
        }
    }

    fn problem(
        &self,
        line: u64,
        at: Option<usize>,
        column: Option<&str>,
        value: &str,
        kind: RowProblemKind,
    ) -> RowProblem {
        let sheet = self.from.sheet.clone();
        let at = at.and_then(|at| u32::try_from(at).ok()).filter(|_| sheet.is_some());
        RowProblem {
            line,
            sheet,
            cell: at.map(|at| workbook::name_of(at, line)),
            column: column.map(str::to_owned),
            value: value.chars().take(SHOWN).collect(),
            kind,
        }
    }

    /// The rows, in order.
    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.iter().map(|line| Row { sheet: self, line: line.number, cells: &line.cells })
    }

    /// `value` with how the file was read when nothing was wrong, else everything that was.
    pub fn finish<T>(self, rows: T) -> Result<Imported<T>, Vec<RowProblem>> {
        let problems = self.found();
        if problems.is_empty() { Ok(Imported { rows, from: self.from }) } else { Err(problems) }
    }

    fn found(&self) -> Vec<RowProblem> {
        let mut problems = self.problems.take();
        problems.sort();
        problems.dedup();
        problems
    }
}

impl<'s> Row<'s> {
    fn index(&self, column: &str) -> Option<usize> {
        self.sheet.header.iter().position(|name| name == column)
    }

    /// The trimmed cell; `None` when the file has no such column.
    pub fn cell(&self, column: &str) -> Option<&'s str> {
        let index = self.index(column)?;
        Some(self.cells.get(index).map_or("", |cell| cell.text.as_str()))
    }

    /// The cell, unless it is empty or has no column.
    pub fn filled(&self, column: &str) -> Option<&'s str> {
        self.cell(column).filter(|cell| !cell.is_empty())
    }

    /// Whether a spreadsheet holds the cell as a number.
    pub fn is_number(&self, column: &str) -> bool {
        let cell = self.index(column).and_then(|index| self.cells.get(index));
        cell.is_some_and(|cell| cell.number)
    }

    /// Whether the row has as many cells as the header; more are fine while they are empty. A row of
    /// a workbook always has.
    fn has_its_width(&self) -> bool {
        let width = self.sheet.header.len();
        let beyond = self.cells.iter().skip(width).all(|cell| cell.text.is_empty());
        beyond && (self.cells.len() >= width || self.sheet.from.sheet.is_some())
    }

    fn check_width(&self) {
        if self.has_its_width() {
            return;
        }
        let count = |cells: usize| u64::try_from(cells).unwrap_or(u64::MAX);
        let (expected, found) = (count(self.sheet.header.len()), count(self.cells.len()));
        let first = self.cells.first().map_or("", |cell| cell.text.as_str());
        let kind = RowProblemKind::CellCount { expected, found };
        let problem = self.sheet.problem(self.line, None, None, first, kind);
        self.sheet.problems.borrow_mut().push(problem);
    }

    /// Something is wrong with the cell. Where the number of cells is wrong already, every cell
    /// may stand in the wrong column, and no more is said.
    pub fn report(&self, column: &str, kind: RowProblemKind) {
        if !self.has_its_width() {
            return;
        }
        let value = self.cell(column).unwrap_or_default();
        let at = self.index(column);
        let found = self.sheet.problem(self.line, at, Some(column), value, kind);
        self.sheet.problems.borrow_mut().push(found);
    }
}

/// The column that was probably meant: by its Vietnamese name, or but for a letter or two.
fn nearest(name: &str, known: &'static [&'static str]) -> Option<&'static str> {
    let plain = fold(name).replace(['_', '-', '.'], " ");
    let plain = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    let meant = columns::meant(&plain).find_map(|column| known.iter().find(|one| **one == column));
    let written = plain.replace(' ', "_");
    let close = known.iter().filter(|one| {
        let edits = distance(&written, one);
        edits <= 2 && edits.saturating_mul(3) <= one.len()
    });
    meant.or_else(|| close.min_by_key(|one| distance(&written, one))).copied()
}

/// The lines of a text file with separators.
fn separated(text: &str) -> Vec<Line> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter(text))
        .flexible(true)
        .has_headers(false)
        .from_reader(text.as_bytes());
    let mut counted = Lines { bytes: text.as_bytes(), at: 0, line: 1 };
    let records = reader.records().filter_map(Result::ok);
    let line = |record: csv::StringRecord| Line {
        number: counted.of_record(record.position().map_or(0, csv::Position::byte)),
        cells: record
            .iter()
            .map(|cell| Cell { text: cell.trim().to_owned(), number: false })
            .collect(),
    };
    records.map(line).collect()
}

/// Counts lines as an editor does; the parser's own count is one short after each `\r\n`.
struct Lines<'t> {
    bytes: &'t [u8],
    at: usize,
    line: u64,
}

impl Lines<'_> {
    /// The line of the record the parser found from `byte` on, past the empty lines before it.
    /// Records come in order.
    fn of_record(&mut self, byte: u64) -> u64 {
        let byte = usize::try_from(byte).unwrap_or(usize::MAX);
        while let Some(letter) = self.bytes.get(self.at) {
            let next = self.at.saturating_add(1);
            let ends = *letter == b'\n' || *letter == b'\r';
            if self.at >= byte && !ends {
                break;
            }
            let half = *letter == b'\r' && self.bytes.get(next) == Some(&b'\n');
            self.line = self.line.saturating_add(u64::from(ends && !half));
            self.at = next;
        }
        self.line
    }
}

/// What the header has most of: `,`, `;` or, in "Unicode text" of a spreadsheet program, tabs.
fn delimiter(text: &str) -> u8 {
    let header = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let count = |wanted: char| header.chars().filter(|c| *c == wanted).count();
    let (commas, semicolons, tabs) = (count(','), count(';'), count('\t'));
    if tabs > commas.max(semicolons) {
        b'\t'
    } else if semicolons > commas {
        b';'
    } else {
        b','
    }
}
