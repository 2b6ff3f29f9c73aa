//! What is told of files that are wrong: everything at once, with file, line and remedy.

use std::fmt::Write as _;
use std::path::Path;

use trucban::config::playbooks::{LARGEST, MOST_STEPS, PlayFault, Shelf, parse};
use trucban::config::{Place, Problem, ProblemKind};
use trucban::domain::directory::Directory;
use trucban::domain::playbook::Library;
use trucban::domain::playbook::expr::Fault;
use trucban::domain::playbook::lint::What;
use trucban::domain::playbook::model::{Name, PlaybookId, StepId};
use trucban::domain::playbook::simulate::{Broken, Script, What as Seen, play, sample};

use crate::simulation::town::START;

const HEAD: &str = "id = \"thu\"\nversion = 1\ntitle = \"Thử\"\nsummary = \"Để thử.\"\n";

/// What is told of `text` as the file `thu.toml`, alone.
fn told(text: &str) -> String {
    let problems = parse(text, Path::new("thu.toml")).map(|_| ()).unwrap_err();
    let lines: Vec<String> = problems.iter().map(Problem::words).collect();
    lines.join("\n")
}

/// What is told of files in a team's folder, beside those built in.
fn told_of(files: &[(&str, &str)]) -> String {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("response");
    std::fs::create_dir(&folder).unwrap();
    for (name, text) in files {
        std::fs::write(folder.join(name), text).unwrap();
    }
    let shelf = Shelf::of(Some(place.path()));
    let problems = shelf.check(&shelf.library());
    let lines: Vec<String> = problems.iter().map(Problem::words).collect();
    lines.join("\n").replace(&folder.display().to_string(), "response")
}

#[test]
fn everything_that_does_not_read_is_told_at_once_with_line_and_remedy() {
    let text = include_str!("bad/does-not-read.toml");
    insta::assert_snapshot!("does_not_read", told(text));
}

#[test]
fn what_the_whole_of_a_playbook_shows_is_told_at_once_with_line_and_remedy() {
    let one = include_str!("bad/thu.toml").replace("id = \"thu\"", "id = \"mot\"");
    let calls = |id: &str, other: &str| {
        let head = HEAD.replace("thu", id);
        format!("{head}\n[[step]]\nid = \"goi\"\nplaybook = \"{other}\"\n")
    };
    let (two, three) = (calls("hai", "ba"), calls("ba", "hai"));
    let own = calls("minh", "minh");
    let files =
        [("mot.toml", one.as_str()), ("hai.toml", &two), ("ba.toml", &three), ("minh.toml", &own)];
    insta::assert_snapshot!("the_whole_shows", told_of(&files));
}

#[test]
fn a_playbook_that_calls_one_that_does_not_read_is_not_blamed_for_it() {
    let caller = format!("{HEAD}\n[[step]]\nid = \"goi\"\nplaybook = \"hong\"\n");
    let said = told_of(&[("thu.toml", &caller), ("hong.toml", "id = 5")]);
    assert!(said.contains("hong.toml") && !said.contains("thu.toml"), "{said}");
}

#[test]
fn a_test_of_its_own_that_comes_out_otherwise_is_told_with_its_line() {
    let text = format!(
        "{HEAD}\n[[step]]\nid = \"viec\"\ntitle = \"Làm\"\nwho = \"team\"\n\n[[step]]\nid = \"hai\"\ntitle = \"Làm nữa\"\nwho = \"team\"\n\
         \n[[step.ask]]\nset = \"so\"\nlabel = \"Mấy?\"\nkind = \"number\"\nmax = 9\n\
         \n[[test]]\nname = \"ngược\"\ndoes = [\"hai\", \"viec\", \"ba\"]\nnever = [\"viec\"]\n\
         answers = {{ so = 12, khong = 1 }}\ntimes_out = [\"hai\"]\n"
    );
    insta::assert_snapshot!("a_test_fails", told_of(&[("thu.toml", &text)]));
}

#[test]
fn a_file_that_is_too_large_is_refused_without_reading_it() {
    let text = format!("{HEAD}# {}\n", "x".repeat(usize::try_from(LARGEST).unwrap()));
    assert!(told_of(&[("thu.toml", &text)]).contains("tệp lớn hơn 1 MiB"));
    assert!(told(&text).contains("tệp lớn hơn 1 MiB"));
}

