//! Alerts that come again: alike ones are one incident, a source that comes and goes is damped, and
//! nothing worse or of another unit is swallowed.

use serde_json::{Value, json};
use trucban::domain::ids::IncidentCode;
use trucban::domain::incident::act::{Act, Closing};
use trucban::domain::incident::event::IncidentEvent;
use trucban::domain::incident::state::Incident;
use trucban::domain::similar::masked;
use trucban::domain::values::{Severity, Status};

use crate::harness::served::{LEAD, Province};

/// Sends one alert, expects a 202, and gives its incident and whether that is new.
async fn filed(province: &Province, body: Value) -> (IncidentCode, bool) {
    let response = province.post(&body).await;
    let (status, text) = (response.status().as_u16(), response.text().await.unwrap());
    assert_eq!(status, 202, "{text}");
    let answer: Value = serde_json::from_str(&text).unwrap();
    let one = &answer["incidents"][0];
    (IncidentCode::new(one["code"].as_str().unwrap()), one["created"].as_bool().unwrap())
}

fn state(province: &Province, code: &IncidentCode) -> Incident {
    province.reopened().incident(code).unwrap().unwrap()
}

fn of(unit: &str, title: &str, severity: &str) -> Value {
    json!({ "title": title, "unit": unit, "severity": severity })
}

/// The captain closes it as an incident of no account.
async fn close(province: &Province, code: &IncidentCode) {
    let reason = Closing::FalseAlarm("thử máy".to_owned());
    province.act(&format!("close:{code}"), LEAD, code, Act::Close(reason)).await;
}

fn damped(province: &Province, code: &IncidentCode) -> usize {
    let events = province.reopened().events(code).unwrap();
    let said = |event: &IncidentEvent| matches!(event, IncidentEvent::FlappingDamped { .. });
    events.iter().filter(|entry| said(&entry.event)).count()
}

#[tokio::test]
async fn alerts_that_look_alike_are_one_incident_for_an_hour() {
    let province = Province::new().await;
    let title = |n: u32| format!("Máy trạm số {n} kết nối tới 203.0.113.{n}:443 lúc 14:0{n}");
    let (code, created) = filed(&province, of("xa-001", &title(1), "medium")).await;
    assert!(created);
    for n in 2..=4 {
        let again = filed(&province, of("xa-001", &title(n), "low")).await;
        assert_eq!(again, (code.clone(), false));
    }
    assert_eq!(
        (state(&province, &code).repeats, state(&province, &code).severity),
        (3, Severity::Medium)
    );

    province.step(3_601);
    let (later, created) = filed(&province, of("xa-001", &title(5), "medium")).await;
    assert!(created && later != code, "after an hour it is worth a new one");
}

#[tokio::test]
async fn what_looks_alike_is_never_joined_across_units_or_intakes_nor_where_no_unit_is_named() {
    let province = Province::new().await;
    let (one, _) = filed(&province, of("xa-001", "Mã độc trên máy 1", "medium")).await;
    let (two, created) = filed(&province, of("xa-002", "Mã độc trên máy 1", "medium")).await;
    assert!(created && one != two);
    let keyless = json!({ "title": "Mã độc trên máy 1" });
    let (three, _) = filed(&province, keyless.clone()).await;
    let (four, created) = filed(&province, keyless).await;
    assert!(created && three != four);
    let url = format!("{}/intake/v1/events", province.url);
    let body = of("xa-001", "Mã độc trên máy 1", "medium").to_string();
    let other = province.client.post(url).bearer_auth("other-token").body(body).send().await;
    assert!(other.unwrap().text().await.unwrap().contains("\"created\":true"));
}

#[tokio::test]
async fn a_worse_alert_that_looks_alike_raises_the_incident_it_joins() {
    let province = Province::new().await;
    let (code, _) = filed(&province, of("xa-001", "Tấn công từ chối dịch vụ 1", "low")).await;
    let again = filed(&province, of("xa-001", "Tấn công từ chối dịch vụ 2", "critical")).await;
    assert_eq!(again, (code.clone(), false));
    assert_eq!(state(&province, &code).severity, Severity::Critical);
}

#[test]
fn numbers_addresses_and_times_are_left_out_and_what_names_a_thing_stays() {
    for (one, other) in [
        ("Mã độc trên máy 12", "MÃ ĐỘC trên máy 7."),
        ("Quét cổng từ 10.0.0.5:443", "Quét cổng từ 192.168.1.200"),
        ("Đăng nhập sai 5 lần lúc 14h05 21/11/2026", "Đăng nhập sai 17 lần lúc 9h30 01/12/2026"),
        ("Tệp lạ d41d8cd98f00b204 ở máy chủ", "Tệp lạ 9e107d9d372bb682 ở máy chủ"),
    ] {
        assert!(masked(one).is_some(), "{one}");
        assert_eq!(masked(one), masked(other));
    }
    for (one, other) in [
        ("Khai thác CVE-2024-1709", "Khai thác CVE-2025-0282"),
        ("Máy chủ web01 bị dừng", "Máy chủ web02 bị dừng"),
        ("Mã độc trên máy", "Mã độc trên mạng"),
    ] {
        assert_ne!(masked(one), masked(other));
    }
    assert_eq!((masked("12 34"), masked("Alert 7")), (None, None));
}

#[tokio::test]
async fn a_source_that_comes_and_goes_opens_nothing_more_until_it_is_quiet() {
    let province = Province::new().await;
    let alert = || json!({ "title": "Mất kết nối", "dedup_key": "link-7", "severity": "medium" });
    let mut newest = None;
    for _ in 0..4 {
        let (code, created) = filed(&province, alert()).await;
        assert!(created);
        close(&province, &code).await;
        newest = Some(code);
        province.step(300);
    }
    let newest = newest.unwrap();
    let calls = || province.reopened().incidents(false, true).unwrap().len();
    for _ in 0..5 {
        assert_eq!(filed(&province, alert()).await, (newest.clone(), false));
        province.step(20 * 60);
    }
    let after = state(&province, &newest);
    assert_eq!((after.status(), after.repeats, damped(&province, &newest)), (Status::Closed, 5, 1));
    assert_eq!(calls(), 4);

    province.step(11 * 60);
    let (next, created) = filed(&province, alert()).await;
    assert!(created && next != newest, "it was quiet for half an hour");
}

#[tokio::test]
async fn a_source_that_comes_and_goes_is_heard_at_once_when_it_is_worse() {
    let province = Province::new().await;
    let alert = |severity: &str| of("xa-001", "Cổng 8080 không trả lời", severity);
    for _ in 0..4 {
        let (code, _) = filed(&province, alert("low")).await;
        close(&province, &code).await;
    }
    assert!(!filed(&province, alert("low")).await.1);
    let (worse, created) = filed(&province, alert("high")).await;
    assert!(created);
    assert_eq!(state(&province, &worse).severity, Severity::High);
    assert_eq!(filed(&province, alert("critical")).await, (worse.clone(), false));
    assert_eq!(state(&province, &worse).severity, Severity::Critical);
}
