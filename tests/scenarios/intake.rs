//! Alerts over HTTP: what a sender was told is what is on disk.

mod fields;

use std::sync::Arc;

use serde_json::{Value, json};
use trucban::domain::ids::IncidentCode;
use trucban::domain::values::{Severity, Status};

use crate::harness::served::{Given, LEAD, Province, TOKEN};
use trucban::domain::incident::act::{Act, Closing};

/// Sends, expects a 202, and gives back what was made of the alerts.
async fn filed(province: &Province, body: Value) -> Vec<(String, bool)> {
    let response = province.post(&body).await;
    let (status, text) = (response.status().as_u16(), response.text().await.unwrap());
    assert_eq!(status, 202, "{text}");
    codes(&text)
}

fn codes(text: &str) -> Vec<(String, bool)> {
    let answer: Value = serde_json::from_str(text).unwrap();
    let filed = answer["incidents"].as_array().unwrap();
    filed
        .iter()
        .map(|one| (one["code"].as_str().unwrap().to_owned(), one["created"].as_bool().unwrap()))
        .collect()
}

fn count(province: &Province) -> usize {
    province.reopened().incidents(false, true).unwrap().len()
}

#[tokio::test]
async fn a_title_is_all_an_alert_needs() {
    let province = Province::new().await;
    let filed = filed(&province, json!({ "title": "Disk full" })).await;
    assert_eq!(filed, [("SC-2026-0001".to_owned(), true)]);
    let shown = province.reopened().shown(&IncidentCode::new("SC-2026-0001")).unwrap().unwrap();
    assert_eq!(shown.title.as_deref(), Some("Disk full"));
    assert_eq!(shown.incident.severity, Severity::Medium);
    assert_eq!(shown.incident.status(), Status::Reported);
    assert_eq!(shown.incident.source.to_string(), "intake:siem");
}

#[tokio::test]
async fn without_a_valid_token_nothing_is_read() {
    let province = Province::new().await;
    let url = format!("{}/intake/v1/events", province.url);
    let body = r#"{"title":"x"}"#;
    for header in [
        None,
        Some("Bearer wrong".to_owned()),
        Some("Bearer ".to_owned()),
        Some("Bearer".to_owned()),
        Some(format!("Basic {TOKEN}")),
        Some(format!("Bearer {TOKEN}x")),
        Some(TOKEN.to_owned()),
    ] {
        let mut request = province.client.post(&url).body(body);
        if let Some(header) = &header {
            request = request.header("authorization", header);
        }
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 401, "{header:?}");
        assert_eq!(response.headers()["www-authenticate"], "Bearer");
    }
    assert_eq!((count(&province), province.stored()), (0, 0));
}

#[tokio::test]
async fn a_body_over_one_mebibyte_is_too_large_and_one_of_exactly_that_is_not() {
    let province = Province::new().await;
    let frame = json!({ "title": "t", "description": "" }).to_string().len();
    let body =
        |size: usize| json!({ "title": "t", "description": "x".repeat(size - frame) }).to_string();
    let most = 1024 * 1024;
    for size in [most + 1, 5 * most] {
        let response = province.request(body(size)).send().await.unwrap();
        assert_eq!(response.status(), 413);
    }
    assert_eq!((count(&province), province.stored()), (0, 0));
    let response = province.request(body(most)).send().await.unwrap();
    assert_eq!(response.status(), 202);
}

#[tokio::test]
async fn the_same_key_gets_the_stored_answer_and_files_nothing_again() {
    let province = Province::new().await;
    let send = async |key: &str, title: &str| {
        let body = json!({ "title": title }).to_string();
        let response = province.request(body).header("Idempotency-Key", key).send().await.unwrap();
        (response.status().as_u16(), response.text().await.unwrap())
    };
    let first = send("k-1", "one").await;
    assert_eq!(first.0, 202);
    assert_eq!(send("k-1", "one").await, first);
    assert_eq!(send("k-1", "another body").await, first);
    assert_ne!(send("k-2", "one").await.1, first.1);
    assert_eq!(count(&province), 2);

    let named = json!({ "title": "named", "event_id": "e-1" });
    let one = filed(&province, named.clone()).await;
    assert_eq!(filed(&province, named.clone()).await, one);
    assert_eq!(filed(&province, json!([named])).await, one);
    assert_eq!(count(&province), 3);
    // The header wins over the body's own name.
    let response = province.request(named.to_string()).header("Idempotency-Key", "k-9");
    assert_ne!(codes(&response.send().await.unwrap().text().await.unwrap()), one);
}

