//! Incidents that belong together: hints, proposals, and widespread incidents with their parts.

use trucban::domain::envelope::{Actor, Command, Done, Receipt};
use trucban::domain::ids::{IncidentCode, PersonId, UnitCode};
use trucban::domain::similar::{Traits, alike, like, makes_widespread, resembles};
use trucban::domain::time::Timestamp;
use trucban::domain::triage::Widespread;
use trucban::domain::values::{Category, Severity, Status};

use super::given::Given;
use crate::harness::{
    DEPUTY, DUTY, LEAD, NEIGHBOUR, Province, REPORTER, TEAM, alert, given, minutes,
};

const RULE: Widespread = Widespread { units: 3, within: minutes(30) };

fn traits(number: u32, unit: &str, category: Category, title: &str, minute: u64) -> Traits {
    Traits {
        code: IncidentCode::new(format!("SC-2026-{number:04}")),
        unit: Some(UnitCode::new(unit)),
        category: Some(category),
        title: Some(title.to_owned()),
        reported_at: Timestamp::from_millis(0).plus(minutes(minute)),
    }
}

#[test]
fn one_unit_and_category_within_a_day_or_titles_alike_may_be_the_same() {
    let one = traits(1, "a", Category::Ht, "Mất mạng trụ sở", 0);
    assert!(resembles(&traits(2, "a", Category::Ht, "Lỗi gì đó", 60), &one));
    assert!(!resembles(&traits(2, "a", Category::Ht, "Lỗi gì đó", 60 * 25), &one));
    assert!(!resembles(&traits(2, "b", Category::Ht, "Lỗi gì đó", 60), &one));
    let long = traits(3, "b", Category::Tc06, "mat mang tru so tu sang", 60 * 50);
    assert!(resembles(&long, &one) && resembles(&one, &long));
    assert_eq!(like(&one, std::slice::from_ref(&one)), []);
}

#[test]
fn it_becomes_widespread_with_the_report_that_reaches_the_number_of_units() {
    let report = |number, unit, minute| traits(number, unit, Category::Tc02, "x", minute);
    let mut open = vec![report(1, "a", 0), report(2, "a", 1), report(3, "b", 2)];
    assert!(!makes_widespread(&report(4, "b", 3), &open, RULE));
    let third = report(5, "c", 4);
    assert!(makes_widespread(&third, &open, RULE));
    assert_eq!(alike(&third, &open, RULE).len(), 4);
    open.push(third);
    assert!(!makes_widespread(&report(6, "d", 5), &open, RULE), "said once");
    let late = report(7, "e", 50);
    assert!(!makes_widespread(&late, &open, RULE), "not so close together");
}

proptest::proptest! {
    #[test]
    fn a_hint_names_each_other_incident_at_most_once_and_likeness_goes_both_ways(
        raw in proptest::collection::vec((0u8..3, 0usize..4, 0u8..4, 0u64..3000), 1..12)
    ) {
        let titles = ["Mất mạng trụ sở xã", "mat mang tru so huyen", "Thư lạ", ""];
        let all: Vec<Traits> = raw.iter().zip(1..).map(|((unit, title, kind, minute), number)| {
            let category = Category::ALL[usize::from(*kind)];
            traits(number, &unit.to_string(), category, titles[*title], *minute)
        }).collect();
        for one in &all {
            let hinted = like(one, &all);
            proptest::prop_assert!(!hinted.contains(&one.code) && hinted.len() <= 5);
            let distinct: std::collections::BTreeSet<_> = hinted.iter().collect();
            proptest::prop_assert_eq!(distinct.len(), hinted.len());
            for other in &all {
                proptest::prop_assert_eq!(resembles(one, other), resembles(other, one));
            }
        }
    }
}

#[tokio::test]
async fn those_who_see_all_units_are_told_what_a_report_may_belong_to_and_others_are_not() {
    let given = given().await;
    let first = given.report(REPORTER, "Mất mạng trụ sở từ sáng nay").await;
    let second = given.report(NEIGHBOUR, "mat mang tru so tu sang nay").await;
    let card = given.card(TEAM, &second).text;
    assert!(card.contains(&format!("Có thể liên quan: {first}")), "{card}");
    given.say(NEIGHBOUR, &format!("/suco {second}")).await;
    assert_eq!(given.count(NEIGHBOUR, first.as_str()), 0, "nothing of another unit's leaks");
    given.end_without_listening().await;
}

