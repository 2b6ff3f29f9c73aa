//! `run`, `rebuild` and `restore` exclude each other by a lock beside the database.

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Seek as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use rustix::fs::{FlockOperation, flock};

use super::StorageError;
use super::backup::beside;

/// Held as long as it lives; the operating system lets it go when the process ends, however it ends.
#[derive(Debug)]
pub struct ProcessLock {
    _file: File,
}

impl ProcessLock {
    /// Which process holds the database at `path`; takes nothing and makes no file.
    pub fn holder(path: &Path) -> Result<Option<String>, StorageError> {
        let mut file = match File::open(beside(path, "lock")) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            file => file?,
        };
        // Shared, so that two who look do not see each other; let go with the file.
        if flock(&file, FlockOperation::NonBlockingLockShared).is_ok() {
            return Ok(None);
        }
        let mut holder = String::new();
        file.read_to_string(&mut holder)?;
        Ok(Some(holder.trim().to_owned()))
    }

    /// Takes the lock for the database at `path`, or says which process has it.
    pub fn take(path: &Path) -> Result<Self, StorageError> {
        let name = beside(path, "lock");
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false).mode(0o600);
        let mut file = options.open(&name)?;
        if flock(&file, FlockOperation::NonBlockingLockExclusive).is_err() {
            let mut holder = String::new();
            file.read_to_string(&mut holder)?;
            return Err(StorageError::Held(holder.trim().to_owned()));
        }
        file.set_len(0)?;
        file.rewind()?;
        write!(file, "{}", std::process::id())?;
        file.flush()?;
        Ok(Self { _file: file })
    }
}
