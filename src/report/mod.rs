//! What leaves the program as a document or a table: a model in, bytes out. Nothing is queried here.

pub mod cell;
pub mod directory;
pub mod drill;
pub mod drills;
pub mod graph;
pub mod table;
