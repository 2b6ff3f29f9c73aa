//! Commands as scripts and operators use them: exit codes, JSON, refusals, locks.

use std::time::Duration;

use super::place::Place;

const UNITS: &str = "code,name,kind,parent,active_from,active_to,successor\n\
                     tinh,UBND tỉnh Mẫu,tinh,,,,\nxa-001,UBND xã Một,xa,tinh,,,\n";
const PEOPLE: &str = "id,full_name,title,unit,roles,telegram_id,zalo_id,phone,email\n\
                      p-001,Cán bộ trực,,tinh,responder,1001,,,\n\
                      p-003,Đội trưởng,,tinh,lead,1003,,,\n";

fn installed() -> Place {
    let place = Place::new();
    let dir = place.path("").display().to_string();
    place.done(&["init", "--dir", &dir]);
    place
}

fn with_people() -> Place {
    let place = installed();
    let units = place.write("units.csv", UNITS);
    place.done(&["units", "import", &units]);
    let people = place.write("people.csv", PEOPLE);
    place.done(&["people", "import", &people]);
    place
}

/// Every command and group of commands that is listed.
const COMMANDS: [&[&str]; 45] = [
    &[],
    &["demo"],
    &["init"],
    &["run"],
    &["check"],
    &["doctor"],
    &["units"],
    &["units", "import"],
    &["units", "coverage"],
    &["units", "export"],
    &["systems"],
    &["systems", "import"],
    &["systems", "export"],
    &["systems", "list"],
    &["people"],
    &["people", "import"],
    &["people", "export"],
    &["people", "invite"],
    &["people", "unlink"],
    &["duty"],
    &["duty", "show"],
    &["duty", "check"],
    &["duty", "import"],
    &["escalation", "explain"],
    &["page", "test"],
    &["incident", "list"],
    &["incident", "show"],
    &["incident", "evidence"],
    &["playbook"],
    &["playbook", "list"],
    &["playbook", "show"],
    &["playbook", "lint"],
    &["playbook", "graph"],
    &["playbook", "simulate"],
    &["drill"],
    &["drill", "preview"],
    &["drill", "lint"],
    &["drill", "scenario"],
    &["ledger"],
    &["ledger", "verify"],
    &["ledger", "head"],
    &["rebuild"],
    &["backup"],
    &["restore"],
    &["completions"],
];

#[test]
fn each_shell_gets_a_script_that_knows_every_command() {
    let place = Place::new();
    for shell in ["bash", "zsh", "fish"] {
        let script = place.done(&["completions", shell]).out;
        for command in COMMANDS.iter().filter_map(|words| words.first()) {
            assert!(script.contains(command), "{shell}: {command}");
        }
        let file = place.write(shell, &script);
        // Where the shell is there, it reads it.
        let checked = std::process::Command::new(shell).args(["-n", &file]).output();
        match checked {
            Ok(checked) => assert!(checked.status.success(), "{shell}: {checked:?}"),
            Err(_) => eprintln!("{shell} is not here: its script was not read by it"),
        }
    }
    assert_eq!(place.run(&["completions", "tcsh"]).code, 2);
}

#[test]
fn what_init_writes_passes_check_and_runs() {
    let place = Place::new();
    let dir = place.path("").display().to_string();
    let init = place.done(&["init", "--dir", &dir]);
    let code = init.out.lines().find_map(|line| line.split("/start ").nth(1)).expect("a code");
    assert!(code.len() >= 10 && code.bytes().all(|b| b.is_ascii_alphanumeric()), "{code}");
    place.done(&["check"]);
    let mut service = place.serve();
    assert!(service.ready().expect("it runs").contains("đang chạy"));
    let (ended, took) = service.terminate();
    assert_eq!(ended.code(), Some(0), "{}", place.log());
    assert!(took < Duration::from_secs(3), "{took:?}");
}

#[test]
fn init_never_overwrites() {
    let place = installed();
    let dir = place.path("").display().to_string();
    let before = std::fs::read(place.path("trucban.toml")).expect("there");
    let again = place.run(&["init", "--dir", &dir]);
    assert_eq!(again.code, 2);
    assert!(again.err.contains("không bị ghi đè"), "{again:?}");
    assert_eq!(std::fs::read(place.path("trucban.toml")).expect("there"), before);
    // A database alone is in the way as well: its first administrator has a code already.
    std::fs::remove_file(place.path("trucban.toml")).expect("removed");
    assert_eq!(place.run(&["init", "--dir", &dir]).code, 2);
    assert!(!place.path("trucban.toml").exists());
}

