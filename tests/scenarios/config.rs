//! Configuration files in, settings or every problem out.

use std::path::{Path, PathBuf};
use std::time::Duration;

use trucban::config::{Config, Place, Problem, ProblemKind as Kind, Secret, TEMPLATE, load, parse};
use trucban::domain::alert::Repeats;
use trucban::domain::escalation::policy::Target;
use trucban::domain::ids::PersonId;
use trucban::domain::values::{ChannelKind, Role, Severity};

const TEAM: &str = "[team]\nname = \"Đội\"\nprovince = \"Ninh Bình\"\nhotline = \"0229 000 000\"\n";

fn nothing(_: &str) -> Option<String> {
    None
}

fn read(text: &str, env: &dyn Fn(&str) -> Option<String>) -> Result<Config, Vec<Problem>> {
    parse(text, Path::new("/etc/trucban/trucban.toml"), env)
}

/// `[team]` and `rest` are right.
#[track_caller]
fn good(rest: &str) -> Config {
    match read(&format!("{TEAM}{rest}"), &nothing) {
        Ok(config) => config,
        Err(problems) => panic!("{rest}\n{problems:#?}"),
    }
}

/// `[team]` and `rest` have exactly these problems, in the order of the file.
#[track_caller]
fn check(rest: &str, expect: &[(&str, Kind)]) {
    let problems = read(&format!("{TEAM}{rest}"), &nothing).expect_err(rest);
    let found: Vec<(String, Kind)> =
        problems.into_iter().map(|p| (p.place.key.unwrap_or_default(), p.kind)).collect();
    let expect: Vec<(String, Kind)> =
        expect.iter().map(|(key, kind)| ((*key).to_owned(), kind.clone())).collect();
    assert_eq!(found, expect, "{rest}");
}

/// What is wrong with `[team]` and `rest`, as people read it.
fn read_problems(rest: &str) -> Vec<String> {
    let problems = read(&format!("{TEAM}{rest}"), &nothing).expect_err(rest);
    problems.iter().map(Problem::words).collect()
}

fn policy(head: &str) -> String {
    format!(
        "[[escalation.policy]]\n{head}\nlease = \"1h\"\n[[escalation.policy.level]]\nnotify = [\"duty\"]\nwait = \"5m\"\n"
    )
}

#[test]
fn the_template_passes_without_any_environment() {
    let config = read(TEMPLATE, &nothing).unwrap();
    assert!(config.telegram.is_none() && config.http.is_none() && config.intakes.is_empty());
    assert_eq!(config.channels.order, []);
    assert_eq!(config.policies, good("").policies, "the template spells out the built-in policies");
}

#[test]
fn every_commented_line_of_the_template_is_right_once_it_is_used() {
    let used: String = TEMPLATE
        .lines()
        .map(|line| {
            let bare = line.strip_prefix("# ").unwrap_or(line);
            let setting = bare.starts_with('[')
                || bare.split_once(" = ").is_some_and(|(key, _)| {
                    key.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
                });
            format!("{}\n", if setting { bare } else { line })
        })
        .collect();
    let env = |name: &str| match name {
        "TELOXIDE_TOKEN" | "TRUCBAN_INTAKE_SIEM" | "TRUCBAN_SMS" => Some(name.to_lowercase()),
        "TRUCBAN_SMTP" => Some("smtps://a:b@mail.example.vn:465".to_owned()),
        _ => None,
    };
    let config = read(&used, &env).unwrap();
    assert_eq!(config.channels.order, ChannelKind::ALL);
    assert_eq!(config.retention, Default::default(), "the template spells out what holds anyway");
    let telegram = config.telegram.unwrap();
    assert_eq!((telegram.team_chat, telegram.admin_chat), (-1_001_234_567_890, None));
    assert_eq!(config.intakes.len(), 1);
    assert_eq!(config.store.witness_chat, Some(-1_009_876_543_210));
}

