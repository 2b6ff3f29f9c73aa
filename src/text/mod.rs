//! Every word people read or type.

pub mod typed;
