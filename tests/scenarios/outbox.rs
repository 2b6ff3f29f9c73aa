//! What waits to be said: which goes first, what may share a message, who may still read it, and what
//! is forgotten once it ended.

use std::time::Duration;

use rusqlite::Connection;
use trucban::channels::watchdog::restart_helps;
use trucban::domain::envelope::{
    Actor, Command, DirectoryCommand, Envelope, Jump, Origin, Receipt, Route, Sent,
};
use trucban::domain::escalation::policy::{Policy, PolicySet, Target};
use trucban::domain::ids::PersonId;
use trucban::domain::incident::act::Act;
use trucban::domain::notice::{Body, News, Notice, Priority, Trouble};
use trucban::domain::values::{ChannelKind, Role, Severity};
use trucban::engine::channel::{Address, Mode, Outgoing};
use trucban::engine::claim::{Claimed, claim};
use trucban::engine::moments::tell_admins;
use trucban::engine::pump::Budgets;
use trucban::engine::react::queue_card;
use trucban::ledger::operational::Card;
use trucban::ledger::outbox::{Kind, NewRow, Recipient};
use trucban::sandbox::Fault;

use super::given::{ADMIN as CLERK, DUTY as OFFICER, Given, LEAD as CAPTAIN, REPORTER as FOCAL};
use crate::harness::{DUTY, LEAD, NEIGHBOUR, REPORTER, TEAM, given, minutes};
use crate::simulation::town::{TEAM as TOWN_TEAM, by, id, level, policies};

const REPORT: &str = "Cổng thanh toán trả về trang lạ";

fn claim_now(given: &mut Given) -> Claimed {
    let (now, settings) = (given.now, given.settings.clone());
    given.store.transaction(now, |tx| claim(tx, &settings, &mut Budgets::default())).unwrap()
}

fn news(key: &str, chat: i64, code: &trucban::domain::ids::IncidentCode) -> NewRow {
    NewRow {
        key: key.to_owned(),
        channel: ChannelKind::Telegram,
        to: Recipient::Chat { chat, thread: None, reply_to: None },
        priority: Priority::Notice,
        kind: Kind::News,
        rung_seq: None,
        message_id: None,
        notice: Notice {
            origin: Origin::Real,
            body: Body::News { code: code.clone(), news: News::Resolved, entry: None },
        },
    }
}

fn to(out: &Outgoing) -> Option<i64> {
    match out.to {
        Address::Chat { chat, .. } => Some(chat),
        _ => None,
    }
}

/// How many messages of this kind there are.
pub fn count(given: &Given, condition: &str) -> i64 {
    let conn = Connection::open(given.store.path()).unwrap();
    let sql = format!("SELECT count(*) FROM outbox WHERE {condition}");
    conn.query_row(&sql, [], |row| row.get(0)).unwrap()
}

#[test]
fn more_than_a_hundred_and_twenty_messages_for_one_chat_hide_nobody_elses() {
    let mut given = Given::under(0);
    let code = given.reported_by(FOCAL);
    let now = given.now;
    given
        .store
        .transaction(now, |tx| {
            for number in 0..500 {
                tx.queue(&news(&format!("n{number}"), 106, &code))?;
            }
            tx.queue(&news("last", 107, &code))
        })
        .unwrap();

    let claimed = claim_now(&mut given);

    assert!(
        claimed
            .outgoing
            .iter()
            .any(|out| to(out) == Some(107) && matches!(out.notice.body, Body::News { .. }))
    );
}

