//! Calls of the Bot API. The library builds and reads them; only the sending is ours, because the
//! library's own waits ten seconds in place after every 5xx, and a page must not.

use reqwest::header::CONTENT_TYPE;
use reqwest::{Client, Response};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use teloxide::requests::{HasPayload, Payload};
use teloxide::types::{ResponseParameters, Update, UpdateKind};
use teloxide::{ApiError, Bot, RequestError};

/// A client with the address of the API.
#[derive(Clone, Debug)]
pub struct Wire {
    /// Builds requests.
    pub bot: Bot,
    client: Client,
}

/// What Telegram wraps every answer in.
#[derive(Deserialize)]
struct Reply<T> {
    result: Option<T>,
    description: Option<ApiError>,
    parameters: Option<ResponseParameters>,
}

impl Wire {
    /// Over the client of `bot`.
    pub fn new(bot: Bot) -> Self {
        let client = bot.client().clone();
        Self { bot, client }
    }

    /// Makes one call and reads its answer, at once, whatever the answer is.
    pub async fn call<R>(&self, request: &R) -> Result<Output<R>, RequestError>
    where
        R: HasPayload,
        R::Payload: Serialize,
        Output<R>: DeserializeOwned,
    {
        self.ask(R::Payload::NAME, request.payload_ref()).await
    }

    /// Updates, each read alone: one that does not read keeps its number and its raw form.
    pub async fn updates<R>(&self, request: &R) -> Result<Vec<Update>, RequestError>
    where
        R: HasPayload,
        R::Payload: Serialize,
    {
        let raw: Vec<serde_json::Value> = self.ask(R::Payload::NAME, request.payload_ref()).await?;
        raw.into_iter().map(read_update).collect()
    }

    /// The bytes behind a path that `getFile` gave.
    pub async fn file(&self, path: &str) -> Result<Response, reqwest::Error> {
        let mut url = self.bot.api_url();
        let base = url.path().trim_end_matches('/').to_owned();
        url.set_path(&format!("{base}/file/bot{}/{path}", self.bot.token()));
        self.client.get(url).send().await?.error_for_status()
    }

    async fn ask<T: DeserializeOwned>(
        &self,
        method: &str,
        payload: &impl Serialize,
    ) -> Result<T, RequestError> {
        let body = serde_json::to_vec(payload).map_err(|error| unreadable(error, ""))?;
        let mut url = self.bot.api_url();
        let token = self.bot.token();
        let base = url.path().trim_end_matches('/').to_owned();
        url.set_path(&format!("{base}/bot{token}/{method}"));
        let request = self.client.post(url).header(CONTENT_TYPE, "application/json").body(body);
        let text = request.send().await?.text().await?;
        read(&text)
    }
}

/// What a request yields.
type Output<R> = <<R as HasPayload>::Payload as Payload>::Output;

fn read<T: DeserializeOwned>(text: &str) -> Result<T, RequestError> {
    let reply: Reply<T> = serde_json::from_str(text).map_err(|error| unreadable(error, text))?;
    match (reply.result, reply.parameters, reply.description) {
        (Some(result), ..) => Ok(result),
        (None, Some(ResponseParameters::RetryAfter(seconds)), _) => {
            Err(RequestError::RetryAfter(seconds))
        }
        (None, Some(ResponseParameters::MigrateToChatId(to)), _) => {
            Err(RequestError::MigrateToChatId(to))
        }
        (None, None, Some(error)) => Err(RequestError::Api(error)),
        (None, None, None) => Err(RequestError::Api(ApiError::Unknown(String::new()))),
    }
}

fn read_update(raw: serde_json::Value) -> Result<Update, RequestError> {
    let mut update = Update::deserialize(&raw).map_err(|error| unreadable(error, ""))?;
    if let UpdateKind::Error(kept) = &mut update.kind {
        *kept = raw;
    }
    Ok(update)
}

fn unreadable(error: serde_json::Error, raw: &str) -> RequestError {
    RequestError::InvalidJson { source: error.into(), raw: raw.into() }
}
