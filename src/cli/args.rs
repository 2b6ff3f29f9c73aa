//! The shape of the command line, and its mistakes in Vietnamese.

mod drill;
mod report;

pub use drill::Drill;
pub use report::Report;

use std::ffi::OsString;
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

use crate::domain::time::Timestamp;
use crate::domain::values::{ChannelKind, Severity};
use crate::text::cli::{help, usage};

/// The whole command line.
#[derive(Debug, Parser)]
#[command(
    name = "trucban", version, about = help::ABOUT, after_help = help::AFTER,
    help_template = help::TEMPLATE, disable_help_subcommand = true,
    disable_help_flag = true, disable_version_flag = true,
    subcommand_help_heading = help::COMMANDS, next_help_heading = help::OPTIONS
)]
pub struct Args {
    /// The configuration file.
    #[arg(long, global = true, env = "TRUCBAN_CONFIG", default_value = "./trucban.toml",
          value_name = "FILE", help = help::CONFIG, hide_env_values = true)]
    pub config: PathBuf,
    /// One JSON document and nothing else.
    #[arg(long, global = true, help = help::JSON)]
    pub json: bool,
    #[arg(short, long, global = true, action = clap::ArgAction::Help, help = help::HELP)]
    help: Option<bool>,
    #[arg(short = 'V', long, action = clap::ArgAction::Version, help = help::VERSION)]
    version: Option<bool>,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// The sandbox.
    #[command(about = help::DEMO, help_template = help::TEMPLATE)]
    Demo {
        /// Play the main job and exit.
        #[arg(long, help = help::TOUR)]
        tour: bool,
        /// Where the page listens.
        #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8089", help = help::LISTEN)]
        listen: SocketAddr,
    },
    /// Configuration, database, first administrator.
    #[command(about = help::INIT, help_template = help::TEMPLATE)]
    Init {
        /// Where.
        #[arg(long, value_name = "DIR", help = help::DIR)]
        dir: Option<PathBuf>,
    },
    /// The service.
    #[command(about = help::RUN, help_template = help::TEMPLATE)]
    Run {
        /// How the log is written.
        #[arg(long, value_name = "FORMAT", env = "TRUCBAN_LOG_FORMAT", default_value = "json",
              help = help::LOG_FORMAT, hide_possible_values = true, hide_env_values = true)]
        log_format: LogFormat,
    },
    /// Everything that is wrong, at once.
    #[command(about = help::CHECK, help_template = help::TEMPLATE)]
    Check,
    /// The whole installation, looked at from outside.
    #[command(about = help::DOCTOR, help_template = help::TEMPLATE)]
    Doctor,
    /// Units.
    #[command(subcommand, about = help::UNITS, help_template = help::TEMPLATE)]
    Units(Units),
    /// Information systems.
    #[command(subcommand, about = help::SYSTEMS, help_template = help::TEMPLATE)]
    Systems(Systems),
    /// People.
    #[command(subcommand, about = help::PEOPLE, help_template = help::TEMPLATE)]
    People(People),
    /// Who is on duty.
    #[command(subcommand, about = help::DUTY, help_template = help::TEMPLATE)]
    Duty(Duty),
    /// Escalation.
    #[command(subcommand, about = help::ESCALATION, help_template = help::TEMPLATE)]
    Escalation(Escalation),
    /// Pages.
    #[command(subcommand, about = help::PAGE, help_template = help::TEMPLATE)]
    Page(Page),
    /// Incidents.
    #[command(subcommand, about = help::INCIDENT, help_template = help::TEMPLATE)]
    Incident(Incident),
    /// Playbooks.
    #[command(subcommand, about = help::PLAYBOOK, help_template = help::TEMPLATE)]
    Playbook(Playbook),
    /// Drills.
    #[command(subcommand, about = help::DRILL, help_template = help::TEMPLATE)]
    Drill(Drill),
    /// Reports as files.
    #[command(subcommand, about = help::REPORT, help_template = help::TEMPLATE)]
    Report(Report),
    /// The ledger.
    #[command(subcommand, about = help::LEDGER, help_template = help::TEMPLATE)]
    Ledger(Ledger),
    /// Derived tables from the ledger.
    #[command(about = help::REBUILD, help_template = help::TEMPLATE)]
    Rebuild,
    /// Words taken back.
    #[command(about = help::REDACT, help_template = help::TEMPLATE)]
    Redact {
        /// Of which incident.
        #[arg(value_name = "CODE", help = help::CODE)]
        code: String,
        /// Of which entry.
        #[arg(value_name = "SEQ", help = help::REDACT_SEQ)]
        seq: i64,
        /// Why.
        #[arg(long, value_name = "R", help = help::REDACT_REASON)]
        reason: String,
    },
    /// One file with everything.
    #[command(about = help::BACKUP, help_template = help::TEMPLATE)]
    Backup {
        /// Where to.
        #[arg(value_name = "FILE", help = help::BACKUP_FILE)]
        file: PathBuf,
    },
    /// A backup in the place of the database.
    #[command(about = help::RESTORE, help_template = help::TEMPLATE)]
    Restore {
        /// Which.
        #[arg(value_name = "FILE", help = help::RESTORE_FILE)]
        file: PathBuf,
    },
    /// A script for a shell.
    #[command(about = help::COMPLETIONS, help_template = help::TEMPLATE)]
    Completions {
        /// Which.
        #[arg(value_name = "SHELL", help = help::SHELL, hide_possible_values = true)]
        shell: ShellName,
    },
}

