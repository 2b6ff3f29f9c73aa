//! What is wrong, told: each kind of problem to its sentence in `text`.

use std::io;

use super::duration;
use super::problem::{Expected, Problem, ProblemKind as Kind};
use super::rows::{Encoding, RowProblem, RowProblemKind as Row};
use crate::text::problems::{Finding, Place, Problem as Told, expected, reading};

impl Problem {
    /// One line with file, place and remedy.
    pub fn words(&self) -> String {
        let mut place = Place::file(self.file.display().to_string());
        place.line = self.place.line.and_then(|line| u64::try_from(line).ok());
        place.column = self.place.column.and_then(|column| u64::try_from(column).ok());
        place.key.clone_from(&self.place.key);
        Finding::new(place, told(&self.kind)).to_string()
    }
}

/// Why a file or folder could not be used.
pub fn why(kind: io::ErrorKind) -> &'static str {
    match kind {
        io::ErrorKind::NotFound => reading::MISSING,
        io::ErrorKind::PermissionDenied => reading::FORBIDDEN,
        io::ErrorKind::IsADirectory => reading::FOLDER,
        io::ErrorKind::NotADirectory => reading::NO_FOLDER,
        io::ErrorKind::AlreadyExists => reading::TAKEN,
        io::ErrorKind::StorageFull => reading::FULL,
        io::ErrorKind::ReadOnlyFilesystem => reading::READ_ONLY,
        _ => reading::OTHER,
    }
}

fn told(kind: &Kind) -> Told {
    let list = |words: &[&str]| words.join(", ");
    match kind {
        Kind::Unreadable { why: kind } => Told::NotReadable { why: why(*kind).to_owned() },
        Kind::NotUtf8 => Told::NotUtf8 {},
        Kind::Syntax { detail } => Told::Syntax { why: detail.clone() },
        Kind::UnknownKey { key, nearest: None } => Told::UnknownKey { key: key.clone() },
        Kind::UnknownKey { key, nearest: Some(nearest) } => {
            Told::UnknownKeyNear { key: key.clone(), nearest: (*nearest).to_owned() }
        }
        Kind::Missing => Told::MissingKey {},
        Kind::WrongType { expected } => Told::WrongType { expected: shape(*expected).to_owned() },
        Kind::Empty => Told::EmptyValue {},
        Kind::UnknownValue { value, known } => {
            Told::UnknownValue { value: value.clone(), known: list(known) }
        }
        Kind::Twice { value } => Told::Twice { value: value.clone() },
        Kind::OutOfRange { least, most } => Told::OutOfRange { least: *least, most: *most },
        Kind::NotAChat => Told::BadChat {},
        Kind::BadDuration => Told::BadDuration {},
        Kind::TooShort { least } => Told::TooShort { least: duration::written(*least) },
        Kind::BadTimezone => Told::BadTimezone {},
        Kind::BadDate => Told::BadDay {},
        Kind::BadInstant => Told::BadInstant {},
        Kind::BadTime => Told::BadTime {},
        Kind::BadHours => Told::BadHours {},
        Kind::Backwards => Told::Backwards {},
        Kind::Overlaps => Told::Overlaps {},
        Kind::OtherYear { year } => Told::OtherYear { year: i64::from(*year) },
        Kind::NotInTeam { id } => Told::NotInTeam { id: id.clone() },
        Kind::BadListen => Told::BadListen {},
        Kind::BadUrl { schemes } => {
            let schemes: Vec<String> = schemes.iter().map(|one| format!("{one}://")).collect();
            Told::BadUrl { schemes: schemes.join(", ") }
        }
        Kind::BadEmail => Told::BadEmail {},
        Kind::BadPrefix => Told::BadPrefix {},
        Kind::BadName => Told::BadName {},
        Kind::WhichUnits => Told::WhichUnits {},
        Kind::SamePrefix => Told::SamePrefix {},
        Kind::OnlyLowMayWait => Told::OnlyLowMayWait {},
        Kind::BadDayOfYear => Told::BadDayOfYear {},
        Kind::LastPolicyHasConditions => Told::LastPolicyConditional {},
        Kind::PolicyHidesLater => Told::PolicyHidesLater {},
        Kind::PolicyNeverApplies => Told::PolicyNeverApplies {},
        Kind::UnknownTarget { value } => Told::UnknownTarget { value: value.clone() },
        Kind::Needs { section } => Told::Needs { section: (*section).to_owned() },
        Kind::ChannelNotInOrder { channel } => {
            Told::ChannelNotInOrder { channel: (*channel).to_owned() }
        }
        Kind::Play(fault) => {
            let (what, remedy) = fault.said();
            Told::Playbook { what, remedy }
        }
        Kind::Drill(fault) => {
            let (what, remedy) = fault.said();
            Told::Playbook { what, remedy }
        }
        Kind::ExampleFails { came } => Told::ExampleFails { came: (*came).to_owned() },
        secret => of_secret(secret),
    }
}

