//! What has waited for so long that things have moved on: what is still asked of its reader, what is worth
//! telling all the same, and what is overtaken by how things stand now.

use super::directory::Directory;
use super::duty_notice::DutyNotice;
use super::ids::PersonId;
use super::notice::Answer;
use super::receipt::Done;
use super::roster::{Layer, Leave, RosterId, Span, SwapState};
use super::time::Timestamp;

/// What a message is worth that comes late.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Late {
    /// Its reader still has to do something, or to know of it: it goes, however late.
    Needed,
    /// It tells what nothing else tells.
    Tells,
    /// How things stand now says as much.
    Overtaken,
}

impl Late {
    fn needed(so: bool) -> Self {
        if so { Self::Needed } else { Self::Overtaken }
    }
}

/// What was overtaken and is counted in one message.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Waited {
    /// News of who is on duty.
    pub duty: usize,
    /// Answers to what somebody asked.
    pub answers: usize,
}

/// Who is on duty now.
#[derive(Clone, Copy, Debug)]
pub struct Watch<'a> {
    /// Who there is, and the roster.
    pub directory: &'a Directory,
    /// Now.
    pub now: Timestamp,
}

impl Watch<'_> {
    fn open(&self, id: RosterId, state: SwapState) -> bool {
        let swap = self.directory.roster.swaps.get(&id);
        swap.is_some_and(|swap| swap.state == state && swap.span.to > self.now)
    }

    fn untaken(&self, at: Timestamp, by: Option<&PersonId>) -> bool {
        self.directory.roster.handover.as_ref().is_some_and(|handover| {
            let his = by.is_none_or(|person| handover.incoming.contains(person));
            handover.at == at && handover.taken.is_none() && his
        })
    }

    fn seated(&self, layer: Layer, span: Span, person: &PersonId) -> bool {
        let there = |people: &[PersonId]| people.contains(person);
        let mut changes = self.directory.roster.changes.values();
        let stands =
            changes.any(|one| one.layer == layer && one.span == span && there(&one.people));
        stands && span.to > self.now
    }

    fn stands_in(&self, span: Span, person: &PersonId) -> bool {
        let mut leaves = self.directory.roster.leaves.values();
        span.to > self.now
            && leaves.any(|one| one.span == span && one.stand_in.as_ref() == Some(person))
    }

    fn away(&self, leave: &Leave) -> bool {
        leave.span.to > self.now && self.directory.roster.leaves.values().any(|one| one == leave)
    }

    fn empty(&self) -> bool {
        self.directory.on_duty(Layer::Duty, self.now).people().is_empty()
    }
}

impl DutyNotice {
    /// What it is worth to `reader` now.
    pub fn late(&self, reader: &PersonId, watch: &Watch<'_>) -> Late {
        Late::needed(match self {
            Self::Incoming { at, .. } => watch.untaken(*at, Some(reader)),
            Self::Untaken { at, .. } => watch.untaken(*at, None),
            Self::Gap { until, .. } => until.is_none_or(|until| until > watch.now) && watch.empty(),
            Self::SwapAsked { id, .. } => watch.open(*id, SwapState::Proposed),
            Self::SwapToDecide { id, .. } => watch.open(*id, SwapState::Accepted),
            Self::Seated { layer, span } => watch.seated(*layer, *span, reader),
            Self::StandIn { span, .. } => watch.stands_in(*span, reader),
            Self::Unseated { span, .. }
            | Self::Replaced { span, .. }
            | Self::LeaveOver { span, .. } => span.to > watch.now,
            Self::Reach { red, .. } => *red > 0,
            Self::Canary { until, .. } => *until > watch.now,
            Self::CanaryMissed { .. } => true,
            Self::LeaveSet { leave, .. } => watch.away(leave),
            Self::Outgoing { .. }
            | Self::Taken { .. }
            | Self::SwapDone { .. }
            | Self::SwapOff { .. }
            | Self::NewPlan { .. } => false,
        })
    }
}

impl Answer {
    /// What it is worth now, where nobody knows whether its question still waits.
    pub fn late(&self, now: Timestamp) -> Late {
        match self {
            Self::Ask(_)
            | Self::AskedAgain(..)
            | Self::Masked { .. }
            | Self::Stays(_)
            | Self::EvidenceNotTaken { .. } => Late::Needed,
            Self::Invitation { expires, .. } if *expires <= now => Late::Overtaken,
            // Nothing was done, or something that stands nowhere else.
            Self::Invitation { .. }
            | Self::Refused(_)
            | Self::Unreadable
            | Self::UnknownCommand { .. }
            | Self::Meant { .. }
            | Self::NothingFits { .. }
            | Self::Usage { .. }
            | Self::OnlyInPrivate
            | Self::ReportLeft
            | Self::Dropped { .. }
            | Self::FilesNotTaken
            | Self::Hotline
            | Self::DoneMasked { .. }
            | Self::Done(Done::Redacted { .. }) => Late::Tells,
            Self::Done(_)
            | Self::Help { .. }
            | Self::Welcome { .. }
            | Self::Left
            | Self::StillStands { .. }
            | Self::Thanks { .. }
            | Self::Duty(_)
            | Self::Contacts(_)
            | Self::Drill(_)
            | Self::AccessAsked
            | Self::NothingToLeave
            | Self::Incident { .. }
            | Self::WhyCalled { .. }
            | Self::List { .. }
            | Self::Evidence { .. }
            | Self::Runs { .. }
            | Self::Playbooks
            | Self::Step { .. }
            | Self::StepProof { .. }
            | Self::Found { .. }
            | Self::Figures(_) => Late::Overtaken,
        }
    }
}