#[tokio::test]
async fn keys_of_one_intake_mean_nothing_to_another() {
    let province = Province::new().await;
    let named = json!({ "title": "named", "event_id": "e-1", "dedup_key": "d-1" });
    let one = filed(&province, named.clone()).await;
    let url = format!("{}/intake/v1/events", province.url);
    let other = province.client.post(url).bearer_auth("other-token").body(named.to_string());
    let other = codes(&other.send().await.unwrap().text().await.unwrap());
    assert_eq!((one[0].1, other[0].1), (true, true));
    assert_ne!(one[0].0, other[0].0);
}

#[tokio::test]
async fn a_batch_that_only_begins_like_an_earlier_one_is_filed() {
    let province = Province::new().await;
    let event = |id: &str| json!({ "title": id, "event_id": id });
    let first = filed(&province, json!([event("a"), event("b")])).await;
    assert_eq!(filed(&province, json!([event("a"), event("b")])).await, first);
    let other = filed(&province, json!([event("a"), event("c")])).await;
    assert!(other.iter().all(|(_, created)| *created));
    let nameless = json!([event("x"), { "title": "no name" }]);
    let mixed = filed(&province, nameless.clone()).await;
    assert_eq!(filed(&province, nameless).await, mixed);
}

#[tokio::test]
async fn without_a_key_every_alert_is_its_own() {
    let province = Province::new().await;
    let one = filed(&province, json!({ "title": "same" })).await;
    let two = filed(&province, json!({ "title": "same" })).await;
    assert_ne!(one, two);
}

#[tokio::test]
async fn only_answers_of_202_are_stored() {
    let province = Province::given(Given { per_minute: 3, ..Given::default() }).await;
    let with_key = |body: &str| province.request(body.to_owned()).header("idempotency-key", "k");
    assert_eq!(with_key("{}").send().await.unwrap().status(), 422);
    assert_eq!(with_key("not json").send().await.unwrap().status(), 422);
    assert_eq!(province.stored(), 0);
    let good = r#"{"title":"now right"}"#;
    let response = with_key(good).send().await.unwrap();
    assert_eq!(response.status(), 202);
    let first = response.text().await.unwrap();
    assert_eq!(province.stored(), 1);
    let response = with_key(good).send().await.unwrap();
    assert_eq!(response.status(), 429);
    let wait: u64 = response.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert_eq!(wait, 20);
    province.step(wait - 1);
    assert_eq!(with_key(good).send().await.unwrap().status(), 429);
    province.step(1);
    let response = with_key(good).send().await.unwrap();
    assert_eq!((response.status().as_u16(), response.text().await.unwrap()), (202, first));
}

