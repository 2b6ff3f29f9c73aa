//! Who answers one of the bot's messages means the incident that message is about, whatever kind of message
//! it was and however old it is; where it was about several, the bot asks which.

use trucban::domain::ids::IncidentCode;
use trucban::domain::values::Severity;
use trucban::sandbox::Sender;

use crate::harness::{DUTY, LEAD, Province, REPORTER, TEAM, alert, given, hours, minutes};

const REPORT: &str = "Máy kế toán hiện thông báo đòi tiền chuộc";
const OTHER: &str = "Trang thông tin xã bị đổi nội dung";

impl Province {
    fn notes(&self, code: &IncidentCode) -> usize {
        self.story(code).iter().filter(|kind| **kind == "note_added").count()
    }

    /// What the notes on it and their edits say, oldest first.
    fn noted(&self, code: &IncidentCode) -> Vec<String> {
        let reader = self.world.engine().unwrap().reader();
        let told = reader.history(code).unwrap().into_iter();
        let told = told.filter(|told| ["note_added", "words_edited"].contains(&told.event.kind()));
        told.map(|told| told.words.unwrap_or_default()).collect()
    }

    /// What the person wrote in private and is still there, oldest first.
    fn wrote(&self, who: i64) -> Vec<(i32, String)> {
        let all = self.world.sandbox.messages(who).into_iter();
        let own = all.filter(|shown| shown.from == Sender::User(who) && !shown.deleted);
        own.map(|shown| (shown.message_id, shown.text)).collect()
    }

    /// The person edits the message that says this.
    async fn edits(&self, who: i64, before: &str, after: &str) {
        let (message, _) = self.wrote(who).into_iter().find(|(_, text)| text == before).unwrap();
        assert!(self.world.sandbox.edit(who, who, message, after));
        self.after(minutes(1)).await;
    }

    /// The oldest message of a chat with these words.
    fn first_with(&self, chat: i64, words: &str) -> i32 {
        let found = self.messages(chat).into_iter().find(|shown| shown.text.contains(words));
        found.unwrap_or_else(|| panic!("{words:?} was not said in {chat}")).message_id
    }
}

#[tokio::test]
async fn a_reporter_who_answers_a_receipt_or_news_adds_a_note_however_late() {
    let province = given().await;
    let code = province.report(REPORTER, REPORT).await;
    let receipt = province.first_with(REPORTER, "Đã ghi nhận");
    province.press(DUTY, DUTY, "Tiếp nhận").await;
    let news = province.first_with(REPORTER, "tiếp nhận");
    let other = province.report(REPORTER, OTHER).await;
    province.after(minutes(45)).await;

    province.reply(REPORTER, REPORTER, receipt, "Máy thứ hai cũng bị").await;
    assert_eq!((province.notes(&code), province.notes(&other)), (1, 0));
    province.reply(REPORTER, REPORTER, news, "Đã rút dây mạng").await;
    assert_eq!((province.notes(&code), province.notes(&other)), (2, 0));
    let noted = province.last(REPORTER).message_id;
    province.reply(REPORTER, REPORTER, noted, "Cả máy in nữa").await;
    assert_eq!((province.notes(&code), province.notes(&other)), (3, 0));
    province.end_without_listening().await;
}

#[tokio::test]
async fn soon_after_one_report_an_answer_about_another_is_a_note_on_that_other() {
    let province = given().await;
    let first = province.report(REPORTER, REPORT).await;
    province.after(minutes(40)).await;
    let second = province.report(REPORTER, OTHER).await;
    province.say(REPORTER, &format!("/suco {first}")).await;
    let shown = province.last(REPORTER).message_id;

    province.reply(REPORTER, REPORTER, shown, "Máy thứ hai cũng bị").await;

    assert_eq!((province.notes(&first), province.notes(&second)), (1, 0));
    province.end_without_listening().await;
}

