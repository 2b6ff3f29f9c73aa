//! The ladder, scene by scene: who is called when, and what moves it.

use std::time::Duration;

use trucban::domain::envelope::{Receipt, Sent};
use trucban::domain::incident::act::Act;
use trucban::domain::incident::event::IncidentEvent;
use trucban::domain::notice::{Body, News, PageKind};
use trucban::domain::refusal::Refusal;
use trucban::domain::values::Severity;
use trucban::ledger::outbox::Kind;

use super::given::{BACKUP, BLOCKED, DEPUTY, DUTY, Given, LEAD, MANAGER, REPORTER, UNREACHABLE};
use crate::simulation::town::{id, minutes};

/// Levels of the urgent policy: duty 5 minutes; backup and leads 10; managers 15; three rounds.
const ROUND: Duration = minutes(30);

#[test]
fn each_level_is_called_at_its_time_and_the_rounds_follow_each_other() {
    let mut given = Given::new();
    let code = given.open(Severity::High);
    assert_eq!(given.called(&code), [DUTY]);
    given.wait(minutes(5));
    assert_eq!(given.called(&code), [DUTY, BACKUP, LEAD, DEPUTY]);
    given.wait(minutes(10));
    assert_eq!(given.called(&code), [DUTY, BACKUP, LEAD, DEPUTY, MANAGER]);
    given.wait(minutes(15));
    assert_eq!(given.rung(&code), Some((2, 1)));
    given.wait(ROUND);
    assert_eq!(given.rung(&code), Some((3, 1)));
}

#[test]
fn once_the_rounds_are_spent_leads_and_managers_are_called_every_half_hour() {
    let mut given = Given::new();
    let code = given.open(Severity::High);
    given.wait(3 * ROUND);
    assert_eq!(given.rung(&code), None);
    let before = given.called(&code).len();
    given.wait(minutes(90));
    let after = given.called(&code);
    assert_eq!(after[before..], [LEAD, DEPUTY, MANAGER].repeat(3));
}

#[test]
fn a_late_moment_fires_once_and_the_next_wait_counts_from_now() {
    let mut given = Given::new();
    let code = given.open(Severity::High);
    given.now = given.now.plus(minutes(5) + Duration::from_secs(60));
    given.tick_first();
    assert_eq!(given.left(&code), minutes(9), "up to a minute late nothing drifts");
    given.now = given.now.plus(minutes(9) + Duration::from_millis(60_001));
    given.tick_first();
    assert_eq!(given.left(&code), minutes(15), "later than that the wait counts from now");
    given.now = given.now.plus(minutes(60 * 24));
    given.tick_first();
    assert_eq!(given.rung(&code), Some((2, 1)));
    assert_eq!(given.left(&code), minutes(5));
}

#[test]
fn raising_calls_the_next_rung_at_once_and_its_wait_begins() {
    let mut given = Given::new();
    let code = given.open(Severity::High);
    given.wait(minutes(1));
    given.does(MANAGER, &code, Act::Raise(None));
    assert_eq!((given.rung(&code), given.left(&code)), (Some((1, 2)), minutes(10)));
}

#[test]
fn raising_while_somebody_holds_it_calls_the_next_rung_and_leaves_the_holder() {
    let mut given = Given::new();
    let code = given.open(Severity::High);
    given.does(DUTY, &code, Act::Acknowledge);
    let lease = given.left(&code);
    given.does(BACKUP, &code, Act::Raise(None));
    let incident = given.see(&code);
    assert_eq!((incident.holder(), given.left(&code)), (Some(&id(DUTY)), lease));
    assert_eq!(given.rung(&code), Some((1, 2)));
    assert_eq!(given.waiting(&code).len(), 3);
}

