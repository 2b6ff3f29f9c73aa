//! Drills in chat: planned, agreed to, held, stopped and ended.

use trucban::domain::drill::run::Drill;
use trucban::domain::drill::run::state::Status;
use trucban::domain::ids::DrillCode;

use super::playbooks::seen;
use crate::harness::{DUTY, LEAD, MANAGER, NEIGHBOUR, Province, REPORTER, TEAM, given, minutes};

pub fn code() -> DrillCode {
    DrillCode::new("DT-2026-001")
}

pub fn drill(province: &Province) -> Drill {
    let reader = province.world.engine().unwrap().reader();
    reader.shown_drill(&code()).unwrap().expect("a drill").drill
}

/// A drill of this scenario, planned by the captain for the next morning and agreed to.
pub async fn scheduled(province: &Province, scenario: &str) {
    province.say(LEAD, &format!("/dientap lập {scenario} 23/11/2026 9h")).await;
    province.say(LEAD, "/dientap DT-2026-001 gửi duyệt").await;
    province.press(MANAGER, MANAGER, "Duyệt").await;
}

/// The same, begun.
pub async fn begun(province: &Province, scenario: &str) {
    scheduled(province, scenario).await;
    let start = drill(province).planning.at;
    province.after(start.since(province.now()) - minutes(60)).await;
    let points = 2 + province.scenario(&code()).checklist.len();
    for point in 1..=points {
        province.press(LEAD, LEAD, &format!("✔ {point}.")).await;
    }
    province.after(minutes(60)).await;
    province.press(LEAD, LEAD, "PHÁT LỆNH BẮT ĐẦU").await;
    province.after(minutes(1)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_drill_is_planned_by_a_lead_agreed_to_by_a_manager_and_people_are_invited() {
    let province = given().await;
    province.say(LEAD, "/dientap lập kiem-tra-lien-lac 23/11/2026 9h").await;
    assert!(province.last(LEAD).text.contains("DT-2026-001"), "{}", seen(&province, LEAD));
    province.say(LEAD, "/dientap DT-2026-001 duyệt").await;
    assert_eq!(drill(&province).status, Status::Draft);
    province.say(LEAD, "/dientap DT-2026-001 gửi duyệt").await;
    assert!(province.last(MANAGER).text.contains("Xin duyệt"), "{}", seen(&province, MANAGER));
    province.press(MANAGER, MANAGER, "Duyệt").await;
    assert_eq!(drill(&province).status, Status::Scheduled);
    let invited = seen(&province, REPORTER);
    assert!(invited.contains("Mời anh/chị tham gia diễn tập"), "{invited}");
    assert!(invited.starts_with("DIỄN TẬP"), "{invited}");
    province.press(REPORTER, REPORTER, "Tham gia").await;
    assert!(drill(&province).people.values().any(|one| one.rsvp.is_some()));
    province.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_drill_begins_by_its_lead_and_every_message_of_it_bears_the_mark() {
    let province = given().await;
    begun(&province, "kiem-tra-lien-lac").await;
    assert_eq!(drill(&province).status, Status::Running);
    let inject = seen(&province, REPORTER);
    assert!(inject.contains("Tình huống 1"), "{inject}");
    assert!(inject.contains("[SỰ CỐ THẬT]"), "{inject}");
    province.press(REPORTER, REPORTER, "Đã nhận tin").await;
    let played = drill(&province);
    let first = played.injects.values().find(|one| one.sent.is_some()).unwrap();
    assert_eq!(first.delivered.len(), 2);
    assert_eq!(first.replies.len(), 1);
    let board = seen(&province, LEAD);
    assert!(board.contains("đã gửi 2/2, trả lời 1"), "{board}");
    for chat in [REPORTER, NEIGHBOUR, DUTY, LEAD, MANAGER] {
        for message in province.messages(chat) {
            if message.text.contains("DT-2026") {
                assert!(message.text.trim_start().starts_with("DIỄN TẬP"), "{}", message.text);
                assert!(message.text.trim_end().ends_with("DIỄN TẬP"), "{}", message.text);
            }
        }
    }
    assert!(!province.messages(TEAM).iter().any(|one| one.text.contains("DT-2026")));
    province.end().await;
}
