//! Evidence on disk: files named by the SHA-256 of their bytes, in `files/` beside the database,
//! each there once and readable by its owner only. What waits to be fetched is a row.

use std::fs::{DirBuilder, File};
use std::io::Write as _;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use ring::digest::SHA256;
use rusqlite::{OptionalExtension as _, params};

use super::chain::hex;
use super::queries::Reader;
use super::tx::{json, parse};
use super::{StorageError, Tx, backup};
use crate::domain::drill::run::Drill;
use crate::domain::drill::run::files::DrillFile;
use crate::domain::drill::run::state::Status;
use crate::domain::envelope::Route;
use crate::domain::evidence::{Attachment, Joins, State};
use crate::domain::ids::{DrillCode, IncidentCode};
use crate::domain::incident::Incident;
use crate::domain::time::Timestamp;

/// A file that waits to be fetched.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Download {
    /// Of which incident.
    pub code: IncidentCode,
    /// Which piece of evidence.
    pub number: u32,
    /// The file.
    pub file: Attachment,
    /// How often it was tried.
    pub tries: u32,
    /// Not before.
    pub not_before: Timestamp,
}

/// The folder of evidence.
#[derive(Clone, Debug)]
pub struct Vault {
    folder: PathBuf,
}

/// What is wrong with a kept file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wrong {
    /// It is not there.
    Missing,
    /// Its bytes are not what its name says.
    Altered,
}

impl Vault {
    /// Of the database at `database`.
    pub fn beside(database: &Path) -> Self {
        Self { folder: backup::evidence_beside(database) }
    }

    /// Where a piece is.
    pub fn path(&self, sha256: &str) -> PathBuf {
        self.folder.join(sha256)
    }

    /// Keeps these bytes and returns their name. They are on disk under it when this returns; the
    /// same bytes are kept once.
    pub fn put(&self, bytes: &[u8]) -> Result<String, StorageError> {
        let name = sha256(bytes);
        if self.look(&name)?.is_none() {
            return Ok(name);
        }
        DirBuilder::new().recursive(true).mode(0o700).create(&self.folder)?;
        let part = self.folder.join(format!("{name}.part"));
        let written = free(&part).and_then(|()| write(&part, bytes));
        if let Err(error) = written {
            // Of a full disk nothing half written stays.
            let _ = std::fs::remove_file(&part);
            return Err(error);
        }
        std::fs::rename(&part, self.path(&name))?;
        File::open(&self.folder)?.sync_all()?;
        Ok(name)
    }

    /// The bytes of a piece, or what is wrong with it.
    pub fn read(&self, name: &str) -> Result<Result<Vec<u8>, Wrong>, StorageError> {
        let bytes = match std::fs::read(self.path(name)) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Ok(Err(Wrong::Missing));
            }
            bytes => bytes?,
        };
        Ok(if sha256(&bytes) == name { Ok(bytes) } else { Err(Wrong::Altered) })
    }

    /// What is wrong with a piece, if anything is.
    pub fn look(&self, sha256: &str) -> Result<Option<Wrong>, StorageError> {
        Ok(self.read(sha256)?.err())
    }

    /// Removes a piece for good. One that is not there is removed already.
    pub fn remove(&self, sha256: &str) -> Result<(), StorageError> {
        match std::fs::remove_file(self.path(sha256)) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
            done => done?,
        }
        File::open(&self.folder)?.sync_all()?;
        Ok(())
    }

    /// Removes what a crash left half written.
    pub fn tidy(&self) -> Result<(), StorageError> {
        let entries = match std::fs::read_dir(&self.folder) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
            entries => entries?,
        };
        for entry in entries {
            let path = entry?.path();
            if path.extension().is_some_and(|end| end == "part") {
                std::fs::remove_file(path)?;
            }
        }
        Ok(())
    }
}

