//! The main job: a report is recorded, the right person is paged, whoever takes it is known to all.

use trucban::domain::values::Severity;

use crate::harness::{DEPUTY, DUTY, LEAD, REPORTER, TEAM, alert, given, hours, minutes};

const REPORT: &str = "Máy chủ cổng thông tin bị mã hóa";

#[tokio::test]
async fn a_report_gets_a_receipt_a_card_and_a_page_to_the_officer_on_duty_only() {
    let mut province = given().await;

    let code = province.report(REPORTER, REPORT).await;

    assert_eq!(code.as_str(), "SC-2026-0001");
    province.hears(&[
        (REPORTER, "Đã ghi nhận SC-2026-0001, đang gọi người trực."),
        (TEAM, REPORT),
        (DUTY, "(vòng 1, bậc 1)"),
    ]);
    let receipt = province.last(REPORTER).text;
    assert!(!receipt.to_lowercase().contains("đã tiếp nhận"), "{receipt}");
    assert!(province.last(TEAM).text.contains("Đơn vị: UBND xã Một"));
    province.end().await;
}

#[tokio::test]
async fn a_report_in_two_messages_is_one_incident() {
    let mut province = given().await;

    province.say(REPORTER, "/baosuco").await;
    province.hears(&[(REPORTER, "bí mật nhà nước")]);
    province.press(REPORTER, REPORTER, "Không").await;
    assert!(province.last(REPORTER).text.contains("mô tả sự cố trong một tin nhắn"));
    province.say(REPORTER, REPORT).await;

    province.hears(&[
        (REPORTER, "Đã ghi nhận SC-2026-0001"),
        (TEAM, REPORT),
        (DUTY, "CẦN NGƯỜI TIẾP NHẬN"),
    ]);
    assert_eq!(province.codes().len(), 1);
    province.end().await;
}

#[tokio::test]
async fn a_report_under_a_picture_counts_and_so_does_a_picture_alone() {
    let mut province = given().await;
    let picture = |caption: &str| {
        serde_json::json!({"photo": [{"file_id": "a", "file_unique_id": "b", "width": 1,
            "height": 1, "file_size": 1}], "caption": caption})
    };

    province.world.sandbox.post(REPORTER, REPORTER, picture(&format!("/baosuco {REPORT}")));
    province.settle().await;
    province.hears(&[(REPORTER, "Đã ghi nhận"), (TEAM, REPORT), (DUTY, "(vòng 1, bậc 1)")]);
    province.say(REPORTER, "/baosuco").await;
    province.press(REPORTER, REPORTER, "Không").await;
    province.forget();
    province.after(minutes(1)).await;
    let mut wordless = picture("");
    wordless.as_object_mut().unwrap().remove("caption");
    province.world.sandbox.post(REPORTER, REPORTER, wordless);
    province.settle().await;

    province.hears(&[
        (REPORTER, "nhắn thêm vài chữ mô tả"),
        (TEAM, "Ảnh không kèm mô tả"),
        (DUTY, "(vòng 1, bậc 1)"),
    ]);
    assert_eq!(province.codes().len(), 2);
    province.end().await;
}

#[tokio::test]
async fn of_what_may_be_a_state_secret_nothing_is_kept_and_somebody_is_paged_all_the_same() {
    for answer in ["Có", "Không rõ"] {
        let mut province = given().await;
        province.say(REPORTER, "/baosuco").await;
        province.forget();

        province.press(REPORTER, REPORTER, answer).await;

        province.hears(&[
            (REPORTER, "xử lý trực tiếp, không qua hệ thống"),
            (TEAM, "xử lý trực tiếp, không qua hệ thống"),
            (DUTY, "CẦN NGƯỜI TIẾP NHẬN"),
        ]);
        let incident = province.incident(&province.newest());
        assert!(incident.off_channel);
        assert_eq!(incident.severity.to_string(), "high");
        assert!(province.last(REPORTER).text.contains("số trực của Đội"));
        province.end().await;
    }
}

#[tokio::test]
async fn taking_charge_in_private_edits_every_copy_and_tells_the_reporter_who() {
    let mut province = given().await;
    let code = province.report(REPORTER, REPORT).await;
    province.forget();

    let toast = province.press(DUTY, DUTY, "Tiếp nhận").await;

    assert!(toast.contains("anh/chị đang giữ SC-2026-0001"), "{toast}");
    province.hears(&[(REPORTER, "Cán bộ trực chính đã tiếp nhận.")]);
    for chat in [TEAM, DUTY] {
        let card = province.card(chat, &code);
        assert!(card.text.contains("Đã tiếp nhận"), "{card:#?}");
        assert!(card.text.contains("Người giữ: Cán bộ trực chính"), "{card:#?}");
        assert!(!card.labels().iter().any(|label| label.contains("Tiếp nhận")));
    }
    province.after(minutes(60)).await;
    province.end().await;
}

