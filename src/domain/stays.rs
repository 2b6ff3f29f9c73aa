//! Messages that should have left their chats and could not be deleted.

use serde::{Deserialize, Serialize};

use super::ids::{IncidentCode, PersonId};
use super::time::Timestamp;

/// Messages with words of an incident that should have left their chats and stay there.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Stays {
    /// Of which incident.
    pub code: IncidentCode,
    /// Which entry was taken back, where it was one.
    pub of: Option<i64>,
    /// Whoever had them removed, and hears of it.
    pub to: Vec<PersonId>,
    /// Which; none while their removal is only wanted.
    pub left: Vec<Left>,
    /// How many more.
    pub more: usize,
}

/// A message that could not be deleted.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Left {
    /// Its chat.
    pub chat: i64,
    /// Its number there.
    pub message: i64,
    /// Who wrote it; nobody where it was the bot.
    pub by: Option<PersonId>,
    /// When.
    pub at: Timestamp,
}
