//! Words can be taken back and facts cannot: what was removed stands in no file, the chain holds,
//! and an edit of the message brings nothing back.

use std::fs;

use trucban::domain::envelope::{Actor, Command, Done, Receipt};
use trucban::domain::refusal::Refusal;

use crate::harness::{DUTY, LEAD, MANAGER, NEIGHBOUR, Province, REPORTER, TEAM, given, minutes};

/// Whether any file of the program holds these words.
fn on_disk(province: &Province, words: &str) -> bool {
    let entries = fs::read_dir(province.world.dir()).unwrap();
    let files = entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_file());
    files.into_iter().any(|path| {
        let bytes = fs::read(path).unwrap();
        bytes.windows(words.len()).any(|window| window == words.as_bytes())
    })
}

/// Whether anybody's chat still shows these words.
fn shown(province: &Province, chat: i64, words: &str) -> bool {
    let all = province.world.sandbox.messages(chat);
    all.iter().any(|shown| !shown.deleted && shown.text.contains(words))
}

#[tokio::test]
async fn words_taken_back_leave_every_file_and_every_card_before_that_is_said() {
    let mut province = given().await;
    let code = province.report(REPORTER, "Hoasuavuonxua bị chép\nThêm: Hoasuavuonxua").await;
    province.say(DUTY, &format!("/nhan {code}")).await;
    province.say(REPORTER, &format!("/ghichu {code} Laphongdovang")).await;
    province.say(DUTY, &format!("/suco {code}")).await;
    province.after(minutes(40)).await;
    assert!(on_disk(&province, "Hoasuavuonxua") && shown(&province, DUTY, "Laphongdovang"));
    province.forget();

    province.say(LEAD, &format!("/rut {code}")).await;
    province.hears(&[(LEAD, "Rút nội dung nào của")]);
    let seq = province.newest_entry(&code, "reported");
    province.press(LEAD, LEAD, &format!("Rút mục {seq}")).await;
    province.hears(&[(LEAD, "xin gửi lý do")]);
    province.say(LEAD, "lộ tên người dân").await;
    province.after(minutes(1)).await;
    let said = format!("Đã rút nội dung mục {seq} của {code}.");
    province.hears(&[(LEAD, &said)]);
    assert!(!on_disk(&province, "Hoasuavuonxua"), "a file still holds the words");
    assert!(on_disk(&province, "Laphongdovang"));
    for chat in [TEAM, DUTY, REPORTER] {
        assert!(!shown(&province, chat, "Hoasuavuonxua"), "{chat} still shows the words");
    }
    assert!(province.card(TEAM, &code).text.contains("(nội dung đã rút)"));

    let note = province.newest_entry(&code, "note_added");
    province.say(LEAD, &format!("/rut {code} {note} gửi nhầm chỗ")).await;
    province.after(minutes(1)).await;
    assert!(!on_disk(&province, "Laphongdovang"));
    assert!(!shown(&province, DUTY, "Laphongdovang"), "the news still quotes the note");
    let found = province.world.engine().unwrap().reader().verify().unwrap();
    assert_eq!((found.removed, found.broken), (3, None), "title, description and note");
    province.forget();
    province.end().await;
}

