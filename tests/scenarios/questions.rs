//! A question belongs to whoever was asked, in the episode it was asked in, and in a group only an
//! answer to it is its answer.

use crate::harness::{DUTY, LEAD, REPORTER, TEAM, given, minutes};

const REPORT: &str = "Camera phòng họp bị truy cập lạ";

#[tokio::test]
async fn words_for_a_closing_asked_before_a_reopening_do_not_close_the_new_episode() {
    for asked in ["Báo nhầm", ""] {
        let province = given().await;
        let code = province.report(REPORTER, REPORT).await;
        if asked.is_empty() {
            province.say(LEAD, &format!("/ketthuc {code} báo nhầm")).await;
        } else {
            province.press(LEAD, TEAM, "Kết thúc").await;
            province.press(LEAD, TEAM, asked).await;
        }
        province.say(1004, &format!("/ketthuc {code} báo nhầm vì thử máy")).await;
        province.say(1004, &format!("/molai {code}")).await;

        let chat = if asked.is_empty() { LEAD } else { TEAM };
        let question = province.last(chat);
        province.reply(LEAD, chat, question.message_id, "do thử máy").await;

        assert!(province.incident(&code).is_open(), "{asked}");
        assert!(province.count(chat, "lần mở trước") > 0, "{asked}");
        province.end_without_listening().await;
    }
}

#[tokio::test]
async fn a_choice_offered_before_a_reopening_changes_nothing_after_it() {
    let province = given().await;
    let code = province.report(REPORTER, REPORT).await;
    province.say(LEAD, &format!("/mucdo {code}")).await;
    province.say(1004, &format!("/ketthuc {code} báo nhầm vì thử máy")).await;
    province.say(1004, &format!("/molai {code}")).await;

    province.say(LEAD, "4").await;

    assert_eq!(province.incident(&code).severity.to_string(), "medium");
    assert_eq!(province.count(LEAD, "lần mở trước"), 1);
    let old = province.press(LEAD, LEAD, "Rất cao").await;
    assert!(old.contains("lần mở trước"), "{old}");
    province.end_without_listening().await;
}

#[tokio::test]
async fn a_question_of_an_earlier_episode_is_not_asked_any_more() {
    let province = given().await;
    let code = province.report(REPORTER, REPORT).await;
    province.press(DUTY, TEAM, "Tiếp nhận").await;
    let (message, data) = province.button(TEAM, "Mức độ");
    province.say(LEAD, &format!("/ketthuc {code} báo nhầm vì thử máy")).await;
    province.say(LEAD, &format!("/molai {code}")).await;
    province.after(minutes(1)).await;

    let told = province.press_data(DUTY, TEAM, message, &data).await;

    assert!(told.contains("lần mở trước"), "{told}");
    province.end_without_listening().await;
}

#[tokio::test]
async fn in_a_group_talk_is_no_answer_and_an_answer_to_the_question_is() {
    let mut province = given().await;
    let code = province.report(REPORTER, REPORT).await;
    province.press(LEAD, TEAM, "Ghi chú").await;
    let question = province.last(TEAM);
    assert!(question.text.contains("trả lời (reply) tin này"), "{}", question.text);
    province.forget();

    province.say_in(TEAM, LEAD, "Trưa nay ai trực?").await;
    assert!(!province.story(&code).contains(&"note_added"));
    province.hears_nothing();

    province.reply(LEAD, TEAM, question.message_id, "Đã khóa tài khoản").await;
    assert!(province.story(&code).contains(&"note_added"));
    province.hears(&[(TEAM, "Đã ghi nhận ghi chú")]);
    province.end().await;
}

#[tokio::test]
async fn a_report_begun_in_a_group_asks_again_rather_than_vanish() {
    let mut province = given().await;
    province.say_in(TEAM, LEAD, "/baosuco").await;
    province.press(LEAD, TEAM, "Không").await;
    province.forget();

    province.say_in(TEAM, LEAD, REPORT).await;
    assert!(province.codes().is_empty());
    province.hears(&[(TEAM, "trả lời (reply) tin này")]);
    let question = province.last(TEAM);
    province.reply(LEAD, TEAM, question.message_id, REPORT).await;

    assert_eq!(province.codes().len(), 1);
    province.end_without_listening().await;
}
