//! What happens to an incident. These shapes change only by addition.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

pub use super::why::{Cause, Fact, WhyFailed};
use crate::domain::actor::Origin;
use crate::domain::escalation::ladder::{Position, Rung};
use crate::domain::escalation::policy::PolicySet;
use crate::domain::escalation::who::Called;
use crate::domain::evidence::{Form, NotTaken, Source, Stored};
use crate::domain::ids::{IncidentCode, PersonId, UnitCode};
use crate::domain::playbook::run::RunEvent;
use crate::domain::text::Text;
use crate::domain::time::Timestamp;
use crate::domain::values::{Category, ChannelKind, Flag, Outcome, Severity, Tlp, Tri};

/// Everything known when an incident is recorded.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Opening {
    /// Real, or part of a drill.
    pub origin: Origin,
    /// One line.
    pub title: Text,
    /// The rest of what was said.
    pub description: Option<Text>,
    /// The unit concerned.
    pub unit: Option<UnitCode>,
    /// First severity.
    pub severity: Severity,
    /// First category.
    pub category: Option<Category>,
    /// Whether severity and category are only a first guess from the words.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub guessed: bool,
    /// When it was noticed.
    pub detected_at: Timestamp,
    /// True while the time of the report stands in for the time of detection.
    pub detected_estimated: bool,
    /// Handled outside the system: no content is kept.
    pub off_channel: bool,
    /// First TLP label.
    pub tlp: Tlp,
    /// The person who reported; `None` for an intake.
    pub reported_by: Option<PersonId>,
    /// The intake and its key under which repeats join.
    pub dedup: Option<Dedup>,
    /// An earlier incident this one follows.
    pub follows: Option<IncidentCode>,
    /// Open incidents it may belong to: a hint for those who see them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub similar: Vec<IncidentCode>,
    /// Of a drill's incident: everybody it may concern.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub among: BTreeSet<PersonId>,
    /// The policies in force, kept for the incident's whole life.
    pub policies: Box<PolicySet>,
}

/// What repeats of an alert are recognised by.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct Dedup {
    /// The intake's name.
    pub intake: String,
    /// Its key, sealed.
    pub key: String,
}

