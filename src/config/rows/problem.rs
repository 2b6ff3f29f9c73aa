//! What can be wrong with a row, as facts. The sentences and remedies stand in `text`.

/// One thing wrong with one row.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct RowProblem {
    /// The line, counted from one; the header is line 1.
    pub line: u64,
    /// The column's name; `None` when it is about the row or the file as a whole.
    pub column: Option<String>,
    /// What stands there, cut short.
    pub value: String,
    /// What is wrong.
    pub kind: RowProblemKind,
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
    /// The file is a workbook: save it as "CSV UTF-8".
    Workbook,
    /// There is nothing in the file.
    NoRows,
    /// The column is needed.
    MissingColumn,
    /// No such column.
    UnknownColumn {
        /// The columns there are.
        known: &'static [&'static str],
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
    /// It is its own successor.
    OwnSuccessor,
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
    /// Neither `yes` nor `no`.
    NotYesOrNo,
    /// Not a telephone number of 8 to 15 digits.
    BadPhone,
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
    /// The last day is before the first.
    EndsBeforeStart,
}
