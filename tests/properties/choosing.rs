//! What leaves next: a pure choice, played against queues that no province ever had.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use proptest::prelude::*;
use trucban::domain::notice::{ON_ONE, PageClass, Priority};
use trucban::domain::time::Timestamp;
use trucban::domain::values::ChannelKind;
use trucban::engine::pump::{Budgets, Candidate, Choice, Shares, choose, in_flight};

const T0: i64 = 1_795_244_400_000;

/// A chat, or none: groups are negative.
fn candidate() -> impl Strategy<Value = Candidate> {
    let lane = prop_oneof![(1_i64..12), (-4_i64..0)];
    let what = prop::sample::select(vec![
        (Some(Shares::Pages(PageClass::Rung)), Priority::CriticalPage),
        (Some(Shares::Pages(PageClass::Rung)), Priority::Page),
        (Some(Shares::Pages(PageClass::Rung)), Priority::DrillPage),
        (Some(Shares::Pages(PageClass::LastRung)), Priority::Page),
        (Some(Shares::Pages(PageClass::NobodyReached)), Priority::Page),
        (None, Priority::Page),
        (None, Priority::Reply),
        (Some(Shares::Cards), Priority::Card),
        (None, Priority::Edit),
        (None, Priority::Notice),
        (None, Priority::Broadcast),
    ]);
    let channel = prop_oneof![
        6 => Just(ChannelKind::Telegram),
        1 => Just(ChannelKind::Webhook),
        1 => Just(ChannelKind::Email),
    ];
    (channel, lane, what).prop_map(|(channel, lane, (shares, priority))| Candidate {
        id: 0,
        channel,
        lane,
        priority,
        shares,
    })
}

fn numbered(list: Vec<Candidate>) -> Vec<Candidate> {
    let one = |(index, mut candidate): (usize, Candidate)| {
        candidate.id = i64::try_from(index).unwrap() + 1;
        if candidate.channel != ChannelKind::Telegram {
            candidate.lane = candidate.id;
        }
        candidate
    };
    list.into_iter().enumerate().map(one).collect()
}

/// Sends until nothing waits: each message takes `takes` ms. Returns what left when.
fn play(mut waiting: Vec<Candidate>, takes: i64, until: i64) -> Vec<(i64, Choice)> {
    let (mut budgets, mut now) = (Budgets::default(), T0);
    let mut flights: Vec<(i64, Choice)> = Vec::new();
    let mut left = Vec::new();
    while !waiting.is_empty() && now < T0 + until {
        let (done, still) = flights.into_iter().partition(|(end, _)| *end <= now);
        flights = still;
        for (_, choice) in done {
            let _: &Choice = &choice;
            budgets.done(choice.channel, choice.lane, choice.priority);
        }
        budgets.trim(Timestamp::from_millis(now));
        let (chosen, look) = choose(&waiting, &budgets, Timestamp::from_millis(now));
        for choice in chosen {
            budgets.leave(&choice, Timestamp::from_millis(now));
            waiting.retain(|candidate| !choice.ids.contains(&candidate.id));
            flights.push((now + takes, choice.clone()));
            left.push((now, choice));
        }
        let ends = flights.iter().map(|(end, _)| *end);
        let next = ends.chain(look.map(Timestamp::millis)).min();
        now = next.map_or(now + 1_000, |at| at.max(now + 1));
    }
    left
}

/// Most of `times` inside any window of `span` ms.
fn most_within(times: &[i64], span: i64) -> usize {
    let inside = |from: &i64| times.iter().filter(|at| (*from..*from + span).contains(at)).count();
    times.iter().map(inside).max().unwrap_or(0)
}

