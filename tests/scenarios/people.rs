//! Who is who: invitations, roles and their commands.

use trucban::config::rows::parse_people;
use trucban::domain::envelope::{Actor, Command, DirectoryCommand, Receipt};
use trucban::domain::ids::PersonId;
use trucban::domain::refusal::Refusal;

use crate::harness::{
    ADMIN, BACKUP, DEPUTY, DUTY, LEAD, MANAGER, Province, REPORTER, STRANGER, TEAM, given, hours,
};

async fn unlinked(id: &str) -> Province {
    let mut province = given().await;
    unlink(&province, id).await;
    province.world.sandbox.add_user(STRANGER, "Máy mới");
    province.forget();
    province
}

async fn unlink(province: &Province, id: &str) {
    let unlink = DirectoryCommand::Unlink { person: PersonId::new(id) };
    let key = format!("unlink:{id}");
    let receipt = province.submit(&key, Actor::Operator, Command::Directory(unlink)).await;
    assert!(matches!(receipt, Receipt::Done(_)), "{receipt:?}");
}

/// The code out of the administrator's newest message.
async fn invite(province: &mut Province, id: &str) -> String {
    province.say(ADMIN, &format!("/moinguoi {id}")).await;
    let message = province.last(ADMIN).text;
    let link = message.split("?start=").nth(1).unwrap_or_else(|| panic!("no link: {message}"));
    province.forget();
    link.split_whitespace().next().unwrap().to_owned()
}

#[tokio::test]
async fn an_invitation_links_one_account_once() {
    let mut province = unlinked("p-001").await;
    let code = invite(&mut province, "p-001").await;

    province.say(STRANGER, &format!("/start {code}")).await;
    province.hears(&[(STRANGER, "Đã liên kết tài khoản này với anh/chị.")]);
    province.world.sandbox.add_user(4343, "Kẻ thứ ba");
    province.say(4343, &format!("/start {code}")).await;
    province.hears(&[(4343, "Mã mời không đúng, đã dùng hoặc hết hạn")]);

    province.report(REPORTER, "Sự cố").await;
    province.hears(&[(REPORTER, "Đã ghi nhận"), (TEAM, ""), (STRANGER, "CẦN NGƯỜI TIẾP NHẬN")]);
    province.end().await;
}

#[tokio::test]
async fn an_invitation_expires_after_a_week() {
    let mut province = unlinked("p-001").await;
    let code = invite(&mut province, "p-001").await;

    province.world.stop().await.unwrap();
    province.world.sleep_through(hours(7 * 24));
    province.start().await;
    province.forget();
    province.say(STRANGER, &format!("/start {code}")).await;

    province.hears(&[(STRANGER, "Mã mời không đúng, đã dùng hoặc hết hạn")]);
    province.end().await;
}

#[tokio::test]
async fn a_wrong_code_is_refused_without_a_hint() {
    let mut province = unlinked("p-001").await;
    for code in ["SAI", "AAAAAAAAAAAA", "p-001", &"X".repeat(3_000)] {
        province.say(STRANGER, &format!("/start {code}")).await;
        province.hears(&[(STRANGER, "Mã mời không đúng, đã dùng hoặc hết hạn")]);
    }
    province.end().await;
}

#[tokio::test]
async fn an_account_of_somebody_else_cannot_be_linked_and_the_code_stays_good() {
    let mut province = unlinked("p-001").await;
    let code = invite(&mut province, "p-001").await;

    province.say(LEAD, &format!("/start {code}")).await;
    province.hears(&[(LEAD, "Tài khoản này đã liên kết với người khác")]);
    province.say(STRANGER, &format!("/start {code}")).await;
    province.hears(&[(STRANGER, "Đã liên kết")]);
    province.end().await;
}

