//! A full or read-only disk: updates wait, nothing is lost, and it recovers by itself.

use std::time::Duration;

use rusqlite::Connection;
use trucban::clock::real_timeout;
use trucban::domain::values::Severity;

use crate::harness::log::Log;
use crate::harness::{DEPUTY, DUTY, LEAD, Province, REPORTER, TEAM, given, minutes};

const REPORT: &str = "Hệ thống một cửa không lưu được hồ sơ";

/// Nothing can be written from now on: every table refuses, as a disk without room does.
fn fill(province: &Province) {
    let tables = ["ledger", "outbox", "envelope", "attempt", "heartbeat", "session", "fact"];
    refuse(province, &tables);
}

/// These tables refuse to be written.
fn refuse(province: &Province, tables: &[&str]) {
    on_the_file(province, |conn| {
        for table in tables {
            for act in ["INSERT", "UPDATE"] {
                let sql = format!(
                    "CREATE TRIGGER full_{table}_{act} BEFORE {act} ON {table}
                     BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"
                );
                conn.execute_batch(&sql).unwrap();
            }
        }
    });
}

/// There is room again.
fn clear(province: &Province) {
    on_the_file(province, |conn| {
        let sql = "SELECT name FROM sqlite_master WHERE name LIKE 'full\\_%' ESCAPE '\\'";
        let mut statement = conn.prepare(sql).unwrap();
        let names = statement.query_map([], |row| row.get::<_, String>(0)).unwrap();
        let names: Vec<String> = names.map(Result::unwrap).collect();
        for name in names {
            conn.execute_batch(&format!("DROP TRIGGER {name}")).unwrap();
        }
    });
}

fn on_the_file(province: &Province, act: impl FnOnce(&Connection)) {
    let conn = Connection::open(province.world.dir().join("trucban.db")).unwrap();
    conn.busy_timeout(Duration::from_secs(5)).unwrap();
    act(&conn);
}

/// The database may have so many pages and no more; fewer than it has means that it cannot grow.
async fn room_for(province: &Province, pages: u32) {
    let sql = format!("PRAGMA max_page_count = {pages}");
    let engine = province.world.engine().unwrap();
    engine.call(move |tx, _| Ok(tx.connection().execute_batch(&sql)?)).await.unwrap();
}

#[tokio::test]
async fn updates_wait_while_nothing_can_be_written_and_are_done_once_there_is_room() {
    let log = Log::listen();
    let mut province = given().await;
    fill(&province);

    province.world.sandbox.say(REPORTER, REPORTER, &format!("/baosuco {REPORT}"));
    province.until(|| log.count("the database cannot be written; updates wait") > 0).await;
    province.hears_nothing();
    assert_eq!(province.world.sandbox.unread(), 1, "no offset before it is on disk");
    clear(&province);
    province.settle().await;

    province.hears(&[(REPORTER, "Đã ghi nhận"), (TEAM, REPORT), (DUTY, "bậc 1")]);
    assert_eq!(province.codes().len(), 1);
    assert!(!log.text().contains("skipped"), "a full disk is no poison");
    province.end().await;
}

#[tokio::test]
async fn a_rung_that_fell_due_on_a_full_disk_fires_once_when_there_is_room() {
    let log = Log::listen();
    let mut province = given().await;
    province.report(REPORTER, REPORT).await;
    province.forget();
    fill(&province);

    for _ in 0..4 {
        province.world.sleep_through(minutes(1));
    }
    province.world.sleep_through(minutes(1) + Duration::from_secs(20));
    province.until(|| log.count("a moment could not be written") > 0).await;
    province.hears_nothing();
    clear(&province);
    province.settle().await;

    assert_eq!(province.count(LEAD, "vòng 1, bậc 2"), 1);
    assert_eq!(province.count(DEPUTY, "vòng 1, bậc 2"), 1);
    province.end_without_listening().await;
}

