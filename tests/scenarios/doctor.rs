//! An examination finds what is wrong with the installation, says how to mend it, and disturbs
//! nobody.

use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::time::Duration;

use tokio::task::JoinSet;
use trucban::app::doctor::examine;
use trucban::clock::Clock;
use trucban::config::{Email, Secret};
use trucban::domain::checkup::{Finding, Grade, Unwell};
use trucban::domain::time::Timestamp;
use trucban::domain::values::ChannelKind;
use trucban::ledger::Head;
use trucban::ledger::backup::Remembered;
use trucban::text::cli::doctor;

use crate::harness::smtp::Server;
use crate::harness::{LEAD, Province, REPORTER, TEAM, given};

async fn looked(province: &Province) -> Vec<Finding> {
    let clock = Clock::Simulated(province.world.time.clone());
    let file = province.world.dir().join("trucban.toml");
    examine(&file, &province.world.config, &clock).await
}

/// The findings of one name that are not good.
fn bad(found: &[Finding], name: &str) -> Vec<Finding> {
    let bad = |one: &&Finding| one.name() == name && one.grade() != Grade::Good;
    found.iter().filter(bad).cloned().collect()
}

/// A team chat as the handbook wants it.
async fn sound() -> Province {
    let province = given().await;
    let sandbox = &province.world.sandbox;
    sandbox.set_privacy(true);
    sandbox.promote(TEAM, sandbox.bot_id());
    province
}

#[tokio::test]
async fn a_sound_installation_is_found_sound_and_nobody_hears_of_it() {
    let mut province = sound().await;

    let found = looked(&province).await;

    let names: Vec<&str> = found.iter().map(Finding::name).collect();
    for name in [
        "database",
        "schema",
        "ledger",
        "derived",
        "service",
        "permissions",
        "disk",
        "telegram",
        "clock",
        "telegram_webhook",
        "privacy_mode",
        "team_chat",
        "delete_right",
        "anonymous_administrators",
        "webhook",
    ] {
        assert!(names.contains(&name), "{name} was not looked at: {names:?}");
    }
    let wrong: Vec<&Finding> = found.iter().filter(|one| one.grade() == Grade::Wrong).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
    assert_eq!(province.world.sms.taken().len(), 0, "a gateway is not paged to see if it answers");
    province.hears_nothing();
    province.end().await;
}

#[tokio::test]
async fn each_thing_that_can_be_wrong_in_telegram_is_named() {
    let province = sound().await;
    let sandbox = &province.world.sandbox;
    sandbox.set_privacy(false);
    sandbox.promote_anonymously(TEAM, LEAD);
    let found = looked(&province).await;
    assert_eq!(bad(&found, "privacy_mode"), [Finding::Privacy(false)]);
    assert_eq!(bad(&found, "anonymous_administrators"), [Finding::AnonymousAdmins(1)]);
    sandbox.kick_bot(LEAD, TEAM);
    let found = looked(&province).await;
    assert_eq!(bad(&found, "team_chat"), [Finding::TeamChat(Ok(false))]);
    sandbox.set_webhook("https://elsewhere.example/hook");
    let found = looked(&province).await;
    assert_eq!(bad(&found, "telegram_webhook"), [Finding::BotWebhook(true)]);
    sandbox.set_webhook("");
    sandbox.set_unreachable(true);
    let found = looked(&province).await;
    assert_eq!(bad(&found, "telegram"), [Finding::Bot(Err(Unwell::Silent))]);
    sandbox.clear_faults();
    province.end_without_listening().await;
}

#[tokio::test]
async fn a_wrong_token_and_an_administrators_chat_without_the_bot_are_named() {
    let mut province = sound().await;
    let telegram = province.world.config.telegram.as_mut().unwrap();
    telegram.admin_chat = Some(-4_000);
    let found = looked(&province).await;
    assert_eq!(bad(&found, "admin_chat"), [Finding::AdminChat(Err(Unwell::Answered(400)))]);
    let telegram = province.world.config.telegram.as_mut().unwrap();
    telegram.token = Secret::new("1:WRONG".to_owned());
    let found = looked(&province).await;
    assert_eq!(bad(&found, "telegram"), [Finding::Bot(Err(Unwell::Credentials))]);
    province.end().await;
}

