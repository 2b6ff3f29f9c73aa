//! Deciding an act on an existing incident: the transition table of the contract.

use std::time::Duration;

use super::act::{Act, ActKind, Closing, Detail, Noticed};
use super::custody;
use super::event::{Cause, Fact, IncidentEvent};
use super::fold::At;
use super::group;
use super::moments::{Ctx, ladder_events};
use super::severity;
use super::state::{Incident, Open, Phase, Stage, Watch};
use crate::domain::access::Permit;
use crate::domain::actor::Origin;
use crate::domain::drill::run::DrillRefusal;
use crate::domain::ids::{IncidentCode, PersonId};
use crate::domain::refusal::Refusal;
use crate::domain::text::Text;
use crate::domain::values::{Outcome, Role};

/// How many characters of free text are kept.
pub const MAX_WORDS: usize = 8_000;

/// Events of `act` on `incident`, or why not.
pub fn decide(
    incident: &Incident,
    act: &Act,
    episode: Option<u32>,
    permit: &Permit,
    ctx: &Ctx<'_>,
) -> Result<Vec<IncidentEvent>, Refusal> {
    let kind = act.kind(incident.severity);
    let no_words = matches!(act, Act::Note(_) | Act::NoteToAll(_) | Act::Attach(_));
    if let (Some(main), false) = (incident.main(), matches!(act, Act::Reopen)) {
        return Err(Refusal::MergedInto { code: incident.code.clone(), main: main.clone() });
    }
    if episode.is_some_and(|episode| episode != incident.episode) && !no_words {
        return Err(old_episode(incident));
    }
    // Of a part only its own facts change; the work is done, and ends, for all parts together.
    if let (Some(parent), Act::Contain | Act::Resolve | Act::Close(Closing::Summary(_))) =
        (incident.parent(), act)
    {
        return Err(part_of(incident, parent));
    }
    let mut events = match act {
        Act::Acknowledge => acknowledge(incident, permit)?,
        Act::HandBack => hand_back(incident, permit, ctx)?,
        Act::KeepAlive => keep_alive(incident, permit)?,
        Act::Assign(to) => assign(incident, to, ctx)?,
        Act::Note(_) | Act::NoteToAll(_) if incident.off_channel => {
            return Err(Refusal::OffChannel(incident.code.clone()));
        }
        Act::Note(words) => note(kind, words, false)?,
        Act::NoteToAll(words) => note(kind, words, !incident.parts.is_empty())?,
        Act::TakeOut => group::take_out(incident, ctx)?,
        Act::Detail(_) | Act::NoticedIn(..) if incident.off_channel => {
            return Err(Refusal::OffChannel(incident.code.clone()));
        }
        Act::Detail(detail) => vec![detailed(incident, detail, ctx)?],
        Act::NoticedIn(at, words) => {
            let noticed = detailed(incident, &Detail::Noticed(Noticed::At(*at)), ctx)?;
            [vec![noticed], note(ActKind::Note, words, false)?].concat()
        }
        Act::Severity(to) => severity::change(incident, *to, ctx)?,
        Act::Category(to) => category(incident, *to)?,
        Act::Flag(flag, value, reason) => {
            must_be_open(incident, kind)?;
            let kept = !reason.trim().is_empty() && !incident.off_channel;
            let reason = kept.then(|| Text::plain(reason.trim()));
            vec![IncidentEvent::FlagSet { flag: *flag, value: *value, reason }]
        }
        Act::Tlp(to) if incident.tlp == *to => return Err(no_change(incident, kind)),
        Act::Tlp(to) => vec![IncidentEvent::TlpChanged { to: *to }],
        Act::Raise(firing) => raise(incident, *firing, ctx)?,
        Act::Contain => contain(incident)?,
        Act::Resolve => resolve(incident)?,
        Act::Close(closing) => close(incident, closing, permit)?,
        Act::Reopen => reopen(incident, ctx)?,
        Act::Attach(_) | Act::Describe(..) | Act::Hand(..) | Act::Receive(_) => {
            custody::decide(incident, act, permit, ctx)?
        }
    };
    join_helper(incident, kind, permit, &mut events);
    Ok(events)
}

