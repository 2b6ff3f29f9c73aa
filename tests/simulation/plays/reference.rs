//! What a playbook says, walked a second time: slowly, by plain recursion over its blocks, and without
//! looking at how the program walks it. It is told only what people did and what the clock did.

use std::collections::{BTreeMap, BTreeSet};

use trucban::domain::ids::PersonId;
use trucban::domain::playbook::expr::{Expr, Order, Value};
use trucban::domain::playbook::model::{Does, Name, PlaybookId, Step, StepId, Task};

use super::library::books;

/// A playbook that is walked, with what is known in it.
#[derive(Clone, PartialEq, Debug)]
pub struct Scope {
    pub book: PlaybookId,
    pub vars: BTreeMap<Name, Value>,
}

/// Somewhere it stands.
#[derive(Clone, PartialEq, Debug)]
pub struct Spot {
    pub step: StepId,
    /// What the program calls this turn of it, once that is known.
    pub number: Option<u32>,
    pub is: Is,
}

/// What happens there.
#[derive(Clone, PartialEq, Debug)]
pub enum Is {
    Task(Open),
    Until(i64),
    Decision,
    Blocks {
        live: Vec<Spot>,
        turn: u32,
        /// The block for a failure.
        handling: bool,
        /// The playbook that is called here.
        called: Option<Scope>,
    },
}

/// Something for people.
#[derive(Clone, PartialEq, Default, Debug)]
pub struct Open {
    pub taken: Option<PersonId>,
    pub answered: BTreeSet<Name>,
    pub proof: Vec<u32>,
    pub agreed: bool,
    pub asked: Option<Asked>,
    pub timeout: Option<i64>,
}

/// An approval somebody waits for.
#[derive(Clone, PartialEq, Debug)]
pub struct Asked {
    pub by: PersonId,
    pub until: i64,
    pub given: Vec<PersonId>,
}

/// Where a walk comes to.
enum Flow {
    Live(Spot),
    /// The block is over.
    Over,
    /// The whole playbook is.
    End,
}

/// What ends a turn of a step.
#[derive(Clone, Copy, Debug)]
pub enum Deed {
    Over,
    Fail { late: bool },
    Again,
}

/// A run.
#[derive(Clone, Debug)]
pub struct Run {
    pub number: u32,
    pub scope: Scope,
    /// Where it stands, until it has ended.
    pub top: Option<Spot>,
}

impl Run {
    /// One that is started.
    pub fn start(number: u32, book: &PlaybookId, now: i64) -> Self {
        let mut scope = Scope { book: book.clone(), vars: BTreeMap::new() };
        let start = books()[book].start.clone();
        let top = kept(Walk { now }.enter(&mut scope, Some(&start)));
        Self { number, scope, top }
    }

    /// A turn of a step ends.
    pub fn ends(&mut self, number: u32, deed: Deed, now: i64) {
        let Some(top) = self.top.take() else { return };
        self.top = kept(Walk { now }.on(&mut self.scope, top, number, deed));
    }

    /// Whether something of it is live under this number.
    pub fn has(&self, number: u32) -> bool {
        self.top.as_ref().is_some_and(|top| top.has(number))
    }

    /// A place by its number, with the playbook it stands in.
    pub fn spot(&mut self, number: u32) -> Option<(&mut Spot, &mut Scope)> {
        find(self.top.as_mut()?, &mut self.scope, number)
    }

    /// Every place where something is waited for, with the playbook it stands in.
    pub fn leaves(&self) -> Vec<(&Spot, &PlaybookId)> {
        let mut found = Vec::new();
        if let Some(top) = &self.top {
            gather(top, &self.scope.book, &mut found);
        }
        found
    }
}

fn kept(flow: Flow) -> Option<Spot> {
    match flow {
        Flow::Live(spot) => Some(spot),
        Flow::Over | Flow::End => None,
    }
}

fn find<'a>(
    spot: &'a mut Spot,
    scope: &'a mut Scope,
    number: u32,
) -> Option<(&'a mut Spot, &'a mut Scope)> {
    if spot.number == Some(number) {
        return Some((spot, scope));
    }
    let Is::Blocks { live, called, .. } = &mut spot.is else { return None };
    let inside = called.as_mut().unwrap_or(scope);
    let own = live.iter_mut().find(|one| one.has(number))?;
    find(own, inside, number)
}

fn gather<'a>(spot: &'a Spot, book: &'a PlaybookId, found: &mut Vec<(&'a Spot, &'a PlaybookId)>) {
    match &spot.is {
        Is::Blocks { live, called, .. } => {
            let book = called.as_ref().map_or(book, |called| &called.book);
            live.iter().for_each(|one| gather(one, book, found));
        }
        _ => found.push((spot, book)),
    }
}

impl Spot {
    fn has(&self, number: u32) -> bool {
        let inside = match &self.is {
            Is::Blocks { live, .. } => live.iter().any(|one| one.has(number)),
            _ => false,
        };
        inside || self.number == Some(number)
    }

