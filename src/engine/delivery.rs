//! What follows from a channel's word about one row: another channel, another rung, or nothing more.

use std::time::Duration;

use super::drill;
use super::guard;
use super::handle::{Stop, append};
use super::moments::tell_admins;
use super::play;
use super::reach;
use super::react::{queue_card, queue_page, tell_leads_of_page};
use super::settings::Settings;
use super::topics;
use super::words;
use crate::domain::envelope::{Done, Sent};
use crate::domain::ids::PersonId;
use crate::domain::incident::event::{IncidentEvent, WhyFailed};
use crate::domain::incident::moments::{Ctx, undeliverable};
use crate::domain::incident::state::Incident;
use crate::domain::notice::{Body, Notice, PageKind, Priority, Trouble};
use crate::domain::playbook::run::event::Call;
use crate::domain::time::Timestamp;
use crate::domain::values::ChannelKind;
use crate::ledger::operational::Card;
use crate::ledger::outbox::{Kind, NewRow, Recipient, Row, Sibling, State};
use crate::ledger::{StorageError, Tx};

/// Longest pause between two tries of a page.
pub const PAGE_PAUSE: Duration = Duration::from_secs(60);

/// Longest pause between two tries of anything else.
const PAUSE: Duration = Duration::from_secs(300);

/// Takes in how sending a row ended. A word about an earlier attempt is old and changes nothing.
pub fn delivered(
    tx: &mut Tx<'_>,
    settings: &Settings,
    id: i64,
    attempt: u32,
    sent: &Sent,
) -> Result<Done, Stop> {
    let Some(row) = tx.row(id)? else { return Ok(Done::Quiet) };
    if row.state != State::Sending.word() || row.attempt != attempt {
        return Ok(Done::Quiet);
    }
    reach::note(tx, &row, sent)?;
    match sent {
        Sent::Accepted(message) => accepted(tx, settings, &row, *message)?,
        Sent::Retry(after_ms) => later(tx, settings, &row, Duration::from_millis(*after_ms))?,
        Sent::Moved(to) => {
            tx.requeue(row.id, tx.now, false)?;
            if let Recipient::Chat { chat, .. } = &row.to {
                moved(tx, *chat, *to)?;
            }
        }
        Sent::EditLost => edit_lost(tx, settings, &row)?,
        Sent::TopicLost if topics::lost(tx, settings, &row)? => {}
        Sent::TopicLost => refused(tx, settings, &row, WhyFailed::Rejected)?,
        Sent::Refused(why) => refused(tx, settings, &row, *why)?,
        Sent::Down { maybe } => down(tx, settings, &row, *maybe)?,
    }
    if row.kind == Kind::Delete {
        guard::withdrawn(tx, &row, sent)?;
    }
    Ok(Done::Quiet)
}

/// A group became a supergroup, in which the numbers of its old messages mean others, or none: whoever said
/// what was to be deleted there hears that it is not.
pub fn moved(tx: &mut Tx<'_>, from: i64, to: i64) -> Result<(), StorageError> {
    for row in tx.move_chat(from, to)? {
        guard::withdrawn(tx, &row, &Sent::Refused(WhyFailed::Rejected))?;
    }
    Ok(())
}

/// The chat a Telegram row goes to, or went to: whoever had an account then may have another now, or none.
pub fn chat_of(tx: &mut Tx<'_>, row: &Row) -> Result<Option<i64>, StorageError> {
    let left = [State::Sending, State::Sent].iter().any(|state| row.state == state.word());
    Ok(match &row.to {
        Recipient::Chat { chat, .. } => Some(*chat),
        Recipient::Person(_) if left && row.account.is_some() => row.account,
        Recipient::Person(id) => {
            let directory = tx.directory()?;
            directory.private.get(id).and_then(|private| private.telegram_id)
        }
    })
}

