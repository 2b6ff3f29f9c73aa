//! What a button about the book of drills says.

use std::str::FromStr as _;

/// What stands before everything else.
const HEAD: &str = "1|dk|";

/// A button about the book of drills.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BookPress {
    /// Shows the plan of a year.
    Year(i32),
    /// Asks the managers to agree to every draft of a year.
    Submit(i32),
    /// Agrees to all that wait.
    Approve(i32),
    /// Does not agree; the reason is asked for.
    Decline(i32),
    /// Ends a series.
    EndSeries(i64),
    /// Sets the series that was shown.
    Confirm,
    /// Says the rule of it otherwise.
    Edit,
    /// Shows who has drilled in a year.
    Compliance(i32),
    /// Reminds the units that are missing.
    Remind(i32),
}

impl BookPress {
    /// The callback data.
    pub fn data(self) -> String {
        match self {
            Self::Year(year) => format!("{HEAD}y.{year}"),
            Self::Submit(year) => format!("{HEAD}s.{year}"),
            Self::Approve(year) => format!("{HEAD}a.{year}"),
            Self::Decline(year) => format!("{HEAD}d.{year}"),
            Self::EndSeries(series) => format!("{HEAD}e.{series}"),
            Self::Confirm => format!("{HEAD}ok"),
            Self::Edit => format!("{HEAD}ed"),
            Self::Compliance(year) => format!("{HEAD}c.{year}"),
            Self::Remind(year) => format!("{HEAD}r.{year}"),
        }
    }

    /// From callback data; `None` for what we never made.
    pub fn read(data: &str) -> Option<Self> {
        let word = data.strip_prefix(HEAD)?;
        match word {
            "ok" => return Some(Self::Confirm),
            "ed" => return Some(Self::Edit),
            _ => {}
        }
        let (verb, number) = word.split_once('.')?;
        let year = || i32::from_str(number).ok().filter(|year| (2000..=2200).contains(year));
        Some(match verb {
            "y" => Self::Year(year()?),
            "s" => Self::Submit(year()?),
            "a" => Self::Approve(year()?),
            "d" => Self::Decline(year()?),
            "e" => Self::EndSeries(i64::from_str(number).ok().filter(|entry| *entry > 0)?),
            "c" => Self::Compliance(year()?),
            "r" => Self::Remind(year()?),
            _ => return None,
        })
    }
}
