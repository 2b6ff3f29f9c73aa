//! Every word a person reads, and nothing else: no transport, no clock, no storage.
//!
//! [`render`] turns a notice and what it may look at into a [`Message`]: [`Markup`] and buttons.
//! The reader is addressed as "anh/chị". For its own receipt the program says "đã ghi nhận", never
//! "đã tiếp nhận": only a person takes charge.

pub mod answer;
pub mod ask;
pub mod bundle;
pub mod buttons;
pub mod card;
pub mod cli;
pub mod columns;
pub mod contacts;
pub mod drill;
pub mod duty;
pub mod evidence;
mod figures;
pub mod help;
pub mod markup;
mod masked;
pub mod message;
pub mod more;
pub mod news;
pub mod outside;
pub mod page;
pub mod people;
pub mod play;
pub mod problems;
pub mod refusal;
mod render;
pub mod schedule;
pub mod taken_back;
pub mod timeline;
pub mod tour;
pub mod trouble;
pub mod typed;
pub mod web;
mod why;
pub mod words;

pub use bundle::{Bundle, pointer, render_bundle};
pub use markup::Markup;
pub use message::{Button, ButtonAction, Message, Surface};
pub use render::{render, render_incident};
