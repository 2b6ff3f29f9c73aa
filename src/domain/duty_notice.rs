//! What there is to say about who is on duty.

use serde::{Deserialize, Serialize};

use super::ids::{IncidentCode, PersonId};
use super::reach::Red;
use super::roster::{Layer, Leave, RosterId, Span, Swap};
use super::time::Timestamp;

/// Something about duty that people are told without having asked.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DutyNotice {
    /// The reader's watch begins; he has to take it.
    Incoming {
        /// Since when.
        at: Timestamp,
        /// Who had it.
        outgoing: Vec<PersonId>,
        /// Open incidents, the most severe first; not more than a message can name.
        open: Vec<IncidentCode>,
        /// How many more are open.
        more: u64,
        /// Who has taken the watch already and stays.
        #[serde(default)]
        taken: Option<PersonId>,
    },
    /// The reader's watch is over.
    Outgoing {
        /// Since when.
        at: Timestamp,
        /// Who has it now; nobody is a gap.
        incoming: Vec<PersonId>,
        /// What the reader still holds.
        held: Vec<IncidentCode>,
    },
    /// Somebody took the watch.
    Taken {
        /// Who.
        by: PersonId,
    },
    /// Nobody took the watch in time.
    Untaken {
        /// Since when it waits.
        at: Timestamp,
        /// Who should have.
        incoming: Vec<PersonId>,
    },
    /// Nobody is on duty.
    Gap {
        /// Since when.
        at: Timestamp,
        /// Until when, as far as the roster says.
        until: Option<Timestamp>,
    },
    /// The reader is asked to take a stretch of duty.
    SwapAsked {
        /// Under which number.
        id: RosterId,
        /// What.
        swap: Swap,
    },
    /// Two agreed; a lead has to.
    SwapToDecide {
        /// Under which number.
        id: RosterId,
        /// What.
        swap: Swap,
    },
    /// A swap stands.
    SwapDone {
        /// What.
        swap: Swap,
    },
    /// Nothing comes of a swap.
    SwapOff {
        /// What.
        swap: Swap,
        /// Who ended it.
        by: Option<PersonId>,
    },
    /// The reader was put on duty for a stretch.
    Seated {
        /// Which chair.
        layer: Layer,
        /// When.
        span: Span,
    },
    /// The reader stands in for somebody on leave.
    StandIn {
        /// For whom.
        person: PersonId,
        /// When.
        span: Span,
    },
    /// The reader is not on duty for a stretch after all, as far as it lies ahead.
    Unseated {
        /// Which chair.
        layer: Layer,
        /// When.
        span: Span,
    },
    /// The reader is not on duty in a stretch that was his: others were put there.
    Replaced {
        /// Which chair.
        layer: Layer,
        /// When.
        span: Span,
        /// Who; nobody is a gap somebody declared.
        people: Vec<PersonId>,
    },
    /// Somebody else entered that the reader is away.
    LeaveSet {
        /// What.
        leave: Leave,
        /// Who entered it; nobody is the operator.
        by: Option<PersonId>,
    },
    /// Somebody is not on leave after all, or no longer.
    LeaveOver {
        /// Who.
        person: PersonId,
        /// When it was to be.
        span: Span,
    },
    /// A new roster holds.
    NewPlan {
        /// From when.
        from: Timestamp,
    },
    /// Who of those who would be called can be reached.
    Reach {
        /// What is to be mended, the serious first; not more than a message can name.
        found: Vec<Red>,
        /// How many in all.
        red: usize,
        /// Those of whom nothing is to be mended; not more than a message can name.
        reachable: Vec<PersonId>,
        /// How many in all.
        green: usize,
    },
    /// The way to the reader is tested.
    Canary {
        /// Under which number.
        id: RosterId,
        /// Until when it should be answered.
        until: Timestamp,
    },
    /// Somebody on duty did not answer the test in time.
    CanaryMissed {
        /// Who.
        unanswered: Vec<Unanswered>,
    },
}

/// Somebody who did not answer a test.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Unanswered {
    /// Who.
    pub person: PersonId,
    /// Whether the channel had taken it.
    pub arrived: bool,
}

impl DutyNotice {
    /// Its name: one entry of the ledger may tell the same person two things.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Incoming { .. } => "incoming",
            Self::Outgoing { .. } => "outgoing",
            Self::Taken { .. } => "taken",
            Self::Untaken { .. } => "untaken",
            Self::Gap { .. } => "gap",
            Self::SwapAsked { .. } => "swap_asked",
            Self::SwapToDecide { .. } => "swap_to_decide",
            Self::SwapDone { .. } => "swap_done",
            Self::SwapOff { .. } => "swap_off",
            Self::Seated { .. } => "seated",
            Self::StandIn { .. } => "stand_in",
            Self::Unseated { .. } => "unseated",
            Self::Replaced { .. } => "replaced",
            Self::LeaveSet { .. } => "leave_set",
            Self::LeaveOver { .. } => "leave_over",
            Self::NewPlan { .. } => "new_plan",
            Self::Reach { .. } => "reach",
            Self::Canary { .. } => "canary",
            Self::CanaryMissed { .. } => "canary_missed",
        }
    }

    /// Whether somebody has to act on it at once: it takes the next way where one does not carry it.
    pub fn calls(&self) -> bool {
        matches!(self, Self::Incoming { taken: None, .. } | Self::Untaken { .. } | Self::Gap { .. })
    }

    /// The incidents it names.
    pub fn codes(&self) -> Vec<IncidentCode> {
        match self {
            Self::Incoming { open, .. } => open.clone(),
            Self::Outgoing { held, .. } => held.clone(),
            _ => Vec::new(),
        }
    }
}

/// The answer to something about duty.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DutyAnswer {
    /// `/truc`: who is on duty now, and the reader's next stretch.
    Now,
    /// `/lichtruc`: two weeks from a day on.
    Weeks,
    /// `/doica`: which of the reader's stretches.
    WhichShift,
    /// With whom.
    WithWhom {
        /// Which chair.
        layer: Layer,
        /// Which stretch.
        span: Span,
    },
    /// `/nghi`: how it is written, with what the reader has planned.
    LeaveHow,
    /// No stretch of the reader is on that day.
    NoShift,
    /// `/truc hủy`: which of the changes that lie ahead.
    Changes,
}