#[test]
fn what_is_left_out_has_the_contracts_value() {
    let config = good("");
    assert_eq!(config.team.timezone, chrono_tz::Asia::Ho_Chi_Minh);
    assert_eq!((&*config.team.incident_prefix, &*config.team.drill_prefix), ("SC", "DT"));
    assert_eq!(config.store.path, PathBuf::from("/etc/trucban/trucban.db"));
    assert_eq!(config.regulation, "vn-anm-2026");
    let urgent = config.policies.matching(Severity::Critical);
    assert_eq!((urgent.levels(), urgent.rounds()), (3, 3));
    assert_eq!(urgent.level(2).notify, [Target::Backup, Target::Lead]);
    assert_eq!(urgent.level(3).wait, Duration::from_secs(900));
    let calm = config.policies.matching(Severity::Medium);
    assert_eq!((calm.levels(), calm.rounds(), calm.lease.as_secs()), (2, 2, 86_400));
    assert_eq!(config.policies.exhausted_every.as_secs(), 1_800);
    assert_eq!(config.policies.lease_grace.as_secs(), 900);
}

#[test]
fn policies_are_read_with_every_kind_of_target() {
    let targets =
        r#"["duty", "backup", "lead", "managers", "team", "role:responder", "person:p-1"]"#;
    let urgent = policy("severities = [\"high\"]").replace("[\"duty\"]", targets);
    let config = good(&format!("{urgent}{}", policy("repeat = 3")));
    let high = config.policies.matching(Severity::High);
    let expect = [
        Target::Duty,
        Target::Backup,
        Target::Lead,
        Target::Managers,
        Target::Team,
        Target::Role(Role::Responder),
        Target::Person(PersonId::new("p-1")),
    ];
    assert_eq!(high.level(1).notify, expect);
    assert_eq!(config.policies.matching(Severity::Critical).rounds(), 4);
}

#[test]
fn wrong_policies_are_named() {
    let key = "escalation.policy[1]";
    let at = |rest: &str| format!("{key}.{rest}");
    let last = policy("");
    check(
        &policy("severities = [\"high\"]"),
        &[(&at("severities"), Kind::LastPolicyHasConditions)],
    );
    check(&format!("{last}{last}"), &[(key, Kind::PolicyHidesLater)]);
    check(
        &format!("{last}[contacts]\nask_on = \"31/02\"\n"),
        &[("contacts.ask_on", Kind::BadDayOfYear)],
    );
    let waiting = policy("severities = [\"medium\", \"low\"]\nin_hours_only = true");
    check(&format!("{waiting}{last}"), &[(&at("in_hours_only"), Kind::OnlyLowMayWait)]);
    check(&policy("in_hours_only = true"), &[(&at("in_hours_only"), Kind::OnlyLowMayWait)]);
    let high = policy("severities = [\"high\"]");
    check(
        &format!("{high}{high}{last}"),
        &[("escalation.policy[2].severities", Kind::PolicyNeverApplies)],
    );
    check("[[escalation.policy]]\nlease = \"1h\"\n", &[(&at("level"), Kind::Missing)]);
    check(&last.replace("\"duty\"", ""), &[(&at("level[1].notify"), Kind::Empty)]);
    let unknown = |value: &str| Kind::UnknownTarget { value: value.into() };
    check(
        &last.replace("\"duty\"", "\"boss\", \"role:king\", \"person:\""),
        &[
            (&at("level[1].notify[1]"), unknown("boss")),
            (&at("level[1].notify[2]"), unknown("role:king")),
            (&at("level[1].notify[3]"), unknown("person:")),
        ],
    );
    for bad in ["5", "5 m", "0s", "-5m", "5m30s", "1y", "400d", "", "999999999999999999999d", "٥m"]
    {
        check(&last.replace("5m", bad), &[(&at("level[1].wait"), Kind::BadDuration)]);
    }
    check(&policy("repeat = 21"), &[(&at("repeat"), Kind::OutOfRange { least: 0, most: 20 })]);
    let known = Severity::ALL.iter().map(|one| one.as_str()).collect();
    let value = "urgent".to_owned();
    check(
        &format!("{}{last}", policy("severities = [\"urgent\"]")),
        &[(&at("severities[1]"), Kind::UnknownValue { value, known })],
    );
}

