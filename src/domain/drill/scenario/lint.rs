//! What is wrong with a scenario although it reads: words that could be taken for real, messages to
//! nobody or that never go out, objectives nothing shows, pieces that are missing.

use std::collections::{BTreeMap, BTreeSet};

use super::real::{self, Hit};
use super::{
    Audience, Expect, ExpectId, Expectation, Inject, InjectId, ObjectiveId, PartId, Scenario,
    SurveyId, Trigger,
};
use crate::domain::playbook::Library;
use crate::domain::playbook::model::{Answer, PlaybookId, StepId};
use crate::domain::secrecy;

/// The longest message, in letters: with what is put around it, it still fits one message of a chat.
pub const LONGEST: usize = 3000;

/// The longest word on a button, in letters.
pub const LONGEST_WORD: usize = 48;

/// One thing wrong, and where.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    /// Where.
    pub spot: Spot,
    /// What.
    pub what: What,
}

/// A place in a scenario.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Spot {
    /// A key of the whole.
    Key(&'static str),
    /// A part.
    Part(PartId),
    /// An objective.
    Objective(ObjectiveId),
    /// An inject.
    Inject(InjectId),
    /// An expectation of an inject.
    Expect(InjectId, ExpectId),
    /// A question after the drill.
    Survey(SurveyId),
}

/// What can be wrong.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum What {
    /// Words that cannot be sent as they are.
    Words(Unfit),
    /// Something is named that is not there.
    Unknown(Unknown),
    /// Nothing here.
    Missing,
    /// The guide of an objective leaves this mark out.
    NoGuide(&'static str),
    /// Nothing that is expected shows this objective.
    Unserved,
    /// A message to nobody.
    ToNobody,
    /// No message is for this part.
    Unaddressed,
    /// It waits for itself.
    Circle,
    /// It cannot go out before the drill ends.
    AfterTheEnd,
    /// A contingency that goes out in every drill.
    NoContingency,
    /// It is missed before it is late.
    Order,
    /// Two questions with buttons in one message.
    TwoChoices,
}

/// Why words cannot be sent as they are.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Unfit {
    /// They could be taken for real, or lead out of the drill.
    Real(Hit),
    /// They are masked wherever they are sent.
    Masked,
    /// A program's name for a text.
    Program(String),
    /// No name of a text.
    FileName(String),
    /// More letters than fit a message.
    TooLong(usize),
    /// More than fits a button.
    LongWord(String),
}

/// What is named and not there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Unknown {
    /// A part.
    Part(PartId),
    /// An objective.
    Objective(ObjectiveId),
    /// An inject.
    Inject(InjectId),
    /// An expectation of the inject that is named.
    Expect(ExpectId),
    /// A value by which that expectation could be met.
    Value(String),
    /// A choice that is called right.
    Right(String),
    /// A playbook.
    Playbook(PlaybookId),
    /// A step of the playbook that is named.
    Step(StepId),
}

/// Everything wrong with `scenario`. Without `playbooks`, steps of playbooks are taken as they are.
pub fn lint(scenario: &Scenario, playbooks: Option<&Library>) -> Vec<Finding> {
    let injects = scenario.injects.iter().map(|inject| (&inject.id, inject)).collect();
    let mut look = Look { scenario, playbooks, injects, found: Vec::new() };
    look.words();
    look.pieces();
    look.objectives();
    look.parts();
    for inject in scenario.in_order() {
        look.inject(inject);
    }
    look.found
}

struct Look<'a> {
    scenario: &'a Scenario,
    playbooks: Option<&'a Library>,
    injects: BTreeMap<&'a InjectId, &'a Inject>,
    found: Vec<Finding>,
}

impl<'a> Look<'a> {
    fn find(&mut self, spot: Spot, what: What) {
        let finding = Finding { spot, what };
        if !self.found.contains(&finding) {
            self.found.push(finding);
        }
    }

    /// Every text of it.
    fn words(&mut self) {
        for (spot, text, played) in texts(self.scenario) {
            let hits = real::built_in().map(|words| words.look_at(text, played));
            for hit in hits.unwrap_or_else(|| vec![Hit::Taken(text.to_owned())]) {
                self.find(spot.clone(), What::Words(Unfit::Real(hit)));
            }
            if !secrecy::guard(text).found.is_empty() {
                self.find(spot.clone(), What::Words(Unfit::Masked));
            }
            let length = text.chars().count();
            if length > LONGEST {
                self.find(spot, What::Words(Unfit::TooLong(length)));
            }
        }
    }

