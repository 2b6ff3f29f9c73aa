//! What somebody's wish about a drill leads to.

use std::time::Duration;

use super::act::{DrillAct, Outside, RealOne};
use super::event::{Cause, DrillEvent, EndHow, PauseWhy, Planning, Settled};
use super::play::{self, Done};
use super::state::{Drill, Stage, Status};
use super::{DrillRefusal, Scene, after, cast, setup};
use crate::domain::access::Permit;
use crate::domain::drill::scenario::InjectId;
use crate::domain::ids::{DrillCode, PersonId};
use crate::domain::incident::act::ActKind;
use crate::domain::text::Text;
use crate::domain::time::Timestamp;

/// Nothing is planned further ahead.
pub const HORIZON: Duration = Duration::from_secs(3 * 366 * 24 * 3600);

/// How many points every lead looks at before the start, beside those of the scenario.
pub const POINTS: u32 = 2;

/// What a decision has to know of the world beside the drill.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Beside {
    /// The most severe open real incident, from high on.
    pub real: Option<RealOne>,
    /// Another drill at the same time with some of the same people.
    pub clash: Option<(DrillCode, u64)>,
    /// The digest of what its report is made from.
    pub digest: Option<String>,
    /// Whether the chat that is meant is one where people hear of what is real.
    pub of_the_team: bool,
}

/// What comes of a wish.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Decided {
    /// What happens to the drill.
    pub events: Vec<DrillEvent>,
    /// What happens beside it.
    pub outside: Option<Outside>,
}

impl From<Vec<DrillEvent>> for Decided {
    fn from(events: Vec<DrillEvent>) -> Self {
        Self { events, outside: None }
    }
}

impl DrillAct {
    /// Which right it needs; whose drill it is, is looked at beside.
    pub fn kind(&self) -> ActKind {
        match self {
            Self::Approve | Self::Decline(_) | Self::ApproveReport => ActKind::ApproveDrill,
            Self::Change(_)
            | Self::Submit
            | Self::Move(..)
            | Self::Cancel(_)
            | Self::HeldOutside(_)
            | Self::Appoint(_) => ActKind::PlanDrill,
            _ => ActKind::TakePart,
        }
    }
}

/// Whether a plan can stand.
pub fn may_stand(planning: &Planning, now: Timestamp) -> Result<(), DrillRefusal> {
    match planning.at {
        at if at <= now => Err(DrillRefusal::Past),
        at if at > now.plus(HORIZON) => Err(DrillRefusal::TooFar),
        _ => Ok(()),
    }
}

/// The events of a wish.
pub fn decide(
    drill: &Drill,
    act: &DrillAct,
    permit: &Permit,
    beside: &Beside,
    scene: &Scene<'_>,
) -> Result<Decided, DrillRefusal> {
    let person = permit.person().cloned();
    let elsewhere = after::decide(drill, act, permit, beside, scene);
    if let Some(decided) = elsewhere.or_else(|| setup::decide(drill, act, permit, beside, scene)) {
        return decided;
    }
    let of = Of { drill, permit, person, beside, scene };
    match act {
        DrillAct::Change(_)
        | DrillAct::Submit
        | DrillAct::Approve
        | DrillAct::Decline(_)
        | DrillAct::Move(..)
        | DrillAct::Cancel(_)
        | DrillAct::HeldOutside(_)
        | DrillAct::Appoint(_) => of.plan(act).map(Into::into),
        DrillAct::Rsvp(_) | DrillAct::StandIn(_) | DrillAct::CheckIn(_) => {
            of.part(act).map(Into::into)
        }
        DrillAct::Acknowledge(_)
        | DrillAct::Choose(..)
        | DrillAct::Say(..)
        | DrillAct::File(..)
        | DrillAct::Observe(_) => of.reply(act).map(Into::into),
        DrillAct::ClaimReal | DrillAct::SettleClaim(_) | DrillAct::SettleReport(..) => {
            of.claim(act)
        }
        _ => of.leads(act).map(Into::into),
    }
}

struct Of<'a> {
    drill: &'a Drill,
    permit: &'a Permit,
    person: Option<PersonId>,
    beside: &'a Beside,
    scene: &'a Scene<'a>,
}

