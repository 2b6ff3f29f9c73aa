//! Whether the program's runs stand where the reference has them.

use std::collections::BTreeMap;

use trucban::domain::ids::{IncidentCode, PersonId};
use trucban::domain::incident::event::IncidentEvent;
use trucban::domain::notice::Body;
use trucban::domain::playbook::expr::Value;
use trucban::domain::playbook::model::{Name, Whom};
use trucban::domain::playbook::run::RunEvent;
use trucban::domain::playbook::run::event::{Call, Move};
use trucban::domain::playbook::run::state::{Run as Theirs, Token, Waits};
use trucban::ledger::outbox::Row;

use super::reference::{Is, Scope, Spot, task};
use crate::hold;
use crate::scenarios::stored::call_of;
use crate::simulation::driver::{Check, Sim};

fn words(error: impl std::fmt::Display) -> String {
    error.to_string()
}

/// Free words apart, which are kept elsewhere.
fn known(vars: &BTreeMap<Name, Value>) -> BTreeMap<&Name, &Value> {
    vars.iter().filter(|(_, value)| !matches!(value, Value::Words(_))).collect()
}

/// Holds one place against a token, and what stands in it. Returns how many tokens there are.
fn same(
    spot: &mut Spot,
    scope: &Scope,
    parent: Option<u32>,
    (run, used): (&Theirs, &mut std::collections::BTreeSet<u32>),
) -> Result<usize, String> {
    let here = |token: &Token| token.parent == parent && token.step == spot.step;
    let mut found = run.tokens.iter().filter(|(_, token)| here(token));
    let step = &spot.step;
    let (number, token) = found.next().ok_or_else(|| format!("{step} is not live"))?;
    hold!(found.next().is_none(), "{step} is live twice in one block");
    match spot.number {
        Some(before) => hold!(before == *number, "{step} was {before} and is {number}"),
        None => hold!(used.insert(*number), "{step} has {number}, which was given out before"),
    }
    spot.number = Some(*number);
    let frame = run.frames.get(&token.frame).ok_or("a step in a playbook that has ended")?;
    hold!(frame.playbook == scope.book, "{step} stands in {}", frame.playbook);
    let (is, should) = (known(&frame.vars), known(&scope.vars));
    hold!(is == should, "{step}: {is:?}, not {should:?}");
    match (&mut spot.is, &token.waits) {
        (Is::Until(at), Waits::Until(theirs)) => {
            hold!(*at == theirs.millis(), "{step} waits until another instant");
            Ok(1)
        }
        (Is::Decision, Waits::Decision { .. }) => Ok(1),
        (Is::Task(open), Waits::Task(pending)) => {
            let by = pending.taken.as_ref().map(|(person, _)| person);
            hold!(
                by == open.taken.as_ref(),
                "{step} ({number}) is {by:?}'s, not {:?}'s",
                open.taken
            );
            hold!(pending.answered == open.answered, "{step}: answers {:?}", pending.answered);
            hold!(pending.agreed == open.agreed, "{step} is agreed to: {}", pending.agreed);
            let until = pending.timeout.map(|at| at.millis());
            hold!(until == open.timeout, "{step} fails at {until:?}, not {:?}", open.timeout);
            let asked = |one: &trucban::domain::playbook::run::state::Asked| {
                (one.by.clone(), one.until.millis(), one.given.clone())
            };
            let (is, should) = (
                pending.approval.as_ref().map(asked),
                open.asked.as_ref().map(|one| (one.by.clone(), one.until, one.given.clone())),
            );
            hold!(is == should, "{step} waits for approval {is:?}, not {should:?}");
            Ok(1)
        }
        (
            Is::Blocks { live, called, handling, turn },
            Waits::Blocks { left, turn: at, handling: h },
        ) => {
            hold!(handling == h, "{step} handles a failure: {h}");
            hold!(*handling || turn == at, "{step} is in turn {at}, not {turn}");
            let count = u32::try_from(live.len()).unwrap();
            hold!(*left == count, "{step} ({number}) waits for {left} blocks, not {count}");
            let scope = called.as_ref().unwrap_or(scope);
            let mut tokens = 1;
            for one in live {
                tokens += same(one, scope, Some(*number), (run, &mut *used))?;
            }
            Ok(tokens)
        }
        (is, waits) => Err(format!("{step} waits for {waits:?}, not {is:?}")),
    }
}

