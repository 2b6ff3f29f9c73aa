//! `trucban duty`, as an operator uses it: what it prints for good files and for bad ones.

use trucban::clock::Clock;

use super::place::{Ended, Place};

const PEOPLE: &str = "id,full_name,title,unit,roles,telegram_id,zalo_id,phone,email\n\
                      p-001,Cán bộ trực,,,responder,1001,,,\n\
                      p-002,Cán bộ dự bị,,,responder,,,,\n\
                      p-003,Đội trưởng,,,lead,1003,,,\n\
                      p-005,Lãnh đạo,,,manager,,,,\n";

const GOOD: &str = "[[duty]]\nfrom = \"2026-01-05\"\nevery = \"week\"\nat = \"07:30\"\npeople = [\"p-001\"]\n\n\
                    [[backup]]\nfrom = \"2026-01-05\"\nevery = \"month\"\nat = \"07:30\"\npeople = [\"p-003\"]\n";

fn province() -> Place {
    let place = Place::new();
    let dir = place.path("").display().to_string();
    place.done(&["init", "--dir", &dir]);
    let people = place.write("people.csv", PEOPLE);
    place.done(&["people", "import", &people]);
    place
}

fn import(place: &Place, text: &str) -> Ended {
    let file = place.write("roster.toml", text);
    place.run(&["duty", "import", &file])
}

/// Days of this machine's clock are left out, and its folders.
fn lasting(place: &Place, text: &str) -> String {
    let dir = place.path("").display().to_string();
    let text = text.replace(dir.trim_end_matches('/'), "«thư mục»");
    let day = regex::Regex::new(r"\d\d:\d\d ((T\d|CN) )?\d\d/\d\d").expect("a pattern");
    day.replace_all(&text, "«lúc»").into_owned()
}

#[test]
fn a_good_roster_is_imported_shown_and_checked() {
    let place = province();
    let ended = import(&place, GOOD);
    assert_eq!(ended.code, 0, "{ended:?}");
    insta::assert_snapshot!("duty_import_good", lasting(&place, &ended.out));
    // The same again changes nothing.
    let again = import(&place, GOOD);
    insta::assert_snapshot!("duty_import_same", lasting(&place, &again.out));

    let at = "2090-01-04T08:00:00+07:00";
    let shown = place.done(&["duty", "show", "--at", at, "--days", "20"]);
    insta::assert_snapshot!("duty_show_days", shown.out);
    let shown = place.done(&["duty", "show", "--at", at]);
    insta::assert_snapshot!("duty_show", shown.out);

    let path = place.path("trucban.toml");
    let config = std::fs::read_to_string(&path).expect("a configuration");
    let webhook = "\n[channels.webhook]\nurl = \"http://127.0.0.1:1/\"\n";
    std::fs::write(&path, config + webhook).expect("written");
    let checked = place.run(&["duty", "check"]);
    assert_eq!(checked.code, 1, "{checked:?}");
    insta::assert_snapshot!("duty_check", lasting(&place, &checked.out));
    let found = place.run(&["--json", "duty", "check"]);
    let found: serde_json::Value = serde_json::from_str(&found.out).expect("JSON");
    assert_eq!(found["ok"], false);
    let of = |id: &str| {
        let all = found["findings"].as_array().expect("a list");
        all.iter().filter(|one| one["person"] == id).count()
    };
    assert_eq!((of("p-001"), of("p-003"), of("p-005")), (1, 1, 1), "{found}");
    assert_eq!(found["canary"]["sent"], 0);
}

