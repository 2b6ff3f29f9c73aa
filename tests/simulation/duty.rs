//! The roster is edited while incidents escalate: plans, changes by hand, leave, swaps, people who leave
//! or get another account. Whoever is called, and whoever is told that the watch changes hands, is held
//! against the reference.

use std::collections::BTreeSet;
use std::time::Duration;

use trucban::domain::envelope::{Actor, Command, DirectoryCommand, Envelope};
use trucban::domain::ids::{IncidentCode, PersonId};
use trucban::domain::incident::event::{Cause, IncidentEvent};
use trucban::domain::roster::decide::Wish;
use trucban::domain::roster::event::RosterEvent;
use trucban::domain::roster::{Layer, RosterId, Span};
use trucban::domain::time::Timestamp;
use trucban::domain::values::Role;

use super::driver::{Check, Sim};
use super::town::{self, Line, PEOPLE, by, id, plan};
use super::watch::{Hand, TAKEN_WITHIN};
use crate::hold;

const MINUTE: i64 = 60_000;
const HALF: i64 = 30 * MINUTE;

/// Who may leave and come back.
const LEAVERS: [&str; 5] = ["p-01", "p-02", "p-05", "p-10", "p-11"];

impl Sim {
    /// Somebody changes who is on duty, or who there is.
    pub fn duty(&mut self) -> Check {
        match self.rng.below(100) {
            0..14 => self.changes()?,
            14..28 => self.goes_away()?,
            28..42 => self.asks_to_swap()?,
            42..58 => self.answers_swap()?,
            58..72 => self.takes_the_watch()?,
            72..84 => self.takes_back()?,
            84..88 => self.plans()?,
            _ => self.staff_changes()?,
        }
        // Who is on duty now may be somebody else: that is a moment of the roster.
        self.tick().map(drop)
    }

    fn wishes(&mut self, actor: Actor, wish: Wish) -> Check {
        let key = self.key("duty");
        self.say(format!("{key}: {actor} {wish:?}"));
        self.deliver(Envelope::new(key, actor, Command::Roster(wish)))
    }

    fn somebody(&mut self) -> PersonId {
        id(self.rng.pick(&PEOPLE).0)
    }

    /// A lead or an administrator, or somebody who has no say.
    fn ruler(&mut self) -> Actor {
        if self.rng.chance(85) {
            by(if self.rng.chance(50) { "p-04" } else { "p-09" })
        } else {
            Actor::Person(self.somebody())
        }
    }

    fn layer(&mut self) -> Layer {
        if self.rng.chance(75) { Layer::Duty } else { Layer::Backup }
    }

    /// A stretch that may have begun, in half hours.
    fn stretch(&mut self, most: u64) -> Span {
        let offset = i64::try_from(self.rng.below(20)).unwrap() - 3;
        let first = (self.now.div_euclid(HALF) + offset) * HALF;
        let long = i64::try_from(self.rng.below(most)).unwrap() * HALF;
        let at = Timestamp::from_millis;
        Span { from: at(first), to: at(first + long) }
    }

    /// Somebody who sits there at an instant, mostly.
    fn seated(&mut self, layer: Layer, at: Timestamp) -> PersonId {
        let there = self.model.watch.on_duty(layer, at, &self.model.staff);
        let there: Vec<PersonId> = there.into_iter().collect();
        if there.is_empty() || self.rng.chance(10) {
            self.somebody()
        } else {
            self.rng.pick(&there).clone()
        }
    }

    fn changes(&mut self) -> Check {
        let (actor, layer, span) = (self.ruler(), self.layer(), self.stretch(40));
        let instead_of = self.rng.chance(40).then(|| self.seated(layer, span.from.max(self.at())));
        let people = (0..self.rng.below(3)).map(|_| self.somebody()).collect();
        self.wishes(actor, Wish::Change { layer, span, instead_of, people })
    }

    fn goes_away(&mut self) -> Check {
        let (layer, span) = (self.layer(), self.stretch(60));
        let person = self.seated(layer, span.from.max(self.at()));
        let actor = if self.rng.chance(70) { Actor::Person(person.clone()) } else { self.ruler() };
        let stand_in = self.rng.chance(80).then(|| self.somebody());
        self.wishes(actor, Wish::Leave { person, span, stand_in })
    }

    fn asks_to_swap(&mut self) -> Check {
        let (layer, span) = (self.layer(), self.stretch(12));
        let (from, to) = (self.seated(layer, span.from.max(self.at())), self.somebody());
        self.wishes(Actor::Person(from), Wish::Swap { layer, span, to })
    }

