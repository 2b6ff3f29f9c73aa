//! Playbooks in words: what is wrong with a file, what is asked of people, what happened.

pub mod condition;
pub mod ending;
pub mod faults;
pub mod list;
pub mod page;
pub mod path;
pub mod receipt;
pub mod refused;
pub mod step;
pub mod told;
