//! The plan of a year: every drill of it is submitted, and agreed to, at once.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{count, refused, role, tell};
use crate::domain::access::Permit;
use crate::domain::drill::plan::BookEvent;
use crate::domain::drill::plan::said::{BookDone, BookNotice};
use crate::domain::drill::plan::wish::BookRefusal;
use crate::domain::drill::run::decide::decide;
use crate::domain::drill::run::event::{Planning, Reminder};
use crate::domain::drill::run::state::Status;
use crate::domain::drill::run::{Drill, DrillAct, DrillEvent, DrillRefusal, Scene};
use crate::domain::drill::scenario::Scenario;
use crate::domain::ids::{DrillCode, PersonId};
use crate::domain::values::Role;
use crate::engine::drill::{Stop, append_quietly, beside, known, pin, refuse};
use crate::engine::settings::Settings;
use crate::ledger::{StorageError, Tx};

/// The drills of a year in this state that are still ahead.
fn waiting(
    tx: &Tx<'_>,
    settings: &Settings,
    year: i32,
    status: Status,
) -> Result<Vec<DrillCode>, Stop> {
    let mut found = Vec::new();
    for code in tx.drill_codes(&[status])? {
        let Some(drill) = tx.drill(&code)? else { continue };
        let at = drill.planning.at;
        if at > tx.now && at.year(settings.team.zone) == year {
            found.push(code);
        }
    }
    match found.is_empty() {
        true => Err(refused(BookRefusal::NothingWaits(year))),
        false => Ok(found),
    }
}

/// The events of one act on one of them, or why it is not done with any.
fn decided(
    tx: &mut Tx<'_>,
    settings: &Settings,
    (drill, scenario): (&Drill, &Scenario),
    act: &DrillAct,
    permit: &Permit,
) -> Result<Vec<DrillEvent>, Stop> {
    let directory = tx.directory()?;
    let beside = beside(tx, settings, (drill, scenario), act)?;
    let scene = Scene { scenario, now: tx.now, directory: &directory };
    let decided = decide(drill, act, permit, &beside, &scene).map_err(|why| match why {
        DrillRefusal::OwnPlan => refuse(DrillRefusal::OwnPlan),
        why => {
            let (drill, why) = (drill.code.clone(), Box::new(why));
            refused(BookRefusal::OneOf { drill, why })
        }
    })?;
    Ok(decided.events)
}

/// Every draft of a year is submitted, each with its scenario as it is today.
pub fn submit(
    tx: &mut Tx<'_>,
    settings: &Settings,
    permit: &Permit,
    year: i32,
) -> Result<BookDone, Stop> {
    let codes = waiting(tx, settings, year, Status::Draft)?;
    for code in &codes {
        let (drill, scenario) = known(tx, code, permit.person())?;
        let mut events = Vec::new();
        let mut copy = scenario;
        if let Some((planning, newest)) = renewed(tx, settings, &drill)? {
            events.push(DrillEvent::DrillChanged { planning: Box::new(planning) });
            copy = newest;
        }
        events.extend(decided(tx, settings, (&drill, &copy), &DrillAct::Submit, permit)?);
        append_quietly(tx, code, drill, events)?;
    }
    let drills = count(&codes);
    let seq = tx.append_book(&BookEvent::YearSubmitted { year, drills: codes })?;
    let directory = tx.directory()?;
    tell(tx, role(&directory, Role::Manager), seq, &BookNotice::ToApprove { year, drills })?;
    Ok(BookDone::Submitted { year, drills })
}

type Renewed = (Planning, Arc<Scenario>);

/// The same plan with the scenario as it is today, where a series made it from an earlier one.
fn renewed(
    tx: &mut Tx<'_>,
    settings: &Settings,
    drill: &Drill,
) -> Result<Option<Renewed>, StorageError> {
    let pinned = &drill.planning.scenario;
    let newest = settings.scenarios.get(&pinned.id).filter(|_| drill.planning.of.is_some());
    let Some(newest) = newest else { return Ok(None) };
    let scenario = pin(tx, newest)?;
    let planning = Planning { scenario, ..drill.planning.clone() };
    let changed = planning.scenario.hash != pinned.hash;
    Ok(changed.then(|| (planning, Arc::clone(newest))))
}

/// A manager agrees to all that wait. Whoever takes part is invited when the first reminder would come.
pub fn approve(
    tx: &mut Tx<'_>,
    settings: &Settings,
    permit: &Permit,
    year: i32,
) -> Result<BookDone, Stop> {
    let codes = waiting(tx, settings, year, Status::Submitted)?;
    not_own(tx, permit, year)?;
    let mut people = BTreeSet::new();
    for code in &codes {
        let (drill, scenario) = known(tx, code, permit.person())?;
        let mut events = decided(tx, settings, (&drill, &scenario), &DrillAct::Approve, permit)?;
        if drill.planning.at.minus(Reminder::Month.before()) > tx.now {
            events.retain(|event| !matches!(event, DrillEvent::DrillCast { .. }));
        }
        people.extend(authors(&drill));
        append_quietly(tx, code, drill, events)?;
    }
    let drills = count(&codes);
    people.extend(submitter(tx, year)?);
    let seq = tx.append_book(&BookEvent::YearApproved { year, drills: codes })?;
    tell(tx, people, seq, &BookNotice::Decided { year, agreed: true, drills, reason: None })?;
    Ok(BookDone::Decided { year, agreed: true, drills })
}

/// A manager does not agree, and says why.
pub fn decline(
    tx: &mut Tx<'_>,
    settings: &Settings,
    permit: &Permit,
    year: i32,
    why: &str,
) -> Result<BookDone, Stop> {
    let codes = waiting(tx, settings, year, Status::Submitted)?;
    not_own(tx, permit, year)?;
    let mut people: BTreeSet<PersonId> = submitter(tx, year)?.into_iter().collect();
    for code in &codes {
        let (drill, scenario) = known(tx, code, permit.person())?;
        let act = DrillAct::Decline(why.to_owned());
        let events = decided(tx, settings, (&drill, &scenario), &act, permit)?;
        people.extend(authors(&drill));
        append_quietly(tx, code, drill, events)?;
    }
    let (drills, reason) = (count(&codes), codes.first().cloned());
    let seq = tx.append_book(&BookEvent::YearDeclined { year, drills: codes })?;
    tell(tx, people, seq, &BookNotice::Decided { year, agreed: false, drills, reason })?;
    Ok(BookDone::Decided { year, agreed: false, drills })
}

fn submitter(tx: &mut Tx<'_>, year: i32) -> Result<Option<PersonId>, StorageError> {
    let directory = tx.directory()?;
    let plan = directory.drill_book.years.get(&year);
    Ok(plan.and_then(|plan| plan.submitted.clone()).map(|(person, _)| person))
}

/// Nobody agrees to what he submitted himself.
fn not_own(tx: &mut Tx<'_>, permit: &Permit, year: i32) -> Result<(), Stop> {
    match submitter(tx, year)? {
        Some(by) if permit.is(&by) => Err(refuse(DrillRefusal::OwnPlan)),
        _ => Ok(()),
    }
}

fn authors(drill: &Drill) -> impl Iterator<Item = PersonId> {
    drill.author.iter().chain([&drill.planning.lead]).cloned().collect::<Vec<_>>().into_iter()
}
