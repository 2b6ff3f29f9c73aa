//! One file to be kept elsewhere, and what comes of it when it is needed.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use ring::digest::{SHA256, digest};
use trucban::config::Backups;
use trucban::domain::directory::Setup;
use trucban::domain::envelope::{Actor, Command, DirectoryCommand, Receipt, Report, Route};
use trucban::domain::evidence::{Attachment, Form, Source};
use trucban::domain::ids::PersonId;
use trucban::domain::notice::Body;
use trucban::domain::refusal::Refusal;
use trucban::domain::time::Timestamp;
use trucban::domain::values::ChannelKind;
use trucban::engine::react::queue_answer;
use trucban::ledger::backup::restore::{Order, Restored, restore};
use trucban::ledger::backup::{BadBackup, Made, evidence_beside, make, seal};
use trucban::ledger::chain::hex;
use trucban::ledger::{Durability, Reader, StorageError, Store};
use trucban::sandbox::Fault;

use crate::harness::{ADMIN, DEPUTY, DUTY, LEAD, Province, REPORTER, TEAM, given, hours, minutes};

const REPORT: &str = "Máy chủ thư điện tử bị chiếm quyền";

fn database(province: &Province) -> PathBuf {
    province.world.config.store.path.clone()
}

/// A name beside the database that nobody has.
fn beside(province: &Province, name: &str) -> PathBuf {
    province.world.dir().join(name)
}

fn back_up(province: &Province) -> (PathBuf, Made) {
    let to = beside(province, "backup.trucban");
    let now = province.world.time.read().wall;
    let made = make(&database(province), &to, now, &mut |_, _| {}).unwrap();
    (to, made)
}

fn put_back(province: &Province, file: &Path) -> Result<Restored, StorageError> {
    restore(&Order {
        file,
        database: &database(province),
        prefix: "SC",
        zone: chrono_tz::Asia::Ho_Chi_Minh,
        now: province.world.time.read().wall,
    })
}

fn refusal(province: &Province, file: &Path) -> BadBackup {
    match put_back(province, file) {
        Err(StorageError::BadBackup(bad)) => bad,
        other => panic!("{other:?}"),
    }
}

fn put_evidence(province: &Province, bytes: &[u8]) -> PathBuf {
    let folder = evidence_beside(&database(province));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join(hex(digest(&SHA256, bytes).as_ref()));
    std::fs::write(&path, bytes).unwrap();
    path
}

#[tokio::test]
async fn put_back_it_pages_nobody_twice_gives_no_code_twice_and_the_ladder_goes_on() {
    let mut province = given().await;
    let kept = province.report(REPORTER, REPORT).await;
    let (file, _) = back_up(&province);
    let lost = province.report(REPORTER, "Việc sau bản sao lưu").await;
    province.world.stop().await.unwrap();
    province.forget();

    let done = put_back(&province, &file).unwrap();

    assert_eq!(done.since.unwrap().incidents, std::slice::from_ref(&lost));
    province.start().await;
    province.hears_nothing();
    assert_eq!(province.codes(), std::slice::from_ref(&kept));
    let next = province.report(REPORTER, "Việc mới").await;
    assert_eq!((lost.as_str(), next.as_str()), ("SC-2026-0002", "SC-2026-0003"));
    province.forget();
    province.press(DUTY, DUTY, "Tiếp nhận").await;
    province.forget();
    province.after(minutes(5)).await;
    province.hears(&[(LEAD, kept.as_str()), (DEPUTY, kept.as_str())]);
    province.end_without_listening().await;
}

#[tokio::test]
async fn words_taken_back_since_the_backup_are_named_when_they_are_back() {
    let mut province = given().await;
    let code = province.report(REPORTER, REPORT).await;
    let (file, _) = back_up(&province);
    let events = province.world.engine().unwrap().reader().events(&code).unwrap();
    let seq = events[0].at.seq;
    province.say(LEAD, &format!("/rut {code} {seq} lộ tên người dân")).await;
    province.say(REPORTER, &format!("/ghichu {code} sau bản sao lưu")).await;
    let events = province.world.engine().unwrap().reader().events(&code).unwrap();
    let later = events.iter().rfind(|recorded| recorded.event.kind() == "note_added").unwrap();
    let later = later.at.seq;
    province.say(LEAD, &format!("/rut {code} {later} lộ tên người dân")).await;
    province.world.stop().await.unwrap();

    let done = put_back(&province, &file).unwrap();

    let removed = done.since.unwrap().removed;
    assert_eq!(removed, [(code.clone(), seq)], "what was said later is not there at all");
    province.start().await;
    province.say(LEAD, &format!("/suco {code}")).await;
    assert!(province.last(LEAD).text.contains(REPORT), "it is back indeed");
    province.end_without_listening().await;
}

