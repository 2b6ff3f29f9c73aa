//! Steps and blocks become a graph: each step knows the one after it and the blocks it leads into.

use std::collections::{BTreeMap, BTreeSet};

use super::fault::PlayFault;
use super::{DEEPEST, MOST_STEPS, id_of, list, name_of};
use crate::config::problem::{Place, ProblemKind};
use crate::config::section::{Found, Section};
use crate::domain::playbook::expr::Expr;
use crate::domain::playbook::model::{
    Answer, Approval, Ask, Does, DueFrom, Legal, Phase, PlaybookId, Proof, ProofKind, Question,
    Step, StepId, Task, Whom,
};

/// All steps of a file.
pub(super) struct Steps {
    pub start: StepId,
    pub all: BTreeMap<StepId, Step>,
    pub places: BTreeMap<StepId, Place>,
}

/// The blocks of a file by name, each with its first step, and which were led into.
struct Blocks<'a> {
    first: BTreeMap<&'a str, Option<StepId>>,
    found: BTreeMap<&'a str, Found<'a>>,
    used: BTreeSet<&'a str>,
}

fn play<T>(found: &Found<'_>, value: Option<T>, fault: PlayFault) -> Option<T> {
    found.or_report(value, || ProblemKind::Play(fault.clone()))
}

/// Every step of the file; problems are reported on the way.
pub(super) fn all(root: &Section<'_>, phases: &[Phase]) -> Option<Steps> {
    let main = root.sections("step");
    let section = root.section("block");
    let mut lists: Vec<Vec<Section<'_>>> = vec![main];
    let (mut first, mut found) = (BTreeMap::new(), BTreeMap::new());
    for (name, entry) in section.in_order() {
        let items = entry.list().unwrap_or_default();
        let steps: Vec<Section<'_>> = items.iter().filter_map(Found::section).collect();
        first.insert(name, steps.first().and_then(peek));
        found.insert(name, entry);
        lists.push(steps);
    }
    if lists.first().is_none_or(Vec::is_empty) {
        root.report("step", ProblemKind::Play(PlayFault::NoSteps));
        return None;
    }
    if lists.iter().map(Vec::len).sum::<usize>() > MOST_STEPS {
        root.report("step", ProblemKind::Play(PlayFault::TooManySteps));
        return None;
    }
    let mut blocks = Blocks { first, found, used: BTreeSet::new() };
    let (mut all, mut places) = (BTreeMap::new(), BTreeMap::new());
    let (mut whole, mut ids) = (true, BTreeSet::new());
    for steps in &lists {
        let mut phase = None;
        for (index, section) in steps.iter().enumerate() {
            let next = steps.get(index.saturating_add(1)).and_then(peek);
            if let Some(id) = peek(section)
                && !ids.insert(id.clone())
            {
                section.report("id", ProblemKind::Twice { value: id.to_string() });
            }
            let Some(step) = one(section, next, &mut phase, phases, &mut blocks) else {
                whole = false;
                continue;
            };
            let place = u32::try_from(all.len()).unwrap_or(u32::MAX);
            places.insert(step.id.clone(), section.place());
            all.insert(step.id.clone(), Step { place, ..step });
        }
    }
    let unused = blocks.found.iter().filter(|(name, _)| !blocks.used.contains(*name));
    for (_, found) in unused {
        found.report(ProblemKind::Play(PlayFault::BlockUnused));
        whole = false;
    }
    let start = lists.first()?.first().and_then(peek)?;
    if whole && too_deep(&start, &all) {
        root.report("step", ProblemKind::Play(PlayFault::TooDeep));
        return None;
    }
    in_phases(&start, &mut all);
    whole.then_some(Steps { start, all, places })
}

/// A step that names no phase belongs to that of the one before it, the first of a block to that of the step
/// that leads there.
fn in_phases(start: &StepId, all: &mut BTreeMap<StepId, Step>) {
    let mut next: Vec<(StepId, Option<String>)> = vec![(start.clone(), None)];
    let mut seen = BTreeSet::new();
    while let Some((id, before)) = next.pop() {
        let Some(step) = all.get_mut(&id).filter(|_| seen.insert(id)) else { continue };
        step.phase = step.phase.take().or(before);
        let after = step.next.iter().chain(step.blocks());
        next.extend(after.map(|after| (after.clone(), step.phase.clone())));
    }
}

