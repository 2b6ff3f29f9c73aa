//! A page outside chat is answered through its link: looking changes nothing, a press counts once.

use trucban::domain::envelope::{Actor, Command, Envelope};
use trucban::domain::ids::{IncidentCode, PersonId};
use trucban::domain::incident::act::{Act, Closing};
use trucban::engine::link::Link;

use crate::harness::served::{BACKUP, DUTY, HOTLINE, LEAD, MANAGER, Province};

const BUTTON: &str = "<button type=\"submit\">Tiếp nhận</button>";

async fn link(province: &Province, person: &str, code: &IncidentCode, episode: u32) -> String {
    let secret = province.engine.call(|tx, _| tx.secret("page_link")).await.unwrap();
    let person = PersonId::new(person);
    format!("/p/{}", Link { code: code.clone(), episode, person }.token(&secret))
}

async fn look(province: &Province, path: &str) -> (u16, String) {
    let response = province.get(path).await;
    (response.status().as_u16(), response.text().await.unwrap())
}

fn nonce(page: &str) -> String {
    let (_, rest) = page.split_once("name=\"nonce\" value=\"").expect("a form");
    rest.split('"').next().unwrap().to_owned()
}

async fn press(province: &Province, path: &str, nonce: &str) -> (u16, String) {
    let request = province.client.post(format!("{}{path}", province.url));
    let response = request
        .header("content-type", "application/x-www-form-urlencoded")
        .body(format!("nonce={nonce}"))
        .send()
        .await
        .unwrap();
    (response.status().as_u16(), response.text().await.unwrap())
}

fn holder(province: &Province, code: &IncidentCode) -> Option<String> {
    let incident = province.reopened().incident(code).unwrap().unwrap();
    incident.holder().map(ToString::to_string)
}

#[tokio::test]
async fn looking_shows_little_and_changes_nothing() {
    let province = Province::new().await;
    let code = province.report("r").await;
    let path = link(&province, DUTY, &code, 1).await;
    let head = province.reopened().head().unwrap();
    let (status, page) = look(&province, &path).await;
    assert_eq!(status, 200);
    for shown in [code.as_str(), "Trung bình", "Mới ghi nhận", HOTLINE, BUTTON] {
        assert!(page.contains(shown), "{shown} in {page}");
    }
    assert_eq!(page.matches("<button").count(), 1);
    for hidden in ["Something", "Chi", "An<", "<script", "http"] {
        assert!(!page.contains(hidden), "{hidden} in {page}");
    }
    let other = province.client.head(format!("{}{path}", province.url)).send().await.unwrap();
    assert_eq!(other.status(), 200);
    assert_eq!(province.reopened().head().unwrap(), head);
    assert_eq!(holder(&province, &code), None);
}

#[tokio::test]
async fn a_page_is_neither_kept_nor_told_on_nor_framed() {
    let province = Province::new().await;
    let code = province.report("r").await;
    for path in [link(&province, DUTY, &code, 1).await, "/p/forged".to_owned()] {
        let response = province.get(&path).await;
        let header = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
        assert_eq!(header("cache-control"), "no-store");
        assert_eq!(header("referrer-policy"), "no-referrer");
        assert!(
            header("content-security-policy").starts_with("default-src 'none'; style-src 'sha")
        );
        assert!(header("content-type").starts_with("text/html"));
    }
}

#[tokio::test]
async fn one_press_takes_charge_and_repeating_it_says_the_same() {
    let province = Province::new().await;
    let code = province.report("r").await;
    let path = link(&province, DUTY, &code, 1).await;
    let nonce = nonce(&look(&province, &path).await.1);
    let (status, done) = press(&province, &path, &nonce).await;
    assert_eq!(status, 200, "{done}");
    assert!(done.contains("Đã ghi nhận") && done.contains("Đã tiếp nhận"), "{done}");
    assert_eq!(holder(&province, &code).as_deref(), Some(DUTY));
    let head = province.reopened().head().unwrap();
    assert_eq!(press(&province, &path, &nonce).await, (200, done));
    assert_eq!(province.reopened().head().unwrap(), head);
    let (_, page) = look(&province, &path).await;
    assert!(page.contains("đang giữ") && !page.contains("<button"), "{page}");
}

#[tokio::test]
async fn a_second_person_hears_who_has_it_and_since_when() {
    let province = Province::new().await;
    let code = province.report("r").await;
    let path = link(&province, BACKUP, &code, 1).await;
    let nonce = nonce(&look(&province, &path).await.1);
    province.step(300);
    province.act("ack", DUTY, &code, Act::Acknowledge).await;
    province.step(600);
    let (status, refused) = press(&province, &path, &nonce).await;
    assert_eq!(status, 409);
    assert!(
        refused.contains("An đã tiếp nhận") && refused.contains("14:05 21/11/2026"),
        "{refused}"
    );
    assert_eq!(holder(&province, &code).as_deref(), Some(DUTY));
    // It stays refused, whatever happens to the incident.
    province.act("back", DUTY, &code, Act::HandBack).await;
    let (status, again) = press(&province, &path, &nonce).await;
    assert_eq!((status, holder(&province, &code)), (409, None));
    assert!(again.contains("An đã tiếp nhận"));
}

