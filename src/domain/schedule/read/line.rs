//! The words of a line, one after the other.

use chrono::{NaiveDate, NaiveTime};

use super::said::Date;
use crate::domain::fold::fold;
use crate::domain::schedule::fault::Fault;

/// Which of several, as it was said.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Order {
    /// Counted from the first.
    Number(u32),
    /// The last.
    Last,
}

/// The words of a line, and how far they are read.
pub struct Line<'a> {
    /// As they were typed, and without marks.
    words: Vec<(&'a str, String)>,
    at: usize,
}

const ORDERS: [(&[&str], Order); 22] = [
    (&["dau", "tien"], Order::Number(1)),
    (&["dau"], Order::Number(1)),
    (&["thu", "nhat"], Order::Number(1)),
    (&["thu", "hai"], Order::Number(2)),
    (&["thu", "nhi"], Order::Number(2)),
    (&["thu", "ba"], Order::Number(3)),
    (&["thu", "tu"], Order::Number(4)),
    (&["thu", "nam"], Order::Number(5)),
    (&["thu", "sau"], Order::Number(6)),
    (&["thu", "bay"], Order::Number(7)),
    (&["thu", "tam"], Order::Number(8)),
    (&["thu", "chin"], Order::Number(9)),
    (&["thu", "muoi", "mot"], Order::Number(11)),
    (&["thu", "muoi", "hai"], Order::Number(12)),
    (&["thu", "muoi", "ba"], Order::Number(13)),
    (&["thu", "muoi", "bon"], Order::Number(14)),
    (&["thu", "muoi", "lam"], Order::Number(15)),
    (&["thu", "muoi"], Order::Number(10)),
    (&["cuoi", "cung"], Order::Last),
    (&["cuoi"], Order::Last),
    (&["sau", "cung"], Order::Last),
    (&["sau", "chot"], Order::Last),
];

/// Words that make a number an hour.
const HOUR: [&str; 3] = ["h", "gio", "g"];

/// Parts of the day after an hour of twelve, and the hours that are said with them.
const PARTS: [(&str, [u32; 2]); 4] =
    [("sang", [1, 11]), ("trua", [10, 13]), ("chieu", [1, 18]), ("toi", [5, 23])];

impl<'a> Line<'a> {
    /// The words of `text`.
    pub fn of(text: &'a str) -> Self {
        let words = text.split_whitespace();
        Self { words: words.map(|word| (word, plain(word))).collect(), at: 0 }
    }

    /// Whether every word is read.
    pub fn is_over(&self) -> bool {
        self.at >= self.words.len()
    }

    /// How far it is read.
    pub fn place(&self) -> usize {
        self.at
    }

    /// Reads again from there.
    pub fn back(&mut self, place: usize) {
        self.at = place;
    }

    /// Passes over a word.
    pub fn skip(&mut self) {
        self.at = self.at.saturating_add(1);
    }

    /// The word here, as it was typed.
    pub fn word(&self) -> String {
        let typed = self.words.get(self.at).map(|(typed, _)| *typed).unwrap_or_default();
        typed.trim_matches(is_between).to_owned()
    }