type Events = Result<Vec<DrillEvent>, DrillRefusal>;

impl Of<'_> {
    fn not_now(&self) -> DrillRefusal {
        DrillRefusal::NotNow { code: self.drill.code.clone(), status: self.drill.status }
    }

    fn must(&self, holds: bool) -> Result<(), DrillRefusal> {
        holds.then_some(()).ok_or_else(|| self.not_now())
    }

    /// What leads of the team and managers do with its plan.
    fn plan(&self, act: &DrillAct) -> Events {
        let (drill, status) = (self.drill, self.drill.status);
        match act {
            DrillAct::Change(planning) => {
                self.must(status.is_ahead())?;
                may_stand(planning, self.scene.now)?;
                Ok(vec![DrillEvent::DrillChanged { planning: planning.clone() }])
            }
            DrillAct::Submit => {
                self.must(status == Status::Draft)?;
                if let Some((other, people)) = self.beside.clash.clone() {
                    return Err(DrillRefusal::Clash { other, people });
                }
                may_stand(&drill.planning, self.scene.now)?;
                if cast::cast(drill, self.scene.scenario, self.scene.directory).is_empty() {
                    return Err(DrillRefusal::NobodyTakesPart);
                }
                Ok(vec![DrillEvent::DrillSubmitted])
            }
            DrillAct::Approve | DrillAct::Decline(_) => {
                self.must(status == Status::Submitted)?;
                let own = drill.author.as_ref().or(Some(&drill.planning.lead));
                let holds = self.person.as_ref().is_some_and(|person| drill.is_led_by(person));
                if holds || own.is_some() && own == self.person.as_ref() {
                    return Err(DrillRefusal::OwnPlan);
                }
                if let DrillAct::Decline(why) = act {
                    return Ok(vec![DrillEvent::DrillDeclined { reason: said(why)? }]);
                }
                let cast = cast::cast(drill, self.scene.scenario, self.scene.directory);
                Ok(vec![DrillEvent::DrillApproved, DrillEvent::DrillCast { cast }])
            }
            DrillAct::Move(to, why) => {
                self.must(status.is_ahead() || status == Status::Missed)?;
                let planning = Planning { at: *to, ..drill.planning.clone() };
                may_stand(&planning, self.scene.now)?;
                Ok(vec![DrillEvent::DrillMoved { to: *to, reason: said(why)? }])
            }
            DrillAct::Cancel(why) => {
                self.must(status.is_ahead() || status == Status::Missed)?;
                Ok(vec![DrillEvent::DrillCancelled { reason: said(why)? }])
            }
            DrillAct::HeldOutside(proof) => {
                self.must(status == Status::Missed)?;
                Ok(vec![DrillEvent::HeldOutside { words: said(proof)? }])
            }
            DrillAct::Appoint(lead) => {
                self.must(status.is_ahead() || status.is_live())?;
                super::setup::free(drill, lead, self.scene)?;
                Ok(vec![DrillEvent::LeadAppointed { lead: lead.clone() }])
            }
            _ => Err(self.not_now()),
        }
    }

    /// The participant who asks.
    fn participant(&self) -> Result<&PersonId, DrillRefusal> {
        let person = self.person.as_ref().filter(|one| self.drill.people.contains_key(*one));
        person.ok_or_else(|| DrillRefusal::NotAParticipant(self.drill.code.clone()))
    }

    fn part(&self, act: &DrillAct) -> Events {
        let (drill, status) = (self.drill, self.drill.status);
        let person = self.participant()?.clone();
        match act {
            DrillAct::Rsvp(rsvp) => {
                self.must(status == Status::Scheduled)?;
                Ok(vec![DrillEvent::RsvpGiven { person, rsvp: *rsvp }])
            }
            DrillAct::StandIn(by) => {
                self.must(status == Status::Scheduled || status.is_live())?;
                if self.scene.directory.active(by).is_none() {
                    return Err(DrillRefusal::UnknownPerson(by.clone()));
                }
                if drill.concerns(by) {
                    return Err(DrillRefusal::TakesPart(by.clone()));
                }
                Ok(vec![DrillEvent::StandInNamed { person, by: by.clone() }])
            }
            DrillAct::CheckIn(presence) => {
                let near = drill.planning.at.minus(super::reminders::GO) <= self.scene.now;
                self.must(status == Status::Scheduled && near || status.is_live())?;
                Ok(vec![DrillEvent::CheckedIn { person, presence: *presence }])
            }
            _ => Err(self.not_now()),
        }
    }

    fn reply(&self, act: &DrillAct) -> Events {
        let (drill, status) = (self.drill, self.drill.status);
        if let DrillAct::Observe(words) = act {
            let person = self.person.as_ref().filter(|one| drill.concerns(one));
            person.ok_or_else(|| DrillRefusal::NotAParticipant(drill.code.clone()))?;
            self.must(status.is_live() || status == Status::Ended)?;
            return Ok(vec![DrillEvent::Observed { words: said(words)? }]);
        }
        let person = self.participant()?;
        let (place, done) = match act {
            DrillAct::Acknowledge(place) => (place, Done::Acknowledge),
            DrillAct::Choose(place, of, choice) => (place, Done::Choose(*of, *choice)),
            DrillAct::Say(place, words) => (place, Done::Say(words.as_str())),
            DrillAct::File(place, words) => (place, Done::File(words.as_str())),
            _ => return Err(DrillRefusal::NotExpected),
        };
        // Whoever read it before it was stopped may still say so; nothing new goes out for it.
        self.must(status.is_live())?;
        let inject = play::sent_to(drill, *place, person, self.scene)?;
        play::reply(drill, inject, person, &done)
    }

    /// Whether whoever asks leads it, or judges where that is enough.
    fn must_lead(&self, act: &DrillAct) -> Result<(), DrillRefusal> {
        let drill = self.drill;
        let judges = matches!(act, DrillAct::Seen(..));
        // Whoever leads the team may always stop what people take for real.
        let stops = matches!(
            act,
            DrillAct::Pause | DrillAct::Abort(_) | DrillAct::Correct | DrillAct::Release(_)
        );
        let may = self.person.as_ref().is_some_and(|person| {
            drill.is_led_by(person)
                || judges && drill.is_staff(person)
                || stops && self.permit.leads()
        });
        let (code, lead) = (drill.code.clone(), drill.planning.lead.clone());
        may.then_some(()).ok_or(DrillRefusal::OnlyItsLead { code, lead })
    }

    /// What its lead does while it is prepared, played and judged.
    fn leads(&self, act: &DrillAct) -> Events {
        self.must_lead(act)?;
        let (drill, status) = (self.drill, self.drill.status);
        match act {
            DrillAct::Check(point, fine) => {
                self.must(status == Status::Scheduled)?;
                (*point < points(self.scene)).then_some(()).ok_or(DrillRefusal::NoSuchQuestion)?;
                Ok(vec![DrillEvent::PointChecked { point: *point, fine: *fine }])
            }
            DrillAct::Start => self.start(),
            DrillAct::Send(_) | DrillAct::Hold(_) | DrillAct::Skip(_) => self.inject(act),
            DrillAct::Pause => {
                self.must(status == Status::Running)?;
                Ok(vec![DrillEvent::DrillPaused { why: PauseWhy::Lead, since: None }])
            }
            DrillAct::Resume(how) => {
                self.must(status == Status::Paused)?;
                if drill.claim.is_some() {
                    return Err(DrillRefusal::NothingToSettle);
                }
                Ok(vec![DrillEvent::DrillResumed { how: *how }])
            }
            DrillAct::End => {
                self.must(status.is_live())?;
                Ok(vec![DrillEvent::DrillEnded { how: EndHow::Lead }])
            }
            DrillAct::Abort(why) => {
                self.must(status.is_live())?;
                let how = EndHow::Aborted { reason: said(why)? };
                Ok(vec![DrillEvent::DrillEnded { how }])
            }
            DrillAct::Release(person) => {
                self.must(status.is_live())?;
                let known = drill.people.contains_key(person);
                known.then_some(()).ok_or_else(|| DrillRefusal::UnknownPerson(person.clone()))?;
                Ok(vec![DrillEvent::Released { person: person.clone() }])
            }
            DrillAct::Correct => self.correct(),
            DrillAct::Seen(place, of, person, fine) => {
                self.must(status.is_live() || status == Status::Ended)?;
                // Nobody judges what he did himself.
                if self.person.as_ref() == Some(person) {
                    return Err(DrillRefusal::NotExpected);
                }
                self.seen((*place, *of), person, *fine)
            }
            _ => Err(self.not_now()),
        }
    }

    /// What goes out now, waits or is left out.
    fn inject(&self, act: &DrillAct) -> Events {
        let (drill, status) = (self.drill, self.drill.status);
        match act {
            DrillAct::Send(place) => {
                self.must(status == Status::Running)?;
                let inject = play::at(self.scene, *place)?;
                self.still_open(*place)?;
                Ok(vec![play::send(drill, inject, Cause::Hand)])
            }
            DrillAct::Hold(place) => {
                self.must(status.is_live())?;
                let inject = self.still_open(*place)?;
                Ok(vec![DrillEvent::InjectHeld { inject }])
            }
            DrillAct::Skip(place) => {
                self.must(status.is_live())?;
                let inject = self.still_open(*place)?;
                Ok(vec![DrillEvent::InjectSkipped { inject }])
            }
            _ => Err(self.not_now()),
        }
    }

    fn start(&self) -> Events {
        let drill = self.drill;
        self.must(drill.status == Status::Scheduled)?;
        // Earlier than the last reminder nobody is ready.
        let soon = drill.planning.at.minus(super::reminders::GO) <= self.scene.now;
        self.must(soon)?;
        if let Some(real) = &self.beside.real {
            return Err(DrillRefusal::RealIncident { incident: real.incident.clone() });
        }
        let open = (0..points(self.scene)).filter(|point| drill.points.get(point) != Some(&true));
        match open.count() {
            0 => Ok(vec![DrillEvent::DrillStarted]),
            open => Err(DrillRefusal::NotReady { open: u64::try_from(open).unwrap_or(u64::MAX) }),
        }
    }

    fn still_open(&self, place: u32) -> Result<InjectId, DrillRefusal> {
        let inject = play::at(self.scene, place)?;
        let stage = self.drill.injects.get(&inject.id).map(|played| played.stage);
        match stage.unwrap_or_default() {
            Stage::Pending | Stage::Held => Ok(inject.id.clone()),
            Stage::Sent | Stage::Skipped => Err(DrillRefusal::InjectOver),
        }
    }

    fn correct(&self) -> Events {
        let before = self.drill.correction.as_ref();
        let has = |one: &PersonId| {
            before.is_some_and(|before| before.to.contains(one) && !before.failed.contains(one))
        };
        // Whoever sends it knows.
        let told = self.drill.told().into_iter().filter(|one| self.person.as_ref() != Some(one));
        let to = told.filter(|one| !has(one));
        let to = super::fold::once(to);
        match (to.is_empty(), before) {
            (true, Some(before)) => return Err(DrillRefusal::CorrectionSent(before.at)),
            (true, None) => return Err(DrillRefusal::NobodyTold),
            (false, _) => {}
        }
        let mut events = Vec::new();
        if self.drill.status == Status::Running {
            events.push(DrillEvent::DrillPaused { why: PauseWhy::Lead, since: None });
        }
        // Whoever has no way to be told is to be called.
        let directory = self.scene.directory;
        let unreached = to.iter().filter(|one| directory.ways_to(one).is_empty());
        let unreached: Vec<_> = unreached.cloned().collect();
        events.push(DrillEvent::CorrectionSent { to });
        let failed = |person| DrillEvent::CorrectionFailed { person };
        events.extend(unreached.into_iter().map(failed));
        Ok(events)
    }

    fn seen(&self, (place, of): (u32, u32), person: &PersonId, fine: bool) -> Events {
        let inject = play::sent_to(self.drill, place, person, self.scene)?;
        let index = usize::try_from(of).unwrap_or(usize::MAX);
        let expect = inject.expects.get(index).ok_or(DrillRefusal::NotExpected)?;
        let (inject, expect) = (inject.id.clone(), expect.id.clone());
        let played = self.drill.injects.get(&inject);
        let given = played.and_then(|one| one.replies.get(&expect)?.get(person));
        if given.is_some() {
            let same = played.and_then(|one| one.verdict(&expect, person)) == Some(fine);
            let judged = DrillEvent::ReplyJudged { inject, expect, person: person.clone(), fine };
            return Ok(if same { Vec::new() } else { vec![judged] });
        }
        // Of what nobody did there is nothing to say that it was not well done.
        fine.then_some(()).ok_or(DrillRefusal::NotExpected)?;
        let reply = super::event::Reply::Seen;
        Ok(vec![DrillEvent::Replied { inject, expect, person: person.clone(), reply }])
    }

    /// Something real, or what may be.
    fn claim(&self, act: &DrillAct) -> Result<Decided, DrillRefusal> {
        let drill = self.drill;
        // Whoever reads of it may say that something is real; of a report only who takes part.
        let anybody = !matches!(act, DrillAct::SettleReport(..));
        let person = self.person.clone().filter(|one| anybody || drill.concerns(one));
        let person = person.ok_or_else(|| DrillRefusal::NotAParticipant(drill.code.clone()))?;
        match act {
            DrillAct::ClaimReal => {
                drill.status.is_live().then_some(()).ok_or(DrillRefusal::TooLate)?;
                match &drill.claim {
                    Some(claim) if claim.by == person => return Ok(Decided::default()),
                    // Two who say so need not be asked.
                    Some(_) => {
                        let outside = Some(Outside::RealClaim { by: person });
                        return Ok(Decided { events: Vec::new(), outside });
                    }
                    None => {}
                }
                let why = PauseWhy::Claimed { by: person };
                Ok(vec![DrillEvent::DrillPaused { why, since: None }].into())
            }
            DrillAct::SettleClaim(real) => self.settle_claim(&person, *real),
            DrillAct::SettleReport(number, real) => self.settle_report(&person, *number, *real),
            _ => Err(self.not_now()),
        }
    }

    fn settle_claim(&self, person: &PersonId, real: bool) -> Result<Decided, DrillRefusal> {
        let drill = self.drill;
        let claim = drill.claim.as_ref().ok_or(DrillRefusal::NothingToSettle)?;
        if claim.by != *person && !drill.is_led_by(person) {
            let (code, lead) = (drill.code.clone(), drill.planning.lead.clone());
            return Err(DrillRefusal::OnlyItsLead { code, lead });
        }
        if real {
            let outside = Some(Outside::RealClaim { by: claim.by.clone() });
            return Ok(Decided { events: Vec::new(), outside });
        }
        let mut events = vec![DrillEvent::ClaimSettled { settled: Settled::Drill, incident: None }];
        // It stood still for nothing but this.
        let why = drill.pauses.last().map(|pause| &pause.why);
        let paused = drill.status == Status::Paused;
        if paused && matches!(why, Some(PauseWhy::Claimed { .. })) {
            events.push(DrillEvent::DrillResumed { how: super::event::Resume::Shift });
        }
        Ok(events.into())
    }

    fn settle_report(
        &self,
        person: &PersonId,
        number: Option<u32>,
        real: bool,
    ) -> Result<Decided, DrillRefusal> {
        let drill = self.drill;
        let open = match number {
            Some(number) => drill.reports.get(&number).map(|heard| (number, heard)),
            None => drill.open_report(person),
        };
        let (number, heard) = open.ok_or(DrillRefusal::NothingToSettle)?;
        if heard.settled.is_some() {
            return Err(DrillRefusal::NothingToSettle);
        }
        if heard.person != *person && !drill.is_led_by(person) {
            return Err(DrillRefusal::NotAParticipant(drill.code.clone()));
        }
        Ok(Decided { events: Vec::new(), outside: Some(Outside::Report { number, real }) })
    }
}

/// How many points the lead looks at before the start.
pub fn points(scene: &Scene<'_>) -> u32 {
    POINTS.saturating_add(u32::try_from(scene.scenario.checklist.len()).unwrap_or(u32::MAX))
}

pub(super) fn said(words: &str) -> Result<Text, DrillRefusal> {
    let words = words.trim();
    (!words.is_empty()).then(|| Text::plain(words)).ok_or(DrillRefusal::NoWords)
}
