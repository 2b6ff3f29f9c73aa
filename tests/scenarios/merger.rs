//! Two communes become one: history stays where it was recorded, open work and people go on with the
//! successor, at the very end of the last day in the province's time.

use trucban::domain::directory::Unit;
use trucban::domain::envelope::{Actor, Command, DirectoryCommand, Receipt};
use trucban::domain::ids::{IncidentCode, UnitCode};
use trucban::domain::incident::act::Act;
use trucban::domain::incident::event::IncidentEvent;
use trucban::domain::notice::News;

use super::given::{ADMIN, Given, LEAD, OTHER_REPORTER, REPORTER, false_alarm};
use super::import::parse_units;
use crate::harness::{self, DUTY, NEIGHBOUR, TEAM, given, hours, minutes};

const HEADER: &str = "code,name,kind,active_to,successor\n";

/// What the operator imports, as the command line reads it.
fn units(given: &mut Given, rows: &str) -> Receipt {
    let directory = given.reader.directory().unwrap();
    let units = parse_units(format!("{HEADER}{rows}").as_bytes(), &directory).unwrap().rows;
    given.ask(Actor::Operator, Command::Directory(DirectoryCommand::Units(units)))
}

fn unit_of(given: &Given, code: &IncidentCode) -> String {
    given.see(code).unit.map_or("–".into(), |unit| unit.to_string())
}

fn moves(given: &Given, code: &IncidentCode) -> Vec<(String, String)> {
    let events = given.events(code).into_iter();
    let moves = events.filter_map(|event| match event {
        IncidentEvent::UnitMoved { from, to } => Some((from.to_string(), to.to_string())),
        _ => None,
    });
    moves.collect()
}

/// The ledger alone says the same.
fn rebuilds(given: &mut Given) {
    assert_eq!(given.store.compare(given.now).unwrap().differences, Vec::<String>::new());
}

#[tokio::test]
async fn people_of_the_new_commune_follow_what_is_open_and_those_of_the_old_ones_report_there() {
    let mut province = given().await;
    let ended = province.report(harness::REPORTER, "Việc đã xong").await;
    province.say(harness::LEAD, &format!("/ketthuc {ended} báo nhầm, thử")).await;
    let open = province.report(harness::REPORTER, "Máy chủ tệp bị mã hóa").await;
    let other = province.report(NEIGHBOUR, "Máy in hỏng").await;
    let rows = "xa-001,UBND xã Một,xa,21/11/2026,xa-003\n\
                phuong-002,UBND phường Hai,phuong,21/11/2026,xa-003\nxa-003,UBND xã Mới,xa,,\n";
    let directory = province.world.engine().unwrap().reader().directory().unwrap();
    let read = parse_units(format!("{HEADER}{rows}").as_bytes(), &directory).unwrap().rows;
    let import = Command::Directory(DirectoryCommand::Units(read));
    assert!(matches!(province.submit("units", Actor::Operator, import).await, Receipt::Done(_)));

    // Before the day is over nothing has changed, also not for those of the other commune.
    province.say(NEIGHBOUR, &format!("/suco {open}")).await;
    assert!(province.last(NEIGHBOUR).text.contains("Không tìm thấy sự cố"));
    province.restart().await;
    province.after(hours(9)).await;
    assert_eq!(province.incident(&open).unit, Some(UnitCode::new("xa-001")));
    province.forget();

    province.after(hours(2)).await;
    province.crash().await;

    let now = |code| province.incident(code).unit.map(|unit| unit.to_string());
    assert_eq!(
        [now(&open), now(&other), now(&ended)].map(Option::unwrap),
        ["xa-003", "xa-003", "xa-001"]
    );
    let told = province.messages(NEIGHBOUR).into_iter().map(|shown| shown.text);
    let told: Vec<String> = told.filter(|text| text.contains("nay thuộc UBND xã Mới")).collect();
    assert!(told.iter().any(|text| text.contains(open.as_str())), "{told:#?}");
    assert!(province.count(harness::REPORTER, "nay thuộc UBND xã Mới") >= 1);
    assert!(province.card(TEAM, &open).text.contains("Đơn vị: UBND xã Mới (trước là UBND xã Một)"));

    province.say(NEIGHBOUR, "/suco").await;
    let list = province.last(NEIGHBOUR).text;
    for code in [&open, &other, &ended] {
        assert!(list.contains(code.as_str()), "{list}");
    }
    province.say(DUTY, &format!("/suco {ended}")).await;
    assert!(province.last(DUTY).text.contains("Đơn vị: UBND xã Một (nay là UBND xã Mới)"));
    province.say(DUTY, &format!("/suco {open}")).await;
    let story = province.last(DUTY).text;
    let line = "Chuyển đơn vị: UBND xã Một đã kết thúc hoạt động, sự cố nay thuộc UBND xã Mới";
    assert!(story.contains(line), "{story}");
    let new = province.report(harness::REPORTER, "Mất mạng").await;
    assert_eq!(province.incident(&new).unit, Some(UnitCode::new("xa-003")));
    province.forget();
    province.say(DUTY, &format!("/nhan {open}")).await;
    province.after(minutes(1)).await;
    assert!(
        province.last(NEIGHBOUR).text.contains("đã tiếp nhận"),
        "{:?}",
        province.last(NEIGHBOUR)
    );
    assert!(province.last(harness::REPORTER).text.contains("đã tiếp nhận"));
    province.end_without_listening().await;
}

