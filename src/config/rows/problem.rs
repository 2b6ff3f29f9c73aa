//! What can be wrong with a row, as facts. The sentences and remedies stand in `text`.

/// One thing wrong with one row.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct RowProblem {
    /// The line, counted from one; zero for the file as a whole.
    pub line: u64,
    /// The sheet of a workbook.
    pub sheet: Option<String>,
    /// The cell's name as a workbook shows it, such as `D7`.
    pub cell: Option<String>,
    /// The column's name; `None` when it is about the row or the file as a whole.
    pub column: Option<String>,
    /// What stands there, cut short.
    pub value: String,
    /// What is wrong.
    pub kind: RowProblemKind,
}

/// What a file held, and how it was read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Imported<T> {
    /// What its rows say.
    pub rows: T,
    /// How they were read.
    pub from: ReadAs,
}

/// What a file was read as, where that is worth a word to whoever imports it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ReadAs {
    /// The sheet of a workbook.
    pub sheet: Option<String>,
    /// What it was converted from.
    pub encoding: Option<Encoding>,
}

impl RowProblem {
    /// About the file as a whole.
    pub(super) fn whole(kind: RowProblemKind) -> Self {
        let (sheet, cell, column, value) = (None, None, None, String::new());
        Self { line: 0, sheet, cell, column, value, kind }
    }
}

/// What the bytes seem to be instead of UTF-8.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Encoding {
    /// "Unicode text" of a spreadsheet program.
    Utf16,
    /// A one-byte encoding such as Windows-1258: "CSV" without "UTF-8".
    OneByte,
}

/// What is wrong.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum RowProblemKind {
    /// The file is not UTF-8: save it as "CSV UTF-8".
    NotUtf8(Encoding),
    /// A workbook of the kind before 2007: save it as XLSX.
    OldWorkbook,
    /// A workbook that does not read: damaged, or with a password.
    BadWorkbook,
    /// More cells than any table of ours has.
    TooManyCells,
    /// Several sheets look like the table.
    SeveralSheets {
        /// Their names.
        sheets: Vec<String>,
    },
    /// Cells are joined; the value is the last of them.
    MergedCells,
    /// There is nothing in the file.
    NoRows,
    /// The column is needed.
    MissingColumn,
    /// No such column.
    UnknownColumn {
        /// The columns there are.
        known: &'static [&'static str],
        /// The one that was probably meant.
        nearest: Option<&'static str>,
    },
    /// A column with something in it and no name.
    NamelessColumn {
        /// Which, counted from one.
        number: u64,
    },
    /// The column stands there twice.
    DuplicateColumn,
    /// The row has another number of cells than the header.
    CellCount {
        /// How many it should have.
        expected: u64,
        /// How many it has.
        found: u64,
    },
    /// The cell must not be empty.
    Missing,
    /// Longer than can be kept.
    TooLong {
        /// How many characters at most.
        limit: u32,
    },
    /// Not Latin letters, digits, `-`, `_` and `.`.
    BadCode,
    /// The same value as on an earlier line.
    Duplicate {
        /// Which line.
        line: u64,
    },
    /// The directory writes this code with other capitals.
    OtherCapitals {
        /// As the directory has it.
        known: String,
    },
    /// No such unit, neither in the file nor in the directory.
    UnknownUnit,
    /// Following the units above it leads back to itself.
    Cycle,
    /// Following its successors leads back to itself.
    SuccessorCycle,
    /// It has a successor and no last day.
    SuccessorWithoutEnd,
    /// No such kind of unit.
    UnknownKind {
        /// The kinds there are, each with its name.
        known: Vec<(String, String)>,
    },
    /// It is its own successor.
    OwnSuccessor,
    /// No such person.
    UnknownPerson,
    /// Not a level from 1 to 5.
    BadLevel,
    /// No such role.
    UnknownRole {
        /// The roles there are.
        known: Vec<&'static str>,
    },
    /// No such channel.
    UnknownChannel {
        /// The channels there are.
        known: Vec<&'static str>,
    },
    /// No such working hours.
    UnknownHours {
        /// What there is.
        known: Vec<&'static str>,
    },
    /// Neither `yes` nor `no`.
    NotYesOrNo,
    /// Not a telephone number of 8 to 15 digits.
    BadPhone,
    /// A telephone number without its zero in front.
    LostZero {
        /// With it.
        meant: String,
    },
    /// Not an e-mail address.
    BadEmail,
    /// Not a Telegram account's number.
    BadTelegramId,
    /// The account belongs to somebody else already.
    TelegramIdTaken {
        /// Whose it is.
        by: String,
    },
    /// Not a date such as `2026-11-21` or `21/11/2026`.
    BadDate,
    /// A year of two digits.
    ShortYear,
    /// There is no such month; it seems to be the day.
    MonthFirst {
        /// The day it would be.
        meant: String,
    },
    /// A spreadsheet's number of a day.
    SerialDate {
        /// The day it would be.
        meant: String,
    },
    /// The last day is before the first.
    EndsBeforeStart,
}
