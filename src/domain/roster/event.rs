//! What happened to the roster, and how it adds up.

use serde::{Deserialize, Serialize};

use super::canary::Canary;
use super::check::Finding;
use super::feed::FeedOf;
use super::rotation::Plan;
use super::{Change, Handover, Leave, Roster, RosterId, Span, Swap, SwapState, Through, Told};
use crate::domain::ids::PersonId;
use crate::domain::incident::fold::At;
use crate::domain::time::Timestamp;

/// One thing that happened.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum RosterEvent {
    /// A plan holds from its instant until the next, in the place of one that would begin with it.
    RosterSet {
        /// The plan.
        plan: Plan,
    },
    /// Somebody sits elsewhere for a time.
    DutyChanged {
        /// What changed.
        change: Change,
    },
    /// A change is taken back: from now on, or altogether where it had not begun.
    DutyChangeEnded {
        /// Which.
        id: RosterId,
    },
    /// Somebody is away for a time.
    LeaveSet {
        /// Who, when, and who stands in.
        leave: Leave,
    },
    /// A leave is over, or does not happen.
    LeaveEnded {
        /// Which.
        id: RosterId,
    },
    /// A swap was proposed.
    SwapProposed {
        /// The swap.
        swap: Swap,
    },
    /// The one who was asked agreed and a lead still has to.
    SwapAccepted {
        /// Which.
        id: RosterId,
    },
    /// The swap stands from here on.
    SwapDone {
        /// Which.
        id: RosterId,
    },
    /// Nothing comes of a swap.
    SwapOff {
        /// Which.
        id: RosterId,
    },
    /// Other people are on duty.
    WatchChanged {
        /// Since when.
        at: Timestamp,
        /// Who came.
        incoming: Vec<PersonId>,
        /// Who went.
        outgoing: Vec<PersonId>,
    },
    /// Somebody took the watch.
    WatchTaken {
        /// Who.
        person: PersonId,
    },
    /// Nobody took it in time; the leads join every call for the officer on duty.
    WatchUntaken,
    /// It was looked whether those who would be called can be reached.
    ReachChecked {
        /// The moment of the weekly look; none at a handover.
        weekly: Option<Timestamp>,
        /// How many people would be called.
        people: usize,
        /// What is to be mended.
        found: Vec<Finding>,
        /// Whether the leads are told.
        told: bool,
    },
    /// The way to whoever is on duty is tested.
    CanarySent {
        /// The moment it is for.
        due: Timestamp,
        /// Who is asked.
        people: Vec<PersonId>,
    },
    /// It is left out that day: nobody can be asked, or a critical incident is open.
    CanarySkipped {
        /// The moment it was for.
        due: Timestamp,
    },
    /// Somebody answered it.
    CanaryAnswered {
        /// Which.
        id: RosterId,
        /// Who.
        person: PersonId,
        /// How long it took, in milliseconds.
        took_ms: u64,
    },
    /// Somebody did not answer it in time.
    CanaryMissed {
        /// Which.
        id: RosterId,
        /// Who.
        people: Vec<PersonId>,
    },
    /// A calendar for telephones has a link, or another one.
    FeedOpened {
        /// Whose.
        of: FeedOf,
        /// Which link.
        number: u32,
    },
    /// A calendar's link holds no more.
    FeedStopped {
        /// Whose.
        of: FeedOf,
    },
}

impl RosterEvent {
    /// The word for it in the ledger.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::RosterSet { .. } => "roster_set",
            Self::DutyChanged { .. } => "duty_changed",
            Self::DutyChangeEnded { .. } => "duty_change_ended",
            Self::LeaveSet { .. } => "leave_set",
            Self::LeaveEnded { .. } => "leave_ended",
            Self::SwapProposed { .. } => "swap_proposed",
            Self::SwapAccepted { .. } => "swap_accepted",
            Self::SwapDone { .. } => "swap_done",
            Self::SwapOff { .. } => "swap_off",
            Self::WatchChanged { .. } => "watch_changed",
            Self::WatchTaken { .. } => "watch_taken",
            Self::WatchUntaken => "watch_untaken",
            Self::ReachChecked { .. } => "reach_checked",
            Self::CanarySent { .. } => "canary_sent",
            Self::CanarySkipped { .. } => "canary_skipped",
            Self::CanaryAnswered { .. } => "canary_answered",
            Self::CanaryMissed { .. } => "canary_missed",
            Self::FeedOpened { .. } => "feed_opened",
            Self::FeedStopped { .. } => "feed_stopped",
        }
    }

    /// Every kind this version knows.
    pub const KINDS: &'static [&'static str] = &[
        "roster_set",
        "duty_changed",
        "duty_change_ended",
        "leave_set",
        "leave_ended",
        "swap_proposed",
        "swap_accepted",
        "swap_done",
        "swap_off",
        "watch_changed",
        "watch_taken",
        "watch_untaken",
        "reach_checked",
        "canary_sent",
        "canary_skipped",
        "canary_answered",
        "canary_missed",
        "feed_opened",
        "feed_stopped",
    ];
}

