//! Who is on duty: handover, swaps, leave, and what escalation makes of it.

use std::path::Path;

use trucban::config::roster;
use trucban::domain::envelope::{Actor, Command, Receipt};
use trucban::domain::ids::PersonId;
use trucban::domain::receipt::Done;
use trucban::domain::refusal::Refusal;
use trucban::domain::roster::decide::{RosterRefusal, Wish};
use trucban::domain::roster::{Layer, Span};
use trucban::domain::time::Timestamp;
use trucban::ledger::{Durability, Store};

use crate::harness::{
    ADMIN, DEPUTY, DUTY, LEAD, MANAGER, Province, REPORTER, given, hours, minutes,
};
use trucban::sandbox::Fault;

/// Two take turns day by day; the first one's turn began this morning.
pub const TWO: &str = r#"
[[duty]]
from = "2026-11-21"
every = "day"
at = "07:30"
people = ["p-001", "p-004"]

[[backup]]
from = "2026-11-21"
every = "week"
at = "07:30"
people = ["p-003"]
"#;

pub async fn rostered(text: &str) -> Province {
    rostered_in(given().await, text).await
}

pub async fn rostered_in(mut province: Province, text: &str) -> Province {
    import(&province, text).await;
    province.after(minutes(1)).await;
    province.forget();
    province
}

pub async fn import(province: &Province, text: &str) {
    let engine = province.world.engine().unwrap();
    let (directory, now) = (engine.reader().directory().unwrap(), province.world.time.read().wall);
    let plan = roster::parse(text, Path::new("roster.toml"), &directory, now).unwrap();
    let key = format!("roster:{}", now.millis());
    let receipt = province.submit(&key, Actor::Operator, Command::Roster(Wish::Plan(plan))).await;
    assert!(matches!(receipt, Receipt::Done(Done::Duty(_))), "{receipt:?}");
}

/// What is not the point of a scenario may be said as well.
pub async fn end(mut province: Province) {
    province.forget();
    province.end().await;
}

pub fn at(text: &str) -> Timestamp {
    format!("{text}:00+07:00").parse().unwrap()
}

