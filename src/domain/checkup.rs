//! What an examination of an installation can find, each with how bad it is. The words stand in
//! `text`.

use std::path::PathBuf;

use super::time::Timestamp;
use super::values::ChannelKind;

/// How bad a finding is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Grade {
    /// As it should be.
    Good,
    /// Works, and somebody should look at it.
    Doubtful,
    /// A promise cannot be kept like this.
    Wrong,
}

impl Grade {
    /// The word for it in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Good => "ok",
            Self::Doubtful => "warning",
            Self::Wrong => "wrong",
        }
    }
}

/// Why something across the network did not do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unwell {
    /// No answer in time, or none at all.
    Silent,
    /// It does not accept who we say we are.
    Credentials,
    /// It answered with this status or number.
    Answered(u16),
    /// It cannot be asked as it is configured.
    Configured,
}

/// One thing looked at.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Finding {
    /// There is no database.
    NoDatabase(PathBuf),
    /// Whether SQLite finds the file sound; the error where it cannot be read.
    Database(Result<(), String>),
    /// The schema it has and the one this version knows.
    Schema {
        /// What it has.
        has: i64,
        /// What this version knows.
        knows: i64,
    },
    /// The chain: entries and head, or the first entry that does not fit.
    Ledger(Result<(u64, String), i64>),
    /// Derived rows that do not read, by table and key.
    Unreadable(Vec<String>),
    /// The process that holds the database; `None` when none does.
    Lock(Option<String>),
    /// What a running service says of itself: the checks that fail.
    Ready(Result<Vec<String>, Unwell>),
    /// A file that others than its owner can read, and its mode.
    Exposed(PathBuf, u32),
    /// No file is open to others.
    Private,
    /// Free and total bytes of the disk, and whether the service can do with it.
    Disk {
        /// Free.
        free: u64,
        /// All.
        total: u64,
        /// Whether it is enough.
        enough: bool,
    },
    /// The last backup; `None` when there never was one.
    Backup {
        /// When.
        last: Option<Timestamp>,
        /// Now.
        now: Timestamp,
    },
    /// A backup that bears a later date than now.
    BackupAhead(Timestamp),
    /// The service last lived at this instant, which is still to come.
    ClockBack {
        /// When it last lived, by the clock of then.
        beat: Timestamp,
        /// Now.
        now: Timestamp,
    },
    /// The clock was set not long ago.
    ClockSet {
        /// When, by the new time.
        at: Timestamp,
        /// By how many milliseconds.
        by_ms: i64,
    },
    /// By how many seconds this machine's clock is ahead of Telegram's.
    Clock(i64),
    /// No Telegram is configured.
    NoTelegram,
    /// The bot by its name, or why it does not answer.
    Bot(Result<String, Unwell>),
    /// Whether somebody pointed the bot's updates elsewhere.
    BotWebhook(bool),
    /// Whether the bot sees only what concerns it in groups.
    Privacy(bool),
    /// The team's chat: whether the bot is in it, or why that is not known.
    TeamChat(Result<bool, Unwell>),
    /// The team's chat is a group of the older kind.
    BasicGroup,
    /// Whether the bot may delete messages there.
    DeleteRight(bool),
    /// How many administrators there write without their name.
    AnonymousAdmins(usize),
    /// The administrators' chat.
    AdminChat(Result<(), Unwell>),
    /// Another channel.
    Channel(ChannelKind, Result<(), Unwell>),
}

/// A clock this many seconds off is told.
const DRIFT: i64 = 3;
/// A clock this many seconds off makes the ledger's times wrong.
const WRONG_DRIFT: i64 = 60;
/// A backup older than this many days is told.
const STALE_DAYS: u64 = 8;

impl Finding {
    /// How bad it is.
    pub fn grade(&self) -> Grade {
        let unless = |good: bool, otherwise: Grade| if good { Grade::Good } else { otherwise };
        match self {
            Self::NoDatabase(_) => Grade::Wrong,
            Self::Database(found) => unless(found.is_ok(), Grade::Wrong),
            Self::Schema { has, knows } if has > knows => Grade::Wrong,
            Self::Schema { has, knows } => unless(has == knows, Grade::Doubtful),
            Self::Ledger(found) => unless(found.is_ok(), Grade::Wrong),
            Self::Unreadable(rows) => unless(rows.is_empty(), Grade::Wrong),
            Self::BackupAhead(_) | Self::ClockSet { .. } => Grade::Doubtful,
            Self::ClockBack { .. } => Grade::Wrong,
            Self::Lock(holder) => unless(holder.is_some(), Grade::Doubtful),
            Self::Ready(Ok(failing)) => unless(failing.is_empty(), Grade::Wrong),
            Self::Ready(Err(_)) | Self::Exposed(..) => Grade::Wrong,
            Self::Private => Grade::Good,
            Self::Disk { enough, .. } => unless(*enough, Grade::Wrong),
            Self::Backup { last, now } => {
                let days = last.map(|last| now.since(last).as_secs() / 86_400);
                unless(days.is_some_and(|days| days < STALE_DAYS), Grade::Doubtful)
            }
            Self::Clock(ahead) if ahead.abs() > WRONG_DRIFT => Grade::Wrong,
            Self::Clock(ahead) => unless(ahead.abs() <= DRIFT, Grade::Doubtful),
            Self::NoTelegram | Self::BasicGroup => Grade::Doubtful,
            Self::Bot(found) => unless(found.is_ok(), Grade::Wrong),
            Self::BotWebhook(set) => unless(!set, Grade::Wrong),
            Self::Privacy(on) => unless(*on, Grade::Doubtful),
            Self::TeamChat(found) => unless(*found == Ok(true), Grade::Wrong),
            Self::DeleteRight(has) => unless(*has, Grade::Doubtful),
            Self::AnonymousAdmins(count) => unless(*count == 0, Grade::Doubtful),
            Self::AdminChat(found) | Self::Channel(_, found) => unless(found.is_ok(), Grade::Wrong),
        }
    }

    /// Its name in JSON.
    pub fn name(&self) -> &'static str {
        match self {
            Self::NoDatabase(_) | Self::Database(_) => "database",
            Self::Schema { .. } => "schema",
            Self::Ledger(_) => "ledger",
            Self::Unreadable(_) => "derived",
            Self::Lock(_) => "service",
            Self::Ready(_) => "ready",
            Self::Exposed(..) | Self::Private => "permissions",
            Self::Disk { .. } => "disk",
            Self::Backup { .. } | Self::BackupAhead(_) => "backup",
            Self::ClockBack { .. } | Self::ClockSet { .. } | Self::Clock(_) => "clock",
            Self::NoTelegram | Self::Bot(_) => "telegram",
            Self::BotWebhook(_) => "telegram_webhook",
            Self::Privacy(_) => "privacy_mode",
            Self::TeamChat(_) | Self::BasicGroup => "team_chat",
            Self::DeleteRight(_) => "delete_right",
            Self::AnonymousAdmins(_) => "anonymous_administrators",
            Self::AdminChat(_) => "admin_chat",
            Self::Channel(kind, _) => kind.as_str(),
        }
    }
}
