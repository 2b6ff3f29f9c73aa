//! What each section of the file holds.

use std::cell::{OnceCell, RefCell};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use chrono_tz::Tz;
use toml::de::DeTable;

use super::problem::{Place, Problem, ProblemKind};
use super::section::{Found, Reader, Section};
use super::values::{SMTP, TOKEN, url};
use super::{
    Backups, Channels, Config, Email, Http, Intake, Secret, Store, Team, Telegram, Watchdog,
    Webhook, calendar, drills, duties, kinds, playbooks, policies, triage,
};
use crate::domain::alert::Repeats;
use crate::domain::contacts::Timing;
use crate::domain::evidence::{Kind, Rules};
use crate::domain::retention::Retention;
use crate::domain::values::ChannelKind;

const WEB: &[&str] = &["https", "http"];
const PROXY: &[&str] = &["http", "https", "socks5", "socks5h"];
const MAIL: &[&str] = &["smtps", "smtp"];
const DAY: Duration = Duration::from_secs(24 * 3600);
const API_URL: &str = "https://api.telegram.org";

/// Reads the whole file; either everything is right, or everything wrong is told.
pub(super) fn read(
    text: &str,
    path: &Path,
    env: &dyn Fn(&str) -> Option<String>,
) -> Result<Config, Vec<Problem>> {
    let reader = Reader {
        text,
        path,
        env,
        problems: RefCell::default(),
        lines: OnceCell::new(),
        secret_files: RefCell::default(),
    };
    let (root, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        let offset = error.span().map_or(0, |span| span.start);
        let detail = error.message().to_owned();
        reader.report(reader.place(offset), ProblemKind::Syntax { detail });
    }
    let config = if errors.is_empty() { whole(&reader, root.get_ref()) } else { None };
    let mut problems = reader.problems.take();
    // Other files may be named from this one: their problems stay together, after its own.
    let order = |one: &Problem| (one.file != path, one.file.clone(), one.place.clone());
    problems.sort_by_key(order);
    problems.dedup();
    match config {
        Some(config) if problems.is_empty() => Ok(config),
        _ => Err(problems),
    }
}

fn whole<'a>(reader: &'a Reader<'a>, root: &'a DeTable<'a>) -> Option<Config> {
    let root = Section::root(reader, root);
    let team = team(&root.section("team"));
    let store = store(&root.section("store"));
    let telegram_section = root.section("telegram");
    let telegram = telegram(&telegram_section);
    let http_section = root.section("http");
    let http = http(&http_section);
    let intakes = intakes(&root, http_section.is_present());
    let policies = policies::read(&root.section("escalation"));
    let channels = channels(&root.section("channels"), telegram_section.is_present());
    let evidence = evidence(&root.section("evidence"));
    let retention = retention(&root.section("retention"));
    let roster_section = root.section("roster");
    let swaps = roster_section.get("swaps_need_a_lead").map_or(Some(false), |found| found.truth());
    let habits = super::roster::habits(&roster_section);
    roster_section.finish();
    let contacts = contacts(&root.section("contacts"));
    let watchdog_section = root.section("watchdog");
    let heartbeat_url = watchdog_section.get("heartbeat_url").and_then(|found| found.url(WEB));
    let playbooks_section = root.section("playbooks");
    let folder = playbooks_section.get("dir").and_then(|found| found.text());
    let own = folder.filter(|dir| !dir.is_empty()).map(|dir| reader.resolve(dir));
    let triage = reader.keep(triage::load(own.as_deref()));
    let unit_kinds = kinds::load(own.as_deref()).map_err(|mut problems| {
        reader.problems.borrow_mut().append(&mut problems);
    });
    let zone = team.as_ref().map_or(Tz::Asia__Ho_Chi_Minh, |team| team.timezone);
    let calendar = calendar::load(own.as_deref(), zone).map_err(|mut problems| {
        reader.problems.borrow_mut().append(&mut problems);
    });
    let library = playbooks::load(own.as_deref()).map_err(|mut problems| {
        reader.problems.borrow_mut().append(&mut problems);
    });
    let known = library.as_ref().ok();
    let scenarios = drills::load(own.as_deref(), known).map_err(|mut problems| {
        reader.problems.borrow_mut().append(&mut problems);
    });
    let duties = reader.keep(duties::load(own.as_deref()));
    let regulation_section = root.section("regulation");
    let regulation = regulation_section.get("profile").and_then(|found| found.words());
    let regulation = regulation.unwrap_or("vn-anm-2026").to_owned();
    for section in [&watchdog_section, &playbooks_section, &regulation_section, &root] {
        section.finish();
    }
    Some(Config {
        team: team?,
        store: store?,
        telegram,
        http,
        intakes,
        policies: policies?,
        evidence: evidence?,
        retention,
        channels,
        watchdog: Watchdog { heartbeat_url },
        playbooks: own,
        triage: Arc::new(triage?),
        unit_kinds: unit_kinds.ok()?,
        calendar: Arc::new(calendar.ok()?),
        library: Arc::new(library.ok()?),
        scenarios: Arc::new(scenarios.ok()?),
        duties: Arc::new(duties?),
        swaps_need_a_lead: swaps?,
        habits: habits?,
        contacts: contacts?,
        regulation,
        secret_files: reader.secret_files.take(),
    })
}

