//! Answers that somebody has to judge: one message for each inject to whoever judges, edited in place.

use std::collections::BTreeSet;

use super::told::Tell;
use crate::domain::drill::notice::DrillNotice;
use crate::domain::drill::run::DrillEvent;
use crate::domain::drill::run::event::Reply;
use crate::domain::drill::scenario::{Expect, ExpectId, InjectId};
use crate::domain::ids::PersonId;
use crate::ledger::{StorageError, Tx};

/// Brings the message of an inject up to date where an answer came, or was judged.
pub(super) fn follow(
    tell: &Tell<'_>,
    tx: &mut Tx<'_>,
    event: &DrillEvent,
) -> Result<(), StorageError> {
    let inject = match event {
        DrillEvent::Replied { inject, expect, reply: Reply::Said { .. }, .. }
            if is_judged(tell, tx, inject, expect)? =>
        {
            inject
        }
        DrillEvent::ReplyJudged { inject, .. } => inject,
        _ => return Ok(()),
    };
    for person in judges(tell) {
        let key = format!("judge:{}:{inject}:{person}:", tell.drill.code);
        let notice = DrillNotice::ToJudge { inject: inject.clone() };
        tell.standing(tx, &key, &person, &notice)?;
    }
    Ok(())
}

/// Those named for it, else whoever leads.
fn judges(tell: &Tell<'_>) -> BTreeSet<PersonId> {
    match tell.drill.planning.evaluators.is_empty() {
        true => tell.leads(),
        false => tell.drill.planning.evaluators.clone(),
    }
}

fn is_judged(
    tell: &Tell<'_>,
    tx: &Tx<'_>,
    inject: &InjectId,
    expect: &ExpectId,
) -> Result<bool, StorageError> {
    let scenario = tx.scenario(&tell.drill.planning.scenario.hash)?;
    let inject = scenario.as_ref().and_then(|scenario| scenario.inject(inject));
    let mut expects = inject.into_iter().flat_map(|inject| &inject.expects);
    Ok(expects.any(|one| one.id == *expect && matches!(one.kind, Expect::Judged { .. })))
}
