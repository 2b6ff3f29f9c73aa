//! Stored values that do not read, and everything else a meddled file or an older version may have left
//! behind: one bad thing waits alone, and people hear of it.

use std::collections::BTreeSet;
use std::time::Duration;

use trucban::domain::contacts::{ContactsAnswer, ContactsNotice};
use trucban::domain::duty_notice::{DutyAnswer, DutyNotice};
use trucban::domain::notice::{Answer, Ask, Body, News, Notice, PageKind, Trouble};
use trucban::domain::playbook::run::event::Call;
use trucban::domain::roster::event::RosterEvent;
use trucban::engine::claim::claim;
use trucban::engine::pump::Budgets;
use trucban::ledger::Tx;

use super::given::{Given, REPORTER as FOCAL_POINT};
use crate::harness::{ADMIN, DEPUTY, DUTY, LEAD, NEIGHBOUR, REPORTER, TEAM, given, minutes};

const REPORT: &str = "Máy chủ tệp không mở được";

#[tokio::test]
async fn an_incident_that_does_not_read_waits_alone_and_the_others_are_called_for() {
    let province = given().await;
    let bad = province.report(REPORTER, REPORT).await;
    let good = province.report(NEIGHBOUR, "Việc khác").await;
    province.meddle(&format!("UPDATE incident SET state = '{{' WHERE code = '{bad}'"));

    province.after(minutes(6)).await;

    assert!(province.card(LEAD, &good).text.contains("bậc 2"));
    assert_eq!(province.count(ADMIN, &format!("việc đến giờ của sự cố {bad}")), 1);
    province.end_without_listening().await;
}

#[tokio::test]
async fn a_moment_whose_stream_does_not_read_is_made_again_and_holds_no_other_back() {
    let mut province = given().await;
    let bad = province.report(REPORTER, REPORT).await;
    let good = province.report(NEIGHBOUR, "Việc khác").await;
    province.forget();
    province.meddle(&format!("UPDATE due SET stream = 'nonsense' WHERE stream = 'incident/{bad}'"));

    province.after(minutes(6)).await;

    for code in [&bad, &good] {
        assert!(province.card(LEAD, code).text.contains("bậc 2"), "{code}");
    }
    assert_eq!(province.count(ADMIN, "nonsense"), 1);
    let reader = province.world.engine().unwrap().reader();
    assert!(reader.first_due().unwrap().is_some() && !reader.due_is_damaged().unwrap());
    province.restart().await;
    assert_eq!(province.count(ADMIN, "nonsense"), 1, "told once");
    province.end_without_listening().await;
}

/// What everybody's name, role and watch is read from, one row of each kind spoiled.
const SPOILED: &str = "UPDATE roster SET body = '{broken';
    UPDATE person SET body = '{' WHERE id = 'p-001';
    UPDATE person SET body = CAST(x'ff' AS TEXT) WHERE id = 'p-003';
    UPDATE unit SET body = 'null' WHERE code = 'xa-001';";

#[tokio::test]
async fn rows_of_the_directory_that_do_not_read_are_made_again_from_the_ledger_at_the_start() {
    let mut province = given().await;
    province.world.open_watch().await.unwrap();
    // Two messages at once for one private chat are more than its pace allows.
    province.after(Duration::from_secs(5)).await;
    let before = province.world.engine().unwrap().reader().directory().unwrap();
    province.world.stop().await.unwrap();
    province.forget();
    province.meddle(SPOILED);

    province.start().await;

    let reader = province.world.engine().unwrap().reader();
    assert_eq!(reader.directory().unwrap(), before);
    assert_eq!(reader.unreadable().unwrap(), [""; 0]);
    province
        .hears(&[(ADMIN, "dựng lại từ sổ cái: roster 1, unit xa-001, person p-001, person p-003")]);
    province.report(REPORTER, REPORT).await;
    province.hears(&[(REPORTER, "Đã ghi nhận"), (TEAM, REPORT), (DUTY, "bậc 1")]);
    province.end().await;
}

#[tokio::test]
async fn rows_of_the_directory_that_are_spoiled_while_it_runs_keep_nobody_from_being_called() {
    let mut province = given().await;
    province.report(REPORTER, REPORT).await;
    province.forget();
    province.meddle(SPOILED);

    province.after(minutes(5)).await;

    province.hears(&[
        (LEAD, "vòng 1, bậc 2"),
        (DEPUTY, "vòng 1, bậc 2"),
        (ADMIN, "dựng lại từ sổ cái"),
    ]);
    province.end().await;
}