#[tokio::test]
async fn whoever_is_unlinked_is_a_stranger_from_that_moment_and_his_page_goes_on() {
    let mut province = given().await;
    let code = province.report(REPORTER, "Sự cố").await;
    let (message, data) = province.button(DUTY, "Tiếp nhận");
    province.forget();

    unlink(&province, "p-001").await;
    let toast = province.press_data(DUTY, DUTY, message, &data).await;

    assert!(toast.contains("chưa có trong danh bạ"), "{toast}");
    assert_eq!(province.holder(&code), None);
    province.hears(&[(DUTY, "Anh/chị chưa có trong danh bạ")]);
    province.say(LEAD, &format!("/tralai {code}")).await;
    province.forget();
    province.report(REPORTER, "Sự cố thứ hai").await;
    province.hears(&[(REPORTER, "Đã ghi nhận"), (TEAM, ""), (LEAD, "bậc 2"), (DEPUTY, "bậc 2")]);
    province.end().await;
}

#[tokio::test]
async fn invitations_are_made_only_by_administrators_and_only_in_private() {
    let mut province = given().await;

    province.say_in(TEAM, ADMIN, "/moinguoi p-002").await;
    province.hears(&[(TEAM, "Việc này chỉ làm trong chat riêng")]);
    for who in [DUTY, LEAD, MANAGER, REPORTER] {
        province.say(who, "/moinguoi p-002").await;
        province.hears(&[(who, "Chỉ người quản trị")]);
    }
    province.say(ADMIN, "/moinguoi p-999").await;
    province.hears(&[(ADMIN, "Không có ai đang hoạt động")]);
    province.say(ADMIN, "/moinguoi p-002").await;
    province.hears(&[(ADMIN, "Mã mời của Cán bộ trực dự bị")]);
    assert!(province.messages(BACKUP).is_empty());
    province.end().await;
}

#[tokio::test]
async fn who_is_invited_or_unlinked_is_chosen_from_a_list_or_named() {
    let mut province = unlinked("p-002").await;
    let listed = province.world.engine().unwrap().reader().directory().unwrap();
    let name = listed.name(&PersonId::new("p-002")).to_owned();
    province.say(LEAD, "/moinguoi").await;
    province.hears(&[(LEAD, "Chỉ người quản trị")]);
    province.say(ADMIN, "/moinguoi").await;
    province.hears(&[(ADMIN, "Mời ai vào hệ thống?")]);
    province.press(ADMIN, ADMIN, &name).await;
    assert!(province.last(ADMIN).text.contains(&format!("Mã mời của {name}")));
    province.forget();

    province.say(ADMIN, "/moinguoi").await;
    province.say(ADMIN, "1").await;
    assert!(province.last(ADMIN).text.contains(&format!("Mã mời của {name}")));
    province.say(ADMIN, "/matmay").await;
    province.say(ADMIN, "p-001").await;
    assert!(province.last(ADMIN).text.contains("Đã gỡ tài khoản"), "{}", province.last(ADMIN).text);
    province.end_without_listening().await;
}

#[tokio::test]
async fn help_shows_what_the_role_may_do_and_nothing_else() {
    let mut province = given().await;
    let has = [
        (REPORTER, "/baosuco", "/moinguoi"),
        (DUTY, "/nhan", "/gop"),
        (LEAD, "/gop", "/moinguoi"),
        (MANAGER, "/chuyencap", "/nhan"),
        (ADMIN, "/moinguoi", "/baosuco"),
    ];
    for (who, shown, hidden) in has {
        province.say(who, "/trogiup").await;
        province.hears(&[(who, shown)]);
        let help = province.last(who).text;
        assert!(!help.contains(&format!("\n{hidden} ")), "{who}: {help}");
        assert!(help.contains("số trực của Đội"), "{help}");
    }
    province.end().await;
}

/// Imports `rows` of people as the command line does.
async fn import(province: &Province, rows: &str) -> Receipt {
    let directory = province.world.engine().unwrap().reader().directory().unwrap();
    let people = parse_people(rows.as_bytes(), &directory).unwrap().rows;
    let command = Command::Directory(DirectoryCommand::People(people));
    province.submit(&format!("import:{rows}"), Actor::Operator, command).await
}

fn account(province: &Province, id: &str) -> Option<i64> {
    let directory = province.world.engine().unwrap().reader().directory().unwrap();
    directory.private[&PersonId::new(id)].telegram_id
}

