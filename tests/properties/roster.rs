//! The roster against a reference that counts every handover and looks at every minute.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{Datelike as _, NaiveDate, NaiveDateTime, NaiveTime};
use chrono_tz::Tz;
use proptest::prelude::*;
use trucban::domain::actor::Actor;
use trucban::domain::calendar::{Calendar, Day, Office, When};
use trucban::domain::directory::{Directory, Person};
use trucban::domain::ids::PersonId;
use trucban::domain::incident::fold::At;
use trucban::domain::roster::event::RosterEvent;
use trucban::domain::roster::rotation::{Every, Hours, Plan, Rotation};
use trucban::domain::roster::{Chair, Change, Gap, Layer, Leave, Roster, Span, Through};
use trucban::domain::time::{Timestamp, end_of, start_of};
use trucban::domain::values::Role;

use super::cases;

/// Zones with an hour twice and never, with half an hour, at midnight, and the one here.
const ZONES: [Tz; 4] =
    [Tz::Asia__Ho_Chi_Minh, Tz::Europe__Berlin, Tz::Australia__Lord_Howe, Tz::America__Havana];

pub const MINUTE: i64 = 60_000;

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

fn time(hour: u32, minute: u32) -> NaiveTime {
    NaiveTime::from_hms_opt(hour, minute, 0).unwrap()
}

/// Minute by minute through two days: the first that is not before `local`, and the first after the
/// last that is before it.
fn slow(local: NaiveDateTime, zone: Tz) -> (Timestamp, Timestamp) {
    let middle = Timestamp::from(local.and_utc());
    let minutes = (-27 * 60..27 * 60).map(|minute| middle.shifted(minute * MINUTE));
    let minutes: Vec<(Timestamp, bool)> =
        minutes.map(|at| (at, at.local(zone).naive_local() < local)).collect();
    let first = minutes.iter().find(|(_, before)| !before).unwrap().0;
    let last = minutes.iter().rev().find(|(_, before)| *before).unwrap().0;
    (first, last.shifted(MINUTE))
}