#[tokio::test]
async fn an_update_that_needs_what_does_not_read_is_given_up_after_three_tries() {
    let mut province = given().await;
    province.say(REPORTER, "/baosuco").await;
    province.meddle("UPDATE session SET body = '{'");
    province.forget();

    province.say(REPORTER, "Không").await;
    province.report(NEIGHBOUR, REPORT).await;

    province.hears(&[
        (REPORTER, "Chưa đọc được tin này"),
        (ADMIN, "sau ba lần đọc không được"),
        (NEIGHBOUR, "Đã ghi nhận"),
        (TEAM, REPORT),
        (DUTY, "bậc 1"),
    ]);
    province.report(REPORTER, "Việc khác").await;
    province.hears(&[(REPORTER, "Đã ghi nhận"), (TEAM, "Việc khác"), (DUTY, "bậc 1")]);
    province.end().await;
}

#[test]
fn a_message_that_does_not_read_is_set_aside_and_the_others_go() {
    let mut given = Given::under(0);
    given.reported_by(FOCAL_POINT);
    let conn = rusqlite::Connection::open(given.store.path()).unwrap();
    conn.execute("UPDATE outbox SET notice = '{' WHERE kind = 'page'", []).unwrap();

    let (now, settings) = (given.now, given.settings.clone());
    let claimed = given.store.transaction(now, |tx| claim(tx, &settings, &mut Budgets::default()));

    assert!(!claimed.unwrap().outgoing.is_empty(), "the card goes out");
    let state = |kind: &str| -> String {
        let sql = "SELECT state FROM outbox WHERE kind = ?1 ORDER BY id LIMIT 1";
        conn.query_row(sql, [kind], |row| row.get(0)).unwrap()
    };
    assert_eq!((state("page"), state("card")), ("unknown".to_owned(), "sending".to_owned()));
    let told: i64 = conn
        .query_row("SELECT count(*) FROM outbox WHERE notice LIKE '%set_aside%'", [], |r| r.get(0))
        .unwrap();
    assert_eq!(told, 1, "the administrator hears of it");
}

#[test]
fn a_page_that_does_not_read_goes_out_by_the_next_channel_and_then_to_the_next_rung() {
    let mut given = Given::under(0);
    let code = given.reported_by(FOCAL_POINT);
    let conn = rusqlite::Connection::open(given.store.path()).unwrap();
    let spoil = |given: &mut Given| {
        let sql = "UPDATE outbox SET notice = '{' WHERE kind = 'page' AND state = 'queued'";
        conn.execute(sql, []).unwrap();
        let (now, settings) = (given.now, given.settings.clone());
        let claimed = |tx: &mut Tx<'_>| claim(tx, &settings, &mut Budgets::default());
        given.store.transaction(now, claimed).unwrap();
        let sql = "SELECT person || ' ' || channel || ' ' || state FROM outbox
                   WHERE kind = 'page' ORDER BY id";
        let mut statement = conn.prepare(sql).unwrap();
        let rows = statement.query_map([], |row| row.get::<_, String>(0)).unwrap();
        rows.map(Result::unwrap).collect::<Vec<_>>()
    };
    let first = spoil(&mut given);
    assert_eq!(first[..2], ["p-01 telegram unknown", "p-01 webhook queued"]);
    let then = spoil(&mut given);
    assert_eq!(then[..2], ["p-01 telegram unknown", "p-01 webhook unknown"]);
    assert!(then.iter().any(|row| row == "p-04 telegram queued"), "the next rung: {then:?}");
    let events = given.reader.events(&code).unwrap();
    let kinds: Vec<&str> = events.iter().map(|one| one.event.kind()).collect();
    assert_eq!(kinds.iter().filter(|kind| **kind == "page_failed").count(), 2, "{kinds:?}");
    assert!(kinds.contains(&"rung_undeliverable"), "{kinds:?}");
}

#[test]
fn a_message_about_an_incident_that_does_not_read_still_goes() {
    let mut given = Given::under(0);
    given.reported_by(FOCAL_POINT);
    let conn = rusqlite::Connection::open(given.store.path()).unwrap();
    conn.execute("UPDATE incident SET state = '{'", []).unwrap();

    let (now, settings) = (given.now, given.settings.clone());
    let claimed = given.store.transaction(now, |tx| claim(tx, &settings, &mut Budgets::default()));

    let pages = claimed.unwrap().outgoing;
    assert!(pages.iter().any(|out| matches!(out.notice.body, Body::Page { .. })));
}

