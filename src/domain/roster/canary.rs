//! The daily test of the way to the officer on duty, and the weekly look at everybody: when they are due.

use std::time::Duration;

use chrono::{Datelike as _, NaiveTime};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::decide::{Ctx, RosterRefusal};
use super::event::RosterEvent;
use super::{Roster, RosterId};
use crate::domain::access::Permit;
use crate::domain::calendar::{Calendar, weekday_number};
use crate::domain::ids::PersonId;
use crate::domain::time::{Timestamp, start_of};

/// So long the officer on duty may take to answer; then the leads hear of it.
pub const ANSWERED_WITHIN: Duration = Duration::from_secs(10 * 60);

/// A test that could not begin at its hour begins so much later at most; then not at all that day.
const CANARY_LATE: Duration = Duration::from_secs(3600);

/// The weekly look may come so much later, and comes once.
const WEEKLY_LATE: Duration = Duration::from_secs(6 * 24 * 3600);

/// So many days hold the next of a weekly hour for certain.
const LOOKED_AT: usize = 16;

/// When the province wants to be looked at, by its own clock.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Habits {
    /// The weekday of the weekly look, Monday is 0.
    pub check_day: u8,
    /// Its hour.
    pub check_at: NaiveTime,
    /// The hour of the daily test; none where it is turned off.
    pub canary_at: Option<NaiveTime>,
}

impl Default for Habits {
    fn default() -> Self {
        let at = |hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default();
        Self { check_day: 0, check_at: at(8), canary_at: Some(at(9)) }
    }
}

/// The last test of the way to whoever is on duty.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Canary {
    /// The entry that sent it; none where it was left out that day.
    pub id: Option<RosterId>,
    /// The moment it was for.
    pub due: Timestamp,
    /// When it was sent.
    pub at: Timestamp,
    /// Who was asked and has not answered.
    pub waiting: Vec<PersonId>,
    /// Whether the leads know that somebody did not answer in time.
    pub missed: bool,
}

impl Canary {
    pub(super) fn new(
        id: Option<RosterId>,
        due: Timestamp,
        at: Timestamp,
        people: &[PersonId],
    ) -> Self {
        Self { id, due, at, waiting: people.to_vec(), missed: false }
    }

    /// When the leads hear of it.
    pub fn missed_at(&self) -> Option<Timestamp> {
        let waits = !self.waiting.is_empty() && !self.missed;
        waits.then(|| self.at.plus(ANSWERED_WITHIN))
    }
}

impl Roster {
    /// What an answer to the test leads to.
    pub(super) fn canary_answered(
        &self,
        id: Option<RosterId>,
        permit: &Permit,
        ctx: &Ctx<'_>,
    ) -> Result<Vec<RosterEvent>, RosterRefusal> {
        let person = permit.person().ok_or(RosterRefusal::NotAllowed)?;
        let canary = self.canary.as_ref().filter(|canary| canary.waiting.contains(person));
        let canary = canary.ok_or(RosterRefusal::NothingTested)?;
        let known = canary.id.filter(|known| id.is_none_or(|id| id == *known));
        let id = known.ok_or(RosterRefusal::NothingTested)?;
        let took_ms = u64::try_from(ctx.now.since(canary.at).as_millis()).unwrap_or(u64::MAX);
        Ok(vec![RosterEvent::CanaryAnswered { id, person: person.clone(), took_ms }])
    }

    /// When the daily test is due next; nothing before the first plan.
    pub fn canary_due(
        &self,
        now: Timestamp,
        calendar: &Calendar,
        habits: &Habits,
    ) -> Option<Timestamp> {
        let at = habits.canary_at?;
        let since = self.canary.as_ref().map_or(self.plans.first()?.from, |canary| canary.due);
        next(since, now, CANARY_LATE, calendar.zone, at, |_| true)
    }

    /// When everybody is looked at next; nothing before the first plan.
    pub fn weekly_due(
        &self,
        now: Timestamp,
        calendar: &Calendar,
        habits: &Habits,
    ) -> Option<Timestamp> {
        let first = self.plans.first()?.from;
        let since = self.weekly.map_or(first, |last| last.max(first));
        let on = |weekday: u8| weekday == habits.check_day;
        next(since, now, WEEKLY_LATE, calendar.zone, habits.check_at, on)
    }
}

/// The first such hour after `since`, on a weekday that fits, that is not too long ago at `now`.
fn next(
    since: Timestamp,
    now: Timestamp,
    late: Duration,
    zone: Tz,
    hour: NaiveTime,
    fits: impl Fn(u8) -> bool,
) -> Option<Timestamp> {
    let first = since.max(now.minus(late)).date(zone).pred_opt()?;
    let mut days = first.iter_days().take(LOOKED_AT);
    days.find_map(|day| {
        let at = start_of(day.and_time(hour), zone);
        let fits = fits(weekday_number(day.weekday())) && at > since && at.plus(late) > now;
        fits.then_some(at)
    })
}
