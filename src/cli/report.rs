//! `trucban report drill`: the report of a drill as a file for clerks.

use serde_json::json;

use super::args::{Args, Export, Report};
use super::directory::write;
use super::{End, Stopped, office, say, say_json};
use crate::clock::Clock;
use crate::domain::drill::account::account;
use crate::domain::ids::DrillCode;
use crate::ledger::chain::hex;
use crate::ledger::drills::digest_of;
use crate::report::drill::{Document, Form, Frame};
use crate::text::cli::{drill as words, said};

/// `report …`.
pub fn report(args: &Args, wanted: &Report) -> Result<End, Stopped> {
    match wanted {
        Report::Drill { code, to } => drill(args, code, to),
    }
}

fn drill(args: &Args, code: &str, to: &Export) -> Result<End, Stopped> {
    let ending = to.output.extension().and_then(|one| one.to_str()).unwrap_or_default();
    let form = Form::of(ending).ok_or_else(|| Stopped(words::REPORT_FORMS.to_owned()))?;
    let (config, office) = office(args)?;
    let reader = office.reader()?;
    let code = DrillCode::new(code.trim().to_uppercase());
    let shown = reader.shown_drill(&code)?;
    let shown = shown.ok_or_else(|| Stopped(words::no_drill(code.as_str())))?;
    let account = account(&shown).ok_or_else(|| Stopped(words::no_drill(code.as_str())))?;
    if shown.drill.started.is_none() {
        return Err(Stopped(words::not_held(code.as_str())));
    }
    let body = serde_json::to_string(&account)
        .map_err(|error| Stopped(said::unexpected(&error.to_string())))?;
    let digest = digest_of(&body);
    let head = reader.head()?;
    let hash = hex(&head.hash);
    let directory = reader.directory()?;
    let document = Document::of(&Frame {
        shown: &shown,
        account: &account,
        directory: &directory,
        team: &config.team.name,
        province: &config.team.province,
        zone: config.team.timezone,
        now: Clock::System.now(),
        head: (head.seq, &hash),
        digest: &digest,
    });
    let file = to.output.display().to_string();
    let written = document.written(form);
    let bytes = written.map_err(|error| Stopped(said::not_writable(&file, &error.to_string())))?;
    write(&to.output, &bytes, to.force)?;
    if args.json {
        say_json(&json!({"file": file, "digest": digest, "head": {"seq": head.seq, "hash": hash}}));
    } else {
        say(&words::report_written(&file, &digest));
    }
    Ok(End::Done)
}
