//! What is said beside a receipt: what goes on, and what was not kept.

use super::react::{answer_row, queue_answer};
use crate::domain::access::permit_on;
use crate::domain::ask::Again;
use crate::domain::envelope::{
    Actor, Command, Done, Envelope, Receipt, Route, Session, SessionChange, Waiting,
};
use crate::domain::ids::IncidentCode;
use crate::domain::incident::act::{Act, ActKind};
use crate::domain::notice::{Answer, Ask, Body};
use crate::domain::refusal::Refusal;
use crate::domain::values::ChannelKind;
use crate::ledger::operational::Expired;
use crate::ledger::{StorageError, Tx};

/// Queues it. `taken` tells whether every file that came along found its place.
pub fn say(
    tx: &mut Tx<'_>,
    envelope: &Envelope,
    receipt: &Receipt,
    taken: bool,
) -> Result<(), StorageError> {
    let Some(route) = envelope.route.as_ref().filter(|_| !envelope.silent) else { return Ok(()) };
    let mut said: Vec<Answer> = Vec::new();
    if matches!(receipt, Receipt::Done(_)) {
        said.extend(envelope.also.as_deref().cloned());
    }
    if !taken && files_left(envelope, receipt) {
        said.push(Answer::FilesNotTaken);
    }
    if let (Receipt::Refused(_), Some(waiting)) = (receipt, asked_in_vain(envelope, receipt)) {
        let codes = seen(tx, &envelope.actor, waiting)?;
        said.push(Answer::AskedAgain(Ask::NoteOn { codes }, Again::StillWaiting));
    }
    for (number, answer) in said.into_iter().enumerate() {
        let key = format!("answer:{}:{number}", envelope.key);
        tx.queue(&answer_row(&key, route, Body::Answer(answer)))?;
    }
    Ok(())
}

/// What waited for its incident for a whole day is gone: whoever said it hears so.
pub fn forgotten(tx: &mut Tx<'_>, expired: &Expired) -> Result<(), StorageError> {
    let Expired { chat, account, thread, session } = expired;
    let Some(waiting) = &session.waiting else { return Ok(()) };
    let said = waiting.said.first().and_then(|saying| saying.messages.first()).copied();
    let route = Route {
        channel: ChannelKind::Telegram,
        chat: *chat,
        thread: Some(*thread).filter(|thread| *thread != 0),
        reply_to: said.or_else(|| waiting.files.first()?.message),
        private: *chat > 0,
    };
    let key = format!("forgotten:{chat}:{account}:{thread}:{}", tx.now.millis());
    queue_answer(tx, &key, &route, Body::Answer(Answer::Dropped { late: true }))
}

/// Whether a file came along that neither waits for its incident nor was spoken of by the answer itself.
fn files_left(envelope: &Envelope, receipt: &Receipt) -> bool {
    let waits = envelope.session.as_ref().and_then(|change| match receipt {
        Receipt::Done(_) => change.to.waiting.as_ref(),
        Receipt::Refused(_) => change.refused.waiting.as_ref(),
    });
    let waits = waits.map(|waiting| waiting.files.as_slice()).unwrap_or_default();
    // A file with a command that asks is all the envelope does; what it asks was refused.
    let in_vain = matches!(receipt, Receipt::Refused(_)) && envelope.also.is_some();
    let files = match &envelope.command {
        Command::Act(_, Act::Attach(files)) if in_vain => files,
        _ => &envelope.attached,
    };
    let left = files.iter().any(|file| !waits.contains(file));
    let known = matches!(envelope.actor, Actor::Person(_));
    known && left && !said_already(envelope, receipt)
}

/// Whether the answer says by itself that nothing was kept, or how a file is sent.
fn said_already(envelope: &Envelope, receipt: &Receipt) -> bool {
    let refusal = match (receipt, &envelope.command) {
        (Receipt::Refused(refusal), _)
        | (Receipt::Done(_), Command::Say(Answer::Refused(refusal))) => Some(refusal),
        _ => None,
    };
    let nothing_kept = matches!(refusal, Some(Refusal::OffChannel(_) | Refusal::StateSecret));
    let reported = matches!(receipt, Receipt::Done(Done::Reported(_)));
    let told = matches!(
        envelope.command,
        Command::Say(Answer::Usage { .. } | Answer::AskedAgain(_, Again::NotRecorded))
    );
    nothing_kept || reported || told
}

/// What a session becomes. Words that turned out to be about an incident of which none are kept do not go
/// on waiting either.
pub fn session_after(change: &SessionChange, receipt: &Receipt) -> Session {
    let placed = change.to.waiting != change.refused.waiting;
    match receipt {
        Receipt::Done(_) => change.to.clone(),
        Receipt::Refused(Refusal::OffChannel(_)) if placed => {
            Session { waiting: None, ..change.refused.clone() }
        }
        Receipt::Refused(_) => change.refused.clone(),
    }
}

/// What goes on waiting although somebody just tried to place it, or to say more of it.
fn asked_in_vain<'e>(envelope: &'e Envelope, receipt: &Receipt) -> Option<&'e Waiting> {
    let change = envelope.session.as_ref()?;
    session_after(change, receipt).waiting?;
    let waits = change.refused.waiting.as_ref();
    waits.filter(|_| change.to.waiting != change.refused.waiting)
}

/// Of the candidates those this person may see.
fn seen(
    tx: &mut Tx<'_>,
    actor: &Actor,
    waiting: &Waiting,
) -> Result<Vec<IncidentCode>, StorageError> {
    let directory = tx.directory()?;
    let mut codes = Vec::new();
    for code in &waiting.codes {
        let Some(incident) = tx.incident(code)? else { continue };
        if permit_on(actor, ActKind::See, &incident, &directory).is_ok() {
            codes.push(incident.code);
        }
    }
    Ok(codes)
}