#[test]
fn raising_while_somebody_holds_it_goes_on_to_the_next_rung_when_the_first_reaches_nobody() {
    let mut given = Given::new();
    let code = given.open(Severity::High);
    given.does(DUTY, &code, Act::Acknowledge);
    let lease = given.left(&code);
    given.does(BACKUP, &code, Act::Raise(None));
    for person in [BACKUP, LEAD, DEPUTY] {
        assert_eq!(given.rung(&code), Some((1, 2)), "{person} may still be reached");
        while given.pages_end(&code, person, &BLOCKED) > 0 {}
    }
    assert_eq!(given.rung(&code), Some((1, 3)), "the next rung is called at once");
    let incident = given.see(&code);
    assert_eq!((incident.holder(), given.left(&code)), (Some(&id(DUTY)), lease));
    let waiting: Vec<_> = given.waiting(&code).into_iter().map(|(who, _)| who).collect();
    assert_eq!(waiting, [MANAGER]);
}

#[test]
fn a_call_that_somebody_answered_calls_nobody_else_when_its_pages_come_back() {
    let mut given = Given::new();
    let code = given.open(Severity::High);
    let pages = given.pages(&code);
    let flying: Vec<_> = pages.iter().collect();
    assert_eq!(given.start(&flying), 1);
    given.does(BACKUP, &code, Act::Acknowledge);
    given.ends_on_the_way(&flying, &BLOCKED);
    assert_eq!(given.rung(&code), Some((1, 1)));
    assert!(given.waiting(&code).is_empty());
}

#[test]
fn a_double_tap_on_raise_never_skips_two() {
    let mut given = Given::new();
    let code = given.open(Severity::High);
    let tap = |given: &mut Given| given.press(LEAD, &code, 1, Act::Raise(Some(1)));
    assert!(matches!(tap(&mut given), Receipt::Done(_)));
    assert!(matches!(tap(&mut given), Receipt::Refused(Refusal::AlreadyRaised { .. })));
    assert_eq!(given.rung(&code), Some((1, 2)));
}

#[test]
fn another_button_works_whatever_rung_has_fired_meanwhile() {
    let mut given = Given::new();
    let code = given.open(Severity::High);
    given.wait(3 * ROUND);
    assert!(matches!(given.press(DUTY, &code, 1, Act::Acknowledge), Receipt::Done(_)));
}

#[test]
fn raising_past_the_last_rung_calls_leads_and_managers() {
    let mut given = Given::new();
    let code = given.open(Severity::High);
    for _ in 0..9 {
        given.does(LEAD, &code, Act::Raise(None));
    }
    assert_eq!((given.rung(&code), given.left(&code)), (None, minutes(30)));
    let last = given.called(&code).split_off(given.called(&code).len() - 3);
    assert_eq!(last, [LEAD, DEPUTY, MANAGER]);
}

#[test]
fn a_higher_severity_calls_the_first_level_with_somebody_new_and_tells_the_others_as_loudly() {
    let mut given = Given::new();
    let code = given.open(Severity::Low);
    assert_eq!(given.called(&code), [DUTY]);
    given.does(BACKUP, &code, Act::Severity(Severity::Critical));
    assert_eq!((given.rung(&code), given.left(&code)), (Some((1, 2)), minutes(10)));
    let louder = |row: &trucban::ledger::outbox::Row| {
        matches!(row.notice.body, Body::Page { kind: PageKind::SeverityRaised, .. })
    };
    let pages = given.pages(&code);
    let again: Vec<_> = pages.iter().filter(|row| louder(row)).map(|row| &row.to).collect();
    assert_eq!(again.len(), 1, "the officer on duty was called before");
    assert_eq!(given.called(&code).len(), 5);
}

#[test]
fn a_higher_severity_while_somebody_holds_it_only_sends_notices() {
    let mut given = Given::new();
    let code = given.open(Severity::Low);
    given.does(DUTY, &code, Act::Acknowledge);
    let (left, called) = (given.left(&code), given.called(&code));
    given.does(BACKUP, &code, Act::Severity(Severity::Critical));
    assert_eq!((given.left(&code), given.called(&code)), (left, called));
}