#[test]
fn a_new_card_goes_before_every_edit_that_waits_for_its_chat() {
    let mut given = Given::under(0);
    let known: Vec<_> = (0..80).map(|_| given.open(Severity::Medium)).collect();
    let conn = Connection::open(given.store.path()).unwrap();
    conn.execute("UPDATE outbox SET state = 'sent'", []).unwrap();
    drop(conn);
    let now = given.now;
    given
        .store
        .transaction(now, |tx| {
            for (message_id, code) in (1..).zip(&known) {
                let card = Card { incident: code.clone(), chat: TOWN_TEAM, thread: 0, message_id };
                tx.put_card(&card)?;
                let incident = tx.incident(code)?.unwrap();
                queue_card(tx, &incident, TOWN_TEAM, 9_000 + message_id)?;
            }
            Ok(())
        })
        .unwrap();
    let fresh = given.open(Severity::Medium);

    let claimed = claim_now(&mut given);

    let first = claimed.outgoing.iter().find(|out| to(out) == Some(TOWN_TEAM)).unwrap();
    assert_eq!(first.mode, Mode::Post);
    assert_eq!(first.notice.body.code(), Some(&fresh));
}

#[test]
fn ten_thousand_changes_of_ten_cards_are_ten_edits() {
    let mut given = Given::under(0);
    let codes: Vec<_> = (0..10).map(|_| given.open(Severity::Medium)).collect();
    let now = given.now;
    given
        .store
        .transaction(now, |tx| {
            for (message_id, code) in (1..).zip(&codes) {
                tx.put_card(&Card { incident: code.clone(), chat: 101, thread: 0, message_id })?;
            }
            for seq in 0..1_000 {
                for code in &codes {
                    let incident = tx.incident(code)?.unwrap();
                    queue_card(tx, &incident, 101, 9_000 + seq)?;
                }
            }
            Ok(())
        })
        .unwrap();

    assert_eq!(count(&given, "kind = 'card' AND chat = 101"), 10);
}

#[test]
fn pages_share_a_message_only_when_they_ask_the_same_and_never_one_by_name() {
    let mut given = Given::under(0);
    let codes: Vec<_> = (0..12).map(|_| given.open(Severity::High)).collect();
    for code in codes.iter().take(6) {
        given.does(CAPTAIN, code, Act::Assign(id(OFFICER)));
    }

    let mut seen = 0;
    for _ in 0..40 {
        for out in claim_now(&mut given).outgoing {
            let Body::Page { kind, .. } = out.notice.body else { continue };
            if to(&out) == Some(101) {
                seen += 1;
                assert_eq!(out.bundle, kind.class().is_some(), "{kind:?}");
            }
        }
        given.now = given.now.plus(Duration::from_secs(5));
    }
    assert_eq!(seen, 7, "six by name, and one for the rest");
}

#[test]
fn a_chat_told_to_wait_keeps_everything_that_waits_for_it() {
    let mut given = Given::under(0);
    let code = given.open(Severity::High);
    let now = given.now;
    given
        .store
        .transaction(now, |tx| {
            tx.queue(&news("one", 101, &code))?;
            tx.queue(&news("other", 104, &code))
        })
        .unwrap();

    given.pages_end(&code, OFFICER, &Sent::Retry(30_000));

    let until = now.plus(Duration::from_secs(30)).millis();
    assert_eq!(count(&given, &format!("key = 'one' AND not_before = {until}")), 1);
    assert_eq!(count(&given, &format!("key = 'other' AND not_before = {}", now.millis())), 1);
}

#[test]
fn a_page_that_waits_for_its_channel_is_no_reason_to_restart() {
    assert!(!restart_helps(&["outbox"]));
    assert!(!restart_helps(&["database", "due"]));
    assert!(restart_helps(&["due", "heartbeat"]));
}

#[tokio::test]
async fn a_critical_page_waits_no_second_behind_two_thousand_notices() {
    let mut province = given().await;
    let code = province.report(REPORTER, "Việc đầu tiên").await;
    let chats = [DUTY, LEAD, REPORTER, NEIGHBOUR, TEAM];
    let engine = province.world.engine().unwrap().clone();
    engine
        .call(move |tx, _| {
            for (number, chat) in (0..2_000).zip(chats.iter().cycle()) {
                tx.queue(&news(&format!("n{number}"), *chat, &code))?;
            }
            Ok(())
        })
        .await
        .unwrap();
    drop(engine);
    province.world.advance(Duration::from_secs(20)).await.unwrap();
    province.forget();

    let alert = crate::harness::alert(REPORT, Severity::Critical);
    province.alerts("critical", vec![alert]).await;
    province.world.advance(Duration::from_secs(1)).await.unwrap();

    let paged = |shown: &trucban::sandbox::Shown| {
        shown.text.contains("CẦN NGƯỜI TIẾP NHẬN") && shown.text.contains(REPORT)
    };
    assert!(province.messages(DUTY).iter().any(paged));
    province.end_without_listening().await;
}