fn team(section: &Section<'_>) -> Option<Team> {
    let words = |key| section.need(key).and_then(|found| found.words()).map(str::to_owned);
    let (name, province, hotline) = (words("name"), words("province"), words("hotline"));
    let timezone = section.get("timezone").map_or(Some(Tz::Asia__Ho_Chi_Minh), |found| {
        let zone = found.words()?.parse().ok();
        found.or_report(zone, || ProblemKind::BadTimezone)
    });
    let incident_prefix = prefix(section, "incident_prefix", "SC");
    let drill_prefix = prefix(section, "drill_prefix", "DT");
    if incident_prefix.is_some() && incident_prefix == drill_prefix {
        section.report("drill_prefix", ProblemKind::SamePrefix);
    }
    section.finish();
    Some(Team {
        name: name?,
        province: province?,
        timezone: timezone?,
        hotline: hotline?,
        incident_prefix: incident_prefix?,
        drill_prefix: drill_prefix?,
    })
}

fn prefix(section: &Section<'_>, key: &'static str, otherwise: &str) -> Option<String> {
    let Some(found) = section.get(key) else { return Some(otherwise.to_owned()) };
    let text = found.words()?;
    let letters = text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    let fits = letters && text.len() <= 6 && text.starts_with(|c: char| c.is_ascii_uppercase());
    found.or_report(fits.then(|| text.to_owned()), || ProblemKind::BadPrefix)
}

fn store(section: &Section<'_>) -> Option<Store> {
    let path = section.get("path").map_or(Some("trucban.db"), |found| found.words());
    let witness_chat = section.get("witness_chat").and_then(|found| found.chat());
    let backups = backups(section);
    section.finish();
    Some(Store { path: section.reader.resolve(path?), witness_chat, backups })
}

/// Without a folder the service makes none.
fn backups(section: &Section<'_>) -> Option<Backups> {
    let dir = section.get("backup_dir").and_then(|found| found.text());
    let every = section.duration("backup_every", DAY);
    let keep = section.get("backups").map_or(Some(7), |found| found.number(1, 1000));
    let keep = keep.and_then(|keep| usize::try_from(keep).ok()).unwrap_or(1);
    let dir = dir.filter(|dir| !dir.is_empty())?;
    Some(Backups { dir: section.reader.resolve(dir), every, keep })
}

fn telegram(section: &Section<'_>) -> Option<Telegram> {
    if !section.is_present() {
        return None;
    }
    let token = section.need_secret(&TOKEN);
    let written = section.get("api_url").and_then(|found| found.url(WEB));
    let api_url = from_environment(section, "TELOXIDE_API_URL", WEB).or(written);
    let written = section.get("proxy").and_then(|found| found.url(PROXY));
    let proxy = from_environment(section, "TELOXIDE_PROXY", PROXY).or(written);
    let team_chat = section.need("team_chat").and_then(|found| found.chat());
    let team_topic = section.get("team_topic").and_then(|found| found.number(0, i32::MAX.into()));
    let admin_chat = section.get("admin_chat").and_then(|found| found.number(i64::MIN, i64::MAX));
    section.finish();
    Some(Telegram {
        token: token?,
        api_url: api_url.unwrap_or_else(|| API_URL.to_owned()),
        proxy: proxy.map(Secret::new),
        team_chat: team_chat?,
        team_topic: team_topic.and_then(|id| i32::try_from(id).ok()).filter(|id| *id != 0),
        admin_chat: admin_chat.filter(|id| *id != 0),
    })
}

