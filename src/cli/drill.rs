//! `trucban drill …`: each command in a file of its own.

use super::args::{Args, Drill};
use super::{End, Stopped, drill_lint, drill_list, drill_preview};

/// `drill …`.
pub fn drill(args: &Args, wanted: &Drill) -> Result<End, Stopped> {
    match wanted {
        Drill::Preview { rule, count, from } => {
            drill_preview::preview(args, &rule.join(" "), usize::from(*count), *from)
        }
        Drill::List { year, ics, output, force } => {
            drill_list::list(args, *year, *ics, (output.as_deref(), *force))
        }
        Drill::Show { code } => drill_list::show(args, code),
        Drill::Compliance { year } => drill_list::compliance(args, *year),
        Drill::Lint { files } => drill_lint::lint(args, files),
        Drill::Scenario { id: None } => drill_lint::list(args),
        Drill::Scenario { id: Some(id) } => drill_lint::show(args, id),
    }
}
