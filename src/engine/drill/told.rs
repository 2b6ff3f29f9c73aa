//! Who is told what of a drill. Whatever is queued here carries the drill in its origin, so that it is
//! marked when it is rendered and looked at again before it leaves.

use std::collections::BTreeSet;

use super::{append, judged, of_chat};
use crate::domain::actor::{Actor, Origin};
use crate::domain::directory::Directory;
use crate::domain::drill::notice::DrillNotice;
use crate::domain::drill::run::event::{DrillEvent, PauseWhy, Reminder, Settled};
use crate::domain::drill::run::state::Participant;
use crate::domain::drill::run::{Drill, Setup};
use crate::domain::ids::{DrillCode, PersonId};
use crate::domain::incident::event::WhyFailed;
use crate::domain::notice::{Body, Notice, Priority};
use crate::domain::values::{ChannelKind, Role};
use crate::engine::settings::Settings;
use crate::ledger::outbox::{Kind, NewRow, Recipient, Row, State};
use crate::ledger::{StorageError, Tx};

/// One reaction: the drill as it is after the entry `seq`.
pub(super) struct Tell<'a> {
    pub(super) drill: &'a Drill,
    pub(super) directory: &'a Directory,
    pub(super) seq: i64,
    /// Whoever is invited by the same events: no reminder beside an invitation.
    pub(super) invited: &'a BTreeSet<&'a PersonId>,
}

/// Queues what follows from the events stored.
pub fn follow(
    tx: &mut Tx<'_>,
    drill: &Drill,
    stored: &[(i64, DrillEvent)],
) -> Result<(), StorageError> {
    let directory = tx.directory()?;
    let mut shows = false;
    let invited = stored.iter().flat_map(|(_, event)| match event {
        DrillEvent::DrillCast { cast } => cast.as_slice(),
        _ => &[],
    });
    let invited: BTreeSet<&PersonId> = invited.map(|one| &one.person).collect();
    for (seq, event) in stored {
        let tell = Tell { drill, directory: &directory, seq: *seq, invited: &invited };
        tell.of(tx, event)?;
        judged::follow(&tell, tx, event)?;
        shows |= changes_board(event);
    }
    match stored.last() {
        Some((seq, _)) if shows && drill.started.is_some() => {
            Tell { drill, directory: &directory, seq: *seq, invited: &invited }.board(tx)
        }
        _ => Ok(()),
    }
}

fn changes_board(event: &DrillEvent) -> bool {
    matches!(
        event,
        DrillEvent::DrillStarted
            | DrillEvent::LeadAppointed { .. }
            | DrillEvent::DrillSetUp { what: Setup::Deputy(_) }
            | DrillEvent::InjectSent { .. }
            | DrillEvent::InjectHeld { .. }
            | DrillEvent::InjectSkipped { .. }
            | DrillEvent::InjectDelivered { .. }
            | DrillEvent::InjectFailed { .. }
            | DrillEvent::Replied { .. }
            | DrillEvent::ExpectationExpired { .. }
            | DrillEvent::DrillPaused { .. }
            | DrillEvent::DrillResumed { .. }
            | DrillEvent::CheckedIn { .. }
            | DrillEvent::Released { .. }
            | DrillEvent::Corrected { .. }
            | DrillEvent::CorrectionFailed { .. }
            | DrillEvent::DrillShifted { .. }
            | DrillEvent::DrillEnded { .. }
    )
}

