//! The plan of drills: series that make each drill once, years agreed to at once, starts that are never
//! made up for, and who has to drill.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use trucban::domain::calendar::Day;
use trucban::domain::drill::plan::Book;
use trucban::domain::drill::run::Drill;
use trucban::domain::drill::run::state::Status;

use super::playbooks::seen;
use crate::harness::{LEAD, MANAGER, NEIGHBOUR, Province, REPORTER, given, hours, minutes};

const DAY: Duration = Duration::from_secs(24 * 3600);

const QUARTERLY: &str = "/dientap chuỗi kiem-tra-lien-lac: mỗi quý, ngày làm việc đầu tiên lúc 9h";

fn book(province: &Province) -> Book {
    let reader = province.world.engine().unwrap().reader();
    reader.directory().unwrap().drill_book.as_ref().clone()
}

/// Every drill, the next first.
fn drills(province: &Province) -> Vec<Drill> {
    let reader = province.world.engine().unwrap().reader();
    let codes = reader.drill_codes(&Status::ALL).unwrap();
    codes.iter().map(|code| reader.shown_drill(code).unwrap().unwrap().drill).collect()
}

fn days(province: &Province) -> Vec<String> {
    let zone = chrono_tz::Asia::Ho_Chi_Minh;
    drills(province).iter().map(|one| one.planning.at.date(zone).to_string()).collect()
}

fn all(drills: &[Drill], status: Status) -> bool {
    !drills.is_empty() && drills.iter().all(|one| one.status == status)
}

async fn quarterly(province: &Province) {
    province.say(LEAD, QUARTERLY).await;
    province.press(LEAD, LEAD, "Có").await;
}

