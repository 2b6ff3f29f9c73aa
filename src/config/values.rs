//! Values with a form of their own: secrets, durations, URLs, chats.

use std::str::FromStr;
use std::time::Duration;

use super::duration;
use super::problem::ProblemKind;
use super::secret::Secret;
use super::section::{Found, Section};
use crate::domain::values::UnknownValue;

/// The three keys of one secret: in place, by environment variable, by file.
pub(super) struct SecretKeys(pub [&'static str; 3]);

/// The keys of a `token`.
pub(super) const TOKEN: SecretKeys = SecretKeys(["token", "token_env", "token_file"]);

/// The keys of an `smtp` server.
pub(super) const SMTP: SecretKeys = SecretKeys(["smtp", "smtp_env", "smtp_file"]);

impl Section<'_> {
    /// A secret, where it is given in exactly one way. A secret's value stands in no problem.
    pub fn secret(&self, keys: &SecretKeys) -> Option<Secret<String>> {
        let [in_place, by_env, by_file] = keys.0;
        let found = keys.0.map(|key| self.get(key).map(|found| (key, found)));
        let given: Vec<&str> = found.iter().flatten().map(|(key, _)| *key).collect();
        if given.len() > 1 {
            let keys = given.iter().map(|key| self.key(key)).collect();
            let last = given.last().copied().unwrap_or(in_place);
            self.report(last, ProblemKind::SecretTwice { keys });
            return None;
        }
        let (key, found) = found.into_iter().flatten().next()?;
        let secret = match key {
            key if key == by_env => from_environment(&found)?,
            key if key == by_file => from_file(&found)?,
            _ => found.words()?.to_owned(),
        };
        if secret.chars().any(|c| c.is_whitespace() || c.is_control()) {
            found.report(ProblemKind::SecretMalformed);
            return None;
        }
        Some(Secret::new(secret))
    }

    /// A secret that must be there.
    pub fn need_secret(&self, keys: &SecretKeys) -> Option<Secret<String>> {
        let secret = self.secret(keys);
        if keys.0.iter().all(|key| self.get(key).is_none()) {
            let [in_place, ..] = keys.0;
            self.report(in_place, ProblemKind::Missing);
        }
        secret
    }

    /// A duration, or `otherwise` where none is given.
    pub fn duration(&self, key: &'static str, otherwise: Duration) -> Duration {
        self.get(key).and_then(|found| found.duration()).unwrap_or(otherwise)
    }

    /// The same, no shorter than `least`.
    pub fn at_least(&self, key: &'static str, least: Duration, otherwise: Duration) -> Duration {
        let duration = self.duration(key, otherwise);
        if duration < least {
            self.report(key, ProblemKind::TooShort { least });
        }
        duration
    }
}

fn from_environment(found: &Found<'_>) -> Option<String> {
    let variable = found.words()?;
    let value = (found.reader.env)(variable).map(|value| value.trim().to_owned());
    let value = value.filter(|value| !value.is_empty());
    if value.is_none() {
        let variable = variable.to_owned();
        found.report(ProblemKind::SecretNotInEnvironment { variable });
    }
    value
}

fn from_file(found: &Found<'_>) -> Option<String> {
    let path = found.reader.resolve(found.words()?);
    match std::fs::read(&path) {
        Err(error) => {
            found.report(ProblemKind::SecretUnreadable { path, why: error.kind() });
            None
        }
        Ok(bytes) => {
            let value = String::from_utf8(bytes).unwrap_or_default().trim().to_owned();
            if value.is_empty() {
                found.report(ProblemKind::SecretFileEmpty { path });
                return None;
            }
            found.reader.secret_files.borrow_mut().push(path);
            Some(value)
        }
    }
}

impl Found<'_> {
    /// `90s`, `5m`, `2h`, `3d`.
    pub fn duration(&self) -> Option<Duration> {
        let read = duration::read(self.text()?);
        self.or_report(read, || ProblemKind::BadDuration)
    }

    /// A chat's id, which is never zero.
    pub fn chat(&self) -> Option<i64> {
        let id = self.number(i64::MIN, i64::MAX)?;
        self.or_report((id != 0).then_some(id), || ProblemKind::NotAChat)
    }

    /// One of a closed set of values.
    pub fn value<T: FromStr<Err = UnknownValue> + Copy>(
        &self,
        known: &[T],
        word: impl Fn(T) -> &'static str,
    ) -> Option<T> {
        let text = self.words()?;
        self.or_report(text.parse().ok(), || ProblemKind::UnknownValue {
            value: text.to_owned(),
            known: known.iter().map(|one| word(*one)).collect(),
        })
    }

    /// The value whose word it is.
    pub fn one_of<T: Clone>(&self, known: &[(&'static str, T)]) -> Option<T> {
        let text = self.words()?;
        let found = known.iter().find(|(word, _)| *word == text).map(|(_, value)| value.clone());
        self.or_report(found, || ProblemKind::UnknownValue {
            value: text.to_owned(),
            known: known.iter().map(|(word, _)| *word).collect(),
        })
    }

    /// A URL with one of these schemes, without the slash at its end; empty means none.
    pub fn url(&self, schemes: &'static [&'static str]) -> Option<String> {
        let text = self.text().filter(|text| !text.is_empty())?;
        self.or_report(url(text, schemes), || ProblemKind::BadUrl { schemes })
    }

    /// The value, or a problem in its place.
    pub fn or_report<T>(&self, value: Option<T>, kind: impl Fn() -> ProblemKind) -> Option<T> {
        if value.is_none() {
            self.report(kind());
        }
        value
    }
}

/// A URL with one of these schemes and a host. Whoever uses it parses it in full.
pub(super) fn url(text: &str, schemes: &[&str]) -> Option<String> {
    let (scheme, rest) = text.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?;
    let named = host.split(':').next().is_some_and(|name| !name.is_empty());
    let clean = !text.chars().any(|c| c.is_whitespace() || c.is_control());
    let fits = schemes.iter().any(|known| known.eq_ignore_ascii_case(scheme));
    (fits && named && clean).then(|| text.trim_end_matches('/').to_owned())
}
