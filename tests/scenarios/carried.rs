//! What messages carry of the words on record: news quotes its own entry and nothing newer, and what is
//! taken back leaves every message that carries it.

use trucban::domain::ids::IncidentCode;
use trucban::sandbox::Fault;

use super::evidence::{JPEG, document, photo};

use crate::harness::{ADMIN, DEPUTY, DUTY, LEAD, Province, REPORTER, TEAM, given, minutes};

/// Everybody whose chat may hold words.
const CHATS: [i64; 5] = [TEAM, DUTY, LEAD, DEPUTY, REPORTER];

impl Province {
    /// Whether anything the bot shows anywhere has these words.
    fn carried(&self, words: &str) -> bool {
        CHATS.iter().any(|chat| self.count(*chat, words) > 0)
    }

    /// The numbers of the entries of a kind, oldest first.
    fn entries(&self, code: &IncidentCode, kind: &str) -> Vec<i64> {
        let events = self.world.engine().unwrap().reader().events(code).unwrap();
        let of_kind = events.iter().filter(|recorded| recorded.event.kind() == kind);
        of_kind.map(|recorded| recorded.at.seq).collect()
    }

    /// Until everything that waited for Telegram has arrived.
    async fn telegram_works_again(&self) {
        self.world.sandbox.clear_faults();
        self.after(minutes(10)).await;
    }
}

#[tokio::test]
async fn news_that_had_to_wait_quotes_the_words_and_the_author_of_its_own_entry() {
    let province = given().await;
    let code = province.report(REPORTER, "Máy chủ tệp không mở được").await;
    province.say(DUTY, &format!("/nhan {code}")).await;
    province.after(minutes(1)).await;
    province.world.sandbox.fail_always(Some("sendmessage"), Fault::Status(502));
    province.say(LEAD, &format!("/ghichu {code} Sentrongdam")).await;
    province.say(DEPUTY, &format!("/ghichu {code} Quymuathu")).await;
    province.telegram_works_again().await;

    let told = |words: &str| {
        let all = province.messages(DUTY);
        let quoting: Vec<String> =
            all.into_iter().map(|shown| shown.text).filter(|text| text.contains(words)).collect();
        assert_eq!(quoting.len(), 1, "{words}: {:#?}", province.messages(DUTY));
        quoting[0].clone()
    };
    assert!(told("Sentrongdam").contains(": Đội trưởng ghi chú"), "{}", told("Sentrongdam"));
    assert!(told("Quymuathu").contains("Phó Đội trưởng ghi chú"), "{}", told("Quymuathu"));

    let second = province.entries(&code, "note_added")[1];
    province.say(LEAD, &format!("/rut {code} {second} lộ tên")).await;
    province.after(minutes(1)).await;
    assert!(!province.carried("Quymuathu"));
    assert!(province.carried("Sentrongdam"));
    province.end_without_listening().await;
}

#[tokio::test]
async fn news_of_the_end_quotes_the_summary_and_no_later_note() {
    let province = given().await;
    let code = province.report(REPORTER, "Máy chủ tệp không mở được").await;
    province.say(DUTY, &format!("/nhan {code}")).await;
    province.say(DUTY, &format!("/khacphuc {code}")).await;
    province.after(minutes(1)).await;
    province.world.sandbox.fail_always(Some("sendmessage"), Fault::Status(502));
    province.say(DUTY, &format!("/ketthuc {code} Thaydaumaichu")).await;
    province.say(LEAD, &format!("/ghichu {code} Nhohoilaivendor")).await;
    province.telegram_works_again().await;

    assert_eq!(
        province.count(REPORTER, "“Thaydaumaichu”"),
        1,
        "{:#?}",
        province.messages(REPORTER)
    );
    assert_eq!(province.count(REPORTER, "Nhohoilaivendor"), 0);
    province.end_without_listening().await;
}

#[tokio::test]
async fn news_that_had_to_wait_tells_the_words_as_they_were_edited_meanwhile() {
    let province = given().await;
    let code = province.report(REPORTER, "Máy chủ tệp không mở được").await;
    province.say(DUTY, &format!("/nhan {code}")).await;
    province.after(minutes(1)).await;
    province.world.sandbox.fail_always(Some("sendmessage"), Fault::Status(502));
    province.say(LEAD, &format!("/ghichu {code} Saimatroi")).await;
    let message = province.written(LEAD, LEAD);
    let corrected = format!("/ghichu {code} Dungmatroi");
    assert!(province.world.sandbox.edit(LEAD, LEAD, message, &corrected));
    province.after(minutes(1)).await;
    province.telegram_works_again().await;

    assert_eq!(province.count(DUTY, "“Dungmatroi”"), 1, "{:#?}", province.messages(DUTY));
    assert_eq!(province.count(DUTY, "Saimatroi"), 0);
    let edit = province.entries(&code, "words_edited")[0];
    province.say(LEAD, &format!("/rut {code} {edit} lộ tên")).await;
    province.after(minutes(1)).await;
    assert!(!province.carried("Dungmatroi"), "{:#?}", province.messages(DUTY));
    province.end_without_listening().await;
}

