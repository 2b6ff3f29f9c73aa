//! Escalation: who is called when nobody answers, in what order, and how long each step waits.
//!
//! - [`policy`]: what a province has decided, checked once and pinned to each incident;
//! - [`ladder`]: rungs, rounds, what comes next, and steps passed because nobody there can be reached;
//! - [`who`]: whom a target means at an instant, with the reason for each;
//! - [`explain`]: the same arithmetic, asked beforehand.

pub mod explain;
pub mod ladder;
pub mod policy;
pub mod who;
