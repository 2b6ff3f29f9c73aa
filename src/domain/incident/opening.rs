//! Recording an incident: from a person's words, or from an alert.

use super::event::{Cause, Dedup, IncidentEvent, Opening};
use super::fold::At;
use super::moments::{Ctx, ladder_events};
use super::state::Incident;
use crate::domain::access::Permit;
use crate::domain::actor::Origin;
use crate::domain::alert::{Alert, Remark};
use crate::domain::escalation::ladder::{Position, Rung};
use crate::domain::escalation::policy::PolicySet;
use crate::domain::ids::{IncidentCode, UnitCode};
use crate::domain::text::Text;
use crate::domain::triage::{Guess, Triage};
use crate::domain::values::{Severity, Tlp};

/// How many characters a title keeps; the rest goes into the description.
pub const MAX_TITLE: usize = 200;

/// How many characters of a report are kept.
pub const MAX_REPORT: usize = 20_000;

/// Splits what was said into one line and the rest. Nothing is lost up to [`MAX_REPORT`].
pub fn title_and_rest(words: &str) -> (String, Option<String>) {
    let words: String = words.trim().chars().take(MAX_REPORT).collect();
    let (line, rest) = words.split_once('\n').unwrap_or((&words, ""));
    let line = line.trim();
    let title: String = line.chars().take(MAX_TITLE).collect();
    let whole = title.len() == line.len() && rest.trim().is_empty();
    (title, (!whole).then_some(words.clone()))
}

/// A report by a person.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Report {
    /// What the person said; nothing when it must not be written down.
    pub words: Option<String>,
}

/// The events of a person's report, of the severity and category its words make likely. Without
/// words it is handled outside the system, and nothing is guessed.
pub fn report(
    code: &IncidentCode,
    report: &Report,
    permit: &Permit,
    policies: &PolicySet,
    triage: &Triage,
    ctx: &Ctx<'_>,
) -> Vec<IncidentEvent> {
    let person = permit.person().cloned();
    let unit = person.as_ref().and_then(|id| ctx.directory.active(id)?.unit.as_ref());
    let unit = unit.map(|unit| ctx.directory.acting(unit).clone());
    let (title, description) = match &report.words {
        Some(words) => title_and_rest(words),
        None => (String::new(), None),
    };
    let guess = report.words.as_ref().map(|words| triage.guess(words));
    let policies = policies.at(ctx.now, ctx.directory.hours_of(unit.as_ref()));
    let opening = Opening {
        origin: Origin::Real,
        title: Text::plain(title),
        description: description.map(Text::plain),
        unit,
        severity: guess.map_or(Severity::High, |guess| guess.severity),
        category: guess.and_then(|guess| guess.category),
        guessed: guess.is_some_and(Guess::says_something),
        detected_at: ctx.now,
        detected_estimated: true,
        off_channel: report.words.is_none(),
        tlp: Tlp::Amber,
        reported_by: person,
        dedup: None,
        follows: None,
        similar: Vec::new(),
        among: Default::default(),
        policies: Box::new(policies),
    };
    of(code, opening, permit, ctx)
}

/// The events of a widespread incident, as its parts have it: the highest severity, the first
/// category and the strictest label among theirs.
pub fn widespread(
    code: &IncidentCode,
    title: &str,
    parts: &[Incident],
    permit: &Permit,
    policies: &PolicySet,
    ctx: &Ctx<'_>,
) -> Vec<IncidentEvent> {
    let first = parts.first();
    let opening = Opening {
        origin: first.map_or(Origin::Real, |part| part.origin.clone()),
        title: Text::plain(title_and_rest(title).0),
        description: None,
        unit: None,
        severity: parts.iter().map(|part| part.severity).max().unwrap_or(Severity::Medium),
        category: first.and_then(|part| part.category),
        guessed: first.is_some_and(|part| part.guessed.category),
        detected_at: parts.iter().map(|part| part.detected_at).min().unwrap_or(ctx.now),
        detected_estimated: parts.iter().all(|part| part.detected_estimated),
        off_channel: false,
        tlp: parts.iter().map(|part| part.tlp).max().unwrap_or(Tlp::Amber),
        reported_by: permit.person().cloned(),
        dedup: None,
        follows: None,
        similar: Vec::new(),
        among: Default::default(),
        policies: Box::new(policies.at(ctx.now, ctx.directory.hours_of(None))),
    };
    of(code, opening, permit, ctx)
}

