//! What a wish about the roster leads to. What has been stays as it was: only the future can change,
//! and a stretch that has begun is changed from now on.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::event::RosterEvent;
use super::feed::{FeedOf, FeedWish};
use super::written::Written;
use super::{Change, Layer, Leave, Roster, RosterId, Span, Through};
use crate::domain::access::Permit;
use crate::domain::calendar::Calendar;
use crate::domain::directory::Directory;
use crate::domain::ids::PersonId;
use crate::domain::time::Timestamp;
use crate::domain::values::Role;

/// Nothing is planned further ahead than this, nor for longer.
pub const HORIZON: Duration = Duration::from_secs(2 * 366 * 24 * 3600);

/// What is wished of the roster.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wish {
    /// Plans, and changes on them.
    Plan(Written),
    /// Other people in a chair for a time; nobody declares a gap.
    Change {
        /// Which chair.
        layer: Layer,
        /// When.
        span: Span,
        /// Whom it replaces; nobody in particular means everybody there.
        instead_of: Option<PersonId>,
        /// Who sits there then.
        people: Vec<PersonId>,
    },
    /// A change is taken back.
    EndChange(RosterId),
    /// Somebody will be away.
    Leave {
        /// Who.
        person: PersonId,
        /// When.
        span: Span,
        /// Who stands in.
        stand_in: Option<PersonId>,
    },
    /// A leave ends now, or does not happen.
    EndLeave(RosterId),
    /// Whoever wishes it gives a stretch of duty to somebody.
    Swap {
        /// Which chair.
        layer: Layer,
        /// Which stretch.
        span: Span,
        /// To whom.
        to: PersonId,
    },
    /// The one who was asked answers.
    AnswerSwap {
        /// Which.
        id: RosterId,
        /// Whether he takes it.
        agreed: bool,
    },
    /// A lead answers.
    DecideSwap {
        /// Which.
        id: RosterId,
        /// Whether it may be.
        agreed: bool,
    },
    /// The watch is taken: the one that is so now.
    TakeWatch,
    /// The watch that began then is taken, and no later one.
    TakeWatchOf(Timestamp),
    /// The test of the way was received; without its number the newest is meant.
    AnswerCanary(Option<RosterId>),
    /// Something about a calendar for telephones.
    Feed {
        /// Whose.
        of: FeedOf,
        /// What.
        wish: FeedWish,
    },
}

/// Why not.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RosterRefusal {
    /// It is over already.
    Past,
    /// It ends before it begins, or at once.
    Backwards,
    /// It lies too far ahead, or is too long.
    TooFar,
    /// No active person has this id.
    UnknownPerson(PersonId),
    /// The person is neither in the Team nor leads it.
    NotInTeam(PersonId),
    /// The plan has no turn in it.
    NobodyInIt,
    /// Somebody else changed the same stretch.
    Overlaps {
        /// When the other one is.
        span: Span,
    },
    /// Whoever asks has asked somebody for it already, and that is not over.
    Asked {
        /// Whom.
        to: PersonId,
        /// For which stretch.
        span: Span,
    },
    /// The person is away then.
    Away {
        /// Who.
        person: PersonId,
        /// When.
        span: Span,
    },
    /// The person is not on duty then.
    NotOnDuty {
        /// Who.
        person: PersonId,
        /// From when he is not.
        at: Timestamp,
    },
    /// The person has duty then, and somebody has to stand in.
    StandInNeeded {
        /// Who.
        person: PersonId,
        /// The first stretch of it.
        span: Span,
    },
    /// Nobody swaps with himself.
    WithOneself,
    /// It is somebody else's to answer.
    NotYours,
    /// It was answered, withdrawn or overtaken.
    Over,
    /// There is no such change, leave or swap.
    Unknown,
    /// The watch was taken.
    Taken {
        /// By whom.
        by: PersonId,
        /// When.
        at: Timestamp,
    },
    /// The person is not on the watch that has to be taken.
    NotOnWatch,
    /// Nothing is tested, or it was answered, or a newer test took its place.
    NothingTested,
    /// The rights do not reach that far.
    NotAllowed,
    /// Telephones would not know where to ask: the program has no public address.
    NoAddress,
}

/// What a decision looks at.
#[derive(Clone, Copy, Debug)]
pub struct Ctx<'a> {
    /// The instant.
    pub now: Timestamp,
    /// Who there is.
    pub directory: &'a Directory,
    /// The province's days and hours.
    pub calendar: &'a Calendar,
    /// Whether a swap needs a lead's word.
    pub lead_decides: bool,
}

