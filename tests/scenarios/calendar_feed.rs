//! Duty in the calendar of a telephone: by a link that is its owner's secret and can be stopped.

use super::duty::rostered;
use crate::harness::{DUTY, LEAD, Province, REPORTER, TEAM, given, hours};

async fn on_watch() -> Province {
    let mut province = given().await;
    province.world.open_watch().await.unwrap();
    province.after(hours(1)).await;
    province.forget();
    province
}

/// The link in what somebody was told last.
fn link(province: &Province, who: i64) -> String {
    let told = province.last(who).text;
    let link = told.split_whitespace().find(|word| word.contains("/lich/"));
    link.unwrap_or_else(|| panic!("no link in {told}")).to_owned()
}

async fn open(link: &str) -> (u16, String, String) {
    let answer = reqwest::Client::builder().no_proxy().build().unwrap().get(link).send();
    let answer = answer.await.unwrap();
    let kind = answer.headers()["content-type"].to_str().unwrap().to_owned();
    (answer.status().as_u16(), kind, answer.text().await.unwrap())
}

/// What an unfolding reader sees.
fn unfolded(calendar: &str) -> String {
    calendar.replace("\r\n ", "")
}

#[tokio::test]
async fn one_s_own_duty_comes_by_a_link_only_its_owner_is_given() {
    let province = on_watch().await;
    province.say(DUTY, "/lichtruc").await;
    province.press(DUTY, DUTY, "Thêm vào lịch điện thoại").await;
    let own = link(&province, DUTY);

    let (status, kind, calendar) = open(&own).await;

    assert_eq!((status, kind.as_str()), (200, "text/calendar; charset=utf-8"));
    let calendar = unfolded(&calendar);
    insta::assert_snapshot!("calendar_of_one", calendar.replace("\r\n", "\n"));
    let directory = province.world.engine().unwrap().reader().directory().unwrap();
    for person in directory.private.values() {
        assert!(!calendar.contains(&person.full_name), "only that it is one's own");
    }
    province.end_without_listening().await;
}

#[tokio::test]
async fn duty_without_an_end_is_shown_to_the_end_of_a_month_and_not_left_out() {
    let province = rostered(
        "[[duty]]\nfrom = \"2026-11-21\"\nevery = \"week\"\nat = \"07:30\"\npeople = [\"p-001\"]\n",
    )
    .await;
    province.say(DUTY, "/lichtruc liên kết").await;
    let calendar = unfolded(&open(&link(&province, DUTY)).await.2);
    assert_eq!(calendar.matches("BEGIN:VEVENT").count(), 1, "{calendar}");
    // Midnight of 1 March 2027 in Việt Nam.
    assert!(calendar.contains("DTEND:20270228T170000Z"), "{calendar}");
    province.after(hours(2)).await;
    let later = unfolded(&open(&link(&province, DUTY)).await.2);
    let lasting = |text: &str| -> Vec<String> {
        text.lines().filter(|line| !line.starts_with("DTSTAMP")).map(str::to_owned).collect()
    };
    assert_eq!(lasting(&later), lasting(&calendar), "it does not move by the hour");
    province.end_without_listening().await;
}

#[tokio::test]
async fn everybody_s_duty_is_the_leads_to_give_out() {
    let province = on_watch().await;
    province.say(DUTY, "/lichtruc liên kết cả đội").await;
    assert!(province.last(DUTY).text.contains("Đội trưởng"), "{}", province.last(DUTY).text);

    province.say(LEAD, "/lichtruc liên kết cả đội").await;
    let (status, _, calendar) = open(&link(&province, LEAD)).await;
    assert_eq!(status, 200);
    let calendar = unfolded(&calendar);
    let directory = province.world.engine().unwrap().reader().directory().unwrap();
    let name = directory.private.values().find(|one| one.telegram_id == Some(DUTY)).unwrap();
    assert!(calendar.contains(&format!("SUMMARY:Trực: {}", name.full_name)), "{calendar}");
    for secret in ["+84", "SC-2026", "1001"] {
        assert!(!calendar.contains(secret), "{secret} in {calendar}");
    }
    province.end_without_listening().await;
}

