//! When drills are held: what people type, the days it comes to, and what they read of it.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use chrono_tz::Tz;
use trucban::config::calendar::built_in;
use trucban::domain::calendar::{Blackout, Calendar, Office};
use trucban::domain::fold::fold;
use trucban::domain::schedule::read::read;
use trucban::domain::schedule::{HolidayPolicy, Occurrence, Schedule};
use trucban::text::schedule as words;

use super::real_days::configured;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// What is read on the first day of 2027.
fn said(text: &str) -> Result<Schedule, String> {
    read(text, day("2027-01-01")).map_err(|fault| words::fault(&fault))
}

fn here() -> Calendar {
    built_in(Tz::Asia__Ho_Chi_Minh).unwrap()
}

/// What people read of the occurrences of some years.
fn shown(text: &str, calendar: &Calendar, from: &str, until: &str) -> Vec<String> {
    let schedule = said(text).unwrap();
    let all = schedule.occurrences(calendar, &[], day(from), day(until));
    let line = |one: &Occurrence| {
        let moved = words::shift(one).map(|why| format!(", {why}")).unwrap_or_default();
        format!("{} {}{moved}", one.at.hour(calendar.zone), words::day(one.date))
    };
    all.iter().map(line).collect()
}

#[test]
fn rules_are_read_as_people_type_them() {
    for (typed, meant) in [
        ("hằng năm ngày 15/10 lúc 9h", "Hằng năm, ngày 15/10, 09:00"),
        ("hàng năm ngày 15/10", "Hằng năm, ngày 15/10, 09:00"),
        ("MỖI NĂM, NGÀY 15 THÁNG 10, 14H30", "Hằng năm, ngày 15/10, 14:30"),
        ("15-10 hằng năm lúc 2 giờ chiều", "Hằng năm, ngày 15/10, 14:00"),
        ("lúc 9h 15 tháng 10 hằng năm", "Hằng năm, ngày 15/10, 09:00"),
        ("hằng năm ngày 29/2", "Hằng năm, ngày 29/02 (hoặc ngày cuối tháng), 09:00"),
        ("thứ Sáu cuối cùng của tháng 10", "Hằng năm, thứ Sáu cuối cùng của tháng 10, 09:00"),
        ("thứ sáu cuối tháng mười", "Hằng năm, thứ Sáu cuối cùng của tháng 10, 09:00"),
        ("t6 đầu tiên tháng 6 8 giờ rưỡi", "Hằng năm, thứ Sáu đầu tiên của tháng 6, 08:30"),
        ("chủ nhật thứ hai của tháng sáu", "Hằng năm, Chủ nhật thứ hai của tháng 6, 09:00"),
        ("thứ năm thứ 3 của tháng năm", "Hằng năm, thứ Năm thứ ba của tháng 5, 09:00"),
        ("thứ 5 thứ tư tháng tư", "Hằng năm, thứ Năm thứ tư của tháng 4, 09:00"),
        ("mỗi quý, ngày làm việc đầu tiên", "Mỗi quý, ngày làm việc đầu tiên của tháng đầu, 09:00"),
        (
            "ngày làm việc cuối cùng của quý",
            "Mỗi quý, ngày làm việc cuối cùng của tháng cuối, 09:00",
        ),
        (
            "hằng quý, thứ Ba đầu tiên của tháng thứ hai, 8 giờ 15 phút",
            "Mỗi quý, thứ Ba đầu tiên của tháng thứ hai, 08:15",
        ),
        ("ngày 20 của tháng giữa mỗi quý", "Mỗi quý, ngày 20 của tháng thứ hai, 09:00"),
        (
            "ngày làm việc cuối cùng của tháng 11 lúc 14:00",
            "Hằng năm, ngày làm việc cuối cùng của tháng 11, 14:00",
        ),
        ("ngày làm việc thứ ba của tháng 3", "Hằng năm, ngày làm việc thứ 3 của tháng 3, 09:00"),
        ("mỗi tháng, ngày 5, lúc 8", "Hằng tháng, ngày 5, 08:00"),
        ("ngày cuối cùng hằng tháng", "Hằng tháng, ngày 31 (hoặc ngày cuối tháng), 09:00"),
        ("thứ hai đầu tiên hàng tháng 7h30 sáng", "Hằng tháng, thứ Hai đầu tiên, 07:30"),
        ("15/10/2027 8h30", "Một lần, ngày 15/10/2027, 08:30"),
        ("thứ Sáu 15/10/2027", "Một lần, ngày 15/10/2027, 09:00"),
        ("2027-10-15 lúc 8 giờ tối", "Một lần, ngày 15/10/2027, 20:00"),
        ("ngày 15 tháng 10 năm 2027", "Một lần, ngày 15/10/2027, 09:00"),
        ("hằng năm ngày 15/10, tránh ngày nghỉ: sang ngày sau", "Hằng năm, ngày 15/10, 09:00"),
        ("hằng năm 15/10 lúc 9h sang ngày sau", "Hằng năm, ngày 15/10, 09:00"),
        (
            "tránh ngày nghỉ về ngày trước, hằng năm ngày 15/10",
            "Hằng năm, ngày 15/10, 09:00, tránh ngày nghỉ: về ngày trước",
        ),
        (
            "hằng năm ngày 15/10 tránh ngày lễ trong cùng tuần",
            "Hằng năm, ngày 15/10, 09:00, tránh ngày nghỉ: trong tuần",
        ),
        (
            "hằng năm ngày 15/10, không tránh ngày nghỉ",
            "Hằng năm, ngày 15/10, 09:00, kể cả ngày nghỉ",
        ),
        ("cron 0 0 9 15 10 *", "cron 0 0 9 15 10 *"),
        ("Cron  0 30 8 25-31 10 Fri  2027-2030", "cron 0 30 8 25-31 10 Fri 2027-2030"),
        (
            "cron 0 0 9 1 1,7 *, tránh ngày nghỉ: về ngày trước",
            "cron 0 0 9 1 1,7 *, tránh ngày nghỉ: về ngày trước",
        ),
    ] {
        let read = |text: &str| said(text).map(|schedule| words::rule(&schedule));
        assert_eq!(read(typed), Ok(meant.to_owned()), "{typed}");
        // The sixth month is the next one where its mark is wanting, and is asked for.
        if !typed.contains("tháng sáu") {
            assert_eq!(read(&fold(typed)), Ok(meant.to_owned()), "{typed}");
        }
    }
}