/// An environment variable that overrides a key of the file; an empty one does not.
fn from_environment(
    section: &Section<'_>,
    variable: &'static str,
    schemes: &'static [&'static str],
) -> Option<String> {
    let value = (section.reader.env)(variable).map(|value| value.trim().to_owned());
    let value = value.filter(|value| !value.is_empty())?;
    let read = url(&value, schemes);
    if read.is_none() {
        let place = Place { key: Some(variable.to_owned()), ..Place::default() };
        section.reader.report(place, ProblemKind::BadUrl { schemes });
    }
    read
}

fn http(section: &Section<'_>) -> Option<Http> {
    if !section.is_present() {
        return None;
    }
    let listen = section.need("listen").and_then(|found| {
        let address = found.words()?.parse().ok();
        found.or_report(address, || ProblemKind::BadListen)
    });
    let public_url = section.get("public_url").and_then(|found| found.url(WEB));
    section.finish();
    Some(Http { listen: listen?, public_url })
}

fn intakes(root: &Section<'_>, served: bool) -> Vec<Intake> {
    let mut intakes: Vec<Intake> = Vec::new();
    for section in root.sections("intake") {
        let name = section.need("name").and_then(|found| {
            let name = found.words()?;
            let letters = name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
            found.or_report((letters && name.len() <= 32).then_some(name), || ProblemKind::BadName)
        });
        let token = section.need_secret(&TOKEN);
        let per_minute = section.get("per_minute").map_or(Some(600), |f| f.number(1, 100_000));
        let repeats = repeats(&section);
        section.finish();
        if !served {
            section.report_whole(ProblemKind::Needs { section: "http" });
        }
        let per_minute = per_minute.and_then(|number| u32::try_from(number).ok());
        let (Some(name), Some(token), Some(per_minute)) = (name, token, per_minute) else {
            continue;
        };
        if intakes.iter().any(|other| other.name == name) {
            section.report("name", ProblemKind::Twice { value: name.to_owned() });
        }
        if let Some(other) = intakes.iter().find(|other| other.token == token) {
            section.report_whole(ProblemKind::SecretShared { with: other.name.clone() });
        }
        intakes.push(Intake { name: name.to_owned(), token, per_minute, repeats });
    }
    intakes
}

fn repeats(section: &Section<'_>) -> Repeats {
    let usual = Repeats::default();
    let count = section.get("flap_count").and_then(|found| found.number(1, 1000));
    Repeats {
        fold_window: section.duration("fold_window", usual.fold_window),
        flap_count: count.and_then(|count| u32::try_from(count).ok()).unwrap_or(usual.flap_count),
        flap_window: section.duration("flap_window", usual.flap_window),
        flap_quiet: section.duration("flap_quiet", usual.flap_quiet),
    }
}

/// The Bot API gives out files of up to 20 MB.
const LARGEST: i64 = 20;

fn evidence(section: &Section<'_>) -> Option<Rules> {
    let otherwise = Rules::default();
    let max_mb = section.get("max_mb").map_or(Some(LARGEST), |found| found.number(1, LARGEST));
    let kinds = section.get("kinds").map_or(Some(otherwise.kinds), |found| {
        let one = |item: &Found<'_>| item.value(&Kind::ALL, Kind::as_str);
        found.list()?.iter().map(one).collect()
    });
    section.finish();
    Some(Rules { max_mb: u64::try_from(max_mb?).ok()?, kinds: kinds? })
}

