//! Who is on duty when: rotations, what was changed by hand, leave, and the watch as it was taken.
//!
//! [`Roster::on_duty`] is a pure function of the instant. The roster is the fold of its events
//! ([`event`]); [`decide`] says which events a wish leads to, [`shifts`] lists whole stretches.
//!
//! Times in it are local. Where the clock is set back, a stretch begins with the first occurrence of
//! its beginning and ends with the last of its end, so that two turns may overlap and none leaves a
//! gap; a time the clock skips is the first instant after the skipped hour.

pub mod canary;
pub mod check;
pub mod decide;
pub mod event;
pub mod feed;
pub mod moments;
pub mod rotation;
pub mod shifts;
pub mod staff;
mod swaps;
pub mod written;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use self::canary::Canary;
use self::check::Finding;
use self::rotation::Plan;
use super::calendar::Calendar;
use super::ids::PersonId;
use super::time::Timestamp;

/// Which chair is filled.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Layer {
    /// The officer on duty.
    Duty,
    /// The backup of the officer on duty.
    Backup,
}

impl Layer {
    /// Every layer.
    pub const ALL: &'static [Self] = &[Self::Duty, Self::Backup];

    /// The word for it in files and JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Duty => "duty",
            Self::Backup => "backup",
        }
    }
}

/// Names a change, a leave or a swap: the number of the entry that made it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RosterId(pub i64);

/// A stretch of time, its end not included.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct Span {
    /// From.
    pub from: Timestamp,
    /// Until.
    pub to: Timestamp,
}

impl Span {
    /// Whether an instant lies in it.
    pub fn holds(&self, at: Timestamp) -> bool {
        self.from <= at && at < self.to
    }

    /// Whether the two share an instant. One that was called off before it began holds none.
    pub fn meets(&self, other: &Self) -> bool {
        self.from.max(other.from) < self.to.min(other.to)
    }

    /// What of it lies within `other`.
    pub fn cut(&self, other: Self) -> Self {
        Self { from: self.from.max(other.from), to: self.to.min(other.to) }
    }

    /// Whether something of it lies after `now`.
    pub fn is_ahead(&self, now: Timestamp) -> bool {
        self.from.max(now) < self.to
    }
}

/// A stretch of time whose end may not be in sight.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct OpenSpan {
    /// From.
    pub from: Timestamp,
    /// Until, if there is an end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Timestamp>,
}

impl OpenSpan {
    /// Whether the two share an instant.
    pub fn meets(&self, other: &Self) -> bool {
        let both = self.and(*other);
        both.to.is_none_or(|to| both.from < to)
    }

    /// What lies within both.
    pub fn and(&self, other: Self) -> Self {
        let to = self.to.into_iter().chain(other.to).min();
        Self { from: self.from.max(other.from), to }
    }
}

/// How somebody came to sit there.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Through {
    /// The rotation says so.
    Rotation,
    /// A lead put the person there for a time.
    Change,
    /// Swapped with somebody.
    Swap,
    /// Stands in for somebody on leave.
    StandIn,
}

/// Somebody on duty.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct Seated {
    /// Who.
    pub person: PersonId,
    /// How it came.
    pub through: Through,
}

/// Why a chair is empty.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gap {
    /// A lead declared it.
    Declared,
    /// No rotation reaches here.
    NoRotation,
    /// Whoever would sit there is on leave and nobody stands in.
    OnLeave(Vec<PersonId>),
    /// Whoever would sit there is no longer in the Team.
    Left(Vec<PersonId>),
}

/// One chair at one instant.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Chair {
    /// Filled by at least one.
    Filled(Vec<Seated>),
    /// Empty.
    Empty(Gap),
}

impl Chair {
    /// Who sits there.
    pub fn people(&self) -> &[Seated] {
        match self {
            Self::Filled(people) => people,
            Self::Empty(_) => &[],
        }
    }
}

/// Something changed by hand for a stretch of time.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Change {
    /// Which chair.
    pub layer: Layer,
    /// When.
    pub span: Span,
    /// Whom it replaces; nobody in particular means everybody there.
    pub instead_of: Option<PersonId>,
    /// Who sits there then; nobody is a declared gap.
    pub people: Vec<PersonId>,
    /// How it came.
    pub through: Through,
}

/// Somebody is away.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Leave {
    /// Who.
    pub person: PersonId,
    /// When.
    pub span: Span,
    /// Who sits in his place wherever he would sit.
    pub stand_in: Option<PersonId>,
}

/// How far a swap has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SwapState {
    /// The other has not answered.
    Proposed,
    /// The other agreed; a lead has to.
    Accepted,
    /// It stands.
    Done,
    /// Refused, withdrawn, or overtaken.
    Off,
}

/// One person asks another to take a stretch of duty.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Swap {
    /// Which chair.
    pub layer: Layer,
    /// The stretch that is given away.
    pub span: Span,
    /// Who gives it.
    pub from: PersonId,
    /// Who is asked to take it.
    pub to: PersonId,
    /// How far it has come.
    pub state: SwapState,
}

/// The watch as it was handed over last.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Handover {
    /// When the incoming had to take it.
    pub at: Timestamp,
    /// Who came.
    pub incoming: Vec<PersonId>,
    /// Who went.
    pub outgoing: Vec<PersonId>,
    /// Who pressed, and when.
    pub taken: Option<(PersonId, Timestamp)>,
    /// When the leads were told that nobody had.
    pub late: Option<Timestamp>,
}