/// How the log is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
pub enum LogFormat {
    /// One object a line.
    Json,
    /// For eyes.
    Text,
}

/// Shells that are known.
#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
pub enum ShellName {
    /// bash
    Bash,
    /// zsh
    Zsh,
    /// fish
    Fish,
}

/// `units …`
#[derive(Debug, Subcommand)]
pub enum Units {
    /// From a table.
    #[command(about = help::UNITS_IMPORT, help_template = help::TEMPLATE)]
    Import(Import),
    /// As a table.
    #[command(about = help::UNITS_EXPORT, help_template = help::TEMPLATE)]
    Export(Export),
    /// Those without a contact one can rely on.
    #[command(about = help::UNITS_COVERAGE, help_template = help::TEMPLATE)]
    Coverage,
}

/// `systems …`
#[derive(Debug, Subcommand)]
pub enum Systems {
    /// From a table.
    #[command(about = help::SYSTEMS_IMPORT, help_template = help::TEMPLATE)]
    Import(Import),
    /// As a table.
    #[command(about = help::SYSTEMS_EXPORT, help_template = help::TEMPLATE)]
    Export(Export),
    /// Those of one unit, or all.
    #[command(about = help::SYSTEMS_LIST, help_template = help::TEMPLATE)]
    List {
        /// Of which unit.
        #[arg(long, value_name = "U", help = help::UNIT)]
        unit: Option<String>,
    },
}

/// `people …`
#[derive(Debug, Subcommand)]
pub enum People {
    /// From a table.
    #[command(about = help::PEOPLE_IMPORT, help_template = help::TEMPLATE)]
    Import(Import),
    /// As a table.
    #[command(about = help::PEOPLE_EXPORT, help_template = help::TEMPLATE)]
    Export(Export),
    /// A link or code for one person.
    #[command(about = help::PEOPLE_INVITE, help_template = help::TEMPLATE)]
    Invite {
        /// Who.
        #[arg(value_name = "ID", help = help::PERSON)]
        id: String,
    },
    /// A lost telephone.
    #[command(about = help::PEOPLE_UNLINK, help_template = help::TEMPLATE)]
    Unlink {
        /// Who.
        #[arg(value_name = "ID", help = help::PERSON)]
        id: String,
    },
}

/// A file to be imported.
#[derive(Debug, clap::Args)]
pub struct Import {
    /// The file.
    #[arg(value_name = "FILE", help = help::FILE)]
    pub file: PathBuf,
    /// Check only.
    #[arg(long, help = help::DRY_RUN)]
    pub dry_run: bool,
}

/// A file to be written.
#[derive(Debug, clap::Args)]
pub struct Export {
    /// The file.
    #[arg(short, long, value_name = "FILE", help = help::EXPORT_FILE)]
    pub output: PathBuf,
    /// Over one that is there.
    #[arg(long, help = help::FORCE)]
    pub force: bool,
}

