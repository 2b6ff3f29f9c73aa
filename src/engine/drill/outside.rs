//! Where drills and real incidents touch: a report of somebody who plays, a claim that something is real,
//! and a real incident that begins beside a drill. A drill's incident never becomes a real one; where
//! something is real, a real one of its own is made.

use std::time::Duration;

use super::{append, told};
use crate::domain::access::permit;
use crate::domain::actor::{Actor, Origin};
use crate::domain::drill::notice::{DrillDone, DrillNotice};
use crate::domain::drill::run::act::RealOne;
use crate::domain::drill::run::event::{DrillEvent, PauseWhy, Reply, Settled};
use crate::domain::drill::run::state::{Stage, Status};
use crate::domain::drill::run::{ASKED, Drill, sittings};
use crate::domain::drill::scenario::{Expect, PartWho};
use crate::domain::envelope::{Command, Envelope, Report};
use crate::domain::escalation::policy::{Level, Policy, PolicySet, Target};
use crate::domain::ids::{IncidentCode, PersonId};
use crate::domain::incident::act::{Act, ActKind, Aim, Closing};
use crate::domain::incident::event::IncidentEvent;
use crate::domain::incident::moments::Ctx;
use crate::domain::incident::opening;
use crate::domain::incident::state::Incident;
use crate::domain::notice::{Answer, Body, Priority};
use crate::domain::receipt::Done;
use crate::domain::refusal::Refusal;
use crate::domain::text::Text;
use crate::domain::values::Severity;
use crate::engine::handle::{self, Stop};
use crate::engine::settings::Settings;
use crate::engine::{evidence, tell};
use crate::ledger::{StorageError, Tx};

/// How long a drill's ladder waits on each of its levels.
const WAIT: Duration = Duration::from_secs(10 * 60);

/// The most severe open real incident, from high on.
pub(super) fn worst_real(tx: &Tx<'_>) -> Result<Option<RealOne>, StorageError> {
    let open = tx.open_codes()?.into_iter();
    let open = open.filter(|one| one.origin == Origin::Real && one.severity >= Severity::High);
    let worst = open.max_by_key(|one| one.severity);
    Ok(worst.map(|one| {
        let critical = one.severity == Severity::Critical;
        RealOne { incident: one.code, critical }
    }))
}

/// A real incident begins, or becomes worse: one of high severity proposes a pause to the lead of
/// whatever is played, a critical one makes it.
pub fn real_incident(
    tx: &mut Tx<'_>,
    settings: &Settings,
    incident: &Incident,
    stored: &[(i64, IncidentEvent)],
) -> Result<(), StorageError> {
    let rises = |event: &IncidentEvent| match event {
        IncidentEvent::Reported { .. } => true,
        IncidentEvent::SeverityChanged { from, to, .. } => to > from,
        _ => false,
    };
    let severe = incident.origin == Origin::Real && incident.severity >= Severity::High;
    if !severe || !stored.iter().any(|(_, event)| rises(event)) {
        return Ok(());
    }
    for code in tx.drill_codes(&[Status::Running, Status::Paused])? {
        let Some(drill) = tx.drill(&code)? else { continue };
        let actor = std::mem::replace(&mut tx.actor, Actor::System);
        let incident_code = incident.code.clone();
        let critical = incident.severity == Severity::Critical;
        let done = match drill.status {
            // Everybody knows by the first one that something is real.
            Status::Paused if drill.stands_for_real() => Ok(()),
            _ if critical => {
                let why = PauseWhy::Real { incident: incident_code };
                let paused = DrillEvent::DrillPaused { why, since: None };
                append(tx, settings, &code, Some(drill), vec![paused]).map(|_| ())
            }
            Status::Running => {
                told::leads(tx, &drill, &DrillNotice::RealIncident { incident: incident_code })
            }
            _ => Ok(()),
        };
        tx.actor = actor;
        done?;
    }
    Ok(())
}

/// A report of somebody who plays: whether it is of the drill or real is asked beside it, and no answer in
/// time means real. Nothing where nobody is asked.
pub fn hears(
    tx: &mut Tx<'_>,
    settings: &Settings,
    actor: &Actor,
    report: &Report,
) -> Result<Option<Done>, Stop> {
    // What may concern a state secret is handled outside the system, and is real.
    let (Actor::Person(person), Some(words)) = (actor, &report.words) else { return Ok(None) };
    let Some(code) = tx.drill_played_by(person)? else { return Ok(None) };
    permit(actor, ActKind::Report, None, &*tx.directory()?)?;
    let Some(drill) = tx.drill(&code)? else { return Ok(None) };
    // Between two sessions what is said is real.
    if sittings::between(&drill, tx.now) {
        return Ok(None);
    }
    let number = drill.reports.keys().max().map_or(1, |last| last.saturating_add(1));
    let until = tx.now.plus(ASKED);
    let heard = DrillEvent::ReportHeard {
        number,
        person: person.clone(),
        words: Text::plain(words.as_str()),
        until,
    };
    append(tx, settings, &code, Some(drill), vec![heard])?;
    Ok(Some(Done::Drill(DrillDone::Heard { code, number })))
}

