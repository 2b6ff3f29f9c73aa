//! Names of things: codes and ids as types, so that one is never taken for another.

use std::fmt;
use std::str::FromStr;

/// A text as a type of its own.
macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Takes the text as it is.
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// The text of it.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

pub(crate) use id;

id!(
    /// An incident's code, such as `SC-2026-0001`: what people say on the telephone.
    IncidentCode
);
id!(
    /// A person's id in the directory, such as `p-017`.
    PersonId
);
id!(
    /// A reporting unit's code, such as `xa-001`.
    UnitCode
);
id!(
    /// An information system's code, such as `cong-tt`.
    SystemCode
);
id!(
    /// A drill's code, such as `DT-2026-001`.
    DrillCode
);

impl IncidentCode {
    /// The code of the `number`-th incident of `year`.
    pub fn numbered(prefix: &str, year: i32, number: u64) -> Self {
        Self(format!("{prefix}-{year}-{number:04}"))
    }

    /// What a person typed as a code: any case, spaces around, a leading `#`.
    pub fn read(typed: &str) -> Option<Self> {
        let code = typed.trim().trim_start_matches('#').to_uppercase();
        let mut parts = code.rsplitn(3, '-');
        let digits = |part: Option<&str>| {
            part.is_some_and(|p| !p.is_empty() && p.bytes().all(|b| b.is_ascii_digit()))
        };
        let fits = digits(parts.next())
            && digits(parts.next())
            && parts.next().is_some_and(|prefix| !prefix.is_empty() && prefix.len() <= 12);
        (fits && code.len() <= 32).then_some(Self(code))
    }
}

/// One aggregate's list of events in the ledger.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Stream {
    /// One incident.
    Incident(IncidentCode),
    /// Units, people, invitations.
    Directory,
    /// Who is on duty when.
    Roster,
    /// Whether what is known of the units' contacts still holds.
    Contacts,
    /// One drill.
    Drill(DrillCode),
    /// Series of drills, and the plans of years.
    Drills,
    /// What happened to the program itself: absences, clock jumps, updates that could not be read.
    System,
}

impl fmt::Display for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Incident(code) => write!(f, "incident/{code}"),
            Self::Directory => f.write_str("directory"),
            Self::Roster => f.write_str("roster"),
            Self::Contacts => f.write_str("contacts"),
            Self::Drill(code) => write!(f, "drill/{code}"),
            Self::Drills => f.write_str("drills"),
            Self::System => f.write_str("system"),
        }
    }
}

impl FromStr for Stream {
    type Err = UnknownStream;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once('/') {
            Some(("incident", code)) => Ok(Self::Incident(IncidentCode::new(code))),
            Some(("drill", code)) => Ok(Self::Drill(DrillCode::new(code))),
            None if text == "directory" => Ok(Self::Directory),
            None if text == "roster" => Ok(Self::Roster),
            None if text == "contacts" => Ok(Self::Contacts),
            None if text == "drills" => Ok(Self::Drills),
            None if text == "system" => Ok(Self::System),
            _ => Err(UnknownStream(text.to_owned())),
        }
    }
}

/// A stream this version does not know.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown stream: {0}")]
pub struct UnknownStream(pub String);
