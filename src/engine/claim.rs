//! `queued → sending`: itself a transaction that looks at the incident again, so that nothing leaves
//! that was answered before.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::channel::{Address, Mode, Outgoing};
use super::delivery::{PAGE_PAUSE, chat_of, delivered, held, stale};
use super::pump::{Budgets, Candidate, Shares, choose};
use super::settings::Settings;
use super::unreadable::set_aside_unreadable;
use super::{drill, evidence, late, link, play, topics, words};
use crate::domain::access::seen_in;
use crate::domain::directory::Directory;
use crate::domain::drill::notice::DrillAnswer;
use crate::domain::drill::plan::said::BookNotice;
use crate::domain::drill::run::state::Status;
use crate::domain::drill::shown::ShownDrill;
use crate::domain::envelope::{Actor, Origin, Sent};
use crate::domain::ids::{DrillCode, IncidentCode, PersonId};
use crate::domain::incident::event::WhyFailed;
use crate::domain::late::Late;
use crate::domain::notice::{Answer, Body, Plays, Reader, Shown, Team, View};
use crate::domain::time::Timestamp;
use crate::domain::values::ChannelKind;
use crate::ledger::outbox::{Kind, Recipient, Row, State};
use crate::ledger::tx::Abort;
use crate::ledger::{StorageError, Tx};

/// How many waiting rows of each priority are looked at.
const LOOK_AT: u32 = 400;

/// What a claim gives: messages on their way, and when to look again.
#[derive(Debug, Default)]
pub struct Claimed {
    /// To be given to their channels.
    pub outgoing: Vec<Outgoing>,
    /// When something that waits now may go.
    pub look_again: Option<Timestamp>,
}

/// Takes the next rows, marks them as sending, and gathers what their channels need.
pub fn claim(
    tx: &mut Tx<'_>,
    settings: &Settings,
    budgets: &mut Budgets,
) -> Result<Claimed, StorageError> {
    let now = tx.now;
    tx.envelope = format!("claim:{}", now.millis());
    tx.actor = Actor::System;
    let mut rows = Vec::new();
    let mut candidates = Vec::new();
    let sendable = tx.sendable(LOOK_AT)?;
    for (id, error) in sendable.unreadable {
        set_aside_unreadable(tx, settings, &[id], error)?;
    }
    for row in sendable.rows {
        match candidate(tx, settings, &row) {
            Ok(Some(candidate)) if waits_long(&candidate, budgets, now) => {
                held(tx, settings, &row, budgets.held_until(candidate.lane))?;
            }
            Ok(Some(candidate)) => {
                candidates.push(candidate);
                rows.push(row);
            }
            Ok(None) => {}
            Err(error) => set_aside_unreadable(tx, settings, &[row.id], error)?,
        }
    }
    let (choices, look) = choose(&candidates, budgets, now);
    let mut claimed = Claimed { outgoing: Vec::new(), look_again: look };
    for choice in choices {
        let chosen: Vec<Row> =
            rows.iter().filter(|row| choice.ids.contains(&row.id)).cloned().collect();
        match gather(tx, settings, chosen, choice.onto) {
            Ok(Some(outgoing)) => {
                budgets.leave(&choice, now);
                claimed.outgoing.push(outgoing);
            }
            Ok(None) => {}
            Err(error) => set_aside_unreadable(tx, settings, &choice.ids, error)?,
        }
    }
    let next = tx.next_sendable()?;
    claimed.look_again = match (claimed.look_again, next) {
        (Some(one), Some(two)) => Some(one.min(two)),
        (one, two) => one.or(two),
    };
    Ok(claimed)
}

/// What is read, or nothing where it does not read: a page of such an incident goes out all the same.
fn if_readable<T>(read: Result<Option<T>, StorageError>) -> Result<Option<T>, StorageError> {
    match read {
        Err(error @ StorageError::Value { .. }) => {
            tracing::error!(%error, "an incident does not read");
            Ok(None)
        }
        other => other,
    }
}

