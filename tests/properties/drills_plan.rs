//! Whatever the times the program is away: each day of a series is made a drill once, no start is made up
//! for, and no reminder is said twice.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use proptest::prelude::*;
use trucban::config::drills::Shelf;
use trucban::domain::actor::Actor;
use trucban::domain::calendar::Calendar;
use trucban::domain::drill::plan::Units;
use trucban::domain::drill::plan::wish::{BookWish, Draft};
use trucban::domain::drill::run::Drill;
use trucban::domain::drill::run::event::Reminder;
use trucban::domain::drill::run::state::Status;
use trucban::domain::drill::scenario::ScenarioId;
use trucban::domain::drill::wish::DrillWish;
use trucban::domain::envelope::{Absence, Command, Receipt};
use trucban::domain::schedule::read::read;
use trucban::engine::moments::reckon;

use crate::scenarios::given::{Given, LEAD, MANAGER};
use crate::simulation::rng::Rng;
use crate::simulation::town;

const DAY: Duration = Duration::from_secs(24 * 3600);

const RULES: [&str; 3] = [
    "mỗi quý, ngày làm việc đầu tiên",
    "hằng tháng, ngày 5 lúc 9h",
    "thứ Sáu cuối cùng của tháng 10",
];

/// A province with the scenarios built in, whose days are those of its own clock.
fn given() -> Given {
    let mut given = Given::under(0);
    given.settings.scenarios = Arc::new(Shelf::of(None).library());
    let zone = chrono_tz::Asia::Ho_Chi_Minh;
    given.settings.calendar = Arc::new(Calendar { zone, ..Calendar::default() });
    given.reopen();
    given
}

fn ask(given: &mut Given, who: &str, wish: BookWish) -> Receipt {
    given.ask(town::by(who), Command::Drill(DrillWish::Book(wish)))
}

/// Nothing runs for a while; then the program starts as it does.
fn away(given: &mut Given, span: Duration) {
    let from = given.now;
    given.now = from.plus(span);
    let settings = given.settings.clone();
    given.ask(Actor::System, Command::Away(Absence { from, until: given.now }));
    given.store.transaction(given.now, |tx| reckon(tx, &settings)).unwrap();
    given.wait(Duration::ZERO);
}

fn drills(given: &Given) -> Vec<Drill> {
    let codes = given.reader.drill_codes(&Status::ALL).unwrap();
    codes.iter().map(|code| given.reader.shown_drill(code).unwrap().unwrap().drill).collect()
}

/// What people were reminded of, drill by drill, in the order it happened.
fn reminded(given: &Given) -> Vec<(String, Reminder)> {
    let sql =
        "SELECT stream, body ->> 'what' FROM ledger WHERE kind = 'drill_reminded' ORDER BY seq";
    let mut statement = given.store.connection().prepare(sql).unwrap();
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get::<_, String>(1)?))).unwrap();
    let word = |word: String| serde_json::from_value(word.into()).unwrap();
    rows.map(Result::unwrap).map(|(stream, what)| (stream, word(what))).collect()
}

proptest! {
    #![proptest_config(super::cases(24))]

    #[test]
    fn each_day_of_a_series_is_made_a_drill_once_whatever_the_downtimes(seed in any::<u64>()) {
        let mut chance = Rng::new(seed);
        let mut given = given();
        let today = given.settings.calendar.day_of(given.now);
        for rule in RULES {
            let schedule = read(rule, today).unwrap();
            let scenario = ScenarioId::new("kiem-tra-lien-lac");
            let draft = Draft { scenario, schedule, units: Units::All };
            let set = ask(&mut given, LEAD, BookWish::SetSeries(Box::new(draft)));
            prop_assert!(matches!(set, Receipt::Done(_)), "{set:?}");
        }
        for _ in 0..12 {
            let span = DAY * u32::try_from(1 + chance.below(90)).unwrap();
            match chance.below(3) {
                0 => given.wait(span),
                1 => away(&mut given, span * 3),
                _ => away(&mut given, span / 24),
            }
            if chance.chance(40) {
                let year = given.now.year(given.settings.calendar.zone);
                ask(&mut given, LEAD, BookWish::Submit(year));
                ask(&mut given, MANAGER, BookWish::Approve(year));
            }
        }
        let book = given.reader.directory().unwrap().drill_book.clone();
        let all = drills(&given);
        let until = given.settings.calendar.day_of(given.now) + chrono::Days::new(549);
        let mut made = 0;
        for (id, one) in &book.series {
            let nominal: Vec<_> = one.series.schedule.rule.nominal(one.series.from, until).collect();
            prop_assert_eq!(&nominal, &one.made.keys().copied().collect::<Vec<_>>());
            for (day, kept) in &one.made {
                let drill = all.iter().find(|drill| drill.code == kept.drill).unwrap();
                let of = drill.planning.of.clone().unwrap();
                prop_assert_eq!((of.series, of.nominal), (*id, *day));
            }
            made += nominal.len();
        }
        prop_assert_eq!(made, all.len());
        for drill in &all {
            let over = drill.planning.at.plus(Duration::from_secs(30 * 60)) <= given.now;
            prop_assert_eq!(over, drill.status == Status::Missed, "{} {:?}", &drill.code, drill.status);
        }
        let reminded = reminded(&given);
        let each: BTreeSet<_> = reminded.iter().cloned().collect();
        prop_assert_eq!(each.len(), reminded.len(), "{:?}", reminded);
        let rebuilt = given.store.compare(given.now).unwrap();
        prop_assert_eq!(rebuilt.differences, Vec::<String>::new());
    }
}
