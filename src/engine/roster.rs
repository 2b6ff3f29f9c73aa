//! Who is on duty: what is wished of the roster, its moments, and who is told.

use std::collections::{BTreeMap, BTreeSet};

use super::handle::Stop;
use super::reach;
use super::settings::Settings;
use super::tell::tell as tell_one;
use crate::domain::access::{permit, sees};
use crate::domain::actor::{Actor, Origin};
use crate::domain::directory::Directory;
use crate::domain::duty_notice::DutyNotice;
use crate::domain::ids::{IncidentCode, PersonId, Stream};
use crate::domain::incident::act::ActKind;
use crate::domain::notice::{Body, Priority};
use crate::domain::receipt::{Done, DutyDone};
use crate::domain::refusal::Refusal;
use crate::domain::roster::decide::{Ctx, RosterRefusal, Wish};
use crate::domain::roster::event::RosterEvent;
use crate::domain::roster::feed::{FeedOf, FeedWish};
use crate::domain::roster::{
    Change, Handover, Layer, Roster, RosterId, Seated, Span, Swap, SwapState,
};
use crate::domain::time::Timestamp;
use crate::domain::values::Role;
use crate::ledger::{StorageError, Tx};

/// A digest names so many open incidents and counts the rest.
const NAMED: usize = 12;

/// Carries out a wish about the roster.
pub fn perform(
    tx: &mut Tx<'_>,
    settings: &Settings,
    actor: &Actor,
    wish: &Wish,
) -> Result<Done, Stop> {
    if matches!(wish, Wish::Feed { .. }) && settings.public_url.is_none() {
        return Err(Refusal::Roster(RosterRefusal::NoAddress).into());
    }
    let directory = tx.directory()?;
    let needed = needed(wish, actor, &directory.roster);
    let permit = permit(actor, needed, None, &directory)?;
    let ctx = Ctx {
        now: tx.now,
        directory: &directory,
        calendar: &directory.calendar,
        lead_decides: settings.swaps_need_a_lead,
    };
    let events = directory.roster.decide(wish, &permit, &ctx).map_err(Refusal::Roster)?;
    let mut first = None;
    for event in events {
        let seq = append(tx, &event)?;
        first.get_or_insert((RosterId(seq), event));
    }
    wake(tx)?;
    if let Wish::Feed { of, wish } = wish {
        let renewed = *wish == FeedWish::Renew && first.is_some();
        return Ok(Done::Duty(match tx.directory()?.roster.feed(of) {
            Some(feed) => DutyDone::Feed { of: of.clone(), number: feed.number, renewed },
            None => DutyDone::FeedStopped,
        }));
    }
    let after = tx.directory()?;
    Ok(Done::Duty(done(wish, first, &after.roster)))
}

/// Own leave and swaps are for everybody on duty; what concerns others is the leads'.
fn needed(wish: &Wish, actor: &Actor, roster: &Roster) -> ActKind {
    let own = |person: &PersonId| matches!(actor, Actor::Person(id) if id == person);
    match wish {
        Wish::Plan(_) | Wish::Change { .. } | Wish::EndChange(_) => ActKind::Roster,
        Wish::Feed { of: FeedOf::Team | FeedOf::Drills, .. } => ActKind::Roster,
        Wish::Leave { person, .. } if !own(person) => ActKind::Roster,
        Wish::EndLeave(id) if roster.leaves.get(id).is_some_and(|leave| !own(&leave.person)) => {
            ActKind::Roster
        }
        _ => ActKind::OwnDuty,
    }
}

