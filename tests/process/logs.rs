//! What the service writes down for its operator: readable by machines, every field documented, and
//! nothing about anybody.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::task::JoinSet;
use trucban::clock::{Clock, real_sleep};
use trucban::sandbox::{Fault, Sandbox};

use super::place::{Place, free_port};

const BOT: &str = "7000000001:SANDBOX-TOKEN-OF-THE-LOG-TEST-ONLY";
const TOKEN: &str = "token-of-the-log-test-0001";
const SMTP: &str = "smtp://may-thu:mat-khau-thu@127.0.0.1:1";
const TEAM_CHAT: i64 = -1_009_000_000_077;
const OFFICER: i64 = 5_551_001;
const REPORTER: i64 = 5_551_002;
const STRANGER: i64 = 5_551_003;

/// What must stand in no line.
const NEVER: [&str; 19] = [
    "Nguyễn Văn Kín",
    "Trần Thị Riêng",
    "kín",
    "0912345678",
    "0987654321",
    "kin@example.gov.vn",
    "rieng@example.gov.vn",
    "5551001",
    "5551002",
    "5551003",
    "1009000000077",
    "mã độc tống tiền",
    "lời kể",
    "ghi chú riêng",
    "SANDBOX-TOKEN",
    TOKEN,
    "mat-khau-thu",
    "cổng thông tin bị sửa",
    "tôi là ai",
];

fn config(api: &str, port: u16) -> String {
    format!(
        r#"
[team]
name = "Đội ứng cứu tỉnh Mẫu"
province = "Tỉnh Mẫu"
hotline = "số trực"
[telegram]
token = "{BOT}"
api_url = "{api}"
team_chat = {TEAM_CHAT}
[http]
listen = "127.0.0.1:{port}"
public_url = "http://127.0.0.1:{port}"
[[intake]]
name = "siem"
token = "{TOKEN}"
[escalation]
exhausted_every = "60s"
lease_grace = "15m"
[[escalation.policy]]
repeat = 1
lease = "2h"
[[escalation.policy.level]]
notify = ["duty"]
wait = "1s"
[[escalation.policy.level]]
notify = ["backup", "lead"]
wait = "1s"
[channels]
order = ["telegram", "webhook", "email"]
[channels.webhook]
url = "http://127.0.0.1:1/sms"
token = "{TOKEN}"
[channels.email]
smtp = "{SMTP}"
from = "trucban@example.gov.vn"
"#
    )
}

fn installed(sandbox: &Sandbox, port: u16) -> Place {
    for account in [OFFICER, REPORTER, STRANGER] {
        sandbox.add_user(account, "Nguyễn Văn Kín");
    }
    sandbox.add_group(TEAM_CHAT, "Đội", &[OFFICER]);
    let place = Place::prepared(&config(&sandbox.url(), port));
    let units = place.write(
        "units.csv",
        "code,name,kind,parent,active_from,active_to,successor\nxa,UBND xã Mẫu,xa,,,,\n",
    );
    place.done(&["units", "import", &units]);
    let people = format!(
        "id,full_name,title,unit,roles,telegram_id,zalo_id,phone,email\n\
         p-001,Nguyễn Văn Kín,,xa,responder,{OFFICER},,0912345678,kin@example.gov.vn\n\
         p-002,Trần Thị Riêng,,xa,reporter,{REPORTER},,0987654321,rieng@example.gov.vn\n\
         p-003,Lê Thị Riêng,,xa,lead,,,0987654322,lead@example.gov.vn\n"
    );
    let people = place.write("people.csv", &people);
    place.done(&["people", "import", &people]);
    place
}

/// A day with everything in it: people, strangers, systems, and all that can go wrong with them.
async fn a_day(sandbox: &Sandbox, port: u16) {
    for account in [OFFICER, REPORTER] {
        sandbox.press_start(account);
    }
    sandbox.press_start(STRANGER);
    sandbox.say(STRANGER, STRANGER, "tôi là ai");
    sandbox.say(REPORTER, REPORTER, "/baosuco mã độc tống tiền trên máy của Trần Thị Riêng");
    sandbox.say(REPORTER, REPORTER, "/baosuco");
    sandbox.say(REPORTER, REPORTER, "lời kể");
    real_sleep(Duration::from_millis(1500)).await;
    sandbox.fail_next(Some("sendMessage"), Fault::Status(502), 3);
    sandbox.fail_next(Some("sendMessage"), Fault::Status(403), 2);
    sandbox.fail_next(Some("getUpdates"), Fault::Garbage, 1);
    sandbox.fail_next(Some("answerCallbackQuery"), Fault::DropBefore, 1);
    let hurt = json!({"message_id": "x", "from": {"id": REPORTER}, "text": "lời kể",
        "chat": {"id": REPORTER, "type": "private"}});
    sandbox.raw_update(json!({"update_id": 900_000_000, "message": hurt}));
    sandbox.say(OFFICER, OFFICER, "/ghichu SC-2026-0001 ghi chú riêng");
    sandbox.say(OFFICER, OFFICER, "/nhan SC-2026-0001");
    sandbox.block(REPORTER);
    sandbox.say(OFFICER, TEAM_CHAT, "/khoanhvung SC-2026-0001");
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let alert = json!([{"title": "cổng thông tin bị sửa", "severity": "critical"}]).to_string();
    for (token, body) in [(TOKEN, alert.as_str()), ("wrong", &alert), (TOKEN, "{\"title\": 7}")] {
        let url = format!("http://127.0.0.1:{port}/intake/v1/events");
        let request = client.post(url).bearer_auth(token).body(body.to_owned());
        let _ = request.header("content-type", "application/json").send().await;
    }
    real_sleep(Duration::from_secs(4)).await;
    sandbox.set_unreachable(true);
    real_sleep(Duration::from_secs(1)).await;
    sandbox.clear_faults();
    real_sleep(Duration::from_secs(1)).await;
}

