//! The scenarios built in: each reads, nothing is wrong with it, and it can be played by people who do so
//! once a year.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use trucban::config::drills::{BUILT_IN, Shelf};
use trucban::config::playbooks;
use trucban::domain::drill::scenario::{DrillKind, Expect, Scenario, ScenarioId, Trigger};
use trucban::domain::fold::fold;
use trucban::text::drill::scenario::lines;

fn scenarios() -> Vec<Scenario> {
    Shelf::of(None).read.into_iter().map(|read| read.scenario).collect()
}

#[test]
fn each_scenario_built_in_reads_and_nothing_is_wrong_with_it() {
    let library = playbooks::Shelf::of(None).library();
    let problems = Shelf::of(None).check(Some(&library));
    let lines: Vec<String> = problems.iter().map(|problem| problem.words()).collect();
    assert!(lines.is_empty(), "{}", lines.join("\n"));
    assert_eq!(Shelf::of(None).library().all.len(), BUILT_IN.len());
}

#[test]
fn every_kind_of_drill_and_every_kind_of_expectation_occurs() {
    let all = scenarios();
    let kinds: BTreeSet<DrillKind> = all.iter().map(|one| one.kind).collect();
    assert_eq!(kinds.len(), DrillKind::ALL.len());
    let kind = |kind: &Expect| match kind {
        Expect::Acknowledge => 0,
        Expect::Choose { .. } => 1,
        Expect::Report => 2,
        Expect::Step { step: None, .. } => 3,
        Expect::Step { .. } => 4,
        Expect::Keyword { .. } => 5,
        Expect::File { .. } => 6,
        Expect::Judged { .. } => 7,
    };
    let expects = all.iter().flat_map(|one| &one.injects).flat_map(|inject| &inject.expects);
    let seen: BTreeSet<u8> = expects.map(|expect| kind(&expect.kind)).collect();
    assert_eq!(seen, (0..=7).collect());
}

#[test]
fn each_scenario_has_what_a_drill_needs_in_numbers_people_can_follow() {
    for one in scenarios() {
        let injects = if one.kind == DrillKind::CommCheck { 2..=4 } else { 8..=14 };
        assert!(injects.contains(&one.injects.len()), "{}: {} injects", one.id, one.injects.len());
        assert!((3..=5).contains(&one.objectives.len()), "{}", one.id);
        assert!((4..=6).contains(&one.survey.len()), "{}", one.id);
        assert!(!one.sources.is_empty() && !one.checklist.is_empty(), "{}", one.id);
        let has = |fits: fn(&Trigger) -> bool| one.injects.iter().any(|one| fits(&one.trigger));
        assert!(has(|one| matches!(one, Trigger::OnSilence { .. })), "{}: silence", one.id);
        assert!(has(|one| matches!(one, Trigger::OnAnswer { .. })), "{}: an answer", one.id);
        if one.kind != DrillKind::CommCheck {
            assert!(has(|one| matches!(one, Trigger::ByHand)), "{}: by hand", one.id);
            assert!(one.injects.iter().any(|inject| inject.contingency), "{}", one.id);
        }
    }
}

#[test]
fn each_message_is_short_enough_for_a_telephone() {
    for one in scenarios() {
        let bodies = one.injects.iter().map(|inject| (inject.id.as_str(), &inject.body));
        let texts = bodies.chain([("setting", &one.setting), ("correction", &one.correction)]);
        for (id, text) in texts {
            assert!(text.chars().count() < 900, "{} {id}: {}", one.id, text.chars().count());
        }
        for inject in &one.injects {
            assert!(inject.title.chars().count() <= 60, "{}: {}", one.id, inject.title);
        }
    }
}

#[test]
fn whatever_is_expected_can_be_done_before_the_end() {
    for one in scenarios() {
        for inject in &one.injects {
            let Some(at) = one.earliest(&inject.id) else { continue };
            for expect in &inject.expects {
                let by = at + expect.expires;
                assert!(by <= one.length, "{} {} {}: {by:?}", one.id, inject.id, expect.id);
            }
        }
        let last = one.injects.iter().filter_map(|inject| one.earliest(&inject.id)).max();
        assert!(last.is_some_and(|last| last * 10 >= one.length * 3), "{} ends idle", one.id);
    }
}

#[test]
fn every_wrong_choice_that_leads_somewhere_is_one_people_can_make() {
    for one in scenarios() {
        for inject in &one.injects {
            let Trigger::OnAnswer { inject: other, expect, value: Some(value), .. } =
                &inject.trigger
            else {
                continue;
            };
            let expect = one.inject(other).and_then(|other| other.expectation(expect)).unwrap();
            let Expect::Choose { choices, right } = &expect.kind else { panic!("no choice") };
            assert!(choices.iter().any(|(known, _)| known == value), "{} {}", one.id, inject.id);
            let wrong = right.is_empty() || !right.contains(value);
            assert!(wrong || !inject.contingency, "{} {}: a right answer", one.id, inject.id);
        }
    }
}

#[test]
fn a_correction_says_that_it_was_a_drill_and_asks_not_to_pass_it_on() {
    for one in scenarios() {
        let said = fold(&one.correction);
        assert!(said.starts_with("dinh chinh"), "{}", one.id);
        assert!(said.contains("dien tap"), "{}", one.id);
        assert!(said.contains("khong can") || said.contains("khong phai"), "{}", one.id);
    }
}

#[test]
fn a_scenario_of_the_team_takes_the_place_of_one_with_the_same_id() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("drills");
    std::fs::create_dir(&folder).unwrap();
    let (name, text) = BUILT_IN.iter().find(|(name, _)| name.starts_with("kiem-tra")).unwrap();
    std::fs::write(folder.join(name), text.replace("version = 1", "version = 7")).unwrap();
    let shelf = Shelf::of(Some(place.path()));
    assert!(shelf.check(None).is_empty());
    let library = shelf.library();
    assert_eq!(library.all.len(), BUILT_IN.len());
    let own = library.get(&ScenarioId::new("kiem-tra-lien-lac")).unwrap();
    assert_eq!((own.version, own.length), (7, Duration::from_secs(4 * 3600)));
    assert!(library.named("kiem tra lien lac").is_some_and(|one| one.version == 7));
    assert!(Shelf::of(Some(Path::new("khong-co"))).check(None).is_empty());
}

#[test]
fn whoever_leads_a_drill_reads_the_whole_of_it() {
    for one in scenarios() {
        let name = format!("scenario_{}", one.id);
        insta::assert_snapshot!(name, lines(&one).join("\n"));
    }
}
