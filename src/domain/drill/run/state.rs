//! Where a drill stands.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::event::{
    EndHow, Mark, Opinion, PauseWhy, Planning, Presence, Reminder, Reply, Rsvp, Settled,
};
use super::files::DrillFile;
use super::items::Item;
use super::sittings::Sitting;
use crate::domain::directory::Directory;
use crate::domain::drill::scenario::{ExpectId, InjectId, PartId};
use crate::domain::ids::{DrillCode, IncidentCode, PersonId, UnitCode};
use crate::domain::incident::event::WhyFailed;
use crate::domain::text::Text;
use crate::domain::time::Timestamp;
use crate::domain::values::Role;

/// Where it stands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Planned, and nobody was asked to agree yet.
    Draft,
    /// A manager is asked to agree.
    Submitted,
    /// It will take place.
    Scheduled,
    /// It is played.
    Running,
    /// It stands still.
    Paused,
    /// It is over.
    Ended,
    /// Its report waits for a manager.
    Reported,
    /// A manager agreed to its report: nothing of it changes any more.
    Closed,
    /// Its time passed and it did not begin.
    Missed,
    /// It does not take place.
    Cancelled,
    /// It took place without the program.
    HeldOutside,
}

impl Status {
    /// Every status.
    pub const ALL: [Self; 11] = [
        Self::Draft,
        Self::Submitted,
        Self::Scheduled,
        Self::Running,
        Self::Paused,
        Self::Ended,
        Self::Reported,
        Self::Closed,
        Self::Missed,
        Self::Cancelled,
        Self::HeldOutside,
    ];

    /// The word for it in tables and JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Submitted => "submitted",
            Self::Scheduled => "scheduled",
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Ended => "ended",
            Self::Reported => "reported",
            Self::Closed => "closed",
            Self::Missed => "missed",
            Self::Cancelled => "cancelled",
            Self::HeldOutside => "held_outside",
        }
    }

    /// Whether it has not begun and still may.
    pub fn is_ahead(self) -> bool {
        matches!(self, Self::Draft | Self::Submitted | Self::Scheduled)
    }

    /// Whether it is played, or stands still meanwhile.
    pub fn is_live(self) -> bool {
        matches!(self, Self::Running | Self::Paused)
    }
}

/// One who takes part.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Participant {
    /// As what.
    pub parts: BTreeSet<PartId>,
    /// For which unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitCode>,
    /// Whether he comes; nothing where he has not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rsvp: Option<Rsvp>,
    /// Who comes in his place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stand_in: Option<PersonId>,
    /// How, and since when he is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub here: Option<(Presence, Timestamp)>,
    /// Since when he has real work to do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub released: Option<Timestamp>,
}

impl Participant {
    /// Whether messages of the drill go to him.
    pub fn plays(&self) -> bool {
        self.rsvp != Some(Rsvp::No) && self.stand_in.is_none() && self.released.is_none()
    }
}

/// Where an inject stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// It has not gone out.
    #[default]
    Pending,
    /// It waits for the lead, whatever its time.
    Held,
    /// It is left out.
    Skipped,
    /// It went out.
    Sent,
}

/// An inject as it is played.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Played {
    /// Where it stands.
    pub stage: Stage,
    /// When it goes out by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Timestamp>,
    /// The same for one person, where it answers what only he did.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub own: BTreeMap<PersonId, Timestamp>,
    /// When it went out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent: Option<Timestamp>,
    /// To whom.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub to: BTreeSet<PersonId>,
    /// With whom it arrived, and when.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub delivered: BTreeMap<PersonId, Timestamp>,
    /// To whom it cannot be delivered.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub failed: BTreeMap<PersonId, WhyFailed>,
    /// What was done, by expectation and person: the first that counts.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub replies: BTreeMap<ExpectId, BTreeMap<PersonId, Replied>>,
    /// What of it was judged, and whether it is as it should be.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub judged: BTreeMap<ExpectId, BTreeMap<PersonId, bool>>,
    /// How long each expectation is waited for.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub open: BTreeMap<ExpectId, Vec<Wait>>,
}

/// How long something is waited for from those to whom an inject went at one time.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Wait {
    /// Until when.
    pub until: Timestamp,
    /// From whom.
    pub of: BTreeSet<PersonId>,
}

