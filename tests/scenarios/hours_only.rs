//! Low severity may wait for office hours; nothing else does, and the card says until when.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use trucban::config;
use trucban::domain::alert::Alert;
use trucban::domain::calendar::Office;
use trucban::domain::escalation::explain::explain;
use trucban::domain::escalation::policy::PolicySet;
use trucban::domain::ids::{IncidentCode, UnitCode};
use trucban::domain::triage::Triage;
use trucban::domain::values::Severity;

use crate::harness::{DUTY, LEAD, Province, REPORTER, TEAM, alert, given, hours, minutes};

const TEXT: &str = r#"
[team]
name = "Đội"
province = "Ninh Bình"
hotline = "0000"

[[escalation.policy]]
severities = ["low"]
in_hours_only = true
lease = "24h"
[[escalation.policy.level]]
notify = ["duty"]
wait = "2h"
[[escalation.policy.level]]
notify = ["lead"]
wait = "2h"

[[escalation.policy]]
lease = "2h"
[[escalation.policy.level]]
notify = ["duty"]
wait = "5m"
"#;

fn policies() -> PolicySet {
    config::parse(TEXT, Path::new("trucban.toml"), &|_| None).unwrap().policies
}

/// Given: Saturday afternoon; the next office hours begin on Monday, 23 November, at 07:30.
async fn weekend() -> Province {
    let mut province = given().await;
    province.world.config.policies = policies();
    province.restart().await;
    province.forget();
    province
}

async fn low(province: &Province) -> IncidentCode {
    province.alerts("low", vec![alert("Chứng thư số sắp hết hạn", Severity::Low)]).await;
    province.settle().await;
    province.newest()
}

/// From Saturday 14:00, the beginning of every story, to Monday 07:30.
const WEEKEND: Duration = hours(41).saturating_add(minutes(30));

#[tokio::test]
async fn a_low_alert_on_saturday_calls_on_monday_morning_and_the_card_says_so() {
    let mut province = weekend().await;
    let began = province.world.time.read().wall;

    let code = low(&province).await;

    let card = province.card(TEAM, &code).text;
    assert!(card.contains("Ngoài giờ làm việc, chờ gọi lúc 07:30 23/11/2026: "), "{card}");
    assert_eq!(province.count(DUTY, code.as_str()), 0);
    assert_eq!(province.story(&code), ["reported", "call_put_off"]);

    province.restart().await;
    let waited = province.world.time.read().wall.since(began);
    province.after(WEEKEND - waited - Duration::from_secs(1)).await;
    assert_eq!(province.count(DUTY, code.as_str()), 0);
    province.after(Duration::from_secs(2)).await;
    assert_eq!(province.count(DUTY, code.as_str()), 1);
    assert!(province.card(TEAM, &code).text.contains("Gọi tiếp lúc 09:30: "));
    province.end_without_listening().await;
}

#[tokio::test]
async fn a_second_call_that_falls_due_in_the_evening_waits_for_the_morning() {
    let province = weekend().await;
    province.after(WEEKEND + hours(8)).await;

    let code = low(&province).await;

    assert_eq!(province.count(DUTY, code.as_str()), 1, "at half past three on Monday");
    let card = province.card(TEAM, &code).text;
    assert!(card.contains("Gọi tiếp lúc 07:30 25/11/2026: "), "Tuesday is a holiday: {card}");
    province.after(hours(39)).await;
    assert_eq!(province.count(LEAD, code.as_str()), 0);
    province.after(hours(2)).await;
    assert_eq!(province.count(LEAD, code.as_str()), 1);
    province.end_without_listening().await;
}

#[tokio::test]
async fn whoever_wants_people_called_now_has_them_called_now() {
    let province = weekend().await;
    let code = low(&province).await;
    province.say(LEAD, &format!("/chuyencap {code}")).await;
    assert_eq!(province.count(DUTY, code.as_str()), 1, "the first rung, which was put off");

    let other = vec![alert("Máy chủ thư đầy đĩa", Severity::Low)];
    province.alerts("other", other).await;
    let other = province.newest();
    assert_eq!(province.count(DUTY, other.as_str()), 0);
    province.say(LEAD, &format!("/mucdo {other} cao")).await;
    assert_eq!(province.count(DUTY, other.as_str()), 1);
    province.end_without_listening().await;
}

#[tokio::test]
async fn what_a_person_reports_and_the_bot_only_guesses_to_be_low_waits_for_nothing() {
    let mut province = weekend().await;
    let mut triage = Triage::clone(&province.world.config.triage);
    triage.scale.least = Severity::Low;
    province.world.config.triage = Arc::new(triage);
    province.restart().await;
    let code = province.report(REPORTER, "Thư rác ở một máy, đã xử lý xong").await;
    let incident = province.incident(&code);
    assert!(incident.guessed.severity && incident.severity == Severity::Low, "{incident:?}");
    assert_eq!(province.count(DUTY, code.as_str()), 1);

    // Said by a lead it is no guess any more: what falls due on Sunday waits until Monday.
    province.say(LEAD, &format!("/mucdo {code} thấp")).await;
    let card = province.card(TEAM, &code).text;
    assert!(card.contains("Gọi tiếp lúc 07:30 23/11/2026: "), "{card}");
    province.end_without_listening().await;
}

#[tokio::test]
async fn an_incident_given_back_in_the_evening_waits_for_the_morning_and_one_nobody_could_be_reached_for_too()
 {
    let province = weekend().await;
    let code = low(&province).await;
    province.say(DUTY, &format!("/nhan {code}")).await;
    province.after(minutes(1)).await;

    province.say(DUTY, &format!("/tralai {code}")).await;

    let story = province.story(&code);
    assert_eq!(story[story.len() - 2..], ["handed_back", "call_put_off"]);
    assert_eq!(province.holder(&code), None);
    province.after(WEEKEND).await;
    assert_eq!(province.story(&code).last(), Some(&"rung_reached"));
    province.end_without_listening().await;
}

#[tokio::test]
async fn what_is_low_waits_for_the_hours_of_its_own_unit() {
    let mut province = weekend().await;
    let mut calendar = (*province.world.config.calendar).clone();
    let all_day =
        vec![(chrono::NaiveTime::MIN, chrono::NaiveTime::from_hms_opt(23, 59, 0).unwrap())];
    let office = Office { days: (0..7).collect(), hours: all_day };
    calendar.units.insert(UnitCode::new("xa-001"), office);
    province.world.config.calendar = Arc::new(calendar);
    province.restart().await;

    let own =
        Alert { unit: Some(UnitCode::new("xa-001")), ..alert("Chứng thư số", Severity::Low) };
    province.alerts("own", vec![own]).await;
    province.settle().await;
    let own = province.newest();
    let other = low(&province).await;

    assert_eq!(province.count(DUTY, own.as_str()), 1);
    assert_eq!(province.story(&own), ["reported", "rung_reached"]);
    assert_eq!(province.count(DUTY, other.as_str()), 0);
    province.end_without_listening().await;
}

#[tokio::test]
async fn what_is_explained_beforehand_is_what_comes() {
    let province = weekend().await;
    let directory = province.world.engine().unwrap().reader().directory().unwrap();
    let from = province.world.time.read().wall;

    let steps = explain(&policies(), Severity::Low, None, from, &directory);

    let zone = chrono_tz::Asia::Ho_Chi_Minh;
    let at: Vec<String> = steps.iter().map(|step| step.at.shown(zone)).collect();
    assert_eq!(at, ["07:30 23/11/2026", "09:30 23/11/2026", "13:00 23/11/2026"], "not at noon");
    province.end_without_listening().await;
}
