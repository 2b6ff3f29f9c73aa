//! A year of duty of sixty people: office hours, nights and weekends, a backup, leave and swaps.

use anyhow::{Result, anyhow};
use chrono::{Days, NaiveDate, NaiveTime};
use chrono_tz::Tz;
use trucban::config::calendar::built_in;
use trucban::domain::actor::Actor;
use trucban::domain::calendar::When;
use trucban::domain::ids::PersonId;
use trucban::domain::incident::fold::At;
use trucban::domain::roster::event::RosterEvent;
use trucban::domain::roster::rotation::{Every, Hours, Plan, Rotation};
use trucban::domain::roster::{Layer, Leave, Roster, Span};
use trucban::domain::time::{Timestamp, start_of};

use super::ground::Times;

const PEOPLE: u32 = 60;
const TIMES: u64 = 200;

pub fn measure() -> Result<()> {
    let zone = Tz::Asia__Ho_Chi_Minh;
    let calendar = built_in(zone).map_err(|problems| anyhow!("{problems:?}"))?;
    let begins = NaiveDate::from_ymd_opt(2027, 1, 1).ok_or_else(|| anyhow!("a day"))?;
    let day = |days| begins.checked_add_days(Days::new(days)).unwrap_or(begins);
    let at = |date: NaiveDate| start_of(date.and_time(NaiveTime::MIN), zone);
    let roster = roster(begins, &at, &day);
    let year = Span { from: at(begins), to: at(day(365)) };
    let (mut lists, mut moments) = (Times::default(), Times::default());
    for number in 0..TIMES {
        let shifts = lists.take(|| Ok(roster.shifts(Layer::Duty, year, &calendar)))?;
        anyhow::ensure!(shifts.len() > 365, "{} stretches", shifts.len());
        let instant = at(day(number));
        moments.take(|| Ok(roster.on_duty(Layer::Duty, instant, &calendar)))?;
    }
    lists.say("every stretch of a year, 60 people");
    moments.say("one instant");
    Ok(())
}

fn roster(
    begins: NaiveDate,
    at: &impl Fn(NaiveDate) -> Timestamp,
    day: &impl Fn(u64) -> NaiveDate,
) -> Roster {
    let person = |number: u32| PersonId::new(format!("p-{number:03}"));
    let rotation = |hours, first: u32| Rotation {
        from: begins,
        until: None,
        every: Every::Days(1),
        at: NaiveTime::from_hms_opt(7, 30, 0).unwrap_or_default(),
        hours,
        turns: (0..PEOPLE).map(|turn| vec![person((first + turn) % PEOPLE)]).collect(),
    };
    let duty =
        vec![rotation(Hours::Calendar(When::InHours), 0), rotation(Hours::Always, PEOPLE / 2)];
    let backup = vec![rotation(Hours::Always, 7)];
    let layers = [(Layer::Duty, duty), (Layer::Backup, backup)].into();
    let mut events = vec![RosterEvent::RosterSet { plan: Plan { from: at(begins), layers } }];
    // Everybody has two weeks of leave in the year.
    for number in 0..PEOPLE {
        let first = u64::from(number) * 5;
        let span = Span { from: at(day(first)), to: at(day(first + 14)) };
        let (person, stand_in) = (person(number), Some(person((number + 20) % PEOPLE)));
        events.push(RosterEvent::LeaveSet { leave: Leave { person, span, stand_in } });
    }
    let mut roster = Roster::default();
    for (seq, event) in (1..).zip(&events) {
        roster.apply(event, &At { seq, at: at(begins), actor: Actor::Operator });
    }
    roster
}
