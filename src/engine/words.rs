//! Words taken back, and words edited.

use super::handle::{Stop, append, incident_or_refuse};
use super::play;
use super::react::queue_card;
use super::settings::Settings;
use super::stays;
use crate::domain::access::{permit_on, seen_in};
use crate::domain::envelope::{Actor, Done, Saying};
use crate::domain::ids::IncidentCode;
use crate::domain::incident::act::ActKind;
use crate::domain::incident::event::IncidentEvent;
use crate::domain::incident::state::Incident;
use crate::domain::incident::words::{self, Removal};
use crate::domain::notice::{Answer, Body};
use crate::domain::playbook::run::RunEvent;
use crate::domain::refusal::Refusal;
use crate::domain::secrecy;
use crate::domain::values::Tlp;
use crate::ledger::operational::{Card, Copy};
use crate::ledger::outbox::{Kind, Row};
use crate::ledger::redaction::Said;
use crate::ledger::{StorageError, Tx};

/// Erases the words of one entry and of its edits, has every card rendered anew, and takes the
/// copies that stand in chats away. The database file still holds them until the next scrub.
pub fn remove(
    tx: &mut Tx<'_>,
    settings: &Settings,
    actor: &Actor,
    code: &IncidentCode,
    seq: i64,
    reason: &str,
) -> Result<Done, Stop> {
    let redacted = |backups, stays| Done::Redacted { code: code.clone(), seq, backups, stays };
    let (incident, removal) = match removal(tx, actor, code, seq, reason) {
        Err(Stop::Work(Refusal::NothingToRemove { .. }))
            if stays::try_again(tx, actor, code, seq)? =>
        {
            // What is said of it waits for a scrub, as it always does.
            tx.erase(&[])?;
            return Ok(redacted(Vec::new(), Vec::new()));
        }
        other => other?,
    };
    let wanted = stays::wanted(tx, actor, code, Some(seq))?;
    erase(tx, settings, incident, removal, &wanted)?;
    // Whoever may take what was said to all of them back takes it from each of them.
    for Said { code, seq } in tx.copies_of(seq)? {
        let Some(part) = tx.incident(&code)? else { continue };
        let removal = words::removal(&tx.history(&code)?, seq, reason);
        erase(tx, settings, part, removal, &wanted)?;
    }
    let backups = tx.backups_holding(seq)?;
    let stays = beside(tx, code, seq)?;
    Ok(redacted(backups, stays))
}

fn erase(
    tx: &mut Tx<'_>,
    settings: &Settings,
    incident: Incident,
    removal: Removal,
    wanted: &Body,
) -> Result<(), StorageError> {
    tx.erase(&removal.contents)?;
    let gone: Vec<i64> = removal
        .events
        .iter()
        .filter_map(|event| match event {
            IncidentEvent::ContentRemoved { of_seq, .. } => Some(*of_seq),
            _ => None,
        })
        .collect();
    take_copies_away(tx, &incident, &gone, wanted)?;
    take_off_lost(tx, &incident)?;
    super::evidence::remove(tx, &incident, &gone)?;
    append(tx, settings, &incident.code.clone(), Some(incident), removal.events)
}

/// Takes back all that came in one message: it belongs with words that bear a stamp.
pub fn withhold(
    tx: &mut Tx<'_>,
    settings: &Settings,
    chat: i64,
    message: i64,
) -> Result<(), StorageError> {
    while let Some(Said { code, seq }) = tx.said(chat, message)? {
        let Some(incident) = tx.incident(&code)? else { return Ok(()) };
        tx.forget_said(chat, message, seq)?;
        let removal = words::removal(&tx.history(&code)?, seq, "");
        erase(tx, settings, incident, removal, &Body::Card { code })?;
    }
    Ok(())
}

/// What else came in the same message and is still on record: the words of a file, or its file.
fn beside(tx: &Tx<'_>, code: &IncidentCode, seq: i64) -> Result<Vec<i64>, StorageError> {
    let mut others = tx.said_beside(seq)?;
    let history = tx.history(code)?;
    let left = words::removable(&history, &Actor::System, true, tx.now);
    others.retain(|other| left.iter().any(|told| told.at.seq == *other));
    Ok(others)
}

/// What taking the words of one entry back comes to, or why they stay.
pub fn removal(
    tx: &mut Tx<'_>,
    actor: &Actor,
    code: &IncidentCode,
    seq: i64,
    reason: &str,
) -> Result<(Incident, Removal), Stop> {
    let incident = incident_or_refuse(tx, code)?;
    let directory = tx.directory()?;
    let permit = permit_on(actor, ActKind::See, &incident, &directory)?;
    let history = tx.history(code)?;
    let removal = words::remove(&incident, &history, seq, reason, &permit, tx.now)?;
    Ok((incident, removal))
}