#[test]
fn only_its_owner_reads_what_init_writes() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = installed();
    for name in ["trucban.toml", "trucban.db"] {
        let mode = std::fs::metadata(place.path(name)).expect("there").permissions().mode();
        assert_eq!(mode & 0o077, 0, "{name}: {mode:o}");
    }
}

#[test]
fn the_tour_plays_the_main_job_in_time() {
    let place = Place::new();
    let began = trucban::clock::Clock::System.read().mono;
    let tour = place.done(&["demo", "--tour"]);
    let took = trucban::clock::Clock::System.read().mono.saturating_sub(began);
    assert!(took < Duration::from_secs(20), "{took:?}");
    let parts = [
        "SC-2026-0001",
        "Tiếp nhận",
        "CẦN NGƯỜI TIẾP NHẬN",
        "[ảnh]",
        "Chứng cứ: 1",
        "BẮT ĐẦU DIỄN TẬP DT-2026-001",
        "KẾT THÚC DIỄN TẬP DT-2026-001",
    ];
    for part in parts {
        assert!(tour.out.contains(part), "{part} is missing in\n{}", tour.out);
    }
}

#[test]
fn the_demo_says_where_its_page_is_and_leaves_nothing_behind() {
    let place = Place::new();
    let mut demo = place.demo();
    let line = demo.ready().expect("it says so");
    let address = line.split("http://").nth(1).expect("an address").trim().trim_end_matches('/');
    let folders = || {
        let names = std::fs::read_dir(place.path("")).expect("readable").flatten();
        names.filter(|entry| entry.path().is_dir()).count()
    };
    assert_eq!(folders(), 1);
    let second = place.run(&["demo", "--listen", address]);
    assert_eq!(second.code, 2, "{second:?}");
    assert!(second.err.contains(address) && second.err.contains("--listen"), "{second:?}");
    let (ended, took) = demo.interrupt();
    assert_eq!(ended.code(), Some(0));
    assert!(took < Duration::from_secs(15), "{took:?}");
    assert_eq!(folders(), 0, "the folder is gone");
}

#[test]
fn every_command_explains_itself_in_vietnamese() {
    let place = Place::new();
    let over_others: [&[&str]; 4] = [&["people"], &["incident"], &["ledger"], &["units"]];
    for words in COMMANDS.into_iter().chain(over_others) {
        let ended = place.done(&[words, &["--help"]].concat());
        assert!(ended.out.contains("Cách dùng: "), "{words:?}: {}", ended.out);
        assert_eq!(ended.err, "", "{words:?}");
        let theirs = [
            "Usage",
            "Options",
            "Commands",
            "OPTIONS",
            "COMMAND",
            "Arguments",
            "Print",
            "default:",
            "env:",
        ];
        for english in theirs {
            assert!(!ended.out.contains(english), "{words:?} says {english}:\n{}", ended.out);
        }
    }
}

#[test]
fn a_command_line_that_is_none_ends_with_two_and_says_why() {
    let place = Place::new();
    let wrong: [&[&str]; 7] = [
        &[],
        &["chạy"],
        &["run", "--nhanh"],
        &["incident"],
        &["incident", "show"],
        &["people", "invite"],
        &["escalation", "explain", "--severity", "nặng"],
    ];
    for words in wrong {
        let ended = place.run(words);
        assert_eq!(ended.code, 2, "{words:?}: {ended:?}");
        assert_eq!(ended.out, "", "{words:?}");
        assert!(!ended.err.trim().is_empty(), "{words:?}");
        assert!(!ended.err.contains("error:"), "{words:?}: {}", ended.err);
    }
}

#[test]
fn without_configuration_or_database_nothing_can_be_done() {
    let place = Place::new();
    let ended = place.run(&["check"]);
    assert_eq!(ended.code, 2);
    assert!(ended.err.contains("trucban init"), "{ended:?}");
    installed_config_without_database(&place);
    let ended = place.run(&["incident", "list"]);
    assert_eq!(ended.code, 2);
    assert!(ended.err.contains("trucban init"), "{ended:?}");
    assert!(!place.path("trucban.db").exists(), "only init and run make a database");
}

fn installed_config_without_database(place: &Place) {
    let other = installed();
    let config = std::fs::read_to_string(other.path("trucban.toml")).expect("there");
    place.write("trucban.toml", &config);
}

