//! Playbooks in chat: from a report to the last step, and whatever may come between.

use std::sync::Arc;

use trucban::domain::envelope::{Actor, Command, Envelope, Receipt};
use trucban::domain::escalation::policy::Target;
use trucban::domain::ids::{IncidentCode, PersonId};
use trucban::domain::incident::Incident;
use trucban::domain::incident::act::{Act, Aim};
use trucban::domain::playbook::library::Bundle;
use trucban::domain::playbook::model::{Answer, PlaybookId, Task, Whom};
use trucban::domain::playbook::run::state::{How, Pending, Run};
use trucban::domain::playbook::run::{PlayAct, decide};

use super::evidence::{JPEG, document, photo};
use crate::harness::{
    DEPUTY, DUTY, LEAD, MANAGER, NEIGHBOUR, Province, REPORTER, TEAM, given, hours, minutes,
};

const REPORT: &str = "Nhiều máy bị mã hóa dữ liệu, có thông báo đòi tiền chuộc";

/// A message as somebody sees it: its words, and its buttons row by row.
pub fn seen(province: &Province, who: i64) -> String {
    let last = province.last(who);
    let row = |row: &Vec<trucban::sandbox::Button>| -> String {
        row.iter().map(|button| format!("[{}]", button.label)).collect()
    };
    let rows: Vec<String> = last.buttons.iter().map(row).collect();
    format!("{}\n{}", last.text, rows.join("\n"))
}

/// An incident that the officer on duty has, with this playbook begun by one tap.
pub async fn begun(province: &Province, title: &str) -> IncidentCode {
    let code = province.report(REPORTER, REPORT).await;
    province.press(DUTY, DUTY, "Tiếp nhận").await;
    province.press(DUTY, DUTY, title).await;
    province.after(minutes(1)).await;
    code
}

/// The program is started again with this playbook among its own.
pub async fn with_playbook(province: &mut Province, id: &str, text: &str) {
    let file = std::path::PathBuf::from(format!("{id}.toml"));
    let read = trucban::config::playbooks::parse(text, &file).expect("it reads").playbook;
    let mut library = trucban::domain::playbook::Library::clone(&province.world.config.library);
    library.all.insert(PlaybookId::new(id), Arc::new(read));
    province.world.config.library = Arc::new(library);
    province.restart().await;
}

/// The only run there is.
pub fn run(province: &Province, code: &IncidentCode) -> Run {
    province.incident(code).runs.first().cloned().expect("a run")
}

pub fn waiting(province: &Province, code: &IncidentCode) -> Vec<(u32, String)> {
    let run = run(province, code);
    run.pending().map(|(number, token, _)| (number, token.step.to_string())).collect()
}

/// The number of a step that waits.
pub fn number(province: &Province, code: &IncidentCode, step: &str) -> u32 {
    let waits = waiting(province, code);
    let found = waits.iter().find(|(_, id)| id == step);
    found.unwrap_or_else(|| panic!("{step} does not wait: {waits:?}")).0
}

fn bundle(province: &Province, incident: &Incident) -> Arc<Bundle> {
    let reader = province.world.engine().unwrap().reader();
    reader.bundles(incident).unwrap().into_values().next().expect("its copy")
}

pub async fn plays(province: &Province, who: &str, code: &IncidentCode, act: PlayAct) -> Receipt {
    let key = format!("test:{}", province.world.engine().unwrap().reader().head().unwrap().seq);
    let command = Command::Play(Aim::typed(code.clone()), Box::new(act));
    province.submit(&key, Actor::Person(PersonId::new(who)), command).await
}

pub async fn done(province: &Province, who: &str, code: &IncidentCode, act: PlayAct) {
    let receipt = plays(province, who, code, act.clone()).await;
    assert!(matches!(receipt, Receipt::Done(_)), "{who} {act:?}: {receipt:?}");
}

/// Who does a step in these scenarios.
fn doer(pending: &Pending) -> &'static str {
    match &pending.who {
        Whom::Reporter => "p-017",
        Whom::Target(Target::Lead) => "p-003",
        Whom::Target(Target::Managers) => "p-005",
        _ => "p-001",
    }
}

