//! A roster, written as a file and read again, is the same roster.

use std::path::Path;
use std::sync::Arc;

use proptest::prelude::*;
use trucban::config::roster::{exported, parse};
use trucban::domain::access::permit;
use trucban::domain::actor::Actor;
use trucban::domain::directory::Directory;
use trucban::domain::ids::PersonId;
use trucban::domain::incident::act::ActKind;
use trucban::domain::incident::fold::At;
use trucban::domain::roster::decide::{Ctx, RosterRefusal, Wish};
use trucban::domain::roster::event::RosterEvent;
use trucban::domain::roster::rotation::{Plan, Rotation};
use trucban::domain::roster::{Layer, Roster, RosterId, Span, SwapState};
use trucban::domain::time::Timestamp;
use trucban::domain::values::Role;

use super::cases;
use super::roster::{MINUTE, calendar, instant, person, rotation, staffed};

/// One thing done to the roster, so many minutes and odd milliseconds from now.
#[derive(Clone, Debug)]
enum Deed {
    Plan(i64, Vec<Rotation>, Vec<Rotation>),
    Change(Layer, i64, i64, Option<PersonId>, Vec<PersonId>),
    Leave(i64, i64, PersonId, PersonId),
    Swap(Layer, i64, i64, PersonId, PersonId),
    EndChange(usize),
}

fn each_once(people: Vec<PersonId>) -> Vec<PersonId> {
    people.into_iter().collect::<std::collections::BTreeSet<_>>().into_iter().collect()
}

/// A file names nobody twice in one turn.
fn of_a_file() -> impl Strategy<Value = Rotation> {
    rotation().prop_map(|mut rotation| {
        let turns = rotation.turns.into_iter();
        rotation.turns = turns.map(each_once).collect();
        rotation
    })
}

fn deed() -> impl Strategy<Value = Deed> {
    let stretch = || (-1000..20_000_i64, 1..9000_i64);
    let layer = || prop::sample::select(Layer::ALL);
    let rotations = || prop::collection::vec(of_a_file(), 1..3);
    let some = prop::option::of(person());
    prop_oneof![
        2 => (0..40_000_i64, rotations(), prop::collection::vec(of_a_file(), 0..3))
            .prop_map(|(from, duty, backup)| Deed::Plan(from, duty, backup)),
        4 => (layer(), stretch(), some, prop::collection::vec(person(), 0..3))
            .prop_map(|(layer, (from, length), instead, people)| {
                Deed::Change(layer, from, length, instead, each_once(people))
            }),
        1 => (stretch(), person(), person())
            .prop_map(|((from, length), who, other)| Deed::Leave(from, length, who, other)),
        3 => (layer(), stretch(), person(), person())
            .prop_map(|(layer, (from, length), by, to)| Deed::Swap(layer, from, length, by, to)),
        1 => any::<usize>().prop_map(Deed::EndChange),
    ]
}

/// Decides and takes in, as the engine does.
fn wished(
    directory: &mut Directory,
    by: &str,
    wish: &Wish,
    now: Timestamp,
) -> Result<Vec<RosterEvent>, RosterRefusal> {
    let who = Actor::Person(PersonId::new(by));
    let permit = permit(&who, ActKind::OwnDuty, None, directory).unwrap();
    let calendar = &directory.calendar;
    let ctx = Ctx { now, directory, calendar, lead_decides: false };
    let events = directory.roster.decide(wish, &permit, &ctx)?;
    let mut after = Roster::clone(&directory.roster);
    for event in &events {
        let last = after.changes.keys().chain(after.leaves.keys()).chain(after.swaps.keys()).max();
        let seq = last.map_or(1, |last| last.0 + 1);
        after.apply(event, &At { seq, at: now, actor: Actor::System });
    }
    directory.roster = Arc::new(after);
    Ok(events)
}

