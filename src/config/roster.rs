//! Reading `roster.toml`: who takes turns in which chair.

use std::path::Path;

use super::calendar::{WEEKDAYS, weekdays};
use super::problem::{Problem, ProblemKind};
use super::section::{Found, Section};
use super::{file, words_of};
use crate::domain::calendar::weekday_number;
use crate::domain::directory::Directory;
use crate::domain::ids::PersonId;
use crate::domain::roster::canary::Habits;
use crate::domain::roster::rotation::{Every, Hours, Plan, Rotation};
use crate::domain::roster::written::Written;
use crate::domain::roster::{Change, Layer, Span, Through};
use crate::domain::time::{Timestamp, end_of, start_of};

mod export;

pub use export::exported;

/// So many turns at most.
const MOST: usize = 1000;

/// What `init` writes beside the configuration: an example, all of it in comments.
pub const TEMPLATE: &str = include_str!("roster.toml");

/// Checks the bytes of the file at `path`.
pub fn read(
    bytes: &[u8],
    path: &Path,
    directory: &Directory,
    now: Timestamp,
) -> Result<Written, Vec<Problem>> {
    parse(words_of(bytes, path)?, path, directory, now)
}

/// Checks `text` as the file at `path` against the directory. Without a day of its own the plan holds
/// from `now` on.
pub fn parse(
    text: &str,
    path: &Path,
    directory: &Directory,
    now: Timestamp,
) -> Result<Written, Vec<Problem>> {
    file::parse(text, path, |root| {
        let mut plans = vec![plan(root, directory, now)];
        let mut before = root.get("from").and(plans.first().map(|plan| plan.from));
        for section in root.sections("plan") {
            section.need("from");
            let next = plan(&section, directory, now);
            if before.is_some_and(|before| next.from <= before) {
                section.report("from", ProblemKind::Backwards);
            }
            before = Some(next.from);
            plans.push(next);
            section.finish();
        }
        let overrides = overrides(root, directory);
        Some(Written { plans, overrides })
    })
}

/// One plan: the file itself, or `[[plan]]`, which takes its place at its own `from`.
fn plan(section: &Section<'_>, directory: &Directory, now: Timestamp) -> Plan {
    let from = section.get("from");
    let from = from.and_then(|found| found.instant(directory.calendar.zone, start_of));
    let mut plan = Plan { from: from.unwrap_or(now), layers: Default::default() };
    for layer in Layer::ALL {
        let sections = section.sections(layer.as_str());
        let rotations: Vec<Rotation> =
            sections.iter().filter_map(|section| rotation(section, directory)).collect();
        if !rotations.is_empty() {
            plan.layers.insert(*layer, rotations);
        } else if *layer == Layer::Duty && sections.is_empty() {
            section.report(layer.as_str(), ProblemKind::Missing);
        }
    }
    plan
}

/// `[[override]]`: other people in a chair for a time; nobody leaves it empty.
fn overrides(root: &Section<'_>, directory: &Directory) -> Vec<Change> {
    let mut changes: Vec<Change> = Vec::new();
    for section in root.sections("override") {
        let Some(change) = one_override(&section, directory) else { continue };
        let meets = |other: &Change| other.layer == change.layer && other.span.meets(&change.span);
        // Whoever another one puts back there can be replaced once more.
        let back = |person: &PersonId| {
            changes.iter().any(|other| meets(other) && other.people.contains(person))
        };
        let once = !change.instead_of.as_ref().is_some_and(back);
        let same = |other: &Change| meets(other) && other.instead_of == change.instead_of;
        if once && changes.iter().any(same) {
            section.report("from", ProblemKind::Overlaps);
        }
        changes.push(change);
    }
    changes
}

fn one_override(section: &Section<'_>, directory: &Directory) -> Option<Change> {
    let layers: Vec<(&str, Layer)> = Layer::ALL.iter().map(|one| (one.as_str(), *one)).collect();
    let layer = section.need("layer").and_then(|found| found.one_of(&layers));
    let zone = directory.calendar.zone;
    let from = section.need("from").and_then(|found| found.instant(zone, start_of));
    let to = section.need("to").and_then(|found| Some((found.instant(zone, end_of)?, found)));
    if let (Some(from), Some((to, found))) = (from, &to)
        && *to <= from
    {
        found.report(ProblemKind::Backwards);
    }
    let people = section.need("people").and_then(|found| turn(&found.list()?, directory));
    let instead_of = section.get("instead_of").map(|found| member(&found, directory));
    section.finish();
    let span = Span { from: from?, to: to?.0 };
    let instead_of = match instead_of {
        Some(person) => Some(person?),
        None => None,
    };
    Some(Change { layer: layer?, span, instead_of, people: people?, through: Through::Change })
}