fn retention(section: &Section<'_>) -> Retention {
    let (usual, least) = (Retention::default(), Retention::LEAST);
    let read = Retention {
        messages: section.at_least("messages", least.messages, usual.messages),
        outcomes: section.at_least("outcomes", least.outcomes, usual.outcomes),
        receipts: section.at_least("receipts", least.receipts, usual.receipts),
        tries: section.at_least("tries", least.tries, usual.tries),
        people: section.at_least("people", least.people, usual.people),
    };
    section.finish();
    read
}

fn contacts(section: &Section<'_>) -> Option<Timing> {
    let usual = Timing::default();
    let on = match section.get("ask_on") {
        None => Some(usual.on),
        Some(found) => found
            .words()
            .and_then(|words| found.or_report(day_of_year(words), || ProblemKind::BadDayOfYear)),
    };
    let every = section.at_least("every", Duration::from_secs(24 * 3600), usual.every);
    let most = 10;
    let reminders = section
        .get("reminders")
        .map_or(Some(i64::from(usual.reminders)), |found| found.number(0, most));
    section.finish();
    Some(Timing { on: on?, every, reminders: u32::try_from(reminders?).ok()? })
}

/// `01/03`, or that nobody is asked.
fn day_of_year(words: &str) -> Option<Option<(u32, u32)>> {
    if words == "none" {
        return Some(None);
    }
    let (day, month) = words.split_once('/')?;
    let (day, month): (u32, u32) = (day.parse().ok()?, month.parse().ok()?);
    // In a leap year every day there is.
    chrono::NaiveDate::from_ymd_opt(2028, month, day).map(|_| Some((month, day)))
}

fn channels(section: &Section<'_>, telegram: bool) -> Channels {
    let webhook_section = section.section("webhook");
    let webhook = webhook(&webhook_section);
    let email_section = section.section("email");
    let email = email(&email_section);
    let configured = |channel: ChannelKind| match channel {
        ChannelKind::Telegram => telegram,
        ChannelKind::Webhook => webhook_section.is_present(),
        ChannelKind::Email => email_section.is_present(),
    };
    let order = match section.get("order").and_then(|found| found.list()) {
        None => ChannelKind::ALL.to_vec(),
        Some(items) => {
            let mut order = Vec::new();
            for item in items {
                match item.value(ChannelKind::ALL, ChannelKind::as_str) {
                    Some(channel) if order.contains(&channel) => {
                        item.report(ProblemKind::Twice { value: channel.to_string() });
                    }
                    Some(channel) => order.push(channel),
                    None => {}
                }
            }
            for channel in ChannelKind::ALL.iter().filter(|one| configured(**one)) {
                if !order.contains(channel) {
                    let channel = channel.as_str();
                    section.report("order", ProblemKind::ChannelNotInOrder { channel });
                }
            }
            order
        }
    };
    section.finish();
    Channels { order: order.into_iter().filter(|one| configured(*one)).collect(), webhook, email }
}

fn webhook(section: &Section<'_>) -> Option<Webhook> {
    if !section.is_present() {
        return None;
    }
    let url = section.need("url").and_then(|found| {
        found.words()?;
        found.url(WEB)
    });
    let token = section.secret(&TOKEN);
    section.finish();
    Some(Webhook { url: url?, token })
}

fn email(section: &Section<'_>) -> Option<Email> {
    if !section.is_present() {
        return None;
    }
    let smtp = section.need_secret(&SMTP).and_then(|smtp| {
        let fits = url(smtp.expose(), MAIL).is_some();
        if !fits {
            let [in_place, ..] = SMTP.0;
            section.report(in_place, ProblemKind::BadUrl { schemes: MAIL });
        }
        fits.then_some(smtp)
    });
    let from = section.need("from").and_then(|found| {
        let from = found.words()?;
        let address = from.rsplit('<').next().unwrap_or(from).trim_end_matches('>');
        let parts = address.split_once('@');
        let fits = parts.is_some_and(|(local, domain)| {
            !local.is_empty() && domain.contains('.') && !address.contains(char::is_whitespace)
        });
        found.or_report(fits.then(|| from.to_owned()), || ProblemKind::BadEmail)
    });
    section.finish();
    Some(Email { smtp: smtp?, from: from? })
}