    /// When something happens here of itself.
    pub fn moment(&self) -> Option<i64> {
        match &self.is {
            Is::Until(at) => Some(*at),
            Is::Task(open) => {
                let lapse = open.asked.as_ref().map(|asked| asked.until);
                open.timeout.into_iter().chain(lapse).min()
            }
            _ => None,
        }
    }

    /// The clock was set.
    pub fn shift(&mut self, by_ms: i64) {
        match &mut self.is {
            Is::Until(at) => *at += by_ms,
            Is::Task(open) => {
                let lapse = open.asked.as_mut().map(|asked| &mut asked.until);
                open.timeout.iter_mut().chain(lapse).for_each(|at| *at += by_ms);
            }
            Is::Decision => {}
            Is::Blocks { live, .. } => live.iter_mut().for_each(|one| one.shift(by_ms)),
        }
    }

    /// Whoever had the incident has it no more: what is always with its holder is nobody's own.
    pub fn loses(&mut self, book: &PlaybookId, person: &PersonId) {
        use trucban::domain::playbook::model::Whom;
        match &mut self.is {
            Is::Task(open) => {
                let with_holder = task(book, &self.step).is_some_and(|t| t.who == Whom::Holder);
                open.taken.take_if(|taken| with_holder && taken == person);
            }
            Is::Blocks { live, called, .. } => {
                let book = called.as_ref().map_or(book, |called| &called.book);
                live.iter_mut().for_each(|one| one.loses(book, person));
            }
            _ => {}
        }
    }
}

/// What a step asks of people.
pub fn task<'a>(book: &PlaybookId, step: &StepId) -> Option<&'a Task> {
    books()[book].steps[step].task()
}

/// One walk, at an instant.
struct Walk {
    now: i64,
}

fn ms(time: std::time::Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap()
}

impl Walk {
    /// From this step on until something is waited for.
    fn enter(&self, scope: &mut Scope, id: Option<&StepId>) -> Flow {
        let Some(id) = id else { return Flow::Over };
        let step = &books()[&scope.book].steps[id];
        match step.only_if.as_ref().map(|condition| holds(condition, scope)) {
            Some(None) => return self.gives_up(scope, step, None),
            Some(Some(false)) => return self.next(scope, step),
            Some(Some(true)) | None => {}
        }
        let spot = |is| Flow::Live(Spot { step: id.clone(), number: None, is });
        match &step.does {
            Does::Task(task) => {
                let timeout = task.timeout.map(|time| self.now + ms(time));
                spot(Is::Task(Open { timeout, ..Open::default() }))
            }
            Does::Wait { time } => spot(Is::Until(self.now + ms(*time))),
            Does::End { playbook: true } => Flow::End,
            Does::End { playbook: false } => Flow::Over,
            Does::If { condition, then, otherwise } => match holds(condition, scope) {
                None => self.gives_up(scope, step, None),
                Some(true) => self.block(scope, step, Some(then), 1),
                Some(false) => self.block(scope, step, otherwise.as_ref(), 1),
            },
            Does::Switch { on, cases, default } => match scope.vars.get(on) {
                Some(Value::Choice(word)) => {
                    let block = cases.get(word).or(default.as_ref());
                    self.block(scope, step, block, 1)
                }
                _ => self.gives_up(scope, step, None),
            },
            Does::While { condition, body, .. } => match holds(condition, scope) {
                None => self.gives_up(scope, step, None),
                Some(true) => self.block(scope, step, Some(body), 1),
                Some(false) => self.next(scope, step),
            },
            Does::Parallel { branches } => {
                let mut live = Vec::new();
                for branch in branches {
                    match self.enter(scope, Some(branch)) {
                        Flow::Live(spot) => live.push(spot),
                        Flow::Over => {}
                        Flow::End => return Flow::End,
                    }
                }
                self.around(scope, step, None, live, 1, false)
            }
            Does::Call { playbook, with, .. } => {
                let given: Option<BTreeMap<Name, Value>> = with
                    .iter()
                    .map(|(name, expr)| Some((name.clone(), value(expr, scope)?)))
                    .collect();
                let Some(vars) = given else { return self.gives_up(scope, step, None) };
                let mut inner = Scope { book: playbook.clone(), vars };
                let start = books()[playbook].start.clone();
                let flow = self.enter(&mut inner, Some(&start));
                self.inside_call(scope, step, None, inner, flow)
            }
        }
    }

    fn next(&self, scope: &mut Scope, step: &Step) -> Flow {
        self.enter(scope, step.next.as_ref())
    }

    fn block(&self, scope: &mut Scope, step: &Step, block: Option<&StepId>, turn: u32) -> Flow {
        match self.enter(scope, block) {
            Flow::Live(spot) => self.around(scope, step, None, vec![spot], turn, false),
            Flow::Over if block.is_none() => self.next(scope, step),
            Flow::Over => self.around(scope, step, None, Vec::new(), turn, false),
            Flow::End => Flow::End,
        }
    }

