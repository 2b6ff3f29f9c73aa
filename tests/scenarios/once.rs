//! Each update takes effect once, in order, however often and by whomever it comes.

use std::time::Duration;

use serde_json::json;

use crate::harness::log::Log;
use crate::harness::{ADMIN, DEPUTY, DUTY, LEAD, REPORTER, TEAM, given};

#[tokio::test]
async fn one_report_delivered_five_times_is_one_incident_with_one_receipt() {
    let mut province = given().await;
    province.report(REPORTER, "Mất điện phòng máy chủ").await;
    let update = province.world.sandbox.last_update().unwrap();

    for _ in 0..5 {
        assert!(province.world.sandbox.redeliver(update));
        province.settle().await;
    }

    assert_eq!(province.codes().len(), 1);
    province.hears(&[(REPORTER, "Đã ghi nhận"), (TEAM, "Mất điện"), (DUTY, "bậc 1")]);
    province.end().await;
}

#[tokio::test]
async fn a_refused_press_stays_refused_when_it_comes_again_after_the_state_changed() {
    let province = given().await;
    let code = province.report(REPORTER, "Mất điện phòng máy chủ").await;
    let (message, data) = province.button(TEAM, "Tiếp nhận");
    province.press(DUTY, DUTY, "Tiếp nhận").await;
    province.press_data(DEPUTY, TEAM, message, &data).await;
    let refused = province.world.sandbox.last_update().unwrap();
    province.press(DUTY, DUTY, "Trả lại").await;

    province.world.sandbox.redeliver(refused);
    province.settle().await;

    assert_eq!(province.holder(&code), None);
    province.end_without_listening().await;
}

#[tokio::test]
async fn of_two_who_press_in_the_same_instant_one_is_the_holder_and_both_know() {
    let mut province = given().await;
    let code = province.report(REPORTER, "Mất điện phòng máy chủ").await;
    let (message, data) = province.button(TEAM, "Tiếp nhận");
    province.forget();
    let sandbox = &province.world.sandbox;

    let first = sandbox.press_data(LEAD, TEAM, message, &data).unwrap();
    let second = sandbox.press_data(DEPUTY, TEAM, message, &data).unwrap();
    province.settle().await;
    province.until(|| province.world.sandbox.alerts().len() >= 2).await;

    let alerts = province.world.sandbox.alerts();
    let told = |id: &str| alerts.iter().find(|alert| alert.callback_id == id).unwrap().clone();
    assert!(told(&first).text.unwrap().contains("anh/chị đang giữ"));
    let refusal = told(&second).text.unwrap();
    assert!(refusal.contains("Đội trưởng") && refusal.contains("đã tiếp nhận"), "{refusal}");
    assert!(told(&second).modal, "a refusal must be seen");
    assert_eq!(province.holder(&code).as_deref(), Some("p-003"));
    province.hears(&[(REPORTER, "đã tiếp nhận")]);
    province.end().await;
}

#[tokio::test]
async fn two_reports_in_the_same_instant_are_two_incidents_with_their_own_codes() {
    let province = given().await;
    let sandbox = &province.world.sandbox;

    sandbox.say(REPORTER, REPORTER, "/baosuco Một");
    sandbox.say(1018, 1018, "/baosuco Hai");
    province.settle().await;

    let codes: Vec<String> = province.codes().iter().map(ToString::to_string).collect();
    assert_eq!(codes, ["SC-2026-0001", "SC-2026-0002"]);
    assert!(province.last(REPORTER).text.contains("SC-2026-0001"));
    assert!(province.last(1018).text.contains("SC-2026-0002"));
    province.end_without_listening().await;
}

#[tokio::test]
async fn an_update_that_cannot_be_read_is_recorded_its_sender_told_and_the_next_one_works() {
    let log = Log::listen();
    let mut province = given().await;
    let broken = json!({"message": {
        "message_id": "not a number", "date": 0,
        "chat": {"id": REPORTER, "type": "private", "first_name": "x"},
        "from": {"id": REPORTER, "is_bot": false, "first_name": "x"},
        "text": "/baosuco Không đọc được"}});

    province.world.sandbox.raw_update(broken);
    province.world.sandbox.raw_update(json!({"something_new": {"of": "next year"}}));
    province.after(Duration::from_secs(5)).await;
    province.hears(&[
        (REPORTER, "Chưa đọc được tin này"),
        (ADMIN, "đã bị bỏ qua"),
        (ADMIN, "đã bị bỏ qua"),
    ]);
    province.report(REPORTER, "Đọc được").await;

    assert!(!log.text().contains("tg:"), "keys hold accounts and stay out of the log");
    province.hears(&[(REPORTER, "Đã ghi nhận"), (TEAM, "Đọc được"), (DUTY, "bậc 1")]);
    assert_eq!(province.codes().len(), 1);
    province.end().await;
}

#[tokio::test]
async fn an_unreadable_update_delivered_again_is_told_once() {
    let mut province = given().await;
    let broken = json!({"message": {"message_id": [], "chat": {"id": REPORTER}}});
    let update = province.world.sandbox.raw_update(broken);
    province.settle().await;
    province.hears(&[(REPORTER, "Chưa đọc được tin này"), (ADMIN, "đã bị bỏ qua")]);

    province.world.sandbox.redeliver(update);
    province.settle().await;

    province.end().await;
}
