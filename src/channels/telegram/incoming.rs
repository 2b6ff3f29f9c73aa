//! An update becomes an [`Incoming`], or nothing.

use teloxide::types::{CallbackQuery, FileMeta, Message, Update, UpdateKind, User};

use crate::domain::envelope::{Incoming, Route, Said};
use crate::domain::evidence::{Attached, Attachment, Form, Joins, Source};
use crate::domain::values::ChannelKind;

/// The account behind which Telegram hides anonymous administrators of a group.
const ANONYMOUS: u64 = 1_087_968_824;

/// What an update means to us.
#[derive(Debug)]
pub enum Read {
    /// Somebody said or pressed something.
    Said {
        /// What.
        incoming: Incoming,
        /// The press to be answered.
        callback: Option<String>,
        /// The message it answers, in the same chat.
        reply_to: Option<i64>,
    },
    /// A group became a supergroup.
    Moved {
        /// The old chat.
        from: i64,
        /// The new one.
        to: i64,
    },
    /// Nothing for us.
    Nothing,
    /// It does not read: kind and size.
    Unreadable {
        /// Size in bytes.
        size: u64,
        /// The chat, where one can be made out.
        chat: Option<i64>,
    },
}

/// Reads one update. The key holds everything that makes it this update and no other.
pub fn read(bot: &str, update: Update) -> Read {
    let id = update.id.0;
    match update.kind {
        UpdateKind::Message(message) => from_message(bot, id, message),
        UpdateKind::EditedMessage(message) => edited(from_message(bot, id, message)),
        UpdateKind::CallbackQuery(query) => from_press(bot, id, query),
        UpdateKind::Error(value) => {
            let chat = value.pointer("/message/chat/id").and_then(serde_json::Value::as_i64);
            let size = u64::try_from(value.to_string().len()).unwrap_or(u64::MAX);
            Read::Unreadable { size, chat }
        }
        _ => Read::Nothing,
    }
}

fn from_message(bot: &str, update: u32, message: Message) -> Read {
    if let Some(to) = message.migrate_to_chat_id() {
        return Read::Moved { from: message.chat.id.0, to: to.0 };
    }
    let (chat, number) = (message.chat.id.0, i64::from(message.id.0));
    let Some(from) = &message.from else { return Read::Nothing };
    let anonymous = from.id.0 == ANONYMOUS;
    if from.is_bot && !anonymous {
        return Read::Nothing;
    }
    let said = match message.text().or_else(|| message.caption()) {
        Some(words) => Said::Words(words.to_owned()),
        None if is_service(&message) => return Read::Nothing,
        None => Said::Other,
    };
    let answered = message.reply_to_message();
    let ours = answered.and_then(|message| message.from.as_ref()).map(|from| from.id.0.to_string());
    let to_us = message.chat.is_private() || ours.as_deref() == Some(bot);
    let incoming = Incoming {
        key: format!("tg:{bot}:{update}:{chat}:{number}"),
        route: Route {
            channel: ChannelKind::Telegram,
            chat,
            thread: message.thread_id.filter(|_| message.is_topic_message).map(|id| id.0.0),
            reply_to: Some(number),
            private: message.chat.is_private(),
        },
        account: i64::try_from(from.id.0).unwrap_or(0),
        name: named(from),
        anonymous,
        said,
        about: Vec::new(),
        step: None,
        drill: None,
        to_question: false,
        to_us,
        attached: attached(&message).map(Box::new),
    };
    let reply_to = answered.map(|message| i64::from(message.id.0));
    Read::Said { incoming, callback: None, reply_to }
}

/// The file of a message; of a picture its largest size.
fn attached(message: &Message) -> Option<Attached> {
    let private = message.chat.is_private();
    let found = |form, file: &FileMeta, name: Option<&String>| Attachment {
        file: file.id.0.clone(),
        name: name.cloned(),
        // Telegram leaves it out at times.
        size: Some(u64::from(file.size)).filter(|size| *size > 0 && *size < u64::from(u32::MAX)),
        form,
        source: if private { Source::Private } else { Source::Group },
        message: Some(i64::from(message.id.0)),
    };
    let file = if let Some(photo) = message.photo().and_then(|sizes| {
        sizes.iter().max_by_key(|size| u64::from(size.width).saturating_mul(u64::from(size.height)))
    }) {
        found(Form::Photo, &photo.file, None)
    } else if let Some(voice) = message.voice() {
        found(Form::Voice, &voice.file, None)
    } else if let Some(audio) = message.audio() {
        found(Form::Audio, &audio.file, audio.file_name.as_ref())
    } else if let Some(video) = message.video() {
        found(Form::Video, &video.file, video.file_name.as_ref())
    } else if let Some(note) = message.video_note() {
        found(Form::Video, &note.file, None)
    } else {
        // An animation is a document as well.
        let document = message.document()?;
        found(Form::File, &document.file, document.file_name.as_ref())
    };
    let album = message.media_group_id().map(|group| group.0.clone());
    Some(Attached { file, album, joins: Joins::First })
}

/// What an account calls itself.
fn named(user: &User) -> String {
    match &user.username {
        Some(username) => format!("{} (@{username})", user.full_name()),
        None => user.full_name(),
    }
}

/// New words in a message of before. Without words there is nothing to look at again.
fn edited(read: Read) -> Read {
    match read {
        Read::Said { incoming, reply_to, .. } => match incoming.said {
            Said::Words(words) => {
                let said = Said::Edited(words);
                let incoming = Incoming { said, attached: None, ..incoming };
                Read::Said { incoming, callback: None, reply_to }
            }
            _ => Read::Nothing,
        },
        other => other,
    }
}

/// Joins, leaves, titles, pins: Telegram's own words in a chat.
fn is_service(message: &Message) -> bool {
    !matches!(message.kind, teloxide::types::MessageKind::Common(_))
}

fn from_press(bot: &str, update: u32, query: CallbackQuery) -> Read {
    let (Some(data), Some(message)) = (query.data, query.message) else { return Read::Nothing };
    let (chat, number) = (message.chat().id.0, i64::from(message.id().0));
    let thread = message
        .regular_message()
        .and_then(|message| message.thread_id.filter(|_| message.is_topic_message))
        .map(|id| id.0.0);
    let incoming = Incoming {
        key: format!("tg:{bot}:{update}:{chat}:{}", query.id.0),
        route: Route {
            channel: ChannelKind::Telegram,
            chat,
            thread,
            reply_to: Some(number),
            private: message.chat().is_private(),
        },
        account: i64::try_from(query.from.id.0).unwrap_or(0),
        name: named(&query.from),
        anonymous: query.from.id.0 == ANONYMOUS,
        said: Said::Pressed { data, message: number },
        about: Vec::new(),
        step: None,
        drill: None,
        to_question: false,
        to_us: true,
        attached: None,
    };
    Read::Said { incoming, callback: Some(query.id.0), reply_to: None }
}
