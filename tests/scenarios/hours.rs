//! Policies and levels that are only for some hours.

use std::path::Path;
use std::sync::Arc;

use chrono::NaiveTime;
use chrono_tz::Tz;
use trucban::config;
use trucban::domain::calendar::{Office, When};
use trucban::domain::directory::{Directory, Person, Private, Unit};
use trucban::domain::escalation::explain::{Explained, explain};
use trucban::domain::escalation::ladder::Position;
use trucban::domain::ids::{PersonId, UnitCode};
use trucban::domain::time::Timestamp;
use trucban::domain::values::{ChannelKind, Role, Severity};

/// By day the officer on duty and then the lead; at night the lead at once; on holidays the leadership
/// hears of it too.
const TEXT: &str = r#"
[team]
name = "Đội"
province = "Ninh Bình"
hotline = "0000"

[[escalation.policy]]
severities = ["critical"]
when = "out_of_hours"
lease = "1h"
[[escalation.policy.level]]
notify = ["lead"]
wait = "5m"

[[escalation.policy]]
lease = "2h"
[[escalation.policy.level]]
notify = ["duty"]
wait = "10m"
when = "in_hours"
[[escalation.policy.level]]
notify = ["lead"]
wait = "10m"
[[escalation.policy.level]]
notify = ["managers"]
wait = "10m"
when = "holiday"
"#;

fn directory() -> Directory {
    let mut calendar = config::calendar::built_in(Tz::Asia__Ho_Chi_Minh).unwrap();
    let evening = |hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap();
    let hours = vec![(evening(18), evening(23))];
    calendar.units.insert(UnitCode::new("vt-1"), Office { days: (0..7).collect(), hours });
    let calendar = Arc::new(calendar);
    let channels = vec![ChannelKind::Telegram];
    let mut directory = Directory { calendar, channels, ..Directory::default() };
    for code in ["vt-1", "xa-1"].map(UnitCode::new) {
        let (name, kind) = (code.to_string(), "xa".to_owned());
        let (parent, successor, active_from, active_to) = (None, None, None, None);
        let unit = Unit { code, name, kind, parent, active_from, active_to, successor };
        directory.units.insert(unit.code.clone(), unit);
    }
    let people = [("p-1", Role::Responder), ("p-2", Role::Lead), ("p-3", Role::Manager)];
    for (number, (id, role)) in (1..).zip(people) {
        let (id, roles) = (PersonId::new(id), [role].into());
        let order = Vec::new();
        let person = Person { id: id.clone(), unit: None, roles, order, active: true, hours: None };
        let private = Private { telegram_id: Some(number), ..Private::default() };
        directory.people.insert(id.clone(), person);
        directory.private.insert(id, private);
    }
    directory
}

/// Who is called on each level of the ladder, in order, before the rounds are spent.
fn called(severity: Severity, at: &str) -> Vec<String> {
    called_for(severity, None, at)
}

fn called_for(severity: Severity, unit: Option<&str>, at: &str) -> Vec<String> {
    let unit = unit.map(UnitCode::new);
    let set = config::parse(TEXT, Path::new("trucban.toml"), &|_| None).unwrap().policies;
    let at: Timestamp = format!("{at}:00+07:00").parse().unwrap();
    let steps = explain(&set, severity, unit.as_ref(), at, &directory());
    let on = |step: &&Explained| matches!(step.step.position, Position::On(_));
    let people = steps.iter().filter(on).flat_map(|step| &step.step.people);
    people.map(|called| called.id.to_string()).collect()
}

#[test]
fn a_level_for_other_hours_is_passed_over_at_once() {
    assert_eq!(called(Severity::High, "2026-11-23T09:00"), ["p-1", "p-2"]);
    assert_eq!(called(Severity::High, "2026-11-23T22:00"), ["p-2"]);
    assert_eq!(called(Severity::High, "2026-11-24T09:00"), ["p-2", "p-3"], "a holiday");
}

#[test]
fn the_hours_that_count_are_those_when_the_level_comes() {
    // Opened a minute before work begins: the first level is not for these hours, the second is the
    // lead's, and ten minutes later nothing is left but the last resort.
    assert_eq!(called(Severity::High, "2026-11-23T07:29"), ["p-2"]);
    assert_eq!(called(Severity::High, "2026-11-23T07:30"), ["p-1", "p-2"]);
}

#[test]
fn a_policy_for_other_hours_is_none_of_those_an_incident_is_opened_under() {
    assert_eq!(called(Severity::Critical, "2026-11-23T09:00"), ["p-1", "p-2"]);
    assert_eq!(called(Severity::Critical, "2026-11-23T22:00"), ["p-2"]);
    let set = config::parse(TEXT, Path::new("trucban.toml"), &|_| None).unwrap().policies;
    let at: Timestamp = "2026-11-23T09:00:00+07:00".parse().unwrap();
    assert!(set.at(at, directory().hours_of(None)).conditional.is_empty());
}