#[tokio::test]
async fn words_said_to_all_of_a_widespread_incident_are_taken_back_from_every_part_in_one_act() {
    let province = given().await;
    let one = province.report(REPORTER, "Thư lạ giả mạo kho bạc").await;
    let two = province.report(NEIGHBOUR, "Email lạ giả mạo kho bạc").await;
    province.say(LEAD, &format!("/dienrong {one} {two} Thư giả mạo")).await;
    let whole = province.newest();
    province.say(DUTY, &format!("/nhan {whole}")).await;
    province.say(DUTY, &format!("/ghichu {whole} tất cả: Chimsebaythap")).await;
    province.after(minutes(1)).await;
    assert!(shown(&province, REPORTER, "Chimsebaythap"));
    let note = province.newest_entry(&whole, "note_added");

    province.say(MANAGER, &format!("/rut {whole} {note} thử")).await;
    assert!(province.last(MANAGER).text.contains("chỉ rút được nội dung của chính mình"));
    province.say(DUTY, &format!("/rut {whole} {note} gửi nhầm")).await;
    province.after(minutes(1)).await;

    assert!(province.last(DUTY).text.contains("Đã rút nội dung mục"), "{:?}", province.last(DUTY));
    assert!(!on_disk(&province, "Chimsebaythap"), "a part still holds the words");
    for chat in [REPORTER, NEIGHBOUR, LEAD, DUTY, TEAM] {
        assert!(!shown(&province, chat, "Chimsebaythap"), "{chat} still shows the words");
    }
    for code in [&one, &two, &whole] {
        assert_eq!(
            province.story(code).iter().filter(|kind| **kind == "content_removed").count(),
            1
        );
    }

    // A copy taken back on its own leaves the others.
    province.say(DUTY, &format!("/ghichu {whole} tất cả: Onglaodanhca")).await;
    let copy = province.newest_entry(&one, "note_added");
    province.say(LEAD, &format!("/rut {one} {copy} chỉ ở đây")).await;
    province.after(minutes(1)).await;
    assert!(on_disk(&province, "Onglaodanhca"));
    for code in [&two, &whole] {
        assert_eq!(
            province.story(code).iter().filter(|kind| **kind == "content_removed").count(),
            1
        );
    }

    // The summary of the whole is the summary of its parts.
    province.say(DUTY, &format!("/khacphuc {whole}")).await;
    province.say(DUTY, &format!("/ketthuc {whole} Demmuadongrat")).await;
    province.after(minutes(1)).await;
    let end = province.newest_entry(&whole, "closed");
    province.say(LEAD, &format!("/rut {whole} {end} lộ tên")).await;
    province.after(minutes(1)).await;
    assert!(!on_disk(&province, "Demmuadongrat"));
    assert!(!shown(&province, NEIGHBOUR, "Demmuadongrat"));
    let found = province.world.engine().unwrap().reader().verify().unwrap();
    assert_eq!((found.removed, found.broken), (7, None));
    province.end_without_listening().await;
}

#[tokio::test]
async fn an_edit_of_what_was_said_to_all_of_a_widespread_incident_is_one_on_every_part() {
    let province = given().await;
    let one = province.report(REPORTER, "Thư lạ giả mạo kho bạc").await;
    let two = province.report(NEIGHBOUR, "Email lạ giả mạo kho bạc").await;
    province.say(LEAD, &format!("/dienrong {one} {two} Thư giả mạo")).await;
    let whole = province.newest();
    province.say(DUTY, &format!("/nhan {whole}")).await;
    let edit = |said: &str| {
        let message = province.written(DUTY, DUTY);
        assert!(province.world.sandbox.edit(DUTY, DUTY, message, said));
    };
    province.say(DUTY, &format!("/ghichu {whole} tất cả: Tắt máy in")).await;
    edit(&format!("/ghichu {whole} tất cả: Tắt máy chủ"));
    province.after(minutes(1)).await;
    for code in [&whole, &one, &two] {
        assert_eq!(province.history_words(code, "words_edited"), ["Tắt máy chủ"], "{code}");
    }

    // A copy that was taken back on its own stays gone, the others follow.
    let copy = province.newest_entry(&one, "note_added");
    province.say(LEAD, &format!("/rut {one} {copy} chỉ ở đây")).await;
    edit(&format!("/ghichu {whole} tất cả: Tắt máy trạm"));
    province.after(minutes(1)).await;
    assert_eq!(province.history_words(&one, "words_edited"), [""], "taken back with its edit");
    for code in [&whole, &two] {
        assert_eq!(province.history_words(code, "words_edited"), ["Tắt máy chủ", "Tắt máy trạm"]);
    }

    province.say(DUTY, &format!("/khacphuc {whole}")).await;
    province.say(DUTY, &format!("/ketthuc {whole} Đã chặn thu")).await;
    edit(&format!("/ketthuc {whole} Đã chặn thư"));
    province.after(minutes(1)).await;
    for code in [&whole, &one, &two] {
        let edited = province.history_words(code, "words_edited");
        assert_eq!(edited.last().map(String::as_str), Some("Đã chặn thư"), "{code}");
    }
    // All of them go in one act, edits too.
    let note = province.newest_entry(&whole, "note_added");
    province.say(DUTY, &format!("/rut {whole} {note} nhầm")).await;
    province.after(minutes(1)).await;
    assert!(!on_disk(&province, "Tắt máy"), "a part still holds the words");
    province.end_without_listening().await;
}

