//! The command line.

pub mod rows;