/// The day of the `count`-th handover, by counting.
fn handover(rotation: &Rotation, count: u32) -> NaiveDate {
    match rotation.every {
        Every::Days(n) => (0..n * count).fold(rotation.from, |day, _| day.succ_opt().unwrap()),
        Every::Weeks(n) => (0..n * count * 7).fold(rotation.from, |day, _| day.succ_opt().unwrap()),
        Every::Months(n) => {
            let (mut year, mut month) = (rotation.from.year(), rotation.from.month());
            for _ in 0..n * count {
                (year, month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
            }
            let days = (1..=rotation.from.day()).rev();
            days.filter_map(|day| NaiveDate::from_ymd_opt(year, month, day)).next().unwrap()
        }
    }
}

fn slow_turn(rotation: &Rotation, at: Timestamp, calendar: &Calendar) -> Option<Vec<PersonId>> {
    let zone = calendar.zone;
    let applies = match &rotation.hours {
        Hours::Always => true,
        Hours::Calendar(When::InHours) => slow_open(at, calendar),
        Hours::Calendar(When::OutOfHours) => !slow_open(at, calendar),
        Hours::Calendar(When::Holiday) => calendar.days.iter().any(|(date, named)| {
            let begins = |date: NaiveDate| slow(date.and_time(NaiveTime::MIN), zone).0;
            let near = (at.date(zone) - *date).num_days().abs() <= 1;
            let today = || begins(*date) <= at && at < begins(date.succ_opt().unwrap());
            near && !named.working && today()
        }),
        Hours::Window { days, from, to } => (-2..=2).any(|off: i64| {
            let date = at.date(zone) + chrono::TimeDelta::days(off);
            let ends = if to > from { date } else { date.succ_opt().unwrap() };
            let number = u8::try_from(date.weekday().num_days_from_monday()).unwrap();
            days.contains(&number)
                && slow(date.and_time(*from), zone).0 <= at
                && at < slow(ends.and_time(*to), zone).1
        }),
    };
    if !applies {
        return None;
    }
    let (mut people, mut any) = (Vec::new(), false);
    for count in 0.. {
        let begins = handover(rotation, count);
        if begins > at.date(zone) + chrono::TimeDelta::days(2) {
            break;
        }
        if rotation.until.is_some_and(|until| begins >= until) {
            break;
        }
        let mut ends = handover(rotation, count + 1);
        if let Some(until) = rotation.until {
            ends = ends.min(until);
        }
        // Only the turns near the instant are worth the minutes.
        let near = ends >= at.date(zone) - chrono::TimeDelta::days(2);
        if near
            && slow(begins.and_time(rotation.at), zone).0 <= at
            && at < slow(ends.and_time(rotation.at), zone).1
        {
            any = true;
            people.extend(rotation.turns[count as usize % rotation.turns.len()].clone());
        }
    }
    any.then_some(people)
}

fn slow_open(at: Timestamp, calendar: &Calendar) -> bool {
    (-2..=2).any(|off: i64| {
        let date = at.date(calendar.zone) + chrono::TimeDelta::days(off);
        let working = match calendar.days.get(&date) {
            Some(named) => named.working,
            None => calendar.office.days.contains(&(date.weekday().num_days_from_monday() as u8)),
        };
        working
            && calendar.office.hours.iter().any(|(from, to)| {
                slow(date.and_time(*from), calendar.zone).0 <= at
                    && at < slow(date.and_time(*to), calendar.zone).1
            })
    })
}

/// Who sits there, in any order, by saying the rules one after another; where nobody does, why.
fn slow_chair(
    roster: &Roster,
    layer: Layer,
    at: Timestamp,
    calendar: &Calendar,
) -> (BTreeSet<PersonId>, Option<&'static str>) {
    let plan = roster.plans.iter().filter(|plan| plan.from <= at).max_by_key(|plan| plan.from);
    let rotations = plan.map(|plan| plan.layers[&layer].clone()).unwrap_or_default();
    let mut people: Vec<PersonId> = Vec::new();
    for rotation in &rotations {
        if let Some(turn) = slow_turn(rotation, at, calendar) {
            people = turn;
            break;
        }
    }
    let now = |span: &Span| span.from <= at && at < span.to;
    let changes = || roster.changes.values().filter(|one| one.layer == layer && now(&one.span));
    let mut by_hand = false;
    for change in changes() {
        if change.instead_of.is_none() {
            people = change.people.clone();
            by_hand = true;
        }
    }
    for change in changes() {
        if let Some(instead) = &change.instead_of
            && let Some(place) = people.iter().position(|one| one == instead)
        {
            people.remove(place);
            people.extend(change.people.clone());
            by_hand = true;
        }
    }
    let away =
        |who: &PersonId| roster.leaves.values().find(|one| &one.person == who && now(&one.span));
    let mut there = BTreeSet::new();
    let named = !people.is_empty();
    for person in people {
        match away(&person) {
            None => {
                there.insert(person);
            }
            Some(leave) => {
                if let Some(other) = &leave.stand_in
                    && away(other).is_none()
                {
                    there.insert(other.clone());
                }
            }
        }
    }
    let why = match (there.is_empty(), named) {
        (false, _) => None,
        (true, true) => Some("on leave"),
        (true, false) if by_hand => Some("declared"),
        (true, false) => Some("no rotation"),
    };
    (there, why)
}

/// Why a chair is empty, in the same words.
fn why(chair: &Chair) -> Option<&'static str> {
    match chair {
        Chair::Filled(_) => None,
        Chair::Empty(Gap::OnLeave(_)) => Some("on leave"),
        Chair::Empty(Gap::Declared) => Some("declared"),
        Chair::Empty(Gap::NoRotation) => Some("no rotation"),
        Chair::Empty(Gap::Left(_)) => Some("left"),
    }
}

pub fn person() -> impl Strategy<Value = PersonId> {
    (0..6_u32).prop_map(|number| PersonId::new(format!("p-{number}")))
}

fn turns() -> impl Strategy<Value = Vec<Vec<PersonId>>> {
    prop::collection::vec(prop::collection::vec(person(), 1..3), 1..5)
}

fn date() -> impl Strategy<Value = NaiveDate> {
    prop_oneof![
        4 => (0..500_i64).prop_map(|days| day(2026, 1, 1) + chrono::TimeDelta::days(days)),
        // Around the day there is every fourth year, and from the last days of months.
        1 => (0..8_i64).prop_map(|days| day(2028, 2, 25) + chrono::TimeDelta::days(days)),
        1 => prop::sample::select(vec![day(2026, 8, 31), day(2026, 11, 30), day(2027, 1, 29)]),
    ]
}

fn clock() -> impl Strategy<Value = NaiveTime> {
    // Often in the hours that come twice or never.
    prop_oneof![
        (0..24_u32, 0..60_u32).prop_map(|(hour, minute)| time(hour, minute)),
        (0..4_u32, 0..4_u32).prop_map(|(hour, quarter)| time(hour, quarter * 15)),
    ]
}

fn every() -> impl Strategy<Value = Every> {
    prop_oneof![
        (1..10_u32).prop_map(Every::Days),
        (1..4_u32).prop_map(Every::Weeks),
        (1..4_u32).prop_map(Every::Months),
    ]
}

