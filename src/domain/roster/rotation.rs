//! Rotations: whose turn it is, by local dates and the time of handover.

use std::collections::BTreeMap;

use chrono::{Datelike as _, Days, Months, NaiveDate, NaiveTime};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::Layer;
use crate::domain::calendar::{Calendar, When, weekday_number};
use crate::domain::ids::PersonId;
use crate::domain::time::{Timestamp, end_of, start_of};

/// How long a turn lasts.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Every {
    /// So many days.
    Days(u32),
    /// So many weeks.
    Weeks(u32),
    /// So many months; a month without that day ends with its last.
    Months(u32),
}

/// In which hours a rotation applies at all.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hours {
    /// Day and night.
    Always,
    /// As the calendar has it.
    Calendar(When),
    /// The same hours on some weekdays; an end that is not after the beginning is on the next day.
    Window {
        /// The weekdays it begins on, Monday is 0.
        days: Vec<u8>,
        /// From.
        from: NaiveTime,
        /// Until.
        to: NaiveTime,
    },
}

/// People who take turns.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Rotation {
    /// The day of the first handover.
    pub from: NaiveDate,
    /// The day of the last handover, after which it is over.
    pub until: Option<NaiveDate>,
    /// How long a turn lasts.
    pub every: Every,
    /// The time of handover.
    pub at: NaiveTime,
    /// When it applies.
    pub hours: Hours,
    /// Who, turn by turn; then again from the first. Never empty, and no turn is.
    pub turns: Vec<Vec<PersonId>>,
}

/// A whole roster, from one instant on.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Plan {
    /// From when it holds.
    pub from: Timestamp,
    /// The rotations of each chair; the first one that applies decides.
    pub layers: BTreeMap<Layer, Vec<Rotation>>,
}

impl Plan {
    /// Whose turn it is.
    pub fn turn(&self, layer: Layer, at: Timestamp, calendar: &Calendar) -> Option<Vec<PersonId>> {
        self.layers.get(&layer)?.iter().find_map(|rotation| rotation.turn(at, calendar))
    }

    /// Everybody who ever has a turn.
    pub fn people(&self) -> impl Iterator<Item = &PersonId> {
        self.layers.values().flatten().flat_map(|rotation| rotation.turns.iter().flatten())
    }
}

impl Rotation {
    /// Whose turn it is, where the rotation applies. In the hour that comes twice when the clock is
    /// set back, whoever goes stays until its end and whoever comes begins with it: both are there.
    pub fn turn(&self, at: Timestamp, calendar: &Calendar) -> Option<Vec<PersonId>> {
        if !self.applies(at, calendar) {
            return None;
        }
        let zone = calendar.zone;
        let number = self.number(at, zone)?;
        let over = |date: NaiveDate| at >= end_of(date.and_time(self.at), zone);
        let mut people = Vec::new();
        if let Some(before) = number.checked_sub(1)
            && self.handover(number).is_some_and(|date| !over(date))
        {
            people.extend_from_slice(self.whose(before)?);
        }
        let ended = |date: NaiveDate| self.until.is_some_and(|until| date >= until);
        if self.handover(number).is_some_and(|date| !ended(date)) {
            people.extend_from_slice(self.whose(number)?);
        }
        if self.until.is_some_and(over) { None } else { Some(people) }
    }

    /// The people of a turn.
    fn whose(&self, number: u32) -> Option<&[PersonId]> {
        let count = u32::try_from(self.turns.len()).ok()?;
        let index = usize::try_from(number.checked_rem(count)?).ok()?;
        self.turns.get(index).map(Vec::as_slice)
    }

    /// Which handover was the last one at `at`, counted from zero.
    fn number(&self, at: Timestamp, zone: Tz) -> Option<u32> {
        let begun = |number: u32| {
            let day = self.handover(number)?;
            Some(start_of(day.and_time(self.at), zone) <= at)
        };
        // By dates alone the guess is at most one off: the handover of that day may be yet to come,
        // and the day itself may be the next one where the clock was set back at midnight.
        let mut number = self.guess(at.date(zone)).saturating_add(1);
        while begun(number) != Some(true) {
            number = number.checked_sub(1)?;
        }
        Some(number)
    }

    /// A handover not later than the last one before `at`.
    pub(super) fn last_before(&self, at: Timestamp, zone: Tz) -> u32 {
        self.guess(at.date(zone)).saturating_sub(1)
    }

    /// The day of a handover.
    pub fn handover(&self, number: u32) -> Option<NaiveDate> {
        match self.every {
            Every::Days(days) => {
                self.from.checked_add_days(Days::new(u64::from(days).checked_mul(number.into())?))
            }
            Every::Weeks(weeks) => {
                let days = u64::from(weeks).checked_mul(7)?.checked_mul(number.into())?;
                self.from.checked_add_days(Days::new(days))
            }
            Every::Months(months) => {
                self.from.checked_add_months(Months::new(months.checked_mul(number)?))
            }
        }
    }

    fn guess(&self, date: NaiveDate) -> u32 {
        let days = u32::try_from(date.signed_duration_since(self.from).num_days()).unwrap_or(0);
        match self.every {
            Every::Days(every) => days.checked_div(every).unwrap_or(0),
            Every::Weeks(every) => days.checked_div(every.saturating_mul(7)).unwrap_or(0),
            Every::Months(every) => {
                let months = |day: NaiveDate| {
                    i64::from(day.year()).saturating_mul(12).saturating_add(day.month0().into())
                };
                let between = months(date).saturating_sub(months(self.from));
                u32::try_from(between).unwrap_or(0).checked_div(every).unwrap_or(0)
            }
        }
    }

    fn applies(&self, at: Timestamp, calendar: &Calendar) -> bool {
        match &self.hours {
            Hours::Always => true,
            Hours::Calendar(when) => calendar.holds(*when, at),
            Hours::Window { days, from, to } => {
                let zone = calendar.zone;
                let date = at.date(zone);
                let near = [date.pred_opt(), Some(date), date.succ_opt()];
                near.into_iter().flatten().any(|date| {
                    let ends = if to > from { Some(date) } else { date.succ_opt() };
                    days.contains(&weekday_number(date.weekday()))
                        && start_of(date.and_time(*from), zone) <= at
                        && ends.is_some_and(|ends| at < end_of(ends.and_time(*to), zone))
                })
            }
        }
    }
}
