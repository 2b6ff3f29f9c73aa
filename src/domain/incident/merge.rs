//! Merging a duplicate into the main incident, and undoing it.

use super::act::ActKind;
use super::decide::not_now;
use super::event::IncidentEvent;
use super::moments::Ctx;
use super::severity;
use super::state::{Incident, Merged};
use crate::domain::refusal::Refusal;
use crate::domain::values::Outcome;

/// The events of both streams, the duplicate's first.
pub fn merge(
    duplicate: &Incident,
    main: &Incident,
    ctx: &Ctx<'_>,
) -> Result<(Vec<IncidentEvent>, Vec<IncidentEvent>), Refusal> {
    if duplicate.code == main.code {
        return Err(Refusal::MergeIntoItself(main.code.clone()));
    }
    if let Some(main) = duplicate.main() {
        let code = duplicate.code.clone();
        return Err(Refusal::MergedInto { code, main: main.clone() });
    }
    if !duplicate.is_open() {
        return Err(not_now(duplicate, ActKind::Merge));
    }
    if !main.is_open() {
        return Err(Refusal::MergeIntoClosed(main.code.clone()));
    }
    // A whole ends as a duplicate of something else, never of what is a part of it.
    if main.parent() == Some(&duplicate.code) {
        return Err(Refusal::PartOf { code: main.code.clone(), parent: duplicate.code.clone() });
    }
    if duplicate.origin != main.origin {
        return Err(Refusal::MergeAcrossOrigins);
    }
    let closed = IncidentEvent::Closed {
        outcome: Outcome::Duplicate,
        text: None,
        main: Some(main.code.clone()),
    };
    let mut on_main: Vec<IncidentEvent> = with_its_own(duplicate)
        .map(|Merged { code, reporter, unit }| IncidentEvent::MergedIn {
            duplicate: code,
            reporter,
            unit,
        })
        .collect();
    if duplicate.severity > main.severity {
        on_main.append(&mut severity::raised(main, duplicate.severity, ctx));
    }
    Ok((vec![closed], on_main))
}

/// What every main incident above `duplicate` loses when that is opened again.
pub fn unmerge(duplicate: &Incident) -> Vec<IncidentEvent> {
    with_its_own(duplicate)
        .map(|merged| IncidentEvent::Unmerged { duplicate: merged.code })
        .collect()
}

/// A duplicate, and what was merged into it before: all of it leads to the same main incident.
fn with_its_own(duplicate: &Incident) -> impl Iterator<Item = Merged> {
    let itself = Merged {
        code: duplicate.code.clone(),
        reporter: duplicate.reported_by.clone(),
        unit: duplicate.unit.clone(),
    };
    [itself].into_iter().chain(duplicate.duplicates.clone())
}
