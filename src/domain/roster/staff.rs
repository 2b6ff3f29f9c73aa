//! The roster as it works out with the people there are: whoever left the directory or the Team sits
//! nowhere, whatever the plan says. What has been is asked of the [`Roster`](super::Roster) itself.

use super::shifts::Shift;
use super::{Chair, Gap, Layer, Span};
use crate::domain::directory::Directory;
use crate::domain::ids::PersonId;
use crate::domain::time::Timestamp;

impl Directory {
    /// The chair of `layer` at `at`.
    pub fn on_duty(&self, layer: Layer, at: Timestamp) -> Chair {
        self.staffed(self.roster.on_duty(layer, at, &self.calendar))
    }

    /// Every stretch of a chair within `span`, without gaps; neighbours differ.
    pub fn shifts(&self, layer: Layer, span: Span) -> Vec<Shift> {
        let mut shifts: Vec<Shift> = Vec::new();
        for shift in self.roster.shifts(layer, span, &self.calendar) {
            let chair = self.staffed(shift.chair);
            match shifts.last_mut() {
                Some(last) if last.chair == chair => last.span.to = shift.span.to,
                _ => shifts.push(Shift { span: shift.span, chair }),
            }
        }
        shifts
    }

    /// The first instant after `after` and before `until` at which other people sit in a chair.
    pub fn next_change(
        &self,
        layer: Layer,
        after: Timestamp,
        until: Timestamp,
    ) -> Option<Timestamp> {
        let people = |at: Timestamp| self.on_duty(layer, at).ids();
        let now = people(after);
        self.roster
            .turns(layer, Span { from: after, to: until }, &self.calendar)
            .into_iter()
            .skip(1)
            .find(|turn| people(*turn) != now)
    }

    fn staffed(&self, chair: Chair) -> Chair {
        let Chair::Filled(people) = chair else { return chair };
        let (there, gone): (Vec<_>, Vec<_>) =
            people.into_iter().partition(|one| self.in_team(&one.person));
        if there.is_empty() {
            return Chair::Empty(Gap::Left(gone.into_iter().map(|one| one.person).collect()));
        }
        Chair::Filled(there)
    }
}

impl Chair {
    /// Who sits there, in the order of their ids.
    pub fn ids(&self) -> Vec<PersonId> {
        let mut ids: Vec<PersonId> = self.people().iter().map(|one| one.person.clone()).collect();
        ids.sort();
        ids
    }
}
