//! A rule as people type it. Words are compared folded, so they stand here without marks; each of them
//! has to say something that is understood, or nothing is taken.

mod line;
mod said;

use chrono::{NaiveDate, NaiveTime, Weekday};

use super::cron::Cron;
use super::fault::Fault;
use super::{HolidayPolicy, Rule, Schedule};
use line::{Line, Order};
use said::Said;

/// What a rule of an expert begins with.
pub const CRON: &str = "cron";

/// Where no time is said.
fn morning() -> NaiveTime {
    NaiveTime::from_hms_opt(9, 0, 0).unwrap_or_default()
}

/// The rule a text says, fit for use from `today` on.
pub fn read(text: &str, today: NaiveDate) -> Result<Schedule, Fault> {
    let schedule = said(text)?;
    schedule.check(today)?;
    Ok(schedule)
}

/// The rule a text says, whether or not it comes to any day.
pub fn said(text: &str) -> Result<Schedule, Fault> {
    let mut line = Line::of(text);
    if line.take(&[CRON]) {
        return expert(&mut line);
    }
    let mut said = Said::default();
    while !line.is_over() {
        let understood = policy(&mut line, &mut said)?
            || period(&mut line, &mut said)?
            || day(&mut line, &mut said)?
            || time(&mut line, &mut said)?
            || line.take_any(&BETWEEN).is_some();
        if !understood {
            return Err(Fault::Unknown(line.word()));
        }
    }
    let rule = said.rule()?;
    rule.check()?;
    let time = said.time.unwrap_or_else(morning);
    Ok(Schedule { rule, time, shift: said.shift.unwrap_or_default() })
}

/// `cron 0 0 9 15 10 *`, and what becomes of it on holidays.
fn expert(line: &mut Line<'_>) -> Result<Schedule, Fault> {
    let mut said = Said::default();
    let mut written = Vec::new();
    while !line.is_over() {
        if !policy(line, &mut said)? {
            written.push(line.raw());
        }
    }
    let cron = Cron::new(written.join(" ").trim_end_matches([',', ';']))?;
    let (time, shift) = (cron.time(), said.shift.unwrap_or_default());
    Ok(Schedule { rule: Rule::Cron(cron), time, shift })
}

/// Words that only hold others together. The first is what a rule says of days some months do not have.
const BETWEEN: [(&[&str], ()); 7] = [
    (&["hoac", "ngay", "cuoi", "thang"], ()),
    (&["luc"], ()),
    (&["vao"], ()),
    (&["cua"], ()),
    (&["trong"], ()),
    (&["va"], ()),
    (&["ngay"], ()),
];

/// What is done about holidays. The longer words stand before what they begin with.
const POLICIES: [(&[&str], HolidayPolicy); 6] = [
    (&["sang", "ngay", "sau"], HolidayPolicy::NextWorkday),
    (&["ve", "ngay", "truoc"], HolidayPolicy::PrevWorkday),
    (&["trong", "cung", "tuan"], HolidayPolicy::SameWeek),
    (&["trong", "tuan"], HolidayPolicy::SameWeek),
    (&["khong", "tranh", "ngay", "nghi"], HolidayPolicy::None),
    (&["ke", "ca", "ngay", "nghi"], HolidayPolicy::None),
];

fn policy(line: &mut Line<'_>, said: &mut Said) -> Result<bool, Fault> {
    let from = line.place();
    let avoids = line.take(&["tranh", "ngay", "nghi"]) || line.take(&["tranh", "ngay", "le"]);
    match line.take_any(&POLICIES) {
        Some(policy) if !(avoids && policy == HolidayPolicy::None) => {
            line.once(from, &mut said.shift, policy)?;
        }
        Some(_) => return Err(Fault::Twice(line.since(from))),
        None if avoids => line.once(from, &mut said.shift, HolidayPolicy::NextWorkday)?,
        None => return Ok(false),
    }
    Ok(true)
}

/// How often.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Period {
    Once,
    Year,
    Quarter,
    Month,
}

const PERIODS: [(&[&str], Period); 10] = [
    (&["mot", "lan"], Period::Once),
    (&["hang", "nam"], Period::Year),
    (&["moi", "nam"], Period::Year),
    (&["hang", "quy"], Period::Quarter),
    (&["moi", "quy"], Period::Quarter),
    (&["tung", "quy"], Period::Quarter),
    // "tháng đầu của quý"
    (&["quy"], Period::Quarter),
    (&["hang", "thang"], Period::Month),
    (&["moi", "thang"], Period::Month),
    (&["tung", "thang"], Period::Month),
];

fn period(line: &mut Line<'_>, said: &mut Said) -> Result<bool, Fault> {
    let from = line.place();
    let Some(period) = line.take_any(&PERIODS) else { return Ok(false) };
    // "hằng quý, tháng cuối của quý" says one thing twice.
    if said.period.as_ref().is_some_and(|(before, _)| *before == period) {
        return Ok(true);
    }
    line.once(from, &mut said.period, (period, line.since(from)))?;
    Ok(true)
}

