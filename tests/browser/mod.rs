//! The demo's page in a real browser: Chromium by WebDriver. Where there is none the tests say that
//! they were not run; with `TRUCBAN_REQUIRE_BROWSER=1` they fail instead.

mod driver;
mod seen;

use serde_json::{Value, json};

use crate::harness::TEAM;
use crate::harness::stage::Stage;
use driver::Browser;

fn team() -> String {
    format!("g{}", TEAM.unsigned_abs())
}

async fn minute(browser: &Browser) -> String {
    let script = "return document.querySelector('.clock time').textContent.slice(0, 5);";
    browser.run(script, json!([])).await.as_str().unwrap().to_owned()
}

async fn no_complaints(browser: &Browser) {
    assert_eq!(browser.complaints().await, json!([]));
}

#[tokio::test]
async fn in_a_browser_one_reports_watches_the_ladder_takes_charge_and_closes() {
    let Some(browser) = Browser::open(1280, 900).await else { return };
    let stage = Stage::open().await;
    let team = team();
    browser.go(&stage.url).await;
    browser.keys("#p1017 textarea", "/baosuco Máy chủ của xã bị mã hóa\u{e007}").await;
    browser.sees("#p1017 .log", "SC-2026-0001").await;
    browser.sees(&format!("#{team} .log"), "SC-2026-0001").await;
    browser.sees("#p1001 .log", "SC-2026-0001").await;
    let value = browser.run("return document.querySelector('#p1017 textarea').value", json!([]));
    assert_eq!(value.await, "", "the field is empty again");
    assert_eq!(minute(&browser).await, "14:00");
    browser.click(".clock button[value=next]").await;
    browser.sees("#p1003 .log", "SC-2026-0001").await;
    browser.sees("#p1002 .sms", "SC-2026-0001").await;
    assert_eq!(minute(&browser).await, "14:05");
    browser.press("p1003", "Tiếp nhận").await;
    browser.sees("#p1003 .toast", "SC-2026-0001").await;
    browser.sees(&format!("#{team} .log"), "Người giữ: Đội trưởng").await;
    browser.press("p1003", "Khắc phục xong").await;
    browser.sees(&format!("#{team} .log"), "Đã khắc phục").await;
    let close = "/ketthuc SC-2026-0001 Đã khôi phục từ bản sao lưu\u{e007}";
    browser.keys("#p1003 textarea", close).await;
    browser.sees(&format!("#{team} .log"), "Đã kết thúc").await;
    browser.sees("#socai .book", "closed").await;
    no_complaints(&browser).await;
    stage.end().await;
}

#[tokio::test]
async fn on_a_telephone_the_chats_are_tabs_and_nothing_scrolls_sideways() {
    for (width, height) in [(320, 640), (390, 844)] {
        let Some(browser) = Browser::open(width, height).await else { return };
        let stage = Stage::open().await;
        browser.go(&stage.url).await;
        assert_eq!(in_sight(&browser).await, json!(["p1017"]));
        browser.keys("#p1017 textarea", "/baosuco Máy chủ của xã bị mã hóa").await;
        browser.click("#p1017 .send").await;
        browser.sees("#p1017 .log", "SC-2026-0001").await;
        browser.sees(".tabs .unread[href='#p1001']", "Cán bộ trực chính").await;
        fits(&browser, width).await;
        browser.click(".tabs a[href='#p1001']").await;
        browser.sees(".tabs [aria-current]", "Cán bộ trực chính").await;
        assert_eq!(in_sight(&browser).await, json!(["p1001"]));
        browser.press("p1001", "Tiếp nhận").await;
        browser.sees("#p1001 .toast", "SC-2026-0001").await;
        fits(&browser, width).await;
        browser.click(".tabs a[href='#socai']").await;
        assert_eq!(in_sight(&browser).await, json!(["socai"]));
        fits(&browser, width).await;
        no_complaints(&browser).await;
        stage.end().await;
    }
}

#[tokio::test]
async fn on_larger_screens_all_chats_stand_side_by_side_and_nothing_scrolls_sideways() {
    for (width, height) in [(768, 1024), (1100, 800), (1280, 900)] {
        let Some(browser) = Browser::open(width, height).await else { return };
        let stage = Stage::open().await;
        browser.go(&stage.url).await;
        assert_eq!(in_sight(&browser).await.as_array().unwrap().len(), 10);
        browser.keys("#p1017 textarea", "/baosuco Máy chủ của xã bị mã hóa\u{e007}").await;
        browser.sees("#p1001 .log", "SC-2026-0001").await;
        fits(&browser, width).await;
        no_complaints(&browser).await;
        stage.end().await;
    }
}

#[tokio::test]
async fn in_a_browser_a_fault_is_seen_and_a_lost_program_is_said() {
    let Some(browser) = Browser::open(1280, 900).await else { return };
    let stage = Stage::open().await;
    browser.go(&stage.url).await;
    browser.click("button[name=network][value=gone]").await;
    browser.sees(".faults [aria-pressed=true]", "Mất mạng").await;
    browser.click("button[name=network][value=fine]").await;
    browser.sees(".faults [aria-pressed=true]", "Bình thường").await;
    browser.click("#p1004 button[value=block]").await;
    browser.sees("#p1004 .notice", "Đã chặn bot").await;
    no_complaints(&browser).await;
    stage.end().await;
    browser.sees("#lost", "Mất kết nối").await;
}

/// The chats and the ledger that can be seen.
async fn in_sight(browser: &Browser) -> Value {
    let script = "return [...document.querySelectorAll('main > section')]
        .filter((section) => section.offsetParent !== null).map((section) => section.id);";
    browser.run(script, json!([])).await
}

async fn fits(browser: &Browser, width: u32) {
    let script = "return [document.scrollingElement.scrollWidth, innerWidth];";
    let found = browser.run(script, json!([])).await;
    let (content, window) = (found[0].as_u64().unwrap(), found[1].as_u64().unwrap());
    assert!(content <= window, "{content} > {window}");
    assert!(window <= u64::from(width), "the window is {window} wide, not {width}");
}
