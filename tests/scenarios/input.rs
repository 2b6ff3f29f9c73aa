//! Bad input: whatever is typed, by whomever, gets an answer, and nothing breaks or leaks.

use trucban::sandbox::ANONYMOUS;

use crate::harness::{
    ADMIN, DUTY, LEAD, MANAGER, NEIGHBOUR, REPORTER, STRANGER, TEAM, given, minutes,
};

#[tokio::test]
async fn an_unknown_code_is_answered_with_where_to_look() {
    let mut province = given().await;
    for typed in ["/nhan SC-2026-0999", "/ghichu SC-2026-0999 chữ", "/suco SC-2026-0999"] {
        province.say(DUTY, typed).await;
        province
            .hears(&[(DUTY, "Không tìm thấy sự cố “SC-2026-0999”. Xem các sự cố đang mở: /suco")]);
    }
    for typed in ["/nhan rồi", "/chuyencap #", "/gop SC-2026-0001 x"] {
        province.say(LEAD, typed).await;
        province.hears(&[(LEAD, "")]);
    }
    assert!(province.codes().is_empty());
    province.end().await;
}

#[tokio::test]
async fn ten_thousand_characters_become_one_incident_with_a_short_card() {
    let mut province = given().await;
    let long = "Máy chủ bị tấn công từ nhiều địa chỉ. ".repeat(270);
    assert!(long.chars().count() > 10_000);

    let code = province.report(REPORTER, &long).await;

    province.hears(&[
        (REPORTER, "Đã ghi nhận SC-2026-0001"),
        (TEAM, "Máy chủ bị tấn công"),
        (DUTY, "CẦN NGƯỜI TIẾP NHẬN"),
    ]);
    let shown = province.world.engine().unwrap().reader().shown(&code).unwrap().unwrap();
    assert_eq!(shown.description.as_deref(), Some(long.trim()), "every word is kept");
    province.say(DUTY, &format!("/suco {code}")).await;
    province.hears(&[(DUTY, "Máy chủ bị tấn công")]);
    province.end().await;
}

#[tokio::test]
async fn a_note_longer_than_the_limit_is_refused_with_the_limit_and_a_long_one_is_kept() {
    let mut province = given().await;
    let code = province.report(REPORTER, "Sự cố").await;
    province.forget();

    province.say(DUTY, &format!("/ghichu {code} {}", "x".repeat(10_000))).await;
    province.hears(&[(DUTY, "Nội dung dài quá 8000 ký tự")]);
    province.say(DUTY, &format!("/ghichu {code} {}", "dài ".repeat(1_000))).await;
    province.hears(&[(DUTY, "Đã ghi nhận ghi chú")]);
    province.end().await;
}

#[tokio::test]
async fn emoji_and_combining_marks_come_back_as_they_were_sent() {
    let province = given().await;
    let decomposed = "Ma\u{301}y chu\u{309} 👩🏽‍💻🏳️‍🌈 bi\u{323} ma\u{303} ho\u{301}a \u{202e}abc";

    let code = province.report(REPORTER, decomposed).await;

    let shown = province.world.engine().unwrap().reader().shown(&code).unwrap().unwrap();
    assert_eq!(shown.title.as_deref(), Some(decomposed));
    assert!(province.card(TEAM, &code).text.contains("👩🏽‍💻🏳️‍🌈"));
    let many = province.report(REPORTER, &"👩🏽‍💻".repeat(1_000)).await;
    assert!(province.card(TEAM, &many).text.contains("👩🏽‍💻"));
    assert!(province.card(DUTY, &many).text.contains("CẦN NGƯỜI TIẾP NHẬN"));
    province.end_without_listening().await;
}

#[tokio::test]
async fn html_in_names_and_reports_is_shown_as_it_was_typed() {
    let mut province = given().await;
    province
        .change_person("p-001", |_, private| "<b>x & </i>".clone_into(&mut private.full_name))
        .await;
    province
        .change_person("p-017", |_, private| "\"><a href=".clone_into(&mut private.full_name))
        .await;
    province.forget();

    let code = province.report(REPORTER, "<script>alert(1)</script> &amp; <b>đậm").await;
    province.press(DUTY, TEAM, "Tiếp nhận").await;
    province.say(REPORTER, &format!("/ghichu {code} </code><pre>&lt;")).await;

    let card = province.card(TEAM, &code).text;
    assert!(card.contains("<script>alert(1)</script> &amp; <b>đậm"), "{card}");
    assert!(card.contains("Người giữ: <b>x & </i>"), "{card}");
    let told = province.last(DUTY).text;
    assert!(told.contains("</code><pre>&lt;") && told.contains("\"><a href="), "{told}");
    province.end_without_listening().await;
}

#[tokio::test]
async fn anonymous_administrators_are_asked_to_show_themselves() {
    let mut province = given().await;
    let code = province.report(REPORTER, "Sự cố").await;
    province.forget();

    province.world.sandbox.say_anonymously(TEAM, &format!("/nhan {code}"));
    province.settle().await;
    province.hears(&[(TEAM, "Anh/chị đang ẩn danh trong nhóm")]);
    let (message, data) = province.button(TEAM, "Tiếp nhận");
    province.world.sandbox.say_anonymously(TEAM, "chuyện trò trong nhóm");
    province.settle().await;
    let toast = province.press_data(ANONYMOUS, TEAM, message, &data).await;

    assert!(toast.contains("ẩn danh"), "{toast}");
    assert_eq!(province.holder(&code), None);
    province.hears(&[(TEAM, "Anh/chị đang ẩn danh trong nhóm")]);
    province.end().await;
}

