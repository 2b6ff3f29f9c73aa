//! When drills are held: rules, why a day was moved, and why a rule cannot be used. What is said of a
//! rule here reads as the same rule again.

use chrono::{Datelike as _, NaiveDate, NaiveTime, Weekday};

use super::duty;
use crate::domain::schedule::fault::{Fault, Field};
use crate::domain::schedule::{
    HolidayPolicy, MonthDay, Nth, Occurrence, Rule, Schedule, Shift, Why, YEARS_AHEAD, cron,
};

/// `Hằng năm, ngày 15/10, 09:00`. What becomes of it on holidays is said where it is not the usual.
pub fn rule(schedule: &Schedule) -> String {
    let clock = |time: NaiveTime| time.format("%H:%M").to_string();
    let days = match &schedule.rule {
        Rule::Once(date) => format!("Một lần, ngày {}", full(*date)),
        Rule::Yearly { month, day } => {
            let shortest = NaiveDate::from_ymd_opt(2001, *month, *day).is_none();
            format!("Hằng năm, ngày {day:02}/{month:02}{}", if shortest { CLAMPED } else { "" })
        }
        Rule::NthWeekday { month, nth, weekday } => {
            yearly(MonthDay::Weekday { nth: *nth, weekday: *weekday }, *month)
        }
        Rule::Workday { month, nth } => yearly(MonthDay::Workday(*nth), *month),
        Rule::LastWorkday { month } => yearly(MonthDay::LastWorkday, *month),
        Rule::Monthly { day } => format!("Hằng tháng, {}", month_day(*day)),
        Rule::Quarterly { month, day } => {
            let month = match month {
                1 => "đầu",
                2 => "thứ hai",
                _ => "cuối",
            };
            format!("Mỗi quý, {} của tháng {month}", month_day(*day))
        }
        Rule::Cron(cron) => return format!("cron {}{}", cron.as_str(), policy(schedule.shift)),
    };
    format!("{days}, {}{}", clock(schedule.time), policy(schedule.shift))
}

/// Said of a day some months do not have.
const CLAMPED: &str = " (hoặc ngày cuối tháng)";

fn yearly(day: MonthDay, month: u32) -> String {
    format!("Hằng năm, {} của tháng {month}", month_day(day))
}

fn month_day(day: MonthDay) -> String {
    match day {
        MonthDay::Day(day) => format!("ngày {day}{}", if day > 28 { CLAMPED } else { "" }),
        MonthDay::Workday(1) => "ngày làm việc đầu tiên".to_owned(),
        MonthDay::Workday(nth) => format!("ngày làm việc thứ {nth}"),
        MonthDay::LastWorkday => "ngày làm việc cuối cùng".to_owned(),
        MonthDay::Weekday { nth, weekday } => {
            let nth = match nth {
                Nth::First => "đầu tiên",
                Nth::Second => "thứ hai",
                Nth::Third => "thứ ba",
                Nth::Fourth => "thứ tư",
                Nth::Last => "cuối cùng",
            };
            format!("{} {nth}", weekday_name(weekday))
        }
    }
}

/// A weekday by its full name.
pub fn weekday_name(day: Weekday) -> &'static str {
    match day {
        Weekday::Mon => "thứ Hai",
        Weekday::Tue => "thứ Ba",
        Weekday::Wed => "thứ Tư",
        Weekday::Thu => "thứ Năm",
        Weekday::Fri => "thứ Sáu",
        Weekday::Sat => "thứ Bảy",
        Weekday::Sun => "Chủ nhật",
    }
}

fn policy(policy: HolidayPolicy) -> &'static str {
    match policy {
        HolidayPolicy::None => ", kể cả ngày nghỉ",
        HolidayPolicy::NextWorkday => "",
        HolidayPolicy::PrevWorkday => ", tránh ngày nghỉ: về ngày trước",
        HolidayPolicy::SameWeek => ", tránh ngày nghỉ: trong tuần",
    }
}

fn full(date: NaiveDate) -> String {
    date.format("%d/%m/%Y").to_string()
}

/// `T6 15/10/2027`.
pub fn day(date: NaiveDate) -> String {
    format!("{} {}", duty::weekday(date.weekday()), full(date))
}

/// `dời từ CN 15/10/2028 vì trùng cuối tuần`, each reason once; nothing where it was not moved.
pub fn shift(one: &Occurrence) -> Option<String> {
    let first = one.shifts.first()?;
    let mut reasons: Vec<String> = Vec::new();
    for reason in one.shifts.iter().filter_map(reason) {
        if !reasons.contains(&reason) {
            reasons.push(reason);
        }
    }
    let whole = one.shifts.iter().any(|shift| shift.why == Why::WholeWeek);
    let whole = if whole { "; cả tuần đó không có ngày nào phù hợp" } else { "" };
    Some(format!("dời từ {} vì trùng {}{whole}", day(first.from), reasons.join(", ")))
}

fn reason(shift: &Shift) -> Option<String> {
    match &shift.why {
        Why::Weekend => Some("cuối tuần".to_owned()),
        Why::Holiday(name) => Some(name.clone()),
        Why::Blackout(name) => Some(format!("{name} (không diễn tập)")),
        Why::WholeWeek => None,
    }
}

/// An example of every kind of rule, for whoever has to say another.
pub const EXAMPLES: &str = "“hằng năm ngày 15/10 lúc 9h”, “thứ Sáu cuối cùng của tháng 10”, \
                            “mỗi quý, ngày làm việc đầu tiên”, “15/10/2027 8h30”";

