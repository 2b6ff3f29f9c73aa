//! Typed configuration. Everything wrong with it is found at once, each with file and place.
//!
//! - [`problem`]: what can be wrong; its words stand in `text`;
//! - [`secret`]: values that never show themselves;
//! - `section`: walking the file key by key, so that nothing unknown is passed over;
//! - `sections`: what each section holds; `policies`: `[escalation]`;
//! - [`triage`]: the words of a first guess; [`kinds`]: the kinds of units; [`calendar`]: days and hours; [`roster`]: a roster to
//!   be imported; `file`: what reading such files has in common.

/// Files of a folder of playbooks that are part of the program: the name each has in a team's folder, and
/// its text.
macro_rules! built_in {
    ($folder:literal: $($id:literal),+ $(,)?) => {
        &[$(
            (concat!($id, ".toml"), include_str!(concat!("../../../playbooks/", $folder, "/", $id, ".toml"))),
        )+]
    };
}

pub mod calendar;
pub mod drills;
mod duration;
pub mod duties;
mod file;
pub mod kinds;
mod place;
pub mod playbooks;
mod policies;
pub mod problem;
pub mod roster;
pub mod rows;
pub mod secret;
mod section;
mod sections;
pub mod triage;
mod values;
pub mod words;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use chrono_tz::Tz;

use crate::domain::alert::Repeats;
use crate::domain::calendar::Calendar;
use crate::domain::contacts::Timing;
use crate::domain::drill::duty::Duties;
use crate::domain::drill::scenario::ScenarioLibrary;
use crate::domain::escalation::policy::PolicySet;
use crate::domain::evidence::Rules;
use crate::domain::playbook::Library;
use crate::domain::retention::Retention;
use crate::domain::roster::canary::Habits;
use crate::domain::triage::Triage;
use crate::domain::values::ChannelKind;
pub use problem::{Place, Problem, ProblemKind};
pub use secret::Secret;

/// What `init` writes: every key with a comment, valid as it stands without any environment.
pub const TEMPLATE: &str = include_str!("template.toml");

/// The whole configuration, checked.
#[derive(Clone, Debug)]
pub struct Config {
    /// Who the team is.
    pub team: Team,
    /// Where the database is.
    pub store: Store,
    /// The Telegram bot; without it alerts are still taken and other channels used.
    pub telegram: Option<Telegram>,
    /// The HTTP server.
    pub http: Option<Http>,
    /// Systems that send alerts.
    pub intakes: Vec<Intake>,
    /// Who is called when nobody answers.
    pub policies: PolicySet,
    /// Which files are taken as evidence.
    pub evidence: Rules,
    /// How long stays what nothing can ask for any more.
    pub retention: Retention,
    /// The ways to people.
    pub channels: Channels,
    /// Who is told that the program is well.
    pub watchdog: Watchdog,
    /// The folder that adds to the playbooks built in.
    pub playbooks: Option<PathBuf>,
    /// The words a report's category and severity are guessed by.
    pub triage: Arc<Triage>,
    /// The kinds of units there are.
    pub unit_kinds: Vec<kinds::UnitKind>,
    /// The province's days and hours.
    pub calendar: Arc<Calendar>,
    /// The playbooks there are.
    pub library: Arc<Library>,
    /// The scenarios of drills there are.
    pub scenarios: Arc<ScenarioLibrary>,
    /// Which units have to drill, and how often.
    pub duties: Arc<Duties>,
    /// Whether a swap of duty needs a lead's word.
    pub swaps_need_a_lead: bool,
    /// When it is looked at everybody, and the way to whoever is on duty is tested.
    pub habits: Habits,
    /// When contacts are asked whether what is known of them still holds.
    pub contacts: Timing,
    /// The profile of the regulation in force.
    pub regulation: String,
    /// Files that secrets were read from.
    pub secret_files: Vec<PathBuf>,
}

