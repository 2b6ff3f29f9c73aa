//! Whether people can be reached before it matters: the table for the leads, and the daily test of the way
//! to the officer on duty.

use trucban::domain::directory::Directory;
use trucban::domain::escalation::policy::Target;
use trucban::domain::ids::PersonId;
use trucban::domain::notice::Priority;
use trucban::domain::reach::{Checked, Fact, Facts, check};
use trucban::domain::roster::Leave;
use trucban::domain::roster::canary::Habits;
use trucban::domain::roster::check::Finding;
use trucban::domain::roster::decide::{RosterRefusal, Wish};
use trucban::domain::roster::{OpenSpan, Span};
use trucban::domain::values::ChannelKind;
use trucban::ledger::{Durability, Store};
use trucban::sandbox::Fault;

use super::duty::{TWO, at, end, import, rostered, wish};
use crate::harness::{
    BACKUP, DEPUTY, DUTY, LEAD, MANAGER, Province, REPORTER, given, hours, minutes, policy,
};

/// The first three have somebody on duty day and night, so that no handover comes between.
const ONE: &str = r#"
[[duty]]
from = "2026-11-21"
every = "month"
at = "07:30"
people = ["p-001"]

[[backup]]
from = "2026-11-21"
every = "month"
at = "07:30"
people = ["p-003"]
"#;

/// One by day and another by night.
const DAY_AND_NIGHT: &str = r#"
[[duty]]
from = "2026-11-21"
every = "day"
at = "07:30"
days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
hours = "07:30-19:30"
people = ["p-001"]

[[duty]]
from = "2026-11-21"
every = "day"
at = "07:30"
people = ["p-003"]

[[backup]]
from = "2026-11-21"
every = "day"
at = "07:30"
people = ["p-004"]
"#;

const TABLE: &str = "Kiểm tra liên lạc";
const TEST: &str = "Kiểm tra đường báo động";

/// Everybody has a second channel and has said something lately.
async fn all_is_well(province: &Province) {
    for id in ["p-001", "p-003", "p-004", "p-005"] {
        province.change_person(id, |_, own| own.phone = Some("0900000009".to_owned())).await;
    }
    for who in [DUTY, LEAD, DEPUTY, MANAGER] {
        province.say(who, "/truc").await;
    }
}

#[tokio::test]
async fn at_a_handover_the_leads_get_one_table_with_the_remedy_for_each_red() {
    let mut province = rostered(TWO).await;
    province.press(DUTY, DUTY, "Nhận ca").await;
    province.after(hours(17)).await;
    province.forget();

    province.after(minutes(35)).await;

    assert_eq!(province.count(LEAD, TABLE), 2, "at the first handover and at this one");
    assert_eq!((province.count(DUTY, TABLE), province.count(MANAGER, TABLE)), (0, 0));
    let messages = province.messages(LEAD);
    let table = messages.iter().rev().find(|shown| shown.text.contains(TABLE)).unwrap();
    insta::assert_snapshot!("reach_table", table.text);
    end(province).await;
}

#[tokio::test]
async fn when_all_is_well_a_handover_says_nothing_and_monday_one_line() {
    let province = given().await;
    all_is_well(&province).await;
    import(&province, TWO).await;
    province.after(hours(18)).await;
    assert_eq!(province.count(LEAD, TABLE), 0);

    // From Sunday 08:00 to Monday 08:00.
    province.after(hours(24)).await;
    assert_eq!(province.count(LEAD, "🟢 Kiểm tra liên lạc: cả 4 người liên lạc được"), 1);
    assert_eq!(province.count(DEPUTY, "🟢 Kiểm tra liên lạc: cả 4 người liên lạc được"), 1);
    end(province).await;
}