/// `duty …`
#[derive(Debug, Subcommand)]
pub enum Duty {
    /// Who is on duty.
    #[command(about = help::DUTY_SHOW, help_template = help::TEMPLATE)]
    Show {
        /// When.
        #[arg(long, value_name = "T", help = help::AT)]
        at: Option<Timestamp>,
        /// For how many days.
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=366),
              help = help::DAYS)]
        days: Option<u32>,
    },
    /// Gaps, and people who cannot be reached.
    #[command(about = help::DUTY_CHECK, help_template = help::TEMPLATE)]
    Check,
    /// A roster from a file.
    #[command(about = help::DUTY_IMPORT, help_template = help::TEMPLATE)]
    Import {
        /// The file.
        #[arg(value_name = "FILE", help = help::ROSTER_FILE)]
        file: PathBuf,
        /// Whether nothing is written.
        #[arg(long, help = help::DRY_RUN)]
        dry_run: bool,
    },
    /// The roster as a file that can be imported.
    #[command(about = help::DUTY_EXPORT, help_template = help::TEMPLATE)]
    Export {
        /// The file.
        #[arg(value_name = "FILE", help = help::ROSTER_EXPORT_FILE)]
        file: Option<PathBuf>,
        /// Over one that is there.
        #[arg(long, help = help::FORCE)]
        force: bool,
    },
}

/// `escalation …`
#[derive(Debug, Subcommand)]
pub enum Escalation {
    /// Who would be paged, when, through what, why.
    #[command(about = help::ESCALATION_EXPLAIN, help_template = help::TEMPLATE)]
    Explain {
        /// Which severity.
        #[arg(long, value_name = "S", help = help::SEVERITY)]
        severity: Severity,
        /// Of which unit.
        #[arg(long, value_name = "U", help = help::UNIT)]
        unit: Option<String>,
        /// When.
        #[arg(long, value_name = "T", help = help::AT)]
        at: Option<Timestamp>,
    },
}

/// `page …`
#[derive(Debug, Subcommand)]
pub enum Page {
    /// A test page to one person.
    #[command(about = help::PAGE_TEST, help_template = help::TEMPLATE)]
    Test {
        /// Who.
        #[arg(value_name = "ID", help = help::PERSON)]
        id: String,
        /// By this way only.
        #[arg(long, value_name = "CHANNEL", help = help::PAGE_CHANNEL)]
        channel: Option<ChannelKind>,
        /// So many seconds it is waited for what becomes of it.
        #[arg(long, value_name = "N", default_value_t = 60, hide_default_value = true,
              value_parser = clap::value_parser!(u64).range(1..=600), help = help::PAGE_WAIT)]
        wait: u64,
        /// Only queue it.
        #[arg(long, help = help::PAGE_NO_WAIT)]
        no_wait: bool,
    },
}

/// `incident …`
#[derive(Debug, Subcommand)]
pub enum Incident {
    /// All of them.
    #[command(about = help::INCIDENT_LIST, help_template = help::TEMPLATE)]
    List {
        /// Only open ones.
        #[arg(long, help = help::OPEN)]
        open: bool,
        /// Those of drills as well.
        #[arg(long, help = help::EXERCISE)]
        exercise: bool,
    },
    /// One of them.
    #[command(about = help::INCIDENT_SHOW, help_template = help::TEMPLATE)]
    Show {
        /// Which.
        #[arg(value_name = "CODE", help = help::CODE)]
        code: String,
    },
    /// Its evidence, in a folder.
    #[command(about = help::INCIDENT_EVIDENCE, help_template = help::TEMPLATE)]
    Evidence {
        /// Which.
        #[arg(value_name = "CODE", help = help::CODE)]
        code: String,
        /// Where to.
        #[arg(short, long, value_name = "DIR", help = help::EVIDENCE_DIR)]
        output: PathBuf,
    },
}