#[test]
fn the_last_day_ends_at_midnight_of_the_province_and_not_a_moment_before() {
    let mut given = Given::new();
    let code = given.reported_by(REPORTER);
    units(&mut given, "xa-001,Một,xa,2026-11-21,xa-002\n");
    let midnight = "2026-11-22T00:00:00+07:00".parse().unwrap();
    let left = trucban::domain::time::Timestamp::since(midnight, given.now);
    given.wait(left - std::time::Duration::from_millis(1));
    assert_eq!((unit_of(&given, &code), moves(&given, &code).len()), ("xa-001".into(), 0));
    given.wait(std::time::Duration::from_millis(1));
    assert_eq!(unit_of(&given, &code), "xa-002");
    assert_eq!(moves(&given, &code), [("xa-001".into(), "xa-002".into())]);
    let told = given.told(&code).into_iter().filter(|(_, n)| matches!(n, News::UnitMoved { .. }));
    let told: Vec<String> = told.map(|(person, _)| person).collect();
    // Who reported it, the contact of the successor, and the other contact of the old one.
    assert_eq!(told, ["p-07", "p-08", "p-10"]);
    given.wait(hours(48));
    assert_eq!(moves(&given, &code).len(), 1, "once");
    rebuilds(&mut given);
}

#[test]
fn a_merger_imported_late_holds_at_once_also_for_the_successors_successor() {
    let mut given = Given::new();
    let code = given.reported_by(REPORTER);
    units(
        &mut given,
        "xa-001,Một,xa,2026-06-30,xa-002\nxa-002,Hai,xa,2026-10-31,xa-003\nxa-003,Ba,xa,,\n",
    );
    assert_eq!(moves(&given, &code), [("xa-001".into(), "xa-003".into())]);
    assert_eq!(unit_of(&given, &code), "xa-003");
    let new = given.reported_by(OTHER_REPORTER);
    assert_eq!(unit_of(&given, &new), "xa-003");
    rebuilds(&mut given);
}