    /// A step whose blocks are these: over when there is none left.
    fn around(
        &self,
        scope: &mut Scope,
        step: &Step,
        number: Option<u32>,
        live: Vec<Spot>,
        turn: u32,
        handling: bool,
    ) -> Flow {
        if !live.is_empty() {
            let is = Is::Blocks { live, turn, handling, called: None };
            return Flow::Live(Spot { step: step.id.clone(), number, is });
        }
        let Does::While { condition, body, max } = &step.does else {
            return self.next(scope, step);
        };
        match holds(condition, scope) {
            _ if handling => self.next(scope, step),
            Some(false) => self.next(scope, step),
            Some(true) if turn < *max => match self.enter(scope, Some(body)) {
                Flow::Live(spot) => self.around(scope, step, number, vec![spot], turn + 1, false),
                Flow::Over => self.around(scope, step, number, Vec::new(), turn + 1, false),
                Flow::End => Flow::End,
            },
            _ => self.gives_up(scope, step, number),
        }
    }

    fn gives_up(&self, scope: &mut Scope, step: &Step, number: Option<u32>) -> Flow {
        self.handles(scope, step, number, step.on_failure.as_ref())
    }

    fn handles(
        &self,
        scope: &mut Scope,
        step: &Step,
        number: Option<u32>,
        block: Option<&StepId>,
    ) -> Flow {
        let Some(block) = block else {
            return Flow::Live(Spot { step: step.id.clone(), number, is: Is::Decision });
        };
        match self.enter(scope, Some(block)) {
            Flow::Live(spot) => self.around(scope, step, number, vec![spot], 0, true),
            Flow::Over => self.next(scope, step),
            Flow::End => Flow::End,
        }
    }

    fn inside_call(
        &self,
        scope: &mut Scope,
        step: &Step,
        number: Option<u32>,
        inner: Scope,
        flow: Flow,
    ) -> Flow {
        if let Flow::Live(spot) = flow {
            let is = Is::Blocks { live: vec![spot], turn: 1, handling: false, called: Some(inner) };
            return Flow::Live(Spot { step: step.id.clone(), number, is });
        }
        if let Does::Call { take, .. } = &step.does {
            for (own, theirs) in take {
                scope.vars.extend(inner.vars.get(theirs).map(|one| (own.clone(), one.clone())));
            }
        }
        self.next(scope, step)
    }

    /// A turn of a step ends somewhere in here.
    fn on(&self, scope: &mut Scope, spot: Spot, number: u32, deed: Deed) -> Flow {
        let step = &books()[&scope.book].steps[&spot.step];
        if spot.number == Some(number) {
            return match deed {
                Deed::Over => self.next(scope, step),
                Deed::Again => self.enter(scope, Some(&spot.step)),
                Deed::Fail { late: true } => {
                    let block = step.on_timeout.as_ref().or(step.on_failure.as_ref());
                    self.handles(scope, step, spot.number, block)
                }
                Deed::Fail { late: false } => self.gives_up(scope, step, spot.number),
            };
        }
        let Is::Blocks { mut live, turn, handling, called } = spot.is else {
            return Flow::Live(spot);
        };
        let index = live.iter().position(|one| one.has(number)).expect("a place with this number");
        let own = live.remove(index);
        if let Some(mut inner) = called {
            let flow = self.on(&mut inner, own, number, deed);
            return self.inside_call(scope, step, spot.number, inner, flow);
        }
        match self.on(scope, own, number, deed) {
            Flow::Live(one) => live.insert(index, one),
            Flow::Over => {}
            Flow::End => return Flow::End,
        }
        self.around(scope, step, spot.number, live, turn, handling)
    }
}

fn value(expr: &Expr, scope: &Scope) -> Option<Value> {
    Some(match expr {
        Expr::Truth(truth) => Value::Truth(*truth),
        Expr::Number(number) => Value::Number(*number),
        Expr::Word(word) => Value::Choice(word.clone()),
        Expr::Variable(name) => scope.vars.get(name)?.clone(),
        Expr::Compare(left, order, right) => {
            let (Value::Number(left), Value::Number(right)) =
                (value(left, scope)?, value(right, scope)?)
            else {
                panic!("the town compares numbers only");
            };
            Value::Truth(match order {
                Order::Is => left == right,
                Order::IsNot => left != right,
                Order::Less => left < right,
                Order::AtMost => left <= right,
                Order::More => left > right,
                Order::AtLeast => left >= right,
            })
        }
        Expr::And(left, right) => match (holds(left, scope), holds(right, scope)) {
            (Some(false), _) => Value::Truth(false),
            (left, right) => Value::Truth(left? && right?),
        },
        other => panic!("nothing in the town says {other:?}"),
    })
}

fn holds(expr: &Expr, scope: &Scope) -> Option<bool> {
    match value(expr, scope)? {
        Value::Truth(truth) => Some(truth),
        _ => None,
    }
}
