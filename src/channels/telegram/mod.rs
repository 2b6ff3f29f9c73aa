//! Telegram: the only user of teloxide beside nobody. Its own poll loop ([`poll`]), reading of
//! updates ([`incoming`]), sending ([`send`]) and calls (`wire`); two HTTP clients, one that polls
//! and one that sends.

pub mod files;
pub mod handle;
mod incidents;
pub mod incoming;
pub mod poll;
pub mod probe;
pub mod send;
mod wire;

use std::time::Duration;

use teloxide::Bot;
use teloxide::payloads::SetMyCommandsSetters as _;
use teloxide::prelude::Requester as _;
use teloxide::types::{BotCommand, BotCommandScope};

use wire::Wire;

/// How to reach the Bot API.
#[derive(Clone)]
pub struct Access {
    /// The bot's token.
    pub token: String,
    /// Where the API is.
    pub api_url: String,
    /// A proxy, or nothing.
    pub proxy: Option<String>,
}

impl std::fmt::Debug for Access {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Access").field("api_url", &self.api_url).finish_non_exhaustive()
    }
}

/// The long poll waits so long at the server.
pub const LONG_POLL: Duration = Duration::from_secs(50);

/// What went wrong while building the clients.
#[derive(Debug, thiserror::Error)]
pub enum AccessError {
    /// The address of the API or of the proxy is not one.
    #[error("address: {0}")]
    Address(String),
    /// The HTTP client could not be built.
    #[error("client: {0}")]
    Client(#[from] reqwest::Error),
}

impl Access {
    /// The id Telegram gave the bot: the digits before the colon of its token.
    pub fn bot_id(&self) -> &str {
        self.token.split(':').next().unwrap_or_default()
    }

    /// The client that polls; its time-out lies above the long poll's.
    pub fn polling(&self) -> Result<Bot, AccessError> {
        self.client(LONG_POLL + Duration::from_secs(10))
    }

    /// The client that sends.
    pub fn sending(&self) -> Result<Bot, AccessError> {
        self.client(Duration::from_secs(10))
    }

    /// The client that fetches files, which may be large and slow.
    pub fn fetching(&self) -> Result<Bot, AccessError> {
        self.client(Duration::from_secs(120))
    }

    fn client(&self, timeout: Duration) -> Result<Bot, AccessError> {
        let mut builder =
            reqwest::Client::builder().timeout(timeout).connect_timeout(Duration::from_secs(8));
        builder = match &self.proxy {
            Some(proxy) => builder.proxy(reqwest::Proxy::all(proxy)?),
            None => builder.no_proxy(),
        };
        let url = self.api_url.parse().map_err(|_| AccessError::Address(self.api_url.clone()))?;
        Ok(Bot::with_client(self.token.clone(), builder.build()?).set_api_url(url))
    }
}

/// Shows the commands in Telegram's own menu of private chats; best effort.
async fn show_menu(wire: &Wire, menu: &[(&str, &str)]) {
    let commands = menu.iter().map(|(name, what)| BotCommand::new(*name, *what));
    let request = wire.bot.set_my_commands(commands).scope(BotCommandScope::AllPrivateChats);
    if let Err(error) = wire.call(&request).await {
        tracing::warn!(error = %poll::plain(&error), "could not set the menu of commands");
    }
}
