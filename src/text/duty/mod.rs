//! Words about who is on duty: the lists people ask for, and what they are told unasked.

mod feed;
mod found;
mod lists;
mod others;
mod outside;
mod reach;
mod refused;
mod told;

pub use feed::link as feed_link;
pub use found::found;
pub use lists::message;
pub use outside::outside;
pub use reach::{Table, tests};
pub use refused::refused;
pub use told::{done, told};

use chrono::{Datelike as _, Weekday};
use chrono_tz::Tz;

use super::people;
use crate::domain::directory::Directory;
use crate::domain::escalation::explain::Seat;
use crate::domain::roster::{Chair, Gap, Layer, OpenSpan, Span, Through};
use crate::domain::time::Timestamp;

/// A weekday as calendars here have it.
pub fn weekday(day: Weekday) -> &'static str {
    match day {
        Weekday::Mon => "T2",
        Weekday::Tue => "T3",
        Weekday::Wed => "T4",
        Weekday::Thu => "T5",
        Weekday::Fri => "T6",
        Weekday::Sat => "T7",
        Weekday::Sun => "CN",
    }
}

/// `07:30 T2 23/11`.
pub fn instant(at: Timestamp, zone: Tz) -> String {
    let local = at.local(zone);
    format!("{} {} {}", local.format("%H:%M"), weekday(local.weekday()), local.format("%d/%m"))
}

/// `07:30 T2 23/11 → 07:30 T3 24/11`.
pub fn span(span: Span, zone: Tz) -> String {
    format!("{} → {}", instant(span.from, zone), instant(span.to, zone))
}

/// The same of one whose end may not be in sight: `kể từ 07:30 T2 23/11 trở đi`.
pub fn open_span(stretch: OpenSpan, zone: Tz) -> String {
    match stretch.to {
        Some(to) => span(Span { from: stretch.from, to }, zone),
        None => format!("kể từ {} trở đi", instant(stretch.from, zone)),
    }
}

/// A chair of the roster.
pub fn layer(layer: Layer) -> &'static str {
    match layer {
        Layer::Duty => "trực",
        Layer::Backup => "trực dự bị",
    }
}

/// Who sits in a chair, or why nobody does.
pub fn chair(chair: &Chair, directory: &Directory) -> String {
    let people = chair.people().iter().map(|seated| {
        let name = people::name(&seated.person, directory);
        match seated.through {
            Through::Rotation => name,
            Through::Change => format!("{name} (xếp)"),
            Through::Swap => format!("{name} (đổi ca)"),
            Through::StandIn => format!("{name} (trực thay)"),
        }
    });
    match chair {
        Chair::Filled(_) => people.collect::<Vec<_>>().join(", "),
        Chair::Empty(gap) => format!("⚠ {}", self::gap(gap, directory)),
    }
}

/// Why a chair is empty.
pub fn gap(gap: &Gap, directory: &Directory) -> String {
    match gap {
        Gap::Declared => "để trống theo lịch".to_owned(),
        Gap::NoRotation => "chưa xếp ai".to_owned(),
        Gap::OnLeave(people) => {
            format!("{} nghỉ, chưa có người trực thay", people::names(people, directory))
        }
        Gap::Left(people) => {
            format!("{} không còn trong Đội, chưa xếp người khác", people::names(people, directory))
        }
    }
}

/// How the leads put somebody on duty in chat for a stretch without anybody.
fn put(one: Layer, stretch: OpenSpan, zone: Tz) -> String {
    let chair = if one == Layer::Backup { "dự bị " } else { "" };
    let when = match stretch.to {
        Some(to) => {
            let [from, to] = [stretch.from, to].map(|at| at.local(zone).format("%H:%M %d/%m"));
            format!("{from} {to}")
        }
        None => "TỪ_NGÀY ĐẾN_NGÀY".to_owned(),
    };
    format!("Xếp người: /truc {chair}NGƯỜI {when}")
}

/// Between a chair and who sits in it.
fn line(name: &str, words: &str) -> String {
    format!("{name}: {words}")
}

/// Behind the reason somebody is called: for whom, and until when his stretch lasts, where that is in sight.
pub fn seat(seat: &Seat, directory: &Directory, zone: Tz) -> String {
    let whom = seat.stands_in_for.as_ref().map(|id| format!(" ({})", people::name(id, directory)));
    let until = seat.until.map(|until| format!(" đến {}", instant(until, zone)));
    let until = until.unwrap_or_default();
    format!("{}; ca {}{until}", whom.unwrap_or_default(), layer(seat.layer))
}
