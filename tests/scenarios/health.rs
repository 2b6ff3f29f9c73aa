//! What the service says of itself: to whoever routes to it, measures it, or waits for its heartbeat.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use axum::Router;
use axum::routing::get;
use rusqlite::functions::FunctionFlags;
use serde_json::{Value, json};
use trucban::channels::watchdog;
use trucban::domain::envelope::{Actor, Command, Envelope};
use trucban::domain::time::Timestamp;
use trucban::domain::values::ChannelKind;
use trucban::engine::health::{Check, Disk, HealthInputs, audit, checks};
use trucban::ledger::Store;
use trucban::ledger::queries::Figures;

use crate::harness::served::{Given, Province, until};

fn names(answer: &Value, list: &str) -> Vec<String> {
    let names = answer[list].as_array().unwrap();
    names.iter().map(|name| name.as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_fresh_service_is_alive_and_ready() {
    let province = Province::new().await;
    assert_eq!(province.get("/healthz").await.status(), 200);
    let answer = json!({ "status": "ok", "failing": [], "degraded": [] });
    assert_eq!(province.ready().await, (200, answer));
}

/// A database that takes nothing while the switch is on.
fn breakable() -> (Arc<AtomicBool>, Given) {
    let broken = Arc::new(AtomicBool::new(false));
    let switch = Arc::clone(&broken);
    let prepare = move |store: &Store| {
        let conn = store.connection();
        let flags = FunctionFlags::SQLITE_UTF8;
        conn.create_scalar_function("broken", 0, flags, move |_| Ok(switch.load(Ordering::SeqCst)))
            .unwrap();
        for table in ["fact", "ledger", "envelope"] {
            conn.execute_batch(&format!(
                "CREATE TEMP TRIGGER broken_{table} BEFORE INSERT ON main.{table} WHEN broken()
                 BEGIN SELECT RAISE(ABORT, 'disk I/O error'); END"
            ))
            .unwrap();
        }
    };
    (broken, Given { prepare: Box::new(prepare), ..Given::default() })
}

#[tokio::test]
async fn a_database_that_takes_nothing_fails_by_name_and_recovers() {
    let (broken, given) = breakable();
    let province = Province::given(given).await;
    assert_eq!(province.ready().await.0, 200);
    broken.store(true, Ordering::SeqCst);
    assert_eq!(province.ready().await.0, 200, "asked again only every few seconds");
    province.step(3);
    let (status, answer) = province.ready().await;
    assert_eq!((status, &answer["status"]), (503, &json!("failing")));
    assert_eq!(names(&answer, "failing"), ["database"]);
    let body = json!({ "title": "t", "event_id": "e" });
    assert_eq!(province.post(&body).await.status(), 503);
    assert_eq!(province.get("/healthz").await.status(), 200, "the service stays up");

    broken.store(false, Ordering::SeqCst);
    province.step(3);
    assert_eq!(province.ready().await.0, 200);
    assert_eq!(province.post(&body).await.status(), 202);
}

#[tokio::test]
async fn a_moment_that_nobody_keeps_is_late_after_a_minute() {
    let province = Province::new().await;
    province.health.channel_down(ChannelKind::Webhook);
    province.report("r").await;
    province.step(5 * 60 + 60);
    assert_eq!(names(&province.ready().await.1, "failing"), [""; 0]);
    province.step(1);
    let (status, answer) = province.ready().await;
    assert_eq!((status, names(&answer, "failing")), (503, vec!["due".to_owned()]));
    assert_eq!(audit(&province.engine, &province.health).await, ["due", "heartbeat", "moments"]);
}

#[tokio::test]
async fn a_page_that_waits_for_a_working_channel_fails_and_one_for_a_dead_channel_does_not() {
    let province = Province::new().await;
    province.report("r").await;
    province.step(60);
    assert_eq!(province.ready().await.0, 200);
    province.step(1);
    assert_eq!(names(&province.ready().await.1, "failing"), ["outbox"]);
    province.health.channel_down(ChannelKind::Webhook);
    let (status, answer) = province.ready().await;
    assert_eq!((status, &answer["status"]), (200, &json!("degraded")));
    assert_eq!(names(&answer, "degraded"), ["channels"]);
    province.health.channel_ok(ChannelKind::Webhook);
    assert_eq!(province.ready().await.0, 503);
}

#[tokio::test]
async fn telegram_unreachable_is_degraded_only_while_another_channel_works() {
    let channels = vec![ChannelKind::Telegram, ChannelKind::Webhook];
    let province = Province::given(Given { channels, ..Given::default() }).await;
    province.step(120);
    assert_eq!(province.ready().await.1["status"], "ok");
    province.step(1);
    let (status, answer) = province.ready().await;
    assert_eq!((status, names(&answer, "degraded")), (200, vec!["poll".to_owned()]));
    province.health.channel_down(ChannelKind::Webhook);
    let (status, answer) = province.ready().await;
    assert_eq!((status, names(&answer, "failing")), (503, vec!["poll".to_owned()]));
    province.health.channel_ok(ChannelKind::Webhook);
    province.health.poll_ok(province.now());
    assert_eq!(province.ready().await.1["status"], "ok");

    let channels = vec![ChannelKind::Telegram];
    let province = Province::given(Given { channels, ..Given::default() }).await;
    province.step(121);
    assert_eq!(province.ready().await.0, 503);
}

#[tokio::test]
async fn a_channel_that_is_quiet_after_an_outage_is_not_down_for_ever() {
    let province = Province::new().await;
    province.health.channel_down(ChannelKind::Webhook);
    province.step(599);
    assert_eq!(province.ready().await.1["status"], "degraded");
    province.step(1);
    assert_eq!(province.ready().await.1["status"], "ok");
}

#[tokio::test]
async fn an_incident_nobody_was_reached_for_shows_and_keeps_the_service_ready() {
    let province = Province::new().await;
    province.report("r").await;
    for number in 0..2 {
        let due = province.engine.reader().first_due().unwrap().unwrap();
        province.clock.step(due.at.since(province.now()));
        let tick = Command::Tick { stream: due.stream, due: due.at };
        province.submit(Envelope::new(format!("tick-{number}"), Actor::System, tick)).await;
    }
    let figures = province.engine.reader().figures().unwrap();
    assert_eq!((figures.nobody, figures.unheld), (1, 1));
    let (_, answer) = province.ready().await;
    assert_eq!(names(&answer, "degraded"), ["nobody_reached"]);
    let text = province.get("/metrics").await.text().await.unwrap();
    assert!(text.contains("trucban_incidents_nobody_reached 1"), "{text}");
}

#[test]
fn a_disk_without_room_fails() {
    let figures = Figures::default();
    let now = Timestamp::from_millis(0);
    let ok = |free: u64, total: u64| {
        let inputs = HealthInputs {
            writable: true,
            channels: Vec::new(),
            down: Vec::new(),
            last_poll: now,
            disk: Some(Disk { free, total }),
        };
        let checks = checks(&figures, &inputs, now);
        checks.iter().find(|check| check.name == "disk").map(|check: &Check| check.ok)
    };
    let mib = 1024 * 1024;
    assert_eq!(ok(101 * mib, 100_000 * mib), Some(true));
    assert_eq!(ok(100 * mib, 100_000 * mib), Some(false));
    assert_eq!(ok(51 * mib, 5_000 * mib), Some(true), "more than a hundredth of a small disk");
    assert_eq!(ok(0, 0), Some(false));
}

#[tokio::test]
async fn figures_are_there_for_prometheus() {
    let province = Province::given(Given {
        channels: vec![ChannelKind::Telegram, ChannelKind::Webhook],
        ..Given::default()
    })
    .await;
    province.report("r").await;
    province.post(&json!({ "title": "t", "severity": "critical" })).await;
    province.step(30);
    let response = province.get("/metrics").await;
    assert_eq!(response.status(), 200);
    let kind = response.headers()["content-type"].to_str().unwrap().to_owned();
    assert!(kind.starts_with("text/plain; version=0.0.4"));
    let entries = province.reopened().head().unwrap().seq;
    let text = response.text().await.unwrap();
    for line in [
        "trucban_incidents_open{severity=\"critical\"} 1".to_owned(),
        "trucban_incidents_open{severity=\"low\"} 0".to_owned(),
        "trucban_incidents_open{severity=\"medium\"} 1".to_owned(),
        "trucban_incidents_unheld 2".to_owned(),
        "trucban_incidents_nobody_reached 0".to_owned(),
        format!("trucban_ledger_entries {entries}"),
        "trucban_outbox_queued{channel=\"webhook\",priority=\"page\"} 1".to_owned(),
        "trucban_outbox_queued{channel=\"webhook\",priority=\"critical_page\"} 1".to_owned(),
        "trucban_outbox_oldest_seconds{channel=\"webhook\",priority=\"page\"} 30".to_owned(),
        "trucban_due_late_seconds 0".to_owned(),
        "trucban_downloads_waiting 0".to_owned(),
        "trucban_downloads_failed_total 0".to_owned(),
        "trucban_heartbeat_age_seconds 30".to_owned(),
        "trucban_telegram_poll_age_seconds 30".to_owned(),
        "trucban_channel_down{channel=\"webhook\"} 0".to_owned(),
    ] {
        assert!(text.lines().any(|found| found == line), "{line} in\n{text}");
    }
}

#[tokio::test]
async fn the_heartbeat_goes_out_only_after_a_clean_audit() {
    let (broken, given) = breakable();
    let mut province = Province::given(given).await;
    let beats = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&beats);
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let url = format!("http://{}/ping", listener.local_addr().unwrap());
    let ping = move || {
        counted.fetch_add(1, Ordering::SeqCst);
        std::future::ready("ok")
    };
    let router = Router::new().route("/ping", get(ping));
    province.tasks.spawn(async move { axum::serve(listener, router).await.unwrap() });
    province.run_moments();
    let (engine, health) = (province.engine.clone(), province.health.clone());
    let stop = province.stop.subscribe();
    province
        .tasks
        .spawn(async move { watchdog::run(&engine, &health, Some(&url), stop).await.unwrap() });

    let sent = |count: usize| {
        let beats = Arc::clone(&beats);
        move || beats.load(Ordering::SeqCst) == count
    };
    until("the first heartbeat", sent(1)).await;
    let minute = async || {
        for _ in 0..5 {
            province.step(15);
            let now = province.now();
            let beat = || province.engine.reader().figures().unwrap().beat;
            until("the sign of life", || beat() == Some(now)).await;
        }
    };
    minute().await;
    until("the second heartbeat", sent(2)).await;
    broken.store(true, Ordering::SeqCst);
    minute().await;
    assert_eq!(audit(&province.engine, &province.health).await, ["database"]);
    broken.store(false, Ordering::SeqCst);
    minute().await;
    until("the third heartbeat", sent(3)).await;
}