#[test]
fn a_new_incident_is_compared_with_the_newest_two_dozen_open_ones_and_no_more() {
    let mut given = Given::under(0);
    let title = "Mất mạng trụ sở từ sáng nay";
    let mut one = |title: &str| {
        let alerts = Command::Alerts(vec![alert(title, Severity::Medium)]);
        let receipt = given.ask(Actor::Intake("siem".to_owned()), alerts);
        let Receipt::Done(Done::Filed(filed)) = receipt else { panic!("{receipt:?}") };
        let code = filed.into_iter().next().unwrap().code;
        let similar = given.reader.incident(&code).unwrap().unwrap().similar;
        (code, similar)
    };
    let other = |letter: char| [3, 4, 5].map(|count| letter.to_string().repeat(count)).join(" ");
    let (first, _) = one(title);
    for letter in ('a'..='z').take(23) {
        assert_eq!(one(&other(letter)).1, [], "{letter}");
    }
    let (second, similar) = one(title);
    assert_eq!(similar, [first], "the oldest of twenty-four");
    for letter in ('a'..='z').take(24) {
        one(&other(letter));
    }
    let (third, similar) = one(title);
    assert!(!similar.contains(&second), "{third}: twenty-four are newer");
}

async fn two(given: &Province) -> (IncidentCode, IncidentCode, IncidentCode) {
    let one = given.report(REPORTER, "Thư lạ giả mạo kho bạc").await;
    let two = given.report(NEIGHBOUR, "Email lạ giả mạo kho bạc").await;
    given.say(LEAD, &format!("/dienrong {one} {two} Thư giả mạo kho bạc nhiều xã")).await;
    (one, two, given.newest())
}

#[tokio::test]
async fn a_widespread_incident_has_one_card_one_ladder_and_one_answer_to_every_unit() {
    let given = given().await;
    let (one, two, whole) = two(&given).await;
    let card = given.card(TEAM, &whole).text;
    assert!(card.contains("Sự cố diện rộng: 2 đơn vị"), "{card}");
    let part = given.card(TEAM, &one).text;
    let cards = given.messages(TEAM);
    let shown = cards.iter().find(|card| card.text.starts_with(one.as_str()));
    assert!(shown.is_some_and(|card| card.text.lines().count() == 1), "{part}\n{cards:#?}");
    for part in [&one, &two] {
        let incident = given.incident(part);
        assert_eq!((incident.parent(), incident.next_moment()), (Some(&whole), None));
        assert_eq!(
            given
                .world
                .engine()
                .unwrap()
                .reader()
                .pages(part)
                .unwrap()
                .iter()
                .filter(|row| row.state == "queued")
                .count(),
            0
        );
    }
    given.after(minutes(240)).await;
    assert_eq!(given.story(&one).iter().filter(|kind| **kind == "rung_reached").count(), 1);
    // Taking a part is taking the whole, and every reporter hears of it under the own code.
    given.say(DUTY, &format!("/nhan {two}")).await;
    assert_eq!(
        given.holder(&whole).as_deref(),
        given.incident(&whole).acknowledged.as_ref().map(|s| s.by.as_str())
    );
    assert!(
        given.last(REPORTER).text.contains(&format!("{one}: ")),
        "{}",
        given.last(REPORTER).text
    );
    assert!(given.last(NEIGHBOUR).text.contains("đã tiếp nhận"));
    given.say(DUTY, &format!("/ghichu {whole} tất cả: Xin không bấm liên kết trong thư")).await;
    for who in [REPORTER, NEIGHBOUR] {
        assert!(given.last(who).text.contains("Xin không bấm liên kết"), "{who}");
    }
    given.say(DUTY, &format!("/khacphuc {whole}")).await;
    given.say(DUTY, &format!("/ketthuc {whole} Đã chặn thư")).await;
    for part in [&one, &two] {
        assert_eq!(given.incident(part).status(), Status::Closed);
    }
    assert!(given.last(NEIGHBOUR).text.contains("đã kết thúc"));
    assert_eq!(given.count(NEIGHBOUR, whole.as_str()), 0, "a reporter sees the own incident only");
    given.end_without_listening().await;
}

#[tokio::test]
async fn a_part_taken_out_is_called_for_again_from_the_first_rung() {
    let given = given().await;
    let (one, two, whole) = two(&given).await;
    given.say(DUTY, &format!("/tach {one}")).await;
    assert!(given.incident(&one).parent().is_some(), "only leads");
    given.say(LEAD, &format!("/tach {one}")).await;
    let incident = given.incident(&one);
    assert!(incident.parent().is_none() && incident.next_moment().is_some());
    assert!(given.story(&one).ends_with(&["ungrouped", "rung_reached"]), "{:?}", given.story(&one));
    assert_eq!(given.incident(&whole).parts.len(), 1);
    given.say(DUTY, &format!("/khacphuc {two}")).await;
    assert!(given.last(DUTY).text.contains("/tach"), "{}", given.last(DUTY).text);
    given.say(DEPUTY, &format!("/tach {one}")).await;
    assert!(given.last(DEPUTY).text.contains("không nằm trong"));
    given.end_without_listening().await;
}

#[tokio::test]
async fn a_whole_that_was_none_lets_its_parts_go_and_a_part_that_is_worse_lifts_the_whole() {
    let given = given().await;
    let (one, two, whole) = two(&given).await;
    given.say(DUTY, &format!("/mucdo {one} rất cao")).await;
    assert_eq!(given.incident(&whole).severity, Severity::Critical);
    given.say(LEAD, &format!("/ketthuc {whole} báo nhầm, không cùng một việc")).await;
    for part in [&one, &two] {
        let incident = given.incident(part);
        assert!(incident.is_open() && incident.parent().is_none() && incident.ladder_runs());
    }
    given.end_without_listening().await;
}

