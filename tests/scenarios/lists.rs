//! Lists, search and figures: each shows what its reader may see, and nothing of drills.

use chrono::NaiveDate;
use trucban::domain::search::{Page, Query};
use trucban::domain::statistics::Span;
use trucban::domain::time::Timestamp;
use trucban::domain::values::Tlp;

use crate::harness::{
    ADMIN, DUTY, LEAD, NEIGHBOUR, Province, REPORTER, TEAM, given, hours, minutes,
};

async fn false_alarm(given: &Province, code: &trucban::domain::ids::IncidentCode) {
    given.say(LEAD, &format!("/ketthuc {code} báo nhầm, thử")).await;
}

#[tokio::test]
async fn a_reporter_lists_the_units_open_incidents_and_the_last_five_that_ended() {
    let given = given().await;
    for number in 1..=6 {
        let code = given.report(REPORTER, &format!("Việc cũ số {number}")).await;
        false_alarm(&given, &code).await;
    }
    let open = given.report(REPORTER, "Máy in hỏng").await;
    let other = given.report(NEIGHBOUR, "Máy quét hỏng").await;
    given.say(REPORTER, "/suco").await;
    let list = given.last(REPORTER).text;
    assert!(list.contains("1 sự cố đang mở") && list.contains(open.as_str()), "{list}");
    assert!(list.contains("Kết thúc gần đây") && !list.contains(other.as_str()), "{list}");
    assert!(list.contains("số 6") && list.contains("số 2") && !list.contains("số 1\n"), "{list}");
    given.end_without_listening().await;
}

#[tokio::test]
async fn the_team_lists_open_incidents_by_severity_and_then_by_age() {
    let given = given().await;
    let first = given.report(REPORTER, "Việc một").await;
    let second = given.report(NEIGHBOUR, "Việc hai").await;
    let third = given.report(REPORTER, "Việc ba").await;
    given.say(DUTY, &format!("/mucdo {third} rất cao")).await;
    given.say(DUTY, &format!("/nhan {second}")).await;
    given.say(DUTY, "/suco").await;
    let list = given.last(DUTY).text;
    let place = |code: &trucban::domain::ids::IncidentCode| list.find(code.as_str()).unwrap();
    assert!(place(&third) < place(&first) && place(&first) < place(&second), "{list}");
    assert!(list.contains("chưa có người giữ"), "{list}");
    given.end_without_listening().await;
}

#[tokio::test]
async fn search_ignores_marks_and_finds_by_title_description_unit_and_code() {
    let given = given().await;
    let code = given.report(REPORTER, "Máy chủ Đăng ký đất đai bị treo\nphòng Địa chính").await;
    given.report(NEIGHBOUR, "Máy in hỏng").await;
    for words in
        ["dang ky dat dai", "ĐỊA CHÍNH", "treo may chu", &code.as_str().to_lowercase()[3..]]
    {
        given.say(DUTY, &format!("/suco {words}")).await;
        let found = given.last(DUTY).text;
        assert!(found.contains("Tìm thấy") && found.contains(code.as_str()), "{words}: {found}");
    }
    given.say(DUTY, "/suco khong co gi nhu vay").await;
    assert!(given.last(DUTY).text.contains("Không tìm thấy"));
    false_alarm(&given, &code).await;
    given.say(DUTY, "/suco dia chinh").await;
    assert!(given.last(DUTY).text.contains(code.as_str()), "ended incidents are found too");
    given.end_without_listening().await;
}

#[tokio::test]
async fn search_shows_nobody_what_that_person_may_not_see() {
    let given = given().await;
    let code = given.report(REPORTER, "Lộ hồ sơ tuyển dụng").await;
    given.say(NEIGHBOUR, "/suco tuyen dung").await;
    assert!(given.last(NEIGHBOUR).text.contains("Không tìm thấy"));
    given.say(DUTY, &format!("/tlp {code} RED")).await;
    given.say(DUTY, "/suco tuyen dung").await;
    assert!(given.last(DUTY).text.contains("Không tìm thấy"), "RED is not found by content");
    given.say(DUTY, &format!("/tlp {code} AMBER+STRICT")).await;
    given.say(DUTY, "/suco tuyen dung").await;
    assert!(given.last(DUTY).text.contains(code.as_str()));
    given.say_in(TEAM, DUTY, "/suco tuyen dung").await;
    assert!(given.last(TEAM).text.contains("Không tìm thấy"), "not in a chat of many");
    given.end_without_listening().await;
}

#[tokio::test]
async fn whoever_sees_no_incidents_is_told_so_instead_of_shown_an_empty_list() {
    let given = given().await;
    given.report(REPORTER, "Lộ hồ sơ tuyển dụng").await;
    for asked in ["/suco", "/suco tuyen", "/thongke"] {
        given.say(ADMIN, asked).await;
        let answer = given.last(ADMIN).text;
        assert!(answer.contains("Vai trò của anh/chị không xem sự cố được"), "{asked}: {answer}");
    }
    given.end_without_listening().await;
}

#[test]
fn a_page_is_found_only_by_what_may_be_read_of_it() {
    let page = |tlp| Page {
        code: "SC-2026-0007",
        unit: "Sở Nội vụ",
        title: Some("Lộ hồ sơ"),
        description: None,
        tlp,
    };
    let finds = |words, tlp, private| Query::new(words).unwrap().finds(&page(tlp), private);
    assert!(finds("noi vu", Tlp::Amber, false) && finds("lo ho so", Tlp::AmberStrict, true));
    for words in ["noi vu", "lo ho so", "0007 so"] {
        assert!(!finds(words, Tlp::Red, true) && !finds(words, Tlp::AmberStrict, false), "{words}");
    }
    assert!(finds("0007", Tlp::Red, false));
    assert_eq!(Query::new("  "), None);
}

