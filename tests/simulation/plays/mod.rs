//! Playbooks on incidents: what may be asked of a run, by whom, and what comes of it.

mod acts;
mod agree;
mod library;
pub mod reference;
mod someone;

use std::collections::{BTreeMap, BTreeSet};

use trucban::domain::escalation::policy::Target;
use trucban::domain::ids::{IncidentCode, PersonId};
use trucban::domain::incident::act::Aim;
use trucban::domain::playbook::expr::Value;
use trucban::domain::playbook::model::{PlaybookId, Task, Whom};
use trucban::domain::playbook::run::PlayAct;
use trucban::domain::text::Text;
use trucban::domain::time::Timestamp;
use trucban::domain::values::Role;

use super::model::{Expected, Model, When};
use super::town;
use library::books;
pub use library::library;
use reference::{Asked, Deed, Is, Open, Run, task};

/// One who was called for a step: entry, step, person, whether anything reached him then.
pub type Call = (i64, u32, PersonId, bool);

/// Every run, and who was called for what.
#[derive(Clone, Default, Debug)]
pub struct Plays {
    pub runs: BTreeMap<IncidentCode, Vec<Run>>,
    /// Everybody called for a step.
    pub called: BTreeMap<(IncidentCode, u32), BTreeSet<PersonId>>,
    /// The same, call by call.
    pub calls: BTreeMap<IncidentCode, Vec<Call>>,
    /// Numbers of steps that were given out.
    pub numbers: BTreeMap<IncidentCode, BTreeSet<u32>>,
    /// How each turn ended.
    pub ends: BTreeMap<(IncidentCode, u32, String), u32>,
    holders: BTreeMap<IncidentCode, PersonId>,
}

impl Plays {
    /// Runs that go on.
    pub fn live(&self, code: &IncidentCode) -> impl Iterator<Item = &Run> {
        self.runs.get(code).into_iter().flatten().filter(|run| run.top.is_some())
    }

    fn run_of(&mut self, code: &IncidentCode, step: u32) -> Option<&mut Run> {
        let runs = self.runs.get_mut(code)?;
        runs.iter_mut().find(|run| run.has(step))
    }

    /// What is waited for under this number: its task, how it stands, and the playbook it belongs to.
    pub fn open(&mut self, code: &IncidentCode, step: u32) -> Option<(&mut Is, &'static Task)> {
        let (spot, scope) = self.run_of(code, step)?.spot(step)?;
        let task = task(&scope.book, &spot.step)?;
        Some((&mut spot.is, task))
    }

    /// Whether somebody still needs to hear of a step that he was called for.
    pub fn wanted(&mut self, code: &IncidentCode, step: u32, cause: &str) -> bool {
        let Some((spot, _)) = self.run_of(code, step).and_then(|run| run.spot(step)) else {
            return false;
        };
        match (&spot.is, cause) {
            (Is::Decision, "failed") => true,
            (Is::Task(_), "failed") => false,
            (Is::Task(open), "untaken") => open.taken.is_none(),
            (Is::Task(open), "approval") => open.asked.is_some(),
            (Is::Task(_), _) => true,
            _ => false,
        }
    }

    /// Moments of an incident that have come, each once, in the order of the steps.
    pub fn tick(&mut self, code: &IncidentCode, now: i64) {
        for run in self.runs.get_mut(code).into_iter().flatten() {
            let came = |moment: Option<i64>| moment.is_some_and(|at| at <= now);
            let mut passed: Vec<u32> = run
                .leaves()
                .iter()
                .filter(|(spot, _)| came(spot.moment()))
                .filter_map(|(spot, _)| spot.number)
                .collect();
            passed.sort_unstable();
            for number in passed {
                let Some((spot, _)) = run.spot(number) else { continue };
                let deed = match &mut spot.is {
                    Is::Until(_) => Deed::Over,
                    Is::Task(open) if came(open.timeout) => Deed::Fail { late: true },
                    Is::Task(open) => {
                        open.asked = None;
                        continue;
                    }
                    _ => continue,
                };
                run.ends(number, deed, now);
            }
        }
    }

    /// The clock was set.
    pub fn shift(&mut self, by_ms: i64) {
        for run in self.runs.values_mut().flatten() {
            run.top.iter_mut().for_each(|top| top.shift(by_ms));
        }
    }

    /// Who has the incident now, and whether it is over.
    pub fn stands(&mut self, code: &IncidentCode, holder: Option<&PersonId>, open: bool) {
        let before = match holder {
            Some(holder) => self.holders.insert(code.clone(), holder.clone()),
            None => self.holders.remove(code),
        };
        for run in self.runs.get_mut(code).into_iter().flatten() {
            if !open {
                run.top = None;
            }
            if let (Some(before), Some(top)) =
                (before.as_ref().filter(|before| Some(*before) != holder), &mut run.top)
            {
                top.loses(&run.scope.book.clone(), before);
            }
        }
    }
}