/// What happened last, told to whoever pressed too late.
pub fn not_now(incident: &Incident, act: ActKind) -> Refusal {
    Refusal::NotNow {
        code: incident.code.clone(),
        act,
        status: incident.status(),
        since: incident.moved.at,
        by: incident.moved.by.clone(),
    }
}

/// A question or button of an earlier episode is answered by what has happened since.
pub fn same_episode(incident: &Incident, episode: u32) -> Result<(), Refusal> {
    if episode == incident.episode { Ok(()) } else { Err(old_episode(incident)) }
}

fn old_episode(incident: &Incident) -> Refusal {
    Refusal::OldEpisode {
        code: incident.code.clone(),
        status: incident.status(),
        since: incident.moved.at,
        by: incident.moved.by.clone(),
    }
}

fn part_of(incident: &Incident, parent: &IncidentCode) -> Refusal {
    Refusal::PartOf { code: incident.code.clone(), parent: parent.clone() }
}

fn note(act: ActKind, words: &str, for_all: bool) -> Result<Vec<IncidentEvent>, Refusal> {
    Ok(vec![IncidentEvent::NoteAdded { text: words_for(act, words)?, for_all }])
}

fn no_change(incident: &Incident, act: ActKind) -> Refusal {
    Refusal::NoChange { code: incident.code.clone(), act }
}

fn must_be_open(incident: &Incident, act: ActKind) -> Result<(), Refusal> {
    if incident.is_open() { Ok(()) } else { Err(not_now(incident, act)) }
}

/// What the reporter knows, in the ledger's terms. Nothing was noticed in the future.
fn detailed(incident: &Incident, detail: &Detail, ctx: &Ctx<'_>) -> Result<IncidentEvent, Refusal> {
    must_be_open(incident, ActKind::Detail)?;
    let before = |hours: u64| incident.reported_at.minus(Duration::from_secs(hours * 3600));
    let fact = match detail {
        Detail::System(system) => {
            let known = ctx.directory.systems.get(system);
            let known = known.zip(incident.unit.as_ref());
            if !known.is_some_and(|(one, unit)| ctx.directory.same_unit(&one.unit, unit)) {
                return Err(no_change(incident, ActKind::Detail));
            }
            Fact::System(system.clone())
        }
        Detail::Kind(category) => Fact::Category(*category),
        Detail::Noticed(Noticed::AtReport) => Fact::NoticedAt(incident.reported_at),
        Detail::Noticed(Noticed::HourBefore) => Fact::NoticedAt(before(1)),
        Detail::Noticed(Noticed::DayBefore) => Fact::NoticedAt(before(24)),
        Detail::Noticed(Noticed::At(at)) => Fact::NoticedAt((*at).min(ctx.now)),
        Detail::Impact(impact) => Fact::Impact(*impact),
        Detail::PersonalData(value) => Fact::PersonalData(*value),
    };
    Ok(IncidentEvent::FactGiven { fact })
}

/// Words as they are kept, trimmed; none or too many are refused.
pub fn words_for(act: ActKind, words: &str) -> Result<Text, Refusal> {
    let words = words.trim();
    if words.is_empty() {
        return Err(Refusal::WordsNeeded { act });
    }
    if words.chars().count() > MAX_WORDS {
        return Err(Refusal::TooLong { limit: u32::try_from(MAX_WORDS).unwrap_or(u32::MAX) });
    }
    Ok(Text::plain(words))
}

fn acknowledge(incident: &Incident, permit: &Permit) -> Result<Vec<IncidentEvent>, Refusal> {
    let act = ActKind::Acknowledge;
    let open = incident.open().ok_or_else(|| not_now(incident, act))?;
    match &open.watch {
        Watch::Grouped { parent } => Err(part_of(incident, parent)),
        Watch::Unheld { .. } => Ok(vec![IncidentEvent::Acknowledged { previous: None }]),
        Watch::Held { holder, .. } if permit.is(holder) => Err(no_change(incident, act)),
        Watch::Held { holder, .. } if permit.person() == incident.assigned.as_ref() => {
            Ok(vec![IncidentEvent::Acknowledged { previous: Some(holder.clone()) }])
        }
        Watch::Held { holder, since, .. } => Err(Refusal::AlreadyHeld {
            code: incident.code.clone(),
            by: holder.clone(),
            since: *since,
        }),
    }
}

