//! What a playbook asks of people reaches somebody, whatever happens to them, to the incident and to channels.

use trucban::domain::envelope::{Command, Receipt};
use trucban::domain::ids::PersonId;
use trucban::domain::incident::act::{Act, Aim};
use trucban::domain::notice::Body;
use trucban::domain::playbook::PlaybookId;
use trucban::domain::playbook::run::PlayAct;
use trucban::domain::playbook::run::state::How;
use trucban::domain::values::Severity;
use trucban::ledger::outbox::Row;

use super::given::{BLOCKED, DUTY as HOLDER, Given};
use super::playbooks::{
    begun, does, done, number, plays, run, run_of, seen, waiting, with_playbook, with_the_holder,
};
use crate::harness::{DEPUTY, DUTY, LEAD, Province, REPORTER, TEAM, given, hours, minutes};
use crate::simulation::town::by;

const RANSOM: &str = "▶ Mã độc tống tiền";

#[tokio::test]
async fn whoever_has_no_telegram_reads_by_sms_that_a_step_waits_and_nothing_of_it() {
    let province = given().await;
    province.change_person("p-002", |_, own| own.telegram_id = None).await;
    let (code, _) = with_the_holder(&province).await;
    province.press(DUTY, DUTY, "Trả lại").await;
    done_by_sms(&province, &code).await;
    let sms: Vec<String> = province.world.sms.taken().iter().map(|sms| sms.text.clone()).collect();
    let told = sms.iter().find(|text| text.contains("bước 3 của quy trình"));
    let told = told.unwrap_or_else(|| panic!("{sms:#?}"));
    assert!(!told.contains("Gọi người báo"), "{told}");
    province.end_without_listening().await;
}

/// The backup officer, who has no chat, takes it by the link of his page.
async fn done_by_sms(province: &Province, code: &trucban::domain::ids::IncidentCode) {
    use trucban::domain::envelope::{Actor, Command};
    use trucban::domain::incident::act::{Act, Aim};
    let take = Command::Act(Aim::typed(code.clone()), Act::Acknowledge);
    province.submit("taken by link", Actor::Person(PersonId::new("p-002")), take).await;
    province.after(minutes(1)).await;
}

#[tokio::test]
async fn steps_go_on_reaching_people_once_the_incident_is_put_right() {
    let province = given().await;
    let (code, step) = with_the_holder(&province).await;
    province.say(DUTY, &format!("/khacphuc {code}")).await;
    province.after(minutes(1)).await;
    let answers = |name: &str| (name == "la_tong_tien").then(|| "không".to_owned());
    does(&province, &code, step, &answers).await;
    province.after(minutes(1)).await;
    assert_eq!(waiting(&province, &code)[0].1, "chuyen-kich-ban");
    assert_eq!(province.count(DUTY, "chuyển sang quy trình phù hợp"), 1);
    province.end_without_listening().await;
}

#[tokio::test]
async fn whoever_has_a_step_is_reminded_ever_more_rarely() {
    let province = given().await;
    let (code, step) = with_the_holder(&province).await;
    province.say(DUTY, &format!("/buoc {code}.{step} nhận bước")).await;
    let reminded = |province: &Province| province.count(DUTY, "Nhắc: bước này vẫn đang chờ");
    province.after(minutes(10)).await;
    assert_eq!(reminded(&province), 1);
    province.after(minutes(10)).await;
    assert_eq!(reminded(&province), 1, "not again after ten minutes");
    province.after(minutes(10)).await;
    assert!(province.count(DUTY, "đã quá hạn") + reminded(&province) >= 2);
    let events = province.story(&code).iter().filter(|kind| **kind == "run_reminded").count();
    assert_eq!(events, 2);
    province.end_without_listening().await;
}

/// A step that others agree to when it is done, with a reminder every half hour.
const AGREED: &str = r#"
id = "co-duyet"
version = 1
title = "Có duyệt"
summary = "Để thử."

[[step]]
id = "gui"
title = "Gửi báo cáo"
how = "Mở hệ thống quản lý văn bản."
who = "holder"
due = "3h"
remind = "30m"
approval = { by = "lead", expires = "2h" }

[[step.ask]]
set = "so"
label = "Số văn bản?"
kind = "text"
"#;

