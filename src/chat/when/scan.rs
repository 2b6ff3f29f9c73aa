//! Finds what a message says of time, word by word.

use chrono::{Datelike as _, Days, NaiveDate};
use unicode_normalization::UnicodeNormalization as _;

use super::{Clock, Part};
use crate::domain::fold::fold;
use crate::text::typed;

/// One word, as it was typed and without marks.
struct Word {
    said: String,
    plain: String,
    /// Whether nothing stood between it and the word before.
    glued: bool,
}

impl Word {
    fn of(said: &str, glued: bool) -> Self {
        Self { said: said.to_lowercase(), plain: fold(said), glued }
    }

    /// Whether it is one of these. Marks count where it has some: "trời" is not "rồi".
    fn is(&self, words: &[&str]) -> bool {
        let same = |word: &&str| match self.said.is_ascii() {
            true => self.plain == fold(word),
            false => self.said == **word,
        };
        words.iter().any(same)
    }

    fn number(&self) -> Option<u64> {
        let digits = self.plain.bytes().all(|byte| byte.is_ascii_digit());
        if digits && self.plain.len() <= 4 { self.plain.parse().ok() } else { None }
    }
}

/// What a message says of time.
#[derive(Default)]
pub struct Scan {
    words: Vec<Word>,
    today: NaiveDate,
    /// Hours of a clock.
    pub clocks: Vec<Clock>,
    /// Days.
    pub days: Vec<NaiveDate>,
    /// Parts of a day.
    pub parts: Vec<Part>,
    /// Seconds that have passed.
    pub spans: Vec<u64>,
    /// How many words say something else.
    pub left: usize,
    /// Whether a day stands in figures without "ngày".
    pub bare_date: bool,
    /// Whether another instant may be meant than the one that seems to be.
    pub doubtful: bool,
    /// Whether an hour without minutes came after words that say something else: it may be how long
    /// something took.
    perhaps_long: bool,
    last_left: bool,
}

/// A number with a unit, and what belongs to it.
struct Amount {
    number: u64,
    half: bool,
    /// Seconds of the unit.
    unit: u64,
    minutes: Option<u64>,
    /// Minutes that are wanting to the hour.
    short: u64,
    /// Whether the unit is the hour of a clock.
    clock: bool,
    used: usize,
}

impl Scan {
    /// Reads `text`, said on `today`.
    pub fn of(text: &str, today: NaiveDate) -> Self {
        let text: String = text.nfc().collect();
        let mut scan = Self { words: split(&text), today, ..Self::default() };
        let mut at = 0_usize;
        while at < scan.words.len() {
            let used = scan.amount(at).or_else(|| scan.date(at)).or_else(|| scan.day(at));
            let used = used.or_else(|| scan.around(at));
            scan.last_left = used.is_none();
            scan.left = scan.left.saturating_add(usize::from(used.is_none()));
            at = at.saturating_add(used.unwrap_or(1).max(1));
        }
        let placed = !scan.days.is_empty() || !scan.parts.is_empty();
        scan.doubtful |= scan.perhaps_long && !placed;
        scan
    }

    fn is(&self, at: usize, words: &[&str]) -> bool {
        self.words.get(at).is_some_and(|word| word.is(words))
    }

    /// Whether these words stand here, one after the other.
    fn all(&self, at: usize, words: &[&str]) -> bool {
        words.iter().zip(at..).all(|(word, place)| self.is(place, &[word]))
    }

    fn number(&self, at: usize) -> Option<u64> {
        self.words.get(at)?.number()
    }

