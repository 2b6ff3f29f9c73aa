//! Information systems of units: imported, offered in the question after a report, named on the card.

use trucban::config::rows::{RowProblem, parse_systems};
use trucban::domain::directory::Directory;
use trucban::domain::envelope::{Actor, Command, DirectoryCommand, Receipt};
use trucban::domain::ids::{PersonId, SystemCode, UnitCode};
use trucban::domain::incident::act::{Act, Detail};
use trucban::domain::refusal::Refusal;

use super::given::{Given, OTHER_REPORTER, REPORTER};
use crate::harness::{self, DUTY, Province, TEAM, given};

const SYSTEMS: &str = "unit,code,name,level,hosting,contact\n\
    xa-001,cong-tt,Cổng thông tin điện tử,2,Trung tâm dữ liệu tỉnh,\n\
    xa-001,mot-cua,Một cửa điện tử,3,Trung tâm dữ liệu tỉnh,\n";

async fn import(province: &Province, rows: &str) {
    let directory = province.world.engine().unwrap().reader().directory().unwrap();
    let systems = parse_systems(rows.as_bytes(), &directory).unwrap().rows;
    let command = Command::Directory(DirectoryCommand::Systems(systems));
    let receipt = province.submit("systems", Actor::Operator, command).await;
    assert!(matches!(receipt, Receipt::Done(_)), "{receipt:?}");
}

#[tokio::test]
async fn the_units_systems_are_offered_by_name_the_highest_level_first() {
    let province = given().await;
    import(&province, SYSTEMS).await;
    let code = province.report(harness::REPORTER, "Trang web báo lỗi lạ").await;
    province.press(harness::REPORTER, harness::REPORTER, "Bổ sung").await;
    province.press(harness::REPORTER, harness::REPORTER, "Bỏ qua").await;
    let asked = province.last(harness::REPORTER);
    let labels = asked.labels();
    assert_eq!(labels[..2], ["Một cửa điện tử", "Cổng thông tin điện tử"], "{asked:#?}");
    assert!(asked.text.contains("1. Một cửa điện tử (cấp độ 3)"), "{}", asked.text);

    province.say(harness::REPORTER, "2").await;

    assert!(province.last(harness::REPORTER).text.contains("Phát hiện lúc nào?"));
    assert_eq!(province.incident(&code).system, Some(SystemCode::new("cong-tt")));
    let card = province.card(TEAM, &code).text;
    assert!(card.contains("Hệ thống: Cổng thông tin điện tử (cấp độ 2)"), "{card}");
    province.say(DUTY, &format!("/suco {code}")).await;
    let story = province.last(DUTY).text;
    assert!(story.contains("cho biết hệ thống: Cổng thông tin điện tử (cấp độ 2)"), "{story}");
    // Another unit has none, and tells it in words.
    province.report(harness::NEIGHBOUR, "Mất mạng").await;
    province.press(harness::NEIGHBOUR, harness::NEIGHBOUR, "Bổ sung").await;
    province.press(harness::NEIGHBOUR, harness::NEIGHBOUR, "Bỏ qua").await;
    let asked = province.last(harness::NEIGHBOUR);
    assert!(
        asked.text.contains("Xin gửi bằng chữ") && !asked.text.contains("Một cửa"),
        "{asked:#?}"
    );
    province.end_without_listening().await;
}

fn set(given: &mut Given, rows: &str) -> Receipt {
    let directory = given.reader.directory().unwrap();
    let systems = parse_systems(rows.as_bytes(), &directory).unwrap().rows;
    given.ask(Actor::Operator, Command::Directory(DirectoryCommand::Systems(systems)))
}

#[test]
fn a_system_of_another_unit_is_not_taken_and_the_ledger_alone_knows_them() {
    let mut given = Given::new();
    set(&mut given, "unit,code,name,level\nxa-001,a,A,1\nxa-002,b,B,5\n");
    set(&mut given, "code,level,contact\na,2,p-07\n");
    let code = given.reported_by(REPORTER);
    let named = |code: &str| Act::Detail(Detail::System(SystemCode::new(code)));
    for other in ["b", "c"] {
        let refusal = given.refused(REPORTER, &code, named(other));
        assert!(matches!(refusal, Refusal::NoChange { .. }), "{refusal:?}");
    }
    given.does(REPORTER, &code, named("a"));
    assert_eq!(given.see(&code).system, Some(SystemCode::new("a")));
    let known = given.reader.directory().unwrap();
    let a = &known.systems[&SystemCode::new("a")];
    assert_eq!((a.level, a.name.as_str()), (2, "A"), "a column left out keeps what there is");
    assert_eq!(a.contact, Some(PersonId::new("p-07")));
    assert_eq!(given.store.compare(given.now).unwrap().differences, Vec::<String>::new());
    let two = given.reported_by(OTHER_REPORTER);
    given.does(OTHER_REPORTER, &two, named("b"));
}

#[test]
fn a_system_in_use_no_more_is_offered_to_nobody_and_stays_where_it_was_told() {
    let mut given = Given::new();
    set(&mut given, "unit,code,name,level\nxa-001,a,A,1\nxa-001,b,B,2\n");
    let code = given.reported_by(REPORTER);
    given.does(REPORTER, &code, Act::Detail(Detail::System(SystemCode::new("b"))));
    set(&mut given, "code,active\nb,no\n");
    let known = given.reader.directory().unwrap();
    let offered = |known: &Directory| -> Vec<String> {
        known.systems_of(&UnitCode::new("xa-001")).iter().map(|one| one.code.to_string()).collect()
    };
    assert_eq!(offered(&known), ["a"]);
    assert_eq!(given.see(&code).system, Some(SystemCode::new("b")));
    assert_eq!(known.systems[&SystemCode::new("b")].name, "B");
    assert_eq!(given.store.compare(given.now).unwrap().differences, Vec::<String>::new());
    // It comes back the same way.
    set(&mut given, "code,active\nb,yes\n");
    assert_eq!(offered(&given.reader.directory().unwrap()), ["b", "a"]);
}

#[test]
fn bad_systems_are_named_all_of_them() {
    let mut directory: Directory = super::import::directory();
    let set = parse_systems(b"unit,code,name,level\ntinh,Cong,A,1\n", &directory).unwrap().rows;
    directory.systems.extend(set.into_iter().map(|one| (one.code.clone(), one)));
    let text = "unit,code,name,level,hosting,contact\ntinh,a,A,6,,\nxa-9,b,,3,,p-999\n,c,C,,,\n\
                tinh,a,A,1,,\ntinh,cong,C,cấp 3,,\n";
    let wrong: Vec<RowProblem> = parse_systems(text.as_bytes(), &directory).unwrap_err();
    let told: String = wrong.iter().map(|problem| problem.words("systems.csv") + "\n").collect();
    insta::assert_snapshot!(told);
}
