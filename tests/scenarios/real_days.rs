//! Who is on duty on days that are unlike others: Tết with its make-up days, the last days of months, the
//! day there is every fourth year, nights in which the clock is set.

use std::path::Path;
use std::sync::Arc;

use chrono_tz::Tz;
use trucban::config;
use trucban::config::calendar::built_in;
use trucban::config::rows::parse_units;
use trucban::domain::actor::Actor;
use trucban::domain::calendar::Calendar;
use trucban::domain::directory::{Directory, Person};
use trucban::domain::ids::PersonId;
use trucban::domain::incident::fold::At;
use trucban::domain::roster::event::RosterEvent;
use trucban::domain::roster::{Chair, Change, Gap, Layer, Roster, RosterId, Span, Through};
use trucban::domain::time::Timestamp;
use trucban::domain::values::Role;

const HERE: Tz = Tz::Asia__Ho_Chi_Minh;

fn staffed(calendar: Calendar) -> Directory {
    let mut directory = Directory { calendar: Arc::new(calendar), ..Directory::default() };
    for number in 1..=4 {
        let (id, roles) = (PersonId::new(format!("p-{number}")), [Role::Responder].into());
        let person = Person {
            id: id.clone(),
            unit: None,
            roles,
            order: Vec::new(),
            active: true,
            hours: None,
        };
        directory.people.insert(id, person);
    }
    directory
}

/// The roster of a file, in force for a year already.
fn rostered(text: &str, calendar: Calendar) -> Directory {
    let mut directory = staffed(calendar);
    let before: Timestamp = "2025-11-01T00:00:00Z".parse().unwrap();
    let written =
        config::roster::parse(text, Path::new("roster.toml"), &directory, before).unwrap();
    let mut roster = Roster::default();
    let at = At { seq: 1, at: before, actor: Actor::Operator };
    roster.apply(&RosterEvent::RosterSet { plan: written.plans[0].clone() }, &at);
    directory.roster = Arc::new(roster);
    directory
}

/// Who is on duty at each instant; nobody is `-`.
#[track_caller]
fn check(directory: &Directory, expected: &[(&str, &str)]) {
    for (when, people) in expected {
        let at: Timestamp = when.parse().unwrap();
        let ids = directory.on_duty(Layer::Duty, at).ids();
        let ids: Vec<&str> = ids.iter().map(PersonId::as_str).collect();
        let there = if ids.is_empty() { "-".to_owned() } else { ids.join(" ") };
        assert_eq!(there, *people, "{when}");
    }
}

/// Holidays, office hours, and the rest have each their own.
const THREE: &str = r#"
[[duty]]
from = "2026-01-01"
every = "day"
at = "00:00"
hours = "holiday"
people = ["p-2"]

[[duty]]
from = "2026-01-01"
every = "day"
at = "00:00"
hours = "in_hours"
people = ["p-1"]

[[duty]]
from = "2026-01-01"
every = "day"
at = "00:00"
people = ["p-3"]
"#;

#[test]
fn over_tet_2027_holidays_office_hours_and_nights_have_each_their_own() {
    let directory = rostered(THREE, built_in(HERE).unwrap());
    check(
        &directory,
        &[
            ("2027-02-04T07:29:00+07:00", "p-3"),
            ("2027-02-04T07:30:00+07:00", "p-1"),
            ("2027-02-04T11:30:00+07:00", "p-3"),
            ("2027-02-04T23:59:00+07:00", "p-3"),
            ("2027-02-05T00:00:00+07:00", "p-2"),
            ("2027-02-07T09:00:00+07:00", "p-2"), // a Sunday of Tết
            ("2027-02-10T09:00:00+07:00", "p-2"), // days off for those that fell on a weekend
            ("2027-02-11T23:59:00+07:00", "p-2"),
            ("2027-02-12T00:00:00+07:00", "p-3"),
            ("2027-02-12T07:30:00+07:00", "p-1"),
            ("2027-02-13T09:00:00+07:00", "p-3"), // an ordinary Saturday
            // In 2026 Saturdays were worked for a day off between two.
            ("2026-01-10T09:00:00+07:00", "p-1"),
            ("2026-08-22T09:00:00+07:00", "p-1"),
            ("2026-08-29T09:00:00+07:00", "p-3"),
            ("2026-08-31T09:00:00+07:00", "p-2"),
        ],
    );
}

#[test]
fn a_notice_that_moves_days_of_tet_2027_moves_duty_with_them() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("calendar")).unwrap();
    let own = r#"
id = "notice-2027"

[[year]]
year = 2027
source = "A notice of this province"

[[year.off]]
name = "Moved"
from = "2027-02-12"

