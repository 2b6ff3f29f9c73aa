//! What waits for its pace or for another try: when the pump looks again.

use std::path::Path;
use std::time::Duration;

use trucban::config::roster;
use trucban::domain::duty_notice::DutyNotice;
use trucban::domain::envelope::{Actor, Command, Receipt, Sent};
use trucban::domain::ids::PersonId;
use trucban::domain::incident::act::Act;
use trucban::domain::notice::{Body, Priority};
use trucban::domain::roster::decide::Wish;
use trucban::domain::roster::{Layer, Span};
use trucban::domain::values::Severity;
use trucban::engine::channel::{Address, Outgoing};
use trucban::engine::claim::claim;
use trucban::engine::pump::Budgets;
use trucban::ledger::outbox::Kind;

use super::given::{BACKUP, DUTY, Given, LEAD, REPORTER};
use crate::simulation::town::by;

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

#[test]
fn a_critical_page_overtakes_what_is_on_its_way_and_stays_the_newest_card_whoever_is_heard_of_first()
 {
    let mut given = Given::under(0);
    let (now, settings, mut budgets) = (given.now, given.settings.clone(), Budgets::default());
    let code = given.reported_by(REPORTER);
    let mut leaves = |given: &mut Given| {
        let claimed = given.store.transaction(now, |tx| claim(tx, &settings, &mut budgets));
        let private = |out: &Outgoing| matches!(out.to, Address::Chat { chat: 101, .. });
        claimed.unwrap().outgoing.into_iter().filter(private).collect::<Vec<_>>()
    };
    let [lesser] = leaves(&mut given).try_into().unwrap();
    assert_eq!(lesser.priority, Priority::Page);
    given.does(LEAD, &code, Act::Severity(Severity::Critical));
    let [critical] = leaves(&mut given).try_into().unwrap();
    assert_eq!(critical.priority, Priority::CriticalPage);
    assert_eq!(leaves(&mut given), [], "no third one");

    // The chat got the lesser one first, and its answer came last.
    for (outgoing, message) in [(critical, 11), (lesser, 10)] {
        for (row, attempt) in outgoing.rows {
            let sent = Sent::Accepted(Some(message));
            given.ask(Actor::System, Command::Delivered { row, attempt, sent });
        }
    }
    let cards = given.store.transaction(now, |tx| tx.copies(&code)).unwrap();
    let in_chat: Vec<(i64, bool)> = cards
        .iter()
        .filter(|copy| copy.card.chat == 101)
        .map(|copy| (copy.card.message_id, copy.newest))
        .collect();
    assert_eq!(in_chat, [(10, false), (11, true)]);
    let rows = given.reader.outbox().unwrap();
    let points: Vec<Option<i64>> =
        rows.iter().filter(|row| row.kind == Kind::Pointer).map(|row| row.message_id).collect();
    assert_eq!(points, [Some(10)]);
}

/// One has every week, from a month ago on.
const PLAN: &str =
    "[[duty]]\nfrom = \"2026-10-19\"\nevery = \"week\"\nat = \"07:30\"\npeople = [\"p-01\"]\n";

#[test]
fn what_a_swap_asks_goes_out_days_late_while_it_is_open_and_other_news_of_duty_does_not() {
    let mut given = Given::under(0);
    let directory = given.reader.directory().unwrap();
    let plan = roster::parse(PLAN, Path::new("roster.toml"), &directory, given.now).unwrap();
    let (layer, now, to) = (Layer::Duty, given.now, PersonId::new(BACKUP));
    let day = |count: u64| {
        let from = now.plus(Duration::from_secs(count * 24 * 3600));
        Span { from, to: from.plus(Duration::from_secs(3600)) }
    };
    let mut wish = |who: &str, wish: Wish| {
        let receipt = given.ask(by(who), Command::Roster(wish));
        assert!(matches!(receipt, Receipt::Done(_)), "{receipt:?}");
    };
    wish(LEAD, Wish::Plan(plan));
    // The first is over when it could be said, the second is open, the third was withdrawn.
    for count in [1, 5, 6] {
        wish(DUTY, Wish::Swap { layer, span: day(count), to: to.clone() });
    }
    let swaps = given.reader.directory().unwrap().roster.swaps.clone();
    let third = swaps.iter().find(|(_, swap)| swap.span == day(6)).unwrap().0;
    let answer = Wish::AnswerSwap { id: *third, agreed: false };
    given.ask(by(DUTY), Command::Roster(answer));

    let (later, settings) = (now.plus(Duration::from_secs(30 * 3600)), given.settings.clone());
    given.store.transaction(later, |tx| claim(tx, &settings, &mut Budgets::default())).unwrap();

    let rows = given.reader.outbox().unwrap();
    let mut states: Vec<(&str, Option<Span>, &str)> = rows
        .iter()
        .filter_map(|row| match &row.notice.body {
            Body::Duty(notice @ DutyNotice::SwapAsked { swap, .. }) => {
                Some((notice.kind(), Some(swap.span), &*row.state))
            }
            Body::Duty(notice) => Some((notice.kind(), None, &*row.state)),
            _ => None,
        })
        .collect();
    states.sort();
    states.dedup();
    assert_eq!(
        states,
        [
            ("new_plan", None, "superseded"),
            ("swap_asked", Some(day(1)), "superseded"),
            ("swap_asked", Some(day(5)), "sending"),
            ("swap_asked", Some(day(6)), "superseded"),
            ("swap_off", None, "superseded"),
        ]
    );
}