/// The events of an alert that opens an incident.
pub fn alert(
    code: &IncidentCode,
    alert: &Alert,
    intake: &str,
    follows: Option<IncidentCode>,
    permit: &Permit,
    policies: &PolicySet,
    ctx: &Ctx<'_>,
) -> Vec<IncidentEvent> {
    let key = alert.dedup_key.clone();
    let off_channel = alert.remarks.contains(&Remark::Withheld);
    let named = alert.unit.as_ref().filter(|unit| ctx.directory.units.contains_key(unit));
    let unit = named.map(|unit| ctx.directory.acting(unit));
    let policies = policies.at(ctx.now, ctx.directory.hours_of(unit));
    let opening = Opening {
        origin: Origin::Real,
        title: Text::plain(alert.title.clone()),
        description: with_remarks(alert, named.filter(|named| Some(*named) != unit))
            .map(Text::plain),
        unit: unit.cloned(),
        severity: if off_channel { alert.severity.max(Severity::High) } else { alert.severity },
        category: alert.category,
        guessed: false,
        detected_at: alert.detected_at.unwrap_or(ctx.now),
        detected_estimated: alert.detected_at.is_none(),
        off_channel,
        tlp: Tlp::Amber,
        reported_by: None,
        dedup: key.map(|key| Dedup { intake: intake.to_owned(), key }),
        follows,
        similar: Vec::new(),
        among: Default::default(),
        policies: Box::new(policies),
    };
    of(code, opening, permit, ctx)
}

/// What was given and is not in our lists any more is kept with the description, under its own name.
fn with_remarks(alert: &Alert, ended: Option<&UnitCode>) -> Option<String> {
    let remarks = alert.remarks.iter().filter_map(|remark| match remark {
        Remark::UnknownUnit(given) => Some(format!("unit: {given}")),
        Remark::UnknownCategory(given) => Some(format!("category: {given}")),
        Remark::Withheld => None,
    });
    let ended = ended.map(|unit| format!("unit: {unit}"));
    let lines: Vec<String> =
        alert.description.iter().cloned().chain(remarks).chain(ended).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// The events of an incident that opens like this.
pub fn of(
    code: &IncidentCode,
    opening: Opening,
    permit: &Permit,
    ctx: &Ctx<'_>,
) -> Vec<IncidentEvent> {
    let at = At { seq: 0, at: ctx.now, actor: permit.actor().clone() };
    let incident = Incident::opened(code.clone(), &opening, &at);
    let first = Position::On(Rung::FIRST);
    let mut events = vec![IncidentEvent::Reported { opening }];
    events.append(&mut ladder_events(&incident, first, Cause::Opened, ctx.now, ctx));
    events
}

/// The events of an alert that joins an incident which is open and not yet resolved. `alike` when
/// only its looks joined it: what it says then stays.
pub fn repeat(
    incident: &Incident,
    alert: &Alert,
    alike: bool,
    ctx: &Ctx<'_>,
) -> Vec<IncidentEvent> {
    if alert.resolved {
        return vec![IncidentEvent::AlertCleared];
    }
    let mut events = vec![repeated(incident, alert, alike)];
    if alert.severity > incident.severity {
        events.append(&mut super::severity::raised(incident, alert.severity, ctx));
    }
    events
}

/// The events of an alert of a source that comes and goes, on an incident that is put right or
/// closed: said once, then counted.
pub fn damped(
    incident: &Incident,
    alert: &Alert,
    alike: bool,
    said: Option<IncidentEvent>,
) -> Vec<IncidentEvent> {
    said.into_iter().chain([repeated(incident, alert, alike)]).collect()
}

fn repeated(incident: &Incident, alert: &Alert, alike: bool) -> IncidentEvent {
    let count = incident.repeats.saturating_add(1);
    let title = alike.then(|| Text::plain(alert.title.clone()));
    IncidentEvent::AlertRepeated { count, title }
}

/// The source says it is over; only people close.
pub fn cleared() -> Vec<IncidentEvent> {
    vec![IncidentEvent::AlertCleared]
}