/// Whether it is a page whose chat was told to wait longer than a page may.
fn waits_long(candidate: &Candidate, budgets: &Budgets, now: Timestamp) -> bool {
    let page = candidate.priority.calls();
    let page = page && candidate.channel == ChannelKind::Telegram;
    page && budgets.held_until(candidate.lane).is_some_and(|until| until > now.plus(PAGE_PAUSE))
}

/// The row as choosing sees it; `None` when it ended here because nobody needs it any more or
/// because there is no address.
fn candidate(
    tx: &mut Tx<'_>,
    settings: &Settings,
    row: &Row,
) -> Result<Option<Candidate>, StorageError> {
    // What has to leave a chat, or to change there, is worth it however late it is.
    let lasting = matches!(row.kind, Kind::Delete | Kind::Pointer);
    let over = row.priority.shelf_life().is_some_and(|life| tx.now.since(row.at) > life);
    if !lasting && over && !is_needed(tx, row)? {
        tx.end(row.id, State::Superseded, None, Some("expired"))?;
        return Ok(None);
    }
    // An edit of a step that is over is what takes its buttons away.
    if row.kind == Kind::Step
        && row.rung_seq.is_some()
        && let Some(code) = &row.incident
        && let Some(incident) = if_readable(tx.incident(code))?
        && stale(&incident, row)
    {
        tx.end(row.id, State::Cancelled, None, Some("answered"))?;
        return Ok(None);
    }
    if matches!(row.kind, Kind::Page | Kind::Call) {
        if let Some(code) = &row.incident
            && let Some(incident) = if_readable(tx.incident(code))?
            && stale(&incident, row)
        {
            tx.end(row.id, State::Cancelled, None, Some("answered"))?;
            return Ok(None);
        }
        if tx.has_newer_page(row)? {
            tx.end(row.id, State::Superseded, None, Some("a newer page waits"))?;
            return Ok(None);
        }
    }
    if !drill_lets(tx, row)? {
        return Ok(None);
    }
    if !settings.channels.contains(&row.channel) || address(tx, settings, row)?.is_none() {
        unaddressed(tx, settings, row)?;
        return Ok(None);
    }
    let lane = match row.channel {
        ChannelKind::Telegram => chat_of(tx, row)?.unwrap_or(0),
        // No chats there: each message has a lane of its own.
        ChannelKind::Webhook | ChannelKind::Email => row.id,
    };
    let private = matches!(row.kind, Kind::Card | Kind::Step);
    if private && row.channel == ChannelKind::Telegram && !may_read(tx, row, lane)? {
        return Ok(None);
    }
    let shares = match (&row.incident, row.channel, &row.notice.body) {
        (_, ChannelKind::Webhook | ChannelKind::Email, _) => None,
        (_, _, Body::Page { kind, .. }) => kind.class().map(Shares::Pages),
        (Some(code), _, Body::Card { .. }) if row.kind == Kind::Card => {
            tx.card_in(code, lane)?.is_none().then_some(Shares::Cards)
        }
        _ => None,
    };
    let (id, channel, priority) = (row.id, row.channel, row.priority);
    Ok(Some(Candidate { id, channel, lane, priority, shares }))
}

/// Whether a row may go now as far as a drill is concerned: to nobody outside it, nothing of the story
/// while it stands still, and no call once it is over.
fn drill_lets(tx: &mut Tx<'_>, row: &Row) -> Result<bool, StorageError> {
    let Origin::Drill(code) = &row.notice.origin else { return Ok(true) };
    if !drill::is_for(tx, code, row)? {
        tx.end(row.id, State::Cancelled, None, Some("not of this drill"))?;
        return Ok(false);
    }
    if !matches!(row.kind, Kind::Drill | Kind::Answer) && tx.is_frozen(code)? {
        return Ok(false);
    }
    if matches!(row.kind, Kind::Inject | Kind::Page | Kind::Step) && tx.is_over(code)? {
        tx.end(row.id, State::Cancelled, None, Some("the drill is over"))?;
        return Ok(false);
    }
    Ok(true)
}

/// Whether its reader still has to do what a row asks, however late it comes.
fn is_needed(tx: &mut Tx<'_>, row: &Row) -> Result<bool, StorageError> {
    let chat = chat_of(tx, row)?.unwrap_or(0);
    Ok(late::worth(tx, row, chat)? == Late::Needed)
}