#[test]
fn check_ends_with_one_when_it_finds_something_and_names_it_all() {
    let place = installed();
    place.write(
        "trucban.toml",
        "[team]\nname = \"Đội\"\nprovince = \"Mẫu\"\nhotline = \"1\"\ncolour = \"red\"\n\
         [http]\nlisten = \"anywhere\"\n\
         [escalation]\n[[escalation.policy]]\nlease = \"2h\"\n\
         [[escalation.policy.level]]\nnotify = [\"duty\"]\nwait = \"5m\"\n",
    );
    let ended = place.run(&["check"]);
    assert_eq!(ended.code, 1, "{ended:?}");
    assert!(ended.out.contains("colour") && ended.out.contains("listen"), "{ended:?}");
    let found = place.json(&["check"]);
    assert_eq!(found["ok"], false);
    assert!(found["problems"].as_array().is_some_and(|list| list.len() >= 2), "{found}");
    // The service does not start on it either, and says the same.
    let ended = place.run(&["run"]);
    assert_eq!(ended.code, 2);
    assert!(ended.err.contains("colour") && ended.err.contains("listen"), "{ended:?}");
}

#[test]
fn json_is_one_document_and_nothing_else() {
    let place = with_people();
    let commands: [&[&str]; 9] = [
        &["check"],
        &["incident", "list"],
        &["incident", "list", "--open"],
        &["ledger", "verify"],
        &["ledger", "head"],
        &["rebuild"],
        &["escalation", "explain", "--severity", "high"],
        &["people", "invite", "p-001"],
        &["people", "unlink", "p-001"],
    ];
    for words in commands {
        let value = place.json(words);
        assert!(value.is_object() || value.is_array(), "{words:?}: {value}");
    }
    assert_eq!(place.json(&["incident", "list"]), serde_json::json!([]));
}

#[test]
fn a_file_full_of_mistakes_is_told_up_to_a_readable_length_and_only_on_the_terminal() {
    let place = installed();
    let mut rows = String::from("id,full_name,phone\n");
    for n in 1..=10_000 {
        rows.push_str(&format!("p-{n},Người {n},{n:09}x\n"));
    }
    let people = place.write("people.csv", &rows);
    let ended = place.run(&["people", "import", &people]);
    assert_eq!((ended.code, ended.err.as_str()), (1, ""));
    assert!(ended.out.contains("vì có 10000 điều cần sửa:"), "{}", ended.out);
    assert!(ended.out.contains("dòng 101, phone: “000000100x” không phải số điện thoại."));
    assert_eq!(ended.out.lines().count(), 102);
    let last = "… và 9900 dòng nữa. Anh/chị sửa các dòng trên rồi chạy lại; --json in ra tất cả.";
    assert_eq!(ended.out.lines().last(), Some(last));
    let found = place.json(&["people", "import", &people]);
    assert_eq!(found["problems"].as_array().map(Vec::len), Some(10_000));
}

#[test]
fn an_import_with_bad_rows_changes_nothing_and_names_each() {
    let place = installed();
    let units = place.write("units.csv", UNITS);
    place.done(&["units", "import", &units]);
    let bad = "id,full_name,title,unit,roles,telegram_id,zalo_id,phone,email\n\
               p-001,Cán bộ trực,,tinh,responder,1001,,,\n\
               p-002,Ai đó,,không-có,responder,1002,,,\n\
               p-003,Người khác,,tinh,vua,1003,,,\n\
               p-004,Người nữa,,tinh,lead,chữ,,,\n";
    let people = place.write("people.csv", bad);
    let ended = place.run(&["people", "import", &people]);
    assert_eq!(ended.code, 1, "{ended:?}");
    for wrong in ["không-có", "vua", "chữ"] {
        assert!(ended.out.contains(wrong), "{wrong}: {ended:?}");
    }
    let found = place.json(&["people", "import", &people]);
    let lines: Vec<_> = found["problems"].as_array().expect("a list").iter().collect();
    assert_eq!(lines.len(), 3, "{found}");
    // The first row was right and did not come in either.
    assert_eq!(place.run(&["people", "invite", "p-001"]).code, 2);
}