pub async fn wish(province: &Province, who: &str, wish: Wish) -> Result<(), RosterRefusal> {
    let key = format!("wish:{who}:{wish:?}");
    let actor = Actor::Person(PersonId::new(who));
    match province.submit(&key, actor, Command::Roster(wish)).await {
        Receipt::Done(_) => Ok(()),
        Receipt::Refused(Refusal::Roster(refusal)) => Err(refusal),
        Receipt::Refused(other) => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_new_roster_is_told_and_whoever_is_on_duty_takes_the_watch() {
    let mut province = given().await;
    import(&province, TWO).await;
    province.after(minutes(1)).await;

    province.hears(&[
        (DUTY, "Có lịch trực mới"),
        (DUTY, "Ca trực của anh/chị bắt đầu"),
        (DEPUTY, "Có lịch trực mới"),
        (LEAD, "Có lịch trực mới"),
        (LEAD, "Kiểm tra liên lạc"),
        (DEPUTY, "Kiểm tra liên lạc"),
    ]);
    let toast = province.press(DUTY, DUTY, "Nhận ca").await;
    assert!(toast.contains("Đã ghi nhận anh/chị nhận ca"), "{toast}");
    province.after(minutes(30)).await;
    assert_eq!(province.count(LEAD, "Chưa ai nhận ca"), 0);
    end(province).await;
}

#[tokio::test]
async fn at_the_handover_both_are_told_and_the_one_who_comes_is_called() {
    let mut province = rostered(TWO).await;
    province.press(DUTY, DUTY, "Nhận ca").await;
    // From 14:00 to the next morning; half past seven is the handover.
    province.after(hours(17)).await;
    let code = province.report(REPORTER, "Máy chủ ngừng").await;
    province.press(DUTY, DUTY, "Tiếp nhận").await;
    province.forget();
    province.after(minutes(35)).await;

    let incoming = province.messages(DEPUTY);
    let incoming = incoming.iter().find(|shown| shown.text.contains("bắt đầu 07:30 CN 22/11"));
    let incoming = &incoming.unwrap().text;
    assert!(incoming.contains("Ca trực của anh/chị bắt đầu"), "{incoming}");
    assert!(incoming.contains("Nhận bàn giao từ: Cán bộ trực chính"), "{incoming}");
    assert!(incoming.contains(code.as_str()), "{incoming}");
    let outgoing = province.messages(DUTY);
    let outgoing = outgoing.iter().find(|shown| shown.text.contains("kết thúc 07:30 CN")).unwrap();
    assert!(outgoing.text.contains("Anh/chị còn giữ"), "{}", outgoing.text);
    province.press(DEPUTY, DEPUTY, "Nhận ca").await;
    assert!(province.last(DUTY).text.contains("Phó Đội trưởng đã nhận ca trực"));
    province.forget();
    let code = province.report(REPORTER, "Mất mạng").await;
    let incident = province.incident(&code);
    assert_eq!(incident.paged, [PersonId::new("p-004")].into());
    end(province).await;
}

#[tokio::test]
async fn a_clock_set_there_and_back_leaves_the_watch_with_whom_it_was() {
    const DAYS_MS: i64 = 31 * 24 * 3_600_000;
    let mut province = rostered(TWO).await;
    province.press(DUTY, DUTY, "Nhận ca").await;
    province.world.time.jump_wall(DAYS_MS);
    province.after(minutes(1)).await;
    assert_eq!(province.count(DEPUTY, "Ca trực của anh/chị bắt đầu"), 1, "by the wrong date");
    province.forget();

    province.world.time.jump_wall(-DAYS_MS);
    province.after(minutes(1)).await;

    let fresh: Vec<String> = province.messages(DUTY).into_iter().map(|shown| shown.text).collect();
    assert!(fresh.last().unwrap().contains("Ca trực của anh/chị bắt đầu"), "{fresh:#?}");
    province.press(DUTY, DUTY, "Nhận ca").await;
    province.forget();
    // From 14:03 to the next morning.
    province.after(hours(17) + minutes(30)).await;
    assert!(province.last(DEPUTY).text.contains("Ca trực của anh/chị bắt đầu 07:30 CN 22/11"));
    end(province).await;
}

#[tokio::test]
async fn a_watch_nobody_takes_is_told_to_the_leads_who_are_called_with_the_rostered() {
    let mut province = rostered(TWO).await;
    province.after(minutes(16)).await;
    province.hears(&[(LEAD, "Chưa ai nhận ca trực từ"), (DEPUTY, "Chưa ai nhận ca trực từ")]);

    let code = province.report(REPORTER, "Máy chủ ngừng").await;
    let called = ["p-001", "p-003", "p-004"].map(PersonId::new);
    assert_eq!(province.incident(&code).paged, called.into());
    assert!(province.card(LEAD, &code).text.contains("chưa ai nhận ca trực"));
    province.press(DUTY, DUTY, "Nhận ca").await;
    assert_eq!(province.count(LEAD, "Cán bộ trực chính đã nhận ca trực"), 1);
    let code = province.report(REPORTER, "Mất mạng cả xã").await;
    assert_eq!(province.incident(&code).paged, [PersonId::new("p-001")].into());
    end(province).await;
}

#[tokio::test]
async fn only_whoever_is_on_duty_takes_the_watch_and_once() {
    let province = rostered(TWO).await;
    let (message, data) = province.button(DUTY, "Nhận ca");
    let toast = province.press_data(LEAD, DUTY, message, &data).await;
    assert!(!toast.contains("Đã ghi nhận"), "{toast}");
    assert_eq!(wish(&province, "p-003", Wish::TakeWatch).await, Err(RosterRefusal::NotOnWatch));
    province.press(DUTY, DUTY, "Nhận ca").await;
    let again = wish(&province, "p-001", Wish::TakeWatch).await;
    assert!(matches!(again, Err(RosterRefusal::Taken { .. })), "{again:?}");
    end(province).await;
}

#[tokio::test]
async fn a_swap_is_proposed_accepted_and_told_and_then_the_other_is_called() {
    let mut province = rostered(TWO).await;
    province.say(DEPUTY, "/doica").await;
    province.press(DEPUTY, DEPUTY, "07:30 CN 22/11 → 07:30 T2 23/11").await;
    province.press(DEPUTY, DEPUTY, "Đội trưởng").await;
    assert!(province.last(LEAD).text.contains("Phó Đội trưởng nhờ anh/chị trực thay ca"));
    province.forget();

    province.press(LEAD, LEAD, "Có").await;

    province.after(minutes(1)).await;
    assert!(province.last(DEPUTY).text.contains("Đã đổi ca 07:30 CN 22/11 → 07:30 T2 23/11"));
    province.after(hours(18)).await;
    let code = province.report(REPORTER, "Máy chủ ngừng").await;
    assert!(province.incident(&code).paged.contains(&PersonId::new("p-003")));
    assert!(!province.incident(&code).paged.contains(&PersonId::new("p-001")));
    end(province).await;
}

#[tokio::test]
async fn a_swap_may_be_typed_and_refused_and_the_roster_stays() {
    let province = rostered(TWO).await;
    province.say(DEPUTY, "/doica 22/11 p-003").await;
    province.press(LEAD, LEAD, "Không").await;
    province.after(minutes(1)).await;
    assert!(province.last(DEPUTY).text.contains("Không đổi ca"));
    assert!(province.last(DEPUTY).text.contains("Đội trưởng không đồng ý"));
    let directory = province.world.engine().unwrap().reader().directory().unwrap();
    let chair = directory.roster.on_duty(Layer::Duty, at("2026-11-22T12:00"), &directory.calendar);
    assert_eq!(chair.people()[0].person, PersonId::new("p-004"));
    end(province).await;
}

/// How many swaps were ever asked for.
fn swaps(province: &Province) -> usize {
    province.world.engine().unwrap().reader().directory().unwrap().roster.swaps.len()
}

#[tokio::test]
async fn two_who_ask_for_the_same_stretch_at_once_get_one_swap() {
    let province = rostered(TWO).await;
    let span = Span { from: at("2026-11-22T07:30"), to: at("2026-11-23T07:30") };
    let swap = |to: &str| Wish::Swap { layer: Layer::Duty, span, to: PersonId::new(to) };
    assert_eq!(wish(&province, "p-004", swap("p-003")).await, Ok(()));
    let second = wish(&province, "p-004", swap("p-001")).await;
    assert!(matches!(second, Err(RosterRefusal::Asked { .. })), "{second:?}");
    assert_eq!(swaps(&province), 1);
    // Two presses of the same menu arrive together, and neither knows of the other.
    let span = Span { from: at("2026-11-24T07:30"), to: at("2026-11-25T07:30") };
    let swap_later = |to: &str| Wish::Swap { layer: Layer::Duty, span, to: PersonId::new(to) };
    let (one, other) = tokio::join!(
        wish(&province, "p-004", swap_later("p-003")),
        wish(&province, "p-004", swap_later("p-001")),
    );
    let both = [one, other];
    assert_eq!(both.iter().filter(|one| one.is_ok()).count(), 1, "{both:?}");
    let refused = |one: &Result<(), _>| matches!(one, Err(RosterRefusal::Asked { .. }));
    assert_eq!(both.iter().filter(|one| refused(one)).count(), 1, "{both:?}");
    assert_eq!(swaps(&province), 2);
    let stolen = wish(&province, "p-001", swap("p-003")).await;
    assert!(matches!(stolen, Err(RosterRefusal::NotOnDuty { .. })), "{stolen:?}");
    end(province).await;
}

#[tokio::test]
async fn on_leave_a_stand_in_is_needed_told_and_called() {
    let province = rostered(TWO).await;
    province.say(DEPUTY, "/nghi 22/11 23/11").await;
    assert!(province.last(DEPUTY).text.contains("Xin ghi thêm người trực thay"));
    province.say(DEPUTY, "/nghi 22/11 23/11 p-003").await;
    assert!(province.last(DEPUTY).text.contains("nghỉ 22/11–23/11/2026, Đội trưởng trực thay"));
    assert!(province.last(LEAD).text.contains("Anh/chị trực thay Phó Đội trưởng"));

    province.after(hours(18)).await;
    let code = province.report(REPORTER, "Máy chủ ngừng").await;
    assert!(province.incident(&code).paged.contains(&PersonId::new("p-003")));
    assert!(province.card(LEAD, &code).text.contains("trực thay người nghỉ"));
    end(province).await;
}

#[tokio::test]
async fn a_gap_is_told_to_the_leads_and_the_next_rung_is_called_at_once() {
    let gap = TWO.replace("every = \"day\"", "every = \"day\"\nuntil = \"2026-11-22\"");
    let mut province = rostered(&gap).await;
    province.press(DUTY, DUTY, "Nhận ca").await;
    province.forget();
    province.after(hours(18)).await;
    assert_eq!(province.count(LEAD, "Không có ai trực từ 07:30 CN 22/11"), 1);
    assert_eq!(province.count(DEPUTY, "Không có ai trực từ 07:30 CN 22/11"), 1);

    let code = province.report(REPORTER, "Máy chủ ngừng").await;
    assert!(province.incident(&code).paged.contains(&PersonId::new("p-003")));

    // A lead puts somebody there, and the next call is for him.
    province.say(LEAD, "/truc p-001 22/11").await;
    province.after(minutes(1)).await;
    assert_eq!(province.count(DUTY, "Anh/chị được xếp trực"), 1);
    let code = province.report(REPORTER, "Mất mạng cả xã").await;
    assert_eq!(province.incident(&code).paged, [PersonId::new("p-001")].into());
    end(province).await;
}

#[tokio::test]
async fn a_handover_slept_through_happens_once_and_only_the_last_one() {
    let mut province = rostered(TWO).await;
    province.press(DUTY, DUTY, "Nhận ca").await;
    province.world.stop().await.unwrap();
    province.world.sleep_through(hours(72 + 18));
    province.start().await;
    province.after(minutes(2)).await;
    // Four mornings later it is the first one's turn again: nothing has changed hands.
    assert_eq!(province.count(DEPUTY, "Ca trực của anh/chị bắt đầu"), 0);
    province.world.stop().await.unwrap();
    province.world.sleep_through(hours(24));
    province.start().await;
    province.after(minutes(2)).await;
    assert_eq!(province.count(DEPUTY, "Ca trực của anh/chị bắt đầu"), 1);
    province.crash().await;
    province.after(minutes(2)).await;
    assert_eq!(province.count(DEPUTY, "Ca trực của anh/chị bắt đầu"), 1);
    end(province).await;
}

#[tokio::test]
async fn only_the_future_can_be_changed_and_each_refusal_says_why() {
    let province = rostered(TWO).await;
    let put = |from: &str, to: &str, who: &str| Wish::Change {
        layer: Layer::Duty,
        span: Span { from: at(from), to: at(to) },
        instead_of: None,
        people: vec![PersonId::new(who)],
    };
    use RosterRefusal as R;
    let past = put("2026-11-20T00:00", "2026-11-21T00:00", "p-003");
    assert_eq!(wish(&province, "p-003", past).await, Err(R::Past));
    let backwards = put("2026-11-25T00:00", "2026-11-24T00:00", "p-003");
    assert_eq!(wish(&province, "p-003", backwards).await, Err(R::Backwards));
    let nobody = put("2026-11-25T00:00", "2026-11-26T00:00", "p-099");
    let nobody = wish(&province, "p-003", nobody).await;
    assert_eq!(nobody, Err(R::UnknownPerson(PersonId::new("p-099"))));
    let manager = put("2026-11-25T00:00", "2026-11-26T00:00", "p-005");
    let manager = wish(&province, "p-003", manager).await;
    assert_eq!(manager, Err(R::NotInTeam(PersonId::new("p-005"))));
    let first = put("2026-11-25T00:00", "2026-11-26T00:00", "p-003");
    assert_eq!(wish(&province, "p-003", first).await, Ok(()));
    let second = put("2026-11-25T12:00", "2026-11-27T00:00", "p-001");
    assert!(matches!(wish(&province, "p-003", second).await, Err(R::Overlaps { .. })));
    // What began yesterday is changed from now on.
    let begun = put("2026-11-20T00:00", "2026-11-22T00:00", "p-003");
    assert_eq!(wish(&province, "p-003", begun).await, Ok(()));
    let directory = province.world.engine().unwrap().reader().directory().unwrap();
    let before = directory.roster.on_duty(Layer::Duty, at("2026-11-21T13:00"), &directory.calendar);
    assert!(before.people().is_empty(), "before the first roster nobody was rostered");
    end(province).await;
}

#[tokio::test]
async fn what_truc_and_lichtruc_show_reads_well() {
    let province = rostered(TWO).await;
    province.press(DUTY, DUTY, "Nhận ca").await;
    province.say(DEPUTY, "/truc").await;
    insta::assert_snapshot!("truc", province.last(DEPUTY).text);
    province.say(DEPUTY, "/lichtruc").await;
    insta::assert_snapshot!("lichtruc", province.last(DEPUTY).text);
    province.say(DEPUTY, "/nghi").await;
    insta::assert_snapshot!("nghi", province.last(DEPUTY).text);
    end(province).await;
}

#[tokio::test]
async fn whoever_has_no_part_in_duty_cannot_change_it() {
    let province = rostered(TWO).await;
    let roster = || province.world.engine().unwrap().reader().directory().unwrap().roster;
    let before = roster();
    for (who, words) in [
        (MANAGER, "/doica 22/11 p-003"),
        (REPORTER, "/nghi 22/11 23/11"),
        (DUTY, "/truc p-001 24/11"),
        (MANAGER, "/truc p-001 24/11"),
    ] {
        province.say(who, words).await;
        let said = province.last(who).text;
        assert!(!said.contains("Đã ghi nhận"), "{words}: {said}");
        assert_eq!(roster(), before, "{words}: {said}");
    }
    province.say(ADMIN, "/truc p-001 24/11").await;
    assert!(province.last(ADMIN).text.contains("Đã ghi nhận thay đổi lịch trực"));
    let changes: Vec<_> = roster().changes.values().cloned().collect();
    assert_eq!(changes.len(), 1, "{changes:?}");
    assert_eq!(changes[0].people, [PersonId::new("p-001")]);
    assert_eq!(changes[0].span.from, at("2026-11-24T00:00"));
    end(province).await;
}

#[tokio::test]
async fn a_lead_whose_own_watch_ends_in_a_gap_hears_of_the_gap_too() {
    let gap = "[[duty]]\nfrom = \"2026-11-21\"\nuntil = \"2026-11-22\"\nevery = \"day\"\nat = \"07:30\"\npeople = [\"p-003\"]\n";
    let province = rostered(gap).await;
    province.press(LEAD, LEAD, "Nhận ca").await;
    province.after(hours(18)).await;
    assert_eq!(province.count(LEAD, "Ca trực của anh/chị kết thúc"), 1);
    assert_eq!(province.count(LEAD, "Không có ai trực từ 07:30 CN 22/11"), 1);
    end(province).await;
}

#[tokio::test]
async fn whoever_is_no_longer_in_the_team_is_not_called_and_the_gap_is_told() {
    let mut province = rostered(TWO).await;
    province.press(DUTY, DUTY, "Nhận ca").await;
    province
        .change_person("p-004", |person, _| {
            person.roles = [trucban::domain::values::Role::Manager].into()
        })
        .await;
    province.after(hours(18)).await;
    assert_eq!(province.count(DEPUTY, "Ca trực của anh/chị bắt đầu"), 0);
    assert_eq!(province.count(LEAD, "Không có ai trực từ 07:30 CN 22/11"), 1);
    let code = province.report(REPORTER, "Máy chủ ngừng").await;
    assert_eq!(province.incident(&code).paged, [PersonId::new("p-003")].into());
    province.forget();
    end(province).await;
}

#[tokio::test]
async fn the_roster_is_made_again_from_the_ledger_and_comes_out_the_same() {
    let mut province = rostered(TWO).await;
    province.press(DUTY, DUTY, "Nhận ca").await;
    province.say(LEAD, "/truc p-001 24/11").await;
    province.say(DEPUTY, "/nghi 25/11 26/11 p-003").await;
    let before = province.world.engine().unwrap().reader().directory().unwrap().roster;
    let (path, now) = (province.world.dir().join("trucban.db"), province.world.time.read().wall);
    province.world.stop().await.unwrap();

    let mut store = Store::open(&path, Durability::Off).unwrap();
    let rebuilt = store.rebuild(now).unwrap();

    assert_eq!(rebuilt.differences, Vec::<String>::new());
    assert_eq!(store.reader().unwrap().directory().unwrap().roster, before);
    assert_eq!((before.changes.len(), before.leaves.len()), (1, 1));
    drop(store);
    province.start().await;
    end(province).await;
}

/// p-004 has the hours from three to four and from five to six, p-001 all others.
const BY_TURNS: &str = r#"
[[duty]]
from = "2026-11-21"
every = "day"
at = "00:00"
days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
hours = "15:00-16:00"
people = ["p-004"]

[[duty]]
from = "2026-11-21"
every = "day"
at = "00:00"
days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
hours = "17:00-18:00"
people = ["p-004"]

[[duty]]
from = "2026-11-21"
every = "day"
at = "00:00"
people = ["p-001"]
"#;

#[tokio::test]
async fn hours_without_telegram_leave_one_line_of_duty_and_what_still_has_to_be_answered() {
    let mut province = rostered(BY_TURNS).await;
    province.press(DUTY, DUTY, "Nhận ca").await;
    province.world.sandbox.fail_always(Some("sendmessage"), Fault::RetryAfter(600));
    province.forget();
    for day in ["2026-11-23", "2026-11-27"] {
        let (from, to) = (at(&format!("{day}T09:00")), at(&format!("{day}T11:00")));
        let (span, to) = (Span { from, to }, PersonId::new("p-004"));
        let swap = Wish::Swap { layer: Layer::Duty, span, to };
        assert_eq!(wish(&province, "p-001", swap).await, Ok(()));
    }
    let swaps = &province.world.engine().unwrap().reader().directory().unwrap().roster.swaps;
    let id = *swaps.keys().next().unwrap();
    assert_eq!(wish(&province, "p-001", Wish::AnswerSwap { id, agreed: false }).await, Ok(()));
    // Four handovers; nobody has taken the watch since the last.
    province.after(at("2026-11-21T18:40").since(province.world.time.read().wall)).await;
    province.hears_nothing();
    province.world.sandbox.clear_faults();
    province.after(minutes(12)).await;

    province.hears(&[
        (DUTY, "tin cũ về lịch trực"),
        (DUTY, "Ca trực của anh/chị bắt đầu 18:00"),
        (DEPUTY, "tin cũ về lịch trực"),
        (DEPUTY, "27/11"),
        (DEPUTY, "Chưa ai nhận ca trực từ 18:00"),
        (LEAD, "tin cũ về lịch trực"),
        (LEAD, "Chưa ai nhận ca trực từ 18:00"),
    ]);
    let toast = province.press(DUTY, DUTY, "Nhận ca").await;
    assert!(toast.contains("Đã ghi nhận anh/chị nhận ca"), "{toast}");
    province.press(DEPUTY, DEPUTY, "Có").await;
    province.after(minutes(1)).await;
    assert_eq!(province.count(DUTY, "Đã đổi ca"), 1, "{:#?}", province.messages(DUTY));
    end(province).await;
}