#[tokio::test]
async fn strangers_get_only_the_hotline_and_the_way_in() {
    let mut province = given().await;
    province.world.sandbox.add_user(STRANGER, "Người lạ");
    let code = province.report(REPORTER, "Sự cố").await;
    province.forget();

    for typed in ["/start", "xin chào", "/baosuco Có sự cố", &format!("/suco {code}"), "/trogiup"]
    {
        province.say(STRANGER, typed).await;
        province.hears(&[(STRANGER, "Anh/chị chưa có trong danh bạ")]);
        assert!(province.last(STRANGER).text.contains("số trực của Đội"));
        assert!(!province.last(STRANGER).text.contains(code.as_str()));
    }
    assert_eq!(province.codes().len(), 1);
    province.end().await;
}

#[tokio::test]
async fn a_stranger_in_the_team_chat_cannot_press_and_is_not_told_it_was_done() {
    let province = given().await;
    province.world.sandbox.add_user(STRANGER, "Người lạ");
    province.world.sandbox.join(STRANGER, TEAM);
    let code = province.report(REPORTER, "Sự cố").await;

    for label in ["Tiếp nhận", "Ghi chú", "Chuyển cấp"] {
        let toast = province.press(STRANGER, TEAM, label).await;
        assert!(toast.contains("chưa có trong danh bạ"), "{label}: {toast}");
    }

    assert_eq!(province.holder(&code), None);
    assert_eq!(province.incident(&code).firings, 1);
    province.end_without_listening().await;
}

#[tokio::test]
async fn what_a_role_may_not_do_is_refused_with_who_may() {
    let mut province = given().await;
    let code = province.report(REPORTER, "Sự cố").await;
    province.forget();
    let only_team = "Chỉ thành viên Đội, Đội trưởng, Phó Đội trưởng được";
    let only_lead = "Chỉ Đội trưởng, Phó Đội trưởng";
    let cases = [
        (REPORTER, "nhan", only_team),
        (MANAGER, "nhan", only_team),
        (MANAGER, "khoanhvung", only_team),
        (DUTY, "molai", only_lead),
        (ADMIN, "nhan", "Không tìm thấy sự cố"),
        (NEIGHBOUR, "nhan", "Không tìm thấy sự cố"),
        (NEIGHBOUR, "ghichu", ""),
    ];
    for (who, command, answer) in cases {
        province.say(who, &format!("/{command} {code}")).await;
        province.hears(&[(who, answer)]);
    }
    province.say(ADMIN, "/baosuco Máy in hỏng").await;
    province.hears(&[(ADMIN, "Vai trò của anh/chị không báo sự cố được")]);
    province.say(DUTY, "/moinguoi p-002").await;
    province.hears(&[(DUTY, "Chỉ người quản trị")]);
    assert_eq!(province.incident(&code).status().to_string(), "reported");
    province.end().await;
}

#[tokio::test]
async fn nobody_sees_an_incident_that_is_not_for_his_eyes() {
    let mut province = given().await;
    let secret = "Lộ tài khoản phần mềm kế toán";
    let code = province.report(REPORTER, secret).await;
    province.forget();

    for who in [NEIGHBOUR, ADMIN] {
        for typed in ["/suco", &format!("/suco {code}"), &format!("/ghichu {code}")] {
            province.say(who, typed).await;
            assert!(!province.last(who).text.contains(secret), "{who}: {typed}");
        }
        let (message, _) = province.button(TEAM, "Tiếp nhận");
        let toast = province.press_data(who, who, message, &format!("1|show|{code}|1|1|")).await;
        assert!(!toast.contains("ghi nhận"), "{toast}");
        province.settle().await;
        assert!(province.messages(who).iter().all(|shown| !shown.text.contains(secret)));
    }
    province.end_without_listening().await;
}

#[tokio::test]
async fn in_another_group_nothing_of_an_incident_is_shown() {
    let mut province = given().await;
    let other = -1_009_000_000_777;
    province.world.sandbox.add_group(other, "Nhóm khác", &[LEAD, STRANGER]);
    let code = province.report(REPORTER, "Lộ tài khoản phần mềm kế toán").await;
    province.forget();

    province.say_in(other, LEAD, &format!("/suco {code}")).await;
    province.say_in(other, LEAD, "/suco").await;

    for shown in province.messages(other) {
        assert!(!shown.text.contains("kế toán"), "{shown:#?}");
    }
    province.end_without_listening().await;
}

#[tokio::test]
async fn altered_button_data_is_answered_and_changes_nothing() {
    let province = given().await;
    let code = province.report(REPORTER, "Sự cố").await;
    let (message, _) = province.button(DUTY, "Tiếp nhận");
    let before = province.story(&code).len();

    for data in
        ["", "1|", "2|ack|SC-2026-0001|1|1|", "1|ack|SC-2026-9999|1|1|", "💥", "1|at|x|1|1|"]
    {
        province.press_data(DUTY, DUTY, message, data).await;
    }

    assert_eq!(province.story(&code).len(), before);
    province.after(minutes(1)).await;
    province.end_without_listening().await;
}

#[tokio::test]
async fn talk_in_the_team_chat_is_left_alone() {
    let mut province = given().await;
    for words in ["Chào cả Đội", "tiếp nhận nhé", "/lenh@another_bot", "https://x.vn/a?b=1"]
    {
        province.say_in(TEAM, DUTY, words).await;
        province.hears_nothing();
    }
    province.world.sandbox.post(DUTY, TEAM, serde_json::json!({"sticker": {}}));
    province.settle().await;
    province.end_without_listening().await;
}