#[tokio::test]
async fn a_link_holds_for_its_episode_only() {
    let province = Province::new().await;
    let code = province.report("r").await;
    let path = link(&province, DUTY, &code, 1).await;
    let nonce = nonce(&look(&province, &path).await.1);
    let reason = Act::Close(Closing::FalseAlarm("none".to_owned()));
    province.act("close", LEAD, &code, reason).await;
    let (_, page) = look(&province, &path).await;
    assert!(page.contains("Đã kết thúc") && !page.contains("<button"), "{page}");
    province.act("reopen", LEAD, &code, Act::Reopen).await;
    let (_, page) = look(&province, &path).await;
    assert!(page.contains("không còn hiệu lực") && !page.contains("<button"), "{page}");
    let (status, refused) = press(&province, &path, &nonce).await;
    assert_eq!(status, 409);
    assert!(refused.contains("không còn hiệu lực"), "{refused}");
    assert_eq!(holder(&province, &code), None);
}

#[tokio::test]
async fn a_merged_incident_s_link_leads_to_the_main_one() {
    let province = Province::new().await;
    let (duplicate, main) = (province.report("r1").await, province.report("r2").await);
    let path = link(&province, DUTY, &duplicate, 1).await;
    let merge = Command::Merge {
        duplicate: trucban::domain::incident::act::Aim::typed(duplicate),
        main: main.clone(),
    };
    province.submit(Envelope::new("m", Actor::Person(PersonId::new(LEAD)), merge)).await;
    let (_, page) = look(&province, &path).await;
    assert!(page.contains(main.as_str()), "{page}");
    assert_eq!(press(&province, &path, &nonce(&page)).await.0, 200);
    assert_eq!(holder(&province, &main).as_deref(), Some(DUTY));
}

#[tokio::test]
async fn whatever_we_did_not_make_gets_the_hotline_only() {
    let province = Province::new().await;
    let code = province.report("r").await;
    let good = link(&province, DUTY, &code, 1).await;
    let other = Link { code: code.clone(), episode: 1, person: PersonId::new(DUTY) };
    let mut last = good.clone();
    let changed = if last.pop() == Some('A') { 'B' } else { 'A' };
    last.push(changed);
    for path in [
        "/p/x".to_owned(),
        format!("/p/{}", "A".repeat(4000)),
        format!("/p/{}", other.token(b"another secret")),
        format!("{good}A"),
        last,
        link(&province, "p-404", &code, 1).await,
        link(&province, DUTY, &IncidentCode::new("SC-2026-0404"), 1).await,
    ] {
        let (status, page) = look(&province, &path).await;
        assert_eq!(status, 404, "{path}");
        assert!(page.contains(HOTLINE) && !page.contains(code.as_str()), "{page}");
        assert_eq!(press(&province, &path, &"0".repeat(48)).await.0, 404);
    }
    assert_eq!(holder(&province, &code), None);
}

#[tokio::test]
async fn a_press_needs_what_our_page_put_into_it() {
    let province = Province::new().await;
    let code = province.report("r").await;
    let path = link(&province, DUTY, &code, 1).await;
    let foreign = nonce(&look(&province, &link(&province, BACKUP, &code, 1).await).await.1);
    for bad in ["", "0", "deadbeefdeadbeefdeadbeef", "ồ", &"f".repeat(48), &foreign] {
        let (status, page) = press(&province, &path, bad).await;
        assert_eq!(status, 422, "{bad}");
        assert!(page.contains(BUTTON), "the button once more: {page}");
        assert_eq!(holder(&province, &code), None);
    }
    let url = format!("{}{path}", province.url);
    let large = province.client.post(url).body("x".repeat(100_000)).send().await.unwrap();
    assert_eq!(large.status(), 422);
}

#[tokio::test]
async fn a_person_who_left_or_may_not_take_it_does_not() {
    let province = Province::new().await;
    let code = province.report("r").await;
    let path = link(&province, MANAGER, &code, 1).await;
    let token = nonce(&look(&province, &path).await.1);
    let (status, page) = press(&province, &path, &token).await;
    assert_eq!(status, 409);
    assert!(page.contains("không tiếp nhận sự cố được"), "{page}");
    let path = link(&province, BACKUP, &code, 1).await;
    let token = nonce(&look(&province, &path).await.1);
    province.leaves(BACKUP).await;
    assert_eq!(look(&province, &path).await.0, 404);
    assert_eq!(press(&province, &path, &token).await.0, 404);
    assert_eq!(holder(&province, &code), None);
}