fn free(part: &Path) -> Result<(), StorageError> {
    match std::fs::remove_file(part) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

fn write(part: &Path, bytes: &[u8]) -> Result<(), StorageError> {
    let mut file = backup::owner_only(part)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    Ok(())
}

/// SHA-256 in hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    hex(ring::digest::digest(&SHA256, bytes).as_ref())
}

/// A piece of evidence whose file is not what the ledger says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Damaged {
    /// Of which incident, or drill.
    pub code: IncidentCode,
    /// Which piece.
    pub number: u32,
    /// What is wrong.
    pub wrong: Wrong,
}

impl Reader {
    /// The file that is to be fetched next.
    pub fn next_download(&self) -> Result<Option<Download>, StorageError> {
        let sql = "SELECT incident, number, file, tries, not_before FROM download
                   ORDER BY not_before, id LIMIT 1";
        let found = self.with(|conn| {
            let read = |row: &rusqlite::Row<'_>| -> rusqlite::Result<_> {
                let (code, number, file): (String, u32, String) =
                    (row.get(0)?, row.get(1)?, row.get(2)?);
                let (tries, at): (u32, i64) = (row.get(3)?, row.get(4)?);
                Ok((code, number, file, tries, at))
            };
            Ok(conn.prepare_cached(sql)?.query_row([], read).optional()?)
        })?;
        let Some((code, number, file, tries, at)) = found else { return Ok(None) };
        Ok(Some(Download {
            code: IncidentCode::new(code),
            number,
            file: parse("download.file", &file)?,
            tries,
            not_before: Timestamp::from_millis(at),
        }))
    }

    /// Evidence whose file is missing or altered.
    pub fn damaged_evidence(&self) -> Result<Vec<Damaged>, StorageError> {
        let vault = Vault::beside(self.path());
        let mut damaged = Vec::new();
        for incident in self.incidents(false, true)? {
            damaged.extend(damaged_of(&vault, &incident)?);
        }
        for code in self.drill_codes(&Status::ALL)? {
            let Some(shown) = self.shown_drill(&code)? else { continue };
            for (number, file) in shown.drill.numbered_files() {
                if let Some(stored) = file.stored()
                    && let Some(wrong) = vault.look(&stored.sha256)?
                {
                    let code = IncidentCode::new(code.as_str());
                    damaged.push(Damaged { code, number, wrong });
                }
            }
        }
        Ok(damaged)
    }
}

/// The pieces of one incident whose file is missing or altered.
fn damaged_of(vault: &Vault, incident: &Incident) -> Result<Vec<Damaged>, StorageError> {
    let mut damaged = Vec::new();
    for (number, piece) in incident.pieces() {
        if let State::Stored(stored) = &piece.state
            && let Some(wrong) = vault.look(&stored.sha256)?
        {
            damaged.push(Damaged { code: incident.code.clone(), number, wrong });
        }
    }
    Ok(damaged)
}

