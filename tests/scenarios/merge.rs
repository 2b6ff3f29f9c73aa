//! Two incidents that turn out to be one.

use trucban::domain::envelope::{Command, Receipt};
use trucban::domain::ids::IncidentCode;
use trucban::domain::incident::act::Act;
use trucban::domain::notice::News;
use trucban::domain::refusal::Refusal;
use trucban::domain::values::{Outcome, Severity, Status};

use super::given::{BACKUP, DUTY, Given, LEAD, MANAGER, OTHER_REPORTER, REPORTER, false_alarm};
use crate::simulation::town::{by, id, minutes};

fn merge(given: &mut Given, who: &str, duplicate: &IncidentCode, main: &IncidentCode) -> Receipt {
    let merge = Command::Merge {
        duplicate: trucban::domain::incident::act::Aim::typed(duplicate.clone()),
        main: main.clone(),
    };
    given.ask(by(who), merge)
}

fn merged(given: &mut Given, duplicate: &IncidentCode, main: &IncidentCode) {
    let receipt = merge(given, LEAD, duplicate, main);
    assert!(matches!(receipt, Receipt::Done(_)), "{receipt:?}");
}

#[test]
fn a_duplicate_stops_its_ladder_and_its_pages() {
    let mut given = Given::new();
    let (one, main) = (given.open(Severity::High), given.open(Severity::High));
    assert_eq!(given.waiting(&one).len(), 1);
    merged(&mut given, &one, &main);
    let incident = given.see(&one);
    assert_eq!((incident.status(), incident.outcome()), (Status::Closed, Some(Outcome::Duplicate)));
    assert_eq!((incident.main(), incident.next_moment()), (Some(&main), None));
    assert_eq!(given.waiting(&one), []);
    let before = given.events(&one).len();
    given.wait(minutes(120));
    assert_eq!(given.events(&one).len(), before);
}

#[test]
fn the_main_incident_takes_the_higher_severity_and_never_the_lower() {
    let mut given = Given::new();
    let (low, high) = (given.open(Severity::Low), given.open(Severity::Critical));
    let main = given.open(Severity::Medium);
    merged(&mut given, &low, &main);
    assert_eq!(given.see(&main).severity, Severity::Medium);
    merged(&mut given, &high, &main);
    assert_eq!(given.see(&main).severity, Severity::Critical);
    assert_eq!(given.duplicates(&main), [low, high]);
}

#[test]
fn merging_is_for_leads_and_needs_an_open_main_incident_that_is_another_one() {
    let mut given = Given::new();
    let (one, two, over) =
        (given.open(Severity::Low), given.open(Severity::Low), given.open(Severity::Low));
    given.does(LEAD, &over, false_alarm());
    for who in [DUTY, MANAGER] {
        let receipt = merge(&mut given, who, &one, &two);
        assert!(matches!(receipt, Receipt::Refused(Refusal::NotAllowed(_))), "{receipt:?}");
    }
    let itself = Refusal::MergeIntoItself(one.clone());
    assert_eq!(merge(&mut given, LEAD, &one, &one), Receipt::Refused(itself));
    let closed = Refusal::MergeIntoClosed(over.clone());
    assert_eq!(merge(&mut given, LEAD, &one, &over), Receipt::Refused(closed));
    let receipt = merge(&mut given, LEAD, &over, &one);
    assert!(matches!(receipt, Receipt::Refused(Refusal::NotNow { .. })), "{receipt:?}");
    merged(&mut given, &one, &two);
    let again = Refusal::MergedInto { code: one.clone(), main: two.clone() };
    assert_eq!(merge(&mut given, LEAD, &one, &two), Receipt::Refused(again));
    assert!(matches!(
        merge(&mut given, LEAD, &two, &one),
        Receipt::Refused(Refusal::MergeIntoClosed(_))
    ));
}

#[test]
fn keys_and_buttons_of_a_duplicate_lead_to_the_main_incident_through_a_chain() {
    let mut given = Given::new();
    let (one, _) = given.alert(Severity::Low, Some("k"));
    let (two, three) = (given.reported_by(REPORTER), given.reported_by(REPORTER));
    merged(&mut given, &one, &two);
    merged(&mut given, &two, &three);
    assert_eq!(given.alert(Severity::High, Some("k")), (three.clone(), false));
    assert_eq!(given.see(&three).severity, Severity::High);
    assert!(matches!(given.press(DUTY, &one, 1, Act::Acknowledge), Receipt::Done(_)));
    assert_eq!(given.see(&three).holder(), Some(&id(DUTY)));
}

#[test]
fn raising_by_a_duplicates_button_is_refused_and_names_the_main_incident() {
    let mut given = Given::new();
    let (one, main) = (given.open(Severity::Low), given.open(Severity::Low));
    merged(&mut given, &one, &main);
    let refusal = given.refused(DUTY, &one, Act::Raise(Some(1)));
    assert_eq!(refusal, Refusal::MergedInto { code: one, main: main.clone() });
    assert_eq!(given.rung(&main), Some((1, 1)));
}

#[test]
fn reopening_a_duplicate_undoes_the_merge() {
    let mut given = Given::new();
    let (one, main) = (given.open(Severity::High), given.open(Severity::Low));
    merged(&mut given, &one, &main);
    given.does(LEAD, &one, Act::Reopen);
    let incident = given.see(&one);
    assert_eq!((incident.main(), incident.episode), (None, 2));
    assert_eq!(given.duplicates(&main), []);
    given.does(BACKUP, &one, Act::Acknowledge);
    assert_eq!(given.see(&main).holder(), None);
}

#[test]
fn an_incident_can_be_merged_into_a_resolved_one() {
    let mut given = Given::new();
    let (one, main) = (given.open(Severity::High), given.open(Severity::Low));
    given.does(DUTY, &main, Act::Acknowledge);
    given.does(DUTY, &main, Act::Resolve);
    merged(&mut given, &one, &main);
    let incident = given.see(&main);
    assert_eq!((incident.status(), incident.severity), (Status::Resolved, Severity::High));
}

#[test]
fn the_reporter_of_a_duplicate_follows_the_main_incident_until_the_merge_is_undone() {
    let mut given = Given::new();
    let (first, one) = (given.reported_by(OTHER_REPORTER), given.reported_by(REPORTER));
    let main = given.open(Severity::High);
    let note = || Act::Note("thêm".to_owned());
    let hidden = Refusal::UnknownIncident(main.to_string());
    assert_eq!(given.refused(REPORTER, &main, note()), hidden);

    merged(&mut given, &first, &one);
    merged(&mut given, &one, &main);

    assert_eq!(given.duplicates(&main), [one.clone(), first.clone()]);
    for who in [REPORTER, OTHER_REPORTER] {
        given.does(who, &main, note());
        let told = (who.to_owned(), News::Merged { main: main.clone() });
        assert!(given.told(&one).contains(&told), "{who} hears of the merge");
    }
    given.does(DUTY, &main, Act::Acknowledge);
    for who in [REPORTER, OTHER_REPORTER] {
        let told = (who.to_owned(), News::Taken { by: id(DUTY) });
        assert!(given.told(&main).contains(&told), "{who} hears who took it");
    }

    given.does(LEAD, &first, Act::Reopen);
    assert_eq!(given.duplicates(&main), std::slice::from_ref(&one));
    assert_eq!(given.duplicates(&one), []);
    assert_eq!(given.refused(OTHER_REPORTER, &main, note()), hidden);
    given.does(LEAD, &one, Act::Reopen);
    assert_eq!(given.refused(REPORTER, &main, note()), hidden);
}
