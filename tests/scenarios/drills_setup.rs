//! What a drill's plan holds beside its time: who helps to hold it, its sessions, and a group of its own.

use trucban::domain::drill::run::event::PauseWhy;
use trucban::domain::drill::run::state::Status;
use trucban::domain::time::Timestamp;

use super::drills::{begun, code, drill, scheduled};
use super::playbooks::seen;
use crate::harness::{
    DEPUTY, DUTY, LEAD, MANAGER, NEIGHBOUR, Province, REPORTER, TEAM, given, hours, minutes,
};

/// A group of participants.
const GROUP: i64 = -1_009_000_000_077;

fn at(local: &str) -> Timestamp {
    format!("2026-11-{local}:00+07:00").parse().unwrap()
}

pub async fn until(province: &Province, local: &str) {
    province.after(at(local).since(province.now())).await;
}

pub fn count(province: &Province, chat: i64, words: &str) -> usize {
    province.messages(chat).iter().filter(|one| one.text.contains(words)).count()
}

/// Whoever leads it looks at every point, and begins it.
pub async fn start(province: &Province, who: i64) {
    until(province, "21T14:30").await;
    let points = 2 + province.scenario(&code()).checklist.len();
    for point in 1..=points {
        province.press(who, who, &format!("✔ {point}.")).await;
    }
    until(province, "21T15:31").await;
    province.press(who, who, "PHÁT LỆNH BẮT ĐẦU").await;
    province.after(minutes(1)).await;
}

