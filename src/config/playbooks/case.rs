//! `[[test]]`: what a playbook promises of itself.

use std::collections::{BTreeMap, BTreeSet};

use super::{name_of, step};
use crate::config::problem::ProblemKind;
use crate::config::section::{Found, Scalar, Section};
use crate::domain::playbook::model::{Case, Given, Name};
use crate::domain::values::{Category, Flag, Severity, Tri};

pub(super) fn read(section: &Section<'_>) -> Option<Case> {
    let name = section.need("name").and_then(|found| found.words()).map(str::to_owned);
    let does = step::ids(section, "does");
    let never = step::ids(section, "never").into_iter().collect();
    let case = script(section);
    section.finish();
    Some(Case { name: name?, does, never, ..case? })
}

/// How people behave, without what comes of it.
pub(super) fn script(section: &Section<'_>) -> Option<Case> {
    let incident = section.section("incident");
    let severity = incident
        .get("severity")
        .map_or(Some(Severity::High), |found| found.value(Severity::ALL, Severity::as_str));
    let category =
        incident.get("category").map(|found| found.value(Category::ALL, Category::as_str));
    let flags = incident.section("flags").entries();
    let flags: BTreeMap<Flag, Tri> =
        flags.into_iter().filter_map(|(name, found)| flag(name, &found)).collect();
    let drill = incident
        .get("origin")
        .map_or(Some(false), |found| found.one_of(&[("real", false), ("drill", true)]));
    incident.finish();
    let mut args = BTreeMap::new();
    for (name, found) in section.section("args").entries() {
        args.extend(name_of(&found, name).zip(given(&found)));
    }
    let mut answers: BTreeMap<Name, Vec<Given>> = BTreeMap::new();
    for (name, found) in section.section("answers").entries() {
        let all = if found.is_list() {
            found.list().unwrap_or_default().iter().filter_map(given).collect()
        } else {
            given(&found).into_iter().collect()
        };
        answers.extend(name_of(&found, name).map(|name| (name, all)));
    }
    let times_out = step::ids(section, "times_out").into_iter().collect();
    Some(Case {
        name: String::new(),
        severity: severity?,
        category: category.map_or(Some(None), |found| found.map(Some))?,
        flags,
        drill: drill?,
        args,
        answers,
        times_out,
        does: Vec::new(),
        never: BTreeSet::new(),
    })
}

fn flag(name: &str, found: &Found<'_>) -> Option<(Flag, Tri)> {
    let flag = found.or_report(name.parse().ok(), || ProblemKind::UnknownValue {
        value: name.to_owned(),
        known: Flag::ALL.iter().map(|flag| flag.as_str()).collect(),
    });
    Some((flag?, found.value(Tri::ALL, Tri::as_str)?))
}

fn given(found: &Found<'_>) -> Option<Given> {
    found.scalar().map(|scalar| match scalar {
        Scalar::Truth(truth) => Given::Truth(truth),
        Scalar::Number(number) => Given::Number(number),
        Scalar::Words(words) => Given::Words(words.to_owned()),
    })
}