fn done(directory: &mut Directory, deed: &Deed, now: Timestamp) {
    let span = |from: &i64, length: &i64| {
        let from = now.shifted(from * MINUTE);
        Span { from, to: from.shifted(length * MINUTE) }
    };
    let (by, wish) = match deed {
        Deed::Plan(from, duty, backup) => {
            let mut layers = std::collections::BTreeMap::from([(Layer::Duty, duty.clone())]);
            if !backup.is_empty() {
                layers.insert(Layer::Backup, backup.clone());
            }
            let from = now.shifted((from - 10_000).max(0) * MINUTE);
            ("p-0", Wish::Plan(Plan { from, layers }.into()))
        }
        Deed::Change(layer, from, length, instead_of, people) => {
            let (layer, span) = (*layer, span(from, length));
            let (instead_of, people) = (instead_of.clone(), people.clone());
            ("p-0", Wish::Change { layer, span, instead_of, people })
        }
        Deed::Leave(from, length, person, other) => {
            let (person, stand_in) = (person.clone(), Some(other.clone()));
            ("p-0", Wish::Leave { person, span: span(from, length), stand_in })
        }
        Deed::Swap(layer, from, length, by, to) => {
            let wish = Wish::Swap { layer: *layer, span: span(from, length), to: to.clone() };
            if wished(directory, by.as_str(), &wish, now).is_err() {
                return;
            }
            let open = |id: &&RosterId| directory.roster.swaps[*id].state == SwapState::Proposed;
            let id = *directory.roster.swaps.keys().rfind(open).unwrap();
            // May be refused, and then comes to nothing.
            let _ = wished(directory, to.as_str(), &Wish::AnswerSwap { id, agreed: true }, now);
            return;
        }
        Deed::EndChange(which) => {
            let ids: Vec<RosterId> = directory.roster.changes.keys().copied().collect();
            let Some(id) = ids.get(which % ids.len().max(1)) else { return };
            ("p-0", Wish::EndChange(*id))
        }
    };
    let _ = wished(directory, by, &wish, now);
}

/// People, in any order, and whether somebody declared that there are none.
fn seats(directory: &Directory, layer: Layer, at: Timestamp) -> String {
    let chair = directory.on_duty(layer, at);
    let mut people: Vec<&PersonId> = chair.people().iter().map(|one| &one.person).collect();
    people.sort();
    let gap = format!("{chair:?}");
    format!("{people:?} {}", if people.is_empty() { &gap } else { "" })
}

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn what_is_exported_and_imported_is_the_same_roster_at_every_instant(
        calendar in calendar(), begins in instant(), odd in 0..60_000_i64,
        deeds in prop::collection::vec((0..6000_i64, deed()), 1..10),
        probes in prop::collection::vec(0..60_000_i64, 12),
    ) {
        let mut directory = staffed(Roster::default(), calendar, None);
        directory.people.get_mut(&PersonId::new("p-0")).unwrap().roles.insert(Role::Lead);
        let mut now = begins.shifted(odd);
        for (later, deed) in &deeds {
            now = now.shifted(later * MINUTE);
            done(&mut directory, deed, now);
        }
        let Some(written) = directory.roster.as_written(now, &directory.calendar) else {
            prop_assert!(directory.roster.plans.is_empty());
            return Ok(());
        };
        let text = exported(&written, &directory, now);
        let read = |directory: &Directory, now| {
            parse(&text, Path::new("roster.toml"), directory, now).map(Wish::Plan)
        };
        // Where it came from nothing changes, now and a while later.
        for later in [0, 3000 * MINUTE] {
            let now = now.shifted(later);
            let mut same = directory.clone();
            let wish = read(&same, now);
            prop_assert!(wish.is_ok(), "{:?}\n{}", wish, text);
            let events = wished(&mut same, "p-0", &wish.unwrap(), now);
            prop_assert_eq!(events, Ok(vec![]), "\n{}", text);
        }
        // Elsewhere the same people sit there from now on; leave is no part of the file.
        let mut original = directory.clone();
        original.roster = Arc::new(Roster {
            leaves: Default::default(), ..Roster::clone(&directory.roster)
        });
        let mut elsewhere = directory.clone();
        elsewhere.roster = Arc::default();
        let wish = read(&elsewhere, now).unwrap();
        let events = wished(&mut elsewhere, "p-0", &wish, now);
        prop_assert!(events.is_ok(), "{:?}\n{}", events, text);
        let changes = written.overrides.iter().flat_map(|one| [one.span.from, one.span.to]);
        let ends = changes.chain(written.plans.iter().map(|plan| plan.from));
        let near = ends.flat_map(|at| [at.shifted(-1), at, at.shifted(MINUTE)]);
        let instants = probes.iter().map(|minute| now.shifted(minute * MINUTE)).chain(near);
        for at in instants.filter(|at| *at >= now) {
            for layer in Layer::ALL {
                let both = [&original, &elsewhere].map(|one| seats(one, *layer, at));
                prop_assert_eq!(&both[0], &both[1], "{:?} at {}\n{}", layer, at, text);
            }
        }
    }
}