[[year.work]]
name = "For the 12th"
from = "2027-02-20"
"#;
    std::fs::write(folder.path().join("calendar/notice.toml"), own).unwrap();
    let directory = rostered(THREE, configured(folder.path()).unwrap().calendar.as_ref().clone());
    check(
        &directory,
        &[
            ("2027-02-11T09:00:00+07:00", "p-2"), // still as built in
            ("2027-02-12T09:00:00+07:00", "p-2"),
            ("2027-02-13T09:00:00+07:00", "p-3"),
            ("2027-02-20T09:00:00+07:00", "p-1"), // a Saturday that is worked
            ("2027-02-20T17:00:00+07:00", "p-3"),
            ("2027-02-27T09:00:00+07:00", "p-3"),
        ],
    );
}

#[test]
fn a_month_without_the_31st_hands_over_on_its_last_day_and_the_next_one_on_the_31st_again() {
    let monthly = r#"
[[duty]]
from = "2027-08-31"
every = "month"
at = "07:30"
people = ["p-1", "p-2", "p-3"]
"#;
    let directory = rostered(monthly, built_in(HERE).unwrap());
    check(
        &directory,
        &[
            ("2027-08-31T07:29:00+07:00", "-"),
            ("2027-08-31T07:30:00+07:00", "p-1"),
            ("2027-09-30T07:29:00+07:00", "p-1"),
            ("2027-09-30T07:30:00+07:00", "p-2"),
            ("2027-10-30T07:30:00+07:00", "p-2"),
            ("2027-10-31T07:30:00+07:00", "p-3"),
            ("2027-11-30T07:30:00+07:00", "p-1"),
            ("2027-12-31T07:30:00+07:00", "p-2"),
            ("2028-01-31T07:30:00+07:00", "p-3"),
            ("2028-02-28T07:30:00+07:00", "p-3"),
            ("2028-02-29T07:29:00+07:00", "p-3"),
            ("2028-02-29T07:30:00+07:00", "p-1"), // a leap year
            ("2028-03-30T07:30:00+07:00", "p-1"),
            ("2028-03-31T07:30:00+07:00", "p-2"),
            ("2029-02-28T07:29:00+07:00", "p-3"), // and one that is none
            ("2029-02-28T07:30:00+07:00", "p-1"),
        ],
    );
}

#[test]
fn the_29th_of_february_is_a_day_like_others_and_a_week_has_seven_of_them() {
    let daily = "[[duty]]\nfrom = \"2028-02-27\"\nevery = \"day\"\nat = \"07:30\"\n\
                 people = [\"p-1\", \"p-2\", \"p-3\", \"p-4\"]\n";
    let directory = rostered(daily, built_in(HERE).unwrap());
    check(
        &directory,
        &[
            ("2028-02-28T08:00:00+07:00", "p-2"),
            ("2028-02-29T07:29:00+07:00", "p-2"),
            ("2028-02-29T07:30:00+07:00", "p-3"),
            ("2028-03-01T07:29:00+07:00", "p-3"),
            ("2028-03-01T07:30:00+07:00", "p-4"),
        ],
    );
    let weekly = "[[duty]]\nfrom = \"2028-02-29\"\nuntil = \"2028-03-14\"\nevery = \"week\"\n\
                  at = \"07:30\"\npeople = [\"p-1\", \"p-2\"]\n";
    let directory = rostered(weekly, built_in(HERE).unwrap());
    check(
        &directory,
        &[
            ("2028-02-29T07:29:00+07:00", "-"),
            ("2028-02-29T07:30:00+07:00", "p-1"),
            ("2028-03-07T07:29:00+07:00", "p-1"),
            ("2028-03-07T07:30:00+07:00", "p-2"),
            ("2028-03-14T07:29:00+07:00", "p-2"),
            ("2028-03-14T07:30:00+07:00", "-"),
        ],
    );
}

#[test]
fn where_the_clock_is_set_back_both_are_there_for_the_hour_that_comes_twice() {
    let nightly = "[[duty]]\nfrom = \"2026-10-20\"\nevery = \"day\"\nat = \"02:30\"\n\
                   people = [\"p-1\", \"p-2\", \"p-3\"]\n";
    let calendar = Calendar { zone: Tz::Europe__Berlin, ..Calendar::default() };
    let directory = rostered(nightly, calendar);
    check(
        &directory,
        &[
            ("2026-10-24T02:30:00+02:00", "p-2"),
            ("2026-10-25T02:29:00+02:00", "p-2"),
            ("2026-10-25T02:30:00+02:00", "p-2 p-3"), // the beginning is the first half past two
            ("2026-10-25T02:00:00+01:00", "p-2 p-3"),
            ("2026-10-25T02:29:00+01:00", "p-2 p-3"),
            ("2026-10-25T02:30:00+01:00", "p-3"), // and the end is the last one
            ("2026-10-26T02:29:00+01:00", "p-3"),
            ("2026-10-26T02:30:00+01:00", "p-1"),
            // In spring there is no half past two: three o'clock is the first instant after it.
            ("2027-03-28T01:59:00+01:00", "p-3"),
            ("2027-03-28T03:00:00+02:00", "p-1"),
            ("2027-03-29T02:29:00+02:00", "p-1"),
            ("2027-03-29T02:30:00+02:00", "p-2"),
        ],
    );
}