#[test]
fn without_days_the_whole_stretch_around_the_instant_is_given() {
    let place = province();
    assert_eq!(import(&place, &GOOD.replace("[\"p-001\"]", "[\"p-001\", \"p-002\"]")).code, 0);
    let at = "2090-01-04T08:00:00+07:00";
    let shown = place.json(&["duty", "show", "--at", at]);
    let shift = &shown["layers"][0]["shifts"][0];
    assert_eq!(shown["layers"][0]["shifts"].as_array().map(Vec::len), Some(1));
    let (from, to) = (shift["from"].as_str().expect("text"), shift["to"].as_str().expect("text"));
    assert!(from < at && at < to, "{shift}");
    assert!(from.ends_with("T07:30:00+07:00") && to.ends_with("T07:30:00+07:00"), "{shift}");
    assert_eq!(shown["at"], at);
    // Where nothing changes within two months either way there is no end to name.
    assert_eq!(import(&place, GOOD).code, 0);
    let shift = place.json(&["duty", "show", "--at", at])["layers"][0]["shifts"][0].clone();
    assert_eq!(
        (&shift["from"], &shift["to"]),
        (&serde_json::Value::Null, &serde_json::Value::Null)
    );
    assert_eq!(shift["people"][0]["id"], "p-001");
}

#[test]
fn without_a_roster_each_command_says_how_to_get_one() {
    let place = province();
    let shown = place.done(&["duty", "show"]);
    assert!(shown.out.contains("trucban duty import"), "{shown:?}");
    let checked = place.run(&["duty", "check"]);
    assert_eq!(checked.code, 1);
    insta::assert_snapshot!("duty_check_without_roster", checked.out);
}

#[test]
fn each_bad_roster_is_refused_whole_with_line_value_and_remedy() {
    let place = province();
    let bad = [
        ("nobody_at_all", ""),
        ("nobody_in_it", &*GOOD.replace("[\"p-001\"]", "[]")),
        ("nobody_in_a_turn", &*GOOD.replace("[\"p-001\"]", "[\"p-001\", []]")),
        (
            "end_before_start",
            &*GOOD.replace("every = \"week\"", "until = \"2025-12-01\"\nevery = \"week\""),
        ),
        ("a_stranger", &*GOOD.replace("[\"p-001\"]", "[\"p-001\", \"p-099\"]")),
        ("not_in_the_team", &*GOOD.replace("[\"p-001\"]", "[\"p-005\"]")),
        ("twice_in_a_turn", &*GOOD.replace("[\"p-001\"]", "[[\"p-001\", \"p-001\"]]")),
        ("no_such_hour", &*GOOD.replace("07:30", "25:30")),
        ("unknown_key", &*GOOD.replace("people", "peopel")),
        ("no_toml", "[[duty]\n"),
    ];
    let mut sheet = String::new();
    for (name, text) in bad {
        let ended = import(&place, text);
        assert_eq!(ended.code, 1, "{name}: {ended:?}");
        sheet.push_str(&format!("──── {name}\n{}\n", lasting(&place, &ended.out)));
        let file = place.path("roster.toml").display().to_string();
        let told = place.run(&["--json", "duty", "import", &file]);
        let told: serde_json::Value = serde_json::from_str(&told.out).expect("JSON");
        assert!(!told["problems"].as_array().expect("a list").is_empty(), "{name}: {told}");
    }
    insta::assert_snapshot!("duty_import_bad", sheet.trim_end());
    assert!(place.done(&["duty", "show"]).out.contains("Chưa có lịch trực"), "nothing was taken");
}

#[test]
fn a_gap_and_a_backup_of_himself_are_found() {
    let place = province();
    let gap = "[[duty]]\nfrom = \"2026-01-05\"\nuntil = \"2026-01-12\"\nevery = \"week\"\nat = \"07:30\"\npeople = [\"p-001\"]\n";
    assert_eq!(import(&place, gap).code, 0);
    let checked = place.run(&["duty", "check"]);
    assert_eq!(checked.code, 1);
    insta::assert_snapshot!("duty_check_gap", lasting(&place, &checked.out));
    assert_eq!(import(&place, &GOOD.replace("p-003", "p-001")).code, 0);
    let checked = place.run(&["duty", "check"]);
    insta::assert_snapshot!("duty_check_himself", lasting(&place, &checked.out));
}

