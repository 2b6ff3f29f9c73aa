//! What is wrong with a playbook although it reads: steps nobody gets to, variables that may not be set,
//! loops that cannot end, approvals nobody can give.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::expr::{Expr, Fault, Kind, Known};
use super::library::Library;
use super::model::{Answer, Does, Name, Playbook, PlaybookId, Question, Step, StepId, Task, Whom};
use crate::domain::escalation::policy::Target;
use crate::domain::values::Role;

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
    /// It is for administrators, whose role sees no incident.
    ForAdmin,
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
    let sets = Sets::default();
    let mut look = Look::new(playbook, library, &sets);
    look.kinds();
    look.walk(&playbook.start);
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

/// What each playbook has set however it ended, as far as somebody asked; none while it is being found out:
/// then it calls itself, which is told by itself.
type Sets = RefCell<BTreeMap<PlaybookId, Option<Rc<BTreeSet<Name>>>>>;

fn surely_sets(playbook: &Playbook, library: &Library, sets: &Sets) -> Option<Rc<BTreeSet<Name>>> {
    if let Some(known) = sets.borrow().get(&playbook.id) {
        return known.clone();
    }
    sets.borrow_mut().insert(playbook.id.clone(), None);
    let mut look = Look::new(playbook, library, sets);
    if look.walk(&playbook.start) {
        look.ended();
    }
    let found = look.ends.into_iter().flatten().cloned().collect();
    let found = Some(Rc::new(found));
    sets.borrow_mut().insert(playbook.id.clone(), found.clone());
    found
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
    sets: &'a Sets,
    known: BTreeMap<&'a Name, &'a Question>,
    taken: BTreeMap<&'a Name, Known>,
    seen: BTreeSet<&'a StepId>,
    /// The variables that are set here on every way,
    set: BTreeSet<&'a Name>,
    /// and in which order they came, so that what a block sets can be taken back: nothing is copied.
    trail: Vec<&'a Name>,
    /// What is set wherever the playbook ends, once it does.
    ends: Option<BTreeSet<&'a Name>>,
    found: Vec<Finding>,
}

/// What a way sets; none where it does not lead on.
type Way<'a> = Option<Vec<&'a Name>>;

impl<'a> Look<'a> {
    fn new(playbook: &'a Playbook, library: &'a Library, sets: &'a Sets) -> Self {
        let mut known: BTreeMap<&Name, &Question> = playbook.args.iter().collect();
        let mut taken = BTreeMap::new();
        for step in playbook.in_order() {
            for ask in asks(step) {
                known.entry(&ask.set).or_insert(&ask.question);
            }
            if let Does::Call { playbook: called, take, .. } = &step.does {
                let there = library.get(called);
                for (own, theirs) in take {
                    let question = there.and_then(|one| question_of(one, theirs));
                    taken.extend(question.map(|question| (own, known_of(question))));
                }
            }
        }
        let set = playbook.args.keys().collect();
        let (seen, trail, found) = Default::default();
        Self { playbook, library, sets, known, taken, seen, set, trail, ends: None, found }
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

    /// Walks a block from `start`; whether it leads on.
    fn walk(&mut self, start: &'a StepId) -> bool {
        let mut at = Some(start);
        while let Some(id) = at {
            let Some(step) = self.playbook.steps.get(id) else { return false };
            self.seen.insert(&step.id);
            if let Some(condition) = &step.only_if {
                self.condition(step, condition);
            }
            if let Does::End { playbook: whole } = step.does {
                if whole {
                    self.ended();
                }
                if step.only_if.is_none() {
                    return !whole;
                }
            } else if !self.one(step) {
                return false;
            }
            at = step.next.as_ref();
        }
        true
    }

    /// The playbook ends here.
    fn ended(&mut self) {
        match &mut self.ends {
            Some(ends) => ends.retain(|name| self.set.contains(name)),
            None => self.ends = Some(self.set.clone()),
        }
    }

    fn sets(&mut self, name: &'a Name) {
        if self.set.insert(name) {
            self.trail.push(name);
        }
    }

    /// What `walk` sets, taken back.
    fn way(&mut self, walk: impl FnOnce(&mut Self) -> bool) -> Way<'a> {
        let before = self.trail.len();
        let on = walk(self);
        let set = self.trail.split_off(before);
        for name in &set {
            self.set.remove(name);
        }
        on.then_some(set)
    }