/// Whether `permit` allows to change the roster of others.
pub(super) fn rules(permit: &Permit, ctx: &Ctx<'_>) -> bool {
    let admin = permit.person().is_some_and(|id| ctx.directory.has_role(id, Role::Admin));
    permit.leads() || admin
}

impl Roster {
    /// The events a wish leads to.
    pub fn decide(
        &self,
        wish: &Wish,
        permit: &Permit,
        ctx: &Ctx<'_>,
    ) -> Result<Vec<RosterEvent>, RosterRefusal> {
        match wish {
            Wish::Plan(written) => self.written(written, permit, ctx),
            Wish::Change { layer, span, instead_of, people } => {
                if !rules(permit, ctx) {
                    return Err(RosterRefusal::NotAllowed);
                }
                let change = Change {
                    layer: *layer,
                    span: ahead(*span, ctx.now)?,
                    instead_of: instead_of.clone(),
                    people: people.clone(),
                    through: Through::Change,
                };
                self.changed(change, ctx)
            }
            Wish::EndChange(id) => {
                let change = self.changes.get(id).ok_or(RosterRefusal::Unknown)?;
                if !rules(permit, ctx) {
                    return Err(RosterRefusal::NotAllowed);
                }
                stands(change.span, ctx.now)?;
                Ok(vec![RosterEvent::DutyChangeEnded { id: *id }])
            }
            Wish::Leave { person, span, stand_in } => {
                self.leave_set(person, *span, stand_in.as_ref(), permit, ctx)
            }
            Wish::EndLeave(id) => {
                let leave = self.leaves.get(id).ok_or(RosterRefusal::Unknown)?;
                if !permit.is(&leave.person) && !rules(permit, ctx) {
                    return Err(RosterRefusal::NotYours);
                }
                stands(leave.span, ctx.now)?;
                Ok(vec![RosterEvent::LeaveEnded { id: *id }])
            }
            Wish::Swap { layer, span, to } => self.swap_proposed(*layer, *span, to, permit, ctx),
            Wish::AnswerSwap { id, agreed } => self.swap_answered(*id, *agreed, permit, ctx),
            Wish::DecideSwap { id, agreed } => self.swap_decided(*id, *agreed, permit, ctx),
            Wish::TakeWatch => self.watch_taken(None, permit, ctx),
            Wish::TakeWatchOf(since) => self.watch_taken(Some(*since), permit, ctx),
            Wish::AnswerCanary(id) => self.canary_answered(*id, permit, ctx),
            Wish::Feed { of, wish } => self.feed_wished(of, *wish, permit, rules(permit, ctx)),
        }
    }

    fn changed(&self, change: Change, ctx: &Ctx<'_>) -> Result<Vec<RosterEvent>, RosterRefusal> {
        self.can_sit(&change, ctx)?;
        if let Some(other) = self.same_stretch(&change).next() {
            return Err(RosterRefusal::Overlaps { span: other.span });
        }
        if let Some(person) = &change.instead_of {
            self.sits(person, change.layer, change.span, ctx)?;
        }
        Ok(vec![RosterEvent::DutyChanged { change }])
    }

    /// Whether those a change puts there are of the Team and not away.
    pub(super) fn can_sit(&self, change: &Change, ctx: &Ctx<'_>) -> Result<(), RosterRefusal> {
        change.people.iter().try_for_each(|person| {
            in_team(person, ctx.directory)?;
            self.not_away(person, change.span)
        })
    }

    /// What was said already of the same chair, the same person and some of the same stretch.
    pub(super) fn same_stretch(&self, change: &Change) -> impl Iterator<Item = &Change> {
        self.changes.values().filter(move |other| {
            other.layer == change.layer
                && other.span.meets(&change.span)
                && other.instead_of == change.instead_of
        })
    }

