//! People, chats and messages: what Telegram's servers remember. Nothing here knows the Bot API's
//! methods; it answers what exists and what changes.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::Value;

use super::shown::{Button, Sender, Shown};
use crate::clock::Reading;
use crate::domain::time::Timestamp;

/// Who the bot is.
#[derive(Clone, Debug)]
pub(super) struct Identity {
    pub(super) id: i64,
    pub(super) name: String,
    pub(super) username: String,
    /// With privacy mode on, a group shows the bot only what is meant for it.
    pub(super) privacy: bool,
}

/// What kind of chat it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Private,
    Group,
    Supergroup,
}

/// How the bot stands with a chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// The person never pressed start.
    Strange,
    Present,
    /// The person blocked the bot.
    Blocked,
    /// The bot was put out of the group.
    Kicked,
    Deleted,
    /// The group became a supergroup with this id.
    Moved(i64),
}

/// A chat and everything said in it.
#[derive(Debug)]
pub(super) struct Chat {
    pub(super) id: i64,
    pub(super) kind: Kind,
    pub(super) title: String,
    pub(super) standing: Standing,
    pub(super) members: BTreeSet<i64>,
    pub(super) admins: BTreeSet<i64>,
    /// Whether it has topics, and which.
    pub(super) forum: bool,
    pub(super) topics: BTreeSet<i32>,
    /// Administrators who write in the group's name.
    pub(super) hidden: BTreeSet<i64>,
    pub(super) messages: Vec<Message>,
    last_message: i32,
}

/// A message as it is kept.
#[derive(Clone, Debug)]
pub(super) struct Message {
    pub(super) id: i32,
    pub(super) from: Sender,
    pub(super) content: Content,
    pub(super) reply_to: Option<i32>,
    /// The topic it stands in.
    pub(super) thread: Option<i32>,
    pub(super) silent: bool,
    /// Fields beyond text that a person's message carries: photo, voice, forward origin.
    pub(super) extra: Value,
    pub(super) at: Timestamp,
    pub(super) sent: Duration,
    pub(super) edited_at: Option<Timestamp>,
    pub(super) edits: u32,
    pub(super) deleted: bool,
}

/// The part of a message that an edit replaces.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Content {
    pub(super) text: String,
    pub(super) html: String,
    pub(super) entities: Vec<Value>,
    /// `InlineKeyboardMarkup`, or null.
    pub(super) markup: Value,
}

/// A message about to be stored.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) from: Sender,
    pub(super) content: Content,
    pub(super) reply_to: Option<i32>,
    /// The topic it stands in.
    pub(super) thread: Option<i32>,
    pub(super) silent: bool,
    pub(super) extra: Value,
}

/// Everybody and everything.
#[derive(Debug)]
pub(super) struct World {
    pub(super) bot: Identity,
    pub(super) people: BTreeMap<i64, String>,
    pub(super) chats: BTreeMap<i64, Chat>,
}

impl World {
    /// A world with nobody in it but the bot.
    pub(super) fn new(bot: Identity) -> Self {
        Self { bot, people: BTreeMap::new(), chats: BTreeMap::new() }
    }

    /// Adds a person, who is a stranger to the bot; a known one is only renamed.
    pub(super) fn add_person(&mut self, id: i64, name: &str) {
        self.people.insert(id, name.to_owned());
        let chat = self
            .chats
            .entry(id)
            .or_insert_with(|| Chat::new(id, Kind::Private, name, Standing::Strange));
        chat.members.insert(id);
        name.clone_into(&mut chat.title);
    }

    /// Adds a group with the bot in it; ids from -1000000000000 down are supergroups.
    pub(super) fn add_group(&mut self, id: i64, title: &str, members: &[i64]) {
        let kind = if id <= -1_000_000_000_000 { Kind::Supergroup } else { Kind::Group };
        let mut chat = Chat::new(id, kind, title, Standing::Present);
        chat.members.extend(members);
        chat.members.insert(self.bot.id);
        self.chats.insert(id, chat);
    }

    /// A chat this person can see and write in.
    pub(super) fn chat_of(&mut self, user: i64, chat: i64) -> Option<&mut Chat> {
        self.chats
            .get_mut(&chat)
            .filter(|chat| chat.members.contains(&user))
            .filter(|chat| !matches!(chat.standing, Standing::Deleted | Standing::Moved(_)))
    }
}

impl Chat {
    pub(super) fn new(id: i64, kind: Kind, title: &str, standing: Standing) -> Self {
        Self {
            id,
            kind,
            title: title.to_owned(),
            standing,
            members: BTreeSet::new(),
            admins: BTreeSet::new(),
            forum: false,
            topics: BTreeSet::new(),
            hidden: BTreeSet::new(),
            messages: Vec::new(),
            last_message: 0,
        }
    }

    /// A number for something in this chat, service messages included.
    pub(super) fn next_number(&mut self) -> i32 {
        self.last_message = self.last_message.saturating_add(1);
        self.last_message
    }

    /// The number the next thing in this chat will have.
    pub(super) fn upcoming_number(&self) -> i32 {
        self.last_message.saturating_add(1)
    }

    /// Stores a message and returns it with its number.
    pub(super) fn store(&mut self, draft: Draft, now: Reading) -> Message {
        let Draft { from, content, reply_to, thread, silent, extra } = draft;
        let message = Message {
            id: self.next_number(),
            from,
            content,
            reply_to,
            thread,
            silent,
            extra,
            at: now.wall,
            sent: now.mono,
            edited_at: None,
            edits: 0,
            deleted: false,
        };
        self.messages.push(message.clone());
        message
    }

    /// A message that is still there.
    pub(super) fn message(&self, id: i32) -> Option<&Message> {
        self.messages.iter().find(|message| message.id == id && !message.deleted)
    }

    /// The same, to change it.
    pub(super) fn message_mut(&mut self, id: i32) -> Option<&mut Message> {
        self.messages.iter_mut().find(|message| message.id == id && !message.deleted)
    }
}

impl Message {
    /// The message as people see it.
    pub(super) fn shown(&self) -> Shown {
        Shown {
            message_id: self.id,
            from: self.from,
            text: self.content.text.clone(),
            html: self.content.html.clone(),
            buttons: buttons(&self.content.markup),
            at: self.at,
            edited_at: self.edited_at,
            deleted: self.deleted,
            reply_to: self.reply_to,
            edits: self.edits,
            silent: self.silent,
            picture: self.extra.get("photo").is_some(),
        }
    }
}

/// The buttons of an inline keyboard, row by row.
pub(super) fn buttons(markup: &Value) -> Vec<Vec<Button>> {
    let rows = markup.get("inline_keyboard").and_then(Value::as_array);
    let row = |row: &Value| row.as_array().into_iter().flatten().map(button).collect();
    rows.into_iter().flatten().map(row).collect()
}

fn button(button: &Value) -> Button {
    let field = |name: &str| button.get(name).and_then(Value::as_str).map(str::to_owned);
    Button {
        label: field("text").unwrap_or_default(),
        data: field("callback_data"),
        url: field("url"),
    }
}
