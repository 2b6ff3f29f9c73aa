//! Bytes into named cells: encoding, delimiter, header.

use std::cell::RefCell;

use super::problem::{Encoding, RowProblem, RowProblemKind};

/// How much of a bad value is repeated.
const SHOWN: usize = 80;

/// A file's rows under their header.
pub(super) struct Sheet {
    header: Vec<String>,
    rows: Vec<(u64, csv::StringRecord)>,
    problems: RefCell<Vec<RowProblem>>,
}

/// One row.
#[derive(Clone, Copy)]
pub(super) struct Row<'s> {
    sheet: &'s Sheet,
    /// Its line, counted from one.
    pub line: u64,
    cells: &'s csv::StringRecord,
}

/// Adds a problem in the form people read.
fn problem(line: u64, column: Option<&str>, value: &str, kind: RowProblemKind) -> RowProblem {
    let value = value.chars().take(SHOWN).collect();
    RowProblem { line, column: column.map(str::to_owned), value, kind }
}

impl Sheet {
    /// Reads the file. `known` names every column, the first of which must be there.
    pub fn read(bytes: &[u8], known: &'static [&'static str]) -> Result<Self, Vec<RowProblem>> {
        let text = decode(bytes).map_err(|found| vec![found])?;
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter(text))
            .flexible(true)
            .has_headers(false)
            .from_reader(text.as_bytes());
        let mut records = reader.records().filter_map(Result::ok);
        let header: Vec<String> = records
            .next()
            .map(|record| record.iter().map(|name| name.trim().to_lowercase()).collect())
            .unwrap_or_default();
        let mut problems = header_problems(&header, known);
        let mut rows = Vec::new();
        let mut lines = Lines { bytes: text.as_bytes(), at: 0, line: 1 };
        for record in records {
            // Spreadsheets leave rows of bare delimiters behind.
            if record.iter().all(|cell| cell.trim().is_empty()) {
                continue;
            }
            let line = lines.of_record(record.position().map_or(0, csv::Position::byte));
            if record.len() != header.len() {
                let count = |cells: usize| u64::try_from(cells).unwrap_or(u64::MAX);
                let (expected, found) = (count(header.len()), count(record.len()));
                let first = record.get(0).unwrap_or_default();
                problems.push(problem(
                    line,
                    None,
                    first,
                    RowProblemKind::CellCount { expected, found },
                ));
            }
            rows.push((line, record));
        }
        // Cells under a wrong header would only be wrong again.
        if header_problems(&header, known).is_empty() {
            Ok(Self { header, rows, problems: RefCell::new(problems) })
        } else {
            problems.sort();
            Err(problems)
        }
    }

    /// The rows, in order.
    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.iter().map(|(line, cells)| Row { sheet: self, line: *line, cells })
    }

    /// `value` when nothing was wrong, else everything that was.
    pub fn finish<T>(self, value: T) -> Result<T, Vec<RowProblem>> {
        let mut problems = self.problems.into_inner();
        problems.sort();
        problems.dedup();
        if problems.is_empty() { Ok(value) } else { Err(problems) }
    }
}

impl<'s> Row<'s> {
    /// The trimmed cell; `None` when the file has no such column.
    pub fn cell(&self, column: &str) -> Option<&'s str> {
        let index = self.sheet.header.iter().position(|name| name == column)?;
        Some(self.cells.get(index).unwrap_or_default().trim())
    }

    /// The cell, unless it is empty or has no column.
    pub fn filled(&self, column: &str) -> Option<&'s str> {
        self.cell(column).filter(|cell| !cell.is_empty())
    }

    /// Something is wrong with the cell. Where the number of cells is wrong already, every cell
    /// may stand in the wrong column, and no more is said.
    pub fn report(&self, column: &str, kind: RowProblemKind) {
        if self.cells.len() != self.sheet.header.len() {
            return;
        }
        let value = self.cell(column).unwrap_or_default();
        let found = problem(self.line, Some(column), value, kind);
        self.sheet.problems.borrow_mut().push(found);
    }
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

fn header_problems(header: &[String], known: &'static [&'static str]) -> Vec<RowProblem> {
    if header.iter().all(String::is_empty) {
        return vec![problem(1, None, "", RowProblemKind::NoRows)];
    }
    let mut problems = Vec::new();
    for (index, name) in header.iter().enumerate() {
        let twice = header.iter().take(index).any(|other| other == name);
        let kind = if !known.contains(&name.as_str()) {
            RowProblemKind::UnknownColumn { known }
        } else if twice {
            RowProblemKind::DuplicateColumn
        } else {
            continue;
        };
        problems.push(problem(1, Some(name), name, kind));
    }
    let needed = known.first().filter(|needed| !header.iter().any(|name| name == **needed));
    let missing = needed.map(|name| problem(1, Some(name), "", RowProblemKind::MissingColumn));
    problems.extend(missing);
    problems
}

/// UTF-8, with or without byte order mark; else what it seems to be.
fn decode(bytes: &[u8]) -> Result<&str, RowProblem> {
    let whole = |kind| problem(1, None, "", kind);
    if bytes.starts_with(b"PK\x03\x04") {
        return Err(whole(RowProblemKind::Workbook));
    }
    let utf16_mark = bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF");
    if utf16_mark || bytes.iter().take(64).any(|byte| *byte == 0) {
        return Err(whole(RowProblemKind::NotUtf8(Encoding::Utf16)));
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    std::str::from_utf8(bytes).map_err(|error| {
        let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
        let breaks = before.iter().filter(|byte| **byte == b'\n').count();
        let line = u64::try_from(breaks).unwrap_or(u64::MAX).saturating_add(1);
        problem(line, None, "", RowProblemKind::NotUtf8(Encoding::OneByte))
    })
}

/// `;` where the header has more of them than of `,`.
fn delimiter(text: &str) -> u8 {
    let header = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let count = |wanted: char| header.chars().filter(|c| *c == wanted).count();
    if count(';') > count(',') { b';' } else { b',' }
}
