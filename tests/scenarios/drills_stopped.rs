//! What stops a drill and what puts people right, where more than one thing happens at a time.

use std::sync::Arc;

use trucban::domain::drill::run::state::Status;
use trucban::domain::drill::scenario::ScenarioLibrary;
use trucban::domain::values::Severity;
use trucban::sandbox::Shown;

use super::drills::{begun, drill};
use super::playbooks::seen;
use crate::harness::{
    DUTY, LEAD, MANAGER, NEIGHBOUR, Province, REPORTER, alert, given, hours, minutes,
};

const CODE: &str = "DT-2026-001";

fn told(province: &Province, who: i64, words: &str) -> usize {
    let has = |one: &&Shown| one.text.contains(words);
    province.messages(who).iter().filter(has).count()
}

/// The program is started again with this scenario in the place of the one of its name.
async fn with_scenario(province: &mut Province, text: &str) {
    let file = std::path::PathBuf::from("kiem-tra-lien-lac.toml");
    let read = trucban::config::drills::parse(text, &file).expect("it reads").scenario;
    let mut library = ScenarioLibrary::clone(&province.world.config.scenarios);
    library.all.insert(read.id.clone(), Arc::new(read));
    province.world.config.scenarios = Arc::new(library);
    province.restart().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_correction_goes_again_to_whoever_got_something_since_and_to_nobody_twice() {
    let province = given().await;
    begun(&province, "kiem-tra-lien-lac").await;
    province.say(LEAD, "/dinhchinh DT-2026-001").await;
    province.after(minutes(1)).await;
    let first = drill(&province).correction.unwrap();
    province.say(LEAD, "/dinhchinh DT-2026-001").await;
    assert_eq!(drill(&province).correction.unwrap(), first, "{}", seen(&province, LEAD));

    province.say(NEIGHBOUR, &format!("/dientap {CODE} cử p-005")).await;
    province.press(LEAD, LEAD, "Tiếp tục, lùi lịch").await;
    province.press(LEAD, LEAD, "Gửi ngay").await;
    province.after(minutes(1)).await;
    assert_eq!(told(&province, MANAGER, "– Tình huống"), 1, "{}", seen(&province, MANAGER));
    province.say(LEAD, "/dinhchinh DT-2026-001").await;
    province.after(minutes(1)).await;
    for who in [REPORTER, NEIGHBOUR, DUTY, MANAGER] {
        assert_eq!(told(&province, who, "ĐÍNH CHÍNH"), 1, "{who}");
    }
    assert_eq!(
        told(&province, LEAD, "đính chính đã tới đủ 1 người"),
        1,
        "{}",
        seen(&province, LEAD)
    );
    province.end_without_listening().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_correction_goes_to_those_who_got_the_beginning_also_before_the_first_inject() {
    let mut province = given().await;
    let text = include_str!("../../playbooks/drills/kiem-tra-lien-lac.toml");
    with_scenario(&mut province, &text.replace("at = \"0m\"", "at = \"45m\"")).await;
    begun(&province, "kiem-tra-lien-lac").await;
    province.say(LEAD, "/dinhchinh DT-2026-001").await;
    province.after(minutes(1)).await;
    for (who, times) in [(REPORTER, 1), (NEIGHBOUR, 1), (MANAGER, 0)] {
        let began = told(&province, who, "BẮT ĐẦU DIỄN TẬP");
        assert_eq!((began, told(&province, who, "ĐÍNH CHÍNH")), (times, times), "{who}");
    }
    province.end_without_listening().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whom_the_correction_does_not_reach_is_named_to_the_lead_to_be_called() {
    let province = given().await;
    begun(&province, "kiem-tra-lien-lac").await;
    province.world.sandbox.block(NEIGHBOUR);
    province.say(LEAD, "/dinhchinh DT-2026-001").await;
    province.after(minutes(5)).await;
    let heard: Vec<String> = province.messages(LEAD).iter().map(|one| one.text.clone()).collect();
    let last = heard.iter().rev().find(|text| text.contains("đính chính đã tới")).unwrap();
    let silent = last.lines().find(|line| line.contains("Chưa tới: ")).unwrap();
    assert!(silent.contains("Đầu mối phường Hai") && silent.contains("Xin gọi điện"), "{silent}");
    province.end_without_listening().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_set_back_or_forward_does_not_change_the_two_minutes() {
    for by in [-3_600_000, 3_600_000] {
        let province = given().await;
        begun(&province, "lo-lot-du-lieu").await;
        province.press(REPORTER, REPORTER, "SỰ CỐ THẬT").await;
        province.say(NEIGHBOUR, "/baosuco Máy chủ xã mất mạng").await;
        province.world.time.jump_wall(by);
        province.after(std::time::Duration::from_secs(90)).await;
        assert!(drill(&province).real.is_empty(), "{by}");
        province.after(std::time::Duration::from_secs(40)).await;
        assert_eq!(drill(&province).real.len(), 2, "{by}");
        province.end_without_listening().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_drill_keeps_its_timetable_when_the_clock_is_set() {
    for by in [-3_600_000, 3_600_000] {
        let province = given().await;
        begun(&province, "kiem-tra-lien-lac").await;
        province.press(REPORTER, REPORTER, "Đã nhận tin").await;
        province.world.time.jump_wall(by);
        province.after(minutes(1)).await;
        assert_eq!(drill(&province).status, Status::Paused);
        province.press(LEAD, LEAD, "Tiếp tục, lùi lịch").await;
        // Sixty minutes for the answer, one and a bit of which passed before the clock was set.
        province.after(minutes(57)).await;
        assert_eq!(told(&province, NEIGHBOUR, "Tình huống 3"), 0, "{by}");
        province.after(minutes(3)).await;
        assert_eq!(told(&province, NEIGHBOUR, "Tình huống 3"), 1, "{by}");
        assert_eq!(told(&province, REPORTER, "Tình huống 3"), 0, "{by}");
        province.end_without_listening().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_critical_incident_does_not_stop_again_what_stands_still_for_one() {
    let province = given().await;
    begun(&province, "lo-lot-du-lieu").await;
    province.alerts("a", vec![alert("Mã độc lan rộng", Severity::Critical)]).await;
    province.alerts("b", vec![alert("Mất dữ liệu dân cư", Severity::Critical)]).await;
    province.alerts("c", vec![alert("Cổng tỉnh", Severity::High)]).await;
    province.after(minutes(2)).await;
    assert_eq!(told(&province, REPORTER, "DỪNG DIỄN TẬP"), 1, "{}", seen(&province, REPORTER));
    assert_eq!(told(&province, LEAD, "Đề nghị tạm dừng"), 0, "{}", seen(&province, LEAD));
    province.end_without_listening().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_who_say_that_something_is_real_are_both_let_go_from_the_drill() {
    let province = given().await;
    begun(&province, "lo-lot-du-lieu").await;
    province.press(REPORTER, REPORTER, "SỰ CỐ THẬT").await;
    province.press(NEIGHBOUR, NEIGHBOUR, "SỰ CỐ THẬT").await;
    let drill = drill(&province);
    assert_eq!(drill.real.len(), 1);
    for who in ["p-017", "p-018"] {
        let released = drill.people.iter().find(|(id, _)| id.as_str() == who).unwrap().1.released;
        assert!(released.is_some(), "{who}");
    }
    province.end_without_listening().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn silence_about_what_only_some_were_asked_is_answered_to_each_in_his_own_time() {
    let mut province = given().await;
    let text = include_str!("../../playbooks/drills/kiem-tra-lien-lac.toml");
    let more = r#"
[[inject]]
id = "nhac-chuc-danh"
title = "Nhắc cho biết chức danh"
on_silence = "doi-dau-moi/chuc-danh"
delay = "0m"
to = ["dau-moi"]
body = "Nhờ anh/chị cho biết chức danh của người làm đầu mối."

[[question]]"#;
    with_scenario(&mut province, &text.replacen("\n[[question]]", more, 1)).await;
    begun(&province, "kiem-tra-lien-lac").await;
    let answers = async |who| {
        province.press(who, who, "Đã nhận tin").await;
        province.press(who, who, "Đầu mối là người khác").await;
    };
    answers(REPORTER).await;
    province.after(minutes(40)).await;
    answers(NEIGHBOUR).await;
    province.after(minutes(2)).await;
    let reminded = |who| told(&province, who, "Nhờ anh/chị cho biết chức danh của người làm");
    assert_eq!((reminded(REPORTER), reminded(NEIGHBOUR)), (0, 0));
    province.after(minutes(80)).await;
    assert_eq!((reminded(REPORTER), reminded(NEIGHBOUR)), (1, 0));
    province.after(minutes(40)).await;
    assert_eq!((reminded(REPORTER), reminded(NEIGHBOUR)), (1, 1));
    province.after(hours(1)).await;
    assert_eq!((reminded(REPORTER), reminded(NEIGHBOUR)), (1, 1));
    province.end_without_listening().await;
}
