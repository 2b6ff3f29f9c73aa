//! Answers that somebody has to judge.

use trucban::domain::drill::figures::figures;
use trucban::domain::drill::scenario::{ExpectId, InjectId};
use trucban::domain::ids::PersonId;

use super::drills::{begun, code, drill, scheduled};
use super::playbooks::seen;
use crate::harness::{DEPUTY, LEAD, NEIGHBOUR, Province, REPORTER, given, minutes};

const HEAD: &str = "Chấm trả lời tình huống";

/// The message of answers that wait to be judged, as it stands, and how often there is one.
fn to_judge(province: &Province, chat: i64) -> (Option<trucban::sandbox::Shown>, usize) {
    let all = province.messages(chat);
    let mut found: Vec<_> = all.into_iter().filter(|one| one.text.contains(HEAD)).collect();
    let count = found.len();
    (found.pop(), count)
}

fn verdict(province: &Province, person: &str) -> Option<bool> {
    let played = drill(province);
    let inject = &played.injects[&InjectId::new("ba-cu-hoi")];
    inject.verdict(&ExpectId::new("de-hieu"), &PersonId::new(person))
}

/// Both contacts answered something that has to be judged.
async fn answered(province: &Province) {
    province.after(minutes(71)).await;
    for (who, words) in [(REPORTER, "Xã không gọi, mẹ đừng chuyển tiền"), (NEIGHBOUR, "Không biết")]
    {
        let messages = province.messages(who);
        let asks = |one: &&trucban::sandbox::Shown| one.text.contains("phí cập nhật");
        let inject = messages.iter().rev().find(asks).unwrap().message_id;
        province.reply(who, who, inject, words).await;
    }
    province.after(minutes(1)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_that_have_to_be_judged_come_to_the_lead_in_one_message_with_two_buttons_each() {
    let province = given().await;
    begun(&province, "lo-lot-du-lieu").await;
    answered(&province).await;
    let (message, count) = to_judge(&province, LEAD);
    let message = message.unwrap_or_else(|| panic!("{}", seen(&province, LEAD)));
    assert_eq!(count, 1, "one message for each inject, however many answer");
    assert!(message.text.contains("mẹ đừng chuyển tiền"), "{}", message.text);
    assert!(message.text.contains("Không biết"), "{}", message.text);
    assert!(message.text.starts_with("DIỄN TẬP"), "{}", message.text);
    province.press_on(LEAD, LEAD, message.message_id, "1. Đạt").await;
    province.after(minutes(1)).await;
    assert_eq!(verdict(&province, "p-017"), Some(true));
    let (message, count) = to_judge(&province, LEAD);
    let message = message.unwrap();
    assert_eq!(count, 1);
    assert!(!message.text.contains("mẹ đừng chuyển tiền"), "{}", message.text);
    assert!(message.text.contains("Đã chấm 1."), "{}", message.text);
    province.end_without_listening().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_judges_are_named_they_are_asked_and_not_the_lead() {
    let province = given().await;
    scheduled(&province, "lo-lot-du-lieu").await;
    province.say(LEAD, "/dientap DT-2026-001 giám khảo p-004").await;
    super::drills_setup::start(&province, LEAD).await;
    answered(&province).await;
    assert_eq!(to_judge(&province, LEAD).1, 0);
    assert_eq!(to_judge(&province, DEPUTY).1, 1, "{}", seen(&province, DEPUTY));
    province.press(DEPUTY, DEPUTY, "2. Chưa đạt").await;
    assert_eq!(verdict(&province, "p-018"), Some(false));
    province.end_without_listening().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_judged_not_good_enough_counts_as_missed_and_keeps_its_words() {
    let province = given().await;
    begun(&province, "lo-lot-du-lieu").await;
    answered(&province).await;
    let of = |province: &Province| {
        let scenario = province.scenario(&code());
        let all = figures(&drill(province), &scenario);
        let one =
            all.expectations.into_iter().find(|one| one.expect.as_str() == "de-hieu").unwrap();
        (one.tally.met, one.tally.wrong)
    };
    assert_eq!(of(&province), (2, 0));
    province.press(LEAD, LEAD, "2. Chưa đạt").await;
    assert_eq!(of(&province), (1, 1));
    let reader = province.world.engine().unwrap().reader();
    let shown = reader.shown_drill(&code()).unwrap().unwrap();
    assert!(shown.words.values().any(|words| words == "Không biết"));
    province.end_without_listening().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_plays_judges_nobody() {
    let province = given().await;
    begun(&province, "lo-lot-du-lieu").await;
    answered(&province).await;
    let (_, data) = province.button(LEAD, "1. Đạt");
    let message = province.last(REPORTER).message_id;
    let told = province.press_data(REPORTER, REPORTER, message, &data).await;
    assert_eq!(verdict(&province, "p-017"), None, "{told}");
    province.end_without_listening().await;
}