/// An incident whose first steps, those of the reporter, are over: the next one is the holder's.
pub async fn with_the_holder(province: &Province) -> (IncidentCode, u32) {
    let code = begun(province, "▶ Mã độc tống tiền").await;
    for step in ["rut-mang", "chup-thong-bao"] {
        does(province, &code, number(province, &code, step), &|_| None).await;
    }
    province.after(minutes(1)).await;
    let step = number(province, &code, "xac-minh-tong-tien");
    (code, step)
}

/// Does one step as whoever it is for: answers, proof, approval.
pub async fn does(
    province: &Province,
    code: &IncidentCode,
    step: u32,
    answers: &dyn Fn(&str) -> Option<String>,
) {
    let incident = province.incident(code);
    let bundle = bundle(province, &incident);
    let run = incident.run_of(step).expect("a run").clone();
    let pending = run.task(step).expect("a task").clone();
    let task: Task = decide::task(&run, &bundle, step).expect("in the copy").clone();
    let who = doer(&pending);
    for (which, ask) in (0_u32..).zip(&task.asks) {
        let said = answers(ask.set.as_str()).unwrap_or_else(|| match &ask.question.answer {
            Answer::YesNo => "không".to_owned(),
            Answer::Number { min, .. } => min.to_string(),
            Answer::Choice(all) => all[0].0.clone(),
            Answer::Words { example, .. } => example.clone().unwrap_or_else(|| "12/BC".to_owned()),
        });
        done(province, who, code, PlayAct::Answer(step, which, said)).await;
    }
    let approval = task.approval.clone();
    if approval.as_ref().is_some_and(|one| !one.after) {
        done(province, who, code, PlayAct::Done(step)).await;
        approves(province, code, step, who).await;
    }
    for piece in 0..task.evidence.as_ref().map_or(0, |proof| proof.count) {
        proves(province, who, code, step, piece, &task).await;
    }
    done(province, who, code, PlayAct::Done(step)).await;
    if approval.is_some_and(|one| one.after) {
        approves(province, code, step, who).await;
    }
}

async fn approves(province: &Province, code: &IncidentCode, step: u32, asked: &str) {
    for who in ["p-003", "p-004", "p-005"].into_iter().filter(|who| *who != asked) {
        let run = run_of(province, code, step);
        if run.task(step).is_none_or(|pending| pending.approval.is_none()) {
            return;
        }
        plays(province, who, code, PlayAct::Approve(step)).await;
    }
}

pub fn run_of(province: &Province, code: &IncidentCode, step: u32) -> Run {
    province.incident(code).run_of(step).expect("a run").clone()
}

/// Evidence kept elsewhere, or a photo or file in answer to the step, as it takes it.
async fn proves(
    province: &Province,
    who: &str,
    code: &IncidentCode,
    step: u32,
    piece: u32,
    task: &Task,
) {
    use trucban::domain::playbook::model::ProofKind;
    let kinds = &task.evidence.as_ref().expect("a proof").kinds;
    if kinds.is_empty() || kinds.contains(&ProofKind::Described) {
        let hash = format!("{:064x}", u64::from(step) * 100 + u64::from(piece));
        let act = Act::Describe(hash, "tủ hồ sơ của Đội".to_owned());
        let actor = Actor::Person(PersonId::new(who));
        let command = Command::Act(Aim::typed(code.clone()), act);
        let mut envelope = Envelope::new(format!("proof:{step}:{piece}"), actor, command);
        envelope.step = Some((code.clone(), step));
        let receipt = province.world.engine().unwrap().submit(envelope).await.unwrap();
        assert!(matches!(receipt, Receipt::Done(_)), "{receipt:?}");
    } else {
        let account = 1000 + who.trim_start_matches("p-").parse::<i64>().expect("a number");
        province.say(account, &format!("/buoc {code}.{step}")).await;
        let message = province.last(account).message_id;
        let bytes = [JPEG, format!("{step} {piece}").as_bytes()].concat();
        let file = match kinds.contains(&ProofKind::Photo) {
            true => photo(&bytes),
            false => document("a.pdf", &[b"%PDF-1.7 ".as_slice(), &bytes].concat()),
        };
        province.world.sandbox.reply_with_file(account, account, message, &file);
        province.after(std::time::Duration::from_secs(5)).await;
    }
    province.settle().await;
    let now = province.incident(code);
    let has = decide::has(&now, run_of(province, code, step).task(step).unwrap());
    assert_eq!(has, piece + 1, "it counts for step {step}: {:#?}", now.evidence.last());
}

