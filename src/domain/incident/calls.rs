//! Who was called for an incident, when and why: what a person who was called may ask.

use super::event::IncidentEvent;
use crate::domain::escalation::ladder::Position;
use crate::domain::escalation::who::{Called, Why};
use crate::domain::ids::PersonId;
use crate::domain::notice::Told;
use crate::domain::time::Timestamp;

/// One time at which people were called.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Call {
    /// When.
    pub at: Timestamp,
    /// Where the ladder stood; none where somebody was asked by name.
    pub position: Option<Position>,
    /// Whom, and why each.
    pub people: Vec<Called>,
    /// Whether the team's chat was called as well.
    pub team: bool,
}

impl Call {
    /// Why a person was among them.
    pub fn why(&self, person: &PersonId) -> Option<Why> {
        self.people.iter().find(|called| &called.id == person).map(|called| called.why)
    }
}

/// Every call of the present episode, the first one first.
pub fn calls(history: &[Told]) -> Vec<Call> {
    let mut calls = Vec::new();
    for told in history {
        let at = told.at.at;
        match &told.event {
            IncidentEvent::Reopened => calls.clear(),
            IncidentEvent::RungReached { rung, people, team, .. } => {
                let (position, people) = (Some(Position::On(*rung)), people.clone());
                calls.push(Call { at, position, people, team: *team });
            }
            IncidentEvent::Exhausted { rung, people, .. } => {
                let (position, people) = (Some(Position::Exhausted(*rung)), people.clone());
                calls.push(Call { at, position, people, team: true });
            }
            IncidentEvent::Assigned { to } => {
                let people = vec![Called { id: to.clone(), why: Why::Assigned }];
                calls.push(Call { at, position: None, people, team: false });
            }
            _ => {}
        }
    }
    calls
}