proptest! {
    #![proptest_config(super::cases(64))]

    #[test]
    fn no_budget_is_ever_passed(
        waiting in prop::collection::vec(candidate(), 1..250),
        takes in 1_i64..400,
    ) {
        let waiting = numbered(waiting);
        let left = play(waiting.clone(), takes, i64::MAX / 4 - T0);
        let telegram = |lane: Option<i64>| -> Vec<i64> {
            let fits = |choice: &&(i64, Choice)| {
                choice.1.channel == ChannelKind::Telegram
                    && lane.is_none_or(|lane| choice.1.lane == lane)
            };
            left.iter().filter(fits).map(|(at, _)| *at).collect()
        };
        prop_assert!(most_within(&telegram(None), 1_000) <= 30);
        for group in -4..0 {
            prop_assert!(most_within(&telegram(Some(group)), 60_000) <= 20);
        }
        let flying = |at: i64| left.iter().filter(move |(l, _)| *l <= at && at < l + takes);
        for (at, _) in &left {
            let lanes: Vec<_> = flying(*at).map(|(_, c)| (c.channel, c.lane)).collect();
            for &channel in ChannelKind::ALL {
                let by_it = lanes.iter().filter(|(by, _)| *by == channel).count();
                prop_assert!(by_it <= in_flight(channel), "{} by {}", by_it, channel);
            }
            // Beside another message only one critical page is on its way to a chat, and nothing passes it.
            for lane in &lanes {
                let beside: Vec<(i64, Priority)> = flying(*at)
                    .filter(|(_, c)| (c.channel, c.lane) == *lane)
                    .map(|(left, c)| (*left, c.priority))
                    .collect();
                let critical = |one: &(i64, Priority)| one.1 == Priority::CriticalPage;
                match beside.as_slice() {
                    [_] => {}
                    [first, second] => {
                        let passes = !critical(first) && critical(second);
                        prop_assert!(passes, "{:?} and {:?} to one chat", first, second);
                    }
                    more => prop_assert!(false, "{:?} to one chat", more),
                }
            }
        }
        let gone: usize = left.iter().map(|(_, choice)| choice.ids.len()).sum();
        prop_assert_eq!(gone, waiting.len(), "everything leaves, and once");
    }

    #[test]
    fn a_bundle_holds_one_chat_and_one_kind_and_never_drill_and_real_pages_together(waiting in prop::collection::vec(candidate(), 1..250)) {
        let waiting = numbered(waiting);
        let by_id: BTreeMap<i64, &Candidate> = waiting.iter().map(|c| (c.id, c)).collect();
        let (chosen, _) = choose(&waiting, &Budgets::default(), Timestamp::from_millis(T0));
        for choice in chosen {
            let rows: Vec<&Candidate> = choice.ids.iter().map(|id| by_id[id]).collect();
            prop_assert!(rows.len() <= ON_ONE);
            let alike = |row: &&Candidate| {
                (row.channel, row.lane) == (choice.channel, choice.lane)
                    && (row.shares, row.priority) == (rows[0].shares, rows[0].priority)
            };
            prop_assert!(rows.iter().all(alike));
            prop_assert!(rows.len() == 1 || rows.iter().all(|row| row.shares.is_some()));
        }
    }

    #[test]
    fn the_same_queue_in_any_order_gives_the_same_choice(
        waiting in prop::collection::vec(candidate(), 1..100), turn in 0_usize..100,
    ) {
        let now = Timestamp::from_millis(T0);
        let waiting = numbered(waiting);
        let mut turned = waiting.clone();
        turned.rotate_left(turn % waiting.len());
        let budgets = Budgets::default();
        prop_assert_eq!(choose(&waiting, &budgets, now), choose(&turned, &budgets, now));
    }

    #[test]
    fn nothing_of_less_urgency_takes_the_place_of_a_page(
        waiting in prop::collection::vec(candidate(), 1..250),
    ) {
        let waiting = numbered(waiting);
        let (chosen, _) = choose(&waiting, &Budgets::default(), Timestamp::from_millis(T0));
        let taken: BTreeSet<i64> = chosen.iter().flat_map(|c| c.ids.clone()).collect();
        let lanes: BTreeSet<_> = chosen.iter().map(|c| (c.channel, c.lane)).collect();
        let urgent = |c: &&Candidate| c.priority <= Priority::Page;
        let passed = waiting.iter().filter(urgent).any(|page| {
            let lesser = waiting.iter().any(|c| {
                taken.contains(&c.id) && c.channel == page.channel && c.priority > page.priority
            });
            lesser && !taken.contains(&page.id) && !lanes.contains(&(page.channel, page.lane))
        });
        prop_assert!(!passed, "a page waits behind something less urgent");
    }
}

fn notice(id: i64, lane: i64) -> Candidate {
    let (channel, priority) = (ChannelKind::Telegram, Priority::Notice);
    Candidate { id, channel, lane, priority, shares: None }
}

#[test]
fn a_channel_that_hangs_slows_no_other() {
    let now = Timestamp::from_millis(T0);
    for hanging in [ChannelKind::Webhook, ChannelKind::Email, ChannelKind::Telegram] {
        let page = |id: i64, channel| Candidate {
            channel,
            priority: Priority::CriticalPage,
            ..notice(id, id)
        };
        let mut waiting: Vec<Candidate> = (1..=100).map(|id| page(id, hanging)).collect();
        let mut budgets = Budgets::default();
        for choice in choose(&waiting, &budgets, now).0 {
            budgets.leave(&choice, now);
        }
        assert_eq!(budgets.in_flight(hanging), in_flight(hanging));
        let others = ChannelKind::ALL.iter().copied().filter(|other| *other != hanging);
        for (id, other) in (200..).zip(others) {
            waiting.push(page(id, other));
            let (chosen, _) = choose(&waiting, &budgets, now);
            let left = chosen.iter().any(|choice| choice.ids == [id]);
            assert!(left, "{other} waits for {hanging}");
        }
    }
}

