//! E-mail through one SMTP server.

use std::fmt;
use std::time::{Duration, SystemTime};

use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp::Error as SmtpError;
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor};

use super::{Render, Surface, Words, report};
use crate::clock::real_timeout;
use crate::domain::checkup::Unwell;
use crate::domain::envelope::Sent;
use crate::domain::incident::event::WhyFailed;
use crate::domain::time::Timestamp;
use crate::domain::values::ChannelKind;
use crate::engine::channel::{Address, Channel, Outgoing, Sending};
use crate::engine::health::Health;

/// How long one step of the conversation may take, in real time.
const STEP: Duration = Duration::from_secs(10);

/// How long one message may take, in real time.
const TAKES: Duration = Duration::from_secs(14);

/// The channel.
pub struct Email {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    takes: Duration,
    words: Words,
    health: Health,
}

impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Email").finish_non_exhaustive()
    }
}

/// E-mail cannot be used as configured. What was configured may hold a password and is not repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadEmail {
    /// The server's address does not read as one.
    #[error("the mail server's address is not an smtp:// or smtps:// URL")]
    Server,
    /// The sender does not read as an address.
    #[error("the sender is not an e-mail address")]
    Sender,
}

impl Email {
    /// E-mail through the server `smtp` (`smtps://`, or `smtp://` with `?tls=required`; without it
    /// nothing is encrypted, for a server on this machine), from `from`.
    pub fn new(smtp: &str, from: &str, render: Render, health: Health) -> Result<Self, BadEmail> {
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(smtp)
            .map_err(|_| BadEmail::Server)?
            .timeout(Some(STEP))
            .build();
        let from = from.parse().map_err(|_| BadEmail::Sender)?;
        Ok(Self { transport, from, takes: TAKES, words: Words(render), health })
    }

    /// The same with another limit on one message, for tests against a silent server.
    #[must_use]
    pub fn within(mut self, takes: Duration) -> Self {
        self.takes = takes;
        self
    }

    async fn mail(&self, outgoing: &Outgoing) -> Sent {
        let Address::Mail(address) = &outgoing.to else {
            return Sent::Refused(WhyFailed::NoChannel);
        };
        let Ok(to) = address.parse::<Mailbox>() else {
            return Sent::Refused(WhyFailed::BadAddress);
        };
        let rendered = (self.words.0)(&outgoing.notice, &outgoing.view, Surface::Mail);
        // Nobody's absence note should answer a page.
        let automatic = HeaderValue::new(
            HeaderName::new_from_ascii_str("Auto-Submitted"),
            "auto-generated".to_owned(),
        );
        let message = Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(rendered.subject)
            .date(system_time(outgoing.view.now))
            .raw_header(automatic)
            .header(ContentType::TEXT_PLAIN)
            .body(rendered.text);
        let Ok(message) = message else { return Sent::Refused(WhyFailed::Rejected) };
        match real_timeout(self.takes, self.transport.send(message)).await {
            Some(Ok(_)) => Sent::Accepted(None),
            Some(Err(error)) => outcome(&error),
            None => {
                tracing::warn!("the mail server did not answer in time");
                Sent::Down { maybe: true }
            }
        }
    }
}

impl Channel for Email {
    fn kind(&self) -> ChannelKind {
        ChannelKind::Email
    }

    fn send<'a>(&'a self, outgoing: &'a Outgoing) -> Sending<'a> {
        Box::pin(async move {
            let sent = self.mail(outgoing).await;
            report(&self.health, ChannelKind::Email, &sent);
            sent
        })
    }
}

/// Whether the server lets us in: greeting, encryption and sign-in, without a message.
pub async fn probe(smtp: &str) -> Result<(), Unwell> {
    let transport: AsyncSmtpTransport<Tokio1Executor> =
        AsyncSmtpTransport::<Tokio1Executor>::from_url(smtp)
            .map_err(|_| Unwell::Configured)?
            .timeout(Some(STEP))
            .build();
    match real_timeout(TAKES, transport.test_connection()).await {
        Some(Ok(true)) => Ok(()),
        Some(Err(error)) => Err(match error.status().map(u16::from) {
            Some(530 | 534 | 535 | 538) => Unwell::Credentials,
            Some(code) => Unwell::Answered(code),
            None => Unwell::Silent,
        }),
        Some(Ok(false)) | None => Err(Unwell::Silent),
    }
}

fn system_time(at: Timestamp) -> SystemTime {
    SystemTime::UNIX_EPOCH + at.since(Timestamp::from_millis(0))
}

/// What an error means for the message. The server's own words may hold the address: only its
/// number is logged.
fn outcome(error: &SmtpError) -> Sent {
    let code = error.status().map(u16::from);
    tracing::warn!(code, "the mail server did not take a message");
    match code {
        // Authentication, or encryption wanted first: our mistake, which must not cost anybody a page.
        Some(530 | 534 | 535 | 538) => {
            tracing::error!(code, "the mail server does not let us in");
            Sent::Down { maybe: false }
        }
        Some(550 | 551 | 553) => Sent::Refused(WhyFailed::BadAddress),
        Some(500..=599) => Sent::Refused(WhyFailed::Rejected),
        Some(_) => Sent::Down { maybe: false },
        None => Sent::Down { maybe: !before_the_message(error) },
    }
}

/// Whether the conversation ended before the message could have been handed over. lettre says that
/// a connection was never made in its words only; should they change, the message goes marked.
fn before_the_message(error: &SmtpError) -> bool {
    error.is_tls() || error.is_client() || error.to_string().starts_with("Connection error")
}
