//! The forum topic of the team's chat.

use trucban::domain::envelope::{Actor, Command, Envelope, Sent};
use trucban::domain::values::Severity;
use trucban::engine::handle::handle;
use trucban::engine::topics;
use trucban::ledger::outbox::{Kind, Recipient, Row};

use super::given::{ADMIN, Given};
use crate::harness::{self, Province};
use crate::simulation::town::TEAM;

fn team_rows(given: &Given) -> Vec<Row> {
    let rows = given.reader.outbox().unwrap().into_iter();
    rows.filter(|row| matches!(row.to, Recipient::Chat { chat: TEAM, .. })).collect()
}

fn topic(given: &mut Given, row: &Row) -> Option<i32> {
    let settings = given.settings.clone();
    given.store.transaction(given.now, |tx| topics::of(tx, &settings, row)).unwrap()
}

fn lost(given: &mut Given, row: &Row) {
    let settings = given.settings.clone();
    let (now, id) = (given.now, row.id);
    given
        .store
        .transaction(now, |tx| {
            let attempt = tx.start_sending(id)?.unwrap_or(0);
            let delivered = Command::Delivered { row: id, attempt, sent: Sent::TopicLost };
            let key = format!("outcome:{id}:{attempt}");
            handle(tx, &settings, &Envelope::new(key, Actor::System, delivered))
        })
        .unwrap();
}

#[test]
fn cards_and_calls_of_the_team_go_to_its_topic_and_to_the_general_one_when_that_is_gone() {
    let mut given = Given::new();
    given.settings.team_topic = Some(7);
    given.open(Severity::High);
    let card = team_rows(&given).into_iter().find(|row| row.kind == Kind::Card).unwrap();
    assert_eq!(topic(&mut given, &card), Some(7));
    lost(&mut given, &card);
    let again = team_rows(&given).into_iter().find(|row| row.id == card.id).unwrap();
    assert_eq!(again.state, "queued");
    assert_eq!(topic(&mut given, &again), None);
    let told = |given: &Given| {
        let rows = given.reader.outbox().unwrap().into_iter();
        rows.filter(|row| format!("{:?}", row.notice).contains("TopicLost")).count()
    };
    assert_eq!(told(&given), 1, "{ADMIN} hears of it once");
    // Where no topic was used there is none to leave: the message is refused, not tried for ever.
    lost(&mut given, &again);
    let again = team_rows(&given).into_iter().find(|row| row.id == card.id).unwrap();
    assert_ne!(again.state, "queued");
    given.store.transaction(given.now, topics::forget).unwrap();
    assert_eq!(topic(&mut given, &card), Some(7), "tried again after a start");
    assert_eq!(told(&given), 1);
}

/// The forum topic of the bot's newest message in the team's chat with these words.
fn topic_of(province: &Province, words: &str) -> Option<i64> {
    let journal = province.world.sandbox.journal();
    let said = |body: &serde_json::Value| body["text"].as_str().unwrap_or_default().contains(words);
    let mut sent = journal.iter().rev().filter(|call| call.method == "sendmessage");
    let found = sent.find(|call| call.chat == Some(harness::TEAM) && said(&call.body));
    let found = found.unwrap_or_else(|| panic!("{words:?} was not said to the team"));
    found.body["message_thread_id"].as_i64()
}

#[tokio::test]
async fn a_question_in_one_topic_is_answered_there_and_one_in_another_topic_waits_beside_it() {
    let mut province = harness::given().await;
    let (lead, team) = (harness::LEAD, harness::TEAM);
    province.world.sandbox.make_forum(team);
    let code = province.report(harness::REPORTER, "Camera phòng họp bị truy cập lạ").await;
    let sandbox = province.world.sandbox.clone();
    let [watch, inquiry] = ["Ca trực", "Điều tra"].map(|name| sandbox.open_topic(lead, team, name));
    let say = async |province: &Province, topic: i32, words: &str| {
        province.after(std::time::Duration::from_secs(5)).await;
        assert_ne!(sandbox.say_in_topic(lead, team, topic, words), 0);
        province.settle().await;
        province.last(team).message_id
    };
    let noting = say(&province, watch, &format!("/ghichu {code}")).await;
    let asking = say(&province, inquiry, &format!("/mucdo {code}")).await;
    let topics = [topic_of(&province, "xin gửi nội dung"), topic_of(&province, "Mức độ của")];
    assert_eq!(topics, [watch, inquiry].map(|topic| Some(i64::from(topic))));
    // Each conversation survives a restart.
    province.restart().await;

    province.reply(lead, team, noting, "Đã khóa tài khoản của máy quay").await;
    assert!(province.story(&code).contains(&"note_added"));
    assert_eq!(topic_of(&province, "Đã ghi nhận ghi chú"), Some(i64::from(watch)));
    province.reply(lead, team, asking, "4").await;
    assert_eq!(province.incident(&code).severity.to_string(), "critical");
    assert_eq!(topic_of(&province, "mức độ"), Some(i64::from(inquiry)));
    // Outside every topic nothing was asked, and nothing is answered.
    let said = province.messages(team).len();
    province.say_in(team, lead, "4").await;
    assert_eq!(province.messages(team).len(), said);
    province.end_without_listening().await;
}
