//! Words taken back from the command line, beside the running service.

use trucban::app::settings;
use trucban::clock::Clock;
use trucban::config;
use trucban::domain::envelope::{Actor, Command, Envelope};
use trucban::domain::values::Severity;
use trucban::engine::handle::handle;
use trucban::ledger::{Durability, Store};

use super::place::Place;
use crate::harness::alert;

#[test]
fn words_taken_back_beside_the_service_are_gone_and_their_backups_are_named() {
    let place = Place::new();
    place.done(&["init", "--dir", &place.path("").display().to_string()]);
    let config = config::load(&place.path("trucban.toml"), &|_| None).expect("a configuration");
    {
        let mut store = Store::open(&place.path("trucban.db"), Durability::Full).expect("it opens");
        let command = Command::Alerts(vec![alert("Sonthuyhuutinh", Severity::Low)]);
        let siem = Actor::Intake("siem".to_owned());
        let envelope = Envelope::new("intake:siem:1", siem, command);
        let now = Clock::System.now();
        let filed = store.transaction(now, |tx| handle(tx, &settings(&config), &envelope));
        filed.expect("it is stored");
    }
    place.done(&["backup", "one.trucban"]);
    let mut service = place.serve();
    service.ready().expect("it runs");
    let listed = place.json(&["incident", "list"]);
    let code = listed[0]["code"].as_str().expect("a code").to_owned();
    let shown = place.json(&["incident", "show", &code]);
    let seq = shown["timeline"][0]["seq"].to_string();

    let done = place.json(&["redact", &code, &seq, "--reason", "gửi nhầm"]);

    assert_eq!(done["scrubbed"], true, "{done}");
    assert!(
        done["backups"][0].as_str().is_some_and(|name| name.ends_with("one.trucban")),
        "{done}"
    );
    for file in ["trucban.db", "trucban.db-wal", "trucban.db-shm"] {
        let bytes = std::fs::read(place.path(file)).unwrap_or_default();
        let words = b"Sonthuyhuutinh";
        assert!(!bytes.windows(words.len()).any(|found| found == words), "{file} holds the words");
    }
    assert!(!place.log().contains("Sonthuyhuutinh"));
    let again = place.run(&["redact", &code, &seq, "--reason", "lần nữa"]);
    assert_eq!(again.code, 2, "{again:?}");
    assert_eq!(place.json(&["ledger", "verify"])["removed"], 1);
}
