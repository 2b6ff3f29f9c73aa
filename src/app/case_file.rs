//! The evidence of one incident in a folder of its own, with a manifest by which everything in it can
//! be checked without this program.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use chrono_tz::Tz;
use serde_json::{Value, json};

use crate::clock::Clock;
use crate::domain::evidence::{State, json};
use crate::domain::incident::Incident;
use crate::domain::notice::Told;
use crate::ledger::chain::hex;
use crate::ledger::files::{Vault, Wrong, sha256};
use crate::ledger::{Reader, StorageError};

/// What was written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Written {
    /// How many files.
    pub files: u64,
    /// Pieces whose file is missing or altered: they are left out.
    pub damaged: Vec<u32>,
}

/// Writes the new folder `to`. It is there under its name only when everything in it is on disk;
/// nothing is ever overwritten. `whole` is the incident as `incident show` gives it.
pub fn write(
    reader: &Reader,
    incident: &Incident,
    history: &[Told],
    whole: &Value,
    to: &Path,
    zone: Tz,
) -> Result<Written, StorageError> {
    if to.exists() {
        return Err(StorageError::Exists(to.to_owned()));
    }
    let mut part = to.as_os_str().to_owned();
    part.push(format!(".part-{}", std::process::id()));
    let part = PathBuf::from(part);
    let written = fill(reader, incident, history, whole, &part, zone);
    let done = written.and_then(|written| {
        std::fs::rename(&part, to)?;
        Ok(written)
    });
    if done.is_err() {
        // It may not even have been begun.
        let _ = std::fs::remove_dir_all(&part);
    }
    done
}

fn fill(
    reader: &Reader,
    incident: &Incident,
    history: &[Told],
    whole: &Value,
    part: &Path,
    zone: Tz,
) -> Result<Written, StorageError> {
    let folder = |path: &Path| DirBuilder::new().mode(0o700).create(path);
    folder(part)?;
    folder(&part.join("files"))?;
    let vault = Vault::beside(reader.path());
    let head = reader.head()?;
    let mut pieces = json::evidence(incident, history, zone);
    let mut written = Written { files: 0, damaged: Vec::new() };
    let mut sums = Vec::new();
    for ((number, piece), value) in incident.pieces().zip(&mut pieces) {
        let State::Stored(stored) = &piece.state else { continue };
        let name = format!("files/{}", stored.sha256);
        match vault.read(&stored.sha256)? {
            Ok(bytes) => {
                let line = format!("{}  {name}", stored.sha256);
                if !sums.contains(&line) {
                    put(&part.join(&name), &bytes)?;
                    sums.push(line);
                    written.files = written.files.saturating_add(1);
                }
                set(value, "file", name.into());
            }
            Err(wrong) => {
                written.damaged.push(number);
                let wrong = match wrong {
                    Wrong::Missing => "missing",
                    Wrong::Altered => "altered",
                };
                set(value, "damaged", wrong.into());
            }
        }
    }
    let whole = pretty(whole)?;
    put(&part.join("incident.json"), &whole)?;
    sums.push(format!("{}  incident.json", sha256(&whole)));
    let manifest = pretty(&json!({
        "incident": incident.code,
        "made_at": Clock::System.now().rfc3339(zone),
        "ledger": {"seq": head.seq, "hash": hex(&head.hash)},
        "evidence": pieces,
        "damaged": written.damaged,
    }))?;
    put(&part.join("manifest.json"), &manifest)?;
    sums.push(format!("{}  manifest.json", sha256(&manifest)));
    put(&part.join("SHA256SUMS"), format!("{}\n", sums.join("\n")).as_bytes())?;
    for folder in [part.join("files"), part.to_owned()] {
        File::open(folder)?.sync_all()?;
    }
    Ok(written)
}

fn set(value: &mut Value, key: &str, to: Value) {
    if let Some(map) = value.as_object_mut() {
        map.insert(key.to_owned(), to);
    }
}

fn pretty(value: &Value) -> Result<Vec<u8>, StorageError> {
    serde_json::to_vec_pretty(value).map_err(|error| StorageError::value("manifest", error))
}

/// A new file only its owner may read.
fn put(path: &Path, bytes: &[u8]) -> Result<(), StorageError> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    Ok(())
}