#[tokio::test]
async fn a_new_link_ends_the_old_one_and_a_stopped_one_opens_nothing() {
    let mut province = on_watch().await;
    province.say(DUTY, "/lichtruc liên kết").await;
    let first = link(&province, DUTY);
    province.say(DUTY, "/lichtruc liên kết").await;
    assert_eq!(link(&province, DUTY), first, "asking again changes nothing");

    province.press(DUTY, DUTY, "Đổi liên kết").await;
    let second = link(&province, DUTY);
    assert_ne!(second, first);
    let (status, _, words) = open(&first).await;
    assert_eq!(status, 404);
    assert!(words.contains("/lichtruc"), "{words}");
    assert_eq!(open(&second).await.0, 200);

    province.restart().await;
    let port = province.world.config.http.as_ref().unwrap().public_url.clone().unwrap();
    let path = |link: &str| format!("{port}/lich/{}", link.rsplit('/').next().unwrap());
    assert_eq!(open(&path(&second)).await.0, 200, "a link outlives the program");
    province.say(DUTY, "/lichtruc ngừng liên kết").await;
    assert_eq!(open(&path(&second)).await.0, 404);
    let mut forged = path(&second);
    forged.pop();
    assert_eq!(open(&forged).await.0, 404);
    province.end_without_listening().await;
}

#[tokio::test]
async fn whoever_leaves_the_team_has_no_calendar_of_it_any_more() {
    let province = on_watch().await;
    province.say(DUTY, "/lichtruc liên kết").await;
    let own = link(&province, DUTY);
    province.change_person("p-001", |person, _| person.active = false).await;
    assert_eq!(open(&own).await.0, 404);
    province.end_without_listening().await;
}

#[tokio::test]
async fn no_link_is_ever_shown_in_a_group_nor_kept_anywhere() {
    let province = on_watch().await;
    province.say_in(TEAM, DUTY, "/lichtruc liên kết").await;
    assert!(province.last(TEAM).text.contains("chat riêng"), "{}", province.last(TEAM).text);
    province.say_in(TEAM, DUTY, "/lichtruc").await;
    let shown = province.last(TEAM);
    assert!(!format!("{shown:?}").contains("điện thoại"), "{shown:?}");
    province.say(REPORTER, "/lichtruc liên kết").await;
    assert!(!province.last(REPORTER).text.contains("/lich/"));

    province.say(DUTY, "/lichtruc liên kết").await;
    let own = link(&province, DUTY);
    let token = own.rsplit('/').next().unwrap().as_bytes();
    for file in std::fs::read_dir(province.world.dir()).unwrap() {
        let path = file.unwrap().path();
        if path.is_file() {
            let bytes = std::fs::read(&path).unwrap();
            let found = bytes.windows(token.len()).any(|part| part == token);
            assert!(!found, "the link stands in {}", path.display());
        }
    }
    province.end_without_listening().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn drills_come_by_a_link_of_their_own_and_one_that_is_moved_or_cancelled_stays_the_same_one()
{
    let province = on_watch().await;
    province.say(DUTY, "/dientap liên kết").await;
    assert!(province.last(DUTY).text.contains("Đội trưởng"), "{}", province.last(DUTY).text);
    province.say(LEAD, "/dientap lập kiem-tra-lien-lac 25/11/2026 9h").await;
    province.say(LEAD, "/dientap DT-2026-001 phiên 26/11/2026 9h").await;
    province.say(LEAD, "/dientap liên kết").await;
    let own = link(&province, LEAD);
    let number = |calendar: &str| {
        let line = calendar.lines().find_map(|line| line.strip_prefix("SEQUENCE:"));
        line.unwrap().trim().parse::<u32>().unwrap()
    };
    let (status, kind, calendar) = open(&own).await;
    assert_eq!((status, kind.as_str()), (200, "text/calendar; charset=utf-8"));
    let first = unfolded(&calendar);
    assert!(first.contains("UID:DT-2026-001@trucban"), "{first}");
    assert!(first.contains("UID:DT-2026-001-2@trucban"), "{first}");
    assert!(first.contains("DTSTART:20261125T020000Z"), "{first}");
    let summaries = || first.lines().filter(|line| line.starts_with("SUMMARY:"));
    assert!(summaries().all(|line| line.starts_with("SUMMARY:DIỄN TẬP ")), "{first}");
    province.say(LEAD, "/dientap DT-2026-001 dời lịch 27/11/2026 9h, trùng họp").await;
    let moved = unfolded(&open(&own).await.2);
    assert!(moved.contains("UID:DT-2026-001@trucban") && number(&moved) > number(&first));
    assert!(moved.contains("DTSTART:20261127T020000Z"), "{moved}");
    province.say(LEAD, "/dientap DT-2026-001 hủy không đủ người").await;
    let cancelled = unfolded(&open(&own).await.2);
    assert!(cancelled.contains("STATUS:CANCELLED") && number(&cancelled) > number(&moved));
    province.say(LEAD, "/dientap ngừng liên kết").await;
    assert_eq!(open(&own).await.0, 404);
    province.end_without_listening().await;
}
