//! Trực Ban.
#![forbid(unsafe_code)]
pub mod clock;
pub mod domain;
pub mod engine;
pub mod ledger;
pub mod sandbox;
