//! A roster as a file says it: plans one after another, and other people for a time.

use serde::{Deserialize, Serialize};

use super::decide::{Ctx, RosterRefusal, ahead, in_team, rules};
use super::event::RosterEvent;
use super::rotation::Plan;
use super::{Change, Layer, Roster, RosterId, Span};
use crate::domain::access::Permit;
use crate::domain::calendar::Calendar;
use crate::domain::ids::PersonId;
use crate::domain::time::Timestamp;

use super::decide::HORIZON;

/// A roster as somebody wrote it down.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Written {
    /// Who takes turns, in the order in which the plans begin.
    pub plans: Vec<Plan>,
    /// Other people for a time, whatever the turns say.
    pub overrides: Vec<Change>,
}

impl From<Plan> for Written {
    fn from(plan: Plan) -> Self {
        Self { plans: vec![plan], overrides: Vec::new() }
    }
}

impl Roster {
    /// What a file would have to say to lead to what holds at `now` and follows it; leave is no part of
    /// it. Nothing before the first plan.
    pub fn as_written(&self, now: Timestamp, calendar: &Calendar) -> Option<Written> {
        let plans = begun(&self.plans, now).to_vec();
        if plans.is_empty() {
            return None;
        }
        let ahead = self.changes.iter().filter(|(_, one)| one.span.is_ahead(now));
        let (whole, single): (Vec<_>, Vec<_>) =
            ahead.partition(|(_, change)| change.instead_of.is_none());
        // As the import meets them: the whole chair first. Who sits nowhere in the stretch is replaced by
        // nobody, and the import would refuse it.
        let mut so_far = Self { plans: plans.clone(), ..Self::default() };
        for (id, change) in whole.into_iter().chain(single) {
            let span = change.span.cut(Span { from: now, ..change.span });
            let there = |person: &PersonId| so_far.sits_in(person, change.layer, span, calendar);
            if change.instead_of.as_ref().is_none_or(there) {
                so_far.changes.insert(*id, change.clone());
            }
        }
        let (whole, single): (Vec<_>, Vec<_>) =
            so_far.changes.into_values().partition(|change| change.instead_of.is_none());
        Some(Written { plans, overrides: whole.into_iter().chain(single).collect() })
    }

    /// What is over stays as it was, and what stands already is not said again.
    pub(super) fn written(
        &self,
        written: &Written,
        permit: &Permit,
        ctx: &Ctx<'_>,
    ) -> Result<Vec<RosterEvent>, RosterRefusal> {
        if !rules(permit, ctx) {
            return Err(RosterRefusal::NotAllowed);
        }
        if written.plans.is_empty() {
            return Err(RosterRefusal::NobodyInIt);
        }
        let mut events = Vec::new();
        let mut after = self.clone();
        for plan in begun(&written.plans, ctx.now) {
            if let Some(plan) = after.plan_set(plan, ctx)? {
                after.take_plan(&plan);
                events.push(RosterEvent::RosterSet { plan });
            }
        }
        let ahead_of_us = written.overrides.iter().filter(|one| one.span.is_ahead(ctx.now));
        for (number, change) in (0..).zip(ahead_of_us) {
            let change = Change { span: ahead(change.span, ctx.now)?, ..change.clone() };
            if after.changes.values().any(|other| other.says_the_same(&change)) {
                continue;
            }
            after.overridden(&change, ctx)?;
            // After every entry there is, in the order of the file, as they will be.
            let id = RosterId(i64::MAX.saturating_sub(LATER).saturating_add(number));
            after.changes.insert(id, change.clone());
            events.push(RosterEvent::DutyChanged { change });
        }
        Ok(events)
    }

    /// Whether a change of a file can be. Whoever was replaced and sits there again by a later change, as
    /// after a swap, can be replaced again; and he need not sit there throughout, since the plan may have
    /// changed since.
    fn overridden(&self, change: &Change, ctx: &Ctx<'_>) -> Result<(), RosterRefusal> {
        self.can_sit(change, ctx)?;
        let sits = |span: Span| match &change.instead_of {
            Some(person) => self.sits(person, change.layer, span, ctx).map(|()| true),
            None => Ok(false),
        };
        for other in self.same_stretch(change) {
            if sits(other.span.cut(change.span)) != Ok(true) {
                return Err(RosterRefusal::Overlaps { span: other.span });
            }
        }
        match &change.instead_of {
            Some(person) if self.sits_in(person, change.layer, change.span, ctx.calendar) => Ok(()),
            _ => sits(change.span).map(drop),
        }
    }

    fn plan_set(&self, plan: &Plan, ctx: &Ctx<'_>) -> Result<Option<Plan>, RosterRefusal> {
        let rotations = plan.layers.values().flatten();
        let nobody = |turns: &[Vec<PersonId>]| turns.is_empty() || turns.iter().any(Vec::is_empty);
        if plan.people().next().is_none() || rotations.into_iter().any(|one| nobody(&one.turns)) {
            return Err(RosterRefusal::NobodyInIt);
        }
        plan.people().try_for_each(|person| in_team(person, ctx.directory))?;
        if plan.from > ctx.now.plus(HORIZON) {
            return Err(RosterRefusal::TooFar);
        }
        let plan = Plan { from: plan.from.max(ctx.now), ..plan.clone() };
        // One for later is kept also where it says what holds already: another may come between.
        let later = plan.from > ctx.now;
        let before = self.plan(plan.from).filter(|before| !later || before.from == plan.from);
        let same = before.is_some_and(|before| before.layers == plan.layers);
        Ok((!same).then_some(plan))
    }

    /// Whether the person sits there at any time of the stretch.
    fn sits_in(&self, person: &PersonId, layer: Layer, span: Span, calendar: &Calendar) -> bool {
        let shifts = self.shifts(layer, span, calendar);
        shifts.iter().any(|shift| shift.chair.people().iter().any(|one| &one.person == person))
    }
}

/// More changes than any file has.
const LATER: i64 = 1 << 32;

/// The plan that holds at `now` and those after it.
fn begun(plans: &[Plan], now: Timestamp) -> &[Plan] {
    let first = plans.iter().rposition(|plan| plan.from <= now).unwrap_or(0);
    plans.get(first..).unwrap_or_default()
}
