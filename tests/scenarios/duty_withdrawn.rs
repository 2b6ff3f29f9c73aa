//! Whoever entered something about duty takes it back, and whoever it concerns hears of it.

use trucban::domain::ids::PersonId;
use trucban::domain::roster::decide::{RosterRefusal, Wish};
use trucban::domain::roster::{Layer, Span};

use super::duty::{TWO, at, end, rostered, rostered_in, wish};
use crate::harness::{DEPUTY, DUTY, LEAD, Province, REPORTER, given, hours, minutes};

/// The first one has duty from Saturday to Saturday.
const WEEKLY: &str = r#"
[[duty]]
from = "2026-11-21"
every = "week"
at = "07:30"
people = ["p-001", "p-004"]

[[backup]]
from = "2026-11-21"
every = "week"
at = "07:30"
people = ["p-003"]
"#;

fn id(person: &str) -> PersonId {
    PersonId::new(person)
}

/// A province in which a swap needs a lead's word.
async fn with_a_lead_s_word() -> Province {
    let mut province = given().await;
    province.world.config.swaps_need_a_lead = true;
    province.restart().await;
    province
}

fn seated(province: &Province, when: &str) -> Vec<String> {
    let directory = province.world.engine().unwrap().reader().directory().unwrap();
    let chair = directory.on_duty(Layer::Duty, at(when));
    chair.people().iter().map(|one| one.person.to_string()).collect()
}

/// What the last message to somebody says may be typed.
fn typed(province: &Province, who: i64, begins: &str) -> String {
    let told = province.last(who).text;
    let rest = told.split_once(begins).unwrap_or_else(|| panic!("no {begins} in {told}")).1;
    format!("{begins}{}", rest.split(')').next().unwrap())
}

#[tokio::test]
async fn whoever_asked_for_a_swap_withdraws_it_by_button_and_asks_another() {
    let province = rostered(TWO).await;
    province.say(DEPUTY, "/doica 22/11 p-003").await;
    province.say(DEPUTY, "/doica 22/11 p-001").await;
    let refused = province.last(DEPUTY).text;
    assert!(refused.contains("đã nhờ Đội trưởng") && refused.contains("/doica hủy"), "{refused}");

    province.say(DEPUTY, "/doica").await;
    province.press(DEPUTY, DEPUTY, "Rút: nhờ Đội trưởng 07:30 CN 22/11").await;
    province.after(minutes(1)).await;
    assert_eq!(province.count(LEAD, "Phó Đội trưởng đã rút đề nghị"), 1);
    // The question that is still on the other's telephone does nothing any more.
    let toast = province.press(LEAD, LEAD, "Có").await;
    assert!(toast.contains("đã được trả lời, đã rút"), "{toast}");
    province.say(DEPUTY, "/doica 22/11 p-001").await;
    assert!(province.last(DEPUTY).text.contains("Đã hỏi Cán bộ trực chính"));
    assert_eq!(seated(&province, "2026-11-22T12:00"), ["p-004"]);
    end(province).await;
}

#[tokio::test]
async fn a_proposal_is_withdrawn_by_typing_too_and_only_by_whoever_made_it() {
    let province = rostered(TWO).await;
    province.say(DEPUTY, "/doica 22/11 p-003").await;
    province.say(DUTY, "/doica hủy").await;
    assert!(!province.last(DUTY).text.contains("Đã ghi nhận"), "{}", province.last(DUTY).text);
    province.say(DEPUTY, "/doica hủy").await;
    assert!(province.last(DEPUTY).text.contains("ca không đổi"), "{}", province.last(DEPUTY).text);
    province.say(DEPUTY, "/doica 24/11 p-003").await;
    province.say(DEPUTY, "/doica 22/11 p-003").await;
    // Of two, the number in the list says which.
    province.say(DEPUTY, "/doica hủy").await;
    assert!(province.last(DEPUTY).text.contains("Anh/chị muốn đổi ca nào"));
    let second = typed(&province, DEPUTY, "/doica hủy ");
    province.say(DUTY, &second).await;
    assert!(province.last(DUTY).text.contains("không phải của anh/chị"));
    province.say(DEPUTY, &second).await;
    assert!(province.last(DEPUTY).text.contains("ca không đổi"), "{}", province.last(DEPUTY).text);
    end(province).await;
}

