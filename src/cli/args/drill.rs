//! The shape of `trucban drill …`.

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
}
