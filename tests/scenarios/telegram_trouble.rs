//! Telegram on a bad day: told to wait, broken, silent. Pages arrive all the same.

use std::time::Duration;

use trucban::clock::Clock;
use trucban::domain::envelope::{Actor, Command};
use trucban::domain::ids::{IncidentCode, PersonId};
use trucban::domain::incident::act::{Act, Aim};
use trucban::ledger::outbox::{Kind, Recipient};
use trucban::sandbox::{Fault, Limits};

use crate::harness::{
    DEPUTY, DUTY, LEAD, MANAGER, NEIGHBOUR, Province, REPORTER, TEAM, given, hours, minutes,
};

const REPORT: &str = "Cổng dịch vụ công không truy cập được";
const RESENT: &str = "(gửi lại, có thể trùng)";

#[tokio::test]
async fn a_chat_told_to_wait_holds_up_no_other_chat() {
    let mut province = given().await;
    province.world.sandbox.set_limits(Limits { group_per_minute: 1, ..Limits::default() });
    province.report(REPORTER, "Sự cố thứ nhất").await;
    province.forget();

    province.report(REPORTER, REPORT).await;

    province.hears(&[(REPORTER, "Đã ghi nhận SC-2026-0002"), (DUTY, REPORT)]);
    province.after(minutes(1)).await;
    province.hears(&[(TEAM, REPORT)]);
    province.end().await;
}

#[tokio::test]
async fn a_page_told_to_wait_goes_out_when_its_time_has_come_and_is_no_failure() {
    let mut province = given().await;
    province.world.sandbox.fail_next(Some("sendMessage"), Fault::RetryAfter(9), 3);

    let code = province.report(REPORTER, REPORT).await;
    province.hears_nothing();
    province.after(Duration::from_secs(9)).await;

    province.hears(&[(REPORTER, "Đã ghi nhận"), (TEAM, REPORT), (DUTY, REPORT)]);
    assert!(!province.last(DUTY).text.contains(RESENT));
    assert!(!province.story(&code).contains(&"page_failed"));
    province.end().await;
}

#[tokio::test]
async fn whatever_breaks_on_the_way_the_page_arrives_within_seconds() {
    let faults = [
        Fault::Status(500),
        Fault::Status(502),
        Fault::BadGatewayPage,
        Fault::Garbage,
        Fault::DropBefore,
    ];
    for fault in faults {
        let mut province = given().await;
        province.world.sandbox.fail_next(Some("sendMessage"), fault.clone(), 3);

        let code = province.report(REPORTER, REPORT).await;
        province.after(Duration::from_secs(6)).await;

        province.hears(&[(REPORTER, "Đã ghi nhận"), (TEAM, REPORT), (DUTY, REPORT)]);
        assert!(province.story(&code).contains(&"page_failed"), "{fault:?} is on the timeline");
        province.press(DUTY, DUTY, "Tiếp nhận").await;
        assert_eq!(province.holder(&code).as_deref(), Some("p-001"), "{fault:?}");
        province.end_without_listening().await;
    }
}

#[tokio::test]
async fn a_broken_server_keeps_no_other_message_waiting_in_real_time() {
    let province = given().await;
    let started = Clock::System.read().mono;
    province.world.sandbox.fail_next(Some("sendMessage"), Fault::Status(500), 6);

    province.report(REPORTER, REPORT).await;
    province.after(Duration::from_secs(30)).await;

    let took = Clock::System.read().mono.saturating_sub(started);
    assert_eq!(province.count(DUTY, REPORT), 1);
    assert!(took < Duration::from_secs(9), "{took:?}");
    province.end_without_listening().await;
}

#[tokio::test]
async fn a_page_whose_reply_was_lost_comes_again_and_says_that_it_may_be_a_second_copy() {
    let mut province = given().await;
    province.world.sandbox.fail_next(Some("sendMessage"), Fault::DropAfter, 3);

    let code = province.report(REPORTER, REPORT).await;
    province.hears(&[(REPORTER, "Đã ghi nhận"), (TEAM, REPORT), (DUTY, REPORT)]);
    province.after(minutes(1)).await;

    province.hears(&[(REPORTER, RESENT), (TEAM, RESENT), (DUTY, RESENT)]);
    let copies = province.messages(DUTY);
    let unmarked = copies.iter().filter(|one| one.text.contains(REPORT));
    let unmarked = unmarked.filter(|one| !one.text.contains(RESENT)).count();
    assert_eq!(unmarked, 1, "only the second copy is marked");
    province.press(DUTY, DUTY, "Tiếp nhận").await;
    assert!(province.card(DUTY, &code).text.contains("Người giữ: Cán bộ trực chính"));
    province.hears(&[(REPORTER, "đã tiếp nhận")]);
    province.end().await;
}

