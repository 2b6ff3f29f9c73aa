//! Who is told what of a run: calls for a step, its messages brought up to date, its card.

use std::collections::BTreeMap;

use super::super::settings::Settings;
use crate::domain::actor::{Actor, Origin};
use crate::domain::directory::Directory;
use crate::domain::escalation::who::Called;
use crate::domain::ids::{IncidentCode, PersonId};
use crate::domain::incident::event::{Fact, IncidentEvent, WhyFailed};
use crate::domain::incident::state::Incident;
use crate::domain::notice::{Body, Notice, Priority};
use crate::domain::playbook::model::Whom;
use crate::domain::playbook::run::RunEvent;
use crate::domain::playbook::run::event::{Call, StepNumber};
use crate::domain::playbook::run::state::{OverHow, Pending, Run, Waits};
use crate::domain::values::ChannelKind;
use crate::ledger::outbox::{Kind, NewRow, Recipient, Row, State};
use crate::ledger::{StorageError, Tx};

/// The key of everything said about one step.
fn key_of(code: &IncidentCode, step: StepNumber) -> String {
    format!("step:{code}:{step}:")
}

/// The key of one call for it.
pub fn key_of_call(code: &IncidentCode, step: StepNumber, seq: i64) -> String {
    format!("{}{seq}:", key_of(code, step))
}

/// What follows from an event of a run: whoever it concerns is told, and what was said of a step before is
/// brought up to date.
pub fn follow(
    tx: &mut Tx<'_>,
    settings: &Settings,
    incident: &Incident,
    stored: &[(i64, IncidentEvent)],
) -> Result<Vec<IncidentEvent>, StorageError> {
    let directory = tx.directory()?;
    let mut lonely = Vec::new();
    let (mut steps, mut runs) = (Vec::new(), Vec::new());
    for (seq, event) in stored {
        match event {
            IncidentEvent::Run { run, what } => {
                if let RunEvent::Called { step, cause, people, team, .. } = what {
                    let told = Told {
                        settings,
                        incident,
                        directory: &directory,
                        seq: *seq,
                        step: *step,
                        cause: *cause,
                    };
                    told.call(tx, people, *team, &mut lonely)?;
                }
                steps.extend(what.step());
                runs.push(*run);
            }
            // Whoever has the incident has the steps of whoever has it.
            IncidentEvent::Acknowledged { .. } | IncidentEvent::Contained { took: true } => {
                hand_over(tx, settings, incident, &directory, *seq)?;
                runs.extend(incident.live_runs().map(|run| run.number));
            }
            IncidentEvent::HandedBack { .. } | IncidentEvent::LeaseExpired { .. } => {
                runs.extend(incident.live_runs().map(|run| run.number));
            }
            IncidentEvent::Closed { .. }
            | IncidentEvent::TlpChanged { .. }
            | IncidentEvent::FactGiven { fact: Fact::NoticedAt(_) } => {
                let live =
                    |run: &Run| run.pending().map(|(number, _, _)| number).collect::<Vec<_>>();
                steps.extend(incident.live_runs().flat_map(live));
                runs.extend(incident.runs.iter().map(|run| run.number));
            }
            _ => {}
        }
    }
    let Some(seq) = stored.last().map(|(seq, _)| *seq) else { return Ok(lonely) };
    let first = stored.first().map_or(seq, |(seq, _)| *seq);
    steps.extend(over(tx, settings, incident, &directory, (first, seq))?);
    steps.sort_unstable();
    steps.dedup();
    for step in steps {
        renew(tx, incident, step, seq)?;
    }
    runs.sort_unstable();
    runs.dedup();
    for run in runs {
        queue_run_card(tx, settings, incident, run, seq)?;
    }
    Ok(lonely)
}

/// Whatever is over by the entries from `first` on; whoever still had one of them hears it.
fn over(
    tx: &mut Tx<'_>,
    settings: &Settings,
    incident: &Incident,
    directory: &Directory,
    (first, seq): (i64, i64),
) -> Result<Vec<StepNumber>, StorageError> {
    let mut steps = Vec::new();
    let all = incident.runs.iter().flat_map(|run| &run.over);
    for over in all.filter(|over| over.at.seq >= first) {
        steps.push(over.number);
        let Some(had) = over.had.as_ref().filter(|_| over.how != OverHow::Done) else { continue };
        if tx.actor == Actor::Person(had.clone()) {
            continue;
        }
        let (step, cause) = (over.number, Call::Dropped);
        let told = Told { settings, incident, directory, seq, step, cause };
        if let Some(way) = directory.ways_to(had).first() {
            told.queue(tx, had, *way)?;
        }
    }
    Ok(steps)
}

