//! Changes of the roster that are taken back, swaps that need a lead, and two who reach for the same stretch.

use trucban::domain::ids::PersonId;
use trucban::domain::roster::decide::{RosterRefusal, Wish};
use trucban::domain::roster::{Layer, RosterId, Span, SwapState, Through};
use trucban::ledger::{Durability, Store};

use super::duty::{TWO, at, end, rostered, wish};
use super::given::Given;
use crate::harness::{ADMIN, DEPUTY, DUTY, LEAD, Province, REPORTER, hours, minutes};

fn roster(province: &Province) -> std::sync::Arc<trucban::domain::roster::Roster> {
    province.world.engine().unwrap().reader().directory().unwrap().roster
}

/// Who is on duty at an instant.
fn on_duty(province: &Province, then: &str) -> Vec<String> {
    let directory = province.world.engine().unwrap().reader().directory().unwrap();
    let chair = directory.roster.on_duty(Layer::Duty, at(then), &directory.calendar);
    chair.people().iter().map(|seated| seated.person.to_string()).collect()
}

#[tokio::test]
async fn a_change_is_taken_back_by_the_button_on_its_receipt_and_whoever_sat_there_is_told() {
    let province = rostered(TWO).await;
    province.say(LEAD, "/truc p-001 24/11").await;
    assert_eq!(on_duty(&province, "2026-11-24T12:00"), ["p-001"]);
    assert_eq!(on_duty(&province, "2026-11-24T03:00"), ["p-001"]);
    let receipt = province.last(LEAD);
    assert!(receipt.text.contains("Cán bộ trực chính, trực 00:00 T3 24/11"), "{}", receipt.text);
    assert_eq!(receipt.labels(), ["Hủy"]);

    province.press(LEAD, LEAD, "Hủy").await;

    province.after(minutes(1)).await;
    assert_eq!(province.count(LEAD, "Đã bỏ thay đổi đó"), 1);
    assert_eq!(province.count(DUTY, "Đã bỏ việc xếp anh/chị trực 00:00 T3 24/11"), 1);
    // The rotation's own again.
    assert_eq!(on_duty(&province, "2026-11-24T12:00"), ["p-004"]);
    end(province).await;
}

#[tokio::test]
async fn a_change_is_taken_back_by_words_and_only_by_who_may_make_one() {
    let province = rostered(TWO).await;
    province.say(LEAD, "/truc p-001 24/11").await;
    let id = roster(&province).changes.keys().next().unwrap().0;
    province.say(DUTY, &format!("/truc hủy {id}")).await;
    assert_eq!(on_duty(&province, "2026-11-24T12:00"), ["p-001"], "{}", province.last(DUTY).text);
    province.say(ADMIN, "/truc hủy").await;
    let listed = province.last(ADMIN);
    assert!(listed.text.contains(&format!("(/truc hủy {id})")), "{}", listed.text);
    assert_eq!(listed.labels().len(), 1);
    province.say(ADMIN, &format!("/truc hủy {id}")).await;
    assert_eq!(on_duty(&province, "2026-11-24T12:00"), ["p-004"]);
    province.say(ADMIN, &format!("/truc hủy {id}")).await;
    assert!(province.last(ADMIN).text.contains("Không còn mục này"));
    province.say(ADMIN, "/truc hủy 999999").await;
    assert!(province.last(ADMIN).text.contains("Không còn mục này"));
    province.say(ADMIN, "/truc hủy").await;
    assert!(province.last(ADMIN).text.contains("Không có thay đổi nào"));
    end(province).await;
}

#[tokio::test]
async fn a_change_that_has_begun_ends_now_and_what_was_stays_as_it_was() {
    let province = rostered(TWO).await;
    province.say(LEAD, "/truc p-003 21/11").await;
    province.after(hours(2)).await;
    assert_eq!(on_duty(&province, "2026-11-21T15:00"), ["p-003"]);
    province.press(LEAD, LEAD, "Hủy").await;
    assert_eq!(on_duty(&province, "2026-11-21T15:00"), ["p-003"], "it was so");
    assert_eq!(on_duty(&province, "2026-11-21T20:00"), ["p-001"]);
    province.after(minutes(1)).await;
    let back = province.messages(DUTY);
    assert!(back.iter().any(|shown| shown.text.contains("Ca trực của anh/chị bắt đầu 16:")));
    end(province).await;
}