#[tokio::test]
async fn what_was_said_a_few_hours_ago_is_not_said_again_but_what_is_new_is() {
    let province = given().await;
    all_is_well(&province).await;
    province.change_person("p-004", |_, own| own.phone = None).await;
    import(&province, DAY_AND_NIGHT).await;
    province.after(minutes(1)).await;
    assert_eq!(province.count(LEAD, "Phó Đội trưởng (p-004) chỉ có một kênh"), 1);
    // 19:30: another handover, and nothing new.
    province.after(hours(6)).await;
    assert_eq!(province.count(LEAD, TABLE), 1);

    province.change_person("p-001", |_, own| own.telegram_id = None).await;
    // 07:30 the next day.
    province.after(hours(12)).await;
    assert_eq!(province.count(LEAD, TABLE), 2);
    assert_eq!(province.count(LEAD, "Cán bộ trực chính (p-001) chưa liên kết Telegram"), 1);
    end(province).await;
}

#[tokio::test]
async fn who_blocks_the_bot_is_red_from_the_first_message_that_fails_until_he_is_heard_again() {
    let province = rostered(ONE).await;
    let found = || checked(&province).found;
    let blocked = |found: Vec<Finding>| {
        found.into_iter().any(|one| matches!(one, Finding::Blocked { person, .. } if person == PersonId::new("p-001")))
    };
    assert!(!blocked(found()));
    province.world.sandbox.block(DUTY);
    let code = province.report(REPORTER, "Máy chủ ngừng").await;
    province.after(minutes(1)).await;
    assert!(blocked(found()));
    province.world.sandbox.unblock(DUTY);
    province.say(DUTY, &format!("/nhan {code}")).await;
    assert!(!blocked(found()));
    end(province).await;
}

#[tokio::test]
async fn what_was_seen_of_one_account_says_nothing_of_the_next() {
    let province = rostered(ONE).await;
    let seen = || {
        let facts = province.world.engine().unwrap().reader().reach_facts().unwrap();
        facts.get(&PersonId::new("p-001")).is_some_and(|fact| fact.blocked.is_some())
    };
    province.world.sandbox.block(DUTY);
    province.report(REPORTER, "Máy chủ ngừng").await;
    province.after(minutes(1)).await;
    assert!(seen());
    province.change_person("p-001", |_, private| private.telegram_id = Some(4711)).await;
    assert!(!seen());
    province.end_without_listening().await;
}

#[tokio::test]
async fn after_a_week_away_the_weekly_table_comes_once() {
    let mut province = rostered(ONE).await;
    province.press(DUTY, DUTY, "Nhận ca").await;
    let before = province.count(LEAD, TABLE);
    province.world.stop().await.unwrap();
    province.world.sleep_through(hours(17 * 24));
    province.start().await;
    province.after(minutes(5)).await;
    assert_eq!(province.count(LEAD, TABLE), before + 1);
    province.restart().await;
    province.after(minutes(5)).await;
    assert_eq!(province.count(LEAD, TABLE), before + 1);
    end(province).await;
}

/// What the check finds now in a running province.
fn checked(province: &Province) -> Checked {
    let reader = province.world.engine().unwrap().reader();
    let (directory, facts) = (reader.directory().unwrap(), reader.reach_facts().unwrap());
    let duty = policy(&[(&[Target::Duty], 5)], 0);
    check(&directory, &duty, &facts, province.world.time.read().wall)
}

/// A province where nothing is red, and how it is looked at.
struct Look {
    directory: Directory,
    facts: Facts,
    levels: Vec<Target>,
}

impl Look {
    async fn new() -> Self {
        let province = given().await;
        all_is_well(&province).await;
        import(&province, ONE).await;
        let reader = province.world.engine().unwrap().reader();
        let (directory, facts) = (reader.directory().unwrap(), reader.reach_facts().unwrap());
        end(province).await;
        Self { directory, facts, levels: vec![Target::Duty] }
    }

    fn found(&self) -> Vec<Finding> {
        let policies = policy(&[(&self.levels, 5)], 0);
        check(&self.directory, &policies, &self.facts, at("2026-11-21T15:00")).found
    }