fn accepted(
    tx: &mut Tx<'_>,
    settings: &Settings,
    row: &Row,
    message: Option<i64>,
) -> Result<(), StorageError> {
    tx.end(row.id, State::Sent, message, None)?;
    if let (Kind::Page, Some(code), Recipient::Person(person)) = (row.kind, &row.incident, &row.to)
    {
        tx.supersede_older(code, person, row.channel, row.id)?;
    }
    let carries_card = matches!(row.kind, Kind::Card | Kind::Page);
    let on_telegram = row.channel == ChannelKind::Telegram;
    if let (true, true, Some(code), Some(message_id)) =
        (carries_card, on_telegram, &row.incident, message)
        && let Some(chat) = chat_of(tx, row)?
    {
        let card = Card { incident: code.clone(), chat, thread: 0, message_id };
        for older in tx.put_card(&card)? {
            point_to_newest(tx, row, &older)?;
        }
        // What happened while the message was on its way is not on it yet.
        if let Some(incident) = tx.incident(code)?
            && row.rung_seq.is_some_and(|called| incident.moved.seq > called)
            && row.kind == Kind::Page
        {
            queue_card(tx, &incident, chat, format_args!("arrived:{}", row.id))?;
        }
    }
    if let Body::Step { code, step, .. } = &row.notice.body
        && row.rung_seq.is_some()
    {
        play::arrived(tx, code, *step)?;
    }
    if let (Body::Run { code, run }, Some(message)) = (&row.notice.body, message)
        && let Some(chat) = chat_of(tx, row)?
    {
        tx.put_run_card(code, *run, chat, message)?;
    }
    if matches!(row.kind, Kind::Inject | Kind::Drill) {
        drill::arrived(tx, settings, row)?;
    }
    match (tx.recalled(row.id)?, message) {
        (Some(wanted), Some(message)) => words::recalled(tx, row, message, &wanted),
        _ => Ok(()),
    }
}

/// An older copy keeps its place in the chat, but must not look like the newest.
fn point_to_newest(tx: &mut Tx<'_>, row: &Row, older: &Card) -> Result<(), StorageError> {
    if !tx.on_message(older.chat, older.message_id)?.is_empty() {
        return Ok(());
    }
    tx.queue(&NewRow {
        key: format!("pointer:{}:{}:{}", older.incident, older.chat, older.message_id),
        channel: ChannelKind::Telegram,
        to: Recipient::Chat { chat: older.chat, thread: None, reply_to: None },
        priority: Priority::Notice,
        kind: Kind::Pointer,
        rung_seq: None,
        message_id: Some(older.message_id),
        notice: Notice {
            origin: row.notice.origin.clone(),
            body: Body::Card { code: older.incident.clone() },
        },
    })?;
    Ok(())
}

/// The message is gone. The team's chat gets a new card; elsewhere the person removed it.
fn edit_lost(tx: &mut Tx<'_>, settings: &Settings, row: &Row) -> Result<(), StorageError> {
    let chat = chat_of(tx, row)?.unwrap_or(0);
    let team = match settings.team_chat {
        Some(team) => tx.chat_now(team)? == chat,
        None => false,
    };
    if let (Kind::Card, Some(code)) = (row.kind, &row.incident)
        && let Some(card) = tx.card_in(code, chat)?
    {
        tx.drop_card(chat, card.message_id)?;
    }
    if let (Body::Run { code, run }, true) = (&row.notice.body, team) {
        if let Some(message) = tx.run_card(code, *run, chat)? {
            tx.drop_run_card(chat, message)?;
        }
        tx.requeue(row.id, tx.now, false)
    } else if row.kind == Kind::Answer {
        // The question was removed; what follows it is said all the same.
        tx.forget_place(row.id)?;
        tx.requeue(row.id, tx.now, false)
    } else if team && row.kind == Kind::Card {
        tx.requeue(row.id, tx.now, false)
    } else {
        tx.end(row.id, State::Superseded, None, Some("the message is gone"))
    }
}

/// A message of which nothing more can be said: it ends, and the administrators hear of it.
pub fn set_aside(
    tx: &mut Tx<'_>,
    settings: &Settings,
    id: i64,
    why: &str,
) -> Result<(), StorageError> {
    tx.end(id, State::Unknown, None, Some(why))?;
    tell_admins(tx, settings, Trouble::SetAside { row: id })
}

fn word(why: WhyFailed) -> String {
    serde_json::to_value(why).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
}

fn refused(
    tx: &mut Tx<'_>,
    settings: &Settings,
    row: &Row,
    why: WhyFailed,
) -> Result<(), StorageError> {
    tx.end(row.id, State::Failed, None, Some(&word(why)))?;
    page_failed(tx, settings, row, why)
}

