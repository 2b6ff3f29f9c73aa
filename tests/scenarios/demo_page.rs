//! The page of the demo, as a browser without script uses it.

use crate::harness::TEAM;
use crate::harness::stage::{Stage, between, chat};

const REPORTER: &str = "p1017";
const REPORT: &str = "/baosuco Máy chủ của xã bị mã hóa";

fn team() -> String {
    format!("g{}", TEAM.unsigned_abs())
}

fn now(page: &str) -> &str {
    between(page, "<time datetime=\"", "\"")
}

/// The value of the button with these words.
fn button<'a>(chat: &'a str, words: &str) -> &'a str {
    let (before, _) = chat.rsplit_once(&format!("{words}</button>")).expect("the button");
    let (_, tag) = before.rsplit_once("value=\"").expect("its value");
    tag.split_once('"').expect("its end").0
}

async fn report(stage: &Stage, words: &str) -> String {
    stage.send("/act", &[("chat", "1017"), ("make", "say"), ("text", words)]).await
}

#[tokio::test]
async fn the_demo_page_shows_everybody_by_role_and_works_without_script() {
    let stage = Stage::open().await;
    let page = stage.page().await;
    for role in ["Đầu mối xã Một", "Nhóm chat của Đội", "Cán bộ trực chính", "Đội trưởng"]
    {
        assert!(page.contains(role), "{role}");
    }
    let page = report(&stage, REPORT).await;
    assert!(chat(&page, REPORTER).contains("SC-2026-0001"), "the reporter has the code");
    assert!(chat(&page, &team()).contains("SC-2026-0001"), "the team has the card");
    let duty = chat(&page, "p1001");
    let press = button(duty, "Tiếp nhận").to_owned();
    let page = stage.send("/act", &[("chat", "1001"), ("press", &press)]).await;
    assert!(chat(&page, "p1001").contains("class=\"toast\""), "the press is answered");
    assert!(chat(&page, &team()).contains("Người giữ: <b>Cán bộ trực chính</b>"));
    stage.end().await;
}

#[tokio::test]
async fn in_a_group_one_chooses_who_presses() {
    let stage = Stage::open().await;
    let page = report(&stage, REPORT).await;
    let press = button(chat(&page, &team()), "Tiếp nhận").to_owned();
    let group = TEAM.to_string();
    let form = [("chat", group.as_str()), ("user", "1004"), ("press", press.as_str())];
    let page = stage.send("/act", &form).await;
    assert!(chat(&page, &team()).contains("Người giữ: <b>Phó Đội trưởng</b>"));
    stage.end().await;
}

#[tokio::test]
async fn the_clock_of_the_demo_stands_still_until_it_is_moved() {
    let stage = Stage::open().await;
    let page = report(&stage, REPORT).await;
    let before = now(&page).to_owned();
    assert_eq!(now(&stage.page().await), before);
    let page = stage.send("/clock", &[("go", "next")]).await;
    assert!(now(&page).starts_with("2026-11-21T14:05:0"), "{}", now(&page));
    assert!(chat(&page, "p1003").contains("SC-2026-0001"), "the second level is called");
    assert!(chat(&page, "p1002").contains("class=\"sms\""), "the backup officer by SMS");
    let page = stage.send("/clock", &[("go", "5m")]).await;
    let page_2 = stage.send("/clock", &[("go", "1m")]).await;
    assert!(now(&page).starts_with("2026-11-21T14:10:0"), "{}", now(&page));
    assert!(now(&page_2).starts_with("2026-11-21T14:11:0"), "{}", now(&page_2));
    stage.end().await;
}

#[tokio::test]
async fn a_browser_that_waits_is_told_what_changed() {
    let stage = Stage::open().await;
    let page = stage.page().await;
    let run = between(&page, "data-run=\"", "\"").to_owned();
    let revision = between(&page, "data-revision=\"", "\"").to_owned();
    let asked = stage.client.get(format!("{}/changes/{run}/{revision}", stage.url)).send();
    let (told, _) = tokio::join!(asked, report(&stage, REPORT));
    let told: serde_json::Value = told.unwrap().json().await.unwrap();
    assert!(told["revision"].as_u64().unwrap() > revision.parse().unwrap(), "{told}");
    assert!(!told["parts"].as_object().unwrap().is_empty(), "{told}");
    let gone = stage.client.get(format!("{}/changes/other/0", stage.url)).send().await.unwrap();
    assert_eq!(gone.status(), 410);
    stage.end().await;
}

