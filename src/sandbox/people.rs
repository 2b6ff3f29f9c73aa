//! What people do: write, edit, press, block, come and go. Each act becomes the updates that
//! Telegram would send the bot.

use serde_json::{Value, json};

use super::shown::{Event, PressError, Sender, What};
use super::state::{Query, State};
use super::world::{Chat, Content, Draft, Kind, Message, Standing, buttons};
use super::{ANONYMOUS, Sandbox, updates};
use crate::clock::Reading;

impl Sandbox {
    /// Presses start in the private chat with the bot, which sends `/start`.
    pub fn press_start(&self, user: i64) -> i32 {
        self.say(user, user, "/start")
    }

    /// Writes a text; a private chat has the id of its person. Returns the number of the message, or
    /// 0 when this person cannot write there.
    pub fn say(&self, user: i64, chat: i64, text: &str) -> i32 {
        self.write(user, chat, text, None, Value::Null)
    }

    /// Opens a topic in a group that has them; returns its number, or 0 when it has none.
    pub fn open_topic(&self, user: i64, chat: i64, name: &str) -> i32 {
        self.with(|state, now| {
            let place = state.world.chats.get_mut(&chat).filter(|place| place.forum);
            let Some(place) = place else { return 0 };
            let what = json!({"forum_topic_created": {"name": name, "icon_color": 7_322_096}});
            let topic = place.upcoming_number();
            place.topics.insert(topic);
            state.service(chat, user, what, now);
            topic
        })
    }

    /// Writes a text in a topic.
    pub fn say_in_topic(&self, user: i64, chat: i64, topic: i32, text: &str) -> i32 {
        self.write_in(user, chat, Some(topic), text, None, Value::Null)
    }

    /// Writes a text in answer to a message.
    pub fn say_reply(&self, user: i64, chat: i64, reply_to: i32, text: &str) -> i32 {
        self.write(user, chat, text, Some(reply_to), Value::Null)
    }

    /// Sends something other than text: `content` is laid over the fields of the message as they
    /// are in the Bot API, such as `{"photo": [...], "caption": "..."}`.
    pub fn post(&self, user: i64, chat: i64, content: Value) -> i32 {
        let words = content.get("caption").or_else(|| content.get("text"));
        let words = words.and_then(Value::as_str).unwrap_or_default().to_owned();
        self.write(user, chat, &words, None, content)
    }

    /// The same in answer to a message.
    pub(super) fn post_reply(&self, user: i64, chat: i64, reply_to: i32, content: Value) -> i32 {
        self.write(user, chat, "", Some(reply_to), content)
    }

    /// Writes to a group as an administrator who hides behind the group's own name.
    pub fn say_anonymously(&self, group: i64, text: &str) -> i32 {
        self.write(ANONYMOUS, group, text, None, Value::Null)
    }

    fn write(&self, user: i64, chat: i64, text: &str, reply: Option<i32>, extra: Value) -> i32 {
        self.write_in(user, chat, None, text, reply, extra)
    }

    fn write_in(
        &self,
        user: i64,
        chat: i64,
        topic: Option<i32>,
        text: &str,
        reply: Option<i32>,
        extra: Value,
    ) -> i32 {
        self.with(|state, now| {
            let from = Sender::User(user);
            let entities = updates::command_entities(text);
            let content = Content {
                text: text.to_owned(),
                html: text.to_owned(),
                entities,
                markup: Value::Null,
            };
            let place = state.world.chats.get(&chat);
            let answered = place.zip(reply).and_then(|(place, id)| place.message(id)?.thread);
            let thread = topic.or(answered);
            let draft = Draft { from, content, reply_to: reply, thread, silent: false, extra };
            state.hear(user, chat, draft, now).unwrap_or(0)
        })
    }

    /// Changes one's own message; false when it is not there or not one's own.
    pub fn edit(&self, user: i64, chat: i64, message_id: i32, text: &str) -> bool {
        self.with(|state, now| {
            let place = state.world.chat_of(user, chat);
            let message = place.and_then(|place| place.message_mut(message_id));
            let own = |message: &&mut Message| message.from == Sender::User(user);
            let Some(message) = message.filter(own) else { return false };
            text.clone_into(&mut message.content.text);
            text.clone_into(&mut message.content.html);
            message.content.entities = updates::command_entities(text);
            if let Some(file) = message.extra.as_object_mut() {
                file.insert("caption".to_owned(), text.into());
            }
            message.edited_at = Some(now.wall);
            message.edits += 1;
            let shown = message.shown();
            state.announce("edited_message", chat, message_id, now);
            let who = Sender::User(user);
            state.tell(Event { at: now.wall, chat, who, what: What::Edited(shown) });
            true
        })
    }

