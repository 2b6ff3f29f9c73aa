//! What is wrong with a playbook although it reads: steps nobody gets to, variables that may not be set,
//! loops that cannot end, approvals nobody can give.

use std::collections::{BTreeMap, BTreeSet};

use super::expr::{Expr, Fault, Kind, Known};
use super::library::Library;
use super::model::{Answer, Does, Name, Playbook, PlaybookId, Question, Step, StepId, Task, Whom};
use crate::domain::escalation::policy::Target;

/// One thing wrong, and at which step.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    /// Where; none for the playbook as a whole.
    pub step: Option<StepId>,
    /// What.
    pub what: What,
}

/// What can be wrong.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum What {
    /// Nobody gets there.
    Unreachable,
    /// A condition is none.
    Condition(Fault),
    /// A loop whose body never changes what it depends on.
    Endless,
    /// The approval can only be given by whoever asks for it, or by fewer than it needs.
    NobodyApproves,
    /// No such playbook.
    UnknownPlaybook(PlaybookId),
    /// It calls itself.
    CallsItself(PlaybookId),
    /// The called one needs this.
    ArgumentMissing(Name),
    /// The called one does not know this.
    ArgumentUnknown(Name),
    /// What is given is of another kind.
    ArgumentKind(Name),
    /// The called one does not set this on every way.
    NotSetThere(Name),
    /// Not every choice has a block, and there is no default.
    CaseMissing(String),
    /// A block for a word that is no choice.
    CaseUnknown(String),
    /// The variable of a `switch` is no choice.
    NoChoice(Name),
    /// Two questions of different kinds set the same variable.
    TwoKinds(Name),
    /// It is late only when it has failed already, or is called for only when it is late.
    Order,
}

/// Everything wrong with `playbook` among those of `library`.
pub fn lint(playbook: &Playbook, library: &Library) -> Vec<Finding> {
    let mut look = Look::new(playbook, library);
    look.kinds();
    let given: BTreeSet<&Name> = playbook.args.keys().collect();
    let mut ends = Vec::new();
    look.walk(&playbook.start, given, &mut ends);
    let unseen: Vec<StepId> =
        playbook.steps.keys().filter(|id| !look.seen.contains(*id)).cloned().collect();
    for id in unseen {
        look.find(&id, What::Unreachable);
    }
    let mut found = look.found;
    if let Some(cycle) = calls_itself(playbook, library) {
        found.push(Finding { step: None, what: What::CallsItself(cycle) });
    }
    found.sort_by_key(|one| {
        one.step.as_ref().and_then(|id| playbook.steps.get(id)).map(|step| step.place)
    });
    found.dedup();
    found
}

/// The variables that a playbook has set however it ended.
pub fn surely_sets(playbook: &Playbook, library: &Library) -> BTreeSet<Name> {
    let mut look = Look::new(playbook, library);
    let given = playbook.args.keys().collect();
    let mut ends = Vec::new();
    let last = look.walk(&playbook.start, given, &mut ends);
    let mut ways = ends.into_iter().chain(last);
    let Some(first) = ways.next() else { return BTreeSet::new() };
    let common = ways.fold(first, |common, way| common.intersection(&way).copied().collect());
    common.into_iter().cloned().collect()
}

/// The first playbook on a way of calls that leads back to it.
fn calls_itself(playbook: &Playbook, library: &Library) -> Option<PlaybookId> {
    let mut seen = BTreeSet::new();
    let mut next: Vec<&PlaybookId> = playbook.calls().into_iter().collect();
    while let Some(id) = next.pop() {
        if *id == playbook.id {
            return Some(id.clone());
        }
        if seen.insert(id) {
            next.extend(library.get(id).into_iter().flat_map(|one| one.calls()));
        }
    }
    None
}

struct Look<'a> {
    playbook: &'a Playbook,
    library: &'a Library,
    known: BTreeMap<&'a Name, &'a Question>,
    taken: BTreeMap<&'a Name, Known>,
    seen: BTreeSet<StepId>,
    found: Vec<Finding>,
}

type Set<'a> = BTreeSet<&'a Name>;

impl<'a> Look<'a> {
    fn new(playbook: &'a Playbook, library: &'a Library) -> Self {
        let mut known: BTreeMap<&Name, &Question> = playbook.args.iter().collect();
        let mut taken = BTreeMap::new();
        for step in playbook.steps.values() {
            known.extend(asks(step).map(|ask| (&ask.set, &ask.question)));
            if let Does::Call { playbook: called, take, .. } = &step.does {
                let there = library.get(called);
                for (own, theirs) in take {
                    let question = there.and_then(|one| question_of(one, theirs));
                    taken.extend(question.map(|question| (own, known_of(question))));
                }
            }
        }
        Self { playbook, library, known, taken, seen: BTreeSet::new(), found: Vec::new() }
    }

    fn find(&mut self, step: &StepId, what: What) {
        self.found.push(Finding { step: Some(step.clone()), what });
    }

    fn kind_of(&self, name: &Name) -> Option<Known> {
        let asked = self.known.get(name).map(|question| known_of(question));
        asked.or_else(|| self.taken.get(name).cloned())
    }

