//! The roster said a second time, from the wishes that were granted, by counting: who sits where at an
//! instant, who has the watch, and what may be wished of it.

use std::collections::{BTreeMap, BTreeSet};

use trucban::domain::envelope::Actor;
use trucban::domain::escalation::policy::{Level, Target};
use trucban::domain::ids::PersonId;
use trucban::domain::roster::decide::Wish;
use trucban::domain::roster::rotation::{Every, Plan};
use trucban::domain::roster::{Change, Layer, Leave, RosterId, Span, Swap, SwapState, Through};
use trucban::domain::time::Timestamp;
use trucban::domain::values::Role;

use super::staff::Staff;

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

/// So long whoever comes may take to press.
pub const TAKEN_WITHIN: i64 = 15 * 60_000;

/// The watch as it changed hands last.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hand {
    /// Since when it has to be taken.
    pub at: i64,
    pub incoming: BTreeSet<PersonId>,
    /// Who pressed.
    pub taken: Option<PersonId>,
    /// The leads were told that nobody had.
    pub late: bool,
}

/// Everything that was wished and granted.
#[derive(Clone, Default, Debug)]
pub struct Watch {
    /// Swaps need a lead's word.
    pub lead_decides: bool,
    plans: Vec<Plan>,
    pub changes: BTreeMap<RosterId, Change>,
    pub leaves: BTreeMap<RosterId, Leave>,
    pub swaps: BTreeMap<RosterId, Swap>,
    pub hand: Option<Hand>,
}

impl Watch {
    fn plan(&self, at: Timestamp) -> Option<&Plan> {
        self.plans.iter().filter(|plan| plan.from <= at).max_by_key(|plan| plan.from)
    }

    /// Whether there is a roster at all by then.
    pub fn begun(&self, at: Timestamp) -> bool {
        self.plan(at).is_some()
    }

    /// Whose turn it is: from the first handover on, turn after turn.
    fn turn(&self, layer: Layer, at: Timestamp) -> Vec<PersonId> {
        let rotation = self.plan(at).and_then(|plan| plan.layers.get(&layer)?.first());
        let Some(rotation) = rotation else { return Vec::new() };
        let Every::Days(days) = rotation.every else { return Vec::new() };
        // Seven hours before Greenwich.
        let mut begins =
            Timestamp::from(rotation.from.and_time(rotation.at).and_utc()).shifted(-7 * HOUR);
        if at < begins {
            return Vec::new();
        }
        let mut turns = rotation.turns.iter().cycle();
        let mut turn = turns.next();
        loop {
            begins = begins.shifted(DAY * i64::from(days));
            if at < begins {
                return turn.cloned().unwrap_or_default();
            }
            turn = turns.next();
        }
    }

    fn leave_of(&self, person: &PersonId, at: Timestamp) -> Option<&Leave> {
        self.leaves.values().find(|one| &one.person == person && holds(one.span, at))
    }

    /// Who sits there, whoever has left the Team included.
    fn named(&self, layer: Layer, at: Timestamp) -> BTreeSet<PersonId> {
        let mut people = self.turn(layer, at);
        let changes =
            || self.changes.values().filter(|one| one.layer == layer && holds(one.span, at));
        for change in changes().filter(|one| one.instead_of.is_none()) {
            people = change.people.clone();
        }
        for change in changes() {
            if let Some(instead) = &change.instead_of
                && people.contains(instead)
            {
                people.retain(|person| person != instead);
                people.extend(change.people.clone());
            }
        }
        let mut there = BTreeSet::new();
        for person in people {
            let mut one = Some(person);
            while let Some(leave) = one.as_ref().and_then(|person| self.leave_of(person, at)) {
                one = leave.stand_in.clone();
            }
            there.extend(one);
        }
        there
    }

    /// Who is on duty.
    pub fn on_duty(&self, layer: Layer, at: Timestamp, staff: &Staff) -> BTreeSet<PersonId> {
        self.named(layer, at).into_iter().filter(|person| staff.in_team(person)).collect()
    }