#[test]
fn where_one_person_sits_without_end_no_end_is_said() {
    let place = province();
    assert_eq!(import(&place, GOOD).code, 0);
    let words =
        ["escalation", "explain", "--severity", "high", "--at", "2090-01-04T08:00:00+07:00"];
    let explained = place.json(&words);
    let called = &explained["steps"][0]["people"][0];
    assert_eq!((&called["id"], &called["layer"]), (&"p-001".into(), &"duty".into()));
    assert!(called["until"].is_null(), "{called}");
    let said = place.done(&words).out;
    assert!(said.contains("; ca trực") && !said.contains("ca trực đến"), "{said}");
    // With two who take turns there is one, in whole seconds.
    assert_eq!(import(&place, &GOOD.replace("[\"p-001\"]", "[\"p-001\", \"p-002\"]")).code, 0);
    let until = place.json(&words)["steps"][0]["people"][0]["until"].clone();
    assert_eq!(until, "2090-01-09T07:30:00+07:00");
}

#[test]
fn a_unit_that_ended_is_explained_as_the_one_that_took_its_place() {
    let place = province();
    let units = "code,name,kind,active_to,successor\n\
                 xa-moi,Xã Mới,xa,,\nxa-cu,Xã Cũ,xa,2026-01-31,xa-moi\nxa-het,Xã Hết,xa,2026-01-31,\n";
    let file = place.write("units.csv", units);
    place.done(&["units", "import", &file]);
    let explain = |unit| ["escalation", "explain", "--severity", "high", "--unit", unit];
    assert_eq!(place.json(&explain("xa-cu"))["unit"], "xa-moi");
    assert!(place.done(&explain("xa-cu")).out.contains("Đơn vị: Xã Mới"));
    let ended = place.run(&explain("xa-het"));
    assert_eq!(ended.code, 2, "{ended:?}");
    assert!(ended.err.contains("không có đơn vị kế thừa"), "{ended:?}");
}

#[test]
fn what_init_writes_as_a_roster_is_one_when_its_marks_are_taken_away() {
    let place = province();
    let text = std::fs::read_to_string(place.path("roster.toml")).expect("an example");
    let keys = ["from", "until", "every", "count", "at", "people", "hours", "layer", "to", "[["];
    let lines = text.lines().map(|line| {
        let bare = line.strip_prefix("# ").unwrap_or(line);
        if keys.iter().any(|key| bare.starts_with(key)) { bare } else { line }
    });
    let ids = regex::Regex::new("p-00[4-8]").expect("a pattern");
    let text = lines.collect::<Vec<_>>().join("\n");
    let text = ids.replace_all(&text, "p-001").replace("[\"p-001\", \"p-001\"]", "[\"p-001\"]");
    assert!(text.contains("\n[[backup]]"), "{text}");
    let ended = import(&place, &text);
    assert_eq!(ended.code, 0, "{ended:?}\n{text}");
}

/// A day so far from today.
fn day(ahead: i64) -> chrono::NaiveDate {
    let today = Clock::System.now().date(chrono_tz::Asia::Ho_Chi_Minh);
    today + chrono::TimeDelta::days(ahead)
}

/// From the evening of a day to the midnight of the second after it somebody else has the watch.
fn overridden() -> String {
    let (from, to) = (day(30), day(32));
    format!(
        "\n[[override]]\nlayer = \"duty\"\nfrom = \"{from}T18:00\"\nto = {to}\npeople = [\"p-002\"]\n"
    )
}

