//! The methods of the Bot API, except `getUpdates`: parameters in, effect on the world, result or
//! refusal out, in Telegram's own words.

use serde_json::{Value, json};

use super::limits::Sending;
use super::markup;
use super::shown::{Alert, DELETE_LIFE, QUERY_LIFE, Sender, What};
use super::state::State;
use super::updates;
use super::world::{Chat, Content, Draft, Kind, Standing, World};
use super::{html, shown::Event};
use crate::clock::Reading;

/// Why Telegram will not do it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Refusal {
    pub(super) code: u16,
    pub(super) description: String,
    pub(super) parameters: Option<Value>,
}

impl Refusal {
    pub(super) fn new(code: u16, description: impl Into<String>) -> Self {
        Self { code, description: description.into(), parameters: None }
    }

    /// `400 Bad Request`.
    pub(super) fn bad(what: impl AsRef<str>) -> Self {
        Self::new(400, format!("Bad Request: {}", what.as_ref()))
    }

    /// `403 Forbidden`.
    fn forbidden(what: &str) -> Self {
        Self::new(403, format!("Forbidden: {what}"))
    }

    /// `429 Too Many Requests`.
    pub(super) fn too_many(seconds: u64) -> Self {
        Self {
            code: 429,
            description: format!("Too Many Requests: retry after {seconds}"),
            parameters: Some(json!({"retry_after": seconds})),
        }
    }

    fn moved(to: i64) -> Self {
        Self {
            parameters: Some(json!({"migrate_to_chat_id": to})),
            ..Self::bad("group chat was upgraded to a supergroup chat")
        }
    }
}

type Answer = Result<Value, Refusal>;

/// Most characters, in UTF-16 units, of a message after its markup is taken away.
const TEXT_LIMIT: usize = 4096;
/// Most characters of the answer to a press.
const ALERT_LIMIT: usize = 200;

/// Does what `method` (in lower case) asks.
pub(super) fn call(state: &mut State, now: Reading, method: &str, body: &Value) -> Answer {
    match method {
        "getme" => Ok(updates::me(&state.world)),
        "sendmessage" => send_message(state, now, body),
        "editmessagetext" => edit_text(state, now, body),
        "editmessagereplymarkup" => edit_markup(state, now, body),
        "deletemessage" => delete_message(state, now, body),
        "answercallbackquery" => answer_callback(state, now, body),
        "getchat" => get_chat(state, body),
        "getchatmember" => get_chat_member(state, body),
        "getchatadministrators" => get_chat_administrators(state, body),
        "getfile" => state.files.get(body),
        "sendchataction" => chat_for_writing(&mut state.world, body).map(|_| json!(true)),
        "setmycommands" => {
            state.commands = body.get("commands").cloned().unwrap_or_else(|| json!([]));
            Ok(json!(true))
        }
        "getmycommands" => Ok(state.commands.clone()),
        "getwebhookinfo" => Ok(json!({
            "url": state.webhook, "has_custom_certificate": false,
            "pending_update_count": state.inbox.unread(),
        })),
        "deletewebhook" => {
            state.webhook.clear();
            if body.get("drop_pending_updates") == Some(&json!(true)) {
                state.inbox.drop_pending();
            }
            Ok(json!(true))
        }
        _ => Err(Refusal::new(404, "Not Found: method not found")),
    }
}

fn send_message(state: &mut State, now: Reading, body: &Value) -> Answer {
    let content = content(body, "message is too long")?;
    let chat = chat_for_writing(&mut state.world, body)?;
    let reply_to = reply_target(chat, body)?;
    let thread = topic(chat, body, reply_to)?;
    let silent = body.get("disable_notification") == Some(&json!(true));
    let (id, private) = (chat.id, chat.kind == Kind::Private);
    admit(state, now, Sending { chat: id, private, edit: false })?;
    let draft = Draft { from: Sender::Bot, content, reply_to, thread, silent, extra: Value::Null };
    let message = state.store(id, draft, now).ok_or_else(|| Refusal::bad("chat not found"))?;
    let shown = message.shown();
    state.tell(Event { at: now.wall, chat: id, who: Sender::Bot, what: What::Said(shown) });
    Ok(state.message_json(id, message.id))
}

fn edit_text(state: &mut State, now: Reading, body: &Value) -> Answer {
    let content = content(body, "MESSAGE_TOO_LONG")?;
    edit(state, now, body, |_| content)
}

fn edit_markup(state: &mut State, now: Reading, body: &Value) -> Answer {
    let markup = markup::inline(body)?;
    edit(state, now, body, |old| Content { markup, ..old.clone() })
}