#[tokio::test]
async fn a_flood_from_one_intake_leaves_the_other_alone() {
    let province = Province::given(Given { per_minute: 2, ..Given::default() }).await;
    for expected in [202, 202, 429] {
        let response = province.post(&json!({ "title": "t" })).await;
        assert_eq!(response.status().as_u16(), expected);
    }
    let url = format!("{}/intake/v1/events", province.url);
    let other = province.client.post(url).bearer_auth("other-token").body(r#"{"title":"t"}"#);
    assert_eq!(other.send().await.unwrap().status(), 202);
}

#[tokio::test]
async fn the_same_dedup_key_joins_while_its_incident_is_open() {
    let province = Province::new().await;
    let alert =
        |severity: &str| json!({ "title": "ddos", "dedup_key": "host-1", "severity": severity });
    let first = filed(&province, alert("low")).await;
    let code = IncidentCode::new(first[0].0.clone());
    for _ in 0..3 {
        assert_eq!(filed(&province, alert("low")).await, [(code.to_string(), false)]);
    }
    let joined = province.reopened().incident(&code).unwrap().unwrap();
    assert_eq!((joined.repeats, joined.severity), (3, Severity::Low));

    filed(&province, alert("critical")).await;
    let raised = province.reopened().incident(&code).unwrap().unwrap();
    assert_eq!(raised.severity, Severity::Critical);
    filed(&province, alert("low")).await;
    let kept = province.reopened().incident(&code).unwrap().unwrap();
    assert_eq!(kept.severity, Severity::Critical, "a milder repeat lowers nothing");

    province.act("t", LEAD, &code, Act::Acknowledge).await;
    province.act("r", LEAD, &code, Act::Resolve).await;
    let next = filed(&province, alert("low")).await;
    assert!(next[0].1, "a repeat on a resolved one opens a new incident");
    let linked = province.reopened().incident(&IncidentCode::new(next[0].0.clone()));
    assert_eq!(linked.unwrap().unwrap().follows, Some(code.clone()));

    province.act("c", LEAD, &code, Act::Close(Closing::Summary("done".to_owned()))).await;
    assert_eq!(filed(&province, alert("low")).await, [(next[0].0.clone(), false)]);
}

#[tokio::test]
async fn what_the_source_calls_over_is_noted_and_never_closed() {
    let province = Province::new().await;
    let alert = |resolved: bool| json!({ "title": "t", "dedup_key": "d", "resolved": resolved });
    let code = IncidentCode::new(filed(&province, alert(false)).await[0].0.clone());
    let before = province.reopened().events(&code).unwrap().len();
    assert_eq!(filed(&province, alert(true)).await, [(code.to_string(), false)]);
    let reader = province.reopened();
    assert_eq!(reader.events(&code).unwrap().len(), before + 1);
    assert_eq!(reader.incident(&code).unwrap().unwrap().status(), Status::Reported);
}

#[tokio::test]
async fn the_end_of_what_nobody_knows_is_accepted_and_opens_nothing() {
    let province = Province::new().await;
    let over = json!({ "title": "t", "dedup_key": "d", "resolved": true });
    assert_eq!(filed(&province, over.clone()).await, []);
    let keyless = json!({ "title": "t", "resolved": true });
    let news = json!({ "title": "t", "dedup_key": "d" });
    let answered = filed(&province, json!([keyless, news, over])).await;
    let codes: Vec<_> = answered.iter().map(|(_, created)| *created).collect();
    assert_eq!(codes, [true, false], "the keyless end has no entry");
    assert_eq!(province.reopened().incidents(false, true).unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixteen_senders_of_one_key_make_one_incident() {
    let province = Arc::new(Province::new().await);
    let mut senders = tokio::task::JoinSet::new();
    for _ in 0..16 {
        let province = Arc::clone(&province);
        senders.spawn(async move {
            let client = reqwest::Client::builder().no_proxy().build().unwrap();
            let request = client
                .post(format!("{}/intake/v1/events", province.url))
                .bearer_auth(TOKEN)
                .header("Idempotency-Key", "one")
                .body(r#"{"title":"same","dedup_key":"d"}"#);
            let response = request.send().await.unwrap();
            (response.status().as_u16(), response.text().await.unwrap())
        });
    }
    let answers = senders.join_all().await;
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    assert_eq!(answers[0].0, 202);
    let incidents = province.reopened().incidents(false, true).unwrap();
    assert_eq!((incidents.len(), incidents[0].repeats), (1, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_202_is_in_the_ledger_when_it_is_opened_again() {
    let province = Arc::new(Province::new().await);
    let mut senders = tokio::task::JoinSet::new();
    for sender in 0..8 {
        let province = Arc::clone(&province);
        senders.spawn(async move {
            let mut told = Vec::new();
            for number in 0..6 {
                let title = format!("alert {sender}/{number}");
                let response = province.post(&json!({ "title": title })).await;
                assert_eq!(response.status(), 202);
                let code = codes(&response.text().await.unwrap())[0].0.clone();
                // Not later: a reader of its own finds it as soon as it was promised.
                let found = province.reopened().shown(&IncidentCode::new(code.clone())).unwrap();
                assert_eq!(found.unwrap().title, Some(title.clone()));
                told.push(code);
            }
            told
        });
    }
    let mut told: Vec<String> = senders.join_all().await.concat();
    told.sort();
    told.dedup();
    assert_eq!(told.len(), 48);
    assert!(province.reopened().verify().is_ok());
}

#[tokio::test]
async fn what_cannot_be_stored_is_503_and_taken_when_it_comes_again() {
    // A disk that is full: the database may not grow, until ballast is thrown off.
    let prepare = |store: &trucban::ledger::Store| {
        let conn = store.connection();
        conn.execute_batch(
            "CREATE TABLE ballast (bytes BLOB); INSERT INTO ballast VALUES (zeroblob(4000000));",
        )
        .unwrap();
        let pages: i64 = conn.query_row("PRAGMA page_count", [], |row| row.get(0)).unwrap();
        conn.pragma_update(None, "max_page_count", pages + 40).unwrap();
    };
    let given = Given { prepare: Box::new(prepare), ..Given::default() };
    let province = Province::given(given).await;
    let body = json!([
        { "title": "small" },
        { "title": "large", "description": "x".repeat(900_000) },
    ]);
    let send = || province.request(body.to_string()).header("Idempotency-Key", "k").send();
    let response = send().await.unwrap();
    assert_eq!(response.status(), 503);
    assert!(response.headers().contains_key("retry-after"));
    assert_eq!((count(&province), province.stored()), (0, 0), "all or nothing");

    let other = rusqlite::Connection::open(province.path()).unwrap();
    other.execute_batch("DROP TABLE ballast").unwrap();
    let response = send().await.unwrap();
    assert_eq!(response.status(), 202);
    assert_eq!(codes(&response.text().await.unwrap()).len(), 2);
    assert_eq!((count(&province), province.stored()), (2, 1));
}