fn hours() -> impl Strategy<Value = Hours> {
    let days = prop::collection::btree_set(0..7_u8, 1..7);
    prop_oneof![
        3 => Just(Hours::Always),
        1 => Just(Hours::Calendar(When::InHours)),
        1 => Just(Hours::Calendar(When::OutOfHours)),
        1 => Just(Hours::Calendar(When::Holiday)),
        1 => (days, clock(), clock()).prop_map(|(days, from, to)| {
            Hours::Window { days: days.into_iter().collect(), from, to }
        }),
    ]
}

pub fn rotation() -> impl Strategy<Value = Rotation> {
    let until = prop::option::weighted(0.2, 1..300_i64);
    (date(), until, every(), clock(), hours(), turns()).prop_map(
        |(from, until, every, at, hours, turns)| {
            let until = until.map(|days| from + chrono::TimeDelta::days(days));
            Rotation { from, until, every, at, hours, turns }
        },
    )
}

pub fn instant() -> impl Strategy<Value = Timestamp> {
    let base = Timestamp::from(day(2026, 1, 1).and_time(NaiveTime::MIN).and_utc());
    prop_oneof![
        (0..600 * 24 * 60_i64).prop_map(move |minute| base.shifted(minute * MINUTE)),
        // The nights of 2026 in which one of the zones changes its clock.
        (prop::sample::select(vec![66_i64, 87, 93, 276, 297, 304]), -180..1800_i64)
            .prop_map(move |(day, minute)| base.shifted((day * 1440 + minute) * MINUTE)),
        // From 25 February to 3 March 2028.
        (785 * 1440..792 * 1440_i64).prop_map(move |minute| base.shifted(minute * MINUTE)),
    ]
}

fn span() -> impl Strategy<Value = Span> {
    (instant(), 1..40 * 24 * 60_i64)
        .prop_map(|(from, minutes)| Span { from, to: from.shifted(minutes * MINUTE) })
}

fn layer() -> impl Strategy<Value = Layer> {
    prop::sample::select(Layer::ALL)
}

fn change() -> impl Strategy<Value = Change> {
    let people = prop::collection::vec(person(), 0..3);
    (layer(), span(), prop::option::of(person()), people).prop_map(
        |(layer, span, instead_of, people)| Change {
            layer,
            span,
            instead_of,
            people,
            through: Through::Change,
        },
    )
}

fn leave() -> impl Strategy<Value = Leave> {
    (person(), span(), prop::option::of(person())).prop_map(|(person, span, stand_in)| Leave {
        person,
        span,
        stand_in,
    })
}

pub fn calendar() -> impl Strategy<Value = Calendar> {
    let days = prop::collection::btree_map(date(), any::<bool>(), 0..20);
    (prop::sample::select(ZONES.to_vec()), days).prop_map(|(zone, days)| {
        let named = |working| Day { name: "day".to_owned(), working, confirmed: true };
        let days: BTreeMap<_, _> =
            days.into_iter().map(|(date, working)| (date, named(working))).collect();
        let hours = vec![(time(7, 30), time(11, 30)), (time(13, 0), time(16, 30))];
        let office = Office { days: (0..5).collect(), hours };
        let years = [2026, 2027, 2028].into();
        Calendar { zone, office, days, years, ..Calendar::default() }
    })
}

pub fn roster() -> impl Strategy<Value = Roster> {
    let rotations = || prop::collection::vec(rotation(), 1..4);
    let plan = (instant(), rotations(), rotations()).prop_map(|(from, duty, backup)| Plan {
        from,
        layers: [(Layer::Duty, duty), (Layer::Backup, backup)].into(),
    });
    let plans = prop::collection::vec(plan, 0..3);
    let changes = prop::collection::vec(change(), 0..4);
    // One leave a person, as the decision sees to; its stand-in is there.
    let leaves = prop::collection::vec(leave(), 0..3);
    (plans, changes, leaves).prop_map(|(mut plans, changes, leaves)| {
        plans.sort_by_key(|plan| plan.from);
        let mut events: Vec<RosterEvent> =
            plans.into_iter().map(|plan| RosterEvent::RosterSet { plan }).collect();
        events.extend(changes.into_iter().map(|change| RosterEvent::DutyChanged { change }));
        let mut known = BTreeSet::new();
        for leave in leaves {
            if known.insert(leave.person.clone())
                && leave.stand_in.clone().is_none_or(|other| known.insert(other))
            {
                events.push(RosterEvent::LeaveSet { leave });
            }
        }
        let mut roster = Roster::default();
        for (seq, event) in (1..).zip(&events) {
            roster.apply(event, &At { seq, at: Timestamp::default(), actor: Actor::System });
        }
        roster
    })
}

/// With everybody but one in the Team.
pub fn staffed(roster: Roster, calendar: Calendar, gone: Option<&PersonId>) -> Directory {
    let (roster, calendar) = (Arc::new(roster), Arc::new(calendar));
    let mut directory = Directory { roster, calendar, ..Directory::default() };
    for number in 0..6 {
        let id = PersonId::new(format!("p-{number}"));
        let active = Some(&id) != gone;
        let roles = [Role::Responder].into();
        let person =
            Person { id: id.clone(), unit: None, roles, order: Vec::new(), active, hours: None };
        directory.people.insert(id, person);
    }
    directory
}

