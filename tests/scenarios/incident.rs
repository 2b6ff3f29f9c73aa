//! The contract's table: every act in every status by everybody, and what an act leaves behind.

use std::time::Duration;

use trucban::domain::envelope::{Actor, Command, Receipt, Report};
use trucban::domain::ids::{IncidentCode, UnitCode};
use trucban::domain::incident::act::{Act, Aim, Detail};
use trucban::domain::notice::News;
use trucban::domain::refusal::Refusal;
use trucban::domain::values::{Category, Flag, Impact, Outcome, Role, Severity, Status, Tlp, Tri};

use super::given::{
    ADMIN, BACKUP, DEPUTY, DUTY, GONE, Given, LEAD, MANAGER, OTHER_REPORTER, REPORTER, UNREACHABLE,
    false_alarm, summary,
};
use crate::simulation::town::{by, id, minutes};

/// Who tries. The holder, where there is one, is the officer on duty.
pub const WHO: [&str; 9] =
    [REPORTER, OTHER_REPORTER, DUTY, BACKUP, LEAD, MANAGER, ADMIN, GONE, "p-99"];

/// The columns of [`TABLE`], in order.
pub const PLACES: [&str; 10] = [
    "reported",
    "acknowledged, held",
    "acknowledged, unheld",
    "contained, held",
    "contained, unheld",
    "resolved, held",
    "resolved, unheld",
    "closed, incident",
    "closed, false alarm",
    "closed, duplicate",
];

/// Who may do it where. `a` anybody who sees it, `w` those who work on incidents, `l` leads, `h` the
/// holder or a lead, `H` the holder alone, `o` everybody who works but the holder, `-` nobody, `m` the
/// main incident answers instead. Columns as in [`PLACES`].
pub const TABLE: [(&str, &str); 19] = [
    ("acknowledge", "w - w - w - - - - m"),
    ("hand back", "- h - h - - - - - m"),
    ("keep alive", "- H - H - H - - - m"),
    ("assign", "l l l l l - - - - m"),
    ("assign holder", "l - l - l - - - - m"),
    ("note", "a a a a a a a a a m"),
    ("detail", "a a a a a a a - - m"),
    ("severity up", "w w w w w w w - - m"),
    ("severity down", "l l l l l l l - - m"),
    ("same severity", "- - - - - - - - - m"),
    ("category", "w w w w w w w w w m"),
    ("flag", "w w w w w w w - - m"),
    ("tlp", "w w w w w w w w w m"),
    ("raise", "a a a a a - - - - -"),
    ("contain", "w w w - - - - - - m"),
    ("resolve", "- w w w w - - - - m"),
    ("close, summary", "- - - - - h l - - m"),
    ("close, alarm", "l h l h l h l - - m"),
    ("reopen", "- - - - - - - l l l"),
];

fn act(name: &str) -> Act {
    match name {
        "acknowledge" => Act::Acknowledge,
        "hand back" => Act::HandBack,
        "keep alive" => Act::KeepAlive,
        "assign" => Act::Assign(id(DEPUTY)),
        "assign holder" => Act::Assign(id(DUTY)),
        "note" => Act::Note("lời".to_owned()),
        "detail" => Act::Detail(Detail::Impact(Impact::Unit)),
        "severity up" => Act::Severity(Severity::High),
        "severity down" => Act::Severity(Severity::Low),
        "same severity" => Act::Severity(Severity::Medium),
        "category" => Act::Category(Some(Category::Tc06)),
        "flag" => Act::Flag(Flag::Serious, Tri::Yes, String::new()),
        "tlp" => Act::Tlp(Tlp::Red),
        "raise" => Act::Raise(None),
        "contain" => Act::Contain,
        "resolve" => Act::Resolve,
        "close, summary" => summary(),
        "close, alarm" => false_alarm(),
        _ => Act::Reopen,
    }
}

/// An incident of the reporter's unit in one of the [`PLACES`].
pub fn place(given: &mut Given, name: &str) -> IncidentCode {
    let code = given.reported_by(REPORTER);
    let (status, rest) = name.split_once(", ").unwrap_or((name, ""));
    if status != "reported" && status != "closed" {
        given.does(DUTY, &code, Act::Acknowledge);
    }
    if matches!(status, "contained" | "resolved") {
        given.does(DUTY, &code, Act::Contain);
    }
    if rest == "unheld" {
        given.does(DUTY, &code, Act::HandBack);
    }
    match (status, rest) {
        ("resolved", _) => given.does(LEAD, &code, Act::Resolve),
        (_, "incident") => {
            given.does(DUTY, &code, Act::Acknowledge);
            given.does(DUTY, &code, Act::Resolve);
            given.does(DUTY, &code, summary());
        }
        (_, "false alarm") => given.does(LEAD, &code, false_alarm()),
        (_, "duplicate") => {
            let main = given.reported_by(REPORTER);
            let merge = Command::Merge { duplicate: Aim::typed(code.clone()), main };
            assert!(matches!(given.ask(by(LEAD), merge), Receipt::Done(_)));
        }
        _ => {}
    }
    code
}