/// Does every step there is until the playbook has ended; the ids of the steps, in order.
async fn through(
    province: &Province,
    code: &IncidentCode,
    answers: &dyn Fn(&str) -> Option<String>,
) -> Vec<String> {
    let mut order = Vec::new();
    for _ in 0..200 {
        let now = run(province, code);
        if !now.is_live() {
            return order;
        }
        let Some((step, token, _)) = now.pending().next() else {
            province.after(hours(1)).await;
            continue;
        };
        order.push(token.step.to_string());
        does(province, code, step, answers).await;
    }
    panic!("it does not end: {order:?}");
}

#[tokio::test]
async fn ransomware_from_the_report_to_its_lessons() {
    let province = given().await;
    let code = province.report(REPORTER, REPORT).await;
    insta::assert_snapshot!("first_lines", seen(&province, REPORTER));
    province.press(DUTY, DUTY, "Tiếp nhận").await;
    let card: Vec<String> = province.last(DUTY).labels().iter().map(ToString::to_string).collect();
    assert_eq!(card[0], "▶ Mã độc tống tiền", "offered with one tap: {card:?}");
    assert!(province.press(DUTY, DUTY, "▶ Mã độc tống tiền").await.contains("bắt đầu quy trình"));
    province.after(minutes(1)).await;
    insta::assert_snapshot!("first_step", seen(&province, REPORTER));
    insta::assert_snapshot!("run_card", seen(&province, TEAM));

    province.press(REPORTER, REPORTER, "Xong").await;
    province.after(minutes(1)).await;
    // The gate: nothing goes on without the photo.
    let refused = province.press(REPORTER, REPORTER, "Xong").await;
    assert!(refused.contains("còn thiếu: gửi 1 ảnh"), "{refused}");
    let step =
        province.messages(REPORTER).into_iter().rev().find(|shown| shown.text.contains("Bước 2"));
    let message = step.expect("the step").message_id;
    province.world.sandbox.reply_with_file(REPORTER, REPORTER, message, &photo(JPEG));
    province.settle().await;
    province.after(minutes(1)).await;
    province.press(REPORTER, REPORTER, "Xong").await;
    province.after(minutes(1)).await;

    // The holder is asked one question after the other, by buttons, and a number in words.
    insta::assert_snapshot!("questions", seen(&province, DUTY));
    let step = number(&province, &code, "xac-minh-tong-tien");
    let missing = province.press(DUTY, DUTY, "Xong").await;
    assert!(missing.contains("còn thiếu: trả lời"), "{missing}");
    province.press(DUTY, DUTY, "Có").await;
    province.after(minutes(1)).await;
    province.press(DUTY, DUTY, "Trả lời: Bao nhiêu máy").await;
    province.say(DUTY, "rất nhiều").await;
    assert!(
        province.last(DUTY).text.contains("Viết một số từ 0 đến 10000"),
        "{}",
        province.last(DUTY).text
    );
    province.say(DUTY, &format!("/quytrinh {code}")).await;
    done(&province, "p-001", &code, PlayAct::Answer(step, 1, "3".to_owned())).await;
    let answers = |name: &str| match name {
        "la_tong_tien" => Some("có".to_owned()),
        "so_may" => Some("3".to_owned()),
        "dat" => Some("có".to_owned()),
        _ => None,
    };
    let order = through(&province, &code, &answers).await;

    let ended = run(&province, &code).ended.expect("it ended").how;
    assert_eq!(ended, How::Finished);
    let lessons = order.iter().position(|step| step.contains("hop-rut-kinh-nghiem"));
    assert!(lessons.is_some() || order.len() > 15, "{order:#?}");
    insta::assert_snapshot!("order_ransomware", order.join("\n"));
    province.after(minutes(2)).await;
    let card = province
        .messages(TEAM)
        .iter()
        .rev()
        .find(|shown| shown.text.contains("Quy trình"))
        .cloned();
    assert!(card.expect("the card").text.contains("đã xong"));
    province.end_without_listening().await;
}