/// The channel wants the row later; a page that would wait long goes out by the next one meanwhile.
fn later(
    tx: &mut Tx<'_>,
    settings: &Settings,
    row: &Row,
    wait: Duration,
) -> Result<(), StorageError> {
    let until = tx.now.plus(wait);
    tx.requeue(row.id, until, false)?;
    if row.channel == ChannelKind::Telegram
        && let Some(chat) = chat_of(tx, row)?
    {
        // Whatever else waits for that chat would only be chosen, and told to wait, again and again.
        tx.hold_chat(chat, until)?;
    }
    let calls = row.kind == Kind::Page || (row.kind == Kind::Step && row.priority.calls());
    if (calls || alarm(row)) && wait > PAGE_PAUSE {
        page_failed(tx, settings, row, WhyFailed::ChannelDown)?;
    }
    Ok(())
}

/// A page whose chat has to wait long waits with it, and goes out by the next channel meanwhile.
pub fn held(
    tx: &mut Tx<'_>,
    settings: &Settings,
    row: &Row,
    until: Option<Timestamp>,
) -> Result<(), StorageError> {
    tx.hold_row(row.id, until.unwrap_or(tx.now))?;
    page_failed(tx, settings, row, WhyFailed::ChannelDown)
}

/// The channel does not answer: the row waits for it, and a page goes out by the next one meanwhile.
fn down(tx: &mut Tx<'_>, settings: &Settings, row: &Row, maybe: bool) -> Result<(), StorageError> {
    let longest = if row.kind == Kind::Page { PAGE_PAUSE } else { PAUSE };
    let doubled = 5_u64.saturating_mul(1_u64 << row.attempt.saturating_sub(1).min(10));
    let pause = Duration::from_secs(doubled).min(longest);
    tx.requeue(row.id, tx.now.plus(pause), maybe)?;
    page_failed(tx, settings, row, WhyFailed::ChannelDown)
}

/// A page did not get through: it is written down, the person's next channel is tried, and when
/// nobody on the rung can be reached any more, the next rung.
pub fn page_failed(
    tx: &mut Tx<'_>,
    settings: &Settings,
    row: &Row,
    why: WhyFailed,
) -> Result<(), StorageError> {
    if matches!(row.kind, Kind::Inject | Kind::Drill) {
        // What stops people, or puts them right, tries every way there is.
        if row.priority == Priority::DrillPage && by_another_way(tx, row)? {
            return Ok(());
        }
        return drill::failed(tx, settings, row, why);
    }
    let (Some(code), Some(rung_seq)) = (&row.incident, row.rung_seq) else {
        if alarm(row) {
            by_another_way(tx, row)?;
        }
        return Ok(());
    };
    let Some(incident) = tx.incident(code)? else { return Ok(()) };
    let Recipient::Person(person) = &row.to else {
        // The team's chat has no other channel, but it may have been the rung's last hope.
        return next_rung_if_dead(tx, settings, &incident, row, why);
    };
    // Of a channel that stays down the timeline hears once. It need not be at the first try: that
    // may have ended at a rate limit, or in a crash, or while somebody held the incident.
    let word = word(why);
    let known = why == WhyFailed::ChannelDown && row.why.as_ref() == Some(&word);
    if !known {
        tx.say_why(row.id, &word)?;
        let channel = Some(row.channel);
        let failed = IncidentEvent::PageFailed { rung_seq, person: person.clone(), channel, why };
        append(tx, settings, code, Some(incident), vec![failed])?;
    }
    let Some(incident) = tx.incident(code)? else { return Ok(()) };
    let waits_elsewhere = why == WhyFailed::ChannelDown && has_later_way(tx, row, rung_seq)?;
    if stale(&incident, row) || waits_elsewhere {
        return Ok(());
    }
    if try_next_way(tx, row, rung_seq, person)? {
        return Ok(());
    }
    next_rung_if_dead(tx, settings, &incident, row, why)
}

/// Whether it is a word about duty that somebody has to act on.
fn alarm(row: &Row) -> bool {
    matches!(&row.notice.body, Body::Duty(notice) if notice.calls())
}

/// Queues an alarm about duty, or what stops a drill, on the person's next channel, once. Whether there is
/// one.
fn by_another_way(tx: &mut Tx<'_>, row: &Row) -> Result<bool, StorageError> {
    let Recipient::Person(person) = &row.to else { return Ok(false) };
    let directory = tx.directory()?;
    let ways = directory.ways_to(person);
    // A way that is none any more was the first.
    let after =
        ways.iter().position(|way| *way == row.channel).map_or(0, |at| at.saturating_add(1));
    let Some(way) = ways.get(after).copied() else { return Ok(false) };
    tx.queue(&NewRow {
        key: format!("instead:{}:{}", row.id, way.as_str()),
        channel: way,
        to: row.to.clone(),
        priority: row.priority,
        kind: row.kind,
        rung_seq: None,
        message_id: None,
        notice: row.notice.clone(),
    })?;
    Ok(true)
}

