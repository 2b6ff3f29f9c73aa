//! After a drill: people say how it was and nobody can tell who said what, objectives are judged, the
//! report is agreed to, and what is to be made better is chased.

use trucban::domain::drill::run::event::Mark;
use trucban::domain::drill::run::items::Stands;
use trucban::domain::drill::run::state::Status;

use super::drills::{begun, drill};
use super::playbooks::seen;
use crate::harness::{DUTY, LEAD, MANAGER, NEIGHBOUR, Province, REPORTER, given, hours, minutes};

const CODE: &str = "DT-2026-001";

/// A drill of this scenario that was held and ended.
async fn ended(province: &Province, scenario: &str) {
    begun(province, scenario).await;
    province.say(LEAD, &format!("/dientap {CODE} kết thúc")).await;
    assert_eq!(drill(province).status, Status::Ended);
}

/// Every objective judged, and nobody asked any more how it was.
async fn judged(province: &Province) {
    let objectives = province.scenario(&super::drills::code()).objectives.len();
    for number in 1..=objectives {
        province.say(LEAD, &format!("/dientap {CODE} đánh giá {number} P Đủ các bước")).await;
    }
    province.after(hours(49)).await;
}

/// What stands in the database under this statement, row by row.
fn rows(province: &Province, sql: &str) -> Vec<String> {
    let conn = rusqlite::Connection::open(province.world.dir().join("trucban.db")).unwrap();
    let mut statement = conn.prepare(sql).unwrap();
    let rows = statement.query_map([], |row| row.get::<_, String>(0)).unwrap();
    rows.map(Result::unwrap).collect()
}

fn told(province: &Province, who: i64, words: &str) -> bool {
    province.messages(who).iter().any(|one| one.text.contains(words))
}

