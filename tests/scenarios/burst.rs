//! Two hundred alerts at once: few messages, every code visible, and no page waits behind them.

use std::time::Duration;

use trucban::domain::alert::Alert;
use trucban::domain::envelope::{Actor, Command, Envelope};
use trucban::domain::values::Severity;

use trucban::domain::ids::IncidentCode;

use crate::harness::{DUTY, LEAD, Province, REPORTER, TEAM, alert, given, minutes};

const COUNT: usize = 200;

fn burst() -> Vec<Alert> {
    let title = |n: usize| format!("Máy trạm số {n} kết nối tới máy chủ điều khiển mã độc");
    (1..=COUNT).map(|n| alert(&title(n), Severity::Medium)).collect()
}

fn all_visible(province: &Province, chat: i64) -> bool {
    province.codes().iter().all(|code| named(province, chat, code) > 0)
}

/// How many messages of a chat have an incident's line; others may name it as related.
fn named(province: &Province, chat: i64, code: &IncidentCode) -> usize {
    province.count(chat, &format!("{code} · "))
}

/// The burst, one alert after another, spread evenly over `span`.
async fn spread(province: &Province, span: Duration) {
    let pause = span / u32::try_from(COUNT).unwrap();
    for (number, one) in burst().into_iter().enumerate() {
        province.alerts(&format!("alert:{number}"), vec![one]).await;
        province.after(pause).await;
    }
}

/// How many messages the team's chat has had since there were `before`, and that every code of the
/// burst stands there; the officer on duty was called once for each.
#[track_caller]
fn readable(province: &Province, before: usize) -> usize {
    assert_eq!(province.codes().len(), COUNT);
    assert!(all_visible(province, TEAM), "not every code is visible");
    for code in province.codes() {
        assert_eq!(named(province, TEAM, &code), 1, "{code} stands there once");
        assert_eq!(named(province, DUTY, &code), 1, "{code} is told to the officer once");
    }
    assert_eq!(province.told_to_wait(), 0, "the program keeps the pace by itself");
    province.messages(TEAM).len() - before
}

#[tokio::test]
async fn every_code_is_visible_in_the_teams_chat_after_four_messages_at_most() {
    let mut province = given().await;
    province.forget();
    let before = province.messages(TEAM).len();

    province.alerts("burst", burst()).await;
    province.after(Duration::from_secs(5)).await;

    let sent = readable(&province, before);
    assert!(sent <= 4, "{sent} messages");
    assert!(province.messages(DUTY).len() <= 6);
    province.end_without_listening().await;
}

#[tokio::test]
async fn two_hundred_alerts_in_ten_seconds_are_four_messages_and_visible_within_five_seconds() {
    let province = given().await;
    let before = province.messages(TEAM).len();

    spread(&province, Duration::from_secs(10)).await;
    province.after(Duration::from_secs(5)).await;

    let sent = readable(&province, before);
    assert!(sent <= 4, "{sent} messages");
    province.end_without_listening().await;
}

#[tokio::test]
async fn two_hundred_alerts_in_a_minute_are_four_messages_that_grow() {
    let province = given().await;
    let before = province.messages(TEAM).len();

    spread(&province, Duration::from_secs(60)).await;
    province.after(Duration::from_secs(5)).await;

    let sent = readable(&province, before);
    assert!(sent <= 4, "{sent} messages");
    province.end_without_listening().await;
}

#[tokio::test]
async fn one_incident_is_in_the_teams_chat_at_once_also_soon_after_a_burst() {
    let province = given().await;
    let single = || vec![alert("Trang chủ của tỉnh bị thay nội dung", Severity::High)];

    province.alerts("single", single()).await;
    let first = province.newest();
    assert!(province.card(TEAM, &first).text.contains("Trang chủ"), "without any pause");

    spread(&province, Duration::from_secs(10)).await;
    province.after(Duration::from_secs(15)).await;
    province.alerts("another", single()).await;
    let after = province.card(TEAM, &province.newest());
    assert!(after.text.contains("Trang chủ") && !after.text.contains("sự cố mới"), "{after:?}");
    province.end_without_listening().await;
}

#[tokio::test]
async fn a_crash_while_new_cards_are_collected_loses_none() {
    let mut province = given().await;
    for number in 0..6 {
        province.alerts(&format!("{number}"), vec![burst().remove(number)]).await;
    }
    assert!(!all_visible(&province, TEAM), "the others are being collected");

    province.crash().await;
    province.after(Duration::from_secs(5)).await;

    for code in province.codes() {
        assert_eq!(named(&province, TEAM, &code), 1, "{code}");
    }
    province.end_without_listening().await;
}

#[tokio::test]
async fn a_shared_message_that_is_deleted_while_it_grows_loses_nothing_new() {
    let province = given().await;
    province.alerts("first", burst().drain(..20).collect()).await;
    let shared = province.last(TEAM);
    assert!(shared.text.contains("20 sự cố mới"), "{}", shared.text);

    province.world.sandbox.delete_message(TEAM, shared.message_id);
    province.alerts("more", burst().drain(20..40).collect()).await;
    province.after(Duration::from_secs(10)).await;

    for code in province.codes().split_off(20) {
        assert_eq!(named(&province, TEAM, &code), 1, "{code}");
    }
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
    assert_eq!(province.told_to_wait(), 0, "the program keeps the pace by itself");
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

/// So much news waits for the officer on duty.
fn queue_news(province: &Province, count: usize) {
    let at = province.world.time.read().wall.millis();
    let code = province.newest();
    province.meddle(&format!(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})
         INSERT INTO outbox (key, channel, person, priority, kind, incident, notice, state, attempt,
             maybe, not_before, at)
         SELECT 'news:' || i, 'telegram', 'p-001', 6, 'news', '{code}',
             '{{\"origin\":\"real\",\"body\":{{\"news\":{{\"code\":\"{code}\",\"news\":\"contained\"}}}}}}',
             'queued', 0, 0, {at}, {at} FROM n"
    ));
}

#[tokio::test]
async fn a_critical_page_waits_no_second_behind_two_thousand_notices_and_two_hundred_pages() {
    for after in [0, 700, 3_000] {
        let province = given().await;
        province.report(REPORTER, "Sự cố đang được xử lý").await;
        queue_news(&province, 2_000);
        province.alerts("burst", burst()).await;
        province.after(Duration::from_millis(after)).await;

        province.alerts("one", vec![alert("Cổng tỉnh bị mã hóa", Severity::Critical)]).await;
        province.after(Duration::from_millis(900)).await;

        let page = province.card(DUTY, &province.newest()).text;
        assert!(page.contains("CẦN NGƯỜI TIẾP NHẬN – mức độ Rất cao"), "after {after} ms: {page}");
        assert_eq!(province.told_to_wait(), 0, "the program keeps the pace by itself");
        province.end_without_listening().await;
    }
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