#[test]
fn tables_are_exported_for_their_owner_only_and_never_over_a_file_unasked() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = with_people();
    let systems = "unit,code,name,level,hosting,contact\n\
                   xa-001,cong-tt,Cổng thông tin,2,Trung tâm dữ liệu tỉnh,p-001\n\
                   xa-001,mot-cua,Một cửa điện tử,3,,\n";
    let file = place.write("systems.csv", systems);
    place.done(&["systems", "import", &file]);
    for (what, rows) in [("units", 2), ("people", 3), ("systems", 2)] {
        for ending in ["csv", "xlsx"] {
            let file = place.path(&format!("ra-{what}.{ending}")).display().to_string();
            let done = place.done(&[what, "export", "-o", &file]);
            assert!(done.out.starts_with(&format!("Đã xuất {rows} dòng ra ")), "{done:?}");
            assert_eq!(done.out.contains("chỉ chủ tệp đọc được"), what == "people", "{done:?}");
            let mode = std::fs::metadata(&file).expect("there").permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{file}");
            let before = std::fs::read(&file).expect("there");
            let again = place.run(&[what, "export", "-o", &file]);
            assert_eq!(again.code, 2);
            assert!(again.err.contains("--force"), "{again:?}");
            assert_eq!(std::fs::read(&file).expect("there"), before);
            place.done(&[what, "export", "-o", &file, "--force"]);
            let same = place.json(&[what, "import", &file]);
            assert_eq!((&same["changed"], &same["same"]), (&0.into(), &rows.into()), "{same}");
        }
    }
    let csv = std::fs::read(place.path("ra-units.csv")).expect("there");
    assert!(csv.starts_with(b"\xEF\xBB\xBFcode,name,"), "spreadsheets know it by its mark");
    let other = place.run(&["units", "export", "-o", &place.path("ra.ods").display().to_string()]);
    assert_eq!(other.code, 2);
    assert!(other.err.contains(".csv hoặc .xlsx"), "{other:?}");
    let left = std::fs::read_dir(place.path("")).expect("readable").flatten();
    assert!(!left.into_iter().any(|entry| entry.path().extension().is_some_and(|e| e == "tmp")));
    insta::assert_snapshot!(place.done(&["systems", "list", "--unit", "xa-001"]).out);
}

#[test]
fn systems_are_listed_by_unit_the_highest_level_first() {
    let place = with_people();
    let systems = "unit,code,name,level,hosting,contact\n\
                   xa-001,a-thap,Thấp,1,,\nxa-001,b-cao,Cao,3,,\ntinh,c-tinh,Tỉnh,2,,\n";
    let file = place.write("systems.csv", systems);
    place.done(&["systems", "import", &file]);
    let listed = place.json(&["systems", "list"]);
    let codes: Vec<_> = listed.as_array().expect("a list").iter().map(|one| &one["code"]).collect();
    assert_eq!(codes, ["c-tinh", "b-cao", "a-thap"]);
}

#[test]
fn a_dry_run_says_what_would_come_and_writes_nothing() {
    let place = installed();
    let units = place.write("units.csv", UNITS);
    let before = place.json(&["ledger", "head"]);
    let found = place.json(&["units", "import", &units, "--dry-run"]);
    assert_eq!(found["added"], 2, "{found}");
    assert_eq!(place.json(&["ledger", "head"]), before);
    place.done(&["units", "import", &units]);
    let again = place.json(&["units", "import", &units]);
    assert_eq!((&again["added"], &again["same"]), (&0.into(), &2.into()), "{again}");
}

#[test]
fn an_invitation_is_a_code_until_the_bots_name_is_known() {
    let place = with_people();
    let said = place.done(&["people", "invite", "p-001"]);
    assert!(said.out.contains("/start "), "{said:?}");
    let found = place.json(&["people", "invite", "p-003"]);
    assert!(found["code"].as_str().is_some_and(|code| code.len() >= 10), "{found}");
    assert_eq!(found["link"], serde_json::Value::Null);
}

#[test]
fn what_is_not_there_ends_with_two_and_says_so() {
    let place = with_people();
    let unknown: [&[&str]; 8] = [
        &["redact", "linh tinh", "1", "--reason", "thử"],
        &["redact", "SC-2026-9999", "1", "--reason", "thử"],
        &["incident", "show", "SC-2026-9999"],
        &["incident", "show", "linh tinh"],
        &["people", "invite", "p-999"],
        &["people", "unlink", "p-999"],
        &["page", "test", "p-999"],
        &["units", "import", "không-có.csv"],
    ];
    for words in unknown {
        let ended = place.run(words);
        assert_eq!(ended.code, 2, "{words:?}: {ended:?}");
        assert_eq!(ended.out, "", "{words:?}");
        assert!(ended.err.starts_with("Lỗi"), "{words:?}: {}", ended.err);
        assert!(!ended.err.contains("os error"), "{words:?}: {}", ended.err);
        // What helps in chat does not help here.
        assert!(!ended.err.contains(" /"), "{words:?}: {}", ended.err);
    }
}

