//! The book of record: append-only, chained over stored bytes, words removable, derived tables that
//! rebuild, two processes at once.

use std::path::{Path, PathBuf};

use tempfile::TempDir;
use trucban::domain::directory::{Person, Private, Setup};
use trucban::domain::envelope::{
    Actor, Command, DirectoryCommand, Done, Envelope, Poison, Receipt, Report,
};
use trucban::domain::ids::{IncidentCode, PersonId};
use trucban::domain::incident::act::{Act, Aim};
use trucban::domain::incident::event::IncidentEvent;
use trucban::domain::refusal::Refusal;
use trucban::domain::time::Timestamp;
use trucban::domain::values::{ChannelKind, Role};
use trucban::engine::handle::handle;
use trucban::engine::settings::Settings;
use trucban::ledger::chain::{Broken, Verified};
use trucban::ledger::lock::ProcessLock;
use trucban::ledger::{Durability, StorageError, Store, backup};

use crate::harness::settings;

const NOW: Timestamp = Timestamp::from_millis(1_795_244_400_000);

struct Book {
    dir: TempDir,
    store: Store,
    settings: Settings,
    turns: u64,
}

fn open(path: &Path) -> Store {
    let mut store = Store::open(path, Durability::Off).unwrap();
    store.set_up(Setup { channels: vec![ChannelKind::Telegram], ..Setup::default() });
    store
}

impl Book {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let store = open(&dir.path().join("trucban.db"));
        let mut book = Self { dir, store, settings: settings(), turns: 0 };
        let people = [("p-001", Role::Responder, 1), ("p-002", Role::Reporter, 2)];
        let rows = people.map(|(id, role, account)| {
            let id = PersonId::new(id);
            let roles = [role].into();
            let person =
                Person { id, unit: None, roles, order: Vec::new(), active: true, hours: None };
            let private = Private {
                full_name: "Nguyễn Thị Rất Riêng".into(),
                telegram_id: Some(account),
                ..Private::default()
            };
            (person, private)
        });
        let command = Command::Directory(DirectoryCommand::People(rows.to_vec()));
        book.submit(Actor::Operator, command);
        book
    }

    fn path(&self) -> PathBuf {
        self.dir.path().join("trucban.db")
    }

    fn submit(&mut self, actor: Actor, command: Command) -> Receipt {
        self.turns += 1;
        let envelope = Envelope::new(format!("test:{}", self.turns), actor, command);
        let settings = &self.settings;
        self.store.transaction(NOW, |tx| handle(tx, settings, &envelope)).unwrap()
    }

    fn report(&mut self, words: &str) -> IncidentCode {
        let report = Report { words: Some(words.into()) };
        let actor = Actor::Person(PersonId::new("p-002"));
        match self.submit(actor, Command::Report(report)) {
            Receipt::Done(Done::Reported(code)) => code,
            other => panic!("{other:?}"),
        }
    }

    /// Values of a table that contain one of these words.
    fn rows_with(&self, table: &str, words: &[&str]) -> Vec<String> {
        let mut statement =
            self.store.connection().prepare(&format!("SELECT * FROM {table}")).unwrap();
        let columns = statement.column_count();
        let mut rows = statement.query([]).unwrap();
        let mut found = Vec::new();
        while let Some(row) = rows.next().unwrap() {
            for column in 0..columns {
                let value = format!("{:?}", row.get_ref(column).unwrap());
                let text = row.get_ref(column).unwrap().as_str().map_or(value, str::to_owned);
                found.extend(words.iter().any(|word| text.contains(word)).then_some(text));
            }
        }
        found
    }

    fn verify(&self) -> Verified {
        self.store.reader().unwrap().verify().unwrap()
    }

    /// As somebody with the file and a grudge would.
    fn tamper(&self, sql: &str) -> Result<(), String> {
        self.store.connection().execute_batch(sql).map_err(|error| error.to_string())
    }
}

#[test]
fn entries_are_never_updated_deleted_or_replaced() {
    let mut book = Book::new();
    book.report("x");
    for sql in [
        "UPDATE ledger SET actor = 'operator' WHERE seq = 1",
        "DELETE FROM ledger WHERE seq = 1",
        "INSERT OR REPLACE INTO ledger SELECT * FROM ledger WHERE seq = 1",
    ] {
        let error = book.tamper(sql).unwrap_err();
        assert!(error.contains("append-only"), "{sql}: {error}");
    }
    assert_eq!(book.verify().broken, None);
}

#[test]
fn verification_names_the_first_entry_that_was_altered_even_past_the_triggers() {
    let mut book = Book::new();
    book.report("x");
    book.tamper(
        "DROP TRIGGER ledger_is_never_updated;
         UPDATE ledger SET body = replace(body, 'medium', 'low') WHERE kind = 'reported'",
    )
    .unwrap();
    let found = book.verify();
    assert!(matches!(found.broken, Some(Broken::Hash(_))), "{found:?}");
}