    fn pieces(&mut self) {
        let all = self.scenario;
        let pieces = [
            ("setting", all.setting.is_empty()),
            ("correction", all.correction.is_empty()),
            ("part", all.parts.is_empty()),
            ("objective", all.objectives.is_empty()),
            ("inject", all.injects.is_empty()),
            ("question", all.survey.is_empty()),
        ];
        for (key, _) in pieces.into_iter().filter(|(_, missing)| *missing) {
            self.find(Spot::Key(key), What::Missing);
        }
    }

    fn objectives(&mut self) {
        let all = self.scenario;
        let served: BTreeSet<&ObjectiveId> =
            expectations(all).map(|(_, expect)| &expect.objective).collect();
        for objective in &all.objectives {
            let spot = Spot::Objective(objective.id.clone());
            let guide = &objective.guide;
            let marks = [
                ("performed", &guide.performed),
                ("some", &guide.some),
                ("major", &guide.major),
                ("unable", &guide.unable),
            ];
            for (mark, _) in marks.into_iter().filter(|(_, words)| words.is_empty()) {
                self.find(spot.clone(), What::NoGuide(mark));
            }
            if !served.contains(&objective.id) {
                self.find(spot, What::Unserved);
            }
        }
    }

    fn parts(&mut self) {
        let all = self.scenario;
        let to = || all.injects.iter().flat_map(|inject| &inject.to);
        if to().any(|to| *to == Audience::Everyone) {
            return;
        }
        for part in &all.parts {
            if !to().any(|to| *to == Audience::Part(part.id.clone())) {
                self.find(Spot::Part(part.id.clone()), What::Unaddressed);
            }
        }
    }

    fn inject(&mut self, inject: &'a Inject) {
        let spot = || Spot::Inject(inject.id.clone());
        if inject.to.is_empty() {
            self.find(spot(), What::ToNobody);
        }
        for to in &inject.to {
            if let Audience::Part(part) = to
                && self.scenario.part(part).is_none()
            {
                self.find(spot(), What::Unknown(Unknown::Part(part.clone())));
            }
        }
        let branch = matches!(
            inject.trigger,
            Trigger::OnAnswer { .. } | Trigger::OnSilence { .. } | Trigger::ByHand
        );
        if inject.contingency && !branch {
            self.find(spot(), What::NoContingency);
        }
        self.trigger(inject);
        for attachment in &inject.attachments {
            match real::built_in().and_then(|words| words.bad_name(&attachment.name)) {
                Some(true) => {
                    self.find(spot(), What::Words(Unfit::Program(attachment.name.clone())))
                }
                Some(false) => {
                    self.find(spot(), What::Words(Unfit::FileName(attachment.name.clone())))
                }
                None => {}
            }
        }
        let buttons = inject.expects.iter().filter(|one| matches!(one.kind, Expect::Choose { .. }));
        if buttons.count() > 1 {
            self.find(spot(), What::TwoChoices);
        }
        for expect in &inject.expects {
            self.expectation(inject, expect);
        }
    }

    /// What an inject waits for, and whether that ever comes.
    fn trigger(&mut self, inject: &'a Inject) {
        let spot = || Spot::Inject(inject.id.clone());
        if let Some(id) = inject.trigger.inject() {
            let Some(other) = self.injects.get(id).copied() else {
                return self.find(spot(), What::Unknown(Unknown::Inject(id.clone())));
            };
            if let Some(expect) = inject.trigger.expect() {
                let Some(expected) = other.expectation(expect) else {
                    return self.find(spot(), What::Unknown(Unknown::Expect(expect.clone())));
                };
                if let Trigger::OnAnswer { value: Some(value), .. } = &inject.trigger
                    && !can_be(&expected.kind, value)
                {
                    self.find(spot(), What::Unknown(Unknown::Value(value.clone())));
                }
            }
            if self.goes_in_a_circle(inject) {
                return self.find(spot(), What::Circle);
            }
        }
        let earliest = self.scenario.earliest(&inject.id);
        if earliest.is_some_and(|at| at > self.scenario.length) {
            self.find(spot(), What::AfterTheEnd);
        }
    }

    fn goes_in_a_circle(&self, inject: &'a Inject) -> bool {
        let mut seen = BTreeSet::from([&inject.id]);
        let mut at = inject;
        while let Some(before) = at.trigger.inject() {
            if !seen.insert(before) {
                return true;
            }
            let Some(next) = self.injects.get(before) else { return false };
            at = next;
        }
        false
    }