/// One thing that happened.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum IncidentEvent {
    /// It was recorded.
    Reported {
        /// What was known.
        opening: Opening,
    },
    /// A rung of the ladder was taken and these people are being paged.
    RungReached {
        /// Which.
        rung: Rung,
        /// Whom, and why each.
        people: Vec<Called>,
        /// Whether the team's chat is called.
        team: bool,
        /// Whether anybody there has a channel at all.
        reachable: bool,
        /// Why it was taken.
        cause: Cause,
        /// When the next one is due.
        next: Timestamp,
    },
    /// A rung fell due outside the office hours its policy calls in, and waits for the next.
    CallPutOff {
        /// Which.
        position: Position,
        /// When it is taken.
        until: Timestamp,
    },
    /// The rounds are spent or nobody was reached; lead and managers are paged, again and again.
    Exhausted {
        /// The last rung.
        rung: Rung,
        /// Whom, and why each.
        people: Vec<Called>,
        /// Whether anybody there has a channel at all.
        reachable: bool,
        /// Why.
        cause: Cause,
        /// When they are called again.
        next: Timestamp,
    },
    /// Nobody on the current rung could be reached on any channel.
    RungUndeliverable,
    /// A page did not get through on one channel.
    PageFailed {
        /// The entry that called the person.
        rung_seq: i64,
        /// Whom.
        person: PersonId,
        /// On which channel; none when the person has none.
        channel: Option<ChannelKind>,
        /// Why.
        why: WhyFailed,
    },
    /// Somebody took charge.
    Acknowledged {
        /// Who had it before, when an assignment passed it on.
        previous: Option<PersonId>,
    },
    /// Somebody who does not hold it acted on it.
    HelperJoined {
        /// Who.
        person: PersonId,
    },
    /// The holder gave it back.
    HandedBack {
        /// Who held it.
        holder: PersonId,
    },
    /// The holder was asked whether he is still on it.
    LeaseReminded {
        /// When it will be released without an answer.
        release_at: Timestamp,
    },
    /// The holder did not answer and holds it no more.
    LeaseExpired {
        /// Who held it.
        holder: PersonId,
    },
    /// The holder is still on it.
    KeptAlive,
    /// A lead asked one person to take it.
    Assigned {
        /// Whom.
        to: PersonId,
    },
    /// A note.
    NoteAdded {
        /// The words.
        text: Text,
        /// Whether reporters are to read it, not only the holder.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        for_all: bool,
    },
    /// The unit it was under ended: it goes on under whoever took its place.
    UnitMoved {
        /// From.
        from: UnitCode,
        /// To.
        to: UnitCode,
    },
    /// The severity changed.
    SeverityChanged {
        /// From.
        from: Severity,
        /// To.
        to: Severity,
        /// Where a lowered ladder stands now.
        rung: Option<Rung>,
        /// When a lowered ladder moves next.
        next: Option<Timestamp>,
    },
    /// The category changed.
    CategoryChanged {
        /// To.
        to: Option<Category>,
    },
    /// A flag was set.
    FlagSet {
        /// Which.
        flag: Flag,
        /// To.
        value: Tri,
        /// Why.
        reason: Option<Text>,
    },
    /// The TLP label changed.
    TlpChanged {
        /// To.
        to: Tlp,
    },
    /// It spreads no further.
    Contained {
        /// Whether the actor became the holder by it.
        took: bool,
    },
    /// Put right.
    Resolved,
    /// The holder, or the lead, was reminded to close it.
    CloseReminded {
        /// When next.
        next: Timestamp,
    },
    /// Finished.
    Closed {
        /// How.
        outcome: Outcome,
        /// The summary or the reason.
        text: Option<Text>,
        /// The main incident of a duplicate.
        main: Option<IncidentCode>,
    },
    /// Opened again, as a new episode.
    Reopened,
    /// Another incident turned out to be this one.
    MergedIn {
        /// Which.
        duplicate: IncidentCode,
        /// Who reported that one, and follows this one from now on.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reporter: Option<PersonId>,
        /// The unit of that one, which may see this one from now on.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        unit: Option<UnitCode>,
    },
    /// A merge was undone.
    Unmerged {
        /// Which.
        duplicate: IncidentCode,
    },
    /// It is dealt with as a part of a widespread incident: nobody is called for it alone.
    Grouped {
        /// The widespread incident.
        parent: IncidentCode,
    },
    /// It is dealt with alone again.
    Ungrouped {
        /// What it was a part of.
        parent: IncidentCode,
    },
    /// Another incident is dealt with as a part of this one.
    PartJoined {
        /// Which.
        part: IncidentCode,
        /// Its unit.
        unit: Option<UnitCode>,
        /// Who reported it.
        reporter: Option<PersonId>,
    },
    /// An incident is no part of this one any more.
    PartLeft {
        /// Which.
        part: IncidentCode,
    },
    /// The same alert came again.
    AlertRepeated {
        /// How many times by now.
        count: u64,
        /// What it said, where it joined because it looks alike: that may differ in its numbers.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        title: Option<Text>,
    },
    /// Its source comes and goes: what it sends joins here and opens nothing until it is quiet.
    FlappingDamped {
        /// How many times it came.
        times: u64,
        /// Within how many milliseconds.
        within_ms: u64,
        /// How many milliseconds it must be quiet.
        quiet_ms: u64,
    },
    /// The source says it is over; only people close.
    AlertCleared,
    /// The clock was set; the wait keeps what remained of it.
    WaitShifted {
        /// By how many milliseconds.
        by_ms: i64,
    },
    /// Somebody said what the report had left open.
    FactGiven {
        /// What.
        fact: Fact,
    },
    /// Somebody sent a file; it waits to be fetched.
    EvidenceOffered {
        /// Its number among the incident's evidence, from one.
        number: u32,
        /// How it came.
        form: Form,
        /// From where.
        source: Source,
        /// Its size in bytes, as the channel says.
        size: Option<u64>,
        /// The name its sender gave it.
        text: Option<Text>,
    },
    /// It is on disk.
    EvidenceStored {
        /// Which.
        number: u32,
        /// What.
        stored: Stored,
    },
    /// It was not taken.
    EvidenceRefused {
        /// Which.
        number: u32,
        /// Why.
        why: NotTaken,
    },
    /// Somebody keeps something elsewhere, and told its hash and place.
    EvidenceDescribed {
        /// Its number.
        number: u32,
        /// SHA-256, as it was told.
        sha256: String,
        /// Where it is kept.
        text: Text,
    },
    /// It is given to somebody, who has to confirm it.
    EvidenceHanded {
        /// Which.
        number: u32,
        /// Who had it; nobody when the program did.
        from: Option<PersonId>,
        /// Who gets it.
        to: PersonId,
        /// Why.
        reason: Option<Text>,
    },
    /// Whoever it was given to has it.
    EvidenceReceived {
        /// Which.
        number: u32,
        /// Who had it before.
        from: Option<PersonId>,
    },
    /// The writer changed words that were said before.
    WordsEdited {
        /// The entry that carried them.
        of_seq: i64,
        /// The new title, of a report.
        title: Option<Text>,
        /// The new words; of a report, what its title does not hold.
        text: Option<Text>,
    },
    /// Something happened to a playbook that is run on it.
    Run {
        /// The number of the run.
        run: u32,
        /// What.
        what: RunEvent,
    },
    /// Content was lawfully removed.
    ContentRemoved {
        /// The entry that carried it.
        of_seq: i64,
        /// Why.
        reason: Text,
    },
}