/// One call for a step.
struct Told<'a> {
    settings: &'a Settings,
    incident: &'a Incident,
    directory: &'a Directory,
    seq: i64,
    step: StepNumber,
    cause: Call,
}

impl Told<'_> {
    fn call(
        &self,
        tx: &mut Tx<'_>,
        people: &[Called],
        team: bool,
        lonely: &mut Vec<IncidentEvent>,
    ) -> Result<(), StorageError> {
        for called in people {
            match self.directory.ways_to(&called.id).first() {
                Some(way) => {
                    self.queue(tx, &called.id, *way)?;
                }
                None => lonely.push(IncidentEvent::PageFailed {
                    rung_seq: self.seq,
                    person: called.id.clone(),
                    channel: None,
                    why: WhyFailed::NoChannel,
                }),
            }
        }
        if let (true, Some(chat), Origin::Real) =
            (team, self.settings.team_chat, &self.incident.origin)
        {
            let chat = tx.chat_now(chat)?;
            tx.queue(&NewRow {
                key: format!("{}{}:{chat}", key_of(&self.incident.code, self.step), self.seq),
                channel: ChannelKind::Telegram,
                to: Recipient::Chat { chat, thread: None, reply_to: None },
                ..self.row()
            })?;
        }
        Ok(())
    }

    fn row(&self) -> NewRow {
        NewRow {
            key: String::new(),
            channel: ChannelKind::Telegram,
            to: Recipient::Chat { chat: 0, thread: None, reply_to: None },
            priority: priority(self.cause, self.incident),
            kind: Kind::Step,
            rung_seq: Some(self.seq),
            message_id: None,
            notice: notice(self.incident, self.step, self.cause),
        }
    }

    fn queue(
        &self,
        tx: &mut Tx<'_>,
        person: &PersonId,
        way: ChannelKind,
    ) -> Result<bool, StorageError> {
        tx.queue(&NewRow {
            key: format!("{}{}:{person}:{way}", key_of(&self.incident.code, self.step), self.seq),
            channel: way,
            to: Recipient::Person(person.clone()),
            ..self.row()
        })
    }
}

fn notice(incident: &Incident, step: StepNumber, call: Call) -> Notice {
    let body = Body::Step { code: incident.code.clone(), step, call };
    Notice { origin: incident.origin.clone(), body }
}

/// What somebody has to act on at once is as urgent as a page; the next step of somebody at work is not.
fn priority(cause: Call, incident: &Incident) -> Priority {
    match cause {
        Call::Untaken(_) | Call::Approval | Call::Failed => {
            Priority::of_page(&incident.origin, incident.severity)
        }
        Call::Begun
        | Call::Agreed
        | Call::Declined
        | Call::Late
        | Call::Lapsed
        | Call::Reminder
        | Call::Dropped => Priority::Reply,
    }
}

/// A call for a step goes out by another channel.
pub fn by_way(
    tx: &mut Tx<'_>,
    row: &Row,
    person: &PersonId,
    way: ChannelKind,
) -> Result<bool, StorageError> {
    let (Body::Step { code, step, .. }, Some(seq)) = (&row.notice.body, row.rung_seq) else {
        return Ok(false);
    };
    tx.queue(&NewRow {
        key: format!("{}{seq}:{person}:{way}", key_of(code, *step)),
        channel: way,
        to: Recipient::Person(person.clone()),
        priority: row.priority,
        kind: Kind::Step,
        rung_seq: Some(seq),
        message_id: None,
        notice: row.notice.clone(),
    })
}

/// Whether nobody needs this call for a step any more.
pub fn stale(incident: &Incident, step: StepNumber, call: Call) -> bool {
    // That it is over is just what this one says.
    if call == Call::Dropped {
        return false;
    }
    let Some(run) = incident.run_of(step).filter(|run| run.is_live()) else { return true };
    match (call, run.tokens.get(&step).map(|token| &token.waits)) {
        (Call::Failed, Some(Waits::Decision { .. })) => false,
        (Call::Failed, _) => true,
        (Call::Untaken(_), Some(Waits::Task(pending))) => pending.taken.is_some(),
        (Call::Approval, Some(Waits::Task(pending))) => pending.approval.is_none(),
        (Call::Reminder, Some(Waits::Task(pending))) => !pending.reminds(),
        (_, Some(Waits::Task(_))) => false,
        _ => true,
    }
}

