//! One drill from its plan to its end, as a fold of what happened to it.
//!
//! A drill is a stream of its own. [`decide`] answers what somebody wishes, [`moments`] what it does of
//! itself; both see the copy of the scenario that was pinned, the instant and the directory.

pub mod act;
pub mod after;
pub mod board;
pub mod cast;
pub mod decide;
pub mod event;
pub mod facts;
pub mod files;
mod fold;
pub mod items;
pub mod moments;
pub mod play;
pub mod refusal;
pub mod reminders;
pub mod setup;
mod shift;
pub mod sittings;
pub mod state;
mod story;
mod words;

pub use act::DrillAct;
pub use event::DrillEvent;
pub use fold::ASKED;
pub use refusal::DrillRefusal;
pub use setup::Setup;
pub use state::Drill;

use crate::domain::directory::Directory;
use crate::domain::drill::scenario::Scenario;
use crate::domain::time::Timestamp;

/// What a decision may look at beside the drill.
#[derive(Clone, Copy, Debug)]
pub struct Scene<'a> {
    /// The copy of the scenario the drill rests on.
    pub scenario: &'a Scenario,
    /// The instant of the decision.
    pub now: Timestamp,
    /// Who there is.
    pub directory: &'a Directory,
}
