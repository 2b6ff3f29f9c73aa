//! Files people send as evidence, alone, as an album, with words or without; and the fetching of them,
//! which may be cut off anywhere.

use trucban::channels::telegram::files::look;
use trucban::domain::envelope::{Actor, Command, Envelope, Said};
use trucban::domain::evidence::{
    Attached, Attachment, Fetched, Form, Joins, NotTaken, Rules, Source, State, Stored,
};
use trucban::domain::ids::IncidentCode;
use trucban::ledger::files::Vault;

use super::driver::{Check, Sim};
use super::steps::MOST;
use crate::hold;

/// A file that cannot be had for so many tries is given up.
const TRIES: u32 = 20;

impl Sim {
    /// One file or an album, each part an update of its own.
    pub fn sends_files(&mut self) -> Check {
        let account = *self.rng.pick(&[107, 107, 110, 101, 104, 106, 999]);
        let code = self.code();
        let caption = match self.rng.below(10) {
            0..4 => String::new(),
            4..6 => format!("/bangchung {code} ảnh {}", self.token()),
            6..8 => format!("/bangchung {code}"),
            8 if self.model.cases.len() < MOST => format!("/baosuco kèm ảnh {}", self.token()),
            _ => format!("chụp lúc {}", self.token()),
        };
        let parts = if self.rng.chance(40) { 2 + self.rng.below(2) } else { 1 };
        let album = (parts > 1).then(|| self.key("album"));
        self.say(format!("{account} sends {parts} files: {caption}"));
        for part in 0..parts {
            let words = if part == 0 { caption.clone() } else { String::new() };
            let now = self.mono;
            let message = self.outside.spoken_in(account, account, &words, now);
            let said = if words.is_empty() { Said::Other } else { Said::Words(words) };
            let file = self.file(message);
            let attached = Attached { file, album: album.clone(), joins: Joins::First };
            self.update(account, account, message, said, None, Some(attached))?;
        }
        Ok(())
    }

    fn file(&mut self, message: i64) -> Attachment {
        let number = self.rng.below(1_000);
        let bytes = match self.rng.below(10) {
            // The same picture sent again is kept once.
            0..3 => b"\xff\xd8\xff\xe0 the same picture".to_vec(),
            3..7 => format!("%PDF-1.7 {number}").into_bytes(),
            7 => b"MZ a program".to_vec(),
            8 => "mật khẩu: Abc@12345".as_bytes().to_vec(),
            _ => format!("ghi lại {number}").into_bytes(),
        };
        let size = u64::try_from(bytes.len()).ok();
        let file = self.key("file");
        self.outside.files.insert(file.clone(), bytes);
        let name = self.rng.chance(60).then(|| format!("{}.txt", self.token()));
        let (form, source, message) = (Form::File, Source::Private, Some(message));
        Attachment { file, message, name, size, form, source }
    }

    /// The next file, as the program fetches it: counted, fetched, kept, recorded; the process may die
    /// between any two.
    pub fn fetches(&mut self) -> Check {
        let next = self.reader().next_download().map_err(|error| error.to_string())?;
        let now = self.at();
        let Some(download) = next.filter(|download| download.not_before <= now) else {
            return Ok(());
        };
        let (code, number, life) = (download.code.clone(), download.number, self.lives);
        let again = now.plus(std::time::Duration::from_secs(60));
        let counted = self.store().transaction(now, |tx| tx.try_download(&code, number, again));
        counted.map_err(|error| error.to_string())?;
        let late = !self.outside.healthy && self.rng.chance(25) && download.tries < TRIES;
        self.say(format!("fetches {code} {number}, late: {late}"));
        if late {
            return if self.rough && self.rng.chance(30) { self.crash() } else { Ok(()) };
        }
        let end = match self.outside.files.get(&download.file.file) {
            Some(bytes) if download.tries < TRIES => {
                let bytes = bytes.clone();
                match look(&Rules::default(), download.file.name.as_deref(), &bytes) {
                    Ok(stored) => {
                        self.keeps(&code, number, &bytes, &stored)?;
                        Ok(stored)
                    }
                    Err(why) => Err(why),
                }
            }
            _ => Err(NotTaken::NotFetched),
        };
        if self.rough && self.rng.chance(15) {
            return self.crash();
        }
        if self.rough && self.rng.chance(10) {
            // Kept, and not yet recorded: anything may happen meanwhile.
            self.take_back()?;
        }
        if self.lives != life {
            // Whoever fetched it died meanwhile.
            return Ok(());
        }
        let key = format!("fetched:{code}:{number}");
        let fetched = Fetched { code, number, end };
        let command = Command::Fetched(Box::new(fetched));
        self.deliver(Envelope::new(key, Actor::System, command))
    }

    /// Its name is written down, then it is put there; what was said meanwhile was said.
    fn keeps(&mut self, code: &IncidentCode, number: u32, bytes: &[u8], stored: &Stored) -> Check {
        let (now, sha256) = (self.at(), stored.sha256.clone());
        let named = self.store().transaction(now, |tx| tx.arriving(code, number, &sha256));
        named.map_err(|error| error.to_string())?;
        let life = self.lives;
        if self.rough && self.rng.chance(10) {
            self.take_back()?;
        }
        if self.lives != life {
            return Ok(());
        }
        let put = Vault::beside(self.path()).put(bytes).map_err(|error| error.to_string())?;
        hold!(put == sha256, "kept as {put}, told as {sha256}");
        Ok(())
    }

    /// Whether something waits to be fetched, and when.
    pub fn next_fetch(&self) -> Result<Option<i64>, String> {
        let next = self.reader().next_download().map_err(|error| error.to_string())?;
        Ok(next.map(|download| download.not_before.millis()))
    }

    /// Each piece that is kept has its file, whole; each file belongs to a piece that is kept.
    pub fn files_are_in_the_ledger(&self) -> Check {
        let vault = Vault::beside(self.path());
        let mut kept = std::collections::BTreeSet::new();
        for code in self.model.cases.keys() {
            let incident = self.reader().incident(code).map_err(|error| error.to_string())?;
            for (number, piece) in incident.iter().flat_map(|incident| incident.pieces()) {
                hold!(piece.state != State::Waiting, "{code} still waits for piece {number}");
                let State::Stored(stored) = &piece.state else { continue };
                let wrong = vault.look(&stored.sha256).map_err(|error| error.to_string())?;
                hold!(wrong.is_none(), "piece {number} of {code} is {wrong:?}");
                kept.insert(stored.sha256.clone());
            }
        }
        let folder = vault.path("");
        for entry in std::fs::read_dir(folder).into_iter().flatten() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            hold!(kept.contains(&name), "{name} is kept and belongs to no piece");
        }
        Ok(())
    }
}
