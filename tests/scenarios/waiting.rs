//! What waits for its pace or for another try: when the pump looks again.

use std::time::Duration;

use trucban::engine::claim::claim;
use trucban::engine::pump::Budgets;
use trucban::ledger::outbox::Kind;

use super::given::{Given, REPORTER};

#[test]
fn a_page_to_be_tried_again_is_not_hidden_by_messages_that_wait_for_their_chat() {
    let mut given = Given::under(0);
    given.reported_by(REPORTER);
    let now = given.now;
    let (again, pause) = (now.plus(Duration::from_secs(5)), Duration::from_secs(50));
    let rows = given.reader.outbox().unwrap();
    let page = rows.iter().find(|row| row.kind == Kind::Page).unwrap();
    let settings = given.settings.clone();
    let claimed = given.store.transaction(now, |tx| {
        tx.start_sending(page.id)?;
        tx.requeue(page.id, again, false)?;
        let mut budgets = Budgets::default();
        // The team's chat has had its twenty messages of this minute.
        budgets.block(settings.team_chat.unwrap(), now, pause);
        claim(tx, &settings, &mut budgets)
    });
    let claimed = claimed.unwrap();
    assert!(claimed.outgoing.iter().all(|out| out.rows.iter().all(|(row, _)| *row != page.id)));
    let states = given.reader.outbox().unwrap();
    assert!(states.iter().any(|row| row.kind == Kind::Card && row.state == "queued"));
    assert_eq!(claimed.look_again, Some(again));
}