#[tokio::test]
async fn an_edit_whose_reply_was_lost_is_simply_repeated() {
    let mut province = given().await;
    let code = province.report(REPORTER, REPORT).await;
    province.forget();
    province.world.sandbox.fail_next(Some("editMessageText"), Fault::DropAfter, 2);

    province.press(DUTY, DUTY, "Tiếp nhận").await;
    province.after(minutes(1)).await;

    for chat in [TEAM, DUTY] {
        let card = province.card(chat, &code).text;
        assert!(card.contains("Người giữ: Cán bộ trực chính") && !card.contains(RESENT), "{card}");
    }
    province.hears(&[(REPORTER, "đã tiếp nhận")]);
    province.end().await;
}

#[tokio::test]
async fn a_press_is_not_lost_when_its_answer_cannot_be_given() {
    let mut province = given().await;
    let code = province.report(REPORTER, REPORT).await;
    province.forget();
    let (message, data) = province.button(DUTY, "Tiếp nhận");
    province.world.sandbox.fail_always(Some("answerCallbackQuery"), Fault::DropBefore);

    province.world.sandbox.press_data(DUTY, DUTY, message, &data).unwrap();
    province.settle().await;

    assert_eq!(province.holder(&code).as_deref(), Some("p-001"));
    province.hears(&[(REPORTER, "đã tiếp nhận")]);
    province.end().await;
}

#[tokio::test]
async fn six_hours_without_telegram_people_are_called_by_other_means_and_then_once_each() {
    let mut province = given().await;
    let code = province.report(REPORTER, REPORT).await;
    province.forget();

    province.world.sandbox.set_unreachable(true);
    province.after(hours(6)).await;
    let texted: Vec<String> =
        province.world.sms.taken().into_iter().map(|sms| sms.person).collect();
    for person in ["p-002", "p-003"] {
        assert!(texted.iter().any(|to| to == person), "{person} was reached by SMS: {texted:?}");
    }
    province.hears_nothing();
    province.world.sandbox.set_unreachable(false);
    province.after(minutes(5)).await;

    for chat in [DUTY, LEAD, DEPUTY, MANAGER] {
        let pages = province.messages(chat);
        let calls = pages.iter().filter(|one| one.text.contains("Anh/chị nhận tin này vì")).count();
        assert!(calls <= 2, "one page before, one after: {chat}: {calls}");
    }
    assert_eq!(province.count(MANAGER, code.as_str()), 1, "only the newest");
    province.press(MANAGER, MANAGER, "Chuyển cấp").await;
    province.press(DEPUTY, DEPUTY, "Tiếp nhận").await;
    assert_eq!(province.holder(&code).as_deref(), Some("p-004"));
    province.end_without_listening().await;
}

#[tokio::test]
async fn what_people_wrote_while_telegram_was_away_is_read_when_it_returns() {
    let province = given().await;
    let code = province.report(REPORTER, REPORT).await;
    let (message, data) = province.button(DUTY, "Tiếp nhận");
    province.world.sandbox.set_unreachable(true);
    province.after(minutes(3)).await;

    province.world.sandbox.press_data(DUTY, DUTY, message, &data).unwrap();
    province.world.sandbox.set_unreachable(false);
    province.settle().await;

    assert_eq!(province.holder(&code).as_deref(), Some("p-001"));
    province.after(minutes(30)).await;
    assert_eq!(province.count(LEAD, "CẦN NGƯỜI TIẾP NHẬN"), 0);
    province.end_without_listening().await;
}

#[tokio::test]
async fn every_page_for_a_chat_that_has_to_wait_long_goes_out_by_the_next_channel() {
    let province = given().await;
    province.world.sandbox.fail_always(Some("sendmessage"), Fault::RetryAfter(600));
    let first = province.report(REPORTER, "Máy chủ tệp không mở được").await;
    province.after(Duration::from_secs(10)).await;
    let second = province.report(NEIGHBOUR, "Trang thông tin bị đổi nội dung").await;
    province.after(minutes(6)).await;

    let texted = province.world.sms.taken();
    for code in [&first, &second] {
        let to_lead =
            texted.iter().filter(|sms| sms.person == "p-003" && sms.text.contains(code.as_str()));
        assert_eq!(to_lead.count(), 1, "{code}: {texted:#?}");
    }
    province.world.sandbox.clear_faults();
    province.end_without_listening().await;
}

