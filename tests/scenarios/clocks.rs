//! Clocks that are set and machines that sleep: every wait keeps its length, nothing cascades.

use std::pin::pin;
use std::task::{Context, Waker};
use std::time::Duration;

use trucban::clock::{Clock, Simulated};
use trucban::domain::time::Timestamp;

use crate::harness::{ADMIN, DEPUTY, DUTY, LEAD, MANAGER, REPORTER, TEAM, given, hours, minutes};

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
