//! What the sandbox shows to whoever watches it: messages as people see them, the journal of calls,
//! and the events of the conversation as it happens.

use std::time::Duration;

use serde_json::Value;

use crate::domain::time::Timestamp;

/// Who wrote a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sender {
    /// The bot under test.
    Bot,
    /// A person; an anonymous administrator has the id [`super::ANONYMOUS`].
    User(i64),
}

/// One button under a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Button {
    /// The words on it.
    pub label: String,
    /// What a press sends to the bot, for a callback button.
    pub data: Option<String>,
    /// Where a press leads, for a link.
    pub url: Option<String>,
}

/// A message as it stands now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Its number in its chat; two chats may use the same one.
    pub message_id: i32,
    /// Who wrote it.
    pub from: Sender,
    /// The text people read, without markup.
    pub text: String,
    /// The text as it was sent, markup included.
    pub html: String,
    /// Its buttons, row by row.
    pub buttons: Vec<Vec<Button>>,
    /// When it was sent.
    pub at: Timestamp,
    /// When its text last changed.
    pub edited_at: Option<Timestamp>,
    /// Whether it has been deleted.
    pub deleted: bool,
    /// The message it answers.
    pub reply_to: Option<i32>,
    /// How many times text or buttons were changed.
    pub edits: u32,
    /// Whether it arrived without a sound.
    pub silent: bool,
    /// Whether it is a picture.
    pub picture: bool,
}

impl Shown {
    /// The words on all buttons, in reading order.
    pub fn labels(&self) -> Vec<&str> {
        self.buttons.iter().flatten().map(|button| button.label.as_str()).collect()
    }
}

/// What became of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It took effect and the bot was told so.
    Done,
    /// It was refused, with Telegram's code and words.
    Refused {
        /// Telegram's `error_code`.
        code: u16,
        /// Telegram's `description`.
        description: String,
    },
    /// It took effect, but the reply was lost on its way.
    ReplyLost,
    /// An injected fault kept it from taking effect.
    NotTaken,
}

/// One call the bot made. `getUpdates` is not here: it is counted by `polls`.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// When it was handled.
    pub at: Timestamp,
    /// The method, in the lower-case letters the sandbox compares.
    pub method: String,
    /// The chat it names, or the chat of the query it answers.
    pub chat: Option<i64>,
    /// The message it made or named.
    pub message_id: Option<i32>,
    /// Its parameters.
    pub body: Value,
    /// What became of it.
    pub outcome: Outcome,
}

/// The answer to a press.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alert {
    /// When it was given.
    pub at: Timestamp,
    /// The press it answers.
    pub callback_id: String,
    /// Who pressed.
    pub user: i64,
    /// Where.
    pub chat: i64,
    /// On which message.
    pub message_id: i32,
    /// The words shown, if any.
    pub text: Option<String>,
    /// Whether they must be dismissed (an alert) or fade away.
    pub modal: bool,
}

/// One thing that happened in a chat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// When.
    pub at: Timestamp,
    /// In which chat.
    pub chat: i64,
    /// Who did it.
    pub who: Sender,
    /// What it was.
    pub what: What,
}

/// The kinds of [`Event`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// A message was sent.
    Said(Shown),
    /// A message was changed; this is how it stands now.
    Edited(Shown),
    /// A message was deleted.
    Deleted {
        /// Which.
        message_id: i32,
    },
    /// A button was pressed.
    Pressed {
        /// On which message.
        message_id: i32,
        /// The words on the button, or the data of a forged press.
        label: String,
        /// What was sent to the bot.
        data: String,
    },
    /// A press was answered.
    Answered(Alert),
}

/// Why a button could not be pressed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PressError {
    /// The chat is unknown, or the person is not in it.
    #[error("the person cannot see chat {0}")]
    NoChat(i64),
    /// The message never was, or was deleted.
    #[error("there is no message {0}")]
    NoMessage(i32),
    /// The message has no such callback button now.
    #[error("no button contains {wanted:?}; there are {there:?}")]
    NoButton {
        /// The words looked for.
        wanted: String,
        /// The words on the buttons that are there.
        there: Vec<String>,
    },
}

/// How long Telegram keeps what the bot has not fetched.
pub(super) const UPDATE_LIFE: Duration = Duration::from_secs(24 * 3600);
/// How long a press may be answered.
pub(super) const QUERY_LIFE: Duration = Duration::from_secs(15 * 60);
/// How long a message may be deleted.
pub(super) const DELETE_LIFE: Duration = Duration::from_secs(48 * 3600);
