//! One thing said, inside the writer's transaction: session, reading and deciding together, so that
//! a session is never stale.

use std::collections::BTreeSet;

use ring::rand::{SecureRandom as _, SystemRandom};

use super::incidents::Seen;
use crate::chat;
use crate::domain::drill::notice::{DrillAnswer, DrillNotice};
use crate::domain::envelope::{Command, Envelope, Incoming, Receipt, Said};
use crate::domain::ids::{DrillCode, IncidentCode};
use crate::domain::notice::{Answer, Body, Notice, View};
use crate::engine::claim::{drills, view};
use crate::engine::evidence;
use crate::engine::handle::handle;
use crate::engine::settings::Settings;
use crate::ledger::{StorageError, Tx};

/// What there is to say to a press at once.
#[derive(Debug)]
pub struct Toast {
    /// The answer.
    pub notice: Notice,
    /// What rendering may look at.
    pub view: View,
}

/// Handles one thing said; the answer to a press comes back, everything else is in the outbox.
pub fn said(
    tx: &mut Tx<'_>,
    settings: &Settings,
    incoming: &Incoming,
    reply_to: Option<i64>,
) -> Result<Option<Toast>, StorageError> {
    let (route, album) = (incoming.route.clone(), album_of(incoming));
    let directory = tx.directory()?;
    evidence::remember_part(tx, &route, album)?;
    let envelope = heard(tx, settings, incoming, reply_to)?;
    let receipt = match &envelope {
        Some(envelope) => {
            let receipt = handle(tx, settings, envelope)?;
            evidence::remember(tx, route.chat, album, &envelope.command, &receipt)?;
            Some(receipt)
        }
        None => {
            evidence::withhold(tx, &route, album)?;
            None
        }
    };
    tx.clear_attempts(&incoming.key)?;
    let (Some(envelope), Some(receipt)) = (envelope, receipt) else { return Ok(None) };
    let answer = match (receipt, envelope.command) {
        (Receipt::Refused(refusal), _) => Answer::Refused(refusal),
        (
            Receipt::Done(_),
            Command::Say(no @ (Answer::Refused(_) | Answer::Hotline | Answer::OnlyInPrivate)),
        ) => no,
        // The words follow in the chat. A question or a card is no receipt.
        (Receipt::Done(_), Command::Say(_)) => return Ok(None),
        (Receipt::Done(done), _) => Answer::Done(done),
    };
    let body = Body::Answer(answer);
    let person = directory.by_telegram(incoming.account).map(|person| person.id.clone());
    let mut view = view(tx, settings, &body.codes(), person)?;
    view.drills = drills(tx, &body, &view.reader)?;
    let origin = crate::domain::envelope::Origin::Real;
    Ok(Some(Toast { notice: Notice { origin, body }, view }))
}

fn album_of(incoming: &Incoming) -> Option<&str> {
    incoming.attached.as_ref().and_then(|attached| attached.album.as_deref())
}

/// One thing said as what is to be decided, by the session as it is now; nothing where it concerns
/// nobody here.
pub fn heard(
    tx: &mut Tx<'_>,
    settings: &Settings,
    incoming: &Incoming,
    reply_to: Option<i64>,
) -> Result<Option<Envelope>, StorageError> {
    let (mut incoming, route) = (incoming.clone(), &incoming.route);
    if let Some(message) = reply_to {
        (incoming.about, incoming.to_question) = about(tx, route.chat, message)?;
        incoming.step = step_of(tx, route.chat, message)?.map(Box::new);
        incoming.drill = drill_of(tx, route.chat, message)?.map(Box::new);
    }
    if let Some(attached) = &mut incoming.attached {
        attached.joins = evidence::joins(tx, route.chat, attached.album.as_deref())?;
    }
    let session = tx.session(route.chat, incoming.account, route.thread.unwrap_or(0))?;
    // An edit of what people say to each other is theirs, as what they said before.
    let ours = route.private
        || incoming.to_us
        || session.as_ref().is_some_and(|session| session.waiting.is_some());
    if let (Said::Edited(_), false, Some(message)) = (&incoming.said, ours, route.reply_to)
        && tx.said(route.chat, message)?.is_none()
    {
        return Ok(None);
    }
    let directory = tx.directory()?;
    let bot_name = tx.fact("bot_name")?;
    let incidents = Seen::new(tx, &directory, settings.team.zone);
    let context = chat::Context {
        session: session.as_ref(),
        directory: &directory,
        incidents: &incidents,
        fresh: &fresh_code,
        now: tx.now,
        zone: settings.team.zone,
        bot_name: bot_name.as_deref(),
    };
    let envelope = chat::read(&incoming, &context);
    match incidents.fault() {
        Some(fault) => Err(fault),
        None => Ok(envelope),
    }
}