/// How long a message of `priority` to `chat` waits that comes `after` ms into sending what waits.
fn waits(mut waiting: Vec<Candidate>, priority: Priority, chat: i64, after: i64) -> i64 {
    let mut budgets = Budgets::default();
    let (mut now, mut asked) = (0, false);
    let mut flights: Vec<(i64, Choice)> = Vec::new();
    loop {
        if now >= after && !asked {
            asked = true;
            waiting.push(Candidate { priority, ..notice(9_999, chat) });
        }
        flights.retain(|(end, choice)| {
            if *end <= now {
                budgets.done(choice.channel, choice.lane, choice.priority);
            }
            *end > now
        });
        let at = Timestamp::from_millis(T0 + now);
        budgets.trim(at);
        for choice in choose(&waiting, &budgets, at).0 {
            if choice.ids.contains(&9_999) {
                return now - after;
            }
            budgets.leave(&choice, at);
            waiting.retain(|candidate| !choice.ids.contains(&candidate.id));
            flights.push((now + 150, choice));
        }
        now += 50;
    }
}

/// Two thousand notices, spread over these chats.
fn notices(chats: &[i64]) -> Vec<Candidate> {
    let chat = |id: i64| chats[usize::try_from(id).unwrap() % chats.len()];
    (1..=2_000).map(|id| notice(id, chat(id))).collect()
}

#[test]
fn a_page_waits_at_most_a_second_behind_two_thousand_notices() {
    let many: Vec<i64> = (1..=200).collect();
    let group: Vec<i64> = vec![-1];
    let one: Vec<i64> = vec![7];
    for after in [0, 50, 300, 1_000, 2_950, 9_700, 61_350] {
        for (chats, chat) in [(&many, 7), (&many, 500), (&group, -1), (&one, 7), (&one, 8)] {
            let waited = waits(notices(chats), Priority::Page, chat, after);
            assert!(waited <= 1_000, "{waited} ms to {chat} behind {} chats", chats.len());
        }
    }
}

#[test]
fn a_critical_page_waits_for_no_lesser_page_longer_than_that_takes_to_send() {
    let pages = |chats: &[i64]| {
        let page = |one: Candidate| Candidate { priority: Priority::Page, ..one };
        notices(chats).into_iter().map(page).collect()
    };
    for after in [0, 50, 1_000, 2_950, 9_700] {
        for (chats, chat) in [(vec![7], 7), ((1..=200).collect(), 7), (vec![-1], -1)] {
            let waited = waits(pages(&chats), Priority::CriticalPage, chat, after);
            assert!(waited <= 150, "{waited} ms behind {} chats after {after}", chats.len());
        }
    }
}

#[test]
fn a_critical_page_does_not_wait_for_what_is_on_its_way_to_its_chat_and_nothing_passes_it() {
    let now = Timestamp::from_millis(T0);
    let page = |id: i64| Candidate { priority: Priority::CriticalPage, ..notice(id, 7) };
    let mut budgets = Budgets::default();
    let leaves = |budgets: &mut Budgets, waiting: &[Candidate]| {
        let (chosen, _) = choose(waiting, budgets, now);
        chosen.iter().for_each(|choice| budgets.leave(choice, now));
        chosen.into_iter().flat_map(|choice| choice.ids).collect::<Vec<i64>>()
    };
    assert_eq!(leaves(&mut budgets, &[notice(1, 7), notice(2, 7)]), [1]);
    // The chat answers to nothing for seconds.
    assert_eq!(leaves(&mut budgets, &[notice(2, 7), page(3), page(4)]), [3]);
    assert_eq!(leaves(&mut budgets, &[notice(2, 7), page(4)]), [0; 0]);
    budgets.done(ChannelKind::Telegram, 7, Priority::Notice);
    assert_eq!(leaves(&mut budgets, &[notice(2, 7), page(4)]), [0; 0]);
    budgets.done(ChannelKind::Telegram, 7, Priority::CriticalPage);
    assert_eq!(leaves(&mut budgets, &[notice(2, 7), page(4)]), [4]);
}

#[test]
fn a_chat_that_told_us_to_wait_is_free_again_after_the_clock_was_set_back() {
    let mut budgets = Budgets::default();
    let at = |seconds: i64| Timestamp::from_millis(T0 + seconds * 1_000);
    budgets.block(7, at(0), Duration::from_secs(30));
    let (chosen, look) = choose(&[notice(1, 7)], &budgets, at(10));
    assert_eq!((chosen, look), (Vec::new(), Some(at(30))));
    budgets.trim(at(-3_600));
    assert_eq!(choose(&[notice(1, 7)], &budgets, at(-3_600)).0.len(), 1);
}
