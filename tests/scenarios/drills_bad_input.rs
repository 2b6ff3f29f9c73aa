//! What goes wrong around a drill: people who leave or block, two drills at a time, a scenario that changes.

use std::sync::Arc;

use trucban::domain::drill::run::state::Status;
use trucban::domain::drill::scenario::{ScenarioId, ScenarioLibrary};

use super::drills::{begun, code, drill, scheduled};
use super::drills_setup::{count, start};
use super::playbooks::seen;
use crate::harness::{DEPUTY, LEAD, NEIGHBOUR, REPORTER, given, minutes};

#[tokio::test(flavor = "multi_thread")]
async fn two_drills_with_the_same_people_are_not_planned_for_the_same_time() {
    let province = given().await;
    scheduled(&province, "kiem-tra-lien-lac").await;
    province.say(LEAD, "/dientap lập lo-lot-du-lieu 21/11/2026 16h").await;
    province.say(LEAD, "/dientap DT-2026-002 gửi duyệt").await;
    let told = seen(&province, LEAD);
    assert!(told.contains("Trùng giờ với DT-2026-001"), "{told}");
    province.say(LEAD, "/dientap DT-2026-002 dời 23/11/2026 9h; trùng").await;
    province.say(LEAD, "/dientap DT-2026-002 gửi duyệt").await;
    let told = seen(&province, LEAD);
    assert!(!told.contains("Trùng giờ"), "{told}");
    province.end_without_listening().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scenario_that_changes_after_it_was_agreed_to_is_played_as_it_was() {
    let mut province = given().await;
    scheduled(&province, "kiem-tra-lien-lac").await;
    let pinned = drill(&province).planning.scenario.hash;
    let mut library = ScenarioLibrary::clone(&province.world.config.scenarios);
    let id = ScenarioId::new("kiem-tra-lien-lac");
    let mut changed = (*library.all[&id]).clone();
    changed.version += 1;
    for inject in &mut changed.injects {
        inject.body = "Nội dung mới, chưa ai duyệt.".to_owned();
    }
    library.all.insert(id, Arc::new(changed));
    province.world.config.scenarios = Arc::new(library);
    province.restart().await;
    start(&province, LEAD).await;
    assert_eq!(drill(&province).planning.scenario.hash, pinned);
    assert_eq!(count(&province, REPORTER, "Nội dung mới"), 0);
    assert_eq!(count(&province, REPORTER, "kiểm tra liên lạc với đầu mối"), 1);
    province.end_without_listening().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_lead_of_a_drill_leaves_the_leads_of_the_team_take_it_over() {
    let province = given().await;
    scheduled(&province, "kiem-tra-lien-lac").await;
    province.change_person("p-003", |person, _| person.active = false).await;
    province.after(minutes(1)).await;
    let told = seen(&province, DEPUTY);
    assert!(told.contains("người chỉ đạo không còn trong danh bạ"), "{told}");
    province.say(DEPUTY, "/dientap DT-2026-001 chỉ đạo p-004").await;
    assert_eq!(drill(&province).planning.lead.as_str(), "p-004");
    start(&province, DEPUTY).await;
    assert_eq!(drill(&province).status, Status::Running);
    province.end_without_listening().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_blocks_the_bot_stands_on_the_board_and_holds_up_nobody() {
    let province = given().await;
    scheduled(&province, "kiem-tra-lien-lac").await;
    province.world.sandbox.block(NEIGHBOUR);
    start(&province, LEAD).await;
    province.after(minutes(2)).await;
    let first = &province.scenario(&code()).in_order()[0].id.clone();
    let played = &drill(&province).injects[first];
    assert_eq!((played.delivered.len(), played.failed.len()), (1, 1));
    let board = |one: &trucban::sandbox::Shown| {
        one.text.contains("đã gửi 1/2") && one.text.contains("không gửi được 1")
    };
    assert!(province.messages(LEAD).iter().any(board), "{}", seen(&province, LEAD));
    assert_eq!(drill(&province).status, Status::Running);
    province.end_without_listening().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_drill_that_nobody_ends_is_over_half_an_hour_after_its_plan() {
    let province = given().await;
    begun(&province, "kiem-tra-lien-lac").await;
    let end = drill(&province).planned_end();
    province.after(end.since(province.now()) + minutes(25)).await;
    assert_eq!(drill(&province).status, Status::Running);
    province.after(minutes(10)).await;
    assert_eq!(drill(&province).status, Status::Ended);
    for who in [REPORTER, NEIGHBOUR] {
        assert_eq!(count(&province, who, "KẾT THÚC DIỄN TẬP"), 1, "{who}");
    }
    province.end_without_listening().await;
}