#[tokio::test(flavor = "multi_thread")]
async fn questions_come_one_at_a_time_and_nobody_can_tell_who_answered_what() {
    let province = given().await;
    ended(&province, "lo-lot-du-lieu").await;
    province.after(minutes(20)).await;
    let first = seen(&province, REPORTER);
    assert!(first.contains("Câu 1/6") && first.contains("[Gần rõ]"), "{first}");
    province.press(REPORTER, REPORTER, "Gần rõ").await;
    province.after(minutes(1)).await;
    assert!(seen(&province, REPORTER).contains("Câu 2/6"), "{}", seen(&province, REPORTER));
    province.press(REPORTER, REPORTER, "Có").await;
    // A later answer takes the place of the first.
    province.say(REPORTER, &format!("/dientap {CODE} ý kiến 1 Chưa rõ")).await;
    province.say(REPORTER, &format!("/dientap {CODE} ý kiến 5 Cần thêm người trực đêm")).await;
    // Nothing is in the ledger yet, and what waits names nobody and no time.
    assert!(rows(&province, "SELECT body FROM ledger WHERE kind = 'surveyed'").is_empty());
    let waiting = rows(
        &province,
        "SELECT drill || token || question || words FROM opinion ORDER BY question",
    );
    assert_eq!(waiting.len(), 3, "{waiting:?}");
    assert!(!waiting.concat().contains("p-017"));
    // Only who has not answered is asked again.
    province.after(hours(4)).await;
    assert!(told(&province, NEIGHBOUR, "Nhắc lại"), "{}", seen(&province, NEIGHBOUR));
    assert!(!told(&province, REPORTER, "Nhắc lại"));
    province.after(hours(48)).await;
    let after = drill(&province);
    assert_eq!(after.survey.len(), 1);
    let answers = &after.survey.values().next().unwrap().answers;
    assert_eq!(answers.len(), 3);
    let written = rows(
        &province,
        "SELECT actor || ' ' || body || ' ' || envelope FROM ledger WHERE kind = 'surveyed'",
    );
    assert_eq!(written.len(), 1);
    assert!(written.concat().starts_with("system "), "{written:?}");
    assert!(!written.concat().contains("p-017"), "{written:?}");
    // Its envelope is the one of a moment, in which nobody did anything.
    let whose = rows(
        &province,
        "SELECT actor FROM envelope WHERE key IN
             (SELECT envelope FROM ledger WHERE kind = 'surveyed')",
    );
    assert!(whose.iter().all(|actor| actor == "system"), "{whose:?}");
    // The words stand nowhere but among removable words, and nothing leads from a message to them.
    let conn = "SELECT notice FROM outbox WHERE notice LIKE '%trực đêm%'";
    assert!(rows(&province, conn).is_empty());
    let said = "SELECT stream FROM said WHERE seq IN
                    (SELECT seq FROM ledger WHERE kind = 'surveyed')";
    assert!(rows(&province, said).is_empty());
    assert!(rows(&province, "SELECT token FROM opinion").is_empty());
    assert!(rows(&province, "SELECT name FROM secret WHERE name LIKE 'survey:%'").is_empty());
    province.end_without_listening().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_names_are_kept_one_answer_stands_for_each_person_and_question() {
    let province = given().await;
    ended(&province, "kiem-tra-lien-lac").await;
    province.say(REPORTER, &format!("/dientap {CODE} ý kiến 2 Có")).await;
    province.say(REPORTER, &format!("/dientap {CODE} ý kiến 2 Không")).await;
    province.say(REPORTER, &format!("/dientap {CODE} ý kiến 1 nói gì đó khác")).await;
    assert!(
        seen(&province, REPORTER).contains("Câu 1 không nhận"),
        "{}",
        seen(&province, REPORTER)
    );
    province.say(DUTY, &format!("/dientap {CODE} ý kiến 2 Có")).await;
    let after = drill(&province);
    let own = after
        .survey
        .values()
        .filter(|one| one.person.as_ref().is_some_and(|person| person.as_str() == "p-017"));
    assert_eq!(own.map(|one| one.answers.len()).collect::<Vec<_>>(), [1]);
    province.end_without_listening().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn objectives_are_judged_by_those_who_hold_the_drill_and_the_report_closes_it() {
    let province = given().await;
    ended(&province, "lo-lot-du-lieu").await;
    province.say(LEAD, &format!("/dientap {CODE} quan sát Đội tách máy sau 4 phút")).await;
    province.say(LEAD, &format!("/dientap {CODE} quan sát")).await;
    assert!(seen(&province, LEAD).contains("Đội tách máy sau 4 phút"));
    province.say(LEAD, &format!("/dientap {CODE} đánh giá")).await;
    let card = seen(&province, LEAD);
    assert!(card.contains("Mục tiêu 1/5") && card.contains("[P][S][M][U]"), "{card}");
    province.press(LEAD, LEAD, "S").await;
    let first = province.scenario(&super::drills::code()).objectives[0].id.to_string();
    assert_eq!(drill(&province).marks[&first].0, Mark::Some);
    province.say(REPORTER, &format!("/dientap {CODE} đánh giá 1 U")).await;
    assert_eq!(drill(&province).marks[&first].0, Mark::Some);
    province.say(LEAD, &format!("/dientap {CODE} nộp báo cáo")).await;
    assert!(seen(&province, LEAD).contains("mục tiêu chưa đánh giá"), "{}", seen(&province, LEAD));
    judged(&province).await;
    assert!(told(&province, LEAD, "trucban report drill"), "{}", seen(&province, LEAD));
    province.say(LEAD, &format!("/dientap {CODE} nộp báo cáo")).await;
    assert_eq!(drill(&province).status, Status::Reported, "{}", seen(&province, LEAD));
    province.press(MANAGER, MANAGER, "Duyệt báo cáo").await;
    let closed = drill(&province);
    assert_eq!(closed.status, Status::Closed, "{}", seen(&province, MANAGER));
    assert_eq!(closed.report.digest.as_ref().map(String::len), Some(64));
    let due = closed.report.due.unwrap();
    // The drill is on a Saturday, and the Tuesday after is a holiday: the fifth working day is the
    // Monday of the week after next.
    assert_eq!(due, "2026-11-30T09:00:00+07:00".parse().unwrap());
    province.say(LEAD, &format!("/dientap {CODE} đánh giá 1 M")).await;
    assert_eq!(drill(&province).marks[&first].0, Mark::Performed);
    province.end_without_listening().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_to_be_made_better_is_chased_until_somebody_else_has_seen_it() {
    let province = given().await;
    ended(&province, "kiem-tra-lien-lac").await;
    let add = format!("/dientap {CODE} kiến nghị Cập nhật danh bạ trực đêm; p-017; 22/11/2026");
    province.say(REPORTER, &add).await;
    assert!(drill(&province).items.is_empty());
    province.say(LEAD, &add).await;
    assert_eq!(drill(&province).items.len(), 1, "{}", seen(&province, LEAD));
    assert!(told(&province, REPORTER, "kiến nghị mới"), "{}", seen(&province, REPORTER));
    province.after(hours(24)).await;
    assert!(told(&province, REPORTER, "kiến nghị đến hạn hôm nay"));
    province.after(hours(24)).await;
    assert!(told(&province, REPORTER, "kiến nghị quá hạn"));
    assert!(!told(&province, MANAGER, "kiến nghị quá hạn"));
    province.after(hours(7 * 24)).await;
    assert!(
        told(&province, MANAGER, "kiến nghị quá hạn nhiều lần"),
        "{}",
        seen(&province, MANAGER)
    );
    province.press(REPORTER, REPORTER, "1: đã làm xong").await;
    province.say(REPORTER, "Công văn 12, ngày 08/12").await;
    assert!(matches!(drill(&province).items[&1].stands, Stands::Done { .. }));
    province.say(REPORTER, &format!("/dientap {CODE} kiến nghị 1 đạt")).await;
    assert!(!drill(&province).items[&1].is_closed());
    province.say(LEAD, &format!("/dientap {CODE} kiến nghị 1 chưa đạt Thiếu hai xã")).await;
    assert_eq!(drill(&province).items[&1].stands, Stands::Open);
    assert!(told(&province, REPORTER, "Thiếu hai xã"), "{}", seen(&province, REPORTER));
    province
        .say(REPORTER, &format!("/dientap {CODE} kiến nghị 1 xong Công văn 15, đủ các xã"))
        .await;
    province.press(LEAD, LEAD, "1: đạt").await;
    assert!(drill(&province).items[&1].is_closed(), "{}", seen(&province, LEAD));
    province.end_without_listening().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fell_due_while_the_program_was_away_is_told_once_and_says_that_it_is_late() {
    let mut province = given().await;
    ended(&province, "kiem-tra-lien-lac").await;
    province.world.stop().await.unwrap();
    province.world.sleep_through(hours(30));
    province.start().await;
    province.after(hours(1)).await;
    let notes = |one: &&trucban::sandbox::Shown| one.text.contains("Kết quả nhanh");
    let told: Vec<String> =
        province.messages(MANAGER).iter().filter(notes).map(|one| one.text.clone()).collect();
    assert_eq!(told.len(), 1, "{}", seen(&province, MANAGER));
    assert!(told[0].contains("Tin này muộn 6 giờ"), "{}", told[0]);
    province.end_without_listening().await;
}
