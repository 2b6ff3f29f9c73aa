//! Clocks that are set and machines that sleep: every wait keeps its length, nothing cascades.

use std::pin::pin;
use std::task::{Context, Waker};
use std::time::Duration;

use trucban::clock::{Clock, Simulated};
use trucban::domain::time::Timestamp;
use trucban::domain::values::Severity;
use trucban::engine::health::{Health, look};

use crate::harness::{
    ADMIN, DEPUTY, DUTY, LEAD, MANAGER, Province, REPORTER, TEAM, alert, given, hours, minutes,
};

const REPORT: &str = "Mất kết nối mạng số liệu chuyên dùng";
const HOUR_MS: i64 = 3_600_000;

#[test]
fn waiting_until_an_instant_counts_what_has_passed_since_the_clock_was_read() {
    let second = Duration::from_secs;
    let time = Simulated::new(Timestamp::from_millis(0));
    let clock = Clock::Simulated(time.clone());
    let mut context = Context::from_waker(Waker::noop());
    let read = clock.read().mono;
    // It passes between the reading and the sleep.
    time.step(second(3));
    let mut sleep = pin!(clock.sleep_until(read + second(5)));
    assert!(sleep.as_mut().poll(&mut context).is_pending());
    assert_eq!(time.until_next_sleeper(), Some(second(2)));
    time.step(second(2));
    assert!(sleep.as_mut().poll(&mut context).is_ready());
    let mut late = pin!(clock.sleep_until(read + second(4)));
    assert!(late.as_mut().poll(&mut context).is_ready(), "what is over is not waited for");
}

#[tokio::test]
async fn a_clock_set_forward_or_back_changes_no_wait() {
    for (by, words) in [(HOUR_MS, "tiến"), (-HOUR_MS, "lùi"), (400 * 24 * HOUR_MS, "tiến")] {
        let mut province = given().await;
        province.report(REPORTER, REPORT).await;
        province.after(minutes(2)).await;
        province.forget();

        province.world.time.jump_wall(by);
        province.after(minutes(3) - Duration::from_secs(1)).await;
        province.hears(&[(ADMIN, words)]);
        province.after(Duration::from_secs(1)).await;

        province.hears(&[(LEAD, "vòng 1, bậc 2"), (DEPUTY, "vòng 1, bậc 2")]);
        province.after(minutes(10)).await;
        province.hears(&[(MANAGER, "vòng 1, bậc 3")]);
        province.end().await;
    }
}

#[tokio::test]
async fn a_lease_keeps_its_length_when_the_clock_is_set() {
    let mut province = given().await;
    let code = province.report(REPORTER, REPORT).await;
    province.press(DUTY, DUTY, "Tiếp nhận").await;
    province.forget();

    province.world.time.jump_wall(5 * HOUR_MS);
    province.after(hours(2) - minutes(1)).await;
    province.hears(&[(ADMIN, "tiến")]);
    province.after(minutes(1)).await;

    province.hears(&[(DUTY, "còn xử lý")]);
    assert_eq!(province.holder(&code).as_deref(), Some("p-001"));
    province.end().await;
}

#[tokio::test]
async fn a_correction_of_a_second_is_nothing() {
    let mut province = given().await;
    province.report(REPORTER, REPORT).await;
    province.forget();
    for by in [1_000, -1_000, 900] {
        province.world.time.jump_wall(by);
        province.after(Duration::from_secs(20)).await;
    }
    province.end().await;
}

#[tokio::test]
async fn a_report_in_the_moment_the_clock_was_set_waits_as_long_as_any_other() {
    for by in [HOUR_MS, -HOUR_MS] {
        let mut province = given().await;
        province.world.time.jump_wall(by);
        let sandbox = &province.world.sandbox;
        sandbox.say(REPORTER, REPORTER, &format!("/baosuco {REPORT}"));
        province.settle().await;
        province.after(minutes(5) - Duration::from_secs(1)).await;
        province.hears(&[
            (REPORTER, "Đã ghi nhận"),
            (TEAM, REPORT),
            (DUTY, "vòng 1, bậc 1"),
            (ADMIN, "Đồng hồ"),
        ]);
        province.after(Duration::from_secs(1)).await;

        province.hears(&[(LEAD, "vòng 1, bậc 2"), (DEPUTY, "vòng 1, bậc 2")]);
        province.end().await;
    }
}