fn hand_back(
    incident: &Incident,
    permit: &Permit,
    ctx: &Ctx<'_>,
) -> Result<Vec<IncidentEvent>, Refusal> {
    let open = incident.open().ok_or_else(|| not_now(incident, ActKind::HandBack))?;
    match &open.watch {
        Watch::Held { holder, .. } if permit.is(holder) || permit.leads() => {
            let released = IncidentEvent::HandedBack { holder: holder.clone() };
            Ok(released_and_resumed(incident, released, Some(holder), permit, ctx))
        }
        watch => {
            let holder = match watch {
                Watch::Held { holder, .. } => Some(holder.clone()),
                Watch::Unheld { .. } | Watch::Grouped { .. } => None,
            };
            Err(Refusal::NotHolder { code: incident.code.clone(), holder })
        }
    }
}

/// A release, and the ladder going on at the same rung at once: an incident given back in the
/// night must reach somebody now. Whoever has just given it back is not called for it, unless
/// nobody else stands on that rung.
pub fn released_and_resumed(
    incident: &Incident,
    released: IncidentEvent,
    spare: Option<&PersonId>,
    permit: &Permit,
    ctx: &Ctx<'_>,
) -> Vec<IncidentEvent> {
    let mut after = incident.clone();
    after.apply(&released, &At { seq: 0, at: ctx.now, actor: permit.actor().clone() });
    let position = after.open().map(|open| open.position);
    let mut events = vec![released];
    if let Some(position) = position {
        let mut fired = ladder_events(&after, position, Cause::Released, ctx.now, ctx);
        for event in &mut fired {
            if let IncidentEvent::RungReached { people, .. }
            | IncidentEvent::Exhausted { people, .. } = event
                && people.iter().any(|called| {
                    Some(&called.id) != spare && !ctx.directory.ways_to(&called.id).is_empty()
                })
            {
                people.retain(|called| Some(&called.id) != spare);
            }
        }
        events.append(&mut fired);
    }
    events
}

fn keep_alive(incident: &Incident, permit: &Permit) -> Result<Vec<IncidentEvent>, Refusal> {
    must_be_open(incident, ActKind::KeepAlive)?;
    match incident.holder() {
        Some(holder) if permit.is(holder) => Ok(vec![IncidentEvent::KeptAlive]),
        holder => Err(Refusal::NotHolder { code: incident.code.clone(), holder: holder.cloned() }),
    }
}

fn assign(
    incident: &Incident,
    to: &PersonId,
    ctx: &Ctx<'_>,
) -> Result<Vec<IncidentEvent>, Refusal> {
    incident.open().ok_or_else(|| not_now(incident, ActKind::Assign))?;
    let directory = ctx.directory;
    if directory.active(to).is_none() {
        return Err(Refusal::UnknownPerson(to.to_string()));
    }
    if !directory.has_role(to, Role::Responder) && !directory.has_role(to, Role::Lead) {
        return Err(Refusal::CannotHold(to.clone()));
    }
    // Nobody outside a drill hears of it.
    if let (Origin::Drill(drill), false) = (&incident.origin, incident.among.contains(to)) {
        return Err(Refusal::Drill(Box::new(DrillRefusal::OfTheDrillOnly(drill.clone()))));
    }
    if incident.holder() == Some(to) {
        return Err(no_change(incident, ActKind::Assign));
    }
    Ok(vec![IncidentEvent::Assigned { to: to.clone() }])
}

fn category(
    incident: &Incident,
    to: Option<crate::domain::values::Category>,
) -> Result<Vec<IncidentEvent>, Refusal> {
    // Setting what was guessed, or named by the reporter, confirms it.
    if incident.category == to && !incident.guessed.category && !incident.guessed.named {
        return Err(no_change(incident, ActKind::Category));
    }
    Ok(vec![IncidentEvent::CategoryChanged { to }])
}

