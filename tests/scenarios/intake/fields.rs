//! The fields of an alert: which are accepted, and what is said of those that are not.

use serde_json::{Value, json};
use trucban::domain::alert::{Alert, Remark};
use trucban::domain::ids::{IncidentCode, UnitCode};
use trucban::domain::values::{Category, Severity};
use trucban::intake::alert::{Problem, read};

use super::{count, filed};
use crate::harness::served::Province;

fn known(unit: &UnitCode) -> bool {
    unit.as_str() == "xa-001"
}

fn one(body: Value) -> Alert {
    let mut batch = read(&body, &known).unwrap();
    assert_eq!(batch.alerts.len(), 1);
    batch.alerts.remove(0)
}

fn wrong(body: Value) -> Vec<(Option<usize>, &'static str)> {
    let problems = read(&body, &known).unwrap_err();
    problems.iter().map(|Problem { index, field, .. }| (*index, *field)).collect()
}

#[test]
fn every_field_is_taken_over() {
    let alert = one(json!({
        "title": "Ransom note", "description": "On three hosts", "severity": "critical",
        "category": "TC06", "unit": "xa-001", "dedup_key": "d", "event_id": "e",
        "detected_at": "2026-11-21T13:00:00+07:00", "source": "edr-7",
        "observables": ["10.0.0.1", { "sha256": "ab" }], "resolved": false, "unheard_of": [1],
    }));
    assert_eq!(alert.severity, Severity::Critical);
    assert_eq!(alert.category, Some(Category::Tc06));
    assert_eq!(alert.unit, Some(UnitCode::new("xa-001")));
    assert_eq!(alert.dedup_key.as_deref(), Some("d"));
    assert_eq!(alert.detected_at, Some("2026-11-21T06:00:00Z".parse().unwrap()));
    let words = "On three hosts\nsource: edr-7\nobservables:\n- 10.0.0.1\n- {\"sha256\":\"ab\"}";
    assert_eq!(alert.description.as_deref(), Some(words));
    assert!(alert.remarks.is_empty() && !alert.resolved);
}

#[test]
fn null_and_blank_are_the_same_as_absent() {
    let alert = one(json!({
        "title": "t", "description": null, "severity": null, "category": "", "unit": " ",
        "dedup_key": "", "event_id": null, "detected_at": null, "observables": [], "resolved": null,
    }));
    assert_eq!(alert, one(json!({ "title": "t" })));
    assert_eq!(read(&json!({ "title": "t", "event_id": "" }), &known).unwrap().key, None);
}

#[test]
fn a_long_title_is_cut_at_two_hundred_characters_and_nothing_of_it_is_lost() {
    let long = "ồ".repeat(201);
    let alert = one(json!({ "title": long, "description": "more" }));
    assert_eq!(alert.title, "ồ".repeat(200));
    assert_eq!(alert.description, Some(format!("{long}\nmore")));
    let exact = one(json!({ "title": "ồ".repeat(200) }));
    assert_eq!((exact.title.chars().count(), exact.description), (200, None));
    let lines = one(json!({ "title": " first \n second" }));
    assert_eq!(lines.title, "first");
    assert_eq!(lines.description.as_deref(), Some("first \n second"));
}

#[test]
fn an_unknown_unit_or_category_is_accepted_and_remarked() {
    let alert = one(json!({ "title": "t", "unit": "xa-999", "category": "flood" }));
    assert_eq!(alert.unit, Some(UnitCode::new("xa-999")));
    assert_eq!(alert.category, None);
    let remarks =
        [Remark::UnknownUnit("xa-999".to_owned()), Remark::UnknownCategory("flood".to_owned())];
    assert_eq!(alert.remarks, remarks);
}

#[test]
fn every_problem_of_the_body_is_told_at_once() {
    let body = json!([
        { "severity": "bad", "detected_at": "yesterday", "resolved": "yes", "unit": 7 },
        { "title": "fine" },
        { "title": 5, "category": [], "description": {}, "source": 1, "dedup_key": 2, "event_id": 3 },
        "not an object",
        { "title": "  " },
        { "title": "t", "dedup_key": "k".repeat(257) },
        { "title": "t", "detected_at": "2026-11-21T13:00:00" },
    ]);
    let expected = [
        (Some(0), "title"),
        (Some(0), "severity"),
        (Some(0), "unit"),
        (Some(0), "detected_at"),
        (Some(0), "resolved"),
        (Some(2), "title"),
        (Some(2), "description"),
        (Some(2), "category"),
        (Some(2), "dedup_key"),
        (Some(2), "event_id"),
        (Some(2), "source"),
        (Some(3), "body"),
        (Some(4), "title"),
        (Some(5), "dedup_key"),
        (Some(6), "detected_at"),
    ];
    assert_eq!(wrong(body), expected);
}

#[test]
fn a_body_that_is_no_alert_is_one_problem() {
    for body in [json!(null), json!(1), json!("x"), json!([])] {
        assert_eq!(wrong(body), [(None, "body")]);
    }
    let many = |count: usize| Value::Array(vec![json!({ "title": "t" }); count]);
    assert_eq!(wrong(many(1001)), [(None, "body")]);
    assert_eq!(read(&many(1000), &known).unwrap().alerts.len(), 1000);
}

#[tokio::test]
async fn problems_come_back_as_json_and_nothing_is_filed() {
    let province = Province::new().await;
    let body = json!([{ "title": "good" }, { "title": "bad", "severity": "worst" }]);
    let response = province.post(&body).await;
    assert_eq!(response.status(), 422);
    let answer: Value = response.json().await.unwrap();
    let problem = json!({
        "index": 1, "field": "severity", "problem": "must be low, medium, high or critical",
    });
    assert_eq!(answer["problems"], json!([problem]));
    let response = province.request("{\"title\":".to_owned()).send().await.unwrap();
    assert_eq!(response.status(), 422);
    let answer: Value = response.json().await.unwrap();
    assert_eq!(answer["problems"][0]["field"], "body");
    assert_eq!((count(&province), province.stored()), (0, 0));
}

#[tokio::test]
async fn an_array_is_filed_whole_in_its_order() {
    let province = Province::new().await;
    let filed = filed(&province, json!([{ "title": "one" }, { "title": "two" }])).await;
    let titles: Vec<_> = filed
        .iter()
        .map(|(code, _)| {
            province.reopened().shown(&IncidentCode::new(code.clone())).unwrap().unwrap().title
        })
        .collect();
    assert_eq!(titles, [Some("one".to_owned()), Some("two".to_owned())]);
}

#[tokio::test]
async fn an_unknown_unit_is_kept_in_words_and_a_known_one_as_itself() {
    let province = Province::new().await;
    let body = json!([{ "title": "a", "unit": "xa-001" }, { "title": "b", "unit": "xa-999" }]);
    let filed = filed(&province, body).await;
    let shown = |at: usize| {
        let code = IncidentCode::new(filed[at].0.clone());
        province.reopened().shown(&code).unwrap().unwrap()
    };
    assert_eq!(shown(0).incident.unit, Some(UnitCode::new("xa-001")));
    assert_eq!(shown(0).description, None);
    assert_eq!(shown(1).incident.unit, None);
    assert_eq!(shown(1).description.as_deref(), Some("unit: xa-999"));
}
