//! The directory in chat, and the yearly question whether it still holds.

use std::time::Duration;

use trucban::domain::contacts::{Contacts, ContactsEvent, Timing, Uncovered, uncovered};
use trucban::domain::directory::{Directory, Person, Private, Unit};
use trucban::domain::ids::{PersonId, UnitCode};
use trucban::domain::time::Timestamp;
use trucban::domain::values::{ChannelKind, Role};

use crate::harness::{
    ADMIN, DUTY, LEAD, MANAGER, NEIGHBOUR, Province, REPORTER, STRANGER, TEAM, given, hours,
    minutes,
};

const ASKED: &str = "Thông tin của anh/chị còn đúng không?";

fn directory(province: &Province) -> Directory {
    let directory = province.world.engine().unwrap().reader().directory().unwrap();
    Directory::clone(&directory)
}

/// Given: it is Saturday afternoon, and contacts are asked on Monday.
async fn before_the_round() -> Province {
    let mut province = given().await;
    province.world.config.contacts =
        Timing { on: Some((11, 23)), every: hours(3 * 24), reminders: 1 };
    province.restart().await;
    province.forget();
    province
}

/// From the beginning of the story to Monday, 07:31.
const TO_MONDAY: Duration = hours(41).saturating_add(minutes(31));

#[tokio::test]
async fn people_and_units_are_found_without_marks_and_numbers_stand_in_private_only() {
    let province = given().await;
    province.say(LEAD, "/danhba xa mot").await;
    insta::assert_snapshot!("danhba_unit", province.last(LEAD).text);
    province.say_in(TEAM, LEAD, "/danhba xa mot").await;
    let shown = province.last(TEAM).text;
    assert!(shown.contains("Số điện thoại chỉ hiện trong chat riêng"), "{shown}");
    assert!(!shown.contains("+84"), "{shown}");
    province.say(LEAD, "/danhba").await;
    insta::assert_snapshot!("danhba", province.last(LEAD).text);
    province.say(LEAD, "/danhba khong co ai ten nay").await;
    assert!(province.last(LEAD).text.contains("Không tìm thấy"));
    province.end_without_listening().await;
}

#[tokio::test]
async fn whoever_only_reports_looks_up_the_own_unit_and_nobody_else() {
    let province = given().await;
    province.say(REPORTER, "/danhba p-0").await;
    let shown = province.last(REPORTER).text;
    assert!(shown.contains("p-017"), "{shown}");
    for other in ["p-001", "p-003", "p-018"] {
        assert!(!shown.contains(other), "{shown}");
    }
    province.say(REPORTER, "/danhba thiếu").await;
    assert!(province.last(REPORTER).text.contains("quản trị"), "{}", province.last(REPORTER).text);
    province.say(REPORTER, "/danhba xác nhận").await;
    assert!(directory(&province).contact_facts.round.is_none());
    province.world.sandbox.add_user(STRANGER, "Người lạ");
    province.say(STRANGER, "/danhba").await;
    assert!(!province.last(STRANGER).text.contains("p-0"));
    province.end_without_listening().await;
}

#[tokio::test]
async fn units_without_a_contact_without_a_way_and_without_a_confirmation_are_named_in_that_order()
{
    let province = given().await;
    province.change_person("p-017", |person, _| person.active = false).await;
    province
        .change_person("p-018", |_, private| {
            (private.telegram_id, private.phone, private.email) = (None, None, None);
        })
        .await;
    let now = province.world.time.read().wall;
    let found = uncovered(&directory(&province), now);
    let rank = |why: &Uncovered| match why {
        Uncovered::NoContact => 0,
        Uncovered::NobodyReachable => 1,
        Uncovered::NotConfirmed(_) => 2,
    };
    let ranks: Vec<_> = found.iter().map(|(_, why)| rank(why)).collect();
    assert!(ranks.is_sorted(), "{found:?}");
    assert_eq!(ranks.first(), Some(&0));
    assert!(ranks.contains(&1), "{found:?}");
    province.say(ADMIN, "/danhba thiếu").await;
    insta::assert_snapshot!("danhba_missing", province.last(ADMIN).text);
    province.end_without_listening().await;
}

