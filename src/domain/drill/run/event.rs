//! What happened to a drill.

use serde::{Deserialize, Serialize};

pub use super::facts::{
    Cast, Cause, EndHow, Mark, Occurrence, Opinion, PauseWhy, Pinned, Planning, Presence, Reminder,
    Reply, Resume, Rsvp, Settled,
};
use super::files::Filed;
use super::setup::Setup;
use crate::domain::drill::scenario::{ExpectId, InjectId};
use crate::domain::ids::{IncidentCode, PersonId, UnitCode};
use crate::domain::incident::event::WhyFailed;
use crate::domain::text::Text;
use crate::domain::time::Timestamp;

/// One thing that happened.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum DrillEvent {
    /// It was planned.
    DrillPlanned {
        /// What.
        planning: Box<Planning>,
    },
    /// The plan was changed; what was agreed to has to be agreed to again.
    DrillChanged {
        /// To what.
        planning: Box<Planning>,
    },
    /// Somebody else leads it.
    LeadAppointed {
        /// Who.
        lead: PersonId,
    },
    /// Something else of its plan was set.
    DrillSetUp {
        /// What.
        what: Setup,
    },
    /// A manager is asked to agree.
    DrillSubmitted,
    /// A manager agreed.
    DrillApproved,
    /// A manager did not.
    DrillDeclined {
        /// Why.
        reason: Text,
    },
    /// It takes place at another time.
    DrillMoved {
        /// When.
        to: Timestamp,
        /// Why.
        reason: Text,
    },
    /// It does not take place.
    DrillCancelled {
        /// Why.
        reason: Text,
    },
    /// Its time passed and nobody had started it.
    DrillMissed {
        /// When it should have begun.
        due: Timestamp,
    },
    /// It took place without the program.
    HeldOutside {
        /// What shows it.
        words: Text,
    },
    /// These take part.
    DrillCast {
        /// Who, as what.
        cast: Vec<Cast>,
    },
    /// People were reminded.
    DrillReminded {
        /// Of what; everything before it counts as said.
        what: Reminder,
    },
    /// The managers were reminded that it waits for their word.
    ApprovalReminded,
    /// Somebody said whether he comes.
    RsvpGiven {
        /// Who.
        person: PersonId,
        /// What.
        rsvp: Rsvp,
    },
    /// Somebody comes in another's place.
    StandInNamed {
        /// In whose place.
        person: PersonId,
        /// Who.
        by: PersonId,
    },
    /// Somebody is there.
    CheckedIn {
        /// Who.
        person: PersonId,
        /// How.
        presence: Presence,
    },
    /// Somebody has real work to do.
    Released {
        /// Who.
        person: PersonId,
    },
    /// The lead was asked to look at everything before the start.
    GoAsked,
    /// The lead looked at one point.
    PointChecked {
        /// Which, from zero.
        point: u32,
        /// Whether it is as it should be.
        fine: bool,
    },
    /// It began.
    DrillStarted,
    /// An inject goes to these people.
    InjectSent {
        /// Which.
        inject: InjectId,
        /// To whom.
        to: Vec<PersonId>,
        /// Why now.
        cause: Cause,
    },
    /// An inject waits for the lead.
    InjectHeld {
        /// Which.
        inject: InjectId,
    },
    /// An inject is left out.
    InjectSkipped {
        /// Which.
        inject: InjectId,
    },
    /// An inject arrived.
    InjectDelivered {
        /// Which.
        inject: InjectId,
        /// With whom.
        person: PersonId,
    },
    /// An inject cannot be delivered.
    InjectFailed {
        /// Which.
        inject: InjectId,
        /// To whom.
        person: PersonId,
        /// Why.
        why: WhyFailed,
    },
    /// Somebody did what was expected.
    Replied {
        /// Of which inject.
        inject: InjectId,
        /// Which expectation.
        expect: ExpectId,
        /// Who.
        person: PersonId,
        /// What.
        reply: Reply,
    },
    /// Whoever judges looked at what somebody did.
    ReplyJudged {
        /// Of which inject.
        inject: InjectId,
        /// Which expectation.
        expect: ExpectId,
        /// Whose.
        person: PersonId,
        /// Whether it is as it should be.
        fine: bool,
    },
    /// An expectation is over.
    ExpectationExpired {
        /// Of which inject.
        inject: InjectId,
        /// Which.
        expect: ExpectId,
        /// Who had not met it.
        silent: Vec<PersonId>,
    },
    /// It stands still.
    DrillPaused {
        /// Why.
        why: PauseWhy,
        /// Since when, where that was before anybody could write it down.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        since: Option<Timestamp>,
    },
    /// People were reminded of the next session.
    SessionReminded {
        /// When it should begin.
        session: Timestamp,
        /// Whether that is now.
        begins: bool,
    },
    /// It goes on.
    DrillResumed {
        /// How.
        how: Resume,
    },
    /// What a participant claimed was looked at.
    ClaimSettled {
        /// What it is.
        settled: Settled,
        /// The real incident that was made of it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        incident: Option<IncidentCode>,
    },
    /// A participant reported something that may be of the drill or real.
    ReportHeard {
        /// Its number within the drill.
        number: u32,
        /// Who.
        person: PersonId,
        /// What.
        words: Text,
        /// When it counts as real.
        until: Timestamp,
    },
    /// It is known which.
    ReportSettled {
        /// Its number.
        number: u32,
        /// Which.
        settled: Settled,
        /// The incident that was made of it.
        incident: IncidentCode,
    },
    /// The correction goes to whoever got something of the drill.
    CorrectionSent {
        /// To whom.
        to: Vec<PersonId>,
    },
    /// It arrived.
    Corrected {
        /// With whom.
        person: PersonId,
    },
    /// It does not arrive.
    CorrectionFailed {
        /// With whom.
        person: PersonId,
    },
    /// The wall clock was set: everything that waits keeps what remained of its wait.
    DrillShifted {
        /// By so many milliseconds.
        by_ms: i64,
    },
    /// Somebody noted what he saw.
    Observed {
        /// What.
        words: Text,
    },
    /// Something happened to a file of it.
    DrillFiled {
        /// Its number, from one.
        number: u32,
        /// What.
        what: Filed,
    },
    /// It is over.
    DrillEnded {
        /// How.
        how: EndHow,
    },
    /// Whoever has not answered was asked, or asked again, how it was.
    SurveySent {
        /// Which time, from one.
        time: u32,
    },
    /// Somebody answered; who stands here only where it is not anonymous.
    Surveyed {
        /// Who.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        person: Option<PersonId>,
        /// A digest by which a second answer is known, and nobody.
        token: String,
        /// The answers by question.
        answers: Vec<Opinion>,
    },
    /// The lead judged an objective.
    ObjectiveRated {
        /// Which.
        objective: String,
        /// How.
        mark: Mark,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Text>,
    },
    /// The managers got the short note.
    QuickNoteSent,
    /// Nobody is asked any more how it was.
    SurveyClosed,
    /// Its report falls due.
    ReportPlanned {
        /// When.
        due: Timestamp,
    },
    /// The report was due and its lead was asked for it.
    ReportAsked,
    /// The lead hands in the report.
    ReportSubmitted,
    /// A manager agreed to it: nothing of the drill changes any more.
    ReportApproved {
        /// The digest of what the report is made from.
        digest: String,
    },
    /// Something is to be made better.
    ItemAdded {
        /// Its number within the drill, from one.
        number: u32,
        /// What.
        words: Text,
        /// The unit that does it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        unit: Option<UnitCode>,
        /// The person who does it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        owner: Option<PersonId>,
        /// Until when.
        due: Timestamp,
    },
    /// Its owner did it.
    ItemDone {
        /// Which.
        number: u32,
        /// What shows it.
        words: Text,
    },
    /// Somebody else saw that it is done.
    ItemVerified {
        /// Which.
        number: u32,
    },
    /// Somebody else saw that it is not.
    ItemReturned {
        /// Which.
        number: u32,
        /// Why.
        reason: Text,
    },
    /// Whoever has to do with it was reminded.
    ItemReminded {
        /// Which.
        number: u32,
        /// Which time, from one; everything before it counts as said.
        time: u32,
    },
}