    fn leave_set(
        &self,
        person: &PersonId,
        span: Span,
        stand_in: Option<&PersonId>,
        permit: &Permit,
        ctx: &Ctx<'_>,
    ) -> Result<Vec<RosterEvent>, RosterRefusal> {
        if !permit.is(person) && !rules(permit, ctx) {
            return Err(RosterRefusal::NotAllowed);
        }
        in_team(person, ctx.directory)?;
        let span = ahead(span, ctx.now)?;
        let mine = |leave: &&Leave| &leave.person == person && leave.span.meets(&span);
        if let Some(other) = self.leaves.values().find(mine) {
            return Err(RosterRefusal::Overlaps { span: other.span });
        }
        match stand_in {
            Some(other) if other == person => return Err(RosterRefusal::WithOneself),
            Some(other) => {
                in_team(other, ctx.directory)?;
                self.not_away(other, span)?;
            }
            None => {
                if let Some(span) = self.duty_within(person, span, ctx) {
                    return Err(RosterRefusal::StandInNeeded { person: person.clone(), span });
                }
            }
        }
        // Whoever stands in for somebody else then cannot be away as well.
        let stands =
            |leave: &&Leave| leave.stand_in.as_ref() == Some(person) && leave.span.meets(&span);
        if let (Some(other), None) = (self.leaves.values().find(stands), stand_in) {
            return Err(RosterRefusal::StandInNeeded { person: person.clone(), span: other.span });
        }
        let leave = Leave { person: person.clone(), span, stand_in: stand_in.cloned() };
        Ok(vec![RosterEvent::LeaveSet { leave }])
    }

    fn watch_taken(
        &self,
        since: Option<Timestamp>,
        permit: &Permit,
        ctx: &Ctx<'_>,
    ) -> Result<Vec<RosterEvent>, RosterRefusal> {
        let person = permit.person().ok_or(RosterRefusal::NotAllowed)?;
        let handover = self.handover.as_ref().ok_or(RosterRefusal::NotOnWatch)?;
        if since.is_some_and(|since| since != handover.at) {
            return Err(RosterRefusal::Over);
        }
        if let Some((by, at)) = &handover.taken {
            return Err(RosterRefusal::Taken { by: by.clone(), at: *at });
        }
        let chair = self.on_duty(Layer::Duty, ctx.now, ctx.calendar);
        if chair.people().iter().all(|seated| &seated.person != person) {
            return Err(RosterRefusal::NotOnWatch);
        }
        Ok(vec![RosterEvent::WatchTaken { person: person.clone() }])
    }

    pub(super) fn not_away(&self, person: &PersonId, span: Span) -> Result<(), RosterRefusal> {
        let away = |leave: &&Leave| &leave.person == person && leave.span.meets(&span);
        match self.leaves.values().find(away) {
            Some(leave) => Err(RosterRefusal::Away { person: person.clone(), span: leave.span }),
            None => Ok(()),
        }
    }

    /// Whether the person sits there for all of the stretch.
    pub(super) fn sits(
        &self,
        person: &PersonId,
        layer: Layer,
        span: Span,
        ctx: &Ctx<'_>,
    ) -> Result<(), RosterRefusal> {
        let shifts = self.shifts(layer, span, ctx.calendar);
        let without = |people: &[super::Seated]| people.iter().all(|one| &one.person != person);
        match shifts.iter().find(|shift| without(shift.chair.people())) {
            Some(shift) => {
                Err(RosterRefusal::NotOnDuty { person: person.clone(), at: shift.span.from })
            }
            None => Ok(()),
        }
    }

    /// The first stretch of duty of a person within `span`, in any chair.
    pub fn duty_within(&self, person: &PersonId, span: Span, ctx: &Ctx<'_>) -> Option<Span> {
        let firsts = Layer::ALL.iter().filter_map(|layer| {
            let shifts = self.shifts(*layer, span, ctx.calendar);
            let has = |people: &[super::Seated]| people.iter().any(|one| &one.person == person);
            shifts.into_iter().find(|shift| has(shift.chair.people())).map(|shift| shift.span)
        });
        firsts.min()
    }
}

/// The part of a stretch that still lies ahead.
pub(super) fn ahead(span: Span, now: Timestamp) -> Result<Span, RosterRefusal> {
    if span.from >= span.to {
        return Err(RosterRefusal::Backwards);
    }
    still(span, now)?;
    if span.to > now.plus(HORIZON) {
        return Err(RosterRefusal::TooFar);
    }
    Ok(Span { from: span.from.max(now), to: span.to })
}

pub(super) fn still(span: Span, now: Timestamp) -> Result<(), RosterRefusal> {
    if span.is_ahead(now) { Ok(()) } else { Err(RosterRefusal::Past) }
}

/// What was taken back before it began is no stretch any more.
fn stands(span: Span, now: Timestamp) -> Result<(), RosterRefusal> {
    if span.from >= span.to { Err(RosterRefusal::Unknown) } else { still(span, now) }
}

pub(super) fn in_team(person: &PersonId, directory: &Directory) -> Result<(), RosterRefusal> {
    match directory.active(person) {
        None => Err(RosterRefusal::UnknownPerson(person.clone())),
        Some(_) if directory.in_team(person) => Ok(()),
        Some(_) => Err(RosterRefusal::NotInTeam(person.clone())),
    }
}