impl Roster {
    /// Takes one event in.
    pub fn apply(&mut self, event: &RosterEvent, at: &At) {
        let id = RosterId(at.seq);
        match event {
            RosterEvent::RosterSet { plan } => {
                self.take_plan(plan);
            }
            RosterEvent::DutyChanged { change } => {
                self.changes.insert(id, change.clone());
            }
            RosterEvent::DutyChangeEnded { id } => {
                if let Some(change) = self.changes.get_mut(id) {
                    end(&mut change.span, at.at);
                }
            }
            RosterEvent::LeaveSet { leave } => {
                self.leaves.insert(id, leave.clone());
            }
            RosterEvent::LeaveEnded { id } => {
                if let Some(leave) = self.leaves.get_mut(id) {
                    end(&mut leave.span, at.at);
                }
            }
            RosterEvent::SwapProposed { swap } => {
                self.swaps.insert(id, swap.clone());
            }
            RosterEvent::SwapAccepted { id } => self.set_swap(*id, SwapState::Accepted),
            RosterEvent::SwapDone { id: done } => {
                self.set_swap(*done, SwapState::Done);
                if let Some(swap) = self.swaps.get_mut(done) {
                    // Until they agreed the other had it.
                    swap.span.from = swap.span.from.max(at.at).min(swap.span.to);
                    self.changes.insert(id, swap.change());
                }
            }
            RosterEvent::SwapOff { id } => self.set_swap(*id, SwapState::Off),
            RosterEvent::WatchChanged { at, incoming, outgoing } => {
                let (incoming, outgoing) = (incoming.clone(), outgoing.clone());
                let new = Handover { at: *at, incoming, outgoing, taken: None, late: None };
                self.handover = Some(match self.handover.take() {
                    Some(before) => new.after(before),
                    None => new,
                });
            }
            RosterEvent::WatchTaken { person } => {
                if let Some(handover) = &mut self.handover {
                    handover.taken = Some((person.clone(), at.at));
                }
            }
            RosterEvent::FeedOpened { of, number } => self.feed_opened(of, *number),
            RosterEvent::FeedStopped { of } => self.feed_stopped(of),
            RosterEvent::WatchUntaken => {
                if let Some(handover) = &mut self.handover {
                    handover.late = Some(at.at);
                }
            }
            RosterEvent::ReachChecked { .. }
            | RosterEvent::CanarySent { .. }
            | RosterEvent::CanarySkipped { .. }
            | RosterEvent::CanaryAnswered { .. }
            | RosterEvent::CanaryMissed { .. } => self.looked(event, at),
        }
    }

    /// A plan takes its place among the others.
    pub(super) fn take_plan(&mut self, plan: &Plan) {
        self.plans.retain(|other| other.from != plan.from);
        self.plans.push(plan.clone());
        self.plans.sort_by_key(|plan| plan.from);
    }

    /// What was looked at and tested.
    fn looked(&mut self, event: &RosterEvent, at: &At) {
        match event {
            RosterEvent::ReachChecked { weekly, found, told, .. } => {
                self.weekly = weekly.or(self.weekly);
                if *told {
                    self.told = Some(Told { at: at.at, found: found.clone() });
                }
            }
            RosterEvent::CanarySent { due, people } => {
                self.canary = Some(Canary::new(Some(RosterId(at.seq)), *due, at.at, people));
            }
            RosterEvent::CanarySkipped { due } => {
                self.canary = Some(Canary::new(None, *due, at.at, &[]));
            }
            RosterEvent::CanaryAnswered { id, person, .. } => {
                if let Some(canary) = self.canary_mut(*id) {
                    canary.waiting.retain(|waiting| waiting != person);
                }
            }
            RosterEvent::CanaryMissed { id, .. } => {
                if let Some(canary) = self.canary_mut(*id) {
                    canary.missed = true;
                }
            }
            _ => {}
        }
    }

    fn canary_mut(&mut self, id: RosterId) -> Option<&mut Canary> {
        self.canary.as_mut().filter(|canary| canary.id == Some(id))
    }

    fn set_swap(&mut self, id: RosterId, state: SwapState) {
        if let Some(swap) = self.swaps.get_mut(&id) {
            swap.state = state;
        }
    }
}

impl Handover {
    /// The same, with what goes on from the watch before: whoever took it and stays has it, and one that
    /// nobody took waits on while nobody new comes.
    fn after(mut self, before: Self) -> Self {
        let stays = |person: &PersonId| self.incoming.contains(person);
        match before.taken {
            Some((person, at)) if stays(&person) => self.taken = Some((person, at)),
            None if !self.incoming.is_empty()
                && self.incoming.iter().all(|person| before.incoming.contains(person)) =>
            {
                (self.at, self.late) = (before.at, before.late);
            }
            _ => {}
        }
        self
    }
}

impl Change {
    /// Whether it puts the same people there until the same instant, and began no later.
    pub(super) fn says_the_same(&self, other: &Self) -> bool {
        self.layer == other.layer
            && self.instead_of == other.instead_of
            && self.people == other.people
            && self.span.from <= other.span.from
            && self.span.to == other.span.to
    }
}

impl Swap {
    /// Whether somebody still has to answer.
    pub fn waits(&self) -> bool {
        matches!(self.state, SwapState::Proposed | SwapState::Accepted)
    }

    /// What it changes.
    pub fn change(&self) -> Change {
        Change {
            layer: self.layer,
            span: self.span,
            instead_of: Some(self.from.clone()),
            people: vec![self.to.clone()],
            through: Through::Swap,
        }
    }
}

/// What has happened stays: a stretch ends now, and one that has not begun never does.
fn end(span: &mut Span, now: Timestamp) {
    span.to = span.to.min(now).max(span.from);
}