/// `playbook …`
#[derive(Debug, Subcommand)]
pub enum Playbook {
    /// All of them.
    #[command(about = help::PLAYBOOK_LIST, help_template = help::TEMPLATE)]
    List,
    /// One, step by step.
    #[command(about = help::PLAYBOOK_SHOW, help_template = help::TEMPLATE)]
    Show {
        /// Which.
        #[arg(value_name = "ID", help = help::PLAYBOOK_ID)]
        id: String,
    },
    /// Everything wrong with them.
    #[command(about = help::PLAYBOOK_LINT, help_template = help::TEMPLATE)]
    Lint {
        /// Which files.
        #[arg(value_name = "FILE", help = help::PLAYBOOK_FILES)]
        files: Vec<PathBuf>,
    },
    /// As a picture.
    #[command(about = help::PLAYBOOK_GRAPH, help_template = help::TEMPLATE)]
    Graph {
        /// Which.
        #[arg(value_name = "ID", help = help::PLAYBOOK_ID)]
        id: String,
        /// Where to.
        #[arg(long, value_name = "FILE", help = help::PLAYBOOK_SVG)]
        svg: Option<PathBuf>,
    },
    /// Played through.
    #[command(about = help::PLAYBOOK_SIMULATE, help_template = help::TEMPLATE)]
    Simulate {
        /// Which.
        #[arg(value_name = "ID", help = help::PLAYBOOK_ID)]
        id: String,
        /// What people answer.
        #[arg(long, value_name = "FILE", help = help::PLAYBOOK_ANSWERS)]
        answers: Option<PathBuf>,
        /// What picks the other answers.
        #[arg(long, value_name = "N", default_value_t = 0, help = help::PLAYBOOK_SEED)]
        seed: u64,
        /// Of an incident of which severity.
        #[arg(long, value_name = "S", help = help::SEVERITY)]
        severity: Option<Severity>,
    },
}

/// `ledger …`
#[derive(Debug, Subcommand)]
pub enum Ledger {
    /// Recompute the chain.
    #[command(about = help::LEDGER_VERIFY, help_template = help::TEMPLATE)]
    Verify,
    /// The last entry.
    #[command(about = help::LEDGER_HEAD, help_template = help::TEMPLATE)]
    Head,
}

/// A command line that is no command, or one that only asked for help.
#[derive(Debug)]
pub struct Refused {
    /// What to print.
    pub words: String,
    /// The exit code.
    pub code: u8,
}

/// The headings over arguments and options, of every command below as well.
fn titled(command: clap::Command) -> clap::Command {
    let names: Vec<String> =
        command.get_subcommands().map(|below| below.get_name().to_owned()).collect();
    let command = command.mut_args(|argument| {
        let heading = if argument.is_positional() { help::ARGUMENTS } else { help::OPTIONS };
        argument.help_heading(heading)
    });
    names.into_iter().fold(command, |command, name| command.mut_subcommand(name, titled))
}

/// The whole command line as it is offered.
pub fn whole() -> clap::Command {
    titled(Args::command())
}

/// Reads the command line.
pub fn parse(words: impl IntoIterator<Item = OsString>) -> Result<Args, Refused> {
    let matches = whole().try_get_matches_from(words);
    matches.and_then(|mut found| Args::from_arg_matches_mut(&mut found)).map_err(
        |error| match error.kind() {
            ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
                // Asked for: to standard output, and no mistake. A closed pipe is no error of ours.
                let _ =
                    write!(std::io::stdout().lock(), "{}", help::in_our_words(&error.to_string()));
                Refused { words: String::new(), code: 0 }
            }
            ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
                Refused { words: help::in_our_words(&error.to_string()), code: 2 }
            }
            _ => Refused { words: format!("{}\n{}", explain(&error), usage::SEE_HELP), code: 2 },
        },
    )
}

fn explain(error: &clap::Error) -> String {
    let text = |kind: ContextKind| match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join(", "),
        _ => String::new(),
    };
    let nearest = |kind: ContextKind| match error.get(kind) {
        Some(ContextValue::Strings(texts)) => texts.first().cloned(),
        Some(ContextValue::String(text)) => Some(text.clone()),
        _ => None,
    };
    let argument = text(ContextKind::InvalidArg);
    let value = text(ContextKind::InvalidValue);
    match error.kind() {
        ErrorKind::InvalidSubcommand => {
            let near = nearest(ContextKind::SuggestedSubcommand);
            usage::unknown_command(&text(ContextKind::InvalidSubcommand), near.as_deref())
        }
        ErrorKind::UnknownArgument => {
            usage::unknown_argument(&argument, nearest(ContextKind::SuggestedArg).as_deref())
        }
        ErrorKind::MissingRequiredArgument => usage::missing_argument(&argument),
        ErrorKind::MissingSubcommand => usage::missing_command("trucban"),
        ErrorKind::InvalidValue if value.is_empty() => usage::missing_value(&argument),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            usage::invalid_value(&argument, &value, &[])
        }
        ErrorKind::ArgumentConflict => usage::repeated(&argument),
        ErrorKind::InvalidUtf8 => usage::not_utf8(),
        _ => usage::other(),
    }
}