fn done(wish: &Wish, first: Option<(RosterId, RosterEvent)>, roster: &Roster) -> DutyDone {
    let (id, event) = first.map_or((RosterId(0), None), |(id, event)| (id, Some(event)));
    match (wish, event) {
        (Wish::Plan(_), Some(RosterEvent::DutyChanged { change })) => {
            DutyDone::Planned { from: Some(change.span.from), next: None }
        }
        (_, Some(RosterEvent::DutyChanged { change })) => {
            DutyDone::Changed { id, change: Box::new(change) }
        }
        (_, Some(RosterEvent::RosterSet { plan })) => {
            let next = roster.plan_after(plan.from).map(|next| next.from);
            DutyDone::Planned { from: Some(plan.from), next }
        }
        (_, Some(RosterEvent::LeaveSet { leave })) => {
            DutyDone::LeaveSet { id, leave: Box::new(leave) }
        }
        (_, Some(RosterEvent::SwapProposed { swap })) => DutyDone::SwapProposed { swap },
        (_, Some(RosterEvent::SwapAccepted { .. })) => {
            DutyDone::SwapAnswered { state: SwapState::Accepted }
        }
        (_, Some(RosterEvent::SwapDone { .. })) => {
            DutyDone::SwapAnswered { state: SwapState::Done }
        }
        (_, Some(RosterEvent::CanaryAnswered { took_ms, .. })) => {
            DutyDone::CanaryAnswered { took_ms }
        }
        (_, Some(RosterEvent::SwapOff { .. })) => DutyDone::SwapAnswered { state: SwapState::Off },
        (Wish::EndChange(_), _) => DutyDone::ChangeEnded,
        (Wish::EndLeave(_), _) => DutyDone::LeaveEnded,
        (Wish::TakeWatch | Wish::TakeWatchOf(_), _) => DutyDone::WatchTaken,
        _ => DutyDone::Planned { from: None, next: None },
    }
}

/// The roster's moment came.
pub fn tick(tx: &mut Tx<'_>, settings: &Settings, due: Timestamp) -> Result<Done, Stop> {
    let directory = tx.directory()?;
    let (calendar, habits) = (&directory.calendar, &directory.habits);
    let weekly = directory.roster.weekly_due(tx.now, calendar, habits);
    let weekly = weekly.filter(|weekly| *weekly <= tx.now);
    let events = directory.roster.tick(due, tx.now, &directory);
    let handover = events.iter().any(|event| matches!(event, RosterEvent::WatchChanged { .. }));
    for event in events {
        let event = match event {
            RosterEvent::CanarySent { due, people } => {
                match reach::asked(tx, people, &directory)? {
                    people if people.is_empty() => RosterEvent::CanarySkipped { due },
                    people => RosterEvent::CanarySent { due, people },
                }
            }
            other => other,
        };
        append(tx, &event)?;
    }
    if handover || weekly.is_some() {
        reach::look(tx, settings, weekly)?;
    }
    wake(tx)?;
    Ok(Done::Quiet)
}

/// Sets the moment at which the roster wants to be looked at next.
pub fn wake(tx: &mut Tx<'_>) -> Result<(), StorageError> {
    let directory = tx.directory()?;
    let next = directory.roster.next_moment(tx.now, &directory);
    tx.wake(&Stream::Roster, next)
}

fn append(tx: &mut Tx<'_>, event: &RosterEvent) -> Result<i64, StorageError> {
    let before = tx.directory()?;
    let seq = tx.append_roster(event)?;
    let directory = tx.directory()?;
    let tell = Tell { seq, before: &before, directory: &directory, actor: tx.actor.clone() };
    tell.of(tx, event)?;
    Ok(seq)
}

/// Tells people something that follows from the entry `seq`, everybody but the one who did it.
pub(super) fn tell(
    tx: &mut Tx<'_>,
    seq: i64,
    people: &[PersonId],
    notice: &DutyNotice,
) -> Result<(), StorageError> {
    let directory = tx.directory()?;
    let actor = tx.actor.clone();
    let tell = Tell { seq, before: &directory, directory: &directory, actor };
    tell.all(tx, people, notice)
}

/// The same for the captain and the deputies.
pub(super) fn tell_leads_of_duty(
    tx: &mut Tx<'_>,
    seq: i64,
    notice: &DutyNotice,
) -> Result<(), StorageError> {
    let directory = tx.directory()?;
    let actor = tx.actor.clone();
    let tell = Tell { seq, before: &directory, directory: &directory, actor };
    tell.all(tx, tell.leads(), notice)
}

/// Who is told of one event.
struct Tell<'a> {
    seq: i64,
    before: &'a Directory,
    directory: &'a Directory,
    actor: Actor,
}

