//! A province comes in at once: 250 units and 2,000 people, from workbooks to the disk.

use anyhow::{Result, anyhow, ensure};
use trucban::clock::Clock;
use trucban::config::kinds::built_in;
use trucban::config::rows::{parse_people, parse_units};
use trucban::domain::envelope::{Actor, Command, DirectoryCommand, Envelope};
use trucban::ledger::Durability;
use trucban::report::table::{Form, Table};

use super::ground::{Ground, Times, give};

const UNITS: usize = 250;
const PEOPLE: usize = 2_000;
const TIMES: u64 = 5;

pub fn measure() -> Result<()> {
    for (form, name) in [(Form::Csv, "CSV"), (Form::Xlsx, "XLSX")] {
        let (units, people) = (units().written(form)?, people().written(form)?);
        let mut times = Times::default();
        for _ in 0..TIMES {
            let ground = Ground::new(None)?;
            times.take(|| import(&ground, &units, &people))?;
        }
        times.say(&format!("250 units and 2,000 people from {name}"));
    }
    Ok(())
}

fn import(ground: &Ground, units: &[u8], people: &[u8]) -> Result<()> {
    let (mut store, settings) = (ground.store(Durability::Full)?, ground.settings()?);
    let kinds = built_in().map_err(|problems| anyhow!("{problems:?}"))?;
    let now = Clock::System.now();
    let directory = store.reader()?.directory()?;
    let units =
        parse_units(units, &directory, &kinds).map_err(|problems| anyhow!("{problems:?}"))?;
    ensure!(units.rows.len() == UNITS, "{} units", units.rows.len());
    let command = Command::Directory(DirectoryCommand::Units(units.rows));
    give(&mut store, &settings, now, &Envelope::new("units", Actor::Operator, command))?;
    let directory = store.reader()?.directory()?;
    let people = parse_people(people, &directory).map_err(|problems| anyhow!("{problems:?}"))?;
    ensure!(people.rows.len() == PEOPLE, "{} people", people.rows.len());
    let command = Command::Directory(DirectoryCommand::People(people.rows));
    give(&mut store, &settings, now, &Envelope::new("people", Actor::Operator, command))?;
    Ok(())
}

fn units() -> Table {
    let unit = |number: usize| {
        vec![format!("dv-{number:03}"), format!("UBND xã số {number}"), "xa".to_owned()]
    };
    Table::of_words("units", &["code", "name", "kind"], (0..UNITS).map(unit))
}

fn people() -> Table {
    let person = |number: usize| {
        let unit = number.checked_rem(UNITS).unwrap_or(0);
        vec![
            format!("ng-{number:04}"),
            format!("Nguyễn Văn {number}"),
            "Cán bộ công nghệ thông tin".to_owned(),
            format!("dv-{unit:03}"),
            "reporter".to_owned(),
            format!("09{number:08}"),
            format!("ng{number}@xa.gov.vn"),
        ]
    };
    let columns = &["id", "full_name", "title", "unit", "roles", "phone", "email"];
    Table::of_words("people", columns, (0..PEOPLE).map(person))
}