#[test]
fn all_problems_are_told_at_once_each_with_its_line_and_column() {
    let text = "colour = 1\n[team]\nname = \"\"\nprovince = 3\ntimezone = \"Asia/Hanoi\"\n  hotlin = \"x\"\nincident_prefix = \"sc\"\n[http]\nlisten = \"localhost\"\npublic_url = \"ftp://x\"\n";
    let problems = read(text, &nothing).unwrap_err();
    let found: Vec<_> = problems
        .iter()
        .map(|p| {
            let place = &p.place;
            (place.line, place.column, place.key.as_deref().unwrap_or_default(), p.kind.clone())
        })
        .collect();
    let unknown = |key: &str, nearest| Kind::UnknownKey { key: key.into(), nearest };
    let text = trucban::config::problem::Expected::Text;
    let expect = [
        (1, 1, "colour", unknown("colour", None)),
        (2, 1, "team.hotline", Kind::Missing),
        (3, 8, "team.name", Kind::Empty),
        (4, 12, "team.province", Kind::WrongType { expected: text }),
        (5, 12, "team.timezone", Kind::BadTimezone),
        (6, 3, "team.hotlin", unknown("hotlin", Some("hotline"))),
        (7, 19, "team.incident_prefix", Kind::BadPrefix),
        (9, 10, "http.listen", Kind::BadListen),
        (10, 14, "http.public_url", Kind::BadUrl { schemes: &["https", "http"] }),
    ];
    let expect: Vec<_> = expect
        .into_iter()
        .map(|(line, column, key, kind)| (Some(line), Some(column), key, kind))
        .collect();
    assert_eq!(found, expect);
    assert!(problems.iter().all(|p| p.file == Path::new("/etc/trucban/trucban.toml")));
}

#[test]
fn when_people_are_looked_at_and_contacts_asked_is_read_and_checked() {
    use trucban::domain::contacts::Timing;
    use trucban::domain::roster::canary::Habits;
    let time = |text: &str| text.parse::<chrono::NaiveTime>().unwrap();
    let read = good("[roster]\ncheck_day = \"fri\"\ncheck_at = \"14:30\"\ncanary_at = \"10:15\"\n");
    let canary_at = Some(time("10:15"));
    assert_eq!(read.habits, Habits { check_day: 4, check_at: time("14:30"), canary_at });
    assert_eq!(good("[roster]\ncanary_at = \"\"\n").habits.canary_at, None);
    assert_eq!(good("").habits, Habits::default());
    let bad = "[roster]\ncheck_day = \"hai\"\ncanary_at = \"25:00\"\n";
    assert_eq!(wrong_keys(bad), ["roster.check_day", "roster.canary_at"]);

    let read = good("[contacts]\nask_on = \"15/04\"\nevery = \"2d\"\nreminders = 5\n").contacts;
    let every = std::time::Duration::from_secs(2 * 24 * 3600);
    assert_eq!(read, Timing { on: Some((4, 15)), every, reminders: 5 });
    assert_eq!(good("[contacts]\nask_on = \"none\"\n").contacts.on, None);
    assert_eq!(good("[contacts]\nask_on = \"29/02\"\n").contacts.on, Some((2, 29)));
    assert_eq!(good("").contacts, Timing::default());
    let bad = "[contacts]\nask_on = \"31/02\"\nevery = \"1h\"\nreminders = 11\n";
    assert_eq!(wrong_keys(bad), ["contacts.ask_on", "contacts.every", "contacts.reminders"]);
}

/// The keys of all that is wrong, in the order of the file.
fn wrong_keys(rest: &str) -> Vec<String> {
    let problems = read(&format!("{TEAM}{rest}"), &nothing).unwrap_err();
    problems.into_iter().filter_map(|problem| problem.place.key).collect()
}

#[test]
fn which_files_are_evidence_is_read_and_checked() {
    use trucban::domain::evidence::Kind as File;
    let read = good("[evidence]\nmax_mb = 5\nkinds = [\"image\", \"pdf\"]\n").evidence;
    assert_eq!((read.max_mb, read.kinds), (5, [File::Image, File::Pdf].into()));
    assert_eq!(good("").evidence, trucban::domain::evidence::Rules::default());
    let known = File::ALL.iter().map(|one| one.as_str()).collect();
    let value = "video".to_owned();
    check(
        "[evidence]\nmax_mb = 21\nkinds = [\"video\"]\n",
        &[
            ("evidence.max_mb", Kind::OutOfRange { least: 1, most: 20 }),
            ("evidence.kinds[1]", Kind::UnknownValue { value, known }),
        ],
    );
}

