//! `trucban drill …`: each command in a file of its own.

use std::path::PathBuf;

use clap::Subcommand;

use super::args::Args;
use super::{End, Stopped, drill_lint};
use crate::text::cli::help;

/// `drill …`.
#[derive(Debug, Subcommand)]
pub enum Drill {
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

/// `drill …`.
pub fn drill(args: &Args, wanted: &Drill) -> Result<End, Stopped> {
    match wanted {
        Drill::Lint { files } => drill_lint::lint(args, files),
        Drill::Scenario { id: None } => drill_lint::list(args),
        Drill::Scenario { id: Some(id) } => drill_lint::show(args, id),
    }
}
