//! Free text inside events: removable words, referred to by digest.

use serde::{Deserialize, Serialize, Serializer};

/// SHA-256 over salt and bytes, in hexadecimal: the name of a piece of removable content.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ContentId(pub String);

/// Free text on its way into, or already in, the ledger.
///
/// A decision makes `Plain`; the ledger seals it when it appends, and from then on events and
/// states carry only the digest. `Plain` refuses to be serialised, so words cannot slip into the
/// chain, where they could never be removed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Text {
    /// Words not yet stored.
    Plain(String),
    /// Words stored apart under this digest.
    Sealed(ContentId),
}

impl Text {
    /// Words on their way in.
    pub fn plain(words: impl Into<String>) -> Self {
        Self::Plain(words.into())
    }

    /// The digest, once sealed.
    pub fn sealed(&self) -> Option<&ContentId> {
        match self {
            Self::Plain(_) => None,
            Self::Sealed(id) => Some(id),
        }
    }
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Plain(_) => Err(serde::ser::Error::custom("unsealed text must not be stored")),
            Self::Sealed(id) => id.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        ContentId::deserialize(deserializer).map(Self::Sealed)
    }
}
