//! After a report nothing is required and everything is welcome: questions by buttons that never
//! block, words within half an hour that become notes, and a way out at every step.

use crate::harness::{ADMIN, DUTY, LEAD, REPORTER, STRANGER, TEAM, given, minutes};

const REPORT: &str = "Máy kế toán hiện thông báo đòi tiền chuộc";

#[tokio::test]
async fn the_questions_after_a_report_stand_in_one_message_and_each_answer_is_kept() {
    let mut province = given().await;
    let code = province.report(REPORTER, REPORT).await;
    province.forget();

    province.press(REPORTER, REPORTER, "Bổ sung").await;
    province.hears(&[(REPORTER, "Giống loại nào nhất?")]);
    let question = province.last(REPORTER).message_id;
    province.press(REPORTER, REPORTER, "Mã hóa dữ liệu").await;
    assert!(province.last(REPORTER).text.contains("Hệ thống, máy hoặc tài khoản nào?"));
    province.say(REPORTER, "Máy KT-02, phòng kế toán").await;
    province.hears(&[(REPORTER, "Phát hiện lúc nào?")]);
    assert!(province.last(REPORTER).text.contains("tạm lấy giờ báo"));
    province.press(REPORTER, REPORTER, "1 giờ trước").await;
    province.press(REPORTER, REPORTER, "Cả đơn vị").await;
    province.press(REPORTER, REPORTER, "Không rõ").await;

    assert!(province.last(REPORTER).text.contains("Cảm ơn anh/chị"));
    let asked = province.messages(REPORTER).into_iter().find(|one| one.message_id == question);
    assert!(asked.unwrap().text.contains("Hệ thống"), "the first question was edited in place");
    let incident = province.incident(&code);
    assert_eq!(incident.category.map(|one| one.to_string()).as_deref(), Some("TC06"));
    assert_eq!(incident.reported_at.since(incident.detected_at), minutes(60));
    assert!(!incident.detected_estimated);
    let card = province.card(TEAM, &code).text;
    assert!(card.contains("Phát hiện: 13:00") && card.contains("Ảnh hưởng: Cả đơn vị"), "{card}");
    province.end_without_listening().await;
}

#[tokio::test]
async fn questions_are_passed_over_left_and_taken_up_again_and_the_incident_stands() {
    let province = given().await;
    let code = province.report(REPORTER, REPORT).await;
    province.press(REPORTER, REPORTER, "Bổ sung").await;
    province.press(REPORTER, REPORTER, "Bỏ qua").await;
    province.press(REPORTER, REPORTER, "Bỏ qua").await;
    assert!(province.last(REPORTER).text.contains("Phát hiện lúc nào?"));

    province.press(REPORTER, REPORTER, "Để sau").await;
    assert!(province.last(REPORTER).text.contains(&format!("Sự cố {code} vẫn được ghi nhận")));
    province.say(REPORTER, "/bosung").await;
    province.say(REPORTER, "/huy").await;
    assert!(province.last(REPORTER).text.contains("vẫn được ghi nhận"));

    province.say(REPORTER, &format!("/bosung {code}")).await;
    province.press(REPORTER, REPORTER, "Bỏ qua").await;
    province.press(REPORTER, REPORTER, "Bỏ qua").await;
    province.say(REPORTER, "9h30 hôm qua").await;
    assert!(province.last(REPORTER).text.contains("Ảnh hưởng tới đâu?"));
    let at = province.incident(&code).detected_at.shown(chrono_tz::Asia::Ho_Chi_Minh);
    assert_eq!(at, "09:30 20/11/2026");
    assert!(province.incident(&code).is_open());
    province.end_without_listening().await;
}

