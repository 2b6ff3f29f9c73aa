//! What is exported is imported again as it was, by either form, whatever the words are.

use proptest::prelude::*;
use trucban::config::kinds::built_in;
use trucban::config::rows::{RowProblem, parse_people, parse_systems, parse_units};
use trucban::domain::calendar::When;
use trucban::domain::directory::{Directory, Person, Private, Unit};
use trucban::domain::ids::{PersonId, SystemCode, UnitCode};
use trucban::domain::systems::System;
use trucban::domain::values::{ChannelKind, Role};
use trucban::report::directory::{people, systems, units};
use trucban::report::table::Form;

/// Words as an import keeps them, also such as a spreadsheet would take for a formula.
fn words() -> impl Strategy<Value = String> {
    let formula = "[=+@-]{0,1}";
    let rest = "[A-Za-zĐđÁạẬệƯữ0-9 ;,\"'_xX<>&=+()!#/\\\\.-]{1,24}";
    (formula, rest).prop_map(|(first, rest)| {
        let words = format!("{first}{rest}");
        let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
        if words.is_empty() { "x".to_owned() } else { words }
    })
}

fn optional(some: impl Strategy<Value = String>) -> impl Strategy<Value = Option<String>> {
    proptest::option::of(some)
}

fn unit(number: usize) -> impl Strategy<Value = Unit> {
    let kind = prop_oneof![Just(""), Just("xa"), Just("phuong")];
    let days = optional("202[0-9]-0[1-9]-1[0-9]".boxed());
    (words(), kind, days, any::<bool>()).prop_map(move |(name, kind, from, ends)| {
        let code = |number: usize| UnitCode::new(format!("u-{number}"));
        let before = number.checked_sub(1).map(code);
        Unit {
            code: code(number),
            name,
            kind: kind.to_owned(),
            parent: before.clone(),
            active_from: from,
            active_to: ends.then(|| "2031-12-31".to_owned()),
            successor: before.filter(|_| ends),
        }
    })
}

fn person(number: usize) -> impl Strategy<Value = (Person, Private)> {
    let roles = proptest::collection::btree_set(proptest::sample::select(Role::ALL), 0..3);
    let order = proptest::sample::subsequence(ChannelKind::ALL.to_vec(), 0..=3);
    let phone = optional(prop_oneof!["0[35789][0-9]{8}", "\\+84[0-9]{9}"].boxed());
    let ways = (phone, optional(words()), any::<bool>());
    let hours = prop_oneof![Just(None), Just(Some(When::InHours)), Just(Some(When::OutOfHours))];
    (words(), words(), roles, order, ways, any::<bool>(), hours).prop_map(
        move |(full_name, title, roles, order, (phone, zalo_id, mail), active, hours)| {
            let id = PersonId::new(format!("p-{number}"));
            let unit = Some(UnitCode::new("u-0"));
            let private = Private {
                full_name,
                title,
                telegram_id: number.is_multiple_of(2).then_some(number as i64 + 1_000_000_000),
                zalo_id,
                phone,
                email: mail.then(|| format!("n{number}@xa.gov.vn")),
            };
            (Person { id, unit, roles, order, active, hours }, private)
        },
    )
}

fn system(number: usize) -> impl Strategy<Value = System> {
    (words(), 1_u8..=5, words(), any::<bool>()).prop_map(move |(name, level, hosting, retired)| {
        System {
            code: SystemCode::new(format!("s-{number}")),
            unit: UnitCode::new("u-0"),
            name,
            level,
            hosting,
            contact: Some(PersonId::new("p-0")),
            retired,
        }
    })
}

prop_compose! {
    fn directory()(
        units in (0..6_usize).map(unit).collect::<Vec<_>>(),
        people in (0..6_usize).map(person).collect::<Vec<_>>(),
        systems in (0..4_usize).map(system).collect::<Vec<_>>(),
    ) -> Directory {
        let mut directory = Directory::default();
        directory.units.extend(units.into_iter().map(|unit| (unit.code.clone(), unit)));
        for (person, private) in people {
            directory.private.insert(person.id.clone(), private);
            directory.people.insert(person.id.clone(), person);
        }
        directory.systems.extend(systems.into_iter().map(|one| (one.code.clone(), one)));
        directory
    }
}

fn told(problems: Vec<RowProblem>) -> TestCaseError {
    let words: Vec<String> = problems.iter().map(|problem| problem.words("file")).collect();
    TestCaseError::fail(words.join("\n"))
}

proptest! {
    #![proptest_config(super::cases(64))]
    #[test]
    fn a_directory_that_is_exported_and_imported_elsewhere_is_the_same(whole in directory()) {
        let kinds = built_in().unwrap();
        for form in [Form::Csv, Form::Xlsx] {
            let mut other = Directory::default();
            let bytes = units(&whole).written(form).unwrap();
            for unit in parse_units(&bytes, &other, &kinds).map_err(told)?.rows {
                other.units.insert(unit.code.clone(), unit);
            }
            prop_assert_eq!(&other.units, &whole.units);
            let bytes = people(&whole).written(form).unwrap();
            for (person, private) in parse_people(&bytes, &other).map_err(told)?.rows {
                other.private.insert(person.id.clone(), private);
                other.people.insert(person.id.clone(), person);
            }
            prop_assert_eq!(&other.people, &whole.people);
            prop_assert_eq!(&other.private, &whole.private);
            let bytes = systems(&whole).written(form).unwrap();
            for system in parse_systems(&bytes, &other).map_err(told)?.rows {
                other.systems.insert(system.code.clone(), system);
            }
            prop_assert_eq!(&other.systems, &whole.systems);
        }
    }
}