/// Files that came with such a report wait with it. Whether there were any.
pub fn keeps_files(
    tx: &mut Tx<'_>,
    envelope: &Envelope,
    done: &Done,
) -> Result<bool, StorageError> {
    let Done::Drill(DrillDone::Heard { code, number }) = done else { return Ok(false) };
    if envelope.attached.is_empty() {
        return Ok(false);
    }
    tx.keep_files(code, *number, &(envelope.attached.clone(), envelope.route.clone()))?;
    Ok(true)
}

/// A report becomes an incident: a real one, or one of the drill.
pub(super) fn settle(
    tx: &mut Tx<'_>,
    settings: &Settings,
    drill: Drill,
    number: u32,
    real: bool,
    silent: bool,
) -> Result<IncidentCode, Stop> {
    let heard = drill.reports.get(&number).cloned();
    let heard = heard.ok_or_else(|| StorageError::value("drill.state", "no such report"))?;
    let words = match heard.words.sealed() {
        Some(id) => tx.words(id)?,
        None => None,
    };
    let report = Report { words: Some(words.unwrap_or_default()) };
    let speaker = speaker(tx, &heard.person)?;
    let before = std::mem::replace(&mut tx.actor, speaker);
    let opened = match real {
        true => open_real(tx, settings, &report),
        false => open_drilled(tx, settings, &drill, &report),
    };
    let incident = match opened {
        Ok(incident) => files(tx, settings, &drill, number, incident),
        Err(stop) => Err(stop),
    };
    tx.actor = before;
    let incident = incident?;
    let settled = match (real, silent) {
        (false, _) => Settled::Drill,
        (true, false) => Settled::Real,
        (true, true) => Settled::Silence,
    };
    let mut events = Vec::new();
    if !real {
        events.extend(expected(&drill, tx, &heard.person, &incident)?);
    }
    let code = drill.code.clone();
    events.push(DrillEvent::ReportSettled { number, settled, incident: incident.clone() });
    if real {
        // Whoever has something real to deal with is not judged by what he leaves undone here.
        events.push(DrillEvent::Released { person: heard.person });
    }
    let drill = tx.drill(&code)?.or(Some(drill));
    append(tx, settings, &code, drill, events)?;
    Ok(incident)
}

/// What waited with the report is evidence of the incident it became.
fn files(
    tx: &mut Tx<'_>,
    settings: &Settings,
    drill: &Drill,
    number: u32,
    incident: IncidentCode,
) -> Result<IncidentCode, Stop> {
    if let Some((attached, route)) = tx.take_files(&drill.code, number)? {
        let done = Done::Reported(incident.clone());
        let key = format!("files:{}:{number}", drill.code);
        let bare = Envelope::new(key, tx.actor.clone(), Command::Say(Answer::Left));
        evidence::attach(tx, settings, &Envelope { attached, route, ..bare }, &done)?;
    }
    Ok(incident)
}

/// Whoever reports; the program itself where he may not any more: what is real must not hang on that.
fn speaker(tx: &mut Tx<'_>, person: &PersonId) -> Result<Actor, StorageError> {
    let (person, directory) = (Actor::Person(person.clone()), tx.directory()?);
    let may = permit(&person, ActKind::Report, None, &directory).is_ok();
    Ok(if may { person } else { Actor::System })
}

/// An incident within the drill is over with it: nobody is called for it any more.
pub(super) fn ends(
    tx: &mut Tx<'_>,
    settings: &Settings,
    drill: &Drill,
) -> Result<(), StorageError> {
    tx.cancel_story(&drill.code)?;
    for code in &drill.incidents {
        let aim = Aim::typed(code.clone());
        let act = Act::Close(Closing::FalseAlarm(drill.code.to_string()));
        // One that is closed already stays as it is.
        let _closed =
            tx.attempt(|tx| handle::perform_act(tx, settings, &Actor::System, &aim, &act))?;
    }
    Ok(())
}

/// Expectations that a report within the drill meets.
fn expected(
    drill: &Drill,
    tx: &Tx<'_>,
    person: &PersonId,
    incident: &IncidentCode,
) -> Result<Vec<DrillEvent>, StorageError> {
    let Some(scenario) = tx.scenario(&drill.planning.scenario.hash)? else { return Ok(Vec::new()) };
    let mut events = Vec::new();
    for inject in &scenario.injects {
        let Some(played) = drill.injects.get(&inject.id) else { continue };
        if played.stage != Stage::Sent || !played.to.contains(person) {
            continue;
        }
        for expect in inject.expects.iter().filter(|one| matches!(one.kind, Expect::Report)) {
            let given = played.replies.get(&expect.id).is_some_and(|all| all.contains_key(person));
            if !given {
                events.push(DrillEvent::Replied {
                    inject: inject.id.clone(),
                    expect: expect.id.clone(),
                    person: person.clone(),
                    reply: Reply::Reported(incident.clone()),
                });
            }
        }
    }
    Ok(events)
}

