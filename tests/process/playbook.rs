//! `trucban playbook`, as whoever writes playbooks uses it.

use super::place::Place;

const OWN: &str = include_str!("../samples/playbooks/mat-dien.toml");

fn with_own(text: &str) -> Place {
    let place = Place::new();
    let dir = place.path("").display().to_string();
    place.done(&["init", "--dir", &dir]);
    let config = std::fs::read_to_string(place.path("trucban.toml")).expect("there");
    std::fs::create_dir_all(place.path("don-vi/response")).expect("a folder");
    place.write("don-vi/response/mat-dien.toml", text);
    assert!(config.contains("[playbooks]\ndir = \"\""), "{config}");
    let config = config.replace("[playbooks]\ndir = \"\"", "[playbooks]\ndir = \"don-vi\"");
    place.write("trucban.toml", &config);
    place
}

/// Without the folder of this run.
fn lasting(place: &Place, text: &str) -> String {
    text.replace(place.path("").display().to_string().trim_end_matches('/'), "«thư mục»")
}

#[test]
fn playbooks_are_listed_shown_and_drawn_with_those_of_the_team() {
    let place = with_own(OWN);
    let list = place.done(&["playbook", "list"]).out;
    let shown = |line: &&str| !line.contains("  1    ");
    // How wide the columns are depends on those built in.
    let plain = |line: &str| {
        line.split("  ")
            .filter(|cell| !cell.is_empty())
            .map(str::trim)
            .collect::<Vec<_>>()
            .join("  ")
    };
    let lines: Vec<String> = list.lines().filter(shown).map(plain).collect();
    insta::assert_snapshot!("playbook_list", lines.join("\n"));
    assert!(list.contains("ma-doc-tong-tien"), "{list}");
    let all = place.json(&["playbook", "list"]);
    let own: Vec<_> =
        all.as_array().expect("a list").iter().filter(|one| one["own"] == true).collect();
    assert_eq!(own.len(), 1, "{all}");
    assert_eq!((&own[0]["id"], &own[0]["steps"]), (&"mat-dien".into(), &8.into()));
    insta::assert_snapshot!("playbook_show", place.done(&["playbook", "show", "mat-dien"]).out);
    // By the beginning of its title, too.
    assert_eq!(
        place.done(&["playbook", "show", "Mất điện"]).out,
        place.done(&["playbook", "show", "mat-dien"]).out
    );
    assert_eq!(place.json(&["playbook", "show", "mat-dien"])["version"], 3);
    insta::assert_snapshot!("playbook_graph", place.done(&["playbook", "graph", "mat-dien"]).out);
    let file = place.path("so-do.svg").display().to_string();
    let drawn = place.done(&["playbook", "graph", "mat-dien", "--svg", &file]);
    assert!(drawn.out.contains("so-do.svg"), "{drawn:?}");
    let svg = std::fs::read_to_string(&file).expect("written");
    assert!(svg.starts_with("<svg") && svg.trim_end().ends_with("</svg>"));
    insta::assert_snapshot!("playbook_svg", svg);
    let again = place.run(&["playbook", "graph", "mat-dien", "--svg", &file]);
    assert_eq!(again.code, 2, "{again:?}");
    assert!(again.err.contains("không bị ghi đè"), "{again:?}");
    let unknown = place.run(&["playbook", "show", "khong-co"]);
    assert_eq!((unknown.code, unknown.out.as_str()), (2, ""));
    assert!(unknown.err.contains("trucban playbook list"), "{unknown:?}");
}

#[test]
fn a_simulation_tells_who_is_asked_what_and_when() {
    let place = with_own(OWN);
    // Nobody says that the light is back: the loop stops at its bound, and that is found wrong.
    let played = place.run(&["playbook", "simulate", "mat-dien"]);
    assert_eq!(played.code, 1, "{played:?}");
    insta::assert_snapshot!("playbook_simulate", played.out);
    let answers = "incident = { severity = \"low\" }\ntimes_out = [\"goi-dien-luc\"]\n\
                   [answers]\ncon_dien = true\nnguon = \"may_no\"\nso_gio = 7\n";
    let answers = place.write("tra-loi.toml", answers);
    let played = place.done(&["playbook", "simulate", "mat-dien", "--answers", &answers]);
    insta::assert_snapshot!("playbook_simulate_answers", played.out);
    let json = place.json(&["playbook", "simulate", "mat-dien", "--answers", &answers]);
    assert_eq!((&json["ended"], &json["severity"]), (&true.into(), &"low".into()));
    assert_eq!(json["entries"][0]["what"], "asked");
    // The administrator of a new place is no member of the Team.
    assert!(json["nobody"].as_array().is_some_and(|all| !all.is_empty()), "{json}");
    let wrong = place.write("sai.toml", "does = [\"x\"]\n");
    let refused = place.run(&["playbook", "simulate", "mat-dien", "--answers", &wrong]);
    assert_eq!(refused.code, 2, "{refused:?}");
    assert!(refused.err.contains("không có khóa “does”"), "{refused:?}");
}

#[test]
fn a_file_is_checked_without_any_configuration_and_everything_wrong_is_told() {
    let place = Place::new();
    let right = place.write("mat-dien.toml", OWN);
    let ended = place.run(&["playbook", "lint", &right]);
    assert_eq!((ended.code, ended.err.as_str()), (0, ""), "{ended:?}");
    let wrong = OWN
        .replace("who = \"duty\"", "who = \"sep\"")
        .replace("do = \"cho-dien\"", "do = \"khong\"");
    let wrong = place.write("mat-dien.toml", &wrong);
    let ended = place.run(&["playbook", "lint", &wrong]);
    assert_eq!(ended.code, 1, "{ended:?}");
    insta::assert_snapshot!("playbook_lint_bad", lasting(&place, &ended.out));
    let json = place.json(&["playbook", "lint", &wrong]);
    assert_eq!(
        (&json["ok"], json["problems"].as_array().map(Vec::len)),
        (&false.into(), Some(ended.out.lines().count() - 1))
    );
    let played = place.run(&["playbook", "simulate", &wrong]);
    assert_eq!(played.code, 2, "{played:?}");
}

#[test]
fn check_and_lint_tell_what_is_wrong_with_the_teams_own() {
    let place = with_own(&OWN.replace("max = 3", "max = 0"));
    for words in [["playbook", "lint"].as_slice(), &["check"]] {
        let ended = place.run(words);
        assert_eq!(ended.code, 1, "{words:?} {ended:?}");
        assert!(ended.out.contains("mat-dien.toml, dòng "), "{words:?} {ended:?}");
    }
    let list = place.run(&["playbook", "list"]);
    assert_eq!(list.code, 1, "{list:?}");
    assert!(list.out.contains("trucban playbook lint"), "{list:?}");
    // What only its own tests show stops no service, and is told.
    let place = with_own(&OWN.replace("never = [\"tat-may-phu\"", "never = [\"bao-cao-nhanh\""));
    for words in [["playbook", "lint"].as_slice(), &["check"]] {
        let ended = place.run(words);
        assert_eq!(ended.code, 1, "{words:?} {ended:?}");
        assert!(ended.out.contains("phép thử “có điện ngay”"), "{words:?} {ended:?}");
    }
}
