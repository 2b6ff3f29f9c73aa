//! The webhook: an SMS gateway, a pager, a telephone exchange. One POST for each message.

use std::fmt;
use std::time::Duration;

use reqwest::header::{HeaderMap, RETRY_AFTER};
use reqwest::redirect::Policy;
use reqwest::{Client, Method, StatusCode, Url};
use serde_json::json;

use super::{Render, Surface, Words, report};
use crate::domain::checkup::Unwell;
use crate::domain::envelope::Sent;
use crate::domain::incident::event::WhyFailed;
use crate::domain::notice::Body;
use crate::domain::playbook::run::event::Call;
use crate::domain::values::ChannelKind;
use crate::engine::channel::{Address, Channel, Outgoing, Sending};
use crate::engine::health::Health;

/// How long one message may take, in real time.
const TAKES: Duration = Duration::from_secs(10);

/// A 429 without a readable `Retry-After` waits so long.
const PAUSE: Duration = Duration::from_secs(30);

/// The channel.
pub struct Webhook {
    client: Client,
    url: Url,
    token: Option<String>,
    takes: Duration,
    words: Words,
    health: Health,
}

impl fmt::Debug for Webhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Webhook").finish_non_exhaustive()
    }
}

/// The webhook cannot be used as configured. What was configured is a secret and not repeated.
#[derive(Debug, thiserror::Error)]
pub enum BadWebhook {
    /// The address does not read as one.
    #[error("the webhook's address is not a URL")]
    Address,
    /// There can be no client.
    #[error("no HTTP client: {0}")]
    Client(reqwest::Error),
}

impl Webhook {
    /// A webhook at `url`, which wants `token` as bearer where there is one.
    pub fn new(
        url: &str,
        token: Option<String>,
        render: Render,
        health: Health,
    ) -> Result<Self, BadWebhook> {
        let url = Url::parse(url).map_err(|_| BadWebhook::Address)?;
        let client = Client::builder()
            // A redirected POST would arrive as a GET, without the message.
            .redirect(Policy::none())
            .build()
            .map_err(BadWebhook::Client)?;
        Ok(Self { client, url, token, takes: TAKES, words: Words(render), health })
    }

    /// The same with another limit on one message, for tests against a silent gateway.
    #[must_use]
    pub fn within(mut self, takes: Duration) -> Self {
        self.takes = takes;
        self
    }

    async fn post(&self, outgoing: &Outgoing) -> Sent {
        let Address::Phone { person, phone } = &outgoing.to else {
            return Sent::Refused(WhyFailed::NoChannel);
        };
        let rendered = (self.words.0)(&outgoing.notice, &outgoing.view, Surface::Short);
        let code = outgoing.notice.body.code().map_or("", |code| code.as_str());
        let message = json!({
            "person": person,
            "phone": phone,
            "text": rendered.text,
            "code": code,
            "kind": kind(&outgoing.notice.body),
        });
        let mut request = self.client.post(self.url.clone()).timeout(self.takes).json(&message);
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        match request.send().await {
            Ok(response) => outcome(response.status(), response.headers()),
            Err(error) => {
                let maybe = !(error.is_connect() || error.is_builder());
                tracing::warn!(maybe, timeout = error.is_timeout(), "the webhook did not answer");
                Sent::Down { maybe }
            }
        }
    }
}

impl Channel for Webhook {
    fn kind(&self) -> ChannelKind {
        ChannelKind::Webhook
    }

    fn send<'a>(&'a self, outgoing: &'a Outgoing) -> Sending<'a> {
        Box::pin(async move {
            let sent = self.post(outgoing).await;
            report(&self.health, ChannelKind::Webhook, &sent);
            sent
        })
    }
}

/// Whether something answers there and takes our token, asked by `OPTIONS`: nobody is called.
pub async fn probe(url: &str, token: Option<&str>) -> Result<(), Unwell> {
    let url = Url::parse(url).map_err(|_| Unwell::Configured)?;
    let client = Client::builder().timeout(TAKES).redirect(Policy::none()).build();
    let mut request = client.map_err(|_| Unwell::Configured)?.request(Method::OPTIONS, url);
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    let status = request.send().await.map_err(|_| Unwell::Silent)?.status().as_u16();
    match status {
        401 | 403 => Err(Unwell::Credentials),
        300..=399 | 404 | 410 | 500.. if status != 501 => Err(Unwell::Answered(status)),
        // 405 and the like: it is there, and knows no such question.
        _ => Ok(()),
    }
}

/// What an answer means for the message.
fn outcome(status: StatusCode, headers: &HeaderMap) -> Sent {
    if !status.is_success() {
        tracing::warn!(status = status.as_u16(), "the webhook did not take a message");
    }
    match status.as_u16() {
        200..=299 => Sent::Accepted(None),
        429 => {
            let wait = retry_after(headers);
            Sent::Retry(u64::try_from(wait.as_millis()).unwrap_or(u64::MAX))
        }
        401 | 403 => {
            // A wrong token is our mistake; it must not cost anybody a page.
            tracing::error!("the webhook does not accept our token");
            Sent::Down { maybe: false }
        }
        400 | 404 | 410 | 422 => Sent::Refused(WhyFailed::BadAddress),
        408 | 425 => Sent::Down { maybe: false },
        402..=499 => Sent::Refused(WhyFailed::Rejected),
        500.. => Sent::Down { maybe: true },
        // A redirect: configured wrongly, and nothing was taken.
        _ => Sent::Down { maybe: false },
    }
}

fn retry_after(headers: &HeaderMap) -> Duration {
    let seconds = headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
    seconds.map_or(PAUSE, Duration::from_secs)
}

/// What kind of message it is, for gateways that ring differently.
fn kind(body: &Body) -> &'static str {
    match body {
        Body::Page { .. } | Body::TeamCall { .. } => "page",
        Body::Step { call: Call::Untaken(_) | Call::Approval | Call::Failed, .. } => "page",
        Body::Step { .. } | Body::Run { .. } => "step",
        Body::News { .. } => "news",
        Body::Digest { .. } => "digest",
        Body::Duty(_) => "duty",
        Body::Contacts(_) => "contacts",
        Body::Drill { .. } | Body::Book(_) => "drill",
        Body::TestPage => "test",
        Body::Trouble(_) => "trouble",
        Body::AccessAsked { .. } => "access",
        Body::Answer(_) => "answer",
        Body::Card { .. } => "card",
    }
}
