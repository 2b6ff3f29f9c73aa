//! Playbooks: what a file says ([`model`]), whether it can be run at all ([`lint`]), the set of them
//! ([`library`]) and what happens when one is run on an incident ([`run`]).
//!
//! Nothing here reads files: `config` makes a [`Playbook`] of one.

pub mod expr;
pub mod library;
pub mod lint;
pub mod model;
pub mod run;
pub mod simulate;

pub use library::{Bundle, Library};
pub use model::{Playbook, PlaybookId, StepId};
