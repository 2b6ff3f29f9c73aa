//! Nobody answers: the next people are called, in the policy's order and time, until somebody does.

use crate::harness::{
    BACKUP, DEPUTY, DUTY, LEAD, MANAGER, NEIGHBOUR, REPORTER, TEAM, given, minutes,
};

const REPORT: &str = "Trang thông tin xã bị đổi giao diện";

#[tokio::test]
async fn the_rungs_of_a_round_come_at_their_minutes_and_not_a_second_before() {
    let mut province = given().await;
    province.report(REPORTER, REPORT).await;
    province.forget();

    province.after(minutes(5) - std::time::Duration::from_secs(1)).await;
    province.hears_nothing();
    province.after(std::time::Duration::from_secs(1)).await;
    province.hears(&[(LEAD, "vòng 1, bậc 2"), (DEPUTY, "vòng 1, bậc 2")]);
    province.after(minutes(10)).await;
    province.hears(&[(MANAGER, "vòng 1, bậc 3")]);
    province.after(minutes(15)).await;
    province.hears(&[(DUTY, "vòng 2, bậc 1")]);
    assert!(province.messages(BACKUP).is_empty(), "the backup never started the bot");
    province.end().await;
}

#[tokio::test]
async fn after_three_rounds_lead_managers_and_team_are_called_with_numbers_every_half_hour() {
    let mut province = given().await;
    province.report(REPORTER, REPORT).await;
    province.after(minutes(60 + 10)).await;
    province.forget();

    province.after(minutes(5)).await;
    province.hears(&[(MANAGER, "vòng 3, bậc 3, lần gọi cuối")]);
    let last = province.last(MANAGER).text;
    assert!(last.contains("+84000000003"), "numbers to call: {last}");
    for _ in 0..3 {
        province.after(minutes(if province.count(TEAM, "CHƯA AI") == 0 { 15 } else { 30 })).await;
        province.hears(&[
            (LEAD, "CHƯA AI TIẾP NHẬN"),
            (DEPUTY, "CHƯA AI TIẾP NHẬN"),
            (MANAGER, "CHƯA AI TIẾP NHẬN"),
            (TEAM, "CHƯA AI TIẾP NHẬN"),
        ]);
    }
    assert!(province.last(TEAM).text.contains("+84000000003"), "numbers to call");
    province.end().await;
}

#[tokio::test]
async fn a_second_call_stays_a_call_until_something_changes() {
    let province = given().await;
    province.report(REPORTER, REPORT).await;

    province.after(minutes(31)).await;

    let page = province.last(DUTY).text;
    assert!(page.contains("CẦN NGƯỜI TIẾP NHẬN") && page.contains("vòng 2, bậc 1"), "{page}");
    province.end_without_listening().await;
}

#[tokio::test]
async fn whoever_is_called_in_a_later_round_can_still_take_it_and_the_ladder_stops() {
    let mut province = given().await;
    let code = province.report(REPORTER, REPORT).await;
    province.after(minutes(35)).await;
    province.forget();

    province.press(LEAD, LEAD, "Tiếp nhận").await;

    province.hears(&[(REPORTER, "Đội trưởng (+84000000003) đã tiếp nhận.")]);
    province.after(minutes(90)).await;
    assert_eq!(province.holder(&code).as_deref(), Some("p-003"));
    province.end().await;
}

#[tokio::test]
async fn raising_calls_the_next_rung_at_once_and_a_double_tap_never_skips_two() {
    let mut province = given().await;
    let code = province.report(REPORTER, REPORT).await;
    let (message, data) = province.button(REPORTER, "Chuyển cấp");
    province.forget();

    province.press_data(REPORTER, REPORTER, message, &data).await;
    let second = province.press_data(REPORTER, REPORTER, message, &data).await;

    assert!(second.contains("đã được chuyển cấp lúc 14:00 21/11/2026"), "{second}");
    province.hears(&[(LEAD, "vòng 1, bậc 2"), (DEPUTY, "vòng 1, bậc 2")]);
    province.after(minutes(10)).await;
    province.hears(&[(MANAGER, "vòng 1, bậc 3")]);
    assert_eq!(province.incident(&code).firings, 3);
    province.end().await;
}

#[tokio::test]
async fn raising_while_somebody_holds_calls_more_people_and_leaves_the_holder() {
    let mut province = given().await;
    let code = province.report(REPORTER, REPORT).await;
    province.press(DUTY, DUTY, "Tiếp nhận").await;
    province.forget();

    province.press(DUTY, DUTY, "Chuyển cấp").await;

    province.hears(&[(LEAD, "đang có người giữ"), (DEPUTY, "đang có người giữ")]);
    assert_eq!(province.holder(&code).as_deref(), Some("p-001"));
    province.after(minutes(60)).await;
    province.end().await;
}

#[tokio::test]
async fn raising_past_the_last_rung_calls_lead_and_managers() {
    let mut province = given().await;
    let code = province.report(REPORTER, REPORT).await;
    for _ in 0..8 {
        province.say(REPORTER, &format!("/chuyencap {code}")).await;
    }
    province.forget();

    province.say(REPORTER, &format!("/leothang {code}")).await;

    province.hears(&[
        (REPORTER, "Đã ghi nhận: chuyển cấp"),
        (LEAD, "CHƯA AI TIẾP NHẬN"),
        (DEPUTY, "CHƯA AI TIẾP NHẬN"),
        (MANAGER, "CHƯA AI TIẾP NHẬN"),
        (TEAM, "CHƯA AI TIẾP NHẬN"),
    ]);
    province.end().await;
}

#[tokio::test]
async fn a_neighbour_cannot_raise_what_belongs_to_another_unit() {
    let mut province = given().await;
    let code = province.report(REPORTER, REPORT).await;
    province.forget();

    province.say(NEIGHBOUR, &format!("/chuyencap {code}")).await;

    province.hears(&[(NEIGHBOUR, "Không tìm thấy sự cố")]);
    assert_eq!(province.incident(&code).firings, 1);
    province.end().await;
}
