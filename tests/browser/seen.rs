//! What can be computed of WCAG 2.2 AA, by the colours and sizes the browser itself computed: the
//! demo's page and the page behind a link of an SMS, in the light and in the dark.

use serde_json::json;

use super::driver::Browser;
use crate::harness::stage::Stage;

/// A function's body that lists what is wrong with the page.
const LOOK: &str = include_str!("seen.js");

async fn is_good(browser: &Browser, what: &str) {
    for scheme in ["light", "dark"] {
        browser.prefer(scheme).await;
        let faults = browser.run(LOOK, json!([])).await;
        assert_eq!(faults, json!([]), "{what}, {scheme}: {faults:#}");
    }
    browser.prefer("light").await;
}

#[tokio::test]
async fn the_demos_page_can_be_seen_named_and_hit_by_everybody() {
    for width in [390, 1280] {
        let Some(browser) = Browser::open(width, 900).await else { return };
        let stage = Stage::open().await;
        browser.go(&stage.url).await;
        is_good(&browser, "empty").await;
        browser.keys("#p1017 textarea", "/baosuco Máy chủ của xã bị mã hóa\u{e007}").await;
        browser.sees("#p1017 .log", "SC-2026-0001").await;
        browser.click(".clock button[value=next]").await;
        browser.sees("#p1002 .sms", "SC-2026-0001").await;
        if width == 390 {
            browser.click(".tabs a[href='#p1003']").await;
        }
        browser.press("p1003", "Tiếp nhận").await;
        browser.sees("#p1003 .toast", "SC-2026-0001").await;
        is_good(&browser, "with messages, buttons and a toast").await;
        browser.click("#p1003 button[value=block]").await;
        browser.sees("#p1003 .notice", "Đã chặn bot").await;
        browser.click("button[name=network][value=gone]").await;
        browser.sees(".faults [aria-pressed=true]", "Mất mạng").await;
        is_good(&browser, "with faults").await;
        for chat in ["p1002", "socai"] {
            if width == 390 {
                browser.click(&format!(".tabs a[href='#{chat}']")).await;
                is_good(&browser, chat).await;
            }
        }
        stage.end().await;
    }
}

#[tokio::test]
async fn the_page_behind_a_link_can_be_seen_named_and_hit_by_everybody() {
    let Some(browser) = Browser::open(390, 844).await else { return };
    let stage = Stage::open().await;
    let words = "/baosuco Máy chủ của xã bị mã hóa";
    stage.send("/act", &[("chat", "1017"), ("make", "say"), ("text", words)]).await;
    browser.go(&stage.url).await;
    browser.sees("#p1017 .log", "SC-2026-0001").await;
    browser.click(".clock button[value=next]").await;
    browser.sees("#p1002 .sms", "/p/").await;
    let link = "return document.querySelector('#p1002 .sms').textContent.match(/http\\S+\\/p\\/[\\w.-]+/)[0];";
    let link = browser.run(link, json!([])).await;
    let link = link.as_str().unwrap();
    browser.go(link).await;
    browser.sees("h1", "SC-2026-0001").await;
    is_good(&browser, "to be pressed").await;
    browser.click("button").await;
    browser.sees("h2", "Đã").await;
    is_good(&browser, "pressed").await;
    browser.go(&link.replace("/p/", "/p/x")).await;
    browser.sees("h1", "").await;
    is_good(&browser, "a link nobody made").await;
    stage.end().await;
}
