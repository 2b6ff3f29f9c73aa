//! What is said beside a question: whoever answers a card means the incident of that card, whoever answers
//! a question answers it, also when it had to be asked again.

use crate::harness::{DEPUTY, DUTY, LEAD, NEIGHBOUR, REPORTER, TEAM, given};

const REPORT: &str = "Máy kế toán hiện thông báo đòi tiền chuộc";
const OTHER: &str = "Trang thông tin xã bị đổi nội dung";

#[tokio::test]
async fn words_under_a_card_are_a_note_on_its_incident_whatever_question_about_it_waits() {
    let province = given().await;
    let one = province.report(REPORTER, REPORT).await;
    province.say(LEAD, &format!("/suco {one}")).await;
    let shown = province.last(LEAD).message_id;
    let other = province.report(LEAD, OTHER).await;
    let asking = ["/mucdo", "/phanloai", "/phancong", "/ketthuc", "/co", "/tlp", "/bosung"];
    for (said, command) in asking.into_iter().enumerate() {
        province.say(LEAD, &format!("{command} {one}")).await;
        province.reply(LEAD, LEAD, shown, &format!("Đã ngắt máy chủ số {said} khỏi mạng")).await;
        assert_eq!((province.notes(&one), province.notes(&other)), (said + 1, 0), "{command}");
    }
    assert!(province.incident(&one).is_open(), "words under a card close nothing");
    // The question still waits, and what was offered is its answer, under the card too.
    province.say(LEAD, &format!("/mucdo {one}")).await;
    province.reply(LEAD, LEAD, shown, "Đã gọi cho đơn vị để hỏi thêm").await;
    province.reply(LEAD, LEAD, shown, "Rất cao").await;
    assert_eq!(province.incident(&one).severity.to_string(), "critical");
    assert_eq!(province.notes(&one), asking.len() + 1);
    province.end_without_listening().await;
}

#[tokio::test]
async fn in_the_teams_chat_too_words_under_a_card_are_a_note_while_a_question_about_it_waits() {
    let province = given().await;
    let code = province.report(REPORTER, REPORT).await;
    let card = province.card(TEAM, &code).message_id;
    for (notes, label) in ["Phân công", "Kết thúc", "Ghi chú"].into_iter().enumerate() {
        province.press_on(LEAD, TEAM, card, label).await;
        province.reply(LEAD, TEAM, card, "Đã ngắt máy chủ này khỏi mạng").await;
        assert_eq!(province.notes(&code), notes + 1, "{label}");
        assert!(province.incident(&code).is_open());
    }
    province.end_without_listening().await;
}

#[tokio::test]
async fn long_words_in_answer_to_a_question_about_an_incident_are_kept_on_that_incident() {
    let province = given().await;
    let one = province.report(REPORTER, REPORT).await;
    let other = province.report(DUTY, OTHER).await;
    province.say(DUTY, &format!("/mucdo {one}")).await;
    let question = province.last(DUTY).message_id;

    province.reply(DUTY, DUTY, question, "Chưa biết được, đang hỏi lại đơn vị báo").await;

    assert_eq!((province.notes(&one), province.notes(&other)), (1, 0));
    let again = province.last(DUTY).text;
    assert!(again.contains("ghi chú") && again.contains("Mức độ"), "{again}");
    province.end_without_listening().await;
}

#[tokio::test]
async fn a_question_that_had_to_be_asked_again_is_answered_by_answering_the_repetition() {
    let province = given().await;
    let one = province.report(REPORTER, REPORT).await;
    let two = province.report(NEIGHBOUR, OTHER).await;

    province.say_in(TEAM, LEAD, "/khoanhvung").await;
    for _ in 0..2 {
        let asked = province.last(TEAM);
        assert!(asked.text.contains("Anh/chị muốn nói sự cố nào?"), "{}", asked.text);
        province.reply(LEAD, TEAM, asked.message_id, "linh tinh").await;
    }
    province.reply(LEAD, TEAM, province.last(TEAM).message_id, "1").await;
    assert!(province.story(&two).contains(&"contained"), "{:?}", province.story(&two));

    province.say(LEAD, &format!("/gop {two}")).await;
    province.say(LEAD, "linh tinh").await;
    let asked = province.last(LEAD);
    assert!(asked.text.contains("Chưa hiểu"), "{}", asked.text);
    province.reply(LEAD, LEAD, asked.message_id, "1").await;
    assert_eq!(province.incident(&two).main(), Some(&one));

    assert_eq!((province.notes(&one), province.notes(&two)), (0, 0));
    province.end_without_listening().await;
}

