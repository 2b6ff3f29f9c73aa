//! Playbooks in words: what is wrong with a file, what is asked of people, what happened.

pub mod faults;
pub mod list;
pub mod receipt;
pub mod refused;
pub mod step;
pub mod told;
