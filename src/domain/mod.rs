//! PURE.
pub mod time;