#[test]
fn an_entry_taken_out_leaves_a_gap_that_is_named() {
    let mut book = Book::new();
    book.report("x");
    book.tamper("DROP TRIGGER ledger_is_never_deleted; DELETE FROM ledger WHERE seq = 3").unwrap();
    assert_eq!(book.verify().broken, Some(Broken::Gap(4)));
}

#[test]
fn words_that_were_changed_or_lost_without_an_entry_are_found() {
    let mut book = Book::new();
    book.report("the first words");
    book.tamper("UPDATE content SET bytes = CAST('other words' AS BLOB)").unwrap();
    assert!(matches!(book.verify().broken, Some(Broken::Content(_))));
    book.tamper("DELETE FROM content").unwrap();
    assert!(matches!(book.verify().broken, Some(Broken::Lost(_))));
}

#[test]
fn names_numbers_and_words_never_stand_in_the_chain() {
    let mut book = Book::new();
    let code = book.report("a sentence nobody else would write");
    let note = Act::Note("another such sentence".into());
    let actor = Actor::Person(PersonId::new("p-001"));
    book.submit(actor, Command::Act(Aim::typed(code), note));
    let sql = "SELECT count(*) FROM ledger WHERE body LIKE '%sentence%' OR body LIKE '%Riêng%'
               OR actor LIKE '%Riêng%'";
    let found: i64 = book.store.connection().query_row(sql, [], |row| row.get(0)).unwrap();
    assert_eq!(found, 0);
}

#[test]
fn a_repeated_key_gets_the_stored_receipt_and_a_refused_one_stays_refused() {
    let mut book = Book::new();
    let code = book.report("x");
    let actor = Actor::Person(PersonId::new("p-002"));
    let command = Command::Act(Aim::typed(code), Act::Acknowledge);
    let envelope = Envelope::new("tg:1:7:2:9", actor, command);
    let settings = book.settings.clone();
    let mut submit = || book.store.transaction(NOW, |tx| handle(tx, &settings, &envelope)).unwrap();
    let first = submit();
    assert!(matches!(first, Receipt::Refused(Refusal::NotAllowed(_))), "{first:?}");
    assert_eq!(submit(), first);
}

/// Accounts, and whatever other systems put into their keys.
#[test]
fn the_chain_holds_no_account_and_no_key_of_others_and_still_knows_them_again() {
    let mut book = Book::new();
    let settings = book.settings.clone();
    let submit = |book: &mut Book, key: &str, actor: Actor, command: Command| {
        let envelope = Envelope::new(key, actor, command);
        book.store.transaction(NOW, |tx| handle(tx, &settings, &envelope)).unwrap()
    };
    let person = || Actor::Person(PersonId::new("p-002"));
    let siem = || Actor::Intake("siem".into());
    let report = || Command::Report(Report { words: Some("x".into()) });
    let mut alert = crate::harness::alert("t", trucban::domain::values::Severity::High);
    alert.dedup_key = Some("nguyenvana@example.vn".into());
    let alerts = || Command::Alerts(vec![alert.clone()]);
    let poison = Poison {
        key: "tg:1:8:987654321:10".into(),
        what: "message".into(),
        size: 0,
        error: "panicked".into(),
    };

    let first = submit(&mut book, "tg:1:7:987654321:9", person(), report());
    let filed = submit(&mut book, "intake:siem:nguyenvana-1", siem(), alerts());
    submit(&mut book, "skip:tg:1:8:987654321:10", Actor::System, Command::Skipped(poison));

    book.store = open(&book.path());
    assert_eq!(submit(&mut book, "tg:1:7:987654321:9", person(), report()), first);
    assert_eq!(submit(&mut book, "intake:siem:nguyenvana-1", siem(), alerts()), filed);
    let again = submit(&mut book, "intake:siem:nguyenvana-2", siem(), alerts());
    assert!(matches!(again, Receipt::Done(Done::Filed(filed)) if !filed[0].created));
    assert_eq!(book.store.compare(NOW).unwrap().differences, Vec::<String>::new());
    assert!(book.verify().broken.is_none());
    for table in ["ledger", "envelope", "incident"] {
        let found = book.rows_with(table, &["987654321", "nguyenvana"]);
        assert_eq!(found, Vec::<String>::new(), "{table}");
    }
}

#[test]
fn derived_tables_that_were_spoiled_are_rebuilt_and_each_difference_is_named() {
    let mut book = Book::new();
    let code = book.report("x");
    assert_eq!(book.store.compare(NOW).unwrap().differences, Vec::<String>::new());
    let outbox = "SELECT count(*) FROM outbox";
    let count = |store: &Store| -> i64 {
        store.connection().query_row(outbox, [], |row| row.get(0)).unwrap()
    };
    let before = count(&book.store);
    book.tamper("UPDATE incident SET status = 'closed'; DELETE FROM due; DELETE FROM person")
        .unwrap();
    let found = book.store.rebuild(NOW).unwrap();
    for row in [format!("incident {code}"), format!("due incident/{code}"), "person p-001".into()] {
        assert!(found.differences.contains(&row), "{row} is not in {:?}", found.differences);
    }
    assert_eq!(book.store.rebuild(NOW).unwrap().differences, Vec::<String>::new());
    assert_eq!(count(&book.store), before, "a rebuild sends nothing");
}

