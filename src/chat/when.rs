//! An instant as people type it: `14:05`, `8 giờ 30 sáng nay`, `2h chiều hôm qua`, `20/11 14h`,
//! `2 giờ trước`. It becomes the time a thing was noticed, which is evidence: where words may mean
//! another instant than they seem to, none is read.

mod scan;

use std::time::Duration;

use chrono::{Days, NaiveDate, NaiveDateTime, NaiveTime, TimeZone as _};
use chrono_tz::Tz;

use super::values::is_one_of;
use crate::domain::time::Timestamp;
use crate::text::typed;
use scan::Scan;

/// An instant that was named.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Said {
    /// When; never in the future.
    pub at: Timestamp,
    /// Whether the words say this and nothing else.
    pub whole: bool,
}

/// The instant `words` name, never after `now`; `None` when they name none, or more than one. An hour
/// without a day is the latest such hour.
pub fn read(words: &str, now: Timestamp, zone: Tz) -> Option<Said> {
    if is_one_of(words, typed::NOW) {
        return Some(Said { at: now, whole: true });
    }
    let today = chrono::DateTime::<chrono::Utc>::from_timestamp_millis(now.millis())?
        .with_timezone(&zone)
        .naive_local();
    let scan = Scan::of(words, today.date());
    let once = scan.days.len() <= 1 && scan.clocks.len() <= 1 && scan.parts.len() <= 1;
    if scan.doubtful || !once || scan.spans.len() > 1 {
        return None;
    }
    let local = match scan.spans.first() {
        Some(span) if scan.clocks.is_empty() => {
            let alone = scan.days.is_empty() && scan.parts.is_empty();
            let at = now.minus(Duration::from_secs(*span));
            return alone.then_some(Said { at, whole: scan.left == 0 });
        }
        // "2 ngày trước lúc 9h": whole days say the day.
        Some(span) if span.checked_rem(DAY) == Some(0) && scan.days.is_empty() => {
            let day = today.date().checked_sub_days(Days::new(span.checked_div(DAY)?))?;
            scan.clocks.first()?.on(day, scan.parts.first().copied())?
        }
        Some(_) => return None,
        None => local(&scan, today)?,
    };
    let at = instant(local, zone).filter(|at| *at <= now)?;
    // A part of a day without an hour is only about then: the words are worth keeping.
    let exact = scan.parts.is_empty() || !scan.clocks.is_empty();
    Some(Said { at, whole: exact && scan.left == 0 })
}

/// Seconds in a day.
const DAY: u64 = 24 * 3600;

/// The instant on the clocks here.
fn local(scan: &Scan, today: NaiveDateTime) -> Option<NaiveDateTime> {
    let part = scan.parts.first().copied();
    let (day, clock) = (scan.days.first().copied(), scan.clocks.first());
    match (day, clock, part) {
        (Some(day), Some(clock), part) => clock.on(day, part),
        (None, Some(clock), part) => {
            let at = clock.on(today.date(), part)?;
            let before = today.date().checked_sub_days(Days::new(1))?;
            if at <= today { Some(at) } else { clock.on(before, part) }
        }
        (Some(day), None, Some(part)) => {
            let about = day.and_time(NaiveTime::from_hms_opt(part.about(), 0, 0)?);
            // This morning, said early in the morning, has begun.
            let begun = day == today.date() && part == Part::Morning && about > today;
            Some(if begun { today } else { about })
        }
        // A date among other words may be part of a name.
        (Some(_), None, None) if scan.left > 0 && scan.bare_date => None,
        (Some(day), None, None) => Some(day.and_time(today.time())),
        (None, None, _) => None,
    }
}

fn instant(local: NaiveDateTime, zone: Tz) -> Option<Timestamp> {
    let at = zone.from_local_datetime(&local).earliest()?;
    Some(Timestamp::from_millis(at.timestamp_millis()))
}

/// `14:05`, `14h05`, `14h`, `14g`.
pub(super) fn hour(token: &str) -> Option<NaiveTime> {
    let token = token.trim_matches(|c: char| !c.is_ascii_alphanumeric());
    let place = token.find([':', 'h', 'g'])?;
    let (hours, rest) = token.split_at_checked(place)?;
    let minutes = rest.trim_start_matches([':', 'h', 'g']).trim_end_matches(['p', 'h']);
    let minutes = if minutes.is_empty() { 0 } else { minutes.parse().ok()? };
    NaiveTime::from_hms_opt(hours.parse().ok()?, minutes, 0)
}

/// A part of the day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Part {
    Morning,
    Noon,
    Afternoon,
    Evening,
    Night,
}

impl Part {
    const ALL: [(Self, &[&str]); 5] = [
        (Self::Morning, typed::MORNING),
        (Self::Noon, typed::NOON),
        (Self::Afternoon, typed::AFTERNOON),
        (Self::Evening, typed::EVENING),
        (Self::Night, typed::NIGHT),
    ];

    /// The hour of twenty-four that is meant; from 24 on it is of the next day. `None` where the two
    /// contradict each other.
    fn hour(self, said: u32) -> Option<u32> {
        Some(match (self, said) {
            (Self::Morning, 12) => 0,
            (Self::Morning, 0..=11)
            | (Self::Noon, 10..=14)
            | (Self::Afternoon, 12..=19)
            | (Self::Evening, 17..=23)
            | (Self::Night, 19..=23) => said,
            (Self::Noon, 1..=2)
            | (Self::Afternoon, 1..=7)
            | (Self::Evening, 5..=12)
            | (Self::Night, 7..=12) => said.checked_add(12)?,
            // The small hours belong to the night of the day before.
            (Self::Night, 0..=4) => said.checked_add(24)?,
            _ => return None,
        })
    }

    /// What stands for it where no hour was said.
    fn about(self) -> u32 {
        match self {
            Self::Morning => 8,
            Self::Noon => 12,
            Self::Afternoon => 15,
            Self::Evening => 20,
            Self::Night => 23,
        }
    }
}

/// Hours and minutes as they were said.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Clock {
    hours: u32,
    minutes: u32,
}

impl Clock {
    /// On this day, at this part of it.
    fn on(self, date: NaiveDate, part: Option<Part>) -> Option<NaiveDateTime> {
        let hours = match part {
            Some(part) => part.hour(self.hours)?,
            None => self.hours,
        };
        let date = if hours >= 24 { date.checked_add_days(Days::new(1))? } else { date };
        let hours = if hours >= 24 { hours.checked_sub(24)? } else { hours };
        Some(date.and_time(NaiveTime::from_hms_opt(hours, self.minutes, 0)?))
    }
}