#[tokio::test]
async fn a_leave_that_ends_early_puts_the_person_back_on_duty_and_tells_the_stand_in() {
    let province = rostered(TWO).await;
    province.say(DEPUTY, "/nghi 22/11 23/11 p-003").await;
    let receipt = province.last(DEPUTY);
    assert_eq!(receipt.labels(), ["Hủy"]);
    // Sunday noon: the captain stands in.
    province.after(hours(22)).await;
    assert_eq!(on_duty(&province, "2026-11-22T12:00"), ["p-003"]);
    let id = roster(&province).leaves.keys().next().unwrap().0;
    province.say(DEPUTY, &format!("/nghi hủy {id}")).await;
    province.after(minutes(1)).await;

    assert_eq!(on_duty(&province, "2026-11-22T14:00"), ["p-004"]);
    assert_eq!(on_duty(&province, "2026-11-22T11:00"), ["p-003"], "it was so");
    assert_eq!(province.count(LEAD, "Phó Đội trưởng không nghỉ 22/11–23/11/2026 nữa"), 1);
    assert_eq!(province.count(DEPUTY, "Ca trực của anh/chị bắt đầu"), 1);
    let code = province.report(REPORTER, "Máy chủ ngừng").await;
    assert!(province.incident(&code).paged.contains(&PersonId::new("p-004")));
    end(province).await;
}

#[tokio::test]
async fn a_leave_that_a_lead_set_for_somebody_is_taken_back_by_its_button_and_he_is_told() {
    let province = rostered(TWO).await;
    province.say(LEAD, "/nghi p-001 25/11 25/11 p-003").await;
    let said = province.last(LEAD).text;
    assert!(said.contains("nghỉ 25/11"), "{said}");
    province.press(LEAD, LEAD, "Hủy").await;
    province.after(minutes(1)).await;
    assert_eq!(province.count(DUTY, "của anh/chị đã được hủy hoặc kết thúc sớm"), 1);
    let leave = roster(&province).leaves.values().next().cloned().unwrap();
    assert_eq!(leave.span.from, leave.span.to);
    // Nobody else may.
    province.say(LEAD, "/nghi 28/11 28/11 p-004").await;
    let id = roster(&province).leaves.keys().last().unwrap().0;
    province.say(DUTY, &format!("/nghi hủy {id}")).await;
    let leave = roster(&province).leaves.values().last().cloned().unwrap();
    assert!(leave.span.from < leave.span.to, "{}", province.last(DUTY).text);
    end(province).await;
}

#[tokio::test]
async fn what_was_taken_back_is_taken_back_after_a_rebuild_too() {
    let mut province = rostered(TWO).await;
    province.say(LEAD, "/truc p-001 24/11").await;
    province.press(LEAD, LEAD, "Hủy").await;
    province.say(DEPUTY, "/nghi 22/11 23/11 p-003").await;
    province.press(DEPUTY, DEPUTY, "Hủy").await;
    let before = roster(&province);
    let (path, now) = (province.world.dir().join("trucban.db"), province.world.time.read().wall);
    province.world.stop().await.unwrap();
    let mut store = Store::open(&path, Durability::Off).unwrap();
    assert_eq!(store.rebuild(now).unwrap().differences, Vec::<String>::new());
    assert_eq!(store.reader().unwrap().directory().unwrap().roster, before);
    drop(store);
    province.start().await;
    end(province).await;
}

fn span() -> Span {
    Span { from: at("2026-11-22T07:30"), to: at("2026-11-23T07:30") }
}

