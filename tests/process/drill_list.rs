//! `trucban drill list`, `show` and `compliance`, on the database of a province that drills.

use super::place::Place;
use crate::harness::{LEAD, MANAGER, Province, REPORTER, given};
use crate::scenarios::drills::begun;

/// A place whose configuration names the database of the province.
fn beside(province: &Province) -> Place {
    let place = Place::new();
    place.done(&["init", "--dir", &place.path("").display().to_string()]);
    let config = std::fs::read_to_string(place.path("trucban.toml")).expect("there");
    let own = format!("path = \"{}\"", province.world.dir().join("trucban.db").display());
    assert!(config.contains("path = \"trucban.db\""), "{config}");
    place.write("trucban.toml", &config.replace("path = \"trucban.db\"", &own));
    place
}

/// A drill that was held, one that was not agreed to, and a series of four a year, agreed to.
async fn drilled() -> Province {
    let province = given().await;
    begun(&province, "kiem-tra-lien-lac").await;
    province.press(REPORTER, REPORTER, "Đã nhận tin").await;
    province.say(LEAD, "/dientap DT-2026-001 kết thúc").await;
    province.say(LEAD, "/dientap lập lo-lot-du-lieu 15/12/2026 9h").await;
    province.say(LEAD, "/dientap DT-2026-002 gửi duyệt").await;
    province.say(MANAGER, "/dientap DT-2026-002 không duyệt Trùng kỳ họp").await;
    let series = "/dientap chuỗi kiem-tra-lien-lac: mỗi quý, ngày làm việc đầu tiên lúc 9h";
    province.say(LEAD, series).await;
    province.press(LEAD, LEAD, "Có").await;
    province.say(LEAD, "/dientap kế hoạch 2027 gửi duyệt").await;
    province.say(MANAGER, "/dientap kế hoạch 2027 duyệt").await;
    province
}

