//! The book of drills: series and what they make, the plan of a year, and who has to drill.

mod duties;
mod year;

use super::{Stop, append, open, pin, refuse};
use crate::domain::access::permit;
use crate::domain::actor::Actor;
use crate::domain::directory::Directory;
use crate::domain::drill::plan::said::{BookDone, BookNotice};
use crate::domain::drill::plan::wish::{BookRefusal, BookWish, Draft};
use crate::domain::drill::plan::work::{ToMake, ToShift};
use crate::domain::drill::plan::{BookEvent, Series, Standing};
use crate::domain::drill::run::event::{Occurrence, Planning};
use crate::domain::drill::run::state::Status;
use crate::domain::drill::run::{DrillEvent, DrillRefusal};
use crate::domain::drill::scenario::ScenarioId;
use crate::domain::ids::{PersonId, Stream};
use crate::domain::incident::act::ActKind;
use crate::domain::notice::{Ask, Body, Priority};
use crate::domain::receipt::Done;
use crate::domain::refusal::Refusal;
use crate::domain::text::Text;
use crate::domain::time::Timestamp;
use crate::domain::values::Role;
use crate::engine::settings::Settings;
use crate::engine::tell::tell as tell_one;
use crate::ledger::{StorageError, Tx};

fn refused(refusal: BookRefusal) -> Stop {
    refuse(DrillRefusal::Book(refusal))
}

/// How many of something, as receipts say it.
fn count<T>(all: &[T]) -> u64 {
    u64::try_from(all.len()).unwrap_or(u64::MAX)
}

/// Carries out a wish about the book.
pub fn perform(
    tx: &mut Tx<'_>,
    settings: &Settings,
    actor: &Actor,
    wish: &BookWish,
) -> Result<Done, Stop> {
    let directory = tx.directory()?;
    let needed = match wish {
        BookWish::Approve(_) | BookWish::Decline(..) => ActKind::ApproveDrill,
        // Whoever reads who is missing may remind them.
        BookWish::Remind(_) if leads(actor, &directory) => ActKind::ApproveDrill,
        _ => ActKind::PlanDrill,
    };
    let permit = permit(actor, needed, None, &directory)?;
    let Some(person) = permit.person().cloned() else { return Err(Refusal::NotInDirectory.into()) };
    let done = match wish {
        BookWish::SetSeries(draft) => set(tx, settings, person, draft)?,
        BookWish::EndSeries(series) => end(tx, settings, *series)?,
        BookWish::Submit(year) => year::submit(tx, settings, &permit, *year)?,
        BookWish::Approve(year) => year::approve(tx, settings, &permit, *year)?,
        BookWish::Decline(year, why) => year::decline(tx, settings, &permit, *year, why)?,
        BookWish::Remind(year) => duties::remind(tx, settings, *year)?,
    };
    wake(tx, settings)?;
    Ok(Done::Book(done))
}

fn leads(actor: &Actor, directory: &Directory) -> bool {
    matches!(actor, Actor::Person(id) if directory.has_role(id, Role::Manager))
}

/// A question about a scenario that is not there is not asked.
pub fn may_ask(settings: &Settings, ask: &Ask) -> Result<(), Stop> {
    let Ask::Book(ask) = ask else { return Ok(()) };
    match ask.scenario().filter(|id| settings.scenarios.get(id).is_none()) {
        Some(id) => Err(refuse(DrillRefusal::UnknownScenario(id.clone()))),
        None => Ok(()),
    }
}

/// A series is set, and makes what it can at once.
fn set(
    tx: &mut Tx<'_>,
    settings: &Settings,
    lead: PersonId,
    draft: &Draft,
) -> Result<BookDone, Stop> {
    let id = &draft.scenario;
    if settings.scenarios.get(id).is_none() {
        return Err(refuse(DrillRefusal::UnknownScenario(id.clone())));
    }
    let directory = tx.directory()?;
    let same = |one: &Standing| {
        one.series.scenario == *id
            && one.series.schedule == draft.schedule
            && one.series.units == draft.units
    };
    if directory.drill_book.running().any(|(_, one)| same(one)) {
        return Err(refused(BookRefusal::SameSeries));
    }
    if draft.units.standing(&directory).is_empty() {
        return Err(refused(BookRefusal::NoUnits));
    }
    let next = draft.schedule.next(&directory.calendar, &[], tx.now, 1);
    let from = next.first().map(|one| one.nominal);
    let from = from.ok_or_else(|| refused(BookRefusal::NoDay))?;
    let (schedule, units) = (draft.schedule.clone(), draft.units.clone());
    let series = Series { scenario: id.clone(), schedule, units, lead, from };
    tx.append_book(&BookEvent::SeriesSet { series: Box::new(series) })?;
    let drills = settle(tx, settings)?;
    Ok(BookDone::SeriesSet { drills })
}

/// A series is ended. What nobody was asked about yet goes with it; the rest has its own way.
fn end(tx: &mut Tx<'_>, settings: &Settings, series: i64) -> Result<BookDone, Stop> {
    let directory = tx.directory()?;
    let running = directory.drill_book.series.get(&series).filter(|one| !one.ended);
    let standing = running.ok_or_else(|| refused(BookRefusal::NoSuchSeries))?;
    tx.append_book(&BookEvent::SeriesEnded { series })?;
    let mut cancelled = 0_u64;
    for made in standing.made.values() {
        let drill = tx.drill(&made.drill)?;
        let Some(drill) = drill.filter(|one| one.status == Status::Draft) else { continue };
        if drill.planning.at <= tx.now {
            continue;
        }
        let reason = Text::plain(&settings.series_ended);
        let event = DrillEvent::DrillCancelled { reason };
        append(tx, settings, &made.drill, Some(drill), vec![event])?;
        cancelled = cancelled.saturating_add(1);
    }
    Ok(BookDone::SeriesEnded { cancelled })
}