#[tokio::test]
async fn accounts_can_change_hands_within_one_file_in_whatever_order_its_rows_stand() {
    let province = given().await;

    let swapped = import(&province, "id,telegram_id\np-003,1004\np-004,1003\n").await;
    assert!(matches!(swapped, Receipt::Done(_)), "{swapped:?}");
    assert_eq!(account(&province, "p-003"), Some(1004));
    assert_eq!(account(&province, "p-004"), Some(1003));

    let moved = import(&province, "id,telegram_id\np-001,1003\np-004,\n").await;
    assert!(matches!(moved, Receipt::Done(_)), "{moved:?}");
    assert_eq!((account(&province, "p-001"), account(&province, "p-004")), (Some(1003), None));
    province.end_without_listening().await;
}

#[tokio::test]
async fn an_import_that_would_take_an_account_from_somebody_else_changes_nothing_at_all() {
    let province = given().await;
    let directory = || province.world.engine().unwrap().reader().directory().unwrap();
    let before = directory();
    let mut people = parse_people(b"id,telegram_id\np-001,77\np-004,78\n", &before).unwrap().rows;
    people[1].1.telegram_id = Some(LEAD);

    let command = Command::Directory(DirectoryCommand::People(people));
    let receipt = province.submit("import", Actor::Operator, command).await;

    assert_eq!(receipt, Receipt::Refused(Refusal::AccountTaken));
    assert_eq!(directory(), before);
    province.end_without_listening().await;
}

#[tokio::test]
async fn whoever_has_left_is_on_no_rung_hears_nothing_more_and_presses_as_a_stranger() {
    let mut province = given().await;
    let code = province.report(REPORTER, "Sự cố").await;
    let (message, data) = province.button(DUTY, "Tiếp nhận");
    let page = province.last(DUTY).text;
    province.forget();

    let left = import(&province, "id,active\np-001,no\n").await;
    assert!(matches!(left, Receipt::Done(_)), "{left:?}");
    let toast = province.press_data(DUTY, DUTY, message, &data).await;

    assert!(toast.contains("chưa có trong danh bạ"), "{toast}");
    assert_eq!(province.holder(&code), None);
    province.hears(&[(DUTY, "Anh/chị chưa có trong danh bạ")]);
    province.press(LEAD, TEAM, "Tiếp nhận").await;
    province.hears(&[(REPORTER, "đã tiếp nhận")]);
    assert_eq!(province.card(DUTY, &code).text, page, "his copy stays as he last saw it");
    let second = province.report(REPORTER, "Sự cố thứ hai").await;
    province.hears(&[(REPORTER, "Đã ghi nhận"), (TEAM, "")]);
    let called = province.incident(&second).paged;
    assert_eq!(called.into_iter().collect::<Vec<_>>(), [PersonId::new("p-002")], "the next one");

    let back = import(&province, "id,active,channels,phone\np-001,yes,webhook,0912345678\n").await;
    assert!(matches!(back, Receipt::Done(_)), "{back:?}");
    let texted = province.world.sms.taken().len();
    province.report(REPORTER, "Sự cố thứ ba").await;
    assert!(province.world.sms.taken().len() > texted, "by his own order the SMS comes first");
    province.hears(&[(REPORTER, "Đã ghi nhận"), (TEAM, "")]);
    province.end().await;
}

#[tokio::test]
async fn a_lost_telephone_is_let_go_at_once_and_a_new_one_linked_by_code() {
    let mut province = given().await;
    province.say(DUTY, "/matmay p-001").await;
    assert!(province.last(DUTY).text.contains("người quản trị"), "only administrators may");

    province.say(ADMIN, "/matmay p-001").await;
    assert!(province.last(ADMIN).text.contains("Đã gỡ tài khoản"));
    province.forget();
    province.say(DUTY, "/suco").await;
    province.hears(&[(DUTY, "Anh/chị chưa có trong danh bạ")]);

    province.world.sandbox.add_user(STRANGER, "Máy mới");
    let code = invite(&mut province, "p-001").await;
    province.say(STRANGER, &format!("/start {code}")).await;
    let incident = province.report(REPORTER, "Sự cố").await;
    province.press(STRANGER, STRANGER, "Tiếp nhận").await;
    assert_eq!(province.holder(&incident).as_deref(), Some("p-001"));
    province.end_without_listening().await;
}
