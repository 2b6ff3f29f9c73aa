//! Drills: what is wished of one, its moments, what leaves of it, and what it must never do to the
//! incidents that are real.

mod after;
mod files;
mod judged;
mod of_chat;
mod outside;
pub mod plan;
mod stepped;
mod told;

pub use files::{fetched, offered};
pub use of_chat::of_all;
pub use outside::{hears, keeps_files, real_incident};
pub use stepped::stepped;
pub use told::{arrived, failed, is_for, stands};

use std::sync::Arc;

use super::handle::Stop;
use super::settings::Settings;
use crate::domain::access::{Permit, permit};
use crate::domain::actor::Actor;
use crate::domain::drill::notice::{DrillActed, DrillDone, DrillNotice};
use crate::domain::drill::run::act::Outside;
use crate::domain::drill::run::decide::{Beside, decide, may_stand};
use crate::domain::drill::run::event::{PauseWhy, Pinned, Planning, Settled};
use crate::domain::drill::run::state::{Heard, Status};
use crate::domain::drill::run::{
    Drill, DrillAct, DrillEvent, DrillRefusal, Scene, Setup, cast, moments,
};
use crate::domain::drill::scenario::{Scenario, ScenarioId};
use crate::domain::drill::wish::DrillWish;
use crate::domain::ids::{DrillCode, PersonId, Stream, UnitCode};
use crate::domain::incident::act::ActKind;
use crate::domain::receipt::Done;
use crate::domain::refusal::Refusal;
use crate::domain::time::Timestamp;
use crate::ledger::{StorageError, Tx};

/// So many things follow from one another in one instant at the most.
const AT_ONCE: usize = 32;

fn refuse(refusal: DrillRefusal) -> Stop {
    Refusal::Drill(Box::new(refusal)).into()
}

/// Carries out a wish about drills.
pub fn perform(
    tx: &mut Tx<'_>,
    settings: &Settings,
    actor: &Actor,
    wish: &DrillWish,
) -> Result<Done, Stop> {
    match wish {
        DrillWish::Plan { scenario, at, units } => {
            let permit = permit(actor, ActKind::PlanDrill, None, &*tx.directory()?)?;
            plan(tx, settings, &permit, scenario, *at, units)
        }
        DrillWish::Act(code, act) => perform_act(tx, settings, actor, code, act),
        DrillWish::Book(wish) => plan::perform(tx, settings, actor, wish),
    }
}

fn plan(
    tx: &mut Tx<'_>,
    settings: &Settings,
    permit: &Permit,
    id: &ScenarioId,
    at: Timestamp,
    units: &[UnitCode],
) -> Result<Done, Stop> {
    let Some(lead) = permit.person().cloned() else { return Err(Refusal::NotInDirectory.into()) };
    let scenario = settings.scenarios.all.get(id);
    let scenario = scenario.ok_or_else(|| refuse(DrillRefusal::UnknownScenario(id.clone())))?;
    let directory = tx.directory()?;
    let standing = || directory.units.keys().filter(|code| !directory.ended.contains(*code));
    let units = if units.is_empty() {
        standing().cloned().collect()
    } else {
        units.iter().cloned().collect()
    };
    let planning = Planning {
        scenario: pin(tx, scenario)?,
        at,
        lead,
        deputy: None,
        evaluators: Default::default(),
        units,
        sessions: Vec::new(),
        chat: None,
        of: None,
    };
    may_stand(&planning, tx.now).map_err(refuse)?;
    let code = open(tx, settings, planning)?;
    plan::wake(tx, settings)?;
    Ok(Done::Drill(DrillDone::Planned { code }))
}

/// Keeps a copy of a scenario, and says what a plan needs to know of it.
pub fn pin(tx: &mut Tx<'_>, scenario: &Scenario) -> Result<Pinned, StorageError> {
    Ok(Pinned {
        id: scenario.id.clone(),
        version: scenario.version,
        hash: tx.pin_scenario(scenario)?,
        name: scenario.title.clone(),
        kind: scenario.kind,
        length: scenario.length,
    })
}