impl Tell<'_> {
    fn of(&self, tx: &mut Tx<'_>, event: &DrillEvent) -> Result<(), StorageError> {
        use DrillEvent as E;
        use DrillNotice as N;
        match event {
            E::DrillSubmitted => self.all(tx, self.managers(), &N::ToApprove { again: false }),
            E::ApprovalReminded => self.all(tx, self.managers(), &N::ToApprove { again: true }),
            E::DrillApproved => self.all(tx, self.authors(), &N::Approved { agreed: true }),
            E::DrillDeclined { .. } => self.all(tx, self.authors(), &N::Approved { agreed: false }),
            E::DrillCast { cast } => {
                let people = cast.iter().map(|one| one.person.clone()).collect();
                self.all(tx, people, &N::Invitation)
            }
            E::StandInNamed { by, .. } => self.all(tx, [by.clone()].into(), &N::Invitation),
            E::DrillReminded { what } => self.reminded(tx, *what),
            E::DrillMoved { to, .. } => self.all(tx, self.everybody(), &N::Off { to: Some(*to) }),
            E::DrillCancelled { .. } => self.all(tx, self.everybody(), &N::Off { to: None }),
            E::DrillMissed { due } => {
                let mut people = self.authors();
                people.extend(self.directory.with_role(Role::Lead).map(|one| one.id.clone()));
                self.all(tx, people, &N::Missed { due: *due })
            }
            E::GoAsked | E::LeadAppointed { .. } if self.drill.status.is_ahead() => {
                self.all(tx, self.leads(), &N::Go)
            }
            E::DrillSetUp { what } => self.set_up(tx, what),
            E::DrillStarted => {
                of_chat::told(self, tx, &N::Started)?;
                self.all(tx, self.players(), &N::Started)
            }
            E::InjectSent { inject, to, .. } => {
                for person in to {
                    let notice = N::Inject { inject: inject.clone() };
                    let key = format!("inject:{}:{inject}:{person}", self.drill.code);
                    self.row(tx, key, person, ChannelKind::Telegram, Kind::Inject, &notice)?;
                }
                Ok(())
            }
            E::DrillPaused { why, .. } => self.paused(tx, why),
            E::SessionReminded { session, begins } => {
                let notice = N::Session { at: *session, begins: *begins };
                // Who plays hears before it, and then when it goes on.
                let players = if *begins { BTreeSet::new() } else { self.players() };
                self.all(tx, players.into_iter().chain(self.leads()).collect(), &notice)
            }
            E::DrillResumed { .. } => {
                of_chat::told(self, tx, &N::Resumed)?;
                self.all(tx, self.players(), &N::Resumed)
            }
            E::DrillEnded { how } => {
                of_chat::told(self, tx, &N::Ended { how: how.clone() })?;
                // Whoever got anything of it hears that it is over, also who plays no more.
                let mut people = self.drill.told();
                people.extend(self.players());
                people.extend(self.leads());
                self.all(tx, people, &N::Ended { how: how.clone() })
            }
            E::ReportHeard { .. } | E::ReportSettled { .. } => self.report(tx, event),
            E::CorrectionSent { to } => {
                of_chat::told(self, tx, &N::Correction)?;
                let people = to.iter().cloned().collect();
                self.all(tx, people, &N::Correction)?;
                corrected(tx, self.drill)
            }
            E::QuickNoteSent => {
                self.all(tx, self.managers(), &N::QuickNote)?;
                self.all(tx, self.leads(), &N::ReportToMake { again: false })
            }
            other => super::after::tell(self, tx, other),
        }
    }

    /// Whoever is to help hears of it.
    fn set_up(&self, tx: &mut Tx<'_>, what: &Setup) -> Result<(), StorageError> {
        match what {
            Setup::Deputy(deputy) => {
                let people: BTreeSet<PersonId> = deputy.iter().cloned().collect();
                self.all(tx, people.clone(), &DrillNotice::Task { deputy: true })?;
                let looks = self.drill.go_asked && self.drill.status.is_ahead();
                if looks { self.all(tx, people, &DrillNotice::Go) } else { Ok(()) }
            }
            Setup::Evaluators(people) => {
                self.all(tx, people.clone(), &DrillNotice::Task { deputy: false })
            }
            Setup::Sessions(_) => self.all(tx, self.everybody(), &DrillNotice::Sessions),
            Setup::Chat(_) => Ok(()),
        }
    }

    /// What somebody who plays reported.
    fn report(&self, tx: &mut Tx<'_>, event: &DrillEvent) -> Result<(), StorageError> {
        match event {
            DrillEvent::ReportHeard { number, person, .. } => {
                let notice = DrillNotice::ReportIsReal { number: *number };
                self.all(tx, [person.clone()].into(), &notice)
            }
            DrillEvent::ReportSettled { number, incident, settled } => {
                let real = *settled != Settled::Drill;
                let by = self.drill.reports.get(number).map(|heard| heard.person.clone());
                let mut people: BTreeSet<PersonId> = by.into_iter().collect();
                people.extend(self.leads());
                self.all(tx, people, &DrillNotice::Became { incident: incident.clone(), real })
            }
            _ => Ok(()),
        }
    }

    fn reminded(&self, tx: &mut Tx<'_>, what: Reminder) -> Result<(), StorageError> {
        let last = what.before() <= std::time::Duration::from_secs(24 * 3600);
        // Long before, only those are asked again who have not said; whoever comes is reminded last.
        let asked = |one: &&Participant| one.plays() && (last || one.rsvp.is_none());
        let people = self.drill.people.iter().filter(|(_, one)| asked(one));
        let people = people.filter(|(person, _)| !self.invited.contains(person));
        let people = people.map(|(person, _)| person.clone()).collect();
        self.all(tx, people, &DrillNotice::Reminder { what })
    }

    fn paused(&self, tx: &mut Tx<'_>, why: &PauseWhy) -> Result<(), StorageError> {
        of_chat::told(self, tx, &DrillNotice::Paused { why: why.clone() })?;
        let mut people = self.players();
        people.extend(self.drill.told());
        people.extend(self.leads());
        if let PauseWhy::Claimed { by } = why {
            people.remove(by);
            // The lead hears who says so, instead; the board offers how it goes on.
            people.retain(|person| !self.drill.is_led_by(person));
            self.all(tx, [by.clone()].into(), &DrillNotice::IsItReal)?;
            let claimed = DrillNotice::Claimed { by: by.clone() };
            let leads = self.leads().into_iter().filter(|one| one != by).collect();
            self.all(tx, leads, &claimed)?;
        }
        self.all(tx, people, &DrillNotice::Paused { why: why.clone() })
    }

    pub(super) fn managers(&self) -> BTreeSet<PersonId> {
        self.directory.with_role(Role::Manager).map(|one| one.id.clone()).collect()
    }

    fn authors(&self) -> BTreeSet<PersonId> {
        self.drill.author.iter().cloned().chain([self.drill.planning.lead.clone()]).collect()
    }

    /// Whoever leads it; where nobody of them is there any more, whoever leads the team and can name
    /// somebody.
    pub(super) fn leads(&self) -> BTreeSet<PersonId> {
        let planning = &self.drill.planning;
        let own = [planning.lead.clone()].into_iter().chain(planning.deputy.clone());
        let own: BTreeSet<PersonId> =
            own.filter(|person| self.directory.active(person).is_some()).collect();
        match own.is_empty() {
            true => self.directory.with_role(Role::Lead).map(|one| one.id.clone()).collect(),
            false => own,
        }
    }

    pub(super) fn players(&self) -> BTreeSet<PersonId> {
        self.drill.players().map(|(person, _)| person.clone()).collect()
    }

    /// Whoever was ever told of it.
    fn everybody(&self) -> BTreeSet<PersonId> {
        self.drill.people.keys().cloned().chain(self.authors()).collect()
    }

    /// Each once, by the best way there is, but not whoever did it.
    pub(super) fn all(
        &self,
        tx: &mut Tx<'_>,
        people: BTreeSet<PersonId>,
        notice: &DrillNotice,
    ) -> Result<(), StorageError> {
        let to_actor = matches!(
            notice,
            DrillNotice::IsItReal
                | DrillNotice::ReportIsReal { .. }
                | DrillNotice::Ended { .. }
                | DrillNotice::Go
        );
        for person in people {
            if !to_actor && tx.actor == Actor::Person(person.clone()) {
                continue;
            }
            let Some(way) = self.directory.ways_to(&person).first().copied() else { continue };
            let word = notice.word();
            let key = format!("drill:{}:{}:{word}:{person}", self.drill.code, self.seq);
            self.row(tx, key, &person, way, kind(notice), notice)?;
        }
        Ok(())
    }

    fn row(
        &self,
        tx: &mut Tx<'_>,
        key: String,
        person: &PersonId,
        channel: ChannelKind,
        kind: Kind,
        notice: &DrillNotice,
    ) -> Result<(), StorageError> {
        tx.queue(&NewRow {
            key,
            channel,
            to: Recipient::Person(person.clone()),
            priority: priority(notice),
            kind,
            rung_seq: None,
            message_id: None,
            notice: said(&self.drill.code, notice),
        })?;
        Ok(())
    }

    /// The board of whoever leads it: one message each, edited in place.
    fn board(&self, tx: &mut Tx<'_>) -> Result<(), StorageError> {
        for person in self.leads() {
            let key = format!("board:{}:{person}:", self.drill.code);
            self.standing(tx, &key, &person, &DrillNotice::Board)?;
        }
        Ok(())
    }

    /// A message that stands in somebody's chat and is edited in place; one that waits will be the newest
    /// anyway, because it is rendered when it is sent.
    pub(super) fn standing(
        &self,
        tx: &mut Tx<'_>,
        key: &str,
        person: &PersonId,
        notice: &DrillNotice,
    ) -> Result<(), StorageError> {
        let private = self.directory.private.get(person);
        let Some(chat) = private.and_then(|private| private.telegram_id) else { return Ok(()) };
        if tx.waits_like(key)? {
            return Ok(());
        }
        tx.queue(&NewRow {
            key: format!("{key}{}", self.seq),
            channel: ChannelKind::Telegram,
            to: Recipient::Chat { chat, thread: None, reply_to: None },
            priority: Priority::Edit,
            kind: Kind::Drill,
            rung_seq: None,
            message_id: None,
            notice: said(&self.drill.code, notice),
        })?;
        Ok(())
    }
}

