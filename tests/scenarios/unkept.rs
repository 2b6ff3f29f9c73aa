//! Words the bot does not record: about an incident handled outside the system, with a secret in them, or
//! both. Nothing of them stands in any file, and where the bot may, they leave the chat.

use trucban::domain::ids::IncidentCode;
use trucban::sandbox::{Attachment, Fault};

use super::evidence::{JPEG, document, photo};
use super::secrecy::{assert_nowhere, still_there};
use crate::harness::log::Log;
use crate::harness::{DUTY, LEAD, NEIGHBOUR, Province, REPORTER, TEAM, given, minutes};

impl Province {
    /// Reports something handled outside the system.
    async fn outside(&self, who: i64, answer: &str) -> IncidentCode {
        self.say(who, "/baosuco").await;
        self.press(who, who, answer).await;
        let code = self.newest();
        assert!(self.incident(&code).off_channel);
        code
    }
}

const NOTHING_HERE: &str = "không ghi nội dung nào ở đây";

#[tokio::test]
async fn words_in_answer_to_a_list_with_an_incident_handled_outside_are_kept_nowhere() {
    let (province, log) = (given().await, Log::listen());
    let one = province.report(REPORTER, "Máy in kêu lạ").await;
    let outside = province.outside(REPORTER, "Có").await;
    province.say(REPORTER, "/suco").await;
    let list = province.last(REPORTER).message_id;
    province.reply(REPORTER, REPORTER, list, "Chimgokienmai").await;
    assert!(province.last(REPORTER).text.contains(NOTHING_HERE), "{:?}", province.last(REPORTER));
    province.say(REPORTER, outside.as_str()).await;
    province.after(minutes(1)).await;
    assert!(!province.story(&one).contains(&"note_added"));
    assert_nowhere(&province, &log, &["Chimgokienmai"]);
    province.end_without_listening().await;
}

#[tokio::test]
async fn words_about_an_incident_handled_outside_are_kept_nowhere_after_it_was_merged() {
    let (province, log) = (given().await, Log::listen());
    let main = province.report(REPORTER, "Máy in kêu lạ").await;
    let outside = province.outside(NEIGHBOUR, "Không rõ").await;
    let receipt = province.last(NEIGHBOUR).message_id;
    province.say(LEAD, &format!("/gop {outside} {main}")).await;
    assert_eq!(province.incident(&outside).main(), Some(&main));
    province.reply(NEIGHBOUR, NEIGHBOUR, receipt, "Chimsaumuamua").await;
    assert!(province.last(NEIGHBOUR).text.contains(NOTHING_HERE), "{:?}", province.last(NEIGHBOUR));
    province.say(NEIGHBOUR, &format!("/ghichu {outside} Chimsaumuamua")).await;
    province.say(NEIGHBOUR, "Chimsaumuamua bay mất").await;
    province.say(DUTY, &format!("/co {outside} serious yes Chimsaumuamua")).await;
    province.send(NEIGHBOUR, &format!("/bangchung {outside}"), &[photo(JPEG)]).await;
    province.after(minutes(1)).await;
    assert!(!province.story(&main).contains(&"note_added"));
    assert!(province.pieces(&main).is_empty() && province.kept().is_empty());
    assert_nowhere(&province, &log, &["Chimsaumuamua"]);
    province.end_without_listening().await;
}

#[tokio::test]
async fn words_soon_after_a_report_handled_outside_are_kept_nowhere_after_it_was_closed() {
    let (province, log) = (given().await, Log::listen());
    let other = province.report(NEIGHBOUR, "Máy in kêu lạ").await;
    let outside = province.outside(NEIGHBOUR, "Có").await;
    province.say(DUTY, &format!("/nhan {outside}")).await;
    province.say(DUTY, &format!("/khacphuc {outside}")).await;
    province.say(DUTY, &format!("/ketthuc {outside} xong")).await;
    assert!(!province.incident(&outside).is_open());
    province.say(NEIGHBOUR, "Chimhacdaumua lại xuất hiện").await;
    assert!(province.last(NEIGHBOUR).text.contains(NOTHING_HERE), "{:?}", province.last(NEIGHBOUR));
    province.after(minutes(1)).await;
    assert!(!province.story(&other).contains(&"note_added"));
    assert_nowhere(&province, &log, &["Chimhacdaumua"]);
    // After half an hour it is over.
    province.after(minutes(30)).await;
    province.say(DUTY, &format!("/suco {other}")).await;
    province.end_without_listening().await;
}