#[test]
fn a_file_that_is_not_utf8_or_not_toml_is_named() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("thu.toml");
    std::fs::write(&path, b"id = \"\xff\"").unwrap();
    let mut shelf = Shelf::default();
    shelf.add(&path);
    shelf.add(&place.path().join("khong-co.toml"));
    let lines: Vec<String> = shelf.problems.iter().map(Problem::words).collect();
    assert!(
        lines[0].contains("không phải UTF-8") && lines[1].contains("không có tệp"),
        "{lines:?}"
    );
    assert!(told("[[step").contains("sai cú pháp TOML"));
}

#[test]
fn blocks_too_deep_in_one_another_and_too_many_steps_are_refused() {
    let mut deep = HEAD.to_owned();
    for level in 0..40 {
        let place = if level == 0 { "step".to_owned() } else { format!("block.b{level}") };
        let next = level + 1;
        let _ = write!(
            deep,
            "\n[[{place}]]\nid = \"s{level}\"\nif = \"incident.origin == 'real'\"\nthen = \"b{next}\"\n"
        );
    }
    let end = "\n[[block.b40]]\nid = \"cuoi\"\ntitle = \"Hết\"\nwho = \"team\"\n";
    assert!(told(&format!("{deep}{end}")).contains("sâu quá 32 tầng"));
    let many = long(MOST_STEPS + 1);
    assert!(told(&many).contains("hơn 20000 bước"));
}

/// A playbook of so many steps, one after the other.
fn long(steps: usize) -> String {
    let mut text = HEAD.to_owned();
    for number in 0..steps {
        let _ = write!(text, "[[step]]\nid=\"s{number}\"\ntitle=\"x\"\nwho=\"team\"\n");
    }
    text
}

#[test]
fn ten_thousand_steps_read_and_run_with_five_times_the_entries_of_two_thousand() {
    let entries = |steps: usize| {
        let read = parse(&long(steps), Path::new("thu.toml")).unwrap();
        let id = read.playbook.id.clone();
        let library = Library { all: [(id.clone(), read.playbook.into())].into() };
        let playbook = library.get(&id).unwrap();
        assert_eq!(trucban::domain::playbook::lint::lint(playbook, &library), Vec::new());
        let bundle = library.bundle(&id).unwrap();
        let (incident, directory) = (sample(START, None), Directory::default());
        let played = play(&bundle, &incident, &directory, &Default::default(), &Script::default());
        assert!(played.ended);
        played.entries.len()
    };
    let (small, large) = (entries(2_000), entries(10_000));
    assert_eq!((small, large), (4_000, 20_000));
}

#[test]
fn loops_in_loops_without_anybody_stop_and_ask_the_holder_whatever_their_failure_leads_to() {
    let text = format!(
        "{HEAD}\n[[step]]\nid = \"ngoai\"\nwhile = \"incident.severity != 'low'\"\ndo = \"a\"\nmax = 1000\n\
         \n[[block.a]]\nid = \"trong\"\nwhile = \"incident.severity != 'low'\"\ndo = \"b\"\nmax = 1000\non_failure = \"c\"\n\
         \n[[block.b]]\nid = \"cho\"\nend = \"block\"\n\
         \n[[block.c]]\nid = \"roi\"\nend = \"block\"\n"
    );
    let read = parse(&text, Path::new("thu.toml")).unwrap();
    let id = read.playbook.id.clone();
    let library = Library { all: [(id.clone(), read.playbook.into())].into() };
    let (incident, directory) = (sample(START, None), Directory::default());
    let bundle = library.bundle(&id).unwrap();
    let played = play(&bundle, &incident, &directory, &Default::default(), &Script::default());
    let stuck = played.entries.iter().filter(|entry| matches!(entry.what, Seen::Stuck(_)));
    assert_eq!((played.ended, stuck.count()), (false, 1));
}

fn expressions() -> Vec<Fault> {
    let name = || Name::new("so_may");
    vec![
        Fault::Ends,
        Fault::Unexpected("]".to_owned()),
        Fault::UnknownFact("incident.title".to_owned()),
        Fault::TooLong,
        Fault::Kinds("so_may == \"a\"".to_owned()),
        Fault::Unknown(name()),
        Fault::MaybeUnset(name()),
        Fault::NoSuchWord("may_in".to_owned()),
    ]
}