#[test]
fn a_rule_that_cannot_be_used_is_answered_with_the_remedy() {
    let long = format!("cron 0 0 9 {} 10 *", ["15"; 50].join(","));
    let unfit = [
        "",
        "lúc 9h",
        "hằng năm ngày rằm tháng 8",
        "thứ Sáu cuối cùng của thang sau",
        "15/10",
        "ngày 15 tháng 10 lúc 9h",
        "thứ Sáu cuối cùng",
        "hằng năm thứ Sáu đầu tiên",
        "thứ Sáu của tháng 10",
        "thứ Sáu thứ năm của tháng 10",
        "ngày làm việc của tháng 10",
        "ngày làm việc thứ 25 của tháng 10",
        "thứ Năm 15/10/2027",
        "thứ Sáu đầu tiên, ngày làm việc cuối cùng của tháng 10",
        "hằng năm ngày 15/10, ngày 16/10",
        "hằng năm 15/10/2027",
        "hằng năm thứ sáu cuối cùng của tháng 10 năm 2027",
        "ngày làm việc cuối cùng của tháng 10 năm 2027",
        "hằng tháng ngày 15/10",
        "hằng năm ngày 32/10",
        "31/4/2027",
        "hằng năm ngày 15/13",
        "hằng năm ngày 15/10 lúc 25h",
        "hằng năm ngày 15/10 lúc 9h lúc 10h",
        "hằng năm ngày 15/10 lúc 8 giờ trưa",
        "15/10/2026",
        "15/10/2037",
        "cron",
        "cron 0 9 15 10 *",
        "cron 0 0 9 15 10 * * *",
        "cron 0 0 9 ? 10 5",
        "cron 0 0 9 ? 10 Mon-5",
        "cron 0 0 25 15 10 *",
        "cron 0 0 9 15 Okt *",
        "cron 0 0 9 LW 10 *",
        "cron 0 0 9 30 2 *",
        "cron 0 0 9 15 10 * 2020",
        "cron 0 0 9 29 2 Mon",
        "cron 0 * * * * *",
        "cron 0 0 9,14 15 10 *",
        "cron 0 0 9 * * Mon,Thu",
        &long,
    ];
    let lines = unfit.iter().map(|text| {
        let short: String = text.chars().take(60).collect();
        format!("{short}\n  {}", said(text).expect_err(text))
    });
    insta::assert_snapshot!("schedule_faults", lines.collect::<Vec<_>>().join("\n"));
}