/// A step's id, without saying that it is missing.
fn peek(section: &Section<'_>) -> Option<StepId> {
    section.get("id")?.text_quietly().map(StepId::new)
}

/// Whether blocks stand deeper in one another than anybody reads.
fn too_deep(start: &StepId, all: &BTreeMap<StepId, Step>) -> bool {
    let mut next = vec![(start, 0_usize)];
    let mut seen = BTreeSet::new();
    while let Some((id, depth)) = next.pop() {
        let Some(step) = all.get(id).filter(|_| seen.insert(id)) else { continue };
        let inside = depth.saturating_add(1);
        let blocks = step.blocks();
        if !blocks.is_empty() && inside > DEEPEST {
            return true;
        }
        next.extend(blocks.into_iter().map(|block| (block, inside)));
        next.extend(step.next.iter().map(|next| (next, depth)));
    }
    false
}

fn one<'a>(
    section: &Section<'a>,
    next: Option<StepId>,
    phase: &mut Option<String>,
    phases: &[Phase],
    blocks: &mut Blocks<'a>,
) -> Option<Step> {
    let id = section.need("id").and_then(|found| id_of(&found).map(StepId::new));
    if let Some(found) = section.get("phase")
        && let Some(named) = found.words()
    {
        let known = phases.iter().any(|phase| phase.id == named);
        *phase = play(&found, known.then(|| named.to_owned()), PlayFault::NoPhase);
    }
    let only_if = section.get("only_if").map(|found| expr(&found));
    let on_failure = section.get("on_failure").map(|found| blocks.lead(&found));
    let on_timeout = section.get("on_timeout").map(|found| blocks.lead(&found));
    let kinds = KINDS.iter().filter(|kind| section.get(kind).is_some()).count();
    let does = does(section, blocks);
    // Which keys there are depends on its kind.
    if kinds == 1 {
        section.finish();
    }
    let whole = |given: Option<Option<StepId>>| given.map_or(Some(None), |found| found.map(Some));
    let only_if = only_if.map_or(Some(None), |found| found.map(Some))?;
    let id = id?;
    Some(Step {
        id,
        place: 0,
        phase: phase.clone(),
        only_if,
        next,
        on_failure: whole(on_failure)?,
        on_timeout: whole(on_timeout)?,
        does: does?,
    })
}

impl<'a> Blocks<'a> {
    /// The first step of the block that is named.
    fn lead(&mut self, found: &Found<'a>) -> Option<StepId> {
        let name = found.words()?;
        let Some((name, first)) = self.first.get_key_value(name) else {
            found.report(ProblemKind::Play(PlayFault::NoBlock));
            return None;
        };
        let first = first.clone();
        let once = self.used.insert(name);
        play(found, once.then_some(()), PlayFault::BlockTwice)?;
        play(found, first, PlayFault::NoSteps)
    }
}

fn expr(found: &Found<'_>) -> Option<Expr> {
    match Expr::read(found.words()?) {
        Ok(expr) => Some(expr),
        Err(fault) => {
            found.report(ProblemKind::Play(PlayFault::Condition(fault)));
            None
        }
    }
}

/// The keys of which a step has exactly one.
const KINDS: [&str; 8] = ["title", "if", "switch", "while", "parallel", "playbook", "wait", "end"];

fn does<'a>(section: &Section<'a>, blocks: &mut Blocks<'a>) -> Option<Does> {
    let given: Vec<&str> = KINDS.into_iter().filter(|kind| section.get(kind).is_some()).collect();
    match given.as_slice() {
        ["title"] => task(section).map(|task| Does::Task(Box::new(task))),
        ["if"] => {
            let condition = section.need("if").and_then(|found| expr(&found));
            let then = section.need("then").and_then(|found| blocks.lead(&found));
            let otherwise = section.get("else").map(|found| blocks.lead(&found));
            let otherwise = otherwise.map_or(Some(None), |found| found.map(Some))?;
            Some(Does::If { condition: condition?, then: then?, otherwise })
        }
        ["switch"] => switch(section, blocks),
        ["while"] => {
            let condition = section.need("while").and_then(|found| expr(&found));
            let body = section.need("do").and_then(|found| blocks.lead(&found));
            let max = section.need("max").and_then(|found| found.number(1, 1000));
            let max = u32::try_from(max?).ok()?;
            Some(Does::While { condition: condition?, body: body?, max })
        }
        ["parallel"] => {
            let items = section.need("parallel").and_then(|found| found.list())?;
            let branches: Vec<Option<StepId>> =
                items.iter().map(|item| blocks.lead(item)).collect();
            let branches = branches.into_iter().collect::<Option<Vec<StepId>>>()?;
            if branches.len() < 2 {
                section.report("parallel", ProblemKind::OutOfRange { least: 2, most: 64 });
                return None;
            }
            Some(Does::Parallel { branches })
        }
        ["playbook"] => call(section),
        ["wait"] => {
            let time = section.need("wait").and_then(|found| found.duration())?;
            Some(Does::Wait { time })
        }
        ["end"] => {
            let end = section.need("end")?;
            let playbook = end.one_of(&[("playbook", true), ("block", false)])?;
            Some(Does::End { playbook })
        }
        _ => {
            section.report_whole(ProblemKind::Play(PlayFault::NoKind));
            None
        }
    }
}