#[tokio::test]
async fn words_that_waited_are_erased_when_they_turn_out_to_be_about_an_incident_handled_outside() {
    let (province, log) = (given().await, Log::listen());
    let outside = province.outside(REPORTER, "Có").await;
    province.report(DUTY, "Máy in kêu lạ").await;
    province.report(DUTY, "Máy quét kêu lạ").await;
    province.say(DUTY, "Chimcuocdemkhuya bay qua").await;
    assert!(
        province.last(DUTY).text.contains("bổ sung cho sự cố nào"),
        "{:?}",
        province.last(DUTY)
    );
    province.say(DUTY, outside.as_str()).await;
    assert!(province.last(DUTY).text.contains(NOTHING_HERE), "{:?}", province.last(DUTY));
    province.after(minutes(1)).await;
    assert_nowhere(&province, &log, &["Chimcuocdemkhuya"]);
    province.end_without_listening().await;
}

#[tokio::test]
async fn a_secret_in_words_that_are_not_recorded_leaves_a_private_chat_and_that_is_explained() {
    let (mut province, log) = (given().await, Log::listen());
    let gone = |what: &str| format!("Đã xóa tin gốc vì có {what}.");
    let (password, stamp) = (gone("mật khẩu"), gone("dấu bí mật nhà nước"));
    // Nobody asked anything.
    province.say(DUTY, "mật khẩu quản trị: Hoabanggia7!").await;
    province.after(minutes(1)).await;
    province.hears(&[(DUTY, "Chưa hiểu tin này"), (DUTY, &password)]);
    // A question waits, and goes on waiting.
    province.say(REPORTER, "/baosuco").await;
    province.say(REPORTER, "MẬT\nHoadaokhuya ở kho").await;
    province.after(minutes(1)).await;
    province.hears(&[
        (REPORTER, "Nội dung có thuộc bí mật nhà nước không?"),
        (REPORTER, "Nội dung có thuộc bí mật nhà nước không?"),
        (REPORTER, &stamp),
    ]);
    // The answer was that nothing is written here.
    province.press(REPORTER, REPORTER, "Có").await;
    province.after(minutes(1)).await;
    province.forget();
    province.say(REPORTER, "TUYỆT MẬT: Hoasenchieu").await;
    province.say(REPORTER, "mã OTP: 482913").await;
    province.after(minutes(1)).await;
    province.hears(&[
        (REPORTER, NOTHING_HERE),
        (REPORTER, &stamp),
        (REPORTER, NOTHING_HERE),
        (REPORTER, "Đã xóa tin gốc"),
    ]);
    let said = ["Hoabanggia7", "Hoadaokhuya", "Hoasenchieu", "482913"];
    for words in said {
        assert!(!still_there(&province, DUTY, words) && !still_there(&province, REPORTER, words));
    }
    assert_nowhere(&province, &log, &said);
    province.end().await;
}

#[tokio::test]
async fn a_part_stricter_than_its_whole_makes_the_whole_as_strict() {
    let province = given().await;
    let one = province.report(REPORTER, "Thư lạ giả mạo kho bạc").await;
    let two = province.report(REPORTER, "Thư lạ giả mạo ngân hàng").await;
    let strict = province.report(NEIGHBOUR, "Email lạ giả mạo kho bạc").await;
    province.say(LEAD, &format!("/dienrong {one} {two} Thư giả mạo")).await;
    let whole = province.newest();
    province.say(LEAD, &format!("/tlp {strict} RED")).await;
    province.say(LEAD, &format!("/dienrong {whole} {strict}")).await;
    province.after(minutes(2)).await;
    assert_eq!(province.incident(&whole).tlp.as_str(), "RED");
    let unit = province.unit_name(&strict);
    assert_eq!(province.count(TEAM, &unit), 0, "{:#?}", province.messages(TEAM));
    // Nor is it taken off while that part stands.
    province.say(LEAD, &format!("/tlp {whole} AMBER")).await;
    assert!(province.last(LEAD).text.contains(strict.as_str()), "{:?}", province.last(LEAD));
    assert_eq!(province.incident(&whole).tlp.as_str(), "RED");
    province.end_without_listening().await;
}