#[test]
fn the_log_of_a_whole_day_holds_nothing_about_anybody_and_only_documented_fields() {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    let runtime = builder.worker_threads(2).enable_all().build().expect("a runtime");
    let text = runtime.block_on(async {
        let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let (sandbox, api) = Sandbox::bind(any, Clock::System, BOT).expect("a port");
        let mut servers = JoinSet::new();
        servers.spawn(api);
        let port = free_port();
        let place = installed(&sandbox, port);
        let mut service = place.serve_as(&[], &[("TRUCBAN_LOG", "info,trucban=trace")]);
        service.ready().expect("it runs");
        a_day(&sandbox, port).await;
        let listed = place.json(&["incident", "list"]);
        assert!(listed.as_array().is_some_and(|list| list.len() >= 2), "{listed}\n{}", place.log());
        service.terminate();
        servers.shutdown().await;
        std::fs::read_to_string(place.path("service.log")).expect("a log")
    });
    assert!(text.lines().count() >= 5, "a day like this leaves lines:\n{text}");
    for words in NEVER {
        assert!(!text.contains(words), "{words} stands in\n{text}");
    }
    let documented = include_str!("../../docs/operations.md");
    for line in text.lines() {
        let line: Value = serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON: {line}"));
        for key in ["timestamp", "level", "target"] {
            assert!(line[key].is_string(), "{key}: {line}");
        }
        assert!(line["fields"]["message"].is_string(), "{line}");
        for field in line["fields"].as_object().expect("fields").keys() {
            assert!(documented.contains(&format!("`{field}`")), "{field} is not documented");
        }
    }
}

#[test]
fn every_field_in_the_source_is_documented() {
    let documented = include_str!("../../docs/operations.md");
    let mut missing = Vec::new();
    let mut folders = vec![std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("readable").flatten() {
            if entry.path().is_dir() {
                folders.push(entry.path());
                continue;
            }
            // Pictures of the demo's page stand among the sources.
            if entry.path().extension().is_none_or(|ending| ending != "rs") {
                continue;
            }
            let text = std::fs::read_to_string(entry.path()).expect("readable");
            for call in text.split("tracing::").skip(1) {
                let Some((macro_name, rest)) = call.split_once("!(") else { continue };
                if !["error", "warn", "info", "debug"].contains(&macro_name) {
                    continue;
                }
                // Before the message stand the fields: `name = …`, `%name`, `?name`, `name`.
                let fields = rest.split('"').next().unwrap_or_default();
                for field in fields.split(',') {
                    let name = field.split('=').next().unwrap_or_default().trim();
                    let name = name.trim_start_matches(['%', '?']).trim();
                    if !name.is_empty() && !documented.contains(&format!("`{name}`")) {
                        missing.push(format!("{}: {name}", entry.path().display()));
                    }
                }
            }
        }
    }
    assert!(missing.is_empty(), "not in docs/operations.md:\n{}", missing.join("\n"));
}

#[test]
fn a_log_for_eyes_is_text() {
    let place = Place::new();
    place.done(&["init", "--dir", &place.path("").display().to_string()]);
    let mut service = place.serve_as(
        &["--log-format", "text"],
        &[("TRUCBAN_LOG", "trucban=trace"), ("TRUCBAN_LOG_FORMAT", "json")],
    );
    service.ready().expect("it runs");
    service.kill();
    let mut service =
        place.serve_as(&["--log-format", "text"], &[("TRUCBAN_LOG", "trucban=trace")]);
    service.ready().expect("it runs");
    service.terminate();
    let text = std::fs::read_to_string(place.path("service.log")).expect("a log");
    assert!(!text.contains('{') && !text.contains('\u{1b}'), "{text}");
    assert_eq!(place.run(&["run", "--log-format", "xml"]).code, 2);
}
