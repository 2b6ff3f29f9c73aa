//! Telegram looked at without saying anything to anybody: the bot, its rights in the team's chat,
//! and how far the two clocks are apart.

use reqwest::header::DATE;
use teloxide::prelude::Requester as _;
use teloxide::types::{ChatId, UserId};
use teloxide::{ApiError, RequestError};

use super::wire::Wire;
use super::{Access, AccessError};
use crate::clock::Clock;
use crate::domain::checkup::{Finding, Unwell};

/// Everything about the bot and the chats it is configured for.
pub async fn probe(
    access: &Access,
    team_chat: i64,
    admin_chat: Option<i64>,
    clock: &Clock,
) -> Result<Vec<Finding>, AccessError> {
    let wire = Wire::new(access.sending()?);
    let mut found = Vec::new();
    let me = match wire.call(&wire.bot.get_me()).await {
        Ok(me) => me,
        Err(error) => return Ok(vec![Finding::Bot(Err(unwell(&error)))]),
    };
    found.push(Finding::Bot(Ok(me.username().to_owned())));
    found.extend(clocks(&wire, clock).await.map(Finding::Clock));
    if let Ok(info) = wire.call(&wire.bot.get_webhook_info()).await {
        found.push(Finding::BotWebhook(info.url.is_some()));
    }
    found.push(Finding::Privacy(!me.can_read_all_group_messages));
    team(&wire, ChatId(team_chat), me.id, &mut found).await;
    if let Some(chat) = admin_chat {
        let there = wire.call(&wire.bot.get_chat(ChatId(chat))).await;
        found.push(Finding::AdminChat(there.map(|_| ()).map_err(|error| unwell(&error))));
    }
    Ok(found)
}

async fn team(wire: &Wire, chat: ChatId, bot: UserId, found: &mut Vec<Finding>) {
    let place = wire.call(&wire.bot.get_chat(chat)).await;
    let member = match place {
        Ok(_) => wire.call(&wire.bot.get_chat_member(chat, bot)).await,
        Err(ref error) => {
            return found.push(Finding::TeamChat(match unwell(error) {
                // Telegram shows a bot no chat it is not in.
                Unwell::Answered(_) => Ok(false),
                other => Err(other),
            }));
        }
    };
    let member = match member {
        Ok(member) => member,
        Err(error) => return found.push(Finding::TeamChat(Err(unwell(&error)))),
    };
    found.push(Finding::TeamChat(Ok(member.is_present())));
    if place.is_ok_and(|place| place.is_group()) {
        found.push(Finding::BasicGroup);
    }
    found.push(Finding::DeleteRight(member.can_delete_messages()));
    if let Ok(admins) = wire.call(&wire.bot.get_chat_administrators(chat)).await {
        let hidden = admins.iter().filter(|admin| admin.is_anonymous()).count();
        found.push(Finding::AnonymousAdmins(hidden));
    }
}

/// By how many seconds this clock is ahead of Telegram's, halfway between question and answer.
async fn clocks(wire: &Wire, clock: &Clock) -> Option<i64> {
    let before = clock.now();
    let answer = wire.bot.client().head(wire.bot.api_url()).send().await.ok()?;
    let took = clock.now().since(before) / 2;
    let theirs = answer.headers().get(DATE)?.to_str().ok()?;
    let theirs = chrono::DateTime::parse_from_rfc2822(theirs).ok()?.timestamp();
    Some(before.plus(took).millis().div_euclid(1000).saturating_sub(theirs))
}

fn unwell(error: &RequestError) -> Unwell {
    match error {
        RequestError::Api(ApiError::InvalidToken) => Unwell::Credentials,
        RequestError::Api(_) | RequestError::MigrateToChatId(_) => Unwell::Answered(400),
        RequestError::RetryAfter(_) => Unwell::Answered(429),
        _ => Unwell::Silent,
    }
}