/// Without what is of this run only.
fn lasting(calendar: &str) -> String {
    let lines = calendar.lines().map(str::trim_end);
    lines.filter(|line| !line.starts_with("DTSTAMP")).collect::<Vec<_>>().join("\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_drills_there_are_can_be_listed_read_and_put_in_a_calendar() {
    let province = drilled().await;
    let place = beside(&province);
    insta::assert_snapshot!("drill_list", place.done(&["drill", "list"]).out);
    insta::assert_snapshot!(
        "drill_list_year",
        place.done(&["drill", "list", "--year", "2026"]).out
    );
    let all = place.json(&["drill", "list"]);
    assert_eq!(all.as_array().map(Vec::len), Some(8), "{all}");
    insta::assert_snapshot!("drill_list_json", serde_json::to_string_pretty(&all[0]).unwrap());
    insta::assert_snapshot!("drill_show", place.done(&["drill", "show", "dt-2026-001"]).out);
    insta::assert_snapshot!(
        "drill_show_declined",
        place.done(&["drill", "show", "DT-2026-002"]).out
    );
    let one = place.json(&["drill", "show", "DT-2026-001"]);
    insta::assert_snapshot!("drill_show_json", serde_json::to_string_pretty(&one).unwrap());
    // The calendar, on the screen and in a file, and never over one unasked.
    let words = ["drill", "list", "--year", "2026", "--ics"];
    let calendar = place.done(&words).out;
    insta::assert_snapshot!("drill_calendar", lasting(&calendar));
    let file = place.path("lich.ics").display().to_string();
    let into = [words.as_slice(), &["-o", &file]].concat();
    assert!(place.done(&into).out.contains("2 cuộc"));
    let written = std::fs::read_to_string(&file).expect("written");
    assert_eq!(lasting(&written), lasting(&calendar).trim_end());
    assert!(written.lines().all(|line| line.len() <= 75), "{written}");
    let again = place.run(&into);
    assert_eq!(again.code, 2, "{again:?}");
    assert!(again.err.contains("--force"), "{again:?}");
    place.done(&[into.as_slice(), &["--force"]].concat());
    province.end_without_listening().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_drilled_is_a_table_for_people_and_one_document_for_programs() {
    let province = drilled().await;
    let place = beside(&province);
    // Units that miss something are an exit code of 1.
    let year = ["drill", "compliance", "--year", "2026"];
    let shown = place.run(&year);
    assert_eq!((shown.code, shown.err.as_str()), (1, ""), "{shown:?}");
    insta::assert_snapshot!("drill_compliance", shown.out);
    let json = place.json(&year);
    assert_eq!(json["year"], 2026);
    assert_eq!(json["duties"].as_array().map(Vec::len), Some(3), "{json}");
    let units = json["units"].as_array().expect("units");
    let unit = |code: &str| units.iter().find(|one| one["unit"] == code).expect("the unit");
    assert_eq!(unit("xa-001")["year"], "met");
    assert_eq!(unit("phuong-002")["year"], "missing");
    assert_eq!(unit("xa-001")["quarters"][3], "met");
    province.end_without_listening().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_year_and_a_code_of_which_there_is_nothing_say_so_and_what_to_do() {
    let province = drilled().await;
    let place = beside(&province);
    let list = place.done(&["drill", "list", "--year", "2031"]);
    assert_eq!(list.out, "Năm 2031 chưa có cuộc diễn tập nào.\n");
    assert_eq!(place.json(&["drill", "list", "--year", "2031"]), serde_json::json!([]));
    let calendar = place.done(&["drill", "list", "--year", "2031", "--ics"]).out;
    assert!(calendar.starts_with("BEGIN:VCALENDAR") && !calendar.contains("VEVENT"), "{calendar}");
    // Nothing of a year to come has to be done yet.
    let compliance = place.done(&["drill", "compliance", "--year", "2099"]);
    assert!(compliance.out.contains("0/0 đơn vị"), "{compliance:?}");
    for command in [["drill", "show", "DT-2026-099"].as_slice(), &["drill", "show", "gì đó"]] {
        let ended = place.run(command);
        assert_eq!((ended.code, ended.out.as_str()), (2, ""), "{ended:?}");
        assert!(ended.err.contains("Xem: trucban drill list"), "{ended:?}");
    }
    let report = place.path("bao-cao.docx").display().to_string();
    let ended = place.run(&["report", "drill", "DT-2026-099", "-o", &report]);
    assert_eq!(ended.code, 2, "{ended:?}");
    assert!(ended.err.contains("Xem: trucban drill list"), "{ended:?}");
    let ended = place.run(&["report", "drill", "DT-2026-002", "-o", &report]);
    assert_eq!(ended.code, 2, "{ended:?}");
    assert!(ended.err.contains("chưa diễn ra"), "{ended:?}");
    let ended = place.run(&["drill", "list", "-o", &report]);
    assert_eq!(ended.code, 2, "a calendar is asked for by --ics: {ended:?}");
    province.end_without_listening().await;
}

#[test]
fn without_any_drill_that_is_said_and_without_a_database_too() {
    let place = Place::new();
    place.done(&["init", "--dir", &place.path("").display().to_string()]);
    let none = place.done(&["drill", "list"]).out;
    assert_eq!(none, "Chưa có cuộc diễn tập nào.\n");
    let units = place.write("units.csv", "code,name,kind\nxa-001,UBND xã Một,xa\n");
    place.done(&["units", "import", &units]);
    assert_eq!(place.json(&["drill", "list"]), serde_json::json!([]));
    let shown = place.run(&["drill", "compliance"]);
    assert_eq!(shown.code, 1, "{shown:?}");
    assert!(shown.out.contains("còn thiếu") && shown.out.contains("0/1 đơn vị"), "{shown:?}");
    std::fs::remove_file(place.path("trucban.db")).expect("it was there");
    for command in [["drill", "list"].as_slice(), &["drill", "compliance"]] {
        let ended = place.run(command);
        assert_eq!((ended.code, ended.out.as_str()), (2, ""), "{ended:?}");
        assert!(ended.err.contains("trucban.db"), "{ended:?}");
    }
}