/// Whether a private card's reader may (still) see the incident. Otherwise the row ends and the card
/// leaves the chat.
fn may_read(tx: &mut Tx<'_>, row: &Row, chat: i64) -> Result<bool, StorageError> {
    let (true, Some(code)) = (chat > 0, &row.incident) else { return Ok(true) };
    let Some(incident) = if_readable(tx.incident(code))? else { return Ok(true) };
    let directory = tx.directory()?;
    if seen_in(chat, &incident, &directory) {
        return Ok(true);
    }
    tx.end(row.id, State::Cancelled, None, Some("may not see it any more"))?;
    for copy in tx.copies(code)?.iter().filter(|copy| copy.card.chat == chat) {
        words::take_off(tx, &copy.card)?;
    }
    Ok(false)
}

/// Of the incidents on one message, those its readers may see.
pub fn readable(
    tx: &mut Tx<'_>,
    chat: i64,
    mut codes: Vec<IncidentCode>,
) -> Result<Vec<IncidentCode>, StorageError> {
    if chat > 0 {
        let directory = tx.directory()?;
        let mut seen = Vec::new();
        for code in codes {
            let incident = if_readable(tx.incident(&code))?;
            if incident.is_none_or(|incident| seen_in(chat, &incident, &directory)) {
                seen.push(code);
            }
        }
        codes = seen;
    }
    Ok(codes)
}

/// There is no way to the recipient by this channel (any more): the same as a refusal.
fn unaddressed(tx: &mut Tx<'_>, settings: &Settings, row: &Row) -> Result<(), StorageError> {
    let Some(attempt) = tx.start_sending(row.id)? else { return Ok(()) };
    let refused = Sent::Refused(WhyFailed::NoChannel);
    match delivered(tx, settings, row.id, attempt, &refused) {
        Ok(_) | Err(Abort::Work(_)) => Ok(()),
        Err(Abort::Storage(error)) => Err(error),
    }
}

fn address(
    tx: &mut Tx<'_>,
    settings: &Settings,
    row: &Row,
) -> Result<Option<Address>, StorageError> {
    if let Recipient::Chat { chat, reply_to, .. } = &row.to {
        let (chat, thread, reply_to) = (*chat, topics::of(tx, settings, row)?, *reply_to);
        return Ok(Some(Address::Chat { chat, thread, reply_to }));
    }
    let Recipient::Person(id) = &row.to else { return Ok(None) };
    let directory = tx.directory()?;
    let Some(private) = directory.private.get(id).filter(|_| directory.active(id).is_some()) else {
        return Ok(None);
    };
    Ok(match row.channel {
        ChannelKind::Telegram => {
            private.telegram_id.map(|chat| Address::Chat { chat, thread: None, reply_to: None })
        }
        ChannelKind::Webhook => {
            private.phone.clone().map(|phone| Address::Phone { person: id.to_string(), phone })
        }
        ChannelKind::Email => private.email.clone().map(Address::Mail),
    })
}