#[test]
fn two_processes_write_one_chain() {
    let mut book = Book::new();
    let mut other = open(&book.path());
    let settings = book.settings.clone();
    for turn in 0..5 {
        book.report("here");
        let actor = Actor::Person(PersonId::new("p-002"));
        let report = Command::Report(Report { words: Some("there".into()) });
        let envelope = Envelope::new(format!("other:{turn}"), actor, report);
        other.transaction(NOW, |tx| handle(tx, &settings, &envelope)).unwrap();
    }
    assert_eq!(book.verify().broken, None);
    assert_eq!(book.store.reader().unwrap().incidents(true, false).unwrap().len(), 10);
}

#[test]
fn what_one_process_imports_the_other_knows_at_its_next_turn() {
    let mut book = Book::new();
    let mut other = open(&book.path());
    let person = Person {
        id: PersonId::new("p-003"),
        unit: None,
        roles: [Role::Reporter].into(),
        order: Vec::new(),
        active: true,
        hours: None,
    };
    let people = DirectoryCommand::People(vec![(person, Private::default())]);
    let envelope = Envelope::new("other:1", Actor::Operator, Command::Directory(people));
    let settings = book.settings.clone();
    other.transaction(NOW, |tx| handle(tx, &settings, &envelope)).unwrap();
    let actor = Actor::Person(PersonId::new("p-003"));
    let report = Command::Report(Report { words: Some("x".into()) });
    assert!(matches!(book.submit(actor, report), Receipt::Done(Done::Reported(_))));
}

#[test]
fn an_older_schema_is_left_alone_while_another_process_works_with_it() {
    let book = Book::new();
    book.tamper("DELETE FROM refinery_schema_history").unwrap();
    let lock = ProcessLock::take(&book.path()).unwrap();
    match Store::open_beside(&book.path(), Durability::Off) {
        Err(StorageError::OlderSchema(by)) => assert_eq!(by, std::process::id().to_string()),
        other => panic!("{other:?}"),
    }
    drop(lock);
    let files = std::fs::read_dir(book.dir.path()).unwrap();
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    assert!(names.into_iter().all(|name| !name.contains("before-v")), "nothing was begun");
    assert!(Store::open_beside(&Book::new().path(), Durability::Off).is_ok());
}

#[test]
fn a_lock_is_held_by_one_and_says_by_whom() {
    let book = Book::new();
    let lock = ProcessLock::take(&book.path()).unwrap();
    match ProcessLock::take(&book.path()) {
        Err(StorageError::Held(by)) => assert_eq!(by, std::process::id().to_string()),
        other => panic!("{other:?}"),
    }
    drop(lock);
    ProcessLock::take(&book.path()).unwrap();
}

#[test]
fn a_ledger_written_by_a_newer_version_stops_the_program_and_names_both() {
    let book = Book::new();
    book.tamper("INSERT INTO event_kind VALUES ('teleported')").unwrap();
    match Store::open(&book.path(), Durability::Off) {
        Err(error @ StorageError::NewerLedger { .. }) => {
            let words = error.to_string();
            assert!(words.contains("teleported") && words.contains(env!("CARGO_PKG_VERSION")));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_copy_is_made_before_the_schema_changes() {
    let mut book = Book::new();
    let code = book.report("x");
    let copy = PathBuf::from(format!("{}.before-v1", book.path().display()));
    backup::before_migrating(book.store.connection(), &book.path()).unwrap();
    assert!(!copy.exists(), "nothing is about to change");
    // As if this version brought the first migration with it.
    book.tamper("DELETE FROM refinery_schema_history").unwrap();
    backup::before_migrating(book.store.connection(), &book.path()).unwrap();
    let kept = trucban::ledger::Reader::open(&copy, Setup::default()).unwrap();
    assert!(kept.incident(&code).unwrap().is_some());
    // Words taken back later are still in it.
    backup::remember_aside(book.store.connection(), &copy).unwrap();
    let last = book.store.reader().unwrap().head().unwrap().seq;
    let now = Timestamp::from_millis(0);
    let mut holding = |seq| book.store.transaction(now, |tx| tx.backups_holding(seq)).unwrap();
    assert_eq!(holding(last), [copy.display().to_string()]);
    assert!(holding(last + 1).is_empty());
}

#[test]
fn only_its_owner_may_read_the_database() {
    use std::os::unix::fs::PermissionsExt as _;
    let book = Book::new();
    let mode = std::fs::metadata(book.path()).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

/// Events as earlier versions wrote them must read for ever: shapes change only by addition.
#[test]
fn every_event_ever_written_still_reads() {
    let samples = include_str!("../samples/incident_events.jsonl");
    let mut kinds = std::collections::BTreeSet::new();
    for (number, line) in samples.lines().enumerate() {
        let event: IncidentEvent = serde_json::from_str(line)
            .unwrap_or_else(|error| panic!("line {}: {error}", number + 1));
        kinds.insert(event.kind());
    }
    for kind in IncidentEvent::KINDS {
        assert!(kinds.contains(kind), "no sample of {kind}");
    }
}