/// The message of a board, or of answers to judge, that this row takes the place of.
pub fn stands(tx: &Tx<'_>, row: &Row) -> Result<Option<i64>, StorageError> {
    let edited = matches!(
        &row.notice.body,
        Body::Drill { notice, .. }
            if matches!(**notice, DrillNotice::Board | DrillNotice::ToJudge { .. })
    );
    let Some((key, _)) = row.key.rsplit_once(':').filter(|_| edited) else { return Ok(None) };
    let rows = tx.rows_like(&format!("{key}:"))?;
    let sent = |row: &Row| row.state == State::Sent.word();
    Ok(rows.into_iter().rev().filter(sent).find_map(|row| row.message_id))
}

pub(super) fn said(code: &DrillCode, notice: &DrillNotice) -> Notice {
    let body = Body::Drill { code: code.clone(), notice: Box::new(notice.clone()) };
    Notice { origin: Origin::Drill(code.clone()), body }
}

/// What begins the story, or takes it up again, stands still with it.
pub(super) fn kind(notice: &DrillNotice) -> Kind {
    match notice {
        DrillNotice::Started | DrillNotice::Resumed => Kind::Inject,
        _ => Kind::Drill,
    }
}

/// What stops people, or puts them right, goes before everything else of a drill; the story before what
/// can wait.
pub(super) fn priority(notice: &DrillNotice) -> Priority {
    match notice {
        DrillNotice::Paused { .. }
        | DrillNotice::IsItReal
        | DrillNotice::ReportIsReal { .. }
        | DrillNotice::Claimed { .. }
        | DrillNotice::RealIncident { .. }
        | DrillNotice::Correction
        | DrillNotice::Became { .. }
        | DrillNotice::Ended { .. } => Priority::DrillPage,
        DrillNotice::Inject { .. } | DrillNotice::Started | DrillNotice::Resumed => Priority::Reply,
        _ => Priority::Broadcast,
    }
}

