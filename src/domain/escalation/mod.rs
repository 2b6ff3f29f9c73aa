//! Escalation: who is called when nobody answers, in what order, and how long each step waits.

pub mod explain;
pub mod ladder;
pub mod policy;
pub mod who;