#[tokio::test]
async fn a_clock_that_is_off_is_told_by_how_much() {
    let province = sound().await;
    let ahead = trucban::clock::Simulated::new(province.world.time.read().wall);
    ahead.step(Duration::from_secs(90));
    let file = province.world.dir().join("trucban.toml");
    let found = examine(&file, &province.world.config, &Clock::Simulated(ahead)).await;
    assert_eq!(bad(&found, "clock"), [Finding::Clock(90)]);
    province.end().await;
}

#[tokio::test]
async fn files_that_others_can_read_are_named_one_by_one() {
    let mut province = sound().await;
    let open = |path: &PathBuf, mode| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    let database = province.world.config.store.path.clone();
    let secret = province.world.dir().join("token");
    std::fs::write(&secret, "x").unwrap();
    province.world.config.secret_files = vec![secret.clone()];
    open(&database, 0o640);
    open(&secret, 0o640);
    let found = looked(&province).await;
    // A secret may be its group's to read.
    assert_eq!(bad(&found, "permissions"), [Finding::Exposed(database, 0o640)]);
    open(&secret, 0o604);
    let found = looked(&province).await;
    assert!(bad(&found, "permissions").contains(&Finding::Exposed(secret, 0o604)));
    province.end().await;
}

#[tokio::test]
async fn a_mail_server_is_greeted_and_gets_no_message() {
    let mut province = sound().await;
    let mut tasks = JoinSet::new();
    let server = Server::open(&mut tasks).await;
    let mail = |smtp: &str| Email { smtp: Secret::new(smtp.to_owned()), from: "a@b.vn".into() };
    province.world.config.channels.email = Some(mail(&server.url));
    let found = looked(&province).await;
    assert!(found.contains(&Finding::Channel(ChannelKind::Email, Ok(()))), "{found:?}");
    assert!(server.taken.lock().unwrap().is_empty());
    province.world.config.channels.email = Some(mail("smtp://127.0.0.1:1"));
    let found = looked(&province).await;
    let silent = Finding::Channel(ChannelKind::Email, Err(Unwell::Silent));
    assert_eq!(bad(&found, "email"), [silent]);
    province.end().await;
}

#[tokio::test]
async fn derived_rows_that_do_not_read_are_named() {
    let mut province = sound().await;
    assert!(looked(&province).await.contains(&Finding::Unreadable(Vec::new())));
    let code = province.report(REPORTER, "Mất mạng").await;
    province.world.stop().await.unwrap();
    province
        .meddle("UPDATE roster SET body = '{'; UPDATE person SET body = '{' WHERE id = 'p-003'");
    province.meddle("UPDATE incident SET state = '{'; UPDATE due SET stream = 'nonsense' WHERE stream LIKE 'incident/%'");
    let found = looked(&province).await;
    let rows = match bad(&found, "derived").as_slice() {
        [Finding::Unreadable(rows)] => rows.clone(),
        other => panic!("{other:?}"),
    };
    // Without a plan there is no roster to spoil.
    let incident = format!("incident {code}");
    assert_eq!(rows, ["person p-003", incident.as_str(), "due nonsense"]);
}

#[tokio::test]
async fn a_clock_that_was_set_and_a_backup_dated_ahead_are_told() {
    let mut province = sound().await;
    let (now, hour_ms) = (province.world.time.read().wall, 3_600_000);
    let ahead = now.shifted(24 * hour_ms);
    let backup = Remembered {
        at: ahead,
        name: "/mnt/b".to_owned(),
        head: Head { seq: 1, hash: [0; 32] },
        automatic: true,
        aside: false,
    };
    let engine = province.world.engine().unwrap();
    engine.call(move |tx, _| tx.remember_backup(&backup)).await.unwrap();
    let found = looked(&province).await;
    let none = Finding::Backup { last: None, now };
    assert_eq!(bad(&found, "backup"), [none, Finding::BackupAhead(ahead)]);
    province.world.stop().await.unwrap();

    province.world.time.jump_wall(-hour_ms);
    let back = now.shifted(-hour_ms);
    let found = looked(&province).await;
    assert!(found.contains(&Finding::ClockBack { beat: now, now: back }), "{found:?}");
    province.start().await;
    let found = looked(&province).await;
    assert!(found.contains(&Finding::ClockSet { at: back, by_ms: -hour_ms }), "{found:?}");
    province.end_without_listening().await;
}

