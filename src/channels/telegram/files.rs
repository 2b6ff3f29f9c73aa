//! Fetching the files people sent, one at a time and beside everything else. What a file is, is told
//! before any of it is on disk; a file that is not taken never gets there.

use std::time::Duration;

use teloxide::RequestError;
use teloxide::prelude::Requester as _;
use teloxide::types::FileId;
use tokio::sync::watch;

use super::wire::Wire;
use super::{Access, AccessError, poll};
use crate::clock::real_sleep;
use crate::domain::envelope::{Actor, Command, Envelope};
use crate::domain::evidence::{Fetched, NotTaken, Rules, Stored, kind};
use crate::domain::ids::Stream;
use crate::domain::secrecy::guard;
use crate::engine::{Engine, Fault};
use crate::ledger::files::{Download, Vault, sha256};

/// A file that cannot be had for so many tries is given up: six hours.
const TRIES: u32 = 20;

/// One that Telegram itself says it does not have, after fewer: twenty minutes.
const TRIES_IF_REFUSED: u32 = 8;

/// The longest wait between two tries.
const LONGEST: Duration = Duration::from_secs(1800);

/// Looked at no less often than this.
const LOOK: Duration = Duration::from_secs(3600);

/// After a fault of the database.
const STORAGE_PAUSE: Duration = Duration::from_millis(500);

/// What fetching needs.
#[derive(Debug)]
pub struct Fetcher {
    engine: Engine,
    wire: Wire,
    vault: Vault,
    rules: Rules,
}

/// Why a try failed.
#[derive(Debug)]
enum Failed {
    /// It will never succeed.
    Never(NotTaken),
    /// It may succeed later.
    Later(String),
    /// Telegram does not have it, or not now.
    Refused(String),
}

impl Fetcher {
    /// Fetches by `access` into `vault` what `rules` let in.
    pub fn new(
        engine: Engine,
        access: &Access,
        vault: Vault,
        rules: Rules,
    ) -> Result<Self, AccessError> {
        Ok(Self { engine, wire: Wire::new(access.fetching()?), vault, rules })
    }

    /// Runs until `stop` says so. What is half fetched then is fetched again at the next start.
    pub async fn run(self, mut stop: watch::Receiver<bool>) -> Result<(), Fault> {
        let mut commits = self.engine.commits();
        if let Err(error) = self.vault.tidy() {
            tracing::warn!(%error, "the folder of evidence could not be looked through");
        }
        while !*stop.borrow() {
            self.engine.fetching();
            let seen = *commits.borrow_and_update();
            let now = self.engine.clock().read();
            let wait = match self.engine.reader().next_download() {
                Ok(Some(download)) if download.not_before <= now.wall => {
                    tokio::select! {
                        () = self.fetch(&download) => {}
                        _ = stop.changed() => {}
                    }
                    continue;
                }
                Ok(Some(download)) => download.not_before.since(now.wall).min(LOOK),
                Ok(None) => LOOK,
                Err(error) => {
                    tracing::error!(%error, "what is to be fetched does not read");
                    LOOK
                }
            };
            let wait = wait.max(Duration::from_millis(1));
            self.engine.fetching_rests(seen, now.mono.saturating_add(wait));
            tokio::select! {
                () = self.engine.clock().sleep_until(now.mono.saturating_add(wait)) => {}
                _ = commits.changed() => {}
                _ = stop.changed() => {}
            }
        }
        Ok(())
    }

    /// One try. It is counted before it is made, so that a file that ends the program ends too.
    async fn fetch(&self, download: &Download) {
        let (code, number) = (download.code.clone(), download.number);
        let again = self.engine.clock().now().plus(pause(download.tries));
        let counted = self.engine.call(move |tx, _| tx.try_download(&code, number, again)).await;
        if let Err(fault) = counted {
            tracing::error!(%fault, "a file waits until the database can be written");
            real_sleep(STORAGE_PAUSE).await;
            return;
        }
        let end = match self.bytes(download).await {
            Ok(bytes) => self.keep(download, bytes).await,
            Err(failed) => Err(failed),
        };
        let stream = Stream::Incident(download.code.clone()).to_string();
        let end = match end {
            Ok(stored) => Ok(stored),
            Err(Failed::Never(why)) => Err(why),
            Err(Failed::Later(error)) if download.tries < TRIES => {
                tracing::warn!(%error, stream, piece = number, "a file is fetched later");
                return;
            }
            Err(Failed::Refused(error)) if download.tries < TRIES_IF_REFUSED => {
                tracing::warn!(%error, stream, piece = number, "a file is fetched later");
                return;
            }
            Err(Failed::Later(error) | Failed::Refused(error)) => {
                tracing::error!(%error, stream, piece = number, "a file is given up");
                Err(NotTaken::NotFetched)
            }
        };
        let key = format!("fetched:{}:{number}", download.code);
        let fetched = Fetched { code: download.code.clone(), number, end };
        let command = Command::Fetched(Box::new(fetched));
        if let Err(fault) = self.engine.submit(Envelope::new(key, Actor::System, command)).await {
            tracing::error!(%fault, "a file was fetched and could not be recorded; again later");
        }
    }

