//! Sending and editing, and what each answer of Telegram means.

use teloxide::payloads::{EditMessageTextSetters as _, SendMessageSetters as _};
use teloxide::prelude::Requester as _;
use teloxide::types::{
    ChatId, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, MessageId, ParseMode,
    ReplyParameters, ThreadId,
};
use teloxide::{ApiError, Bot, RequestError};

use super::wire::Wire;
use crate::channels::report;
use crate::domain::envelope::Sent;
use crate::domain::incident::event::WhyFailed;
use crate::domain::notice::{Body, Priority};
use crate::domain::values::ChannelKind;
use crate::engine::channel::{Address, Channel, Mode, Outgoing, Sending};
use crate::engine::health::Health;
use crate::text::{self, Bundle, Button, ButtonAction, Message, Surface};

/// The sending side.
#[derive(Debug)]
pub struct Telegram {
    wire: Wire,
    health: Health,
}

impl Telegram {
    /// With the client that sends.
    pub fn new(bot: Bot, health: Health) -> Self {
        Self { wire: Wire::new(bot), health }
    }

    async fn deliver(&self, outgoing: &Outgoing) -> Sent {
        let Address::Chat { chat, thread, reply_to } = &outgoing.to else {
            return Sent::Refused(WhyFailed::BadAddress);
        };
        let message = render(outgoing);
        match outgoing.mode {
            Mode::Delete(id) => self.delete(*chat, id).await,
            Mode::Post => self.post(*chat, *thread, *reply_to, &message, outgoing.priority).await,
            Mode::Edit(id) | Mode::Point(id) => self.edit(*chat, id, &message).await,
        }
    }

    async fn post(
        &self,
        chat: i64,
        thread: Option<i32>,
        reply_to: Option<i64>,
        message: &Message,
        priority: Priority,
    ) -> Sent {
        let silent = !message.call && priority > Priority::Reply;
        let mut request = self
            .wire
            .bot
            .send_message(ChatId(chat), message.markup.html())
            .parse_mode(ParseMode::Html)
            .link_preview_options(no_preview())
            .disable_notification(silent);
        if let Some(thread) = thread {
            request = request.message_thread_id(ThreadId(MessageId(thread)));
        }
        if let Some(id) = reply_to.and_then(|id| i32::try_from(id).ok()) {
            // The question may have been deleted meanwhile; the answer is given all the same.
            let reply = ReplyParameters::new(MessageId(id)).allow_sending_without_reply();
            request = request.reply_parameters(reply);
        }
        if !message.buttons.is_empty() {
            request = request.reply_markup(keyboard(&message.buttons));
        }
        match self.wire.call(&request).await {
            Ok(sent) => Sent::Accepted(Some(i64::from(sent.id.0))),
            Err(error) => outcome(&error, false),
        }
    }

    async fn edit(&self, chat: i64, id: i64, message: &Message) -> Sent {
        let Ok(number) = i32::try_from(id) else { return Sent::EditLost };
        let request = self
            .wire
            .bot
            .edit_message_text(ChatId(chat), MessageId(number), message.markup.html())
            .parse_mode(ParseMode::Html)
            .link_preview_options(no_preview())
            .reply_markup(keyboard(&message.buttons));
        match self.wire.call(&request).await {
            Ok(_) => Sent::Accepted(Some(id)),
            Err(RequestError::Api(ApiError::MessageNotModified)) => Sent::Accepted(Some(id)),
            Err(RequestError::Api(
                ApiError::MessageToEditNotFound
                | ApiError::MessageCantBeEdited
                | ApiError::MessageIdInvalid,
            )) => Sent::EditLost,
            Err(error) => outcome(&error, true),
        }
    }
}

impl Telegram {
    /// A message that is gone already is as good as deleted.
    async fn delete(&self, chat: i64, id: i64) -> Sent {
        let Ok(number) = i32::try_from(id) else { return Sent::EditLost };
        let request = self.wire.bot.delete_message(ChatId(chat), MessageId(number));
        match self.wire.call(&request).await {
            Ok(_) | Err(RequestError::Api(ApiError::MessageToDeleteNotFound)) => {
                Sent::Accepted(None)
            }
            Err(RequestError::Api(ApiError::MessageCantBeDeleted)) => {
                Sent::Refused(WhyFailed::Rejected)
            }
            Err(error) => outcome(&error, true),
        }
    }
}

