//! What an incident's events add up to. Open and closed, held and unheld are variants with their
//! own fields, so that a closed incident with a ladder cannot be written down.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::event::Dedup;
use crate::domain::actor::{Actor, Origin};
use crate::domain::directory::Directory;
use crate::domain::escalation::ladder::{Position, Scene};
use crate::domain::escalation::policy::{Policy, PolicySet};
use crate::domain::evidence::Piece;
use crate::domain::ids::{IncidentCode, PersonId, SystemCode, UnitCode};
use crate::domain::playbook::run::Run;
use crate::domain::text::Text;
use crate::domain::time::Timestamp;
use crate::domain::values::{Category, Flag, Impact, Outcome, Severity, Status, Tlp, Tri};

/// An incident as it stands.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Incident {
    /// Its code.
    pub code: IncidentCode,
    /// How many events it has.
    pub version: u64,
    /// The entry of its report.
    pub reported_seq: i64,
    /// Real, or part of a drill.
    pub origin: Origin,
    /// Counts openings, from one.
    pub episode: u32,
    /// One line.
    pub title: Text,
    /// The rest of what was said.
    pub description: Option<Text>,
    /// The unit concerned.
    pub unit: Option<UnitCode>,
    /// The unit it was reported under, once another one took its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub former_unit: Option<UnitCode>,
    /// Which of the unit's systems it concerns, where somebody said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub system: Option<SystemCode>,
    /// The person who reported; `None` for an intake.
    pub reported_by: Option<PersonId>,
    /// Who or what recorded it.
    pub source: Actor,
    /// The product's scale.
    pub severity: Severity,
    /// What kind.
    pub category: Option<Category>,
    /// How far it reaches, where somebody said so.
    #[serde(default)]
    pub impact: Option<Impact>,
    /// What of the two above is a guess that no person has set or confirmed.
    pub guessed: Guessed,
    /// Flags that somebody has spoken on.
    pub flags: BTreeMap<Flag, Tri>,
    /// Who may see what.
    pub tlp: Tlp,
    /// Handled outside the system.
    pub off_channel: bool,
    /// When it was noticed.
    pub detected_at: Timestamp,
    /// Whether that is only the time of the report.
    pub detected_estimated: bool,
    /// When it was recorded.
    pub reported_at: Timestamp,
    /// When and by whom it was first taken charge of in this episode.
    pub acknowledged: Option<Stamp>,
    /// When it was contained.
    pub contained_at: Option<Timestamp>,
    /// When it was put right.
    pub resolved_at: Option<Timestamp>,
    /// When it was finished.
    pub closed_at: Option<Timestamp>,
    /// Who has acted on it without holding it.
    pub helpers: Vec<PersonId>,
    /// Where it stands.
    pub phase: Phase,
    /// Everybody called in this episode.
    pub paged: BTreeSet<PersonId>,
    /// Who was asked by name to take it and has not yet.
    pub assigned: Option<PersonId>,
    /// How often the ladder has called in this episode: what a raise is bound to.
    pub firings: u32,
    /// How many rungs in a row reached nobody.
    pub dead: u32,
    /// The entry that called last.
    pub rung_seq: i64,
    /// The entry by which somebody last took it, or by which it was opened anew: calls made before it
    /// are answered or over.
    pub taken_seq: i64,
    /// Under what repeats of its alert join.
    pub dedup: Option<Dedup>,
    /// How often its alert came again.
    pub repeats: u64,
    /// While its source comes and goes: what joins it although it is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub damped: Option<Damped>,
    /// The incident it follows.
    pub follows: Option<IncidentCode>,
    /// Open incidents it may belong to, seen when it was recorded.
    pub similar: Vec<IncidentCode>,
    /// Of a drill's incident: everybody it may concern.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub among: BTreeSet<PersonId>,
    /// Incidents dealt with as parts of it.
    pub parts: Vec<Merged>,
    /// Incidents merged into it, with those merged into them.
    pub duplicates: Vec<Merged>,
    /// The last change of status, hand-over or rung: what a late press is told.
    pub moved: Stamp2,
    /// Files and what is kept elsewhere; a piece's number is its place here, from one.
    #[serde(default)]
    pub evidence: Vec<Piece>,
    /// Playbooks that are or were run on it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub runs: Vec<Run>,
    /// The number of the last step begun in one of them.
    #[serde(default)]
    pub last_step: u32,
    /// The policies it was opened under.
    pub policies: Box<PolicySet>,
}