    fn person(&mut self, id: &str) -> &mut trucban::domain::directory::Private {
        self.directory.private.get_mut(&PersonId::new(id)).unwrap()
    }
}

fn id(text: &str) -> PersonId {
    PersonId::new(text)
}

#[tokio::test]
async fn each_thing_that_keeps_a_call_from_somebody_is_found() {
    let well = Look::new().await;
    assert_eq!(well.found(), []);
    let fresh = || Look {
        directory: well.directory.clone(),
        facts: well.facts.clone(),
        levels: vec![Target::Duty],
    };

    let mut look = fresh();
    look.person("p-001").telegram_id = None;
    let red = [Finding::NotLinked { person: id("p-001") }, Finding::OneWay { person: id("p-001") }];
    assert_eq!(look.found(), red);
    look.person("p-001").phone = None;
    assert_eq!(look.found(), [Finding::NoWay { person: id("p-001") }]);

    let mut look = fresh();
    let (now, since) = (at("2026-11-21T15:00"), at("2026-10-22T14:59"));
    look.facts.insert(id("p-005"), Fact { heard: Some(since), blocked: None });
    assert_eq!(look.found(), [Finding::Silent { person: id("p-005"), since: Some(since) }]);
    let lately = Fact { heard: Some(at("2026-10-22T15:00")), blocked: None };
    look.facts.insert(id("p-005"), lately);
    assert_eq!(look.found(), [], "thirty days are not over");
    look.facts.remove(&id("p-005"));
    assert_eq!(look.found(), [Finding::Silent { person: id("p-005"), since: None }]);
    look.facts.insert(id("p-005"), Fact { heard: Some(now), blocked: Some(now) });
    assert_eq!(look.found(), [Finding::Blocked { person: id("p-005"), since: now }]);

    // Whom only a policy names is looked at too.
    let mut look = fresh();
    look.levels = vec![Target::Duty, Target::Person(id("p-002")), Target::Person(id("p-0"))];
    let red =
        [Finding::Left { person: id("p-0") }, Finding::Silent { person: id("p-002"), since: None }];
    assert_eq!(look.found(), red);

    // A role is called on leave as well; the roster passes over.
    let mut look = fresh();
    let span = Span { from: at("2026-11-25T00:00"), to: at("2026-11-26T00:00") };
    let mut roster = (*look.directory.roster).clone();
    let leave = |person: &str| Leave { person: id(person), span, stand_in: None };
    roster.leaves.insert(trucban::domain::roster::RosterId(1), leave("p-004"));
    look.directory.roster = std::sync::Arc::new(roster);
    assert_eq!(look.found(), [Finding::OnLeave { person: id("p-004"), span }]);
    let mut roster = (*look.directory.roster).clone();
    roster.leaves.insert(trucban::domain::roster::RosterId(1), leave("p-001"));
    look.directory.roster = std::sync::Arc::new(roster);
    let gap = Finding::Empty {
        layer: trucban::domain::roster::Layer::Duty,
        span: OpenSpan { from: span.from, to: Some(span.to) },
        away: vec![id("p-001")],
    };
    assert_eq!(look.found(), [gap]);

    // With one channel configured nobody can have a second.
    let mut look = fresh();
    look.directory.channels = vec![ChannelKind::Telegram];
    look.person("p-001").phone = None;
    assert_eq!(look.found(), []);
}

/// Time passes until this instant.
async fn until(province: &Province, then: &str) {
    let now = province.world.time.read().wall;
    province.after(at(then).since(now)).await;
}

/// Until Sunday, just after nine.
async fn at_nine(province: &Province) {
    until(province, "2026-11-22T09:00").await;
    province.after(std::time::Duration::from_secs(5)).await;
}

fn tests(province: &Province) -> trucban::domain::reach::Tests {
    let reader = province.world.engine().unwrap().reader();
    reader.tests(at("2026-01-01T00:00"), at("2030-01-01T00:00")).unwrap()
}