/// Why a rule cannot be used, and what to write instead.
pub fn fault(fault: &Fault) -> String {
    match fault {
        Fault::NoDay => format!("Lịch chưa nêu ngày. Xin viết, ví dụ: {EXAMPLES}."),
        Fault::Unknown(word) => {
            format!("Không hiểu “{word}” trong lịch. Xin viết, ví dụ: {EXAMPLES}.")
        }
        Fault::Twice(words) => format!(
            "“{words}” không đi cùng phần còn lại của lịch. Xin nêu mỗi điều một lần, ví dụ: \
             “hằng năm ngày 15/10 lúc 9h”."
        ),
        Fault::TwoWays => "Lịch nêu ngày theo hai cách. Xin chọn một, ví dụ: “thứ Sáu cuối cùng \
                           của tháng 10” hoặc “ngày làm việc cuối cùng của tháng 10”."
            .to_owned(),
        Fault::NoSuchDay => format!("Lịch nêu ngày hoặc tháng không có. Ví dụ đúng: {EXAMPLES}."),
        Fault::WhichYear { day, month } => format!(
            "Chưa rõ ngày {day}/{month} của năm nào. Xin viết “hằng năm ngày {day}/{month}”, hoặc \
             thêm năm, ví dụ “{day}/{month}/2027”."
        ),
        Fault::WhichMonth => "Chưa rõ tháng nào. Xin thêm “của tháng 10”, “hằng tháng” hoặc \
                              “mỗi quý”, ví dụ: “thứ Sáu cuối cùng của tháng 10”."
            .to_owned(),
        Fault::WhichOne => "Chưa rõ ngày thứ mấy trong tháng. Xin thêm “đầu tiên”, “thứ hai”, \
                            “thứ ba”, “thứ tư” hoặc “cuối cùng”, ví dụ: “thứ Sáu cuối cùng của \
                            tháng 10”."
            .to_owned(),
        Fault::OtherWeekday { date, weekday } => format!(
            "Ngày {} là {}, không phải {}. Xin sửa ngày hoặc thứ, ví dụ: “{}”.",
            full(*date),
            weekday_name(date.weekday()),
            weekday_name(*weekday),
            full(*date)
        ),
        Fault::NoDate(words) => {
            format!("Lịch không có “{words}”. Xin viết ngày/tháng/năm, ví dụ: 15/10/2027.")
        }
        Fault::NoTime(words) => {
            format!("Không có giờ “{words}”. Xin viết giờ từ 00:00 đến 23:59, ví dụ: 8h30, 14:00.")
        }
        Fault::Past(date) => {
            format!("Ngày {} đã qua. Xin chọn ngày khác, hoặc viết “hằng năm”.", full(*date))
        }
        Fault::Never => format!(
            "Trong {YEARS_AHEAD} năm tới lịch này không rơi vào ngày nào. Xin sửa ngày, tháng \
             hoặc năm, ví dụ: “hằng năm ngày 15/10 lúc 9h”."
        ),
        other => expert(other),
    }
}

/// What a right rule of an expert looks like.
const CRON_EXAMPLE: &str = "cron 0 0 9 15 10 *";

fn expert(fault: &Fault) -> String {
    match fault {
        Fault::TooLong => format!(
            "Lịch cron dài quá {} ký tự. Xin viết ngắn hơn, ví dụ: “{CRON_EXAMPLE}”.",
            cron::LONGEST
        ),
        Fault::Fields(5) => format!(
            "Lịch cron có 5 trường, cần 6 hoặc 7. Xin thêm giây ở đầu, ví dụ: “{CRON_EXAMPLE}” \
             (giây, phút, giờ, ngày, tháng, thứ)."
        ),
        Fault::Fields(count) => format!(
            "Lịch cron có {count} trường, cần 6 hoặc 7: giây, phút, giờ, ngày, tháng, thứ, và năm \
             nếu cần. Ví dụ: “{CRON_EXAMPLE}”."
        ),
        Fault::NumberedWeekday(text) => format!(
            "Trường thứ “{text}” dùng số, mà mỗi phần mềm đếm một khác. Xin dùng tên: Mon, Tue, \
             Wed, Thu, Fri, Sat, Sun. Ví dụ thứ Sáu cuối tháng 10: “cron 0 0 9 25-31 10 Fri”."
        ),
        Fault::BadField { field: bad, text } => format!(
            "Trường {} “{text}” của lịch cron không đúng. Xin viết {}. Ví dụ: “{CRON_EXAMPLE}”.",
            field(*bad),
            values(*bad)
        ),
        Fault::TooOften => format!(
            "Lịch cron này diễn ra dày hơn một lần mỗi tuần. Xin viết lại, mỗi trường giây, phút, \
             giờ chỉ một số, ví dụ: “{CRON_EXAMPLE}” (9 giờ ngày 15/10)."
        ),
        _ => format!("Lịch cron không đúng. Ví dụ đúng: “{CRON_EXAMPLE}”."),
    }
}

fn field(field: Field) -> &'static str {
    match field {
        Field::Seconds => "giây",
        Field::Minutes => "phút",
        Field::Hours => "giờ",
        Field::Days => "ngày",
        Field::Months => "tháng",
        Field::Weekdays => "thứ",
        Field::Years => "năm",
    }
}

/// What stands in a field.
fn values(field: Field) -> &'static str {
    match field {
        Field::Seconds | Field::Minutes => "số từ 0 đến 59",
        Field::Hours => "số từ 0 đến 23",
        Field::Days => "số từ 1 đến 31",
        Field::Months => "số từ 1 đến 12",
        Field::Weekdays => "Mon, Tue, Wed, Thu, Fri, Sat, Sun hoặc *",
        Field::Years => "số từ 1970 đến 2100",
    }
}
