//! Trực Ban.
#![forbid(unsafe_code)]
pub mod channels;
pub mod clock;
pub mod domain;
pub mod engine;
pub mod intake;
pub mod ledger;
pub mod sandbox;
pub mod web;
