//! When a step of a playbook is due, and what is said about its time.

use std::time::Duration;

use trucban::domain::envelope::{Actor, Command, Receipt};
use trucban::domain::ids::{IncidentCode, PersonId};
use trucban::domain::incident::act::{Act, Aim, Detail, Noticed};
use trucban::domain::playbook::model::PlaybookId;
use trucban::domain::playbook::run::PlayAct;

use super::playbooks::{done, number, run_of, with_playbook};
use crate::harness::{DUTY, LEAD, Province, REPORTER, given, hours, minutes};

/// A report that the law wants within a day, after a step of our own.
const DAY: &str = r#"
id = "trong-ngay"
version = 1
title = "Báo trong ngày"
summary = "Để thử."

[[step]]
id = "gom"
title = "Gom sự kiện"
who = "holder"

[[step]]
id = "gui"
title = "Gửi báo cáo"
who = "holder"
due = "24h"
due_from = "detected"
"#;

/// An incident somebody noticed so long before he reported it; the officer on duty runs [`DAY`] on it.
async fn noticed(before: Duration) -> (Province, IncidentCode) {
    let mut province = given().await;
    with_playbook(&mut province, "trong-ngay", DAY).await;
    let code = province.report(REPORTER, "Máy chủ bị mã hóa dữ liệu").await;
    let at = province.incident(&code).reported_at.minus(before);
    says(&province, &code, at).await;
    province.press(DUTY, DUTY, "Tiếp nhận").await;
    done(&province, "p-001", &code, PlayAct::Start(PlaybookId::new("trong-ngay"))).await;
    province.after(minutes(1)).await;
    (province, code)
}

/// The reporter says when it was noticed.
async fn says(province: &Province, code: &IncidentCode, at: trucban::domain::time::Timestamp) {
    let key = format!("noticed:{}", at.millis());
    let act = Act::Detail(Detail::Noticed(Noticed::At(at)));
    let command = Command::Act(Aim::typed(code.clone()), act);
    let told = province.submit(&key, Actor::Person(PersonId::new("p-017")), command).await;
    assert!(matches!(told, Receipt::Done(_)), "{told:?}");
}

#[tokio::test]
async fn a_deadline_of_law_counts_from_when_it_was_noticed() {
    let (province, code) = noticed(hours(23)).await;
    let detected = province.incident(&code).detected_at;
    done(&province, "p-001", &code, PlayAct::Done(number(&province, &code, "gom"))).await;
    province.after(minutes(1)).await;
    let step = number(&province, &code, "gui");
    let pending = run_of(&province, &code, step).task(step).cloned().expect("it waits");
    assert_eq!((pending.due, pending.late), (Some(detected.plus(hours(24))), false));
    let said = province.last(DUTY).text;
    assert!(said.contains("(24 giờ kể từ lúc phát hiện)"), "{said}");
    province.after(hours(1)).await;
    assert_eq!(province.count(LEAD, "Bước này đã quá hạn"), 1);
    assert_eq!(province.count(DUTY, "Bước này đã quá hạn"), 1);
    province.end_without_listening().await;
}

#[tokio::test]
async fn a_step_due_before_it_begins_is_late_at_once_and_told_once() {
    let (province, code) = noticed(hours(30)).await;
    done(&province, "p-001", &code, PlayAct::Done(number(&province, &code, "gom"))).await;
    province.after(minutes(1)).await;
    let late = |province: &Province| {
        province.story(&code).iter().filter(|kind| **kind == "run_step_late").count()
    };
    assert_eq!(late(&province), 1);
    assert_eq!(province.count(LEAD, "Bước này đã quá hạn"), 1, "{:#?}", province.messages(LEAD));
    assert_eq!(province.count(DUTY, "Gửi báo cáo"), 1, "{:#?}", province.messages(DUTY));
    assert!(province.last(DUTY).text.contains("– đã quá hạn"), "{}", province.last(DUTY).text);
    province.after(hours(30)).await;
    assert_eq!((late(&province), province.count(LEAD, "Bước này đã quá hạn")), (1, 1));
    province.end_without_listening().await;
}

#[tokio::test]
async fn whoever_says_later_when_it_was_noticed_moves_what_is_due_since_then() {
    let (province, code) = noticed(hours(30)).await;
    done(&province, "p-001", &code, PlayAct::Done(number(&province, &code, "gom"))).await;
    let reported = province.incident(&code).reported_at;
    says(&province, &code, reported.minus(hours(2))).await;
    province.after(minutes(1)).await;
    let step = number(&province, &code, "gui");
    let pending = run_of(&province, &code, step).task(step).cloned().expect("it waits");
    assert_eq!((pending.due, pending.late), (Some(reported.plus(hours(22))), false));
    assert!(!province.last(DUTY).text.contains("đã quá hạn"), "{}", province.last(DUTY).text);
    province.after(hours(23)).await;
    let late = province.story(&code).iter().filter(|kind| **kind == "run_step_late").count();
    assert_eq!(late, 2, "it is late again, of another hour");
    province.end_without_listening().await;
}
