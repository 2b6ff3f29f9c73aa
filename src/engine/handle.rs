//! One envelope inside the writer's transaction: recognise, authorise, decide, append, queue.

use std::collections::BTreeSet;

use super::directory_commands as people;
use super::settings::Settings;
use super::{
    alerts, asking, beside, contacts, delivery, drill, evidence, guard, moments, play, react,
    roster, together, units, words,
};
use crate::domain::access::{permit, permit_on};
use crate::domain::contacts::ContactsAnswer;
use crate::domain::drill::notice::{DrillAnswer, DrillDone};
use crate::domain::duty_notice::DutyAnswer;
use crate::domain::envelope::{
    Actor, Command, DirectoryCommand, Done, Envelope, Receipt, Report, Route,
};
use crate::domain::ids::IncidentCode;
use crate::domain::incident::act::{Act, ActKind, Aim};
use crate::domain::incident::event::IncidentEvent;
use crate::domain::incident::moments::Ctx;
use crate::domain::incident::state::Incident;
use crate::domain::incident::{decide, merge, opening};
use crate::domain::notice::{Answer, Body};
use crate::domain::refusal::Refusal;
use crate::domain::secrecy::Secret;
use crate::ledger::tx::Abort;
use crate::ledger::{StorageError, Tx};

/// What stops an envelope: a refusal undoes only what it began.
pub type Stop = Abort<Refusal>;

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Work(refusal)
    }
}

/// Handles one envelope. A repeated key gets the stored receipt and changes nothing.
pub fn handle(
    tx: &mut Tx<'_>,
    settings: &Settings,
    envelope: &Envelope,
) -> Result<Receipt, StorageError> {
    // A moment guards itself: it fires only while its stream waits for it. Its key is not remembered,
    // because a clock set back can bring the very same moment again.
    let moment = matches!(envelope.command, Command::Tick { .. });
    let key = tx.sealed_key(&envelope.key)?;
    if let (false, Some(receipt)) = (moment, tx.outcome(&key)?) {
        return Ok(receipt);
    }
    let seen = guard::look_at(envelope, &*tx.directory()?);
    let envelope = &*seen.envelope;
    tx.envelope = key;
    tx.actor = envelope.actor.clone();
    let before = tx.head().seq;
    let result = match seen.refused {
        Some(refusal) => Err(refusal),
        None => tx.attempt(|tx| {
            if let Some(also) = &envelope.also {
                say(tx, settings, &envelope.actor, also)?;
            }
            let done = perform(tx, settings, envelope)?;
            let taken = evidence::attach(tx, settings, envelope, &done)?;
            play::files(tx, settings, envelope, &done, before)?;
            let taken = drill::keeps_files(tx, envelope, &done)?
                || drill::offered(tx, settings, envelope, &done)?
                || taken;
            Ok((done, taken))
        })?,
    };
    if let Actor::Person(person) = tx.actor.clone() {
        tx.heard(&person)?;
    }
    let (receipt, taken) = match result {
        Ok((done, taken)) => (Receipt::Done(done), taken),
        Err(refusal) => (Receipt::Refused(refusal), false),
    };
    if let Some(change) = &envelope.session {
        let session = beside::session_after(change, &receipt);
        tx.put_session(change.chat, change.account, change.thread, &session)?;
    }
    remember(tx, envelope, before)?;
    answer(tx, envelope, &receipt, &seen.found)?;
    beside::say(tx, envelope, &receipt, taken)?;
    if matches!(receipt, Receipt::Done(Done::Redacted { .. })) {
        tx.hold(&format!("answer:{}", envelope.key))?;
    }
    guard::withdraw(tx, settings, envelope.route.as_ref(), &seen.said)?;
    if !moment {
        tx.store_outcome(before, &receipt)?;
    }
    Ok(receipt)
}

/// Remembers which messages the words that were written down after `before` came in.
fn remember(tx: &mut Tx<'_>, envelope: &Envelope, before: i64) -> Result<(), StorageError> {
    let Some(Route { chat, reply_to: Some(message), .. }) = &envelope.route else { return Ok(()) };
    match tx.worded_after(before)? {
        Some(seq) if !envelope.waited.is_empty() => words::waited(tx, seq, *chat, &envelope.waited),
        Some(seq) if !envelope.pressed => tx.remember_said(seq, *chat, *message, None),
        _ => Ok(()),
    }
}

