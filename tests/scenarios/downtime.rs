//! The program was not running: one digest, nothing cascades, nothing is swallowed.

use std::time::Duration;

use crate::harness::{
    DEPUTY, DUTY, LEAD, MANAGER, Province, REPORTER, TEAM, given, hours, minutes,
};

const REPORT: &str = "Camera phòng họp bị truy cập lạ";

async fn away(province: &mut Province, span: Duration) {
    province.world.stop().await.unwrap();
    province.forget();
    province.world.sleep_through(span);
    province.start().await;
}

#[tokio::test]
async fn away_for_less_than_two_minutes_nobody_is_told() {
    let mut province = given().await;
    province.report(REPORTER, REPORT).await;

    away(&mut province, Duration::from_secs(100)).await;

    province.hears_nothing();
    province.after(minutes(5) - Duration::from_secs(100)).await;
    province.hears(&[(LEAD, "bậc 2"), (DEPUTY, "bậc 2")]);
    province.end().await;
}

#[tokio::test]
async fn a_moment_that_has_not_passed_keeps_its_time() {
    let mut province = given().await;
    province.report(REPORTER, REPORT).await;

    away(&mut province, minutes(4)).await;

    province.hears(&[(TEAM, "Gián đoạn 4 phút"), (REPORTER, "Gián đoạn"), (DUTY, "Gián đoạn")]);
    province.after(minutes(1) - Duration::from_secs(1)).await;
    province.hears_nothing();
    province.after(Duration::from_secs(1)).await;
    province.hears(&[(LEAD, "bậc 2"), (DEPUTY, "bậc 2")]);
    province.end().await;
}

#[tokio::test]
async fn a_moment_that_passed_fires_once_as_the_next_rung_and_later_waits_count_from_there() {
    for span in [minutes(10), hours(3)] {
        let mut province = given().await;
        province.report(REPORTER, REPORT).await;

        away(&mut province, span).await;

        province.hears(&[
            (TEAM, "Gián đoạn"),
            (REPORTER, "Gián đoạn"),
            (DUTY, "Gián đoạn"),
            (LEAD, "vòng 1, bậc 2"),
            (DEPUTY, "vòng 1, bậc 2"),
        ]);
        province.after(minutes(10) - Duration::from_secs(1)).await;
        province.hears_nothing();
        province.after(Duration::from_secs(1)).await;
        province.hears(&[(MANAGER, "vòng 1, bậc 3")]);
        province.end().await;
    }
}

#[tokio::test]
async fn the_digest_names_what_is_open_and_tells_nobody_else() {
    let mut province = given().await;
    let open = province.report(REPORTER, REPORT).await;
    let closed = province.report(1018, "Việc đã xong").await;
    province.say(LEAD, &format!("/ketthuc {closed} báo nhầm vì thử máy")).await;
    province.press(DUTY, DUTY, "Tiếp nhận").await;

    away(&mut province, minutes(10)).await;

    let digest = province.last(TEAM).text;
    assert!(digest.contains(open.as_str()) && !digest.contains(closed.as_str()), "{digest}");
    province.hears(&[(TEAM, "1 sự cố đang mở"), (REPORTER, open.as_str()), (DUTY, open.as_str())]);
    province.end().await;
}

#[tokio::test]
async fn answers_given_meanwhile_are_read_before_anybody_is_called() {
    let mut province = given().await;
    let code = province.report(REPORTER, REPORT).await;
    let (message, data) = province.button(DUTY, "Tiếp nhận");
    province.world.stop().await.unwrap();
    province.forget();
    province.world.sandbox.press_data(DUTY, DUTY, message, &data).unwrap();
    province.world.sandbox.say(1018, 1018, "/baosuco Báo trong lúc gián đoạn");

    province.world.sleep_through(minutes(10));
    province.start().await;
    province.after(Duration::from_secs(10)).await;

    assert_eq!(province.holder(&code).as_deref(), Some("p-001"));
    province.hears(&[
        (REPORTER, "đã tiếp nhận"),
        (REPORTER, "Gián đoạn"),
        (TEAM, "Gián đoạn"),
        (DUTY, "Gián đoạn"),
        (1018, "Gián đoạn"),
        (1018, "Đã ghi nhận SC-2026-0002"),
        (TEAM, "Báo trong lúc gián đoạn"),
        (DUTY, "vòng 1, bậc 1"),
    ]);
    province.end().await;
}

#[tokio::test]
async fn after_more_than_a_day_people_are_asked_to_repeat_what_they_sent() {
    let mut province = given().await;
    province.report(REPORTER, REPORT).await;
    province.world.stop().await.unwrap();
    province.forget();
    province.world.sandbox.say(1018, 1018, "/baosuco Telegram không còn giữ tin này");

    province.world.sleep_through(hours(25));
    province.start().await;

    let again = "Xin anh/chị gửi lại những gì đã báo";
    province.hears(&[
        (TEAM, again),
        (REPORTER, again),
        (DUTY, again),
        (LEAD, "bậc 2"),
        (DEPUTY, "bậc 2"),
    ]);
    assert_eq!(province.codes().len(), 1);
    province.end().await;
}

#[tokio::test]
async fn a_lease_that_ran_out_meanwhile_reminds_first_and_releases_a_grace_later() {
    let mut province = given().await;
    let code = province.report(REPORTER, REPORT).await;
    province.press(DUTY, DUTY, "Tiếp nhận").await;

    away(&mut province, hours(5)).await;

    // Three messages at once for one private chat are more than its pace allows.
    province.after(Duration::from_secs(3)).await;
    province.hears(&[
        (TEAM, "Gián đoạn"),
        (REPORTER, "Gián đoạn"),
        (DUTY, "Gián đoạn"),
        (DUTY, "còn xử lý sự cố này không"),
    ]);
    assert_eq!(province.holder(&code).as_deref(), Some("p-001"));
    province.after(minutes(15)).await;
    assert_eq!(province.holder(&code), None);
    province.end_without_listening().await;
}

#[tokio::test]
async fn a_crash_while_starting_after_an_absence_still_leads_to_one_digest() {
    let mut province = given().await;
    province.report(REPORTER, REPORT).await;
    province.world.stop().await.unwrap();
    province.forget();
    province.world.sleep_through(minutes(30));
    province.world.sandbox.set_unreachable(true);
    province.world.run().await.unwrap();
    province.world.crash().await;
    province.world.sandbox.set_unreachable(false);

    province.start().await;

    assert_eq!(province.count(TEAM, "Gián đoạn 30 phút"), 1);
    province.end_without_listening().await;
}