/// A drill is made of a plan.
pub fn open(
    tx: &mut Tx<'_>,
    settings: &Settings,
    planning: Planning,
) -> Result<DrillCode, StorageError> {
    let year = planning.at.year(settings.team.zone);
    let code = tx.next_drill_code(&settings.drill_prefix, year)?;
    let planned = DrillEvent::DrillPlanned { planning: Box::new(planning) };
    append(tx, settings, &code, None, vec![planned])?;
    Ok(code)
}

/// A drill the actor may know of, with the copy it rests on.
fn known(
    tx: &mut Tx<'_>,
    code: &DrillCode,
    person: Option<&PersonId>,
) -> Result<(Drill, Arc<Scenario>), Stop> {
    let unknown = || refuse(DrillRefusal::Unknown(code.to_string()));
    let drill = tx.drill(code)?.ok_or_else(unknown)?;
    let directory = tx.directory()?;
    let sees = |person: &PersonId| drill.is_seen_by(person, &directory);
    if person.is_some_and(|person| !sees(person)) {
        return Err(unknown());
    }
    let copy = tx.scenario(&drill.planning.scenario.hash)?;
    let copy = copy.ok_or(StorageError::Missing("scenario"))?;
    Ok((drill, copy))
}

fn perform_act(
    tx: &mut Tx<'_>,
    settings: &Settings,
    actor: &Actor,
    code: &DrillCode,
    act: &DrillAct,
) -> Result<Done, Stop> {
    let directory = tx.directory()?;
    let permit = permit(actor, act.kind(), None, &directory)?;
    // Whoever reads of it, in its chat or over a shoulder, may say that something is real.
    let real = matches!(act, DrillAct::ClaimReal | DrillAct::SettleClaim(_));
    let reads = permit.person().filter(|_| !real);
    let (drill, scenario) = known(tx, code, reads)?;
    let beside = beside(tx, settings, (&drill, &scenario), act)?;
    let scene = Scene { scenario: &scenario, now: tx.now, directory: &directory };
    let decided = decide(&drill, act, &permit, &beside, &scene).map_err(refuse)?;
    let drill = append(tx, settings, code, Some(drill), decided.events)?;
    let (code, what) = (code.clone(), acted(act));
    match (decided.outside, drill) {
        (Some(Outside::RealClaim { by }), Some(drill)) => {
            let incident = outside::real_claim(tx, settings, &drill, &by, Settled::Real)?;
            Ok(Done::Drill(DrillDone::Settled { code, incident, real: true }))
        }
        (Some(Outside::Report { number, real }), Some(drill)) => {
            let incident = outside::settle(tx, settings, drill, number, real, false)?;
            Ok(Done::Drill(DrillDone::Settled { code, incident, real }))
        }
        (Some(Outside::Opinion { by, question, words }), Some(drill)) => {
            after::answered(tx, settings, drill, &scenario, (&by, question.as_str(), &words))?;
            Ok(Done::Drill(DrillDone::Acted { code, what }))
        }
        _ => Ok(Done::Drill(DrillDone::Acted { code, what })),
    }
}

/// What an act has to know beside the drill.
fn beside(
    tx: &mut Tx<'_>,
    settings: &Settings,
    (drill, scenario): (&Drill, &Scenario),
    act: &DrillAct,
) -> Result<Beside, StorageError> {
    match act {
        DrillAct::SetUp(Setup::Chat(Some(own))) => {
            let mut of_the_team = false;
            for chat in [settings.team_chat, settings.admin_chat].into_iter().flatten() {
                of_the_team |= tx.chat_now(chat)? == *own;
            }
            Ok(Beside { of_the_team, ..Beside::default() })
        }
        DrillAct::Start => Ok(Beside { real: outside::worst_real(tx)?, ..Beside::default() }),
        DrillAct::ApproveReport => {
            let shown = tx.shown_drill(&drill.code)?;
            let digest = shown.as_ref().map(after::digest).transpose()?.flatten();
            Ok(Beside { digest, ..Beside::default() })
        }
        DrillAct::Submit => {
            let directory = tx.directory()?;
            let people = cast::cast(drill, scenario, &directory);
            let people: Vec<PersonId> = people.into_iter().map(|one| one.person).collect();
            let span = (drill.planning.at, drill.planned_end());
            let clash = tx.clashes(&drill.code, span, &people)?;
            Ok(Beside { clash, ..Beside::default() })
        }
        _ => Ok(Beside::default()),
    }
}

