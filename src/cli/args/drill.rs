//! The shape of `trucban drill …`.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::Subcommand;

use crate::text::cli::help;

/// `drill …`
#[derive(Debug, Subcommand)]
pub enum Drill {
    /// The days of a rule.
    #[command(about = help::DRILL_PREVIEW, help_template = help::TEMPLATE)]
    Preview {
        /// The rule, in one or several words.
        #[arg(value_name = "RULE", required = true, help = help::DRILL_RULE)]
        rule: Vec<String>,
        /// How many days.
        #[arg(long, value_name = "N", default_value_t = 3, hide_default_value = true,
              value_parser = clap::value_parser!(u16).range(1..=100), help = help::DRILL_COUNT)]
        count: u16,
        /// From which day on.
        #[arg(long, value_name = "DATE", help = help::DRILL_FROM)]
        from: Option<NaiveDate>,
    },
    /// The drills there are.
    #[command(about = help::DRILL_LIST, help_template = help::TEMPLATE)]
    List {
        /// Of this year only.
        #[arg(long, value_name = "YEAR", help = help::DRILL_YEAR)]
        year: Option<i32>,
        /// As a calendar.
        #[arg(long, help = help::DRILL_ICS)]
        ics: bool,
        /// Where the calendar is written.
        #[arg(short, long, value_name = "FILE", requires = "ics", help = help::DRILL_OUTPUT)]
        output: Option<PathBuf>,
        /// Also over a file that is there.
        #[arg(long, requires = "output", help = help::FORCE)]
        force: bool,
    },
    /// One drill.
    #[command(about = help::DRILL_SHOW, help_template = help::TEMPLATE)]
    Show {
        /// Which.
        #[arg(value_name = "CODE", help = help::DRILL_CODE)]
        code: String,
    },
    /// Who has drilled and who has not.
    #[command(about = help::DRILL_COMPLIANCE, help_template = help::TEMPLATE)]
    Compliance {
        /// In which year.
        #[arg(long, value_name = "YEAR", help = help::DRILL_YEAR)]
        year: Option<i32>,
    },
    /// Everything wrong with scenarios.
    #[command(about = help::DRILL_LINT, help_template = help::TEMPLATE)]
    Lint {
        /// Which files, or folders of them.
        #[arg(value_name = "FILE|DIR", help = help::DRILL_FILES)]
        files: Vec<PathBuf>,
    },
    /// The scenarios there are, or one to read.
    #[command(about = help::DRILL_SCENARIO, help_template = help::TEMPLATE)]
    Scenario {
        /// Which.
        #[arg(value_name = "ID", help = help::DRILL_SCENARIO_ID)]
        id: Option<String>,
    },
}