/// The message they were said in, and every message of ours that may quote them and is not brought
/// up to date like a card: a title stands in nearly all of them.
fn take_copies_away(
    tx: &mut Tx<'_>,
    incident: &Incident,
    gone: &[i64],
    wanted: &Body,
) -> Result<(), StorageError> {
    let code = &incident.code;
    let history = tx.history(code)?;
    // An edit stands where the words stood that it changed.
    let changed = history.iter().filter_map(|told| match told.event {
        IncidentEvent::WordsEdited { of_seq, .. } if gone.contains(&told.at.seq) => Some(of_seq),
        _ => None,
    });
    let gone: Vec<i64> = gone.iter().copied().chain(changed).collect();
    let mut copies = Vec::new();
    for seq in &gone {
        copies.extend(tx.said_as(*seq)?);
    }
    let title = gone.contains(&incident.reported_seq);
    let quotes = |row: &Row| {
        let body = &row.notice.body;
        match body {
            Body::Answer(Answer::Done(Done::Redacted { .. }) | Answer::Stays(_)) => false,
            _ if body.tells_all_of() == Some(code) => true,
            _ => title || body.quotes().is_some_and(|seq| gone.contains(&seq)),
        }
    };
    for row in tx.messages_naming(code)?.into_iter().filter(&quotes) {
        let chat = super::delivery::chat_of(tx, &row)?;
        copies.extend(chat.zip(row.message_id));
    }
    for row in tx.on_their_way_naming(code)?.iter().filter(|row| quotes(row)) {
        tx.recall(row.id, wanted)?;
    }
    stays::delete_all(tx, wanted, copies)
}

/// A message arrived whose words were taken back while it was on its way: it leaves the chat again, or,
/// where it is a card, is brought up to date. Whoever took them back hears where that fails.
pub fn recalled(
    tx: &mut Tx<'_>,
    row: &Row,
    message: i64,
    wanted: &Body,
) -> Result<(), StorageError> {
    let Some(chat) = super::delivery::chat_of(tx, row)? else { return Ok(()) };
    if !matches!(row.kind, Kind::Card | Kind::Page) {
        return stays::delete_all(tx, wanted, vec![(chat, message)]);
    }
    for code in row.notice.body.codes() {
        if let Some(incident) = tx.incident(&code)? {
            queue_card(tx, &incident, chat, format_args!("recalled:{}", row.id))?;
        }
    }
    Ok(())
}

/// Copies of the card that no edit of this incident would reach: in private chats whose reader may not
/// see it any more, and older ones on a message that others share.
fn take_off_lost(tx: &mut Tx<'_>, incident: &Incident) -> Result<(), StorageError> {
    let directory = tx.directory()?;
    for Copy { card, newest } in tx.copies(&incident.code)? {
        let seen = card.chat < 0 || seen_in(card.chat, incident, &directory);
        // A pointer says no words.
        if !seen || !newest && !tx.points(card.chat, card.message_id)? {
            take_off(tx, &card)?;
        }
    }
    Ok(())
}

/// Takes one incident off a message of ours: it is edited for those that still have their card there,
/// and deleted where none has.
pub fn take_off(tx: &mut Tx<'_>, card: &Card) -> Result<(), StorageError> {
    let Card { incident: code, chat, message_id, .. } = card;
    tx.drop_card_of(code, *chat, *message_id)?;
    let directory = tx.directory()?;
    for other in tx.on_message(*chat, *message_id)? {
        let Some(other) = tx.incident(&other)? else { continue };
        if *chat < 0 || seen_in(*chat, &other, &directory) {
            let because = format!("without:{code}:{message_id}:{}", tx.now.millis());
            return queue_card(tx, &other, *chat, because);
        }
    }
    tx.drop_card(*chat, *message_id)?;
    stays::delete_all(tx, &Body::Card { code: code.clone() }, vec![(*chat, *message_id)])
}

