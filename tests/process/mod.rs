//! The real binary, as an operator and a power cut meet it.

mod cli;
mod drill;
mod drill_list;
mod drill_scenario;
mod duty;
mod keep;
mod killed;
mod load;
mod logs;
mod package;
mod page;
mod place;
mod playbook;
mod redact;
mod unit;
mod verdict;