impl Sim {
    /// What happened to a run.
    pub fn ran(&mut self, code: &IncidentCode, seq: i64, actor: &str, body: &str) -> Check {
        let event: IncidentEvent = serde_json::from_str(body).map_err(words)?;
        let IncidentEvent::Run { what, .. } = event else { return Ok(()) };
        if let RunEvent::Done { step }
        | RunEvent::Skipped { step, .. }
        | RunEvent::Failed { step, .. } = &what
        {
            let how = if let RunEvent::Failed { .. } = what { "failed" } else { "over" };
            self.ends_once(code, *step, how)?;
        }
        let plays = &mut self.model.plays;
        match &what {
            RunEvent::Called { step, people, .. } => {
                for called in people {
                    let there = self.model.staff.ways(&called.id) > 0;
                    let call = (seq, *step, called.id.clone(), there);
                    plays.calls.entry(code.clone()).or_default().push(call);
                    let all = plays.called.entry((code.clone(), *step)).or_default();
                    hold!(
                        self.model.staff.line(&called.id).is_some() || there,
                        "{seq} called who left"
                    );
                    all.insert(called.id.clone());
                }
            }
            RunEvent::Proved { step, number } => {
                let Some((Is::Task(open), _)) = plays.open(code, *step) else {
                    return Err(format!("entry {seq} proves step {step}, which is over"));
                };
                open.proof.push(*number);
                let person = actor.strip_prefix("person:").ok_or("nobody proved it")?;
                open.taken = Some(PersonId::new(person));
            }
            RunEvent::Freed { step, .. } => {
                let Some((Is::Task(open), _)) = plays.open(code, *step) else {
                    return Err(format!("entry {seq} frees step {step}, which is over"));
                };
                let had = open.taken.take().ok_or("nobody had it")?;
                hold!(
                    self.model.staff.ways(&had) == 0 || !self.model.staff.in_team(&had),
                    "{had} is still there"
                );
            }
            RunEvent::Moved { moves } => {
                for one in moves {
                    if let Move::End { number } = one {
                        self.ends_once(code, *number, "ended")?;
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn ends_once(&mut self, code: &IncidentCode, step: u32, how: &str) -> Check {
        let times = self.model.plays.ends.entry((code.clone(), step, how.to_owned())).or_insert(0);
        *times += 1;
        hold!(*times == 1, "{code}.{step} {how} {times} times");
        Ok(())
    }

    /// The steps that are live are exactly those the reference has, each in the same state.
    pub fn runs_agree(&mut self, code: &IncidentCode) -> Check {
        let Some(case) = self.model.cases.get(code) else { return Ok(()) };
        let (holder, open) = (case.holder.clone(), case.open());
        let plays = &mut self.model.plays;
        plays.stands(code, holder.as_ref(), open);
        let incident = self.store.as_ref().unwrap().1.incident(code).map_err(words)?;
        let incident = incident.ok_or("no such incident")?;
        let used = plays.numbers.entry(code.clone()).or_default();
        let runs = plays.runs.entry(code.clone()).or_default();
        hold!(runs.len() == incident.runs.len(), "{code} has {} runs", incident.runs.len());
        for (run, theirs) in runs.iter_mut().zip(&incident.runs) {
            let number = theirs.number;
            hold!(run.number == number, "{code}: run {number}");
            let live = run.top.is_some();
            hold!(theirs.is_live() == live, "{code}: run {number} goes on: {}", theirs.is_live());
            let mut tokens = 0;
            if let Some(top) = &mut run.top {
                let agreed = same(top, &run.scope, None, (theirs, &mut *used));
                tokens = agreed.map_err(|broken| format!("{code}, run {number}: {broken}"))?;
            }
            let is = theirs.tokens.len();
            hold!(is == tokens, "{code}, run {number}: {is} tokens, not {tokens}");
        }
        hold!(open || incident.live_runs().next().is_none(), "{code} is closed and runs");
        self.somebody_can(code)?;
        self.somebody_may(code, &incident)
    }

    /// Every live step has a moment, or somebody who can do it: whom it means, who took it, the holder
    /// or a lead.
    fn somebody_can(&mut self, code: &IncidentCode) -> Check {
        let leads = self.model.staff.with(trucban::domain::values::Role::Lead);
        let holder = self.model.cases.get(code).and_then(|case| case.holder.clone());
        for run in self.model.plays.live(code) {
            let leaves = run.leaves();
            hold!(!leaves.is_empty(), "{code}: run {} waits for nothing", run.number);
            for (spot, book) in leaves {
                let answers = !leads.is_empty() || holder.is_some();
                let with_holder = task(book, &spot.step).is_some_and(|t| t.who == Whom::Holder);
                let can = spot.moment().is_some() || answers || with_holder;
                hold!(can, "{code}: nobody can do {}", spot.step);
            }
        }
        Ok(())
    }

    /// Nothing leaves about a step that is over.
    pub fn step_wanted(&mut self, row: &Row) -> Check {
        let (Body::Step { code, step, call }, Some(_)) = (&row.notice.body, row.rung_seq) else {
            return Ok(());
        };
        // That it is over is just what this one says.
        let wanted = *call == Call::Dropped || self.model.plays.wanted(code, *step, call_of(*call));
        hold!(wanted, "{} ({}) left, and nobody needs it", row.key, call_of(*call));
        Ok(())
    }

    /// Each call for a step is queued once for each person and way, and for nobody else.
    pub fn calls_are_queued(&mut self, code: &IncidentCode, rows: &[Row]) -> Check {
        let calls = self.model.plays.calls.get(code).cloned().unwrap_or_default();
        for (seq, step, person, there) in &calls {
            let start = format!("step:{code}:{step}:{seq}:{person}:");
            let ways: Vec<_> = rows
                .iter()
                .filter(|row| row.key.starts_with(&start))
                .map(|row| row.channel)
                .collect();
            let once = ways.iter().collect::<std::collections::BTreeSet<_>>().len() == ways.len();
            hold!(once, "{start} is queued twice on one channel: {ways:?}");
            for row in rows.iter().filter(|row| row.key.starts_with(&start)) {
                let Body::Step { call, .. } = &row.notice.body else { continue };
                let lasting = matches!(call, Call::Begun | Call::Failed | Call::Late);
                let kept = lasting && self.model.plays.wanted(code, *step, call_of(*call));
                let dropped = row.state == "cancelled" && row.why.as_deref() == Some("answered");
                hold!(!kept || !dropped, "{} was left out, and the step waits", row.key);
            }
            hold!(*there != ways.is_empty(), "{start} is queued by {ways:?}, reachable: {there}");
        }
        Ok(())
    }

    /// A call for a step that did not get through is tried on the person's next channel.
    pub fn step_goes_on(&mut self, row: &Row) -> Check {
        let (Body::Step { code, step, .. }, Some(seq)) = (&row.notice.body, row.rung_seq) else {
            return Ok(());
        };
        let trucban::ledger::outbox::Recipient::Person(person) = &row.to else { return Ok(()) };
        self.outside.failed.insert(row.id);
        let ways = self.model.staff.ways(person);
        let start = format!("step:{code}:{step}:{seq}:{person}:");
        let rows = self.reader().outbox().map_err(words)?;
        let own: Vec<&Row> = rows.iter().filter(|row| row.key.starts_with(&start)).collect();
        let failed = own.iter().filter(|row| self.outside.failed.contains(&row.id)).count();
        let tried = own.len();
        hold!(tried >= ways.min(failed + 1), "{}: {tried} of {ways} ways were tried", row.key);
        Ok(())
    }
}
