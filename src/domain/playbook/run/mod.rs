//! A playbook being run on an incident. What has happened stands in [`event`]s of that incident, what
//! they add up to in [`state`]; [`decide`] answers what somebody wants, [`moments`] what time does, and
//! [`advance`] moves on through the steps.
//!
//! A run is a set of tokens, each at one step. A step that leads into a block keeps its token there and
//! puts others into the block; when those have ended, it goes on. Nothing recurses and nothing is kept
//! between two transactions but the tokens.

pub mod act;
pub mod advance;
mod approval;
pub mod decide;
pub mod event;
mod fold;
pub mod json;
pub mod moments;
pub mod refusal;
pub mod state;
pub mod whom;

pub use act::PlayAct;
pub use event::RunEvent;
pub use refusal::PlayRefusal;
pub use state::Run;
