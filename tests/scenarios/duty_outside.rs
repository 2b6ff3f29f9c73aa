//! Duty reaches people without Telegram: they take the watch by a link, and an alarm about duty takes the
//! next way when the first does not carry it.

use trucban::app::sms::Sms;
use trucban::domain::ids::PersonId;
use trucban::domain::roster::decide::{RosterRefusal, Wish};
use trucban::domain::roster::{Handover, Layer, Span};
use trucban::domain::time::Timestamp;
use trucban::engine::link::WatchLink;
use trucban::sandbox::Fault;

use super::duty::{TWO, end, rostered, rostered_in, wish};
use crate::harness::{DEPUTY, DUTY, LEAD, Province, REPORTER, given, hours, minutes};

/// The officer who is called by SMS only has the day.
fn by_sms() -> String {
    TWO.replace("p-001", "p-002")
}

fn texted(province: &Province, person: &str) -> Vec<Sms> {
    let all = province.world.sms.taken().into_iter();
    all.filter(|sms| sms.person == person && sms.kind == "duty").collect()
}

fn link(sms: &Sms) -> &str {
    let link = sms.text.split_whitespace().find(|word| word.contains("/p/"));
    link.unwrap_or_else(|| panic!("no link in {}", sms.text))
}

async fn get(link: &str) -> (u16, String) {
    let answer = client().get(link).send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

async fn press(link: &str, page: &str) -> (u16, String) {
    let nonce = page.split_once("name=\"nonce\" value=\"").expect("a form").1;
    let nonce = nonce.split('"').next().unwrap();
    let form = [("nonce", nonce)];
    let answer = client().post(link).form(&form).send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

fn client() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().build().unwrap()
}

fn handover(province: &Province) -> Handover {
    let directory = province.world.engine().unwrap().reader().directory().unwrap();
    directory.roster.handover.clone().unwrap()
}

async fn made(province: &Province, person: &str, since: Timestamp) -> String {
    let engine = province.world.engine().unwrap();
    let secret = engine.call(|tx, _| tx.secret("page_link")).await.unwrap();
    let link = WatchLink { since, person: PersonId::new(person) };
    let url = province.world.config.http.as_ref().unwrap().public_url.clone().unwrap();
    format!("{url}/p/{}", link.token(&secret))
}

#[tokio::test]
async fn an_officer_without_telegram_can_take_the_watch() {
    let province = rostered(&by_sms()).await;
    let texted = texted(&province, "p-002");
    let begins = texted.iter().find(|sms| sms.text.contains("ca trực của anh/chị bắt đầu"));
    let begins = begins.unwrap_or_else(|| panic!("{texted:#?}"));
    assert!(!begins.text.contains("Đội trưởng"), "no names: {}", begins.text);
    let link = link(begins);

    let (status, page) = get(link).await;
    assert_eq!(status, 200);
    assert!(page.contains("<button type=\"submit\">Nhận ca</button>"), "{page}");
    assert!(!page.contains("<script") && handover(&province).taken.is_none(), "a look is a look");
    let (status, done) = press(link, &page).await;
    assert_eq!(status, 200, "{done}");
    assert!(done.contains("Đã ghi nhận anh/chị nhận ca"), "{done}");
    province.settle().await;
    let taken = handover(&province).taken.map(|(person, _)| person);
    assert_eq!(taken, Some(PersonId::new("p-002")));
    // The same press again says the same, and a new look offers nothing.
    assert_eq!(press(link, &page).await, (200, done));
    let (_, page) = get(link).await;
    assert!(page.contains("Anh/chị đã nhận ca này") && !page.contains("<button"), "{page}");
    province.after(minutes(30)).await;
    assert_eq!(province.count(LEAD, "Chưa ai nhận ca"), 0);
    end(province).await;
}

#[tokio::test]
async fn a_watch_s_link_serves_its_person_and_its_watch_only() {
    let province = rostered(&by_sms()).await;
    let since = handover(&province).at;
    let own = made(&province, "p-002", since).await;
    let (_, page) = get(&own).await;
    // Somebody else of the Team, somebody gone, another watch, a forged one.
    let (status, other) = get(&made(&province, "p-003", since).await).await;
    assert!(status == 200 && !other.contains("<button"), "{other}");
    let others = made(&province, "p-003", since).await;
    assert_eq!(press(&others, &page).await.0, 422, "a form of another page");
    assert_eq!(get(&made(&province, "p-404", since).await).await.0, 404);
    let (status, early) = get(&made(&province, "p-002", since.minus(hours(24))).await).await;
    assert!(status == 200 && early.contains("không còn hiệu lực"), "{early}");
    assert!(!early.contains("<button"), "{early}");
    assert_eq!(get(&format!("{own}A")).await.0, 404);
    assert_eq!(handover(&province).taken, None);

    // The next morning another has the watch, and the old link is over.
    province.after(hours(18)).await;
    let (status, late) = press(&own, &page).await;
    assert_eq!(status, 409);
    assert!(late.contains("không còn hiệu lực"), "{late}");
    assert_eq!(handover(&province).taken, None);
    province.change_person("p-002", |person, _| person.active = false).await;
    assert_eq!(get(&own).await.0, 404);
    end(province).await;
}

#[tokio::test]
async fn a_watch_that_began_meanwhile_is_not_taken_by_the_word_of_one_before() {
    let province = rostered(&by_sms()).await;
    let since = handover(&province).at;
    let takes = |at| wish(&province, "p-002", Wish::TakeWatchOf(at));
    assert_eq!(takes(since.minus(hours(24))).await, Err(RosterRefusal::Over));
    assert_eq!(handover(&province).taken, None);
    assert_eq!(takes(since).await, Ok(()));
    assert!(handover(&province).taken.is_some());
    end(province).await;
}

#[tokio::test]
async fn a_button_takes_the_watch_it_was_shown_for_and_whoever_stays_gets_another() {
    let province = rostered(TWO).await;
    let (message, data) = province.button(DUTY, "Nhận ca");
    // In a minute the deputy comes beside the one who is there and has not pressed.
    let from = province.world.engine().unwrap().clock().now().plus(minutes(1));
    let change = Wish::Change {
        layer: Layer::Duty,
        span: Span { from, to: from.plus(hours(5)) },
        instead_of: None,
        people: ["p-001", "p-004"].map(PersonId::new).into(),
    };
    assert_eq!(wish(&province, "p-003", change).await, Ok(()));
    province.after(minutes(2)).await;
    let toast = province.press_data(DUTY, DUTY, message, &data).await;
    assert!(toast.contains("ca đã đổi"), "{toast}");
    province.press(DUTY, DUTY, "Nhận ca").await;
    assert_eq!(
        province.count(DEPUTY, "Cán bộ trực chính đã nhận ca"),
        0,
        "who came is on duty too"
    );
    let again = wish(&province, "p-004", Wish::TakeWatch).await;
    assert!(matches!(again, Err(RosterRefusal::Taken { .. })), "{again:?}");
    end(province).await;
}

#[tokio::test]
async fn who_has_the_watch_stands_on_the_page_of_the_one_who_comes_second() {
    let shared = "[[duty]]\nfrom = \"2026-11-21\"\nevery = \"day\"\nat = \"07:30\"\npeople = [[\"p-002\", \"p-004\"]]\n";
    let province = rostered(shared).await;
    let own = made(&province, "p-002", handover(&province).at).await;
    let (_, page) = get(&own).await;
    province.press(DEPUTY, DEPUTY, "Nhận ca").await;
    let (status, refused) = press(&own, &page).await;
    assert_eq!(status, 409);
    assert!(refused.contains("Phó Đội trưởng đã nhận ca"), "{refused}");
    end(province).await;
}

#[tokio::test]
async fn a_lead_who_blocked_the_bot_hears_of_a_gap_by_sms() {
    let gap = TWO.replace("every = \"day\"", "every = \"day\"\nuntil = \"2026-11-22\"");
    let province = rostered(&gap).await;
    province.world.sandbox.block(LEAD);
    province.after(hours(18)).await;
    let gaps = |person: &str| {
        let texted = texted(&province, person).into_iter();
        texted.filter(|sms| sms.text.contains("không có ai trực từ 07:30")).count()
    };
    assert_eq!((gaps("p-003"), gaps("p-004")), (1, 0), "{:#?}", province.world.sms.taken());
    assert_eq!(province.count(DEPUTY, "Không có ai trực từ 07:30"), 1);
    // What is no alarm waits for Telegram as before.
    assert!(texted(&province, "p-003").iter().all(|sms| !sms.text.contains("lịch trực mới")));
    end(province).await;
}

#[tokio::test]
async fn while_telegram_is_silent_alarms_about_duty_go_by_sms_and_once() {
    let province = rostered(TWO).await;
    province.world.sandbox.fail_always(Some("sendmessage"), Fault::DropBefore);
    province.after(minutes(30)).await;
    let texted = texted(&province, "p-003");
    let told = texted.iter().filter(|sms| sms.text.contains("chưa ai nhận ca trực"));
    assert_eq!(told.count(), 1, "{texted:#?}");
    province.world.sandbox.clear_faults();
    end(province).await;
}

#[tokio::test]
async fn an_untaken_watch_of_somebody_by_sms_is_still_told_to_the_leads() {
    let province = rostered_in(given().await, &by_sms()).await;
    province.after(minutes(20)).await;
    assert_eq!(province.count(LEAD, "Chưa ai nhận ca trực"), 1);
    let code = province.report(REPORTER, "Máy chủ ngừng").await;
    assert!(province.incident(&code).paged.contains(&PersonId::new("p-003")));
    end(province).await;
}