#[tokio::test]
async fn a_data_leak_from_the_report_to_its_lessons_with_a_reporter_who_is_silent() {
    let province = given().await;
    let code = province.report(REPORTER, "Lộ lọt dữ liệu cá nhân của người dân trên mạng").await;
    province.press(DUTY, DUTY, "Tiếp nhận").await;
    province.press(DUTY, DUTY, "▶ Lộ lọt dữ liệu").await;
    let mut order = Vec::new();
    let answers = |name: &str| match name {
        "dat" => Some("có".to_owned()),
        _ => None,
    };
    // The reporter says nothing: what is his times out, and somebody else is asked.
    for _ in 0..120 {
        let now = run(&province, &code);
        if !now.is_live() {
            break;
        }
        let next = now.pending().find(|(_, _, pending)| pending.who != Whom::Reporter);
        let Some((step, token, _)) = next else {
            province.after(minutes(30)).await;
            continue;
        };
        order.push(token.step.to_string());
        does(&province, &code, step, &answers).await;
    }
    assert_eq!(
        run(&province, &code).ended.map(|ended| ended.how),
        Some(How::Finished),
        "{order:#?}"
    );
    assert!(province.story(&code).contains(&"run_step_failed"), "something timed out");
    insta::assert_snapshot!("order_leak", order.join("\n"));
    province.end_without_listening().await;
}

#[tokio::test]
async fn an_approval_is_never_ones_own_and_a_refusal_says_why() {
    let province = given().await;
    let code = begun(&province, "▶ Mã độc tống tiền").await;
    let answers = |name: &str| (name == "la_tong_tien").then(|| "có".to_owned());
    let step = loop {
        let now = run(&province, &code);
        let copy = bundle(&province, &province.incident(&code));
        let asks = now.pending().find(|(number, _, _)| {
            let task = decide::task(&now, &copy, *number).unwrap();
            task.approval.as_ref().is_some_and(|one| !one.after)
        });
        if let Some((number, _, pending)) = asks {
            assert_eq!(doer(pending), "p-001");
            break number;
        }
        let (number, ..) = now.pending().next().expect("more steps");
        does(&province, &code, number, &answers).await;
    };
    province.after(minutes(1)).await;
    province.say(DUTY, &format!("/xong {code}.{step}")).await;
    assert!(province.last(DUTY).text.contains("xin duyệt bước"), "{}", province.last(DUTY).text);
    province.after(minutes(1)).await;
    insta::assert_snapshot!("approval_asked", seen(&province, LEAD));
    province.say(DUTY, &format!("/duyet {code}.{step}")).await;
    assert!(province.last(DUTY).text.contains("không tự duyệt được"));
    province.say(MANAGER, &format!("/duyet {code}.{step}")).await;
    assert!(
        province.last(MANAGER).text.contains("do Đội trưởng, Phó Đội trưởng duyệt"),
        "{}",
        province.last(MANAGER).text
    );

    province.press(LEAD, LEAD, "Không duyệt").await;
    province.say(LEAD, "Chờ sao lưu xong đã").await;
    province.after(minutes(1)).await;
    assert_eq!(province.count(DUTY, "Không được duyệt"), 1);
    assert!(run_of(&province, &code, step).task(step).unwrap().approval.is_none());

    province.say(DUTY, &format!("/xong {code}.{step}")).await;
    province.after(minutes(1)).await;
    province.press(LEAD, LEAD, "Duyệt").await;
    province.after(minutes(1)).await;
    assert_eq!(province.count(DUTY, "Đã được duyệt, xin làm ngay"), 1);
    assert!(run_of(&province, &code, step).task(step).unwrap().agreed);
    province.end_without_listening().await;
}

#[tokio::test]
async fn a_step_nobody_takes_is_called_for_as_an_incident_is() {
    let province = given().await;
    let code = begun(&province, "▶ Mã độc tống tiền").await;
    let step = number(&province, &code, "rut-mang");
    assert!(!province.incident(&code).ladder_runs());

    // Five minutes to take it, then level by level of the incident's own policy.
    province.after(minutes(5)).await;
    assert_eq!(province.count(DUTY, "Chưa ai nhận bước này"), 1);
    province.after(minutes(5)).await;
    assert!(province.count(LEAD, "Chưa ai nhận bước này") > 0, "{:#?}", province.story(&code));
    // Whoever takes it ends that.
    province.press(LEAD, LEAD, "Nhận bước").await;
    let taken = run_of(&province, &code, step).task(step).unwrap().taken.clone();
    assert_eq!(taken.map(|(who, _)| who), Some(PersonId::new("p-003")));
    let called = province.story(&code).iter().filter(|kind| **kind == "run_called").count();
    province.after(minutes(7)).await;
    let after: Vec<_> = province.story(&code);
    let again = after.iter().filter(|kind| **kind == "run_called").count();
    assert!(again <= called + 1, "only that it is late: {after:#?}");
    province.end_without_listening().await;
}

