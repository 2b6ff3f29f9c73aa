//! What is told of scenarios that are wrong: everything at once, with file, line and remedy.

use std::fmt::Write as _;
use std::path::Path;

use trucban::config::drills::{DrillFault, MOST_INJECTS, Shelf, parse};
use trucban::config::playbooks::{self, LARGEST};
use trucban::config::{Place, Problem, ProblemKind};
use trucban::domain::drill::scenario::lint::{Finding, Spot, Unfit, Unknown, What};
use trucban::domain::drill::scenario::real::Hit;
use trucban::domain::drill::scenario::{ExpectId, InjectId, ObjectiveId, PartId};
use trucban::domain::playbook::model::{PlaybookId, StepId};

fn told(problems: &[Problem]) -> String {
    let lines: Vec<String> = problems.iter().map(Problem::words).collect();
    lines.join("\n")
}

fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/drills/bad"))
}

#[test]
fn everything_wrong_with_a_folder_is_told_at_once_with_file_line_and_remedy() {
    let mut shelf = Shelf::default();
    shelf.add_folder(folder());
    let library = playbooks::Shelf::of(None).library();
    let told = told(&shelf.check(Some(&library)));
    insta::assert_snapshot!("folder", told.replace(&folder().display().to_string(), "drills"));
}

#[test]
fn a_scenario_of_the_team_that_is_wrong_is_told_and_those_built_in_are_not() {
    let place = tempfile::tempdir().unwrap();
    let own = place.path().join("drills");
    std::fs::create_dir(&own).unwrap();
    std::fs::write(own.join("thu.toml"), include_str!("bad/thu.toml")).unwrap();
    let problems = Shelf::of(Some(place.path())).check(None);
    assert!(!problems.is_empty());
    for problem in &problems {
        assert!(problem.file.ends_with("drills/thu.toml"), "{}", problem.words());
    }
    // Without playbooks to look in, none is missed.
    assert!(!told(&problems).contains("quy trình"), "{}", told(&problems));
}

#[test]
fn a_file_that_is_too_large_or_has_too_many_messages_is_refused() {
    let text = format!("id = \"thu\"\n# {}\n", "x".repeat(usize::try_from(LARGEST).unwrap()));
    let problems = parse(&text, Path::new("thu.toml")).map(|_| ()).unwrap_err();
    assert!(told(&problems).contains("tệp lớn hơn 1 MiB"));
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("thu.toml");
    std::fs::write(&path, &text).unwrap();
    let mut shelf = Shelf::default();
    shelf.add(&path);
    assert!(told(&shelf.problems).contains("tệp lớn hơn 1 MiB"));
    let mut many = String::from("id = \"thu\"\n");
    for number in 0..=MOST_INJECTS {
        let _ = write!(many, "[[inject]]\nid = \"t{number}\"\n");
    }
    let problems = parse(&many, Path::new("thu.toml")).map(|_| ()).unwrap_err();
    assert!(told(&problems).contains("hơn 300 tình huống"));
}

#[test]
fn a_file_that_is_not_toml_is_named() {
    let mut shelf = Shelf::default();
    shelf.add(Path::new("khong-co.toml"));
    assert!(told(&shelf.problems).contains("không có tệp"), "{}", told(&shelf.problems));
    let problems = parse("[[inject", Path::new("thu.toml")).map(|_| ()).unwrap_err();
    assert!(told(&problems).contains("sai cú pháp TOML"));
}

fn unfit() -> Vec<Unfit> {
    let hits = [
        Hit::Taken("sự cố thật".to_owned()),
        Hit::Link("cong.gov.vn".to_owned()),
        Hit::Mail("ai@so.gov.vn".to_owned()),
        Hit::Telephone("0912 345 678".to_owned()),
        Hit::Address("8.8.8.8".to_owned()),
    ];
    let mut all: Vec<Unfit> = hits.into_iter().map(Unfit::Real).collect();
    all.extend([
        Unfit::Masked,
        Unfit::Program("hoa-don.exe".to_owned()),
        Unfit::FileName("anh.png".to_owned()),
        Unfit::TooLong(4321),
        Unfit::LongWord("Một câu rất dài".to_owned()),
    ]);
    all
}

fn unknown() -> Vec<Unknown> {
    vec![
        Unknown::Part(PartId::new("ai-do")),
        Unknown::Objective(ObjectiveId::new("bao-tin")),
        Unknown::Inject(InjectId::new("bai-dang")),
        Unknown::Expect(ExpectId::new("xac-minh")),
        Unknown::Value("co".to_owned()),
        Unknown::Right("co".to_owned()),
        Unknown::Playbook(PlaybookId::new("ma-doc")),
        Unknown::Step(StepId::new("rut-mang")),
    ]
}

#[test]
fn each_fault_has_a_sentence_and_a_remedy() {
    let mut faults = vec![
        DrillFault::TooLarge,
        DrillFault::TooManyInjects,
        DrillFault::OtherName,
        DrillFault::BadWho,
        DrillFault::NoTrigger,
        DrillFault::BadReference,
        DrillFault::NoDelay,
    ];
    let mut whats = vec![
        What::Missing,
        What::NoGuide("some"),
        What::Unserved,
        What::ToNobody,
        What::Unaddressed,
        What::Circle,
        What::AfterTheEnd,
        What::NoContingency,
        What::Order,
        What::TwoChoices,
    ];
    whats.extend(unfit().into_iter().map(What::Words));
    whats.extend(unknown().into_iter().map(What::Unknown));
    let spot = Spot::Inject(InjectId::new("bai-dang"));
    faults.extend(
        whats.into_iter().map(|what| DrillFault::Found(Finding { spot: spot.clone(), what })),
    );
    let mut lines = String::new();
    for fault in faults {
        let place = Place { line: Some(7), column: Some(1), key: Some("inject[2]".to_owned()) };
        let kind = ProblemKind::Drill(fault);
        let problem = Problem { file: "thu.toml".into(), place, kind };
        let _ = writeln!(lines, "{}", problem.words());
    }
    insta::assert_snapshot!("faults", lines);
}