#[tokio::test]
async fn an_absence_that_could_not_be_written_is_told_once_there_is_room() {
    for asleep in [true, false] {
        let log = Log::listen();
        let mut province = given().await;
        province.report(REPORTER, REPORT).await;
        province.forget();
        if asleep {
            refuse(&province, &["ledger"]);
            province.world.sleep_through(minutes(4));
        } else {
            province.world.stop().await.unwrap();
            refuse(&province, &["ledger"]);
            province.world.sleep_through(minutes(4));
            province.world.run().await.unwrap();
        }
        province.until(|| log.count("an absence or a sign of life could not") > 1).await;
        province.hears_nothing();
        clear(&province);
        province.settle().await;

        province.hears(&[
            (TEAM, "Gián đoạn 4 phút"),
            (REPORTER, "Gián đoạn 4 phút"),
            (DUTY, "Gián đoạn 4 phút"),
        ]);
        province.end().await;
    }
}

#[tokio::test]
async fn a_message_whose_outcome_cannot_be_written_is_not_sent_twice() {
    let log = Log::listen();
    let mut province = given().await;
    province.world.sandbox.fail_next(
        Some("sendMessage"),
        trucban::sandbox::Fault::Slow(Duration::from_millis(300)),
        3,
    );
    province.world.sandbox.say(REPORTER, REPORTER, &format!("/baosuco {REPORT}"));
    province.until(|| province.world.sandbox.in_flight() >= 3).await;
    fill(&province);
    province.until(|| log.count("an outcome could not be written") > 0).await;

    clear(&province);
    province.settle().await;

    province.hears(&[(REPORTER, "Đã ghi nhận"), (TEAM, REPORT), (DUTY, "bậc 1")]);
    province.end().await;
}

#[tokio::test]
async fn the_program_stops_in_order_even_when_nothing_can_be_written() {
    let log = Log::listen();
    let mut province = given().await;
    fill(&province);
    province.world.sandbox.say(REPORTER, REPORTER, &format!("/baosuco {REPORT}"));
    province.until(|| log.count("updates wait") > 0).await;

    let stopped = real_timeout(Duration::from_secs(10), province.world.stop()).await;
    stopped.expect("it hangs").unwrap();

    clear(&province);
    province.start().await;
    province.hears(&[(REPORTER, "Đã ghi nhận"), (TEAM, REPORT), (DUTY, "bậc 1")]);
    province.end().await;
}

#[tokio::test]
async fn a_disk_with_room_for_little_takes_what_fits_and_keeps_the_rest_waiting() {
    let log = Log::listen();
    let mut province = given().await;
    room_for(&province, 1).await;

    let long = format!("{REPORT} {}", "rất dài ".repeat(4_000));
    province.world.sandbox.say(REPORTER, REPORTER, &format!("/baosuco {long}"));
    province.until(|| log.count("waits for the database") > 2).await;
    assert!(log.count("waits for the database") < 20, "it tries, but not without a pause");
    room_for(&province, u32::MAX - 1).await;
    province.settle().await;

    province.hears(&[(REPORTER, "Đã ghi nhận"), (TEAM, REPORT), (DUTY, "bậc 1")]);
    province.end().await;
}

#[tokio::test]
async fn an_alert_that_could_not_be_stored_is_not_confirmed() {
    let province = given().await;
    fill(&province);
    let engine = province.world.engine().unwrap().clone();
    let command = trucban::domain::envelope::Command::Alerts(vec![crate::harness::alert(
        REPORT,
        Severity::High,
    )]);
    let actor = trucban::domain::envelope::Actor::Intake("siem".to_owned());
    let envelope = trucban::domain::envelope::Envelope::new("alert:1", actor, command);

    let refused = engine.submit(envelope.clone()).await;
    assert!(matches!(refused, Err(trucban::engine::Fault::Storage(_))), "{refused:?}");
    clear(&province);
    engine.submit(envelope).await.unwrap();

    province.settle().await;
    assert_eq!(province.codes().len(), 1);
    drop(engine);
    province.end_without_listening().await;
}