impl Tell<'_> {
    fn of(&self, tx: &mut Tx<'_>, event: &RosterEvent) -> Result<(), StorageError> {
        use RosterEvent as E;
        let roster = &self.directory.roster;
        match event {
            E::RosterSet { plan } => {
                let people: BTreeSet<&PersonId> = plan.people().collect();
                self.all(tx, people, &DutyNotice::NewPlan { from: plan.from })
            }
            E::DutyChanged { change } => {
                let (layer, span) = (change.layer, change.span);
                self.all(tx, &change.people, &DutyNotice::Seated { layer, span })?;
                self.replaced(tx, change)
            }
            E::LeaveSet { leave } => {
                let by = self.by().cloned();
                let set = DutyNotice::LeaveSet { leave: leave.clone(), by };
                self.all(tx, [&leave.person], &set)?;
                let (person, span) = (leave.person.clone(), leave.span);
                self.all(tx, &leave.stand_in, &DutyNotice::StandIn { person, span })
            }
            E::LeaveEnded { id } => match self.before.roster.leaves.get(id) {
                Some(leave) => {
                    let (person, span) = (leave.person.clone(), leave.span);
                    let both = [&leave.person].into_iter().chain(&leave.stand_in);
                    self.all(tx, both, &DutyNotice::LeaveOver { person, span })
                }
                None => Ok(()),
            },
            E::SwapProposed { swap } => {
                let (id, swap) = (RosterId(self.seq), swap.clone());
                let to = swap.to.clone();
                self.all(tx, [&to], &DutyNotice::SwapAsked { id, swap })
            }
            E::SwapAccepted { id } => self.swap(tx, roster, *id, |swap| {
                (DutyNotice::SwapToDecide { id: *id, swap: swap.clone() }, false)
            }),
            E::SwapDone { id } => self
                .swap(tx, roster, *id, |swap| (DutyNotice::SwapDone { swap: swap.clone() }, true)),
            E::SwapOff { id } => self.swapped_off(tx, roster.swaps.get(id)),
            E::WatchChanged { at, incoming, outgoing } => {
                self.changed_hands(tx, *at, incoming, outgoing)
            }
            E::WatchTaken { person } => {
                let before = roster.handover.as_ref().map(|handover| &handover.outgoing);
                let told = roster.handover.as_ref().is_some_and(|one| one.late.is_some());
                let leads = self.leads().filter(|_| told);
                let people: BTreeSet<&PersonId> =
                    before.into_iter().flatten().chain(leads).collect();
                self.all(tx, people, &DutyNotice::Taken { by: person.clone() })
            }
            E::WatchUntaken => {
                let Some(handover) = &roster.handover else { return Ok(()) };
                let (at, incoming) = (handover.at, handover.incoming.clone());
                self.all(tx, self.leads(), &DutyNotice::Untaken { at, incoming })
            }
            E::CanarySent { people, .. } => reach::test(tx, self.seq, people),
            E::CanaryMissed { id, people } => reach::missed(tx, self.seq, *id, people),
            E::DutyChangeEnded { id } => self.change_ended(tx, *id),
            E::ReachChecked { .. }
            | E::CanarySkipped { .. }
            | E::CanaryAnswered { .. }
            | E::FeedOpened { .. }
            | E::FeedStopped { .. } => Ok(()),
        }
    }

    /// Whoever was put on duty hears that it is not so after all.
    fn change_ended(&self, tx: &mut Tx<'_>, id: RosterId) -> Result<(), StorageError> {
        let Some(change) = self.before.roster.changes.get(&id) else { return Ok(()) };
        let (layer, span) = (change.layer, change.span);
        self.all(tx, &change.people, &DutyNotice::Unseated { layer, span })
    }

    /// Whoever would have sat there and does not any more, each for the stretch that was his.
    fn replaced(&self, tx: &mut Tx<'_>, change: &Change) -> Result<(), StorageError> {
        let mut lost: BTreeMap<PersonId, Span> = BTreeMap::new();
        for shift in self.before.shifts(change.layer, change.span) {
            let gone = |one: &&Seated| !change.people.contains(&one.person);
            for seated in shift.chair.people().iter().filter(gone) {
                let span = lost.entry(seated.person.clone()).or_insert(shift.span);
                span.to = shift.span.to;
            }
        }
        for (person, span) in lost {
            let (layer, people) = (change.layer, change.people.clone());
            self.all(tx, [&person], &DutyNotice::Replaced { layer, span, people })?;
        }
        Ok(())
    }

    /// Both get a digest of what is open; a gap is the leads' to fill.
    fn changed_hands(
        &self,
        tx: &mut Tx<'_>,
        at: Timestamp,
        incoming: &[PersonId],
        outgoing: &[PersonId],
    ) -> Result<(), StorageError> {
        let mut open: Vec<_> =
            tx.open_codes()?.into_iter().filter(|one| one.origin == Origin::Real).collect();
        open.sort_by_key(|one| std::cmp::Reverse(one.severity));
        let taken = |directory: &Directory| {
            let handover = directory.roster.handover.as_ref()?;
            handover.taken.as_ref().map(|(person, _)| person.clone())
        };
        let has = taken(self.directory);
        // What was asked of the watch before is over: whoever stays has to take the new one as well.
        let begins = |handover: &Handover| handover.at == at && handover.taken.is_none();
        let asked = self.directory.roster.handover.as_ref().is_some_and(begins);
        for person in incoming.iter().filter(|person| asked || !outgoing.contains(person)) {
            let Some(known) = self.directory.active(person) else { continue };
            let mut codes: Vec<IncidentCode> = open
                .iter()
                .filter(|one| sees(known, one, self.directory))
                .map(|one| one.code.clone())
                .collect();
            let more = u64::try_from(codes.len().saturating_sub(NAMED)).unwrap_or(0);
            codes.truncate(NAMED);
            let (open, taken) = (codes, has.clone());
            let outgoing = outgoing.iter().filter(|one| !incoming.contains(one)).cloned().collect();
            let notice = DutyNotice::Incoming { at, outgoing, open, more, taken };
            self.all(tx, [person], &notice)?;
        }
        for person in outgoing.iter().filter(|person| !incoming.contains(person)) {
            let held = open.iter().filter(|one| one.holder() == Some(person));
            let held = held.map(|one| one.code.clone()).take(NAMED).collect();
            let incoming = incoming.to_vec();
            self.all(tx, [person], &DutyNotice::Outgoing { at, incoming, held })?;
        }
        if incoming.is_empty() {
            let horizon = at.plus(std::time::Duration::from_secs(14 * 24 * 3600));
            let until = self.directory.next_change(Layer::Duty, at, horizon);
            self.all(tx, self.leads(), &DutyNotice::Gap { at, until })?;
        }
        Ok(())
    }

    /// Both hear that nothing comes of it, and by whom.
    fn swapped_off(&self, tx: &mut Tx<'_>, swap: Option<&Swap>) -> Result<(), StorageError> {
        let Some(swap) = swap else { return Ok(()) };
        let notice = DutyNotice::SwapOff { swap: swap.clone(), by: self.by().cloned() };
        self.all(tx, [&swap.from, &swap.to], &notice)
    }

    /// The leads, and both where it concerns them.
    fn swap(
        &self,
        tx: &mut Tx<'_>,
        roster: &Roster,
        id: RosterId,
        notice: impl Fn(&Swap) -> (DutyNotice, bool),
    ) -> Result<(), StorageError> {
        let Some(swap) = roster.swaps.get(&id) else { return Ok(()) };
        let (notice, both) = notice(swap);
        let two = [&swap.from, &swap.to];
        let leads = self.leads().filter(|lead| both || !two.contains(lead));
        let people: BTreeSet<&PersonId> = two.into_iter().filter(|_| both).chain(leads).collect();
        self.all(tx, people, &notice)
    }

    fn by(&self) -> Option<&PersonId> {
        match &self.actor {
            Actor::Person(id) => Some(id),
            _ => None,
        }
    }

    fn leads(&self) -> impl Iterator<Item = &PersonId> {
        self.directory.with_role(Role::Lead).map(|person| &person.id)
    }

    /// Everybody but the one who did it, each by the best way.
    fn all<'p>(
        &self,
        tx: &mut Tx<'_>,
        people: impl IntoIterator<Item = &'p PersonId>,
        notice: &DutyNotice,
    ) -> Result<(), StorageError> {
        for person in people {
            if self.by() == Some(person) {
                continue;
            }
            let key = format!("duty:{}:{}:{person}", self.seq, notice.kind());
            let body = Body::Duty(notice.clone());
            tell_one(tx, self.directory, person, key, Priority::Notice, body)?;
        }
        Ok(())
    }
}
