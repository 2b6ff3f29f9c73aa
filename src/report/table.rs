//! A table as CSV or XLSX. The only user of `rust_xlsxwriter`.

use rust_xlsxwriter::{Format, FormatAlign, Workbook, XlsxError};

/// Named columns and rows of words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Table {
    /// The name of its sheet.
    pub name: &'static str,
    /// The names of the columns.
    pub columns: &'static [&'static str],
    /// The rows; each has a cell for each column.
    pub rows: Vec<Vec<String>>,
}

/// How a table is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    /// Comma-separated, UTF-8 with the mark by which spreadsheet programs know it.
    Csv,
    /// A workbook.
    Xlsx,
}

impl Form {
    /// By the ending of a file's name.
    pub fn of(ending: &str) -> Option<Self> {
        match ending.to_ascii_lowercase().as_str() {
            "csv" => Some(Self::Csv),
            "xlsx" => Some(Self::Xlsx),
            _ => None,
        }
    }
}

/// Why a table cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// As comma-separated words.
    #[error(transparent)]
    Csv(#[from] csv::Error),
    /// As a workbook.
    #[error(transparent)]
    Xlsx(#[from] XlsxError),
}

impl Table {
    /// The file.
    pub fn written(&self, form: Form) -> Result<Vec<u8>, TableError> {
        match form {
            Form::Csv => self.csv(),
            Form::Xlsx => Ok(self.xlsx()?),
        }
    }

    fn csv(&self) -> Result<Vec<u8>, TableError> {
        let mut writer = csv::Writer::from_writer(b"\xEF\xBB\xBF".to_vec());
        writer.write_record(self.columns)?;
        for row in &self.rows {
            writer.write_record(row)?;
        }
        Ok(writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))?)
    }

    fn xlsx(&self) -> Result<Vec<u8>, XlsxError> {
        book(std::slice::from_ref(self))
    }

    /// Every cell is words: none becomes a formula, and telephone numbers keep their zeros also when
    /// somebody edits them.
    fn sheet(&self, book: &mut Workbook) -> Result<(), XlsxError> {
        let sheet = book.add_worksheet().set_name(self.name)?;
        let words = Format::new().set_num_format("@").set_align(FormatAlign::Top);
        let head = Format::new().set_bold().set_num_format("@");
        for (column, name) in (0_u16..).zip(self.columns) {
            sheet.set_column_format(column, &words)?;
            sheet.set_column_width(column, self.width(usize::from(column)))?;
            sheet.write_string_with_format(0, column, *name, &head)?;
        }
        for (line, row) in (1_u32..).zip(&self.rows) {
            for (column, cell) in (0_u16..).zip(row).filter(|(_, cell)| !cell.is_empty()) {
                sheet.write_string_with_format(line, column, cell, &words)?;
            }
        }
        sheet.set_freeze_panes(1, 0)?;
        sheet.set_landscape();
        sheet.set_paper_size(9);
        Ok(())
    }

    /// Wide enough for most of a column, and never wider than a screen likes.
    fn width(&self, column: usize) -> f64 {
        let cells = self.rows.iter().filter_map(|row| row.get(column));
        let longest = cells.map(|cell| cell.chars().count()).max().unwrap_or(0);
        let longest = longest.max(self.columns.get(column).map_or(0, |name| name.len()));
        f64::from(u8::try_from(longest.clamp(8, 48)).unwrap_or(48)) + 2.0
    }
}

/// Several tables as one workbook, a sheet each.
pub fn book(tables: &[Table]) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    for table in tables {
        table.sheet(&mut book)?;
    }
    book.save_to_buffer()
}