#[tokio::test]
async fn when_many_units_report_alike_leads_are_offered_one_press_that_groups_them() {
    let given = given().await;
    let units: Vec<UnitCode> =
        given.world.engine().unwrap().reader().directory().unwrap().units.keys().cloned().collect();
    assert!(units.len() >= 5, "{units:?}");
    for unit in units.iter().take(5) {
        given.change_person("p-017", |person, _| person.unit = Some(unit.clone())).await;
        given.report(REPORTER, "Nhận thư lạ giả mạo bảo hiểm xã hội").await;
    }
    assert_eq!(given.count(LEAD, "đơn vị báo sự cố cùng loại"), 1);
    let last = given.newest();
    let toast = given.press(LEAD, LEAD, "Gộp diện rộng").await;
    let whole = given.newest();
    assert_ne!(whole, last, "{toast}");
    assert_eq!(given.incident(&whole).parts.len(), 5);
    assert_eq!(given.incident(&whole).reported_by, Some(PersonId::new("p-003")));
    given.end_without_listening().await;
}

#[tokio::test]
async fn a_widespread_incident_opened_again_takes_the_parts_that_ended_with_it_along() {
    let given = given().await;
    let (one, two, whole) = two(&given).await;
    let own = given.report(REPORTER, "Thư lạ giả mạo kho bạc, máy thứ hai").await;
    given.say(LEAD, &format!("/dienrong {whole} {own}")).await;
    given.say(LEAD, &format!("/ketthuc {own} báo nhầm, gửi hai lần")).await;
    given.say(DUTY, &format!("/nhan {whole}")).await;
    given.say(DUTY, &format!("/khacphuc {whole}")).await;
    given.say(DUTY, &format!("/ketthuc {whole} Đã chặn thư")).await;

    given.say(LEAD, &format!("/molai {whole}")).await;

    for part in [&one, &two] {
        let incident = given.incident(part);
        assert_eq!((incident.parent(), incident.next_moment()), (Some(&whole), None));
        assert!(given.story(part).ends_with(&["reopened", "grouped"]), "{:?}", given.story(part));
    }
    assert!(!given.incident(&own).is_open(), "it did not end with the whole");
    for (who, code) in [(REPORTER, &one), (NEIGHBOUR, &two)] {
        let told = given.last(who).text;
        assert!(told.contains(code.as_str()) && told.contains("mở lại"), "{told}");
    }
    given.say(LEAD, &format!("/ghichu {whole} tất cả: Xin đổi mật khẩu thư")).await;
    for who in [REPORTER, NEIGHBOUR] {
        assert!(given.last(who).text.contains("Xin đổi mật khẩu thư"), "{}", given.last(who).text);
    }
    given.say(DUTY, &format!("/nhan {two}")).await;
    assert_eq!(given.holder(&whole).as_deref(), Some("p-001"));
    assert!(given.last(NEIGHBOUR).text.contains("đã tiếp nhận"));
    given.say(DUTY, &format!("/khacphuc {whole}")).await;
    given.say(DUTY, &format!("/ketthuc {whole} Đã chặn hết thư")).await;
    assert!([&one, &two].iter().all(|part| !given.incident(part).is_open()));
    given.end_without_listening().await;
}

#[tokio::test]
async fn a_part_opened_again_alone_is_no_part_any_more_and_what_reaches_nobody_is_refused() {
    let given = given().await;
    let (one, two, whole) = two(&given).await;
    given.say(DUTY, &format!("/nhan {whole}")).await;
    given.say(DUTY, &format!("/khacphuc {whole}")).await;
    given.say(DUTY, &format!("/ketthuc {whole} Đã chặn thư")).await;

    given.say(LEAD, &format!("/ghichu {whole} tất cả: Xin đổi mật khẩu thư")).await;
    assert!(given.last(LEAD).text.contains("Lời nhắn chung chưa gửi"), "{}", given.last(LEAD).text);
    assert!(!given.story(&whole).contains(&"note_added"));

    given.say(LEAD, &format!("/molai {one}")).await;
    assert!(given.incident(&one).ladder_runs());
    given.say(LEAD, &format!("/molai {whole}")).await;
    assert_eq!(given.incident(&one).parent(), None);
    assert_eq!(given.incident(&two).parent(), Some(&whole));
    assert_eq!(given.incident(&whole).parts.len(), 1);
    // It can be taken in again, and then hears what is said to all.
    given.say(LEAD, &format!("/dienrong {whole} {one}")).await;
    given.say(LEAD, &format!("/ghichu {whole} tất cả: Xin đổi mật khẩu thư")).await;
    for who in [REPORTER, NEIGHBOUR] {
        assert!(given.last(who).text.contains("Xin đổi mật khẩu thư"), "{}", given.last(who).text);
    }
    given.end_without_listening().await;
}