#[tokio::test]
async fn at_nine_the_officer_on_duty_is_asked_to_tap_and_the_time_is_measured() {
    let province = rostered(ONE).await;
    province.press(DUTY, DUTY, "Nhận ca").await;
    at_nine(&province).await;
    assert_eq!(province.count(DUTY, TEST), 1);
    let shown = province.last(DUTY);
    insta::assert_snapshot!("canary", shown.text);
    assert_eq!(shown.labels(), ["Đã nhận tin"]);
    assert_eq!((province.count(LEAD, TEST), province.count(BACKUP, TEST)), (0, 0));

    until(&province, "2026-11-22T09:02").await;
    province.after(std::time::Duration::from_secs(55)).await;
    let toast = province.press(DUTY, DUTY, "Đã nhận tin").await;
    assert!(toast.contains("Đã ghi nhận, sau 3 phút"), "{toast}");
    assert_eq!(tests(&province).took_ms.len(), 1);
    province.after(minutes(20)).await;
    assert_eq!(province.count(LEAD, "chưa trả lời"), 0);
    let again = wish(&province, "p-001", Wish::AnswerCanary(None)).await;
    assert_eq!(again, Err(RosterRefusal::NothingTested));

    province.say(LEAD, "/thongke").await;
    let figures = province.last(LEAD).text;
    assert!(figures.contains("Kiểm tra đường báo động: 1 lần, trung vị 3 phút"), "{figures}");
    let url = province.world.config.http.as_ref().unwrap().public_url.clone().unwrap();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let sheet = client.get(format!("{url}/metrics")).send().await.unwrap().text().await.unwrap();
    for line in ["trucban_canary_seconds_count 1", "trucban_canary_missed_total 0"] {
        assert!(sheet.contains(line), "{line} in {sheet}");
    }
    let took = tests(&province).took_ms[0] / 1000;
    assert!(sheet.contains(&format!("trucban_canary_last_seconds {took}")), "{took}: {sheet}");
    end(province).await;
}

#[tokio::test]
async fn the_test_can_be_answered_by_its_word_and_by_nobody_else() {
    let province = rostered(ONE).await;
    at_nine(&province).await;
    let (message, data) = province.button(DUTY, "Đã nhận tin");
    let toast = province.press_data(LEAD, DUTY, message, &data).await;
    assert!(toast.contains("đã có trả lời hoặc đã qua"), "{toast}");
    assert_eq!(tests(&province).took_ms.len(), 0);
    province.say(DUTY, "Đã nhận tin").await;
    assert!(province.last(DUTY).text.contains("Đường báo động hoạt động"));
    assert_eq!(tests(&province).took_ms.len(), 1);
    end(province).await;
}

#[tokio::test]
async fn who_does_not_answer_in_ten_minutes_is_told_to_the_leads_once_and_may_answer_late() {
    let mut province = rostered(ONE).await;
    province.press(DUTY, DUTY, "Nhận ca").await;
    at_nine(&province).await;
    province.after(minutes(9)).await;
    assert_eq!(province.count(LEAD, "chưa trả lời kiểm tra"), 0);
    province.after(minutes(2)).await;
    assert_eq!(province.count(LEAD, "chưa trả lời kiểm tra"), 1);
    assert_eq!(province.count(DEPUTY, "chưa trả lời kiểm tra"), 1);
    assert!(province.last(LEAD).text.contains("Cán bộ trực chính: tin đã gửi tới. Xin gọi điện"));
    province.crash().await;
    province.after(hours(2)).await;
    assert_eq!(province.count(LEAD, "chưa trả lời kiểm tra"), 1);

    province.press(DUTY, DUTY, "Đã nhận tin").await;
    let tests = tests(&province);
    assert_eq!((tests.sent, tests.missed, tests.took_ms.len()), (1, 1, 1));
    end(province).await;
}

