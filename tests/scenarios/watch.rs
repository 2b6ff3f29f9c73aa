//! What a hostile look at the roster found: nothing that was called off blocks anybody, nothing that
//! has been is rewritten, and whoever has the watch has it.

use trucban::domain::directory::Directory;
use trucban::domain::envelope::{Actor, Command, Receipt};
use trucban::domain::ids::PersonId;
use trucban::domain::receipt::{Done, DutyDone};
use trucban::domain::roster::decide::Wish;
use trucban::domain::roster::{Layer, RosterId, Span};
use trucban::domain::values::Role;

use super::duty::{TWO, at, end, import, rostered, wish};
use crate::harness::{DEPUTY, DUTY, LEAD, Province, REPORTER, hours, minutes};

fn directory(province: &Province) -> Directory {
    province.world.engine().unwrap().reader().directory().unwrap()
}

fn id(person: &str) -> PersonId {
    PersonId::new(person)
}

fn span(from: &str, to: &str) -> Span {
    Span { from: at(from), to: at(to) }
}

fn swap(span: Span, to: &str) -> Wish {
    Wish::Swap { layer: Layer::Duty, span, to: id(to) }
}

fn leave(person: &str, span: Span, stand_in: &str) -> Wish {
    Wish::Leave { person: id(person), span, stand_in: Some(id(stand_in)) }
}

fn newest(keys: impl Iterator<Item = RosterId>) -> RosterId {
    keys.max().expect("there is one")
}

/// Who the roster says was, is or will be on duty.
fn seated(province: &Province, when: &str) -> Vec<String> {
    let directory = directory(province);
    let chair = directory.roster.on_duty(Layer::Duty, at(when), &directory.calendar);
    chair.people().iter().map(|one| one.person.to_string()).collect()
}

#[tokio::test]
async fn a_leave_that_was_called_off_blocks_nobody() {
    let province = rostered(TWO).await;
    let away = span("2026-11-25T00:00", "2026-11-27T00:00");
    assert_eq!(wish(&province, "p-001", leave("p-001", away, "p-003")).await, Ok(()));
    let ended = Wish::EndLeave(newest(directory(&province).roster.leaves.keys().copied()));
    assert_eq!(wish(&province, "p-001", ended).await, Ok(()));

    province.say(DUTY, "/nghi").await;
    assert!(!province.last(DUTY).text.contains("25/11–"), "{}", province.last(DUTY).text);
    let given = span("2026-11-26T07:30", "2026-11-27T07:30");
    assert_eq!(wish(&province, "p-004", swap(given, "p-001")).await, Ok(()));
    let around = span("2026-11-24T00:00", "2026-11-28T00:00");
    assert_eq!(wish(&province, "p-001", leave("p-001", around, "p-003")).await, Ok(()));
    end(province).await;
}

#[tokio::test]
async fn a_swap_agreed_to_after_its_stretch_began_leaves_what_was_before_as_it_was() {
    let province = rostered(TWO).await;
    let given = span("2026-11-21T13:00", "2026-11-22T07:30");
    assert_eq!(wish(&province, "p-001", swap(given, "p-004")).await, Ok(()));
    province.after(minutes(10)).await;
    let asked = newest(directory(&province).roster.swaps.keys().copied());
    let agreed = Wish::AnswerSwap { id: asked, agreed: true };
    assert_eq!(wish(&province, "p-004", agreed).await, Ok(()));
    province.after(minutes(5)).await;

    assert_eq!(seated(&province, "2026-11-21T14:05"), ["p-001"]);
    assert_eq!(seated(&province, "2026-11-21T14:20"), ["p-004"]);
    assert_eq!(province.count(DUTY, "Đã đổi ca 14:11 T7 21/11"), 1);
    end(province).await;
}

/// Two share the first day; the other has the next.
const SHARED: &str = r#"
[[duty]]
from = "2026-11-21"
every = "day"
at = "07:30"
people = [["p-001", "p-004"], "p-003"]
"#;

#[tokio::test]
async fn whoever_took_a_shared_watch_has_it_when_the_other_leaves() {
    let province = rostered(SHARED).await;
    province.press(DUTY, DUTY, "Nhận ca").await;
    // From 14:02 on the other is away, and the one who has the watch stands in.
    let away = span("2026-11-21T20:00", "2026-11-23T00:00");
    assert_eq!(wish(&province, "p-004", leave("p-004", away, "p-001")).await, Ok(()));
    province.after(hours(8)).await;
    assert_eq!(seated(&province, "2026-11-21T20:30"), ["p-001"]);
    assert_eq!(province.count(LEAD, "Chưa ai nhận ca"), 0);
    let code = province.report(REPORTER, "Máy chủ ngừng").await;
    assert_eq!(province.incident(&code).paged, [id("p-001")].into());
    end(province).await;
}

#[tokio::test]
async fn whoever_stays_when_the_one_who_took_the_watch_leaves_is_asked_to_take_it() {
    let province = rostered(SHARED).await;
    province.press(DEPUTY, DEPUTY, "Nhận ca").await;
    let away = span("2026-11-21T20:00", "2026-11-23T00:00");
    assert_eq!(wish(&province, "p-004", leave("p-004", away, "p-001")).await, Ok(()));
    province.after(hours(6)).await;
    assert_eq!(province.count(DUTY, "Ca trực của anh/chị bắt đầu 20:00"), 1);
    province.press(DUTY, DUTY, "Nhận ca").await;
    province.after(minutes(30)).await;
    assert_eq!(province.count(LEAD, "Chưa ai nhận ca"), 0);
    end(province).await;
}