#[tokio::test]
async fn no_invitation_made_before_the_backup_is_valid_after_it_used_or_not() {
    let mut province = given().await;
    let expires = province.world.time.read().wall.plus(hours(100));
    let invite = |person: &str, code: &str| {
        let (person, code) = (PersonId::new(person), code.to_owned());
        Command::Directory(DirectoryCommand::Invite { person, code, expires })
    };
    let link = |code: &str, telegram_id: i64| {
        Command::Directory(DirectoryCommand::Link { code: code.to_owned(), telegram_id })
    };
    let bad = Receipt::Refused(Refusal::BadInvitation);
    province.submit("i1", Actor::Operator, invite("p-005", "USEDSINCE")).await;
    province.submit("i2", Actor::Operator, invite("p-004", "NEVERUSED")).await;
    let (file, _) = back_up(&province);
    let used = province.submit("l1", Actor::Stranger, link("USEDSINCE", 777)).await;
    assert!(matches!(used, Receipt::Done(_)), "{used:?}");
    province.world.stop().await.unwrap();

    let done = put_back(&province, &file).unwrap();

    assert_eq!(done.invitations, 2);
    province.start().await;
    for (key, code) in [("l2", "USEDSINCE"), ("l3", "NEVERUSED")] {
        assert_eq!(province.submit(key, Actor::Stranger, link(code, 888)).await, bad);
    }
    let conn = rusqlite::Connection::open(database(&province)).unwrap();
    let left: i64 =
        conn.query_row("SELECT count(*) FROM invitation", [], |row| row.get(0)).unwrap();
    assert_eq!(left, 0);
    province.world.stop().await.unwrap();
    let mut store = Store::open(&database(&province), Durability::Off).unwrap();
    let found = store.rebuild(province.world.time.read().wall).unwrap();
    assert!(found.differences.is_empty(), "the ledger says the same: {:?}", found.differences);
    store.close().unwrap();
    province.start().await;
    province.submit("i3", Actor::Operator, invite("p-005", "ANEW")).await;
    let used = province.submit("l4", Actor::Stranger, link("ANEW", 777)).await;
    assert!(matches!(used, Receipt::Done(_)), "{used:?}");
    province.end_without_listening().await;
}

#[tokio::test]
async fn what_the_backup_held_unsent_is_never_sent_and_the_next_moment_still_calls() {
    let mut province = given().await;
    province.world.sandbox.fail_always(Some("sendMessage"), Fault::Status(502));
    province.world.sandbox.say(REPORTER, REPORTER, &format!("/baosuco {REPORT}"));
    province.after(Duration::from_secs(20)).await;
    let (file, _) = back_up(&province);
    province.world.stop().await.unwrap();
    province.world.sandbox.clear_faults();

    let done = put_back(&province, &file).unwrap();

    assert!(done.cancelled >= 2, "{done:?}");
    province.forget();
    province.start().await;
    province.hears_nothing();
    province.after(minutes(5)).await;
    assert_eq!(province.count(LEAD, "bậc 2"), 1, "{:#?}", province.messages(LEAD));
    province.end_without_listening().await;
}

