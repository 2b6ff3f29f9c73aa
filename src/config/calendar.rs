//! Reading `calendar/*.toml`: holidays, make-up days, days without drills, and office hours.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use chrono::{Datelike as _, NaiveDate, Weekday};
use chrono_tz::Tz;

use super::problem::{Problem, ProblemKind};
use super::section::{Found, Section};
use super::{file, text_of};
use crate::domain::calendar::{Blackout, Calendar, Day, Office, Yearly, weekday_number};
use crate::domain::ids::UnitCode;

/// The calendar built in, by the name its file has in a team's folder.
pub const BUILT_IN: (&str, &str) = ("vn.toml", include_str!("../../playbooks/calendar/vn.toml"));

/// The folder of calendars within a team's playbooks.
const FOLDER: &str = "calendar";

/// One file.
#[derive(Default)]
struct Part {
    id: String,
    office: Option<Office>,
    kinds: BTreeMap<String, Office>,
    units: BTreeMap<UnitCode, Office>,
    days: BTreeMap<NaiveDate, Day>,
    years: BTreeSet<i32>,
    yearly: Vec<Yearly>,
    lunar: BTreeMap<NaiveDate, String>,
    blackouts: Vec<Blackout>,
}

/// The calendar built in with the team's own files: one of the same id takes the place of the one built
/// in, others add to it and are read after it, in the order of their names.
pub(super) fn load(folder: Option<&Path>, zone: Tz) -> Result<Calendar, Vec<Problem>> {
    let mut parts = vec![parse(BUILT_IN.1, Path::new(BUILT_IN.0))?];
    let mut problems = Vec::new();
    for path in own_files(folder) {
        match text_of(&path).and_then(|text| parse(&text, &path)) {
            Ok(part) => {
                parts.retain(|other| other.id != part.id);
                parts.push(part);
            }
            Err(mut found) => problems.append(&mut found),
        }
    }
    if problems.is_empty() { Ok(whole(parts, zone)) } else { Err(problems) }
}

/// The calendar built in, alone.
pub fn built_in(zone: Tz) -> Result<Calendar, Vec<Problem>> {
    load(None, zone)
}

fn own_files(folder: Option<&Path>) -> Vec<PathBuf> {
    let Some(folder) = folder.map(|folder| folder.join(FOLDER)) else { return Vec::new() };
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "toml"))
        .collect();
    files.sort();
    files
}

fn whole(parts: Vec<Part>, zone: Tz) -> Calendar {
    let mut calendar = Calendar { zone, ..Calendar::default() };
    for part in parts {
        if let Some(office) = part.office {
            calendar.office = office;
        }
        calendar.kinds.extend(part.kinds);
        calendar.units.extend(part.units);
        calendar.days.extend(part.days);
        calendar.years.extend(part.years);
        calendar.yearly.extend(part.yearly);
        calendar.lunar.extend(part.lunar);
        calendar.blackouts.extend(part.blackouts);
    }
    calendar
}

fn parse(text: &str, path: &Path) -> Result<Part, Vec<Problem>> {
    file::parse(text, path, |root| {
        let id = root.need("id").and_then(|found| found.words()).map(str::to_owned);
        let mut part = Part::default();
        let section = root.section("office");
        if section.is_present() {
            part.office = office(&section);
            section.finish();
        }
        for section in root.sections("office_of") {
            office_of(&section, &mut part);
        }
        for section in root.sections("yearly") {
            part.yearly.extend(yearly(&section));
        }
        for section in root.sections("lunar") {
            lunar(&section, &mut part);
        }
        for section in root.sections("year") {
            year(&section, &mut part);
        }
        for section in root.sections("blackout") {
            part.blackouts.extend(blackout(&section));
        }
        Some(Part { id: id?, ..part })
    })
}

fn office(section: &Section<'_>) -> Option<Office> {
    let days = section.need("days").and_then(|found| weekdays(&found));
    let mut hours = Vec::new();
    for found in section.need("hours").and_then(|found| found.list())? {
        let (from, to) = found.hours()?;
        if from >= to {
            found.report(ProblemKind::Backwards);
        } else if hours.last().is_some_and(|(_, before)| from < *before) {
            found.report(ProblemKind::Overlaps);
        }
        hours.push((from, to));
    }
    Some(Office { days: days?, hours })
}