#[tokio::test]
async fn a_reminder_that_came_due_while_others_had_to_agree_does_not_follow_at_once() {
    let mut province = given().await;
    with_playbook(&mut province, "co-duyet", AGREED).await;
    let code = province.report(REPORTER, "Máy chủ bị mã hóa dữ liệu").await;
    province.press(DUTY, DUTY, "Tiếp nhận").await;
    done(&province, "p-001", &code, PlayAct::Start(PlaybookId::new("co-duyet"))).await;
    let step = number(&province, &code, "gui");
    done(&province, "p-001", &code, PlayAct::Done(step)).await;
    province.after(minutes(45)).await;
    done(&province, "p-003", &code, PlayAct::Approve(step)).await;
    let reminded = |province: &Province| province.count(DUTY, "Nhắc: bước này vẫn đang chờ");
    province.after(minutes(29)).await;
    assert_eq!(reminded(&province), 0, "{:#?}", province.last(DUTY));
    province.after(minutes(2)).await;
    assert_eq!(reminded(&province), 1);
    province.end_without_listening().await;
}

#[tokio::test]
async fn a_reminder_says_what_is_missing_and_how_long_there_is_and_not_all_of_it_again() {
    let mut province = given().await;
    with_playbook(&mut province, "co-duyet", AGREED).await;
    let code = province.report(REPORTER, "Máy chủ bị mã hóa dữ liệu").await;
    province.press(DUTY, DUTY, "Tiếp nhận").await;
    done(&province, "p-001", &code, PlayAct::Start(PlaybookId::new("co-duyet"))).await;
    province.after(minutes(1)).await;
    assert!(province.last(DUTY).text.contains("Mở hệ thống quản lý văn bản"));
    province.after(minutes(30)).await;
    let said = seen(&province, DUTY);
    insta::assert_snapshot!("reminder", said);
    let step = number(&province, &code, "gui");
    done(&province, "p-001", &code, PlayAct::Answer(step, 0, "12/BC".to_owned())).await;
    province.after(minutes(1)).await;
    let said = province.last(DUTY).text;
    assert!(said.contains("Không còn thiếu gì") && !said.contains("Số văn bản?"), "{said}");
    province.end_without_listening().await;
}

#[tokio::test]
async fn a_question_what_now_is_asked_again_and_goes_with_the_incident() {
    let province = given().await;
    let (code, step) = with_the_holder(&province).await;
    done(&province, "p-001", &code, PlayAct::Fail(step, "không ai nghe máy".to_owned())).await;
    province.after(minutes(1)).await;
    assert!(province.count(DUTY, "chờ người giữ sự cố chọn") > 0);
    assert_eq!(province.count(LEAD, "chờ người giữ sự cố chọn"), 0);
    province.after(minutes(31)).await;
    assert!(province.count(LEAD, "chờ người giữ sự cố chọn") > 0, "the leads are asked as well");
    province.press(DUTY, DUTY, "Trả lại").await;
    province.say(DEPUTY, &format!("/nhan {code}")).await;
    province.after(minutes(1)).await;
    assert!(province.count(DEPUTY, "chờ người giữ sự cố chọn") > 0);
    province.end_without_listening().await;
}

#[tokio::test]
async fn stopping_ends_the_run_that_was_meant_and_tells_who_works_on_it() {
    let province = given().await;
    let (code, step) = with_the_holder(&province).await;
    province.say(DEPUTY, &format!("/nhan {code}")).await;
    plays(&province, "p-003", &code, PlayAct::Take(step)).await;
    province.say(DUTY, &format!("/quytrinh {code} lộ lọt dữ liệu")).await;
    province.after(minutes(1)).await;
    assert_eq!(province.incident(&code).live_runs().count(), 2);
    province.say(DUTY, &format!("/buoc {code}.{step} dừng quy trình Công an tiếp nhận")).await;
    province.after(minutes(1)).await;
    let runs = province.incident(&code).runs;
    assert_eq!(runs[0].ended.as_ref().map(|ended| ended.how), Some(How::Stopped));
    assert!(runs[1].is_live(), "the other one goes on");
    let told = province
        .messages(LEAD)
        .into_iter()
        .filter(|shown| shown.text.contains("không còn cần làm"));
    let told: Vec<_> = told.collect();
    assert!(told.iter().all(|shown| shown.buttons.is_empty()) && !told.is_empty(), "{told:#?}");
    province.end_without_listening().await;
}