#[tokio::test]
async fn in_the_teams_chat_an_answer_to_a_call_or_to_what_was_asked_for_is_a_note() {
    let province = given().await;
    let code = province.report(REPORTER, REPORT).await;
    province.after(hours(3)).await;
    let call = province.first_with(TEAM, "CHƯA AI TIẾP NHẬN");
    province.reply(LEAD, TEAM, call, "Tôi đang trên đường tới").await;
    assert_eq!(province.notes(&code), 1);

    province.say_in(TEAM, LEAD, &format!("/suco {code}")).await;
    let shown = province.last(TEAM).message_id;
    province.reply(DUTY, TEAM, shown, "Đã ngắt máy chủ khỏi mạng").await;
    assert_eq!(province.notes(&code), 2);
    province.reply(DUTY, TEAM, call, "Tiếp nhận").await;
    assert_eq!(province.holder(&code), province.incident(&code).holder().map(|id| id.to_string()));
    assert!(province.holder(&code).is_some());
    province.end_without_listening().await;
}

#[tokio::test]
async fn an_answer_to_an_older_copy_of_a_card_counts_as_one_to_the_newest() {
    let province = given().await;
    let code = province.report(REPORTER, REPORT).await;
    let older = province.card(DUTY, &code).message_id;
    province.after(hours(1)).await;
    assert_ne!(province.card(DUTY, &code).message_id, older, "a newer copy came");

    province.reply(DUTY, DUTY, older, "Đang gọi cho đơn vị").await;
    assert_eq!(province.notes(&code), 1);
    province.reply(DUTY, DUTY, older, "Tiếp nhận").await;
    assert!(province.holder(&code).is_some());
    province.end_without_listening().await;
}

#[tokio::test]
async fn words_in_answer_to_a_message_about_several_wait_for_the_right_one() {
    let province = given().await;
    let one = |n: usize| alert(&format!("Máy trạm {n} kết nối lạ"), Severity::Medium);
    province.alerts("burst", (1..=12).map(one).collect()).await;
    province.after(minutes(1)).await;
    let codes = province.codes();
    let shared = province.card(TEAM, &codes[1]);
    assert!(shared.text.contains(codes[2].as_str()), "{}", shared.text);

    province.reply(DUTY, TEAM, shared.message_id, "Đã cách ly máy này").await;
    assert_eq!(codes.iter().map(|code| province.notes(code)).sum::<usize>(), 0);
    let asked = province.last(TEAM);
    assert!(asked.text.contains("bổ sung cho sự cố nào"), "{}", asked.text);
    assert!(asked.text.contains("gửi mã"), "there are more than ten: {}", asked.text);
    province.reply(DUTY, TEAM, asked.message_id, codes[11].as_str()).await;
    assert_eq!(province.notes(&codes[11]), 1);
    province.say(DUTY, &format!("/suco {}", codes[11])).await;
    assert!(province.last(DUTY).text.contains("Đã cách ly máy này"));

    province.reply(DUTY, TEAM, shared.message_id, "Tiếp nhận").await;
    assert!(province.last(TEAM).text.contains("Anh/chị muốn nói sự cố nào?"));
    assert!(codes.iter().all(|code| province.holder(code).is_none()));
    province.end_without_listening().await;
}

#[tokio::test]
async fn words_said_about_several_messages_in_a_row_all_wait_until_the_bot_was_told_which() {
    let province = given().await;
    let one = |n: usize| alert(&format!("Máy trạm {n} kết nối lạ"), Severity::Medium);
    province.alerts("burst", (1..=12).map(one).collect()).await;
    province.after(minutes(1)).await;
    let codes = province.codes();
    let shared = province.card(DUTY, &codes[1]).message_id;

    province.reply(DUTY, DUTY, shared, "Đã cách ly máy này").await;
    province.reply(DUTY, DUTY, shared, "Đã báo đơn vị").await;
    province.say(DUTY, codes[1].as_str()).await;

    province.say(DUTY, &format!("/suco {}", codes[1])).await;
    let shown = province.last(DUTY).text;
    assert!(shown.contains("Đã cách ly máy này") && shown.contains("Đã báo đơn vị"), "{shown}");
    province.end_without_listening().await;
}