#[tokio::test]
async fn people_take_their_own_words_back_for_half_an_hour_and_a_lead_takes_any() {
    let province = given().await;
    let code = province.report(REPORTER, "Máy in kêu lạ").await;
    province.say(REPORTER, &format!("/ghichu {code} Gioheoday")).await;
    let note = province.newest_entry(&code, "note_added");
    for other in [DUTY, MANAGER] {
        province.say(other, &format!("/rut {code} {note} thử")).await;
        assert!(province.last(other).text.contains("chỉ rút được nội dung của chính mình"));
    }
    province.say(REPORTER, &format!("/rut {code} {note} gõ nhầm")).await;
    assert!(province.last(REPORTER).text.contains("Đã rút nội dung mục"));
    assert!(!on_disk(&province, "Gioheoday"));
    province.say(REPORTER, &format!("/rut {code} {note} lần nữa")).await;
    assert!(province.last(REPORTER).text.contains("không có nội dung, hoặc nội dung đã rút"));
    province.after(minutes(31)).await;
    let report = province.newest_entry(&code, "reported");
    province.say(REPORTER, &format!("/rut {code} {report} muộn")).await;
    assert!(province.last(REPORTER).text.contains("trong 30 phút"));
    province.end_without_listening().await;
}

#[tokio::test]
async fn the_operator_takes_words_back_with_a_reason_and_hears_which_backups_hold_them() {
    let province = given().await;
    let code = province.report(REPORTER, "Chuonchuonbaythap").await;
    let seq = province.newest_entry(&code, "reported");
    let redact = |reason: &str| {
        let reason = reason.to_owned();
        Command::Redact { code: code.clone(), seq, reason }
    };
    let refused = province.submit("r1", Actor::Operator, redact(" ")).await;
    assert!(matches!(refused, Receipt::Refused(Refusal::WordsNeeded { .. })), "{refused:?}");
    let done = province.submit("r2", Actor::Operator, redact("yêu cầu của đơn vị")).await;
    let Receipt::Done(Done::Redacted { backups, .. }) = done else { panic!("{done:?}") };
    assert!(backups.is_empty());
    assert!(!on_disk(&province, "Chuonchuonbaythap"));
    province.end_without_listening().await;
}

#[tokio::test]
async fn an_edited_message_is_one_more_entry_and_its_card_follows() {
    let mut province = given().await;
    let code = province.report(REPORTER, "Máy chủ web bị thay giao dien").await;
    province.after(minutes(1)).await;
    province.forget();
    let message = province.written(REPORTER, REPORTER);
    let text = "/baosuco Máy chủ web bị thay giao diện";
    assert!(province.world.sandbox.edit(REPORTER, REPORTER, message, text));
    province.after(minutes(1)).await;
    province.hears(&[(REPORTER, "Đã ghi nhận bản sửa cho mục")]);
    assert!(province.card(TEAM, &code).text.contains("bị thay giao diện"));
    // The same again is no news.
    assert!(province.world.sandbox.edit(REPORTER, REPORTER, message, text));
    province.after(minutes(1)).await;
    province.hears_nothing();
    assert_eq!(province.story(&code).iter().filter(|kind| **kind == "words_edited").count(), 1);
    province.end().await;
}

#[tokio::test]
async fn an_edit_passes_the_guard_again_and_brings_no_removed_words_back() {
    let mut province = given().await;
    let code = province.report(REPORTER, "Hộp thư lạ").await;
    province.say(REPORTER, &format!("/ghichu {code} cho xem trước")).await;
    let message = province.written(REPORTER, REPORTER);
    province.after(minutes(1)).await;
    province.forget();
    let edit = |words: &str| {
        let text = format!("/ghichu {code} {words}");
        assert!(province.world.sandbox.edit(REPORTER, REPORTER, message, &text));
    };
    edit("mật khẩu: Bachtuocnau8");
    province.after(minutes(1)).await;
    assert!(!on_disk(&province, "Bachtuocnau8"));
    assert!(!shown(&province, REPORTER, "Bachtuocnau8"), "the edited message is deleted");
    province.hears(&[
        (REPORTER, "Đã che trong nội dung: mật khẩu."),
        (REPORTER, "Đã xóa tin gốc vì có mật khẩu."),
    ]);

    // In the group the bot may not delete: the message stays there and is edited.
    province.say_in(TEAM, DUTY, &format!("/ghichu {code} Cavangmuathu")).await;
    let message = province.written(DUTY, TEAM);
    let note = province.newest_entry(&code, "note_added");
    province.say(LEAD, &format!("/rut {code} {note} nhầm")).await;
    province.after(minutes(1)).await;
    province.forget();
    let text = format!("/ghichu {code} Cavangmuathu trở lại");
    assert!(province.world.sandbox.edit(DUTY, TEAM, message, &text));
    province.after(minutes(1)).await;
    province.hears(&[(TEAM, "không có nội dung, hoặc nội dung đã rút")]);
    assert!(!on_disk(&province, "Cavangmuathu"));
    province.end().await;
}