impl Tx<'_> {
    /// Has a file fetched.
    pub fn queue_download(
        &mut self,
        code: &IncidentCode,
        number: u32,
        file: &Attachment,
        route: &Route,
    ) -> Result<(), StorageError> {
        let sql =
            "INSERT OR IGNORE INTO download (incident, number, file, route, tries, not_before)
                   VALUES (?1, ?2, ?3, ?4, 0, ?5)";
        self.conn.prepare_cached(sql)?.execute(params![
            code.as_str(),
            number,
            json("download.file", file)?,
            json("download.route", route)?,
            self.now.millis()
        ])?;
        Ok(())
    }

    /// Where a file that waits was sent; nobody is answered who sent it before a restore.
    pub fn download_route(
        &self,
        code: &IncidentCode,
        number: u32,
    ) -> Result<Option<Route>, StorageError> {
        let sql = "SELECT route FROM download WHERE incident = ?1 AND number = ?2";
        let found: Option<Option<String>> = self
            .conn
            .prepare_cached(sql)?
            .query_row(params![code.as_str(), number], |row| row.get(0))
            .optional()?;
        found.flatten().map(|route| parse("download.route", &route)).transpose()
    }

    /// Counts a try before it is made, and says when the next one may be.
    pub fn try_download(
        &mut self,
        code: &IncidentCode,
        number: u32,
        again: Timestamp,
    ) -> Result<(), StorageError> {
        let sql = "UPDATE download SET tries = tries + 1, not_before = ?3
                   WHERE incident = ?1 AND number = ?2";
        self.conn.prepare_cached(sql)?.execute(params![code.as_str(), number, again.millis()])?;
        Ok(())
    }

    /// A file waits no more.
    pub fn end_download(&mut self, code: &IncidentCode, number: u32) -> Result<(), StorageError> {
        let sql = "DELETE FROM download WHERE incident = ?1 AND number = ?2";
        self.conn.prepare_cached(sql)?.execute(params![code.as_str(), number])?;
        Ok(())
    }

    /// A file is about to be put on disk under this name. One of the same bytes that was to be removed
    /// is wanted again.
    pub fn arriving(
        &mut self,
        code: &IncidentCode,
        number: u32,
        sha256: &str,
    ) -> Result<(), StorageError> {
        let sql = "INSERT OR REPLACE INTO arriving VALUES (?1, ?2, ?3)";
        self.conn.prepare_cached(sql)?.execute(params![code.as_str(), number, sha256])?;
        let sql = "DELETE FROM removed_file WHERE sha256 = ?1";
        self.conn.prepare_cached(sql)?.execute([sha256])?;
        Ok(())
    }

    /// The ledger says what became of a piece; the name its file may have got before.
    pub fn arrived(
        &mut self,
        code: &IncidentCode,
        number: u32,
    ) -> Result<Option<String>, StorageError> {
        let sql = "DELETE FROM arriving WHERE incident = ?1 AND number = ?2 RETURNING sha256";
        let parameters = params![code.as_str(), number];
        Ok(self.conn.prepare_cached(sql)?.query_row(parameters, |row| row.get(0)).optional()?)
    }

    /// The pieces whose file was about to be put on disk.
    pub fn all_arriving(&self) -> Result<Vec<(IncidentCode, u32)>, StorageError> {
        let mut statement = self.conn.prepare_cached("SELECT incident, number FROM arriving")?;
        let rows = statement
            .query_map([], |row| Ok((IncidentCode::new(row.get::<_, String>(0)?), row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// What the parts of an album before this one came to.
    pub fn album(&self, chat: i64, name: &str, since: Timestamp) -> Result<Joins, StorageError> {
        if self.album_is_stamped(chat, name)? {
            return Ok(Joins::Withheld);
        }
        let sql = "SELECT incident FROM album WHERE chat = ?1 AND name = ?2 AND at >= ?3";
        let found: Option<Option<String>> = self
            .conn
            .prepare_cached(sql)?
            .query_row(params![chat, name, since.millis()], |row| row.get(0))
            .optional()?;
        Ok(match found {
            None => Joins::First,
            Some(None) => Joins::Aside,
            Some(Some(code)) => match code.split_once('/') {
                Some((drill, place)) => Joins::Drill(DrillCode::new(drill), place.parse().ok()),
                None => Joins::Incident(IncidentCode::new(code)),
            },
        })
    }

    /// Remembers a part of an album, and forgets those of before `since`.
    pub fn remember_part(
        &mut self,
        chat: i64,
        name: &str,
        message: i64,
        since: Timestamp,
    ) -> Result<(), StorageError> {
        let sql = "DELETE FROM album_part WHERE at < ?1";
        self.conn.prepare_cached(sql)?.execute([since.millis()])?;
        let sql = "INSERT OR IGNORE INTO album_part VALUES (?1, ?2, ?3, ?4, 0)";
        self.conn.prepare_cached(sql)?.execute(params![chat, message, name, self.now.millis()])?;
        Ok(())
    }

    /// Remembers that a part of an album bears a stamp.
    pub fn stamp_album(&mut self, chat: i64, message: i64) -> Result<(), StorageError> {
        let sql = "UPDATE album_part SET stamped = 1 WHERE chat = ?1 AND message_id = ?2";
        self.conn.prepare_cached(sql)?.execute([chat, message])?;
        Ok(())
    }

    /// Whether a part of this album bears a stamp.
    pub fn album_is_stamped(&self, chat: i64, name: &str) -> Result<bool, StorageError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM album_part
                       WHERE chat = ?1 AND name = ?2 AND stamped = 1)";
        Ok(self.conn.prepare_cached(sql)?.query_row(params![chat, name], |row| row.get(0))?)
    }

    /// The messages of the album this message is a part of, itself among them.
    pub fn album_parts(&self, chat: i64, message: i64) -> Result<Vec<i64>, StorageError> {
        let sql = "SELECT other.message_id FROM album_part AS one
                   JOIN album_part AS other USING (chat, name)
                   WHERE one.chat = ?1 AND one.message_id = ?2 ORDER BY 1";
        let mut statement = self.conn.prepare_cached(sql)?;
        let found = statement.query_map([chat, message], |row| row.get(0))?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    /// Remembers what the first part of an album came to, and forgets albums of before `since`.
    pub fn remember_album(
        &mut self,
        chat: i64,
        name: &str,
        joins: &Joins,
        since: Timestamp,
    ) -> Result<(), StorageError> {
        let code = match joins {
            Joins::Incident(code) => Some(code.to_string()),
            Joins::Drill(code, Some(place)) => Some(format!("{code}/{place}")),
            Joins::Drill(code, None) => Some(format!("{code}/")),
            Joins::First | Joins::Aside | Joins::Withheld => None,
        };
        self.conn.prepare_cached("DELETE FROM album WHERE at < ?1")?.execute([since.millis()])?;
        let sql = "INSERT OR IGNORE INTO album VALUES (?1, ?2, ?3, ?4)";
        self.conn.prepare_cached(sql)?.execute(params![chat, name, code, self.now.millis()])?;
        Ok(())
    }

    /// Whether another piece of evidence has the same bytes, or is about to.
    pub fn bytes_needed(
        &self,
        sha256: &str,
        but: &IncidentCode,
        number: u32,
    ) -> Result<bool, StorageError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM arriving WHERE sha256 = ?1
                       AND NOT (incident = ?2 AND number = ?3))";
        let parameters = params![sha256, but.as_str(), number];
        if self.conn.prepare_cached(sql)?.query_row(parameters, |row| row.get(0))? {
            return Ok(true);
        }
        let sql = "SELECT state FROM incident WHERE instr(state, ?1)";
        let mut statement = self.conn.prepare_cached(sql)?;
        let states = statement.query_map([sha256], |row| row.get::<_, String>(0))?;
        for state in states {
            let incident: Incident = parse("incident.state", &state?)?;
            let needs = |(at, piece): (u32, &crate::domain::evidence::Piece)| {
                let other = incident.code != *but || at != number;
                other && matches!(&piece.state, State::Stored(stored) if stored.sha256 == sha256)
            };
            if incident.pieces().any(needs) {
                return Ok(true);
            }
        }
        let sql = "SELECT state FROM drill WHERE instr(state, ?1)";
        let mut statement = self.conn.prepare_cached(sql)?;
        let states = statement.query_map([sha256], |row| row.get::<_, String>(0))?;
        for state in states {
            let drill: Drill = parse("drill.state", &state?)?;
            let needs = |(at, file): (u32, &DrillFile)| {
                let other = drill.code.as_str() != but.as_str() || at != number;
                other && file.stored().is_some_and(|stored| stored.sha256 == sha256)
            };
            if drill.numbered_files().any(needs) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
