//! What a report of a drill is made from: every fact and figure of it, once. All forms of the report, and
//! the digest a manager agrees to, come from here.
//!
//! Free text stands here as it does in events, by its digest: words that are lawfully removed later change
//! nothing of what was agreed to.

use serde::{Deserialize, Serialize};

use super::figures::{self, Attendance, OfExpectation, Tally};
use super::run::Drill;
use super::run::event::{EndHow, Mark, PauseWhy, Pinned, Presence};
use super::run::files::{DrillFile, FileOf};
use super::run::state::Stage;
use super::scenario::{InjectId, ObjectiveId, Scenario, SurveyId};
use super::shown::ShownDrill;
use crate::domain::ids::{DrillCode, IncidentCode, PersonId, UnitCode};
use crate::domain::playbook::model::Answer;
use crate::domain::text::Text;
use crate::domain::time::Timestamp;

/// Everything.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Account {
    /// Its code.
    pub code: DrillCode,
    /// What was played.
    pub scenario: Pinned,
    /// What it practises.
    pub summary: String,
    /// Who led it.
    pub lead: PersonId,
    /// When it was to begin.
    pub planned: Timestamp,
    /// When it began.
    pub started: Option<Timestamp>,
    /// When it ended, and how.
    pub ended: Option<(Timestamp, EndHow)>,
    /// When it stood still, and why.
    pub pauses: Vec<(Timestamp, Option<Timestamp>, PauseWhy)>,
    /// The units that were drilled.
    pub units: Vec<UnitCode>,
    /// How many came.
    pub attendance: Attendance,
    /// The injects, in the order of the file.
    pub injects: Vec<OfInject>,
    /// By inject and expectation.
    pub expectations: Vec<OfExpectation>,
    /// By objective, in the order of the file.
    pub objectives: Vec<OfObjective>,
    /// By unit; none for those who play for no unit.
    pub by_unit: Vec<OfUnit>,
    /// All together.
    pub all: Tally,
    /// What people said after it.
    pub survey: Survey,
    /// Who took part.
    pub people: Vec<OfPerson>,
    /// What was seen, and when.
    pub observations: Vec<(Timestamp, Text)>,
    /// Files that came with what was seen, or in answer to an inject.
    pub files: Vec<OfFile>,
    /// When the correction was sent, and to how many it came.
    pub correction: Option<(Timestamp, usize)>,
    /// Incidents within it.
    pub incidents: Vec<IncidentCode>,
    /// The real ones that whoever took part told of meanwhile.
    pub real: Vec<IncidentCode>,
    /// What is to be made better, as it was written down until the report was agreed to.
    pub items: Vec<OfItem>,
}

/// A file that is kept.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OfFile {
    /// When it came.
    pub at: Timestamp,
    /// What it belongs to.
    pub of: FileOf,
    /// The digest of its bytes.
    pub sha256: String,
    /// Its size in bytes.
    pub size: u64,
}

/// An inject as it was planned and played.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OfInject {
    /// Which.
    pub inject: InjectId,
    /// What it is called.
    pub title: String,
    /// When it was to go out, so many milliseconds after the start, where that was known.
    pub planned_ms: Option<i64>,
    /// When it did.
    pub sent: Option<Timestamp>,
    /// Where it stands.
    pub stage: Stage,
    /// To how many it went.
    pub to: usize,
    /// With how many it arrived.
    pub delivered: usize,
    /// Whether it was for drills that go another way than expected.
    pub contingency: bool,
}

/// An objective and how it was met.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OfObjective {
    /// Which.
    pub objective: ObjectiveId,
    /// What people shall be able to do.
    pub title: String,
    /// The ability it belongs to.
    pub capability: String,
    /// How it was judged.
    pub mark: Option<Mark>,
    /// Why.
    pub reason: Option<Text>,
    /// What its expectations came to.
    pub tally: Tally,
}

/// A unit and what it came to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OfUnit {
    /// Which; none for those who play for no unit.
    pub unit: Option<UnitCode>,
    /// By objective.
    pub objectives: Vec<(ObjectiveId, Tally)>,
}

/// What people said after it. Where nobody is to be named, nobody is; answers stand without the person all
/// the same, in no order that says anything.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Survey {
    /// Whether nobody was to be named.
    pub anonymous: bool,
    /// Whether answers may still come.
    pub open: bool,
    /// How many were asked.
    pub asked: usize,
    /// How many answered.
    pub answered: usize,
    /// By question, in the order of the file.
    pub questions: Vec<OfQuestion>,
}

/// What was answered to one question.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OfQuestion {
    /// Which.
    pub id: SurveyId,
    /// The question.
    pub label: String,
    /// What answers it.
    pub answer: Answer,
    /// Every answer, by its digest.
    pub answers: Vec<Text>,
}

/// Somebody who took part.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OfPerson {
    /// Who.
    pub person: PersonId,
    /// For which unit.
    pub unit: Option<UnitCode>,
    /// As what.
    pub parts: Vec<String>,
    /// How he was there, where he said so.
    pub presence: Option<Presence>,
    /// Since when.
    pub since: Option<Timestamp>,
    /// Whether he was there or answered.
    pub came: bool,
    /// Whether he was let go for real work.
    pub released: bool,
    /// Whether he said that he does not come.
    pub declined: bool,
    /// Who came in his place.
    pub stand_in: Option<PersonId>,
}