/// Hours of some kinds of units, or of single units.
fn office_of(section: &Section<'_>, part: &mut Part) {
    let list = |key| section.get(key).and_then(|found: Found<'_>| found.list());
    let (kinds, units) = (list("kinds"), list("units"));
    if kinds.is_none() && units.is_none() {
        section.report("units", ProblemKind::Missing);
    }
    let hours = office(section);
    section.finish();
    let Some(hours) = hours else { return };
    for kind in kinds.into_iter().flatten() {
        part.kinds.extend(kind.words().map(|kind| (kind.to_owned(), hours.clone())));
    }
    for unit in units.into_iter().flatten() {
        part.units.extend(unit.words().map(|unit| (UnitCode::new(unit), hours.clone())));
    }
}

pub(super) const WEEKDAYS: [(&str, Weekday); 7] = [
    ("mon", Weekday::Mon),
    ("tue", Weekday::Tue),
    ("wed", Weekday::Wed),
    ("thu", Weekday::Thu),
    ("fri", Weekday::Fri),
    ("sat", Weekday::Sat),
    ("sun", Weekday::Sun),
];

/// A list of weekdays by their English short names.
pub(super) fn weekdays(found: &Found<'_>) -> Option<BTreeSet<u8>> {
    let mut days = BTreeSet::new();
    for day in found.list()? {
        days.insert(weekday_number(day.one_of(&WEEKDAYS)?));
    }
    Some(days)
}

fn yearly(section: &Section<'_>) -> Option<Yearly> {
    let name = section.need("name").and_then(|found| found.words()).map(str::to_owned);
    let date = section.need("date").and_then(|found| {
        // A leap year, so that the 29th of February is a date.
        let date = format!("2000-{}", found.words()?).parse::<NaiveDate>().ok();
        found.or_report(date, || ProblemKind::BadDate)
    });
    section.finish();
    let date = date?;
    Some(Yearly { month: date.month(), day: date.day(), name: name? })
}

fn lunar(section: &Section<'_>, part: &mut Part) {
    let name = section.need("name").and_then(|found| found.words()).map(str::to_owned);
    let dates = section.need("dates").and_then(|found| found.list()).unwrap_or_default();
    section.finish();
    let dates: Vec<NaiveDate> = dates.iter().filter_map(Found::date).collect();
    let Some(name) = name else { return };
    part.lunar.extend(dates.into_iter().map(|date| (date, name.clone())));
}

fn year(section: &Section<'_>, part: &mut Part) {
    let year = section.need("year").and_then(|found| found.number(2000, 2200));
    // Nobody should have to believe a calendar that does not say where it is from.
    section.need("source").and_then(|found| found.words());
    let year = year.and_then(|year| i32::try_from(year).ok());
    for (key, working) in [("off", false), ("work", true)] {
        for section in section.sections(key) {
            days(&section, year, working, part);
        }
    }
    section.finish();
    let Some(year) = year else { return };
    if !part.years.insert(year) {
        section.report("year", ProblemKind::Twice { value: year.to_string() });
    }
}

/// Days without drills. Unlike holidays they may last long and reach into the next year.
fn blackout(section: &Section<'_>) -> Option<Blackout> {
    let name = section.need("name").and_then(|found| found.words()).map(str::to_owned);
    let from = section.need("from").and_then(|found| found.date());
    let to = section.get("to").map_or(Some(from), |found| found.date().map(Some)).flatten();
    section.need("source").and_then(|found| found.words());
    section.finish();
    let (name, from, to) = (name?, from?, to?);
    if to < from {
        section.report("to", ProblemKind::Backwards);
        return None;
    }
    Some(Blackout { from, to, name })
}

/// No holiday lasts longer.
const LONGEST: usize = 31;

fn days(section: &Section<'_>, year: Option<i32>, working: bool, part: &mut Part) {
    let name = section.need("name").and_then(|found| found.words()).map(str::to_owned);
    let from = section.need("from").and_then(|found| found.date());
    let to = section.get("to").map_or(Some(from), |found| found.date().map(Some)).flatten();
    let confirmed = section.get("confirmed").map_or(Some(true), |found| found.truth());
    section.finish();
    let (Some(name), Some(from), Some(to), Some(confirmed)) = (name, from, to, confirmed) else {
        return;
    };
    if to < from {
        section.report("to", ProblemKind::Backwards);
    }
    for date in from.iter_days().take_while(|date| *date <= to).take(LONGEST) {
        if let Some(year) = year.filter(|year| *year != date.year()) {
            return section.report("from", ProblemKind::OtherYear { year });
        }
        let day = Day { name: name.clone(), working, confirmed };
        if part.days.insert(date, day).is_some() {
            section.report("from", ProblemKind::Twice { value: date.to_string() });
        }
    }
}