/// Whoever has the incident now has the steps that are always with its holder.
fn hand_over(
    tx: &mut Tx<'_>,
    settings: &Settings,
    incident: &Incident,
    directory: &Directory,
    seq: i64,
) -> Result<(), StorageError> {
    let Some(holder) = incident.holder().cloned() else { return Ok(()) };
    let own = |pending: &Pending| pending.who == Whom::Holder && pending.taken.is_none();
    let steps = incident.live_runs().flat_map(|run| {
        let own = run.pending().filter(|(_, _, pending)| own(pending));
        let own = own.map(|(number, _, _)| (number, Call::Begun));
        own.chain(run.stuck().map(|(number, _, _)| (number, Call::Failed)))
    });
    let steps: Vec<(StepNumber, Call)> = steps.collect();
    for (step, cause) in steps {
        let told = Told { settings, incident, directory, seq, step, cause };
        if let Some(way) = directory.ways_to(&holder).first() {
            told.queue(tx, &holder, *way)?;
        }
    }
    Ok(())
}

/// A message about a step has arrived: what happened while it was on its way is not on it yet.
pub fn arrived(tx: &mut Tx<'_>, code: &IncidentCode, step: StepNumber) -> Result<(), StorageError> {
    let Some(incident) = tx.incident(code)? else { return Ok(()) };
    let waits = incident.run_of(step).and_then(|run| run.tokens.get(&step));
    let as_asked = match waits.map(|token| &token.waits) {
        Some(Waits::Task(pending)) => pending.taken.is_none() && pending.approval.is_none(),
        Some(Waits::Decision { .. }) => true,
        _ => false,
    };
    if as_asked { Ok(()) } else { renew(tx, &incident, step, tx.head().seq) }
}

/// Messages about a step that stand in chats say how it is now.
fn renew(
    tx: &mut Tx<'_>,
    incident: &Incident,
    step: StepNumber,
    seq: i64,
) -> Result<(), StorageError> {
    let key = key_of(&incident.code, step);
    let live = incident.run_of(step).is_some_and(|run| run.tokens.contains_key(&step));
    let mut newest = BTreeMap::new();
    let mut standing = Vec::new();
    for row in tx.rows_like(&key)? {
        let sent = row.state == State::Sent.word() && row.channel == ChannelKind::Telegram;
        let (true, Some(message), None) = (sent, row.message_id, edited(&row)) else { continue };
        let chat = match (&row.to, row.account) {
            (Recipient::Chat { chat, .. }, _) => *chat,
            (Recipient::Person(_), Some(account)) => account,
            (Recipient::Person(_), None) => continue,
        };
        newest.insert(chat, message);
        standing.push((chat, message, row));
    }
    // While it goes on only the newest of its messages in a chat is kept up to date; once it is over none
    // keeps its buttons.
    standing.retain(|(chat, message, _)| !live || newest.get(chat) == Some(message));
    for (chat, message, row) in standing {
        let edit = format!("stepedit:{}:{step}:{chat}:{message}:", incident.code);
        if tx.waits_like(&edit)? {
            continue;
        }
        tx.queue(&NewRow {
            key: format!("{edit}{seq}"),
            channel: ChannelKind::Telegram,
            to: Recipient::Chat { chat, thread: None, reply_to: None },
            priority: Priority::Edit,
            kind: Kind::Step,
            rung_seq: None,
            message_id: Some(message),
            notice: row.notice.clone(),
        })?;
    }
    Ok(())
}

/// The message a row takes the place of.
pub fn edited(row: &Row) -> Option<i64> {
    let edit = row.kind == Kind::Step && row.key.starts_with("stepedit:");
    row.message_id.filter(|_| edit)
}

/// The card of a run in the team's chat, unless one waits already.
fn queue_run_card(
    tx: &mut Tx<'_>,
    settings: &Settings,
    incident: &Incident,
    run: u32,
    seq: i64,
) -> Result<(), StorageError> {
    let (Some(chat), Origin::Real) = (settings.team_chat, &incident.origin) else { return Ok(()) };
    let chat = tx.chat_now(chat)?;
    let key = format!("run:{}:{run}:{chat}:", incident.code);
    if tx.waits_like(&key)? {
        return Ok(());
    }
    let stands = tx.run_card(&incident.code, run, chat)?;
    let body = Body::Run { code: incident.code.clone(), run };
    tx.queue(&NewRow {
        key: format!("{key}{seq}"),
        channel: ChannelKind::Telegram,
        to: Recipient::Chat { chat, thread: None, reply_to: None },
        priority: if stands.is_some() { Priority::Edit } else { Priority::Card },
        kind: Kind::Run,
        rung_seq: None,
        message_id: None,
        notice: Notice { origin: incident.origin.clone(), body },
    })?;
    Ok(())
}