/// `[team]`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Team {
    /// The team's name.
    pub name: String,
    /// The province.
    pub province: String,
    /// The zone times are shown in.
    pub timezone: Tz,
    /// Shown wherever chat is not the right place.
    pub hotline: String,
    /// Before the year in an incident's code.
    pub incident_prefix: String,
    /// Before the year in a drill's code.
    pub drill_prefix: String,
}

/// `[store]`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Store {
    /// The database; evidence is in `files/` beside it.
    pub path: PathBuf,
    /// The chat that receives the ledger's head every day.
    pub witness_chat: Option<i64>,
    /// Backups the service makes by itself.
    pub backups: Option<Backups>,
}

/// Backups the service makes by itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Backups {
    /// The folder they are put in.
    pub dir: PathBuf,
    /// How often.
    pub every: Duration,
    /// How many are kept.
    pub keep: usize,
}

/// `[telegram]`.
#[derive(Clone, Debug)]
pub struct Telegram {
    /// The bot's token.
    pub token: Secret<String>,
    /// Where the Bot API is, without a slash at the end.
    pub api_url: String,
    /// The proxy, which may hold a password.
    pub proxy: Option<Secret<String>>,
    /// The team's chat.
    pub team_chat: i64,
    /// The forum topic of that chat where cards and calls go.
    pub team_topic: Option<i32>,
    /// The administrators' chat.
    pub admin_chat: Option<i64>,
}

/// `[http]`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Http {
    /// Where to listen.
    pub listen: SocketAddr,
    /// How others reach it, without a slash at the end.
    pub public_url: Option<String>,
}

/// One `[[intake]]`.
#[derive(Clone, Debug)]
pub struct Intake {
    /// Its name, which stands in the ledger.
    pub name: String,
    /// What it must show.
    pub token: Secret<String>,
    /// How many requests a minute it may make.
    pub per_minute: u32,
    /// When its alerts count as the same thing again.
    pub repeats: Repeats,
}

/// `[channels]`.
#[derive(Clone, Debug)]
pub struct Channels {
    /// The channels that are configured, in the order they are tried.
    pub order: Vec<ChannelKind>,
    /// An SMS gateway, a pager, a telephone exchange.
    pub webhook: Option<Webhook>,
    /// E-mail.
    pub email: Option<Email>,
}

/// `[channels.webhook]`.
#[derive(Clone, Debug)]
pub struct Webhook {
    /// Where to POST.
    pub url: String,
    /// Sent as a bearer token.
    pub token: Option<Secret<String>>,
}

/// `[channels.email]`.
#[derive(Clone, Debug)]
pub struct Email {
    /// The server as `smtps://user:password@host:port`.
    pub smtp: Secret<String>,
    /// The sender.
    pub from: String,
}

/// `[watchdog]`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Watchdog {
    /// Called after each clean audit.
    pub heartbeat_url: Option<String>,
}

/// Reads and checks the file at `path`. `env` answers for environment variables.
pub fn load(path: &Path, env: &dyn Fn(&str) -> Option<String>) -> Result<Config, Vec<Problem>> {
    parse(&text_of(path)?, path, env)
}

/// The words of the file at `path`.
fn text_of(path: &Path) -> Result<String, Vec<Problem>> {
    let unreadable = |error: std::io::Error| {
        let kind = ProblemKind::Unreadable { why: error.kind() };
        vec![Problem { file: path.to_owned(), place: Place::default(), kind }]
    };
    words_of(&std::fs::read(path).map_err(unreadable)?, path).map(str::to_owned)
}

/// The words in the bytes of the file at `path`.
fn words_of<'b>(bytes: &'b [u8], path: &Path) -> Result<&'b str, Vec<Problem>> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    std::str::from_utf8(bytes).map_err(|error| {
        let place = place::of_bytes(bytes, error.valid_up_to());
        vec![Problem { file: path.to_owned(), place, kind: ProblemKind::NotUtf8 }]
    })
}

/// Checks `text` as the file at `path`, which relative paths start from.
pub fn parse(
    text: &str,
    path: &Path,
    env: &dyn Fn(&str) -> Option<String>,
) -> Result<Config, Vec<Problem>> {
    sections::read(text, path, env)
}