const WEEKDAYS: [(&[&str], Weekday); 21] = [
    (&["thu", "hai"], Weekday::Mon),
    (&["thu", "2"], Weekday::Mon),
    (&["t2"], Weekday::Mon),
    (&["thu", "ba"], Weekday::Tue),
    (&["thu", "3"], Weekday::Tue),
    (&["t3"], Weekday::Tue),
    (&["thu", "tu"], Weekday::Wed),
    (&["thu", "4"], Weekday::Wed),
    (&["t4"], Weekday::Wed),
    (&["thu", "nam"], Weekday::Thu),
    (&["thu", "5"], Weekday::Thu),
    (&["t5"], Weekday::Thu),
    (&["thu", "sau"], Weekday::Fri),
    (&["thu", "6"], Weekday::Fri),
    (&["t6"], Weekday::Fri),
    (&["thu", "bay"], Weekday::Sat),
    (&["thu", "7"], Weekday::Sat),
    (&["t7"], Weekday::Sat),
    (&["chu", "nhat"], Weekday::Sun),
    (&["cn"], Weekday::Sun),
    (&["chunhat"], Weekday::Sun),
];

/// Months by their names. That of the first is the moon's, and is not known here.
const MONTHS: [(&[&str], u32); 11] = [
    (&["muoi", "mot"], 11),
    (&["muoi", "hai"], 12),
    (&["muoi"], 10),
    (&["mot"], 1),
    (&["hai"], 2),
    (&["ba"], 3),
    (&["tu"], 4),
    (&["nam"], 5),
    (&["bay"], 7),
    (&["tam"], 8),
    (&["chin"], 9),
];

/// Dates, days of the month, weekdays, working days, months.
fn day(line: &mut Line<'_>, said: &mut Said) -> Result<bool, Fault> {
    let from = line.place();
    if line.take(&["ngay", "lam", "viec"]) || line.take(&["lam", "viec"]) {
        let order = line.order();
        line.once(from, &mut said.workday, order)?;
        return Ok(true);
    }
    if let Some(weekday) = line.take_any(&WEEKDAYS) {
        let order = line.order();
        line.once(from, &mut said.weekday, (weekday, order))?;
        return Ok(true);
    }
    if line.take(&["thang"]) {
        return month(line, said, from);
    }
    let named = line.take(&["ngay"]);
    if let Some(date) = line.date()? {
        line.once(from, &mut said.date, date)?;
        return Ok(true);
    }
    if named && let Some(day) = line.take_any(&ENDS) {
        line.once(from, &mut said.end, day)?;
        return Ok(true);
    }
    let named = named && !line.measured() || line.before("thang");
    let Some(day) = line.number().filter(|_| named) else {
        line.back(from);
        return Ok(false);
    };
    line.skip();
    if !(1..=31).contains(&day) {
        return Err(Fault::NoDate(line.since(from)));
    }
    line.once(from, &mut said.day, day)?;
    Ok(true)
}

/// The ends of a month. A day no month has is the last of each.
const ENDS: [(&[&str], u32); 4] =
    [(&["dau", "tien"], 1), (&["dau"], 1), (&["cuoi", "cung"], 31), (&["cuoi"], 31)];

/// `tháng 10 năm 2027`, `tháng mười`, `tháng đầu`; nothing where it is only "của tháng".
fn month(line: &mut Line<'_>, said: &mut Said, from: usize) -> Result<bool, Fault> {
    let number = line.number().filter(|_| !line.measured());
    let month = match number {
        Some(month) => {
            line.skip();
            Some(month)
        }
        // Without its mark the sixth month is the next one.
        None if line.before_mark("sau") => {
            line.skip();
            Some(6)
        }
        None => line.take_any(&MONTHS),
    };
    if let Some(month) = month {
        if !(1..=12).contains(&month) {
            return Err(Fault::NoDate(line.since(from)));
        }
        line.once(from, &mut said.month, month)?;
        if line.take(&["nam"]) {
            let year = line.number().and_then(|year| i32::try_from(year).ok());
            let year = year.filter(|year| (1970..=9999).contains(year));
            let year = year.ok_or_else(|| Fault::NoDate(line.since(from)))?;
            line.skip();
            line.once(from, &mut said.year, year)?;
        }
        return Ok(true);
    }
    let of_quarter = match line.order() {
        Some(Order::Last) => Some(3),
        Some(Order::Number(number)) => Some(number),
        None if line.take(&["giua"]) => Some(2),
        None => None,
    };
    if let Some(number) = of_quarter {
        if number > 3 {
            return Err(Fault::NoDate(line.since(from)));
        }
        line.once(from, &mut said.month_of_quarter, number)?;
    }
    Ok(true)
}

fn time(line: &mut Line<'_>, said: &mut Said) -> Result<bool, Fault> {
    let from = line.place();
    let Some(time) = line.time()? else { return Ok(false) };
    line.once(from, &mut said.time, time)?;
    Ok(true)
}