#[tokio::test]
async fn a_step_is_done_once_and_whoever_comes_second_hears_by_whom() {
    let province = given().await;
    let code = begun(&province, "▶ Mã độc tống tiền").await;
    let step = number(&province, &code, "rut-mang");
    let (message, data) = province.button(REPORTER, "Xong");
    province.press(REPORTER, REPORTER, "Xong").await;
    let again = province.press_data(REPORTER, REPORTER, message, &data).await;
    assert!(again.contains("đã xong lúc") && again.contains("Đầu mối xã Một"), "{again}");
    province.say(DUTY, &format!("/boqua {code}.{step} không cần")).await;
    assert!(province.last(DUTY).text.contains("đã xong lúc"), "{}", province.last(DUTY).text);
    let finished = province.story(&code).iter().filter(|kind| **kind == "run_step_done").count();
    assert_eq!(finished, 1);
    province.end_without_listening().await;
}

#[tokio::test]
async fn nobody_answers_for_another_and_who_sees_nothing_learns_nothing() {
    let province = given().await;
    let code = begun(&province, "▶ Mã độc tống tiền").await;
    let step = number(&province, &code, "rut-mang");
    province.say(DEPUTY, &format!("/xong {code}.{step}")).await;
    let said = province.last(DEPUTY).text;
    assert!(said.contains("dành cho người báo") || said.contains("Đã ghi nhận"), "{said}");
    province.say(NEIGHBOUR, &format!("/xong {code}.{step}")).await;
    assert!(province.last(NEIGHBOUR).text.contains("Không tìm thấy"));
    province.say(NEIGHBOUR, &format!("/quytrinh {code}")).await;
    assert!(
        province.last(NEIGHBOUR).text.contains("Không tìm thấy"),
        "{}",
        province.last(NEIGHBOUR).text
    );
    // A reporter starts nothing.
    province.say(REPORTER, &format!("/quytrinh {code} Lộ lọt dữ liệu")).await;
    assert!(
        province.last(REPORTER).text.contains("Chỉ thành viên Đội"),
        "{}",
        province.last(REPORTER).text
    );
    assert_eq!(province.incident(&code).runs.len(), 1);
    province.end_without_listening().await;
}

#[tokio::test]
async fn a_run_survives_a_crash_and_keeps_its_copy_when_the_file_changes_or_goes() {
    let mut province = given().await;
    let code = begun(&province, "▶ Mã độc tống tiền").await;
    let before = run(&province, &code);
    let mut library = trucban::domain::playbook::Library::clone(&province.world.config.library);
    let id = PlaybookId::new("ma-doc-tong-tien");
    let mut changed = library.all[&id].as_ref().clone();
    changed.version += 1;
    let first = changed.start.clone();
    if let trucban::domain::playbook::model::Does::Task(task) =
        &mut changed.steps.get_mut(&first).unwrap().does
    {
        task.title = "Tắt điện cả nhà".to_owned();
    }
    library.all.insert(id.clone(), Arc::new(changed));
    province.world.config.library = Arc::new(library.clone());
    province.crash().await;
    assert_eq!(run(&province, &code), before, "nothing of it was in memory");
    province.say(DUTY, &format!("/quytrinh {code}")).await;
    let said = province.last(DUTY).text;
    assert!(said.contains("Có bản mới (bản 2)") && said.contains("Tắt điện cả nhà"), "{said}");
    assert!(said.contains("1. Rút dây mạng máy bị nạn"), "{said}");

    library.all.remove(&id);
    province.world.config.library = Arc::new(library);
    province.restart().await;
    let step = number(&province, &code, "rut-mang");
    done(&province, "p-017", &code, PlayAct::Done(step)).await;
    assert_eq!(waiting(&province, &code)[0].1, "chup-thong-bao");
    province.say(DUTY, &format!("/quytrinh {code} Mã độc tống tiền")).await;
    assert!(
        province.last(DUTY).text.contains("Không có quy trình"),
        "{}",
        province.last(DUTY).text
    );
    province.end_without_listening().await;
}