#[test]
fn hours_of_a_night_in_which_the_clock_is_set_last_from_the_first_to_the_last_of_them() {
    let nights = r#"
[[duty]]
from = "2026-10-20"
every = "day"
at = "12:00"
days = ["sat"]
hours = "22:00-02:30"
people = ["p-1"]

[[duty]]
from = "2026-10-20"
every = "day"
at = "12:00"
people = ["p-2"]
"#;
    let calendar = Calendar { zone: Tz::Europe__Berlin, ..Calendar::default() };
    let directory = rostered(nights, calendar);
    check(
        &directory,
        &[
            ("2026-10-24T21:59:00+02:00", "p-2"),
            ("2026-10-24T22:00:00+02:00", "p-1"),
            ("2026-10-25T02:30:00+02:00", "p-1"),
            ("2026-10-25T02:29:00+01:00", "p-1"),
            ("2026-10-25T02:30:00+01:00", "p-2"),
            ("2027-03-28T01:59:00+01:00", "p-1"),
            ("2027-03-28T03:00:00+02:00", "p-2"),
        ],
    );
}

#[test]
fn a_chair_that_somebody_emptied_says_so_also_where_one_person_only_was_taken_out() {
    let alone = "[[duty]]\nfrom = \"2026-11-01\"\nevery = \"day\"\nat = \"07:30\"\n\
                 people = [[\"p-1\", \"p-2\"]]\n";
    let directory = rostered(alone, built_in(HERE).unwrap());
    let at = |text: &str| text.parse::<Timestamp>().unwrap();
    let (from, to) = (at("2026-11-21T12:00:00+07:00"), at("2026-11-21T18:00:00+07:00"));
    let mut roster = Roster::clone(&directory.roster);
    let out = |person: Option<&str>| Change {
        layer: Layer::Duty,
        span: Span { from, to },
        instead_of: person.map(PersonId::new),
        people: Vec::new(),
        through: Through::Change,
    };
    let chair = |roster: &Roster| roster.on_duty(Layer::Duty, from, &directory.calendar);
    roster.changes.insert(RosterId(2), out(Some("p-1")));
    assert_eq!(chair(&roster).ids(), [PersonId::new("p-2")]);
    roster.changes.insert(RosterId(3), out(Some("p-2")));
    assert_eq!(chair(&roster), Chair::Empty(Gap::Declared));
    let mut whole = Roster::clone(&directory.roster);
    whole.changes.insert(RosterId(2), out(None));
    assert_eq!(chair(&whole), Chair::Empty(Gap::Declared));
}

/// A configuration whose playbooks are in a folder.
pub fn configured(folder: &Path) -> Result<config::Config, Vec<config::problem::Problem>> {
    let folder = folder.display();
    let text = format!(
        "[team]\nname = \"Team\"\nprovince = \"P\"\nhotline = \"0\"\n[playbooks]\ndir = \"{folder}\"\n"
    );
    config::parse(&text, Path::new("/etc/trucban/trucban.toml"), &|_| None)
}

#[test]
fn check_warns_from_sixty_days_before_the_last_listed_year_ends() {
    let calendar = built_in(HERE).unwrap();
    let last = "2027-12-31".parse().unwrap();
    for (now, said) in [
        ("2026-11-22T00:00:00+07:00", None),
        ("2027-10-31T23:59:59+07:00", None),
        ("2027-11-01T00:00:00+07:00", Some(Some(last))),
        ("2027-12-31T23:59:59+07:00", Some(Some(last))),
        ("2028-01-01T00:00:00+07:00", Some(None)), // this year is not listed
    ] {
        assert_eq!(calendar.runs_out(now.parse().unwrap()), said, "{now}");
    }
}

#[test]
fn a_province_has_its_own_kinds_of_units_in_the_place_of_those_built_in() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("units.toml");
    let own = "[[kind]]\nword = \"lang\"\nname = \"A village\"\n";
    std::fs::write(&file, own).unwrap();
    let kinds = configured(folder.path()).unwrap().unit_kinds;
    let read = |kind: &str| {
        let text = format!("code,name,kind\nl-01,One,{kind}\n");
        parse_units(text.as_bytes(), &Directory::default(), &kinds)
    };
    assert_eq!(read("lang").unwrap().rows[0].kind, "lang");
    let refused = format!("{:?}", read("xa").unwrap_err());
    assert!(refused.contains("lang"), "those there are, are named: {refused}");

    // Every mistake of the file, with its place, and no unit is taken by half a file.
    let bad = format!("{own}{own}[[kind]]\nword = \"Xã\"\nname = \"B\"\n[[kind]]\nword = \"ap\"\n");
    std::fs::write(&file, bad).unwrap();
    let problems = configured(folder.path()).unwrap_err();
    assert_eq!(problems.len(), 3, "{problems:?}");
    assert!(
        problems.iter().all(|one| one.file == file && one.place.line.is_some()),
        "{problems:?}"
    );
}
