//! Who is who: invitations, roles and their commands.

use trucban::domain::envelope::{Actor, Command, DirectoryCommand, Receipt};
use trucban::domain::ids::PersonId;

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
    province.hears(&[(ADMIN, "Mã mời của Cán bộ trực dự phòng")]);
    assert!(province.messages(BACKUP).is_empty());
    province.end().await;
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
