//! The JSON objects of the Bot API, built from what the world remembers.

use serde_json::{Map, Value, json};

use super::ANONYMOUS;
use super::shown::Sender;
use super::world::{Chat, Kind, Message, World};
use crate::domain::time::Timestamp;

/// Telegram's dates: whole seconds.
pub(super) fn date(at: Timestamp) -> i64 {
    at.millis().div_euclid(1000)
}

/// `User` of the bot.
pub(super) fn bot_user(world: &World) -> Value {
    let bot = &world.bot;
    json!({"id": bot.id, "is_bot": true, "first_name": bot.name, "username": bot.username})
}

/// `User` as only `getMe` returns it.
pub(super) fn me(world: &World) -> Value {
    let mut me = bot_user(world);
    merge(
        &mut me,
        json!({
            "can_join_groups": true,
            "can_read_all_group_messages": !world.bot.privacy,
            "supports_inline_queries": false,
            "can_connect_to_business": false,
            "has_main_web_app": false,
        }),
    );
    me
}

/// `User` of a person, of an anonymous administrator, or of the bot.
pub(super) fn user(world: &World, id: i64) -> Value {
    if id == world.bot.id {
        return bot_user(world);
    }
    if id == ANONYMOUS {
        return json!({"id": id, "is_bot": true, "first_name": "Group",
            "username": "GroupAnonymousBot"});
    }
    let name = world.people.get(&id).map_or("", String::as_str);
    json!({"id": id, "is_bot": false, "first_name": name, "language_code": "vi"})
}

/// `Chat`.
pub(super) fn chat(chat: &Chat) -> Value {
    match chat.kind {
        Kind::Private => json!({"id": chat.id, "type": "private", "first_name": chat.title}),
        Kind::Group => json!({"id": chat.id, "type": "group", "title": chat.title}),
        Kind::Supergroup if chat.forum => json!({"id": chat.id, "type": "supergroup",
            "title": chat.title, "is_forum": true}),
        Kind::Supergroup => json!({"id": chat.id, "type": "supergroup", "title": chat.title}),
    }
}

/// `ChatFullInfo`.
pub(super) fn chat_full(about: &Chat) -> Value {
    let mut full = chat(about);
    merge(
        &mut full,
        json!({
            "accent_color_id": 0,
            "max_reaction_count": 11,
            "accepted_gift_types": {"unlimited_gifts": false, "limited_gifts": false,
                "unique_gifts": false, "premium_subscription": false},
        }),
    );
    full
}

/// `ChatMember`; administrators here may delete messages and nothing else of note.
pub(super) fn member(world: &World, chat: &Chat, id: i64) -> Value {
    let mut member = json!({"user": user(world, id), "status": "left"});
    if chat.admins.contains(&id) {
        merge(
            &mut member,
            json!({
                "status": "administrator", "is_anonymous": chat.hidden.contains(&id), "can_be_edited": false,
                "can_manage_chat": true, "can_change_info": false, "can_delete_messages": true,
                "can_manage_video_chats": false, "can_invite_users": true,
                "can_restrict_members": false, "can_promote_members": false,
                "can_post_stories": false, "can_edit_stories": false, "can_delete_stories": false,
                "can_pin_messages": true,
            }),
        );
    } else if chat.members.contains(&id) {
        merge(&mut member, json!({"status": "member"}));
    }
    member
}

/// `Message`, with the message it answers one level deep.
pub(super) fn message(world: &World, place: &Chat, message: &Message) -> Value {
    let mut object = bare_message(world, place, message);
    let answered = message.reply_to.and_then(|id| place.message(id));
    if let Some(answered) = answered {
        merge(&mut object, json!({"reply_to_message": bare_message(world, place, answered)}));
    }
    object
}

fn bare_message(world: &World, place: &Chat, message: &Message) -> Value {
    let from = match message.from {
        Sender::Bot => bot_user(world),
        Sender::User(id) => user(world, id),
    };
    let mut object = json!({
        "message_id": message.id, "from": from, "chat": chat(place), "date": date(message.at),
    });
    if message.from == Sender::User(ANONYMOUS) {
        merge(&mut object, json!({"sender_chat": chat(place)}));
    }
    if let Some(thread) = message.thread {
        merge(&mut object, json!({"message_thread_id": thread, "is_topic_message": true}));
    }
    if message.extra.is_null() {
        merge(&mut object, json!({"text": message.content.text}));
    }
    if message.extra.is_null() && !message.content.entities.is_empty() {
        merge(&mut object, json!({"entities": message.content.entities}));
    }
    if !message.content.markup.is_null() {
        merge(&mut object, json!({"reply_markup": message.content.markup}));
    }
    if let Some(edited_at) = message.edited_at {
        merge(&mut object, json!({"edit_date": date(edited_at)}));
    }
    merge(&mut object, message.extra.clone());
    if message.extra.get("caption").is_some() {
        merge(&mut object, json!({"caption": message.content.text}));
        if !message.content.entities.is_empty() {
            merge(&mut object, json!({"caption_entities": message.content.entities}));
        }
    }
    object
}

/// A message about the chat itself; it takes a number but is not kept.
pub(super) fn service(
    world: &World,
    place: &Chat,
    number: i32,
    by: i64,
    at: Timestamp,
    what: Value,
) -> Value {
    let mut object = json!({
        "message_id": number, "from": user(world, by), "chat": chat(place), "date": date(at),
    });
    merge(&mut object, what);
    object
}

/// `ChatMemberUpdated` about the bot.
pub(super) fn my_chat_member(
    world: &World,
    place: &Chat,
    by: i64,
    at: Timestamp,
    [old, new]: [&str; 2],
) -> Value {
    let standing = |status: &str| {
        let mut member = json!({"user": bot_user(world), "status": status});
        if status == "kicked" {
            merge(&mut member, json!({"until_date": 0}));
        }
        member
    };
    json!({
        "chat": chat(place), "from": user(world, by), "date": date(at),
        "old_chat_member": standing(old), "new_chat_member": standing(new),
    })
}

/// `CallbackQuery`; a message no longer there is given as inaccessible.
pub(super) fn callback(
    world: &World,
    place: &Chat,
    by: i64,
    id: &str,
    message_id: i32,
    data: &str,
) -> Value {
    let on = match place.message(message_id) {
        Some(found) => message(world, place, found),
        None => json!({"chat": chat(place), "message_id": message_id, "date": 0}),
    };
    json!({
        "id": id, "from": user(world, by), "message": on,
        "chat_instance": format!("{}", place.id), "data": data,
    })
}

/// The entity Telegram finds by itself in a message that begins with a command.
pub(super) fn command_entities(text: &str) -> Vec<Value> {
    let command = text.split_whitespace().next().unwrap_or_default();
    if !text.starts_with('/') || command.len() < 2 {
        return Vec::new();
    }
    vec![json!({"type": "bot_command", "offset": 0, "length": super::html::units(command)})]
}

/// Puts the fields of one object over another.
pub(super) fn merge(object: &mut Value, more: Value) {
    if let (Value::Object(object), Value::Object(more)) = (object, more) {
        object.extend::<Map<String, Value>>(more);
    }
}
