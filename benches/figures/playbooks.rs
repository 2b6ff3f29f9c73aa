//! Playbooks: all that are built in, read and looked at as a whole; one of 10,000 steps, read and played.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Result, anyhow, ensure};
use trucban::config::playbooks::{BUILT_IN, Shelf, parse};
use trucban::domain::directory::Directory;
use trucban::domain::playbook::simulate::{Script, play, sample};
use trucban::domain::playbook::{Library, lint};
use trucban::domain::time::Timestamp;

use super::ground::Times;

const TIMES: u32 = 100;

/// Reading those built in, and their own tests.
pub fn built_in() -> Result<()> {
    let (mut loads, mut tests) = (Times::default(), Times::default());
    for number in 0..TIMES {
        let (shelf, library) = loads.take(|| {
            let shelf = Shelf::of(None);
            let library = shelf.library();
            let found = shelf.lint(&library);
            ensure!(shelf.problems.is_empty() && found.is_empty(), "{found:?}");
            Ok((shelf, library))
        })?;
        ensure!(library.all.len() == BUILT_IN.len());
        if number % 10 == 0 {
            let wrong = tests.take(|| Ok(shelf.check(&library)))?;
            ensure!(wrong.is_empty(), "{wrong:?}");
        }
    }
    loads.say("all built in: read and checked");
    tests.say("all built in: checked, their tests played");
    Ok(())
}

/// Ten thousand steps, and a fifth of them: a fifth of the time.
pub fn long() -> Result<()> {
    for steps in [2_000, 10_000] {
        let (mut reads, mut plays) = (Times::default(), Times::default());
        let text = text(steps);
        for _ in 0..5 {
            let read = reads.take(|| {
                let read = parse(&text, Path::new("thu.toml"));
                let read = read.map_err(|problems| anyhow!("{problems:?}"))?;
                let id = read.playbook.id.clone();
                let library = Library { all: [(id, read.playbook.clone().into())].into() };
                ensure!(lint::lint(&read.playbook, &library).is_empty());
                Ok((read.playbook.id, library))
            })?;
            let bundle = read.1.bundle(&read.0).ok_or_else(|| anyhow!("no bundle"))?;
            let (incident, nobody) = (sample(Timestamp::default(), None), Directory::default());
            let (given, script) = (BTreeMap::new(), Script::default());
            let played = plays.take(|| Ok(play(&bundle, &incident, &nobody, &given, &script)))?;
            ensure!(played.ended && played.entries.len() == steps * 2);
        }
        reads.say(&format!("{steps} steps: read and checked"));
        plays.say(&format!("{steps} steps: run from first to last"));
    }
    Ok(())
}

fn text(steps: usize) -> String {
    let mut text = "id = \"thu\"\nversion = 1\ntitle = \"x\"\nsummary = \"x\"\n".to_owned();
    for number in 0..steps {
        let _ = write!(text, "[[step]]\nid=\"s{number}\"\ntitle=\"x\"\nwho=\"team\"\n");
    }
    text
}