    /// Presses the first callback button whose words contain `label` on the message as it stands
    /// now, and returns the id of the callback query.
    pub fn press(
        &self,
        user: i64,
        chat: i64,
        message_id: i32,
        label: &str,
    ) -> Result<String, PressError> {
        self.with(|state, now| {
            let place = state.world.chat_of(user, chat).ok_or(PressError::NoChat(chat))?;
            let message = place.message(message_id).ok_or(PressError::NoMessage(message_id))?;
            let all: Vec<_> = buttons(&message.content.markup).into_iter().flatten().collect();
            let found = all.iter().filter(|button| button.label.contains(label));
            let found = found.filter_map(|b| b.data.clone().map(|data| (b.label.clone(), data)));
            let Some((words, data)) = found.into_iter().next() else {
                let there = all.into_iter().map(|button| button.label).collect();
                return Err(PressError::NoButton { wanted: label.to_owned(), there });
            };
            Ok(state.pressed(Press { user, chat, message_id, label: words, data }, now))
        })
    }

    /// Sends a press with data no button need have, on a message that need not exist, as an
    /// altered client can.
    pub fn press_data(
        &self,
        user: i64,
        chat: i64,
        message_id: i32,
        data: &str,
    ) -> Result<String, PressError> {
        self.with(|state, now| {
            if !state.world.chats.contains_key(&chat) {
                return Err(PressError::NoChat(chat));
            }
            let (label, data) = (data.to_owned(), data.to_owned());
            Ok(state.pressed(Press { user, chat, message_id, label, data }, now))
        })
    }

    /// Blocks the bot.
    pub fn block(&self, user: i64) {
        self.stand(user, user, Standing::Blocked, ["member", "kicked"]);
    }

    /// Lifts the block.
    pub fn unblock(&self, user: i64) {
        self.stand(user, user, Standing::Present, ["kicked", "member"]);
    }

    /// Puts the bot out of a group.
    pub fn kick_bot(&self, by: i64, group: i64) {
        self.stand(by, group, Standing::Kicked, ["member", "kicked"]);
    }

    /// Takes the bot back into a group.
    pub fn invite_bot(&self, by: i64, group: i64) {
        self.stand(by, group, Standing::Present, ["kicked", "member"]);
    }

    fn stand(&self, by: i64, chat: i64, standing: Standing, change: [&str; 2]) {
        self.with(|state, now| {
            let Some(place) = state.world.chats.get_mut(&chat) else { return };
            place.standing = standing;
            let world = &state.world;
            let update = world
                .chats
                .get(&chat)
                .map(|place| updates::my_chat_member(world, place, by, now.wall, change));
            if let Some(update) = update {
                state.inbox.push("my_chat_member", update, now.mono);
            }
        });
    }

    /// Adds a person to a group.
    pub fn join(&self, user: i64, group: i64) {
        self.with(|state, now| {
            let Some(place) = state.world.chats.get_mut(&group) else { return };
            place.members.insert(user);
            let who = updates::user(&state.world, user);
            state.service(group, user, json!({"new_chat_members": [who]}), now);
        });
    }

    /// Leaves a group.
    pub fn leave(&self, user: i64, group: i64) {
        self.with(|state, now| {
            let Some(place) = state.world.chats.get_mut(&group) else { return };
            place.members.remove(&user);
            place.admins.remove(&user);
            let who = updates::user(&state.world, user);
            state.service(group, user, json!({"left_chat_member": who}), now);
        });
    }

    /// Makes a member, who may be the bot itself, an administrator with the right to delete.
    pub fn promote(&self, group: i64, member: i64) {
        self.with(|state, _| {
            if let Some(place) = state.world.chats.get_mut(&group) {
                place.admins.insert(member);
            }
        });
    }

