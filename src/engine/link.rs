//! Links with a proof that we made them: the one-person link by which a page outside chat is answered,
//! and those of calendars for telephones.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::hmac;

use super::settings::Settings;
use crate::domain::duty_notice::DutyNotice;
use crate::domain::ids::{IncidentCode, PersonId};
use crate::domain::notice::{Answer, Body, Reader};
use crate::domain::receipt::{Done, DutyDone};
use crate::domain::roster::feed::FeedOf;
use crate::domain::time::Timestamp;
use crate::ledger::outbox::{Recipient, Row};
use crate::ledger::{StorageError, Tx};

/// Half of the proof is enough and keeps an SMS short.
const PROOF: usize = 16;

/// What is said, after a proof that we said it.
fn sealed(said: &str, secret: &[u8]) -> String {
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), said.as_bytes());
    let mut bytes = tag.as_ref().get(..PROOF).unwrap_or_default().to_vec();
    bytes.extend_from_slice(said.as_bytes());
    URL_SAFE_NO_PAD.encode(bytes)
}

/// What we said; `None` for anything else.
fn opened(token: &str, secret: &[u8]) -> Option<String> {
    let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
    let (_, said) = bytes.split_at_checked(PROOF)?;
    let said = std::str::from_utf8(said).ok()?;
    // Compared in constant time by signing again: both sides are then digests.
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
    let expected = hmac::sign(&key, sealed(said, secret).as_bytes());
    hmac::verify(&key, token.as_bytes(), expected.as_ref()).ok()?;
    Some(said.to_owned())
}

/// The link of a calendar for telephones.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FeedLink {
    /// Whose duty it shows.
    pub of: FeedOf,
    /// Which of the calendar's links.
    pub number: u32,
}

impl FeedLink {
    /// The path's last part.
    pub fn token(&self, secret: &[u8]) -> String {
        let number = self.number;
        sealed(
            &match &self.of {
                FeedOf::Person(person) => format!("duty|{number}|p|{person}"),
                FeedOf::Team => format!("duty|{number}|t|"),
                FeedOf::Drills => format!("duty|{number}|d|"),
            },
            secret,
        )
    }

    /// Reads a token we made; `None` for anything else.
    pub fn read(token: &str, secret: &[u8]) -> Option<Self> {
        let said = opened(token, secret)?;
        let mut parts = said.strip_prefix("duty|")?.splitn(3, '|');
        let number = parts.next()?.parse().ok()?;
        let of = match (parts.next()?, parts.next()?) {
            ("p", person) => FeedOf::Person(PersonId::new(person)),
            ("t", "") => FeedOf::Team,
            ("d", "") => FeedOf::Drills,
            _ => return None,
        };
        Some(Self { of, number })
    }
}

/// What a link stands for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Link {
    /// The incident.
    pub code: IncidentCode,
    /// The episode it was made for.
    pub episode: u32,
    /// The only person it is for.
    pub person: PersonId,
}

impl Link {
    /// The path's last part.
    pub fn token(&self, secret: &[u8]) -> String {
        sealed(&format!("{}|{}|{}", self.code, self.episode, self.person), secret)
    }

    /// Reads a token we made; `None` for anything else.
    pub fn read(token: &str, secret: &[u8]) -> Option<Self> {
        let said = opened(token, secret)?;
        let mut parts = said.splitn(3, '|');
        let code = IncidentCode::read(parts.next()?)?;
        let episode = parts.next()?.parse().ok()?;
        Some(Self { code, episode, person: PersonId::new(parts.next()?) })
    }
}

/// The link by which one person takes one watch.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WatchLink {
    /// When the watch began.
    pub since: Timestamp,
    /// The only person it is for.
    pub person: PersonId,
}

impl WatchLink {
    /// The path's last part.
    pub fn token(&self, secret: &[u8]) -> String {
        sealed(&format!("watch|{}|{}", self.since.millis(), self.person), secret)
    }

    /// Reads a token we made; `None` for anything else.
    pub fn read(token: &str, secret: &[u8]) -> Option<Self> {
        let said = opened(token, secret)?;
        let (since, person) = said.strip_prefix("watch|")?.split_once('|')?;
        let since = Timestamp::from_millis(since.parse().ok()?);
        Some(Self { since, person: PersonId::new(person) })
    }
}

/// The link a message carries. Outside chat a page has one for that person and that episode, the word that a
/// watch begins one for that person and that watch; whoever asked for a calendar is given its link, in
/// private.
pub fn carried(
    tx: &mut Tx<'_>,
    settings: &Settings,
    row: &Row,
    reader: &Reader,
) -> Result<Option<String>, StorageError> {
    let Some(url) = &settings.public_url else { return Ok(None) };
    let path = match (&row.notice.body, &row.to, reader) {
        (Body::Page { code, episode, .. }, Recipient::Person(person), _) => {
            let link = Link { code: code.clone(), episode: *episode, person: person.clone() };
            format!("p/{}", link.token(&tx.secret("page_link")?))
        }
        (
            Body::Duty(DutyNotice::Incoming { at, taken: None, .. }),
            Recipient::Person(person),
            _,
        ) => {
            let link = WatchLink { since: *at, person: person.clone() };
            format!("p/{}", link.token(&tx.secret("page_link")?))
        }
        (
            Body::Answer(Answer::Done(Done::Duty(DutyDone::Feed { of, number, .. }))),
            _,
            Reader::Person(person),
        ) if matches!(of, FeedOf::Team | FeedOf::Drills)
            || *of == FeedOf::Person(person.clone()) =>
        {
            let link = FeedLink { of: of.clone(), number: *number };
            format!("lich/{}", link.token(&tx.secret("page_link")?))
        }
        _ => return Ok(None),
    };
    Ok(Some(format!("{}/{path}", url.trim_end_matches('/'))))
}
