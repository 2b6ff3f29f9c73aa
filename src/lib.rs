//! Trực Ban.
#![forbid(unsafe_code)]
pub mod clock;
pub mod domain;
pub mod text;