#[test]
fn a_lower_severity_stands_on_the_last_rung_there_is_and_never_waits_less() {
    let mut given = Given::new();
    let code = given.open(Severity::High);
    given.wait(minutes(15));
    assert_eq!((given.rung(&code), given.left(&code)), (Some((1, 3)), minutes(15)));
    given.does(LEAD, &code, Act::Severity(Severity::Low));
    assert_eq!((given.rung(&code), given.left(&code)), (Some((1, 2)), minutes(120)));
    let called = given.called(&code).len();
    given.does(LEAD, &code, Act::Severity(Severity::High));
    given.does(LEAD, &code, Act::Severity(Severity::Medium));
    assert!(given.left(&code) >= minutes(15));
    assert!(given.called(&code).len() > called, "the raise between them called");
}

#[test]
fn a_silent_holder_is_reminded_then_released_and_the_same_rung_calls_at_once() {
    let mut given = Given::new();
    let code = given.open(Severity::High);
    given.wait(minutes(5));
    given.does(BACKUP, &code, Act::Acknowledge);
    let before = given.events(&code).len();
    given.wait(minutes(120));
    assert_eq!(given.kinds(&code, before), ["lease_reminded"]);
    given.wait(minutes(14));
    assert_eq!(given.see(&code).holder(), Some(&id(BACKUP)));
    given.wait(minutes(1));
    assert_eq!(given.kinds(&code, before), ["lease_reminded", "lease_expired", "rung_reached"]);
    assert_eq!((given.see(&code).holder(), given.rung(&code)), (None, Some((1, 2))));
    assert_eq!(given.left(&code), minutes(10));
}

#[test]
fn still_on_it_and_any_other_act_of_the_holder_renews_the_lease() {
    let mut given = Given::new();
    let code = given.open(Severity::High);
    given.does(DUTY, &code, Act::Acknowledge);
    for act in [Act::KeepAlive, Act::Note("tiếp".to_owned()), Act::KeepAlive] {
        given.wait(minutes(130));
        given.does(DUTY, &code, act);
        assert_eq!(given.left(&code), minutes(120));
    }
    given.does(BACKUP, &code, Act::Note("khác".to_owned()));
    given.wait(minutes(1));
    given.does(BACKUP, &code, Act::Note("khác".to_owned()));
    assert_eq!(given.left(&code), minutes(119), "others do not renew it");
}

#[test]
fn giving_back_calls_the_same_rung_at_once_but_not_whoever_gave_it_back() {
    let mut given = Given::new();
    let code = given.open(Severity::High);
    given.wait(minutes(5));
    given.does(LEAD, &code, Act::Acknowledge);
    given.does(LEAD, &code, Act::HandBack);
    assert_eq!(given.rung(&code), Some((1, 2)));
    let waiting: Vec<_> = given.waiting(&code).into_iter().map(|(who, _)| who).collect();
    assert_eq!(waiting, [BACKUP, DEPUTY]);
}

#[test]
fn an_assigned_persons_page_uses_no_rung() {
    let mut given = Given::new();
    let code = given.open(Severity::High);
    given.wait(minutes(2));
    let (rung, left) = (given.rung(&code), given.left(&code));
    given.does(LEAD, &code, Act::Assign(id(BACKUP)));
    assert_eq!((given.rung(&code), given.left(&code)), (rung, left));
    assert_eq!(given.called(&code), [DUTY, BACKUP]);
    given.wait(minutes(3));
    assert_eq!(given.rung(&code), Some((1, 2)), "the ladder goes on until he presses");
}