    fn expectation(&mut self, inject: &Inject, expect: &Expectation) {
        let spot = || Spot::Expect(inject.id.clone(), expect.id.clone());
        if self.scenario.objective(&expect.objective).is_none() {
            self.find(spot(), What::Unknown(Unknown::Objective(expect.objective.clone())));
        }
        if expect.target > expect.expires {
            self.find(spot(), What::Order);
        }
        match &expect.kind {
            Expect::Choose { choices, right } => {
                for value in right.iter().filter(|value| !can_be(&expect.kind, value)) {
                    self.find(spot(), What::Unknown(Unknown::Right(value.clone())));
                }
                let long = |word: &&String| word.chars().count() > LONGEST_WORD;
                for word in choices.iter().map(|(_, word)| word).filter(long) {
                    self.find(spot(), What::Words(Unfit::LongWord(word.clone())));
                }
            }
            Expect::Step { playbook, step } => {
                let Some(library) = self.playbooks else { return };
                let Some(known) = library.get(playbook) else {
                    return self.find(spot(), What::Unknown(Unknown::Playbook(playbook.clone())));
                };
                let unknown = step.as_ref().filter(|step| !known.steps.contains_key(*step));
                if let Some(step) = unknown {
                    self.find(spot(), What::Unknown(Unknown::Step(step.clone())));
                }
            }
            Expect::Acknowledge
            | Expect::Report
            | Expect::Keyword { .. }
            | Expect::File { .. }
            | Expect::Judged { .. } => {}
        }
    }
}

/// Whether an expectation can be met by this value.
fn can_be(kind: &Expect, value: &str) -> bool {
    match kind {
        Expect::Choose { choices, .. } => choices.iter().any(|(one, _)| one == value),
        _ => false,
    }
}

fn expectations(scenario: &Scenario) -> impl Iterator<Item = (&Inject, &Expectation)> {
    let injects = scenario.injects.iter();
    injects.flat_map(|inject| inject.expects.iter().map(move |expect| (inject, expect)))
}

/// Every text, where it stands, and whether people read it while they play.
fn texts(scenario: &Scenario) -> Vec<(Spot, &str, bool)> {
    let mut all: Vec<(Spot, &str, bool)> = vec![
        (Spot::Key("title"), &scenario.title, true),
        (Spot::Key("summary"), &scenario.summary, false),
        (Spot::Key("setting"), &scenario.setting, true),
        (Spot::Key("correction"), &scenario.correction, false),
    ];
    all.extend(scenario.not_for.iter().map(|text| (Spot::Key("not_for"), text.as_str(), false)));
    all.extend(
        scenario.checklist.iter().map(|text| (Spot::Key("checklist"), text.as_str(), false)),
    );
    for part in &scenario.parts {
        all.push((Spot::Part(part.id.clone()), &part.title, true));
    }
    for objective in &scenario.objectives {
        let guide = &objective.guide;
        let words = [&objective.title, &objective.capability, &guide.performed, &guide.some];
        let words = words.into_iter().chain([&guide.major, &guide.unable]);
        all.extend(words.map(|text| (Spot::Objective(objective.id.clone()), text.as_str(), false)));
    }
    for inject in &scenario.injects {
        let spot = Spot::Inject(inject.id.clone());
        let words = [&inject.title, &inject.body].into_iter().chain(&inject.from);
        let files = inject.attachments.iter().map(|one| &one.text);
        all.extend(words.chain(files).map(|text| (spot.clone(), text.as_str(), true)));
        for expect in &inject.expects {
            let spot = Spot::Expect(inject.id.clone(), expect.id.clone());
            let words = words_of(&expect.kind);
            all.extend(words.into_iter().map(|text| (spot.clone(), text, true)));
        }
    }
    for asked in &scenario.survey {
        let spot = Spot::Survey(asked.id.clone());
        all.push((spot.clone(), &asked.question.label, false));
        if let Answer::Choice(choices) = &asked.question.answer {
            all.extend(choices.iter().map(|(_, word)| (spot.clone(), word.as_str(), false)));
        }
    }
    all
}

fn words_of(kind: &Expect) -> Vec<&str> {
    match kind {
        Expect::Choose { choices, .. } => choices.iter().map(|(_, word)| word.as_str()).collect(),
        Expect::Keyword { any } => any.iter().map(String::as_str).collect(),
        Expect::Judged { what } => vec![what],
        Expect::Acknowledge | Expect::Report | Expect::Step { .. } | Expect::File { .. } => {
            Vec::new()
        }
    }
}