/// The rows of the call that `row` is one of: one entry may call for several steps.
fn rows_of_call(tx: &Tx<'_>, row: &Row, rung_seq: i64) -> Result<Vec<Sibling>, StorageError> {
    match &row.notice.body {
        Body::Step { code, step, .. } => {
            tx.siblings_like(&play::key_of_call(code, *step, rung_seq))
        }
        _ => tx.rung_rows(rung_seq),
    }
}

/// Whether this page was handed on to another channel already.
fn has_later_way(tx: &Tx<'_>, row: &Row, rung_seq: i64) -> Result<bool, StorageError> {
    let Recipient::Person(person) = &row.to else { return Ok(false) };
    let same = |other: &Sibling| other.person.as_ref() == Some(person) && other.id > row.id;
    Ok(rows_of_call(tx, row, rung_seq)?.iter().any(same))
}

/// Queues the page on the first channel it was not tried on yet.
fn try_next_way(
    tx: &mut Tx<'_>,
    row: &Row,
    rung_seq: i64,
    person: &PersonId,
) -> Result<bool, StorageError> {
    let rows = rows_of_call(tx, row, rung_seq)?;
    let own = rows.iter().filter(|other| other.person.as_ref() == Some(person));
    let directory = tx.directory()?;
    let untried = |way: &ChannelKind| !own.clone().any(|row| row.channel == way.as_str());
    let next = directory.ways_to(person).into_iter().find(untried);
    match next {
        Some(way) if row.kind == Kind::Step => play::by_way(tx, row, person, way),
        Some(way) => queue_page(tx, rung_seq, person, way, &row.notice, row.priority),
        None => Ok(false),
    }
}

/// Whether every page of the rung has failed for good.
fn rung_is_dead(tx: &Tx<'_>, row: &Row, rung_seq: i64) -> Result<bool, StorageError> {
    let over = |state: &str| [State::Failed.word(), State::Unknown.word()].contains(&state);
    Ok(rows_of_call(tx, row, rung_seq)?.iter().all(|row| over(&row.state)))
}

fn next_rung_if_dead(
    tx: &mut Tx<'_>,
    settings: &Settings,
    incident: &Incident,
    row: &Row,
    why: WhyFailed,
) -> Result<(), StorageError> {
    let Some(rung_seq) = row.rung_seq else { return Ok(()) };
    if why == WhyFailed::ChannelDown || stale(incident, row) || !rung_is_dead(tx, row, rung_seq)? {
        return Ok(());
    }
    if matches!(row.notice.body, Body::Page { kind: PageKind::Assigned, .. }) {
        let Recipient::Person(person) = &row.to else { return Ok(()) };
        return tell_leads_of_page(tx, incident, person, rung_seq);
    }
    if let Body::Step { step, call, .. } = row.notice.body {
        let asked = rows_of_call(tx, row, rung_seq)?;
        let asked: Vec<PersonId> = asked.into_iter().filter_map(|row| row.person).collect();
        return match call {
            Call::Begun | Call::Untaken(_) => {
                play::undeliverable(tx, settings, incident, step, rung_seq)
            }
            _ => play::unheard(tx, settings, incident, (step, call), &asked),
        };
    }
    let directory = tx.directory()?;
    let ctx = Ctx { now: tx.now, directory: &directory };
    let events = undeliverable(incident, rung_seq, &ctx);
    append(tx, settings, &incident.code, Some(incident.clone()), events)
}

/// Whether a page or call is answered or overtaken: somebody took the incident after it was made
/// (who gives it back makes the ladder call anew), it is over, or it was opened anew. A call made while somebody holds it (`Chuyển cấp`) still goes.
pub fn stale(incident: &Incident, row: &Row) -> bool {
    let Some(rung_seq) = row.rung_seq else { return false };
    if let Body::Step { step, call, .. } = &row.notice.body {
        return play::stale(incident, *step, *call);
    }
    if incident.open().is_none() {
        return true;
    }
    match &row.notice.body {
        Body::Page { episode, .. } if *episode != incident.episode => true,
        Body::Page { kind: PageKind::Assigned, .. } => match &row.to {
            Recipient::Person(person) => incident.assigned.as_ref() != Some(person),
            Recipient::Chat { .. } => true,
        },
        _ => incident.answered(rung_seq),
    }
}