#[test]
fn overrides_in_the_file_are_changes_and_the_same_again_says_nothing() {
    let place = province();
    let file = format!("{GOOD}{}", overridden());
    assert_eq!(import(&place, &file).code, 0);
    let at = format!("{}T08:00:00+07:00", day(30));
    let shown = place.json(&["duty", "show", "--at", &at, "--days", "3"]);
    let shifts = shown["layers"][0]["shifts"].as_array().expect("a list");
    let told = |shift: &serde_json::Value| {
        let [from, to] = ["from", "to"].map(|key| shift[key].as_str().expect("text").to_owned());
        let one = &shift["people"][0];
        format!("{from} {to} {} {}", one["id"], one["through"]).replace([':', '"'], "")
    };
    let shifts: Vec<String> = shifts.iter().map(told).collect();
    let (one, two, three) = (day(30), day(32), day(33));
    assert_eq!(
        shifts,
        [
            format!("{one}T080000+0700 {one}T180000+0700 p-001 rotation"),
            format!("{one}T180000+0700 {two}T000000+0700 p-002 change"),
            format!("{two}T000000+0700 {three}T080000+0700 p-001 rotation"),
        ]
    );
    let head = place.json(&["ledger", "head"])["seq"].clone();
    assert_eq!(import(&place, &file).code, 0);
    assert_eq!(place.json(&["ledger", "head"])["seq"], head);
    // One more is taken in beside those that stand.
    let more = overridden().replace(&format!("{}T18:00", day(30)), &day(40).to_string());
    let more = more.replace(&day(32).to_string(), &day(41).to_string());
    let said = import(&place, &format!("{file}{more}"));
    assert!(said.out.contains("Đã ghi nhận lịch trực"), "{said:?}");
    assert_ne!(place.json(&["ledger", "head"])["seq"], head);
}

#[test]
fn overrides_that_cannot_be_are_refused_with_the_whole_file() {
    let place = province();
    let one = overridden();
    let over = |lines: &str| format!("{GOOD}{one}{lines}");
    let later = one.replace(&format!("{}T18:00", day(30)), &day(31).to_string());
    let backwards = one.replace(&day(32).to_string(), &day(29).to_string());
    for (text, said) in [
        (over(&later), "chồng lên khoảng ghi trước"),
        (over(&backwards), "kết thúc trước khi bắt đầu"),
        (over(&one.replace("p-002", "p-005")), "không có thành viên Đội “p-005”"),
        (over(&one.replace("\"duty\"", "\"night\"")), "không có giá trị “night”"),
        (over(&one.replace("T18:00", "T6pm")), "cũng không phải giờ của một ngày"),
    ] {
        let ended = import(&place, &text);
        assert_eq!(ended.code, 1, "{ended:?}");
        assert!(ended.out.contains(said), "{said}: {ended:?}");
    }
    // What the roster itself has to say no to leaves nothing behind either.
    let nobody = format!("{GOOD}{one}instead_of = \"p-003\"\n");
    let ended = import(&place, &nobody);
    assert_eq!(ended.code, 2, "{ended:?}");
    assert!(ended.err.contains("Đội trưởng"), "{ended:?}");
    assert!(place.done(&["duty", "show"]).out.contains("Chưa có lịch trực"));
}

#[test]
fn a_gap_whose_end_is_near_has_it_and_one_without_end_has_none() {
    let place = province();
    let rotation = |layer: &str, from: i64, person: &str| {
        let from = day(from);
        format!(
            "[[{layer}]]\nfrom = \"{from}\"\nevery = \"week\"\nat = \"07:30\"\npeople = [\"{person}\"]\n"
        )
    };
    let found = |text: &str| {
        assert_eq!(import(&place, text).code, 0);
        let out = place.run(&["duty", "check"]).out;
        out.lines().filter(|line| line.contains("Không có ai")).collect::<Vec<_>>().join("\n")
    };
    // The end lies beyond the days that are looked at, and is the true one.
    let ends = found(&rotation("duty", 30, "p-001"));
    let end = day(30).format("%d/%m").to_string();
    assert!(ends.ends_with(&format!(" 07:30 {end}")), "{ends}");
    let never = format!(
        "{}until = \"2026-01-12\"\n{}",
        rotation("duty", -30, "p-001"),
        rotation("backup", -30, "p-003")
    );
    let never = found(&never.replace("2026-01-12", &day(-7).to_string()));
    assert!(never.contains("trở đi. Xếp người: /truc NGƯỜI TỪ_NGÀY ĐẾN_NGÀY"), "{never}");
}

#[test]
fn a_plan_without_backup_is_found_although_the_one_it_replaced_had_one() {
    let place = province();
    assert_eq!(import(&place, GOOD).code, 0);
    let (duty, _) = GOOD.split_once("\n\n").expect("both");
    assert_eq!(import(&place, duty).code, 0);
    let said = place.run(&["duty", "check"]).out;
    assert!(said.contains("Lịch không có người trực dự bị"), "{said}");
    assert!(!said.contains("Không có ai trực dự bị"), "{said}");
}