/// Tells the leads of a drill something that is no event of it.
pub(super) fn leads(
    tx: &mut Tx<'_>,
    drill: &Drill,
    notice: &DrillNotice,
) -> Result<(), StorageError> {
    let directory = tx.directory()?;
    let invited = BTreeSet::new();
    let tell = Tell { drill, directory: &directory, seq: tx.head().seq, invited: &invited };
    tell.all(tx, tell.leads(), notice)
}

/// Whether a message of a drill may go to whoever it is addressed to. What belongs to the story, and
/// what incidents within it say, goes to participants and to those who hold it, and to nobody else.
pub fn is_for(tx: &mut Tx<'_>, code: &DrillCode, row: &Row) -> Result<bool, StorageError> {
    let in_group = matches!(&row.to, Recipient::Chat { chat, .. } if *chat < 0);
    if row.kind == Kind::Answer || row.kind == Kind::Drill && !in_group {
        return Ok(true);
    }
    match &row.to {
        Recipient::Person(person) => tx.is_of_drill(code, person),
        Recipient::Chat { chat, .. } if *chat > 0 => {
            let directory = tx.directory()?;
            match directory.by_telegram(*chat) {
                Some(person) => tx.is_of_drill(code, &person.id.clone()),
                None => Ok(false),
            }
        }
        Recipient::Chat { chat, .. } => Ok(of_chat::own(tx, code)? == Some(*chat)),
    }
}

