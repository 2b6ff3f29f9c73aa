//! Files a command writes: for their owner only, whole or not at all, and over another one only when
//! that is said.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

/// Writes `bytes` to `path`. Without `force` a file that is there already is an error.
pub fn write(path: &Path, bytes: &[u8], force: bool) -> io::Result<()> {
    if !force && fs::symlink_metadata(path).is_ok() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    let mut name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?.to_owned();
    name.push(format!(".{}.tmp", std::process::id()));
    let beside: PathBuf = path.with_file_name(name);
    let written = written(&beside, bytes).and_then(|()| match force {
        true => fs::rename(&beside, path),
        // Fails where somebody else was faster.
        false => fs::hard_link(&beside, path),
    });
    if !force || written.is_err() {
        // What stays behind is only a copy.
        let _ = fs::remove_file(&beside);
    }
    written
}

fn written(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}
