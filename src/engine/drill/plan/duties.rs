//! Who has to drill and has not: the contacts of a unit are reminded by one tap, and the managers hear what
//! is overdue when a period is over.

use std::sync::Arc;

use chrono::{NaiveDate, NaiveTime};

use super::{count, refused, role, tell};
use crate::domain::directory::Directory;
use crate::domain::drill::duty::{Duty, Every, TakenBy, ends, period_ending, quarter_end};
use crate::domain::drill::plan::BookEvent;
use crate::domain::drill::plan::said::{BookDone, BookNotice};
use crate::domain::drill::plan::wish::BookRefusal;
use crate::domain::drill::run::Drill;
use crate::domain::drill::run::state::Status;
use crate::domain::ids::{PersonId, UnitCode};
use crate::domain::time::{Timestamp, start_of};
use crate::domain::values::Role;
use crate::engine::drill::Stop;
use crate::engine::settings::Settings;
use crate::ledger::{StorageError, Tx};

/// A message names so many units and counts the rest.
const NAMED: usize = 40;

/// What drills were for the units of today.
fn taken(tx: &Tx<'_>, directory: &Directory) -> Result<TakenBy, StorageError> {
    let mut drills: Vec<Drill> = Vec::new();
    for code in tx.drill_codes(&Status::ALL)? {
        drills.extend(tx.drill(&code)?);
    }
    Ok(TakenBy::of(&drills, directory, directory.calendar.zone))
}

/// The contacts of every unit that misses something in this year, but none twice a day.
pub fn remind(tx: &mut Tx<'_>, settings: &Settings, year: i32) -> Result<BookDone, Stop> {
    let directory = tx.directory()?;
    let today = directory.calendar.day_of(tx.now);
    let rows = settings.duties.year(year, &taken(tx, &directory)?, &directory, today);
    let open = rows.into_iter().filter(|row| row.year.is_open()).map(|row| row.unit);
    let (mut units, mut unreachable): (Vec<UnitCode>, u64) = (Vec::new(), 0);
    for unit in open.filter(|unit| !reminded_on(today, unit, &directory)) {
        match contacts(&unit, &directory).is_empty() {
            true => unreachable = unreachable.saturating_add(1),
            false => units.push(unit),
        }
    }
    if units.is_empty() {
        return Err(refused(BookRefusal::NobodyToRemind));
    }
    let seq = tx.append_book(&BookEvent::UnitsReminded { units: units.clone() })?;
    for unit in &units {
        let notice = BookNotice::Missing { unit: unit.clone(), year };
        tell(tx, contacts(unit, &directory), seq, &notice)?;
    }
    Ok(BookDone::Reminded { units: count(&units), unreachable })
}

fn reminded_on(today: NaiveDate, unit: &UnitCode, directory: &Directory) -> bool {
    let last = directory.drill_book.reminded.get(unit);
    last.is_some_and(|at| directory.calendar.day_of(*at) == today)
}

/// The contacts of a unit who can be told something.
fn contacts(unit: &UnitCode, directory: &Directory) -> Vec<PersonId> {
    let contacts = directory.contacts(unit).map(|person| person.id.clone());
    contacts.filter(|person| !directory.ways_to(person).is_empty()).collect()
}

/// When a period is over next; never where nobody ever planned a drill here.
pub fn next(tx: &Tx<'_>, directory: &Arc<Directory>) -> Result<Option<Timestamp>, StorageError> {
    let planned =
        !directory.drill_book.series.is_empty() || !tx.drill_codes(&Status::ALL)?.is_empty();
    if directory.duties.all.is_empty() || !planned {
        return Ok(None);
    }
    let zone = directory.calendar.zone;
    let today = directory.calendar.day_of(tx.now);
    let end = quarter_end(today).map(|end| start_of(end.and_time(NaiveTime::MIN), zone));
    Ok(end)
}

/// Tells the managers what is overdue of every period that ended since they were told last, or since the
/// moment that was waited for.
pub fn close(tx: &mut Tx<'_>, settings: &Settings, due: Timestamp) -> Result<(), StorageError> {
    let directory = tx.directory()?;
    let calendar = &directory.calendar;
    let before = calendar.day_of(due).pred_opt().unwrap_or(NaiveDate::MIN);
    let after = directory.drill_book.closed.unwrap_or(before);
    let over = ends(after.max(before), calendar.day_of(tx.now));
    if over.is_empty() || next(tx, &directory)?.is_none() {
        return Ok(());
    }
    let taken = taken(tx, &directory)?;
    for end in over {
        let mut units = settings.duties.overdue(end, &taken, &directory);
        let missing = count(&units);
        let seq = tx.append_book(&BookEvent::PeriodClosed { end, missing })?;
        let longest = [Every::Year, Every::Half, Every::Quarter];
        let asked =
            |every: &Every| settings.duties.all.iter().any(|duty: &Duty| duty.every == *every);
        let period = longest.into_iter().filter(asked).find_map(|every| period_ending(every, end));
        let Some(period) = period.filter(|_| missing > 0) else { continue };
        let more = count(units.get(NAMED..).unwrap_or_default());
        units.truncate(NAMED);
        let notice = BookNotice::Overdue { from: period.from, end, units, more };
        tell(tx, role(&directory, Role::Manager), seq, &notice)?;
    }
    Ok(())
}
