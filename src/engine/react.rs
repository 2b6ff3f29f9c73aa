//! What follows from events: who is told what. Rows only; nothing is sent here.

use std::collections::BTreeSet;

use super::evidence;
use super::settings::Settings;
use super::together;
use super::words;
use crate::domain::access;
use crate::domain::directory::Directory;
use crate::domain::envelope::{Actor, Origin, Route};
use crate::domain::escalation::ladder::Rung;
use crate::domain::escalation::who::{Called, Why};
use crate::domain::ids::PersonId;
use crate::domain::incident::event::{Cause, IncidentEvent, WhyFailed};
use crate::domain::incident::state::Incident;
use crate::domain::notice::{Body, News, Notice, PageKind, Priority};
use crate::domain::values::{ChannelKind, Role};
use crate::ledger::outbox::{Kind, NewRow, Recipient};
use crate::ledger::{StorageError, Tx};

/// The same instant, incident and people for a whole reaction.
struct Reaction<'a> {
    settings: &'a Settings,
    directory: &'a Directory,
    incident: &'a Incident,
    actor: Actor,
}

/// Queues what follows from `stored`. Returns events for people who were called and have no way at
/// all to be reached, to be appended as well. `paged` are those called before.
pub fn react(
    tx: &mut Tx<'_>,
    settings: &Settings,
    paged: &BTreeSet<PersonId>,
    incident: &Incident,
    stored: &[(i64, IncidentEvent)],
) -> Result<Vec<IncidentEvent>, StorageError> {
    let directory = tx.directory()?;
    let actor = tx.actor.clone();
    let reaction = Reaction { settings, directory: &directory, incident, actor };
    let mut lonely = Vec::new();
    for (seq, event) in stored {
        reaction.calls(tx, *seq, event, paged, &mut lonely)?;
        reaction.news(tx, *seq, event)?;
    }
    // Neither a failed page nor a file that is here now changes a card, and an edit would only take a
    // page's heading away.
    let shown = |event: &IncidentEvent| {
        !matches!(event, IncidentEvent::PageFailed { .. } | IncidentEvent::EvidenceStored { .. })
    };
    if let Some((seq, _)) = stored.iter().rev().find(|(_, event)| shown(event)) {
        reaction.cards(tx, *seq)?;
    }
    Ok(lonely)
}

/// Queues an answer to where the question came from.
pub fn queue_answer(
    tx: &mut Tx<'_>,
    key: &str,
    route: &Route,
    body: Body,
) -> Result<(), StorageError> {
    tx.queue(&answer_row(&format!("answer:{key}"), route, body))?;
    Ok(())
}

/// A row to where the question came from.
pub fn answer_row(key: &str, route: &Route, body: Body) -> NewRow {
    NewRow {
        key: key.to_owned(),
        channel: route.channel,
        to: Recipient::Chat {
            chat: route.chat,
            thread: route.thread,
            reply_to: if route.private { None } else { route.reply_to },
        },
        priority: Priority::Reply,
        kind: Kind::Answer,
        rung_seq: None,
        message_id: None,
        notice: Notice { origin: origin_of(&body), body },
    }
}

/// An answer about a drill is of the drill.
fn origin_of(body: &Body) -> Origin {
    body.drill().map_or(Origin::Real, |code| Origin::Drill(code.clone()))
}

/// Queues the page of one rung to one person on one channel. The key holds the entry that called,
/// so that a rung can page a person only once on each channel.
pub fn queue_page(
    tx: &mut Tx<'_>,
    rung_seq: i64,
    person: &PersonId,
    channel: ChannelKind,
    notice: &Notice,
    priority: Priority,
) -> Result<bool, StorageError> {
    tx.queue(&NewRow {
        key: format!("page:{rung_seq}:{person}:{channel}"),
        channel,
        to: Recipient::Person(person.clone()),
        priority,
        kind: Kind::Page,
        rung_seq: Some(rung_seq),
        message_id: None,
        notice: notice.clone(),
    })
}

/// Queues the card of an incident for a chat, unless one waits already. `because` tells this time
/// from others.
pub fn queue_card(
    tx: &mut Tx<'_>,
    incident: &Incident,
    chat: i64,
    because: impl std::fmt::Display,
) -> Result<(), StorageError> {
    if tx.card_waits(&incident.code, chat)? {
        return Ok(());
    }
    let priority = match tx.card_in(&incident.code, chat)? {
        Some(_) => Priority::Edit,
        None => Priority::Card,
    };
    let body = Body::Card { code: incident.code.clone() };
    tx.queue(&NewRow {
        key: format!("card:{}:{chat}:{because}", incident.code),
        channel: ChannelKind::Telegram,
        to: Recipient::Chat { chat, thread: None, reply_to: None },
        priority,
        kind: Kind::Card,
        rung_seq: None,
        message_id: None,
        notice: Notice { origin: incident.origin.clone(), body },
    })?;
    Ok(())
}

