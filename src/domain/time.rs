//! Instants and how people write them down. A [`Timestamp`] cannot read a clock: only `clock` can.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use chrono::{DateTime, LocalResult, NaiveDateTime, SecondsFormat, TimeZone, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

/// An instant, in whole milliseconds since the Unix epoch (UTC).
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Timestamp(i64);

/// A time the program was away.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Absence {
    /// Last sign of life.
    pub from: Timestamp,
    /// Back again.
    pub until: Timestamp,
}

impl Timestamp {
    /// The instant `ms` milliseconds after the Unix epoch.
    pub const fn from_millis(ms: i64) -> Self {
        Self(ms)
    }

    /// Milliseconds since the Unix epoch.
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// This instant and `span` more.
    pub fn plus(self, span: Duration) -> Self {
        Self(self.0.saturating_add(millis_of(span)))
    }

    /// This instant less `span`.
    pub fn minus(self, span: Duration) -> Self {
        Self(self.0.saturating_sub(millis_of(span)))
    }

    /// This instant moved by a signed number of milliseconds.
    pub fn shifted(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms))
    }

    /// How long after `earlier` this is; zero when it is not after it.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// RFC 3339 with the offset of `zone`, to the second, as the JSON of the contract has it.
    pub fn rfc3339(self, zone: Tz) -> String {
        self.local(zone).to_rfc3339_opts(SecondsFormat::Secs, false)
    }

    /// As people here write it: `14:05 21/11/2026`.
    pub fn shown(self, zone: Tz) -> String {
        self.local(zone).format("%H:%M %d/%m/%Y").to_string()
    }

    /// Only the time of day: `14:05`.
    pub fn hour(self, zone: Tz) -> String {
        self.local(zone).format("%H:%M").to_string()
    }

    /// The calendar year in `zone`, which numbers incidents.
    pub fn year(self, zone: Tz) -> i32 {
        use chrono::Datelike as _;
        self.local(zone).year()
    }

    /// The day in `zone`.
    pub fn date(self, zone: Tz) -> chrono::NaiveDate {
        self.local(zone).date_naive()
    }

    /// Date and time of day in `zone`.
    pub fn local(self, zone: Tz) -> DateTime<Tz> {
        let utc = Utc.timestamp_millis_opt(self.0).single().unwrap_or_default();
        utc.with_timezone(&zone)
    }
}

fn millis_of(span: Duration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX)
}

impl From<DateTime<Utc>> for Timestamp {
    fn from(at: DateTime<Utc>) -> Self {
        Self(at.timestamp_millis())
    }
}

/// The text was not an RFC 3339 instant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an RFC 3339 instant: {0}")]
pub struct BadTimestamp(pub String);

impl FromStr for Timestamp {
    type Err = BadTimestamp;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        DateTime::parse_from_rfc3339(text)
            .map(|at| at.with_timezone(&Utc).into())
            .map_err(|_| BadTimestamp(text.to_owned()))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.rfc3339(Tz::UTC))
    }
}

/// The instant at which `local` begins: of two the first; where the clock skips it, the first instant
/// after the gap.
pub fn start_of(local: NaiveDateTime, zone: Tz) -> Timestamp {
    resolve(local, zone, |result| result.earliest())
}

/// The instant at which `local` is over: of two the last; where the clock skips it, the first instant
/// after the gap.
pub fn end_of(local: NaiveDateTime, zone: Tz) -> Timestamp {
    resolve(local, zone, |result| result.latest())
}

/// Longest gap a zone has ever had: a whole day, where the date line was moved.
const LONGEST_GAP_MINUTES: i64 = 25 * 60;

fn resolve(
    local: NaiveDateTime,
    zone: Tz,
    choose: impl Fn(LocalResult<DateTime<Tz>>) -> Option<DateTime<Tz>>,
) -> Timestamp {
    (0..LONGEST_GAP_MINUTES)
        .filter_map(|minutes| local.checked_add_signed(chrono::TimeDelta::minutes(minutes)))
        .find_map(|local| choose(zone.from_local_datetime(&local)))
        .map_or_else(|| local.and_utc().into(), |at| at.with_timezone(&Utc).into())
}
