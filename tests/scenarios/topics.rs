//! The forum topic of the team's chat.

use trucban::domain::envelope::{Actor, Command, Envelope, Sent};
use trucban::domain::values::Severity;
use trucban::engine::handle::handle;
use trucban::engine::topics;
use trucban::ledger::outbox::{Kind, Recipient, Row};

use super::given::{ADMIN, Given};
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