#[tokio::test]
async fn figures_count_real_incidents_and_how_fast_they_were_taken_and_put_right() {
    let given = given().await;
    let one = given.report(REPORTER, "Máy chủ một cửa bị mã hóa").await;
    given.after(minutes(10)).await;
    given.say(DUTY, &format!("/nhan {one}")).await;
    given.after(hours(1)).await;
    given.say(DUTY, &format!("/khacphuc {one}")).await;
    let two = given.report(NEIGHBOUR, "Thư lạ giả mạo kho bạc").await;
    given.say(LEAD, &format!("/nhan {two}")).await;
    false_alarm(&given, &two).await;
    given.report(NEIGHBOUR, "Mất điện trụ sở").await;
    given.say(LEAD, "/thongke").await;
    insta::with_settings!({
        snapshot_path => "../snapshots", prepend_module_to_snapshot => false,
        omit_expression => true,
    }, { insta::assert_snapshot!("figures", given.last(LEAD).text); });
    given.say(REPORTER, "/thongke năm").await;
    let own = given.last(REPORTER).text;
    assert!(own.contains("Ghi nhận trong kỳ: 1") && !own.contains("Theo đơn vị"), "{own}");
    given.say(LEAD, "/thongke 01/01/2020..31/01/2020").await;
    assert!(given.last(LEAD).text.contains("Ghi nhận trong kỳ: 0"));
    given.say(LEAD, "/thongke bao giờ").await;
    assert!(given.last(LEAD).text.contains("/thongke quý 3"));
    given.say(ADMIN, "/thongke").await;
    assert!(!given.last(ADMIN).text.contains("Đang mở"), "administrators see no figures");
    given.end_without_listening().await;
}

#[test]
fn months_quarters_and_years_without_a_year_are_the_newest_that_have_begun() {
    let now: Timestamp = "2026-11-21T23:30:00+07:00".parse().unwrap();
    let days = |span: Span| {
        span.days(now, chrono_tz::Asia::Ho_Chi_Minh)
            .map(|days| format!("{}..{}", days.first, days.last))
    };
    let day = |text: &str| text.parse::<NaiveDate>().unwrap();
    let cases = [
        (Span::Month(None, None), "2026-11-01..2026-11-30"),
        (Span::Month(Some(12), None), "2025-12-01..2025-12-31"),
        (Span::Month(Some(2), Some(2024)), "2024-02-01..2024-02-29"),
        (Span::Quarter(None, None), "2026-10-01..2026-12-31"),
        (Span::Quarter(Some(3), None), "2026-07-01..2026-09-30"),
        (Span::Year(None), "2026-01-01..2026-12-31"),
        (Span::Days(day("2026-01-02"), day("2026-01-02")), "2026-01-02..2026-01-02"),
    ];
    for (span, wanted) in cases {
        assert_eq!(days(span).as_deref(), Some(wanted), "{span:?}");
    }
    assert_eq!(days(Span::Days(day("2026-01-03"), day("2026-01-02"))), None);
}

#[tokio::test]
async fn what_to_merge_reopen_and_take_out_is_chosen_from_a_list() {
    let given = given().await;
    let one = given.report(REPORTER, "Máy in hỏng").await;
    let two = given.report(NEIGHBOUR, "Máy quét hỏng").await;
    given.say(LEAD, "/gop").await;
    given.press(LEAD, LEAD, two.as_str()).await;
    let question = given.last(LEAD).text;
    assert!(question.contains(&format!("{two} trùng với sự cố nào?")), "{question}");
    given.say(LEAD, "1").await;
    assert_eq!(given.incident(&two).main(), Some(&one));

    given.say(LEAD, "/molai").await;
    assert!(!given.incident(&two).is_open());
    given.press(LEAD, LEAD, two.as_str()).await;
    assert!(given.incident(&two).is_open());
    given.say(DUTY, "/molai").await;
    assert!(given.last(DUTY).text.contains("Chỉ Đội trưởng"), "{}", given.last(DUTY).text);

    given.say(LEAD, &format!("/dienrong {one} {two}")).await;
    given.say(LEAD, "/tach").await;
    given.press(LEAD, LEAD, two.as_str()).await;
    assert_eq!(given.incident(&two).parent(), None);
    assert!(given.incident(&one).parent().is_some());
    given.end_without_listening().await;
}

#[tokio::test]
async fn a_command_s_word_without_its_stroke_is_one_tap_away_and_does_nothing_by_itself() {
    let given = given().await;
    let code = given.report(REPORTER, "Máy in hỏng").await;
    given.say(DUTY, &format!("nhận {code}")).await;
    assert_eq!(given.holder(&code), None);
    given.press(DUTY, DUTY, &format!("Tiếp nhận {code}")).await;
    assert_eq!(given.holder(&code).as_deref(), Some("p-001"));
    given.say(REPORTER, &format!("đóng {code}")).await;
    assert!(given.last(REPORTER).text.contains("Chỉ thành viên Đội"), "refused at once");
    given.end_without_listening().await;
}