/// `[roster]`: the day and hour of the weekly look, and the hour of the daily test, which an empty one
/// turns off.
pub(super) fn habits(section: &Section<'_>) -> Option<Habits> {
    let usual = Habits::default();
    let day = section.get("check_day");
    let day =
        day.map_or(Some(usual.check_day), |found| found.one_of(&WEEKDAYS).map(weekday_number));
    let at = section.get("check_at").map_or(Some(usual.check_at), |found| found.time());
    let canary = section.get("canary_at").map_or(Some(usual.canary_at), |found| {
        if found.text()?.is_empty() { Some(None) } else { found.time().map(Some) }
    });
    Some(Habits { check_day: day?, check_at: at?, canary_at: canary? })
}

fn rotation(section: &Section<'_>, directory: &Directory) -> Option<Rotation> {
    let from = section.need("from").and_then(|found| found.date());
    let until = section.get("until").map(|found| (found.date(), found));
    if let (Some(from), Some((Some(until), found))) = (from, &until)
        && *until <= from
    {
        found.report(ProblemKind::Backwards);
    }
    let count = section.get("count").map_or(Some(1), |found| found.number(1, 52));
    let every = section.need("every").and_then(|found| {
        let count = u32::try_from(count?).ok()?;
        let known = [
            ("day", Every::Days(count)),
            ("week", Every::Weeks(count)),
            ("month", Every::Months(count)),
        ];
        found.one_of(&known)
    });
    let at = section.need("at").and_then(|found| found.time());
    let hours = hours(section);
    let turns = section.need("people").and_then(|found| turns(&found, directory));
    section.finish();
    let until = until.and_then(|(until, _)| until);
    Some(Rotation { from: from?, until, every: every?, at: at?, hours: hours?, turns: turns? })
}

/// `hours` names a condition of the calendar, or is a stretch of the day on `days`.
fn hours(section: &Section<'_>) -> Option<Hours> {
    let days = section.get("days").map(|found| weekdays(&found));
    let Some(found) = section.get("hours") else {
        if days.is_some() {
            section.report("hours", ProblemKind::Missing);
        }
        return Some(Hours::Always);
    };
    if let Some(days) = days {
        let (from, to) = found.hours()?;
        return Some(Hours::Window { days: days?.into_iter().collect(), from, to });
    }
    super::policies::when(&found).map(Hours::Calendar)
}

/// A list of ids; several in one turn are a list of their own.
fn turns(found: &Found<'_>, directory: &Directory) -> Option<Vec<Vec<PersonId>>> {
    let items = found.list()?;
    if items.is_empty() {
        found.report(ProblemKind::Empty);
    }
    if items.len() > MOST {
        let most = i64::try_from(MOST).unwrap_or(i64::MAX);
        found.report(ProblemKind::OutOfRange { least: 1, most });
        return None;
    }
    let mut turns = Vec::with_capacity(items.len());
    for item in &items {
        let people = if item.is_list() { item.list()? } else { vec![item.clone()] };
        if people.is_empty() {
            item.report(ProblemKind::Empty);
        }
        turns.push(turn(&people, directory)?);
    }
    Some(turns)
}

/// Those who share a turn, each once.
fn turn(people: &[Found<'_>], directory: &Directory) -> Option<Vec<PersonId>> {
    let mut turn: Vec<PersonId> = Vec::with_capacity(people.len());
    for found in people {
        let id = member(found, directory)?;
        if turn.contains(&id) {
            found.report(ProblemKind::Twice { value: id.to_string() });
        }
        turn.push(id);
    }
    Some(turn)
}

/// Somebody of the Team.
fn member(found: &Found<'_>, directory: &Directory) -> Option<PersonId> {
    let id = PersonId::new(found.words()?);
    if !directory.in_team(&id) {
        found.report(ProblemKind::NotInTeam { id: id.to_string() });
    }
    Some(id)
}
