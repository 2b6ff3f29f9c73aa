//! `trucban drill`, as whoever writes scenarios uses it.

use super::place::Place;

const OWN: &str = include_str!("../../playbooks/drills/kiem-tra-lien-lac.toml");

fn with_own(text: &str) -> Place {
    let place = Place::new();
    place.done(&["init", "--dir", &place.path("").display().to_string()]);
    let config = std::fs::read_to_string(place.path("trucban.toml")).expect("there");
    std::fs::create_dir_all(place.path("don-vi/drills")).expect("a folder");
    place.write("don-vi/drills/kiem-tra-lien-lac.toml", text);
    place.write("trucban.toml", &config.replace("dir = \"\"", "dir = \"don-vi\""));
    place
}

#[test]
fn scenarios_are_listed_and_shown_with_those_of_the_team() {
    let place = with_own(&OWN.replace("version = 1", "version = 4"));
    let list = place.done(&["drill", "scenario"]).out;
    let own = list.lines().find(|line| line.contains("kiem-tra-lien-lac")).expect("listed");
    assert!(own.starts_with("* ") && own.contains("  4  "), "{own}");
    assert!(list.contains("lo-lot-du-lieu") && list.contains("của đơn vị"), "{list}");
    let shown = place.done(&["drill", "scenario", "kiem tra"]).out;
    assert!(shown.starts_with("Kiểm tra liên lạc các đầu mối (kiem-tra-lien-lac, bản 4)"));
    let json = place.json(&["drill", "scenario", "kiem-tra-lien-lac"]);
    assert_eq!((&json["kind"], &json["length"]), (&"lien_lac".into(), &"4h".into()));
    let all = place.json(&["drill", "scenario"]);
    assert!(all.as_array().is_some_and(|all| all.iter().any(|one| one["own"] == true)), "{all}");
    let unknown = place.run(&["drill", "scenario", "khong-co"]);
    assert_eq!((unknown.code, unknown.out.as_str()), (2, ""));
    assert!(unknown.err.contains("trucban drill scenario"), "{unknown:?}");
}

#[test]
fn files_and_folders_are_checked_without_any_configuration() {
    let place = Place::new();
    std::fs::create_dir_all(place.path("kich-ban")).expect("a folder");
    let right = place.write("kich-ban/kiem-tra-lien-lac.toml", OWN);
    let folder = place.path("kich-ban").display().to_string();
    for files in [&right, &folder] {
        let ended = place.done(&["drill", "lint", files]);
        assert_eq!(ended.out.trim(), "1 kịch bản đúng.");
    }
    place.write("kich-ban/kiem-tra-lien-lac.toml", &OWN.replace("to = [\"to-goi\"]", "to = []"));
    let ended = place.run(&["drill", "lint", &folder]);
    assert_eq!(ended.code, 1, "{ended:?}");
    assert!(ended.out.contains("tình huống không gửi cho ai"), "{ended:?}");
    let json = place.json(&["drill", "lint", &folder]);
    assert_eq!((&json["ok"], &json["scenarios"]), (&false.into(), &1.into()));
    let ended = place.run(&["drill", "lint", "khong-co.toml"]);
    assert_eq!(ended.code, 1, "{ended:?}");
}

#[test]
fn a_playbook_of_the_team_without_a_step_that_a_scenario_built_in_names_stops_no_service() {
    let place = with_own(OWN);
    std::fs::create_dir_all(place.path("don-vi/response")).expect("a folder");
    let short = "id = \"ma-doc-tong-tien\"\nversion = 9\ntitle = \"Ngắn\"\nsummary = \"Một bước.\"\n\
                 [[step]]\nid = \"lam\"\ntitle = \"Làm\"\nwho = \"team\"\n";
    place.write("don-vi/response/ma-doc-tong-tien.toml", short);
    place.done(&["check"]);
    let told = place.run(&["drill", "lint"]);
    assert_eq!(told.code, 1, "{told:?}");
    assert!(told.out.contains("không có bước “xac-minh-tong-tien”"), "{told:?}");
}

#[test]
fn check_and_lint_tell_what_is_wrong_with_the_teams_own_scenarios() {
    let place = with_own(&OWN.replace("Không có sự cố nào.\n\nNhờ", "Đây là sự cố thật.\n\nNhờ"));
    for words in [["drill", "lint"].as_slice(), &["check"]] {
        let ended = place.run(words);
        assert_eq!(ended.code, 1, "{words:?} {ended:?}");
        assert!(ended.out.contains("kiem-tra-lien-lac.toml, dòng "), "{words:?} {ended:?}");
        assert!(ended.out.contains("cụm từ “sự cố thật”"), "{words:?} {ended:?}");
    }
}