#[test]
fn a_derived_row_that_does_not_read_is_told_with_the_remedy_and_the_remedy_works() {
    let place = with_people();
    let conn = rusqlite::Connection::open(place.path("trucban.db")).expect("opened");
    conn.execute("UPDATE person SET body = '{broken' WHERE id = 'p-003'", []).expect("changed");
    let check = place.run(&["check"]);
    assert_eq!(check.code, 2, "{check:?}");
    assert!(check.err.contains("không đọc được (person)"), "{check:?}");
    assert!(check.err.contains("trucban rebuild"), "{check:?}");
    let doctor = place.run(&["doctor"]);
    assert_eq!(doctor.code, 1, "{doctor:?}");
    assert!(doctor.out.contains("person p-003"), "{doctor:?}");
    assert!(doctor.out.contains("trucban rebuild"), "{doctor:?}");

    let rebuilt = place.run(&["rebuild"]);
    assert_eq!((rebuilt.code, rebuilt.out.contains("person, p-003")), (1, true), "{rebuilt:?}");
    assert!(!place.run(&["doctor"]).out.contains("person p-003"));
    assert_ne!(place.run(&["check"]).code, 2);

    conn.execute("UPDATE person SET body = '{broken' WHERE id = 'p-003'", []).expect("changed");
    let mut service = place.serve();
    service.ready().expect("it mends that by itself and runs");
    assert!(place.log().contains("made again from the ledger"), "{}", place.log());
    service.kill();
}

#[test]
fn check_says_when_the_hotline_is_no_telephone_number() {
    let place = installed();
    let warning = "team.hotline chưa có số điện thoại";
    assert!(place.done(&["check"]).out.contains(warning));
    let config = std::fs::read_to_string(place.path("trucban.toml")).expect("there");
    let mended = config.replace("(chưa đặt số đường dây nóng)", "0228 0000 000");
    place.write("trucban.toml", &mended);
    assert!(!place.done(&["check"]).out.contains(warning));
}

#[test]
fn without_telegram_nobody_is_called_in_the_teams_chat() {
    let place = with_people();
    let explain = place.done(&["escalation", "explain", "--severity", "high"]);
    assert!(!explain.out.contains("nhóm chat của Đội"), "{explain:?}");
}

#[test]
fn two_services_exclude_each_other_and_the_second_says_who_holds_it() {
    let place = installed();
    let mut first = place.serve();
    first.ready().expect("it runs");
    let second = place.run(&["run"]);
    assert_eq!(second.code, 2);
    assert!(second.err.contains(&first.pid().to_string()), "{second:?}");
    let rebuild = place.run(&["rebuild"]);
    assert_eq!(rebuild.code, 2);
    assert!(rebuild.err.contains(&first.pid().to_string()), "{rebuild:?}");
    // Commands that only add beside the service are let in.
    let units = place.write("units.csv", UNITS);
    place.done(&["units", "import", &units]);
    first.kill();
    // However it ended, the lock is free.
    place.done(&["rebuild"]);
}

#[test]
fn a_changed_ledger_is_found_and_the_entry_named() {
    let place = with_people();
    let conn = rusqlite::Connection::open(place.path("trucban.db")).expect("opened");
    conn.execute_batch(
        "DROP TRIGGER ledger_is_never_updated;
         UPDATE ledger SET body = replace(body, 'xa-001', 'xa-002') WHERE body LIKE '%xa-001%';",
    )
    .expect("changed");
    let ended = place.run(&["ledger", "verify"]);
    assert_eq!(ended.code, 1, "{ended:?}");
    let found = place.json(&["ledger", "verify"]);
    assert_eq!(found["ok"], false);
    assert!(found["broken"].as_i64().is_some_and(|seq| seq > 0), "{found}");
    assert_eq!(place.run(&["rebuild"]).code, 1, "the derived tables follow the ledger");
}

#[test]
fn units_without_a_contact_are_listed_with_the_remedy_and_an_exit_code_of_1() {
    let place = with_people();
    let ended = place.run(&["units", "coverage"]);
    assert_eq!(ended.code, 1, "{ended:?}");
    insta::assert_snapshot!("units_coverage", ended.out);
    let found = place.json(&["units", "coverage"]);
    assert_eq!(found["units"], 2);
    assert_eq!(
        found["uncovered"][0],
        serde_json::json!({
            "unit": "tinh", "why": "no_contact", "confirmed_at": null
        })
    );
}