fn acted(act: &DrillAct) -> DrillActed {
    use DrillActed as D;
    match act {
        DrillAct::Change(_) | DrillAct::Appoint(_) | DrillAct::SetUp(_) => D::Plan,
        DrillAct::Submit => D::Submitted,
        DrillAct::Approve => D::Approved,
        DrillAct::Decline(_) => D::Declined,
        DrillAct::Move(..) => D::Moved,
        DrillAct::Cancel(_) => D::Cancelled,
        DrillAct::HeldOutside(_) => D::HeldOutside,
        DrillAct::Rsvp(_) => D::Rsvp,
        DrillAct::StandIn(_) => D::StandIn,
        DrillAct::CheckIn(_) => D::CheckedIn,
        DrillAct::Check(..) => D::Checked,
        DrillAct::Start => D::Started,
        DrillAct::Send(_) | DrillAct::Hold(_) | DrillAct::Skip(_) => D::Inject,
        DrillAct::Acknowledge(_)
        | DrillAct::Choose(..)
        | DrillAct::Say(..)
        | DrillAct::File(..)
        | DrillAct::Seen(..) => D::Reply,
        DrillAct::Pause => D::Paused,
        DrillAct::Resume(_) => D::Resumed,
        DrillAct::End | DrillAct::Abort(_) => D::Ended,
        DrillAct::ClaimReal => D::Claimed,
        DrillAct::SettleClaim(_) | DrillAct::SettleReport(..) => D::NotReal,
        DrillAct::Release(_) => D::Released,
        DrillAct::Correct => D::Corrected,
        DrillAct::Observe(_) => D::Observed,
        DrillAct::Rate(..) | DrillAct::RateReason(..) => D::Rated,
        DrillAct::AddItem(_) => D::ItemAdded,
        DrillAct::ItemDone(..) => D::ItemDone,
        DrillAct::VerifyItem(_) => D::ItemVerified,
        DrillAct::ReturnItem(..) => D::ItemReturned,
        DrillAct::SubmitReport => D::ReportSubmitted,
        DrillAct::ApproveReport => D::ReportApproved,
        DrillAct::Survey(..) => D::Surveyed,
    }
}

/// Appends events of a drill, queues what follows, and sets its next moment.
pub(super) fn append(
    tx: &mut Tx<'_>,
    settings: &Settings,
    code: &DrillCode,
    before: Option<Drill>,
    events: Vec<DrillEvent>,
) -> Result<Option<Drill>, StorageError> {
    if events.is_empty() {
        return Ok(before);
    }
    let events = after::with_report(settings, tx.now, events);
    let (after, stored) = tx.append_drill(code, before, events)?;
    if let Some(after) = &after {
        if stored.iter().any(|(_, event)| matches!(event, DrillEvent::DrillEnded { .. })) {
            outside::ends(tx, settings, after)?;
        }
        told::follow(tx, after, &stored)?;
        tx.wake(&Stream::Drill(code.clone()), moments::next_moment(after, tx.now))?;
    }
    Ok(after)
}

/// The same where the plan of a whole year is decided: that is told once, and not for each drill.
fn append_quietly(
    tx: &mut Tx<'_>,
    code: &DrillCode,
    before: Drill,
    events: Vec<DrillEvent>,
) -> Result<(), StorageError> {
    let (after, mut stored) = tx.append_drill(code, Some(before), events)?;
    stored.retain(|(_, event)| matches!(event, DrillEvent::DrillCast { .. }));
    if let Some(after) = &after {
        told::follow(tx, after, &stored)?;
        tx.wake(&Stream::Drill(code.clone()), moments::next_moment(after, tx.now))?;
    }
    Ok(())
}