#[tokio::test]
async fn whoever_joins_a_watch_that_was_taken_is_told_who_has_it() {
    let province = rostered(TWO).await;
    province.press(DUTY, DUTY, "Nhận ca").await;
    let both = Wish::Change {
        layer: Layer::Duty,
        span: span("2026-11-21T18:00", "2026-11-22T07:30"),
        instead_of: None,
        people: vec![id("p-001"), id("p-004")],
    };
    assert_eq!(wish(&province, "p-003", both).await, Ok(()));
    province.after(hours(5)).await;
    let told = province.last(DEPUTY);
    assert!(told.text.contains("Cán bộ trực chính đã nhận ca"), "{}", told.text);
    assert!(told.buttons.is_empty(), "there is nothing to press");
    assert_eq!(province.count(LEAD, "Chưa ai nhận ca"), 0);
    end(province).await;
}

#[tokio::test]
async fn a_watch_nobody_took_stays_untaken_when_one_of_two_leaves() {
    let province = rostered(SHARED).await;
    province.after(minutes(20)).await;
    assert_eq!(province.count(LEAD, "Chưa ai nhận ca"), 1);
    let away = span("2026-11-21T15:00", "2026-11-23T00:00");
    assert_eq!(wish(&province, "p-004", leave("p-004", away, "p-001")).await, Ok(()));
    province.after(hours(1)).await;
    let code = province.report(REPORTER, "Máy chủ ngừng").await;
    assert!(province.incident(&code).paged.contains(&id("p-003")), "the leads still help");
    province.after(hours(1)).await;
    assert_eq!(province.count(LEAD, "Chưa ai nhận ca"), 1, "and are not told again");
    end(province).await;
}

#[tokio::test]
async fn the_leads_hear_at_once_when_whoever_is_on_duty_leaves_the_directory() {
    let province = rostered(TWO).await;
    province.press(DUTY, DUTY, "Nhận ca").await;
    province.change_person("p-001", |person, _| person.active = false).await;
    province.after(minutes(1)).await;
    assert_eq!(province.count(LEAD, "Không có ai trực từ 14:0"), 1);
    assert_eq!(province.count(LEAD, "đến 07:30 CN 22/11"), 1);

    province.say(LEAD, "/truc").await;
    let now = province.last(LEAD).text;
    assert!(now.contains("Trực: ⚠ Cán bộ trực chính không còn trong Đội"), "{now}");
    province.say(LEAD, "/lichtruc").await;
    let weeks = province.last(LEAD).text;
    assert!(weeks.contains("07:30 ⚠ Cán bộ trực chính không còn trong Đội"), "{weeks}");
    end(province).await;
}

#[tokio::test]
async fn the_leads_hear_at_once_when_whoever_is_on_duty_is_not_of_the_team_any_more() {
    let province = rostered(TWO).await;
    province.press(DUTY, DUTY, "Nhận ca").await;
    province.change_person("p-001", |person, _| person.roles = [Role::Manager].into()).await;
    province.after(minutes(1)).await;
    assert_eq!(province.count(LEAD, "Không có ai trực từ 14:0"), 1);
    assert_eq!(province.count(DUTY, "Ca trực của anh/chị kết thúc"), 1);
    // What was stays: he was on duty until then.
    assert_eq!(seated(&province, "2026-11-21T14:00"), ["p-001"]);
    // Somebody who comes back has his watch again, and takes it again.
    province.change_person("p-001", |person, _| person.roles = [Role::Responder].into()).await;
    province.after(minutes(1)).await;
    assert_eq!(province.count(DUTY, "Ca trực của anh/chị bắt đầu"), 2);
    end(province).await;
}

#[tokio::test]
async fn a_roster_imported_for_now_keeps_the_one_imported_for_later_and_says_so() {
    let province = rostered(TWO).await;
    let later = format!("from = \"2027-01-01\"\n{}", TWO.replace("p-001", "p-003"));
    import(&province, &later).await;
    province.after(minutes(1)).await;
    let now = TWO.replace("\"p-001\", \"p-004\"", "\"p-004\", \"p-001\"");
    let directory = directory(&province);
    let plan = trucban::config::roster::parse(
        &now,
        std::path::Path::new("roster.toml"),
        &directory,
        province.world.time.read().wall,
    );
    let command = Command::Roster(Wish::Plan(plan.unwrap()));
    let receipt = province.submit("now", Actor::Operator, command).await;
    let Receipt::Done(Done::Duty(DutyDone::Planned { next, .. })) = receipt else {
        panic!("{receipt:?}")
    };
    assert_eq!(next, Some(at("2027-01-01T00:00")));
    assert_eq!(seated(&province, "2026-11-24T12:00"), ["p-001"]);
    assert_eq!(seated(&province, "2027-01-01T12:00"), ["p-004"]);
    assert_eq!(seated(&province, "2027-01-02T12:00"), ["p-003"]);
    end(province).await;
}

#[tokio::test]
async fn what_holds_already_may_be_imported_for_later_too() {
    let province = rostered(TWO).await;
    import(&province, &format!("from = \"2027-01-01\"\n{TWO}")).await;
    province.after(minutes(1)).await;
    import(&province, &TWO.replace("\"p-001\", \"p-004\"", "\"p-004\", \"p-001\"")).await;
    // The two take turns by days: who sits on a day tells which roster holds.
    assert_eq!(seated(&province, "2026-11-24T12:00"), ["p-001"]);
    assert_eq!(seated(&province, "2027-01-02T12:00"), ["p-001"]);
    assert_eq!(seated(&province, "2027-01-03T12:00"), ["p-004"]);
    end(province).await;
}