/// Queues the answer to the person in the same transaction, so that it can neither be lost nor be
/// said before what it confirms is on disk. A press is answered by the card and by a toast.
fn answer(
    tx: &mut Tx<'_>,
    envelope: &Envelope,
    receipt: &Receipt,
    found: &BTreeSet<Secret>,
) -> Result<(), StorageError> {
    let Some(route) = envelope.route.as_ref().filter(|_| !envelope.silent) else { return Ok(()) };
    let answer = match (&envelope.command, receipt) {
        // What was masked must be told; the next question waits in the session.
        (_, Receipt::Done(_)) if envelope.then.is_some() && found.is_empty() => {
            envelope.then.as_deref().cloned().unwrap_or(Answer::NothingToLeave)
        }
        (Command::Say(answer), Receipt::Done(_)) => answer.clone(),
        // The card and a toast say it; only a report made by a button has no card there yet.
        (
            Command::Act(..)
            | Command::Play(..)
            | Command::Say(_)
            | Command::Roster(_)
            | Command::Drill(_),
            _,
        ) if envelope.pressed && !envelope.in_place => {
            return Ok(());
        }
        // The question whether it is real says that it was written down.
        (_, Receipt::Done(Done::Quiet | Done::Drill(DrillDone::Heard { .. }))) => return Ok(()),
        (
            Command::Directory(DirectoryCommand::Invite { person, code, expires }),
            Receipt::Done(_),
        ) => {
            let (person, code, expires) = (person.clone(), code.clone(), *expires);
            Answer::Invitation { person, code, expires }
        }
        (_, Receipt::Done(done)) => guard::receipt(done.clone(), found),
        (_, Receipt::Refused(refusal)) => Answer::Refused(refusal.clone()),
    };
    let mut row =
        react::answer_row(&format!("answer:{}", envelope.key), route, Body::Answer(answer));
    // A question that was pressed gives its place to what follows it.
    row.message_id = route.reply_to.filter(|_| envelope.in_place && envelope.pressed);
    tx.queue(&row)?;
    Ok(())
}

fn perform(tx: &mut Tx<'_>, settings: &Settings, envelope: &Envelope) -> Result<Done, Stop> {
    match &envelope.command {
        Command::Report(report) => match drill::hears(tx, settings, &envelope.actor, report)? {
            Some(heard) => Ok(heard),
            None => record(tx, settings, &envelope.actor, report),
        },
        Command::Act(aim, act) => perform_act(tx, settings, &envelope.actor, aim, act),
        Command::Play(aim, act) => play::perform(tx, settings, &envelope.actor, aim, act),
        Command::Merge { duplicate, main } => {
            merge_two(tx, settings, &envelope.actor, duplicate, main)
        }
        Command::Group { codes, title } => {
            together::group(tx, settings, &envelope.actor, codes, title)
        }
        Command::GroupAlike(aim) => together::group_alike(tx, settings, &envelope.actor, aim),
        Command::Redact { code, seq, reason } => {
            words::remove(tx, settings, &envelope.actor, code, *seq, reason)
        }
        Command::Edit { chat, message, words } => {
            words::edit(tx, settings, &envelope.actor, (*chat, *message), words)
        }
        Command::Alerts(list) => alerts::file(tx, settings, &envelope.actor, list),
        Command::Tick { stream, due } => moments::tick(tx, settings, stream, *due),
        Command::Delivered { row, attempt, sent } => {
            delivery::delivered(tx, settings, *row, *attempt, sent)
        }
        Command::Directory(command) => people::perform(tx, settings, &envelope.actor, command),
        Command::Roster(wish) => roster::perform(tx, settings, &envelope.actor, wish),
        Command::Contacts(wish) => contacts::perform(tx, settings, &envelope.actor, wish),
        Command::Drill(wish) => drill::perform(tx, settings, &envelope.actor, wish),
        Command::Jumped(jump) => moments::jumped(tx, settings, jump.by_ms),
        Command::Away(absence) => moments::was_away(tx, settings, *absence),
        Command::Skipped(poison) => moments::skipped(tx, settings, poison),
        Command::Say(answer) => say(tx, settings, &envelope.actor, answer),
        Command::Fetched(fetched) => evidence::fetched(tx, settings, fetched),
        Command::TestPage { person, channel } => {
            people::test_page(tx, &envelope.actor, person, *channel)
        }
    }
}

