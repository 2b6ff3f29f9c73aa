//! Whoever is called may ask why: the level, the reason, who was called before, who comes next and when.

use trucban::domain::ids::PersonId;
use trucban::domain::values::Severity;

use super::duty::{TWO, end, rostered};
use crate::harness::{
    DEPUTY, DUTY, LEAD, MANAGER, NEIGHBOUR, REPORTER, TEAM, given, hours, minutes,
};

const REPORT: &str = "Máy chủ tệp không mở được";
const WHY: &str = "Vì sao tôi nhận tin này?";

#[tokio::test]
async fn the_first_who_is_called_reads_his_chair_its_end_and_who_comes_next() {
    let mut province = rostered(TWO).await;
    province.press(DUTY, DUTY, "Nhận ca").await;
    province.forget();
    let code = province.report(REPORTER, REPORT).await;
    assert!(province.card(DUTY, &code).labels().contains(&WHY));

    province.press(DUTY, DUTY, WHY).await;

    let told = province.last(DUTY).text;
    insta::assert_snapshot!("why_first", told);
    // Nobody else hears of the question, and nothing changes by it.
    assert_eq!(province.count(TEAM, "vì sao anh/chị"), 0);
    assert_eq!(province.holder(&code), None);
    end(province).await;
}

#[tokio::test]
async fn who_is_called_later_reads_who_was_before_and_a_stand_in_for_whom() {
    let province = rostered(TWO).await;
    province.say(DEPUTY, "/nghi 22/11 22/11 p-003").await;
    province.after(hours(18)).await;
    let code = province.report(REPORTER, REPORT).await;
    province.say(LEAD, &format!("/visao {code}")).await;
    let told = province.last(LEAD).text;
    assert!(told.contains("trực thay người nghỉ (Phó Đội trưởng); ca trực đến"), "{told}");

    province.after(minutes(16)).await;
    province.say(DEPUTY, WHY).await;
    insta::assert_snapshot!("why_later", province.last(DEPUTY).text);
    end(province).await;
}

#[tokio::test]
async fn once_somebody_has_it_nobody_is_said_to_come_next() {
    let province = given().await;
    let code = province.report(REPORTER, REPORT).await;
    province.press(DUTY, DUTY, "Tiếp nhận").await;
    province.say(DUTY, &format!("/visao {code}")).await;
    let told = province.last(DUTY).text;
    assert!(told.contains("Nhắc người giữ lúc") && !told.contains("Gọi tiếp"), "{told}");
    province.end_without_listening().await;
}

#[tokio::test]
async fn who_was_not_called_is_told_so_and_who_may_not_see_it_learns_nothing() {
    let province = given().await;
    let code = province.report(REPORTER, REPORT).await;
    province.say(REPORTER, &format!("/visao {code}")).await;
    assert!(province.last(REPORTER).text.contains("không nằm trong lần gọi nào"));
    province.say(NEIGHBOUR, &format!("/visao {code}")).await;
    let told = province.last(NEIGHBOUR).text;
    assert!(told.contains("Không tìm thấy sự cố"), "{told}");
    province.say_in(TEAM, DUTY, &format!("/visao {code}")).await;
    assert!(province.last(TEAM).text.contains("chat riêng"), "{}", province.last(TEAM).text);
    province.end_without_listening().await;
}

#[tokio::test]
async fn who_was_assigned_and_who_was_raised_read_that() {
    let province = given().await;
    let code = province.report(REPORTER, REPORT).await;
    province.say(LEAD, &format!("/phancong {code} p-004")).await;
    province.press(DEPUTY, DEPUTY, WHY).await;
    let told = province.last(DEPUTY).text;
    assert!(told.contains("(phân công), vì anh/chị được phân công"), "{told}");
    assert!(told.contains("• ") && told.contains("Cán bộ trực chính"), "{told}");
    let severity = province.incident(&code).severity;
    assert!(severity < Severity::Critical);
    assert_eq!(province.holder(&code), None, "asking why takes nothing");

    // The one who has it raises it: the next level is called with nobody having waited for it.
    province.press(DEPUTY, DEPUTY, "Tiếp nhận").await;
    assert_eq!(province.holder(&code).as_deref(), Some("p-004"));
    assert_eq!(province.count(MANAGER, code.as_str()), 0);
    province.say(DEPUTY, &format!("/chuyencap {code}")).await;
    let raised = province.incident(&code).paged;
    assert!(raised.contains(&PersonId::new("p-003")), "{raised:?}");
    province.press(LEAD, LEAD, WHY).await;
    insta::assert_snapshot!("why_raised", province.last(LEAD).text);
    province.end_without_listening().await;
}