/// An inject, or the correction, has arrived.
pub fn arrived(tx: &mut Tx<'_>, settings: &Settings, row: &Row) -> Result<(), StorageError> {
    let (Body::Drill { code, notice }, Recipient::Person(person)) = (&row.notice.body, &row.to)
    else {
        return Ok(());
    };
    let Some(drill) = tx.drill(code)? else { return Ok(()) };
    let person = person.clone();
    let event = match notice.as_ref() {
        DrillNotice::Inject { inject } => {
            DrillEvent::InjectDelivered { inject: inject.clone(), person }
        }
        DrillNotice::Correction => DrillEvent::Corrected { person },
        _ => return Ok(()),
    };
    let drill = append(tx, settings, code, Some(drill), vec![event])?;
    match (&**notice, drill) {
        (DrillNotice::Correction, Some(drill)) => corrected(tx, &drill),
        _ => Ok(()),
    }
}

/// Whoever leads hears once it is known of everybody whether the correction arrived.
fn corrected(tx: &mut Tx<'_>, drill: &Drill) -> Result<(), StorageError> {
    let Some(correction) = drill.correction.as_ref().filter(|one| one.is_through()) else {
        return Ok(());
    };
    let late = correction.arrived.values().filter(|at| **at >= correction.at);
    let last = late.clone().max().copied().unwrap_or(correction.at);
    let took_ms = last.millis().saturating_sub(correction.at.millis());
    let people = u64::try_from(late.count()).unwrap_or(u64::MAX);
    let silent = correction.failed.iter().cloned().collect();
    leads(tx, drill, &DrillNotice::Corrected { people, took_ms, silent })
}

/// An inject, or the correction, cannot be delivered: whoever leads sees whom to call.
pub fn failed(
    tx: &mut Tx<'_>,
    settings: &Settings,
    row: &Row,
    why: WhyFailed,
) -> Result<(), StorageError> {
    let Body::Drill { code, notice } = &row.notice.body else { return Ok(()) };
    if why == WhyFailed::ChannelDown {
        return Ok(());
    }
    let Recipient::Person(person) = &row.to else {
        let drill = tx.drill(code)?.filter(|_| row.priority == Priority::DrillPage);
        return drill.map_or(Ok(()), |drill| leads(tx, &drill, &DrillNotice::GroupLost));
    };
    let person = person.clone();
    let event = match notice.as_ref() {
        DrillNotice::Inject { inject } => {
            DrillEvent::InjectFailed { inject: inject.clone(), person, why }
        }
        DrillNotice::Correction => DrillEvent::CorrectionFailed { person },
        _ => return Ok(()),
    };
    let Some(drill) = tx.drill(code)? else { return Ok(()) };
    let drill = append(tx, settings, code, Some(drill), vec![event])?;
    match (notice.as_ref(), drill) {
        (DrillNotice::Correction, Some(drill)) => corrected(tx, &drill),
        _ => Ok(()),
    }
}