/// A page to somebody asked by name used no rung: whoever asked must hear that it did not arrive.
pub fn tell_leads_of_page(
    tx: &mut Tx<'_>,
    incident: &Incident,
    person: &PersonId,
    rung_seq: i64,
) -> Result<(), StorageError> {
    let directory = tx.directory()?;
    let news = News::AssignedUnreachable { person: person.clone() };
    for lead in directory.with_role(Role::Lead) {
        let Some(way) = directory.ways_to(&lead.id).first().copied() else { continue };
        let body = Body::News { code: incident.code.clone(), news: news.clone(), entry: None };
        tx.queue(&NewRow {
            key: format!("news:{rung_seq}:{}:{way}:unreachable", lead.id),
            channel: way,
            to: Recipient::Person(lead.id.clone()),
            priority: Priority::Reply,
            kind: Kind::News,
            rung_seq: None,
            message_id: None,
            notice: Notice { origin: incident.origin.clone(), body },
        })?;
    }
    Ok(())
}

/// What kind of call a rung is.
pub fn rung_kind(incident: &Incident, rung: Rung) -> PageKind {
    let policy = incident.policy();
    let last = rung.round == policy.rounds() && rung.level == policy.levels();
    PageKind::Rung { round: rung.round, level: rung.level, last }
}