#[test]
fn a_drill_on_a_holiday_moves_as_its_rule_has_it_and_says_why() {
    let calendar = here();
    let of = |text: &str, year: i32| {
        shown(text, &calendar, &format!("{year}-01-01"), &format!("{}-01-01", year + 1))
    };
    let sunday = "hằng năm ngày 15/10";
    assert_eq!(of(sunday, 2027), ["09:00 T6 15/10/2027"]);
    assert_eq!(of(sunday, 2028), ["09:00 T2 16/10/2028, dời từ CN 15/10/2028 vì trùng cuối tuần"]);
    assert_eq!(
        of("hằng năm ngày 15/10, tránh ngày nghỉ: về ngày trước", 2028),
        ["09:00 T6 13/10/2028, dời từ CN 15/10/2028 vì trùng cuối tuần"]
    );
    assert_eq!(
        of("hằng năm ngày 15/10, tránh ngày nghỉ: trong tuần", 2028),
        ["09:00 T6 13/10/2028, dời từ CN 15/10/2028 vì trùng cuối tuần"]
    );
    assert_eq!(of("hằng năm ngày 15/10, kể cả ngày nghỉ", 2028), ["09:00 CN 15/10/2028"]);
    // The whole week is Tết.
    assert_eq!(
        of("hằng năm ngày 8/2, tránh ngày nghỉ: trong tuần", 2027),
        ["09:00 T6 12/02/2027, dời từ T2 08/02/2027 vì trùng Tết Nguyên đán, \
          Nghỉ bù Tết Nguyên đán"]
    );
    // Which days are worked is asked of the calendar, and is no reason.
    assert_eq!(of("ngày làm việc đầu tiên của tháng 1", 2027), ["09:00 T2 04/01/2027"]);
    assert_eq!(of("ngày làm việc cuối cùng của tháng 4", 2027), ["09:00 T5 29/04/2027"]);
    assert_eq!(
        of("thứ sáu cuối cùng của tháng 4", 2027),
        ["09:00 T3 04/05/2027, dời từ T6 30/04/2027 vì trùng Ngày Chiến thắng, \
         Ngày Quốc tế lao động, cuối tuần, Nghỉ bù Ngày Quốc tế lao động"]
    );
}

#[test]
fn a_week_without_any_working_day_gives_the_next_one_and_says_so() {
    let mut calendar = here();
    let week =
        Blackout {
            from: day("2027-10-11"), to: day("2027-10-17"), name: "Đại hội".to_owned()
        };
    calendar.blackouts.push(week);
    assert_eq!(
        shown(
            "hằng năm ngày 15/10, tránh ngày nghỉ: trong tuần",
            &calendar,
            "2027-01-01",
            "2028-01-01"
        ),
        [
            "09:00 T2 18/10/2027, dời từ T6 15/10/2027 vì trùng Đại hội (không diễn tập), cuối tuần; \
          cả tuần đó không có ngày nào phù hợp"
        ]
    );
}