fn findings() -> Vec<What> {
    let (name, id) = (|| Name::new("so_may"), || PlaybookId::new("ma-doc"));
    vec![
        What::Unreachable,
        What::Endless,
        What::NobodyApproves,
        What::ForAdmin,
        What::UnknownPlaybook(id()),
        What::CallsItself(id()),
        What::ArgumentMissing(name()),
        What::ArgumentUnknown(name()),
        What::ArgumentKind(name()),
        What::NotSetThere(name()),
        What::CaseMissing("may_chu".to_owned()),
        What::CaseUnknown("may_in".to_owned()),
        What::NoChoice(name()),
        What::TwoKinds(name()),
        What::Order,
    ]
}

fn tests() -> Vec<Broken> {
    let (name, step) = (|| Name::new("so_may"), || StepId::new("rut-mang"));
    vec![
        Broken::NoEnd(None),
        Broken::NoEnd(Some(step())),
        Broken::NotBegun(step()),
        Broken::Begun(step()),
        Broken::NoStep(step()),
        Broken::NoQuestion(name()),
        Broken::NoAnswer(name()),
    ]
}

/// Fails to compile where a fault is added that no sentence is looked at for.
fn every(fault: &PlayFault) {
    use PlayFault as P;
    match fault {
        P::TooLarge | P::TooManySteps | P::TooDeep | P::BadId | P::OtherName | P::BadName => {}
        P::NoSteps | P::NoKind | P::BadWhom | P::NoPhase | P::NoBlock | P::BlockTwice => {}
        P::BlockUnused | P::Choices | P::Bounds | P::BadPattern | P::BadExample => {}
        P::Condition(one) => match one {
            Fault::Ends | Fault::Unexpected(_) | Fault::UnknownFact(_) | Fault::TooLong => {}
            Fault::Kinds(_) | Fault::Unknown(_) | Fault::MaybeUnset(_) | Fault::NoSuchWord(_) => {}
        },
        P::Found { what, .. } => match what {
            What::Unreachable | What::Condition(_) | What::Endless | What::NobodyApproves => {}
            What::UnknownPlaybook(_) | What::CallsItself(_) | What::ArgumentMissing(_) => {}
            What::ArgumentUnknown(_) | What::ArgumentKind(_) | What::NotSetThere(_) => {}
            What::CaseMissing(_) | What::CaseUnknown(_) | What::NoChoice(_) => {}
            What::TwoKinds(_) | What::Order | What::ForAdmin => {}
        },
        P::Test { broken, .. } => match broken {
            Broken::NoEnd(_) | Broken::NotBegun(_) | Broken::Begun(_) | Broken::NoStep(_) => {}
            Broken::NoQuestion(_) | Broken::NoAnswer(_) => {}
        },
    }
}

#[test]
fn each_fault_has_a_sentence_and_a_remedy() {
    use PlayFault as P;
    let mut faults = vec![
        P::TooLarge,
        P::TooManySteps,
        P::TooDeep,
        P::BadId,
        P::OtherName,
        P::BadName,
        P::NoSteps,
        P::NoKind,
        P::BadWhom,
        P::NoPhase,
        P::NoBlock,
        P::BlockTwice,
        P::BlockUnused,
        P::Choices,
        P::Bounds,
        P::BadPattern,
        P::BadExample,
    ];
    faults.extend(expressions().into_iter().map(P::Condition));
    let step = Some(StepId::new("rut-mang"));
    faults.extend(findings().into_iter().map(|what| P::Found { step: step.clone(), what }));
    let name = "một máy".to_owned();
    faults.extend(tests().into_iter().map(|broken| P::Test { name: name.clone(), broken }));
    let mut lines = String::new();
    for fault in faults {
        every(&fault);
        let place = Place { line: Some(7), column: Some(1), key: Some("step[2].if".to_owned()) };
        let kind = ProblemKind::Play(fault);
        let problem = Problem { file: "thu.toml".into(), place, kind };
        let _ = writeln!(lines, "{}", problem.words());
    }
    insta::assert_snapshot!("faults", lines);
}
