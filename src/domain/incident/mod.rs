//! An incident: the list of things that happened to it ([`event`]), what they add up to
//! ([`state`]), and what may happen next ([`decide`]).

pub mod act;
pub mod calls;
pub mod custody;
pub mod decide;
pub mod event;
pub mod fold;
pub mod group;
pub mod json;
pub mod merge;
pub mod moments;
pub mod opening;
pub mod severity;
pub mod state;
mod why;
pub mod words;

pub use act::{Act, Closing};
pub use event::IncidentEvent;
pub use state::Incident;
