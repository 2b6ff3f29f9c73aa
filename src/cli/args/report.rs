//! The shape of `trucban report …`.

use clap::Subcommand;

use super::Export;
use crate::text::cli::help;

/// `report …`
#[derive(Debug, Subcommand)]
pub enum Report {
    /// The report of a drill.
    #[command(about = help::REPORT_DRILL, help_template = help::TEMPLATE)]
    Drill {
        /// Which.
        #[arg(value_name = "CODE", help = help::REPORT_CODE)]
        code: String,
        /// Where to.
        #[command(flatten)]
        to: Export,
    },
}