#[tokio::test]
async fn a_part_that_becomes_stricter_later_leaves_the_card_of_the_whole_too() {
    let province = given().await;
    let one = province.report(REPORTER, "Thư lạ giả mạo kho bạc").await;
    let late = province.report(NEIGHBOUR, "Email lạ giả mạo kho bạc").await;
    province.say(LEAD, &format!("/dienrong {one} {late} Thư giả mạo")).await;
    let whole = province.newest();
    let unit = province.unit_name(&late);
    province.after(minutes(1)).await;
    assert!(province.count(TEAM, &unit) > 0);
    province.say(LEAD, &format!("/tlp {late} AMBER+STRICT")).await;
    province.after(minutes(2)).await;
    assert_eq!(province.incident(&whole).tlp.as_str(), "AMBER+STRICT");
    assert_eq!(province.count(TEAM, &unit), 0, "{:#?}", province.messages(TEAM));
    province.end_without_listening().await;
}

#[tokio::test]
async fn evidence_on_a_part_is_told_to_whoever_holds_the_whole() {
    let mut province = given().await;
    let one = province.report(REPORTER, "Thư lạ giả mạo kho bạc").await;
    let two = province.report(NEIGHBOUR, "Email lạ giả mạo kho bạc").await;
    province.say(LEAD, &format!("/dienrong {one} {two} Thư giả mạo")).await;
    let whole = province.newest();
    province.say(DUTY, &format!("/nhan {whole}")).await;
    province.after(minutes(1)).await;
    province.forget();
    province.send(REPORTER, "", &[photo(JPEG)]).await;
    province.after(minutes(1)).await;
    province.hears(&[(REPORTER, "Đã ghi nhận tệp"), (DUTY, "gửi chứng cứ")]);
    province.end().await;
}
#[tokio::test]
async fn a_secret_in_a_groups_talk_is_looked_for_only_where_the_bot_is_spoken_to() {
    let (mut province, log) = (given().await, Log::listen());
    province.world.sandbox.promote(TEAM, province.world.sandbox.bot_id());
    let code = province.report(REPORTER, "Máy in kêu lạ").await;
    province.say_in(TEAM, DUTY, &format!("/mucdo {code}")).await;
    let question = province.last(TEAM).message_id;
    province.forget();
    province.reply(DUTY, TEAM, question, "pass Hoabuomdem88!").await;
    province.after(minutes(1)).await;
    assert!(!still_there(&province, TEAM, "Hoabuomdem88"));
    province.hears(&[(TEAM, "Mức độ của"), (TEAM, "Đã xóa tin gốc vì có mật khẩu.")]);
    // Talk between people is theirs, edited or not.
    province.say_in(TEAM, DUTY, "pass Hoaquynhnha99!").await;
    let talk = province.written(DUTY, TEAM);
    assert!(province.world.sandbox.edit(DUTY, TEAM, talk, "pass Hoaquynhnha99?"));
    province.after(minutes(1)).await;
    assert!(still_there(&province, TEAM, "Hoaquynhnha99"));
    province.hears_nothing();
    assert_nowhere(&province, &log, &["Hoabuomdem88", "Hoaquynhnha99"]);
    province.end().await;
}

fn album() -> Vec<Attachment> {
    (0..3_u8).map(|number| photo(&[JPEG, &[number]].concat())).collect()
}

#[tokio::test]
async fn no_part_of_an_album_with_a_stamp_stays_in_the_chat_when_it_is_a_report() {
    let province = given().await;
    province.say(REPORTER, "/baosuco").await;
    province.press(REPORTER, REPORTER, "Không").await;
    let before = province.said_by(REPORTER);
    province.send(REPORTER, "MẬT\nHoalantim", &album()).await;
    province.after(minutes(1)).await;
    assert!(province.incident(&province.newest()).off_channel);
    assert_eq!(province.said_by(REPORTER), before);
    assert_eq!(province.count(REPORTER, "Đã xóa tin gốc"), 1, "told once");
    assert!(province.kept().is_empty());
    province.end_without_listening().await;
}

#[tokio::test]
async fn no_part_of_an_album_with_a_stamp_stays_in_the_chat_when_it_is_a_note() {
    let province = given().await;
    let code = province.report(REPORTER, "Máy in kêu lạ").await;
    let before = province.said_by(REPORTER);
    province.send(REPORTER, "(TỐI MẬT) Hoalantim", &album()).await;
    province.after(minutes(1)).await;
    assert_eq!(province.said_by(REPORTER), before);
    assert_eq!(province.count(REPORTER, "Đã xóa tin gốc"), 1, "told once");
    assert!(province.pieces(&code).is_empty() && province.kept().is_empty());
    province.end_without_listening().await;
}