#[tokio::test]
async fn a_question_that_was_deleted_is_followed_by_a_message_of_its_own() {
    let province = given().await;
    let code = province.report(REPORTER, REPORT).await;
    province.press(REPORTER, REPORTER, "Bổ sung").await;
    let question = province.last(REPORTER).message_id;
    province.world.sandbox.delete_message(REPORTER, question);
    let data = format!("1|d|{code}|1|1|kTC06");

    province.press_data(REPORTER, REPORTER, question, &data).await;

    assert!(province.last(REPORTER).text.contains("Hệ thống"));
    province.end_without_listening().await;
}

#[tokio::test]
async fn words_soon_after_a_report_are_a_note_and_later_they_are_not() {
    let mut province = given().await;
    let code = province.report(REPORTER, REPORT).await;
    province.forget();

    province.say(REPORTER, "Máy thứ hai cũng bị").await;
    province.hears(&[(REPORTER, "Đã ghi nhận ghi chú")]);
    assert!(province.story(&code).contains(&"note_added"));

    province.after(minutes(31)).await;
    let notes = |story: &[&str]| story.iter().filter(|kind| **kind == "note_added").count();
    let before = notes(&province.story(&code));
    province.say(REPORTER, "Máy thứ ba cũng bị").await;
    assert_eq!(notes(&province.story(&code)), before);
    assert!(province.last(REPORTER).text.contains("/baosuco"));
    province.end_without_listening().await;
}

#[tokio::test]
async fn with_several_reports_the_bot_asks_which_one_the_words_belong_to() {
    let mut province = given().await;
    let first = province.report(REPORTER, REPORT).await;
    let second = province.report(REPORTER, "Trang thông tin xã bị đổi nội dung").await;
    province.forget();

    province.say(REPORTER, "Đã rút dây mạng").await;
    province.hears(&[(REPORTER, "Tin của anh/chị bổ sung cho sự cố nào?")]);
    province.say(REPORTER, "Cả máy in nữa").await;
    province.press(REPORTER, REPORTER, first.as_str()).await;

    assert!(province.story(&first).contains(&"note_added"));
    assert!(!province.story(&second).contains(&"note_added"));
    province.say(REPORTER, &format!("/suco {first}")).await;
    let shown = province.last(REPORTER).text;
    assert!(shown.contains("Đã rút dây mạng") && shown.contains("Cả máy in nữa"), "{shown}");

    province.say(REPORTER, "Tin thứ hai").await;
    province.say(REPORTER, "1").await;
    assert!(province.story(&second).contains(&"note_added"));
    province.end_without_listening().await;
}

#[tokio::test]
async fn on_an_incident_handled_outside_the_system_words_afterwards_are_not_kept() {
    let province = given().await;
    province.say(REPORTER, "/baosuco").await;
    province.press(REPORTER, REPORTER, "Không rõ").await;
    let code = province.newest();

    province.say(REPORTER, "Tài liệu bị lộ là bản đồ số 7").await;

    assert!(!province.story(&code).contains(&"note_added"));
    assert!(province.last(REPORTER).text.contains("không"), "{}", province.last(REPORTER).text);
    province.end_without_listening().await;
}

#[tokio::test]
async fn flags_and_labels_are_asked_for_by_buttons() {
    let province = given().await;
    let code = province.report(REPORTER, REPORT).await;
    province.press(DUTY, DUTY, "Tiếp nhận").await;

    province.say(DUTY, &format!("/co {code}")).await;
    province.press(DUTY, DUTY, "nghiêm trọng").await;
    province.press(DUTY, DUTY, "Có").await;
    province.say(DUTY, &format!("/tlp {code}")).await;
    province.say(DUTY, "4").await;

    let incident = province.incident(&code);
    let set: Vec<String> = incident.flags.iter().map(|(f, v)| format!("{f}={v}")).collect();
    assert_eq!(set, ["serious=yes"]);
    assert_eq!(incident.tlp.to_string(), "AMBER+STRICT");
    province.end_without_listening().await;
}