impl Reaction<'_> {
    fn notice(&self, body: Body) -> Notice {
        Notice { origin: self.incident.origin.clone(), body }
    }

    fn page(&self, kind: PageKind, why: Why) -> Notice {
        let (code, episode) = (self.incident.code.clone(), self.incident.episode);
        self.notice(Body::Page { code, episode, kind, why })
    }

    /// How urgent its pages and calls are.
    fn urgency(&self) -> Priority {
        Priority::of_page(&self.incident.origin, self.incident.severity)
    }

    /// Pages and calls that an event means.
    fn calls(
        &self,
        tx: &mut Tx<'_>,
        seq: i64,
        event: &IncidentEvent,
        paged: &BTreeSet<PersonId>,
        lonely: &mut Vec<IncidentEvent>,
    ) -> Result<(), StorageError> {
        match event {
            IncidentEvent::RungReached { rung, people, team, cause, .. } => {
                let kind = rung_kind(self.incident, *rung);
                let louder = *cause == Cause::SeverityRaised;
                for called in people {
                    let again = louder && paged.contains(&called.id);
                    let kind = if again { PageKind::SeverityRaised } else { kind };
                    self.call(tx, seq, called, kind, lonely)?;
                }
                if louder {
                    self.call_again(tx, seq, people, paged, lonely)?;
                }
                if *team {
                    self.call_team(tx, seq, kind)?;
                }
            }
            IncidentEvent::Exhausted { people, .. } => {
                // How the ladder came here says nothing of that: the last rung may have failed after
                // others were reached, and the last resort may fail as well.
                let reached = tx.anybody_reached(&self.incident.code, self.incident.taken_seq)?;
                let kind = if reached { PageKind::NobodyAnswered } else { PageKind::NobodyReached };
                for called in people {
                    self.call(tx, seq, called, kind, lonely)?;
                }
                self.call_team(tx, seq, kind)?;
            }
            IncidentEvent::Assigned { to } => {
                let called = Called { id: to.clone(), why: Why::Assigned };
                self.call(tx, seq, &called, PageKind::Assigned, lonely)?;
                if !lonely.is_empty() {
                    tell_leads_of_page(tx, self.incident, to, seq)?;
                }
            }
            IncidentEvent::Acknowledged { .. }
            | IncidentEvent::Grouped { .. }
            | IncidentEvent::Contained { took: true } => {
                tx.cancel_pages(&self.incident.code)?;
            }
            IncidentEvent::TlpChanged { .. } => words::hide(tx, self.incident)?,
            IncidentEvent::Resolved | IncidentEvent::Closed { .. } => {
                tx.cancel_pages(&self.incident.code)?;
            }
            _ => {}
        }
        Ok(())
    }

    /// Those called before the severity went up hear of it as loudly as a page.
    fn call_again(
        &self,
        tx: &mut Tx<'_>,
        seq: i64,
        people: &[Called],
        paged: &BTreeSet<PersonId>,
        lonely: &mut Vec<IncidentEvent>,
    ) -> Result<(), StorageError> {
        for id in paged.iter().filter(|id| !people.iter().any(|called| called.id == **id)) {
            let called = Called { id: id.clone(), why: Why::CalledBefore };
            self.call(tx, seq, &called, PageKind::SeverityRaised, lonely)?;
        }
        Ok(())
    }

    fn call(
        &self,
        tx: &mut Tx<'_>,
        seq: i64,
        called: &Called,
        kind: PageKind,
        lonely: &mut Vec<IncidentEvent>,
    ) -> Result<(), StorageError> {
        match self.directory.ways_to(&called.id).first() {
            Some(way) => {
                let notice = self.page(kind, called.why);
                queue_page(tx, seq, &called.id, *way, &notice, self.urgency())?;
            }
            None => lonely.push(IncidentEvent::PageFailed {
                rung_seq: seq,
                person: called.id.clone(),
                channel: None,
                why: WhyFailed::NoChannel,
            }),
        }
        Ok(())
    }

    fn call_team(&self, tx: &mut Tx<'_>, seq: i64, kind: PageKind) -> Result<(), StorageError> {
        let Some(chat) = self.team_chat(tx)? else { return Ok(()) };
        // A newer call says more than one that still waits, and the chat takes few a minute.
        tx.supersede_calls(&self.incident.code)?;
        tx.queue(&NewRow {
            key: format!("call:{seq}:{chat}"),
            channel: ChannelKind::Telegram,
            to: Recipient::Chat { chat, thread: None, reply_to: None },
            priority: self.urgency(),
            kind: Kind::Call,
            rung_seq: Some(seq),
            message_id: None,
            notice: self.notice(Body::TeamCall { code: self.incident.code.clone(), kind }),
        })?;
        Ok(())
    }

    /// The team's chat, for real incidents: nothing of a drill reaches it.
    fn team_chat(&self, tx: &Tx<'_>) -> Result<Option<i64>, StorageError> {
        match (&self.incident.origin, self.settings.team_chat) {
            (Origin::Real, Some(chat)) => Ok(Some(tx.chat_now(chat)?)),
            _ => Ok(None),
        }
    }

    /// Every copy of the card is brought up to date, but in private only for somebody who may still
    /// see the incident; the team's chat always has one.
    fn cards(&self, tx: &mut Tx<'_>, seq: i64) -> Result<(), StorageError> {
        let mut chats: BTreeSet<i64> =
            tx.cards(&self.incident.code)?.into_iter().map(|card| card.chat).collect();
        let seen = |chat: i64| access::seen_in(chat, self.incident, self.directory);
        chats.retain(|chat| *chat < 0 || seen(*chat));
        chats.extend(crate::engine::drill::of_all(tx, self.settings, &self.incident.origin)?);
        for chat in chats {
            queue_card(tx, self.incident, chat, seq)?;
        }
        Ok(())
    }

    /// What people concerned should know.
    fn news(&self, tx: &mut Tx<'_>, seq: i64, event: &IncidentEvent) -> Result<(), StorageError> {
        let incident = self.incident;
        let reporter = || self.reporters();
        let holder = || incident.holder().into_iter().cloned().collect::<Vec<_>>();
        let by = match &self.actor {
            Actor::Person(id) => Some(id.clone()),
            _ => None,
        };
        let concerned = || [reporter(), holder()].concat();
        let (news, to): (News, Vec<PersonId>) = match event {
            IncidentEvent::Acknowledged { previous } => {
                let Some(by) = by else { return Ok(()) };
                self.tell_outside_chat(tx, seq, &by)?;
                let mut to = reporter();
                to.extend(previous.clone());
                (News::Taken { by }, to)
            }
            IncidentEvent::UnitMoved { from, to } => {
                (News::UnitMoved { from: from.clone(), to: to.clone() }, concerned())
            }
            IncidentEvent::Contained { .. } => (News::Contained, concerned()),
            IncidentEvent::Resolved => (News::Resolved, concerned()),
            IncidentEvent::Closed { main: Some(main), .. } => {
                (News::Merged { main: main.clone() }, reporter())
            }
            IncidentEvent::Closed { .. } => (News::Closed, concerned()),
            IncidentEvent::Reopened => (News::Reopened, reporter()),
            IncidentEvent::HandedBack { holder } => {
                (News::GivenBack { by: holder.clone() }, reporter())
            }
            IncidentEvent::LeaseExpired { holder } => {
                (News::LeaseExpired, [vec![holder.clone()], reporter()].concat())
            }
            IncidentEvent::LeaseReminded { release_at } => {
                (News::LeaseReminder { release_at: *release_at }, holder())
            }
            IncidentEvent::CloseReminded { .. } => (News::CloseReminder, self.closers()),
            // A guess confirmed is no news.
            IncidentEvent::SeverityChanged { from, to, .. } if from == to => return Ok(()),
            IncidentEvent::SeverityChanged { from, to, .. } => {
                let mut concerned = concerned();
                if holder().is_empty() && to < from || !holder().is_empty() {
                    concerned.extend(incident.paged.iter().cloned());
                }
                (News::SeverityChanged { from: *from, to: *to }, concerned)
            }
            IncidentEvent::NoteAdded { for_all: true, .. } => (News::Note { by }, concerned()),
            IncidentEvent::NoteAdded { .. } => (News::Note { by }, self.holders(tx)?),
            other => match evidence::news(incident, self.holders(tx)?, &self.actor, other) {
                Some(told) => told,
                None => return Ok(()),
            },
        };
        self.tell_parts(tx, seq, &news)?;
        self.tell(tx, seq, news, to)
    }

    /// Who has it, and of a part who has the whole: what comes there concerns both.
    fn holders(&self, tx: &Tx<'_>) -> Result<Vec<PersonId>, StorageError> {
        let whole = match self.incident.parent() {
            Some(parent) => tx.incident(parent)?,
            None => None,
        };
        let all = [Some(self.incident), whole.as_ref()].into_iter().flatten();
        Ok(all.filter_map(|incident| incident.holder().cloned()).collect())
    }

    /// Who reported it; and once another unit has it, the contacts of that one, who did not see it
    /// from its beginning.
    fn reporters(&self) -> Vec<PersonId> {
        let moved = self.incident.former_unit.as_ref().and(self.incident.unit.as_ref());
        let contacts = moved.into_iter().flat_map(|unit| self.directory.contacts(unit));
        let contacts = contacts.map(|person| &person.id);
        self.incident.reporters().chain(contacts).cloned().collect()
    }

    /// Reporters of the parts of a widespread incident hear of its progress under their own code.
    fn tell_parts(&self, tx: &mut Tx<'_>, seq: i64, news: &News) -> Result<(), StorageError> {
        let progress = matches!(
            news,
            News::Taken { .. }
                | News::GivenBack { .. }
                | News::LeaseExpired
                | News::Contained
                | News::Resolved
        );
        if !progress || self.incident.parts.is_empty() {
            return Ok(());
        }
        for part in together::parts(tx, self.incident)? {
            let own = Reaction { incident: &part, actor: self.actor.clone(), ..*self };
            let reporters = part.reporters().cloned().collect();
            own.tell(tx, seq, news.clone(), reporters)?;
        }
        Ok(())
    }

    /// Who is reminded to close it: the holder, or the leads when nobody holds it or the holder has
    /// left or can be reached by no way.
    fn closers(&self) -> Vec<PersonId> {
        let reached = |id: &&PersonId| !self.directory.ways_to(id).is_empty();
        match self.incident.holder().filter(reached) {
            Some(holder) => vec![holder.clone()],
            None => self.directory.with_role(Role::Lead).map(|lead| lead.id.clone()).collect(),
        }
    }

    /// Tells each person once, by the best way, and never what the person did.
    fn tell(
        &self,
        tx: &mut Tx<'_>,
        seq: i64,
        news: News,
        to: Vec<PersonId>,
    ) -> Result<(), StorageError> {
        // A holder's lease hangs on this one: it must not wait behind chatter.
        let urgent = matches!(news, News::LeaseReminder { .. } | News::AssignedUnreachable { .. });
        let priority = if urgent { Priority::Reply } else { Priority::Notice };
        let mut told = BTreeSet::new();
        for person in to {
            let own = self.actor == Actor::Person(person.clone());
            if own || !told.insert(person.clone()) {
                continue;
            }
            if let Some(way) = self.directory.ways_to(&person).first() {
                self.tell_by(tx, seq, &news, &person, *way, priority)?;
            }
        }
        Ok(())
    }

    fn tell_by(
        &self,
        tx: &mut Tx<'_>,
        seq: i64,
        news: &News,
        person: &PersonId,
        way: ChannelKind,
        priority: Priority,
    ) -> Result<(), StorageError> {
        let quotes = matches!(news, News::Note { .. } | News::Closed);
        let (code, news) = (self.incident.code.clone(), news.clone());
        let body = Body::News { code, news, entry: quotes.then_some(seq) };
        tx.queue(&NewRow {
            key: format!("news:{seq}:{person}:{way}:{}", self.incident.code),
            channel: way,
            to: Recipient::Person(person.clone()),
            priority,
            kind: Kind::News,
            rung_seq: None,
            message_id: None,
            notice: self.notice(body),
        })?;
        Ok(())
    }

    /// In chat the card says who took it; those paged by SMS or mail have no card to look at.
    fn tell_outside_chat(
        &self,
        tx: &mut Tx<'_>,
        seq: i64,
        by: &PersonId,
    ) -> Result<(), StorageError> {
        let news = News::Taken { by: by.clone() };
        for (person, way) in tx.paged_outside_chat(&self.incident.code)? {
            if person != *by {
                self.tell_by(tx, seq, &news, &person, way, Priority::Notice)?;
            }
        }
        Ok(())
    }
}
