//! What must hold whatever has happened. Cheap questions are asked after every step, dear ones now
//! and then and at the end.

use std::collections::BTreeMap;
use std::time::Duration;

use trucban::domain::escalation::policy::{Policy, PolicySet};
use trucban::domain::ids::IncidentCode;
use trucban::domain::incident::event::IncidentEvent;
use trucban::domain::values::Status;
use trucban::ledger::outbox::Row;

use super::driver::{Check, Sim};
use super::talk::Input;
use super::town::START;
use crate::hold;

fn words(error: impl std::fmt::Display) -> String {
    error.to_string()
}

fn policies(set: &PolicySet) -> impl Iterator<Item = &Policy> {
    set.conditional.iter().map(|one| &one.policy).chain([&set.fallback])
}

/// The incident is what the contract's table makes of the acts that were accepted.
pub fn as_the_contract_says(sim: &Sim, code: &IncidentCode) -> Check {
    let incident = sim.reader().incident(code).map_err(words)?.ok_or("no such incident")?;
    let case = sim.model.cases.get(code).ok_or_else(|| format!("{code} out of nothing"))?;
    hold!(incident.status() == case.status, "{code} is {}, not {}", incident.status(), case.status);
    let (is, should) = (incident.holder(), case.holder.as_ref());
    hold!(is == should, "{code} is held by {is:?}, not {should:?}");
    let helpers = incident.helpers.iter().cloned().collect();
    hold!(case.helpers == helpers, "{code} has helpers {helpers:?}, not {:?}", case.helpers);
    hold!(incident.episode == case.episode, "{code} is in episode {}", incident.episode);
    let by = incident.acknowledged.as_ref().map(|stamp| &stamp.by);
    hold!(by == case.acknowledged_by.as_ref(), "{code} was acknowledged by {by:?}");
    hold!(incident.outcome() == case.outcome, "{code} ended as {:?}", incident.outcome());
    hold!(incident.main() == case.main.as_ref(), "{code} leads to {:?}", incident.main());
    hold!(incident.severity == case.severity, "{code} is {}", incident.severity);
    hold!(incident.category == case.category, "{code} has category {:?}", incident.category);
    hold!(incident.firings == case.firings, "{code} counts {} firings", incident.firings);
    hold!(incident.tlp == case.tlp, "{code} is {}", incident.tlp);
    hold!(incident.parent() == case.parent.as_ref(), "{code} is part of {:?}", incident.parent());
    hold!(incident.parts.len() == case.parts.len(), "{code} has parts {:?}", incident.parts);
    hold!(incident.assigned == case.assigned, "{code} is assigned to {:?}", incident.assigned);
    Ok(())
}

/// A holder loses an incident only after a lease and its grace without a sign of life.
pub fn silent_long_enough(sim: &Sim, code: &IncidentCode) -> Check {
    let case = sim.model.cases.get(code).ok_or("no such incident")?;
    let set = &sim.settings.policies;
    let lease = policies(set).map(|policy| policy.lease).min().unwrap_or_default();
    let least = i64::try_from((lease + set.lease_grace).as_millis()).unwrap();
    let silent = sim.mono - case.sign;
    hold!(silent >= least, "{code} was taken from its holder after {silent} ms of silence");
    Ok(())
}

/// Asked after every step: the row that wakes the engine is there for every open incident, and only
/// for those; its moment lies ahead, and no farther than the longest wait there is.
pub fn cheap(sim: &mut Sim) -> Check {
    let set = &sim.settings.policies;
    let waits = policies(set)
        .flat_map(|policy| (1..=policy.levels()).map(|level| policy.level(level).wait));
    let rung = waits.chain([set.exhausted_every]).max().unwrap_or_default();
    let lease = policies(set).map(|policy| policy.lease).max().unwrap_or_default();
    let (day, grace) = (Duration::from_secs(24 * 3600), set.lease_grace);
    let mut due = moments(sim)?;
    for (code, case) in &sim.model.cases {
        let longest = match (case.status, &case.holder) {
            (Status::Closed, _) => continue,
            // Its moment is that of the whole, which is open and has one.
            _ if case.parent.is_some() => {
                let whole = case.parent.as_ref().and_then(|whole| sim.model.cases.get(whole));
                hold!(whole.is_some_and(|whole| whole.open()), "{code} is part of what is over");
                // A playbook that is run on the part wakes it all the same.
                if sim.model.plays.live(code).next().is_some() {
                    let own = due.remove(&format!("incident/{code}"));
                    hold!(own.is_none_or(|next| next > sim.now), "{code} waits for the past");
                }
                continue;
            }
            (Status::Resolved, _) => day,
            (_, Some(_)) => lease.max(grace),
            (_, None) => rung,
        };
        let next = due.remove(&format!("incident/{code}"));
        let next = next.ok_or_else(|| format!("{code} is open and waits for nothing"))?;
        let last = sim.at().plus(longest).millis();
        hold!(next > sim.now, "{code} waits for a moment that has passed");
        hold!(next <= last, "{code} waits until {next}, it is {}", sim.now);
    }
    hold!(due.contains_key("roster"), "nobody looks at the roster any more");
    due.retain(|stream, _| stream.starts_with("incident/"));
    hold!(due.is_empty(), "closed, and still due: {due:?}");
    sim.watch_is_kept()
}