#[test]
fn how_long_things_stay_is_read_and_checked() {
    let days = |count: u64| Duration::from_secs(count * 24 * 3600);
    let usual = good("").retention;
    let stays = [usual.messages, usual.outcomes, usual.receipts, usual.tries];
    assert_eq!(stays, [days(30), days(1), days(90), days(7)]);
    let read = good("[retention]\nmessages = \"72h\"\nreceipts = \"366d\"\n").retention;
    assert_eq!((read.messages, read.receipts, read.tries), (days(3), days(366), days(7)));
    let short = |count| Kind::TooShort { least: days(count) };
    let unknown = Kind::UnknownKey { key: "receits".into(), nearest: Some("receipts") };
    check(
        "[retention]\nmessages = \"71h\"\noutcomes = \"1h\"\nreceipts = \"89d\"\ntries = \"1d\"\nreceits = 1\n",
        &[
            ("retention.messages", short(3)),
            ("retention.outcomes", short(1)),
            ("retention.receipts", short(90)),
            ("retention.tries", short(2)),
            ("retention.receits", unknown),
        ],
    );
    let problems = read_problems("[retention]\nreceipts = \"89d\"\n");
    assert_eq!(
        problems,
        [
            "/etc/trucban/trucban.toml, dòng 6, cột 12, retention.receipts: khoảng thời gian quá ngắn. Chọn từ 90d trở lên."
        ]
    );
}

#[test]
fn unknown_keys_are_found_in_every_section() {
    let unknown = |key: &str| Kind::UnknownKey { key: key.into(), nearest: None };
    for section in
        ["store", "escalation", "retention", "channels", "watchdog", "playbooks", "regulation"]
    {
        let key = format!("{section}.zzz");
        check(&format!("[{section}]\nzzz = 1\n"), &[(&key, unknown("zzz"))]);
    }
    check("[http]\nlisten = \"[::1]:80\"\nzzz = 1\n", &[("http.zzz", unknown("zzz"))]);
    check(
        "[channels.webhook]\nurl = \"https://sms.vn\"\nzzz = 1\n",
        &[("channels.webhook.zzz", unknown("zzz"))],
    );
}

#[test]
fn what_is_not_toml_is_told_with_its_place() {
    let problems = read("[team]\nname = \"Đội\nhotline = 1\n[team]\n", &nothing).unwrap_err();
    assert!(problems.iter().all(|p| matches!(p.kind, Kind::Syntax { .. })), "{problems:?}");
    assert_eq!(problems.first().unwrap().place.line, Some(2));
}

#[test]
fn secrets_come_from_one_place_only() {
    let telegram = |secret: &str| format!("{TEAM}[telegram]\nteam_chat = -1\n{secret}\n");
    let env = |name: &str| (name == "BOT").then(|| " 1:abc\n".to_owned());
    let token = |config: Config| config.telegram.unwrap().token.expose().clone();
    assert_eq!(token(read(&telegram("token = \"1:abc\""), &env).unwrap()), "1:abc");
    assert_eq!(token(read(&telegram("token_env = \"BOT\""), &env).unwrap()), "1:abc");
    let bad = |secret: &str| read(&telegram(secret), &env).unwrap_err().remove(0).kind;
    assert_eq!(bad(""), Kind::Missing);
    assert_eq!(bad("token_env = \"X\""), Kind::SecretNotInEnvironment { variable: "X".into() });
    assert_eq!(bad("token = \"1:abc def\""), Kind::SecretMalformed);
    let keys = vec!["telegram.token".to_owned(), "telegram.token_env".to_owned()];
    assert_eq!(bad("token = \"1:abc\"\ntoken_env = \"BOT\""), Kind::SecretTwice { keys });
    let path = PathBuf::from("/etc/trucban/no-such-file");
    let why = std::io::ErrorKind::NotFound;
    assert_eq!(bad("token_file = \"no-such-file\""), Kind::SecretUnreadable { path, why });
}

#[test]
fn a_secret_is_read_from_a_file_beside_the_configuration() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("trucban.toml");
    let text = format!("\u{FEFF}{TEAM}[telegram]\nteam_chat = -1\ntoken_file = \"secret\"\n");
    std::fs::write(&path, text).unwrap();
    std::fs::write(folder.path().join("secret"), "1:abc\r\n").unwrap();
    let config = load(&path, &nothing).unwrap();
    assert_eq!(config.telegram.unwrap().token, Secret::new("1:abc".to_owned()));
    assert_eq!(config.store.path, folder.path().join("trucban.db"));
    std::fs::write(folder.path().join("secret"), " \n").unwrap();
    let problems = load(&path, &nothing).unwrap_err();
    let path_ = folder.path().join("secret");
    assert_eq!(problems[0].kind, Kind::SecretFileEmpty { path: path_ });
    std::fs::write(&path, b"[team]\nname = \"\xD0\xE9\"\n").unwrap();
    let problems = load(&path, &nothing).unwrap_err();
    let place = Place { line: Some(2), column: Some(9), key: None };
    assert_eq!((&problems[0].place, &problems[0].kind), (&place, &Kind::NotUtf8));
    let problems = load(&folder.path().join("none.toml"), &nothing).unwrap_err();
    let why = std::io::ErrorKind::NotFound;
    assert_eq!(problems[0].kind, Kind::Unreadable { why });
}