/// Something to be made better, as it was written down.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OfItem {
    /// Its number.
    pub number: u32,
    /// What.
    pub words: Text,
    /// The unit that does it.
    pub unit: Option<UnitCode>,
    /// The person who does it.
    pub owner: Option<PersonId>,
    /// Until when.
    pub due: Timestamp,
}

/// The account of a drill; nothing where the copy of its scenario is gone.
pub fn account(shown: &ShownDrill) -> Option<Account> {
    let (drill, scenario) = (&shown.drill, shown.scenario.as_ref()?);
    let figures = figures::figures(drill, scenario);
    let by_unit = figures
        .units
        .into_iter()
        .map(|(unit, objectives)| OfUnit { unit, objectives: objectives.into_iter().collect() });
    let approved = drill.report.approved.as_ref().map(|(_, at)| *at);
    let items = drill.items.iter().filter(|(_, item)| approved.is_none_or(|at| item.added <= at));
    let items = items.map(|(number, item)| OfItem {
        number: *number,
        words: item.words.clone(),
        unit: item.unit.clone(),
        owner: item.owner.clone(),
        due: item.due,
    });
    Some(Account {
        code: drill.code.clone(),
        scenario: drill.planning.scenario.clone(),
        summary: scenario.summary.clone(),
        lead: drill.planning.lead.clone(),
        planned: drill.planning.at,
        started: drill.started,
        ended: drill.ended.clone(),
        pauses: drill.pauses.iter().map(|one| (one.from, one.to, one.why.clone())).collect(),
        units: drill.planning.units.iter().cloned().collect(),
        attendance: figures.attendance,
        injects: scenario.in_order().into_iter().map(|one| inject(drill, scenario, one)).collect(),
        expectations: figures.expectations,
        objectives: objectives(drill, scenario, &figures.objectives),
        by_unit: by_unit.collect(),
        all: figures.all,
        survey: survey(drill, scenario),
        people: people(drill, scenario),
        observations: drill.observations.iter().map(|one| (one.at, one.words.clone())).collect(),
        files: drill.files.iter().filter_map(file).collect(),
        correction: drill.correction.as_ref().map(|one| (one.at, one.arrived.len())),
        incidents: drill.incidents.clone(),
        real: drill.real.clone(),
        items: items.collect(),
    })
}

fn file(file: &DrillFile) -> Option<OfFile> {
    let (at, of) = (file.at, file.of.clone());
    file.stored().map(|stored| OfFile { at, of, sha256: stored.sha256.clone(), size: stored.size })
}

fn inject(drill: &Drill, scenario: &Scenario, one: &super::scenario::Inject) -> OfInject {
    let none = super::run::state::Played::default();
    let played = drill.injects.get(&one.id).unwrap_or(&none);
    let planned = scenario.earliest(&one.id);
    OfInject {
        inject: one.id.clone(),
        title: one.title.clone(),
        planned_ms: planned.map(|at| i64::try_from(at.as_millis()).unwrap_or(i64::MAX)),
        sent: played.sent,
        stage: played.stage,
        to: played.to.len(),
        delivered: played.delivered.len(),
        contingency: one.contingency,
    }
}

fn objectives(
    drill: &Drill,
    scenario: &Scenario,
    tallies: &std::collections::BTreeMap<ObjectiveId, Tally>,
) -> Vec<OfObjective> {
    let one = |objective: &super::scenario::Objective| {
        let mark = drill.marks.get(objective.id.as_str());
        OfObjective {
            objective: objective.id.clone(),
            title: objective.title.clone(),
            capability: objective.capability.clone(),
            mark: mark.map(|(mark, _)| *mark),
            reason: mark.and_then(|(_, why)| why.clone()),
            tally: tallies.get(&objective.id).cloned().unwrap_or_default(),
        }
    };
    scenario.objectives.iter().map(one).collect()
}

fn survey(drill: &Drill, scenario: &Scenario) -> Survey {
    let question = |asked: &super::scenario::SurveyQuestion| {
        let all = drill.survey.values().flat_map(|one| &one.answers);
        let mut answers: Vec<Text> = all
            .filter(|answer| answer.question == asked.id.as_str())
            .map(|answer| answer.words.clone())
            .collect();
        // By digest: the same place in two questions is not the same person.
        answers.sort_by_cached_key(sealed);
        OfQuestion {
            id: asked.id.clone(),
            label: asked.question.label.clone(),
            answer: asked.question.answer.clone(),
            answers,
        }
    };
    Survey {
        anonymous: scenario.anonymous,
        open: drill.survey_closed.is_none(),
        asked: drill.players().count(),
        answered: drill.survey.len(),
        questions: scenario.survey.iter().map(question).collect(),
    }
}

fn sealed(text: &Text) -> String {
    text.sealed().map(|id| id.0.clone()).unwrap_or_default()
}

fn people(drill: &Drill, scenario: &Scenario) -> Vec<OfPerson> {
    let one = |(person, one): (&PersonId, &super::run::state::Participant)| OfPerson {
        person: person.clone(),
        unit: one.unit.clone(),
        parts: one
            .parts
            .iter()
            .filter_map(|part| scenario.part(part))
            .map(|part| part.title.clone())
            .collect(),
        presence: one.here.map(|(presence, _)| presence),
        since: one.here.map(|(_, at)| at),
        came: figures::came(drill, person),
        released: one.released.is_some(),
        declined: one.rsvp == Some(super::run::event::Rsvp::No),
        stand_in: one.stand_in.clone(),
    };
    drill.people.iter().map(one).collect()
}