#[tokio::test]
async fn neither_an_answer_that_waited_for_the_scrub_nor_the_fate_of_a_file_is_told_after_a_restore()
 {
    let mut province = given().await;
    let code = province.report(REPORTER, REPORT).await;
    province.world.stop().await.unwrap();
    let now = province.world.time.read().wall;
    let mut store = Store::open(&database(&province), Durability::Off).unwrap();
    let route = Route {
        channel: ChannelKind::Telegram,
        chat: REPORTER,
        thread: None,
        reply_to: None,
        private: true,
    };
    let file = Attachment {
        file: "f".to_owned(),
        message: None,
        name: None,
        size: None,
        form: Form::Photo,
        source: Source::Private,
    };
    let waiting = store.transaction(now, |tx| {
        queue_answer(tx, "waits", &route, Body::TestPage)?;
        tx.hold("answer:waits")?;
        tx.queue_download(&code, 1, &file, &route)
    });
    waiting.unwrap();
    store.close().unwrap();
    let (file, _) = back_up(&province);

    put_back(&province, &file).unwrap();

    let mut store = Store::open(&database(&province), Durability::Off).unwrap();
    assert!(store.scrub(now).unwrap());
    let rows = store.reader().unwrap().outbox().unwrap();
    let row = rows.iter().find(|row| row.key == "answer:waits").unwrap();
    assert_eq!(row.state, "cancelled");
    let route = store.transaction(now, |tx| tx.download_route(&code, 1)).unwrap();
    assert_eq!(route, None);
    assert!(store.reader().unwrap().next_download().unwrap().is_some(), "it is fetched");
}

#[tokio::test]
async fn an_update_older_than_the_backup_is_not_handled_twice() {
    let mut province = given().await;
    let code = province.report(REPORTER, REPORT).await;
    let (file, _) = back_up(&province);
    // Telegram does not hear that the last update was taken, and gives it again.
    province.world.crash().await;
    province.forget();

    put_back(&province, &file).unwrap();

    province.start().await;
    assert_eq!(province.codes(), [code]);
    province.end().await;
}

#[tokio::test]
async fn made_while_the_program_works_it_is_one_instant_of_it() {
    let province = given().await;
    let (source, to) = (database(&province), beside(&province, "backup.trucban"));
    let now = province.world.time.read().wall;
    let copying = std::thread::spawn(move || {
        (0..6)
            .map(|turn| make(&source, &to.with_extension(turn.to_string()), now, &mut |_, _| {}))
            .collect::<Result<Vec<_>, _>>()
            .unwrap()
    });
    let engine = province.world.engine().unwrap();
    let mut turn = 0;
    while !copying.is_finished() {
        let report = Command::Report(Report { words: Some(format!("{REPORT} {turn}")) });
        let actor = Actor::Person(PersonId::new("p-017"));
        let key = format!("load:{turn}");
        engine.submit(trucban::domain::envelope::Envelope::new(key, actor, report)).await.unwrap();
        turn += 1;
    }
    let made = copying.join().unwrap();

    let chain = engine.reader();
    for (turn, made) in made.iter().enumerate() {
        let file = beside(&province, "backup.trucban").with_extension(turn.to_string());
        assert_eq!(seal::verify(&file).unwrap(), made.seal);
        // The same chain as the service's own, up to there.
        assert!(chain.entry_time(made.seal.head.seq).unwrap().is_some());
    }
    assert!(turn > 0);
    province.end_without_listening().await;
}

#[tokio::test]
async fn it_is_one_file_for_its_owner_only_and_never_overwrites() {
    let province = given().await;
    let (file, made) = back_up(&province);

    let mode = std::fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert_eq!(std::fs::metadata(&file).unwrap().len(), made.bytes);
    let names: Vec<String> = std::fs::read_dir(province.world.dir())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.contains("backup"))
        .collect();
    assert_eq!(names, ["backup.trucban"], "nothing is left of making it");
    let before = std::fs::read(&file).unwrap();
    let now = province.world.time.read().wall;
    let again = make(&database(&province), &file, now, &mut |_, _| {});
    assert!(matches!(again, Err(StorageError::Exists(_))), "{again:?}");
    assert_eq!(std::fs::read(&file).unwrap(), before);
    province.end().await;
}

#[tokio::test]
async fn evidence_goes_with_it_and_comes_back_and_a_damaged_piece_is_named() {
    let mut province = given().await;
    let large = vec![7; 3 * 1024 * 1024 + 5];
    let pieces = [put_evidence(&province, b"photo"), put_evidence(&province, &large)];
    let empty = put_evidence(&province, b"");
    let damaged = put_evidence(&province, b"was something else");
    std::fs::write(&damaged, b"is something else").unwrap();

    let (file, made) = back_up(&province);

    assert_eq!(made.evidence, 3);
    assert_eq!(made.damaged, [damaged.file_name().unwrap().to_str().unwrap()]);
    province.world.stop().await.unwrap();
    std::fs::remove_dir_all(evidence_beside(&database(&province))).unwrap();
    assert_eq!(put_back(&province, &file).unwrap().evidence, 3);
    assert_eq!(std::fs::read(&pieces[0]).unwrap(), b"photo");
    assert_eq!(std::fs::read(&pieces[1]).unwrap(), large);
    assert_eq!(std::fs::read(&empty).unwrap(), b"");
    let folder = std::fs::metadata(empty.parent().unwrap()).unwrap().permissions().mode();
    let piece = std::fs::metadata(&empty).unwrap().permissions().mode();
    assert_eq!((folder & 0o777, piece & 0o777), (0o700, 0o600));
    province.start().await;
    province.end().await;
}

