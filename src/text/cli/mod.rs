//! Words of the command line: what `--help` says, what a command reports, what was typed wrongly.

pub mod doctor;
pub mod drill;
pub mod help;
pub mod keep;
pub mod page;
pub mod playbook;
pub mod roster;
pub mod said;
pub mod usage;