fn raise(
    incident: &Incident,
    firing: Option<u32>,
    ctx: &Ctx<'_>,
) -> Result<Vec<IncidentEvent>, Refusal> {
    let open = incident.open().ok_or_else(|| not_now(incident, ActKind::Raise))?;
    if firing.is_some_and(|firing| firing != incident.firings) {
        return Err(Refusal::AlreadyRaised {
            code: incident.code.clone(),
            at: incident.moved.at,
            by: incident.moved.by.clone(),
        });
    }
    let next = incident.next_position(open);
    Ok(ladder_events(incident, next, Cause::Raised, ctx.now, ctx))
}

fn contain(incident: &Incident) -> Result<Vec<IncidentEvent>, Refusal> {
    match incident.open() {
        Some(Open { stage: Stage::Reported | Stage::Acknowledged, watch, .. }) => {
            let took = matches!(watch, Watch::Unheld { .. });
            Ok(vec![IncidentEvent::Contained { took }])
        }
        _ => Err(not_now(incident, ActKind::Contain)),
    }
}

fn resolve(incident: &Incident) -> Result<Vec<IncidentEvent>, Refusal> {
    match incident.open() {
        Some(Open { stage: Stage::Acknowledged | Stage::Contained, .. }) => {
            Ok(vec![IncidentEvent::Resolved])
        }
        _ => Err(not_now(incident, ActKind::Resolve)),
    }
}

fn close(
    incident: &Incident,
    closing: &Closing,
    permit: &Permit,
) -> Result<Vec<IncidentEvent>, Refusal> {
    must_be_open(incident, ActKind::Close)?;
    let holds = incident.holder().is_some_and(|holder| permit.is(holder));
    if !holds && !permit.leads() {
        let holder = incident.holder().cloned();
        return Err(Refusal::NotHolder { code: incident.code.clone(), holder });
    }
    let (outcome, words) = match closing {
        Closing::Summary(words) => (Outcome::Incident, words),
        Closing::FalseAlarm(words) => (Outcome::FalseAlarm, words),
    };
    if outcome == Outcome::Incident && !matches!(incident.phase, Phase::Resolved { .. }) {
        return Err(not_now(incident, ActKind::Close));
    }
    // Of an incident handled outside the system not even the summary is kept.
    let text = Some(words_for(ActKind::Close, words)?).filter(|_| !incident.off_channel);
    Ok(vec![IncidentEvent::Closed { outcome, text, main: None }])
}

fn reopen(incident: &Incident, ctx: &Ctx<'_>) -> Result<Vec<IncidentEvent>, Refusal> {
    if incident.is_open() {
        return Err(not_now(incident, ActKind::Reopen));
    }
    let mut after = incident.clone();
    let at = At { seq: 0, at: ctx.now, actor: crate::domain::actor::Actor::System };
    after.apply(&IncidentEvent::Reopened, &at);
    let mut events = vec![IncidentEvent::Reopened];
    if let Some(open) = after.open() {
        events.append(&mut ladder_events(&after, open.position, Cause::Reopened, ctx.now, ctx));
    }
    Ok(events)
}

/// Whoever works on it without holding it is a helper from then on.
fn join_helper(
    incident: &Incident,
    act: ActKind,
    permit: &Permit,
    events: &mut Vec<IncidentEvent>,
) {
    use ActKind as A;
    let works = matches!(
        act,
        A::Note
            | A::Contain
            | A::Resolve
            | A::SeverityUp
            | A::Category
            | A::Flag
            | A::Raise
            | A::Attach
            | A::Describe
            | A::Hand
    );
    let Some(person) = permit.person() else { return };
    let took = events.iter().any(|event| matches!(event, IncidentEvent::Contained { took: true }));
    let known = incident.helpers.contains(person) || incident.holder() == Some(person);
    if works && permit.works() && !took && !known && incident.is_open() {
        events.push(IncidentEvent::HelperJoined { person: person.clone() });
    }
}