#[tokio::test]
async fn a_private_card_is_kept_up_to_date_only_for_who_may_see_the_incident() {
    let mut province = given().await;
    let code = province.report(REPORTER, REPORT).await;
    province
        .change_person("p-001", |person, _| {
            person.roles = [Role::Admin].into();
            person.unit = None;
        })
        .await;
    province.forget();

    // An edit that waited already when the roles changed.
    let engine = province.world.engine().unwrap().clone();
    let asked = code.clone();
    let queue = engine.call(move |tx, _| match tx.incident(&asked)? {
        Some(incident) => queue_card(tx, &incident, DUTY, 9_999),
        None => Ok(()),
    });
    queue.await.unwrap();
    drop(engine);
    province.press(LEAD, TEAM, "Tiếp nhận").await;
    province.after(minutes(1)).await;

    let shown = province.world.sandbox.messages(DUTY);
    assert!(shown.iter().any(|message| message.deleted && message.text.contains(code.as_str())));
    assert!(shown.iter().all(|message| message.deleted || !message.text.contains("Người giữ")));
    let reader = province.world.engine().unwrap().reader();
    let rows = reader.outbox().unwrap();
    let ended = rows.iter().filter(|row| row.why.as_deref() == Some("may not see it any more"));
    assert_eq!(ended.map(|row| row.state.as_str()).collect::<Vec<_>>(), ["cancelled"]);
    let engine = province.world.engine().unwrap().clone();
    let asked = code.clone();
    let card = engine.call(move |tx, _| tx.card_in(&asked, DUTY)).await.unwrap();
    drop(engine);
    assert_eq!(card, None, "the card is forgotten");
    province.hears(&[(REPORTER, "đã tiếp nhận")]);
    province.end().await;
}

/// An invitation asked for in private, and the number of the row that would tell it.
fn invited(given: &mut Given, code: &str) {
    let command = DirectoryCommand::Invite {
        person: PersonId::new(OFFICER),
        code: code.to_owned(),
        expires: given.now.plus(Duration::from_secs(7 * 24 * 3600)),
    };
    let route = Route {
        channel: ChannelKind::Telegram,
        chat: 109,
        thread: None,
        reply_to: None,
        private: true,
    };
    let command = Command::Directory(command);
    let envelope = Envelope { route: Some(route), ..Envelope::new("invite", by(CLERK), command) };
    let receipt = given.submit(&envelope);
    assert!(matches!(receipt, Receipt::Done(_)), "{receipt:?}");
}

fn in_the_file(given: &Given, words: &str) -> bool {
    let conn = Connection::open(given.store.path()).unwrap();
    conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
    let bytes = std::fs::read(given.store.path()).unwrap();
    bytes.windows(words.len()).any(|piece| piece == words.as_bytes())
}

/// How the message of a row ends.
type End = fn(&mut Given, i64);

#[test]
fn the_code_of_an_invitation_is_forgotten_however_its_message_ends() {
    let ends: [(&str, End); 3] = [
        ("CODEACCEPTED", |given, row| deliver(given, row, Sent::Accepted(Some(7)))),
        ("CODEREFUSED2", |given, row| deliver(given, row, super::given::BLOCKED)),
        ("CODEEXPIRED3", |given, _| {
            given.now = given.now.plus(Duration::from_secs(25 * 3600));
            claim_now(given);
        }),
    ];
    for (code, end) in ends {
        let mut given = Given::under(0);
        invited(&mut given, code);
        assert!(in_the_file(&given, code), "it has to be told first");
        let row = given.reader.outbox().unwrap().pop().unwrap().id;

        end(&mut given, row);

        assert!(!in_the_file(&given, code), "{code}");
    }
}

