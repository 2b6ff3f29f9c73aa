//! The forms single cells have. Each either reads the cell or reports what is wrong with it.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use super::dates;
use super::problem::RowProblemKind as Kind;
use super::sheet::Row;
use crate::domain::calendar::When;
use crate::domain::directory::Directory;
use crate::domain::ids::UnitCode;
use crate::domain::values::{ChannelKind, Role};

/// Ids and codes stand in callback data, which is short.
const LONGEST_CODE: usize = 24;

/// Names and titles.
const LONGEST_NAME: usize = 200;

/// The working hours that can be written.
const WORKING: [When; 2] = [When::InHours, When::OutOfHours];

impl Row<'_> {
    /// The row's own id or code, which must not stand in the file twice, in whatever capitals.
    pub fn own_code(&self, column: &str, seen: &mut BTreeMap<String, u64>) -> Option<String> {
        let Some(code) = self.filled(column) else {
            self.report(column, Kind::Missing);
            return None;
        };
        if !is_code(code) {
            self.report(column, Kind::BadCode);
            return None;
        }
        if let Some(line) = seen.get(&code.to_lowercase()) {
            self.report(column, Kind::Duplicate { line: *line });
            return None;
        }
        seen.insert(code.to_lowercase(), self.line);
        Some(code.to_owned())
    }

    /// Words on one line: what the directory has where there is no such column.
    pub fn words(&self, column: &str, kept: Option<&str>) -> String {
        let words = self.cell(column).or(kept).unwrap_or_default();
        let words = words.split(|c: char| c.is_whitespace() || c.is_control());
        let words = words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
        if words.chars().count() > LONGEST_NAME {
            let limit = u32::try_from(LONGEST_NAME).unwrap_or(u32::MAX);
            self.report(column, Kind::TooLong { limit });
        }
        words
    }

    /// Words that must be there in the end.
    pub fn needed_words(&self, column: &str, kept: Option<&str>) -> String {
        let words = self.words(column, kept);
        if words.is_empty() {
            self.report(column, Kind::Missing);
        }
        words
    }

    /// A cell that may be empty, read by `form`; what the directory has where there is no column.
    pub fn optional<T>(
        &self,
        column: &str,
        kept: Option<T>,
        form: impl Fn(&str) -> Result<T, Kind>,
    ) -> Option<T> {
        if self.cell(column).is_none() {
            return kept;
        }
        match form(self.filled(column)?) {
            Ok(value) => Some(value),
            Err(kind) => {
                self.report(column, kind);
                None
            }
        }
    }

    /// A day, as `YYYY-MM-DD`.
    pub fn day(&self, column: &str, kept: Option<String>) -> Option<String> {
        self.optional(column, kept, |cell| dates::date(cell, self.is_number(column)))
    }

    /// The code of a unit there is, as the directory writes it.
    pub fn unit(
        &self,
        column: &str,
        kept: Option<UnitCode>,
        directory: &Directory,
    ) -> Option<UnitCode> {
        self.optional(column, kept, |cell| {
            let code = UnitCode::new(cell);
            if directory.units.contains_key(&code) { Ok(code) } else { Err(Kind::UnknownUnit) }
        })
    }

    /// Roles, separated by `;`.
    pub fn roles(&self, column: &str, kept: BTreeSet<Role>) -> BTreeSet<Role> {
        let known = || Role::ALL.iter().map(|role| role.as_str()).collect();
        let roles = self.list(column, || Kind::UnknownRole { known: known() });
        roles.map_or(kept, BTreeSet::from_iter)
    }

    /// Channels, best first, separated by `;`; one named twice counts where it stands first.
    pub fn channels(&self, column: &str, kept: Option<&Vec<ChannelKind>>) -> Vec<ChannelKind> {
        let known = || ChannelKind::ALL.iter().map(|channel| channel.as_str()).collect();
        let named = self.list(column, || Kind::UnknownChannel { known: known() });
        let Some(named) = named else { return kept.cloned().unwrap_or_default() };
        let mut order = Vec::new();
        for channel in named {
            if !order.contains(&channel) {
                order.push(channel);
            }
        }
        order
    }

    /// Words of a closed list, separated by `;`; each that is not in it is reported. Nothing where
    /// there is no such column.
    fn list<T: FromStr>(&self, column: &str, unknown: impl Fn() -> Kind) -> Option<Vec<T>> {
        let words = self.cell(column)?.split([';', ',']).map(str::trim);
        let mut read = Vec::new();
        for word in words.filter(|word| !word.is_empty()) {
            match word.to_lowercase().parse() {
                Ok(value) => read.push(value),
                Err(_) => self.report(column, unknown()),
            }
        }
        Some(read)
    }

    /// `yes` or `no`; an empty cell is `yes`.
    pub fn yes_or_no(&self, column: &str, kept: bool) -> bool {
        let Some(cell) = self.cell(column) else { return kept };
        match cell.to_lowercase().as_str() {
            "" | "yes" => true,
            "no" => false,
            _ => {
                self.report(column, Kind::NotYesOrNo);
                kept
            }
        }
    }

    /// When somebody works; an empty cell means at any hour.
    pub fn hours(&self, column: &str, kept: Option<When>) -> Option<When> {
        let Some(cell) = self.cell(column) else { return kept };
        let known = WORKING.into_iter().find(|when| when.as_str() == cell.to_lowercase());
        if known.is_none() && !cell.is_empty() {
            self.report(column, Kind::UnknownHours { known: WORKING.map(When::as_str).to_vec() });
        }
        known
    }
}

fn is_code(text: &str) -> bool {
    let letters = text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
    letters && (1..=LONGEST_CODE).contains(&text.len())
}

/// Digits with a leading `+` where there is one; what people put between them is dropped. Spreadsheets
/// take numbers for amounts and drop the zero in front: what is left may be somebody else's number
/// abroad, so nothing is guessed.
pub(super) fn phone(text: &str) -> Result<String, Kind> {
    let between = |c: &char| !(c.is_whitespace() || matches!(c, '.' | '-' | '(' | ')'));
    let plain: String = text.chars().filter(between).collect();
    let digits = plain.strip_prefix('+').unwrap_or(&plain);
    let fits = digits.bytes().all(|b| b.is_ascii_digit()) && (8..=15).contains(&digits.len());
    if !fits {
        return Err(Kind::BadPhone);
    }
    // Numbers within the country begin with 0, free ones with 1, with the country's code they are longer.
    let whole = plain.starts_with(['+', '0', '1']) || !matches!(plain.len(), 9 | 10);
    if whole { Ok(plain) } else { Err(Kind::LostZero { meant: format!("0{plain}") }) }
}

/// An address with something on both sides of one `@`. Whether it exists only a message can tell.
pub(super) fn email(text: &str) -> Result<String, Kind> {
    let clean = text.is_ascii() && !text.chars().any(|c| c.is_whitespace() || c.is_control());
    let fits = text.split_once('@').is_some_and(|(local, domain)| {
        let labels = domain.split('.').all(|label| !label.is_empty());
        !local.is_empty() && labels && domain.contains('.') && !domain.contains(['@', ',', ';'])
    });
    if clean && fits && text.len() <= 254 { Ok(text.to_owned()) } else { Err(Kind::BadEmail) }
}

/// A user's id is positive; a group's is not.
pub(super) fn telegram_id(text: &str) -> Result<i64, Kind> {
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    match text.parse() {
        Ok(id) if digits && id > 0 => Ok(id),
        _ => Err(Kind::BadTelegramId),
    }
}