#[tokio::test]
async fn without_the_service_it_says_that_nobody_is_called_and_a_spoiled_ledger_is_found() {
    let mut province = sound().await;
    assert!(looked(&province).await.contains(&Finding::Lock(Some(std::process::id().to_string()))));
    province.world.stop().await.unwrap();
    let path = province.world.config.store.path.clone();
    rusqlite::Connection::open(&path)
        .unwrap()
        .execute_batch(
            "DROP TRIGGER ledger_is_never_updated; UPDATE ledger SET at = at + 1 WHERE seq = 3",
        )
        .unwrap();
    let found = looked(&province).await;
    assert_eq!(bad(&found, "service"), [Finding::Lock(None)]);
    assert_eq!(bad(&found, "ledger"), [Finding::Ledger(Err(3))]);
    std::fs::remove_file(&path).unwrap();
    let found = looked(&province).await;
    assert_eq!(bad(&found, "database"), [Finding::NoDatabase(path)]);
}

#[test]
fn every_finding_has_words_and_everything_bad_a_remedy() {
    let (path, at) = (PathBuf::from("trucban.db"), Timestamp::from_millis(1_795_244_400_000));
    let now = at.plus(Duration::from_secs(9 * 86_400));
    let all = [
        Finding::NoDatabase(path.clone()),
        Finding::Database(Ok(())),
        Finding::Database(Err("quick_check".into())),
        Finding::Schema { has: 1, knows: 1 },
        Finding::Schema { has: 1, knows: 2 },
        Finding::Schema { has: 3, knows: 2 },
        Finding::Ledger(Ok((128, "9f2c…".into()))),
        Finding::Ledger(Err(17)),
        Finding::Unreadable(Vec::new()),
        Finding::Unreadable(vec!["roster 1".into(), "person p-003".into()]),
        Finding::Lock(Some("4711".into())),
        Finding::Lock(None),
        Finding::Ready(Ok(Vec::new())),
        Finding::Ready(Ok(vec!["disk".into(), "poll".into()])),
        Finding::Ready(Err(Unwell::Silent)),
        Finding::Exposed(path, 0o644),
        Finding::Private,
        Finding::Disk { free: 9 << 30, total: 99 << 30, enough: true },
        Finding::Disk { free: 9 << 20, total: 99 << 30, enough: false },
        Finding::Backup { last: None, now },
        Finding::Backup { last: Some(at), now },
        Finding::Backup { last: Some(now), now },
        Finding::BackupAhead(now),
        Finding::ClockBack { beat: now, now: at },
        Finding::ClockSet { at, by_ms: -25_200_000 },
        Finding::ClockSet { at, by_ms: 90_000 },
        Finding::Clock(0),
        Finding::Clock(7),
        Finding::Clock(-90),
        Finding::NoTelegram,
        Finding::Bot(Ok("doi_ung_cuu_bot".into())),
        Finding::Bot(Err(Unwell::Silent)),
        Finding::Bot(Err(Unwell::Credentials)),
        Finding::BotWebhook(false),
        Finding::BotWebhook(true),
        Finding::Privacy(true),
        Finding::Privacy(false),
        Finding::TeamChat(Ok(true)),
        Finding::TeamChat(Ok(false)),
        Finding::TeamChat(Err(Unwell::Answered(429))),
        Finding::BasicGroup,
        Finding::DeleteRight(true),
        Finding::DeleteRight(false),
        Finding::AnonymousAdmins(0),
        Finding::AnonymousAdmins(2),
        Finding::AdminChat(Ok(())),
        Finding::AdminChat(Err(Unwell::Answered(400))),
        Finding::Channel(ChannelKind::Webhook, Ok(())),
        Finding::Channel(ChannelKind::Webhook, Err(Unwell::Credentials)),
        Finding::Channel(ChannelKind::Webhook, Err(Unwell::Answered(502))),
        Finding::Channel(ChannelKind::Email, Err(Unwell::Credentials)),
        Finding::Channel(ChannelKind::Email, Err(Unwell::Configured)),
    ];
    let mut sheet = String::new();
    for finding in &all {
        let words = doctor::words(finding, chrono_tz::Asia::Ho_Chi_Minh);
        sheet += &format!("{} {words}\n", doctor::sign(finding.grade()));
        match doctor::remedy(finding) {
            Some(remedy) => sheet += &format!("    → {remedy}\n"),
            None => assert_eq!(finding.grade(), Grade::Good, "{finding:?} has no remedy"),
        }
    }
    for (wrong, doubtful) in [(0, 0), (0, 2), (1, 0), (1, 2)] {
        sheet += &format!("{}\n", doctor::summary(wrong, doubtful));
    }
    insta::with_settings!({snapshot_path => "../snapshots", prepend_module_to_snapshot => false}, {
        insta::assert_snapshot!("doctor", sheet);
    });
}
