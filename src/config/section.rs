//! Walking the file key by key. Every key asked for is a key there is; the rest is unknown.

use std::cell::{OnceCell, RefCell};
use std::path::{Path, PathBuf};

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use chrono_tz::Tz;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::place;
use super::problem::{Expected, Place, Problem, ProblemKind};
use crate::domain::fold::distance;
use crate::domain::time::Timestamp;

/// What reading one file needs and gathers.
pub(super) struct Reader<'a> {
    pub text: &'a str,
    pub path: &'a Path,
    pub env: &'a dyn Fn(&str) -> Option<String>,
    pub problems: RefCell<Vec<Problem>>,
    /// Where each line begins, once somebody asked.
    pub lines: OnceCell<Vec<usize>>,
    /// Where secrets were read from.
    pub secret_files: RefCell<Vec<PathBuf>>,
}

impl Reader<'_> {
    /// A path of the file, relative to the file itself.
    pub fn resolve(&self, written: &str) -> PathBuf {
        self.path.parent().unwrap_or(Path::new("")).join(written)
    }

    /// The place of byte `offset`.
    pub fn place(&self, offset: usize) -> Place {
        let lines = self.lines.get_or_init(|| place::lines(self.text));
        place::on(self.text, lines, offset)
    }

    /// What another file came to; its problems are told with those of this one.
    pub fn keep<T>(&self, read: Result<T, Vec<Problem>>) -> Option<T> {
        read.map_err(|mut problems| self.problems.borrow_mut().append(&mut problems)).ok()
    }

    pub fn report(&self, place: Place, kind: ProblemKind) {
        let file = self.path.to_owned();
        self.problems.borrow_mut().push(Problem { file, place, kind });
    }
}

/// A table of the file, or none where it was left out.
pub(super) struct Section<'a> {
    pub reader: &'a Reader<'a>,
    table: Option<&'a DeTable<'a>>,
    path: String,
    at: Option<usize>,
    known: RefCell<Vec<&'static str>>,
}

/// A value that stands for itself.
pub(super) enum Scalar<'a> {
    Truth(bool),
    Number(i64),
    Words(&'a str),
}

/// A value of the file and where it stands.
#[derive(Clone)]
pub(super) struct Found<'a> {
    pub reader: &'a Reader<'a>,
    value: &'a DeValue<'a>,
    at: usize,
    key: String,
}

impl<'a> Section<'a> {
    pub fn root(reader: &'a Reader<'a>, table: &'a DeTable<'a>) -> Self {
        Self {
            reader,
            table: Some(table),
            path: String::new(),
            at: None,
            known: RefCell::default(),
        }
    }

    fn absent(reader: &'a Reader<'a>, path: String) -> Self {
        Self { reader, table: None, path, at: None, known: RefCell::default() }
    }

    pub fn is_present(&self) -> bool {
        self.table.is_some()
    }

