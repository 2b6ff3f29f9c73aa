//! Folding: each event changes the drill in one way, with nothing decided here.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::event::{Cast, DrillEvent, Planning, Resume, Settled};
use super::state::{
    Claim, Correction, Drill, Heard, Observation, Participant, Pause, Played, ReportState, Stage,
    Status, Surveyed,
};
use super::{files, items, reminders, setup, sittings};
use crate::domain::actor::Actor;
use crate::domain::drill::scenario::{InjectId, Scenario, Trigger};
use crate::domain::ids::{DrillCode, PersonId};
use crate::domain::incident::fold::At;
use crate::domain::time::Timestamp;

/// So long a participant has to say whether something is real.
pub const ASKED: Duration = Duration::from_secs(2 * 60);

/// So long after its planned end a drill that nobody ended ends by itself.
pub const GRACE: Duration = Duration::from_secs(30 * 60);

impl Drill {
    /// The drill that a plan makes.
    pub fn planned(code: DrillCode, planning: &Planning, at: &At) -> Self {
        let author = match &at.actor {
            Actor::Person(id) => Some(id.clone()),
            _ => None,
        };
        Self {
            code,
            version: 1,
            planning: planning.clone(),
            status: Status::Draft,
            author,
            approved: None,
            remark: None,
            people: BTreeMap::new(),
            reminded: None,
            nagged: None,
            go_asked: false,
            points: BTreeMap::new(),
            started: None,
            opened_with: BTreeSet::new(),
            ended: None,
            hard_stop: None,
            sitting: sittings::Sitting::default(),
            injects: BTreeMap::new(),
            pauses: Vec::new(),
            claim: None,
            reports: BTreeMap::new(),
            incidents: Vec::new(),
            correction: None,
            real: Vec::new(),
            observations: Vec::new(),
            files: Vec::new(),
            survey_sent: None,
            survey: BTreeMap::new(),
            marks: BTreeMap::new(),
            quick_note: None,
            survey_closed: None,
            report: ReportState::default(),
            items: BTreeMap::new(),
        }
    }

    /// Takes one event in. `scenario` is the copy it rests on; without it nothing of the story is known.
    pub fn apply(&mut self, event: &DrillEvent, at: &At, scenario: Option<&Scenario>) {
        self.version = self.version.saturating_add(1);
        match event {
            DrillEvent::DrillPlanned { planning } | DrillEvent::DrillChanged { planning } => {
                self.planning = (**planning).clone();
                self.status = Status::Draft;
                self.approved = None;
            }
            DrillEvent::LeadAppointed { lead } => setup::appointed(self, lead),
            DrillEvent::DrillSetUp { what } => setup::apply(self, what),
            DrillEvent::DrillSubmitted => {
                self.status = Status::Submitted;
                self.nagged = Some(at.at);
            }
            DrillEvent::DrillApproved => self.agreed_to(at),
            DrillEvent::DrillDeclined { reason } => {
                self.status = Status::Draft;
                self.remark = Some(reason.clone());
            }
            DrillEvent::DrillMoved { to, reason } => self.moved(*to, reason.clone()),
            DrillEvent::DrillCancelled { reason } => {
                self.status = Status::Cancelled;
                self.remark = Some(reason.clone());
            }
            DrillEvent::DrillMissed { .. } => self.status = Status::Missed,
            DrillEvent::HeldOutside { words } => {
                self.status = Status::HeldOutside;
                self.remark = Some(words.clone());
            }
            DrillEvent::DrillReminded { what } => self.reminded = Some(*what),
            DrillEvent::ApprovalReminded => self.nagged = Some(at.at),
            DrillEvent::GoAsked => self.go_asked = true,
            DrillEvent::PointChecked { point, fine } => {
                self.points.insert(*point, *fine);
            }
            DrillEvent::DrillStarted => self.start(at.at, scenario),
            DrillEvent::DrillEnded { how } => {
                self.status = Status::Ended;
                self.ended = Some((at.at, how.clone()));
                self.stand_again(at.at);
                // What somebody claims to be real does not end with it.
                self.hard_stop = None;
            }
            of_after @ (DrillEvent::SurveySent { .. }
            | DrillEvent::Surveyed { .. }
            | DrillEvent::ObjectiveRated { .. }
            | DrillEvent::QuickNoteSent
            | DrillEvent::SurveyClosed
            | DrillEvent::ReportPlanned { .. }
            | DrillEvent::ReportAsked
            | DrillEvent::ReportSubmitted
            | DrillEvent::ReportApproved { .. }) => self.after(of_after, at),
            of_item @ (DrillEvent::ItemAdded { .. }
            | DrillEvent::ItemDone { .. }
            | DrillEvent::ItemVerified { .. }
            | DrillEvent::ItemReturned { .. }
            | DrillEvent::ItemReminded { .. }) => items::apply(&mut self.items, of_item, at),
            of_people @ (DrillEvent::DrillCast { .. }
            | DrillEvent::RsvpGiven { .. }
            | DrillEvent::StandInNamed { .. }
            | DrillEvent::CheckedIn { .. }
            | DrillEvent::Released { .. }) => self.people_changed(of_people, at.at),
            in_play => self.played(in_play, at, scenario),
        }
    }

