//! What can be wrong with a configuration, as facts. The sentences and remedies stand in `text`.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use super::drills::DrillFault;
use super::playbooks::PlayFault;

/// One thing wrong, and where.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Problem {
    /// The file.
    pub file: PathBuf,
    /// Where in it.
    pub place: Place,
    /// What.
    pub kind: ProblemKind,
}

/// Where in the file. All empty when it is about the file as a whole.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct Place {
    /// The line, counted from one.
    pub line: Option<usize>,
    /// The column in characters, counted from one.
    pub column: Option<usize>,
    /// The key, such as `escalation.policy[1].level[2].wait`, lists counted from one.
    pub key: Option<String>,
}

/// What kind of value a key takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Expected {
    /// Words in quotation marks.
    Text,
    /// A whole number.
    Number,
    /// A list.
    List,
    /// A section of its own.
    Table,
    /// A list of sections, `[[…]]`.
    Tables,
    /// `true` or `false`.
    Truth,
}

/// What is wrong. No variant ever holds a secret.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ProblemKind {
    /// The file cannot be read.
    Unreadable {
        /// Why.
        why: io::ErrorKind,
    },
    /// The file is not UTF-8.
    NotUtf8,
    /// It is not TOML; the parser's own words, in English.
    Syntax {
        /// What the parser says.
        detail: String,
    },
    /// No such key here.
    UnknownKey {
        /// The key as written.
        key: String,
        /// The nearest right one.
        nearest: Option<&'static str>,
    },
    /// The key is needed.
    Missing,
    /// The value is of another type.
    WrongType {
        /// What it should be.
        expected: Expected,
    },
    /// The value is empty.
    Empty,
    /// Not one of the values there are.
    UnknownValue {
        /// As written.
        value: String,
        /// What there is.
        known: Vec<&'static str>,
    },
    /// The same twice.
    Twice {
        /// What.
        value: String,
    },
    /// The number is out of bounds.
    OutOfRange {
        /// The lowest.
        least: i64,
        /// The highest.
        most: i64,
    },
    /// Not a chat's id: zero.
    NotAChat,
    /// Not a duration such as `90s`, `5m`, `2h`, `3d`.
    BadDuration,
    /// Not a day such as `2026-11-24`.
    BadDate,
    /// Neither a day nor a time on one, such as `2026-11-24T07:30`.
    BadInstant,
    /// Not a time of day such as `07:30`.
    BadTime,
    /// Not a stretch of the day such as `07:30-11:30`.
    BadHours,
    /// It ends before it begins.
    Backwards,
    /// Overlaps another one.
    Overlaps,
    /// Not within its year.
    OtherYear {
        /// Which.
        year: i32,
    },
    /// No active member of the Team has this id.
    NotInTeam {
        /// As written.
        id: String,
    },
    /// The duration is too short.
    TooShort {
        /// The shortest.
        least: Duration,
    },
    /// Not a time zone of the IANA database.
    BadTimezone,
    /// Not an address such as `127.0.0.1:8088`.
    BadListen,
    /// Not a URL with one of these schemes.
    BadUrl {
        /// The schemes it may have.
        schemes: &'static [&'static str],
    },
    /// Not an e-mail address.
    BadEmail,
    /// Not one to six Latin capitals and digits beginning with a letter.
    BadPrefix,
    /// Not one to 32 Latin letters, digits, `-` and `_`.
    BadName,
    /// Units that are named in no way, or in several.
    WhichUnits,
    /// Incidents and drills would share their codes.
    SamePrefix,
    /// A secret given in more than one way.
    SecretTwice {
        /// The keys that give it.
        keys: Vec<String>,
    },
    /// The environment variable of a secret is not set, or is empty.
    SecretNotInEnvironment {
        /// Its name.
        variable: String,
    },
    /// The file of a secret cannot be read.
    SecretUnreadable {
        /// Which file.
        path: PathBuf,
        /// Why.
        why: io::ErrorKind,
    },
    /// The file of a secret is empty or not text.
    SecretFileEmpty {
        /// Which file.
        path: PathBuf,
    },
    /// A secret with a line break or blanks in it.
    SecretMalformed,
    /// Two intakes show the same token.
    SecretShared {
        /// The other one.
        with: String,
    },
    /// A whom that no policy knows.
    UnknownTarget {
        /// As written.
        value: String,
    },
    /// A policy that waits for office hours is for more than low severity.
    OnlyLowMayWait,
    /// No day of the year.
    BadDayOfYear,
    /// The last policy has conditions: some incidents would have none.
    LastPolicyHasConditions,
    /// A policy without conditions before the last: those after it never apply.
    PolicyHidesLater,
    /// All its severities are taken by policies before it.
    PolicyNeverApplies,
    /// It needs another section.
    Needs {
        /// Which.
        section: &'static str,
    },
    /// An example of the file comes out otherwise.
    ExampleFails {
        /// As what.
        came: &'static str,
    },
    /// Something only playbooks have.
    Play(PlayFault),
    /// Something only scenarios of drills have.
    Drill(DrillFault),
    /// The channel is configured and the order leaves it out.
    ChannelNotInOrder {
        /// Which.
        channel: &'static str,
    },
}
