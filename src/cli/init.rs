//! `trucban init`: a configuration that passes `check`, an example of a roster, a database, a first
//! administrator's code.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::time::Duration;

use super::{End, Stopped, configured, say};
use crate::app::office::{Office, fresh_code};
use crate::config::{TEMPLATE, roster};
use crate::domain::envelope::{Command, DirectoryCommand};
use crate::domain::ids::PersonId;
use crate::text::cli::said;

/// The first administrator's code can be used for so long.
const VALID: Duration = Duration::from_secs(7 * 24 * 3600);

/// Writes into `dir`; overwrites nothing.
pub fn init(dir: Option<&Path>) -> Result<End, Stopped> {
    let dir = dir.unwrap_or(Path::new("."));
    let path = dir.join("trucban.toml");
    let shown = path.display().to_string();
    let failed = |error: std::io::Error| Stopped(said::not_writable(&shown, &error.to_string()));
    std::fs::create_dir_all(dir).map_err(failed)?;
    if path.exists() || dir.join("trucban.db").exists() {
        return Err(Stopped(said::init_exists(&shown)));
    }
    write_new(&path, TEMPLATE).map_err(failed)?;
    let example = dir.join("roster.toml");
    if !example.exists() {
        write_new(&example, roster::TEMPLATE).map_err(failed)?;
    }
    let config = configured(&path)?;
    let mut office = Office::open(&config)?;
    let code = fresh_code();
    let expires = office.now().plus(VALID);
    let person = PersonId::new("admin");
    let founder = DirectoryCommand::Founder { person, code: code.clone(), expires };
    office.submit(Command::Directory(founder))?;
    say(&said::init_done(&shown, &config.store.path.display().to_string(), &code));
    Ok(End::Done)
}

/// Secrets will stand in it, or ids: only its owner may read it.
fn write_new(path: &Path, words: &str) -> std::io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(words.as_bytes())
}
