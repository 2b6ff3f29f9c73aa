//! The playbooks built in, played over all their branches.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use trucban::config::playbooks::{BUILT_IN, Shelf};
use trucban::domain::actor::Origin;
use trucban::domain::directory::Directory;
use trucban::domain::ids::DrillCode;
use trucban::domain::incident::state::Incident;
use trucban::domain::playbook::model::{
    Answer, Does, Given, Name, Playbook, PlaybookId, Step, StepId,
};
use trucban::domain::playbook::run::event::Why;
use trucban::domain::playbook::simulate::{Played, Script, What, allowed, play, sample};
use trucban::domain::playbook::{Bundle, Library};
use trucban::domain::values::{Category, Flag, Severity, Tri};

use crate::simulation::town::START;

/// Seeds that each is played with.
const SEEDS: u64 = 40;

fn shelf() -> (Shelf, Library) {
    let shelf = Shelf::of(None);
    let library = shelf.library();
    (shelf, library)
}

fn incident(severity: Severity) -> Incident {
    Incident { severity, ..sample(START, None) }
}

/// What a shared one is given where the script says it.
fn args(bundle: &Bundle, script: &Script) -> BTreeMap<Name, Given> {
    let names = bundle.root().unwrap().args.keys();
    let given =
        names.filter_map(|name| Some((name.clone(), script.answers.get(name)?.first()?.clone())));
    given.collect()
}

/// The answers that decide ways, one by one: each choice, yes, no, the ends of a range.
fn decisive(bundle: &Bundle) -> Vec<(Name, Given)> {
    let mut all = Vec::new();
    for (name, question) in bundle.playbooks.values().flat_map(questions) {
        let given: Vec<Given> = match &question.answer {
            Answer::YesNo => [true, false].map(Given::Truth).to_vec(),
            Answer::Number { min, max } => [*min, *max].map(Given::Number).to_vec(),
            Answer::Choice(all) => all.iter().map(|(one, _)| Given::Words(one.clone())).collect(),
            Answer::Words { .. } => Vec::new(),
        };
        all.extend(given.into_iter().map(|given| (name.clone(), given)));
    }
    all
}

/// Plays it over its branches: with every severity, with flags set and not, people answering by a seed; each
/// decisive answer given whenever it is asked for; each step that may time out finished by nobody.
fn plays(bundle: &Bundle, mut seen: impl FnMut(&Script, &Played)) {
    let directory = Directory::default();
    let steps = || bundle.playbooks.values().flat_map(|one| one.steps.values());
    let nobody = steps().filter(|step| step.on_timeout.is_some() || step.on_failure.is_some());
    let late = nobody.map(|step| [step.id.clone()].into());
    let fixed = decisive(bundle).into_iter().map(|(name, given)| [(name, vec![given])].into());
    let (answers, times_out) = (BTreeMap::new(), BTreeSet::new());
    let mut scripts = vec![Script { answers, times_out, seed: 0 }];
    scripts.extend(fixed.map(|answers| Script { answers, ..Script::default() }));
    scripts.extend(late.map(|times_out| Script { times_out, ..Script::default() }));
    // Every seed with nothing set; three of them with each of the others.
    for (number, script) in (0_u64..).zip(&scripts) {
        let seeds = if number == 0 { 0..SEEDS } else { number..number + 3 };
        for seed in seeds {
            let place = usize::try_from(seed).unwrap();
            let mut incident = incident(Severity::ALL[place % 4]);
            let tri = [Tri::Unknown, Tri::Yes, Tri::No][place % 3];
            incident.flags = Flag::ALL.iter().map(|flag| (*flag, tri)).collect();
            incident.category = Some(Category::ALL[place % Category::ALL.len()]);
            if place % 2 == 1 {
                incident.origin = Origin::Drill(DrillCode::new("DT-2026-001"));
            }
            let script = Script { seed, ..script.clone() };
            seen(&script, &play(bundle, &incident, &directory, &args(bundle, &script), &script));
        }
    }
}

#[test]
fn each_playbook_built_in_reads_and_nothing_is_wrong_with_it() {
    let (shelf, library) = shelf();
    let problems: Vec<String> =
        shelf.problems.iter().chain(&shelf.lint(&library)).map(|one| one.words()).collect();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    assert_eq!(library.all.len(), BUILT_IN.len());
}

#[test]
fn each_playbook_built_in_passes_the_tests_in_its_file() {
    let (shelf, library) = shelf();
    let problems: Vec<String> =
        shelf.check(&library).iter().map(|problem| problem.words()).collect();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    for read in &shelf.read {
        assert!(read.tests().count() >= 2, "{} has tests", read.playbook.id);
    }
}