    /// One of the two, or a lead, says yes or no, or both at once; perhaps to one that is over.
    fn answers_swap(&mut self) -> Check {
        let swaps: Vec<_> = self.model.watch.swaps.iter().rev().take(4).collect();
        let swaps: Vec<_> = swaps.into_iter().map(|(id, swap)| (*id, swap.clone())).collect();
        if swaps.is_empty() {
            return self.asks_to_swap();
        }
        let (id, swap) = self.rng.pick(&swaps).clone();
        for _ in 0..=self.rng.below(2) {
            let (person, agreed) = match self.rng.below(10) {
                0..6 => (swap.to.clone(), true),
                6 => (swap.to.clone(), false),
                7 => (swap.from.clone(), false),
                8 => (swap.from.clone(), true),
                _ => (self.somebody(), self.rng.chance(50)),
            };
            self.wishes(Actor::Person(person), Wish::AnswerSwap { id, agreed })?;
        }
        if self.model.watch.lead_decides && self.rng.chance(70) {
            let (lead, agreed) = (*self.rng.pick(&["p-04", "p-05", "p-01"]), self.rng.chance(80));
            self.wishes(by(lead), Wish::DecideSwap { id, agreed })?;
        }
        Ok(())
    }

    fn takes_the_watch(&mut self) -> Check {
        let now = self.at();
        let person = self.seated(Layer::Duty, now);
        self.wishes(Actor::Person(person), Wish::TakeWatch)
    }

    /// A change or a leave, mostly one that is not over.
    fn takes_back(&mut self) -> Check {
        let (now, watch) = (self.at(), &self.model.watch);
        let changes = watch.changes.iter().map(|(id, one)| (Wish::EndChange(*id), one.span));
        let leaves = watch.leaves.iter().map(|(id, one)| (Wish::EndLeave(*id), one.span));
        let all: Vec<(Wish, Span)> = changes.chain(leaves).collect();
        let ahead = all.iter().filter(|(_, span)| now < span.to).map(|(wish, _)| wish.clone());
        let (ahead, sure): (Vec<Wish>, bool) = (ahead.collect(), self.rng.chance(85));
        let wish = match () {
            () if sure && !ahead.is_empty() => self.rng.pick(&ahead).clone(),
            () if all.is_empty() => Wish::EndLeave(RosterId(3)),
            () => self.rng.pick(&all).0.clone(),
        };
        let actor = self.ruler();
        self.wishes(actor, wish)
    }

    /// A new plan, from now or for later.
    fn plans(&mut self) -> Check {
        let from = self.at().plus(Duration::from_secs(self.rng.below(3) * 9 * 3600));
        let plan = plan(from, self.rng.index(3));
        let actor = if self.rng.chance(50) { Actor::Operator } else { self.ruler() };
        self.wishes(actor, Wish::Plan(plan.into()))
    }

    /// Somebody leaves, comes back, or has another account.
    fn staff_changes(&mut self) -> Check {
        let person = id(LEAVERS[self.rng.index(LEAVERS.len())]);
        let Some(mut line) = self.model.staff.known(&person).copied() else { return Ok(()) };
        match line.3 {
            Some(old) if self.rng.chance(30) => {
                line.3 = Some(if old < 200 { old + 100 } else { old - 100 });
            }
            _ => line.6 = !line.6,
        }
        self.import(&[line])
    }

    fn import(&mut self, lines: &[Line]) -> Check {
        let key = self.key("people");
        let said: Vec<_> = lines.iter().map(|line| (line.0, line.3, line.6)).collect();
        self.say(format!("{key}: {said:?}"));
        let people = lines.iter().map(town::person).collect();
        let command = Command::Directory(DirectoryCommand::People(people));
        self.deliver(Envelope::new(key, Actor::Operator, command))?;
        self.tick().map(drop)
    }

    /// Everybody is there, under the account there was at first: who is a stranger can leave no question.
    pub fn all_come_back(&mut self) -> Check {
        self.import(&PEOPLE.map(|mut line| {
            line.6 = true;
            line
        }))
    }

    /// Exactly those were called whom the level means at that instant; whoever has just given it back
    /// is spared where somebody else can be reached.
    pub fn called_rightly(
        &mut self,
        code: &IncidentCode,
        seq: i64,
        event: &IncidentEvent,
        spared: Option<&PersonId>,
    ) -> Check {
        let (now, staff) = (self.at(), &self.model.staff);
        let (called, mut meant, cause) = match event {
            IncidentEvent::RungReached { rung, people, cause, .. } => {
                let severity = self.severities.get(code).ok_or("a call about nothing")?;
                let set = &self.settings.policies;
                let own = set.conditional.iter().find(|one| one.severities.contains(severity));
                let policy = own.map_or(&set.fallback, |one| &one.policy);
                let level = policy.level(rung.level);
                (people, self.model.watch.called(level, now, staff), cause)
            }
            IncidentEvent::Exhausted { people, cause, .. } => {
                let roles = [Role::Lead, Role::Manager];
                (people, roles.into_iter().flat_map(|role| staff.with(role)).collect(), cause)
            }
            _ => return Ok(()),
        };
        let ids: BTreeSet<PersonId> = called.iter().map(|one| one.id.clone()).collect();
        hold!(ids.len() == called.len(), "{code}: entry {seq} called somebody twice: {called:?}");
        let others = |one: &PersonId| Some(one) != spared && staff.ways(one) > 0;
        if *cause == Cause::Released && meant.iter().any(others) {
            meant.retain(|one| Some(one) != spared);
        }
        hold!(ids == meant, "{code}: entry {seq} called {ids:?}, not {meant:?}");
        let reachable = ids.into_iter().map(|one| (staff.ways(&one) > 0, one));
        let reachable: Vec<_> = reachable.map(|(there, one)| (one, there)).collect();
        self.called.insert(seq, reachable);
        Ok(())
    }

