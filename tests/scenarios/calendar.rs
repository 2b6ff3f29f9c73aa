//! The calendar built in, read by the day and by the hour.

use chrono::NaiveDate;
use chrono_tz::Tz;
use trucban::config::calendar::built_in;
use trucban::domain::calendar::{Calendar, When};
use trucban::domain::time::Timestamp;

fn calendar() -> Calendar {
    built_in(Tz::Asia__Ho_Chi_Minh).unwrap()
}

fn at(text: &str) -> Timestamp {
    format!("{text}:00+07:00").parse().unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[test]
fn days_of_2026_and_2027_are_as_the_law_and_the_notices_have_them() {
    let calendar = calendar();
    for (date, works, holiday) in [
        ("2026-01-01", false, Some("Tết Dương lịch")),
        ("2026-01-02", false, Some("Tết Dương lịch")),
        ("2026-01-10", true, None),  // a Saturday worked for the 2nd
        ("2026-02-14", false, None), // a Saturday before Tết
        ("2026-02-17", false, Some("Tết Nguyên đán")),
        ("2026-02-23", true, None),
        ("2026-04-27", false, Some("Nghỉ bù Giỗ Tổ Hùng Vương")),
        ("2026-08-22", true, None),
        ("2026-08-31", false, Some("Quốc khánh")),
        ("2026-11-23", true, None),
        ("2026-11-24", false, Some("Ngày Văn hóa Việt Nam")),
        ("2027-02-04", true, None),
        ("2027-02-05", false, Some("Tết Nguyên đán")),
        ("2027-02-11", false, Some("Nghỉ bù Tết Nguyên đán")),
        ("2027-02-12", true, None),
        ("2027-05-03", false, Some("Nghỉ bù Ngày Quốc tế lao động")),
        // Not listed: what is the same each year, and the moon.
        ("2028-01-26", false, Some("Tết Nguyên đán")),
        ("2028-04-04", false, Some("Giỗ Tổ Hùng Vương")),
        ("2028-02-29", true, None),
        ("2030-02-02", false, Some("Tết Nguyên đán")),
        ("2031-09-02", false, Some("Quốc khánh")),
    ] {
        assert_eq!(calendar.works_on(day(date), &calendar.office), works, "{date}");
        assert_eq!(calendar.holiday_on(day(date)), holiday, "{date}");
    }
}

#[test]
fn hours_open_and_close_to_the_minute() {
    let calendar = calendar();
    for (when, open) in [
        ("2026-11-23T07:29", false),
        ("2026-11-23T07:30", true),
        ("2026-11-23T11:30", false),
        ("2026-11-23T13:00", true),
        ("2026-11-23T16:30", false),
        ("2026-11-24T09:00", false),
        ("2026-11-22T09:00", false),
        ("2026-01-10T09:00", true),
    ] {
        assert_eq!(calendar.in_hours(at(when), None), open, "{when}");
        assert_eq!(calendar.holds(When::OutOfHours, at(when)), !open, "{when}");
    }
    assert!(calendar.holds(When::Holiday, at("2026-11-24T23:59")));
    assert!(!calendar.holds(When::Holiday, at("2026-11-25T00:00")));
}

#[test]
fn the_next_working_hour_is_found_over_weekends_and_tet() {
    let calendar = calendar();
    for (from, next) in [
        ("2026-11-23T08:00", "2026-11-23T08:00"),
        ("2026-11-23T11:45", "2026-11-23T13:00"),
        ("2026-11-23T16:30", "2026-11-25T07:30"), // the 24th is a holiday
        ("2026-02-13T17:00", "2026-02-23T07:30"),
        ("2026-01-09T20:00", "2026-01-10T07:30"), // a Saturday that is worked
    ] {
        assert_eq!(calendar.next_in_hours(at(from), None), Some(at(next)), "{from}");
    }
}

#[test]
fn it_says_how_far_it_reaches_and_what_no_notice_has_confirmed() {
    let calendar = calendar();
    assert_eq!(calendar.reaches(at("2026-11-22T00:00")), Some(day("2027-12-31")));
    assert_eq!(calendar.reaches(at("2028-01-01T00:00")), None);
    let open: Vec<NaiveDate> =
        calendar.unconfirmed(at("2026-11-22T00:00")).map(|(date, _)| date).collect();
    assert_eq!(open.first(), Some(&day("2026-11-24")));
    assert_eq!(open.len(), 10);
}
