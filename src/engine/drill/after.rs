//! Once a drill is over: what people say of it, its report, and what is to be made better.

use std::collections::BTreeSet;

use chrono::{Days, NaiveTime};

use super::append;
use super::told::Tell;
use crate::domain::calendar::Calendar;
use crate::domain::drill::account::account;
use crate::domain::drill::notice::DrillNotice;
use crate::domain::drill::run::event::{DrillEvent, Opinion};
use crate::domain::drill::run::{Drill, items};
use crate::domain::drill::scenario::Scenario;
use crate::domain::drill::shown::ShownDrill;
use crate::domain::ids::PersonId;
use crate::domain::text::Text;
use crate::domain::time::{Timestamp, start_of};
use crate::domain::values::Role;
use crate::engine::settings::Settings;
use crate::ledger::drills::digest_of;
use crate::ledger::{StorageError, Tx};

/// So many working days after the end the report is due.
const REPORT_DAYS: u32 = 5;

/// The end of a drill brings the day on which its report is due.
pub(super) fn with_report(
    settings: &Settings,
    now: Timestamp,
    mut events: Vec<DrillEvent>,
) -> Vec<DrillEvent> {
    if events.iter().any(|event| matches!(event, DrillEvent::DrillEnded { .. })) {
        let due = working_days(&settings.calendar, now, REPORT_DAYS);
        events.push(DrillEvent::ReportPlanned { due });
    }
    events
}

/// Nine in the morning of the working day that is so many after this one.
fn working_days(calendar: &Calendar, from: Timestamp, days: u32) -> Timestamp {
    let (today, office) = (calendar.day_of(from), calendar.office_of(None));
    let ahead = (1..366).filter_map(|day| today.checked_add_days(Days::new(day)));
    let mut working = ahead.filter(|date| calendar.works_on(*date, office));
    let index = usize::try_from(days.saturating_sub(1)).unwrap_or(usize::MAX);
    let date = working.nth(index).unwrap_or(today);
    let nine = NaiveTime::from_hms_opt(9, 0, 0).unwrap_or_default();
    start_of(date.and_time(nine), calendar.zone)
}

/// The digest of what a report is made from.
pub(super) fn digest(shown: &ShownDrill) -> Result<Option<String>, StorageError> {
    let Some(account) = account(shown) else { return Ok(None) };
    let body = serde_json::to_string(&account)
        .map_err(|error| StorageError::value("drill.account", error))?;
    Ok(Some(digest_of(&body)))
}

/// Somebody answered a question. Where nobody is to be named it waits apart from the ledger, so that
/// neither the entry nor its time nor its envelope says whose it is.
pub(super) fn answered(
    tx: &mut Tx<'_>,
    settings: &Settings,
    drill: Drill,
    scenario: &Scenario,
    (by, question, words): (&PersonId, &str, &str),
) -> Result<(), StorageError> {
    let code = drill.code.clone();
    let token = tx.survey_token(&code, by)?;
    if scenario.anonymous {
        return tx.put_opinion(&code, &token, question, words);
    }
    let before = drill.survey.get(&token).map(|one| one.answers.clone()).unwrap_or_default();
    let mut answers: Vec<Opinion> =
        before.into_iter().filter(|one| one.question != question).collect();
    answers.push(Opinion { question: question.to_owned(), words: Text::plain(words) });
    let surveyed = DrillEvent::Surveyed { person: Some(by.clone()), token, answers };
    append(tx, settings, &code, Some(drill), vec![surveyed])?;
    Ok(())
}

/// Where nobody is asked any more, what waited apart comes before that, all at one time and in an order
/// that says nothing.
pub(super) fn collected(
    tx: &mut Tx<'_>,
    scenario: &Scenario,
    drill: &Drill,
    events: Vec<DrillEvent>,
) -> Result<Vec<DrillEvent>, StorageError> {
    if !events.contains(&DrillEvent::SurveyClosed) {
        return Ok(events);
    }
    let waiting = tx.opinions(&drill.code)?;
    tx.forget_opinions(&drill.code)?;
    let mut all = Vec::new();
    for (token, answers) in waiting.into_iter().filter(|_| scenario.anonymous) {
        let answers = answers
            .into_iter()
            .map(|(question, words)| Opinion { question, words: Text::plain(words) })
            .collect();
        all.push(DrillEvent::Surveyed { person: None, token, answers });
    }
    all.extend(events);
    Ok(all)
}

/// Those who play and have not answered anything.
fn silent(tell: &Tell<'_>, tx: &mut Tx<'_>) -> Result<BTreeSet<PersonId>, StorageError> {
    let code = &tell.drill.code;
    let apart = tx.opinion_tokens(code)?;
    let mut silent = BTreeSet::new();
    for person in tell.players() {
        let token = tx.survey_token(code, &person)?;
        if !apart.contains(&token) && !tell.drill.survey.contains_key(&token) {
            silent.insert(person);
        }
    }
    Ok(silent)
}

/// Queues what follows from an event of this time.
pub(super) fn tell(
    tell: &Tell<'_>,
    tx: &mut Tx<'_>,
    event: &DrillEvent,
) -> Result<(), StorageError> {
    use DrillEvent as E;
    use DrillNotice as N;
    match event {
        E::SurveySent { time } => {
            let silent = silent(tell, tx)?;
            tell.all(tx, silent, &N::Survey { time: *time })
        }
        E::ReportAsked => tell.all(tx, tell.leads(), &N::ReportToMake { again: true }),
        E::ReportSubmitted => {
            let leads = tell.leads();
            let managers = tell.managers().into_iter().filter(|one| !leads.contains(one));
            tell.all(tx, managers.collect(), &N::ReportToApprove)
        }
        E::ReportApproved { .. } => tell.all(tx, tell.leads(), &N::ReportApproved),
        E::ItemAdded { number, .. } => {
            let doers = doers(tell, *number);
            tell.all(tx, doers, &N::Item { number: *number, time: 0 })
        }
        E::ItemReminded { number, time } => reminded(tell, tx, *number, *time),
        E::ItemDone { number, .. } => {
            let mut holders = tell.leads();
            holders.extend(tell.drill.planning.evaluators.iter().cloned());
            tell.all(tx, holders, &N::ItemDone { number: *number })
        }
        E::ItemVerified { number } => {
            tell.all(tx, doers(tell, *number), &N::ItemSeen { number: *number, fine: true })
        }
        E::ItemReturned { number, .. } => {
            tell.all(tx, doers(tell, *number), &N::ItemSeen { number: *number, fine: false })
        }
        _ => Ok(()),
    }
}

fn doers(tell: &Tell<'_>, number: u32) -> BTreeSet<PersonId> {
    let item = tell.drill.items.get(&number);
    item.into_iter().flat_map(|item| item.doers(tell.directory)).collect()
}

/// Whoever has to do it; of what waits to be looked at, those who look. From the second time after its
/// day leads and managers hear of it as well.
fn reminded(tell: &Tell<'_>, tx: &mut Tx<'_>, number: u32, time: u32) -> Result<(), StorageError> {
    let Some(item) = tell.drill.items.get(&number) else { return Ok(()) };
    let mut people = match &item.stands {
        items::Stands::Open => doers(tell, number),
        _ => tell.leads(),
    };
    if time >= items::RISES {
        let above = [Role::Lead, Role::Manager];
        let above = above.iter().flat_map(|role| tell.directory.with_role(*role));
        people.extend(above.map(|one| one.id.clone()));
    }
    tell.all(tx, people, &DrillNotice::Item { number, time })
}
