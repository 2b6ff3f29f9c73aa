//! Who a target means at an instant: the roster where there is one, otherwise roles in the fixed
//! order of ids.

use serde::{Deserialize, Serialize};

use super::ladder::Scene;
use super::policy::{Level, Target};
use crate::domain::directory::Directory;
use crate::domain::ids::PersonId;
use crate::domain::roster::{Layer, Through};
use crate::domain::time::Timestamp;
use crate::domain::values::Role;

/// Why somebody is called; written into the event and told to the person.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// On duty.
    Duty,
    /// Backup of the officer on duty.
    Backup,
    /// On duty, put there by a lead for a time.
    Changed,
    /// On duty by a swap.
    Swapped,
    /// Stands in for somebody on leave who would be on duty.
    StandIn,
    /// Captain or deputy, since nobody has taken the watch yet.
    WatchUntaken,
    /// Captain or deputy.
    Lead,
    /// Leadership.
    Manager,
    /// The policy names a role the person has.
    Role,
    /// The policy names the person.
    Named,
    /// Assigned by a lead.
    Assigned,
    /// Was called before, and the severity went up.
    CalledBefore,
}

impl Why {
    /// Whether it is for the watch: by the roster, or while nobody has taken it.
    fn is_by_duty(self) -> bool {
        self.is_by_roster() || self == Self::WatchUntaken
    }

    /// Whether the roster names the person.
    pub fn is_by_roster(self) -> bool {
        matches!(self, Self::Duty | Self::Backup | Self::Changed | Self::Swapped | Self::StandIn)
    }
}

/// A person called, and why.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Called {
    /// Who.
    pub id: PersonId,
    /// Why.
    pub why: Why,
}

/// The people `target` means at `at`. Before the first roster, the first active responder is on duty
/// and the second is the backup.
pub fn who(target: &Target, at: Timestamp, directory: &Directory) -> Vec<Called> {
    let all = |role: Role, why: Why| -> Vec<Called> {
        directory.with_role(role).map(|person| Called { id: person.id.clone(), why }).collect()
    };
    let rostered = directory.roster.plan(at).is_some();
    match target {
        Target::Duty if rostered => {
            let mut called = seated(Layer::Duty, at, directory);
            if directory.roster.untaken(at) {
                called.extend(all(Role::Lead, Why::WatchUntaken));
            }
            called
        }
        Target::Backup if rostered => seated(Layer::Backup, at, directory),
        Target::Duty => all(Role::Responder, Why::Duty).into_iter().take(1).collect(),
        Target::Backup => all(Role::Responder, Why::Backup).into_iter().skip(1).take(1).collect(),
        Target::Lead => all(Role::Lead, Why::Lead),
        Target::Managers => all(Role::Manager, Why::Manager),
        Target::Team => Vec::new(),
        Target::Role(role) => all(*role, Why::Role),
        Target::Person(id) => directory
            .active(id)
            .map(|person| Called { id: person.id.clone(), why: Why::Named })
            .into_iter()
            .collect(),
    }
}

/// Who sits in a chair of the roster, those who are no longer in the Team apart.
fn seated(layer: Layer, at: Timestamp, directory: &Directory) -> Vec<Called> {
    let chair = directory.on_duty(layer, at);
    let called = chair.people().iter().map(|one| {
        let why = match (one.through, layer) {
            (Through::Rotation, Layer::Duty) => Why::Duty,
            (Through::Rotation, Layer::Backup) => Why::Backup,
            (Through::Change, _) => Why::Changed,
            (Through::Swap, _) => Why::Swapped,
            (Through::StandIn, _) => Why::StandIn,
        };
        Called { id: one.person.clone(), why }
    });
    called.collect()
}

/// Whom a level calls.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Whom {
    /// Who is called, each once with the first reason.
    pub called: Vec<Called>,
    /// Who is spared, because it is outside his working hours and somebody else there can be reached.
    pub spared: Vec<PersonId>,
}

/// Everybody a level means. Whoever the roster names is called at any hour; the others only in their
/// working hours where it is not urgent, unless nobody else of the level can be reached.
pub fn called_by(level: &Level, scene: &Scene<'_>) -> Whom {
    let Scene { at, at_any_hour, directory, .. } = *scene;
    let all = gather(&level.notify, at, directory);
    let spares =
        |one: &Called| !at_any_hour && !one.why.is_by_duty() && directory.is_off(&one.id, at);
    let reached = |one: &Called| !directory.ways_to(&one.id).is_empty();
    if !all.iter().any(|one| !spares(one) && reached(one)) {
        return Whom { called: all, spared: Vec::new() };
    }
    let (spared, called): (Vec<Called>, Vec<Called>) = all.into_iter().partition(spares);
    Whom { called, spared: spared.into_iter().map(|one| one.id).collect() }
}

/// Lead and managers: whom an exhausted ladder calls.
pub fn last_resort(at: Timestamp, directory: &Directory) -> Vec<Called> {
    gather(&[Target::Lead, Target::Managers], at, directory)
}

fn gather(targets: &[Target], at: Timestamp, directory: &Directory) -> Vec<Called> {
    let mut called: Vec<Called> = Vec::new();
    for one in targets.iter().flat_map(|target| who(target, at, directory)) {
        if !called.iter().any(|other| other.id == one.id) {
            called.push(one);
        }
    }
    called
}
