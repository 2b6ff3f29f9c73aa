//! A drill with five hundred participants: an inject to all of them, and the tap that stops it.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result, anyhow};
use trucban::clock::Clock;
use trucban::domain::directory::{Person, Private, Unit};
use trucban::domain::drill::run::DrillAct;
use trucban::domain::drill::run::state::Status;
use trucban::domain::drill::scenario::ScenarioId;
use trucban::domain::drill::wish::DrillWish;
use trucban::domain::envelope::{Actor, Command, DirectoryCommand, Envelope, Receipt};
use trucban::domain::ids::{DrillCode, PersonId, Stream, UnitCode};
use trucban::domain::time::Timestamp;
use trucban::domain::values::Role;
use trucban::engine::handle::handle;
use trucban::engine::settings::Settings;
use trucban::ledger::{Durability, Store};

use super::ground::{Ground, Times};

const UNITS: u32 = 250;
const PEOPLE: u32 = 500;
const FREEZES: u32 = 20;
const LEAD: &str = "p-005";
const MANAGER: &str = "p-006";

/// Everything is on disk before it is answered (`synchronous=FULL`).
pub fn measure() -> Result<()> {
    let ground = Ground::new(Some("http://127.0.0.1:1"))?;
    let mut bench =
        Bench { store: ground.store(Durability::Full)?, settings: ground.settings()?, key: 0 };
    let now = Clock::System.now();
    bench.people(now)?;
    let start = now.plus(std::time::Duration::from_secs(24 * 3600));
    let code = DrillCode::new(format!("DT-{}-001", start.year(chrono_tz::Asia::Ho_Chi_Minh)));
    let plan = DrillWish::Plan {
        scenario: ScenarioId::new("lo-lot-du-lieu"),
        at: start,
        units: Vec::new(),
    };
    bench.does(now, LEAD, Command::Drill(plan))?;
    bench.acts(now, LEAD, &code, DrillAct::Submit)?;
    let mut approved = Times::default();
    approved.take(|| bench.acts(now, MANAGER, &code, DrillAct::Approve))?;
    approved.say("agreed to: five hundred invitations queued");
    for point in 0..12 {
        // There may be fewer points than that.
        let _ = bench.acts(start, LEAD, &code, DrillAct::Check(point, true));
    }
    bench.acts(start, LEAD, &code, DrillAct::Start)?;
    let (mut injects, mut freezes) = (Times::default(), Times::default());
    let mut at = start;
    let stream = Stream::Drill(code.clone());
    loop {
        let due = bench.store.transaction(at, |tx| tx.waits_for(&stream))?;
        at = due.context("the drill waits for nothing")?;
        let (_, before) = bench.sent(&code)?;
        let tick = Command::Tick { stream: stream.clone(), due: at };
        let mut one = Times::default();
        one.take(|| bench.does(at, "", tick))?;
        let (status, sent) = bench.sent(&code)?;
        if status != Status::Running {
            break;
        }
        if sent < before.saturating_add(400) {
            continue;
        }
        injects.add(one.median());
        for _ in 0..FREEZES {
            freezes.take(|| bench.acts(at, "u-1", &code, DrillAct::ClaimReal))?;
            bench.acts(at, "u-1", &code, DrillAct::SettleClaim(false))?;
        }
    }
    injects.say("an inject to five hundred, queued");
    freezes.say("stopped by one tap, everybody's message queued");
    Ok(())
}

struct Bench {
    store: Store,
    settings: Settings,
    key: u32,
}

impl Bench {
    fn does(&mut self, now: Timestamp, who: &str, command: Command) -> Result<()> {
        self.key = self.key.saturating_add(1);
        let actor = match who {
            "" => Actor::System,
            who => Actor::Person(PersonId::new(who)),
        };
        let envelope = Envelope::new(format!("drill:{}", self.key), actor, command);
        let settings = &self.settings;
        match self.store.transaction(now, |tx| handle(tx, settings, &envelope))? {
            Receipt::Done(_) => Ok(()),
            Receipt::Refused(refusal) => Err(anyhow!("{refusal:?}")),
        }
    }

    fn acts(&mut self, now: Timestamp, who: &str, code: &DrillCode, act: DrillAct) -> Result<()> {
        self.does(now, who, Command::Drill(DrillWish::Act(code.clone(), Box::new(act))))
    }

    /// Where the drill stands, and how many messages of its story were queued.
    fn sent(&mut self, code: &DrillCode) -> Result<(Status, usize)> {
        let now = Clock::System.now();
        let drill =
            self.store.transaction(now, |tx| tx.drill(code))?.context("the drill is gone")?;
        Ok((drill.status, drill.injects.values().map(|played| played.to.len()).sum()))
    }

    /// Two people in each of the units.
    fn people(&mut self, now: Timestamp) -> Result<()> {
        let unit = |number: u32| Unit {
            code: UnitCode::new(format!("don-vi-{number}")),
            name: format!("Unit {number}"),
            kind: "xa".to_owned(),
            parent: None,
            active_from: None,
            active_to: None,
            successor: None,
        };
        let person = |number: u32| {
            let person = Person {
                id: PersonId::new(format!("u-{number}")),
                unit: Some(UnitCode::new(format!("don-vi-{}", number % UNITS))),
                roles: BTreeSet::from([Role::Reporter]),
                order: Vec::new(),
                active: true,
                hours: None,
            };
            let account = i64::from(number).saturating_add(500_000);
            (person, Private { telegram_id: Some(account), ..Private::default() })
        };
        let units = DirectoryCommand::Units((0..UNITS).map(unit).collect());
        let people = DirectoryCommand::People((0..PEOPLE).map(person).collect());
        for command in [units, people] {
            let envelope = Envelope::new(
                format!("people:{}", self.key),
                Actor::Operator,
                Command::Directory(command),
            );
            self.key = self.key.saturating_add(1);
            let settings = &self.settings;
            self.store.transaction(now, |tx| handle(tx, settings, &envelope))?;
        }
        Ok(())
    }
}