    fn agreed_to(&mut self, at: &At) {
        self.status = Status::Scheduled;
        self.remark = None;
        // The invitation says what reminders that are past would have said.
        self.reminded = reminders::past(self, at.at);
        if let Actor::Person(id) = &at.actor {
            self.approved = Some((id.clone(), at.at));
        }
    }

    /// What happens while it is played.
    fn played(&mut self, event: &DrillEvent, at: &At, scenario: Option<&Scenario>) {
        match event {
            DrillEvent::InjectSent { inject, to, .. } => {
                self.sent(inject, to, at.at, scenario);
            }
            DrillEvent::InjectHeld { inject } => self.inject(inject).stage = Stage::Held,
            DrillEvent::InjectSkipped { inject } => self.inject(inject).stage = Stage::Skipped,
            DrillEvent::InjectDelivered { inject, person } => {
                self.inject(inject).delivered.entry(person.clone()).or_insert(at.at);
            }
            DrillEvent::InjectFailed { inject, person, why } => {
                self.inject(inject).failed.insert(person.clone(), *why);
            }
            DrillEvent::Replied { inject, expect, person, reply } => {
                self.replied(inject, expect, person, reply, at.at, scenario);
            }
            DrillEvent::ReplyJudged { inject, expect, person, fine } => {
                let of = self.inject(inject).judged.entry(expect.clone()).or_default();
                of.insert(person.clone(), *fine);
            }
            DrillEvent::ExpectationExpired { inject, expect, silent } => {
                self.silent(inject, expect, silent, at.at, scenario);
            }
            DrillEvent::CorrectionSent { .. }
            | DrillEvent::Corrected { .. }
            | DrillEvent::CorrectionFailed { .. } => self.corrected(event, at.at),
            DrillEvent::Observed { words } => {
                if let Actor::Person(by) = &at.actor {
                    let (by, words) = (by.clone(), words.clone());
                    self.observations.push(Observation { at: at.at, by, words });
                }
            }
            DrillEvent::DrillFiled { number, what } => files::apply(self, *number, what, at),
            other => self.stood(other, at),
        }
    }

    /// The correction, which may go out again to whoever got something since.
    fn corrected(&mut self, event: &DrillEvent, at: Timestamp) {
        if let DrillEvent::CorrectionSent { to } = event {
            let none = || Correction {
                at,
                to: BTreeSet::new(),
                arrived: BTreeMap::new(),
                failed: BTreeSet::new(),
            };
            let correction = self.correction.get_or_insert_with(none);
            correction.at = at;
            correction.failed.retain(|one| !to.contains(one));
            correction.to.extend(to.iter().cloned());
        }
        match (event, &mut self.correction) {
            (DrillEvent::Corrected { person }, Some(correction)) => {
                correction.arrived.entry(person.clone()).or_insert(at);
            }
            (DrillEvent::CorrectionFailed { person }, Some(correction)) => {
                correction.failed.insert(person.clone());
            }
            _ => {}
        }
    }