    fn block(&mut self, start: &'a StepId) -> Way<'a> {
        self.way(|look| look.walk(start))
    }

    /// Goes on with what all ways set that lead on; whether one does.
    fn join(&mut self, ways: Vec<Way<'a>>) -> bool {
        let mut ways = ways.into_iter().flatten();
        let Some(first) = ways.next() else { return false };
        let common = ways.fold(first, |common, way| {
            let way: BTreeSet<&Name> = way.into_iter().collect();
            common.into_iter().filter(|name| way.contains(name)).collect()
        });
        common.into_iter().for_each(|name| self.sets(name));
        true
    }

    fn one(&mut self, step: &'a Step) -> bool {
        if step.only_if.is_none() && step.on_failure.is_none() && step.on_timeout.is_none() {
            return self.does(step);
        }
        let mut ways = vec![self.way(|look| look.does(step))];
        if step.only_if.is_some() {
            ways.push(Some(Vec::new()));
        }
        for block in step.on_failure.iter().chain(&step.on_timeout) {
            ways.push(self.block(block));
        }
        self.join(ways)
    }

    fn does(&mut self, step: &'a Step) -> bool {
        match &step.does {
            Does::Task(task) => {
                self.task(step, task);
                let asked = task.asks.iter().filter(|ask| !ask.optional);
                asked.for_each(|ask| self.sets(&ask.set));
            }
            Does::If { condition, then, otherwise } => {
                self.condition(step, condition);
                let then = self.block(then);
                let other = match otherwise {
                    Some(other) => self.block(other),
                    None => Some(Vec::new()),
                };
                return self.join(vec![then, other]);
            }
            Does::Switch { on, cases, default } => {
                self.switch(step, on, cases, default.is_some());
                let blocks = cases.values().chain(default);
                let ways = blocks.map(|block| self.block(block)).collect();
                return self.join(ways);
            }
            Does::While { condition, body, .. } => {
                self.condition(step, condition);
                self.block(body);
                if !self.changes(condition, body) {
                    self.find(&step.id, What::Endless);
                }
            }
            Does::Parallel { branches } => {
                let ways: Vec<Way<'a>> = branches.iter().map(|branch| self.block(branch)).collect();
                let Some(ways) = ways.into_iter().collect::<Option<Vec<_>>>() else { return false };
                ways.into_iter().flatten().for_each(|name| self.sets(name));
            }
            Does::Call { playbook, with, take } => {
                self.call(step, playbook, with, take);
                take.keys().for_each(|name| self.sets(name));
            }
            Does::Wait { .. } | Does::End { .. } => {}
        }
        true
    }

    fn task(&mut self, step: &Step, task: &Task) {
        let admin = Whom::Target(Target::Role(Role::Admin));
        if task.who == admin || task.approval.as_ref().is_some_and(|one| one.by == admin) {
            self.find(&step.id, What::ForAdmin);
        }
        if let Some(approval) = &task.approval {
            let one = |whom: &Whom| {
                matches!(whom, Whom::Holder | Whom::Reporter | Whom::Target(Target::Person(_)))
            };
            if one(&approval.by) && (approval.by == task.who || approval.quorum > 1) {
                self.find(&step.id, What::NobodyApproves);
            }
        }
        // The others count from its beginning: with what counts from elsewhere they do not compare.
        let due = task.due.filter(|_| task.due_since_detected().is_none());
        let later = |one: Option<_>, other: Option<_>| one.zip(other).is_some_and(|(a, b)| a > b);
        if later(task.ack, task.timeout) || later(due, task.timeout) {
            self.find(&step.id, What::Order);
        }
    }

    fn condition(&mut self, step: &Step, condition: &Expr) {
        let known = |name: &Name| self.kind_of(name);
        let kind = condition.kind(&known);
        let unset = condition.variables().into_iter().find(|name| !self.set.contains(name));
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

    fn switch(&mut self, step: &Step, on: &Name, cases: &BTreeMap<String, StepId>, default: bool) {
        let Some(known) = self.kind_of(on) else {
            return self.find(&step.id, What::Condition(Fault::Unknown(on.clone())));
        };
        if !self.set.contains(on) {
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
            if let Some(unset) = expr.variables().into_iter().find(|one| !self.set.contains(one)) {
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
        if take.is_empty() {
            return;
        }
        if let Some(sets) = surely_sets(called, library, self.sets) {
            for theirs in take.values().filter(|theirs| !sets.contains(*theirs)) {
                self.find(&step.id, What::NotSetThere(theirs.clone()));
            }
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
