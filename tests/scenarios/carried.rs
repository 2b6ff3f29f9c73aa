//! What messages carry of the words on record: news quotes its own entry and nothing newer, and what is
//! taken back leaves every message that carries it.

use trucban::domain::ids::IncidentCode;
use trucban::sandbox::Fault;

use crate::harness::{DEPUTY, DUTY, LEAD, Province, REPORTER, TEAM, given, minutes};

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