impl Played {
    /// Whether what somebody did was judged, and how.
    pub fn verdict(&self, expect: &ExpectId, person: &PersonId) -> Option<bool> {
        self.judged.get(expect).and_then(|all| all.get(person)).copied()
    }
}

/// What somebody did.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Replied {
    /// When.
    pub at: Timestamp,
    /// What.
    pub reply: Reply,
}

/// A stretch in which it stood still.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Pause {
    /// Since when.
    pub from: Timestamp,
    /// Until when; nothing while it lasts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Timestamp>,
    /// Why.
    pub why: PauseWhy,
}

/// What a participant claims to be real.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Claim {
    /// Who.
    pub by: PersonId,
    /// When it counts as real.
    pub until: Timestamp,
}

/// A report of which it is not known whether it is of the drill.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Heard {
    /// Who.
    pub person: PersonId,
    /// What.
    pub words: Text,
    /// When it counts as real.
    pub until: Timestamp,
    /// What came of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settled: Option<(Settled, IncidentCode)>,
}

/// The correction.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Correction {
    /// When it was sent.
    pub at: Timestamp,
    /// To whom.
    pub to: BTreeSet<PersonId>,
    /// With whom it arrived, and when.
    pub arrived: BTreeMap<PersonId, Timestamp>,
    /// With whom it does not arrive.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub failed: BTreeSet<PersonId>,
}

impl Correction {
    /// Whether it is known of everybody whether it arrived.
    pub fn is_through(&self) -> bool {
        self.to.iter().all(|one| self.arrived.contains_key(one) || self.failed.contains(one))
    }
}

/// What somebody saw.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Observation {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: PersonId,
    /// What.
    pub words: Text,
}

/// One answer to the questions after the end.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Surveyed {
    /// Who; nobody where it is anonymous.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<PersonId>,
    /// The answers by question.
    pub answers: Vec<Opinion>,
}

/// Where the report of a drill stands.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct ReportState {
    /// When it is due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Timestamp>,
    /// When its lead was asked for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked: Option<Timestamp>,
    /// Who handed it in, and when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub submitted: Option<(PersonId, Timestamp)>,
    /// Who agreed, and when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved: Option<(PersonId, Timestamp)>,
    /// The digest of what it is made from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
}

/// A drill.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Drill {
    /// Its code.
    pub code: DrillCode,
    /// How many events made it.
    pub version: u64,
    /// What is planned.
    pub planning: Planning,
    /// Where it stands.
    pub status: Status,
    /// Who planned it, where that was a person.
    pub author: Option<PersonId>,
    /// Who agreed, and when.
    pub approved: Option<(PersonId, Timestamp)>,
    /// Why somebody did not, or why it was moved or cancelled; what shows that it took place elsewhere.
    pub remark: Option<Text>,
    /// Who takes part.
    pub people: BTreeMap<PersonId, Participant>,
    /// The last reminder that was sent.
    pub reminded: Option<Reminder>,
    /// When the managers were last asked for their word.
    pub nagged: Option<Timestamp>,
    /// Whether the lead was asked to look at everything.
    pub go_asked: bool,
    /// What the lead looked at.
    pub points: BTreeMap<u32, bool>,
    /// When it began.
    pub started: Option<Timestamp>,
    /// To whom the beginning went.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub opened_with: BTreeSet<PersonId>,
    /// When it ended, and how.
    pub ended: Option<(Timestamp, EndHow)>,
    /// When it ends at the latest, while it is played.
    pub hard_stop: Option<Timestamp>,
    /// How far it has come through its sessions.
    #[serde(default)]
    pub sitting: Sitting,
    /// The injects.
    pub injects: BTreeMap<InjectId, Played>,
    /// When it stood still.
    pub pauses: Vec<Pause>,
    /// What a participant claims to be real.
    pub claim: Option<Claim>,
    /// Reports that may be of the drill or real, by number from one.
    pub reports: BTreeMap<u32, Heard>,
    /// The incidents within it.
    pub incidents: Vec<IncidentCode>,
    /// The real ones that whoever took part told of meanwhile.
    pub real: Vec<IncidentCode>,
    /// The correction.
    pub correction: Option<Correction>,
    /// What was seen.
    pub observations: Vec<Observation>,
    /// Files that came with what was seen, or in answer to an inject.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<DrillFile>,
    /// How often people were asked how it was, and when last.
    pub survey_sent: Option<(u32, Timestamp)>,
    /// What they answered, by token.
    pub survey: BTreeMap<String, Surveyed>,
    /// How objectives were judged.
    pub marks: BTreeMap<String, (Mark, Option<Text>)>,
    /// When the managers got the short note.
    pub quick_note: Option<Timestamp>,
    /// Since when nobody is asked any more how it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub survey_closed: Option<Timestamp>,
    /// Its report.
    #[serde(default)]
    pub report: ReportState,
    /// What is to be made better, by number from one.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub items: BTreeMap<u32, Item>,
}

