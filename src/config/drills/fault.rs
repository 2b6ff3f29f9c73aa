//! What can be wrong with a scenario beyond what can be wrong with any file.

use crate::domain::drill::scenario::lint::Finding;
use crate::text::drill::faults as said;

/// What is wrong.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum DrillFault {
    /// The file is larger than anybody writes.
    TooLarge,
    /// More messages than anybody leads.
    TooManyInjects,
    /// Not the name of the file.
    OtherName,
    /// Nobody such.
    BadWho,
    /// A message that says in no way, or in two, when it goes out.
    NoTrigger,
    /// Not an inject and one of its expectations.
    BadReference,
    /// A delay with nothing it counts from.
    NoDelay,
    /// Something the whole of it shows.
    Found(Finding),
}

impl DrillFault {
    /// What it is, and the remedy.
    pub(in crate::config) fn said(&self) -> said::Said {
        match self {
            Self::TooLarge => said::too_large(),
            Self::TooManyInjects => said::too_many(super::MOST_INJECTS),
            Self::OtherName => said::other_name(),
            Self::BadWho => said::bad_who(),
            Self::NoTrigger => said::no_trigger(),
            Self::BadReference => said::bad_reference(),
            Self::NoDelay => said::no_delay(),
            Self::Found(finding) => said::found(&finding.what),
        }
    }
}