/// A stricter label: what stands in chats that may not show the content any more, and is not brought
/// up to date like a card, is taken away.
pub fn hide(tx: &mut Tx<'_>, incident: &Incident) -> Result<(), StorageError> {
    if incident.tlp == Tlp::Clear {
        return Ok(());
    }
    let directory = tx.directory()?;
    let shows = |row: &Row, chat: i64| match (incident.tlp, &row.notice.body) {
        _ if chat > 0 && !seen_in(chat, incident, &directory) => false,
        (Tlp::Clear | Tlp::Green | Tlp::Amber, _) => true,
        (Tlp::AmberStrict, _) => chat > 0,
        // It was asked for.
        (Tlp::Red, body) => chat > 0 && body.tells_all_of().is_some(),
    };
    let actor = tx.actor.clone();
    let wanted = stays::wanted(tx, &actor, &incident.code, None)?;
    let mut copies = Vec::new();
    // Steps and runs are brought up to date as cards are.
    let lasts = |row: &Row| matches!(row.kind, Kind::Step | Kind::Run);
    for row in tx.messages_naming(&incident.code)?.into_iter().filter(|row| !lasts(row)) {
        let Some(chat) = super::delivery::chat_of(tx, &row)? else { continue };
        let message = row.message_id.filter(|_| !shows(&row, chat));
        copies.extend(message.map(|message| (chat, message)));
    }
    for row in tx.on_their_way_naming(&incident.code)?.into_iter().filter(|row| !lasts(row)) {
        if super::delivery::chat_of(tx, &row)?.is_some_and(|chat| !shows(&row, chat)) {
            tx.recall(row.id, &wanted)?;
        }
    }
    take_off_lost(tx, incident)?;
    stays::delete_all(tx, &wanted, copies)
}

/// Remembers that entry `seq` came of words that had waited, and how much of it of which message.
pub fn waited(tx: &mut Tx<'_>, seq: i64, chat: i64, waited: &[Saying]) -> Result<(), StorageError> {
    let apart = waited.iter().all(|saying| saying.messages.len() == 1);
    for saying in waited {
        let chars = apart.then(|| saying.words.chars().count());
        for message in &saying.messages {
            tx.remember_said(seq, chat, *message, chars)?;
        }
    }
    Ok(())
}

/// The writer changed a message: the change is one more thing that happened.
pub fn edit(
    tx: &mut Tx<'_>,
    settings: &Settings,
    actor: &Actor,
    (chat, message): (i64, i64),
    said: &str,
) -> Result<Done, Stop> {
    let Some(Said { code, seq }) = tx.said(chat, message)? else { return Ok(Done::Quiet) };
    let incident = incident_or_refuse(tx, &code)?;
    let directory = tx.directory()?;
    let permit = permit_on(actor, ActKind::Note, &incident, &directory)?;
    let history = tx.history(&code)?;
    let latest = history.iter().rev().find(|told| {
        told.at.seq == seq
            || matches!(told.event, IncidentEvent::WordsEdited { of_seq, .. } if of_seq == seq)
    });
    let said = said.trim();
    if let Some(IncidentEvent::Run { what: RunEvent::Answered { step, name, .. }, .. }) =
        history.iter().find(|told| told.at.seq == seq).map(|told| &told.event)
    {
        return play::answer_again(tx, settings, actor, &incident, (seq, *step, name), said);
    }
    let together = tx.said_together(seq)?;
    let place = together.iter().position(|(other, _)| *other == message).unwrap_or(0);
    let whole = match latest.and_then(|told| told.words.as_deref()) {
        Some(words) if together.len() > 1 && !said.is_empty() => {
            let lengths: Vec<Option<usize>> = together.iter().map(|(_, chars)| *chars).collect();
            // Words that hold no secret may be one together with those beside them.
            secrecy::guard(&words::with_changed(words, &lengths, place, said)).words
        }
        _ => said.to_owned(),
    };
    let events = words::edit(&incident, &history, seq, &whole, &permit)?;
    // Telegram also calls it an edit when only a preview or a reaction changed.
    let same = match (latest, events.first()) {
        (Some(latest), Some(event)) => tx.same_words(&latest.event, event)?,
        _ => true,
    };
    if same {
        return Ok(Done::Quiet);
    }
    let added = tx.head().seq.saturating_add(1);
    append(tx, settings, &code, Some(incident), events.clone())?;
    if let Some(IncidentEvent::NoteAdded { .. }) = events.first() {
        tx.remember_said(added, chat, message, None)?;
        return Ok(Done::Noted { code, seq: added });
    }
    if let Some((_, Some(_))) = together.get(place) {
        tx.remember_said(seq, chat, message, Some(said.chars().count()))?;
    }
    for Said { code, seq } in tx.copies_of(seq)? {
        let Some(part) = tx.incident(&code)? else { continue };
        let history = tx.history(&code)?;
        let same = events.iter().filter_map(|event| words::edit_of_copy(&history, seq, event));
        let same = same.collect();
        append(tx, settings, &code, Some(part), same)?;
    }
    Ok(Done::Edited { code, seq })
}
