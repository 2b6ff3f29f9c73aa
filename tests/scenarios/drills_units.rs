//! Who has drilled, where units become one or end: what was done counts for whoever stands for them, and
//! nothing is asked of those that are there no more.

use trucban::domain::drill::duty::{Row, Standing, TakenBy};
use trucban::domain::drill::run::state::Status;
use trucban::domain::envelope::{Actor, Command, DirectoryCommand, Receipt};
use trucban::domain::ids::UnitCode;

use super::drills::begun;
use super::import::parse_units;
use crate::harness::{LEAD, MANAGER, Province, REPORTER, given, hours};

const HEADER: &str = "code,name,kind,active_from,active_to,successor\n";

/// How each unit stands in a year, as everybody who asks is told now.
fn table(province: &Province, year: i32) -> Vec<Row> {
    let reader = province.world.engine().unwrap().reader();
    let directory = reader.directory().unwrap();
    let drills = reader.drill_codes(&Status::ALL).unwrap().into_iter();
    let drills: Vec<_> =
        drills.map(|code| reader.shown_drill(&code).unwrap().unwrap().drill).collect();
    let zone = chrono_tz::Asia::Ho_Chi_Minh;
    let taken = TakenBy::of(&drills, &directory, zone);
    let today = province.now().date(zone);
    province.world.config.duties.year(year, &taken, &directory, today)
}

fn row(table: &[Row], unit: &str) -> Option<Row> {
    table.iter().find(|row| row.unit == UnitCode::new(unit)).cloned()
}

async fn import(province: &Province, rows: &str) {
    let directory = province.world.engine().unwrap().reader().directory().unwrap();
    let read = parse_units(format!("{HEADER}{rows}").as_bytes(), &directory).unwrap().rows;
    let import = Command::Directory(DirectoryCommand::Units(read));
    assert!(matches!(province.submit("units", Actor::Operator, import).await, Receipt::Done(_)));
}

/// A drill in which the commune answered, and the ward did not.
async fn drilled() -> Province {
    let province = given().await;
    begun(&province, "kiem-tra-lien-lac").await;
    province.press(REPORTER, REPORTER, "Đã nhận tin").await;
    province.say(LEAD, "/dientap DT-2026-001 kết thúc").await;
    province
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_unit_did_counts_for_the_one_it_became_part_of() {
    let province = drilled().await;
    let before = table(&province, 2026);
    assert_eq!(row(&before, "xa-001").unwrap().year, Standing::Met);
    assert_eq!(row(&before, "phuong-002").unwrap().year, Standing::Missing);
    let rows = "xa-001,UBND xã Một,xa,,21/11/2026,xa-003\n\
                phuong-002,UBND phường Hai,phuong,,21/11/2026,xa-003\n\
                xa-003,UBND xã Mới,xa,22/11/2026,,\n";
    import(&province, rows).await;
    province.after(hours(12)).await;
    let after = table(&province, 2026);
    assert_eq!(row(&after, "xa-001"), None);
    assert_eq!(row(&after, "phuong-002"), None);
    let new = row(&after, "xa-003").unwrap();
    assert_eq!(new.year, Standing::Met);
    // It was not there before: nothing of the quarters before is asked of it.
    assert_eq!(new.quarters[..3], [Standing::Exempt; 3]);
    assert_eq!(new.quarters[3], Standing::Met);
    province.say(LEAD, "/dientap tuân thủ 2026").await;
    let told = province.last(LEAD).text;
    assert!(!told.contains("UBND phường Hai") && !told.contains("UBND xã Mới"), "{told}");
    province.end_without_listening().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_unit_that_ended_nothing_is_asked_any_more_and_no_manager_hears_of_it() {
    let mut province = drilled().await;
    import(&province, "phuong-002,UBND phường Hai,phuong,,30/11/2026,\n").await;
    province.say(LEAD, "/dientap tuân thủ 2026").await;
    assert!(province.last(LEAD).text.contains("UBND phường Hai"), "it is there until its last day");
    province.world.stop().await.unwrap();
    province.world.sleep_through(hours(24 * 45));
    province.start().await;
    province.after(hours(1)).await;
    assert_eq!(row(&table(&province, 2026), "phuong-002"), None);
    assert_eq!(row(&table(&province, 2027), "phuong-002"), None);
    assert!(row(&table(&province, 2027), "xa-001").is_some());
    let overdue = province.messages(MANAGER).into_iter().map(|shown| shown.text);
    let overdue: Vec<String> = overdue.filter(|text| text.contains("quá hạn diễn tập")).collect();
    assert!(!overdue.is_empty());
    assert!(overdue.iter().all(|text| !text.contains("UBND phường Hai")), "{overdue:#?}");
    province.end_without_listening().await;
}
