//! Whoever may see an incident learns in private how to reach the person who has it, at any time; in a group
//! nobody's number is shown.

use trucban::domain::values::Severity;

use crate::harness::{DUTY, LEAD, NEIGHBOUR, Province, REPORTER, TEAM, alert, given, minutes};

const REPORT: &str = "Máy kế toán hiện thông báo đòi tiền chuộc";
const NUMBER: &str = "0900 000 001";

/// The province, where the officer on duty has a telephone.
async fn province() -> Province {
    let province = given().await;
    province.change_person("p-001", |_, own| own.phone = Some(NUMBER.to_owned())).await;
    province
}

#[tokio::test]
async fn the_holders_number_stands_in_private_whenever_the_incident_is_asked_for() {
    let province = province().await;
    let code = province.report(REPORTER, REPORT).await;
    province.press(DUTY, DUTY, "Tiếp nhận").await;
    province.after(minutes(60)).await;

    province.say(REPORTER, &format!("/suco {code}")).await;
    let shown = province.last(REPORTER).text;
    assert!(shown.contains("Người giữ: ") && shown.contains(NUMBER), "{shown}");
    province.say_in(TEAM, LEAD, &format!("/suco {code}")).await;
    let shown = province.last(TEAM).text;
    assert!(shown.contains("Người giữ: ") && !shown.contains(NUMBER), "{shown}");
    assert!(!province.card(TEAM, &code).text.contains(NUMBER));
    province.end_without_listening().await;
}

#[tokio::test]
async fn who_comes_second_is_told_the_holders_number_in_private() {
    let province = province().await;
    let code = province.report(REPORTER, REPORT).await;
    province.press(DUTY, DUTY, "Tiếp nhận").await;

    province.say(LEAD, &format!("/nhan {code}")).await;
    let refused = province.last(LEAD).text;
    assert!(refused.contains("đã tiếp nhận") && refused.contains(NUMBER), "{refused}");
    province.say(LEAD, &format!("/conxuly {code}")).await;
    let refused = province.last(LEAD).text;
    assert!(refused.contains(&format!("xin gọi cho người giữ: {NUMBER}")), "{refused}");
    province.say_in(TEAM, LEAD, &format!("/conxuly {code}")).await;
    let refused = province.last(TEAM).text;
    assert!(refused.contains("xin gọi cho người giữ.") && !refused.contains(NUMBER), "{refused}");
    province.end_without_listening().await;
}

#[tokio::test]
async fn who_reported_a_part_is_told_who_has_the_whole() {
    let province = province().await;
    let part = province.report(REPORTER, REPORT).await;
    let other = province.report(NEIGHBOUR, REPORT).await;
    province.say(LEAD, &format!("/dienrong {part} {other} Tống tiền nhiều xã")).await;
    let whole = province.newest();
    province.say(DUTY, &format!("/nhan {whole}")).await;
    assert!(province.holder(&whole).is_some());

    province.say(REPORTER, &format!("/suco {part}")).await;

    let shown = province.last(REPORTER).text;
    let holder = format!("Người giữ {whole}: ");
    assert!(shown.contains(&holder) && shown.contains(NUMBER), "{shown}");
    province.end_without_listening().await;
}

#[tokio::test]
async fn a_single_incident_does_not_become_a_widespread_one() {
    let province = given().await;
    province.alerts("alone", vec![alert("Máy trạm kết nối lạ", Severity::Medium)]).await;
    let code = province.newest();

    province.say(LEAD, &format!("/dienrong {code}")).await;

    assert_eq!(province.codes(), [code]);
    let refused = province.last(LEAD).text;
    assert!(refused.contains("Chưa có sự cố nào khác để gộp"), "{refused}");
    province.end_without_listening().await;
}

#[tokio::test]
async fn a_search_that_finds_nothing_says_what_to_do_next() {
    let province = given().await;
    province.say(REPORTER, "/suco máy photocopy").await;
    let found = province.last(REPORTER).text;
    assert!(found.contains("Không tìm thấy") && found.contains("/suco SC-"), "{found}");
    province.end_without_listening().await;
}

#[tokio::test]
async fn a_button_that_waits_for_words_does_not_end_a_report_half_made() {
    let province = given().await;
    province.report(REPORTER, REPORT).await;
    province.press(DUTY, DUTY, "Tiếp nhận").await;
    province.say(DUTY, "/baosuco").await;
    province.press(DUTY, DUTY, "Không").await;
    let before = province.codes().len();

    let (card, note) = province.button(DUTY, "Ghi chú");
    for data in [note.clone(), note.replacen("|note|", "|ev|", 1)] {
        province.press_data(DUTY, DUTY, card, &data).await;
        let asked = province.last(DUTY).text;
        assert!(asked.contains("mô tả sự cố"), "{data}: {asked}");
    }
    province.say(DUTY, "Trang thông tin xã bị đổi nội dung").await;

    assert_eq!(province.codes().len(), before + 1);
    province.end_without_listening().await;
}
