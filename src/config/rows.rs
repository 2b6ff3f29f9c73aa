//! `units.csv` and `people.csv`: rows of a spreadsheet into units and people, all of them or none.
//!
//! A column left out keeps what the directory has; a cell left empty takes it away. Every bad row
//! is named with its line, column and value, so that one pass through the spreadsheet mends all.

mod cells;
mod people;
pub mod problem;
mod sheet;
mod units;

pub use people::parse as parse_people;
pub use problem::{Encoding, RowProblem, RowProblemKind};
pub use units::parse as parse_units;
