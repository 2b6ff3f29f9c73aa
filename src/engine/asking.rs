//! Who is asked: nobody is asked for the last part of something that would then be refused.

use super::handle::{Decided, Stop, decided};
use super::words;
use crate::domain::access::permit;
use crate::domain::actor::Actor;
use crate::domain::ask::Ask;
use crate::domain::incident::act::{ActKind, Aim};
use crate::domain::refusal::Refusal;
use crate::ledger::Tx;
use crate::ledger::tx::Abort;

/// Refuses a question as its answer would be refused: the very function that decides the answer is
/// asked about answers it could get.
pub fn may_answer(tx: &mut Tx<'_>, actor: &Actor, ask: &Ask) -> Result<(), Stop> {
    let directory = tx.directory()?;
    let may = |act| permit(actor, act, None, &directory).map(|_| ()).map_err(Stop::from);
    match ask {
        Ask::ReportSecrecy | Ask::ReportWords => return may(ActKind::Report),
        Ask::NoteOn { .. } => return may(ActKind::Note),
        Ask::Which { verb, .. } => return may(verb.act()),
        // Which words somebody may take back is what its list says.
        Ask::Redact(_) => return Ok(()),
        Ask::RedactWhy(code, seq) => {
            return words::removal(tx, actor, code, *seq, "…").map(|_| ());
        }
        _ => {}
    }
    let aim = ask.aim().cloned().or_else(|| ask.code().cloned().map(Aim::typed));
    let Some(aim) = aim else { return Ok(()) };
    let mut refused = None;
    for act in ask.acts(&directory) {
        match decided(tx, actor, &aim, &act) {
            Ok(Decided { .. }) => return Ok(()),
            // That it has this value already says nothing of the others.
            Err(Abort::Work(refusal))
                if matches!(refused, None | Some(Refusal::NoChange { .. })) =>
            {
                refused = Some(refusal);
            }
            Err(Abort::Work(_)) => {}
            Err(fault) => return Err(fault),
        }
    }
    refused.map_or(Ok(()), |refusal| Err(refusal.into()))
}