#[test]
fn without_any_channel_that_is_said_once_and_nobody_is_told_to_get_what_he_has() {
    let place = province();
    assert_eq!(import(&place, GOOD).code, 0);
    let said = place.run(&["duty", "check"]).out;
    assert_eq!(said.matches("Chưa cấu hình kênh liên lạc nào").count(), 1, "{said}");
    assert!(said.contains("trucban.toml") && !said.contains("people.csv"), "{said}");
    let found = place.json(&["duty", "check"]);
    assert_eq!(found["reachable"].as_array().map(Vec::len), Some(0), "{found}");
}

#[test]
fn a_roster_that_is_not_there_ends_as_units_that_are_not_there() {
    let place = province();
    for what in ["duty", "units"] {
        let ended = place.run(&[what, "import", "không-có.toml"]);
        assert_eq!(ended.code, 2, "{what}: {ended:?}");
        let words = "Không đọc được không-có.toml: không có tệp. Kiểm tra đường dẫn và quyền đọc.";
        assert!(ended.err.contains(words) && ended.out.is_empty(), "{what}: {ended:?}");
    }
}

#[test]
fn a_dry_run_says_the_same_and_takes_nothing() {
    let place = province();
    let file = place.write("roster.toml", GOOD);
    let ended = place.done(&["duty", "import", &file, "--dry-run"]);
    insta::assert_snapshot!("duty_import_dry_run", lasting(&place, &ended.out));
    assert!(place.done(&["duty", "show"]).out.contains("Chưa có lịch trực"));
}

#[test]
fn what_is_explained_beforehand_names_people_hours_holidays_and_why() {
    let place = province();
    assert_eq!(import(&place, GOOD).code, 0);
    let config = std::fs::read_to_string(place.path("trucban.toml")).expect("there");
    let low = "[[escalation.policy]]\nseverities = [\"low\"]\nin_hours_only = true\nlease = \"24h\"\n\
               [[escalation.policy.level]]\nnotify = [\"duty\"]\nwait = \"2h\"\n\
               [[escalation.policy.level]]\nnotify = [\"backup\", \"lead\"]\nwhen = \"in_hours\"\nwait = \"2h\"\n\n";
    let first = config.find("[[escalation.policy]]").expect("a policy");
    place.write("trucban.toml", &format!("{}{low}{}", &config[..first], &config[first..]));
    // A public holiday, then the Saturday after it.
    let holiday = "2090-09-02T09:00:00+07:00";
    for (name, severity) in [("explain_low", "low"), ("explain_critical", "critical")] {
        let words = ["escalation", "explain", "--severity", severity, "--at", holiday];
        insta::assert_snapshot!(name, place.done(&words).out);
    }
    let words = ["escalation", "explain", "--severity", "low", "--at", holiday];
    let steps = place.json(&words);
    assert_eq!(steps["steps"][0]["at"], "2090-09-04T07:30:00+07:00", "{steps}");
    assert_eq!(steps["steps"][0]["people"][0]["why"], "duty");
}

/// What two weeks and a later plan look like.
fn seated(place: &Place) -> serde_json::Value {
    let at = format!("{}T12:00:00+07:00", day(1));
    place.json(&["duty", "show", "--at", &at, "--days", "90"])["layers"].clone()
}

