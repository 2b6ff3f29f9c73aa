//! The sandbox against a real teloxide bot: what one expects of Telegram, the sandbox does.

mod calls;
mod faults;
mod files;
mod people;
mod polls;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use teloxide::payloads::{
    AnswerCallbackQuerySetters as _, EditMessageReplyMarkupSetters as _,
    EditMessageTextSetters as _, GetUpdatesSetters as _, SendMessageSetters as _,
};
use teloxide::prelude::{Bot, Request as _, Requester as _};
use teloxide::types::{
    AllowedUpdate, BotCommand, CallbackQueryId, ChatId, InlineKeyboardButton, InlineKeyboardMarkup,
    MessageId, ParseMode, ReplyParameters, Update, UpdateKind, UserId,
};
use teloxide::{ApiError, RequestError};
use tokio::task::JoinHandle;
use trucban::clock::{Clock, Simulated, real_timeout};
use trucban::domain::time::Timestamp;
use trucban::sandbox::{
    ANONYMOUS, Fault, Limits, Outcome, PressError, Sandbox, Sender, Shown, What,
};

const TOKEN: &str = "123456:SANDBOX";
const AN: i64 = 1001;
const BINH: i64 = 1002;
const GROUP: i64 = -500;
const SUPERGROUP: i64 = -1_001_234_567_890;

/// A sandbox with two people who pressed start, a group, and a bot that knows its address.
struct Given {
    sandbox: Sandbox,
    bot: Bot,
    clock: Simulated,
    server: JoinHandle<std::io::Result<()>>,
}

impl Drop for Given {
    fn drop(&mut self) {
        self.server.abort();
    }
}

#[expect(clippy::disallowed_methods, reason = "the server ends with the test, which owns it")]
fn given() -> Given {
    let clock = Simulated::new("2026-11-21T14:00:00+07:00".parse::<Timestamp>().unwrap());
    let any_port = SocketAddr::from(([127, 0, 0, 1], 0));
    let (sandbox, serving) =
        Sandbox::bind(any_port, Clock::Simulated(clock.clone()), TOKEN).unwrap();
    let server = tokio::spawn(serving);
    let bot = Bot::new(TOKEN).set_api_url(sandbox.url().parse().unwrap());
    sandbox.add_user(AN, "An");
    sandbox.add_user(BINH, "Binh");
    sandbox.add_group(GROUP, "Team", &[AN, BINH]);
    sandbox.press_start(AN);
    sandbox.press_start(BINH);
    Given { sandbox, bot, clock, server }
}

/// The same, with the updates of the two starts read and confirmed.
async fn given_read() -> Given {
    let given = given();
    given.read().await;
    given
}

impl Given {
    /// Reads and confirms everything that waits.
    async fn read(&self) -> Vec<Update> {
        let updates = self.bot.get_updates().send().await.unwrap();
        if let Some(last) = updates.last() {
            let offset = i32::try_from(last.id.0 + 1).unwrap();
            self.bot.get_updates().offset(offset).send().await.unwrap();
        }
        updates
    }

    async fn raw(&self, method: &str, body: Value) -> (u16, Value) {
        let url = format!("{}/bot{TOKEN}/{method}", self.sandbox.url());
        let response = reqwest::Client::new().post(url).json(&body).send().await.unwrap();
        (response.status().as_u16(), response.json().await.unwrap())
    }

    /// What Telegram says to a text sent to An.
    async fn refused(&self, text: &str) -> RequestError {
        self.bot.send_message(ChatId(AN), text).parse_mode(ParseMode::Html).await.unwrap_err()
    }
}

fn keyboard(label: &str, data: &str) -> InlineKeyboardMarkup {
    InlineKeyboardMarkup::new([[InlineKeyboardButton::callback(label, data)]])
}

fn api(error: RequestError) -> ApiError {
    match error {
        RequestError::Api(error) => error,
        other => panic!("not an answer of the API: {other:?}"),
    }
}

/// Gives way until something is so; the surrounding test fails by its own time-out otherwise.
async fn until(so: impl Fn() -> bool) {
    while !so() {
        tokio::task::yield_now().await;
    }
}