#[tokio::test]
async fn a_stranger_asks_to_be_let_in_by_one_tap_and_leads_hear_of_it_once() {
    let mut province = given().await;
    province.world.sandbox.add_user(STRANGER, "Chị Mai xã Năm");
    province.say(STRANGER, "Em cần báo sự cố").await;
    province.forget();

    let toast = province.press(STRANGER, STRANGER, "Xin cấp quyền").await;
    province.hears(&[
        (STRANGER, "Đã chuyển đề nghị tới Đội"),
        (LEAD, "Chị Mai xã Năm"),
        (1004, "Chị Mai xã Năm"),
        (ADMIN, "Chị Mai xã Năm"),
    ]);
    assert!(!toast.contains("sự cố mở"), "{toast}");
    province.press(STRANGER, STRANGER, "Xin cấp quyền").await;
    province.hears(&[(STRANGER, "Đã chuyển đề nghị tới Đội")]);
    province.end().await;
}

#[tokio::test]
async fn words_that_wait_for_their_incident_are_masked_and_a_stamped_one_is_not_kept() {
    let province = given().await;
    let first = province.report(REPORTER, REPORT).await;
    province.report(REPORTER, "Trang thông tin xã bị đổi nội dung").await;

    province.say(REPORTER, "mật khẩu: Hoa@2026xyz").await;
    province.press(REPORTER, REPORTER, first.as_str()).await;
    province.say(REPORTER, "[TỐI MẬT]\nbản đồ số bảy").await;
    province.say(REPORTER, "1").await;

    province.say(REPORTER, &format!("/suco {first}")).await;
    let shown = province.last(REPORTER).text;
    assert!(!shown.contains("Hoa@2026xyz") && !shown.contains("bản đồ số bảy"), "{shown}");
    province.end_without_listening().await;
}

#[tokio::test]
async fn a_note_is_taken_back_by_one_tap_on_its_receipt() {
    let province = given().await;
    let code = province.report(REPORTER, REPORT).await;
    province.say(REPORTER, "Nhầm phòng, xin bỏ qua").await;

    province.press(REPORTER, REPORTER, "Hủy").await;

    assert!(province.story(&code).contains(&"content_removed"));
    province.say(REPORTER, &format!("/suco {code}")).await;
    assert!(!province.last(REPORTER).text.contains("Nhầm phòng"));
    assert!(province.incident(&code).is_open());
    province.end_without_listening().await;
}

#[tokio::test]
async fn a_sentence_that_names_an_instant_is_kept_beside_the_instant_and_its_secrets_are_masked() {
    let province = given().await;
    let code = province.report(REPORTER, REPORT).await;
    province.say(REPORTER, &format!("/bosung {code}")).await;
    province.press(REPORTER, REPORTER, "Bỏ qua").await;
    province.press(REPORTER, REPORTER, "Bỏ qua").await;

    province.say(REPORTER, "2h chiều hôm qua, mật khẩu: Hoa@2026xyz").await;

    let at = province.incident(&code).detected_at.shown(chrono_tz::Asia::Ho_Chi_Minh);
    assert_eq!(at, "14:00 20/11/2026");
    assert!(province.story(&code).contains(&"note_added"));
    province.say(REPORTER, &format!("/suco {code}")).await;
    let shown = province.last(REPORTER).text;
    assert!(shown.contains("2h chiều hôm qua") && !shown.contains("Hoa@2026xyz"), "{shown}");
    province.end_without_listening().await;
}

#[tokio::test]
async fn secrets_in_a_note_for_every_part_are_masked() {
    let province = given().await;
    let code = province.report(REPORTER, REPORT).await;

    province.say(LEAD, &format!("/ghichu {code} tất cả: mật khẩu: Hoa@2026xyz")).await;

    province.say(LEAD, &format!("/suco {code}")).await;
    let shown = province.last(LEAD).text;
    assert!(!shown.contains("Hoa@2026xyz"), "{shown}");
    province.end_without_listening().await;
}