/// Whether the table's letter admits a person.
pub fn admits(letter: &str, who: &str, held: bool) -> bool {
    let holder = held && who == DUTY;
    match letter {
        "a" => [REPORTER, DUTY, BACKUP, LEAD, MANAGER].contains(&who),
        "w" => [DUTY, BACKUP, LEAD].contains(&who),
        "l" => who == LEAD,
        "h" => who == LEAD || holder,
        "H" => holder,
        _ => false,
    }
}

/// What the role alone forbids, whatever the status: the contract's second table.
pub fn forbidden(who: &str, name: &str) -> Option<&'static str> {
    let lead = ["assign", "assign holder", "severity down", "reopen"].contains(&name);
    let all = ["note", "detail", "raise"].contains(&name);
    match who {
        GONE | "p-99" => Some("not in directory"),
        OTHER_REPORTER | ADMIN => Some("unknown"),
        REPORTER | MANAGER if !all => Some("not allowed"),
        DUTY | BACKUP if lead => Some("not allowed"),
        _ => None,
    }
}

pub fn word(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::NotInDirectory => "not in directory",
        Refusal::UnknownIncident(_) => "unknown",
        Refusal::NotAllowed(_) => "not allowed",
        Refusal::AlreadyHeld { .. } => "already held",
        Refusal::NotHolder { .. } => "not holder",
        Refusal::NotNow { .. } => "not now",
        Refusal::NoChange { .. } => "no change",
        Refusal::MergedInto { .. } => "merged",
        Refusal::OldEpisode { .. } => "old episode",
        Refusal::MergeIntoClosed(_) => "into closed",
        Refusal::NoPart(_) => "no part",
        Refusal::StricterPart { .. } => "a part is stricter",
        Refusal::Evidence(_) => "no piece",
        Refusal::NotYoursToRemove(_) => "not yours",
        Refusal::UnknownPerson(_) => "unknown person",
        _ => "other",
    }
}

/// Why the status or the holder forbids it to somebody whose role allows it.
pub fn reason(name: &str, place: &str, who: &str) -> &'static str {
    let held = place.ends_with(", held");
    let open = !place.starts_with("closed");
    let live = open && !place.starts_with("resolved");
    match name {
        "acknowledge" if live && who == DUTY => "no change",
        "acknowledge" if live => "already held",
        "hand back" if live => "not holder",
        "keep alive" if open => "not holder",
        "assign holder" if live && held => "no change",
        "same severity" if open => "no change",
        "close, summary" | "close, alarm" if open && who != LEAD && !(held && who == DUTY) => {
            "not holder"
        }
        "raise" if place == "closed, duplicate" => "merged",
        _ => "not now",
    }
}

