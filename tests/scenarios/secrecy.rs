//! What must never be kept: secrets are masked before anything is stored or sent, what bears a
//! stamp of state secrecy leaves no trace, and nobody waits for either.

use std::fs;
use std::path::Path;

use trucban::domain::envelope::{Done, Receipt};
use trucban::domain::values::{Severity, Status};

use crate::harness::log::Log;
use crate::harness::{DUTY, LEAD, Province, REPORTER, TEAM, alert, given, minutes};

/// Words nobody uses by chance, and every form the file of a database may hold them in.
pub fn assert_nowhere(province: &Province, log: &Log, words: &[&str]) {
    let folder = province.world.dir();
    for word in words {
        for path in files(folder) {
            let bytes = fs::read(&path).unwrap();
            let found = bytes.windows(word.len()).any(|window| window == word.as_bytes());
            assert!(!found, "{word:?} stands in {}", path.display());
        }
        assert!(!log.text().contains(word), "{word:?} stands in the log");
        let journal = province.world.sandbox.journal();
        let said = journal.iter().find(|call| call.body.to_string().contains(word));
        assert!(said.is_none(), "{word:?} was sent: {said:?}");
    }
}

/// Every file in the folder of the program: database, WAL, shared memory and whatever else is there.
fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    assert!(!found.is_empty());
    found
}

/// Whether the person still sees what he wrote.
pub fn still_there(province: &Province, chat: i64, words: &str) -> bool {
    let all = province.world.sandbox.messages(chat);
    all.iter().any(|shown| !shown.deleted && shown.text.contains(words))
}

#[tokio::test]
async fn a_password_in_a_report_delays_nobody_and_stands_nowhere_afterwards() {
    let (mut province, log) = (given().await, Log::listen());
    let text = "Máy chủ web bị chiếm, mật khẩu: Quacamvang77! của admin";
    let code = province.report(REPORTER, text).await;
    province.after(minutes(1)).await;
    assert_eq!(province.incident(&code).status(), Status::Reported);
    province.hears(&[
        (REPORTER, "Đã che trong nội dung: mật khẩu."),
        (REPORTER, "Đã xóa tin gốc vì có mật khẩu."),
        (DUTY, "mật khẩu: «đã che: mật khẩu» của admin"),
        (TEAM, "mật khẩu: «đã che: mật khẩu» của admin"),
    ]);
    assert!(!still_there(&province, REPORTER, "Quacamvang77"));
    assert_nowhere(&province, &log, &["Quacamvang77"]);
    province.end().await;
}

#[tokio::test]
async fn in_a_group_the_message_is_deleted_where_the_bot_may_and_else_its_writer_is_asked() {
    let (mut province, log) = (given().await, Log::listen());
    let code = province.report(REPORTER, "Máy tính lạ trong phòng họp").await;
    province.after(minutes(1)).await;
    province.forget();
    let bot = province.world.sandbox.bot_id();
    for (right, said) in [
        (false, "Bot không xóa được tin gốc. Xin anh/chị tự xóa tin có mật khẩu khỏi chat này."),
        (true, "Đã xóa tin gốc vì có mật khẩu."),
    ] {
        if right {
            province.world.sandbox.promote(TEAM, bot);
        }
        let words = format!("Hoadaophai{}{right}!", 2026);
        province.say_in(TEAM, DUTY, &format!("/ghichu {code} pass {words}")).await;
        province.after(minutes(1)).await;
        province.hears(&[(TEAM, "Đã che trong nội dung: mật khẩu."), (TEAM, said)]);
        assert_eq!(still_there(&province, TEAM, &words), !right);
        assert_nowhere(&province, &log, &[&words]);
    }
    province.end().await;
}

#[tokio::test]
async fn a_stamp_of_secrecy_means_the_same_as_yes() {
    let (mut province, log) = (given().await, Log::listen());
    let code = province.report(REPORTER, "TỐI MẬT\nKế hoạch Saobiennghichly bị lộ").await;
    province.after(minutes(1)).await;
    let incident = province.incident(&code);
    assert!(incident.off_channel);
    assert_eq!(incident.severity, Severity::High);
    province.hears(&[
        (REPORTER, "Nội dung có dấu bí mật nhà nước nên không được giữ lại."),
        (REPORTER, "Đã xóa tin gốc vì có dấu bí mật nhà nước."),
        (DUTY, "xử lý trực tiếp, không qua hệ thống"),
        (TEAM, "xử lý trực tiếp, không qua hệ thống"),
    ]);
    assert!(!still_there(&province, REPORTER, "Saobiennghichly"));
    assert_nowhere(&province, &log, &["Saobiennghichly", "TỐI MẬT"]);
    province.end().await;
}

#[tokio::test]
async fn a_stamped_note_is_not_kept_and_its_writer_is_shown_the_hotline() {
    let (mut province, log) = (given().await, Log::listen());
    let code = province.report(REPORTER, "Thư lạ gửi tới văn thư").await;
    province.after(minutes(1)).await;
    province.forget();
    province.say(REPORTER, &format!("/ghichu {code} (MẬT) Thuyenbuomgiay")).await;
    province.after(minutes(1)).await;
    province.hears(&[
        (REPORTER, "Nội dung có dấu bí mật nhà nước nên bot không giữ lại."),
        (REPORTER, "Đã xóa tin gốc vì có dấu bí mật nhà nước."),
    ]);
    assert!(!province.story(&code).contains(&"note_added"));
    assert_nowhere(&province, &log, &["Thuyenbuomgiay"]);
    province.end().await;
}

