//! `[[inject]]`: what is told to whom and when, and what is expected of them.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::fault::DrillFault;
use super::{drill, text, unique};
use crate::config::playbooks::{choices, id_of, list};
use crate::config::problem::{Place, ProblemKind};
use crate::config::section::{Found, Section};
use crate::domain::drill::scenario::lint::Spot;
use crate::domain::drill::scenario::{
    Attachment, Audience, Expect, ExpectId, Expectation, Inject, InjectId, ObjectiveId, PartId,
    Trigger,
};
use crate::domain::playbook::model::{Answer, PlaybookId, StepId};

/// The keys of which an inject has exactly one.
const TRIGGERS: [&str; 5] = ["at", "after", "on_answer", "on_silence", "by_hand"];

/// The word for everybody in `to`.
const EVERYONE: &str = "all";

/// Every inject of the file; problems are reported on the way.
pub(super) fn all(root: &Section<'_>, places: &mut BTreeMap<Spot, Place>) -> Option<Vec<Inject>> {
    let sections = root.sections("inject");
    if sections.len() > super::MOST_INJECTS {
        root.report("inject", ProblemKind::Drill(DrillFault::TooManyInjects));
        return None;
    }
    let mut ids = BTreeSet::new();
    let mut injects = Vec::new();
    for (place, section) in (0_u32..).zip(&sections) {
        injects.push(one(section, place, &mut ids, places));
    }
    injects.into_iter().collect()
}

fn one(
    section: &Section<'_>,
    place: u32,
    ids: &mut BTreeSet<String>,
    places: &mut BTreeMap<Spot, Place>,
) -> Option<Inject> {
    let id = unique(section, ids).map(InjectId::new);
    let title = section.need("title").and_then(|found| found.words()).map(str::to_owned);
    let from = text(section, "from");
    let body = section.need("body").and_then(|found| found.words()).map(str::to_owned);
    let to = list(section, "to").into_iter().map(|word| match word.as_str() {
        EVERYONE => Audience::Everyone,
        _ => Audience::Part(PartId::new(word)),
    });
    let to: Vec<Audience> = to.collect();
    let trigger = trigger(section);
    let contingency = section.get("contingency").map_or(Some(false), |found| found.truth());
    let attachments: Vec<Option<Attachment>> =
        section.sections("attachment").iter().map(attachment).collect();
    let mut own = BTreeSet::new();
    let mut expects = Vec::new();
    for asked in section.sections("expect") {
        let expect = expectation(&asked, &mut own);
        if let Some((id, expect)) = id.as_ref().zip(expect.as_ref()) {
            places.insert(Spot::Expect(id.clone(), expect.id.clone()), asked.place());
        }
        expects.push(expect);
    }
    section.finish();
    let id = id?;
    places.insert(Spot::Inject(id.clone()), section.place());
    Some(Inject {
        id,
        place,
        title: title?,
        from,
        body: body?,
        to,
        trigger: trigger?,
        contingency: contingency?,
        attachments: attachments.into_iter().collect::<Option<_>>()?,
        expects: expects.into_iter().collect::<Option<_>>()?,
    })
}

fn trigger(section: &Section<'_>) -> Option<Trigger> {
    let given: Vec<&str> = TRIGGERS.into_iter().filter(|key| section.get(key).is_some()).collect();
    let delay = section.get("delay").map(|found| span(&found));
    let value = section.get("value").map(|found| found.words().map(str::to_owned));
    match given.as_slice() {
        ["after" | "on_answer" | "on_silence"] => {}
        [_] if delay.is_some() => section.report("delay", ProblemKind::Drill(DrillFault::NoDelay)),
        _ => {}
    }
    if value.is_some() && given != ["on_answer"] {
        section.report("value", ProblemKind::Drill(DrillFault::NoDelay));
    }
    let delay = delay.unwrap_or(Some(Duration::ZERO));
    match given.as_slice() {
        ["at"] => Some(Trigger::At { offset: span(&section.need("at")?)? }),
        ["after"] => {
            let inject = id_of(&section.need("after")?).map(InjectId::new)?;
            Some(Trigger::After { inject, delay: delay? })
        }
        ["on_answer"] => {
            let (inject, expect) = reference(&section.need("on_answer")?)?;
            let value = value.map_or(Some(None), |found| found.map(Some))?;
            Some(Trigger::OnAnswer { inject, expect, value, delay: delay? })
        }
        ["on_silence"] => {
            let (inject, expect) = reference(&section.need("on_silence")?)?;
            Some(Trigger::OnSilence { inject, expect, delay: delay? })
        }
        ["by_hand"] => {
            let by_hand = section.need("by_hand")?.truth()?;
            if !by_hand {
                section.report_whole(ProblemKind::Drill(DrillFault::NoTrigger));
            }
            by_hand.then_some(Trigger::ByHand)
        }
        _ => {
            section.report_whole(ProblemKind::Drill(DrillFault::NoTrigger));
            None
        }
    }
}

