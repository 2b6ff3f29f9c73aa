//! The chats as people see them: what stands in them, who said it, which buttons were ever there, and
//! what Telegram lets a bot take away again.

use std::collections::BTreeMap;

use trucban::channels::telegram::send::render;
use trucban::domain::envelope::Sent;
use trucban::domain::values::ChannelKind;
use trucban::engine::channel::{Address, Mode, Outgoing};
use trucban::text::ButtonAction;

use super::outside::Outside;
use super::town::TEAM;

/// So long Telegram lets a bot delete a message.
const DELETABLE: i64 = 48 * 3_600_000;

/// More buttons than these are nobody's to press any more.
const BUTTONS: usize = 600;

/// A message in a chat.
#[derive(Clone, Debug)]
pub struct Shown {
    pub text: String,
    /// When, on the monotonic hand.
    at: i64,
    /// Telegram does not let the bot change it or take it away any more.
    stuck: bool,
}

/// Every chat.
pub type Chats = BTreeMap<(i64, i64), Shown>;

impl Outside {
    /// A message of a person; its number.
    pub fn spoken_in(&mut self, chat: i64, account: i64, words: &str, at: i64) -> i64 {
        self.messages += 1;
        let text = words.to_owned();
        self.chats.insert((chat, self.messages), Shown { text, at, stuck: false });
        self.spoken.push((chat, self.messages, account));
        self.messages
    }

    /// A person changes a message, if it is still there.
    pub fn rewrite(&mut self, chat: i64, message: i64, words: &str) {
        if let Some(shown) = self.chats.get_mut(&(chat, message)) {
            shown.text = words.to_owned();
        }
    }

    /// What a message says, if it is still there.
    pub fn text(&self, chat: i64, message: i64) -> Option<String> {
        self.chats.get(&(chat, message)).map(|shown| shown.text.clone())
    }

    /// The newest message of the bot in a chat.
    pub fn newest_in(&self, chat: i64) -> Option<i64> {
        let mut own = self.chats.range((chat, 0)..=(chat, i64::MAX)).rev();
        own.find(|(place, _)| !self.spoken.iter().any(|one| (one.0, one.1) == **place))
            .map(|(place, _)| place.1)
    }

    /// The newest buttons there ever were in a chat.
    pub fn buttons_in(&self, chat: i64, most: usize) -> Vec<(i64, String)> {
        let there = self.buttons.iter().rev().filter(|button| button.0 == chat);
        there.take(most).map(|(_, message, data)| (*message, data.clone())).collect()
    }

    /// What is shown and could be changed or deleted.
    pub fn visible(&self) -> impl Iterator<Item = (&(i64, i64), &Shown)> {
        let moved = self.moved;
        self.chats.iter().filter(move |((chat, _), shown)| !(shown.stuck || moved && *chat == TEAM))
    }

    /// What Telegram says of an edit or a deletion by itself, before anything goes wrong.
    pub fn refuses(&mut self, outgoing: &Outgoing, at: i64) -> Option<Sent> {
        let (Address::Chat { chat, .. }, ChannelKind::Telegram) = (&outgoing.to, outgoing.channel)
        else {
            return None;
        };
        match outgoing.mode {
            Mode::Post => None,
            Mode::Edit(id) | Mode::Point(id) => {
                (!self.chats.contains_key(&(*chat, id))).then_some(Sent::EditLost)
            }
            Mode::Delete(id) => match self.chats.get(&(*chat, id)) {
                None => Some(Sent::Accepted(None)),
                Some(shown) if at - shown.at > DELETABLE => {
                    Some(Sent::Refused(trucban::domain::incident::event::WhyFailed::Rejected))
                }
                Some(_) => None,
            },
        }
    }

    /// What becomes of the chats by this answer.
    pub fn show(&mut self, outgoing: &Outgoing, sent: &Sent, at: i64) {
        let (Address::Chat { chat, .. }, ChannelKind::Telegram) = (&outgoing.to, outgoing.channel)
        else {
            return;
        };
        let place = |message| (*chat, message);
        match (sent, outgoing.mode) {
            (Sent::Accepted(_), Mode::Delete(id)) => drop(self.chats.remove(&place(id))),
            (Sent::Accepted(Some(id)), _) => {
                let message = render(outgoing);
                let at = self.chats.get(&place(*id)).map_or(at, |shown| shown.at);
                let text = message.markup.html().to_owned();
                self.chats.insert(place(*id), Shown { text, at, stuck: false });
                for button in message.buttons.iter().flatten() {
                    if let ButtonAction::Press(data) = &button.action {
                        self.remember_button(*chat, *id, data);
                    }
                }
            }
            (Sent::EditLost, Mode::Edit(id) | Mode::Point(id)) => {
                self.chats.remove(&place(id));
            }
            (Sent::Refused(_), Mode::Edit(id) | Mode::Point(id) | Mode::Delete(id)) => {
                self.chats.get_mut(&place(id)).into_iter().for_each(|shown| shown.stuck = true);
            }
            _ => {}
        }
    }

    /// Handing evidence over, and being let in, have scenarios of their own.
    fn remember_button(&mut self, chat: i64, message: i64, data: &str) {
        let others = ["1|eh|", "1|et|", "1|er|", "1|in"];
        if others.iter().any(|other| data.starts_with(other)) {
            return;
        }
        self.buttons.push((chat, message, data.to_owned()));
        if self.buttons.len() > BUTTONS {
            self.buttons.drain(..BUTTONS / 4);
        }
    }
}
