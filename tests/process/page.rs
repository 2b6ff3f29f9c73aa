//! `trucban page test`: what becomes of a test page is said, by each way.

use tokio::task::JoinSet;

use super::place::{Place, Service};
use crate::harness::sms::{Answers, Gateway};

const PEOPLE: &str = "id,full_name,title,unit,roles,telegram_id,zalo_id,phone,email\n\
                      p-001,Cán bộ trực,,,responder,,,0912345678,\n\
                      p-002,Cán bộ dự bị,,,responder,,,0987654321,dubi@example.gov.vn\n\
                      p-003,Đội trưởng,,,lead,,,,\n";

struct Running {
    place: Place,
    gateway: Gateway,
    service: Option<Service>,
    _tasks: JoinSet<()>,
}

/// A gateway for SMS that answers, and a mail server that is not there.
async fn installed() -> Running {
    let mut tasks = JoinSet::new();
    let gateway = Gateway::open(&mut tasks).await;
    let place = Place::prepared(&format!(
        "[team]\nname = \"Đội\"\nprovince = \"Tỉnh Mẫu\"\nhotline = \"0000\"\n\
         [channels.webhook]\nurl = \"{}\"\n\
         [channels.email]\nsmtp = \"smtp://127.0.0.1:1\"\nfrom = \"trucban@example.gov.vn\"\n",
        gateway.url
    ));
    let people = place.write("people.csv", PEOPLE);
    place.done(&["people", "import", &people]);
    Running { place, gateway, service: None, _tasks: tasks }
}

async fn running() -> Running {
    let mut running = installed().await;
    let mut service = running.place.serve();
    assert!(service.ready().is_some(), "{}", running.place.log());
    running.service = Some(service);
    running
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_test_page_that_arrives_is_said_to_and_one_that_is_refused_too() {
    let running = running().await;
    let place = &running.place;
    let sent = place.run(&["page", "test", "p-001"]);
    assert_eq!(sent.code, 0, "{sent:?}");
    assert!(sent.out.contains("✔ tin nhắn SMS hoặc máy nhắn tin: đã gửi sau "), "{sent:?}");
    assert_eq!(running.gateway.messages().len(), 1);

    running.gateway.answer(Answers::Status(400));
    let failed = place.run(&["page", "test", "p-001", "--json"]);
    assert_eq!(failed.code, 1, "{failed:?}");
    let failed: serde_json::Value = serde_json::from_str(&failed.out).expect("JSON");
    assert_eq!(failed["ok"], false);
    assert_eq!(failed["outcomes"][0]["state"], "failed");
    assert_eq!(failed["outcomes"][0]["why"], "bad_address");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_way_is_tried_and_one_that_hangs_is_said_to_hang() {
    let running = running().await;
    let place = &running.place;
    let both = place.json(&["page", "test", "p-002", "--no-wait"]);
    assert_eq!(both["channels"], serde_json::json!(["webhook", "email"]));
    assert!(both["ok"].is_null(), "{both}");
    let hangs = place.run(&["page", "test", "p-002", "--channel", "email", "--wait", "1"]);
    assert_eq!(hangs.code, 1, "{hangs:?}");
    let last = hangs.out.lines().last().expect("a line");
    assert!(last.starts_with("✘ thư điện tử: ") && last.contains("1 giây"), "{hangs:?}");
    let one = place.json(&["page", "test", "p-002", "--channel", "webhook"]);
    assert_eq!((&one["ok"], &one["channels"]), (&true.into(), &serde_json::json!(["webhook"])));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_the_service_or_a_way_that_is_said_at_once() {
    let running = installed().await;
    let place = &running.place;
    let queued = place.run(&["page", "test", "p-001"]);
    assert_eq!(queued.code, 1, "{queued:?}");
    assert!(queued.out.contains("Dịch vụ không chạy"), "{queued:?}");
    let queued = place.done(&["page", "test", "p-001", "--no-wait"]);
    assert_eq!(queued.out, "Đã xếp tin thử tới Cán bộ trực qua tin nhắn SMS hoặc máy nhắn tin.\n");
    for words in [&["p-003"][..], &["p-001", "--channel", "email"]] {
        let refused = place.run(&[&["page", "test"], words].concat());
        assert_eq!(refused.code, 2, "{refused:?}");
        assert!(refused.err.contains("Không có kênh nào tới được"), "{refused:?}");
    }
}