    /// The same variable, asked in two ways.
    fn kinds(&mut self) {
        let mut first: BTreeMap<&Name, Kind> = self
            .playbook
            .args
            .iter()
            .map(|(name, question)| (name, known_of(question).kind))
            .collect();
        let playbook = self.playbook;
        for step in playbook.in_order() {
            for ask in asks(step) {
                let kind = known_of(&ask.question).kind;
                if *first.entry(&ask.set).or_insert(kind) != kind {
                    self.find(&step.id, What::TwoKinds(ask.set.clone()));
                }
            }
        }
    }

    /// Walks a block from `start` with these variables set; what is set at its end, or none when no way
    /// leads there. `ends` gathers what is set where the playbook ends early.
    fn walk(
        &mut self,
        start: &'a StepId,
        set: Set<'a>,
        ends: &mut Vec<Set<'a>>,
    ) -> Option<Set<'a>> {
        let mut set = set;
        let mut at = Some(start);
        while let Some(id) = at {
            let step = self.playbook.steps.get(id)?;
            self.seen.insert(id.clone());
            if let Some(condition) = &step.only_if {
                self.condition(step, condition, &set);
            }
            if let Does::End { playbook: whole } = step.does {
                if whole {
                    ends.push(set.clone());
                }
                if step.only_if.is_none() {
                    return (!whole).then_some(set);
                }
            } else {
                set = self.one(step, set, ends)?;
            }
            at = step.next.as_ref();
        }
        Some(set)
    }

    fn one(&mut self, step: &'a Step, before: Set<'a>, ends: &mut Vec<Set<'a>>) -> Option<Set<'a>> {
        let mut ways: Vec<Option<Set<'a>>> = vec![self.does(step, &before, ends)];
        if step.only_if.is_some() {
            ways.push(Some(before.clone()));
        }
        for block in step.on_failure.iter().chain(&step.on_timeout) {
            ways.push(self.walk(block, before.clone(), ends));
        }
        common(ways)
    }

    fn does(&mut self, step: &'a Step, set: &Set<'a>, ends: &mut Vec<Set<'a>>) -> Option<Set<'a>> {
        match &step.does {
            Does::Task(task) => {
                self.task(step, task);
                let asked = task.asks.iter().filter(|ask| !ask.optional).map(|ask| &ask.set);
                Some(set.iter().copied().chain(asked).collect())
            }
            Does::If { condition, then, otherwise } => {
                self.condition(step, condition, set);
                let then = self.walk(then, set.clone(), ends);
                let other = match otherwise {
                    Some(other) => self.walk(other, set.clone(), ends),
                    None => Some(set.clone()),
                };
                common(vec![then, other])
            }
            Does::Switch { on, cases, default } => {
                self.switch(step, on, cases, default.is_some(), set);
                let blocks = cases.values().chain(default);
                let ways = blocks.map(|block| self.walk(block, set.clone(), ends)).collect();
                common(ways)
            }
            Does::While { condition, body, .. } => {
                self.condition(step, condition, set);
                self.walk(body, set.clone(), ends);
                if !self.changes(condition, body) {
                    self.find(&step.id, What::Endless);
                }
                Some(set.clone())
            }
            Does::Parallel { branches } => {
                let mut all = set.clone();
                for branch in branches {
                    all.extend(self.walk(branch, set.clone(), ends)?);
                }
                Some(all)
            }
            Does::Call { playbook, with, take } => {
                self.call(step, playbook, with, take, set);
                Some(set.iter().copied().chain(take.keys()).collect())
            }
            Does::Wait { .. } | Does::End { .. } => Some(set.clone()),
        }
    }

    fn task(&mut self, step: &Step, task: &Task) {
        if let Some(approval) = &task.approval {
            let one = |whom: &Whom| {
                matches!(whom, Whom::Holder | Whom::Reporter | Whom::Target(Target::Person(_)))
            };
            if one(&approval.by) && (approval.by == task.who || approval.quorum > 1) {
                self.find(&step.id, What::NobodyApproves);
            }
        }
        let later = |one: Option<_>, other: Option<_>| one.zip(other).is_some_and(|(a, b)| a > b);
        if later(task.ack, task.timeout) || later(task.due, task.timeout) {
            self.find(&step.id, What::Order);
        }
    }

    fn condition(&mut self, step: &Step, condition: &Expr, set: &Set<'a>) {
        let known = |name: &Name| self.kind_of(name);
        let kind = condition.kind(&known);
        let unset = condition.variables().into_iter().find(|name| !set.contains(name));
        match (kind, unset) {
            (Err(fault), _) => self.find(&step.id, What::Condition(fault)),
            (Ok(_), Some(name)) => {
                let fault = Fault::MaybeUnset(name.clone());
                self.find(&step.id, What::Condition(fault));
            }
            (Ok(Kind::Truth), None) => {}
            (Ok(_), None) => {
                self.find(&step.id, What::Condition(Fault::Kinds(condition.to_string())));
            }
        }
    }

    fn switch(
        &mut self,
        step: &Step,
        on: &Name,
        cases: &BTreeMap<String, StepId>,
        default: bool,
        set: &Set<'a>,
    ) {
        let Some(known) = self.kind_of(on) else {
            return self.find(&step.id, What::Condition(Fault::Unknown(on.clone())));
        };
        if !set.contains(on) {
            self.find(&step.id, What::Condition(Fault::MaybeUnset(on.clone())));
        }
        let Some(choices) = known.choices else {
            return self.find(&step.id, What::NoChoice(on.clone()));
        };
        for word in cases.keys().filter(|word| !choices.contains(*word)) {
            self.find(&step.id, What::CaseUnknown(word.clone()));
        }
        if let Some(word) = choices.iter().find(|word| !default && !cases.contains_key(*word)) {
            self.find(&step.id, What::CaseMissing(word.clone()));
        }
    }

    fn call(
        &mut self,
        step: &Step,
        id: &PlaybookId,
        with: &BTreeMap<Name, Expr>,
        take: &BTreeMap<Name, Name>,
        set: &Set<'a>,
    ) {
        let library = self.library;
        let Some(called) = library.get(id) else {
            return self.find(&step.id, What::UnknownPlaybook(id.clone()));
        };
        for name in called.args.keys().filter(|name| !with.contains_key(*name)) {
            self.find(&step.id, What::ArgumentMissing(name.clone()));
        }
        for (name, expr) in with {
            let Some(question) = called.args.get(name) else {
                self.find(&step.id, What::ArgumentUnknown(name.clone()));
                continue;
            };
            if let Some(unset) = expr.variables().into_iter().find(|one| !set.contains(one)) {
                let fault = Fault::MaybeUnset(unset.clone());
                self.find(&step.id, What::Condition(fault));
            }
            let wanted = known_of(question);
            match expr.kind(&|name| self.kind_of(name)) {
                Err(fault) => self.find(&step.id, What::Condition(fault)),
                Ok(kind) if kind != wanted.kind => {
                    self.find(&step.id, What::ArgumentKind(name.clone()));
                }
                Ok(_) => {
                    let words = match expr {
                        Expr::Word(word) => Some(BTreeSet::from([word.clone()])),
                        Expr::Variable(name) => self.kind_of(name).and_then(|one| one.choices),
                        _ => None,
                    };
                    let (words, wanted) = (words.unwrap_or_default(), wanted.choices);
                    let odd = words
                        .iter()
                        .find(|word| wanted.as_ref().is_some_and(|wanted| !wanted.contains(*word)));
                    if let Some(word) = odd {
                        let fault = Fault::NoSuchWord(word.clone());
                        self.find(&step.id, What::Condition(fault));
                    }
                }
            }
        }
        if take.is_empty() || calls_itself(called, library).is_some() {
            return;
        }
        let sets = surely_sets(called, library);
        for theirs in take.values().filter(|theirs| !sets.contains(*theirs)) {
            self.find(&step.id, What::NotSetThere(theirs.clone()));
        }
    }

    /// Whether something in the body can change what the condition depends on.
    fn changes(&self, condition: &Expr, body: &StepId) -> bool {
        let wanted = condition.variables();
        if wanted.is_empty() {
            // Something of the incident: people change that at any time.
            return !matches!(condition, Expr::Truth(_));
        }
        let mut next = vec![body];
        let mut seen = BTreeSet::new();
        while let Some(id) = next.pop() {
            let Some(step) = self.playbook.steps.get(id).filter(|_| seen.insert(id)) else {
                continue;
            };
            let takes = match &step.does {
                Does::Call { take, .. } => take.keys().any(|name| wanted.contains(name)),
                Does::End { playbook } => *playbook,
                _ => false,
            };
            if takes || asks(step).any(|ask| wanted.contains(&ask.set)) {
                return true;
            }
            next.extend(step.blocks());
            next.extend(&step.next);
        }
        false
    }
}

/// What is set on all of several ways that lead on.
fn common<'a>(ways: Vec<Option<Set<'a>>>) -> Option<Set<'a>> {
    ways.into_iter().flatten().reduce(|one, other| one.intersection(&other).copied().collect())
}

fn asks(step: &Step) -> impl Iterator<Item = &super::model::Ask> {
    step.task().into_iter().flat_map(|task| &task.asks)
}

/// The question that sets a variable in a playbook.
fn question_of<'a>(playbook: &'a Playbook, name: &Name) -> Option<&'a Question> {
    let asked = playbook.steps.values().flat_map(asks).find(|ask| ask.set == *name);
    asked.map(|ask| &ask.question).or_else(|| playbook.args.get(name))
}

/// What a question's variable can be.
pub fn known_of(question: &Question) -> Known {
    match &question.answer {
        Answer::YesNo => Known { kind: Kind::Truth, choices: None },
        Answer::Number { .. } => Known { kind: Kind::Number, choices: None },
        Answer::Choice(all) => {
            let choices = all.iter().map(|(value, _)| value.clone()).collect();
            Known { kind: Kind::Word, choices: Some(choices) }
        }
        Answer::Words { .. } => Known { kind: Kind::Words, choices: None },
    }
}