/// Replaces the content of one of the bot's messages.
fn edit(
    state: &mut State,
    now: Reading,
    body: &Value,
    change: impl FnOnce(&Content) -> Content,
) -> Answer {
    let number = message_number(body)?;
    let chat = chat_for_writing(&mut state.world, body)?;
    let (id, private) = (chat.id, chat.kind == Kind::Private);
    let message = chat.message(number).ok_or_else(|| Refusal::bad("message to edit not found"))?;
    if message.from != Sender::Bot {
        return Err(Refusal::bad("message can't be edited"));
    }
    let new = change(&message.content);
    let old = &message.content;
    if (&new.text, &new.entities, &new.markup) == (&old.text, &old.entities, &old.markup) {
        return Err(Refusal::bad(
            "message is not modified: specified new message content and reply markup are exactly \
             the same as a current content and reply markup of the message",
        ));
    }
    admit(state, now, Sending { chat: id, private, edit: true })?;
    let message = state.world.chats.get_mut(&id).and_then(|chat| chat.message_mut(number));
    let message = message.ok_or_else(|| Refusal::bad("message to edit not found"))?;
    if (&message.content.text, &message.content.entities) != (&new.text, &new.entities) {
        message.edited_at = Some(now.wall);
    }
    message.content = new;
    message.edits += 1;
    let shown = message.shown();
    state.tell(Event { at: now.wall, chat: id, who: Sender::Bot, what: What::Edited(shown) });
    Ok(state.message_json(id, number))
}

fn delete_message(state: &mut State, now: Reading, body: &Value) -> Answer {
    let number = message_number(body)?;
    let bot = state.world.bot.id;
    let chat = chat_for_writing(&mut state.world, body)?;
    let (id, private) = (chat.id, chat.kind == Kind::Private);
    let rights = private || chat.admins.contains(&bot);
    let message =
        chat.message_mut(number).ok_or_else(|| Refusal::bad("message to delete not found"))?;
    if message.from != Sender::Bot && !rights {
        return Err(Refusal::bad("message can't be deleted"));
    }
    if now.mono.saturating_sub(message.sent) > DELETE_LIFE {
        return Err(Refusal::bad("message can't be deleted for everyone"));
    }
    message.deleted = true;
    let what = What::Deleted { message_id: number };
    state.tell(Event { at: now.wall, chat: id, who: Sender::Bot, what });
    Ok(json!(true))
}

fn answer_callback(state: &mut State, now: Reading, body: &Value) -> Answer {
    let id = body.get("callback_query_id").and_then(Value::as_str).unwrap_or_default();
    let text = body.get("text").and_then(Value::as_str).filter(|text| !text.is_empty());
    if text.is_some_and(|text| html::units(text) > ALERT_LIMIT) {
        return Err(Refusal::bad("MESSAGE_TOO_LONG"));
    }
    let query = state.queries.get(id);
    let query = query.filter(|query| now.mono.saturating_sub(query.pressed) <= QUERY_LIFE);
    let query = query.ok_or_else(|| {
        Refusal::bad("query is too old and response timeout expired or query ID is invalid")
    })?;
    let alert = Alert {
        at: now.wall,
        callback_id: id.to_owned(),
        user: query.user,
        chat: query.chat,
        message_id: query.message_id,
        text: text.map(str::to_owned),
        modal: body.get("show_alert") == Some(&json!(true)),
    };
    state.alerts.push(alert.clone());
    let (chat, what) = (alert.chat, What::Answered(alert));
    state.tell(Event { at: now.wall, chat, who: Sender::Bot, what });
    Ok(json!(true))
}

fn get_chat(state: &mut State, body: &Value) -> Answer {
    chat_for_reading(&state.world, body).map(updates::chat_full)
}

fn get_chat_member(state: &mut State, body: &Value) -> Answer {
    let chat = chat_for_reading(&state.world, body)?;
    let user = body.get("user_id").and_then(Value::as_i64).unwrap_or_default();
    if !state.world.people.contains_key(&user) && user != state.world.bot.id {
        return Err(Refusal::bad("user not found"));
    }
    Ok(updates::member(&state.world, chat, user))
}

fn get_chat_administrators(state: &mut State, body: &Value) -> Answer {
    let chat = chat_for_reading(&state.world, body)?;
    if chat.kind == Kind::Private {
        return Err(Refusal::bad("there are no administrators in the private chat"));
    }
    let member = |id: &i64| updates::member(&state.world, chat, *id);
    Ok(chat.admins.iter().map(member).collect())
}