impl Drill {
    /// Whether nothing of it may leave but what is said about its standing still.
    pub fn is_frozen(&self) -> bool {
        self.status == Status::Paused
    }

    /// Whether it stands still for a real incident.
    pub fn stands_for_real(&self) -> bool {
        let open = self.pauses.iter().find(|pause| pause.to.is_none());
        open.is_some_and(|pause| matches!(pause.why, PauseWhy::Real { .. }))
    }

    /// When it is over by its plan.
    pub fn planned_end(&self) -> Timestamp {
        let last = self.planning.sessions.iter().max().copied().unwrap_or(self.planning.at);
        last.max(self.planning.at).plus(self.planning.scenario.length)
    }

    /// Whether the person leads it, or stands in for who does.
    pub fn is_led_by(&self, person: &PersonId) -> bool {
        self.planning.lead == *person || self.planning.deputy.as_ref() == Some(person)
    }

    /// Whether the person has a task in holding it.
    pub fn is_staff(&self, person: &PersonId) -> bool {
        self.is_led_by(person) || self.planning.evaluators.contains(person)
    }

    /// Whether the person may look at it: whoever holds it or takes part, the leads of the team and the
    /// managers.
    pub fn is_seen_by(&self, person: &PersonId, directory: &Directory) -> bool {
        self.concerns(person)
            || self.items.values().any(|item| item.is_for(person, directory))
            || [Role::Lead, Role::Manager].iter().any(|role| directory.has_role(person, *role))
    }

    /// Those to whom messages of the drill go.
    pub fn players(&self) -> impl Iterator<Item = (&PersonId, &Participant)> {
        self.people.iter().filter(|(_, participant)| participant.plays())
    }

    /// Whether the person plays.
    pub fn plays(&self, person: &PersonId) -> bool {
        self.people.get(person).is_some_and(Participant::plays)
    }

    /// Everybody to whom anything of the drill may go.
    pub fn concerns(&self, person: &PersonId) -> bool {
        self.is_staff(person) || self.people.contains_key(person)
    }

    /// Whoever takes part, and whoever holds it.
    pub fn everybody(&self) -> BTreeSet<PersonId> {
        let planning = &self.planning;
        let staff = [planning.lead.clone()].into_iter().chain(planning.deputy.clone());
        staff.chain(planning.evaluators.clone()).chain(self.people.keys().cloned()).collect()
    }

    /// Everybody who got, or is to get, anything that belongs to the story: its beginning, or an inject.
    pub fn told(&self) -> BTreeSet<PersonId> {
        let got = |played: &'_ Played| {
            let failed = |one: &&PersonId| !played.failed.contains_key(*one);
            played.to.iter().filter(failed).cloned().collect::<Vec<_>>()
        };
        self.injects.values().flat_map(got).chain(self.opened_with.iter().cloned()).collect()
    }

    /// How long it stood still within a stretch, in milliseconds.
    pub fn paused_within(&self, from: Timestamp, to: Timestamp) -> i64 {
        let over = |pause: &Pause| {
            let (start, end) = (pause.from.max(from), pause.to.unwrap_or(to).min(to));
            end.millis().saturating_sub(start.millis()).max(0)
        };
        self.pauses.iter().map(over).fold(0, i64::saturating_add)
    }

    /// Whether somebody is asked whether something is real.
    pub fn is_asked(&self) -> bool {
        self.claim.is_some() || self.reports.values().any(|heard| heard.settled.is_none())
    }

    /// The report that waits for this person to say whether it is real.
    pub fn open_report(&self, person: &PersonId) -> Option<(u32, &Heard)> {
        let mine = |(_, heard): &(&u32, &Heard)| heard.person == *person && heard.settled.is_none();
        self.reports.iter().rev().find(mine).map(|(number, heard)| (*number, heard))
    }
}