fn people(chair: &Chair) -> BTreeSet<PersonId> {
    chair.people().iter().map(|seated| seated.person.clone()).collect()
}

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn a_local_time_begins_with_its_first_occurrence_and_ends_with_its_last(
        date in date(), clock in clock(), zone in prop::sample::select(ZONES.to_vec()),
    ) {
        let local = date.and_time(clock);
        prop_assert_eq!((start_of(local, zone), end_of(local, zone)), slow(local, zone));
    }

    #[test]
    fn hours_are_open_exactly_when_the_calendar_says(calendar in calendar(), at in instant()) {
        prop_assert_eq!(calendar.in_hours(at, None), slow_open(at, &calendar));
    }

    #[test]
    fn at_every_instant_exactly_those_are_on_duty_whom_the_rules_name(
        roster in roster(), calendar in calendar(), layer in layer(),
        at in prop::collection::vec(instant(), 4),
    ) {
        for at in at {
            let chair = roster.on_duty(layer, at, &calendar);
            let said = (people(&chair), why(&chair));
            prop_assert_eq!(said, slow_chair(&roster, layer, at, &calendar), "at {}", at);
        }
    }

    #[test]
    fn stretches_follow_one_another_and_say_what_holds_at_each_instant(
        roster in roster(), calendar in calendar(), layer in layer(), span in span(),
        at in instant(),
    ) {
        let shifts = roster.shifts(layer, span, &calendar);
        prop_assert_eq!(shifts.first().map(|shift| shift.span.from), Some(span.from));
        prop_assert_eq!(shifts.last().map(|shift| shift.span.to), Some(span.to));
        for pair in shifts.windows(2) {
            prop_assert_eq!(pair[0].span.to, pair[1].span.from);
            prop_assert_ne!(&pair[0].chair, &pair[1].chair);
        }
        let length = span.to.since(span.from).as_millis() as i64;
        let at = span.from.shifted(at.millis().rem_euclid(length));
        let shift = shifts.iter().find(|shift| shift.span.holds(at)).unwrap();
        prop_assert_eq!(&shift.chair, &roster.on_duty(layer, at, &calendar));
    }

    #[test]
    fn the_next_change_is_the_first_instant_at_which_others_sit_there(
        roster in roster(), calendar in calendar(), layer in layer(), at in instant(),
        gone in prop::option::of(person()),
    ) {
        let directory = staffed(roster, calendar, gone.as_ref());
        let until = at.shifted(20 * 1440 * MINUTE);
        let next = directory.next_change(layer, at, until);
        let people = |at| people(&directory.on_duty(layer, at));
        let now = people(at);
        // Everything in these rosters happens at full minutes.
        let slow = (1..20 * 1440).map(|minute| at.shifted(minute * MINUTE))
            .find(|later| people(*later) != now);
        prop_assert_eq!(next, slow);
    }

    #[test]
    fn whoever_left_sits_nowhere_and_everybody_else_where_the_roster_says(
        roster in roster(), calendar in calendar(), layer in layer(), span in span(),
        gone in person(),
    ) {
        let directory = staffed(roster, calendar, Some(&gone));
        let shifts = directory.shifts(layer, span);
        for pair in shifts.windows(2) {
            prop_assert_eq!(pair[0].span.to, pair[1].span.from);
            prop_assert_ne!(&pair[0].chair, &pair[1].chair);
        }
        for shift in shifts {
            let at = shift.span.from;
            let mut named =
                people(&directory.roster.on_duty(layer, at, &directory.calendar));
            named.remove(&gone);
            prop_assert_eq!(people(&shift.chair), named);
        }
    }

    #[test]
    fn a_stretch_that_holds_no_instant_meets_nothing(at in instant(), span in span()) {
        let empty = Span { from: at, to: at };
        prop_assert!(!empty.meets(&span) && !span.meets(&empty) && !empty.meets(&empty));
    }

    #[test]
    fn a_rotation_that_always_applies_leaves_no_gap(
        rotation in rotation(), calendar in calendar(), at in instant(),
    ) {
        let rotation = Rotation { hours: Hours::Always, until: None, ..rotation };
        let begins = start_of(rotation.from.and_time(rotation.at), calendar.zone);
        let plan = Plan { from: begins, layers: [(Layer::Duty, vec![rotation])].into() };
        let roster = Roster { plans: vec![plan], ..Roster::default() };
        let chair = roster.on_duty(Layer::Duty, at, &calendar);
        prop_assert_eq!(chair == Chair::Empty(Gap::NoRotation), at < begins);
    }
}
