//! Alerts from other systems: a new incident, or one more on an open one.

use super::handle::{Stop, append, incident_or_refuse};
use super::settings::Settings;
use super::together;
use crate::domain::access::permit;
use crate::domain::alert::{Alert, Filed};
use crate::domain::envelope::{Actor, Done};
use crate::domain::ids::IncidentCode;
use crate::domain::incident::act::ActKind;
use crate::domain::incident::moments::Ctx;
use crate::domain::incident::opening;
use crate::domain::incident::state::{Incident, Phase};
use crate::ledger::{StorageError, Tx};

/// Files every alert of one request; a refusal of one undoes all.
pub fn file(
    tx: &mut Tx<'_>,
    settings: &Settings,
    actor: &Actor,
    alerts: &[Alert],
) -> Result<Done, Stop> {
    let mut filed = Vec::with_capacity(alerts.len());
    for alert in alerts {
        filed.extend(file_one(tx, settings, actor, alert)?);
    }
    Ok(Done::Filed(filed))
}

fn file_one(
    tx: &mut Tx<'_>,
    settings: &Settings,
    actor: &Actor,
    alert: &Alert,
) -> Result<Option<Filed>, Stop> {
    let alert = &with_sealed_key(tx, actor, alert)?;
    let directory = tx.directory()?;
    let permit = permit(actor, ActKind::Report, alert.unit.as_ref(), &directory)?;
    let intake = match actor {
        Actor::Intake(name) => name.as_str(),
        _ => "",
    };
    let ctx = Ctx { now: tx.now, directory: &directory };
    let earlier = joined(tx, intake, alert)?;
    if let Some(incident) = &earlier
        && incident.open().is_some()
    {
        let code = incident.code.clone();
        let events = opening::repeat(incident, alert, &ctx);
        append(tx, settings, &code, earlier, events)?;
        return Ok(Some(Filed { code, created: false }));
    }
    if alert.resolved {
        // Over before anybody looked again: a note on what there was, never a new incident.
        let Some(incident) = earlier else {
            tracing::info!(intake, "an alert that is over belongs to no incident and opened none");
            return Ok(None);
        };
        let code = incident.code.clone();
        append(tx, settings, &code, Some(incident), opening::cleared())?;
        return Ok(Some(Filed { code, created: false }));
    }
    // A repeat on a resolved one is a new incident that follows it; after the end it is just new.
    let follows: Option<IncidentCode> = earlier
        .filter(|incident| matches!(incident.phase, Phase::Resolved { .. }))
        .map(|incident| incident.code);
    let code = tx.next_code(&settings.incident_prefix, tx.now.year(settings.team.zone))?;
    let policies = &settings.policies;
    let mut events = opening::alert(&code, alert, intake, follows, &permit, policies, &ctx);
    let beside = together::hint(tx, &code, &mut events)?;
    append(tx, settings, &code, None, events)?;
    if let Some(beside) = beside {
        together::propose(tx, settings, &beside)?;
    }
    Ok(Some(Filed { code, created: true }))
}

/// What other systems join repeats by may hold names and addresses, and goes into the chain sealed.
fn with_sealed_key(tx: &mut Tx<'_>, actor: &Actor, alert: &Alert) -> Result<Alert, StorageError> {
    let key = alert.dedup_key.as_ref().map(|key| format!("dedup:{actor}:{key}"));
    let dedup_key = key.map(|key| tx.sealed_key(&key)).transpose()?;
    Ok(Alert { dedup_key, ..alert.clone() })
}

/// The incident an alert's key belongs to; a duplicate's keys lead to the main one.
fn joined(tx: &Tx<'_>, intake: &str, alert: &Alert) -> Result<Option<Incident>, Stop> {
    let Some(key) = &alert.dedup_key else { return Ok(None) };
    let Some(mut incident) = tx.by_dedup(intake, key)? else { return Ok(None) };
    while let Some(main) = incident.main().cloned() {
        incident = incident_or_refuse(tx, &main)?;
    }
    Ok(Some(incident))
}