fn deliver(given: &mut Given, row: i64, sent: Sent) {
    let now = given.now;
    let attempt = given.store.transaction(now, |tx| tx.start_sending(row)).unwrap().unwrap();
    given.ask(Actor::System, Command::Delivered { row, attempt, sent });
}

#[test]
fn two_troubles_at_one_entry_of_the_ledger_are_both_told() {
    let mut given = Given::under(0);
    let (now, settings) = (given.now, given.settings.clone());
    given
        .store
        .transaction(now, |tx| {
            tell_admins(tx, &settings, Trouble::Storage)?;
            tell_admins(tx, &settings, Trouble::SetAside { row: 1 })?;
            tell_admins(tx, &settings, Trouble::SetAside { row: 2 })
        })
        .unwrap();
    assert_eq!(count(&given, "kind = 'other'"), 3);
}

#[test]
fn trouble_goes_to_the_administrators_own_chat_where_there_is_one() {
    let mut given = Given::under(0);
    given.settings.admin_chat = Some(-77);

    given.ask(Actor::System, Command::Jumped(Jump { by_ms: 90_000 }));

    assert_eq!(count(&given, "kind = 'other' AND chat = -77"), 1);
    assert_eq!(count(&given, "kind = 'other'"), 1, "and nowhere else");
}

#[test]
fn a_level_of_the_team_alone_calls_the_next_rung_where_there_is_no_telegram() {
    let mut given = Given::under(0);
    let channels = vec![ChannelKind::Webhook, ChannelKind::Email];
    given.settings.channels = channels;
    given.store.set_up(given.settings.setup());
    given.settings.team_chat = None;
    let five = Duration::from_secs(300);
    let levels = vec![level(&[Target::Team], five), level(&[Target::Duty], five)];
    let fallback = Policy::new(levels, 0, five).unwrap();
    given.settings.policies = PolicySet { conditional: Vec::new(), fallback, ..policies(0) };

    let code = given.open(Severity::High);

    assert_eq!(given.called(&code), [OFFICER]);
}

#[test]
fn a_newer_call_to_the_team_takes_the_place_of_one_that_waits() {
    let mut given = Given::under(2);
    let code = given.open(Severity::High);
    assert_eq!(count(&given, "kind = 'call' AND state = 'queued'"), 1);

    given.wait(Duration::from_secs(40 * 60));

    let calls = format!("kind = 'call' AND incident = '{code}'");
    assert_eq!(count(&given, &format!("{calls} AND state = 'queued'")), 1);
    assert!(count(&given, &format!("{calls} AND state = 'superseded'")) >= 1);
}

#[tokio::test]
async fn markup_in_a_units_name_is_shown_as_it_is_written() {
    let mut province = given().await;
    let directory = province.world.engine().unwrap().reader().directory().unwrap();
    let mut unit = directory.units.values().next().unwrap().clone();
    unit.name = "Xã <b>Gia & \"Hưng\"</b>".to_owned();
    let code = unit.code.clone();
    let units = Command::Directory(DirectoryCommand::Units(vec![unit]));
    province.submit("units", Actor::Operator, units).await;
    province.change_person("p-017", |person, _| person.unit = Some(code)).await;

    province.report(REPORTER, REPORT).await;

    province.hears(&[(REPORTER, "Đã ghi nhận"), (TEAM, "<b>Gia & \"Hưng\"</b>"), (DUTY, "bậc 1")]);
    province.end().await;
}

#[tokio::test]
async fn an_account_that_was_deleted_is_passed_over_like_one_that_blocked_the_bot() {
    let mut province = given().await;
    let gone = Fault::Says(403, "Forbidden: user is deactivated");
    province.world.sandbox.fail_next(Some("sendMessage"), gone, 1);

    let test = Command::TestPage { person: PersonId::new("p-001"), channel: None };
    province.submit("test", Actor::Operator, test).await;

    let rows = province.world.engine().unwrap().reader().outbox().unwrap();
    let ended = rows.last().map(|row| (row.state.as_str(), row.why.as_deref()));
    assert_eq!(ended, Some(("failed", Some("blocked"))));
    province.hears_nothing();
    province.end().await;
}