    /// What stops it, and what may be real.
    fn stood(&mut self, event: &DrillEvent, at: &At) {
        match event {
            DrillEvent::DrillPaused { why, since } => {
                self.status = Status::Paused;
                sittings::paused(self, why);
                match self.pauses.iter_mut().find(|pause| pause.to.is_none()) {
                    // One standstill is one pause, whatever else comes while it lasts.
                    Some(_) if matches!(why, super::event::PauseWhy::Claimed { .. }) => {}
                    Some(pause) => pause.why = why.clone(),
                    None => {
                        let began = self.started.unwrap_or(at.at);
                        let from = since.unwrap_or(at.at).max(began).min(at.at);
                        self.pauses.push(Pause { from, to: None, why: why.clone() });
                    }
                }
                if let super::event::PauseWhy::Claimed { by } = why {
                    self.claim = Some(Claim { by: by.clone(), until: at.at.plus(ASKED) });
                }
            }
            DrillEvent::SessionReminded { session, begins } => {
                self.sitting.told = Some((*session, *begins));
            }
            DrillEvent::DrillResumed { how } => self.resumed(*how, at.at),
            DrillEvent::DrillShifted { by_ms } => self.shift(*by_ms),
            DrillEvent::ClaimSettled { settled, incident } => {
                self.real.extend(incident.clone());
                let by = self.claim.take().map(|claim| claim.by);
                if let (Some(by), false) = (by, *settled == Settled::Drill) {
                    self.release(&by, at.at);
                }
            }
            DrillEvent::ReportHeard { number, person, words, until } => {
                let (person, words, until) = (person.clone(), words.clone(), *until);
                self.reports.insert(*number, Heard { person, words, until, settled: None });
            }
            DrillEvent::ReportSettled { number, settled, incident } => {
                match settled {
                    Settled::Drill => self.incidents.push(incident.clone()),
                    Settled::Real | Settled::Silence => self.real.push(incident.clone()),
                }
                if let Some(heard) = self.reports.get_mut(number) {
                    heard.settled = Some((*settled, incident.clone()));
                }
            }
            _ => {}
        }
    }

    /// What happens once it is over.
    fn after(&mut self, event: &DrillEvent, at: &At) {
        let by = match &at.actor {
            Actor::Person(id) => Some((id.clone(), at.at)),
            _ => None,
        };
        match event {
            DrillEvent::SurveySent { time } => self.survey_sent = Some((*time, at.at)),
            DrillEvent::Surveyed { person, token, answers } => {
                let (person, answers) = (person.clone(), answers.clone());
                self.survey.insert(token.clone(), Surveyed { person, answers });
            }
            DrillEvent::ObjectiveRated { objective, mark, reason } => {
                self.marks.insert(objective.clone(), (*mark, reason.clone()));
            }
            DrillEvent::QuickNoteSent => self.quick_note = Some(at.at),
            DrillEvent::SurveyClosed => self.survey_closed = Some(at.at),
            DrillEvent::ReportPlanned { due } => self.report.due = Some(*due),
            DrillEvent::ReportAsked => self.report.asked = Some(at.at),
            DrillEvent::ReportSubmitted => {
                self.status = Status::Reported;
                self.report.submitted = by;
            }
            DrillEvent::ReportApproved { digest } => {
                self.status = Status::Closed;
                self.report.approved = by;
                self.report.digest = Some(digest.clone());
            }
            _ => {}
        }
    }

    fn people_changed(&mut self, event: &DrillEvent, at: Timestamp) {
        match event {
            DrillEvent::DrillCast { cast } => cast.iter().for_each(|one| self.casts(one)),
            DrillEvent::RsvpGiven { person, rsvp } => {
                if let Some(participant) = self.people.get_mut(person) {
                    participant.rsvp = Some(*rsvp);
                    participant.stand_in = None;
                }
            }
            DrillEvent::StandInNamed { person, by } => {
                let Some(participant) = self.people.get_mut(person) else { return };
                participant.stand_in = Some(by.clone());
                let (parts, unit) = (participant.parts.clone(), participant.unit.clone());
                self.casts(&Cast { person: by.clone(), parts, unit });
            }
            DrillEvent::CheckedIn { person, presence } => {
                if let Some(participant) = self.people.get_mut(person) {
                    participant.here = Some((*presence, at));
                }
            }
            DrillEvent::Released { person } => self.release(person, at),
            _ => {}
        }
    }

    fn casts(&mut self, cast: &Cast) {
        let participant = self.people.entry(cast.person.clone()).or_default();
        participant.parts.extend(cast.parts.iter().cloned());
        participant.unit = cast.unit.clone().or(participant.unit.take());
    }

