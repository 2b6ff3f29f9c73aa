//! Rules by which drills recur, against a reference that walks every day of forty years and asks plain
//! questions.

use std::collections::BTreeMap;

use chrono::{Datelike as _, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Weekday};
use chrono_tz::Tz;
use proptest::prelude::*;
use trucban::domain::calendar::{Blackout, Calendar, Day};
use trucban::domain::schedule::cron::Cron;
use trucban::domain::schedule::fault::Fault;
use trucban::domain::schedule::read;
use trucban::domain::schedule::{
    HolidayPolicy, MonthDay, Nth, Occurrence, Rule, Schedule, Shift, Why,
};
use trucban::domain::time::Timestamp;
use trucban::text::schedule as words;

use super::cases;

const ZONES: [Tz; 2] = [Tz::Asia__Ho_Chi_Minh, Tz::Europe__Berlin];

const WEEKDAYS: [Weekday; 7] = [
    Weekday::Mon,
    Weekday::Tue,
    Weekday::Wed,
    Weekday::Thu,
    Weekday::Fri,
    Weekday::Sat,
    Weekday::Sun,
];

fn ymd(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

/// The forty years.
fn every_day() -> impl Iterator<Item = NaiveDate> {
    ymd(2020, 1, 1).iter_days().take_while(|day| *day < ymd(2060, 1, 1))
}

fn plus(date: NaiveDate, days: i64) -> NaiveDate {
    date + TimeDelta::days(days)
}

fn is_last_of_month(date: NaiveDate) -> bool {
    plus(date, 1).month() != date.month()
}

/// Whether the rule names this day; of an expert's rule the library says it.
fn slow_names(rule: &Rule, cron: Option<&cron::Schedule>, date: NaiveDate) -> bool {
    let day = |wanted: u32| date.day() == wanted || (date.day() < wanted && is_last_of_month(date));
    let nth = |nth: Nth, weekday: Weekday| {
        let of = |first: u32, last: u32| (first..=last).contains(&date.day());
        date.weekday() == weekday
            && match nth {
                Nth::First => of(1, 7),
                Nth::Second => of(8, 14),
                Nth::Third => of(15, 21),
                Nth::Fourth => of(22, 28),
                Nth::Last => plus(date, 7).month() != date.month(),
            }
    };
    let within = |one: MonthDay| match one {
        MonthDay::Day(wanted) => day(wanted),
        MonthDay::Workday(_) => date.day() == 1,
        MonthDay::LastWorkday => is_last_of_month(date),
        MonthDay::Weekday { nth: which, weekday } => nth(which, weekday),
    };
    match rule {
        Rule::Once(only) => date == *only,
        Rule::Yearly { month, day: wanted } => date.month() == *month && day(*wanted),
        Rule::NthWeekday { month, nth: which, weekday } => {
            date.month() == *month && nth(*which, *weekday)
        }
        Rule::Workday { month, .. } => date.month() == *month && date.day() == 1,
        Rule::LastWorkday { month } => date.month() == *month && is_last_of_month(date),
        Rule::Monthly { day } => within(*day),
        Rule::Quarterly { month, day } => {
            let first = [1, 4, 7, 10].map(|first| first + month - 1);
            first.contains(&date.month()) && within(*day)
        }
        Rule::Cron(one) => cron.unwrap().includes(date.and_time(one.time()).and_utc()),
    }
}

/// Why the offices are closed on a day.
fn slow_offices(date: NaiveDate, calendar: &Calendar) -> Option<Why> {
    let weekend = matches!(date.weekday(), Weekday::Sat | Weekday::Sun);
    match (calendar.days.get(&date), calendar.lunar.get(&date)) {
        (Some(day), _) if day.working => None,
        (Some(day), _) => Some(Why::Holiday(day.name.clone())),
        (None, Some(name)) => Some(Why::Holiday(name.clone())),
        (None, None) => weekend.then_some(Why::Weekend),
    }
}

/// What stands against a day: the offices, then what the province has forbidden.
fn slow_against(
    date: NaiveDate,
    calendar: &Calendar,
    blackouts: &[Blackout],
    policy: HolidayPolicy,
) -> Option<Why> {
    let offices = slow_offices(date, calendar).filter(|_| policy != HolidayPolicy::None);
    let forbidden =
        calendar.blackouts.iter().chain(blackouts).find(|one| {
            one.from.iter_days().take_while(|day| *day <= one.to).any(|day| day == date)
        });
    offices.or_else(|| forbidden.map(|one| Why::Blackout(one.name.clone())))
}

/// Where a day goes, by trying one after another.
fn slow_place(
    schedule: &Schedule,
    nominal: NaiveDate,
    calendar: &Calendar,
    blackouts: &[Blackout],
) -> (NaiveDate, Vec<Shift>) {
    let against = |date| slow_against(date, calendar, blackouts, schedule.shift);
    let month: Vec<NaiveDate> = (-31..=31)
        .map(|off| plus(nominal, off))
        .filter(|date| (date.year(), date.month()) == (nominal.year(), nominal.month()))
        .filter(|date| slow_offices(*date, calendar).is_none())
        .collect();
    let counted = |nth: u32| *month.get(nth as usize - 1).or(month.last()).unwrap();
    let start = match &schedule.rule {
        Rule::Workday { nth, .. }
        | Rule::Monthly { day: MonthDay::Workday(nth) }
        | Rule::Quarterly { day: MonthDay::Workday(nth), .. } => counted(*nth),
        Rule::LastWorkday { .. }
        | Rule::Monthly { day: MonthDay::LastWorkday }
        | Rule::Quarterly { day: MonthDay::LastWorkday, .. } => *month.last().unwrap(),
        _ => nominal,
    };
    let monday = plus(start, -i64::from(start.weekday().num_days_from_monday()));
    let mut tried: Vec<NaiveDate> = match schedule.shift {
        HolidayPolicy::None | HolidayPolicy::NextWorkday => {
            (0..300).map(|off| plus(start, off)).collect()
        }
        HolidayPolicy::PrevWorkday => (0..300).map(|off| plus(start, -off)).collect(),
        HolidayPolicy::SameWeek => {
            let mut week: Vec<NaiveDate> = (0..7).map(|off| plus(monday, off)).collect();
            // The nearest first, of two the later.
            week.sort_by_key(|date| {
                let off = (*date - start).num_days();
                (off.abs(), -off)
            });
            week
        }
    };
    if schedule.shift == HolidayPolicy::SameWeek {
        tried.extend((7..300).map(|off| plus(monday, off)));
    }
    let mut shifts = Vec::new();
    for (count, date) in tried.into_iter().enumerate() {
        if schedule.shift == HolidayPolicy::SameWeek && count == 7 {
            shifts.push(Shift { from: plus(monday, 6), why: Why::WholeWeek });
        }
        match against(date) {
            None => return (date, shifts),
            Some(why) => shifts.push(Shift { from: date, why }),
        }
    }
    panic!("no day for {nominal}");
}

/// Minute by minute: the first instant at which the clocks do not show an earlier time.
fn slow_instant(local: NaiveDateTime, zone: Tz) -> Timestamp {
    let middle = Timestamp::from(local.and_utc());
    let ahead = if zone == Tz::Europe__Berlin { 3 } else { 8 };
    (-ahead * 60..=0)
        .map(|minute: i64| middle.shifted(minute * 60_000))
        .find(|at| at.local(zone).naive_local() >= local)
        .unwrap()
}

fn slow(schedule: &Schedule, calendar: &Calendar, blackouts: &[Blackout]) -> Vec<Occurrence> {
    let cron = match &schedule.rule {
        Rule::Cron(cron) => Some(cron.as_str().parse().unwrap()),
        _ => None,
    };
    let named = every_day().filter(|date| slow_names(&schedule.rule, cron.as_ref(), *date));
    named
        .map(|nominal| {
            let (date, shifts) = slow_place(schedule, nominal, calendar, blackouts);
            let at = slow_instant(date.and_time(schedule.time), calendar.zone);
            Occurrence { nominal, date, at, shifts }
        })
        .collect()
}

fn date() -> impl Strategy<Value = NaiveDate> {
    prop_oneof![
        4 => (0..14_600_i64).prop_map(|days| plus(ymd(2020, 1, 1), days)),
        // Leap days and the ends of short months.
        1 => (2020..2060_i32, -2..3_i64).prop_map(|(year, off)| plus(ymd(year, 3, 1), off)),
        // The years there is no leap day nearby.
        1 => (-10..40_i64).prop_map(|off| plus(ymd(2027, 9, 15), off)),
    ]
}

fn nth() -> impl Strategy<Value = Nth> {
    prop::sample::select(Nth::ALL.to_vec())
}

fn weekday() -> impl Strategy<Value = Weekday> {
    prop::sample::select(WEEKDAYS.to_vec())
}

fn number() -> impl Strategy<Value = u32> {
    prop_oneof![2 => 1..=31_u32, 1 => 28..=31_u32]
}

fn month_day() -> impl Strategy<Value = MonthDay> {
    prop_oneof![
        number().prop_map(MonthDay::Day),
        (1..=20_u32).prop_map(MonthDay::Workday),
        Just(MonthDay::LastWorkday),
        (nth(), weekday()).prop_map(|(nth, weekday)| MonthDay::Weekday { nth, weekday }),
    ]
}

/// Fields that are written often, some of which fire too often or never.
fn cron_text() -> impl Strategy<Value = String> {
    let day = prop_oneof![
        number().prop_map(|day| day.to_string()),
        Just("25-31".to_owned()),
        Just("*".to_owned()),
        Just("1,15".to_owned()),
    ];
    let month = prop_oneof![
        (1..=12_u32).prop_map(|month| month.to_string()),
        Just("*/3".to_owned()),
        Just("2".to_owned()),
        Just("Oct".to_owned()),
        Just("*".to_owned()),
    ];
    let weekday = prop::sample::select(vec!["*", "Fri", "Mon", "Mon-Fri", "Sat,Sun", "?"]);
    let year = prop::sample::select(vec!["", " *", " 2030-2040", " */2"]);
    (0..60_u32, 0..60_u32, 0..24_u32, day, month, weekday, year).prop_map(
        |(second, minute, hour, day, month, weekday, year)| {
            // Most on the full minute, as people write them.
            let second = if second < 40 { 0 } else { second };
            format!("{second} {minute} {hour} {day} {month} {weekday}{year}")
        },
    )
}

fn cron_rule() -> impl Strategy<Value = Cron> {
    cron_text().prop_filter_map("fires too often or never", |text| Cron::new(&text).ok())
}

fn rule() -> impl Strategy<Value = Rule> {
    let month = || 1..=12_u32;
    prop_oneof![
        1 => date().prop_map(Rule::Once),
        3 => (month(), number()).prop_map(|(month, day)| Rule::Yearly { month, day }),
        1 => number().prop_map(|day| Rule::Yearly { month: 2, day }),
        2 => (month(), nth(), weekday())
            .prop_map(|(month, nth, weekday)| Rule::NthWeekday { month, nth, weekday }),
        1 => (month(), 1..=20_u32).prop_map(|(month, nth)| Rule::Workday { month, nth }),
        1 => month().prop_map(|month| Rule::LastWorkday { month }),
        2 => month_day().prop_map(|day| Rule::Monthly { day }),
        2 => (1..=3_u32, month_day()).prop_map(|(month, day)| Rule::Quarterly { month, day }),
        2 => cron_rule().prop_map(Rule::Cron),
    ]
}

fn clock() -> impl Strategy<Value = NaiveTime> {
    // Often in the hours that come twice or never.
    prop_oneof![(0..24_u32, 0..60_u32), (1..4_u32, 0..60_u32)]
        .prop_map(|(hour, minute)| NaiveTime::from_hms_opt(hour, minute, 0).unwrap())
}

fn schedule() -> impl Strategy<Value = Schedule> {
    let shift = prop::sample::select(HolidayPolicy::ALL.to_vec());
    (rule(), clock(), shift).prop_map(|(rule, time, shift)| {
        let time = match &rule {
            Rule::Cron(cron) => cron.time(),
            _ => time,
        };
        Schedule { rule, time, shift }
    })
}

fn blackout() -> impl Strategy<Value = Blackout> {
    (date(), 0..20_i64, 0..3_u32).prop_map(|(from, days, name)| Blackout {
        from,
        to: plus(from, days),
        name: format!("exam {name}"),
    })
}

/// Nine days of Tết around each of some years' first, holidays and make-up days anywhere.
fn calendar() -> impl Strategy<Value = Calendar> {
    let days = prop::collection::vec((date(), 1..6_i64, any::<bool>()), 0..120);
    let forbidden = prop::collection::vec(blackout(), 0..40);
    (prop::sample::select(ZONES.to_vec()), days, forbidden).prop_map(|(zone, spans, blackouts)| {
        let named = |name: &str, working| Day { name: name.to_owned(), working, confirmed: true };
        let mut days = BTreeMap::new();
        for (from, count, working) in spans {
            let name = if working { "make-up" } else { "holiday" };
            days.extend((0..count).map(|off| (plus(from, off), named(name, working))));
        }
        for first in [ymd(2027, 2, 6), ymd(2028, 1, 26), ymd(2029, 2, 13), ymd(2033, 1, 31)] {
            days.extend((-2..7).map(|off| (plus(first, off), named("tet", false))));
        }
        let lunar = [ymd(2030, 2, 2), ymd(2035, 2, 8), ymd(2038, 4, 13)];
        let lunar = lunar.map(|date| (date, "moon".to_owned())).into();
        Calendar { zone, days, lunar, blackouts, ..Calendar::default() }
    })
}

fn others() -> impl Strategy<Value = Vec<Blackout>> {
    prop::collection::vec(blackout(), 0..4)
}

const FIRST: NaiveDate = NaiveDate::from_ymd_opt(2020, 1, 1).unwrap();
const END: NaiveDate = NaiveDate::from_ymd_opt(2060, 1, 1).unwrap();

proptest! {
    #![proptest_config(cases(60))]

    #[test]
    fn drills_are_held_on_exactly_the_days_one_finds_by_asking_each_day(
        schedule in schedule(), calendar in calendar(), others in others(),
    ) {
        let said = schedule.occurrences(&calendar, &others, FIRST, END);
        prop_assert_eq!(&said, &slow(&schedule, &calendar, &others));
        for pair in said.windows(2) {
            prop_assert!(pair[0].nominal < pair[1].nominal);
        }
    }

    #[test]
    fn windows_cut_anywhere_have_each_occurrence_exactly_once(
        schedule in schedule(), calendar in calendar(), others in others(),
        mut cuts in prop::collection::vec(date(), 0..12),
    ) {
        cuts.extend([FIRST, END]);
        cuts.sort();
        let pieces: Vec<Occurrence> = cuts.windows(2)
            .flat_map(|pair| schedule.occurrences(&calendar, &others, pair[0], pair[1]))
            .collect();
        prop_assert_eq!(pieces, schedule.occurrences(&calendar, &others, FIRST, END));
    }

    #[test]
    fn the_next_ones_are_the_first_that_begin_after_the_instant(
        schedule in schedule(), calendar in calendar(), others in others(),
        after in date(), count in 0..5_usize,
    ) {
        let after = slow_instant(after.and_time(NaiveTime::MIN), calendar.zone);
        let next = schedule.next(&calendar, &others, after, count);
        let all = schedule.occurrences(&calendar, &others, ymd(2018, 1, 1), ymd(2100, 1, 1));
        let slow: Vec<Occurrence> =
            all.into_iter().filter(|one| one.at > after).take(count).collect();
        prop_assert_eq!(next, slow);
    }

    #[test]
    fn a_calendar_that_changes_moves_occurrences_and_makes_no_other_ones(
        schedule in schedule(), before in calendar(), after in calendar(), others in others(),
    ) {
        let nominal = |calendar: &Calendar, others: &[Blackout]| -> Vec<NaiveDate> {
            let all = schedule.occurrences(calendar, others, FIRST, END);
            all.into_iter().map(|one| one.nominal).collect()
        };
        prop_assert_eq!(nominal(&before, &others), nominal(&after, &[]));
    }

    #[test]
    fn what_is_said_of_a_rule_reads_as_the_same_rule(schedule in schedule(), marks in any::<bool>()) {
        let said = words::rule(&schedule);
        let said = if marks { said } else { trucban::domain::fold::fold(&said) };
        prop_assert_eq!(read::said(&said), Ok(schedule), "{}", said);
    }

    #[test]
    fn a_stored_rule_is_the_same_rule(schedule in schedule()) {
        let stored = serde_json::to_string(&schedule).unwrap();
        prop_assert_eq!(serde_json::from_str::<Schedule>(&stored).unwrap(), schedule);
    }

    #[test]
    fn an_expert_s_rule_is_taken_exactly_when_its_days_are_a_week_apart(text in cron_text()) {
        let schedule: cron::Schedule = text.parse().unwrap();
        let start = ymd(1970, 1, 1).iter_days().take_while(|day| day.year() <= 2100);
        let [hour, minute, second] = [2, 1, 0].map(|field| {
            text.split(' ').nth(field).unwrap().parse::<u32>().unwrap()
        });
        let at = |day: NaiveDate| day.and_hms_opt(hour, minute, second).unwrap().and_utc();
        let days: Vec<NaiveDate> = start.filter(|day| schedule.includes(at(*day))).collect();
        let often = days.windows(2).any(|pair| (pair[1] - pair[0]).num_days() < 7);
        let wanted = match (days.is_empty(), often) {
            (true, _) => Err(Fault::Never),
            (_, true) => Err(Fault::TooOften),
            _ => Ok(text.clone()),
        };
        prop_assert_eq!(Cron::new(&text).map(String::from), wanted);
    }

    #[test]
    fn no_text_at_all_stops_the_reader(
        text in "(cron )?([0-9*,/:? -]{0,12}|ngày |tháng |thứ |năm |lúc |cuối |hằng |\\PC{0,6}){0,8}",
    ) {
        let _ = read::read(&text, FIRST).map_err(|fault| words::fault(&fault));
    }
}