#[tokio::test]
async fn what_is_with_the_holder_goes_with_the_incident() {
    let province = given().await;
    let (code, step) = with_the_holder(&province).await;
    assert_eq!(province.count(DUTY, "Gọi người báo, xác minh"), 1);
    province.press(DUTY, DUTY, "Trả lại").await;
    province.after(minutes(1)).await;
    province.say(DEPUTY, &format!("/nhan {code}")).await;
    province.after(minutes(1)).await;
    assert_eq!(province.count(DEPUTY, "Gọi người báo, xác minh"), 1);
    let refused = plays(&province, "p-001", &code, PlayAct::Done(step)).await;
    assert!(matches!(refused, Receipt::Refused(_)), "{refused:?}");
    province.end_without_listening().await;
}

#[tokio::test]
async fn a_failure_without_a_way_out_asks_whoever_has_the_incident() {
    let province = given().await;
    let (code, step) = with_the_holder(&province).await;
    province.press(DUTY, DUTY, "Không làm được").await;
    province.say(DUTY, "Không ai nghe máy").await;
    province.after(minutes(1)).await;
    let asked = province.messages(DUTY).into_iter().find(|shown| shown.text.contains("đã dừng"));
    insta::assert_snapshot!("stuck", asked.expect("the question").text);
    assert_eq!(run(&province, &code).stuck().count(), 1);
    let other = plays(&province, "p-004", &code, PlayAct::Retry(step)).await;
    let leads = matches!(other, Receipt::Done(_));
    if !leads {
        province.press(DUTY, DUTY, "Thử lại").await;
    }
    province.after(minutes(1)).await;
    let again = number(&province, &code, "xac-minh-tong-tien");
    assert_ne!(again, step, "a new turn has a number of its own");
    province.end_without_listening().await;
}

#[tokio::test]
async fn closing_the_incident_ends_its_playbooks_and_their_buttons() {
    let province = given().await;
    let code = begun(&province, "▶ Mã độc tống tiền").await;
    province.say(DUTY, &format!("/ketthuc {code} báo nhầm: diễn tập nội bộ")).await;
    province.after(minutes(1)).await;
    let over = run(&province, &code);
    assert_eq!(over.ended.as_ref().map(|ended| ended.how), Some(How::Closed));
    let step = province.messages(REPORTER).into_iter().find(|shown| shown.text.contains("Bước 1"));
    let step = step.expect("the step");
    assert!(step.text.contains("không còn cần làm") && step.buttons.is_empty(), "{step:#?}");
    assert_eq!(province.incident(&code).next_moment(), None);
    province.end_without_listening().await;
}

#[tokio::test]
async fn whoever_ends_an_incident_is_told_what_stops_before_and_after_and_how_it_starts_again() {
    let province = given().await;
    let code = begun(&province, "▶ Mã độc tống tiền").await;
    does(&province, &code, number(&province, &code, "rut-mang"), &|_| None).await;
    let step = number(&province, &code, "chup-thong-bao");
    province.say(DUTY, &format!("/ketthuc {code}")).await;
    let offered = province.last(DUTY);
    let offered = offered.buttons.iter().flatten().find(|button| button.label == "Báo nhầm");
    assert!(offered.is_some());
    province.press(DUTY, DUTY, "Báo nhầm").await;
    let asked = province.last(DUTY).text;
    assert!(asked.contains("“Mã độc tống tiền” đang chạy sẽ dừng theo, còn 1 bước"), "{asked}");
    let open = format!("• {step}. Chụp ảnh");
    assert!(asked.contains(&open) && asked.contains("(bắt buộc, phải có chứng cứ)"), "{asked}");
    assert!(run(&province, &code).is_live(), "nothing stops before the words are given");
    province.say(DUTY, "diễn tập nội bộ").await;
    province.after(minutes(1)).await;
    let told = |words: &str| province.count(DUTY, words);
    assert_eq!(told("Quy trình “Mã độc tống tiền” đã dừng theo, còn 1 bước chưa xong"), 1);
    province.say(LEAD, &format!("/molai {code}")).await;
    let again = province.last(LEAD).text;
    assert!(again.contains(&format!("Chạy lại từ đầu: /quytrinh {code}")), "{again}");
    province.end_without_listening().await;
}

