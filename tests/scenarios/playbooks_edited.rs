//! Changing the message that answered a question of a step, or gave a reason, changes what was said.

use trucban::domain::ids::IncidentCode;
use trucban::domain::incident::IncidentEvent;
use trucban::domain::playbook::expr::Value;
use trucban::domain::playbook::model::{Name, PlaybookId};
use trucban::domain::playbook::run::PlayAct;

use super::playbooks::{done, number, run, with_playbook};
use crate::harness::{DUTY, LEAD, Province, REPORTER, given, minutes};

/// Three questions, and one more step.
const ASKS: &str = r#"
id = "hoi"
version = 1
title = "Hỏi"
summary = "Để thử."

[[step]]
id = "dem"
title = "Đếm máy"
who = "holder"

[[step.ask]]
set = "so"
label = "Mấy máy?"
kind = "number"

[[step.ask]]
set = "noi"
label = "Ở đâu?"
kind = "text"

[[step]]
id = "xem"
title = "Xem lại"
who = "holder"
"#;

async fn asked() -> (Province, IncidentCode, u32) {
    let mut province = given().await;
    with_playbook(&mut province, "hoi", ASKS).await;
    let code = province.report(REPORTER, "Máy chủ bị mã hóa dữ liệu").await;
    province.press(DUTY, DUTY, "Tiếp nhận").await;
    done(&province, "p-001", &code, PlayAct::Start(PlaybookId::new("hoi"))).await;
    province.after(minutes(1)).await;
    let step = number(&province, &code, "dem");
    (province, code, step)
}

async fn edits(province: &Province, message: i32, words: &str) {
    assert!(province.world.sandbox.edit(DUTY, DUTY, message, words));
    province.after(minutes(1)).await;
}

fn value(province: &Province, code: &IncidentCode, name: &str) -> Option<Value> {
    let run = run(province, code);
    run.frames.values().next().and_then(|frame| frame.vars.get(&Name::new(name)).cloned())
}

fn answers(province: &Province, code: &IncidentCode) -> usize {
    province.story(code).iter().filter(|kind| **kind == "run_answered").count()
}

#[tokio::test]
async fn an_edit_of_a_message_that_answered_a_question_changes_the_answer() {
    let (province, code, step) = asked().await;
    province.say(DUTY, &format!("/buoc {code}.{step} 5")).await;
    let first = province.written(DUTY, DUTY);
    province.after(minutes(1)).await;
    province.press(DUTY, DUTY, "Trả lời: Ở đâu?").await;
    province.say(DUTY, "Phòng máy xã").await;
    let second = province.written(DUTY, DUTY);
    assert_eq!(value(&province, &code, "so"), Some(Value::Number(5)));
    edits(&province, first, &format!("/buoc {code}.{step} 7")).await;
    assert_eq!(value(&province, &code, "so"), Some(Value::Number(7)), "{:?}", province.last(DUTY));
    edits(&province, second, "Phòng máy tỉnh").await;
    let words = province.world.engine().unwrap().reader().history(&code).unwrap();
    let last = words.iter().rev().find_map(|told| told.words.clone());
    assert_eq!(last.as_deref(), Some("Phòng máy tỉnh"));
    assert_eq!(answers(&province, &code), 4);
    edits(&province, second, "Phòng máy tỉnh ").await;
    assert_eq!(answers(&province, &code), 4, "only a preview changed");
    edits(&province, first, "nhiều lắm").await;
    assert!(province.last(DUTY).text.contains("Câu trả lời chưa dùng được"));
    assert_eq!(value(&province, &code, "so"), Some(Value::Number(7)));
    province.end_without_listening().await;
}

#[tokio::test]
async fn once_the_step_is_done_an_edit_changes_nothing_and_says_so() {
    let (province, code, step) = asked().await;
    province.say(DUTY, &format!("/buoc {code}.{step} 5")).await;
    let first = province.written(DUTY, DUTY);
    province.say(DUTY, &format!("/buoc {code}.{step} Phòng máy xã")).await;
    province.say(DUTY, &format!("/xong {code}.{step}")).await;
    province.after(minutes(1)).await;
    edits(&province, first, &format!("/buoc {code}.{step} 7")).await;
    assert!(province.last(DUTY).text.contains("“Đếm máy” đã xong"), "{:?}", province.last(DUTY));
    assert_eq!(value(&province, &code, "so"), Some(Value::Number(5)));
    province.end_without_listening().await;
}

#[tokio::test]
async fn a_secret_written_into_an_answer_by_an_edit_is_masked() {
    let (province, code, step) = asked().await;
    province.say(DUTY, &format!("/buoc {code}.{step} 5")).await;
    province.say(DUTY, &format!("/buoc {code}.{step} Phòng máy xã")).await;
    let message = province.written(DUTY, DUTY);
    edits(&province, message, &format!("/buoc {code}.{step} mật khẩu: Abc@12345xyz")).await;
    assert_eq!(answers(&province, &code), 3);
    let words = province.world.engine().unwrap().reader().history(&code).unwrap();
    let words: Vec<String> = words.into_iter().filter_map(|told| told.words).collect();
    assert!(!words.concat().contains("Abc@12345xyz"), "{words:?}");
    province.end_without_listening().await;
}

#[tokio::test]
async fn an_edit_of_a_reason_is_kept_beside_it_and_undoes_nothing() {
    let (province, code, step) = asked().await;
    province.say(DUTY, &format!("/buoc {code}.{step} không làm được không ai nghe máy")).await;
    let message = province.written(DUTY, DUTY);
    edits(&province, message, &format!("/buoc {code}.{step} không làm được điện thoại hỏng")).await;
    let history = province.world.engine().unwrap().reader().history(&code).unwrap();
    let edited = history.iter().rev().find_map(|told| match told.event {
        IncidentEvent::WordsEdited { .. } => told.words.clone(),
        _ => None,
    });
    assert_eq!(edited.as_deref(), Some("điện thoại hỏng"), "{:?}", province.last(DUTY));
    assert!(run(&province, &code).stuck().next().is_some());
    assert_eq!(province.count(LEAD, "điện thoại hỏng"), 0);
    province.end_without_listening().await;
}