#[tokio::test]
async fn a_file_that_was_cut_or_altered_is_refused_and_nothing_is_touched() {
    let mut province = given().await;
    province.report(REPORTER, REPORT).await;
    put_evidence(&province, b"photo");
    let (file, _) = back_up(&province);
    province.world.stop().await.unwrap();
    let before = std::fs::read(database(&province)).unwrap();
    let bytes = std::fs::read(&file).unwrap();
    let spoiled = beside(&province, "spoiled.trucban");

    std::fs::write(&spoiled, &bytes[..bytes.len() / 2]).unwrap();
    assert!(matches!(refusal(&province, &spoiled), BadBackup::Damaged(_) | BadBackup::Foreign));
    std::fs::write(&spoiled, b"minutes of a meeting").unwrap();
    assert_eq!(refusal(&province, &spoiled), BadBackup::Foreign);
    std::fs::copy(database(&province), &spoiled).unwrap();
    assert_eq!(refusal(&province, &spoiled), BadBackup::Foreign);
    let changes = [
        "UPDATE person_private SET telegram_id = 666 WHERE id = 'p-003'",
        "DELETE FROM outbox",
        "DROP TRIGGER ledger_is_never_updated",
        "UPDATE backup_seal SET at = at + 1",
        "UPDATE backup_file SET bytes = CAST('other' AS BLOB)",
    ];
    for change in changes {
        std::fs::write(&spoiled, &bytes).unwrap();
        rusqlite::Connection::open(&spoiled).unwrap().execute_batch(change).unwrap();
        assert_eq!(refusal(&province, &spoiled), BadBackup::Altered, "{change}");
    }

    assert_eq!(std::fs::read(database(&province)).unwrap(), before);
    province.start().await;
    province.end_without_listening().await;
}

#[tokio::test]
async fn the_replaced_database_stays_and_what_was_done_stands_in_the_ledger() {
    let mut province = given().await;
    let (file, made) = back_up(&province);
    let lost = province.report(REPORTER, REPORT).await;
    province.world.stop().await.unwrap();

    let done = put_back(&province, &file).unwrap();

    let replaced = done.replaced.unwrap();
    assert!(replaced.display().to_string().contains("replaced-2026-11-21-"), "{replaced:?}");
    let old = Reader::open(&replaced, Setup::default()).unwrap();
    assert!(old.incident(&lost).unwrap().is_some(), "a mistake can be undone");
    province.start().await;
    let reader = province.world.engine().unwrap().reader();
    let head = reader.head().unwrap();
    assert_eq!(head.seq, made.seal.head.seq + 1);
    assert_eq!(reader.verify().unwrap().broken, None);
    let remembered = reader.backups().unwrap();
    assert_eq!(remembered.len(), 1, "it holds what it held, wherever it lies: {remembered:?}");
    let engine = province.world.engine().unwrap().clone();
    let holding = engine.call(|tx, _| tx.backups_holding(1)).await.unwrap();
    drop(engine);
    let named = holding.iter().any(|name| *name == replaced.display().to_string());
    assert!(named && holding.len() == 2, "{holding:?}");
    let conn = rusqlite::Connection::open(database(&province)).unwrap();
    let kind: String = conn
        .query_row("SELECT kind FROM ledger ORDER BY seq DESC LIMIT 1", [], |row| row.get(0))
        .unwrap();
    assert_eq!(kind, "restored");
    province.end_without_listening().await;
}

