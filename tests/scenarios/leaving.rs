//! Somebody leaves: the work goes on to others at once, and in time nothing personal is left.

use std::time::Duration;

use trucban::domain::ids::PersonId;

use crate::harness::{DEPUTY, DUTY, LEAD, NEIGHBOUR, Province, REPORTER, TEAM, given, minutes};

/// No other number holds these digits.
const NUMBER: &str = "0912345678";

const DAY: Duration = Duration::from_secs(24 * 3600);

fn stored(province: &Province, what: &str) -> i64 {
    let conn = rusqlite::Connection::open(province.world.dir().join("trucban.db")).unwrap();
    let sql = format!("SELECT count(*) FROM {what}");
    conn.query_row(&sql, [], |row| row.get(0)).unwrap()
}

/// The files of the database in which these bytes stand.
fn files_with(province: &Province, part: &str) -> Vec<String> {
    let mut found = Vec::new();
    for file in std::fs::read_dir(province.world.dir()).unwrap() {
        let path = file.unwrap().path();
        let file = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_file() && file.starts_with("trucban.db") {
            let bytes = std::fs::read(&path).unwrap();
            if bytes.windows(part.len()).any(|there| there == part.as_bytes()) {
                found.push(file);
            }
        }
    }
    found
}

/// Days pass with the program off; a longer absence would leave the date in doubt for a day.
async fn pass(province: &mut Province, days: u32) {
    for _ in 0..days.div_ceil(4) {
        province.world.stop().await.unwrap();
        province.world.time.step(DAY * 4);
        province.start().await;
    }
}

#[tokio::test]
async fn what_somebody_held_who_leaves_calls_others_at_once() {
    let mut province = given().await;
    let code = province.report(REPORTER, "Máy chủ một cửa ngừng hoạt động").await;
    province.say(DUTY, &format!("/nhan {code}")).await;
    assert_eq!(province.holder(&code).as_deref(), Some("p-001"));
    province.forget();

    province.change_person("p-001", |person, _| person.active = false).await;

    assert_eq!(province.holder(&code), None);
    let story = province.story(&code);
    assert!(story.windows(2).any(|two| two == ["handed_back", "rung_reached"]), "{story:?}");
    assert!(province.card(TEAM, &code).text.contains("Người giữ: chưa có"));
    province.after(minutes(6)).await;
    for who in [LEAD, DEPUTY] {
        assert!(province.count(who, code.as_str()) > 0, "the ladder goes on");
    }
    province.say(DUTY, &format!("/nhan {code}")).await;
    assert_eq!(province.holder(&code), None, "whoever left takes nothing any more");
    province.end_without_listening().await;
}

#[tokio::test]
async fn whoever_no_longer_works_in_the_team_holds_nothing_any_more() {
    let province = given().await;
    let code = province.report(REPORTER, "Máy chủ một cửa ngừng hoạt động").await;
    province.say(DUTY, &format!("/nhan {code}")).await;
    province
        .change_person("p-001", |person, _| {
            person.roles = [trucban::domain::values::Role::Reporter].into();
        })
        .await;
    assert_eq!(province.holder(&code), None);
    // Somebody else's change is no reason to take anything from anybody.
    province.say(LEAD, &format!("/nhan {code}")).await;
    province.change_person("p-018", |person, _| person.active = false).await;
    assert_eq!(province.holder(&code).as_deref(), Some("p-003"));
    province.end_without_listening().await;
}

#[tokio::test]
async fn names_and_numbers_of_somebody_who_left_are_erased_in_time_and_the_id_stays() {
    let mut province = given().await;
    province.world.config.retention.people = DAY * 30;
    province.restart().await;
    // Whoever leaves reported something, and has a number.
    province.change_person("p-018", |_, own| own.phone = Some(NUMBER.to_owned())).await;
    let code = province.report(NEIGHBOUR, "Máy chủ tệp không mở được").await;
    let name = {
        let directory = province.world.engine().unwrap().reader().directory().unwrap();
        let own = &directory.private[&PersonId::new("p-018")];
        assert_eq!(own.phone.as_deref(), Some(NUMBER));
        own.full_name.clone()
    };
    province.settle().await;
    for part in [name.as_str(), NUMBER] {
        assert!(!files_with(&province, part).is_empty(), "{part} stood there before");
    }
    province.change_person("p-017", |person, _| person.active = false).await;
    province.change_person("p-018", |person, _| person.active = false).await;
    pass(&mut province, 20).await;
    // Back again: nothing of him goes.
    province.change_person("p-017", |person, _| person.active = true).await;
    pass(&mut province, 12).await;
    province.until(|| stored(&province, "person_private WHERE id = 'p-018'") == 0).await;

    assert_eq!(stored(&province, "person_private WHERE id = 'p-017'"), 1);
    assert_eq!(stored(&province, "ledger WHERE kind = 'private_erased'"), 1);
    assert_eq!(stored(&province, "person WHERE id = 'p-018'"), 1, "the id and the roles stay");
    let kept = format!("{:?}", province.incident(&code));
    assert!(kept.contains("p-018"), "what he reported still says by whom: {kept}");
    province.settle().await;
    province.world.stop().await.unwrap();
    for part in [name.as_str(), NUMBER] {
        let found = files_with(&province, part);
        assert!(found.is_empty(), "{part} still stands in {found:?}");
    }
}