fn switch<'a>(section: &Section<'a>, blocks: &mut Blocks<'a>) -> Option<Does> {
    let on = section.need("switch").and_then(|found| name_of(&found, found.words()?));
    let cases: Vec<(String, Option<StepId>)> = section
        .section("cases")
        .entries()
        .into_iter()
        .map(|(word, found)| (word.to_owned(), blocks.lead(&found)))
        .collect();
    let default = section.get("default").map(|found| blocks.lead(&found));
    let default = default.map_or(Some(None), |found| found.map(Some))?;
    if cases.is_empty() {
        section.report("cases", ProblemKind::Missing);
    }
    let cases = cases.into_iter().map(|(word, block)| Some((word, block?)));
    Some(Does::Switch { on: on?, cases: cases.collect::<Option<_>>()?, default })
}

fn call(section: &Section<'_>) -> Option<Does> {
    let playbook = section.need("playbook").and_then(|found| id_of(&found).map(PlaybookId::new));
    let mut with = BTreeMap::new();
    let mut whole = true;
    for (name, found) in section.section("with").entries() {
        match name_of(&found, name).zip(expr(&found)) {
            Some((name, expr)) => {
                with.insert(name, expr);
            }
            None => whole = false,
        }
    }
    let mut take = BTreeMap::new();
    for (own, found) in section.section("take").entries() {
        let theirs = found.words().and_then(|words| name_of(&found, words));
        match name_of(&found, own).zip(theirs) {
            Some((own, theirs)) => {
                take.insert(own, theirs);
            }
            None => whole = false,
        }
    }
    whole.then_some(Does::Call { playbook: playbook?, with, take })
}