#[tokio::test]
async fn what_somebody_who_leaves_had_is_called_for_at_once() {
    let province = given().await;
    let code = begun(&province, RANSOM).await;
    let step = number(&province, &code, "rut-mang");
    done(&province, "p-004", &code, PlayAct::Take(step)).await;
    province.change_person("p-004", |person, _| person.active = false).await;
    province.after(minutes(1)).await;
    assert!(province.story(&code).contains(&"run_step_freed"));
    let pending = run_of(&province, &code, step).task(step).cloned().expect("it waits");
    assert!(pending.taken.is_none());
    assert!(province.count(DUTY, "Chưa ai nhận bước này") > 0);
    province.end_without_listening().await;
}

#[tokio::test]
async fn of_a_red_incident_a_step_is_read_only_where_it_is_asked_for() {
    let province = given().await;
    let code = begun(&province, RANSOM).await;
    assert!(province.last(REPORTER).text.contains("Rút dây mạng"));
    province.say(DUTY, &format!("/tlp {code} RED")).await;
    province.after(minutes(1)).await;
    let standing = |who: i64| {
        let all = province.messages(who).into_iter();
        all.filter(|shown| shown.text.contains("Rút dây mạng máy")).count()
    };
    assert_eq!((standing(REPORTER), standing(TEAM)), (0, 0), "{:#?}", province.messages(REPORTER));
    province.press(REPORTER, REPORTER, "Bước 1").await;
    province.after(minutes(1)).await;
    assert!(province.last(REPORTER).text.contains("Rút dây mạng máy"));
    province.say_in(TEAM, DUTY, &format!("/xong {code}.1")).await;
    province.after(minutes(1)).await;
    assert!(!province.last(TEAM).text.contains("Rút dây"), "{}", province.last(TEAM).text);
    province.end_without_listening().await;
}

#[tokio::test]
async fn a_copy_that_does_not_read_ends_its_run_and_never_the_calls_for_the_incident() {
    let province = given().await;
    let code = begun(&province, RANSOM).await;
    let hash = run(&province, &code).hash;
    province.meddle(&format!("UPDATE playbook SET body = body || ' ' WHERE hash = '{hash}'"));
    province.say(DUTY, &format!("/tralai {code}")).await;
    province.after(hours(1)).await;
    let story = province.story(&code);
    assert!(story.contains(&"run_lost"), "{story:#?}");
    let called = story.iter().filter(|kind| **kind == "rung_reached").count();
    assert!(called >= 3, "{story:#?}");
    province.meddle(&format!("UPDATE playbook SET body = rtrim(body) WHERE hash = '{hash}'"));
    province.end_without_listening().await;
}

#[test]
fn a_copy_that_does_not_read_does_not_hold_up_what_came_of_its_calls() {
    let mut given = Given::new();
    let id = PlaybookId::new("mo-phong");
    let code = given.open(Severity::High);
    given.does(HOLDER, &code, Act::Acknowledge);
    let start = Command::Play(Aim::typed(code.clone()), Box::new(PlayAct::Start(id)));
    let started = given.ask(by(HOLDER), start);
    assert!(matches!(started, Receipt::Done(_)), "{started:?}");
    given.meddle("UPDATE playbook SET body = body || ' '");
    let mut tried = 0;
    loop {
        // One channel after the other, until there is none left.
        let called =
            |row: &Row| matches!(row.notice.body, Body::Step { .. }) && row.state == "queued";
        let rows: Vec<Row> = given.reader.outbox().unwrap().into_iter().filter(called).collect();
        let rows: Vec<&Row> = rows.iter().collect();
        if rows.is_empty() {
            break;
        }
        tried += given.start(&rows);
        given.ends_on_the_way(&rows, &BLOCKED);
    }
    assert!(tried > 0);
    assert!(given.kinds(&code, 0).contains(&"run_lost"), "{:?}", given.kinds(&code, 0));
}

#[tokio::test]
async fn a_secret_typed_as_the_name_of_a_playbook_is_not_kept() {
    let province = given().await;
    let code = begun(&province, RANSOM).await;
    province.say(DUTY, &format!("/quytrinh {code} mật khẩu: Abc@12345xyz")).await;
    province.after(minutes(1)).await;
    assert!(!province.last(DUTY).text.contains("Abc@12345xyz"), "{}", province.last(DUTY).text);
    let path = province.world.dir().join("trucban.db");
    let rows = "SELECT count(*) FROM outbox WHERE notice LIKE '%Abc@12345xyz%'";
    let conn = rusqlite::Connection::open(path).unwrap();
    assert_eq!(conn.query_row(rows, [], |row| row.get::<_, i64>(0)).unwrap(), 0);
    province.end_without_listening().await;
}