    /// Time that has passed, or the hour of a clock.
    fn amount(&mut self, at: usize) -> Option<usize> {
        let one = self.measured(at)?;
        let after = at.saturating_add(one.used);
        let before = at.checked_sub(1);
        if before.is_some_and(|before| self.is(before, typed::TENS)) {
            self.doubtful = true;
            return None;
        }
        let ago = self.is(after, typed::AGO);
        let since = before.is_some_and(|before| self.is(before, typed::HENCE));
        if (ago
            && self.is(after.saturating_add(1), typed::BEFORE_WHAT)
            && self.number(after.saturating_add(2)).is_none())
            || self.is(after, typed::NO_INSTANT)
        {
            self.doubtful = true;
            return None;
        }
        if (ago || since) && one.short == 0 {
            let half = if one.half { one.unit.checked_div(2)? } else { 0 };
            let minutes = one.minutes.unwrap_or(0).saturating_mul(60);
            let whole = one.number.saturating_mul(one.unit);
            self.spans.push(whole.saturating_add(half).saturating_add(minutes));
            return Some(one.used.saturating_add(usize::from(ago)));
        }
        if !one.clock {
            return None;
        }
        let bare = one.minutes.is_none() && !one.half;
        self.perhaps_long |= bare && self.last_left;
        let minutes = if one.half { 30 } else { one.minutes.unwrap_or(0) };
        let minutes = one.number.checked_mul(60)?.checked_add(minutes)?.checked_sub(one.short)?;
        let clock = Clock {
            hours: u32::try_from(minutes.checked_div(60)?).ok()?,
            minutes: u32::try_from(minutes.checked_rem(60)?).ok()?,
        };
        // No clock shows it: what was meant is not known.
        self.doubtful |= clock.hours > 24 || one.minutes.is_some_and(|minutes| minutes > 59);
        self.clocks.push(clock);
        Some(one.used)
    }

    /// A number and what measures it.
    fn measured(&self, at: usize) -> Option<Amount> {
        let half_a = self.is(at, typed::HALF_A);
        let in_words = || typed::AMOUNTS.iter().find(|(word, _)| self.is(at, &[word]));
        let number = match self.number(at) {
            Some(number) => number,
            None if half_a => 0,
            None => in_words().map(|(_, number)| *number)?,
        };
        let next = at.saturating_add(1);
        let mut one = Amount {
            number,
            half: half_a,
            unit: 3600,
            minutes: None,
            short: 0,
            clock: false,
            used: 2,
        };
        if self.is(next, &[":"]) {
            let minutes = self.number(at.saturating_add(2)).filter(|_| self.glued(next, 2))?;
            return Some(Amount { minutes: Some(minutes), clock: true, used: 3, ..one });
        }
        if self.is(next, typed::AND_HALF) && !half_a {
            return Some(Amount { half: true, clock: true, ..one });
        }
        let (_, unit) = typed::UNITS.iter().find(|(words, _)| self.is(next, words))?;
        one.unit = *unit;
        one.clock = self.is(next, typed::HOUR) && !half_a;
        let then = at.saturating_add(2);
        if self.is(then, typed::AND_HALF) && !half_a {
            return Some(Amount { half: true, used: 3, ..one });
        }
        let short = self.is(then, typed::SHORT_OF) && one.clock;
        let place = then.saturating_add(usize::from(short));
        let Some(minutes) = self.number(place).filter(|_| *unit == 3600 && !half_a) else {
            return Some(one);
        };
        let after = place.saturating_add(1);
        let named = self.is(after, typed::MINUTE);
        if !(named || self.words.get(place).is_some_and(|word| word.glued) || self.ends(after)) {
            return Some(one);
        }
        let used = after.saturating_add(usize::from(named)).checked_sub(at)?;
        match short {
            true if minutes < 60 => Some(Amount { short: minutes, used, ..one }),
            true => None,
            false => Some(Amount { minutes: Some(minutes), used, ..one }),
        }
    }

    /// Whether so many words from here on are one with the word before each.
    fn glued(&self, at: usize, count: usize) -> bool {
        self.words.iter().skip(at).take(count).all(|word| word.glued)
    }

    /// Whether an hour is over here: nothing follows, or something else about time.
    fn ends(&self, at: usize) -> bool {
        let Some(word) = self.words.get(at) else { return true };
        let part = Part::ALL.iter().any(|(_, words)| word.is(words));
        let day =
            typed::DAYS.iter().any(|(words, _)| words.first().is_some_and(|one| word.is(&[one])));
        part || day || word.is(typed::AGO) || word.is(typed::AROUND) || word.plain.contains('/')
    }

