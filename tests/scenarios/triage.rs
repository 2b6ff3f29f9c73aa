//! A first guess from the words of a report, shown as a guess until a person sets or confirms it.

use std::path::Path;

use trucban::config::triage::{BUILT_IN, parse};
use trucban::domain::triage::Triage;
use trucban::domain::values::{Category, Severity};

use crate::harness::{DUTY, LEAD, REPORTER, TEAM, given};

fn triage() -> Triage {
    parse(BUILT_IN, Path::new("triage.toml")).expect("the file built in is right")
}

fn keep(name: &str, words: &str) {
    insta::with_settings!({
        snapshot_path => "../snapshots", prepend_module_to_snapshot => false,
        omit_expression => true,
    }, { insta::assert_snapshot!(name, words); });
}

fn problems(text: &str) -> Vec<String> {
    let found = parse(text, Path::new("triage.toml")).expect_err("something is wrong");
    found.iter().map(trucban::config::Problem::words).collect()
}

#[test]
fn the_file_built_in_is_right_and_its_examples_come_out_as_they_say() {
    triage();
}

#[test]
fn of_realistic_reports_most_get_the_category_and_severity_a_person_would_give() {
    let (triage, mut missed) = (triage(), Vec::new());
    let (mut kinds, mut levels, mut all) = (0, 0, 0);
    for line in include_str!("../samples/reports.tsv").lines() {
        let cells: Vec<&str> = line.split('\t').collect();
        let [category, severity, says] = cells[..] else { panic!("{line}") };
        let guess = triage.guess(says);
        let came = guess.category.map_or("-", Category::as_str);
        let (kind, level) = (came == category, guess.severity.as_str() == severity);
        kinds += usize::from(kind);
        levels += usize::from(level);
        all += 1;
        if !kind || !level {
            missed.push(format!("{category} {severity}, came {came} {}: {says}", guess.severity));
        }
    }
    let told = format!("category {kinds}/{all}, severity {levels}/{all}\n{}\n", missed.join("\n"));
    keep("triage_of_reports", &told);
    assert!(kinds * 100 >= all * 85 && levels * 100 >= all * 75, "{told}");
}

#[test]
fn marks_and_capitals_do_not_count_and_words_match_whole() {
    let triage = triage();
    for says in ["máy chủ bị MÃ HOÁ", "may chu bi ma hoa", "Máy chủ bị mã hóa!"] {
        assert_eq!(triage.guess(says).category, Some(Category::Tc06), "{says}");
    }
    assert_eq!(triage.guess("khóa học mã vạch hóa đơn").category, None);
    assert_eq!(triage.guess("").category, None);
    assert_eq!(triage.guess("xin báo cáo anh").category, None);
}

#[test]
fn what_is_denied_does_not_count_within_its_clause_only() {
    let triage = triage();
    let category = |says| triage.guess(says).category;
    assert_eq!(category("dữ liệu không bị mã hóa"), None);
    assert_eq!(category("không có dấu hiệu bị mã hóa"), None);
    assert_eq!(category("không bị mất điện, tệp bị mã hóa"), Some(Category::Tc06));
    // The denial is part of the sign itself.
    assert_eq!(category("không có mạng"), Some(Category::Ht));
}

#[test]
fn a_report_is_never_guessed_below_what_the_file_allows() {
    let guess = triage().guess("nghi ngờ, hình như, đã khắc phục, đã xử lý xong");
    assert_eq!(guess.severity, Severity::Medium);
}

#[test]
fn everything_wrong_with_a_teams_own_file_is_told_at_once_with_its_place() {
    let text = r#"
least = "mild"
enuf = 2
[[category]]
code = "TC06"
[category.words]
"mã hóa" = 3
"ma hoa" = 2
"tống tiền" = 0
[[category]]
code = "TC99"
[severity]
low = -1
high = 5
critical = 5
[severity.words]
"..." = 1
[[example]]
says = "máy chủ bị mã hóa"
category = "TC01"
"#;
    keep("triage_problems", &problems(text).join("\n"));
    let wrong = text.replace("\"mild\"", "\"medium\"");
    assert!(problems(&wrong).iter().any(|one| one.contains("enuf")));
}

