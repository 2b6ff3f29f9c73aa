//! Files as evidence: what somebody offers, what is kept of it, and who has it. Pure.
//!
//! What a file is, is told from its content by [`kind`]; its name can only make it less welcome.

pub mod json;
pub mod kind;

use std::collections::BTreeSet;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::ids::{DrillCode, IncidentCode, PersonId};
use super::secrecy::Secret;
use super::text::Text;
use super::time::Timestamp;
use super::values::UnknownValue;

/// How many pieces one incident takes.
pub const MOST: usize = 500;

/// How a file came in.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// A picture.
    Photo,
    /// Something spoken.
    Voice,
    /// Music, a recording.
    Audio,
    /// Moving pictures.
    Video,
    /// Any file.
    File,
}

/// From where a file came.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// A private chat with the bot.
    Private,
    /// A group.
    Group,
}

/// A file somebody sent, not yet fetched.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Attachment {
    /// What the channel fetches it by.
    pub file: String,
    /// The name its sender gave it.
    pub name: Option<String>,
    /// Its size in bytes, as the channel says.
    pub size: Option<u64>,
    /// How it came.
    pub form: Form,
    /// From where.
    pub source: Source,
    /// The message it came in.
    #[serde(default)]
    pub message: Option<i64>,
}

/// What an earlier part of the same album came to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Joins {
    /// There was none: it stands alone, or is the first.
    First,
    /// It belongs to this incident.
    Incident(IncidentCode),
    /// It is of this drill: of the inject at this place, or of what was seen.
    Drill(DrillCode, Option<u32>),
    /// It was answered, and belongs to none.
    Aside,
    /// It bears a stamp of state secrecy: nothing of the album is taken.
    Withheld,
}

/// A file as part of something said.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Attached {
    /// The file.
    pub file: Attachment,
    /// What its album's parts have in common.
    pub album: Option<String>,
    /// What the parts before it came to.
    pub joins: Joins,
}

/// Kinds of files that may be kept.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Pictures.
    Image,
    /// PDF.
    Pdf,
    /// Plain text.
    Text,
    /// Recordings.
    Audio,
    /// Documents, tables and slides without macros.
    Office,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 5] = [Self::Image, Self::Pdf, Self::Text, Self::Audio, Self::Office];

    /// Its word in the configuration and in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Pdf => "pdf",
            Self::Text => "text",
            Self::Audio => "audio",
            Self::Office => "office",
        }
    }
}

impl FromStr for Kind {
    type Err = UnknownValue;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|kind| kind.as_str() == text);
        found.ok_or_else(|| UnknownValue(text.to_owned()))
    }
}

/// What is taken.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rules {
    /// The largest file, in MiB.
    pub max_mb: u64,
    /// The kinds.
    pub kinds: BTreeSet<Kind>,
}

impl Default for Rules {
    fn default() -> Self {
        Self { max_mb: 20, kinds: Kind::ALL.into_iter().collect() }
    }
}

impl Rules {
    /// The largest file, in bytes.
    pub fn max_bytes(&self) -> u64 {
        self.max_mb.saturating_mul(1024 * 1024)
    }
}

/// Why a file was not taken.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotTaken {
    /// A program, or an installer.
    Program,
    /// A script, or a page with one.
    Script,
    /// An office file with macros.
    Macros,
    /// An archive.
    Archive,
    /// An image of a disk.
    DiskImage,
    /// A log.
    Log,
    /// Recorded network traffic.
    Capture,
    /// No kind we know, or nothing in it.
    Unknown,
    /// A kind the configuration leaves out.
    Kind(Kind),
    /// Larger than is taken, in MiB.
    TooLarge(u64),
    /// The channel did not give it out.
    NotFetched,
    /// Its text holds secrets.
    Secrets(Vec<Secret>),
}

/// Why something asked about evidence was not done.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EvidenceRefusal {
    /// This number is not there, or nothing of it is kept.
    Unknown(u32),
    /// What was given as SHA-256 is none.
    BadHash,
    /// This number was not given to whoever confirms it.
    NotYours(u32),
    /// The incident takes no more pieces.
    TooMuch(IncidentCode),
}

/// A file on disk.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Stored {
    /// SHA-256 of its bytes, hexadecimal: also its name in the folder.
    pub sha256: String,
    /// Its size in bytes.
    pub size: u64,
    /// What it is.
    pub kind: Kind,
    /// The same, more exactly.
    pub mime: String,
}

/// What became of a piece.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It waits to be fetched.
    Waiting,
    /// It is kept.
    Stored(Stored),
    /// It was not taken.
    NotTaken(NotTaken),
    /// It is kept elsewhere by somebody, who told its hash and its place.
    Elsewhere {
        /// SHA-256, hexadecimal.
        sha256: String,
    },
    /// Its bytes were lawfully removed.
    Removed {
        /// What they were.
        sha256: Option<String>,
    },
}

/// One piece of evidence of an incident.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Piece {
    /// The entry that brought it.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// Who brought it.
    pub by: Option<PersonId>,
    /// How it came; nothing when it is kept elsewhere.
    pub form: Option<Form>,
    /// From where.
    pub source: Option<Source>,
    /// Its name, or where it is kept.
    pub text: Option<Text>,
    /// What became of it.
    pub state: State,
    /// Who has it; nobody when the program does.
    pub custodian: Option<PersonId>,
    /// To whom it was given, who has not confirmed it yet.
    pub handed_to: Option<PersonId>,
}

impl Piece {
    /// Its hash, where it has one.
    pub fn sha256(&self) -> Option<&str> {
        match &self.state {
            State::Stored(stored) => Some(&stored.sha256),
            State::Elsewhere { sha256 } => Some(sha256),
            State::Removed { sha256 } => sha256.as_deref(),
            State::Waiting | State::NotTaken(_) => None,
        }
    }

    /// Whether there is something of it: it waits, or is kept here or elsewhere.
    pub fn counts(&self) -> bool {
        self.is_kept() || matches!(self.state, State::Waiting)
    }

    /// Whether it can be handed over.
    pub fn is_kept(&self) -> bool {
        matches!(self.state, State::Stored(_) | State::Elsewhere { .. })
    }
}

/// How fetching a file ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fetched {
    /// Of which incident.
    pub code: IncidentCode,
    /// Which piece.
    pub number: u32,
    /// How.
    pub end: Result<Stored, NotTaken>,
}

/// A SHA-256 as people type it, in lower case.
pub fn read_sha256(typed: &str) -> Option<String> {
    let hex = typed.len() == 64 && typed.bytes().all(|b| b.is_ascii_hexdigit());
    hex.then(|| typed.to_ascii_lowercase())
}