#[test]
fn no_secret_shows_in_debug_or_in_a_problem() {
    let text = format!(
        "{TEAM}[telegram]\nteam_chat = -1\ntoken = \"S3CRET\"\nproxy = \"socks5://u:S3CRET@h:1\"\n[channels.webhook]\nurl = \"https://sms.vn\"\ntoken = \"S3CRET\"\n[channels.email]\nsmtp = \"smtps://u:S3CRET@h\"\nfrom = \"a@b.vn\"\n[http]\nlisten = \"127.0.0.1:1\"\n[[intake]]\nname = \"siem\"\ntoken = \"S3CRET\"\n"
    );
    let config = read(&text, &nothing).unwrap();
    assert!(!format!("{config:?}").contains("S3CRET"));
    assert!(!format!("{}", config.telegram.unwrap().token).contains("S3CRET"));
    let broken = text
        .replace("smtps:", "gopher:")
        .replace("socks5:", "gopher:")
        .replace("\"S3CRET\"", "\"S3 CRET\"");
    let problems = read(&broken, &nothing).unwrap_err();
    assert_eq!(problems.len(), 5, "{problems:#?}");
    assert!(!format!("{problems:?}").contains("CRET"));
    let unquoted = text.replace("\"S3CRET\"", "1:S3CRET");
    let problems = read(&unquoted, &nothing).unwrap_err();
    assert!(!format!("{problems:?}").contains("S3CRET"), "{problems:#?}");
}

#[test]
fn the_environment_overrides_the_api_and_the_proxy() {
    let text = format!(
        "{TEAM}[telegram]\nteam_chat = -1\nadmin_chat = -2\ntoken = \"1:a\"\napi_url = \"https://a.vn/\"\n"
    );
    let read_with = |api: &'static str, proxy: &'static str| {
        let env = move |name: &str| match name {
            "TELOXIDE_API_URL" => Some(api.to_owned()),
            "TELOXIDE_PROXY" => Some(proxy.to_owned()),
            _ => None,
        };
        read(&text, &env)
    };
    let telegram = read_with("", "").unwrap().telegram.unwrap();
    assert_eq!((&*telegram.api_url, telegram.proxy), ("https://a.vn", None));
    assert_eq!(telegram.admin_chat, Some(-2));
    let telegram =
        read_with("http://127.0.0.1:9/", "socks5://127.0.0.1:1080").unwrap().telegram.unwrap();
    assert_eq!(telegram.api_url, "http://127.0.0.1:9");
    assert_eq!(telegram.proxy.unwrap().expose(), "socks5://127.0.0.1:1080");
    let problems = read_with("nonsense", "").unwrap_err();
    assert_eq!(problems[0].place.key.as_deref(), Some("TELOXIDE_API_URL"));
}

#[test]
fn channels_are_tried_in_the_given_order_as_far_as_they_are_configured() {
    let email = "[channels.email]\nsmtp = \"smtps://h:465\"\nfrom = \"Trực Ban <a@b.vn>\"\n";
    let config = good(&format!("[channels]\norder = [\"email\", \"telegram\"]\n{email}"));
    assert_eq!(config.channels.order, [ChannelKind::Email]);
    check(
        &format!("[channels]\norder = [\"telegram\", \"telegram\"]\n{email}"),
        &[
            ("channels.order", Kind::ChannelNotInOrder { channel: "email" }),
            ("channels.order[2]", Kind::Twice { value: "telegram".into() }),
        ],
    );
    check(&email.replace("a@b.vn", "a@b"), &[("channels.email.from", Kind::BadEmail)]);
    check("[channels.webhook]\nurl = \"\"\n", &[("channels.webhook.url", Kind::Empty)]);
}