#[tokio::test]
async fn asked_which_incident_any_that_may_be_seen_can_be_named_and_of_others_it_is_said() {
    let province = given().await;
    let one = |n: usize| alert(&format!("Máy trạm {n} kết nối lạ"), Severity::Medium);
    province.alerts("burst", (1..=5).map(one).collect()).await;
    let other = province.report(REPORTER, REPORT).await;
    province.after(minutes(1)).await;
    let codes = province.codes();
    let shared = province.card(DUTY, &codes[1]);
    assert!(!shared.text.contains(other.as_str()), "{}", shared.text);

    province.reply(DUTY, DUTY, shared.message_id, "Tiếp nhận").await;
    assert!(province.last(DUTY).text.contains("Anh/chị muốn nói sự cố nào?"));
    province.say(DUTY, "SC-2026-9999").await;
    let again = province.last(DUTY);
    assert!(again.text.contains("Mã đó không có trong các sự cố anh/chị được xem"));
    assert!(again.labels().iter().any(|label| label.contains(codes[1].as_str())), "{again:?}");
    province.say(DUTY, other.as_str()).await;
    assert_eq!(province.holder(&other).as_deref(), Some("p-001"));
    assert!(codes[..5].iter().all(|code| province.holder(code).is_none()));

    // What somebody may not see does not exist for him.
    let own = province.report(REPORTER, OTHER).await;
    province.say(REPORTER, "/ghichu").await;
    assert!(province.last(REPORTER).labels().iter().any(|label| label.contains(own.as_str())));
    province.say(REPORTER, codes[1].as_str()).await;
    assert!(province.last(REPORTER).text.contains("Mã đó không có"));
    province.end_without_listening().await;
}

#[tokio::test]
async fn what_waited_for_its_report_is_edited_by_the_messages_it_was_said_in() {
    let province = given().await;
    let one = province.report(REPORTER, REPORT).await;
    let other = province.report(REPORTER, OTHER).await;
    province.say(REPORTER, "Máy hai cũng bị").await;
    province.say(REPORTER, "Rút dây mạng\nrồi").await;
    province.say(REPORTER, "Gọi cho giám đốc").await;
    province.edits(REPORTER, "Máy hai cũng bị", "Máy ba cũng bị").await;
    assert_eq!(province.noted(&one).len() + province.noted(&other).len(), 0, "it waits");

    province.press(REPORTER, REPORTER, one.as_str()).await;
    let noted = "Máy ba cũng bị\nRút dây mạng\nrồi\nGọi cho giám đốc";
    assert_eq!(province.noted(&one), [noted]);
    province.edits(REPORTER, "Rút dây mạng\nrồi", "Rút dây điện").await;
    province.edits(REPORTER, "Gọi cho giám đốc", "Gọi cho phó giám đốc").await;
    province.edits(REPORTER, "Máy ba cũng bị", "Máy tư cũng bị").await;
    assert_eq!(
        province.noted(&one)[1..],
        [
            "Máy ba cũng bị\nRút dây điện\nGọi cho giám đốc",
            "Máy ba cũng bị\nRút dây điện\nGọi cho phó giám đốc",
            "Máy tư cũng bị\nRút dây điện\nGọi cho phó giám đốc",
        ]
    );
    province.end_without_listening().await;
}

#[tokio::test]
async fn what_waited_for_its_report_leaves_the_chat_with_the_messages_it_was_said_in() {
    let province = given().await;
    let one = province.report(REPORTER, REPORT).await;
    province.report(REPORTER, OTHER).await;
    province.say(REPORTER, "Máy hai cũng bị").await;
    province.say(REPORTER, "Rút dây mạng rồi").await;
    province.say(REPORTER, one.as_str()).await;
    assert_eq!(province.noted(&one), ["Máy hai cũng bị\nRút dây mạng rồi"]);

    // The answer that chose is no part of it.
    province.edits(REPORTER, one.as_str(), "Nhầm, cái kia").await;
    assert_eq!(province.noted(&one).len(), 1);

    province.press(REPORTER, REPORTER, "Hủy").await;
    province.after(minutes(1)).await;
    assert_eq!(province.noted(&one), [""]);
    let left: Vec<String> = province.wrote(REPORTER).into_iter().map(|(_, text)| text).collect();
    assert!(!left.iter().any(|text| text.contains("Máy hai") || text.contains("Rút dây")));
    assert!(left.iter().any(|text| text == "Nhầm, cái kia"), "{left:?}");
    province.end_without_listening().await;
}