#[test]
fn an_exported_roster_is_a_file_that_imports_to_the_same_one() {
    let place = province();
    let refused = place.run(&["duty", "export"]);
    assert_eq!(refused.code, 2, "{refused:?}");
    assert!(refused.err.contains("trucban duty import"), "{refused:?}");
    let nights = "[[duty]]\nfrom = \"2026-01-05\"\nevery = \"day\"\ncount = 2\nat = \"07:30\"\ndays = [\"sat\", \"sun\"]\n\
                  hours = \"18:00-07:00\"\npeople = [\"p-002\", [\"p-001\", \"p-003\"]]\n\n";
    let over = |from: &str, to: i64, rest: &str| {
        let to = day(to);
        format!("\n[[override]]\nlayer = \"duty\"\nfrom = \"{from}\"\nto = {to}\n{rest}\n")
    };
    let empty = over(&format!("{}T18:00", day(50)), 51, "people = []");
    let exact = format!("{}T00:00:00.250+07:00", day(70));
    let instead = over(&exact, 71, "people = [\"p-002\"]\ninstead_of = \"p-001\"");
    let file = format!("{nights}{GOOD}{}{empty}{instead}", overridden());
    assert_eq!(import(&place, &file).code, 0);
    let later = format!("from = {}\n\n{}", day(60), GOOD.replace("week", "month"));
    assert_eq!(import(&place, &later).code, 0);

    let printed = place.done(&["duty", "export"]).out;
    let mut sheet = printed.clone();
    for ahead in [30, 32, 50, 51, 60, 70, 71] {
        sheet = sheet.replace(&day(ahead).to_string(), &format!("«{ahead} ngày nữa»"));
    }
    let now = regex::Regex::new(
        r"(lúc \d\d:\d\d \d\d/\d\d/\d{4})|(?m:^from = .20\d\d-\d\d-\d\dT\d\d:\d\d.$)",
    );
    let sheet = now.expect("a pattern").replace_all(&sheet, "«lúc này»");
    insta::assert_snapshot!("duty_export", sheet.trim_end());

    // The same here says nothing; elsewhere the same people sit there.
    let path = place.path("lich.toml").display().to_string();
    let told = place.done(&["duty", "export", &path]).out;
    assert!(told.contains("Đã xuất lịch trực ra"), "{told}");
    let twice = place.run(&["duty", "export", &path]);
    assert!(twice.code == 2 && twice.err.contains("--force"), "{twice:?}");
    place.done(&["duty", "export", &path, "--force"]);
    let head = place.json(&["ledger", "head"])["seq"].clone();
    let again = place.done(&["duty", "import", &path]).out;
    assert!(again.contains("không có gì thay đổi"), "{again}");
    assert_eq!(place.json(&["ledger", "head"])["seq"], head);
    let elsewhere = province();
    elsewhere.done(&["duty", "import", &path]);
    assert_eq!(seated(&elsewhere), seated(&place));
    let told = place.json(&["duty", "export"]);
    assert_eq!((&told["plans"], &told["overrides"]), (&2.into(), &3.into()), "{told}");

    // Whoever left is named before somebody tries to import it.
    let people =
        place.write("people.csv", "id,full_name,roles,active\np-002,Cán bộ dự bị,responder,no\n");
    place.done(&["people", "import", &people]);
    let printed = place.done(&["duty", "export"]).out;
    assert!(printed.contains("# Không còn là thành viên Đội: p-002."), "{printed}");
}

#[test]
fn plans_of_one_file_stand_in_the_order_in_which_they_begin() {
    let place = province();
    let later =
        |from: &str| format!("from = \"{}\"\n{GOOD}\n[[plan]]\nfrom = \"{from}\"\n", day(20));
    let rotation = "[[plan.duty]]\nfrom = \"2026-01-05\"\nevery = \"week\"\nat = \"07:30\"\npeople = [\"p-002\"]\n";
    let ended = import(&place, &format!("{}{rotation}", later(&day(10).to_string())));
    assert_eq!(ended.code, 1, "{ended:?}");
    assert!(ended.out.contains("plan[1].from"), "{ended:?}");
    let ended = import(&place, &later(&day(30).to_string()));
    assert!(ended.code == 1 && ended.out.contains("plan[1].duty"), "{ended:?}");
    assert_eq!(import(&place, &format!("{}{rotation}", later(&day(30).to_string()))).code, 0);
    let at = format!("{}T12:00:00+07:00", day(31));
    let shown = place.json(&["duty", "show", "--at", &at]);
    assert_eq!(shown["layers"][0]["shifts"][0]["people"][0]["id"], "p-002", "{shown}");
}