#[tokio::test]
async fn a_lead_cancels_a_leave_he_entered_for_somebody_else_and_both_hear_of_it() {
    let province = rostered(TWO).await;
    province.say(LEAD, "/nghi p-004 22/11 23/11 p-001").await;
    province.after(minutes(1)).await;
    assert_eq!(province.count(DEPUTY, "Đội trưởng ghi anh/chị nghỉ 22/11–23/11/2026"), 1);
    assert_eq!(seated(&province, "2026-11-22T12:00"), ["p-001"]);

    province.say(LEAD, "/nghi").await;
    province.press(LEAD, LEAD, "Hủy nghỉ Phó Đội trưởng 22/11").await;
    province.after(minutes(1)).await;
    assert_eq!(seated(&province, "2026-11-22T12:00"), ["p-004"]);
    assert_eq!(province.count(DEPUTY, "Kỳ nghỉ 22/11–23/11/2026 của anh/chị đã được hủy"), 1);
    assert_eq!(province.count(DUTY, "anh/chị không phải trực thay"), 1);

    // The same by typing; whoever leads nobody sees and ends only his own.
    province.say(LEAD, "/nghi p-004 22/11 23/11 p-001").await;
    province.say(DUTY, "/nghi").await;
    assert!(!province.last(DUTY).text.contains("Phó Đội trưởng"), "{}", province.last(DUTY).text);
    province.say(LEAD, "/nghi hủy").await;
    let ended = typed(&province, LEAD, "/nghi hủy ");
    province.say(DUTY, &ended).await;
    assert_eq!(seated(&province, "2026-11-22T12:00"), ["p-001"]);
    province.say(LEAD, &ended).await;
    assert!(province.last(LEAD).text.contains("Đã hủy kỳ nghỉ"), "{}", province.last(LEAD).text);
    assert_eq!(seated(&province, "2026-11-22T12:00"), ["p-004"]);
    end(province).await;
}

#[tokio::test]
async fn whoever_is_replaced_by_hand_hears_of_it() {
    let province = rostered(TWO).await;
    province.say(LEAD, "/truc p-001 22/11").await;
    province.after(minutes(1)).await;
    assert_eq!(province.count(DEPUTY, "Anh/chị thôi trực 07:30 CN 22/11"), 1);
    assert_eq!(province.count(DEPUTY, "Cán bộ trực chính trực thay"), 1);
    end(province).await;
}

#[tokio::test]
async fn a_swap_needs_a_lead_s_word_where_there_is_one_who_is_neither_of_the_two() {
    let province = with_a_lead_s_word().await;
    let province = rostered_in(province, TWO).await;
    province.say(DUTY, "/doica 23/11 p-004").await;
    province.press(DEPUTY, DEPUTY, "Có").await;
    province.after(minutes(1)).await;
    assert!(province.last(LEAD).text.contains("Xin anh/chị duyệt"), "{}", province.last(LEAD).text);
    assert_eq!(seated(&province, "2026-11-23T12:00"), ["p-001"]);
    province.press(LEAD, LEAD, "Duyệt").await;
    province.after(minutes(1)).await;
    assert_eq!(seated(&province, "2026-11-23T12:00"), ["p-004"]);
    assert!(province.last(DUTY).text.contains("Đã đổi ca"), "{}", province.last(DUTY).text);
    end(province).await;
}

#[tokio::test]
async fn where_the_only_lead_is_one_of_the_two_their_agreement_is_enough() {
    let province = with_a_lead_s_word().await;
    province.change_person("p-003", |person, _| person.active = false).await;
    let province = rostered_in(province, &TWO.replace("p-003", "p-002")).await;
    province.say(DUTY, "/doica 23/11 p-004").await;
    let toast = province.press(DEPUTY, DEPUTY, "Có").await;
    assert!(!toast.contains("Chờ Đội trưởng"), "{toast}");
    assert_eq!(seated(&province, "2026-11-23T12:00"), ["p-004"]);
    end(province).await;
}