#[tokio::test]
async fn on_a_machine_that_knows_nothing_else_a_wide_margin_of_codes_is_left() {
    let mut province = given().await;
    province.report(REPORTER, REPORT).await;
    let (file, _) = back_up(&province);
    province.report(REPORTER, "Việc sau bản sao lưu").await;
    province.world.stop().await.unwrap();
    std::fs::remove_file(database(&province)).unwrap();
    province.world.sleep_through(Duration::from_secs(2 * 86_400));

    let done = put_back(&province, &file).unwrap();

    assert_eq!((done.since, done.replaced), (None, None));
    assert_eq!(done.counters.get("SC-2026"), Some(&201), "1, and 100, and 50 for each day");
    province.start().await;
    province.after(minutes(1)).await;
    assert!(province.count(TEAM, "SC-2026-0001") > 0, "the team hears of the absence");
    province.end_without_listening().await;
}

#[tokio::test]
async fn a_restore_that_was_cut_off_is_run_again_and_no_empty_database_takes_its_place() {
    let mut province = given().await;
    let (file, _) = back_up(&province);
    province.world.stop().await.unwrap();
    let path = database(&province);
    let working = PathBuf::from(format!("{}.restoring", path.display()));
    std::fs::write(&working, b"half").unwrap();
    std::fs::rename(&path, path.with_extension("replaced-before")).unwrap();

    let error = province.world.run().await.unwrap_err().to_string();

    assert!(error.contains("run it again"), "{error}");
    assert!(!path.exists());
    put_back(&province, &file).unwrap();
    assert!(!working.exists());
    province.start().await;
    province.end_without_listening().await;
}

async fn with_backups(dir: PathBuf) -> Province {
    let mut province = given().await;
    let every = Duration::from_secs(86_400);
    province.world.config.store.backups = Some(Backups { dir, every, keep: 2 });
    province.restart().await;
    province
}

#[tokio::test]
async fn the_service_makes_one_every_day_and_keeps_as_many_as_it_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("backups");
    let mut province = with_backups(dir.clone()).await;
    let names = || {
        let entries = std::fs::read_dir(&dir).into_iter().flatten();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    };
    province.until(|| names().len() == 1 && remembered(&province) == 1).await;
    let first = names();
    std::fs::write(dir.join("trucban-of-somebody-else.backup"), "x").unwrap();
    // A restart makes no second one.
    province.restart().await;
    province.after(hours(20)).await;
    assert_eq!((names().len(), remembered(&province)), (2, 1));
    for day in 2..=4_usize {
        province.after(hours(24)).await;
        let kept = day.min(2);
        province.until(|| names().len() == kept + 1 && remembered(&province) == kept).await;
    }
    assert!(!names().contains(&first[0]), "the oldest is gone: {:?}", names());
    assert!(names().contains(&"trucban-of-somebody-else.backup".to_owned()));
    let newest = names().into_iter().rfind(|name| name.contains("-2026-")).unwrap();
    seal::verify(&dir.join(newest)).unwrap();
    province.end_without_listening().await;
}

#[tokio::test]
async fn a_backup_that_bears_a_date_to_come_does_not_count() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("backups");
    let mut province = with_backups(dir.clone()).await;
    province.until(|| remembered(&province) == 1).await;
    let ten_years = 10 * 365 * 86_400_000_i64;
    let set = async |province: &mut Province, by: i64| {
        province.world.stop().await.unwrap();
        province.world.time.jump_wall(by);
        province.start().await;
    };
    set(&mut province, ten_years).await;
    province.until(|| remembered(&province) == 2).await;
    set(&mut province, -ten_years).await;

    province.after(hours(25)).await;

    let now = province.world.time.read().wall;
    let dates = || -> Vec<Timestamp> {
        let all = province.world.engine().unwrap().reader().backups().unwrap();
        all.into_iter().map(|one| one.at).collect()
    };
    // One of this day was made, and of the three the one from the future went first.
    province.until(|| dates().len() == 2 && dates().iter().all(|at| *at <= now)).await;
    province.end_without_listening().await;
}

fn remembered(province: &Province) -> usize {
    province.world.engine().unwrap().reader().backups().unwrap().len()
}

#[tokio::test]
async fn a_backup_that_cannot_be_made_is_told_to_administrators_and_tried_again() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("backups");
    std::fs::write(&dir, "a file is in the way").unwrap();
    let mut province = with_backups(dir.clone()).await;
    province.until(|| province.count(ADMIN, "bản sao lưu") == 1).await;
    std::fs::remove_file(&dir).unwrap();
    province.after(minutes(61)).await;
    province.until(|| remembered(&province) == 1).await;
    province.forget();
    province.end_without_listening().await;
}