#[tokio::test]
async fn words_of_an_alert_pass_the_guard_as_well() {
    let (mut province, log) = (given().await, Log::listen());
    let mut one = alert("Login password=Trangkhuyet9 failed", Severity::High);
    one.description = Some("token: Trangtron88xyz".to_owned());
    one.dedup_key = Some("api_key=Trangmo77aa".to_owned());
    let first = province.alerts("k1", vec![one.clone()]).await;
    let again = province.alerts("k2", vec![one]).await;
    let Receipt::Done(Done::Filed(first)) = first else { panic!("{first:?}") };
    let Receipt::Done(Done::Filed(again)) = again else { panic!("{again:?}") };
    assert_eq!((&again[0].code, again[0].created), (&first[0].code, false));
    let mut stamped = alert("MẬT: Trangnonxa", Severity::Low);
    stamped.description = Some("Trangnonxa nữa".to_owned());
    let Receipt::Done(Done::Filed(filed)) = province.alerts("k3", vec![stamped]).await else {
        panic!("not filed")
    };
    let incident = province.incident(&filed[0].code);
    assert!(incident.off_channel && incident.severity == Severity::High);
    province.after(minutes(1)).await;
    province.forget();
    assert_nowhere(
        &province,
        &log,
        &["Trangkhuyet9", "Trangtron88xyz", "Trangmo77aa", "Trangnonxa"],
    );
    province.end().await;
}

#[tokio::test]
async fn answered_with_yes_or_not_sure_no_content_is_kept_anywhere() {
    let (mut province, log) = (given().await, Log::listen());
    for answer in ["Có", "Không rõ"] {
        province.say(REPORTER, "/baosuco").await;
        province.press(REPORTER, REPORTER, answer).await;
        // Words sent all the same, by the reporter and by those called.
        province.say(REPORTER, "Chimhaiauxanhbiec ở kho số 9").await;
        let code = province.newest();
        assert!(province.incident(&code).off_channel);
        province.say(REPORTER, &format!("/ghichu {code} Chimhaiauxanhbiec")).await;
        province.say(DUTY, &format!("/nhan {code}")).await;
        province.say(DUTY, &format!("/co {code} serious yes Chimhaiauxanhbiec")).await;
        province.say(LEAD, &format!("/ghichu {code} Chimhaiauxanhbiec")).await;
        province.say(DUTY, &format!("/khacphuc {code}")).await;
        province.say(DUTY, &format!("/ketthuc {code} Chimhaiauxanhbiec xong")).await;
        province.after(minutes(2)).await;
    }
    assert_nowhere(&province, &log, &["Chimhaiauxanhbiec"]);
    province.forget();
    province.end().await;
}

#[tokio::test]
async fn a_stricter_label_takes_the_content_out_of_everything_posted_before() {
    let province = given().await;
    let code = province.report(REPORTER, "Vườnhồngcổ bị lộ").await;
    // Until the team's chat is called as well, and somebody asks there.
    province.after(minutes(40)).await;
    province.say_in(TEAM, DUTY, &format!("/suco {code}")).await;
    assert!(province.count(TEAM, "Vườnhồngcổ") >= 2, "{:#?}", province.messages(TEAM));
    province.say(DUTY, &format!("/tlp {code} AMBER+STRICT")).await;
    province.after(minutes(2)).await;
    assert_eq!(province.count(TEAM, "Vườnhồngcổ"), 0, "{:#?}", province.messages(TEAM));
    assert!(province.count(DUTY, "Vườnhồngcổ") >= 1);
    province.say(DUTY, &format!("/tlp {code} RED")).await;
    province.after(minutes(2)).await;
    assert_eq!(province.count(DUTY, "Vườnhồngcổ"), 0, "{:#?}", province.messages(DUTY));
    province.say(DUTY, &format!("/suco {code}")).await;
    assert_eq!(province.count(DUTY, "Vườnhồngcổ"), 1);
    province.end_without_listening().await;
}

#[tokio::test]
async fn the_name_of_a_widespread_incident_and_what_is_typed_about_duty_pass_the_guard_too() {
    let (mut province, log) = (given().await, Log::listen());
    let first = province.report(REPORTER, "Mất mạng").await;
    let second = province.report(REPORTER, "Mất điện").await;
    let name = "mật khẩu quản trị: Bauduc88! của router";
    province.say(LEAD, &format!("/dienrong {first} {second} {name}")).await;
    let whole = province.newest();
    let to_all = format!("/ghichu {whole} tất cả: mật khẩu mới: Oixanh99!");
    for words in [
        to_all.as_str(),
        "/doica 25/11 mật khẩu: Camxoai55!",
        "/nghi 25/11 26/11 mật khẩu: Dautay66!",
        "/truc mật khẩu: Mangcau77! 25/11",
    ] {
        province.say(LEAD, words).await;
    }
    province.after(minutes(1)).await;
    assert_nowhere(
        &province,
        &log,
        &["Bauduc88", "Oixanh99", "Camxoai55", "Dautay66", "Mangcau77"],
    );

    let third = province.report(REPORTER, "Mất sóng").await;
    province.say(LEAD, &format!("/dienrong {third} {second} MẬT: Tenduan Hoasen")).await;
    province.after(minutes(1)).await;
    assert_nowhere(&province, &log, &["Hoasen"]);
    province.forget();
    province.end().await;
}
