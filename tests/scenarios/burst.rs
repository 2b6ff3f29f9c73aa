//! Two hundred alerts at once: few messages, every code visible, and no page waits behind them.

use std::time::Duration;

use trucban::domain::alert::Alert;
use trucban::domain::envelope::{Actor, Command, Envelope};
use trucban::domain::values::Severity;

use crate::harness::{DUTY, LEAD, Province, REPORTER, TEAM, alert, given, minutes};

const COUNT: usize = 200;

fn burst() -> Vec<Alert> {
    let title = |n: usize| format!("Máy trạm số {n} kết nối tới máy chủ điều khiển mã độc");
    (1..=COUNT).map(|n| alert(&title(n), Severity::Medium)).collect()
}

fn all_visible(province: &Province, chat: i64) -> bool {
    let shown: String = province.messages(chat).iter().map(|one| one.text.as_str()).collect();
    province.codes().iter().all(|code| shown.contains(code.as_str()))
}

#[tokio::test]
async fn every_code_is_visible_in_the_teams_chat_after_four_messages_at_most() {
    let mut province = given().await;
    province.forget();
    let before = province.messages(TEAM).len();

    province.alerts("burst", burst()).await;
    province.after(Duration::from_secs(10)).await;

    assert_eq!(province.codes().len(), COUNT);
    assert!(all_visible(&province, TEAM), "not every code is visible");
    let sent = province.messages(TEAM).len() - before;
    assert!(sent <= 4, "{sent} messages");
    assert!(all_visible(&province, DUTY), "the officer on duty knows every code");
    assert!(province.messages(DUTY).len() <= 6);
    province.end_without_listening().await;
}

#[tokio::test]
async fn alerts_that_come_one_by_one_are_visible_within_a_minute_and_within_the_limits() {
    let mut province = given().await;
    province.forget();
    let engine = province.world.engine().unwrap().clone();
    for (number, one) in burst().into_iter().enumerate() {
        let actor = Actor::Intake("siem".to_owned());
        let key = format!("alert:{number}");
        engine.submit(Envelope::new(key, actor, Command::Alerts(vec![one]))).await.unwrap();
    }
    drop(engine);

    province.after(Duration::from_secs(60)).await;

    assert!(all_visible(&province, TEAM) && all_visible(&province, DUTY));
    let limited = province.world.sandbox.journal().into_iter().filter(|call| {
        matches!(call.outcome, trucban::sandbox::Outcome::Refused { code: 429, .. })
    });
    assert_eq!(limited.count(), 0, "the program keeps the pace by itself");
    province.end_without_listening().await;
}

#[tokio::test]
async fn a_report_in_the_middle_of_a_burst_is_answered_and_paged_at_once() {
    let mut province = given().await;
    province.alerts("burst", burst()).await;
    province.after(minutes(5)).await;
    province.forget();

    let code = province.report(REPORTER, "Một người báo giữa lúc bão cảnh báo").await;
    province.after(Duration::from_secs(5)).await;

    assert!(province.last(REPORTER).text.contains(code.as_str()));
    assert!(province.card(DUTY, &code).text.contains("CẦN NGƯỜI TIẾP NHẬN"));
    province.end_without_listening().await;
}

#[tokio::test]
async fn an_incident_on_a_shared_message_is_kept_up_to_date_there() {
    let province = given().await;
    province.alerts("burst", burst()).await;
    province.after(Duration::from_secs(10)).await;
    let code = province.codes().get(150).cloned().unwrap();

    province.say(LEAD, &format!("/nhan {code}")).await;
    province.after(Duration::from_secs(30)).await;

    assert_eq!(province.holder(&code).as_deref(), Some("p-003"));
    let line = line(&province, &code.to_string());
    assert!(line.contains("Đã tiếp nhận"), "{line}");
    province.end_without_listening().await;
}

#[tokio::test]
async fn a_rung_of_two_hundred_incidents_does_not_edit_each_line_for_minutes() {
    let province = given().await;
    province.alerts("burst", burst()).await;
    province.after(Duration::from_secs(10)).await;
    let edits = |province: &Province| -> u32 {
        province.messages(TEAM).iter().map(|shown| shown.edits).sum()
    };
    let before = edits(&province);

    province.after(minutes(6)).await;
    let code = province.codes().get(77).cloned().unwrap();
    province.say(LEAD, &format!("/nhan {code}")).await;
    province.after(Duration::from_secs(10)).await;

    let after = edits(&province) - before;
    assert!(after <= 20, "{after} edits for one rung");
    assert!(line(&province, code.as_str()).contains("Đã tiếp nhận"));
    province.end_without_listening().await;
}

fn line(province: &Province, code: &str) -> String {
    let messages = province.messages(TEAM);
    let mut lines = messages.iter().rev().flat_map(|shown| shown.text.lines());
    lines.find(|line| line.contains(code)).unwrap_or_default().to_owned()
}