/// Marks the rows as sending and gathers what the channel needs to render them. New cards may be
/// added `onto` a shared message that stands already.
fn gather(
    tx: &mut Tx<'_>,
    settings: &Settings,
    mut rows: Vec<Row>,
    onto: Option<i64>,
) -> Result<Option<Outgoing>, StorageError> {
    let Some(first) = rows.first().cloned() else { return Ok(None) };
    let Some(mut to) = address(tx, settings, &first)? else { return Ok(None) };
    let mode = match onto {
        Some(message) if still_shared(tx, &to, message)? => Mode::Edit(message),
        _ => mode(tx, &first, &to)?,
    };
    let mut waited = None;
    let (mut codes, bundle) = match late::together(tx, &first, &to)? {
        Some(together) => {
            (rows, waited) = (together.rows, Some(together.waited));
            if let Address::Chat { reply_to, .. } = &mut to {
                *reply_to = None;
            }
            (together.codes, true)
        }
        None => told(tx, mode, &to, &mut rows)?,
    };
    let directory = tx.directory()?;
    let open_chat = drill::of_all(tx, settings, &first.notice.origin)?;
    let reader = reader(open_chat, &first, &to, &directory);
    let link = link::carried(tx, settings, &first, &reader)?;
    let mut sending = Vec::new();
    for row in &rows {
        if let (Kind::Page, Some(code), Address::Chat { chat, .. }) = (row.kind, &row.incident, &to)
        {
            // The page carries the newest card: an edit that waits would only take its call away.
            tx.supersede_cards(code, *chat)?;
        }
        if let Some(attempt) = tx.start_sending(row.id)? {
            sending.push((row.id, attempt));
        }
    }
    let resend = rows.iter().any(|row| row.maybe) && mode == Mode::Post;
    let history = match first.notice.body.tells_all_of() {
        Some(code) => tx.history(code)?,
        None => Vec::new(),
    };
    let quoted = match first.notice.body.quotes() {
        Some(seq) => tx.words_of(seq)?,
        None => None,
    };
    codes.extend(whole_of(tx, &first.notice.body)?);
    let drills = drills(tx, &first.notice.body, &reader)?;
    let view = view(tx, settings, &codes, None)?;
    let view = View { reader, link, resend, history, quoted, drills, ..view };
    let outgoing = Outgoing {
        rows: sending,
        channel: first.channel,
        to,
        mode,
        notice: first.notice,
        bundle,
        waited,
        view,
        priority: first.priority,
    };
    Ok((!outgoing.rows.is_empty()).then_some(outgoing))
}

/// The widespread incident that the one shown is a part of: who has the whole has the part.
fn whole_of(tx: &Tx<'_>, body: &Body) -> Result<Option<IncidentCode>, StorageError> {
    let Body::Answer(Answer::Incident { code }) = body else { return Ok(None) };
    let incident = if_readable(tx.incident(code))?;
    Ok(incident.and_then(|incident| incident.parent().cloned()))
}

/// What rendering may look at, for `person` or for a stranger.
pub fn view(
    tx: &mut Tx<'_>,
    settings: &Settings,
    codes: &[IncidentCode],
    person: Option<PersonId>,
) -> Result<View, StorageError> {
    let mut incidents: Vec<Shown> = Vec::new();
    for code in codes {
        incidents.extend(if_readable(tx.shown(code))?);
    }
    let mut plays = Plays { library: Arc::clone(&settings.library), bundles: BTreeMap::new() };
    for shown in &incidents {
        plays.bundles.append(&mut tx.bundles(&shown.incident)?);
    }
    Ok(View {
        drills: Vec::new(),
        scenarios: Arc::clone(&settings.scenarios),
        history: Vec::new(),
        quoted: None,
        incidents,
        directory: tx.directory()?,
        plays,
        team: team(tx, settings)?,
        reader: person.map_or(Reader::Stranger, Reader::Person),
        link: None,
        resend: false,
        now: tx.now,
    })
}

/// The drills a message speaks of: its own, or all that its reader may see and that are not over.
pub fn drills(
    tx: &mut Tx<'_>,
    body: &Body,
    reader: &Reader,
) -> Result<Vec<Arc<ShownDrill>>, StorageError> {
    let mut codes: Vec<DrillCode> = body.drill().cloned().into_iter().collect();
    if let Body::Book(BookNotice::Decided { reason, .. }) = body {
        codes.extend(reason.clone());
    }
    let mut own = None;
    let lists =
        matches!(body, Body::Answer(Answer::Drill(DrillAnswer::List | DrillAnswer::Book(_))));
    // Whoever asks gets what he may see; what is told unasked goes to whom the engine chose.
    match (body, reader) {
        (Body::Answer(Answer::Drill(_)), Reader::Person(person)) => own = Some(person),
        // Everybody of a drill's own chat may look at it.
        (Body::Answer(Answer::Drill(DrillAnswer::Show { .. })), Reader::Team) => {}
        (Body::Answer(Answer::Drill(_)), _) => return Ok(Vec::new()),
        _ => {}
    }
    if lists {
        codes = tx.drill_codes(&Status::ALL)?;
    }
    let directory = tx.directory()?;
    let mut found = Vec::new();
    for code in codes {
        let Some(shown) = if_readable(tx.shown_drill(&code))? else { continue };
        let sees = |person: &&PersonId| shown.drill.is_seen_by(person, &directory);
        if own.as_ref().is_none_or(sees) {
            found.push(Arc::new(shown));
        }
    }
    Ok(found)
}