    /// Whom a level means.
    pub fn called(&self, level: &Level, at: Timestamp, staff: &Staff) -> BTreeSet<PersonId> {
        level.notify.iter().flat_map(|target| self.meant(target, at, staff)).collect()
    }

    fn meant(&self, target: &Target, at: Timestamp, staff: &Staff) -> BTreeSet<PersonId> {
        let untaken = |hand: &Hand| hand.late && hand.taken.is_none() && hand.at <= at.millis();
        match target {
            Target::Duty if self.begun(at) => {
                let mut people = self.on_duty(Layer::Duty, at, staff);
                if self.hand.as_ref().is_some_and(untaken) {
                    people.extend(staff.with(Role::Lead));
                }
                people
            }
            Target::Backup if self.begun(at) => self.on_duty(Layer::Backup, at, staff),
            Target::Duty => staff.with(Role::Responder).into_iter().take(1).collect(),
            Target::Backup => staff.with(Role::Responder).into_iter().skip(1).take(1).collect(),
            Target::Lead => staff.with(Role::Lead).into_iter().collect(),
            Target::Managers => staff.with(Role::Manager).into_iter().collect(),
            Target::Team => BTreeSet::new(),
            Target::Role(role) => staff.with(*role).into_iter().collect(),
            Target::Person(person) => {
                staff.line(person).map(|_| person.clone()).into_iter().collect()
            }
        }
    }

    /// Every instant of a stretch at which something may change, its beginning included.
    fn instants(&self, span: Span) -> Vec<Timestamp> {
        let changes = self.changes.values().map(|one| one.span);
        let spans = changes.chain(self.leaves.values().map(|one| one.span));
        let mut instants: Vec<Timestamp> = spans.flat_map(|span| [span.from, span.to]).collect();
        instants.extend(self.plans.iter().map(|plan| plan.from));
        // Handovers are at half hours.
        let half = HOUR / 2;
        let first = span.from.millis().div_euclid(half) * half;
        instants.extend(
            (1..).map(|n| Timestamp::from_millis(first + n * half)).take_while(|at| *at < span.to),
        );
        instants.retain(|at| span.from < *at && *at < span.to);
        instants.push(span.from);
        instants
    }

    fn sits(&self, person: &PersonId, layer: Layer, span: Span) -> bool {
        self.instants(span).into_iter().all(|at| self.named(layer, at).contains(person))
    }

    fn has_duty(&self, person: &PersonId, span: Span) -> bool {
        let sits =
            |at: Timestamp| Layer::ALL.iter().any(|one| self.named(*one, at).contains(person));
        self.instants(span).into_iter().any(sits)
    }

    fn away(&self, person: &PersonId, span: Span) -> bool {
        self.leaves.values().any(|one| &one.person == person && meet(one.span, span))
    }