    /// The value of `key`, where there is one.
    pub fn get(&self, key: &'static str) -> Option<Found<'a>> {
        self.known.borrow_mut().push(key);
        let value = self.table?.get(key)?;
        let (reader, at) = (self.reader, value.span().start);
        Some(Found { reader, value: value.get_ref(), at, key: self.key(key) })
    }

    /// The value of `key`, which must be there.
    pub fn need(&self, key: &'static str) -> Option<Found<'a>> {
        let found = self.get(key);
        if found.is_none() {
            self.report(key, ProblemKind::Missing);
        }
        found
    }

    /// The section `key`; an absent one has no keys.
    pub fn section(&self, key: &'static str) -> Section<'a> {
        self.get(key)
            .and_then(|found| found.section())
            .unwrap_or_else(|| Section::absent(self.reader, self.key(key)))
    }

    /// The sections `[[key]]`.
    pub fn sections(&self, key: &'static str) -> Vec<Section<'a>> {
        let Some(found) = self.get(key) else { return Vec::new() };
        let DeValue::Array(_) = found.value else {
            found.report(ProblemKind::WrongType { expected: Expected::Tables });
            return Vec::new();
        };
        found.items().iter().filter_map(Found::section).collect()
    }

    /// A problem with `key`, or with where it should stand.
    pub fn report(&self, key: &str, kind: ProblemKind) {
        let at = self.table.and_then(|table| table.get(key)).map(|value| value.span().start);
        let place = at.or(self.at).map(|at| self.reader.place(at)).unwrap_or_default();
        self.reader.report(Place { key: Some(self.key(key)), ..place }, kind);
    }

    /// A problem with the section as a whole.
    pub fn report_whole(&self, kind: ProblemKind) {
        let place = self.at.map(|at| self.reader.place(at)).unwrap_or_default();
        self.reader.report(Place { key: Some(self.path.clone()), ..place }, kind);
    }

    /// Every key with its value, where keys are free: none of them is unknown.
    pub fn entries(&self) -> Vec<(&'a str, Found<'a>)> {
        let entry =
            |(key, value): (&'a Spanned<std::borrow::Cow<'a, str>>, &'a Spanned<DeValue<'a>>)| {
                let name: &'a str = key.get_ref();
                let (reader, at) = (self.reader, value.span().start);
                (name, Found { reader, value: value.get_ref(), at, key: self.key(name) })
            };
        self.table.into_iter().flatten().map(entry).collect()
    }

    /// The same in the order of the file.
    pub fn in_order(&self) -> Vec<(&'a str, Found<'a>)> {
        let mut entries = self.entries();
        entries.sort_by_key(|(_, found)| found.at);
        entries
    }

    /// Where it stands.
    pub fn place(&self) -> Place {
        let place = self.at.map(|at| self.reader.place(at)).unwrap_or_default();
        Place { key: Some(self.path.clone()), ..place }
    }

    /// The end of reading: whatever was not asked for is unknown.
    pub fn finish(&self) {
        let known = self.known.borrow();
        for (key, _) in self.table.into_iter().flatten() {
            let name: &str = key.get_ref();
            if known.contains(&name) {
                continue;
            }
            let near = known.iter().map(|known| (distance(&name.to_lowercase(), known), *known));
            let near = near.filter(|(edits, known)| *edits <= 2 && *edits < known.len());
            let nearest = near.min().map(|(_, known)| known);
            let place = self.reader.place(key.span().start);
            let place = Place { key: Some(self.key(name)), ..place };
            self.reader.report(place, ProblemKind::UnknownKey { key: name.to_owned(), nearest });
        }
    }

    pub fn key(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }
}

impl<'a> Found<'a> {
    pub fn report(&self, kind: ProblemKind) {
        self.reader.report(self.place(), kind);
    }

    /// Where it stands.
    pub fn place(&self) -> Place {
        Place { key: Some(self.key.clone()), ..self.reader.place(self.at) }
    }

    fn wrong<T>(&self, expected: Expected) -> Option<T> {
        self.report(ProblemKind::WrongType { expected });
        None
    }

    /// Words, trimmed, which may be empty.
    pub fn text(&self) -> Option<&'a str> {
        match self.value {
            DeValue::String(text) => Some(text.trim()),
            _ => self.wrong(Expected::Text),
        }
    }

    /// Words, without saying what is wrong with anything else.
    pub fn text_quietly(&self) -> Option<&'a str> {
        match self.value {
            DeValue::String(text) => Some(text.trim()),
            _ => None,
        }
    }

    /// Yes or no, a number or words, whichever it is.
    pub fn scalar(&self) -> Option<Scalar<'a>> {
        match self.value {
            DeValue::Boolean(truth) => Some(Scalar::Truth(*truth)),
            DeValue::Integer(_) => self.number(i64::MIN, i64::MAX).map(Scalar::Number),
            _ => self.words().map(Scalar::Words),
        }
    }

    /// Words, not empty.
    pub fn words(&self) -> Option<&'a str> {
        let text = self.text()?;
        if text.is_empty() {
            self.report(ProblemKind::Empty);
        }
        (!text.is_empty()).then_some(text)
    }

