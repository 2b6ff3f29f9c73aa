//! The plug is pulled: whatever was confirmed is there, once; what may have arrived is marked.

use std::time::Duration;

use trucban::domain::ids::IncidentCode;
use trucban::sandbox::Fault;

use crate::harness::{DEPUTY, DUTY, LEAD, Province, REPORTER, TEAM, given, minutes};

const REPORT: &str = "Dữ liệu dân cư bị rao bán";
const RESENT: &str = "(gửi lại, có thể trùng)";

/// In each chat one unmarked message about the incident, and any number of marked copies.
fn once_unmarked(province: &Province, chat: i64, code: &IncidentCode) {
    let about = province.messages(chat).into_iter().filter(|one| one.text.contains(code.as_str()));
    let (marked, plain): (Vec<_>, Vec<_>) = about.partition(|one| one.text.contains(RESENT));
    assert!(plain.len() <= 1, "{chat}: {plain:#?}");
    assert!(!plain.is_empty() || !marked.is_empty(), "{chat} heard nothing of {code}");
}

#[tokio::test]
async fn pulled_at_any_moment_of_a_report_it_is_one_incident_and_everybody_hears_of_it() {
    let mut province = given().await;
    for turn in 0..24_usize {
        let before = province.codes().len();
        let said = format!("/baosuco {REPORT} lần {turn}");
        province.world.sandbox.say(REPORTER, REPORTER, &said);
        for _ in 0..turn * 12 {
            tokio::task::yield_now().await;
        }
        province.crash().await;
        province.after(Duration::from_secs(30)).await;

        let codes = province.codes();
        assert_eq!(codes.len(), before + 1, "turn {turn}");
        let code = codes.last().unwrap();
        for chat in [REPORTER, TEAM, DUTY] {
            once_unmarked(&province, chat, code);
        }
        province.say(LEAD, &format!("/ketthuc {code} báo nhầm vì thử máy")).await;
    }
    province.end_without_listening().await;
}

#[tokio::test]
async fn pulled_while_messages_are_on_their_way_they_go_again_and_say_so() {
    let mut province = given().await;
    province.world.sandbox.fail_next(Some("sendMessage"), Fault::Slow(Duration::from_secs(20)), 3);
    province.world.sandbox.say(REPORTER, REPORTER, &format!("/baosuco {REPORT}"));
    province.until(|| province.world.sandbox.in_flight() >= 3).await;

    province.crash().await;

    province.hears(&[(REPORTER, RESENT), (TEAM, RESENT), (DUTY, RESENT)]);
    assert_eq!(province.codes().len(), 1);
    province.end().await;
}

#[tokio::test]
async fn pulled_after_the_tap_the_tap_counts_once() {
    let mut province = given().await;
    for turn in 0..12_usize {
        let code = province.report(REPORTER, &format!("{REPORT} lần {turn}")).await;
        let (message, data) = province.button(DUTY, "Tiếp nhận");
        province.world.sandbox.press_data(DUTY, DUTY, message, &data).unwrap();
        for _ in 0..turn * 12 {
            tokio::task::yield_now().await;
        }
        province.crash().await;
        province.after(Duration::from_secs(30)).await;

        assert_eq!(province.holder(&code).as_deref(), Some("p-001"), "turn {turn}");
        let taken = province.story(&code).into_iter().filter(|kind| *kind == "acknowledged");
        assert_eq!(taken.count(), 1);
        for chat in [TEAM, DUTY] {
            let card = province.card(chat, &code).text;
            assert!(card.contains("Người giữ: Cán bộ trực chính"), "turn {turn}: {card}");
        }
    }
    province.end_without_listening().await;
}

#[tokio::test]
async fn pulled_at_the_moment_of_a_rung_it_fires_once() {
    let mut province = given().await;
    for turn in 0..8_usize {
        let code = province.report(REPORTER, &format!("{REPORT} lần {turn}")).await;
        province.after(minutes(5) - Duration::from_secs(1)).await;
        province.world.sleep_through(Duration::from_secs(1));
        for _ in 0..turn * 12 {
            tokio::task::yield_now().await;
        }
        province.crash().await;
        province.after(Duration::from_secs(30)).await;

        let rungs = province.story(&code).into_iter().filter(|kind| *kind == "rung_reached");
        assert_eq!(rungs.count(), 2, "turn {turn}");
        for chat in [LEAD, DEPUTY] {
            once_unmarked(&province, chat, &code);
        }
        province.say(LEAD, &format!("/ketthuc {code} báo nhầm vì thử máy")).await;
    }
    province.end_without_listening().await;
}