#[tokio::test]
async fn a_round_asks_every_contact_chases_the_silent_and_reports_to_the_leads() {
    let mut province = before_the_round().await;
    province.after(TO_MONDAY).await;
    for who in [REPORTER, NEIGHBOUR] {
        assert_eq!(province.count(who, ASKED), 1, "each contact is asked once");
    }
    assert_eq!(province.count(DUTY, ASKED), 0, "others are not");
    insta::assert_snapshot!("still_right", province.last(REPORTER).text);

    province.press(REPORTER, REPORTER, "Đúng").await;
    assert!(province.last(REPORTER).text.contains("cảm ơn"), "{}", province.last(REPORTER).text);
    province.crash().await;
    province.after(hours(3 * 24)).await;
    assert_eq!(province.count(NEIGHBOUR, "Nhắc lại: thông tin"), 1);
    assert_eq!(province.count(REPORTER, "Nhắc lại: thông tin"), 0);

    province.after(hours(5 * 24)).await;
    let report = province.messages(LEAD).into_iter().rev();
    let report = report.map(|shown| shown.text).find(|text| text.contains("Đã xong đợt xác nhận"));
    insta::assert_snapshot!("round_ended", report.expect("the leads hear of it"));
    assert_eq!(province.count(MANAGER, "đợt xác nhận"), 0);
    let now = province.world.time.read().wall;
    let facts = directory(&province).contact_facts;
    assert!(facts.round.is_none());
    let confirmed: Vec<_> = facts.confirmed.keys().map(ToString::to_string).collect();
    assert_eq!(confirmed, ["p-017"]);
    assert!(facts.next_moment(now, &Timing::default(), &directory(&province).calendar).is_some());
    province.end_without_listening().await;
}

#[tokio::test]
async fn a_round_that_fell_due_while_the_program_was_away_begins_when_it_is_back() {
    let mut province = before_the_round().await;
    province.world.stop().await.unwrap();
    province.world.time.step(TO_MONDAY + hours(24));
    // An answer to something else that waited is read before the round begins, and does not end it.
    assert_ne!(province.world.sandbox.say(LEAD, LEAD, "/danhba đúng p-018"), 0);
    province.start().await;
    province.after(minutes(2)).await;
    assert_eq!(province.count(REPORTER, ASKED), 1);
    province.after(hours(24)).await;
    assert_eq!(province.count(REPORTER, ASKED), 1, "once");
    province.end_without_listening().await;
}

#[tokio::test]
async fn what_is_wrong_reaches_those_who_keep_the_directory_and_not_the_ledger() {
    let province = before_the_round().await;
    province.after(TO_MONDAY).await;
    province.press(REPORTER, REPORTER, "Sửa").await;
    assert!(
        province.last(REPORTER).text.contains("/danhba sửa"),
        "{}",
        province.last(REPORTER).text
    );
    province.say(REPORTER, "/danhba sửa số mới là 0900000099, mật khẩu: Abc@12345").await;
    province.after(minutes(1)).await;
    for who in [LEAD, ADMIN] {
        let told = province.last(who).text;
        assert!(told.contains("0900000099") && told.contains("p-017"), "{told}");
        assert!(!told.contains("Abc@12345"), "{told}");
    }
    let conn = rusqlite::Connection::open(province.world.dir().join("trucban.db")).unwrap();
    let sql = "SELECT count(*) FROM ledger WHERE body LIKE '%0900000099%'";
    assert_eq!(conn.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap(), 0);

    province.say(LEAD, "/danhba đúng p-017").await;
    assert!(directory(&province).contact_facts.confirmed.keys().any(|id| id.as_str() == "p-017"));
    province.say_in(TEAM, LEAD, "/danhba sửa số mới").await;
    assert!(province.last(TEAM).text.contains("chat riêng"));
    province.end_without_listening().await;
}

#[test]
fn a_moment_that_came_is_never_the_next_one_even_where_there_was_nobody_to_ask() {
    let zone = chrono_tz::Asia::Ho_Chi_Minh;
    let calendar = trucban::config::calendar::built_in(zone).unwrap();
    let (nobody, timing) = (Contacts::default(), Timing::default());
    let next = |from: &str| {
        let from: Timestamp = from.parse().unwrap();
        nobody.next_moment(from, &timing, &calendar).unwrap().shown(zone)
    };
    assert_eq!(next("2026-11-21T14:00:00+07:00"), "07:30 01/03/2027");
    assert_eq!(next("2027-03-01T07:29:59+07:00"), "07:30 01/03/2027");
    assert_eq!(next("2027-03-01T07:30:00+07:00"), "07:30 01/03/2028");
    // The last day of 2028 is a Sunday, the first of 2029 a holiday.
    let last_day = Timing { on: Some((12, 31)), ..timing };
    let from: Timestamp = "2029-01-01T10:00:00+07:00".parse().unwrap();
    let next = nobody.next_moment(from, &last_day, &calendar).unwrap();
    assert_eq!(next.shown(zone), "07:30 02/01/2029");
}

#[test]
fn a_unit_whose_first_day_has_not_come_lacks_nothing_yet() {
    let unit = |code: &str, active_from: Option<&str>| {
        let code = UnitCode::new(code);
        let active_from = active_from.map(str::to_owned);
        let (name, kind) = (code.to_string(), "xa".to_owned());
        let (parent, active_to, successor) = (None, None, None);
        Unit { code, name, kind, parent, active_from, active_to, successor }
    };
    let zone = chrono_tz::Asia::Ho_Chi_Minh;
    let calendar = std::sync::Arc::new(trucban::config::calendar::built_in(zone).unwrap());
    let mut directory = Directory { calendar, ..Directory::default() };
    for one in [unit("xa-1", None), unit("xa-2", Some("2027-01-01"))] {
        directory.units.insert(one.code.clone(), one);
    }
    let found = |at: &str| -> Vec<String> {
        let found = uncovered(&directory, at.parse().unwrap());
        found.into_iter().map(|(code, _)| code.to_string()).collect()
    };
    assert_eq!(found("2026-12-31T23:59:59+07:00"), ["xa-1"]);
    assert_eq!(found("2027-01-01T00:00:00+07:00"), ["xa-1", "xa-2"]);
}

