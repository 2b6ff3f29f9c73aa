//! Who reports, presses and sends alerts while the service comes and goes.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::watch;
use trucban::clock::real_sleep;
use trucban::sandbox::Sandbox;

use super::place::Dice;

/// Accounts of those who report.
pub const REPORTERS: [i64; 6] = [1011, 1012, 1013, 1014, 1015, 1016];

/// Accounts of those who are called.
pub const CALLED: [i64; 5] = [1001, 1002, 1003, 1004, 1005];

/// So many reports, and so many alerts of each worker, are enough: what is called for must also be
/// sent, at the pace Telegram asks for.
const ENOUGH: u32 = 60;

/// What was sent, and what was confirmed.
#[derive(Clone, Default)]
pub struct Sent {
    /// Reports said: the mark in their words, and by whom.
    pub reports: Arc<Mutex<BTreeMap<String, i64>>>,
    /// Alerts answered with 202: the mark in their title, and the code.
    pub accepted: Arc<Mutex<BTreeMap<String, String>>>,
    /// Presses made.
    pub presses: Arc<Mutex<u32>>,
}

/// Reports, a few every second, until `stop`.
pub async fn report(sandbox: Sandbox, sent: Sent, stop: watch::Receiver<bool>, mut dice: Dice) {
    let mut number = 0_u32;
    while !*stop.borrow() && number < ENOUGH {
        number += 1;
        let mark = format!("báo-cáo-{number:04}");
        let account = *dice.pick(&REPORTERS).expect("somebody");
        sent.reports.lock().expect("free").insert(mark.clone(), account);
        sandbox.say(account, account, &format!("/baosuco {mark} máy trạm lạ"));
        real_sleep(Duration::from_millis(70 + dice.below(200))).await;
    }
}

/// Presses `Tiếp nhận` wherever a message still offers it, until `stop`.
pub async fn press(sandbox: Sandbox, sent: Sent, stop: watch::Receiver<bool>, mut dice: Dice) {
    while !*stop.borrow() {
        let account = *dice.pick(&CALLED).expect("somebody");
        let offered: Vec<i32> = sandbox
            .messages(account)
            .into_iter()
            .filter(|shown| shown.labels().iter().any(|label| label.contains("Tiếp nhận")))
            .map(|shown| shown.message_id)
            .collect();
        if let Some(message) = dice.pick(&offered)
            && sandbox.press(account, account, *message, "Tiếp nhận").is_ok()
        {
            *sent.presses.lock().expect("free") += 1;
            // The telephone sends the same press once more.
            if dice.below(4) == 0
                && let Some(update) = sandbox.last_update()
            {
                sandbox.redeliver(update);
            }
        }
        real_sleep(Duration::from_millis(120 + dice.below(300))).await;
    }
}

/// Sends alerts over HTTP until `stop`; one without an answer is sent again under the same key, as
/// a careful system does.
pub async fn alert(port: u16, worker: u32, sent: Sent, stop: watch::Receiver<bool>) {
    let client = reqwest::Client::builder()
        .timeout(Duration::from_secs(2))
        .no_proxy()
        .build()
        .expect("a client");
    let mut number = 0_u32;
    while !*stop.borrow() && number < ENOUGH {
        number += 1;
        let mark = format!("alert-{worker}-{number:04}");
        let body = serde_json::json!({"title": mark, "severity": "low"}).to_string();
        loop {
            let request = client
                .post(format!("http://127.0.0.1:{port}/intake/v1/events"))
                .bearer_auth(TOKEN)
                .header("content-type", "application/json")
                .header("idempotency-key", &mark)
                .body(body.clone());
            if let Some(code) = code_of(request).await {
                sent.accepted.lock().expect("free").insert(mark, code);
                break;
            }
            real_sleep(Duration::from_millis(20)).await;
            if *stop.borrow() {
                return;
            }
        }
        real_sleep(Duration::from_millis(25)).await;
    }
}

/// The incident a 202 names; `None` for any other end.
async fn code_of(request: reqwest::RequestBuilder) -> Option<String> {
    let answer = request.send().await.ok()?;
    if answer.status() != 202 {
        return None;
    }
    let body: serde_json::Value = answer.json().await.ok()?;
    body["incidents"][0]["code"].as_str().map(str::to_owned)
}

/// The token of the system that sends alerts.
pub const TOKEN: &str = "token-of-the-process-test-0001";
