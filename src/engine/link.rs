//! The one-person link by which a page outside chat is answered: who, which incident, which episode,
//! and a proof that we made it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::hmac;

use crate::domain::ids::{IncidentCode, PersonId};

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
    /// The path's last part. Half of the proof is enough and keeps an SMS short.
    pub fn token(&self, secret: &[u8]) -> String {
        let said = format!("{}|{}|{}", self.code, self.episode, self.person);
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), said.as_bytes());
        let proof = tag.as_ref().get(..16).unwrap_or_default();
        let mut bytes = proof.to_vec();
        bytes.extend_from_slice(said.as_bytes());
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Reads a token we made; `None` for anything else.
    pub fn read(token: &str, secret: &[u8]) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (_, said) = bytes.split_at_checked(16)?;
        let said = std::str::from_utf8(said).ok()?;
        let mut parts = said.splitn(3, '|');
        let code = IncidentCode::read(parts.next()?)?;
        let episode = parts.next()?.parse().ok()?;
        let link = Self { code, episode, person: PersonId::new(parts.next()?) };
        // Compared in constant time by signing again: both sides are then digests.
        let expected =
            hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), link.token(secret).as_bytes());
        hmac::verify(
            &hmac::Key::new(hmac::HMAC_SHA256, secret),
            token.as_bytes(),
            expected.as_ref(),
        )
        .ok()?;
        Some(link)
    }
}