async fn away(province: &mut Province, span: Duration) {
    province.world.stop().await.unwrap();
    province.world.sleep_through(span);
    province.start().await;
    province.after(minutes(1)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_series_is_shown_before_it_is_set_and_makes_the_drills_of_eighteen_months_at_once() {
    let province = given().await;
    province.say(LEAD, QUARTERLY).await;
    let shown = seen(&province, LEAD);
    insta::assert_snapshot!("series_shown", shown);
    assert!(drills(&province).is_empty(), "nothing is set before anybody agreed");
    province.press(LEAD, LEAD, "Có").await;
    insta::assert_snapshot!("series_set", province.last(LEAD).text);
    assert_eq!(
        days(&province),
        ["2027-01-04", "2027-04-01", "2027-07-01", "2027-10-01", "2028-01-03", "2028-04-03"]
    );
    assert!(all(&drills(&province), Status::Draft));
    province.say(LEAD, "/dientap chuỗi").await;
    insta::assert_snapshot!("series_listed", seen(&province, LEAD));
    province.say(REPORTER, "/dientap chuỗi").await;
    assert!(province.last(REPORTER).text.contains("Chỉ Đội trưởng"));
    province.end_without_listening().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_nobody_understands_is_asked_again_and_one_that_was_shown_can_be_said_otherwise() {
    let province = given().await;
    province.say(LEAD, "/dientap chuỗi kiem-tra-lien-lac: ngày trăng tròn").await;
    insta::assert_snapshot!("series_rule_not_understood", seen(&province, LEAD));
    province.say(LEAD, "hằng năm ngày 15/10 lúc 8h; phuong").await;
    assert!(seen(&province, LEAD).contains("đơn vị loại phuong"), "{}", seen(&province, LEAD));
    province.press(LEAD, LEAD, "Sửa").await;
    province.say(LEAD, "hằng năm ngày 20/10 lúc 8h").await;
    province.say(LEAD, "có").await;
    assert_eq!(days(&province), ["2027-10-20"]);
    province.say(LEAD, "/dientap chuỗi khong-co: hằng năm ngày 15/10").await;
    assert!(province.last(LEAD).text.contains("Không có kịch bản khong-co"));
    province.say(LEAD, "/dientap chuỗi kiem-tra-lien-lac: hằng năm ngày 20/10 lúc 8h").await;
    province.press(LEAD, LEAD, "Có").await;
    assert!(province.last(LEAD).text.contains("Đã có chuỗi như vậy"), "{}", seen(&province, LEAD));
    province.say(LEAD, "/dientap chuỗi kiem-tra-lien-lac: mỗi quý, ngày 5").await;
    province.press(LEAD, LEAD, "Hủy").await;
    assert_eq!(drills(&province).len(), 1);
    province.end_without_listening().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn later_drills_are_made_when_their_time_comes_each_once_whatever_the_downtime() {
    let mut province = given().await;
    quarterly(&province).await;
    away(&mut province, DAY * 45).await;
    assert_eq!(drills(&province).len(), 7, "{:?}", days(&province));
    away(&mut province, DAY * 200).await;
    away(&mut province, hours(3)).await;
    let days = days(&province);
    let each: BTreeSet<&String> = days.iter().collect();
    assert_eq!(days.len(), each.len(), "{days:?}");
    assert_eq!(days.last().unwrap(), "2029-01-02");
    let now = province.now();
    for one in drills(&province) {
        let missed = one.planning.at < now;
        assert_eq!(one.status == Status::Missed, missed, "{} {:?}", one.code, one.status);
    }
    province.end_without_listening().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_calendar_that_changes_moves_drafts_and_neither_what_was_submitted_nor_makes_a_second() {
    let mut province = given().await;
    quarterly(&province).await;
    province.say(LEAD, "/dientap DT-2027-001 gửi duyệt").await;
    province.world.stop().await.unwrap();
    let mut calendar = province.world.config.calendar.as_ref().clone();
    for day in ["2027-01-04", "2027-04-01"] {
        let name = "Nghỉ theo thông báo".to_owned();
        calendar.days.insert(day.parse().unwrap(), Day { name, working: false, confirmed: true });
    }
    province.world.config.calendar = Arc::new(calendar);
    province.start().await;
    province.after(minutes(1)).await;
    assert_eq!(days(&province)[..3], ["2027-01-04", "2027-04-02", "2027-07-01"]);
    let moved = drills(&province)[1].clone();
    assert_eq!(moved.status, Status::Draft);
    province.say(LEAD, &format!("/dientap {}", moved.code)).await;
    assert!(province.last(LEAD).text.contains("Lịch nghỉ, làm bù thay đổi"));
    province.restart().await;
    province.after(minutes(1)).await;
    assert_eq!(drills(&province).len(), 6);
    assert_eq!(drills(&province)[1].version, moved.version);
    province.end_without_listening().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scenario_that_is_gone_is_told_once_and_its_drills_are_made_once_it_is_back() {
    let mut province = given().await;
    quarterly(&province).await;
    let scenarios = Arc::clone(&province.world.config.scenarios);
    province.world.stop().await.unwrap();
    province.world.config.scenarios = Arc::default();
    province.start().await;
    province.after(minutes(1)).await;
    away(&mut province, DAY * 200).await;
    let told = province.count(LEAD, "tạm ngừng lập cuộc mới");
    assert_eq!(told, 1);
    assert_eq!(drills(&province).len(), 6);
    province.world.stop().await.unwrap();
    province.world.config.scenarios = scenarios;
    province.start().await;
    province.after(minutes(1)).await;
    assert_eq!(drills(&province).len(), 8, "{:?}", days(&province));
    province.end_without_listening().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_series_that_is_ended_takes_its_drafts_along_and_nothing_else() {
    let mut province = given().await;
    quarterly(&province).await;
    province.say(LEAD, "/dientap DT-2027-001 gửi duyệt").await;
    province.say(LEAD, "/dientap chuỗi").await;
    province.press(LEAD, LEAD, "Dừng chuỗi 1").await;
    let after = drills(&province);
    assert_eq!(after[0].status, Status::Submitted);
    assert!(all(&after[1..], Status::Cancelled));
    assert!(province.last(LEAD).text.contains("Chưa có chuỗi"), "{}", seen(&province, LEAD));
    away(&mut province, DAY * 400).await;
    assert_eq!(drills(&province).len(), 6);
    province.end_without_listening().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_plan_of_a_year_is_submitted_and_agreed_to_at_once_and_what_comes_later_is_added() {
    let mut province = given().await;
    quarterly(&province).await;
    province.say(LEAD, "/dientap kế hoạch 2027").await;
    insta::assert_snapshot!("year_plan_draft", seen(&province, LEAD));
    province.press(LEAD, LEAD, "Gửi duyệt").await;
    let of_2027 = |province: &Province| drills(province)[..4].to_vec();
    assert!(all(&of_2027(&province), Status::Submitted));
    assert_eq!(province.count(MANAGER, "Xin duyệt"), 1);
    insta::assert_snapshot!("year_plan_to_approve", seen(&province, MANAGER));
    province.press(MANAGER, MANAGER, "Không duyệt").await;
    province.say(MANAGER, "Quý 3 trùng đại hội").await;
    assert!(all(&of_2027(&province), Status::Draft));
    let declined = |one: &trucban::sandbox::Shown| {
        one.text.contains("không được duyệt: 4 cuộc") && one.text.contains("Quý 3 trùng đại hội")
    };
    assert!(province.messages(LEAD).iter().any(declined), "{}", seen(&province, LEAD));
    province.say(LEAD, "/dientap kế hoạch 2027 gửi duyệt").await;
    province.say(MANAGER, "/dientap kế hoạch 2027").await;
    province.press(MANAGER, MANAGER, "Duyệt").await;
    assert!(all(&of_2027(&province), Status::Scheduled));
    assert!(drills(&province)[4..].iter().all(|one| one.status == Status::Draft));
    assert_eq!(province.count(REPORTER, "Mời anh/chị"), 0, "nobody is invited a year ahead");
    province.say(LEAD, "/dientap lập lo-lot-du-lieu 15/12/2027 9h").await;
    province.say(LEAD, "/dientap kế hoạch 2027").await;
    insta::assert_snapshot!("year_plan_with_an_added_drill", seen(&province, LEAD));
    let start = of_2027(&province)[0].planning.at;
    let span = start.since(province.now()) - DAY * 29;
    away(&mut province, span).await;
    assert_eq!(province.count(REPORTER, "Mời anh/chị"), 1);
    assert!(!of_2027(&province)[0].people.is_empty());
    assert!(of_2027(&province)[1].people.is_empty());
    province.end_without_listening().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_agrees_to_a_plan_he_submitted_and_nothing_happens_to_any_drill_of_it() {
    use trucban::domain::values::Role;
    let province = given().await;
    province.change_person("p-003", |person, _| person.roles.extend([Role::Manager])).await;
    quarterly(&province).await;
    province.say(LEAD, "/dientap kế hoạch 2027 gửi duyệt").await;
    province.say(LEAD, "/dientap kế hoạch 2027 duyệt").await;
    assert!(province.last(LEAD).text.contains("Không ai tự duyệt"), "{}", seen(&province, LEAD));
    assert!(all(&drills(&province)[..4], Status::Submitted));
    province.say(NEIGHBOUR, "/dientap kế hoạch 2027 duyệt").await;
    assert!(province.last(NEIGHBOUR).text.contains("Chỉ lãnh đạo"));
    assert!(book(&province).years[&2027].approved.is_none());
    province.end_without_listening().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_that_came_while_the_program_was_down_is_missed_hours_or_weeks_later() {
    for late in [hours(3), DAY * 30] {
        let mut province = given().await;
        super::drills::scheduled(&province, "lo-lot-du-lieu").await;
        let span = drills(&province)[0].planning.at.since(province.now()) + late;
        away(&mut province, span).await;
        assert!(all(&drills(&province), Status::Missed));
        assert_eq!(province.count(LEAD, "chưa tổ chức đúng kế hoạch"), 1);
        for way in ["Dời lịch", "Hủy", "Đã tổ chức ngoài hệ thống"] {
            assert!(seen(&province, LEAD).contains(way), "{}", seen(&province, LEAD));
        }
        away(&mut province, span).await;
        assert_eq!(province.count(LEAD, "chưa tổ chức đúng kế hoạch"), 1);
        province.end_without_listening().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn reminders_that_were_missed_are_said_once_as_the_newest() {
    let mut province = given().await;
    province.say(LEAD, "/dientap lập lo-lot-du-lieu 31/12/2026 9h").await;
    province.say(LEAD, "/dientap DT-2026-001 gửi duyệt").await;
    province.press(MANAGER, MANAGER, "Duyệt").await;
    let before = province.messages(REPORTER).len();
    // Past the reminders of thirty, fourteen and seven days.
    away(&mut province, DAY * 33).await;
    let told = province.messages(REPORTER).len();
    assert_eq!(told, before + 1, "{}", seen(&province, REPORTER));
    let reminded = drills(&province)[0].reminded;
    use trucban::domain::drill::run::event::Reminder;
    assert_eq!(reminded, Some(Reminder::Week));
    province.end_without_listening().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_drilled_and_who_has_not_is_shown_and_those_missing_are_reminded_once_a_day() {
    let mut province = given().await;
    super::drills::begun(&province, "kiem-tra-lien-lac").await;
    province.press(REPORTER, REPORTER, "Đã nhận tin").await;
    province.say(LEAD, "/dientap DT-2026-001 kết thúc").await;
    province.say(LEAD, "/dientap tuân thủ").await;
    insta::assert_snapshot!("compliance", seen(&province, LEAD));
    province.press(LEAD, LEAD, "Nhắc đơn vị còn thiếu").await;
    province.after(minutes(1)).await;
    insta::assert_snapshot!("compliance_reminded", seen(&province, NEIGHBOUR));
    assert_eq!(province.count(REPORTER, "Nhắc diễn tập"), 0);
    province.say(MANAGER, "/dientap tuân thủ nhắc").await;
    assert!(seen(&province, MANAGER).contains("đã nhắc hôm nay"), "{}", seen(&province, MANAGER));
    province.say(REPORTER, "/dientap tuân thủ").await;
    assert!(!province.last(REPORTER).text.contains("đơn vị đã diễn tập"));
    away(&mut province, DAY * 60).await;
    away(&mut province, DAY * 5).await;
    assert_eq!(province.count(MANAGER, "quá hạn diễn tập"), 1);
    let mut told = province.messages(MANAGER).into_iter();
    let told = told.rfind(|one| one.text.contains("quá hạn diễn tập")).unwrap();
    insta::assert_snapshot!("compliance_overdue", told.text);
    province.end_without_listening().await;
}