/// The book's moment came.
pub fn tick(tx: &mut Tx<'_>, settings: &Settings, due: Timestamp) -> Result<Done, Stop> {
    settle(tx, settings)?;
    duties::close(tx, settings, due)?;
    set_moment(tx, settings)?;
    Ok(Done::Quiet)
}

/// Does all there is to do; says how many drills it made.
fn settle(tx: &mut Tx<'_>, settings: &Settings) -> Result<u64, StorageError> {
    let directory = tx.directory()?;
    let has = |id: &ScenarioId| settings.scenarios.get(id).is_some();
    let work = directory.drill_book.work(&directory.calendar, &has, tx.now);
    for one in &work.make {
        make(tx, settings, one)?;
    }
    for one in &work.shift {
        shift(tx, settings, one)?;
    }
    for series in work.gone {
        let seq = tx.append_book(&BookEvent::ScenarioGone { series })?;
        let Some(one) = directory.drill_book.series.get(&series) else { continue };
        let scenario = one.series.scenario.clone();
        let notice = BookNotice::ScenarioGone { series, scenario };
        tell(tx, role(&directory, Role::Lead), seq, &notice)?;
    }
    Ok(count(&work.make))
}

/// Makes the drill of one day of a series. Whose day is over already is made too: that it was missed is
/// said of it, and nothing is passed over in silence.
fn make(tx: &mut Tx<'_>, settings: &Settings, one: &ToMake) -> Result<(), StorageError> {
    let directory = tx.directory()?;
    let Some(standing) = directory.drill_book.series.get(&one.series) else { return Ok(()) };
    let series = &standing.series;
    let Some(scenario) = settings.scenarios.get(&series.scenario) else { return Ok(()) };
    let (at, nominal) = (one.occurrence.at, one.occurrence.nominal);
    let planning = Planning {
        scenario: pin(tx, scenario)?,
        at,
        lead: lead(standing, &directory),
        deputy: None,
        evaluators: Default::default(),
        units: series.units.standing(&directory),
        sessions: Vec::new(),
        chat: None,
        of: Some(Occurrence { series: one.series, nominal }),
    };
    let drill = open(tx, settings, planning)?;
    tx.append_book(&BookEvent::OccurrenceMade { series: one.series, nominal, drill, at })?;
    Ok(())
}

/// Whoever leads the series; where he has left, whoever set it, or else who leads the team.
fn lead(standing: &Standing, directory: &Directory) -> PersonId {
    let own = [Some(&standing.series.lead), standing.author.as_ref()];
    let there = own.into_iter().flatten().find(|id| directory.active(id).is_some());
    let first = || directory.with_role(Role::Lead).next().map(|person| &person.id);
    there.or_else(first).unwrap_or(&standing.series.lead).clone()
}

/// The calendar has another day for a drill: it goes along while nobody was asked to agree to it, unless
/// somebody moved it by hand.
fn shift(tx: &mut Tx<'_>, settings: &Settings, one: &ToShift) -> Result<(), StorageError> {
    let drill = tx.drill(&one.drill)?;
    let goes = |status: Status, at: Timestamp| {
        status == Status::Draft && at == one.from && one.to > tx.now
    };
    let drill = drill.filter(|drill| goes(drill.status, drill.planning.at));
    let (series, nominal, to) = (one.series, one.nominal, one.to);
    let moved = drill.is_some();
    tx.append_book(&BookEvent::OccurrenceShifted { series, nominal, to, moved })?;
    if drill.is_some() {
        let reason = Text::plain(&settings.calendar_moved);
        let event = DrillEvent::DrillMoved { to, reason };
        append(tx, settings, &one.drill, drill, vec![event])?;
    }
    Ok(())
}

/// Sets the book's next moment, unless one that has come waits to be seen to.
pub fn wake(tx: &mut Tx<'_>, settings: &Settings) -> Result<(), StorageError> {
    let missed = tx.waits_for(&Stream::Drills)?.is_some_and(|at| at <= tx.now);
    if missed { Ok(()) } else { set_moment(tx, settings) }
}

/// Sets the book's next moment: now, where there is something to do.
fn set_moment(tx: &mut Tx<'_>, settings: &Settings) -> Result<(), StorageError> {
    let directory = tx.directory()?;
    let has = |id: &ScenarioId| settings.scenarios.get(id).is_some();
    let (book, calendar) = (&directory.drill_book, &directory.calendar);
    let next = match book.work(calendar, &has, tx.now).is_empty() {
        true => book.next_making(calendar, &has, tx.now),
        false => Some(tx.now),
    };
    let close = duties::next(tx, &directory)?;
    tx.wake(&Stream::Drills, next.into_iter().chain(close).min())
}

/// Everybody of a role.
fn role(directory: &Directory, role: Role) -> Vec<PersonId> {
    directory.with_role(role).map(|person| person.id.clone()).collect()
}

/// Tells people, each by the best way, but not whoever did it.
fn tell(
    tx: &mut Tx<'_>,
    people: impl IntoIterator<Item = PersonId>,
    seq: i64,
    notice: &BookNotice,
) -> Result<(), StorageError> {
    let directory = tx.directory()?;
    for person in people {
        if tx.actor == Actor::Person(person.clone()) {
            continue;
        }
        let key = format!("book:{seq}:{}:{person}", notice.word());
        let body = Body::Book(notice.clone());
        tell_one(tx, &directory, &person, key, Priority::Notice, body)?;
    }
    Ok(())
}