fn moments(sim: &mut Sim) -> Result<BTreeMap<String, i64>, String> {
    let conn = sim.store().connection();
    let mut statement = conn.prepare_cached("SELECT stream, at FROM due").map_err(words)?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).map_err(words)?;
    rows.collect::<Result<_, _>>().map_err(words)
}

/// Asked now and then, and at the end.
pub fn dear(sim: &mut Sim) -> Check {
    let (now, codes) = (sim.at(), sim.model.cases.keys().cloned().collect::<Vec<_>>());
    let compared = sim.store().compare(now).map_err(words)?;
    hold!(compared.differences.is_empty(), "not what the ledger says: {:?}", compared.differences);
    let verified = sim.reader().verify().map_err(words)?;
    hold!(verified.broken.is_none(), "the chain is broken: {:?}", verified.broken);
    let rows = sim.reader().outbox().map_err(words)?;
    for code in &codes {
        as_the_contract_says(sim, code)?;
        everybody_called_has_a_row(sim, code, &rows)?;
        sim.runs_agree(code)?;
        sim.calls_are_queued(code, &rows)?;
    }
    for row in rows.iter().filter(|row| row.state == "sent") {
        hold!(sim.outside.got.contains_key(&row.id), "{} is marked sent and never was", row.key);
    }
    Ok(())
}

/// Each rung pages each of its people once on each channel tried, and the team's chat where it
/// calls there.
fn everybody_called_has_a_row(sim: &Sim, code: &IncidentCode, rows: &[Row]) -> Check {
    for recorded in sim.reader().events(code).map_err(words)? {
        let (people, team) = match &recorded.event {
            IncidentEvent::RungReached { people, team, .. } => (people.as_slice(), *team),
            IncidentEvent::Exhausted { people, .. } => (people.as_slice(), true),
            _ => continue,
        };
        let seq = recorded.at.seq;
        for called in people {
            let mut then = sim.called.get(&seq).into_iter().flatten();
            let reachable = then.any(|(id, there)| *id == called.id && *there);
            let start = format!("page:{seq}:{}:", called.id);
            let paged = rows.iter().any(|row| row.key.starts_with(&start));
            hold!(paged == reachable, "{code}: entry {seq} called {} without a page", called.id);
        }
        let start = format!("call:{seq}:");
        let called = rows.iter().filter(|row| row.key.starts_with(&start)).count();
        hold!(called == usize::from(team), "{code}: entry {seq} called the team {called} times");
    }
    Ok(())
}

/// Asked once, after everything was drained.
pub fn last(sim: &mut Sim) -> Check {
    dear(sim)?;
    sim.said_once()?;
    sim.only_what_stands_is_on_disk()?;
    sim.only_what_stands_is_shown()?;
    sim.files_are_in_the_ledger()?;
    for row in sim.reader().outbox().map_err(words)? {
        let ended = ["sent", "failed", "superseded", "cancelled"].contains(&row.state.as_str());
        hold!(ended, "{} is still {}", row.key, row.state);
    }
    let now = sim.at();
    let history = std::mem::take(&mut sim.history);
    for (Input { envelope, .. }, receipt) in &history {
        let stored = sim.store().transaction(now, |tx| {
            let key = tx.sealed_key(&envelope.key)?;
            tx.outcome(&key)
        });
        let stored = stored.map_err(words)?;
        hold!(stored.as_ref() == Some(receipt), "{} was answered, not stored", envelope.key);
    }
    hold!(sim.reader().integrity().map_err(words)?, "the file is broken");
    let days = (sim.now - START.millis()) / 86_400_000;
    sim.say(format!("{} envelopes, {days} days", history.len()));
    Ok(())
}
