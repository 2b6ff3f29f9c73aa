//! Tables of units, people and systems, as CSV or XLSX, into what they say: all rows or none.
//!
//! A column left out keeps what the directory has; a cell left empty takes it away. Every bad row
//! is named with its line, column and value, so that one pass through the spreadsheet mends all.

mod cells;
mod dates;
mod encoding;
mod people;
pub mod problem;
mod sheet;
mod systems;
mod units;
mod workbook;

pub use people::parse as parse_people;
pub use problem::{Encoding, Imported, ReadAs, RowProblem, RowProblemKind};
pub use systems::parse as parse_systems;
pub use units::parse as parse_units;