#[test]
fn an_example_that_comes_out_otherwise_is_a_mistake_of_the_file() {
    let text =
        BUILT_IN.replacen("category = \"TC06\"\nseverity = \"critical\"", "category = \"TC01\"", 1);
    keep("triage_example", &problems(&text).join("\n"));
}

#[tokio::test]
async fn a_report_opens_at_the_guess_and_the_card_says_so_until_a_person_confirms_it() {
    let mut given = given().await;
    let code = given.report(REPORTER, "Máy chủ một cửa bị mã hóa, có tệp đòi tiền chuộc").await;
    let incident = given.incident(&code);
    assert_eq!((incident.severity, incident.category), (Severity::Critical, Some(Category::Tc06)));
    assert!(incident.guessed.severity && incident.guessed.category);
    let card = given.card(TEAM, &code).text;
    assert!(card.contains("Rất cao (máy đoán)"), "{card}");
    assert!(card.contains("(máy đoán, chưa xác nhận)"), "{card}");
    given.say(DUTY, &format!("/phanloai {code} TC06")).await;
    given.say(DUTY, &format!("/mucdo {code} rất cao")).await;
    let card = given.card(TEAM, &code).text;
    assert!(!card.contains("máy đoán"), "{card}");
    let story = given.story(&code);
    assert!(story.contains(&"category_changed") && story.contains(&"severity_changed"));
    given.forget();
    given.say(DUTY, &format!("/mucdo {code} rất cao")).await;
    given.hears(&[(DUTY, "đang ở mức độ đó rồi")]);
    given.end().await;
}

#[tokio::test]
async fn a_category_the_reporter_names_is_no_guess_and_the_team_still_confirms_it() {
    let given = given().await;
    let code = given.report(REPORTER, "Máy chủ một cửa bị mã hóa, có tệp đòi tiền chuộc").await;
    given.press(REPORTER, REPORTER, "Bổ sung").await;
    given.press(REPORTER, REPORTER, "Mã hóa dữ liệu").await;
    let card = given.card(TEAM, &code).text;
    assert!(card.contains("TC06") && !card.contains("chưa xác nhận"), "{card}");
    given.say(REPORTER, &format!("/bosung {code}")).await;
    given.say(REPORTER, "1").await;
    assert_eq!(
        given.incident(&code).category,
        Some(Category::Tc01),
        "the reporter knows better now"
    );

    given.say(DUTY, &format!("/phanloai {code} TC01")).await;
    given.say(REPORTER, &format!("/bosung {code}")).await;
    given.say(REPORTER, "6").await;
    assert_eq!(given.incident(&code).category, Some(Category::Tc01), "the Team has confirmed it");
    given.end_without_listening().await;
}

#[tokio::test]
async fn before_anybody_holds_it_severity_and_category_are_put_right_from_the_private_card() {
    let given = given().await;
    let code = given.report(REPORTER, "Máy chủ một cửa bị mã hóa, có tệp đòi tiền chuộc").await;
    given.press(DUTY, DUTY, "Mức độ").await;
    given.press(DUTY, DUTY, "Rất cao").await;
    assert!(!given.incident(&code).guessed.severity && given.incident(&code).holder().is_none());
    for (who, rows) in [(DUTY, 3), (LEAD, 3)] {
        given.say(who, &format!("/suco {code}")).await;
        let buttons = given.last(who).buttons;
        assert!(buttons.len() <= rows, "{buttons:?}");
        assert!(buttons.iter().flatten().any(|button| button.label == "Phân loại"), "{buttons:?}");
    }
    given.end_without_listening().await;
}

#[tokio::test]
async fn a_report_whose_words_say_nothing_begins_at_medium_and_is_no_guess() {
    let given = given().await;
    let code = given.report(REPORTER, "Anh ơi xem giúp em").await;
    let incident = given.incident(&code);
    assert_eq!((incident.severity, incident.category), (Severity::Medium, None));
    assert!(!incident.guessed.severity);
    given.end_without_listening().await;
}
