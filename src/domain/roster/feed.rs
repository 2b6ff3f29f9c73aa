//! Calendars that telephones subscribe to: whose duty they show, and whether their link still holds.
//! The link itself is never kept: it is made anew from whose it is and how often it was renewed.

use serde::{Deserialize, Serialize};

use super::Roster;
use super::decide::RosterRefusal;
use super::event::RosterEvent;
use crate::domain::access::Permit;
use crate::domain::ids::PersonId;

/// Whose duty a calendar shows.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FeedOf {
    /// One person's.
    Person(PersonId),
    /// Everybody's.
    Team,
    /// Nobody's: the drills there are.
    Drills,
}

/// A calendar as it stands.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Feed {
    /// Whose.
    pub of: FeedOf,
    /// Which link holds: each new one has the next number.
    pub number: u32,
    /// Whether any holds.
    pub live: bool,
}

/// What is wished of a calendar.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FeedWish {
    /// To have its link; the first time one is made.
    Have,
    /// A new link in the place of the one that holds.
    Renew,
    /// No link any more.
    Stop,
}

impl Roster {
    /// The calendar whose link holds.
    pub fn feed(&self, of: &FeedOf) -> Option<&Feed> {
        self.feeds.iter().find(|feed| feed.live && &feed.of == of)
    }

    /// What a wish about a calendar leads to: one's own, and for leads that of all.
    pub(super) fn feed_wished(
        &self,
        of: &FeedOf,
        wish: FeedWish,
        permit: &Permit,
        leads: bool,
    ) -> Result<Vec<RosterEvent>, RosterRefusal> {
        let may = match of {
            FeedOf::Person(person) => permit.is(person),
            FeedOf::Team | FeedOf::Drills => leads,
        };
        if !may {
            return Err(RosterRefusal::NotAllowed);
        }
        let last = self.feeds.iter().find(|feed| &feed.of == of);
        let live = last.is_some_and(|feed| feed.live);
        let number = last.map_or(0, |feed| feed.number).saturating_add(1);
        Ok(match wish {
            FeedWish::Have if live => Vec::new(),
            FeedWish::Have | FeedWish::Renew => {
                vec![RosterEvent::FeedOpened { of: of.clone(), number }]
            }
            FeedWish::Stop if live => vec![RosterEvent::FeedStopped { of: of.clone() }],
            FeedWish::Stop => Vec::new(),
        })
    }

    pub(super) fn feed_opened(&mut self, of: &FeedOf, number: u32) {
        self.feeds.retain(|feed| &feed.of != of);
        self.feeds.push(Feed { of: of.clone(), number, live: true });
    }

    pub(super) fn feed_stopped(&mut self, of: &FeedOf) {
        if let Some(feed) = self.feeds.iter_mut().find(|feed| &feed.of == of) {
            feed.live = false;
        }
    }
}