/// Everything about who is on duty, at one version.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Roster {
    /// The plans, each from its own instant until the next.
    pub plans: Vec<Plan>,
    /// What was changed by hand.
    pub changes: BTreeMap<RosterId, Change>,
    /// Who is away when.
    pub leaves: BTreeMap<RosterId, Leave>,
    /// Swaps, also those that came to nothing.
    pub swaps: BTreeMap<RosterId, Swap>,
    /// The last handover.
    pub handover: Option<Handover>,
    /// The last test of the way to whoever is on duty.
    #[serde(default)]
    pub canary: Option<Canary>,
    /// The moment of the last weekly look at everybody.
    #[serde(default)]
    pub weekly: Option<Timestamp>,
    /// What the leads were last told is to be mended.
    #[serde(default)]
    pub told: Option<Told>,
    /// Calendars for telephones, also those that were stopped.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub feeds: Vec<feed::Feed>,
}

/// What the leads were told is to be mended.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Told {
    /// When.
    pub at: Timestamp,
    /// What.
    pub found: Vec<Finding>,
}

/// A stand-in's stand-in is looked up so far.
const STAND_INS: usize = 4;

impl Roster {
    /// The plan that holds at `at`.
    pub fn plan(&self, at: Timestamp) -> Option<&Plan> {
        self.plans.iter().rev().find(|plan| plan.from <= at)
    }

    /// The next plan that begins after `at`.
    pub fn plan_after(&self, at: Timestamp) -> Option<&Plan> {
        self.plans.iter().find(|plan| plan.from > at)
    }

    /// The chair of `layer` at `at`.
    pub fn on_duty(&self, layer: Layer, at: Timestamp, calendar: &Calendar) -> Chair {
        let (named, declared) = self.named(layer, at, calendar);
        let mut away = Vec::new();
        let present: Vec<Seated> =
            named.into_iter().filter_map(|one| self.present(one, at, &mut away)).collect();
        let mut unique: Vec<Seated> = Vec::with_capacity(present.len());
        for one in present {
            if unique.iter().all(|other| other.person != one.person) {
                unique.push(one);
            }
        }
        match (unique.is_empty(), away.is_empty()) {
            (false, _) => Chair::Filled(unique),
            (true, false) => Chair::Empty(Gap::OnLeave(away)),
            (true, true) if declared => Chair::Empty(Gap::Declared),
            (true, true) => Chair::Empty(Gap::NoRotation),
        }
    }

    /// Whoever would sit there and is on leave, with who sits there instead, if anybody.
    pub fn away(
        &self,
        layer: Layer,
        at: Timestamp,
        calendar: &Calendar,
    ) -> Vec<(PersonId, Option<PersonId>)> {
        let (named, _) = self.named(layer, at, calendar);
        let absent = named.into_iter().filter(|one| self.leave_of(&one.person, at).is_some());
        let mut nobody = Vec::new();
        let instead = |one: Seated| {
            let person = one.person.clone();
            (person, self.present(one, at, &mut nobody).map(|seated| seated.person))
        };
        absent.map(instead).collect()
    }

    /// Whom rotation, changes and swaps name, before leave is looked at; and whether somebody declared
    /// that it is nobody.
    fn named(&self, layer: Layer, at: Timestamp, calendar: &Calendar) -> (Vec<Seated>, bool) {
        let plan = self.plan(at);
        let turn = plan.and_then(|plan| plan.turn(layer, at, calendar));
        let mut seated: Vec<Seated> =
            seats(turn.as_deref().unwrap_or_default(), Through::Rotation).collect();
        let mut declared = false;
        // The whole chair first, then single people, each in the order in which it was said.
        let changes = self.changes.values().filter(|one| one.layer == layer && one.span.holds(at));
        let (whole, single): (Vec<_>, Vec<_>) = changes.partition(|one| one.instead_of.is_none());
        for change in whole {
            seated = seats(&change.people, change.through).collect();
            declared = change.people.is_empty();
        }
        for change in single {
            let Some(place) =
                seated.iter().position(|one| Some(&one.person) == change.instead_of.as_ref())
            else {
                continue;
            };
            seated.splice(place..=place, seats(&change.people, change.through));
            declared = seated.is_empty();
        }
        (seated, declared)
    }

    /// The person, or whoever stands in for him; nobody when he is away and nobody does.
    fn present(&self, one: Seated, at: Timestamp, away: &mut Vec<PersonId>) -> Option<Seated> {
        let first = one.person.clone();
        let mut one = one;
        for _ in 0..STAND_INS {
            let Some(leave) = self.leave_of(&one.person, at) else { return Some(one) };
            let Some(stand_in) = &leave.stand_in else { break };
            one = Seated { person: stand_in.clone(), through: Through::StandIn };
        }
        away.push(first);
        None
    }

    /// The leave somebody is on at `at`.
    pub fn leave_of(&self, person: &PersonId, at: Timestamp) -> Option<&Leave> {
        self.leaves.values().find(|leave| &leave.person == person && leave.span.holds(at))
    }

    /// The swaps somebody has asked for, that are ahead and can still be withdrawn.
    pub fn asked_by(
        &self,
        person: &PersonId,
        now: Timestamp,
    ) -> impl Iterator<Item = (&RosterId, &Swap)> {
        let waits = move |swap: &Swap| swap.waits() && swap.span.is_ahead(now);
        self.swaps.iter().filter(move |(_, swap)| &swap.from == person && waits(swap))
    }

    /// Whether the watch that began with the last handover was never taken, and the leads know: until
    /// somebody takes it they are called with whoever is on duty.
    pub fn untaken(&self, at: Timestamp) -> bool {
        let late = |handover: &Handover| handover.taken.is_none() && handover.late.is_some();
        self.handover.as_ref().is_some_and(|handover| handover.at <= at && late(handover))
    }
}

fn seats(people: &[PersonId], through: Through) -> impl Iterator<Item = Seated> + '_ {
    people.iter().map(move |person| Seated { person: person.clone(), through })
}