#[test]
fn a_wrong_end_or_successor_is_put_right_by_importing_again() {
    let mut given = Given::new();
    let code = given.reported_by(REPORTER);
    units(&mut given, "xa-003,Ba,xa,,\nxa-001,Một,xa,2026-11-20,xa-002\n");
    assert_eq!(unit_of(&given, &code), "xa-002");
    units(&mut given, "xa-001,Một,xa,2026-11-20,xa-003\n");
    assert_eq!(unit_of(&given, &code), "xa-003");
    units(&mut given, "xa-001,Một,xa,,\n");
    assert_eq!((unit_of(&given, &code), given.see(&code).former_unit), ("xa-001".into(), None));
    let way = [("xa-001", "xa-002"), ("xa-002", "xa-003"), ("xa-003", "xa-001")];
    assert_eq!(moves(&given, &code), way.map(|(a, b)| (a.to_owned(), b.to_owned())));
    rebuilds(&mut given);
}

#[test]
fn what_is_opened_again_goes_to_the_successor_and_what_stays_closed_does_not() {
    let mut given = Given::new();
    let (one, two) = (given.reported_by(REPORTER), given.reported_by(REPORTER));
    given.does(LEAD, &one, false_alarm());
    given.does(LEAD, &two, false_alarm());
    units(&mut given, "xa-001,Một,xa,2026-11-20,xa-002\n");
    assert_eq!(unit_of(&given, &one), "xa-001");
    given.does(LEAD, &one, Act::Reopen);
    assert_eq!((unit_of(&given, &one), unit_of(&given, &two)), ("xa-002".into(), "xa-001".into()));
    assert!(given.see(&one).ladder_runs(), "its ladder runs as ever");
    // Both are seen by the contact of the successor, and by nobody of a third unit.
    for code in [&one, &two] {
        given.does(OTHER_REPORTER, code, Act::Note("Đã xem".into()));
    }
    assert!(matches!(given.act(ADMIN, &one, Act::Note("x".into())), Receipt::Refused(_)));
    rebuilds(&mut given);
}

#[test]
fn a_unit_that_ends_without_a_successor_keeps_everything() {
    let mut given = Given::new();
    let code = given.reported_by(REPORTER);
    units(&mut given, "xa-001,Một,xa,2026-11-20,\n");
    assert_eq!((unit_of(&given, &code), moves(&given, &code).len()), ("xa-001".into(), 0));
    let again = given.reported_by(REPORTER);
    assert_eq!(unit_of(&given, &again), "xa-001", "no report is lost for it");
    let directory = given.reader.directory().unwrap();
    let shown = trucban::text::people::unit(&UnitCode::new("xa-001"), &directory);
    assert_eq!(shown, "Một (hoạt động đến hết 20/11/2026)");
}

#[test]
fn an_alert_that_names_a_unit_of_the_past_is_the_successors_and_says_what_it_named() {
    let mut given = Given::new();
    units(&mut given, "xa-001,Một,xa,2026-11-20,xa-002\n");
    let alert = trucban::domain::alert::Alert {
        unit: Some(UnitCode::new("xa-001")),
        ..harness::alert("Máy quét cổng", trucban::domain::values::Severity::High)
    };
    given.ask(Actor::Intake("siem".to_owned()), Command::Alerts(vec![alert]));
    let code = IncidentCode::numbered("SC", 2026, 1);
    assert_eq!(unit_of(&given, &code), "xa-002");
    let shown = given.reader.shown(&code).unwrap().unwrap();
    assert_eq!(shown.description.as_deref(), Some("unit: xa-001"));
}

/// Units as the ledger has them.
#[test]
fn following_successors_ends_even_where_they_lead_in_a_circle() {
    let mut directory = trucban::domain::directory::Directory::default();
    for (code, successor) in [("a", "b"), ("b", "c"), ("c", "a")] {
        let code = UnitCode::new(code);
        let unit = Unit {
            code: code.clone(),
            name: String::new(),
            kind: String::new(),
            parent: None,
            active_from: None,
            active_to: None,
            successor: Some(UnitCode::new(successor)),
        };
        directory.units.insert(code.clone(), unit);
        directory.ended.insert(code);
    }
    directory.acting(&UnitCode::new("a"));
    assert_eq!(directory.acting(&UnitCode::new("x")), &UnitCode::new("x"));
}
