//! Drills: what is played ([`scenario`]).

pub mod scenario;