/// A source that comes and goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Damped {
    /// How many milliseconds it must be quiet.
    pub quiet_ms: u64,
    /// When it was last heard.
    pub heard: Timestamp,
}

/// What was guessed from words.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Guessed {
    /// The severity.
    pub severity: bool,
    /// The category.
    pub category: bool,
    /// Not guessed from words, and not set by the Team either: the category the reporter named.
    #[serde(default)]
    pub named: bool,
}

/// An incident that turned out to be another one, or is dealt with as a part of it, as far as the
/// other one has to know.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Merged {
    /// Its code.
    pub code: IncidentCode,
    /// Who reported it.
    pub reporter: Option<PersonId>,
    /// The unit concerned.
    pub unit: Option<UnitCode>,
}

/// When, and which person.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Stamp {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: PersonId,
}

/// When, and who or what.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Stamp2 {
    /// The entry.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// Who or what.
    pub by: Actor,
}

/// Where an incident stands.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Somebody has to deal with it.
    Open(Open),
    /// Put right, to be closed by its holder or the lead.
    Resolved {
        /// Who has it.
        holder: Option<PersonId>,
        /// When the next reminder to close it is due.
        remind_at: Timestamp,
    },
    /// Finished.
    Closed {
        /// How.
        outcome: Outcome,
        /// The main incident of a duplicate.
        main: Option<IncidentCode>,
        /// The widespread incident it ended with, as a part of it.
        whole: Option<IncidentCode>,
    },
}

/// An open incident's ladder and watch.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Open {
    /// How far the work is.
    pub stage: Stage,
    /// Where the ladder stands.
    pub position: Position,
    /// When it called there.
    pub fired_at: Timestamp,
    /// Who has it, or when somebody is called next.
    pub watch: Watch,
}

/// How far the work on an open incident is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Nobody has taken charge yet.
    Reported,
    /// Somebody took charge.
    Acknowledged,
    /// It spreads no further.
    Contained,
}

/// Whether somebody has an open incident.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Watch {
    /// It is a part of a widespread incident, whose ladder and holder stand for its own.
    Grouped {
        /// The widespread incident.
        parent: IncidentCode,
    },
    /// Nobody: the ladder runs.
    Unheld {
        /// When the next rung is due.
        next: Timestamp,
        /// The rung that was due outside the hours of its policy and waits for them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        put_off: Option<Position>,
    },
    /// Somebody: the ladder rests.
    Held {
        /// Who.
        holder: PersonId,
        /// Since when.
        since: Timestamp,
        /// Until when without a sign of life.
        lease: Lease,
    },
}

/// A holder's lease.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lease {
    /// Running.
    Running {
        /// When the holder is reminded.
        until: Timestamp,
    },
    /// The holder was reminded.
    Reminded {
        /// When the holder loses it.
        release_at: Timestamp,
    },
}

impl Incident {
    /// The status of the contract.
    pub fn status(&self) -> Status {
        match &self.phase {
            Phase::Open(open) => match open.stage {
                Stage::Reported => Status::Reported,
                Stage::Acknowledged => Status::Acknowledged,
                Stage::Contained => Status::Contained,
            },
            Phase::Resolved { .. } => Status::Resolved,
            Phase::Closed { .. } => Status::Closed,
        }
    }

    /// The person who has it.
    pub fn holder(&self) -> Option<&PersonId> {
        match &self.phase {
            Phase::Open(Open { watch: Watch::Held { holder, .. }, .. }) => Some(holder),
            Phase::Resolved { holder, .. } => holder.as_ref(),
            _ => None,
        }
    }

    /// Everybody who reported it, the reporters of its duplicates included.
    pub fn reporters(&self) -> impl Iterator<Item = &PersonId> {
        let merged = self.duplicates.iter().filter_map(|merged| merged.reporter.as_ref());
        self.reported_by.iter().chain(merged)
    }

    /// The units concerned, those of its duplicates included.
    pub fn units(&self) -> impl Iterator<Item = &UnitCode> {
        let merged = self.duplicates.iter().filter_map(|merged| merged.unit.as_ref());
        self.unit.iter().chain(merged)
    }

    /// The unit it was reported under.
    pub fn first_unit(&self) -> Option<&UnitCode> {
        self.former_unit.as_ref().or(self.unit.as_ref())
    }

    /// The ladder and watch of an open incident.
    pub fn open(&self) -> Option<&Open> {
        match &self.phase {
            Phase::Open(open) => Some(open),
            _ => None,
        }
    }

