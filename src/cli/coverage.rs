//! `trucban units coverage`: units without a contact one can rely on.

use serde_json::json;

use super::args::Args;
use super::{End, Stopped, say, say_json, table};
use crate::app::office::Office;
use crate::config::Config;
use crate::domain::contacts::{Uncovered, standing, uncovered};
use crate::text::cli::said;
use crate::text::contacts::why_bare;

/// Every unit that is not covered, with why and the remedy; one that is found is an exit code of 1.
pub fn coverage(args: &Args, config: &Config, office: &Office) -> Result<End, Stopped> {
    let directory = office.directory()?;
    let found = uncovered(&directory, office.now());
    let units = standing(&directory, office.now()).count();
    let day = |why: &Uncovered| match why {
        Uncovered::NotConfirmed(Some(at)) => Some(at.rfc3339(config.team.timezone)),
        _ => None,
    };
    if args.json {
        let uncovered: Vec<_> = found
            .iter()
            .map(|(code, why)| json!({"unit": code, "why": why.word(), "confirmed_at": day(why)}))
            .collect();
        say_json(&json!({"units": units, "uncovered": uncovered}));
    } else if found.is_empty() {
        say(&said::covered(units));
    } else {
        let mut rows = vec![said::COVERAGE_COLUMNS.iter().map(|c| (*c).to_owned()).collect()];
        for (code, why) in &found {
            let name = directory.units.get(code).map(|unit| unit.name.clone()).unwrap_or_default();
            rows.push(vec![code.to_string(), name, why_bare(why).to_owned()]);
        }
        say(&table(&rows));
        say(&said::uncovered(found.len(), units));
    }
    Ok(if found.is_empty() { End::Done } else { End::Wrong })
}