    /// The word here with everything on it, passed over.
    pub fn raw(&mut self) -> &'a str {
        let typed = self.words.get(self.at).map(|(typed, _)| *typed).unwrap_or_default();
        self.skip();
        typed
    }

    /// What was read since `place`, as it was typed.
    pub fn since(&self, place: usize) -> String {
        let count = self.at.saturating_sub(place).max(1);
        let words: Vec<&str> =
            self.words.iter().skip(place).take(count).map(|(typed, _)| *typed).collect();
        words.join(" ").trim_matches(is_between).to_owned()
    }

    fn plain(&self, ahead: usize) -> &str {
        let word = self.words.get(self.at.saturating_add(ahead));
        word.map(|(_, plain)| plain.as_str()).unwrap_or_default()
    }

    /// Takes these words, one after the other, or none of them.
    pub fn take(&mut self, words: &[&str]) -> bool {
        let same = words.iter().enumerate().all(|(ahead, word)| self.plain(ahead) == *word);
        if same {
            self.at = self.at.saturating_add(words.len());
        }
        same
    }

    /// Takes the first of these that stands here.
    pub fn take_any<T: Copy>(&mut self, all: &[(&[&str], T)]) -> Option<T> {
        all.iter().find(|(words, _)| self.take(words)).map(|(_, value)| *value)
    }

    /// Keeps what was read since `place`, unless the same was said before.
    pub fn once<T>(&self, place: usize, kept: &mut Option<T>, value: T) -> Result<(), Fault> {
        match kept.replace(value) {
            Some(_) => Err(Fault::Twice(self.since(place))),
            None => Ok(()),
        }
    }

    /// The number here.
    pub fn number(&self) -> Option<u32> {
        figures(self.plain(0))
    }

    /// Whether the next word but one is this.
    pub fn before(&self, word: &str) -> bool {
        self.plain(1) == word
    }

    /// Whether this word stands here, and was typed with a mark.
    pub fn before_mark(&self, word: &str) -> bool {
        self.plain(0) == word && !self.word().is_ascii()
    }

    /// Whether the number here is an hour.
    pub fn measured(&self) -> bool {
        HOUR.contains(&self.plain(1))
    }

    /// `đầu tiên`, `thứ ba`, `thứ 3`, `cuối cùng`.
    pub fn order(&mut self) -> Option<Order> {
        if let Some(order) = self.take_any(&ORDERS) {
            return Some(order);
        }
        let number = figures(self.plain(1)).filter(|number| *number > 0 && self.plain(0) == "thu");
        if number.is_some() {
            self.at = self.at.saturating_add(2);
        }
        number.map(Order::Number)
    }

    /// `15/10`, `15/10/2027`, `2027-10-15`.
    pub fn date(&mut self) -> Result<Option<Date>, Fault> {
        let word = self.plain(0);
        if !word.starts_with(|c: char| c.is_ascii_digit()) || !word.contains(['/', '-']) {
            return Ok(None);
        }
        let parts: Vec<Option<u32>> = word.split(['/', '-']).map(figures).collect();
        let in_year = |year: u32, month, day| {
            let year = if year < 100 { year.saturating_add(2000) } else { year };
            let year = i32::try_from(year).ok().filter(|year| (1970..=9999).contains(year))?;
            NaiveDate::from_ymd_opt(year, month, day).map(Date::Full)
        };
        let date = match *parts.as_slice() {
            [Some(day @ 1..=31), Some(month @ 1..=12)] => Some(Date::OfYear { day, month }),
            [Some(year), Some(month), Some(day)] if year > 31 => in_year(year, month, day),
            [Some(day), Some(month), Some(year)] => in_year(year, month, day),
            _ => None,
        };
        let date = date.ok_or_else(|| Fault::NoDate(self.word()))?;
        self.skip();
        Ok(Some(date))
    }

    /// `9h`, `8h30`, `14:00`, `9 giờ 30 phút`, `2 giờ chiều`.
    pub fn time(&mut self) -> Result<Option<NaiveTime>, Fault> {
        let from = self.at;
        let at_word = self.take(&["luc"]);
        let Some((hour, minute)) = self.hour_and_minute(at_word) else {
            self.back(from);
            return Ok(None);
        };
        let hour = self.of_part(hour);
        let time = hour.and_then(|hour| NaiveTime::from_hms_opt(hour, minute, 0));
        time.map(Some).ok_or_else(|| Fault::NoTime(self.since(from)))
    }

    /// A number alone is an hour only behind "lúc".
    fn hour_and_minute(&mut self, named: bool) -> Option<(u32, u32)> {
        let word = self.plain(0).to_owned();
        let end = word.find(|c: char| !c.is_ascii_digit()).unwrap_or(word.len());
        let (digits, unit) = word.split_at_checked(end)?;
        let hour = figures(digits)?;
        if unit.is_empty() {
            let measured = self.measured();
            if measured {
                self.skip();
                self.skip();
                return Some((hour, self.minutes()));
            }
            self.skip();
            return named.then_some((hour, 0));
        }
        let colon = unit.strip_prefix(':');
        let behind = HOUR.iter().find_map(|hour| {
            unit.strip_prefix(hour).filter(|rest| !rest.starts_with(char::is_alphabetic))
        });
        let written = colon.or(behind)?;
        let minute = written.trim_end_matches("phut").trim_end_matches(['p', '\'']);
        let minute = if minute.is_empty() { None } else { Some(figures(minute)?) };
        self.skip();
        match minute {
            Some(minute) => Some((hour, minute)),
            None if behind.is_some() => Some((hour, self.minutes())),
            None => None,
        }
    }

    /// What stands behind a whole hour: `30`, `30 phút`, `rưỡi`.
    fn minutes(&mut self) -> u32 {
        if self.take(&["ruoi"]) {
            return 30;
        }
        // "9h 15 tháng 10" goes on with the date.
        let Some(minute) = self.number().filter(|_| !self.before("thang")) else { return 0 };
        self.skip();
        self.take_any(&[(&["phut"], ()), (&["p"], ())]);
        minute
    }

    /// The hour of twenty-four, by the part of the day behind it; `None` where there is no such hour.
    fn of_part(&mut self, hour: u32) -> Option<u32> {
        // "sang ngày sau" is what becomes of a drill on a holiday.
        if self.plain(0) == "sang" && self.plain(1) == "ngay" && self.plain(2) == "sau" {
            return Some(hour);
        }
        let Some((part, [first, last])) =
            PARTS.into_iter().find(|(word, _)| self.plain(0) == *word)
        else {
            return Some(hour);
        };
        self.skip();
        // Of noon on people count from one again.
        let later = matches!((part, hour), ("trua", 1) | ("chieu", 1..=6) | ("toi", 5..=11));
        let hour = if later { hour.checked_add(12)? } else { hour };
        let known = match part {
            "chieu" | "toi" => (12..=last).contains(&hour),
            _ => (first..=last).contains(&hour),
        };
        known.then_some(hour)
    }
}

/// What stands around words and says nothing.
fn is_between(c: char) -> bool {
    matches!(c, ',' | ';' | '.' | ':' | '(' | ')' | '"' | '“' | '”' | '–' | '-' | '\u{2026}')
}

fn plain(word: &str) -> String {
    fold(word.trim_matches(is_between))
}

/// A number of at most four figures.
fn figures(text: &str) -> Option<u32> {
    let digits = !text.is_empty() && text.len() <= 4 && text.bytes().all(|b| b.is_ascii_digit());
    if digits { text.parse().ok() } else { None }
}