    fn release(&mut self, person: &PersonId, at: Timestamp) {
        if let Some(Participant { released, .. }) = self.people.get_mut(person) {
            released.get_or_insert(at);
        }
    }

    fn moved(&mut self, to: Timestamp, why: crate::domain::text::Text) {
        // Further sessions go with the first.
        let by = to.millis().saturating_sub(self.planning.at.millis());
        self.planning.at = to;
        for session in &mut self.planning.sessions {
            *session = session.shifted(by);
        }
        self.remark = Some(why);
        self.agree_again();
    }

    /// A date that a manager has agreed to is not moved behind his back.
    pub(super) fn agree_again(&mut self) {
        self.reminded = None;
        self.go_asked = false;
        self.points.clear();
        self.status = Status::Draft;
        self.approved = None;
    }

    fn start(&mut self, at: Timestamp, scenario: Option<&Scenario>) {
        self.status = Status::Running;
        self.started = Some(at);
        self.opened_with = self.players().map(|(person, _)| person.clone()).collect();
        sittings::start(self, at);
        for inject in scenario.into_iter().flat_map(|scenario| &scenario.injects) {
            let due = match &inject.trigger {
                Trigger::At { offset } => Some(at.plus(*offset)),
                _ => None,
            };
            self.inject(&inject.id).due = due;
        }
    }

    fn resumed(&mut self, how: Resume, at: Timestamp) {
        self.status = Status::Running;
        self.claim = None;
        let paused_at = self.pauses.last().map_or(at, |pause| pause.from);
        self.stand_again(at);
        let pause = at.since(paused_at);
        // Whoever goes on after the end has half an hour, and a last session its length.
        self.hard_stop = self.hard_stop.map(|stop| stop.max(at.plus(GRACE)));
        let another = sittings::resumed(self, at);
        let end = self.hard_stop.map(|stop| stop.minus(GRACE));
        match how {
            Resume::Shift => {
                self.dues(|due| due.plus(pause));
                // The time between two sessions is in the plan already.
                let later = if another { Duration::ZERO } else { pause };
                self.hard_stop = self.hard_stop.map(|stop| stop.plus(later));
            }
            Resume::Skip => {
                for played in self.injects.values_mut() {
                    // What the lead holds is his to send or to leave out.
                    if played.stage == Stage::Pending && played.due.is_some_and(|due| due <= at) {
                        played.stage = Stage::Skipped;
                    }
                    played.own.retain(|_, due| *due > at);
                }
            }
            Resume::Compress => {
                let end = end.unwrap_or(at).max(at);
                let left = self.injects.values().filter_map(|played| played.due).max();
                let old = match another {
                    // What is left takes no longer than it would have without the night.
                    true => left.unwrap_or(at).since(paused_at).max(end.since(at)),
                    false => end.since(paused_at),
                };
                let (old, new) = (old.as_secs_f64(), end.since(at).as_secs_f64());
                let factor = if old > 0.0 { new / old } else { 0.0 };
                self.dues(|due| at.plus(due.max(paused_at).since(paused_at).mul_f64(factor)));
            }
        }
        // Whoever was answering when it stopped has as long left as he had.
        for played in self.injects.values_mut() {
            for wait in played.open.values_mut().flatten() {
                wait.until = wait.until.plus(pause);
            }
        }
    }

    /// Changes when what has not gone out goes out.
    fn dues(&mut self, change: impl Fn(Timestamp) -> Timestamp) {
        for played in self.injects.values_mut() {
            played.own.values_mut().for_each(|due| *due = change(*due));
            if matches!(played.stage, Stage::Pending | Stage::Held) {
                played.due = played.due.map(&change);
            }
        }
    }

    /// Ends the pause that lasts.
    fn stand_again(&mut self, at: Timestamp) {
        for pause in self.pauses.iter_mut().filter(|pause| pause.to.is_none()) {
            pause.to = Some(at);
        }
    }

    pub(super) fn inject(&mut self, id: &InjectId) -> &mut Played {
        self.injects.entry(id.clone()).or_default()
    }
}

/// The people of a list, each once.
pub(super) fn once(people: impl IntoIterator<Item = PersonId>) -> Vec<PersonId> {
    people.into_iter().collect::<BTreeSet<_>>().into_iter().collect()
}
