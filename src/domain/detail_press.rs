//! What the reporter knows, as the data of a button.

use std::str::FromStr;

use super::ids::SystemCode;
use super::incident::act::{Detail, Noticed};
use super::time::Timestamp;
use super::values::{Category, Impact, Tri};

/// A letter for what it is about, then the value.
pub(super) fn word(detail: &Detail) -> String {
    match detail {
        Detail::System(system) => format!("s{system}"),
        Detail::Kind(category) => format!("k{category}"),
        Detail::Noticed(Noticed::AtReport) => "n0".to_owned(),
        Detail::Noticed(Noticed::HourBefore) => "n1".to_owned(),
        Detail::Noticed(Noticed::DayBefore) => "n24".to_owned(),
        Detail::Noticed(Noticed::At(at)) => format!("t{}", at.millis()),
        Detail::Impact(impact) => format!("i{impact}"),
        Detail::PersonalData(value) => format!("p{value}"),
    }
}

pub(super) fn read(word: &str) -> Option<Detail> {
    let (about, value) = word.split_at_checked(1)?;
    Some(match (about, value) {
        ("s", system) if !system.is_empty() => Detail::System(SystemCode::new(system)),
        ("k", category) => Detail::Kind(Category::from_str(category).ok()?),
        ("n", "0") => Detail::Noticed(Noticed::AtReport),
        ("n", "1") => Detail::Noticed(Noticed::HourBefore),
        ("n", "24") => Detail::Noticed(Noticed::DayBefore),
        ("t", millis) => Detail::Noticed(Noticed::At(Timestamp::from_millis(millis.parse().ok()?))),
        ("i", impact) => Detail::Impact(Impact::from_str(impact).ok()?),
        ("p", value) => Detail::PersonalData(Tri::from_str(value).ok()?),
        _ => return None,
    })
}