/// A drill of two sessions, this afternoon and the next morning, agreed to and begun.
pub async fn of_two_days(province: &Province) {
    province.say(LEAD, "/dientap lập kiem-tra-lien-lac 21/11/2026 15h30").await;
    province.say(LEAD, "/dientap DT-2026-001 phiên 22/11/2026 8h").await;
    province.say(LEAD, "/dientap DT-2026-001 gửi duyệt").await;
    province.press(MANAGER, MANAGER, "Duyệt").await;
    start(province, LEAD).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deputy_leads_a_drill_beside_its_lead_and_no_longer_once_taken_back() {
    let province = given().await;
    scheduled(&province, "lo-lot-du-lieu").await;
    assert!(drill(&province).people.keys().any(|one| one.as_str() == "p-001"));
    province.say(LEAD, "/dientap DT-2026-001 phó p-001").await;
    let named = drill(&province);
    assert_eq!(named.planning.deputy.as_ref().unwrap().as_str(), "p-001");
    assert_eq!(named.status, Status::Scheduled, "nothing has to be agreed to again");
    assert!(!named.people.keys().any(|one| one.as_str() == "p-001"), "{:?}", named.people);
    assert_eq!(count(&province, DUTY, "anh/chị là phó chỉ đạo"), 1, "{}", seen(&province, DUTY));
    start(&province, DUTY).await;
    assert_eq!(drill(&province).status, Status::Running);
    province.say(LEAD, "/dientap DT-2026-001 phó không").await;
    province.say(DUTY, "/dientap DT-2026-001 kết thúc").await;
    assert_eq!(drill(&province).status, Status::Running);
    province.end_without_listening().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_plays_already_cannot_be_made_to_hold_the_drill() {
    let province = given().await;
    begun(&province, "kiem-tra-lien-lac").await;
    province.say(LEAD, "/dientap DT-2026-001 phó p-017").await;
    assert!(province.last(LEAD).text.contains("đã tham gia rồi"), "{}", seen(&province, LEAD));
    province.say(LEAD, "/dientap DT-2026-001 giám khảo p-003").await;
    assert!(province.last(LEAD).text.contains("đã tham gia rồi"), "{}", seen(&province, LEAD));
    assert_eq!(drill(&province).planning.deputy, None);
    province.end_without_listening().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn judges_are_named_as_a_list_that_replaces_the_one_before() {
    let province = given().await;
    province.say(LEAD, "/dientap lập kiem-tra-lien-lac 25/11/2026 9h").await;
    province.say(LEAD, "/dientap DT-2026-001 gửi duyệt").await;
    province.press(MANAGER, MANAGER, "Duyệt").await;
    let judges = || {
        let all = drill(&province).planning.evaluators;
        all.iter().map(|one| one.as_str().to_owned()).collect::<Vec<_>>()
    };
    province.say(LEAD, "/dientap DT-2026-001 giám khảo p-004 p-001").await;
    assert_eq!(judges(), ["p-001", "p-004"]);
    assert!(seen(&province, DEPUTY).contains("anh/chị là giám khảo"));
    province.say(LEAD, "/dientap DT-2026-001").await;
    province.press(LEAD, LEAD, "Giám khảo").await;
    province.say(LEAD, "Phó Đội trưởng; p-002").await;
    assert_eq!(judges(), ["p-002", "p-004"]);
    province.say(LEAD, "/dientap DT-2026-001").await;
    province.press(LEAD, LEAD, "Giám khảo").await;
    province.say(LEAD, "không").await;
    assert_eq!(judges(), Vec::<String>::new());
    assert_eq!(drill(&province).status, Status::Scheduled);
    province.end_without_listening().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_who_leads_the_drill_or_the_team_names_who_helps_to_hold_it() {
    let province = given().await;
    scheduled(&province, "kiem-tra-lien-lac").await;
    province.say(REPORTER, "/dientap DT-2026-001 phó p-017").await;
    assert!(
        province.last(REPORTER).text.contains("Chỉ người chỉ đạo"),
        "{}",
        seen(&province, REPORTER)
    );
    province.say(DEPUTY, "/dientap DT-2026-001 phó p-001").await;
    assert!(drill(&province).planning.deputy.is_some());
    province.end_without_listening().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn further_sessions_change_the_dates_so_that_they_are_agreed_to_again() {
    let province = given().await;
    scheduled(&province, "kiem-tra-lien-lac").await;
    province.say(LEAD, "/dientap DT-2026-001 phiên 24/11/2026 8h; 23/11/2026 8h").await;
    let planned = drill(&province);
    assert_eq!(planned.planning.sessions, [at("23T08:00"), at("24T08:00")]);
    assert_eq!(planned.status, Status::Draft);
    province.say(LEAD, "/dientap DT-2026-001").await;
    let card = seen(&province, LEAD);
    assert!(card.contains("Các phiên sau: 08:00 thứ Hai 23/11/2026; 08:00 thứ Ba"), "{card}");
    province.say(LEAD, "/dientap DT-2026-001 phiên không").await;
    assert_eq!(drill(&province).planning.sessions, []);
    province.end_without_listening().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_a_drill_is_moved_its_further_sessions_move_by_as_much() {
    let province = given().await;
    province.say(LEAD, "/dientap lập lo-lot-du-lieu 23/11/2026 9h").await;
    province.say(LEAD, "/dientap DT-2026-001 phiên 25/11/2026 8h").await;
    province.say(LEAD, "/dientap DT-2026-001 dời 30/11/2026 10h; bão").await;
    let planning = drill(&province).planning;
    assert_eq!(planning.at, "2026-11-30T10:00:00+07:00".parse().unwrap());
    assert_eq!(planning.sessions, ["2026-12-02T09:00:00+07:00".parse().unwrap()]);
    province.end_without_listening().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_that_overlap_or_come_too_late_or_are_no_dates_are_refused() {
    let province = given().await;
    province.say(LEAD, "/dientap lập kiem-tra-lien-lac 21/11/2026 15h30").await;
    for (said, answer) in [
        ("21/11/2026 15h40", "chưa hợp lệ"),
        ("23/11/2026 8h; 23/11/2026 8h05", "chưa hợp lệ"),
        ("23/12/2026 8h", "chưa hợp lệ"),
        ("hôm nào đó", "Chưa rõ ngày giờ"),
    ] {
        province.say(LEAD, &format!("/dientap DT-2026-001 phiên {said}")).await;
        let told = seen(&province, LEAD);
        assert!(told.contains(answer), "{said}: {told}");
        assert_eq!(drill(&province).planning.sessions, [], "{said}");
    }
    province.end_without_listening().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn between_two_sessions_people_are_reminded_and_nothing_begins_by_itself() {
    let province = given().await;
    of_two_days(&province).await;
    until(&province, "21T20:00").await;
    let over = drill(&province);
    assert_eq!(over.status, Status::Paused);
    assert_eq!(over.pauses.last().unwrap().why, PauseWhy::SessionOver);
    assert!(seen(&province, REPORTER).contains("Phiên sau: 08:00 Chủ nhật 22/11/2026."));
    until(&province, "22T06:01").await;
    for who in [LEAD, REPORTER, NEIGHBOUR] {
        assert_eq!(count(&province, who, "phiên sau bắt đầu 08:00"), 1, "{who}");
    }
    until(&province, "22T08:01").await;
    let card = province.last(LEAD);
    assert!(card.text.contains("đến giờ phiên sau"), "{}", card.text);
    assert!(card.labels().iter().any(|label| label.contains("Tiếp tục")), "{card:?}");
    assert_eq!(count(&province, REPORTER, "đến giờ phiên sau"), 0);
    assert_eq!(drill(&province).status, Status::Paused);
    province.press(LEAD, LEAD, "Tiếp tục, lùi lịch").await;
    assert_eq!(drill(&province).status, Status::Running);
    until(&province, "22T08:30").await;
    assert_eq!(count(&province, LEAD, "đến giờ phiên sau"), 1);
    province.end_without_listening().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_its_lead_begins_early_is_not_stopped_when_it_should_have_begun() {
    let province = given().await;
    of_two_days(&province).await;
    until(&province, "22T07:50").await;
    province.press(LEAD, LEAD, "Tiếp tục, lùi lịch").await;
    until(&province, "22T08:05").await;
    assert_eq!(drill(&province).status, Status::Running);
    province.end_without_listening().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_drill_of_several_days_ends_with_its_last_session_and_no_night_is_added() {
    let province = given().await;
    of_two_days(&province).await;
    let planned = drill(&province).planned_end();
    assert_eq!(drill(&province).hard_stop, Some(planned.plus(minutes(30))));
    until(&province, "22T08:01").await;
    province.press(LEAD, LEAD, "Tiếp tục, lùi lịch").await;
    // It began a minute late, and takes as long as any other.
    let end = drill(&province).hard_stop.unwrap();
    assert!(end.since(planned.plus(minutes(30))) < minutes(2), "{end}");
    // What it stands still within a session is made up for.
    province.after(minutes(2)).await;
    province.say(LEAD, "/dientap DT-2026-001 tạm dừng").await;
    province.after(minutes(10)).await;
    province.say(LEAD, "/dientap DT-2026-001 tiếp tục").await;
    let stop = drill(&province).hard_stop.unwrap();
    let later = stop.since(end);
    assert!(later >= minutes(10) && later < minutes(11), "{later:?}");
    province.after(stop.since(province.now()) + minutes(1)).await;
    assert_eq!(drill(&province).status, Status::Ended);
    province.end_without_listening().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_drill_that_goes_on_past_its_end_says_what_can_be_done_about_it() {
    let province = given().await;
    begun(&province, "lo-lot-du-lieu").await;
    province.say(LEAD, "/dientap DT-2026-001 tạm dừng").await;
    province.after(minutes(2)).await;
    province.say(LEAD, "/dientap DT-2026-001 tiếp tục").await;
    assert_eq!(count(&province, LEAD, "sau giờ kết thúc theo kế hoạch"), 0);
    province.say(LEAD, "/dientap DT-2026-001 tạm dừng").await;
    province.after(hours(6)).await;
    province.say(LEAD, "/dientap DT-2026-001 tiếp tục").await;
    let told = |one: &trucban::sandbox::Shown| {
        one.text.contains("sau giờ kết thúc theo kế hoạch") && one.text.contains("dồn cho kịp giờ")
    };
    assert!(province.messages(LEAD).iter().any(told), "{}", seen(&province, LEAD));
    province.end_without_listening().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_of_its_own_hears_of_start_pause_end_and_sees_the_incidents_of_the_drill() {
    let province = given().await;
    province.world.sandbox.add_group(GROUP, "Diễn tập", &[LEAD, REPORTER, NEIGHBOUR]);
    scheduled(&province, "lo-lot-du-lieu").await;
    province.say_in(GROUP, LEAD, "/dientap DT-2026-001 nhóm").await;
    assert_eq!(drill(&province).planning.chat, Some(GROUP));
    assert_eq!(drill(&province).status, Status::Scheduled);
    start(&province, LEAD).await;
    province.say(REPORTER, "/baosuco Thấy bài rao bán").await;
    province.press(REPORTER, REPORTER, "DIỄN TẬP").await;
    province.after(minutes(1)).await;
    for said in ["tạm dừng", "tiếp tục", "tạm dừng", "đính chính", "kết thúc"] {
        province.say(LEAD, &format!("/dientap DT-2026-001 {said}")).await;
        province.after(minutes(1)).await;
    }
    let words = [
        "BẮT ĐẦU DIỄN TẬP DT-2026-001",
        "DT-2026-001-01",
        "TẠM DỪNG DIỄN TẬP",
        "diễn tập tiếp tục",
        "ĐÍNH CHÍNH",
        "KẾT THÚC DIỄN TẬP",
    ];
    for expected in words {
        assert!(
            count(&province, GROUP, expected) > 0,
            "{expected}: {:#?}",
            province.messages(GROUP)
        );
        assert_eq!(count(&province, TEAM, expected), 0, "{expected}");
    }
    let ours = |one: &&trucban::sandbox::Shown| one.text.contains("DT-2026-001");
    for one in province.messages(GROUP).iter().filter(ours).filter(|one| !one.text.starts_with('/'))
    {
        assert!(one.text.trim_start().starts_with("DIỄN TẬP"), "{}", one.text);
    }
    assert_eq!(count(&province, GROUP, "Tình huống 1"), 0, "injects go to people");
    province.say_in(GROUP, LEAD, "/dientap DT-2026-001").await;
    assert!(
        seen(&province, GROUP).contains("Trạng thái: đã kết thúc"),
        "{}",
        seen(&province, GROUP)
    );
    province.end_without_listening().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_tap_in_the_group_of_a_drill_stops_it() {
    let province = given().await;
    province.world.sandbox.add_group(GROUP, "Diễn tập", &[LEAD, REPORTER]);
    begun(&province, "kiem-tra-lien-lac").await;
    province.say_in(GROUP, LEAD, "/dientap DT-2026-001 nhóm").await;
    province.say(LEAD, "/dientap DT-2026-001 tạm dừng").await;
    province.say(LEAD, "/dientap DT-2026-001 tiếp tục").await;
    province.after(minutes(1)).await;
    province.press(REPORTER, GROUP, "SỰ CỐ THẬT").await;
    assert_eq!(drill(&province).status, Status::Paused);
    assert!(drill(&province).claim.is_some());
    province.end_without_listening().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn neither_the_chat_of_the_team_nor_a_private_one_becomes_the_group_of_a_drill() {
    let province = given().await;
    province.world.sandbox.add_group(GROUP, "Diễn tập", &[LEAD, REPORTER]);
    scheduled(&province, "kiem-tra-lien-lac").await;
    province.say_in(TEAM, LEAD, "/dientap DT-2026-001 nhóm").await;
    province.say(LEAD, "/dientap DT-2026-001 nhóm").await;
    assert!(seen(&province, LEAD).contains("không làm nhóm riêng"), "{}", seen(&province, LEAD));
    province.say_in(GROUP, REPORTER, "/dientap DT-2026-001 nhóm").await;
    assert_eq!(drill(&province).planning.chat, None);
    province.say_in(GROUP, LEAD, "/dientap DT-2026-001 nhóm").await;
    assert_eq!(drill(&province).planning.chat, Some(GROUP));
    province.say(LEAD, "/dientap DT-2026-001 nhóm không").await;
    assert_eq!(drill(&province).planning.chat, None);
    province.end_without_listening().await;
}

#[test]
fn what_was_set_of_a_drill_is_read_as_it_was_first_written() {
    use trucban::domain::drill::run::DrillEvent;
    let mut kinds = std::collections::BTreeSet::new();
    for line in include_str!("../samples/drill_events.jsonl").lines() {
        let event: DrillEvent =
            serde_json::from_str(line).unwrap_or_else(|e| panic!("{line}: {e}"));
        assert_eq!(serde_json::to_string(&event).unwrap(), line);
        assert!(DrillEvent::KINDS.contains(&event.kind()), "{line}");
        kinds.insert(event.kind());
    }
    assert_eq!(
        kinds.into_iter().collect::<Vec<_>>(),
        ["drill_filed", "drill_set_up", "reply_judged", "session_reminded"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_group_cannot_be_told_that_a_drill_stops_its_lead_hears_it() {
    let province = given().await;
    province.world.sandbox.add_group(GROUP, "Diễn tập", &[LEAD, REPORTER]);
    begun(&province, "kiem-tra-lien-lac").await;
    province.say_in(GROUP, LEAD, "/dientap DT-2026-001 nhóm").await;
    province.world.sandbox.kick_bot(LEAD, GROUP);
    province.say(LEAD, "/dientap DT-2026-001 tạm dừng").await;
    province.after(minutes(2)).await;
    assert!(
        count(&province, LEAD, "tin không vào được nhóm riêng") > 0,
        "{}",
        seen(&province, LEAD)
    );
    province.end_without_listening().await;
}