#[tokio::test]
async fn two_who_would_take_each_others_stretch_at_once_swap_once_and_nobody_sits_twice() {
    let province = rostered(TWO).await;
    let other = Span { from: at("2026-11-23T07:30"), to: at("2026-11-24T07:30") };
    let swap = |span, to: &str| Wish::Swap { layer: Layer::Duty, span, to: PersonId::new(to) };
    assert_eq!(on_duty(&province, "2026-11-23T12:00"), ["p-001"]);
    // Each asks the other for his day, both at the same time.
    let asked = tokio::join!(
        wish(&province, "p-004", swap(span(), "p-001")),
        wish(&province, "p-001", swap(other, "p-004")),
    );
    assert_eq!(asked, (Ok(()), Ok(())));
    province.after(minutes(1)).await;
    // Both press "yes" before either has heard anything, and each presses twice.
    let sandbox = &province.world.sandbox;
    let yes = |who| {
        let (message, data) = province.button(who, "Có");
        for _ in 0..2 {
            sandbox.press_data(who, who, message, &data).unwrap();
        }
    };
    yes(DUTY);
    yes(DEPUTY);
    province.settle().await;
    province.after(minutes(1)).await;

    let states: Vec<_> = roster(&province).swaps.values().map(|swap| swap.state).collect();
    assert_eq!(states, [SwapState::Done, SwapState::Done]);
    assert_eq!(roster(&province).changes.len(), 2, "each swap counts once");
    assert_eq!(on_duty(&province, "2026-11-22T12:00"), ["p-001"]);
    assert_eq!(on_duty(&province, "2026-11-23T12:00"), ["p-004"]);
    assert_eq!(on_duty(&province, "2026-11-24T12:00"), ["p-004"], "the rotation's own");
    for who in [DUTY, DEPUTY] {
        assert!(province.count(who, "Đã đổi ca") > 0, "{:#?}", province.messages(who));
    }
    end(province).await;
}

#[tokio::test]
async fn an_answer_and_a_withdrawal_on_their_way_together_leave_one_of_them_and_nobody_sits_twice()
{
    let province = rostered(TWO).await;
    let swap = |to: &str| Wish::Swap { layer: Layer::Duty, span: span(), to: PersonId::new(to) };
    assert_eq!(wish(&province, "p-004", swap("p-003")).await, Ok(()));
    let id = *roster(&province).swaps.keys().next().unwrap();
    let yes = Wish::AnswerSwap { id, agreed: true };
    let no = Wish::AnswerSwap { id, agreed: false };
    // Both taps are on their way at the same time: the one that asked withdraws, the one asked agrees.
    let (agreed, withdrawn) =
        tokio::join!(wish(&province, "p-003", yes.clone()), wish(&province, "p-004", no.clone()));
    let done = [&agreed, &withdrawn].into_iter().filter(|one| one.is_ok()).count();
    assert_eq!(done, 1, "{agreed:?} {withdrawn:?}");
    let state = roster(&province).swaps.get(&id).unwrap().state;
    let sits = on_duty(&province, "2026-11-22T12:00");
    match state {
        SwapState::Done => assert_eq!((agreed, sits), (Ok(()), vec!["p-003".to_owned()])),
        SwapState::Off => assert_eq!((withdrawn, sits), (Ok(()), vec!["p-004".to_owned()])),
        other => panic!("{other:?}"),
    }
    // A second tap changes nothing.
    let again = wish_again(&province, "p-003", Wish::AnswerSwap { id, agreed: true }).await;
    assert_eq!(again, Err(RosterRefusal::Over));
    end(province).await;
}

#[tokio::test]
async fn a_stretch_that_two_give_away_in_turn_goes_on_and_never_back_in_time() {
    let province = rostered(TWO).await;
    let swap = |to: &str| Wish::Swap { layer: Layer::Duty, span: span(), to: PersonId::new(to) };
    assert_eq!(wish(&province, "p-004", swap("p-003")).await, Ok(()));
    let first = *roster(&province).swaps.keys().next().unwrap();
    let answer = |id, agreed| Wish::AnswerSwap { id, agreed };
    assert_eq!(wish(&province, "p-003", answer(first, true)).await, Ok(()));
    // It is no longer the first one's to give, and the new one may give it on.
    let gone = wish(&province, "p-004", swap("p-001")).await;
    assert!(matches!(gone, Err(RosterRefusal::NotOnDuty { .. })), "{gone:?}");
    assert_eq!(wish(&province, "p-003", swap("p-001")).await, Ok(()));
    let second = *roster(&province).swaps.keys().last().unwrap();
    assert_eq!(wish(&province, "p-001", answer(second, true)).await, Ok(()));
    assert_eq!(on_duty(&province, "2026-11-22T12:00"), ["p-001"]);
    let swapped = roster(&province).changes.values().all(|change| change.through == Through::Swap);
    assert!(swapped);
    end(province).await;
}

async fn wish_again(province: &Province, who: &str, wish: Wish) -> Result<(), RosterRefusal> {
    use trucban::domain::envelope::{Actor, Command, Receipt};
    use trucban::domain::refusal::Refusal;
    let actor = Actor::Person(PersonId::new(who));
    match province.submit("again", actor, Command::Roster(wish)).await {
        Receipt::Done(_) => Ok(()),
        Receipt::Refused(Refusal::Roster(refusal)) => Err(refusal),
        Receipt::Refused(other) => panic!("{other:?}"),
    }
}

