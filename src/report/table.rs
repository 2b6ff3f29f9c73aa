//! A table as CSV or XLSX. With [`Cell`] the only user of `rust_xlsxwriter`.

use rust_xlsxwriter::{Color, Format, FormatAlign, Workbook, XlsxError};

use super::cell::Cell;

/// Named columns and rows of cells.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Table {
    /// The name of its sheet.
    pub name: &'static str,
    /// The names of the columns.
    pub columns: &'static [&'static str],
    /// The rows; each has a cell for each column.
    pub rows: Vec<Vec<Cell>>,
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

/// The paper of offices: A4.
const A4: u8 = 9;

/// The widest column, in characters; what is longer is broken into lines.
const WIDEST: usize = 48;

impl Table {
    /// A table of words, as they are imported again.
    pub fn of_words(
        name: &'static str,
        columns: &'static [&'static str],
        rows: impl Iterator<Item = Vec<String>>,
    ) -> Self {
        let rows = rows.map(|row| row.into_iter().map(Cell::Words).collect());
        Self { name, columns, rows: rows.collect() }
    }

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
            writer.write_record(row.iter().map(ToString::to_string))?;
        }
        Ok(writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))?)
    }

    fn xlsx(&self) -> Result<Vec<u8>, XlsxError> {
        book(std::slice::from_ref(self), "")
    }

    /// A column of words is one also where nothing stands yet: telephone numbers keep their zeros when
    /// somebody edits them.
    fn sheet(&self, book: &mut Workbook, above: &str) -> Result<(), XlsxError> {
        let sheet = book.add_worksheet().set_name(self.name)?;
        // Beside names, numbers and words stand under each other.
        let beside_names = self.columns.len() == 2;
        let kept = |format: &str| {
            let format = Format::new().set_num_format(format).set_text_wrap();
            let format = format.set_align(FormatAlign::Top);
            if beside_names { format.set_align(FormatAlign::Left) } else { format }
        };
        let head = Format::new()
            .set_bold()
            .set_num_format("@")
            .set_align(FormatAlign::VerticalCenter)
            .set_background_color(Color::RGB(0x00E7_E6E6))
            .set_text_wrap();
        for (column, name) in (0_u16..).zip(self.columns) {
            let mut cells = self.rows.iter().filter_map(|row| row.get(usize::from(column)));
            if cells.all(Cell::is_words) {
                sheet.set_column_format(column, &kept("@"))?;
            }
            sheet.set_column_width(column, self.width(usize::from(column)))?;
            sheet.write_string_with_format(0, column, *name, &head)?;
        }
        for (line, row) in (1_u32..).zip(&self.rows) {
            for (column, cell) in (0_u16..).zip(row).filter(|(_, cell)| !cell.is_empty()) {
                cell.write(sheet, (line, column), &kept(cell.format()))?;
            }
        }
        let last = (self.rows.len(), self.columns.len().saturating_sub(1));
        if let (Ok(line), Ok(column)) = (u32::try_from(last.0), u16::try_from(last.1)) {
            sheet.autofilter(0, 0, line, column)?;
        }
        sheet.set_freeze_panes(1, 0)?.set_repeat_rows(0, 0)?;
        sheet.set_landscape().set_paper_size(A4).set_print_fit_to_pages(1, 0);
        // What a page says of itself; an ampersand in it would be read as a mark.
        let above = above.replace('&', "&&");
        sheet.set_print_gridlines(true).set_header(format!("&L{above}&R&A"));
        sheet.set_footer("&C&P/&N");
        Ok(())
    }

    /// Whether a document sets a column in the middle: where it holds anything but words, and is not the
    /// one beside the names of a list.
    pub(super) fn is_centred(&self, column: usize) -> bool {
        let mut cells = self.rows.iter().filter_map(|row| row.get(column));
        self.columns.len() > 2 && cells.any(|cell| !cell.is_words())
    }

    /// Wide enough for most of a column, and never wider than a screen likes. A name may stand in two
    /// lines, beside the button of its filter.
    fn width(&self, column: usize) -> f64 {
        let cells = self.rows.iter().filter_map(|row| row.get(column));
        let longest = cells.map(|cell| cell.to_string().chars().count()).max().unwrap_or(0);
        let name = self.columns.get(column).map_or(0, |name| name.chars().count());
        let longest = longest.max(if name > 12 { name.div_ceil(2).max(12) } else { name });
        f64::from(u8::try_from(longest.clamp(6, WIDEST)).unwrap_or(u8::MAX)) + 4.0
    }
}

/// Several tables as one workbook, a sheet each, with these words above each printed page.
pub fn book(tables: &[Table], above: &str) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    for table in tables {
        table.sheet(&mut book, above)?;
    }
    book.save_to_buffer()
}
