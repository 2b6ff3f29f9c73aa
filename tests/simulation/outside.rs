//! Everything beyond the process: channels that take, refuse, lose and repeat, and people who get
//! what was taken.

use std::collections::{BTreeMap, BTreeSet};

use trucban::domain::envelope::Sent;
use trucban::domain::incident::event::WhyFailed;
use trucban::domain::notice::Body;
use trucban::domain::values::ChannelKind;
use trucban::engine::channel::{Address, Mode, Outgoing};
use trucban::ledger::outbox::{Kind, Recipient, Row};

use super::chats::Chats;
use super::rng::Rng;
use super::town::{MOVED, TEAM};

/// A message between the claim and the word about its end.
#[derive(Clone, Debug)]
pub struct Flight {
    pub outgoing: Outgoing,
    pub rows: Vec<Row>,
    /// What the channel said, once it was asked.
    pub sent: Option<Sent>,
}

/// The world.
#[derive(Clone, Debug, Default)]
pub struct Outside {
    /// Nothing goes wrong any more.
    pub healthy: bool,
    /// Channels that do not answer.
    pub down: BTreeSet<ChannelKind>,
    /// Who cannot be reached how.
    pub blocked: BTreeSet<(ChannelKind, String)>,
    /// Whether the team's chat has its new id.
    pub moved: bool,
    /// Rows the world has got, and how often.
    pub got: BTreeMap<i64, u32>,
    /// The newest page each person has got of an incident on a channel.
    newest: BTreeMap<(String, String, ChannelKind), i64>,
    /// Counts messages.
    pub messages: i64,
    /// What stands in the chats of Telegram.
    pub chats: Chats,
    /// What people said there: chat, message, account.
    pub spoken: Vec<(i64, i64, i64)>,
    /// Every button there was: chat, message, data.
    pub buttons: Vec<(i64, i64, String)>,
    /// What people sent: the files Telegram gives out.
    pub files: BTreeMap<String, Vec<u8>>,
    /// Pages whose channel has said that it could not, while they were wanted.
    pub failed: BTreeSet<i64>,
}

impl Outside {
    /// The channel is given a message. What the world got stays got, whatever the answer says.
    pub fn take(&mut self, rng: &mut Rng, flight: &Flight, at: i64) -> Result<Sent, String> {
        let sent = self.answer(rng, &flight.outgoing, &flight.rows, at);
        self.show(&flight.outgoing, &sent, at);
        if matches!(sent, Sent::Accepted(_) | Sent::Down { maybe: true }) {
            self.got(flight)?;
        }
        Ok(sent)
    }

    fn answer(&mut self, rng: &mut Rng, outgoing: &Outgoing, rows: &[Row], at: i64) -> Sent {
        let chat = match outgoing.to {
            Address::Chat { chat, .. } => Some(chat),
            _ => None,
        };
        if self.moved && chat == Some(TEAM) {
            return Sent::Moved(MOVED);
        }
        let person = match rows.first().map(|row| &row.to) {
            Some(Recipient::Person(person)) => Some(person.to_string()),
            _ => None,
        };
        let shut = person.is_some_and(|who| self.blocked.contains(&(outgoing.channel, who)));
        if shut {
            return Sent::Refused(WhyFailed::Blocked);
        }
        if !self.healthy && self.down.contains(&outgoing.channel) {
            return Sent::Down { maybe: rng.chance(30) };
        }
        if let Some(refused) = self.refuses(outgoing, at) {
            return refused;
        }
        let edit = matches!(outgoing.mode, Mode::Edit(_) | Mode::Point(_));
        match if self.healthy { 99 } else { rng.below(100) } {
            0..6 => Sent::Retry(1_000 * (1 + rng.below(60))),
            6..9 => Sent::Refused(WhyFailed::Rejected),
            9..12 => Sent::Down { maybe: false },
            12..17 => Sent::Down { maybe: true },
            17..24 if edit => Sent::EditLost,
            _ => Sent::Accepted(match (outgoing.channel, outgoing.mode) {
                (ChannelKind::Webhook | ChannelKind::Email, _) | (_, Mode::Delete(_)) => None,
                (ChannelKind::Telegram, Mode::Edit(id) | Mode::Point(id)) => Some(id),
                (ChannelKind::Telegram, Mode::Post) => {
                    self.messages += 1;
                    Some(self.messages)
                }
            }),
        }
    }

    /// Whether the person has got a newer page of the same incident on the same channel.
    pub fn overtaken(&self, row: &Row) -> bool {
        let (Some(code), Recipient::Person(person)) = (&row.incident, &row.to) else {
            return false;
        };
        let place = (code.to_string(), person.to_string(), row.channel);
        self.newest.get(&place).is_some_and(|newest| *newest > row.id)
    }

    /// Nobody gets a message twice unless the second says that it may be a repetition.
    fn got(&mut self, flight: &Flight) -> Result<(), String> {
        for row in &flight.rows {
            let times = self.got.entry(row.id).or_insert(0);
            *times += 1;
            let fresh = matches!(flight.outgoing.mode, Mode::Post);
            if *times > 1 && fresh && !flight.outgoing.view.resend {
                return Err(format!("{} came {times} times, unmarked", row.key));
            }
            if let (Body::Page { code, .. }, Recipient::Person(person), Kind::Page) =
                (&row.notice.body, &row.to, row.kind)
            {
                let place = (code.to_string(), person.to_string(), row.channel);
                let newest = self.newest.entry(place).or_insert(row.id);
                *newest = row.id.max(*newest);
            }
        }
        Ok(())
    }
}
