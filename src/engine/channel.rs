//! What a channel is to the engine.

use std::pin::Pin;

use crate::domain::envelope::Sent;
use crate::domain::late::Waited;
use crate::domain::notice::{Notice, Priority, View};
use crate::domain::values::ChannelKind;

/// Where a message goes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Address {
    /// A Telegram chat.
    Chat {
        /// Its id.
        chat: i64,
        /// The forum topic.
        thread: Option<i32>,
        /// The message answered.
        reply_to: Option<i64>,
    },
    /// A telephone number behind the webhook, with the person's id.
    Phone {
        /// Who.
        person: String,
        /// The number.
        phone: String,
    },
    /// An e-mail address.
    Mail(String),
}

/// What is done with the message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    /// A new message.
    Post,
    /// An existing message is edited.
    Edit(i64),
    /// An older copy of a card becomes a pointer to the newest.
    Point(i64),
    /// A message is deleted; nothing is rendered.
    Delete(i64),
}

/// One message on its way out, standing for one row or for several that became one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Outgoing {
    /// The rows and the attempt of each.
    pub rows: Vec<(i64, u32)>,
    /// By which channel.
    pub channel: ChannelKind,
    /// Where to.
    pub to: Address,
    /// New or edited.
    pub mode: Mode,
    /// What to say; of several rows, the first one's.
    pub notice: Notice,
    /// Whether several incidents share the message.
    pub bundle: bool,
    /// What else than incidents it counts, where it stands for what waited for long.
    pub waited: Option<Waited>,
    /// What rendering may look at.
    pub view: View,
    /// How urgent.
    pub priority: Priority,
}

/// A future a channel returns.
pub type Sending<'a> = Pin<Box<dyn Future<Output = Sent> + Send + 'a>>;

/// A way to people. It renders at send time, within its own limits, and never retries by itself.
pub trait Channel: Send + Sync + std::fmt::Debug {
    /// Which one.
    fn kind(&self) -> ChannelKind;

    /// Sends one message and says how that ended.
    fn send<'a>(&'a self, outgoing: &'a Outgoing) -> Sending<'a>;
}
