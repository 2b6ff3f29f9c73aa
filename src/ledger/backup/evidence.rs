//! Evidence in a backup: files named by the SHA-256 of their bytes, in pieces, as rows.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, params};

use super::super::StorageError;
use super::seal::Naming;
use super::{owner_only, sync_folder};

/// One row holds so much.
const PIECE: usize = 1024 * 1024;

const MAKE: &str = "CREATE TABLE backup_file (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, part INTEGER NOT NULL, bytes BLOB NOT NULL,
    UNIQUE (name, part)) STRICT";

/// Where the evidence of the database at `database` is.
pub fn beside(database: &Path) -> PathBuf {
    database.parent().unwrap_or(Path::new("")).join("files")
}

/// What was taken into a backup.
#[derive(Default)]
pub(super) struct Taken {
    pub pieces: u64,
    pub damaged: Vec<String>,
}

/// Takes every file of the folder that is named like evidence.
pub(super) fn take(conn: &mut Connection, folder: &Path) -> Result<Taken, StorageError> {
    let mut taken = Taken::default();
    let tx = conn.transaction()?;
    tx.execute_batch(MAKE)?;
    for name in names(folder)? {
        let named = take_one(&tx, folder, &name)?;
        match named {
            // Removed meanwhile, as it may be.
            None => {}
            Some(true) => taken.pieces = taken.pieces.saturating_add(1),
            Some(false) => {
                tx.execute("DELETE FROM backup_file WHERE name = ?1", [&name])?;
                taken.damaged.push(name);
            }
        }
    }
    tx.commit()?;
    Ok(taken)
}

/// The names in the folder that can be evidence, in their order. There may be no folder.
fn names(folder: &Path) -> Result<Vec<String>, StorageError> {
    let entries = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut names = Vec::new();
    for entry in entries {
        if let Ok(name) = entry?.file_name().into_string()
            && name.len() == 64
            && name.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
        {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

/// Whether the bytes are what the name says; `None` when the file is gone.
fn take_one(conn: &Connection, folder: &Path, name: &str) -> Result<Option<bool>, StorageError> {
    let mut file = match File::open(folder.join(name)) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        file => file?,
    };
    let mut naming = Naming::new();
    for part in 0_i64.. {
        let mut piece = Vec::with_capacity(PIECE);
        let limit = u64::try_from(PIECE).unwrap_or(u64::MAX);
        std::io::Read::by_ref(&mut file).take(limit).read_to_end(&mut piece)?;
        // An empty file has one empty piece, so that it is there at all.
        if piece.is_empty() && part > 0 {
            break;
        }
        naming.more(&piece);
        conn.prepare_cached("INSERT INTO backup_file (name, part, bytes) VALUES (?1, ?2, ?3)")?
            .execute(params![name, part, piece])?;
    }
    Ok(Some(naming.name() == name))
}

/// Goes through each piece of evidence in order, with its bytes.
fn each_piece(
    conn: &Connection,
    mut look: impl FnMut(&str, &[u8]) -> Result<(), StorageError>,
) -> Result<(), StorageError> {
    let mut statement = conn.prepare("SELECT name, bytes FROM backup_file ORDER BY name, part")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let name: String = row.get(0)?;
        look(&name, row.get_ref(1)?.as_blob().map_err(|e| StorageError::value("evidence", e))?)?;
    }
    Ok(())
}

/// The first piece of evidence in a backup that is not what its name says.
pub(super) fn first_wrong(conn: &Connection) -> Result<Option<String>, StorageError> {
    let mut now: Option<(String, Naming)> = None;
    let mut wrong = None;
    let mut ended = |ended: Option<(String, Naming)>| {
        if let Some((name, naming)) = ended
            && wrong.is_none()
            && naming.name() != name
        {
            wrong = Some(name);
        }
    };
    each_piece(conn, |name, bytes| {
        if now.as_ref().is_none_or(|(current, _)| current != name) {
            ended(now.replace((name.to_owned(), Naming::new())));
        }
        if let Some((_, naming)) = &mut now {
            naming.more(bytes);
        }
        Ok(())
    })?;
    ended(now);
    Ok(wrong)
}

/// Puts the evidence of a verified backup into `folder`; what is there already stays. Returns how
/// many pieces the backup holds.
pub(super) fn put_back(conn: &Connection, folder: &Path) -> Result<u64, StorageError> {
    let mut open: Option<(String, File)> = None;
    let mut count = 0_u64;
    let finish = |done: Option<(String, File)>| -> Result<(), StorageError> {
        let Some((name, file)) = done else { return Ok(()) };
        file.sync_all()?;
        std::fs::rename(partial(folder, &name), folder.join(name))?;
        Ok(())
    };
    let mut current = None;
    each_piece(conn, |name, bytes| {
        if current.as_deref() != Some(name) {
            finish(open.take())?;
            current = Some(name.to_owned());
            count = count.saturating_add(1);
            if !folder.join(name).exists() {
                open = Some((name.to_owned(), begin(folder, name)?));
            }
        }
        if let Some((_, file)) = &mut open {
            file.write_all(bytes)?;
        }
        Ok(())
    })?;
    finish(open)?;
    if count > 0 {
        sync_folder(folder)?;
    }
    Ok(count)
}

fn partial(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}.part"))
}

fn begin(folder: &Path, name: &str) -> Result<File, StorageError> {
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let part = partial(folder, name);
    // Of a restore that was cut off.
    match std::fs::remove_file(&part) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
        _ => {}
    }
    owner_only(&part)
}

/// Takes the evidence and the seal out of a copy that becomes a database again.
pub(super) fn unpack(conn: &Connection) -> Result<(), StorageError> {
    conn.execute_batch("DROP TABLE backup_file; DROP TABLE backup_seal; VACUUM")?;
    Ok(())
}