#[tokio::test]
async fn evidence_taken_back_leaves_every_list_of_it() {
    let province = given().await;
    let code = province.report(REPORTER, "Máy chủ tệp không mở được").await;
    let hash = "ab".repeat(32);
    province.say(DUTY, &format!("/bangchung {code} {hash} Tusatgocphong")).await;
    province.say(LEAD, &format!("/bangchung {code}")).await;
    province.say_in(TEAM, LEAD, &format!("/bangchung {code}")).await;
    province.after(minutes(1)).await;
    assert!([LEAD, TEAM].iter().all(|chat| province.count(*chat, "Tusatgocphong") == 1));

    let told = province.entries(&code, "evidence_described")[0];
    province.say(LEAD, &format!("/rut {code} {told} lộ chỗ cất")).await;
    province.after(minutes(1)).await;
    assert!(!province.carried("Tusatgocphong"), "{:#?}", province.messages(LEAD));
    province.end_without_listening().await;
}

#[tokio::test]
async fn the_name_of_a_file_taken_back_leaves_every_list_of_it() {
    let province = given().await;
    let code = province.report(REPORTER, "Máy chủ tệp không mở được").await;
    let file = document("Danhsachxomba.pdf", b"%PDF-1.7 a letter");
    province.send(REPORTER, "", &[file]).await;
    province.say(LEAD, &format!("/bangchung {code}")).await;
    province.say_in(TEAM, LEAD, &format!("/bangchung {code}")).await;
    province.after(minutes(1)).await;
    assert!([LEAD, TEAM].iter().all(|chat| province.count(*chat, "Danhsachxomba") == 1));

    let piece = province.newest_entry(&code, "evidence_offered");
    province.say(LEAD, &format!("/rut {code} {piece} lộ tên")).await;
    province.after(minutes(1)).await;
    assert!(!province.carried("Danhsachxomba"), "{:#?}", province.messages(LEAD));
    province.end_without_listening().await;
}

#[tokio::test]
async fn words_put_under_a_picture_afterwards_are_a_note_and_their_edits_are_its_edits() {
    let mut province = given().await;
    let code = province.report(REPORTER, "Máy chủ tệp không mở được").await;
    province.send(REPORTER, "", &[photo(JPEG)]).await;
    province.after(minutes(1)).await;
    province.forget();
    let message = province.written(REPORTER, REPORTER);
    let edit =
        |words: &str| assert!(province.world.sandbox.edit(REPORTER, REPORTER, message, words));
    edit("Ảnh chụp lúc hai giờ");
    province.after(minutes(1)).await;
    assert_eq!(province.history_words(&code, "note_added"), ["Ảnh chụp lúc hai giờ"]);
    edit("Ảnh chụp lúc ba giờ");
    province.after(minutes(1)).await;
    assert_eq!(province.entries(&code, "note_added").len(), 1);
    assert_eq!(province.history_words(&code, "words_edited"), ["Ảnh chụp lúc ba giờ"]);
    province
        .hears(&[(REPORTER, "Đã ghi nhận ghi chú của"), (REPORTER, "Đã ghi nhận bản sửa cho mục")]);
    province.end().await;
}

#[tokio::test]
async fn an_edit_of_the_reason_of_a_flag_or_of_the_place_of_evidence_is_recorded() {
    let province = given().await;
    let code = province.report(REPORTER, "Máy chủ tệp không mở được").await;
    let hash = "ab".repeat(32);
    for (before, after, words) in [
        (
            format!("/co {code} serious yes vì lan rong"),
            format!("/co {code} serious yes vì lan rộng"),
            "vì lan rộng",
        ),
        (
            format!("/bangchung {code} {hash} tu số 5"),
            format!("/bangchung {code} {hash} tủ số 5"),
            "tủ số 5",
        ),
    ] {
        province.say(DUTY, &before).await;
        let message = province.written(DUTY, DUTY);
        assert!(province.world.sandbox.edit(DUTY, DUTY, message, &after));
        province.after(minutes(1)).await;
        assert_eq!(province.history_words(&code, "words_edited").pop().as_deref(), Some(words));
    }
    province.say(DUTY, &format!("/bangchung {code}")).await;
    assert!(province.last(DUTY).text.contains("“tủ số 5”"), "{:?}", province.last(DUTY));
    province.end_without_listening().await;
}

#[tokio::test]
async fn words_in_answer_to_a_refusal_are_a_note_on_the_incident_it_names() {
    let province = given().await;
    let code = province.report(REPORTER, "Máy chủ tệp không mở được").await;
    province.say(DUTY, &format!("/nhan {code}")).await;
    let other = province.report(LEAD, "Máy in kêu lạ").await;
    for (chat, words) in [(LEAD, "Tôi hỗ trợ phần mạng"), (TEAM, "Tôi mang máy tới")] {
        province.say_in(chat, LEAD, &format!("/nhan {code}")).await;
        let refusal = province.last(chat);
        assert!(refusal.text.contains("đã tiếp nhận"), "{refusal:?}");
        province.reply(LEAD, chat, refusal.message_id, words).await;
        assert_eq!(province.history_words(&code, "note_added").pop().as_deref(), Some(words));
    }
    assert!(!province.story(&other).contains(&"note_added"));
    province.end_without_listening().await;
}

#[tokio::test]
async fn what_an_account_was_in_the_middle_of_goes_with_its_link() {
    let province = given().await;
    province.say(REPORTER, "/baosuco").await;
    let waiting = || {
        let path = province.world.dir().join("trucban.db");
        let conn = rusqlite::Connection::open(path).unwrap();
        let sql = "SELECT count(*) FROM session WHERE account = ?1";
        conn.query_row(sql, [REPORTER], |row| row.get::<_, i64>(0)).unwrap()
    };
    assert_eq!(waiting(), 1);
    province.say(ADMIN, "/matmay p-017").await;
    assert_eq!(waiting(), 0, "{:?}", province.last(ADMIN));
    province.end_without_listening().await;
}