#[test]
fn no_drill_is_held_on_days_without_drills_although_people_work() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("calendar")).unwrap();
    let own = "id = \"own\"\n\n[[blackout]]\nname = \"Kỳ thi\"\nfrom = \"2027-10-14\"\n\
               to = \"2027-10-15\"\nsource = \"A notice\"\n";
    std::fs::write(folder.path().join("calendar/own.toml"), own).unwrap();
    let calendar = configured(folder.path()).unwrap().calendar.as_ref().clone();
    assert!(calendar.works_on(day("2027-10-15"), &calendar.office));
    let of = |text: &str| shown(text, &calendar, "2027-01-01", "2028-01-01");
    assert_eq!(
        of("hằng năm ngày 15/10"),
        ["09:00 T2 18/10/2027, dời từ T6 15/10/2027 vì trùng Kỳ thi (không diễn tập), cuối tuần"]
    );
    assert_eq!(
        of("hằng năm ngày 15/10, về ngày trước"),
        ["09:00 T4 13/10/2027, dời từ T6 15/10/2027 vì trùng Kỳ thi (không diễn tập)"]
    );
    // Also where holidays do not matter.
    assert_eq!(
        of("hằng năm ngày 15/10, kể cả ngày nghỉ"),
        ["09:00 T7 16/10/2027, dời từ T6 15/10/2027 vì trùng Kỳ thi (không diễn tập)"]
    );
}

#[test]
fn what_is_wrong_with_days_without_drills_is_told_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("calendar")).unwrap();
    let own = "id = \"own\"\n\n[[blackout]]\nname = \"Kỳ thi\"\nfrom = \"2027-10-15\"\n\
               to = \"2027-10-14\"\n\n[[blackout]]\nfrom = \"15/10/2027\"\nsource = \"S\"\n";
    std::fs::write(folder.path().join("calendar/own.toml"), own).unwrap();
    let problems = configured(folder.path()).map(|_| ()).unwrap_err();
    let lines: Vec<String> = problems.iter().map(|problem| problem.words()).collect();
    let lasting = lines.join("\n").replace(&folder.path().display().to_string(), "«thư mục»");
    insta::assert_snapshot!("blackout_problems", lasting);
}

#[test]
fn an_hour_the_clocks_skip_begins_after_it_and_one_they_repeat_begins_at_its_first() {
    let calendar = Calendar { zone: Tz::Europe__Berlin, ..Calendar::default() };
    let at = |text: &str, from: &str| {
        let schedule = said(text).unwrap();
        let all = schedule.occurrences(&calendar, &[], day(from), day("2030-01-01"));
        all.first().map(|one| one.at.rfc3339(calendar.zone)).unwrap()
    };
    for text in ["hằng năm ngày 28/3 2h30, kể cả ngày nghỉ", "cron 0 30 2 28 3 *, kể cả ngày nghỉ"]
    {
        assert_eq!(at(text, "2027-01-01"), "2027-03-28T03:00:00+02:00");
        assert_eq!(at(text, "2028-01-01"), "2028-03-28T02:30:00+02:00");
    }
    assert_eq!(
        at("hằng năm ngày 31/10 2h30, kể cả ngày nghỉ", "2027-01-01"),
        "2027-10-31T02:30:00+02:00"
    );
}

#[test]
fn where_no_day_is_ever_worked_a_drill_stays_where_its_rule_has_it() {
    let office = Office { days: [].into(), ..Office::default() };
    let calendar = Calendar { office, kinds: BTreeMap::new(), ..Calendar::default() };
    for policy in HolidayPolicy::ALL {
        let schedule = Schedule { shift: policy, ..said("hằng năm ngày 15/10").unwrap() };
        let all = schedule.occurrences(&calendar, &[], day("2027-01-01"), day("2028-01-01"));
        let all: Vec<_> = all.into_iter().map(|one| (one.date, one.shifts.len())).collect();
        assert_eq!(all, [(day("2027-10-15"), 0)], "{policy:?}");
    }
}
