//! What is forgotten once nothing can ask for it any more, by the settings in force.

use std::time::Duration;

use rusqlite::Connection;
use trucban::domain::ids::IncidentCode;
use trucban::domain::retention::Retention;
use trucban::domain::values::Severity;
use trucban::ledger::outbox::Kind;

use super::given::{Given, LEAD as CAPTAIN, false_alarm};
use super::outbox::count;
use crate::harness::{LEAD, REPORTER, given};

const DAY: Duration = Duration::from_secs(24 * 3600);

#[test]
fn what_nobody_can_ask_for_any_more_is_forgotten_and_the_rest_is_kept() {
    let mut given = Given::under(0);
    let (closed, open) = (given.open(Severity::High), given.open(Severity::High));
    given.does(CAPTAIN, &closed, false_alarm());
    let conn = Connection::open(given.store.path()).unwrap();
    conn.execute("UPDATE outbox SET state = 'sent', ended_at = ?1", [given.now.millis()]).unwrap();
    conn.execute("INSERT INTO attempt VALUES ('tg:1:1:1:1', 3, ?1)", [given.now.millis()]).unwrap();
    conn.execute(
        "INSERT INTO envelope VALUES ('outcome:1:1', ?1, 'system', '{\"done\":\"quiet\"}', null, null)",
        [given.now.millis()],
    )
    .unwrap();
    let counted = |sql: &str| -> i64 { conn.query_row(sql, [], |row| row.get(0)).unwrap() };
    let envelopes = counted("SELECT count(*) FROM envelope");
    let prune = |given: &mut Given, days: u64| {
        given.now = given.now.plus(Duration::from_secs(days * 24 * 3600));
        let now = given.now;
        given.store.transaction(now, |tx| tx.prune(&Retention::default(), 1_000)).unwrap();
    };

    prune(&mut given, 31);

    let about =
        |code: &IncidentCode, kind: &str| format!("incident = '{code}' AND kind = '{kind}'");
    assert_eq!(count(&given, &about(&closed, "card")), 0);
    assert!(count(&given, &about(&closed, "page")) > 0, "who was called is kept for good");
    assert!(count(&given, &about(&open, "card")) > 0, "of an open incident everything is kept");
    assert_eq!(counted("SELECT count(*) FROM attempt"), 0);
    assert_eq!(counted("SELECT count(*) FROM envelope"), envelopes - 1, "only the outcome went");
    prune(&mut given, 60);
    assert_eq!(counted("SELECT count(*) FROM envelope"), 0);
    assert!(given.reader.verify().unwrap().broken.is_none());
}

#[tokio::test]
async fn messages_stay_as_long_as_the_configuration_says() {
    let mut province = given().await;
    let code = province.report(REPORTER, "Trang lạ trên cổng xã").await;
    province.say(LEAD, &format!("/ketthuc {code} báo nhầm, trang mới của xã")).await;
    province.after(Duration::from_secs(60)).await;
    let about = |province: &crate::harness::Province| {
        let rows = province.world.engine().unwrap().reader().outbox().unwrap();
        let rows = rows.into_iter().filter(|row| row.incident.as_ref() == Some(&code));
        let (calls, rest): (Vec<_>, Vec<_>) =
            rows.partition(|row| matches!(row.kind, Kind::Page | Kind::Call));
        (calls.len(), rest.len())
    };
    let (calls, rest) = about(&province);
    assert!(calls > 0 && rest > 0);
    province.world.stop().await.unwrap();
    province.world.sleep_through(DAY * 4);

    province.start().await;
    assert_eq!(about(&province), (calls, rest), "thirty days, if nothing is said");

    province.world.config.retention.messages = DAY * 3;
    province.restart().await;
    assert_eq!(about(&province), (calls, 0));
    province.end_without_listening().await;
}

#[tokio::test]
async fn a_start_after_a_hundred_days_forgets_nothing_for_a_day_because_the_clock_may_be_wrong() {
    let mut province = given().await;
    province.report(REPORTER, "Trang lạ trên cổng xã").await;
    let conn = Connection::open(province.world.config.store.path.clone()).unwrap();
    let receipts = |of: i64| -> i64 {
        let sql = "SELECT count(*) FROM envelope WHERE at <= ?1";
        conn.query_row(sql, [of], |row| row.get(0)).unwrap()
    };
    let now = province.world.time.read().wall.millis();
    let before = receipts(now);
    province.world.stop().await.unwrap();
    province.world.sleep_through(DAY * 100);

    province.start().await;

    assert_eq!(receipts(now), before);
    province.after(DAY + Duration::from_secs(60)).await;
    assert_eq!(receipts(now), 0, "the date was right");
    province.end_without_listening().await;
}