#[tokio::test]
async fn a_clock_put_back_while_the_program_was_stopped_changes_no_wait() {
    let mut province = given().await;
    province.report(REPORTER, REPORT).await;
    province.after(minutes(2)).await;
    province.world.stop().await.unwrap();
    province.forget();
    province.world.time.jump_wall(-7 * HOUR_MS);
    province.start().await;

    province.after(minutes(3) - Duration::from_secs(1)).await;
    province.hears(&[(ADMIN, "lùi 7 giờ")]);
    province.after(Duration::from_secs(1)).await;
    province.hears(&[(LEAD, "vòng 1, bậc 2"), (DEPUTY, "vòng 1, bậc 2")]);
    province.end().await;
}

#[tokio::test]
async fn a_crash_before_the_clock_is_put_back_costs_no_more_than_the_time_between_two_signs_of_life()
 {
    let mut province = given().await;
    province.report(REPORTER, REPORT).await;
    province.after(minutes(2)).await;
    province.world.crash().await;
    province.forget();
    province.world.time.jump_wall(-7 * HOUR_MS);
    province.start().await;

    province.after(minutes(3) + Duration::from_secs(15)).await;

    province.hears(&[(ADMIN, "lùi"), (LEAD, "vòng 1, bậc 2"), (DEPUTY, "vòng 1, bậc 2")]);
    province.end().await;
}

#[tokio::test]
async fn a_lease_keeps_its_length_when_the_clock_is_put_back_while_the_program_is_stopped() {
    let mut province = given().await;
    province.report(REPORTER, REPORT).await;
    province.press(DUTY, DUTY, "Tiếp nhận").await;
    province.after(hours(1)).await;
    province.world.stop().await.unwrap();
    province.forget();
    province.world.time.jump_wall(-400 * 24 * HOUR_MS);
    province.start().await;

    province.after(hours(1) - minutes(1)).await;
    province.hears(&[(ADMIN, "lùi")]);
    province.after(minutes(1)).await;
    province.hears(&[(DUTY, "còn xử lý")]);
    province.end().await;
}

#[tokio::test]
async fn a_page_that_waits_for_telegram_waits_no_longer_for_a_clock_put_back_meanwhile() {
    let mut province = given().await;
    province.world.sandbox.set_unreachable(true);
    province.alerts("one", vec![alert("Máy chủ không trả lời", Severity::High)]).await;
    province.after(minutes(1)).await;
    province.world.stop().await.unwrap();
    province.forget();
    province.world.time.jump_wall(-7 * HOUR_MS);
    province.world.sandbox.set_unreachable(false);
    province.start().await;

    province.after(Duration::from_secs(100)).await;

    assert_eq!(province.count(DUTY, "Máy chủ không trả lời"), 1);
    province.end_without_listening().await;
}

#[tokio::test]
async fn that_the_clock_was_set_can_be_seen_for_a_day() {
    let mut province = given().await;
    assert!(!clock_is_doubted(&province).await);
    province.world.time.jump_wall(30_000);
    province.after(minutes(1)).await;
    assert!(!clock_is_doubted(&province).await, "half a minute is no reason to look");
    province.world.stop().await.unwrap();
    province.world.time.jump_wall(-HOUR_MS);
    province.start().await;
    province.after(minutes(1)).await;
    assert!(clock_is_doubted(&province).await);
    province.after(hours(24)).await;
    assert!(!clock_is_doubted(&province).await);
    province.end_without_listening().await;
}

async fn clock_is_doubted(province: &Province) -> bool {
    let app = province.world.app().unwrap();
    let checks = look(app.engine(), &Health::new(app.engine().clock().clone())).await.checks;
    let clock = checks.iter().find(|check| check.name == "clock").unwrap();
    assert!(clock.ok, "the service does its work all the same");
    clock.degraded
}

#[tokio::test]
async fn a_machine_that_slept_fires_one_rung_and_tells_that_it_was_away() {
    let mut province = given().await;
    province.report(REPORTER, REPORT).await;
    province.forget();

    province.world.sleep_through(minutes(58));
    province.settle().await;

    province.hears(&[
        (TEAM, "Gián đoạn 58 phút"),
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

#[tokio::test]
async fn an_answer_given_while_the_machine_slept_counts_before_anybody_is_called() {
    let mut province = given().await;
    let code = province.report(REPORTER, REPORT).await;
    let (message, data) = province.button(DUTY, "Tiếp nhận");
    province.forget();

    province.world.sandbox.set_unreachable(true);
    province.settle().await;
    province.world.sandbox.press_data(DUTY, DUTY, message, &data).unwrap();
    province.world.sleep_through(minutes(10));
    province.world.sandbox.set_unreachable(false);
    province.settle().await;

    assert_eq!(province.holder(&code).as_deref(), Some("p-001"));
    assert_eq!(province.count(LEAD, "bậc 2"), 0, "nobody was called for nothing");
    province.end_without_listening().await;
}
