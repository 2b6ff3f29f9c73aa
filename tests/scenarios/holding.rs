//! Whoever holds an incident keeps it as long as he works on it, and no longer.

use crate::harness::{DEPUTY, DUTY, LEAD, REPORTER, given, hours, minutes};

const REPORT: &str = "Email công vụ bị chiếm quyền";

#[tokio::test]
async fn given_back_it_goes_on_at_the_same_rung_at_once() {
    let mut province = given().await;
    let code = province.report(REPORTER, REPORT).await;
    province.after(minutes(5)).await;
    province.press(LEAD, LEAD, "Tiếp nhận").await;
    province.after(minutes(20)).await;
    province.forget();

    province.press(LEAD, LEAD, "Trả lại").await;

    province.hears(&[(DEPUTY, "vòng 1, bậc 2"), (REPORTER, "Đội trưởng đã trả lại")]);
    assert_eq!(province.holder(&code), None);
    assert_eq!(province.incident(&code).status().to_string(), "acknowledged");
    province.end().await;
}

#[tokio::test]
async fn given_back_by_the_only_one_on_its_rung_it_calls_that_one_again() {
    let mut province = given().await;
    province.report(REPORTER, REPORT).await;
    province.press(DUTY, DUTY, "Tiếp nhận").await;
    province.forget();

    province.press(DUTY, DUTY, "Trả lại").await;

    province.hears(&[(DUTY, "vòng 1, bậc 1"), (REPORTER, "đã trả lại")]);
    province.after(minutes(5)).await;
    province.hears(&[(LEAD, "vòng 1, bậc 2"), (DEPUTY, "vòng 1, bậc 2")]);
    province.end().await;
}

#[tokio::test]
async fn a_silent_holder_is_reminded_after_two_hours_and_released_a_quarter_later() {
    let mut province = given().await;
    let code = province.report(REPORTER, REPORT).await;
    province.press(DUTY, DUTY, "Tiếp nhận").await;
    province.forget();

    province.after(hours(2)).await;
    province.hears(&[(DUTY, "anh/chị còn xử lý sự cố này không?")]);
    assert_eq!(province.holder(&code).as_deref(), Some("p-001"));
    province.after(minutes(15)).await;

    province.hears(&[
        (DUTY, "người giữ không trả lời"),
        (REPORTER, "người giữ không trả lời"),
        (DUTY, "vòng 1, bậc 1"),
    ]);
    assert_eq!(province.holder(&code), None);
    province.end().await;
}

#[tokio::test]
async fn still_on_it_starts_the_lease_anew() {
    let mut province = given().await;
    let code = province.report(REPORTER, REPORT).await;
    province.press(DUTY, DUTY, "Tiếp nhận").await;
    province.after(hours(2)).await;
    province.forget();

    let toast = province.press(DUTY, DUTY, "Còn xử lý").await;

    assert!(toast.contains("còn xử lý"), "{toast}");
    province.after(hours(2) - minutes(1)).await;
    province.hears_nothing();
    province.after(minutes(1)).await;
    province.hears(&[(DUTY, "anh/chị còn xử lý sự cố này không?")]);
    assert_eq!(province.holder(&code).as_deref(), Some("p-001"));
    province.end().await;
}

#[tokio::test]
async fn any_act_of_the_holder_counts_as_a_sign_of_life() {
    let mut province = given().await;
    let code = province.report(REPORTER, REPORT).await;
    province.press(DUTY, DUTY, "Tiếp nhận").await;
    province.after(hours(1)).await;
    province.say(DUTY, &format!("/ghichu {code} Đang thu thập nhật ký")).await;
    province.forget();

    province.after(hours(2) - minutes(1)).await;
    province.hears_nothing();
    province.after(minutes(1)).await;
    province.hears(&[(DUTY, "còn xử lý")]);
    province.end().await;
}

#[tokio::test]
async fn an_assigned_person_is_paged_and_becomes_holder_only_by_pressing() {
    let mut province = given().await;
    let code = province.report(REPORTER, REPORT).await;
    province.press(DUTY, DUTY, "Tiếp nhận").await;
    province.forget();

    province.say(LEAD, &format!("/phancong {code} p-004")).await;
    province.hears(&[(LEAD, "phân công"), (DEPUTY, "ANH/CHỊ ĐƯỢC PHÂN CÔNG")]);
    assert_eq!(province.holder(&code).as_deref(), Some("p-001"));
    province.press(DEPUTY, DEPUTY, "Tiếp nhận").await;

    province.hears(&[(REPORTER, "Phó Đội trưởng"), (DUTY, "Phó Đội trưởng")]);
    assert_eq!(province.holder(&code).as_deref(), Some("p-004"));
    province.end().await;
}

#[tokio::test]
async fn an_assignment_nobody_answers_stops_no_ladder() {
    let mut province = given().await;
    let code = province.report(REPORTER, REPORT).await;
    province.forget();

    province.say(LEAD, &format!("/phancong {code} p-004")).await;
    province.hears(&[(LEAD, "phân công"), (DEPUTY, "ANH/CHỊ ĐƯỢC PHÂN CÔNG")]);
    province.after(minutes(5)).await;

    province.hears(&[(LEAD, "vòng 1, bậc 2"), (DEPUTY, "vòng 1, bậc 2")]);
    province.end().await;
}

#[tokio::test]
async fn only_the_captain_and_his_deputy_assign() {
    let mut province = given().await;
    let code = province.report(REPORTER, REPORT).await;
    province.forget();

    province.say(DUTY, &format!("/phancong {code} p-004")).await;
    province.hears(&[(DUTY, "Chỉ Đội trưởng, Phó Đội trưởng được phân công")]);
    province.say(LEAD, &format!("/phancong {code} p-017")).await;
    province.hears(&[(LEAD, "không phải thành viên Đội")]);
    province.end().await;
}

#[tokio::test]
async fn a_resolved_incident_runs_no_lease_and_its_holder_is_reminded_daily_to_close_it() {
    let mut province = given().await;
    let code = province.report(REPORTER, REPORT).await;
    province.press(DUTY, DUTY, "Tiếp nhận").await;
    province.press(DUTY, DUTY, "Khắc phục xong").await;
    province.forget();

    province.after(hours(24) - minutes(1)).await;
    province.hears_nothing();
    for _ in 0..2 {
        province.after(minutes(1)).await;
        province.hears(&[(DUTY, "chưa kết thúc")]);
        province.after(hours(24) - minutes(1)).await;
    }
    assert_eq!(province.incident(&code).status().to_string(), "resolved");
    province.end().await;
}
