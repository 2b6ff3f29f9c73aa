//! Who or what acts, and whether it is real or part of a drill.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::ids::{DrillCode, PersonId};

/// Real, or part of a drill. Needed to make any notice.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// Real.
    Real,
    /// Part of this drill.
    Drill(DrillCode),
}

impl Origin {
    /// The drill it is part of.
    pub fn drill(&self) -> Option<&DrillCode> {
        match self {
            Self::Real => None,
            Self::Drill(code) => Some(code),
        }
    }
}

/// Who or what acts.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Actor {
    /// A person of the directory.
    Person(PersonId),
    /// A system that sends alerts, by its configured name.
    Intake(String),
    /// The program itself: a moment that came, a delivery that ended.
    System,
    /// Whoever has the command line of the server.
    Operator,
    /// Somebody the directory does not know.
    Stranger,
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person(id) => write!(f, "person:{id}"),
            Self::Intake(name) => write!(f, "intake:{name}"),
            Self::System => f.write_str("system"),
            Self::Operator => f.write_str("operator"),
            Self::Stranger => f.write_str("stranger"),
        }
    }
}

impl From<Actor> for String {
    fn from(actor: Actor) -> Self {
        actor.to_string()
    }
}

/// An actor this version does not know.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown actor: {0}")]
pub struct UnknownActor(pub String);

impl FromStr for Actor {
    type Err = UnknownActor;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once(':') {
            Some(("person", id)) => Ok(Self::Person(PersonId::new(id))),
            Some(("intake", name)) => Ok(Self::Intake(name.to_owned())),
            None if text == "system" => Ok(Self::System),
            None if text == "operator" => Ok(Self::Operator),
            None if text == "stranger" => Ok(Self::Stranger),
            _ => Err(UnknownActor(text.to_owned())),
        }
    }
}

impl TryFrom<String> for Actor {
    type Error = UnknownActor;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}
