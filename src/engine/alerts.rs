//! Alerts from other systems: a new incident, or one more on an open one.

use std::time::Duration;

use super::handle::{Stop, append, incident_or_refuse};
use super::settings::Settings;
use super::together;
use crate::domain::access::permit;
use crate::domain::alert::{Alert, Filed, Repeats};
use crate::domain::envelope::{Actor, Done};
use crate::domain::ids::IncidentCode;
use crate::domain::incident::act::ActKind;
use crate::domain::incident::event::IncidentEvent;
use crate::domain::incident::moments::Ctx;
use crate::domain::incident::opening;
use crate::domain::incident::state::{Incident, Phase};
use crate::domain::notice::{Body, News, Notice, Priority};
use crate::domain::similar;
use crate::domain::time::Timestamp;
use crate::domain::values::ChannelKind;
use crate::ledger::outbox::{Kind, NewRow, Recipient};
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
    let intake = match actor {
        Actor::Intake(name) => name.as_str(),
        _ => "",
    };
    let repeats = settings.repeats_of(intake);
    let Known { alert, alike } = &known(tx, actor, alert)?;
    let directory = tx.directory()?;
    let permit = permit(actor, ActKind::Report, alert.unit.as_ref(), &directory)?;
    let ctx = Ctx { now: tx.now, directory: &directory };
    let since = alike.then(|| tx.now.minus(repeats.fold_window));
    let earlier = joined(tx, intake, alert, since)?;
    if let Some(incident) = &earlier
        && incident.open().is_some()
    {
        let code = incident.code.clone();
        let events = opening::repeat(incident, alert, *alike, &ctx);
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
    if let Some(incident) = &earlier
        && let Some(said) = flapping(tx, intake, alert, incident, repeats)?
    {
        let code = incident.code.clone();
        let events = opening::damped(incident, alert, *alike, said.event());
        if let Some(news) = said.news() {
            tell(tx, settings, incident, news)?;
        }
        append(tx, settings, &code, earlier, events)?;
        return Ok(Some(Filed { code, created: false }));
    }
    // A repeat on a resolved one is a new incident that follows it; after the end it is just new.
    let follows: Option<IncidentCode> = earlier
        .filter(|incident| matches!(incident.phase, Phase::Resolved { .. }))
        .map(|incident| incident.code);
    let code = tx.next_code(&settings.incident_prefix, tx.now.year(settings.team.zone))?;
    let policies = &settings.policies;
    let mut events = opening::alert(&code, alert, intake, follows, &permit, policies, &ctx);
    let beside = together::hint(tx, settings, &code, &mut events)?;
    append(tx, settings, &code, None, events)?;
    if let Some(beside) = beside {
        together::propose(tx, settings, &beside)?;
    }
    Ok(Some(Filed { code, created: true }))
}

/// An alert with what repeats of it are recognised by.
struct Known {
    alert: Alert,
    /// Its source gave no key: by its intake, its unit and its title without numbers.
    alike: bool,
}

/// What other systems join repeats by may hold names and addresses, and goes into the chain sealed.
/// An alert that names no unit looks like no other: nobody could say whose it is. The end of one of
/// several that look alike is not the end of all.
fn known(tx: &mut Tx<'_>, actor: &Actor, alert: &Alert) -> Result<Known, StorageError> {
    let looks = || {
        let (unit, title) = (alert.unit.as_ref()?, similar::masked(&alert.title)?);
        (!alert.resolved).then(|| format!("alike:{actor}:{unit}:{title}"))
    };
    let given = alert.dedup_key.as_ref().map(|key| format!("dedup:{actor}:{key}"));
    let alike = given.is_none();
    let key = given.or_else(looks);
    let dedup_key = key.map(|key| tx.sealed_key(&key)).transpose()?;
    let alike = alike && dedup_key.is_some();
    Ok(Known { alert: Alert { dedup_key, ..alert.clone() }, alike })
}

/// The incident an alert's key belongs to; a duplicate's keys lead to the main one. One not recorded
/// after `since` takes in no more, unless its source comes and goes.
fn joined(
    tx: &Tx<'_>,
    intake: &str,
    alert: &Alert,
    since: Option<Timestamp>,
) -> Result<Option<Incident>, Stop> {
    let Some(key) = &alert.dedup_key else { return Ok(None) };
    let Some(mut incident) = tx.by_dedup(intake, key)? else { return Ok(None) };
    if since.is_some_and(|since| incident.reported_at <= since) && incident.damped.is_none() {
        return Ok(None);
    }
    while let Some(main) = incident.main().cloned() {
        incident = incident_or_refuse(tx, &main)?;
    }
    Ok(Some(incident))
}

/// A source that comes and goes, and whether that was said already.
enum Flapping {
    Said,
    Begins { times: u64, repeats: Repeats },
}

impl Flapping {
    fn event(&self) -> Option<IncidentEvent> {
        let (times, within_ms, quiet_ms) = self.begins()?;
        Some(IncidentEvent::FlappingDamped { times, within_ms, quiet_ms })
    }

    fn news(&self) -> Option<News> {
        let (times, within_ms, quiet_ms) = self.begins()?;
        Some(News::Flapping { times, within_ms, quiet_ms })
    }

    fn begins(&self) -> Option<(u64, u64, u64)> {
        let Self::Begins { times, repeats } = self else { return None };
        let millis = |span: Duration| u64::try_from(span.as_millis()).unwrap_or(u64::MAX);
        Some((*times, millis(repeats.flap_window), millis(repeats.flap_quiet)))
    }
}

/// Somebody has to look at a source that comes and goes, and will hear no more of it: once, whoever
/// has the incident, or else the team's chat.
fn tell(
    tx: &mut Tx<'_>,
    settings: &Settings,
    incident: &Incident,
    news: News,
) -> Result<(), StorageError> {
    let directory = tx.directory()?;
    let own = incident.holder().and_then(|holder| {
        let way = directory.ways_to(holder).first().copied()?;
        Some((way, Recipient::Person(holder.clone())))
    });
    let (channel, to) = match (own, settings.team_chat) {
        (Some(own), _) => own,
        (None, Some(chat)) => {
            let chat = tx.chat_now(chat)?;
            (ChannelKind::Telegram, Recipient::Chat { chat, thread: None, reply_to: None })
        }
        (None, None) => return Ok(()),
    };
    let code = incident.code.clone();
    tx.queue(&NewRow {
        key: format!("flapping:{code}:{}", tx.head().seq),
        channel,
        to,
        priority: Priority::Notice,
        kind: Kind::News,
        rung_seq: None,
        message_id: None,
        notice: Notice {
            origin: incident.origin.clone(),
            body: Body::News { code, news, entry: None },
        },
    })?;
    Ok(())
}

/// Whether an alert that comes again after the end of `incident` opens nothing. What is worse than
/// that was always opens.
fn flapping(
    tx: &Tx<'_>,
    intake: &str,
    alert: &Alert,
    incident: &Incident,
    repeats: Repeats,
) -> Result<Option<Flapping>, StorageError> {
    let Some(key) = &alert.dedup_key else { return Ok(None) };
    if alert.severity > incident.severity {
        return Ok(None);
    }
    if let Some(damped) = incident.damped {
        let quiet = Duration::from_millis(damped.quiet_ms);
        return Ok((tx.now.since(damped.heard) < quiet).then_some(Flapping::Said));
    }
    let most = repeats.flap_count.saturating_add(1);
    let opened = tx.openings(intake, key, tx.now.minus(repeats.flap_window), most)?;
    let times = u64::from(opened).saturating_add(1);
    Ok((opened >= most).then_some(Flapping::Begins { times, repeats }))
}