fn worded(words: &str) -> bool {
    !words.trim().is_empty() && words.trim().chars().count() <= 8_000
}

/// What a person is to a step, and to the incident.
struct Standing {
    leads: bool,
    holds: bool,
    /// He has it, or may.
    mine: bool,
}

impl Model {
    /// Somebody asks something of a playbook.
    pub fn play(&mut self, who: &PersonId, aim: &Aim, act: &PlayAct, when: When) -> Expected {
        let may = [Role::Reporter, Role::Responder, Role::Lead, Role::Manager];
        let Some(case) = self.cases.get(&aim.code) else { return Expected::Refused };
        if !self.staff.is(who, &may) || !self.seen_by(&aim.code, who) {
            return Expected::Refused;
        }
        let merged = case.main.is_some();
        let starts = matches!(act, PlayAct::Start(_));
        if merged && !starts || !merged && aim.episode.is_some_and(|e| e != case.episode) {
            return Expected::Refused;
        }
        let code = self.lead_of(&aim.code);
        let Some(case) = self.cases.get(&code) else { return Expected::Refused };
        if case.off_channel {
            return Expected::Refused;
        }
        let done = match act {
            PlayAct::Start(id) => self.starts(who, &code, id, when),
            PlayAct::Stop(number, reason) => self.stops(who, &code, *number, reason),
            act => self.on_step(who, &code, act, when).unwrap_or(false),
        };
        if !done {
            return Expected::Refused;
        }
        if let Some(case) = self.cases.get_mut(&code)
            && case.holder.as_ref() == Some(who)
        {
            case.sign = when.mono;
        }
        Expected::Done
    }

    fn lead_of(&self, code: &IncidentCode) -> IncidentCode {
        let main = self.cases.get(code).and_then(|case| case.main.clone());
        main.map_or_else(|| code.clone(), |main| self.lead_of(&main))
    }

    fn starts(&mut self, who: &PersonId, code: &IncidentCode, id: &PlaybookId, when: When) -> bool {
        let known = books().get(id).is_some_and(|book| !book.shared);
        let open = self.cases.get(code).is_some_and(super::model::Case::open);
        let live: Vec<PlaybookId> =
            self.plays.live(code).map(|run| run.scope.book.clone()).collect();
        if !known || !open || !self.staff.in_team(who) || live.contains(id) || live.len() >= 8 {
            return false;
        }
        let runs = self.plays.runs.entry(code.clone()).or_default();
        let number = u32::try_from(runs.len()).unwrap() + 1;
        runs.push(Run::start(number, id, when.wall));
        true
    }

    fn stops(&mut self, who: &PersonId, code: &IncidentCode, number: u32, reason: &str) -> bool {
        let found = self.plays.run_of(code, number).map(|run| run.number);
        let holds = self.cases.get(code).is_some_and(|case| case.holder.as_ref() == Some(who));
        let may = holds || self.staff.is(who, &[Role::Lead]);
        let Some(found) = found.filter(|_| may && worded(reason)) else { return false };
        let runs = self.plays.runs.get_mut(code).into_iter().flatten();
        runs.filter(|run| run.number == found).for_each(|run| run.top = None);
        true
    }

    fn meant(&self, whom: &Whom, code: &IncidentCode, now: Timestamp) -> BTreeSet<PersonId> {
        let Some(case) = self.cases.get(code) else { return BTreeSet::new() };
        match whom {
            Whom::Holder => case.holder.iter().cloned().collect(),
            Whom::Reporter => {
                let merged = self.cases.values().filter(|one| one.main.as_ref() == Some(code));
                let all = merged.chain([case]).filter_map(|one| one.reported_by.clone());
                all.filter(|one| self.staff.line(one).is_some()).collect()
            }
            Whom::Target(target) => {
                let level = town::level(std::slice::from_ref(target), town::minutes(1));
                self.watch.called(&level, now, &self.staff)
            }
        }
    }

    fn standing(
        &self,
        who: &PersonId,
        code: &IncidentCode,
        step: u32,
        (open, task): (Option<&Open>, Option<&Task>),
        now: Timestamp,
    ) -> Standing {
        let holder = self.cases.get(code).and_then(|case| case.holder.as_ref());
        let (leads, holds) = (self.staff.is(who, &[Role::Lead]), holder == Some(who));
        let called = self.plays.called.get(&(code.clone(), step));
        let whole = task.is_some_and(|task| {
            task.who == Whom::Target(Target::Team) || task.who == Whom::Holder && holder.is_none()
        });
        let his = task.is_some_and(|task| self.meant(&task.who, code, now).contains(who))
            || called.is_some_and(|called| called.contains(who))
            || whole && self.staff.in_team(who);
        let mine = open.is_some_and(|open| match &open.taken {
            Some(taken) => taken == who,
            None => his,
        });
        Standing { leads, holds, mine: mine || leads || holds }
    }