#[tokio::test]
async fn faults_are_switched_on_seen_and_switched_off() {
    let stage = Stage::open().await;
    let page = stage.send("/network", &[("network", "gone")]).await;
    let switch = between(&page, "class=\"switch bad\"", "</div>");
    assert!(switch.contains("value=\"gone\" title="), "{switch}");
    assert!(between(switch, "value=\"gone\"", "Mất mạng").contains("aria-pressed=\"true\""));
    let page = report(&stage, REPORT).await;
    assert!(!page.contains("SC-2026-0001"), "nothing passes");
    stage.send("/network", &[("network", "fine")]).await;
    stage.page_with("SC-2026-0001").await;
    let page = stage.send("/act", &[("chat", "1003"), ("make", "block")]).await;
    assert!(chat(&page, "p1003").contains("Bỏ chặn"));
    let page = stage.send("/act", &[("chat", "1003"), ("make", "unblock")]).await;
    assert!(chat(&page, "p1003").contains("Chặn bot"));
    stage.end().await;
}

#[tokio::test]
async fn the_ledger_is_seen_to_grow() {
    let stage = Stage::open().await;
    let count = |page: &str| between(page, "id=\"l-", "\"").parse::<i64>().unwrap();
    let before = count(&stage.page().await);
    let page = report(&stage, REPORT).await;
    assert!(count(&page) > before);
    assert!(between(&page, "id=\"socai\"", "</section>").contains("incident/SC-2026-0001"));
    stage.end().await;
}

#[tokio::test]
async fn on_the_demo_page_one_attaches_answers_and_changes() {
    let stage = Stage::open().await;
    let page = stage.send("/act", &[("chat", "1018"), ("make", "album"), ("text", "xem")]).await;
    let place = chat(&page, "p1018");
    assert_eq!(place.matches("<img ").count(), 3);
    let source = between(place, "<img src=\"", "\"");
    let picture = stage.client.get(format!("{}{source}", stage.url)).send().await.unwrap();
    assert_eq!(picture.headers()["content-type"], "image/jpeg");
    for (make, words) in [("document", "access.log"), ("voice", "7 giây"), ("forward", "web01")] {
        let page = stage.send("/act", &[("chat", "1018"), ("make", make)]).await;
        assert!(chat(&page, "p1018").contains(words), "{make}");
    }
    let number = button(chat(&page, "p1018"), "Trả lời").to_owned();
    let page = stage.send("/act", &[("chat", "1018"), ("reply", &number)]).await;
    assert!(chat(&page, "p1018").contains("Trả lời: "));
    let page = stage.send("/act", &[("chat", "1018"), ("make", "say"), ("text", "đây")]).await;
    assert!(chat(&page, "p1018").contains("class=\"quote\""));
    let number = button(chat(&page, "p1018"), "Sửa").to_owned();
    let page = stage.send("/act", &[("chat", "1018"), ("edit", &number)]).await;
    assert!(between(&page, "Sửa tin: ", "</form>").contains(">đây</textarea>"));
    let page = stage.send("/act", &[("chat", "1018"), ("make", "say"), ("text", "kia")]).await;
    assert!(chat(&page, "p1018").contains("đã sửa"));
    stage.end().await;
}

#[tokio::test]
async fn hostile_words_are_shown_as_words_on_the_demo_page() {
    let stage = Stage::open().await;
    let page = report(&stage, "/baosuco <script>x</script> <b>y</b> \"><img src=x>").await;
    assert!(!page.contains("<script>x") && !page.contains("<img src=x"), "it is markup");
    assert!(!page.contains("<b>y</b>"), "only the bot may mark its words");
    assert!(page.contains("&lt;script&gt;x&lt;/script&gt;"), "it is shown");
    let answer = stage.client.get(&stage.url).send().await.unwrap();
    let policy = answer.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
    stage.end().await;
}

#[tokio::test]
async fn the_demo_page_answers_no_foreign_name_and_no_foreign_form() {
    let stage = Stage::open().await;
    let port = stage.url.rsplit(':').next().unwrap();
    let foreign = format!("evil.example:{port}");
    let answer = stage.client.get(&stage.url).header("host", foreign).send().await.unwrap();
    assert_eq!(answer.status(), 403);
    let send = |name: &'static str, value: String| {
        let post = stage.client.post(format!("{}/clock", stage.url)).header(name, value);
        post.form(&[("go", "1m")]).send()
    };
    let before = now(&stage.page().await).to_owned();
    let elsewhere = [
        ("origin", "https://evil.example".to_owned()),
        ("origin", "null".to_owned()),
        ("origin", "http://127.0.0.1:1".to_owned()),
        ("sec-fetch-site", "cross-site".to_owned()),
    ];
    for (name, value) in elsewhere {
        assert_eq!(send(name, value.clone()).await.unwrap().status(), 403, "{name}: {value}");
    }
    assert_eq!(now(&stage.page().await), before, "nothing has moved");
    assert_eq!(send("origin", stage.url.clone()).await.unwrap().status(), 200);
    stage.end().await;
}