#[test]
fn an_answer_that_waits_for_words_to_be_gone_has_not_ended() {
    let mut given = Given::under(0);
    let code = given.reported_by(FOCAL);
    let seq = given.reader.events(&code).unwrap()[0].at.seq;
    let route = Route {
        channel: ChannelKind::Telegram,
        chat: 104,
        thread: None,
        reply_to: Some(7),
        private: true,
    };
    let redact = Command::Redact { code, seq, reason: "nhầm".to_owned() };
    let envelope = Envelope::new("redact", by(CAPTAIN), redact);
    given.submit(&Envelope { route: Some(route), ..envelope });
    let ended = |given: &Given| given.reader.figures().unwrap().ended;
    let waiting = |given: &Given, state: &str| {
        let rows = given.reader.outbox().unwrap();
        rows.iter().filter(|row| row.key == "answer:redact" && row.state == state).count()
    };
    assert_eq!((waiting(&given, "held"), ended(&given)), (1, Vec::new()));

    let now = given.now;
    assert!(given.store.scrub(now).unwrap());
    assert_eq!((waiting(&given, "queued"), ended(&given)), (1, Vec::new()));
}

#[test]
fn ended_messages_are_counted_once_and_stay_counted_when_they_are_gone() {
    let mut given = Given::under(0);
    let code = given.open(Severity::High);
    given.pages_end(&code, OFFICER, &super::given::BLOCKED);
    let failed = |given: &Given| -> u64 {
        let ended = given.reader.figures().unwrap().ended;
        ended.iter().filter(|(_, state, _)| state == "failed").map(|(_, _, count)| *count).sum()
    };
    assert_eq!(failed(&given), 1);

    Connection::open(given.store.path()).unwrap().execute("DELETE FROM outbox", []).unwrap();

    assert_eq!(failed(&given), 1);
}

#[test]
fn a_claim_that_finds_nothing_writes_nothing() {
    let mut given = Given::under(0);
    let before = given.store.changes();
    claim_now(&mut given);
    assert_eq!(given.store.changes(), before);
}

#[test]
fn a_digest_names_twenty_incidents_and_counts_the_rest() {
    let mut given = Given::under(0);
    for _ in 0..60 {
        given.open(Severity::High);
    }
    let (from, until) = (given.now, given.now.plus(Duration::from_secs(600)));
    let away = trucban::domain::envelope::Absence { from, until };

    given.ask(Actor::System, Command::Away(away));

    let rows = given.reader.outbox().unwrap();
    let digests: Vec<_> = rows
        .iter()
        .filter_map(|row| match &row.notice.body {
            Body::Digest { open, more, .. } => Some((open.len(), *more)),
            _ => None,
        })
        .collect();
    assert!(digests.len() >= 2, "the team's chat, and the officer on duty");
    assert!(digests.iter().all(|found| *found == (20, 40)), "{digests:?}");
}

#[tokio::test]
async fn a_request_that_never_ends_does_not_keep_the_program_from_stopping() {
    use tokio::io::AsyncWriteExt as _;
    let mut province = given().await;
    let at = province.world.app().unwrap().http().unwrap();
    let mut sender = tokio::net::TcpStream::connect(at).await.unwrap();
    let head = "POST /p/abc HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\
                Content-Type: application/x-www-form-urlencoded\r\n\r\nnonce=";
    sender.write_all(head.as_bytes()).await.unwrap();
    trucban::clock::real_sleep(Duration::from_millis(100)).await;

    let stopped =
        trucban::clock::real_timeout(Duration::from_secs(15), province.world.stop()).await;

    stopped.expect("it hangs").unwrap();
    drop(sender);
}
