//! Severity, mistakes and ends: what was decided wrongly can be put right, and old buttons know it.

use crate::harness::{DEPUTY, DUTY, LEAD, MANAGER, REPORTER, TEAM, given, minutes};

const REPORT: &str = "Máy tính văn thư nhiễm mã độc";

#[tokio::test]
async fn raising_the_severity_calls_somebody_new_at_once_and_tells_those_called_before() {
    let mut province = given().await;
    let code = province.report(REPORTER, REPORT).await;
    province.forget();

    province.say(LEAD, &format!("/mucdo {code} rất cao")).await;

    province.hears(&[
        (LEAD, "mức độ của SC-2026-0001 là Rất cao"),
        (LEAD, "vòng 1, bậc 2"),
        (DEPUTY, "vòng 1, bậc 2"),
        (DUTY, "MỨC ĐỘ TĂNG"),
        (REPORTER, "mức độ tăng, Trung bình → Rất cao"),
    ]);
    assert!(province.card(TEAM, &code).text.contains("Rất cao"));
    province.end().await;
}

#[tokio::test]
async fn lowering_the_severity_is_the_leads_and_never_shortens_a_wait() {
    let mut province = given().await;
    let code = province.report(REPORTER, REPORT).await;
    province.forget();

    province.say(DUTY, &format!("/mucdo {code} thấp")).await;
    province.hears(&[(DUTY, "Chỉ Đội trưởng, Phó Đội trưởng")]);
    province.say(LEAD, &format!("/mucdo {code} thấp")).await;
    province.hears(&[
        (LEAD, "là Thấp"),
        (DUTY, "mức độ giảm, Trung bình → Thấp"),
        (REPORTER, "mức độ giảm"),
    ]);
    province.after(minutes(30) - minutes(1)).await;
    province.hears_nothing();
    province.after(minutes(1)).await;

    province.hears(&[(LEAD, "vòng 1, bậc 2"), (DEPUTY, "vòng 1, bậc 2")]);
    province.end().await;
}

#[tokio::test]
async fn while_somebody_holds_a_change_of_severity_only_sends_notices() {
    let mut province = given().await;
    let code = province.report(REPORTER, REPORT).await;
    province.press(DUTY, DUTY, "Tiếp nhận").await;
    province.forget();

    province.say(LEAD, &format!("/mucdo {code} cao")).await;

    province.hears(&[(LEAD, "là Cao"), (DUTY, "mức độ tăng"), (REPORTER, "mức độ tăng")]);
    province.after(minutes(60)).await;
    province.end().await;
}

#[tokio::test]
async fn a_false_alarm_is_closed_with_its_reason_and_nobody_is_called_any_more() {
    let mut province = given().await;
    let code = province.report(REPORTER, REPORT).await;
    province.forget();

    province.say(LEAD, &format!("/ketthuc {code} báo nhầm: máy đang cập nhật")).await;

    province.hears(&[(LEAD, "đã kết thúc"), (REPORTER, "máy đang cập nhật")]);
    assert!(province.card(DUTY, &code).text.contains("báo nhầm"));
    province.after(minutes(60)).await;
    province.end().await;
}

#[tokio::test]
async fn a_duplicate_stops_calling_and_its_buttons_lead_to_the_main_one() {
    let mut province = given().await;
    let main = province.report(REPORTER, REPORT).await;
    province.after(minutes(1)).await;
    let duplicate = province.report(REPORTER, "Lại máy văn thư").await;
    let (message, data) = province.button(DUTY, "Tiếp nhận");
    province.forget();

    province.say(LEAD, &format!("/gop {duplicate} {main}")).await;
    province.hears(&[(LEAD, "đã gộp vào"), (REPORTER, "trùng với SC-2026-0001")]);
    let toast = province.press_data(DUTY, DUTY, message, &data).await;

    assert!(toast.contains("SC-2026-0001"), "{toast}");
    assert_eq!(province.holder(&main).as_deref(), Some("p-001"));
    province.hears(&[(REPORTER, "đã tiếp nhận")]);
    province.after(minutes(60)).await;
    province.end().await;
}

