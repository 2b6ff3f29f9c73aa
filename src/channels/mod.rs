//! Ways to people: each turns what comes in into [`crate::domain::envelope::Incoming`], where
//! anything comes in, and implements [`crate::engine::channel::Channel`]. It renders at send time,
//! within its own limits, and never retries by itself.
//!
//! Whatever is logged here holds no address, no number and no text.

pub mod email;
pub mod telegram;
pub mod watchdog;
pub mod webhook;

use std::fmt;
use std::sync::Arc;

use crate::domain::envelope::Sent;
use crate::domain::notice::{Notice, View};
use crate::domain::values::ChannelKind;
use crate::engine::health::Health;

/// What a message without chat is rendered for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Surface {
    /// An SMS, a pager, a voice.
    Short,
    /// E-mail.
    Mail,
}

/// A message without chat.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rendered {
    /// One line; unused where there is no subject.
    pub subject: String,
    /// The text.
    pub text: String,
}

/// Turns a notice into words; the words stand elsewhere.
pub type Render = Arc<dyn Fn(&Notice, &View, Surface) -> Rendered + Send + Sync>;

/// The renderer as part of a channel that can be printed.
#[derive(Clone)]
pub(crate) struct Words(pub(crate) Render);

impl fmt::Debug for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Words")
    }
}

/// Reports what an outcome says about the channel itself.
fn report(health: &Health, kind: ChannelKind, sent: &Sent) {
    match sent {
        Sent::Down { .. } => health.channel_down(kind),
        _ => health.channel_ok(kind),
    }
}