#[tokio::test]
async fn a_merge_says_which_playbook_of_the_duplicate_stopped() {
    let province = given().await;
    let (code, _) = with_the_holder(&province).await;
    let main = province.report(NEIGHBOUR, "Cùng một máy chủ bị mã hóa").await;
    province.say(LEAD, &format!("/gop {code} {main}")).await;
    let told = province.last(LEAD).text;
    assert!(told.contains("Quy trình “Mã độc tống tiền” đã dừng theo"), "{told}");
    province.end_without_listening().await;
}

#[tokio::test]
async fn two_playbooks_may_run_but_not_the_same_one_twice() {
    let province = given().await;
    let code = begun(&province, "▶ Mã độc tống tiền").await;
    province.say(DUTY, &format!("/quytrinh {code} Mã độc tống tiền")).await;
    assert!(province.last(DUTY).text.contains("đang chạy cho sự cố này rồi"));
    province.say(DUTY, &format!("/quytrinh {code} lộ lọt dữ liệu")).await;
    assert_eq!(province.incident(&code).live_runs().count(), 2, "{}", province.last(DUTY).text);
    province.say(DUTY, "/quytrinh").await;
    insta::assert_snapshot!("all_playbooks", province.last(DUTY).text);
    province.end_without_listening().await;
}

#[tokio::test]
async fn whatever_a_button_of_a_step_does_can_be_typed() {
    let province = given().await;
    let code = begun(&province, "▶ Mã độc tống tiền").await;
    let step = number(&province, &code, "rut-mang");
    province.say(REPORTER, &format!("/buoc {code}.{step}")).await;
    assert!(province.last(REPORTER).text.contains("Rút dây mạng máy bị nạn"));
    province.say(REPORTER, &format!("/buoc {code}.{step} nhận bước")).await;
    assert!(
        province.last(REPORTER).text.contains("anh/chị làm bước"),
        "{}",
        province.last(REPORTER).text
    );
    let shown =
        province.messages(REPORTER).into_iter().rev().find(|shown| shown.text.contains("Bước 1"));
    province.reply(REPORTER, REPORTER, shown.expect("the step").message_id, "Dạ xong rồi ạ").await;
    assert_eq!(waiting(&province, &code)[0].1, "chup-thong-bao");
    let step = number(&province, &code, "chup-thong-bao");
    let hash = "9f2c".repeat(16);
    province.say(REPORTER, &format!("/buoc {code}.{step} không làm được máy ảnh hỏng")).await;
    assert_eq!(province.history_words(&code, "run_step_failed"), ["máy ảnh hỏng"], "{hash}");
    // Nothing stands for that in the playbook: whoever has the incident says what now.
    province.after(minutes(1)).await;
    province.say(DUTY, &format!("/buoc {code}.{step} bỏ qua đã xem tận nơi")).await;
    assert!(province.last(DUTY).text.contains("chỉ Đội trưởng"), "{}", province.last(DUTY).text);
    province.say(LEAD, &format!("/boqua {code}.{step} đã xem tận nơi")).await;
    let step = number(&province, &code, "xac-minh-tong-tien");
    province.after(minutes(1)).await;
    province.say(DUTY, &format!("/buoc {code}.{step} có")).await;
    assert!(
        province.last(DUTY).text.contains("Câu tiếp theo: Bao nhiêu máy"),
        "{}",
        province.last(DUTY).text
    );
    let shown = province
        .messages(DUTY)
        .into_iter()
        .rev()
        .find(|shown| shown.text.contains("☐ Bao nhiêu máy"));
    province.reply(DUTY, DUTY, shown.expect("the step").message_id, "12").await;
    province.say(DUTY, &format!("/buoc {code}.{step} dừng quy trình chuyển cho Công an")).await;
    assert_eq!(run(&province, &code).ended.map(|ended| ended.how), Some(How::Stopped));
    province.end_without_listening().await;
}