    fn too_large(&self) -> Failed {
        Failed::Never(NotTaken::TooLarge(self.rules.max_mb))
    }

    /// The bytes, as long as they are not too many.
    async fn bytes(&self, download: &Download) -> Result<Vec<u8>, Failed> {
        let limit = self.rules.max_bytes();
        if download.file.size.is_some_and(|size| size > limit) {
            return Err(self.too_large());
        }
        let asked = self.wire.bot.get_file(FileId(download.file.file.clone()));
        let file = self.wire.call(&asked).await.map_err(|error| self.refused(&error))?;
        let later = |error: reqwest::Error| Failed::Later(error.without_url().to_string());
        let mut answer = self.wire.file(&file.path).await.map_err(later)?;
        let mut bytes = Vec::new();
        while let Some(piece) = answer.chunk().await.map_err(later)? {
            let so_far = u64::try_from(bytes.len().saturating_add(piece.len()));
            if so_far.unwrap_or(u64::MAX) > limit {
                return Err(self.too_large());
            }
            bytes.extend_from_slice(&piece);
        }
        Ok(bytes)
    }

    /// What Telegram says of a file: too big, gone, or nothing for now.
    fn refused(&self, error: &RequestError) -> Failed {
        match error {
            RequestError::Api(error) if error.to_string().to_lowercase().contains("too big") => {
                self.too_large()
            }
            RequestError::Api(error) => Failed::Refused(error.to_string()),
            other => Failed::Later(poll::plain(other)),
        }
    }

    /// Tells what it is and keeps it, away from the threads that answer people. Its name is written down
    /// before it is there, so that a crash leaves no file nobody knows of.
    async fn keep(&self, download: &Download, bytes: Vec<u8>) -> Result<Stored, Failed> {
        let (rules, name) = (self.rules.clone(), download.file.name.clone());
        let told = beside(move || (look(&rules, name.as_deref(), &bytes), bytes)).await?;
        let (stored, bytes) = (told.0.map_err(Failed::Never)?, told.1);
        let (code, number, sha256) =
            (download.code.clone(), download.number, stored.sha256.clone());
        let named = self.engine.call(move |tx, _| tx.arriving(&code, number, &sha256)).await;
        named.map_err(|fault| Failed::Later(fault.to_string()))?;
        let vault = self.vault.clone();
        let kept = beside(move || vault.put(&bytes)).await?;
        kept.map(|_| stored).map_err(|error| Failed::Later(error.to_string()))
    }
}

/// Does something long on a thread of its own.
async fn beside<R: Send + 'static>(work: impl FnOnce() -> R + Send + 'static) -> Result<R, Failed> {
    // The words of a panic may hold what is in the file.
    let failed = |_| Failed::Later("telling what it is failed".to_owned());
    tokio::task::spawn_blocking(work).await.map_err(failed)
}

/// What a file is and would be kept as, where `rules` let it in.
pub fn look(rules: &Rules, name: Option<&str>, bytes: &[u8]) -> Result<Stored, NotTaken> {
    let known = taken(bytes, name, rules)?;
    let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    let (kind, mime) = (known.kind, known.mime.to_owned());
    Ok(Stored { sha256: sha256(bytes), size, kind, mime })
}

/// Whether a file is taken: by its content, by the configuration, and, of a text, by the guard.
fn taken(bytes: &[u8], name: Option<&str>, rules: &Rules) -> Result<kind::Known, NotTaken> {
    let known = kind::tell(bytes, name)?;
    if !rules.kinds.contains(&known.kind) {
        return Err(NotTaken::Kind(known.kind));
    }
    let found = known.text.as_deref().map(guard).map(|seen| seen.found).unwrap_or_default();
    if found.is_empty() { Ok(known) } else { Err(NotTaken::Secrets(found.into_iter().collect())) }
}

fn pause(tries: u32) -> Duration {
    Duration::from_secs(5_u64.saturating_mul(1 << tries.min(10))).min(LONGEST)
}