#[test]
fn a_refused_page_goes_to_the_persons_next_channel_and_then_the_next_rung_is_called_at_once() {
    let mut given = Given::new();
    let code = given.open(Severity::High);
    assert_eq!(given.pages_end(&code, DUTY, &BLOCKED), 1);
    assert_eq!(given.waiting(&code), [(DUTY.to_owned(), "webhook".to_owned())]);
    assert_eq!(given.pages_end(&code, DUTY, &BLOCKED), 1);
    assert_eq!((given.rung(&code), given.left(&code)), (Some((1, 2)), minutes(10)));
}

#[test]
fn a_channel_that_is_down_is_tried_again_while_the_next_one_is_tried_too() {
    let mut given = Given::new();
    let code = given.open(Severity::High);
    given.pages_end(&code, DUTY, &Sent::Retry(1_000));
    given.now = given.now.plus(Duration::from_secs(1));
    given.pages_end(&code, DUTY, &Sent::Down { maybe: false });
    let ways: Vec<_> = given.waiting(&code).into_iter().map(|(_, way)| way).collect();
    assert_eq!(ways, ["telegram", "webhook"], "whatever happened to the try before");
    assert_eq!(given.rung(&code), Some((1, 1)));
}

#[test]
fn rungs_on_which_nobody_can_be_reached_are_passed_at_once_and_written_down() {
    let mut given = Given::under(2);
    let code = given.open(Severity::High);
    given.wait(minutes(5));
    assert_eq!((given.rung(&code), given.left(&code)), (Some((1, 3)), minutes(15)));
    let lonely = |event: &IncidentEvent| {
        matches!(event, IncidentEvent::PageFailed { person, channel: None, .. }
            if *person == id(UNREACHABLE))
    };
    assert!(given.events(&code).iter().any(lonely));
}

#[test]
fn a_rung_whose_last_hope_was_the_teams_chat_is_left_when_that_refuses_too() {
    let mut given = Given::under(2);
    let code = given.open(Severity::High);
    while given.pages_end(&code, DUTY, &BLOCKED) > 0 {}
    assert_eq!(given.rung(&code), Some((1, 1)), "the team's chat may still hear");
    given.call_ends(&code, &BLOCKED);
    assert_eq!(given.rung(&code), Some((1, 3)));
}

#[test]
fn a_call_that_was_held_up_is_not_made_once_it_was_answered_given_back_or_begun_anew() {
    let mut given = Given::under(2);
    let (one, two) = (given.open(Severity::High), given.open(Severity::High));
    for code in [&one, &two] {
        let rows = given.reader.outbox().unwrap();
        let of = |row: &&trucban::ledger::outbox::Row| row.incident.as_ref() == Some(code);
        let called: Vec<_> = rows.iter().filter(of).filter(|row| row.rung_seq.is_some()).collect();
        let flying = given.start(&called);
        if code == &one {
            given.does(BACKUP, code, Act::Acknowledge);
            given.does(BACKUP, code, Act::HandBack);
        } else {
            given.does(LEAD, code, super::given::false_alarm());
            given.does(LEAD, code, Act::Reopen);
        }
        let incident = given.see(code);
        for row in &called {
            assert!(trucban::engine::delivery::stale(&incident, row), "{}", row.key);
        }
        assert_eq!(flying, 2, "the officer on duty and the team's chat");
    }
}

#[test]
fn a_round_that_reached_nobody_at_all_calls_leads_and_managers() {
    let mut given = Given::under(1);
    let code = given.open(Severity::Low);
    while given.rung(&code).is_some() && given.pages_end(&code, DUTY, &BLOCKED) > 0 {}
    assert_eq!(given.rung(&code), None);
    let waiting: Vec<_> = given.waiting(&code).into_iter().map(|(who, _)| who).collect();
    assert_eq!(waiting, [LEAD, DEPUTY, MANAGER]);
}

/// Every page and call that waits is refused, until none is left.
fn nothing_arrives(given: &mut Given, code: &trucban::domain::ids::IncidentCode) {
    while let Some((person, _)) = given.waiting(code).first().cloned() {
        given.pages_end(code, &person, &BLOCKED);
    }
    given.calls_end(code, &BLOCKED);
}