    /// Whether it is not closed.
    pub fn is_open(&self) -> bool {
        !matches!(self.phase, Phase::Closed { .. })
    }

    /// Whether the ladder runs: open before resolved, and nobody holds it.
    pub fn ladder_runs(&self) -> bool {
        matches!(&self.phase, Phase::Open(Open { watch: Watch::Unheld { .. }, .. }))
    }

    /// Whether the call of entry `rung_seq` was answered by somebody taking the incident, or is over
    /// because it was opened anew.
    pub fn answered(&self, rung_seq: i64) -> bool {
        self.taken_seq > rung_seq
    }

    /// The widespread incident it is dealt with as a part of.
    pub fn parent(&self) -> Option<&IncidentCode> {
        match &self.phase {
            Phase::Open(Open { watch: Watch::Grouped { parent }, .. }) => Some(parent),
            _ => None,
        }
    }

    /// The main incident, for a duplicate.
    pub fn main(&self) -> Option<&IncidentCode> {
        match &self.phase {
            Phase::Closed { main, .. } => main.as_ref(),
            _ => None,
        }
    }

    /// The widespread incident it ended with, as a part of it.
    pub fn ended_with(&self) -> Option<&IncidentCode> {
        match &self.phase {
            Phase::Closed { whole, .. } => whole.as_ref(),
            Phase::Open(_) | Phase::Resolved { .. } => None,
        }
    }

    /// The outcome, once closed.
    pub fn outcome(&self) -> Option<Outcome> {
        match &self.phase {
            Phase::Closed { outcome, .. } => Some(*outcome),
            _ => None,
        }
    }

    /// The pinned policy for its severity.
    pub fn policy(&self) -> &Policy {
        self.policies.matching(self.severity)
    }

    /// Where the ladder goes next: on from where it stands, or where it has been put off.
    pub fn next_position(&self, open: &Open) -> Position {
        match open.watch {
            Watch::Unheld { put_off: Some(position), .. } => self.policy().clamp(position),
            _ => self.policy().after(open.position),
        }
    }

    /// Whether the ladder waits for office hours before it calls anybody at all.
    pub fn not_called_yet(&self) -> bool {
        let put_off = self
            .open()
            .is_some_and(|open| matches!(open.watch, Watch::Unheld { put_off: Some(_), .. }));
        put_off && self.firings == 0
    }

    /// When a call of this policy is made that falls due at `due`. What is only guessed waits for no
    /// office hours: a guess may be wrong.
    pub fn calls_at(&self, policy: &Policy, due: Timestamp, directory: &Directory) -> Timestamp {
        let hours = directory.hours_of(self.unit.as_ref());
        if self.guessed.severity { due } else { policy.calls_at(due, hours) }
    }

    /// What its ladder looks at when it takes a step. What is only guessed to be harmless may be the
    /// contrary.
    pub fn scene<'a>(&'a self, at: Timestamp, directory: &'a Directory) -> Scene<'a> {
        let at_any_hour = self.severity >= Severity::High || self.guessed.severity;
        let drill = matches!(self.origin, crate::domain::actor::Origin::Drill(_));
        Scene { at, unit: self.unit.as_ref(), at_any_hour, drill, directory }
    }

    /// When it next wants to be woken: by its ladder or watch, or by a playbook that is run on it.
    pub fn next_moment(&self) -> Option<Timestamp> {
        self.own_moment().into_iter().chain(self.run_moment()).min()
    }

    /// When its ladder or watch wants to be woken. An open incident nobody holds always has such a
    /// moment; a part of a widespread one is woken by that.
    pub fn own_moment(&self) -> Option<Timestamp> {
        match &self.phase {
            Phase::Open(Open { watch: Watch::Grouped { .. }, .. }) => None,
            Phase::Open(Open { watch: Watch::Unheld { next, .. }, .. }) => Some(*next),
            Phase::Open(Open { watch: Watch::Held { lease, .. }, .. }) => Some(match lease {
                Lease::Running { until } => *until,
                Lease::Reminded { release_at } => *release_at,
            }),
            Phase::Resolved { remind_at, .. } => Some(*remind_at),
            Phase::Closed { .. } => None,
        }
    }

    /// A piece of evidence by its number.
    pub fn piece(&self, number: u32) -> Option<&Piece> {
        self.evidence.get(usize::try_from(number).ok()?.checked_sub(1)?)
    }

    /// Every piece of evidence with its number.
    pub fn pieces(&self) -> impl Iterator<Item = (u32, &Piece)> {
        (1_u32..).zip(&self.evidence)
    }
}