/// The names of a notice's shapes, by matches that a new shape does not pass unseen.
fn shape(body: &Body) -> String {
    match body {
        Body::Card { .. } => "card".to_owned(),
        Body::Page { kind, .. } => format!("page {}", kind_of(*kind)),
        Body::TeamCall { kind, .. } => format!("call {}", kind_of(*kind)),
        Body::Step { call, .. } => format!("step {}", call_of(*call)),
        Body::Run { .. } => "run".to_owned(),
        Body::News { news, .. } => format!("news {}", news_of(news)),
        Body::Answer(answer) => format!("answer {}", answer_of(answer)),
        Body::Digest { .. } => "digest".to_owned(),
        Body::TestPage => "test".to_owned(),
        Body::Duty(notice) => format!("duty {}", duty_of(notice)),
        Body::Contacts(ContactsNotice::StillRight { .. }) => "contacts right".to_owned(),
        Body::Contacts(ContactsNotice::Correction { .. }) => "contacts wrong".to_owned(),
        Body::Contacts(ContactsNotice::Ended { .. }) => "contacts ended".to_owned(),
        Body::Drill { notice, .. } => format!("drill {}", notice.word()),
        Body::Book(notice) => format!("book {}", notice.word()),
        Body::AccessAsked { .. } => "access".to_owned(),
        Body::Trouble(trouble) => format!("trouble {}", trouble_of(trouble)),
    }
}

fn duty_of(notice: &DutyNotice) -> &'static str {
    match notice {
        DutyNotice::Incoming { .. } => "incoming",
        DutyNotice::Outgoing { .. } => "outgoing",
        DutyNotice::Taken { .. } => "taken",
        DutyNotice::Untaken { .. } => "untaken",
        DutyNotice::Gap { .. } => "gap",
        DutyNotice::SwapAsked { .. } => "swap asked",
        DutyNotice::SwapToDecide { .. } => "swap to decide",
        DutyNotice::SwapDone { .. } => "swap done",
        DutyNotice::SwapOff { .. } => "swap off",
        DutyNotice::Seated { .. } => "seated",
        DutyNotice::StandIn { .. } => "stand-in",
        DutyNotice::Replaced { .. } => "replaced",
        DutyNotice::LeaveSet { .. } => "leave set",
        DutyNotice::LeaveOver { .. } => "leave over",
        DutyNotice::NewPlan { .. } => "new plan",
        DutyNotice::Reach { .. } => "reach",
        DutyNotice::Unseated { .. } => "unseated",
        DutyNotice::Canary { .. } => "canary",
        DutyNotice::CanaryMissed { .. } => "canary missed",
    }
}

/// A call's name, every kind of it.
pub fn call_of(call: Call) -> &'static str {
    match call {
        Call::Begun => "begun",
        Call::Untaken(_) => "untaken",
        Call::Approval => "approval",
        Call::Late => "late",
        Call::Failed => "failed",
        Call::Lapsed => "lapsed",
        Call::Agreed => "agreed",
        Call::Declined => "declined",
        Call::Reminder => "reminder",
        Call::Dropped => "dropped",
    }
}

fn kind_of(kind: PageKind) -> &'static str {
    match kind {
        PageKind::Rung { .. } => "rung",
        PageKind::Assigned => "assigned",
        PageKind::SeverityRaised => "raised",
        PageKind::NobodyAnswered => "unanswered",
        PageKind::NobodyReached => "unreached",
    }
}

fn news_of(news: &News) -> &'static str {
    match news {
        News::Taken { .. } => "taken",
        News::GivenBack { .. } => "given back",
        News::UnitMoved { .. } => "unit moved",
        News::Contained => "contained",
        News::Resolved => "resolved",
        News::Closed => "closed",
        News::Reopened => "reopened",
        News::Merged { .. } => "merged",
        News::SeverityChanged { .. } => "severity",
        News::Note { .. } => "note",
        News::LeaseReminder { .. } => "lease reminder",
        News::Flapping { .. } => "flapping",
        News::LeaseExpired => "lease expired",
        News::CloseReminder => "close reminder",
        News::AssignedUnreachable { .. } => "unreachable",
        News::Evidence { .. } => "evidence",
        News::Handed { .. } => "handed",
        News::Received { .. } => "received",
        News::Widespread { .. } => "widespread",
    }
}