impl Channel for Telegram {
    fn kind(&self) -> ChannelKind {
        ChannelKind::Telegram
    }

    fn send<'a>(&'a self, outgoing: &'a Outgoing) -> Sending<'a> {
        Box::pin(async move {
            let sent = self.deliver(outgoing).await;
            report(&self.health, ChannelKind::Telegram, &sent);
            sent
        })
    }
}

/// What a message on its way out looks like.
pub fn render(outgoing: &Outgoing) -> Message {
    match outgoing.mode {
        Mode::Point(_) => text::pointer(&outgoing.view),
        _ if outgoing.bundle => {
            let kind = match (outgoing.waited, &outgoing.notice.body) {
                (Some(waited), _) => Bundle::Late(waited),
                (None, Body::Page { kind, .. }) => Bundle::Pages(*kind),
                (None, _) => Bundle::Cards,
            };
            text::render_bundle(&outgoing.view, kind)
        }
        _ => text::render(&outgoing.notice, &outgoing.view, Surface::Chat),
    }
}

fn no_preview() -> LinkPreviewOptions {
    LinkPreviewOptions {
        is_disabled: true,
        url: None,
        prefer_small_media: false,
        prefer_large_media: false,
        show_above_text: false,
    }
}

fn keyboard(buttons: &[Vec<Button>]) -> InlineKeyboardMarkup {
    let button = |button: &Button| match &button.action {
        ButtonAction::Press(data) => {
            Some(InlineKeyboardButton::callback(button.label.clone(), data.clone()))
        }
        ButtonAction::Url(url) => {
            url.parse().ok().map(|url| InlineKeyboardButton::url(button.label.clone(), url))
        }
    };
    InlineKeyboardMarkup::new(
        buttons.iter().map(|row| row.iter().filter_map(button).collect::<Vec<_>>()),
    )
}

/// What an error means for the message. Anything not understood is taken for a channel in trouble:
/// the page goes out by the next one, and this one is tried again.
fn outcome(error: &RequestError, edit: bool) -> Sent {
    match error {
        RequestError::RetryAfter(seconds) => {
            Sent::Retry(u64::from(seconds.seconds()).saturating_mul(1000))
        }
        RequestError::MigrateToChatId(to) => Sent::Moved(to.0),
        RequestError::Api(error) => api_outcome(error),
        RequestError::Network(error) => {
            // Refused at the door means it was never taken; a reply lost on the way back does not.
            let maybe = !edit && !error.is_connect();
            Sent::Down { maybe }
        }
        RequestError::InvalidJson { .. } | RequestError::Io(_) => Sent::Down { maybe: !edit },
    }
}

fn api_outcome(error: &ApiError) -> Sent {
    match error {
        ApiError::BotBlocked
        | ApiError::UserDeactivated
        | ApiError::CantInitiateConversation
        | ApiError::CantTalkWithBots => Sent::Refused(WhyFailed::Blocked),
        ApiError::ChatNotFound
        | ApiError::UserNotFound
        | ApiError::GroupDeactivated
        | ApiError::BotKicked
        | ApiError::BotKickedFromSupergroup
        | ApiError::BotKickedFromChannel => Sent::Refused(WhyFailed::ChatGone),
        // A wrong token is the operator's mistake: pages must not burn for it.
        ApiError::InvalidToken => {
            tracing::error!("Telegram does not accept the bot's token");
            Sent::Down { maybe: false }
        }
        ApiError::Unknown(words) => unknown(words),
        other => {
            tracing::error!(error = %other, "Telegram does not take this message");
            Sent::Refused(WhyFailed::Rejected)
        }
    }
}

/// Telegram's words that the library has no name for.
fn unknown(words: &str) -> Sent {
    let words = words.to_lowercase();
    let lost = ["message thread not found", "topic_closed", "topic_deleted"];
    if lost.iter().any(|lost| words.contains(lost)) {
        Sent::TopicLost
    } else if words.starts_with("forbidden") {
        let gone = words.contains("kicked") || words.contains("not a member");
        Sent::Refused(if gone { WhyFailed::ChatGone } else { WhyFailed::Blocked })
    } else if words.starts_with("bad request") {
        tracing::error!(error = %words, "Telegram does not take this message");
        Sent::Refused(WhyFailed::Rejected)
    } else {
        tracing::warn!(error = %words, "Telegram is in trouble");
        Sent::Down { maybe: true }
    }
}
