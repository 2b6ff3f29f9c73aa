//! What happens once a drill is over: people say how it was, objectives are judged, the report is handed
//! in and agreed to, and what is to be made better is chased.

use std::time::Duration;

use super::act::{DrillAct, Outside};
use super::decide::{Beside, Decided};
use super::event::{DrillEvent, Mark};
use super::state::{Drill, Status};
use super::{DrillRefusal, Scene, items};
use crate::domain::access::Permit;
use crate::domain::drill::scenario::{Objective, Scenario, SurveyQuestion};
use crate::domain::playbook::expr::Value;
use crate::domain::playbook::model::Answer;
use crate::domain::text::Text;
use crate::domain::time::Timestamp;

/// So long after the end people may say how it was.
pub const OPEN: Duration = Duration::from_secs(48 * 3600);

/// What comes of a wish that belongs here; nothing where it does not.
pub(super) fn decide(
    drill: &Drill,
    act: &DrillAct,
    permit: &Permit,
    beside: &Beside,
    scene: &Scene<'_>,
) -> Option<Result<Decided, DrillRefusal>> {
    Some(match act {
        DrillAct::Survey(place, words) => opinion(drill, *place, words, permit, scene),
        DrillAct::Rate(place, mark, why) => {
            rate(drill, *place, Some(*mark), why, permit, scene).map(Into::into)
        }
        DrillAct::RateReason(place, why) => {
            rate(drill, *place, None, why, permit, scene).map(Into::into)
        }
        DrillAct::SubmitReport => submit(drill, permit, scene).map(Into::into),
        DrillAct::ApproveReport => approve(drill, permit, beside).map(Into::into),
        DrillAct::AddItem(_)
        | DrillAct::ItemDone(..)
        | DrillAct::VerifyItem(_)
        | DrillAct::ReturnItem(..) => items::decide(drill, act, permit, scene).map(Into::into),
        _ => return None,
    })
}

fn not_now(drill: &Drill) -> DrillRefusal {
    DrillRefusal::NotNow { code: drill.code.clone(), status: drill.status }
}

/// A question by its place.
pub fn question(scenario: &Scenario, place: u32) -> Option<&SurveyQuestion> {
    scenario.survey.get(usize::try_from(place).ok()?)
}

/// An objective by its place.
pub fn objective(scenario: &Scenario, place: u32) -> Option<&Objective> {
    scenario.objectives.get(usize::try_from(place).ok()?)
}

/// Until when people may say how it was.
pub fn open_until(drill: &Drill) -> Option<Timestamp> {
    let (ended, _) = drill.ended.as_ref()?;
    drill.survey_closed.is_none().then(|| ended.plus(OPEN))
}

/// What somebody means by what he said, as it is kept: a choice by its value.
pub fn meant(answer: &Answer, said: &str) -> Option<String> {
    Some(match answer.read(said)? {
        Value::Truth(yes) => if yes { "1" } else { "2" }.to_owned(),
        Value::Choice(value) => value,
        Value::Number(number) => number.to_string(),
        _ => said.trim().to_owned(),
    })
}

fn opinion(
    drill: &Drill,
    place: u32,
    words: &str,
    permit: &Permit,
    scene: &Scene<'_>,
) -> Result<Decided, DrillRefusal> {
    let person = permit.person().filter(|one| drill.people.contains_key(*one));
    let by = person.cloned().ok_or_else(|| DrillRefusal::NotAParticipant(drill.code.clone()))?;
    if drill.ended.is_none() || drill.survey_closed.is_some() {
        return Err(not_now(drill));
    }
    let asked = question(scene.scenario, place).ok_or(DrillRefusal::NoSuchQuestion)?;
    let words = meant(&asked.question.answer, words)
        .ok_or_else(|| DrillRefusal::NoAnswer(place.saturating_add(1)))?;
    let question = asked.id.clone();
    Ok(Decided { events: Vec::new(), outside: Some(Outside::Opinion { by, question, words }) })
}

fn rate(
    drill: &Drill,
    place: u32,
    mark: Option<Mark>,
    why: &str,
    permit: &Permit,
    scene: &Scene<'_>,
) -> Result<Vec<DrillEvent>, DrillRefusal> {
    if !permit.person().is_some_and(|person| drill.is_staff(person)) {
        let (code, lead) = (drill.code.clone(), drill.planning.lead.clone());
        return Err(DrillRefusal::OnlyItsLead { code, lead });
    }
    if drill.status != Status::Ended {
        return Err(not_now(drill));
    }
    let objective = objective(scene.scenario, place).ok_or(DrillRefusal::NoSuchQuestion)?;
    let objective = objective.id.to_string();
    let before = drill.marks.get(&objective);
    // A reason alone belongs to the mark that stands.
    let mark = mark.or(before.map(|(mark, _)| *mark)).ok_or(DrillRefusal::NotRated(1))?;
    let reason = match why.trim() {
        "" => before.filter(|(old, _)| *old == mark).and_then(|(_, why)| why.clone()),
        why => Some(Text::plain(why)),
    };
    Ok(vec![DrillEvent::ObjectiveRated { objective, mark, reason }])
}

fn submit(
    drill: &Drill,
    permit: &Permit,
    scene: &Scene<'_>,
) -> Result<Vec<DrillEvent>, DrillRefusal> {
    if !permit.person().is_some_and(|person| drill.is_led_by(person)) {
        let (code, lead) = (drill.code.clone(), drill.planning.lead.clone());
        return Err(DrillRefusal::OnlyItsLead { code, lead });
    }
    if drill.status != Status::Ended {
        return Err(not_now(drill));
    }
    let open = |one: &&Objective| !drill.marks.contains_key(one.id.as_str());
    let open = scene.scenario.objectives.iter().filter(open).count();
    if open > 0 {
        return Err(DrillRefusal::NotRated(u64::try_from(open).unwrap_or(u64::MAX)));
    }
    if let Some(until) = open_until(drill) {
        return Err(DrillRefusal::SurveyOpen(until));
    }
    Ok(vec![DrillEvent::ReportSubmitted])
}

fn approve(
    drill: &Drill,
    permit: &Permit,
    beside: &Beside,
) -> Result<Vec<DrillEvent>, DrillRefusal> {
    if drill.status != Status::Reported {
        return Err(not_now(drill));
    }
    let submitted = drill.report.submitted.as_ref().map(|(person, _)| person);
    let own = |person| drill.is_led_by(person) || submitted == Some(person);
    if permit.person().is_none_or(own) {
        return Err(DrillRefusal::OwnReport);
    }
    let digest = beside.digest.clone().ok_or(DrillRefusal::NothingToSettle)?;
    Ok(vec![DrillEvent::ReportApproved { digest }])
}

fn report_asked(drill: &Drill) -> Option<Timestamp> {
    let open = drill.status == Status::Ended && drill.report.asked.is_none();
    drill.report.due.filter(|_| open)
}

/// When it next wants to be woken for what is here.
pub(super) fn next(drill: &Drill) -> Option<Timestamp> {
    let moments = [open_until(drill), report_asked(drill), items::next(drill)];
    moments.into_iter().flatten().min()
}

/// What it does now.
pub(super) fn tick(drill: &Drill, now: Timestamp) -> Vec<DrillEvent> {
    let mut events = Vec::new();
    if open_until(drill).is_some_and(|at| at <= now) {
        events.push(DrillEvent::SurveyClosed);
    }
    if report_asked(drill).is_some_and(|at| at <= now) {
        events.push(DrillEvent::ReportAsked);
    }
    events.extend(items::tick(drill, now));
    events
}