#[tokio::test]
async fn what_waits_for_a_lead_is_withdrawn_too() {
    let province = with_a_lead_s_word().await;
    let province = rostered_in(province, TWO).await;
    province.say(DUTY, "/doica 23/11 p-004").await;
    province.press(DEPUTY, DEPUTY, "Có").await;
    province.say(DUTY, "/doica hủy").await;
    province.after(minutes(1)).await;
    province.press(LEAD, LEAD, "Duyệt").await;
    assert_eq!(seated(&province, "2026-11-23T12:00"), ["p-001"]);
    end(province).await;
}

#[tokio::test]
async fn a_day_of_a_week_of_duty_is_given_and_not_the_week() {
    let province = rostered(WEEKLY).await;
    province.say(DUTY, "/doica 25/11 p-004").await;
    let asked = province.last(DEPUTY).text;
    assert!(asked.contains("00:00 T4 25/11 → 00:00 T5 26/11"), "{asked}");
    province.press(DEPUTY, DEPUTY, "Có").await;
    assert_eq!(seated(&province, "2026-11-25T12:00"), ["p-004"]);
    assert_eq!(seated(&province, "2026-11-26T12:00"), ["p-001"]);
    // Hours are meant as they are written.
    province.say(DUTY, "/doica 18h 26/11 22h 26/11 p-004").await;
    let asked = province.last(DEPUTY).text;
    assert!(asked.contains("18:00 T5 26/11 → 22:00 T5 26/11"), "{asked}");
    end(province).await;
}

#[tokio::test]
async fn a_turn_of_a_day_is_given_whole_by_the_day_it_begins_on() {
    let province = rostered(TWO).await;
    province.say(DEPUTY, "/doica 23/11 p-003").await;
    // His turn began the day before and ends on the 23rd; none begins then.
    let asked = province.last(LEAD).text;
    assert!(asked.contains("07:30 CN 22/11 → 07:30 T2 23/11"), "{asked}");
    province.say(DUTY, "/doica 23/11 p-003").await;
    let asked = province.last(LEAD).text;
    assert!(asked.contains("07:30 T2 23/11 → 07:30 T3 24/11"), "{asked}");
    end(province).await;
}

#[tokio::test]
async fn a_swap_that_makes_the_backup_the_officer_on_duty_says_so() {
    let province = rostered(TWO).await;
    province.say(DEPUTY, "/doica 22/11 p-003").await;
    let words = "vừa trực vừa trực dự bị";
    assert!(province.last(DEPUTY).text.contains(words), "{}", province.last(DEPUTY).text);
    assert!(province.last(LEAD).text.contains(words), "{}", province.last(LEAD).text);
    end(province).await;
}

#[tokio::test]
async fn an_id_with_dots_is_a_person_and_no_day() {
    let province = rostered(TWO).await;
    province.say(LEAD, "/truc nv.01.05 24/11").await;
    let said = province.last(LEAD).text;
    assert!(said.contains("Không tìm thấy “nv.01.05”"), "{said}");
    end(province).await;
}

#[tokio::test]
async fn a_second_proposal_for_a_stretch_names_the_first() {
    let province = rostered(TWO).await;
    let span = Span { from: at("2026-11-22T07:30"), to: at("2026-11-23T07:30") };
    let swap = |to: &str| Wish::Swap { layer: Layer::Duty, span, to: id(to) };
    assert_eq!(wish(&province, "p-004", swap("p-003")).await, Ok(()));
    let second = wish(&province, "p-004", swap("p-001")).await;
    assert_eq!(second, Err(RosterRefusal::Asked { to: id("p-003"), span }));
    province.after(hours(1)).await;
    let code = province.report(REPORTER, "Máy chủ ngừng").await;
    assert_eq!(province.incident(&code).paged, [id("p-001"), id("p-003"), id("p-004")].into());
    end(province).await;
}