#[test]
fn the_hours_that_count_are_those_of_the_unit_it_is_about() {
    // One unit works in the evening only.
    for (unit, at, expect) in [
        (Some("vt-1"), "2026-11-23T22:00", &["p-1", "p-2"][..]),
        (Some("vt-1"), "2026-11-23T09:00", &["p-2"]),
        (Some("xa-1"), "2026-11-23T09:00", &["p-1", "p-2"]),
        (Some("xa-1"), "2026-11-23T22:00", &["p-2"]),
        (None, "2026-11-23T22:00", &["p-2"]),
    ] {
        for severity in [Severity::High, Severity::Critical] {
            assert_eq!(called_for(severity, unit, at), expect, "{unit:?} {at} {severity:?}");
        }
    }
}

/// Everybody is called on one level: an officer by name, the lead by role; both work in office hours.
#[test]
fn whoever_is_off_is_left_in_peace_where_it_is_not_urgent_and_somebody_else_can_be_reached() {
    let text = TEXT.replace(
        "notify = [\"duty\"]\nwait = \"10m\"\nwhen = \"in_hours\"",
        "notify = [\"person:p-1\", \"lead\"]\nwait = \"10m\"",
    );
    let set = config::parse(&text, Path::new("trucban.toml"), &|_| None).unwrap().policies;
    let (day, night) = ("2026-11-23T09:00", "2026-11-23T22:00");
    let in_hours = Some(When::InHours);
    for (severity, at, one, two, called, spared) in [
        (Severity::Medium, day, in_hours, None, &["p-1", "p-2"][..], &[][..]),
        (Severity::Medium, night, in_hours, None, &["p-2"], &["p-1"]),
        (Severity::Medium, night, None, in_hours, &["p-1"], &["p-2"]),
        (Severity::Medium, night, Some(When::OutOfHours), in_hours, &["p-1"], &["p-2"]),
        (Severity::Medium, night, in_hours, in_hours, &["p-1", "p-2"], &[]),
        (Severity::High, night, in_hours, None, &["p-1", "p-2"], &[]),
    ] {
        let mut directory = directory();
        for (id, hours) in [("p-1", one), ("p-2", two)] {
            directory.people.get_mut(&PersonId::new(id)).unwrap().hours = hours;
        }
        let at: Timestamp = format!("{at}:00+07:00").parse().unwrap();
        let first = |directory: &Directory| explain(&set, severity, None, at, directory).remove(0);
        let step = first(&directory);
        let ids: Vec<&str> = step.step.people.iter().map(|one| one.id.as_str()).collect();
        assert_eq!(ids, called, "{severity:?} {at:?} {one:?} {two:?}");
        let left: Vec<&str> = step.spared.iter().map(PersonId::as_str).collect();
        assert_eq!(left, spared, "{severity:?} {at:?} {one:?} {two:?}");
        // Nobody is spared for somebody who has no way.
        directory.private.get_mut(&PersonId::new("p-2")).unwrap().telegram_id = None;
        let step = first(&directory);
        assert!(step.step.people.iter().any(|one| one.id.as_str() == "p-1"));
    }
}

#[test]
fn whoever_the_roster_names_is_called_at_any_hour() {
    let mut directory = directory();
    directory.people.get_mut(&PersonId::new("p-1")).unwrap().hours = Some(When::OutOfHours);
    let text = TEXT.replace("[\"duty\"]", "[\"duty\", \"lead\"]");
    let set = config::parse(&text, Path::new("trucban.toml"), &|_| None).unwrap().policies;
    let at: Timestamp = "2026-11-23T09:00:00+07:00".parse().unwrap();
    let first = explain(&set, Severity::Medium, None, at, &directory).remove(0);
    assert_eq!(first.step.people.len(), 2);
    assert_eq!(first.spared, []);
}

#[test]
fn the_last_policy_is_for_all_hours_or_the_file_is_refused() {
    let text = TEXT.replace(
        "[[escalation.policy]]\nlease = \"2h\"",
        "[[escalation.policy]]\nlease = \"2h\"\nwhen = \"in_hours\"",
    );
    let problems = config::parse(&text, Path::new("trucban.toml"), &|_| None).unwrap_err();
    assert!(problems[0].words().contains("còn kèm điều kiện"), "{}", problems[0].words());
    let text = TEXT.replace("when = \"holiday\"", "when = \"tet\"");
    let problems = config::parse(&text, Path::new("trucban.toml"), &|_| None).unwrap_err();
    assert!(problems[0].words().contains("in_hours, out_of_hours, holiday"));
}