#[tokio::test]
async fn nothing_of_an_album_whose_last_part_bears_the_stamp_is_kept() {
    let province = given().await;
    let code = province.report(REPORTER, "Máy in kêu lạ").await;
    let before = province.said_by(REPORTER);
    let files: Vec<Attachment> =
        (0..3_u8).map(|n| document("to.pdf", &[b"%PDF-1.7 ", &[n][..]].concat())).collect();
    // Telegram puts the words of several documents under the last of them.
    province.send_with_caption_last(REPORTER, "MẬT\nHoalantim", &files).await;
    province.after(minutes(1)).await;
    assert_eq!(province.said_by(REPORTER), before);
    assert!(
        province.pieces(&code).iter().all(|piece| !piece.is_kept()),
        "{:?}",
        province.pieces(&code)
    );
    province.until(|| province.kept().is_empty()).await;
    province.end_without_listening().await;
}

#[tokio::test]
async fn a_message_that_stays_after_its_words_were_taken_back_is_named_and_tried_again() {
    let mut province = given().await;
    let code = province.report(REPORTER, "Máy in kêu lạ").await;
    province.say_in(TEAM, DUTY, &format!("/ghichu {code} Nguyenvanlo ở xóm ba")).await;
    let message = province.written(DUTY, TEAM);
    let note = province.newest_entry(&code, "note_added");
    province.after(minutes(1)).await;
    province.forget();
    province.say(LEAD, &format!("/rut {code} {note} lộ tên")).await;
    province.after(minutes(1)).await;
    province.hears(&[
        (LEAD, &format!("Đã rút nội dung mục {note} của {code}.")),
        (LEAD, "bot không xóa được 1 tin"),
    ]);
    assert!(still_there(&province, TEAM, "Nguyenvanlo"));
    let told = province.last(LEAD).text;
    assert!(told.contains(&format!("https://t.me/c/9000000001/{message}")), "{told}");
    assert!(told.contains(&format!("/rut {code} {note} thử lại")), "{told}");
    // Meanwhile the bot may.
    province.world.sandbox.promote(TEAM, province.world.sandbox.bot_id());
    province.say(LEAD, &format!("/rut {code} {note} thử lại")).await;
    province.after(minutes(1)).await;
    assert!(!still_there(&province, TEAM, "Nguyenvanlo"));
    province.hears(&[(LEAD, &format!("Đã rút nội dung mục {note} của {code}."))]);
    // Now there is nothing left to do.
    province.say(LEAD, &format!("/rut {code} {note} thử lại")).await;
    province.hears(&[(LEAD, "không có nội dung, hoặc nội dung đã rút")]);
    province.end().await;
}

#[tokio::test]
async fn a_message_the_guard_could_not_delete_is_tried_again_when_its_words_are_taken_back() {
    let province = given().await;
    let code = province.report(REPORTER, "Máy in kêu lạ").await;
    province.say_in(TEAM, DUTY, &format!("/ghichu {code} pass Hoaxoanrung5! của anh Lo")).await;
    province.after(minutes(1)).await;
    assert!(still_there(&province, TEAM, "Hoaxoanrung5"));
    province.world.sandbox.promote(TEAM, province.world.sandbox.bot_id());
    let note = province.newest_entry(&code, "note_added");
    province.say(LEAD, &format!("/rut {code} {note} lộ tên")).await;
    province.after(minutes(1)).await;
    assert!(!still_there(&province, TEAM, "Hoaxoanrung5"));
    province.end_without_listening().await;
}

#[tokio::test]
async fn several_messages_that_stay_are_told_in_one_message_once_all_were_tried() {
    let mut province = given().await;
    let code = province.report(REPORTER, "Bachmauxanh bị lộ").await;
    province.say(DUTY, &format!("/nhan {code}")).await;
    province.after(minutes(1)).await;
    let report = province.newest_entry(&code, "reported");
    // As for messages older than 48 hours.
    let old = Fault::Says(400, "Bad Request: message can't be deleted for everyone");
    province.world.sandbox.fail_always(Some("deletemessage"), old);
    province.forget();
    province.say(LEAD, &format!("/rut {code} {report} lộ tên")).await;
    province.after(minutes(2)).await;
    province.hears(&[(LEAD, "Đã rút nội dung mục"), (LEAD, "bot không xóa được")]);
    let told = province.last(LEAD).text;
    assert!(told.contains("Đầu mối xã Một") || told.contains("của bot"), "{told}");
    insta::assert_snapshot!("messages_that_stay", told);
    province.end().await;
}