impl IncidentEvent {
    /// The word for it in the ledger.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Reported { .. } => "reported",
            Self::RungReached { .. } => "rung_reached",
            Self::CallPutOff { .. } => "call_put_off",
            Self::Exhausted { .. } => "exhausted",
            Self::RungUndeliverable => "rung_undeliverable",
            Self::PageFailed { .. } => "page_failed",
            Self::Acknowledged { .. } => "acknowledged",
            Self::HelperJoined { .. } => "helper_joined",
            Self::HandedBack { .. } => "handed_back",
            Self::LeaseReminded { .. } => "lease_reminded",
            Self::LeaseExpired { .. } => "lease_expired",
            Self::KeptAlive => "kept_alive",
            Self::Assigned { .. } => "assigned",
            Self::NoteAdded { .. } => "note_added",
            Self::UnitMoved { .. } => "unit_moved",
            Self::SeverityChanged { .. } => "severity_changed",
            Self::CategoryChanged { .. } => "category_changed",
            Self::FlagSet { .. } => "flag_set",
            Self::TlpChanged { .. } => "tlp_changed",
            Self::Contained { .. } => "contained",
            Self::Resolved => "resolved",
            Self::CloseReminded { .. } => "close_reminded",
            Self::Closed { .. } => "closed",
            Self::Reopened => "reopened",
            Self::MergedIn { .. } => "merged_in",
            Self::Unmerged { .. } => "unmerged",
            Self::Grouped { .. } => "grouped",
            Self::Ungrouped { .. } => "ungrouped",
            Self::PartJoined { .. } => "part_joined",
            Self::PartLeft { .. } => "part_left",
            Self::AlertRepeated { .. } => "alert_repeated",
            Self::FlappingDamped { .. } => "flapping_damped",
            Self::AlertCleared => "alert_cleared",
            Self::WaitShifted { .. } => "wait_shifted",
            Self::FactGiven { .. } => "fact_given",
            Self::EvidenceOffered { .. } => "evidence_offered",
            Self::EvidenceStored { .. } => "evidence_stored",
            Self::EvidenceRefused { .. } => "evidence_refused",
            Self::EvidenceDescribed { .. } => "evidence_described",
            Self::EvidenceHanded { .. } => "evidence_handed",
            Self::EvidenceReceived { .. } => "evidence_received",
            Self::WordsEdited { .. } => "words_edited",
            Self::Run { what, .. } => what.kind(),
            Self::ContentRemoved { .. } => "content_removed",
        }
    }

    /// Every kind this version knows.
    #[rustfmt::skip]
    pub const KINDS: &'static [&'static str] = &[
        "reported", "rung_reached", "call_put_off", "exhausted", "rung_undeliverable", "page_failed", "acknowledged",
        "helper_joined", "handed_back", "lease_reminded", "lease_expired", "kept_alive", "assigned",
        "note_added", "severity_changed", "category_changed", "flag_set", "tlp_changed", "contained",
        "resolved", "close_reminded", "closed", "reopened", "merged_in", "unmerged",
        "evidence_offered", "evidence_stored", "evidence_refused", "evidence_described",
        "evidence_handed", "evidence_received",
        "grouped", "ungrouped", "part_joined", "part_left", "alert_repeated", "alert_cleared",
        "wait_shifted", "fact_given", "content_removed",
        "words_edited", "flapping_damped", "unit_moved",
    ];

    /// The free text in it, to be sealed before it is stored.
    pub fn texts_mut(&mut self) -> Vec<&mut Text> {
        match self {
            Self::Reported { opening } => {
                let mut texts = vec![&mut opening.title];
                texts.extend(opening.description.as_mut());
                texts
            }
            Self::NoteAdded { text, .. }
            | Self::EvidenceDescribed { text, .. }
            | Self::ContentRemoved { reason: text, .. } => vec![text],
            Self::FlagSet { reason, .. } | Self::EvidenceHanded { reason, .. } => {
                reason.as_mut().into_iter().collect()
            }
            Self::Closed { text, .. }
            | Self::EvidenceOffered { text, .. }
            | Self::AlertRepeated { title: text, .. } => text.as_mut().into_iter().collect(),
            Self::WordsEdited { title, text, .. } => title.iter_mut().chain(text).collect(),
            Self::Run { what, .. } => what.text_mut().into_iter().collect(),
            _ => Vec::new(),
        }
    }

    /// The free text in it.
    pub fn texts(&self) -> Vec<&Text> {
        match self {
            Self::Reported { opening } => {
                let mut texts = vec![&opening.title];
                texts.extend(opening.description.as_ref());
                texts
            }
            Self::NoteAdded { text, .. }
            | Self::EvidenceDescribed { text, .. }
            | Self::ContentRemoved { reason: text, .. } => vec![text],
            Self::FlagSet { reason, .. } | Self::EvidenceHanded { reason, .. } => {
                reason.as_ref().into_iter().collect()
            }
            Self::Closed { text, .. }
            | Self::EvidenceOffered { text, .. }
            | Self::AlertRepeated { title: text, .. } => text.as_ref().into_iter().collect(),
            Self::WordsEdited { title, text, .. } => title.iter().chain(text).collect(),
            Self::Run { what, .. } => what.text().into_iter().collect(),
            _ => Vec::new(),
        }
    }
}