    /// The watch changed hands, or nobody took it: at the right moment, and the right people are told.
    pub fn watched(&mut self, seq: i64, event: &RosterEvent) -> Check {
        let now = self.at();
        match event {
            RosterEvent::WatchChanged { at, incoming, outgoing } => {
                let came: BTreeSet<PersonId> = incoming.iter().cloned().collect();
                let there = self.model.watch.on_duty(Layer::Duty, now, &self.model.staff);
                hold!(came == there, "entry {seq}: {came:?} came, and {there:?} are on duty");
                let before = self.model.watch.hand.clone();
                let had = before.as_ref().map(|hand| hand.incoming.clone()).unwrap_or_default();
                let went: BTreeSet<PersonId> = outgoing.iter().cloned().collect();
                hold!(went == had, "entry {seq}: {went:?} went, and {had:?} were on duty");
                hold!(before.is_none() || came != had, "entry {seq}: nobody came and nobody went");
                self.model.watch.changed_hands(at.millis(), came.clone());
                let begins = |hand: &Hand| hand.taken.is_none() && hand.at == at.millis();
                let asked = self.model.watch.hand.as_ref().is_some_and(begins);
                let mut told: BTreeSet<(&str, PersonId)> = BTreeSet::new();
                let comes = came.iter().filter(|one| asked || !had.contains(*one));
                told.extend(comes.map(|one| ("incoming", one.clone())));
                told.extend(had.difference(&came).map(|one| ("outgoing", one.clone())));
                if came.is_empty() {
                    let leads = self.model.staff.with(Role::Lead);
                    told.extend(leads.into_iter().map(|one| ("gap", one)));
                }
                self.told(seq, told)
            }
            RosterEvent::WatchUntaken => {
                let hand = self.model.watch.hand.as_mut().ok_or("no watch, and nobody took it")?;
                hold!(
                    hand.taken.is_none() && !hand.late,
                    "entry {seq}: it was taken, or said before"
                );
                let since = now.millis() - hand.at;
                hold!(since >= TAKEN_WITHIN, "entry {seq}: {since} ms are no quarter of an hour");
                hand.late = true;
                let leads = self.model.staff.with(Role::Lead);
                self.told(seq, leads.into_iter().map(|one| ("untaken", one)).collect())
            }
            _ => Ok(()),
        }
    }

    /// Each of them has exactly one message about the entry, and nobody else has one.
    fn told(&mut self, seq: i64, mut told: BTreeSet<(&str, PersonId)>) -> Check {
        told.retain(|(_, person)| self.model.staff.ways(person) > 0);
        let should: Vec<String> =
            told.into_iter().map(|(kind, person)| format!("duty:{seq}:{kind}:{person}")).collect();
        let rows: Vec<String> = {
            let conn = self.store().connection();
            let sql = "SELECT key FROM outbox WHERE key >= ?1 AND key < ?2 ORDER BY key";
            let mut statement = conn.prepare_cached(sql).unwrap();
            let range = [format!("duty:{seq}:"), format!("duty:{seq};")];
            let rows = statement.query_map(range, |row| row.get(0)).unwrap();
            rows.map(Result::unwrap).collect()
        };
        hold!(rows == should, "entry {seq} is told by {rows:?}, not {should:?}");
        Ok(())
    }

    /// Asked after every step: whoever is on duty is whoever came last, and a watch nobody took is
    /// known to be so.
    pub fn watch_is_kept(&self) -> Check {
        let (now, watch) = (self.at(), &self.model.watch);
        if !watch.begun(now) {
            return Ok(());
        }
        let hand = watch.hand.as_ref().ok_or("a roster, and nobody ever came")?;
        let there = watch.on_duty(Layer::Duty, now, &self.model.staff);
        let came = &hand.incoming;
        hold!(*came == there, "{there:?} are on duty, and {came:?} came last");
        let waits = hand.taken.is_none() && !hand.late && !came.is_empty();
        let since = self.now - hand.at;
        hold!(!waits || since < TAKEN_WITHIN, "nobody took the watch, and nobody was told");
        Ok(())
    }
}