#[test]
fn every_act_in_every_status_by_everybody_is_allowed_or_refused_as_the_table_says() {
    let mut wrong = Vec::new();
    for (column, name) in PLACES.iter().enumerate() {
        let mut given = Given::new();
        let code = place(&mut given, name);
        let held = name.ends_with(", held");
        for (what, row) in TABLE {
            let letter = row.split(' ').nth(column).unwrap();
            for who in WHO.iter().filter(|_| letter != "m") {
                let command = Command::Act(Aim::typed(code.clone()), act(what));
                let expected = match forbidden(who, what) {
                    Some(why) => why,
                    None if admits(letter, who, held) => "done",
                    None => reason(what, name, who),
                };
                let got = match given.would(by(who), command) {
                    Receipt::Done(_) => "done",
                    Receipt::Refused(refusal) => word(&refusal),
                };
                if got != expected {
                    wrong.push(format!("{who} {what} on {name}: {got}, not {expected}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_buttons_of_a_duplicate_do_what_they_do_on_the_main_incident() {
    let mut given = Given::new();
    let code = place(&mut given, "closed, duplicate");
    let main = given.see(&code).main().unwrap().clone();
    for (what, _) in TABLE.iter().filter(|(_, row)| row.ends_with('m')) {
        for who in WHO {
            let on = |code: &IncidentCode| Command::Act(Aim::typed(code.clone()), act(what));
            let (there, here) = (given.would(by(who), on(&main)), given.would(by(who), on(&code)));
            assert_eq!(there, here, "{who} {what}");
        }
    }
}

#[test]
fn each_role_may_report_or_not_as_the_table_says() {
    let mut given = Given::new();
    for who in WHO {
        let report = Command::Report(Report { words: Some("sự cố".to_owned()) });
        let got = match given.would(by(who), report) {
            Receipt::Done(_) => "done",
            Receipt::Refused(refusal) => word(&refusal),
        };
        let expected = match who {
            ADMIN => "not allowed",
            GONE | "p-99" => "not in directory",
            _ => "done",
        };
        assert_eq!(got, expected, "{who}");
    }
    let stranger = given.would(Actor::Stranger, Command::Report(Report { words: None }));
    assert_eq!(stranger, Receipt::Refused(Refusal::NotInDirectory));
}

#[test]
fn whoever_acknowledges_holds_it_and_the_second_hears_who_was_first() {
    let mut given = Given::new();
    let code = given.reported_by(REPORTER);
    given.does(DUTY, &code, Act::Acknowledge);
    let since = given.now;
    given.wait(minutes(1));
    let refusal = given.refused(BACKUP, &code, Act::Acknowledge);
    assert_eq!(refusal, Refusal::AlreadyHeld { code: code.clone(), by: id(DUTY), since });
    let incident = given.see(&code);
    assert_eq!((incident.status(), incident.holder()), (Status::Acknowledged, Some(&id(DUTY))));
}

#[test]
fn whoever_contains_what_nobody_holds_becomes_the_holder_and_else_a_helper() {
    let mut given = Given::new();
    let (one, two) = (given.reported_by(REPORTER), given.reported_by(REPORTER));
    given.does(BACKUP, &one, Act::Contain);
    let incident = given.see(&one);
    assert_eq!((incident.status(), incident.holder()), (Status::Contained, Some(&id(BACKUP))));
    assert_eq!(incident.acknowledged.map(|stamp| stamp.by), Some(id(BACKUP)));
    given.does(DUTY, &two, Act::Acknowledge);
    given.does(BACKUP, &two, Act::Contain);
    let incident = given.see(&two);
    assert_eq!(incident.holder(), Some(&id(DUTY)));
    assert_eq!(incident.helpers, [id(BACKUP)]);
}

#[test]
fn a_helper_who_takes_it_over_is_no_helper_any_more() {
    let mut given = Given::new();
    let code = given.reported_by(REPORTER);
    given.does(BACKUP, &code, Act::Note("tôi xem".to_owned()));
    assert_eq!(given.see(&code).helpers, [id(BACKUP)]);
    given.does(BACKUP, &code, Act::Acknowledge);
    assert_eq!(given.see(&code).helpers, []);
}

#[test]
fn reporters_and_managers_who_write_notes_are_no_helpers() {
    let mut given = Given::new();
    let code = given.reported_by(REPORTER);
    given.does(REPORTER, &code, Act::Note("thêm".to_owned()));
    given.does(MANAGER, &code, Act::Note("thêm".to_owned()));
    assert_eq!(given.see(&code).helpers, []);
}

#[test]
fn giving_back_keeps_the_status_and_who_first_acknowledged() {
    let mut given = Given::new();
    let code = given.reported_by(REPORTER);
    given.does(DUTY, &code, Act::Acknowledge);
    given.does(DUTY, &code, Act::Contain);
    given.wait(minutes(5));
    given.does(DUTY, &code, Act::HandBack);
    given.does(BACKUP, &code, Act::Acknowledge);
    let incident = given.see(&code);
    assert_eq!((incident.status(), incident.holder()), (Status::Contained, Some(&id(BACKUP))));
    assert_eq!(incident.acknowledged.map(|stamp| stamp.by), Some(id(DUTY)));
}

#[test]
fn only_the_assigned_person_takes_it_from_a_holder() {
    let mut given = Given::new();
    let code = given.reported_by(REPORTER);
    given.does(DUTY, &code, Act::Acknowledge);
    let next = given.see(&code).next_moment();
    given.does(LEAD, &code, Act::Assign(id(BACKUP)));
    let incident = given.see(&code);
    assert_eq!((incident.holder(), incident.next_moment()), (Some(&id(DUTY)), next));
    assert!(matches!(given.refused(DEPUTY, &code, Act::Acknowledge), Refusal::AlreadyHeld { .. }));
    given.does(BACKUP, &code, Act::Acknowledge);
    let incident = given.see(&code);
    assert_eq!(
        (incident.holder(), incident.helpers.as_slice()),
        (Some(&id(BACKUP)), &[id(DUTY)][..])
    );
}

#[test]
fn an_assignment_is_for_people_who_can_hold_it_and_are_still_there() {
    let mut given = Given::new();
    let code = given.reported_by(REPORTER);
    let assign = |to: &str| Act::Assign(id(to));
    assert_eq!(given.refused(LEAD, &code, assign(MANAGER)), Refusal::CannotHold(id(MANAGER)));
    let gone = Refusal::UnknownPerson(GONE.to_owned());
    assert_eq!(given.refused(LEAD, &code, assign(GONE)), gone);
    given.does(LEAD, &code, assign(UNREACHABLE));
}

#[test]
fn a_resolved_incident_reminds_its_holder_every_day_until_it_is_closed() {
    let mut given = Given::new();
    let code = place(&mut given, "resolved, held");
    let before = given.events(&code).len();
    given.wait(Duration::from_secs(3 * 24 * 3600));
    assert_eq!(given.kinds(&code, before), ["close_reminded"; 3]);
    assert_eq!(given.see(&code).holder(), Some(&id(DUTY)));
    given.does(DUTY, &code, summary());
    assert_eq!(given.see(&code).next_moment(), None);
}

#[test]
fn leads_are_reminded_to_close_what_somebody_holds_who_cannot_be_reached_any_more() {
    for left in [true, false] {
        let mut given = Given::new();
        let code = place(&mut given, "resolved, held");
        given.change_person(DUTY, |person, private| {
            person.active = !left;
            (private.telegram_id, private.phone) = (None, None);
        });
        given.wait(Duration::from_secs(24 * 3600));
        let told = given.told(&code).into_iter().filter(|(_, news)| *news == News::CloseReminder);
        let told: Vec<_> = told.map(|(who, _)| who).collect();
        assert_eq!(told, [LEAD, DEPUTY], "left: {left}");
    }
}

#[test]
fn the_role_of_an_administrator_shows_no_incident_not_even_of_the_own_unit() {
    let mut given = Given::new();
    let code = given.reported_by(REPORTER);
    given.change_person(ADMIN, |person, _| person.unit = Some(UnitCode::new("xa-001")));
    let hidden = Refusal::UnknownIncident(code.to_string());
    assert_eq!(given.refused(ADMIN, &code, Act::Note("x".to_owned())), hidden);
    assert_eq!(given.refused(ADMIN, &code, Act::Acknowledge), hidden);
    given.change_person(ADMIN, |person, _| {
        person.roles.insert(Role::Reporter);
    });
    given.does(ADMIN, &code, Act::Note("x".to_owned()));
}

#[test]
fn closing_needs_words() {
    use trucban::domain::incident::act::Closing;
    let mut given = Given::new();
    let code = place(&mut given, "resolved, held");
    for words in ["", " \n\t "] {
        for closing in [Closing::Summary(words.to_owned()), Closing::FalseAlarm(words.to_owned())] {
            let refusal = given.refused(DUTY, &code, Act::Close(closing));
            assert!(matches!(refusal, Refusal::WordsNeeded { .. }), "{refusal:?}");
        }
    }
}

#[test]
fn reopening_is_a_new_episode_that_forgets_holder_later_times_and_outcome() {
    let mut given = Given::new();
    let code = place(&mut given, "closed, incident");
    assert_eq!(given.see(&code).outcome(), Some(Outcome::Incident));
    given.does(LEAD, &code, Act::Reopen);
    let incident = given.see(&code);
    assert_eq!((incident.episode, incident.status()), (2, Status::Reported));
    assert_eq!((incident.holder(), incident.outcome()), (None, None));
    assert!(incident.acknowledged.is_none() && incident.contained_at.is_none());
    assert!(incident.resolved_at.is_none() && incident.closed_at.is_none());
    assert_eq!(given.rung(&code), Some((1, 1)));
    assert_eq!(given.waiting(&code), [(DUTY.to_owned(), "telegram".to_owned())]);
}

#[test]
fn buttons_of_an_earlier_episode_do_nothing_but_tell_where_it_stands() {
    let mut given = Given::new();
    let code = place(&mut given, "closed, false alarm");
    given.does(LEAD, &code, Act::Reopen);
    let before = given.events(&code).len();
    for act in [Act::Acknowledge, Act::Contain, Act::Raise(Some(1)), Act::Severity(Severity::High)]
    {
        let receipt = given.press(DUTY, &code, 1, act);
        assert!(matches!(receipt, Receipt::Refused(Refusal::OldEpisode { .. })), "{receipt:?}");
    }
    assert_eq!(given.events(&code).len(), before);
    assert!(matches!(given.press(DUTY, &code, 2, Act::Acknowledge), Receipt::Done(_)));
}

#[test]
fn the_same_key_gets_the_same_receipt_even_for_a_refusal_that_would_now_be_allowed() {
    let mut given = Given::new();
    let code = given.reported_by(REPORTER);
    given.does(DUTY, &code, Act::Acknowledge);
    let command = Command::Act(Aim::typed(code.clone()), Act::Acknowledge);
    let envelope = trucban::domain::envelope::Envelope::new("tg:1", by(BACKUP), command);
    let first = given.submit(&envelope);
    assert!(matches!(first, Receipt::Refused(_)));
    given.does(DUTY, &code, Act::HandBack);
    assert_eq!(given.submit(&envelope), first);
    assert_eq!(given.see(&code).holder(), None);
}