/// A duration that may be nothing: `0m`, the start itself.
fn span(found: &Found<'_>) -> Option<Duration> {
    match found.text_quietly() {
        Some("0s" | "0m" | "0h") => Some(Duration::ZERO),
        _ => found.duration(),
    }
}

/// An inject and one of its expectations: `inject/expectation`.
fn reference(found: &Found<'_>) -> Option<(InjectId, ExpectId)> {
    let both = found
        .words()?
        .split_once('/')
        .filter(|(one, other)| !one.is_empty() && !other.is_empty() && !other.contains('/'));
    let (inject, expect) = drill(found, both, DrillFault::BadReference)?;
    Some((InjectId::new(inject), ExpectId::new(expect)))
}

fn attachment(section: &Section<'_>) -> Option<Attachment> {
    let name = section.need("name").and_then(|found| found.words()).map(str::to_owned);
    let text = section.need("text").and_then(|found| found.words()).map(str::to_owned);
    section.finish();
    Some(Attachment { name: name?, text: text? })
}

fn expectation(section: &Section<'_>, ids: &mut BTreeSet<String>) -> Option<Expectation> {
    let id = unique(section, ids).map(ExpectId::new);
    let objective = section.need("objective").and_then(|found| id_of(&found).map(ObjectiveId::new));
    let target = section.need("target").and_then(|found| found.duration());
    let expires = section.need("expires").and_then(|found| found.duration());
    let kind = section.need("kind").and_then(|found| {
        found.one_of(&[
            ("acknowledge", 0_u8),
            ("choose", 1),
            ("report", 2),
            ("step", 3),
            ("keyword", 4),
            ("file", 5),
            ("judged", 6),
        ])
    });
    // Which keys there are depends on the kind.
    let kind = kind.map(|kind| {
        let read = expected(section, kind);
        section.finish();
        read
    });
    Some(Expectation {
        id: id?,
        kind: kind??,
        objective: objective?,
        target: target?,
        expires: expires?,
    })
}

fn expected(section: &Section<'_>, kind: u8) -> Option<Expect> {
    match kind {
        0 => Some(Expect::Acknowledge),
        1 => {
            let right = list(section, "right").into_iter().collect();
            let Answer::Choice(choices) = choices(section)? else { return None };
            Some(Expect::Choose { choices, right })
        }
        2 => Some(Expect::Report),
        3 => {
            let playbook = section.need("playbook").and_then(|found| id_of(&found));
            let step = section.get("step").map(|found| found.words().map(StepId::new));
            let step = step.map_or(Some(None), |found| found.map(Some))?;
            Some(Expect::Step { playbook: PlaybookId::new(playbook?), step })
        }
        4 => {
            let found = section.need("any")?;
            let any = list(section, "any");
            if any.is_empty() {
                found.report(ProblemKind::Empty);
            }
            (!any.is_empty()).then_some(Expect::Keyword { any })
        }
        5 => {
            let count = section.get("count").map_or(Some(1), |found| found.number(1, 20));
            Some(Expect::File { count: u32::try_from(count?).ok()? })
        }
        _ => {
            let what = section.need("what").and_then(|found| found.words()).map(str::to_owned);
            Some(Expect::Judged { what: what? })
        }
    }
}