fn of_secret(kind: &Kind) -> Told {
    match kind {
        Kind::SecretTwice { keys } => Told::SecretTwice { keys: keys.join(", ") },
        Kind::SecretNotInEnvironment { variable } => {
            Told::SecretEnvUnset { variable: variable.clone() }
        }
        Kind::SecretUnreadable { path, why: kind } => Told::SecretFileUnreadable {
            file: path.display().to_string(),
            why: why(*kind).to_owned(),
        },
        Kind::SecretFileEmpty { path } => {
            Told::SecretFileEmpty { file: path.display().to_string() }
        }
        Kind::SecretShared { with } => Told::SecretShared { with: with.clone() },
        _ => Told::SecretMalformed {},
    }
}

fn shape(expected: Expected) -> &'static str {
    match expected {
        Expected::Text => expected::TEXT,
        Expected::Number => expected::NUMBER,
        Expected::List => expected::LIST,
        Expected::Table => expected::TABLE,
        Expected::Tables => expected::TABLES,
        Expected::Truth => expected::TRUTH,
    }
}

impl RowProblem {
    /// One line with file, line, column and remedy.
    pub fn words(&self, file: &str) -> String {
        let mut place = Place::file(file);
        place.sheet.clone_from(&self.sheet);
        match &self.cell {
            Some(cell) => place.cell = Some(cell.clone()),
            None => place.line = Some(self.line).filter(|line| *line > 0),
        }
        place.key.clone_from(&self.column);
        Finding::new(place, self.told()).to_string()
    }

    fn told(&self) -> Told {
        let value = || self.value.clone();
        match &self.kind {
            Row::NotUtf8(Encoding::Utf16) => Told::Utf16 {},
            Row::NotUtf8(Encoding::OneByte) => Told::OneByteEncoding {},
            Row::OldWorkbook => Told::OldWorkbook {},
            Row::BadWorkbook => Told::BadWorkbook {},
            Row::TooManyCells => Told::TooManyCells {},
            Row::SeveralSheets { sheets } => Told::SeveralSheets { sheets: sheets.join(", ") },
            Row::MergedCells => Told::MergedCells { last: value() },
            Row::NoRows => Told::NoRows {},
            Row::MissingColumn => Told::MissingColumn {},
            Row::UnknownColumn { nearest: Some(nearest), .. } => {
                Told::UnknownColumnNear { nearest: (*nearest).to_owned() }
            }
            Row::UnknownColumn { known, .. } => Told::UnknownColumn { known: known.join(", ") },
            Row::NamelessColumn { number } => Told::NamelessColumn { number: *number },
            Row::DuplicateColumn => Told::DuplicateColumn {},
            Row::CellCount { expected, found } => {
                Told::CellCount { expected: *expected, found: *found }
            }
            Row::Missing => Told::RequiredField {},
            Row::TooLong { limit } => Told::TooLong { limit: *limit },
            Row::BadCode => Told::BadId { value: value() },
            Row::Duplicate { line } => Told::DuplicateValue { value: value(), first: *line },
            Row::OtherCapitals { known } => {
                Told::OtherCapitals { value: value(), known: known.clone() }
            }
            Row::UnknownUnit => Told::UnknownUnit { code: value() },
            Row::Cycle => Told::ParentCycle {},
            Row::OwnSuccessor => Told::OwnSuccessor {},
            Row::SuccessorCycle => Told::SuccessorCycle {},
            Row::SuccessorWithoutEnd => Told::SuccessorWithoutEnd {},
            Row::UnknownKind { known } => {
                let known: Vec<String> =
                    known.iter().map(|(word, name)| format!("{word} ({name})")).collect();
                Told::UnknownKind { value: value(), known: known.join(", ") }
            }
            Row::UnknownChannel { known } => {
                Told::UnknownChannel { value: value(), known: known.join(", ") }
            }
            Row::UnknownHours { known } => {
                Told::UnknownHours { value: value(), known: known.join(", ") }
            }
            Row::NotYesOrNo => Told::NotYesOrNo { value: value() },
            Row::UnknownPerson => Told::UnknownPerson { value: value() },
            Row::BadLevel => Told::BadLevel { value: value() },
            Row::UnknownRole { known } => {
                Told::UnknownRole { value: value(), known: known.join(", ") }
            }
            Row::LostZero { meant } => Told::LostZero { value: value(), meant: meant.clone() },
            Row::BadPhone => Told::BadPhone { value: value() },
            Row::BadEmail => Told::BadMail { value: value() },
            Row::BadTelegramId => Told::BadTelegramId { value: value() },
            Row::TelegramIdTaken { by } => Told::TelegramIdTaken { by: by.clone() },
            Row::BadDate => Told::BadDate { value: value() },
            Row::ShortYear => Told::ShortYear { value: value() },
            Row::MonthFirst { meant } => Told::MonthFirst { value: value(), meant: meant.clone() },
            Row::SerialDate { meant } => Told::SerialDate { value: value(), meant: meant.clone() },
            Row::EndsBeforeStart => Told::DatesReversed {},
        }
    }
}