fn admit(state: &mut State, now: Reading, sending: Sending) -> Result<(), Refusal> {
    state.gate.admit(sending, now.mono).map_err(Refusal::too_many)
}

/// Text and buttons, parsed and measured.
fn content(body: &Value, too_long: &str) -> Result<Content, Refusal> {
    let source = body.get("text").and_then(Value::as_str).unwrap_or_default();
    let parsed = match body.get("parse_mode").and_then(Value::as_str) {
        None | Some("") => html::plain(source),
        Some(mode) if mode.eq_ignore_ascii_case("html") => html::parse(source)
            .map_err(|why| Refusal::bad(format!("can't parse entities: {why}")))?,
        Some(_) => return Err(Refusal::bad("unsupported parse_mode")),
    };
    if parsed.text.is_empty() {
        return Err(Refusal::bad("message text is empty"));
    }
    if html::units(&parsed.text) > TEXT_LIMIT {
        return Err(Refusal::bad(too_long));
    }
    let markup = markup::inline(body)?;
    let html::Parsed { text, entities } = parsed;
    Ok(Content { text, html: source.to_owned(), entities, markup })
}

fn reply_target(chat: &Chat, body: &Value) -> Result<Option<i32>, Refusal> {
    let Some(reply) = body.get("reply_parameters") else { return Ok(None) };
    let number = reply.get("message_id").and_then(Value::as_i64);
    let found = number.and_then(|n| i32::try_from(n).ok()).filter(|n| chat.message(*n).is_some());
    let lenient = reply.get("allow_sending_without_reply") == Some(&json!(true));
    if found.is_none() && !lenient {
        return Err(Refusal::bad("message to be replied not found"));
    }
    Ok(found)
}

/// The topic a message goes to: the one it names, or that of the message it answers.
fn topic(chat: &Chat, body: &Value, reply_to: Option<i32>) -> Result<Option<i32>, Refusal> {
    let Some(named) = body.get("message_thread_id").and_then(Value::as_i64) else {
        return Ok(reply_to.and_then(|id| chat.message(id)).and_then(|message| message.thread));
    };
    let known = i32::try_from(named).ok().filter(|id| chat.topics.contains(id));
    known.map(Some).ok_or_else(|| Refusal::bad("message thread not found"))
}

fn message_number(body: &Value) -> Result<i32, Refusal> {
    let number = body.get("message_id").and_then(Value::as_i64);
    number
        .and_then(|number| i32::try_from(number).ok())
        .ok_or_else(|| Refusal::bad("message identifier is not specified"))
}

/// The chat a call names, as a number or as digits in a string.
pub(super) fn chat_id(body: &Value) -> Option<i64> {
    let id = body.get("chat_id")?;
    id.as_i64().or_else(|| id.as_str()?.parse().ok())
}

fn chat_for_reading<'a>(world: &'a World, body: &Value) -> Result<&'a Chat, Refusal> {
    let chat = chat_id(body).and_then(|id| world.chats.get(&id));
    let chat = chat.ok_or_else(|| Refusal::bad("chat not found"))?;
    match chat.standing {
        // Telegram shows a bot nothing of people it has not met.
        Standing::Strange => Err(Refusal::bad("chat not found")),
        Standing::Blocked => Ok(chat),
        _ => check_standing(chat).map(|()| chat),
    }
}

fn chat_for_writing<'a>(world: &'a mut World, body: &Value) -> Result<&'a mut Chat, Refusal> {
    let chat = chat_id(body).and_then(|id| world.chats.get_mut(&id));
    let chat = chat.ok_or_else(|| Refusal::bad("chat not found"))?;
    check_standing(chat).map(|()| chat)
}

fn check_standing(chat: &Chat) -> Result<(), Refusal> {
    match (chat.standing, chat.kind) {
        (Standing::Present, _) => Ok(()),
        (Standing::Strange, _) => {
            Err(Refusal::forbidden("bot can't initiate conversation with a user"))
        }
        (Standing::Blocked, _) => Err(Refusal::forbidden("bot was blocked by the user")),
        (Standing::Kicked, Kind::Supergroup) => {
            Err(Refusal::forbidden("bot was kicked from the supergroup chat"))
        }
        (Standing::Kicked, _) => Err(Refusal::forbidden("bot was kicked from the group chat")),
        (Standing::Deleted, _) => Err(Refusal::bad("chat not found")),
        (Standing::Moved(to), _) => Err(Refusal::moved(to)),
    }
}
