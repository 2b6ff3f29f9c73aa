//! Who a target means at an instant. Until the roster comes, roles in the fixed order of ids decide.

use serde::{Deserialize, Serialize};

use super::policy::{Level, Target};
use crate::domain::directory::Directory;
use crate::domain::ids::PersonId;
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

/// A person called, and why.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Called {
    /// Who.
    pub id: PersonId,
    /// Why.
    pub why: Why,
}

/// The people `target` means at `at`. The first active responder is on duty, the second is the
/// backup; the roster will answer by date here.
pub fn who(target: &Target, _at: Timestamp, directory: &Directory) -> Vec<Called> {
    let all = |role: Role, why: Why| -> Vec<Called> {
        directory.with_role(role).map(|person| Called { id: person.id.clone(), why }).collect()
    };
    match target {
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

/// Everybody a level means, each once with the first reason.
pub fn called_by(level: &Level, at: Timestamp, directory: &Directory) -> Vec<Called> {
    gather(&level.notify, at, directory)
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
