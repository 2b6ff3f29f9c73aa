//! `trucban doctor`: the whole installation looked at, each finding with its remedy.

use std::path::Path;

use serde_json::{Value, json};

use super::run::runtime;
use super::{End, Stopped, configured, say, say_json};
use crate::app::doctor::{examine, exposed};
use crate::clock::Clock;
use crate::config::Config;
use crate::domain::checkup::{Finding, Grade};
use crate::text::cli::doctor;

/// Examines and reports. What is only doubtful does not make it fail.
pub fn doctor(path: &Path, json: bool) -> Result<End, Stopped> {
    let config = configured(path)?;
    let found = runtime()?.block_on(examine(path, &config, &Clock::System));
    let count = |grade| found.iter().filter(|finding| finding.grade() == grade).count();
    let (wrong, doubtful) = (count(Grade::Wrong), count(Grade::Doubtful));
    if json {
        let findings: Vec<Value> = found.iter().map(|one| told(one, &config)).collect();
        say_json(&json!({"ok": wrong == 0, "findings": findings}));
    } else {
        for finding in &found {
            say(&line(finding, &config));
        }
        say(&doctor::summary(wrong, doubtful));
    }
    Ok(if wrong == 0 { End::Done } else { End::Wrong })
}

fn told(finding: &Finding, config: &Config) -> Value {
    json!({
        "check": finding.name(), "status": finding.grade().word(),
        "text": doctor::words(finding, config.team.timezone), "remedy": doctor::remedy(finding),
    })
}

fn line(finding: &Finding, config: &Config) -> String {
    let sign = doctor::sign(finding.grade());
    let words = doctor::words(finding, config.team.timezone);
    match doctor::remedy(finding) {
        Some(remedy) => format!("{sign} {words}\n    → {remedy}"),
        None => format!("{sign} {words}"),
    }
}

/// What `check` says of files that others can read.
pub fn warnings(path: &Path, config: &Config) -> Vec<String> {
    exposed(path, config).iter().map(|finding| line(finding, config)).collect()
}
