//! Who there is: units, people, roles and the ways to reach them, as one value a decision can read.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::calendar::{Calendar, HoursOf, When};
use super::contacts::Contacts;
use super::drill::duty::Duties;
use super::drill::plan::Book;
use super::ids::{PersonId, SystemCode, UnitCode};
use super::roster::Roster;
use super::roster::canary::Habits;
use super::systems::System;
use super::text::ContentId;
use super::time::Timestamp;
use super::values::{ChannelKind, Role};

/// A reporting unit.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Unit {
    /// Its code.
    pub code: UnitCode,
    /// Its name, as people write it.
    pub name: String,
    /// Its kind, a word of the province's own data.
    pub kind: String,
    /// The unit above it.
    pub parent: Option<UnitCode>,
    /// First day of validity, `YYYY-MM-DD`.
    pub active_from: Option<String>,
    /// Last day of validity, `YYYY-MM-DD`.
    pub active_to: Option<String>,
    /// The unit that took its place.
    pub successor: Option<UnitCode>,
}

/// What the ledger says of a person: no name, no number.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Person {
    /// The id, which stays for ever.
    pub id: PersonId,
    /// Where the person belongs.
    pub unit: Option<UnitCode>,
    /// What the person may do.
    pub roles: BTreeSet<Role>,
    /// The person's own order of channels; empty means the configured one.
    #[serde(default)]
    pub order: Vec<ChannelKind>,
    /// False once the person has left.
    pub active: bool,
    /// When the person works, by the office hours of the person's unit; at any hour where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<When>,
}

/// Personal data, kept apart from the ledger so that it can be erased.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Private {
    /// Full name.
    pub full_name: String,
    /// Job title.
    pub title: String,
    /// Telegram user id, which is also the private chat's id.
    pub telegram_id: Option<i64>,
    /// Zalo id.
    pub zalo_id: Option<String>,
    /// Telephone number.
    pub phone: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
}

/// An invitation not yet used.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Invitation {
    /// Digest of the code, never the code itself.
    pub digest: ContentId,
    /// For whom.
    pub person: PersonId,
    /// Until when it can be used.
    pub expires: Timestamp,
}

/// What the configuration adds to every directory.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Setup {
    /// The channels that are configured, in the configured order.
    pub channels: Vec<ChannelKind>,
    /// The province's days and hours.
    pub calendar: Arc<Calendar>,
    /// When it is looked at everybody, and the way to whoever is on duty is tested.
    pub habits: Habits,
    /// Which units have to drill, and how often.
    pub duties: Arc<Duties>,
}

/// Everything about people, units and who is on duty, at one version.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Directory {
    /// Units by code.
    pub units: BTreeMap<UnitCode, Unit>,
    /// People by id.
    pub people: BTreeMap<PersonId, Person>,
    /// Personal data by id.
    pub private: BTreeMap<PersonId, Private>,
    /// Units whose last day is over.
    pub ended: BTreeSet<UnitCode>,
    /// Information systems by code.
    pub systems: BTreeMap<SystemCode, System>,
    /// Open invitations.
    pub invitations: Vec<Invitation>,
    /// The channels that are configured, in the configured order.
    pub channels: Vec<ChannelKind>,
    /// The province's days and hours.
    pub calendar: Arc<Calendar>,
    /// When it is looked at everybody, and the way to whoever is on duty is tested.
    pub habits: Habits,
    /// Who is on duty when.
    pub roster: Arc<Roster>,
    /// Whether what is known of contacts still holds.
    pub contact_facts: Arc<Contacts>,
    /// Series of drills, and the plans of years.
    pub drill_book: Arc<Book>,
    /// Which units have to drill, and how often.
    pub duties: Arc<Duties>,
}

impl Directory {
    /// An active person.
    pub fn active(&self, id: &PersonId) -> Option<&Person> {
        self.people.get(id).filter(|person| person.active)
    }