#[tokio::test]
async fn words_that_wait_in_a_group_are_placed_by_answering_whatever_asks_for_their_incident() {
    let province = given().await;
    let one = province.report(REPORTER, REPORT).await;
    let two = province.report(NEIGHBOUR, OTHER).await;
    province.say_in(TEAM, LEAD, "/suco").await;
    let list = province.last(TEAM).message_id;

    province.reply(LEAD, TEAM, list, "Đã cách ly máy này").await;
    province.reply(LEAD, TEAM, province.last(TEAM).message_id, "và đã báo đơn vị").await;
    province.reply(LEAD, TEAM, province.last(TEAM).message_id, "1").await;

    assert_eq!((province.notes(&one), province.notes(&two)), (1, 0));
    province.say(LEAD, &format!("/suco {one}")).await;
    let shown = province.last(LEAD).text;
    assert!(shown.contains("Đã cách ly máy này") && shown.contains("và đã báo"), "{shown}");
    province.end_without_listening().await;
}

#[tokio::test]
async fn a_number_that_answers_which_incident_means_it_in_the_episode_that_was_asked_about() {
    let province = given().await;
    let code = province.report(REPORTER, REPORT).await;
    province.say(LEAD, &format!("/ketthuc {code} báo nhầm thử máy")).await;
    province.say(LEAD, "/molai").await;
    assert!(province.last(LEAD).text.contains("Anh/chị muốn nói sự cố nào?"));
    province.say(DEPUTY, &format!("/molai {code}")).await;
    province.say(DEPUTY, &format!("/ketthuc {code} báo nhầm lần nữa")).await;

    province.say(LEAD, "1").await;

    assert!(!province.incident(&code).is_open());
    assert!(province.last(LEAD).text.contains("lần mở trước"), "{}", province.last(LEAD).text);
    province.end_without_listening().await;
}

#[tokio::test]
async fn an_edited_command_changes_what_it_says_and_neither_codes_nor_marks_become_words() {
    let province = given().await;
    let one = province.report(REPORTER, REPORT).await;
    let two = province.report(NEIGHBOUR, OTHER).await;
    let changed = async |before: &str, after: &str| {
        province.say(LEAD, before).await;
        let said = province.world.sandbox.messages(LEAD).into_iter().rev();
        let said = said.filter(|shown| shown.text == before).map(|shown| shown.message_id);
        let said = said.max().expect("it was said");
        assert!(province.world.sandbox.edit(LEAD, LEAD, said, after));
        province.settle().await;
    };
    let group = format!("/dienrong {one} {two}");
    changed(&format!("{group} Lộ dữ liệu"), &format!("{group} Lộ dữ liệu dân cư")).await;
    let whole = province.newest();
    province.say(LEAD, &format!("/suco {whole}")).await;
    let shown = province.last(LEAD).text;
    assert!(
        shown.contains("Lộ dữ liệu dân cư") && !shown.contains(&format!("{two} Lộ")),
        "{shown}"
    );

    let close = format!("/ketthuc {two} báo nhầm:");
    changed(&format!("{close} thử máy"), &format!("{close} thử máy in mới")).await;
    province.say(LEAD, &format!("/suco {two}")).await;
    let shown = province.last(LEAD).text;
    assert!(shown.contains(": thử máy in mới"), "{shown}");
    province.end_without_listening().await;
}