    /// Turns a group into a supergroup under a new id; calls naming the old one are refused with
    /// the new one from now on.
    pub fn upgrade(&self, group: i64, new: i64) {
        self.with(|state, now| {
            let Some(old) = state.world.chats.get_mut(&group) else { return };
            let mut chat = Chat::new(new, Kind::Supergroup, &old.title, Standing::Present);
            chat.members.clone_from(&old.members);
            chat.admins.clone_from(&old.admins);
            let by = old.admins.iter().chain(&old.members).next().copied().unwrap_or(ANONYMOUS);
            state.service(group, by, json!({"migrate_to_chat_id": new}), now);
            state.world.chats.insert(new, chat);
            state.service(new, ANONYMOUS, json!({"migrate_from_chat_id": group}), now);
            if let Some(old) = state.world.chats.get_mut(&group) {
                old.standing = Standing::Moved(new);
            }
        });
    }

    /// A person deletes a message for everybody in the chat.
    pub fn delete_message(&self, chat: i64, message: i32) {
        self.with(|state, _| {
            let place = state.world.chats.get_mut(&chat);
            if let Some(message) = place.and_then(|place| place.message_mut(message)) {
                message.deleted = true;
            }
        });
    }

    /// Deletes a chat for everybody.
    pub fn delete_chat(&self, chat: i64) {
        self.with(|state, _| {
            if let Some(place) = state.world.chats.get_mut(&chat) {
                place.standing = Standing::Deleted;
            }
        });
    }
}

/// A press on its way to the bot.
struct Press {
    user: i64,
    chat: i64,
    message_id: i32,
    label: String,
    data: String,
}

impl State {
    /// Stores a person's message and queues its update; `None` when the person is not in that chat.
    fn hear(&mut self, user: i64, chat: i64, draft: Draft, now: Reading) -> Option<i32> {
        let place = if user == ANONYMOUS {
            self.world.chats.get_mut(&chat).filter(|place| place.kind != Kind::Private)
        } else {
            self.world.chat_of(user, chat)
        }?;
        if place.standing == Standing::Strange {
            place.standing = Standing::Present;
        }
        let message = place.store(draft, now);
        let who = message.from;
        let what = What::Said(message.shown());
        self.announce("message", chat, message.id, now);
        self.tell(Event { at: now.wall, chat, who, what });
        Some(message.id)
    }

    /// Queues an update about a message, if the bot may see it.
    fn announce(&mut self, kind: &str, chat: i64, number: i32, now: Reading) {
        if self.visible(chat, number) {
            let object = self.message_json(chat, number);
            self.inbox.push(kind, object, now.mono);
        }
    }

    /// Whether the bot is there at all, and, in privacy mode, whether the message is meant for it.
    fn visible(&self, chat: i64, number: i32) -> bool {
        let Some(place) = self.world.chats.get(&chat) else { return false };
        let Some(message) = place.message(number) else { return false };
        if place.standing != Standing::Present {
            return false;
        }
        let bot = &self.world.bot;
        let answered = message.reply_to.and_then(|id| place.message(id));
        place.kind == Kind::Private
            || !bot.privacy
            || place.admins.contains(&bot.id)
            || message.content.text.starts_with('/')
            || message.content.text.contains(&format!("@{}", bot.username))
            || answered.is_some_and(|answered| answered.from == Sender::Bot)
    }

    fn service(&mut self, chat: i64, by: i64, what: Value, now: Reading) {
        let Some(place) = self.world.chats.get_mut(&chat) else { return };
        let number = place.next_number();
        let present = place.standing == Standing::Present;
        let world = &self.world;
        let object = world
            .chats
            .get(&chat)
            .map(|place| updates::service(world, place, number, by, now.wall, what));
        if let Some(object) = object.filter(|_| present) {
            self.inbox.push("message", object, now.mono);
        }
    }

    fn pressed(&mut self, press: Press, now: Reading) -> String {
        let Press { user, chat, message_id, label, data } = press;
        let id = self.remember_press(Query { user, chat, message_id, pressed: now.mono });
        let world = &self.world;
        let object = world
            .chats
            .get(&chat)
            .map(|place| updates::callback(world, place, user, &id, message_id, &data));
        if let Some(object) = object {
            self.inbox.push("callback_query", object, now.mono);
        }
        let what = What::Pressed { message_id, label, data };
        self.tell(Event { at: now.wall, chat, who: Sender::User(user), what });
        id
    }
}
