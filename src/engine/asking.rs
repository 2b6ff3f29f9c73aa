//! Who is asked: nobody is asked for the last part of something that would then be refused.

use super::handle::{Stop, decided, merging};
use super::words;
use crate::domain::access::permit;
use crate::domain::actor::Actor;
use crate::domain::ask::Ask;
use crate::domain::ids::IncidentCode;
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
        Ask::Invite | Ask::Unlink => return may(ActKind::Directory),
        Ask::Book(ask) => return may(ask.needs()),
        // Which words somebody may take back is what its list says.
        Ask::Redact(_) => return Ok(()),
        Ask::RedactWhy(code, seq) => {
            return words::removal(tx, actor, code, *seq, "…").map(|_| ());
        }
        _ => {}
    }
    if let Ask::MergeInto { aim, codes } = ask {
        let into = |main: &IncidentCode| merging(tx, actor, aim, main).map(|_| ());
        return any_of(codes.iter().map(into)).unwrap_or_else(|| may(ActKind::Merge));
    }
    let aim = ask.aim().cloned().or_else(|| ask.code().cloned().map(Aim::typed));
    let Some(aim) = aim else { return Ok(()) };
    let acts = ask.acts(&directory);
    let answers = acts.iter().map(|act| decided(tx, actor, &aim, act).map(|_| ()));
    any_of(answers).unwrap_or(Ok(()))
}

/// Whether one of the answers would do; otherwise why not. That something has one value already says
/// nothing of the others. None where there are no answers.
fn any_of(answers: impl Iterator<Item = Result<(), Stop>>) -> Option<Result<(), Stop>> {
    let mut refused = None;
    for answer in answers {
        match answer {
            Err(Abort::Work(refusal)) => {
                if matches!(refused, None | Some(Refusal::NoChange { .. })) {
                    refused = Some(refusal);
                }
            }
            done_or_fault => return Some(done_or_fault),
        }
    }
    refused.map(|refusal| Err(refusal.into()))
}