#[tokio::test]
async fn a_test_that_could_not_be_delivered_says_so_and_is_never_sent_late() {
    let province = rostered(ONE).await;
    province.press(DUTY, DUTY, "Nhận ca").await;
    until(&province, "2026-11-22T08:59").await;
    province.world.sandbox.fail_always(Some("sendMessage"), Fault::Status(500));
    province.after(minutes(12)).await;
    province.world.sandbox.clear_faults();
    province.after(minutes(20)).await;
    assert_eq!(province.count(DUTY, TEST), 0);
    assert!(province.last(LEAD).text.contains("tin chưa gửi tới được"));
    end(province).await;
}

#[tokio::test]
async fn there_is_no_test_while_a_critical_incident_is_open() {
    let province = rostered(ONE).await;
    province.press(DUTY, DUTY, "Nhận ca").await;
    let code = province.report(REPORTER, "Máy chủ bị mã hóa").await;
    province.press(DUTY, DUTY, "Tiếp nhận").await;
    province.say(DUTY, &format!("/mucdo {code} 4")).await;
    at_nine(&province).await;
    province.after(hours(2)).await;
    assert_eq!(province.count(DUTY, TEST), 0);
    province.say(DUTY, &format!("/mucdo {code} 3")).await;
    end(province).await;
}

#[tokio::test]
async fn after_downtime_there_is_at_most_one_test_and_none_that_is_over_an_hour_late() {
    let mut province = rostered(ONE).await;
    province.press(DUTY, DUTY, "Nhận ca").await;
    province.world.stop().await.unwrap();
    // To 11:00 of the fourth day: that day's hour is over.
    province.world.sleep_through(hours(21 + 72));
    province.start().await;
    province.after(minutes(5)).await;
    assert_eq!(province.count(DUTY, TEST), 0);
    province.world.stop().await.unwrap();
    // To 09:30 of the sixth.
    province.world.sleep_through(hours(46) + minutes(25));
    province.start().await;
    province.after(minutes(5)).await;
    assert_eq!(province.count(DUTY, TEST), 1);
    province.restart().await;
    province.after(minutes(5)).await;
    assert_eq!(province.count(DUTY, TEST), 1);
    end(province).await;
}

#[tokio::test]
async fn who_has_no_telegram_is_not_asked_what_he_cannot_answer() {
    let province = rostered(ONE).await;
    province
        .change_person("p-001", |_, own| {
            own.telegram_id = None;
            own.phone = Some("0900000001".to_owned());
        })
        .await;
    at_nine(&province).await;
    province.after(minutes(20)).await;
    assert_eq!((province.count(LEAD, "chưa trả lời"), tests(&province).sent), (0, 0));
    end(province).await;
}

#[tokio::test]
async fn tests_and_looks_are_made_again_from_the_ledger() {
    let mut province = rostered(ONE).await;
    at_nine(&province).await;
    province.press(DUTY, DUTY, "Đã nhận tin").await;
    province.after(hours(24)).await;
    province.after(minutes(15)).await;
    let before = tests(&province);
    assert_eq!((before.sent, before.missed, before.took_ms.len()), (2, 1, 1));
    let (path, now) = (province.world.dir().join("trucban.db"), province.world.time.read().wall);
    province.world.stop().await.unwrap();

    let mut store = Store::open(&path, Durability::Off).unwrap();
    assert_eq!(store.rebuild(now).unwrap().differences, Vec::<String>::new());
    drop(store);
    province.start().await;
    assert_eq!(tests(&province), before);
    end(province).await;
}

#[tokio::test]
async fn a_test_is_no_call_and_has_the_place_of_a_notice_in_the_queue() {
    let province = rostered(ONE).await;
    at_nine(&province).await;
    let path = province.world.dir().join("trucban.db");
    let conn = rusqlite::Connection::open(path).unwrap();
    let sql = "SELECT priority, kind, incident FROM outbox WHERE key LIKE 'duty:%:canary:%'";
    let row: (i64, String, Option<String>) =
        conn.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap();
    assert_eq!(row, (Priority::Notice.rank(), "other".to_owned(), None));
    assert!(!province.last(DUTY).text.contains("DIỄN TẬP"));
    end(province).await;
}