    /// A whole number within bounds.
    pub fn number(&self, least: i64, most: i64) -> Option<i64> {
        let DeValue::Integer(number) = self.value else { return self.wrong(Expected::Number) };
        let value = i64::from_str_radix(number.as_str(), number.radix()).ok();
        let value = value.filter(|value| (least..=most).contains(value));
        if value.is_none() {
            self.report(ProblemKind::OutOfRange { least, most });
        }
        value
    }

    /// True or false.
    pub fn truth(&self) -> Option<bool> {
        match self.value {
            DeValue::Boolean(value) => Some(*value),
            _ => self.wrong(Expected::Truth),
        }
    }

    /// A day, `2026-11-24`, as a string or as TOML's own date.
    pub fn date(&self) -> Option<NaiveDate> {
        let day = match self.value {
            DeValue::Datetime(day) => day.to_string().parse().ok(),
            _ => self.words()?.parse().ok(),
        };
        self.or_report(day, || ProblemKind::BadDate)
    }

    /// A day, or a time on it, `2026-11-24` or `2026-11-24T07:30`; a day alone is its midnight. `local` says
    /// which instant is meant where the clock was moved; one with its offset is exactly that instant.
    pub fn instant(
        &self,
        zone: Tz,
        local: fn(NaiveDateTime, Tz) -> Timestamp,
    ) -> Option<Timestamp> {
        let text = match self.value {
            DeValue::Datetime(at) => at.to_string(),
            _ => self.words()?.to_owned(),
        };
        let forms = ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"];
        let at = forms.iter().find_map(|form| NaiveDateTime::parse_from_str(&text, form).ok());
        let day = || text.parse::<NaiveDate>().ok().map(|day| day.and_time(NaiveTime::MIN));
        let at = at.or_else(day).map(|at| local(at, zone)).or_else(|| text.parse().ok());
        self.or_report(at, || ProblemKind::BadInstant)
    }

    /// A time of day, `07:30`.
    pub fn time(&self) -> Option<NaiveTime> {
        let time = time_of_day(self.words()?);
        self.or_report(time, || ProblemKind::BadTime)
    }

    /// A stretch of the day, `07:30-11:30`.
    pub fn hours(&self) -> Option<(NaiveTime, NaiveTime)> {
        let both = self.words()?.split_once('-');
        let both = both.and_then(|(from, to)| Some((time_of_day(from)?, time_of_day(to)?)));
        self.or_report(both, || ProblemKind::BadHours)
    }

    /// Whether it is a list.
    pub fn is_list(&self) -> bool {
        matches!(self.value, DeValue::Array(_))
    }

    /// The items of a list.
    pub fn list(&self) -> Option<Vec<Found<'a>>> {
        match self.value {
            DeValue::Array(_) => Some(self.items()),
            _ => self.wrong(Expected::List),
        }
    }

    fn items(&self) -> Vec<Found<'a>> {
        let DeValue::Array(array) = self.value else { return Vec::new() };
        let item = |(index, value): (usize, &'a Spanned<DeValue<'a>>)| Found {
            reader: self.reader,
            value: value.get_ref(),
            at: value.span().start,
            key: format!("{}[{}]", self.key, index.saturating_add(1)),
        };
        array.iter().enumerate().map(item).collect()
    }

    /// It as a section.
    pub fn section(&self) -> Option<Section<'a>> {
        let DeValue::Table(table) = self.value else { return self.wrong(Expected::Table) };
        Some(Section {
            reader: self.reader,
            table: Some(table),
            path: self.key.clone(),
            at: Some(self.at),
            known: RefCell::default(),
        })
    }
}

/// `07:30`.
fn time_of_day(text: &str) -> Option<NaiveTime> {
    NaiveTime::parse_from_str(text.trim(), "%H:%M").ok()
}