/// Words back about an incident go only to those who may see it, and questions only to those who may
/// do what the answer would do.
fn say(tx: &mut Tx<'_>, settings: &Settings, actor: &Actor, answer: &Answer) -> Result<Done, Stop> {
    let directory = tx.directory()?;
    if matches!(answer, Answer::Figures(_) | Answer::List { .. } | Answer::Found { .. }) {
        permit(actor, ActKind::See, None, &directory)?;
    }
    if matches!(answer, Answer::Contacts(ContactsAnswer::Coverage)) {
        permit(actor, ActKind::Contacts, None, &directory)?;
    }
    if let Answer::Drill(DrillAnswer::Book(answer)) = answer
        && answer.is_for_leaders()
        && permit(actor, ActKind::ApproveDrill, None, &directory).is_err()
    {
        permit(actor, ActKind::PlanDrill, None, &directory)?;
    }
    if matches!(answer, Answer::Duty(DutyAnswer::Changes)) {
        permit(actor, ActKind::Roster, None, &directory)?;
    }
    for code in Body::Answer(answer.clone()).codes() {
        let incident = incident_or_refuse(tx, &code)?;
        permit_on(actor, ActKind::See, &incident, &directory)?;
    }
    match answer {
        Answer::Ask(ask) => {
            asking::may_answer(tx, actor, ask)?;
            drill::plan::may_ask(settings, ask)?;
        }
        Answer::NothingFits { verb } => {
            permit(actor, verb.act(), None, &directory)?;
        }
        Answer::Meant { verb, .. } => {
            permit(actor, verb.act(), None, &directory)?;
        }
        _ => {}
    }
    Ok(Done::Quiet)
}

/// An incident the actor may know of, or the refusal that says there is none.
pub fn incident_or_refuse(tx: &Tx<'_>, code: &IncidentCode) -> Result<Incident, Stop> {
    let found = tx.incident(code)?;
    found.ok_or_else(|| Refusal::UnknownIncident(code.to_string()).into())
}

/// Records a real incident.
pub(super) fn record(
    tx: &mut Tx<'_>,
    settings: &Settings,
    actor: &Actor,
    report: &Report,
) -> Result<Done, Stop> {
    let directory = tx.directory()?;
    let permit = permit(actor, ActKind::Report, None, &directory)?;
    let code = tx.next_code(&settings.incident_prefix, tx.now.year(settings.team.zone))?;
    let ctx = Ctx { now: tx.now, directory: &directory };
    let (policies, triage) = (&settings.policies, &settings.triage);
    let mut events = opening::report(&code, report, &permit, policies, triage, &ctx);
    let beside = together::hint(tx, settings, &code, &mut events)?;
    append(tx, settings, &code, None, events)?;
    if let Some(beside) = beside {
        together::propose(tx, settings, &beside)?;
    }
    Ok(Done::Reported(code))
}

/// Appends an incident's events and queues what follows from them.
pub fn append(
    tx: &mut Tx<'_>,
    settings: &Settings,
    code: &IncidentCode,
    before: Option<Incident>,
    events: Vec<IncidentEvent>,
) -> Result<(), StorageError> {
    if events.is_empty() {
        return Ok(());
    }
    let paged = before.as_ref().map(|incident| incident.paged.clone()).unwrap_or_default();
    let (after, stored) = tx.append_incident(code, before, events)?;
    if let Some(after) = after {
        let mut lonely = react::react(tx, settings, &paged, &after, &stored)?;
        lonely.append(&mut play::follow(tx, settings, &after, &stored)?);
        if !lonely.is_empty() {
            tx.append_incident(code, Some(after.clone()), lonely)?;
        }
        together::follow(tx, settings, &after, &stored)?;
        drill::real_incident(tx, settings, &after, &stored)?;
        drill::stepped(tx, settings, &after, &stored)?;
        // Its unit may have ended while it was closed.
        if stored.iter().any(|(_, event)| matches!(event, IncidentEvent::Reopened)) {
            units::bring_home(tx, settings, after)?;
        }
    }
    Ok(())
}

/// What an act would do, before it is done.
pub(super) struct Decided {
    /// The incident it is done to: the main one of a duplicate, or the whole of a part.
    incident: Incident,
    kind: ActKind,
    events: Vec<IncidentEvent>,
}