fn answer_of(answer: &Answer) -> String {
    let name = match answer {
        Answer::Done(_) => "done",
        Answer::DoneMasked { .. } => "done masked",
        Answer::Masked { .. } => "masked",
        Answer::Stays(_) => "stays",
        Answer::Refused(_) => "refused",
        Answer::Help { .. } => "help",
        Answer::Welcome { .. } => "welcome",
        Answer::Hotline => "hotline",
        Answer::Ask(ask) => return format!("ask {}", ask_of(ask)),
        Answer::AskedAgain(..) => "asked again",
        Answer::Left => "left",
        Answer::ReportLeft => "report left",
        Answer::Dropped { .. } => "dropped",
        Answer::FilesNotTaken => "files not taken",
        Answer::StillStands { .. } => "still stands",
        Answer::Thanks { .. } => "thanks",
        Answer::Drill(_) => "drill",
        Answer::AccessAsked => "access asked",
        Answer::Duty(DutyAnswer::Now) => "duty now",
        Answer::Duty(DutyAnswer::Weeks) => "duty weeks",
        Answer::Duty(DutyAnswer::WhichShift) => "duty which",
        Answer::Duty(DutyAnswer::WithWhom { .. }) => "duty whom",
        Answer::Duty(DutyAnswer::LeaveHow) => "duty leave",
        Answer::Duty(DutyAnswer::NoShift) => "duty none",
        Answer::Duty(DutyAnswer::Changes) => "duty changes",
        Answer::WhyCalled { .. } => "why called",
        Answer::Contacts(ContactsAnswer::Found { .. }) => "contacts found",
        Answer::Contacts(ContactsAnswer::Own) => "contacts own",
        Answer::Contacts(ContactsAnswer::Coverage) => "contacts coverage",
        Answer::Contacts(ContactsAnswer::HowToCorrect) => "contacts how",
        Answer::NothingToLeave => "nothing to leave",
        Answer::UnknownCommand { .. } => "unknown command",
        Answer::Usage { .. } => "usage",
        Answer::Meant { .. } => "meant",
        Answer::NothingFits { .. } => "nothing fits",
        Answer::Incident { .. } => "incident",
        Answer::List { .. } => "list",
        Answer::Found { .. } => "found",
        Answer::Figures(_) => "figures",
        Answer::Unreadable => "unreadable",
        Answer::Invitation { .. } => "invitation",
        Answer::OnlyInPrivate => "only in private",
        Answer::Evidence { .. } => "evidence",
        Answer::Runs { .. } => "runs",
        Answer::Playbooks => "playbooks",
        Answer::Step { .. } => "step",
        Answer::StepProof { .. } => "step proof",
        Answer::EvidenceNotTaken { .. } => "evidence not taken",
    };
    name.to_owned()
}

fn ask_of(ask: &Ask) -> &'static str {
    match ask {
        Ask::ReportSecrecy => "secrecy",
        Ask::ReportWords => "words",
        Ask::Note(_) => "note",
        Ask::Redact(_) => "redact",
        Ask::RedactWhy(..) => "redact why",
        Ask::CloseHow(_) => "close how",
        Ask::CloseWords { .. } => "close words",
        Ask::Severity(_) => "severity",
        Ask::Category(_) => "category",
        Ask::Assign(_) => "assign",
        Ask::Which { .. } => "which",
        Ask::MergeInto { .. } => "merge into",
        Ask::Invite => "invite",
        Ask::Unlink => "unlink",
        Ask::More { .. } => "more",
        Ask::NoticedAt(_) => "noticed at",
        Ask::Flags(_) => "flags",
        Ask::Flag { .. } => "flag",
        Ask::Tlp(_) => "tlp",
        Ask::NoteOn { .. } => "note on",
        Ask::Hand { .. } => "hand",
        Ask::StepQuestion { .. } => "step question",
        Ask::Drill { .. } => "drill",
        Ask::Book(_) => "drill book",
        Ask::StepWhy { .. } => "step why",
    }
}

fn trouble_of(trouble: &Trouble) -> &'static str {
    match trouble {
        Trouble::Storage => "storage",
        Trouble::Skipped { .. } => "skipped",
        Trouble::StreamStuck { .. } => "stuck",
        Trouble::ClockJumped { .. } => "clock",
        Trouble::SetAside { .. } => "set aside",
        Trouble::Remade { .. } => "remade",
        Trouble::BackupFailed => "backup",
        Trouble::TopicLost { .. } => "topic",
    }
}

/// How many different shapes the functions above can name.
const SHAPES: usize = 7 + 19 + 6 + 4 + 5 + 5 + 19 + 32 + 21 + 8 + 11 + 4 + 2 + 5 + 2;

#[test]
fn every_shape_of_a_queued_message_still_reads() {
    let mut shapes = BTreeSet::new();
    for (number, line) in include_str!("../samples/notices.jsonl").lines().enumerate() {
        let notice: Notice = serde_json::from_str(line)
            .unwrap_or_else(|error| panic!("line {}: {error}", number + 1));
        shapes.insert(shape(&notice.body));
    }
    assert_eq!(shapes.len(), SHAPES, "{shapes:#?}");
}

#[test]
fn every_event_of_the_roster_ever_written_still_reads() {
    let mut kinds = BTreeSet::new();
    for (number, line) in include_str!("../samples/roster_events.jsonl").lines().enumerate() {
        let event: RosterEvent = serde_json::from_str(line)
            .unwrap_or_else(|error| panic!("line {}: {error}", number + 1));
        kinds.insert(event.kind());
    }
    for kind in RosterEvent::KINDS {
        assert!(kinds.contains(kind), "no sample of {kind}");
    }
}