/// A drill's moment came.
pub fn tick(tx: &mut Tx<'_>, settings: &Settings, code: &DrillCode) -> Result<Done, Stop> {
    let (mut drill, scenario) = known(tx, code, None)?;
    let claim = drill.claim.clone().filter(|claim| claim.until <= tx.now);
    // What nobody said anything about in time is real.
    if let Some(claim) = claim {
        outside::real_claim(tx, settings, &drill, &claim.by, Settled::Silence)?;
        drill = tx.drill(code)?.unwrap_or(drill);
    }
    let directory = tx.directory()?;
    let now = tx.now;
    // What follows at once from what happens now happens now as well: silence, and what goes out for it.
    for _ in 0..AT_ONCE {
        let scene = Scene { scenario: &scenario, now, directory: &directory };
        let events = moments::tick(&drill, &scene);
        let events = after::collected(tx, &scenario, &drill, events)?;
        if events.is_empty() {
            break;
        }
        append(tx, settings, code, Some(drill), events)?;
        drill = tx.drill(code)?.ok_or(StorageError::Missing("drill"))?;
    }
    let late = |drill: &Drill| {
        let late = |(_, heard): &(&u32, &Heard)| heard.settled.is_none() && heard.until <= now;
        drill.reports.iter().find(late).map(|(number, _)| *number)
    };
    while let Some(number) = late(&drill) {
        outside::settle(tx, settings, drill, number, true, true)?;
        drill = tx.drill(code)?.ok_or(StorageError::Missing("drill"))?;
    }
    tx.wake(&Stream::Drill(code.clone()), moments::next_moment(&drill, tx.now))?;
    Ok(Done::Quiet)
}

/// The wall clock was set: whatever is played, or not known to be real, keeps what remained of its wait.
pub fn shift(tx: &mut Tx<'_>, settings: &Settings, by_ms: i64) -> Result<(), StorageError> {
    for code in tx.drill_codes(&Status::ALL)? {
        let Some(drill) = tx.drill(&code)? else { continue };
        if drill.status.is_live() || drill.is_asked() {
            let shifted = DrillEvent::DrillShifted { by_ms };
            append(tx, settings, &code, Some(drill), vec![shifted])?;
        }
    }
    Ok(())
}

/// Whatever is played stands still: the program was away, or the clock was set, and its lead decides how
/// it goes on.
pub fn stand_still(
    tx: &mut Tx<'_>,
    settings: &Settings,
    why: &PauseWhy,
    since: Option<Timestamp>,
) -> Result<(), StorageError> {
    for code in tx.drill_codes(&[Status::Running])? {
        let drill = tx.drill(&code)?;
        let paused = DrillEvent::DrillPaused { why: why.clone(), since };
        append(tx, settings, &code, drill, vec![paused])?;
    }
    Ok(())
}

/// Somebody leaves who leads a drill that is not over: whoever can name another hears it.
pub fn lead_left(tx: &mut Tx<'_>, leaves: &dyn Fn(&PersonId) -> bool) -> Result<(), StorageError> {
    for code in tx.drill_codes(&Status::ALL)? {
        let Some(drill) = tx.drill(&code)? else { continue };
        let open = drill.status.is_ahead() || drill.status.is_live();
        if open && leaves(&drill.planning.lead) {
            told::leads(tx, &drill, &DrillNotice::LeadLeft)?;
        }
    }
    Ok(())
}

/// Sets every drill's next moment anew.
pub fn wake(tx: &mut Tx<'_>) -> Result<(), StorageError> {
    for code in tx.drill_codes(&Status::ALL)? {
        if let Some(drill) = tx.drill(&code)? {
            tx.wake(&Stream::Drill(code), moments::next_moment(&drill, tx.now))?;
        }
    }
    Ok(())
}
