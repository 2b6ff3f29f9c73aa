//! Drills of several days whose days do not go as planned.

use trucban::domain::actor::Actor;
use trucban::domain::drill::run::DrillAct;
use trucban::domain::drill::run::state::Status;
use trucban::domain::drill::wish::DrillWish;
use trucban::domain::envelope::{Command, Receipt};
use trucban::domain::ids::PersonId;

use super::drills::{begun, code, drill, scheduled};
use super::drills_setup::{count, of_two_days, until};
use super::playbooks::seen;
use crate::harness::{DUTY, LEAD, MANAGER, Province, REPORTER, given, hours, minutes};

async fn does(province: &Province, who: &str, act: DrillAct) -> Receipt {
    let key = format!("test:{}", province.world.engine().unwrap().reader().head().unwrap().seq);
    let command = Command::Drill(DrillWish::Act(code(), Box::new(act)));
    province.submit(&key, Actor::Person(PersonId::new(who)), command).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_last_session_that_begins_late_takes_as_long_as_any_other() {
    let province = given().await;
    of_two_days(&province).await;
    // It should have been over, with everything, at 12:30.
    until(&province, "22T14:00").await;
    province.press(LEAD, LEAD, "Tiếp tục, lùi lịch").await;
    province.after(hours(2)).await;
    assert_eq!(drill(&province).status, Status::Running);
    province.after(hours(3)).await;
    assert_eq!(drill(&province).status, Status::Ended);
    province.end_without_listening().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_goes_on_after_the_end_has_half_an_hour() {
    let province = given().await;
    begun(&province, "kiem-tra-lien-lac").await;
    province.say(LEAD, "/dientap DT-2026-001 tạm dừng").await;
    province.after(hours(8)).await;
    province.press(LEAD, LEAD, "Tiếp tục, bỏ tình huống đã lỡ").await;
    province.after(minutes(20)).await;
    assert_eq!(drill(&province).status, Status::Running);
    province.after(minutes(15)).await;
    assert_eq!(drill(&province).status, Status::Ended);
    province.end_without_listening().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_stopped_for_the_night_by_hand_is_reminded_of_and_adds_no_night() {
    let province = given().await;
    of_two_days(&province).await;
    let planned = drill(&province).hard_stop;
    until(&province, "21T19:00").await;
    province.say(LEAD, "/dientap DT-2026-001 tạm dừng").await;
    until(&province, "22T06:01").await;
    assert_eq!(count(&province, REPORTER, "phiên sau bắt đầu 08:00"), 1);
    until(&province, "22T07:50").await;
    province.press(LEAD, LEAD, "Tiếp tục, lùi lịch").await;
    assert_eq!(drill(&province).hard_stop, planned);
    until(&province, "22T08:10").await;
    assert_eq!(drill(&province).status, Status::Running);
    province.end_without_listening().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_within_a_session_does_not_use_up_the_next_one() {
    let province = given().await;
    of_two_days(&province).await;
    until(&province, "21T18:30").await;
    province.say(LEAD, "/dientap DT-2026-001 tạm dừng").await;
    until(&province, "21T20:00").await;
    province.say(LEAD, "/dientap DT-2026-001 tiếp tục").await;
    until(&province, "21T20:30").await;
    assert_eq!(drill(&province).status, Status::Running);
    until(&province, "22T05:00").await;
    assert_eq!(drill(&province).status, Status::Paused);
    assert_eq!(drill(&province).sitting.begun, 1);
    province.end_without_listening().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_set_between_two_sessions_leaves_their_times_of_the_day() {
    let province = given().await;
    of_two_days(&province).await;
    let stop = drill(&province).hard_stop;
    until(&province, "21T20:00").await;
    province.world.time.jump_wall(-5 * 3_600_000);
    province.after(minutes(1)).await;
    assert_eq!(drill(&province).hard_stop, stop);
    until(&province, "22T08:01").await;
    province.press(LEAD, LEAD, "Tiếp tục, lùi lịch").await;
    province.after(minutes(5)).await;
    assert_eq!(drill(&province).status, Status::Running);
    province.end_without_listening().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_reported_between_two_sessions_is_real_at_once() {
    let province = given().await;
    of_two_days(&province).await;
    until(&province, "21T23:00").await;
    let code = province.report(REPORTER, "Máy chủ xã bị mã hóa").await;
    assert!(code.as_str().starts_with("SC-"), "{code}");
    province.end_without_listening().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_sessions_said_again_take_back_no_agreement_and_others_are_told_to_everybody() {
    let province = given().await;
    scheduled(&province, "kiem-tra-lien-lac").await;
    province.say(LEAD, "/dientap DT-2026-001 phiên không").await;
    assert_eq!(drill(&province).status, Status::Scheduled);
    province.say(LEAD, "/dientap DT-2026-001 phiên 22/11/2026 8h").await;
    assert_eq!(drill(&province).status, Status::Draft);
    let told = seen(&province, REPORTER);
    assert!(told.contains("lịch các phiên thay đổi (chờ duyệt lại)"), "{told}");
    assert!(told.contains("08:00 Chủ nhật 22/11/2026"), "{told}");
    province.end_without_listening().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_reads_of_a_drill_may_stop_it_for_something_real() {
    let province = given().await;
    begun(&province, "kiem-tra-lien-lac").await;
    assert!(!drill(&province).concerns(&PersonId::new("p-005")));
    let receipt = does(&province, "p-005", DrillAct::ClaimReal).await;
    assert!(matches!(receipt, Receipt::Done(_)), "{receipt:?}");
    assert_eq!(drill(&province).status, Status::Paused);
    province.after(minutes(3)).await;
    assert!(province.newest().as_str().starts_with("SC-"));
    province.end_without_listening().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_comes_to_lead_a_drill_plays_no_part_in_it_and_agrees_to_none_he_holds() {
    let province = given().await;
    scheduled(&province, "kiem-tra-lien-lac").await;
    province.say(LEAD, "/dientap DT-2026-001 phó p-005").await;
    province.say(LEAD, "/dientap DT-2026-001 phiên 22/11/2026 8h").await;
    province.say(LEAD, "/dientap DT-2026-001 gửi duyệt").await;
    province.say(MANAGER, "/dientap DT-2026-001 duyệt").await;
    assert_eq!(drill(&province).status, Status::Submitted, "{}", seen(&province, MANAGER));
    does(&province, "p-003", DrillAct::Appoint(PersonId::new("p-001"))).await;
    let led = drill(&province);
    assert_eq!(led.planning.lead.as_str(), "p-001");
    assert!(!led.people.contains_key(&PersonId::new("p-001")));
    assert!(province.messages(DUTY).iter().all(|one| !one.text.contains("PHÁT LỆNH")));
    province.end_without_listening().await;
}
