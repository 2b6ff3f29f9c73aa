//! What is wrong with the days ahead: empty chairs, and people on duty who cannot be reached.

use std::collections::BTreeSet;
use std::time::Duration;

use super::shifts::Shift;
use super::{Chair, Gap, Layer, Span};
use crate::domain::directory::Directory;
use crate::domain::ids::PersonId;
use crate::domain::time::Timestamp;
use crate::domain::values::ChannelKind;

/// So many days ahead are looked at.
pub const AHEAD: Duration = Duration::from_secs(14 * 24 * 3600);

/// One thing to mend.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Finding {
    /// There is no roster that holds now.
    NoRoster,
    /// A chair is empty although nobody declared it.
    Empty {
        /// Which.
        layer: Layer,
        /// When.
        span: Span,
        /// Who is on leave there, if that is why.
        away: Vec<PersonId>,
    },
    /// Nobody is ever a backup.
    NoBackup,
    /// The backup is the officer on duty himself.
    BackupOfHimself {
        /// Who.
        person: PersonId,
        /// When.
        span: Span,
    },
    /// Somebody with duty ahead has left the Team.
    Left {
        /// Who.
        person: PersonId,
    },
    /// Somebody with duty ahead has no channel at all.
    NoWay {
        /// Who.
        person: PersonId,
    },
    /// Somebody with duty ahead has no linked Telegram account.
    NotLinked {
        /// Who.
        person: PersonId,
    },
    /// Somebody with duty ahead has one channel only.
    OneWay {
        /// Who.
        person: PersonId,
    },
}

impl Finding {
    /// Whether a call may reach nobody because of it; otherwise it is a warning.
    pub fn is_serious(&self) -> bool {
        matches!(
            self,
            Self::NoRoster
                | Self::Empty { layer: Layer::Duty, .. }
                | Self::Left { .. }
                | Self::NoWay { .. }
        )
    }
}

/// Everything wrong in the days from `now` on, the serious first.
pub fn check(directory: &Directory, now: Timestamp) -> Vec<Finding> {
    let roster = &directory.roster;
    if roster.plan(now).is_none() {
        return vec![Finding::NoRoster];
    }
    let ahead = Span { from: now, to: now.plus(AHEAD) };
    let (duty, backup) =
        (directory.shifts(Layer::Duty, ahead), directory.shifts(Layer::Backup, ahead));
    let mut found = Vec::new();
    let rostered = |layer| {
        let plans = roster.plans.iter().filter(|plan| plan.from < ahead.to);
        plans.clone().any(|plan| plan.layers.contains_key(&layer))
    };
    found.extend(duty.iter().filter_map(|shift| empty(Layer::Duty, shift)));
    if rostered(Layer::Backup) {
        found.extend(backup.iter().filter_map(|shift| empty(Layer::Backup, shift)));
    } else {
        found.push(Finding::NoBackup);
    }
    found.extend(duty.iter().flat_map(|shift| both(shift, &backup)));
    // Also those who left, whom the roster still names.
    let planned = |layer| roster.shifts(layer, ahead, &directory.calendar);
    let planned: Vec<Shift> = Layer::ALL.iter().flat_map(|layer| planned(*layer)).collect();
    let people: BTreeSet<&PersonId> = planned
        .iter()
        .flat_map(|shift| shift.chair.people().iter().map(|seated| &seated.person))
        .collect();
    found.extend(people.into_iter().filter_map(|person| reach(person, directory)));
    found.sort_by_key(|finding| !finding.is_serious());
    found
}

fn empty(layer: Layer, shift: &Shift) -> Option<Finding> {
    let away = match &shift.chair {
        Chair::Filled(_) | Chair::Empty(Gap::Declared) => return None,
        Chair::Empty(Gap::NoRotation | Gap::Left(_)) => Vec::new(),
        Chair::Empty(Gap::OnLeave(away)) => away.clone(),
    };
    Some(Finding::Empty { layer, span: shift.span, away })
}

/// Whoever sits in both chairs at once.
fn both<'s>(shift: &'s Shift, backup: &'s [Shift]) -> impl Iterator<Item = Finding> + 's {
    let beside = backup.iter().filter(move |other| other.span.meets(&shift.span));
    beside.flat_map(move |other| {
        let twice = other.chair.people().iter().filter(move |seated| {
            shift.chair.people().iter().any(|one| one.person == seated.person)
        });
        twice.map(move |seated| Finding::BackupOfHimself {
            person: seated.person.clone(),
            span: Span {
                from: shift.span.from.max(other.span.from),
                to: shift.span.to.min(other.span.to),
            },
        })
    })
}

fn reach(person: &PersonId, directory: &Directory) -> Option<Finding> {
    let person = person.clone();
    if !directory.in_team(&person) {
        return Some(Finding::Left { person });
    }
    let ways = directory.ways_to(&person);
    let chat = directory.channels.contains(&ChannelKind::Telegram);
    match ways.as_slice() {
        [] => Some(Finding::NoWay { person }),
        ways if chat && !ways.contains(&ChannelKind::Telegram) => {
            Some(Finding::NotLinked { person })
        }
        [_] if directory.channels.len() > 1 => Some(Finding::OneWay { person }),
        _ => None,
    }
}