#[test]
fn the_last_resort_says_nobody_was_reached_for_as_long_as_that_is_so() {
    let mut given = Given::new();
    let code = given.open(Severity::High);
    nothing_arrives(&mut given, &code);
    assert_eq!(given.rung(&code), None);
    for _ in 0..2 {
        let kind = Some(PageKind::NobodyReached);
        assert_eq!(given.last_calls(&code), (kind, kind));
        given.wait(minutes(30));
        nothing_arrives(&mut given, &code);
    }
    given.wait(minutes(30));
    given.pages_end(&code, LEAD, &Sent::Accepted(None));
    given.wait(minutes(30));
    let kind = Some(PageKind::NobodyAnswered);
    assert_eq!(given.last_calls(&code), (kind, kind), "the captain has had one");
}

#[test]
fn the_last_resort_says_nobody_answered_when_only_the_last_rung_could_not_be_reached() {
    let mut given = Given::new();
    let code = given.open(Severity::High);
    given.pages_end(&code, DUTY, &Sent::Accepted(None));
    given.wait(2 * ROUND + minutes(15));
    assert_eq!(given.rung(&code), Some((3, 3)));
    while given.pages_end(&code, MANAGER, &BLOCKED) > 0 {}
    assert_eq!(given.rung(&code), None);
    let kind = Some(PageKind::NobodyAnswered);
    assert_eq!(given.last_calls(&code), (kind, kind));
}

#[test]
fn a_holder_who_changes_the_severity_holds_it_for_as_long_as_the_new_one_allows() {
    let mut given = Given::new();
    let code = given.open(Severity::Low);
    given.does(DEPUTY, &code, Act::Acknowledge);
    assert_eq!(given.left(&code), minutes(24 * 60));
    given.does(DEPUTY, &code, Act::Severity(Severity::High));
    assert_eq!(given.left(&code), minutes(120));
    given.does(DEPUTY, &code, Act::Severity(Severity::Low));
    assert_eq!(given.left(&code), minutes(24 * 60));
}

#[test]
fn a_page_that_arrives_after_somebody_took_it_is_brought_up_to_date_even_within_the_instant() {
    let mut given = Given::new();
    let code = given.open(Severity::High);
    let pages = given.pages(&code);
    let flying: Vec<_> = pages.iter().collect();
    given.start(&flying);
    given.does(BACKUP, &code, Act::Acknowledge);
    given.ends_on_the_way(&flying, &Sent::Accepted(Some(77)));
    let rows = given.reader.outbox().unwrap();
    let chat = trucban::ledger::outbox::Recipient::Chat { chat: 101, thread: None, reply_to: None };
    assert_eq!(rows.iter().filter(|row| row.kind == Kind::Card && row.to == chat).count(), 1);
}

#[test]
fn leads_hear_when_the_page_to_an_assigned_person_did_not_arrive() {
    for to in [BACKUP, UNREACHABLE] {
        let mut given = Given::new();
        let code = given.reported_by(REPORTER);
        given.does(LEAD, &code, Act::Assign(id(to)));
        while given.pages_end(&code, to, &BLOCKED) > 0 {}
        let told = given.reader.outbox().unwrap().into_iter().filter(|row| {
            let news = News::AssignedUnreachable { person: id(to) };
            matches!(&row.notice.body, Body::News { news: told, .. } if *told == news)
        });
        assert_eq!(told.count(), 2, "{to}: the captain and the deputy");
    }
}

#[test]
fn what_is_opened_under_a_policy_keeps_it() {
    let mut given = Given::new();
    let code = given.open(Severity::High);
    given.settings.policies = crate::simulation::town::policies(1);
    given.wait(minutes(5));
    assert_eq!((given.rung(&code), given.left(&code)), (Some((1, 2)), minutes(10)));
}
