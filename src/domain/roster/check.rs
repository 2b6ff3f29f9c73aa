//! What is wrong with the days ahead: empty chairs, and a backup who is the officer on duty. Whether the
//! people in them can be reached is looked at by [`crate::domain::reach`].

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::shifts::{Shift, Stretch};
use super::{Chair, Gap, Layer, OpenSpan, Span};
use crate::domain::directory::Directory;
use crate::domain::ids::PersonId;
use crate::domain::time::Timestamp;

/// So many days ahead are looked at.
pub const AHEAD: Duration = Duration::from_secs(14 * 24 * 3600);

/// One thing to mend.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Finding {
    /// There is no roster that holds now.
    NoRoster,
    /// No channel at all is configured.
    NoChannels,
    /// A chair is empty although nobody declared it.
    Empty {
        /// Which.
        layer: Layer,
        /// When.
        span: OpenSpan,
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
        span: OpenSpan,
    },
    /// Somebody who would be called has left the Team, or the directory.
    Left {
        /// Who.
        person: PersonId,
    },
    /// Somebody who would be called has no channel at all.
    NoWay {
        /// Who.
        person: PersonId,
    },
    /// Somebody who would be called has blocked the bot.
    Blocked {
        /// Who.
        person: PersonId,
        /// Since when that is known.
        since: Timestamp,
    },
    /// Somebody who would be called has no linked Telegram account.
    NotLinked {
        /// Who.
        person: PersonId,
    },
    /// Somebody who would be called has said and pressed nothing for a long time.
    Silent {
        /// Who.
        person: PersonId,
        /// Since when; never heard of at all where there is none.
        since: Option<Timestamp>,
    },
    /// Somebody who would be called has one channel only.
    OneWay {
        /// Who.
        person: PersonId,
    },
    /// Somebody who would be called by role or by name, and not by the roster, is on leave.
    OnLeave {
        /// Who.
        person: PersonId,
        /// When.
        span: Span,
    },
}

impl Finding {
    /// Whether a call may reach nobody because of it; otherwise it is a warning.
    pub fn is_serious(&self) -> bool {
        matches!(
            self,
            Self::NoRoster
                | Self::NoChannels
                | Self::Empty { layer: Layer::Duty, .. }
                | Self::Left { .. }
                | Self::NoWay { .. }
                | Self::Blocked { .. }
        )
    }

    /// Whom it is about, where it is about one person.
    pub fn person(&self) -> Option<&PersonId> {
        match self {
            Self::NoRoster | Self::NoChannels | Self::Empty { .. } | Self::NoBackup => None,
            Self::BackupOfHimself { person, .. }
            | Self::Left { person }
            | Self::NoWay { person }
            | Self::Blocked { person, .. }
            | Self::NotLinked { person }
            | Self::Silent { person, .. }
            | Self::OneWay { person }
            | Self::OnLeave { person, .. } => Some(person),
        }
    }

    /// Whether both are the same trouble, in whatever stretch.
    pub fn is_alike(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Empty { layer, away, .. }, Self::Empty { layer: one, away: two, .. }) => {
                layer == one && away == two
            }
            (Self::BackupOfHimself { person, .. }, Self::BackupOfHimself { person: other, .. })
            | (Self::OnLeave { person, .. }, Self::OnLeave { person: other, .. }) => {
                person == other
            }
            (one, two) => one == two,
        }
    }

    /// Whether two checks found the same thing: a stretch that has begun is shorter the next day.
    pub fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Empty { layer, span, .. }, Self::Empty { layer: one, span: two, .. }) => {
                layer == one && span.meets(two)
            }
            (
                Self::BackupOfHimself { person, span },
                Self::BackupOfHimself { person: one, span: two },
            ) => person == one && span.meets(two),
            (Self::OnLeave { person, span }, Self::OnLeave { person: one, span: two }) => {
                person == one && span.meets(two)
            }
            (one, two) => one == two,
        }
    }
}

/// The chairs in the days from `now` on: what is wrong with them, and every stretch of them.
pub fn chairs(directory: &Directory, now: Timestamp) -> (Vec<Finding>, Vec<Shift>) {
    let roster = &directory.roster;
    if roster.plan(now).is_none() {
        return (vec![Finding::NoRoster], Vec::new());
    }
    let ahead = Span { from: now, to: now.plus(AHEAD) };
    let chair = |layer| Stretch::beginning_in(ahead, |span| directory.shifts(layer, span));
    let (duty, backup) = (chair(Layer::Duty), chair(Layer::Backup));
    let mut found = Vec::new();
    // The plan that holds now and those that follow; what one replaced that holds no more is past.
    let later = roster.plans.iter().filter(|plan| now < plan.from && plan.from < ahead.to);
    let mut plans = roster.plan(now).into_iter().chain(later);
    found.extend(duty.iter().filter_map(|stretch| empty(Layer::Duty, stretch)));
    if plans.any(|plan| plan.layers.contains_key(&Layer::Backup)) {
        found.extend(backup.iter().filter_map(|stretch| empty(Layer::Backup, stretch)));
    } else {
        found.push(Finding::NoBackup);
    }
    found.extend(duty.iter().flat_map(|stretch| both(stretch, &backup)));
    // Also those who left, whom the roster still names.
    let planned = |layer: &Layer| roster.shifts(*layer, ahead, &directory.calendar);
    (found, Layer::ALL.iter().flat_map(planned).collect())
}

fn empty(layer: Layer, (span, chair): &(OpenSpan, Chair)) -> Option<Finding> {
    let away = match chair {
        Chair::Filled(_) | Chair::Empty(Gap::Declared) => return None,
        Chair::Empty(Gap::NoRotation | Gap::Left(_)) => Vec::new(),
        Chair::Empty(Gap::OnLeave(away)) => away.clone(),
    };
    Some(Finding::Empty { layer, span: *span, away })
}

/// Whoever sits in both chairs at once.
fn both<'s>(
    (span, duty): &'s (OpenSpan, Chair),
    backup: &'s [(OpenSpan, Chair)],
) -> impl Iterator<Item = Finding> + 's {
    let beside = backup.iter().filter(|(other, _)| other.meets(span));
    beside.flat_map(|(other, chair)| {
        let on_duty = duty.ids();
        let twice = chair.people().iter().filter(move |seated| on_duty.contains(&seated.person));
        twice.map(|seated| Finding::BackupOfHimself {
            person: seated.person.clone(),
            span: span.and(*other),
        })
    })
}