/// The captain acts where Telegram is not needed: on the page of a link.
async fn captain(province: &Province, code: &IncidentCode, act: Act) {
    let key = format!("page:{code}:{act:?}");
    let command = Command::Act(Aim::typed(code.clone()), act);
    province.submit(&key, Actor::Person(PersonId::new("p-003")), command).await;
}

#[tokio::test]
async fn news_that_six_hours_without_telegram_kept_back_comes_as_one_digest_and_cards_are_current()
{
    let province = given().await;
    let mut codes = Vec::new();
    for words in ["Máy chủ tệp không mở được", "Trang tin bị đổi nội dung", REPORT]
    {
        codes.push(province.report(REPORTER, words).await);
    }
    province.after(minutes(1)).await;
    let before = province.messages(REPORTER).len();

    province.world.sandbox.set_unreachable(true);
    province.after(minutes(10)).await;
    for code in &codes {
        captain(&province, code, Act::Acknowledge).await;
    }
    province.after(hours(1)).await;
    captain(&province, &codes[0], Act::Contain).await;
    captain(&province, &codes[1], Act::Contain).await;
    captain(&province, &codes[1], Act::Resolve).await;
    // The captain is silent for the rest: reminded, released, and others are called.
    province.after(hours(5) - minutes(10)).await;
    province.world.sandbox.set_unreachable(false);
    province.after(minutes(10)).await;

    let told = province.messages(REPORTER).split_off(before);
    let [digest] = told.as_slice() else { panic!("one message: {told:#?}") };
    assert!(digest.text.starts_with("Tình hình hiện tại của 3 sự cố"), "{}", digest.text);
    for (code, status) in codes.iter().zip(["Đã khoanh vùng", "Đã khắc phục", "Đã tiếp nhận"])
    {
        let line = digest.text.lines().find(|line| line.contains(code.as_str()));
        assert!(line.is_some_and(|line| line.contains(status)), "{}", digest.text);
        assert!(province.card(TEAM, code).text.contains(status), "{code} is current");
    }
    let digests = |chat| province.count(chat, "Tình hình hiện tại của");
    assert_eq!((digests(LEAD), digests(TEAM), digests(MANAGER)), (1, 0, 0));
    let rows = province.world.engine().unwrap().reader().outbox().unwrap();
    assert!(rows.iter().all(|row| !["queued", "sending"].contains(&row.state.as_str())));
    let reporter = Recipient::Person(PersonId::new("p-017"));
    let news = rows.iter().filter(|row| row.kind == Kind::News && row.to == reporter);
    assert!(news.clone().count() >= 6 && news.clone().all(|row| row.state == "sent"));
    province.end_without_listening().await;
}

#[tokio::test]
async fn news_of_a_short_silence_is_told_as_it_was() {
    let mut province = given().await;
    let code = province.report(REPORTER, REPORT).await;
    province.world.sandbox.set_unreachable(true);
    captain(&province, &code, Act::Acknowledge).await;
    province.after(minutes(4)).await;
    captain(&province, &code, Act::Contain).await;
    province.after(minutes(4)).await;
    province.forget();

    province.world.sandbox.set_unreachable(false);
    province.after(minutes(6)).await;

    province.hears(&[(REPORTER, "đã tiếp nhận"), (REPORTER, "đã khoanh vùng xong")]);
    province.end().await;
}

#[tokio::test]
async fn old_answers_become_one_digest_but_not_what_was_not_done_nor_a_question_that_waits() {
    let mut province = given().await;
    let code = province.report(REPORTER, REPORT).await;
    province.press(DUTY, DUTY, "Tiếp nhận").await;
    province.after(minutes(1)).await;
    province.forget();
    province.world.sandbox.fail_always(Some("sendmessage"), Fault::RetryAfter(600));
    for words in ["/trogiup", "/suco", "/nhan SC-2026-0001", "/thongke", "/mucdo SC-2026-0001"] {
        province.say(REPORTER, words).await;
    }
    province.say(REPORTER, &format!("/ghichu {code} Máy hai cũng bị")).await;
    province.say(REPORTER, "/baosuco").await;
    province.after(minutes(40)).await;
    province.hears_nothing();

    province.world.sandbox.clear_faults();
    province.after(minutes(20)).await;

    province.hears(&[
        (REPORTER, "4 câu trả lời cũ"),
        (REPORTER, "được tiếp nhận sự cố. Cần gấp"),
        (REPORTER, "được nâng mức độ. Cần gấp"),
        (REPORTER, "Nội dung có thuộc bí mật nhà nước không?"),
        (DUTY, "ghi chú"),
    ]);
    province.end().await;
}