#[tokio::test]
async fn of_a_test_and_a_page_that_wait_together_the_page_arrives_first() {
    let province = rostered(ONE).await;
    // From a minute before nine Telegram takes nothing: the test is queued first, then the page.
    until(&province, "2026-11-22T08:59").await;
    province.world.sandbox.fail_always(Some("sendmessage"), Fault::RetryAfter(120));
    until(&province, "2026-11-22T09:00").await;
    province.after(std::time::Duration::from_secs(30)).await;
    let code = province.report(REPORTER, "Máy chủ ngừng").await;
    let first = |pattern: &str| -> i64 {
        let conn = rusqlite::Connection::open(province.world.dir().join("trucban.db")).unwrap();
        let sql = "SELECT min(id) FROM outbox WHERE person = 'p-001' AND key LIKE ?1";
        conn.query_row(sql, [pattern], |row| row.get(0)).unwrap()
    };
    assert!(first("duty:%:canary:%") < first("page:%"), "the test was queued first");
    assert_eq!((province.count(DUTY, TEST), province.count(DUTY, code.as_str())), (0, 0));

    province.world.sandbox.clear_faults();
    province.after(minutes(5)).await;

    let told = province.messages(DUTY);
    let place = |words: &str| told.iter().position(|shown| shown.text.contains(words));
    let (page, test) = (place(code.as_str()), place(TEST));
    assert!(page.is_some() && test.is_some() && page < test, "{told:#?}");
    end(province).await;
}

#[tokio::test]
async fn by_the_habits_a_test_is_due_never_or_at_its_hour_and_the_look_on_its_day() {
    let province = rostered(ONE).await;
    let directory = province.world.engine().unwrap().reader().directory().unwrap();
    let (roster, calendar) = (&directory.roster, &directory.calendar);
    let now = at("2026-11-21T15:00");
    let off = Habits { canary_at: None, ..Habits::default() };
    assert_eq!(roster.canary_due(now, calendar, &off), None);
    let later = Habits { canary_at: Some("16:30".parse().unwrap()), ..off };
    assert_eq!(roster.canary_due(now, calendar, &later), Some(at("2026-11-21T16:30")));
    let wednesday = Habits { check_day: 2, ..off };
    assert_eq!(roster.weekly_due(now, calendar, &wednesday), Some(at("2026-11-25T08:00")));
    end(province).await;
}

/// The habits a configuration with this section asks for.
fn configured(roster: &str) -> Habits {
    let text = format!(
        "[team]\nname = \"Đội\"\nprovince = \"Mẫu\"\nhotline = \"0229 000 000\"\n[roster]\n{roster}\n"
    );
    let path = std::path::Path::new("/etc/trucban/trucban.toml");
    trucban::config::parse(&text, path, &|_| None).unwrap().habits
}

#[tokio::test]
async fn where_the_configuration_turns_the_test_off_none_comes_and_where_it_names_an_hour_one_then()
{
    let mut province = rostered(ONE).await;
    province.world.config.habits = configured("canary_at = \"\"");
    province.restart().await;
    until(&province, "2026-11-23T12:00").await;
    assert_eq!((province.count(DUTY, TEST), tests(&province).sent), (0, 0), "on two mornings");

    province.world.config.habits = configured("canary_at = \"16:30\"");
    province.restart().await;
    until(&province, "2026-11-23T16:29").await;
    assert_eq!(province.count(DUTY, TEST), 0);
    until(&province, "2026-11-23T16:31").await;
    assert_eq!((province.count(DUTY, TEST), tests(&province).sent), (1, 1));
    until(&province, "2026-11-24T09:30").await;
    assert_eq!(tests(&province).sent, 1, "nine is an hour like every other");
    end(province).await;
}