#[test]
fn after_a_year_without_a_confirmation_a_unit_comes_after_those_without_a_contact_or_a_way() {
    let day = |days: i64| {
        let first: Timestamp = "2027-03-01T07:30:00+07:00".parse().unwrap();
        first.shifted(days * 24 * 3_600_000)
    };
    let mut directory = Directory { channels: vec![ChannelKind::Email], ..Directory::default() };
    // The first has no contact, the second one without an address, the others one each.
    for (code, contact, email) in [
        ("xa-9", None, None),
        ("xa-8", Some("p-8"), None),
        ("xa-1", Some("p-1"), Some("p1@example.vn")),
        ("xa-2", Some("p-2"), Some("p2@example.vn")),
    ] {
        let unit = Unit {
            code: UnitCode::new(code),
            name: code.to_owned(),
            kind: "xa".to_owned(),
            parent: None,
            active_from: None,
            active_to: None,
            successor: None,
        };
        directory.units.insert(unit.code.clone(), unit);
        let Some(id) = contact.map(PersonId::new) else { continue };
        let (unit, roles) = (Some(UnitCode::new(code)), [Role::Reporter].into());
        let person =
            Person { id: id.clone(), unit, roles, order: Vec::new(), active: true, hours: None };
        directory.people.insert(id.clone(), person);
        let email = email.map(str::to_owned);
        directory.private.insert(id, Private { email, ..Private::default() });
    }
    let confirmed = |directory: &mut Directory, person: &str, at: Timestamp| {
        let event = ContactsEvent::ContactAnswered { person: PersonId::new(person), right: true };
        let mut facts = Contacts::clone(&directory.contact_facts);
        facts.apply(&event, at);
        directory.contact_facts = facts.into();
    };
    let words = |directory: &Directory, at: Timestamp| -> Vec<String> {
        let found = uncovered(directory, at);
        found.into_iter().map(|(code, why)| format!("{code} {}", why.word())).collect()
    };
    let first = ["xa-9 no_contact", "xa-8 nobody_reachable"];
    let never = [&first[..], &["xa-1 not_confirmed", "xa-2 not_confirmed"]].concat();
    assert_eq!(words(&directory, day(0)), never);
    confirmed(&mut directory, "p-1", day(0));
    confirmed(&mut directory, "p-2", day(1));
    assert_eq!(words(&directory, day(1)), first);
    let before = day(366).minus(Duration::from_millis(1));
    assert_eq!(words(&directory, before), first, "a leap year is a year as well");
    assert_eq!(words(&directory, day(366)), [&first[..], &["xa-1 not_confirmed"]].concat());
    assert_eq!(words(&directory, day(367)), never);
    let found = uncovered(&directory, day(367));
    assert_eq!(found[2].1, Uncovered::NotConfirmed(Some(day(0))), "and it says since when");
    confirmed(&mut directory, "p-1", day(367));
    assert_eq!(words(&directory, day(367)), [&first[..], &["xa-2 not_confirmed"]].concat());
}

#[tokio::test]
async fn whoever_left_while_a_round_went_on_is_not_reported_as_silent() {
    let province = before_the_round().await;
    province.after(TO_MONDAY).await;
    province.change_person("p-018", |person, _| person.active = false).await;
    province.press(REPORTER, REPORTER, "Đúng").await;
    province.after(hours(7 * 24)).await;
    let report = province.messages(LEAD).into_iter().rev();
    let report = report.map(|shown| shown.text).find(|text| text.contains("Đã xong đợt xác nhận"));
    let report = report.expect("the leads hear of it");
    assert!(!report.contains("Chưa trả lời") && !report.contains("p-018"), "{report}");
    province.end_without_listening().await;
}

#[tokio::test]
async fn a_lead_begins_a_round_at_any_time_and_nobody_is_asked_twice_in_a_row() {
    let province = given().await;
    province.say(DUTY, "/danhba xác nhận").await;
    assert!(directory(&province).contact_facts.round.is_none());
    province.say(LEAD, "/danhba xác nhận").await;
    province.after(minutes(1)).await;
    assert_eq!(province.count(REPORTER, ASKED), 1);
    province.say(LEAD, "/danhba xác nhận").await;
    province.after(minutes(1)).await;
    assert_eq!(province.count(REPORTER, ASKED), 1);
    province.say(REPORTER, "đúng").await;
    assert!(directory(&province).contact_facts.confirmed.keys().any(|id| id.as_str() == "p-017"));
    province.end_without_listening().await;
}