/// What all the plays show, made once.
struct Sweep {
    /// Ways that come to no end, and why that is wrong.
    wrong: Vec<String>,
    /// Steps for people that never begin.
    missed: Vec<String>,
}

static SWEEP: LazyLock<Sweep> = LazyLock::new(|| {
    let (_, library) = shelf();
    let mut sweep = Sweep { wrong: Vec::new(), missed: Vec::new() };
    for (id, playbook) in &library.all {
        let bundle = library.bundle(id).expect("what it calls is there");
        let mut begun = BTreeSet::new();
        plays(&bundle, |script, played| {
            begun.extend(asked(played));
            if !played.ended && !waits_for_its_holder(&bundle, played) {
                sweep.wrong.push(format!("{id}, {script:?}:\n{}", path(played)));
            }
        });
        for case in &playbook.tests {
            let mut incident = incident(case.severity);
            (incident.category, incident.flags) = (case.category, case.flags.clone());
            if case.drill {
                incident.origin = Origin::Drill(DrillCode::new("DT-2026-001"));
            }
            let (answers, times_out) = (case.answers.clone(), case.times_out.clone());
            let script = Script { answers, times_out, seed: 0 };
            let directory = Directory::default();
            begun.extend(asked(&play(&bundle, &incident, &directory, &case.args, &script)));
        }
        let tasks = playbook.steps.values().filter(|step| step.task().is_some());
        let never = tasks.filter(|step| !begun.contains(&(id.clone(), step.id.clone())));
        sweep.missed.extend(never.map(|step| format!("{id}/{}", step.id)));
    }
    sweep
});

fn asked(played: &Played) -> impl Iterator<Item = (PlaybookId, StepId)> {
    let asked = played.entries.iter().filter(|one| matches!(one.what, What::Asked { .. }));
    asked.map(|one| (one.playbook.clone(), one.step.clone()))
}

/// Only a loop that went round as often as it may leaves the question to whoever has the incident.
fn waits_for_its_holder(bundle: &Bundle, played: &Played) -> bool {
    let stuck = played.entries.iter().filter_map(|entry| match entry.what {
        What::Stuck(why) => Some((bundle.step(&entry.playbook, &entry.step).unwrap(), why)),
        _ => None,
    });
    let loops =
        |(step, why): (&Step, Why)| why == Why::Loop && matches!(step.does, Does::While { .. });
    stuck.clone().count() > 0 && stuck.clone().all(loops)
}

fn path(played: &Played) -> String {
    let lines = played.entries.iter().map(|entry| {
        format!("{:>8?} {}/{} {:?}", entry.at, entry.playbook, entry.step, entry.what)
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn each_playbook_built_in_comes_to_its_end_whatever_is_answered() {
    assert!(SWEEP.wrong.is_empty(), "{}", SWEEP.wrong.join("\n\n"));
}

#[test]
fn each_step_for_people_of_a_playbook_built_in_is_begun_on_some_way() {
    assert!(SWEEP.missed.is_empty(), "never begun:\n{}", SWEEP.missed.join("\n"));
}

/// Every question with its variable.
fn questions(
    playbook: &Playbook,
) -> impl Iterator<Item = (&Name, &trucban::domain::playbook::model::Question)> {
    let asks = playbook.steps.values().filter_map(|step| step.task()).flat_map(|task| &task.asks);
    asks.map(|ask| (&ask.set, &ask.question)).chain(&playbook.args)
}

#[test]
fn each_question_of_a_playbook_built_in_can_be_answered_as_its_words_and_its_example_say() {
    let (_, library) = shelf();
    let mut wrong = Vec::new();
    for (id, playbook) in &library.all {
        for (name, question) in questions(playbook) {
            let said: Vec<Given> = match &question.answer {
                Answer::YesNo => ["có", "Không", "đúng", "sai"]
                    .map(|word| Given::Words(word.to_owned()))
                    .to_vec(),
                Answer::Number { min, max } => {
                    [min, max].map(|number| Given::Words(number.to_string())).to_vec()
                }
                Answer::Choice(all) => {
                    all.iter().map(|(_, word)| Given::Words(word.clone())).collect()
                }
                Answer::Words { example, pattern } => {
                    if pattern.is_some() && example.is_none() {
                        wrong.push(format!("{id}/{name}: a pattern without an example"));
                    }
                    vec![Given::Words(example.clone().unwrap_or_else(|| "lời".to_owned()))]
                }
            };
            for one in said {
                if !match &one {
                    Given::Words(words) => question.answer.read(words).is_some(),
                    _ => allowed(&question.answer, &one),
                } {
                    wrong.push(format!("{id}/{name}: {one:?}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