#[tokio::test]
async fn a_merge_is_undone_and_the_duplicate_calls_again_from_the_first_rung() {
    let mut province = given().await;
    let main = province.report(REPORTER, REPORT).await;
    let duplicate = province.report(REPORTER, "Lại máy văn thư").await;
    province.press(DUTY, TEAM, "Tiếp nhận").await;
    province.say(LEAD, &format!("/gop {duplicate} {main}")).await;
    province.forget();

    province.say(LEAD, &format!("/molai {duplicate}")).await;

    province.hears(&[(LEAD, "mở lại"), (REPORTER, "đã mở lại"), (DUTY, "(vòng 1, bậc 1)")]);
    assert!(province.incident(&duplicate).main().is_none());
    assert!(province.story(&main).contains(&"unmerged"));
    province.end().await;
}

#[tokio::test]
async fn the_main_incident_takes_the_higher_severity() {
    let mut province = given().await;
    let main = province.report(REPORTER, REPORT).await;
    let duplicate = province.report(REPORTER, "Lại máy văn thư").await;
    province.say(LEAD, &format!("/mucdo {duplicate} rất cao")).await;
    province.forget();

    province.say(LEAD, &format!("/gop {duplicate} {main}")).await;

    assert_eq!(province.incident(&main).severity.to_string(), "critical");
    province.end_without_listening().await;
}

#[tokio::test]
async fn nothing_is_merged_into_itself_or_into_what_is_closed() {
    let mut province = given().await;
    let one = province.report(REPORTER, REPORT).await;
    let two = province.report(REPORTER, "Việc khác").await;
    province.say(LEAD, &format!("/ketthuc {two} báo nhầm")).await;
    province.say(LEAD, &format!("/ketthuc {two} báo nhầm vì thử máy")).await;
    province.forget();

    province.say(LEAD, &format!("/gop {one} {one}")).await;
    province.hears(&[(LEAD, "Không gộp SC-2026-0001 vào chính nó")]);
    province.say(LEAD, &format!("/gop {one} {two}")).await;
    province.hears(&[(LEAD, "đã kết thúc nên không gộp vào được")]);
    province.end().await;
}

#[tokio::test]
async fn reopened_it_is_a_new_episode_and_buttons_of_the_old_one_say_so() {
    let mut province = given().await;
    let code = province.report(REPORTER, REPORT).await;
    let (message, data) = province.button(DUTY, "Tiếp nhận");
    province.say(LEAD, &format!("/ketthuc {code} báo nhầm vì thử máy")).await;
    province.after(minutes(10)).await;
    province.forget();

    let before = province.press_data(DUTY, DUTY, message, &data).await;
    assert!(before.contains("đã kết thúc"), "{before}");
    province.say(LEAD, &format!("/molai {code}")).await;
    province.hears(&[(LEAD, "mở lại"), (REPORTER, "đã mở lại"), (DUTY, "vòng 1, bậc 1")]);
    let old = province.press_data(DUTY, DUTY, message, &data).await;

    assert!(old.contains("thuộc lần mở trước"), "{old}");
    assert_eq!(province.holder(&code), None);
    province.press(DUTY, DUTY, "Tiếp nhận").await;
    province.hears(&[(REPORTER, "đã tiếp nhận")]);
    province.end().await;
}

#[tokio::test]
async fn an_older_copy_points_to_the_newest_and_a_late_press_on_it_still_works() {
    let province = given().await;
    let code = province.report(REPORTER, REPORT).await;
    let (older, data) = province.button(DUTY, "Tiếp nhận");
    province.after(minutes(30)).await;
    let newest = province.card(DUTY, &code);
    assert_ne!(newest.message_id, older);
    let pointer = province.messages(DUTY).into_iter().find(|shown| shown.message_id == older);
    assert!(pointer.unwrap().text.contains("đã có bản mới bên dưới"));

    let toast = province.press_data(DUTY, DUTY, older, &data).await;

    assert!(toast.contains("anh/chị đang giữ"), "{toast}");
    assert_eq!(province.holder(&code).as_deref(), Some("p-001"));
    assert!(province.card(DUTY, &code).text.contains("Người giữ: Cán bộ trực chính"));
    assert!(!province.last(MANAGER).text.is_empty());
    province.end_without_listening().await;
}
