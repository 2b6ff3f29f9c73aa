//! Units that end and those that take their place. History stays where it was recorded; whatever is
//! still open, and everybody who belonged to the old one, goes with the successor.

use std::collections::BTreeSet;

use chrono::{Days, NaiveDate, NaiveTime};
use chrono_tz::Tz;

use super::directory::{Directory, DirectoryEvent, Person, Unit};
use super::ids::UnitCode;
use super::time::{Timestamp, start_of};
use super::values::Role;

impl Directory {
    /// The unit that stands in for `code` today: itself, or whoever took its place, and theirs.
    pub fn acting<'a>(&'a self, code: &'a UnitCode) -> &'a UnitCode {
        let mut at = code;
        // An import refuses circles; one that is there all the same must end somewhere.
        for _ in 0..=self.ended.len() {
            let next = self.units.get(at).and_then(|unit| unit.successor.as_ref());
            match next.filter(|_| self.ended.contains(at)) {
                Some(next) => at = next,
                None => break,
            }
        }
        at
    }

    /// Whether two units are one by now.
    pub fn same_unit(&self, one: &UnitCode, other: &UnitCode) -> bool {
        self.acting(one) == self.acting(other)
    }

    /// Every unit that is one with `code` by now, itself included.
    pub fn units_with(&self, code: &UnitCode) -> Vec<UnitCode> {
        let ended = self.ended.iter().chain([self.acting(code)]);
        let mut all: BTreeSet<UnitCode> =
            ended.filter(|one| self.same_unit(one, code)).cloned().collect();
        all.insert(code.clone());
        all.into_iter().collect()
    }

    /// The contacts of a unit, those of units it took the place of included.
    pub fn contacts(&self, unit: &UnitCode) -> impl Iterator<Item = &Person> {
        self.with_role(Role::Reporter).filter(|person| self.is_contact(person, unit))
    }

    /// Whether somebody is a contact of a unit, or of one it took the place of.
    pub fn is_contact(&self, person: &Person, unit: &UnitCode) -> bool {
        let own = |own| self.same_unit(own, unit);
        person.roles.contains(&Role::Reporter) && person.unit.as_ref().is_some_and(own)
    }

    /// What the days of validity have come to by `now`: units that ended, and some that an import gave
    /// more time.
    pub fn ends_by(&self, now: Timestamp, zone: Tz) -> Vec<DirectoryEvent> {
        let changed = self.units.values().filter_map(|unit| {
            let over = unit.ends_at(zone).is_some_and(|end| end <= now);
            let code = unit.code.clone();
            match (self.ended.contains(&code), over) {
                (false, true) => {
                    let successor = unit.successor.clone();
                    Some(DirectoryEvent::UnitEnded { unit: code, successor })
                }
                (true, false) => Some(DirectoryEvent::UnitRevived { unit: code }),
                _ => None,
            }
        });
        changed.collect()
    }

    /// When the next unit ends.
    pub fn next_end(&self, zone: Tz) -> Option<Timestamp> {
        let units = self.units.values().filter(|unit| !self.ended.contains(&unit.code));
        units.filter_map(|unit| unit.ends_at(zone)).min()
    }
}

impl Unit {
    /// Whether its first day has come, in the province's time.
    pub fn has_begun(&self, now: Timestamp, zone: Tz) -> bool {
        let first = self.active_from.as_deref().and_then(|day| day.parse::<NaiveDate>().ok());
        first.is_none_or(|first| start_of(first.and_time(NaiveTime::MIN), zone) <= now)
    }

    /// The first instant after its last day, in the province's time.
    pub fn ends_at(&self, zone: Tz) -> Option<Timestamp> {
        let last: NaiveDate = self.active_to.as_deref()?.parse().ok()?;
        Some(start_of(last.checked_add_days(Days::new(1))?.and_time(NaiveTime::MIN), zone))
    }
}
