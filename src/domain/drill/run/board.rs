//! How a drill stands, in figures: what its lead looks at while it is played.

use super::state::{Drill, Stage};
use crate::domain::drill::scenario::{Expect, Inject, Scenario};
use crate::domain::ids::PersonId;
use crate::domain::time::Timestamp;

/// One line of the board.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line<'s> {
    /// The inject.
    pub inject: &'s Inject,
    /// Where it stands.
    pub stage: Stage,
    /// When it goes out by itself.
    pub due: Option<Timestamp>,
    /// To how many it goes.
    pub to: usize,
    /// With how many it arrived.
    pub delivered: usize,
    /// To how many it cannot be delivered.
    pub failed: usize,
    /// How many did something about it.
    pub answered: usize,
    /// How many did so after the target.
    pub late: usize,
    /// How many have not, though something is expected of them.
    pub silent: Vec<PersonId>,
}

/// Every inject in the order of the file.
pub fn lines<'s>(drill: &Drill, scenario: &'s Scenario) -> Vec<Line<'s>> {
    scenario.in_order().into_iter().map(|inject| line(drill, inject)).collect()
}

/// One inject.
pub fn line<'s>(drill: &Drill, inject: &'s Inject) -> Line<'s> {
    let none = super::state::Played::default();
    let played = drill.injects.get(&inject.id).unwrap_or(&none);
    let expects: Vec<_> = inject
        .expects
        .iter()
        .filter(|expect| !matches!(expect.kind, Expect::Judged { .. }))
        .collect();
    let answered = |person: &PersonId| {
        let of = |replies: &std::collections::BTreeMap<PersonId, _>| replies.contains_key(person);
        played.replies.values().any(of)
    };
    let late = |person: &&PersonId| {
        expects.iter().any(|expect| {
            let replied = played.replies.get(&expect.id).and_then(|all| all.get(*person));
            let from = played.delivered.get(*person).copied().or(played.sent);
            match (replied, from) {
                (Some(replied), Some(from)) => {
                    took(drill, from, replied.at)
                        > i64::try_from(expect.target.as_millis()).unwrap_or(i64::MAX)
                }
                _ => false,
            }
        })
    };
    let silent =
        |person: &&PersonId| !expects.is_empty() && drill.plays(person) && !answered(person);
    let own = played.own.iter().filter(|(person, _)| !played.to.contains(*person));
    let own = own.map(|(_, due)| *due);
    Line {
        inject,
        stage: played.stage,
        due: played.due.or_else(|| own.min()),
        to: played.to.len(),
        delivered: played.delivered.len(),
        failed: played.failed.len(),
        answered: played.to.iter().filter(|person| answered(person)).count(),
        late: played.to.iter().filter(late).count(),
        silent: played.to.iter().filter(silent).cloned().collect(),
    }
}

/// How long something took, in milliseconds, without the times the drill stood still.
pub fn took(drill: &Drill, from: Timestamp, to: Timestamp) -> i64 {
    let whole = to.millis().saturating_sub(from.millis()).max(0);
    whole.saturating_sub(drill.paused_within(from, to)).max(0)
}

/// How many come, do not, and have not said, of those who take part.
pub fn rsvp(drill: &Drill) -> (usize, usize, usize) {
    use super::event::Rsvp;
    let of = |wanted: Option<Rsvp>| {
        let said = |one: &&super::state::Participant| one.rsvp == wanted && one.stand_in.is_none();
        drill.people.values().filter(said).count()
    };
    (of(Some(Rsvp::Yes)), of(Some(Rsvp::No)), of(None))
}