#[test]
fn intakes_need_the_server_a_name_and_a_token_of_their_own() {
    let http = "[http]\nlisten = \"127.0.0.1:8088\"\n";
    let siem = "[[intake]]\nname = \"siem\"\ntoken = \"t-1\"\n";
    let config = good(&format!("{http}{siem}"));
    assert_eq!((&*config.intakes[0].name, config.intakes[0].per_minute), ("siem", 600));
    check(siem, &[("intake[1]", Kind::Needs { section: "http" })]);
    let twice = siem.replace("siem", "edr");
    check(
        &format!("{http}{siem}{twice}{}", siem.replace("t-1", "t-2")),
        &[
            ("intake[2]", Kind::SecretShared { with: "siem".into() }),
            ("intake[3].name", Kind::Twice { value: "siem".into() }),
        ],
    );
    check(
        &format!("{http}[[intake]]\nname = \"hệ thống\"\nper_minute = 0\n"),
        &[
            ("intake[1].token", Kind::Missing),
            ("intake[1].name", Kind::BadName),
            ("intake[1].per_minute", Kind::OutOfRange { least: 1, most: 100_000 }),
        ],
    );
}

#[test]
fn how_alerts_that_come_again_are_treated_is_read_for_each_intake_and_checked() {
    let intake = |name: &str, rest: &str| {
        format!("[[intake]]\nname = \"{name}\"\ntoken = \"t-{name}\"\n{rest}")
    };
    let http = "[http]\nlisten = \"127.0.0.1:8088\"\n";
    let own =
        "fold_window = \"1s\"\nflap_count = 1000\nflap_window = \"366d\"\nflap_quiet = \"5m\"\n";
    let config = good(&format!("{http}{}{}", intake("siem", ""), intake("edr", own)));
    let read: Vec<_> = config.intakes.iter().map(|one| one.repeats).collect();
    let spans = |one: &Repeats| (one.fold_window, one.flap_count, one.flap_window, one.flap_quiet);
    let (second, minute) = (Duration::from_secs(1), Duration::from_secs(60));
    assert_eq!(spans(&read[0]), (60 * minute, 3, 60 * minute, 30 * minute));
    assert_eq!(spans(&read[1]), (second, 1000, 366 * 24 * 60 * minute, 5 * minute));

    let wrong =
        "fold_window = \"0s\"\nflap_count = 0\nflap_window = \"367d\"\nflap_quiet = \"soon\"\n";
    check(
        &format!("{http}{}", intake("siem", wrong)),
        &[
            ("intake[1].fold_window", Kind::BadDuration),
            ("intake[1].flap_count", Kind::OutOfRange { least: 1, most: 1000 }),
            ("intake[1].flap_window", Kind::BadDuration),
            ("intake[1].flap_quiet", Kind::BadDuration),
        ],
    );
    let (key, nearest) = ("flap_counts".to_owned(), Some("flap_count"));
    check(
        &format!("{http}{}", intake("siem", "flap_count = 1001\nflap_counts = 2\n")),
        &[
            ("intake[1].flap_count", Kind::OutOfRange { least: 1, most: 1000 }),
            ("intake[1].flap_counts", Kind::UnknownKey { key, nearest }),
        ],
    );
}

#[test]
fn a_list_where_a_section_belongs_is_told_and_does_no_harm() {
    use trucban::config::problem::Expected;
    let wrong = |expected| Kind::WrongType { expected };
    let problems =
        read("team = []\nintake = 3\nchannels = \"x\"\n[escalation]\npolicy = [1]\n", &nothing)
            .unwrap_err();
    for (key, kind) in [
        ("team", wrong(Expected::Table)),
        ("intake", wrong(Expected::Tables)),
        ("channels", wrong(Expected::Table)),
        ("escalation.policy[1]", wrong(Expected::Table)),
    ] {
        let found = problems.iter().any(|p| p.place.key.as_deref() == Some(key) && p.kind == kind);
        assert!(found, "{key}: {problems:#?}");
    }
}

proptest::proptest! {
    #[test]
    fn no_file_makes_reading_it_fail(text in "(\\[+[a-z.]{0,20}\\]+|[a-z_]{1,10} ?= ?(\\PC{0,12}|\"\\PC{0,9}\")|\\PC{0,20})(\\n(\\[\\[?(team|intake|channels|escalation.policy)\\]?\\]|\\PC{0,30})){0,8}") {
        let _ = read(&text, &nothing);
    }
}
