//! Whole stretches of duty: for lists, calendars, checks, and the next handover.

use std::time::Duration;

use super::rotation::{Hours, Rotation};
use super::{Chair, Layer, OpenSpan, Roster, Span};
use crate::domain::calendar::Calendar;
use crate::domain::time::{Timestamp, end_of, start_of};

/// A stretch in which a chair does not change.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Shift {
    /// When.
    pub span: Span,
    /// Who, or why nobody.
    pub chair: Chair,
}

/// The ends of a stretch are looked for so far around an instant in it.
const SIGHT: Duration = Duration::from_secs(62 * 24 * 3600);

/// A whole stretch; an end that is not in sight is not known.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stretch {
    /// From when.
    pub from: Option<Timestamp>,
    /// Until when.
    pub to: Option<Timestamp>,
    /// Who, or why nobody.
    pub chair: Chair,
}

impl Stretch {
    /// The one around `at` among what `shifts` lists.
    pub fn around(at: Timestamp, shifts: impl FnOnce(Span) -> Vec<Shift>) -> Option<Self> {
        let sight = Span { from: at.minus(SIGHT), to: at.plus(SIGHT) };
        let shift = shifts(sight).into_iter().find(|shift| shift.span.holds(at))?;
        Some(Self {
            from: Some(shift.span.from).filter(|from| *from > sight.from),
            to: Some(shift.span.to).filter(|to| *to < sight.to),
            chair: shift.chair,
        })
    }

    /// Those in `shifts` that begin within `span`, each with the end it has beyond it.
    pub fn beginning_in(
        span: Span,
        shifts: impl FnOnce(Span) -> Vec<Shift>,
    ) -> Vec<(OpenSpan, Chair)> {
        let sight = Span { from: span.from, to: span.to.max(span.from.plus(SIGHT)) };
        let begun = shifts(sight).into_iter().filter(|shift| shift.span.from < span.to);
        let open = |shift: Shift| {
            let to = Some(shift.span.to).filter(|to| *to < sight.to);
            (OpenSpan { from: shift.span.from, to }, shift.chair)
        };
        begun.map(open).collect()
    }
}

impl Roster {
    /// Every stretch of a chair within `span`, without gaps; neighbours differ.
    pub fn shifts(&self, layer: Layer, span: Span, calendar: &Calendar) -> Vec<Shift> {
        let mut shifts: Vec<Shift> = Vec::new();
        let turns = self.turns(layer, span, calendar);
        let ends = turns.iter().skip(1).copied().chain([span.to]);
        for (from, to) in turns.iter().copied().zip(ends) {
            let chair = self.on_duty(layer, from, calendar);
            match shifts.last_mut() {
                Some(last) if last.chair == chair => last.span.to = to,
                _ => shifts.push(Shift { span: Span { from, to }, chair }),
            }
        }
        shifts
    }

    /// The stretch around `at`, as far as it is looked for.
    pub fn shift_at(&self, layer: Layer, at: Timestamp, calendar: &Calendar) -> Option<Shift> {
        let sight = Span { from: at.minus(SIGHT), to: at.plus(SIGHT) };
        self.shifts(layer, sight, calendar).into_iter().find(|shift| shift.span.holds(at))
    }

    /// Every instant in `span` at which a chair may change, its beginning first.
    pub(super) fn turns(&self, layer: Layer, span: Span, calendar: &Calendar) -> Vec<Timestamp> {
        if span.from >= span.to {
            return Vec::new();
        }
        let mut turns = vec![span.from];
        turns.extend(self.plans.iter().map(|plan| plan.from));
        let rotations = || self.plans.iter().filter_map(|plan| plan.layers.get(&layer)).flatten();
        for rotation in rotations() {
            rotation.turns_in(span, calendar, &mut turns);
        }
        if rotations().any(|rotation| matches!(rotation.hours, Hours::Calendar(_))) {
            turns.extend(calendar.turns(span.from, span.to));
        }
        let changes = self.changes.values().filter(|change| change.layer == layer);
        for edge in changes.map(|one| one.span).chain(self.leaves.values().map(|one| one.span)) {
            turns.extend([edge.from, edge.to]);
        }
        turns.retain(|turn| span.holds(*turn));
        turns.sort_unstable();
        turns.dedup();
        turns
    }
}

impl Rotation {
    fn turns_in(&self, span: Span, calendar: &Calendar, turns: &mut Vec<Timestamp>) {
        let zone = calendar.zone;
        let mut both = |date: chrono::NaiveDate, time| {
            turns.extend([start_of(date.and_time(time), zone), end_of(date.and_time(time), zone)]);
        };
        let first = self.last_before(span.from, zone);
        for number in first.. {
            let Some(date) = self.handover(number) else { break };
            if start_of(date.and_time(self.at), zone) >= span.to {
                break;
            }
            both(date, self.at);
        }
        if let Some(until) = self.until {
            both(until, self.at);
        }
        if let Hours::Window { from, to, .. } = &self.hours {
            let first = span.from.date(zone).pred_opt().unwrap_or_default();
            let last = span.to.date(zone);
            for date in first.iter_days().take_while(|date| *date <= last) {
                both(date, *from);
                both(date, *to);
            }
        }
    }
}