fn task(section: &Section<'_>) -> Option<Task> {
    let words =
        |key| section.get(key).and_then(|found: Found<'_>| found.words()).map(str::to_owned);
    let time = |key| section.get(key).and_then(|found: Found<'_>| found.duration());
    let title = section.need("title").and_then(|found| found.words()).map(str::to_owned);
    let who = section.need("who").and_then(|found| whom(&found));
    let due_from =
        section.get("due_from").map_or(Some(DueFrom::Start), |found| found.one_of(&DueFrom::ALL));
    if section.get("due_from").is_some() && section.get("due").is_none() {
        section.report("due", ProblemKind::Missing);
    }
    let required = section.get("required").map_or(Some(false), |found| found.truth());
    let evidence = section.section("evidence");
    let evidence = evidence.is_present().then(|| proof(&evidence));
    let approval = section.section("approval");
    let approval = approval.is_present().then(|| approved(&approval));
    let asks: Vec<Option<Ask>> = section.sections("ask").iter().map(ask).collect();
    let legal: Vec<Legal> = section.sections("legal").iter().filter_map(legal).collect();
    Some(Task {
        why: words("why"),
        how: words("how"),
        ack: time("ack"),
        due: time("due"),
        due_from: due_from?,
        remind: time("remind"),
        timeout: time("timeout"),
        citizens: words("citizens"),
        press: words("press"),
        drill: words("drill"),
        title: title?,
        who: who?,
        required: required?,
        evidence: evidence.map_or(Some(None), |found| found.map(Some))?,
        approval: approval.map_or(Some(None), |found| found.map(Some))?,
        asks: asks.into_iter().collect::<Option<Vec<Ask>>>()?,
        legal,
    })
}

fn whom(found: &Found<'_>) -> Option<Whom> {
    let whom = Whom::read(found.words()?);
    play(found, whom, PlayFault::BadWhom)
}

fn proof(section: &Section<'_>) -> Option<Proof> {
    let count = section.get("count").map_or(Some(1), |found| found.number(1, 50));
    let kinds = section.get("kinds").and_then(|found| found.list()).unwrap_or_default();
    let kinds: BTreeSet<ProofKind> =
        kinds.iter().filter_map(|kind| kind.one_of(&ProofKind::ALL)).collect();
    let what = section.get("what").and_then(|found| found.words()).map(str::to_owned);
    section.finish();
    Some(Proof { count: u32::try_from(count?).ok()?, kinds, what })
}

fn approved(section: &Section<'_>) -> Option<Approval> {
    let by = section.need("by").and_then(|found| whom(&found));
    let quorum = section.get("quorum").map_or(Some(1), |found| found.number(1, 20));
    let expires = section.need("expires").and_then(|found| found.duration());
    let after = section
        .get("when")
        .map_or(Some(false), |found| found.one_of(&[("before", false), ("after", true)]));
    section.finish();
    Some(Approval {
        after: after?,
        by: by?,
        quorum: u32::try_from(quorum?).ok()?,
        expires: expires?,
    })
}

fn legal(section: &Section<'_>) -> Option<Legal> {
    let reference = section.need("ref").and_then(|found| found.words()).map(str::to_owned);
    // Nobody should take for certain what nobody said is.
    let certain = section.get("certain").map_or(Some(false), |found| found.truth());
    section.finish();
    Some(Legal { reference: reference?, certain: certain? })
}

fn ask(section: &Section<'_>) -> Option<Ask> {
    let set = section.need("set").and_then(|found| name_of(&found, found.words()?));
    let question = question(section);
    let optional = section.get("optional").map_or(Some(false), |found| found.truth());
    section.finish();
    Some(Ask { set: set?, question: question?, optional: optional? })
}

/// A question: its words and what answers it.
pub(in crate::config) fn question(section: &Section<'_>) -> Option<Question> {
    let label = section.need("label").and_then(|found| found.words()).map(str::to_owned);
    let kind = section.need("kind").and_then(|found| {
        found.one_of(&[("yes_no", 0_u8), ("number", 1), ("choice", 2), ("text", 3)])
    });
    let answer = match kind? {
        0 => Answer::YesNo,
        1 => {
            let bound = |key, otherwise| {
                section.get(key).map_or(Some(otherwise), |found: Found<'_>| {
                    found.number(-1_000_000_000, 1_000_000_000)
                })
            };
            let (min, max) = (bound("min", 0)?, bound("max", 1_000_000_000)?);
            if min > max {
                section.report("min", ProblemKind::Play(PlayFault::Bounds));
                return None;
            }
            Answer::Number { min, max }
        }
        2 => choices(section)?,
        _ => pattern(section)?,
    };
    Some(Question { label: label?, answer })
}

/// The choices of a question: value and word, in the order of the file.
pub(in crate::config) fn choices(section: &Section<'_>) -> Option<Answer> {
    let found = section.need("choices")?;
    let section = found.section()?;
    let choices: Vec<(String, String)> = section
        .in_order()
        .into_iter()
        .filter_map(|(value, found)| Some((value.to_owned(), found.words()?.to_owned())))
        .collect();
    let fits = (2..=8).contains(&choices.len());
    play(&found, fits.then_some(Answer::Choice(choices)), PlayFault::Choices)
}

fn pattern(section: &Section<'_>) -> Option<Answer> {
    let example = section.get("example").and_then(|found| found.words()).map(str::to_owned);
    let Some(found) = section.get("pattern") else {
        return Some(Answer::Words { pattern: None, example });
    };
    let pattern = found.words()?;
    let built = regex::RegexBuilder::new(pattern).size_limit(1 << 20).build().ok();
    let built = play(&found, built, PlayFault::BadPattern)?;
    let fits = example.as_deref().is_none_or(|example| built.is_match(example));
    if !fits {
        section.report("example", ProblemKind::Play(PlayFault::BadExample));
    }
    Some(Answer::Words { pattern: Some(pattern.to_owned()), example })
}

/// The ids of a list of steps.
pub(super) fn ids(section: &Section<'_>, key: &'static str) -> Vec<StepId> {
    list(section, key).into_iter().map(StepId::new).collect()
}