/// The team, with the bot's name once it was seen.
fn team(tx: &Tx<'_>, settings: &Settings) -> Result<Arc<Team>, StorageError> {
    if settings.team.bot_name.is_some() {
        return Ok(Arc::clone(&settings.team));
    }
    let bot_name = tx.fact("bot_name")?;
    Ok(Arc::new(Team { bot_name, ..Team::clone(&settings.team) }))
}

/// The incidents that `rows` tell of together, and whether several share the message. A card that does is
/// edited as the whole it is part of, and whatever else waits to be said there is said by the same edit.
fn told(
    tx: &mut Tx<'_>,
    mode: Mode,
    to: &Address,
    rows: &mut Vec<Row>,
) -> Result<(Vec<IncidentCode>, bool), StorageError> {
    let mut codes: Vec<IncidentCode> = Vec::new();
    for code in rows.iter().flat_map(|row| row.notice.body.codes()) {
        if !codes.contains(&code) {
            codes.push(code);
        }
    }
    let (Mode::Edit(message), Address::Chat { chat, .. }) = (mode, to) else {
        return Ok((codes, rows.len() > 1));
    };
    let on_it = tx.on_message(*chat, message)?;
    if on_it.len() < 2 {
        return Ok((codes, rows.len() > 1));
    }
    let on_it = readable(tx, *chat, on_it)?;
    for code in &on_it {
        rows.extend(tx.waiting_card(code, *chat)?);
    }
    codes.retain(|code| !on_it.contains(code));
    Ok(([on_it, codes].concat(), true))
}

/// Whether several incidents have their card on this message.
fn still_shared(tx: &Tx<'_>, to: &Address, message: i64) -> Result<bool, StorageError> {
    let Address::Chat { chat, .. } = to else { return Ok(false) };
    Ok(tx.on_message(*chat, message)?.len() > 1)
}

fn mode(tx: &mut Tx<'_>, row: &Row, to: &Address) -> Result<Mode, StorageError> {
    let Address::Chat { chat, .. } = to else { return Ok(Mode::Post) };
    Ok(match (row.kind, &row.incident, row.message_id) {
        (Kind::Pointer, _, Some(message)) => Mode::Point(message),
        (Kind::Answer, _, Some(message)) => Mode::Edit(message),
        (Kind::Delete, _, Some(message)) => Mode::Delete(message),
        (Kind::Step, _, Some(_)) => play::edited(row).map_or(Mode::Post, Mode::Edit),
        (Kind::Drill, _, _) => drill::stands(tx, row)?.map_or(Mode::Post, Mode::Edit),
        (Kind::Run, Some(code), _) => match &row.notice.body {
            Body::Run { run, .. } => tx.run_card(code, *run, *chat)?.map_or(Mode::Post, Mode::Edit),
            _ => Mode::Post,
        },
        (Kind::Card, Some(code), _) => match tx.card_in(code, *chat)? {
            Some(card) => Mode::Edit(card.message_id),
            None => Mode::Post,
        },
        _ => Mode::Post,
    })
}

fn reader(open_chat: Option<i64>, row: &Row, to: &Address, directory: &Directory) -> Reader {
    match (&row.to, to) {
        (Recipient::Person(id), _) => Reader::Person(id.clone()),
        (_, Address::Chat { chat, .. }) if *chat > 0 => match directory.by_telegram(*chat) {
            Some(person) => Reader::Person(person.id.clone()),
            None => Reader::Stranger,
        },
        (_, Address::Chat { chat, .. }) if Some(*chat) == open_chat => Reader::Team,
        // Any other group: nobody knows who reads there.
        _ => Reader::Stranger,
    }
}

/// After a crash: rows that were on their way may have arrived or not. They go again, marked; and files
/// half taken in go.
pub fn recover(tx: &mut Tx<'_>) -> Result<usize, StorageError> {
    topics::forget(tx)?;
    evidence::tidy(tx)?;
    tx.requeue_lost()
}