    /// `20/11`, `20-11-2026`, `2026-11-20`, `20 tháng 11`.
    fn date(&mut self, at: usize) -> Option<usize> {
        let named = at.checked_sub(1).is_some_and(|before| self.is(before, typed::DAY_WORD));
        if let (Some(day), true) = (self.number(at), self.is(at.saturating_add(1), typed::MONTH)) {
            let month = self.number(at.saturating_add(2))?;
            let year = self.number(at.saturating_add(4));
            let year = year.filter(|_| self.is(at.saturating_add(3), typed::YEAR));
            self.dated(day, month, year);
            return Some(if year.is_some() { 5 } else { 3 });
        }
        let plain = self.words.get(at)?.plain.clone();
        let parts: Vec<Option<u64>> =
            plain.split(['/', '-', '.']).map(|part| Word::of(part, false).number()).collect();
        match *parts.as_slice() {
            [Some(day), Some(month)] if !plain.contains('.') => self.dated(day, month, None),
            [Some(year), Some(month), Some(day)] if year > 31 => self.dated(day, month, Some(year)),
            [Some(day), Some(month), Some(year)] => self.dated(day, month, Some(year)),
            _ => return None,
        }
        self.bare_date |= !named;
        Some(1)
    }

    /// A date without a year is the latest such date; one no calendar has leaves everything in doubt.
    fn dated(&mut self, day: u64, month: u64, year: Option<u64>) {
        let (Ok(day), Ok(month)) = (u32::try_from(day), u32::try_from(month)) else { return };
        let full = |year: u64| if year < 100 { year.saturating_add(2000) } else { year };
        let on = |year: i32| NaiveDate::from_ymd_opt(year, month, day);
        let this = self.today.year();
        let date = match year {
            Some(year) => i32::try_from(full(year)).ok().and_then(on),
            None => [this, this.saturating_sub(1)]
                .into_iter()
                .filter_map(on)
                .find(|date| *date <= self.today),
        };
        self.doubtful |= date.is_none();
        self.days.extend(date);
    }

    /// `hôm qua`, `sáng nay`, `chiều qua`, `tối`.
    fn day(&mut self, at: usize) -> Option<usize> {
        let next = at.saturating_add(1);
        let named = typed::DAYS.iter().find(|(words, _)| self.all(at, words));
        if let Some((words, back)) = named {
            self.back(*back);
            return Some(words.len());
        }
        let (part, words) = Part::ALL.iter().find(|(_, words)| self.is(at, words))?;
        // "Tối" without its mark may be "tôi".
        let plain = self.words.get(at).is_some_and(|word| word.said.is_ascii());
        let after = typed::PART_OF.iter().find(|(word, _)| self.is(next, &[word]));
        let over = self.ends(next) && !self.is(next, typed::AROUND);
        let in_doubt = plain && *words == typed::EVENING && !over && after.is_none();
        self.doubtful |= in_doubt;
        self.parts.push(*part);
        let Some((_, back)) = after else { return Some(1) };
        self.back(*back);
        Some(2)
    }

    fn back(&mut self, days: u64) {
        self.days.extend(self.today.checked_sub_days(Days::new(days)));
    }

    /// Words that say nothing of the instant, or that leave it in doubt.
    fn around(&mut self, at: usize) -> Option<usize> {
        self.doubtful |= typed::ELSEWHEN.iter().any(|words| self.all(at, words));
        self.is(at, typed::AROUND).then_some(1)
    }
}

/// The words of a text. Figures and what is written onto them are words of their own: `8h30`.
fn split(text: &str) -> Vec<Word> {
    let between = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | '(' | ')' | '~');
    let outside = |c: char| !c.is_alphanumeric() && c != '\'';
    let tokens = text.split(between).map(|token| token.trim_matches(outside));
    let tokens = tokens.filter(|token| !token.is_empty());
    tokens
        .flat_map(|token| measures(token).unwrap_or_else(|| vec![Word::of(token, false)]))
        .collect()
}

/// `8h30`, `14:05`, `30p`, `8h30'`: figures and units by turns.
fn measures(token: &str) -> Option<Vec<Word>> {
    // "4G" is no hour.
    if !token.starts_with(|c: char| c.is_ascii_digit()) || token.contains('G') {
        return None;
    }
    let mut words: Vec<Word> = Vec::new();
    let mut rest = token;
    while !rest.is_empty() {
        let digit = rest.starts_with(|c: char| c.is_ascii_digit());
        let end = rest.find(|c: char| c.is_ascii_digit() != digit).unwrap_or(rest.len());
        let (piece, after) = rest.split_at_checked(end)?;
        let piece = if piece == "'" { "p" } else { piece };
        let word = Word::of(piece, !words.is_empty());
        let unit = typed::UNITS.iter().any(|(units, _)| word.is(units)) || piece == ":";
        if !digit && !unit {
            return None;
        }
        words.push(word);
        rest = after;
    }
    (words.len() > 1).then_some(words)
}
