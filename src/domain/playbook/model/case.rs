//! What a playbook promises of itself.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Name, StepId};
use crate::domain::playbook::expr::Facts;
use crate::domain::values::{Category, Flag, Severity, Tri};

/// What a playbook must do.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Case {
    /// The promise.
    pub name: String,
    /// Severity of the incident.
    pub severity: Severity,
    /// Its category.
    pub category: Option<Category>,
    /// Its flags.
    pub flags: BTreeMap<Flag, Tri>,
    /// Whether it is part of a drill.
    pub drill: bool,
    /// What its caller gives.
    pub args: BTreeMap<Name, Given>,
    /// Answers by variable: one for each time it is asked, the last one for every further time.
    pub answers: BTreeMap<Name, Vec<Given>>,
    /// Steps nobody finishes.
    pub times_out: BTreeSet<StepId>,
    /// Steps that are begun, in this order.
    pub does: Vec<StepId>,
    /// Steps that are not.
    pub never: BTreeSet<StepId>,
}

/// A value as a file writes it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Given {
    /// Yes or no.
    Truth(bool),
    /// A number.
    Number(i64),
    /// Words, or a choice.
    Words(String),
}

impl Case {
    /// The incident it speaks of.
    pub fn facts(&self) -> Facts {
        Facts {
            severity: self.severity,
            category: self.category,
            flags: self.flags.clone(),
            drill: self.drill,
        }
    }
}