/// Decides an act on an incident, or on the main one of a duplicate.
pub(super) fn decided(
    tx: &mut Tx<'_>,
    actor: &Actor,
    aim: &Aim,
    act: &Act,
) -> Result<Decided, Stop> {
    let mut incident = incident_or_refuse(tx, &aim.code)?;
    let mut episode = aim.episode;
    // A duplicate's buttons lead to the main incident; a raise is bound to a rung there is not.
    if !matches!(act, Act::Reopen | Act::Raise(_)) {
        while let Some(main) = incident.main().cloned() {
            // What is said of it stays outside the system, whatever it was merged into.
            if incident.off_channel && act.says_something() {
                permit_on(actor, act.kind(incident.severity), &incident, &*tx.directory()?)?;
                return Err(Refusal::OffChannel(incident.code).into());
            }
            incident = incident_or_refuse(tx, &main)?;
            episode = None;
        }
    }
    let directory = tx.directory()?;
    let kind = act.kind(incident.severity);
    let permit = permit_on(actor, kind, &incident, &directory)?;
    let mut act = act.clone();
    // A part is taken, given back and raised with the whole, by whoever may do so with the part.
    if let (Some(parent), true) = (incident.parent().cloned(), together::concerns_the_whole(&act)) {
        incident = incident_or_refuse(tx, &parent)?;
        episode = None;
        act = if matches!(act, Act::Raise(_)) { Act::Raise(None) } else { act };
    }
    if let Act::Tlp(to) = act {
        together::may_be_labelled(tx, &incident, to)?;
    }
    let ctx = Ctx { now: tx.now, directory: &directory };
    let events = decide::decide(&incident, &act, episode, &permit, &ctx)?;
    Ok(Decided { incident, kind, events })
}

pub(super) fn perform_act(
    tx: &mut Tx<'_>,
    settings: &Settings,
    actor: &Actor,
    aim: &Aim,
    act: &Act,
) -> Result<Done, Stop> {
    let Decided { incident, kind, events } = decided(tx, actor, aim, act)?;
    let code = incident.code.clone();
    let mut above = match act {
        Act::Reopen => incident.main().cloned(),
        _ => None,
    };
    if matches!(act, Act::NoteToAll(_)) && !together::tells_somebody(tx, &incident)? {
        return Err(Refusal::NobodyToTell(code).into());
    }
    let alone = incident.ended_with().filter(|_| matches!(act, Act::Reopen)).cloned();
    let unmerged = merge::unmerge(&incident);
    // Its events follow the head one by one, the words first.
    let seq = tx.head().seq.saturating_add(1);
    append(tx, settings, &code, Some(incident), events)?;
    while let Some(main) = above {
        let incident = incident_or_refuse(tx, &main)?;
        above = incident.main().cloned();
        append(tx, settings, &main, Some(incident), unmerged.clone())?;
    }
    if let (Some(whole), Some(part)) = (alone, tx.incident(&code)?) {
        together::left(tx, settings, &part, &whole)?;
    }
    Ok(match (kind, act) {
        (ActKind::Note, _) => Done::Noted { code, seq },
        (_, Act::Flag(flag, value, _)) => Done::Flagged { code, flag: *flag, value: *value },
        (act, _) => Done::Acted { code, act },
    })
}

/// What merging would do to the two, before it is done: the duplicate first.
pub(super) fn merging(
    tx: &mut Tx<'_>,
    actor: &Actor,
    duplicate: &Aim,
    main: &IncidentCode,
) -> Result<[(Incident, Vec<IncidentEvent>); 2], Stop> {
    let directory = tx.directory()?;
    let one = incident_or_refuse(tx, &duplicate.code)?;
    permit_on(actor, ActKind::Merge, &one, &directory)?;
    let two = incident_or_refuse(tx, main)?;
    permit_on(actor, ActKind::Merge, &two, &directory)?;
    if let Some(episode) = duplicate.episode {
        decide::same_episode(&one, episode)?;
    }
    let ctx = Ctx { now: tx.now, directory: &directory };
    let (on_one, on_two) = merge::merge(&one, &two, &ctx)?;
    Ok([(one, on_one), (two, on_two)])
}

fn merge_two(
    tx: &mut Tx<'_>,
    settings: &Settings,
    actor: &Actor,
    duplicate: &Aim,
    main: &IncidentCode,
) -> Result<Done, Stop> {
    for (incident, events) in merging(tx, actor, duplicate, main)? {
        append(tx, settings, &incident.code.clone(), Some(incident), events)?;
    }
    Ok(Done::Merged { duplicate: duplicate.code.clone(), main: main.clone() })
}