/// What a participant claims to be real becomes a real incident, and the drill keeps its code.
pub(super) fn real_claim(
    tx: &mut Tx<'_>,
    settings: &Settings,
    drill: &Drill,
    by: &PersonId,
    settled: Settled,
) -> Result<IncidentCode, Stop> {
    let speaker = speaker(tx, by)?;
    let before = std::mem::replace(&mut tx.actor, speaker);
    let words = format!("{} ({})", settings.claim_title, drill.code);
    let opened = open_real(tx, settings, &Report { words: Some(words) });
    tx.actor = before;
    let incident = opened?;
    // The incident itself may have stopped the drill.
    let drill = tx.drill(&drill.code)?.ok_or(StorageError::Missing("drill"))?;
    let mut events = vec![DrillEvent::ClaimSettled { settled, incident: Some(incident.clone()) }];
    if drill.claim.as_ref().is_some_and(|claim| claim.by != *by) && drill.plays(by) {
        events.push(DrillEvent::Released { person: by.clone() });
    }
    let became = DrillNotice::Became { incident: incident.clone(), real: true };
    told::leads(tx, &drill, &became)?;
    append(tx, settings, &drill.code.clone(), Some(drill), events)?;
    Ok(incident)
}

fn open_real(tx: &mut Tx<'_>, settings: &Settings, report: &Report) -> Result<IncidentCode, Stop> {
    let actor = tx.actor.clone();
    match handle::record(tx, settings, &actor, report)? {
        Done::Reported(code) => {
            // The reporter's own receipt, beside what the drill says of it.
            if let Actor::Person(person) = &actor {
                let directory = tx.directory()?;
                let body = Body::Answer(Answer::Done(Done::Reported(code.clone())));
                let key = format!("receipt:{code}:{person}");
                tell::tell(tx, &directory, person, key, Priority::Reply, body)?;
            }
            Ok(code)
        }
        _ => Err(StorageError::value("report", "came to no incident").into()),
    }
}

/// An incident within the drill: its ladder knows participants only and ends at the lead.
fn open_drilled(
    tx: &mut Tx<'_>,
    settings: &Settings,
    drill: &Drill,
    report: &Report,
) -> Result<IncidentCode, Stop> {
    let directory = tx.directory()?;
    let actor = tx.actor.clone();
    let permit = permit(&actor, ActKind::Report, None, &directory)?;
    let code = tx.next_code_in(&drill.code)?;
    let scenario = tx.scenario(&drill.planning.scenario.hash)?;
    let policies = ladder(drill, scenario.as_deref());
    let ctx = Ctx { now: tx.now, directory: &directory };
    let mut events = opening::report(&code, report, &permit, &policies, &settings.triage, &ctx);
    for event in &mut events {
        if let IncidentEvent::Reported { opening } = event {
            opening.origin = Origin::Drill(drill.code.clone());
            opening.among = drill.everybody();
        }
    }
    // Whom the ladder calls hangs on the origin, and the events were made without it.
    events.truncate(1);
    let Some(IncidentEvent::Reported { opening }) = events.pop() else {
        return Err(Refusal::NotAllowed(ActKind::Report).into());
    };
    let events = opening::of(&code, opening, &permit, &ctx);
    handle::append(tx, settings, &code, None, events)?;
    Ok(code)
}

/// First whoever of the team plays, then the lead of the drill, and him again and again.
fn ladder(drill: &Drill, scenario: Option<&crate::domain::drill::scenario::Scenario>) -> PolicySet {
    let of_team = |parts: &std::collections::BTreeSet<_>| {
        scenario.is_some_and(|scenario| {
            scenario.parts.iter().any(|part| {
                parts.contains(&part.id) && !matches!(part.who, PartWho::Unit | PartWho::Managers)
            })
        })
    };
    let team = drill.players().filter(|(_, one)| of_team(&one.parts));
    let team: Vec<Target> = team.map(|(person, _)| Target::Person(person.clone())).collect();
    let lead = vec![Target::Person(drill.planning.lead.clone())];
    let level = |notify| Level { notify, wait: WAIT, when: None };
    let (first, rest) = match team.is_empty() {
        true => (level(lead), Vec::new()),
        false => (level(team), vec![level(lead)]),
    };
    PolicySet {
        conditional: Vec::new(),
        fallback: Policy::of(first, rest, 0, Duration::from_secs(2 * 3600)),
        exhausted_every: Duration::from_secs(30 * 60),
        lease_grace: Duration::from_secs(15 * 60),
    }
}
