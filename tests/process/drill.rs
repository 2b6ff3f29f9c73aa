//! `trucban drill`, as whoever plans drills uses it.

use super::place::Place;

/// The command line of a place that has no configuration.
fn bare<'a>(words: &[&'a str]) -> Vec<&'a str> {
    [&["--config", "./trucban.toml", "drill", "preview"], words].concat()
}

#[test]
fn the_days_of_a_rule_are_shown_without_any_configuration_with_each_reason() {
    let place = Place::new();
    let days = bare(&["hằng năm ngày 15/10 lúc 9h", "--from", "2027-01-01", "--count", "5"]);
    insta::assert_snapshot!("drill_preview", place.done(&days).out);
    // In several words, and without marks.
    let plain = bare(&["hang", "nam", "ngay", "15/10", "--from", "2027-01-01", "--count", "5"]);
    assert_eq!(place.done(&plain).out, place.done(&days).out);
    let once = bare(&["15/10/2027", "--from", "2027-10-15"]);
    insta::assert_snapshot!("drill_preview_once", place.done(&once).out);
    // From now on, three of them.
    let json = place.json(&bare(&["cron 0 30 8 25-31 10 Fri"]));
    assert_eq!(json["occurrences"].as_array().map(Vec::len), Some(3), "{json}");
    assert_eq!(json["zone"], "Asia/Ho_Chi_Minh");
}

#[test]
fn a_program_gets_the_days_as_one_document() {
    let place = Place::new();
    let json = place.json(&bare(&["hằng năm ngày 15/10", "--from", "2028-01-01", "--count", "1"]));
    let wanted = serde_json::json!({
        "rule": "Hằng năm, ngày 15/10, 09:00",
        "schedule": {
            "rule": {"yearly": {"month": 10, "day": 15}}, "time": "09:00:00",
            "shift": "next_workday"
        },
        "zone": "Asia/Ho_Chi_Minh",
        "occurrences": [{
            "nominal": "2028-10-15", "date": "2028-10-16", "weekday": "Mon",
            "at": "2028-10-16T09:00:00+07:00",
            "shifts": [{"from": "2028-10-15", "why": "weekend", "name": null}]
        }]
    });
    assert_eq!(json, wanted);
}

#[test]
fn a_rule_that_cannot_be_used_ends_with_2_and_the_remedy() {
    let place = Place::new();
    for (rule, remedy) in [
        ("hằng năm ngày rằm tháng 8", "Không hiểu “rằm”"),
        ("15/10/2020", "đã qua"),
        ("cron 0 9 15 10 *", "thêm giây ở đầu"),
        ("cron 0 * * * * *", "dày hơn một lần mỗi tuần"),
    ] {
        let ended = place.run(&bare(&[rule]));
        assert_eq!((ended.code, ended.out.as_str()), (2, ""), "{rule}: {ended:?}");
        assert!(ended.err.contains(remedy), "{rule}: {ended:?}");
    }
    // A configuration that somebody named has to be there.
    let ended = place.run(&["drill", "preview", "hằng năm ngày 15/10"]);
    assert_eq!(ended.code, 2, "{ended:?}");
    assert!(ended.err.contains("trucban.toml"), "{ended:?}");
}

#[test]
fn the_team_s_own_calendar_counts() {
    let place = Place::new();
    place.done(&["init", "--dir", &place.path("").display().to_string()]);
    std::fs::create_dir_all(place.path("don-vi/calendar")).expect("a folder");
    let own = "id = \"rieng\"\n[[blackout]]\nname = \"Kỳ thi\"\nfrom = \"2027-10-15\"\n\
               source = \"Văn bản mẫu\"\n";
    place.write("don-vi/calendar/rieng.toml", own);
    let config = std::fs::read_to_string(place.path("trucban.toml")).expect("there");
    let config = config.replace("[playbooks]\ndir = \"\"", "[playbooks]\ndir = \"don-vi\"");
    place.write("trucban.toml", &config);
    let words = ["drill", "preview", "hằng năm ngày 15/10", "--from", "2027-01-01", "--count", "1"];
    insta::assert_snapshot!("drill_preview_own_calendar", place.done(&words).out);
}

#[test]
fn everything_wrong_with_the_team_s_own_duties_to_drill_is_told_at_once_with_its_remedy() {
    let place = Place::new();
    place.done(&["init", "--dir", &place.path("").display().to_string()]);
    std::fs::create_dir_all(place.path("don-vi/regulation")).expect("a folder");
    let own = include_str!("../samples/drill-duties-wrong.toml");
    place.write("don-vi/regulation/drills.toml", own);
    let config = std::fs::read_to_string(place.path("trucban.toml")).expect("there");
    let config = config.replace("[playbooks]\ndir = \"\"", "[playbooks]\ndir = \"don-vi\"");
    place.write("trucban.toml", &config);
    let ended = place.run(&["check"]);
    assert_eq!(ended.code, 1, "{ended:?}");
    let folder = place.path("").display().to_string();
    let told = ended.out.replace(folder.trim_end_matches('/'), "«thư mục»");
    let told: Vec<&str> = told.lines().filter(|line| line.contains("drills.toml")).collect();
    insta::assert_snapshot!("drill_duties_wrong", told.join("\n"));
    // Mended, it is what counts.
    let own = "[[duty]]\nid = \"xa\"\nunits = { kinds = [\"xa\"] }\nevery = \"half\"\n\
               counts_if = \"attended\"\n";
    place.write("don-vi/regulation/drills.toml", own);
    assert!(!place.run(&["check"]).out.contains("drills.toml"));
    let units = place.write("units.csv", "code,name,kind\nxa-001,UBND xã Một,xa\n");
    place.done(&["units", "import", &units]);
    let duties = place.json(&["drill", "compliance"]);
    assert_eq!(duties["duties"].as_array().map(Vec::len), Some(1), "{duties}");
    assert_eq!(duties["duties"][0]["every"], "half");
}