impl DrillEvent {
    /// The word for it in the ledger.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::DrillPlanned { .. } => "drill_planned",
            Self::DrillChanged { .. } => "drill_changed",
            Self::LeadAppointed { .. } => "lead_appointed",
            Self::DrillSetUp { .. } => "drill_set_up",
            Self::DrillSubmitted => "drill_submitted",
            Self::DrillApproved => "drill_approved",
            Self::DrillDeclined { .. } => "drill_declined",
            Self::DrillMoved { .. } => "drill_moved",
            Self::DrillCancelled { .. } => "drill_cancelled",
            Self::DrillMissed { .. } => "drill_missed",
            Self::HeldOutside { .. } => "held_outside",
            Self::DrillCast { .. } => "drill_cast",
            Self::DrillReminded { .. } => "drill_reminded",
            Self::ApprovalReminded => "approval_reminded",
            Self::RsvpGiven { .. } => "rsvp_given",
            Self::StandInNamed { .. } => "stand_in_named",
            Self::CheckedIn { .. } => "checked_in",
            Self::Released { .. } => "released",
            Self::GoAsked => "go_asked",
            Self::PointChecked { .. } => "point_checked",
            Self::DrillStarted => "drill_started",
            Self::InjectSent { .. } => "inject_sent",
            Self::InjectHeld { .. } => "inject_held",
            Self::InjectSkipped { .. } => "inject_skipped",
            Self::InjectDelivered { .. } => "inject_delivered",
            Self::InjectFailed { .. } => "inject_failed",
            Self::Replied { .. } => "replied",
            Self::ReplyJudged { .. } => "reply_judged",
            Self::ExpectationExpired { .. } => "expectation_expired",
            Self::DrillPaused { .. } => "drill_paused",
            Self::SessionReminded { .. } => "session_reminded",
            Self::DrillResumed { .. } => "drill_resumed",
            Self::ClaimSettled { .. } => "claim_settled",
            Self::ReportHeard { .. } => "report_heard",
            Self::ReportSettled { .. } => "report_settled",
            Self::CorrectionSent { .. } => "correction_sent",
            Self::Corrected { .. } => "corrected",
            Self::CorrectionFailed { .. } => "correction_failed",
            Self::DrillShifted { .. } => "drill_shifted",
            Self::Observed { .. } => "observed",
            Self::DrillFiled { .. } => "drill_filed",
            Self::DrillEnded { .. } => "drill_ended",
            Self::SurveySent { .. } => "survey_sent",
            Self::Surveyed { .. } => "surveyed",
            Self::ObjectiveRated { .. } => "objective_rated",
            Self::QuickNoteSent => "quick_note_sent",
            Self::SurveyClosed => "survey_closed",
            Self::ReportPlanned { .. } => "report_planned",
            Self::ReportAsked => "report_asked",
            Self::ReportSubmitted => "report_submitted",
            Self::ReportApproved { .. } => "report_approved",
            Self::ItemAdded { .. } => "item_added",
            Self::ItemDone { .. } => "item_done",
            Self::ItemVerified { .. } => "item_verified",
            Self::ItemReturned { .. } => "item_returned",
            Self::ItemReminded { .. } => "item_reminded",
        }
    }

    /// Every kind this version knows.
    pub const KINDS: &'static [&'static str] = &[
        "drill_planned",
        "drill_changed",
        "lead_appointed",
        "drill_set_up",
        "drill_submitted",
        "drill_approved",
        "drill_declined",
        "drill_moved",
        "drill_cancelled",
        "drill_missed",
        "held_outside",
        "drill_cast",
        "drill_reminded",
        "approval_reminded",
        "rsvp_given",
        "stand_in_named",
        "checked_in",
        "released",
        "go_asked",
        "point_checked",
        "drill_started",
        "inject_sent",
        "inject_held",
        "inject_skipped",
        "inject_delivered",
        "inject_failed",
        "replied",
        "reply_judged",
        "expectation_expired",
        "drill_paused",
        "session_reminded",
        "drill_resumed",
        "claim_settled",
        "report_heard",
        "report_settled",
        "correction_sent",
        "corrected",
        "correction_failed",
        "drill_shifted",
        "observed",
        "drill_filed",
        "drill_ended",
        "survey_sent",
        "surveyed",
        "objective_rated",
        "quick_note_sent",
        "survey_closed",
        "report_planned",
        "report_asked",
        "report_submitted",
        "report_approved",
        "item_added",
        "item_done",
        "item_verified",
        "item_returned",
        "item_reminded",
    ];

    /// Whether it changes who takes part, or who holds it.
    pub fn moves_people(&self) -> bool {
        matches!(
            self,
            Self::DrillPlanned { .. }
                | Self::DrillChanged { .. }
                | Self::LeadAppointed { .. }
                | Self::DrillSetUp { .. }
                | Self::DrillCast { .. }
                | Self::RsvpGiven { .. }
                | Self::StandInNamed { .. }
                | Self::Released { .. }
                | Self::ClaimSettled { .. }
        )
    }
}