    /// Whether the wish has to be granted.
    pub fn grants(&self, wish: &Wish, actor: &Actor, now: Timestamp, staff: &Staff) -> bool {
        if let (Wish::Plan(written), Actor::Operator) = (wish, actor) {
            return written.plans[0].people().all(|one| staff.in_team(one));
        }
        let Actor::Person(person) = actor else { return false };
        let leads = staff.is(person, &[Role::Lead]);
        let rules = leads || staff.is(person, &[Role::Admin]);
        let works = staff.in_team(person);
        match wish {
            Wish::Plan(written) => rules && written.plans[0].people().all(|one| staff.in_team(one)),
            Wish::Change { layer, span, instead_of, people } => {
                let Some(span) = ahead(*span, now) else { return false };
                let free = |one: &PersonId| staff.in_team(one) && !self.away(one, span);
                let other = self.changes.values().any(|one| {
                    one.layer == *layer && meet(one.span, span) && one.instead_of == *instead_of
                });
                let sits = |one: &PersonId| self.sits(one, *layer, span);
                rules && people.iter().all(free) && !other && instead_of.as_ref().is_none_or(sits)
            }
            Wish::EndChange(id) => {
                let stands = |one: &Change| one.span.from < one.span.to && now < one.span.to;
                rules && self.changes.get(id).is_some_and(stands)
            }
            Wish::Leave { person: who, span, stand_in } => {
                let own = who == person && works;
                let Some(span) = ahead(*span, now) else { return false };
                let free =
                    |one: &PersonId| one != who && staff.in_team(one) && !self.away(one, span);
                let stands =
                    |one: &Leave| one.stand_in.as_ref() == Some(who) && meet(one.span, span);
                let needed = self.has_duty(who, span) || self.leaves.values().any(stands);
                let covered = stand_in.as_ref().map_or(!needed, free);
                (own || rules) && staff.in_team(who) && !self.away(who, span) && covered
            }
            Wish::EndLeave(id) => self.leaves.get(id).is_some_and(|leave| {
                let own = &leave.person == person && works;
                (own || rules) && leave.span.from < leave.span.to && now < leave.span.to
            }),
            Wish::Swap { layer, span, to } => {
                let Some(span) = ahead(*span, now) else { return false };
                let open = self.swaps.values().any(|one| {
                    waits(one) && one.layer == *layer && &one.from == person && meet(one.span, span)
                });
                let fits = self.sits(person, *layer, span) && !self.away(to, span);
                works && to != person && staff.in_team(to) && fits && !open
            }
            Wish::AnswerSwap { id, agreed } => {
                let Some(swap) = self.swaps.get(id).filter(|swap| waits(swap)) else {
                    return false;
                };
                let asked = swap.to == *person && swap.state == SwapState::Proposed;
                let withdraws = swap.from == *person && !agreed;
                works && (withdraws || asked && (!agreed || self.fits(swap, now, staff)))
            }
            Wish::DecideSwap { id, agreed } => self.swaps.get(id).is_some_and(|swap| {
                let another = ![&swap.from, &swap.to].contains(&person);
                let open = swap.state == SwapState::Accepted;
                leads && another && open && (!agreed || self.fits(swap, now, staff))
            }),
            Wish::TakeWatch => {
                let waits = self.hand.as_ref().is_some_and(|hand| hand.taken.is_none());
                works && waits && self.on_duty(Layer::Duty, now, staff).contains(person)
            }
            Wish::TakeWatchOf(since) => {
                self.hand.as_ref().is_some_and(|hand| hand.at == since.millis())
                    && self.grants(&Wish::TakeWatch, actor, now, staff)
            }
            Wish::AnswerCanary(_) | Wish::Feed { .. } => false,
        }
    }

    /// What was asked can still be.
    fn fits(&self, swap: &Swap, now: Timestamp, staff: &Staff) -> bool {
        let Some(ahead) = ahead(swap.span, now) else { return false };
        let free = staff.in_team(&swap.to) && !self.away(&swap.to, swap.span);
        free && self.sits(&swap.from, swap.layer, ahead)
    }

    /// Whether a lead who is neither of the two has to say yes as well.
    fn needs_a_lead(&self, swap: &Swap, staff: &Staff) -> bool {
        let other = |lead: &PersonId| ![&swap.from, &swap.to].contains(&lead);
        self.lead_decides && staff.with(Role::Lead).iter().any(other)
    }