    /// An act on a step: whether it is done. `None` where there is no such step.
    fn on_step(
        &mut self,
        who: &PersonId,
        code: &IncidentCode,
        act: &PlayAct,
        when: When,
    ) -> Option<bool> {
        let (step, now) = (act.step()?, Timestamp::from_millis(when.wall));
        let (spot, scope) = self.plays.run_of(code, step)?.spot(step)?;
        let (is, task) = (spot.is.clone(), task(&scope.book, &spot.step));
        let set: BTreeSet<_> = scope.vars.keys().cloned().collect();
        let unset = task.is_some_and(|task| {
            task.asks.iter().any(|ask| !ask.optional && !set.contains(&ask.set))
        });
        let open = match &is {
            Is::Task(open) => Some(open),
            Is::Decision => None,
            Is::Until(_) | Is::Blocks { .. } => return None,
        };
        let can = self.standing(who, code, step, (open, task), now);
        let (answers, whole) = (can.leads || can.holds, can.mine);
        let required = task.is_some_and(|task| task.required) && !can.leads;
        let (Some(open), Some(task)) = (open, task) else {
            let deed = match act {
                PlayAct::Retry(_) if answers => Deed::Again,
                PlayAct::Skip(_, why) if answers && worded(why) && !required && !unset => {
                    Deed::Over
                }
                _ => return None,
            };
            self.plays.run_of(code, step)?.ends(step, deed, when.wall);
            return Some(true);
        };
        let asks = &task.asks;
        let unanswered = asks.iter().any(|ask| !ask.optional && !open.answered.contains(&ask.set));
        let wanted = task.evidence.as_ref().map_or(0, |proof| proof.count);
        let unproved = u32::try_from(open.proof.len()).ok()? < wanted;
        let approval = task.approval.as_ref().filter(|_| !open.agreed);
        let judges = open.asked.as_ref().zip(task.approval.as_ref()).filter(|(asked, approval)| {
            let named = self.meant(&approval.by, code, now);
            // Where nobody is left who could, the leads are asked.
            asked.by != *who && !asked.given.contains(who) && (can.leads || named.contains(who))
        });
        let (mut next, deed) = (Open { taken: Some(who.clone()), ..open.clone() }, Deed::Over);
        let ends = match act {
            PlayAct::Take(_) if whole && open.taken.as_ref() != Some(who) => None,
            PlayAct::Answer(_, which, _) | PlayAct::Choose(_, which, _)
                if whole && open.asked.is_none() =>
            {
                let ask = asks.get(usize::try_from(*which).ok()?)?;
                let value = match act {
                    PlayAct::Choose(_, _, place) => ask.question.answer.chosen(*place)?,
                    PlayAct::Answer(_, _, said) => ask.question.answer.read(said)?,
                    _ => return None,
                };
                if matches!(&value, Value::Words(Text::Plain(words)) if !worded(words)) {
                    return None;
                }
                next.answered.insert(ask.set.clone());
                let (_, scope) = self.plays.run_of(code, step)?.spot(step)?;
                scope.vars.insert(ask.set.clone(), value);
                None
            }
            PlayAct::Redo(_) if whole && open.asked.is_none() => {
                next.answered.clear();
                None
            }
            PlayAct::Done(_) if whole && open.asked.is_none() => match approval {
                Some(one) if !one.after || !unanswered && !unproved => {
                    let until = now.plus(one.expires).millis();
                    next.asked = Some(Asked { by: who.clone(), until, given: Vec::new() });
                    None
                }
                None if !unanswered && !unproved => Some(deed),
                _ => return None,
            },
            PlayAct::Skip(_, why) if whole && worded(why) && !required && !unanswered => Some(deed),
            PlayAct::Fail(_, why) if whole && worded(why) => Some(Deed::Fail { late: false }),
            PlayAct::Approve(_) => {
                let (asked, approval) = judges?;
                let enough = u32::try_from(asked.given.len()).ok()? + 1 >= approval.quorum;
                next.taken = open.taken.clone();
                next.asked.iter_mut().for_each(|asked| asked.given.push(who.clone()));
                if enough && !approval.after {
                    (next.asked, next.agreed) = (None, true);
                }
                (enough && approval.after).then_some(deed)
            }
            PlayAct::Decline(_, why) if worded(why) => {
                judges?;
                (next.taken, next.asked) = (open.taken.clone(), None);
                None
            }
            _ => return None,
        };
        let run = self.plays.run_of(code, step)?;
        match ends {
            Some(deed) => run.ends(step, deed, when.wall),
            None => run.spot(step)?.0.is = Is::Task(next),
        }
        Some(true)
    }
}