#[tokio::test]
async fn taking_charge_in_the_team_chat_counts_for_whoever_pressed() {
    let mut province = given().await;
    let code = province.report(REPORTER, REPORT).await;
    province.forget();

    province.press(LEAD, TEAM, "Tiếp nhận").await;

    province.hears(&[(REPORTER, "Đội trưởng (+84000000003) đã tiếp nhận.")]);
    assert_eq!(province.holder(&code).as_deref(), Some("p-003"));
    assert!(province.card(DUTY, &code).text.contains("Người giữ: Đội trưởng"));
    province.end().await;
}

#[tokio::test]
async fn whoever_presses_second_is_told_who_was_first_and_when() {
    let mut province = given().await;
    let code = province.report(REPORTER, REPORT).await;
    let (message, data) = province.button(TEAM, "Tiếp nhận");
    province.after(minutes(2)).await;
    province.press(DUTY, DUTY, "Tiếp nhận").await;
    province.forget();
    province.after(minutes(1)).await;

    let toast = province.press_data(DEPUTY, TEAM, message, &data).await;

    assert!(toast.contains("Cán bộ trực chính đã tiếp nhận SC-2026-0001"), "{toast}");
    assert!(toast.contains("14:02 21/11/2026"), "{toast}");
    assert_eq!(province.holder(&code).as_deref(), Some("p-001"));
    province.end().await;
}

#[tokio::test]
async fn a_press_twice_by_the_same_person_takes_effect_once() {
    let mut province = given().await;
    let code = province.report(REPORTER, REPORT).await;
    let (message, data) = province.button(DUTY, "Tiếp nhận");
    province.forget();

    province.press_data(DUTY, DUTY, message, &data).await;
    let toast = province.press_data(DUTY, DUTY, message, &data).await;

    assert!(toast.contains("Anh/chị đang giữ SC-2026-0001 rồi"), "{toast}");
    province.hears(&[(REPORTER, "đã tiếp nhận")]);
    let taken = province.story(&code).into_iter().filter(|kind| *kind == "acknowledged").count();
    assert_eq!(taken, 1);
    province.end().await;
}

#[tokio::test]
async fn from_report_to_end_everybody_concerned_hears_of_it_once() {
    let mut province = given().await;
    let code = province.report(REPORTER, REPORT).await;
    province.press(DUTY, DUTY, "Tiếp nhận").await;
    province.forget();

    province.say(LEAD, &format!("/ghichu {code} Đã ngắt máy chủ khỏi mạng")).await;
    province.hears(&[(LEAD, "Đã ghi nhận ghi chú"), (DUTY, "Đã ngắt máy chủ khỏi mạng")]);
    province.press(DUTY, DUTY, "Khoanh vùng xong").await;
    province.hears(&[(REPORTER, "đã khoanh vùng xong")]);
    province.press(DUTY, DUTY, "Khắc phục xong").await;
    province.hears(&[(REPORTER, "đã khắc phục xong")]);
    province.press(DUTY, DUTY, "Kết thúc").await;
    province.hears(&[(DUTY, "Kết thúc")]);
    province.say(DUTY, &format!("/ketthuc {code} Khôi phục từ bản sao lưu")).await;

    province.hears(&[(DUTY, "đã kết thúc"), (REPORTER, "Khôi phục từ bản sao lưu")]);
    let card = province.card(TEAM, &code);
    assert!(card.text.contains("Đã kết thúc"), "{card:#?}");
    assert_eq!(province.count(TEAM, code.as_str()), 1, "one incident, one card");
    province.after(hours(12)).await;
    province.end().await;
}

#[tokio::test]
async fn an_alert_that_comes_again_and_again_leaves_one_line_of_what_happened() {
    let province = given().await;
    let mut again = alert("Máy chủ quét cổng", Severity::High);
    again.dedup_key = Some("scan".to_owned());
    for count in 0..4 {
        province.alerts(&format!("intake:siem:{count}"), vec![again.clone()]).await;
    }
    let code = province.newest();

    province.say(LEAD, &format!("/suco {code}")).await;

    let told = province.last(LEAD).text;
    let lines: Vec<_> = told.lines().filter(|line| line.contains("ảnh báo lặp lại")).collect();
    assert_eq!(lines.len(), 2, "the card's own line and one of the story: {told}");
    assert!(lines.iter().all(|line| line.contains("lần 3")), "{told}");
    province.end_without_listening().await;
}
