//! Who is in the province's file by now: whoever left is out, and accounts change.

use std::collections::BTreeMap;

use trucban::domain::ids::PersonId;
use trucban::domain::values::Role;

use super::town::{Line, PEOPLE, id};

/// Everybody, as the last import has them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Staff(BTreeMap<PersonId, Line>);

impl Default for Staff {
    fn default() -> Self {
        Self(PEOPLE.iter().map(|line| (id(line.0), *line)).collect())
    }
}

impl Staff {
    /// The line of somebody who has not left.
    pub fn line(&self, person: &PersonId) -> Option<&Line> {
        self.0.get(person).filter(|line| line.6)
    }

    /// The line of somebody, also of who has left.
    pub fn known(&self, person: &PersonId) -> Option<&Line> {
        self.0.get(person)
    }

    /// Another line in the place of the one before.
    pub fn set(&mut self, line: Line) {
        self.0.insert(id(line.0), line);
    }

    /// Whether the person has one of these roles.
    pub fn is(&self, person: &PersonId, any: &[Role]) -> bool {
        self.line(person).is_some_and(|line| line.2.iter().any(|role| any.contains(role)))
    }

    /// Whether the person may be on duty.
    pub fn in_team(&self, person: &PersonId) -> bool {
        self.is(person, &[Role::Responder, Role::Lead])
    }

    /// Everybody with a role, in the order of their ids.
    pub fn with(&self, role: Role) -> Vec<PersonId> {
        self.0.keys().filter(|person| self.is(person, &[role])).cloned().collect()
    }

    /// The unit a person is listed under.
    pub fn unit_of(&self, person: &PersonId) -> Option<&'static str> {
        self.known(person).and_then(|line| line.1)
    }

    /// How many channels can carry something to the person.
    pub fn ways(&self, person: &PersonId) -> usize {
        let one = |way: bool| usize::from(way);
        self.line(person).map_or(0, |line| one(line.3.is_some()) + one(line.4) + one(line.5))
    }

    /// Whether the account is somebody's, also of who has left.
    pub fn is_known(&self, account: i64) -> bool {
        self.0.values().any(|line| line.3 == Some(account))
    }

    /// Whose account it is.
    pub fn by_account(&self, account: i64) -> Option<&Line> {
        self.0.values().find(|line| line.3 == Some(account) && line.6)
    }
}