/// A province where a lead has the last word on swaps; the officer on duty has the chair.
fn led() -> Given {
    use super::given::{BACKUP, DUTY};
    use trucban::domain::envelope::{Actor, Command};
    use trucban::domain::roster::rotation::{Every, Hours, Plan, Rotation};
    let mut given = Given::under(0);
    given.settings.swaps_need_a_lead = true;
    let rotation = Rotation {
        from: given.now.date(chrono_tz::UTC),
        until: None,
        every: Every::Days(1),
        at: chrono::NaiveTime::MIN,
        hours: Hours::Always,
        turns: vec![vec![PersonId::new(DUTY)], vec![PersonId::new(BACKUP)]],
    };
    let layers = [(Layer::Duty, vec![rotation])].into();
    let plan = Plan { from: given.now, layers };
    let receipt = given.ask(Actor::Operator, Command::Roster(Wish::Plan(plan.into())));
    assert!(matches!(receipt, trucban::domain::envelope::Receipt::Done(_)), "{receipt:?}");
    given
}

fn wishes(given: &mut Given, who: &str, wish: Wish) -> Result<(), RosterRefusal> {
    use trucban::domain::envelope::{Actor, Command, Receipt};
    use trucban::domain::refusal::Refusal;
    match given.ask(Actor::Person(PersonId::new(who)), Command::Roster(wish)) {
        Receipt::Done(_) => Ok(()),
        Receipt::Refused(Refusal::Roster(refusal)) => Err(refusal),
        Receipt::Refused(other) => panic!("{other:?}"),
    }
}

#[test]
fn where_a_lead_decides_a_swap_stands_only_after_his_word() {
    use super::given::{BACKUP, DUTY, LEAD};
    let mut given = led();
    let ahead = given.now.plus(hours(48));
    let directory = given.reader.directory().unwrap();
    let roster = &directory.roster;
    let shift = roster.shift_at(Layer::Duty, ahead, &directory.calendar).unwrap();
    let (owner, other) = match shift.chair.people()[0].person.as_str() {
        DUTY => (DUTY, BACKUP),
        _ => (BACKUP, DUTY),
    };
    let middle = shift.span.from.plus(hours(12));
    let sits = |given: &Given| {
        let directory = given.reader.directory().unwrap();
        let chair = directory.roster.on_duty(Layer::Duty, middle, &directory.calendar);
        chair.people()[0].person.to_string()
    };
    let propose = Wish::Swap { layer: Layer::Duty, span: shift.span, to: PersonId::new(other) };
    wishes(&mut given, owner, propose.clone()).unwrap();
    let id = *given.reader.directory().unwrap().roster.swaps.keys().next().unwrap();
    let decide = |agreed| Wish::DecideSwap { id, agreed };
    assert_eq!(
        wishes(&mut given, LEAD, decide(true)),
        Err(RosterRefusal::Over),
        "nobody agreed yet"
    );
    wishes(&mut given, other, Wish::AnswerSwap { id, agreed: true }).unwrap();
    assert_eq!(sits(&given), owner, "a lead has to decide");
    assert_eq!(wishes(&mut given, LEAD, decide(false)), Ok(()));
    assert_eq!(sits(&given), owner);
    assert_eq!(wishes(&mut given, LEAD, decide(true)), Err(RosterRefusal::Over));

    wishes(&mut given, owner, propose).unwrap();
    let id: RosterId = *given.reader.directory().unwrap().roster.swaps.keys().last().unwrap();
    wishes(&mut given, other, Wish::AnswerSwap { id, agreed: true }).unwrap();
    let conn = rusqlite::Connection::open(given.store.path()).unwrap();
    let sql =
        "SELECT count(*) FROM outbox WHERE person = ?1 AND key LIKE 'duty:%:swap_to_decide:%'";
    let asked: i64 = conn.query_row(sql, [LEAD], |row| row.get(0)).unwrap();
    assert_eq!(asked, 2, "both times");
    assert_eq!(wishes(&mut given, LEAD, Wish::DecideSwap { id, agreed: true }), Ok(()));
    assert_eq!(sits(&given), other);
}