/// The drill that a message is of, and the place of its inject where it is one.
fn drill_of(
    tx: &Tx<'_>,
    chat: i64,
    message: i64,
) -> Result<Option<(DrillCode, Option<u32>)>, StorageError> {
    let rows = tx.said_by(chat, message)?;
    let Some(body) =
        rows.into_iter().rev().map(|row| row.notice.body).find(|body| body.drill().is_some())
    else {
        return Ok(None);
    };
    let Some(code) = body.drill().cloned() else { return Ok(None) };
    if let Body::Answer(Answer::Drill(DrillAnswer::Inject { place, .. })) = &body {
        return Ok(Some((code, Some(*place))));
    }
    let Body::Drill { notice, .. } = &body else { return Ok(Some((code, None))) };
    let DrillNotice::Inject { inject } = notice.as_ref() else { return Ok(Some((code, None))) };
    let shown = tx.shown_drill(&code)?;
    let scenario = shown.as_ref().and_then(|shown| shown.scenario.as_ref());
    let place = scenario.and_then(|scenario| scenario.inject(inject)).map(|inject| inject.place);
    Ok(Some((code, place)))
}

/// The step of a playbook that a message is about, or asks about.
fn step_of(
    tx: &Tx<'_>,
    chat: i64,
    message: i64,
) -> Result<Option<(IncidentCode, u32)>, StorageError> {
    let rows = tx.said_by(chat, message)?;
    let steps = rows.into_iter().rev().find_map(|row| match row.notice.body {
        Body::Step { code, step, .. }
        | Body::Answer(Answer::Step { code, step } | Answer::StepProof { code, step }) => {
            Some((code, step))
        }
        _ => None,
    });
    Ok(steps)
}

/// The incidents that an answer to this message is about: those whose card it is or was, and those it told
/// of; and whether it is a question. One about several is answered as a question, and who is on duty is
/// nothing to note.
fn about(tx: &Tx<'_>, chat: i64, message: i64) -> Result<(Vec<IncidentCode>, bool), StorageError> {
    let mut codes: BTreeSet<IncidentCode> =
        tx.ever_on_message(chat, message)?.into_iter().collect();
    let mut asks = false;
    for row in tx.said_by(chat, message)? {
        let body = row.notice.body;
        asks = matches!(body, Body::Answer(Answer::Ask(_) | Answer::AskedAgain(..)));
        match body {
            body @ Body::Duty(_) => codes.extend(body.code().cloned()),
            Body::Answer(Answer::Refused(refusal)) => codes.extend(refusal.code().cloned()),
            body if asks => codes.extend(body.code().cloned()),
            body => codes.extend(body.codes()),
        }
    }
    Ok((codes.into_iter().collect(), asks))
}

/// Letters and digits nobody confuses on the telephone.
const ALPHABET: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/// A fresh invitation code: 60 random bits.
pub fn fresh_code() -> String {
    let mut bytes = [0_u8; 12];
    // Without randomness there is no code; an empty one is refused where it is used.
    if SystemRandom::new().fill(&mut bytes).is_err() {
        return String::new();
    }
    bytes
        .iter()
        .filter_map(|byte| ALPHABET.get(usize::from(byte & 31)))
        .map(|letter| char::from(*letter))
        .collect()
}