    /// The calendar by the hours of a unit, or by everybody's.
    pub fn hours_of(&self, unit: Option<&UnitCode>) -> HoursOf<'_> {
        self.calendar.hours_of(unit.and_then(|code| self.units.get(code)))
    }

    /// Whether an instant lies outside the working hours of a person.
    pub fn is_off(&self, id: &PersonId, at: Timestamp) -> bool {
        let off = |person: &Person| {
            let own = |when| self.hours_of(person.unit.as_ref()).holds(when, at);
            !person.hours.is_none_or(own)
        };
        self.active(id).is_some_and(off)
    }

    /// The person behind a Telegram account.
    pub fn by_telegram(&self, telegram_id: i64) -> Option<&Person> {
        let (id, _) = self.private.iter().find(|(_, p)| p.telegram_id == Some(telegram_id))?;
        self.active(id)
    }

    /// Active people with `role`, in the fixed order of their ids.
    pub fn with_role(&self, role: Role) -> impl Iterator<Item = &Person> {
        self.people.values().filter(move |person| person.active && person.roles.contains(&role))
    }

    /// Who looks after the directory: leads and administrators.
    pub fn keepers(&self) -> BTreeSet<PersonId> {
        let keepers = self.with_role(Role::Lead).chain(self.with_role(Role::Admin));
        keepers.map(|person| person.id.clone()).collect()
    }

    /// Who may be asked to take an incident: active responders and leads, in the order of their ids.
    pub fn assignable(&self) -> impl Iterator<Item = &Person> {
        let takes = |person: &&Person| {
            [Role::Responder, Role::Lead].iter().any(|r| person.roles.contains(r))
        };
        self.people.values().filter(|person| person.active).filter(takes)
    }

    /// Whether the person works in the Team or leads it, and so may be on duty.
    pub fn in_team(&self, id: &PersonId) -> bool {
        self.has_role(id, Role::Responder) || self.has_role(id, Role::Lead)
    }

    /// Whether the active person `id` has `role`.
    pub fn has_role(&self, id: &PersonId, role: Role) -> bool {
        self.active(id).is_some_and(|person| person.roles.contains(&role))
    }

    /// The channels that can carry something to the person, best first: the person's own order,
    /// then the configured one, less those without an address or not configured.
    pub fn ways_to(&self, id: &PersonId) -> Vec<ChannelKind> {
        let (Some(person), Some(private)) = (self.active(id), self.private.get(id)) else {
            return Vec::new();
        };
        let mut ways: Vec<ChannelKind> = Vec::new();
        for &way in person.order.iter().chain(&self.channels) {
            let address = match way {
                ChannelKind::Telegram => private.telegram_id.is_some(),
                ChannelKind::Webhook => private.phone.is_some(),
                ChannelKind::Email => private.email.is_some(),
            };
            if address && self.channels.contains(&way) && !ways.contains(&way) {
                ways.push(way);
            }
        }
        ways
    }

    /// The name to show for a person; the id once the name is gone.
    pub fn name<'a>(&'a self, id: &'a PersonId) -> &'a str {
        match self.private.get(id) {
            Some(private) if !private.full_name.is_empty() => &private.full_name,
            _ => id.as_str(),
        }
    }

    /// Whether there is an administrator already.
    pub fn has_admin(&self) -> bool {
        self.with_role(Role::Admin).next().is_some()
    }
}

/// What happened to the directory. Names and numbers never stand here.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum DirectoryEvent {
    /// A unit was added or changed.
    UnitSet {
        /// As it is now.
        unit: Unit,
    },
    /// A unit's last day is over.
    UnitEnded {
        /// Which.
        unit: UnitCode,
        /// Who took its place.
        successor: Option<UnitCode>,
    },
    /// A unit that had ended has more days after all.
    UnitRevived {
        /// Which.
        unit: UnitCode,
    },
    /// An information system was added or changed.
    SystemSet {
        /// As it is now.
        system: System,
    },
    /// A person was added or changed.
    PersonSet {
        /// As it is now.
        person: Person,
    },
    /// Names or numbers of a person were added or changed; they are kept apart.
    PrivateSet {
        /// Whose.
        person: PersonId,
    },
    /// An invitation was made.
    Invited {
        /// The invitation.
        invitation: Invitation,
    },
    /// An invitation was used: the person is linked to an account.
    Linked {
        /// Who.
        person: PersonId,
        /// On which channel.
        channel: ChannelKind,
        /// The invitation used.
        digest: ContentId,
    },
    /// A person's account was unlinked: a lost telephone, for one.
    Unlinked {
        /// Who.
        person: PersonId,
        /// On which channel.
        channel: ChannelKind,
    },
    /// Names and numbers of somebody who left were erased.
    PrivateErased {
        /// Whose.
        person: PersonId,
    },
    /// No invitation made before is valid any more: a backup was put back, and nobody knows which
    /// were used since it was made.
    InvitationsVoided,
}

impl DirectoryEvent {
    /// The word for it in the ledger.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::UnitSet { .. } => "unit_set",
            Self::UnitEnded { .. } => "unit_ended",
            Self::UnitRevived { .. } => "unit_revived",
            Self::SystemSet { .. } => "system_set",
            Self::PersonSet { .. } => "person_set",
            Self::PrivateSet { .. } => "private_set",
            Self::Invited { .. } => "invited",
            Self::Linked { .. } => "linked",
            Self::Unlinked { .. } => "unlinked",
            Self::PrivateErased { .. } => "private_erased",
            Self::InvitationsVoided => "invitations_voided",
        }
    }

    /// Every kind this version knows.
    pub const KINDS: &'static [&'static str] = &[
        "unit_set",
        "unit_ended",
        "unit_revived",
        "system_set",
        "person_set",
        "private_set",
        "invited",
        "linked",
        "unlinked",
        "private_erased",
        "invitations_voided",
    ];
}

impl Directory {
    /// Takes one event in. Personal data is not in events and comes from its own table.
    pub fn apply(&mut self, event: &DirectoryEvent) {
        match event {
            DirectoryEvent::UnitSet { unit } => {
                self.units.insert(unit.code.clone(), unit.clone());
            }
            DirectoryEvent::UnitEnded { unit, .. } => {
                self.ended.insert(unit.clone());
            }
            DirectoryEvent::UnitRevived { unit } => {
                self.ended.remove(unit);
            }
            DirectoryEvent::SystemSet { system } => {
                self.systems.insert(system.code.clone(), system.clone());
            }
            DirectoryEvent::PersonSet { person } => {
                self.people.insert(person.id.clone(), person.clone());
            }
            DirectoryEvent::Invited { invitation } => {
                self.invitations.retain(|open| open.person != invitation.person);
                self.invitations.push(invitation.clone());
            }
            DirectoryEvent::Linked { digest, .. } => {
                self.invitations.retain(|open| &open.digest != digest);
            }
            DirectoryEvent::InvitationsVoided => self.invitations.clear(),
            DirectoryEvent::PrivateSet { .. }
            | DirectoryEvent::PrivateErased { .. }
            | DirectoryEvent::Unlinked { .. } => {}
        }
    }
}