    /// Takes in what was granted under the number of its entry.
    pub fn take(&mut self, wish: &Wish, actor: &Actor, now: Timestamp, seq: i64, staff: &Staff) {
        let id = RosterId(seq);
        let cut = |span: Span| ahead(span, now).unwrap_or(span);
        match wish {
            Wish::Plan(written) => {
                let plan = &written.plans[0];
                let plan = Plan { from: plan.from.max(now), ..plan.clone() };
                self.plans.retain(|other| other.from != plan.from);
                self.plans.push(plan);
            }
            Wish::Change { layer, span, instead_of, people } => {
                let (layer, span, people) = (*layer, cut(*span), people.clone());
                let (instead_of, through) = (instead_of.clone(), Through::Change);
                self.changes.insert(id, Change { layer, span, instead_of, people, through });
            }
            Wish::EndChange(id) => {
                self.changes.get_mut(id).into_iter().for_each(|one| end(&mut one.span, now));
            }
            Wish::Leave { person, span, stand_in } => {
                let (person, span, stand_in) = (person.clone(), cut(*span), stand_in.clone());
                self.leaves.insert(id, Leave { person, span, stand_in });
            }
            Wish::EndLeave(id) => {
                self.leaves.get_mut(id).into_iter().for_each(|one| end(&mut one.span, now));
            }
            Wish::Swap { layer, span, to } => {
                let Actor::Person(from) = actor.clone() else { return };
                let (layer, span, to, state) =
                    (*layer, cut(*span), to.clone(), SwapState::Proposed);
                self.swaps.insert(id, Swap { layer, span, from, to, state });
            }
            Wish::AnswerSwap { id: swap, agreed } => {
                let by_lead = self.swaps.get(swap).is_some_and(|one| self.needs_a_lead(one, staff));
                match (agreed, by_lead) {
                    (false, _) => self.set(*swap, SwapState::Off),
                    (true, true) => self.set(*swap, SwapState::Accepted),
                    (true, false) => self.swapped(*swap, id, now),
                }
            }
            Wish::DecideSwap { id: swap, agreed: true } => self.swapped(*swap, id, now),
            Wish::DecideSwap { id: swap, agreed: false } => self.set(*swap, SwapState::Off),
            Wish::TakeWatch | Wish::TakeWatchOf(_) => {
                let Actor::Person(person) = actor.clone() else { return };
                self.hand.iter_mut().for_each(|hand| hand.taken = Some(person.clone()));
            }
            Wish::AnswerCanary(_) | Wish::Feed { .. } => {}
        }
    }

    fn set(&mut self, id: RosterId, state: SwapState) {
        self.swaps.get_mut(&id).into_iter().for_each(|swap| swap.state = state);
    }

    /// From now on the other has it.
    fn swapped(&mut self, swap: RosterId, change: RosterId, now: Timestamp) {
        self.set(swap, SwapState::Done);
        let Some(swap) = self.swaps.get(&swap) else { return };
        let span = ahead(swap.span, now).unwrap_or(swap.span);
        let (layer, instead_of, people) =
            (swap.layer, Some(swap.from.clone()), vec![swap.to.clone()]);
        let through = Through::Swap;
        self.changes.insert(change, Change { layer, span, instead_of, people, through });
    }

    /// Others came. Whoever took the watch before and stays has it; who stays of one that nobody took
    /// has no more time than before.
    pub fn changed_hands(&mut self, at: i64, incoming: BTreeSet<PersonId>) {
        let before = self.hand.take();
        let mut hand = Hand { at, incoming, taken: None, late: false };
        if let Some(before) = before {
            match before.taken {
                Some(person) if hand.incoming.contains(&person) => hand.taken = Some(person),
                None if !hand.incoming.is_empty() && hand.incoming.is_subset(&before.incoming) => {
                    (hand.at, hand.late) = (before.at, before.late);
                }
                _ => {}
            }
        }
        self.hand = Some(hand);
    }
}

fn holds(span: Span, at: Timestamp) -> bool {
    span.from <= at && at < span.to
}

fn meet(one: Span, two: Span) -> bool {
    let (from, to) = (one.from.max(two.from), one.to.min(two.to));
    from < to
}

fn waits(swap: &Swap) -> bool {
    matches!(swap.state, SwapState::Proposed | SwapState::Accepted)
}

/// What of it is yet to come, if anything is.
fn ahead(span: Span, now: Timestamp) -> Option<Span> {
    (span.from < span.to && now < span.to).then(|| Span { from: span.from.max(now), to: span.to })
}

fn end(span: &mut Span, now: Timestamp) {
    span.to = if now < span.from { span.from } else { span.to.min(now) };
}
